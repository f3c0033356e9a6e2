#include "app/keys/KeyStore.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/keys/KeyRows.h"
#include "app/storage/Database.h"

#include <QSqlQuery>

#include <sodium.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype fingerprintSize = 16;

QByteArray fingerprintUnder(const QByteArray &key, const Secret &token)
{
    QByteArray hash(fingerprintSize, '\0');
    const std::string_view bytes = token.reveal();
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), static_cast<std::size_t>(hash.size()),
                       reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char *>(key.constData()),
                       static_cast<std::size_t>(key.size()));
    return hash;
}

tl::unexpected<Error> noSuchKey()
{
    return failure(Error::Kind::NotFound, KeyStore::tr("This key does not exist any more."));
}

Result<void> checked(const Result<QSqlQuery> &query)
{
    if (!query)
        return tl::unexpected(query.error());
    return {};
}

Result<KeyRows> checkAndRead(Database &database)
{
    if (const Result<void> whole = database.checkAndNote({u"keys"_s, u"key_origins"_s}); !whole)
        return failure(whole.error().kind,
                       KeyStore::tr("The list of keys is damaged. Close Keydesk and start it again: it then keeps the damaged file beside "
                                    "a new one, and says where. Tokens are still in the keychain."),
                       whole.error().detail);
    return readKeyRows(database);
}

} // namespace

KeyStore::KeyStore(Database &database, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_trail(database)
{
    m_tell.setSingleShot(true);
    connect(&m_tell, &QTimer::timeout, this, [this] {
        if (m_failure)
            Q_EMIT failed(*m_failure);
        else
            Q_EMIT reset();
    });
}

KeyStore::~KeyStore() = default;

Result<void> KeyStore::load()
{
    return loadFingerprintKey();
}

void KeyStore::fetch()
{
    if (m_isLoaded || m_reading.valid())
        return;
    m_isAwaited = true;
    m_reading = std::async(std::launch::async, [this, path = m_database.path()] {
        Result<KeyRows> rows = Database::openConnection(path).and_then(
            [](const std::unique_ptr<Database> &own) { return checkAndRead(*own); });
        later(this, [this] { takeRows(); });
        return rows;
    });
}

void KeyStore::takeRows() const
{
    if (m_isLoaded)
        return;
    Result<KeyRows> rows = m_reading.valid() ? m_reading.get() : checkAndRead(m_database);
    m_isLoaded = true;
    if (rows) {
        m_keys.assign(std::move(rows->keys));
        m_pending = std::move(rows->pending);
        m_change = rows->change;
    } else {
        m_failure = rows.error();
    }
    if (m_isAwaited || m_failure)
        m_tell.start();
}

bool KeyStore::isLoaded() const
{
    if (!m_isLoaded)
        m_isAwaited = true;
    return m_isLoaded && !m_failure;
}

const KeyIndex &KeyStore::loaded() const
{
    takeRows();
    return m_keys;
}

KeyIndex &KeyStore::loaded()
{
    takeRows();
    return m_keys;
}

/// Every write of this store goes through here: what it counts up must not be taken for another process's.
Result<void> KeyStore::own(const std::function<Result<void>()> &write)
{
    takeRows();
    if (m_failure)
        return tl::unexpected(*m_failure);
    bool others = false;
    qint64 after = 0;
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        const Result<qint64> before = countKeyChanges(m_database);
        if (!before)
            return tl::unexpected(before.error());
        others = *before != m_change;
        if (const Result<void> done = write(); !done)
            return done;
        return countKeyChanges(m_database).map([&after](qint64 count) { after = count; });
    });
    if (written && !others)
        m_change = after;
    if (written && others)
        later(this, [this] { std::ignore = refresh(); });
    return written;
}

Result<void> KeyStore::refresh()
{
    if (!m_isLoaded)
        return {};
    const Result<qint64> change = countKeyChanges(m_database);
    if (!change)
        return tl::unexpected(change.error());
    if (*change == m_change)
        return {};
    return readKeyRows(m_database).map([this](const KeyRows &rows) { takeOver(rows); });
}

