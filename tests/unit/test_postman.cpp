#include "app/base/Redactor.h"
#include "app/interchange/collection/Formats.h"
#include "app/interchange/collection/TakeCredentials.h"
#include "app/interchange/postman/Postman.h"

#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> readText(const QByteArray &json)
{
    return readPostman(json, {u"shop.json"_s, goOn});
}

QByteArray collectionOf(const QByteArray &items, const QByteArray &rest = {}, const QByteArray &version = "v2.1.0")
{
    return "{\"info\": {\"name\": \"Shop\", \"schema\": \"https://schema.getpostman.com/json/collection/" + version +
           "/collection.json\"}, \"item\": [" + items + "]" + (rest.isEmpty() ? QByteArray() : ", " + rest) + "}";
}

QByteArray itemOf(const QByteArray &request, const QByteArray &rest = {})
{
    return "{\"name\": \"One\", \"request\": " + request + (rest.isEmpty() ? QByteArray() : ", " + rest) + "}";
}

/// The first request of a collection that must be readable.
CollectionRequest firstOf(const QByteArray &json)
{
    const auto read = readText(json);
    if (!read)
        qWarning("%s", qPrintable(read.error().message));
    return read && !read->collection.requests.isEmpty() ? read->collection.requests.constFirst() : CollectionRequest();
}

CollectionRequest requestOf(const QByteArray &request, const QByteArray &rest = {})
{
    return firstOf(collectionOf(itemOf(request, rest)));
}

QString notesOf(const QByteArray &json)
{
    const auto read = readText(json);
    QStringList lines;
    for (const ImportNote &note : read ? read->notes : QList<ImportNote>())
        lines.append(note.place + u": "_s + note.text);
    return lines.join(u'\n');
}

/// "name=value", with a # before a disabled one.
QString rowsText(const QList<NameValue> &rows)
{
    QStringList texts;
    for (const NameValue &row : rows)
        texts.append((row.enabled ? QString() : u"#"_s) + row.name + u'=' + row.value);
    return texts.join(u" | "_s);
}

} // namespace

