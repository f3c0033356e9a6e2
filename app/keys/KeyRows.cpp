#include "app/keys/KeyRows.h"

#include <QJsonArray>
#include <QJsonDocument>
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

QDateTime timeFrom(const QVariant &value)
{
    return value.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
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
        {u"snoozed_until"_s, User}};
    return columns;
}

std::optional<KeyRow> keyRow(const QSqlQuery &query)
{
    KeyRow row;
    ApiKey &key = row.key;
    int column = 0;
    const auto next = [&] { return query.value(column++); };
    key.id = QUuid::fromString(next().toString());
    key.name = next().toString();
    key.providerId = next().toString();
    key.kindId = next().toString();
    key.hint = next().toString();
    key.fingerprint = next().toByteArray();
    key.headerName = next().toString();
    key.headerPrefix = next().toString();
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
    row.pending = next().toBool();
    if (key.id.isNull())
        return {};
    return row;
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
            timeValue(key.snoozedUntil)};
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

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace keydesk
