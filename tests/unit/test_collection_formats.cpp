#include "app/base/Redactor.h"
#include "app/http/Variables.h"
#include "app/interchange/collection/Formats.h"
#include "app/interchange/collection/FormatHints.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goesOn = false;

bool put(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

/// A valid file of each format, with one request.
struct Sample
{
    const char *name;
    QByteArray text;
    CollectionFormat format;
};

QList<Sample> samples()
{
    using Format = CollectionFormat;
    const QByteArray schema = "\"schema\": \"https://schema.getpostman.com/json/collection/v2.1.0/collection.json\"";
    const QByteArray item = "\"item\": [{\"name\": \"One\", \"request\": \"https://x.test/a\"}]";
    return {
        {".http", "### One\nGET https://x.test/a\n", Format::Http},
        {"curl", "curl https://x.test/a\n", Format::Curl},
        {"curl.exe", "curl.exe \"https://x.test/a\" ^\r\n  -X POST\r\n", Format::Curl},
        {"curl under comments", "#!/bin/sh\n# get it\n\ncurl https://x.test/a\n", Format::Curl},
        {"Postman", "{\"info\": {\"name\": \"A\", " + schema + "}, " + item + "}", Format::Postman},
        {"Postman, info last", "\xEF\xBB\xBF{" + item + ",\r\n \"info\": {\"name\": \"}{\", " + schema + "}}", Format::Postman},
        {"Postman, wrapped", "{\"collection\": {\"info\": {" + schema + "}, " + item + "}}", Format::Postman},
        {"Insomnia 4",
         "{\"_type\": \"export\", \"__export_format\": 4, \"resources\": [{\"_id\": \"wrk_1\", \"_type\": \"workspace\", \"name\": \"A\"},\n             {\"_id\": \"req_1\", \"_type\": \"request\", \"parentId\": \"wrk_1\", \"name\": \"One\", \"method\": \"GET\", \"url\": \"https://x.test/a\"}]}",
         Format::Insomnia},
        {"Insomnia 5", "type: collection.insomnia.rest/5.0\nname: A\ncollection:\n  - url: https://x.test/a\n    name: One\n    method: GET\n", Format::Insomnia},
        {"OpenCollection", "info:\n  name: One\n  type: http\nhttp:\n  method: GET\n  url: https://x.test/a\n", Format::OpenCollection},
        {"Bruno", "meta {\n  name: One\n  type: http\n}\n\nget {\n  url: https://x.test/a\n}\n", Format::Bruno},
        {"Bruno JSON",
         R"({"name": "A", "version": "1", "items": [{"type": "http", "name": "One", "request": {"url": "https://x.test/a", "method": "GET"}}]})",
         Format::Bruno},
        {"OpenAPI, YAML",
         "openapi: '3.0.3'\ninfo:\n  title: A\n  version: '1'\nservers:\n  - url: https://x.test\npaths:\n  /a:\n    get:\n      summary: One\n      responses: {}\n",
         Format::OpenApi},
        {"Swagger, JSON",
         "{\"swagger\": \"2.0\", \"info\": {\"title\": \"A\", \"version\": \"1\"}, \"host\": \"x.test\", \"schemes\": [\"https\"],"
         " \"paths\": {\"/a\": {\"get\": {\"summary\": \"One\", \"responses\": {}}}}}",
         Format::OpenApi},
        {"HAR",
         "{\"log\": {\"version\": \"1.2\", \"creator\": {\"name\": \"x\", \"version\": \"1\"}, \"entries\": [{\"startedDateTime\": \"2024-01-01T00:00:00Z\", \"time\": 0,\n             \"request\": {\"method\": \"GET\", \"url\": \"https://x.test/a\", \"httpVersion\": \"HTTP/1.1\", \"cookies\": [], \"headers\": [], \"queryString\": [], \"headersSize\": -1, \"bodySize\": 0}}]}}",
         Format::Har},
    };
}

} // namespace

class TestCollectionFormats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormatIsToldByItsContentAndRead_data();
    void everyFormatIsToldByItsContentAndRead();
    void environmentsOfPostmanAreRead();
    void whatIsReadOfThisComputerIsTold_data();
    void whatIsReadOfThisComputerIsTold();
    void whatNamesTheWordsElsewhereIsNoneOfThem_data();
    void whatNamesTheWordsElsewhereIsNoneOfThem();
    void theEndOfANameTellsWhatTheContentDoesNot();
    void foldersAreToldByTheirFiles();
    void whatIsWrittenIsReadAgain_data();
    void whatIsWrittenIsReadAgain();
    void namesMembersOfTextsThatAreCutShort();
};

