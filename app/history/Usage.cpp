#include "app/history/Usage.h"

#include <algorithm>

namespace keydesk {

QList<UsageDay> usageByDay(const QList<UsageRow> &rows, const QDate &today, int days)
{
    QList<UsageDay> all;
    all.reserve(days);
    for (int ago = days - 1; ago >= 0; --ago)
        all.append({today.addDays(-ago)});
    for (const UsageRow &row : rows) {
        const qint64 ago = std::max<qint64>(row.day.daysTo(today), 0);
        if (!row.day.isValid() || ago >= days)
            continue;
        UsageDay &day = all[days - 1 - ago];
        day.calls += row.calls;
        day.failures += row.failures;
    }
    return all;
}

UsageDay usageTotal(const QList<UsageDay> &days)
{
    UsageDay total;
    for (const UsageDay &day : days)
        total = {day.day, total.calls + day.calls, total.failures + day.failures};
    return total;
}

} // namespace keydesk
