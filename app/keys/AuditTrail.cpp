#include "app/keys/AuditTrail.h"

#include "app/storage/Database.h"

#include <QCoreApplication>
#include <QSqlQuery>
#include <QtEndian>

#include <sodium.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const std::array<std::pair<KeyAction, QLatin1StringView>, 21> actionWords = {{
    {KeyAction::Noted, "noted"_L1},
    {KeyAction::Created, "created"_L1},
    {KeyAction::Added, "added"_L1},
    {KeyAction::Adopted, "adopted"_L1},
    {KeyAction::Imported, "imported"_L1},
    {KeyAction::Checked, "checked"_L1},
    {KeyAction::Revealed, "revealed"_L1},
    {KeyAction::Copied, "copied"_L1},
    {KeyAction::Exported, "exported"_L1},
    {KeyAction::Renamed, "renamed"_L1},
    {KeyAction::Edited, "edited"_L1},
    {KeyAction::Bound, "bound"_L1},
    {KeyAction::Unbound, "unbound"_L1},
    {KeyAction::Moved, "moved"_L1},
    {KeyAction::Rotated, "rotated"_L1},
    {KeyAction::RevocationScheduled, "revocation-scheduled"_L1},
    {KeyAction::RevocationCancelled, "revocation-cancelled"_L1},
    {KeyAction::Revoked, "revoked"_L1},
    {KeyAction::Missing, "missing"_L1},
    {KeyAction::Found, "found"_L1},
    {KeyAction::Deleted, "deleted"_L1},
}};

constexpr int removedAtOnce = 1000;
constexpr qsizetype mostWords = 16;
constexpr qsizetype longestWord = 1000; // SQLite refuses patterns of more than 50,000 bytes
const auto hashKeyRow = u"audit-key"_s;
const auto headRow = u"audit-head"_s;

KeyAction actionFromWord(const QString &word)
{
    const auto found = std::ranges::find(actionWords, word, [](const auto &known) { return known.second; });
    return found == actionWords.end() ? KeyAction::Noted : found->first;
}

struct AuditTrailText
{
    Q_DECLARE_TR_FUNCTIONS(AuditTrail)
};

AuditEntry entryOf(const QSqlQuery &query)
{
    AuditEntry entry;
    entry.id = query.value(0).toLongLong();
    entry.at = QDateTime::fromMSecsSinceEpoch(query.value(1).toLongLong(), Qt::UTC);
    entry.keyId = QUuid::fromString(query.value(2).toString());
    entry.keyName = query.value(3).toString();
    entry.action = actionFromWord(query.value(4).toString());
    entry.what = query.value(5).toString();
    entry.hash = query.value(6).toByteArray();
    return entry;
}

Result<QList<AuditEntry>> entriesOf(Result<QSqlQuery> query)
{
    if (!query)
        return tl::unexpected(query.error());
    QList<AuditEntry> entries;
    while (query->next())
        entries.append(entryOf(*query));
    return entries;
}

} // namespace

QString actionWord(KeyAction action)
{
    return std::ranges::find(actionWords, action, [](const auto &known) { return known.first; })->second;
}

QString actionText(KeyAction action)
{
    switch (action) {
    case KeyAction::Noted:
        return AuditTrailText::tr("Noted");
    case KeyAction::Created:
        return AuditTrailText::tr("Created");
    case KeyAction::Added:
        return AuditTrailText::tr("Added");
    case KeyAction::Adopted:
        return AuditTrailText::tr("Adopted");
    case KeyAction::Imported:
        return AuditTrailText::tr("Imported");
    case KeyAction::Checked:
        return AuditTrailText::tr("Checked");
    case KeyAction::Revealed:
        return AuditTrailText::tr("Revealed");
    case KeyAction::Copied:
        return AuditTrailText::tr("Copied");
    case KeyAction::Exported:
        return AuditTrailText::tr("Exported");
    case KeyAction::Renamed:
        return AuditTrailText::tr("Renamed");
    case KeyAction::Edited:
        return AuditTrailText::tr("Edited");
    case KeyAction::Bound:
        return AuditTrailText::tr("Bound");
    case KeyAction::Unbound:
        return AuditTrailText::tr("Unbound");
    case KeyAction::Moved:
        return AuditTrailText::tr("Moved");
    case KeyAction::Rotated:
        return AuditTrailText::tr("Rotated");
    case KeyAction::RevocationScheduled:
        return AuditTrailText::tr("Revocation scheduled");
    case KeyAction::RevocationCancelled:
        return AuditTrailText::tr("Revocation cancelled");
    case KeyAction::Revoked:
        return AuditTrailText::tr("Revoked");
    case KeyAction::Missing:
        return AuditTrailText::tr("Missing");
    case KeyAction::Found:
        return AuditTrailText::tr("Found");
    case KeyAction::Deleted:
        return AuditTrailText::tr("Deleted");
    }
    return {};
}

QList<KeyAction> keyActionList()
{
    QList<KeyAction> actions;
    for (const auto &[action, word] : actionWords)
        actions.append(action);
    return actions;
}

