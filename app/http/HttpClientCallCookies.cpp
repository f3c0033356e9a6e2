#include "app/http/HttpClientCall.h"

#include "app/http/HeaderRules.h"

namespace keydesk {

/// The hop as it goes out. What is shown is what is sent: a Cookie header that stands in the request is neither replaced nor added to.
PreparedRequest HttpClient::Call::withCookies()
{
    PreparedRequest hop = m_request;
    m_cookiesSent = false;
    if (!usesCookies() || findHeader(hop.headers, "Cookie"))
        return hop;
    const QByteArray cookies = m_client.m_cookies.header(hop.environmentId, hop.url);
    m_cookiesSent = !cookies.isEmpty();
    if (m_cookiesSent)
        hop.headers.append({"Cookie", cookies});
    return hop;
}

/// Of every hop: a login sets them on its way. They go back to who set them alone.
void HttpClient::Call::takeCookies()
{
    if (m_request.usesCookies)
        m_client.m_cookies.take(m_request.environmentId, m_request.url, m_response.headers);
}

/// SECURITY S2: beyond a redirect to another origin the jar gives nothing, not even what is meant for that origin: who sent us there is
/// not who those cookies are for.
void HttpClient::Call::tellDroppedCookies(Redirect &redirect) const
{
    const bool isMissed = usesCookies() && !m_client.m_cookies.header(m_request.environmentId, redirect.next.url).isEmpty();
    if ((m_cookiesSent || isMissed) && !redirect.hop.droppedHeaders.contains("Cookie"))
        redirect.hop.droppedHeaders.append("Cookie");
}

} // namespace keydesk
