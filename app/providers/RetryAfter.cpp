#include "app/base/JsonPointer.h"
#include "app/http/RateLimits.h"
#include "app/providers/AuthExplainer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longestWait = 7 * 24 * 3600;    // more is a mistake of the server
constexpr qsizetype bodyLimit = 64 * 1024;

qint64 seconds(const QByteArray &text)
{
    bool ok = false;
    const qint64 value = text.trimmed().toLongLong(&ok);
    return ok && value >= 0 ? value : -1;
}

qint64 until(const QDateTime &time, const QDateTime &now)
{
    return time.isValid() ? std::max<qint64>(0, now.secsTo(time)) : -1;
}

qint64 fromHeader(const QByteArray &value, const QDateTime &now)
{
    if (value.isEmpty())
        return -1;
    const qint64 counted = seconds(value);
    return counted >= 0 ? counted : until(httpDate(value), now);
}

qint64 fromBody(const HttpResponse &response)
{
    if (response.body.isEmpty() || response.body.size() > bodyLimit)
        return -1;
    const QJsonDocument document = QJsonDocument::fromJson(response.body);
    const QJsonValue root = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    for (const QStringView pointer :
         {u"/error/retry_after_seconds", u"/retry_after_seconds", u"/error/retry_after", u"/retry_after"}) {
        const QJsonValue value = atPointer(root, pointer);
        bool number = value.isDouble();
        const double found = value.isString() ? value.toString().toDouble(&number) : value.toDouble();
        if (number && found >= 0 && found < 1e9)
            return static_cast<qint64>(std::ceil(found));
    }
    return -1;
}

/// When the limit that is used up begins anew.
qint64 fromLimits(const Headers &headers, const QDateTime &now)
{
    const QList<RateLimit> limits = rateLimits(headers, now);
    const RateLimit *limit = tightest(limits);
    return limit && limit->remaining.value_or(0) == 0 ? until(limit->resetsAt, now) : -1;
}

} // namespace

qint64 retryAfterSeconds(const HttpResponse &response, const QDateTime &now)
{
    qint64 wait = fromHeader(response.header("Retry-After"), now);
    if (wait < 0)
        wait = fromBody(response);
    if (wait < 0)
        wait = fromLimits(response.headers, now);
    return std::min(wait, longestWait);
}

} // namespace keydesk
