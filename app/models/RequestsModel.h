#pragma once

#include "app/providers/Provider.h"

#include <QAbstractItemModel>

#include <memory>

namespace keydesk {

class ProviderCatalog;

/// The providers' ready requests as a tree: provider → group → request.
class RequestsModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        MethodRole = Qt::UserRole, ///< empty for providers and groups
        BadgeRole,
        ProviderIdRole,
        CountRole, ///< requests below, for groups
        NoteRole,
    };

    explicit RequestsModel(const ProviderCatalog &providers, QObject *parent = nullptr);
    ~RequestsModel() override;

    /// The request at `index`; nullptr for a provider or a group.
    [[nodiscard]] const ProviderRequest *request(const QModelIndex &index) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node;
    std::unique_ptr<Node> m_root;
};

} // namespace keydesk
