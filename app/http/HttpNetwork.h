#pragma once

#include "app/http/HttpClient.h"
#include "app/http/TlsFiles.h"

#include <QHash>
#include <QSslConfiguration>
#include <QSslError>

#include <optional>

class QNetworkAccessManager;

namespace keydesk {

/// All that connections differ by. The secrets are part of it: with another one, another connection.
struct HttpClient::NetworkKey
{
    Connection connection;
    QString files; ///< their stamp
    std::shared_ptr<const Secret> passphrase;
    std::shared_ptr<const Secret> proxyPassword;

    [[nodiscard]] bool equals(const NetworkKey &other) const;
};

/// The connections of the environments with the same settings. QNetworkAccessManager keeps connections by host alone, not by certificate or by
/// what was ignored: so each has one of its own.
class HttpClient::Network
{
public:
    /// Of `files`, the authorities are the system's too, if there are any.
    Network(std::unique_ptr<QNetworkAccessManager> manager, Proxies::Lookup systemProxy, NetworkKey key, const TlsFiles &files);
    ~Network();
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    [[nodiscard]] QNetworkAccessManager &manager() { return *m_manager; }
    [[nodiscard]] Proxies &proxies() { return *m_proxies; }
    [[nodiscard]] const NetworkKey &key() const { return m_key; }
    [[nodiscard]] const ConnectionSettings &settings() const { return m_key.connection.settings; }
    /// `preferred`: what the Preferences say.
    void setProxy(const QNetworkProxy &preferred);

    [[nodiscard]] QSslConfiguration tlsFor(const Origin &target) const;
    /// What a call goes on with: all of `errors`, or nothing if one of them has to end it.
    [[nodiscard]] QList<QSslError> tolerated(const QList<QSslError> &errors) const;
    /// A connection that is used again tells no errors: what its handshake told is kept by the certificate that was shown.
    void noteHandshake(const Origin &target, const QSslCertificate &shown, const QList<QSslError> &errors);
    [[nodiscard]] QList<QSslError> handshakeErrors(const Origin &target, const QSslCertificate &shown) const;

private:
    const NetworkKey m_key;
    const std::unique_ptr<QNetworkAccessManager> m_manager;
    Proxies *const m_proxies; // owned by m_manager
    const TlsFiles m_files;
    QList<QSslCertificate> m_authorities; // all that are trusted; empty: the system's
    QHash<std::pair<Origin, QByteArray>, QList<QSslError>> m_handshakes;
};

} // namespace keydesk
