#include "app/interchange/collection/TextBody.h"

#include "app/http/BodyBuilder.h"
#include "app/http/JsonFormat.h"
#include "app/http/PathParts.h"
#include "app/http/VariableReference.h"
#include "app/http/XmlFormat.h"
#include "app/interchange/collection/LocalReads.h"
#include "app/workspace/HttpBody.h"
#include "app/workspace/HttpEncoding.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;
using BodyKind = RequestBody::Kind;

namespace {

bool isHeader(const NameValue &row, QLatin1StringView name)
{
    return row.enabled && row.name.trimmed().compare(name, Qt::CaseInsensitive) == 0;
}

bool goesOutAs(const RequestBody &body, const QString &text)
{
    const auto built = buildBody(body, {}, {});
    const UploadBody same(text.toUtf8());
    return built && built->content == same;
}

std::optional<RequestBody> formOf(const QString &text)
{
    RequestBody body;
    body.kind = BodyKind::Form;
    QStringList written;
    for (const QString &item : splitHttpItems(text)) {
        const auto row = readHttpItem(item, HttpItems::Form);
        if (!row)
            return {};
        body.form.append(*row);
        written.append(writeHttpItem(*row, HttpItems::Form));
    }
    // Variables are filled in before a form is encoded.
    const bool isSame = nextVariable(text) ? written.join(u'&') == text : goesOutAs(body, text);
    return isSame ? std::optional(body) : std::nullopt;
}

std::optional<RequestBody> graphQlOf(const QString &text)
{
    if (!text.startsWith("{\"query\":\""_L1))
        return {};
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    RequestBody body;
    body.kind = BodyKind::GraphQl;
    body.text = object.value("query"_L1).toString();
    body.graphQlOperation = object.value("operationName"_L1).toString();
    if (const QJsonValue variables = object.value("variables"_L1); variables.isObject())
        body.graphQlVariables = QString::fromUtf8(QJsonDocument(variables.toObject()).toJson(QJsonDocument::Compact));
    return goesOutAs(body, text) ? std::optional(body) : std::nullopt;
}

RequestBody bodyOf(const QString &text, const QString &contentType)
{
    const QString type = contentType.section(u';', 0, 0).trimmed().toLower();
    RequestBody body;
    body.text = text;
    const bool isJsonType = type == "application/json"_L1 || type.endsWith("+json"_L1);
    const bool looksLikeJson = text.trimmed().startsWith(u'{') || text.trimmed().startsWith(u'[');
    if (type == "application/x-www-form-urlencoded"_L1) {
        if (const auto form = formOf(text))
            return *form;
    }
    if (type == "application/json"_L1) {
        if (const auto query = graphQlOf(text))
            return *query;
    }
    if ((isJsonType || (contentType.isNull() && looksLikeJson)) && !checkJson(text.toUtf8(), JsonDialect::WithVariables))
        body.kind = BodyKind::Json;
    else if ((type == "application/xml"_L1 || type == "text/xml"_L1 || type.endsWith("+xml"_L1)) && !checkXml(text))
        body.kind = BodyKind::Xml;
    else
        body.kind = BodyKind::Text;
    return body;
}

} // namespace

QString headerValue(const RequestSpec &spec, QLatin1StringView name)
{
    for (const NameValue &row : spec.headers) {
        if (isHeader(row, name))
            return row.value.isNull() ? u""_s : row.value;
    }
    return {};
}

bool setTextBody(RequestSpec &spec, QString text)
{
    if (text.isEmpty())
        return false;
    const bool isChanged = keepFromIncluding(text);
    spec.body = bodyOf(text, headerValue(spec, "content-type"_L1));
    for (const NameValue &implied : kindHeaders(spec.body.kind)) {
        const auto isOfName = [&implied](const NameValue &row) { return row.enabled && row.name.compare(implied.name, Qt::CaseInsensitive) == 0; };
        const auto found = std::ranges::find_if(spec.headers, isOfName);
        if (std::ranges::count_if(spec.headers, isOfName) == 1 && found->value.trimmed() == implied.value)
            spec.headers.erase(found);
    }
    return isChanged;
}

QString percentEncoded(const QString &text)
{
    QString encoded;
    qsizetype at = 0;
    const auto append = [&](qsizetype end) { encoded += QString::fromLatin1(QUrl::toPercentEncoding(text.sliced(at, end - at))); };
    while (const auto variable = nextVariable(text, at)) {
        append(variable->start);
        encoded += text.sliced(variable->start, variable->length);
        at = variable->start + variable->length;
    }
    append(text.size());
    return encoded;
}

QString wholeUrl(const RequestSpec &spec)
{
    QString url = replacePathParts(spec.url.trimmed(), [&spec](const QString &name) {
        const auto part = std::ranges::find(spec.pathParts, name, &NameValue::name);
        const bool hasValue = part != spec.pathParts.cend() && !part->value.trimmed().isEmpty();
        return hasValue ? percentEncoded(part->value.trimmed()) : QString();
    });
    QString query;
    for (const NameValue &row : spec.params) {
        if (row.enabled && (!row.name.isEmpty() || !row.value.isEmpty()))
            query += (query.isEmpty() ? u""_s : u"&"_s) + percentEncoded(row.name) + u'=' + percentEncoded(row.value);
    }
    if (query.isEmpty())
        return url;
    const qsizetype hash = url.indexOf(u'#');
    const QString fragment = hash < 0 ? QString() : url.sliced(hash);
    url.truncate(hash < 0 ? url.size() : hash);
    const qsizetype begin = queryBegin(url);
    return url + (begin < 0 ? u"?"_s : begin == url.size() - 1 || url.endsWith(u'&') ? QString() : u"&"_s) + query + fragment;
}

} // namespace keydesk
