#pragma once

#include "app/http/PreparedRequest.h"

#include <QNetworkCookie>

namespace keydesk {

/// A cookie of a jar. Its value is a credential: it is in no model, log or file (SECURITY S1, S3).
struct Cookie
{
    /// Where it goes: scheme, host, and port of who set it, or the parent of that host which it named. Tighter than RFC 6265, where a
    /// cookie goes to every port of its host, and to http as well: as for keys, another scheme or port is another origin (SECURITY S2).
    Origin origin;
    bool subdomains = false; ///< to every host below the origin's, too
    QNetworkCookie data;     ///< name, value, path, expiry and flags; its domain is the origin's host, with a dot before it for `subdomains`

    static constexpr qsizetype largest = 4096; ///< bytes of name and value (RFC 6265 section 6.1)

    bool operator==(const Cookie &) const = default;
    [[nodiscard]] bool isExpired() const;
    /// Of two of them the later one replaces the other.
    [[nodiscard]] bool isSameAs(const Cookie &other) const;
    /// Whether it goes along to `url`.
    [[nodiscard]] bool goesTo(const QUrl &url) const;
};

/// The cookies that answers from `url` set and that may be kept: RFC 6265 with a list of public suffixes, and the rules of its revision
/// for `__Host-`, `__Secure-`, Secure and control characters. What has passed its expiry is there, too: it deletes. Lines beyond the first
/// `mostSetCookies` and too large ones are left out.
QList<Cookie> cookiesSetBy(const QUrl &url, const Headers &answer);
constexpr int mostSetCookies = 300;

/// Those of `cookies` that go along to `url`, as the value of a Cookie header; empty if there is none.
QByteArray cookieHeader(const QList<Cookie> &cookies, const QUrl &url);

/// Made by hand. The Error says which of its parts is wrong; each part has its own check below.
struct CookieDraft
{
    QString origin; ///< "https://api.example.com"
    bool subdomains = false;
    QString path = QStringLiteral("/");
    QString name;
    QByteArray value;
    QDateTime expires; ///< invalid: when Keydesk ends
    bool secure = true;
    bool httpOnly = false;
    QNetworkCookie::SameSite sameSite = QNetworkCookie::SameSite::Default;

    static CookieDraft of(const Cookie &cookie);
    enum class Field { Origin, Path, Name, Value, Expires };
    /// What is wrong with that part, a sentence; empty if nothing is.
    [[nodiscard]] QString problem(Field field) const;
    /// InvalidInput: the first problem.
    [[nodiscard]] Result<Cookie> make() const;
};

/// Whether a value looks like something that opens a door ("3f9a…"), not like a word: only such values are made known to the redactor,
/// which would take words out of everything that is shown.
bool looksSecret(QByteArrayView value);

} // namespace keydesk
