#include "app/interchange/bruno/BruFile.h"
#include "app/interchange/bruno/Bruno.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> read(const QByteArray &text, const QString &name = u"list.bru"_s)
{
    return readBruno(text, {name, goOn});
}

RequestSpec requestOf(const QByteArray &text)
{
    const Result<ImportedCollection> made = read(text);
    return made && !made->collection.requests.isEmpty() ? made->collection.requests.first().spec : RequestSpec();
}

QByteArray withUrl(const QByteArray &url, const QByteArray &rest = {})
{
    return "meta {\n  name: List\n  type: http\n}\n\nget {\n  url: " + url + "\n  body: none\n  auth: none\n}\n\n" + rest;
}

QByteArray withBody(const QByteArray &kind, const QByteArray &rest)
{
    return "post {\n  url: https://pets.test/x\n  body: " + kind + "\n}\n\n" + rest;
}

bool isNoted(const ImportedCollection &made, const QString &words, ImportNote::What what)
{
    return std::ranges::any_of(
        made.notes, [&](const ImportNote &note) { return note.what == what && (note.place + u": "_s + note.text).contains(words); });
}

NameValue headerOf(const RequestSpec &spec, const QString &name)
{
    const auto row =
        std::ranges::find_if(spec.headers, [&](const NameValue &each) { return each.name.compare(name, Qt::CaseInsensitive) == 0; });
    return row == spec.headers.cend() ? NameValue() : *row;
}

void put(const QString &folder, const QString &name, const QByteArray &text)
{
    const QString path = folder + u'/' + name;
    QDir().mkpath(path.section(u'/', 0, -2));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

// As Bruno writes it, with other quotes.
const QByteArray exported =
    QByteArray("{'name': 'Pets', 'version': '1', 'items': [ "
               "{'type': 'folder', 'name': 'Cats', 'root': {'request': {'headers': [{'name': 'X-Cat', 'value': '1', 'enabled': true}], "
               "'auth': {'mode': 'bearer', 'bearer': {'token': '{{token}}'}}, 'vars': {'req': [{'name': 'kind', 'value': 'cat', 'enabled': "
               "true}]}}}, "
               "'items': [{'type': 'http-request', 'name': 'Add', 'seq': 1, 'settings': {'followRedirects': false, 'timeout': 100}, "
               "'request': {'url': '{{host}}/:id?a=1', 'method': 'POST', "
               "'headers': [{'name': 'X-Off', 'value': '1', 'enabled': false}], "
               "'params': [{'name': 'a', 'value': '1', 'type': 'query', 'enabled': true}, {'name': 'id', 'value': '7', 'type': 'path', "
               "'enabled': true}], "
               "'auth': {'mode': 'inherit'}, 'body': {'mode': 'multipartForm', 'multipartForm': [ "
               "{'type': 'text', 'name': 't', 'value': 'v', 'contentType': 'text/csv', 'enabled': true}, {'type': 'file', 'name': 'f', "
               "'value': ['a.txt', 'b.txt'], 'enabled': false}]}, "
               "'script': {'req': 'canary'}, 'vars': {'res': [{'name': 'x', 'value': 'y'}]}, 'assertions': [{'name': 'res.status', "
               "'value': 'eq 200', 'enabled': true}], 'tests': 'canary', 'docs': 'About'}}]}, "
               "{'type': 'graphql-request', 'name': 'Ask', 'request': {'url': '{{host}}/graphql', 'method': 'POST', 'auth': {'mode': "
               "'none'}, 'body': {'mode': 'graphql', 'graphql': {'query': '{ a }', 'variables': '{}'}}}}, "
               "{'type': 'http-request', 'name': 'Put', 'request': {'url': '{{host}}/x', 'method': 'PUT', 'body': {'mode': 'file', 'file': "
               "[{'filePath': 'no.bin', 'selected': false}, {'filePath': 'a.bin', 'contentType': 'image/png', 'selected': true}]}}}, "
               "{'type': 'grpc-request', 'name': 'Call', 'request': {'url': 'x'}}], "
               "'environments': [{'name': 'Local', 'variables': [{'name': 'host', 'value': 'http://x', 'enabled': true, 'secret': false}, "
               "{'name': 'token', 'value': '', 'enabled': true, 'secret': true}]}], "
               "'brunoConfig': {'version': '1', 'name': 'Pets', 'proxy': {'enabled': true}}} ")
        .replace('\'', '"');

} // namespace

