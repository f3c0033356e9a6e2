#include "app/interchange/insomnia/Insomnia.h"

#include <QJsonDocument>
#include <QTest>

#include <algorithm>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> read(const QByteArray &text, const QString &name = u"pets.json"_s)
{
    return readInsomnia(text, {name, goOn});
}

/// JSON with the other quotes, which read better here.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

QByteArray withResources(const QByteArray &resources)
{
    return json("{'_type': 'export', '__export_format': 4, 'resources': [{'_id': 'w', '_type': 'workspace', 'name': 'Pets', 'description': "
                "'About'}, " +
                resources + "]}");
}

QByteArray request(const QByteArray &members)
{
    return "{'_id': 'r', '_type': 'request', 'parentId': 'w', 'name': 'List', 'method': 'GET', 'url': 'https://pets.test/x'" +
           (members.isEmpty() ? "" : ", " + members) + "}";
}

RequestSpec requestOf(const QByteArray &members)
{
    const Result<ImportedCollection> made = read(withResources(request(members)));
    return made && !made->collection.requests.isEmpty() ? made->collection.requests.first().spec : RequestSpec();
}

bool isNoted(const ImportedCollection &made, const QString &words, ImportNote::What what)
{
    return std::ranges::any_of(
        made.notes, [&](const ImportNote &note) { return note.what == what && (note.place + u": "_s + note.text).contains(words); });
}

QString headersOf(const RequestSpec &spec)
{
    QStringList rows;
    for (const NameValue &row : spec.headers)
        rows.append((row.enabled ? QString() : u"~"_s) + row.name + u": "_s + row.value);
    return rows.join(u" | "_s);
}

QStringList orderOf(const ImportedCollection &made)
{
    QStringList order;
    for (const CollectionRequest &each : made.collection.requests)
        order.append(each.folder.join(u'/') + u'/' + each.spec.name);
    return order;
}

} // namespace

