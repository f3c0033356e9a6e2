#include "app/interchange/insomnia/InsomniaRequest.h"

#include "app/base/PlainText.h"
#include "app/interchange/insomnia/InsomniaTerms.h"
#include "app/interchange/tools/ToolUrl.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct InsomniaRequestText
{
    Q_DECLARE_TR_FUNCTIONS(InsomniaRequest)
};

QList<NameValue> rowsOf(SpecNode list)
{
    QList<NameValue> rows;
    for (SpecNode row = list.first(); list.isList() && row.isThere(); row = row.next()) {
        if (!row["name"].bytes().empty() || !row["value"].bytes().empty())
            rows.append({row["name"].text(), row["value"].text(), !row["disabled"].isTrue()});
    }
    return rows;
}

ToolAuth authOf(SpecNode auth)
{
    const QString type = auth["type"].text();
    if (!auth.isMap() || type.isEmpty())
        return {};
    if (type == "none"_L1 || auth["disabled"].isTrue())
        return noAuth();
    const auto member = [auth](std::string_view name) { return auth[name].text(); };
    if (type == "basic"_L1)
        return basicAuth(member("username"), member("password"));
    if (type == "bearer"_L1) {
        const QString prefix = member("prefix");
        return bearerAuth(member("token"), prefix.isEmpty() ? u"Bearer"_s : prefix == "NO_PREFIX"_L1 ? QString() : prefix);
    }
    if (type == "singleToken"_L1)
        return bearerAuth(member("token"));
    if (type == "apikey"_L1) {
        const QString where = member("addTo");
        return where == "queryParams"_L1 ? keyInQuery(member("key"), member("value"))
               : where == "cookie"_L1    ? keyInCookie(member("key"), member("value"))
                                         : keyInHeader(member("key"), member("value"));
    }
    if (type == "oauth2"_L1)
        return oauth2Auth(member("grantType"));
    return unknownAuth(type == "iam"_L1 ? u"AWS IAM"_s : type);
}

/// "application/json" of "application/json; charset=utf-8".
QString mimeOf(const QString &contentType)
{
    return contentType.section(u';', 0, 0).trimmed().toLower();
}

void addContentType(RequestSpec &spec, const QString &contentType)
{
    const bool isThere = std::ranges::any_of(spec.headers, [](const NameValue &row) {
        return row.enabled && row.name.trimmed().compare("content-type"_L1, Qt::CaseInsensitive) == 0;
    });
    if (!isThere && !contentType.trimmed().isEmpty())
        spec.headers.append({u"Content-Type"_s, contentType.trimmed(), true});
}

/// Insomnia keeps what it sends: JSON with query, variables and operationName.
void takeGraphQl(const QString &text, ToolRequest &request)
{
    RequestBody &body = request.spec.body;
    QJsonParseError error{};
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8(), &error).object();
    if (error.error != QJsonParseError::NoError || !object.contains("query"_L1)) {
        body.kind = RequestBody::Kind::Json; // {{variables}} between its values: it is sent as it stands
        body.text = text;
        return;
    }
    const QJsonValue variables = object.value("variables"_L1);
    body.kind = RequestBody::Kind::GraphQl;
    body.text = object.value("query"_L1).toString();
    body.graphQlOperation = object.value("operationName"_L1).toString();
    if (variables.isObject())
        body.graphQlVariables = QString::fromUtf8(QJsonDocument(variables.toObject()).toJson()).trimmed();
    else
        body.graphQlVariables = variables.toString();
}

void takeParts(SpecNode params, ToolRequest &request)
{
    request.spec.body.kind = RequestBody::Kind::Multipart;
    for (SpecNode part = params.first(); part.isThere(); part = part.next()) {
        const bool isFile = part["type"].text() == "file"_L1;
        const bool isEnabled = !part["disabled"].isTrue();
        const QString name = part["name"].text();
        if (!isFile && (!name.isEmpty() || !part["value"].bytes().empty()))
            request.spec.body.parts.append({name, part["value"].text(), {}, {}, {}, {}, isEnabled});
        else if (isFile && !part["fileName"].text().isEmpty())
            request.spec.body.parts.append({name, {}, part["fileName"].text(), {}, {}, {}, isEnabled});
        else if (isFile)
            request.left.append(InsomniaRequestText::tr("Its form field “%1” names no file, and is left out.")
                                    .arg(plainText(name.left(80))));
    }
}

