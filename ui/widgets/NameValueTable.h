#pragma once

#include <QTableView>

namespace keydesk {

class NameValueModel;

/// A table over a NameValueModel: edit in place, Delete removes rows, Tab walks cells, an empty last row to type into.
class NameValueTable : public QTableView
{
    Q_OBJECT

public:
    NameValueTable(NameValueModel *model, const QString &accessibleName, QWidget *parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace keydesk
