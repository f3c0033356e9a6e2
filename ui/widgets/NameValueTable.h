#pragma once

#include <QAbstractItemDelegate>
#include <QTableView>

#include <functional>

namespace keydesk {

class VariableHints;

/// A table over a model of rows with a name in the first column (NameValueModel, PartsModel): edit in place,
/// Delete removes rows, Tab walks cells, an empty last row to type into.
class NameValueTable : public QTableView
{
    Q_OBJECT

public:
    /// What may be meant while a cell is typed into.
    using Completions = std::function<QStringList(const QModelIndex &cell)>;

    NameValueTable(QAbstractItemModel *model, const QString &accessibleName, QWidget *parent = nullptr);

    void setCompletions(const Completions &completions);
    /// {{variables}} in cells are marked from now on, and explained on hover and by Shift+F1.
    void setHints(VariableHints &hints);
    /// Names and values of request headers.
    static QStringList headerCompletions(const QModelIndex &cell);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint) override;

private:
    [[nodiscard]] bool isAtEnd(const QModelIndex &index) const;
    [[nodiscard]] bool isAtStart(const QModelIndex &index) const;
    void removeSelectedRows();
};

} // namespace keydesk
