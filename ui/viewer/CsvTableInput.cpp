#include "ui/viewer/CsvTable.h"
#include "ui/viewer/LargeCopy.h"

#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// A value that has a tab, a line end or a quote in it would be several for whoever gets it.
QString tabSeparated(QString value)
{
    if (value.contains(u'\t') || value.contains(u'\n') || value.contains(u'\r') || value.startsWith(u'"'))
        value = u'"' + value.replace(u"\""_s, u"\"\""_s) + u'"';
    return value;
}

QString tabSeparated(const CsvRows &rows, const CsvRow &row, int left, int right)
{
    QString text;
    for (int column = left; column <= right && column < int(row.cells.size()); ++column) {
        if (column > left)
            text += u'\t';
        text += tabSeparated(rows.value(row.cells[size_t(column)]));
    }
    return text;
}

} // namespace

void CsvTable::selectAll()
{
    m_anchor = {firstRow(), 0};
    m_found.reset();
    m_current = {std::max<qint64>(0, rowCount() - 1), std::max(0, columnCount() - 1)};
    viewport()->update();
    Q_EMIT currentChanged();
}

void CsvTable::copy()
{
    if (!m_index || std::max(m_current.row, m_anchor.row) >= rowCount())
        return;
    const auto [top, bottom] = std::minmax({m_current.row, m_anchor.row});
    const auto [left, right] = std::minmax({m_current.column, m_anchor.column});
    const bool isToEnd = bottom + 1 >= rowCount() && m_index->isComplete();
    const qint64 begin = m_index->beginOf(top);
    const qint64 end = isToEnd ? m_index->rows().text().bytes().size()
                       : bottom + 1 < rowCount()
                           ? m_index->beginOf(bottom + 1)
                           : m_index->rows().row(m_index->beginOf(bottom), CsvRows::longestQuoted).end;
    const auto read = [rows = m_index->rows(), begin, end, left = left,
                       right = right](const std::atomic<bool> &stop, std::atomic<int> &percent) {
        constexpr int whole = 100;
        QStringList lines;
        qint64 at = begin;
        const auto add = [&](qint64 next) {
            lines << tabSeparated(rows, rows.row(at, next - at), left, right);
            at = next;
            percent = int((at - begin) * (whole - 1) / (end - begin));
            return !stop;
        };
        rows.scan(begin, end, stop, add);
        if (!stop)
            add(end);
        return lines.join(u'\n');
    };
    copyToClipboard(*this, end - begin, read);
}

void CsvTable::keyPressEvent(QKeyEvent *event)
{
    const bool keeps = event->modifiers() & Qt::ShiftModifier;
    const bool control = event->modifiers() & Qt::ControlModifier;
    const qint64 last = std::max<qint64>(firstRow(), rowCount() - 1);
    const auto to = [&](qint64 row, int column) {
        setCurrent({std::clamp<qint64>(row, firstRow(), last), column}, keeps);
    };
    const auto [row, column] = m_current;
    if (event->matches(QKeySequence::Copy)) {
        copy();
    } else if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
    } else {
        switch (event->key()) {
        case Qt::Key_Up:
            to(control ? firstRow() : row - 1, column);
            break;
        case Qt::Key_Down:
            to(control ? last : row + 1, column);
            break;
        case Qt::Key_Left:
            to(row, control ? 0 : column - 1);
            break;
        case Qt::Key_Right:
            to(row, control ? columnCount() - 1 : column + 1);
            break;
        case Qt::Key_PageUp:
            to(row - rowsInSight(), column);
            break;
        case Qt::Key_PageDown:
            to(row + rowsInSight(), column);
            break;
        case Qt::Key_Home:
            to(control ? firstRow() : row, 0);
            break;
        case Qt::Key_End:
            to(control ? last : row, columnCount() - 1);
            break;
        default:
            RowsArea::keyPressEvent(event);
            return;
        }
    }
    event->accept();
}

void CsvTable::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || rowCount() == 0)
        return;
    const QPoint place = event->position().toPoint();
    const bool keeps = event->modifiers() & Qt::ShiftModifier;
    m_resizing = boundaryAt(place);
    if (m_resizing >= 0)
        return;
    if (place.x() < gutterWidth() && place.y() >= rowHeight()) { // the whole row
        const qint64 row = rowUnder(place.y());
        m_anchor = {keeps ? m_anchor.row : row, 0};
        m_found.reset();
        m_current = {row, std::max(0, columnCount() - 1)};
        viewport()->update();
        Q_EMIT currentChanged();
    } else if (const std::optional<Place> under = placeAt(place); under && under->row >= firstRow()) {
        setCurrent(*under, keeps);
    }
}

void CsvTable::mouseMoveEvent(QMouseEvent *event)
{
    constexpr int least = 24; // pixels
    const QPoint place = event->position().toPoint();
    if (m_resizing >= 0) {
        m_widths[size_t(m_resizing)] = std::max(least, place.x() - columnX(m_resizing));
        m_dragged.insert(m_resizing);
        fitColumns();
        return;
    }
    if (!(event->buttons() & Qt::LeftButton))
        viewport()->setCursor(boundaryAt(place) >= 0 ? Qt::SplitHCursor : Qt::ArrowCursor);
    RowsArea::mouseMoveEvent(event);
}

void CsvTable::dragTo(const QPoint &place)
{
    if (rowCount() > 0)
        setCurrent({std::max(rowUnder(place.y()), firstRow()), columnAt(place.x())}, true);
}

void CsvTable::mouseReleaseEvent(QMouseEvent *event)
{
    RowsArea::mouseReleaseEvent(event);
    m_resizing = -1;
}

void CsvTable::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copying = menu->addAction(tr("&Copy"), this, &CsvTable::copy);
    copying->setShortcut(QKeySequence::Copy);
    copying->setEnabled(rowCount() > 0);
    menu->addAction(tr("Select &All"), this, &CsvTable::selectAll)->setShortcut(QKeySequence::SelectAll);
    menu->popup(event->globalPos());
}

} // namespace keydesk
