#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "app/http/RedactedRequest.h"
#include "app/http/RequestCheck.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using Kind = RequestBody::Kind;

/// Every kind of body, from how it is written to the bytes that a server gets.
class TestRequestBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void everyKindGoesOut_data();
    void everyKindGoesOut();
    void graphQlIsOneJsonObject();
    void graphQlNeedsAQueryAndAnObject_data();
    void graphQlNeedsAQueryAndAnObject();
    void multipartIsWhatBrowsersSend();
    void multipartKeepsATypedBoundary();
    void multipartAddsAMissingBoundary();
    void multipartOfAnotherTypeNeedsNoNames();
    void multipartFaultsHaveTheirRow_data();
    void multipartFaultsHaveTheirRow();
    void aFileGoesOutAsItIs();
    void anEmptyFileIsABodyOfLengthZero();
    void relativePathsBeginAtTheBaseFolder();
    void filesThatCannotBeSentAreSaidBefore_data();
    void filesThatCannotBeSentAreSaidBefore();
    void aFileThatChangesBetweenIsNotSent();
    void aFileThatChangesMeanwhileEndsTheCall_data();
    void aFileThatChangesMeanwhileEndsTheCall();
    void aLargeFileIsNeverInMemory();
    void aRedirectSendsTheFileAgain();
    void aFileIsNeverSentTwiceByItself();
    void whatIsShownHoldsNoFileAndNoCredential();
    void xmlFaultsHaveTheirPlace();
    void uploadsTellHowFarTheyAre();
    void aServerThatDoesNotTakeItAllIsSaid();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] RequestSpec spec(const RequestBody &body, const QList<NameValue> &headers = {}) const;
    /// The one request that came of it.
    ReceivedRequest send(const RequestSpec &spec, const Variables &variables = {});
    [[nodiscard]] Error errorOf(const RequestSpec &spec) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HttpTestServer> m_server;
    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    CallTrace m_trace;
};

namespace {

RequestBody ofFile(const QString &path)
{
    RequestBody body;
    body.kind = Kind::File;
    body.file = path;
    return body;
}

RequestBody ofParts(const QList<RequestPart> &parts)
{
    RequestBody body;
    body.kind = Kind::Multipart;
    body.parts = parts;
    return body;
}

RequestBody ofGraphQl(const QString &query, const QString &variables = {}, const QString &operation = {})
{
    RequestBody body;
    body.kind = Kind::GraphQl;
    body.text = query;
    body.graphQlVariables = variables;
    body.graphQlOperation = operation;
    return body;
}

QByteArray boundaryOf(const ReceivedRequest &request)
{
    const QByteArray type = request.header("Content-Type");
    return type.mid(type.indexOf("boundary=") + 9);
}

/// Takes a request without keeping it, and answers when it has `size` bytes of body.
class CountingServer : public QObject
{
public:
    CountingServer()
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this] {
                if (!stopped)
                    count(socket->readAll());
            });
        });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("no port on loopback");
    }

    [[nodiscard]] QString url() const { return u"http://127.0.0.1:%1/"_s.arg(m_server.serverPort()); }

    qint64 body = -1; // bytes of it so far; -1: the head is not here yet
    qint64 length = -1;
    bool stopped = false;
    QPointer<QTcpSocket> socket;
    std::function<void()> onBody;

private:
    void count(const QByteArray &bytes)
    {
        if (body < 0) {
            m_head += bytes;
            const qsizetype end = m_head.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            for (const QByteArray &line : m_head.first(end).split('\n')) {
                if (line.toLower().startsWith("content-length:"))
                    length = line.mid(15).trimmed().toLongLong();
            }
            body = m_head.size() - end - 4;
        } else {
            body += bytes.size();
        }
        if (onBody)
            onBody();
        if (body == length)
            socket->write(response(200));
    }

    QTcpServer m_server;
    QByteArray m_head;
};

qint64 memory(const QByteArray &name)
{
    for (const QByteArray &line : readFile(u"/proc/self/status"_s).split('\n')) {
        if (line.startsWith(name + ':'))
            return line.mid(name.size() + 1).trimmed().split(' ').first().toLongLong() * 1024;
    }
    return -1;
}

