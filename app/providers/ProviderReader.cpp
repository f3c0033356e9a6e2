#include "app/providers/ProviderReader.h"

#include "app/base/Redactor.h"
#include "app/environments/Environment.h"
#include "app/keys/OAuthClient.h"
#include "app/providers/JsonFields.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QUrl>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ProviderReaderText
{
    Q_DECLARE_TR_FUNCTIONS(ProviderReader)
};

// By hand and not by QRegularExpression: compiling one takes longer than all of its matches here, and the first window waits for them.

template <typename Allowed>
bool isMadeOf(QStringView text, qsizetype least, qsizetype most, Allowed allowed)
{
    return text.size() >= least && text.size() <= most && std::all_of(text.begin(), text.end(), allowed);
}

bool isSmallOrDigit(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
}

bool isLetterOrDigit(QChar c)
{
    return isSmallOrDigit(c) || (c >= u'A' && c <= u'Z');
}

bool isPrintable(QChar c)
{
    return c >= u' ' && c <= u'~';
}

// RFC 9110 5.6.2: what methods and header names are made of.
bool isHttpToken(const QString &text)
{
    return isMadeOf(text, 1, 64, [](QChar c) { return isLetterOrDigit(c) || "!#$%&'*+.^_`|~-"_L1.contains(c); });
}

/// A variable's name, as shells and templates take it.
bool isVariableName(const QString &text, qsizetype most)
{
    return isMadeOf(text, 1, most, [](QChar c) { return isLetterOrDigit(c) || c == u'_'; }) && !text.front().isDigit();
}

// RFC 6901, not empty.
bool isPointer(const QString &text)
{
    if (!text.startsWith(u'/'))
        return false;
    for (qsizetype at = text.indexOf(u'~'); at >= 0; at = text.indexOf(u'~', at + 1)) {
        if (at + 1 == text.size() || (text.at(at + 1) != u'0' && text.at(at + 1) != u'1'))
            return false;
    }
    return true;
}

/// "/api/v1": segments that are not empty.
bool isPath(const QString &text)
{
    return text.startsWith(u'/') && !text.endsWith(u'/') && !text.contains("//"_L1) &&
           isMadeOf(text, 2, 1024, [](QChar c) { return isLetterOrDigit(c) || "/._~-"_L1.contains(c); });
}

QString readId(JsonFields &fields, const QString &name = u"id"_s)
{
    const QString id = fields.requiredText(name);
    if (!isMadeOf(id, 1, 64, [](QChar c) { return isSmallOrDigit(c) || c == u'-'; }) || id.startsWith(u'-'))
        fields.complain(name,
                        ProviderReaderText::tr("should be made of small letters, digits and -, at most 64"));
    return id;
}

bool beginsWithBaseOrigin(const QString &link)
{
    constexpr auto origin = "{baseOrigin}"_L1;
    if (!link.startsWith(origin))
        return false;
    const QStringView path = QStringView(link).sliced(origin.size());
    return path.isEmpty() || (path.front() == u'/' && std::all_of(path.begin(), path.end(), [](QChar c) { return c > u' ' && isPrintable(c); }));
}

QString readOptionalId(JsonFields &fields, const QString &name)
{
    return fields.has(name) ? readId(fields, name) : QString();
}

// What a button opens: a web page, and nothing else that the desktop would run.
QString readLink(JsonFields &fields, const QString &name)
{
    const QString link = fields.text(name);
    if (link.isEmpty() || beginsWithBaseOrigin(link))
        return link;
    const QUrl url(link, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != "https"_L1 || url.host().isEmpty() || !url.userInfo().isEmpty())
        fields.complain(name,
                        ProviderReaderText::tr("should be an https address, or begin with {baseOrigin}"));
    return link;
}

QString readMethod(JsonFields &fields, const QString &name, const QString &otherwise)
{
    const QString method = fields.text(name, otherwise);
    if (!method.isEmpty() && !isHttpToken(method))
        fields.complain(name, ProviderReaderText::tr("is not an HTTP method"));
    return method;
}

