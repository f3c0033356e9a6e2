#include "app/interchange/har/Har.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> read(const QByteArray &bytes)
{
    return readHar(bytes, {u"calls.har"_s, goOn});
}

QByteArray archive(const QByteArray &entries, const QByteArray &version = "1.2")
{
    return R"({"log":{"version":")" + version + R"(","creator":{"name":"x","version":"1"},"pages":[{"id":"p1","title":"First page"}],"entries":[)" + entries + "]}}";
}

QByteArray entry(const QByteArray &request, const QByteArray &more = {})
{
    return "{" + more + R"("startedDateTime":"2024-01-01T00:00:00.000Z","time":1,"request":)" + request + R"(,"response":{},"cache":{},"timings":{}})";
}

/// What Debian's HAR validator has against it; empty: nothing.
QByteArray problemsWith(const QByteArray &har)
{
    QProcess node;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"NODE_PATH"_s, u"/usr/share/nodejs"_s);
    node.setProcessEnvironment(environment);
    node.start(u"node"_s, {u"-e"_s, u"require('har-validator/lib/promise').har(JSON.parse(require('fs').readFileSync(0)))"
                                    ".then(() => console.log('valid'), e => console.log(JSON.stringify(e.errors)))"_s});
    node.write(har);
    node.closeWriteChannel();
    if (!node.waitForFinished())
        return "the validator did not run";
    const QByteArray said = node.readAllStandardOutput().trimmed();
    return said == "valid" ? QByteArray() : "not valid: " + said + node.readAllStandardError();
}

HistoryEntry call()
{
    using Phase = HopTiming::Phase;
    HistoryEntry entry;
    entry.row.at = QDateTime(QDate(2024, 5, 6), QTime(7, 8, 9), Qt::UTC);
    entry.row.method = u"POST"_s;
    entry.row.status = 200;
    entry.row.bytes = 11;
    entry.request.body.kind = RequestBody::Kind::Json;
    entry.sent = u"POST https://h.example/a?x=1%202\nContent-Type: application/json\nAuthorization: Bearer ••••\nCookie: a=b\n\n{\"a\":1}\n\n"
                 "307 Temporary Redirect: the server redirected to https://h.example/b.\n\nPOST https://h.example/b\nContent-Type: application/json\n\n{\"a\":1}"_s;
    entry.responseHead = u"HTTP/1.1 200 OK\nContent-Type: application/json\nSet-Cookie: ••••\n"_s;
    entry.responseBody = R"({"ok":true})";
    HopTiming first;
    first.status = 307;
    first.spans = {{Phase::Queue, std::chrono::microseconds(500)}, {Phase::Connect, std::chrono::microseconds(1000)}, {Phase::Wait, std::chrono::microseconds(2000)}};
    HopTiming second;
    second.status = 200;
    second.spans = {{Phase::Wait, std::chrono::microseconds(3000)}, {Phase::Download, std::chrono::microseconds(250)}};
    entry.timings = {first, second};
    return entry;
}

} // namespace

/// HTTP Archives in and out; what goes out is held against the schema that others wrote.
class TestHar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void entriesAreRequests();
    void bodiesComeInEveryShape_data();
    void bodiesComeInEveryShape();
    void badFilesAreSaid_data();
    void badFilesAreSaid();
    void anOlderVersionIsTolerated();
    void aLargeFileIsRead();
    void theHistoryIsAValidArchive();
    void aCallIsAnEntryAHop();
    void callsWithoutAnAnswerAreEntriesToo();
    void aBodyThatIsNoTextIsBase64();
    void aCollectionIsAValidArchive();
};

