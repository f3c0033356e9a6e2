#include "tests/support/Connections.h"
#include "tests/support/Files.h"
#include "tests/support/ServerProcess.h"
#include "tests/support/TestCertificates.h"

#include <QFile>
#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Certificates as nginx shows them and asks for them: each environment with its own authorities, client certificate and verification
/// (SECURITY S2, S11).
class TestTlsConnections : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void certificatesThatDoNotHoldAreNamed_data();
    void certificatesThatDoNotHoldAreNamed();
    void anOwnAuthorityIsTrustedInItsEnvironmentOnly();
    void factsOfTheConnectionAreKept();
    void verificationIsOffInItsEnvironmentOnly();
    void aStapledAnswerIsTold_data();
    void aStapledAnswerIsTold();
    void aClientCertificateOpensTheDoor_data();
    void aClientCertificateOpensTheDoor();
    void aClientCertificateIsMissing();
    void aClientCertificateGoesToNoOtherOrigin();
    void filesThatCannotBeUsedAreNamed_data();
    void filesThatCannotBeUsedAreNamed();
    void aChangedFileIsReadAgain();
    void familyIsChosen();

private:
    [[nodiscard]] QUrl url(const QString &server, const QString &host = u"127.0.0.1"_s) const;
    [[nodiscard]] ConnectionSettings trusting(const QString &authority = u"authority.pem"_s) const;

    std::unique_ptr<TestCertificates> m_certificates;
    ServerProcess m_nginx;
    QHash<QString, quint16> m_ports;
    std::unique_ptr<Connections> m_made;
};

namespace {

const QString passphrase = u"open sesame 42"_s;
using Trouble = ConnectionFacts::Trouble;
using Revocation = ConnectionFacts::Revocation;

} // namespace

void TestTlsConnections::initTestCase()
{
    m_certificates = std::make_unique<TestCertificates>();
    m_certificates->makeClient(passphrase);
    m_certificates->makeOcsp(u"good"_s, false);
    m_certificates->makeOcsp(u"expired"_s, true);
    // Some containers have no ::1.
    const QByteArray alsoIPv6 = QTcpServer().listen(QHostAddress::LocalHostIPv6) ? "listen [::1]:PORT ssl http2; " : "";
    QByteArray servers;
    const auto add = [&](const QString &name, const QString &certificate, const QByteArray &more = {}) {
        const quint16 port = ServerProcess::freePort();
        m_ports.insert(name, port);
        const QByteArray file = m_certificates->file(certificate).toUtf8();
        const QByteArray key = m_certificates->file(certificate.section(u'-', 0, certificate.endsWith(u"-chain") ? 0 : -1)).toUtf8();
        servers += QByteArray("server { listen 127.0.0.1:PORT ssl http2; " + alsoIPv6).replace("PORT", QByteArray::number(port)) +
                   "ssl_certificate " + file + ".pem; ssl_certificate_key " + key + ".key; " + more +
                   " location / { add_header X-Client \"$ssl_client_s_dn\" always; add_header X-Address $server_addr always;"
                   " add_header X-Host $http_host always; return 200 \"welcome\"; } }\n";
    };
    for (const QString &name : {u"good"_s, u"expired"_s, u"self-signed"_s, u"wrong-host"_s, u"unknown-authority"_s})
        add(name, name);
    const QByteArray stapling = "ssl_stapling on; ssl_stapling_file ";
    add(u"stapled"_s, u"good-chain"_s, stapling + m_certificates->file(u"good.ocsp"_s).toUtf8() + ';');
    add(u"stapled without authority"_s, u"good"_s, stapling + m_certificates->file(u"good.ocsp"_s).toUtf8() + ';');
    add(u"revoked"_s, u"expired-chain"_s, stapling + m_certificates->file(u"expired.ocsp"_s).toUtf8() + ';');
    const QByteArray asking = "ssl_client_certificate " + m_certificates->file(u"authority.pem"_s).toUtf8() + "; ssl_verify_client ";
    add(u"asking"_s, u"good"_s, asking + "on;");
    add(u"curious"_s, u"good"_s, asking + "optional;");
    add(u"leading away"_s, u"good"_s,
        asking + "on; location /away { return 302 https://127.0.0.1:" + QByteArray::number(m_ports.value(u"curious"_s)) + "/there; }");

    QVERIFY2(m_nginx.startNginx(m_ports.value(u"good"_s), servers), m_nginx.output().constData());
}

