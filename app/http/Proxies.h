#pragma once

#include "app/http/Origin.h"

#include <QHash>
#include <QNetworkProxyFactory>
#include <QPointer>
#include <QSet>

#include <functional>
#include <memory>
#include <optional>

namespace keydesk {

/// Chooses the proxy for each origin. Loopback goes through none, unless that is asked for: a proxy would be another machine, and plain http
/// to loopback may carry a token.
///
/// What the system says may take long (a script on a server that is gone), so a thread asks: `find` first, then the request can be sent, and
/// the network layer, which asks `queryProxy` in the middle of things, gets the answer that was found. UI thread.
class Proxies : public QNetworkProxyFactory
{
public:
    using Lookup = std::function<QList<QNetworkProxy>(const QNetworkProxyQuery &)>;

    /// `system` is called on threads of its own, and may take for ever.
    explicit Proxies(Lookup system);
    ~Proxies() override;

    enum class Loopback { Direct, Too };
    /// DefaultProxy: what the system says. `loopback`: whether that goes through the proxy too; never through one of the system.
    void setProxy(const QNetworkProxy &proxy, Loopback loopback = Loopback::Direct);

    /// Calls `found` when the proxy for the URL, which is of that origin, is known: within this call if nobody has to be asked, later otherwise, and not after
    /// `guard` died.
    void find(const Origin &origin, const QUrl &url, QObject *guard, const std::function<void()> &found);
    /// True if requests to it went through a proxy.
    [[nodiscard]] bool isProxied(const Origin &origin) const { return m_proxied.contains(origin); }
    /// The one that requests to it go through, once `find` has told; type NoProxy: none.
    [[nodiscard]] QNetworkProxy proxyFor(const Origin &origin);

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;

private:
    struct Answer
    {
        QList<QNetworkProxy> proxies;
        qint64 at = 0; ///< milliseconds of the steady clock
    };
    struct Waiting
    {
        QPointer<QObject> guard;
        std::function<void()> found;
    };
    class Mailbox;

    [[nodiscard]] QList<QNetworkProxy> chosenFor(const std::optional<Origin> &origin);
    [[nodiscard]] bool asksSystem(const std::optional<Origin> &origin) const;
    void ask(const Origin &origin, const QUrl &url);
    void answered(const Origin &origin, const QList<QNetworkProxy> &proxies);

    const Lookup m_system;
    QNetworkProxy m_proxy{QNetworkProxy::DefaultProxy};
    Loopback m_loopback = Loopback::Direct;
    QSet<Origin> m_proxied;
    QHash<Origin, Answer> m_answers;
    QHash<Origin, QList<Waiting>> m_waiting;
    std::shared_ptr<Mailbox> m_mailbox;
};

} // namespace keydesk
