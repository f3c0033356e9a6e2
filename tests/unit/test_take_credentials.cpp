#include "app/base/Redactor.h"
#include "app/interchange/collection/CollectionTexts.h"
#include "app/interchange/collection/RedactedCollection.h"
#include "app/interchange/collection/TakeCredentials.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QString canary = u"cN4ry/+S3cret~value-7781"_s;
const QString token = u"talq_Zx81kQ0vLp3RtY6wMnB2"_s;

const QList<TokenPattern> &patterns()
{
    static const QList<TokenPattern> all{{u"Talkover"_s, u"environment"_s, "talq_", {}}};
    return all;
}

/// All that is left of an import, credentials aside, as one text.
QByteArray everything(ImportedCollection &imported)
{
    QString all = imported.format;
    eachText(imported.collection, [&all](QString &text, TextPlace) { all += text + u'\n'; });
    for (const ImportNote &note : imported.notes)
        all += note.place + u'\n' + note.text + u'\n';
    for (const FoundCredential &found : imported.credentials)
        all += found.variable + u'\n' + found.place + u'\n' + found.url + u'\n';
    return all.toUtf8();
}

QByteArrayList encodings(const QString &secret)
{
    const QByteArray raw = secret.toUtf8();
    QByteArray escaped = raw;
    QByteArray unicode;
    for (const char c : raw)
        unicode += "\\u00" + QByteArray::number(static_cast<uchar>(c), 16);
    return {raw, raw.toPercentEncoding(), raw.toBase64(QByteArray::OmitTrailingEquals),
            raw.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals),
            QByteArray(escaped.replace('/', "\\/")), unicode};
}

void verifyGone(ImportedCollection &imported, const QString &secret)
{
    const QByteArray all = everything(imported);
    for (const QByteArray &written : encodings(secret))
        QVERIFY2(!all.contains(written), written.constData());
    Redactor redactor;
    redactor.add(Secret(secret.toStdString()));
    QCOMPARE(redactor.redact(all).hits, 0);
}

CollectionRequest requestTo(const QString &url)
{
    CollectionRequest request;
    request.folder = {u"Agents"_s};
    request.spec.name = u"List"_s;
    request.spec.url = url;
    return request;
}

ImportedCollection taken(const Collection &collection)
{
    ImportedCollection imported;
    imported.collection = collection;
    takeCredentials(imported, patterns());
    return imported;
}

QString valueOf(const FoundCredential &found)
{
    const std::string_view bytes = found.value->reveal();
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

} // namespace

class TestTakeCredentials : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBearerTokenBecomesAVariable();
    void basicBecomesAUserAndAPassword_data();
    void basicBecomesAUserAndAPassword();
    void nothingLiteralRemains_data();
    void nothingLiteralRemains();
    void besidesAVariableNothingLiteralRemains();
    void shortPiecesBesideAVariableAreTaken();
    void aNumberIsACredentialByItsName();
    void entitiesOfXmlAreUndone();
    void aPlaceWithoutANameTellsNone();
    void aTokenInThePlaceOfAUserIsSecret();
    void aFormWithVariablesIsSearched();
    void noEncodingOfItRemainsAnywhere();
    void aProvidersTokenIsFoundWhereverItStands();
    void equalValuesAreTakenOnce();
    void variablesKeepTheirNames();
    void namesThatMeanSomethingAreNotUsedAgain();
    void ordinaryValuesStay();
    void anExportHoldsNoKnownToken();
};

void TestTakeCredentials::aBearerTokenBecomesAVariable()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test/agents"_s)};
    collection.requests[0].spec.headers = {{u"Authorization"_s, u"Bearer "_s + canary, true}};
    ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection.requests.at(0).spec.headers.at(0).value, u"Bearer {{token}}"_s);
    QCOMPARE(imported.credentials.size(), 1);
    const FoundCredential &found = imported.credentials.first();
    QCOMPARE(valueOf(found), canary);
    QCOMPARE(found.form, (KeyForm{KeyPlacement::Header, "Authorization", "Bearer "}));
    QCOMPARE(found.url, u"https://x.test/agents"_s);
    QCOMPARE(found.requests, QList<int>{0});
    QCOMPARE(imported.notes.size(), 1);
    QCOMPARE(imported.notes.first().what, ImportNote::What::ToKeychain);
    QCOMPARE(imported.notes.first().place, u"Agents › List, header Authorization"_s);
}

