#include "app/interchange/openapi/ApiOutline.h"

#include "app/base/Redactor.h"
#include "app/http/BodyBuilder.h"
#include "app/http/HeaderRules.h"
#include "app/http/RedactedRequest.h"
#include "app/http/VariableReference.h"
#include "app/http/Variables.h"
#include "app/interchange/NameWords.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/CredentialNames.h"
#include "app/interchange/collection/TextBody.h"
#include "app/interchange/openapi/ApiAddress.h"
#include "app/workspace/HttpBody.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;
using Kind = RequestBody::Kind;

namespace {

struct ApiOutlineText
{
    Q_DECLARE_TR_FUNCTIONS(ApiOutline)
};

bool isMethod(const QString &method)
{
    static const QSet<QString> known{u"get"_s,     u"put"_s,  u"post"_s,  u"delete"_s,
                                     u"options"_s, u"head"_s, u"patch"_s, u"trace"_s};
    return known.contains(method);
}

bool isHeader(const NameValue &row, QLatin1StringView name)
{
    return row.name.trimmed().compare(name, Qt::CaseInsensitive) == 0;
}

/// "/a/{}/b": paths that differ in nothing but their parts' names are the same one.
QString withoutNames(const QString &path)
{
    static const QRegularExpression part(u"\\{[^{}]*\\}"_s);
    return QString(path).replace(part, u"{}"_s);
}

/// Whether nothing but variables stands there, and the first of them is named as credentials are.
bool isSecretVariable(const QString &value)
{
    const auto variable = nextVariable(value);
    return variable && namesOnlyVariables(value) && isCredentialName(nameWords(variable->name));
}

QString typeOf(const RequestSpec &spec)
{
    const QString written = headerValue(spec, "content-type"_L1).section(u';', 0, 0).trimmed().toLower();
    if (written.contains(u'/') && !written.contains(u'{'))
        return written;
    const QList<NameValue> implied = kindHeaders(spec.body.kind);
    if (spec.body.kind == Kind::Multipart)
        return u"multipart/form-data"_s;
    if (spec.body.kind == Kind::File)
        return QString::fromLatin1(fileContentType(spec.body.file));
    return implied.isEmpty() ? u"text/plain"_s : implied.constFirst().value.section(u';', 0, 0);
}

QString camelCase(const QStringList &words)
{
    static const QRegularExpression forbidden(u"[^A-Za-z0-9]"_s);
    QString name;
    for (QString word : words) {
        word.remove(forbidden);
        if (!name.isEmpty() && !word.isEmpty())
            word[0] = word.at(0).toUpper();
        name += word;
    }
    return name.left(80);
}

} // namespace

ApiOutline::ApiOutline(const Collection &collection, QList<ImportNote> &notes)
    : m_collection(collection)
    , m_notes(notes)
    , m_values(collection.variables)
{
    if (!collection.environments.isEmpty())
        m_values += collection.environments.constFirst().variables;
    QHash<QString, int> uses;
    for (const CollectionRequest &request : collection.requests) {
        const QString server = apiAddress(request.spec).server;
        if (++uses[server] > uses.value(m_server))
            m_server = server;
    }
    for (const CollectionRequest &request : collection.requests)
        add(request);
    for (const ApiServer &server : servers()) {
        if (server.url == "/"_L1)
            tell(ApiOutlineText::tr("servers"),
                 ApiOutlineText::tr("What {{baseUrl}} stands for is not known here. The server is "
                                    "“/”, which means wherever the description lies."));
    }
}

void ApiOutline::tell(const QString &place, const QString &text)
{
    m_notes.append({ImportNote::What::NotExpressed, place, text});
}

QString ApiOutline::resolved(const QString &text) const
{
    return text.contains("{{"_L1) ? resolveVariables(text, VariableSources(m_values), nullptr) : text;
}

/// A variable without a value is no example of anything.
QString ApiOutline::example(const QString &text) const
{
    const QString value = resolved(text);
    return namesOnlyVariables(value) && nextVariable(value) ? QString() : value;
}

