#include "app/interchange/openapi/OpenApiAccess.h"

#include "app/environments/Environment.h"
#include "app/http/HeaderRules.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostServers = 50;
constexpr qsizetype mostKinds = 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("OpenApi", text);
}

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
        const QString shown = texts.words(url, tr("Servers"), 200);
        const Result<QUrl> checked = checkBaseUrl(url);
        if (url.startsWith(u'/') || (!url.contains("://"_L1) && !url.isEmpty())) {
            report.add(tr("Servers: “%1” names no host; say the base URL yourself.").arg(shown));
        } else if (!checked) {
            report.add(tr("Servers: “%1” cannot be used. %2").arg(shown, checked.error().message));
        } else if (const QString text = checked->toString(QUrl::FullyEncoded); !good.contains(text)) {
            good.append(text);
        }
    }
    std::stable_partition(good.begin(), good.end(),
                          [](const QString &url) { return url.startsWith("https:"_L1); });
    if (written.isEmpty())
        report.add(tr("Servers: the file names none; say the base URL yourself."));
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
            tr("Security scheme %1").arg(texts.words(scheme.keyText(), tr("Security schemes"), 80));
        const QString name = scheme.keyText();
        const SpecNode target = schemas.resolve(scheme, place);
        const qsizetype before = m_kinds.size();
        add(target, place, texts, report);
        if (m_kinds.size() == before)
            continue;
        ImportedKind &kind = m_kinds.last();
        kind.name = texts.words(name, place, 80);
        if (kind.name.isEmpty())
            kind.name = tr("API key");
        kind.id = idOf(name, m_kinds.mid(0, before));
        kind.about = texts.words(target["description"].text(), place, 300);
        m_ids.insert(name, kind.id);
    }
}

void Security::add(SpecNode scheme, const QString &place, const Texts &texts, Report &report)
{
    const std::string_view type = scheme["type"].bytes();
    if (type == "http" && scheme["scheme"].text().compare("bearer"_L1, Qt::CaseInsensitive) == 0) {
        m_kinds.append({{}, {}, u"Authorization"_s, u"Bearer "_s, {}});
    } else if (type == "apiKey" && scheme["in"].bytes() == "header") {
        const QString header = scheme["name"].text();
        if (header.size() <= 64 && isToken(header.toUtf8()))
            m_kinds.append({{}, {}, header, {}, {}});
        else
            report.add(
                tr("%1: “%2” cannot be the name of a header.").arg(place, texts.words(header, place, 80)));
    } else if (type == "apiKey") {
        report.add(
            tr("%1: a key in the query or in a cookie cannot be expressed; Keydesk sends keys in headers.")
                .arg(place));
    } else {
        report.add(
            tr("%1: “%2” cannot be expressed; Keydesk knows bearer tokens and keys in a header.")
                .arg(place, texts.words(type == "http" ? scheme["scheme"].text() : scheme["type"].text(),
                                        place, 40)));
    }
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
                endpoint.auth = tr("The file asks for more than one key at once; Keydesk sends the first.");
            return;
        }
        wanted.append(scheme.keyText().left(80));
    }
    if (wanted.isEmpty())
        endpoint.auth = tr("It takes no key.");
    else
        endpoint.auth = tr("It wants a kind of credential that Keydesk cannot send by itself.");
}

} // namespace keydesk::openapi
