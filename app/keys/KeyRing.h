#pragma once

#include "app/http/TokenSource.h"
#include "app/keys/KeyStore.h"
#include "app/keys/SecretStore.h"

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <deque>
#include <map>

namespace keydesk {

class KeysLock;
class Redactor;

/// Rows and secrets in step (SECURITY S7): stores a key so that a crash at any point loses nothing and leaves nothing unnoticed, and
/// hands tokens to HttpClient. Every token that passes is made known to the redactor.
///
/// A token from the keychain or the sealed file is held in memory (Secret) for `holdFor` after its last use, because a read over D-Bus would
/// cost each console call milliseconds. It is let go, and wiped, when that time is over, when its store is locked or goes away, when the key
/// is stored anew, moved or removed, and at exit.
class KeyRing : public QObject, public TokenSource
{
    Q_OBJECT

public:
    using StoreDone = std::function<void(Result<ApiKey>)>;

    KeyRing(KeyStore &keys, SecretStore &keychain, SecretStore &session, SecretStore &sealed, Redactor &redactor, QObject *parent = nullptr);
    ~KeyRing() override; ///< writes the last uses that are not in the database yet

    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    /// Also counts as a use (`lastUsedAt`); a secret that is gone from an available store turns the key's status to
    /// Missing, unless it is revoked.
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;
    /// The same, but no use: for showing or copying a token.
    void readForUser(const QUuid &keyId, QObject *guard, Done done);

    /// A call uses the key without reading its token again.
    void countUse(const QUuid &keyId);

    /// Makes a token known to the redactor that is not stored (yet).
    void makeKnown(const Secret &token, KeyPlacement placement = KeyPlacement::Header);
    [[nodiscard]] const Redactor &redactor() const { return m_redactor; }

    /// Pending row → write → read back → compare → confirmed. On any failure the pending row and the secret are taken back and the Error
    /// says why. Fills id (if null), hint, fingerprint and createdAt. A duplicate token is refused with Error::Duplicate naming the key.
    /// A guard that dies meanwhile does not stop it (nothing is lost when a window closes); `cancelStore` does.
    void store(ApiKey key, std::shared_ptr<const Secret> token, QObject *guard, StoreDone done);
    /// Takes a key back that is being stored: the row now, the secret as soon as the store answers. Its `done` hears Error::Cancelled.
    void cancelStore(const QUuid &keyId);
    /// Read → leftover noted → write there → read back → compare → the row points there → the old secret is removed. Whatever ends it half way,
    /// the row points to one good copy, and the other is removed at once or by `reconcile`. A key whose row points there already is done.
    /// While the key is on its way already, which it is until the old secret was removed, it waits for that.
    void move(const QUuid &keyId, SecretPlace to, QObject *guard, StoreDone done);
    /// Stops what was asked for with this guard, before the row points elsewhere; `done` then hears Error::Cancelled.
    void cancelMove(const QUuid &keyId, const QObject *guard);
    /// A move of it would wait.
    [[nodiscard]] bool isUnderWay(const QUuid &id) const;
    /// Puts a token back whose secret is gone from its store. Another token than the key had is refused with Error::InvalidInput: that is
    /// another key. Of a short one that somebody made up only the hint is known: any other that has the same is taken, too.
    void restore(const QUuid &keyId, std::shared_ptr<const Secret> token, QObject *guard, StoreDone done);
    /// Looks whether the tokens that should lie there do (`stockTaken` follows). Says nothing where the store cannot list its entries.
    void takeStock(SecretPlace place);
    /// Entries of the last `takeStock` that belong to no key here.
    [[nodiscard]] QList<QUuid> orphans(SecretPlace place) const { return m_orphans.value(static_cast<int>(place)); }
    /// Makes a key of an entry that belongs to none: `key` needs name, provider and kind, and is completed from its token.
    void adopt(const QUuid &orphan, ApiKey key, QObject *guard, StoreDone done);
    /// Row first, then secret; a secret that cannot be deleted now is left over and retried at the next start.
    Result<void> remove(const QUuid &keyId);
    /// At start, again whenever the keychain becomes available, and when another process may have left something half done: finishes or takes back pending rows (a pending row whose secret is there
    /// and matches is confirmed), retries leftovers, and finds the keys that were held for the last session only.
    void reconcile();

    /// Other processes change keys, too: nothing is put in order while `lock`, which must outlive this, says that one of them is at it.
    void shareWith(KeysLock &lock) { m_lock = &lock; }
    /// Another process puts things in order, and this one leaves alone what it did not begin: `reconcile` and `takeStock` do nothing. Keys that
    /// are held for a session are another process's, and cannot be read here.
    void leaveOrderToOthers() { m_isGuest = true; }

    static constexpr std::chrono::milliseconds holdFor = std::chrono::minutes(5);
    /// `lastUsedAt` is written at most this often.
    static constexpr std::chrono::milliseconds usesWrittenEvery = std::chrono::seconds(2);
    /// Until it is tried again to put things in order.
    static constexpr std::chrono::milliseconds reconcileAgainAfter = std::chrono::milliseconds(500);

