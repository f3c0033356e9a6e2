#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ServerProcess.h"
#include "tests/support/TestCertificates.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSslConfiguration>
#include <QTest>
#include <QTestEventLoop>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// HTTP as servers see it that nobody here wrote: nginx, httpbin, and nghttpx for HTTP/2.
class TestHttpServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void methodsArrive_data();
    void methodsArrive();
    void bodiesArrive_data();
    void bodiesArrive();
    void headersArriveAsTheyAreShown();
    void compressedAnswersAreRead_data();
    void compressedAnswersAreRead();
    void statusesAreValues_data();
    void statusesAreValues();
    void redirectsAreFollowed_data();
    void redirectsAreFollowed();
    void aRedirectToAnotherServerLosesTheKey();
    void theKeyIsTaken();
    void answersInPieces();
    void slowAnswersTimeOut();
    void aLargeFileIsUploadedAsItIs();
    void whatIsTooLargeIsExplained();
    void partsAndUnchanged();
    void connectionsAreKept();
    void http2();

private:
    [[nodiscard]] QUrl httpbin(const QString &path) const { return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_httpbinPort).arg(path)); }
    [[nodiscard]] QUrl nginx(const QString &path) const { return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_nginxPort).arg(path)); }
    Result<HttpResponse> send(const PreparedRequest &request);
    Result<HttpResponse> get(const QUrl &url);
    static QJsonObject json(const Result<HttpResponse> &answer) { return QJsonDocument::fromJson(answer->body).object(); }

    FakeTokens m_tokens;
    Redactor m_redactor;
    std::unique_ptr<HttpClient> m_client = std::make_unique<HttpClient>(m_tokens, m_redactor);
    CallTrace m_trace;
    std::optional<TestCertificates> m_certificates;
    std::unique_ptr<ServerProcess> m_httpbin;
    std::unique_ptr<ServerProcess> m_nginx;
    std::unique_ptr<ServerProcess> m_nghttpx;
    quint16 m_httpbinPort = ServerProcess::freePort();
    quint16 m_nginxPort = ServerProcess::freePort();
    quint16 m_nghttpxPort = ServerProcess::freePort();
};

namespace {

const QByteArray token = "talq_0123456789abcdef0123456789abcdef";

} // namespace

