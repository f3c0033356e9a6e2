#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"

#include <QObject>

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

    /// Everything but id, fingerprint, hint and creation. Writes nothing if nothing changed.
    Result<void> update(const ApiKey &key);
    /// Removes the row and notes the secret as left over, in one transaction.
    Result<void> remove(const QUuid &id);
    struct Leftover
    {
        QUuid id;
        SecretPlace place;
    };
    [[nodiscard]] QList<Leftover> leftovers() const;
    Result<void> forgetLeftover(const QUuid &id);

    Result<void> addEvent(const QUuid &id, const QString &what);
    [[nodiscard]] QList<KeyEvent> events(const QUuid &id, int limit = 50) const; ///< newest first

Q_SIGNALS:
    void added(int position);
    void aboutToRemove(int position);
    void removed(int position);
    void changed(int position);
    void reset();
    void eventAdded(const QUuid &id);

private:
    int indexOf(const QUuid &id) const;
    Result<void> loadFingerprintKey();
    Result<void> writeOrigins(const ApiKey &key);
    Result<void> removeRow(const QUuid &id, SecretPlace place);

    Database &m_database;
    QByteArray m_fingerprintKey;
    QList<ApiKey> m_keys;
    QList<ApiKey> m_pending;
};

} // namespace keydesk
