#include "app/sandbox/TalkturoService.h"

#include "app/sandbox/Paging.h"
#include "app/sandbox/TokenHash.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostItems = 2000;

QString newId(const QString &prefix)
{
    return prefix + u"_01j"_s + QString::fromLatin1(randomText(20)).toLower();
}

QString now()
{
    return timeText(QDateTime::currentDateTimeUtc());
}

/// True if an item has this text in this field, whatever the case.
bool holds(const QJsonArray &items, const QString &field, const QString &text, const QString &exceptId = {})
{
    return std::any_of(items.begin(), items.end(), [&](const QJsonValue &item) {
        const QJsonObject object = item.toObject();
        return object.value(u"id").toString() != exceptId &&
               object.value(field).toString().compare(text, Qt::CaseInsensitive) == 0;
    });
}

QStringList templates()
{
    return {u"outbound-setter"_s, u"inbound-support"_s, u"follow-up"_s, u"custom"_s};
}

void checkPhone(Fields &fields, const QString &name)
{
    const QString phone = fields.text(name, Presence::Optional, 255);
    if (!phone.isEmpty() && !isE164(phone))
        fields.refuse(name, fields.label(name) +
                                u" must be a phone number in E.164 format, such as +12025551234."_s);
}

/// camelCase fields of a request as the snake_case ones of a reply.
QJsonObject snakeCase(const QJsonObject &body)
{
    QJsonObject out;
    for (auto field = body.begin(); field != body.end(); ++field) {
        QString name;
        const QString given = field.key().left(100);
        for (const QChar c : given) {
            if (c.isUpper())
                name += u'_';
            name += c.toLower();
        }
        out.insert(name, field.value());
    }
    return out;
}

} // namespace

TalkturoService::TalkturoService(SandboxState &state, const StopSignal &stop)
    : Service(u"talkturo"_s, u"Talkturo"_s, state, stop)
    , m_account(*this, state)
{
    const auto assistants = u"assistants"_s;
    addRoute("POST", u"/api/assistants"_s, &TalkturoService::withBody<&TalkturoService::createAssistant>,
             assistants);
    addRoute("GET", u"/api/assistants/{id}"_s, &TalkturoService::getAssistant, assistants);
    addRoute("PATCH", u"/api/assistants/{id}"_s, &TalkturoService::updateAssistant, assistants);
    addRoute("POST", u"/api/crm/contacts"_s, &TalkturoService::withBody<&TalkturoService::createContact>);
    addRoute("GET", u"/api/crm/contacts"_s, &TalkturoService::listContacts);
    addRoute("POST", u"/api/crm/companies"_s, &TalkturoService::withBody<&TalkturoService::createCompany>);
    addRoute("GET", u"/api/crm/companies"_s, &TalkturoService::listCompanies);
    addRoute("POST", u"/api/crm/campaigns"_s, &TalkturoService::withBody<&TalkturoService::createCampaign>);
    addRoute("GET", u"/api/crm/campaigns"_s, &TalkturoService::listCampaigns);
    addRoute("POST", u"/api/phone-numbers/search"_s,
             &TalkturoService::withBody<&TalkturoService::searchNumbers>);
}

void TalkturoService::addRoute(const QByteArray &method, const QString &pattern, Handler handler,
                               const QString &family)
{
    const QString scope = family + (method == "GET" ? u":read"_s : u":write"_s);
    const auto answer = [this, handler, family, scope](const Request &request, const QStringList &parts) {
        const std::optional<SandboxKey> key = keyOf(bearerOf(request));
        if (!key || key->status != SandboxKey::Status::Active || key->kind != kinds().first().id)
            return error(401, u"Unauthorized"_s);
        if (!family.isEmpty() && !coversScope(key->abilities, scope))
            return error(403, u"Forbidden"_s);
        if (m_data.assistants.isEmpty())
            m_data = talkturoSamples();
        return (this->*handler)(request, parts);
    };
    m_routes.add(method, pattern, answer);
}

