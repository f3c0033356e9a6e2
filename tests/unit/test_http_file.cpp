#include "app/body/SocketDrafts.h"
#include "app/http/PreparedRequest.h"
#include "app/workspace/HttpEdit.h"
#include "app/workspace/HttpRequest.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

QString seeds()
{
    return QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/fuzz/seeds/fuzz_http_file/"_s;
}

HttpFile parsed(const QByteArray &text)
{
    const auto file = HttpFile::parse(text, u"x.http"_s);
    if (!file)
        qFatal("%s", qPrintable(file.error().message));
    return *file;
}

HttpRequest read(const HttpFile &file, int index)
{
    const auto request = readHttpRequest(file, index);
    if (!request)
        qFatal("%s", qPrintable(request.error().message));
    return *request;
}

HttpRequest read(const QByteArray &text)
{
    return read(parsed(text), 0);
}

/// The lines that differ, as a diff shows them.
QByteArrayList changedLines(const QByteArray &before, const QByteArray &after)
{
    const QByteArrayList old = before.split('\n');
    const QByteArrayList now = after.split('\n');
    qsizetype begin = 0;
    while (begin < std::min(old.size(), now.size()) && old.at(begin) == now.at(begin))
        ++begin;
    qsizetype tail = 0;
    while (tail < std::min(old.size(), now.size()) - begin &&
           old.at(old.size() - 1 - tail) == now.at(now.size() - 1 - tail))
        ++tail;
    QByteArrayList changed;
    for (qsizetype i = begin; i < old.size() - tail; ++i)
        changed << '-' + old.at(i);
    for (qsizetype i = begin; i < now.size() - tail; ++i)
        changed << '+' + now.at(i);
    return changed;
}

} // namespace

class TestHttpFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileComesBackToTheByte_data();
    void everyFileComesBackToTheByte();
    void everyRequestIsWrittenUnchanged_data() { everyFileComesBackToTheByte_data(); }
    void everyRequestIsWrittenUnchanged();
    void everyRequestIsWrittenElsewhere_data() { everyFileComesBackToTheByte_data(); }
    void everyRequestIsWrittenElsewhere();
    void restClientRequestsAreRead();
    void jetBrainsRequestsAreRead();
    void ourOwnAnnotationsAreRead();
    void aKindStandsForItsHeader();
    void whatCannotBeSentIsMarked();
    void webSocketsAreReadWithTheirMessages();
    void optionsAndPromptsAreRead();
    void anEditChangesItsLinesOnly_data();
    void anEditChangesItsLinesOnly();
    void requestsAreAddedRemovedAndMoved();
    void renamesWhereTheNameStands();
    void whatTheFormatCannotSayIsRefused();
    void limitsAreNamedWithTheirPlace();
    void aFileInAnotherEncodingKeepsIt();
};

void TestHttpFile::everyFileComesBackToTheByte_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QStringList names = QDir(seeds()).entryList(QDir::Files);
    QVERIFY(names.size() > 6);
    for (const QString &name : names) {
        const QByteArray bytes = test::readFile(seeds() + name);
        QTest::newRow(qPrintable(name)) << bytes;
        QTest::newRow(qPrintable(name + u" CRLF"_s))
            << QByteArray(bytes).replace("\r\n", "\n").replace("\n", "\r\n");
        QTest::newRow(qPrintable(name + u" without its last line end"_s)) << bytes.trimmed();
        QTest::newRow(qPrintable(name + u" with a mark"_s)) << "\xEF\xBB\xBF" + bytes;
    }
}

void TestHttpFile::everyFileComesBackToTheByte()
{
    QFETCH(QByteArray, bytes);
    const HttpFile file = parsed(bytes);
    QCOMPARE(file.text(), bytes);
    qsizetype end = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    for (const HttpLine &line : file.lines()) {
        QCOMPARE(line.begin, end);
        end = line.next;
    }
    QCOMPARE(end, bytes.size());
    QByteArray blocks = bytes.first(file.lines().empty() ? bytes.size() : file.lines().front().begin);
    for (const HttpBlock &block : file.blocks())
        blocks += bytes.sliced(file.span(block).begin, file.span(block).size());
    QCOMPARE(blocks, bytes);
}

