#include "app/keys/RemoteTokenService.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"

#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

QList<ApiKey> keysOf(const RemoteSource &source, const KeyStore &keys, const EnvironmentStore &environments)
{
    const std::optional<Environment> environment = environments.find(source.environmentId);
    const Result<Origin> origin =
        environment ? Origin::fromUrl(QUrl(environment->baseUrl)) : Result<Origin>(tl::unexpected(Error()));
    QList<ApiKey> found;
    if (!origin)
        return found;
    for (const ApiKey &key : keys.all()) {
        if (key.providerId == environment->providerId && key.kindId == source.kindId &&
            key.origins.contains(*origin))
            found << key;
    }
    return found;
}

QString learntWords(const ApiKey &before, const ApiKey &after)
{
    QStringList parts;
    if (before.abilities != after.abilities)
        parts << RemoteTokenService::tr("abilities %1").arg(after.abilities.join(u", "_s));
    if (before.expiresAt != after.expiresAt)
        parts << RemoteTokenService::tr("expires on %1")
                     .arg(QLocale().toString(after.expiresAt.toLocalTime().date(), QLocale::LongFormat));
    if (before.status != after.status) {
        switch (after.status) {
        case ApiKey::Status::Revoked:
            parts << RemoteTokenService::tr("revoked");
            break;
        case ApiKey::Status::Expired:
            parts << RemoteTokenService::tr("expired");
            break;
        case ApiKey::Status::Refused:
            parts << RemoteTokenService::tr("switched off");
            break;
        case ApiKey::Status::Unchecked:
        case ApiKey::Status::Works:
        case ApiKey::Status::Missing:
            parts << RemoteTokenService::tr("still good");
            break;
        }
    }
    return parts.join(u"; "_s);
}

RemoteTokenService::RemoteTokenService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments,
                                       const ProviderCatalog &providers, HttpClient &http,
                                       KeyService &keyService, RemoteTokenStore &lists, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_environments(environments)
    , m_providers(providers)
    , m_http(http)
    , m_keyService(keyService)
    , m_lists(lists)
{
    connect(&lists, &RemoteTokenStore::changed, this, &RemoteTokenService::changed);
}

KeyWork RemoteTokenService::work() const
{
    return {m_keys, m_ring, m_environments, m_providers, m_http};
}

QList<RemoteSource> RemoteTokenService::sources() const
{
    QList<RemoteSource> found;
    for (const Environment &environment : m_environments.all()) {
        const Provider *provider = m_providers.find(environment.providerId);
        if (!provider)
            continue;
        for (const TokenApi &api : provider->tokenApis) {
            if (api.canList())
                found.append({environment.id, api.kindId});
        }
    }
    return found;
}

std::optional<Environment> RemoteTokenService::environmentOf(const RemoteSource &source) const
{
    return m_environments.find(source.environmentId);
}

const Provider *RemoteTokenService::providerOf(const RemoteSource &source) const
{
    const std::optional<Environment> environment = environmentOf(source);
    return environment ? m_providers.find(environment->providerId) : nullptr;
}

const TokenApi *RemoteTokenService::apiOf(const RemoteSource &source) const
{
    const Provider *provider = providerOf(source);
    return provider ? provider->tokenApi(source.kindId) : nullptr;
}

RemoteList RemoteTokenService::list(const RemoteSource &source) const
{
    const std::optional<Environment> environment = environmentOf(source);
    return environment ? m_lists.find(source, environment->baseUrl) : RemoteList();
}

QList<Reconciled> RemoteTokenService::compare(const RemoteSource &source) const
{
    const RemoteList known = list(source);
    const QList<ApiKey> keys = keysOf(source, m_keys, m_environments);
    if (known.wasFetched())
        return reconcile(keys, known.tokens);
    // Nothing is known of the provider's side: then nothing is gone either.
    RemoteTokens unknown;
    unknown.cut = true;
    return reconcile(keys, unknown);
}

std::optional<RemoteSighting> RemoteTokenService::sightingOf(const ApiKey &key) const
{
    if (key.remoteId.isEmpty())
        return {};
    std::optional<RemoteSighting> best;
    for (const Environment &environment : m_environments.all()) {
        const RemoteSource source{environment.id, key.kindId};
        const TokenApi *api = environment.providerId == key.providerId ? apiOf(source) : nullptr;
        const Result<Origin> origin = Origin::fromUrl(QUrl(environment.baseUrl));
        if (!api || !api->canList() || !origin || !key.origins.contains(*origin))
            continue;
        const RemoteList known = m_lists.find(source, environment.baseUrl);
        if (!known.wasFetched() || (best && best->fetchedAt >= known.fetchedAt))
            continue;
        RemoteSighting sighting{{}, known.fetchedAt, known.error, known.tokens.cut};
        const auto found =
            std::find_if(known.tokens.tokens.begin(), known.tokens.tokens.end(),
                         [&key](const RemoteToken &token) { return token.id == key.remoteId; });
        if (found != known.tokens.tokens.end())
            sighting.token = *found;
        best = sighting;
    }
    return best;
}

