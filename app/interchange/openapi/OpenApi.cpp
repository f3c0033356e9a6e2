#include "app/interchange/openapi/OpenApi.h"

#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/PathParts.h"
#include "app/interchange/openapi/OpenApiAccess.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QUrl>

#include <algorithm>
#include <array>

namespace keydesk {

using namespace Qt::StringLiterals;
using namespace openapi;

namespace {

constexpr qsizetype mostEndpoints = 20'000;
constexpr std::array<std::string_view, 8> methods{"get",    "post", "put",     "patch",
                                                  "delete", "head", "options", "trace"};

struct OpenApiText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApi)
};

/// One document, turned into a catalogue.
class Document
{
public:
    Document(SpecNode root, const QList<TokenPattern> &tokens, const std::atomic_bool &cancelled)
        : m_root(root)
        , m_cancelled(cancelled)
        , m_texts(tokens, m_report)
        , m_schemas(root, m_texts, m_report, cancelled)
    {
    }

    Result<ImportedApi> read()
    {
        if (const Result<void> known = readVersion(); !known)
            return tl::unexpected(known.error());
        const SpecNode info = m_root["info"];
        m_api.catalogue.name = m_texts.words(info["title"].text(), OpenApiText::tr("Title"), 100);
        if (m_api.catalogue.name.isEmpty())
            m_api.catalogue.name = OpenApiText::tr("Imported API");
        m_api.catalogue.docsUrl = link(m_root["externalDocs"]["url"]);
        m_api.baseUrls = readServers(m_root, m_texts, m_report);
        m_api.catalogue.baseUrl = m_api.baseUrls.value(0);
        const Security security(m_root, m_schemas, m_texts, m_report);
        m_api.kinds = security.kinds();
        for (SpecNode tag = m_root["tags"].first(); tag.isThere() && m_groups.size() < mostEndpoints;
             tag = tag.next())
            groupAt(m_texts.words(tag["name"].text(), OpenApiText::tr("Tags"), 80));

        const SpecNode paths = m_root["paths"];
        if (!paths.isMap())
            return failure(Error::Kind::InvalidInput,
                           OpenApiText::tr("The file has no “paths”: there are no calls in it."));
        for (SpecNode path = paths.first(); path.isThere() && m_count < mostEndpoints; path = path.next())
            readPath(path, security);
        if (m_cancelled)
            return cancelledError();
        if (m_count == 0)
            return failure(Error::Kind::InvalidInput,
                           OpenApiText::tr("Line %1: “paths” holds no call.").arg(paths.line()));
        if (m_count >= mostEndpoints)
            m_report.add(OpenApiText::tr("The file holds more than %1 calls; the rest was left out.")
                             .arg(mostEndpoints));
        if (m_root["webhooks"].isMap())
            m_report.add(OpenApiText::tr(
                "Webhooks were left out: they are calls that the API makes, not calls to it."));
        for (const QList<Endpoint> &group : std::as_const(m_inGroups)) {
            m_api.groups += group.isEmpty() ? 0 : 1;
            m_api.catalogue.endpoints.append(group);
        }
        m_api.report = m_report.sentences();
        return std::move(m_api);
    }

private:
    Result<void> readVersion()
    {
        if (!m_root.isMap())
            return failure(
                Error::Kind::InvalidInput,
                OpenApiText::tr(
                    "Line 1: the file should hold one object, with “openapi” or “swagger” in it."));
        const SpecNode openApi = m_root["openapi"];
        const SpecNode swagger = m_root["swagger"];
        const SpecNode version = openApi.isThere() ? openApi : swagger;
        if (!version.isThere())
            return failure(
                Error::Kind::InvalidInput,
                OpenApiText::tr("It names neither “openapi” nor “swagger”, so it is no OpenAPI file."));
        const QString number = m_texts.words(version.text(), OpenApiText::tr("Version"), 40);
        const bool known = openApi.isThere()
                               ? number == "3.0"_L1 || number == "3.1"_L1 || number.startsWith("3.0."_L1) ||
                                     number.startsWith("3.1."_L1)
                               : number == "2.0"_L1 || number == "2"_L1;
        if (!known)
            return failure(
                Error::Kind::Unsupported,
                OpenApiText::tr(
                    "Line %1: version “%2” is not one that Keydesk reads. It reads OpenAPI 3.0 and "
                    "3.1 and Swagger 2.0.")
                    .arg(version.line())
                    .arg(number));
        m_isSwagger = !openApi.isThere();
        m_api.version =
            (m_isSwagger ? OpenApiText::tr("Swagger %1") : OpenApiText::tr("OpenAPI %1")).arg(number);
        return {};
    }