void TestHttpFile::everyRequestIsWrittenUnchanged()
{
    QFETCH(QByteArray, bytes);
    const HttpFile file = parsed(bytes);
    for (int i = 0; i < file.requestCount(); ++i) {
        const auto request = readHttpRequest(file, i);
        if (!request) {
            QCOMPARE(request.error().kind, Error::Kind::Unsupported);
            continue;
        }
        const auto written = withRequest(file, i, request->spec);
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(written->text(), bytes);
    }
}

/// Read, and written anew into an empty file: the same request, for all that can be read.
void TestHttpFile::everyRequestIsWrittenElsewhere()
{
    QFETCH(QByteArray, bytes);
    const HttpFile file = parsed(bytes);
    for (int i = 0; i < file.requestCount(); ++i) {
        const auto request = readHttpRequest(file, i);
        if (!request)
            continue;
        const auto written = withNewRequest(parsed({}), 0, request->spec);
        QVERIFY2(written, qPrintable(u"%1 in line %2"_s.arg(written ? QString() : written.error().message)
                                         .arg(file.lineNumber(i))));
        QCOMPARE(canonicalRequest(read(*written, 0).spec), canonicalRequest(request->spec));
    }
}

void TestHttpFile::restClientRequestsAreRead()
{
    const HttpFile file = parsed(test::readFile(seeds() + u"rest-client.http"_s));
    const auto named = [&file](const QString &name) {
        for (int i = 0; i < file.requestCount(); ++i) {
            if (file.name(i) == name)
                return read(file, i);
        }
        qFatal("no %s", qPrintable(name));
    };
    const HttpRequest first = read(file, 0);
    QCOMPARE(first.spec.method, u"GET"_s);
    QCOMPARE(first.spec.url, u"https://example.com/comments/1"_s);
    QCOMPARE(named(u"With a version"_s).spec.headers.size(), 3);
    QCOMPARE(named(u"With a version"_s).spec.headers.at(2), (NameValue{u"Content-Type"_s, QString(), true}));
    const RequestSpec query = named(u"Query on several lines"_s).spec;
    QCOMPARE(query.url, u"https://example.com/comments"_s);
    QCOMPARE(query.params, (QList<NameValue>{{u"page"_s, u"2"_s, true}, {u"pageSize"_s, u"10"_s, true}}));
    QCOMPARE(named(u"XML"_s).spec.body.kind, RequestBody::Kind::Xml);
    QCOMPARE(named(u"XML"_s).spec.headers.size(), 1);
    QCOMPARE(named(u"From a file"_s).spec.body.file, u"C:\\Users\\Default\\Desktop\\demo.xml"_s);
    const RequestBody multipart = named(u"Multipart"_s).spec.body;
    QCOMPARE(multipart.kind, RequestBody::Kind::Multipart);
    QCOMPARE(multipart.parts.size(), 2);
    QCOMPARE(multipart.parts.at(0).value, u"title"_s);
    QCOMPARE(multipart.parts.at(1).file, u"./1.png"_s);
    QCOMPARE(multipart.parts.at(1).contentType, u"image/png"_s);
    QCOMPARE(named(u"Mixed"_s).spec.body.text, u"before\n< ./middle.txt\nafter"_s);
    QCOMPARE(named(u"Form"_s).spec.body.form,
             (QList<NameValue>{{u"name"_s, u"foo"_s, true}, {u"password"_s, u"{{password}}"_s, true}}));
    QCOMPARE(named(u"Login"_s).reference, u"login"_s);
    QCOMPARE(named(u"createComment"_s).spec.body.kind, RequestBody::Kind::Text); // its type is a variable
    const RequestBody graphQl = named(u"GraphQL"_s).spec.body;
    QCOMPARE(graphQl.kind, RequestBody::Kind::GraphQl);
    QVERIFY(graphQl.text.startsWith(u"query ($name"_s) && graphQl.text.endsWith(u'}'));
    QVERIFY(graphQl.graphQlVariables.startsWith(u'{') && graphQl.graphQlVariables.contains(u"Huachao"_s));
    QCOMPARE(named(u"GraphQL"_s).spec.headers.size(), 1);

    const QList<NameValue> variables = fileVariables(file);
    QCOMPARE(variables.at(2), (NameValue{u"host"_s, u"{{hostname}}:{{port}}"_s, true}));
    QCOMPARE(variables.size(), 7);
}

