#include "app/keys/rotation/RotateKeyJob.h"

#include "app/base/Log.h"
#include "app/keys/SecretPlaces.h"
#include "app/keys/TokenApiCall.h"
#include "app/keys/rotation/TakeBackJob.h"
#include "app/providers/TokenFormat.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// The place is in trouble, not the key: it may take it later.
bool isThePlaces(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::KeychainLocked:
    case Error::Kind::KeychainDenied:
    case Error::Kind::KeychainAbsent:
    case Error::Kind::KeychainSlow:
    case Error::Kind::KeychainFailed:
    case Error::Kind::SealedAbsent:
    case Error::Kind::SealedLocked:
    case Error::Kind::SealedDamaged:
    case Error::Kind::WrongPassphrase:
        return true;
    default:
        return false;
    }
}

/// A name that no other token has at the provider, so that this one can be found there even if its number was
/// never heard.
QString remoteNameFor(const QString &name)
{
    constexpr qsizetype longest = 200; // with what follows within the 255 that providers take
    QString base = name.left(longest);
    if (!base.isEmpty() && base.back().isHighSurrogate())
        base.chop(1);
    const QString date = QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate);
    return u"%1 %2 %3"_s.arg(base, date, QUuid::createUuid().toString(QUuid::Id128).left(6));
}

} // namespace

RotateKeyJob::RotateKeyJob(const RotationWork &work, const RotationStart &start, QObject *parent)
    : KeyWorkJob(work.keys, parent)
    , m_rotationWork(work)
    , m_start(start)
    , m_attended(true)
{
    m_rotation.id = QUuid::createUuid();
}

RotateKeyJob::RotateKeyJob(const RotationWork &work, const Rotation &found, bool attended, QObject *parent)
    : KeyWorkJob(work.keys, parent)
    , m_rotationWork(work)
    , m_attended(attended)
    , m_rotation(found)
{
}

void RotateKeyJob::start()
{
    const QUuid id = m_start ? m_start->keyId : m_rotation.oldKeyId;
    const std::optional<ApiKey> key = m_work.keys.find(id);
    if (!key) {
        finish(failure(Error::Kind::NotFound, tr("This key does not exist any more.")));
        return;
    }
    m_old = *key;
    if (!m_start) {
        stored(m_work.keys.find(m_rotation.newKeyId).value_or(ApiKey()));
        return;
    }
    m_rotation.method = m_start->method;
    m_rotation.oldKeyId = key->id;
    m_rotation.newKeyId = QUuid::createUuid();
    m_rotation.providerId = key->providerId;
    m_rotation.kindId = key->kindId;
    m_rotation.name = key->name;
    m_rotation.oldEnded = m_start->method == Rotation::Method::Guided && m_start->oldEnds;
    m_rotation.startedAt = QDateTime::currentDateTimeUtc();
    if (const std::optional<Error> error = hindrance(*key)) {
        finish(tl::unexpected(*error));
        return;
    }
    whenStorable(key->place, [this] {
        if (m_start->method == Rotation::Method::Guided) {
            m_token = m_start->token;
            store();
            return;
        }
        whenReadable(m_start->session.keyId, [this](const Result<void> &unlocked) {
            if (unlocked)
                create();
            else
                finish(tl::unexpected(unlocked.error()));
        });
    });
}

/// What would stop it half way: better found before anything is made.
std::optional<Error> RotateKeyJob::hindrance(const ApiKey &key)
{
    if (const Result<void> taken = m_rotationWork.rotations.refresh(); !taken)
        return taken.error();
    if (m_rotationWork.rotations.ofKey(key.id))
        return Error{Error::Kind::Conflict,
                     tr("“%1” is being rotated already. Finish that or undo it first.").arg(key.name),
                     {}};
    m_provider = m_work.providers.find(key.providerId);
    const std::optional<Environment> home = homeOf(key, m_work.environments);
    if (home)
        m_rotation.environmentId = home->id;
    if (m_start->method == Rotation::Method::Guided) {
        const std::optional<Error> problem = problemOfPasted();
        return problem ? problem : hindranceOf(key.place);
    }
    const TokenApi *api = m_provider ? m_provider->tokenApi(key.kindId) : nullptr;
    const QString providerName = m_provider ? m_provider->name : key.providerId;
    if (!api)
        return Error{Error::Kind::Unsupported,
                     tr("%1 cannot make keys of this kind through its API. Make the new one in its dashboard "
                        "and paste it.")
                         .arg(providerName),
                     {}};
    if (!home)
        return Error{Error::Kind::InvalidInput,
                     tr("No environment of %1 is left that “%2” belongs to, so it is not known where to make "
                        "the new key.")
                         .arg(providerName, key.name),
                     {}};
    const Result<TokenApi> filled = tokenApiFor(*api, *home);
    if (!filled)
        return filled.error();
    m_api = *filled;
    if (!m_api.sessionKindId.isEmpty() && m_start->session.isEmpty()) {
        const TokenKind *kind = m_provider->kind(m_api.sessionKindId);
        return Error{Error::Kind::InvalidInput,
                     tr("%1 makes a key only for somebody who is signed in. Paste the %2 first.")
                         .arg(providerName, kind ? kind->name : m_api.sessionKindId),
                     {}};
    }
    return hindranceOf(key.place);
}

