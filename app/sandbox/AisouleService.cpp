#include "app/sandbox/AisouleService.h"

#include "app/sandbox/AisouleMessage.h"
#include "app/sandbox/Paging.h"
#include "app/sandbox/TokenHash.h"

#include <QMutexLocker>

#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr std::size_t standardLimit = 120;
constexpr std::size_t messagesLimit = 300;
constexpr std::chrono::seconds usedUpFor{15}; // the documented sample of retry_after_seconds
constexpr qsizetype mostContacts = 2000;

Reply failure(int status, const QString &code, const QString &message)
{
    return jsonReply(status, {{u"success"_s, false},
                              {u"error"_s, QJsonObject{{u"code"_s, code}, {u"message"_s, message}}}});
}

Reply tooMany(std::chrono::seconds retryAfter)
{
    return jsonReply(
        429, {{u"success"_s, false},
              {u"error"_s, QJsonObject{{u"code"_s, u"rate_limit_exceeded"_s},
                                       {u"message"_s, u"Too many requests. Please wait before retrying."_s},
                                       {u"retry_after_seconds"_s, qint64{retryAfter.count()}}}}});
}

QJsonObject sampleContact()
{
    return {{u"id"_s, u"cnt_918856879188"_s},
            {u"phone"_s, u"918856879188"_s},
            {u"first_name"_s, u"Priya"_s},
            {u"last_name"_s, u"Sharma"_s},
            {u"email"_s, u"priya@example.com"_s},
            {u"tags"_s, QJsonArray{u"Lead"_s}},
            {u"created_at"_s, u"2026-06-02T08:00:00Z"_s}};
}

void tellLimit(Reply &reply, const RateWindow::Standing &standing)
{
    const auto reset = std::chrono::ceil<std::chrono::seconds>(standing.reset.time_since_epoch()).count();
    reply.addHeader("X-RateLimit-Limit", QByteArray::number(qulonglong{standing.limit}));
    reply.addHeader("X-RateLimit-Remaining", QByteArray::number(qulonglong{standing.remaining}));
    reply.addHeader("X-RateLimit-Reset", QByteArray::number(qlonglong{reset}));
}

} // namespace

AisouleService::AisouleService(SandboxState &state, const StopSignal &stop)
    : Service(u"aisoule"_s, u"AISoule"_s, state, stop)
{
}

QList<KeyKind> AisouleService::kinds() const
{
    return {{u"api-key"_s, u"API key"_s, false, {u"*"_s, u"read"_s, u"write"_s}}};
}

QByteArray AisouleService::makeToken(const KeyDraft &, qint64) const
{
    return "ak_live_" + randomText(40);
}

Reply AisouleService::error(int status, const QString &message) const
{
    const QString code = status == 403   ? u"forbidden"_s
                         : status == 404 ? u"not_found"_s
                         : status == 409 ? u"conflict"_s
                         : status >= 500 ? u"server_error"_s
                                         : u"invalid_request"_s;
    return failure(status, code, message);
}

Reply AisouleService::invalid(const FieldErrors &errors) const
{
    return error(400, errors.first().message);
}

Reply AisouleService::limited(const QString &, std::chrono::seconds retryAfter) const
{
    return tooMany(retryAfter);
}

QStringList AisouleService::notes() const
{
    return {u"The API is under /v1; GET /v1/status checks a key."_s,
            u"A key whose abilities are only read gets 403 forbidden when it posts."_s,
            u"The limit is 120 calls a minute, 300 for messages. \"Use up rate limit\" makes the next calls "
            u"of a key answer 429 "
            "for 15 seconds."_s};
}

AisouleService::Windows &AisouleService::windowsOf(const QString &keyId)
{
    auto found = m_windows.find(keyId);
    if (found == m_windows.end())
        found = m_windows.insert(keyId, {RateWindow(standardLimit), RateWindow(messagesLimit)});
    return *found;
}

bool AisouleService::useUpLimit(const QString &keyId)
{
    const QMutexLocker lock(&m_windowsMutex);
    const RateWindow::Time now = std::chrono::system_clock::now();
    Windows &windows = windowsOf(keyId);
    windows.standard.useUp(now, usedUpFor);
    windows.messages.useUp(now, usedUpFor);
    return true;
}

Reply AisouleService::call(const Request &request)
{
    const bool isMessage = request.path == u"/v1/messages";
    const std::optional<SandboxKey> key = keyOf(bearerOf(request));
    const RateWindow::Time now = std::chrono::system_clock::now();
    if (!key || key->status != SandboxKey::Status::Active) {
        Reply reply = failure(401, u"unauthorized"_s, u"Missing, malformed or revoked API key."_s);
        tellLimit(reply, RateWindow(isMessage ? messagesLimit : standardLimit).look(now));
        return reply;
    }
    RateWindow::Standing standing;
    {
        const QMutexLocker lock(&m_windowsMutex);
        Windows &windows = windowsOf(key->id);
        standing = (isMessage ? windows.messages : windows.standard).take(now);
    }
    Reply reply = standing.allowed ? answer(request, *key) : tooMany(standing.retryAfter);
    tellLimit(reply, standing);
    return reply;
}

