#include "ui/console/BodyView.h"

#include "app/base/Redactor.h"
#include "app/http/ExpectationSuggestions.h"
#include "app/http/JsonFormat.h"
#include "ui/console/CopyBar.h"
#include "ui/console/ExpectMenu.h"
#include "ui/console/ImageView.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FilterField.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/TabOrder.h"

#include <QBoxLayout>
#include <QBuffer>
#include <QFileDialog>
#include <QImageReader>
#include <QLabel>
#include <QMenu>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Up to here preparing takes less than a frame, and a hop to another thread would only add latency.
constexpr qsizetype largeBody = 64 * 1024;
constexpr qsizetype pathLimit = 512 * 1024;

QImage decodedImage(QByteArray bytes)
{
    QBuffer buffer(&bytes);
    QImageReader reader(&buffer); // refuses what would take more memory than its allocation limit
    reader.setAutoTransform(true);
    return reader.read();
}

/// The file's name that the server or the URL suggests; never a path.
QString suggestedName(const HttpResponse &response, const QString &format)
{
    QString name = response.url.fileName();
    if (name.isEmpty())
        name = u"response"_s;
    if (!name.contains(u'.'))
        name += format == "JSON"_L1 ? u".json"_s : format == "HTML"_L1 ? u".html"_s : u".txt"_s;
    return name;
}

void dressSave(QToolButton &button)
{
    button.setAutoRaise(true);
    button.setIcon(icon(u"download"_s, theme::Role::SecondText));
    button.setIconSize({16, 16});
    button.setAccessibleName(BodyView::tr("Save Body…"));
    button.setToolTip(button.accessibleName());
}

} // namespace

BodyView::BodyView(const Redactor &redactor, QWidget *parent)
    : QWidget(parent)
    , m_redactor(redactor)
    , m_notes(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
    , m_notesRow(new QWidget)
    , m_copying(new CopyBar)
    , m_stack(new PageStack)
    , m_foot(nullptr)
    , m_text(new CodeView)
    , m_image(new ImageView)
    , m_sentence(new RoleLabel(theme::Role::Text))
    , m_path(secondLabel())
    , m_format(secondLabel())
    , m_modes(new ModeSwitch(tr("Body layout")))
    , m_save(new QToolButton)
    , m_filterButton(new QToolButton)
    , m_column(new QVBoxLayout(this))
    , m_halves(new QSplitter(Qt::Vertical))
{
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("Response body"));
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_image);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_sentence->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                                   theme::panePadding);
    m_stack->addWidget(m_sentence);

    auto *notesIcon = new IconView(u"info"_s);
    notesIcon->setIcon(u"info"_s, theme::Role::SecondText);
    auto *notesLayout = new QHBoxLayout(m_notesRow);
    notesLayout->setContentsMargins(theme::panePadding, theme::gap, theme::panePadding, 0);
    notesLayout->setSpacing(theme::gap);
    notesLayout->addWidget(notesIcon, 0, Qt::AlignTop);
    notesLayout->addWidget(m_notes, 1);
    m_notesRow->hide();

    m_path->setFont(theme::fixedFont(m_path->font()));
    m_path->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_modes->addMode(Preview, tr("Preview"));
    m_modes->addMode(Pretty, tr("Pretty"));
    m_modes->addMode(Raw, tr("Raw"));
    dressSave(*m_save);
    m_filterButton->setText(tr("Filter"));
    m_filterButton->setAutoRaise(true);
    m_filterButton->setProperty("compact", true);
    m_filterButton->setToolTip(tr("Filter with jq, JSON Pointer or JSON Path"));
    connect(m_filterButton, &QToolButton::clicked, this, &BodyView::openFilter);

    auto *foot = new FootBar;
    foot->row()->addWidget(m_path, 1);
    foot->row()->addWidget(m_format);
    foot->row()->addWidget(m_filterButton);
    foot->row()->addWidget(m_modes);
    foot->row()->addWidget(m_save);

    auto *body = new QWidget;
    auto *bodyColumn = new QVBoxLayout(body);
    bodyColumn->setContentsMargins(0, 0, 0, 0);
    bodyColumn->setSpacing(0);
    bodyColumn->addWidget(m_stack, 1);
    bodyColumn->addWidget(foot);
    m_halves->addWidget(body);
    m_halves->setChildrenCollapsible(false);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_notesRow);
    m_column->addWidget(m_copying);
    m_column->addWidget(m_halves, 1);
    m_foot = foot;

    m_pathSoon.setSingleShot(true);
    m_pathSoon.setInterval(60);
    connect(&m_pathSoon, &QTimer::timeout, this, &BodyView::showPath);
    connect(m_text, &QPlainTextEdit::cursorPositionChanged, this, [this] { m_pathSoon.start(); });
    m_text->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_text, &QWidget::customContextMenuRequested, this, &BodyView::showMenu);
    connect(m_modes, &ModeSwitch::modeChosen, this, [this](int mode) {
        if (m_modes->isModeVisible(Preview))
            m_bytesWanted = mode == Raw;
        else
            m_wanted = static_cast<Mode>(mode);
        prepare();
    });
    connect(m_save, &QToolButton::clicked, this, &BodyView::save);
    connect(m_copying, &CopyBar::saved, this, &BodyView::saved);
    connect(m_copying, &CopyBar::failed, this, &BodyView::failed);
    setSentence({}, {});
}

