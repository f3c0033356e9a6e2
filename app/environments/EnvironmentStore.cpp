#include "app/environments/EnvironmentStore.h"

#include "app/base/Guarded.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const auto currentKey = u"environment/current"_s;

Result<Environment> checked(Environment environment)
{
    const Result<QString> name = checkName(environment.name);
    if (!name)
        return tl::unexpected(name.error());
    const Result<QUrl> url = checkBaseUrl(environment.baseUrl);
    if (!url)
        return tl::unexpected(url.error());
    environment.name = *name;
    environment.baseUrl = url->toString(QUrl::FullyEncoded);
    if (!environmentColours().contains(environment.colour))
        environment.colour = u"grey"_s;
    environment.connection = environment.connectionInUse();
    return environment;
}

QString arrayText(const QJsonArray &array)
{
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

/// The columns of an environment that the user decides.
const QStringList &valueColumns()
{
    static const QStringList columns{u"name"_s,      u"provider_id"_s, u"base_url"_s,   u"colour"_s,
                                     u"protected"_s, u"variables"_s,   u"identities"_s, u"identity"_s,
                                     u"connection"_s};
    return columns;
}

/// Values for `valueColumns`.
QVariantList values(const Environment &environment)
{
    QJsonArray identities;
    for (const Identity &each : environment.identities)
        identities.append(each.name);
    return {environment.name,
            environment.providerId,
            environment.baseUrl,
            environment.colour,
            environment.isProtected,
            arrayText(rowsToJson(environment.variables)),
            arrayText(identities),
            environment.identity.isNull() ? u""_s : environment.identity,
            QString::fromUtf8(QJsonDocument(environment.connection.toJson()).toJson(QJsonDocument::Compact))};
}

/// Whose key of which kind.
using Place = std::pair<QString, QString>;

QHash<Place, QUuid> places(const Environment &environment)
{
    QHash<Place, QUuid> all;
    const auto add = [&all](const QString &identity, const QHash<QString, QUuid> &keys) {
        for (auto key = keys.begin(); key != keys.end(); ++key)
            all.insert({identity, key.key()}, key.value());
    };
    add({}, environment.keys);
    for (const Identity &each : environment.identities)
        add(each.name, each.keys);
    return all;
}

QHash<QString, QUuid> *keysOf(Environment &environment, const QString &identity)
{
    if (identity.isEmpty())
        return &environment.keys;
    const auto found = std::ranges::find(environment.identities, identity, &Identity::name);
    return found == environment.identities.end() ? nullptr : &found->keys;
}

Environment withoutKeys(Environment environment)
{
    environment.keys.clear();
    for (Identity &each : environment.identities)
        each.keys.clear();
    return environment;
}

void dropKey(Environment &environment, const QUuid &key)
{
    const auto isIt = [&key](const auto &place) { return place.value() == key; };
    environment.keys.removeIf(isIt);
    for (Identity &each : environment.identities)
        each.keys.removeIf(isIt);
    for (QUuid *secret : {&environment.connection.passphraseId, &environment.connection.proxyPasswordId}) {
        if (*secret == key)
            *secret = {};
    }
}

tl::unexpected<Error> noSuchIdentity(const QString &name)
{
    return failure(Error::Kind::NotFound, EnvironmentStore::tr("There is no identity “%1” in this environment any more.").arg(name));
}

Result<QString> checkIdentity(const Environment &environment, const QString &name)
{
    return checkName(name).and_then([&](const QString &good) -> Result<QString> {
        const bool taken = std::ranges::any_of(environment.identities, [&](const Identity &each) {
            return each.name.compare(good, Qt::CaseInsensitive) == 0;
        });
        if (taken)
            return failure(Error::Kind::Duplicate, EnvironmentStore::tr("There is an identity “%1” already.").arg(good));
        return good;
    });
}

} // namespace