    static QString link(SpecNode node)
    {
        const QUrl url(node.text(), QUrl::StrictMode);
        return url.isValid() && url.scheme() == "https"_L1 && !url.host().isEmpty() &&
                       url.userInfo().isEmpty() && node.text().size() <= 2000
                   ? QString::fromLatin1(url.toEncoded())
                   : QString();
    }

    qsizetype groupAt(const QString &name)
    {
        const QString known = name.isEmpty() ? OpenApiText::tr("General") : name;
        const auto found = m_groups.constFind(known);
        if (found != m_groups.cend())
            return *found;
        m_groups.insert(known, m_inGroups.size());
        m_groupNames.append(known);
        m_inGroups.append(QList<Endpoint>());
        return m_inGroups.size() - 1;
    }

    void readPath(SpecNode path, const Security &security)
    {
        const QString written = path.keyText();
        if (written.startsWith("x-"_L1))
            return;
        const QString place = OpenApiText::tr("Line %1").arg(path.line());
        const QString shown = m_texts.words(written, place, 200);
        if (!written.startsWith(u'/') || written != shown || written.contains(u' ')) {
            m_report.add(OpenApiText::tr("%1: “%2” is not a path and was left out.").arg(place, shown));
            return;
        }
        if (written.contains("{{"_L1) || written.contains(u'?') || written.contains(u'#')) {
            m_report.add(
                OpenApiText::tr("%1: “%2” holds more than a path, and was left out.").arg(place, shown));
            return;
        }
        const SpecNode item = m_schemas.resolve(path, place);
        if (item["servers"].isList())
            m_report.add(OpenApiText::tr("%1: “%2” has servers of its own; it is called at the API's.")
                             .arg(place, shown));
        for (const std::string_view method : methods) {
            if (m_cancelled || m_count >= mostEndpoints)
                return;
            if (const SpecNode operation = item[method]; operation.isMap())
                readOperation(item, operation, method, written, security);
        }
    }

    void readOperation(SpecNode item, SpecNode operation, std::string_view method, const QString &path,
                       const Security &security)
    {
        m_schemas.beginOperation();
        Endpoint endpoint;
        endpoint.method = QString::fromUtf8(method.data(), static_cast<qsizetype>(method.size())).toUpper();
        endpoint.path = path;
        const QString place = endpoint.method + u' ' + path;
        endpoint.name = m_texts.words(operation["summary"].text(), place, 120);
        if (endpoint.name.isEmpty())
            endpoint.name = m_texts.words(operation["operationId"].text(), place, 120);
        if (endpoint.name.isEmpty())
            endpoint.name = path;
        endpoint.notes = m_texts.words(operation["description"].text(), place);
        endpoint.source = link(operation["externalDocs"]["url"]);
        if (endpoint.source.isEmpty())
            endpoint.source = m_api.catalogue.docsUrl;
        endpoint.isDeprecated = operation["deprecated"].isTrue();
        security.apply(operation, endpoint);
        readParameters(item["parameters"], operation["parameters"], endpoint, operation, place);
        if (!m_isSwagger)
            readBody(m_schemas.resolve(operation["requestBody"], place), endpoint, place);
        addUndescribedParts(endpoint);
        if (endpoint.bodyKind != RequestBody::Kind::None && method == "head") {
            endpoint.bodyKind = RequestBody::Kind::None; // none can be sent
            endpoint.bodyText.clear();
            endpoint.body.clear();
        }

        const qsizetype group = groupAt(m_texts.words(operation["tags"].first().text(), place, 80));
        endpoint.group = m_groupNames.at(group);
        m_inGroups[group].append(endpoint);
        ++m_count;
    }

    /// Those of the operation come before those of its path.
    void readParameters(SpecNode ofPath, SpecNode ofOperation, Endpoint &endpoint, SpecNode operation,
                        const QString &place)
    {
        QStringList seen;
        for (const SpecNode list : {ofOperation, ofPath}) {
            for (SpecNode each = list.first(); each.isThere() && seen.size() < 500; each = each.next()) {
                const SpecNode parameter = m_schemas.resolve(each, place);
                const QString in = parameter["in"].text();
                const QString name = parameter["name"].text();
                if (!parameter.isThere() || seen.contains(in + u'/' + name))
                    continue;
                seen.append(in + u'/' + name);
                readParameter(parameter, in, name, endpoint, operation, place);
            }
        }
    }

