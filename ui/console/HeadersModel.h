#pragma once

#include "app/http/PreparedRequest.h"

#include <QAbstractTableModel>

namespace keydesk {

class Redactor;

/// The headers of a response, in their order, credentials redacted.
class HeadersModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, ColumnCount };

    explicit HeadersModel(const Redactor &redactor, QObject *parent = nullptr);

    void setHeaders(const Headers &headers);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const Redactor &m_redactor;
    QList<QPair<QString, QString>> m_rows;
};

} // namespace keydesk
