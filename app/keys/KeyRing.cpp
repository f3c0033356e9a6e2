#include "app/keys/KeyRing.h"

#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/base/Redactor.h"
#include "app/keys/KeysLock.h"
#include "app/keys/SecretPlaces.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype shortestToken = 16; // bytes

Error missingToken(const ApiKey &key)
{
    const QString message =
        key.place == SecretPlace::Session
            ? KeyRing::tr(
                  "The token of “%1” was held for the last session only. Add the key again to use it.")
                  .arg(key.name)
            : KeyRing::tr("The token of “%1” is not in %2 any more. Add the key again to use it.")
                  .arg(key.name, placeInSentence(key.place));
    return {Error::Kind::NotFound, message, u"no entry for key "_s + key.id.toString(QUuid::WithoutBraces)};
}

Error heldElsewhere(const ApiKey &key)
{
    return {Error::Kind::KeychainAbsent,
            KeyRing::tr("The token of “%1” is held in the memory of the Keydesk window that it was added in, for its session only. "
                        "The command line cannot use it: move the key to the keychain or to the sealed file there.")
                .arg(key.name),
            u"the key's place is the session"_s};
}

bool isGuessed(const ApiKey &key, const Secret &token)
{
    const Secret password = secretPartOf(key.placement, token);
    if (!password.isEmpty())
        return password.size() < shortestToken;
    return !isApiKey(key) && token.size() < shortestToken;
}

/// The user's name of a pair is not the secret, unless it is all there is.
QString guessedHint(const ApiKey &key, const Secret &token)
{
    if (key.placement != KeyPlacement::Basic)
        return u"••••"_s;
    return token.reveal().ends_with(':') ? u"••••:"_s : hintOf(key.placement, token);
}

} // namespace

void KeyRing::warnOf(const Result<void> &outcome, const char *what)
{
    if (!outcome)
        qCWarning(lcKeys) << what << outcome.error().message << outcome.error().detail;
}

KeyRing::KeyRing(KeyStore &keys, SecretStore &keychain, SecretStore &session, SecretStore &sealed,
                 Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_keys(keys)
    , m_keychain(keychain)
    , m_session(session)
    , m_sealed(sealed)
    , m_redactor(redactor)
{
    m_letGoTimer.setSingleShot(true);
    m_reconcileTimer.setSingleShot(true);
    connect(&m_reconcileTimer, &QTimer::timeout, this, &KeyRing::reconcile);
    m_usesTimer.setSingleShot(true);
    connect(&m_letGoTimer, &QTimer::timeout, this, [this] { letGo(std::chrono::steady_clock::now()); });
    connect(&m_usesTimer, &QTimer::timeout, this, &KeyRing::writeUses);
    connect(&m_keys, &KeyStore::reset, this, &KeyRing::reconcile);
    const auto reconcileOthers = [this] {
        if (!m_keys.pending().isEmpty() || !m_keys.leftovers().isEmpty())
            reconcile();
    };
    connect(&m_keys, &KeyStore::takenOver, this, reconcileOthers, Qt::QueuedConnection); // it may have been told to reconcile
    connect(&m_keys, &KeyStore::aboutToRemove, this,
            [this](int position) { m_held.erase(m_keys.all().at(position).id); }); // whoever removes it
    connect(&m_keys, &KeyStore::reset, &m_stockTimer, qOverload<>(&QTimer::start));
    m_stockTimer.setSingleShot(true);
    m_stockTimer.setInterval(std::chrono::seconds(1));
    connect(&m_stockTimer, &QTimer::timeout, this, [this] {
        for (const SecretPlace place : {SecretPlace::SystemKeychain, SecretPlace::SealedFile}) {
            if (canAsk(place))
                takeStock(place);
        }
    });
    for (const SecretPlace place : {SecretPlace::SystemKeychain, SecretPlace::SealedFile}) {
        connect(&store(place), &SecretStore::stateChanged, this,
                [this, place](SecretStore::State state) { storeChanged(place, state); });
        connect(&store(place), &SecretStore::entriesChanged, &m_stockTimer, qOverload<>(&QTimer::start));
    }
}

KeyRing::~KeyRing()
{
    writeUses();
}

std::optional<KeyBinding> KeyRing::binding(const QUuid &keyId) const
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return {};
    return KeyBinding{key->name, key->form(), key->origins};
}

