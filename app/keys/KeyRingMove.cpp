#include "app/base/Guarded.h"
#include "app/base/Log.h"
#include "app/base/Redactor.h"
#include "app/keys/KeyRing.h"
#include "app/keys/SecretPlaces.h"

#include <QDeadlineTimer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

Error goneKey()
{
    return {Error::Kind::NotFound, KeyRing::tr("This key does not exist any more."), {}};
}

Error busyKey(const ApiKey &key)
{
    return {Error::Kind::Conflict,
            KeyRing::tr("“%1” is being stored or moved at this moment.").arg(key.name),
            {}};
}

Error otherCameBack(SecretPlace place)
{
    return {Error::Kind::KeychainFailed,
            KeyRing::tr("The token was stored in %1, but something else came back from there. The key stays "
                        "where it was.")
                .arg(placeInSentence(place)),
            {}};
}

} // namespace

void KeyRing::move(const QUuid &keyId, SecretPlace to, QObject *guard, StoreDone done)
{
    const NextMove next{to, guard, std::move(done)};
    if (isUnderWay(keyId))
        m_nextMoves[keyId].append(next);
    else
        beginMove(keyId, next);
}

void KeyRing::beginMove(const QUuid &keyId, const NextMove &move)
{
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key || key->place == move.to) {
        const Result<ApiKey> outcome = key ? Result<ApiKey>(*key) : tl::unexpected(goneKey());
        later(move.guard, [outcome, done = move.done] { done(outcome); });
        return;
    }
    m_moving.insert_or_assign(keyId, Moving{key->place, move.to, {}, move.guard, move.done});
    store(key->place).read(keyId, this, [this, keyId](Result<Secret> secret) {
        moveRead(keyId, std::move(secret));
    });
}

/// The key is not on its way any more: what was asked for meanwhile begins, from where the key is now.
void KeyRing::goOnMoving(const QUuid &keyId)
{
    while (!isUnderWay(keyId) && m_nextMoves.contains(keyId)) {
        QList<NextMove> &waiting = m_nextMoves[keyId];
        const NextMove next = waiting.takeFirst();
        if (waiting.isEmpty())
            m_nextMoves.remove(keyId);
        if (next.guard)
            beginMove(keyId, next);
    }
}

void KeyRing::moveRead(const QUuid &keyId, Result<Secret> &&secret)
{
    Moving &moving = m_moving.at(keyId);
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (moving.cancelled || !key) {
        endMove(keyId, tl::unexpected(goneKey()));
        return;
    }
    const Result<Secret> token = received(*key, std::move(secret));
    if (!token) {
        endMove(keyId, tl::unexpected(token.error()));
        return;
    }
    if (!isTokenOf(*key, *token)) {
        endMove(
            keyId,
            failure(
                Error::Kind::Conflict,
                tr("What lies in %1 is not the token that “%2” had. It was not moved; check the key first.")
                    .arg(placeInSentence(moving.from), key->name)));
        return;
    }
    // Before the secret can be there: a crash leaves nothing unnoticed.
    if (const Result<void> noted = m_keys.noteLeftover(keyId, moving.to); !noted) {
        endMove(keyId, tl::unexpected(noted.error()));
        return;
    }
    moving.token = std::make_shared<const Secret>(token->copy());
    store(moving.to).write(keyId, *moving.token, this,
                           [this, keyId](const Result<void> &outcome) { moveWritten(keyId, outcome); });
}

void KeyRing::moveWritten(const QUuid &keyId, const Result<void> &outcome)
{
    const Moving &moving = m_moving.at(keyId);
    if (!outcome || moving.cancelled) {
        stopMove(keyId, outcome ? Error{} : outcome.error());
        return;
    }
    store(moving.to).read(keyId, this,
                          [this, keyId](const Result<Secret> &secret) { moveReadBack(keyId, secret); });
}

