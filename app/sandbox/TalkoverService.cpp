#include "app/sandbox/TalkoverService.h"

#include "app/sandbox/SandboxState.h"
#include "app/sandbox/TokenHash.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr QLatin1StringView environmentKind("environment");
constexpr QLatin1StringView userKind("pat");
constexpr QLatin1StringView sessionKind("session");

QJsonObject tokenObject(const SandboxKey &key)
{
    QJsonObject object{{u"id"_s, key.id},
                       {u"name"_s, key.name},
                       {u"abilities"_s, QJsonArray::fromStringList(key.abilities)},
                       {u"created_at"_s, timeText(key.createdAt)}};
    // Not documented, as tokens that expire are not; only one that the dashboard gave an expiry has it.
    if (key.expiresAt.isValid())
        object.insert(u"expires_at"_s, timeText(key.expiresAt));
    return object;
}

/// The shape of docs.talkover.ai/en/api-reference/authentication.
Reply tokenError(int status, const QString &code, const QString &message)
{
    return jsonReply(status, {{u"error"_s, code}, {u"message"_s, message}, {u"status_code"_s, status}});
}

Reply unauthorized()
{
    return tokenError(401, u"UNAUTHORIZED"_s, u"Invalid or missing authentication token"_s);
}

} // namespace

TalkoverService::TalkoverService(SandboxState &state, const StopSignal &stop)
    : Service(u"talkover"_s, u"Talkover"_s, state, stop)
{
    m_routes.add("GET", u"/api/v1/health"_s,
                 [this](const Request &request, const QStringList &) { return health(request); });
    addAccountRoutes();
    addEnvironmentRoute("GET", u"/api/v1/agents"_s, &TalkoverAgents::list);
    addEnvironmentRoute("POST", u"/api/v1/agents"_s, &TalkoverAgents::create);
    addEnvironmentRoute("GET", u"/api/v1/agents/{id}"_s, &TalkoverAgents::get);
    addEnvironmentRoute("DELETE", u"/api/v1/agents/{id}"_s, &TalkoverAgents::remove);
    addEnvironmentRoute("POST", u"/api/v1/agents/{id}/call"_s, &TalkoverAgents::makeCall);
    addEnvironmentRoute("GET", u"/api/v1/agents/{id}/calls"_s, &TalkoverAgents::callsOf);
    addEnvironmentRoute("GET", u"/api/v1/calls"_s, &TalkoverAgents::calls);
    addEnvironmentRoute("GET", u"/api/v1/campaigns"_s, &TalkoverAgents::campaigns);
    addEnvironmentRoute("GET", u"/api/v1/campaigns/{id}"_s, &TalkoverAgents::campaign);
}

void TalkoverService::addAccountRoutes()
{
    m_routes.add("GET", u"/api/user"_s,
                 [this](const Request &request, const QStringList &) { return currentUser(request); });
    m_routes.add("GET", u"/api/v1/user/api-tokens"_s,
                 [this](const Request &request, const QStringList &) { return listTokens(request); });
    m_routes.add("POST", u"/api/v1/user/api-tokens"_s,
                 [this](const Request &request, const QStringList &) { return createToken(request); });
    m_routes.add(
        "DELETE", u"/api/v1/user/api-tokens/{id}"_s,
        [this](const Request &request, const QStringList &parts) { return deleteToken(request, parts[0]); });
}

void TalkoverService::addEnvironmentRoute(const QByteArray &method, const QString &pattern,
                                          EnvironmentHandler handler)
{
    m_routes.add(method, pattern, [this, handler](const Request &request, const QStringList &parts) {
        const Access key = access(request, {environmentKind});
        return key ? (agentsOf(key->environment).*handler)(request, parts) : key.error();
    });
}

TalkoverAgents &TalkoverService::agentsOf(const QString &environment)
{
    std::shared_ptr<TalkoverAgents> &agents = m_agents[environment];
    if (!agents)
        agents = std::make_shared<TalkoverAgents>(*this, environment);
    return *agents;
}

QList<KeyKind> TalkoverService::kinds() const
{
    const QStringList abilities = {u"*"_s, u"read"_s};
    return {{environmentKind, u"Environment token"_s, true, {}},
            {userKind, u"User API token"_s, false, abilities},
            {sessionKind, u"User session token"_s, false, {}}};
}

QByteArray TalkoverService::makeToken(const KeyDraft &draft, qint64 number) const
{
    if (draft.kind == environmentKind)
        return "talq_" + randomText(48);
    if (draft.kind == userKind)
        return QByteArray::number(number) + '|' + randomText(40);
    return "session_" + randomText(40);
}

Reply TalkoverService::error(int status, const QString &message) const
{
    if (status == 403 || status == 404 || status == 409)
        return jsonReply(status, {{u"success"_s, false}, {u"message"_s, message}});
    const QString code = status >= 500   ? u"SERVER_ERROR"_s
                         : status == 405 ? u"METHOD_NOT_ALLOWED"_s
                         : status == 413 ? u"PAYLOAD_TOO_LARGE"_s
                         : status == 429 ? u"TOO_MANY_REQUESTS"_s
                                         : u"BAD_REQUEST"_s;
    return tokenError(status, code, message);
}

