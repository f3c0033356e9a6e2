#pragma once

#include "app/keys/KeyWorkJob.h"
#include "app/keys/RemoteTokenStore.h"

namespace keydesk {

/// A flow of calls to a provider's token API. Deletes itself after its `finished`, which comes exactly once,
/// never inside the call that made the job, after `cancel` too.
class RemoteTokenJob : public QObject
{
    Q_OBJECT

public:
    RemoteTokenJob(const KeyWork &work, RemoteTokenStore &store, const RemoteSource &source, const SignIn &session,
                   QObject *parent);

    void cancel();

Q_SIGNALS:
    void progress(const QString &what); ///< "Asking Talkover for its tokens…"

protected:
    using Answered = std::function<void(const Result<HttpResponse> &outcome)>;

    /// Everything is there: `m_provider`, `m_api`, `m_authorisation`.
    virtual void start() = 0;
    /// Something is missing, so that nobody was asked.
    virtual void notReady(const Error &error) = 0;
    /// The job was cancelled; the call under way, if any, is dropped already.
    virtual void stopped(bool wasCalling) = 0;
    void send(const PreparedRequest &request, Answered answered);
    /// What the provider's no means; with the time to wait if it wants fewer calls.
    [[nodiscard]] Error refusal(const HttpResponse &response) const;
    /// True once; nothing is told after it.
    bool end();

    const KeyWork m_work;
    RemoteTokenStore &m_store;
    const RemoteSource m_source;
    std::optional<Environment> m_environment;
    const Provider *m_provider = nullptr;
    TokenApi m_api;
    Authorisation m_authorisation;

private:
    void begin();
    Result<void> prepare();

    SignIn m_session;
    QPointer<HttpCall> m_call;
    bool m_cancelled = false;
    bool m_ended = false;
};

/// Fetches a provider's list, page by page, and writes it down; keys that are known by their id there learn
/// what it says about them. A list that cannot be had leaves the one before, with the reason.
class ListTokensJob final : public RemoteTokenJob
{
    Q_OBJECT

public:
    using RemoteTokenJob::RemoteTokenJob;

Q_SIGNALS:
    void finished(const keydesk::Result<keydesk::RemoteTokens> &outcome);

protected:
    void start() override;
    void notReady(const Error &error) override;
    void stopped(bool wasCalling) override;

private:
    void fetch();
    void answered(const Result<HttpResponse> &outcome);
    void keep();
    void teach();
    void fail(const Error &error);

    std::optional<TokenListReader> m_reader;
};

/// Revokes tokens at the provider, one after the other. Stops at the first sign that no further call will do
/// better: too many calls, no network, a session that is refused. What was not tried is as it was.
class RevokeTokensJob final : public RemoteTokenJob
{
    Q_OBJECT

public:
    struct Item
    {
        QString remoteId;
        QString name;
        std::optional<QUuid> keyId; ///< the local key of this token: its status becomes Revoked
    };
    enum class Outcome { Revoked, WasGone, Failed, NotTried };
    struct Summary
    {
        QList<Outcome> outcomes; ///< one an item
        QStringList reasons;     ///< one an item; empty but for Failed
        std::optional<Error> stoppedBy;

        [[nodiscard]] int count(Outcome outcome) const { return static_cast<int>(outcomes.count(outcome)); }
    };

    RevokeTokensJob(const KeyWork &work, RemoteTokenStore &store, const RemoteSource &source,
                    const QList<Item> &items, const SignIn &session, QObject *parent);

Q_SIGNALS:
    void itemDone(int index);
    void finished(const keydesk::RevokeTokensJob::Summary &summary);

protected:
    void start() override;
    void notReady(const Error &error) override;
    void stopped(bool wasCalling) override;

private:
    void revokeNext();
    void answered(const Result<HttpResponse> &outcome);
    void noteRevoked(const Item &item);
    void finish(const std::optional<Error> &stoppedBy);

    const QList<Item> m_items;
    Summary m_summary;
    qsizetype m_at = 0;
};

} // namespace keydesk