void KeyRing::moveReadBack(const QUuid &keyId, const Result<Secret> &secret)
{
    const Moving &moving = m_moving.at(keyId);
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (moving.cancelled || !key) {
        stopMove(keyId, goneKey());
        return;
    }
    if (!secret || !secret->equals(*moving.token)) {
        stopMove(keyId, secret || secret.error().kind == Error::Kind::NotFound ? otherCameBack(moving.to)
                                                                               : secret.error());
        return;
    }
    if (const Result<void> pointed = m_keys.setPlace(keyId, moving.from, moving.to); !pointed) {
        stopMove(keyId, pointed.error());
        return;
    }
    warnOf(m_keys.addEvent(keyId, KeyAction::Moved,
                           tr("Moved from %1 to %2, and read back")
                               .arg(placeInSentence(moving.from), placeInSentence(moving.to))),
           "an event was not noted:");
    const std::optional<ApiKey> moved = m_keys.find(keyId);
    m_held.erase(keyId);
    hold(*moved, *secret);
    const QPointer<QObject> listener = moving.guard;
    const StoreDone done = moving.done;
    // Under way until the old one is gone: moving it back meanwhile would race with that.
    removeSecret(keyId, moving.from, [this, keyId] {
        m_moving.erase(keyId);
        goOnMoving(keyId);
    });
    if (listener)
        done(*moved);
}

/// Takes back what was written to the target.
void KeyRing::stopMove(const QUuid &keyId, const Error &error)
{
    Moving &moving = m_moving.at(keyId);
    removeSecret(keyId, moving.to, [this, keyId] {
        m_moving.erase(keyId);
        goOnMoving(keyId);
    });
    if (!std::exchange(moving.cancelled, true) && moving.guard)
        moving.done(tl::unexpected(error));
}

void KeyRing::endMove(const QUuid &keyId, const Result<ApiKey> &outcome)
{
    const Moving moving = std::move(m_moving.at(keyId));
    m_moving.erase(keyId);
    goOnMoving(keyId);
    if (moving.guard && !moving.cancelled)
        moving.done(outcome);
}

void KeyRing::cancelMove(const QUuid &keyId, const QObject *guard)
{
    const auto tell = [](QObject *asker, const StoreDone &done) {
        later(asker, [done] {
            done(failure(Error::Kind::Cancelled, tr("Moving the key was cancelled. It is where it was.")));
        });
    };
    if (const auto waiting = m_nextMoves.find(keyId); waiting != m_nextMoves.end()) {
        const auto asked = std::find_if(waiting->begin(), waiting->end(),
                                        [guard](const NextMove &move) { return move.guard == guard; });
        if (asked != waiting->end()) {
            tell(asked->guard, asked->done);
            waiting->erase(asked);
            if (waiting->isEmpty())
                m_nextMoves.erase(waiting);
            return;
        }
    }
    const auto found = m_moving.find(keyId);
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (found == m_moving.end() || found->second.guard != guard || found->second.cancelled ||
        (key && key->place == found->second.to))
        return;
    found->second.cancelled = true;
    tell(found->second.guard, found->second.done);
}

// --- After a crash
// -------------------------------------------------------------------------------------------------------

/// A secret in a place that its row does not point to. It goes, unless it is the only good copy.
void KeyRing::reconcileLeftover(const QUuid &id, SecretPlace place)
{
    const std::optional<ApiKey> key = m_keys.find(id);
    if (!key) {
        removeSecret(id, place);
        return;
    }
    if (key->place == place) {
        warnOf(m_keys.forgetLeftover(id, place), "a leftover was not forgotten:");
        return;
    }
    if (!canAsk(key->place))
        return; // until it can be asked whether the other copy is good
    m_asked.insert(id);
    store(key->place).read(id, this, [this, key = *key, place](const Result<Secret> &own) {
        const bool isGood = own && isTokenOf(key, *own);
        if (isGood || (!own && own.error().kind != Error::Kind::NotFound)) {
            m_asked.remove(key.id);
            if (isGood)
                removeSecret(key.id, place);
            goOnMoving(key.id);
            return;
        }
        store(place).read(key.id, this, [this, key, place](const Result<Secret> &other) {
            m_asked.remove(key.id);
            if (other)
                keydesk::makeKnown(m_redactor, key.placement, *other);
            if (other && isTokenOf(key, *other))
                finishMove(key, place);
            else if (other || other.error().kind == Error::Kind::NotFound)
                removeSecret(key.id, place);
            goOnMoving(key.id);
        });
    });
}