SecretPlace KeyRing::defaultPlace() const
{
    if (m_keychain.state() != SecretStore::State::Absent)
        return SecretPlace::SystemKeychain;
    const SecretStore::State sealed = m_sealed.state();
    return sealed == SecretStore::State::Available || sealed == SecretStore::State::Locked
               ? SecretPlace::SealedFile
               : SecretPlace::Session;
}

SecretStore &KeyRing::store(SecretPlace place) const
{
    switch (place) {
    case SecretPlace::Session:
        return m_session;
    case SecretPlace::SealedFile:
        return m_sealed;
    case SecretPlace::SystemKeychain:
        break;
    }
    return m_keychain;
}

// --- Reading
// -------------------------------------------------------------------------------------------------------------

void KeyRing::readToken(const QUuid &keyId, QObject *guard, Done done)
{
    read(keyId, true, guard, std::move(done));
}

void KeyRing::readForUser(const QUuid &keyId, QObject *guard, Done done)
{
    read(keyId, false, guard, std::move(done));
}

void KeyRing::read(const QUuid &keyId, bool isUse, QObject *guard, Done done)
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key) {
        later(guard, [done = std::move(done)] {
            done(failure(Error::Kind::NotFound, tr("This key does not exist any more. Choose another one.")));
        });
        return;
    }
    if (m_isGuest && key->place == SecretPlace::Session) {
        later(guard, [key = *key, done = std::move(done)] { done(tl::unexpected(heldElsewhere(key))); });
        return;
    }
    if (const auto held = m_held.find(keyId); held != m_held.end()) {
        held->second.until = std::chrono::steady_clock::now() + holdFor;
        if (isUse)
            countUse(keyId);
        // std::function copies what it holds, and a Secret does not copy: it travels in a shared pointer.
        later(guard, [token = std::make_shared<Secret>(held->second.token.copy()), done = std::move(done)] {
            done(std::move(*token));
        });
        return;
    }
    store(key->place)
        .read(
            keyId, this,
            [this, id = *key, isUse, guard = QPointer(guard), done = std::move(done)](Result<Secret> secret) {
                Result<Secret> outcome = received(id, std::move(secret));
                if (outcome && isUse)
                    countUse(id.id);
                if (guard)
                    done(std::move(outcome));
            });
}

/// What every answer of a store means for the key: a token is made known, held and believed; a missing one is
/// noted.
Result<Secret> KeyRing::received(const ApiKey &asked, Result<Secret> &&secret)
{
    if (!secret && secret.error().kind == Error::Kind::NotFound)
        warnOf(m_keys.refresh(), "other changes were not taken over:"); // another process may have moved or removed it
    const std::optional<ApiKey> key = m_keys.find(asked.id);
    if (!key) // removed while it was read
        return failure(Error::Kind::NotFound, tr("This key does not exist any more. Choose another one."));
    if (!secret) {
        if (secret.error().kind != Error::Kind::NotFound)
            return std::move(secret);
        if (key->place != asked.place)
            return failure(Error::Kind::Conflict,
                           tr("“%1” was being moved to %2 just now. Try again.").arg(key->name, placeInSentence(key->place)));
        markMissing(*key);
        return tl::unexpected(missingToken(*key));
    }
    keydesk::makeKnown(m_redactor, key->placement, *secret);
    // A key that was moved while it was asked for is asked for again where it is now.
    if (key->place == asked.place)
        hold(*key, *secret);
    if (key->status == ApiKey::Status::Missing) {
        ApiKey found = *key;
        found.status = ApiKey::Status::Unchecked;
        warnOf(m_keys.update(found), "a found key was not noted:");
        warnOf(m_keys.addEvent(key->id, KeyAction::Found, tr("Its token is there again")), "an event was not noted:");
    }
    return std::move(secret);
}

void KeyRing::makeKnown(const Secret &token, KeyPlacement placement)
{
    keydesk::makeKnown(m_redactor, placement, token);
}

void KeyRing::hold(const ApiKey &key, const Secret &token)
{
    // What the session holds is in memory anyway. An answer that was on its way when its store was locked is handed
    // on, but not held.
    if (key.place == SecretPlace::Session || store(key.place).state() == SecretStore::State::Locked)
        return;
    m_held.insert_or_assign(key.id,
                            Held{token.copy(), key.place, std::chrono::steady_clock::now() + holdFor});
    if (!m_letGoTimer.isActive())
        m_letGoTimer.start(holdFor);
}