void TestTakeCredentials::basicBecomesAUserAndAPassword_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("becomes");
    QTest::newRow("two words") << u"Basic alice "_s + canary << u"Basic {{user}}:{{password}}"_s;
    QTest::newRow("pair") << u"Basic alice:"_s + canary << u"Basic {{user}}:{{password}}"_s;
    QTest::newRow("Base64") << u"Basic "_s + QString::fromLatin1((u"alice:"_s + canary).toUtf8().toBase64())
                            << u"Basic {{user}}:{{password}}"_s;
    QTest::newRow("a variable as user") << u"Basic {{who}} "_s + canary << u"Basic {{who}}:{{password}}"_s;
    QTest::newRow("no password") << u"Basic "_s + canary + u':' << u"Basic {{token}}:"_s;
    QTest::newRow("one word") << u"Basic "_s + canary << u"Basic {{token}}"_s;
}

void TestTakeCredentials::basicBecomesAUserAndAPassword()
{
    QFETCH(QString, value);
    QFETCH(QString, becomes);
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    collection.requests[0].spec.headers = {{u"Authorization"_s, value, true}};
    ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection.requests.at(0).spec.headers.at(0).value, becomes);
    QCOMPARE(imported.credentials.size(), 1);
    QCOMPARE(valueOf(imported.credentials.first()), canary);
    verifyGone(imported, canary);
}

void TestTakeCredentials::nothingLiteralRemains_data()
{
    QTest::addColumn<Collection>("collection");
    const auto add = [](const char *name, const std::function<void(Collection &)> &change) {
        Collection collection;
        collection.requests = {requestTo(u"https://x.test/a"_s)};
        change(collection);
        QTest::newRow(name) << collection;
    };
    const QString percent = QString::fromLatin1(canary.toUtf8().toPercentEncoding());
    add("own header", [](Collection &c) { c.requests[0].spec.headers = {{u"X-Api-Key"_s, canary, true}}; });
    add("switched off", [](Collection &c) { c.requests[0].spec.headers = {{u"X-Api-Key"_s, canary, false}}; });
    add("cookie", [](Collection &c) { c.requests[0].spec.headers = {{u"Cookie"_s, u"sid="_s + canary, true}}; });
    add("unknown scheme", [](Collection &c) { c.requests[0].spec.headers = {{u"Authorization"_s, u"Odd-1 "_s + canary, true}}; });
    add("beside a variable", [](Collection &c) { c.requests[0].spec.headers = {{u"Authorization"_s, u"Bearer {{a}}:"_s + canary, true}}; });
    add("parameter", [](Collection &c) { c.requests[0].spec.params = {{u"api_key"_s, canary, true}}; });
    add("URL", [&](Collection &c) { c.requests[0].spec.url = u"https://x.test/a?b=1&access_token="_s + percent + u"&c=2"_s; });
    add("fragment", [&](Collection &c) { c.requests[0].spec.url = u"https://x.test/a#access_token="_s + percent; });
    add("user info", [&](Collection &c) { c.requests[0].spec.url = u"https://alice:"_s + percent + u"@x.test/a"_s; });
    add("form", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::Form;
        c.requests[0].spec.body.form = {{u"client_secret"_s, canary, true}};
    });
    add("part", [](Collection &c) {
        RequestPart part;
        part.name = u"password"_s;
        part.value = canary;
        c.requests[0].spec.body.kind = RequestBody::Kind::Multipart;
        c.requests[0].spec.body.parts = {part};
    });
    add("JSON", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::Json;
        c.requests[0].spec.body.text = u"{\"user\": \"a\", \"password\": \""_s + QString(canary).replace(u'/', u"\\/"_s) + u"\"}"_s;
    });
    add("XML", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::Xml;
        c.requests[0].spec.body.text = u"<login><password>"_s + canary + u"</password></login>"_s;
    });
    add("XML attribute", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::Xml;
        c.requests[0].spec.body.text = u"<?xml version=\"1.0\"?>\n<login user='a' password='"_s + canary + u"'/>"_s;
    });
    add("XML with attributes", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::Xml;
        c.requests[0].spec.body.text = u"<login><password type=\"text\">"_s + canary + u"</password></login>"_s;
    });
    add("GraphQL variables", [](Collection &c) {
        c.requests[0].spec.body.kind = RequestBody::Kind::GraphQl;
        c.requests[0].spec.body.graphQlVariables = u"{\"apiKey\": \""_s + canary + u"\"}"_s;
    });
    add("variable", [](Collection &c) { c.variables = {{u"api_key"_s, canary, true}}; });
    add("environment", [](Collection &c) { c.environments = {{u"Live"_s, {{u"accessToken"_s, canary, true}}}}; });
}

