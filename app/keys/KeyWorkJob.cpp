#include "app/keys/KeyWorkJob.h"

#include "app/base/Guarded.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/SecretPlaces.h"

using namespace Qt::StringLiterals;

namespace keydesk {

KeyWorkJob::KeyWorkJob(const KeyWork &work, QObject *parent)
    : KeyJob(parent)
    , m_work(work)
{
    later(this, [this] {
        if (!m_cancelled)
            start();
    });
}

void KeyWorkJob::cancel()
{
    if (m_ended || m_cancelled)
        return;
    m_cancelled = true;
    later(this, [this] {
        if (!m_ended)
            stop();
    });
}

void KeyWorkJob::dropCall()
{
    if (!m_call)
        return;
    disconnect(m_call, nullptr, this, nullptr);
    m_call->cancel();
}

void KeyWorkJob::stop()
{
    dropCall();
    finish(failure(Error::Kind::Cancelled, tr("It was stopped. Nothing was changed.")));
}

void KeyWorkJob::finish(const Result<ApiKey> &outcome)
{
    if (m_ended)
        return;
    m_ended = true;
    Q_EMIT finished(outcome);
    deleteLater();
}

void KeyWorkJob::send(const PreparedRequest &request, Answered answered)
{
    m_call = m_work.http.send(request);
    connect(m_call, &HttpCall::waitingForToken, this,
            [this] { Q_EMIT progress(tr("Waiting for the keychain…")); });
    connect(m_call, &HttpCall::finished, this,
            [this, call = m_call.get(), answered = std::move(answered)](const Result<HttpResponse> &outcome) {
                m_call.clear();
                if (!m_ended)
                    answered(outcome, call->trace());
            });
}

void KeyWorkJob::whenStorable(SecretPlace place, std::function<void()> goOn)
{
    SecretStore &store = m_work.ring.store(place);
    if (store.state() != SecretStore::State::Locked) {
        goOn();
        return;
    }
    Q_EMIT progress(waitingToUnlock(place));
    store.unlock(this, [this, goOn = std::move(goOn)](const Result<void> &outcome) {
        if (m_ended || m_cancelled)
            return;
        if (outcome)
            goOn();
        else
            finish(tl::unexpected(outcome.error()));
    });
}

void KeyWorkJob::whenReadable(const std::optional<QUuid> &keyId, std::function<void(const Result<void> &)> goOn)
{
    const std::optional<SecretPlace> locked = keyId ? m_work.ring.lockedPlaceOf(*keyId) : std::nullopt;
    if (!locked) {
        goOn({});
        return;
    }
    Q_EMIT progress(waitingToUnlock(*locked));
    m_work.ring.store(*locked).unlock(this, [this, goOn = std::move(goOn)](const Result<void> &outcome) {
        if (!m_ended)
            goOn(outcome);
    });
}

std::optional<Error> KeyWorkJob::hindranceOf(SecretPlace place) const
{
    const SecretStore &store = m_work.ring.store(place);
    const bool sealed = place == SecretPlace::SealedFile;
    switch (store.state()) {
    case SecretStore::State::Absent:
        return Error{sealed ? Error::Kind::SealedAbsent : Error::Kind::KeychainAbsent, store.describe(), {}};
    case SecretStore::State::Denied:
        return Error{Error::Kind::KeychainDenied, store.describe(), {}};
    case SecretStore::State::Unknown:
    case SecretStore::State::Available:
    case SecretStore::State::Locked:
    case SecretStore::State::Slow:
        break;
    case SecretStore::State::Failing:
        if (sealed) // which will not mend itself meanwhile
            return Error{Error::Kind::SealedDamaged, store.describe(), {}};
        break;
    }
    return {};
}

void KeyWorkJob::sendSignedIn(const PreparedRequest &request, Answered answered)
{
    send(request, [this, keyId = request.keyId, answered = std::move(answered)](
                      const Result<HttpResponse> &outcome, const CallTrace &trace) {
        if (outcome && keyId && trace.keyWithheld.isEmpty())
            noteKeyUse(m_work.keys, *keyId, outcome->status);
        answered(outcome, trace);
    });
}

void KeyWorkJob::watchPlace(SecretPlace place)
{
    SecretStore &store = m_work.ring.store(place);
    const auto say = [this](SecretStore::State state) {
        if (state == SecretStore::State::Slow)
            Q_EMIT progress(tr("The system keychain has not answered yet. It may be waiting for its password "
                               "in another window."));
    };
    connect(&store, &SecretStore::stateChanged, this, say);
    Q_EMIT progress(place == SecretPlace::SystemKeychain ? tr("Waiting for the keychain…") : tr("Storing the key…"));
    say(store.state());
}

std::optional<Environment> homeOf(const ApiKey &key, const EnvironmentStore &environments)
{
    for (const Environment &environment : environments.usedBy(key.id)) {
        if (environment.providerId == key.providerId)
            return environment;
    }
    for (const Environment &environment : environments.all()) {
        const Result<Origin> origin = Origin::fromUrl(QUrl(environment.baseUrl));
        if (environment.providerId == key.providerId && origin && key.origins.contains(*origin))
            return environment;
    }
    return {};
}

QList<ApiKey> sessionKeysFor(const ApiKey &key, const KeyWork &work)
{
    const Provider *provider = work.providers.find(key.providerId);
    const std::optional<Environment> home = homeOf(key, work.environments);
    const Result<Origin> origin = Origin::fromUrl(QUrl(home ? home->baseUrl : QString()));
    return provider && origin ? sessionKeys(work.keys, *provider, sessionKind(*provider, key.kindId), *origin)
                              : QList<ApiKey>();
}

Result<ApiKey> keyOfDraft(const NewKey &draft, const KeyWork &work)
{
    const QString name = draft.name.trimmed();
    if (const std::optional<QString> problem = keyNameProblem(name))
        return failure(Error::Kind::InvalidInput, *problem);
    const Provider *provider = work.providers.find(draft.providerId);
    const TokenKind *kind = provider ? provider->kind(draft.kindId) : nullptr;
    if (!kind)
        return failure(Error::Kind::InvalidInput,
                       KeyService::tr("Choose a provider and a kind of key first."),
                       u"no kind %1 of provider %2"_s.arg(draft.kindId, draft.providerId));
    ApiKey key;
    key.name = name;
    key.providerId = draft.providerId;
    key.kindId = draft.kindId;
    key.setForm(draft.form.value_or(kind->form()));
    key.oauth = draft.oauth;
    key.abilities = draft.abilities;
    key.expiresAt = draft.expiresAt;
    key.place = draft.place.value_or(work.ring.defaultPlace());
    if (draft.verdict) {
        key.status = draft.verdict->status;
        key.lastCheckNote = draft.verdict->note;
        key.lastCheckedAt = draft.verdict->at;
    }
    if (draft.environmentId) {
        const std::optional<Environment> environment = work.environments.find(*draft.environmentId);
        if (!environment)
            return failure(Error::Kind::NotFound,
                           KeyService::tr("This environment does not exist any more. Choose another one."));
        const Result<Origin> origin = Origin::fromUrl(QUrl(environment->baseUrl));
        if (!origin)
            return tl::unexpected(origin.error());
        key.origins = {*origin};
    }
    for (const Origin &origin : draft.origins) {
        if (!key.origins.contains(origin))
            key.origins << origin;
    }
    key.remoteId = draft.remoteId;
    return key;
}

namespace {

/// The key that another one of its kind, which was refused, must not push out without being told to.
std::optional<ApiKey> keyToKeep(const NewKey &draft, const KeyWork &work)
{
    const std::optional<Environment> environment = work.environments.find(*draft.environmentId);
    if (!environment || !draft.verdict || !isRefused(draft.verdict->status))
        return {};
    const std::optional<QUuid> id = environment->keyOf(draft.kindId, draft.identity);
    std::optional<ApiKey> key = id ? work.keys.find(*id) : std::nullopt;
    return key && !isRefused(key->status) ? key : std::nullopt;
}

} // namespace

Result<ApiKey> putIntoEnvironment(const ApiKey &key, const NewKey &draft, const KeyWork &work)
{
    if (!draft.environmentId || keyToKeep(draft, work))
        return key;
    const Result<void> set = work.environments.setKey(*draft.environmentId, key.kindId, key.id, draft.identity);
    if (set)
        return key;
    return failure(
        set.error().kind,
        KeyService::tr("The key “%1” is stored, but it could not be made the key of its environment: %2")
            .arg(key.name, set.error().message),
        set.error().detail);
}

} // namespace keydesk