void TestTlsConnections::init()
{
    m_made = std::make_unique<Connections>();
}

QUrl TestTlsConnections::url(const QString &server, const QString &host) const
{
    return QUrl(u"https://%1:%2/"_s.arg(host).arg(m_ports.value(server)));
}

ConnectionSettings TestTlsConnections::trusting(const QString &authority) const
{
    ConnectionSettings settings;
    settings.caFile = m_certificates->file(authority);
    return settings;
}

void TestTlsConnections::certificatesThatDoNotHoldAreNamed_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("says");
    QTest::addColumn<int>("trouble");
    QTest::newRow("expired") << u"expired"_s << u"expired on"_s << int(Trouble::Validity);
    QTest::newRow("self-signed") << u"self-signed"_s << u"self-signed"_s << int(Trouble::SelfSigned);
    QTest::newRow("another host") << u"wrong-host"_s << u"for another host (other.test), not for 127.0.0.1"_s << int(Trouble::OtherHost);
    QTest::newRow("unknown authority") << u"unknown-authority"_s << u"authority"_s << int(Trouble::UnknownAuthority);
    QTest::newRow("revoked") << u"revoked"_s << u"has been revoked"_s << int(Trouble::Revoked);
}

void TestTlsConnections::certificatesThatDoNotHoldAreNamed()
{
    QFETCH(QString, server);
    QFETCH(QString, says);
    QFETCH(int, trouble);
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(url(server), trusting()))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::TlsFailed));
    QVERIFY2(call.error().message.contains(says), qPrintable(call.error().message));
    QVERIFY(call.trace.sent.isEmpty());
    QCOMPARE(call.trace.connections.size(), 1);
    const ConnectionFacts &facts = call.trace.connections.first();
    QVERIFY(!facts.isEstablished);
    QVERIFY(!facts.isVerified);
    QVERIFY(facts.troubles.contains(static_cast<Trouble>(trouble)));
    QVERIFY(!facts.chain.isEmpty());
}

void TestTlsConnections::anOwnAuthorityIsTrustedInItsEnvironmentOnly()
{
    CallWatcher without(m_made->client.send(m_made->request(url(u"good"_s), {})));
    QVERIFY(without.wait());
    QVERIFY(without.failedWith(Error::Kind::TlsFailed));
    CallWatcher with(m_made->client.send(m_made->withKey(m_made->request(url(u"good"_s), trusting()))));
    QVERIFY(with.wait());
    QVERIFY2(with.isValue(), with.isValue() ? "" : qPrintable(with.error().message));
    QCOMPARE(with.response().body, "welcome"_ba);
    QVERIFY(with.trace.sent.first().keySent);
    CallWatcher after(m_made->client.send(m_made->request(url(u"good"_s), {})));
    QVERIFY(after.wait());
    QVERIFY(after.failedWith(Error::Kind::TlsFailed));
}

void TestTlsConnections::factsOfTheConnectionAreKept()
{
    for (int turn = 0; turn < 2; ++turn) { // the second one over the same connection
        CallWatcher call(m_made->client.send(m_made->request(url(u"good"_s), trusting())));
        QVERIFY(call.wait());
        QVERIFY(call.isValue());
        QCOMPARE(call.trace.connections.size(), 1);
        const ConnectionFacts &facts = call.trace.connections.first();
        QVERIFY(facts.isVerified);
        QVERIFY(facts.problems.isEmpty());
        QVERIFY(facts.protocol.startsWith(u"TLS 1."_s));
        QVERIFY(!facts.cipher.isEmpty());
        QCOMPARE(facts.alpn, u"h2"_s);
        QCOMPARE(facts.revocation, Revocation::NotTold);
        QCOMPARE(facts.chain.first().subject, u"127.0.0.1"_s);
        QCOMPARE(facts.chain.first().issuer, u"Keydesk test authority"_s);
        QCOMPARE(facts.chain.first().names, (QStringList{u"localhost"_s, u"127.0.0.1"_s}));
        const QString text = connectionText(call.trace.connections);
        QVERIFY2(text.contains(u"Security: Verified"_s) && text.contains(facts.chain.first().sha256), qPrintable(text));
    }
}

