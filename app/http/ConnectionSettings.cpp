#include "app/http/ConnectionSettings.h"

#include <QCoreApplication>
#include <QJsonValue>

#include <array>
#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Proxy = ConnectionSettings::Proxy;
using Family = ConnectionSettings::Family;

const std::array<std::pair<Proxy, QLatin1StringView>, 4> proxyNames{{{Proxy::AsInPreferences, "preferences"_L1},
                                                                     {Proxy::None, "none"_L1},
                                                                     {Proxy::Http, "http"_L1},
                                                                     {Proxy::Socks5, "socks5"_L1}}};
const std::array<std::pair<Family, QLatin1StringView>, 3> familyNames{
    {{Family::Any, "any"_L1}, {Family::IPv4, "ipv4"_L1}, {Family::IPv6, "ipv6"_L1}}};

template <typename Names, typename Value>
QString nameOf(const Names &names, Value value)
{
    for (const auto &[each, name] : names) {
        if (each == value)
            return name;
    }
    return {};
}

template <typename Names>
auto valueOf(const Names &names, const QString &text)
{
    for (const auto &[value, name] : names) {
        if (name == text)
            return value;
    }
    return names.front().first;
}

QString bracketed(const QString &host)
{
    return host.contains(u':') ? u'[' + host + u']' : host;
}

} // namespace

QJsonObject ConnectionSettings::toJson() const
{
    QJsonObject object;
    const auto text = [&object](const QString &name, const QString &value) {
        if (!value.isEmpty())
            object.insert(name, value);
    };
    const auto id = [&text](const QString &name, const QUuid &value) {
        text(name, value.isNull() ? QString() : value.toString(QUuid::WithoutBraces));
    };
    if (!followRedirects)
        object.insert(u"followRedirects"_s, false);
    if (!verifyTls)
        object.insert(u"verifyTls"_s, false);
    text(u"caFile"_s, caFile);
    text(u"certificateFile"_s, certificateFile);
    text(u"keyFile"_s, keyFile);
    id(u"passphrase"_s, passphraseId);
    if (proxy != Proxy::AsInPreferences)
        object.insert(u"proxy"_s, nameOf(proxyNames, proxy));
    text(u"proxyHost"_s, proxyHost);
    if (proxyPort != 0)
        object.insert(u"proxyPort"_s, proxyPort);
    text(u"proxyUser"_s, proxyUser);
    id(u"proxyPassword"_s, proxyPasswordId);
    if (family != Family::Any)
        object.insert(u"family"_s, nameOf(familyNames, family));
    return object;
}

ConnectionSettings ConnectionSettings::fromJson(const QJsonObject &object)
{
    ConnectionSettings settings;
    settings.followRedirects = object[u"followRedirects"_s].toBool(true);
    settings.verifyTls = object[u"verifyTls"_s].toBool(true);
    settings.caFile = object[u"caFile"_s].toString();
    settings.certificateFile = object[u"certificateFile"_s].toString();
    settings.keyFile = object[u"keyFile"_s].toString();
    settings.passphraseId = QUuid::fromString(object[u"passphrase"_s].toString());
    settings.proxy = valueOf(proxyNames, object[u"proxy"_s].toString());
    settings.proxyHost = object[u"proxyHost"_s].toString();
    const int port = object[u"proxyPort"_s].toInt();
    settings.proxyPort = port >= 1 && port <= 65535 ? port : 0;
    settings.proxyUser = object[u"proxyUser"_s].toString();
    settings.proxyPasswordId = QUuid::fromString(object[u"proxyPassword"_s].toString());
    settings.family = valueOf(familyNames, object[u"family"_s].toString());
    return settings;
}

bool ConnectionSettings::isProxyLocal() const
{
    const auto origin = Origin::fromString(u"http://"_s + bracketed(proxyHost));
    return hasOwnProxy() && origin && origin->isLoopback();
}

bool ConnectionSettings::usesOwnProxyFor(const Origin &target) const
{
    return hasOwnProxy() && (!target.isLoopback() || isProxyLocal());
}

QString ConnectionSettings::proxyText() const
{
    if (!hasOwnProxy())
        return {};
    return u"%1://%2:%3"_s.arg(nameOf(proxyNames, proxy), bracketed(proxyHost)).arg(proxyPort);
}

Result<QString> checkProxyHost(const QString &text)
{
    const QString host = text.trimmed();
    const auto refuse = [](const char *why) {
        return failure(Error::Kind::InvalidInput, QCoreApplication::translate("ConnectionSettings", why));
    };
    if (host.isEmpty())
        return refuse(QT_TRANSLATE_NOOP("ConnectionSettings", "Enter the proxy's host, such as proxy.example.com."));
    if (host.contains("://"_L1) || host.contains(u'/') || host.contains(u'@'))
        return refuse(QT_TRANSLATE_NOOP(
            "ConnectionSettings", "Enter the host alone, such as proxy.example.com; port, user and password have fields of their own."));
    const auto origin = Origin::fromString(u"http://"_s + bracketed(host));
    if (!origin || (host.contains(u':') && !origin->host().contains(u':')))
        return refuse(QT_TRANSLATE_NOOP("ConnectionSettings", "This is not a host name or an address."));
    return origin->host();
}

} // namespace keydesk
