#pragma once

#include "app/keys/KeyDue.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QTimer>

#include <optional>

namespace keydesk {

class DueWatch;
class EnvironmentStore;
class KeyStore;
class ProviderCatalog;
class KeyRing;

/// The keys as a table: empty until the store has read them. No role ever holds a token. Sort by SortRole.
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
        StatusRole,          ///< int of ApiKey::Status, LockedStatus or DueStatus
        DueRole,             ///< whether something should be done about it, whatever its status
        SearchRole,          ///< all that a search looks at, in one string
    };
    static constexpr int LockedStatus = 100; ///< the keychain or file that holds it is locked
    static constexpr int DueStatus = 101;    ///< it works or was not checked, and is due

    KeysModel(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring,
              const DueWatch &due, QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    /// An invalid one if the key is not in the list.
    [[nodiscard]] QModelIndex indexOf(const QUuid &keyId, int column = Name) const;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// The environments that use a key.
    struct Users
    {
        QStringList names;
        QStringList ids;
        QString colour; ///< of the first
    };

    [[nodiscard]] Users usersOf(const QUuid &keyId) const;
    [[nodiscard]] QString searchText(int row) const;
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] QVariant sortValue(int row, int column) const;
    void refresh(int firstColumn, int lastColumn);
    void growOlder();
    bool catchUp();

    const KeyStore &m_keys;
    const EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    const KeyRing &m_ring;
    const DueWatch &m_due;
    int m_rows = 0; // the store changes before it says so; the model must not
    bool m_hasCaughtUp = false; // with a store whose rows are read later
    mutable std::optional<QHash<QUuid, Users>> m_users; // made when it is first asked for
    QTimer m_minute; // relative times grow old
    QDateTime m_grownAt = QDateTime::currentDateTimeUtc();
};

/// What KeysModel::StatusRole says of a key.
int shownStatus(const ApiKey &key, const KeyRing &ring, const KeyDue &due = {});
/// "Works", "Refused", "Locked" …: the word for a value of KeysModel::StatusRole.
QString keyStatusWord(int status);
/// "–" for null, "in 9 days" for the next month, "30 Nov 2027" beyond, "3 days ago" for what is over.
QString expiryTime(const QDateTime &time, const QDateTime &now);
/// "2 min ago", "yesterday", "18 Nov", "–" for null.
QString relativeTime(const QDateTime &time, const QDateTime &now);

} // namespace keydesk
