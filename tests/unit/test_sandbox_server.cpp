#include "app/sandbox/TryOut.h"
#include "tests/support/SandboxFixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTcpServer>
#include <QTcpSocket>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto talkover = u"talkover"_s;
constexpr int patience = 15'000;

QByteArray fileBytes(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Sends bytes as they are and reads until the server closes, or until `ends` has been read.
QByteArray exchange(quint16 port, const QByteArray &bytes, const QByteArray &ends = {})
{
    QTcpSocket socket;
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(patience))
        return "not connected";
    socket.write(bytes);
    QByteArray reply;
    while (socket.waitForReadyRead(patience)) {
        reply += socket.readAll();
        if (!ends.isEmpty() && reply.contains(ends))
            break;
    }
    return reply + socket.readAll();
}

/// The token in the page that shows it once.
QByteArray tokenIn(const QByteArray &page)
{
    const QRegularExpression pattern(u"id=\"token\">([^<]+)<"_s);
    return pattern.match(QString::fromUtf8(page)).captured(1).toLatin1();
}

} // namespace

class TestSandboxServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void itStartsAndStopsWithoutWaiting();
    void eachServiceIsItsOwnOriginOnLoopback();
    void itPrefersTheSamePortsEverywhere();
    void portsAreKept();
    void aTakenPortIsReplaced();
    void keysOutliveARestart();
    void theStateHoldsNoTokenAndIsPrivate();
    void aDamagedStateIsSetAside();
    void aLaterStateIsLeftAlone();
    void aSecondSandboxLeavesTheStateAlone();
    void aKeyThatCannotBeStoredIsNotMade();
    void malformedRequestsGet400_data();
    void malformedRequestsGet400();
    void hugeRequestsAreRefused_data();
    void hugeRequestsAreRefused();
    void aRefusedBodyDoesNotBecomeTheNextRequest();
    void keepAliveWorks();
    void oddPathsAreNotFound_data();
    void oddPathsAreNotFound();
    void foreignHostsAndOriginsAreRefused_data();
    void foreignHostsAndOriginsAreRefused();
    void theDashboardWorksWithForms();
    void theDashboardEscapesNames();
    void theDashboardWorksAsJson();
    void theDashboardRefusesBadWishes_data();
    void theDashboardRefusesBadWishes();
    void slowRepliesDoNotHoldUpOthersNorTheEnd();
    void pagesAndLargeReplies();
    void anyPartOfALargeReplyFits();
    void manyConnectionsAreServed();
    void silentConnectionsDoNotShutOthersOut();

private:
    std::unique_ptr<SandboxFixture> m_sandbox;
};

void TestSandboxServer::init()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY(m_sandbox->start());
}

void TestSandboxServer::itStartsAndStopsWithoutWaiting()
{
    QVERIFY(m_sandbox->sandbox().isRunning());
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s).status, 401); // leaves a kept-alive connection
    QTcpSocket silent;
    silent.setProxy(QNetworkProxy::NoProxy);
    silent.connectToHost(QHostAddress::LocalHost, m_sandbox->port(talkover));
    QVERIFY(silent.waitForConnected(patience));
    silent.write("GET / HT");
    QVERIFY(silent.waitForBytesWritten(patience));
    QElapsedTimer timer;
    timer.start();
    m_sandbox->stop();
    QVERIFY2(timer.elapsed() < 3000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(silent.state() != QAbstractSocket::ConnectedState || silent.waitForDisconnected(patience));
}

void TestSandboxServer::eachServiceIsItsOwnOriginOnLoopback()
{
    const QHash<QString, QUrl> origins = m_sandbox->sandbox().origins();
    QStringList services = origins.keys();
    services.sort();
    QCOMPARE(services, (QStringList{u"aisoule"_s, u"talkover"_s, u"talkturo"_s}));
    QSet<int> ports;
    for (const QUrl &origin : origins) {
        QCOMPARE(origin.scheme(), u"http"_s);
        QCOMPARE(origin.host(), u"127.0.0.1"_s);
        QVERIFY(origin.port() > 0);
        ports << origin.port();
    }
    QCOMPARE(ports.size(), 3);
    QCOMPARE(m_sandbox->get(u"talkturo"_s, u"/api/v1/health"_s).status, 404);
}

