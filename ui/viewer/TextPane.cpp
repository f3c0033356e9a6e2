#include "ui/viewer/TextPane.h"

#include "app/body/LineIndex.h"
#include "ui/theme/Theme.h"

#include <QPainter>
#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int caretMargin = 24;  // between the caret and the edge it would leave by
constexpr size_t mostLaid = 256; // pieces

} // namespace

TextPane::TextPane(QWidget *parent)
    : RowsArea(parent)
{
    setFont(theme::fixedFont(font()));
    viewport()->setCursor(Qt::IBeamCursor);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TextPane::takeScroll);
}

TextPane::~TextPane() = default;

void TextPane::setText(const TextPieces &pieces, const LineIndex *lines)
{
    m_pieces = pieces;
    m_lines = lines;
    m_search.clear();
    forgetLayout();
    m_top = {pieces.begin(), 0};
    m_caret = m_anchor = pieces.begin();
    m_column.reset();
    updateScrollBars();
    Q_EMIT caretMoved();
}

void TextPane::replaceText(const TextPieces &pieces, const LineIndex *lines)
{
    const auto placed = [&pieces](qint64 offset) {
        const qint64 behind =
            std::clamp(offset, pieces.begin(), std::max(pieces.begin(), pieces.bytes().size()));
        return behind - (behind - pieces.begin()) % unitSize(pieces.coding());
    };
    const Row top = m_top;
    const qint64 caret = placed(m_caret);
    const qint64 anchor = placed(m_anchor);
    setText(pieces, lines);
    m_caret = caret;
    m_anchor = anchor;
    setTop(top);
    Q_EMIT caretMoved();
}

void TextPane::linesCounted()
{
    if (m_gutter != wantedGutter()) {
        forgetLayout();
        setTop(m_top);
    }
    viewport()->update();
}

void TextPane::refresh()
{
    if (!m_pieces)
        return;
    forgetLayout();
    const qint64 size = std::max(m_pieces->begin(), m_pieces->bytes().size());
    m_caret = std::min(m_caret, size);
    m_anchor = std::min(m_anchor, size);
    setTop(m_top);
}

void TextPane::setWraps(bool wraps)
{
    if (wraps == m_wraps)
        return;
    m_wraps = wraps;
    forgetLayout();
    m_top.row = 0;
    horizontalScrollBar()->setValue(0);
    setTop(m_top);
}

void TextPane::setSearch(const TextSearch *search)
{
    m_search = search;
    viewport()->update();
}

TextMatch TextPane::selection() const
{
    return {std::min(m_anchor, m_caret), std::max(m_anchor, m_caret)};
}

std::shared_ptr<const LaidPiece> TextPane::laidAt(qint64 offset) const
{
    const auto holds = [this, offset](const std::shared_ptr<const LaidPiece> &laid) {
        const TextPiece &piece = laid->piece();
        return piece.begin <= offset && (offset < piece.end || (offset == piece.end && isLast(piece)));
    };
    if (const auto known = std::find_if(m_laid.begin(), m_laid.end(), holds); known != m_laid.end()) {
        std::rotate(known, known + 1, m_laid.end());
        return m_laid.back();
    }
    const qreal width = m_wraps ? std::max(50, viewport()->width() - gutterWidth() - 2 * padding()) : 0;
    auto laid = std::make_shared<const LaidPiece>(*m_pieces, m_pieces->at(offset), font(), width);
    if (m_laid.size() == mostLaid)
        m_laid.erase(m_laid.begin());
    m_laid.push_back(laid);
    return laid;
}

bool TextPane::isLast(const TextPiece &piece) const
{
    return piece.endSize == 0 && piece.end >= m_pieces->bytes().size();
}

void TextPane::forgetLayout()
{
    m_laid.clear();
    m_gutter = wantedGutter();
    viewport()->update();
}

int TextPane::rowHeight() const
{
    return fontMetrics().lineSpacing() + 2;
}

int TextPane::wantedGutter() const
{
    if (!m_lines)
        return 0;
    constexpr int leastDigits = 4;
    const auto digits = QString::number(m_lines->lines()).size();
    return fontMetrics().horizontalAdvance(u'0') * std::max<int>(leastDigits, int(digits)) + 2 * padding();
}

TextPane::Row TextPane::moved(Row from, int rows) const
{
    std::shared_ptr<const LaidPiece> laid = laidAt(from.piece);
    from.row = std::clamp(from.row, 0, laid->rows() - 1);
    while (rows > 0) {
        const int here = std::min(rows, laid->rows() - 1 - from.row);
        from.row += here;
        rows -= here;
        if (rows == 0)
            break;
        const TextPiece &piece = laid->piece();
        if (isLast(piece))
            break;
        laid = laidAt(piece.end);
        if (laid->piece().begin <= piece.begin)
            break; // the file has become shorter
        from = {laid->piece().begin, 0};
        --rows;
    }
    while (rows < 0) {
        const int here = std::min(-rows, from.row);
        from.row -= here;
        rows += here;
        if (rows == 0 || from.piece <= m_pieces->begin())
            break;
        laid = laidAt(from.piece - 1);
        from = {laid->piece().begin, laid->rows() - 1};
        ++rows;
    }
    return from;
}

