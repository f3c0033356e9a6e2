#include "app/sandbox/TalkturoAccount.h"

#include "app/sandbox/SandboxState.h"
#include "app/sandbox/TokenHash.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr QLatin1StringView keyKind("api-key");
constexpr QLatin1StringView loginKind("session");
constexpr QLatin1StringView refreshKind("refresh");
constexpr std::chrono::seconds loginTime{3600}; // expires_in of the documented samples
constexpr qsizetype shownPrefix = 16;           // "tk_live_" and 8 visible characters
constexpr int hourlyLimit = 1000;
constexpr int longestDays = 3650;
const auto userId = u"9f3b6e2a-4d85-4d62-95de-f2ec7e4ac8b1"_s;

QJsonValue timeOrNull(const QDateTime &time)
{
    return time.isNull() ? QJsonValue() : QJsonValue(time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ss.zzzZ"_s));
}

QJsonObject keyObject(const SandboxKey &key)
{
    const QStringList scopes = key.abilities.isEmpty() ? QStringList{u"*"_s} : key.abilities;
    const int limit = key.hourlyLimit > 0 ? key.hourlyLimit : hourlyLimit;
    return {{u"id"_s, key.id},
            {u"name"_s, key.name},
            {u"description"_s, key.description},
            {u"key_prefix"_s, key.prefix},
            {u"permissions"_s, QJsonObject{{u"scopes"_s, QJsonArray::fromStringList(scopes)},
                                           {u"rate_limit_per_hour"_s, limit}}},
            {u"last_used_at"_s, timeOrNull(key.lastUsedAt)},
            {u"expires_at"_s, timeOrNull(key.expiresAt)},
            {u"is_active"_s, key.status != SandboxKey::Status::Paused},
            {u"created_at"_s, timeOrNull(key.createdAt)},
            {u"created_by"_s, userId}};
}

/// A JSON Web Token to look at; nobody checks its signature, only whether it is one that was given out.
QByteArray loginToken()
{
    const auto part = [](const QByteArray &bytes) {
        return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const qint64 end = QDateTime::currentSecsSinceEpoch() + loginTime.count();
    const QJsonObject claims{{u"sub"_s, userId}, {u"exp"_s, end}};
    return part(R"({"alg":"HS256","typ":"JWT"})") + '.' +
           part(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + '.' + randomText(43);
}

} // namespace

bool coversScope(const QStringList &scopes, const QString &scope)
{
    const QString family = scope.section(u':', 0, 0) + u":*"_s;
    return scopes.isEmpty() || scopes.contains(u"*"_s) || scopes.contains(family) || scopes.contains(scope);
}

TalkturoAccount::TalkturoAccount(const Service &service, SandboxState &state)
    : m_service(service)
    , m_state(state)
{
    m_routes.add("POST", u"/api/auth/sign-in"_s,
                 [this](const Request &request, const QStringList &) { return signIn(request); });
    m_routes.add("POST", u"/api/auth/refresh"_s,
                 [this](const Request &request, const QStringList &) { return refresh(request); });
    m_routes.add("GET", u"/api/test-api-key"_s,
                 [this](const Request &request, const QStringList &) { return test(request); });
    addRoute("POST", u"/api/auth/sign-out"_s, &TalkturoAccount::signOut);
    addRoute("GET", u"/api/api-keys"_s, &TalkturoAccount::list);
    addRoute("POST", u"/api/api-keys"_s, &TalkturoAccount::create);
    addRoute("PATCH", u"/api/api-keys/{id}"_s, &TalkturoAccount::update);
    addRoute("DELETE", u"/api/api-keys/{id}"_s, &TalkturoAccount::revoke);
}

QList<KeyKind> TalkturoAccount::kinds()
{
    KeyKind key{keyKind, u"API key"_s, true, {u"*"_s, u"assistants:read"_s, u"assistants:write"_s}};
    key.shownCharacters = shownPrefix;
    KeyKind login{loginKind, u"Login token"_s, false, {}};
    login.lifetime = loginTime;
    KeyKind refresh{refreshKind, u"Refresh token"_s, false, {}};
    refresh.onDashboard = false;
    return {key, login, refresh};
}

QByteArray TalkturoAccount::makeToken(const KeyDraft &draft)
{
    if (draft.kind == loginKind)
        return loginToken();
    if (draft.kind == refreshKind)
        return "refresh_" + randomText(40);
    return (draft.environment == u"development" ? "tk_test_" : "tk_live_") + randomText(56);
}

bool TalkturoAccount::isOwnPath(const QString &path)
{
    return path == u"/api/api-keys" || path.startsWith(u"/api/api-keys/") || path.startsWith(u"/api/auth/") ||
           path == u"/api/test-api-key";
}

Reply TalkturoAccount::error(int status, const QString &message)
{
    return jsonReply(status, {{u"success"_s, false}, {u"error"_s, message}});
}

QString TalkturoAccount::sampleEmail()
{
    return u"jane.chen@acme.co"_s;
}

QString TalkturoAccount::samplePassword()
{
    return u"DeskPass_73A9"_s;
}

Reply TalkturoAccount::call(const Request &request) const
{
    return m_routes.dispatch(request,
                             [](int status, const QString &message) { return error(status, message); });
}

void TalkturoAccount::addRoute(const QByteArray &method, const QString &pattern, Handler handler)
{
    m_routes.add(method, pattern, [this, handler](const Request &request, const QStringList &parts) {
        if (!keyOf(request, {loginKind}))
            return error(401, u"Unauthorized"_s);
        return (this->*handler)(request, parts);
    });
}

std::optional<SandboxKey> TalkturoAccount::keyOf(const Request &request, const QStringList &kinds) const
{
    const Bearer bearer = bearerOf(request);
    if (bearer.state != Bearer::State::Present)
        return std::nullopt;
    std::optional<SandboxKey> key = m_state.recognise(m_service.id(), bearer.token);
    if (!key || key->status != SandboxKey::Status::Active || !kinds.contains(key->kind))
        return std::nullopt;
    return key;
}

Reply TalkturoAccount::signIn(const Request &request) const
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    if (body->value(u"email").toString() != sampleEmail() ||
        body->value(u"password").toString() != samplePassword())
        return error(401, u"Invalid login credentials"_s);
    return newSession();
}

Reply TalkturoAccount::newSession() const
{
    KeyDraft login{m_service.id(), loginKind, u"Signed in"_s, {}, {}};
    login.expiresAt = QDateTime::currentDateTimeUtc().addSecs(loginTime.count());
    const KeyDraft renewal{m_service.id(), refreshKind, u"Signed in"_s, {}, {}};
    const Result<IssuedKey> access = m_state.issue(login, [&](qint64) { return makeToken(login); });
    const Result<IssuedKey> again = m_state.issue(renewal, [&](qint64) { return makeToken(renewal); });
    if (!access || !again)
        return error(500, (access ? again.error() : access.error()).message);
    const QJsonObject user{{u"id"_s, userId},
                           {u"email"_s, sampleEmail()},
                           {u"user_metadata"_s, QJsonObject{{u"full_name"_s, u"Jane Chen"_s}}}};
    const QJsonObject data{{u"access_token"_s, QString::fromLatin1(access->token)},
                           {u"refresh_token"_s, QString::fromLatin1(again->token)},
                           {u"expires_in"_s, qint64{loginTime.count()}},
                           {u"expires_at"_s, login.expiresAt.toSecsSinceEpoch()},
                           {u"token_type"_s, u"bearer"_s},
                           {u"user"_s, user}};
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, data}});
}

