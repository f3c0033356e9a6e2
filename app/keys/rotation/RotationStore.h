#pragma once

#include "app/base/Error.h"
#include "app/keys/rotation/Rotation.h"

#include <QObject>

namespace keydesk {

class Database;

/// The rotations that are not over: rows in SQLite, held in memory, in the order they were begun. UI thread.
class RotationStore : public QObject
{
    Q_OBJECT

public:
    explicit RotationStore(Database &database, QObject *parent = nullptr);

    Result<void> load();
    [[nodiscard]] const QList<Rotation> &all() const { return m_rotations; }
    [[nodiscard]] std::optional<Rotation> find(const QUuid &id) const;
    /// The one that this key is the old or the new key of.
    [[nodiscard]] std::optional<Rotation> ofKey(const QUuid &keyId) const;

    /// Adds it, or writes over what is known of it.
    Result<void> write(const Rotation &rotation);
    Result<void> remove(const QUuid &id);

Q_SIGNALS:
    void changed();

private:
    Database &m_database;
    QList<Rotation> m_rotations;
};

} // namespace keydesk
