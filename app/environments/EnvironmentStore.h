#pragma once

#include "app/environments/Environment.h"

#include <QObject>

#include <functional>
#include <optional>

namespace keydesk {

class Database;
class Settings;

/// All environments, in the user's order, and which one is current. Rows live in SQLite; the list is held in
/// memory. UI thread.
class EnvironmentStore : public QObject
{
    Q_OBJECT

public:
    EnvironmentStore(Database &database, Settings &settings, QObject *parent = nullptr);

    /// The rows, in the user's order, for who needs no more than to read them.
    static Result<QList<Environment>> read(Database &database);

    Result<void> load();
    [[nodiscard]] const QList<Environment> &all() const { return m_environments; }
    [[nodiscard]] std::optional<Environment> find(const QUuid &id) const;
    /// Nothing only while there is no environment at all.
    [[nodiscard]] std::optional<Environment> current() const;
    void setCurrent(const QUuid &id);

    /// Validates (name not empty and ≤ 255 characters, base URL) and stores. A null id is given a new one;
    /// position is the end. What comes back is what was stored: name trimmed, base URL normalised, an unknown
    /// colour grey.
    Result<Environment> add(Environment environment);
    /// Stores what differs from the environment as it is here, its keys and identities too; Error::Conflict if another process changed the same
    /// thing meanwhile. A new base URL gives no key the right to go there: keys keep the
    /// origins they are bound to (SECURITY S2).
    Result<void> update(const Environment &environment);
    /// A copy named "… copy" below it, without its keys.
    Result<Environment> duplicate(const QUuid &id);
    Result<void> remove(const QUuid &id);
    /// Puts a removed environment back where it was, with those of its keys that still exist, current again
    /// if it was (undo).
    Result<void> restore(const Environment &environment, int position);
    /// `identity`: whose key; empty: the default one's.
    Result<void> setKey(const QUuid &id, const QString &kindId, const std::optional<QUuid> &keyId, const QString &identity = {});
    /// Adds somebody to call as. Error::InvalidInput for a name that cannot be one, Error::Duplicate for one that is there.
    Result<void> addIdentity(const QUuid &id, const QString &name);
    Result<void> renameIdentity(const QUuid &id, const QString &name, const QString &newName);
    /// Its keys stay where keys are; they are only no longer used as this one.
    Result<void> removeIdentity(const QUuid &id, const QString &name);
    /// Calls are made as this one from now on; empty: the default one.
    Result<void> setIdentity(const QUuid &id, const QString &name);
    /// What environments once held and hold no longer is overwritten in the database's files too, as far as no other process reads them.
    Result<void> forgetOldValues();
    /// Takes over what another process wrote. Costs one short query if there is nothing.
    Result<void> refresh();
    /// `to` is the position that it has afterwards.
    Result<void> move(int from, int to);

    /// The environments that use a key.
    [[nodiscard]] QList<Environment> usedBy(const QUuid &keyId) const;
    /// Re-reads the key assignments after a key was deleted.
    Result<void> forgetKey(const QUuid &keyId);

Q_SIGNALS:
    void added(int position);
    void aboutToRemove(int position);
    void removed(int position);
    void changed(int position);
    void moved(int from, int to);
    void reset();
    /// This store gave an environment keys or took them from it; what another process did is told by `changed` alone. What was added or
    /// removed had or has the same identities without keys. Comes after the signal that tells of the change itself.
    void keysChanged(const keydesk::Environment &before, const keydesk::Environment &after);
    void currentChanged(); ///< another one; when its contents change, `changed` says so

private:
    int indexOf(const QUuid &id) const;
    Result<Environment> insert(Environment environment, int position);
    Result<qint64> changeCount();
    Result<void> own(const std::function<Result<void>()> &write);
    Result<void> write(const Environment &environment, int position);
    Result<void> writeDifference(const Environment &old, const Environment &environment);
    Result<void> writeKeys(const Environment &old, const Environment &environment);
    Result<void> writePositions(const QList<Environment> &environments);
    /// `edit` changes the environment as it is here.
    Result<void> change(const QUuid &id, const std::function<Result<void>(Environment &)> &edit);
    void takeOver(const QList<Environment> &found);
    void tellOfKeys(const Environment &before, const Environment &after);
    void makeCurrent(const QUuid &id);

    Database &m_database;
    Settings &m_settings;
    qint64 m_change = 0; // the count of changes that `m_environments` is as of
    QList<Environment> m_environments;
    QUuid m_current;
    QUuid m_removedCurrent; // restoring it makes it current again
};

} // namespace keydesk
