#include "app/sandbox/Service.h"

#include "app/sandbox/Dashboard.h"
#include "app/sandbox/SandboxState.h"
#include "app/sandbox/StopSignal.h"
#include "app/sandbox/TryOut.h"

#include <QMutexLocker>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

/// The dashboard's paths can be called relative to a base URL too: /api/v1/dashboard/keys is /dashboard/keys.
QString withoutBasePath(const QString &path)
{
    static const QStringList basePaths = {u"/api/v1"_s, u"/api"_s, u"/v1"_s};
    for (const QString &base : basePaths) {
        if (path.startsWith(base + u"/dashboard"_s) || path.startsWith(base + u"/sandbox"_s))
            return path.mid(base.size());
    }
    return path;
}

bool isUnder(const QString &path, QStringView folder)
{
    return path.startsWith(folder) && (path.size() == folder.size() || path[folder.size()] == u'/');
}

/// The dashboard's pages always work, or nobody could switch a mode off there.
bool followsMode(const Request &request)
{
    if (isUnder(request.path, u"/dashboard/keys"))
        return !request.isForm();
    return request.path != u"/" && !isUnder(request.path, u"/dashboard") &&
           !isUnder(request.path, u"/sandbox");
}

} // namespace

Service::Service(const QString &id, const QString &title, SandboxState &state, const StopSignal &stop)
    : m_state(state)
    , m_id(id)
    , m_title(title)
    , m_stop(stop)
    , m_dashboard(std::make_unique<Dashboard>(*this, state))
    , m_tryOut(std::make_unique<TryOut>(stop))
{
}

Service::~Service() = default;

Reply Service::handle(const Request &request)
{
    Request own = request;
    own.path = withoutBasePath(request.path);
    if (followsMode(own)) {
        if (std::optional<Reply> instead = misbehave(own))
            return *instead;
    }
    return answer(own);
}

void Service::answered(const QByteArray &method, const QString &path, int status)
{
    if (!m_observer)
        return;
    QStringList parts = path.split(u'/');
    for (QString &part : parts) {
        if (m_state.gaveOut(m_id, part.toUtf8()))
            part = u"••••"_s;
    }
    m_observer(method, parts.join(u'/'), status);
}

Reply Service::answer(const Request &request)
{
    const auto refusal = [this](int status, const QString &message) { return error(status, message); };
    if (isUnder(request.path, u"/sandbox"))
        return m_tryOut->routes().dispatch(request, refusal);
    if (request.path == u"/" || isUnder(request.path, u"/dashboard"))
        return m_dashboard->routes().dispatch(request, refusal);
    const QMutexLocker lock(&m_mutex);
    return call(request);
}

std::optional<Reply> Service::misbehave(const Request &request)
{
    const Modes::Turn turn = m_modes.take();
    if (turn.delay.count() > 0 && !m_stop.sleepFor(turn.delay))
        return error(503, u"The sandbox is stopping."_s);
    switch (turn.fate) {
    case Modes::Fate::Answered:
        return std::nullopt;
    case Modes::Fate::Fails:
        return error(500, u"The sandbox fails, as its dashboard was told to."_s);
    case Modes::Fate::Dropped:
        return Reply{noReply, {}, {}, {}, nullptr};
    case Modes::Fate::Limited:
        break;
    }
    Reply reply = limited(request.path, turn.retryAfter);
    const QDateTime reset = QDateTime::currentDateTimeUtc().addSecs(turn.retryAfter.count());
    reply.addHeader("Retry-After", QByteArray::number(qlonglong{turn.retryAfter.count()}));
    reply.addHeader("X-RateLimit-Limit", "60");
    reply.addHeader("X-RateLimit-Remaining", "0");
    reply.addHeader("X-RateLimit-Reset", QByteArray::number(reset.toSecsSinceEpoch()));
    return reply;
}

Reply Service::limited(const QString &path, std::chrono::seconds retryAfter) const
{
    Q_UNUSED(path)
    Q_UNUSED(retryAfter)
    return error(429, u"Too many requests. Please wait before retrying."_s);
}

bool Service::useUpLimit(const QString &keyId)
{
    Q_UNUSED(keyId)
    return false;
}

std::optional<SandboxKey> Service::keyOf(const Bearer &bearer)
{
    if (bearer.state != Bearer::State::Present)
        return std::nullopt;
    return m_state.recognise(m_id, bearer.token);
}

} // namespace keydesk::sandbox