void KeyRing::letGo(std::chrono::steady_clock::time_point now)
{
    std::erase_if(m_held, [now](const auto &held) { return held.second.until <= now; });
    if (m_held.empty())
        return;
    const auto next = std::min_element(m_held.begin(), m_held.end(), [](const auto &one, const auto &other) {
        return one.second.until < other.second.until;
    });
    m_letGoTimer.start(std::chrono::duration_cast<std::chrono::milliseconds>(next->second.until - now) +
                       std::chrono::milliseconds(1));
}

void KeyRing::countUse(const QUuid &keyId)
{
    m_uses.insert(keyId, QDateTime::currentDateTimeUtc());
    if (!m_usesTimer.isActive())
        m_usesTimer.start(usesWrittenEvery);
}

void KeyRing::writeUses()
{
    const QHash<QUuid, QDateTime> uses = std::exchange(m_uses, {});
    for (auto use = uses.begin(); use != uses.end(); ++use) {
        std::optional<ApiKey> key = m_keys.find(use.key());
        if (!key)
            continue;
        key->lastUsedAt = use.value();
        warnOf(m_keys.update(*key), "a last use was not noted:");
    }
}

void KeyRing::markMissing(const ApiKey &key)
{
    // Nobody misses what is revoked; and once it was found again, that would be forgotten.
    if (key.status == ApiKey::Status::Missing || key.status == ApiKey::Status::Revoked)
        return;
    ApiKey missing = key;
    missing.status = ApiKey::Status::Missing;
    warnOf(m_keys.update(missing), "a missing key was not noted:");
    warnOf(m_keys.addEvent(key.id, KeyAction::Missing, key.place == SecretPlace::Session
                                       ? tr("Its token ended with the session")
                                       : tr("Its token was not found in %1").arg(placeInSentence(key.place))),
           "an event was not noted:");
}

// --- Storing
// -------------------------------------------------------------------------------------------------------------

std::optional<Error> KeyRing::refusal(const ApiKey &key) const
{
    if (!isApiKey(key) || key.fingerprint.isEmpty())
        return {}; // one password for several places is one entry for each
    if (const std::optional<ApiKey> same = m_keys.findByFingerprint(key.fingerprint))
        return Error{
            Error::Kind::Duplicate, tr("This token is stored already, as “%1”.").arg(same->name), {}};
    const bool onItsWay = std::any_of(m_storing.begin(), m_storing.end(), [&key](const auto &storing) {
        return !storing.second.cancelled && storing.second.key.fingerprint == key.fingerprint;
    });
    if (onItsWay)
        return Error{Error::Kind::Duplicate, tr("This token is being stored at this moment."), {}};
    return {};
}

/// What somebody made up, and short, gets no fingerprint: whoever has the database could try all there are against it.
void KeyRing::describe(ApiKey &key, const Secret &token) const
{
    const bool isGuessable = isGuessed(key, token);
    key.fingerprint = isGuessable ? QByteArray() : m_keys.fingerprint(token);
    key.hint = isGuessable ? guessedHint(key, token) : hintOf(key.placement, token);
}

/// As far as that is known: of a token without a fingerprint the hint alone.
bool KeyRing::isTokenOf(const ApiKey &key, const Secret &token) const
{
    if (key.fingerprint.isEmpty())
        return isGuessed(key, token) && guessedHint(key, token) == key.hint;
    return m_keys.fingerprint(token) == key.fingerprint;
}

void KeyRing::store(ApiKey key, std::shared_ptr<const Secret> token, QObject *guard, StoreDone done)
{
    const auto refuse = [&](const Error &error) {
        later(guard, [error, done = std::move(done)] { done(tl::unexpected(error)); });
    };
    if (!token || token->isEmpty())
        return refuse(
            {Error::Kind::InvalidInput, tr("There is no token to store. Paste or create one first."), {}});
    keydesk::makeKnown(m_redactor, key.placement, *token);
    if (key.id.isNull())
        key.id = QUuid::createUuid();
    describe(key, *token);
    if (!key.createdAt.isValid())
        key.createdAt = QDateTime::currentDateTimeUtc();
    if (const std::optional<Error> error = refusal(key))
        return refuse(*error);
    if (const Result<void> row = m_keys.insertPending(key); !row)
        return refuse(row.error());

    const QUuid id = key.id;
    const SecretPlace place = key.place;
    m_held.erase(id);
    m_storing.insert_or_assign(id, Storing{std::move(key), token, guard, std::move(done)});
    store(place).write(id, *token, this, [this, id](const Result<void> &outcome) { written(id, outcome); });
}

