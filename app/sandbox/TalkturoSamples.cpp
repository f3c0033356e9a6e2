#include "app/sandbox/TalkturoSamples.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace keydesk::sandbox {

namespace {

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(QByteArray(text)).object();
}

} // namespace

QJsonObject talkturoAssistant()
{
    return json(R"({"id": "asst_01j...", "account_id": "acct_01j...", "name": "Front Desk Setter",
"type": "outbound-setter", "model": "gpt-4o-mini", "provider": "openai", "temperature": 0.7, "max_tokens": 1024,
"first_message": "Hi, this is Alex from Talkturo...", "system_prompt": "You are a friendly outbound sales assistant...",
"voice_provider": "cartesia"})");
}

QJsonObject talkturoNumbers()
{
    return json(R"({"success": true, "numbers": [
{"phoneNumber": "+14155550101", "monthlyPrice": "1.00", "setupPrice": "1.00", "features": ["voice", "sms"]},
{"phoneNumber": "+14155550198", "monthlyPrice": "1.00", "setupPrice": "1.00", "features": ["voice", "sms"]}],
"provider": "telnyx", "count": 2})");
}

TalkturoData talkturoSamples()
{
    QJsonObject foreign = talkturoAssistant();
    foreign[u"id"_s] = u"asst_other"_s;
    foreign[u"account_id"_s] = u"acct_other"_s;
    foreign[u"name"_s] = u"Assistant of another account"_s;
    const QJsonObject company =
        json(R"({"id": "comp_01j...", "team_id": "team_01j...", "name": "Acme Corporation",
"website": "https://acme.example.com", "industry": "Manufacturing", "company_size": "500-1000", "city": "Chicago",
"state": "IL", "country": "US", "custom_fields": {"crm_id": "acme-001", "account_tier": "enterprise"},
"contact_count": 1, "created_at": "2024-01-10T09:00:00Z", "updated_at": "2024-01-10T09:00:00Z"})");
    const QJsonObject contact =
        json(R"({"id": "cont_01j...", "team_id": "team_01j...", "company_id": "comp_01j...",
"first_name": "Jane", "last_name": "Smith", "email": "jane@acme.example.com", "phone": "+12025551234",
"job_title": "Head of Sales", "lead_status": "new", "source": "trade-show", "timezone": "America/New_York",
"do_not_call": false, "notes": null, "custom_fields": {}, "tags": [],
"created_at": "2024-01-10T09:00:00Z", "updated_at": "2024-01-10T09:00:00Z"})");
    const QJsonObject campaign = json(R"({"id": "camp_01j...", "team_id": "team_01j...",
"assistant_id": "asst_01j...", "company_id": "comp_01j...", "name": "Q1 Outreach",
"description": "Qualify leads from the January trade show", "from_number": "+12025551234", "status": "running",
"call_window_start": "09:00", "call_window_end": "17:00", "call_window_timezone": "America/New_York",
"max_concurrent_calls": 5, "total_contacts": 200, "contacts_called": 80, "contacts_completed": 65,
"contacts_answered": 55, "created_at": "2024-01-10T09:00:00Z", "updated_at": "2024-01-12T09:00:00Z"})");
    QJsonObject finished = campaign;
    finished[u"id"_s] = u"camp_02j..."_s;
    finished[u"name"_s] = u"Q4 Win-back"_s;
    finished[u"status"_s] = u"completed"_s;
    TalkturoData data;
    data.assistants = {talkturoAssistant(), foreign};
    data.companies.append(company);
    data.contacts.append(contact);
    data.campaigns = {campaign, finished};
    return data;
}

} // namespace keydesk::sandbox
