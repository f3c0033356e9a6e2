#include "app/keys/ReminderLog.h"

#include "app/storage/Database.h"

#include <QSet>
#include <QSqlQuery>

using namespace Qt::StringLiterals;

namespace keydesk {

ReminderLog::ReminderLog(Database &database)
    : m_database(database)
{
}

Result<QList<QUuid>> ReminderLog::untold(const QList<QUuid> &keys, const QDate &day) const
{
    if (keys.isEmpty())
        return keys;
    Result<QSqlQuery> query =
        m_database.run(u"SELECT key_id FROM reminders WHERE day = ?"_s, {day.toJulianDay()});
    if (!query)
        return tl::unexpected(query.error());
    QSet<QUuid> told;
    while (query->next())
        told.insert(QUuid::fromString(query->value(0).toString()));
    QList<QUuid> left;
    for (const QUuid &key : keys) {
        if (!told.contains(key))
            left.append(key);
    }
    return left;
}

Result<void> ReminderLog::told(const QList<QUuid> &keys, const QDate &day)
{
    return m_database.transaction([&]() -> Result<void> {
        for (const QUuid &key : keys) {
            // Not for one that was deleted meanwhile.
            const auto done = m_database.run(
                u"INSERT OR REPLACE INTO reminders (key_id, day) SELECT id, ? FROM keys WHERE id = ?"_s,
                {day.toJulianDay(), key.toString(QUuid::WithoutBraces)});
            if (!done)
                return tl::unexpected(done.error());
        }
        return {};
    });
}

} // namespace keydesk
