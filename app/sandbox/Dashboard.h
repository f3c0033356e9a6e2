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
///   GET    /dashboard/keys             {"data":[key…]}
///   POST   /dashboard/keys             {"name","kind","environment","abilities"} → 201 {"data":{key,
///   "token"}} POST   /dashboard/keys/{id}/regenerate → 200 {"data":{key, "token"}} POST
///   /dashboard/keys/{id}/expire     → 200 {"message":"Token expired"} POST   /dashboard/keys/{id}/revoke,
///   DELETE /dashboard/keys/{id} → 200 {"message":"Token revoked"} POST   /dashboard/keys/{id}/use-up-limit
///   (where there is a rate limit) → 200 {"message"}
///
/// key is {"id","name","kind","environment","abilities","hint","status","created_at","last_used_at"}.
class Dashboard
{
public:
    Dashboard(Service &service, SandboxState &state);

    [[nodiscard]] const Router &routes() const { return m_routes; }

private:
    Reply page() const;
    Reply list() const;
    Reply create(const Request &request);
    Reply act(const Request &request, const QString &id, const QString &action);

    tl::expected<KeyDraft, FieldErrors> check(const QJsonObject &wish) const;
    Reply shown(const Request &request, int status, const Result<IssuedKey> &issued) const;
    Reply done(const Request &request, const Result<void> &outcome, const QString &message) const;
    Reply failed(const Request &request, const Error &error) const;

    Service &m_service;
    SandboxState &m_state;
    Router m_routes;
};

} // namespace keydesk::sandbox