void TestSandboxServer::itPrefersTheSamePortsEverywhere()
{
    const Sandbox unstarted(m_sandbox->stateFile() + u".none"_s);
    QCOMPARE(unstarted.origins().value(talkover), QUrl(u"http://127.0.0.1:47611"_s));
    QCOMPARE(unstarted.origins().value(u"talkturo"_s), QUrl(u"http://127.0.0.1:47612"_s));
    QCOMPARE(unstarted.origins().value(u"aisoule"_s), QUrl(u"http://127.0.0.1:47613"_s));
}

void TestSandboxServer::portsAreKept()
{
    const QHash<QString, QUrl> before = m_sandbox->sandbox().origins();
    m_sandbox->stop();
    const Sandbox unstarted(m_sandbox->stateFile());
    QCOMPARE(unstarted.origins(), before);
    QVERIFY(m_sandbox->start());
    QCOMPARE(m_sandbox->sandbox().origins(), before);
}

void TestSandboxServer::aTakenPortIsReplaced()
{
    const auto key = m_sandbox->makeKey(talkover);
    const quint16 before = m_sandbox->port(talkover);
    const quint16 other = m_sandbox->port(u"aisoule"_s);
    m_sandbox->stop();
    QTcpServer thief;
    QVERIFY(thief.listen(QHostAddress::LocalHost, before));
    QVERIFY(m_sandbox->start());
    const quint16 moved = m_sandbox->port(talkover);
    QVERIFY(moved != before);
    QCOMPARE(m_sandbox->port(u"aisoule"_s), other);
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, key.token).status, 200);
    m_sandbox->stop();
    thief.close();
    const Sandbox unstarted(m_sandbox->stateFile());
    QCOMPARE(unstarted.origins().value(talkover).port(), int(moved)); // the port used last comes first
}

void TestSandboxServer::keysOutliveARestart()
{
    const auto good = m_sandbox->makeKey(talkover);
    const auto expired = m_sandbox->makeKey(talkover);
    const auto revoked = m_sandbox->makeKey(talkover);
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, good.token).status, 200);
    QCOMPARE(m_sandbox->act(talkover, expired.id, u"expire"_s), 200);
    QCOMPARE(m_sandbox->act(talkover, revoked.id, u"revoke"_s), 200);
    QVERIFY(m_sandbox->start());
    const QJsonArray keys = m_sandbox->get(talkover, u"/dashboard/keys"_s).json[u"data"_s].toArray();
    QCOMPARE(keys.size(), 3);
    QVERIFY(keys[0][u"last_used_at"_s].isString());
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, good.token).status, 200);
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, expired.token).json[u"error"_s].toString(),
             u"TOKEN_EXPIRED"_s);
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, revoked.token).json[u"error"_s].toString(),
             u"UNAUTHORIZED"_s);
}

void TestSandboxServer::theStateHoldsNoTokenAndIsPrivate()
{
    QByteArrayList tokens;
    for (const QString &service : {talkover, u"talkturo"_s, u"aisoule"_s})
        tokens << m_sandbox->makeKey(service).token;
    tokens << m_sandbox->makeKey(talkover, {{u"kind"_s, u"session"_s}}).token;
    for (const QByteArray &token : std::as_const(tokens))
        (void)m_sandbox->get(talkover, u"/api/v1/health"_s, token);
    m_sandbox->stop();
    const QFileInfo info(m_sandbox->stateFile());
    QCOMPARE(info.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther |
                                   QFile::WriteOther | QFile::ExeOwner),
             QFile::Permissions());
    const QDir folder = info.dir();
    const QFileInfoList files = folder.entryInfoList(QDir::Files | QDir::Hidden);
    QVERIFY(!files.isEmpty());
    for (const QFileInfo &file : files) {
        const QByteArray bytes = fileBytes(file.filePath());
        for (const QByteArray &token : std::as_const(tokens)) {
            QVERIFY(token.size() > 40);
            const QByteArray secret = token.right(40);
            for (const QByteArray &form :
                 {token, secret, secret.toBase64(), secret.toHex(), token.toBase64()})
                QVERIFY2(!bytes.contains(form), qPrintable(file.fileName()));
        }
    }
    // The same token twice would not give the same hash: each has its salt.
    const QJsonArray keys = QJsonDocument::fromJson(fileBytes(m_sandbox->stateFile()))[u"keys"_s].toArray();
    QSet<QString> salts;
    for (const QJsonValue &key : keys)
        salts << key[u"salt"_s].toString();
    QCOMPARE(salts.size(), tokens.size());
}

