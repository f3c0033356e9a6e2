#include "app/sandbox/TalkoverAgents.h"

#include "app/sandbox/Paging.h"
#include "app/sandbox/Service.h"
#include "app/sandbox/TokenHash.h"

#include <QUuid>

#include <functional>
#include <limits>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

constexpr qsizetype mostAgents = 1000;
constexpr qsizetype mostCalls = 5000;
constexpr int ringingSeconds = 10;

QStringList languages()
{
    return {u"pt-BR"_s, u"pt-PT"_s, u"en-US"_s, u"en-CA"_s, u"es-ES"_s, u"fr-FR"_s,
            u"de-DE"_s, u"it-IT"_s, u"nl-NL"_s, u"ja-JP"_s, u"ko-KR"_s, u"zh-TW"_s};
}

struct Page
{
    int number = 1;
    int size = 20;

    [[nodiscard]] qint64 offset() const { return qint64{number - 1} * size; }
};

tl::expected<Page, FieldErrors> pageOf(const Request &request)
{
    FieldErrors errors;
    const Page page{queryNumber(request, u"page"_s, 1, 1, std::numeric_limits<int>::max(), errors),
                    queryNumber(request, u"per_page"_s, 20, 1, 100, errors)};
    if (!errors.isEmpty())
        return tl::unexpected(errors);
    return page;
}

qint64 lastPage(const Page &page, qsizetype total)
{
    return std::max<qint64>((total + page.size - 1) / page.size, 1);
}

bool contains(const QJsonObject &item, const QStringList &fields, const QString &text)
{
    return std::any_of(fields.begin(), fields.end(), [&](const QString &field) {
        return item.value(field).toString().contains(text, Qt::CaseInsensitive);
    });
}

using Filter = std::function<bool(const QJsonObject &)>;

QJsonArray filtered(const QJsonArray &items, const QList<Filter> &filters)
{
    QJsonArray kept;
    for (const QJsonValue &item : items) {
        const QJsonObject object = item.toObject();
        if (std::all_of(filters.begin(), filters.end(), [&](const Filter &filter) { return filter(object); }))
            kept.append(item);
    }
    return kept;
}

/// Filters that compare a query field with a field of the item.
void addEquals(QList<Filter> &filters, const Request &request, const QString &query, const QString &field)
{
    if (const std::optional<QString> wanted = request.queryValue(query))
        filters << [field, value = *wanted](const QJsonObject &item) {
            return item.value(field).toString() == value;
        };
}

void addSearch(QList<Filter> &filters, const Request &request, const QStringList &fields)
{
    if (const std::optional<QString> wanted = request.queryValue(u"search"_s))
        filters <<
            [fields, value = *wanted](const QJsonObject &item) { return contains(item, fields, value); };
}

/// date_from and date_to, both included; ISO dates compare as text.
void addDates(QList<Filter> &filters, const Request &request)
{
    if (const std::optional<QString> from = request.queryValue(u"date_from"_s))
        filters << [from](const QJsonObject &item) {
            return item.value(u"created_at").toString().left(10) >= *from;
        };
    if (const std::optional<QString> to = request.queryValue(u"date_to"_s))
        filters <<
            [to](const QJsonObject &item) { return item.value(u"created_at").toString().left(10) <= *to; };
}

/// The envelope of calls and campaigns.
Reply paginated(const QJsonArray &items, const Page &page)
{
    const QJsonArray part = slice(items, page.offset(), page.size);
    const bool empty = part.isEmpty();
    return jsonReply(
        200, {{u"success"_s, true},
              {u"data"_s, part},
              {u"pagination"_s,
               QJsonObject{{u"current_page"_s, page.number},
                           {u"last_page"_s, lastPage(page, items.size())},
                           {u"per_page"_s, page.size},
                           {u"total"_s, items.size()},
                           {u"from"_s, empty ? QJsonValue() : QJsonValue(page.offset() + 1)},
                           {u"to"_s, empty ? QJsonValue() : QJsonValue(page.offset() + part.size())}}}});
}

