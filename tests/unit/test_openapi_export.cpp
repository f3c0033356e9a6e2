#include "app/base/Redactor.h"
#include "app/http/Variables.h"
#include "app/interchange/collection/Formats.h"
#include "app/interchange/openapi/OpenApiCollection.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

using Kind = RequestBody::Kind;
const std::atomic_bool goesOn = false;

/// What Debian's validator has against it; empty: nothing.
QByteArray problemsWith(const QByteArray &yaml)
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"api.yaml"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(yaml) != yaml.size())
        return "not written";
    file.close();
    QProcess perl;
    perl.start(u"perl"_s, {u"-MJSON::Validator"_s, u"-e"_s,
                           u"my $schema = JSON::Validator->new->schema($ARGV[0])->schema; print ref $schema, qq{\\n}; print qq{$_\\n} for @{$schema->errors}"_s,
                           file.fileName()});
    if (!perl.waitForFinished())
        return "the validator did not run";
    const QByteArray said = perl.readAllStandardOutput();
    return said == "JSON::Validator::Schema::OpenAPIv3\n" ? QByteArray() : "not valid: " + said + perl.readAllStandardError();
}

CollectionRequest request(const QString &method, const QString &url, const QString &name = {}, const QStringList &folder = {})
{
    CollectionRequest made;
    made.folder = folder;
    made.spec.method = method;
    made.spec.url = url;
    made.spec.name = name;
    return made;
}

/// Requests with each kind of body, parameter and credential, two tags and two servers.
Collection shop()
{
    Collection shop;
    shop.name = u"Shop: \"orders\""_s;
    shop.about = u"All of it.\n- no\n"_s;
    shop.variables = {{u"baseUrl"_s, u"https://shop.test/v1"_s, true}, {u"size"_s, u"25"_s, true}};
    CollectionRequest list = request(u"GET"_s, u"{{baseUrl}}/orders"_s, u"List orders"_s, {u"Orders"_s});
    list.about = u"The newest first: #1"_s;
    list.spec.params = {{u"page"_s, u"1"_s, true}, {u"deep"_s, u"true"_s, false}, {u"tag"_s, u"a"_s, true}, {u"tag"_s, u"no"_s, true}, {u"version"_s, u"1.10"_s, true}};
    list.spec.headers = {{u"X-Trace"_s, u"007"_s, true}};
    CollectionRequest one = request(u"GET"_s, u"{{baseUrl}}/orders/{id}/items/{item}"_s, u"One item"_s, {u"Orders"_s});
    one.spec.pathParts = {{u"id"_s, u"o/7"_s, true}, {u"item"_s, u"3"_s, true}};
    one.spec.key.mode = KeyChoice::Mode::None;
    CollectionRequest make = request(u"POST"_s, u"{{baseUrl}}/orders"_s, u"Make one"_s, {u"Orders"_s});
    make.spec.body.kind = Kind::Json;
    make.spec.body.text = u"{\n  \"z\": 1.50,\n  \"a\": [\n    null,\n    true,\n    {}\n  ],\n  \"big\": 12345678901234567890,\n  \"no\": \"no\",\n  \"text\": \"a\\nb\"\n}"_s;
    CollectionRequest form = request(u"PUT"_s, u"{{baseUrl}}/form"_s, u"Fill in"_s, {u"Others"_s});
    form.spec.body.kind = Kind::Form;
    form.spec.body.form = {{u"a"_s, u"1"_s, true}, {u"b"_s, u"two words"_s, true}, {u"c"_s, u"x"_s, false}};
    CollectionRequest parts = request(u"POST"_s, u"{{baseUrl}}/parts"_s, u"Send parts"_s, {u"Others"_s});
    parts.spec.body.kind = Kind::Multipart;
    parts.spec.body.parts = {{u"a"_s, u"1"_s, {}, {}, {}, {}}};
    CollectionRequest text = request(u"PATCH"_s, u"{{baseUrl}}/text"_s, u"Write a text"_s, {u"Others"_s});
    text.spec.headers = {{u"Content-Type"_s, u"text/markdown"_s, true}};
    text.spec.body.kind = Kind::Text;
    text.spec.body.text = u"# Title\n\n  - a: b\n"_s;
    CollectionRequest xml = request(u"POST"_s, u"{{baseUrl}}/xml"_s, u"Write XML"_s, {u"Others"_s});
    xml.spec.body.kind = Kind::Xml;
    xml.spec.body.text = u"<a>\n  <b>1</b>\n</a>"_s;
    shop.requests = {list, one, make, form, parts, text, xml};
    return shop;
}