void TestSandboxServer::aDamagedStateIsSetAside()
{
    m_sandbox->stop();
    QFile file(m_sandbox->stateFile());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"version\":1,\"keys\":[{");
    file.close();
    QVERIFY(m_sandbox->start());
    QVERIFY(!m_sandbox->makeKey(talkover).token.isEmpty());
    const QFileInfo info(m_sandbox->stateFile());
    const QStringList aside = info.dir().entryList({info.fileName() + u".corrupt-*"_s});
    QCOMPARE(aside.size(), 1);
    QCOMPARE(fileBytes(info.dir().filePath(aside.first())), "{\"version\":1,\"keys\":[{");
}

void TestSandboxServer::aLaterStateIsLeftAlone()
{
    m_sandbox->stop();
    const QByteArray later = R"({"version":2,"keys":"different"})";
    QFile file(m_sandbox->stateFile());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(later);
    file.close();
    {
        Sandbox sandbox(m_sandbox->stateFile());
        QSignalSpy failed(&sandbox, &Sandbox::failed);
        sandbox.start();
        QVERIFY(failed.isEmpty()); // never inside the call
        QVERIFY(failed.wait(patience));
        QCOMPARE(failed[0][0].value<Error>().kind, Error::Kind::StorageNewer);
        QVERIFY(!sandbox.isRunning());
    }
    QCOMPARE(fileBytes(m_sandbox->stateFile()), later);
}

void TestSandboxServer::aSecondSandboxLeavesTheStateAlone()
{
    const auto key = m_sandbox->makeKey(talkover);
    Sandbox second(m_sandbox->stateFile());
    QSignalSpy failed(&second, &Sandbox::failed);
    second.start();
    QVERIFY(failed.wait(patience));
    QCOMPARE(failed[0][0].value<Error>().kind, Error::Kind::StorageLocked);
    QCOMPARE(second.origins(), m_sandbox->sandbox().origins()); // where the first one serves
    QCOMPARE(m_sandbox->get(talkover, u"/api/v1/health"_s, key.token).status, 200);
}

void TestSandboxServer::aKeyThatCannotBeStoredIsNotMade()
{
    const auto key = m_sandbox->makeKey(talkover);
    m_sandbox->stop();
    // A folder in the place of the file: nothing can replace it, whoever runs the test.
    QVERIFY(QFile::rename(m_sandbox->stateFile(), m_sandbox->stateFile() + u".away"_s));
    QVERIFY(m_sandbox->start());
    QVERIFY(QFile::remove(m_sandbox->stateFile()));
    QVERIFY(QDir().mkpath(m_sandbox->stateFile() + u"/in the way"_s));
    const Answer refused = m_sandbox->post(talkover, u"/dashboard/keys"_s, {}, {{u"name"_s, u"Lost"_s}});
    QCOMPARE(refused.status, 500);
    QVERIFY(!refused.body.contains("talq_"));
    QVERIFY(m_sandbox->get(talkover, u"/dashboard/keys"_s).json[u"data"_s].toArray().isEmpty());
}

