#include "app/http/Cookie.h"

#include "app/http/HeaderRules.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHostAddress>
#include <QNetworkCookieJar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct CookieText
{
    Q_DECLARE_TR_FUNCTIONS(Cookie)
};

/// Name, value, and room for attributes. What is longer is not taken apart.
constexpr qsizetype longestLine = 2 * Cookie::largest;

/// What Qt knows of cookies: which go where, and the list of public suffixes.
class Rules final : public QNetworkCookieJar
{
public:
    using QNetworkCookieJar::setAllCookies;

    /// Whether everybody may register names below it: "com", "co.uk", "github.io".
    [[nodiscard]] bool isPublicSuffix(const QString &domain) const
    {
        QNetworkCookie cookie("x"_ba);
        cookie.setDomain(u'.' + domain);
        return !validateCookie(cookie, QUrl(u"https://x."_s + domain));
    }
};

/// For what is asked of Qt's rules: a loopback server is as trusted as one behind TLS (RFC 6265bis section 5.8.3).
QUrl asTrusted(const QUrl &url, const Origin &origin)
{
    QUrl trusted = url;
    if (origin.isSecure())
        trusted.setScheme(u"https"_s);
    return trusted;
}

/// RFC 6265 section 5.1.4. Qt's own has a slash at its end, and then misses the folder itself.
QString defaultPath(const QUrl &url)
{
    const QString path = url.path(QUrl::FullyEncoded);
    const qsizetype last = path.lastIndexOf(u'/');
    return last <= 0 ? u"/"_s : path.first(last);
}

bool isAddress(const QString &host)
{
    return !QHostAddress(host).isNull();
}

/// RFC 6265bis section 4.1.3: what a name with such a prefix promises.
bool keepsPromise(const Cookie &cookie)
{
    const QByteArray name = cookie.data.name().toLower();
    const bool host = name.startsWith("__host-");
    if (!host && !name.startsWith("__secure-"))
        return true;
    return cookie.data.isSecure() && (!host || (!cookie.subdomains && cookie.data.path() == u'/'));
}

/// Sets where it goes. False if the host may not set a cookie for that domain.
bool place(Cookie &cookie, const QUrl &url, const Origin &from)
{
    const QString host = url.host();
    QString domain = cookie.data.domain();
    if (domain.startsWith(u'.'))
        domain.remove(0, 1);
    // One label, an address, a public suffix: such a host sets cookies for itself alone.
    cookie.subdomains = !domain.isEmpty() && domain.contains(u'.') && !isAddress(domain) && !Rules().isPublicSuffix(domain);
    if (domain.isEmpty())
        domain = host;
    if (domain != host && !(cookie.subdomains && host.endsWith(u'.' + domain)))
        return false;
    QUrl target;
    target.setScheme(from.scheme());
    target.setHost(domain);
    target.setPort(from.port());
    const auto origin = Origin::fromUrl(target);
    if (!origin)
        return false;
    cookie.origin = *origin;
    cookie.data.setDomain(cookie.subdomains ? u'.' + domain : domain);
    return true;
}

/// RFC 6265 section 5.3: Max-Age wins over Expires. Qt takes what comes last.
void applyMaxAge(QNetworkCookie &cookie, const QByteArray &line)
{
    constexpr qint64 longest = 400LL * 24 * 3600; // RFC 6265bis section 5.5
    const QList<QByteArray> attributes = line.split(';');
    for (qsizetype i = 1; i < attributes.size(); ++i) {
        const qsizetype equals = attributes.at(i).indexOf('=');
        if (equals < 0 || attributes.at(i).first(equals).trimmed().toLower() != "max-age")
            continue;
        bool isNumber = false;
        const qint64 seconds = attributes.at(i).sliced(equals + 1).trimmed().toLongLong(&isNumber);
        if (isNumber)
            cookie.setExpirationDate(seconds <= 0 ? QDateTime::fromSecsSinceEpoch(0, Qt::UTC)
                                                  : QDateTime::currentDateTimeUtc().addSecs(std::min(seconds, longest)));
    }
}

std::optional<Cookie> readCookie(const QByteArray &line, const QUrl &url, const Origin &from)
{
    if (line.size() > longestLine || !isHeaderValue(line))
        return {};
    const QList<QNetworkCookie> parsed = QNetworkCookie::parseCookies(line);
    if (parsed.size() != 1)
        return {};
    Cookie cookie;
    cookie.data = parsed.constFirst();
    const bool tooLarge = cookie.data.name().size() + cookie.data.value().size() > Cookie::largest;
    if (cookie.data.name().isEmpty() || tooLarge || (cookie.data.isSecure() && !from.isSecure()) || !place(cookie, url, from))
        return {};
    if (!cookie.data.path().startsWith(u'/'))
        cookie.data.setPath(defaultPath(url));
    applyMaxAge(cookie.data, line);
    return keepsPromise(cookie) ? std::optional(cookie) : std::nullopt;
}

QString controlCharacters()
{
    return CookieText::tr("It has a line break or another control character in it.");
}

} // namespace

bool Cookie::isExpired() const
{
    return !data.isSessionCookie() && data.expirationDate() <= QDateTime::currentDateTimeUtc();
}

bool Cookie::isSameAs(const Cookie &other) const
{
    return origin == other.origin && data.name() == other.data.name() && data.path() == other.data.path();
}

bool Cookie::goesTo(const QUrl &url) const
{
    return !cookieHeader({*this}, url).isEmpty();
}

