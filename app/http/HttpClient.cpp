#include "app/http/HttpClient.h"

#include "app/http/HttpClientCall.h"

#include <QNetworkAccessManager>

using namespace Qt::StringLiterals;

namespace keydesk {

HttpClient::HttpClient(TokenSource &tokens, Redactor &redactor, QObject *parent)
    : HttpClient(tokens, redactor, &QNetworkProxyFactory::systemProxyForQuery, parent)
{
}

HttpClient::HttpClient(TokenSource &tokens, Redactor &redactor, Proxies::Lookup systemProxy, QObject *parent)
    : QObject(parent)
    , m_tokens(tokens)
    , m_redactor(redactor)
    , m_cookies(redactor)
    , m_network(std::make_unique<QNetworkAccessManager>())
    , m_proxies(new Proxies(std::move(systemProxy)))
{
    m_network->setProxyFactory(m_proxies);
}

HttpClient::~HttpClient()
{
    // Before the network that their replies belong to.
    qDeleteAll(findChildren<HttpCall *>(Qt::FindDirectChildrenOnly));
}

void HttpClient::setOptions(const Options &options)
{
    m_options = options;
    m_proxies->setProxy(options.proxy);
}

HttpClient::Options HttpClient::options() const
{
    return m_options;
}

bool HttpClient::isProxied(const Origin &origin) const
{
    return m_proxies->isProxied(origin);
}

HttpCall *HttpClient::send(const PreparedRequest &request)
{
    auto *call = new Call(*this, request);
    call->start();
    return call;
}

} // namespace keydesk