EnvironmentStore::EnvironmentStore(Database &database, Settings &settings, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_settings(settings)
{
}

Result<void> EnvironmentStore::load()
{
    const Result<qint64> change = changeCount();
    if (!change)
        return tl::unexpected(change.error());
    const Result<QList<Environment>> found = read(m_database);
    if (!found)
        return tl::unexpected(found.error());
    m_change = *change;
    m_environments = *found;
    Q_EMIT reset();
    const QUuid last = QUuid::fromString(m_settings.remembered(currentKey).toString());
    makeCurrent(indexOf(last) >= 0 || found->isEmpty() ? last : found->first().id);
    return {};
}

Result<QList<Environment>> EnvironmentStore::read(Database &database)
{
    auto query = database.run(
        u"SELECT id, name, provider_id, base_url, colour, protected, variables, identities, identity, connection FROM environments "
        "ORDER BY position, rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    QList<Environment> found;
    while (query->next()) {
        Environment environment;
        environment.id = QUuid::fromString(query->value(0).toString());
        environment.name = query->value(1).toString();
        environment.providerId = query->value(2).toString();
        environment.baseUrl = query->value(3).toString();
        environment.colour = query->value(4).toString();
        environment.isProtected = query->value(5).toBool();
        environment.variables =
            rowsFromJson(QJsonDocument::fromJson(query->value(6).toString().toUtf8()).array());
        for (const QJsonValue name : QJsonDocument::fromJson(query->value(7).toString().toUtf8()).array())
            environment.identities.append({name.toString(), {}});
        environment.identity = query->value(8).toString();
        environment.connection =
            ConnectionSettings::fromJson(QJsonDocument::fromJson(query->value(9).toString().toUtf8()).object());
        found.append(environment);
    }
    if (query->lastError().isValid())
        return tl::unexpected(Database::errorOf(query->lastError()));

    query = database.run(u"SELECT environment_id, identity, kind_id, key_id FROM environment_keys"_s);
    if (!query)
        return tl::unexpected(query.error());
    while (query->next()) {
        const auto environment = std::ranges::find(found, QUuid::fromString(query->value(0).toString()), &Environment::id);
        if (environment == found.end())
            continue;
        if (QHash<QString, QUuid> *keys = keysOf(*environment, query->value(1).toString()))
            keys->insert(query->value(2).toString(), QUuid::fromString(query->value(3).toString()));
    }
    return found;
}

Result<qint64> EnvironmentStore::changeCount()
{
    auto query = m_database.run(u"SELECT count FROM changes WHERE name = 'environments'"_s);
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

/// Every write of this store goes through here: what it counts up must not be taken for another process's.
Result<void> EnvironmentStore::own(const std::function<Result<void>()> &write)
{
    bool others = false;
    qint64 after = 0;
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        const Result<qint64> before = changeCount();
        if (!before)
            return tl::unexpected(before.error());
        others = *before != m_change;
        if (const Result<void> done = write(); !done)
            return done;
        return changeCount().map([&after](qint64 count) { after = count; });
    });
    if (written && !others)
        m_change = after;
    if (written && others)
        later(this, [this] { std::ignore = refresh(); });
    return written;
}

Result<void> EnvironmentStore::forgetOldValues()
{
    return m_database.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s).map([](const QSqlQuery &) {});
}

Result<void> EnvironmentStore::refresh()
{
    const Result<qint64> change = changeCount();
    if (!change)
        return tl::unexpected(change.error());
    if (*change == m_change)
        return {};
    return read(m_database).map([&](const QList<Environment> &found) {
        m_change = *change;
        takeOver(found);
    });
}