/// As CallWatcher::wait, which sleeps between its looks: here each block of a large file would wait for one.
bool waitFor(HttpCall *call, CallWatcher &watcher)
{
    QSignalSpy gone(call, &QObject::destroyed);
    return (watcher.gone || gone.wait(120'000)) && watcher.finishedCount == 1;
}

/// Zeros that take no room on the disk.
void writeSparse(const QString &path, qint64 size)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(size));
}

} // namespace

void TestRequestBodies::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_client.reset();
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_server = std::make_unique<HttpTestServer>();
    m_trace = {};
}

RequestSpec TestRequestBodies::spec(const RequestBody &body, const QList<NameValue> &headers) const
{
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = m_server->url(u"/x"_s).toString();
    spec.headers = headers;
    spec.body = body;
    return spec;
}

ReceivedRequest TestRequestBodies::send(const RequestSpec &spec, const Variables &variables)
{
    const qsizetype before = m_server->requests().size();
    const auto prepared = prepareRequest(spec, {}, variables, {}, m_folder->path());
    if (!prepared) {
        QTest::qFail(qPrintable(prepared.error().message), __FILE__, __LINE__);
        return {};
    }
    CallWatcher call(m_client->send(*prepared));
    if (!call.wait() || !call.isValue() || m_server->requests().size() != before + 1) {
        QTest::qFail("the request did not arrive once", __FILE__, __LINE__);
        return {};
    }
    m_trace = call.trace;
    return m_server->requests().last();
}

Error TestRequestBodies::errorOf(const RequestSpec &spec) const
{
    const auto prepared = prepareRequest(spec, {}, {}, {}, m_folder->path());
    return prepared ? Error{Error::Kind::Cancelled, u"it can be sent"_s, {}} : prepared.error();
}

void TestRequestBodies::everyKindGoesOut_data()
{
    QTest::addColumn<RequestBody>("body");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char *name, const RequestBody &body, const QByteArray &bytes,
                        const QByteArray &type) { QTest::newRow(name) << body << bytes << type; };
    row("none", {}, "", "");
    row("JSON", {Kind::Json, u" {\"n\": {{n}}}"_s, {}}, " {\"n\": 1.50}", "application/json");
    row("text", {Kind::Text, u"n={{n}} ü\n"_s, {}}, "n=1.50 \xC3\xBC\n", "text/plain; charset=utf-8");
    row("XML", {Kind::Xml, u"<?xml version=\"1.0\"?>\n<a b=\"{{n}}\">{{n}}</a>\n"_s, {}},
        "<?xml version=\"1.0\"?>\n<a b=\"1.50\">1.50</a>\n", "application/xml");
    row("form",
        {Kind::Form,
         {},
         {{u"a"_s, u"1 2"_s, true}, {u"a"_s, u"&ü"_s, true}, {u"b"_s, {}, true}, {u"off"_s, u"x"_s, false}}},
        "a=1+2&a=%26%C3%BC&b=", "application/x-www-form-urlencoded");
    row("GraphQL", ofGraphQl(u"{ a(n: {{n}}) }"_s), R"({"query":"{ a(n: 1.50) }"})", "application/json");
}

void TestRequestBodies::everyKindGoesOut()
{
    QFETCH(RequestBody, body);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, type);
    const ReceivedRequest got = send(spec(body), {{u"n"_s, u"1.50"_s, true}});
    QCOMPARE(got.body, bytes);
    QCOMPARE(got.header("Content-Type"), type);
    QCOMPARE(got.header("Content-Length"), QByteArray::number(bytes.size()));
    const ReceivedRequest typed =
        send(spec(body, {{u"content-type"_s, u"a/b"_s, true}}), {{u"n"_s, u"1.50"_s, true}});
    QCOMPARE(typed.header("Content-Type"), "a/b"_ba);
}