    /// The store that new keys go to by default: the keychain unless it is absent, then the sealed file if there is one.
    [[nodiscard]] SecretPlace defaultPlace() const;
    [[nodiscard]] SecretStore &store(SecretPlace place) const;
    [[nodiscard]] SecretStore &keychain() const { return m_keychain; }
    /// Its store answers, so that a call with the key need not wait for a password. False for a key that is not there.
    [[nodiscard]] bool canReach(const QUuid &keyId) const;
    /// Where its token lies, if that has to be unlocked before it can be read.
    [[nodiscard]] std::optional<SecretPlace> lockedPlaceOf(const QUuid &keyId) const;

Q_SIGNALS:
    /// A sentence for the message bar (a key that was finished or taken back after a crash).
    void notice(const QString &text);
    /// The state of the store of that place changed.
    void placeChanged(keydesk::SecretPlace place);
    void stockTaken(keydesk::SecretPlace place);

private:
    /// A key on its way into its store.
    struct Storing
    {
        ApiKey key;
        std::shared_ptr<const Secret> token;
        QPointer<QObject> guard;
        StoreDone done;
        bool cancelled = false;
    };
    /// A token in memory.
    struct Held
    {
        Secret token;
        SecretPlace place;
        std::chrono::steady_clock::time_point until;
    };

    /// A key on its way from one store to another.
    struct Moving
    {
        SecretPlace from;
        SecretPlace to;
        std::shared_ptr<const Secret> token;
        QPointer<QObject> guard;
        StoreDone done;
        bool cancelled = false;
    };

    /// What a look at a place has shown, as far as it is not noted yet.
    struct Stock
    {
        SecretPlace place;
        QList<QUuid> missing;
        QList<QUuid> found;
        QList<QUuid> orphans;
    };

    static void warnOf(const Result<void> &outcome, const char *what);
    void read(const QUuid &keyId, bool isUse, QObject *guard, Done done);
    Result<Secret> received(const ApiKey &key, Result<Secret> &&secret);
    void hold(const ApiKey &key, const Secret &token);
    void letGo(std::chrono::steady_clock::time_point now);
    void writeUses();

    void written(const QUuid &keyId, const Result<void> &outcome);
    void readBack(const QUuid &keyId, const Result<Secret> &secret);
    void takeBack(const QUuid &keyId, const Error &error);
    void finishStore(const QUuid &keyId, const Result<ApiKey> &outcome);
    void describe(ApiKey &key, const Secret &token) const;
    [[nodiscard]] bool isTokenOf(const ApiKey &key, const Secret &token) const;
    [[nodiscard]] std::optional<Error> refusal(const ApiKey &key) const;

    /// Asked for while the key was on its way.
    struct NextMove
    {
        SecretPlace to;
        QPointer<QObject> guard;
        StoreDone done;
    };

    void beginMove(const QUuid &keyId, const NextMove &move);
    void goOnMoving(const QUuid &keyId);
    void moveRead(const QUuid &keyId, Result<Secret> &&secret);
    void moveWritten(const QUuid &keyId, const Result<void> &outcome);
    void moveReadBack(const QUuid &keyId, const Result<Secret> &secret);
    void stopMove(const QUuid &keyId, const Error &error);
    void endMove(const QUuid &keyId, const Result<ApiKey> &outcome);
    void reconcileLeftover(const QUuid &id, SecretPlace place);
    void finishMove(const ApiKey &key, SecretPlace where);

    void reconcilePending(const ApiKey &key);
    void judgePending(const ApiKey &key);
    void judgeSessionKeys();
    [[nodiscard]] bool lookWhatWasLeft();
    void markMissing(const ApiKey &key);
    void noteStock();
    void removeSecret(const QUuid &id, SecretPlace place, const std::function<void()> &then = {});
    void storeChanged(SecretPlace place, SecretStore::State state);
    [[nodiscard]] bool canAsk(SecretPlace place) const;

    KeyStore &m_keys;
    SecretStore &m_keychain;
    SecretStore &m_session;
    SecretStore &m_sealed;
    Redactor &m_redactor;
    KeysLock *m_lock = nullptr; // null: there is no other process
    bool m_isGuest = false;
    std::map<QUuid, Storing> m_storing;
    std::map<QUuid, Moving> m_moving;
    QHash<QUuid, QList<NextMove>> m_nextMoves; // in the order in which they were asked for
    std::map<QUuid, Held> m_held;
    QHash<int, QList<QUuid>> m_orphans; // by place
    QHash<QUuid, QDateTime> m_uses; // not in the database yet
    QSet<QUuid> m_asked;            // ids that a reconciliation is waiting for
    std::deque<Stock> m_stocks;
    QTimer m_stockTimer; // several changes come together
    QTimer m_reconcileTimer; // another process was changing keys
    QTimer m_letGoTimer;
    QTimer m_usesTimer;
};

} // namespace keydesk