void TestHttpFile::jetBrainsRequestsAreRead()
{
    const HttpFile file = parsed(test::readFile(seeds() + u"jetbrains.http"_s));
    const auto named = [&file](const QString &name) {
        for (int i = 0; i < file.requestCount(); ++i) {
            if (file.name(i) == name)
                return read(file, i);
        }
        qFatal("no %s", qPrintable(name));
    };
    const RequestSpec path = named(u"Path on several lines"_s).spec;
    QCOMPARE(path.url, u"http://example.com:8080/api/html/get"_s);
    QCOMPARE(path.params.size(), 2);
    QCOMPARE(named(u"Request from a name"_s).spec.url, u"example.com/api"_s);
    const RequestSpec form = named(u"Long form"_s).spec;
    QCOMPARE(form.body.kind, RequestBody::Kind::Form);
    QCOMPARE(form.body.form.size(), 3);
    const RequestSpec upload = named(u"Upload"_s).spec;
    QCOMPARE(upload.body.parts.size(), 3);
    QCOMPARE(upload.body.parts.at(0).file, u"./input.txt"_s);
    QCOMPARE(upload.body.parts.at(1).value, u"Text"_s);
    QCOMPARE(upload.body.parts.at(1).fileName, u"input-second.txt"_s);
    const HttpRequest handler = named(u"Handler"_s);
    QCOMPARE(handler.spec.body.kind, RequestBody::Kind::None);
    QCOMPARE(handler.notes.size(), 1);
    QCOMPARE(named(u"Handler in a file"_s).notes.size(), 3);
    QCOMPARE(named(u"Before"_s).notes.size(), 1);
    QCOMPARE(named(u"Before"_s).spec.body.kind, RequestBody::Kind::Json);
    QCOMPARE(named(u"Folded"_s).spec.headers.at(0).value, u"text/html, application/xml"_s);
    QCOMPARE(named(u"Folded"_s).spec.headers.at(1).value, u"one two"_s);
    const RequestSpec graphQl = named(u"GraphQL"_s).spec;
    QCOMPARE(graphQl.method, u"POST"_s);
    QCOMPARE(graphQl.body.kind, RequestBody::Kind::GraphQl);
    QVERIFY(!graphQl.body.text.contains(u'#'));
    QCOMPARE(graphQl.body.graphQlVariables, u"{\n  \"a\": 1\n}"_s);
    QCOMPARE(named(u"Other methods"_s).spec.method, u"PROPFIND"_s);
    QCOMPARE(named(u"Unknown things"_s).notes.size(), 1);
    QCOMPARE(named(u"Unknown things"_s).spec.headers.size(), 1);
}

