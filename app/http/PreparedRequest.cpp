#include "app/http/PreparedRequest.h"

#include "app/http/BodyBuilder.h"
#include "app/http/HeaderRules.h"
#include "app/http/PathParts.h"
#include "app/http/RequestUrl.h"
#include "app/http/SecretMarkers.h"
#include "app/http/StreamKind.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct PreparedRequestText
{
    Q_DECLARE_TR_FUNCTIONS(PreparedRequest)
};

tl::unexpected<Error> invalid(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

/// Replaces variables and remembers those without a value, with their places.
class RequestFiller
{
public:
    explicit RequestFiller(const VariableSources &variables)
        : m_variables(variables)
    {
    }

    QString fill(const QString &text, const QString &where)
    {
        QList<UnresolvedName> names;
        const QString filled = resolveVariables(text, m_variables, &names);
        for (const UnresolvedName &each : std::as_const(names))
            m_unresolved.append({each.name, where, each.why});
        return filled;
    }

    /// The rows that are used: enabled, and not the empty one at the end of a table.
    QList<NameValue> fill(const QList<NameValue> &rows, const QString &where)
    {
        QList<NameValue> filled;
        for (const NameValue &row : rows) {
            if (!row.enabled || (row.name.isEmpty() && row.value.isEmpty()))
                continue;
            const QString place = where.arg(row.name);
            filled.append({fill(row.name, place), fill(row.value, place), true});
        }
        return filled;
    }

    /// Only what its kind is made of: what another kind left behind is not sent.
    RequestBody fill(const RequestBody &body)
    {
        using Kind = RequestBody::Kind;
        RequestBody filled;
        filled.kind = body.kind;
        if (body.kind == Kind::Json || body.kind == Kind::Text || body.kind == Kind::Xml ||
            body.kind == Kind::GraphQl)
            filled.text = fill(body.text, PreparedRequestText::tr("body"));
        if (body.kind == Kind::GraphQl) {
            filled.graphQlVariables =
                fill(body.graphQlVariables, PreparedRequestText::tr("GraphQL variables"));
            filled.graphQlOperation =
                fill(body.graphQlOperation, PreparedRequestText::tr("GraphQL operation"));
        }
        if (body.kind == Kind::Form)
            filled.form = fill(body.form, PreparedRequestText::tr("form field %1"));
        if (body.kind == Kind::File)
            filled.file = fill(body.file, PreparedRequestText::tr("file of the body"));
        if (body.kind == Kind::Multipart) {
            for (const RequestPart &part : body.parts) {
                if (part.enabled && part != RequestPart())
                    filled.parts.append(fill(part));
            }
        }
        return filled;
    }

    /// The URL with its path parts. Their values come in encoded: no brace of one is taken for a variable.
    Result<QString> fillUrl(const RequestSpec &spec)
    {
        const Result<QString> url = fillPathParts(spec.url, spec.pathParts, m_variables, m_unresolved);
        if (!url)
            return url;
        return fill(*url, PreparedRequestText::tr("URL"));
    }

    [[nodiscard]] Result<void> check() const
    {
        if (m_unresolved.isEmpty())
            return {};
        QStringList places;
        for (const UnresolvedVariable &variable : m_unresolved)
            places.append(PreparedRequestText::tr("{{%1}} (%2): %3")
                              .arg(variable.name.left(80), variable.where, variable.why));
        places.removeDuplicates();
        return invalid(
            PreparedRequestText::tr(
                "These variables have no value here: %1. Give them one in the environment, or remove them.")
                .arg(places.join(u"; "_s)));
    }

private:
    RequestPart fill(const RequestPart &part)
    {
        const QString place = PreparedRequestText::tr("part %1").arg(part.name);
        RequestPart filled = part;
        for (QString *text :
             {&filled.name, &filled.value, &filled.file, &filled.fileName, &filled.contentType})
            *text = fill(*text, place);
        filled.headers = fill(part.headers, PreparedRequestText::tr("header %1 of a part"));
        return filled;
    }

    const VariableSources &m_variables;
    QList<UnresolvedVariable> m_unresolved;
};

/// The part of a spec that needs no checking once it is filled.
struct Filled
{
    QString url;
    QList<NameValue> params;
    QList<NameValue> headers;
    RequestBody body;
};

Result<Filled> fillAll(const RequestSpec &spec, const VariableSources &variables)
{
    RequestFiller filler(variables);
    Filled filled;
    const Result<QString> url = filler.fillUrl(spec);
    if (!url)
        return tl::unexpected(url.error());
    filled.url = *url;
    filled.params = filler.fill(spec.params, PreparedRequestText::tr("parameter %1"));
    filled.headers = filler.fill(spec.headers, PreparedRequestText::tr("header %1"));
    filled.body = filler.fill(spec.body);
    if (const auto checked = filler.check(); !checked)
        return tl::unexpected(checked.error());
    return filled;
}

Result<QByteArray> checkedMethod(const QString &text)
{
    const QByteArray method = text.trimmed().toUtf8();
    if (!isToken(method))
        return invalid(PreparedRequestText::tr(
                           "“%1” cannot be a method. It is one word, such as GET or POST, of letters, digits "
                           "and !#$%&'*+-.^_`|~.")
                           .arg(text.left(80).simplified()));
    // It asks for a tunnel: neither its target nor its answer is that of a request to a URL (RFC 9110
    // section 9.3.6).
    if (method == "CONNECT")
        return failure(Error::Kind::Unsupported,
                       PreparedRequestText::tr("CONNECT opens a tunnel through a proxy and cannot be sent to "
                                               "a URL. Choose another method."));
    return method;
}

Result<Headers> checkedHeaders(const QList<NameValue> &rows)
{
    Headers headers;
    for (const NameValue &row : rows) {
        if (row.name.trimmed().isEmpty())
            return invalid(PreparedRequestText::tr("A header has a value, “%1”, but no name.")
                               .arg(row.value.left(80).simplified()));
        headers.append({row.name.trimmed().toUtf8(), row.value.trimmed().toUtf8()});
    }
    return combineHeaders(headers);
}

QByteArray typedContentType(const Headers &headers)
{
    const QByteArray *typed = findHeader(headers, "Content-Type");
    if (!typed)
        return {};
    return typed->isNull() ? ""_ba : *typed;
}

void setContentType(Headers &headers, const QByteArray &value)
{
    for (auto &[name, typed] : headers) {
        if (isSameHeader(name, "Content-Type"))
            typed = value;
    }
    setDefaultHeader(headers, "Content-Type", value);
}

SecretEscape escapeOf(RequestBody::Kind kind)
{
    switch (kind) {
    case RequestBody::Kind::Json:
    case RequestBody::Kind::GraphQl:
        return SecretEscape::Json;
    case RequestBody::Kind::Xml:
        return SecretEscape::Xml;
    case RequestBody::Kind::Form:
        return SecretEscape::Form;
    case RequestBody::Kind::None:
    case RequestBody::Kind::Text:
    case RequestBody::Kind::Multipart:
    case RequestBody::Kind::File:
        break;
    }
    return SecretEscape::None;
}

/// Which of the secrets go along. Tried with nothing in their places, so that what they cannot be in is said before they are read.
Result<void> nameSecrets(PreparedRequest &request, const QHash<QString, QUuid> &known)
{
    if (known.isEmpty())
        return {};
    const QList<QUuid> marked = markedSecrets(request);
    for (const QUuid &id : known) {
        if (marked.contains(id) && !request.secrets.contains(id))
            request.secrets.append(id);
    }
    if (request.secrets.isEmpty())
        return {};
    return withSecrets(request, {}).map([](const PreparedRequest &) {});
}

} // namespace