    void readParameter(SpecNode parameter, const QString &in, const QString &writtenName, Endpoint &endpoint,
                       SpecNode operation, const QString &place)
    {
        if (in == "body"_L1) {
            takeJsonBody(parameter["schema"], {}, endpoint, place);
            return;
        }
        const QString name = m_texts.words(writtenName, place, 200);
        if (name.isEmpty() || name != writtenName) {
            m_report.add(OpenApiText::tr("%1, line %2: a parameter has no usable name and was left out.")
                             .arg(place)
                             .arg(parameter.line()));
            return;
        }
        const QString here = OpenApiText::tr("%1, parameter %2").arg(place, name);
        DocumentedField field = m_schemas.field(name, schemaOf(parameter), exampleOf(parameter, here), here);
        if (const QString about = m_texts.words(parameter["description"].text(), here); !about.isEmpty())
            field.about = about;
        field.need = parameter["required"].isTrue() || in == "path"_L1 ? DocumentedField::Need::Required
                                                                       : DocumentedField::Need::Optional;
        if (in == "path"_L1) {
            if (pathPartNames(endpoint.path).contains(name))
                endpoint.parts.append(withPathExample(field));
            else
                m_report.add(OpenApiText::tr("%1: the path has no {%2}.").arg(here, name));
        } else if (in == "query"_L1) {
            endpoint.query.append(field);
            addRepeats(parameter, field, endpoint, here);
        } else if (in == "header"_L1) {
            addHeader(field, endpoint, here);
        } else if (in == "formData"_L1) {
            const bool isFile = parameter["type"].bytes() == "file";
            bool isMultipart = isFile;
            for (SpecNode type = operation["consumes"].first(); type.isThere(); type = type.next())
                isMultipart = isMultipart || type.bytes() == "multipart/form-data";
            if (isMultipart || endpoint.bodyKind != RequestBody::Kind::Multipart)
                endpoint.bodyKind = isMultipart ? RequestBody::Kind::Multipart : RequestBody::Kind::Form;
            endpoint.body.append(field);
        } else {
            m_report.add(OpenApiText::tr("%1: a parameter in “%2” cannot be expressed.")
                             .arg(here, m_texts.words(in, here, 40)));
        }
    }

    /// A list as an example is sent as so many parameters, unless the file says otherwise.
    void addRepeats(SpecNode parameter, DocumentedField field, Endpoint &endpoint, const QString &place)
    {
        const SpecNode example = exampleOf(parameter, place);
        if (m_isSwagger || !example.isList() || parameter["explode"].bytes() == "false" ||
            parameter["style"].isThere())
            return;
        int count = 1;
        for (SpecNode item = example.first().next(); item.isThere() && count < 50;
             item = item.next(), ++count) {
            field.example = m_schemas.field(field.name, schemaOf(parameter), item, place).example;
            endpoint.query.append(field);
        }
    }

    void addHeader(DocumentedField field, Endpoint &endpoint, const QString &place)
    {
        const QByteArray name = field.name.toUtf8();
        if (!isToken(name)) {
            m_report.add(OpenApiText::tr("%1: this cannot be the name of a header.").arg(place));
            return;
        }
        // OpenAPI says that these three are described elsewhere.
        if (isSameHeader(name, "Accept") || isSameHeader(name, "Content-Type") ||
            isSameHeader(name, "Authorization")) {
            m_report.add(OpenApiText::tr("%1: the header was left out; Keydesk sets it itself.").arg(place));
            return;
        }
        if (Redactor::isCredentialHeader(name) && !field.example.isEmpty()) {
            field.example.clear();
            m_report.add(
                OpenApiText::tr("%1: the header carries a credential; its example was left out.").arg(place));
        }
        endpoint.headers.append(field);
    }

    static SpecNode schemaOf(SpecNode parameter)
    {
        if (parameter["schema"].isMap())
            return parameter["schema"];
        if (const SpecNode content = parameter["content"].first(); content.isThere())
            return content["schema"];
        return parameter; // Swagger 2.0 writes the schema's members here
    }

    SpecNode exampleOf(SpecNode holder, const QString &place)
    {
        if (const SpecNode own = holder["example"]; own.isThere())
            return own;
        const SpecNode several = holder["examples"];
        if (!several.isMap())
            return {};
        const SpecNode first = m_schemas.resolve(several.first(), place);
        if (first["externalValue"].isThere())
            m_report.add(
                OpenApiText::tr("%1, line %2: an example is elsewhere on the web, and was not fetched.")
                    .arg(place)
                    .arg(first.line()));
        return first["value"];
    }

