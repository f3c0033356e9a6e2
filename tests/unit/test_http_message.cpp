#include "app/http/HttpMessage.h"

#include <QTest>

#include <ctime>

#include <zlib.h>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const QByteArray json = R"({"error":"TOKEN_EXPIRED"})";

QByteArray gzip(const QByteArray &bytes)
{
    z_stream stream{};
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray packed(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(bytes.size()))), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

QByteArray chunked(const QByteArray &bytes)
{
    const QByteArray first = bytes.left(5);
    const QByteArray second = bytes.mid(5);
    return QByteArray::number(first.size(), 16) + ";x=y\r\n" + first + "\r\n" +
           QByteArray::number(second.size(), 16) + "\r\n" + second + "\r\n0\r\nTrailer: x\r\n\r\n";
}

/// As its bytes came, the way the programs of Debian 12 print it (curl 7.88, HTTPie 3.2).
const QByteArray verbose =
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
    "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying "
    "127.0.0.1:18999...\n"
    "* Connected to 127.0.0.1 (127.0.0.1) port 18999 (#0)\n"
    "> GET /v1/x HTTP/1.1\r\n> Host: 127.0.0.1:18999\r\n> User-Agent: curl/7.88.1\r\n> Accept: */*\r\n> "
    "Authorization: Bearer abc\r\n> \r\n"
    "\r  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0< HTTP/1.1 401 "
    "Unauthorized\r\n"
    "< Content-Type: application/json\r\n< Content-Length: 25\r\n< \r\n"
    "{ [25 bytes data]\n"
    "\r100    25  100    25    0     0  33135      0 --:--:-- --:--:-- --:--:-- 39000\n"
    "* Connection #0 to host 127.0.0.1 left intact\n";

} // namespace

/// Answers as other programs print them.
class TestHttpMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatProgramsPrint_data();
    void readsWhatProgramsPrint();
    void readsTheRequestBesideIt();
    void readsHar();
    void undoesChunksAndCompression_data();
    void undoesChunksAndCompression();
    void tellsWhatCannotBeUndone_data();
    void tellsWhatCannotBeUndone();
    void unpacksNoBomb();
    void badInputIsNamed_data();
    void badInputIsNamed();
    void isLinear_data();
    void isLinear();
    void credentialsOfARequest();
};

