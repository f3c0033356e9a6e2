#pragma once

#include "app/environments/Environment.h"

#include <QAbstractListModel>

namespace keydesk {

class EnvironmentStore;
class ProviderCatalog;

/// The environments as a list, for the switcher, the list and filters. Display: the name; drag and drop moves
/// rows (a QListView with InternalMove calls `moveRows`).
class EnvironmentsModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        ProviderNameRole,
        BadgeRole,
        ColourRole,    ///< palette name
        ProtectedRole, ///< bool
        FullNameRole,  ///< "Production · Talkover"
    };

    EnvironmentsModel(EnvironmentStore &environments, const ProviderCatalog &providers,
                      QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override;
    /// One row: the store keeps the new order.
    bool moveRows(const QModelIndex &sourceParent, int sourceRow, int count,
                  const QModelIndex &destinationParent, int destinationChild) override;

Q_SIGNALS:
    void failed(const keydesk::Error &error); ///< a new order that could not be stored

private:
    void takeOver();

    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    QList<Environment> m_rows; // what views were told of; the store is a step ahead while it tells them
};

} // namespace keydesk