void TestRequestBodies::graphQlIsOneJsonObject()
{
    const QString query = u"query A($n: Int) {\n  a(n: $n, s: \"ü\\n\") { id }\n}"_s;
    const ReceivedRequest got =
        send(spec(ofGraphQl(query, u"{\n \"n\": 12345678901234567890, \"v\": {{v}} }\n"_s, u" A "_s)),
             {{u"v"_s, u"[1]"_s, true}});
    const QJsonObject json = QJsonDocument::fromJson(got.body).object();
    QCOMPARE(json[u"query"_s].toString(), query);
    QCOMPARE(json[u"operationName"_s].toString(), u"A"_s);
    QCOMPARE(json[u"variables"_s][u"v"_s].toArray(), QJsonArray{1});
    QVERIFY(got.body.contains("12345678901234567890"));
    QCOMPARE(json.keys().size(), 3);
}

void TestRequestBodies::graphQlNeedsAQueryAndAnObject_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("variables");
    QTest::addColumn<int>("field");
    QTest::addColumn<int>("line");
    QTest::newRow("no query") << u" \n"_s << QString() << int(RequestProblem::Field::Body) << 0;
    QTest::newRow("no JSON") << u"{a}"_s << u"{\n \"n\": oops}"_s
                             << int(RequestProblem::Field::GraphQlVariables) << 2;
    QTest::newRow("a list") << u"{a}"_s << u"[1]"_s << int(RequestProblem::Field::Body) << 0;
}

void TestRequestBodies::graphQlNeedsAQueryAndAnObject()
{
    QFETCH(QString, query);
    QFETCH(QString, variables);
    QFETCH(int, field);
    QFETCH(int, line);
    const auto problems = checkRequest(spec(ofGraphQl(query, variables)), {}, {});
    QCOMPARE(problems.size(), 1);
    QCOMPARE(int(problems.first().field), field);
    QCOMPARE(problems.first().line, line);
}