Reply TalkturoAccount::refresh(const Request &request) const
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    const std::optional<SandboxKey> known =
        m_state.recognise(m_service.id(), body->value(u"refresh_token").toString().toLatin1());
    if (!known || known->kind != refreshKind || known->status != SandboxKey::Status::Active)
        return error(401, u"Unauthorized"_s);
    // It is good for one renewal.
    if (const Result<void> used = m_state.setStatus(m_service.id(), known->id, SandboxKey::Status::Revoked);
        !used)
        return error(500, used.error().message);
    return newSession();
}

Reply TalkturoAccount::signOut(const Request &, const QStringList &) const
{
    if (const Result<void> ended = endSessions(); !ended)
        return error(500, ended.error().message);
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, QJsonObject{{u"ok"_s, true}}}});
}

Result<void> TalkturoAccount::endSessions() const
{
    for (const SandboxKey &key : m_state.keys(m_service.id())) {
        const bool isSession = key.kind == loginKind || key.kind == refreshKind;
        if (!isSession || key.status == SandboxKey::Status::Revoked)
            continue;
        if (Result<void> ended = m_state.setStatus(m_service.id(), key.id, SandboxKey::Status::Revoked);
            !ended)
            return ended;
    }
    return {};
}

Reply TalkturoAccount::test(const Request &request) const
{
    if (!keyOf(request, {keyKind, loginKind}))
        return error(401, u"Invalid API key"_s);
    return jsonReply(200, {{u"success"_s, true}, {u"message"_s, u"Authentication succeeded"_s}});
}

std::optional<SandboxKey> TalkturoAccount::apiKey(const QString &id) const
{
    std::optional<SandboxKey> key = m_state.find(m_service.id(), id);
    if (!key || key->kind != keyKind || key->status == SandboxKey::Status::Revoked)
        return std::nullopt;
    return key;
}

