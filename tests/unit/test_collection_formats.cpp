#include "app/base/Redactor.h"
#include "app/http/Variables.h"
#include "app/interchange/DotEnvCollection.h"
#include "app/interchange/collection/FormatHints.h"
#include "app/interchange/collection/Formats.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>
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
    void dotEnvIsReadAsProgramsDo_data();
    void dotEnvIsReadAsProgramsDo();
    void dotEnvTellsWhatItIsNot();
    void dotEnvIsWrittenAsShellsReadIt();
    void environmentsComeBackTheSame();
    void environmentsAloneAreWrittenWithoutRequests();
    void aPasswordOfAnAddressIsACredential();
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
        if (each.isWritable && each.hasRequests)
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

void TestCollectionFormats::dotEnvIsReadAsProgramsDo_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("expected"); // "NAME=value"
    const auto row = [](const char *name, const QByteArray &text, const QStringList &expected) {
        QTest::newRow(name) << text << expected;
    };
    row("plain", "A=1\nB = two words \nC=\n", {u"A=1"_s, u"B=two words"_s, u"C="_s});
    row("CRLF and a byte order mark",
        "\xEF\xBB\xBF"
        "A=1\r\nB=2\r\n",
        {u"A=1"_s, u"B=2"_s});
    row("export and indents", "export A=1\n  \texport\tB=2\nexport=3\n", {u"A=1"_s, u"B=2"_s, u"export=3"_s});
    row("comments", "# A=0\n\nA=1 # one\nB=a#b\nC=#c\nD='#d' # d\n",
        {u"A=1"_s, u"B=a#b"_s, u"C="_s, u"D=#d"_s});
    row("single quotes",
        R"(A='it is $B \n "x"')"
        "\n",
        {uR"(A=it is $B \n "x")"_s});
    row("double quotes",
        R"(A="one\ntwo\t\"x\" \\ \$B \q")"
        "\n",
        {u"A=one\ntwo\t\"x\" \\ $B \\q"_s});
    row("backticks", "A=`it's \"it\" $(date)`\n", {u"A=it's \"it\" $(date)"_s});
    row("several lines", "A=\"one\ntwo\"\nB='three\n# four\n'\nC=5\n",
        {u"A=one\ntwo"_s, u"B=three\n# four\n"_s, u"C=5"_s});
    row("a quote that is never closed", "A=\"one\nB='two\nC=it's\n",
        {u"A=\"one"_s, u"B='two"_s, u"C=it's"_s});
    row("words behind a quote", "A=\"one\" two\nB=3\n", {u"A=\"one\" two"_s, u"B=3"_s});
    row("references", "HOST=x.test\nA=https://${HOST}/$PATH/$HOST\nB='${HOST}'\nC=\"$HOST \\$HOST\"\n",
        {u"HOST=x.test"_s, u"A=https://{{HOST}}/$PATH/{{HOST}}"_s, u"B=${HOST}"_s, u"C={{HOST}} $HOST"_s});
    row("expansions", "A=${B:-c}\nD=$(rm -rf x)\nE=`rm`\n", {u"A=${B:-c}"_s, u"D=$(rm -rf x)"_s, u"E=rm"_s});
    row("backslashes", "A=C:\\dir\\$x\nB=\\$A\n", {u"A=C:\\dir\\$x"_s, u"B=\\{{A}}"_s});
    row("the last one counts", "A=1\nB=2\nA=3\n", {u"B=2"_s, u"A=3"_s});
    row("names", "a.b-c_1=1\n1A=2\n", {u"a.b-c_1=1"_s, u"1A=2"_s});
    row("no end of line", "A=1", {u"A=1"_s});
    row("equals in a value", "A=b=c==\n", {u"A=b=c=="_s});
    row("not ASCII", "A=schlüssel 🔑\n", {u"A=schlüssel 🔑"_s});
}

void TestCollectionFormats::dotEnvIsReadAsProgramsDo()
{
    QFETCH(const QByteArray, text);
    const auto read = readDotEnv(text, {u"/tmp/.env.staging"_s, goesOn});
    QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
    QVERIFY(read->collection.requests.isEmpty());
    QCOMPARE(read->collection.environments.size(), 1);
    QCOMPARE(read->collection.environments.first().name, u"staging"_s);
    QStringList rows;
    for (const NameValue &each : read->collection.environments.first().variables)
        rows.append(each.name + u'=' + each.value);
    QTEST(rows, "expected");
}

void TestCollectionFormats::dotEnvTellsWhatItIsNot()
{
    const auto read = readDotEnv(
        "A=$(date)\nwhat is this\nexport B\nC=1\nC=2\n" + QByteArray("x\n").repeated(100), {{}, goesOn});
    QVERIFY(read);
    QStringList notes;
    for (const ImportNote &note : read->notes)
        notes.append(note.place + u' ' + note.text);
    const auto tells = [&notes](const QString &words) { return notes.filter(words).size(); };
    QCOMPARE(tells(u"line 1 What “A” would be expanded to"_s), 1);
    QCOMPARE(tells(u"line 2 It is no NAME=value"_s), 1);
    QCOMPARE(tells(u"line 3 It is no NAME=value"_s), 1);
    QCOMPARE(tells(u"line 5 “C” has a value further up"_s), 1);
    QCOMPARE(notes.size(), 23); // and no line each of the others
    for (const QByteArray &text : {"what is this\n"_ba, "# A=1\n"_ba, "A=\xff\n"_ba}) {
        const auto refused = readCollection(text, {u"/tmp/.env"_s, goesOn}, {});
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"/tmp/.env"_s), qPrintable(refused.error().message));
    }
}

