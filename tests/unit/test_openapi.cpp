#include "app/base/Redactor.h"
#include "app/catalogue/CatalogueFile.h"
#include "app/catalogue/CatalogueStore.h"
#include "app/http/PreparedRequest.h"
#include "app/interchange/openapi/ImportApi.h"
#include "app/providers/ProviderCatalog.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goOn = false;

QList<TokenPattern> tokens()
{
    ProviderCatalog providers;
    providers.loadBuiltIn();
    return tokenPatterns(providers);
}

Result<ImportedApi> readText(const QByteArray &text, const QString &name = u"api.yaml"_s)
{
    return readOpenApi(text, name, tokens(), goOn);
}

QByteArray withPaths(const QByteArray &paths, const QByteArray &rest = {})
{
    return "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\nservers: [{url: "
           "'https://pets.example/v1'}]\n" +
           rest + "paths:\n" + paths;
}

const Endpoint *endpointOf(const ImportedApi &api, const QString &method, const QString &path)
{
    for (const Endpoint &endpoint : api.catalogue.endpoints) {
        if (endpoint.method == method && endpoint.path == path)
            return &endpoint;
    }
    return nullptr;
}

bool reports(const ImportedApi &api, const QString &words)
{
    return api.report.join(u'\n').contains(words);
}

// As the makers of such files write them.
const QByteArray petStore = R"(openapi: 3.0.3
info:
  title: Pet Store
  version: 1.2.0
externalDocs:
  url: https://docs.pets.example
servers:
  - url: https://{region}.pets.example/{base}/
    variables:
      region: {default: eu, enum: [eu, us]}
      base: {default: v1}
  - url: http://plain.pets.example
  - url: /relative
tags:
  - name: Pets
  - name: Owners
security:
  - bearerAuth: []
paths:
  /pets:
    parameters:
      - $ref: '#/components/parameters/Limit'
    get:
      tags: [Pets]
      summary: List pets
      description: |
        All pets,
        in order.
      parameters:
        - {name: status, in: query, required: true, schema: {type: string, enum: [available, sold]}}
        - {name: X-Trace, in: header, schema: {type: string, maxLength: 20}, example: abc}
        - {name: Authorization, in: header, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: string}}
      responses: {'200': {description: fine}}
    post:
      tags: [Pets]
      operationId: createPet
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses: {'201': {description: made}}
  /pets/{petId}:
    get:
      tags: [Pets]
      deprecated: true
      security: []
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer, minimum: 1}}
      responses: {'200': {description: fine}}
  /owners/{owner-id}/photo:
    put:
      tags: [Owners]
      security:
        - keyHeader: []
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              required: [file]
              properties:
                file: {type: string, format: binary}
                title: {type: string, example: Me}
      responses: {'200': {description: fine}}
components:
  securitySchemes:
    bearerAuth: {type: http, scheme: bearer, description: From the dashboard}
    keyHeader: {type: apiKey, in: header, name: X-Pet-Key}
    inQuery: {type: apiKey, in: query, name: key}
    signIn: {type: oauth2, flows: {}}
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, default: 20, maximum: 100}}
  schemas:
    Named:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 40, example: Rex}
    Pet:
      allOf:
        - $ref: '#/components/schemas/Named'
        - type: object
          required: [kind, born]
          properties:
            id: {type: integer, readOnly: true}
            kind: {type: string, enum: [dog, cat]}
            born: {type: string, format: date}
            tags: {type: array, items: {type: string}}
            parent: {$ref: '#/components/schemas/Pet'}
)";

} // namespace

class TestOpenApi : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOpenApi30();
    void readsOpenApi31();
    void readsSwagger20();
    void readsHowKeysAreSent_data();
    void readsHowKeysAreSent();
    void readsTheClientCredentialsOfSwagger20();
    void readsTheSameFromJsonAndYaml();
    void fillsRequestsThatCanBeSent();
    void followsAliases();
    void keepsTheOrderOfMembers();
    void endsAtRecursiveSchemas();
    void endsAtBranchingSchemas();
    void endsAtReferencesInACircle();
    void fetchesNothing();
    void leavesTokensOut();
    void leavesNoVariableBehind();
    void saysWhatCannotBeExpressed();
    void namesThePlaceOfWhatIsWrong_data();
    void namesThePlaceOfWhatIsWrong();
    void refusesAnAliasBomb();
    void refusesDeepNesting();
    void refusesWhatIsTooLarge();
    void namesTheFile();
    void endsWhenCancelled();
    void makesAProviderThatCanBeRead();
    void keepsAllOrNothing();
    void keepsNoTokenOnDisk();
};