Reply TalkturoAccount::list(const Request &request, const QStringList &) const
{
    const QString slug = request.queryValue(u"accountSlug"_s).value_or(QString());
    if (slug.isEmpty())
        return error(400, u"accountSlug is required"_s);
    if (slug == u"other-team")
        return error(403, u"Forbidden"_s);
    QJsonArray keys;
    for (const SandboxKey &key : m_state.keys(m_service.id())) {
        if (key.kind == keyKind && key.status != SandboxKey::Status::Revoked)
            keys.append(keyObject(key));
    }
    return jsonReply(200, {{u"apiKeys"_s, keys}});
}

Reply TalkturoAccount::create(const Request &request, const QStringList &) const
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    Fields fields(*body);
    const QString slug = fields.text(u"accountSlug"_s, Presence::Required, 255);
    const QString name = fields.text(u"name"_s, Presence::Required, 255).trimmed();
    const QString description = fields.text(u"description"_s, Presence::Optional, 1000);
    const QString environment = fields.oneOf(u"environment"_s, Presence::Optional, {u"live"_s, u"test"_s});
    const std::optional<int> days = fields.integer(u"expiresInDays"_s, Presence::Optional, 1, longestDays);
    Fields permissions(fields.object(u"permissions"_s, Presence::Optional), u"permissions."_s);
    const QStringList scopes = permissions.texts(u"scopes"_s, 100).value_or(QStringList());
    const std::optional<int> limit =
        permissions.integer(u"rate_limit_per_hour"_s, Presence::Optional, 1, 1'000'000);
    fields.adopt(permissions.errors());
    if (!fields.fine())
        return error(400, fields.errors().first().message);
    if (slug == u"other-team")
        return error(403, u"Forbidden"_s);

    KeyDraft draft{m_service.id(), keyKind, name, environment == u"test" ? u"development"_s : u"production"_s,
                   scopes.isEmpty() ? QStringList{u"*"_s} : scopes};
    draft.description = description;
    draft.shownCharacters = shownPrefix;
    draft.hourlyLimit = limit.value_or(0);
    if (days)
        draft.expiresAt = QDateTime::currentDateTimeUtc().addDays(*days);
    const Result<IssuedKey> issued = m_state.issue(draft, [&](qint64) { return makeToken(draft); });
    if (!issued)
        return error(issued.error().kind == Error::Kind::TooLarge ? 400 : 500, issued.error().message);
    QJsonObject made = keyObject(issued->key);
    made.insert(u"fullKey"_s, QString::fromLatin1(issued->token));
    return jsonReply(200, {{u"apiKey"_s, made}});
}

Reply TalkturoAccount::update(const Request &request, const QStringList &parts) const
{
    const std::optional<SandboxKey> key = apiKey(parts[0]);
    if (!key)
        return error(404, u"API key not found"_s);
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    Fields fields(*body);
    const QString name = fields.text(u"name"_s, Presence::Optional, 255).trimmed();
    const QString description = fields.text(u"description"_s, Presence::Optional, 1000);
    const std::optional<bool> isActive = fields.flag(u"isActive"_s);
    if (body->contains(u"name") && name.isEmpty())
        fields.refuse(u"name"_s, fields.label(u"name"_s) + u" must not be empty."_s);
    if (!fields.fine())
        return error(400, fields.errors().first().message);
    Result<void> changed =
        m_state.setTexts(m_service.id(), key->id, name.isEmpty() ? std::nullopt : std::optional(name),
                         body->contains(u"description") ? std::optional(description) : std::nullopt);
    const SandboxKey::Status from =
        isActive.value_or(false) ? SandboxKey::Status::Paused : SandboxKey::Status::Active;
    // A key that has expired stays so, whichever way it is switched.
    if (changed && isActive && key->status == from)
        changed = m_state.setStatus(m_service.id(), key->id,
                                    *isActive ? SandboxKey::Status::Active : SandboxKey::Status::Paused);
    if (!changed)
        return error(500, changed.error().message);
    return jsonReply(200, {{u"apiKey"_s, keyObject(*m_state.find(m_service.id(), key->id))}});
}

Reply TalkturoAccount::revoke(const Request &, const QStringList &parts) const
{
    if (!apiKey(parts[0]))
        return error(404, u"API key not found"_s);
    if (const Result<void> revoked = m_state.setStatus(m_service.id(), parts[0], SandboxKey::Status::Revoked);
        !revoked)
        return error(500, revoked.error().message);
    return jsonReply(200, {{u"success"_s, true}, {u"message"_s, u"API key revoked successfully"_s}});
}

} // namespace keydesk::sandbox
