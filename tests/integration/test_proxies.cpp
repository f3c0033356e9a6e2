#include "tests/support/Connections.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ServerProcess.h"
#include "tests/support/TestCertificates.h"

#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Proxies of an environment as mitmproxy speaks them, and some that are none (SECURITY S11).
class TestProxies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void leadsThroughIt_data();
    void leadsThroughIt();
    void asksForAPassword_data();
    void asksForAPassword();
    void refuses_data();
    void refuses();
    void hangs();
    void aKeyIsNotShownToIt();
    void anotherMachinesProxyDoesNotSeeThisOne();
    void aPasswordThatCannotBeReadStopsTheCall();

private:
    [[nodiscard]] ConnectionSettings through(ConnectionSettings::Proxy kind, int port, const QByteArray &password) const;
    [[nodiscard]] QUrl secureUrl() const;

    std::unique_ptr<TestCertificates> m_certificates;
    std::unique_ptr<HttpTestServer> m_secure;
    std::unique_ptr<HttpTestServer> m_plain;
    ServerProcess m_http;
    ServerProcess m_socks;
    quint16 m_httpPort = 0;
    quint16 m_socksPort = 0;
    std::unique_ptr<Connections> m_made;
};

namespace {

using Proxy = ConnectionSettings::Proxy;

} // namespace

void TestProxies::initTestCase()
{
    m_certificates = std::make_unique<TestCertificates>();
    m_secure = std::make_unique<HttpTestServer>(m_certificates->server(u"good"_s));
    m_secure->answer(response(200, {}, "from the server"));
    m_plain = std::make_unique<HttpTestServer>();
    m_plain->answer(response(200, {}, "in clear"));
    m_httpPort = ServerProcess::freePort();
    m_socksPort = ServerProcess::freePort();
    const auto arguments = [](const ServerProcess &process, quint16 port, const QString &mode) {
        return QStringList{u"--listen-host"_s, u"127.0.0.1"_s,  u"--listen-port"_s, QString::number(port), u"--mode"_s,
                           mode,               u"--proxyauth"_s, u"ada:s3cret pass"_s, u"--set"_s,        u"confdir="_s + process.path(u"ca"_s),
                           u"--set"_s,         u"ssl_insecure=true"_s};
    };
    QVERIFY2(m_http.start(u"mitmdump"_s, arguments(m_http, m_httpPort, u"regular"_s), m_httpPort), m_http.output().constData());
    QVERIFY2(m_socks.start(u"mitmdump"_s, arguments(m_socks, m_socksPort, u"socks5"_s), m_socksPort), m_socks.output().constData());
}

void TestProxies::init()
{
    m_made = std::make_unique<Connections>();
}

QUrl TestProxies::secureUrl() const
{
    return m_secure->url();
}

ConnectionSettings TestProxies::through(Proxy kind, int port, const QByteArray &password) const
{
    ConnectionSettings settings;
    settings.proxy = kind;
    settings.proxyHost = u"127.0.0.1"_s;
    settings.proxyPort = port;
    settings.proxyUser = password.isEmpty() ? QString() : u"ada"_s;
    if (!password.isEmpty())
        settings.proxyPasswordId = m_made->secret(password);
    // mitmproxy shows certificates of its own, as a company's proxy does.
    settings.caFile = (kind == Proxy::Http ? m_http : m_socks).path(u"ca/mitmproxy-ca-cert.pem"_s);
    return settings;
}

void TestProxies::leadsThroughIt_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("HTTP") << int(Proxy::Http);
    QTest::newRow("SOCKS5") << int(Proxy::Socks5);
}

void TestProxies::leadsThroughIt()
{
    QFETCH(int, kind);
    const auto proxy = static_cast<Proxy>(kind);
    const quint16 port = proxy == Proxy::Http ? m_httpPort : m_socksPort;
    const ConnectionSettings settings = through(proxy, port, "s3cret pass");
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(secureUrl(), settings))));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message + call.error().detail));
    QCOMPARE(call.response().body, "from the server"_ba);
    QCOMPARE(m_secure->requests().last().header("Authorization"), "Bearer " + Connections::token);
    QVERIFY(!m_secure->received().contains("Proxy-Authorization"));
    QCOMPARE(call.trace.connections.first().proxy, settings.proxyText());
    QCOMPARE(call.trace.connections.first().chain.first().issuer.section(u',', 0, 0), u"mitmproxy"_s);
    QVERIFY(call.trace.connections.first().isVerified);
    // What goes without a key may go in clear.
    CallWatcher plain(m_made->client.send(m_made->request(m_plain->url(), settings)));
    QVERIFY(plain.wait());
    QVERIFY2(plain.isValue(), plain.isValue() ? "" : qPrintable(plain.error().message + plain.error().detail));
    QCOMPARE(plain.response().body, "in clear"_ba);
    QVERIFY(!m_plain->received().contains("Proxy-Authorization"));
}