class TestBruno : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLanguageIsRead()
    {
        const auto file = BruFile::read(
            u"meta {\n  name: A: b\n  tags: [\n    one\n    two\n  ]\n}\n"
            "headers {\n  a: 1\n  ~b: 2\n  \"c: \\\"d\\\"\": 3\n  ~\"e f\": 4\n  empty:\n  @description('with: colon')\n  g: h\n"
            "  long: '''\n    one\n      two\n\n    three\n  '''\n}\n"
            "body:json {\n  {\n    \"a\": {\n      \"b\": 1\n    }\n  }\n}\n"
            "vars:secret [\n  x,\n  ~y\n]\n"
            "script:pre-request {\n  if (a) {\n  }\n}\nempty {\n}\n"_s,
            u"a.bru"_s);
        QVERIFY2(file.has_value(), file ? "" : qPrintable(file.error().message));
        QCOMPARE(file->value(u"meta"_s, u"name"_s), u"A: b"_s);
        QCOMPARE(file->value(u"meta"_s, u"tags"_s), u"one\ntwo"_s);
        const QList<BruRow> headers = file->rows(u"headers"_s);
        QCOMPARE(headers.size(), 7);
        QCOMPARE(headers.at(1), (BruRow{u"b"_s, u"2"_s, false, 10}));
        QCOMPARE(headers.at(2).name, u"c: \"d\""_s);
        QCOMPARE(headers.at(3), (BruRow{u"e f"_s, u"4"_s, false, 12}));
        QCOMPARE(headers.at(4).value, QString());
        QCOMPARE(headers.at(5).name, u"g"_s);
        QCOMPARE(headers.at(6).value, u"one\n  two\n\nthree"_s);
        QCOMPARE(file->text(u"body:json"_s), u"{\n  \"a\": {\n    \"b\": 1\n  }\n}"_s);
        QCOMPARE(file->rows(u"vars:secret"_s).size(), 2);
        QVERIFY(!file->rows(u"vars:secret"_s).at(1).enabled);
        QCOMPARE(file->text(u"script:pre-request"_s), u"if (a) {\n}"_s);
        QVERIFY(file->block(u"empty"_s));
    }

    void whatIsNoBruFileIsSaidWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << QByteArray() << u"list.bru: It holds no block of a Bruno file."_s;
        QTest::newRow("blank") << QByteArray(" \n\n") << u"no block"_s;
        QTest::newRow("not a block") << QByteArray("get {\n  url: x\n}\nhello\n") << u"Line 4: a block begins here"_s;
        QTest::newRow("truncated rows") << QByteArray("get {\n  url: x\n") << u"Line 1: the block “get” is not closed"_s;
        QTest::newRow("truncated text") << QByteArray("get {\n  url: x\n}\nbody:json {\n  {\n")
                                        << u"Line 4: the block “body:json” is not closed"_s;
        QTest::newRow("truncated names") << QByteArray("vars:secret [\n a,\n") << u"Line 1: the block “vars:secret” is not closed"_s;
        QTest::newRow("no colon") << QByteArray("get {\n  url: x\n}\n\nheaders {\n  secret-token-value\n}\n")
                                  << u"Line 6: a row of the block “headers” has no colon"_s;
        QTest::newRow("open text") << QByteArray("headers {\n  a: '''\n    b\n}\n") << u"Line 2: the text that begins with '''"_s;
        QTest::newRow("open list") << QByteArray("meta {\n  tags: [\n    b\n") << u"Line 2: the list that begins with ["_s;
        QTest::newRow("not UTF-8") << QByteArray("get {\n  url: \xFF\n}\n") << u"list.bru: Line 2: the text is not UTF-8"_s;
        QTest::newRow("NULs") << QByteArray(20, '\0') << u"Line 1"_s;
        QTest::newRow("a folder's file") << QByteArray("meta {\n  name: x\n}\n") << u"Import the whole folder"_s;
        QTest::newRow("gRPC") << QByteArray("grpc {\n  url: x\n}\n") << u"no HTTP request"_s;
        QTest::newRow("other JSON") << QByteArray("{\"a\": 1}") << u"no collection that Bruno has exported"_s;
        QTest::newRow("truncated JSON") << QByteArray("{\"version\": \"1\", \"items\": [") << u"list.bru: "_s;
        QTest::newRow("newer JSON") << QByteArray("{\"version\": \"7\",\n\"items\": []}") << u"version 7"_s;
        QTest::newRow("deep JSON") << "{\"version\": \"1\", \"items\": " + QByteArray(5000, '[') << u"nested"_s;
    }
    void whatIsNoBruFileIsSaidWithItsLine()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const auto made = read(text);
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(words), qPrintable(made.error().message));
        QVERIFY(!made.error().message.contains(u"secret-token-value"_s));
    }

    void tooMuchIsRefused()
    {
        const auto made = read(QByteArray(collectionFileLimit + 1, ' '));
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::TooLarge);
        QVERIFY(made.error().message.contains(u"64 MB"_s));
    }

    void bomAndCrlfChangeNothing()
    {
        QByteArray text = withUrl("https://pets.test/a", "headers {\n  a: '''\n    1\n    2\n  '''\n}\n");
        const RequestSpec plain = requestOf(text);
        QCOMPARE(plain.url, u"https://pets.test/a"_s);
        QCOMPARE(requestOf("\xEF\xBB\xBF" + text), plain);
        text.replace("\n", "\r\n");
        QCOMPARE(requestOf(text), plain);
    }

    void methods_data()
    {
        QTest::addColumn<QByteArray>("block");
        QTest::addColumn<QString>("method");
        for (const char *name : {"get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"})
            QTest::newRow(name) << QByteArray(name) + " {\n  url: https://pets.test\n}\n" << QString::fromLatin1(name).toUpper();
        QTest::newRow("own") << QByteArray("http {\n  method: PURGE\n  url: https://pets.test\n}\n") << u"PURGE"_s;
        QTest::newRow("none that can be") << QByteArray("http {\n  method: a b\n  url: https://pets.test\n}\n") << u"GET"_s;
    }
    void methods()
    {
        QFETCH(QByteArray, block);
        QFETCH(QString, method);
        QCOMPARE(requestOf(block).method, method);
    }

    void urls_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("params");
        QTest::newRow("plain") << withUrl("https://pets.test/a") << u"https://pets.test/a"_s << QString();
        QTest::newRow("query said twice") << withUrl("https://pets.test/a?b=1&c=x y", "params:query {\n  b: 1\n  c: x y\n  ~d: 2\n}\n")
                                          << u"https://pets.test/a"_s << u"b=1 c=x y ~d=2"_s;
        QTest::newRow("query in the URL alone") << withUrl("https://pets.test/a?b=1") << u"https://pets.test/a"_s << u"b=1"_s;
        QTest::newRow("query in the rows alone")
            << withUrl("https://pets.test/a", "query {\n  b: 1\n}\n") << u"https://pets.test/a"_s << u"b=1"_s;
        QTest::newRow("an item twice") << withUrl("https://pets.test/a?b=1&b=1", "params:query {\n  b: 1\n  b: 1\n}\n")
                                       << u"https://pets.test/a"_s << u"b=1 b=1"_s;
        QTest::newRow("escapes") << withUrl("https://pets.test/a?b=%C3%A4%20x", "params:query {\n  b: %C3%A4%20x\n}\n")
                                 << u"https://pets.test/a"_s << u"b=ä x"_s;
        QTest::newRow("variable") << withUrl("{{ host }}/a?b={{c}}", "params:query {\n  b: {{c}}\n}\n") << u"{{host}}/a"_s << u"b={{c}}"_s;
        QTest::newRow("path part") << withUrl("https://pets.test/:id/b?:id=1", "params:path {\n  id: {{my id}}\n}\n")
                                   << u"https://pets.test/{id}/b"_s << u":id=1"_s;
        QTest::newRow("port is none") << withUrl("http://localhost:8080/a", "params:path {\n  8080: 1\n}\n") << u"http://localhost:8080/a"_s
                                      << QString();
    }
    void urls()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, url);
        QFETCH(QString, params);
        const RequestSpec spec = canonicalRequest(requestOf(text));
        QCOMPARE(spec.url, url);
        QStringList rows;
        for (const NameValue &row : spec.params)
            rows.append((row.enabled ? QString() : u"~"_s) + row.name + u'=' + row.value);
        QCOMPARE(rows.join(u' '), params);
    }

    void pathPartsKeepTheirValues()
    {
        const RequestSpec spec = requestOf(withUrl("https://pets.test/:id/:other", "params:path {\n  id: {{my id}}\n  gone: 1\n}\n"));
        QCOMPARE(spec.pathParts, (QList<NameValue>{{u"id"_s, u"{{my_id}}"_s, true}}));
        QCOMPARE(spec.url, u"https://pets.test/{id}/:other"_s);
    }

    void authentication_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<QString>("header");
        QTest::newRow("bearer") << QByteArray("bearer") << QByteArray("token: {{token}}") << u"Authorization: Bearer {{token}}"_s;
        QTest::newRow("basic") << QByteArray("basic") << QByteArray("username: john\n  password: pass word")
                               << u"Authorization: Basic john pass word"_s;
        QTest::newRow("basic with a blank in the name")
            << QByteArray("basic") << QByteArray("username: jo hn\n  password: x") << u"Authorization: Basic am8gaG46eA=="_s;
        QTest::newRow("basic without a password")
            << QByteArray("basic") << QByteArray("username: {{user}}\n  password:") << u"Authorization: Basic {{user}}:"_s;
        QTest::newRow("key in a header") << QByteArray("apikey") << QByteArray("key: X-API-Key\n  value: 1\n  placement: header")
                                         << u"X-API-Key: 1"_s;
        QTest::newRow("key in the query") << QByteArray("apikey") << QByteArray("key: api_key\n  value: 1\n  placement: queryparams")
                                          << u"?api_key=1"_s;
        QTest::newRow("none") << QByteArray("none") << QByteArray("a: b") << u"none"_s;
        QTest::newRow("inherited from nothing") << QByteArray("inherit") << QByteArray("a: b") << QString();
        QTest::newRow("OAuth 2") << QByteArray("oauth2") << QByteArray("grant_type: client_credentials\n  client_secret: hunter2")
                                 << QString();
        for (const char *kind : {"digest", "awsv4", "ntlm", "wsse", "oauth1", "akamai-edgegrid"})
            QTest::newRow(kind) << QByteArray(kind) << QByteArray("username: u\n  password: hunter2") << u"none"_s;
    }
    void authentication()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, rows);
        QFETCH(QString, header);
        const auto made = read("get {\n  url: https://pets.test\n  auth: " + kind + "\n}\nauth:" + kind + " {\n  " + rows + "\n}\n");
        QVERIFY(made.has_value());
        const RequestSpec spec = made->collection.requests.first().spec;
        QString said;
        if (!spec.headers.isEmpty())
            said = spec.headers.first().name + u": "_s + spec.headers.first().value;
        else if (!spec.params.isEmpty())
            said = u'?' + spec.params.first().name + u'=' + spec.params.first().value;
        else if (spec.key.mode == KeyChoice::Mode::None)
            said = u"none"_s;
        QCOMPARE(said, header);
        const bool isLeft = rows.contains("hunter2");
        QCOMPARE(std::ranges::any_of(made->notes, [](const ImportNote &note) { return note.what == ImportNote::What::NotExpressed; }),
                 isLeft);
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"hunter2"_s));
    }

    void bodies_data()
    {
        using Kind = RequestBody::Kind;
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<RequestBody>("body");
        QTest::addColumn<QString>("contentType");
        RequestBody body;
        QTest::newRow("none") << withBody("none", {}) << body << QString();
        body = {Kind::Json, u"{\n  \"a\": {{b}}\n}"_s, {}};
        QTest::newRow("json") << withBody("json", "body:json {\n  {\n    \"a\": {{ b }}\n  }\n}\n") << body << QString();
        QTest::newRow("json in the old form") << withBody("json", "body {\n  {\n    \"a\": {{b}}\n  }\n}\n") << body << QString();
        QTest::newRow("not said which") << QByteArray("post {\n  url: https://pets.test\n}\nbody:json {\n  {\n    \"a\": {{b}}\n  }\n}\n")
                                        << body << QString();
        QTest::newRow("text") << withBody("text", "body:text {\n  a\n   b\n}\n") << RequestBody{Kind::Text, u"a\n b"_s, {}} << QString();
        QTest::newRow("xml") << withBody("xml", "body:xml {\n  <a/>\n}\n") << RequestBody{Kind::Xml, u"<a/>"_s, {}} << QString();
        QTest::newRow("sparql") << withBody("sparql", "body:sparql {\n  SELECT *\n}\n") << RequestBody{Kind::Text, u"SELECT *"_s, {}}
                                << u"application/sparql-query"_s;
        QTest::newRow("form") << withBody("formUrlEncoded", "body:form-urlencoded {\n  a: b c\n  ~d: e\n}\n")
                              << RequestBody{Kind::Form, {}, {{u"a"_s, u"b c"_s, true}, {u"d"_s, u"e"_s, false}}} << QString();
        body = {Kind::Multipart, {}, {}};
        body.parts = {{u"a"_s, u"b"_s, {}, {}, {}, {}, true},
                      {u"o"_s, u"{}"_s, {}, {}, u"text/old"_s, {}, true},
                      {u"j"_s, u"{}"_s, {}, {}, u"application/json"_s, {}, true},
                      {u"f"_s, {}, u"one.txt"_s, {}, u"text/plain"_s, {}, false},
                      {u"f"_s, {}, u"two.txt"_s, {}, u"text/plain"_s, {}, false}};
        QTest::newRow("multipart") << withBody("multipartForm", "body:multipart-form {\n  a: b\n  o: {} (Content-Type=text/old)\n  j: "
                                                                "'''\n    {}\n  ''' @contentType(application/json)\n"
                                                                "  ~f: @file(one.txt|two.txt) @contentType(text/plain)\n}\n")
                                   << body << QString();
        body = {Kind::File, {}, {}};
        body.file = u"b.json"_s;
        QTest::newRow("file") << withBody("file", "body:file {\n  ~file: @file(a.json) @contentType(text/plain)\n  file: @file(b.json) "
                                                  "@contentType(application/json)\n}\n")
                              << body << u"application/json"_s;
        body = {Kind::GraphQl, u"{\n  a\n}"_s, {}};
        body.graphQlVariables = u"{\"b\": 1}"_s;
        QTest::newRow("graphql") << withBody("graphql", "body:graphql {\n  {\n    a\n  }\n}\nbody:graphql:vars {\n  {\"b\": 1}\n}\n")
                                 << body << QString();
    }
    void bodies()
    {
        QFETCH(QByteArray, text);
        QFETCH(RequestBody, body);
        QFETCH(QString, contentType);
        const RequestSpec spec = requestOf(text);
        QCOMPARE(spec.body, body);
        QCOMPARE(headerOf(spec, u"content-type"_s).value, contentType);
        QCOMPARE(canonicalRequest(spec).body.kind, body.kind);
    }

    void aBodyThatIsNotSentIsToldOf()
    {
        const auto made = read(withBody("json", "body:json {\n  1\n}\nbody:xml {\n  <a/>\n}\n"));
        QVERIFY(isNoted(*made, u"(xml)"_s, ImportNote::What::NotExpressed));
        QCOMPARE(made->collection.requests.first().spec.body.text, u"1"_s);
    }

    void variables_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("note");
        QTest::newRow("name") << QByteArray("{{a}}") << u"{{a}}"_s << QString();
        QTest::newRow("blanks") << QByteArray("x {{  a  }} y") << u"x {{a}} y"_s << QString();
        QTest::newRow("dots") << QByteArray("{{a.b-c_d}}") << u"{{a.b-c_d}}"_s << QString();
        QTest::newRow("a name that cannot be") << QByteArray("{{my token}}{{my token}}") << u"{{my_token}}{{my_token}}"_s
                                               << u"“my token” is called “my_token”"_s;
        QTest::newRow("process.env") << QByteArray("{{process.env.API_KEY}}") << u"{{$processEnv API_KEY}}"_s << u"API_KEY"_s;
        QTest::newRow("guid") << QByteArray("{{$guid}} {{$timestamp}}") << u"{{$guid}} {{$timestamp}}"_s << QString();
        QTest::newRow("uuid") << QByteArray("{{$randomUUID}}") << u"{{$guid}}"_s << u"$randomUUID is written $guid"_s;
        QTest::newRow("made up by Bruno alone")
            << QByteArray("{{$randomFirstName}}") << u"{{$randomFirstName}}"_s << u"“$randomFirstName”; it stays"_s;
        QTest::newRow("no arguments in notes") << QByteArray("{{$x('hunter2')}}") << u"{{$x('hunter2')}}"_s << u"stays as it is"_s;
        QTest::newRow("open") << QByteArray("{{a") << u"{{a"_s << QString();
        QTest::newRow("three braces") << QByteArray("{{{a}}}") << u"{{{a}}}"_s << QString();
        QTest::newRow("asked for") << QByteArray("{{?Your code}}") << u"{{Your_code}}"_s << QString();
    }
    void variables()
    {
        QFETCH(QByteArray, written);
        QFETCH(QString, value);
        QFETCH(QString, note);
        const auto made = read(withUrl("https://pets.test", "headers {\n  X-A: " + written + "\n}\n"));
        QVERIFY(made.has_value());
        QCOMPARE(made->collection.requests.first().spec.headers.first().value, value);
        QStringList notes;
        for (const ImportNote &each : made->notes) {
            notes.append(each.place + u": "_s + each.text);
            QVERIFY(!each.text.contains(u"hunter2"_s));
        }
        QVERIFY2(note.isEmpty() ? notes.isEmpty() : notes.join(u'\n').contains(note), qPrintable(notes.join(u'\n')));
    }

    void whatIsAskedForIsAPrompt()
    {
        const auto made = read(withUrl("https://pets.test/{{?Your code}}/{{?Your code}}"));
        const HttpOptions options = made->collection.requests.first().options;
        QCOMPARE(options.prompts, (QList<HttpPrompt>{{u"Your_code"_s, u"Your code"_s}}));
    }

    void settings()
    {
        const auto made = read(
            withUrl("https://pets.test",
                    "settings {\n  encodeUrl: false\n  followRedirects: false\n  timeout: 2500\n  forwardAuthorizationHeader: true\n}\n"));
        const HttpOptions options = made->collection.requests.first().options;
        QVERIFY(!options.encodeUrl && !options.followRedirects);
        QCOMPARE(options.timeoutMs, std::optional(2500));
        QVERIFY(isNoted(*made, u"another host"_s, ImportNote::What::NotExpressed));
    }

    // S10: what a file wants to be run is told of, and stands nowhere.
    void scriptsAreToldOfAndKeptNowhere()
    {
        const auto made = read(withUrl(
            "https://pets.test", "script:pre-request {\n  canary();\n}\nscript:post-response {\n  canary();\n}\ntests {\n  canary();\n}\n"
                                 "assert {\n  res.status: eq 200\n  ~res.body.canary: eq 1\n}\nvars:post-response {\n  token: "
                                 "canary\n}\nexample {\n  canary\n}\nfuture {\n  canary: 1\n}\n"
                                 "docs {\n  # About\n  it\n}\n"));
        QVERIFY(made.has_value());
        const CollectionRequest &request = made->collection.requests.first();
        QCOMPARE(request.about, u"# About\nit"_s);
        QVERIFY(!QJsonDocument(request.spec.toJson()).toJson().contains("canary"));
        for (const QString &words : {u"List: Its scripts are not imported"_s, u"Its tests"_s, u"Its 2 assertions"_s, u"from its answer"_s,
                                     u"Its examples"_s, u"“future”"_s})
            QVERIFY2(isNoted(*made, words, ImportNote::What::NotExpressed), qPrintable(words));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"canary"_s));
    }

    void headersThatCannotBe()
    {
        const auto made = read(withUrl("https://pets.test", "headers {\n  \"a b\": 1\n  c: '''\n    1\n    2\n  '''\n}\n"));
        QCOMPARE(made->collection.requests.first().spec.headers, (QList<NameValue>{{u"c"_s, u"1 2"_s, true}}));
        QVERIFY(isNoted(*made, u"“a b” cannot be the name of a header"_s, ImportNote::What::NotExpressed));
        QVERIFY(isNoted(*made, u"header “c” are blanks"_s, ImportNote::What::Changed));
    }

    void anEnvironmentAlone()
    {
        const auto made = read("vars {\n  host: https://pets.test\n  ~old: 1\n}\nvars:secret [\n  token,\n  other\n]\ncolor: #fff\n",
                               u"Production.bru"_s);
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        QCOMPARE(made->collection.environments.size(), 1);
        QCOMPARE(
            made->collection.environments.first(),
            (CollectionEnvironment{
                u"Production"_s,
                {{u"host"_s, u"https://pets.test"_s, true}, {u"old"_s, u"1"_s, false}, {u"token"_s, {}, false}, {u"other"_s, {}, false}}}));
        QVERIFY(isNoted(*made, u"token, other"_s, ImportNote::What::NotExpressed));
    }

    void aFolderIsReadWithWhatItsPartsShare()
    {
        const QTemporaryDir folder;
        const QString at = folder.path();
        put(at, u"bruno.json"_s, "{\"version\": \"1\", \"name\": \"Pets\", \"type\": \"collection\", \"ignore\": [\"dist\"]}");
        put(at, u"collection.bru"_s,
            "headers {\n  X-All: 1\n  X-Both: all\n}\nauth {\n  mode: bearer\n}\nauth:bearer {\n  token: {{token}}\n}\nvars:pre-request "
            "{\n  size: 10\n}\ndocs {\n  About pets\n}\n");
        put(at, u"environments/Local.bru"_s, "vars {\n  host: http://localhost:1\n}\n");
        put(at, u"Health.bru"_s, "get {\n  url: {{host}}/health\n  auth: none\n}\n");
        put(at, u"cats/folder.bru"_s,
            "meta {\n  name: All cats\n  seq: 2\n}\nheaders {\n  x-both: cats\n}\nvars:pre-request {\n  size: 20\n  kind: cat\n}\n");
        put(at, u"cats/b.bru"_s,
            "meta {\n  name: Second\n  seq: 2\n}\nget {\n  url: {{host}}/{{kind}}?size={{size}}\n  auth: inherit\n}\n");
        put(at, u"cats/a.bru"_s,
            "meta {\n  name: First\n  seq: 10\n}\nget {\n  url: {{host}}/a\n  auth: inherit\n}\nheaders {\n  X-BOTH: "
            "own\n}\nvars:pre-request {\n  kind: lion\n}\n");
        put(at, u"dogs/folder.bru"_s,
            "meta {\n  name: dogs\n  seq: 1\n}\nauth {\n  mode: basic\n}\nauth:basic {\n  username: u\n  password: p\n}\n");
        put(at, u"dogs/small/c.bru"_s, "get {\n  url: {{host}}/c/{{size}}\n  auth: inherit\n}\n");
        put(at, u"dist/x.bru"_s, "get {\n  url: x\n}\n");
        put(at, u"node_modules/x.bru"_s, "broken");
        put(at, u".git/x.bru"_s, "broken");
        QFile::link(at, at + u"/loop"_s);

        const auto made = readBrunoFolder(at, {{}, goOn});
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const Collection &collection = made->collection;
        QCOMPARE(collection.name, u"Pets"_s);
        QCOMPARE(collection.about, u"About pets"_s);
        QStringList order;
        for (const CollectionRequest &request : collection.requests)
            order.append(request.folder.join(u'/') + u'/' + request.spec.name);
        QCOMPARE(order, (QStringList{u"dogs/small/c"_s, u"All cats/Second"_s, u"All cats/First"_s, u"/Health"_s}));

        const RequestSpec dog = collection.requests.at(0).spec;
        QCOMPARE(headerOf(dog, u"authorization"_s).value, u"Basic u p"_s);
        QCOMPARE(headerOf(dog, u"x-all"_s).value, u"1"_s);
        QCOMPARE(dog.url, u"{{host}}/c/{{size}}"_s);
        const RequestSpec second = collection.requests.at(1).spec;
        QCOMPARE(headerOf(second, u"authorization"_s).value, u"Bearer {{token}}"_s);
        QCOMPARE(headerOf(second, u"x-both"_s).value, u"cats"_s);
        QCOMPARE(second.url, u"{{host}}/{{kind}}?size={{All_cats_size}}"_s);
        const RequestSpec first = collection.requests.at(2).spec;
        QCOMPARE(headerOf(first, u"x-both"_s).value, u"own"_s);
        const RequestSpec health = collection.requests.at(3).spec;
        QCOMPARE(health.key.mode, KeyChoice::Mode::None);
        QCOMPARE(headerOf(health, u"x-both"_s).value, u"all"_s);

        QCOMPARE(collection.variables, (QList<NameValue>{{u"size"_s, u"10"_s, true},
                                                         {u"All_cats_size"_s, u"20"_s, true},
                                                         {u"kind"_s, u"cat"_s, true},
                                                         {u"First_kind"_s, u"lion"_s, true}}));
        QCOMPARE(collection.environments, (QList<CollectionEnvironment>{{u"Local"_s, {{u"host"_s, u"http://localhost:1"_s, true}}}}));
        QVERIFY(isNoted(*made, u"All cats: The variable “size” of this place is called “All_cats_size” now"_s, ImportNote::What::Changed));
    }

    void aBrokenFileEndsTheFolder()
    {
        const QTemporaryDir folder;
        put(folder.path(), u"a/good.bru"_s, "get {\n  url: x\n}\n");
        put(folder.path(), u"a/bad.bru"_s, "get {\n  url: x\n");
        const auto made = readBrunoFolder(folder.path(), {{}, goOn});
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(u"a/bad.bru: Line 1"_s), qPrintable(made.error().message));
    }

    void aFolderWithoutRequests()
    {
        const QTemporaryDir folder;
        QVERIFY(!readBrunoFolder(folder.path(), {{}, goOn}));
        QCOMPARE(readBrunoFolder(folder.path() + u"/none"_s, {{}, goOn}).error().kind, Error::Kind::NotFound);
    }

    void cancelling()
    {
        const std::atomic_bool cancelled = true;
        const auto made = readBruno(withUrl("https://pets.test"), {u"a.bru"_s, cancelled});
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::Cancelled);
    }

    void theExportedJson()
    {
        const auto made = read(exported, u"pets.json"_s);
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const Collection &collection = made->collection;
        QCOMPARE(collection.name, u"Pets"_s);
        QCOMPARE(collection.requests.size(), 3);
        const CollectionRequest &add = collection.requests.at(0);
        QCOMPARE(add.folder, QStringList{u"Cats"_s});
        QCOMPARE(add.about, u"About"_s);
        QCOMPARE(add.spec.method, u"POST"_s);
        QCOMPARE(add.spec.url, u"{{host}}/{id}"_s);
        QCOMPARE(add.spec.params, (QList<NameValue>{{u"a"_s, u"1"_s, true}}));
        QCOMPARE(add.spec.pathParts, (QList<NameValue>{{u"id"_s, u"7"_s, true}}));
        QCOMPARE(
            add.spec.headers,
            (QList<NameValue>{{u"X-Cat"_s, u"1"_s, true}, {u"X-Off"_s, u"1"_s, false}, {u"Authorization"_s, u"Bearer {{token}}"_s, true}}));
        QCOMPARE(add.spec.body.parts.size(), 3);
        QCOMPARE(add.spec.body.parts.at(0).contentType, u"text/csv"_s);
        QCOMPARE(add.spec.body.parts.at(2).file, u"b.txt"_s);
        QVERIFY(!add.options.followRedirects);
        QCOMPARE(add.options.timeoutMs, std::optional(100));
        QCOMPARE(collection.requests.at(1).spec.body.kind, RequestBody::Kind::GraphQl);
        QCOMPARE(collection.requests.at(2).spec.body.file, u"a.bin"_s);
        QCOMPARE(headerOf(collection.requests.at(2).spec, u"content-type"_s).value, u"image/png"_s);
        QCOMPARE(collection.variables, (QList<NameValue>{{u"kind"_s, u"cat"_s, true}}));
        QCOMPARE(collection.environments.first().variables.at(1), (NameValue{u"token"_s, {}, false}));
        for (const QString &words : {u"Cats › Add: Its scripts"_s, u"Its tests"_s, u"Its assertion is"_s, u"from its answer"_s,
                                     u"Call: It is no HTTP request"_s, u"proxy"_s, u"Local: The file does not hold"_s})
            QVERIFY2(isNoted(*made, words, ImportNote::What::NotExpressed), qPrintable(words));
    }

    void whatCameInIsWrittenAndReadAlike()
    {
        for (const QByteArray &text : {withUrl("{{host}}/:id?a=1", "params:path {\n  id: 1\n}\nheaders {\n  a: b\n}\n"),
                                       withBody("json", "body:json {\n  {}\n}\n"), withBody("graphql", "body:graphql {\n  { a }\n}\n"),
                                       withBody("multipartForm", "body:multipart-form {\n  a: b\n  f: @file(x)\n}\n")}) {
            const RequestSpec spec = canonicalRequest(requestOf(text));
            QCOMPARE(canonicalRequest(spec), spec);
            QVERIFY(!spec.url.isEmpty());
        }
    }
};

QTEST_GUILESS_MAIN(TestBruno)
#include "test_bruno.moc"