Result<PreparedRequest> prepareRequest(const RequestSpec &spec, const QUrl &baseUrl,
                                       const VariableSources &variables, const std::optional<QUuid> &keyId,
                                       const QString &baseFolder, QueryEncoding encoding)
{
    const auto method = checkedMethod(spec.method);
    if (!method)
        return tl::unexpected(method.error());
    const auto filled = fillAll(spec, variables);
    if (!filled)
        return tl::unexpected(filled.error());
    const auto url = requestUrl(filled->url, baseUrl, filled->params, encoding);
    if (!url)
        return tl::unexpected(url.error());
    const auto headers = checkedHeaders(filled->headers);
    if (!headers)
        return tl::unexpected(headers.error());
    if (const bool byMethod = opensWebSocket(spec.method, {}); byMethod || isWebSocket(*url)) {
        // What stands in its body are messages, for later.
        PreparedRequest request{byMethod ? "GET"_ba : *method, webSocketUrl(*url), *headers, {}, keyId, {}, true};
        if (const auto checked = checkHandshake(request.method, request.headers, 0); !checked)
            return tl::unexpected(checked.error());
        if (const auto checked = checkHeaders(request.headers, 0); !checked)
            return tl::unexpected(checked.error());
        if (const auto named = nameSecrets(request, variables.secrets); !named)
            return tl::unexpected(named.error());
        return request;
    }
    auto body = buildBody(filled->body, typedContentType(*headers), baseFolder);
    if (!body)
        return tl::unexpected(body.error());

    PreparedRequest request{*method, *url, *headers, body->content, keyId, {}, true};
    if (const auto checked = checkHeaders(request.headers, request.body.size()); !checked)
        return tl::unexpected(checked.error());
    if (request.method == "HEAD" && !request.body.isEmpty())
        return invalid(PreparedRequestText::tr(
            "A HEAD request has no body. Choose “None” for the body, or another method."));
    if (spec.body.kind != RequestBody::Kind::None)
        setContentType(request.headers, body->contentType);
    request.bodyEscape = escapeOf(spec.body.kind);
    if (const auto named = nameSecrets(request, variables.secrets); !named)
        return tl::unexpected(named.error());
    return request;
}

} // namespace keydesk
