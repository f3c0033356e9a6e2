#include "tests/support/SandboxFixture.h"

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto service = u"talkover"_s;

QJsonObject agentWish(const QString &name)
{
    return {{u"label"_s, u"Label"_s},
            {u"name"_s, name},
            {u"language"_s, u"en-US"_s},
            {u"interrupt_sensitivity"_s, u"medium"_s},
            {u"endpointing_sensitivity"_s, u"auto"_s},
            {u"ivr_navigation_mode"_s, u"off"_s}};
}

QString idOf(const Answer &answer)
{
    return answer.json[u"data"_s][u"id"_s].toString();
}

} // namespace

class TestSandboxTalkover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void anEnvironmentTokenPassesTheHealthCheck();
    void whatIsRefusedSaysWhy_data();
    void whatIsRefusedSaysWhy();
    void anExpiredTokenIsToldFromARevokedOne();
    void agentsComeInPages();
    void callsAndCampaignsNameTheirPagination();
    void aBadPageIsRefused_data();
    void aBadPageIsRefused();
    void listsCanBeFiltered();
    void anotherEnvironmentsAgentIsNotFoundHere();
    void anAgentIsMadeAndDeleted();
    void anAgentThatLacksFieldsIsRefusedByName();
    void agentsInUseAreNotDeleted();
    void aCallGoesToAnInternationalNumberOnly_data();
    void aCallGoesToAnInternationalNumberOnly();
    void aUserTokenIsShownOnceAndNeverListed();
    void aUserTokenNeedsAName_data();
    void aUserTokenNeedsAName();
    void aRevokedUserTokenIsRefused();
    void abilitiesDecideWhatAUserTokenReads();

private:
    SandboxFixture m_sandbox;
    QByteArray m_production;
    QByteArray m_development;
    QByteArray m_session;
    QByteArray m_user;
};

void TestSandboxTalkover::initTestCase()
{
    QVERIFY(m_sandbox.start());
    m_production = m_sandbox.makeKey(service).token;
    m_development = m_sandbox.makeKey(service, {{u"environment"_s, u"development"_s}}).token;
    m_session = m_sandbox.makeKey(service, {{u"kind"_s, u"session"_s}}).token;
    m_user = m_sandbox.makeKey(service, {{u"kind"_s, u"pat"_s}}).token;
    QVERIFY(m_production.startsWith("talq_"));
    QVERIFY(m_development.startsWith("talq_"));
    QVERIFY(!m_session.isEmpty());
    QVERIFY(QRegularExpression(u"^\\d+\\|[A-Za-z0-9]+$"_s).match(QString::fromLatin1(m_user)).hasMatch());
}

void TestSandboxTalkover::anEnvironmentTokenPassesTheHealthCheck()
{
    const Answer answer = m_sandbox.get(service, u"/api/v1/health"_s, m_production);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json[u"success"_s], QJsonValue(true));
    QCOMPARE(answer.json[u"data"_s][u"environment"_s].toString(), u"production"_s);
}