void TestHttpFile::ourOwnAnnotationsAreRead()
{
    const HttpFile file = parsed(test::readFile(seeds() + u"keydesk.http"_s));
    QCOMPARE(file.requestCount(), 5);
    const RequestSpec list = read(file, 0).spec;
    QCOMPARE(list.key.kindId, u"env-token"_s);
    QCOMPARE(list.params,
             (QList<NameValue>{
                 {u"page"_s, u"2"_s, true}, {u"per_page"_s, u"50"_s, false}, {u"sort"_s, u"name"_s, true}}));
    QCOMPARE(list.headers,
             (QList<NameValue>{{u"Accept"_s, u"application/json"_s, true}, {u"X-Trace"_s, u"1"_s, false}}));
    const RequestSpec notes = read(file, 1).spec;
    QCOMPARE(notes.key.mode, KeyChoice::Mode::None);
    QCOMPARE(notes.body.text, u"# Title\n\n// not a comment"_s);
    const RequestSpec form = read(file, 2).spec;
    QCOMPARE(form.key.keyId, QUuid(u"6b9f5c7e-3f0e-4a55-9a59-5e5f3b9b8a10"_s));
    QCOMPARE(form.body.form,
             (QList<NameValue>{{u"a"_s, u"1"_s, true}, {u"b"_s, u"2"_s, false}, {u"c"_s, u"& x"_s, true}}));
    const QList<RequestPart> parts = read(file, 3).spec.body.parts;
    QCOMPARE(parts.size(), 2);
    QCOMPARE(parts.at(1).enabled, false);
    QCOMPARE(read(file, 4).spec.body.graphQlOperation, u"One"_s);
}

/// A kind stands for the header that says it; of two that say different things both stay rows.
void TestHttpFile::aKindStandsForItsHeader()
{
    const QByteArray body = "\n\na=1\n";
    const RequestSpec one = read("POST x\nContent-Type: application/x-www-form-urlencoded" + body).spec;
    QCOMPARE(one.body.kind, RequestBody::Kind::Form);
    QVERIFY(one.headers.isEmpty());
    const RequestSpec two =
        read("POST x\nContent-Type: application/json\nContent-Type: application/x-www-form-urlencoded" + body)
            .spec;
    QCOMPARE(two.headers.size(), 2);
    QCOMPARE(canonicalRequest(canonicalRequest(two)), canonicalRequest(two));
}

void TestHttpFile::whatCannotBeSentIsMarked()
{
    for (const QByteArray &text : {QByteArray("\n\nGRPC x:1/a\n"),
                                   QByteArray("\n\ncurl -X POST x\n"), QByteArray("\n\nOPTIONS *\nHost: x\n"),
                                   QByteArray("\n\nRSOCKET x\n")}) {
        const auto request = readHttpRequest(parsed(text), 0);
        QVERIFY(!request);
        QCOMPARE(request.error().kind, Error::Kind::Unsupported);
        QVERIFY(request.error().message.contains(u"x.http, line 3"_s));
    }
}

void TestHttpFile::webSocketsAreReadWithTheirMessages()
{
    const QByteArray text = "### Live\nWEBSOCKET wss://x.test/live\nAuthorization: Bearer {{key}}\nSec-WebSocket-Protocol: v1\n\n"
                            "===\n{\"topic\": 1}\n=== wait-for-server\n{\"topic\": 2}\n";
    const HttpFile file = parsed(text);
    const auto request = readHttpRequest(file, 0);
    QVERIFY(request);
    QCOMPARE(request->spec.method, u"WEBSOCKET"_s);
    QCOMPARE(request->spec.url, u"wss://x.test/live"_s);
    QVERIFY(request->notes.isEmpty());
    QCOMPARE(socketDrafts(request->spec.body, {}), (QStringList{u"{\"topic\": 1}"_s, u"{\"topic\": 2}"_s}));
    const auto prepared = prepareRequest(request->spec, {}, {{u"key"_s, u"k"_s, true}}, {});
    QVERIFY(prepared);
    QCOMPARE(prepared->method, "GET"_ba);
    QCOMPARE(prepared->url, QUrl(u"wss://x.test/live"_s));
    QVERIFY(prepared->body.isEmpty());
    // Behind a base URL, a path will do.
    RequestSpec path = request->spec;
    path.url = u"/live"_s;
    path.headers.clear();
    QCOMPARE(prepareRequest(path, QUrl(u"https://x.test/api"_s), {}, {})->url, QUrl(u"wss://x.test/api/live"_s));
    path.method = u"POST"_s;
    path.url = u"ws://localhost/"_s;
    QVERIFY(!prepareRequest(path, {}, {}, {}));
}

