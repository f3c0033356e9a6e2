#include "app/base/Redactor.h"
#include "app/body/StreamLog.h"
#include "app/http/HeaderRules.h"
#include "app/http/HttpClient.h"
#include "app/http/WebSocket.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/SocketScript.h"
#include "tests/support/TestCertificates.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// Answers that go on and WebSockets, in HttpClient: what is told when, how they end, and that a key goes no further than with other calls.
class TestStreaming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void piecesComeAsTheyArrive();
    void whoDoesNotAskGetsOneBody();
    void aRefusalIsOneBody();
    void silenceAndSizeDoNotEndIt();
    void stoppingKeepsWhatCame();
    void aLostConnectionIsSaidBesideWhatCame();
    void chunkedJsonTurnsOutToBeLines();
    void plainJsonStaysOneBody();
    void aBombIsBrokenOff();

    void aSocketSendsAndReceives();
    void theHandshakeIsShownAsItWasSent();
    void subprotocolsAreOffered();
    void aSocketIsClosedByTheServer();
    void aLostSocketIsSaid();
    void cancelBeforeItIsOpenIsCancelled();
    void refusalsAreAnswers_data();
    void refusalsAreAnswers();
    void noSocketForWhoDoesNotAsk();
    void hugeMessagesAreCutOff_data();
    void hugeMessagesAreCutOff();
    void anEndlessHandshakeIsBounded();
    void textThatIsNoTextEndsIt();
    void messagesAreBounded();

    void aKeyGoesToItsOriginOnly_data();
    void aKeyGoesToItsOriginOnly();
    void aKeyDoesNotFollowARedirectedHandshake();
    void plainSocketsElsewhereGetNoKey();
    void ownHandshakeHeadersAreRefused();
    void certificatesAreVerified();
    void overTlsTheKeyGoesAlong();
    void proxiesSeeNoToken();
    void serversSeeNoProxysPassword();
    void useOfAKeyIsTold();

private:
    PreparedRequest request(const QString &path = u"/"_s) const;
    PreparedRequest socketRequest(const QString &path = u"/"_s) const;
    QUuid addKey(const QList<Origin> &origins) { return m_tokens->add(token, origins); }

    static constexpr const char *token = "talq_0123456789abcdef0123456789abcdef";

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_server;
};

namespace {

/// What a stream tells.
struct Told
{
    explicit Told(HttpCall *call)
    {
        QObject::connect(call, &HttpCall::streaming, &context, [this, call](const HttpResponse &response) {
            ++heads;
            head = response;
            socket = call->webSocket();
            if (socket) {
                QObject::connect(socket, &WebSocket::message, &context, [this](const SocketMessage &message) { messages.append(message); });
                QObject::connect(socket, &WebSocket::ended, &context, [this](const SocketEnd &how) { end = how; });
            }
        });
        QObject::connect(call, &HttpCall::arrived, &context, [this](const QByteArray &piece) { bytes += piece; });
    }

    QObject context;
    int heads = 0;
    HttpResponse head;
    QByteArray bytes;
    QPointer<WebSocket> socket;
    QList<SocketMessage> messages;
    std::optional<SocketEnd> end;
};

QByteArray streamHead(const QByteArray &type = "text/event-stream", const QByteArray &more = {})
{
    return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + more + "\r\n";
}

bool isSent(const SocketMessage &message)
{
    return message.sent;
}

} // namespace

void TestStreaming::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
    m_server = std::make_unique<HttpTestServer>();
}

void TestStreaming::cleanup()
{
    m_client.reset();
    m_server.reset();
}

PreparedRequest TestStreaming::request(const QString &path) const
{
    PreparedRequest request;
    request.url = m_server->url(path);
    request.streams = true;
    return request;
}

PreparedRequest TestStreaming::socketRequest(const QString &path) const
{
    PreparedRequest socket = request(path);
    socket.url = webSocketUrl(socket.url);
    return socket;
}

void TestStreaming::piecesComeAsTheyArrive()
{
    m_server->answer(streamHead() + "data: a\n\n");
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.bytes, "data: a\n\n"_ba);
    QCOMPARE(told.heads, 1);
    QCOMPARE(told.head.status, 200);
    QCOMPARE(told.head.contentType(), "text/event-stream"_ba);
    QVERIFY(told.head.body.isEmpty());
    QVERIFY(!told.socket);
    QCOMPARE(watcher.finishedCount, 0);
    m_server->closeAll();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QVERIFY(watcher.response().body.isEmpty());
    QCOMPARE(watcher.response().wireBytes, 9);
}

