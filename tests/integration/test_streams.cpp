#include "app/body/StreamLog.h"
#include "app/calls/CallController.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ServerProcess.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Event streams, lines of JSON and WebSockets of servers that nobody here wrote: nginx with nchan, httpbin, and Python's websockets.
class TestStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void nchanEventsComeAsTheyArePublished();
    void nchanGoesOnAfterTheLastEvent();
    void nchanSpeaksWebSocket();
    void httpbinStreamsLines();
    void pythonEchoesWithTheKey();
    void pythonRefusesWithoutIt();
    void pythonChoosesASubprotocol();
    void pythonClosesWithACode();
    void pythonSendsAlmostTooMuch();

private:
    void publish(const QByteArray &channel, const QByteArray &body, const QByteArray &type = {});
    /// Sends and waits until it streams.
    void start(const QString &url, const KeyChoice &key = {KeyChoice::Mode::None, {}, {}}, const QList<NameValue> &headers = {});
    [[nodiscard]] QList<QByteArray> data() const;
    [[nodiscard]] QString nginx(const QString &path) const { return u"://127.0.0.1:%1%2"_s.arg(m_nginxPort).arg(path); }
    [[nodiscard]] QString python(const QString &path) const { return u"ws://127.0.0.1:%1%2"_s.arg(m_pythonPort).arg(path); }

    std::unique_ptr<ServerProcess> m_nginx;
    std::unique_ptr<ServerProcess> m_httpbin;
    std::unique_ptr<ServerProcess> m_python;
    quint16 m_nginxPort = 0;
    quint16 m_httpbinPort = 0;
    quint16 m_pythonPort = 0;
    std::unique_ptr<CoreFixture> m_core;
    std::unique_ptr<CallController> m_calls;
    std::optional<RunningStream> m_stream;
    std::optional<CallOutcome> m_outcome;
    QNetworkAccessManager m_publisher;
};

namespace {

const QByteArray token = "talq_0123456789abcdef0123456789abcdef";

const char *pythonServer = R"(
import asyncio, http, sys, websockets

async def serve(socket):
    if socket.path == "/close":
        await socket.close(4001, "token expired")
    elif socket.path == "/large":
        await socket.send("x" * 15_000_000)
        await socket.send("y" * 17_000_000)
    async for message in socket:
        await socket.send(message)

async def check(path, headers):
    if path == "/private" and headers.get("Authorization") != "Bearer " + sys.argv[2]:
        return http.HTTPStatus.UNAUTHORIZED, [], b"no\n"

async def main():
    async with websockets.serve(serve, "127.0.0.1", int(sys.argv[1]), process_request=check, subprotocols=["chat.v1"], max_size=None):
        await asyncio.Future()

asyncio.run(main())
)";

const char *nginxServer = R"(
    server {
        listen 127.0.0.1:PORT;
        location ~ ^/pub/(\w+)$ { nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 100; }
        location ~ ^/sub/(\w+)$ { nchan_subscriber; nchan_channel_id $1; nchan_subscriber_first_message oldest; }
        location ~ ^/chat/(\w+)$ { nchan_pubsub websocket; nchan_channel_id $1; }
    }
)";

} // namespace

void TestStreams::initTestCase()
{
    m_nginx = std::make_unique<ServerProcess>();
    m_nginxPort = ServerProcess::freePort();
    QVERIFY2(m_nginx->startNginx(m_nginxPort, QByteArray(nginxServer).replace("PORT", QByteArray::number(m_nginxPort)),
                                 "load_module /usr/lib/nginx/modules/ngx_nchan_module.so;"),
             m_nginx->output().constData());
    m_httpbin = std::make_unique<ServerProcess>();
    m_httpbinPort = ServerProcess::freePort();
    QVERIFY2(m_httpbin->startHttpbin(m_httpbinPort), m_httpbin->output().constData());
    m_python = std::make_unique<ServerProcess>();
    m_pythonPort = ServerProcess::freePort();
    QVERIFY2(m_python->startPython(m_python->write(u"server.py"_s, pythonServer), m_pythonPort, {QString::fromLatin1(token)}),
             m_python->output().constData());
}

