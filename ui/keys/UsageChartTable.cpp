#include "ui/keys/UsageChartTable.h"

#include "app/models/UsageModel.h"
#include "ui/keys/UsageChart.h"

#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>

namespace keydesk {

namespace {

class ChartTable;

/// One number (or day) of the table.
class ChartCell : public QAccessibleInterface, public QAccessibleTableCellInterface
{
public:
    ChartCell(UsageChart &chart, int row, int column)
        : m_chart(&chart)
        , m_row(row)
        , m_column(column)
    {
    }

    bool isValid() const override { return m_chart && m_row < m_chart->model().rowCount(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_chart.data());
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QWindow *window() const override { return m_chart ? m_chart->window()->windowHandle() : nullptr; }
    void setText(QAccessible::Text, const QString &) override {}

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        const UsageModel &model = m_chart->model();
        if (kind == QAccessible::Name || kind == QAccessible::Value)
            return model.index(m_row, m_column).data(Qt::AccessibleTextRole).toString();
        // What is read out when the keyboard moves onto a day.
        return kind == QAccessible::Description && m_column == UsageModel::Day ? model.sentence(m_row)
                                                                               : QString();
    }

    QRect rect() const override
    {
        return isValid() ? m_chart->dayRect(m_row).translated(m_chart->mapToGlobal(QPoint())) : QRect();
    }

    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.invisible = !m_chart->isVisible();
        state.focusable = m_column == UsageModel::Day;
        state.focused = state.focusable && m_chart->hasFocus() && m_chart->chosenDay() == m_row;
        state.selected = m_chart->chosenDay() == m_row;
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface *>(this)
                                                       : nullptr;
    }

    bool isSelected() const override { return state().selected; }
    QList<QAccessibleInterface *> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface *> rowHeaderCells() const override
    {
        if (m_column == UsageModel::Day)
            return {};
        return {parent()->child(m_row * UsageModel::ColumnCount)};
    }
    int columnIndex() const override { return m_column; }
    int rowIndex() const override { return m_row; }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface *table() const override { return parent(); }

private:
    QPointer<UsageChart> m_chart;
    int m_row;
    int m_column;
};

class ChartTable : public QAccessibleWidget, public QAccessibleTableInterface
{
public:
    explicit ChartTable(UsageChart *chart)
        : QAccessibleWidget(chart, QAccessible::Table)
    {
    }

    ~ChartTable() override
    {
        for (const QAccessible::Id id : std::as_const(m_cells))
            QAccessible::deleteAccessibleInterface(id);
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TableInterface)
            return static_cast<QAccessibleTableInterface *>(this);
        return QAccessibleWidget::interface_cast(type);
    }

    int childCount() const override { return rowCount() * columnCount(); }

    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        auto known = m_cells.constFind(index);
        if (known == m_cells.constEnd())
            known = m_cells.insert(index, QAccessible::registerAccessibleInterface(new ChartCell(
                                              *chart(), index / columnCount(), index % columnCount())));
        return QAccessible::accessibleInterface(*known);
    }

    int indexOfChild(const QAccessibleInterface *cell) const override
    {
        for (auto known = m_cells.cbegin(); known != m_cells.cend(); ++known) {
            if (QAccessible::accessibleInterface(*known) == cell)
                return known.key();
        }
        return -1;
    }

    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint place = chart()->mapFromGlobal(QPoint(x, y));
        for (int row = 0; row < rowCount(); ++row) {
            if (chart()->dayRect(row).contains(place))
                return child(row * columnCount());
        }
        return nullptr;
    }

    QAccessibleInterface *focusChild() const override
    {
        const std::optional<int> day = chart()->hasFocus() ? chart()->chosenDay() : std::nullopt;
        return day ? child(*day * columnCount()) : nullptr;
    }

    QAccessibleInterface *caption() const override { return nullptr; }
    QAccessibleInterface *summary() const override { return nullptr; }
    QAccessibleInterface *cellAt(int row, int column) const override
    {
        return column < 0 || column >= columnCount() ? nullptr : child(row * columnCount() + column);
    }
    QString columnDescription(int column) const override
    {
        return model().headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    }
    QString rowDescription(int row) const override
    {
        return model().index(row, UsageModel::Day).data(Qt::AccessibleTextRole).toString();
    }
    int columnCount() const override { return UsageModel::ColumnCount; }
    int rowCount() const override { return model().rowCount(); }

    int selectedCellCount() const override { return 0; }
    QList<QAccessibleInterface *> selectedCells() const override { return {}; }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override { return 0; }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override { return {}; }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int) const override { return false; }
    bool selectRow(int) override { return false; }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int) override { return false; }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent *) override {}

private:
    [[nodiscard]] UsageChart *chart() const { return static_cast<UsageChart *>(object()); }
    [[nodiscard]] const UsageModel &model() const { return chart()->model(); }

    mutable QHash<int, QAccessible::Id> m_cells;
};

QAccessibleInterface *makeTable(const QString &, QObject *object)
{
    auto *chart = qobject_cast<UsageChart *>(object);
    return chart ? new ChartTable(chart) : nullptr;
}

} // namespace

void installUsageChartTable()
{
    QAccessible::installFactory(&makeTable); // which looks for the same one first
}

} // namespace keydesk
