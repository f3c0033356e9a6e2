#include "app/base/Redactor.h"
#include "app/http/ContentDecoder.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QFile>
#include <QTest>

#include <zlib.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// SECURITY S12: whatever a server answers, the call ends once, in words, within bounded memory, and the next
/// call works.
class TestHttpHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void codingsAreTakenOff_data();
    void codingsAreTakenOff();
    void brokenCodingsAreSaid_data();
    void brokenCodingsAreSaid();
    void bombsStopAtTheLimit_data();
    void bombsStopAtTheLimit();
    void bodiesStopAtTheLimit_data();
    void bodiesStopAtTheLimit();
    void endlessAnswersEndWithinBounds_data();
    void endlessAnswersEndWithinBounds();
    void brokenAnswersEndInWords_data();
    void brokenAnswersEndInWords();
    void lyingLengths_data();
    void lyingLengths();
    void oddBytesComeThroughAsTheyAre();
    void aDrippingServerIsReadToItsEnd();
    void interimAnswersAreSkipped();

private:
    PreparedRequest request(const QByteArray &method = "GET") const;
    /// A plain call still works after what happened.
    bool isStillGood();

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_server;
};

namespace {

constexpr qint64 limit = 8 * 1024 * 1024;

/// windowBits: 15 + 16 makes gzip, 15 zlib, -15 raw deflate (zlib.h).
QByteArray compressed(const QByteArray &bytes, int windowBits)
{
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("no zlib");
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size()))) + 64,
                   Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

/// Made with brotli 1.0.9, quality 11.
const QByteArray helloBrotli = QByteArray::fromHex("1f1000f88d946ede445586966c206f014f1c601c");
/// 64 MiB of zeros.
const QByteArray zerosBrotli = QByteArray::fromHex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3ffff"
                                                   "fffe19f0088c32200ddfbfffcffffc73f0110870500baf7ff");

/// In KiB: the most that this process has had in memory since `forgetPeak`.
qint64 peakMemory()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        qFatal("no /proc");
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

void forgetPeak()
{
    QFile file(u"/proc/self/clear_refs"_s); // proc(5): 5 resets the peak
    if (!file.open(QIODevice::WriteOnly) || file.write("5") != 1)
        qFatal("the peak of memory cannot be reset");
}

/// The sanitizers keep freed memory for a while.
#ifdef KEYDESK_SANITIZED
constexpr qint64 muchMemory = 700 * 1024;
#else
constexpr qint64 muchMemory = 96 * 1024;
#endif

} // namespace

void TestHttpHostile::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions({20s, limit, QNetworkProxy::NoProxy});
    m_server = std::make_unique<HttpTestServer>();
}

void TestHttpHostile::cleanup()
{
    m_client.reset();
    m_server.reset();
}

PreparedRequest TestHttpHostile::request(const QByteArray &method) const
{
    PreparedRequest request;
    request.method = method;
    request.url = m_server->url();
    return request;
}

bool TestHttpHostile::isStillGood()
{
    m_server->answer(response(200, {}, "fine"));
    m_client->setOptions({20s, limit, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(request()));
    return call.wait() && call.isValue() && call.response().body == "fine";
}

void TestHttpHostile::codingsAreTakenOff_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("body");
    const QByteArray text = "hello hello hello"_ba;
    QTest::newRow("gzip") << "gzip"_ba << compressed(text, 31) << text;
    QTest::newRow("x-gzip") << "X-GZip"_ba << compressed(text, 31) << text;
    QTest::newRow("gzip members") << "gzip"_ba << compressed("hello ", 31) + compressed("hello hello", 31)
                                  << text;
    QTest::newRow("gzip, padded") << "gzip"_ba << compressed(text, 31) + QByteArray(100, '\0') << text;
    QTest::newRow("gzip of nothing") << "gzip"_ba << compressed({}, 31) << ""_ba;
    QTest::newRow("gzip, empty body") << "gzip"_ba
                                      << ""_ba
                                      << ""_ba;
    QTest::newRow("deflate") << "deflate"_ba << compressed(text, 15) << text;
    QTest::newRow("raw deflate") << "deflate"_ba << compressed(text, -15) << text;
    QTest::newRow("br") << "br"_ba << helloBrotli << text;
    QTest::newRow("identity") << "identity"_ba << text << text;
    QTest::newRow("unknown") << "zstd"_ba << text << text;
    QTest::newRow("two") << "gzip, br"_ba << text << text;
}