void BodyView::setResponse(const HttpResponse &response, const QString &note, bool isArriving)
{
    const bool isSame = response.spool && response.spool == m_response.spool;
    m_response = response;
    m_note = note;
    m_bytesWanted = false;
    if (response.spool) {
        showFile(isSame, isArriving);
    } else {
        closeFile();
        prepare();
    }
    giveFilterBody();
}

void BodyView::showFile(bool isSame, bool isArriving)
{
    ++m_generation;
    if (!m_file) {
        m_file = new FileView;
        m_file->setFilterHistory(m_filterHistory);
        m_saveFile = new QToolButton;
        dressSave(*m_saveFile);
        m_file->addToFoot(m_saveFile);
        m_stack->addWidget(m_file);
        continueTabOrder(m_file, m_stack);
        connect(m_saveFile, &QToolButton::clicked, this, &BodyView::save);
    }
    if (isSame)
        m_file->grew();
    else
        m_file->open(m_response.spool, suggestedName(m_response, {}), m_response.header("Content-Type"));
    m_file->setGrowing(isArriving);
    m_saveFile->setEnabled(!isArriving);
    m_saveFile->setToolTip(isArriving ? tr("It can be saved once it has arrived, or is stopped") : m_saveFile->accessibleName());
    m_foot->hide();
    m_stack->setCurrentWidget(m_file);
    QStringList notes;
    if (m_response.hasMasked)
        notes.append(tr("The response holds a token that Keydesk knows. It is replaced by •••• here, in the history "
                        "and in saved files."));
    if (m_response.unreadKeys > 0)
        notes.append(tr("%n stored key(s) could not be read, because the keychain or the sealed file is locked or does not answer. Of "
                        "these, only what is recognised without reading them is replaced by •••• in this response.",
                        nullptr, m_response.unreadKeys));
    showNotes(notes);
    Q_EMIT shown();
}

void BodyView::grew()
{
    if (m_file)
        m_file->grew();
}

/// The disk is free again once nobody reads it.
void BodyView::closeFile()
{
    if (!m_file)
        return;
    m_stack->removeWidget(m_file);
    delete std::exchange(m_file, nullptr);
    m_saveFile = nullptr;
    m_foot->show();
}

void BodyView::clear()
{
    ++m_generation;
    m_response = {};
    closeFile();
    giveFilterBody();
}

void BodyView::setSentence(const QString &sentence, const QString &note)
{
    clear();
    m_note = note;
    m_text->clear();
    m_sentence->setText(sentence);
    m_stack->setCurrentWidget(m_sentence);
    m_format->clear();
    m_path->clear();
    m_modes->hide();
    m_filterButton->hide();
    m_save->hide();
    showNotes({});
    Q_EMIT shown();
}

void BodyView::openFind()
{
    if (m_file) {
        m_file->openFind();
        return;
    }
    m_stack->setCurrentWidget(m_text);
    m_text->openFind();
}

void BodyView::openFilter()
{
    if (m_file) {
        m_file->openFilter();
        return;
    }
    if (!m_filter) {
        m_filter = new FilterField(*m_halves, m_filterHistory);
        m_column->insertWidget(m_column->indexOf(m_halves), m_filter);
        connect(m_filter, &FilterField::closed, this,
                [this] { m_stack->currentWidget()->setFocus(Qt::OtherFocusReason); });
    }
    const bool wasOpen = m_filter->isVisible();
    m_filter->open();
    if (!wasOpen)
        giveFilterBody();
}

/// As it is shown: without the tokens that it echoes.
void BodyView::giveFilterBody()
{
    if (!m_filter)
        return;
    const int generation = ++m_filterGeneration;
    m_filter->setBody({});
    if (m_file && m_filter->isVisible())
        m_filter->close(); // the file has its own
    if (!m_filter->isVisible() || m_response.body.isEmpty())
        return;
    m_background.run(
        this,
        [body = m_response.body, &redactor = m_redactor] {
            return FileBytes::inMemory(redactor.redact(body).bytes);
        },
        [this, generation](const std::shared_ptr<const FileBytes> &body) {
            if (generation == m_filterGeneration)
                m_filter->setBody(body);
        });
}

