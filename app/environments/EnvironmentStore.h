#pragma once

#include "app/environments/Environment.h"

#include <QObject>

#include <optional>

namespace keydesk {

class Database;
class Settings;

/// All environments, in the user's order, and which one is current. Rows live in SQLite; the list is held in memory. UI thread.
class EnvironmentStore : public QObject
{
    Q_OBJECT

public:
    EnvironmentStore(Database &database, Settings &settings, QObject *parent = nullptr);

    Result<void> load();
    [[nodiscard]] const QList<Environment> &all() const { return m_environments; }
    [[nodiscard]] std::optional<Environment> find(const QUuid &id) const;
    /// Nothing only while there is no environment at all.
    [[nodiscard]] std::optional<Environment> current() const;
    void setCurrent(const QUuid &id);

    /// Validates (name not empty and ≤ 255 characters, base URL) and stores. A null id is given a new one; position is the end.
    Result<Environment> add(Environment environment);
    Result<void> update(const Environment &environment);
    /// A copy named "… copy", without its keys.
    Result<Environment> duplicate(const QUuid &id);
    Result<void> remove(const QUuid &id);
    /// Puts a removed environment back where it was, with its keys (undo).
    Result<void> restore(const Environment &environment, int position);
    Result<void> setKey(const QUuid &id, const QString &kindId, const std::optional<QUuid> &keyId);
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
    void reset();
    void currentChanged();

private:
    int indexOf(const QUuid &id) const;
    Result<void> write(const Environment &environment, int position);

    Database &m_database;
    Settings &m_settings;
    QList<Environment> m_environments;
    QUuid m_current;
};

} // namespace keydesk
