#include "app/keys/rotation/RotationService.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/keys/KeysLock.h"
#include "app/keys/SecretPlaces.h"
#include "app/keys/rotation/RevokeOldJob.h"
#include "app/keys/rotation/TakeBackJob.h"
#include "app/storage/Database.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Step = Rotation::Step;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

// How often it is looked whether something is due: short, because a timer does not count the time that the
// computer slept.
constexpr std::chrono::seconds tickEvery{20};
// While another process changes keys.
constexpr std::chrono::milliseconds lookAgainAfter{500};
// So that a computer that loses its power does not begin to count anew.
constexpr std::chrono::minutes writeEvery{5};

/// Until the next attempt at what failed.
milliseconds pauseAfter(int failed)
{
    constexpr std::array pauses{std::chrono::seconds(2), std::chrono::seconds(15), std::chrono::seconds(60),
                                std::chrono::seconds(300)};
    return pauses.at(static_cast<std::size_t>(std::clamp(failed, 1, int(pauses.size())) - 1));
}

/// "6 hours", "2 days".
QString inWords(milliseconds time)
{
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(time).count();
    if (minutes < 60)
        return RotationService::tr("%n minute(s)", nullptr, static_cast<int>(std::max<qint64>(1, minutes)));
    const auto hours = (minutes + 30) / 60;
    if (hours < 48)
        return RotationService::tr("%n hour(s)", nullptr, static_cast<int>(hours));
    return RotationService::tr("%n day(s)", nullptr, static_cast<int>((hours + 12) / 24));
}

tl::unexpected<Error> noSuchRotation()
{
    return failure(Error::Kind::NotFound, RotationService::tr("This rotation is over already."));
}

} // namespace

RotationService::RotationService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments,
                                 const ProviderCatalog &providers, HttpClient &http, Database &database,
                                 ReadClock clock, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_ring(ring)
    , m_environments(environments)
    , m_providers(providers)
    , m_http(http)
    , m_database(database)
    , m_clock(std::move(clock))
    , m_rotations(database)
    , m_written(Steady::now())
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RotationService::tick);
    connect(&m_rotations, &RotationStore::changed, this, &RotationService::changed);
    connect(&m_rotations, &RotationStore::changed, this, [this] {
        if (m_resumed && !m_timer.isActive())
            m_timer.start(tickEvery);
    });
    connect(&m_keys, &KeyStore::removed, this, &RotationService::keyRemoved);
    const auto soon = [this] {
        if (m_resumed)
            m_timer.start(0);
    };
    connect(&m_keys, &KeyStore::added, this, soon); // a key whose storing was interrupted is complete now
    connect(&m_ring, &KeyRing::notice, this, soon); // or was taken back
    connect(&m_ring, &KeyRing::placeChanged, this, [this](SecretPlace place) {
        if (m_ring.store(place).state() == SecretStore::State::Available)
            tryAgain();
    });
}

RotationService::~RotationService()
{
    if (m_resumed)
        count(true);
}

RotationWork RotationService::work() const
{
    return {{m_keys, m_ring, m_environments, m_providers, m_http},
            const_cast<RotationStore &>(m_rotations),
            m_database};
}

Result<void> RotationService::load()
{
    return m_rotations.load();
}

const TokenKind *RotationService::sessionFor(const Rotation &rotation) const
{
    const Provider *provider = m_providers.find(rotation.providerId);
    return provider ? sessionKind(*provider, rotation.kindId) : nullptr;
}

RotationPlan RotationService::planFor(const ApiKey &key) const
{
    RotationPlan plan;
    plan.environments = provingGrounds(key, m_environments);
    const Provider *provider = m_providers.find(key.providerId);
    const TokenKind *kind = provider ? provider->kind(key.kindId) : nullptr;
    const TokenApi *api = provider ? provider->tokenApi(key.kindId) : nullptr;
    plan.byApi = api && homeOf(key, m_environments);
    if (provider)
        plan.session = sessionKind(*provider, key.kindId);
    plan.sessionKeys = sessionKeysFor(key, work().keys);
    plan.revokesByApi = canRevokeByApi(key, provider);
    if (kind) {
        plan.renewingEndsOld = kind->renewingEndsOld;
        plan.steps = kind->renewSteps;
        const QString origin = key.origins.isEmpty() ? QString() : key.origins.first().toString();
        plan.dashboard = QUrl(QString(kind->dashboardUrl).replace("{baseOrigin}"_L1, origin));
    }
    return plan;
}