QList<ApiKey> RemoteTokenService::sessionKeys(const RemoteSource &source) const
{
    const std::optional<Environment> environment = environmentOf(source);
    const Provider *provider = providerOf(source);
    const Result<Origin> origin = Origin::fromUrl(QUrl(environment ? environment->baseUrl : QString()));
    return provider && origin ? keydesk::sessionKeys(m_keys, *provider, sessionKind(*provider, source.kindId), *origin)
                              : QList<ApiKey>();
}

ListTokensJob *RemoteTokenService::fetch(const RemoteSource &source, const SignIn &session)
{
    return new ListTokensJob(work(), m_lists, source, session, this);
}

RevokeTokensJob *RemoteTokenService::revoke(const RemoteSource &source,
                                            const QList<RevokeTokensJob::Item> &items, const SignIn &session)
{
    return new RevokeTokensJob(work(), m_lists, source, items, session, this);
}

Result<KeyJob *> RemoteTokenService::adopt(const RemoteSource &source, const RemoteToken &token,
                                           std::shared_ptr<const Secret> secret, const QString &name)
{
    const std::optional<Environment> environment = environmentOf(source);
    if (!environment)
        return failure(Error::Kind::NotFound,
                       tr("This environment does not exist any more. Choose another one."));
    if (!secret || secret->isEmpty())
        return failure(Error::Kind::InvalidInput, tr("Paste the token first."));
    const Result<Origin> origin = Origin::fromUrl(QUrl(environment->baseUrl));
    if (!origin)
        return tl::unexpected(origin.error());
    if (!canBe(*secret, token))
        return failure(Error::Kind::InvalidInput,
                       tr("This is not the token of “%1”: it does not begin or end as the provider says.")
                           .arg(token.name));
    NewKey draft;
    draft.name = name;
    draft.providerId = environment->providerId;
    draft.kindId = source.kindId;
    draft.origins = {*origin}; // it takes no other key's place in the environment
    draft.remoteId = token.id;
    draft.abilities = token.abilities;
    draft.expiresAt = token.expiresAt;
    KeyJob *job = m_keyService.add(draft, std::move(secret));
    connect(job, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        if (!outcome)
            return;
        if (const Result<void> noted =
                m_keys.addEvent(outcome->id, KeyAction::Adopted, tr("Adopted from the provider's list"));
            !noted)
            qCWarning(lcKeys) << "an event was not noted:" << noted.error().detail;
    });
    return job;
}

void RemoteTokenService::link(const QUuid &keyId, const RemoteToken &token, QObject *guard,
                              std::function<void(const Result<void> &)> done)
{
    if (token.prefix.isEmpty()) {
        later(guard, [this, keyId, token, done = std::move(done)] { done(linkNow(keyId, token)); });
        return;
    }
    m_ring.readForUser(
        keyId, guard, [this, keyId, token, done = std::move(done)](const Result<Secret> &secret) {
            if (!secret)
                done(tl::unexpected(secret.error()));
            else if (!canBe(*secret, token))
                done(failure(Error::Kind::InvalidInput,
                             tr("This key is not “%1”: its token does not begin or end as the provider says.")
                                 .arg(token.name)));
            else
                done(linkNow(keyId, token));
        });
}

Result<void> RemoteTokenService::linkNow(const QUuid &keyId, const RemoteToken &token)
{
    std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return failure(Error::Kind::NotFound, tr("This key does not exist any more."));
    if (!token.lastFour.isEmpty() && !key->hint.endsWith(token.lastFour))
        return failure(Error::Kind::InvalidInput,
                       tr("“%1” is not “%2”: its token ends differently.").arg(key->name, token.name));
    for (const ApiKey &other : m_keys.all()) {
        if (other.id != keyId && other.remoteId == token.id && other.providerId == key->providerId &&
            other.kindId == key->kindId && other.origins == key->origins)
            return failure(Error::Kind::Duplicate,
                           tr("“%1” is linked to this token already.").arg(other.name));
    }
    key->remoteId = token.id;
    if (const std::optional<ApiKey> updated = learnt(*key, token))
        key = updated;
    if (Result<void> written = m_keys.update(*key); !written)
        return written;
    return m_keys.addEvent(keyId, KeyAction::Adopted,
                           tr("Linked to “%1” in the provider's list").arg(token.name));
}

Result<void> RemoteTokenService::forget(const QUuid &keyId)
{
    return m_keyService.remove(keyId);
}

Result<void> RemoteTokenService::markRevoked(const QUuid &keyId)
{
    std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return failure(Error::Kind::NotFound, tr("This key does not exist any more."));
    key->status = ApiKey::Status::Revoked;
    if (Result<void> written = m_keys.update(*key); !written)
        return written;
    return m_keys.addEvent(keyId, KeyAction::Revoked,
                           tr("Marked as revoked: the provider does not list it any more"));
}

Result<void> RemoteTokenService::setVariable(const RemoteSource &source, const QString &name,
                                             const QString &value)
{
    std::optional<Environment> environment = environmentOf(source);
    if (!environment)
        return failure(Error::Kind::NotFound,
                       tr("This environment does not exist any more. Choose another one."));
    const auto known = std::find_if(environment->variables.begin(), environment->variables.end(),
                                    [&name](const NameValue &row) { return row.name == name; });
    if (known != environment->variables.end())
        *known = {name, value, true};
    else
        environment->variables.append({name, value, true});
    return m_environments.update(*environment);
}

} // namespace keydesk
