#include "app/sandbox/Modes.h"
#include "tests/support/SandboxFixture.h"

#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto services = QStringList{u"talkover"_s, u"talkturo"_s, u"aisoule"_s};

/// A call of each service's API that a good key is answered 200.
QString pathOf(const QString &service)
{
    if (service == u"talkover")
        return u"/api/v1/health"_s;
    return service == u"talkturo" ? u"/api/test-api-key"_s : u"/v1/status"_s;
}

} // namespace

/// Keys that expire, services that are slow, fail or turn callers away, and lists in pages: what a client of
/// the sandbox can be tried against.
class TestSandboxModes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void aKeyExpiresByItself();
    void anExpiryIsSetMovedAndTakenAway();
    void aBadExpiryIsRefused_data();
    void aBadExpiryIsRefused();
    void regeneratingAnExpiredKeyMakesItGood();
    void anExpirySurvivesARestart();

    void aSlowServiceAnswersLate();
    void aFailingServiceAnswers500AsOftenAsWished();
    void aServiceThatDropsSendsNothing();
    void aLimitedServiceSaysWhenToComeBack_data();
    void aLimitedServiceSaysWhenToComeBack();
    void whoIsTurnedAwayDoesNotFail();
    void theDashboardStaysWell();
    void aModeIsSetByItsForm();
    void aBadModeIsRefusedAndChangesNothing_data();
    void aBadModeIsRefusedAndChangesNothing();
    void aModeDoesNotSurviveARestart();
    void stoppingDoesNotWaitForASlowReply();

    void theListComesInPages();
    void theListCanBeChosenFrom();

private:
    Answer setMode(const QString &service, const QJsonObject &mode)
    {
        return m_sandbox->post(service, u"/dashboard/modes"_s, {}, mode);
    }
    QJsonObject keyOf(const QString &service, const QString &id)
    {
        const QJsonArray keys = m_sandbox->get(service, u"/dashboard/keys"_s).json[u"data"_s].toArray();
        for (const QJsonValue key : keys) {
            if (key[u"id"_s].toString() == id)
                return key.toObject();
        }
        return {};
    }

    std::unique_ptr<SandboxFixture> m_sandbox;
};

void TestSandboxModes::init()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY(m_sandbox->start());
}

void TestSandboxModes::aKeyExpiresByItself()
{
    QHash<QString, SandboxFixture::Key> keys;
    for (const QString &service : services) {
        keys[service] = m_sandbox->makeKey(service, {{u"expires_in"_s, 2}});
        QCOMPARE(m_sandbox->get(service, pathOf(service), keys[service].token).status, 200);
    }
    for (const QString &service : services) {
        QTRY_COMPARE_WITH_TIMEOUT(m_sandbox->get(service, pathOf(service), keys[service].token).status, 401,
                                  10'000);
        QCOMPARE(keyOf(service, keys[service].id)[u"status"_s].toString(), u"expired"_s);
    }
    const auto gone = m_sandbox->makeKey(u"talkover"_s, {{u"expires_at"_s, u"2020-01-01T00:00:00Z"_s}});
    QCOMPARE(m_sandbox->get(u"talkover"_s, pathOf(u"talkover"_s), gone.token).json[u"error"_s].toString(),
             u"TOKEN_EXPIRED"_s);
}

void TestSandboxModes::anExpiryIsSetMovedAndTakenAway()
{
    const auto service = u"talkover"_s;
    const auto key = m_sandbox->makeKey(service);
    QCOMPARE(keyOf(service, key.id)[u"expires_at"_s], QJsonValue());
    const auto set = [&](const QJsonObject &expiry) {
        return m_sandbox->post(service, u"/dashboard/keys/%1/expiry"_s.arg(key.id), {}, expiry).status;
    };
    QCOMPARE(set({{u"expires_at"_s, u"2020-02-03T04:05:06+02:00"_s}}), 200);
    QCOMPARE(keyOf(service, key.id)[u"expires_at"_s].toString(), u"2020-02-03T02:05:06Z"_s);
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 401);
    QCOMPARE(set({{u"expires_in"_s, 3600}}), 200);
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 200);
    QCOMPARE(m_sandbox->act(service, key.id, u"expire"_s), 200);
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 401);
    QCOMPARE(set({}), 200);
    QCOMPARE(keyOf(service, key.id)[u"expires_at"_s], QJsonValue());
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 200);
    QCOMPARE(m_sandbox->act(service, key.id, u"revoke"_s), 200);
    QCOMPARE(set({{u"expires_in"_s, 3600}}), 404);
}