void TestStreaming::whoDoesNotAskGetsOneBody()
{
    m_server->answer(streamHead() + "data: a\n\n", Answer::Then::Close);
    PreparedRequest plain = request();
    plain.streams = false;
    HttpCall *call = m_client->send(plain);
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QCOMPARE(told.heads, 0);
    QCOMPARE(watcher.response().body, "data: a\n\n"_ba);
}

void TestStreaming::aRefusalIsOneBody()
{
    m_server->answer(response(401, {{"Content-Type", "text/event-stream"}}, "data: no\n\n"));
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QCOMPARE(told.heads, 0);
    QCOMPARE(watcher.response().body, "data: no\n\n"_ba);
}

void TestStreaming::silenceAndSizeDoNotEndIt()
{
    // More than the limit of ordinary answers, then silence for longer than they may be silent.
    m_client->setOptions({50ms, 1000, QNetworkProxy::NoProxy});
    m_server->answer(streamHead() + QByteArray("data: a\n\n").repeated(10'000));
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.bytes.size(), 90'000);
    // Another call, which is held to the rules, times out meanwhile.
    m_server->handle("/hangs", [](const ReceivedRequest &) { return Answer(); });
    CallWatcher other(m_client->send(request(u"/hangs"_s)));
    QVERIFY(other.wait());
    QVERIFY(other.failedWith(Error::Kind::TimedOut));
    QCOMPARE(watcher.finishedCount, 0);
    call->cancel();
    QVERIFY(watcher.wait());
}

void TestStreaming::stoppingKeepsWhatCame()
{
    m_server->handle([](const ReceivedRequest &) { return Answer{streamHead(), Answer::Then::KeepOpen, "data: again\n\n", false}; });
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_VERIFY(told.bytes.size() > 1000);
    call->cancel();
    call->cancel();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QCOMPARE(watcher.response().status, 200);
    QVERIFY(watcher.response().brokenOff.isEmpty());
    QVERIFY(!watcher.response().truncated);
}

void TestStreaming::aLostConnectionIsSaidBesideWhatCame()
{
    m_server->answer(streamHead("text/event-stream", "Content-Length: 100\r\n") + "data: a\n\ndata: b", Answer::Then::Close);
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QCOMPARE(told.bytes, "data: a\n\ndata: b"_ba);
    QVERIFY(!watcher.response().brokenOff.isEmpty());
}

void TestStreaming::chunkedJsonTurnsOutToBeLines()
{
    const QByteArray lines = "{\"id\": 0}\n{\"id\": 1}\n";
    m_server->answer(streamHead("application/json", "Transfer-Encoding: chunked\r\n") + "a\r\n" + lines.left(10) + "\r\na\r\n" + lines.mid(10) + "\r\n");
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.bytes, lines);
    QCOMPARE(told.heads, 1);
    call->cancel();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
}

void TestStreaming::plainJsonStaysOneBody()
{
    for (const QByteArray &body : {"{\"a\":\n1}\n"_ba, "{\"a\": 1}\n"_ba, "[1,\n2]"_ba, ""_ba}) {
        const QByteArray chunk = body.isEmpty() ? QByteArray() : QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n";
        m_server->answer(streamHead("application/json", "Transfer-Encoding: chunked\r\n") + chunk + "0\r\n\r\n");
        HttpCall *call = m_client->send(request());
        Told told(call);
        CallWatcher watcher(call);
        QVERIFY(watcher.wait());
        QCOMPARE(told.heads, 0);
        QCOMPARE(watcher.response().body, body);
    }
}

void TestStreaming::aBombIsBrokenOff()
{
    // 64 MiB of zeros, made with brotli 1.0.9.
    const QByteArray bomb = QByteArray::fromHex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3ffff"
                                                "fffe19f0088c32200ddfbfffcffffc73f0110870500baf7ff");
    m_server->answer(streamHead("text/event-stream", "Content-Encoding: br\r\n") + bomb);
    HttpCall *call = m_client->send(request());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QVERIFY2(watcher.response().brokenOff.contains(u"16.78 MB"_s), qPrintable(watcher.response().brokenOff));
    QVERIFY(told.bytes.size() <= 16 * 1024 * 1024);
}

