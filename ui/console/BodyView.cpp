#include "ui/console/BodyView.h"

#include "app/base/Error.h"
#include "app/http/ExpectationSuggestions.h"
#include "ui/console/CopyBar.h"
#include "ui/console/ExpectMenu.h"
#include "ui/console/PaneParts.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/FileView.h"
#include "ui/widgets/IconView.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/TabOrder.h"

#include <QBoxLayout>
#include <QFileDialog>
#include <QMenu>
#include <QMetaMethod>
#include <QMimeDatabase>
#include <QStackedWidget>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Up to here masking takes less than a frame, and a hop to another thread would only add latency.
constexpr qsizetype largeBody = 64 * 1024;

} // namespace

BodyView::BodyView(const Redactor &redactor, QWidget *parent)
    : QWidget(parent)
    , m_redactor(redactor)
    , m_bodyName(tr("Response body"))
    , m_notes(new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second))
    , m_notesRow(new QWidget)
    , m_copying(new CopyBar)
    , m_stack(new PageStack)
    , m_sentence(new RoleLabel(theme::Role::Text))
{
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

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notesRow);
    column->addWidget(m_copying);
    column->addWidget(m_stack, 1);

    m_preparingSoon.setSingleShot(true);
    m_preparingSoon.setInterval(flickerTime);
    connect(&m_preparingSoon, &QTimer::timeout, this,
            [this] { showSentence(tr("Preparing %1…").arg(sizeText(m_response.body.size()))); });
    connect(m_copying, &CopyBar::saved, this, &BodyView::saved);
    connect(m_copying, &CopyBar::failed, this, &BodyView::failed);
}

void BodyView::makeFile()
{
    if (m_file)
        return;
    m_file = new FileView;
    m_file->setContentName(m_bodyName);
    m_file->setFilterHistory(m_filterHistory);
    m_save = new QToolButton;
    m_save->setAutoRaise(true);
    m_save->setIcon(icon(u"download"_s, theme::Role::SecondText));
    m_save->setIconSize({16, 16});
    m_save->setAccessibleName(tr("Save Body…"));
    m_file->addToFoot(m_save);
    m_stack->addWidget(m_file);
    continueTabOrder(m_file, m_stack);
    connect(m_save, &QToolButton::clicked, this, &BodyView::save);
    connect(m_file, &FileView::menuMade, this,
            [this](QMenu *menu, const QString &path) { offerExpectations(*menu, path); });
}

void BodyView::setResponse(const HttpResponse &response, const QString &note, bool isArriving)
{
    const bool isSame = response.spool && response.spool == m_response.spool;
    m_response = response;
    m_note = note;
    const int generation = ++m_generation;
    m_preparingSoon.stop();
    makeFile();
    if (response.spool) {
        if (isSame)
            m_file->grew();
        else
            showFile(response.spool, response.header("Content-Type"));
        m_file->setGrowing(isArriving);
        setSavable(!isArriving,
                   isArriving ? tr("It can be saved once it has arrived, or is stopped") : QString());
        QStringList notes;
        if (response.hasMasked)
            notes.append(maskedNote());
        if (response.unreadKeys > 0)
            notes.append(tr("%n stored key(s) could not be read: the keychain or the sealed file is locked, "
                            "does not answer, or has lost them. "
                            "Where they are recognised without that, •••• is in their place here.",
                            nullptr, response.unreadKeys));
        showNotes(notes);
        Q_EMIT shown();
        return;
    }
    const auto prepare = [response, &redactor = m_redactor, readTokens = m_readTokens ? m_readTokens() : nullptr] {
        if (readTokens)
            readTokens(response.body);
        return shownBody(response, redactor);
    };
    if (response.body.size() <= largeBody) {
        showBody(prepare());
        return;
    }
    setSavable(false, tr("It is being prepared"));
    m_preparingSoon.start();
    m_background.run(this, prepare, [this, generation](const ShownBody &body) {
        if (generation == m_generation)
            showBody(body);
    });
}

void BodyView::showBody(const ShownBody &body)
{
    m_preparingSoon.stop();
    showFile(FileBytes::inMemory(body.bytes), body.contentType);
    QStringList notes = body.notes;
    if (body.bytes.isEmpty())
        notes.append(tr("The response has no body."));
    setSavable(!body.bytes.isEmpty(), QString());
    showNotes(notes);
    Q_EMIT shown();
}

void BodyView::showFile(const std::shared_ptr<const FileBytes> &bytes, const QByteArray &contentType)
{
    m_bytes = bytes;
    m_stack->setCurrentWidget(m_file);
    m_file->open(bytes, m_response.url.fileName(), contentType);
}

void BodyView::setSavable(bool isSavable, const QString &why)
{
    m_save->setEnabled(isSavable);
    m_save->setToolTip(why.isEmpty() ? m_save->accessibleName() : why);
}

void BodyView::grew()
{
    if (m_file)
        m_file->grew();
}

/// The disk is free again once nobody reads it.
void BodyView::clear()
{
    ++m_generation;
    m_preparingSoon.stop();
    m_response = {};
    m_bytes.reset();
    if (m_file)
        m_file->clear();
}

void BodyView::setSentence(const QString &sentence, const QString &note)
{
    clear();
    m_note = note;
    showSentence(sentence);
    showNotes({});
    Q_EMIT shown();
}

void BodyView::showSentence(const QString &sentence)
{
    m_sentence->setText(sentence);
    m_stack->setCurrentWidget(m_sentence);
}

void BodyView::showNotes(const QStringList &notes)
{
    QStringList all = notes;
    if (!m_note.isEmpty())
        all.prepend(m_note);
    m_notes->setText(all.join(u'\n'));
    m_notesRow->setVisible(!all.isEmpty());
}

void BodyView::openFind()
{
    if (m_bytes)
        m_file->openFind();
}

void BodyView::openFilter()
{
    if (m_bytes)
        m_file->openFilter();
}

void BodyView::offerExpectations(QMenu &menu, const QString &path)
{
    static const QMetaMethod wanted = QMetaMethod::fromSignal(&BodyView::expectationWanted);
    if (!isSignalConnected(wanted)) // there is no request that could be written to
        return;
    addExpectThis(menu, expectationsOfMember(m_response.body, path), m_redactor,
                  [this](const QString &each) { Q_EMIT expectationWanted(each); });
}

/// The file's name that the server or the URL suggests; never a path.
QString BodyView::suggestedName() const
{
    QString name = m_response.url.fileName();
    if (name.isEmpty())
        name = u"response"_s;
    if (name.contains(u'.'))
        return name;
    const QString known =
        QMimeDatabase().mimeTypeForName(QString::fromLatin1(m_response.contentType())).preferredSuffix();
    return name + u'.' + (m_file->isJson() ? u"json"_s : known.isEmpty() ? u"txt"_s : known);
}

void BodyView::save()
{
    auto *dialog = new QFileDialog(this, tr("Save Body"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(suggestedName());
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, bytes = m_bytes](const QString &path) { m_copying->copy(bytes, path); });
    dialog->open();
}

} // namespace keydesk
