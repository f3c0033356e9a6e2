#pragma once

#include <QList>
#include <QString>

#include <chrono>
#include <optional>

namespace keydesk {

/// One call of many with the same request.
struct RepeatCall
{
    int number = 0;                      ///< in the order in which they began, from 1
    std::chrono::microseconds begun{0};  ///< after the first one
    std::chrono::microseconds elapsed{0};
    int status = 0;  ///< 0: no answer
    QString failure; ///< why there was none, redacted

    [[nodiscard]] bool isFailed() const { return status == 0 || status >= 400; }
    bool operator==(const RepeatCall &) const = default;
};

/// Of the calls that were answered, whatever the status.
struct Latency
{
    int answers = 0;
    std::chrono::microseconds least{0}, p50{0}, p90{0}, p95{0}, p99{0}, most{0}, mean{0};
};

/// "200 OK" and how often; failures without an answer by their reason.
struct RepeatOutcome
{
    QString what;
    int count = 0;
    int status = 0; ///< 0: no answer, and `what` is why
};

/// Percentiles by nearest rank: each is the time of a call that was made. Nothing if none was answered.
std::optional<Latency> latencyOf(const QList<RepeatCall> &calls);
/// Most frequent first.
QList<RepeatOutcome> outcomesOf(const QList<RepeatCall> &calls);

/// A line of names, then one for each call (RFC 4180); times in milliseconds.
QString repeatCsv(const QList<RepeatCall> &calls);
/// Everything but the single calls, for people. `what` is what was sent, redacted.
QString repeatText(const QString &what, const QList<RepeatCall> &calls, std::chrono::microseconds total);

} // namespace keydesk