void TestCollectionFormats::everyFormatIsToldByItsContentAndRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<CollectionFormat>("format");
    for (const Sample &each : samples())
        QTest::newRow(each.name) << each.text << each.format;
}

void TestCollectionFormats::everyFormatIsToldByItsContentAndRead()
{
    QFETCH(QByteArray, text);
    QFETCH(CollectionFormat, format);
    const auto guessed = guessFormat(text, u"a.txt"_s);
    QVERIFY(guessed);
    QCOMPARE(formatInfo(*guessed).id, formatInfo(format).id);
    const auto read = readCollection(text, {u"a.txt"_s, goesOn}, {});
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QCOMPARE(read->collection.requests.size(), 1);
    QString url = read->collection.requests.first().spec.url;
    for (const NameValue &row : read->collection.variables)
        url.replace(u"{{%1}}"_s.arg(row.name), row.value);
    QCOMPARE(url, u"https://x.test/a"_s);
}

void TestCollectionFormats::whatIsReadOfThisComputerIsTold_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("what");
    QTest::newRow("file of curl") << QByteArray("curl --data-binary @/home/u/notes.txt https://x.test/a") << u"/home/u/notes.txt"_s;
    QTest::newRow("part of curl") << QByteArray("curl -F a=@/home/u/notes.txt https://x.test/a") << u"/home/u/notes.txt"_s;
    QTest::newRow("value of curl") << QByteArray("curl 'https://x.test/a?b={{$processEnv SECRET}}'") << u"{{$processEnv SECRET}}"_s;
    QTest::newRow("file of .http") << QByteArray("POST https://x.test/a\n\n< /home/u/notes.txt\n") << u"/home/u/notes.txt"_s;
    QTest::newRow("file of Insomnia")
        << QByteArray("{\"_type\": \"export\", \"__export_format\": 4, \"resources\": [{\"_id\": \"req_1\", \"_type\": \"request\", \"name\": \"A\","
                      " \"method\": \"POST\", \"url\": \"https://x.test/a\", \"body\": {\"mimeType\": \"application/octet-stream\", \"fileName\": "
                      "\"/home/u/notes.txt\"}}]}")
        << u"/home/u/notes.txt"_s;
}

void TestCollectionFormats::whatIsReadOfThisComputerIsTold()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, what);
    const auto read = readCollection(text, {{}, goesOn}, {});
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    const bool isTold = std::ranges::any_of(read->notes, [&](const ImportNote &note) {
        return note.text.startsWith(u"When it is sent, it reads "_s + what);
    });
    QVERIFY(isTold);
}

void TestCollectionFormats::environmentsOfPostmanAreRead()
{
    const QByteArray text = R"({"name": "Staging", "values": [{"key": "a", "value": "1"}], "_postman_variable_scope": "environment"})";
    QCOMPARE(guessFormat(text, {}), CollectionFormat::Postman);
    const auto read = readCollection(text, {u"a.json"_s, goesOn}, {});
    QVERIFY(read);
    QCOMPARE(read->collection.environments.size(), 1);
    QCOMPARE(read->collection.environments.first().name, u"Staging"_s);
}

void TestCollectionFormats::whatNamesTheWordsElsewhereIsNoneOfThem_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("in a list") << QByteArray(R"([{"log": {"entries": []}}])");
    QTest::newRow("in a list of a member") << QByteArray(R"({"a": [{"__export_format": 4, "opencollection": "1"}]})");
    QTest::newRow("in a text") << QByteArray("{\"a\": \"\\\"log\\\": {\\\"entries\\\": []}, \\\"__export_format\\\": 4\"}");
    QTest::newRow("deeper") << QByteArray(R"({"a": {"b": {"c": {"__export_format": 4}}}})");
    QTest::newRow("items with info") << QByteArray(R"({"items": [], "info": {}, "version": "1"})");
    QTest::newRow("type of another") << QByteArray("type: collection\nname: a\n");
    QTest::newRow("curl in prose") << QByteArray("you may use curl for it\n");
    QTest::newRow("curling") << QByteArray("curling is a sport\n");
}

void TestCollectionFormats::whatNamesTheWordsElsewhereIsNoneOfThem()
{
    QFETCH(QByteArray, text);
    QVERIFY(!guessFormat(text, u"a.json"_s));
}