void TestTakeCredentials::nothingLiteralRemains()
{
    QFETCH(Collection, collection);
    ImportedCollection imported = taken(collection);
    QVERIFY(!imported.credentials.isEmpty());
    QVERIFY(!imported.notes.isEmpty());
    verifyGone(imported, canary);
}

void TestTakeCredentials::besidesAVariableNothingLiteralRemains()
{
    // Each place has its own: one that is known from another place is found everywhere.
    const auto mixed = [](int number) { return u"{{stage}}-k3yL1teral992%1"_s.arg(number); };
    Collection collection;
    collection.variables = {{u"api_key"_s, mixed(1), true}};
    collection.environments = {{u"Live"_s, {{u"client_secret"_s, mixed(2), true}}}};
    CollectionRequest request = requestTo(u"https://x.test/agents?api_key="_s + mixed(3) + u"&page={{page}}"_s);
    request.spec.params = {{u"access_token"_s, mixed(4), true}};
    request.spec.body.kind = RequestBody::Kind::Json;
    request.spec.body.text = u"{\"api_key\": \""_s + mixed(5) + u"\", \"page\": \"{{page}}\"}"_s;
    collection.requests = {request};
    ImportedCollection imported = taken(collection);
    const QByteArray all = everything(imported);
    for (int number = 1; number <= 5; ++number)
        QVERIFY2(!all.contains("k3yL1teral992" + QByteArray::number(number)), all.constData());
    QCOMPARE(imported.credentials.size(), 5);
    const RequestSpec &spec = imported.collection.requests.first().spec;
    QVERIFY2(spec.url.contains(u"?api_key={{stage}}"_s), qPrintable(spec.url)); // what names a variable still does
    QVERIFY2(spec.body.text.contains(u"\"{{stage}}"_s), qPrintable(spec.body.text));
    QVERIFY(spec.url.endsWith(u"&page={{page}}"_s));
    QVERIFY(imported.collection.variables.first().value.startsWith(u"{{stage}}"_s));
}

void TestTakeCredentials::shortPiecesBesideAVariableAreTaken()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    collection.requests[0].spec.headers = {{u"X-Api-Key"_s, u"{{stage}}:x9Zq"_s, true}};
    ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection.requests.first().spec.headers.first().value, u"{{stage}}:{{apiKey}}"_s);
    QCOMPARE(valueOf(imported.credentials.first()), u"x9Zq"_s);
}

void TestTakeCredentials::aNumberIsACredentialByItsName()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    collection.requests[0].spec.body.kind = RequestBody::Kind::Json;
    collection.requests[0].spec.body.text = u"{\"password\": 90871234, \"page\": 90871235}"_s;
    ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection.requests.first().spec.body.text, u"{\"password\": {{password}}, \"page\": 90871235}"_s);
    QCOMPARE(valueOf(imported.credentials.first()), u"90871234"_s);
}

void TestTakeCredentials::entitiesOfXmlAreUndone()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    collection.requests[0].spec.body.kind = RequestBody::Kind::Xml;
    collection.requests[0].spec.body.text = u"<a password=\"h&quot;9&amp;lt;x\" page=\"12345678\"><secret>h&lt;8ZZ</secret></a>"_s;
    ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection.requests.first().spec.body.text, u"<a password=\"{{password}}\" page=\"12345678\"><secret>{{secret}}</secret></a>"_s);
    QCOMPARE(valueOf(imported.credentials.first()), u"h<8ZZ"_s);
    QCOMPARE(valueOf(imported.credentials.last()), u"h\"9&lt;x"_s);
}

