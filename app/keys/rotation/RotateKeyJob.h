#pragma once

#include "app/keys/rotation/KeyProof.h"
#include "app/keys/rotation/RotationWork.h"

namespace keydesk {

/// What a rotation begins with.
struct RotationStart
{
    QUuid keyId;
    Rotation::Method method = Rotation::Method::Api;
    std::shared_ptr<const Secret> token; ///< Guided: the new token, pasted and cleaned
    bool oldEnds = false; ///< Guided: renewing it in the dashboard ended the old token
    /// Api: if the provider's API wants one. Held until the job ends, because taking back a key needs it too.
    SignIn session = {};
};

/// Replaces a key up to the switch: create → store → read back → prove in each environment that uses it →
/// switch. Each step is written down before it is taken. Finishes with the new key, which is then used
/// everywhere; the old one still works. Where it cannot go on by itself it waits for `retry`, `switchOver`,
/// `giveUp` or `cancel`; one that nobody attends (found after a crash) switches when all is proven, takes back what is
/// refused, and otherwise ends with the Error and stays written down. A failure or `cancel` takes the new key
/// back (TakeBackJob).
class RotateKeyJob final : public KeyWorkJob
{
    Q_OBJECT

public:
    enum class State {
        Working,
        StoreFailed,  ///< `trouble` says why: a locked keychain, for example. The token is in memory only
        Unreachable,  ///< the proof had no answer somewhere
        Refused,      ///< the proof was refused somewhere
        Inconclusive, ///< nothing speaks against the new key, and nothing proves it
        Proved,
    };

    RotateKeyJob(const RotationWork &work, const RotationStart &start, QObject *parent);
    /// Goes on with one in Step::Storing or Proving whose new key is stored.
    RotateKeyJob(const RotationWork &work, const Rotation &found, bool attended, QObject *parent);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Error> &trouble() const { return m_trouble; }
    [[nodiscard]] const Rotation &rotation() const { return m_rotation; }
    [[nodiscard]] QList<Proof> proofs() const { return m_proof ? m_proof->proofs() : QList<Proof>(); }

    /// Stores or proves again.
    void retry();
    /// Only when Proved, or Inconclusive and the user says so. Environments that began to use the old key
    /// meanwhile are tried first.
    void switchOver();
    /// Takes the new key back for this reason, where it waits for somebody: as `cancel`, which has no other reason than that it was stopped.
    void giveUp(const Error &reason);

Q_SIGNALS:
    void stateChanged(); ///< or a proof has

protected:
    void start() override;
    void stop() override;

private:
    [[nodiscard]] std::optional<Error> hindrance(const ApiKey &key);
    [[nodiscard]] std::optional<Error> problemOfPasted() const;
    Result<void> note(Rotation::Step step);
    void create();
    void created(const HttpResponse &response);
    void notCreated(const Error &error, bool mayExist);
    void store();
    void unlockAndStore();
    void stored(const Result<ApiKey> &outcome);
    void prove();
    void proved();
    void takeBack(const Error &reason);
    void keepBoth(const Error &reason);
    void become(State state, const std::optional<Error> &trouble = {});

    const RotationWork m_rotationWork;
    const std::optional<RotationStart> m_start;
    const bool m_attended;
    Rotation m_rotation;
    ApiKey m_old;                         // as it was when this began
    const Provider *m_provider = nullptr; // providers are loaded once, before there are jobs
    TokenApi m_api;
    std::shared_ptr<const Secret> m_token; // the new one, until it is stored
    KeyProof *m_proof = nullptr;
    State m_state = State::Working;
    std::optional<Error> m_trouble;
    bool m_storing = false;
    bool m_takingBack = false;
};

} // namespace keydesk
