#include "app/interchange/opencollection/OpenCollection.h"

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

Result<ImportedCollection> read(const QByteArray &text, const QString &name = u"list.yml"_s)
{
    return readOpenCollection(text, {name, goOn});
}

QByteArray withHttp(const QByteArray &http, const QByteArray &rest = {})
{
    return "info:\n  name: List\n  type: http\n  seq: 1\nhttp:\n  method: GET\n  url: https://pets.test/x\n" + http + rest;
}

RequestSpec requestOf(const QByteArray &text)
{
    const Result<ImportedCollection> made = read(text);
    return made && !made->collection.requests.isEmpty() ? made->collection.requests.first().spec : RequestSpec();
}

bool isNoted(const ImportedCollection &made, const QString &words)
{
    return std::ranges::any_of(made.notes, [&](const ImportNote &note) {
        return note.what == ImportNote::What::NotExpressed && (note.place + u": "_s + note.text).contains(words);
    });
}

void put(const QString &folder, const QString &name, const QByteArray &text)
{
    const QString path = folder + u'/' + name;
    QDir().mkpath(path.section(u'/', 0, -2));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

} // namespace

class TestOpenCollection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRequestWithAllOfItsParts()
    {
        const auto made =
            read("info:\n  name: Add a pet\n  type: http\n  tags: [a]\nhttp:\n  method: post\n  url: \"{{host}}/:kind?size={{size}}&b=1\"\n"
                 "  params:\n    - {name: size, value: '{{size}}', type: query}\n    - {name: b, value: '1', type: query}\n    - {name: c, "
                 "value: '2', type: query, disabled: true}\n    - {name: kind, value: cat, type: path}\n"
                 "  headers:\n    - {name: X-A, value: 1.10}\n    - {name: X-B, value: b, disabled: true}\n"
                 "  body:\n    type: json\n    data: |-\n      {\n        \"a\": \"{{my name}}\"\n      }\n"
                 "  auth:\n    type: bearer\n    token: \"{{token}}\"\n"
                 "runtime:\n  variables:\n    - {name: size, value: '10'}\n  scripts:\n    - {type: before-request, code: canary}\n    - "
                 "{type: tests, code: canary}\n"
                 "  assertions:\n    - {expression: res.status, operator: eq, value: '200'}\n  actions:\n    - {type: set-variable}\n"
                 "settings:\n  encodeUrl: true\n  timeout: 1000\n  followRedirects: false\n  maxRedirects: 5\nexamples:\n  - {name: "
                 "canary}\ndocs: |-\n  # About\nfuture: canary\n");
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const CollectionRequest &request = made->collection.requests.first();
        const RequestSpec &spec = request.spec;
        QCOMPARE(spec.name, u"Add a pet"_s);
        QCOMPARE(spec.method, u"POST"_s);
        QCOMPARE(spec.url, u"{{host}}/{kind}"_s);
        QCOMPARE(spec.pathParts, (QList<NameValue>{{u"kind"_s, u"cat"_s, true}}));
        QCOMPARE(spec.params, (QList<NameValue>{{u"size"_s, u"{{size}}"_s, true}, {u"b"_s, u"1"_s, true}, {u"c"_s, u"2"_s, false}}));
        QCOMPARE(
            spec.headers,
            (QList<NameValue>{{u"X-A"_s, u"1.10"_s, true}, {u"X-B"_s, u"b"_s, false}, {u"Authorization"_s, u"Bearer {{token}}"_s, true}}));
        QCOMPARE(spec.body.kind, RequestBody::Kind::Json);
        QCOMPARE(spec.body.text, u"{\n  \"a\": \"{{my_name}}\"\n}"_s);
        QCOMPARE(request.about, u"# About"_s);
        QVERIFY(!request.options.followRedirects && request.options.encodeUrl);
        QCOMPARE(request.options.timeoutMs, std::optional(1000));
        QCOMPARE(made->collection.variables, (QList<NameValue>{{u"size"_s, u"10"_s, true}}));
        for (const QString &words :
             {u"Add a pet: Its scripts"_s, u"Its tests"_s, u"Its assertion"_s, u"from its answer"_s, u"Its examples"_s, u"“future”"_s})
            QVERIFY2(isNoted(*made, words), qPrintable(words));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"canary"_s));
        QVERIFY(!QJsonDocument(spec.toJson()).toJson().contains("canary"));
        QCOMPARE(canonicalRequest(canonicalRequest(spec)), canonicalRequest(spec));
    }

    void bodies_data()
    {
        using Kind = RequestBody::Kind;
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<RequestBody>("body");
        RequestBody body;
        QTest::newRow("none") << QByteArray("type: none") << body;
        QTest::newRow("text") << QByteArray("{type: text, data: a b}") << RequestBody{Kind::Text, u"a b"_s, {}};
        QTest::newRow("xml") << QByteArray("{type: xml, data: <a/>}") << RequestBody{Kind::Xml, u"<a/>"_s, {}};
        QTest::newRow("form") << QByteArray("{type: form-urlencoded, data: [{name: a, value: b c}, {name: d, value: e, disabled: true}]}")
                              << RequestBody{Kind::Form, {}, {{u"a"_s, u"b c"_s, true}, {u"d"_s, u"e"_s, false}}};
        body = {Kind::Multipart, {}, {}};
        body.parts = {{u"t"_s, u"v"_s, {}, {}, u"text/csv"_s, {}, true},
                      {u"f"_s, {}, u"a"_s, {}, {}, {}, true},
                      {u"f"_s, {}, u"b"_s, {}, {}, {}, true},
                      {u"g"_s, {}, u"c"_s, {}, {}, {}, false}};
        QTest::newRow("multipart") << QByteArray("{type: multipart-form, data: [{name: t, type: text, value: v, contentType: text/csv}, "
                                                 "{name: f, type: file, value: [a, b]}, "
                                                 "{name: g, type: file, value: c, disabled: true}]}")
                                   << body;
        body = {Kind::File, {}, {}};
        body.file = u"b.bin"_s;
        QTest::newRow("file") << QByteArray("{type: file, data: [{filePath: a.bin, contentType: x/y, selected: false}, {filePath: b.bin, "
                                            "contentType: x/y, selected: true}]}")
                              << body;
        QTest::newRow("variants")
            << QByteArray("[{title: A, body: {type: text, data: a}}, {title: B, selected: true, body: {type: json, data: '{}'}}]")
            << RequestBody{Kind::Json, u"{}"_s, {}};
    }
    void bodies()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(RequestBody, body);
        QCOMPARE(requestOf(withHttp("  body: " + (yaml.startsWith("type") ? "{" + yaml + "}" : yaml) + "\n")).body, body);
    }

    void graphQl()
    {
        const RequestSpec spec = requestOf("info: {name: Ask, type: graphql}\ngraphql:\n  url: https://pets.test/graphql\n  body:\n    "
                                           "query: '{ a }'\n    variables: '{\"b\": 1}'\n");
        QCOMPARE(spec.method, u"POST"_s);
        QCOMPARE(spec.body.kind, RequestBody::Kind::GraphQl);
        QCOMPARE(spec.body.text, u"{ a }"_s);
        QCOMPARE(spec.body.graphQlVariables, u"{\"b\": 1}"_s);
    }

    void authentication_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("header");
        QTest::newRow("bearer") << QByteArray("{type: bearer, token: t}") << u"Authorization: Bearer t"_s;
        QTest::newRow("bearer, nested") << QByteArray("{type: bearer, bearer: {token: t}}") << u"Authorization: Bearer t"_s;
        QTest::newRow("basic") << QByteArray("{type: basic, username: u, password: p}") << u"Authorization: Basic u p"_s;
        QTest::newRow("key in a header") << QByteArray("{type: apikey, key: X-Key, value: v, placement: header}") << u"X-Key: v"_s;
        QTest::newRow("key in the query") << QByteArray("{type: apikey, key: k, value: v, placement: query}") << u"?k=v"_s;
        QTest::newRow("inherit") << QByteArray("inherit") << QString();
        QTest::newRow("none") << QByteArray("none") << u"none"_s;
        QTest::newRow("oauth2") << QByteArray("{type: oauth2, flow: client_credentials, credentials: {clientSecret: hunter2}}")
                                << QString();
        QTest::newRow("digest") << QByteArray("{type: digest, username: u, password: hunter2}") << u"none"_s;
        QTest::newRow("awsv4") << QByteArray("{type: awsv4, secretAccessKey: hunter2}") << u"none"_s;
    }
    void authentication()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, header);
        const auto made = read(withHttp("  auth: " + yaml + "\n"));
        QVERIFY(made.has_value());
        const RequestSpec spec = made->collection.requests.first().spec;
        QString said = spec.key.mode == KeyChoice::Mode::None ? u"none"_s : QString();
        if (!spec.headers.isEmpty())
            said = spec.headers.first().name + u": "_s + spec.headers.first().value;
        if (!spec.params.isEmpty())
            said = u'?' + spec.params.first().name + u'=' + spec.params.first().value;
        QCOMPARE(said, header);
        QCOMPARE(made->notes.isEmpty(), !yaml.contains("hunter2"));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"hunter2"_s));
    }

    void aBundledCollection()
    {
        const auto made =
            read("opencollection: 1.0.0\ninfo: {name: Pets}\nbundled: true\ndocs: {content: About, type: text/markdown}\n"
                 "config:\n  environments:\n    - name: Base\n      variables:\n        - {name: host, value: https://pets.test}\n        "
                 "- {name: kind, value: {type: string, data: cat}}\n"
                 "    - name: Local\n      extends: Base\n      variables:\n        - {name: host, value: [{title: a, value: http://a}, "
                 "{title: b, selected: true, value: http://b}]}\n        - {name: token, secret: true}\n"
                 "  proxy: {config: {hostname: p}}\n"
                 "request:\n  headers: [{name: X-All, value: '1'}]\n  auth: {type: bearer, token: '{{token}}'}\n  variables: [{name: size, "
                 "value: '1'}]\n"
                 "items:\n  - info: {name: Cats, type: folder}\n    request: {headers: [{name: X-Cat, value: '1'}], variables: [{name: "
                 "size, value: '2'}]}\n    items:\n"
                 "      - info: {name: Add, type: http}\n        http: {method: GET, url: '{{host}}/{{size}}', auth: inherit}\n"
                 "  - info: {name: Top, type: http}\n    http: {method: GET, url: '{{host}}/{{size}}'}\n"
                 "  - info: {name: Call, type: grpc}\n    grpc: {url: x}\n  - {type: script, script: canary}\n",
                 u"pets.yml"_s);
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const Collection &collection = made->collection;
        QCOMPARE(collection.name, u"Pets"_s);
        QCOMPARE(collection.about, u"About"_s);
        QCOMPARE(collection.requests.size(), 2);
        QCOMPARE(collection.requests.at(0).folder, QStringList{u"Cats"_s});
        QCOMPARE(collection.requests.at(0).spec.url, u"{{host}}/{{Cats_size}}"_s);
        QCOMPARE(
            collection.requests.at(0).spec.headers,
            (QList<NameValue>{{u"X-All"_s, u"1"_s, true}, {u"X-Cat"_s, u"1"_s, true}, {u"Authorization"_s, u"Bearer {{token}}"_s, true}}));
        QCOMPARE(collection.requests.at(1).spec.url, u"{{host}}/{{size}}"_s);
        QCOMPARE(collection.requests.at(1).spec.key.mode, KeyChoice::Mode::None);
        QCOMPARE(collection.variables, (QList<NameValue>{{u"size"_s, u"1"_s, true}, {u"Cats_size"_s, u"2"_s, true}}));
        QCOMPARE(collection.environments.at(1).variables,
                 (QList<NameValue>{{u"host"_s, u"http://b"_s, true}, {u"token"_s, {}, false}, {u"kind"_s, u"cat"_s, true}}));
        for (const QString &words :
             {u"Call: Line 29"_s, u"Line 31"_s, u"proxy"_s, u"Local: The file does not hold the values of the secret variables: token"_s})
            QVERIFY2(isNoted(*made, words), qPrintable(words));
    }

    void aFolder()
    {
        const QTemporaryDir folder;
        const QString at = folder.path();
        put(at, u"opencollection.yml"_s,
            "opencollection: 1.0.0\ninfo:\n  name: Pets\nrequest:\n  auth: {type: bearer, token: '{{token}}'}\nextensions:\n  bruno:\n    "
            "ignore: [dist, node_modules]\nbundled: false\n");
        put(at, u"environments/Local.yml"_s, "name: Local\nvariables:\n  - name: host\n    value: http://localhost\n");
        put(at, u"cats/folder.yml"_s, "info: {name: All cats, type: folder, seq: 2}\n");
        put(at, u"cats/b.yml"_s, "info: {name: B, type: http, seq: 1}\nhttp: {method: GET, url: x, auth: inherit}\n");
        put(at, u"cats/a.yml"_s, "info: {name: A, type: http, seq: 2}\nhttp: {method: GET, url: x}\n");
        put(at, u"dogs/c.yml"_s, "info: {type: http}\nhttp: {method: GET, url: x}\n");
        put(at, u"dist/x.yml"_s, "info: {type: http}\nhttp: {method: GET, url: x}\n");
        const auto made = readOpenCollectionFolder(at, {{}, goOn});
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        QStringList order;
        for (const CollectionRequest &request : made->collection.requests)
            order.append(request.folder.join(u'/') + u'/' + request.spec.name);
        QCOMPARE(order, (QStringList{u"dogs/c"_s, u"All cats/B"_s, u"All cats/A"_s}));
        QCOMPARE(made->collection.requests.at(1).spec.headers.size(), 1);
        QCOMPARE(made->collection.environments.first().name, u"Local"_s);

        put(at, u"cats/bad.yml"_s, "info: {name: A\nhttp: [\n");
        const auto broken = readOpenCollectionFolder(at, {{}, goOn});
        QVERIFY(!broken);
        QVERIFY2(broken.error().message.contains(u"cats/bad.yml: Line "_s), qPrintable(broken.error().message));
    }

    void badInput_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << QByteArray() << u"list.yml: The file is empty"_s;
        QTest::newRow("another format") << QByteArray("openapi: 3.0.0\n") << u"It is no OpenCollection"_s;
        QTest::newRow("a list") << QByteArray("- a\n- b\n") << u"It is no OpenCollection"_s;
        QTest::newRow("newer") << QByteArray("info: {}\nopencollection: 2.0.0\nitems: []\n")
                               << u"Line 2: it is an OpenCollection of version 2.0.0"_s;
        QTest::newRow("no YAML") << QByteArray("a: [1, 2\nb: {") << u"list.yml: Line "_s;
        QTest::newRow("truncated JSON") << QByteArray("{\"opencollection\": \"1.0.0\", \"items\": [") << u"list.yml: "_s;
        QTest::newRow("not UTF-8") << QByteArray("a: b\nc: \xFF\n") << u"Line 2: the text is not UTF-8"_s;
        QTest::newRow("NULs") << QByteArray(100, '\0') << u"list.yml: "_s;
        QTest::newRow("deep") << "items: " + QByteArray("{a: ").repeated(5000) << u"nested more than"_s;
        QByteArray bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
        for (int i = 1; i < 10; ++i)
            bomb += QByteArrayLiteral("aN: &aN [") + QByteArray("*aM,").repeated(10) + "]\n";
        int level = 0;
        for (qsizetype place = bomb.indexOf("aN: &aN"); place >= 0; place = bomb.indexOf("aN: &aN")) {
            ++level;
            const qsizetype end = bomb.indexOf('\n', place);
            QByteArray line = bomb.mid(place, end - place);
            line.replace("aN", "a" + QByteArray::number(level)).replace("aM", "a" + QByteArray::number(level - 1));
            bomb.replace(place, end - place, line);
        }
        QTest::newRow("alias bomb") << bomb << u"counting what aliases repeat"_s;
        QTest::newRow("alias of a long text") << "a: &a \"" + QByteArray(1'000'000, 'x') + "\"\nb: [" + QByteArray("*a,").repeated(1000) +
                                                     "]\n"
                                              << u"counting what aliases repeat"_s;
        QByteArray deepFolders = "opencollection: 1.0.0\nitems: ";
        for (int i = 0; i < 45; ++i)
            deepFolders += "[{info: {type: folder, name: f}, items: ";
        QTest::newRow("deep folders") << deepFolders + "[]" + QByteArray("}]").repeated(45) + "\n" << QString();
        QTest::newRow("a gRPC request") << QByteArray("info: {type: grpc}\ngrpc: {}\n") << u"no HTTP request"_s;
    }
    void badInput()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const auto made = read(text);
        QCOMPARE(made.has_value(), words.isEmpty());
        if (!made)
            QVERIFY2(made.error().message.contains(words), qPrintable(made.error().message));
    }

    void tooMuchIsRefused()
    {
        const auto made = read(QByteArray(collectionFileLimit + 1, ' '));
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::TooLarge);
    }

    void moreHeadersThanARequestMayHave()
    {
        const auto made = read(withHttp("  headers: [" + QByteArray("{name: a, value: b},").repeated(600) + "]\n"));
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(u"list.yml: List: it has more than 500 headers"_s), qPrintable(made.error().message));
    }

    void whatFoldersAddIsBounded()
    {
        QByteArray text = "opencollection: 1.0.0\nrequest: {headers: [{name: a, value: \"" + QByteArray(8'000'000, 'x') + "\"}]}\nitems:\n";
        for (int i = 0; i < 50; ++i)
            text += "  - {info: {name: R}, http: {url: x}}\n";
        const auto made = read(text);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::TooLarge);
        QVERIFY2(made.error().message.contains(u"what the folders add"_s), qPrintable(made.error().message));
    }

    void cancelling()
    {
        const std::atomic_bool cancelled = true;
        const auto made = readOpenCollection(withHttp({}), {u"a.yml"_s, cancelled});
        QVERIFY(!made);
        QCOMPARE(made.error().kind, Error::Kind::Cancelled);
    }

    void bomAndCrlfChangeNothing()
    {
        QByteArray text = withHttp("  body: {type: json, data: '{}'}\n");
        const RequestSpec plain = requestOf(text);
        QCOMPARE(plain.url, u"https://pets.test/x"_s);
        QCOMPARE(requestOf("\xEF\xBB\xBF" + text), plain);
        text.replace("\n", "\r\n");
        QCOMPARE(requestOf(text), plain);
    }
};

QTEST_GUILESS_MAIN(TestOpenCollection)
#include "test_opencollection.moc"