void TestSandboxTalkover::whatIsRefusedSaysWhy_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QList<QByteArray>>("authorization");
    QTest::addColumn<QString>("error");
    const auto agents = u"/api/v1/agents"_s;
    const auto bearer = [](const QByteArray &token) { return QList<QByteArray>{"Bearer " + token}; };
    QTest::newRow("no header") << agents << QList<QByteArray>() << u"MISSING_TOKEN"_s;
    QTest::newRow("no header, health") << u"/api/v1/health"_s << QList<QByteArray>() << u"MISSING_TOKEN"_s;
    QTest::newRow("unknown") << agents << bearer("talq_unknown") << u"UNAUTHORIZED"_s;
    QTest::newRow("another scheme") << agents << QList<QByteArray>{"Basic " + m_production}
                                    << u"UNAUTHORIZED"_s;
    QTest::newRow("no scheme") << agents << QList<QByteArray>{m_production} << u"UNAUTHORIZED"_s;
    QTest::newRow("scheme only") << agents << QList<QByteArray>{"Bearer "} << u"UNAUTHORIZED"_s;
    QTest::newRow("doubled Bearer") << agents << bearer("Bearer " + m_production) << u"UNAUTHORIZED"_s;
    QTest::newRow("one character less") << agents << bearer(m_production.chopped(1)) << u"UNAUTHORIZED"_s;
    QTest::newRow("user token on agents") << agents << bearer(m_user) << u"UNAUTHORIZED"_s;
    QTest::newRow("session token on agents") << agents << bearer(m_session) << u"UNAUTHORIZED"_s;
    QTest::newRow("environment token on the user")
        << u"/api/user"_s << bearer(m_production) << u"UNAUTHORIZED"_s;
    QTest::newRow("user token on user tokens")
        << u"/api/v1/user/api-tokens"_s << bearer(m_user) << u"UNAUTHORIZED"_s;
    QTest::newRow("environment token on user tokens")
        << u"/api/v1/user/api-tokens"_s << bearer(m_production) << u"UNAUTHORIZED"_s;
}

void TestSandboxTalkover::whatIsRefusedSaysWhy()
{
    QFETCH(QString, path);
    QFETCH(QList<QByteArray>, authorization);
    QFETCH(QString, error);
    Ask ask{.service = service, .path = path};
    for (const QByteArray &value : authorization)
        ask.headers.append({QByteArray("Authorization"), value});
    const Answer answer = m_sandbox.send(ask);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.json[u"error"_s].toString(), error);
    QCOMPARE(answer.json[u"status_code"_s].toInt(), 401);
    QVERIFY(!answer.json[u"message"_s].toString().isEmpty());
}

void TestSandboxTalkover::anExpiredTokenIsToldFromARevokedOne()
{
    const auto key = m_sandbox.makeKey(service);
    const auto health = u"/api/v1/health"_s;
    QCOMPARE(m_sandbox.act(service, key.id, u"expire"_s), 200);
    const Answer expired = m_sandbox.get(service, health, key.token);
    QCOMPARE(expired.status, 401);
    QCOMPARE(expired.json[u"error"_s].toString(), u"TOKEN_EXPIRED"_s);
    QCOMPARE(expired.json[u"message"_s].toString(), u"Authentication token has expired"_s);
    QCOMPARE(m_sandbox.act(service, key.id, u"revoke"_s), 200);
    const Answer revoked = m_sandbox.get(service, health, key.token);
    QCOMPARE(revoked.status, 401);
    QCOMPARE(revoked.json[u"error"_s].toString(), u"UNAUTHORIZED"_s);
}

void TestSandboxTalkover::agentsComeInPages()
{
    const Answer all = m_sandbox.get(service, u"/api/v1/agents?per_page=100"_s, m_production);
    const qsizetype total = all.json[u"data"_s].toArray().size();
    QVERIFY(total >= 25);
    QSet<QString> ids;
    const int pages = static_cast<int>((total + 9) / 10);
    for (int page = 1; page <= pages; ++page) {
        const Answer part =
            m_sandbox.get(service, u"/api/v1/agents?per_page=10&page=%1"_s.arg(page), m_production);
        QCOMPARE(part.status, 200);
        const QJsonObject meta = part.json[u"meta"_s].toObject();
        QCOMPARE(meta[u"current_page"_s].toInt(), page);
        QCOMPARE(meta[u"per_page"_s].toInt(), 10);
        QCOMPARE(meta[u"last_page"_s].toInt(), pages);
        QCOMPARE(meta[u"total"_s].toInteger(), total);
        for (const QJsonValue &agent : part.json[u"data"_s].toArray())
            ids << agent[u"id"_s].toString();
    }
    QCOMPARE(ids.size(), total);
    const Answer beyond =
        m_sandbox.get(service, u"/api/v1/agents?page=2147483647&per_page=100"_s, m_production);
    QCOMPARE(beyond.status, 200);
    QVERIFY(beyond.json[u"data"_s].toArray().isEmpty());
}