/// Where a request has no name, its address stands for one.
void TestTakeCredentials::aPlaceWithoutANameTellsNone()
{
    Collection collection;
    for (const QString &url :
         {u"https://ann:p@ss/%1@x.test/a"_s.arg(canary), u"https://x.test/a?api_key=%1"_s.arg(canary), u"https://x.test/%1/a"_s.arg(token)}) {
        CollectionRequest request = requestTo(url);
        request.spec.name.clear();
        request.spec.headers = {{u"X-Api-Key"_s, canary, true}};
        collection.requests.append(request);
    }
    ImportedCollection imported = taken(collection);
    verifyGone(imported, canary);
    verifyGone(imported, token);
    const auto isAt = [](const ImportNote &note) { return note.place.startsWith(u"Agents › GET https://x.test/a, header"_s); };
    QVERIFY(std::ranges::any_of(imported.notes, isAt));
}

void TestTakeCredentials::aTokenInThePlaceOfAUserIsSecret()
{
    const QString user = u"1971800d4d82861d8f2c1651fea4d212"_s;
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    collection.requests[0].spec.headers = {{u"Authorization"_s, u"Basic "_s + user + u":api_token"_s, true}};
    ImportedCollection imported = taken(collection);
    verifyGone(imported, user);
}

void TestTakeCredentials::aFormWithVariablesIsSearched()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test"_s)};
    RequestBody &body = collection.requests[0].spec.body;
    body.kind = RequestBody::Kind::Text;
    body.text = u"grant_type=password&password=Hunter22xy&client_id={{id}}"_s;
    ImportedCollection imported = taken(collection);
    verifyGone(imported, u"Hunter22xy"_s);
    QVERIFY(imported.collection.requests.first().spec.body.text.endsWith(u"&client_id={{id}}"_s));
    body.text = u"a=&"_s.repeated(60) + u" {"_s; // made to take for ever
    imported = taken(collection);
    QCOMPARE(imported.collection.requests.first().spec.body.text, body.text);
}

void TestTakeCredentials::noEncodingOfItRemainsAnywhere()
{
    for (const QByteArray &written : encodings(canary)) {
        const QString text = u"before "_s + QString::fromLatin1(written) + u" behind"_s;
        Collection collection;
        collection.requests = {requestTo(u"https://x.test"_s)};
        collection.requests[0].spec.headers = {{u"Authorization"_s, u"Bearer "_s + canary, true}};
        collection.requests.append(requestTo({}));
        // Once into each text there is.
        CollectionRequest &all = collection.requests[1];
        all.options.prompts = {{{}, {}}};
        all.spec.params = all.spec.pathParts = all.spec.body.form = {{}};
        RequestPart part;
        part.headers = {{}};
        all.spec.body.parts = {part};
        collection.variables = {{}};
        collection.environments = {{{}, {{}}}};
        eachText(collection, [&](QString &each, TextPlace) {
            if (each.isEmpty() || each == u"List"_s || each == u"Agents"_s)
                each = text;
        });
        ImportedCollection imported;
        imported.collection = collection;
        imported.format = text;
        imported.notes = {{ImportNote::What::Changed, text, text}};
        takeCredentials(imported, {});
        verifyGone(imported, canary);
        QVERIFY(imported.collection.requests.at(1).spec.body.text.startsWith(u"before "_s));
    }
}

void TestTakeCredentials::aProvidersTokenIsFoundWhereverItStands()
{
    const QByteArray raw = token.toUtf8();
    const QByteArrayList forms{raw, (raw + ":x").toBase64(), "%74" + raw.sliced(1), "\\u0074" + raw.sliced(1)};
    for (const QByteArray &form : forms) {
        Collection collection;
        collection.requests = {requestTo(u"https://x.test"_s)};
        collection.requests[0].about = u"Use "_s + QString::fromLatin1(form);
        collection.requests[0].spec.body.kind = RequestBody::Kind::Text;
        collection.requests[0].spec.body.text = u"key is "_s + QString::fromLatin1(form) + u"."_s;
        ImportedCollection imported = taken(collection);
        QCOMPARE(imported.credentials.size(), 1);
        QCOMPARE(valueOf(imported.credentials.first()), token);
        verifyGone(imported, token);
    }
}

