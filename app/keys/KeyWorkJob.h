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
    /// Says so while the place does not answer.
    void watchPlace(SecretPlace place);
    /// A session token for one origin, as its kind says that it is written; null without a token.
    [[nodiscard]] static std::shared_ptr<const OneTimeToken>
    forOneCall(const std::shared_ptr<const Secret> &token, const TokenKind *kind, const Origin &origin);

    const KeyWork m_work;

private:
    QPointer<HttpCall> m_call;
    bool m_cancelled = false;
    bool m_ended = false;
};

/// The key that a draft describes, without a token. The Error names what is wrong with the draft.
Result<ApiKey> keyOfDraft(const NewKey &draft, const KeyWork &work);
/// After it was stored: makes it its environment's key, unless it was refused and would push out one that may
/// work.
Result<ApiKey> putIntoEnvironment(const ApiKey &key, const NewKey &draft, const KeyWork &work);

} // namespace keydesk