QString readPointer(JsonFields &fields, const QString &name)
{
    const QString pointer = fields.text(name);
    if (!pointer.isEmpty() && !isPointer(pointer))
        fields.complain(name, ProviderReaderText::tr("is not a JSON Pointer such as /data/token"));
    return pointer;
}

/// How the token is sent: "header" if nothing else is said.
void readForm(JsonFields &fields, TokenKind &kind)
{
    const QString sentAs = fields.text(u"sent_as"_s, u"header"_s);
    if (sentAs == "query"_L1) {
        kind.placement = KeyPlacement::Query;
        kind.headerPrefix.clear();
        kind.headerName = fields.requiredText(u"parameter_name"_s);
        if (!isMadeOf(kind.headerName, 1, 64, [](QChar c) { return isPrintable(c) && c != u' '; }))
            fields.complain(u"parameter_name"_s,
                            ProviderReaderText::tr("is not the name of a query parameter"));
    } else if (sentAs == "basic"_L1) {
        kind.placement = KeyPlacement::Basic;
        kind.headerPrefix = u"Basic "_s;
    } else if (sentAs == "oauth2"_L1) {
        kind.isOAuth = true;
        kind.tokenUrl = fields.text(u"token_url"_s);
        if (const QString problem = kind.tokenUrl.isEmpty() ? QString() : tokenUrlProblem(kind.tokenUrl); !problem.isEmpty())
            fields.complain(u"token_url"_s, problem);
        kind.oauthScope = fields.text(u"oauth_scope"_s);
    } else if (sentAs != "header"_L1) {
        fields.complain(u"sent_as"_s, ProviderReaderText::tr("should be header, query, basic or oauth2"));
    } else {
        kind.headerName = fields.text(u"header_name"_s, kind.headerName);
        if (!isHttpToken(kind.headerName))
            fields.complain(u"header_name"_s, ProviderReaderText::tr("is not the name of an HTTP header"));
        kind.headerPrefix = fields.text(u"header_prefix"_s, kind.headerPrefix);
        if (!isMadeOf(kind.headerPrefix, 0, 64, isPrintable))
            fields.complain(u"header_prefix"_s,
                            ProviderReaderText::tr("holds characters that an HTTP header cannot"));
    }
}

TokenKind readKind(JsonFields &fields)
{
    TokenKind kind;
    kind.id = readId(fields);
    kind.name = fields.requiredText(u"name"_s);
    kind.shortName = fields.text(u"short_name"_s, kind.name);
    kind.prefix = fields.text(u"prefix"_s);
    kind.otherPrefixes = fields.texts(u"other_prefixes"_s);
    const QString pattern = fields.text(u"pattern"_s);
    if (!pattern.isEmpty()) {
        kind.pattern.setPattern(QRegularExpression::anchoredPattern(pattern));
        // Asked of the pattern as written: the anchors around it could hide a stray parenthesis, and would
        // shift the place of the error. Only a comment or a quotation that does not end could swallow them; the anchored one is
        // compiled when a token is first looked at.
        const QRegularExpression written(pattern);
        if (!written.isValid() || ((pattern.contains(u'#') || pattern.contains("\\Q"_L1)) && !kind.pattern.isValid()))
            fields.complain(
                u"pattern"_s,
                ProviderReaderText::tr("not a regular expression: %1").arg(written.errorString()));
    }
    kind.patternHint = fields.text(u"pattern_hint"_s);
    kind.shownOnce = fields.flag(u"shown_once"_s, kind.shownOnce);
    kind.environmentVariable = fields.text(u"environment_variable"_s);
    if (!kind.environmentVariable.isEmpty() && !isVariableName(kind.environmentVariable, 128))
        fields.complain(u"environment_variable"_s,
                        ProviderReaderText::tr("is not the name of an environment variable"));
    readForm(fields, kind);
    kind.dashboardUrl = readLink(fields, u"dashboard_url"_s);
    kind.dashboardPath = fields.text(u"dashboard_path"_s);
    kind.dashboardSteps = fields.texts(u"dashboard_steps"_s);
    kind.renewSteps = fields.texts(u"renew_steps"_s);
    kind.renewingEndsOld = fields.flag(u"renewing_ends_old"_s, false);
    kind.createdByApi = fields.flag(u"created_by_api"_s, kind.createdByApi);
    kind.abilities = fields.texts(u"abilities"_s);
    kind.scope = fields.text(u"scope"_s);
    kind.checkRequest = fields.text(u"check_request"_s);
    kind.checkOkStatus = fields.numbers(u"check_ok_status"_s, 100, 599);
    kind.storable = fields.flag(u"storable"_s, kind.storable);
    kind.keepable = fields.flag(u"keepable"_s, kind.keepable);
    return kind;
}

