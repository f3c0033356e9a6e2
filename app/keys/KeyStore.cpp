#include "app/keys/KeyStore.h"

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

} // namespace

KeyStore::KeyStore(Database &database, QObject *parent)
    : QObject(parent)
    , m_database(database)
{
}

Result<void> KeyStore::load()
{
    if (Result<void> loaded = loadFingerprintKey(); !loaded)
        return loaded;
    QHash<QUuid, QList<Origin>> origins;
    QHash<QString, Result<Origin>> parsed; // a thousand keys go to a handful of origins
    Result<QSqlQuery> query = m_database.run(u"SELECT key_id, origin FROM key_origins ORDER BY rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    while (query->next()) {
        const QUuid id = QUuid::fromString(query->value(0).toString());
        // An origin that cannot be read is left out: the key then goes to fewer places, not to others.
        const QString text = query->value(1).toString();
        auto origin = parsed.constFind(text);
        if (origin == parsed.constEnd())
            origin = parsed.insert(text, Origin::fromString(text));
        if (*origin)
            origins[id].append(**origin);
        else
            qCWarning(lcKeys) << "left out an origin of key" << id;
    }

    query = m_database.run(u"SELECT "_s + keyColumns() + u" FROM keys ORDER BY rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    m_keys.clear();
    m_pending.clear();
    while (query->next()) {
        std::optional<KeyRow> row = keyRow(*query);
        if (!row) {
            qCWarning(lcKeys) << "left out a row of keys whose id is no id";
            continue;
        }
        row->key.origins = origins.value(row->key.id);
        (row->pending ? m_pending : m_keys).append(row->key);
    }
    // Here, where they are nearly always in order already: SQLite would carry every row through a sorter.
    const auto older = [](const ApiKey &one, const ApiKey &other) { return one.createdAt < other.createdAt; };
    for (QList<ApiKey> *keys : {&m_keys, &m_pending}) {
        if (!std::is_sorted(keys->cbegin(), keys->cend(), older))
            std::stable_sort(keys->begin(), keys->end(), older);
    }
    Q_EMIT reset();
    return {};
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
    const int index = indexOf(id);
    if (index < 0)
        return {};
    return m_keys.at(index);
}

QByteArray KeyStore::fingerprint(const Secret &token) const
{
    QByteArray hash(fingerprintSize, '\0');
    const std::string_view bytes = token.reveal();
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), static_cast<std::size_t>(hash.size()),
                       reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char *>(m_fingerprintKey.constData()),
                       static_cast<std::size_t>(m_fingerprintKey.size()));
    return hash;
}

std::optional<ApiKey> KeyStore::findByFingerprint(const QByteArray &fingerprint) const
{
    const auto found = std::find_if(m_keys.begin(), m_keys.end(), [&fingerprint](const ApiKey &key) {
        return key.fingerprint == fingerprint;
    });
    if (found == m_keys.end())
        return {};
    return *found;
}

Result<void> KeyStore::insertPending(const ApiKey &key)
{
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        const Result<void> row = checked(m_database.run(
            u"INSERT INTO keys ("_s + keyColumns() + u") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1)"_s,
            keyValues(key)));
        return row ? writeOrigins(key) : row;
    });
    if (written)
        m_pending.append(key);
    return written;
}

