#include "app/interchange/postman/PostmanWriterRequest.h"

#include "app/http/VariableReference.h"
#include "app/workspace/HttpEncoding.h"

#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk::postman {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

QJsonObject rowOf(const QString &name, const QString &value, bool enabled)
{
    QJsonObject row{{u"key"_s, inPostmansWords(name)}, {u"value"_s, inPostmansWords(value)}};
    if (!enabled)
        row.insert(u"disabled"_s, true);
    return row;
}

/// Whether a text without a scheme begins with a host, and not with a path behind the base URL.
bool beginsWithHost(const QString &text)
{
    static const QRegularExpression form(u"^(?:localhost|[\\w-]+(?:\\.[\\w-]+)+(?=[:/])|[\\w.-]+:\\d+)(?:[:/]|$)"_s);
    return form.match(text).hasMatch();
}

/// At each `separator` outside of {{…}}.
QJsonArray split(const QString &text, QChar separator)
{
    QJsonArray parts;
    QString part;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const qsizetype close = QStringView(text).sliced(at).startsWith(u"{{") ? text.indexOf("}}"_L1, at) : -1;
        if (close >= 0) {
            part += QStringView(text).sliced(at, close + 2 - at);
            at = close + 1;
        } else if (text.at(at) == separator) {
            parts.append(part);
            part.clear();
        } else {
            part += text.at(at);
        }
    }
    parts.append(part);
    return parts;
}

class AddressWriter
{
public:
    explicit AddressWriter(const RequestSpec &spec)
        : m_spec(spec)
    {
        const QString text = spec.url.trimmed();
        const qsizetype query = queryBegin(text);
        m_base = inPostmansWords(query < 0 ? text : text.first(query));
        if (query >= 0)
            takeQuery(text.sliced(query + 1));
    }

    QJsonObject write()
    {
        if (m_base.isEmpty() && m_spec.params.isEmpty())
            return {{u"raw"_s, QString()}};
        if (!m_base.contains("://"_L1) && !m_base.startsWith("{{"_L1)) {
            if (beginsWithHost(m_base))
                m_base.prepend("http://"_L1);
            else
                m_base.prepend(m_base.startsWith(u'/') ? u"{{baseUrl}}"_s : u"{{baseUrl}}/"_s);
        }
        QJsonObject url;
        const qsizetype scheme = m_base.indexOf("://"_L1);
        QString rest = m_base;
        QString raw;
        if (scheme >= 0 && !m_base.first(scheme).contains(u'/')) {
            raw = m_base.first(scheme + 3);
            url.insert(u"protocol"_s, m_base.first(scheme));
            rest = m_base.sliced(scheme + 3);
        }
        QJsonArray path = split(rest, u'/');
        QString host = path.takeAt(0).toString();
        raw += host;
        static const QRegularExpression port(u"^(.*[^:]):(\\d+)$"_s);
        if (const auto match = port.match(host); match.hasMatch()) {
            host = match.captured(1);
            url.insert(u"port"_s, match.captured(2));
        }
        url.insert(u"host"_s, split(host, u'.'));
        for (QJsonValueRef segment : path) {
            segment = segmentOf(segment.toString());
            raw += u'/' + segment.toString();
        }
        if (!path.isEmpty())
            url.insert(u"path"_s, path);
        for (const NameValue &row : m_spec.params)
            addRow(row);
        if (!m_query.isEmpty())
            url.insert(u"query"_s, m_query);
        if (!m_sent.isEmpty())
            raw += u'?' + m_sent.join(u'&');
        if (!m_variables.isEmpty())
            url.insert(u"variable"_s, m_variables);
        url.insert(u"raw"_s, raw);
        return url;
    }

private:
    /// What could not be rows stays as it is written.
    void takeQuery(const QString &query)
    {
        for (const QString &item : splitHttpItems(inPostmansWords(query))) {
            const qsizetype equals = item.indexOf(u'=');
            m_query.append(QJsonObject{{u"key"_s, item.left(equals)},
                                       {u"value"_s, equals < 0 ? QJsonValue() : QJsonValue(item.sliced(equals + 1))}});
            m_sent.append(item);
        }
    }

    /// Postman sends a query as it is written, so that it is escaped here.
    void addRow(const NameValue &row)
    {
        const QString name = inPostmansWords(writeHttpItem({row.name, {}, true}, HttpItems::Query).chopped(1));
        const QString value = inPostmansWords(writeHttpItem({{}, row.value, true}, HttpItems::Query).sliced(1));
        m_query.append(rowOf(name, value, row.enabled));
        if (row.enabled)
            m_sent.append(name + u'=' + value);
    }

    /// {name} becomes :name; within a segment, where Postman has no words for it, it becomes its value.
    QString segmentOf(const QString &segment)
    {
        static const QRegularExpression whole(u"^\\{([^{}/]+)\\}$"_s);
        if (const auto match = whole.match(segment); match.hasMatch()) {
            const QString name = match.captured(1);
            const bool isKnown = std::any_of(m_variables.cbegin(), m_variables.cend(), [&name](const QJsonValue &row) {
                return row["key"_L1].toString() == name;
            });
            if (!isKnown)
                m_variables.append(QJsonObject{{u"key"_s, name}, {u"value"_s, inPostmansWords(valueOf(name))}});
            return u':' + name;
        }
        QString result = segment;
        for (const NameValue &part : m_spec.pathParts) {
            const QString named = u'{' + part.name + u'}';
            if (!part.value.isEmpty() && !result.contains(u'{' + named))
                result.replace(named, part.value);
        }
        return result;
    }

    [[nodiscard]] QString valueOf(const QString &part) const
    {
        const auto row = std::ranges::find(m_spec.pathParts, part, &NameValue::name);
        return row == m_spec.pathParts.end() ? QString() : row->value;
    }