void ApiOutline::add(const CollectionRequest &request)
{
    const RequestSpec &spec = request.spec;
    const QString place = placeOf(request);
    const ApiAddress address = apiAddress(spec);
    ApiOperation operation;
    operation.method = spec.method.trimmed().isEmpty() ? u"get"_s : spec.method.trimmed().toLower();
    if (!isMethod(operation.method) || address.server.startsWith("ws"_L1, Qt::CaseInsensitive)) {
        tell(place,
             ApiOutlineText::tr(
                 "OpenAPI does not describe it, because of its method or its scheme; it is left out."));
        return;
    }
    operation.summary = spec.name;
    operation.about = request.about;
    operation.tag = request.folder.join(u" / "_s);
    operation.servers = {address.server};
    for (const NameValue &part : address.parts)
        addParameter(operation.parameters, u"path"_s, part);
    for (const NameValue &row : address.query) {
        if (row.name.isEmpty() && row.value.isEmpty())
            continue;
        if (row.name.isEmpty() || row.name.contains("{{"_L1))
            tell(place, ApiOutlineText::tr("A parameter whose name is empty or a variable is left out."));
        else if (!addSecret(u"query"_s, row, operation))
            addParameter(operation.parameters, u"query"_s, row);
    }
    addHeaders(spec, operation, place);
    if (operation.schemes.isEmpty() && spec.key.mode != KeyChoice::Mode::None)
        addScheme({u"bearerAuth"_s, u"bearer"_s, {}, {}}, operation);
    addBody(spec, operation, place);

    qsizetype &at = m_places[withoutNames(address.path)];
    if (at == 0) {
        m_paths.append({address.path, address.parts, {}});
        at = m_paths.size(); // from 1
    }
    ApiPath &path = m_paths[at - 1];
    for (qsizetype i = 0; i < address.parts.size(); ++i) // which the first one has named
        operation.parameters[i].name = path.parts.at(i).name;
    const auto same = std::ranges::find(path.operations, operation.method, &ApiOperation::method);
    if (same == path.operations.end()) {
        operation.id = freeId(request, address.path);
        path.operations.append(operation);
        return;
    }
    merge(operation, *same);
    tell(place,
         ApiOutlineText::tr("It has the method and the path of “%1”. OpenAPI describes both at once: what it "
                            "sends besides is optional there, and its body is a further example.")
             .arg(same->summary));
}

void ApiOutline::merge(const ApiOperation &from, ApiOperation &into)
{
    const auto unite = [](const QList<ApiParameter> &some, QList<ApiParameter> &all) {
        for (ApiParameter parameter : some) {
            const bool isKnown = std::ranges::any_of(all, [&](const ApiParameter &each) {
                return each.in == parameter.in && each.name == parameter.name;
            });
            parameter.isRequired = false;
            if (!isKnown)
                all.append(parameter);
        }
    };
    unite(from.parameters, into.parameters);
    for (const ApiContent &content : from.contents) {
        const auto known = std::ranges::find(into.contents, content.type, &ApiContent::type);
        if (known == into.contents.end()) {
            into.contents.append(content);
            continue;
        }
        unite(content.fields, known->fields);
        known->examples += content.examples;
    }
    if (from.schemes != into.schemes && !into.otherSchemes.contains(from.schemes))
        into.otherSchemes.append(from.schemes);
    for (const QString &server : from.servers) {
        if (!into.servers.contains(server))
            into.servers.append(server);
    }
}

QString ApiOutline::freeId(const CollectionRequest &request, const QString &path)
{
    QString base = camelCase(nameWords(request.spec.name));
    if (base.isEmpty())
        base = camelCase(nameWords(request.spec.method.toLower() + u' ' + path));
    QString id = base;
    for (int &number = m_counts[base]; m_ids.contains(id); id = base + QString::number(number))
        number = std::max(2, number + 1);
    m_ids.insert(id);
    return id;
}

