#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryQuery.h"

#include <QList>
#include <QStringList>

#include <chrono>

namespace keydesk {

class Database;

/// Calls are counted by hours: so many ms.
inline constexpr qint64 historyHour = 3'600'000;

/// What is derived from the calls of the history, so that a million of them are searched and counted in a
/// moment: a full-text index, and counts by the hour. It covers the calls between two ids and grows at both
/// ends, a few calls in a transaction: storing a call costs nothing more, a large history of an earlier
/// version is taken in while it is used, and whatever kills the program leaves it whole. For the thread that
/// `database` belongs to.
class HistoryIndex
{
public:
    explicit HistoryIndex(Database &database);

    /// The ids that are covered, both inclusive; first > last: none.
    struct Range
    {
        qint64 first = 1;
        qint64 last = 0;

        [[nodiscard]] bool holds(qint64 id) const { return id >= first && id <= last; }
        bool operator==(const Range &) const = default;
    };
    Result<Range> range();

    /// Takes calls in for about so long: new ones first, then older ones from the newest on. False: all are
    /// in.
    Result<bool> grow(std::chrono::milliseconds time);
    /// Takes in calls that came since, if they are few; else that is left to `grow`.
    Result<void> takeNewest();
    Result<HistoryProgress> progress();

    /// A part of the caller's transaction: before a call is deleted, after one is put back.
    Result<void> remove(qint64 id);
    Result<void> putBack(qint64 id);
    /// The same for all calls there are.
    Result<void> removeAll();

    /// The ids between which lie all calls of a stretch of time that are covered (others do, too).
    Result<Range> idsBetween(const QDateTime &from, const QDateTime &until);
    /// Names of keys that calls were made with, in alphabetical order.
    Result<QStringList> keyNames();
    /// Calls by the hour (UTC), oldest first, so many hours at most; only the environment, key and times of
    /// the query count.
    Result<QList<HistoryBar>> hours(const HistoryQuery &query, int limit);
    /// Bytes that are kept of an environment's calls, but for pinned ones, by the hour (milliseconds since
    /// 1970), oldest first.
    Result<QList<std::pair<qint64, qint64>>> bytesByHour(const QString &environmentId);
    struct Kept
    {
        qint64 at = 0; ///< ms since 1970
        qint64 id = 0;
        qint64 bytes = 0;
    };
    /// The same for each call of one of these hours, newest first; covered or not.
    Result<QList<Kept>> keptInHour(const QString &environmentId, qint64 begin);
    Result<QStringList> environmentIds();
    /// A part of the caller's transaction: calls were deleted by hand, whose words are to leave the file
    /// soon.
    Result<void> noteDeleted();
    /// Calls were deleted by hand since it was last tidied, or so many were removed that it is worth while.
    Result<bool> isUntidy();
    /// Brings the parts of the index together, which takes the words of removed calls out of the file (until
    /// then they stand there as removed) and frees their space: a little each time, and in all as much work
    /// as the index is large. False: done.
    Result<bool> tidy(bool first);

private:
    struct Call;

    Result<QList<Call>> calls(const QString &where, const QVariantList &values);
    Result<void> count(const Call &call, int sign);
    Result<void> takeIn(const QList<Call> &calls);
    Result<void> setRange(const Range &range);
    Result<bool> growOnce();

    Database &m_database;
};

} // namespace keydesk