TextPane::Row TextPane::lastTop() const
{
    const auto laid = laidAt(m_pieces->bytes().size());
    return moved({laid->piece().begin, laid->rows() - 1}, 1 - rowsInSight());
}

void TextPane::setTop(const Row &top)
{
    if (!m_pieces)
        return;
    const auto laid = laidAt(top.piece);
    m_top = std::min({laid->piece().begin, std::clamp(top.row, 0, laid->rows() - 1)}, lastTop());
    updateScrollBars();
}

void TextPane::updateScrollBars()
{
    if (!m_pieces)
        return;
    m_setsScroll = true;
    const double scale = scrollScale(m_pieces->bytes().size());
    const auto valueOf = [&](const Row &row) {
        const auto laid = laidAt(row.piece);
        const double within =
            double(row.row) / laid->rows() * double(laid->piece().end - laid->piece().begin);
        return int((double(row.piece) + within) * scale);
    };
    const int last = valueOf(lastTop());
    const Row bottom = moved(m_top, rowsInSight());
    verticalScrollBar()->setRange(0, last);
    verticalScrollBar()->setPageStep(std::max(1, valueOf(bottom) - valueOf(m_top)));
    verticalScrollBar()->setValue(valueOf(m_top));
    qreal widest = 0;
    if (!m_wraps) {
        for (const Shown &shown : shownRows())
            widest = std::max(widest, shown.laid->width());
    }
    const int room = viewport()->width() - gutterWidth() - 2 * padding();
    horizontalScrollBar()->setRange(0, std::max(0, int(widest) + padding() - room));
    horizontalScrollBar()->setPageStep(std::max(1, room));
    horizontalScrollBar()->setSingleStep(fontMetrics().horizontalAdvance(u'0') * 4);
    m_setsScroll = false;
    viewport()->update();
}

void TextPane::takeScroll(int value)
{
    if (m_setsScroll || !m_pieces)
        return;
    if (value >= verticalScrollBar()->maximum()) {
        m_top = lastTop();
    } else {
        const auto offset = qint64(double(value) / scrollScale(m_pieces->bytes().size()));
        const auto laid = laidAt(offset);
        const double size = double(std::max<qint64>(1, laid->piece().end - laid->piece().begin));
        m_top = std::min(
            Row{laid->piece().begin, int(double(offset - laid->piece().begin) / size * laid->rows())},
            lastTop());
    }
    viewport()->update();
}

std::vector<TextPane::Shown> TextPane::shownRows() const
{
    std::vector<Shown> shown;
    if (!m_pieces)
        return shown;
    auto laid = laidAt(m_top.piece);
    int row = std::clamp(m_top.row, 0, laid->rows() - 1);
    for (int y = 0; y < viewport()->height(); y += rowHeight()) {
        shown.push_back({laid, row, qreal(y)});
        if (++row < laid->rows())
            continue;
        const TextPiece &piece = laid->piece();
        if (isLast(piece))
            break;
        const auto next = laidAt(piece.end);
        if (next->piece().begin <= piece.begin)
            break;
        laid = next;
        row = 0;
    }
    return shown;
}

void TextPane::bringIntoSight(qint64 offset)
{
    const auto laid = laidAt(offset);
    const Row row{laid->piece().begin, laid->rowOf(offset)};
    const Row last = moved(m_top, rowsInSight() - 1);
    if (row < m_top) {
        // One step up scrolls by a row; a place far away comes into the middle.
        setTop(moved(m_top, -3) <= row ? row : moved(row, -rowsInSight() / 3));
    } else if (last < row) {
        setTop(row <= moved(last, 3) ? moved(row, 1 - rowsInSight()) : moved(row, -rowsInSight() / 3));
    }
    if (!m_wraps) {
        const auto x = int(laid->layout().lineAt(row.row).cursorToX(laid->positionOf(offset)));
        QScrollBar *bar = horizontalScrollBar();
        const int room = viewport()->width() - gutterWidth() - 2 * padding();
        if (bar->maximum() < x)
            updateScrollBars();
        if (x < bar->value() + caretMargin)
            bar->setValue(x - caretMargin);
        else if (x > bar->value() + room - caretMargin)
            bar->setValue(x - room + caretMargin);
    }
}

