#include "ui/viewer/FileView.h"

#include "app/http/BodyText.h"
#include "ui/console/PaneParts.h"
#include "ui/viewer/FilterField.h"
#include "ui/viewer/FindField.h"
#include "ui/viewer/HexPane.h"
#include "ui/viewer/TextPane.h"
#include "ui/widgets/PageStack.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QFileInfo>
#include <QInputDialog>
#include <QLocale>
#include <QSplitter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 sniffed = 64LL * 1024;

} // namespace

FileView::FileView(QWidget *parent)
    : QWidget(parent)
    , m_foot(new FootBar)
    , m_text(new TextPane)
    , m_hex(new HexPane)
    , m_find(new FindField(*m_text))
    , m_stack(new PageStack)
    , m_place(secondLabel())
    , m_facts(secondLabel())
    , m_coding(new QComboBox)
    , m_wrap(new QToolButton)
    , m_modes(new ModeSwitch(tr("Shown as")))
    , m_filterButton(new QToolButton)
    , m_column(new QVBoxLayout(this))
    , m_halves(new QSplitter(Qt::Vertical))
{
    m_text->setAccessibleName(tr("Text"));
    m_hex->setAccessibleName(tr("Bytes"));
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_hex);
    m_wrap->setText(tr("Wrap"));
    m_wrap->setCheckable(true);
    m_wrap->setChecked(true);
    m_wrap->setAutoRaise(true);
    m_wrap->setProperty("compact", true);
    m_wrap->setAccessibleName(tr("Wrap long lines"));
    m_wrap->setToolTip(m_wrap->accessibleName());
    for (const TextCoding coding :
         {TextCoding::Utf8, TextCoding::Utf16LittleEndian, TextCoding::Utf16BigEndian, TextCoding::Latin1})
        m_coding->addItem(codingName(coding), int(coding));
    m_coding->setProperty("compact", true);
    m_filterButton->setText(tr("Filter"));
    m_filterButton->setAutoRaise(true);
    m_filterButton->setProperty("compact", true);
    m_filterButton->setToolTip(tr("Filter with jq, JSON Pointer or JSON Path"));
    m_filterButton->hide();
    connect(m_filterButton, &QToolButton::clicked, this, &FileView::openFilter);
    m_modes->addMode(Text, tr("Text"));
    m_modes->addMode(Hex, tr("Hex"));
    for (FileKind &kind : fileKinds()) {
        const int mode = FirstKind + int(m_kinds.size());
        m_modes->addMode(mode, kind.name);
        m_modes->setModeVisible(mode, false);
        m_kinds.push_back({std::move(kind)});
    }

    m_foot->row()->addWidget(m_place, 1);
    m_foot->row()->addWidget(m_facts);
    m_foot->row()->addWidget(nameCombo(m_coding, tr("Coding"), false));
    m_foot->row()->addWidget(m_coding);
    m_foot->row()->addWidget(m_wrap);
    m_foot->row()->addWidget(m_filterButton);
    m_foot->row()->addWidget(m_modes);
    auto *body = new QWidget;
    auto *bodyColumn = new QVBoxLayout(body);
    bodyColumn->setContentsMargins(0, 0, 0, 0);
    bodyColumn->setSpacing(0);
    bodyColumn->addWidget(m_stack, 1);
    bodyColumn->addWidget(m_foot);
    m_halves->addWidget(body);
    m_halves->setChildrenCollapsible(false);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_find);
    m_column->addWidget(m_halves, 1);

    constexpr int settles = 100; // milliseconds
    m_changeSoon.setSingleShot(true);
    m_changeSoon.setInterval(settles);
    connect(&m_changeSoon, &QTimer::timeout, this, &FileView::takeChange);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this] {
        if (!m_changeSoon.isActive())
            m_changeSoon.start();
    });
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (QFileInfo::exists(m_path) && !m_changeSoon.isActive())
            m_changeSoon.start();
    });
    constexpr int rests = 1000; // milliseconds between two writes, at the most
    m_settled.setSingleShot(true);
    m_settled.setInterval(rests);
    connect(&m_settled, &QTimer::timeout, this, [this] { setGrowing(false); });
    connect(m_text, &TextPane::caretMoved, this, &FileView::showPlace);
    connect(m_hex, &HexPane::caretMoved, this, &FileView::showPlace);
    connect(m_coding, &QComboBox::activated, this, [this](int row) {
        lookAt(TextCoding(m_coding->itemData(row).toInt()), m_file->head);
        showText();
        showMode(m_modes->mode());
    });
    connect(m_wrap, &QToolButton::toggled, m_text, &TextPane::setWraps);
    connect(m_modes, &ModeSwitch::modeChosen, this, &FileView::takeMode);
    connect(m_find, &FindField::closed, this,
            [this] { m_stack->currentWidget()->setFocus(Qt::OtherFocusReason); });
    setFocusProxy(m_text);
}