void TestSandboxTalkover::callsAndCampaignsNameTheirPagination()
{
    const Answer calls = m_sandbox.get(service, u"/api/v1/calls?page=2&per_page=30"_s, m_production);
    QCOMPARE(calls.json[u"data"_s].toArray().size(), 30);
    const QJsonObject pagination = calls.json[u"pagination"_s].toObject();
    QCOMPARE(pagination[u"from"_s].toInt(), 31);
    QCOMPARE(pagination[u"to"_s].toInt(), 60);
    QVERIFY(pagination[u"total"_s].toInt() >= 100);
    const Answer campaigns = m_sandbox.get(service, u"/api/v1/campaigns"_s, m_production);
    QCOMPARE(campaigns.json[u"data"_s][0][u"name"_s].toString(), u"Sales Campaign"_s);
    QCOMPARE(campaigns.json[u"pagination"_s][u"total"_s].toInt(), 2);
    const Answer none = m_sandbox.get(service, u"/api/v1/campaigns"_s, m_development);
    QCOMPARE(none.json[u"pagination"_s][u"total"_s].toInt(), 0);
    QVERIFY(none.json[u"pagination"_s][u"from"_s].isNull());
    QCOMPARE(m_sandbox.get(service, u"/api/v1/campaigns/campaign-uuid-2"_s, m_production).status, 200);
    QCOMPARE(m_sandbox.get(service, u"/api/v1/campaigns/nobody"_s, m_production).status, 404);
}

void TestSandboxTalkover::aBadPageIsRefused_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("field");
    QTest::newRow("zero") << u"page=0"_s << u"page"_s;
    QTest::newRow("word") << u"page=two"_s << u"page"_s;
    QTest::newRow("huge") << u"page=99999999999999999999"_s << u"page"_s;
    QTest::newRow("negative") << u"per_page=-1"_s << u"per_page"_s;
    QTest::newRow("more than 100") << u"per_page=101"_s << u"per_page"_s;
}

void TestSandboxTalkover::aBadPageIsRefused()
{
    QFETCH(QString, query);
    QFETCH(QString, field);
    for (const QString &path : {u"/api/v1/agents?"_s, u"/api/v1/calls?"_s, u"/api/v1/campaigns?"_s}) {
        const Answer answer = m_sandbox.get(service, path + query, m_production);
        QCOMPARE(answer.status, 422);
        QVERIFY(answer.json[u"errors"_s].toObject().contains(field));
    }
}

void TestSandboxTalkover::listsCanBeFiltered()
{
    const auto all = [&](const QString &path, const QString &field, const QString &value) {
        const QJsonArray items = m_sandbox.get(service, path, m_production).json[u"data"_s].toArray();
        return !items.isEmpty() && std::all_of(items.begin(), items.end(), [&](const QJsonValue &item) {
            return item[field].toString() == value;
        });
    };
    QVERIFY(all(u"/api/v1/agents?status=draft"_s, u"current_status"_s, u"draft"_s));
    QVERIFY(all(u"/api/v1/agents?direction=outbound"_s, u"direction"_s, u"outbound"_s));
    QVERIFY(all(u"/api/v1/agents?search=supportb"_s, u"name"_s, u"SupportBot"_s));
    QVERIFY(all(u"/api/v1/calls?status=answered"_s, u"status"_s, u"answered"_s));
    QVERIFY(all(u"/api/v1/calls?search=call_sid_456"_s, u"sid"_s, u"call_sid_456"_s));
    QVERIFY(all(u"/api/v1/campaigns?status=paused"_s, u"status"_s, u"paused"_s));
    const auto none = m_sandbox.get(service, u"/api/v1/calls?date_to=2023-12-31"_s, m_production);
    QCOMPARE(none.json[u"pagination"_s][u"total"_s].toInt(), 0);
    const auto some =
        m_sandbox.get(service, u"/api/v1/calls?date_from=2024-01-01&date_to=2024-01-01"_s, m_production);
    QVERIFY(some.json[u"pagination"_s][u"total"_s].toInt() >= 100);
    const auto ofAgent = m_sandbox.get(service, u"/api/v1/agents/agent-uuid-2/calls"_s, m_production);
    QCOMPARE(ofAgent.json[u"pagination"_s][u"total"_s].toInt(), 50);
    QVERIFY(!ofAgent.json[u"data"_s][0].toObject().contains(u"agent"_s));
}