void KeyStore::takeOver(const KeyRows &rows)
{
    m_change = rows.change;
    m_pending = rows.pending;
    QHash<QUuid, const ApiKey *> now;
    for (const ApiKey &key : rows.keys)
        now.insert(key.id, &key);
    for (int index = static_cast<int>(m_keys.all().size()) - 1; index >= 0; --index) {
        const ApiKey *key = now.take(m_keys.all().at(index).id);
        if (!key) {
            Q_EMIT aboutToRemove(index);
            m_keys.removeAt(index);
            Q_EMIT removed(index);
        } else if (*key != m_keys.all().at(index)) {
            m_keys.replace(index, *key);
            Q_EMIT changed(index);
        }
    }
    for (const ApiKey &key : rows.keys) {
        if (now.contains(key.id))
            Q_EMIT added(m_keys.insert(key));
    }
    Q_EMIT takenOver();
}

// It is kept beside the fingerprints: it makes them useless for looking a token up in a table made elsewhere,
// and does not hide them from somebody who has the file. A fingerprint of a random token needs no more.
Result<void> KeyStore::loadFingerprintKey()
{
    if (sodium_init() < 0)
        return failure(Error::Kind::Unsupported,
                       tr("This system gives no random numbers, which Keydesk cannot do without."));
    const auto read = [this] {
        m_fingerprintKey.clear();
        Result<QSqlQuery> query =
            m_database.run(u"SELECT value FROM installation WHERE name = 'fingerprint-key'"_s);
        if (query && query->next())
            m_fingerprintKey = query->value(0).toByteArray();
        return checked(query);
    };
    Result<void> step = read();
    if (step && m_fingerprintKey.isEmpty()) {
        QByteArray made(qsizetype(crypto_generichash_KEYBYTES), Qt::Uninitialized);
        randombytes_buf(made.data(), static_cast<std::size_t>(made.size()));
        // Another process may do the same at this moment: the first one stays.
        step = checked(m_database.run(
            u"INSERT OR IGNORE INTO installation (name, value) VALUES ('fingerprint-key', ?)"_s, {made}));
        if (step)
            step = read();
    }
    if (!step)
        return step;
    if (m_fingerprintKey.size() != qsizetype(crypto_generichash_KEYBYTES))
        return failure(Error::Kind::StorageCorrupt,
                       tr("The key index is damaged: the value that recognises tokens is not whole."));
    return {};
}

std::optional<ApiKey> KeyStore::find(const QUuid &id) const
{
    if (!m_isLoaded) {
        if (const Result<ApiKey> row = readKeyRow(m_database, id))
            return *row;
        return {};
    }
    const int index = m_keys.indexOf(id);
    if (index < 0)
        return {};
    return m_keys.all().at(index);
}

QByteArray KeyStore::fingerprint(const Secret &token) const
{
    return fingerprintUnder(m_fingerprintKey, token);
}

std::function<QByteArray(const Secret &token)> KeyStore::fingerprints() const
{
    return [key = m_fingerprintKey](const Secret &token) { return fingerprintUnder(key, token); };
}

std::optional<ApiKey> KeyStore::findByFingerprint(const QByteArray &fingerprint) const
{
    const int index = loaded().indexOfFingerprint(fingerprint);
    if (index < 0)
        return {};
    return m_keys.all().at(index);
}

Result<void> KeyStore::insertPending(const ApiKey &key)
{
    const Result<void> written = own([&]() -> Result<void> {
        const QVariantList values = keyValues(key);
        const QString places = QStringList(values.size(), u"?"_s).join(u',');
        const Result<void> row =
            checked(m_database.run(u"INSERT INTO keys ("_s + keyColumns() + u") VALUES ("_s + places + u",1)"_s, values));
        return row ? writeOrigins({}, key) : row;
    });
    if (written)
        m_pending.append(key);
    return written;
}

Result<void> KeyStore::writeOrigins(const ApiKey &old, const ApiKey &key)
{
    for (const Origin &origin : old.origins) {
        if (key.origins.contains(origin))
            continue;
        const Result<void> row = checked(
            m_database.run(u"DELETE FROM key_origins WHERE key_id = ? AND origin = ?"_s, {idText(key.id), origin.toString()}));
        if (!row)
            return row;
    }
    for (const Origin &origin : key.origins) {
        if (old.origins.contains(origin))
            continue;
        const Result<void> row =
            checked(m_database.run(u"INSERT OR IGNORE INTO key_origins (key_id, origin) VALUES (?, ?)"_s,
                                   {idText(key.id), origin.toString()}));
        if (!row)
            return row;
    }
    return {};
}