void TestHar::entriesAreRequests()
{
    const auto imported = read(archive(entry(R"({"method":"GET","url":"https://h/a?b=c#d","headers":[{"name":":authority","value":"h"},{"name":"Sec-Fetch-Mode","value":"cors"},{"name":"Host","value":"h"},{"name":"X-A","value":"b"}],"cookies":[{"name":"s","value":"1"}],"queryString":[{"name":"b","value":"c"}]})",
                                             R"("pageref":"p1","_priority":"High",)") +
                                       "," + entry(R"({"method":"GET","url":"data:text/plain,x"})") + "," + entry(R"({"method":"GET","url":"https://h/2"})")));
    QVERIFY2(imported, imported ? "" : qPrintable(imported.error().message));
    QCOMPARE(imported->format, u"HAR 1.2"_s);
    QCOMPARE(imported->collection.name, u"calls"_s);
    const auto &requests = imported->collection.requests;
    QCOMPARE(requests.size(), 2);
    QCOMPARE(requests.at(0).folder, QStringList{u"First page"_s});
    QCOMPARE(requests.at(0).spec.url, u"https://h/a?b=c"_s);
    QVERIFY(requests.at(0).spec.params.isEmpty());
    QCOMPARE(requests.at(0).spec.headers, (QList<NameValue>{{u"X-A"_s, u"b"_s, true}, {u"Cookie"_s, u"s=1"_s, true}}));
    QCOMPARE(imported->notes.size(), 2); // what was no call, and all automatic headers in one
}

void TestHar::bodiesComeInEveryShape_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("content");
    using Kind = RequestBody::Kind;
    const auto row = [](const char *name, const char *data, Kind kind, const char *content) { QTest::newRow(name) << QByteArray(data) << static_cast<int>(kind) << QString::fromUtf8(content); };
    row("JSON", R"({"mimeType":"application/json; charset=utf-8","text":"{\"a\":1}"})", Kind::Json, R"({"a":1})");
    row("text", R"({"mimeType":"text/plain","text":"a"})", Kind::Text, "a");
    row("Base64", R"({"mimeType":"application/json","text":"eyJhIjoxfQ==","encoding":"base64"})", Kind::Json, R"({"a":1})");
    row("bytes in Base64", R"({"mimeType":"application/x","text":"/w==","encoding":"base64"})", Kind::None, "");
    row("broken Base64", R"({"mimeType":"application/x","text":"*","encoding":"base64"})", Kind::None, "");
    row("form as text", R"({"mimeType":"application/x-www-form-urlencoded","text":"a=1"})", Kind::Form, "a=1");
    row("form as params", R"({"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"1"}]})", Kind::Form, "a=1");
    row("parts", R"({"mimeType":"multipart/form-data; boundary=x","params":[{"name":"a","value":"1"},{"name":"f","fileName":"g"}]})", Kind::Multipart, "a=1&f=");
    row("file line", R"({"mimeType":"text/plain","text":"< /etc/hostname"})", Kind::Text, " < /etc/hostname");
}

