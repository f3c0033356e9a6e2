#include "app/sandbox/RateWindow.h"
#include "tests/support/SandboxFixture.h"

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto service = u"aisoule"_s;

QString codeOf(const Answer &answer)
{
    return answer.json[u"error"_s][u"code"_s].toString();
}

} // namespace

class TestSandboxAisoule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aGoodKeyReadsStatusAndProfile();
    void everyReplyTellsTheLimit();
    void aBadKeyIsUnauthorized();
    void aKeyThatOnlyReadsMayNotPost();
    void contactsAreMadeAndChangedByNumber();
    void aMessageIsQueued_data();
    void aMessageIsQueued();
    void aBadMessageIsRefused_data();
    void aBadMessageIsRefused();
    void theWindowRolls();
    void call121OfAMinuteIsRefused();
    void theDashboardUsesUpTheLimit();

private:
    SandboxFixture m_sandbox;
    QByteArray m_key;
};

void TestSandboxAisoule::initTestCase()
{
    QVERIFY(m_sandbox.start());
    m_key = m_sandbox.makeKey(service).token;
    QVERIFY(!m_key.isEmpty());
}

void TestSandboxAisoule::aGoodKeyReadsStatusAndProfile()
{
    QCOMPARE(m_sandbox.get(service, u"/v1/status"_s, m_key).json[u"success"_s], QJsonValue(true));
    const Answer profile = m_sandbox.get(service, u"/v1/profile"_s, m_key);
    QCOMPARE(profile.status, 200);
    QCOMPARE(profile.json[u"profile"_s][u"key_name"_s].toString(), u"Test key"_s);
}

void TestSandboxAisoule::everyReplyTellsTheLimit()
{
    const QByteArray token = m_sandbox.makeKey(service).token;
    const Answer first = m_sandbox.get(service, u"/v1/status"_s, token);
    QCOMPARE(first.headers.value("x-ratelimit-limit"), "120");
    QCOMPARE(first.headers.value("x-ratelimit-remaining"), "119");
    const qint64 left =
        first.headers.value("x-ratelimit-reset").toLongLong() - QDateTime::currentSecsSinceEpoch();
    QVERIFY2(left > 50 && left <= 61, qPrintable(QString::number(left)));
    QCOMPARE(m_sandbox.get(service, u"/v1/nothing"_s, token).headers.value("x-ratelimit-remaining"), "118");
    const Answer message = m_sandbox.post(service, u"/v1/messages"_s, token, {});
    QCOMPARE(message.headers.value("x-ratelimit-limit"), "300");
    QCOMPARE(message.headers.value("x-ratelimit-remaining"), "299");
    QVERIFY(m_sandbox.get(service, u"/v1/status"_s).headers.contains("x-ratelimit-limit"));
}

void TestSandboxAisoule::aBadKeyIsUnauthorized()
{
    const auto key = m_sandbox.makeKey(service);
    QCOMPARE(m_sandbox.act(service, key.id, u"revoke"_s), 200);
    const auto expired = m_sandbox.makeKey(service);
    QCOMPARE(m_sandbox.act(service, expired.id, u"expire"_s), 200);
    for (const QByteArray &token : {QByteArray(), QByteArray("ak_live_unknown"), key.token, expired.token}) {
        const Answer answer = m_sandbox.get(service, u"/v1/status"_s, token);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.json[u"success"_s], QJsonValue(false));
        QCOMPARE(codeOf(answer), u"unauthorized"_s);
        QVERIFY(!answer.json[u"error"_s][u"message"_s].toString().isEmpty());
    }
}

void TestSandboxAisoule::aKeyThatOnlyReadsMayNotPost()
{
    const QByteArray reader = m_sandbox.makeKey(service, {{u"abilities"_s, QJsonArray{u"read"_s}}}).token;
    QCOMPARE(m_sandbox.get(service, u"/v1/contacts"_s, reader).status, 200);
    const Answer refused =
        m_sandbox.post(service, u"/v1/contacts"_s, reader, {{u"phone"_s, u"918856879188"_s}});
    QCOMPARE(refused.status, 403);
    QCOMPARE(codeOf(refused), u"forbidden"_s);
}