    static DocumentedField withPathExample(DocumentedField field)
    {
        if (!field.example.trimmed().isEmpty() && field.example != "."_L1 && field.example != ".."_L1)
            return field;
        // An empty part would be another path.
        if (!field.values.isEmpty())
            field.example = field.values.constFirst();
        else if (field.type == DocumentedField::Type::Integer || field.type == DocumentedField::Type::Number)
            field.example = u"1"_s;
        else if (field.format == "uuid"_L1)
            field.example = u"00000000-0000-0000-0000-000000000000"_s;
        else
            field.example = field.name;
        return field;
    }

    static void addUndescribedParts(Endpoint &endpoint)
    {
        QList<DocumentedField> inOrder;
        for (const QString &name : pathPartNames(endpoint.path)) {
            const auto known = std::ranges::find(endpoint.parts, name, &DocumentedField::name);
            DocumentedField field;
            field.name = name;
            field.need = DocumentedField::Need::Required;
            inOrder.append(known == endpoint.parts.cend() ? withPathExample(field) : *known);
        }
        endpoint.parts = inOrder;
    }

    void readBody(SpecNode body, Endpoint &endpoint, const QString &place)
    {
        const SpecNode content = body["content"];
        SpecNode json;
        SpecNode form;
        SpecNode multipart;
        SpecNode text;
        for (SpecNode type = content.first(); type.isThere(); type = type.next()) {
            const QString name = type.keyText().section(u';', 0, 0).trimmed().toLower();
            SpecNode *into = name == "application/json"_L1 || name.endsWith("+json"_L1) || name == "*/*"_L1
                                 ? &json
                             : name == "application/x-www-form-urlencoded"_L1         ? &form
                             : name == "multipart/form-data"_L1                       ? &multipart
                             : name.startsWith("text/"_L1) || name.endsWith("xml"_L1) ? &text
                                                                                      : nullptr;
            if (into && !into->isThere())
                *into = type;
        }
        if (json.isThere()) {
            takeJsonBody(json["schema"], exampleOf(json, place), endpoint, place);
            keepType(json, "application/json"_L1, endpoint, place);
        } else if (form.isThere() || multipart.isThere()) {
            endpoint.bodyKind = form.isThere() ? RequestBody::Kind::Form : RequestBody::Kind::Multipart;
            endpoint.body = m_schemas.formFields((form.isThere() ? form : multipart)["schema"], place);
        } else if (text.isThere()) {
            const bool isXml = text.keyText().contains("xml"_L1, Qt::CaseInsensitive);
            endpoint.bodyKind = isXml ? RequestBody::Kind::Xml : RequestBody::Kind::Text;
            if (const SpecNode example = exampleOf(text, place); example.isScalar())
                endpoint.bodyText = m_texts.lines(example.text(), place);
            keepType(text, isXml ? "application/xml"_L1 : "text/plain"_L1, endpoint, place);
        } else if (content.isMap() && content.first().isThere()) {
            endpoint.bodyKind = RequestBody::Kind::File;
            keepType(content.first(), {}, endpoint, place);
            m_report.add(OpenApiText::tr("%1: a body of the type “%2” is sent from a file that you choose.")
                             .arg(place, m_texts.words(content.first().keyText(), place, 80)));
        }
    }

    /// A type that the body's kind does not stand for is a header.
    void keepType(SpecNode content, QLatin1StringView implied, Endpoint &endpoint, const QString &place)
    {
        const QString type = m_texts.words(content.keyText(), place, 120);
        if (type.contains(u'*') || type.contains("{{"_L1) || !isHeaderValue(type.toUtf8()) ||
            type.section(u';', 0, 0).trimmed().toLower() == implied)
            return;
        DocumentedField field;
        field.name = u"Content-Type"_s;
        field.example = type;
        field.need = DocumentedField::Need::Required;
        endpoint.headers.append(field);
    }

    void takeJsonBody(SpecNode schema, SpecNode example, Endpoint &endpoint, const QString &place)
    {
        endpoint.bodyKind = RequestBody::Kind::Json;
        endpoint.bodyText =
            example.isThere() ? m_schemas.valueText(example, place) : m_schemas.exampleText(schema, place);
        endpoint.body = m_schemas.members(schema, place);
    }

    SpecNode m_root;
    const std::atomic_bool &m_cancelled;
    Report m_report;
    Texts m_texts;
    Schemas m_schemas;
    ImportedApi m_api;
    QHash<QString, qsizetype> m_groups;
    QStringList m_groupNames;
    QList<QList<Endpoint>> m_inGroups;
    qsizetype m_count = 0;
    bool m_isSwagger = false;
};

} // namespace

