#include "app/http/HttpClientCall.h"

#include "app/base/Redactor.h"
#include "app/http/NetworkErrors.h"
#include "app/http/StreamKind.h"

#include <QHostInfo>
#include <QNetworkReply>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Family = ConnectionSettings::Family;

bool isOfFamily(const QHostAddress &address, Family family)
{
    return address.protocol() == (family == Family::IPv4 ? QAbstractSocket::IPv4Protocol : QAbstractSocket::IPv6Protocol);
}

QString proxyText(const QNetworkProxy &proxy)
{
    const QString host = proxy.hostName().contains(u':') ? u'[' + proxy.hostName() + u']' : proxy.hostName();
    return u"%1://%2:%3"_s.arg(proxy.type() == QNetworkProxy::Socks5Proxy ? u"socks5"_s : u"http"_s, host).arg(proxy.port());
}

/// The server ended the handshake because of the client's certificate: TLS alerts 42 to 46, 48 and 116 (RFC 8446
/// section 6), which reach us by the names that OpenSSL has for them.
bool isAboutOurCertificate(const QString &detail)
{
    static const QStringList alerts{u"alert certificate required"_s, u"alert bad certificate"_s,     u"alert unsupported certificate"_s,
                                    u"alert certificate revoked"_s,  u"alert certificate expired"_s, u"alert certificate unknown"_s,
                                    u"alert unknown ca"_s};
    return std::ranges::any_of(alerts, [&detail](const QString &alert) { return detail.contains(alert); });
}

} // namespace

void HttpClient::Call::connectNetwork()
{
    m_client.findNetwork(m_connection, this, [this](Result<std::shared_ptr<Network>> network) {
        if (m_outcome)
            return;
        if (!network) {
            finish(tl::unexpected(network.error()));
            return;
        }
        m_network = std::move(*network);
        if (m_named)
            readToken();
        else
            readSecrets();
    });
    if (!m_network && !m_outcome)
        sayIfKeychainWaits();
}

/// The network layer has no choice of its own between IPv4 and IPv6. A proxy looks names up by itself.
void HttpClient::Call::findAddress()
{
    m_address.clear();
    m_proxy = m_network->proxies().proxyFor(m_origin);
    const bool isDirect = m_proxy.type() == QNetworkProxy::NoProxy;
    // A WebSocket's certificate is checked for the host of its URL: that stays the name.
    if (m_connection.settings.family == Family::Any || !isDirect || isWebSocket(m_request.url)) {
        sendFound();
        return;
    }
    stirred();
    QHostInfo::lookupHost(m_origin.host(), this, [this](const QHostInfo &found) {
        if (!m_outcome)
            takeAddress(found);
    });
}

void HttpClient::Call::takeAddress(const QHostInfo &found)
{
    const Family family = m_connection.settings.family;
    if (found.addresses().isEmpty()) {
        finish(tl::unexpected(networkError(QNetworkReply::HostNotFoundError, found.errorString(), m_origin, {}, false, 0)));
        return;
    }
    const QList<QHostAddress> addresses = found.addresses();
    const auto chosen = std::ranges::find_if(addresses, [family](const QHostAddress &each) { return isOfFamily(each, family); });
    if (chosen == addresses.end()) {
        QStringList others;
        for (const QHostAddress &each : addresses)
            others.append(each.toString());
        const QString name = family == Family::IPv4 ? u"IPv4"_s : u"IPv6"_s;
        finish(failure(Error::Kind::NameNotResolved,
                       tr("%1 has no %2 address, and the connection settings of this environment allow no other. It has: %3.")
                           .arg(m_origin.host(), name, others.join(u", "_s))));
        return;
    }
    m_address = chosen->toString();
    sendFound();
}

