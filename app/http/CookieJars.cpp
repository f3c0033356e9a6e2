#include "app/http/CookieJars.h"

#include "app/base/Redactor.h"

#include <algorithm>

namespace keydesk {

CookieJars::CookieJars(Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_redactor(redactor)
{
}

QList<Cookie> CookieJars::cookies(const Owner &owner) const
{
    QList<Cookie> jar = m_jars.value(owner.value_or(QUuid()));
    jar.removeIf([](const Cookie &cookie) { return cookie.isExpired(); });
    return jar;
}

void CookieJars::take(const Owner &owner, const QUrl &url, const Headers &answer)
{
    const QList<Cookie> set = cookiesSetBy(url, answer);
    if (set.isEmpty())
        return;
    QList<Cookie> &jar = m_jars[owner.value_or(QUuid())];
    const QList<Cookie> before = jar;
    for (const Cookie &cookie : set)
        insert(jar, cookie);
    if (jar != before)
        Q_EMIT changed(owner);
}

void CookieJars::put(const Owner &owner, const Cookie &cookie)
{
    insert(m_jars[owner.value_or(QUuid())], cookie);
    Q_EMIT changed(owner);
}

void CookieJars::remove(const Owner &owner, const Cookie &cookie)
{
    m_jars[owner.value_or(QUuid())].removeIf([&](const Cookie &each) { return each.isSameAs(cookie); });
    Q_EMIT changed(owner);
}

void CookieJars::replace(const Owner &owner, const QList<Cookie> &cookies)
{
    if (cookies.isEmpty())
        m_jars.remove(owner.value_or(QUuid()));
    else
        m_jars.insert(owner.value_or(QUuid()), cookies);
    Q_EMIT changed(owner);
}

/// Replaces the one that it is the same as, and makes room.
void CookieJars::insert(QList<Cookie> &jar, const Cookie &cookie)
{
    const auto isSame = [&](const Cookie &each) { return each.isSameAs(cookie); };
    const auto known = std::ranges::find_if(jar, isSame);
    if (cookie.isExpired()) {
        if (known != jar.end())
            jar.erase(known);
        return;
    }
    const QByteArray value = cookie.data.value();
    if (looksSecret(value))
        m_redactor.add(Secret(std::string_view(value.constData(), static_cast<std::size_t>(value.size()))), Redactor::Kept::Passing);
    if (known != jar.end()) {
        *known = cookie; // in its place: who is older goes out first (RFC 6265 section 5.3)
        return;
    }
    jar.removeIf([](const Cookie &each) { return each.isExpired(); });
    const auto isOfHost = [&](const Cookie &each) { return each.origin.host() == cookie.origin.host(); };
    if (std::ranges::count_if(jar, isOfHost) >= mostOfHost)
        jar.erase(std::ranges::find_if(jar, isOfHost));
    else if (jar.size() >= mostInJar)
        jar.removeFirst();
    jar.append(cookie);
}

} // namespace keydesk
