#pragma once

#include <QAbstractListModel>

namespace keydesk {

class EnvironmentStore;
class ProviderCatalog;

/// The environments as a list, for the switcher, the list and filters. Display: the name; drag and drop moves rows.
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

    EnvironmentsModel(EnvironmentStore &environments, const ProviderCatalog &providers, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
};

} // namespace keydesk
