#pragma once

#include "app/base/Error.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QUuid>

#include <functional>
#include <optional>

namespace keydesk {

class Database;

/// What can happen to a key.
enum class KeyAction {
    Noted, ///< told by a version of Keydesk that kept words only
    Created,
    Added,
    Adopted,
    Imported,
    Checked,
    Revealed,
    Copied,
    Exported,
    Renamed,
    Edited,
    Bound,
    Unbound,
    Moved,
    Rotated,
    RevocationScheduled,
    RevocationCancelled,
    Revoked,
    Missing,
    Found,
    Deleted,
};

/// The word that the database and exports have for it ("revocation-scheduled"). Never translated.
QString actionWord(KeyAction action);

/// The same for people: "Revocation scheduled".
QString actionText(KeyAction action);
/// All that there are.
QList<KeyAction> keyActionList();

/// Which entries are wanted.
struct AuditFilter
{
    QString search; ///< every word must stand in the key's name, the action or what happened, in any case
    std::optional<KeyAction> action;
    std::optional<QUuid> keyId;

    bool operator==(const AuditFilter &) const = default;
};

/// One line of the trail. It holds no secret.
struct AuditEntry
{
    qint64 id = 0;
    QDateTime at; ///< UTC
    QUuid keyId;
    QString keyName; ///< as it was then
    KeyAction action = KeyAction::Noted;
    QString what;    ///< a sentence part, translated when it was written
    QByteArray hash; ///< over this entry and the hash before it

    bool operator==(const AuditEntry &) const = default;
};

/// What happened to every key, those that are gone too; entries are only ever added. Each carries a keyed hash (BLAKE2b-256 under this
/// installation's audit key) over itself and the hash before it, and how many there are and the last hash are kept apart: an entry that was
/// changed, taken out or put in is noticed, and so is a trail that was cut short. Who can also read the audit key from the database can forge
/// all of it; an exported trail, whose hashes no longer match, then tells. Belongs to the thread of its database.
class AuditTrail
{
public:
    explicit AuditTrail(Database &database);

    Result<void> add(const QUuid &keyId, const QString &keyName, KeyAction action, const QString &what);
    /// Of one key, newest first.
    [[nodiscard]] Result<QList<AuditEntry>> of(const QUuid &keyId, int limit) const;
    /// Of all, oldest first, those after `afterId`.
    [[nodiscard]] Result<QList<AuditEntry>> after(qint64 afterId, int limit) const;
    /// Those that are wanted, newest first, those before `beforeId` (0: from the newest).
    [[nodiscard]] Result<QList<AuditEntry>> before(const AuditFilter &filter, qint64 beforeId, int limit) const;
    [[nodiscard]] Result<qint64> count() const;

    struct Break
    {
        qint64 id = 0; ///< the first entry that does not fit; 0: the trail was cut short
        QString words; ///< a sentence for people
    };
    /// Reads all of it, as it is at this moment: not for the UI thread; others may write meanwhile. Nothing if the trail is whole. `goOn` is
    /// asked now and then; if it says no: Error::Cancelled.
    [[nodiscard]] Result<std::optional<Break>> verify(const std::function<bool()> &goOn = {});

private:
    struct Head
    {
        qint64 count = 0;
        QByteArray hash;
    };

    Result<void> prepare();
    Result<QByteArray> installation(const QString &name) const;
    Result<void> readKey();
    Result<std::optional<Head>> readHead() const;
    Result<void> writeHead(const Head &head);
    Result<void> begin();
    Result<std::optional<Break>> walk(const std::function<bool()> &goOn) const;
    [[nodiscard]] QByteArray hashOf(const AuditEntry &entry, const QByteArray &before) const;

    Database &m_database;
    QByteArray m_key;
    bool m_ready = false;
};

} // namespace keydesk
