#pragma once

#include "app/base/Error.h"
#include "app/http/Origin.h"

#include <QJsonObject>
#include <QString>
#include <QUuid>

namespace keydesk {

/// How the calls of one environment reach their server. Holds no secret: the passphrase and the proxy's password are
/// named by the ids that they are stored under.
struct ConnectionSettings
{
    enum class Proxy { AsInPreferences, None, Http, Socks5 };
    enum class Family { Any, IPv4, IPv6 };

    bool followRedirects = true;
    bool verifyTls = true;   ///< see Environment::connectionInUse
    QString caFile;          ///< PEM or DER: trusted beside the system's authorities
    QString certificateFile; ///< the client's: PEM, DER or PKCS#12
    QString keyFile;         ///< PEM or DER; empty: the key is in `certificateFile`
    QUuid passphraseId;      ///< of the key or the PKCS#12 file; null: none
    Proxy proxy = Proxy::AsInPreferences;
    QString proxyHost; ///< a name or an address
    int proxyPort = 0; ///< 1–65535
    QString proxyUser;
    QUuid proxyPasswordId; ///< null: none
    Family family = Family::Any;

    bool operator==(const ConnectionSettings &) const = default;

    /// Only what differs from the defaults.
    [[nodiscard]] QJsonObject toJson() const;
    /// What is missing, or cannot be, takes its default.
    static ConnectionSettings fromJson(const QJsonObject &object);

    [[nodiscard]] bool hasOwnProxy() const { return proxy == Proxy::Http || proxy == Proxy::Socks5; }
    /// The proxy is one of this computer's, such as a debugging proxy.
    [[nodiscard]] bool isProxyLocal() const;
    /// Requests to it go through the own proxy. To this computer only if the proxy is on it too: from another machine
    /// the address would lead elsewhere.
    [[nodiscard]] bool usesOwnProxyFor(const Origin &target) const;
    /// "http://proxy.test:3128", "socks5://127.0.0.1:1080"; empty without an own proxy.
    [[nodiscard]] QString proxyText() const;
};

/// A host name or an address for a proxy, trimmed, or what is wrong with it.
Result<QString> checkProxyHost(const QString &text);

} // namespace keydesk
