#pragma once

#include "app/http/RequestSpec.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QUrl>

namespace keydesk {

/// Parts that every HAR entry is made of (HAR 1.2, "http://www.softwareishard.com/blog/har-12-spec/").

QJsonArray harRows(const QList<NameValue> &rows);
/// Of the URL's query, decoded.
QJsonArray harQuery(const QString &url);
/// Of a Cookie header.
QJsonArray harCookies(const QString &header);
/// `url` is made one that a validator takes: absolute, and encoded.
QJsonObject harRequest(const QString &method, const QString &url, const QString &version, const QList<NameValue> &headers);
/// Without a body or a time: what an entry has for an answer that never came.
QJsonObject harResponse(int status, const QString &phrase, const QString &version, const QList<NameValue> &headers);
QJsonObject harEntry(const QString &startedAt, double milliseconds, const QJsonObject &request, const QJsonObject &response, const QJsonObject &timings);

} // namespace keydesk