std::optional<Error> RotateKeyJob::problemOfPasted() const
{
    const Secret *token = m_start->token.get();
    if (!token || token->isEmpty())
        return Error{Error::Kind::InvalidInput, tr("There is no token yet. Paste the new value first."), {}};
    const ApiKey key = m_work.keys.find(m_start->keyId).value_or(ApiKey());
    if (!canBeSent(*token, key.placement))
        return Error{Error::Kind::InvalidInput,
                     key.placement == KeyPlacement::Basic
                         ? tr("Paste the user name and the new password with a colon between them.")
                         : tr("This cannot be a token: it is too long, or holds characters that HTTP cannot carry. "
                        "Copy it again."),
                     {}};
    const std::optional<ApiKey> same = m_work.keys.findByFingerprint(m_work.keys.fingerprint(*token));
    if (same && same->id == m_start->keyId)
        return Error{
            Error::Kind::Duplicate, tr("This is the old value. Copy the new one from the dashboard."), {}};
    if (same)
        return Error{
            Error::Kind::Duplicate, tr("This token is stored already, as “%1”.").arg(same->name), {}};
    return {};
}

Result<void> RotateKeyJob::note(Rotation::Step step)
{
    Rotation next = m_rotation;
    next.step = step;
    next.lastError.clear();
    return m_rotationWork.rotations.write(next).map([&] { m_rotation = next; });
}

// --- Create
// --------------------------------------------------------------------------------------------------------------

void RotateKeyJob::create()
{
    const std::optional<Environment> home = m_work.environments.find(m_rotation.environmentId);
    const Result<Origin> origin = Origin::fromUrl(QUrl(home ? home->baseUrl : QString()));
    if (!origin) {
        finish(tl::unexpected(origin.error()));
        return;
    }
    m_rotation.remoteName = remoteNameFor(m_old.name);
    if (const Result<void> noted = note(Rotation::Step::Creating); !noted) {
        finish(tl::unexpected(noted.error()));
        return;
    }
    Q_EMIT progress(tr("Asking %1 for a new key…").arg(m_provider->name));
    const Authorisation authorisation =
        authorisationOf(m_start->session, m_provider->kind(m_api.sessionKindId), *origin, home->id);
    sendSignedIn(
        createTokenRequest(m_api, QUrl(home->baseUrl), m_rotation.remoteName, m_old.abilities, authorisation),
        [this](const Result<HttpResponse> &outcome, const CallTrace &trace) {
            if (outcome && outcome->isOk())
                created(*outcome);
            else if (outcome) // a server in trouble may have made it before it fell
                notCreated(refusedBy(*m_provider, *outcome, m_work.ring.redactor()), outcome->status >= 500);
            else
                notCreated(outcome.error(), !trace.sent.isEmpty());
        });
}

void RotateKeyJob::notCreated(const Error &error, bool mayExist)
{
    if (mayExist) {
        takeBack(error);
        return;
    }
    if (const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id); !removed)
        qCWarning(lcKeys) << "a rotation was not ended:" << removed.error().detail;
    finish(isCancelled() ? failure(Error::Kind::Cancelled, tr("It was stopped. Nothing was changed."))
                         : tl::unexpected(error));
}

void RotateKeyJob::created(const HttpResponse &response)
{
    Result<CreatedToken> made = readCreatedToken(m_api, response.body);
    if (!made) {
        takeBack(made.error());
        return;
    }
    m_work.ring.makeKnown(made->token); // before anything can be said about it
    m_token = std::make_shared<const Secret>(std::move(made->token));
    m_rotation.remoteId = made->remoteId;
    if (isCancelled())
        takeBack({Error::Kind::Cancelled, tr("It was stopped."), {}});
    else if (!canBeSent(*m_token))
        takeBack({Error::Kind::BadResponse,
                  tr("What %1 gave as the new token cannot be one.").arg(m_provider->name),
                  {}});
    else
        store();
}