void TestSandboxModes::aBadExpiryIsRefused_data()
{
    QTest::addColumn<QJsonObject>("expiry");
    QTest::newRow("past") << QJsonObject{{u"expires_in"_s, -1}};
    QTest::newRow("no number") << QJsonObject{{u"expires_in"_s, u"soon"_s}};
    QTest::newRow("beyond any number") << QJsonObject{{u"expires_in"_s, 1e18}};
    QTest::newRow("no time") << QJsonObject{{u"expires_at"_s, u"tomorrow"_s}};
    QTest::newRow("wrong type") << QJsonObject{{u"expires_at"_s, 5}};
}

void TestSandboxModes::aBadExpiryIsRefused()
{
    QFETCH(QJsonObject, expiry);
    const auto service = u"talkover"_s;
    const auto key = m_sandbox->makeKey(service);
    QCOMPARE(m_sandbox->post(service, u"/dashboard/keys/%1/expiry"_s.arg(key.id), {}, expiry).status, 422);
    expiry.insert(u"name"_s, u"n"_s);
    QCOMPARE(m_sandbox->post(service, u"/dashboard/keys"_s, {}, expiry).status, 422);
    QCOMPARE(m_sandbox->get(service, u"/dashboard/keys"_s).json[u"data"_s].toArray().size(), 1);
}

void TestSandboxModes::regeneratingAnExpiredKeyMakesItGood()
{
    const auto service = u"aisoule"_s;
    const auto key = m_sandbox->makeKey(service, {{u"expires_at"_s, u"2020-01-01T00:00:00Z"_s}});
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 401);
    const Answer again = m_sandbox->send(
        {.method = "POST", .service = service, .path = u"/dashboard/keys/%1/regenerate"_s.arg(key.id)});
    const QByteArray token = again.json[u"data"_s][u"token"_s].toString().toLatin1();
    QCOMPARE(m_sandbox->get(service, pathOf(service), token).status, 200);
}

void TestSandboxModes::anExpirySurvivesARestart()
{
    const auto service = u"talkturo"_s;
    const auto key = m_sandbox->makeKey(service, {{u"expires_at"_s, u"2020-01-01T00:00:00Z"_s}});
    const auto later = m_sandbox->makeKey(service, {{u"expires_at"_s, u"2199-01-01T00:00:00Z"_s}});
    QVERIFY(m_sandbox->start());
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 401);
    QCOMPARE(m_sandbox->get(service, pathOf(service), later.token).status, 200);
    QCOMPARE(keyOf(service, later.id)[u"expires_at"_s].toString(), u"2199-01-01T00:00:00Z"_s);
}

void TestSandboxModes::aSlowServiceAnswersLate()
{
    const auto service = u"aisoule"_s;
    const auto key = m_sandbox->makeKey(service);
    QCOMPARE(setMode(service, {{u"delay_ms"_s, 400}}).status, 200);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 200);
    QVERIFY2(timer.elapsed() >= 400, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(m_sandbox->get(u"talkover"_s, pathOf(u"talkover"_s)).status, 401); // another service, as ever
    QCOMPARE(setMode(service, {}).json[u"data"_s][u"delay_ms"_s].toInt(-1), 0);
}

void TestSandboxModes::aFailingServiceAnswers500AsOftenAsWished()
{
    for (const QString &service : services) {
        const auto key = m_sandbox->makeKey(service);
        QCOMPARE(setMode(service, {{u"failing"_s, u"error"_s}, {u"failing_calls"_s, 2}}).status, 200);
        QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 500);
        const Answer list = m_sandbox->get(service, u"/dashboard/keys"_s);
        QCOMPARE(list.status, 500);
        QVERIFY(!list.json.isEmpty());
        QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 200);
        QCOMPARE(m_sandbox->get(service, u"/dashboard/modes"_s).json[u"data"_s][u"failing"_s].toString(),
                 u"no"_s);
        setMode(service, {{u"failing"_s, u"error"_s}});
        for (int i = 0; i < 3; ++i)
            QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 500);
    }
}

void TestSandboxModes::aServiceThatDropsSendsNothing()
{
    const auto service = u"talkover"_s;
    const auto key = m_sandbox->makeKey(service);
    setMode(service, {{u"failing"_s, u"drop"_s}});
    const Answer none = m_sandbox->get(service, pathOf(service), key.token);
    QCOMPARE(none.status, 0);
    QVERIFY(none.body.isEmpty());
    QCOMPARE(m_sandbox->post(service, u"/dashboard/keys"_s, {}, {{u"name"_s, u"n"_s}}).status, 0);
    setMode(service, {});
    QCOMPARE(m_sandbox->get(service, pathOf(service), key.token).status, 200);
    // What was dropped was not done either.
    QCOMPARE(m_sandbox->get(service, u"/dashboard/keys"_s).json[u"data"_s].toArray().size(), 1);
}

