#include "app/sandbox/TalkoverSamples.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

QJsonValue jsonValue(const char *text)
{
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray(text));
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

QJsonObject supportBot()
{
    return jsonValue(R"({
"id": "550e8400-e29b-41d4-a716-446655440000", "name": "SupportBot", "label": "Customer Support Agent",
"description": "Handles customer inquiries and support requests", "language": "en-US",
"voice": {"id": "voice-uuid", "name": "Bianca", "label": "Bianca Voice", "stability": 0.6, "similarity_boost": 0.98,
  "ambient_background": "office", "template": {"id": "voice-template-uuid", "name": "Bianca"}},
"initial_message": "Hello, how can I help you today?", "interrupt_sensitivity": "medium", "conversation_speed": 1,
"initial_message_delay": 0, "ask_if_human_present_on_idle": false, "direction": "inbound", "who_speaks_first": "agent",
"current_status": "published", "is_sandbox": false, "is_ready_to_publish": true,
"created_at": "2024-01-15T10:30:00Z", "updated_at": "2024-01-15T10:30:00Z",
"trainings": [{"id": "training-uuid", "subject": "Product Knowledge",
  "instructions": "Learn about our product features and pricing", "current_status": "active",
  "created_at": "2024-01-15T10:30:00Z", "updated_at": "2024-01-15T10:30:00Z"}],
"actions": [{"id": "action-uuid", "name": "Schedule Meeting", "label": "Schedule Meeting",
  "description": "Schedule a meeting with the customer", "type": "webhook",
  "input_schema": [{"name": "date", "type": "string", "required": true, "description": "Meeting date"}],
  "config": null, "action_trigger": null, "url": "https://api.example.com/schedule", "authorization_url": null,
  "current_status": "active", "created_at": "2024-01-15T10:30:00Z", "updated_at": "2024-01-15T10:30:00Z"}],
"phone_numbers": [{"id": "phone-uuid", "number": "+1234567890", "country_code": "US",
  "formatted_number": "(123) 456-7890", "international_number": "+1 234 567 890", "current_status": "active"}]
})")
        .toObject();
}

QJsonArray sampleCampaigns()
{
    return jsonValue(R"([
{"id": "campaign-uuid-1", "name": "Sales Campaign", "description": "Outbound sales campaign for Q1", "status": "active",
 "campaign_type": "sales", "start_date": "2024-01-01", "days_of_week": [1, 2, 3, 4, 5], "earliest_call_time": "09:00:00",
 "latest_call_time": "17:00:00", "timezone": "America/New_York", "agent_id": "agent-uuid-1", "initial_call_delay": 0,
 "max_retries": 3, "retry_cooldown_hours": 24,
 "agent": {"id": "agent-uuid-1", "name": "Sales Agent", "label": "Sales Agent Label"},
 "stats": {"total_calls": 100, "completed_calls": 80, "failed_calls": 20, "success_rate": 80},
 "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"},
{"id": "campaign-uuid-2", "name": "Follow-up Campaign", "description": "Follow-up calls for existing customers",
 "status": "paused", "campaign_type": "follow_up", "start_date": "2024-01-15", "days_of_week": [2, 3, 4],
 "earliest_call_time": "10:00:00", "latest_call_time": "16:00:00", "timezone": "America/New_York",
 "agent_id": "agent-uuid-2", "initial_call_delay": 0, "max_retries": 2, "retry_cooldown_hours": 48,
 "agent": {"id": "agent-uuid-2", "name": "Support Agent", "label": "Support Agent Label"},
 "stats": {"total_calls": 50, "completed_calls": 35, "failed_calls": 15, "success_rate": 70},
 "created_at": "2024-01-15T00:00:00Z", "updated_at": "2024-01-15T00:00:00Z"}
])")
        .toArray();
}

QJsonArray sampleCalls()
{
    return jsonValue(R"([
{"id": "call-uuid-1", "sid": "call_sid_123", "to": "+1234567890", "to_formatted": "(123) 456-7890",
 "from": "+0987654321", "from_formatted": "(098) 765-4321", "is_testing": false, "direction": "outbound",
 "status": "completed", "duration": 120, "agent": {"id": "agent-uuid-1", "name": "Sales Agent", "label": "Sales Agent Label"},
 "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"},
{"id": "call-uuid-2", "sid": "call_sid_456", "to": "+1987654321", "to_formatted": "(987) 654-3210",
 "from": "+0987654321", "from_formatted": "(098) 765-4321", "is_testing": false, "direction": "inbound",
 "status": "answered", "duration": 180, "agent": {"id": "agent-uuid-2", "name": "Support Agent", "label": "Support Agent Label"},
 "created_at": "2024-01-01T01:00:00Z", "updated_at": "2024-01-01T01:03:00Z"}
])")
        .toArray();
}

