#include "app/keys/OAuthTokens.h"

#include "app/base/Guarded.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString lifeText(qint64 seconds)
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    constexpr qint64 day = 24 * hour;
    const auto count = [](qint64 number) { return static_cast<int>(number); };
    if (seconds < minute)
        return OAuthTokens::tr("Token expires in %n second(s)", nullptr, count(seconds));
    if (seconds < 2 * hour)
        return OAuthTokens::tr("Token expires in %n minute(s)", nullptr, count(seconds / minute));
    if (seconds < 2 * day)
        return OAuthTokens::tr("Token expires in %n hour(s)", nullptr, count(seconds / hour));
    return OAuthTokens::tr("Token expires in %n day(s)", nullptr, count(seconds / day));
}

} // namespace

QString describe(const AccessTokenState &state, const QDateTime &now)
{
    if (state.isFetching)
        return OAuthTokens::tr("Fetching an access token…");
    if (!state.problem.isEmpty())
        return state.problem;
    if (!state.isHeld)
        return OAuthTokens::tr("No access token is held. The next call fetches one.");
    return state.expiresAt.isValid() ? lifeText(now.secsTo(state.expiresAt))
                                     : OAuthTokens::tr("A token is held. The server did not say when it expires.");
}

/// One question to a token endpoint, for all who wait for its answer. Ends early when none of them is left.
class OAuthTokens::Fetch : public QObject
{
public:
    using Told = std::function<void(const Result<AccessToken> &)>;

    Fetch(const OAuthClient &client, const std::optional<QUuid> &environmentId, OAuthTokens &tokens, Told ended)
        : QObject(&tokens)
        , m_client(client)
        , m_environmentId(environmentId)
        , m_tokens(tokens)
        , m_ended(std::move(ended))
    {
    }

    [[nodiscard]] bool isOver() const { return m_isOver; }

    void wait(QObject *guard, Told done)
    {
        m_waiting.push_back({guard, std::move(done)});
        connect(guard, &QObject::destroyed, this, [this] {
            std::erase_if(m_waiting, [](const Waiting &one) { return !one.guard; });
            if (m_waiting.empty())
                end(failure(Error::Kind::Cancelled, OAuthTokens::tr("Nobody waits for the token any more.")));
        });
    }

    void ask(const Result<Secret> &secret)
    {
        if (!secret) {
            end(tl::unexpected(secret.error()));
            return;
        }
        const QString problem = tokenUrlProblem(m_client.tokenUrl.toString(QUrl::FullyEncoded));
        if (!problem.isEmpty()) {
            end(failure(Error::Kind::NoAccessToken, problem));
            return;
        }
        const QDateTime askedAt = m_tokens.m_now();
        PreparedRequest request = accessTokenRequest(m_client, *secret);
        request.environmentId = m_environmentId;
        m_call = m_tokens.m_send(request);
        connect(m_call, &HttpCall::finished, this, [this, askedAt](const Result<HttpResponse> &answer) {
            m_call.clear();
            end(readAccessToken(m_client, answer, askedAt, m_tokens.m_ring.redactor()));
        });
    }

private:
    struct Waiting
    {
        QPointer<QObject> guard;
        Told done;
    };

    void end(Result<AccessToken> &&outcome)
    {
        if (m_isOver)
            return;
        m_isOver = true;
        if (m_call) {
            disconnect(m_call, nullptr, this, nullptr);
            m_call->cancel();
        }
        later(this, [this, told = std::make_shared<const Result<AccessToken>>(std::move(outcome))] {
            deleteLater();
            m_ended(*told); // first, so that whoever is told sees the new state
            for (const Waiting &one : std::exchange(m_waiting, {})) {
                if (one.guard)
                    one.done(*told);
            }
        });
    }

    const OAuthClient m_client;
    const std::optional<QUuid> m_environmentId;
    OAuthTokens &m_tokens;
    const Told m_ended;
    std::vector<Waiting> m_waiting;
    QPointer<HttpCall> m_call;
    bool m_isOver = false;
};

OAuthTokens::OAuthTokens(KeyStore &keys, KeyRing &ring, Send send, Clock now, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_send(std::move(send))
    , m_now(std::move(now))
{
    connect(&m_keys, &KeyStore::removed, this,
            [this] { letGoOf([this](const QUuid &id) { return !m_keys.find(id); }); });
    connect(&m_ring, &KeyRing::placeChanged, this, [this](SecretPlace place) {
        using State = SecretStore::State;
        const State state = m_ring.store(place).state();
        if (state != State::Available && state != State::Unknown && state != State::Slow)
            letGoOf([this, place](const QUuid &id) { return m_keys.find(id).value_or(ApiKey()).place == place; });
    });
}

OAuthTokens::~OAuthTokens() = default;

std::optional<KeyBinding> OAuthTokens::binding(const QUuid &keyId) const
{
    return m_ring.binding(keyId);
}

void OAuthTokens::readToken(const QUuid &keyId, QObject *guard, Done done)
{
    readTokenFor({}, keyId, guard, std::move(done));
}

void OAuthTokens::readTokenFor(const std::optional<QUuid> &environmentId, const QUuid &keyId, QObject *guard, Done done)
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key || !key->oauth) {
        m_ring.readToken(keyId, guard, std::move(done));
        return;
    }
    m_lastFor.insert(keyId, environmentId);
    if (const Held *held = good(*key, environmentId)) {
        m_ring.countUse(keyId);
        later(guard, [token = std::make_shared<Secret>(held->access.token.copy()), done = std::move(done)] {
            done(std::move(*token));
        });
        return;
    }
    fetch(*key, environmentId).wait(guard, [done = std::move(done)](const Result<AccessToken> &outcome) {
        done(outcome ? Result<Secret>(outcome->token.copy()) : tl::unexpected(outcome.error()));
    });
}

