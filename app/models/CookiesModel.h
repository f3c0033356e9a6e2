#pragma once

#include "app/http/Cookie.h"

#include <QAbstractTableModel>

namespace keydesk {

/// The cookies of a jar as a table. No role ever holds a value: dots stand for it, whatever its length.
class CookiesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, Origin, Path, Expires, Flags, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole,
        SearchRole, ///< on any column: the words of the row
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Rows that stay keep their place in views.
    void setCookies(const QList<Cookie> &cookies);
    [[nodiscard]] const QList<Cookie> &cookies() const { return m_cookies; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QString text(const Cookie &cookie, int column);

    QList<Cookie> m_cookies;
};

} // namespace keydesk