template <Reply (TalkturoService::*handler)(Fields &, const QJsonObject &)>
Reply TalkturoService::withBody(const Request &request, const QStringList &)
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    if (body->value(u"accountSlug") == u"other-team"_s || body->value(u"teamId") == u"team_other"_s)
        return error(403, u"Forbidden"_s);
    Fields fields(*body);
    return (this->*handler)(fields, *body);
}

QList<KeyKind> TalkturoService::kinds() const
{
    return TalkturoAccount::kinds();
}

QByteArray TalkturoService::makeToken(const KeyDraft &draft, qint64) const
{
    return TalkturoAccount::makeToken(draft);
}

Reply TalkturoService::error(int status, const QString &message) const
{
    return jsonReply(status, {{u"error"_s, message}});
}

Reply TalkturoService::invalid(const FieldErrors &errors) const
{
    return error(400, errors.first().message);
}

Reply TalkturoService::limited(const QString &path, std::chrono::seconds) const
{
    const auto message = u"Too many requests"_s;
    return TalkturoAccount::isOwnPath(path) ? TalkturoAccount::error(429, message) : error(429, message);
}

QStringList TalkturoService::notes() const
{
    return {
        u"The API is under /api; GET /api/crm/campaigns?teamId=team_01j...&limit=1 checks a key."_s,
        u"GET /api/assistants/asst_01j... is an assistant of yours; asst_other belongs to another account "
        u"and answers "
        "403 Forbidden, as do accountSlug other-team and teamId team_other."_s,
        u"An assistant with a name that exists, or a contact with an e-mail address that exists, answers 409."_s,
        u"A key whose abilities do not cover assistants:read or assistants:write gets 403 for assistants."_s,
        u"A login token manages the account's API keys under /api/api-keys?accountSlug=my-team. Sign in below, or "
        u"POST /api/auth/sign-in as "_s +
            TalkturoAccount::sampleEmail() + u" with the password "_s + TalkturoAccount::samplePassword() +
            u"; it lasts an hour. GET /api/test-api-key checks a key."_s};
}

Reply TalkturoService::call(const Request &request)
{
    if (TalkturoAccount::isOwnPath(request.path))
        return m_account.call(request);
    return m_routes.dispatch(request,
                             [this](int status, const QString &message) { return error(status, message); });
}

Reply TalkturoService::made(const QString &resource, QJsonArray &items, const QJsonObject &item) const
{
    if (items.size() >= mostItems)
        return error(409, u"The sandbox keeps at most 2000 of these. Restart it to begin anew."_s);
    items.append(item);
    return jsonReply(200,
                     {{u"success"_s, true}, {resource, item}}); // 200: the only success code of the overview
}

Reply TalkturoService::listed(const Request &request, const QString &resource, const QJsonArray &items) const
{
    FieldErrors errors;
    const int limit = queryNumber(request, u"limit"_s, 50, 1, 100, errors);
    const int offset = queryNumber(request, u"offset"_s, 0, 0, std::numeric_limits<int>::max(), errors);
    if (!errors.isEmpty())
        return invalid(errors);
    return jsonReply(200, {{u"success"_s, true},
                           {resource, slice(items, offset, limit)},
                           {u"count"_s, items.size()},
                           {u"limit"_s, limit},
                           {u"offset"_s, offset}});
}

Reply TalkturoService::createAssistant(Fields &fields, const QJsonObject &)
{
    (void)fields.text(u"accountSlug"_s, Presence::Required, 255);
    const QString name = fields.text(u"name"_s, Presence::Required, 255);
    const QString type = fields.oneOf(u"templateId"_s, Presence::Optional, templates());
    if (!fields.fine())
        return invalid(fields.errors());
    if (holds(m_data.assistants, u"name"_s, name))
        return error(409, u"An assistant with this name already exists"_s);
    QJsonObject assistant = talkturoAssistant();
    assistant[u"id"_s] = newId(u"asst"_s);
    assistant[u"name"_s] = name;
    assistant[u"type"_s] = type.isEmpty() ? u"custom"_s : type;
    return made(u"assistant"_s, m_data.assistants, assistant);
}

