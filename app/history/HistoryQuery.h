#pragma once

#include <QDateTime>
#include <QString>
#include <QUuid>

#include <optional>

namespace keydesk {

/// Which calls of the history are asked for; everything that is set must hold.
struct HistoryQuery
{
    /// Each word must stand somewhere in the call: anywhere in method, URL, status, environment, key or
    /// error, or at the beginning of a word of what was sent and answered. Case does not matter.
    QString text{};
    QDateTime from{};                     ///< calls since then; not valid: from the first one on
    QDateTime until{};                    ///< calls before then; not valid: to the newest
    std::optional<int> statusClass{};     ///< 2 for 200 to 299 and so on; 0: no answer
    std::optional<QUuid> environmentId{}; ///< null: of none
    std::optional<QString> keyName{};     ///< empty: without a key
    bool pinned = false;                  ///< only those

    bool operator==(const HistoryQuery &) const = default;

    /// Asks for all calls.
    [[nodiscard]] bool isAll() const;
};

/// The calls of a stretch of time.
struct HistoryBar
{
    QDateTime from; ///< local time; the stretch ends where the next one begins
    QDateTime until;
    qint64 calls = 0;
    qint64 failures = 0; ///< of these, those without an answer or with 400 and more

    bool operator==(const HistoryBar &) const = default;
};

/// How much of the history can be searched yet.
struct HistoryProgress
{
    qint64 searchable = 0; ///< calls, about
    qint64 all = 0;
    qint64 newest = 0; ///< the id of the latest call; 0: there is none

    [[nodiscard]] bool isComplete() const { return searchable >= all; }
    [[nodiscard]] int percent() const
    {
        return isComplete() ? 100 : static_cast<int>(qMin<qint64>(99, searchable * 100 / all));
    }

    bool operator==(const HistoryProgress &) const = default;
};

} // namespace keydesk
