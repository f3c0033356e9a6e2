#pragma once

#include "app/base/Error.h"
#include "app/sandbox/Router.h"
#include "app/sandbox/Service.h"

namespace keydesk::sandbox {

/// The second set of Talkturo's documentation (github.com/Talkturo/documentation-docs): signing in, and the
/// API keys of an account for whoever is signed in. Its own envelope: {"success":false,"error":"…"} on
/// failure. The account is "my-team" or whatever slug is named; "other-team" belongs to others.
///
///   POST   /api/auth/sign-in        {"email","password"} → {"success","data":{tokens}}
///   POST   /api/auth/refresh        {"refresh_token"} → the same
///   POST   /api/auth/sign-out       ends every session
///   GET    /api/test-api-key        with an API key or a login token
///   GET    /api/api-keys?accountSlug=   with a login token: {"apiKeys":[…]}
///   POST   /api/api-keys            {"accountSlug","name",…} → {"apiKey":{…,"fullKey"}}
///   PATCH  /api/api-keys/{id}       {"name","description","isActive"} → {"apiKey":{…}}
///   DELETE /api/api-keys/{id}       {"success","message"}
class TalkturoAccount
{
public:
    TalkturoAccount(const Service &service, SandboxState &state);

    [[nodiscard]] static QList<KeyKind> kinds();
    [[nodiscard]] static QByteArray makeToken(const KeyDraft &draft);
    [[nodiscard]] static bool isOwnPath(const QString &path);
    [[nodiscard]] static Reply error(int status, const QString &message);
    /// What a person can sign in with: the documentation's own sample.
    [[nodiscard]] static QString sampleEmail();
    [[nodiscard]] static QString samplePassword();

    [[nodiscard]] Reply call(const Request &request) const;

private:
    using Handler = Reply (TalkturoAccount::*)(const Request &, const QStringList &) const;

    /// A route for login tokens.
    void addRoute(const QByteArray &method, const QString &pattern, Handler handler);
    [[nodiscard]] std::optional<SandboxKey> keyOf(const Request &request, const QStringList &kinds) const;

    Reply signIn(const Request &request) const;
    Reply refresh(const Request &request) const;
    Reply signOut(const Request &request, const QStringList &parts) const;
    [[nodiscard]] Reply newSession() const;
    [[nodiscard]] Result<void> endSessions() const;

    Reply test(const Request &request) const;
    Reply list(const Request &request, const QStringList &parts) const;
    Reply create(const Request &request, const QStringList &parts) const;
    Reply update(const Request &request, const QStringList &parts) const;
    Reply revoke(const Request &request, const QStringList &parts) const;
    /// Nothing if it is not an API key that exists.
    [[nodiscard]] std::optional<SandboxKey> apiKey(const QString &id) const;

    const Service &m_service;
    SandboxState &m_state;
    Router m_routes;
};

/// True if a list of scopes covers one: "*", "assistants:*" or "assistants:read" for "assistants:read". No
/// scopes at all cover everything.
bool coversScope(const QStringList &scopes, const QString &scope);

} // namespace keydesk::sandbox