void TestCollectionFormats::dotEnvIsWrittenAsShellsReadIt()
{
    CollectionEnvironment environment;
    environment.variables = {{u"HOST"_s, u"x.test"_s},
                             {u"QUOTES"_s, u"it's a \"word\""_s},
                             {u"DOLLARS"_s, u"$HOST `touch PWNED` $(touch PWNED) \\"_s},
                             {u"ALL"_s, u"it's $HOST `touch PWNED` $(touch PWNED) \"\\\" ;&|<>!*?[]{}~#"_s},
                             {u"LINES"_s, u"one\ntwo'\n# three\n"_s},
                             {u"BLANKS"_s, u" x "_s},
                             {u"HASH"_s, u"a #b"_s},
                             {u"EMPTY"_s, QString()},
                             {u"URL"_s, u"https://{{HOST}}/$a"_s},
                             {u"OFF"_s, u"x"_s, false},
                             {u"not-a-name"_s, u"n"_s}};
    environment.secrets = {u"TOKEN"_s};
    QList<ImportNote> notes;
    const QByteArray text = writeDotEnv(environment, notes);
    const QTemporaryDir folder;
    QVERIFY(put(folder.filePath(u"env"_s), text));
    QProcess shell;
    shell.setWorkingDirectory(folder.path());
    shell.start(
        u"sh"_s,
        {u"-c"_s,
         u". ./env; for n in HOST QUOTES DOLLARS ALL LINES BLANKS HASH EMPTY URL not_a_name TOKEN; do eval \"printf '%s\\\\0' \\\"\\$$n\\\"\"; done"_s});
    QVERIFY(shell.waitForFinished());
    QStringList values = QString::fromUtf8(shell.readAllStandardOutput()).split(QChar::Null);
    QStringList expected;
    for (const NameValue &each : std::as_const(environment.variables)) {
        if (each.enabled)
            expected.append(each.name == "URL"_L1 ? u"https://x.test/$a"_s : each.value);
    }
    QCOMPARE(values, expected + QStringList({{}, {}})); // the secret, and what is behind the last NUL
    QVERIFY(!QFile::exists(folder.filePath(u"PWNED"_s)));
    QCOMPARE(notes.size(), 2);
    QVERIFY(!text.contains("OFF"));
}

void TestCollectionFormats::environmentsComeBackTheSame()
{
    const QByteArray text = "HOST=x.test\nURL=https://${HOST}/a\nNOTE='it is "
                            "\"x\"\ntwo'\nAPI_TOKEN=s3cr3t-0123456789abcdef\nOTHER_PASSWORD=\n";
    const auto from = [](const QByteArray &bytes, CollectionFormat format, const QString &name) {
        return readCollection(bytes, {name, goesOn}, {{}, format});
    };
    const auto read = from(text, CollectionFormat::DotEnv, u"live.env"_s);
    QVERIFY(read);
    QCOMPARE(read->credentials.size(), 1);
    const Redactor redactor;
    const auto postman =
        writeCollection(CollectionFormat::PostmanEnvironment, read->collection, redactor, {});
    QVERIFY(postman);
    QVERIFY(!postman->bytes.contains("s3cr3t"));
    const auto again = from(postman->bytes, CollectionFormat::PostmanEnvironment, u"x.json"_s);
    QVERIFY2(again, qPrintable(again ? QString() : again.error().message));
    QCOMPARE(again->collection.environments, read->collection.environments);
    const auto written = writeCollection(CollectionFormat::DotEnv, again->collection, redactor, {});
    QVERIFY(written);
    const auto last = from(written->bytes, CollectionFormat::DotEnv, u"live.env"_s);
    QVERIFY(last);
    QCOMPARE(last->collection.environments, read->collection.environments);
    const auto collection = from(samples().at(4).text, CollectionFormat::PostmanEnvironment, u"x.json"_s);
    QVERIFY(!collection);
    QVERIFY2(collection.error().message.contains(u"no environment"_s),
             qPrintable(collection.error().message));
}

void TestCollectionFormats::environmentsAloneAreWrittenWithoutRequests()
{
    Collection collection;
    collection.name = u"Shop"_s;
    collection.requests = {CollectionRequest{}};
    collection.requests.first().spec.name = u"One"_s;
    const Redactor redactor;
    for (const CollectionFormat format : {CollectionFormat::DotEnv, CollectionFormat::PostmanEnvironment}) {
        Collection one = collection;
        QVERIFY(!writeCollection(format, one, redactor, {}));
        one.variables = {{u"host"_s, u"x.test"_s}};
        const auto variables = writeCollection(format, one, redactor, {});
        QVERIFY(variables && variables->bytes.contains("x.test"));
        QCOMPARE(variables->notes.first().place, u"One"_s);
        one.environments = {{u"Live"_s, {{u"host"_s, u"live.test"_s}}}, {u"Test"_s, {{u"port"_s, u"81"_s}}}};
        const auto both = writeCollection(format, one, redactor, {});
        QVERIFY(both && both->bytes.contains("live.test") && !both->bytes.contains("x.test"));
        QCOMPARE(both->environments.size(), 1);
        QVERIFY(both->environments.first().fileName.startsWith(u"Test."_s));
        QVERIFY(both->environments.first().bytes.contains("x.test") &&
                both->environments.first().bytes.contains("81"));
    }
}

void TestCollectionFormats::aPasswordOfAnAddressIsACredential()
{
    const auto read = readCollection("A=postgres://me:pw-0815@db.test/x\nB=postgres://me@db.test/x\nC=http://"
                                     "h:80/a@b\nD=amqp://me:{{pw}}@h\n",
                                     {u".env"_s, goesOn}, {});
    QVERIFY(read);
    QCOMPARE(read->credentials.size(), 1);
    QCOMPARE(read->credentials.first().variable, u"A"_s);
    QCOMPARE(read->collection.environments.first().variables.size(), 3);
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
