#include "app/keys/KeyRows.h"

#include "app/base/Log.h"
#include "app/storage/Database.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const std::array<std::pair<ApiKey::Status, QLatin1String>, 6> statusWords = {{
    {ApiKey::Status::Unchecked, "unchecked"_L1},
    {ApiKey::Status::Works, "works"_L1},
    {ApiKey::Status::Refused, "refused"_L1},
    {ApiKey::Status::Expired, "expired"_L1},
    {ApiKey::Status::Revoked, "revoked"_L1},
    {ApiKey::Status::Missing, "missing"_L1},
}};

QString statusWord(ApiKey::Status status)
{
    const auto found = std::find_if(statusWords.begin(), statusWords.end(),
                                    [status](const auto &word) { return word.first == status; });
    return found->second;
}

ApiKey::Status statusFromWord(const QString &word)
{
    const auto found = std::find_if(statusWords.begin(), statusWords.end(),
                                    [&word](const auto &known) { return known.second == word; });
    return found == statusWords.end() ? ApiKey::Status::Unchecked : found->first;
}

QString placementWord(KeyPlacement placement)
{
    switch (placement) {
    case KeyPlacement::Query:
        return u"query"_s;
    case KeyPlacement::Basic:
        return u"basic"_s;
    case KeyPlacement::Header:
        break;
    }
    return u"header"_s;
}

KeyPlacement placementFromWord(const QString &word)
{
    return word == "query"_L1   ? KeyPlacement::Query
           : word == "basic"_L1 ? KeyPlacement::Basic
                                : KeyPlacement::Header;
}

QDateTime timeFrom(const QVariant &value)
{
    return value.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

/// A key without its origins, which have a table of their own.
struct KeyRow
{
    ApiKey key;
    bool pending = false;
};

/// Thousands of keys have the same few providers, kinds and headers: each text is held once.
class SharedTexts
{
public:
    QString share(const QString &text) { return *m_texts.insert(text); }

private:
    QSet<QString> m_texts;
};

/// Nothing if the row cannot be one that Keydesk wrote.
std::optional<KeyRow> keyRow(const QSqlQuery &query, SharedTexts &texts)
{
    KeyRow row;
    ApiKey &key = row.key;
    int column = 0;
    const auto next = [&] { return query.value(column++); };
    key.id = QUuid::fromString(next().toString());
    key.name = next().toString();
    key.providerId = texts.share(next().toString());
    key.kindId = texts.share(next().toString());
    key.hint = next().toString();
    key.fingerprint = next().toByteArray();
    key.headerName = texts.share(next().toString());
    key.headerPrefix = texts.share(next().toString());
    if (const QString abilities = next().toString(); abilities != "[]"_L1) {
        for (const QJsonValue ability : QJsonDocument::fromJson(abilities.toUtf8()).array())
            key.abilities << ability.toString();
    }
    key.remoteId = next().toString();
    key.place = placeFromWord(next().toString());
    key.status = statusFromWord(next().toString());
    key.createdAt = timeFrom(next());
    key.lastUsedAt = timeFrom(next());
    key.expiresAt = timeFrom(next());
    key.lastCheckedAt = timeFrom(next());
    key.lastCheckNote = next().toString();
    if (const QVariant days = next(); !days.isNull())
        key.rotateAfterDays = days.toInt();
    key.snoozedUntil = timeFrom(next());
    key.placement = placementFromWord(next().toString());
    if (const QString client = next().toString(); !client.isEmpty())
        key.oauth = oauthClientFrom(client);
    row.pending = next().toBool();
    if (key.id.isNull())
        return {};
    return row;
}

/// An origin that cannot be read is left out: the key then goes to fewer places, not to others.
void addOrigin(QList<Origin> &origins, const QString &text, QHash<QString, QList<Origin>> &parsed)
{
    auto known = parsed.constFind(text);
    if (known == parsed.constEnd()) {
        const Result<Origin> origin = Origin::fromString(text);
        if (!origin)
            qCWarning(lcKeys) << "left out an origin of a key that cannot be read";
        known = parsed.insert(text, origin ? QList<Origin>{*origin} : QList<Origin>());
    }
    if (origins.isEmpty())
        origins = *known;
    else
        origins += *known;
}

} // namespace

QString keyColumns()
{
    QStringList names;
    for (const KeyColumn &column : keyColumnList())
        names.append(column.name);
    return names.join(u", "_s) + u", pending"_s;
}