FileView::~FileView() = default;

QWidget *FileView::pane() const
{
    return m_stack->currentWidget();
}

Result<void> FileView::open(const QString &path, const QByteArray &contentType)
{
    const auto bytes = FileBytes::open(path);
    if (!bytes)
        return tl::unexpected(bytes.error());
    m_path = path;
    m_name = QFileInfo(path).fileName();
    m_bytes = *bytes;
    m_contentType = contentType;
    showFile();
    pane()->setFocus(Qt::OtherFocusReason);
    return {};
}

void FileView::open(std::shared_ptr<const FileBytes> bytes, const QString &name, const QByteArray &contentType)
{
    m_path.clear();
    m_name = name;
    m_bytes = std::move(bytes);
    m_contentType = contentType;
    showFile();
}

void FileView::grew()
{
    if (!m_changeSoon.isActive())
        m_changeSoon.start();
}

void FileView::setGrowing(bool isGrowing)
{
    if (isGrowing == m_isGrowing)
        return;
    m_isGrowing = isGrowing;
    if (isGrowing)
        tellGrowing();
    else
        grew(); // perhaps by what has not been looked at
}

void FileView::tellGrowing()
{
    m_file->isGrowing = m_isGrowing;
    for (const Kind &kind : m_kinds) {
        if (kind.isCurrent)
            kind.pane->setGrowing(m_isGrowing);
    }
}

void FileView::addToFoot(QWidget *widget)
{
    m_foot->row()->addWidget(widget);
}

void FileView::showFile()
{
    m_isGrowing = false;
    m_settled.stop();
    watch();
    const QByteArray head = m_bytes->read(0, sniffed);
    lookAt(guessCoding(head, charsetOf(m_contentType)), head);
    m_hex->setBytes(m_bytes);
    showText();
    m_text->select(m_file->text.begin(), m_file->text.begin());
    const int mode = offerModes();
    m_modes->setMode(mode);
    showMode(mode);
    m_filterButton->setVisible(m_isFilterable && FilterField::suits(*m_file));
    if (m_filter)
        m_filter->setBody(m_bytes);
    Q_EMIT sizeChanged(m_identity.size);
}

/// From now on: another file may have got the name since.
void FileView::watch()
{
    if (const QStringList watched = m_watcher.files() + m_watcher.directories(); !watched.isEmpty())
        m_watcher.removePaths(watched);
    if (!m_path.isEmpty() && !m_watcher.addPath(m_path)) // it is gone, perhaps only until another has been put there
        m_watcher.addPath(QFileInfo(m_path).path());
    m_identity = m_bytes->identity();
    m_samples = m_bytes->samples(m_identity.size);
}

void FileView::lookAt(TextCoding coding, const QByteArray &head)
{
    m_file = ShownFile{{m_bytes, coding},
                       head,
                       unitSize(coding) == 2 || !head.contains('\0'),
                       m_name,
                       m_contentType.split(';').constFirst().trimmed().toLower(),
                       m_isGrowing};
    m_coding->setCurrentIndex(m_coding->findData(int(coding)));
    for (Kind &kind : m_kinds)
        kind.isCurrent = false;
}

