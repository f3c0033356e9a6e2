#pragma once

#include "app/keys/KeyWorkJob.h"

namespace keydesk {

/// What a key said for itself in one environment.
struct Proof
{
    enum class State {
        Waiting,
        Running,
        Proven,
        Refused,     ///< the provider knows better: the key does not work there
        Unreachable, ///< no answer about the key: the network, a server in trouble, a locked keychain. Trying
                     ///< again may help
        Inconclusive, ///< an answer that proves nothing, or a call that cannot be made there
    };

    QUuid environmentId;
    QString environmentName;
    State state = State::Waiting;
    QString note; ///< "200 OK, 84 ms", or why there is no answer
    QString why;  ///< what a refusal means; empty where `note` says it all
    std::optional<Error> error;
};

/// The worst of several: Refused, then Unreachable, then Inconclusive. Of none: Inconclusive.
Proof::State verdictOf(const QList<Proof> &proofs);

/// A stored key makes the cheapest real call in each of some environments, a few at once. What it says is
/// noted on the key, as any check. UI thread.
class KeyProof : public QObject
{
    Q_OBJECT

public:
    static constexpr int atOnce = 4;

    KeyProof(const KeyWork &work, const QUuid &keyId, const QList<QUuid> &environments, QObject *parent);

    /// Tries (again) where it is not proven. `finished` follows, never inside the call.
    void start();
    /// Nothing is heard of it any more.
    void stop();
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] const QList<Proof> &proofs() const { return m_proofs; }

Q_SIGNALS:
    void changed();
    void finished();

private:
    void next();
    void tryIn(qsizetype index);
    void answered(qsizetype index, const TokenCheck &check, const Result<ApiKey> &outcome);

    const KeyWork m_work;
    const QUuid m_keyId;
    QList<Proof> m_proofs;
    QList<KeyJob *> m_jobs; // each deletes itself after it ended
    bool m_running = false;
};

} // namespace keydesk