void TestOpenApi::readsOpenApi30()
{
    const auto api = readText(petStore);
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->version, u"OpenAPI 3.0.3"_s);
    QCOMPARE(api->catalogue.name, u"Pet Store"_s);
    QCOMPARE(api->catalogue.docsUrl, u"https://docs.pets.example"_s);
    QCOMPARE(api->baseUrls, QStringList{u"https://eu.pets.example/v1"_s});
    QCOMPARE(api->groups, 2);
    QCOMPARE(api->catalogue.endpoints.size(), 4);
    QCOMPARE(api->kinds.size(), 3);
    QCOMPARE(api->kinds.at(0), (ImportedKind{.id = u"bearer-auth"_s, .name = u"bearerAuth"_s, .about = u"From the dashboard"_s}));
    QCOMPARE(api->kinds.at(1), (ImportedKind{.id = u"key-header"_s, .name = u"keyHeader"_s, .headerName = u"X-Pet-Key"_s, .headerPrefix = {}}));

    const Endpoint *list = endpointOf(*api, u"GET"_s, u"/pets"_s);
    QVERIFY(list);
    QCOMPARE(list->name, u"List pets"_s);
    QCOMPARE(list->group, u"Pets"_s);
    QCOMPARE(list->notes, u"All pets, in order."_s);
    QCOMPARE(list->kindId, u"bearer-auth"_s);
    QCOMPARE(list->query.size(), 2);
    QCOMPARE(list->query.at(0).name, u"status"_s);
    QCOMPARE(list->query.at(0).need, DocumentedField::Need::Required);
    QCOMPARE(list->query.at(0).values, (QStringList{u"available"_s, u"sold"_s}));
    QCOMPARE(list->query.at(1).name, u"limit"_s);
    QCOMPARE(list->query.at(1).type, DocumentedField::Type::Integer);
    QCOMPARE(list->query.at(1).example, u"20"_s);
    QVERIFY(list->query.at(1).isSentByDefault);
    QCOMPARE(*list->query.at(1).maximum, 100.0);
    QCOMPARE(list->headers.size(), 1);
    QCOMPARE(list->headers.at(0).example, u"abc"_s);
    QCOMPARE(list->headers.at(0).maxLength, 20);

    const Endpoint *create = endpointOf(*api, u"POST"_s, u"/pets"_s);
    QCOMPARE(create->name, u"createPet"_s);
    QCOMPARE(create->bodyText,
             u"{\n  \"name\": \"Rex\",\n  \"kind\": \"dog\",\n  \"born\": \"2025-01-31\"\n}"_s);
    QStringList members;
    for (const DocumentedField &field : create->body)
        members << field.name + (field.need == DocumentedField::Need::Required ? u"!"_s : QString());
    QCOMPARE(members, (QStringList{u"/name!"_s, u"/kind!"_s, u"/born!"_s, u"/tags"_s, u"/parent"_s}));
    QCOMPARE(create->body.at(3).items, DocumentedField::Type::String);

    const Endpoint *one = endpointOf(*api, u"GET"_s, u"/pets/{petId}"_s);
    QVERIFY(one->isDeprecated);
    QVERIFY(!one->takesKey);
    QCOMPARE(one->parts.at(0).example, u"1"_s);

    const Endpoint *photo = endpointOf(*api, u"PUT"_s, u"/owners/{owner-id}/photo"_s);
    QCOMPARE(photo->group, u"Owners"_s);
    QCOMPARE(photo->kindId, u"key-header"_s);
    QCOMPARE(photo->bodyKind, RequestBody::Kind::Multipart);
    QCOMPARE(photo->body.at(1).example, u"Me"_s);
    QCOMPARE(photo->parts.at(0).example,
             u"owner-id"_s); // not described: its name, so that the path stays this path

    QVERIFY(reports(*api, u"“http://plain.pets.example” cannot be used"_s));
    QVERIFY(reports(*api, u"“/relative” names no host"_s));
    QCOMPARE(api->kinds.at(2).placement, KeyPlacement::Query);
    QVERIFY(reports(*api, u"Security scheme signIn: of OAuth 2, only client credentials"_s));
    QVERIFY(reports(*api, u"GET /pets, parameter session: a parameter in “cookie” cannot be expressed"_s));
    QVERIFY(reports(*api, u"parameter Authorization: the header was left out"_s));
}

void TestOpenApi::readsOpenApi31()
{
    const auto api = readText(R"({
  "openapi": "3.1.0",
  "info": {"title": "Jobs", "version": "1"},
  "servers": [{"url": "http://127.0.0.1:8080/api"}, {"url": "https://jobs.example"}],
  "webhooks": {"done": {"post": {}}},
  "paths": {
    "/jobs/{id}": {
      "patch": {
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}],
        "requestBody": {"content": {"application/merge-patch+json": {"schema": {
          "type": ["object", "null"],
          "required": ["state"],
          "properties": {
            "state": {"const": "stopped"},
            "note": {"type": ["null", "string"], "examples": ["late"]}
          }
        }}}}
      }
    }
  },
  "components": {"securitySchemes": {"token": {"type": "http", "scheme": "Bearer"}}}
})",
                              u"jobs.json"_s);
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->version, u"OpenAPI 3.1.0"_s);
    QCOMPARE(api->baseUrls, (QStringList{u"https://jobs.example"_s, u"http://127.0.0.1:8080/api"_s}));
    const Endpoint &patch = api->catalogue.endpoints.constFirst();
    QCOMPARE(patch.name, u"/jobs/{id}"_s);
    QCOMPARE(patch.bodyText, u"{\n  \"state\": \"stopped\",\n  \"note\": \"late\"\n}"_s);
    QCOMPARE(patch.body.at(0).values, QStringList{u"stopped"_s});
    QCOMPARE(patch.body.at(1).type, DocumentedField::Type::String);
    QCOMPARE(patch.parts.at(0).example, u"00000000-0000-0000-0000-000000000000"_s);
    // It describes a token, and forgets to say where it is needed.
    QCOMPARE(patch.kindId, u"token"_s);
    QVERIFY(reports(*api, u"Webhooks were left out"_s));
}