/// Nor over a connection that is kept open: QNetworkAccessManager would take that for everybody.
void TestTlsConnections::verificationIsOffInItsEnvironmentOnly()
{
    ConnectionSettings off = trusting();
    off.verifyTls = false;
    for (const QString &server : {u"wrong-host"_s, u"self-signed"_s, u"revoked"_s}) {
        for (int turn = 0; turn < 2; ++turn) {
            CallWatcher call(m_made->client.send(m_made->request(url(server), off)));
            QVERIFY(call.wait());
            QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
            const ConnectionFacts &facts = call.trace.connections.first();
            QVERIFY(!facts.isVerified);
            QVERIFY(facts.isEstablished);
            QVERIFY2(!facts.problems.isEmpty(), qPrintable(server));
            QCOMPARE(verdictOf(facts), u"Not verified"_s);
        }
        CallWatcher other(m_made->client.send(m_made->withKey(m_made->request(url(server), trusting()))));
        QVERIFY(other.wait());
        QVERIFY(other.failedWith(Error::Kind::TlsFailed));
        QVERIFY(other.trace.sent.isEmpty());
    }
    // A key goes only where it is bound to all the same.
    PreparedRequest elsewhere = m_made->request(url(u"wrong-host"_s), off);
    elsewhere.keyId = m_made->tokens.add(Connections::token, {*Origin::fromUrl(url(u"good"_s))});
    CallWatcher refused(m_made->client.send(elsewhere));
    QVERIFY(refused.wait());
    QVERIFY(refused.failedWith(Error::Kind::OriginNotBound));
}

void TestTlsConnections::aStapledAnswerIsTold_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<int>("revocation");
    QTest::newRow("good") << u"stapled"_s << int(Revocation::NotRevoked);
    QTest::newRow("none") << u"good"_s << int(Revocation::NotTold);
    // Qt looks for the issuer in what the server sends only.
    QTest::newRow("of an authority that is not sent") << u"stapled without authority"_s << int(Revocation::Unclear);
}

void TestTlsConnections::aStapledAnswerIsTold()
{
    QFETCH(QString, server);
    QFETCH(int, revocation);
    CallWatcher call(m_made->client.send(m_made->request(url(server), trusting())));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QVERIFY(call.trace.connections.first().isVerified);
    QCOMPARE(int(call.trace.connections.first().revocation), revocation);
}

void TestTlsConnections::aClientCertificateOpensTheDoor_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("isEncrypted");
    QTest::newRow("PEM") << u"client.pem"_s << u"client.key"_s << false;
    QTest::newRow("PEM, key encrypted") << u"client.pem"_s << u"client-encrypted.key"_s << true;
    QTest::newRow("PKCS#12") << u"client.p12"_s << QString() << true;
    QTest::newRow("PEM, key in it") << u"client-both.pem"_s << QString() << false;
}

void TestTlsConnections::aClientCertificateOpensTheDoor()
{
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(bool, isEncrypted);
    writeFile(m_certificates->file(u"client-both.pem"_s),
              readFile(m_certificates->file(u"client.key"_s)) + readFile(m_certificates->file(u"client.pem"_s)));
    ConnectionSettings settings = trusting();
    settings.certificateFile = m_certificates->file(certificate);
    if (!key.isEmpty())
        settings.keyFile = m_certificates->file(key);
    if (isEncrypted)
        settings.passphraseId = m_made->secret(passphrase.toUtf8());
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(url(u"asking"_s), settings))));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().header("X-Client"), "CN=Keydesk test client"_ba);
    QCOMPARE(call.trace.connections.first().clientCertificate, u"Keydesk test client"_s);
}