/// Those that came are here before those that went go: whoever hears of one that went sees all that are.
void EnvironmentStore::takeOver(const QList<Environment> &found)
{
    for (const Environment &environment : found) {
        if (indexOf(environment.id) >= 0)
            continue;
        m_environments.append(environment);
        Q_EMIT added(static_cast<int>(m_environments.size()) - 1);
    }
    const auto isGone = [&found](const QUuid &id) { return std::ranges::find(found, id, &Environment::id) == found.end(); };
    if (isGone(m_current))
        makeCurrent(found.isEmpty() ? QUuid() : found.first().id);
    for (int index = static_cast<int>(m_environments.size()) - 1; index >= 0; --index) {
        if (!isGone(m_environments.at(index).id))
            continue;
        Q_EMIT aboutToRemove(index);
        m_environments.removeAt(index);
        Q_EMIT removed(index);
    }
    for (int index = 0; index < found.size(); ++index) {
        const int from = indexOf(found.at(index).id);
        if (from != index) {
            m_environments.move(from, index);
            Q_EMIT moved(from, index);
        }
        if (found.at(index) != m_environments.at(index)) {
            m_environments[index] = found.at(index);
            Q_EMIT changed(index);
        }
    }
}

void EnvironmentStore::tellOfKeys(const Environment &before, const Environment &after)
{
    if (places(before) != places(after))
        Q_EMIT keysChanged(before, after);
}

std::optional<Environment> EnvironmentStore::find(const QUuid &id) const
{
    const int index = indexOf(id);
    return index < 0 ? std::nullopt : std::optional(m_environments.at(index));
}

std::optional<Environment> EnvironmentStore::current() const
{
    return find(m_current);
}

void EnvironmentStore::setCurrent(const QUuid &id)
{
    if (indexOf(id) < 0)
        return;
    m_settings.remember(currentKey, idText(id));
    makeCurrent(id);
}

void EnvironmentStore::makeCurrent(const QUuid &id)
{
    if (id == m_current)
        return;
    m_current = id;
    Q_EMIT currentChanged();
}

Result<Environment> EnvironmentStore::add(Environment environment)
{
    return insert(std::move(environment), static_cast<int>(m_environments.size()));
}

Result<Environment> EnvironmentStore::insert(Environment environment, int position)
{
    if (environment.id.isNull())
        environment.id = QUuid::createUuid();
    const Result<Environment> good = checked(std::move(environment));
    if (!good)
        return good;
    QList<Environment> next = m_environments;
    next.insert(position, *good);
    const Result<void> stored = own([&]() -> Result<void> {
        return write(*good, position).and_then([&] { return writePositions(next); });
    });
    if (!stored)
        return tl::unexpected(stored.error());
    m_environments = next;
    Q_EMIT added(position);
    if (!current())
        setCurrent(good->id);
    tellOfKeys(withoutKeys(*good), *good);
    return good;
}

Result<void> EnvironmentStore::update(const Environment &environment)
{
    const int index = indexOf(environment.id);
    if (index < 0)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    const Result<Environment> good = checked(environment);
    if (!good)
        return tl::unexpected(good.error());
    if (*good == m_environments.at(index))
        return {};
    const Result<void> written = own([&] { return writeDifference(m_environments.at(index), *good); });
    if (!written) {
        if (written.error().kind == Error::Kind::Conflict)
            std::ignore = refresh();
        return written;
    }
    const Environment before = std::exchange(m_environments[index], *good);
    Q_EMIT changed(index);
    tellOfKeys(before, *good);
    return {};
}

Result<Environment> EnvironmentStore::duplicate(const QUuid &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    Environment copy = withoutKeys(m_environments.at(index));
    copy.id = QUuid();
    // Room for the words around it; half a surrogate pair would not be a name.
    QString name = copy.name.left(200);
    if (name.back().isHighSurrogate())
        name.chop(1);
    copy.name = tr("%1 copy", "the name of a copied environment").arg(name);
    return insert(copy, index + 1);
}

Result<void> EnvironmentStore::remove(const QUuid &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    const Result<void> deleted =
        own([&] { return withoutRows(m_database.run(u"DELETE FROM environments WHERE id = ?"_s, {idText(id)})); });
    if (!deleted)
        return deleted;
    // Another one is current before this one goes, so that there is always one.
    if (id == m_current) {
        m_removedCurrent = id;
        if (m_environments.size() == 1)
            makeCurrent({});
        else
            setCurrent(m_environments.at(index + 1 < m_environments.size() ? index + 1 : index - 1).id);
    }
    Q_EMIT aboutToRemove(index);
    const Environment gone = m_environments.takeAt(index);
    Q_EMIT removed(index);
    tellOfKeys(gone, withoutKeys(gone));
    return {};
}