void TestHttpFile::optionsAndPromptsAreRead()
{
    const HttpOptions options =
        read("# @no-redirect\n// @no-cookie-jar\n# @no-log\n# @no-auto-encoding\n# @note\n# @timeout 2 s\n"
             "# @connection-timeout 1 m\n# @prompt name What it is\n# @prompt other\n# @unknown x\nGET x\n")
            .options;
    HttpOptions expected{false, false, false,  false,
                         true,  2000,  60'000, {{u"name"_s, u"What it is"_s}, {u"other"_s, QString()}}};
    QCOMPARE(options, expected);
    QCOMPARE(read("GET x\n").options, HttpOptions());
    QVERIFY(!read("# @timeout soon\nGET x\n").options.timeoutMs);
}

void TestHttpFile::anEditChangesItsLinesOnly_data()
{
    using Edit = std::function<void(RequestSpec &)>;
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Edit>("edit");
    QTest::addColumn<QByteArrayList>("diff");
    const QByteArray get = "# why\n### Name\n# @no-log\n\nGET  https://x.test/a?b=1&c=2  HTTP/1.1\nX-A:   "
                           "1\n# about B\nX-B: 2\n\n### Next\nGET y\n";
    QTest::newRow("method") << get << Edit([](RequestSpec &spec) { spec.method = u"DELETE"_s; })
                            << QByteArrayList{"-GET  https://x.test/a?b=1&c=2  HTTP/1.1",
                                              "+DELETE  https://x.test/a?b=1&c=2  HTTP/1.1"};
    QTest::newRow("url") << get << Edit([](RequestSpec &spec) { spec.url = u"https://x.test/b"_s; })
                         << QByteArrayList{"-GET  https://x.test/a?b=1&c=2  HTTP/1.1",
                                           "+GET  https://x.test/b?b=1&c=2 HTTP/1.1"};
    QTest::newRow("param") << get << Edit([](RequestSpec &spec) { spec.params[1].value = u"a b"_s; })
                           << QByteArrayList{"-GET  https://x.test/a?b=1&c=2  HTTP/1.1",
                                             "+GET  https://x.test/a?b=1&c=a%20b HTTP/1.1"};
    QTest::newRow("param off") << get << Edit([](RequestSpec &spec) { spec.params[1].enabled = false; })
                               << QByteArrayList{"-GET  https://x.test/a?b=1&c=2  HTTP/1.1",
                                                 "+GET  https://x.test/a", "+    ?b=1 HTTP/1.1",
                                                 "+    # @disabled &c=2"};
    QTest::newRow("header value") << get << Edit([](RequestSpec &spec) { spec.headers[0].value = u"3"_s; })
                                  << QByteArrayList{"-X-A:   1", "+X-A:   3"};
    QTest::newRow("header off") << get << Edit([](RequestSpec &spec) { spec.headers[1].enabled = false; })
                                << QByteArrayList{"-X-B: 2", "+# @disabled X-B: 2"};
    QTest::newRow("header gone") << get << Edit([](RequestSpec &spec) { spec.headers.removeFirst(); })
                                 << QByteArrayList{"-X-A:   1"};
    QTest::newRow("header added") << get << Edit([](RequestSpec &spec) {
        spec.headers.append({u"X-C"_s, u"3"_s, true});
    }) << QByteArrayList{"+X-C: 3"};
    QTest::newRow("headers swapped") << get << Edit([](RequestSpec &spec) {
        spec.headers.swapItemsAt(0, 1);
    }) << QByteArrayList{"-X-A:   1", "-# about B", "-X-B: 2", "+X-B: 2", "+# about B", "+X-A: 1"};
    QTest::newRow("key") << get << Edit([](RequestSpec &spec) { spec.key.mode = KeyChoice::Mode::None; })
                         << QByteArrayList{"+# @key none"};
    QTest::newRow("name") << get << Edit([](RequestSpec &spec) { spec.name = u"Other"_s; })
                          << QByteArrayList{"-### Name", "+### Other"};
    QTest::newRow("body") << get << Edit([](RequestSpec &spec) {
        spec.body.kind = RequestBody::Kind::Json;
        spec.body.text = u"{}"_s;
    }) << QByteArrayList{"+Content-Type: application/json", "+", "+{}"};

    const QByteArray lines = "GET https://x.test/a\n\t?b=1\n\t# why\n\t&c=2\n\t&d=3\n\n> {% x %}\n";
    QTest::newRow("one parameter of many lines")
        << lines << Edit([](RequestSpec &spec) { spec.params[2].value = u"4"_s; })
        << QByteArrayList{"-\t&d=3", "+\t&d=4"};
    QTest::newRow("the first off") << lines << Edit([](RequestSpec &spec) {
        spec.params[0].enabled = false;
    }) << QByteArrayList{"-\t?b=1", "-\t# why", "-\t&c=2", "+\t# @disabled ?b=1", "+\t# why", "+\t?c=2"};
    QTest::newRow("one gone") << lines << Edit([](RequestSpec &spec) { spec.params.removeAt(1); })
                              << QByteArrayList{"-\t&c=2"};
    QTest::newRow("url above its parameters")
        << lines << Edit([](RequestSpec &spec) { spec.url = u"https://x.test/b"_s; })
        << QByteArrayList{"-GET https://x.test/a", "+GET https://x.test/b"};
    QTest::newRow("body before a handler") << lines << Edit([](RequestSpec &spec) {
        spec.body.kind = RequestBody::Kind::Text;
        spec.body.text = u"x"_s;
    }) << QByteArrayList{"+Content-Type: text/plain; charset=utf-8", "+", "+x"};

    const QByteArray json =
        "POST x\r\nContent-Type: application/json\r\n\r\n{\r\n  // one\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n";
    QTest::newRow("a line of a body")
        << json << Edit([](RequestSpec &spec) { spec.body.text.replace(u"2"_s, u"3"_s); })
        << QByteArrayList{"-  \"b\": 2\r", "+  \"b\": 3\r"};
    QTest::newRow("body gone") << json << Edit([](RequestSpec &spec) { spec.body = {}; })
                               << QByteArrayList{"-Content-Type: application/json\r",
                                                 "-\r",
                                                 "-{\r",
                                                 "-  // one\r",
                                                 "-  \"a\": 1,\r",
                                                 "-  \"b\": 2\r",
                                                 "-}\r",
                                                 "+\r"};
    QTest::newRow("other kind") << json << Edit([](RequestSpec &spec) {
        spec.body = {RequestBody::Kind::Form, {}, {{u"a"_s, u"1"_s, true}, {u"b"_s, u"&"_s, false}}};
    })
                                << QByteArrayList{"-Content-Type: application/json\r",
                                                  "-\r",
                                                  "-{\r",
                                                  "-  // one\r",
                                                  "-  \"a\": 1,\r",
                                                  "-  \"b\": 2\r",
                                                  "-}\r",
                                                  "+Content-Type: application/x-www-form-urlencoded\r",
                                                  "+\r",
                                                  "+  // one\r",
                                                  "+a=1\r",
                                                  "+# @disabled b=%26\r"};
    QTest::newRow("no final line end")
        << QByteArray("GET x\nA: 1") << Edit([](RequestSpec &spec) { spec.headers[0].value = u"2"_s; })
        << QByteArrayList{"-A: 1", "+A: 2"};
    QTest::newRow("a header behind no final line end")
        << QByteArray("GET x\nA: 1") << Edit([](RequestSpec &spec) {
               spec.headers.append({u"B"_s, u"2"_s, true});
           })
        << QByteArrayList{"+B: 2"};
    QTest::newRow("implicit GET") << QByteArray("https://x.test\n")
                                  << Edit([](RequestSpec &spec) { spec.method = u"PUT"_s; })
                                  << QByteArrayList{"-https://x.test", "+PUT https://x.test"};
    QTest::newRow("path part") << QByteArray("# @path id = 1\n# @path other = 2\nGET /a/{id}/{other}\n")
                               << Edit([](RequestSpec &spec) { spec.pathParts[1].value = u"3"_s; })
                               << QByteArrayList{"-# @path other = 2", "+# @path other = 3"};
    QTest::newRow("first name") << QByteArray("@v = 1\n\n# about it\nGET x\n")
                                << Edit([](RequestSpec &spec) { spec.name = u"It"_s; })
                                << QByteArrayList{"+### It"};
    QTest::newRow("body that looks like comments")
        << QByteArray("POST x\nContent-Type: text/markdown\n\nText\n\n### y\nGET y\n")
        << Edit([](RequestSpec &spec) { spec.body.text = u"# Title\n\nText"_s; })
        << QByteArrayList{"-POST x", "-Content-Type: text/markdown", "+# @body exact",
                          "+POST x", "+Content-Type: text/markdown", "+",
                          "+# Title"};
}

void TestHttpFile::anEditChangesItsLinesOnly()
{
    using Edit = std::function<void(RequestSpec &)>;
    QFETCH(QByteArray, text);
    QFETCH(Edit, edit);
    QFETCH(QByteArrayList, diff);
    const HttpFile file = parsed(text);
    RequestSpec spec = read(file, 0).spec;
    edit(spec);
    const auto written = withRequest(file, 0, spec);
    QVERIFY2(written, written ? "" : qPrintable(written.error().message));
    if (changedLines(text, written->text()) != diff)
        qInfo("%s", written->text().constData());
    QCOMPARE(changedLines(text, written->text()), diff);
    QCOMPARE(canonicalRequest(read(*written, 0).spec), canonicalRequest(spec));
}

void TestHttpFile::requestsAreAddedRemovedAndMoved()
{
    const QByteArray text = "@v = 1\n\nGET a\n\n### B\nGET b\n\n### C\nGET c";
    const HttpFile file = parsed(text);
    QCOMPARE(file.requestCount(), 3);
    RequestSpec spec;
    spec.name = u"New"_s;
    spec.url = u"/n"_s;
    QCOMPARE(withNewRequest(file, 3, spec)->text(), text + "\n\n### New\nGET /n\n");
    QCOMPARE(withNewRequest(file, 1, spec)->text(),
             "@v = 1\n\nGET a\n\n### New\nGET /n\n\n### B\nGET b\n\n### C\nGET c");
    QCOMPARE(withNewRequest(file, 0, spec)->text(),
             "@v = 1\n\n### New\nGET /n\n\n###\nGET a\n\n### B\nGET b\n\n### C\nGET c");
    QCOMPARE(withNewRequest(parsed({}), 0, spec)->text(), "### New\nGET /n\n");

    QCOMPARE(withoutRequest(file, 1)->text(), "@v = 1\n\nGET a\n\n### C\nGET c");
    QCOMPARE(withoutRequest(file, 2)->text(), "@v = 1\n\nGET a\n\n### B\nGET b\n");
    QCOMPARE(withoutRequest(file, 0)->text(), "@v = 1\n\n### B\nGET b\n\n### C\nGET c");

    QCOMPARE(withRequestMoved(file, 2, 1)->text(), "@v = 1\n\nGET a\n\n### C\nGET c\n\n### B\nGET b\n");
    QCOMPARE(withRequestMoved(file, 1, 2)->text(), "@v = 1\n\nGET a\n\n### C\nGET c\n\n### B\nGET b\n");
    QCOMPARE(withRequestMoved(file, 0, 1)->text(), "@v = 1\n\n### B\nGET b\n\n###\nGET a\n\n### C\nGET c");
    QCOMPARE(movableSource(file, 0), "GET a\n");
    QCOMPARE(movableSource(file, 2), "### C\nGET c\n");
}

void TestHttpFile::renamesWhereTheNameStands()
{
    QCOMPARE(withName(parsed("### A\nGET x\n"), 0, u"B  b"_s)->text(), "### B b\nGET x\n");
    QCOMPARE(withName(parsed("###\n# @name a\nGET x\n"), 0, u"b"_s)->text(), "###\n# @name b\nGET x\n");
    QCOMPARE(withName(parsed("###\n# @name = a\nGET x\n"), 0, u"B b"_s)->text(),
             "### B b\n# @name = a\nGET x\n");
    QCOMPARE(withName(parsed("GET x\n"), 0, u"b"_s)->text(), "### b\nGET x\n");
    QCOMPARE(withName(parsed("### A\n# @name a\nGET x\n"), 0, {})->text(), "###\nGET x\n");
}

void TestHttpFile::whatTheFormatCannotSayIsRefused()
{
    const HttpFile file = parsed("POST x\nContent-Type: text/plain\n\nText\n\n> {% x %}\n\n### y\nGET y\n");
    RequestSpec spec = read(file, 0).spec;
    const auto refused = [&file](const RequestSpec &wrong) {
        const auto written = withRequest(file, 0, wrong);
        return written ? u"written"_s : written.error().message;
    };
    RequestSpec wrong = spec;
    wrong.body.text = u"one\n### two\nGET z"_s;
    QVERIFY(refused(wrong).contains(u"body"_s));
    wrong.body.text = u"# a comment, but there is a script"_s;
    QVERIFY2(refused(wrong).contains(u"line 6"_s), qPrintable(refused(wrong)));
    wrong = spec;
    wrong.method = u"two words"_s;
    QVERIFY2(refused(wrong).contains(u"method"_s), qPrintable(refused(wrong)));
    wrong = spec;
    wrong.headers = {{u"A\nB"_s, u"1"_s, true}};
    QVERIFY(refused(wrong).contains(u"headers"_s));
    wrong = spec;
    wrong.url = u"x HTTP/1.1"_s;
    QVERIFY(refused(wrong).contains(u"URL"_s));
}

void TestHttpFile::limitsAreNamedWithTheirPlace()
{
    const auto refused = [](const QByteArray &bytes) {
        const auto file = HttpFile::parse(bytes, u"/a/x.http"_s);
        return file ? Error{Error::Kind::Cancelled, {}, {}} : file.error();
    };
    const Error zero = refused(QByteArray("GET x\nab\0c", 10));
    QCOMPARE(zero.kind, Error::Kind::InvalidInput);
    QVERIFY2(zero.message.contains(u"/a/x.http"_s) && zero.message.contains(u"line 2, column 3"_s),
             qPrintable(zero.message));
    QCOMPARE(refused("\xFF\xFEG").kind, Error::Kind::InvalidInput);
    QCOMPARE(refused(QByteArray(HttpFile::limit + 1, 'x')).kind, Error::Kind::TooLarge);
    QCOMPARE(refused(QByteArray(HttpFile::mostLines + 1, '\n')).kind, Error::Kind::TooLarge);
    const Error many = refused(QByteArray("###\nGET x\n").repeated(HttpFile::mostRequests + 2));
    QCOMPARE(many.kind, Error::Kind::TooLarge);
    QVERIFY2(many.message.contains(u"line 2000"_s), qPrintable(many.message));
}

void TestHttpFile::aFileInAnotherEncodingKeepsIt()
{
    const HttpFile file = parsed("GET x\nX-A: caf\xE9\n");
    QVERIFY(!file.isUtf8());
    RequestSpec spec = read(file, 0).spec;
    QCOMPARE(spec.headers.at(0).value, u"café"_s);
    spec.headers[0].value = u"thé"_s;
    QCOMPARE(withRequest(file, 0, spec)->text(), "GET x\nX-A: th\xE9\n");
    spec.headers[0].value = u"日本"_s;
    const auto refused = withRequest(file, 0, spec);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains(u"UTF-8"_s) && refused.error().message.contains(u"x.http"_s));
}

QTEST_GUILESS_MAIN(TestHttpFile)
#include "test_http_file.moc"