void TestSandboxServer::malformedRequestsGet400_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray host = "Host: 127.0.0.1:PORT\r\n";
    const QByteArray post = "POST /dashboard/keys HTTP/1.1\r\n" + host;
    QTest::newRow("no HTTP") << QByteArray("GARBAGE\r\n\r\n");
    QTest::newRow("no version") << QByteArray("GET /\r\n\r\n");
    QTest::newRow("HTTP/0.9") << QByteArray("GET / HTTP/0.9\r\n\r\n");
    QTest::newRow("HTTP/2 preface") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    QTest::newRow("TLS handshake") << QByteArray::fromHex("16030100a5010000a10303");
    QTest::newRow("binary") << QByteArray::fromHex("00ff00ff00ff0d0a0d0a");
    QTest::newRow("unknown method") << "BREW / HTTP/1.1\r\n" + host + "\r\n";
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n");
    QTest::newRow("two hosts") << "GET / HTTP/1.1\r\n" + host + host + "\r\n";
    QTest::newRow("length no number") << post + "Content-Length: ten\r\n\r\n0123456789";
    QTest::newRow("negative length") << post + "Content-Length: -1\r\n\r\n";
    QTest::newRow("two lengths") << post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n";
    QTest::newRow("length and chunks")
        << post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    QTest::newRow("other encoding") << post + "Transfer-Encoding: gzip\r\n\r\n";
    QTest::newRow("bad chunks")
        << post + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n";
    QTest::newRow("no gzip")
        << post + "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{}{}";
    QTest::newRow("broken JSON")
        << post + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{";
    QTest::newRow("no type, broken") << post + "Connection: close\r\nContent-Length: 2\r\n\r\n]]";
    QTest::newRow("invalid UTF-8") << post +
                                          "Connection: close\r\nContent-Type: "
                                          "application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"\xff\"}";
    const QByteArray nested = QByteArray(100'000, '[');
    QTest::newRow("deep JSON")
        << post + "Connection: close\r\nContent-Type: application/json\r\nContent-Length: " +
               QByteArray::number(nested.size()) + "\r\n\r\n" + nested;
}

void TestSandboxServer::malformedRequestsGet400()
{
    QFETCH(QByteArray, bytes);
    for (const QString &service : {talkover, u"talkturo"_s, u"aisoule"_s}) {
        const quint16 port = m_sandbox->port(service);
        QByteArray request = bytes;
        const QByteArray reply = exchange(port, request.replace("PORT", QByteArray::number(port)));
        QVERIFY2(reply.startsWith("HTTP/1.1 400 "), reply.left(200).constData());
        QCOMPARE(reply.count("HTTP/1.1 "), 1); // the rest was not taken for another request
        const QJsonObject body = QJsonDocument::fromJson(reply.mid(reply.indexOf("\r\n\r\n") + 4)).object();
        QVERIFY2(body.contains(u"error"_s), reply.constData());
    }
    QCOMPARE(m_sandbox->get(talkover, u"/"_s).status, 200);
}

void TestSandboxServer::hugeRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("status");
    const QByteArray host = "Host: 127.0.0.1:PORT\r\n";
    const QByteArray post = "POST /dashboard/keys HTTP/1.1\r\n" + host + "Content-Type: application/json\r\n";
    QTest::newRow("long path") << "GET /" + QByteArray(4000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"
                               << QByteArray("414");
    QTest::newRow("very long path") << "GET /" + QByteArray(20'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n"
                                    << QByteArray("414");
    QTest::newRow("long header") << "GET / HTTP/1.1\r\n" + host + "X: " + QByteArray(20'000, 'a') + "\r\n\r\n"
                                 << QByteArray("400");
    QTest::newRow("long range") << "GET / HTTP/1.1\r\n" + host +
                                       "Range: bytes=" + QByteArray(1900, '1').replace("11", "1-2,") +
                                       "\r\n\r\n"
                                << QByteArray("416");
    QTest::newRow("length") << post + "Content-Length: 1048577\r\n\r\n" << QByteArray("413");
    QTest::newRow("huge length") << post + "Content-Length: 99999999999999999999999\r\n\r\n"
                                 << QByteArray("413");
    QTest::newRow("body") << post + "Content-Length: 1100000\r\n\r\n" + QByteArray(1'100'000, ' ')
                          << QByteArray("413");
    QTest::newRow("chunks") << post + "Transfer-Encoding: chunked\r\n\r\n" + "110000\r\n" +
                                   QByteArray(0x110000, ' ') + "\r\n0\r\n\r\n"
                            << QByteArray("413");
    // qCompress is zlib with a length before it: what "deflate" means.
    const QByteArray bomb = qCompress(QByteArray(64 * 1024 * 1024, ' '), 9).mid(4);
    QTest::newRow("bomb") << post + "Content-Encoding: deflate\r\nContent-Length: " +
                                 QByteArray::number(bomb.size()) + "\r\n\r\n" + bomb
                          << QByteArray("413");
}

void TestSandboxServer::hugeRequestsAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, status);
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray reply = exchange(port, bytes.replace("PORT", QByteArray::number(port)));
    QVERIFY2(reply.startsWith("HTTP/1.1 " + status + ' '), reply.left(300).constData());
    QCOMPARE(m_sandbox->get(talkover, u"/"_s).status, 200);
}

void TestSandboxServer::aRefusedBodyDoesNotBecomeTheNextRequest()
{
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray host = "Host: 127.0.0.1:" + QByteArray::number(port) + "\r\n";
    const QByteArray hidden = "DELETE /dashboard/keys/x HTTP/1.1\r\n" + host + "\r\n";
    const QByteArray length = "Content-Length: " + QByteArray::number(hidden.size()) + "\r\n\r\n";
    for (const QByteArray &outer :
         {QByteArray("GET / HTTP/1.1\r\n") + host,
          QByteArray("POST /dashboard/keys HTTP/1.1\r\nOrigin: http://evil.test\r\n") + host,
          QByteArray("OPTIONS / HTTP/1.1\r\n") + host}) {
        const QByteArray reply = exchange(port, outer + length + hidden);
        QCOMPARE(reply.count("HTTP/1.1 "), 1);
    }
}

void TestSandboxServer::keepAliveWorks()
{
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray host = "Host: localhost:" + QByteArray::number(port) + "\r\n";
    const QByteArray body = R"({"name":"Pipelined"})";
    const QByteArray reply = exchange(
        port, "GET /dashboard/keys HTTP/1.1\r\n" + host + "\r\n" + "POST /dashboard/keys HTTP/1.1\r\n" +
                  host + "Content-Type: application/json\r\nContent-Length: " +
                  QByteArray::number(body.size()) + "\r\n\r\n" + body +
                  "DELETE /dashboard/keys/unknown HTTP/1.1\r\n" + host + "\r\n" + "HEAD / HTTP/1.1\r\n" +
                  host + "\r\n" + "GET /dashboard/keys HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
    QCOMPARE(reply.count("HTTP/1.1 "), 5);
    QCOMPARE(reply.count("HTTP/1.1 200 "), 3);
    QCOMPARE(reply.count("HTTP/1.1 201 "), 1);
    QCOMPARE(reply.count("HTTP/1.1 404 "), 1);
    QVERIFY(!reply.contains("<html")); // HEAD has no body
}

void TestSandboxServer::oddPathsAreNotFound_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("climbing") << QByteArray("/../../etc/passwd");
    QTest::newRow("encoded climbing") << QByteArray("/%2e%2e/%2e%2e/etc/passwd");
    QTest::newRow("NUL") << QByteArray("/api/v1/agents%00");
    QTest::newRow("line break") << QByteArray("/api/v1/agents%0d%0aX:%201");
    QTest::newRow("invalid UTF-8") << QByteArray("/api/v1/%ff%fe");
    QTest::newRow("half an escape") << QByteArray("/api/v1/%");
    QTest::newRow("doubled slash") << QByteArray("/api//v1/health");
    QTest::newRow("like the dashboard") << QByteArray("/dashboards");
    QTest::newRow("long id") << "/dashboard/keys/" + QByteArray(2000, '9');
    QTest::newRow("star") << QByteArray("*");
}

void TestSandboxServer::oddPathsAreNotFound()
{
    QFETCH(QByteArray, path);
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray reply =
        exchange(port, "GET " + path + " HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:" +
                           QByteArray::number(port) + "\r\n\r\n");
    QVERIFY2(reply.startsWith("HTTP/1.1 404 ") || reply.startsWith("HTTP/1.1 405 "),
             reply.left(200).constData());
    QVERIFY(!reply.contains("X: 1"));
}

void TestSandboxServer::foreignHostsAndOriginsAreRefused_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    const QByteArray own = "Host: 127.0.0.1:PORT\r\n";
    QTest::newRow("own") << QByteArray("POST") << own << 201;
    QTest::newRow("localhost") << QByteArray("POST") << QByteArray("Host: LOCALHOST:PORT\r\n") << 201;
    QTest::newRow("own origin") << QByteArray("POST") << own + "Origin: http://127.0.0.1:PORT\r\n" << 201;
    QTest::newRow("rebound name") << QByteArray("POST") << QByteArray("Host: evil.test:PORT\r\n") << 403;
    QTest::newRow("rebound name, reading")
        << QByteArray("GET") << QByteArray("Host: evil.test:PORT\r\n") << 403;
    QTest::newRow("look-alike") << QByteArray("GET") << QByteArray("Host: 127.0.0.1.evil.test:PORT\r\n")
                                << 403;
    QTest::newRow("user info") << QByteArray("GET") << QByteArray("Host: x@127.0.0.1:PORT\r\n") << 403;
    QTest::newRow("no port") << QByteArray("GET") << QByteArray("Host: 127.0.0.1\r\n") << 403;
    QTest::newRow("other port") << QByteArray("GET") << QByteArray("Host: 127.0.0.1:1\r\n") << 403;
    QTest::newRow("foreign origin") << QByteArray("POST") << own + "Origin: http://evil.test\r\n" << 403;
    QTest::newRow("another port's page") << QByteArray("POST") << own + "Origin: http://127.0.0.1:1\r\n"
                                         << 403;
    QTest::newRow("https origin") << QByteArray("POST") << own + "Origin: https://127.0.0.1:PORT\r\n" << 403;
    QTest::newRow("opaque origin") << QByteArray("POST") << own + "Origin: null\r\n" << 403;
    QTest::newRow("foreign origin, reading") << QByteArray("GET") << own + "Origin: http://evil.test\r\n"
                                             << 200;
}

void TestSandboxServer::foreignHostsAndOriginsAreRefused()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray body = method == "POST" ? "name=Made" : "";
    const QByteArray reply =
        exchange(port, method + " /dashboard/keys HTTP/1.1\r\nConnection: close\r\n" +
                           headers.replace("PORT", QByteArray::number(port)) +
                           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                           QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QVERIFY2(reply.startsWith("HTTP/1.1 " + QByteArray::number(status) + ' '), reply.left(200).constData());
    QVERIFY(!reply.toLower().contains("access-control-allow"));
    const QJsonArray keys = m_sandbox->get(talkover, u"/dashboard/keys"_s).json[u"data"_s].toArray();
    QCOMPARE(keys.size(), status == 201 ? 1 : 0);
}

void TestSandboxServer::theDashboardWorksWithForms()
{
    const auto submit = [&](const QString &path, const QByteArray &body) {
        return m_sandbox->send({.method = "POST",
                                .path = path,
                                .body = body,
                                .contentType = "application/x-www-form-urlencoded; charset=UTF-8"});
    };
    const auto health = [&](const QByteArray &token) {
        const Answer answer = m_sandbox->get(talkover, u"/api/v1/health"_s, token);
        return answer.status == 200 ? u"works"_s : answer.json[u"error"_s].toString();
    };
    const Answer created =
        submit(u"/dashboard/keys"_s, "kind=environment&environment=development&name=From+a+form%21");
    QCOMPARE(created.status, 201);
    QVERIFY(created.headers.value("content-type").startsWith("text/html"));
    QCOMPARE(created.headers.value("cache-control"), "no-store");
    const QByteArray first = tokenIn(created.body);
    QCOMPARE(health(first), u"works"_s);

    const Answer page = m_sandbox->get(talkover, u"/"_s);
    QVERIFY(page.body.contains("From a form!"));
    QVERIFY(page.body.contains("development"));
    QVERIFY(!page.body.contains(first));
    QCOMPARE(m_sandbox->get(talkover, u"/dashboard"_s).body, page.body);

    const QString id = m_sandbox->get(talkover, u"/dashboard/keys"_s).json[u"data"_s][0][u"id"_s].toString();
    const QString key = u"/dashboard/keys/"_s + id;
    QVERIFY(page.body.contains(key.toLatin1() + "/regenerate"));
    const QByteArray second = tokenIn(submit(key + u"/regenerate"_s, "x=").body);
    QVERIFY(!second.isEmpty() && second != first);
    QCOMPARE(health(second), u"works"_s);
    QCOMPARE(health(first), u"UNAUTHORIZED"_s);

    const Answer expired = submit(key + u"/expire"_s, "x=");
    QCOMPARE(expired.status, 303);
    QCOMPARE(expired.headers.value("location"), "/dashboard");
    QCOMPARE(health(second), u"TOKEN_EXPIRED"_s);
    const QByteArray third = tokenIn(submit(key + u"/regenerate"_s, "x=").body);
    QCOMPARE(health(third), u"works"_s);
    QCOMPARE(submit(key + u"/revoke"_s, "x=").status, 303);
    QCOMPARE(health(third), u"UNAUTHORIZED"_s);
    QVERIFY(m_sandbox->get(talkover, u"/"_s).body.contains("revoked"));
    QCOMPARE(submit(key + u"/regenerate"_s, "x=").status, 404);

    const QByteArray session = tokenIn(submit(u"/dashboard/keys"_s, "kind=session&name=Session").body);
    QCOMPARE(m_sandbox->get(talkover, u"/api/user"_s, session).status, 200);
    QCOMPARE(submit(u"/dashboard/keys"_s, "kind=environment&name=").status, 422);
}

void TestSandboxServer::theDashboardEscapesNames()
{
    const auto name = u"<script>alert('x')</script>\"&%1"_s;
    QVERIFY(!m_sandbox->makeKey(talkover, {{u"name"_s, name}}).token.isEmpty());
    const Answer page = m_sandbox->get(talkover, u"/"_s);
    QVERIFY(!page.body.contains("<script"));
    QVERIFY(page.body.contains(name.toHtmlEscaped().toUtf8()));
    QVERIFY(page.headers.value("content-security-policy").contains("default-src 'none'"));
}

void TestSandboxServer::theDashboardWorksAsJson()
{
    const Answer made =
        m_sandbox->post(u"aisoule"_s, u"/dashboard/keys"_s, {},
                        {{u"name"_s, u"From JSON"_s}, {u"abilities"_s, QJsonArray{u"read"_s}}});
    QCOMPARE(made.status, 201);
    const QJsonObject data = made.json[u"data"_s].toObject();
    QCOMPARE(data[u"name"_s].toString(), u"From JSON"_s);
    QCOMPARE(data[u"kind"_s].toString(), u"api-key"_s);
    QCOMPARE(data[u"abilities"_s].toArray(), QJsonArray{u"read"_s});
    QVERIFY(QDateTime::fromString(data[u"created_at"_s].toString(), Qt::ISODate).isValid());
    const QByteArray token = data[u"token"_s].toString().toLatin1();
    const QString id = data[u"id"_s].toString();

    const Answer list = m_sandbox->get(u"aisoule"_s, u"/dashboard/keys"_s);
    QVERIFY(!list.body.contains(token));
    QCOMPARE(list.json[u"data"_s][0][u"status"_s].toString(), u"active"_s);
    QVERIFY(list.json[u"data"_s][0][u"hint"_s].toString().endsWith(QString::fromLatin1(token.right(4))));

    // The same, relative to a base URL.
    const Answer again = m_sandbox->send(
        {.method = "POST", .service = u"aisoule"_s, .path = u"/v1/dashboard/keys/%1/regenerate"_s.arg(id)});
    QCOMPARE(again.status, 200);
    QCOMPARE(again.json[u"data"_s][u"id"_s].toString(), id);
    const QByteArray renewed = again.json[u"data"_s][u"token"_s].toString().toLatin1();
    QCOMPARE(m_sandbox->get(u"aisoule"_s, u"/v1/status"_s, token).status, 401);
    QCOMPARE(m_sandbox->get(u"aisoule"_s, u"/v1/status"_s, renewed).status, 200);

    const Ask revoke{.method = "DELETE", .service = u"aisoule"_s, .path = u"/dashboard/keys/"_s + id};
    const Answer revoked = m_sandbox->send(revoke);
    QCOMPARE(revoked.status, 200);
    QCOMPARE(revoked.json, (QJsonObject{{u"message"_s, u"Token revoked"_s}}));
    QCOMPARE(m_sandbox->get(u"aisoule"_s, u"/v1/status"_s, renewed).status, 401);
    QCOMPARE(m_sandbox->send(revoke).status, 404);
    // A key of one service is none of another's.
    const auto other = m_sandbox->makeKey(talkover);
    QCOMPARE(m_sandbox->act(u"aisoule"_s, other.id, u"expire"_s), 404);
    QCOMPARE(m_sandbox->act(talkover, other.id, u"explode"_s), 404);
}

void TestSandboxServer::theDashboardRefusesBadWishes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no name") << QByteArray("{}") << 422;
    QTest::newRow("long name") << R"({"name":")" + QByteArray(256, 'n') + "\"}" << 422;
    QTest::newRow("name of 255") << R"({"name":")" + QByteArray(255, 'n') + "\"}" << 201;
    QTest::newRow("megabyte name") << R"({"name":")" + QByteArray(1'000'000, 'n') + "\"}" << 422;
    QTest::newRow("unknown kind") << QByteArray(R"({"name":"n","kind":"root"})") << 422;
    QTest::newRow("kind no string") << QByteArray(R"({"name":"n","kind":{"a":1}})") << 422;
    QTest::newRow("unknown environment") << QByteArray(R"({"name":"n","environment":"moon"})") << 422;
    QTest::newRow("abilities") << QByteArray(R"({"name":"n","abilities":[[]]})") << 422;
    QTest::newRow("array") << QByteArray("[]") << 400;
    QTest::newRow("nothing") << QByteArray(" ") << 422;
}

