#include "app/environments/EnvironmentStore.h"

#include "app/storage/Database.h"
#include "app/storage/Settings.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const auto currentKey = u"environment/current"_s;

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

Result<void> withoutRows(const Result<QSqlQuery> &done)
{
    return done ? Result<void>() : tl::unexpected(done.error());
}

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
    return environment;
}

QString variablesText(const Variables &variables)
{
    return QString::fromUtf8(QJsonDocument(rowsToJson(variables)).toJson(QJsonDocument::Compact));
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
    auto query = m_database.run(
        u"SELECT id, name, provider_id, base_url, colour, protected, variables FROM environments "
        "ORDER BY position, rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    const auto keys = readKeys();
    if (!keys)
        return tl::unexpected(keys.error());
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
        environment.keys = keys->value(environment.id);
        found.append(environment);
    }
    if (query->lastError().isValid())
        return tl::unexpected(Database::errorOf(query->lastError()));
    m_environments = found;
    Q_EMIT reset();
    const QUuid last = QUuid::fromString(m_settings.remembered(currentKey).toString());
    makeCurrent(indexOf(last) >= 0 || found.isEmpty() ? last : found.first().id);
    return {};
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
    const Result<void> stored = m_database.transaction([&]() -> Result<void> {
        return write(*good, position).and_then([&] { return writePositions(next); });
    });
    if (!stored)
        return tl::unexpected(stored.error());
    m_environments = next;
    Q_EMIT added(position);
    if (!current())
        setCurrent(good->id);
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
    return m_database.transaction([&] { return write(*good, index); }).map([&] {
        m_environments[index] = *good;
        Q_EMIT changed(index);
    });
}

Result<Environment> EnvironmentStore::duplicate(const QUuid &id)
{
    const int index = indexOf(id);
    if (index < 0)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    Environment copy = m_environments.at(index);
    copy.id = QUuid();
    copy.keys.clear();
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
        withoutRows(m_database.run(u"DELETE FROM environments WHERE id = ?"_s, {idText(id)}));
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
    m_environments.removeAt(index);
    Q_EMIT removed(index);
    return {};
}

Result<void> EnvironmentStore::restore(const Environment &environment, int position)
{
    if (indexOf(environment.id) >= 0)
        return failure(Error::Kind::Duplicate, tr("That environment is there already."));
    Environment back = environment;
    for (auto key = back.keys.begin(); key != back.keys.end();) {
        auto query = m_database.run(u"SELECT 1 FROM keys WHERE id = ?"_s, {idText(*key)});
        if (!query)
            return tl::unexpected(query.error());
        key = query->next() ? std::next(key) : back.keys.erase(key);
    }
    const int place = std::clamp<int>(position, 0, static_cast<int>(m_environments.size()));
    return insert(back, place).map([this](const Environment &restored) {
        if (restored.id == m_removedCurrent)
            setCurrent(restored.id);
    });
}

Result<void> EnvironmentStore::setKey(const QUuid &id, const QString &kindId,
                                      const std::optional<QUuid> &keyId)
{
    std::optional<Environment> environment = find(id);
    if (!environment)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    if (keyId)
        environment->keys.insert(kindId, *keyId);
    else
        environment->keys.remove(kindId);
    const int index = indexOf(id);
    if (environment->keys == m_environments.at(index).keys)
        return {};
    return m_database.transaction([&] { return writeKeys(*environment); }).map([&] {
        m_environments[index].keys = environment->keys;
        Q_EMIT changed(index);
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
    return m_database.transaction([&] { return writePositions(next); }).map([&] {
        m_environments = next;
        Q_EMIT moved(from, to);
    });
}

QList<Environment> EnvironmentStore::usedBy(const QUuid &keyId) const
{
    QList<Environment> users;
    std::ranges::copy_if(m_environments, std::back_inserter(users), [&keyId](const Environment &environment) {
        return std::ranges::find(environment.keys, keyId) != environment.keys.end();
    });
    return users;
}

Result<void> EnvironmentStore::forgetKey(const QUuid &keyId)
{
    // The rows went with the key (ON DELETE CASCADE), unless it is still there and only to be used no longer.
    const auto deleted = m_database.run(u"DELETE FROM environment_keys WHERE key_id = ?"_s, {idText(keyId)});
    if (!deleted)
        return tl::unexpected(deleted.error());
    const auto keys = readKeys();
    if (!keys)
        return tl::unexpected(keys.error());
    for (int index = 0; index < m_environments.size(); ++index) {
        const auto now = keys->value(m_environments.at(index).id);
        if (now == m_environments.at(index).keys)
            continue;
        m_environments[index].keys = now;
        Q_EMIT changed(index);
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
    // Not REPLACE: that deletes the row first, and its keys with it.
    return withoutRows(
               m_database.run(
                   u"INSERT INTO environments (id, position, name, provider_id, base_url, colour, protected, "
                   u"variables) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET position = "
                   "excluded.position, "
                   "name = excluded.name, provider_id = excluded.provider_id, base_url = excluded.base_url, "
                   "colour = excluded.colour, protected = excluded.protected, variables = excluded.variables"_s,
                   {idText(environment.id), position, environment.name, environment.providerId,
                    environment.baseUrl, environment.colour, environment.isProtected,
                    variablesText(environment.variables)}))
        .and_then([&] { return writeKeys(environment); });
}

Result<void> EnvironmentStore::writeKeys(const Environment &environment)
{
    Result<void> done = withoutRows(
        m_database.run(u"DELETE FROM environment_keys WHERE environment_id = ?"_s, {idText(environment.id)}));
    for (auto key = environment.keys.begin(); done && key != environment.keys.end(); ++key)
        done = withoutRows(m_database.run(
            u"INSERT INTO environment_keys (environment_id, kind_id, key_id) VALUES (?, ?, ?)"_s,
            {idText(environment.id), key.key(), idText(key.value())}));
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

Result<QHash<QUuid, QHash<QString, QUuid>>> EnvironmentStore::readKeys()
{
    auto query = m_database.run(u"SELECT environment_id, kind_id, key_id FROM environment_keys"_s);
    if (!query)
        return tl::unexpected(query.error());
    QHash<QUuid, QHash<QString, QUuid>> keys;
    while (query->next())
        keys[QUuid::fromString(query->value(0).toString())].insert(
            query->value(1).toString(), QUuid::fromString(query->value(2).toString()));
    return keys;
}

} // namespace keydesk