QList<Cookie> cookiesSetBy(const QUrl &url, const Headers &answer)
{
    QList<Cookie> cookies;
    if (std::ranges::none_of(answer, [](const auto &header) { return isSameHeader(header.first, "Set-Cookie"); }))
        return cookies;
    const auto from = Origin::fromUrl(url);
    if (!from)
        return cookies;
    int lines = 0;
    for (const auto &[name, value] : answer) {
        if (!isSameHeader(name, "Set-Cookie"))
            continue;
        if (++lines > mostSetCookies)
            break;
        if (const auto cookie = readCookie(value, url, *from))
            cookies.append(*cookie);
    }
    return cookies;
}

QByteArray cookieHeader(const QList<Cookie> &cookies, const QUrl &url)
{
    if (cookies.isEmpty())
        return {};
    const auto origin = Origin::fromUrl(url);
    if (!origin)
        return {};
    QList<QNetworkCookie> candidates;
    for (const Cookie &cookie : cookies) {
        if (cookie.origin.scheme() == origin->scheme() && cookie.origin.port() == origin->port())
            candidates.append(cookie.data);
    }
    if (candidates.isEmpty())
        return {};
    Rules rules;
    rules.setAllCookies(candidates);
    QByteArray header;
    for (const QNetworkCookie &cookie : rules.cookiesForUrl(asTrusted(url, *origin)))
        header += (header.isEmpty() ? ""_ba : "; "_ba) + cookie.name() + '=' + cookie.value();
    return header;
}

CookieDraft CookieDraft::of(const Cookie &cookie)
{
    return {cookie.origin.toString(),
            cookie.subdomains,
            cookie.data.path(),
            QString::fromUtf8(cookie.data.name()),
            cookie.data.value(),
            cookie.data.expirationDate(),
            cookie.data.isSecure(),
            cookie.data.isHttpOnly(),
            cookie.data.sameSitePolicy()};
}

QString CookieDraft::problem(Field field) const
{
    const auto target = Origin::fromString(origin.trimmed());
    switch (field) {
    case Field::Origin:
        if (!target)
            return target.error().message;
        if (secure && !target->isSecure())
            return CookieText::tr(
                "A secure cookie goes over https only. Write https://, or switch Secure off.");
        if (subdomains && (!target->host().contains(u'.') || isAddress(target->host()) || Rules().isPublicSuffix(QUrl(origin).host())))
            return CookieText::tr("There are no subdomains of %1 that belong to the same owner.")
                .arg(target->host());
        return {};
    case Field::Path:
        if (!path.startsWith(u'/'))
            return CookieText::tr("A path begins with a slash. “/” is for every path.");
        if (!isHeaderValue(path.toUtf8()) || path.contains(u';'))
            return CookieText::tr("A path has no “;” and no control character in it.");
        return {};
    case Field::Name:
        if (!isToken(name.toUtf8()))
            return CookieText::tr("A cookie's name is one word of letters, digits and !#$%&'*+-.^_`|~.");
        if (name.size() + value.size() > Cookie::largest)
            return CookieText::tr(
                       "Name and value have more than %1 bytes. Servers and browsers refuse such a cookie.")
                .arg(Cookie::largest);
        if (name.startsWith("__Host-"_L1, Qt::CaseInsensitive) && (!secure || subdomains || path != u'/'))
            return CookieText::tr(
                "A cookie named “__Host-…” is secure, for the path “/”, and not for subdomains.");
        if (name.startsWith("__Secure-"_L1, Qt::CaseInsensitive) && !secure)
            return CookieText::tr("A cookie named “__Secure-…” is secure.");
        return {};
    case Field::Value:
        if (!isHeaderValue(value))
            return controlCharacters();
        if (value.contains(';'))
            return CookieText::tr("A “;” would end the value. Write %3B if the server decodes it.");
        if (value != value.trimmed())
            return CookieText::tr(
                "There is a space at its beginning or end, which servers do not keep. Remove it.");
        return {};
    case Field::Expires:
        if (expires.isValid() && expires <= QDateTime::currentDateTimeUtc())
            return CookieText::tr("That is past: the cookie would be gone at once.");
        return {};
    }
    return {};
}

Result<Cookie> CookieDraft::make() const
{
    for (const Field field : {Field::Origin, Field::Path, Field::Name, Field::Value, Field::Expires}) {
        if (const QString wrong = problem(field); !wrong.isEmpty())
            return failure(Error::Kind::InvalidInput, wrong);
    }
    Cookie cookie;
    cookie.origin = *Origin::fromString(origin.trimmed());
    cookie.subdomains = subdomains;
    cookie.data = QNetworkCookie(name.toUtf8(), value);
    const QString domain = QUrl(cookie.origin.toString()).host();
    cookie.data.setDomain(subdomains ? u'.' + domain : domain);
    cookie.data.setPath(path);
    cookie.data.setExpirationDate(expires);
    cookie.data.setSecure(secure);
    cookie.data.setHttpOnly(httpOnly);
    cookie.data.setSameSitePolicy(sameSite);
    return cookie;
}

bool looksSecret(QByteArrayView value)
{
    constexpr qsizetype shortest = 16;
    if (value.size() < shortest)
        return false;
    const auto has = [value](auto is) { return std::ranges::any_of(value, is); };
    const bool digit = has([](char c) { return c >= '0' && c <= '9'; });
    const bool upper = has([](char c) { return c >= 'A' && c <= 'Z'; });
    const bool lower = has([](char c) { return c >= 'a' && c <= 'z'; });
    if (!digit || (!upper && !lower))
        return false;
    // A server could have names of others taken out of what is shown.
    const bool isAddressLike = value.toByteArray().contains("://") || (!upper && has([](char c) { return c == '.'; }));
    return !isAddressLike;
}

} // namespace keydesk