/// The row points to a place that has it no more, and `where` has it.
void KeyRing::finishMove(const ApiKey &key, SecretPlace where)
{
    if (const Result<void> pointed = m_keys.setPlace(key.id, key.place, where); !pointed) {
        warnOf(pointed, "a move was not finished:");
        return;
    }
    if (std::optional<ApiKey> found = m_keys.find(key.id);
        found && found->status == ApiKey::Status::Missing) {
        found->status = ApiKey::Status::Unchecked;
        warnOf(m_keys.update(*found), "a found key was not noted:");
    }
    warnOf(m_keys.addEvent(key.id, KeyAction::Moved,
                           tr("Found in %1, where moving it had left it").arg(placeInSentence(where))),
           "an event was not noted:");
    removeSecret(key.id, key.place);
    Q_EMIT notice(tr("Keydesk ended while it moved the key “%1”. Its token is safe in %2.")
                      .arg(key.name, placeInSentence(where)));
}

// --- What should lie there, and what does
// --------------------------------------------------------------------------------

void KeyRing::restore(const QUuid &keyId, std::shared_ptr<const Secret> token, QObject *guard, StoreDone done)
{
    const auto refuse = [&](const Error &error) {
        later(guard, [error, done = std::move(done)] { done(tl::unexpected(error)); });
    };
    const std::optional<ApiKey> key = m_keys.find(keyId);
    if (!key)
        return refuse(goneKey());
    if (isUnderWay(keyId))
        return refuse(busyKey(*key));
    if (!token || token->isEmpty())
        return refuse(
            {Error::Kind::InvalidInput, tr("There is no token to store. Paste or create one first."), {}});
    keydesk::makeKnown(m_redactor, key->placement, *token);
    if (!isTokenOf(*key, *token))
        return refuse(
            {Error::Kind::InvalidInput,
             tr("This is not the token that “%1” had (%2). Add it as a new key.").arg(key->name, key->hint),
             {}});
    m_asked.insert(keyId);
    const auto ended = [this, keyId, guard = QPointer(guard),
                        done = std::move(done)](const Result<ApiKey> &outcome) {
        m_asked.remove(keyId);
        goOnMoving(keyId);
        if (guard)
            done(outcome);
    };
    const SecretPlace place = key->place;
    store(place).write(keyId, *token, this, [this, keyId, place, token, ended](const Result<void> &written) {
        if (!written) {
            ended(tl::unexpected(written.error()));
            return;
        }
        store(place).read(keyId, this, [this, keyId, place, token, ended](const Result<Secret> &back) {
            std::optional<ApiKey> found = m_keys.find(keyId);
            if (!found)
                removeSecret(keyId, place);
            if (!found || !back || !back->equals(*token)) {
                ended(tl::unexpected(!found ? goneKey() : back ? otherCameBack(place) : back.error()));
                return;
            }
            if (found->status == ApiKey::Status::Missing)
                found->status = ApiKey::Status::Unchecked;
            warnOf(m_keys.update(*found), "a found key was not noted:");
            warnOf(m_keys.addEvent(
                       keyId, KeyAction::Found,
                       tr("Its token was put back into %1, and read back").arg(placeInSentence(place))),
                   "an event was not noted:");
            hold(*found, *back);
            ended(*found);
        });
    });
}

