#include "app/http/RateLimits.h"

#include "app/http/HeaderRules.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype longestValue = 2048; // bytes of a header that are looked at
constexpr qsizetype mostLimits = 8;
constexpr qint64 longestReset = 366 * 24 * 3600;
constexpr double unixTimesBegin = 1e9;   // a smaller reset counts seconds from now
constexpr double unixMillisBegin = 1e11; // a larger one is in milliseconds

struct RateLimitsText
{
    Q_DECLARE_TR_FUNCTIONS(RateLimits)
};

/// Digits, at most fifteen of them.
std::optional<qint64> count(const QByteArray &text)
{
    const QByteArray digits = text.trimmed();
    if (digits.isEmpty() || digits.size() > 15 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
        return {};
    return digits.toLongLong();
}

/// What stands before the first of `ends`, unless that is within quotes; the rest stays in `text`.
QByteArray taken(QByteArray &text, char end)
{
    bool isQuoted = false;
    qsizetype at = 0;
    for (; at < text.size(); ++at) {
        if (text.at(at) == '\\' && isQuoted)
            ++at;
        else if (text.at(at) == '"')
            isQuoted = !isQuoted;
        else if (text.at(at) == end && !isQuoted)
            break;
    }
    QByteArray part = text.left(at).trimmed();
    text.remove(0, at + 1);
    return part;
}

QList<QByteArray> split(QByteArray text, char end)
{
    QList<QByteArray> parts;
    text.truncate(longestValue);
    while (!text.isEmpty() && parts.size() < 4 * mostLimits)
        parts.append(taken(text, end));
    return parts;
}

/// `"burst"`, without its quotes, as it may be shown.
QString nameOf(const QByteArray &item)
{
    if (item.size() < 2 || !item.startsWith('"') || !item.endsWith('"'))
        return {};
    QString name = QString::fromUtf8(item.sliced(1, item.size() - 2)).left(40).simplified();
    name.removeIf([](QChar c) { return !c.isPrint(); });
    return name;
}

QHash<QByteArray, QByteArray> parameters(const QList<QByteArray> &items)
{
    QHash<QByteArray, QByteArray> found;
    for (const QByteArray &item : items) {
        if (const qsizetype equals = item.indexOf('='); equals > 0)
            found.insert(item.first(equals).trimmed().toLower(), item.sliced(equals + 1).trimmed());
    }
    return found;
}

/// When it begins anew: seconds from now, or a Unix time in seconds or milliseconds, both maybe with a fraction, or an ISO 8601 date.
QDateTime resetTime(const QByteArray &value, const QDateTime &now)
{
    const QByteArray text = value.trimmed();
    if (text.isEmpty() || text.size() > 40)
        return {};
    const bool isNumber = std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    if (!isNumber) {
        const QDateTime time = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODate).toUTC();
        return time.isValid() && now.secsTo(time) <= longestReset ? time : QDateTime();
    }
    bool ok = false;
    const double number = text.toDouble(&ok);
    if (!ok || number > 1e15)
        return {};
    QDateTime time;
    if (number >= unixTimesBegin)
        time = QDateTime::fromSecsSinceEpoch(static_cast<qint64>(std::ceil(number >= unixMillisBegin ? number / 1000 : number)), Qt::UTC);
    else if (number <= longestReset)
        time = now.addSecs(static_cast<qint64>(std::ceil(number)));
    return time.isValid() && now.secsTo(time) <= longestReset ? time.toUTC() : QDateTime();
}

/// `RateLimit: "burst";r=5;t=10, "day";r=100;t=3600` with `RateLimit-Policy: "burst";q=10;w=60, …`, or `RateLimit: limit=10, remaining=5, reset=10`.
QList<RateLimit> structured(const QByteArray &value, const QByteArray &policy, const QDateTime &now)
{
    QList<RateLimit> found;
    const QList<QByteArray> members = split(value, ',');
    const auto whole = parameters(members);
    if (whole.contains("remaining"))
        return {{{}, count(whole["limit"]), count(whole["remaining"]), resetTime(whole["reset"], now), {}}};
    for (const QByteArray &member : members) {
        const QList<QByteArray> items = split(member, ';');
        const auto values = parameters(items.mid(1));
        if (!items.isEmpty() && values.contains("r"))
            found.append({nameOf(items.first()), {}, count(values["r"]), resetTime(values["t"], now), {}});
    }
    for (const QByteArray &member : split(policy, ',')) {
        const QList<QByteArray> items = split(member, ';');
        if (items.isEmpty())
            continue;
        const auto values = parameters(items.mid(1));
        for (RateLimit &limit : found) {
            if (limit.name == nameOf(items.first())) {
                limit.limit = count(values["q"]);
                limit.windowSeconds = count(values["w"]);
            }
        }
    }
    return found;
}