void TestStreaming::aSocketSendsAndReceives()
{
    // A text in two fragments with a ping between them, then bytes.
    const QByteArray frames = socketFrame(0x01, "hel") + socketFrame(0x89, "?") + socketFrame(0x80, "lo") + socketFrame(0x82, QByteArray("\x00\xff", 2));
    m_server->handle([frames](const ReceivedRequest &request) { return Answer{openedSocket(request, frames)}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.messages.size(), 2);
    QCOMPARE(told.head.status, 101);
    QCOMPARE(told.messages.at(0).data, "hello"_ba);
    QCOMPARE(told.messages.at(0).kind, SocketMessage::Kind::Text);
    QCOMPARE(told.messages.at(1).data, QByteArray("\x00\xff", 2));
    QCOMPARE(told.messages.at(1).kind, SocketMessage::Kind::Binary);
    QVERIFY(told.socket->isOpen());
    QVERIFY(told.socket->sendText(u"hi"_s));
    QVERIFY(told.socket->ping());
    QCOMPARE(std::count_if(told.messages.begin(), told.messages.end(), isSent), 2);
    call->cancel();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QCOMPARE(watcher.response().status, 101);
    QVERIFY(watcher.response().brokenOff.isEmpty());
    QVERIFY(told.end->closedHere);
    QCOMPARE(told.end->closeCode, 1000);
}

void TestStreaming::theHandshakeIsShownAsItWasSent()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request)}; });
    PreparedRequest asked = socketRequest(u"/live?x=%20y"_s);
    asked.headers = {{"Origin", "https://keydesk.test"}, {"X-Own", "1"}, {"Sec-WebSocket-Protocol", "chat.v2, chat.v1"}};
    asked.keyId = addKey({m_server->origin()});
    HttpCall *call = m_client->send(asked);
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.heads, 1);
    call->cancel();
    QVERIFY(watcher.wait());
    const ReceivedRequest &received = m_server->requests().first();
    QCOMPARE(received.target, "/live?x=%20y"_ba);
    QCOMPARE(received.header("Authorization"), "Bearer "_ba + token);
    QCOMPARE(watcher.trace.sent.size(), 1);
    const SentRequest &sent = watcher.trace.sent.first();
    QVERIFY(sent.keySent);
    Headers shown = received.headers;
    for (auto &[name, value] : shown) {
        if (name == "Sec-WebSocket-Key")
            value = "(random)";
        if (name == "Authorization")
            value = m_redactor->redactHeader(name, value);
    }
    QCOMPARE(sent.headers, shown);
    QCOMPARE(sent.url.scheme(), u"ws"_s);
}

void TestStreaming::subprotocolsAreOffered()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, {}, {{"Sec-WebSocket-Protocol", "chat.v1"}})}; });
    PreparedRequest asked = socketRequest();
    asked.headers = {{"Sec-WebSocket-Protocol", "chat.v2, chat.v1"}};
    HttpCall *call = m_client->send(asked);
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.heads, 1);
    QCOMPARE(told.head.header("Sec-WebSocket-Protocol"), "chat.v1"_ba);
    call->cancel();
    QVERIFY(watcher.wait());
}

void TestStreaming::aSocketIsClosedByTheServer()
{
    const QByteArray frames = socketFrame(0x81, "last") + socketFrame(0x88, QByteArray("\x0f\xa1", 2) + "token expired");
    m_server->handle([frames](const ReceivedRequest &request) { return Answer{openedSocket(request, frames)}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QVERIFY(watcher.response().brokenOff.isEmpty());
    QCOMPARE(told.messages.size(), 1);
    QCOMPARE(told.end->closeCode, 4001);
    QCOMPARE(told.end->closeReason, u"token expired"_s);
    QVERIFY(!told.end->closedHere);
    QCOMPARE(closeCodeText(1006), u"1006, connection lost, no closing frame"_s);
    QVERIFY(closeCodeText(4001).startsWith(u"4001, "_s));
}

void TestStreaming::aLostSocketIsSaid()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x81, "x")), Answer::Then::Reset}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    // A reset may overtake the answer.
    if (told.heads == 1) {
        QVERIFY(watcher.isValue());
        QVERIFY(!watcher.response().brokenOff.isEmpty());
    } else {
        QVERIFY(!watcher.isValue());
    }
}