    const RequestSpec &m_spec;
    QString m_base;
    QJsonArray m_query;
    QStringList m_sent;
    QJsonArray m_variables;
};

QJsonObject rawBody(const QString &text, const QString &language)
{
    return {{u"mode"_s, u"raw"_s},
            {u"raw"_s, inPostmansWords(text)},
            {u"options"_s, QJsonObject{{u"raw"_s, QJsonObject{{u"language"_s, language}}}}}};
}

QJsonObject partOf(const RequestPart &part)
{
    QJsonObject row = rowOf(part.name, part.value, part.enabled);
    row.insert(u"type"_s, part.file.isEmpty() ? u"text"_s : u"file"_s);
    if (!part.file.isEmpty()) {
        row.remove(u"value"_s);
        row.insert(u"src"_s, inPostmansWords(part.file));
    }
    if (!part.fileName.isEmpty())
        row.insert(u"fileName"_s, inPostmansWords(part.fileName));
    if (!part.contentType.isEmpty())
        row.insert(u"contentType"_s, inPostmansWords(part.contentType));
    return row;
}

QJsonObject bodyOf(const RequestBody &body)
{
    switch (body.kind) {
    case Kind::None:
        break;
    case Kind::Json:
        return rawBody(body.text, u"json"_s);
    case Kind::Xml:
        return rawBody(body.text, u"xml"_s);
    case Kind::Text:
        return rawBody(body.text, u"text"_s);
    case Kind::Form: {
        QJsonArray rows;
        for (const NameValue &row : body.form)
            rows.append(rowOf(row.name, row.value, row.enabled));
        return {{u"mode"_s, u"urlencoded"_s}, {u"urlencoded"_s, rows}};
    }
    case Kind::Multipart: {
        QJsonArray rows;
        for (const RequestPart &part : body.parts)
            rows.append(partOf(part));
        return {{u"mode"_s, u"formdata"_s}, {u"formdata"_s, rows}};
    }
    case Kind::File:
        return {{u"mode"_s, u"file"_s}, {u"file"_s, QJsonObject{{u"src"_s, inPostmansWords(body.file)}}}};
    case Kind::GraphQl: {
        QJsonObject graphQl{{u"query"_s, inPostmansWords(body.text)}, {u"variables"_s, inPostmansWords(body.graphQlVariables)}};
        if (!body.graphQlOperation.isEmpty())
            graphQl.insert(u"operationName"_s, body.graphQlOperation);
        return {{u"mode"_s, u"graphql"_s}, {u"graphql"_s, graphQl}};
    }
    }
    return {};
}

QJsonObject behaviourOf(const CollectionRequest &request)
{
    QJsonObject behaviour;
    if (!request.options.followRedirects)
        behaviour.insert(u"followRedirects"_s, false);
    if (!request.options.keepCookies)
        behaviour.insert(u"disableCookies"_s, true);
    if (!request.options.encodeUrl)
        behaviour.insert(u"disableUrlEncoding"_s, true);
    static const QRegularExpression without(u"^(?:GET|HEAD|COPY|PURGE|UNLOCK)$"_s, QRegularExpression::CaseInsensitiveOption);
    if (request.spec.body.kind != Kind::None && without.match(request.spec.method).hasMatch())
        behaviour.insert(u"disableBodyPruning"_s, true);
    return behaviour;
}

} // namespace

QString inPostmansWords(const QString &text)
{
    if (!text.contains("{{$"_L1))
        return text;
    static const QHash<QString, QString> names{{u"$uuid"_s, u"$guid"_s},
                                               {u"$random.uuid"_s, u"$guid"_s},
                                               {u"$random.email"_s, u"$randomEmail"_s},
                                               {u"$random.integer"_s, u"$randomInt"_s}};
    QString result;
    qsizetype done = 0;
    while (const auto variable = nextVariable(text, done)) {
        result += QStringView(text).sliced(done, variable->start - done);
        const QString known = names.value(variable->name);
        result += known.isEmpty() ? text.sliced(variable->start, variable->length) : u"{{"_s + known + u"}}"_s;
        done = variable->start + variable->length;
    }
    result += QStringView(text).sliced(done);
    return result;
}

bool takesKey(const CollectionRequest &request)
{
    return request.spec.key.mode != KeyChoice::Mode::None &&
           std::ranges::none_of(request.spec.headers, [](const NameValue &row) {
               return row.enabled && row.name.trimmed().compare("authorization"_L1, Qt::CaseInsensitive) == 0;
           });
}

QJsonObject itemOf(const CollectionRequest &request)
{
    const RequestSpec &spec = request.spec;
    QJsonArray headers;
    for (const NameValue &row : spec.headers)
        headers.append(rowOf(row.name, row.value, row.enabled));
    QJsonObject written{{u"method"_s, spec.method}, {u"header"_s, headers}, {u"url"_s, AddressWriter(spec).write()}};
    if (spec.body.kind != Kind::None)
        written.insert(u"body"_s, bodyOf(spec.body));
    if (!request.about.isEmpty())
        written.insert(u"description"_s, request.about);
    if (!takesKey(request))
        written.insert(u"auth"_s, QJsonObject{{u"type"_s, u"noauth"_s}});
    QJsonObject item{{u"name"_s, spec.name.isEmpty() ? spec.method + u' ' + spec.url : spec.name},
                     {u"request"_s, written},
                     {u"response"_s, QJsonArray()}};
    if (const QJsonObject behaviour = behaviourOf(request); !behaviour.isEmpty())
        item.insert(u"protocolProfileBehavior"_s, behaviour);
    return item;
}

} // namespace keydesk::postman
