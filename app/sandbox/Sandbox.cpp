#include "app/sandbox/Sandbox.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/sandbox/AisouleService.h"
#include "app/sandbox/Connections.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/ServerModule.h"
#include "app/sandbox/StopSignal.h"
#include "app/sandbox/TalkoverService.h"
#include "app/sandbox/TalkturoService.h"
#include "app/sandbox/TaskPool.h"

#include <QJsonDocument>
#include <QLockFile>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostThreads = 32;
constexpr auto stopGrace = 500ms;

struct Preferred
{
    QLatin1StringView service;
    int port;
};
constexpr std::array preferredPorts = {Preferred{QLatin1StringView("talkover"), 47611},
                                       Preferred{QLatin1StringView("talkturo"), 47612},
                                       Preferred{QLatin1StringView("aisoule"), 47613}};

int preferredPort(const QString &service)
{
    for (const Preferred &preferred : preferredPorts) {
        if (preferred.service == service)
            return preferred.port;
    }
    return 0;
}

} // namespace

class Sandbox::Private
{
public:
    explicit Private(const QString &stateFile);

    /// What is known of the port that a service had or will try first.
    [[nodiscard]] int expectedPort(const QString &service) const;
    Result<void> open(const sandbox::ServerModule &module);
    void stop();
    Result<QByteArray> makeKey(const QString &service, const QString &name);

    struct Site
    {
        std::unique_ptr<sandbox::Service> service;
        std::unique_ptr<sandbox::HttpServer> server;
        int port = 0;
    };

    bool isRunning = false;
    std::vector<Site> sites;
    std::optional<int> firstPort; ///< that was chosen
    std::function<void(const QString &service, const QByteArray &method, const QString &path, int status)>
        observer;                                       ///< from any thread
    std::future<Result<sandbox::ServerModule>> loading; ///< on a thread of its own

private:
    Result<void> bind();
    /// The ports to try for a service, in order.
    [[nodiscard]] QList<int> portsFor(const QString &service, int number) const;

    QLockFile m_lock;
    sandbox::SandboxState m_state;
    Result<void> m_loaded;
    sandbox::StopSignal m_stop;
    sandbox::Connections m_connections;
    sandbox::TaskPool m_pool{mostThreads};
};

Sandbox::Private::Private(const QString &stateFile)
    : m_lock(stateFile + u".lock"_s)
    , m_state(stateFile)
    , m_loaded(m_state.load())
{
    m_lock.setStaleLockTime(0); // only a holder that has ended makes it stale
}

int Sandbox::Private::expectedPort(const QString &service) const
{
    const int remembered = m_state.port(service);
    return remembered != 0 ? remembered : preferredPort(service);
}

Result<void> Sandbox::Private::open(const sandbox::ServerModule &module)
{
    if (!m_loaded)
        return m_loaded;
    // Two writers of one state file would undo each other's keys.
    if (!m_lock.tryLock() && m_lock.error() == QLockFile::LockFailedError)
        return failure(Error::Kind::StorageLocked, tr("Another Keydesk is serving the sandbox already. Its "
                                                      "keys work here too, as long as it runs."));
    m_loaded = m_state.load(); // the other one may have changed it since
    if (!m_loaded)
        return m_loaded;
    sites.push_back({std::make_unique<sandbox::TalkoverService>(m_state, m_stop), nullptr, 0});
    sites.push_back({std::make_unique<sandbox::TalkturoService>(m_state, m_stop), nullptr, 0});
    sites.push_back({std::make_unique<sandbox::AisouleService>(m_state, m_stop), nullptr, 0});
    for (Site &site : sites) {
        site.service->observe(
            [this, id = site.service->id()](const QByteArray &method, const QString &path, int status) {
                observer(id, method, path, status);
            });
        site.server = module.makeServer(*site.service, m_pool, m_connections);
    }
    if (Result<void> bound = bind(); !bound)
        return bound;
    for (const Site &site : sites)
        site.server->listen();
    return {};
}

QList<int> Sandbox::Private::portsFor(const QString &service, int number) const
{
    if (!firstPort)
        return {expectedPort(service), preferredPort(service), 0};
    return {*firstPort == 0 ? 0 : *firstPort + number};
}

