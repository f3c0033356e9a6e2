#include "app/interchange/openapi/OpenApiAccess.h"

#include "app/environments/Environment.h"
#include "app/http/HeaderRules.h"
#include "app/keys/OAuthClient.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostServers = 50;
constexpr qsizetype mostKinds = 20;
constexpr qsizetype mostScopes = 50;

struct OpenApiAccessText
{
    Q_DECLARE_TR_FUNCTIONS(OpenApi)
};

QString withVariables(QString url, SpecNode variables)
{
    for (SpecNode variable = variables.first(); variable.isThere(); variable = variable.next())
        url.replace(u'{' + variable.keyText() + u'}', variable["default"].text().left(200));
    return url;
}

QStringList writtenServers(SpecNode root)
{
    QStringList urls;
    if (root["swagger"].isThere()) {
        const QString host = root["host"].text();
        if (host.isEmpty())
            return {};
        QStringList schemes;
        for (SpecNode scheme = root["schemes"].first(); scheme.isThere() && schemes.size() < mostServers;
             scheme = scheme.next())
            schemes.append(scheme.text());
        if (schemes.isEmpty())
            schemes.append(u"https"_s);
        for (const QString &scheme : std::as_const(schemes))
            urls.append(scheme + u"://"_s + host + root["basePath"].text());
        return urls;
    }
    for (SpecNode server = root["servers"].first(); server.isThere() && urls.size() < mostServers;
         server = server.next())
        urls.append(withVariables(server["url"].text().left(2000), server["variables"]));
    return urls;
}

QString idOf(const QString &name, const QList<ImportedKind> &taken)
{
    QString base;
    QChar before;
    for (const QChar c : name) {
        const QChar small = c.toLower();
        const bool isPlain = (small >= u'a' && small <= u'z') || (small >= u'0' && small <= u'9');
        if (!isPlain || (c.isUpper() && before.isLower())) {
            if (!base.isEmpty() && !base.endsWith(u'-'))
                base += u'-';
        }
        if (isPlain)
            base += small;
        before = c;
        if (base.size() >= 40)
            break;
    }
    while (base.endsWith(u'-'))
        base.chop(1);
    if (base.isEmpty() || base == "none"_L1)
        base = u"key"_s;
    QString id = base;
    for (int number = 2;
         std::ranges::any_of(taken, [&id](const ImportedKind &kind) { return kind.id == id; }); ++number)
        id = u"%1-%2"_s.arg(base).arg(number);
    return id;
}

} // namespace

QStringList readServers(SpecNode root, const Texts &texts, Report &report)
{
    QStringList good;
    const QStringList written = writtenServers(root);
    for (const QString &url : written) {
        const QString shown = texts.words(url, OpenApiAccessText::tr("Servers"), 200);
        const Result<QUrl> checked = checkBaseUrl(url);
        if (url.startsWith(u'/') || (!url.contains("://"_L1) && !url.isEmpty())) {
            report.add(
                OpenApiAccessText::tr("Servers: “%1” names no host; say the base URL yourself.").arg(shown));
        } else if (!checked) {
            report.add(OpenApiAccessText::tr("Servers: “%1” cannot be used. %2")
                           .arg(shown, checked.error().message));
        } else if (const QString text = checked->toString(QUrl::FullyEncoded); !good.contains(text)) {
            good.append(text);
        }
    }
    std::stable_partition(good.begin(), good.end(),
                          [](const QString &url) { return url.startsWith("https:"_L1); });
    if (written.isEmpty())
        report.add(OpenApiAccessText::tr("Servers: the file names none; say the base URL yourself."));
    return good;
}

Security::Security(SpecNode root, Schemas &schemas, const Texts &texts, Report &report)
    : m_everywhere(root["security"])
{
    const SpecNode all =
        root["swagger"].isThere() ? root["securityDefinitions"] : root["components"]["securitySchemes"];
    m_isSaid = m_everywhere.isList();
    for (SpecNode scheme = all.first(); scheme.isThere() && m_kinds.size() < mostKinds;
         scheme = scheme.next()) {
        const QString place =
            OpenApiAccessText::tr("Security scheme %1")
                .arg(texts.words(scheme.keyText(), OpenApiAccessText::tr("Security schemes"), 80));
        const QString name = scheme.keyText();
        const SpecNode target = schemas.resolve(scheme, place);
        const qsizetype before = m_kinds.size();
        add(target, place, texts, report);
        if (m_kinds.size() == before)
            continue;
        ImportedKind &kind = m_kinds.last();
        kind.name = texts.words(name, place, 80);
        if (kind.name.isEmpty())
            kind.name = OpenApiAccessText::tr("API key");
        kind.id = idOf(name, m_kinds.mid(0, before));
        kind.about = texts.words(target["description"].text(), place, 300);
        m_ids.insert(name, kind.id);
    }
}