QRect TextPane::rectOf(qint64 offset) const
{
    for (const Shown &shown : shownRows()) {
        const LaidPiece &laid = *shown.laid;
        const bool isLast = laid.piece().end >= m_pieces->bytes().size();
        if (offset < laid.piece().begin || offset > laid.piece().end ||
            (offset == laid.piece().end && !isLast) || laid.rowOf(offset) != shown.row)
            continue;
        const qreal x = laid.layout().lineAt(shown.row).cursorToX(laid.positionOf(offset));
        return {gutterWidth() + padding() + int(x) - horizontalScrollBar()->value(), int(shown.y), 1,
                rowHeight()};
    }
    return {};
}

void TextPane::paintRow(QPainter &painter, const Shown &shown) const
{
    const LaidPiece &laid = *shown.laid;
    const QTextLine line = laid.layout().lineAt(shown.row);
    const qreal left = gutterWidth() + padding() - horizontalScrollBar()->value();
    const qreal height = rowHeight();
    const int first = line.textStart();
    const int behind = first + line.textLength();
    const auto fill = [&](qint64 begin, qint64 end, theme::Role role) {
        if (end <= laid.offsetAt(first) || begin >= laid.piece().end)
            return;
        const int from = std::clamp(laid.positionOf(begin), first, behind);
        const int to = std::clamp(laid.positionOf(end), first, behind);
        qreal right = line.cursorToX(to);
        const qreal x = line.cursorToX(from);
        if (end >= laid.piece().end && laid.piece().endSize > 0 && shown.row == laid.rows() - 1 &&
            begin < laid.piece().end)
            right += fontMetrics().horizontalAdvance(u' '); // the line end
        if (right > x)
            painter.fillRect(QRectF(left + x, shown.y, right - x, height), theme::colour(palette(), role));
    };
    if (m_search) {
        for (const TextMatch &match : m_search->within(
                 laid.offsetAt(first), std::max(laid.offsetAt(behind), laid.offsetAt(first) + 1)))
            fill(match.begin, match.end, theme::Role::CautionFill);
    }
    const TextMatch selected = selection();
    if (selected.begin < selected.end)
        fill(selected.begin, selected.end, theme::Role::Selection);
    line.draw(&painter, QPointF(left, shown.y + (height - line.height()) / 2 - line.y()));
}

void TextPane::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (!m_pieces)
        return;
    const int gutter = gutterWidth();
    painter.setPen(palette().color(QPalette::Text));
    painter.setClipRect(gutter, 0, viewport()->width() - gutter, viewport()->height());
    const std::vector<Shown> rows = shownRows();
    for (const Shown &shown : rows)
        paintRow(painter, shown);
    if (hasFocus()) {
        if (const QRect caret = rectOf(m_caret); !caret.isNull())
            painter.fillRect(caret.x(), caret.y() + 1, 2, caret.height() - 2,
                             palette().color(QPalette::Text));
    }
    painter.setClipping(false);
    if (!m_lines)
        return;
    painter.setPen(theme::colour(palette(), theme::Role::SecondText));
    for (const Shown &shown : rows) {
        if (shown.row != 0 || !shown.laid->piece().beginsLine)
            continue;
        if (const std::optional<qint64> line = m_lines->lineAt(shown.laid->piece().begin))
            painter.drawText(QRectF(0, shown.y, gutter - padding(), rowHeight()),
                             Qt::AlignRight | Qt::AlignVCenter, QString::number(*line + 1));
    }
}

void TextPane::resizeEvent(QResizeEvent *event)
{
    RowsArea::resizeEvent(event);
    forgetLayout();
    setTop(m_top);
}

void TextPane::changeEvent(QEvent *event)
{
    RowsArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        forgetLayout();
        setTop(m_top);
    } else if (event->type() == QEvent::PaletteChange) {
        viewport()->update();
    }
}

QString TextPane::visibleText() const
{
    QString text;
    for (const Shown &shown : shownRows()) {
        const QTextLine line = shown.laid->layout().lineAt(shown.row);
        text += shown.laid->text().text.mid(line.textStart(), line.textLength());
        text += u'\n';
    }
    text.chop(1);
    return text;
}

qint64 TextPane::offsetInSight(int position) const
{
    for (const Shown &shown : shownRows()) {
        const QTextLine line = shown.laid->layout().lineAt(shown.row);
        if (position <= line.textLength())
            return shown.laid->offsetAt(line.textStart() + position);
        position -= line.textLength() + 1;
    }
    return m_caret;
}

int TextPane::positionInSight(qint64 offset) const
{
    int before = 0;
    for (const Shown &shown : shownRows()) {
        const QTextLine line = shown.laid->layout().lineAt(shown.row);
        const qint64 end = shown.row == shown.laid->rows() - 1
                               ? shown.laid->piece().end
                               : shown.laid->offsetAt(line.textStart() + line.textLength());
        if (offset < end || (offset == end && end >= m_pieces->bytes().size()))
            return before +
                   std::clamp(shown.laid->positionOf(offset) - line.textStart(), 0, line.textLength());
        before += line.textLength() + 1;
    }
    return std::max(0, before - 1);
}

} // namespace keydesk