Result<ImportedApi> readOpenApi(const QByteArray &bytes, const QString &fileName,
                                const QList<TokenPattern> &tokens, const std::atomic_bool &cancelled)
{
    if (bytes.size() > openApiFileLimit)
        return failure(Error::Kind::TooLarge, OpenApiText::tr("The file is larger than 64 MB."));
    const Result<SpecTree> tree = readSpecTree(bytes, fileName, cancelled);
    if (!tree)
        return tl::unexpected(tree.error());
    return Document(tree->root(), tokens, cancelled).read();
}

Result<ImportedApi> readOpenApiFile(const QString &path, const QList<TokenPattern> &tokens,
                                    const std::atomic_bool &cancelled)
{
    const QString name = QFileInfo(path).fileName();
    const auto fail = [&name](Error::Kind kind, const QString &message) {
        return failure(kind, OpenApiText::tr("%1: %2").arg(name, message));
    };
    // A FIFO or a device by that name would block or never end.
    if (!QFileInfo(path).isFile())
        return fail(Error::Kind::InvalidInput, QFileInfo(path).isDir()
                                                   ? OpenApiText::tr("It is a folder. Choose a file in it.")
                                                   : OpenApiText::tr("It is not a regular file."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Error::Kind::InvalidInput,
                    OpenApiText::tr("The file cannot be read: %1").arg(file.errorString()));
    if (file.size() > openApiFileLimit)
        return fail(Error::Kind::TooLarge, OpenApiText::tr("The file is larger than 64 MB."));
    const Result<ImportedApi> api = readOpenApi(file.read(openApiFileLimit + 1), name, tokens, cancelled);
    if (!api)
        return api.error().kind == Error::Kind::Cancelled ? Result<ImportedApi>(tl::unexpected(api.error()))
                                                          : fail(api.error().kind, api.error().message);
    return api;
}

namespace {

/// How a key is sent, as provider files say it.
QJsonObject formOf(const ImportedKind &kind)
{
    if (kind.isOAuth) {
        QJsonObject form{{u"sent_as"_s, u"oauth2"_s}};
        if (!kind.tokenUrl.isEmpty())
            form.insert(u"token_url"_s, kind.tokenUrl);
        if (!kind.oauthScope.isEmpty())
            form.insert(u"oauth_scope"_s, kind.oauthScope);
        return form;
    }
    switch (kind.placement) {
    case KeyPlacement::Query:
        return {{u"sent_as"_s, u"query"_s}, {u"parameter_name"_s, kind.headerName}};
    case KeyPlacement::Basic:
        return {{u"sent_as"_s, u"basic"_s}};
    case KeyPlacement::Header:
        break;
    }
    return {{u"header_name"_s, kind.headerName}, {u"header_prefix"_s, kind.headerPrefix}};
}

} // namespace

QJsonObject providerFileOf(const ImportedApi &api, const QString &id, const QString &name,
                           const QString &baseUrl)
{
    QJsonArray kinds;
    const QList<ImportedKind> all =
        api.kinds.isEmpty() ? QList<ImportedKind>{{.id = u"api-key"_s, .name = OpenApiText::tr("API key")}}
                            : api.kinds;
    for (const ImportedKind &kind : all) {
        QJsonObject written = formOf(kind);
        const QJsonObject rest{
            {u"id"_s, kind.id},
            {u"name"_s, kind.name},
            {u"dashboard_steps"_s, QJsonArray{OpenApiText::tr("Get a key from the API's own website."),
                                              OpenApiText::tr("Paste it here.")}},
            {u"renew_steps"_s, QJsonArray{OpenApiText::tr("Get a new key from the API's own website."),
                                          OpenApiText::tr("Paste it here, then revoke the old one there.")}},
            {u"scope"_s,
             kind.about.isEmpty() ? OpenApiText::tr("Whatever the API lets it do.") : kind.about}};
        for (auto member = rest.begin(); member != rest.end(); ++member)
            written.insert(member.key(), member.value());
        kinds.append(written);
    }
    QJsonObject object{
        {u"id"_s, id},
        {u"name"_s, name},
        {u"badge"_s, name.isEmpty() || name.front().isSurrogate() ? u"A"_s : name.left(1).toUpper()},
        {u"order"_s, 800},
        {u"summary"_s, OpenApiText::tr("Imported from an OpenAPI file")},
        {u"default_environment_name"_s, name},
        {u"default_colour"_s, u"green"_s},
        {u"catalogue"_s, id},
        {u"token_kinds"_s, kinds}};
    if (baseUrl.isEmpty())
        object.insert(u"is_custom"_s, true);
    else
        object.insert(u"base_url"_s, baseUrl);
    if (!api.catalogue.docsUrl.isEmpty())
        object.insert(u"docs_url"_s, api.catalogue.docsUrl);
    return object;
}

} // namespace keydesk