void TestSandboxServer::theDashboardRefusesBadWishes()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const Answer answer = m_sandbox->send({.method = "POST", .path = u"/dashboard/keys"_s, .body = body});
    QCOMPARE(answer.status, status);
    const QJsonArray keys = m_sandbox->get(talkover, u"/dashboard/keys"_s).json[u"data"_s].toArray();
    QCOMPARE(keys.size(), status == 201 ? 1 : 0);
}

void TestSandboxServer::slowRepliesDoNotHoldUpOthersNorTheEnd()
{
    const quint16 port = m_sandbox->port(talkover);
    QList<std::shared_ptr<QTcpSocket>> waiting;
    for (int i = 0; i < 8; ++i) {
        auto socket = std::make_shared<QTcpSocket>();
        socket->setProxy(QNetworkProxy::NoProxy);
        socket->connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(socket->waitForConnected(patience));
        socket->write("GET /sandbox/slow?seconds=60 HTTP/1.1\r\nHost: localhost:" + QByteArray::number(port) +
                      "\r\n\r\n");
        QVERIFY(socket->waitForBytesWritten(patience));
        waiting << socket;
    }
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_sandbox->get(talkover, u"/sandbox/slow?seconds=0"_s).json[u"waited_seconds"_s].toInt(), 0);
    QCOMPARE(m_sandbox->get(talkover, u"/sandbox/slow?seconds=61"_s).status, 400);
    m_sandbox->stop();
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
}