AuditTrail::AuditTrail(Database &database)
    : m_database(database)
{
}

Result<QByteArray> AuditTrail::installation(const QString &name) const
{
    Result<QSqlQuery> query = m_database.run(u"SELECT value FROM installation WHERE name = ?"_s, {name});
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toByteArray() : QByteArray();
}

Result<void> AuditTrail::readKey()
{
    QByteArray made(qsizetype(crypto_generichash_KEYBYTES), Qt::Uninitialized);
    randombytes_buf(made.data(), static_cast<std::size_t>(made.size()));
    // The first one stays, whoever made it.
    if (auto done = m_database.run(u"INSERT OR IGNORE INTO installation (name, value) VALUES (?, ?)"_s, {hashKeyRow, made}); !done)
        return tl::unexpected(done.error());
    Result<QByteArray> key = installation(hashKeyRow);
    if (!key)
        return tl::unexpected(key.error());
    if (key->size() != qsizetype(crypto_generichash_KEYBYTES))
        return failure(
            Error::Kind::StorageCorrupt,
            AuditTrailText::tr("The key of the audit trail is damaged; nothing can be added to the trail."));
    m_key = *key;
    return {};
}

Result<std::optional<AuditTrail::Head>> AuditTrail::readHead() const
{
    const Result<QByteArray> value = installation(headRow);
    if (!value)
        return tl::unexpected(value.error());
    if (value->size() != qsizetype(sizeof(qint64) + crypto_generichash_BYTES))
        return std::optional<Head>();
    return std::optional(Head{qFromBigEndian<qint64>(value->constData()), value->sliced(sizeof(qint64))});
}

Result<void> AuditTrail::writeHead(const Head &head)
{
    QByteArray value(sizeof(qint64), Qt::Uninitialized);
    qToBigEndian(head.count, value.data());
    value += head.hash;
    return withoutRows(m_database.run(u"INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"_s,
                                      {headRow, value}));
}

/// Inside a transaction. The first time, gives what an earlier version noted its hashes.
Result<void> AuditTrail::prepare()
{
    if (m_ready)
        return {};
    if (sodium_init() < 0)
        return failure(
            Error::Kind::Unsupported,
            AuditTrailText::tr("This system gives no random numbers, which Keydesk cannot do without."));
    if (const Result<void> read = readKey(); !read)
        return read;
    const Result<std::optional<Head>> head = readHead();
    if (!head)
        return tl::unexpected(head.error());
    if (!*head) {
        if (const Result<void> begun = begin(); !begun)
            return begun;
    }
    m_ready = true;
    return {};
}

Result<void> AuditTrail::begin()
{
    Head head{0, QByteArray(qsizetype(crypto_generichash_BYTES), '\0')};
    qint64 last = 0;
    for (;;) {
        const Result<QList<AuditEntry>> entries = after(last, removedAtOnce);
        if (!entries)
            return tl::unexpected(entries.error());
        if (entries->isEmpty())
            return writeHead(head);
        for (const AuditEntry &entry : *entries) {
            head = {head.count + 1, hashOf(entry, head.hash)};
            last = entry.id;
            if (auto done = m_database.run(u"UPDATE audit SET hash = ? WHERE id = ?"_s, {head.hash, entry.id}); !done)
                return tl::unexpected(done.error());
        }
    }
}

QByteArray AuditTrail::hashOf(const AuditEntry &entry, const QByteArray &before) const
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, reinterpret_cast<const unsigned char *>(m_key.constData()), static_cast<std::size_t>(m_key.size()),
                            crypto_generichash_BYTES);
    // Each with its length before it: or else the end of one could pass for the beginning of the next.
    const auto put = [&state](const QByteArray &bytes) {
        QByteArray size(sizeof(qint64), Qt::Uninitialized);
        qToBigEndian<qint64>(bytes.size(), size.data());
        for (const QByteArray &part : {size, bytes})
            crypto_generichash_update(&state, reinterpret_cast<const unsigned char *>(part.constData()), static_cast<unsigned long long>(part.size()));
    };
    put(before);
    put(QByteArray::number(entry.at.toMSecsSinceEpoch()));
    put(idText(entry.keyId).toLatin1());
    put(entry.keyName.toUtf8());
    put(actionWord(entry.action).toLatin1());
    put(entry.what.toUtf8());
    QByteArray hash(qsizetype(crypto_generichash_BYTES), Qt::Uninitialized);
    crypto_generichash_final(&state, reinterpret_cast<unsigned char *>(hash.data()), crypto_generichash_BYTES);
    return hash;
}

