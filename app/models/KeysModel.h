#pragma once

#include "app/keys/ApiKey.h"

#include <QAbstractTableModel>

namespace keydesk {

class EnvironmentStore;
class KeyStore;
class ProviderCatalog;
class SecretStore;

/// The keys as a table. No role ever holds a token. Sort by SortRole.
class KeysModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Provider, Environment, Kind, Key, Created, LastUsed, Expires, Status, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole, ///< QUuid
        SortRole,
        ProviderIdRole,
        BadgeRole,           ///< the provider's letter
        EnvironmentIdsRole,  ///< QStringList of uuids
        ColourRole,          ///< palette name of the first environment
        StatusRole,          ///< int of ApiKey::Status, or LockedStatus
        SearchRole,          ///< all that a search looks at, in one string
    };
    static constexpr int LockedStatus = 100; ///< the keychain that holds it is locked

    KeysModel(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const SecretStore &keychain,
              QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const KeyStore &m_keys;
    const EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    const SecretStore &m_keychain;
};

/// "Works", "Refused", "Locked" …: the word for a value of KeysModel::StatusRole.
QString keyStatusWord(int status);
/// "2 min ago", "yesterday", "18 Nov", "–" for null.
QString relativeTime(const QDateTime &time, const QDateTime &now);

} // namespace keydesk
