#pragma once

#include <QDate>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QUuid>

namespace keydesk {

/// The uses of one key on one day, at one origin, on behalf of one environment.
struct UsageRow
{
    QDate day; ///< as the calendar said where the computer was then; moving to another time zone does not
               ///< move it
    QString origin;      ///< "https://app.talkover.ai"
    QUuid environmentId; ///< null: of none
    qint64 calls = 0;
    qint64 failures = 0; ///< of these, those without an answer or with 400 and more
    int lastStatus = 0;  ///< 0: no answer
    QDateTime lastAt;    ///< UTC

    bool operator==(const UsageRow &) const = default;
};

struct UsageDay
{
    QDate day;
    qint64 calls = 0;
    qint64 failures = 0;

    bool operator==(const UsageDay &) const = default;
};

/// `days` days, one after the other, the last one today. What was counted under a later day, by a clock that
/// ran ahead or in a time zone further east, is today's.
QList<UsageDay> usageByDay(const QList<UsageRow> &rows, const QDate &today, int days);
/// The sums, under the last day.
UsageDay usageTotal(const QList<UsageDay> &days);

} // namespace keydesk
