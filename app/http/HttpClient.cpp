#include "app/http/HttpClient.h"

#include "app/http/HttpClientCall.h"

#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QSet>

using namespace Qt::StringLiterals;

namespace keydesk {

/// Chooses the proxy. Loopback never goes through one: a proxy would be another machine, and plain http to
/// loopback may carry a token.
class HttpClient::Proxies : public QNetworkProxyFactory
{
public:
    void setProxy(const QNetworkProxy &proxy)
    {
        m_proxy = proxy;
        m_proxied.clear();
    }

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        const auto origin = Origin::fromUrl(query.url());
        QList<QNetworkProxy> chosen{QNetworkProxy::NoProxy};
        if (!origin || !origin->isLoopback())
            chosen =
                m_proxy.type() == QNetworkProxy::DefaultProxy ? systemProxyForQuery(query) : QList{m_proxy};
        if (origin && !chosen.isEmpty() && chosen.first().type() != QNetworkProxy::NoProxy)
            m_proxied.insert(*origin);
        return chosen;
    }

    [[nodiscard]] bool isProxied(const Origin &origin) const { return m_proxied.contains(origin); }

private:
    QNetworkProxy m_proxy{QNetworkProxy::DefaultProxy};
    QSet<Origin> m_proxied;
};

HttpClient::HttpClient(TokenSource &tokens, Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_tokens(tokens)
    , m_redactor(redactor)
    , m_network(std::make_unique<QNetworkAccessManager>())
    , m_proxies(new Proxies)
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
