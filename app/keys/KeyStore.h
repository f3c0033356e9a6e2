#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"
#include "app/keys/AuditTrail.h"
#include "app/keys/KeyIndex.h"
#include "app/keys/KeyRows.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <future>
#include <optional>

namespace keydesk {

class Database;

/// The index of keys: rows in SQLite, held in memory, in order of creation. No token comes near it. UI thread.
/// A row is `pending` from before its secret is written until the secret was read back; pending rows are not in `all()`.
///
/// The rows are read when they are first needed, because the window is there before anybody has to see all keys and because the time that
/// takes grows with them: `fetch` has a thread read them, `find` looks for one row meanwhile, everything else waits until they are read.
class KeyStore : public QObject
{
    Q_OBJECT

public:
    explicit KeyStore(Database &database, QObject *parent = nullptr);

    ~KeyStore() override;

    /// What can be told at once; reads no rows.
    Result<void> load();
    /// Begins to read the rows, unless they are read already. `reset` or `failed` follows.
    void fetch();
    /// True once all rows are in memory. Who was told no, and shows none, is told by `reset` when they are.
    [[nodiscard]] bool isLoaded() const;
    [[nodiscard]] const QList<ApiKey> &all() const { return loaded().all(); }
    /// Its place in `all()`, or -1.
    [[nodiscard]] int indexOf(const QUuid &id) const { return loaded().indexOf(id); }
    [[nodiscard]] std::optional<ApiKey> find(const QUuid &id) const;

    /// The keyed hash (BLAKE2b under this installation's random key) that recognises a token without storing it.
    [[nodiscard]] QByteArray fingerprint(const Secret &token) const;
    /// The same for any thread, and for longer than this lives.
    [[nodiscard]] std::function<QByteArray(const Secret &token)> fingerprints() const;
    [[nodiscard]] std::optional<ApiKey> findByFingerprint(const QByteArray &fingerprint) const;

    Result<void> insertPending(const ApiKey &key);
    /// Pending → stored; `added` follows. Error::NotFound if another process took it back meanwhile, Duplicate if one stored the same token.
    Result<void> confirm(const QUuid &id);
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
    /// Before a secret is written where its row does not point to.
    Result<void> noteLeftover(const QUuid &id, SecretPlace place);
    Result<void> forgetLeftover(const QUuid &id, SecretPlace place);
    /// The row points to `to`, where the secret is, and what lies in `from` is left over; in one transaction. Error::Conflict if the row did
    /// not point to `from`.
    Result<void> setPlace(const QUuid &id, SecretPlace from, SecretPlace to);

    /// Goes into the audit trail, under the name that the key has now.
    Result<void> addEvent(const QUuid &id, KeyAction action, const QString &what);
    [[nodiscard]] QList<AuditEntry> events(const QUuid &id, int limit = 50) const; ///< newest first

Q_SIGNALS:
    void added(int position);
    void aboutToRemove(int position);
    void removed(int position);
    void changed(int position);
    /// All rows are there, and none were before.
    void reset();
    /// The rows cannot be read: there are no keys then, and nothing is written.
    void failed(const keydesk::Error &error);
    /// Another process wrote; what it did was told by the signals above.
    void takenOver();
    void eventAdded(const QUuid &id);

private:
    const KeyIndex &loaded() const;
    KeyIndex &loaded();
    void takeRows() const;
    Result<void> loadFingerprintKey();
    Result<void> own(const std::function<Result<void>()> &write);
    Result<void> writeDifference(const ApiKey &old, const ApiKey &updated);
    void takeOver(const KeyRows &rows);
    Result<void> writeOrigins(const ApiKey &old, const ApiKey &key);
    Result<void> refuseSecond(const ApiKey &key);
    Result<void> removeRow(const QUuid &id, SecretPlace place);

    Database &m_database;
    AuditTrail m_trail;
    QByteArray m_fingerprintKey;
    // Filled at the first need, by whoever has it.
    mutable bool m_isLoaded = false;
    mutable bool m_isAwaited = false; // somebody asked, and goes on without them
    mutable KeyIndex m_keys;
    mutable QList<ApiKey> m_pending;
    mutable qint64 m_change = 0; // the count of changes that `m_keys` and `m_pending` are as of
    mutable std::optional<Error> m_failure;
    mutable std::future<Result<KeyRows>> m_reading;
    mutable QTimer m_tell; // in the next turn: who needed the rows may be in the middle of something
};

} // namespace keydesk
