#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"
#include "app/keys/AuditTrail.h"

#include <QObject>

#include <functional>
#include <optional>

namespace keydesk {

class Database;

/// The index of keys: rows in SQLite, held in memory, in order of creation. No token comes near it. UI thread.
/// A row is `pending` from before its secret is written until the secret was read back; pending rows are not in `all()`.
class KeyStore : public QObject
{
    Q_OBJECT

public:
    explicit KeyStore(Database &database, QObject *parent = nullptr);

    Result<void> load();
    [[nodiscard]] const QList<ApiKey> &all() const { return m_keys; }
    [[nodiscard]] std::optional<ApiKey> find(const QUuid &id) const;

    /// The keyed hash (BLAKE2b under this installation's random key) that recognises a token without storing it.
    [[nodiscard]] QByteArray fingerprint(const Secret &token) const;
    [[nodiscard]] std::optional<ApiKey> findByFingerprint(const QByteArray &fingerprint) const;

    Result<void> insertPending(const ApiKey &key);
    Result<void> confirm(const QUuid &id); ///< pending → stored; `added` follows
    /// Like `remove`, for a pending row: its secret may have been written.
    Result<void> discardPending(const QUuid &id);
    [[nodiscard]] QList<ApiKey> pending() const;

    /// Everything but id, fingerprint, hint and creation. Writes only what differs from the key as it is here, so that two processes do not
    /// undo each other's changes. Error::Conflict if another one changed the same thing meanwhile: the key here is then as that one left it.
    Result<void> update(const ApiKey &key);
    /// Takes over what another process wrote. Costs one short query if there is nothing.
    Result<void> refresh();
    /// Removes the row and notes the secret as left over, in one transaction.
    Result<void> remove(const QUuid &id);
    struct Leftover
    {
        QUuid id;
        SecretPlace place;
    };
    [[nodiscard]] QList<Leftover> leftovers() const;
    Result<void> forgetLeftover(const QUuid &id);

    /// Goes into the audit trail, under the name that the key has now.
    Result<void> addEvent(const QUuid &id, KeyAction action, const QString &what);
    [[nodiscard]] QList<AuditEntry> events(const QUuid &id, int limit = 50) const; ///< newest first

Q_SIGNALS:
    void added(int position);
    void aboutToRemove(int position);
    void removed(int position);
    void changed(int position);
    void reset();
    void eventAdded(const QUuid &id);

private:
    struct Rows
    {
        QList<ApiKey> keys;
        QList<ApiKey> pending;
        qint64 change = 0; ///< the count of changes that they are as of
    };

    int indexOf(const QUuid &id) const;
    Result<void> loadFingerprintKey();
    Result<Rows> readRows();
    Result<qint64> changeCount();
    Result<void> own(const std::function<Result<void>()> &write);
    Result<void> writeDifference(const ApiKey &old, const ApiKey &updated);
    void takeOver(const Rows &rows);
    Result<void> writeOrigins(const ApiKey &old, const ApiKey &key);
    Result<void> removeRow(const QUuid &id, SecretPlace place);

    Database &m_database;
    AuditTrail m_trail;
    qint64 m_change = 0; // the count of changes that `m_keys` and `m_pending` are as of
    QByteArray m_fingerprintKey;
    QList<ApiKey> m_keys;
    QList<ApiKey> m_pending;
};

} // namespace keydesk