void TestCollectionFormats::theEndOfANameTellsWhatTheContentDoesNot()
{
    QCOMPARE(guessFormat("{", u"/tmp/a.har"_s), CollectionFormat::Har);
    QCOMPARE(guessFormat("docs x", u"a.bru"_s), CollectionFormat::Bruno);
    QVERIFY(!guessFormat("{", u"a.json"_s));
    QVERIFY(!guessFormat("a: b", u"a.yaml"_s));
}

void TestCollectionFormats::foldersAreToldByTheirFiles()
{
    const QTemporaryDir bruno;
    QVERIFY(put(bruno.filePath(u"bruno.json"_s), R"({"version": "1", "name": "A", "type": "collection"})"));
    QVERIFY(put(bruno.filePath(u"one.bru"_s), "meta {\n  name: One\n  type: http\n}\n\nget {\n  url: https://x.test/a\n}\n"));
    const auto read = readCollectionPath(bruno.path(), {}, goesOn);
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QCOMPARE(read->collection.requests.size(), 1);
    QVERIFY2(read->format.contains(u"Bruno"_s), qPrintable(read->format));

    const QTemporaryDir open;
    QVERIFY(put(open.filePath(u"opencollection.yml"_s), "opencollection: 1.0.0\ninfo:\n  name: A\n"));
    QVERIFY(put(open.filePath(u"one.yml"_s), "info:\n  name: One\n  type: http\nhttp:\n  method: GET\n  url: https://x.test/a\n"));
    const auto other = readCollectionPath(open.path(), {}, goesOn);
    QVERIFY2(other, qPrintable(other ? QString() : other.error().message));
    QCOMPARE(other->collection.requests.size(), 1);
    QVERIFY2(other->format.contains(u"OpenCollection"_s), qPrintable(other->format));
}

void TestCollectionFormats::whatIsWrittenIsReadAgain_data()
{
    QTest::addColumn<QString>("id");
    for (const CollectionFormatInfo &each : collectionFormats()) {
        if (each.isWritable)
            QTest::newRow(qPrintable(each.id)) << each.id;
    }
}

void TestCollectionFormats::whatIsWrittenIsReadAgain()
{
    QFETCH(QString, id);
    const auto format = formatOf(id);
    QVERIFY(format);
    Collection collection;
    collection.name = u"A"_s;
    CollectionRequest request;
    request.spec.name = u"One"_s;
    request.spec.method = u"POST"_s;
    request.spec.url = u"https://x.test/a"_s;
    request.spec.headers = {{u"X-Trace"_s, u"1"_s}};
    request.spec.body = {RequestBody::Kind::Json, u"{\"a\": 1}"_s, {}};
    collection.requests = {request};
    const Redactor redactor;
    const auto written = writeCollection(*format, collection, redactor, {});
    QVERIFY2(written, qPrintable(written ? QString() : written.error().message));
    QCOMPARE(guessFormat(written->bytes, {}), format);
    const auto read = readCollection(written->bytes, {u"a"_s, goesOn}, {});
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QCOMPARE(read->collection.requests.size(), 1);
    const RequestSpec &spec = read->collection.requests.first().spec;
    QCOMPARE(spec.method, u"POST"_s);
    QCOMPARE(resolveVariables(spec.url, read->collection.variables, nullptr), u"https://x.test/a"_s);
    QVERIFY(spec.headers.contains(NameValue{u"X-Trace"_s, u"1"_s}));
    QCOMPARE(QJsonDocument::fromJson(spec.body.text.toUtf8()), QJsonDocument::fromJson("{\"a\": 1}"));
}

void TestCollectionFormats::namesMembersOfTextsThatAreCutShort()
{
    const QByteArray whole = "{\"a\": {\"b\": \"x\\\"y\", \"n\": 4.5}, \"c\": [{\"d\": 1}], \"e\"";
    for (qsizetype size = 0; size <= whole.size(); ++size)
        FormatHints(whole.first(size));
    const FormatHints hints(whole);
    QCOMPARE(hints.value("a.b"), QByteArray("x\\\"y"));
    QCOMPARE(hints.value("a.n"), QByteArray("4.5"));
    QVERIFY(hints.has("c") && !hints.has("c.d") && !hints.has("d") && !hints.has("e"));
    const QByteArray deep(1'000'000, '[');
    QVERIFY(!FormatHints("{\"a\":" + deep).has("b"));
}

QTEST_GUILESS_MAIN(TestCollectionFormats)
#include "test_collection_formats.moc"
