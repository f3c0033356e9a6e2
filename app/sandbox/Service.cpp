#include "app/sandbox/Service.h"

#include "app/sandbox/Dashboard.h"
#include "app/sandbox/SandboxState.h"
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

} // namespace

Service::Service(const QString &id, const QString &title, SandboxState &state, const StopSignal &stop)
    : m_state(state)
    , m_id(id)
    , m_title(title)
    , m_dashboard(std::make_unique<Dashboard>(*this, state))
    , m_tryOut(std::make_unique<TryOut>(stop))
{
}

Service::~Service() = default;

Reply Service::handle(const Request &request)
{
    const QString path = withoutBasePath(request.path);
    const auto refusal = [this](int status, const QString &message) { return error(status, message); };
    if (path == u"/" || isUnder(path, u"/dashboard") || isUnder(path, u"/sandbox")) {
        Request own = request;
        own.path = path;
        return isUnder(path, u"/sandbox") ? m_tryOut->routes().dispatch(own, refusal)
                                          : m_dashboard->routes().dispatch(own, refusal);
    }
    const QMutexLocker lock(&m_mutex);
    return call(request);
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