void TestProxies::asksForAPassword_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("HTTP, none") << int(Proxy::Http) << ""_ba;
    QTest::newRow("HTTP, wrong") << int(Proxy::Http) << "wrong"_ba;
    QTest::newRow("SOCKS5, none") << int(Proxy::Socks5) << ""_ba;
    QTest::newRow("SOCKS5, wrong") << int(Proxy::Socks5) << "wrong"_ba;
}

void TestProxies::asksForAPassword()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, password);
    const auto proxy = static_cast<Proxy>(kind);
    const quint16 port = proxy == Proxy::Http ? m_httpPort : m_socksPort;
    const qsizetype before = m_secure->requests().size() + m_plain->requests().size();
    const ConnectionSettings settings = through(proxy, port, password);
    for (const QUrl &url : {secureUrl(), m_plain->url()}) {
        CallWatcher call(m_made->client.send(m_made->request(url, settings)));
        QVERIFY(call.wait());
        QVERIFY(!call.isValue());
        QVERIFY2(call.failedWith(Error::Kind::ProxyFailed), qPrintable(call.error().message + u" | "_s + call.error().detail));
        QVERIFY2(call.error().message.contains(settings.proxyText()) && call.error().message.contains(u"password"_s),
                 qPrintable(call.error().message + u" | "_s + call.error().detail));
    }
    QCOMPARE(m_secure->requests().size() + m_plain->requests().size(), before);
}

void TestProxies::refuses_data()
{
    leadsThroughIt_data();
}

void TestProxies::refuses()
{
    QFETCH(int, kind);
    const ConnectionSettings settings = through(static_cast<Proxy>(kind), ServerProcess::freePort(), {});
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(secureUrl(), settings))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::ProxyFailed));
    QVERIFY2(call.error().message.contains(settings.proxyText()) && call.error().message.contains(u"refused"_s),
             qPrintable(call.error().message + u" | "_s + call.error().detail));
    QVERIFY(call.trace.sent.isEmpty());
}

void TestProxies::hangs()
{
    QTcpServer silent; // takes connections and says nothing
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    m_made->client.setOptions({std::chrono::seconds(1), 1'000'000, QNetworkProxy::NoProxy});
    for (const Proxy kind : {Proxy::Http, Proxy::Socks5}) {
        const ConnectionSettings settings = through(kind, silent.serverPort(), {});
        CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(secureUrl(), settings))));
        QVERIFY(call.wait());
        QVERIFY(!call.isValue());
        QVERIFY2(call.failedWith(Error::Kind::ProxyFailed), qPrintable(call.error().message));
        QVERIFY2(call.error().message.contains(settings.proxyText()), qPrintable(call.error().message));
        QVERIFY(call.trace.sent.isEmpty());
    }
}

/// A proxy of this computer may be used for servers of this computer, but what is not encrypted it would read.
void TestProxies::aKeyIsNotShownToIt()
{
    const qsizetype before = m_plain->requests().size();
    for (const Proxy kind : {Proxy::Http, Proxy::Socks5}) {
        const ConnectionSettings settings = through(kind, kind == Proxy::Http ? m_httpPort : m_socksPort, "s3cret pass");
        CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(m_plain->url(), settings))));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::InsecureTransport));
        QVERIFY2(call.error().message.contains(settings.proxyText()), qPrintable(call.error().message));
        QVERIFY(call.trace.sent.isEmpty());
    }
    QCOMPARE(m_plain->requests().size(), before);
    QVERIFY(!m_plain->received().contains(Connections::token));
    QVERIFY(!m_http.output().contains(Connections::token));
}

/// What is this computer to us is another one to the proxy: the call goes there without it.
void TestProxies::anotherMachinesProxyDoesNotSeeThisOne()
{
    ConnectionSettings settings = through(Proxy::Http, 3128, {});
    settings.proxyHost = u"proxy.keydesk.invalid"_s;
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(m_plain->url(), settings))));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QVERIFY(call.trace.connections.first().proxy.isEmpty());
}

void TestProxies::aPasswordThatCannotBeReadStopsTheCall()
{
    const ConnectionSettings settings = through(Proxy::Http, m_httpPort, "s3cret pass");
    m_made->tokens.error = Error{Error::Kind::KeychainLocked, u"The system keychain is locked."_s, {}};
    CallWatcher call(m_made->client.send(m_made->request(secureUrl(), settings)));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::KeychainLocked));
    QVERIFY2(call.error().message.contains(u"proxy's password"_s) && call.error().message.contains(u"keychain is locked"_s),
             qPrintable(call.error().message));
    QVERIFY(call.trace.sent.isEmpty());
    m_made->tokens.error.reset();
    CallWatcher again(m_made->client.send(m_made->request(secureUrl(), settings)));
    QVERIFY(again.wait());
    QVERIFY(again.isValue());
}

QTEST_GUILESS_MAIN(TestProxies)
#include "test_proxies.moc"