void takeBody(SpecNode from, ToolRequest &request)
{
    using Kind = RequestBody::Kind;
    RequestBody &body = request.spec.body;
    const QString contentType = from["mimeType"].text();
    const QString mime = mimeOf(contentType);
    const QString text = from["text"].text();
    if (mime == "application/x-www-form-urlencoded"_L1 && from["params"].isList()) {
        body.kind = Kind::Form;
        body.form = rowsOf(from["params"]);
    } else if (mime == "multipart/form-data"_L1) {
        takeParts(from["params"], request);
    } else if (!from["fileName"].text().isEmpty()) {
        body.kind = Kind::File;
        body.file = from["fileName"].text();
        addContentType(request.spec, contentType);
    } else if (mime == "application/graphql"_L1 && !text.isEmpty()) {
        takeGraphQl(text, request);
        request.spec.headers.removeIf([](const NameValue &row) { // what is sent is JSON
            return row.name.trimmed().compare("content-type"_L1, Qt::CaseInsensitive) == 0 && mimeOf(row.value) == "application/graphql"_L1;
        });
    } else if (!text.isEmpty()) {
        body.kind = mime == "application/json"_L1 || mime.endsWith("+json"_L1)                          ? Kind::Json
                    : mime == "application/xml"_L1 || mime == "text/xml"_L1 || mime.endsWith("+xml"_L1) ? Kind::Xml
                                                                                                        : Kind::Text;
        body.text = text;
        addContentType(request.spec, contentType);
    }
}

/// Settings by the names of version 4, wherever they stand.
struct InsomniaSettings
{
    QString followRedirects;
    SpecNode sendsCookies;
    SpecNode storesCookies;
    SpecNode encodesUrl;
    bool keepsBodyAsIs = false; ///< templates in the body are not filled in
};

InsomniaSettings settingsOf(SpecNode from, InsomniaVersion version)
{
    if (version == InsomniaVersion::V4)
        return {from["settingFollowRedirects"].text(), from["settingSendCookies"], from["settingStoreCookies"], from["settingEncodeUrl"],
                from["settingDisableRenderRequestBody"].isTrue()};
    const SpecNode settings = from["settings"];
    return {settings["followRedirects"].text(), settings["cookies"]["send"], settings["cookies"]["store"], settings["encodeUrl"],
            settings["renderRequestBody"].isThere() && !settings["renderRequestBody"].isTrue()};
}

void takeSettings(const InsomniaSettings &settings, ToolRequest &request)
{
    const auto isOff = [](SpecNode setting) { return setting.isThere() && !setting.isTrue(); };
    request.options.followRedirects = settings.followRedirects != "off"_L1;
    request.options.encodeUrl = !isOff(settings.encodesUrl);
    if (isOff(settings.sendsCookies) && isOff(settings.storesCookies))
        request.options.keepCookies = false;
    else if (isOff(settings.sendsCookies) || isOff(settings.storesCookies))
        request.left.append(
            InsomniaRequestText::tr("It sends or stores cookies, but not both; in Keydesk it does both."));
    if (settings.keepsBodyAsIs && request.spec.body.text.contains("{{"_L1))
        request.left.append(InsomniaRequestText::tr(
            "It sends the braces in its body as they are; Keydesk puts values in their place."));
}

QStringList scriptsOf(SpecNode from, InsomniaVersion version)
{
    const SpecNode place = version == InsomniaVersion::V5 ? from["scripts"] : from;
    const auto hasAny = [place](std::string_view a, std::string_view b) {
        return !place[a].text().trimmed().isEmpty() || !place[b].text().trimmed().isEmpty();
    };
    const bool hasScripts =
        version == InsomniaVersion::V5 ? hasAny("preRequest", "afterResponse") : hasAny("preRequestScript", "afterResponseScript");
    return hasScripts
               ? QStringList{InsomniaRequestText::tr("Its scripts are not imported: Keydesk runs none.")}
               : QStringList();
}

QString aboutOf(SpecNode from, InsomniaVersion version)
{
    return (version == InsomniaVersion::V5 ? from["meta"]["description"] : from["description"]).text();
}

} // namespace

ToolRequest insomniaRequest(SpecNode from, InsomniaVersion version)
{
    ToolRequest request;
    RequestSpec &spec = request.spec;
    spec.name = from["name"].text();
    spec.method = from["method"].text();
    spec.url = from["url"].text();
    spec.headers = rowsOf(from["headers"]);
    request.about = aboutOf(from, version);
    request.auth = authOf(from["authentication"]);
    request.left = scriptsOf(from, version);
    takeBody(from["body"], request);
    takeSettings(settingsOf(from, version), request);
    for (const QString &name : takePathParts(spec, rowsOf(from["pathParameters"])))
        request.left.append(InsomniaRequestText::tr("The URL has no part “:%1”; its value is left out.")
                                .arg(plainText(name.left(80))));
    takeQuery(spec, rowsOf(from["parameters"]), ToolQuery::Added, true);
    return request;
}

ToolFolder insomniaFolder(SpecNode from, InsomniaVersion version)
{
    return {from["name"].text(),
            aboutOf(from, version),
            rowsOf(from["headers"]),
            insomniaVariables(from["environment"]),
            authOf(from["authentication"]),
            scriptsOf(from, version)};
}

} // namespace keydesk