void TestStreaming::cancelBeforeItIsOpenIsCancelled()
{
    m_server->hang();
    HttpCall *call = m_client->send(socketRequest());
    CallWatcher watcher(call);
    QTRY_COMPARE(m_server->requests().size(), 1);
    call->cancel();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.failedWith(Error::Kind::Cancelled));
}

void TestStreaming::refusalsAreAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("status"); // 0: not told
    for (const int status : {200, 302, 401, 403, 404, 426, 429, 500, 503})
        QTest::addRow("%d", status) << response(status, {{"Location", "http://127.0.0.1:1/"}}, "no") << status;
    QTest::newRow("400, which Qt does not tell") << response(400) << 0;
    QTest::newRow("no HTTP") << "SSH-2.0-x\r\n\r\n"_ba << 0;
    QTest::newRow("another key") << "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"_ba << 0;
}

void TestStreaming::refusalsAreAnswers()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, status);
    m_server->answer(answer);
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QCOMPARE(told.heads, 0);
    QCOMPARE(m_server->requests().size(), 1);
    if (status == 0) {
        QVERIFY2(watcher.failedWith(Error::Kind::BadResponse), watcher.isValue() ? "a value" : qPrintable(watcher.error().message + watcher.error().detail));
        QVERIFY(watcher.error().message.contains(u"did not open a WebSocket"_s));
    } else {
        QVERIFY(watcher.isValue());
        QCOMPARE(watcher.response().status, status);
        QCOMPARE(watcher.response().reason, reasonPhrase(status));
    }
}

void TestStreaming::noSocketForWhoDoesNotAsk()
{
    PreparedRequest asked = socketRequest();
    asked.streams = false;
    CallWatcher watcher(m_client->send(asked));
    QVERIFY(watcher.wait());
    QVERIFY(watcher.failedWith(Error::Kind::InvalidInput));
    QCOMPARE(m_server->connections(), 0);
}

void TestStreaming::hugeMessagesAreCutOff_data()
{
    QTest::addColumn<QByteArray>("frames");
    QTest::addColumn<QByteArray>("endless");
    QTest::newRow("a frame of 2^62 bytes") << QByteArray::fromHex("827f4000000000000000") << QByteArray(65'536, 'x');
    QTest::newRow("a frame of 17 MB") << QByteArray::fromHex("827f0000000001100000") << QByteArray(65'536, 'x');
    QTest::newRow("fragments without end") << socketFrame(0x02, "x") << socketFrame(0x00, QByteArray(60'000, 'x'));
}

void TestStreaming::hugeMessagesAreCutOff()
{
    QFETCH(QByteArray, frames);
    QFETCH(QByteArray, endless);
    m_server->handle([frames, endless](const ReceivedRequest &request) { return Answer{openedSocket(request, frames), Answer::Then::KeepOpen, endless, false}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait(60'000));
    QVERIFY(watcher.isValue());
    QVERIFY(told.messages.isEmpty());
    QVERIFY(m_server->bytesSent() < 80'000'000);
}

void TestStreaming::anEndlessHandshakeIsBounded()
{
    m_client->setOptions({1500ms, 1'000'000, QNetworkProxy::NoProxy});
    m_server->handle([](const ReceivedRequest &) { return Answer{"HTTP/1.1 101 x\r\nX: ", Answer::Then::KeepOpen, QByteArray(65'536, 'x'), false}; });
    CallWatcher watcher(m_client->send(socketRequest()));
    QVERIFY(watcher.wait());
    QVERIFY(!watcher.isValue());
    QVERIFY(m_server->bytesSent() < 40'000'000);
}

void TestStreaming::textThatIsNoTextEndsIt()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x81, "\xff\xfe"))}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QVERIFY(watcher.isValue());
    QVERIFY(told.messages.isEmpty());
    QCOMPARE(told.end->closeCode, 1007);
}

void TestStreaming::messagesAreBounded()
{
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request)}; });
    HttpCall *call = m_client->send(socketRequest());
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.heads, 1);
    QCOMPARE(told.socket->sendBinary(QByteArray(WebSocket::largestMessage + 1, 'x')).error().kind, Error::Kind::TooLarge);
    QCOMPARE(told.socket->close(1006, {}).error().kind, Error::Kind::InvalidInput);
    QCOMPARE(told.socket->close(1000, QString(124, u'x')).error().kind, Error::Kind::InvalidInput);
    QVERIFY(told.messages.isEmpty());
    QVERIFY(told.socket->close(4000, u"done"_s));
    QCOMPARE(told.socket->sendText(u"late"_s).error().kind, Error::Kind::InvalidInput);
    QVERIFY(watcher.wait());
    QCOMPARE(told.end->closeCode, 4000);
}

void TestStreaming::aKeyGoesToItsOriginOnly_data()
{
    QTest::addColumn<QString>("bound");
    QTest::addColumn<bool>("goes");
    QTest::newRow("this origin") << u"http://127.0.0.1:%1"_s << true;
    QTest::newRow("another port") << u"http://127.0.0.1:1"_s << false;
    QTest::newRow("another host") << u"http://localhost:%1"_s << false;
    QTest::newRow("another scheme") << u"https://127.0.0.1:%1"_s << false;
}

void TestStreaming::aKeyGoesToItsOriginOnly()
{
    QFETCH(QString, bound);
    QFETCH(bool, goes);
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x88, ""))}; });
    PreparedRequest asked = socketRequest();
    asked.keyId = addKey({*Origin::fromString(bound.contains(u'%') ? bound.arg(m_server->port()) : bound)});
    CallWatcher watcher(m_client->send(asked));
    QVERIFY(watcher.wait());
    QCOMPARE(watcher.isValue(), goes);
    QCOMPARE(m_server->received().contains(token), goes);
    if (!goes) {
        QVERIFY(watcher.failedWith(Error::Kind::OriginNotBound));
        QCOMPARE(m_server->connections(), 0);
        QCOMPARE(m_tokens->reads, 0);
    }
}

