#include "app/keys/KeyDue.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

class DueWords
{
    Q_DECLARE_TR_FUNCTIONS(KeyDue)
};

QDate dayOf(const QDateTime &time, const QDateTime &now)
{
    return (now.timeSpec() == Qt::LocalTime ? time.toLocalTime() : time.toTimeZone(now.timeZone())).date();
}

QDateTime madeAt(const ApiKey &key)
{
    QDateTime made = key.createdAt;
    for (const QDateTime &seen : {key.lastUsedAt, key.lastCheckedAt}) {
        if (seen.isValid() && seen < made)
            made = seen;
    }
    return made;
}

bool isSnoozed(const ApiKey &key, const QDateTime &now)
{
    return key.snoozedUntil.isValid() && key.snoozedUntil > now &&
           key.snoozedUntil <= now.addDays(longestSnoozeDays + 1);
}

} // namespace

KeyDue dueOf(const ApiKey &key, const DueRules &rules, const QDateTime &now)
{
    KeyDue due;
    if (key.status == ApiKey::Status::Revoked || key.status == ApiKey::Status::Missing)
        return due;
    if (key.expiresAt.isValid()) {
        const qint64 left = now.date().daysTo(dayOf(key.expiresAt, now));
        if (key.expiresAt <= now)
            due = {KeyDue::Kind::Expired, std::max<qint64>(-left, 0)};
        else if (left <= rules.expiryDays)
            due = {KeyDue::Kind::Expires, std::max<qint64>(left, 0)};
    }
    const int rotation = key.rotateAfterDays.value_or(rules.rotationDays);
    const QDateTime made = madeAt(key);
    if (due.kind == KeyDue::Kind::Nothing && rotation > 0 && made.isValid()) {
        const qint64 age = dayOf(made, now).daysTo(now.date());
        if (age >= rotation)
            due = {KeyDue::Kind::Rotate, age};
    }
    due.snoozed = due.kind != KeyDue::Kind::Nothing && isSnoozed(key, now);
    return due;
}

QDateTime nextDueChange(const ApiKey &key, const QDateTime &now)
{
    QDateTime next;
    for (const QDateTime &time : {key.expiresAt, key.snoozedUntil}) {
        if (time.isValid() && time > now && (!next.isValid() || time < next))
            next = time;
    }
    return next;
}

QString dueWords(const KeyDue &due)
{
    const int days = static_cast<int>(std::min<qint64>(due.days, 1'000'000));
    switch (due.kind) {
    case KeyDue::Kind::Nothing:
        return {};
    case KeyDue::Kind::Expired:
        return days == 0   ? DueWords::tr("expired today")
               : days == 1 ? DueWords::tr("expired yesterday")
                           : DueWords::tr("expired %1 days ago").arg(days);
    case KeyDue::Kind::Expires:
        return days == 0   ? DueWords::tr("expires today")
               : days == 1 ? DueWords::tr("expires tomorrow")
                           : DueWords::tr("expires in %1 days").arg(days);
    case KeyDue::Kind::Rotate:
        return days == 1 ? DueWords::tr("is 1 day old") : DueWords::tr("is %1 days old").arg(days);
    }
    return {};
}

QString dueAdvice(const ApiKey &key, const KeyDue &due, const QDateTime &now)
{
    const QDate end = dayOf(key.expiresAt, now);
    const QString date = QLocale().toString(
        end, end.year() == now.date().year() ? DueWords::tr("d MMMM") : DueWords::tr("d MMMM yyyy"));
    switch (due.kind) {
    case KeyDue::Kind::Nothing:
        return {};
    case KeyDue::Kind::Expired:
        return DueWords::tr(
                   "Expired %1. Rotate it: calls with it are refused until a new key takes its place.")
            .arg(date);
    case KeyDue::Kind::Expires:
        return DueWords::
            tr("Expires %1. Rotate it now: the old key keeps working until the new one has proved itself.")
                .arg(date);
    case KeyDue::Kind::Rotate:
        return DueWords::
            tr("This key %1. Rotate it now: the old key keeps working until the new one has proved itself.")
                .arg(dueWords(due));
    }
    return {};
}

} // namespace keydesk