void TestStreams::init()
{
    m_core = std::make_unique<CoreFixture>();
    m_calls = std::make_unique<CallController>(**m_core);
    m_calls->followStreams();
    m_stream.reset();
    m_outcome.reset();
    connect(m_calls.get(), &CallController::streaming, this, [this] { m_stream = m_calls->stream(); });
    connect(m_calls.get(), &CallController::finished, this, [this](const CallOutcome &outcome) { m_outcome = outcome; });
}

void TestStreams::cleanup()
{
    m_stream.reset();
    m_calls.reset();
    m_outcome.reset();
    m_core.reset();
}

void TestStreams::publish(const QByteArray &channel, const QByteArray &body, const QByteArray &type)
{
    QNetworkRequest request(QUrl(u"http"_s + nginx(u"/pub/"_s + QString::fromLatin1(channel))));
    request.setRawHeader("Content-Type", "text/plain");
    if (!type.isEmpty())
        request.setRawHeader("X-EventSource-Event", type);
    QNetworkReply *reply = m_publisher.post(request, body);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    QVERIFY(finished.wait(10'000));
    QCOMPARE(reply->error(), QNetworkReply::NoError);
    reply->deleteLater();
}

void TestStreams::start(const QString &url, const KeyChoice &key, const QList<NameValue> &headers)
{
    RequestSpec request;
    request.url = url;
    request.key = key;
    request.headers = headers;
    m_stream.reset();
    m_outcome.reset();
    const auto problems = m_calls->send(request, {});
    QVERIFY2(problems.isEmpty(), problems.isEmpty() ? "" : qPrintable(problems.first().message));
    QTRY_VERIFY_WITH_TIMEOUT(m_stream || m_outcome, 20'000);
}

QList<QByteArray> TestStreams::data() const
{
    QList<QByteArray> all;
    for (const StreamEntry &entry : m_stream->log->entries())
        all.append(entry.data);
    return all;
}

void TestStreams::nchanEventsComeAsTheyArePublished()
{
    const QList<NameValue> accept{{u"Accept"_s, u"text/event-stream"_s, true}};
    publish("news", "before");
    start(u"http"_s + nginx(u"/sub/news"_s), {KeyChoice::Mode::None, {}, {}}, accept);
    QVERIFY(m_stream);
    QCOMPARE(m_stream->log->kind(), StreamKind::Events);
    QTRY_COMPARE(data(), QList<QByteArray>{"before"});
    publish("news", "two\nlines", "call.ended");
    QTRY_COMPARE(data().size(), 2);
    QCOMPARE(m_stream->log->entries().back().data, "two\nlines"_ba);
    QCOMPARE(m_stream->log->entries().back().type, "call.ended"_ba);
    QVERIFY(!m_stream->log->lastEventId().isEmpty());
    QVERIFY(!m_outcome);
    m_calls->cancel();
    QTRY_VERIFY(m_outcome);
    QVERIFY(m_outcome->response && !m_outcome->error);
    QCOMPARE(m_outcome->response->status, 200);
    QVERIFY(m_outcome->response->body.contains("data: two\ndata: lines\n\n"));
    QVERIFY(m_outcome->stream->how().startsWith(u"Stopped after"_s));
}

void TestStreams::nchanGoesOnAfterTheLastEvent()
{
    const NameValue accept{u"Accept"_s, u"text/event-stream"_s, true};
    publish("jobs", "1");
    publish("jobs", "2");
    start(u"http"_s + nginx(u"/sub/jobs"_s), {KeyChoice::Mode::None, {}, {}}, {accept});
    QTRY_COMPARE(data(), (QList<QByteArray>{"1", "2"}));
    const QString last = QString::fromUtf8(m_stream->log->lastEventId());
    m_calls->cancel();
    QTRY_VERIFY(m_outcome);
    publish("jobs", "3");
    start(u"http"_s + nginx(u"/sub/jobs"_s), {KeyChoice::Mode::None, {}, {}}, {accept, {u"Last-Event-ID"_s, last, true}});
    QTRY_COMPARE(data(), QList<QByteArray>{"3"});
    m_calls->cancel();
    QTRY_VERIFY(m_outcome);
}

void TestStreams::nchanSpeaksWebSocket()
{
    start(u"ws"_s + nginx(u"/chat/room"_s));
    QVERIFY(m_stream && m_stream->socket);
    QVERIFY(m_stream->socket->sendText(u"höre {\"a\": 1}"_s));
    QTRY_COMPARE(data().size(), 2); // the server gives it to all who listen
    QCOMPARE(data().at(1), u"höre {\"a\": 1}"_s.toUtf8());
    QCOMPARE(m_stream->log->entries().at(1).kind, StreamEntry::Kind::ReceivedText);
    QVERIFY(m_stream->socket->ping());
    QTRY_COMPARE(m_stream->log->entries().back().kind, StreamEntry::Kind::Pong);
    m_calls->cancel();
    QTRY_VERIFY(m_outcome);
    QCOMPARE(m_outcome->response->status, 101);
    QVERIFY(m_outcome->stream->how().contains(u"1000, normal closure"_s));
}

void TestStreams::httpbinStreamsLines()
{
    start(u"http://127.0.0.1:%1/stream/20"_s.arg(m_httpbinPort));
    QVERIFY(m_stream);
    QCOMPARE(m_stream->log->kind(), StreamKind::Lines);
    QTRY_VERIFY(m_outcome);
    QCOMPARE(m_stream->log->count(), 20U);
    QVERIFY(data().at(19).contains("\"id\": 19"));
    QVERIFY(m_stream->log->isWhole());
    QVERIFY(m_stream->log->how().startsWith(u"The server ended it after"_s));
    QCOMPARE(m_outcome->response->body.count('\n'), 20);
}

void TestStreams::pythonEchoesWithTheKey()
{
    NewKey draft;
    draft.name = u"Live"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    Environment environment;
    environment.name = u"Local"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"http://127.0.0.1:%1"_s.arg(m_pythonPort);
    const auto added = (*m_core)->environments->add(environment);
    QVERIFY(added);
    draft.environmentId = added->id;
    const ApiKey key = m_core->addKey(draft, token.toStdString());
    QSignalSpy used((*m_core)->http.get(), &HttpClient::keyUsed);
    start(python(u"/private"_s), {KeyChoice::Mode::Chosen, key.id, {}});
    QVERIFY(m_stream && m_stream->socket);
    QVERIFY(m_stream->socket->sendBinary(QByteArray("\x00\xff", 2)));
    QTRY_COMPARE(data().size(), 2);
    QCOMPARE(data().at(1), QByteArray("\x00\xff", 2));
    QVERIFY(m_stream->socket->sendText(QString::fromLatin1(token))); // what it gives back is not shown
    QTRY_COMPARE(data().size(), 4);
    QVERIFY(!m_stream->log->redacted(data().at(3)).contains(token));
    m_calls->cancel();
    QTRY_VERIFY(m_outcome);
    QCOMPARE(used.count(), 1);
    QVERIFY(!m_outcome->response->body.contains(token));
    QVERIFY(m_outcome->explanation.isEmpty());
}

void TestStreams::pythonRefusesWithoutIt()
{
    start(python(u"/private"_s));
    QVERIFY(!m_stream);
    QVERIFY(m_outcome->response);
    QCOMPARE(m_outcome->response->status, 401);
    QVERIFY(!m_outcome->explanation.isEmpty());
}

void TestStreams::pythonChoosesASubprotocol()
{
    start(python(u"/"_s), {KeyChoice::Mode::None, {}, {}}, {{u"Sec-WebSocket-Protocol"_s, u"chat.v2, chat.v1"_s, true}});
    QVERIFY(m_stream);
    QCOMPARE(m_stream->head.header("Sec-WebSocket-Protocol"), "chat.v1"_ba);
}

void TestStreams::pythonClosesWithACode()
{
    start(python(u"/close"_s));
    QTRY_VERIFY(m_outcome);
    QVERIFY(m_outcome->response->brokenOff.isEmpty());
    QVERIFY(m_outcome->stream->how().contains(u"4001"_s));
    QVERIFY(m_outcome->stream->how().contains(u"token expired"_s));
}

void TestStreams::pythonSendsAlmostTooMuch()
{
    start(python(u"/large"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_outcome, 30'000);
    QCOMPARE(m_stream->log->count(), 1U);
    QCOMPARE(m_stream->log->entries().front().size, 15'000'000);
    QCOMPARE(m_stream->log->entries().front().data.size(), StreamLog::largestData);
    QVERIFY(m_outcome->stream->how().contains(u"1009"_s));
}

QTEST_MAIN(TestStreams)
#include "test_streams.moc"
