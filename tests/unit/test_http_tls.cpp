#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "app/http/NetworkErrors.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/Http2TestServer.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/TestCertificates.h"

#include <QSslConfiguration>
#include <QTest>

#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// SECURITY S11: a certificate that does not hold ends the call, in words, before a byte of the request has
/// left. With one that does, over HTTP/1.1 and HTTP/2.
class TestHttpTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void aCertificateThatDoesNotHoldIsExplained_data();
    void aCertificateThatDoesNotHoldIsExplained();
    void aServerWithoutTlsIsExplained();
    void aTrustedServerGetsTheKey();
    void http2IsUsedWhereTheServerHasIt();
    void http2TimesOutToo();
    void everyProblemHasASentence();

private:
    PreparedRequest request(const QUrl &url);

    std::optional<TestCertificates> m_certificates;
    FakeTokens m_tokens;
    Redactor m_redactor;
    HttpClient m_client{m_tokens, m_redactor};
};

namespace {

const QByteArray token = "talq_0123456789abcdef0123456789abcdef";

} // namespace

void TestHttpTls::initTestCase()
{
    m_certificates.emplace();
    // As if the test authority were in the system's list. The one of this process only.
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.addCaCertificate(m_certificates->authority());
    QSslConfiguration::setDefaultConfiguration(trusting);
}

void TestHttpTls::cleanup()
{
    m_client.setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
}

PreparedRequest TestHttpTls::request(const QUrl &url)
{
    PreparedRequest request;
    request.url = url;
    request.keyId = m_tokens.add(token, {*Origin::fromUrl(url)});
    return request;
}

void TestHttpTls::aCertificateThatDoesNotHoldIsExplained_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("says");
    QTest::newRow("self-signed") << u"self-signed"_s << u"self-signed"_s;
    QTest::newRow("wrong host") << u"wrong-host"_s << u"another host (other.test), not for 127.0.0.1"_s;
    QTest::newRow("expired") << u"expired"_s << u"expired on"_s;
    QTest::newRow("unknown authority") << u"unknown-authority"_s << u"authority"_s;
}

void TestHttpTls::aCertificateThatDoesNotHoldIsExplained()
{
    QFETCH(QString, certificate);
    QFETCH(QString, says);
    HttpTestServer server(m_certificates->server(certificate));
    CallWatcher call(m_client.send(request(server.url())));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::TlsFailed));
    QVERIFY2(call.error().message.contains(says), qPrintable(call.error().message));
    QVERIFY(call.trace.sent.isEmpty());
    QVERIFY(server.received().isEmpty());
}

void TestHttpTls::aServerWithoutTlsIsExplained()
{
    HttpTestServer server;
    server.answer("HTTP/1.1 400 Bad Request\r\n\r\n", Answer::Then::Close);
    QUrl url = server.url();
    url.setScheme(u"https"_s);
    m_client.setOptions({1s, 1'000'000, QNetworkProxy::NoProxy}); // it waits for a request that it can read
    CallWatcher call(m_client.send(request(url)));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::TlsFailed) || call.failedWith(Error::Kind::TimedOut) ||
            call.failedWith(Error::Kind::ConnectionLost));
    QVERIFY(!server.received().contains(token));
    QVERIFY(call.trace.sent.isEmpty());
}

void TestHttpTls::aTrustedServerGetsTheKey()
{
    HttpTestServer server(m_certificates->server(u"good"_s));
    server.answer(response(200, {}, "secure"));
    CallWatcher call(m_client.send(request(server.url())));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().body, "secure"_ba);
    QCOMPARE(call.response().protocol, "HTTP/1.1"_ba);
    QCOMPARE(server.requests().first().header("Authorization"), "Bearer " + token);
    QVERIFY(call.trace.sent.first().keySent);
}

void TestHttpTls::http2IsUsedWhereTheServerHasIt()
{
    Http2TestServer server(m_certificates->server(u"good"_s));
    PreparedRequest sent = request(server.url(u"/path?x=1"_s));
    sent.headers = {{"X-Trace", "1"}};
    CallWatcher call(m_client.send(sent));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().protocol, "HTTP/2"_ba);
    QCOMPARE(call.response().reason, "OK"_ba);
    QCOMPARE(call.response().body, "over HTTP/2"_ba);
    QVERIFY(server.spokeHttp2());

    const SentRequest &traced = call.trace.sent.first();
    QVERIFY(traced.keySent);
    const auto has = [&traced](const QByteArray &name, const QByteArray &value) {
        return traced.headers.contains(std::pair(name, value));
    };
    QVERIFY(has("host", server.url().authority().toLatin1()));
    QVERIFY(has("x-trace", "1"));
    QVERIFY(has("authorization", "Bearer \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"));
    for (const auto &[name, value] : traced.headers)
        QVERIFY(name != "connection" && name == name.toLower());

    // Over HTTP/2 this would be left out: it must not go there, not even on the connection that is open.
    PreparedRequest typed = request(server.url());
    typed.headers = {{"Connection", "close"}};
    CallWatcher other(m_client.send(typed));
    QVERIFY(other.wait());
    QVERIFY(!other.isValue()); // this server speaks nothing else

    PreparedRequest post = request(server.url());
    post.method = "POST";
    post.body = QByteArray(100'000, 'x');
    CallWatcher posted(m_client.send(post));
    QVERIFY(posted.wait());
    QVERIFY2(posted.isValue(), posted.isValue() ? "" : qPrintable(posted.error().message));
    QCOMPARE(server.bodyBytes(), 100'000);
}

void TestHttpTls::http2TimesOutToo()
{
    Http2TestServer server(m_certificates->server(u"good"_s));
    server.hang();
    m_client.setOptions({1s, 1'000'000, QNetworkProxy::NoProxy});
    for (const char *method : {"GET", "POST"}) {
        PreparedRequest sent = request(server.url());
        sent.method = method;
        CallWatcher call(m_client.send(sent));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::TimedOut));
        QVERIFY(server.spokeHttp2());
        QCOMPARE(call.trace.sent.size(), 1); // it has gone out, and the trace must not deny it
    }
}

void TestHttpTls::everyProblemHasASentence()
{
    for (int code = QSslError::UnspecifiedError; code <= QSslError::OcspStatusUnknown; ++code) {
        const QString sentence = tlsProblem(QSslError(static_cast<QSslError::SslError>(code)), u"a.test"_s);
        QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
    }
    // OpenSSL reports a missing authority twice.
    const QSslError unknown(QSslError::UnableToGetLocalIssuerCertificate);
    const QSslError unverified(QSslError::UnableToVerifyFirstCertificate);
    QCOMPARE(tlsProblems({unknown, unverified}, u"a.test"_s), QStringList{tlsProblem(unknown, u"a.test"_s)});
    QCOMPARE(tlsProblems({unverified, unverified}, u"a.test"_s), QStringList{tlsProblem(unverified, u"a.test"_s)});
}

QTEST_GUILESS_MAIN(TestHttpTls)
#include "test_http_tls.moc"