void TestHttpHostile::codingsAreTakenOff()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, body);
    for (const bool oneByOne : {false, true}) {
        const Answer answer{
            response(200, {{"Content-Encoding", coding}}, sent), Answer::Then::KeepOpen, {}, oneByOne};
        m_server->handle([answer](const ReceivedRequest &) { return answer; });
        CallWatcher call(m_client->send(request()));
        QVERIFY(call.wait());
        QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
        QCOMPARE(call.response().body, body);
        QCOMPARE(call.response().wireBytes, sent.size());
        QCOMPARE(call.response().header("Content-Encoding"), coding);
        QVERIFY(!call.response().truncated);
        QVERIFY(m_server->requests().last().header("Accept-Encoding") == ContentDecoder::accepted());
    }
}

void TestHttpHostile::brokenCodingsAreSaid_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("sent");
    const QByteArray gzip = compressed("hello hello hello", 31);
    QTest::newRow("gzip that is none") << "gzip"_ba
                                       << "{\"plain\":true}"_ba;
    QTest::newRow("gzip cut off") << "gzip"_ba << gzip.left(gzip.size() - 5);
    QTest::newRow("gzip with a wrong sum") << "gzip"_ba << gzip.left(gzip.size() - 8) + QByteArray(8, 'x');
    QTest::newRow("deflate that is none") << "deflate"_ba << QByteArray(100, '\xFF');
    QTest::newRow("deflate cut off") << "deflate"_ba << compressed("hello hello hello", 15).left(8);
    QTest::newRow("br that is none") << "br"_ba << QByteArray(100, '\xFF');
    QTest::newRow("br cut off") << "br"_ba << helloBrotli.left(4);
}

void TestHttpHostile::brokenCodingsAreSaid()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, sent);
    m_server->answer(response(200, {{"Content-Encoding", coding}}, sent));
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::BadResponse));
    QVERIFY(!call.error().message.isEmpty());
    QCOMPARE(call.trace.sent.size(), 1);
    QVERIFY(isStillGood());
}

void TestHttpHostile::bombsStopAtTheLimit_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("bomb");
    // Two gigabytes of zeros in two megabytes, and more.
    QTest::newRow("gzip") << "gzip"_ba << compressed(QByteArray(64 * 1024 * 1024, '\0'), 31).repeated(32);
    QTest::newRow("deflate") << "deflate"_ba << compressed(QByteArray(64 * 1024 * 1024, '\0'), 15);
    QTest::newRow("br") << "br"_ba << zerosBrotli;
}

void TestHttpHostile::bombsStopAtTheLimit()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, bomb);
    m_server->answer(response(200, {{"Content-Encoding", coding}}, bomb));
    forgetPeak();
    const qint64 before = peakMemory();
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    const qint64 grown = peakMemory() - before;
    QVERIFY(call.isValue());
    QVERIFY(call.response().truncated);
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().body.size(), limit);
    QVERIFY2(grown < muchMemory, qPrintable(QString::number(grown)));
    QVERIFY(isStillGood());
}

void TestHttpHostile::bodiesStopAtTheLimit_data()
{
    QTest::addColumn<Answer>("answer");
    QTest::addColumn<bool>("truncated");
    const QByteArray piece(256 * 1024, 'x');
    QTest::newRow("one byte less") << Answer{response(200, {}, QByteArray(limit - 1, 'x'))} << false;
    QTest::newRow("the limit") << Answer{response(200, {}, QByteArray(limit, 'x'))} << false;
    QTest::newRow("one byte more") << Answer{response(200, {}, QByteArray(limit + 1, 'x'))} << true;
    QTest::newRow("endless") << Answer{"HTTP/1.1 200 OK\r\n\r\n", Answer::Then::KeepOpen, piece} << true;
    QTest::newRow("huge length") << Answer{"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n",
                                           Answer::Then::KeepOpen, piece}
                                 << true;
    QTest::newRow("endless chunks") << Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                              Answer::Then::KeepOpen, "40000\r\n" + piece + "\r\n"}
                                    << true;
    QTest::newRow("endless error") << Answer{"HTTP/1.1 500 Oh\r\n\r\n", Answer::Then::KeepOpen, piece}
                                   << true;
    QTest::newRow("endless redirect")
        << Answer{"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", Answer::Then::KeepOpen, piece} << true;
}

