#pragma once

#include "app/http/PreparedRequest.h"

#include <QDateTime>

#include <optional>

namespace keydesk {

/// How many calls a server still takes, as its headers say: one limit of those that it counts.
struct RateLimit
{
    QString name; ///< "burst"; empty if it has none
    std::optional<qint64> limit;
    std::optional<qint64> remaining;
    QDateTime resetsAt; ///< UTC; invalid: not said
    std::optional<qint64> windowSeconds;

    bool operator==(const RateLimit &) const = default;
};

/// By the headers `X-RateLimit-*`, `X-Rate-Limit-*`, `RateLimit-*` (IETF draft-ietf-httpapi-ratelimit-headers, up to version 7) and `RateLimit`
/// with `RateLimit-Policy` (both of its forms). At most eight. A value that is none (negative, huge, words, control characters) counts as
/// not said. `now` is when the answer came.
QList<RateLimit> rateLimits(const Headers &headers, const QDateTime &now);

/// The one that runs out first; nullptr if there is none.
const RateLimit *tightest(const QList<RateLimit> &limits);

/// "58 of 60 calls left, resets in 12 s" as it is at `now`.
QString rateLimitText(const RateLimit &limit, const QDateTime &now);
/// "12 s", "3 min 5 s", "2 h 10 min", "3 days": for a countdown.
QString waitText(qint64 seconds);

} // namespace keydesk