void TestHttpServers::initTestCase()
{
    m_certificates.emplace();
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    trusting.addCaCertificate(m_certificates->authority());
    QSslConfiguration::setDefaultConfiguration(trusting); // of this process only
    m_client->setOptions({20s, 64LL * 1024 * 1024, QNetworkProxy::NoProxy});

    m_httpbin = std::make_unique<ServerProcess>();
    QVERIFY2(m_httpbin->startHttpbin(m_httpbinPort), m_httpbin->output().constData());

    m_nginx = std::make_unique<ServerProcess>();
    QDir(m_nginx->path()).mkpath(u"root/upload"_s);
    m_nginx->write(u"root/text.txt"_s, QByteArray("The quick brown fox. ").repeated(500));
    QVERIFY2(m_nginx->startNginx(m_nginxPort, R"(
  log_format seen '$request_method $request_uri [$http_authorization] $connection';
  server {
    access_log access.log seen;
    listen 127.0.0.1:)" + QByteArray::number(m_nginxPort) + R"(;
    root root;
    location /zipped/ { alias root/; gzip on; gzip_types text/plain; gzip_min_length 1; }
    location /upload/ { dav_methods PUT DELETE; client_max_body_size 100m; }
    location /small/ { client_max_body_size 1k; proxy_pass http://127.0.0.1:)" + QByteArray::number(m_httpbinPort) + R"(/anything/; }
  })"),
             m_nginx->output().constData());

    m_nghttpx = std::make_unique<ServerProcess>();
    QVERIFY2(m_nghttpx->startNghttpx(m_nghttpxPort, m_httpbinPort, m_certificates->file(u"good.pem"_s), m_certificates->file(u"good.key"_s)),
             m_nghttpx->output().constData());
}

void TestHttpServers::cleanupTestCase()
{
    // Qt takes a thread for ended before the memory that TLS keeps for it is freed, which the leak checker would take for lost.
    const auto threads = [] { return QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(); };
    const auto before = threads();
    m_client.reset();
    QTRY_VERIFY(threads() < before);
    m_nghttpx.reset();
    m_nginx.reset();
    m_httpbin.reset();
}

Result<HttpResponse> TestHttpServers::send(const PreparedRequest &request)
{
    // CallWatcher looks every ten milliseconds, and would hold an upload up for as long at each piece.
    QTestEventLoop loop;
    HttpCall *sent = m_client->send(request);
    CallWatcher call(sent);
    connect(sent, &QObject::destroyed, &loop, &QTestEventLoop::exitLoop);
    loop.enterLoopMSecs(60'000);
    if (!call.wait() || !call.outcome)
        return failure(Error::Kind::TimedOut, u"the call did not end"_s);
    m_trace = call.trace;
    return *call.outcome;
}

Result<HttpResponse> TestHttpServers::get(const QUrl &url)
{
    PreparedRequest request;
    request.url = url;
    return send(request);
}

void TestHttpServers::methodsArrive_data()
{
    QTest::addColumn<QByteArray>("method");
    for (const char *method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
        QTest::newRow(method) << QByteArray(method);
}

void TestHttpServers::methodsArrive()
{
    QFETCH(QByteArray, method);
    RequestSpec spec;
    spec.method = QString::fromLatin1(method);
    spec.url = httpbin(u"/anything/a%20b/ü"_s).toString(QUrl::FullyEncoded);
    spec.params = {{u"q"_s, u"1&2=ä"_s}, {u"q"_s, u"twice"_s}, {u"empty"_s, u""_s}};
    const auto prepared = prepareRequest(spec, {}, VariableSources(), {});
    QVERIFY(prepared);
    const auto answer = send(*prepared);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->status, 200);
    QCOMPARE(json(answer).value("method"_L1).toString(), spec.method);
    const QJsonObject arguments = json(answer).value("args"_L1).toObject();
    QCOMPARE(arguments.value("q"_L1).toArray(), (QJsonArray{u"1&2=ä"_s, u"twice"_s}));
    QCOMPARE(arguments.value("empty"_L1).toString(u"none"_s), u""_s);
    QVERIFY(json(answer).value("url"_L1).toString().contains(u"/anything/a%20b/ü?q=1%262%3Dä&q=twice&empty="_s));
}

void TestHttpServers::bodiesArrive_data()
{
    QTest::addColumn<RequestBody>("body");
    QTest::addColumn<QString>("member");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("type");

    RequestBody body;
    body.kind = RequestBody::Kind::Json;
    body.text = u"{\"a\": [1, \"ü\", null]}"_s;
    QTest::newRow("JSON") << body << u"json"_s << QJsonValue(QJsonObject{{u"a"_s, QJsonArray{1, u"ü"_s, QJsonValue()}}}) << u"application/json"_s;
    body = {};
    body.kind = RequestBody::Kind::Text;
    body.text = u"line\r\nü"_s;
    QTest::newRow("text") << body << u"data"_s << QJsonValue(u"line\r\nü"_s) << u"text/plain; charset=utf-8"_s;
    body.kind = RequestBody::Kind::Xml;
    body.text = u"<a b=\"1\">ü</a>"_s;
    QTest::newRow("XML") << body << u"data"_s << QJsonValue(body.text) << u"application/xml"_s;
    body = {};
    body.kind = RequestBody::Kind::Form;
    body.form = {{u"a b"_s, u"1&2"_s}, {u"ü"_s, u"+ %"_s}};
    QTest::newRow("form") << body << u"form"_s << QJsonValue(QJsonObject{{u"a b"_s, u"1&2"_s}, {u"ü"_s, u"+ %"_s}})
                          << u"application/x-www-form-urlencoded"_s;
    body = {};
    body.kind = RequestBody::Kind::GraphQl;
    body.text = u"query Q { a }"_s;
    body.graphQlVariables = u"{\"n\": 1}"_s;
    QTest::newRow("GraphQL") << body << u"json"_s
                             << QJsonValue(QJsonObject{{u"query"_s, u"query Q { a }"_s}, {u"variables"_s, QJsonObject{{u"n"_s, 1}}}})
                             << u"application/json"_s;
    body = {};
    body.kind = RequestBody::Kind::Multipart;
    body.parts.append({u"note"_s, u"ü, \"quoted\""_s, {}, {}, {}, {}});
    QTest::newRow("multipart, its field") << body << u"form"_s << QJsonValue(QJsonObject{{u"note"_s, u"ü, \"quoted\""_s}}) << u"multipart/form-data"_s;
    RequestPart file;
    file.name = u"upload"_s;
    file.file = u"{{file}}"_s;
    file.contentType = u"text/plain"_s;
    body.parts.append(file);
    QTest::newRow("multipart, its file") << body << u"files"_s << QJsonValue(QJsonObject{{u"upload"_s, u"what is in the file"_s}}) << u"multipart/form-data"_s;
    body = {};
    body.kind = RequestBody::Kind::File;
    body.file = u"{{file}}"_s;
    QTest::newRow("file") << body << u"data"_s << QJsonValue(u"what is in the file"_s) << u"text/plain"_s;
}

void TestHttpServers::bodiesArrive()
{
    QFETCH(RequestBody, body);
    QFETCH(QString, member);
    QFETCH(QJsonValue, value);
    QFETCH(QString, type);
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = httpbin(u"/post"_s).toString();
    spec.body = body;
    const QString file = m_nginx->write(u"upload.txt"_s, "what is in the file");
    const auto prepared = prepareRequest(spec, {}, VariableSources({{u"file"_s, file}}), {});
    QVERIFY2(prepared, prepared ? "" : qPrintable(prepared.error().message));
    const auto answer = send(*prepared);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(json(answer).value(member), value);
    QVERIFY(json(answer).value("headers"_L1).toObject().value("Content-Type"_L1).toString().startsWith(type));
}

void TestHttpServers::headersArriveAsTheyAreShown()
{
    PreparedRequest request;
    request.url = httpbin(u"/headers"_s);
    request.headers = {{"X-Empty", ""}, {"X-List", "a, b"}, {"Accept", "application/json"}};
    const auto answer = send(request);
    QVERIFY(answer);
    const QJsonObject seen = json(answer).value("headers"_L1).toObject();
    for (const auto &[name, value] : m_trace.sent.constFirst().headers) {
        QVERIFY2(seen.contains(QString::fromLatin1(name)), name.constData());
        QCOMPARE(seen.value(QString::fromLatin1(name)).toString(), QString::fromLatin1(value));
    }
    QCOMPARE(seen.size(), m_trace.sent.constFirst().headers.size());
}

void TestHttpServers::compressedAnswersAreRead_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("member");
    QTest::newRow("gzip") << u"/gzip"_s << u"gzipped"_s;
    QTest::newRow("deflate") << u"/deflate"_s << u"deflated"_s;
    QTest::newRow("brotli") << u"/brotli"_s << u"brotli"_s;
}

void TestHttpServers::compressedAnswersAreRead()
{
    QFETCH(QString, path);
    QFETCH(QString, member);
    const auto answer = get(httpbin(path));
    QVERIFY(answer);
    QCOMPARE(json(answer).value(member).toBool(), true);
    QVERIFY(!answer->header("Content-Encoding").isEmpty());

    const auto zipped = get(nginx(u"/zipped/text.txt"_s));
    QVERIFY(zipped);
    QCOMPARE(zipped->header("Content-Encoding"), "gzip");
    QCOMPARE(zipped->body, readFile(m_nginx->path(u"root/text.txt"_s)));
    QVERIFY(zipped->wireBytes < zipped->body.size());
}

void TestHttpServers::statusesAreValues_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 502, 503, 504})
        QTest::addRow("%d", status) << status;
}