class TestInsomnia : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anExportOfVersion4()
    {
        const auto made =
            read(withResources(
                     "{'_id': 'b', '_type': 'environment', 'parentId': 'w', 'name': 'Base', 'data': {'host': 'https://pets.test', 'api': "
                     "{'key': 'k', 'list': [1, {'a': true}]}, 'url': '{{ _.host }}/v1'}},"
                     "{'_id': 's', '_type': 'environment', 'parentId': 'b', 'name': 'Local', 'data': {'host': 'http://localhost', 'token': "
                     "''}, 'kvPairData': [{'name': 'token', 'type': 'secret', 'value': 'x'}]},"
                     "{'_id': 'f', '_type': 'request_group', 'parentId': 'w', 'name': 'Cats', 'metaSortKey': -5, 'description': 'x', "
                     "'environment': {'host': 'https://cats.test', 'kind': 'cat'},"
                     " 'headers': [{'name': 'X-Cat', 'value': '1'}, {'name': 'X-Both', 'value': 'folder'}], 'authentication': {'type': "
                     "'bearer', 'token': '{{ _.api.key }}'}, 'preRequestScript': 'canary'},"
                     "{'_id': 'g', '_type': 'request_group', 'parentId': 'f', 'name': 'Small', 'metaSortKey': 1},"
                     "{'_id': 'r1', '_type': 'request', 'parentId': 'g', 'name': 'Deep', 'method': 'GET', 'url': '{{ _.host }}/{{kind}}', "
                     "'authentication': {}, 'headers': [{'name': 'x-both', 'value': 'own'}]},"
                     "{'_id': 'r2', '_type': 'request', 'parentId': 'f', 'name': 'Second', 'method': 'post', 'url': '{{ _.url }}/b', "
                     "'metaSortKey': -1, 'authentication': {'type': 'none'}},"
                     "{'_id': 'r3', '_type': 'request', 'parentId': 'f', 'name': 'First', 'method': 'GET', 'url': 'x', 'metaSortKey': -2},"
                     "{'_id': 'r4', '_type': 'request', 'parentId': 'w', 'name': 'Top', 'method': 'GET', 'url': '{{ _[\\'host\\'] }}/{{ "
                     "_.api.list[1].a }}', 'metaSortKey': -9, 'description': 'About it'},"
                     "{'_id': 'q', '_type': 'grpc_request', 'parentId': 'w', 'name': 'Call'}, {'_id': 'v', '_type': 'websocket_request', "
                     "'parentId': 'w', 'name': 'Live'},"
                     "{'_id': 'j', '_type': 'cookie_jar', 'parentId': 'w', 'cookies': [{'key': 'canary', 'value': 'canary'}]}, {'_id': "
                     "'a', '_type': 'api_spec', 'parentId': 'w', 'contents': 'canary'},"
                     "{'_id': 't', '_type': 'unit_test', 'parentId': 'w', 'code': 'canary'}")
                     .replace("\\\"", "\\u0027"));
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const Collection &collection = made->collection;
        QCOMPARE(collection.name, u"Pets"_s);
        QCOMPARE(collection.about, u"About"_s);
        QCOMPARE(orderOf(*made), (QStringList{u"/Top"_s, u"Cats/First"_s, u"Cats/Second"_s, u"Cats/Small/Deep"_s}));
        const QList<CollectionRequest> &requests = collection.requests;
        QCOMPARE(requests.at(0).spec.url, u"{{host}}/{{api.list_1_.a}}"_s);
        QCOMPARE(requests.at(0).about, u"About it"_s);
        QCOMPARE(headersOf(requests.at(1).spec), u"X-Cat: 1 | X-Both: folder | Authorization: Bearer {{api.key}}"_s);
        QCOMPARE(requests.at(2).spec.method, u"POST"_s);
        QCOMPARE(requests.at(2).spec.key.mode, KeyChoice::Mode::None);
        QCOMPARE(headersOf(requests.at(3).spec), u"X-Cat: 1 | x-both: own | Authorization: Bearer {{api.key}}"_s);
        QCOMPARE(requests.at(3).spec.url, u"{{Cats_host}}/{{kind}}"_s);
        QCOMPARE(collection.variables, (QList<NameValue>{{u"host"_s, u"https://pets.test"_s, true},
                                                         {u"api.key"_s, u"k"_s, true},
                                                         {u"api.list_0_"_s, u"1"_s, true},
                                                         {u"api.list_1_.a"_s, u"true"_s, true},
                                                         {u"url"_s, u"{{host}}/v1"_s, true},
                                                         {u"Cats_host"_s, u"https://cats.test"_s, true},
                                                         {u"kind"_s, u"cat"_s, true}}));
        QCOMPARE(collection.environments,
                 (QList<CollectionEnvironment>{{u"Local"_s, {{u"host"_s, u"http://localhost"_s, true}, {u"token"_s, {}, false}}}}));
        for (const QString &words : {u"Cats: Its scripts"_s, u"Cats: The folder's description"_s, u"Call: It is no HTTP request"_s,
                                     u"Live: It is no HTTP request"_s, u"Its cookies"_s, u"API description"_s, u"Its tests"_s,
                                     u"Local: Only Insomnia can decrypt the values of the secret variables: token"_s})
            QVERIFY2(isNoted(*made, words, ImportNote::What::NotExpressed), qPrintable(words));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"canary"_s));
    }

    void aFileOfVersion5()
    {
        const auto made = read(
            "type: collection.insomnia.rest/5.0\nschema_version: \"5.1\"\nname: Pets\nmeta:\n  id: wrk_1\n  description: About\n"
            "collection:\n"
            "  - name: Cats\n    meta: {id: fld_1, sortKey: -5}\n    environment:\n      host: https://cats.test\n    headers:\n      - "
            "{name: X-Cat, value: '1'}\n    authentication: {type: basic, username: u, password: p}\n    scripts: {afterResponse: canary}\n"
            "    children:\n"
            "      - name: Add\n        url: '{{ _.host }}/:id'\n        method: POST\n        meta: {id: req_1, sortKey: 1, description: "
            "It}\n"
            "        body: {mimeType: application/json, text: '{\"a\": {{ b }}}'}\n"
            "        parameters:\n          - {name: a, value: x y}\n          - {name: c, value: '1', disabled: true}\n"
            "        headers:\n          - {name: Content-Type, value: application/json}\n"
            "        pathParameters:\n          - {name: id, value: '7'}\n"
            "        settings: {renderRequestBody: false, encodeUrl: false, followRedirects: 'off', cookies: {send: false, store: false}}\n"
            "  - name: Call\n    url: x\n    reflectionApi: {enabled: false}\n    meta: {sortKey: 5}\n"
            "  - name: Live\n    url: wss://x\n    meta: {id: ws-req_1, sortKey: 6}\n"
            "cookieJar:\n  cookies:\n    - {key: canary, value: canary}\n"
            "environments:\n  name: Base\n  data: {host: https://pets.test}\n  subEnvironments:\n    - name: Local\n      data: {host: "
            "http://localhost}\n",
            u"pets.yaml"_s);
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const Collection &collection = made->collection;
        QCOMPARE(made->format, u"Insomnia v5"_s);
        QCOMPARE(collection.name, u"Pets"_s);
        QCOMPARE(orderOf(*made), QStringList{u"Cats/Add"_s});
        const CollectionRequest &add = collection.requests.first();
        QCOMPARE(add.about, u"It"_s);
        QCOMPARE(add.spec.url, u"{{Cats_host}}/{id}"_s);
        QCOMPARE(add.spec.pathParts, (QList<NameValue>{{u"id"_s, u"7"_s, true}}));
        QCOMPARE(add.spec.params, (QList<NameValue>{{u"a"_s, u"x y"_s, true}, {u"c"_s, u"1"_s, false}}));
        QCOMPARE(headersOf(add.spec), u"X-Cat: 1 | Content-Type: application/json | Authorization: Basic u p"_s);
        QCOMPARE(add.spec.body.kind, RequestBody::Kind::Json);
        QCOMPARE(add.spec.body.text, u"{\"a\": {{b}}}"_s);
        QVERIFY(!add.options.followRedirects && !add.options.encodeUrl && !add.options.keepCookies);
        QCOMPARE(collection.variables,
                 (QList<NameValue>{{u"host"_s, u"https://pets.test"_s, true}, {u"Cats_host"_s, u"https://cats.test"_s, true}}));
        QCOMPARE(collection.environments, (QList<CollectionEnvironment>{{u"Local"_s, {{u"host"_s, u"http://localhost"_s, true}}}}));
        for (const QString &words :
             {u"Cats: Its scripts"_s, u"Add: It sends the braces"_s, u"Call: Line "_s, u"Live: Line "_s, u"Its cookies"_s})
            QVERIFY2(isNoted(*made, words, ImportNote::What::NotExpressed), qPrintable(words));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"canary"_s));
    }

    void aFileWithEnvironmentsAlone()
    {
        const auto made = read("type: environment.insomnia.rest/5.0\nname: Hosts\nenvironments:\n  name: Base\n  data: {host: a}\n  "
                               "subEnvironments:\n    - name: Local\n      data: {host: b}\n",
                               u"hosts.yaml"_s);
        QVERIFY(made.has_value());
        QCOMPARE(made->collection.environments.size(), 1);
        QVERIFY(made->collection.requests.isEmpty());
    }

    // Only Insomnia has the key to these.
    void theVaultStaysClosed()
    {
        const auto made = read("type: collection.insomnia.rest/5.0\nname: P\ncollection:\n  - {name: A, url: '{{ vault.token }}', method: "
                               "GET}\nenvironments:\n  name: Base\n  data: {host: a}\n  subEnvironments:\n"
                               "    - name: Local\n      data: {__insomnia_vault: {token: canary}}\n      kvPairData: [{name: token, "
                               "value: canary, type: secret, enabled: true}]\n",
                               u"p.yaml"_s);
        QVERIFY(made.has_value());
        QCOMPARE(made->collection.requests.first().spec.url, u"{{vault.token}}"_s);
        QCOMPARE(made->collection.environments.first().variables, (QList<NameValue>{{u"vault.token"_s, {}, false}}));
        QVERIFY(isNoted(*made, u"secret variables: vault.token."_s, ImportNote::What::NotExpressed));
    }

    void severalWorkspacesAreFolders()
    {
        const auto made =
            read(json("{'_type': 'export', '__export_format': 4, 'resources': ["
                      "{'_id': 'a', '_type': 'workspace', 'name': 'A'}, {'_id': 'b', '_type': 'workspace', 'name': 'B'},"
                      "{'_id': 'ea', '_type': 'environment', 'parentId': 'a', 'data': {'host': '1'}}, {'_id': 'eb', '_type': "
                      "'environment', 'parentId': 'b', 'data': {'host': '2'}},"
                      "{'_id': 'sb', '_type': 'environment', 'parentId': 'eb', 'name': 'Local', 'data': {'x': '3'}},"
                      "{'_id': 'ra', '_type': 'request', 'parentId': 'a', 'name': 'R', 'method': 'GET', 'url': '{{ _.host }}'}, {'_id': "
                      "'rb', '_type': 'request', 'parentId': 'b', 'name': 'R', 'method': 'GET', 'url': '{{ _.host }}'}]}"));
        QVERIFY(made.has_value());
        QCOMPARE(orderOf(*made), (QStringList{u"A/R"_s, u"B/R"_s}));
        QCOMPARE(made->collection.requests.at(0).spec.url, u"{{host}}"_s);
        QCOMPARE(made->collection.requests.at(1).spec.url, u"{{B_host}}"_s);
        QCOMPARE(made->collection.environments.first().name, u"Local (B)"_s);
    }

    void authentication_data()
    {
        QTest::addColumn<QByteArray>("auth");
        QTest::addColumn<QString>("said");
        QTest::newRow("bearer") << QByteArray("{'type': 'bearer', 'token': 't'}") << u"Authorization: Bearer t"_s;
        QTest::newRow("bearer with a prefix") << QByteArray("{'type': 'bearer', 'token': 't', 'prefix': 'Token'}")
                                              << u"Authorization: Token t"_s;
        QTest::newRow("bearer without one") << QByteArray("{'type': 'bearer', 'token': 't', 'prefix': 'NO_PREFIX'}")
                                            << u"Authorization: t"_s;
        QTest::newRow("basic") << QByteArray("{'type': 'basic', 'username': 'u', 'password': '{{ _.p }}'}")
                               << u"Authorization: Basic u {{p}}"_s;
        QTest::newRow("key in a header") << QByteArray("{'type': 'apikey', 'key': 'X-Key', 'value': 'v', 'addTo': 'header'}")
                                         << u"X-Key: v"_s;
        QTest::newRow("key in the query") << QByteArray("{'type': 'apikey', 'key': 'k', 'value': 'v', 'addTo': 'queryParams'}")
                                          << u"?k=v"_s;
        QTest::newRow("key in a cookie") << QByteArray("{'type': 'apikey', 'key': 'k', 'value': 'v', 'addTo': 'cookie'}")
                                         << u"Cookie: k=v"_s;
        QTest::newRow("disabled") << QByteArray("{'type': 'bearer', 'token': 't', 'disabled': true}") << u"none"_s;
        QTest::newRow("none") << QByteArray("{'type': 'none'}") << u"none"_s;
        QTest::newRow("as the folder") << QByteArray("{}") << QString();
        QTest::newRow("null") << QByteArray("null") << QString();
        QTest::newRow("oauth2") << QByteArray("{'type': 'oauth2', 'grantType': 'client_credentials', 'clientSecret': 'hunter2'}")
                                << QString();
        for (const char *kind : {"digest", "ntlm", "hawk", "iam", "asap", "netrc", "oauth1"})
            QTest::newRow(kind) << "{'type': '" + QByteArray(kind) + "', 'password': 'hunter2'}" << u"none"_s;
    }
    void authentication()
    {
        QFETCH(QByteArray, auth);
        QFETCH(QString, said);
        const auto made = read(withResources(request("'authentication': " + auth)));
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        const RequestSpec spec = made->collection.requests.first().spec;
        QString found = spec.key.mode == KeyChoice::Mode::None ? u"none"_s : headersOf(spec);
        if (!spec.params.isEmpty())
            found = u'?' + spec.params.first().name + u'=' + spec.params.first().value;
        QCOMPARE(found, said);
        QCOMPARE(made->notes.isEmpty(), !auth.contains("hunter2"));
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.text.contains(u"hunter2"_s));
    }

    void aHeaderOfItsOwnGoesBeforeAuthentication()
    {
        const auto made = read(withResources(
            request("'headers': [{'name': 'authorization', 'value': 'X y'}], 'authentication': {'type': 'bearer', 'token': 'hunter2'}")));
        QCOMPARE(headersOf(made->collection.requests.first().spec), u"authorization: X y"_s);
        QVERIFY(isNoted(*made, u"The header is kept"_s, ImportNote::What::Changed));
    }

    void bodies_data()
    {
        using Kind = RequestBody::Kind;
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<RequestBody>("body");
        QTest::addColumn<QString>("headers");
        RequestBody body;
        QTest::newRow("none") << QByteArray("{}") << body << QString();
        QTest::newRow("json") << QByteArray("{'mimeType': 'application/json', 'text': '[1]'}") << RequestBody{Kind::Json, u"[1]"_s, {}}
                              << u"Content-Type: application/json"_s;
        QTest::newRow("json of a kind") << QByteArray("{'mimeType': 'application/vnd.api+json', 'text': '[1]'}")
                                        << RequestBody{Kind::Json, u"[1]"_s, {}} << u"Content-Type: application/vnd.api+json"_s;
        QTest::newRow("xml") << QByteArray("{'mimeType': 'application/xml', 'text': '<a/>'}") << RequestBody{Kind::Xml, u"<a/>"_s, {}}
                             << u"Content-Type: application/xml"_s;
        QTest::newRow("yaml") << QByteArray("{'mimeType': 'application/yaml', 'text': 'a: b'}") << RequestBody{Kind::Text, u"a: b"_s, {}}
                              << u"Content-Type: application/yaml"_s;
        QTest::newRow("text") << QByteArray("{'mimeType': 'text/plain', 'text': 'a'}") << RequestBody{Kind::Text, u"a"_s, {}}
                              << u"Content-Type: text/plain"_s;
        QTest::newRow("anything") << QByteArray("{'mimeType': '', 'text': 'a'}") << RequestBody{Kind::Text, u"a"_s, {}} << QString();
        QTest::newRow("form") << QByteArray("{'mimeType': 'application/x-www-form-urlencoded', 'params': [{'name': 'a', 'value': 'b c'}, "
                                            "{'name': 'd', 'value': 'e', 'disabled': true}]}")
                              << RequestBody{Kind::Form, {}, {{u"a"_s, u"b c"_s, true}, {u"d"_s, u"e"_s, false}}} << QString();
        body = {Kind::Multipart, {}, {}};
        body.parts = {{u"a"_s, u"b"_s, {}, {}, {}, {}, true}, {u"f"_s, {}, u"/tmp/a.png"_s, {}, {}, {}, false}};
        QTest::newRow("multipart") << QByteArray(
                                          "{'mimeType': 'multipart/form-data', 'params': [{'name': 'a', 'value': 'b'}, {'name': 'f', "
                                          "'type': 'file', 'fileName': '/tmp/a.png', 'disabled': true}, {'name': '', 'value': ''}]}")
                                   << body << QString();
        body = {Kind::File, {}, {}};
        body.file = u"/tmp/a.bin"_s;
        QTest::newRow("file") << QByteArray("{'mimeType': 'application/octet-stream', 'fileName': '/tmp/a.bin'}") << body
                              << u"Content-Type: application/octet-stream"_s;
        body = {Kind::GraphQl, u"query Q { a }"_s, {}};
        body.graphQlVariables = u"{\n    \"b\": 1\n}"_s;
        body.graphQlOperation = u"Q"_s;
        QTest::newRow("graphql") << QByteArray(
                                        "{'mimeType': 'application/graphql', 'text': '{\\u0022query\\u0022: \\u0022query Q { a }\\u0022, "
                                        "\\u0022variables\\u0022: {\\u0022b\\u0022: 1}, \\u0022operationName\\u0022: \\u0022Q\\u0022}'}")
                                 << body << QString();
        QTest::newRow("graphql that is none") << QByteArray("{'mimeType': 'application/graphql', 'text': '{ a }'}")
                                              << RequestBody{Kind::Json, u"{ a }"_s, {}} << QString();
    }
    void bodies()
    {
        QFETCH(QByteArray, written);
        QFETCH(RequestBody, body);
        QFETCH(QString, headers);
        const RequestSpec spec = requestOf("'body': " + written);
        QCOMPARE(spec.body, body);
        QCOMPARE(headersOf(spec), headers);
        QCOMPARE(canonicalRequest(canonicalRequest(spec)), canonicalRequest(spec));
    }

    void templates_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("note");
        QTest::newRow("name") << u"{{ _.a }}/{{a}}"_s << u"{{a}}/{{a}}"_s << QString();
        QTest::newRow("in an object") << u"{{ _.a.b }}"_s << u"{{a.b}}"_s << QString();
        QTest::newRow("in quotes") << u"{{ _[`a b`] }}"_s << u"{{a_b}}"_s << u"“a b” is called “a_b” now"_s;
        QTest::newRow("a dash") << u"{{ _.my-key }}"_s << u"{{my-key}}"_s << QString();
        QTest::newRow("filter") << u"{{ _.a | upper }}"_s << u"{{ _.a | upper }}"_s << u"the filter “upper”"_s;
        QTest::newRow("sum") << u"{{ 1 + `hunter2` }}"_s << u"{{ 1 + `hunter2` }}"_s << u"does not compute"_s;
        QTest::newRow("uuid") << u"{% uuid `v4` %}"_s << u"{{$guid}}"_s << u"“uuid” is written {{$guid}}"_s;
        QTest::newRow("uuid alone") << u"{%- uuid -%}"_s << u"{{$guid}}"_s << u"“uuid” is written {{$guid}}"_s;
        QTest::newRow("timestamp") << u"{% timestamp %}"_s << u"{{$timestamp}}"_s << u"$timestamp"_s;
        QTest::newRow("now, unix") << u"{% now `unix`, `` %}"_s << u"{{$timestamp}}"_s << u"$timestamp"_s;
        QTest::newRow("now") << u"{% now `iso-8601`, `` %}"_s << u"{{$isoTimestamp}}"_s << u"$isoTimestamp"_s;
        QTest::newRow("now, milliseconds") << u"{% now `millis` %}"_s << u"{% now `millis` %}"_s << u"the tag “now”"_s;
        QTest::newRow("faker") << u"{% faker `randomInt` %}"_s << u"{{$randomInt}}"_s << u"$randomInt"_s;
        QTest::newRow("faker that is not") << u"{% faker `randomCity` %}"_s << u"{% faker `randomCity` %}"_s << u"the tag “faker”"_s;
        QTest::newRow("response") << u"{% response `body`, `req_1`, `b64::hunter2::46b`, `never`, 60 %}"_s
                                  << u"{% response `body`, `req_1`, `b64::hunter2::46b`, `never`, 60 %}"_s << u"the tag “response”"_s;
        QTest::newRow("base64") << u"{% base64 `encode`, `normal`, `hunter2` %}"_s << u"{% base64 `encode`, `normal`, `hunter2` %}"_s
                                << u"the tag “base64”"_s;
        QTest::newRow("prompt") << u"{% prompt `Code`, `Your code`, `hunter2` %}"_s << u"{{Code}}"_s << u"“prompt”"_s;
        QTest::newRow("open") << u"{% uuid"_s << u"{% uuid"_s << QString();
        QTest::newRow("no tag") << u"{%%}"_s << u"{%%}"_s << QString();
    }
    void templates()
    {
        QFETCH(QString, written);
        QFETCH(QString, value);
        QFETCH(QString, note);
        // ` stands for ', which stands for " in these tests.
        const QByteArray text =
            withResources(request("'headers': [{'name': 'X-A', 'value': '" + written.toUtf8() + "'}]")).replace('`', '\'');
        const auto made = read(text);
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        QCOMPARE(made->collection.requests.first().spec.headers.first().value, value.replace(u'`', u'\''));
        QStringList notes;
        for (const ImportNote &each : made->notes) {
            notes.append(each.text);
            QVERIFY(!each.text.contains(u"hunter2"_s));
        }
        QVERIFY2(note.isEmpty() ? notes.isEmpty() : notes.join(u'\n').contains(note), qPrintable(notes.join(u'\n')));
    }

    void queries_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("sent");
        QTest::newRow("added") << u"https://pets.test/x?b=1"_s << u"2"_s << u"b=1 a=2"_s;
        QTest::newRow("the same again") << u"https://pets.test/x?a=1"_s << u"1"_s << u"a=1 a=1"_s;
        QTest::newRow("escaped") << u"https://pets.test/x"_s << u"x%20y"_s << u"a=x y"_s;
        QTest::newRow("a plus") << u"https://pets.test/x"_s << u"x+y"_s << u"a=x+y"_s;
        QTest::newRow("a percent sign") << u"https://pets.test/x"_s << u"100%"_s << u"a=100%"_s;
    }
    void queries()
    {
        QFETCH(QString, url);
        QFETCH(QString, value);
        QFETCH(QString, sent);
        const auto made = read(withResources("{'_id': 'r', '_type': 'request', 'parentId': 'w', 'method': 'GET', 'url': '" + url.toUtf8() +
                                             "', 'parameters': [{'name': 'a', 'value': '" + value.toUtf8() + "'}]}"));
        QStringList rows;
        for (const NameValue &row : canonicalRequest(made->collection.requests.first().spec).params)
            rows.append(row.name + u'=' + row.value);
        QCOMPARE(rows.join(u' '), sent);
    }

    void badInput_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("empty") << QByteArray() << u"pets.json: The file is empty"_s;
        QTest::newRow("another format") << QByteArray("{\"openapi\": \"3.0.0\"}") << u"It is no export of Insomnia"_s;
        QTest::newRow("a list") << QByteArray("[1]") << u"It is no export of Insomnia"_s;
        QTest::newRow("an older export") << json("{'_type': 'export',\n'__export_format': 1, 'resources': []}")
                                         << u"Line 2: it is an export of Insomnia's format 1"_s;
        QTest::newRow("a newer file") << QByteArray("name: a\ntype: collection.insomnia.rest/6.0\n")
                                      << u"Line 2: it is a file of Insomnia's format 6.0"_s;
        QTest::newRow("mock server") << QByteArray("type: mock.insomnia.rest/5.0\n") << u"holds no requests, but “mock”"_s;
        QTest::newRow("nothing in it") << json("{'_type': 'export', '__export_format': 4, 'resources': []}") << u"holds no requests"_s;
        QTest::newRow("nothing in version 5") << QByteArray("type: collection.insomnia.rest/5.0\n") << u"holds no requests"_s;
        QTest::newRow("truncated") << withResources(request({})).chopped(20) << u"pets.json: "_s;
        QTest::newRow("truncated YAML") << QByteArray("type: collection.insomnia.rest/5.0\ncollection: [{name: a") << u"pets.json: "_s;
        QTest::newRow("not UTF-8") << QByteArray("{\n\"a\": \"\xFF\"}") << u"Line 2: the text is not UTF-8"_s;
        QTest::newRow("NULs") << QByteArray(100, '\0') << u"pets.json: "_s;
        QTest::newRow("deep") << "{\"resources\": " + QByteArray(5000, '[') << u"nested"_s;
    }
    void badInput()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        const auto made = read(text);
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(words), qPrintable(made.error().message));
    }

    void tooMuchIsRefused() { QCOMPARE(read(QByteArray(collectionFileLimit + 1, ' ')).error().kind, Error::Kind::TooLarge); }

    void namesThatCannotBeSeen()
    {
        const auto made = read(
            withResources("{'_id': 'f', '_type': 'request_group', 'parentId': 'w', 'name': '\\u0004'}, {'_id': 'r', '_type': 'request', "
                          "'parentId': 'f', 'name': '\\u202eA\\u0000', 'method': 'GET', 'url': 'x'}, "
                          "{'_id': 'b', '_type': 'environment', 'parentId': 'w'}, {'_id': 's', '_type': 'environment', 'parentId': 'b', "
                          "'name': '\\u0004', "
                          "'kvPairData': [{'name': 'a', 'type': 'secret'}]}"));
        QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
        QCOMPARE(orderOf(*made), QStringList{u"Folder/A"_s});
        QVERIFY(isNoted(*made, u"(no name): Only Insomnia"_s, ImportNote::What::NotExpressed));
    }

    void foldersInThemselves()
    {
        const auto made = read(withResources(
            request({}) + ", {'_id': 'f', '_type': 'request_group', 'parentId': 'g', 'name': 'F'}, {'_id': 'g', '_type': 'request_group', "
                          "'parentId': 'f', 'name': 'G'},"
                          "{'_id': 'x', '_type': 'request', 'parentId': 'gone', 'name': 'Lost', 'method': 'GET', 'url': 'x'}"));
        QVERIFY(made.has_value());
        QCOMPARE(orderOf(*made), (QStringList{u"/List"_s, u"/Lost"_s}));
        QVERIFY(isNoted(*made, u"in themselves"_s, ImportNote::What::NotExpressed));
    }

    void deepFolders()
    {
        QByteArray resources = request({});
        QByteArray parent = "w";
        for (int i = 0; i < 100; ++i) {
            const QByteArray id = "f" + QByteArray::number(i);
            resources += ", {'_id': '" + id + "', '_type': 'request_group', 'parentId': '" + parent + "', 'name': 'F'}";
            parent = id;
        }
        const auto made = read(withResources(resources));
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(u"folders are nested more than 64 deep"_s), qPrintable(made.error().message));
    }

    void valuesOfVariablesMeanWhatTheyMeant()
    {
        // A folder's variable that adds to the one around it.
        const auto made =
            read(withResources("{'_id': 'b', '_type': 'environment', 'parentId': 'w', 'data': {'path': '/v1'}},"
                               "{'_id': 'f', '_type': 'request_group', 'parentId': 'w', 'name': 'F', 'environment': {'path': '{{ _.path "
                               "}}/f', 'other': '{{ _.path }}'}},"
                               "{'_id': 'r', '_type': 'request', 'parentId': 'f', 'method': 'GET', 'url': '{{ _.path }}{{ _.other }}'}"));
        QVERIFY(made.has_value());
        QCOMPARE(made->collection.requests.first().spec.url, u"{{F_path}}{{other}}"_s);
        QCOMPARE(
            made->collection.variables,
            (QList<NameValue>{{u"path"_s, u"/v1"_s, true}, {u"F_path"_s, u"{{path}}/f"_s, true}, {u"other"_s, u"{{F_path}}"_s, true}}));
    }
};

QTEST_GUILESS_MAIN(TestInsomnia)
#include "test_insomnia.moc"