void Security::add(SpecNode scheme, const QString &place, const Texts &texts, Report &report)
{
    const std::string_view type = scheme["type"].bytes();
    const QString httpScheme = type == "http" ? scheme["scheme"].text() : QString();
    if (httpScheme.compare("bearer"_L1, Qt::CaseInsensitive) == 0)
        m_kinds.append(ImportedKind());
    else if (type == "basic" || httpScheme.compare("basic"_L1, Qt::CaseInsensitive) == 0)
        m_kinds.append({.placement = KeyPlacement::Basic, .headerPrefix = u"Basic "_s});
    else if (type == "apiKey" && scheme["in"].bytes() != "cookie")
        addApiKey(scheme, place, texts, report);
    else if (type == "apiKey")
        report.add(
            OpenApiAccessText::tr(
                "%1: a key in a cookie cannot be expressed; Keydesk sends keys in headers and in the query.")
                .arg(place));
    else if (type == "oauth2")
        addOAuth(scheme, place, texts, report);
    else
        report.add(
            OpenApiAccessText::tr(
                "%1: “%2” cannot be expressed; Keydesk knows bearer tokens, API keys, Basic and the client "
                "credentials of OAuth 2.")
                .arg(place, texts.words(type == "http" ? httpScheme : scheme["type"].text(), place, 40)));
}

void Security::addApiKey(SpecNode scheme, const QString &place, const Texts &texts, Report &report)
{
    const QString name = scheme["name"].text();
    if (scheme["in"].bytes() == "query") {
        const bool plain = std::all_of(name.begin(), name.end(), [](QChar c) { return c > u' ' && c <= u'~'; });
        if (!name.isEmpty() && name.size() <= 64 && plain)
            m_kinds.append({.placement = KeyPlacement::Query, .headerName = name, .headerPrefix = {}});
        else
            report.add(OpenApiAccessText::tr("%1: “%2” cannot be the name of a key's parameter.")
                           .arg(place, texts.words(name, place, 80)));
    } else if (name.size() <= 64 && isToken(name.toUtf8())) {
        m_kinds.append({.headerName = name, .headerPrefix = {}});
    } else {
        report.add(OpenApiAccessText::tr("%1: “%2” cannot be the name of a header.")
                       .arg(place, texts.words(name, place, 80)));
    }
}

/// Swagger 2.0 names its one flow, and calls client credentials "application".
void Security::addOAuth(SpecNode scheme, const QString &place, const Texts &texts, Report &report)
{
    const bool old = scheme["flow"].isThere();
    const SpecNode flow = old ? scheme : scheme["flows"]["clientCredentials"];
    if (!flow.isThere() || (old && scheme["flow"].bytes() != "application")) {
        report.add(OpenApiAccessText::tr("%1: of OAuth 2, only client credentials can be expressed. A token "
                                         "from elsewhere can be added as "
                                         "a key of the custom provider.")
                       .arg(place));
        return;
    }
    ImportedKind kind{.isOAuth = true, .tokenUrl = flow["tokenUrl"].text().trimmed()};
    if (const QString problem = tokenUrlProblem(kind.tokenUrl); !problem.isEmpty() || kind.tokenUrl.size() > 2000) {
        report.add(
            OpenApiAccessText::tr("%1: the token URL “%2” cannot be used; say it yourself with the key.")
                .arg(place, texts.words(kind.tokenUrl, place, 200)));
        kind.tokenUrl.clear();
    }
    QStringList scopes;
    for (SpecNode scope = flow["scopes"].first(); scope.isThere() && scopes.size() < mostScopes; scope = scope.next()) {
        if (const QString name = texts.words(scope.keyText(), place, 100); !name.isEmpty() && !name.contains(u' '))
            scopes.append(name);
    }
    kind.oauthScope = scopes.join(u' ');
    m_kinds.append(kind);
}

void Security::apply(SpecNode operation, Endpoint &endpoint) const
{
    const SpecNode own = operation["security"];
    const SpecNode security = own.isList() ? own : m_everywhere;
    if (!security.isList()) {
        // Many a file describes its keys and forgets to say where they are needed.
        if (!m_isSaid && !m_kinds.isEmpty())
            endpoint.kindId = m_kinds.constFirst().id;
        endpoint.takesKey = !m_isSaid;
        return;
    }
    endpoint.takesKey = false;
    QStringList wanted;
    for (SpecNode choice = security.first(); choice.isThere(); choice = choice.next()) {
        const SpecNode scheme = choice.first();
        if (!scheme.isThere())
            continue; // or without a key
        const QString id = m_ids.value(scheme.keyText());
        if (!id.isEmpty()) {
            endpoint.kindId = id;
            endpoint.takesKey = true;
            if (scheme.next().isThere())
                endpoint.auth = OpenApiAccessText::tr(
                    "The file asks for more than one key at once; Keydesk sends the first.");
            return;
        }
        wanted.append(scheme.keyText().left(80));
    }
    if (wanted.isEmpty())
        endpoint.auth = OpenApiAccessText::tr("It takes no key.");
    else
        endpoint.auth =
            OpenApiAccessText::tr("It wants a kind of credential that Keydesk cannot send by itself.");
}

} // namespace keydesk::openapi
