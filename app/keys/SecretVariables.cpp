#include "app/keys/SecretVariables.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/environments/EnvironmentStore.h"

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

tl::unexpected<Error> noEnvironment()
{
    return failure(Error::Kind::NotFound, SecretVariables::tr("That environment is no longer there."));
}

QString keyName(const QString &variable, const Environment &environment)
{
    return SecretVariables::tr("%1 (%2)", "a secret variable and its environment").arg(variable, environment.name).left(255);
}

} // namespace

SecretVariables::SecretVariables(EnvironmentStore &environments, KeyStore &keys, KeyRing &ring, QObject *parent)
    : QObject(parent)
    , m_environments(environments)
    , m_keys(keys)
    , m_ring(ring)
{
}

Result<QString> SecretVariables::checkName(const Environment &environment, const QString &name, const QString &renamed)
{
    return keydesk::checkName(name).and_then([&](const QString &good) -> Result<QString> {
        if (good.contains(u'{') || good.contains(u'}') || good.startsWith(u'$') || good.startsWith(u'%'))
            return failure(Error::Kind::InvalidInput, tr("A variable's name has no braces in it, and does not begin with $ or %."));
        if (good == renamed)
            return good;
        if (environment.secretVariables().contains(good))
            return failure(Error::Kind::Duplicate, tr("There is a secret variable “%1” already.").arg(good));
        if (good == "baseUrl"_L1)
            return failure(Error::Kind::Duplicate, tr("“baseUrl” is the environment's own variable."));
        return good;
    });
}

void SecretVariables::set(const QUuid &environmentId, const QString &name, std::shared_ptr<const Secret> value, QObject *guard, Done done)
{
    const std::optional<Environment> environment = m_environments.find(environmentId);
    const Result<Origin> origin = environment ? Origin::fromUrl(QUrl(environment->baseUrl)) : Result<Origin>(noEnvironment());
    if (!origin) {
        later(guard, [error = origin.error(), done = std::move(done)] { done(tl::unexpected(error)); });
        return;
    }
    ApiKey key;
    key.name = keyName(name, *environment);
    key.providerId = environment->providerId;
    key.kindId = secretVariableKind;
    key.origins = {*origin};
    key.place = m_ring.defaultPlace();
    m_ring.store(key, std::move(value), this,
                 [this, environmentId, name, guard = QPointer(guard), done = std::move(done)](const Result<ApiKey> &stored) {
                     const Result<void> taken =
                         stored.and_then([&](const ApiKey &made) { return take(environmentId, name, made); });
                     if (guard)
                         done(taken);
                 });
}

Result<void> SecretVariables::take(const QUuid &environmentId, const QString &name, const ApiKey &key)
{
    std::optional<Environment> environment = m_environments.find(environmentId);
    if (!environment) {
        letGo(key.id);
        return noEnvironment();
    }
    const QUuid before = environment->keys.value(secretVariablePlace(name));
    environment->keys.insert(secretVariablePlace(name), key.id);
    const bool wasPlain = environment->variables.removeIf([&](const NameValue &row) { return row.name == name; }) > 0;
    if (const Result<void> written = m_environments.update(*environment); !written) {
        letGo(key.id);
        return written;
    }
    letGo(before);
    return wasPlain ? m_environments.forgetOldValues() : Result<void>();
}

Result<void> SecretVariables::rename(const QUuid &environmentId, const QString &name, const QString &newName)
{
    std::optional<Environment> environment = m_environments.find(environmentId);
    if (!environment)
        return noEnvironment();
    const QUuid keyId = environment->keys.take(secretVariablePlace(name));
    environment->keys.insert(secretVariablePlace(newName), keyId);
    for (Identity &each : environment->identities) {
        if (const QUuid own = each.keys.take(secretVariablePlace(name)); !own.isNull())
            each.keys.insert(secretVariablePlace(newName), own);
    }
    return m_environments.update(*environment).and_then([&]() -> Result<void> {
        std::optional<ApiKey> key = m_keys.find(keyId);
        if (!key)
            return {};
        key->name = keyName(newName, *environment);
        return m_keys.update(*key);
    });
}

Result<void> SecretVariables::remove(const QUuid &environmentId, const QString &name)
{
    std::optional<Environment> environment = m_environments.find(environmentId);
    if (!environment)
        return noEnvironment();
    QList<QUuid> values{environment->keys.take(secretVariablePlace(name))};
    for (Identity &each : environment->identities)
        values.append(each.keys.take(secretVariablePlace(name)));
    return m_environments.update(*environment).map([&] { std::ranges::for_each(values, [this](const QUuid &id) { letGo(id); }); });
}

/// A value that nobody uses any more.
void SecretVariables::letGo(const QUuid &keyId)
{
    if (keyId.isNull() || !m_keys.find(keyId) || !m_environments.usedBy(keyId).isEmpty())
        return;
    if (const Result<void> removed = m_ring.remove(keyId); !removed)
        qCWarning(lcKeys) << "the old value of a secret variable was not removed:" << removed.error().message;
}

} // namespace keydesk