Reply AisouleService::answer(const Request &request, const SandboxKey &key)
{
    const bool writes = request.method != "GET" && request.method != "HEAD";
    if (!key.may(writes ? u"write"_s : u"read"_s))
        return failure(403, u"forbidden"_s, u"This API key lacks the required permission scope."_s);
    Router routes;
    routes.add("GET", u"/v1/status"_s, [](const Request &, const QStringList &) {
        return jsonReply(200,
                         {{u"success"_s, true}, {u"status"_s, u"operational"_s}, {u"version"_s, u"v1"_s}});
    });
    routes.add("GET", u"/v1/profile"_s, [&](const Request &, const QStringList &) { return profile(key); });
    routes.add("GET", u"/v1/contacts"_s,
               [this](const Request &asked, const QStringList &) { return listContacts(asked); });
    routes.add("POST", u"/v1/contacts"_s,
               [this](const Request &asked, const QStringList &) { return saveContact(asked); });
    routes.add("POST", u"/v1/messages"_s,
               [this](const Request &asked, const QStringList &) { return sendMessage(asked); });
    return routes.dispatch(request,
                           [this](int status, const QString &message) { return error(status, message); });
}

Reply AisouleService::profile(const SandboxKey &key) const
{
    return jsonReply(200,
                     {{u"success"_s, true},
                      {u"profile"_s, QJsonObject{{u"id"_s, u"acc_sandbox"_s},
                                                 {u"business_name"_s, u"Example Traders"_s},
                                                 {u"phone"_s, u"918856879188"_s},
                                                 {u"key_name"_s, key.name},
                                                 {u"scopes"_s, QJsonArray::fromStringList(key.abilities)}}}});
}

Reply AisouleService::listContacts(const Request &request)
{
    if (m_contacts.isEmpty())
        m_contacts.append(sampleContact());
    FieldErrors errors;
    const int limit = queryNumber(request, u"limit"_s, 20, 1, 100, errors);
    const int offset = queryNumber(request, u"offset"_s, 0, 0, std::numeric_limits<int>::max(), errors);
    if (!errors.isEmpty())
        return invalid(errors);
    QJsonArray items;
    const std::optional<QString> tag = request.queryValue(u"tag"_s);
    for (const QJsonValue &contact : std::as_const(m_contacts)) {
        if (!tag || contact.toObject().value(u"tags").toArray().contains(*tag))
            items.append(contact);
    }
    return jsonReply(200,
                     {{u"success"_s, true},
                      {u"contacts"_s, slice(items, offset, limit)},
                      {u"pagination"_s,
                       QJsonObject{{u"total"_s, items.size()}, {u"limit"_s, limit}, {u"offset"_s, offset}}}});
}

Reply AisouleService::saveContact(const Request &request)
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    Fields fields(*body);
    const QString phone = fields.text(u"phone"_s, Presence::Required, 255);
    if (!phone.isEmpty() && !isDigitsNumber(phone))
        fields.refuse(
            u"phone"_s,
            u"The phone field must be country code and number, digits only, such as 918856879188."_s);
    for (const QString &field : {u"first_name"_s, u"last_name"_s, u"email"_s})
        (void)fields.text(field, Presence::Optional, 255);
    (void)fields.texts(u"tags"_s, 100);
    (void)fields.object(u"custom_fields"_s, Presence::Optional);
    if (!fields.fine())
        return invalid(fields.errors());

    if (m_contacts.isEmpty())
        m_contacts.append(sampleContact());
    qsizetype index = 0;
    while (index < m_contacts.size() && m_contacts[index].toObject().value(u"phone").toString() != phone)
        ++index;
    const bool isNew = index == m_contacts.size();
    if (isNew && m_contacts.size() >= mostContacts)
        return error(409, u"The sandbox keeps at most 2000 contacts. Restart it to begin anew."_s);
    QJsonObject contact = isNew ? QJsonObject{{u"id"_s, u"cnt_"_s + phone},
                                              {u"tags"_s, QJsonArray()},
                                              {u"created_at"_s, timeText(QDateTime::currentDateTimeUtc())}}
                                : m_contacts[index].toObject();
    for (const QString &field :
         {u"phone"_s, u"first_name"_s, u"last_name"_s, u"email"_s, u"tags"_s, u"custom_fields"_s}) {
        if (body->contains(field))
            contact[field] = body->value(field);
    }
    if (isNew)
        m_contacts.append(contact);
    else
        m_contacts[index] = contact;
    return jsonReply(200, {{u"success"_s, true}, {u"contact"_s, contact}});
}

Reply AisouleService::sendMessage(const Request &request) const
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    if (const FieldErrors errors = checkMessage(*body); !errors.isEmpty())
        return invalid(errors);
    return jsonReply(200, {{u"success"_s, true},
                           {u"message_id"_s, u"msg_"_s + QString::fromLatin1(randomText(15)).toLower()},
                           {u"status"_s, u"queued"_s},
                           {u"recipient"_s, body->value(u"to")}});
}

} // namespace keydesk::sandbox
