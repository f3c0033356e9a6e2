#pragma once

#include <QAbstractItemDelegate>
#include <QTableView>

namespace keydesk {

class NameValueModel;

/// A table over a NameValueModel: edit in place, Delete removes rows, Tab walks cells, an empty last row to
/// type into.
class NameValueTable : public QTableView
{
    Q_OBJECT

public:
    NameValueTable(NameValueModel *model, const QString &accessibleName, QWidget *parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint) override;

private:
    [[nodiscard]] bool isAtEnd(const QModelIndex &index) const;
    [[nodiscard]] bool isAtStart(const QModelIndex &index) const;
    void removeSelectedRows();
};

} // namespace keydesk