void TestOpenApi::readsSwagger20()
{
    const auto api = readText(R"(swagger: "2.0"
info: {title: Old, version: "1"}
host: old.example
basePath: /api
schemes: [http, https]
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
  basic: {type: basic}
security: [{key: []}]
paths:
  /things:
    post:
      consumes: [application/json]
      parameters:
        - {name: body, in: body, schema: {$ref: '#/definitions/Thing'}}
        - {name: dry, in: query, type: boolean, default: false}
  /upload:
    post:
      consumes: [application/x-www-form-urlencoded]
      security: [{basic: []}]
      parameters:
        - {name: title, in: formData, type: string, required: true, maxLength: 9}
definitions:
  Thing: {type: object, properties: {size: {type: integer, example: 3}}}
)");
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->version, u"Swagger 2.0"_s);
    QCOMPARE(api->baseUrls, QStringList{u"https://old.example/api"_s});
    const Endpoint *things = endpointOf(*api, u"POST"_s, u"/things"_s);
    QCOMPARE(things->bodyText, u"{\n  \"size\": 3\n}"_s);
    QCOMPARE(things->query.at(0).example, u"false"_s);
    QCOMPARE(things->kindId, u"key"_s);
    const Endpoint *upload = endpointOf(*api, u"POST"_s, u"/upload"_s);
    QCOMPARE(upload->bodyKind, RequestBody::Kind::Form);
    QCOMPARE(upload->body.at(0).maxLength, 9);
    QCOMPARE(upload->kindId, u"basic"_s);
    QCOMPARE(api->kinds.at(1).placement, KeyPlacement::Basic);
}

/// Each scheme comes out as a kind of key, and as the provider file that is read at the next start.
void TestOpenApi::readsHowKeysAreSent_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QByteArray>("form"); // as shownAs says it; empty: cannot be expressed
    QTest::addColumn<QString>("tokenUrl");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("said");
    const QByteArray bearer = "Authorization: Bearer x";
    const auto row = [](const char *name, const QString &scheme, const QByteArray &form, const QString &tokenUrl = {},
                        const QString &scope = {}, const QString &said = {}) {
        QTest::newRow(name) << scheme << form << tokenUrl << scope << said;
    };
    row("bearer", u"{type: http, scheme: bearer}"_s, bearer);
    row("header", u"{type: apiKey, in: header, name: X-Key}"_s, "X-Key: x");
    row("query", u"{type: apiKey, in: query, name: api_key}"_s, "api_key=x");
    row("query without a name", u"{type: apiKey, in: query}"_s, {}, {}, {}, u"cannot be the name of a key's parameter"_s);
    row("cookie", u"{type: apiKey, in: cookie, name: session}"_s, {}, {}, {}, u"a key in a cookie cannot be expressed"_s);
    row("basic", u"{type: http, scheme: Basic}"_s, "Authorization: Basic base64(x)");
    row("digest", u"{type: http, scheme: digest}"_s, {}, {}, {}, u"“digest” cannot be expressed"_s);
    row("client credentials",
        u"{type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://auth.example/t', scopes: {read: r, write: w}}}}"_s,
        bearer, u"https://auth.example/t"_s, u"read write"_s);
    row("client credentials over plain http",
        u"{type: oauth2, flows: {clientCredentials: {tokenUrl: 'http://auth.example/t', scopes: {}}}}"_s, bearer, {}, {},
        u"the token URL “http://auth.example/t” cannot be used"_s);
    row("client credentials at a relative place",
        u"{type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {}}}}"_s, bearer, {}, {}, u"cannot be used"_s);
    row("another flow", u"{type: oauth2, flows: {implicit: {authorizationUrl: 'https://auth.example/a', scopes: {}}}}"_s, {},
        {}, {}, u"only client credentials"_s);
}