void ApiOutline::addParameter(QList<ApiParameter> &all, const QString &in, const NameValue &row) const
{
    const auto known = std::ranges::find_if(
        all, [&](const ApiParameter &each) { return each.in == in && each.name == row.name; });
    if (known == all.end()) {
        all.append({in, row.name, {example(row.value)}, row.enabled || in == "path"_L1});
    } else if (row.enabled) {
        if (!known->isRequired)
            known->examples.clear();
        known->examples.append(example(row.value));
        known->isRequired = true;
    }
}

/// A credential's place is told by a scheme, and never has an example.
bool ApiOutline::addSecret(const QString &in, const NameValue &row, ApiOperation &operation)
{
    const bool isSecret = in == "header"_L1 ? Redactor::isCredentialHeader(row.name.toUtf8()) : false;
    if (!isSecret && !holdsCredential(row.name, row.value) && !isSecretVariable(row.value))
        return false;
    if (row.enabled)
        addScheme({{}, {}, in, row.name}, operation);
    return true;
}

void ApiOutline::addScheme(ApiScheme scheme, ApiOperation &operation)
{
    const auto known =
        std::ranges::find_if(m_schemes, [&](const ApiScheme &each) { return each.isSame(scheme); });
    if (known == m_schemes.end()) {
        if (scheme.id.isEmpty())
            scheme.id = camelCase(nameWords(scheme.name));
        if (scheme.id.isEmpty())
            scheme.id = u"apiKey"_s;
        const QString base = scheme.id;
        for (int number = 2; std::ranges::find(m_schemes, scheme.id, &ApiScheme::id) != m_schemes.end();
             ++number)
            scheme.id = base + QString::number(number);
        m_schemes.append(scheme);
    } else {
        scheme.id = known->id;
    }
    if (!operation.schemes.contains(scheme.id))
        operation.schemes.append(scheme.id);
}

void ApiOutline::addHeaders(const RequestSpec &spec, ApiOperation &operation, const QString &place)
{
    for (const NameValue &written : spec.headers) {
        const NameValue row{written.name.trimmed(), written.value.trimmed(), written.enabled};
        if (row.name.isEmpty() || isHeader(row, "content-type"_L1))
            continue;
        if (isHeader(row, "authorization"_L1)) {
            if (row.enabled)
                addAuthorization(row.value, operation);
        } else if (isHeader(row, "cookie"_L1)) {
            if (row.enabled)
                addCookies(row.value, operation);
        } else if (isHeader(row, "accept"_L1)) {
            static const QRegularExpression type(u"^[\\w*.+-]+/[\\w*.+-]+$"_s);
            for (const QString &each : row.value.split(u',')) {
                const QString name = each.section(u';', 0, 0).trimmed();
                if (row.enabled && type.match(name).hasMatch() && !operation.answers.contains(name))
                    operation.answers.append(name);
            }
        } else if (!isToken(row.name.toUtf8())) {
            tell(place, ApiOutlineText::tr("The header “%1” is left out: OpenAPI has no name for it.")
                            .arg(row.name.left(80)));
        } else if (!addSecret(u"header"_s, row, operation)) {
            addParameter(operation.parameters, u"header"_s, row);
        }
    }
}

void ApiOutline::addAuthorization(const QString &value, ApiOperation &operation)
{
    const QString word = value.section(u' ', 0, 0).toLower();
    static const QSet<QString> known{u"bearer"_s, u"basic"_s, u"digest"_s};
    if (known.contains(word))
        addScheme({word + u"Auth"_s, word, {}, {}}, operation);
    else
        addScheme({u"authorization"_s, {}, u"header"_s, u"Authorization"_s}, operation);
}

/// The names alone: most cookies are sessions.
void ApiOutline::addCookies(const QString &header, ApiOperation &operation)
{
    for (const QString &each : header.split(u';', Qt::SkipEmptyParts)) {
        const QString name = each.section(u'=', 0, 0).trimmed();
        if (!name.isEmpty() && isToken(name.toUtf8()))
            addParameter(operation.parameters, u"cookie"_s, {name, {}, true});
    }
}