Result<void> KeyStore::confirm(const QUuid &id)
{
    takeRows();
    const auto found =
        std::find_if(m_pending.begin(), m_pending.end(), [&id](const ApiKey &key) { return key.id == id; });
    if (found == m_pending.end())
        return noSuchKey();
    const ApiKey key = *found;
    const Result<void> written = own([&]() -> Result<void> {
        if (const Result<void> unique = refuseSecond(key); !unique)
            return unique;
        const Result<QSqlQuery> row =
            m_database.run(u"UPDATE keys SET pending = 0 WHERE id = ? AND pending = 1"_s, {idText(id)});
        if (!row)
            return tl::unexpected(row.error());
        // Taken back by another process, which removes its secret: it must not be believed.
        return row->numRowsAffected() == 1 ? Result<void>() : noSuchKey();
    });
    if (!written)
        return written;
    m_pending.erase(found);
    Q_EMIT added(m_keys.insert(key));
    return {};
}

/// Two processes may store one token at the same time: the second one hears of the first here.
Result<void> KeyStore::refuseSecond(const ApiKey &key)
{
    if (!isApiKey(key) || key.fingerprint.isEmpty())
        return {};
    Result<QSqlQuery> same = m_database.run(
        u"SELECT name FROM keys WHERE fingerprint = ? AND pending = 0 AND id <> ?"_s, {key.fingerprint, idText(key.id)});
    if (!same)
        return tl::unexpected(same.error());
    if (!same->next())
        return {};
    return failure(Error::Kind::Duplicate, tr("This token is stored already, as “%1”.").arg(same->value(0).toString()));
}

Result<void> KeyStore::discardPending(const QUuid &id)
{
    takeRows();
    const auto found =
        std::find_if(m_pending.begin(), m_pending.end(), [&id](const ApiKey &key) { return key.id == id; });
    if (found == m_pending.end())
        return noSuchKey();
    const Result<void> written = removeRow(id, found->place);
    if (written)
        m_pending.erase(found);
    return written;
}

QList<ApiKey> KeyStore::pending() const
{
    takeRows();
    return m_pending;
}

Result<void> KeyStore::update(const ApiKey &key)
{
    const int index = loaded().indexOf(key.id);
    if (index < 0)
        return noSuchKey();
    const ApiKey old = m_keys.all().at(index);
    ApiKey updated = key;
    updated.fingerprint = old.fingerprint;
    updated.hint = old.hint;
    updated.createdAt = old.createdAt;
    if (updated == old)
        return {};
    const Result<void> written = own([&] { return writeDifference(old, updated); });
    if (!written) {
        if (written.error().kind == Error::Kind::Conflict)
            std::ignore = refresh();
        return written;
    }
    m_keys.replace(index, updated);
    Q_EMIT changed(index);
    return {};
}

Result<void> KeyStore::writeDifference(const ApiKey &old, const ApiKey &updated)
{
    const QVariantList before = keyValues(old);
    const QVariantList after = keyValues(updated);
    QStringList assignments;
    QStringList conditions{u"id = ?"_s};
    QVariantList values;
    QVariantList expected{idText(updated.id)};
    for (int i = 0; i < keyColumnList().size(); ++i) {
        if (before.at(i) == after.at(i))
            continue;
        const KeyColumn &column = keyColumnList().at(i);
        assignments.append(column.name + u" = ?"_s);
        values.append(after.at(i));
        if (column.who == KeyColumn::Who::User) {
            conditions.append(column.name + u" IS ?"_s);
            expected.append(before.at(i));
        }
    }
    if (!assignments.isEmpty()) {
        const Result<QSqlQuery> query =
            m_database.run(u"UPDATE keys SET "_s + assignments.join(u", "_s) + u" WHERE "_s + conditions.join(u" AND "_s), values + expected);
        if (!query)
            return tl::unexpected(query.error());
        if (query->numRowsAffected() == 0)
            return failure(Error::Kind::Conflict,
                           tr("“%1” was changed somewhere else meanwhile. It is shown as it is now; nothing of yours was saved.").arg(old.name));
    }
    return writeOrigins(old, updated);
}

