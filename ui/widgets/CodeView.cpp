#include "ui/widgets/CodeView.h"

#include "app/base/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/CodeViewParts.h"
#include "ui/widgets/VariableHints.h"

#include <QHelpEvent>
#include <QTextDocument>

namespace keydesk {

using namespace Qt::StringLiterals;

CodeView::CodeView(QWidget *parent)
    : QPlainTextEdit(parent)
    , m_numbers(new LineNumbers(*this))
    , m_highlighter(std::make_unique<Highlighter>(*this))
    , m_folding(std::make_unique<Folding>(*this))
{
    setFrameShape(QFrame::NoFrame);
    setTabChangesFocus(true); // Tab must be able to leave; Enter indents by itself
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setFont(theme::fixedFont(font()));
    document()->setDocumentMargin(theme::gap);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &CodeView::updateMargins);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect &rect, int dy) {
        if (dy)
            m_numbers->scroll(0, dy);
        else
            m_numbers->update(0, rect.y(), m_numbers->width(), rect.height());
    });
    connect(this, &QPlainTextEdit::textChanged, this, [this] {
        if (m_find && m_find->isVisible())
            m_find->refresh();
    });
    connect(document(), &QTextDocument::contentsChange, this,
            [this](int position, int, int added) { m_folding->contentsChanged(position, added); });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        if (!textCursor().block().isVisible()) // found, or gone to
            m_folding->open(textCursor().block());
    });
    updateMargins();
}

CodeView::~CodeView() = default;

void CodeView::setLanguage(Language language)
{
    m_highlighter->setLanguage(language);
    m_folding->setLanguage(language);
    updateMargins();
}

void CodeView::setHints(const VariableHints &hints)
{
    m_hints = &hints;
    const auto colourAgain = [this] {
        m_highlighter->forget();
        viewport()->update();
    };
    connect(&hints, &VariableHints::changed, this, colourAgain);
    colourAgain();
}

QString CodeView::exactText() const
{
    QString text = document()->toRawText();
    for (const QChar lineEnd :
         {QChar(0xfdd0), QChar(0xfdd1), QChar(QChar::ParagraphSeparator), QChar(QChar::LineSeparator)})
        text.replace(lineEnd, u'\n');
    return text;
}

void CodeView::openFind()
{
    if (!m_find)
        m_find = new FindBar(*this);
    m_find->open();
}

QString CodeView::withVisibleControls(const QString &text)
{
    return keydesk::withVisibleControls(text);
}

void CodeView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    updateMargins();
    if (m_find)
        m_find->place();
}

void CodeView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateMargins();
    // Read-only, Qt lets only the mouse walk and select.
    if (event->type() == QEvent::ReadOnlyChange && isReadOnly())
        setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (event->type() == QEvent::PaletteChange && m_highlighter) {
        m_highlighter->forget();
        viewport()->update();
    }
}

void CodeView::paintEvent(QPaintEvent *event)
{
    m_highlighter->colourVisible();
    QPlainTextEdit::paintEvent(event);
    m_folding->paintEllipses();
}

void CodeView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Find)) {
        openFind();
        return;
    }
    if (m_hints && VariableHints::isAsked(*event)) {
        explain(textCursor(), cursorRect().bottomLeft());
        return;
    }
    if (foldByKey(*event))
        return;
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && !isReadOnly() && event->modifiers() == Qt::NoModifier) {
        breakLine();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

bool CodeView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || !m_hints)
        return QPlainTextEdit::viewportEvent(event);
    const QPoint place = static_cast<QHelpEvent *>(event)->pos();
    const QTextCursor cursor = cursorForPosition(place);
    // It is the nearest one: that of the line's end, far beside it.
    const bool isOnText = (cursorRect(cursor).center() - place).manhattanLength() <= 2 * fontMetrics().height();
    explain(isOnText ? cursor : QTextCursor(), place);
    return true;
}

void CodeView::explain(const QTextCursor &cursor, const QPoint &place)
{
    const QString words = cursor.isNull() ? QString() : m_hints->wordsAt(cursor.block().text(), cursor.positionInBlock());
    VariableHints::show(viewport()->mapToGlobal(place), words, *viewport());
}

bool CodeView::foldByKey(const QKeyEvent &event)
{
    if (!m_folding->canFold() || event.modifiers() != (Qt::ControlModifier | Qt::ShiftModifier))
        return false;
    const QTextBlock block = textCursor().block();
    // With Shift the bracket's key may give its brace.
    if (event.key() == Qt::Key_BracketLeft || event.key() == Qt::Key_BraceLeft)
        m_folding->foldAround(textCursor());
    else if (event.key() == Qt::Key_BracketRight || event.key() == Qt::Key_BraceRight)
        m_folding->open(block.next().isValid() ? block.next() : block);
    else
        return false;
    return true;
}

void CodeView::breakLine()
{
    QTextCursor cursor = textCursor();
    const QString before = cursor.block().text().left(cursor.positionInBlock());
    qsizetype spaces = 0;
    while (spaces < before.size() && (before.at(spaces) == u' ' || before.at(spaces) == u'\t'))
        ++spaces;
    QString indent = before.left(spaces);
    const QString trimmed = before.trimmed();
    if (trimmed.endsWith(u'{') || trimmed.endsWith(u'['))
        indent += u"  "_s;
    cursor.insertText(u'\n' + indent);
    setTextCursor(cursor);
    ensureCursorVisible();
}

void CodeView::updateMargins()
{
    const int width = m_numbers->wantedWidth();
    if (viewportMargins().left() != width)
        setViewportMargins(width, 0, 0, 0);
    const QRect area = contentsRect();
    m_numbers->setGeometry(area.left(), area.top(), width, viewport()->height());
}

} // namespace keydesk