// --- What the user does
// --------------------------------------------------------------------------------------------------

template <typename Job>
Job *RotationService::watched(const QUuid &rotationId, Job *job)
{
    m_jobs.insert(rotationId, job);
    const auto isOver = [this, rotationId, job] {
        if (const KeyJob *now = m_jobs.value(rotationId); now && now != job)
            return; // another one is at it already
        m_jobs.remove(rotationId);
        Q_EMIT changed();
    };
    connect(job, &KeyJob::finished, this, isOver);
    connect(job, &QObject::destroyed, this, isOver);
    return job;
}

RotateKeyJob *RotationService::rotate(const RotationStart &start)
{
    auto *job = new RotateKeyJob(work(), start, this);
    return watched(job->rotation().id, job);
}

RotateKeyJob *RotationService::goOn(const QUuid &rotationId)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation || isBusy(rotationId) ||
        (rotation->step != Step::Proving && rotation->step != Step::Storing) ||
        !m_keys.find(rotation->newKeyId))
        return nullptr;
    return watched(rotationId, new RotateKeyJob(work(), *rotation, true, this));
}

KeyJob *RotationService::takeBack(const QUuid &rotationId, const SignIn &session)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation || isBusy(rotationId) || rotation->isSwitched())
        return nullptr;
    return watched(rotationId, new TakeBackJob(work(), *rotation, session, this));
}

KeyJob *RotationService::revokeOld(const QUuid &rotationId, const SignIn &session)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation || isBusy(rotationId) || !rotation->isSwitched())
        return nullptr;
    m_doubtful.removeAll(rotationId);
    return watched(rotationId, new RevokeOldJob(work(), *rotation, session, this));
}

Result<void> RotationService::schedule(const QUuid &rotationId, const std::optional<milliseconds> &overlap)
{
    std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation)
        return noSuchRotation();
    if (isBusy(rotationId) || !rotation->isSwitched())
        return failure(Error::Kind::Conflict, tr("The old key is being revoked at this moment."));
    const bool wasScheduled = rotation->left.has_value();
    if (!overlap && !wasScheduled)
        return {};
    rotation->step = Step::Overlap;
    rotation->left = overlap;
    rotation->seen = m_clock();
    rotation->lastError.clear();
    m_asked.removeAll(rotationId);
    m_doubtful.removeAll(rotationId);
    const Result<void> written = m_database.transaction([&]() -> Result<void> {
        return m_rotations.write(*rotation).and_then([&] {
            return overlap ? m_keys.addEvent(rotation->oldKeyId, KeyAction::RevocationScheduled,
                                             tr("To be revoked in %1").arg(inWords(*overlap)))
                           : m_keys.addEvent(rotation->oldKeyId, KeyAction::RevocationCancelled,
                                             tr("Will not be revoked until you say so"));
        });
    });
    if (!written)
        std::ignore = m_rotations.load();
    else if (m_resumed)
        m_timer.start(0);
    return written;
}

Result<void> RotationService::noteRevoked(const QUuid &rotationId)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation)
        return noSuchRotation();
    if (isBusy(rotationId) || !rotation->isSwitched())
        return failure(Error::Kind::Conflict, tr("The old key is being revoked at this moment."));
    return endRotation(work(), *rotation, tr("Revoked in the dashboard, as you said"));
}

Result<void> RotationService::undo(const QUuid &rotationId)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation)
        return noSuchRotation();
    // After a crash in the middle of it the provider may have revoked it.
    if (isBusy(rotationId) || rotation->step != Step::Overlap)
        return failure(Error::Kind::Conflict,
                       tr("The old key is being revoked, or was: it cannot be used again."));
    return switchBack(work(), *rotation);
}