void TestTlsConnections::aClientCertificateIsMissing()
{
    // nginx completes the handshake and refuses in HTTP.
    CallWatcher call(m_made->client.send(m_made->request(url(u"asking"_s), trusting())));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(call.response().status, 400);
    QVERIFY(call.response().body.contains("No required SSL certificate was sent"));

    // OpenSSL ends the handshake.
    for (const QString &version : {u"-tls1_2"_s, u"-tls1_3"_s}) {
        ServerProcess strict;
        const quint16 port = ServerProcess::freePort();
        QVERIFY(strict.start(u"openssl"_s,
                             {u"s_server"_s, u"-accept"_s, u"127.0.0.1:%1"_s.arg(port), u"-cert"_s, m_certificates->file(u"good.pem"_s), u"-key"_s,
                              m_certificates->file(u"good.key"_s), u"-CAfile"_s, m_certificates->file(u"authority.pem"_s), u"-Verify"_s, u"2"_s,
                              u"-verify_return_error"_s, u"-www"_s, version},
                             port));
        CallWatcher refused(m_made->client.send(m_made->withKey(m_made->request(QUrl(u"https://127.0.0.1:%1/"_s.arg(port)), trusting()))));
        QVERIFY(refused.wait());
        QVERIFY(!refused.isValue());
        QVERIFY2(refused.error().message.contains(u"certificate"_s),
                 qPrintable(version + u' ' + refused.error().message + u" | "_s + refused.error().detail));
    }
}

void TestTlsConnections::aClientCertificateGoesToNoOtherOrigin()
{
    ConnectionSettings settings = trusting();
    settings.certificateFile = m_certificates->file(u"client.pem"_s);
    settings.keyFile = m_certificates->file(u"client.key"_s);
    CallWatcher home(m_made->client.send(m_made->request(url(u"curious"_s), settings)));
    QVERIFY(home.wait());
    QCOMPARE(home.response().header("X-Client"), "CN=Keydesk test client"_ba);

    CallWatcher away(m_made->client.send(m_made->request(url(u"leading away"_s).resolved(QUrl(u"/away"_s)), settings)));
    QVERIFY(away.wait());
    QVERIFY2(away.isValue(), away.isValue() ? "" : qPrintable(away.error().message));
    QCOMPARE(away.response().url.port(), int(m_ports.value(u"curious"_s)));
    QCOMPARE(away.response().header("X-Client"), ""_ba);
    QCOMPARE(away.trace.connections.size(), 2);
    QVERIFY(!away.trace.connections.first().clientCertificate.isEmpty());
    QVERIFY(away.trace.connections.last().clientCertificate.isEmpty());
}

void TestTlsConnections::filesThatCannotBeUsedAreNamed_data()
{
    QTest::addColumn<QString>("ca");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<QString>("names");
    QTest::addColumn<QString>("says");
    const QString none;
    QTest::newRow("no file") << u"nowhere.pem"_s << none << none << ""_ba << u"nowhere.pem"_s << u"no"_s;
    QTest::newRow("no certificate") << u"good.key"_s << none << none << ""_ba << u"good.key"_s << u"no certificate"_s;
    QTest::newRow("a folder") << u"."_s << none << none << ""_ba << none << u"folder"_s;
    QTest::newRow("rubbish") << none << u"index.txt"_s << none << ""_ba << u"index.txt"_s << u"no certificate"_s;
    QTest::newRow("no key") << none << u"client.pem"_s << none << ""_ba << u"client.pem"_s << u"no private key"_s;
    QTest::newRow("another key") << none << u"client.pem"_s << u"good.key"_s << ""_ba << u"good.key"_s << u"does not belong"_s;
    QTest::newRow("a key that is none") << none << u"client.pem"_s << u"good.pem"_s << ""_ba << u"good.pem"_s << u"no private key"_s;
    QTest::newRow("no passphrase") << none << u"client.p12"_s << none << ""_ba << u"client.p12"_s << u"without a passphrase"_s;
    QTest::newRow("wrong passphrase") << none << u"client.p12"_s << none << "wrong"_ba << u"client.p12"_s << u"does not open with this passphrase"_s;
    QTest::newRow("encrypted key") << none << u"client.pem"_s << u"client-encrypted.key"_s << ""_ba << u"client-encrypted.key"_s << u"encrypted"_s;
    QTest::newRow("encrypted key, wrong") << none << u"client.pem"_s << u"client-encrypted.key"_s << "wrong"_ba << u"client-encrypted.key"_s
                                          << u"does not open"_s;
}