struct Written
{
    QByteArray yaml;
    QList<ImportNote> notes;
    Collection again;
};

std::optional<Written> writeAndRead(const Collection &collection)
{
    Written written;
    const auto yaml = writeOpenApi(collection, written.notes);
    if (!yaml)
        return std::nullopt;
    written.yaml = *yaml;
    const auto read = readOpenApiCollection(*yaml, {u"api.yaml"_s, goesOn});
    if (!read)
        return std::nullopt;
    written.again = read->collection;
    return written;
}

const CollectionRequest *find(const Collection &collection, const QString &name)
{
    const auto found = std::ranges::find_if(collection.requests, [&](const CollectionRequest &each) { return each.spec.name == name; });
    return found == collection.requests.cend() ? nullptr : &*found;
}

bool tells(const QList<ImportNote> &notes, const QString &place, const QString &words)
{
    return std::ranges::any_of(notes, [&](const ImportNote &note) { return note.place.contains(place) && note.text.contains(words); });
}

} // namespace

/// Requests out as OpenAPI: held against the rules of others, and read again.
class TestOpenApiExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsValid();
    void whatIsWrittenIsReadAgainAsTheSameRequests();
    void variablesOfPathsAreParts();
    void theServersAreThoseOfTheVariables();
    void aServerThatIsNotKnownIsTold();
    void aRequestOfAnotherServerHasItsOwn();
    void keysAreSchemesWithoutValues_data();
    void keysAreSchemesWithoutValues();
    void requestsOfOneMethodAndPathAreOneOperation();
    void pathsThatDifferInNamesAloneAreOne();
    void whatOpenApiHasNoWordForIsTold();
    void namesAreUniqueIds();
    void bodiesOfTheirOwnTypeKeepIt();
    void deepBodiesAreReadAgain();
    void longNamesAreReadAgain();
    void nothingToDescribeIsAnError();
};

void TestOpenApiExport::whatIsWrittenIsValid()
{
    Collection collection = shop();
    for (const char *url : {"https://{{tenant}}.other.test:8443/a b/{{$guid}}/{x}{y}?flag&a=1", "other", "https://x.test", "{{host}}/a/{{a}}/b/{{a}}", "/{", "/a%2Fb/ü"}) {
        CollectionRequest more = request(u"DELETE"_s, QString::fromUtf8(url), QString::fromUtf8(url));
        more.spec.headers = {{u"Accept"_s, u"application/json, text/*;q=0.5"_s, true}, {u"Cookie"_s, u"a=b; c=d"_s, true}, {u"X-Api-Key"_s, u"{{key}}"_s, true}};
        collection.requests.append(more);
    }
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(problemsWith(written->yaml), QByteArray());
    QVERIFY(!problemsWith(QByteArray(written->yaml).replace("in: path", "in: somewhere")).isEmpty());
}

void TestOpenApiExport::whatIsWrittenIsReadAgainAsTheSameRequests()
{
    const Collection collection = shop();
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QVERIFY(written->notes.isEmpty());
    QCOMPARE(written->again.name, collection.name);
    QCOMPARE(written->again.variables, (QList<NameValue>{{u"baseUrl"_s, u"https://shop.test/v1"_s, true}}));
    QCOMPARE(written->again.requests.size(), collection.requests.size());
    for (const CollectionRequest &each : collection.requests) {
        const CollectionRequest *again = find(written->again, each.spec.name);
        QVERIFY2(again, qPrintable(each.spec.name));
        QCOMPARE(again->folder, each.folder);
        QCOMPARE(again->about, each.about);
        RequestSpec spec = again->spec;
        spec.key = each.spec.key;
        QCOMPARE(again->spec.key.mode, each.spec.key.mode);
        QCOMPARE(spec.toJson(), each.spec.toJson());
    }
}

