#include "ui/theme/Theme.h"
#include "ui/widgets/CodeViewParts.h"
#include "ui/widgets/VariableHints.h"

#include <QMouseEvent>
#include <QRegularExpression>
#include <QTextLayout>

namespace keydesk {

using theme::Role;

namespace {

/// Beyond this a line is data, not something to read, and colouring it would be felt.
constexpr qsizetype longestColoured = 10'000;

struct Inks
{
    QColor name, string, number;
};

QTextLayout::FormatRange range(qsizetype start, qsizetype end, const QColor &ink)
{
    QTextCharFormat format;
    format.setForeground(ink);
    return {int(start), int(end - start), format};
}

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == u'+' || c == u'-' || c == u'.';
}

/// One line of JSON by itself: its strings cannot go over a line's end.
QList<QTextLayout::FormatRange> jsonFormats(const QString &line, const Inks &inks)
{
    QList<QTextLayout::FormatRange> formats;
    qsizetype at = 0;
    while (at < line.size()) {
        const QChar c = line.at(at);
        if (c == u'"') {
            qsizetype end = at + 1;
            while (end < line.size() && line.at(end) != u'"')
                end += line.at(end) == u'\\' ? 2 : 1;
            end = qMin(end + 1, line.size());
            qsizetype next = end;
            while (next < line.size() && line.at(next).isSpace())
                ++next;
            const bool isName = next < line.size() && line.at(next) == u':';
            formats << range(at, end, isName ? inks.name : inks.string);
            at = end;
        } else if (isWordCharacter(c)) {
            qsizetype end = at;
            while (end < line.size() && isWordCharacter(line.at(end)))
                ++end;
            formats << range(at, end, inks.number);
            at = end;
        } else {
            ++at;
        }
    }
    return formats;
}

/// One line of XML by itself: what goes over a line's end is coloured on its first line only.
QList<QTextLayout::FormatRange> xmlFormats(const QString &line, const Inks &inks)
{
    static const QRegularExpression part(QStringLiteral(R"(<[/?!]?[^\s<>/?!"']+|[/?]?>|"[^"<]*"|'[^'<]*')"));
    QList<QTextLayout::FormatRange> formats;
    bool inTag = false;
    for (auto match = part.globalMatch(line); match.hasNext();) {
        const auto found = match.next();
        const QChar first = found.captured().front();
        const bool isString = first == u'"' || first == u'\'';
        if (!isString)
            inTag = first == u'<';
        if (!isString || inTag)
            formats << range(found.capturedStart(), found.capturedEnd(), isString ? inks.string : inks.name);
    }
    return formats;
}

QList<QTextLayout::FormatRange> graphQlFormats(const QString &line, const Inks &inks)
{
    static const QRegularExpression part(QStringLiteral(
        R"("(?:[^"\\]|\\.)*"?|#.*|[$@]\w+|\b(?:query|mutation|subscription|fragment|on|true|false|null)\b|-?\b\d[\w.+-]*)"));
    QList<QTextLayout::FormatRange> formats;
    for (auto match = part.globalMatch(line); match.hasNext();) {
        const auto found = match.next();
        const QChar first = found.captured().front();
        const QColor ink = first == u'"'                    ? inks.string
                           : first == u'$' || first == u'@' ? inks.name
                                                            : inks.number;
        if (first != u'#')
            formats << range(found.capturedStart(), found.capturedEnd(), ink);
    }
    return formats;
}

} // namespace

LineNumbers::LineNumbers(CodeView &view)
    : QWidget(&view)
    , m_view(view)
{
}

int LineNumbers::wantedWidth() const
{
    int digits = 2;
    for (int count = m_view.blockCount(); count >= 100; count /= 10)
        ++digits;
    return theme::gap + digits * m_view.fontMetrics().horizontalAdvance(u'9') +
           (m_view.m_folding && m_view.m_folding->canFold() ? CodeView::Folding::markWidth : 6);
}

void LineNumbers::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    painter.setFont(m_view.font());
    painter.setPen(theme::colour(m_view.palette(), Role::SecondText));
    const int height = m_view.fontMetrics().height();
    const QPointF offset = m_view.contentOffset();
    for (QTextBlock block = m_view.firstVisibleBlock(); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            continue;
        const QRectF place = m_view.blockBoundingGeometry(block).translated(offset);
        if (place.top() > event->rect().bottom())
            break;
        if (place.bottom() < event->rect().top())
            continue;
        const int margin = m_view.m_folding->canFold() ? CodeView::Folding::markWidth : 6;
        painter.drawText(QRectF(0, place.top(), width() - margin, height), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(block.blockNumber() + 1));
        m_view.m_folding->paint(painter, block, QRectF(0, place.top(), width(), height));
    }
}

void LineNumbers::mousePressEvent(QMouseEvent *event)
{
    const QTextBlock block = m_view.cursorForPosition({0, event->position().toPoint().y()}).block();
    if (event->button() == Qt::LeftButton && m_view.m_folding->begins(block))
        m_view.m_folding->toggle(block);
}

void LineNumbers::wheelEvent(QWheelEvent *event)
{
    m_view.wheelEvent(event);
}

void CodeView::Highlighter::setLanguage(Language language)
{
    if (m_language == language)
        return;
    m_language = language;
    forget();
    m_view.viewport()->update();
}

void CodeView::Highlighter::forget()
{
    m_round = (m_round + 1) & 0x7fff;
}

void CodeView::Highlighter::colourVisible()
{
    const int bottom = m_view.viewport()->height();
    const QPointF offset = m_view.contentOffset();
    for (QTextBlock block = m_view.firstVisibleBlock(); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            continue;
        if (m_view.blockBoundingGeometry(block).translated(offset).top() > bottom)
            break;
        colour(block);
    }
}

void CodeView::Highlighter::colour(const QTextBlock &block)
{
    // What the block was when it was coloured: a change of its text gives it a new revision.
    const int state = (m_round << 16) | (block.revision() & 0xffff);
    if (block.userState() == state)
        return;
    QTextBlock mine = block;
    mine.setUserState(state);
    QList<QTextLayout::FormatRange> formats;
    if (m_language != Language::Plain && block.length() <= longestColoured) {
        const QPalette palette = m_view.palette();
        const Inks inks{theme::colour(palette, Role::JsonName), theme::colour(palette, Role::JsonString),
                        theme::colour(palette, Role::JsonNumber)};
        formats = m_language == Language::Json  ? jsonFormats(block.text(), inks)
                  : m_language == Language::Xml ? xmlFormats(block.text(), inks)
                                                : graphQlFormats(block.text(), inks);
    }
    if (m_view.m_hints)
        formats += m_view.m_hints->formats(block.text(), m_view.palette());
    if (formats != block.layout()->formats())
        block.layout()->setFormats(formats);
}

} // namespace keydesk
