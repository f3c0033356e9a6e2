#include "tests/support/SandboxFixture.h"

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto service = u"talkturo"_s;

} // namespace

class TestSandboxTalkturo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keysTellLiveFromTest();
    void withoutAGoodKeyEverythingIsUnauthorized();
    void anotherAccountsThingsAreForbidden();
    void anAssistantIsMadeReadAndChanged();
    void aNameThatExistsConflicts();
    void aBadBodyIsRefused_data();
    void aBadBodyIsRefused();
    void contactsBelongToOneAddress();
    void campaignsAreCountedBeforePaging();
    void companiesAndNumbersAnswer();
    void whatIsNotThereSaysSo();

private:
    SandboxFixture m_sandbox;
    QByteArray m_key;
};

void TestSandboxTalkturo::initTestCase()
{
    QVERIFY(m_sandbox.start());
    m_key = m_sandbox.makeKey(service).token;
}

void TestSandboxTalkturo::keysTellLiveFromTest()
{
    QVERIFY(m_key.startsWith("tk_live_"));
    QVERIFY(m_sandbox.makeKey(service, {{u"environment"_s, u"development"_s}}).token.startsWith("tk_test_"));
}

void TestSandboxTalkturo::withoutAGoodKeyEverythingIsUnauthorized()
{
    const auto path = u"/api/assistants/asst_01j..."_s;
    const auto expired = m_sandbox.makeKey(service);
    const auto revoked = m_sandbox.makeKey(service);
    QCOMPARE(m_sandbox.get(service, path, expired.token).status, 200);
    QCOMPARE(m_sandbox.act(service, expired.id, u"expire"_s), 200);
    QCOMPARE(m_sandbox.act(service, revoked.id, u"revoke"_s), 200);
    const QByteArray foreign = m_sandbox.makeKey(u"talkover"_s).token;
    for (const QByteArray &token :
         {QByteArray(), QByteArray("tk_live_unknown"), expired.token, revoked.token, foreign}) {
        const Answer answer = m_sandbox.get(service, path, token);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.json, (QJsonObject{{u"error"_s, u"Unauthorized"_s}}));
    }
    QCOMPARE(m_sandbox.post(service, u"/api/crm/contacts"_s, {}, {}).status, 401);
}

void TestSandboxTalkturo::anotherAccountsThingsAreForbidden()
{
    const QJsonObject forbidden{{u"error"_s, u"Forbidden"_s}};
    const Answer answer = m_sandbox.get(service, u"/api/assistants/asst_other"_s, m_key);
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.json, forbidden);
    const Answer patch = m_sandbox.send({.method = "PATCH",
                                         .service = service,
                                         .path = u"/api/assistants/asst_other"_s,
                                         .token = m_key,
                                         .body = R"({"name":"Mine now"})"});
    QCOMPARE(patch.status, 403);
    QCOMPARE(m_sandbox.get(service, u"/api/crm/campaigns?teamId=team_other"_s, m_key).json, forbidden);
    QCOMPARE(m_sandbox
                 .post(service, u"/api/assistants"_s, m_key,
                       {{u"accountSlug"_s, u"other-team"_s}, {u"name"_s, u"N"_s}})
                 .status,
             403);
}

void TestSandboxTalkturo::anAssistantIsMadeReadAndChanged()
{
    const Answer made = m_sandbox.post(
        service, u"/api/assistants"_s, m_key,
        {{u"accountSlug"_s, u"my-team"_s}, {u"name"_s, u"Follow Up"_s}, {u"templateId"_s, u"follow-up"_s}});
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json[u"success"_s], QJsonValue(true));
    QCOMPARE(made.json[u"assistant"_s][u"type"_s].toString(), u"follow-up"_s);
    const QString path = u"/api/assistants/"_s + made.json[u"assistant"_s][u"id"_s].toString();
    const Answer changed = m_sandbox.send({.method = "PATCH",
                                           .service = service,
                                           .path = path,
                                           .token = m_key,
                                           .body = R"({"temperature":0.2,"name":"Follow Up 2","id":"x"})"});
    QCOMPARE(changed.status, 200);
    const Answer read = m_sandbox.get(service, path, m_key);
    QCOMPARE(read.json[u"assistant"_s][u"name"_s].toString(), u"Follow Up 2"_s);
    QCOMPARE(read.json[u"assistant"_s][u"temperature"_s].toDouble(), 0.2);
    QVERIFY(read.json[u"assistant"_s][u"id"_s].toString() != u"x"_s);
}

void TestSandboxTalkturo::aNameThatExistsConflicts()
{
    const QJsonObject wish{{u"accountSlug"_s, u"my-team"_s}, {u"name"_s, u"Only one"_s}};
    QCOMPARE(m_sandbox.post(service, u"/api/assistants"_s, m_key, wish).status, 200);
    const Answer again = m_sandbox.post(service, u"/api/assistants"_s, m_key, wish);
    QCOMPARE(again.status, 409);
    QVERIFY(again.json[u"error"_s].isString());
    const Answer renamed = m_sandbox.send({.method = "PATCH",
                                           .service = service,
                                           .path = u"/api/assistants/asst_01j..."_s,
                                           .token = m_key,
                                           .body = R"({"name":"ONLY ONE"})"});
    QCOMPARE(renamed.status, 409);
}