void TestSandboxTalkover::anotherEnvironmentsAgentIsNotFoundHere()
{
    const auto path = u"/api/v1/agents/dev-agent-uuid-1"_s;
    QCOMPARE(m_sandbox.get(service, path, m_development).status, 200);
    const Answer answer = m_sandbox.get(service, path, m_production);
    QCOMPARE(answer.status, 404);
    QCOMPARE(answer.json[u"message"_s].toString(), u"Agent not found in this environment."_s);
    const Answer unknown = m_sandbox.get(service, u"/api/v1/agents/nobody"_s, m_production);
    QCOMPARE(unknown.status, 404);
    QCOMPARE(unknown.json[u"success"_s], QJsonValue(false));
    QCOMPARE(unknown.json[u"message"_s].toString(), u"Agent not found"_s);
}

void TestSandboxTalkover::anAgentIsMadeAndDeleted()
{
    const Answer made = m_sandbox.post(service, u"/api/v1/agents"_s, m_development, agentWish(u"Fresh"_s));
    QCOMPARE(made.status, 201);
    QCOMPARE(made.json[u"message"_s].toString(), u"Agent created successfully"_s);
    QCOMPARE(made.json[u"data"_s][u"current_status"_s].toString(), u"draft"_s);
    const QString path = u"/api/v1/agents/"_s + idOf(made);
    QCOMPARE(m_sandbox.get(service, path, m_development).json[u"data"_s][u"name"_s].toString(), u"Fresh"_s);
    QCOMPARE(m_sandbox.get(service, path, m_production).status, 404);
    const Answer deleted = m_sandbox.send({.method = "DELETE", .path = path, .token = m_development});
    QCOMPARE(deleted.status, 200);
    QCOMPARE(deleted.json[u"message"_s].toString(), u"Agent deleted successfully"_s);
    QCOMPARE(m_sandbox.get(service, path, m_development).status, 404);
}

void TestSandboxTalkover::anAgentThatLacksFieldsIsRefusedByName()
{
    QJsonObject wish = agentWish(QString(256, u'a'));
    wish.remove(u"ivr_navigation_mode"_s);
    wish[u"language"_s] = u"xx-XX"_s;
    wish[u"conversation_speed"_s] = u"fast"_s;
    wish[u"idle_time_seconds"_s] = 2.5;
    const Answer answer = m_sandbox.post(service, u"/api/v1/agents"_s, m_production, wish);
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.json[u"message"_s].toString(), u"The given data was invalid."_s);
    const QJsonObject errors = answer.json[u"errors"_s].toObject();
    QCOMPARE(errors.keys(), (QStringList{u"conversation_speed"_s, u"idle_time_seconds"_s,
                                         u"ivr_navigation_mode"_s, u"language"_s, u"name"_s}));
    QCOMPARE(errors[u"ivr_navigation_mode"_s][0].toString(), u"The ivr navigation mode field is required."_s);
}

void TestSandboxTalkover::agentsInUseAreNotDeleted()
{
    const Answer published =
        m_sandbox.send({.method = "DELETE", .path = u"/api/v1/agents/agent-uuid-1"_s, .token = m_production});
    QCOMPARE(published.status, 409);
    const QString path = u"/api/v1/agents/"_s + idOf(m_sandbox.post(service, u"/api/v1/agents"_s,
                                                                    m_production, agentWish(u"Busy"_s)));
    QCOMPARE(m_sandbox.post(service, path + u"/call"_s, m_production, {{u"to"_s, u"+1234567890"_s}}).status,
             200);
    const Answer busy = m_sandbox.send({.method = "DELETE", .path = path, .token = m_production});
    QCOMPARE(busy.status, 409);
    QCOMPARE(busy.json[u"message"_s].toString(), u"Cannot delete agent while it has active calls."_s);
}