const OAuthTokens::Held *OAuthTokens::good(const ApiKey &key, const std::optional<QUuid> &environmentId) const
{
    const auto found = m_held.find({key.id, environmentId.value_or(QUuid())});
    // Another secret may have taken the place of the one that it was given for.
    if (found == m_held.end() || found->second.fingerprint != key.fingerprint || found->second.client != key.oauth)
        return nullptr;
    const AccessToken &access = found->second.access;
    if (!access.expiresAt.isValid())
        return &found->second;
    // One that does not live long is used for half of its life.
    const qint64 early = qMin(qint64(1000) * margin.count(), access.fetchedAt.msecsTo(access.expiresAt) / 2);
    return m_now() < access.expiresAt.addMSecs(-early) ? &found->second : nullptr;
}

OAuthTokens::Fetch &OAuthTokens::fetch(const ApiKey &key, const std::optional<QUuid> &environmentId)
{
    const Whose whose{key.id, environmentId.value_or(QUuid())};
    if (const auto found = m_fetches.find(whose); found != m_fetches.end() && !found->second->isOver())
        return *found->second;
    m_held.erase(whose);
    auto *fetch = new Fetch(*key.oauth, environmentId, *this,
                            [this, key, whose](const Result<AccessToken> &outcome) { fetched(key, whose, outcome); });
    m_fetches.insert_or_assign(whose, fetch);
    m_ring.readToken(key.id, fetch, [fetch](const Result<Secret> &secret) { fetch->ask(secret); });
    Q_EMIT changed(key.id);
    return *fetch;
}

void OAuthTokens::fetched(const ApiKey &key, const Whose &whose, const Result<AccessToken> &outcome)
{
    if (const auto found = m_fetches.find(whose); found != m_fetches.end() && found->second->isOver())
        m_fetches.erase(found);
    m_problems.remove(key.id);
    if (outcome) {
        m_ring.makeKnown(outcome->token);
        if (m_keys.find(key.id) && !m_ring.lockedPlaceOf(key.id))
            m_held.insert_or_assign(whose, Held{{outcome->token.copy(), outcome->fetchedAt, outcome->expiresAt},
                                                *key.oauth,
                                                key.fingerprint});
    } else if (outcome.error().kind == Error::Kind::NoAccessToken) {
        m_problems.insert(key.id, outcome.error().message);
    }
    Q_EMIT changed(key.id);
}

AccessTokenState OAuthTokens::state(const QUuid &keyId) const
{
    AccessTokenState state;
    const std::optional<QUuid> environmentId = m_lastFor.value(keyId);
    const auto fetch = m_fetches.find({keyId, environmentId.value_or(QUuid())});
    state.isFetching = fetch != m_fetches.end() && !fetch->second->isOver();
    state.problem = m_problems.value(keyId);
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (const Held *held = key ? good(*key, environmentId) : nullptr) {
        state.isHeld = true;
        state.expiresAt = held->access.expiresAt;
    }
    return state;
}

void OAuthTokens::renew(const QUuid &keyId, QObject *guard, FetchDone done)
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key || !key->oauth) {
        later(guard, [done = std::move(done)] {
            done(failure(Error::Kind::NotFound, tr("This key does not exist any more, or needs no access token.")));
        });
        return;
    }
    const std::optional<QUuid> environmentId = m_lastFor.value(keyId);
    std::erase_if(m_held, [&keyId](const auto &held) { return held.first.first == keyId; });
    fetch(*key, environmentId).wait(guard, [this, keyId, done = std::move(done)](const Result<AccessToken> &outcome) {
        done(outcome ? Result<AccessTokenState>(state(keyId)) : tl::unexpected(outcome.error()));
    });
}

void OAuthTokens::tryOut(const OAuthClient &client, const Secret &secret, const std::optional<QUuid> &environmentId, QObject *guard,
                         FetchDone done)
{
    m_ring.makeKnown(secret);
    auto *fetch = new Fetch(client, environmentId, *this, [this](const Result<AccessToken> &outcome) {
        if (outcome)
            m_ring.makeKnown(outcome->token);
    });
    fetch->wait(guard, [done = std::move(done)](const Result<AccessToken> &outcome) {
        done(outcome ? Result<AccessTokenState>(AccessTokenState{false, true, outcome->expiresAt, {}})
                     : tl::unexpected(outcome.error()));
    });
    fetch->ask(secret.copy());
}

void OAuthTokens::letGoOf(const std::function<bool(const QUuid &)> &which)
{
    QList<QUuid> gone;
    std::erase_if(m_held, [&](const auto &held) {
        const QUuid &id = held.first.first;
        const bool goes = which(id);
        if (goes && !gone.contains(id))
            gone.append(id);
        return goes;
    });
    for (const QUuid &id : std::as_const(gone))
        Q_EMIT changed(id);
}

} // namespace keydesk
