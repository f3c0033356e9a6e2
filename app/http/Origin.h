#pragma once

#include "app/base/Error.h"

#include <QHash>
#include <QString>
#include <QUrl>

namespace keydesk {

/// Scheme, host and port: what a key is bound to (SECURITY S2, RFC 6454). The host is lower case, ASCII (punycode), without a
/// trailing dot; the port is always explicit. Two origins are equal only if all three are.
class Origin
{
public:
    Origin() = default;
    /// Refuses anything but http and https, an empty host, user info, and a host that is not a valid name or address.
    static Result<Origin> fromUrl(const QUrl &url);
    /// Parses what `toString` writes.
    static Result<Origin> fromString(const QString &text);

    [[nodiscard]] bool isNull() const { return m_host.isEmpty(); }
    [[nodiscard]] QString scheme() const { return m_scheme; }
    [[nodiscard]] QString host() const { return m_host; }
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] bool isDefaultPort() const;
    /// 127.0.0.0/8, ::1 and `localhost` itself.
    [[nodiscard]] bool isLoopback() const;
    /// A key may travel: https anywhere, http to loopback only.
    [[nodiscard]] bool isSecure() const { return m_scheme == QLatin1String("https") || isLoopback(); }
    /// "https://app.talkover.ai", with the port only if it is not the scheme's default.
    [[nodiscard]] QString toString() const;

    bool operator==(const Origin &) const = default;

private:
    QString m_scheme;
    QString m_host;
    int m_port = 0;
};

inline size_t qHash(const Origin &origin, size_t seed = 0)
{
    return qHashMulti(seed, origin.scheme(), origin.host(), origin.port());
}

} // namespace keydesk