void TestSandboxTalkover::aCallGoesToAnInternationalNumberOnly_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("good") << QByteArray(R"({"to":"+1234567890"})") << 200;
    QTest::newRow("longest") << QByteArray(R"({"to":"+123456789012345","payload":{"a":1},"delay_seconds":0})")
                             << 200;
    QTest::newRow("no plus") << QByteArray(R"({"to":"1234567890"})") << 422;
    QTest::newRow("zero first") << QByteArray(R"({"to":"+0234567890"})") << 422;
    QTest::newRow("spaces") << QByteArray(R"({"to":"+1 234 567 890"})") << 422;
    QTest::newRow("too long") << QByteArray(R"({"to":"+1234567890123456"})") << 422;
    QTest::newRow("other digits") << QByteArray(R"({"to":"+1٢٣٤٥٦٧٨٩"})") << 422;
    QTest::newRow("number") << QByteArray(R"({"to":1234567890})") << 422;
    QTest::newRow("absent") << QByteArray("{}") << 422;
    QTest::newRow("delay") << QByteArray(R"({"to":"+1234567890","delay_seconds":3601})") << 422;
    QTest::newRow("payload") << QByteArray(R"({"to":"+1234567890","payload":[]})") << 422;
    QTest::newRow("broken") << QByteArray(R"({"to":)") << 400;
    QTest::newRow("array") << QByteArray("[]") << 400;
}

void TestSandboxTalkover::aCallGoesToAnInternationalNumberOnly()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const Answer answer = m_sandbox.send({.method = "POST",
                                          .path = u"/api/v1/agents/agent-uuid-1/call"_s,
                                          .token = m_production,
                                          .body = body});
    QCOMPARE(answer.status, status);
    if (status != 200)
        return;
    QCOMPARE(answer.json[u"data"_s][u"status"_s].toString(), u"initiated"_s);
    QCOMPARE(answer.json[u"data"_s][u"agent_id"_s].toString(), u"agent-uuid-1"_s);
    const Answer calls = m_sandbox.get(service, u"/api/v1/calls?per_page=1"_s, m_production);
    QCOMPARE(calls.json[u"data"_s][0][u"id"_s].toString(), idOf(answer));
}

void TestSandboxTalkover::aUserTokenIsShownOnceAndNeverListed()
{
    const auto path = u"/api/v1/user/api-tokens"_s;
    const Answer made = m_sandbox.post(
        service, path, m_session, {{u"name"_s, u"CI Pipeline"_s}, {u"abilities"_s, QJsonArray{u"read"_s}}});
    QCOMPARE(made.status, 201);
    const QJsonObject data = made.json[u"data"_s].toObject();
    QCOMPARE(data.keys(), (QStringList{u"abilities"_s, u"created_at"_s, u"id"_s, u"name"_s, u"token"_s}));
    const QByteArray token = data[u"token"_s].toString().toLatin1();
    QVERIFY(token.contains('|'));
    QCOMPARE(m_sandbox.get(service, u"/api/user"_s, token).json[u"email"_s].toString(),
             u"alice@example.com"_s);
    const Answer list = m_sandbox.get(service, path, m_session);
    QVERIFY(!list.body.contains(token));
    QVERIFY(!list.body.contains(token.mid(token.indexOf('|') + 1)));
    const QJsonArray tokens = list.json[u"data"_s].toArray();
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const QJsonValue &item) { return item[u"id"_s] == data[u"id"_s]; });
    QVERIFY(found != tokens.end());
    QCOMPARE((*found)[u"name"_s].toString(), u"CI Pipeline"_s);
    QVERIFY(!(*found)[u"last_used_at"_s].isNull());
    QVERIFY(!(*found).toObject().contains(u"token"_s));
}

