#include "app/keys/rotation/RotationStore.h"

#include "app/base/Log.h"
#include "app/keys/KeyRows.h"
#include "app/storage/Database.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlError>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Step = Rotation::Step;

const std::array<std::pair<Step, QLatin1StringView>, 6> stepWords = {{
    {Step::Creating, "creating"_L1},
    {Step::Storing, "storing"_L1},
    {Step::Proving, "proving"_L1},
    {Step::Overlap, "overlap"_L1},
    {Step::Revoking, "revoking"_L1},
    {Step::TakingBack, "taking-back"_L1},
}};

QString usesText(const QList<KeyUse> &uses)
{
    QJsonArray array;
    for (const KeyUse &use : uses) {
        array.append(QJsonObject{{u"environment"_s, idText(use.environmentId)},
                                 {u"identity"_s, use.identity},
                                 {u"kind"_s, use.kindId}});
    }
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QList<KeyUse> usesFrom(const QString &text)
{
    QList<KeyUse> uses;
    for (const QJsonValue value : QJsonDocument::fromJson(text.toUtf8()).array()) {
        const QJsonObject use = value.toObject();
        uses.append({QUuid::fromString(use.value("environment"_L1).toString()),
                     use.value("identity"_L1).toString(), use.value("kind"_L1).toString()});
    }
    return uses;
}

QDateTime timeFrom(const QVariant &value)
{
    return value.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

const auto columns =
    u"id, method, step, old_key_id, new_key_id, provider_id, kind_id, name, environment_id, remote_name, "
    u"remote_id, "
    "old_ended, switched, left_ms, seen_at, seen_since_boot, seen_boot, started_at, last_error"_s;

QVariantList valuesOf(const Rotation &rotation)
{
    const auto word = std::ranges::find(stepWords, rotation.step, &std::pair<Step, QLatin1StringView>::first);
    return {idText(rotation.id),
            rotation.method == Rotation::Method::Guided ? u"guided"_s : u"api"_s,
            QString(word->second),
            idText(rotation.oldKeyId),
            idText(rotation.newKeyId),
            textValue(rotation.providerId),
            textValue(rotation.kindId),
            textValue(rotation.name),
            idText(rotation.environmentId),
            textValue(rotation.remoteName),
            textValue(rotation.remoteId),
            rotation.oldEnded,
            usesText(rotation.switched),
            rotation.left ? QVariant(qint64(rotation.left->count())) : QVariant(),
            timeValue(rotation.seen.wall),
            qint64(rotation.seen.sinceBoot.count()),
            QString::fromLatin1(rotation.seen.boot),
            timeValue(rotation.startedAt),
            textValue(rotation.lastError)};
}

std::optional<Rotation> rotationFrom(const QSqlQuery &query)
{
    int column = 0;
    const auto next = [&] { return query.value(column++); };
    Rotation rotation;
    rotation.id = QUuid::fromString(next().toString());
    rotation.method = next().toString() == "guided"_L1 ? Rotation::Method::Guided : Rotation::Method::Api;
    const QString step = next().toString();
    const auto word = std::ranges::find(stepWords, step, &std::pair<Step, QLatin1StringView>::second);
    rotation.oldKeyId = QUuid::fromString(next().toString());
    rotation.newKeyId = QUuid::fromString(next().toString());
    rotation.providerId = next().toString();
    rotation.kindId = next().toString();
    rotation.name = next().toString();
    rotation.environmentId = QUuid::fromString(next().toString());
    rotation.remoteName = next().toString();
    rotation.remoteId = next().toString();
    rotation.oldEnded = next().toBool();
    rotation.switched = usesFrom(next().toString());
    if (const QVariant left = next(); !left.isNull())
        rotation.left = std::chrono::milliseconds(left.toLongLong());
    rotation.seen.wall = timeFrom(next());
    rotation.seen.sinceBoot = std::chrono::milliseconds(next().toLongLong());
    rotation.seen.boot = next().toString().toLatin1();
    rotation.startedAt = timeFrom(next());
    rotation.lastError = next().toString();
    if (rotation.id.isNull() || rotation.oldKeyId.isNull() || rotation.newKeyId.isNull() ||
        word == stepWords.end())
        return {};
    rotation.step = word->first;
    return rotation;
}

} // namespace

RotationStore::RotationStore(Database &database, QObject *parent)
    : QObject(parent)
    , m_database(database)
{
}

Result<void> RotationStore::load()
{
    Result<QSqlQuery> query = m_database.run(u"SELECT "_s + columns + u" FROM rotations ORDER BY rowid"_s);
    if (!query)
        return tl::unexpected(query.error());
    QList<Rotation> found;
    while (query->next()) {
        if (const std::optional<Rotation> rotation = rotationFrom(*query))
            found.append(*rotation);
        else
            qCWarning(lcKeys) << "left out a row of rotations that cannot be one";
    }
    if (query->lastError().isValid())
        return tl::unexpected(m_database.noted(query->lastError()));
    m_rotations = std::move(found);
    Q_EMIT changed();
    return {};
}

std::optional<Rotation> RotationStore::find(const QUuid &id) const
{
    const auto found = std::ranges::find(m_rotations, id, &Rotation::id);
    return found == m_rotations.end() ? std::nullopt : std::optional(*found);
}

std::optional<Rotation> RotationStore::ofKey(const QUuid &keyId) const
{
    const auto found = std::ranges::find_if(m_rotations, [&keyId](const Rotation &rotation) {
        return rotation.oldKeyId == keyId || rotation.newKeyId == keyId;
    });
    return found == m_rotations.end() ? std::nullopt : std::optional(*found);
}

Result<void> RotationStore::write(const Rotation &rotation)
{
    const auto known = std::ranges::find(m_rotations, rotation.id, &Rotation::id);
    if (known != m_rotations.end() && *known == rotation)
        return {};
    const QVariantList values = valuesOf(rotation);
    QStringList assignments;
    for (const QString &column : columns.split(u", "_s).mid(1))
        assignments.append(u"%1 = excluded.%1"_s.arg(column));
    const Result<QSqlQuery> written =
        m_database.run(u"INSERT INTO rotations ("_s + columns + u") VALUES ("_s +
                           QStringList(values.size(), u"?"_s).join(u',') +
                           u") ON CONFLICT (id) DO UPDATE SET "_s + assignments.join(u", "_s),
                       values);
    if (!written)
        return tl::unexpected(written.error());
    if (known == m_rotations.end())
        m_rotations.append(rotation);
    else
        *known = rotation;
    Q_EMIT changed();
    return {};
}

Result<void> RotationStore::remove(const QUuid &id)
{
    const Result<QSqlQuery> removed = m_database.run(u"DELETE FROM rotations WHERE id = ?"_s, {idText(id)});
    if (!removed)
        return tl::unexpected(removed.error());
    if (m_rotations.removeIf([&id](const Rotation &rotation) { return rotation.id == id; }) > 0)
        Q_EMIT changed();
    return {};
}

} // namespace keydesk