/// Those that fit; the one to begin with.
int FileView::offerModes()
{
    int best = m_file->isText ? Text : Hex;
    for (int mode = FirstKind + int(m_kinds.size()) - 1; mode >= FirstKind; --mode) {
        const bool fits = m_kinds.at(size_t(mode - FirstKind)).kind.fits(*m_file);
        m_modes->setModeVisible(mode, fits);
        if (fits && !m_wantsText)
            best = mode;
    }
    return best;
}

/// The place stays as far as it is there.
void FileView::showText()
{
    auto lines = std::make_unique<LineIndex>(m_file->text);
    connect(lines.get(), &LineIndex::grew, this, [this] {
        m_text->linesCounted();
        showPlace();
    });
    m_text->replaceText(m_file->text, lines.get());
    m_lines = std::move(lines); // and the one before ends
    m_lines->start();
    m_find->restart();
}

FilePane *FileView::filePane() const
{
    return qobject_cast<FilePane *>(m_stack->currentWidget());
}

/// With the file in it.
FilePane *FileView::paneOf(int mode)
{
    Kind &kind = m_kinds.at(size_t(mode - FirstKind));
    if (!kind.pane) {
        kind.pane = kind.kind.make();
        m_stack->addWidget(kind.pane);
        connect(kind.pane, &FilePane::placeChanged, this, &FileView::showPlace);
        connect(kind.pane, &FilePane::searchedTextChanged, m_find, &FindField::restart);
        connect(kind.pane, &FilePane::textWanted, this, [this](qint64 offset) {
            m_modes->setMode(Text);
            showMode(Text);
            m_text->select(offset, offset);
        });
    }
    if (!kind.isCurrent)
        kind.pane->setFile(*m_file);
    kind.isCurrent = true;
    return kind.pane;
}

/// As somebody chose it, who finds the place again.
void FileView::takeMode(int mode)
{
    for (int each = FirstKind; each < FirstKind + int(m_kinds.size()); ++each) {
        if (m_modes->isModeVisible(each))
            m_wantsText = mode < FirstKind;
    }
    const FilePane *before = filePane();
    const std::optional<qint64> caret = before                               ? before->caret()
                                        : m_stack->currentWidget() == m_text ? m_text->caret()
                                                                             : m_hex->caret();
    if (caret && mode == Hex)
        m_hex->setCaret(*caret);
    else if (caret && mode == Text)
        m_text->select(*caret, *caret);
    showMode(mode);
    // Where the same bytes are shown, and not what was made of them.
    FindTarget *target = mode >= FirstKind ? paneOf(mode)->findTarget() : nullptr;
    if (caret && target && target->searchedText() && target->searchedText()->sharedBytes() == m_bytes)
        target->select(*caret, *caret);
    pane()->setFocus(Qt::OtherFocusReason);
}

void FileView::showMode(int mode)
{
    const bool isText = mode == Text;
    FilePane *kind = mode >= FirstKind ? paneOf(mode) : nullptr;
    QWidget *pane = kind ? static_cast<QWidget *>(kind) : isText ? static_cast<QWidget *>(m_text) : m_hex;
    m_stack->setCurrentWidget(pane);
    setFocusProxy(pane);
    m_wrap->setVisible(isText);
    m_coding->setVisible(isText || (kind && kind->readsText()));
    if (FindTarget *target = kind ? kind->findTarget() : isText ? m_text : nullptr)
        m_find->setTarget(*target);
    else
        m_find->hide();
    showPlace();
}