void TestOpenApi::readsHowKeysAreSent()
{
    QFETCH(QString, scheme);
    QFETCH(QByteArray, form);
    QFETCH(QString, tokenUrl);
    QFETCH(QString, scope);
    QFETCH(QString, said);
    const auto api = readText(("openapi: 3.0.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://api.example'}]\n"
                               "components:\n  securitySchemes:\n    one: " +
                               scheme.toUtf8() + "\nsecurity: [{one: []}]\npaths: {/a: {get: {}}}\n")
                                  .constData());
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(said.isEmpty() || reports(*api, said), true);
    QCOMPARE(api->kinds.size(), form.isEmpty() ? 0 : 1);
    if (form.isEmpty())
        return;
    const auto provider = parseProvider(QJsonDocument(providerFileOf(*api, u"t"_s, u"T"_s, {})).toJson());
    QVERIFY2(provider, provider ? "" : qPrintable(provider.error().message));
    const TokenKind &kind = provider->kinds.first();
    QCOMPARE(shownAs(kind.form(), u"x"_s).toUtf8(), form);
    QCOMPARE(kind.isOAuth, scheme.contains(u"oauth2"_s));
    QCOMPARE(kind.tokenUrl, tokenUrl);
    QCOMPARE(kind.oauthScope, scope);
}

void TestOpenApi::readsTheClientCredentialsOfSwagger20()
{
    const auto api = readText(R"(
swagger: "2.0"
info: {title: Old, version: "1"}
host: old.example
securityDefinitions:
  app: {type: oauth2, flow: application, tokenUrl: 'https://auth.example/t', scopes: {all: everything}}
  person: {type: oauth2, flow: accessCode, tokenUrl: 'https://auth.example/t', authorizationUrl: 'https://auth.example/a'}
security: [{app: []}]
paths: {/a: {get: {}}}
)");
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->kinds.size(), 1);
    QVERIFY(api->kinds.first().isOAuth);
    QCOMPARE(api->kinds.first().tokenUrl, u"https://auth.example/t"_s);
    QCOMPARE(api->kinds.first().oauthScope, u"all"_s);
    QVERIFY(reports(*api, u"Security scheme person: of OAuth 2, only client credentials"_s));
}

void TestOpenApi::readsTheSameFromJsonAndYaml()
{
    const QByteArray json =
        R"({"openapi": "3.0.0", "info": {"title": "A \"b\" \u00e9 \ud83d\ude80"}, "paths": {"/a\/b": {"get": {"summary": "S\\T"}}}})";
    const auto one = readText(json, u"a.json"_s);
    const auto other = readText("openapi: 3.0.0\ninfo: {title: \"A \\\"b\\\" é 🚀\"}\npaths:\n  /a/b:\n    "
                                "get:\n      summary: S\\T\n");
    QVERIFY(one && other);
    QCOMPARE(one->catalogue.name, u"A \"b\" é 🚀"_s);
    QCOMPARE(other->catalogue.name, one->catalogue.name);
    QCOMPARE(other->catalogue.endpoints, one->catalogue.endpoints);
    QCOMPARE(one->catalogue.endpoints.constFirst().path, u"/a/b"_s);
    QVERIFY(readText("{openapi: 3.0.0, paths: {/a: {get: {}}}}",
                     u"flow.yaml"_s)); // YAML begins with a brace, too
}

void TestOpenApi::fillsRequestsThatCanBeSent()
{
    const auto api = readText(petStore);
    for (const Endpoint &endpoint : api->catalogue.endpoints) {
        RequestSpec request = readyRequest(endpoint);
        if (request.body.kind == RequestBody::Kind::Multipart)
            request.body = {};
        const auto prepared = prepareRequest(request, QUrl(api->baseUrls.constFirst()), {}, {});
        QVERIFY2(prepared, qPrintable(endpoint.name));
    }
    const Result<Catalogue> again = [&] {
        Catalogue catalogue = api->catalogue;
        catalogue.id = u"pets"_s;
        return readCatalogue(writeCatalogue(catalogue));
    }();
    QVERIFY2(again, again ? "" : qPrintable(again.error().message));
    QCOMPARE(again->endpoints, api->catalogue.endpoints);
}

void TestOpenApi::followsAliases()
{
    const auto api = readText(withPaths(
        "  /a: &a\n    get: &get\n      summary: One\n      parameters: &p\n        - {name: q, in: query}\n"
        "  /b: *a\n  /c:\n    post:\n      summary: Two\n      parameters: *p\n"));
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->catalogue.endpoints.size(), 3);
    QCOMPARE(endpointOf(*api, u"GET"_s, u"/b"_s)->name, u"One"_s);
    QCOMPARE(endpointOf(*api, u"POST"_s, u"/c"_s)->query.constFirst().name, u"q"_s);
}

void TestOpenApi::keepsTheOrderOfMembers()
{
    const auto api = readText(
        R"({"openapi":"3.0.0","paths":{"/z":{"post":{"requestBody":{"content":{"application/json":{"example":{"z":1,"a":[true,null,"x"],"m":{}}}}}}},
                                 "/a":{"get":{}}}})",
        u"a.json"_s);
    QVERIFY(api);
    QCOMPARE(api->catalogue.endpoints.constFirst().path, u"/z"_s);
    QCOMPARE(api->catalogue.endpoints.constFirst().bodyText,
             u"{\n  \"z\": 1,\n  \"a\": [\n    true,\n    null,\n    \"x\"\n  ],\n  \"m\": {}\n}"_s);
}

