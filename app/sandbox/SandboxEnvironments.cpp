#include "app/sandbox/SandboxEnvironments.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"
#include "app/providers/ProviderCatalog.h"
#include "app/sandbox/Sandbox.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString baseUrlAt(const QUrl &origin, const Provider &provider)
{
    return origin.toString() + provider.basePath;
}

/// True for a base URL that was made here: the same but for the port. One that the user pointed elsewhere is
/// left alone.
bool isSandboxUrl(const QUrl &url, const Provider &provider)
{
    return url.scheme() == u"http" && url.host() == u"127.0.0.1" && url.path() == provider.basePath;
}

} // namespace

SandboxEnvironments::SandboxEnvironments(Sandbox &sandbox, EnvironmentStore &environments, KeyStore &keys,
                                         const ProviderCatalog &providers, QObject *parent)
    : QObject(parent)
    , m_sandbox(sandbox)
    , m_environments(environments)
    , m_keys(keys)
    , m_providers(providers)
    , m_before(sandbox.origins())
{
    connect(&sandbox, &Sandbox::started, this, [this] { follow(); });
}

Result<void> SandboxEnvironments::seed()
{
    if (!m_environments.all().isEmpty())
        return {};
    const QHash<QString, QUrl> origins = m_sandbox.origins();
    QSet<QString> served; // one for each service is enough to begin with
    for (const Provider &provider : m_providers.all()) {
        const QUrl origin = origins.value(provider.sandboxService);
        if (provider.sandboxService.isEmpty() || origin.isEmpty() || served.contains(provider.sandboxService))
            continue;
        served << provider.sandboxService;
        Environment environment;
        environment.name = provider.defaultEnvironmentName;
        environment.providerId = provider.id;
        environment.baseUrl = baseUrlAt(origin, provider);
        environment.colour = provider.defaultColour;
        if (const Result<Environment> added = m_environments.add(environment); !added)
            return tl::unexpected(added.error());
    }
    return {};
}

void SandboxEnvironments::follow()
{
    const QHash<QString, QUrl> origins = m_sandbox.origins();
    QStringList movedNames;
    for (const Provider &provider : m_providers.all()) {
        const QUrl url = origins.value(provider.sandboxService);
        if (provider.sandboxService.isEmpty() || url.isEmpty())
            continue;
        const Result<Origin> now = Origin::fromUrl(url);
        const Result<QStringList> names = now ? follow(provider, *now) : tl::unexpected(now.error());
        if (!names) {
            Q_EMIT failed(names.error());
            return;
        }
        for (const QString &name : *names)
            movedNames << tr("%1 (now %2)").arg(name, url.toString());
    }
    m_before = origins;
    if (!movedNames.isEmpty())
        Q_EMIT moved(tr("Another program had taken the sandbox's port, so these environments and the keys "
                        "bound to them moved: %1.")
                         .arg(movedNames.join(tr(", "))));
}

Result<QStringList> SandboxEnvironments::follow(const Provider &provider, const Origin &now)
{
    QStringList names;
    QSet<Origin> former;
    if (const Result<Origin> before = Origin::fromUrl(m_before.value(provider.sandboxService));
        before && *before != now)
        former << *before;
    const QList<Environment> environments = m_environments.all();
    for (Environment environment : environments) {
        const QUrl url(environment.baseUrl);
        if (environment.providerId != provider.id || !isSandboxUrl(url, provider))
            continue;
        const Result<Origin> origin = Origin::fromUrl(url);
        if (!origin || *origin == now)
            continue;
        former << *origin;
        environment.baseUrl = baseUrlAt(QUrl(now.toString()), provider);
        if (const Result<void> updated = m_environments.update(environment); !updated)
            return tl::unexpected(updated.error());
        names << environment.name;
    }
    if (const Result<void> bound = rebind(provider.id, former, now); !bound)
        return tl::unexpected(bound.error());
    return names;
}

Result<void> SandboxEnvironments::rebind(const QString &providerId, const QSet<Origin> &former,
                                         const Origin &now)
{
    if (former.isEmpty())
        return {};
    const QList<ApiKey> keys = m_keys.all();
    for (ApiKey key : keys) {
        QList<Origin> bound;
        for (const Origin &origin : std::as_const(key.origins)) {
            const Origin &next = former.contains(origin) ? now : origin;
            if (!bound.contains(next))
                bound << next;
        }
        if (key.providerId != providerId || bound == key.origins)
            continue;
        key.origins = bound;
        if (Result<void> updated = m_keys.update(key); !updated)
            return updated;
    }
    return {};
}

} // namespace keydesk