void TestSandboxTalkturo::aBadBodyIsRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    const auto assistants = u"/api/assistants"_s;
    const auto one = u"/api/assistants/asst_01j..."_s;
    const auto contacts = u"/api/crm/contacts"_s;
    QTest::newRow("broken JSON") << QByteArray("POST") << assistants << QByteArray("{");
    QTest::newRow("no slug") << QByteArray("POST") << assistants << QByteArray(R"({"name":"A"})");
    QTest::newRow("no name") << QByteArray("POST") << assistants
                             << QByteArray(R"({"accountSlug":"my-team"})");
    QTest::newRow("unknown template")
        << QByteArray("POST") << assistants
        << QByteArray(R"({"accountSlug":"my-team","name":"B","templateId":"x"})");
    QTest::newRow("nothing to change") << QByteArray("PATCH") << one << QByteArray("{}");
    QTest::newRow("hot") << QByteArray("PATCH") << one << QByteArray(R"({"temperature":3})");
    QTest::newRow("empty name") << QByteArray("PATCH") << one << QByteArray(R"({"name":" "})");
    QTest::newRow("half a token") << QByteArray("PATCH") << one << QByteArray(R"({"max_tokens":1.5})");
    QTest::newRow("contact without company")
        << QByteArray("POST") << contacts << QByteArray(R"({"teamId":"t","firstName":"A","lastName":"B"})");
    QTest::newRow("contact's phone")
        << QByteArray("POST") << contacts
        << QByteArray(R"({"teamId":"t","companyId":"c","firstName":"A","lastName":"B","phone":"0123"})");
    QTest::newRow("company without name")
        << QByteArray("POST") << u"/api/crm/companies"_s << QByteArray(R"({"teamId":"t"})");
    QTest::newRow("numbers without country")
        << QByteArray("POST") << u"/api/phone-numbers/search"_s << QByteArray(R"({"filters":{}})");
}

void TestSandboxTalkturo::aBadBodyIsRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    const Answer answer =
        m_sandbox.send({.method = method, .service = service, .path = path, .token = m_key, .body = body});
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json.keys(), QStringList{u"error"_s});
    QVERIFY(!answer.json[u"error"_s].toString().isEmpty());
}

void TestSandboxTalkturo::contactsBelongToOneAddress()
{
    const QJsonObject wish{{u"teamId"_s, u"team_01j..."_s},
                           {u"companyId"_s, u"comp_01j..."_s},
                           {u"firstName"_s, u"Ann"_s},
                           {u"lastName"_s, u"Lee"_s},
                           {u"email"_s, u"ann@example.com"_s}};
    const Answer made = m_sandbox.post(service, u"/api/crm/contacts"_s, m_key, wish);
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json[u"contact"_s][u"first_name"_s].toString(), u"Ann"_s);
    QCOMPARE(made.json[u"contact"_s][u"lead_status"_s].toString(), u"new"_s);
    QCOMPARE(m_sandbox.post(service, u"/api/crm/contacts"_s, m_key, wish).status, 409);
    const Answer list = m_sandbox.get(service, u"/api/crm/contacts?teamId=team_01j..."_s, m_key);
    QCOMPARE(list.json[u"count"_s].toInt(), list.json[u"contacts"_s].toArray().size());
    QVERIFY(list.body.contains("ann@example.com"));
}

void TestSandboxTalkturo::campaignsAreCountedBeforePaging()
{
    const auto path = u"/api/crm/campaigns"_s;
    QCOMPARE(m_sandbox.get(service, path, m_key).status, 400);
    const Answer made = m_sandbox.post(service, path, m_key, {{u"teamId"_s, u"t"_s}, {u"name"_s, u"New"_s}});
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json[u"campaign"_s][u"status"_s].toString(), u"draft"_s);
    const Answer page = m_sandbox.get(service, path + u"?teamId=t&limit=1&offset=1"_s, m_key);
    QCOMPARE(page.json[u"campaigns"_s].toArray().size(), 1);
    QCOMPARE(page.json[u"limit"_s].toInt(), 1);
    QCOMPARE(page.json[u"offset"_s].toInt(), 1);
    QVERIFY(page.json[u"count"_s].toInt() >= 3);
    const Answer running = m_sandbox.get(service, path + u"?teamId=t&status=running"_s, m_key);
    QCOMPARE(running.json[u"count"_s].toInt(), 1);
    QCOMPARE(m_sandbox.get(service, path + u"?teamId=t&limit=x"_s, m_key).status, 400);
}

void TestSandboxTalkturo::companiesAndNumbersAnswer()
{
    const Answer made = m_sandbox.post(
        service, u"/api/crm/companies"_s, m_key,
        {{u"teamId"_s, u"team_01j..."_s}, {u"name"_s, u"Initech"_s}, {u"companySize"_s, u"10-50"_s}});
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json[u"company"_s][u"company_size"_s].toString(), u"10-50"_s);
    QVERIFY(
        m_sandbox.get(service, u"/api/crm/companies?accountSlug=my-team"_s, m_key).body.contains("Initech"));
    QCOMPARE(m_sandbox.get(service, u"/api/crm/companies"_s, m_key).status, 400);
    const Answer numbers = m_sandbox.post(service, u"/api/phone-numbers/search"_s, m_key,
                                          {{u"filters"_s, QJsonObject{{u"countryCode"_s, u"US"_s}}}});
    QCOMPARE(numbers.json[u"count"_s].toInt(), 2);
}

void TestSandboxTalkturo::whatIsNotThereSaysSo()
{
    const Answer assistant = m_sandbox.get(service, u"/api/assistants/nobody"_s, m_key);
    QCOMPARE(assistant.status, 404);
    QVERIFY(assistant.json[u"error"_s].isString());
    QCOMPARE(m_sandbox.get(service, u"/api/nothing"_s, m_key).status, 404);
    const Answer method = m_sandbox.send(
        {.method = "DELETE", .service = service, .path = u"/api/assistants/x"_s, .token = m_key});
    QCOMPARE(method.status, 405);
    QVERIFY(method.headers.value("allow").contains("PATCH"));
}

QTEST_GUILESS_MAIN(TestSandboxTalkturo)
#include "test_sandbox_talkturo.moc"