/// `…-Limit`, `…-Remaining`, `…-Reset`. The limit may have its policies after it: `100, 100;w=60`.
RateLimit plain(const Headers &headers, const QByteArray &prefix, const QDateTime &now)
{
    const auto value = [&](const char *name) {
        const QByteArray *found = findHeader(headers, prefix + name);
        return found ? *found : QByteArray();
    };
    RateLimit limit;
    const QList<QByteArray> members = split(value("Limit"), ',');
    if (!members.isEmpty())
        limit.limit = count(split(members.first(), ';').value(0));
    for (const QByteArray &member : members) {
        const QList<QByteArray> items = split(member, ';');
        if (count(items.value(0)) == limit.limit && !limit.windowSeconds)
            limit.windowSeconds = count(parameters(items.mid(1))["w"]);
    }
    limit.remaining = count(value("Remaining"));
    limit.resetsAt = resetTime(value("Reset"), now);
    return limit;
}

/// How much is left, from 0 to 1; what is not known is plenty.
double fraction(const RateLimit &limit)
{
    if (!limit.remaining)
        return 2;
    if (limit.limit.value_or(0) <= 0)
        return *limit.remaining == 0 ? 0 : 1.5;
    return static_cast<double>(*limit.remaining) / static_cast<double>(*limit.limit);
}

} // namespace

QList<RateLimit> rateLimits(const Headers &headers, const QDateTime &now)
{
    const auto value = [&](const char *name) {
        const QByteArray *found = findHeader(headers, name);
        return found ? *found : QByteArray();
    };
    if (std::ranges::none_of(headers, [](const auto &header) { return header.first.toLower().contains("limit"); }))
        return {};
    QList<RateLimit> found = structured(value("RateLimit"), value("RateLimit-Policy"), now);
    for (const char *prefix : {"RateLimit-", "X-RateLimit-", "X-Rate-Limit-"}) {
        const RateLimit limit = plain(headers, prefix, now);
        const bool says = limit.limit || limit.remaining || limit.resetsAt.isValid();
        if (says && !found.contains(limit)) // some servers send old and new ones
            found.append(limit);
    }
    return found.mid(0, mostLimits);
}

const RateLimit *tightest(const QList<RateLimit> &limits)
{
    const auto found = std::ranges::min_element(limits, {}, fraction);
    return found == limits.end() ? nullptr : &*found;
}

QString rateLimitText(const RateLimit &limit, const QDateTime &now)
{
    const QLocale locale;
    const qint64 seconds = limit.resetsAt.isValid() ? (now.msecsTo(limit.resetsAt) + 999) / 1000 : 0;
    const bool isOver = limit.resetsAt.isValid() && seconds <= 0;
    QString text;
    if (limit.remaining && limit.limit)
        text = (isOver ? RateLimitsText::tr("%1 of %2 calls were left")
                       : RateLimitsText::tr("%1 of %2 calls left"))
                   .arg(locale.toString(*limit.remaining), locale.toString(*limit.limit));
    else if (limit.remaining)
        text = (isOver ? RateLimitsText::tr("%1 calls were left") : RateLimitsText::tr("%1 calls left"))
                   .arg(locale.toString(*limit.remaining));
    else if (limit.limit)
        text = RateLimitsText::tr("%1 calls allowed").arg(locale.toString(*limit.limit));
    if (limit.limit && limit.windowSeconds.value_or(0) > 0)
        text = RateLimitsText::tr("%1 in %2").arg(text, waitText(*limit.windowSeconds));
    if (isOver)
        text = text.isEmpty() ? RateLimitsText::tr("The limit has begun anew")
                              : RateLimitsText::tr("%1; the limit has begun anew").arg(text);
    else if (seconds > 0)
        text = text.isEmpty() ? RateLimitsText::tr("The limit resets in %1").arg(waitText(seconds))
                              : RateLimitsText::tr("%1, resets in %2").arg(text, waitText(seconds));
    return limit.name.isEmpty() ? text : RateLimitsText::tr("%1: %2").arg(limit.name, text);
}

QString waitText(qint64 seconds)
{
    if (seconds < 60)
        return RateLimitsText::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return seconds % 60 == 0 ? RateLimitsText::tr("%1 min").arg(seconds / 60)
                                 : RateLimitsText::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 48 * 3600)
        return seconds % 3600 < 60
                   ? RateLimitsText::tr("%1 h").arg(seconds / 3600)
                   : RateLimitsText::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds % 3600 / 60);
    return RateLimitsText::tr("%1 days").arg(seconds / 86400);
}

} // namespace keydesk