Result<void> AuditTrail::add(const QUuid &keyId, const QString &keyName, KeyAction action, const QString &what)
{
    const Result<void> added = m_database.transaction([&]() -> Result<void> {
        if (const Result<void> ready = prepare(); !ready)
            return ready;
        const Result<std::optional<Head>> head = readHead(); // another process may have added to it
        if (!head)
            return tl::unexpected(head.error());
        if (!*head)
            return failure(
                Error::Kind::StorageCorrupt,
                AuditTrailText::tr(
                    "The end of the audit trail is not known; nothing can be added to the trail."));
        const AuditEntry entry{0,      QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch(), Qt::UTC), keyId, keyName,
                               action, what,                                                                       {}};
        const Head next{(*head)->count + 1, hashOf(entry, (*head)->hash)};
        const Result<void> row = withoutRows(
            m_database.run(u"INSERT INTO audit (at, key_id, key_name, action, what, hash) VALUES (?, ?, ?, ?, ?, ?)"_s,
                           {entry.at.toMSecsSinceEpoch(), idText(keyId), keyName, actionWord(action), what, next.hash}));
        return row ? writeHead(next) : row;
    });
    if (!added)
        m_ready = false; // what was prepared may have been rolled back
    return added;
}

Result<QList<AuditEntry>> AuditTrail::of(const QUuid &keyId, int limit) const
{
    return entriesOf(m_database.run(
        u"SELECT id, at, key_id, key_name, action, what, hash FROM audit WHERE key_id = ? ORDER BY id DESC LIMIT ?"_s, {idText(keyId), limit}));
}

Result<QList<AuditEntry>> AuditTrail::after(qint64 afterId, int limit) const
{
    return entriesOf(
        m_database.run(u"SELECT id, at, key_id, key_name, action, what, hash FROM audit WHERE id > ? ORDER BY id LIMIT ?"_s, {afterId, limit}));
}

Result<QList<AuditEntry>> AuditTrail::before(const AuditFilter &filter, qint64 beforeId, int limit) const
{
    QStringList conditions{u"1"_s};
    QVariantList values;
    if (beforeId > 0) {
        conditions << u"id < ?"_s;
        values << beforeId;
    }
    if (filter.keyId) {
        conditions << u"key_id = ?"_s;
        values << idText(*filter.keyId);
    }
    if (filter.action) {
        conditions << u"action = ?"_s;
        values << actionWord(*filter.action);
    }
    for (QString word : filter.search.simplified().split(u' ', Qt::SkipEmptyParts).mid(0, mostWords)) {
        word.truncate(longestWord);
        QStringList actions; // what is read as the action is translated, what stands in the table is not
        for (const auto &[action, stored] : actionWords) {
            if (actionText(action).contains(word, Qt::CaseInsensitive))
                actions << u"'%1'"_s.arg(stored);
        }
        // LIKE's own signs are ordinary characters to who types them.
        word.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
        conditions << u"(key_name || '|' || what LIKE ? ESCAPE '\\' OR action IN (%1))"_s.arg(actions.join(u','));
        values << u'%' + word + u'%';
    }
    values << limit;
    return entriesOf(
        m_database.run(u"SELECT id, at, key_id, key_name, action, what, hash FROM audit WHERE "_s + conditions.join(u" AND "_s) +
                           u" ORDER BY id DESC LIMIT ?"_s,
                       values));
}

Result<qint64> AuditTrail::count() const
{
    Result<QSqlQuery> query = m_database.run(u"SELECT count(*) FROM audit"_s);
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<std::optional<AuditTrail::Break>> AuditTrail::verify(const std::function<bool()> &goOn)
{
    if (const Result<void> ready = m_database.transaction([this] { return prepare(); }); !ready) {
        m_ready = false;
        return tl::unexpected(ready.error());
    }
    // One snapshot: what is added meanwhile must not look like a break. It holds up nobody who writes.
    if (const Result<void> begun = withoutRows(m_database.run(u"BEGIN"_s)); !begun)
        return tl::unexpected(begun.error());
    Result<std::optional<Break>> found = walk(goOn);
    std::ignore = m_database.run(u"COMMIT"_s);
    return found;
}

Result<std::optional<AuditTrail::Break>> AuditTrail::walk(const std::function<bool()> &goOn) const
{
    const Result<std::optional<Head>> head = readHead();
    if (!head)
        return tl::unexpected(head.error());
    Head walked{0, QByteArray(qsizetype(crypto_generichash_BYTES), '\0')};
    qint64 last = 0;
    for (;;) {
        if (goOn && !goOn())
            return failure(Error::Kind::Cancelled,
                           AuditTrailText::tr("Checking the audit trail was stopped."));
        const Result<QList<AuditEntry>> entries = after(last, removedAtOnce);
        if (!entries)
            return tl::unexpected(entries.error());
        for (const AuditEntry &entry : *entries) {
            walked = {walked.count + 1, hashOf(entry, walked.hash)};
            last = entry.id;
            if (entry.hash != walked.hash)
                return std::optional(
                    Break{entry.id, AuditTrailText::tr("The audit trail was changed outside Keydesk: entry "
                                                       "%1 does not follow from the ones before it.")
                                        .arg(entry.id)});
        }
        if (entries->isEmpty())
            break;
    }
    if (!*head || (*head)->count != walked.count || (*head)->hash != walked.hash)
        return std::optional(Break{
            0,
            AuditTrailText::tr("The audit trail was changed outside Keydesk: its latest entries are gone.")});
    return std::optional<Break>();
}

} // namespace keydesk