void TestRequestBodies::multipartIsWhatBrowsersSend()
{
    writeFile(path(u"a ü\".txt"_s), "line\r\n--x\0"_ba + QByteArray(70'000, 'f'));
    writeFile(path(u"b.unknown"_s), "");
    const ReceivedRequest got =
        send(spec(ofParts({{u"text \"q\"\n"_s, u"{{v}} ü"_s, {}, {}, {}, {}, true},
                           {u"off"_s, u"x"_s, u"/no such file"_s, {}, {}, {}, false},
                           {u"text"_s,
                            u"{}"_s,
                            {},
                            {},
                            u"application/json"_s,
                            {{u"X-Part"_s, u" 1 "_s, true}, {u"X-Off"_s, u"2"_s, false}},
                            true},
                           {u"empty"_s, {}, {}, {}, {}, {}, true},
                           {u"file"_s, u"not this"_s, path(u"a ü\".txt"_s), {}, {}, {}, true},
                           {u"file"_s, {}, path(u"b.unknown"_s), u"other.png"_s, u"image/png"_s, {}, true},
                           RequestPart()})),
             {{u"v"_s, u"value"_s, true}});
    const QByteArray delimiter = "--" + boundaryOf(got) + "\r\n";
    QVERIFY(boundaryOf(got).size() > 20);
    QCOMPARE(got.header("Content-Type"), "multipart/form-data; boundary=" + boundaryOf(got));
    const QByteArray expected =
        delimiter + "Content-Disposition: form-data; name=\"text %22q%22%0A\"\r\n\r\nvalue \xC3\xBC\r\n" +
        delimiter +
        "Content-Disposition: form-data; name=\"text\"\r\nContent-Type: application/json\r\nX-Part: "
        "1\r\n\r\n{}\r\n" +
        delimiter + "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n" + delimiter +
        "Content-Disposition: form-data; name=\"file\"; filename=\"a \xC3\xBC%22.txt\"\r\nContent-Type: "
        "text/plain\r\n\r\n" +
        readFile(path(u"a ü\".txt"_s)) + "\r\n" + delimiter +
        "Content-Disposition: form-data; name=\"file\"; filename=\"other.png\"\r\nContent-Type: "
        "image/png\r\n\r\n\r\n" +
        "--" + boundaryOf(got) + "--\r\n";
    QCOMPARE(got.body, expected);
    QCOMPARE(got.header("Content-Length"), QByteArray::number(expected.size()));
}

void TestRequestBodies::multipartKeepsATypedBoundary()
{
    const RequestBody body = ofParts({{u"a"_s, u"1"_s, {}, {}, {}, {}, true}});
    for (const auto &type : {u"multipart/form-data; boundary=my-own"_s,
                             u"multipart/form-data; charset=utf-8; Boundary=\"my-own\""_s}) {
        const ReceivedRequest got = send(spec(body, {{u"Content-Type"_s, type, true}}));
        QCOMPARE(got.header("Content-Type"), type.toUtf8());
        QVERIFY(got.body.startsWith("--my-own\r\n") && got.body.endsWith("\r\n--my-own--\r\n"));
    }
    for (const auto &type : {u"multipart/form-data; boundary="_s, u"multipart/form-data; boundary=\"ü\""_s,
                             u"multipart/form-data; boundary="_s + QString(71, u'x')})
        QVERIFY(errorOf(spec(body, {{u"Content-Type"_s, type, true}})).message.contains(u"oundary"_s));
    const RequestBody broken = ofParts({{u"a"_s, u"x\r\n--my-own--"_s, {}, {}, {}, {}, true}});
    QVERIFY(errorOf(spec(broken, {{u"Content-Type"_s, u"multipart/form-data; boundary=my-own"_s, true}}))
                .message.contains(u"my-own"_s));
}

void TestRequestBodies::multipartAddsAMissingBoundary()
{
    const RequestBody body = ofParts({{u"a"_s, u"1"_s, {}, {}, {}, {}, true}});
    const ReceivedRequest got =
        send(spec(body, {{u"content-type"_s, u"Multipart/Form-Data; charset=utf-8"_s, true}}));
    QVERIFY(got.header("Content-Type").startsWith("Multipart/Form-Data; charset=utf-8; boundary="));
    QVERIFY(got.body.startsWith("--" + boundaryOf(got) + "\r\n"));
}

void TestRequestBodies::multipartOfAnotherTypeNeedsNoNames()
{
    const RequestBody body =
        ofParts({{{}, u"{}"_s, {}, {}, u"application/json"_s, {{u"Content-ID"_s, u"<1>"_s, true}}, true}});
    const QList<NameValue> headers{{u"Content-Type"_s, u"multipart/related"_s, true}};
    const ReceivedRequest got = send(spec(body, headers));
    QCOMPARE(got.body, "--" + boundaryOf(got) +
                           "\r\nContent-Type: application/json\r\nContent-ID: <1>\r\n\r\n{}\r\n--" +
                           boundaryOf(got) + "--\r\n");
    QVERIFY(checkRequest(spec(body, headers), {}, {}).isEmpty());
}

void TestRequestBodies::multipartFaultsHaveTheirRow_data()
{
    QTest::addColumn<RequestPart>("part");
    QTest::newRow("no name") << RequestPart{{}, u"x"_s, {}, {}, {}, {}, true};
    QTest::newRow("a variable without a value") << RequestPart{u"a"_s, u"{{gone}}"_s, {}, {}, {}, {}, true};
    QTest::newRow("no such file") << RequestPart{u"a"_s, {}, u"/no/such/file"_s, {}, {}, {}, true};
    QTest::newRow("a type of two lines") << RequestPart{u"a"_s, u"x"_s, {}, {}, u"a/b\nEvil: 1"_s, {}, true};
    QTest::newRow("a header with a blank")
        << RequestPart{u"a"_s, u"x"_s, {}, {}, {}, {{u"No name"_s, u"1"_s, true}}, true};
}

void TestRequestBodies::multipartFaultsHaveTheirRow()
{
    QFETCH(RequestPart, part);
    const RequestBody body = ofParts({{u"good"_s, u"1"_s, {}, {}, {}, {}, true}, RequestPart(), part});
    const auto problems = checkRequest(spec(body), {}, {});
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().field, RequestProblem::Field::Body);
    QCOMPARE(problems.first().row, 2);
    RequestBody off = body;
    off.parts[2].enabled = false;
    QVERIFY(checkRequest(spec(off), {}, {}).isEmpty());
    QCOMPARE(checkRequest(spec(ofParts({})), {}, {}).size(), 1);
}

void TestRequestBodies::aFileGoesOutAsItIs()
{
    const QByteArray bytes = "\x89PNG\r\n\0\xFF"_ba + QByteArray(100'000, 'x') + "{{v}}";
    writeFile(path(u"a.png"_s), bytes);
    const ReceivedRequest got =
        send(spec(ofFile(u"{{folder}}/a.png"_s)), {{u"folder"_s, m_folder->path(), true}});
    QCOMPARE(got.body, bytes);
    QCOMPARE(got.header("Content-Type"), "image/png"_ba);
    writeFile(path(u"a"_s), "x");
    QCOMPARE(send(spec(ofFile(path(u"a"_s)))).header("Content-Type"), "application/octet-stream"_ba);
}

void TestRequestBodies::anEmptyFileIsABodyOfLengthZero()
{
    writeFile(path(u"empty.txt"_s), "");
    const ReceivedRequest got = send(spec(ofFile(path(u"empty.txt"_s))));
    QCOMPARE(got.header("Content-Length"), "0"_ba);
    QCOMPARE(got.header("Content-Type"), "text/plain"_ba);
}

void TestRequestBodies::relativePathsBeginAtTheBaseFolder()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"sub"_s));
    writeFile(path(u"sub/a.txt"_s), "here");
    QCOMPARE(send(spec(ofFile(u"./sub/a.txt"_s))).body, "here"_ba);
    const auto without = prepareRequest(spec(ofFile(u"sub/a.txt"_s)), {}, {}, {});
    QVERIFY(!without && without.error().message.contains(u"sub/a.txt"_s));
}

