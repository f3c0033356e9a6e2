#include "app/http/Proxies.h"

#include <QObject>
#include <QUrl>

#include <chrono>
#include <mutex>
#include <thread>

namespace keydesk {

namespace {

using namespace std::chrono_literals;

// The user may join another network meanwhile.
constexpr std::chrono::milliseconds answersHold = 1min;

qint64 now()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::optional<Origin> originOf(const QUrl &url)
{
    const Result<Origin> origin = Origin::fromUrl(url);
    return origin ? std::optional(*origin) : std::nullopt;
}

} // namespace

/// Where the threads put their answers. It outlives who waits for them: one that never comes back must not hold the end of the program up.
class Proxies::Mailbox
{
public:
    explicit Mailbox(Proxies &owner)
        : m_owner(&owner)
    {
    }

    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_owner = nullptr;
        m_receiver.reset();
    }

    void put(const Origin &origin, const QList<QNetworkProxy> &proxies)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_owner)
            return;
        QMetaObject::invokeMethod(
            m_receiver.get(), [owner = m_owner, origin, proxies] { owner->answered(origin, proxies); }, Qt::QueuedConnection);
    }

private:
    std::mutex m_mutex;
    Proxies *m_owner;
    std::unique_ptr<QObject> m_receiver = std::make_unique<QObject>();
};

Proxies::Proxies(Lookup system)
    : m_system(std::move(system))
    , m_mailbox(std::make_shared<Mailbox>(*this))
{
}

Proxies::~Proxies()
{
    m_mailbox->close();
}

void Proxies::setProxy(const QNetworkProxy &proxy, Loopback loopback)
{
    m_proxy = proxy;
    m_loopback = loopback;
    m_proxied.clear();
    m_answers.clear();
}

bool Proxies::asksSystem(const std::optional<Origin> &origin) const
{
    return origin && !origin->isLoopback() && m_proxy.type() == QNetworkProxy::DefaultProxy;
}

void Proxies::find(const Origin &origin, const QUrl &url, QObject *guard, const std::function<void()> &found)
{
    const auto known = m_answers.constFind(origin);
    const bool isFresh = known != m_answers.constEnd() && now() - known->at < answersHold.count();
    if (!asksSystem(origin) || isFresh) {
        found();
        return;
    }
    const bool isAsked = m_waiting.contains(origin);
    m_waiting[origin].append({guard, found});
    if (!isAsked)
        ask(origin, url);
}

void Proxies::ask(const Origin &origin, const QUrl &url)
{
    std::thread([mailbox = m_mailbox, system = m_system, origin, query = QNetworkProxyQuery(url)] {
        mailbox->put(origin, system(query));
    }).detach();
}

void Proxies::answered(const Origin &origin, const QList<QNetworkProxy> &proxies)
{
    m_answers.insert(origin, {proxies, now()});
    const QList<Waiting> waiting = m_waiting.take(origin);
    for (const Waiting &each : waiting) {
        if (each.guard)
            each.found();
    }
}

QNetworkProxy Proxies::proxyFor(const Origin &origin)
{
    const QList<QNetworkProxy> chosen = chosenFor(origin);
    return chosen.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : chosen.first();
}

QList<QNetworkProxy> Proxies::queryProxy(const QNetworkProxyQuery &query)
{
    return chosenFor(originOf(query.url()));
}

QList<QNetworkProxy> Proxies::chosenFor(const std::optional<Origin> &origin)
{
    QList<QNetworkProxy> chosen{QNetworkProxy::NoProxy};
    if (asksSystem(origin))
        chosen = m_answers.value(*origin, {chosen, 0}).proxies;
    else if (!origin || !origin->isLoopback() || m_loopback == Loopback::Too)
        chosen = {m_proxy};
    if (origin && !chosen.isEmpty() && chosen.first().type() != QNetworkProxy::NoProxy)
        m_proxied.insert(*origin);
    return chosen;
}

} // namespace keydesk