const QStringList &tokenStates()
{
    static const QStringList all = {u"active"_s, u"paused"_s, u"expired"_s, u"revoked"_s};
    return all;
}

TokenList readTokenList(JsonFields &fields)
{
    TokenList list;
    list.method = readMethod(fields, u"method"_s, u"GET"_s);
    list.path = fields.requiredText(u"path"_s);
    const auto parameter = [](QChar c) { return isLetterOrDigit(c) || "_.[]-"_L1.contains(c); };
    for (const auto &[name, into] : {std::pair{u"page_parameter"_s, &list.pageParameter},
                                     std::pair{u"page_size_parameter"_s, &list.pageSizeParameter}}) {
        *into = fields.text(name);
        if (!into->isEmpty() && !isMadeOf(*into, 1, 64, parameter))
            fields.complain(name, ProviderReaderText::tr("is not the name of a query parameter"));
    }
    list.pageSize = fields.number(u"page_size"_s, 0, 1, 10'000);
    if (list.pageSizeParameter.isEmpty() != (list.pageSize == 0))
        fields.complain(u"page_size"_s,
                        ProviderReaderText::tr("page_size and page_size_parameter belong together"));
    list.lastPagePointer = readPointer(fields, u"last_page_pointer"_s);
    list.nextPointer = readPointer(fields, u"next_pointer"_s);
    if (!list.nextPointer.isEmpty() && !list.pageParameter.isEmpty())
        fields.complain(u"next_pointer"_s,
                        ProviderReaderText::tr("one of next_pointer and page_parameter is enough"));
    if (!list.lastPagePointer.isEmpty() && list.pageParameter.isEmpty())
        fields.complain(u"last_page_pointer"_s, ProviderReaderText::tr("needs a page_parameter"));
    list.itemsPointer = readPointer(fields, u"items_pointer"_s);
    list.idPointer = readPointer(fields, u"id_pointer"_s);
    if (list.idPointer.isEmpty())
        fields.complain(u"id_pointer"_s, ProviderReaderText::tr("is missing"));
    list.namePointer = readPointer(fields, u"name_pointer"_s);
    list.abilitiesPointer = readPointer(fields, u"abilities_pointer"_s);
    list.createdPointer = readPointer(fields, u"created_pointer"_s);
    list.lastUsedPointer = readPointer(fields, u"last_used_pointer"_s);
    list.expiresPointer = readPointer(fields, u"expires_pointer"_s);
    list.hintPointer = readPointer(fields, u"hint_pointer"_s);
    list.prefixPointer = readPointer(fields, u"prefix_pointer"_s);
    list.statePointer = readPointer(fields, u"state_pointer"_s);
    const QJsonObject states = fields.object(u"states"_s);
    if (states.isEmpty() != list.statePointer.isEmpty())
        fields.complain(u"states"_s, ProviderReaderText::tr("states and state_pointer belong together"));
    for (auto state = states.begin(); state != states.end(); ++state) {
        if (!tokenStates().contains(state.value().toString()))
            fields.complain(
                u"states"_s,
                ProviderReaderText::tr("each should be one of %1").arg(tokenStates().join(u", "_s)));
        list.states.insert(state.key(), state.value().toString());
    }
    return list;
}

// What stands between {{ and }}.
void checkPlaceholders(JsonFields &fields, const QString &name, const QString &text,
                       const QStringList &known)
{
    static const QRegularExpression placeholder(uR"(\{\{([^{}]*)\}\})"_s);
    auto found = placeholder.globalMatch(text);
    while (found.hasNext()) {
        const QString what = found.next().captured(1);
        if (!known.contains(what))
            fields.complain(name, ProviderReaderText::tr("there is no variable for {{%1}}").arg(what));
    }
}

TokenApi readTokenApi(JsonFields &fields, QString *problem)
{
    TokenApi api;
    api.kindId = readId(fields, u"kind"_s);
    api.sessionKindId = fields.text(u"session_kind"_s);
    api.createMethod = readMethod(fields, u"create_method"_s, u"POST"_s);
    api.createPath = fields.requiredText(u"create_path"_s);
    api.createBody = fields.any(u"create_body"_s);
    api.tokenPointer = readPointer(fields, u"token_pointer"_s);
    if (api.tokenPointer.isEmpty())
        fields.complain(u"token_pointer"_s, ProviderReaderText::tr("is missing"));
    api.idPointer = readPointer(fields, u"id_pointer"_s);
    api.revokePath = fields.text(u"revoke_path"_s);
    api.revokeMethod = readMethod(fields, u"revoke_method"_s, {});
    if (api.revokePath.isEmpty() != api.revokeMethod.isEmpty())
        fields.complain(u"revoke_path"_s,
                        ProviderReaderText::tr("revoke_path and revoke_method belong together"));
    if (fields.has(u"list"_s)) {
        JsonFields list(fields.object(u"list"_s), fields.place(u"list"_s), problem);
        api.list = readTokenList(list);
        list.finish();
    }
    QStringList known;
    fields.forEach(u"variables"_s, [&](JsonFields &item) {
        const TokenApiVariable read{item.requiredText(u"name"_s), item.requiredText(u"label"_s),
                                    item.text(u"example"_s)};
        if (!isVariableName(read.name, 64) || read.name == "name"_L1 || read.name == "abilities"_L1 ||
            read.name == "id"_L1)
            item.complain(u"name"_s, ProviderReaderText::tr("cannot be the name of a variable here"));
        if (known.contains(read.name))
            item.complain(u"name"_s, ProviderReaderText::tr("is there twice"));
        known << read.name;
        api.variables.append(read);
    });
    checkPlaceholders(fields, u"create_path"_s, api.createPath, known);
    checkPlaceholders(fields, u"revoke_path"_s, api.revokePath, known + QStringList{u"id"_s});
    checkPlaceholders(fields, u"list"_s, api.list.path, known);
    return api;
}

ErrorShape readError(JsonFields &fields)
{
    ErrorShape shape;
    shape.id = readId(fields);
    shape.status = fields.numbers(u"status"_s, 100, 599);
    shape.pointer = readPointer(fields, u"pointer"_s);
    shape.equals = fields.text(u"equals"_s);
    if (!shape.equals.isEmpty() && shape.pointer.isEmpty())
        fields.complain(u"equals"_s, ProviderReaderText::tr("needs a pointer that says where"));
    if (shape.status.isEmpty() && shape.pointer.isEmpty())
        fields.complain(u"status"_s, ProviderReaderText::tr("one of status and pointer is needed"));
    shape.title = fields.requiredText(u"title"_s);
    shape.text = fields.requiredText(u"text"_s);
    shape.fix = fields.texts(u"fix"_s);
    shape.source = readLink(fields, u"source"_s);
    return shape;
}

QList<NameValue> readRows(JsonFields &fields, const QString &name)
{
    QList<NameValue> rows;
    fields.forEach(name, [&](JsonFields &row) {
        const QString rowName = row.requiredText(u"name"_s);
        rows.append({rowName, row.text(u"value"_s), row.flag(u"enabled"_s, true)});
    });
    return rows;
}

RequestBody readBody(JsonFields &fields)
{
    RequestBody body;
    const QString kind = fields.requiredText(u"kind"_s);
    body.text = fields.texts(u"lines"_s).join(u'\n');
    body.form = readRows(fields, u"form"_s);
    if (kind == "json"_L1) {
        body.kind = RequestBody::Kind::Json;
        QJsonParseError error{};
        QJsonDocument::fromJson(body.text.toUtf8(), &error);
        if (error.error != QJsonParseError::NoError)
            fields.complain(u"lines"_s, ProviderReaderText::tr("not JSON: %1").arg(error.errorString()));
    } else if (kind == "text"_L1) {
        body.kind = RequestBody::Kind::Text;
    } else if (kind == "form"_L1) {
        body.kind = RequestBody::Kind::Form;
    } else {
        fields.complain(u"kind"_s, ProviderReaderText::tr("should be json, text or form"));
    }
    return body;
}

ProviderRequest readRequest(JsonFields &fields, QString *problem)
{
    ProviderRequest found;
    found.group = fields.requiredText(u"group"_s);
    found.note = fields.text(u"note"_s);
    RequestSpec &request = found.request;
    request.name = fields.requiredText(u"name"_s);
    request.method = readMethod(fields, u"method"_s, request.method);
    request.url = fields.requiredText(u"url"_s);
    request.params = readRows(fields, u"params"_s);
    request.headers = readRows(fields, u"headers"_s);
    for (const NameValue &header : std::as_const(request.headers)) {
        if (Redactor::isCredentialHeader(header.name.toLatin1()))
            fields.complain(
                u"headers"_s,
                ProviderReaderText::tr(
                    "a credential does not belong into a file; the request names its key by “kind”"));
    }
    request.key.kindId = fields.text(u"kind"_s);
    if (fields.has(u"body"_s)) {
        JsonFields body(fields.object(u"body"_s), fields.place(u"body"_s), problem);
        request.body = readBody(body);
        body.finish();
    }
    return found;
}

void readBaseUrl(JsonFields &fields, Provider &provider)
{
    provider.baseUrl = fields.text(u"base_url"_s);
    QString filled = provider.baseUrl;
    fields.forEach(u"base_url_parts"_s, [&](JsonFields &part) {
        BaseUrlPart read{part.requiredText(u"name"_s), part.requiredText(u"label"_s),
                         part.text(u"example"_s)};
        const QString written = u"{%1}"_s.arg(read.name);
        if (!provider.baseUrl.contains(written))
            part.complain(u"name"_s, ProviderReaderText::tr("base_url has no %1").arg(written));
        filled.replace(written, u"x.example"_s);
        provider.baseUrlParts.append(read);
    });
    provider.sandboxService = fields.text(u"sandbox_service"_s);
    provider.basePath = fields.text(u"base_path"_s);
    provider.isCustom = fields.flag(u"is_custom"_s, false);

    const QString place = u"base_url"_s;
    if (provider.sandboxService.isEmpty() && !provider.basePath.isEmpty())
        fields.complain(u"base_path"_s, ProviderReaderText::tr("is for providers that the sandbox serves"));
    if (!provider.basePath.isEmpty() && !isPath(provider.basePath))
        fields.complain(u"base_path"_s, ProviderReaderText::tr("should be a path such as /api"));
    if (provider.baseUrl.isEmpty()) {
        if (provider.sandboxService.isEmpty() && !provider.isCustom)
            fields.complain(place, ProviderReaderText::tr("is missing"));
        return;
    }
    if (filled.contains(u'{'))
        fields.complain(place, ProviderReaderText::tr("each {part} needs an entry in base_url_parts"));
    else if (const auto checked = checkBaseUrl(filled); !checked)
        fields.complain(place, checked.error().message);
}

// That ids and names that are used are there, once.
void checkReferences(JsonFields &fields, const Provider &provider)
{
    const auto at = [](const char *list, qsizetype i, const char *member) {
        return u"%1[%2].%3"_s.arg(QLatin1StringView(list)).arg(i).arg(QLatin1StringView(member));
    };
    if (provider.kinds.isEmpty())
        fields.complain(u"token_kinds"_s, ProviderReaderText::tr("at least one is needed"));
    for (qsizetype i = 0; i < provider.kinds.size(); ++i) {
        const TokenKind &kind = provider.kinds[i];
        if (provider.kind(kind.id) != &kind)
            fields.complain(at("token_kinds", i, "id"), ProviderReaderText::tr("is there twice"));
        if (!kind.checkRequest.isEmpty() && !provider.request(kind.checkRequest))
            fields.complain(at("token_kinds", i, "check_request"),
                            ProviderReaderText::tr("there is no request with this name"));
        if (kind.createdByApi && !provider.tokenApi(kind.id))
            fields.complain(at("token_kinds", i, "created_by_api"),
                            ProviderReaderText::tr("there is no entry in token_apis for this kind"));
    }
    for (qsizetype i = 0; i < provider.tokenApis.size(); ++i) {
        const TokenApi &api = provider.tokenApis[i];
        if (!provider.kind(api.kindId))
            fields.complain(at("token_apis", i, "kind"),
                            ProviderReaderText::tr("there is no token kind with this id"));
        if (provider.tokenApi(api.kindId) != &api)
            fields.complain(at("token_apis", i, "kind"), ProviderReaderText::tr("is there twice"));
        if (!api.sessionKindId.isEmpty() && !provider.kind(api.sessionKindId))
            fields.complain(at("token_apis", i, "session_kind"),
                            ProviderReaderText::tr("there is no token kind with this id"));
    }
    for (qsizetype i = 0; i < provider.requests.size(); ++i) {
        const ProviderRequest &request = provider.requests[i];
        if (provider.request(request.request.name) != &request)
            fields.complain(at("requests", i, "name"), ProviderReaderText::tr("is there twice"));
        if (!request.request.key.kindId.isEmpty() && !provider.kind(request.request.key.kindId))
            fields.complain(at("requests", i, "kind"),
                            ProviderReaderText::tr("there is no token kind with this id"));
    }
}

} // namespace