void TestHttpHostile::bodiesStopAtTheLimit()
{
    QFETCH(Answer, answer);
    QFETCH(bool, truncated);
    m_server->handle([answer](const ReceivedRequest &) { return answer; });
    forgetPeak();
    const qint64 before = peakMemory();
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    const qint64 grown = peakMemory() - before;
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().truncated, truncated);
    QCOMPARE(call.response().body.size(),
             std::min<qint64>(limit, answer.endless.isEmpty() ? call.response().body.size() : limit));
    QVERIFY(call.response().body.size() >= limit - 1);
    QVERIFY2(grown < muchMemory, qPrintable(QString::number(grown)));
    QVERIFY(isStillGood());
}

void TestHttpHostile::endlessAnswersEndWithinBounds_data()
{
    QTest::addColumn<Answer>("answer");
    const auto endless = [](const QByteArray &start, const QByteArray &piece) {
        return Answer{start, Answer::Then::KeepOpen, piece};
    };
    const QByteArray piece(64 * 1024, 'x');
    QTest::newRow("header lines") << endless("HTTP/1.1 200 OK\r\n",
                                             ("X-A: "_ba + QByteArray(1000, 'b') + "\r\n").repeated(60));
    QTest::newRow("one header") << endless("HTTP/1.1 200 OK\r\nX-A: ", piece);
    QTest::newRow("header name") << endless("HTTP/1.1 200 OK\r\n", piece);
    QTest::newRow("status line") << endless("HTTP/1.1 200 ", piece);
    QTest::newRow("interim answers") << endless({}, "HTTP/1.1 100 Continue\r\n\r\n"_ba.repeated(2000));
    QTest::newRow("chunk extension") << endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                                                piece);
    QTest::newRow("chunk trailer") << endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                                              ("X-A: "_ba + QByteArray(1000, 'b') + "\r\n").repeated(60));
}

void TestHttpHostile::endlessAnswersEndWithinBounds()
{
    QFETCH(Answer, answer);
    m_server->handle([answer](const ReceivedRequest &) { return answer; });
    m_client->setOptions({500ms, limit, QNetworkProxy::NoProxy});
    forgetPeak();
    const qint64 before = peakMemory();
    CallWatcher call(m_client->send(request("POST")));
    QVERIFY(call.wait());
    const qint64 grown = peakMemory() - before;
    QVERIFY2(grown < muchMemory, qPrintable(QString::number(grown)));
    QVERIFY(call.outcome);
    m_server->closeAll();
    QVERIFY(isStillGood());
}