// --- Store
// ---------------------------------------------------------------------------------------------------------------

void RotateKeyJob::store()
{
    if (const Result<void> noted = note(Rotation::Step::Storing); !noted) {
        takeBack(noted.error());
        return;
    }
    become(State::Working);
    ApiKey key = m_old;
    key.id = m_rotation.newKeyId;
    key.name = nameBeside(m_work.keys, m_old.name, tr("new", "in the name of a key: CI (new)"), key.id);
    key.remoteId = m_rotation.remoteId;
    key.status = ApiKey::Status::Unchecked;
    key.createdAt = key.lastUsedAt = key.expiresAt = key.lastCheckedAt = key.snoozedUntil = QDateTime();
    key.lastCheckNote.clear();
    m_storing = true;
    watchPlace(key.place);
    m_work.ring.store(key, m_token, this, [this](const Result<ApiKey> &outcome) {
        m_storing = false;
        stored(outcome);
    });
}

void RotateKeyJob::stored(const Result<ApiKey> &outcome)
{
    if (!outcome && !isCancelled() && isThePlaces(outcome.error().kind)) {
        // Its entry may be cleared away any time from now on: the next attempt is another entry.
        m_rotation.newKeyId = QUuid::createUuid();
        become(State::StoreFailed, outcome.error());
        return;
    }
    if (!outcome) {
        takeBack(outcome.error());
        return;
    }
    m_token.reset();
    if (isCancelled()) {
        takeBack({Error::Kind::Cancelled, tr("It was stopped."), {}});
        return;
    }
    if (const Result<void> noted = note(Rotation::Step::Proving); !noted) {
        takeBack(noted.error());
        return;
    }
    if (m_start) {
        const QString what = m_rotation.method == Rotation::Method::Api
                                 ? tr("Made through the API to replace “%1”")
                                 : tr("Pasted to replace “%1”");
        if (const Result<void> event =
                m_work.keys.addEvent(m_rotation.newKeyId, KeyAction::Created, what.arg(m_old.name));
            !event)
            qCWarning(lcKeys) << "an event was not noted:" << event.error().detail;
    }
    prove();
}

// --- Prove and switch
// ----------------------------------------------------------------------------------------------------

void RotateKeyJob::prove()
{
    delete m_proof;
    m_proof = new KeyProof(m_work, m_rotation.newKeyId, provingGrounds(m_old, m_work.environments), this);
    connect(m_proof, &KeyProof::changed, this, &RotateKeyJob::stateChanged);
    connect(m_proof, &KeyProof::finished, this, &RotateKeyJob::proved);
    become(State::Working);
    Q_EMIT progress(tr("Trying the new key…"));
    m_proof->start();
}

void RotateKeyJob::proved()
{
    const QList<Proof> proofs = m_proof->proofs();
    const Proof::State verdict = verdictOf(proofs);
    const auto worst = std::ranges::find(proofs, verdict, &Proof::state);
    std::optional<Error> trouble;
    if (verdict != Proof::State::Proven) {
        const QString where =
            worst == proofs.end()
                ? tr("There is no environment to try the new key in.")
                : tr("In “%1”: %2")
                      .arg(worst->environmentName, worst->why.isEmpty() ? worst->note : worst->why);
        const Error::Kind kind =
            worst != proofs.end() && worst->error ? worst->error->kind : Error::Kind::Refused;
        trouble = Error{kind, where, {}};
    }
    const State state = verdict == Proof::State::Proven        ? State::Proved
                        : verdict == Proof::State::Refused     ? State::Refused
                        : verdict == Proof::State::Unreachable ? State::Unreachable
                                                               : State::Inconclusive;
    become(state, trouble);
    if (trouble) {
        Rotation now = m_rotation;
        now.lastError = trouble->message;
        if (const Result<void> written = m_rotationWork.rotations.write(now); !written)
            qCWarning(lcKeys) << "a step of a rotation was not noted:" << written.error().detail;
    }
    if (m_attended)
        return;
    if (state == State::Proved)
        switchOver();
    else if (state == State::Refused)
        takeBack({trouble->kind, tr("The new key was refused. %1").arg(trouble->message), {}});
    else
        finish(tl::unexpected(*trouble));
}

void RotateKeyJob::retry()
{
    if (hasEnded() || isCancelled() || m_takingBack || m_state == State::Working)
        return;
    if (m_state == State::StoreFailed) {
        unlockAndStore();
        return;
    }
    become(State::Working);
    whenReadable(m_rotation.newKeyId, [this](const Result<void> &unlocked) {
        if (isCancelled() || m_takingBack)
            return;
        if (unlocked)
            m_proof->start();
        else
            become(State::Unreachable, unlocked.error());
    });
}