const QList<KeyColumn> &keyColumnList()
{
    using enum KeyColumn::Who;
    static const QList<KeyColumn> columns = {
        {u"id"_s, Nobody},           {u"name"_s, User},         {u"provider_id"_s, User},
        {u"kind_id"_s, User},        {u"hint"_s, Nobody},       {u"fingerprint"_s, Nobody},
        {u"header_name"_s, User},    {u"header_prefix"_s, User}, {u"abilities"_s, User},
        {u"remote_id"_s, User},      {u"place"_s, User},        {u"status"_s, Keydesk},
        {u"created_at"_s, Nobody},   {u"last_used_at"_s, Keydesk}, {u"expires_at"_s, User},
        {u"last_checked_at"_s, Keydesk}, {u"last_check_note"_s, Keydesk}, {u"rotate_after_days"_s, User},
        {u"snoozed_until"_s, User},  {u"placement"_s, User},    {u"oauth"_s, User}};
    return columns;
}

Result<qint64> countKeyChanges(Database &database)
{
    Result<QSqlQuery> query = database.run(u"SELECT count FROM changes WHERE name = 'keys'"_s);
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<KeyRows> readKeyRows(Database &database)
{
    KeyRows rows;
    const Result<qint64> change = countKeyChanges(database); // before the rows: what is written meanwhile is then read twice, not never
    if (!change)
        return tl::unexpected(change.error());
    rows.change = *change;
    QHash<QUuid, QList<Origin>> origins;
    QHash<QString, QList<Origin>> parsed; // a thousand keys go to a handful of origins, and share them
    Result<QSqlQuery> query = database.run(u"SELECT key_id, origin FROM key_origins ORDER BY rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    while (query->next())
        addOrigin(origins[QUuid::fromString(query->value(0).toString())], query->value(1).toString(), parsed);
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));

    query = database.run(u"SELECT "_s + keyColumns() + u" FROM keys ORDER BY rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    SharedTexts texts;
    while (query->next()) {
        std::optional<KeyRow> row = keyRow(*query, texts);
        if (!row) {
            qCWarning(lcKeys) << "left out a row of keys whose id is no id";
            continue;
        }
        row->key.origins = origins.value(row->key.id);
        (row->pending ? rows.pending : rows.keys).append(row->key);
    }
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));
    return rows;
}

Result<ApiKey> readKeyRow(Database &database, const QUuid &id)
{
    Result<QSqlQuery> query = database.run(u"SELECT "_s + keyColumns() + u" FROM keys WHERE id = ? AND pending = 0"_s, {idText(id)});
    if (!query)
        return tl::unexpected(query.error());
    SharedTexts texts;
    const std::optional<KeyRow> row = query->next() ? keyRow(*query, texts) : std::nullopt;
    if (!row)
        return failure(Error::Kind::NotFound, {});
    ApiKey key = row->key;
    query = database.run(u"SELECT origin FROM key_origins WHERE key_id = ? ORDER BY rowid"_s, {idText(id)});
    QHash<QString, QList<Origin>> parsed;
    while (query && query->next())
        addOrigin(key.origins, query->value(0).toString(), parsed);
    return key;
}

QVariantList keyValues(const ApiKey &key)
{
    const QByteArray abilities =
        QJsonDocument(QJsonArray::fromStringList(key.abilities)).toJson(QJsonDocument::Compact);
    return {idText(key.id),
            textValue(key.name),
            textValue(key.providerId),
            textValue(key.kindId),
            textValue(key.hint),
            key.fingerprint.isNull() ? QByteArray("") : key.fingerprint,
            textValue(key.headerName),
            textValue(key.headerPrefix),
            QString::fromUtf8(abilities),
            textValue(key.remoteId),
            placeWord(key.place),
            statusWord(key.status),
            timeValue(key.createdAt),
            timeValue(key.lastUsedAt),
            timeValue(key.expiresAt),
            timeValue(key.lastCheckedAt),
            textValue(key.lastCheckNote),
            key.rotateAfterDays ? QVariant(*key.rotateAfterDays) : QVariant(),
            timeValue(key.snoozedUntil),
            placementWord(key.placement),
            key.oauth ? toText(*key.oauth) : u""_s};
}

QString placeWord(SecretPlace place)
{
    switch (place) {
    case SecretPlace::Session:
        return u"session"_s;
    case SecretPlace::SealedFile:
        return u"sealed"_s;
    case SecretPlace::SystemKeychain:
        break;
    }
    return u"keychain"_s;
}

SecretPlace placeFromWord(const QString &word)
{
    return word == "session"_L1  ? SecretPlace::Session
           : word == "sealed"_L1 ? SecretPlace::SealedFile
                                 : SecretPlace::SystemKeychain;
}

QVariant textValue(const QString &text)
{
    return text.isNull() ? u""_s : text;
}

QVariant timeValue(const QDateTime &time)
{
    return time.isValid() ? QVariant(time.toMSecsSinceEpoch()) : QVariant();
}

} // namespace keydesk
