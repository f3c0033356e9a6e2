#include "ui/theme/Icon.h"
#include "ui/widgets/CodeViewParts.h"
#include "ui/widgets/VariableCompleter.h"

#include <QKeyEvent>
#include <QToolButton>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// More would be slow to find and to mark, and nobody steps through them.
constexpr qsizetype mostFound = 9999;
constexpr qsizetype mostMarked = 500;

QToolButton *barButton(const QString &iconName, const QString &name)
{
    auto *button = new QToolButton;
    button->setIcon(icon(iconName, theme::Role::SecondText));
    button->setAutoRaise(true);
    button->setProperty("compact", true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace

CodeView::FindBar::FindBar(CodeView &view)
    : QFrame(&view)
    , m_view(view)
    , m_field(new QLineEdit)
    , m_count(new QLabel)
{
    VariableCompleter::leaveOut(*this);
    setFont(QApplication::font());
    setAutoFillBackground(false);
    m_field->setPlaceholderText(CodeView::tr("Find"));
    m_field->setAccessibleName(CodeView::tr("Find in text"));
    m_field->setClearButtonEnabled(false);
    m_field->installEventFilter(this);
    m_count->setFont(theme::secondFont(font()));
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setMinimumWidth(QFontMetrics(m_count->font()).horizontalAdvance(u"0000 / 0000"_s));
    QToolButton *previous = barButton(u"arrow-left"_s, CodeView::tr("Previous match"));
    QToolButton *next = barButton(u"arrow-right"_s, CodeView::tr("Next match"));
    QToolButton *shut = barButton(u"close"_s, CodeView::tr("Close find"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(4);
    layout->addWidget(m_field, 1);
    layout->addSpacing(4);
    layout->addWidget(m_count);
    for (QToolButton *button : {previous, next, shut}) {
        button->installEventFilter(this);
        layout->addWidget(button);
    }
    connect(m_field, &QLineEdit::textChanged, this, [this] { search(true); });
    connect(previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next, &QToolButton::clicked, this, [this] { step(1); });
    connect(shut, &QToolButton::clicked, this, &FindBar::close);
    hide();
}

void CodeView::FindBar::open()
{
    const QString selected = m_view.textCursor().selectedText();
    if (!selected.isEmpty() && selected.size() < 200 && !selected.contains(QChar::ParagraphSeparator))
        m_field->setText(selected);
    show();
    raise();
    place();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    search(true);
}

void CodeView::FindBar::close()
{
    hide();
    m_view.setExtraSelections({});
    m_view.setFocus(Qt::OtherFocusReason);
}

void CodeView::FindBar::place()
{
    const int width = qMin(380, m_view.viewport()->width() - 2 * theme::gap);
    const int height = sizeHint().height();
    const QRect view = m_view.viewport()->geometry();
    setGeometry(view.right() - width - theme::gap + 1, view.top() + theme::gap, width, height);
}

void CodeView::FindBar::refresh()
{
    search(false);
}

void CodeView::FindBar::search(bool fromCursor)
{
    const QString wanted = m_field->text();
    m_found.clear();
    m_length = wanted.size();
    if (!wanted.isEmpty()) {
        // Paragraph ends are one character in the text as in the document, so positions are the same.
        const QString text = m_view.toPlainText();
        const QStringMatcher matcher(wanted, Qt::CaseInsensitive);
        for (qsizetype at = matcher.indexIn(text); at >= 0 && m_found.size() < mostFound;
             at = matcher.indexIn(text, at + m_length))
            m_found << int(at);
    }
    const int cursor = m_view.textCursor().selectionStart();
    const auto next = std::lower_bound(m_found.cbegin(), m_found.cend(), cursor);
    m_current = m_found.isEmpty() ? -1 : int(next - m_found.cbegin()) % int(m_found.size());
    if (fromCursor)
        showCurrent();
    else
        mark();
}

void CodeView::FindBar::step(int direction)
{
    if (m_found.isEmpty())
        return;
    const int count = int(m_found.size());
    m_current = (m_current + direction + count) % count;
    showCurrent();
}

void CodeView::FindBar::showCurrent()
{
    if (m_current >= 0) {
        QTextCursor cursor = m_view.textCursor();
        cursor.setPosition(m_found.at(m_current));
        cursor.setPosition(m_found.at(m_current) + int(m_length), QTextCursor::KeepAnchor);
        m_view.setTextCursor(cursor);
    }
    mark();
}

void CodeView::FindBar::mark()
{
    if (m_field->text().isEmpty())
        m_count->clear();
    else if (m_found.isEmpty())
        m_count->setText(CodeView::tr("No match"));
    else
        m_count->setText(u"%1 / %2%3"_s.arg(m_current + 1)
                             .arg(m_found.size())
                             .arg(m_found.size() == mostFound ? u"+"_s : QString()));
    m_count->setAccessibleName(m_count->text());

    // Around the current one: all that can be in sight.
    QList<QTextEdit::ExtraSelection> marks;
    const qsizetype from = qMax<qsizetype>(0, m_current - mostMarked / 2);
    const qsizetype to = qMin(m_found.size(), from + mostMarked);
    for (qsizetype i = from; i < to; ++i) {
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(m_view.document());
        selection.cursor.setPosition(m_found.at(i));
        selection.cursor.setPosition(m_found.at(i) + int(m_length), QTextCursor::KeepAnchor);
        const bool isCurrent = i == m_current;
        const theme::Role fill = isCurrent ? theme::Role::Caution : theme::Role::CautionFill;
        selection.format.setBackground(theme::colour(m_view.palette(), fill));
        if (isCurrent)
            selection.format.setForeground(theme::colour(m_view.palette(), theme::Role::Window));
        marks << selection;
    }
    m_view.setExtraSelections(marks);
}

bool CodeView::FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        const bool isStep = (watched == m_field && isEnter) || key->matches(QKeySequence::FindNext) ||
                            key->matches(QKeySequence::FindPrevious);
        const bool isEscape = key->key() == Qt::Key_Escape;
        if (isStep || isEscape) {
            event->accept(); // not a dialog's default button, nor its reject
            if (event->type() == QEvent::KeyPress) {
                if (isEscape)
                    close();
                else
                    step(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
            }
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void CodeView::FindBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::colour(palette(), theme::Role::Hairline));
    painter.setBrush(theme::colour(palette(), theme::Role::Window));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::radius, theme::radius);
}

} // namespace keydesk