void ApiOutline::addBody(const RequestSpec &spec, ApiOperation &operation, const QString &place)
{
    const RequestBody &body = spec.body;
    if (body.kind == Kind::None)
        return;
    ApiContent content{typeOf(spec), {}, {}};
    const QString name = operation.summary;
    switch (body.kind) {
    case Kind::Form:
        for (const NameValue &row : body.form) {
            if (!row.name.isEmpty())
                addParameter(content.fields, {}, row);
        }
        break;
    case Kind::Multipart:
        for (const RequestPart &part : body.parts) {
            if (part.name.isEmpty())
                continue;
            addParameter(content.fields, {},
                         {part.name, part.file.isEmpty() ? part.value : QString(), part.enabled});
            content.fields.last().isFile = content.fields.last().isFile || !part.file.isEmpty();
        }
        break;
    case Kind::File:
        content.isFile = true;
        break;
    case Kind::GraphQl:
        if (const auto built = buildBody(body, {}, {}); built && !built->content.pieces().isEmpty())
            content.examples = {
                {name, resolved(QString::fromUtf8(built->content.pieces().constFirst().bytes))}};
        else
            tell(place, ApiOutlineText::tr("Its GraphQL variables are no JSON, so its body is left out."));
        break;
    default:
        content.examples = {{name, resolved(body.text)}};
    }
    operation.contents.append(content);
}

QStringList ApiOutline::tags() const
{
    QStringList tags;
    QSet<QString> known;
    for (const CollectionRequest &request : m_collection.requests) {
        const QString tag = request.folder.join(u" / "_s);
        if (tag.isEmpty() || known.contains(tag))
            continue;
        known.insert(tag);
        tags.append(tag);
    }
    return tags;
}

QList<ApiServer> ApiOutline::serversFor(const ApiOperation &operation) const
{
    return operation.servers == QStringList{m_server} ? QList<ApiServer>() : serversOf(operation.servers);
}

/// One for each environment that gives it another address.
QList<ApiServer> ApiOutline::serversOf(const QStringList &written) const
{
    QList<ApiServer> servers;
    for (const QString &each : written) {
        QList<CollectionEnvironment> environments = m_collection.environments;
        if (environments.isEmpty())
            environments.append(CollectionEnvironment());
        for (const CollectionEnvironment &environment : std::as_const(environments)) {
            const ApiServer server = serverOf(each, environment);
            const bool isKnown =
                std::ranges::any_of(servers, [&](const ApiServer &other) { return other.url == server.url; });
            if (!isKnown)
                servers.append(server);
        }
    }
    return servers;
}

ApiServer ApiOutline::serverOf(const QString &written, const CollectionEnvironment &environment) const
{
    const Variables values = environment.variables + m_collection.variables;
    const auto valueOf = [&values](const QString &text) {
        return resolveVariables(text, VariableSources(values), nullptr);
    };
    ApiServer server{{}, environment.name, {}};
    // The variable for all of it has its value's parts for variables: they are what differs between
    // environments.
    const auto whole = nextVariable(written);
    const bool isWhole = whole && whole->start == 0 && whole->length == written.size();
    QString url = isWhole ? valueOf(written) : written;
    if (isWhole && (url == written || url.isEmpty()))
        return {u"/"_s, {}, {}};
    while (url.endsWith(u'/'))
        url.chop(1);
    qsizetype done = 0;
    for (auto variable = nextVariable(url); variable; variable = nextVariable(url, done)) {
        const QString text = url.sliced(variable->start, variable->length);
        const QString value = valueOf(text);
        const QString name = partName(variable->name);
        server.url += QStringView(url).sliced(done, variable->start - done);
        server.url += u'{' + name + u'}';
        if (std::ranges::find(server.variables, name, &NameValue::name) == server.variables.end())
            server.variables.append({name, value == text || value.isEmpty() ? name : value, true});
        done = variable->start + variable->length;
    }
    server.url += QStringView(url).sliced(done);
    return server;
}

} // namespace keydesk::openapi
