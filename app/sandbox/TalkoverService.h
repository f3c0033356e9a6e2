#pragma once

#include "app/sandbox/Router.h"
#include "app/sandbox/Service.h"
#include "app/sandbox/TalkoverAgents.h"

namespace keydesk::sandbox {

/// Talkover as its documentation describes it (docs.talkover.ai/en/api-reference): environment tokens
/// (talq_…) for the voice API under /api/v1, session tokens for the Account API, user API tokens (N|…) made
/// there.
class TalkoverService : public Service
{
public:
    TalkoverService(SandboxState &state, const StopSignal &stop);

    [[nodiscard]] QList<KeyKind> kinds() const override;
    [[nodiscard]] QByteArray makeToken(const KeyDraft &draft, qint64 number) const override;
    [[nodiscard]] Reply error(int status, const QString &message) const override;
    [[nodiscard]] Reply invalid(const FieldErrors &errors) const override;
    [[nodiscard]] QStringList notes() const override;

protected:
    Reply call(const Request &request) override;

private:
    /// The key that a request may use, or why it may not.
    using Access = tl::expected<SandboxKey, Reply>;

    Access access(const Request &request, const QStringList &kinds);
    /// A route for environment tokens.
    using EnvironmentHandler = Reply (TalkoverAgents::*)(const Request &, const QStringList &);
    void addEnvironmentRoute(const QByteArray &method, const QString &pattern, EnvironmentHandler handler);
    void addAccountRoutes();
    TalkoverAgents &agentsOf(const QString &environment);

    Reply health(const Request &request);
    Reply currentUser(const Request &request);
    Reply listTokens(const Request &request);
    Reply createToken(const Request &request);
    Reply deleteToken(const Request &request, const QString &id);

    Router m_routes;
    QHash<QString, std::shared_ptr<TalkoverAgents>> m_agents; // made when an environment is first called
};

} // namespace keydesk::sandbox