void TestHttpHostile::brokenAnswersEndInWords_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const QByteArray &bytes) { QTest::newRow(name) << bytes; };
    row("nothing", {});
    row("newlines", "\r\n\r\n\r\n");
    row("garbage", "\x01\x02\xFFgarbage\r\n\r\n");
    row("null bytes", QByteArray(5000, '\0'));
    row("long garbage", QByteArray(100'000, 'x'));
    row("a page without a head", "<html><body>hello</body></html>");
    row("TLS alert", QByteArray::fromHex("15030300020228"));
    row("SSH", "SSH-2.0-OpenSSH_9.2\r\n");
    row("half a status line", "HTTP/1.1 2");
    row("no status", "HTTP/1.1\r\n\r\n");
    row("status is a word", "HTTP/1.1 OK\r\n\r\n");
    row("half a head", "HTTP/1.1 200 OK\r\nX-A: b\r\nX-");
    row("half a body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    row("half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf");
    row("no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
}

void TestHttpHostile::brokenAnswersEndInWords()
{
    QFETCH(QByteArray, bytes);
    for (const char *method : {"GET", "POST"}) {
        for (const auto then : {Answer::Then::Close, Answer::Then::Reset}) {
            m_server->answer(bytes, then);
            m_client->setOptions({1s, limit, QNetworkProxy::NoProxy});
            CallWatcher call(m_client->send(request(method)));
            QVERIFY(call.wait());
            QVERIFY(call.outcome && !*call.outcome);
            const Error::Kind kind = call.error().kind;
            QVERIFY2(kind == Error::Kind::ConnectionLost || kind == Error::Kind::BadResponse ||
                         kind == Error::Kind::TimedOut,
                     qPrintable(call.error().message));
            QVERIFY(!call.error().message.isEmpty());
            QCOMPARE(call.trace.sent.size(), 1);
        }
    }
    m_server->closeAll();
    QVERIFY(isStillGood());
}

void TestHttpHostile::lyingLengths_data()
{
    QTest::addColumn<QByteArray>("lengths");
    QTest::newRow("too short") << "Content-Length: 2\r\n"_ba;
    QTest::newRow("negative") << "Content-Length: -1\r\n"_ba;
    QTest::newRow("a word") << "Content-Length: many\r\n"_ba;
    QTest::newRow("too many digits") << "Content-Length: 99999999999999999999999\r\n"_ba;
    QTest::newRow("two different ones") << "Content-Length: 2\r\nContent-Length: 4\r\n"_ba;
    QTest::newRow("in a broken head") << "X-No-Colon\r\n: no name\r\nContent-Length: 4\r\n"_ba;
    QTest::newRow("with chunks") << "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"_ba;
    QTest::newRow("chunk size is a word") << "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"_ba;
    QTest::newRow("chunk size is negative") << "Transfer-Encoding: chunked\r\n\r\n-5\r\n"_ba;
    QTest::newRow("chunk size overflows") << "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"_ba;
}

void TestHttpHostile::lyingLengths()
{
    QFETCH(QByteArray, lengths);
    m_server->answer("HTTP/1.1 200 OK\r\n" + lengths + "\r\nbody", Answer::Then::Close);
    m_client->setOptions({1s, limit, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY(call.outcome);
    if (call.isValue())
        QVERIFY(call.response().body.size() <= 4);
    else
        QVERIFY(!call.error().message.isEmpty());
    QVERIFY(isStillGood());
}

void TestHttpHostile::oddBytesComeThroughAsTheyAre()
{
    const QByteArray body = "\xFF\xFE\x00\x1B[31m\xE2\x80\xAE\xED\xA0\x80"_ba;
    m_server->answer("HTTP/1.1 200 \xE2\x80\xAE\xFF\r\nX-Odd: \xFF\x1B[31m\xE2\x80\xAE\r\nContent-Length: " +
                     QByteArray::number(body.size()) + "\r\n\r\n" + body);
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().status, 200);
    QCOMPARE(call.response().body, body);
    QCOMPARE(call.response().header("X-Odd"), "\xFF\x1B[31m\xE2\x80\xAE"_ba);
}

void TestHttpHostile::aDrippingServerIsReadToItsEnd()
{
    const Answer answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n4\r\ndrip\r\n5;x=y\r\ndrops\r\n0\r\nX-Trailer: 1\r\n\r\n",
                        Answer::Then::KeepOpen,
                        {},
                        true};
    m_server->handle([answer](const ReceivedRequest &) { return answer; });
    CallWatcher call(m_client->send(request()));
    QVERIFY(call.wait());
    QCOMPARE(call.response().body, "dripdrops"_ba);
    QVERIFY(isStillGood());
}

void TestHttpHostile::interimAnswersAreSkipped()
{
    m_server->answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n" +
                     response(201, {}, "made"));
    PreparedRequest sent = request("POST");
    sent.headers = {{"Expect", "100-continue"}};
    sent.body = QByteArray(100'000, 'x');
    m_client->setOptions({3s, limit, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QCOMPARE(call.response().status, 201);
    QCOMPARE(call.response().body, "made"_ba);
}

QTEST_GUILESS_MAIN(TestHttpHostile)
#include "test_http_hostile.moc"