Result<void> RotationService::forget(const QUuid &rotationId)
{
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (!rotation)
        return {};
    if (isBusy(rotationId) || rotation->step != Step::TakingBack)
        return failure(Error::Kind::Conflict, tr("This rotation is under way."));
    return m_rotations.remove(rotationId);
}

/// What was to happen to a key that is gone does not happen; a new token that is being taken back is taken
/// back all the same.
void RotationService::keyRemoved()
{
    for (const Rotation &rotation : QList<Rotation>(m_rotations.all())) {
        if (!rotation.isSwitched() || m_keys.find(rotation.oldKeyId) || isBusy(rotation.id))
            continue;
        if (const Result<void> removed = m_rotations.remove(rotation.id); !removed)
            qCWarning(lcKeys) << "a rotation was not ended:" << removed.error().detail;
    }
}

// --- What is interrupted, and what is due
// --------------------------------------------------------------------------------

void RotationService::resume()
{
    if (m_resumed)
        return;
    m_resumed = true;
    keyRemoved();
    for (const Rotation &rotation : m_rotations.all()) {
        if (rotation.left && passedBetween(rotation.seen, m_clock()).doubtful)
            m_doubtful.append(rotation.id);
    }
    m_timer.start(0);
}

void RotationService::tryAgain()
{
    m_attempts.clear();
    if (m_resumed)
        m_timer.start(0);
}

void RotationService::tick()
{
    const Steady::time_point now = Steady::now();
    count(now - m_written > writeEvery);
    const bool others = othersMayBeAtIt();
    milliseconds next = others ? lookAgainAfter : tickEvery;
    for (const Rotation &rotation : QList<Rotation>(m_rotations.all())) {
        const Attempts attempts = m_attempts.value(rotation.id);
        if (attempts.next > now)
            next = std::min(next, std::chrono::ceil<milliseconds>(attempts.next - now));
        else if (!isBusy(rotation.id) && (!others || rotation.step == Step::Overlap))
            goOnWith(rotation);
        if (const std::optional<milliseconds> left = timeLeft(rotation); left && *left > milliseconds(0))
            next = std::min(next, *left);
    }
    if (!m_rotations.all().isEmpty())
        m_timer.start(std::max(next, milliseconds(20)));
    Q_EMIT changed();
}

/// A rotation that is between two steps, and which no job here is at, is interrupted, or another process's.
bool RotationService::othersMayBeAtIt()
{
    const auto isOpen = [this](const Rotation &rotation) { return rotation.step != Step::Overlap && !isBusy(rotation.id); };
    if (!m_lock || std::ranges::none_of(m_rotations.all(), isOpen))
        return false;
    return !m_lock->ifNobodyChanges([this] {
        for (const Result<void> &taken : {m_keys.refresh(), m_environments.refresh(), m_rotations.refresh()}) {
            if (!taken)
                qCWarning(lcKeys) << "other changes were not taken over:" << taken.error().detail;
        }
    });
}

void RotationService::goOnWith(const Rotation &rotation)
{
    if (rotation.step == Step::Overlap)
        revokeWhenDue(rotation);
    else
        goOnAfterCrash(rotation);
}

