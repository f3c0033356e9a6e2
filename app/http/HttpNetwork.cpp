#include "app/http/HttpNetwork.h"

#include <QNetworkAccessManager>
#include <QSslSocket>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostHandshakes = 256; // what is forgotten is shown as it would be without it

bool sameSecret(const std::shared_ptr<const Secret> &one, const std::shared_ptr<const Secret> &other)
{
    return one && other ? one->equals(*other) : !one && !other;
}

QNetworkProxy ownProxy(const ConnectionSettings &settings, const std::shared_ptr<const Secret> &password)
{
    const bool isHttp = settings.proxy == ConnectionSettings::Proxy::Http;
    QNetworkProxy proxy(isHttp ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy, settings.proxyHost,
                        static_cast<quint16>(settings.proxyPort));
    // From here on the network layer's copies are out of reach; they end with the connections.
    const std::string_view bytes = password ? password->reveal() : std::string_view();
    if (isHttp && (!settings.proxyUser.isEmpty() || password)) {
        // Basic, and at once: Qt would wait to be asked and then go on over the same connection, where some proxies are deaf.
        QByteArray pair = settings.proxyUser.toUtf8() + ':';
        pair.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
        proxy.setRawHeader("Proxy-Authorization", "Basic " + pair.toBase64());
        wipe(pair);
    } else if (!isHttp) {
        proxy.setUser(settings.proxyUser);
        proxy.setPassword(QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size())));
    }
    return proxy;
}

} // namespace

bool HttpClient::NetworkKey::equals(const NetworkKey &other) const
{
    const bool hasCertificate = !connection.settings.certificateFile.isEmpty();
    return connection.settings == other.connection.settings && files == other.files &&
           (!hasCertificate || connection.home == other.connection.home) && sameSecret(passphrase, other.passphrase) &&
           sameSecret(proxyPassword, other.proxyPassword);
}

HttpClient::Network::Network(std::unique_ptr<QNetworkAccessManager> manager, Proxies::Lookup systemProxy, NetworkKey key, const TlsFiles &files)
    : m_key(std::move(key))
    , m_manager(std::move(manager))
    , m_proxies(new Proxies(std::move(systemProxy)))
    , m_files(files)
{
    m_manager->setProxyFactory(m_proxies);
    if (!files.authorities.isEmpty())
        m_authorities = QSslConfiguration::defaultConfiguration().caCertificates() + files.authorities;
}

HttpClient::Network::~Network() = default;

void HttpClient::Network::setProxy(const QNetworkProxy &preferred)
{
    switch (settings().proxy) {
    case ConnectionSettings::Proxy::AsInPreferences:
        m_proxies->setProxy(preferred);
        break;
    case ConnectionSettings::Proxy::None:
        m_proxies->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
        break;
    case ConnectionSettings::Proxy::Http:
    case ConnectionSettings::Proxy::Socks5:
        m_proxies->setProxy(ownProxy(settings(), m_key.proxyPassword),
                            settings().isProxyLocal() ? Proxies::Loopback::Too : Proxies::Loopback::Direct);
        break;
    }
}

QSslConfiguration HttpClient::Network::tlsFor(const Origin &target) const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (!m_authorities.isEmpty())
        configuration.setCaCertificates(m_authorities);
    if (QSslSocket::isFeatureSupported(QSsl::SupportedFeature::Ocsp))
        configuration.setOcspStaplingEnabled(true);
    // A certificate is a credential too: where a redirect or a typed host leads, it does not go (SECURITY S2).
    if (m_files.key && target == m_key.connection.home) {
        configuration.setLocalCertificateChain(m_files.chain);
        configuration.setPrivateKey(*m_files.key);
    }
    return configuration;
}

QList<QSslError> HttpClient::Network::tolerated(const QList<QSslError> &errors) const
{
    return !settings().verifyTls || std::ranges::all_of(errors, isRevocationDoubt) ? errors : QList<QSslError>();
}

void HttpClient::Network::noteHandshake(const Origin &target, const QSslCertificate &shown, const QList<QSslError> &errors)
{
    if (m_handshakes.size() >= mostHandshakes)
        m_handshakes.clear();
    m_handshakes.insert({target, shown.digest(QCryptographicHash::Sha256)}, errors);
}

QList<QSslError> HttpClient::Network::handshakeErrors(const Origin &target, const QSslCertificate &shown) const
{
    return m_handshakes.value({target, shown.digest(QCryptographicHash::Sha256)});
}

} // namespace keydesk
