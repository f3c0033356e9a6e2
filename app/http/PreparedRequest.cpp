#include "app/http/PreparedRequest.h"

#include "app/http/HeaderRules.h"
#include "app/http/JsonFormat.h"
#include "app/http/PathParts.h"
#include "app/http/RequestUrl.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("PreparedRequest", text);
}

tl::unexpected<Error> invalid(const QString &message)
{
    return failure(Error::Kind::InvalidInput, message);
}

/// Replaces variables and remembers those without a value, with their places.
class Filler
{
public:
    explicit Filler(const Variables &variables)
        : m_variables(variables)
    {
    }

    QString fill(const QString &text, const QString &where)
    {
        QStringList names;
        const QString filled = resolveVariables(text, m_variables, &names);
        for (const QString &name : std::as_const(names))
            m_unresolved.append({name, where});
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

    /// The URL with its path parts. Their values come in encoded: no brace of one is taken for a variable.
    Result<QString> fillUrl(const RequestSpec &spec)
    {
        const Result<QString> url = fillPathParts(spec.url, spec.pathParts, m_variables, m_unresolved);
        if (!url)
            return url;
        return fill(*url, tr("URL"));
    }

    [[nodiscard]] Result<void> check() const
    {
        if (m_unresolved.isEmpty())
            return {};
        QStringList places;
        for (const UnresolvedVariable &variable : m_unresolved)
            places.append(tr("{{%1}} (%2)").arg(variable.name.left(80), variable.where));
        places.removeDuplicates();
        return invalid(
            tr("These variables have no value here: %1. Give them one in the environment, or remove them.")
                .arg(places.join(u", "_s)));
    }

private:
    const Variables &m_variables;
    QList<UnresolvedVariable> m_unresolved;
};

/// The part of a spec that needs no checking once it is filled.
struct Filled
{
    QString url;
    QList<NameValue> params;
    QList<NameValue> headers;
    QString text;
    QList<NameValue> form;
};

Result<Filled> fillAll(const RequestSpec &spec, const Variables &variables)
{
    Filler filler(variables);
    Filled filled;
    const Result<QString> url = filler.fillUrl(spec);
    if (!url)
        return tl::unexpected(url.error());
    filled.url = *url;
    filled.params = filler.fill(spec.params, tr("parameter %1"));
    filled.headers = filler.fill(spec.headers, tr("header %1"));
    if (spec.body.kind == RequestBody::Kind::Json || spec.body.kind == RequestBody::Kind::Text ||
        spec.body.kind == RequestBody::Kind::Xml)
        filled.text = filler.fill(spec.body.text, tr("body"));
    if (spec.body.kind == RequestBody::Kind::Form)
        filled.form = filler.fill(spec.body.form, tr("form field %1"));
    if (const auto checked = filler.check(); !checked)
        return tl::unexpected(checked.error());
    return filled;
}

Result<QByteArray> checkedMethod(const QString &text)
{
    const QByteArray method = text.trimmed().toUtf8();
    if (!isToken(method))
        return invalid(tr("“%1” cannot be a method. It is one word, such as GET or POST, of letters, digits "
                          "and !#$%&'*+-.^_`|~.")
                           .arg(text.left(80).simplified()));
    // It asks for a tunnel: neither its target nor its answer is that of a request to a URL (RFC 9110
    // section 9.3.6).
    if (method == "CONNECT")
        return failure(
            Error::Kind::Unsupported,
            tr("CONNECT opens a tunnel through a proxy and cannot be sent to a URL. Choose another method."));
    return method;
}

Result<Headers> checkedHeaders(const QList<NameValue> &rows)
{
    Headers headers;
    for (const NameValue &row : rows) {
        if (row.name.trimmed().isEmpty())
            return invalid(
                tr("A header has a value, “%1”, but no name.").arg(row.value.left(80).simplified()));
        headers.append({row.name.trimmed().toUtf8(), row.value.trimmed().toUtf8()});
    }
    return combineHeaders(headers);
}

/// application/x-www-form-urlencoded as the URL standard serialises it.
QByteArray encodedForm(const QList<NameValue> &fields)
{
    const auto encode = [](const QString &text) {
        return QUrl::toPercentEncoding(text, "* ", "~").replace(' ', '+');
    };
    QByteArray body;
    for (const NameValue &field : fields) {
        if (!body.isEmpty())
            body += '&';
        body += encode(field.name) + '=' + encode(field.value);
    }
    return body;
}

QByteArray defaultContentType(RequestBody::Kind kind)
{
    switch (kind) {
    case RequestBody::Kind::Json:
        return "application/json";
    case RequestBody::Kind::Text:
        return "text/plain; charset=utf-8";
    case RequestBody::Kind::Xml:
        return "application/xml";
    case RequestBody::Kind::Form:
        return "application/x-www-form-urlencoded";
    case RequestBody::Kind::None:
    case RequestBody::Kind::Multipart:
    case RequestBody::Kind::File:
    case RequestBody::Kind::GraphQl:
        break;
    }
    return {};
}

Result<QByteArray> checkedBody(RequestBody::Kind kind, const Filled &filled)
{
    if (kind == RequestBody::Kind::Form)
        return encodedForm(filled.form);
    if (kind == RequestBody::Kind::Multipart || kind == RequestBody::Kind::File ||
        kind == RequestBody::Kind::GraphQl)
        return failure(Error::Kind::Unsupported, tr("A body of this kind cannot be sent."));
    const QByteArray body = filled.text.toUtf8();
    if (kind != RequestBody::Kind::Json)
        return body;
    if (body.trimmed().isEmpty())
        return invalid(tr("The JSON body is empty. Write a value, or choose “None” for the body."));
    // Values are put in as they are, as in other clients: a variable may stand for a number or a whole
    // object. So the check comes after.
    if (const auto problem = checkJson(body))
        return invalid(tr("The body is not JSON. %1").arg(problem->sentence()));
    return body;
}

} // namespace

Result<PreparedRequest> prepareRequest(const RequestSpec &spec, const QUrl &baseUrl,
                                       const Variables &variables, const std::optional<QUuid> &keyId)
{
    const auto method = checkedMethod(spec.method);
    if (!method)
        return tl::unexpected(method.error());
    const auto filled = fillAll(spec, variables);
    if (!filled)
        return tl::unexpected(filled.error());
    const auto url = requestUrl(filled->url, baseUrl, filled->params);
    if (!url)
        return tl::unexpected(url.error());
    const auto headers = checkedHeaders(filled->headers);
    if (!headers)
        return tl::unexpected(headers.error());
    const auto body = checkedBody(spec.body.kind, *filled);
    if (!body)
        return tl::unexpected(body.error());

    PreparedRequest request{*method, *url, *headers, *body, keyId, {}, true};
    if (const auto checked = checkHeaders(request.headers, request.body.size()); !checked)
        return tl::unexpected(checked.error());
    if (request.method == "HEAD" && !request.body.isEmpty())
        return invalid(tr("A HEAD request has no body. Choose “None” for the body, or another method."));
    if (spec.body.kind != RequestBody::Kind::None)
        setDefaultHeader(request.headers, "Content-Type", defaultContentType(spec.body.kind));
    return request;
}

} // namespace keydesk
