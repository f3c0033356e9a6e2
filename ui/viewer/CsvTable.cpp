#include "ui/viewer/CsvTable.h"

#include "ui/theme/Theme.h"

#include <QAccessible>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <limits>
#include <numeric>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int padding = theme::gap;
constexpr int narrowest = 48; // columns, in pixels
constexpr int widest = 320;   // as long as nobody drags them
constexpr int usual = 100;    // of what has not been in sight
constexpr int slack = 4;      // beside a text, whose width is no whole number
constexpr int shownLength = 300;

} // namespace

CsvTable::CsvTable(QWidget *parent)
    : RowsArea(parent)
{
    viewport()->setMouseTracking(true);
}

CsvTable::~CsvTable() = default;

void CsvTable::setIndex(const CsvIndex *index, bool hasHeader)
{
    m_index = index;
    m_hasHeader = hasHeader;
    m_current = m_anchor = {firstRow(), 0};
    m_found.reset();
    m_pending.reset();
    m_widths.clear();
    m_dragged.clear();
    m_read.clear();
    verticalScrollBar()->setValue(0);
    horizontalScrollBar()->setValue(0);
    refresh();
    Q_EMIT currentChanged();
}

void CsvTable::refresh()
{
    m_read.clear();
    fitColumns();
    if (m_pending)
        select(m_pending->begin, m_pending->end);
}

const CsvRow &CsvTable::rowAt(qint64 row) const
{
    if (const auto known = m_read.find(row); known != m_read.end())
        return known->second;
    const auto before = m_read.find(row - 1);
    const qint64 begin =
        before != m_read.end() && !before->second.isCut ? before->second.end : m_index->beginOf(row);
    return m_read.emplace(row, m_index->rows().row(begin)).first->second;
}

QFont CsvTable::nameFont() const
{
    QFont bold = font();
    bold.setWeight(m_hasHeader ? QFont::DemiBold : QFont::Normal);
    return bold;
}

int CsvTable::rowHeight() const
{
    return std::max(theme::rowHeight - 2, fontMetrics().height() + padding);
}

int CsvTable::gutterWidth() const
{
    constexpr int leastDigits = 3;
    const auto digits = QString::number(rowCount()).size();
    return fontMetrics().horizontalAdvance(u'0') * std::max<int>(leastDigits, int(digits)) + 2 * padding;
}

QRect CsvTable::rowsRect() const
{
    return viewport()->rect().adjusted(0, rowHeight(), 0, 0);
}

qint64 CsvTable::topRow() const
{
    return firstRow() + verticalScrollBar()->value();
}

int CsvTable::columnX(int column) const
{
    return std::accumulate(m_widths.begin(), m_widths.begin() + column,
                           gutterWidth() - horizontalScrollBar()->value());
}

int CsvTable::columnAt(int x) const
{
    int right = gutterWidth() - horizontalScrollBar()->value();
    for (int column = 0; column < columnCount(); ++column) {
        right += m_widths[size_t(column)];
        if (x < right)
            return column;
    }
    return std::max(0, columnCount() - 1);
}

int CsvTable::boundaryAt(const QPoint &point) const
{
    constexpr int near = 4;
    if (point.y() >= rowHeight() || point.x() < gutterWidth())
        return -1;
    const int column = columnAt(point.x() - near);
    return std::abs(columnX(column) + m_widths[size_t(column)] - point.x()) <= near ? column : -1;
}

qint64 CsvTable::rowUnder(int y) const
{
    const qint64 row = topRow() + (y < rowHeight() ? (y < 0 ? -1 : 0) : y / rowHeight() - 1);
    return std::clamp(row, std::min(firstRow(), rowCount()), std::max(firstRow(), rowCount() - 1));
}

