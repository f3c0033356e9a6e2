#pragma once

#include "app/base/Error.h"
#include "app/sandbox/Fields.h"
#include "app/sandbox/Router.h"
#include "app/sandbox/SandboxKey.h"

namespace keydesk::sandbox {

class SandboxState;
class Service;

/// Where the keys of a service are made and ended: web pages for people (forms,
/// application/x-www-form-urlencoded) and the same as JSON.
///
///   GET    /  and /dashboard           the page
///   GET    /dashboard/keys             {"data":[key…]}; ?kind= and ?status= choose; with ?page= or
///                                      ?per_page= (at most 100) a page, and "meta" as Talkover has it
///   POST   /dashboard/keys             {"name","kind","environment","abilities",expiry}
///                                      → 201 {"data":{key,"token"}}
///   POST   /dashboard/keys/{id}/regenerate → 200 {"data":{key, "token"}}
///   POST   /dashboard/keys/{id}/expiry {expiry} → 200 {"message":"Expiry set"}
///   POST   /dashboard/keys/{id}/expire → 200 {"message":"Token expired"}
///   POST   /dashboard/keys/{id}/revoke, DELETE /dashboard/keys/{id} → 200 {"message":"Token revoked"}
///   POST   /dashboard/keys/{id}/use-up-limit (where there is a rate limit) → 200 {"message"}
///   GET    /dashboard/modes            {"data":mode}, see Mode
///   POST   /dashboard/modes            mode → 200 {"data":mode}; what is left out behaves well
///
/// key is {"id","name","kind","environment","abilities","hint","status","created_at","last_used_at",
/// "expires_at"}; expiry is "expires_in" (seconds from now) or "expires_at" (ISO 8601), neither: never.
class Dashboard
{
public:
    Dashboard(Service &service, SandboxState &state);

    [[nodiscard]] const Router &routes() const { return m_routes; }

private:
    Reply page() const;
    Reply list(const Request &request) const;
    Reply create(const Request &request);
    Reply setExpiry(const Request &request, const QString &id);
    Reply setMode(const Request &request);
    Reply act(const Request &request, const QString &id, const QString &action);

    tl::expected<KeyDraft, FieldErrors> check(const QJsonObject &wish) const;
    Reply shown(const Request &request, int status, const Result<IssuedKey> &issued) const;
    Reply refused(const Request &request, const FieldErrors &errors) const;
    Reply done(const Request &request, const Result<void> &outcome, const QString &message) const;
    Reply failed(const Request &request, const Error &error) const;

    Service &m_service;
    SandboxState &m_state;
    Router m_routes;
};

} // namespace keydesk::sandbox