Result<void> Sandbox::Private::bind()
{
    QHash<QString, int> ports;
    for (Site &site : sites) {
        const QString id = site.service->id();
        const QList<int> wanted = portsFor(id, static_cast<int>(ports.size()));
        for (const int port : wanted) {
            site.port = site.server->bind(port);
            if (site.port != 0)
                break;
        }
        if (site.port == 0 && wanted.constLast() != 0)
            return failure(Error::Kind::InvalidInput, tr("Port %1 of 127.0.0.1 is taken by another program, "
                                                         "or may not be used. Choose another one.")
                                                          .arg(wanted.constLast()));
        if (site.port == 0)
            return failure(Error::Kind::Unsupported, tr("The sandbox found no free port on 127.0.0.1. "
                                                        "Something on this computer forbids local servers."));
        ports.insert(id, site.port);
    }
    if (const Result<void> remembered = m_state.setPorts(ports); !remembered)
        qCWarning(lcSandbox) << "the ports will not be remembered:" << remembered.error().detail;
    return {};
}

Result<QByteArray> Sandbox::Private::makeKey(const QString &service, const QString &name)
{
    const auto site = std::ranges::find(sites, service, [](const Site &each) { return each.service->id(); });
    if (site == sites.end())
        return failure(Error::Kind::NotFound, tr("The sandbox has no such service, or does not run."));
    sandbox::Request request;
    request.method = "POST";
    request.path = u"/dashboard/keys"_s;
    request.contentType = "application/json";
    request.body = QJsonDocument(QJsonObject{{u"name"_s, name}}).toJson(QJsonDocument::Compact);
    const sandbox::Reply reply = site->service->handle(request);
    const QString token = QJsonDocument::fromJson(reply.body).object()[u"data"_s][u"token"_s].toString();
    if (token.isEmpty())
        return failure(Error::Kind::Refused, tr("The sandbox made no key."), QString::fromUtf8(reply.body));
    return token.toLatin1();
}

void Sandbox::Private::stop()
{
    isRunning = false;
    m_stop.raise();
    for (const Site &site : sites)
        site.server->stop();
    m_connections.endAll(stopGrace);
    m_pool.finish();
    sites.clear();
    if (m_loaded) {
        if (const Result<void> flushed = m_state.flush(); !flushed)
            qCWarning(lcSandbox) << "when keys were last used is not remembered:" << flushed.error().detail;
    }
}

Sandbox::Sandbox(const QString &stateFile, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(stateFile))
{
    d->observer = [this](const QString &service, const QByteArray &method, const QString &path, int status) {
        later(this,
              [this, service, method, path, status] { Q_EMIT answered(service, method, path, status); });
    };
}

Sandbox::~Sandbox()
{
    d->stop();
}

void Sandbox::choosePorts(int first)
{
    d->firstPort = first;
}

Result<QByteArray> Sandbox::makeKey(const QString &service, const QString &name)
{
    return d->makeKey(service, name);
}

void Sandbox::start()
{
    if (d->isRunning || d->loading.valid())
        return;
    d->loading = std::async(std::launch::async, [this] {
        auto module = sandbox::ServerModule::load();
        later(this, [this] {
            const auto loaded = d->loading.get();
            const Result<void> opened = loaded ? d->open(*loaded) : tl::unexpected(loaded.error());
            d->isRunning = opened.has_value();
            if (!opened)
                d->sites.clear();
            if (opened)
                Q_EMIT started();
            else
                Q_EMIT failed(opened.error());
        });
        return module;
    });
}

bool Sandbox::isRunning() const
{
    return d->isRunning;
}

QHash<QString, QUrl> Sandbox::origins() const
{
    QHash<QString, QUrl> origins;
    for (const Preferred &preferred : preferredPorts) {
        const QString service = preferred.service;
        int port = d->expectedPort(service);
        for (const Private::Site &site : d->sites) {
            if (site.service->id() == service && site.port != 0)
                port = site.port;
        }
        origins.insert(service, QUrl(u"http://127.0.0.1:%1"_s.arg(port)));
    }
    return origins;
}

} // namespace keydesk