void RotationService::goOnAfterCrash(const Rotation &rotation)
{
    const auto isPending = [&] {
        return std::ranges::any_of(m_keys.pending(),
                                   [&](const ApiKey &key) { return key.id == rotation.newKeyId; });
    };
    const std::optional<ApiKey> key = m_keys.find(rotation.newKeyId);
    switch (rotation.step) {
    case Step::Creating:
    case Step::TakingBack:
        takeBackAlone(rotation);
        break;
    case Step::Storing:
    case Step::Proving: {
        if (!key && isPending())
            return; // KeyRing decides about it once its store answers, and says so
        if (!key || key->status == ApiKey::Status::Missing || !m_keys.find(rotation.oldKeyId)) {
            takeBackAlone(rotation); // its token is lost, or what it was to replace is
            return;
        }
        if (!m_ring.canReach(key->id)) {
            askOnce(rotation, tr("The rotation of “%1” was interrupted. It goes on when %2 is unlocked; until then the "
                                 "old key is used.")
                                  .arg(rotation.name, placeInSentence(key->place)));
            return;
        }
        RotateKeyJob *job = watched(rotation.id, new RotateKeyJob(work(), rotation, false, this));
        connect(job, &KeyJob::finished, this, [this, rotation](const Result<ApiKey> &outcome) {
            if (outcome)
                Q_EMIT attention(tr("The rotation of “%1” was interrupted, and is finished now: the new key "
                                    "is proven and used. The old one works "
                                    "until you revoke it.")
                                     .arg(outcome->name));
            else if (m_rotations.find(rotation.id))
                failedAlone(rotation.id, outcome.error());
            else
                Q_EMIT notice(tr("The rotation of “%1” was interrupted, and was rolled back. %2")
                                  .arg(rotation.name, outcome.error().message));
        });
        break;
    }
    case Step::Revoking: {
        if (needsUser(rotation)) {
            Rotation back = rotation;
            back.step = Step::Overlap;
            back.left = milliseconds(0);
            back.seen = m_clock();
            if (const Result<void> written = m_rotations.write(back); !written)
                qCWarning(lcKeys) << "a step of a rotation was not noted:" << written.error().detail;
            return;
        }
        revokeWhenDue(rotation);
        break;
    }
    case Step::Overlap:
        break;
    }
}

void RotationService::takeBackAlone(const Rotation &rotation)
{
    if (rotation.method == Rotation::Method::Api && sessionFor(rotation)) {
        if (m_asked.contains(rotation.id))
            return; // only the user can go on
        m_asked.append(rotation.id);
    }
    auto *job = watched(rotation.id, new TakeBackJob(work(), rotation, {}, this));
    connect(job, &KeyJob::finished, this, [this, rotation](const Result<ApiKey> &outcome) {
        if (outcome)
            Q_EMIT notice(
                tr("The rotation of “%1” was interrupted, and was rolled back: the key is used as before.")
                    .arg(rotation.name));
        else
            failedAlone(rotation.id, outcome.error());
    });
}

void RotationService::revokeWhenDue(const Rotation &rotation)
{
    const std::optional<milliseconds> left = timeLeft(rotation);
    const bool isDue = rotation.step == Step::Revoking || (left && *left <= milliseconds(0));
    if (!isDue)
        return;
    if (needsUser(rotation)) {
        askOnce(rotation, describe(rotation));
        return;
    }
    if (!m_ring.canReach(rotation.newKeyId)) {
        const std::optional<ApiKey> key = m_keys.find(rotation.newKeyId);
        askOnce(rotation, tr("The old key of “%1” is due to be revoked. That waits until %2 is unlocked, because the new "
                             "key has to prove itself once more before.")
                              .arg(rotation.name, placeInSentence(key ? key->place : SecretPlace::SystemKeychain)));
        return;
    }
    auto *job = watched(rotation.id, new RevokeOldJob(work(), rotation, {}, this));
    connect(job, &KeyJob::finished, this, [this, rotation](const Result<ApiKey> &outcome) {
        if (outcome)
            Q_EMIT notice(tr("The old key “%1” was revoked, as scheduled. “%2” is used in its place.")
                              .arg(outcome->name, rotation.name));
        else
            failedAlone(rotation.id, outcome.error());
    });
}

void RotationService::askOnce(const Rotation &rotation, const QString &text)
{
    if (m_asked.contains(rotation.id))
        return;
    m_asked.append(rotation.id);
    Q_EMIT attention(text);
}

/// Told once; tried again after a while, and at each start.
void RotationService::failedAlone(const QUuid &rotationId, const Error &error)
{
    Attempts &attempts = m_attempts[rotationId];
    const bool isFirst =
        ++attempts.failed == 2; // the first failure may be the sandbox or the network that is not up yet
    attempts.next = Steady::now() + pauseAfter(attempts.failed);
    const std::optional<Rotation> rotation = m_rotations.find(rotationId);
    if (rotation && (isFirst || needsUser(*rotation)))
        Q_EMIT attention(tr("The rotation of “%1” is not over. %2").arg(rotation->name, error.message));
    m_timer.start(pauseAfter(attempts.failed));
}