/// What a wish for an agent must hold (endpoints/create-agent). Returns the new agent without id and times.
QJsonObject agentOf(Fields &fields)
{
    const QString name = fields.text(u"name"_s, Presence::Required, 255);
    const QString label = fields.text(u"label"_s, Presence::Required, 255);
    const QString description = fields.text(u"description"_s, Presence::Optional);
    const QString language = fields.oneOf(u"language"_s, Presence::Required, languages());
    const QString message = fields.text(u"initial_message"_s, Presence::Optional);
    const QString interrupts =
        fields.oneOf(u"interrupt_sensitivity"_s, Presence::Required, {u"low"_s, u"medium"_s, u"high"_s});
    (void)fields.text(u"endpointing_sensitivity"_s, Presence::Required, 255);
    (void)fields.text(u"ivr_navigation_mode"_s, Presence::Required, 255);
    const auto speed = fields.number(u"conversation_speed"_s, Presence::Optional, 0.1, 3.0);
    const auto delay = fields.integer(u"initial_message_delay"_s, Presence::Optional, 0, 60);
    const auto asks = fields.flag(u"ask_if_human_present_on_idle"_s);
    (void)fields.integer(u"idle_time_seconds"_s, Presence::Optional, 1, 60);
    (void)fields.integer(u"max_call_duration_seconds"_s, Presence::Optional, 1, 3600);
    (void)fields.flag(u"say_goodbye_on_max_duration"_s);
    (void)fields.integer(u"user_inactivity_timeout_seconds"_s, Presence::Optional, 5, 120);
    (void)fields.integer(u"initial_idle_time_seconds"_s, Presence::Optional, 1, 60);
    (void)fields.integer(u"initial_max_idle_check_count"_s, Presence::Optional, 0, 10);
    (void)fields.number(u"llm_temperature"_s, Presence::Optional, 0, 2);
    (void)fields.flag(u"enable_recording"_s);
    const QString direction = fields.oneOf(u"direction"_s, Presence::Optional, {u"inbound"_s, u"outbound"_s});
    const QString speaker = fields.oneOf(u"who_speaks_first"_s, Presence::Optional, {u"agent"_s, u"user"_s});
    return {{u"name"_s, name},
            {u"label"_s, label},
            {u"description"_s, description.isEmpty() ? QJsonValue() : QJsonValue(description)},
            {u"language"_s, language},
            {u"voice"_s, QJsonValue()},
            {u"initial_message"_s, message.isEmpty() ? QJsonValue() : QJsonValue(message)},
            {u"interrupt_sensitivity"_s, interrupts},
            {u"conversation_speed"_s, speed.value_or(1)},
            {u"initial_message_delay"_s, delay.value_or(0)},
            {u"ask_if_human_present_on_idle"_s, asks.value_or(false)},
            {u"direction"_s, direction.isEmpty() ? u"inbound"_s : direction},
            {u"who_speaks_first"_s, speaker.isEmpty() ? u"agent"_s : speaker},
            {u"current_status"_s, u"draft"_s},
            {u"is_sandbox"_s, false},
            {u"is_ready_to_publish"_s, false},
            {u"trainings"_s, QJsonArray()},
            {u"actions"_s, QJsonArray()},
            {u"phone_numbers"_s, QJsonArray()}};
}

} // namespace

TalkoverAgents::TalkoverAgents(const Service &service, const QString &environment)
    : m_service(service)
    , m_environment(environment)
    , m_data(talkoverSamples(environment))
{
}

Reply TalkoverAgents::list(const Request &request, const QStringList &)
{
    const tl::expected<Page, FieldErrors> page = pageOf(request);
    if (!page)
        return m_service.invalid(page.error());
    QList<Filter> filters;
    addEquals(filters, request, u"status"_s, u"current_status"_s);
    addEquals(filters, request, u"direction"_s, u"direction"_s);
    addSearch(filters, request, {u"name"_s, u"label"_s});
    const QJsonArray items = filtered(m_data.agents, filters);
    return jsonReply(200, {{u"success"_s, true},
                           {u"data"_s, slice(items, page->offset(), page->size)},
                           {u"meta"_s, QJsonObject{{u"current_page"_s, page->number},
                                                   {u"per_page"_s, page->size},
                                                   {u"total"_s, items.size()},
                                                   {u"last_page"_s, lastPage(*page, items.size())}}}});
}