void TestHttpMessage::readsWhatProgramsPrint_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const QByteArray head =
        "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n";
    const QByteArray moved = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 5\r\n\r\n";
    QTest::newRow("curl -i") << head + json << 401 << json;
    QTest::newRow("line feeds alone") << QByteArray(head + json).replace("\r\n", "\n") << 401 << json;
    QTest::newRow("empty lines before") << "\r\n\n" + head + json << 401 << json;
    QTest::newRow("byte order mark") << "\xEF\xBB\xBF" + head + json << 401 << json;
    const QString wide = QChar(0xFEFF) + QString::fromLatin1(head + json);
    QTest::newRow("UTF-16") << QByteArray(reinterpret_cast<const char *>(wide.utf16()), wide.size() * 2)
                            << 401 << json;
    QTest::newRow("HTTP/2") << "HTTP/2 401 \r\ncontent-type: application/json\r\n\r\n" + json << 401 << json;
    QTest::newRow("curl -I") << head << 401 << QByteArray();
    QTest::newRow("curl -iL") << moved + head + json << 401 << json;
    QTest::newRow("with its redirect's body") << moved + "moved" + head + json << 401 << json;
    QTest::newRow("100 Continue") << "HTTP/1.1 100 Continue\r\n\r\n" + head + json << 401 << json;
    QTest::newRow("through a proxy") << "HTTP/1.1 200 Connection established\r\n\r\n" + head + json << 401
                                     << json;
    QTest::newRow("curl -v") << verbose + json + '\n' << 401 << json;
    QTest::newRow("curl -v, body first")
        << QByteArray(verbose).replace("* Connection", json + "* Connection") << 401 << json;
    QTest::newRow("curl -vi") << verbose + moved + head + json << 401 << json;
    QTest::newRow("HTTPie -v --all")
        << QByteArray("GET /r HTTP/1.1\r\nHost: localhost\r\n\r\n\n\nHTTP/1.1 302 "
                      "Found\r\nContent-Length: 5\r\n\r\nmoved\n\nGET /x HTTP/1.1\r\nHost: "
                      "localhost\r\n\r\n\n\nHTTP/1.1 401 Unauthorized\r\nContent-Length: "
                      "25\r\n\r\n{\n    \"error\": \"TOKEN_EXPIRED\"\n}\n")
        << 401 << QByteArray("{\n    \"error\": \"TOKEN_EXPIRED\"\n}\n");
    QTest::newRow("HTTPie, a body of the request")
        << "POST /r HTTP/1.1\r\nHost: localhost\r\n\r\n{\n    \"a\": \"b\"\n}\n\n\n" + head + json << 401
        << json;
    QTest::newRow("HTTPie -v --pretty=colors")
        << QByteArray("\x1b[32mGET\x1b[39;49;00m \x1b[04m\x1b[36m/x\x1b[39;49;00m \x1b[34mHTTP\x1b[39;49;00m/\x1b[34m1.1\x1b[39;49;00m\n"
                      "\x1b[36mHost\x1b[39;49;00m: localhost\r\n\r\n\n\n"
                      "\x1b[34mHTTP\x1b[39;49;00m/\x1b[34m1.1\x1b[39;49;00m \x1b[34m401\x1b[39;49;00m \x1b[36mUnauthorized\x1b[39;49;00m\n"
                      "\x1b[36mContent-Length\x1b[39;49;00m: 5\r\n\r\n{\x1b[94m\"a\"\x1b[39;49;00m:\x1b[34m1\x1b[39;49;00m}")
        << 401 << QByteArray("{\"a\":1}");
    QTest::newRow("status line alone")
        << QByteArray("HTTP/1.1 503 Service Unavailable") << 503 << QByteArray();
    QTest::newRow("status alone") << QByteArray("429\n") << 429 << QByteArray();
    QTest::newRow("status and phrase") << QByteArray("404 Not Found") << 404 << QByteArray();
    QTest::newRow("no empty line before the body") << "403 Forbidden\n" + json << 403 << json;
    QTest::newRow("folded header") << QByteArray("HTTP/1.1 401 No\r\nX: a\r\n b\r\n\r\nx") << 401
                                   << QByteArray("x");
    const QByteArray quoted = "Say\n\nHTTP/1.1 200 OK\nX:y";
    QTest::newRow("an answer in a body of its length")
        << "HTTP/1.1 400 No\r\nContent-Length: 24\r\n\r\n" + quoted << 400 << quoted;
    QTest::newRow("web socket") << QByteArray(
                                       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
                                << 101 << QByteArray();
    QTest::newRow("invalid UTF-8") << QByteArray("HTTP/1.1 500 \xff\xfe\r\nX: \xc3\x28\r\n\r\n\xff\x1b[31m")
                                   << 500 << QByteArray("\xff\x1b[31m");
}

void TestHttpMessage::readsWhatProgramsPrint()
{
    QFETCH(QByteArray, text);
    const Result<PrintedAnswer> answer = readPrintedAnswer(text);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QTEST(answer->response.status, "status");
    QTEST(answer->response.body, "body");
    QCOMPARE(answer->notes, QStringList());
}

void TestHttpMessage::readsTheRequestBesideIt()
{
    const Result<PrintedAnswer> curl = readPrintedAnswer(verbose + json);
    QVERIFY(curl && curl->request);
    QCOMPARE(curl->request->method, "GET"_ba);
    QCOMPARE(curl->request->url, QUrl(u"http://127.0.0.1:18999/v1/x"_s));
    QCOMPARE(curl->response.url, curl->request->url);
    QCOMPARE(curl->response.header("content-type"), "application/json"_ba);
    QCOMPARE(carriesCredential(*curl->request), std::optional(true));

    const Result<PrintedAnswer> secure =
        readPrintedAnswer("* SSL connection using TLSv1.3\n" + verbose + json);
    QVERIFY(secure && secure->request);
    QCOMPARE(secure->request->url.scheme(), u"https"_s);

    const Result<PrintedAnswer> httpie =
        readPrintedAnswer("GET //evil.example/x HTTP/1.1\nHost: api.example\n\n\n\nHTTP/1.1 401 No\n\n");
    QVERIFY(httpie && httpie->request);
    QCOMPARE(httpie->request->url.host(), u"api.example"_s);
    QCOMPARE(carriesCredential(*httpie->request), std::optional(false));

    const Result<PrintedAnswer> alone = readPrintedAnswer("HTTP/1.1 401 No\n\n");
    QVERIFY(alone && !alone->request);
}