class TestPostman : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBothFormatsAndTheAnswerOfTheApi_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("format");
        QTest::newRow("2.1") << collectionOf(itemOf("\"https://a.example\"")) << u"Postman Collection v2.1"_s;
        QTest::newRow("2.0") << collectionOf(itemOf("\"https://a.example\""), {}, "v2.0.0") << u"Postman Collection v2.0"_s;
        QTest::newRow("wrapped") << "{\"collection\": " + collectionOf(itemOf("\"https://a.example\"")) + "}" << u"Postman Collection v2.1"_s;
        QTest::newRow("mark and CRLF") << "\xEF\xBB\xBF\r\n" + collectionOf(itemOf("\"https://a.example\"")) << u"Postman Collection v2.1"_s;
    }
    void readsBothFormatsAndTheAnswerOfTheApi()
    {
        QFETCH(QByteArray, json);
        const auto read = readText(json);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QTEST(read->format, "format");
        QCOMPARE(read->collection.name, u"Shop"_s);
        QCOMPARE(read->collection.requests.size(), 1);
        QCOMPARE(read->collection.requests.at(0).spec.method, u"GET"_s);
        QCOMPARE(read->collection.requests.at(0).spec.url, u"https://a.example"_s);
    }

    void keepsFoldersAndStandsTheRequestsOfOneTogether()
    {
        const QByteArray one = "{\"name\": \"1\", \"request\": \"https://a.example/1\"}";
        const QByteArray two = "{\"name\": \"2\", \"request\": {\"url\": \"https://a.example/2\", \"description\": \"The second.\"}}";
        const auto read = readText(collectionOf("{\"name\": \"A\", \"item\": [{\"name\": \"B\", \"item\": [" + one + "]}]}, " + two +
                                                ", {\"name\": \"A\", \"item\": [" + one + "], \"description\": \"x\"}, {\"name\": \"Empty\", \"item\": []}"));
        QVERIFY(read);
        QCOMPARE(read->collection.requests.size(), 3);
        QCOMPARE(read->collection.requests.at(0).folder, QStringList());
        QCOMPARE(read->collection.requests.at(0).about, u"The second."_s);
        QCOMPARE(read->collection.requests.at(1).folder, (QStringList{u"A"_s, u"B"_s}));
        QCOMPARE(read->collection.requests.at(2).folder, QStringList{u"A (2)"_s});
        QCOMPARE(read->notes.size(), 3);
    }

    void readsUrls_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("params");
        QTest::addColumn<QString>("parts");
        const auto add = [](const char *name, const QByteArray &url, const QString &text, const QString &params = {}, const QString &parts = {}) {
            QTest::newRow(name) << url << text << params << parts;
        };
        add("text", "\"https://a.example/x?p=1&q=a%20b\"", u"https://a.example/x"_s, u"p=1 | q=a b"_s);
        add("text with parts", "\"{{host}}/users/:id/x\"", u"{{host}}/users/{id}/x"_s, {}, u"id="_s);
        add("port is no part", "\"http://localhost:8080/:id\"", u"http://localhost:8080/{id}"_s, {}, u"id="_s);
        add("no scheme", "\"a.example/x\"", u"http://a.example/x"_s);
        add("no host", "\"/x\"", u"{{baseUrl}}/x"_s);
        add("fragment", "\"https://a.example/x?a=1#there\"", u"https://a.example/x"_s, u"a=1"_s);
        add("null", "null", QString());
        add("raw alone", "{\"raw\": \"https://a.example/x?p=1\"}", u"https://a.example/x"_s, u"p=1"_s);
        add("raw with rows", "{\"raw\": \"https://a.example/x?p=1\", \"query\": [{\"key\": \"p\", \"value\": \"1\"}]}", u"https://a.example/x"_s, u"p=1"_s);
        add("parts", "{\"raw\": \"other\", \"protocol\": \"https\", \"host\": [\"api\", \"a\", \"example\"], \"port\": \"8443\", \"path\": [\"v1\", \"x\"]}",
            u"https://api.a.example:8443/v1/x"_s);
        add("texts as parts", "{\"protocol\": \"https\", \"host\": \"a.example\", \"path\": \"/v1/x\"}", u"https://a.example/v1/x"_s);
        add("objects in the path", "{\"host\": [\"{{baseUrl}}\"], \"path\": [\"v1\", {\"type\": \"any\", \"value\": \"x\"}]}", u"{{baseUrl}}/v1/x"_s);
        add("a slash at the end", "{\"host\": [\"{{baseUrl}}\"], \"path\": [\"v1\", \"\"]}", u"{{baseUrl}}/v1/"_s);
        add("variables", "{\"host\": [\"{{baseUrl}}\"], \"path\": [\":id\", \":name\"], \"variable\": [{\"key\": \"id\", \"value\": \"7\"}, {\"id\": \"name\", \"value\": \"{{who}}\"}]}",
            u"{{baseUrl}}/{id}/{name}"_s, {}, u"id=7 | name={{who}}"_s);
        add("query",
            "{\"host\": [\"{{h}}\"], \"path\": [\"x\"], \"query\": [{\"key\": \"a\", \"value\": \"1 2\"}, {\"key\": \"b\", \"value\": \"{{b}}\", \"disabled\": true}, {\"key\": \"c\", \"value\": \"%2B\"}]}",
            u"{{h}}/x"_s, u"a=1 2 | #b={{b}} | c=+"_s);
        add("query without value", "{\"host\": [\"{{h}}\"], \"query\": [{\"key\": \"a\", \"value\": null}, {\"key\": \"b\", \"value\": \"\"}]}", u"{{h}}?a"_s, u"b="_s);
        add("a plus stays one", "{\"host\": [\"{{h}}\"], \"query\": [{\"key\": \"a\", \"value\": \"1+2\"}]}", u"{{h}}?a=1+2"_s);
        add("line break", "\"https://a.example/x\\n### GET https://evil.example\"", u"https://a.example/x"_s);
    }
    void readsUrls()
    {
        QFETCH(QByteArray, url);
        const CollectionRequest request = requestOf("{\"url\": " + url + "}");
        QTEST(request.spec.url, "text");
        QTEST(rowsText(request.spec.params), "params");
        QTEST(rowsText(request.spec.pathParts), "parts");
    }

    void readsHeaders()
    {
        const QByteArray rows = "{\"url\": \"https://a.example\", \"header\": [{\"key\": \"A\", \"value\": \"1\"}, {\"key\": \"B\", \"value\": \"2\", \"disabled\": true}, \"C: 3\", null]}";
        QCOMPARE(rowsText(requestOf(rows).spec.headers), u"A=1 | #B=2 | C=3"_s);
        const auto lines = requestOf("{\"url\": \"https://a.example\", \"header\": \"A: 1\\nB: x:y\\n\"}");
        QCOMPARE(rowsText(lines.spec.headers), u"A=1 | B=x:y"_s);
        // A line break would begin another header, or another request, in a file.
        const auto broken = requestOf("{\"url\": \"https://a.example\", \"header\": [{\"key\": \"A\", \"value\": \"1\\r\\nX: 2\"}]}");
        QCOMPARE(rowsText(broken.spec.headers), u"A=1  X: 2"_s);
    }

    void readsBodies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<RequestBody>("expected");
        using Kind = RequestBody::Kind;
        const auto add = [](const char *name, const QByteArray &body, const RequestBody &expected) { QTest::newRow(name) << body << expected; };
        add("null", "null", {});
        add("none", "{\"mode\": \"none\"}", {});
        add("empty", "{\"mode\": \"raw\", \"raw\": \"\"}", {});
        add("json", "{\"mode\": \"raw\", \"raw\": \"{\\\"a\\\": {{a}}}\", \"options\": {\"raw\": {\"language\": \"json\"}}}", {Kind::Json, u"{\"a\": {{a}}}"_s, {}});
        add("xml", "{\"mode\": \"raw\", \"raw\": \"<a/>\", \"options\": {\"raw\": {\"language\": \"xml\"}}}", {Kind::Xml, u"<a/>"_s, {}});
        add("text", "{\"mode\": \"raw\", \"raw\": \"a\"}", {Kind::Text, u"a"_s, {}});
        add("disabled", "{\"mode\": \"raw\", \"raw\": \"a\", \"disabled\": true}", {});
        add("form", "{\"mode\": \"urlencoded\", \"urlencoded\": [{\"key\": \"a\", \"value\": \"1 &\"}, {\"key\": \"b\", \"value\": \"2\", \"disabled\": true}]}",
            {Kind::Form, {}, {{u"a"_s, u"1 &"_s}, {u"b"_s, u"2"_s, false}}});
        add("form as a text", "{\"mode\": \"urlencoded\", \"urlencoded\": \"a=1+2&b=%26\"}", {Kind::Form, {}, {{u"a"_s, u"1 2"_s}, {u"b"_s, u"&"_s}}});
        add("file", "{\"mode\": \"file\", \"file\": {\"src\": \"/home/u/x.bin\"}}", {.kind = Kind::File, .text = {}, .form = {}, .file = u"/home/u/x.bin"_s});
        add("file without a name", "{\"mode\": \"file\", \"file\": {}}", {.kind = Kind::File, .text = {}, .form = {}});
        add("graphql", "{\"mode\": \"graphql\", \"graphql\": {\"query\": \"query A { a }\", \"variables\": \"{\\\"x\\\": 1}\", \"operationName\": \"A\"}}",
            {.kind = Kind::GraphQl, .text = u"query A { a }"_s, .form = {}, .graphQlVariables = u"{\"x\": 1}"_s, .graphQlOperation = u"A"_s});
        add("graphql, variables as an object", "{\"mode\": \"graphql\", \"graphql\": {\"query\": \"{ a }\", \"variables\": {\"x\": [1.50, \"\\\"y\"]}}}",
            {.kind = Kind::GraphQl, .text = u"{ a }"_s, .form = {}, .graphQlVariables = u"{\"x\":[1.50,\"\\\"y\"]}"_s});
        add("parts",
            "{\"mode\": \"formdata\", \"formdata\": [{\"key\": \"a\", \"value\": \"1\", \"type\": \"text\", \"contentType\": \"text/x\"}, {\"key\": \"f\", \"type\": \"file\", \"src\": [\"/a\", \"/b\"]}, {\"key\": \"g\", \"type\": \"file\", \"src\": \"/c\", \"disabled\": true}, {\"key\": \"h\", \"type\": \"file\", \"src\": null}]}",
            {.kind = Kind::Multipart,
             .text = {},
             .form = {},
             .parts = {{.name = u"a"_s, .value = u"1"_s, .file = {}, .fileName = {}, .contentType = u"text/x"_s, .headers = {}},
                       {.name = u"f"_s, .value = {}, .file = u"/a"_s, .fileName = {}, .contentType = {}, .headers = {}},
                       {.name = u"f"_s, .value = {}, .file = u"/b"_s, .fileName = {}, .contentType = {}, .headers = {}},
                       {.name = u"g"_s, .value = {}, .file = u"/c"_s, .fileName = {}, .contentType = {}, .headers = {}, .enabled = false},
                       {.name = u"h"_s, .value = {}, .file = {}, .fileName = {}, .contentType = {}, .headers = {}}}});
    }
    void readsBodies()
    {
        QFETCH(QByteArray, body);
        const CollectionRequest request = requestOf("{\"method\": \"POST\", \"url\": \"https://a.example\", \"body\": " + body + "}");
        QFETCH(RequestBody, expected);
        QCOMPARE(request.spec.body.kind, expected.kind);
        QCOMPARE(request.spec.body.text, expected.text);
        QVERIFY(request.spec.body == expected);
    }

    void takesTheKindOfARawBodyFromItsHeaderIfNothingElseSaysIt()
    {
        const QByteArray start = "{\"method\": \"POST\", \"url\": \"https://a.example\", \"body\": {\"mode\": \"raw\", \"raw\": \"x\"";
        const auto kind = [&start](const QByteArray &rest) { return requestOf(start + rest).spec.body.kind; };
        QVERIFY(kind("}, \"header\": [{\"key\": \"content-type\", \"value\": \"application/json; charset=utf-8\"}]}") == RequestBody::Kind::Json);
        QVERIFY(kind("}, \"header\": [{\"key\": \"Content-Type\", \"value\": \"text/xml\"}]}") == RequestBody::Kind::Xml);
        QVERIFY(kind("}, \"header\": [{\"key\": \"Content-Type\", \"value\": \"text/plain\"}]}") == RequestBody::Kind::Text);
        QCOMPARE(rowsText(requestOf(start + ", \"options\": {\"raw\": {\"language\": \"html\"}}}}").spec.headers), u"Content-Type=text/html"_s);
    }

    void sendsNoBodyWherePostmanSendsNone()
    {
        const QByteArray request = "{\"method\": \"GET\", \"url\": \"https://a.example\", \"body\": {\"mode\": \"raw\", \"raw\": \"x\"}}";
        QVERIFY(requestOf(request).spec.body.kind == RequestBody::Kind::None);
        QVERIFY(notesOf(collectionOf(itemOf(request))).contains(u"Postman does not send it with GET"_s));
        QVERIFY(requestOf(request, "\"protocolProfileBehavior\": {\"disableBodyPruning\": true}").spec.body.kind == RequestBody::Kind::Text);
    }

    // SECURITY S10: what somebody else wrote must not read this computer when it is sent.
    void readsNothingOfThisComputerIn()
    {
        const QByteArray request = "{\"method\": \"POST\", \"url\": \"https://a.example/{{$processEnv HOME}}\", \"header\": [{\"key\": \"A\", \"value\": \"{{$dotenv TOKEN}}\"}],\n            \"body\": {\"mode\": \"raw\", \"raw\": \"x\\n< /etc/passwd\\n<@ ./a\\n{{ $env.HOME }}\", \"options\": {\"raw\": {\"language\": \"json\"}}}}";
        const CollectionRequest made = requestOf(request);
        QCOMPARE(made.spec.url, u"https://a.example/{{processEnv HOME}}"_s);
        QCOMPARE(rowsText(made.spec.headers), u"A={{dotenv TOKEN}}"_s);
        QCOMPARE(made.spec.body.text, u"x\n < /etc/passwd\n <@ ./a\n{{env.HOME}}"_s);
        const QString notes = notesOf(collectionOf(itemOf(request)));
        QVERIFY(notes.contains(u"One, header A: {{$dotenv TOKEN}} would read from this computer"_s));
        QVERIFY(notes.contains(u"One, body: A line begins with “<”"_s));
        const CollectionRequest parts =
            requestOf("{\"method\": \"POST\", \"url\": \"https://a.example\", \"body\": {\"mode\": \"formdata\", \"formdata\": [{\"key\": \"a\", \"value\": \"< /etc/passwd\"}]}}");
        QCOMPARE(parts.spec.body.parts.at(0).value, u" < /etc/passwd"_s);
    }

    void saysWhichFilesAreSent()
    {
        const QByteArray text =
            collectionOf(itemOf("{\"method\": \"POST\", \"url\": \"https://a.example\", \"body\": {\"mode\": \"file\", \"file\": {\"src\": \"/home/u/x.bin\"}}}"));
        const auto read = readCollection(text, {{}, goOn}, {});
        QVERIFY(read);
        const auto says = [](const ImportNote &note) { return note.text.startsWith("When it is sent, it reads /home/u/x.bin of this computer."_L1); };
        QCOMPARE(std::ranges::count_if(read->notes, says), 1); // once
    }

    void expressesAuthorization_data()
    {
        QTest::addColumn<QByteArray>("auth");
        QTest::addColumn<QString>("headers");
        QTest::addColumn<QString>("params");
        QTest::addColumn<bool>("takesKey");
        const auto add = [](const char *name, const QByteArray &auth, const QString &headers, const QString &params = {}, bool takesKey = false) {
            QTest::newRow(name) << auth << headers << params << takesKey;
        };
        add("null", "null", {}, {}, true);
        add("noauth", "{\"type\": \"noauth\"}", {});
        add("bearer", "{\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"{{t}}\", \"type\": \"string\"}]}", u"Authorization=Bearer {{t}}"_s);
        add("bearer 2.0", "{\"type\": \"bearer\", \"bearer\": {\"token\": \"{{t}}\"}}", u"Authorization=Bearer {{t}}"_s);
        add("empty bearer", "{\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"\"}]}", {}, {}, true);
        add("our key", "{\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"{{keydesk_key}}\"}]}", {}, {}, true);
        add("basic", "{\"type\": \"basic\", \"basic\": [{\"key\": \"password\", \"value\": \"p w\"}, {\"key\": \"username\", \"value\": \"u\"}]}", u"Authorization=Basic u p w"_s);
        add("basic with blanks", "{\"type\": \"basic\", \"basic\": {\"username\": \"u v\", \"password\": \"p\"}}", u"Authorization=Basic u v:p"_s);
        add("basic without a name", "{\"type\": \"basic\", \"basic\": {\"password\": \"p\"}}", u"Authorization=Basic :p"_s);
        add("apikey", "{\"type\": \"apikey\", \"apikey\": [{\"key\": \"key\", \"value\": \"X-Key\"}, {\"key\": \"value\", \"value\": \"{{k}}\"}]}", u"X-Key={{k}}"_s);
        add("apikey in the query", "{\"type\": \"apikey\", \"apikey\": {\"key\": \"k\", \"value\": \"{{k}}\", \"in\": \"query\"}}", {}, u"k={{k}}"_s);
        add("oauth2", "{\"type\": \"oauth2\", \"oauth2\": [{\"key\": \"clientSecret\", \"value\": \"canary-client\"}, {\"key\": \"grant_type\", \"value\": \"client_credentials\"}]}",
            u"Authorization=Bearer {{accessToken}}"_s);
        add("oauth2 with a token", "{\"type\": \"oauth2\", \"oauth2\": [{\"key\": \"accessToken\", \"value\": \"{{t}}\"}, {\"key\": \"headerPrefix\", \"value\": \"Token\"}]}",
            u"Authorization=Token {{t}}"_s);
        add("oauth2 in the query", "{\"type\": \"oauth2\", \"oauth2\": [{\"key\": \"accessToken\", \"value\": \"{{t}}\"}, {\"key\": \"addTokenTo\", \"value\": \"queryParams\"}]}", {},
            u"access_token={{t}}"_s);
        for (const QByteArray type : {"digest", "hawk", "awsv4", "ntlm", "edgegrid", "oauth1", "jwt"})
            add(type.constData(), "{\"type\": \"" + type + "\", \"" + type + "\": [{\"key\": \"password\", \"value\": \"canary\"}]}", {});
    }
    void expressesAuthorization()
    {
        QFETCH(QByteArray, auth);
        QFETCH(bool, takesKey);
        const QByteArray json = collectionOf(itemOf("{\"url\": \"https://a.example\", \"auth\": " + auth + "}"));
        const CollectionRequest request = firstOf(json);
        QTEST(rowsText(request.spec.headers), "headers");
        QTEST(rowsText(request.spec.params), "params");
        QVERIFY(request.spec.key.mode == (takesKey ? KeyChoice::Mode::Automatic : KeyChoice::Mode::None));
        QVERIFY(!notesOf(json).contains(u"canary"_s));
        QCOMPARE(notesOf(json).contains(u"does not sign requests"_s), auth.contains("canary\""));
    }

    void inheritsAuthorization()
    {
        const QByteArray bearer = "\"auth\": {\"type\": \"bearer\", \"bearer\": {\"token\": \"{{outer}}\"}}";
        const QByteArray plain = itemOf("{\"url\": \"https://a.example\"}");
        const QByteArray none = itemOf("{\"url\": \"https://a.example\", \"auth\": {\"type\": \"noauth\"}}");
        const QByteArray inner = "{\"name\": \"F\", \"item\": [" + plain + "], \"auth\": {\"type\": \"apikey\", \"apikey\": {\"key\": \"X\", \"value\": \"1\"}}}";
        const auto read = readText(collectionOf(plain + "," + none + "," + inner, bearer));
        QVERIFY(read);
        QCOMPARE(rowsText(read->collection.requests.at(0).spec.headers), u"Authorization=Bearer {{outer}}"_s);
        QCOMPARE(rowsText(read->collection.requests.at(1).spec.headers), QString());
        QCOMPARE(rowsText(read->collection.requests.at(2).spec.headers), u"X=1"_s);
    }

    void putsAuthorizationBeforeAHeaderTypedByHand()
    {
        const QByteArray request = "{\"url\": \"https://a.example\", \"header\": [{\"key\": \"authorization\", \"value\": \"Bearer {{old}}\"}], \"auth\": {\"type\": \"bearer\", \"bearer\": {\"token\": \"{{t}}\"}}}";
        QCOMPARE(rowsText(requestOf(request).spec.headers), u"#authorization=Bearer {{old}} | Authorization=Bearer {{t}}"_s);
        // One that stands alone says who calls: no key comes into its way.
        const auto made = requestOf("{\"url\": \"https://a.example\", \"header\": \"Authorization: Bearer {{t}}\"}");
        QVERIFY(made.spec.key.mode == KeyChoice::Mode::None);
    }

    void takesSettings()
    {
        const HttpOptions options =
            firstOf(collectionOf(itemOf("{\"url\": \"https://a.example\"}", "\"protocolProfileBehavior\": {\"disableCookies\": true, \"disableUrlEncoding\": true}"),
                                 "\"protocolProfileBehavior\": {\"followRedirects\": false}"))
                .options;
        QVERIFY(!options.followRedirects && !options.keepCookies && !options.encodeUrl);
        const auto notes = notesOf(collectionOf(itemOf("{\"url\": \"https://a.example\"}", "\"protocolProfileBehavior\": {\"strictSSL\": false}")));
        QVERIFY(notes
                    .contains(u"One: The setting “strictSSL” was left out."_s));
    }

    void notesWhatKeydeskHasNothingFor()
    {
        const QByteArray script = "\"event\": [{\"listen\": \"prerequest\", \"script\": {\"exec\": [\"\", \"pm.environment.set('canary')\"]}}, {\"listen\": \"test\", \"script\": {\"exec\": \"pm.test(1)\"}}, {\"listen\": \"test\", \"script\": {\"exec\": [\"\"]}}]";
        const QString notes = notesOf(collectionOf("{\"name\": \"F\", \"item\": [" + itemOf("{\"url\": {\"raw\": \"https://a.example\", \"query\": [{\"key\": \"a\", \"value\": \"{{$randomCity}}\", \"description\": \"x\"}]}, \"proxy\": {\"host\": \"p\"}, \"certificate\": {\"matches\": [\"*\"]}}", script + ", \"response\": [{}, {}]") + "]}",
                                                   script));
        QVERIFY(notes.contains(u"Shop: The script before the request was left out"_s));
        QVERIFY(notes.contains(u"F › One: The script before the request was left out"_s));
        QVERIFY(notes.contains(u"F › One: The script that follows the answer was left out"_s));
        QCOMPARE(notes.count(u"The script"_s), 4);
        QVERIFY(notes.contains(u"F › One, parameter a: Keydesk makes up no {{$randomCity}}"_s));
        QVERIFY(notes.contains(u"2 example answer"_s));
        QVERIFY(notes.contains(u"1 description"_s));
        QVERIFY(notes.contains(u"proxy"_s));
        QVERIFY(notes.contains(u"certificate"_s));
        QVERIFY(!notes.contains(u"canary"_s));
    }

    void translatesWhatPostmanMakesUp()
    {
        const auto made = requestOf("{\"url\": \"https://a.example/{{$guid}}/{{$randomUUID}}/{{$timestamp}}/{{$randomEmail}}\"}");
        QCOMPARE(made.spec.url,
                 u"https://a.example/{{$guid}}/{{$guid}}/{{$timestamp}}/{{$random.email}}"_s);
    }

    void takesVariables()
    {
        const auto read = readText(collectionOf(itemOf("\"{{a}}\"", "\"variable\": [{\"key\": \"a\", \"value\": \"inner\"}]"),
                                                "\"variable\": [{\"key\": \"a\", \"value\": \"1\"}, {\"id\": \"b\", \"value\": {\"x\": [true, null]}}, {\"key\": \"c\", \"value\": 5, \"disabled\": true}, {\"value\": \"x\"}]"));
        QVERIFY(read);
        QCOMPARE(rowsText(read->collection.variables), u"a=1 | b={\"x\":[true,null]} | #c=5"_s);
        QCOMPARE(read->notes.size(), 1);
        QCOMPARE(read->notes.at(0).place, u"One, variable a"_s);
    }

    void givesVariablesNamesThatTheyCanHave()
    {
        const auto read = readText(collectionOf(itemOf("\"https://a.example/{{my host}}\""), "\"variable\": [{\"key\": \"my host\", \"value\": \"1\"}]"));
        QVERIFY(read);
        QCOMPARE(rowsText(read->collection.variables), u"my_host=1"_s);
        QCOMPARE(read->collection.requests.at(0).spec.url, u"https://a.example/{{my_host}}"_s);
        QCOMPARE(read->notes.size(), 1);
    }

    // SECURITY S1, S10: what Postman marks as secret is nowhere but in the credentials.
    void takesSecretVariablesOut()
    {
        const auto read = readText(collectionOf(itemOf("{\"url\": \"https://a.example\", \"auth\": {\"type\": \"bearer\", \"bearer\": {\"token\": \"{{t}}\"}}}"),
                                                "\"variable\": [{\"key\": \"t\", \"value\": \"canary-4711\", \"type\": \"secret\"}]"));
        QVERIFY(read);
        auto taken = *read;
        takeCredentials(taken, {});
        QCOMPARE(taken.credentials.size(), 1);
        const FoundCredential &found = taken.credentials.constFirst();
        QVERIFY(found.value->reveal() == "canary-4711");
        QCOMPARE(found.variable, u"t"_s);
        QCOMPARE(found.requests, QList<int>{0});
        QCOMPARE(found.url, u"https://a.example"_s);
        QCOMPARE(found.form.prefix, QByteArray("Bearer "));
        QVERIFY(read->collection.variables.isEmpty()); // an empty value would go before the secret one
        QCOMPARE(read->collection.secrets, QStringList{u"t"_s});
        QVERIFY(read->notes.at(0).what == ImportNote::What::ToKeychain);
        QVERIFY(!writePostman(read->collection)->contains("canary"));
    }

    // A literal that is the secret variable's value names that variable, and no other variable gets its name.
    void secretVariablesKeepTheirNames()
    {
        const auto read = readText(collectionOf(itemOf("{\"url\": \"https://a.example\", \"header\": [{\"key\": \"X-Api-Key\", \"value\": \"canary-4711\"}, {\"key\": \"X-Auth-Token\", \"value\": \"0ther-Secret\"}]}"),
                                                "\"variable\": [{\"key\": \"authToken\", \"value\": \"canary-4711\", \"type\": \"secret\"}]"));
        QVERIFY(read);
        auto taken = *read;
        takeCredentials(taken, {});
        QCOMPARE(rowsText(taken.collection.requests.first().spec.headers), u"X-Api-Key={{authToken}} | X-Auth-Token={{authToken2}}"_s);
        QCOMPARE(taken.credentials.size(), 2);
    }

    // Looking through all that came before for each of them would take longer than a test may.
    void manyEqualNamesAreNoMoreWork()
    {
        constexpr int folders = 40'000;
        QByteArrayList items;
        for (int i = 0; i < folders; ++i)
            items.append("{\"name\": \"Same\", \"item\": [" + itemOf("\"https://a.example\"") + "]}");
        QByteArrayList variables;
        for (int i = 0; i < 100'000; ++i)
            variables.append("{\"key\": \"v" + QByteArray::number(i) + "\", \"value\": \"1\"}");
        const QByteArray bytes = collectionOf(items.join(','), "\"variable\": [" + variables.join(',') + "]");
        const auto read = readText(bytes);
        QVERIFY(read);
        QCOMPARE(read->collection.variables.size(), 100'000);
        QCOMPARE(read->collection.requests.last().folder, QStringList{u"Same (%1)"_s.arg(folders)});
        const auto written = writePostman(read->collection);
        QVERIFY(written && written->contains("Same (40000)"));
        const std::atomic_bool isStopped = true;
        QCOMPARE(readPostman(bytes, {u"shop.json"_s, isStopped}).error().kind, Error::Kind::Cancelled);
    }

    // SECURITY S8: an export tells which secrets are needed, and never what they are.
    void exportsSecretsWithoutValues()
    {
        Collection collection;
        collection.name = u"Shop"_s;
        collection.variables = {{u"host"_s, u"https://a.example"_s}, {u"apiToken"_s, u"canary-4711"_s}};
        collection.environments = {{u"Live: 1"_s, {{u"host"_s, u"https://live.example"_s}, {u"password"_s, u"canary-4712"_s}}}};
        CollectionRequest request;
        request.spec.name = u"One"_s;
        request.spec.url = u"{{host}}/a"_s;
        request.spec.headers = {{u"X-Api-Key"_s, u"canary-4713"_s}};
        collection.requests = {request};
        const auto written = writeCollection(CollectionFormat::Postman, collection, Redactor(), {});
        QVERIFY(written);
        QVERIFY(!written->bytes.contains("canary"));
        const auto again = readText(written->bytes);
        QVERIFY(again);
        QCOMPARE(rowsText(again->collection.variables), u"host=https://a.example"_s);
        QCOMPARE(again->collection.secrets, (QStringList{u"apiToken"_s, u"apiKey"_s}));
        QCOMPARE(again->collection.requests.first().spec.key.mode, KeyChoice::Mode::Automatic);
        QVERIFY(written->bytes.contains("\"keydesk_key\""));
        QCOMPARE(written->environments.size(), 1);
        QCOMPARE(written->environments.first().fileName, u"Live- 1.postman_environment.json"_s);
        QVERIFY(!written->environments.first().bytes.contains("canary"));
        const auto environment = readPostman(written->environments.first().bytes, {u"e.json"_s, goOn});
        QVERIFY(environment);
        QCOMPARE(environment->collection.environments.first().name, u"Live: 1"_s);
        QCOMPARE(rowsText(environment->collection.environments.first().variables), u"host=https://live.example"_s);
        QCOMPARE(environment->collection.environments.first().secrets, QStringList{u"password"_s});

        // An environment alone is written as one.
        const auto alone = writeCollection(CollectionFormat::Postman, environment->collection, Redactor(), {});
        QVERIFY(alone);
        QCOMPARE(alone->bytes, written->environments.first().bytes);
        QVERIFY(alone->environments.isEmpty());
    }

    void readsAgainWhatItWrites()
    {
        Collection collection;
        collection.name = u"Shop"_s;
        collection.about = u"All of it."_s;
        collection.variables = {{u"a"_s, u"1"_s}, {u"b"_s, u"2"_s, false}};
        CollectionRequest first;
        first.spec.name = u"List"_s;
        first.spec.method = u"GET"_s;
        first.spec.url = u"{{baseUrl}}/orders/{id}"_s;
        first.spec.pathParts = {{u"id"_s, u"7"_s}};
        first.spec.params = {{u"a"_s, u"1 & 2"_s}, {u"b"_s, u"{{b}}"_s, false}};
        first.spec.headers = {{u"X-A"_s, u"1"_s}, {u"X-B"_s, u"2"_s, false}};
        first.about = u"Lists."_s;
        CollectionRequest second;
        second.folder = {u"Orders"_s, u"New"_s};
        second.spec.name = u"Make"_s;
        second.spec.method = u"POST"_s;
        second.spec.url = u"https://a.example:8443/orders"_s;
        second.spec.key.mode = KeyChoice::Mode::None;
        second.spec.body = {RequestBody::Kind::Json, u"{\"a\": {{$random.email}}}"_s, {}};
        second.options.followRedirects = false;
        collection.requests = {first, second};
        const auto written = writePostman(collection);
        QVERIFY(written);
        const auto read = readText(*written);
        QVERIFY(read);
        QCOMPARE(read->collection.requests.size(), 2);
        QCOMPARE(read->collection.requests.at(0).spec.toJson(), first.spec.toJson());
        QCOMPARE(read->collection.requests.at(1).spec.toJson(), second.spec.toJson());
        QVERIFY(read->collection == collection);

        const CollectionEnvironment environment{u"Staging"_s, {{u"host"_s, u"https://a.example"_s}, {u"off"_s, u"1"_s, false}}};
        const auto again = readPostman(*writePostmanEnvironment(environment), {u"e.json"_s, goOn});
        QVERIFY(again);
        QVERIFY(again->collection.environments == QList<CollectionEnvironment>{environment});
    }

    void readsEnvironments()
    {
        const QByteArray values = "\"values\": [{\"key\": \"host\", \"value\": \"https://a.example\", \"enabled\": true}, {\"key\": \"off\", \"value\": \"1\", \"enabled\": false}, {\"key\": \"t\", \"value\": \"canary-4711\", \"type\": \"secret\"}]";
        const auto read = readPostman("{\"name\": \"Staging\", " + values + "}", {u"e.json"_s, goOn});
        QVERIFY(read);
        QCOMPARE(read->format, u"Postman environment"_s);
        QCOMPARE(read->collection.environments.size(), 1);
        QCOMPARE(read->collection.environments.at(0).name, u"Staging"_s);
        QCOMPARE(rowsText(read->collection.environments.at(0).variables), u"host=https://a.example | #off=1"_s);
        QCOMPARE(read->credentials.size(), 1);
        QVERIFY(read->credentials.at(0).value->reveal() == "canary-4711");
        const auto globals = readPostman("{\"_postman_variable_scope\": \"globals\", " + values + "}", {u"e.json"_s, goOn});
        QVERIFY(globals);
        QCOMPARE(globals->format, u"Postman globals"_s);
        QCOMPARE(globals->collection.environments.at(0).name, u"Globals"_s);
    }

    void refusesWithFileAndPlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("message");
        const auto add = [](const char *name, const QByteArray &json, const QString &message) { QTest::newRow(name) << json << message; };
        add("empty", "", u"shop.json: The file is empty."_s);
        add("text", "curl https://a.example", u"shop.json: Line 1: it does not begin with “{”"_s);
        add("list", "[]", u"shop.json: Line 1: it does not begin with “{”"_s);
        add("truncated", collectionOf(itemOf("\"https://a.example\"")).chopped(20), u"shop.json: Line 1, column "_s);
        add("not UTF-8", "{\n\"info\": \"\xE9\"}", u"shop.json: Line 2: the text is not UTF-8."_s);
        add("NULs", QByteArray("{\0\0}", 4), u"shop.json: Line 1, column 2"_s);
        add("OpenAPI", "{\"openapi\": \"3.0.0\"}", u"shop.json: It has no “info”"_s);
        add("no schema", "{\"info\": {\"name\": \"x\"}, \"item\": []}", u"shop.json: info.schema is missing"_s);
        add("version 3", collectionOf({}, {}, "v3.0.0"), u"shop.json: info.schema, line 1: “https://schema.getpostman.com/json/collection/v3.0.0/collection.json” is not a format"_s);
        add("empty dump", "{\"version\": 1, \"collections\": [], \"environments\": []}", u"shop.json: The dump holds neither requests nor environments."_s);
        add("dump", "{\"collections\": [{\"name\": \"x\", \"requests\": [],\n\"order\": []}, {\"requests\": [\n5]}], \"environments\": []}", u"shop.json: collections[1]: item[0], line 3: it should be an object."_s);
        add("environment of a dump", "{\"collections\": [], \"environments\": [{\"values\": 5}]}", u"shop.json: environments[0]: values, line 1: it should be a list."_s);
        add("items", "{\"info\": {\"schema\": \"https://schema.getpostman.com/json/collection/v2.1.0/\"}, \"item\": {}}", u"shop.json: item, line 1: it should be a list."_s);
        add("item", collectionOf("\n5"), u"shop.json: item[0], line 2: it should be an object."_s);
        add("neither", collectionOf("{\"name\": \"x\"}"), u"shop.json: item[0], line 1: it is neither a request nor a folder"_s);
        add("request", collectionOf("{\"name\": \"F\", \"item\": [{\"request\": {}}, {\"request\": 5}]}"), u"shop.json: item[0].item[1].request, line 1"_s);
        add("url", collectionOf("{\"request\": {\"url\": [1]}}"), u"shop.json: item[0].request.url, line 1"_s);
        add("body", collectionOf("{\"request\": {\"body\": \"x\"}}"), u"shop.json: item[0].request.body, line 1"_s);
        add("deep", collectionOf(QByteArray("{\"item\": [").repeated(70) + QByteArray("]}").repeated(70)), u"shop.json: Line 1: it is nested more than"_s);
        add("very deep", QByteArray("{\"a\":").repeated(100'000), u"shop.json: Line 1"_s);
    }
    void refusesWithFileAndPlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, message);
        const auto read = readText(json);
        QVERIFY(!read);
        QVERIFY2(read.error().message.startsWith(message), qPrintable(read.error().message));
    }

    // As "Export data" of the settings wrote them for years.
    void readsDumpsOfAllData()
    {
        const QByteArray old =
            "{\"id\": \"c1\", \"name\": \"Shop\", \"description\": \"All of it.\", \"order\": [\"r1\"], \"folders_order\": [\"f1\"],"
            "\"variables\": [{\"key\": \"host\", \"value\": \"https://a.example\"}], \"auth\": {\"type\": \"bearer\", \"bearer\": [{\"key\": \"token\", \"value\": \"{{t}}\"}]},"
            "\"folders\": [{\"id\": \"f2\", \"name\": \"Inner\", \"order\": [\"r3\"], \"folders_order\": [], \"folder\": \"f1\"}, {\"id\": \"f1\", \"name\": \"Orders\", \"order\": [\"r4\", \"r2\"], \"folders_order\": [\"f2\"]}],"
            "\"requests\": [{\"id\": \"r1\", \"name\": \"Health\", \"url\": \"{{host}}/health?a=1\", \"method\": \"GET\", \"headers\": \"X-A: 1\\nX-B: 2\", \"auth\": {\"type\": \"noauth\"}, \"tests\": \"pm.test()\","
            "\"queryParams\": [{\"key\": \"a\", \"value\": \"1\", \"enabled\": true}, {\"key\": \"b\", \"value\": \"2\", \"enabled\": false}]},"
            "{\"id\": \"r2\", \"name\": \"Form\", \"url\": \"{{host}}/orders/:id\", \"method\": \"POST\", \"folder\": \"f1\", \"pathVariableData\": [{\"key\": \"id\", \"value\": \"7\"}],"
            "\"headerData\": [{\"key\": \"X-C\", \"value\": \"3\", \"enabled\": false}], \"dataMode\": \"urlencoded\", \"data\": [{\"key\": \"c\", \"value\": \"d e\", \"enabled\": true}]},"
            "{\"id\": \"r3\", \"name\": \"Raw\", \"url\": \"{{host}}/raw\", \"method\": \"PUT\", \"folder\": \"f2\", \"dataMode\": \"raw\", \"rawModeData\": \"{\\\"a\\\": 1}\", \"dataOptions\": {\"raw\": {\"language\": \"json\"}},"
            "\"responses\": [{\"name\": \"OK\"}]},"
            "{\"id\": \"r4\", \"name\": \"Parts\", \"url\": \"{{host}}/parts\", \"method\": \"POST\", \"folder\": \"f1\", \"dataMode\": \"params\","
            "\"data\": [{\"key\": \"f\", \"value\": \"a.png\", \"type\": \"file\"}, {\"key\": \"g\", \"value\": \"h\", \"type\": \"text\"}]},"
            "{\"id\": \"r5\", \"name\": \"Lost\", \"url\": \"{{host}}/lost\", \"method\": \"GET\", \"folder\": \"gone\"}]}";
        const auto alone = readText(old);
        QVERIFY2(alone, qPrintable(alone ? QString() : alone.error().message));
        QCOMPARE(alone->format, u"Postman Collection v1"_s);
        QCOMPARE(alone->collection.name, u"Shop"_s);

        const QByteArray dump = "{\"version\": 1, \"collections\": [" + old + ", " + collectionOf(itemOf("\"https://b.example\""), "\"variable\": [{\"key\": \"host\", \"value\": \"other\"}]") +
                                "], \"environments\": [{\"id\": \"e\", \"name\": \"Live\", \"values\": [{\"key\": \"host\", \"value\": \"https://live.example\", \"enabled\": true}]}], "
                                "\"headerPresets\": [], \"globals\": [{\"key\": \"t\", \"value\": \"canary-4711\", \"type\": \"secret\", \"enabled\": true}]}";
        QCOMPARE(guessFormat(dump, {}), CollectionFormat::Postman);
        QCOMPARE(guessFormat(old, {}), CollectionFormat::Postman);
        const auto read = readText(dump);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->format, u"Postman data dump"_s);
        QStringList all;
        for (const CollectionRequest &each : read->collection.requests)
            all.append(each.folder.join(u'/') + u'/' + each.spec.name);
        QCOMPARE(all, (QStringList{u"Shop/Health"_s, u"Shop/Lost"_s, u"Shop/Orders/Parts"_s, u"Shop/Orders/Form"_s, u"Shop/Orders/Inner/Raw"_s, u"Shop (2)/One"_s}));
        const auto spec = [&](qsizetype at) { return read->collection.requests.at(at).spec; };
        QCOMPARE(rowsText(spec(0).headers), u"X-A=1 | X-B=2"_s);
        QCOMPARE(rowsText(spec(0).params), u"a=1 | #b=2"_s);
        QVERIFY(spec(0).key.mode == KeyChoice::Mode::None);
        QCOMPARE(spec(2).body.parts.first().file, u"a.png"_s);
        QCOMPARE(spec(2).body.parts.last().value, u"h"_s);
        QCOMPARE(spec(3).url, u"{{host}}/orders/{id}"_s);
        QCOMPARE(rowsText(spec(3).pathParts), u"id=7"_s);
        QCOMPARE(rowsText(spec(3).headers), u"#X-C=3 | Authorization=Bearer {{t}}"_s);
        QCOMPARE(rowsText(spec(3).body.form), u"c=d e"_s);
        QCOMPARE(spec(4).body.text, u"{\"a\": 1}"_s);
        QVERIFY(spec(4).body.kind == RequestBody::Kind::Json);
        QCOMPARE(rowsText(read->collection.variables), u"host=https://a.example"_s);
        QCOMPARE(read->collection.environments.size(), 2);
        QCOMPARE(rowsText(read->collection.environments.first().variables), u"host=https://live.example"_s);
        QCOMPARE(read->collection.environments.last().secrets, QStringList{u"t"_s});
        QCOMPARE(read->credentials.size(), 1);
        QStringList told;
        for (const ImportNote &note : read->notes)
            told.append(note.place + u": "_s + note.text);
        const QString notes = told.join(u'\n');
        QVERIFY2(notes.contains(u"Shop › Health: The script that follows"_s) && notes.contains(u"variable host: The collection has another value"_s) && notes.contains(u"1 example answer"_s), qPrintable(notes));
        QVERIFY(!notes.contains(u"canary"_s));
    }

    // Folders that stand in themselves, and rows that are none.
    void readsOddOldCollections()
    {
        const auto read = readText("{\"name\": \"Odd\", \"order\": [\"a\", \"a\", 5, null], \"folders_order\": [\"x\"], \"folders\": [{\"id\": \"x\", \"name\": \"X\", \"folders_order\": [\"y\", \"x\"], \"order\": [\"a\"]},"
            "{\"id\": \"y\", \"name\": \"Y\", \"folder\": \"x\", \"folders_order\": [\"x\"], \"order\": [\"b\", \"b\"]}], \"requests\": [{\"id\": \"a\", \"name\": \"A\", \"url\": \"https://a.example\"}, {\"id\": \"b\", \"url\": null},"
            "{\"id\": \"c\", \"headerData\": [null, 5, \"x\"], \"dataMode\": \"params\", \"data\": null, \"url\": \"https://c.example\"}]}");
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QCOMPARE(read->collection.requests.size(), 3);
    }

    void refusesEnvironmentsWithFileAndPlace()
    {
        const auto message = [](const QByteArray &json) {
            const auto read = readPostman(json, {u"e.json"_s, goOn});
            return read ? QString() : read.error().message;
        };
        QCOMPARE(message("{\"environment\": {}}"), u"e.json: It has no “values”, so it is no environment of Postman."_s);
        QCOMPARE(message("{\"values\": 5}"), u"e.json: values, line 1: it should be a list."_s);
        QCOMPARE(message("{\"values\": [{},\n5]}"), u"e.json: values[1], line 2: it should be an object."_s);
    }

    void refusesWhatIsTooLarge()
    {
        const auto read = readText(QByteArray(100 * 1024 * 1024, ' '));
        QVERIFY(!read);
        QVERIFY(read.error().kind == Error::Kind::TooLarge);
        QCOMPARE(read.error().message, u"shop.json: It is larger than 64 MB."_s);
    }

    void endsWhenItIsCancelled()
    {
        const std::atomic_bool cancelled = true;
        const auto read = readPostman(collectionOf(itemOf("\"https://a.example\"")), {u"shop.json"_s, cancelled});
        QVERIFY(!read);
        QVERIFY(read.error().kind == Error::Kind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestPostman)
#include "test_postman.moc"