void TestOpenApiExport::variablesOfPathsAreParts()
{
    Collection collection;
    collection.variables = {{u"orderId"_s, u"o7"_s, true}};
    collection.requests = {request(u"GET"_s, u"https://x.test/orders/{{orderId}}/{{$guid}}/{{orderId}}"_s, u"A"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    const RequestSpec spec = written->again.requests.first().spec;
    QCOMPARE(spec.url, u"{{baseUrl}}/orders/{orderId}/{guid}/{orderId2}"_s);
    QCOMPARE(spec.pathParts.at(0), (NameValue{u"orderId"_s, u"o7"_s, true}));
    QCOMPARE(spec.pathParts.at(2).value, u"o7"_s);
}

void TestOpenApiExport::theServersAreThoseOfTheVariables()
{
    Collection collection;
    collection.variables = {{u"baseUrl"_s, u"https://{{region}}.x.test/"_s, true}};
    collection.environments = {{u"Live"_s, {{u"region"_s, u"eu"_s, true}}}, {u"Test"_s, {{u"baseUrl"_s, u"https://test.x.test"_s, true}}}};
    collection.requests = {request(u"GET"_s, u"{{baseUrl}}/a"_s, u"A"_s), request(u"GET"_s, u"b"_s, u"B"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(written->again.environments.size(), 2);
    QCOMPARE(written->again.environments.at(0).variables.first().value, u"https://eu.x.test"_s);
    QCOMPARE(written->again.environments.at(1).variables.first().value, u"https://test.x.test"_s);
    QVERIFY(written->yaml.contains("description: \"Test\""));
    QCOMPARE(find(written->again, u"B"_s)->spec.url, u"{{baseUrl}}/b"_s);

    collection.variables.clear();
    collection.environments.clear();
    collection.requests = {request(u"GET"_s, u"https://{{tenant}}.x.test/a"_s, u"A"_s)};
    QList<ImportNote> notes;
    const auto yaml = writeOpenApi(collection, notes);
    QVERIFY(yaml);
    QVERIFY2(yaml->contains("url: \"https://{tenant}.x.test\"\n    variables:\n      tenant:\n        default: \"tenant\""), yaml->constData());
}

void TestOpenApiExport::aServerThatIsNotKnownIsTold()
{
    Collection collection;
    collection.requests = {request(u"GET"_s, u"/a"_s, u"A"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QVERIFY(written->yaml.contains("servers:\n  - url: \"/\""));
    QVERIFY(tells(written->notes, u"servers"_s, u"not known"_s));
}

void TestOpenApiExport::aRequestOfAnotherServerHasItsOwn()
{
    Collection collection;
    collection.requests = {request(u"GET"_s, u"https://a.test/a"_s, u"A"_s), request(u"GET"_s, u"https://b.test/b"_s, u"B"_s), request(u"GET"_s, u"https://b.test/c"_s, u"C"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QVERIFY(written->yaml.contains("\nservers:\n  - url: \"https://b.test\"\n"));
    QCOMPARE(written->yaml.count("https://a.test"), 1);
}

void TestOpenApiExport::keysAreSchemesWithoutValues_data()
{
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QByteArray>("scheme");
    QTest::newRow("bearer") << u"Authorization"_s << u"Bearer t0p-s3cret-1"_s << QString() << QByteArray("bearerAuth:\n      type: http\n      scheme: \"bearer\"");
    QTest::newRow("basic") << u"authorization"_s << u"Basic ann t0p-s3cret-1"_s << QString() << QByteArray("basicAuth:\n      type: http\n      scheme: \"basic\"");
    QTest::newRow("own header") << u"X-Api-Key"_s << u"t0p-s3cret-1"_s << QString() << QByteArray("xApiKey:\n      type: apiKey\n      in: header\n      name: \"X-Api-Key\"");
    QTest::newRow("own word") << u"Authorization"_s << u"Key t0p-s3cret-1"_s << QString() << QByteArray("authorization:\n      type: apiKey\n      in: header\n      name: \"Authorization\"");
    QTest::newRow("query") << QString() << QString() << u"api_key"_s << QByteArray("apiKey:\n      type: apiKey\n      in: query\n      name: \"api_key\"");
}

void TestOpenApiExport::keysAreSchemesWithoutValues()
{
    QFETCH(QString, header);
    QFETCH(QString, value);
    QFETCH(QString, param);
    QFETCH(QByteArray, scheme);
    Collection collection;
    CollectionRequest made = request(u"GET"_s, u"https://x.test/a"_s, u"A"_s);
    made.spec.key.mode = KeyChoice::Mode::None;
    if (!header.isEmpty())
        made.spec.headers = {{header, value, true}};
    if (!param.isEmpty())
        made.spec.params = {{param, u"t0p-s3cret-1"_s, true}};
    collection.requests = {made, request(u"GET"_s, u"https://x.test/b"_s, u"B"_s)};
    collection.requests.last().spec.key.mode = KeyChoice::Mode::None;
    const auto written = writeCollection(CollectionFormat::OpenApi, collection, Redactor(), {});
    QVERIFY(written);
    QVERIFY2(written->bytes.contains(scheme), written->bytes.constData());
    QVERIFY(!written->bytes.contains("t0p-s3cret-1"));
    QCOMPARE(written->bytes.count("security: []"), 1); // of B
}

void TestOpenApiExport::requestsOfOneMethodAndPathAreOneOperation()
{
    Collection collection;
    CollectionRequest one = request(u"POST"_s, u"https://x.test/a"_s, u"First"_s);
    one.spec.params = {{u"page"_s, u"1"_s, true}};
    one.spec.body.kind = Kind::Json;
    one.spec.body.text = u"{\"a\": 1}"_s;
    CollectionRequest other = one;
    other.spec.name = u"Second"_s;
    other.spec.key.mode = KeyChoice::Mode::None;
    other.spec.params.append({u"deep"_s, u"true"_s, true});
    other.spec.body.text = u"{\"b\": 2}"_s;
    CollectionRequest form = request(u"POST"_s, u"https://x.test/a"_s, u"Third"_s);
    form.spec.body.kind = Kind::Form;
    form.spec.body.form = {{u"c"_s, u"3"_s, true}};
    collection.requests = {one, other, form};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(problemsWith(written->yaml), QByteArray());
    QVERIFY(tells(written->notes, u"Second"_s, u"“First”"_s) && tells(written->notes, u"Third"_s, u"“First”"_s));
    QVERIFY(written->yaml.contains("summary: \"Second\"\n                value:\n                  b: 2"));
    QVERIFY(written->yaml.contains("application/x-www-form-urlencoded"));
    QVERIFY2(written->yaml.contains("security:\n        - {bearerAuth: []}\n        - {}\n"), written->yaml.constData());
    QCOMPARE(written->again.requests.size(), 1);
    const RequestSpec spec = written->again.requests.first().spec;
    QCOMPARE(spec.params, (QList<NameValue>{{u"page"_s, u"1"_s, true}, {u"deep"_s, u"true"_s, false}}));
    QCOMPARE(QJsonDocument::fromJson(spec.body.text.toUtf8()), QJsonDocument::fromJson("{\"a\": 1}"));
}

void TestOpenApiExport::pathsThatDifferInNamesAloneAreOne()
{
    Collection collection;
    collection.requests = {request(u"GET"_s, u"https://x.test/a/{id}"_s, u"A"_s), request(u"PUT"_s, u"https://x.test/a/{{name}}"_s, u"B"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QVERIFY(written->notes.isEmpty());
    QCOMPARE(problemsWith(written->yaml), QByteArray());
    QCOMPARE(written->yaml.count("\"/a/{"), 1);
    QCOMPARE(find(written->again, u"B"_s)->spec.url, u"{{baseUrl}}/a/{id}"_s);
}

void TestOpenApiExport::whatOpenApiHasNoWordForIsTold()
{
    Collection collection;
    CollectionRequest odd = request(u"POST"_s, u"https://x.test/a"_s, u"Odd"_s);
    odd.spec.params = {{u"{{name}}"_s, u"1"_s, true}};
    odd.spec.headers = {{u"X {{name}}"_s, u"1"_s, true}};
    odd.spec.body.kind = Kind::Json;
    odd.spec.body.text = u"{\"a\": {{n}}}"_s;
    collection.requests = {odd, request(u"PROPFIND"_s, u"https://x.test/b"_s, u"Find"_s), request(u"GET"_s, u"wss://x.test/c"_s, u"Socket"_s)};
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QVERIFY(tells(written->notes, u"Find"_s, u"left out"_s) && tells(written->notes, u"Socket"_s, u"left out"_s));
    QVERIFY(tells(written->notes, u"Odd"_s, u"A parameter"_s) && tells(written->notes, u"Odd"_s, u"The header"_s) && tells(written->notes, u"Odd"_s, u"no JSON"_s));
}

void TestOpenApiExport::namesAreUniqueIds()
{
    Collection collection;
    for (int i = 0; i < 3; ++i)
        collection.requests.append(request(u"GET"_s, u"https://x.test/a%1"_s.arg(i), i < 2 ? u"Same name"_s : u"Same name 2"_s));
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(written->yaml.count("operationId: \"sameName\"\n"), 1);
    QCOMPARE(written->yaml.count("operationId: \"sameName2\"\n"), 1);
    QCOMPARE(written->yaml.count("operationId: "), 3);
}

void TestOpenApiExport::bodiesOfTheirOwnTypeKeepIt()
{
    Collection collection;
    for (const auto &[type, kind] : {std::pair{"application/merge-patch+json", Kind::Json}, {"text/csv", Kind::Text}, {"image/svg+xml", Kind::Xml}}) {
        CollectionRequest made = request(u"POST"_s, u"https://x.test/"_s + QString::number(int(kind)), QString::fromUtf8(type));
        made.spec.headers = {{u"Content-Type"_s, QString::fromUtf8(type), true}};
        made.spec.body.kind = kind;
        made.spec.body.text = u"{}"_s;
        collection.requests.append(made);
    }
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    for (const CollectionRequest &each : collection.requests) {
        const CollectionRequest *again = find(written->again, each.spec.name);
        QVERIFY(again);
        QCOMPARE(again->spec.headers, each.spec.headers);
        QCOMPARE(again->spec.body, each.spec.body);
    }
}

void TestOpenApiExport::deepBodiesAreReadAgain()
{
    Collection collection;
    for (const int depth : {60, 99}) {
        CollectionRequest deep = request(u"POST"_s, u"https://x.test/a"_s, QString::number(depth));
        deep.spec.body.kind = Kind::Json;
        deep.spec.body.text = QString(depth, u'[') + QString(depth, u']');
        collection.requests.append(deep);
    }
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(written->notes.size(), 2); // they share their path, too
    QVERIFY(tells(written->notes, u"99"_s, u"too deeply"_s));
}

/// A character that YAML writes as an escape takes ten.
void TestOpenApiExport::longNamesAreReadAgain()
{
    Collection collection;
    for (const QString &name : {QString(2000, u'a'), QString(300, u'\x01'), QString(1015, u'a') + u"\"\"\"\"\"\""_s, QString(600, u'"'), QString(300, u'\u2028')}) {
        CollectionRequest one = request(u"POST"_s, u"https://x.test/%1"_s.arg(collection.requests.size()));
        one.spec.body.kind = Kind::Json;
        one.spec.body.text = QString::fromUtf8(QJsonDocument(QJsonObject{{name, 1}}).toJson(QJsonDocument::Compact));
        collection.requests.append(one);
    }
    const auto written = writeAndRead(collection);
    QVERIFY(written);
    QCOMPARE(written->again.requests.size(), 5);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(QJsonDocument::fromJson(written->again.requests.at(i).spec.body.text.toUtf8()),
                 QJsonDocument::fromJson(collection.requests.at(i).spec.body.text.toUtf8()));
}

void TestOpenApiExport::nothingToDescribeIsAnError()
{
    QList<ImportNote> notes;
    QVERIFY(!writeOpenApi({}, notes));
    Collection collection;
    collection.requests = {request(u"PROPFIND"_s, u"https://x.test/b"_s, u"Find"_s)};
    QCOMPARE(writeOpenApi(collection, notes).error().kind, Error::Kind::InvalidInput);
}

QTEST_GUILESS_MAIN(TestOpenApiExport)
#include "test_openapi_export.moc"