// --- Time
// ----------------------------------------------------------------------------------------------------------------

std::optional<milliseconds> RotationService::timeLeft(const Rotation &rotation) const
{
    if (!rotation.left)
        return {};
    return *rotation.left - passedBetween(rotation.seen, m_clock()).time;
}

QDateTime RotationService::dueAt(const Rotation &rotation) const
{
    const std::optional<milliseconds> left = timeLeft(rotation);
    return left ? m_clock().wall.addMSecs(left->count()) : QDateTime();
}

/// Carries what has passed over from the old mark to a new one, so that a restart of the computer goes on
/// from here.
void RotationService::count(bool write)
{
    if (!write)
        return;
    m_written = Steady::now();
    const ClockMark now = m_clock();
    for (Rotation rotation : QList<Rotation>(m_rotations.all())) {
        if (!rotation.left || isBusy(rotation.id) || m_doubtful.contains(rotation.id))
            continue;
        *rotation.left -= passedBetween(rotation.seen, now).time;
        rotation.seen = laterMark(rotation.seen, now);
        if (const Result<void> written = m_rotations.write(rotation); !written)
            qCWarning(lcKeys) << "the time of a rotation was not noted:" << written.error().detail;
    }
}

bool RotationService::needsUser(const Rotation &rotation) const
{
    switch (rotation.step) {
    case Step::Creating:
    case Step::TakingBack:
        return rotation.method == Rotation::Method::Api && sessionFor(rotation);
    case Step::Storing:
    case Step::Proving:
        return false;
    case Step::Overlap:
    case Step::Revoking:
        break;
    }
    const std::optional<ApiKey> old = m_keys.find(rotation.oldKeyId);
    return !old || !canRevokeByApi(*old, m_providers.find(rotation.providerId)) || sessionFor(rotation) ||
           m_doubtful.contains(rotation.id);
}

QString RotationService::describe(const Rotation &rotation) const
{
    const Provider *provider = m_providers.find(rotation.providerId);
    const QString providerName = provider ? provider->name : rotation.providerId;
    switch (rotation.step) {
    case Step::Creating:
    case Step::Storing:
        return tr("A new key for “%1” is being made.").arg(rotation.name);
    case Step::Proving:
        return tr("The new key for “%1” is stored, and is not used before it is proven.").arg(rotation.name);
    case Step::TakingBack:
        return rotation.lastError.isEmpty()
                   ? tr("The new key for “%1” is being taken back.").arg(rotation.name)
                   : rotation.lastError;
    case Step::Revoking:
        return tr("The old key of “%1” is being revoked.").arg(rotation.name);
    case Step::Overlap:
        break;
    }
    const std::optional<milliseconds> left = timeLeft(rotation);
    if (!left)
        return tr("The old key of “%1” works until you revoke it.").arg(rotation.name);
    if (*left > milliseconds(0)) {
        const QString time = inWords(*left);
        return needsUser(rotation)
                   ? tr("In %1 you will be asked to revoke the old key of “%2”.").arg(time, rotation.name)
                   : tr("The old key of “%1” will be revoked in %2.").arg(rotation.name, time);
    }
    if (m_doubtful.contains(rotation.id))
        return tr("The old key of “%1” is due to be revoked, if the clock of this computer is right: it says "
                  "that more than a year has passed.")
            .arg(rotation.name);
    const std::optional<ApiKey> old = m_keys.find(rotation.oldKeyId);
    if (!old || !canRevokeByApi(*old, provider))
        return tr("The old key of “%1” is due to be revoked: do it in the dashboard of %2.")
            .arg(rotation.name, providerName);
    if (const TokenKind *session = sessionFor(rotation))
        return tr("The old key of “%1” is due to be revoked: %2 needs your %3 for that.")
            .arg(rotation.name, providerName, session->name);
    if (!rotation.lastError.isEmpty())
        return tr("The old key of “%1” is due to be revoked. %2").arg(rotation.name, rotation.lastError);
    return tr("The old key of “%1” is due to be revoked.").arg(rotation.name);
}

} // namespace keydesk
