#include "app/http/Origin.h"

#include <QCoreApplication>
#include <QHostAddress>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct OriginText
{
    Q_DECLARE_TR_FUNCTIONS(Origin)
};

int defaultPort(const QString &scheme)
{
    return scheme == u"https"_s ? 443 : 80;
}

bool isDigits(QStringView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
}

// RFC 1123 names, plus the underscore that private networks use. QUrl has mapped the name already (UTS #46);
// this is the check that does not depend on the Qt version.
bool isLabel(QStringView label)
{
    const auto allowed = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
    };
    return !label.isEmpty() && label.size() <= 63 && std::ranges::all_of(label, allowed);
}

bool isName(QStringView host)
{
    if (host.size() > 253)
        return false;
    const auto labels = host.split(u'.');
    // A name that ends in a number is a mistyped IPv4 address; resolvers disagree on what it means.
    return std::ranges::all_of(labels, isLabel) && !isDigits(labels.last());
}

/// The one spelling of a host, or nothing if it is not one.
QString canonicalHost(QString host)
{
    const QHostAddress address(host);
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return address.toString();
    // A zone ("fe80::1%eth0") means something else on each machine, so nothing can be bound to it.
    if (address.protocol() == QAbstractSocket::IPv6Protocol)
        return address.scopeId().isEmpty() && !host.contains(u'%') ? address.toString() : QString();
    host = host.toLower();
    if (host.endsWith(u'.'))
        host.chop(1);
    return isName(host) ? host : QString();
}

} // namespace

Result<Origin> Origin::fromUrl(const QUrl &url)
{
    if (!url.isValid())
        return failure(Error::Kind::InvalidInput,
                       OriginText::tr("This is not a URL that can be called. Check the host and the port."),
                       url.errorString());
    const QString scheme = url.scheme();
    if (scheme != u"https"_s && scheme != u"http"_s)
        return failure(Error::Kind::InvalidInput,
                       scheme.isEmpty()
                           ? OriginText::tr("The URL has no scheme. Write https:// in front of the host.")
                           : OriginText::tr("Only https and http URLs can be called, not “%1”.").arg(scheme));
    // authority(): "https://@host" has user info too, an empty one.
    if (url.authority(QUrl::FullyEncoded).contains(u'@'))
        return failure(
            Error::Kind::InvalidInput,
            OriginText::tr("The URL has a user name or password in it (the part before @). Remove it: a host "
                           "that follows an @ is "
                           "easily mistaken, and a password in a URL is not kept secret."));
    const QString host = url.host(QUrl::FullyEncoded);
    if (host.isEmpty())
        return failure(Error::Kind::InvalidInput, OriginText::tr("The URL has no host."));
    Origin origin;
    origin.m_host = canonicalHost(host);
    if (origin.isNull())
        return failure(Error::Kind::InvalidInput,
                       OriginText::tr("“%1” is not a valid host name or address.").arg(host));
    origin.m_scheme = scheme;
    origin.m_port = url.port(defaultPort(scheme));
    if (origin.m_port < 1 || origin.m_port > 65535)
        return failure(Error::Kind::InvalidInput, OriginText::tr("The port must be between 1 and 65535."));
    return origin;
}

Result<Origin> Origin::fromString(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    auto origin = fromUrl(url);
    if (origin && !(url.path().isEmpty() && !url.hasQuery() && !url.hasFragment()))
        return failure(Error::Kind::InvalidInput,
                       OriginText::tr("An origin is a scheme, a host and a port, without a path: %1.")
                           .arg(origin->toString()));
    return origin;
}

bool Origin::isDefaultPort() const
{
    return m_port == defaultPort(m_scheme);
}

bool Origin::isLoopback() const
{
    if (m_host == u"localhost"_s)
        return true;
    const QHostAddress address(m_host);
    return address == QHostAddress(QHostAddress::LocalHostIPv6) ||
           (address.protocol() == QAbstractSocket::IPv4Protocol && address.toIPv4Address() >> 24 == 127);
}

QString Origin::toString() const
{
    if (isNull())
        return {};
    const QString host = m_host.contains(u':') ? u'[' + m_host + u']' : m_host;
    const QString port = isDefaultPort() ? QString() : u':' + QString::number(m_port);
    return m_scheme + "://"_L1 + host + port;
}

} // namespace keydesk