void KeyRing::takeStock(SecretPlace place)
{
    if (m_isGuest)
        return;
    // Only of these it can be said that they should be among the entries: another process may add one after those were listed.
    warnOf(m_keys.refresh(), "other changes were not taken over:");
    QSet<QUuid> expected;
    for (const ApiKey &key : m_keys.all()) {
        if (key.place == place)
            expected.insert(key.id);
    }
    store(place).list(this, [this, place, expected](const Result<QList<QUuid>> &entries) {
        if (!entries)
            return;
        warnOf(m_keys.refresh(), "other changes were not taken over:");
        QSet<QUuid> there(entries->begin(), entries->end());
        Stock stock{place, {}, {}, {}};
        for (const ApiKey &key : m_keys.all()) {
            const bool isThere = there.remove(key.id);
            if (key.place != place || isThere == (key.status != ApiKey::Status::Missing))
                continue;
            if (isThere)
                stock.found.append(key.id);
            else if (expected.contains(key.id))
                stock.missing.append(key.id);
        }
        for (const ApiKey &key : m_keys.pending())
            there.remove(key.id);
        for (const KeyStore::Leftover &leftover : m_keys.leftovers())
            there.remove(leftover.id);
        stock.orphans = there.values();
        m_stocks.push_back(stock);
        if (m_stocks.size() == 1)
            noteStock();
    });
}

/// In turns: the keychain may have lost thousands at once, and each is written.
void KeyRing::noteStock()
{
    const QDeadlineTimer deadline(std::chrono::milliseconds(10));
    Stock &stock = m_stocks.front();
    while (!stock.missing.isEmpty() || !stock.found.isEmpty()) {
        if (deadline.hasExpired()) {
            QTimer::singleShot(0, this, &KeyRing::noteStock);
            return;
        }
        const bool isThere = stock.missing.isEmpty();
        const std::optional<ApiKey> key = m_keys.find((isThere ? stock.found : stock.missing).takeLast());
        if (!key || key->place != stock.place || isUnderWay(key->id) ||
            isThere == (key->status != ApiKey::Status::Missing))
            continue;
        if (!isThere) {
            m_held.erase(key->id);
            markMissing(*key);
            continue;
        }
        ApiKey found = *key;
        found.status = ApiKey::Status::Unchecked;
        warnOf(m_keys.update(found), "a found key was not noted:");
        warnOf(m_keys.addEvent(key->id, KeyAction::Found,
                               tr("Its token is in %1 again").arg(placeInSentence(stock.place))),
               "an event was not noted:");
    }
    const Stock noted = std::move(m_stocks.front());
    m_stocks.pop_front();
    m_orphans.insert(static_cast<int>(noted.place), noted.orphans);
    if (!m_stocks.empty())
        QTimer::singleShot(0, this, &KeyRing::noteStock);
    Q_EMIT stockTaken(noted.place);
}

void KeyRing::adopt(const QUuid &orphan, ApiKey key, QObject *guard, StoreDone done)
{
    const auto ended = [guard = QPointer(guard), done = std::move(done)](const Result<ApiKey> &outcome) {
        if (guard)
            done(outcome);
    };
    key.id = orphan;
    store(key.place).read(orphan, this, [this, key, ended](const Result<Secret> &secret) mutable {
        if (!secret) {
            ended(tl::unexpected(secret.error()));
            return;
        }
        keydesk::makeKnown(m_redactor, key.placement, *secret);
        describe(key, *secret);
        key.createdAt = QDateTime::currentDateTimeUtc();
        if (const std::optional<Error> error = refusal(key)) {
            ended(tl::unexpected(*error));
            return;
        }
        Result<void> row = m_keys.insertPending(key);
        if (row)
            row = m_keys.confirm(key.id);
        if (!row) {
            ended(tl::unexpected(row.error()));
            return;
        }
        warnOf(m_keys.addEvent(key.id, KeyAction::Adopted,
                               tr("Its token was found in %1").arg(placeInSentence(key.place))),
               "an event was not noted:");
        m_orphans[static_cast<int>(key.place)].removeAll(key.id);
        hold(key, *secret);
        ended(key);
        Q_EMIT stockTaken(key.place);
    });
}

} // namespace keydesk
