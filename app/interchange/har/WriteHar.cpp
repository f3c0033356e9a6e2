#include "app/http/BodyBuilder.h"
#include "app/http/RequestUrl.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/har/Har.h"
#include "app/interchange/har/HarJson.h"
#include "app/workspace/HttpBody.h"

#include <QJsonDocument>

namespace keydesk {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

/// A HAR has absolute URLs. What follows the environment's base URL begins with its variable as a host would.
QString absoluteUrl(const RequestSpec &spec)
{
    const QString url = wholeUrl(spec);
    if (namesItsHost(url))
        return url;
    if (url.startsWith("{{"_L1))
        return u"https://"_s + url;
    return u"https://{{baseUrl}}"_s + (url.startsWith(u'/') ? url : u'/' + url);
}

/// As it is written: an encoded brace would no longer be a variable's, which "uri" allows none of.
QString uriOf(const QString &url)
{
    QString uri = QString::fromLatin1(QUrl(QString(url).replace("{{"_L1, "%7B%7B"_L1).replace("}}"_L1, "%7D%7D"_L1)).toEncoded());
    if (uri.isEmpty()) // a variable as a host is none that QUrl takes
        uri = QString::fromLatin1(QUrl::toPercentEncoding(url, ":/?#[]@!$&'()*+,;=%"));
    return uri;
}

QJsonObject postDataOf(const RequestSpec &spec, QList<NameValue> &headers)
{
    const RequestBody &body = spec.body;
    QString type = headerValue(spec, "content-type"_L1);
    if (type.isNull()) {
        const QList<NameValue> implied = kindHeaders(body.kind);
        type = body.kind == Kind::Multipart ? u"multipart/form-data"_s
               : body.kind == Kind::File    ? QString::fromLatin1(fileContentType(body.file))
               : implied.isEmpty()          ? QString()
                                            : implied.constFirst().value;
        if (body.kind != Kind::Multipart && !type.isEmpty())
            headers.append({u"Content-Type"_s, type, true});
    }
    QJsonObject data{{u"mimeType"_s, type}};
    QJsonArray params;
    switch (body.kind) {
    case Kind::Form:
        for (const NameValue &row : body.form) {
            if (row.enabled && (!row.name.isEmpty() || !row.value.isEmpty()))
                params.append(QJsonObject{{u"name"_s, row.name}, {u"value"_s, row.value}});
        }
        data.insert("params"_L1, params);
        break;
    case Kind::Multipart:
        for (const RequestPart &part : body.parts) {
            if (!part.enabled || part == RequestPart())
                continue;
            QJsonObject param{{u"name"_s, part.name}};
            param.insert(part.file.isEmpty() ? "value"_L1 : "fileName"_L1, part.file.isEmpty() ? part.value : part.file);
            if (!part.contentType.isEmpty())
                param.insert("contentType"_L1, part.contentType);
            params.append(param);
        }
        data.insert("params"_L1, params);
        break;
    case Kind::File:
        data.insert("text"_L1, QString());
        data.insert("comment"_L1, body.file);
        break;
    case Kind::GraphQl:
        if (const auto built = buildBody(body, {}, {}); built && !built->content.pieces().isEmpty()) {
            data.insert("text"_L1, QString::fromUtf8(built->content.pieces().constFirst().bytes));
            break;
        }
        [[fallthrough]];
    default:
        data.insert("text"_L1, body.text);
        break;
    }
    return data;
}

QJsonObject entryOf(const CollectionRequest &request)
{
    const RequestSpec &spec = request.spec;
    QList<NameValue> headers;
    for (const NameValue &row : spec.headers) {
        if (row.enabled && !row.name.trimmed().isEmpty())
            headers.append({row.name.trimmed(), row.value.trimmed(), true});
    }
    QJsonObject postData;
    if (spec.body.kind != Kind::None)
        postData = postDataOf(spec, headers);
    const QString url = uriOf(absoluteUrl(spec));
    QJsonObject made = harRequest(spec.method.trimmed().isEmpty() ? u"GET"_s : spec.method.trimmed(), url, u"HTTP/1.1"_s, headers);
    made.insert("url"_L1, url);
    if (!postData.isEmpty())
        made.insert("postData"_L1, postData);
    const QJsonObject timings{{u"send"_s, 0}, {u"wait"_s, 0}, {u"receive"_s, 0}};
    QJsonObject entry = harEntry(u"1970-01-01T00:00:00.000Z"_s, 0, made, harResponse(0, {}, u"HTTP/1.1"_s, {}), timings);
    if (!request.folder.isEmpty())
        entry.insert("pageref"_L1, request.folder.join(u'/'));
    if (!spec.name.isEmpty())
        entry.insert("comment"_L1, spec.name.simplified());
    return entry;
}

} // namespace

QByteArray writeHar(const Collection &collection)
{
    QJsonArray pages;
    QJsonArray entries;
    QStringList known;
    for (const CollectionRequest &request : collection.requests) {
        const QString page = request.folder.join(u'/');
        if (!page.isEmpty() && !known.contains(page)) {
            known.append(page);
            pages.append(QJsonObject{{u"startedDateTime"_s, u"1970-01-01T00:00:00.000Z"_s}, {u"id"_s, page}, {u"title"_s, page}, {u"pageTimings"_s, QJsonObject()}});
        }
        entries.append(entryOf(request));
    }
    const QJsonObject creator{{u"name"_s, u"Keydesk"_s}, {u"version"_s, QStringLiteral(KEYDESK_VERSION)}};
    QJsonObject log{{u"version"_s, u"1.2"_s}, {u"creator"_s, creator}, {u"pages"_s, pages}, {u"entries"_s, entries}};
    if (!collection.name.isEmpty())
        log.insert("comment"_L1, collection.name);
    return QJsonDocument(QJsonObject{{u"log"_s, log}}).toJson();
}

} // namespace keydesk