void KeyRing::written(const QUuid &keyId, const Result<void> &outcome)
{
    const auto storing = m_storing.find(keyId);
    if (storing == m_storing.end())
        return;
    if (storing->second.cancelled || !outcome) {
        takeBack(keyId, outcome ? Error{} : outcome.error());
        return;
    }
    store(storing->second.key.place).read(keyId, this, [this, keyId](const Result<Secret> &secret) {
        readBack(keyId, secret);
    });
}

void KeyRing::readBack(const QUuid &keyId, const Result<Secret> &secret)
{
    const auto found = m_storing.find(keyId);
    if (found == m_storing.end())
        return;
    const Storing &storing = found->second;
    if (storing.cancelled) {
        takeBack(keyId, {});
        return;
    }
    if (!secret && secret.error().kind != Error::Kind::NotFound) {
        takeBack(keyId, secret.error());
        return;
    }
    if (!secret || !secret->equals(*storing.token)) {
        takeBack(keyId, {Error::Kind::KeychainFailed,
                         storing.key.place == SecretPlace::SystemKeychain
                             ? tr("The system keychain said that it stored the token, but gave back something "
                                  "else. Nothing was kept.")
                             : tr("The token was stored in %1, but something else came back from there. Nothing was kept.")
                                   .arg(placeInSentence(storing.key.place)),
                         secret ? u"read back another value"_s : u"read back nothing"_s});
        return;
    }
    if (const Result<void> confirmed = m_keys.confirm(keyId); !confirmed) {
        takeBack(keyId, confirmed.error());
        return;
    }
    warnOf(m_keys.addEvent(keyId, KeyAction::Added, storing.key.place == SecretPlace::Session
                                      ? tr("Added, held for this session only")
                                      : tr("Added, stored in %1 and read back").arg(placeInSentence(storing.key.place))),
           "an event was not noted:");
    hold(storing.key, *secret);
    finishStore(keyId, storing.key);
}

void KeyRing::takeBack(const QUuid &keyId, const Error &error)
{
    const Storing &storing = m_storing.at(keyId);
    const SecretPlace place = storing.key.place;
    if (!storing.cancelled) // or else the row is gone already
        warnOf(m_keys.discardPending(keyId), "a pending key was not taken back:");
    finishStore(keyId, tl::unexpected(error));
    removeSecret(keyId, place);
}

void KeyRing::cancelStore(const QUuid &keyId)
{
    const auto found = m_storing.find(keyId);
    if (found == m_storing.end() || found->second.cancelled)
        return;
    Storing &storing = found->second;
    storing.cancelled = true;
    warnOf(m_keys.discardPending(keyId), "a pending key was not taken back:");
    if (storing.guard) {
        later(storing.guard, [done = std::exchange(storing.done, {})] {
            done(failure(Error::Kind::Cancelled, tr("Storing the key was cancelled. Nothing was kept.")));
        });
    }
}

void KeyRing::finishStore(const QUuid &keyId, const Result<ApiKey> &outcome)
{
    const Storing storing = std::move(m_storing.at(keyId));
    m_storing.erase(keyId);
    goOnMoving(keyId);
    if (storing.guard && storing.done)
        storing.done(outcome);
}

// --- Removing and reconciling
// --------------------------------------------------------------------------------------------

Result<void> KeyRing::remove(const QUuid &keyId)
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return failure(Error::Kind::NotFound, tr("This key does not exist any more."));
    if (const Result<void> row = m_keys.remove(keyId); !row)
        return row;
    m_held.erase(keyId);
    m_uses.remove(keyId);
    removeSecret(keyId, key->place);
    return {};
}

void KeyRing::removeSecret(const QUuid &id, SecretPlace place, const std::function<void()> &then)
{
    if (const auto held = m_held.find(id); held != m_held.end() && held->second.place == place)
        m_held.erase(held);
    store(place).remove(id, this, [this, id, place, then](const Result<void> &outcome) {
        warnOf(outcome, "a secret is left over and will be removed later:");
        if (outcome)
            warnOf(m_keys.forgetLeftover(id, place), "a leftover was not forgotten:");
        if (then)
            then();
    });
}

bool KeyRing::canReach(const QUuid &keyId) const
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    return key && (key->place == SecretPlace::Session || canAsk(key->place) || m_held.contains(keyId));
}

std::optional<SecretPlace> KeyRing::lockedPlaceOf(const QUuid &keyId) const
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key || canReach(keyId) || store(key->place).state() != SecretStore::State::Locked)
        return {};
    return key->place;
}