void HttpClient::Call::prepareWay(WireRequest &wire)
{
    const QByteArray password = m_proxy.rawHeader("Proxy-Authorization");
    if (m_origin.scheme() == "https"_L1) {
        wire.request.setSslConfiguration(m_network->tlsFor(m_origin));
    } else if (!password.isEmpty() && !isWebSocket(m_request.url)) { // the network layer gives it to tunnels only; a WebSocket has one
        wire.request.setRawHeader("Proxy-Authorization", password);
        wire.sent.headers.append({"Proxy-Authorization"_ba, "Basic \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"_ba});
    }
    goToAddress(wire.request);
}

/// What the server and the certificate are asked for stays the name.
void HttpClient::Call::goToAddress(QNetworkRequest &request) const
{
    if (m_address.isEmpty() || QHostAddress(m_origin.host()) == QHostAddress(m_address))
        return;
    if (!request.hasRawHeader("Host"))
        request.setRawHeader("Host", request.url().authority(QUrl::FullyEncoded).toLatin1());
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false); // leaves the typed host out
    request.setPeerVerifyName(m_origin.host());
    QUrl url = request.url();
    url.setHost(m_address);
    request.setUrl(url);
}

void HttpClient::Call::takeTlsErrors(const QList<QSslError> &errors)
{
    m_tlsErrors += errors;
    const QList<QSslError> tolerated = m_network->tolerated(errors);
    if (tolerated.isEmpty())
        return;
    if (m_socket)
        m_socket->tolerate(tolerated);
    else
        m_reply->ignoreSslErrors(tolerated);
}

void HttpClient::Call::noteHandshake()
{
    stirred();
    m_network->noteHandshake(m_origin, m_reply->sslConfiguration().peerCertificate(), m_tlsErrors);
}

void HttpClient::Call::noteConnection(bool isEstablished)
{
    ConnectionFacts facts;
    facts.origin = m_origin;
    facts.address = m_address;
    facts.isEstablished = isEstablished;
    if (m_proxy.type() != QNetworkProxy::NoProxy)
        facts.proxy = proxyText(m_proxy);
    if (facts.isEncrypted()) {
        const QSslConfiguration configuration = m_socket ? m_socket->tls() : m_reply->sslConfiguration();
        const bool isKept = isEstablished && !m_socket; // perhaps: its handshake was another call's
        learnFrom(facts, configuration, isKept ? m_network->handshakeErrors(m_origin, configuration.peerCertificate()) : m_tlsErrors);
        if (!isEstablished && m_reply && isAboutOurCertificate(m_reply->errorString()))
            facts.troubles.append(ConnectionFacts::Trouble::ClientCertificate);
        facts.isVerified = facts.isVerified && isEstablished;
    }
    while (m_trace.connections.size() > m_trace.hops.size())
        m_trace.connections.removeLast();
    m_trace.connections.append(facts);
}

QString HttpClient::Call::ownProxy() const
{
    return m_connection.settings.usesOwnProxyFor(m_origin) ? m_connection.settings.proxyText() : QString();
}

Error HttpClient::Call::connectionError() const
{
    const QString detail = m_client.m_redactor.redactText(m_reply->errorString());
    // QNetworkReply has no error of its own for a proxy that refuses the tunnel.
    const bool tunnel =
        m_reply->error() == QNetworkReply::UnknownNetworkError && !m_left && m_network->proxies().isProxied(m_origin);
    QList<QSslError> tlsErrors = m_tlsErrors;
    tlsErrors.removeIf(isRevocationDoubt);
    if (tlsErrors.isEmpty() && m_response.status == 0 && isAboutOurCertificate(detail)) {
        const QString offered = m_trace.connections.isEmpty() ? QString() : m_trace.connections.last().clientCertificate;
        return {Error::Kind::TlsFailed,
                offered.isEmpty()
                    ? tr("%1 talks only to clients that show a certificate, and this environment has none for it.").arg(m_origin.toString())
                    : tr("%1 does not accept the client certificate of this environment (%2).").arg(m_origin.toString(), offered),
                detail};
    }
    return networkError(tunnel ? QNetworkReply::UnknownProxyError : m_reply->error(), detail, m_origin, tlsErrors,
                        m_response.status > 0, m_spool ? m_response.wireBytes : m_response.body.size(), ownProxy());
}

} // namespace keydesk
