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

const QString columns =
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
    Result<QList<Rotation>> found = readAll();
    if (!found)
        return tl::unexpected(found.error());
    m_rotations = std::move(*found);
    Q_EMIT changed();
    return {};
}

Result<void> RotationStore::refresh()
{
    Result<QList<Rotation>> found = readAll();
    if (!found)
        return tl::unexpected(found.error());
    if (*found == m_rotations)
        return {};
    m_rotations = std::move(*found);
    Q_EMIT changed();
    return {};
}

Result<QList<Rotation>> RotationStore::readAll()
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
    return found;
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
    const bool isNew = known == m_rotations.end();
    if (!isNew && *known == rotation)
        return {};
    const Result<void> written = isNew ? insert(rotation) : update(*known, rotation);
    if (!written) {
        if (written.error().kind == Error::Kind::Conflict)
            std::ignore = refresh();
        return written;
    }
    if (isNew)
        m_rotations.append(rotation);
    else
        *known = rotation;
    Q_EMIT changed();
    return {};
}

Result<void> RotationStore::insert(const Rotation &rotation)
{
    const QVariantList values = valuesOf(rotation);
    const QString place = u" WHERE NOT EXISTS (SELECT 1 FROM rotations WHERE old_key_id IN (?, ?) OR new_key_id IN (?, ?))"_s;
    const QString oldKey = idText(rotation.oldKeyId);
    const QString newKey = idText(rotation.newKeyId);
    const Result<QSqlQuery> written =
        m_database.run(u"INSERT INTO rotations ("_s + columns + u") SELECT "_s + QStringList(values.size(), u"?"_s).join(u',') + place,
                       values + QVariantList{oldKey, newKey, oldKey, newKey});
    if (!written)
        return tl::unexpected(written.error());
    if (written->numRowsAffected() == 1)
        return {};
    return failure(Error::Kind::Conflict, tr("“%1” is being rotated already. Finish that or undo it first.").arg(rotation.name));
}

Result<void> RotationStore::update(const Rotation &known, const Rotation &rotation)
{
    const QStringList names = columns.split(u", "_s);
    const QVariantList before = valuesOf(known);
    QStringList assignments;
    QStringList conditions{u"id = ?"_s};
    QVariantList expected{before.first()};
    for (qsizetype i = 1; i < names.size(); ++i) {
        assignments.append(names.at(i) + u" = ?"_s);
        // What a process does next follows from these.
        if (names.at(i) == "step"_L1 || names.at(i) == "left_ms"_L1 || names.at(i) == "new_key_id"_L1) {
            conditions.append(names.at(i) + u" IS ?"_s);
            expected.append(before.at(i));
        }
    }
    const Result<QSqlQuery> written = m_database.run(u"UPDATE rotations SET "_s + assignments.join(u", "_s) + u" WHERE "_s +
                                                         conditions.join(u" AND "_s),
                                                     valuesOf(rotation).mid(1) + expected);
    if (!written)
        return tl::unexpected(written.error());
    if (written->numRowsAffected() == 1)
        return {};
    return failure(Error::Kind::Conflict,
                   tr("The rotation of “%1” was taken further somewhere else meanwhile. It is shown as it is now.").arg(known.name));
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