/// As wide as what is in sight, and as many.
void CsvTable::fitColumns()
{
    const qint64 top = topRow();
    const qint64 behind = std::min(rowCount(), top + rowsInSight() + 2);
    std::erase_if(m_read, [top, behind](const auto &read) {
        return read.first > 0 && (read.first < top || read.first >= behind);
    });
    std::vector<qint64> rows;
    if (m_hasHeader && rowCount() > 0)
        rows.push_back(0);
    for (qint64 row = top; row < behind; ++row)
        rows.push_back(row);
    for (const qint64 row : rows)
        m_widths.resize(std::max(m_widths.size(), rowAt(row).cells.size()), usual);
    const int right = viewport()->width();
    int x = gutterWidth() - horizontalScrollBar()->value();
    for (int column = 0; column < columnCount() && x < right; ++column) {
        int &width = m_widths[size_t(column)];
        if (x + width > 0 && !m_dragged.contains(column)) {
            int needed = QFontMetrics(nameFont()).horizontalAdvance(columnName(column));
            for (const qint64 row : rows)
                needed = std::max(needed, fontMetrics().horizontalAdvance(shownValue({row, column})));
            width = std::max(width == usual ? 0 : width,
                             std::clamp(needed + 2 * padding + slack, narrowest, widest));
        }
        x += width;
    }
    updateScrollBars();
    viewport()->update();
}

