#include "ui/theme/Theme.h"
#include "ui/widgets/CodeViewParts.h"

#include <QPainter>
#include <QTextDocument>

namespace keydesk {

namespace {

/// Looking for brackets in a longer line would be felt each time that it is painted.
constexpr qsizetype longestFolded = 10'000;

/// Calls `bracket(depthChange)` for each bracket outside of strings and, in GraphQL, comments. Strings do not
/// go over a line's end.
template <typename Each>
void eachBracket(const QString &line, CodeView::Language language, Each bracket)
{
    for (qsizetype at = 0; at < line.size(); ++at) {
        const QChar c = line.at(at);
        if (c == u'"') {
            for (++at; at < line.size() && line.at(at) != u'"'; ++at)
                at += line.at(at) == u'\\' ? 1 : 0;
        } else if (c == u'#' && language == CodeView::Language::GraphQl) {
            return;
        } else if (c == u'{' || c == u'[' || c == u'(') {
            bracket(1);
        } else if (c == u'}' || c == u']' || c == u')') {
            bracket(-1);
        }
    }
}

/// How many brackets the line leaves open.
int opened(const QString &line, CodeView::Language language)
{
    int open = 0;
    eachBracket(line, language, [&open](int change) { open = qMax(0, open + change); });
    return open;
}

} // namespace

void CodeView::Folding::setLanguage(Language language)
{
    m_language = language;
    if (!canFold())
        unfold(m_view.document()->begin(), m_view.document()->end());
}

bool CodeView::Folding::canFold() const
{
    return m_language == Language::Json || m_language == Language::GraphQl;
}

bool CodeView::Folding::begins(const QTextBlock &block) const
{
    return canFold() && block.isVisible() && block.length() <= longestFolded &&
           opened(block.text(), m_language) > 0;
}

bool CodeView::Folding::isFolded(const QTextBlock &block)
{
    return block.isVisible() && block.next().isValid() && !block.next().isVisible();
}

/// The line on which the last bracket that `start` leaves open is closed; not valid if none is.
QTextBlock CodeView::Folding::endOf(const QTextBlock &start) const
{
    int depth = opened(start.text(), m_language);
    const int outside = depth - 1;
    for (QTextBlock block = start.next(); block.isValid(); block = block.next()) {
        bool closes = false;
        eachBracket(block.text(), m_language, [&](int change) {
            depth += change;
            closes = closes || depth == outside;
        });
        if (closes)
            return block;
    }
    return {};
}

void CodeView::Folding::toggle(const QTextBlock &block)
{
    if (isFolded(block))
        open(block.next());
    else
        fold(block);
}

bool CodeView::Folding::fold(const QTextBlock &block)
{
    if (!begins(block) || isFolded(block))
        return false;
    const QTextBlock end = endOf(block);
    if (!end.isValid() || end == block.next())
        return false;
    // The cursor must not stay where nobody sees it.
    const QTextBlock cursor = m_view.textCursor().block();
    if (cursor.blockNumber() > block.blockNumber() && cursor.blockNumber() < end.blockNumber()) {
        QTextCursor moved(block);
        moved.movePosition(QTextCursor::EndOfBlock);
        m_view.setTextCursor(moved);
    }
    setVisible(block.next(), end, false);
    return true;
}

void CodeView::Folding::foldAround(const QTextCursor &cursor)
{
    if (fold(cursor.block()))
        return;
    int depth = 0; // brackets that are open between there and the cursor's line
    for (QTextBlock block = cursor.block().previous(); block.isValid(); block = block.previous()) {
        eachBracket(block.text(), m_language, [&depth](int change) { depth += change; });
        if (depth <= 0)
            continue;
        if (fold(block))
            return;
        depth = 0;
    }
}

void CodeView::Folding::open(const QTextBlock &hidden)
{
    if (hidden.isVisible())
        return;
    QTextBlock first = hidden;
    while (first.previous().isValid() && !first.previous().isVisible())
        first = first.previous();
    QTextBlock end = hidden;
    while (end.isValid() && !end.isVisible())
        end = end.next();
    unfold(first, end);
}

void CodeView::Folding::unfold(const QTextBlock &first, const QTextBlock &end)
{
    setVisible(first, end, true);
}

void CodeView::Folding::setVisible(const QTextBlock &first, const QTextBlock &end, bool visible)
{
    bool changed = false;
    for (QTextBlock block = first; block.isValid() && block != end; block = block.next()) {
        if (block.isVisible() == visible)
            continue;
        block.setVisible(visible);
        block.setUserState(-1); // laid out anew, it has lost its colours
        changed = true;
    }
    if (!changed)
        return;
    QTextDocument *document = m_view.document();
    const int stop = end.isValid() ? end.position() : document->characterCount() - 1;
    document->markContentsDirty(first.position(), stop - first.position());
    m_view.viewport()->update();
    m_view.m_numbers->update();
}

void CodeView::Folding::contentsChanged(int position, int added)
{
    if (!canFold())
        return;
    // Whoever edits a folded place wants to see it; and what has lost its first line must not stay hidden.
    const QTextDocument *document = m_view.document();
    const QTextBlock last = document->findBlock(position + added);
    for (QTextBlock block = document->findBlock(position); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            open(block);
        else if (isFolded(block))
            open(block.next());
        if (block == last)
            break;
    }
}

void CodeView::Folding::paint(QPainter &painter, const QTextBlock &block, const QRectF &place) const
{
    if (!begins(block))
        return;
    const bool folded = isFolded(block);
    const qreal middle = place.center().y();
    const qreal x = place.right() - markWidth / 2.0;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(painter.pen().color(), 1.4));
    const QPolygonF mark = folded ? QPolygonF{{x - 2, middle - 4}, {x + 2, middle}, {x - 2, middle + 4}}
                                  : QPolygonF{{x - 4, middle - 2}, {x, middle + 2}, {x + 4, middle - 2}};
    painter.drawPolyline(mark);
    painter.restore();
}

void CodeView::Folding::paintEllipses() const
{
    if (!canFold())
        return;
    static const QString ellipsis = QStringLiteral("···");
    QPainter painter(m_view.viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF offset = m_view.contentOffset();
    for (QTextBlock block = m_view.firstVisibleBlock(); block.isValid(); block = block.next()) {
        if (!block.isVisible())
            continue;
        const QRectF place = m_view.blockBoundingGeometry(block).translated(offset);
        if (place.top() > m_view.viewport()->height())
            break;
        if (!isFolded(block))
            continue;
        const QTextLine line = block.layout()->lineAt(block.layout()->lineCount() - 1);
        const QRectF text = line.naturalTextRect().translated(place.topLeft());
        const QRectF box(text.right() + 6, text.top() + 2,
                         m_view.fontMetrics().horizontalAdvance(ellipsis) + 8, text.height() - 4);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::colour(m_view.palette(), theme::Role::NeutralFill));
        painter.drawRoundedRect(box, 4, 4);
        painter.setPen(theme::colour(m_view.palette(), theme::Role::SecondText));
        painter.drawText(box, Qt::AlignCenter, ellipsis);
    }
}

} // namespace keydesk
