#include "app/history/UsageJournal.h"

#include "app/base/Log.h"
#include "app/storage/Database.h"

#include <QSqlQuery>

#include <tuple>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString idOrNothing(const QUuid &id)
{
    return id.isNull() ? QString() : idText(id);
}

} // namespace

bool UsageJournal::Place::operator<(const Place &other) const
{
    return std::tie(keyId, day, origin, environmentId) <
           std::tie(other.keyId, other.day, other.origin, other.environmentId);
}

UsageJournal::UsageJournal(Database &database, Clock now, QObject *parent)
    : QObject(parent)
    , m_database(database)
    , m_now(std::move(now))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (const Result<void> written = write(); !written)
            m_timer.start(writtenEvery);
    });
}

UsageJournal::~UsageJournal()
{
    if (const Result<void> written = write(); !written)
        qCWarning(lcKeys) << "uses of keys were not noted:" << written.error().detail;
}

void UsageJournal::count(const KeySent &use)
{
    UsageRow &row =
        m_counted[{use.keyId, m_now().date(), use.origin.toString(), use.environmentId.value_or(QUuid())}];
    ++row.calls;
    row.failures += use.failed ? 1 : 0;
    row.lastStatus = use.status;
    row.lastAt = use.at;
    if (!m_timer.isActive())
        m_timer.start(writtenEvery);
}

Result<void> UsageJournal::write()
{
    if (m_counted.isEmpty())
        return {};
    QList<QUuid> keys;
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        for (auto each = m_counted.cbegin(); each != m_counted.cend(); ++each) {
            if (const Result<void> row = writeOne(each.key(), each.value()); !row)
                return row;
            if (keys.isEmpty() || keys.last() != each.key().keyId)
                keys.append(each.key().keyId);
        }
        for (const QUuid &key : std::as_const(keys)) {
            if (const Result<void> dropped = dropOldDays(key); !dropped)
                return dropped;
        }
        return {};
    });
    if (!written)
        return written;
    m_counted.clear();
    m_timer.stop();
    for (const QUuid &key : std::as_const(keys))
        Q_EMIT changed(key);
    return {};
}

Result<void> UsageJournal::writeOne(const Place &place, const UsageRow &row)
{
    // Nothing for a key that was deleted while its call was on the way. `WHERE` also tells SQLite that ON
    // belongs to no join.
    return withoutRows(m_database.run(
        u"INSERT INTO key_usage (key_id, day, origin, environment_id, calls, failures, last_status, last_at) "
        "SELECT id, ?, ?, ?, ?, ?, ?, ? FROM keys WHERE id = ? "
        "ON CONFLICT (key_id, day, origin, environment_id) DO UPDATE SET calls = calls + excluded.calls, "
        "failures = failures + excluded.failures, last_status = excluded.last_status, last_at = excluded.last_at"_s,
        {place.day.toJulianDay(), place.origin, idOrNothing(place.environmentId), row.calls, row.failures,
         row.lastStatus, row.lastAt.toMSecsSinceEpoch(), idOrNothing(place.keyId)}));
}

Result<void> UsageJournal::dropOldDays(const QUuid &keyId)
{
    return withoutRows(
        m_database.run(u"DELETE FROM key_usage WHERE key_id = ? AND day < (SELECT min(day) FROM "
                       "(SELECT DISTINCT day FROM key_usage WHERE key_id = ? ORDER BY day DESC LIMIT ?))"_s,
                       {idOrNothing(keyId), idOrNothing(keyId), keptDays}));
}

Result<QList<UsageRow>> UsageJournal::of(const QUuid &keyId)
{
    if (const Result<void> written = write(); !written)
        return tl::unexpected(written.error());
    Result<QSqlQuery> query = m_database.run(
        u"SELECT day, origin, environment_id, calls, failures, last_status, last_at FROM key_usage WHERE key_id = ? ORDER BY day"_s,
        {idOrNothing(keyId)});
    if (!query)
        return tl::unexpected(query.error());
    QList<UsageRow> rows;
    while (query->next())
        rows.append({QDate::fromJulianDay(query->value(0).toLongLong()), query->value(1).toString(),
                     QUuid::fromString(query->value(2).toString()), query->value(3).toLongLong(),
                     query->value(4).toLongLong(), query->value(5).toInt(),
                     QDateTime::fromMSecsSinceEpoch(query->value(6).toLongLong(), Qt::UTC)});
    return rows;
}

} // namespace keydesk