void TestRequestBodies::filesThatCannotBeSentAreSaidBefore_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("word");
    QTest::newRow("none") << QString() << u"Choose"_s;
    QTest::newRow("missing") << u"missing"_s << u"does not exist"_s;
    QTest::newRow("broken link") << u"link"_s << u"does not exist"_s;
    QTest::newRow("folder") << u"folder"_s << u"folder"_s;
    QTest::newRow("pipe") << u"pipe"_s << u"pipe"_s;
    QTest::newRow("device") << u"/dev/zero"_s << u"device"_s;
    QTest::newRow("endless text") << u"/proc/self/status"_s << u"size"_s;
    QTest::newRow("unreadable") << u"secret"_s << u"cannot be read"_s;
}

void TestRequestBodies::filesThatCannotBeSentAreSaidBefore()
{
    QFETCH(QString, name);
    QFETCH(QString, word);
    if (name == u"secret"_s && ::geteuid() == 0)
        QSKIP("root reads everything");
    QVERIFY(QDir(m_folder->path()).mkdir(u"folder"_s));
    QCOMPARE(::mkfifo(QFile::encodeName(path(u"pipe"_s)).constData(), 0600), 0);
    QVERIFY(QFile::link(path(u"nowhere"_s), path(u"link"_s)));
    writeFile(path(u"secret"_s), "x", 0);
    const QString file = name.isEmpty() || name.startsWith(u'/') ? name : path(name);
    const Error error = errorOf(spec(ofFile(file)));
    QCOMPARE(error.kind, Error::Kind::InvalidInput);
    QVERIFY2(error.message.contains(word), qPrintable(error.message));
    const auto problems = checkRequest(spec(ofFile(file)), {}, {});
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().field, RequestProblem::Field::Body);
}

void TestRequestBodies::aFileThatChangesBetweenIsNotSent()
{
    writeFile(path(u"a"_s), "12345");
    const auto prepared = prepareRequest(spec(ofFile(path(u"a"_s))), {}, {}, {});
    writeFile(path(u"a"_s), "123456");
    CallWatcher call(m_client->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::Conflict));
    QVERIFY(call.trace.sent.isEmpty());
    QVERIFY(m_server->received().isEmpty());
}