void TestHttpMessage::readsHar()
{
    const QByteArray entry =
        R"({"request":{"method":"GET","url":"https://api.example/x","headers":[{"name":"Accept","value":"*/*"}]},)"
        R"("response":{"status":401,"statusText":"Unauthorized","httpVersion":"HTTP/2","headers":[{"name":":status","value":"401"},)"
        R"({"name":"content-encoding","value":"gzip"}],"content":{"text":"eyJlcnJvciI6IngifQ==","encoding":"base64"}}})";
    for (const QByteArray &text :
         {entry, R"({"log":{"entries":[{"response":{"status":200,"headers":[]}},)" + entry + "]}}"}) {
        const Result<PrintedAnswer> answer = readPrintedAnswer(text);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->response.status, 401);
        QCOMPARE(answer->response.body, R"({"error":"x"})"_ba);
        QCOMPARE(answer->response.headers.size(), 1);
        QCOMPARE(answer->response.url.host(), u"api.example"_s);
        // Browsers leave credentials out of it: that there is none says nothing.
        QCOMPARE(carriesCredential(*answer->request), std::optional<bool>());
    }
    const Result<PrintedAnswer> blocked =
        readPrintedAnswer(R"({"log":{"entries":[{"response":{"status":0,"headers":[]}}]}})");
    QVERIFY(!blocked);
    QVERIFY2(blocked.error().message.contains(u"no answer"_s), qPrintable(blocked.error().message));
}

void TestHttpMessage::undoesChunksAndCompression_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const QByteArray chunks = "Transfer-Encoding: chunked\r\n";
    const QByteArray packed = "Content-Encoding: gzip\r\n";
    QTest::newRow("chunked") << chunks << chunked(json);
    QTest::newRow("undone already") << chunks + packed << json;
    QTest::newRow("gzip") << packed << gzip(json);
    QTest::newRow("both") << chunks + packed << chunked(gzip(json));
    QTest::newRow("another answer before it")
        << chunks << chunked("other") + "HTTP/1.1 403 No\r\n" + chunks + "\r\n" + chunked(json);
    QTest::newRow("a number as body") << chunks + "X: y\r\n" << json;
}

void TestHttpMessage::undoesChunksAndCompression()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    const Result<PrintedAnswer> answer = readPrintedAnswer("HTTP/1.1 401 No\r\n" + headers + "\r\n" + body);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->response.body, json);
    QCOMPARE(answer->notes, QStringList());
}

void TestHttpMessage::tellsWhatCannotBeUndone_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("note");
    const QByteArray head = "HTTP/1.1 401 No\r\n";
    QTest::newRow("chunks that end early")
        << head + "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n40\r\nabc" << u"last chunk"_s;
    QTest::newRow("gzip that ends early")
        << head + "Content-Encoding: gzip\r\n\r\n" + gzip(json).chopped(12) << u"compression"_s;
    QTest::newRow("not gzip") << head + "Content-Encoding: gzip\r\n\r\n\x01\x02\x03" << u"not compressed"_s;
    QTest::newRow("zstd") << head + "Content-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd\x01"
                          << u"does not know"_s;
}

void TestHttpMessage::tellsWhatCannotBeUndone()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, note);
    const Result<PrintedAnswer> answer = readPrintedAnswer(text);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->notes.size(), 1);
    QVERIFY2(answer->notes.first().contains(note), qPrintable(answer->notes.first()));
}