void TestStreaming::aKeyDoesNotFollowARedirectedHandshake()
{
    HttpTestServer stranger;
    m_server->answer(response(302, {{"Location", stranger.url(u"/"_s).toEncoded()}}));
    PreparedRequest asked = socketRequest();
    asked.keyId = addKey({m_server->origin()});
    CallWatcher watcher(m_client->send(asked));
    QVERIFY(watcher.wait());
    QCOMPARE(watcher.response().status, 302);
    QCOMPARE(stranger.connections(), 0);
}

void TestStreaming::plainSocketsElsewhereGetNoKey()
{
    PreparedRequest asked = socketRequest();
    asked.url = QUrl(u"ws://talkover.test/live"_s);
    asked.keyId = addKey({*Origin::fromString(u"http://talkover.test"_s), *Origin::fromString(u"https://talkover.test"_s)});
    CallWatcher watcher(m_client->send(asked));
    QVERIFY(watcher.wait());
    QVERIFY(watcher.failedWith(Error::Kind::InsecureTransport));
    QCOMPARE(m_tokens->reads, 0);
}

void TestStreaming::ownHandshakeHeadersAreRefused()
{
    for (const char *name : {"Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "sec-websocket-extensions"}) {
        PreparedRequest asked = socketRequest();
        asked.headers = {{name, "x"}};
        CallWatcher watcher(m_client->send(asked));
        QVERIFY(watcher.wait());
        QVERIFY2(watcher.failedWith(Error::Kind::InvalidInput), name);
    }
    QCOMPARE(m_server->connections(), 0);
}

void TestStreaming::certificatesAreVerified()
{
    const TestCertificates certificates;
    HttpTestServer server(certificates.server(u"self-signed"_s));
    PreparedRequest asked = socketRequest();
    asked.url = webSocketUrl(server.url());
    QCOMPARE(asked.url.scheme(), u"wss"_s);
    asked.keyId = addKey({server.origin()});
    CallWatcher watcher(m_client->send(asked));
    QVERIFY(watcher.wait());
    QVERIFY(watcher.failedWith(Error::Kind::TlsFailed));
    QVERIFY(server.received().isEmpty());
    QVERIFY(watcher.trace.sent.isEmpty());
}

void TestStreaming::overTlsTheKeyGoesAlong()
{
    const TestCertificates certificates;
    const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
    QSslConfiguration trusting = before;
    trusting.addCaCertificate(certificates.authority());
    QSslConfiguration::setDefaultConfiguration(trusting);
    const auto restore = qScopeGuard([&before] { QSslConfiguration::setDefaultConfiguration(before); });
    HttpTestServer server(certificates.server(u"good"_s));
    server.handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x81, "hi"))}; });
    PreparedRequest asked = socketRequest();
    asked.url = webSocketUrl(server.url());
    asked.keyId = addKey({server.origin()}); // https://…
    HttpCall *call = m_client->send(asked);
    Told told(call);
    CallWatcher watcher(call);
    QTRY_COMPARE(told.messages.size(), 1);
    QCOMPARE(server.requests().first().header("Authorization"), "Bearer "_ba + token);
    call->cancel();
    QVERIFY(watcher.wait());
    QVERIFY(watcher.trace.sent.first().keySent);
}