Reply TalkoverAgents::create(const Request &request, const QStringList &)
{
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return m_service.error(400, body.error());
    Fields fields(*body);
    QJsonObject agent = agentOf(fields);
    if (!fields.fine())
        return m_service.invalid(fields.errors());
    if (m_data.agents.size() >= mostAgents)
        return m_service.error(409, u"The sandbox keeps at most 1000 agents. Delete some first."_s);
    const QString now = timeText(QDateTime::currentDateTimeUtc());
    agent.insert(u"id"_s, QUuid::createUuid().toString(QUuid::WithoutBraces));
    agent.insert(u"created_at"_s, now);
    agent.insert(u"updated_at"_s, now);
    m_data.agents.append(agent);
    return jsonReply(
        201, {{u"success"_s, true}, {u"message"_s, u"Agent created successfully"_s}, {u"data"_s, agent}});
}

qsizetype TalkoverAgents::indexOf(const QString &agentId) const
{
    for (qsizetype i = 0; i < m_data.agents.size(); ++i) {
        if (m_data.agents[i].toObject().value(u"id").toString() == agentId)
            return i;
    }
    return -1;
}

Reply TalkoverAgents::notFound(const QString &agentId) const
{
    const QString other = m_environment == u"production" ? u"development"_s : u"production"_s;
    for (const QJsonValue &agent : talkoverSamples(other).agents) {
        if (agent.toObject().value(u"id").toString() == agentId)
            return m_service.error(404, u"Agent not found in this environment."_s);
    }
    return m_service.error(404, u"Agent not found"_s);
}

Reply TalkoverAgents::get(const Request &, const QStringList &parts)
{
    const qsizetype index = indexOf(parts[0]);
    if (index < 0)
        return notFound(parts[0]);
    return jsonReply(200, {{u"success"_s, true}, {u"data"_s, m_data.agents[index]}});
}

bool TalkoverAgents::hasActiveCall(const QString &agentId) const
{
    const QDateTime since = m_ringingSince.value(agentId);
    return since.isValid() && since.secsTo(QDateTime::currentDateTimeUtc()) < ringingSeconds;
}

Reply TalkoverAgents::remove(const Request &, const QStringList &parts)
{
    const qsizetype index = indexOf(parts[0]);
    if (index < 0)
        return notFound(parts[0]);
    if (m_data.agents[index].toObject().value(u"current_status").toString() == u"published")
        return m_service.error(409, u"Cannot delete a published agent. Unpublish it first."_s);
    if (hasActiveCall(parts[0]))
        return m_service.error(409, u"Cannot delete agent while it has active calls."_s);
    m_data.agents.removeAt(index);
    return jsonReply(200, {{u"success"_s, true}, {u"message"_s, u"Agent deleted successfully"_s}});
}

Reply TalkoverAgents::makeCall(const Request &request, const QStringList &parts)
{
    const qsizetype index = indexOf(parts[0]);
    if (index < 0)
        return notFound(parts[0]);
    const tl::expected<QJsonObject, QString> body = parseObject(request);
    if (!body)
        return m_service.error(400, body.error());
    Fields fields(*body);
    const QString to = fields.text(u"to"_s, Presence::Required, 255);
    if (fields.fine() && !isE164(to))
        fields.refuse(u"to"_s,
                      u"The to field must be a phone number in international format, such as +1234567890."_s);
    (void)fields.object(u"payload"_s, Presence::Optional);
    (void)fields.object(u"context"_s, Presence::Optional);
    (void)fields.integer(u"delay_seconds"_s, Presence::Optional, 0, 3600);
    const bool isTesting = fields.flag(u"is_testing"_s).value_or(false);
    if (!fields.fine())
        return m_service.invalid(fields.errors());

    const QJsonObject agent = m_data.agents[index].toObject();
    const QDateTime time = QDateTime::currentDateTimeUtc();
    const QString now = timeText(time);
    const QString callId = u"call_"_s + QString::fromLatin1(randomText(12));
    m_ringingSince.insert(parts[0], time);
    if (m_data.calls.size() >= mostCalls)
        m_data.calls.removeLast();
    m_data.calls.prepend(QJsonObject{{u"id"_s, callId},
                                     {u"sid"_s, QString(callId).replace(u"call_"_s, u"call_sid_"_s)},
                                     {u"to"_s, to},
                                     {u"to_formatted"_s, to},
                                     {u"from"_s, u"+0987654321"_s},
                                     {u"from_formatted"_s, u"(098) 765-4321"_s},
                                     {u"is_testing"_s, isTesting},
                                     {u"direction"_s, u"outbound"_s},
                                     {u"status"_s, u"initiated"_s},
                                     {u"duration"_s, 0},
                                     {u"agent"_s, QJsonObject{{u"id"_s, parts[0]},
                                                              {u"name"_s, agent.value(u"name")},
                                                              {u"label"_s, agent.value(u"label")}}},
                                     {u"created_at"_s, now},
                                     {u"updated_at"_s, now}});
    return jsonReply(200, {{u"success"_s, true},
                           {u"data"_s, QJsonObject{{u"id"_s, callId},
                                                   {u"agent_id"_s, parts[0]},
                                                   {u"to"_s, to},
                                                   {u"status"_s, u"initiated"_s},
                                                   {u"created_at"_s, now}}}});
}