bool KeyRing::isUnderWay(const QUuid &id) const
{
    return m_storing.contains(id) || m_moving.contains(id) || m_asked.contains(id);
}

bool KeyRing::canAsk(SecretPlace place) const
{
    return store(place).state() == SecretStore::State::Available;
}

void KeyRing::reconcile()
{
    if (m_isGuest)
        return;
    if (!lookWhatWasLeft()) {
        m_reconcileTimer.start(reconcileAgainAfter);
        return;
    }
    m_reconcileTimer.stop();
    const QList<KeyStore::Leftover> leftovers = m_keys.leftovers();
    for (const ApiKey &key : m_keys.pending()) {
        if (canAsk(key.place) && !isUnderWay(key.id))
            judgePending(key);
    }
    for (const KeyStore::Leftover &leftover : leftovers) {
        if (canAsk(leftover.place) && !isUnderWay(leftover.id))
            reconcileLeftover(leftover.id, leftover.place);
    }
    judgeSessionKeys();
}

/// Takes over what is in the database in a moment when no other process is at work on it; false if there is none now.
bool KeyRing::lookWhatWasLeft()
{
    if (!m_lock)
        return true;
    return m_lock->ifNobodyChanges([this] { warnOf(m_keys.refresh(), "other changes were not taken over:"); });
}

void KeyRing::judgePending(const ApiKey &key)
{
    m_asked.insert(key.id);
    store(key.place).read(key.id, this, [this, key](const Result<Secret> &secret) {
        m_asked.remove(key.id);
        if (secret)
            keydesk::makeKnown(m_redactor, key.placement, *secret);
        if (secret && isTokenOf(key, *secret))
            reconcilePending(key);
        else if (secret || secret.error().kind == Error::Kind::NotFound) {
            warnOf(m_keys.discardPending(key.id), "a pending key was not taken back:");
            removeSecret(key.id, key.place);
            Q_EMIT notice(tr("Keydesk ended while it stored the key “%1”, before its token was safe. The "
                             "key was taken back; add it again.")
                              .arg(key.name));
        }
        goOnMoving(key.id);
    });
}

/// What was held for another session is gone.
void KeyRing::judgeSessionKeys()
{
    QSet<QUuid> leftOver; // which may have the only copy
    for (const KeyStore::Leftover &leftover : m_keys.leftovers())
        leftOver.insert(leftover.id);
    for (const ApiKey &key : m_keys.all()) {
        if (leftOver.contains(key.id) || key.place != SecretPlace::Session || key.status == ApiKey::Status::Missing || isUnderWay(key.id))
            continue;
        m_session.read(key.id, this, [this, id = key.id](const Result<Secret> &secret) {
            const std::optional<ApiKey> known = m_keys.find(id);
            if (known && !secret && secret.error().kind == Error::Kind::NotFound)
                markMissing(*known);
        });
    }
}

/// The secret of a pending row is there and is the right one.
void KeyRing::reconcilePending(const ApiKey &key)
{
    if (const std::optional<ApiKey> same = m_keys.findByFingerprint(key.fingerprint)) {
        warnOf(m_keys.discardPending(key.id), "a pending key was not taken back:");
        removeSecret(key.id, key.place);
        return; // the token is safe under the other key: nothing that the user has to know
    }
    if (const Result<void> confirmed = m_keys.confirm(key.id); !confirmed) {
        warnOf(confirmed, "a pending key was not confirmed:");
        return;
    }
    warnOf(m_keys.addEvent(key.id, KeyAction::Added, tr("Added; storing it was finished at the next start")),
           "an event was not noted:");
    Q_EMIT notice(tr("Keydesk ended while it stored the key “%1”. The token had reached %2, and "
                     "the key is complete now.")
                      .arg(key.name, placeInSentence(key.place)));
}

void KeyRing::storeChanged(SecretPlace place, SecretStore::State state)
{
    switch (state) {
    case SecretStore::State::Available:
        if (m_keys.isLoaded()) {
            reconcile();
            takeStock(place);
        } else {
            m_keys.fetch();
        }
        break;
    case SecretStore::State::Unknown:
    case SecretStore::State::Slow:
        break;
    case SecretStore::State::Locked:
    case SecretStore::State::Denied:
    case SecretStore::State::Absent:
    case SecretStore::State::Failing:
        std::erase_if(m_held, [place](const auto &held) { return held.second.place == place; });
        break;
    }
    Q_EMIT placeChanged(place);
}

} // namespace keydesk