void TestSandboxTalkover::aUserTokenNeedsAName_data()
{
    QTest::addColumn<QJsonObject>("wish");
    QTest::addColumn<QString>("field");
    QTest::newRow("absent") << QJsonObject() << u"name"_s;
    QTest::newRow("blank") << QJsonObject{{u"name"_s, u"  "_s}} << u"name"_s;
    QTest::newRow("256 characters") << QJsonObject{{u"name"_s, QString(256, u'n')}} << u"name"_s;
    QTest::newRow("number") << QJsonObject{{u"name"_s, 7}} << u"name"_s;
    QTest::newRow("abilities no array")
        << QJsonObject{{u"name"_s, u"n"_s}, {u"abilities"_s, u"*"_s}} << u"abilities"_s;
    QTest::newRow("abilities no strings")
        << QJsonObject{{u"name"_s, u"n"_s}, {u"abilities"_s, QJsonArray{1}}} << u"abilities"_s;
}

void TestSandboxTalkover::aUserTokenNeedsAName()
{
    QFETCH(QJsonObject, wish);
    QFETCH(QString, field);
    const Answer answer = m_sandbox.post(service, u"/api/v1/user/api-tokens"_s, m_session, wish);
    QCOMPARE(answer.status, 422);
    QVERIFY(!answer.json[u"message"_s].toString().isEmpty());
    QCOMPARE(answer.json[u"errors"_s].toObject().keys(), QStringList{field});
    QVERIFY(answer.json[u"errors"_s][field].isArray());
    QCOMPARE(
        m_sandbox.post(service, u"/api/v1/user/api-tokens"_s, m_session, {{u"name"_s, QString(255, u'n')}})
            .status,
        201);
}

void TestSandboxTalkover::aRevokedUserTokenIsRefused()
{
    const auto path = u"/api/v1/user/api-tokens"_s;
    const Answer made = m_sandbox.post(service, path, m_session, {{u"name"_s, u"Short-lived"_s}});
    const QByteArray token = made.json[u"data"_s][u"token"_s].toString().toLatin1();
    const Ask revoke{.method = "DELETE", .path = path + u'/' + idOf(made), .token = m_session};
    Ask foreign = revoke;
    foreign.token = m_production;
    QCOMPARE(m_sandbox.send(foreign).status, 401);
    const Answer revoked = m_sandbox.send(revoke);
    QCOMPARE(revoked.status, 200);
    QCOMPARE(revoked.json, (QJsonObject{{u"message"_s, u"Token revoked"_s}}));
    QCOMPARE(m_sandbox.get(service, u"/api/user"_s, token).json[u"error"_s].toString(), u"UNAUTHORIZED"_s);
    QVERIFY(!m_sandbox.get(service, path, m_session).body.contains(idOf(made).toLatin1()));
    QCOMPARE(m_sandbox.send(revoke).status, 404);
    Ask session = revoke; // only user tokens can be revoked here
    session.path = path + u'/' + m_sandbox.makeKey(service).id;
    QCOMPARE(m_sandbox.send(session).status, 404);
}

void TestSandboxTalkover::abilitiesDecideWhatAUserTokenReads()
{
    const auto userWith = [&](const QJsonArray &abilities) {
        const auto key = m_sandbox.makeKey(service, {{u"kind"_s, u"pat"_s}, {u"abilities"_s, abilities}});
        return m_sandbox.get(service, u"/api/user"_s, key.token);
    };
    QCOMPARE(userWith({u"*"_s}).status, 200);
    QCOMPARE(userWith({u"read"_s}).status, 200);
    const Answer refused = userWith({u"write"_s});
    QCOMPARE(refused.status, 403);
    QCOMPARE(refused.json[u"message"_s].toString(), u"You are not authorized to perform this action."_s);
    QCOMPARE(m_sandbox.get(service, u"/api/user"_s, m_session).status, 200);
}

QTEST_GUILESS_MAIN(TestSandboxTalkover)
#include "test_sandbox_talkover.moc"