Result<void> EnvironmentStore::restore(const Environment &environment, int position)
{
    if (indexOf(environment.id) >= 0)
        return failure(Error::Kind::Duplicate, tr("That environment is there already."));
    Environment back = environment;
    QList<QUuid> named = environment.allKeys();
    for (const QUuid &secret : {environment.connection.passphraseId, environment.connection.proxyPasswordId}) {
        if (!secret.isNull())
            named.append(secret);
    }
    for (const QUuid &key : std::as_const(named)) {
        auto query = m_database.run(u"SELECT 1 FROM keys WHERE id = ?"_s, {idText(key)});
        if (!query)
            return tl::unexpected(query.error());
        if (!query->next())
            dropKey(back, key);
    }
    const int place = std::clamp<int>(position, 0, static_cast<int>(m_environments.size()));
    return insert(back, place).map([this](const Environment &restored) {
        if (restored.id == m_removedCurrent)
            setCurrent(restored.id);
    });
}

Result<void> EnvironmentStore::change(const QUuid &id, const std::function<Result<void>(Environment &)> &edit)
{
    std::optional<Environment> environment = find(id);
    if (!environment)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    return edit(*environment).and_then([&] { return update(*environment); });
}

Result<void> EnvironmentStore::setKey(const QUuid &id, const QString &kindId,
                                      const std::optional<QUuid> &keyId, const QString &identity)
{
    return change(id, [&](Environment &environment) -> Result<void> {
        QHash<QString, QUuid> *keys = keysOf(environment, identity);
        if (!keys)
            return noSuchIdentity(identity);
        if (keyId)
            keys->insert(kindId, *keyId);
        else
            keys->remove(kindId);
        return {};
    });
}

Result<void> EnvironmentStore::addIdentity(const QUuid &id, const QString &name)
{
    return change(id, [&](Environment &environment) {
        return checkIdentity(environment, name).map([&](const QString &good) { environment.identities.append({good, {}}); });
    });
}

Result<void> EnvironmentStore::renameIdentity(const QUuid &id, const QString &name, const QString &newName)
{
    return change(id, [&](Environment &environment) -> Result<void> {
        const auto found = std::ranges::find(environment.identities, name, &Identity::name);
        if (found == environment.identities.end())
            return noSuchIdentity(name);
        if (newName.trimmed() == name)
            return {};
        return checkIdentity(environment, newName).map([&](const QString &good) {
            found->name = good;
            if (environment.identity == name)
                environment.identity = good;
        });
    });
}

Result<void> EnvironmentStore::removeIdentity(const QUuid &id, const QString &name)
{
    return change(id, [&](Environment &environment) -> Result<void> {
        if (environment.identities.removeIf([&](const Identity &each) { return each.name == name; }) == 0)
            return noSuchIdentity(name);
        if (environment.identity == name)
            environment.identity.clear();
        return {};
    });
}

Result<void> EnvironmentStore::setIdentity(const QUuid &id, const QString &name)
{
    return change(id, [&](Environment &environment) -> Result<void> {
        if (!keysOf(environment, name))
            return noSuchIdentity(name);
        environment.identity = name;
        return {};
    });
}

Result<void> EnvironmentStore::move(int from, int to)
{
    const auto isPosition = [this](int position) {
        return position >= 0 && position < m_environments.size();
    };
    if (!isPosition(from) || !isPosition(to))
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    if (from == to)
        return {};
    QList<Environment> next = m_environments;
    next.move(from, to);
    return own([&] { return writePositions(next); }).map([&] {
        m_environments = next;
        Q_EMIT moved(from, to);
    });
}

QList<Environment> EnvironmentStore::usedBy(const QUuid &keyId) const
{
    QList<Environment> users;
    std::ranges::copy_if(m_environments, std::back_inserter(users), [&keyId](const Environment &environment) {
        return environment.allKeys().contains(keyId);
    });
    return users;
}

