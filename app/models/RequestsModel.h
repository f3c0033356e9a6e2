#pragma once

#include "app/catalogue/Catalogue.h"
#include "app/providers/Provider.h"

#include <QAbstractItemModel>

#include <memory>
#include <optional>

namespace keydesk {

class CatalogueStore;
class ProviderCatalog;

/// The documented calls as a tree: provider → group → call. Until the catalogues are read it shows the
/// providers' few ready requests; with them those that a catalogue does not cover. An imported catalogue that
/// no provider names stands for itself.
class RequestsModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        MethodRole =
            Qt::UserRole, ///< empty for providers and groups, and where the documentation does not tell it
        BadgeRole,
        ProviderIdRole,  ///< empty below an imported catalogue that no provider names
        CatalogueIdRole, ///< of an imported catalogue, on its top row
        CountRole,       ///< requests below, for groups
        NoteRole,
        CanBeCalledRole, ///< false for a call that was announced without its path; nothing for providers and
                         ///< groups
    };

    RequestsModel(const ProviderCatalog &providers, const CatalogueStore &catalogues,
                  QObject *parent = nullptr);
    ~RequestsModel() override;

    /// The request at `index`, ready to be sent; nothing for a provider, a group, or a call that cannot be
    /// made.
    [[nodiscard]] std::optional<RequestSpec> request(const QModelIndex &index) const;
    /// The same for the same request whenever it is asked for: provider, group, name and call.
    [[nodiscard]] QString requestId(const QModelIndex &index) const;
    /// Whether all of these words stand in the name, the method, the path or the description.
    [[nodiscard]] bool matches(const QModelIndex &index, const QStringList &words) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node;
    void fill();

    const ProviderCatalog &m_providers;
    const CatalogueStore &m_catalogues;
    QList<CataloguePtr> m_shown; // what the nodes point into
    std::unique_ptr<Node> m_root;
};

} // namespace keydesk