void TestSandboxModes::aLimitedServiceSaysWhenToComeBack_data()
{
    QTest::addColumn<QString>("service");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("word"); // the documented shape, where there is one
    QTest::newRow("talkover") << u"talkover"_s << pathOf(u"talkover"_s) << u"TOO_MANY_REQUESTS"_s;
    QTest::newRow("talkturo") << u"talkturo"_s << u"/api/crm/companies?teamId=t"_s
                              << u"{\"error\":\"Too many requests"_s;
    QTest::newRow("talkturo's account")
        << u"talkturo"_s << u"/api/api-keys?accountSlug=my-team"_s << u"\"success\":false"_s;
    QTest::newRow("aisoule") << u"aisoule"_s << pathOf(u"aisoule"_s) << u"rate_limit_exceeded"_s;
}

void TestSandboxModes::aLimitedServiceSaysWhenToComeBack()
{
    QFETCH(QString, service);
    QFETCH(QString, path);
    QFETCH(QString, word);
    const auto key = m_sandbox->makeKey(service);
    setMode(service, {{u"rate_limited"_s, true}, {u"retry_after"_s, 42}, {u"limited_calls"_s, 1}});
    const Answer limited = m_sandbox->get(service, path, key.token);
    QCOMPARE(limited.status, 429);
    QCOMPARE(limited.headers.value("retry-after"), "42");
    QCOMPARE(limited.headers.value("x-ratelimit-remaining"), "0");
    const qint64 reset = limited.headers.value("x-ratelimit-reset").toLongLong();
    QVERIFY(qAbs(reset - QDateTime::currentSecsSinceEpoch() - 42) <= 20);
    QVERIFY2(limited.body.contains(word.toUtf8()), limited.body.constData());
    QVERIFY(m_sandbox->get(service, path, key.token).status != 429);
}

void TestSandboxModes::whoIsTurnedAwayDoesNotFail()
{
    const auto service = u"aisoule"_s;
    setMode(service, {{u"rate_limited"_s, true},
                      {u"limited_calls"_s, 1},
                      {u"failing"_s, u"error"_s},
                      {u"failing_calls"_s, 1}});
    QCOMPARE(m_sandbox->get(service, pathOf(service)).status, 429);
    QCOMPARE(m_sandbox->get(service, pathOf(service)).status, 500);
    QCOMPARE(m_sandbox->get(service, pathOf(service)).status, 401);
}

