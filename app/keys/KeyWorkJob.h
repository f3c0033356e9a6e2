#pragma once

#include "app/environments/EnvironmentStore.h"
#include "app/http/HttpClient.h"
#include "app/keys/KeyService.h"
#include "app/providers/ProviderCatalog.h"

#include <QPointer>

namespace keydesk {

/// What the jobs of the KeyService work with.
struct KeyWork
{
    KeyStore &keys;
    KeyRing &ring;
    EnvironmentStore &environments;
    const ProviderCatalog &providers;
    HttpClient &http;
};

/// What all jobs have in common: they begin later, end once, and stop what they wait for.
class KeyWorkJob : public KeyJob
{
    Q_OBJECT

public:
    KeyWorkJob(const KeyWork &work, QObject *parent);

    void cancel() final;

protected:
    using Answered = std::function<void(const Result<HttpResponse> &outcome, const CallTrace &trace)>;

    virtual void start() = 0;
    /// After `cancel`: ends, or sees to it that the job ends soon.
    virtual void stop();
    void finish(const Result<ApiKey> &outcome);
    [[nodiscard]] bool hasEnded() const { return m_ended; }
    [[nodiscard]] bool isCancelled() const { return m_cancelled; }
    [[nodiscard]] bool isCalling() const { return !m_call.isNull(); }

    /// Stops the call under way, if there is one; its answer is not heard any more.
    void dropCall();
    void send(const PreparedRequest &request, Answered answered);
    /// Goes on once the place can take a secret: asks the system to unlock the keychain if it is locked. Ends
    /// the job if it cannot.
    void whenStorable(SecretPlace place, std::function<void()> goOn);
    /// Goes on once the key's token can be read, or could not be unlocked, which `goOn` is told. Without a key: at
    /// once.
    void whenReadable(const std::optional<QUuid> &keyId, std::function<void(const Result<void> &unlocked)> goOn);
    /// Why the place takes no secret, where unlocking it would not help.
    [[nodiscard]] std::optional<Error> hindranceOf(SecretPlace place) const;
    /// Like `send`, for a call that a SignIn authorises: what the answer means for its key is noted.
    void sendSignedIn(const PreparedRequest &request, Answered answered);
    /// Says so while the place does not answer.
    void watchPlace(SecretPlace place);

    const KeyWork m_work;

private:
    QPointer<HttpCall> m_call;
    bool m_cancelled = false;
    bool m_ended = false;
};

/// Where the provider's token API is asked about a key: an environment that uses it, or one of its provider at
/// an origin that it is bound to.
std::optional<Environment> homeOf(const ApiKey &key, const EnvironmentStore &environments);
/// The stored keys that can sign in there.
QList<ApiKey> sessionKeysFor(const ApiKey &key, const KeyWork &work);

/// The key that a draft describes, without a token. The Error names what is wrong with the draft.
Result<ApiKey> keyOfDraft(const NewKey &draft, const KeyWork &work);
/// After it was stored: makes it its environment's key, unless it was refused and would push out one that may
/// work.
Result<ApiKey> putIntoEnvironment(const ApiKey &key, const NewKey &draft, const KeyWork &work);

} // namespace keydesk