void TestHttpMessage::unpacksNoBomb()
{
    const QByteArray bomb = gzip(QByteArray(50'000'000, ' '));
    QVERIFY(bomb.size() < 400'000);
    const Result<PrintedAnswer> answer =
        readPrintedAnswer("HTTP/1.1 401 No\r\nContent-Encoding: gzip\r\n\r\n" + bomb);
    QVERIFY(answer);
    QCOMPARE(answer->response.body.size(), printedAnswerLimit);
    QCOMPARE(answer->notes.size(), 1);
    QVERIFY(!answer->response.truncated); // which would be told as a limit of Keydesk's own calls
}

void TestHttpMessage::badInputIsNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("what");
    QTest::newRow("empty") << QByteArray() << u"nothing"_s;
    QTest::newRow("only space") << QByteArray(" \r\n\t\n") << u"nothing"_s;
    QTest::newRow("prose") << QByteArray("\n\nIt did not work.\n") << u"line 3"_s;
    QTest::newRow("a body") << json << u"begins a body"_s;
    QTest::newRow("a page") << QByteArray("<html></html>") << u"begins a body"_s;
    QTest::newRow("binary") << QByteArray("\x7f\x45\x4c\x46\0\0\0\0", 8) << u"no text"_s;
    QTest::newRow("no status") << QByteArray("HTTP/1.1\r\n\r\n") << u"line 1"_s;
    QTest::newRow("status 99") << QByteArray("HTTP/1.1 099 No\r\n\r\n") << u"line 1"_s;
    QTest::newRow("status 1000") << QByteArray("HTTP/1.1 1000 No\r\n\r\n") << u"line 1"_s;
    QTest::newRow("no header") << QByteArray("HTTP/1.1 401 No\r\nX: y\r\nnonsense\r\n\r\n")
                               << u"line 3 is no header"_s;
    QTest::newRow("no header's name")
        << QByteArray("HTTP/1.1 401 No\r\na b: y\r\n\r\n") << u"line 2 is no header"_s;
    QTest::newRow("only 100 Continue") << QByteArray("HTTP/1.1 100 Continue\r\n\r\n") << u"100"_s;
    QTest::newRow("only a request") << QByteArray("GET / HTTP/1.1\r\nHost: x\r\n\r\n") << u"no answer"_s;
    QByteArray many = "HTTP/1.1 401 No\r\n";
    for (int i = 0; i < 1001; ++i)
        many += "X: y\r\n";
    QTest::newRow("many headers") << many + "\r\n" << u"line 1002: there are more than 1000 headers"_s;
    QTest::newRow("many answers") << QByteArray("HTTP/1.1 401 No\r\n\r\n").repeated(201)
                                  << u"line 401: there are more than 200"_s;
    QTest::newRow("too large") << "HTTP/1.1 401 No\r\n\r\n" + QByteArray(printedAnswerLimit, 'x')
                               << u"4194304"_s;
}

void TestHttpMessage::badInputIsNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, what);
    const Result<PrintedAnswer> answer = readPrintedAnswer(text);
    QVERIFY(!answer);
    QVERIFY2(answer.error().message.contains(what), qPrintable(answer.error().message));
}

void TestHttpMessage::isLinear_data()
{
    QTest::addColumn<QByteArray>("text");
    constexpr qsizetype size = printedAnswerLimit - 4096;
    const QByteArray head = "HTTP/1.1 401 No\r\n";
    QTest::newRow("a long header") << head + "X: " + QByteArray(1'000'000, 'y') + "\r\n\r\n";
    QTest::newRow("a long status line") << "HTTP/1.1 401 " + QByteArray(size, 'y');
    QTest::newRow("a folded header") << head + "X: y\r\n" + QByteArray(" z\r\n").repeated(size / 4);
    QTest::newRow("empty lines") << head + "\r\n" + QByteArray(size, '\n');
    QTest::newRow("one line") << head + "\r\n" + QByteArray(size, 'x');
    QTest::newRow("chunks of a byte")
        << head + "Transfer-Encoding: chunked\r\n\r\n" + QByteArray("1\r\nx\r\n").repeated(size / 6);
    QTest::newRow("deep HAR") << "{" + QByteArray(size, '[');
    QTest::newRow("verbose lines") << "* x\n< HTTP/1.1 401 No\n< \n" + QByteArray("* \n").repeated(size / 3);
    // Each answer's length is right, and empty lines up to the end are behind it.
    QByteArray answers;
    for (int left = 150; left > 0; --left)
        answers += head + "Content-Length: 0\r\n\r\n" + QByteArray(20'000, '\n');
    QTest::newRow("many answers") << answers;
}

void TestHttpMessage::isLinear()
{
    QFETCH(QByteArray, text);
    // Of the processor, whatever else runs: some ten milliseconds; a quadratic one takes minutes.
    const std::clock_t begin = std::clock();
    (void)readPrintedAnswer(text);
    const auto seconds = double(std::clock() - begin) / CLOCKS_PER_SEC;
    QVERIFY2(seconds < 5, qPrintable(QString::number(seconds)));
}

void TestHttpMessage::credentialsOfARequest()
{
    PrintedRequest request{"GET", QUrl(u"https://api.example/x?page=1"_s), {{"Accept", "*/*"}}};
    QCOMPARE(carriesCredential(request), std::optional(false));
    request.headers.emplaceBack("Cookie", "a=b");
    QCOMPARE(carriesCredential(request), std::optional<bool>()); // it may be one
    request.headers.emplaceBack("x-api-key", "k");
    QCOMPARE(carriesCredential(request), std::optional(true));
    request.headers.clear();
    request.url = QUrl(u"https://api.example/x?api_key=k"_s);
    QCOMPARE(carriesCredential(request), std::optional(true));
}

QTEST_GUILESS_MAIN(TestHttpMessage)
#include "test_http_message.moc"
