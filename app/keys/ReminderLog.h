#pragma once

#include "app/base/Error.h"

#include <QDate>
#include <QList>
#include <QUuid>

namespace keydesk {

class Database;

/// On which day the desktop was last told that a key is due, so that it hears of each once a day. A day that
/// lies ahead (the clock was put back since) is another day. Belongs to the thread of its database.
class ReminderLog
{
public:
    explicit ReminderLog(Database &database);

    /// Of these keys, those that were not told of on `day`, in their order.
    [[nodiscard]] Result<QList<QUuid>> untold(const QList<QUuid> &keys, const QDate &day) const;
    Result<void> told(const QList<QUuid> &keys, const QDate &day);

private:
    Database &m_database;
};

} // namespace keydesk