void BodyView::prepare()
{
    const int generation = ++m_generation;
    const auto work = [response = m_response, mode = m_wanted, bytes = m_bytesWanted,
                       &redactor = m_redactor] {
        Prepared prepared;
        prepared.body = bodyText(response, mode == Raw ? BodyLayout::Raw : BodyLayout::Pretty, redactor);
        prepared.body.text = CodeView::withVisibleControls(prepared.body.text);
        if (prepared.body.kind == BodyText::Kind::Image && !bytes)
            prepared.image = decodedImage(response.body);
        return prepared;
    };
    if (m_response.body.size() <= largeBody) {
        show(work());
        return;
    }
    m_format->setText(tr("Preparing %1…").arg(sizeText(m_response.body.size())));
    m_background.run(this, work, [this, generation](const Prepared &prepared) {
        if (generation == m_generation)
            show(prepared);
    });
}

void BodyView::show(const Prepared &prepared)
{
    const BodyText &body = prepared.body;
    const bool isImage = body.kind == BodyText::Kind::Image;
    const bool isJson = body.kind == BodyText::Kind::Json;
    if (!prepared.image.isNull()) {
        m_image->setImage(prepared.image);
        m_stack->setCurrentWidget(m_image);
    } else {
        m_text->setLanguage(isJson ? CodeView::Language::Json : CodeView::Language::Plain);
        m_text->showText(body.text);
        m_stack->setCurrentWidget(m_text);
    }
    QStringList notes = body.notes;
    if (body.kind == BodyText::Kind::Empty)
        notes.append(tr("The response has no body."));
    if (isImage && prepared.image.isNull() && !m_bytesWanted)
        notes.append(tr("This picture cannot be drawn; its bytes are shown in hexadecimal."));
    showNotes(notes);

    QStringList format;
    if (!body.charset.isEmpty())
        format.append(body.charset);
    if (body.kind != BodyText::Kind::Empty)
        format.append(body.format);
    m_format->setText(format.join(u"  "_s));
    m_modes->setVisible(isJson || isImage);
    m_filterButton->setVisible(isJson);
    m_modes->setModeVisible(Preview, isImage);
    m_modes->setModeVisible(Pretty, isJson);
    m_modes->setMode(isImage ? (m_bytesWanted ? Raw : Preview) : body.isPretty ? Pretty : Raw);
    m_save->setVisible(body.kind != BodyText::Kind::Empty);
    m_path->clear();
    Q_EMIT shown();
}

void BodyView::showNotes(const QStringList &notes)
{
    QStringList all = notes;
    if (!m_note.isEmpty())
        all.prepend(m_note);
    m_notes->setText(all.join(u'\n'));
    m_notesRow->setVisible(!all.isEmpty());
}

void BodyView::showPath()
{
    const QString path = pathAt(m_text->textCursor().position());
    m_path->setText(path == "$"_L1 ? QString() : path);
}

/// Of JSON that is laid out and not too long; else empty.
QString BodyView::pathAt(int position) const
{
    const bool isPretty = m_modes->isVisible() && m_modes->mode() == Pretty;
    if (!isPretty || m_text->document()->characterCount() > pathLimit)
        return {};
    const QString text = m_text->toPlainText();
    return jsonPathAt(text.toUtf8(), text.first(position).toUtf8().size());
}

void BodyView::showMenu(const QPoint &place)
{
    QMenu *menu = m_text->createStandardContextMenu(place);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (const QString path = pathAt(m_text->cursorForPosition(place).position()); !path.isEmpty())
        addExpectThis(*menu, expectationsOfMember(m_response.body, path), m_redactor,
                      [this](const QString &each) { Q_EMIT expectationWanted(each); });
    menu->popup(m_text->viewport()->mapToGlobal(place));
}

void BodyView::save()
{
    auto *dialog = new QFileDialog(this, tr("Save Body"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestedName(m_response, m_format->text().section(u' ', -1)));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        if (m_response.spool) { // which is masked already
            m_copying->copy(m_response.spool, path);
            return;
        }
        // A file is at rest: a token that the server echoed must not get there.
        m_background.run(
            this,
            [path, body = m_response.body, &redactor = m_redactor]() -> QString {
                QSaveFile file(path);
                if (!file.open(QIODevice::WriteOnly))
                    return file.errorString();
                file.write(redactor.redact(body).bytes);
                return file.commit() ? QString() : file.errorString();
            },
            [this, path](const QString &problem) {
                if (problem.isEmpty())
                    Q_EMIT saved(path);
                else
                    Q_EMIT failed(Error{Error::Kind::StorageFailed,
                                        tr("%1 could not be written: %2.").arg(path, problem),
                                        {}});
            });
    });
    dialog->open();
}

} // namespace keydesk