void TestSandboxModes::theDashboardStaysWell()
{
    const auto service = u"talkturo"_s;
    setMode(service, {{u"delay_ms"_s, 60'000}, {u"failing"_s, u"drop"_s}, {u"rate_limited"_s, true}});
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_sandbox->get(service, u"/"_s).status, 200);
    QCOMPARE(m_sandbox->get(service, u"/dashboard"_s).status, 200);
    QCOMPARE(m_sandbox->get(service, u"/sandbox/html"_s).status, 200);
    const Answer made = m_sandbox->send({.method = "POST",
                                         .service = service,
                                         .path = u"/dashboard/keys"_s,
                                         .body = "kind=api-key&name=By+hand&expires_in=3600",
                                         .contentType = "application/x-www-form-urlencoded"});
    QCOMPARE(made.status, 201);
    QCOMPARE(setMode(service, {}).status, 200);
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

void TestSandboxModes::aModeIsSetByItsForm()
{
    const auto submit = [&](const QByteArray &form) {
        return m_sandbox->send({.method = "POST",
                                .path = u"/dashboard/modes"_s,
                                .body = form,
                                .contentType = "application/x-www-form-urlencoded"});
    };
    const Answer set = submit("delay_ms=5&failing=error&failing_calls=3&rate_limited=on&limited_calls=&"
                              "retry_after=7");
    QCOMPARE(set.status, 303);
    QCOMPARE(m_sandbox->get(u"talkover"_s, u"/dashboard/modes"_s).json[u"data"_s].toObject(),
             (QJsonObject{{u"delay_ms"_s, 5},
                          {u"failing"_s, u"error"_s},
                          {u"failing_calls"_s, 3},
                          {u"rate_limited"_s, true},
                          {u"limited_calls"_s, 0},
                          {u"retry_after"_s, 7}}));
    const QByteArray page = m_sandbox->get(u"talkover"_s, u"/dashboard"_s).body;
    QVERIFY(page.contains("value=\"error\" selected"));
    QVERIFY(page.contains("type=\"checkbox\" checked"));
    QCOMPARE(submit("failing=no").status, 303); // "Behave well again"
    const QJsonObject well = m_sandbox->get(u"talkover"_s, u"/dashboard/modes"_s).json[u"data"_s].toObject();
    QCOMPARE(well, sandbox::toJson(sandbox::Mode()));
}

void TestSandboxModes::aBadModeIsRefusedAndChangesNothing_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("too slow") << QByteArray(R"({"delay_ms":60001})") << 422;
    QTest::newRow("unknown failure") << QByteArray(R"({"failing":"explode"})") << 422;
    QTest::newRow("fewer than none") << QByteArray(R"({"failing_calls":-1})") << 422;
    QTest::newRow("at once") << QByteArray(R"({"retry_after":0})") << 422;
    QTest::newRow("no flag") << QByteArray(R"({"rate_limited":"yes"})") << 422;
    QTest::newRow("half a call") << QByteArray(R"({"limited_calls":1.5})") << 422;
    QTest::newRow("broken") << QByteArray("{") << 400;
}

void TestSandboxModes::aBadModeIsRefusedAndChangesNothing()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    setMode(u"talkover"_s, {{u"delay_ms"_s, 1}});
    QCOMPARE(m_sandbox->send({.method = "POST", .path = u"/dashboard/modes"_s, .body = body}).status, status);
    QCOMPARE(m_sandbox->get(u"talkover"_s, u"/dashboard/modes"_s).json[u"data"_s][u"delay_ms"_s].toInt(), 1);
}

void TestSandboxModes::aModeDoesNotSurviveARestart()
{
    setMode(u"talkover"_s, {{u"failing"_s, u"error"_s}});
    QVERIFY(m_sandbox->start());
    QCOMPARE(m_sandbox->get(u"talkover"_s, pathOf(u"talkover"_s)).status, 401);
}

void TestSandboxModes::stoppingDoesNotWaitForASlowReply()
{
    setMode(u"talkover"_s, {{u"delay_ms"_s, 60'000}});
    QTcpSocket socket;
    socket.setProxy(QNetworkProxy::NoProxy);
    const quint16 port = m_sandbox->port(u"talkover"_s);
    socket.connectToHost(QHostAddress::LocalHost, port);
    QVERIFY(socket.waitForConnected(10'000));
    socket.write("GET /api/v1/health HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) + "\r\n\r\n");
    QVERIFY(socket.waitForBytesWritten(10'000));
    QCOMPARE(m_sandbox->get(u"talkover"_s, u"/"_s).status, 200); // by now the call is being waited for
    QElapsedTimer timer;
    timer.start();
    m_sandbox->stop();
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

void TestSandboxModes::theListComesInPages()
{
    const auto service = u"aisoule"_s;
    QStringList made;
    for (int i = 0; i < 7; ++i)
        made << m_sandbox->makeKey(service).id;
    QStringList listed;
    for (int page = 1; page <= 3; ++page) {
        const Answer answer = m_sandbox->get(service, u"/dashboard/keys?per_page=3&page=%1"_s.arg(page));
        QCOMPARE(answer.json[u"meta"_s].toObject(),
                 (QJsonObject{
                     {u"current_page"_s, page}, {u"per_page"_s, 3}, {u"total"_s, 7}, {u"last_page"_s, 3}}));
        for (const QJsonValue key : answer.json[u"data"_s].toArray())
            listed << key[u"id"_s].toString();
    }
    QCOMPARE(listed, made);
    QCOMPARE(m_sandbox->get(service, u"/dashboard/keys?page=9"_s).json[u"data"_s].toArray().size(), 0);
    QCOMPARE(m_sandbox->get(service, u"/dashboard/keys"_s).json[u"data"_s].toArray().size(), 7);
    for (const QString &query : {u"page=0"_s, u"page=x"_s, u"per_page=101"_s})
        QCOMPARE(m_sandbox->get(service, u"/dashboard/keys?"_s + query).status, 400);
}

void TestSandboxModes::theListCanBeChosenFrom()
{
    const auto service = u"talkover"_s;
    const auto environment = m_sandbox->makeKey(service);
    const auto user = m_sandbox->makeKey(service, {{u"kind"_s, u"pat"_s}});
    const auto expired = m_sandbox->makeKey(service, {{u"expires_at"_s, u"2020-01-01T00:00:00Z"_s}});
    const auto ids = [&](const QString &query) {
        QStringList found;
        for (const QJsonValue key :
             m_sandbox->get(service, u"/dashboard/keys?"_s + query).json[u"data"_s].toArray())
            found << key[u"id"_s].toString();
        return found;
    };
    QCOMPARE(ids(u"kind=pat"_s), QStringList{user.id});
    QCOMPARE(ids(u"kind=environment"_s), (QStringList{environment.id, expired.id}));
    QCOMPARE(ids(u"kind=environment&status=expired"_s), QStringList{expired.id});
    QCOMPARE(ids(u"status=active"_s), (QStringList{environment.id, user.id}));
}

QTEST_GUILESS_MAIN(TestSandboxModes)
#include "test_sandbox_modes.moc"