void TestHttpServers::statusesAreValues()
{
    QFETCH(int, status);
    const auto answer = get(httpbin(u"/status/%1"_s.arg(status)));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->status, status);
    QVERIFY(!answer->reason.isEmpty());
}

void TestHttpServers::redirectsAreFollowed_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("hops");
    QTest::newRow("absolute") << u"/absolute-redirect/4"_s << 4;
    QTest::newRow("relative") << u"/relative-redirect/3"_s << 3;
    QTest::newRow("303") << u"/redirect-to?url=/get&status_code=303"_s << 1;
    QTest::newRow("307") << u"/redirect-to?url=/get&status_code=307"_s << 1;
}

void TestHttpServers::redirectsAreFollowed()
{
    QFETCH(QString, path);
    QFETCH(int, hops);
    PreparedRequest request;
    request.url = httpbin(path);
    request.keyId = m_tokens.add(token, {*Origin::fromUrl(request.url)});
    const auto answer = send(request);
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->url.path(), u"/get"_s);
    QCOMPARE(m_trace.hops.size(), hops);
    // The same origin all the way: the key as well.
    QCOMPARE(json(answer).value("headers"_L1).toObject().value("Authorization"_L1).toString().toLatin1(), "Bearer " + token);
}

void TestHttpServers::aRedirectToAnotherServerLosesTheKey()
{
    PreparedRequest request;
    const QUrl target = nginx(u"/text.txt?from=httpbin"_s);
    request.url = httpbin(u"/redirect-to?url="_s + QString::fromLatin1(QUrl::toPercentEncoding(target.toString())));
    request.headers = {{"Cookie", "session=1"}, {"X-Api-Key", "another"}};
    request.keyId = m_tokens.add(token, {*Origin::fromUrl(request.url), *Origin::fromUrl(target)});
    const auto answer = send(request);
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QTRY_VERIFY(readFile(m_nginx->path(u"access.log"_s)).contains("GET /text.txt?from=httpbin [-]"));
    QVERIFY(m_trace.hops.constFirst().keyDropped);
    QCOMPARE(m_trace.hops.constFirst().droppedHeaders, (QList<QByteArray>{"Cookie", "X-Api-Key", "Authorization"}));
}