void TestOpenApi::endsAtRecursiveSchemas()
{
    const auto api = readText(
        withPaths("  /tree:\n    post:\n      requestBody: {content: {application/json: {schema: {$ref: "
                  "'#/components/schemas/Node'}}}}\n") +
        "components:\n  schemas:\n    Node:\n      type: object\n      required: [name, child, all]\n      "
        "properties:\n"
        "        name: {type: string, example: n}\n        child: {$ref: '#/components/schemas/Node'}\n"
        "        all: {type: array, items: {$ref: '#/components/schemas/Node'}}\n");
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QCOMPARE(api->catalogue.endpoints.constFirst().bodyText,
             u"{\n  \"name\": \"n\",\n  \"child\": {},\n  \"all\": [\n    {}\n  ]\n}"_s);
    QCOMPARE(api->catalogue.endpoints.constFirst().body.size(), 3);
}

void TestOpenApi::endsAtBranchingSchemas()
{
    // Each of twenty levels names the next one four times: 4^20 values if nobody counted.
    QByteArray schemas = "components:\n  schemas:\n";
    for (int level = 0; level < 20; ++level) {
        const QByteArray next = QByteArray::number(level + 1);
        schemas +=
            "    S" + QByteArray::number(level) + ":\n      required: [a, b, c, d]\n      properties:\n";
        for (const char *name : {"a", "b", "c", "d"})
            schemas += QByteArray("        ") + name + ": {$ref: '#/components/schemas/S" + next + "'}\n";
    }
    schemas += "    S20: {type: string}\n";
    const auto api = readText(withPaths("  /x:\n    post:\n      requestBody: {content: {application/json: "
                                        "{schema: {$ref: '#/components/schemas/S0'}}}}\n") +
                              schemas);
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    QVERIFY(reports(*api, u"POST /x: the schema is very large"_s));
    QVERIFY(!QJsonDocument::fromJson(api->catalogue.endpoints.constFirst().bodyText.toUtf8()).isNull());
    QVERIFY(api->catalogue.endpoints.constFirst().bodyText.size() < 1'000'000);
}

void TestOpenApi::endsAtReferencesInACircle()
{
    const auto api = readText(withPaths("  /x:\n    post:\n      requestBody: {$ref: '#/components/a'}\n") +
                              "components:\n  a: {$ref: '#/components/b'}\n  b: {$ref: '#/components/a'}\n");
    QVERIFY(api);
    QVERIFY(reports(*api, u"go round in a circle"_s));
    QCOMPARE(api->catalogue.endpoints.constFirst().bodyKind, RequestBody::Kind::None);
}

void TestOpenApi::fetchesNothing()
{
    const auto api = readText(withPaths("  /x:\n    post:\n      parameters: [{$ref: "
                                        "'https://evil.example/p.yaml#/P'}, {$ref: '#/nothing'}]\n"
                                        "      requestBody: {content: {application/json: {examples: {one: "
                                        "{externalValue: 'file:///etc/passwd'}}}}}\n"
                                        "  /y: {$ref: '../other.yaml'}\n"));
    QVERIFY(api);
    QVERIFY(reports(
        *api,
        u"POST /x, line 7: “https://evil.example/p.yaml#/P” is in another file or on the web, and was not fetched."_s));
    QVERIFY(reports(*api, u"“../other.yaml” is in another file"_s));
    QVERIFY(reports(*api, u"the file has nothing at “#/nothing”"_s));
    QVERIFY(reports(*api, u"an example is elsewhere on the web"_s));
    QVERIFY(!api->catalogue.endpoints.constFirst().bodyText.contains(u"root"_s));
}

void TestOpenApi::leavesTokensOut()
{
    const QByteArray secret = "talq_Zx81mQpL7vTn4RbK2cYd";
    const auto api = readText(
        withPaths("  /x:\n    post:\n      description: 'Call it with " + secret +
                  " please'\n"
                  "      parameters:\n        - {name: q, in: query, example: '" +
                  secret +
                  "'}\n"
                  "        - {name: X-Api-Key, in: header, example: plain}\n"
                  "      requestBody: {content: {application/json: {example: {token: '" +
                  secret +
                  "', jwt: "
                  "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcDEF123, mine: your_token_goes_here_1234}}}}\n"));
    QVERIFY2(api, api ? "" : qPrintable(api.error().message));
    Catalogue catalogue = api->catalogue;
    catalogue.id = u"x"_s;
    const QByteArray written = writeCatalogue(catalogue);
    QVERIFY(!written.contains(secret.mid(5)));
    QVERIFY(!written.contains("eyJ"));
    QVERIFY(!written.contains("plain"));
    QVERIFY(written.contains("your_token_goes_here"));
    QVERIFY(!api->report.join(u'\n').contains(QString::fromLatin1(secret)));
    QVERIFY(reports(*api, u"POST /x, parameter q: the example looked like a token and was left out."_s));
    QVERIFY(reports(*api, u"taken out of the description"_s));
    QVERIFY(reports(*api, u"the header carries a credential"_s));
}