Result<void> EnvironmentStore::forgetKey(const QUuid &keyId)
{
    // The rows went with the key (ON DELETE CASCADE), unless it is still there and only to be used no longer.
    const Result<void> deleted = own([&] {
        return withoutRows(m_database.run(u"DELETE FROM environment_keys WHERE key_id = ?"_s, {idText(keyId)}));
    });
    if (!deleted)
        return deleted;
    const Result<QList<Environment>> found = read(m_database);
    if (!found)
        return tl::unexpected(found.error());
    const QList<Environment> users = usedBy(keyId);
    takeOver(*found);
    for (const Environment &user : users) {
        Environment after = user;
        dropKey(after, keyId);
        tellOfKeys(user, after);
    }
    return {};
}

int EnvironmentStore::indexOf(const QUuid &id) const
{
    const auto found = std::ranges::find(m_environments, id, &Environment::id);
    return found == m_environments.end() ? -1 : static_cast<int>(found - m_environments.begin());
}

Result<void> EnvironmentStore::write(const Environment &environment, int position)
{
    return withoutRows(
               m_database.run(
                   u"INSERT INTO environments (id, position, name, provider_id, base_url, colour, protected, "
                   u"variables, identities, identity, connection) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                   QVariantList{idText(environment.id), position} + values(environment)))
        .and_then([&] { return writeKeys({}, environment); });
}

Result<void> EnvironmentStore::writeDifference(const Environment &old, const Environment &environment)
{
    const QVariantList before = values(old);
    const QVariantList after = values(environment);
    QStringList assignments;
    QStringList conditions{u"id = ?"_s};
    QVariantList next;
    QVariantList expected{idText(environment.id)};
    for (int i = 0; i < after.size(); ++i) {
        if (before.at(i) == after.at(i))
            continue;
        assignments.append(valueColumns().at(i) + u" = ?"_s);
        next.append(after.at(i));
        conditions.append(valueColumns().at(i) + u" IS ?"_s);
        expected.append(before.at(i));
    }
    if (!assignments.isEmpty()) {
        const Result<QSqlQuery> query = m_database.run(u"UPDATE environments SET "_s + assignments.join(u", "_s) + u" WHERE "_s +
                                                           conditions.join(u" AND "_s),
                                                       next + expected);
        if (!query)
            return tl::unexpected(query.error());
        if (query->numRowsAffected() == 0)
            return failure(Error::Kind::Conflict,
                           tr("“%1” was changed somewhere else meanwhile. It is shown as it is now; nothing of yours was saved.").arg(old.name));
    }
    return writeKeys(old, environment);
}

Result<void> EnvironmentStore::writeKeys(const Environment &old, const Environment &environment)
{
    const QHash<Place, QUuid> before = places(old);
    const QHash<Place, QUuid> after = places(environment);
    Result<void> done;
    for (auto place = before.begin(); done && place != before.end(); ++place) {
        if (!after.contains(place.key()))
            done = withoutRows(
                m_database.run(u"DELETE FROM environment_keys WHERE environment_id = ? AND identity = ? AND kind_id = ?"_s,
                               {idText(environment.id), place.key().first, place.key().second}));
    }
    for (auto place = after.begin(); done && place != after.end(); ++place) {
        if (before.value(place.key()) != place.value())
            done = withoutRows(m_database.run(
                u"INSERT INTO environment_keys (environment_id, identity, kind_id, key_id) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (environment_id, identity, kind_id) DO UPDATE SET key_id = excluded.key_id"_s,
                {idText(environment.id), place.key().first, place.key().second, idText(place.value())}));
    }
    return done;
}

Result<void> EnvironmentStore::writePositions(const QList<Environment> &environments)
{
    for (int position = 0; position < environments.size(); ++position) {
        const auto done =
            m_database.run(u"UPDATE environments SET position = ? WHERE id = ? AND position <> ?"_s,
                           {position, idText(environments.at(position).id), position});
        if (!done)
            return tl::unexpected(done.error());
    }
    return {};
}

} // namespace keydesk
