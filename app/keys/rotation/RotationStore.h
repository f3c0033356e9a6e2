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
    /// Takes over what another process wrote; `changed` follows if there is something. Reads all rows, which are few.
    Result<void> refresh();
    [[nodiscard]] const QList<Rotation> &all() const { return m_rotations; }
    [[nodiscard]] std::optional<Rotation> find(const QUuid &id) const;
    /// The one that this key is the old or the new key of.
    [[nodiscard]] std::optional<Rotation> ofKey(const QUuid &keyId) const;

    /// Adds it, or writes over what is known of it. Error::Conflict, and nothing is written, if another process began to rotate one of its
    /// keys, or took this rotation a step further or ended it; what is here is then as that one left it.
    Result<void> write(const Rotation &rotation);
    Result<void> remove(const QUuid &id);

Q_SIGNALS:
    void changed();

private:
    Result<QList<Rotation>> readAll();
    Result<void> insert(const Rotation &rotation);
    Result<void> update(const Rotation &known, const Rotation &rotation);

    Database &m_database;
    QList<Rotation> m_rotations;
};

} // namespace keydesk
