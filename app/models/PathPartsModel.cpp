#include "app/models/PathPartsModel.h"

#include "app/http/PathParts.h"

namespace keydesk {

void PathPartsModel::setUrl(const QString &url)
{
    const QList<NameValue> before = rows();
    const QList<NameValue> after = pathPartRows(url, before);
    if (after != before)
        setRows(after);
}

int PathPartsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows().size());
}

QVariant PathPartsModel::data(const QModelIndex &index, int role) const
{
    return role == Qt::CheckStateRole ? QVariant() : NameValueModel::data(index, role);
}

bool PathPartsModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    return role == Qt::EditRole && index.column() == Value && NameValueModel::setData(index, value, role);
}

Qt::ItemFlags PathPartsModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = NameValueModel::flags(index);
    flags &= ~Qt::ItemIsUserCheckable;
    if (index.column() != Value)
        flags &= ~Qt::ItemIsEditable;
    return flags;
}

bool PathPartsModel::removeRows(int, int, const QModelIndex &)
{
    return false;
}

} // namespace keydesk