void TestSandboxAisoule::contactsAreMadeAndChangedByNumber()
{
    const auto path = u"/v1/contacts"_s;
    const QJsonObject wish{
        {u"phone"_s, u"4915112345678"_s}, {u"first_name"_s, u"Ada"_s}, {u"tags"_s, QJsonArray{u"VIP"_s}}};
    const Answer made = m_sandbox.post(service, path, m_key, wish);
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json[u"contact"_s][u"id"_s].toString(), u"cnt_4915112345678"_s);
    const Answer changed = m_sandbox.post(
        service, path, m_key, {{u"phone"_s, u"4915112345678"_s}, {u"last_name"_s, u"Lovelace"_s}});
    QCOMPARE(changed.json[u"contact"_s][u"first_name"_s].toString(), u"Ada"_s);
    const Answer tagged = m_sandbox.get(service, path + u"?tag=VIP"_s, m_key);
    QCOMPARE(tagged.json[u"pagination"_s][u"total"_s].toInt(), 1);
    QCOMPARE(tagged.json[u"contacts"_s][0][u"last_name"_s].toString(), u"Lovelace"_s);
    const Answer all = m_sandbox.get(service, path + u"?limit=1&offset=1"_s, m_key);
    QCOMPARE(all.json[u"pagination"_s].toObject(),
             (QJsonObject{{u"total"_s, 2}, {u"limit"_s, 1}, {u"offset"_s, 1}}));
    for (const QString &phone : {u"+4915112345678"_s, u"12 34"_s, u""_s})
        QCOMPARE(m_sandbox.post(service, path, m_key, {{u"phone"_s, phone}}).status, 400);
    QCOMPARE(m_sandbox.get(service, path + u"?limit=101"_s, m_key).status, 400);
}

void TestSandboxAisoule::aMessageIsQueued_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("text") << QByteArray(R"({"to":"918856879188","type":"text","text":{"body":"Hello 🚀"}})");
    QTest::newRow("template") << QByteArray(
        R"({"to":"918856879188","type":"template","template":{"name":"order","language":{"code":"en"},
            "components":[{"type":"body","parameters":[{"type":"text","text":"Priya"}]}]}})");
    QTest::newRow("image") << QByteArray(
        R"({"to":"918856879188","type":"image","image":{"link":"https://example.com/a.webp","caption":"A"}})");
    QTest::newRow("buttons") << QByteArray(
        R"({"to":"918856879188","type":"interactive","interactive":{"type":"button","body":{"text":"?"},
            "action":{"buttons":[{"id":"y"},{"id":"n"}]}}})");
    QTest::newRow("list") << QByteArray(
        R"({"to":"918856879188","type":"interactive","interactive":{"type":"list","body":{"text":"?"},
            "action":{"button":"Choose","sections":[{"title":"T","rows":[{"id":"1","title":"One"}]}]}}})");
}

void TestSandboxAisoule::aMessageIsQueued()
{
    QFETCH(QByteArray, body);
    const Answer answer = m_sandbox.send(
        {.method = "POST", .service = service, .path = u"/v1/messages"_s, .token = m_key, .body = body});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json[u"status"_s].toString(), u"queued"_s);
    QCOMPARE(answer.json[u"recipient"_s].toString(), u"918856879188"_s);
    QVERIFY(answer.json[u"message_id"_s].toString().startsWith(u"msg_"));
}

void TestSandboxAisoule::aBadMessageIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    const auto interactive = [](const QByteArray &rest) {
        return R"({"to":"918856879188","type":"interactive","interactive":{)" + rest + "}}";
    };
    QTest::newRow("nothing") << QByteArray("{}");
    QTest::newRow("broken") << QByteArray("{]");
    QTest::newRow("invalid UTF-8") << QByteArray("{\"to\":\"\xff\xfe\"}");
    QTest::newRow("plus") << QByteArray(R"({"to":"+918856879188","type":"text","text":{"body":"x"}})");
    QTest::newRow("unknown type") << QByteArray(R"({"to":"918856879188","type":"fax","fax":{}})");
    QTest::newRow("no text") << QByteArray(R"({"to":"918856879188","type":"text"})");
    QTest::newRow("text no object") << QByteArray(R"({"to":"918856879188","type":"text","text":"x"})");
    QTest::newRow("empty body") << QByteArray(R"({"to":"918856879188","type":"text","text":{"body":""}})");
    QTest::newRow("template without language")
        << QByteArray(R"({"to":"918856879188","type":"template","template":{"name":"n"}})");
    QTest::newRow("component type") << QByteArray(
        R"({"to":"918856879188","type":"template","template":{"name":"n","language":{"code":"en"},"components":[{"type":"x","parameters":[]}]}})");
    QTest::newRow("media without link") << QByteArray(R"({"to":"918856879188","type":"image","image":{}})");
    QTest::newRow("media with a file")
        << QByteArray(R"({"to":"918856879188","type":"image","image":{"link":"file:///etc/passwd"}})");
    QTest::newRow("long question") << interactive(R"("type":"button","body":{"text":")" +
                                                  QByteArray(1025, 'x') + R"("},"action":{"buttons":[{}]})");
    QTest::newRow("four buttons") << interactive(
        R"("type":"button","body":{"text":"?"},"action":{"buttons":[1,2,3,4]})");
    QTest::newRow("no rows") << interactive(
        R"("type":"list","body":{"text":"?"},"action":{"sections":[{}]})");
}