Result<Provider> readProvider(const QJsonObject &object)
{
    QString problem;
    JsonFields fields(object, {}, &problem);
    Provider provider;
    provider.id = readId(fields);
    provider.name = fields.requiredText(u"name"_s);
    provider.badge = fields.text(u"badge"_s, provider.name.left(1).toUpper());
    if (provider.badge.size() != 1)
        fields.complain(u"badge"_s, ProviderReaderText::tr("should be one letter"));
    provider.summary = fields.text(u"summary"_s);
    provider.order = fields.number(u"order"_s, provider.order, 0, 1000);
    provider.docsUrl = readLink(fields, u"docs_url"_s);
    readBaseUrl(fields, provider);
    provider.defaultEnvironmentName = fields.text(u"default_environment_name"_s, provider.name);
    provider.defaultColour = fields.text(u"default_colour"_s, u"grey"_s);
    if (!environmentColours().contains(provider.defaultColour))
        fields.complain(
            u"default_colour"_s,
            ProviderReaderText::tr("should be one of %1").arg(environmentColours().join(u", "_s)));
    fields.forEach(u"token_kinds"_s, [&](JsonFields &item) { provider.kinds.append(readKind(item)); });
    fields.forEach(u"token_apis"_s, [&](JsonFields &item) {
        provider.tokenApis.append(readTokenApi(item, &problem));
    });
    fields.forEach(u"errors"_s, [&](JsonFields &item) { provider.errors.append(readError(item)); });
    provider.catalogueId = readOptionalId(fields, u"catalogue"_s);
    fields.forEach(u"requests"_s,
                   [&](JsonFields &item) { provider.requests.append(readRequest(item, &problem)); });
    fields.finish();
    if (problem.isEmpty())
        checkReferences(fields, provider);
    if (!problem.isEmpty())
        return failure(Error::Kind::InvalidInput, problem);
    return provider;
}

} // namespace keydesk
