#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/ServerProcess.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// Cookies with httpbin, which sets, shows and deletes them on its own terms.
class TestHttpbinCookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void areKeptAndGivenBack();
    void areDeletedByTheServer();
    void stayInTheirEnvironment();
    void keepTheirAttributes();

private:
    QUrl url(const QString &pathAndQuery) const { return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_port).arg(pathAndQuery)); }
    PreparedRequest request(const QString &pathAndQuery) const
    {
        PreparedRequest made;
        made.url = url(pathAndQuery);
        made.usesCookies = true;
        made.environmentId = m_environment;
        return made;
    }
    /// What httpbin says it was sent, after redirects of its own.
    QJsonObject cookiesSeen(const PreparedRequest &sent)
    {
        CallWatcher call(m_client->send(sent));
        if (!call.wait() || !call.isValue())
            return {{u"failed"_s, true}};
        m_trace = call.trace;
        return QJsonDocument::fromJson(call.response().body).object()[u"cookies"_s].toObject();
    }

    std::unique_ptr<ServerProcess> m_server;
    quint16 m_port = 0;
    FakeTokens m_tokens;
    Redactor m_redactor;
    std::unique_ptr<HttpClient> m_client;
    CallTrace m_trace;
    const QUuid m_environment = QUuid::createUuid();
};

void TestHttpbinCookies::initTestCase()
{
    m_server = std::make_unique<ServerProcess>();
    m_port = ServerProcess::freePort();
    QVERIFY2(m_server->startHttpbin(m_port), m_server->output().constData());
}

void TestHttpbinCookies::init()
{
    m_client = std::make_unique<HttpClient>(m_tokens, m_redactor);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
}

void TestHttpbinCookies::areKeptAndGivenBack()
{
    // Set in a redirect, and sent to where it leads.
    const QJsonObject set = cookiesSeen(request(u"/cookies/set?session=s3ss10nCanary0123456789&lang=de"_s));
    QCOMPARE(set, (QJsonObject{{u"session"_s, u"s3ss10nCanary0123456789"_s}, {u"lang"_s, u"de"_s}}));
    QCOMPARE(m_trace.hops.size(), 1);
    QCOMPARE(cookiesSeen(request(u"/cookies"_s)), set);
    PreparedRequest typed = request(u"/cookies"_s);
    typed.headers = {{"Cookie", "mine=1"}};
    QCOMPARE(cookiesSeen(typed), (QJsonObject{{u"mine"_s, u"1"_s}}));
}

void TestHttpbinCookies::areDeletedByTheServer()
{
    cookiesSeen(request(u"/cookies/set?a=1&b=2"_s));
    QCOMPARE(cookiesSeen(request(u"/cookies/delete?a"_s)), (QJsonObject{{u"b"_s, u"2"_s}}));
    QCOMPARE(m_client->cookies().cookies(m_environment).size(), 1);
}

void TestHttpbinCookies::stayInTheirEnvironment()
{
    cookiesSeen(request(u"/cookies/set?a=1"_s));
    PreparedRequest other = request(u"/cookies"_s);
    other.environmentId = QUuid::createUuid();
    QCOMPARE(cookiesSeen(other), QJsonObject());
    other.environmentId = m_environment;
    other.usesCookies = false;
    QCOMPARE(cookiesSeen(other), QJsonObject());
}

void TestHttpbinCookies::keepTheirAttributes()
{
    const QByteArray line = "sid=1; Path=/cookies; HttpOnly; Max-Age=600; SameSite=Lax";
    CallWatcher call(m_client->send(request(u"/response-headers?Set-Cookie="_s + QString::fromLatin1(line.toPercentEncoding()))));
    QVERIFY(call.wait());
    const QList<Cookie> cookies = m_client->cookies().cookies(m_environment);
    QCOMPARE(cookies.size(), 1);
    QCOMPARE(cookies.first().data.path(), u"/cookies"_s);
    QVERIFY(cookies.first().data.isHttpOnly() && !cookies.first().data.isSessionCookie());
    QCOMPARE(cookies.first().data.sameSitePolicy(), QNetworkCookie::SameSite::Lax);
    QCOMPARE(cookiesSeen(request(u"/cookies"_s)), (QJsonObject{{u"sid"_s, u"1"_s}}));
    CallWatcher elsewhere(m_client->send(request(u"/headers"_s)));
    QVERIFY(elsewhere.wait());
    QVERIFY(!elsewhere.response().body.contains("\"Cookie\""));
}

QTEST_GUILESS_MAIN(TestHttpbinCookies)

#include "test_httpbin_cookies.moc"
