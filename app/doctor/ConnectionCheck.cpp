#include "app/doctor/ConnectionCheck.h"

#include "app/http/TlsFiles.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

struct ConnectionCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

const QString proxyId = u"proxy"_s;

Finding malformed(const QString &name, const QString &why)
{
    return {proxyId, State::Problem,
            ConnectionCheckText::tr("The variable %1 cannot be used: %2").arg(name, why),
            ConnectionCheckText::tr("export %1=http://HOST:PORT, or unset %1").arg(name)};
}

Findings checkProxy(const QString &name, const QString &value)
{
    static constexpr std::array schemes = {"http"_L1,    "https"_L1,  "socks"_L1,  "socks4"_L1,
                                           "socks4a"_L1, "socks5"_L1, "socks5h"_L1};
    const bool hasScheme = value.contains("://"_L1);
    const QUrl url(hasScheme ? value : u"http://"_s + value, QUrl::StrictMode);
    const bool isKnown = std::ranges::find(schemes, url.scheme()) != schemes.end();
    // A password with a / in it ends the host too early: then a part of it stands where the port should be,
    // or in the path.
    const bool isTorn = value.contains(u'@') && url.userInfo().isEmpty();
    if (!url.isValid() || url.host().isEmpty() || isTorn)
        return {malformed(name, ConnectionCheckText::tr(
                                    "its value is no URL. Special characters in a user name or password "
                                    "have to be percent-encoded."))};
    if (!hasScheme)
        return {malformed(
            name,
            ConnectionCheckText::tr(
                "its value does not begin with http:// or socks5://, so not every program understands it."))};
    if (!isKnown)
        return {malformed(name, ConnectionCheckText::tr("no proxy is spoken to by %1.").arg(url.scheme()))};
    if (url.path().size() > 1 || url.hasQuery() || url.hasFragment())
        return {malformed(
            name, ConnectionCheckText::tr("a proxy has no path; leave out everything after the port."))};
    const QString where = url.port() > 0 ? u"%1:%2"_s.arg(url.host()).arg(url.port()) : url.host();
    Findings findings;
    if (url.port() <= 0)
        findings.append(
            {proxyId, State::Note,
             ConnectionCheckText::tr("The variable %1 names no port: programs guess different ones.")
                 .arg(name),
             u"export %1=%2://%3:8080"_s.arg(name, url.scheme(), url.host())});
    if (url.password().isEmpty())
        findings.append({proxyId,
                         State::Ok,
                         ConnectionCheckText::tr("The variable %1 names the proxy %2.").arg(name, where),
                         {}});
    else
        findings.append(
            {proxyId, State::Note,
             ConnectionCheckText::tr(
                 "The variable %1 names the proxy %2 and holds its password: every program "
                 "that is started from here can read it.")
                 .arg(name, where),
             ConnectionCheckText::tr("Take it out of the variable, and enter the proxy in the environment's "
                                     "connection, in the window: its password "
                                     "is then kept with the keys.")});
    return findings;
}

Finding problemOf(const Environment &environment, const QString &what, const QString &fix)
{
    return {u"environment"_s, State::Problem, u"%1: %2"_s.arg(environment.name, what), fix};
}

} // namespace

Findings checkProxies(const QProcessEnvironment &variables)
{
    Findings findings;
    for (const QString &name : {u"http_proxy"_s, u"https_proxy"_s, u"all_proxy"_s}) {
        const QString lower = variables.value(name).trimmed();
        const QString upper = variables.value(name.toUpper()).trimmed();
        if (!lower.isEmpty())
            findings += checkProxy(name, lower);
        if (!upper.isEmpty() && upper != lower)
            findings += checkProxy(name.toUpper(), upper);
        if (!upper.isEmpty() && !lower.isEmpty() && upper != lower)
            findings.append(
                {proxyId, State::Note,
                 ConnectionCheckText::tr(
                     "The variables %1 and %2 say different things: which one counts depends on the program.")
                     .arg(name, name.toUpper()),
                 u"export %1=\"$%2\""_s.arg(name.toUpper(), name)});
    }
    for (const QString &name : {u"no_proxy"_s, u"NO_PROXY"_s}) {
        if (variables.value(name).contains("://"_L1))
            findings.append(
                {proxyId, State::Problem,
                 ConnectionCheckText::tr("The variable %1 holds a URL: it is a list of hosts.").arg(name),
                 ConnectionCheckText::tr("Leave the http:// out of it: export %1=localhost,.example.com")
                     .arg(name)});
    }
    if (findings.isEmpty())
        findings.append({proxyId, State::Ok, ConnectionCheckText::tr("No variable names a proxy."), {}});
    return findings;
}

Findings checkEnvironments(const QList<Environment> &environments)
{
    Findings findings;
    for (const Environment &environment : environments) {
        const ConnectionSettings settings = environment.connectionInUse();
        const QString inTheWindow =
            ConnectionCheckText::tr("Change it in the window: Environments ▸ %1.").arg(environment.name);
        if (const Result<QUrl> url = checkBaseUrl(environment.baseUrl); !url)
            findings.append(problemOf(environment, url.error().message, inTheWindow));
        if (settings.hasOwnProxy() && (settings.proxyHost.isEmpty() || settings.proxyPort < 1))
            findings.append(problemOf(
                environment, ConnectionCheckText::tr("Its proxy has no host or no port."), inTheWindow));
        if (!settings.caFile.isEmpty()) {
            if (const auto authorities = readAuthorities(settings.caFile); !authorities)
                findings.append(problemOf(environment, authorities.error().error.message, inTheWindow));
        }
        for (const QString &file : {settings.certificateFile, settings.keyFile}) {
            if (!file.isEmpty() && !QFileInfo(file).isReadable())
                findings.append(problemOf(environment,
                                          ConnectionCheckText::tr("%1 is not there or cannot be read.")
                                              .arg(QDir::toNativeSeparators(file)),
                                          inTheWindow));
        }
        if (!settings.verifyTls)
            findings.append(
                {u"environment"_s, State::Note,
                 ConnectionCheckText::tr(
                     "%1: certificates are not checked, so somebody else may answer in its server's place.")
                     .arg(environment.name),
                 inTheWindow});
    }
    if (findings.isEmpty() && !environments.isEmpty())
        findings.append({u"environment"_s,
                         State::Ok,
                         ConnectionCheckText::tr("What %n environment(s) say of their servers can be used.",
                                                 nullptr, static_cast<int>(environments.size())),
                         {}});
    return findings;
}

} // namespace keydesk