/// SECURITY S11.
void TestStreaming::proxiesSeeNoToken()
{
    HttpTestServer proxy;
    proxy.answer(response(502), Answer::Then::Close);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, static_cast<quint16>(proxy.port()))});
    PreparedRequest asked = socketRequest();
    asked.url = QUrl(u"wss://talkover.test/live"_s);
    asked.keyId = addKey({*Origin::fromString(u"https://talkover.test"_s)});
    CallWatcher refused(m_client->send(asked));
    QVERIFY(refused.wait());
    QVERIFY2(refused.failedWith(Error::Kind::ProxyFailed), refused.isValue() ? "a value" : qPrintable(refused.error().message + u'|' + refused.error().detail));
    QCOMPARE(proxy.requests().size(), 1);
    QCOMPARE(proxy.requests().first().method, "CONNECT"_ba);
    QCOMPARE(proxy.requests().first().target, "talkover.test:443"_ba);
    QVERIFY(!proxy.received().contains(token));
    // Loopback needs none.
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x88, ""))}; });
    CallWatcher direct(m_client->send(socketRequest()));
    QVERIFY(direct.wait());
    QVERIFY(direct.isValue());
    QCOMPARE(proxy.requests().size(), 1);
}

/// SECURITY S2: it is meant for the proxy, which has it from the request for a tunnel.
void TestStreaming::serversSeeNoProxysPassword()
{
    HttpTestServer proxy; // and whatever is behind it
    proxy.handle([](const ReceivedRequest &request) {
        return request.method == "CONNECT" ? Answer{"HTTP/1.1 200 Connection established\r\n\r\n"}
                                           : Answer{openedSocket(request, socketFrame(0x88, ""))};
    });
    ConnectionSettings settings;
    settings.proxy = ConnectionSettings::Proxy::Http;
    settings.proxyHost = u"127.0.0.1"_s;
    settings.proxyPort = proxy.port();
    settings.proxyUser = u"ada"_s;
    settings.proxyPasswordId = m_tokens->add("pr0xy-passw0rd", {});
    m_client->setConnections([settings](const QUuid &) { return HttpClient::Connection{settings, {}}; });
    PreparedRequest asked = socketRequest();
    asked.url = QUrl(u"ws://talkover.test/live"_s);
    asked.environmentId = QUuid::createUuid();
    CallWatcher call(m_client->send(asked));
    QVERIFY(call.wait());
    QCOMPARE(proxy.requests().size(), 2);
    QCOMPARE(proxy.requests().first().header("Proxy-Authorization"), "Basic " + QByteArray("ada:pr0xy-passw0rd").toBase64());
    QVERIFY(!proxy.requests().last().has("Proxy-Authorization"));
    QVERIFY(!findHeader(call.trace.sent.first().headers, "Proxy-Authorization"));
}

void TestStreaming::useOfAKeyIsTold()
{
    QSignalSpy used(m_client.get(), &HttpClient::keyUsed);
    m_server->handle([](const ReceivedRequest &request) { return Answer{openedSocket(request, socketFrame(0x88, ""))}; });
    PreparedRequest asked = socketRequest();
    asked.keyId = addKey({m_server->origin()});
    CallWatcher opened(m_client->send(asked));
    QVERIFY(opened.wait());
    QCOMPARE(used.count(), 1);
    QCOMPARE(used.first().first().value<KeySent>().status, 101);
    QVERIFY(!used.first().first().value<KeySent>().failed);
    m_server->answer(response(401));
    CallWatcher refused(m_client->send(asked));
    QVERIFY(refused.wait());
    QCOMPARE(used.count(), 2);
    QVERIFY(used.last().first().value<KeySent>().failed);
}

QTEST_GUILESS_MAIN(TestStreaming)
#include "test_streaming.moc"