/// Unlike `whenStorable` it does not end the job where it cannot: there is a token to be stored or taken
/// back.
void RotateKeyJob::unlockAndStore()
{
    become(State::Working);
    SecretStore &place = m_work.ring.store(m_old.place);
    if (place.state() != SecretStore::State::Locked) {
        store();
        return;
    }
    Q_EMIT progress(waitingToUnlock(m_old.place));
    place.unlock(this, [this](const Result<void> &outcome) {
        if (hasEnded() || isCancelled() || m_takingBack)
            return;
        if (outcome)
            store();
        else
            become(State::StoreFailed, outcome.error());
    });
}

void RotateKeyJob::switchOver()
{
    if (hasEnded() || isCancelled() || (m_state != State::Proved && m_state != State::Inconclusive))
        return;
    const QList<Proof> proofs = m_proof->proofs();
    const QList<QUuid> grounds = provingGrounds(m_old, m_work.environments);
    const bool allTried = std::ranges::all_of(grounds, [&proofs](const QUuid &id) {
        return std::ranges::find(proofs, id, &Proof::environmentId) != proofs.end();
    });
    if (!allTried) {
        prove();
        return;
    }
    if (const Result<void> switched = keydesk::switchOver(m_rotationWork, m_rotation); !switched) {
        become(m_state, switched.error());
        if (!m_attended)
            finish(tl::unexpected(switched.error()));
        return;
    }
    finish(m_work.keys.find(m_rotation.newKeyId).value_or(ApiKey()));
}

void RotateKeyJob::become(State state, const std::optional<Error> &trouble)
{
    m_state = state;
    m_trouble = trouble;
    Q_EMIT stateChanged();
}

// --- Back
// ----------------------------------------------------------------------------------------------------------------

void RotateKeyJob::stop()
{
    if (m_takingBack)
        return;
    const Error stopped{Error::Kind::Cancelled, tr("It was stopped."), {}};
    if (m_storing)
        m_work.ring.cancelStore(m_rotation.newKeyId); // whose answer goes on with `takeBack`
    else if (m_proof || m_state == State::StoreFailed || m_token)
        takeBack(stopped);
    else if (!isCalling())
        KeyWorkJob::stop();
    // A call that is on its way is waited for: aborting it would leave a token at the provider that nobody
    // knows of.
}

void RotateKeyJob::giveUp(const Error &reason)
{
    if (!hasEnded() && !isCancelled() && !m_takingBack && m_state != State::Working)
        takeBack(reason);
}

void RotateKeyJob::takeBack(const Error &reason)
{
    if (m_proof)
        m_proof->stop();
    if (m_rotation.oldEnded) {
        keepBoth(reason);
        return;
    }
    m_takingBack = true;
    m_token.reset();
    become(State::Working);
    m_rotation.lastError = reason.message;
    auto *job = new TakeBackJob(m_rotationWork, m_rotation, m_start ? m_start->session : SignIn(), this);
    connect(job, &KeyJob::progress, this, &KeyJob::progress);
    connect(job, &KeyJob::finished, this, [this, reason](const Result<ApiKey> &outcome) {
        if (outcome) {
            finish(failure(
                reason.kind,
                tr("%1 The new key was taken back; “%2” is used as before.").arg(reason.message, m_old.name),
                reason.detail));
            return;
        }
        // Not Cancelled: the user has something left to do, and must see this.
        const Error::Kind kind = reason.kind == Error::Kind::Cancelled ? Error::Kind::Refused : reason.kind;
        finish(failure(
            kind,
            tr("%1 “%2” is used as before. %3").arg(reason.message, m_old.name, outcome.error().message),
            reason.detail));
    });
}

/// The old token has ended: the new one, even if it was refused, may be all that there is.
void RotateKeyJob::keepBoth(const Error &reason)
{
    const std::optional<ApiKey> key = m_work.keys.find(m_rotation.newKeyId);
    if (const Result<void> removed = m_rotationWork.rotations.remove(m_rotation.id); !removed)
        qCWarning(lcKeys) << "a rotation was not ended:" << removed.error().detail;
    const Error::Kind kind =
        reason.kind == Error::Kind::Cancelled && key ? Error::Kind::Refused : reason.kind;
    finish(failure(kind,
                   key ? tr("%1 Nothing was switched. The pasted value is kept as “%2”, beside “%3”.")
                             .arg(reason.message, key->name, m_old.name)
                       : tr("%1 Nothing was switched.").arg(reason.message),
                   reason.detail));
}

} // namespace keydesk