void TestSandboxAisoule::aBadMessageIsRefused()
{
    QFETCH(QByteArray, body);
    const Answer answer = m_sandbox.send(
        {.method = "POST", .service = service, .path = u"/v1/messages"_s, .token = m_key, .body = body});
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json[u"success"_s], QJsonValue(false));
    QCOMPARE(codeOf(answer), u"invalid_request"_s);
}

void TestSandboxAisoule::theWindowRolls()
{
    using namespace std::chrono_literals;
    const sandbox::RateWindow::Time start{1'000'000s};
    sandbox::RateWindow window(2);
    QCOMPARE(window.take(start).remaining, std::size_t{1});
    const auto last = window.take(start + 20s);
    QVERIFY(last.allowed);
    QCOMPARE(last.remaining, std::size_t{0});
    const auto full = window.take(start + 30s + 1ms);
    QVERIFY(!full.allowed);
    QCOMPARE(full.retryAfter, 30s);
    QVERIFY(full.reset == start + 60s);
    QVERIFY(window.take(start + 60s).allowed);
    QVERIFY(!window.take(start + 61s).allowed);
    QVERIFY(window.take(start + 80s).allowed);
    window.useUp(start + 200s, 15s);
    QCOMPARE(window.take(start + 200s).retryAfter, 15s);
    QVERIFY(window.take(start + 215s).allowed);
}

void TestSandboxAisoule::call121OfAMinuteIsRefused()
{
    const QByteArray token = m_sandbox.makeKey(service).token;
    for (int i = 0; i < 120; ++i)
        QCOMPARE(m_sandbox.get(service, u"/v1/status"_s, token).status, 200);
    const Answer refused = m_sandbox.get(service, u"/v1/status"_s, token);
    QCOMPARE(refused.status, 429);
    QCOMPARE(codeOf(refused), u"rate_limit_exceeded"_s);
    QCOMPARE(refused.headers.value("x-ratelimit-remaining"), "0");
    const int wait = refused.json[u"error"_s][u"retry_after_seconds"_s].toInt();
    QVERIFY(wait >= 1 && wait <= 60);
    // Messages have a window of their own, other keys too.
    QCOMPARE(m_sandbox.post(service, u"/v1/messages"_s, token, {}).status, 400);
    QCOMPARE(m_sandbox.get(service, u"/v1/status"_s, m_key).status, 200);
}

void TestSandboxAisoule::theDashboardUsesUpTheLimit()
{
    const auto key = m_sandbox.makeKey(service);
    QCOMPARE(m_sandbox.act(service, key.id, u"use-up-limit"_s), 200);
    const Answer refused = m_sandbox.get(service, u"/v1/contacts"_s, key.token);
    QCOMPARE(refused.status, 429);
    const int wait = refused.json[u"error"_s][u"retry_after_seconds"_s].toInt();
    QVERIFY(wait >= 10 && wait <= 15);
    QCOMPARE(m_sandbox.post(service, u"/v1/messages"_s, key.token, {}).status, 429);
    QCOMPARE(m_sandbox.act(u"talkover"_s, m_sandbox.makeKey(u"talkover"_s).id, u"use-up-limit"_s), 404);
}

QTEST_GUILESS_MAIN(TestSandboxAisoule)
#include "test_sandbox_aisoule.moc"