void TestHar::bodiesComeInEveryShape()
{
    QFETCH(QByteArray, data);
    QFETCH(int, kind);
    QFETCH(QString, content);
    const auto imported = read(archive(entry(R"({"method":"POST","url":"https://h/","postData":)" + data + "}")));
    QVERIFY(imported);
    const RequestBody body = imported->collection.requests.constFirst().spec.body;
    QCOMPARE(static_cast<int>(body.kind), kind);
    QStringList rows;
    for (const NameValue &row : body.form)
        rows.append(row.name + u'=' + row.value);
    for (const RequestPart &part : body.parts) {
        rows.append(part.name + u'=' + part.value);
        QVERIFY(part.file.isEmpty()); // an archive names no file of this computer
    }
    QCOMPARE(body.text + rows.join(u'&'), content);
}

void TestHar::badFilesAreSaid_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("part");
    QTest::newRow("empty") << QByteArray() << u"Line 1"_s;
    QTest::newRow("truncated") << archive(entry(R"({"method":"GET","url":"https://h"})")).chopped(10) << u"Line 1"_s;
    QTest::newRow("no JSON") << QByteArray("{\n\"log\": x}") << u"Line 2"_s;
    QTest::newRow("another format") << QByteArray(R"({"info":{}})") << u"log.entries"_s;
    QTest::newRow("an array") << QByteArray("[]") << u"log.entries"_s;
    QTest::newRow("version") << archive({}, "2.0") << u"2.0"_s;
    QTest::newRow("nothing to send") << archive({}) << u"log.entries"_s;
    QTest::newRow("deep") << QByteArray(100'000, '[') << u"nested"_s;
    QTest::newRow("not UTF-8") << archive(entry("{\"method\":\"\xff\"}")) << u"Line 1"_s;
    QTest::newRow("too large") << QByteArray(collectionFileLimit + 1, ' ') << u"64 MB"_s;
}

void TestHar::badFilesAreSaid()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, part);
    const auto imported = read(bytes);
    QVERIFY(!imported);
    QVERIFY2(imported.error().message.startsWith("calls.har"_L1), qPrintable(imported.error().message));
    QVERIFY2(imported.error().message.contains(part, Qt::CaseInsensitive), qPrintable(imported.error().message));
}

void TestHar::anOlderVersionIsTolerated()
{
    const auto imported = read("\xEF\xBB\xBF" + archive(entry(R"({"method":"GET","url":"https://h"})"), "1.1"));
    QVERIFY(imported);
    QCOMPARE(imported->format, u"HAR 1.1"_s);
    QCOMPARE(imported->notes.size(), 1);
}

void TestHar::aLargeFileIsRead()
{
    const QByteArray big = entry(R"({"method":"POST","url":"https://h","postData":{"mimeType":"text/plain","text":")" + QByteArray(8 * 1024 * 1024, 'x') + "\"}}");
    const auto imported = read(archive(big));
    QVERIFY(imported);
    QCOMPARE(imported->collection.requests.constFirst().spec.body.text.size(), 8 * 1024 * 1024);
    const std::atomic_bool stopped = true;
    QCOMPARE(readHar(archive(big), {u"a"_s, stopped}).error().kind, Error::Kind::Cancelled);
}

void TestHar::theHistoryIsAValidArchive()
{
    HistoryEntry get;
    get.row.at = QDateTime::currentDateTimeUtc();
    get.sent = u"GET https://h.example/ü?token=••••\nAccept: */*"_s;
    get.row.errorText = u"Nobody answered."_s;
    HistoryEntry none;
    none.sent = u"No request went out."_s;
    const QByteArray har = harOf({call(), none, get});
    QCOMPARE(problemsWith(har), QByteArray());
    QCOMPARE(problemsWith(harOf({})), QByteArray());
    QVERIFY(!problemsWith(R"({"log":{}})").isEmpty()); // it can fail
}

void TestHar::aCallIsAnEntryAHop()
{
    const QJsonArray entries = QJsonDocument::fromJson(harOf({call()})).object().value("log"_L1).toObject().value("entries"_L1).toArray();
    QCOMPARE(entries.size(), 2);
    const QJsonObject first = entries.at(0).toObject();
    const QJsonObject second = entries.at(1).toObject();
    QCOMPARE(first.value("response"_L1).toObject().value("status"_L1).toInt(), 307);
    QCOMPARE(first.value("response"_L1).toObject().value("redirectURL"_L1).toString(), u"https://h.example/b"_s);
    QCOMPARE(first.value("request"_L1).toObject().value("postData"_L1).toObject().value("text"_L1).toString(), u"{\"a\":1}"_s);
    QCOMPARE(first.value("request"_L1).toObject().value("queryString"_L1).toArray().at(0).toObject().value("value"_L1).toString(), u"1 2"_s);
    QCOMPARE(first.value("time"_L1).toDouble(), 3.5);
    QCOMPARE(first.value("timings"_L1).toObject().value("connect"_L1).toDouble(), 1.0);
    QCOMPARE(first.value("timings"_L1).toObject().value("dns"_L1).toDouble(), -1.0);
    QCOMPARE(second.value("response"_L1).toObject().value("status"_L1).toInt(), 200);
    QCOMPARE(second.value("response"_L1).toObject().value("content"_L1).toObject().value("text"_L1).toString(), u"{\"ok\":true}"_s);
    QCOMPARE(second.value("request"_L1).toObject().value("postData"_L1).toObject().value("text"_L1).toString(), u"{\"a\":1}"_s);
}

void TestHar::callsWithoutAnAnswerAreEntriesToo()
{
    HistoryEntry entry = call();
    entry.responseHead.clear();
    entry.row.errorText = u"Nobody answered in time."_s;
    const QJsonArray entries = QJsonDocument::fromJson(harOf({entry})).object().value("log"_L1).toObject().value("entries"_L1).toArray();
    QCOMPARE(entries.last().toObject().value("response"_L1).toObject().value("status"_L1).toInt(), 0);
    QCOMPARE(entries.last().toObject().value("comment"_L1).toString(), entry.row.errorText);
}

void TestHar::aBodyThatIsNoTextIsBase64()
{
    HistoryEntry entry = call();
    entry.responseBody = QByteArray("\x89PNG\0\xff", 6);
    const QByteArray har = harOf({entry});
    QVERIFY(har.contains(entry.responseBody.toBase64()));
    QCOMPARE(problemsWith(har), QByteArray());
}

void TestHar::aCollectionIsAValidArchive()
{
    const auto imported = read(archive(entry(R"({"method":"POST","url":"https://h/a?b=c","headers":[{"name":"X","value":"y"}],"postData":{"mimeType":"application/json","text":"{\"a\":1}"}})", R"("pageref":"p1",)") + "," +
                                       entry(R"({"method":"POST","url":"https://h/","postData":{"mimeType":"multipart/form-data","params":[{"name":"a","value":"1"}]}})")));
    QVERIFY(imported);
    Collection collection = imported->collection;
    CollectionRequest relative;
    relative.spec.url = u"/v1/{{id}}"_s;
    CollectionRequest parts;
    parts.spec.url = u"https://h.test/a/{id}/{{id}}/{none}?x=1#end"_s;
    parts.spec.pathParts = {{u"id"_s, u"7/8 {{b}}"_s}};
    parts.spec.params = {{u"y"_s, u"2&3"_s}};
    collection.requests += {relative, parts};
    const QByteArray har = writeHar(collection);
    QCOMPARE(problemsWith(har), QByteArray());
    const auto again = read(har);
    QVERIFY(again);
    for (int i : {0, 1})
        QCOMPARE(canonicalRequest(again->collection.requests.at(i).spec), canonicalRequest(collection.requests.at(i).spec));
    QCOMPARE(again->collection.requests.constFirst().folder, collection.requests.constFirst().folder);
    QVERIFY2(har.contains("https://h.test/a/7%2F8%20%7B%7Bb%7D%7D/%7B%7Bid%7D%7D/%7Bnone%7D?x=1&y=2%263#end"), har.constData());
}

QTEST_GUILESS_MAIN(TestHar)
#include "test_har.moc"