void TestHttpServers::theKeyIsTaken()
{
    PreparedRequest request;
    request.url = httpbin(u"/bearer"_s);
    const auto without = send(request);
    QVERIFY(without);
    QCOMPARE(without->status, 401);
    request.keyId = m_tokens.add(token, {*Origin::fromUrl(request.url)});
    const auto with = send(request);
    QVERIFY(with);
    QCOMPARE(with->status, 200);
    QCOMPARE(json(with).value("token"_L1).toString().toLatin1(), token); // the server echoes it
    QCOMPARE(m_redactor.redact(with->body).hits, 1);
}

void TestHttpServers::answersInPieces()
{
    const auto streamed = get(httpbin(u"/stream-bytes/100000?seed=7&chunk_size=777"_s));
    const auto whole = get(httpbin(u"/bytes/100000?seed=7"_s));
    QVERIFY(streamed && whole);
    QCOMPARE(streamed->body.size(), 100'000);
    QCOMPARE(whole->body.size(), 100'000);
    QCOMPARE(streamed->header("Content-Length"), QByteArray());
}

void TestHttpServers::slowAnswersTimeOut()
{
    PreparedRequest request;
    request.url = httpbin(u"/delay/10"_s);
    request.timeout = 100ms;
    const auto answer = send(request);
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, Error::Kind::TimedOut);
}

void TestHttpServers::aLargeFileIsUploadedAsItIs()
{
    QByteArray content;
    for (int block = 0; content.size() < 20 * 1024 * 1024; ++block)
        content += QCryptographicHash::hash(QByteArray::number(block), QCryptographicHash::Sha512);
    const QString path = m_nginx->write(u"large"_s, content);
    PreparedRequest request;
    request.method = "PUT";
    request.url = nginx(u"/upload/large"_s);
    request.body.appendFile(path, content.size());
    const auto answer = send(request);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->status, 201);
    QCOMPARE(readFile(m_nginx->path(u"root/upload/large"_s)), content);
    const auto back = get(nginx(u"/upload/large"_s));
    QVERIFY(back);
    QCOMPARE(back->body, content);
    request.method = "DELETE";
    request.body.clear();
    const auto gone = send(request);
    QVERIFY(gone);
    QCOMPARE(gone->status, 204);
}