void FileView::showPlace()
{
    const QLocale &format = locale();
    if (const FilePane *pane = filePane()) {
        m_place->setText(pane->place().join(u"  ·  "_s));
        m_facts->setText((QStringList{sizeText(m_identity.size)} << pane->facts()).join(u"  ·  "_s));
        return;
    }
    const bool isText = m_stack->currentWidget() == m_text;
    const qint64 offset = isText ? m_text->caret() : m_hex->caret();
    QStringList words;
    if (isText && m_lines) {
        if (const auto line = m_lines->lineAt(offset))
            words << tr("Line %1").arg(format.toString(*line + 1));
        const TextMatch selected = m_text->selection();
        if (selected.begin < selected.end)
            words << tr("%1 selected").arg(sizeText(selected.end - selected.begin));
    }
    words << tr("Byte %1").arg(format.toString(offset));
    m_place->setText(words.join(u"  ·  "_s));
    QStringList facts{sizeText(m_identity.size)};
    if (isText && m_lines)
        facts << (m_lines->isComplete() ? tr("%1 lines").arg(format.toString(m_lines->lines()))
                                        : tr("%1 lines so far").arg(format.toString(m_lines->lines())));
    m_facts->setText(facts.join(u"  ·  "_s));
}

void FileView::takeChange()
{
    const FileIdentity before = m_identity;
    const auto now = m_path.isEmpty() ? nullptr : FileBytes::open(m_path).value_or(nullptr);
    const bool isReplaced = now && !now->identity().isSameFile(before);
    if (isReplaced)
        m_bytes = now;
    const bool isSame = !isReplaced && m_bytes->samples(before.size) == m_samples;
    watch(); // where it has been deleted, the one that is shown stays readable
    if (!(m_identity == before)) {
        if (isSame && m_identity.size > before.size)
            takeGrowth();
        else
            takeRewriting();
        showPlace();
        Q_EMIT sizeChanged(m_identity.size);
    }
    tellGrowing();
}

void FileView::takeGrowth()
{
    if (!m_path.isEmpty()) {
        m_isGrowing = true;
        m_settled.start();
    }
    m_lines->start();
    m_text->refresh();
    m_hex->refresh();
    for (Kind &kind : m_kinds) {
        if (kind.isCurrent && kind.pane == m_stack->currentWidget())
            kind.pane->refresh();
        else
            kind.isCurrent = false;
    }
    m_find->extend();
}

/// The coding and the place stay, and the way it is shown if that fits.
void FileView::takeRewriting()
{
    const qint64 byte = m_hex->caret();
    lookAt(m_file->text.coding(), m_bytes->read(0, sniffed));
    showText();
    m_hex->setBytes(m_bytes);
    m_hex->setCaret(byte);
    const int best = offerModes();
    if (!m_modes->isModeVisible(m_modes->mode()))
        m_modes->setMode(best);
    showMode(m_modes->mode());
}

void FileView::openFilter()
{
    if (!m_filter) {
        m_filter = new FilterField(*m_halves, m_filterHistory);
        m_column->insertWidget(m_column->indexOf(m_halves), m_filter);
        m_filter->setBody(m_bytes);
        connect(m_filter, &FilterField::closed, this, [this] { pane()->setFocus(Qt::OtherFocusReason); });
    }
    m_filter->open();
}

void FileView::openFind()
{
    FilePane *pane = filePane();
    if (!pane || !pane->findTarget()) {
        m_modes->setMode(Text);
        if (m_stack->currentWidget() != m_text)
            takeMode(Text);
    }
    m_find->open();
}

void FileView::findNext(bool forward)
{
    if (m_find->isVisible())
        m_find->step(forward);
    else
        openFind();
}

void FileView::askForLine()
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setInputMode(QInputDialog::IntInput);
    dialog->setWindowTitle(tr("Go to Line"));
    dialog->setLabelText(m_lines->isComplete()
                             ? tr("Line, from 1 to %1:").arg(locale().toString(m_lines->lines()))
                             : tr("Line (counted so far: %1):").arg(locale().toString(m_lines->lines())));
    dialog->setIntRange(1, int(std::min<qint64>(m_lines->lines(), std::numeric_limits<int>::max())));
    connect(dialog, &QInputDialog::intValueSelected, this, [this](int line) {
        if (const auto offset = m_lines->offsetOf(line - 1)) {
            m_modes->setMode(Text);
            showMode(Text);
            m_text->select(*offset, *offset);
        }
    });
    dialog->open();
}

} // namespace keydesk