Reply TalkoverService::invalid(const FieldErrors &errors) const
{
    QJsonObject fields;
    for (const FieldError &error : errors) {
        QJsonArray messages = fields.value(error.field).toArray();
        messages.append(error.message);
        fields.insert(error.field, messages);
    }
    return jsonReply(422, {{u"message"_s, u"The given data was invalid."_s}, {u"errors"_s, fields}});
}

QStringList TalkoverService::notes() const
{
    return {
        u"The API is under /api/v1; GET /api/v1/health checks an environment token."_s,
        u"Environment tokens (talq_…) work for agents, calls and campaigns of their own environment. "
        u"Production and "
        "development have different agents: dev-agent-uuid-1 is one of development."_s,
        u"A session token works for GET /api/user and for /api/v1/user/api-tokens, which makes user API tokens (N|…)."_s,
        u"A user API token works for GET /api/user if its abilities are * or read, and is refused by the voice API."_s,
        u"Published agents cannot be deleted. New ones are drafts and can."_s};
}

Reply TalkoverService::call(const Request &request)
{
    return m_routes.dispatch(request,
                             [this](int status, const QString &message) { return error(status, message); });
}

TalkoverService::Access TalkoverService::access(const Request &request, const QStringList &kinds)
{
    const Bearer bearer = bearerOf(request);
    if (bearer.state == Bearer::State::Absent)
        return tl::unexpected(tokenError(401, u"MISSING_TOKEN"_s, u"Authorization header is required"_s));
    const std::optional<SandboxKey> key = keyOf(bearer);
    // The documentation does not say what a token of the wrong kind gets; it is as invalid here as an unknown
    // one.
    if (!key || key->status == SandboxKey::Status::Revoked || !kinds.contains(key->kind))
        return tl::unexpected(unauthorized());
    if (key->status != SandboxKey::Status::Active)
        return tl::unexpected(tokenError(401, u"TOKEN_EXPIRED"_s, u"Authentication token has expired"_s));
    return *key;
}

Reply TalkoverService::health(const Request &request)
{
    const Access key = access(request, {environmentKind});
    if (!key)
        return key.error();
    return jsonReply(200,
                     {{u"success"_s, true},
                      {u"data"_s, QJsonObject{{u"status"_s, u"ok"_s}, {u"environment"_s, key->environment}}},
                      {u"message"_s, u"Operation completed successfully"_s}});
}

Reply TalkoverService::currentUser(const Request &request)
{
    const Access key = access(request, {sessionKind, userKind});
    if (!key)
        return key.error();
    if (key->kind == userKind && !key->may(u"read"_s))
        return error(403, u"You are not authorized to perform this action."_s);
    return jsonReply(200, {{u"id"_s, u"user-uuid-1"_s},
                           {u"name"_s, u"Alice Doe"_s},
                           {u"email"_s, u"alice@example.com"_s},
                           {u"current_environment_id"_s, u"env-uuid-1"_s},
                           {u"created_at"_s, u"2024-01-01T10:00:00Z"_s}});
}

Reply TalkoverService::listTokens(const Request &request)
{
    if (const Access key = access(request, {sessionKind}); !key)
        return key.error();
    QJsonArray data;
    for (const SandboxKey &key : m_state.keys(id())) {
        if (key.kind != userKind || key.status == SandboxKey::Status::Revoked)
            continue;
        QJsonObject object = tokenObject(key);
        object.insert(u"last_used_at"_s,
                      key.lastUsedAt.isNull() ? QJsonValue() : QJsonValue(timeText(key.lastUsedAt)));
        data.append(object);
    }
    return jsonReply(200, {{u"data"_s, data}});
}

Reply TalkoverService::createToken(const Request &request)
{
    if (const Access key = access(request, {sessionKind}); !key)
        return key.error();
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    Fields fields(*body);
    const QString name = fields.text(u"name"_s, Presence::Required, 255).trimmed();
    const QStringList abilities = fields.texts(u"abilities"_s, 20).value_or(QStringList());
    if (!fields.fine())
        return invalid(fields.errors());
    const KeyDraft draft{id(), userKind, name, {}, abilities.isEmpty() ? QStringList{u"*"_s} : abilities};
    const Result<IssuedKey> issued =
        m_state.issue(draft, [&](qint64 number) { return makeToken(draft, number); });
    if (!issued)
        return error(issued.error().kind == Error::Kind::TooLarge ? 409 : 500, issued.error().message);
    QJsonObject data = tokenObject(issued->key);
    data.insert(u"token"_s, QString::fromLatin1(issued->token));
    return jsonReply(201, {{u"data"_s, data}});
}

Reply TalkoverService::deleteToken(const Request &request, const QString &tokenId)
{
    if (const Access key = access(request, {sessionKind}); !key)
        return key.error();
    const std::optional<SandboxKey> token = m_state.find(id(), tokenId);
    if (!token || token->kind != userKind || token->status == SandboxKey::Status::Revoked)
        return error(404, u"Token not found"_s);
    if (const Result<void> revoked = m_state.setStatus(id(), tokenId, SandboxKey::Status::Revoked); !revoked)
        return error(500, revoked.error().message);
    return jsonReply(200, {{u"message"_s, u"Token revoked"_s}});
}

} // namespace keydesk::sandbox