void CsvTable::updateScrollBars()
{
    const qint64 rows = std::max<qint64>(0, rowCount() - firstRow() - rowsInSight());
    verticalScrollBar()->setRange(0, int(std::min<qint64>(rows, std::numeric_limits<int>::max())));
    verticalScrollBar()->setPageStep(rowsInSight());
    const int width = std::accumulate(m_widths.begin(), m_widths.end(), gutterWidth());
    horizontalScrollBar()->setRange(0, std::max(0, width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(usual / 2);
}

void CsvTable::scrollContentsBy(int, int)
{
    fitColumns();
}

QString CsvTable::columnName(int column) const
{
    return m_hasHeader && rowCount() > 0 ? shownValue({0, column}) : QString::number(column + 1);
}

QString CsvTable::shownValue(const Place &place) const
{
    if (!m_index || place.row >= rowCount())
        return {};
    const CsvRow &row = rowAt(place.row);
    if (place.column >= int(row.cells.size()))
        return {};
    constexpr qint64 longestCharacter = 4;
    const CsvCell &cell = row.cells[size_t(place.column)];
    const TextPieces &text = m_index->rows().text();
    const qint64 read = std::min(cell.end - cell.begin, (shownLength + 1) * longestCharacter);
    QString shown = shownText(text.bytes().read(cell.begin, read), text.coding()).text;
    if (cell.isQuoted)
        shown.replace(u"\"\""_s, u"\""_s);
    shown.replace(u'\n', u'↵').replace(u'\t', u' ');
    const bool isLast = place.column + 1 == int(row.cells.size());
    if (shown.size() > shownLength || read < cell.end - cell.begin || (isLast && row.isCut))
        shown = shown.left(shownLength) + u'…';
    return shown;
}

bool CsvTable::isSelected(const Place &place) const
{
    const auto [top, bottom] = std::minmax(m_current.row, m_anchor.row);
    const auto [left, right] = std::minmax(m_current.column, m_anchor.column);
    return place.row >= top && place.row <= bottom && place.column >= left && place.column <= right;
}

QRect CsvTable::rectOf(const Place &place) const
{
    const bool isHeader = m_hasHeader && place.row == 0;
    const qint64 down = isHeader ? 0 : place.row - topRow() + 1;
    if (place.row >= rowCount() || place.column >= columnCount() || (!isHeader && down < 1) ||
        down > rowsInSight() + 1)
        return {};
    return {columnX(place.column), int(down) * rowHeight(), m_widths[size_t(place.column)], rowHeight()};
}

std::optional<CsvTable::Place> CsvTable::placeAt(const QPoint &point) const
{
    if (point.x() < gutterWidth() || rowCount() == 0 || columnCount() == 0)
        return {};
    if (point.y() < rowHeight())
        return m_hasHeader ? std::optional(Place{0, columnAt(point.x())}) : std::nullopt;
    return topRow() + point.y() / rowHeight() - 1 < rowCount()
               ? std::optional(Place{rowUnder(point.y()), columnAt(point.x())})
               : std::nullopt;
}

void CsvTable::paintCell(QPainter &painter, const QRect &cell, const Place &place) const
{
    const bool isCurrent = place == m_current;
    const CsvRow &row = rowAt(place.row);
    const bool isThere = place.column < int(row.cells.size());
    if (isThere && m_search) {
        const CsvCell &value = row.cells[size_t(place.column)];
        if (!m_search->within(value.begin, std::max(value.end, value.begin + 1)).empty())
            painter.fillRect(cell, theme::colour(palette(), theme::Role::CautionFill));
    }
    if (isSelected(place))
        painter.fillRect(
            cell, theme::colour(palette(), hasFocus() ? theme::Role::Selection : theme::Role::NeutralFill));
    const QString text = shownValue(place);
    bool isNumber = false;
    std::ignore = text.toDouble(&isNumber);
    const QRect inner = cell.adjusted(padding, 0, -padding, 0);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(inner,
                     int(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft)) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    if (isCurrent && hasFocus()) {
        painter.setPen(theme::colour(palette(), theme::Role::Accent));
        painter.drawRect(cell.adjusted(0, 0, -1, -1));
    }
}

void CsvTable::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (!m_index || rowCount() == 0)
        return;
    const QColor line = theme::colour(palette(), theme::Role::Hairline);
    const QColor quiet = theme::colour(palette(), theme::Role::SecondText);
    const QColor pane = theme::colour(palette(), theme::Role::Pane);
    const int height = rowHeight();
    const int gutter = gutterWidth();
    const int width = viewport()->width();
    const qint64 top = topRow();
    const int rows = int(std::min<qint64>(rowsInSight() + 2, rowCount() - top));
    painter.save();
    painter.setClipRect(gutter, height, width - gutter, viewport()->height() - height);
    int x = columnX(0);
    for (int column = 0; column < columnCount() && x < width; x += m_widths[size_t(column)], ++column) {
        if (x + m_widths[size_t(column)] <= gutter)
            continue;
        for (int i = 0; i < rows; ++i)
            paintCell(painter, {x, (i + 1) * height, m_widths[size_t(column)] - 1, height - 1},
                      {top + i, column});
        painter.fillRect(x + m_widths[size_t(column)] - 1, height, 1, rows * height, line);
    }
    for (int i = 0; i < rows; ++i)
        painter.fillRect(gutter, (i + 2) * height - 1, std::min(x, width) - gutter, 1, line);
    painter.restore();

    painter.fillRect(0, 0, gutter, viewport()->height(), pane);
    painter.fillRect(0, 0, width, height, pane);
    painter.setPen(quiet);
    for (int i = 0; i < rows; ++i)
        painter.drawText(QRect(0, (i + 1) * height, gutter - padding, height),
                         Qt::AlignVCenter | Qt::AlignRight,
                         locale().toString(top + i - firstRow() + 1).remove(locale().groupSeparator()));
    painter.setClipRect(gutter, 0, width - gutter, height);
    painter.setFont(nameFont());
    x = columnX(0);
    for (int column = 0; column < columnCount() && x < width; x += m_widths[size_t(column)], ++column) {
        const QRect cell(x, 0, m_widths[size_t(column)] - 1, height);
        if (m_hasHeader && m_current == Place{0, column})
            painter.fillRect(cell, theme::colour(palette(), theme::Role::Selection));
        painter.setPen(m_hasHeader ? palette().color(QPalette::Text) : quiet);
        const QRect inner = cell.adjusted(padding, 0, -padding, 0);
        painter.drawText(inner, int(Qt::AlignVCenter | Qt::AlignLeft) | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(columnName(column), Qt::ElideRight, inner.width()));
        painter.fillRect(cell.right() + 1, 0, 1, height, line);
    }
    painter.setClipping(false);
    painter.fillRect(0, height - 1, width, 1, line);
    painter.fillRect(gutter - 1, 0, 1, viewport()->height(), line);
}

void CsvTable::resizeEvent(QResizeEvent *event)
{
    RowsArea::resizeEvent(event);
    fitColumns();
}

void CsvTable::changeEvent(QEvent *event)
{
    RowsArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitColumns();
    viewport()->update();
}

void CsvTable::bringIntoSight(const Place &place)
{
    updateScrollBars(); // more rows may have been counted since
    QScrollBar *down = verticalScrollBar();
    if (!m_hasHeader || place.row > 0) {
        const auto value = int(std::min<qint64>(place.row - firstRow(), std::numeric_limits<int>::max()));
        if (value < down->value())
            down->setValue(value);
        else if (value >= down->value() + rowsInSight())
            down->setValue(value - rowsInSight() + 1);
    }
    fitColumns(); // those of its row are as many as it has
    if (place.column >= columnCount())
        return;
    QScrollBar *across = horizontalScrollBar();
    const int left = columnX(place.column) - gutterWidth();
    const int right = left + m_widths[size_t(place.column)] + gutterWidth() - viewport()->width();
    if (left < 0 || right > left)
        across->setValue(across->value() + left);
    else if (right > 0)
        across->setValue(across->value() + right);
}

void CsvTable::setCurrent(const Place &place, bool keepsAnchor)
{
    m_found.reset();
    m_pending.reset();
    m_current = {std::clamp<qint64>(place.row, 0, std::max<qint64>(0, rowCount() - 1)),
                 std::clamp(place.column, 0, std::max(0, columnCount() - 1))};
    if (!keepsAnchor)
        m_anchor = m_current;
    bringIntoSight(m_current);
    viewport()->update();
    const qint64 cell = m_current.row * columnCount() + m_current.column;
    if (hasFocus() && cell <= std::numeric_limits<int>::max()) {
        QAccessibleEvent focus(this, QAccessible::Focus);
        focus.setChild(int(cell));
        QAccessible::updateAccessibility(&focus);
    }
    Q_EMIT currentChanged();
}

const TextPieces *CsvTable::searchedText() const
{
    return m_index ? &m_index->rows().text() : nullptr;
}

TextMatch CsvTable::selection() const
{
    if (m_found)
        return *m_found;
    if (!m_index || m_current.row >= rowCount())
        return {};
    const CsvRow &row = rowAt(m_current.row);
    const qint64 begin =
        m_current.column < int(row.cells.size()) ? row.cells[size_t(m_current.column)].begin : row.end;
    return {begin, begin};
}

void CsvTable::select(qint64 anchor, qint64 caret)
{
    const TextMatch place{std::min(anchor, caret), std::max(anchor, caret)};
    if (!m_index)
        return;
    const std::optional<qint64> row = m_index->rowAt(place.begin);
    if (row) {
        const std::vector<CsvCell> &cells = rowAt(*row).cells;
        const auto behind = std::partition_point(cells.begin(), cells.end(), [&place](const CsvCell &cell) {
            return cell.begin - (cell.isQuoted ? 1 : 0) <= place.begin;
        });
        m_widths.resize(std::max(m_widths.size(), cells.size()), usual);
        setCurrent({*row, std::max(0, int(behind - cells.begin()) - 1)});
        m_found = place;
        Q_EMIT currentChanged();
        return;
    }
    m_found = place; // so that the search goes on from there
    m_pending = place;
}

void CsvTable::setSearch(const TextSearch *search)
{
    m_search = search;
    viewport()->update();
}

} // namespace keydesk
