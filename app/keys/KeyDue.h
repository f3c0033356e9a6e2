#pragma once

#include "app/keys/ApiKey.h"

namespace keydesk {

/// When to remind.
struct DueRules
{
    int expiryDays = 14;  ///< this many days before a key expires
    int rotationDays = 0; ///< when a key is this old, unless it says otherwise itself; 0: never
};

/// Whether something should be done about a key.
struct KeyDue
{
    enum class Kind {
        Nothing,
        Expired,
        Expires, ///< soon
        Rotate,  ///< it is older than it should become
    };

    Kind kind = Kind::Nothing;
    qint64 days = 0; ///< Expired: since; Expires: until; Rotate: its age. Days of the calendar: 0 is today
    bool snoozed = false; ///< nobody wants to hear of it now

    [[nodiscard]] bool isDue() const { return kind != Kind::Nothing && !snoozed; }
    bool operator==(const KeyDue &) const = default;
};

/// The longest that a reminder can be put off. A later end of a snooze comes of a clock that ran ahead, and
/// is none.
constexpr int longestSnoozeDays = 31;

/// `now` in the user's time zone: "in 9 days" counts that calendar's days. A key that is revoked or whose
/// token is gone is not due. Nothing is remembered between two calls, so that a clock that jumps and comes
/// back leaves no trace; a key that was used before the time at which it was made, as a clock had it, is as
/// old as that use.
KeyDue dueOf(const ApiKey &key, const DueRules &rules, const QDateTime &now);

/// When `dueOf` may say something else on the same day of the same calendar; null: not before the next day.
QDateTime nextDueChange(const ApiKey &key, const QDateTime &now);

/// "expires in 9 days", "expired 2 days ago", "is 100 days old": goes on after a name.
QString dueWords(const KeyDue &due);
/// The same as advice: "Expires 30 November. Rotate it now: …".
QString dueAdvice(const ApiKey &key, const KeyDue &due, const QDateTime &now);

} // namespace keydesk