tl::expected<qsizetype, Reply> TalkturoService::assistant(const QString &assistantId) const
{
    for (qsizetype i = 0; i < m_data.assistants.size(); ++i) {
        const QJsonObject assistant = m_data.assistants[i].toObject();
        if (assistant.value(u"id").toString() != assistantId)
            continue;
        if (assistant.value(u"account_id").toString() == u"acct_other")
            return tl::unexpected(error(403, u"Forbidden"_s));
        return i;
    }
    return tl::unexpected(error(404, u"Assistant not found"_s));
}

Reply TalkturoService::getAssistant(const Request &, const QStringList &parts)
{
    const auto index = assistant(parts[0]);
    if (!index)
        return index.error();
    return jsonReply(200, {{u"success"_s, true}, {u"assistant"_s, m_data.assistants[*index]}});
}

Reply TalkturoService::updateAssistant(const Request &request, const QStringList &parts)
{
    const auto index = assistant(parts[0]);
    if (!index)
        return index.error();
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return error(400, body.error());
    if (body->isEmpty())
        return error(400, u"Give at least one field to change."_s);
    Fields fields(*body);
    const QString name = fields.text(u"name"_s, Presence::Optional, 255);
    if (body->contains(u"name") && name.trimmed().isEmpty())
        fields.refuse(u"name"_s, fields.label(u"name"_s) + u" must not be empty."_s);
    const QStringList textFields = {u"model"_s, u"provider"_s, u"first_message"_s, u"system_prompt"_s,
                                    u"voice_provider"_s};
    for (const QString &field : textFields)
        (void)fields.text(field, Presence::Optional);
    (void)fields.number(u"temperature"_s, Presence::Optional, 0, 2);
    (void)fields.integer(u"max_tokens"_s, Presence::Optional, 1, 100000);
    if (!fields.fine())
        return invalid(fields.errors());
    if (!name.isEmpty() && holds(m_data.assistants, u"name"_s, name, parts[0]))
        return error(409, u"An assistant with this name already exists"_s);
    QJsonObject changed = m_data.assistants[*index].toObject();
    for (const QString &field : textFields + QStringList{u"name"_s, u"temperature"_s, u"max_tokens"_s}) {
        if (body->contains(field))
            changed[field] = body->value(field);
    }
    m_data.assistants[*index] = changed;
    return jsonReply(200, {{u"success"_s, true}, {u"assistant"_s, changed}});
}

Reply TalkturoService::createContact(Fields &fields, const QJsonObject &body)
{
    for (const QString &field : {u"teamId"_s, u"companyId"_s, u"firstName"_s, u"lastName"_s})
        (void)fields.text(field, Presence::Required, 255);
    const QString email = fields.text(u"email"_s, Presence::Optional, 255);
    if (!email.isEmpty() && !email.contains(u'@'))
        fields.refuse(u"email"_s, fields.label(u"email"_s) + u" must be an e-mail address."_s);
    checkPhone(fields, u"phone"_s);
    checkPhone(fields, u"phoneSecondary"_s);
    for (const QString &field : {u"jobTitle"_s, u"leadStatus"_s, u"source"_s, u"timezone"_s,
                                 u"preferredContactMethod"_s, u"notes"_s})
        (void)fields.text(field, Presence::Optional);
    (void)fields.flag(u"doNotCall"_s);
    (void)fields.object(u"customFields"_s, Presence::Optional);
    (void)fields.texts(u"tags"_s, 100);
    if (!fields.fine())
        return invalid(fields.errors());
    if (!email.isEmpty() && holds(m_data.contacts, u"email"_s, email))
        return error(409, u"A contact with this e-mail address already exists"_s);
    QJsonObject contact = snakeCase(body);
    contact[u"id"_s] = newId(u"cont"_s);
    if (!contact.contains(u"lead_status"))
        contact[u"lead_status"_s] = u"new"_s;
    if (!contact.contains(u"do_not_call"))
        contact[u"do_not_call"_s] = false;
    contact[u"created_at"_s] = contact[u"updated_at"_s] = now();
    return made(u"contact"_s, m_data.contacts, contact);
}

Reply TalkturoService::listContacts(const Request &request, const QStringList &)
{
    return listed(request, u"contacts"_s, m_data.contacts);
}