void TestHttpServers::whatIsTooLargeIsExplained()
{
    PreparedRequest request;
    request.method = "POST";
    request.url = nginx(u"/small/"_s);
    request.body = QByteArray(8 * 1024 * 1024, 'x');
    const auto answer = send(request);
    // Either the answer came through, or the words say that the body may be too large for the server.
    if (answer)
        QCOMPARE(answer->status, 413);
    else
        QVERIFY2(answer.error().message.contains(u"of the body"_s), qPrintable(answer.error().message));
}

void TestHttpServers::partsAndUnchanged()
{
    PreparedRequest request;
    request.url = nginx(u"/text.txt"_s);
    const auto whole = send(request);
    QVERIFY(whole);
    request.headers = {{"Range", "bytes=4-8"}};
    const auto part = send(request);
    QVERIFY(part);
    QCOMPARE(part->status, 206);
    QCOMPARE(part->body, "quick");
    QVERIFY(part->header("Content-Range").startsWith("bytes 4-8/"));
    request.headers = {{"If-None-Match", whole->header("ETag")}};
    const auto unchanged = send(request);
    QVERIFY(unchanged);
    QCOMPARE(unchanged->status, 304);
    request.headers = {};
    request.method = "HEAD";
    const auto head = send(request);
    QVERIFY(head);
    QCOMPARE(head->status, 200);
    QCOMPARE(head->header("Content-Length").toInt(), whole->body.size());
    QVERIFY(head->body.isEmpty());
}

void TestHttpServers::connectionsAreKept()
{
    for (int call = 0; call < 3; ++call)
        QVERIFY(get(nginx(u"/text.txt?kept=%1"_s.arg(call))));
    QList<QByteArray> connections;
    QTRY_VERIFY(readFile(m_nginx->path(u"access.log"_s)).contains("kept=2"));
    for (const QByteArray &line : readFile(m_nginx->path(u"access.log"_s)).split('\n')) {
        if (line.contains("?kept="))
            connections.append(line.split(' ').last());
    }
    QCOMPARE(connections.size(), 3);
    QCOMPARE(connections.at(1), connections.at(0));
    QCOMPARE(connections.at(2), connections.at(0));
}

void TestHttpServers::http2()
{
    PreparedRequest request;
    request.method = "POST";
    request.url = QUrl(u"https://127.0.0.1:%1/anything?x=1"_s.arg(m_nghttpxPort));
    request.body = QByteArray("{\"a\": 1}");
    request.headers = {{"Content-Type", "application/json"}, {"X-Trace", "abc"}};
    request.keyId = m_tokens.add(token, {*Origin::fromUrl(request.url)});
    const auto answer = send(request);
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->protocol, "HTTP/2");
    QCOMPARE(answer->status, 200);
    const QJsonObject seen = json(answer).value("headers"_L1).toObject();
    QCOMPARE(seen.value("X-Trace"_L1).toString(), u"abc"_s);
    QCOMPARE(seen.value("Authorization"_L1).toString().toLatin1(), "Bearer " + token);
    QVERIFY(answer->header("Via").contains("nghttpx"));
    QCOMPARE(json(answer).value("json"_L1).toObject().value("a"_L1).toInt(), 1);
}

QTEST_GUILESS_MAIN(TestHttpServers)
#include "test_http_servers.moc"