void TestRequestBodies::aFileThatChangesMeanwhileEndsTheCall_data()
{
    QTest::addColumn<qint64>("after");
    QTest::newRow("longer") << qint64(60'000'001);
    QTest::newRow("shorter") << qint64(59'999'999);
    QTest::newRow("gone") << qint64(0);
}

void TestRequestBodies::aFileThatChangesMeanwhileEndsTheCall()
{
    QFETCH(qint64, after);
    CountingServer server;
    writeSparse(path(u"large"_s), 60'000'000);
    RequestSpec request = spec(ofParts({{u"f"_s, {}, path(u"large"_s), {}, {}, {}, true}}));
    request.url = server.url();
    // The server does not read on before the file has changed: the kernel's buffers hold less than it.
    bool changed = false;
    server.onBody = [&] {
        if (std::exchange(changed, true))
            return;
        QVERIFY(QFile::resize(path(u"large"_s), after));
    };
    const auto prepared = prepareRequest(request, {}, {}, {});
    HttpCall *sent = m_client->send(*prepared);
    CallWatcher call(sent);
    QVERIFY(waitFor(sent, call));
    QVERIFY(call.failedWith(Error::Kind::Conflict));
    QVERIFY2(call.error().message.contains(u"changed its size"_s), qPrintable(call.error().message));
    QCOMPARE(call.trace.sent.size(), 1);
    QVERIFY(server.body < server.length);
}

void TestRequestBodies::aLargeFileIsNeverInMemory()
{
    constexpr qint64 size = 300'000'000;
    CountingServer server;
    writeSparse(path(u"large.bin"_s), size);
    RequestSpec request = spec(ofParts(
        {{u"note"_s, u"x"_s, {}, {}, {}, {}, true}, {u"f"_s, {}, path(u"large.bin"_s), {}, {}, {}, true}}));
    request.url = server.url();
    const qint64 before = memory("VmRSS");
    const auto prepared = prepareRequest(request, {}, {}, {});
    HttpCall *sent = m_client->send(*prepared);
    CallWatcher call(sent);
    QVERIFY(waitFor(sent, call));
    QVERIFY(call.isValue());
    QCOMPARE(server.body, prepared->body.size());
    QVERIFY(server.body > size);
    QVERIFY(call.trace.sent.first().body.size() < 1'000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // The largest that this process ever was, so it cannot miss a peak.
    QVERIFY2(memory("VmHWM") - before < 40'000'000, QByteArray::number(memory("VmHWM") - before).constData());
#else
    Q_UNUSED(before) // they keep what was freed
#endif
}

void TestRequestBodies::aRedirectSendsTheFileAgain()
{
    const QByteArray bytes(100'000, 'r');
    writeFile(path(u"a.bin"_s), bytes);
    for (const int status : {307, 308}) {
        m_server->handle("/x", [status](const ReceivedRequest &) {
            return Answer{response(status, {{"Location", "/to"}})};
        });
        const auto prepared = prepareRequest(spec(ofFile(path(u"a.bin"_s))), {}, {}, {});
        CallWatcher call(m_client->send(*prepared));
        QVERIFY(call.wait());
        QVERIFY(call.isValue());
        QCOMPARE(call.trace.sent.size(), 2);
        QCOMPARE(m_server->requests().last().target, "/to"_ba);
        QCOMPARE(m_server->requests().last().body, bytes);
    }
    HttpTestServer other;
    m_server->handle("/x", [&other](const ReceivedRequest &) {
        return Answer{response(307, {{"Location", other.url().toEncoded()}})};
    });
    const auto prepared = prepareRequest(spec(ofFile(path(u"a.bin"_s))), {}, {}, {});
    CallWatcher call(m_client->send(*prepared));
    QVERIFY(call.wait());
    QCOMPARE(call.response().status, 307);
    QVERIFY(other.received().isEmpty());
}

void TestRequestBodies::aFileIsNeverSentTwiceByItself()
{
    writeFile(path(u"a.bin"_s), "order");
    m_server->answer({}, Answer::Then::Close);
    const auto prepared = prepareRequest(spec(ofFile(path(u"a.bin"_s))), {}, {}, {});
    CallWatcher call(m_client->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::ConnectionLost));
    QCOMPARE(m_server->requests().size(), 1);
}

void TestRequestBodies::whatIsShownHoldsNoFileAndNoCredential()
{
    m_redactor->add(Secret("talq_canarycanary3f9a"));
    writeFile(path(u"keys.txt"_s), "canary in the file");
    const ReceivedRequest got =
        send(spec(ofParts({{u"password"_s, u"canary typed"_s, {}, {}, {}, {}, true},
                           {u"note"_s, u"a talq_canarycanary3f9a b"_s, {}, {}, {}, {}, true},
                           {u"h"_s, u"1"_s, {}, {}, {}, {{u"Authorization"_s, u"canary head"_s, true}}, true},
                           {u"f"_s, {}, path(u"keys.txt"_s), {}, {}, {}, true}})));
    QVERIFY(got.body.contains("canary typed") && got.body.contains("canary in the file") &&
            got.body.contains("canarycanary") && got.body.contains("canary head"));
    const QString text = sentText(m_trace);
    QVERIFY2(!text.contains(u"canary"_s), qPrintable(text));
    for (const auto &word :
         {u"[content of the file “keys.txt”, 18 B]"_s, u"a •••• b"_s, u"name=\"password\""_s})
        QVERIFY2(text.contains(word), qPrintable(text));
}

void TestRequestBodies::xmlFaultsHaveTheirPlace()
{
    RequestSpec request = spec({Kind::Xml, u"<a>\n  <b>{{v}}</c>\n</a>"_s, {}});
    const Variables variables{{u"v"_s, u"a longer value"_s, true}};
    const auto problems = checkRequest(request, {}, variables);
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().line, 2);
    QVERIFY(problems.first().column > 10 && problems.first().column < 16); // as typed, not as filled
    QVERIFY(!prepareRequest(request, {}, variables, {}));
    request.body.text = u"<{{v}}/>"_s;
    QVERIFY(checkRequest(request, {}, {{u"v"_s, u"name"_s, true}}).isEmpty());
    request.body.text = u" "_s;
    QCOMPARE(checkRequest(request, {}, {}).size(), 1);
}