Reply TalkoverAgents::callsOf(const Request &request, const QStringList &parts)
{
    if (indexOf(parts[0]) < 0)
        return notFound(parts[0]);
    const tl::expected<Page, FieldErrors> page = pageOf(request);
    if (!page)
        return m_service.invalid(page.error());
    QList<Filter> filters = {[&](const QJsonObject &call) {
        return call.value(u"agent").toObject().value(u"id").toString() == parts[0];
    }};
    addEquals(filters, request, u"status"_s, u"status"_s);
    addEquals(filters, request, u"direction"_s, u"direction"_s);
    QJsonArray items;
    for (const QJsonValue &item : filtered(m_data.calls, filters)) {
        QJsonObject call = item.toObject();
        call.remove(u"agent"); // endpoints/get-agent-calls shows none
        items.append(call);
    }
    return paginated(items, *page);
}

Reply TalkoverAgents::calls(const Request &request, const QStringList &)
{
    const tl::expected<Page, FieldErrors> page = pageOf(request);
    if (!page)
        return m_service.invalid(page.error());
    QList<Filter> filters;
    addEquals(filters, request, u"status"_s, u"status"_s);
    addEquals(filters, request, u"direction"_s, u"direction"_s);
    addSearch(filters, request, {u"to"_s, u"from"_s, u"sid"_s});
    addDates(filters, request);
    if (const std::optional<QString> agent = request.queryValue(u"agent_id"_s))
        filters << [agent](const QJsonObject &call) {
            return call.value(u"agent").toObject().value(u"id").toString() == *agent;
        };
    return paginated(filtered(m_data.calls, filters), *page);
}

Reply TalkoverAgents::campaigns(const Request &request, const QStringList &)
{
    const tl::expected<Page, FieldErrors> page = pageOf(request);
    if (!page)
        return m_service.invalid(page.error());
    QList<Filter> filters;
    addEquals(filters, request, u"status"_s, u"status"_s);
    addEquals(filters, request, u"campaign_type"_s, u"campaign_type"_s);
    addEquals(filters, request, u"agent_id"_s, u"agent_id"_s);
    addSearch(filters, request, {u"name"_s, u"description"_s});
    addDates(filters, request);
    return paginated(filtered(m_data.campaigns, filters), *page);
}

Reply TalkoverAgents::campaign(const Request &, const QStringList &parts)
{
    for (const QJsonValue &item : std::as_const(m_data.campaigns)) {
        QJsonObject campaign = item.toObject();
        if (campaign.value(u"id").toString() != parts[0])
            continue;
        const QJsonObject details = talkoverCampaignDetails();
        for (auto detail = details.begin(); detail != details.end(); ++detail)
            campaign.insert(detail.key(), detail.value());
        return jsonReply(200, {{u"success"_s, true}, {u"data"_s, campaign}});
    }
    return m_service.error(404, u"Campaign not found"_s);
}

} // namespace keydesk::sandbox