void TestOpenApi::leavesNoVariableBehind()
{
    const auto api = readText(
        withPaths("  /x:\n    post:\n      parameters: [{name: q, in: query, example: '{{password}}'}]\n"
                  "      requestBody: {content: {application/json: {example: {a: '{{password}}'}}}}\n"
                  "  /{{host}}/y: {get: {}}\n"));
    QVERIFY(api);
    const Endpoint &endpoint = api->catalogue.endpoints.constFirst();
    QCOMPARE(api->catalogue.endpoints.size(), 1);
    RequestSpec request = readyRequest(endpoint);
    request.params.first().enabled = true;
    const auto prepared =
        prepareRequest(request, QUrl(u"https://pets.example"_s), {{u"password"_s, u"hunter2"_s, true}}, {});
    QVERIFY(prepared);
    QVERIFY(!prepared->url.toString().contains(u"hunter2"_s));
    const QByteArray body = prepared->body.shown(Redactor());
    QVERIFY(!body.contains("hunter2"));
    QCOMPARE(QJsonDocument::fromJson(body)[u"a"].toString(), u"{{password}}"_s);
}

void TestOpenApi::saysWhatCannotBeExpressed()
{
    const auto api = readText(withPaths(
        "  nopath: {get: {}}\n  /a?b=1: {get: {}}\n  /x:\n    servers: [{url: 'https://other.example'}]\n    "
        "post:\n"
        "      parameters: [{in: query}, {name: 'bad header', in: header}, {name: gone, in: path}]\n"
        "      requestBody: {content: {application/octet-stream: {}}}\n"));
    QVERIFY(api);
    for (const QString &words : {u"Line 5: “nopath” is not a path"_s, u"“/a?b=1” holds more than a path"_s,
                                 u"has servers of its own"_s, u"a parameter has no usable name"_s,
                                 u"cannot be the name of a header"_s, u"the path has no {gone}"_s,
                                 u"“application/octet-stream” is sent from a file"_s})
        QVERIFY2(reports(*api, words), qPrintable(words + u'\n' + api->report.join(u'\n')));
    QCOMPARE(api->catalogue.endpoints.constFirst().bodyKind, RequestBody::Kind::File);
}

void TestOpenApi::namesThePlaceOfWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("message");
    const QString yaml = u"a.yaml"_s;
    const QString json = u"a.json"_s;
    QTest::newRow("empty") << QByteArray() << yaml << u"The file is empty."_s;
    QTest::newRow("only spaces") << QByteArray(" \n\t\n") << json << u"The file is empty."_s;
    QTest::newRow("only a comment") << QByteArray("# nothing\n") << yaml << u"The file is empty."_s;
    QTest::newRow("not UTF-8") << QByteArray("openapi: 3.0.0\ninfo: {title: \xE9t\xE9}\n") << yaml
                               << u"Line 2: the text is not UTF-8."_s;
    QTest::newRow("UTF-16") << QByteArray("\xFF\xFE{\0\"\0", 6) << json
                            << u"Line 1: the text is not UTF-8."_s;
    QTest::newRow("truncated JSON") << QByteArray("{\n \"openapi\": \"3.0.0\",\n \"paths\": {") << json
                                    << u"Line 3, column 12: the text ends before its } is there"_s;
    QTest::newRow("truncated YAML") << QByteArray("openapi: 3.0.0\npaths: {\n  /x: {get:") << yaml
                                    << u"Line 3, column "_s;
    QTest::newRow("bad YAML") << QByteArray("openapi: 3.0.0\n  paths: x\n") << yaml << u"Line 2, column "_s;
    QTest::newRow("unknown alias") << QByteArray("openapi: *gone\n") << yaml << u"Line 1, column "_s;
    QTest::newRow("an alias of itself") << QByteArray("openapi: 3.0.0\npaths: &p\n  /x: *p\n") << yaml
                                        << u"Line 3: an alias names what it stands in itself."_s;
    QTest::newRow("a list as a name") << QByteArray("openapi: 3.0.0\n? [a, b]\n: c\n") << yaml
                                      << u"Line 2: only a text can be the name of a member."_s;
    QTest::newRow("a list") << QByteArray("[1, 2]") << json << u"one object"_s;
    QTest::newRow("a text") << QByteArray("hello\n") << yaml << u"one object"_s;
    QTest::newRow("no version") << QByteArray("{\"paths\": {}}") << json << u"it is no OpenAPI file"_s;
    QTest::newRow("a newer version") << QByteArray("info: {}\nopenapi: 4.0.0\n") << yaml
                                     << u"Line 2: version “4.0.0” is not one that Keydesk reads."_s;
    QTest::newRow("an older version")
        << QByteArray("{\"swagger\": \"1.2\"}") << json << u"Line 1: version “1.2”"_s;
    QTest::newRow("3.01") << QByteArray("{\"openapi\": \"3.01\"}") << json << u"version “3.01”"_s;
    QTest::newRow("no paths") << QByteArray("openapi: 3.0.0\n") << yaml << u"no “paths”"_s;
    QTest::newRow("empty paths") << QByteArray("openapi: 3.0.0\npaths: {}\n") << yaml
                                 << u"Line 2: “paths” holds no call."_s;
}