void TestRequestBodies::uploadsTellHowFarTheyAre()
{
    writeFile(path(u"a.bin"_s), QByteArray(500'000, 'x'));
    const auto prepared = prepareRequest(spec(ofFile(path(u"a.bin"_s))), {}, {}, {});
    HttpCall *call = m_client->send(*prepared);
    QList<qint64> sent;
    connect(call, &HttpCall::uploaded, this, [&](qint64 bytes, qint64 total) {
        QCOMPARE(total, 500'000);
        sent.append(bytes);
    });
    CallWatcher watcher(call);
    QVERIFY(watcher.wait());
    QVERIFY(!sent.isEmpty());
    QVERIFY(std::is_sorted(sent.cbegin(), sent.cend()));
    QVERIFY(sent.last() <= 500'000);
}

void TestRequestBodies::aServerThatDoesNotTakeItAllIsSaid()
{
    CountingServer server;
    server.onBody = [&server] {
        if (server.body < 1'000'000 || std::exchange(server.stopped, true))
            return;
        server.socket->write(
            "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        server.socket->flush();
        server.socket->disconnectFromHost();
    };
    writeSparse(path(u"large"_s), 60'000'000);
    RequestSpec request = spec(ofFile(path(u"large"_s)));
    request.url = server.url();
    HttpCall *sent = m_client->send(*prepareRequest(request, {}, {}, {}));
    CallWatcher call(sent);
    QVERIFY(waitFor(sent, call));
    QVERIFY(call.failedWith(Error::Kind::ConnectionLost));
    QVERIFY2(call.error().message.contains(u"of 60.00 MB of the body"_s), qPrintable(call.error().message));
}

QTEST_GUILESS_MAIN(TestRequestBodies)
#include "test_request_bodies.moc"
