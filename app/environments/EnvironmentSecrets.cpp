#include "app/environments/EnvironmentSecrets.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyRing.h"
#include "app/keys/KeyStore.h"

#include <QPointer>
#include <QSet>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Purpose = EnvironmentSecrets::Purpose;

QUuid &idIn(Environment &environment, Purpose purpose)
{
    return purpose == Purpose::ProxyPassword ? environment.connection.proxyPasswordId : environment.connection.passphraseId;
}

/// The row of a secret that is to be stored.
ApiKey rowFor(const Environment &environment, Purpose purpose, SecretPlace place)
{
    const QString name = environment.name.left(200);
    ApiKey row;
    row.providerId = environmentSecretProvider;
    row.kindId = purpose == Purpose::ProxyPassword ? u"proxy-password"_s : u"certificate-passphrase"_s;
    row.name = purpose == Purpose::ProxyPassword ? EnvironmentSecrets::tr("Proxy password of “%1”").arg(name)
                                                 : EnvironmentSecrets::tr("Certificate passphrase of “%1”").arg(name);
    row.place = place;
    row.rotateAfterDays = 0;
    return row;
}

} // namespace

EnvironmentSecrets::EnvironmentSecrets(EnvironmentStore &environments, KeyStore &keys, KeyRing &ring, QObject *parent)
    : QObject(parent)
    , m_environments(environments)
    , m_keys(keys)
    , m_ring(ring)
{
    connect(&m_keys, &KeyStore::reset, this, &EnvironmentSecrets::removeUnused);
    connect(&m_environments, &EnvironmentStore::removed, this, &EnvironmentSecrets::removeUnused);
}

void EnvironmentSecrets::set(const QUuid &environmentId, Purpose purpose, std::shared_ptr<const Secret> secret, QObject *guard, Done done)
{
    const auto tell = [guard = QPointer(guard), done = std::move(done)](const Result<void> &outcome) {
        if (guard)
            done(outcome);
    };
    const std::optional<Environment> environment = m_environments.find(environmentId);
    if (!environment || !secret) {
        later(this, [tell] { tell(failure(Error::Kind::NotFound, tr("That environment is no longer there."))); });
        return;
    }
    const std::optional<ApiKey> same = m_keys.findByFingerprint(m_keys.fingerprint(*secret));
    if (same && isEnvironmentSecret(*same)) {
        later(this, [this, environmentId, purpose, id = same->id, tell] { tell(name(environmentId, purpose, id)); });
        return;
    }
    m_ring.store(rowFor(*environment, purpose, m_ring.defaultPlace()), std::move(secret), this,
                 [this, environmentId, purpose, tell](const Result<ApiKey> &stored) {
                     if (!stored) {
                         tell(tl::unexpected(stored.error()));
                         return;
                     }
                     const Result<void> named = name(environmentId, purpose, stored->id);
                     if (!named)
                         removeUnused();
                     tell(named);
                 });
}

Result<void> EnvironmentSecrets::clear(const QUuid &environmentId, Purpose purpose)
{
    return name(environmentId, purpose, {});
}

std::optional<ApiKey> EnvironmentSecrets::find(const Environment &environment, Purpose purpose) const
{
    Environment copy = environment;
    const QUuid id = idIn(copy, purpose);
    return id.isNull() ? std::nullopt : m_keys.find(id);
}

Result<void> EnvironmentSecrets::name(const QUuid &environmentId, Purpose purpose, const QUuid &secretId)
{
    std::optional<Environment> environment = m_environments.find(environmentId);
    if (!environment)
        return failure(Error::Kind::NotFound, tr("That environment is no longer there."));
    idIn(*environment, purpose) = secretId;
    return m_environments.update(*environment).map([this] { removeUnused(); });
}

void EnvironmentSecrets::removeUnused()
{
    if (!m_keys.isLoaded()) // `reset` comes
        return;
    QSet<QUuid> used;
    for (const Environment &environment : m_environments.all())
        used << environment.connection.proxyPasswordId << environment.connection.passphraseId;
    QList<QUuid> unused;
    for (const ApiKey &key : m_keys.all()) {
        if (isEnvironmentSecret(key) && !used.contains(key.id))
            unused.append(key.id);
    }
    for (const QUuid &id : std::as_const(unused)) {
        if (const Result<void> removed = m_ring.remove(id); !removed)
            qCWarning(lcKeys) << "a secret of no environment was not removed:" << removed.error().detail;
    }
}

} // namespace keydesk
