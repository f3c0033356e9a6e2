#include "ui/viewer/CsvTable.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <limits>
#include <map>

namespace keydesk {

namespace {

/// A value, or a column's name.
class CellReader final : public QAccessibleInterface, public QAccessibleTableCellInterface
{
public:
    CellReader(CsvTable &table, const CsvTable::Place &place)
        : m_table(&table)
        , m_place(place)
    {
    }

    bool isValid() const override
    {
        return m_table && m_place.row < m_table->rowCount() && m_place.column < m_table->columnCount();
    }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return isValid() ? parent()->window() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_table); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessible::Role role() const override
    {
        return m_place.row < m_table->firstRow() ? QAccessible::ColumnHeader : QAccessible::Cell;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name || kind == QAccessible::Value ? m_table->shownValue(m_place)
                                                                       : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        const QRect place = m_table->rectOf(m_place);
        return place.isNull() ? QRect()
                              : QRect(m_table->viewport()->mapToGlobal(place.topLeft()), place.size());
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        state.focusable = true;
        state.selectable = true;
        state.selected = isSelected();
        state.focused = m_table->hasFocus() && m_table->current() == m_place;
        state.offscreen = m_table->rectOf(m_place).isNull();
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface *>(this)
                                                       : nullptr;
    }

    bool isSelected() const override { return m_table->isSelected(m_place); }
    QList<QAccessibleInterface *> columnHeaderCells() const override
    {
        if (!m_table->hasHeader() || m_place.row == 0)
            return {};
        return {parent()->tableInterface()->cellAt(0, m_place.column)};
    }
    QList<QAccessibleInterface *> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_place.column; }
    int rowIndex() const override { return int(m_place.row); }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface *table() const override { return parent(); }

private:
    QPointer<CsvTable> m_table;
    CsvTable::Place m_place;
};

/// Rows and columns as they are in the file; cells are made when somebody asks for them.
class CsvTableReader final : public QAccessibleWidget, public QAccessibleTableInterface
{
public:
    explicit CsvTableReader(CsvTable &table)
        : QAccessibleWidget(&table, QAccessible::Table)
        , m_table(table)
    {
    }
    ~CsvTableReader() override { forgetCells(); }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableInterface ? static_cast<QAccessibleTableInterface *>(this)
                                                   : QAccessibleWidget::interface_cast(type);
    }
    int childCount() const override { return rowCount() * columnCount(); }
    QAccessibleInterface *child(int index) const override
    {
        return columnCount() > 0 ? cellAt(index / columnCount(), index % columnCount()) : nullptr;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const auto place = m_table.placeAt(m_table.viewport()->mapFromGlobal(QPoint(x, y)));
        return place ? cellAt(int(place->row), place->column) : nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        auto *cell = const_cast<QAccessibleInterface *>(child)->tableCellInterface();
        return cell ? cell->rowIndex() * columnCount() + cell->columnIndex() : -1;
    }
    QAccessibleInterface *focusChild() const override
    {
        return m_table.hasFocus() ? cellAt(int(m_table.current().row), m_table.current().column) : nullptr;
    }

    QAccessibleInterface *caption() const override { return nullptr; }
    QAccessibleInterface *summary() const override { return nullptr; }
    QAccessibleInterface *cellAt(int row, int column) const override
    {
        if (row < 0 || column < 0 || row >= rowCount() || column >= columnCount())
            return nullptr;
        constexpr size_t most = 4096;
        if (m_cells.size() >= most)
            forgetCells();
        const auto known = m_cells.find({row, column});
        if (known != m_cells.end())
            return QAccessible::accessibleInterface(known->second);
        auto *cell = new CellReader(m_table, {row, column});
        m_cells[{row, column}] = QAccessible::registerAccessibleInterface(cell);
        return cell;
    }
    int selectedCellCount() const override { return int(selectedRows().size() * selectedColumns().size()); }
    QList<QAccessibleInterface *> selectedCells() const override
    {
        return {cellAt(int(m_table.current().row), m_table.current().column)};
    }
    QString columnDescription(int column) const override { return m_table.columnName(column); }
    QString rowDescription(int row) const override
    {
        return QString::number(row - int(m_table.firstRow()) + 1);
    }
    int selectedColumnCount() const override { return int(selectedColumns().size()); }
    int selectedRowCount() const override { return int(selectedRows().size()); }
    int columnCount() const override { return m_table.columnCount(); }
    /// As many as there are numbers for their cells.
    int rowCount() const override
    {
        return int(std::min<qint64>(m_table.rowCount(),
                                    std::numeric_limits<int>::max() / std::max(1, columnCount())));
    }
    QList<int> selectedColumns() const override
    {
        return between(m_table.current().column, m_table.anchor().column);
    }
    QList<int> selectedRows() const override { return between(m_table.current().row, m_table.anchor().row); }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent *) override { forgetCells(); }

private:
    static QList<int> between(qint64 one, qint64 other)
    {
        constexpr qsizetype most = 1000;
        QList<int> all;
        for (qint64 each = std::min(one, other); each <= std::max(one, other) && all.size() < most; ++each)
            all << int(each);
        return all;
    }
    void forgetCells() const
    {
        for (const auto &[place, id] : m_cells)
            QAccessible::deleteAccessibleInterface(id);
        m_cells.clear();
    }

    CsvTable &m_table;
    mutable std::map<std::pair<int, int>, QAccessible::Id> m_cells;
};

} // namespace

void makeCsvTablesReadable()
{
    QAccessible::installFactory([](const QString &, QObject *object) -> QAccessibleInterface * {
        auto *table = qobject_cast<CsvTable *>(object);
        return table ? new CsvTableReader(*table) : nullptr;
    });
}

} // namespace keydesk