void TestTakeCredentials::equalValuesAreTakenOnce()
{
    Collection collection;
    collection.variables = {{u"apiKey"_s, canary, true}};
    collection.requests = {requestTo(u"https://x.test"_s), requestTo(u"https://x.test"_s)};
    for (CollectionRequest &each : collection.requests)
        each.spec.headers = {{u"Authorization"_s, u"Bearer "_s + canary, true}};
    const ImportedCollection imported = taken(collection);
    QCOMPARE(imported.credentials.size(), 1);
    QCOMPARE(imported.credentials.first().variable, u"apiKey"_s);
    QCOMPARE(imported.credentials.first().requests, (QList<int>{0, 1}));
    QCOMPARE(imported.collection.requests.at(1).spec.headers.at(0).value, u"Bearer {{apiKey}}"_s);
    QVERIFY(imported.collection.variables.isEmpty());
}

void TestTakeCredentials::variablesKeepTheirNames()
{
    Collection collection;
    collection.environments = {{u"Live"_s, {{u"token"_s, canary, true}, {u"host"_s, u"x.test"_s, true}}},
                               {u"Test"_s, {{u"token"_s, token, true}}}};
    const ImportedCollection imported = taken(collection);
    QCOMPARE(imported.credentials.size(), 2);
    QCOMPARE(imported.credentials.at(0).variable, u"token"_s);
    QCOMPARE(imported.credentials.at(1).variable, u"token"_s);
    QCOMPARE(imported.collection.environments.at(0).variables, (QList<NameValue>{{u"host"_s, u"x.test"_s, true}}));
}

void TestTakeCredentials::namesThatMeanSomethingAreNotUsedAgain()
{
    Collection collection;
    collection.requests = {requestTo(u"https://x.test/{{token}}"_s)};
    collection.requests[0].spec.headers = {{u"Authorization"_s, u"Bearer "_s + canary, true}};
    const ImportedCollection imported = taken(collection);
    QCOMPARE(imported.credentials.first().variable, u"token2"_s);
}

void TestTakeCredentials::ordinaryValuesStay()
{
    Collection collection;
    collection.name = u"Agents"_s;
    collection.variables = {{u"baseUrl"_s, u"https://x.test/v1"_s, true}, {u"keyId"_s, u"42"_s, true}};
    collection.requests = {requestTo(u"https://x.test/a?sort=key&page=2"_s)};
    RequestSpec &spec = collection.requests[0].spec;
    spec.headers = {{u"Accept"_s, u"application/json"_s, true},
                    {u"Authorization"_s, u"Bearer {{token}}"_s, true},
                    {u"Idempotency-Key"_s, u"{{$guid}}"_s, true},
                    {u"X-Trace"_s, u"d41d8cd98f00b204e9800998ecf8427e"_s, true}};
    spec.params = {{u"key"_s, u"title"_s, true}, {u"limit"_s, u"20"_s, true}};
    spec.body.kind = RequestBody::Kind::Json;
    spec.body.text = u"{\"name\": \"talq_\", \"token\": \"next\", \"auth\": \"basic\", \"id\": 7}"_s;
    const ImportedCollection imported = taken(collection);
    QCOMPARE(imported.collection, collection);
    QVERIFY(imported.credentials.isEmpty());
    QVERIFY(imported.notes.isEmpty());
}

void TestTakeCredentials::anExportHoldsNoKnownToken()
{
    Redactor redactor;
    redactor.add(Secret(canary.toStdString()));
    for (const QByteArray &written : encodings(canary)) {
        Collection collection;
        collection.requests = {requestTo(u"https://x.test/"_s + QString::fromLatin1(written))};
        collection.requests[0].about = QString::fromLatin1(written);
        collection.requests[0].spec.headers = {{u"X-Api-Key"_s, u"another-Secret-551"_s, true}};
        RedactedCollection redacted = redactedCollection(collection, redactor, {});
        ImportedCollection all;
        all.collection = redacted.collection;
        all.notes = redacted.notes;
        verifyGone(all, canary);
        verifyGone(all, u"another-Secret-551"_s);
        QVERIFY(!redacted.notes.isEmpty());
    }
}

QTEST_GUILESS_MAIN(TestTakeCredentials)
#include "test_take_credentials.moc"