void TestOpenApi::namesThePlaceOfWhatIsWrong()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, name);
    QFETCH(QString, message);
    const auto api = readText(text, name);
    QVERIFY(!api);
    QVERIFY2(api.error().message.contains(message), qPrintable(api.error().message));
}

void TestOpenApi::refusesAnAliasBomb()
{
    QByteArray bomb = "openapi: 3.0.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int level = 1; level < 12; ++level) {
        const QByteArray before = "*a" + QByteArray::number(level - 1);
        bomb += "a" + QByteArray::number(level) + ": &a" + QByteArray::number(level) + " [" + before;
        for (int i = 0; i < 9; ++i)
            bomb += ", " + before;
        bomb += "]\n";
    }
    const auto api = readText(bomb + "paths: {/x: {get: {}}}\n");
    QVERIFY(!api);
    QVERIFY2(api.error().message.contains(
                 u"Line 8: the file holds more than 4000000 values, counting what aliases repeat."_s),
             qPrintable(api.error().message));
}

void TestOpenApi::refusesDeepNesting()
{
    for (const QByteArray &text : {QByteArray(100'000, '[') + QByteArray(100'000, ']'),
                                   "x: " + QByteArray(100'000, '[') + QByteArray(100'000, ']'),
                                   "{\"a\":" + QByteArray(5000, '[') + QByteArray(5000, ']') + "}", [] {
                                       QByteArray deep;
                                       for (int level = 0; level < 300; ++level)
                                           deep += QByteArray(level, ' ') + "a:\n";
                                       return deep;
                                   }()}) {
        for (const QString &name : {u"deep.json"_s, u"deep.yaml"_s}) {
            const auto api = readText(text, name);
            QVERIFY(!api);
            QVERIFY2(api.error().message.contains(u"nested more than 100 levels deep"_s),
                     qPrintable(QString::fromUtf8(text.left(20)) + name + api.error().message));
        }
    }
}

void TestOpenApi::refusesWhatIsTooLarge()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"large.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(100LL * 1024 * 1024)); // sparse
    file.close();
    const auto api = readOpenApiFile(file.fileName(), tokens(), goOn);
    QVERIFY(!api);
    QCOMPARE(api.error().kind, Error::Kind::TooLarge);
    QCOMPARE(api.error().message, u"large.json: The file is larger than 64 MB."_s);
}

void TestOpenApi::namesTheFile()
{
    QTemporaryDir folder;
    const auto gone = readOpenApiFile(folder.filePath(u"gone.yaml"_s), tokens(), goOn);
    QVERIFY(!gone);
    QVERIFY2(gone.error().message.startsWith(u"gone.yaml: "_s), qPrintable(gone.error().message));
    const auto isFolder = readOpenApiFile(folder.path(), tokens(), goOn);
    QVERIFY(!isFolder && isFolder.error().message.contains(u"It is a folder."_s));
    QFile file(folder.filePath(u"bad.yaml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("openapi: 4.1.0\n");
    file.close();
    const auto bad = readOpenApiFile(file.fileName(), tokens(), goOn);
    QVERIFY(!bad && bad.error().message.startsWith(u"bad.yaml: Line 1: version"_s));
}

void TestOpenApi::endsWhenCancelled()
{
    const std::atomic_bool stop = true;
    for (const QByteArray &text :
         {petStore, QByteArray(R"({"openapi":"3.0.0","paths":{"/x":{"get":{}}}})")}) {
        const auto api = readOpenApi(text, u"a"_s, tokens(), stop);
        QVERIFY(!api);
        QCOMPARE(api.error().kind, Error::Kind::Cancelled);
    }
}

void TestOpenApi::makesAProviderThatCanBeRead()
{
    for (const QByteArray &text : {petStore, withPaths("  /x: {get: {}}\n"),
                                   QByteArray("{\"openapi\":\"3.0.0\",\"paths\":{\"/x\":{\"get\":{}}}}")}) {
        const auto api = readText(text);
        QVERIFY(api);
        const QByteArray json =
            QJsonDocument(providerFileOf(*api, u"pets"_s, u"Pets"_s, api->catalogue.baseUrl)).toJson();
        const Result<Provider> provider = parseProvider(json);
        QVERIFY2(provider, provider ? "" : qPrintable(provider.error().message));
        QCOMPARE(provider->catalogueId, u"pets"_s);
        QCOMPARE(provider->isCustom, api->catalogue.baseUrl.isEmpty());
        for (const Endpoint &endpoint : api->catalogue.endpoints)
            QVERIFY(endpoint.kindId.isEmpty() || provider->kind(endpoint.kindId));
    }
}

void TestOpenApi::keepsAllOrNothing()
{
    ProviderCatalog providers;
    providers.loadBuiltIn();
    QTemporaryDir home;
    const QString catalogues = home.filePath(u"data/catalogues"_s);
    const QString folder = home.filePath(u"config/providers"_s);
    CatalogueStore store(providers, catalogues);
    ImportApi import(providers, store, folder);
    QSignalSpy read(&import, &ImportApi::read);
    QSignalSpy kept(&import, &ImportApi::kept);
    QSignalSpy failed(&import, &ImportApi::failed);
    const QString path = home.filePath(u"pets.yaml"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(petStore);
    file.close();

    import.readFile(path);
    QVERIFY(read.wait(10'000));
    QVERIFY(!QDir(catalogues).exists()); // nothing before the user says so
    QVERIFY(!import.problemWith({u""_s, u"https://x.example"_s, true}).isEmpty());
    QVERIFY(!import.problemWith({u"Pets"_s, u"http://x.example"_s, true}).isEmpty());
    QVERIFY(!import.problemWith({u"Pets"_s, QString(), false}).isEmpty());
    QVERIFY(import.problemWith({u"Pets"_s, QString(), true}).isEmpty());
    import.keep({u"Pets"_s, u"http://x.example"_s, true});
    QCOMPARE(failed.count(), 1);
    QVERIFY(!QDir(catalogues).exists());

    // A file stands where the providers' folder should be: the catalogue goes again.
    QVERIFY(QDir().mkpath(home.filePath(u"config"_s)));
    QFile inTheWay(folder);
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    inTheWay.close();
    import.keep({u"Pets"_s, u"https://eu.pets.example/v1"_s, true});
    QVERIFY(failed.wait(10'000));
    QVERIFY(store.all().isEmpty());
    QVERIFY(QDir(catalogues).entryList(QDir::Files | QDir::Hidden).isEmpty());
    QVERIFY(inTheWay.remove());

    import.keep({u"Pets"_s, u"https://eu.pets.example/v1"_s, true});
    QVERIFY(kept.wait(10'000));
    QVERIFY(store.find(u"pets"_s));
    const QString written = folder + u"/pets.json"_s;
    QCOMPARE(QFile::permissions(written) &
                 (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
    ProviderCatalog next;
    next.loadBuiltIn();
    next.loadFolder(folder);
    QVERIFY(next.problems().isEmpty());
    QVERIFY(next.find(u"pets"_s));
    QCOMPARE(next.find(u"pets"_s)->baseUrl, u"https://eu.pets.example/v1"_s);

    // Once the catalogue is removed, its provider's file is still there; the next import takes another name.
    QVERIFY(store.remove(u"pets"_s));
    import.keep({u"Pets"_s, u"https://eu.pets.example/v1"_s, true});
    QVERIFY(kept.wait(10'000));
    QVERIFY(store.find(u"pets-2"_s));

    // Without a provider: only the catalogue.
    import.keep({u"Other"_s, u"https://eu.pets.example/v1"_s, false});
    QVERIFY(kept.wait(10'000));
    QVERIFY(store.find(u"other"_s));
    QVERIFY(!QFile::exists(folder + u"/other.json"_s));

    import.readFile(home.filePath(u"gone.yaml"_s));
    QVERIFY(failed.wait(10'000));
    QVERIFY(!import.api());
    import.readFile(path);
    import.cancel();
    QVERIFY(!import.isReading());
}

void TestOpenApi::keepsNoTokenOnDisk()
{
    ProviderCatalog providers;
    providers.loadBuiltIn();
    QTemporaryDir home;
    CatalogueStore store(providers, home.filePath(u"catalogues"_s));
    ImportApi import(providers, store, home.filePath(u"providers"_s));
    const QByteArray canary = "talq_Zx81mQpL7vTn4RbK2cYd";
    QFile file(home.filePath(u"in.yaml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(withPaths("  /x:\n    get:\n      summary: 'with " + canary + "'\n      tags: ['" + canary +
                             "']\n      parameters: [{name: q, in: query, schema: {type: string, default: '" +
                             canary + "', enum: ['" + canary + "'], description: '" + canary +
                             "', pattern: '" + canary + "', format: '" + canary + "'}}]\n",
                         "security: [{key: []}]\ncomponents: {securitySchemes: {key: {type: http, scheme: "
                         "bearer, description: 'Use " +
                             canary + "'}}}\n"));
    file.close();
    QSignalSpy read(&import, &ImportApi::read);
    QSignalSpy kept(&import, &ImportApi::kept);
    import.readFile(file.fileName());
    QVERIFY(read.wait(10'000));
    import.keep({u"Canary"_s, u"https://pets.example/v1"_s, true});
    QVERIFY(kept.wait(10'000));
    int looked = 0;
    for (const QString &folder : {u"catalogues"_s, u"providers"_s}) {
        for (const QFileInfo &info : QDir(home.filePath(folder)).entryInfoList(QDir::Files | QDir::Hidden)) {
            QFile written(info.filePath());
            QVERIFY(written.open(QIODevice::ReadOnly));
            QVERIFY2(!written.readAll().contains(canary.mid(5)), qPrintable(info.fileName()));
            ++looked;
        }
    }
    QCOMPARE(looked, 2);
}

QTEST_GUILESS_MAIN(TestOpenApi)
#include "test_openapi.moc"
