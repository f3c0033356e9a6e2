#pragma once

#include "app/models/NameValueModel.h"

namespace keydesk {

/// The parts of a URL's path: a row for each {name} that the URL has, with a value to fill in. The names are
/// the URL's to say.
class PathPartsModel : public NameValueModel
{
    Q_OBJECT

public:
    using NameValueModel::NameValueModel;

    /// Rows for another URL; values of names that stay are kept.
    void setUrl(const QString &url);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;
};

} // namespace keydesk