Result<void> KeyStore::remove(const QUuid &id)
{
    const int index = loaded().indexOf(id);
    if (index < 0)
        return noSuchKey();
    const ApiKey &key = m_keys.all().at(index);
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        const Result<void> row = removeRow(id, key.place);
        return row ? m_trail.add(id, key.name, KeyAction::Deleted, tr("Deleted here")) : row;
    });
    if (!written)
        return written;
    Q_EMIT aboutToRemove(index);
    m_keys.removeAt(index);
    Q_EMIT removed(index);
    return {};
}

Result<void> KeyStore::removeRow(const QUuid &id, SecretPlace place)
{
    return own([&]() -> Result<void> {
        // Another process may have moved it: what is left over is left over there, too.
        const Result<void> there = checked(m_database.run(
            u"INSERT OR REPLACE INTO leftover_secrets (id, place) SELECT id, place FROM keys WHERE id = ?"_s, {idText(id)}));
        if (!there)
            return there;
        const Result<void> row = checked(m_database.run(u"DELETE FROM keys WHERE id = ?"_s, {idText(id)}));
        if (!row)
            return row;
        return noteLeftover(id, place);
    });
}

QList<KeyStore::Leftover> KeyStore::leftovers() const
{
    QList<Leftover> all;
    Result<QSqlQuery> query = m_database.run(u"SELECT id, place FROM leftover_secrets ORDER BY rowid"_s);
    if (!query) {
        qCWarning(lcKeys) << "cannot read the leftover secrets:" << query.error().detail;
        return all;
    }
    while (query->next()) {
        const QUuid id = QUuid::fromString(query->value(0).toString());
        if (!id.isNull())
            all.append({id, placeFromWord(query->value(1).toString())});
    }
    return all;
}

Result<void> KeyStore::noteLeftover(const QUuid &id, SecretPlace place)
{
    return checked(m_database.run(u"INSERT OR REPLACE INTO leftover_secrets (id, place) VALUES (?, ?)"_s, {idText(id), placeWord(place)}));
}

Result<void> KeyStore::forgetLeftover(const QUuid &id, SecretPlace place)
{
    return checked(m_database.run(u"DELETE FROM leftover_secrets WHERE id = ? AND place = ?"_s, {idText(id), placeWord(place)}));
}

Result<void> KeyStore::setPlace(const QUuid &id, SecretPlace from, SecretPlace to)
{
    const int index = loaded().indexOf(id);
    if (index < 0)
        return noSuchKey();
    const Result<void> written = own([&]() -> Result<void> {
        const Result<QSqlQuery> row = m_database.run(u"UPDATE keys SET place = ? WHERE id = ? AND place = ?"_s,
                                                     {placeWord(to), idText(id), placeWord(from)});
        if (!row)
            return tl::unexpected(row.error());
        if (row->numRowsAffected() == 0)
            return failure(Error::Kind::Conflict, tr("“%1” was moved somewhere else meanwhile.").arg(m_keys.all().at(index).name));
        const Result<void> here = forgetLeftover(id, to);
        return here ? noteLeftover(id, from) : here;
    });
    if (!written)
        return written;
    ApiKey moved = m_keys.all().at(index);
    moved.place = to;
    m_keys.replace(index, moved);
    Q_EMIT changed(index);
    return {};
}

Result<void> KeyStore::addEvent(const QUuid &id, KeyAction action, const QString &what)
{
    const std::optional<ApiKey> key = find(id);
    if (!key)
        return noSuchKey();
    const Result<void> written = m_trail.add(id, key->name, action, what);
    if (written)
        Q_EMIT eventAdded(id);
    return written;
}

QList<AuditEntry> KeyStore::events(const QUuid &id, int limit) const
{
    Result<QList<AuditEntry>> entries = m_trail.of(id, limit);
    if (!entries) {
        qCWarning(lcKeys) << "cannot read the events of a key:" << entries.error().detail;
        return {};
    }
    return *entries;
}

} // namespace keydesk