Result<void> KeyStore::writeOrigins(const ApiKey &key)
{
    for (const Origin &origin : key.origins) {
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
    const auto found =
        std::find_if(m_pending.begin(), m_pending.end(), [&id](const ApiKey &key) { return key.id == id; });
    if (found == m_pending.end())
        return noSuchKey();
    if (const Result<void> written =
            checked(m_database.run(u"UPDATE keys SET pending = 0 WHERE id = ?"_s, {idText(id)}));
        !written)
        return written;
    const ApiKey key = *found;
    m_pending.erase(found);
    const auto place =
        std::upper_bound(m_keys.begin(), m_keys.end(), key, [](const ApiKey &one, const ApiKey &other) {
            return one.createdAt < other.createdAt;
        });
    const int position = static_cast<int>(place - m_keys.begin());
    m_keys.insert(position, key);
    Q_EMIT added(position);
    return {};
}

Result<void> KeyStore::discardPending(const QUuid &id)
{
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
    return m_pending;
}

Result<void> KeyStore::update(const ApiKey &key)
{
    const int index = indexOf(key.id);
    if (index < 0)
        return noSuchKey();
    const ApiKey &old = m_keys.at(index);
    ApiKey updated = key;
    updated.fingerprint = old.fingerprint;
    updated.hint = old.hint;
    updated.createdAt = old.createdAt;
    if (updated == old)
        return {};
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        QVariantList values = keyValues(updated);
        values.append(values.takeFirst()); // the id goes to the end
        Result<void> step =
            checked(m_database.run(u"UPDATE keys SET name = ?, provider_id = ?, kind_id = ?, hint = ?, "
                                   u"fingerprint = ?, header_name = ?, header_prefix = ?, "
                                   "abilities = ?, remote_id = ?, place = ?, status = ?, created_at = ?, "
                                   "last_used_at = ?, expires_at = ?, "
                                   "last_checked_at = ?, last_check_note = ? WHERE id = ?"_s,
                                   values));
        if (!step || updated.origins == old.origins)
            return step;
        step = checked(m_database.run(u"DELETE FROM key_origins WHERE key_id = ?"_s, {idText(key.id)}));
        return step ? writeOrigins(updated) : step;
    });
    if (!written)
        return written;
    m_keys[index] = updated;
    Q_EMIT changed(index);
    return {};
}

Result<void> KeyStore::remove(const QUuid &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return noSuchKey();
    if (const Result<void> written = removeRow(id, m_keys.at(index).place); !written)
        return written;
    Q_EMIT aboutToRemove(index);
    m_keys.removeAt(index);
    Q_EMIT removed(index);
    return {};
}

Result<void> KeyStore::removeRow(const QUuid &id, SecretPlace place)
{
    return m_database.transaction([&]() -> Result<void> {
        const Result<void> row = checked(m_database.run(u"DELETE FROM keys WHERE id = ?"_s, {idText(id)}));
        if (!row)
            return row;
        return checked(m_database.run(u"INSERT OR REPLACE INTO leftover_secrets (id, place) VALUES (?, ?)"_s,
                                      {idText(id), placeWord(place)}));
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

Result<void> KeyStore::forgetLeftover(const QUuid &id)
{
    return checked(m_database.run(u"DELETE FROM leftover_secrets WHERE id = ?"_s, {idText(id)}));
}

Result<void> KeyStore::addEvent(const QUuid &id, const QString &what)
{
    const Result<void> written =
        checked(m_database.run(u"INSERT INTO key_events (key_id, at, what) VALUES (?, ?, ?)"_s,
                               {idText(id), QDateTime::currentMSecsSinceEpoch(), textValue(what)}));
    if (written)
        Q_EMIT eventAdded(id);
    return written;
}

QList<KeyEvent> KeyStore::events(const QUuid &id, int limit) const
{
    QList<KeyEvent> all;
    Result<QSqlQuery> query = m_database.run(
        u"SELECT at, what FROM key_events WHERE key_id = ? ORDER BY at DESC, id DESC LIMIT ?"_s,
        {idText(id), limit});
    if (!query) {
        qCWarning(lcKeys) << "cannot read the events of a key:" << query.error().detail;
        return all;
    }
    while (query->next())
        all.append({QDateTime::fromMSecsSinceEpoch(query->value(0).toLongLong(), Qt::UTC),
                    query->value(1).toString()});
    return all;
}

int KeyStore::indexOf(const QUuid &id) const
{
    const auto found =
        std::find_if(m_keys.begin(), m_keys.end(), [&id](const ApiKey &key) { return key.id == id; });
    return found == m_keys.end() ? -1 : static_cast<int>(found - m_keys.begin());
}

} // namespace keydesk
