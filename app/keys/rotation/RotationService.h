#pragma once

#include "app/keys/rotation/RotateKeyJob.h"
#include "app/keys/rotation/RotationWork.h"

#include <QHash>
#include <QPointer>
#include <QTimer>

namespace keydesk {

class KeysLock;

/// What is possible for a key, told before it begins.
struct RotationPlan
{
    bool byApi = false;                 ///< the provider's API makes the new one
    const TokenKind *session = nullptr; ///< what authorises that; null if nothing is needed
    QList<ApiKey> sessionKeys;          ///< the stored keys that can
    bool revokesByApi = false;          ///< and the old one can be revoked through it
    bool renewingEndsOld = false;       ///< following the dashboard's steps ends the old token at once
    QStringList steps;                  ///< the dashboard's
    QUrl dashboard;                     ///< empty: none is known
    QList<QUuid> environments;          ///< where the new key has to prove itself
};

/// Rotations: begins them, goes on with those that were interrupted, and revokes old keys when their time has
/// come. What it does by itself it tells with `notice`. UI thread.
///
/// Time: an overlap of seven days is seven days of ClockMark's counting. While the computer runs, no change
/// of its clock shortens or lengthens it; over a restart of the computer the wall clock is believed, except
/// that a step back counts nothing, and that after a step of more than a year the user is asked first. Time
/// zones do not matter: all is UTC.
class RotationService : public QObject
{
    Q_OBJECT

public:
    RotationService(KeyStore &keys, KeyRing &ring, EnvironmentStore &environments,
                    const ProviderCatalog &providers, HttpClient &http, Database &database,
                    ReadClock clock = systemClock, QObject *parent = nullptr);
    ~RotationService() override; ///< writes how long the overlaps have been going on

    Result<void> load();
    /// Takes over what another process wrote.
    Result<void> refresh() { return m_rotations.refresh(); }
    /// Other processes rotate keys, too: what is interrupted is not gone on with while `lock`, which must outlive this, says that one of them
    /// is at it.
    void shareWith(KeysLock &lock) { m_lock = &lock; }
    /// Goes on with what was interrupted and does what is due; again and again until it is done. Call it at
    /// start.
    void resume();
    /// Something came back that was away (the sandbox, the network): tries again now what failed.
    void tryAgain();

    [[nodiscard]] const RotationStore &rotations() const { return m_rotations; }
    [[nodiscard]] RotationPlan planFor(const ApiKey &key) const;

    RotateKeyJob *rotate(const RotationStart &start);
    /// With a rotation in Step::Storing or Proving. Null if there is no such one, or a job is at it.
    RotateKeyJob *goOn(const QUuid &rotationId);
    /// Takes the new key back (again). Null as above.
    KeyJob *takeBack(const QUuid &rotationId, const SignIn &session);
    /// Now. Null as above.
    KeyJob *revokeOld(const QUuid &rotationId, const SignIn &session);
    /// Until the old key is revoked, from now; nothing: the user will say.
    Result<void> schedule(const QUuid &rotationId, const std::optional<std::chrono::milliseconds> &overlap);
    /// The user revoked it in the dashboard.
    Result<void> noteRevoked(const QUuid &rotationId);
    /// Back to the old key. Error::Conflict once it is being revoked.
    Result<void> undo(const QUuid &rotationId);
    /// The user saw to the token that could not be taken back.
    Result<void> forget(const QUuid &rotationId);

    [[nodiscard]] bool isBusy(const QUuid &rotationId) const { return m_jobs.value(rotationId) != nullptr; }
    /// Until the old key is revoked; nothing if none is scheduled. Zero or less: it is due.
    [[nodiscard]] std::optional<std::chrono::milliseconds> timeLeft(const Rotation &rotation) const;
    /// When that is, by the clock on the wall.
    [[nodiscard]] QDateTime dueAt(const Rotation &rotation) const;
    /// What is left to be done needs the user: a session token, the dashboard, or a word about the clock.
    [[nodiscard]] bool needsUser(const Rotation &rotation) const;
    /// How it stands, a sentence: "The old key will be revoked in 6 hours."
    [[nodiscard]] QString describe(const Rotation &rotation) const;

Q_SIGNALS:
    void changed();                      ///< a rotation, or how long one has left
    void notice(const QString &text);    ///< a sentence for the message bar
    void attention(const QString &text); ///< likewise; and there is something for the user to do

private:
    [[nodiscard]] RotationWork work() const;
    [[nodiscard]] const TokenKind *sessionFor(const Rotation &rotation) const;
    template <typename Job>
    Job *watched(const QUuid &rotationId, Job *job);
    void keyRemoved();
    void goOnWith(const Rotation &rotation);
    void goOnAfterCrash(const Rotation &rotation);
    void takeBackAlone(const Rotation &rotation);
    void revokeWhenDue(const Rotation &rotation);
    void askOnce(const Rotation &rotation, const QString &text);
    void failedAlone(const QUuid &rotationId, const Error &error);
    void tick();
    [[nodiscard]] bool othersMayBeAtIt();
    void count(bool write);

    KeyStore &m_keys;
    KeyRing &m_ring;
    EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    HttpClient &m_http;
    Database &m_database;
    const ReadClock m_clock;
    RotationStore m_rotations;
    KeysLock *m_lock = nullptr; // null: there is no other process
    QHash<QUuid, QPointer<KeyJob>> m_jobs; // by rotation
    struct Attempts
    {
        int failed = 0;
        std::chrono::steady_clock::time_point next;
    };
    QHash<QUuid, Attempts> m_attempts;
    QList<QUuid> m_asked;    // the user was told in this session
    QList<QUuid> m_doubtful; // the clock says that more than a year has passed
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_written;
    bool m_resumed = false;
};

} // namespace keydesk