void TestTlsConnections::filesThatCannotBeUsedAreNamed()
{
    QFETCH(QString, ca);
    QFETCH(QString, certificate);
    QFETCH(QString, key);
    QFETCH(QByteArray, typed);
    QFETCH(QString, names);
    QFETCH(QString, says);
    ConnectionSettings settings;
    const auto path = [this](const QString &name) { return name.isEmpty() ? QString() : m_certificates->file(name); };
    settings.caFile = path(ca);
    settings.certificateFile = path(certificate);
    settings.keyFile = path(key);
    if (!typed.isEmpty())
        settings.passphraseId = m_made->secret(typed);
    CallWatcher call(m_made->client.send(m_made->withKey(m_made->request(url(u"good"_s), settings))));
    QVERIFY(call.wait());
    QVERIFY(!call.isValue());
    QVERIFY2(call.error().message.contains(names) && call.error().message.contains(says), qPrintable(call.error().message));
    QVERIFY(call.trace.sent.isEmpty());
}

void TestTlsConnections::aChangedFileIsReadAgain()
{
    const QString path = m_certificates->file(u"changing.pem"_s);
    writeFile(path, readFile(m_certificates->file(u"stranger.pem"_s)));
    const ConnectionSettings settings = trusting(u"changing.pem"_s);
    CallWatcher before(m_made->client.send(m_made->request(url(u"good"_s), settings)));
    QVERIFY(before.wait());
    QVERIFY(before.failedWith(Error::Kind::TlsFailed));
    QVERIFY(QFile::remove(path));
    writeFile(path, readFile(m_certificates->file(u"authority.pem"_s)));
    CallWatcher after(m_made->client.send(m_made->request(url(u"good"_s), settings)));
    QVERIFY(after.wait());
    QVERIFY(after.isValue());
}

void TestTlsConnections::familyIsChosen()
{
    ConnectionSettings settings = trusting();
    settings.family = ConnectionSettings::Family::IPv4;
    CallWatcher four(m_made->client.send(m_made->withKey(m_made->request(url(u"good"_s, u"localhost"_s), settings))));
    QVERIFY(four.wait());
    QVERIFY2(four.isValue(), four.isValue() ? "" : qPrintable(four.error().message));
    QCOMPARE(four.response().header("X-Address"), "127.0.0.1"_ba);
    QCOMPARE(four.response().header("X-Host"), url(u"good"_s, u"localhost"_s).authority().toLatin1());
    QCOMPARE(four.response().url.host(), u"localhost"_s);
    QCOMPARE(four.trace.connections.first().address, u"127.0.0.1"_s);
    QVERIFY(four.trace.connections.first().isVerified); // by its name: the certificate would hold for the address too
    QVERIFY(four.trace.sent.first().keySent);

    settings.family = ConnectionSettings::Family::IPv6;
    CallWatcher none(m_made->client.send(m_made->withKey(m_made->request(url(u"good"_s), settings))));
    QVERIFY(none.wait());
    QVERIFY(none.failedWith(Error::Kind::NameNotResolved));
    QVERIFY2(none.error().message.contains(u"has no IPv6 address"_s) && none.error().message.contains(u"127.0.0.1"_s),
             qPrintable(none.error().message));
    QVERIFY(none.trace.sent.isEmpty());

    if (!QTcpServer().listen(QHostAddress::LocalHostIPv6))
        QSKIP("There is no ::1 here.");
    CallWatcher literal(m_made->client.send(m_made->request(url(u"wrong-host"_s, u"[::1]"_s), settings)));
    QVERIFY(literal.wait());
    QVERIFY(literal.failedWith(Error::Kind::TlsFailed));
}

QTEST_GUILESS_MAIN(TestTlsConnections)
#include "test_tls_connections.moc"