void TestSandboxServer::pagesAndLargeReplies()
{
    const Answer page = m_sandbox->get(u"talkturo"_s, u"/sandbox/html?status=502"_s);
    QCOMPARE(page.status, 502);
    QVERIFY(page.headers.value("content-type").startsWith("text/html"));
    const Answer large = m_sandbox->get(u"aisoule"_s, u"/sandbox/large?megabytes=5"_s);
    QCOMPARE(large.status, 200);
    QCOMPARE(large.body.size(), 5 * 1024 * 1024);
    QVERIFY(large.json[u"items"_s].toArray().size() > 40'000);
    for (const QString &query : {u"megabytes=0"_s, u"megabytes=257"_s, u"megabytes=x"_s})
        QCOMPARE(m_sandbox->get(u"aisoule"_s, u"/sandbox/large?"_s + query).status, 400);
}

void TestSandboxServer::anyPartOfALargeReplyFits()
{
    constexpr qint64 size = 4096;
    const QByteArray whole = sandbox::largeJson(size, 0, size);
    QCOMPARE(whole.size(), size);
    QVERIFY(QJsonDocument::fromJson(whole).isObject());
    for (const qint64 step : {1, 7, 127, 128, 129, 1000}) {
        QByteArray joined;
        while (joined.size() < size)
            joined += sandbox::largeJson(size, joined.size(), step);
        QCOMPARE(joined, whole);
    }
}

void TestSandboxServer::manyConnectionsAreServed()
{
    const quint16 port = m_sandbox->port(talkover);
    const QByteArray request =
        "GET /dashboard/keys HTTP/1.1\r\nConnection: close\r\nHost: localhost:" + QByteArray::number(port) +
        "\r\n\r\n";
    QList<std::shared_ptr<QTcpSocket>> sockets;
    for (int i = 0; i < 200; ++i) {
        auto socket = std::make_shared<QTcpSocket>();
        socket->setProxy(QNetworkProxy::NoProxy);
        socket->connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(socket->waitForConnected(patience));
        socket->write(request);
        QVERIFY(socket->waitForBytesWritten(patience));
        sockets << socket;
    }
    int answered = 0;
    for (const auto &socket : std::as_const(sockets)) {
        QByteArray reply;
        while (socket->waitForReadyRead(patience))
            reply += socket->readAll();
        answered += reply.startsWith("HTTP/1.1 200 ") ? 1 : 0;
    }
    QCOMPARE(answered, 200);
}

void TestSandboxServer::silentConnectionsDoNotShutOthersOut()
{
    const quint16 port = m_sandbox->port(talkover);
    QList<std::shared_ptr<QTcpSocket>> silent;
    for (int i = 0; i < 150; ++i) {
        auto socket = std::make_shared<QTcpSocket>();
        socket->setProxy(QNetworkProxy::NoProxy);
        socket->connectToHost(QHostAddress::LocalHost, port);
        QVERIFY(socket->waitForConnected(patience));
        silent << socket;
    }
    QCOMPARE(m_sandbox->get(talkover, u"/dashboard/keys"_s).status, 200);
}

QTEST_GUILESS_MAIN(TestSandboxServer)
#include "test_sandbox_server.moc"