/// SupportBot under another identity.
QJsonObject agent(const QString &id, const QString &name, const QString &label, const QString &direction,
                  const QString &status)
{
    QJsonObject made = supportBot();
    made[u"id"_s] = id;
    made[u"name"_s] = name;
    made[u"label"_s] = label;
    made[u"direction"_s] = direction;
    made[u"current_status"_s] = status;
    made[u"trainings"_s] = QJsonArray();
    made[u"actions"_s] = QJsonArray();
    made[u"phone_numbers"_s] = QJsonArray();
    return made;
}

} // namespace

TalkoverData talkoverSamples(const QString &environment)
{
    constexpr int agents = 25;
    constexpr int calls = 100;
    TalkoverData data;
    if (environment != u"production") {
        for (int i = 1; i <= 3; ++i) {
            data.agents.append(agent(u"dev-agent-uuid-%1"_s.arg(i), u"TestBot %1"_s.arg(i),
                                     u"Test Agent %1"_s.arg(i), i == 1 ? u"inbound"_s : u"outbound"_s,
                                     i == 3 ? u"draft"_s : u"published"_s));
        }
        return data;
    }
    data.agents = {
        supportBot(),
        agent(u"agent-uuid-1"_s, u"Sales Agent"_s, u"Sales Agent Label"_s, u"outbound"_s, u"published"_s),
        agent(u"agent-uuid-2"_s, u"Support Agent"_s, u"Support Agent Label"_s, u"inbound"_s, u"published"_s)};
    for (int i = 3; i < agents; ++i)
        data.agents.append(agent(u"agent-uuid-%1"_s.arg(i), u"Agent %1"_s.arg(i), u"Agent %1 Label"_s.arg(i),
                                 i % 2 == 0 ? u"inbound"_s : u"outbound"_s,
                                 i % 5 == 0 ? u"draft"_s : u"published"_s));
    // The id that the documentation's sample of a call has; a draft, so that it can be deleted.
    data.agents[3] =
        agent(u"agent_123456"_s, u"Draft Agent"_s, u"Draft Agent Label"_s, u"outbound"_s, u"draft"_s);
    const QJsonArray patterns = sampleCalls();
    for (int i = 0; i < calls; ++i) {
        QJsonObject call = patterns[i % 2].toObject();
        if (i > 1) {
            call[u"id"_s] = u"call-uuid-%1"_s.arg(i + 1);
            call[u"sid"_s] = u"call_sid_%1"_s.arg(1000 + i);
        }
        data.calls.append(call);
    }
    data.campaigns = sampleCampaigns();
    return data;
}

QJsonObject talkoverCampaignDetails()
{
    return jsonValue(R"({"enable_post_completion_cooldown": true, "post_completion_cooldown_hours": 168,
"success_cooldown_hours": 168, "voicemail_cooldown_hours": 24, "no_answer_cooldown_hours": 24, "busy_cooldown_hours": 24,
"failed_cooldown_hours": 24, "do_not_call_enabled": true, "do_not_call_list_source": "environment",
"auto_add_to_dnc_enabled": true, "auto_dnc_trigger_statuses": ["completed", "voicemail"],
"auto_dnc_trigger_errors": ["invalid_number", "disconnected"],
"calls": [{"id": "call-uuid-1", "to": "+1234567890", "status": "completed", "retries": 0, "created_at": "2024-01-01T00:00:00Z"},
 {"id": "call-uuid-2", "to": "+1987654321", "status": "failed", "retries": 1, "created_at": "2024-01-01T01:00:00Z"}],
"files": [{"id": "file-uuid-1", "original_filename": "contacts.csv", "processed_filename": "processed_contacts.csv",
 "status": "processed", "total_records": 1000, "processed_records": 950}]})")
        .toObject();
}

} // namespace keydesk::sandbox