Reply TalkturoService::createCompany(Fields &fields, const QJsonObject &body)
{
    for (const QString &field : {u"teamId"_s, u"name"_s})
        (void)fields.text(field, Presence::Required, 255);
    for (const QString &field :
         {u"website"_s, u"industry"_s, u"companySize"_s, u"addressLine1"_s, u"addressLine2"_s, u"city"_s,
          u"state"_s, u"postalCode"_s, u"country"_s, u"notes"_s})
        (void)fields.text(field, Presence::Optional);
    checkPhone(fields, u"phone"_s);
    (void)fields.object(u"customFields"_s, Presence::Optional);
    if (!fields.fine())
        return invalid(fields.errors());
    QJsonObject company = snakeCase(body);
    company[u"id"_s] = newId(u"comp"_s);
    company[u"contact_count"_s] = 0;
    company[u"created_at"_s] = company[u"updated_at"_s] = now();
    return made(u"company"_s, m_data.companies, company);
}

Reply TalkturoService::listCompanies(const Request &request, const QStringList &)
{
    if (!request.queryValue(u"teamId"_s) && !request.queryValue(u"accountSlug"_s))
        return error(400, u"teamId or accountSlug is required"_s);
    return listed(request, u"companies"_s, m_data.companies);
}

Reply TalkturoService::createCampaign(Fields &fields, const QJsonObject &body)
{
    for (const QString &field : {u"teamId"_s, u"name"_s})
        (void)fields.text(field, Presence::Required, 255);
    for (const QString &field : {u"assistantId"_s, u"companyId"_s, u"description"_s, u"callWindowStart"_s,
                                 u"callWindowEnd"_s, u"callWindowTimezone"_s})
        (void)fields.text(field, Presence::Optional);
    checkPhone(fields, u"fromNumber"_s);
    (void)fields.integer(u"maxConcurrentCalls"_s, Presence::Optional, 1, 100);
    if (!fields.fine())
        return invalid(fields.errors());
    QJsonObject campaign = snakeCase(body);
    campaign[u"id"_s] = newId(u"camp"_s);
    campaign[u"status"_s] = u"draft"_s;
    for (const QString &count :
         {u"total_contacts"_s, u"contacts_called"_s, u"contacts_completed"_s, u"contacts_answered"_s})
        campaign[count] = 0;
    campaign[u"created_at"_s] = campaign[u"updated_at"_s] = now();
    return made(u"campaign"_s, m_data.campaigns, campaign);
}

Reply TalkturoService::listCampaigns(const Request &request, const QStringList &)
{
    const QString team = request.queryValue(u"teamId"_s).value_or(QString());
    if (team.isEmpty())
        return error(400, u"teamId is required"_s);
    if (team == u"team_other")
        return error(403, u"Forbidden"_s);
    QJsonArray items;
    const std::optional<QString> status = request.queryValue(u"status"_s);
    const std::optional<QString> assistantId = request.queryValue(u"assistantId"_s);
    for (const QJsonValue &item : std::as_const(m_data.campaigns)) {
        const QJsonObject campaign = item.toObject();
        if ((!status || campaign.value(u"status").toString() == *status) &&
            (!assistantId || campaign.value(u"assistant_id").toString() == *assistantId))
            items.append(item);
    }
    return listed(request, u"campaigns"_s, items);
}

Reply TalkturoService::searchNumbers(Fields &fields, const QJsonObject &body)
{
    Fields filters(fields.object(u"filters"_s, Presence::Required), u"filters."_s);
    const QString country = filters.text(u"countryCode"_s, Presence::Required, 255);
    if (!country.isEmpty() && country.size() != 2)
        filters.refuse(u"countryCode"_s, filters.label(u"countryCode"_s) + u" must have two letters."_s);
    (void)filters.text(u"areaCode"_s, Presence::Optional, 3);
    (void)filters.oneOf(u"numberType"_s, Presence::Optional, {u"local"_s, u"toll-free"_s});
    (void)filters.integer(u"limit"_s, Presence::Optional, 1, 100);
    if (body.value(u"filters").isObject())
        fields.adopt(filters.errors());
    return fields.fine() ? jsonReply(200, talkturoNumbers()) : invalid(fields.errors());
}

} // namespace keydesk::sandbox
