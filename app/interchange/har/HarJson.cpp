#include "app/interchange/har/HarJson.h"

#include <QUrlQuery>

namespace keydesk {

using namespace Qt::StringLiterals;

QJsonArray harRows(const QList<NameValue> &rows)
{
    QJsonArray array;
    for (const NameValue &row : rows)
        array.append(QJsonObject{{u"name"_s, row.name}, {u"value"_s, row.value}});
    return array;
}

QJsonArray harQuery(const QString &url)
{
    QList<NameValue> rows;
    for (const auto &[name, value] : QUrlQuery(QUrl(url)).queryItems(QUrl::FullyDecoded))
        rows.append({name, value, true});
    return harRows(rows);
}

QJsonArray harCookies(const QString &header)
{
    QList<NameValue> rows;
    for (const QString &each : header.split(u';', Qt::SkipEmptyParts)) {
        if (const qsizetype equals = each.indexOf(u'='); equals > 0)
            rows.append({each.first(equals).trimmed(), each.sliced(equals + 1).trimmed(), true});
    }
    return harRows(rows);
}

QJsonObject harRequest(const QString &method, const QString &url, const QString &version, const QList<NameValue> &headers)
{
    QString cookie;
    for (const NameValue &row : headers) {
        if (row.name.compare("cookie"_L1, Qt::CaseInsensitive) == 0)
            cookie = row.value;
    }
    return {{u"method"_s, method},
            {u"url"_s, QString::fromLatin1(QUrl(url).toEncoded())},
            {u"httpVersion"_s, version},
            {u"cookies"_s, harCookies(cookie)},
            {u"headers"_s, harRows(headers)},
            {u"queryString"_s, harQuery(url)},
            {u"headersSize"_s, -1},
            {u"bodySize"_s, -1}};
}

QJsonObject harResponse(int status, const QString &phrase, const QString &version, const QList<NameValue> &headers)
{
    QString location;
    QString type;
    QJsonArray cookies;
    for (const NameValue &row : headers) {
        if (row.name.compare("location"_L1, Qt::CaseInsensitive) == 0)
            location = row.value;
        if (row.name.compare("content-type"_L1, Qt::CaseInsensitive) == 0)
            type = row.value;
        if (row.name.compare("set-cookie"_L1, Qt::CaseInsensitive) == 0) {
            const QJsonArray named = harCookies(row.value.section(u';', 0, 0));
            for (const QJsonValue &cookie : named)
                cookies.append(cookie);
        }
    }
    return {{u"status"_s, status},
            {u"statusText"_s, phrase},
            {u"httpVersion"_s, version},
            {u"cookies"_s, cookies},
            {u"headers"_s, harRows(headers)},
            {u"content"_s, QJsonObject{{u"size"_s, 0}, {u"mimeType"_s, type}}},
            {u"redirectURL"_s, location},
            {u"headersSize"_s, -1},
            {u"bodySize"_s, -1}};
}

QJsonObject harEntry(const QString &startedAt, double milliseconds, const QJsonObject &request, const QJsonObject &response, const QJsonObject &timings)
{
    return {{u"startedDateTime"_s, startedAt}, {u"time"_s, milliseconds}, {u"request"_s, request}, {u"response"_s, response},
            {u"cache"_s, QJsonObject()},       {u"timings"_s, timings}};
}

} // namespace keydesk
