#include "app/environments/Environment.h"
#include "app/providers/ProviderCatalog.h"
#include "app/providers/ProviderReader.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

// The smallest file that works; `change` is laid over it, null takes a member away.
QByteArray file(const QByteArray &change = "{}")
{
    QJsonObject object =
        QJsonDocument::fromJson(
            R"({)"
            R"("id": "acme", "name": "Acme", "base_url": "https://api.acme.example/v1",)"
            R"("token_kinds": [{"id": "key", "name": "Key", "check_request": "Me"}],)"
            R"("requests": [{"group": "Account", "name": "Me", "url": "/me", "kind": "key"}])"
            R"(})")
            .object();
    QJsonParseError error{};
    const QJsonObject upper = QJsonDocument::fromJson(change, &error).object();
    if (error.error != QJsonParseError::NoError)
        qFatal("%s in %s", qPrintable(error.errorString()), change.constData());
    for (auto it = upper.begin(); it != upper.end(); ++it) {
        if (it->isNull())
            object.remove(it.key());
        else
            object.insert(it.key(), *it);
    }
    return QJsonDocument(object).toJson();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile out(path);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

QStringList ids(const ProviderCatalog &catalog)
{
    QStringList found;
    for (const Provider &provider : catalog.all())
        found.append(provider.id);
    return found;
}

ProviderCatalog builtIn()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    return catalog;
}

} // namespace

class TestProviders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void builtInFilesAreWholeAndInOrder();
    void builtInRequestsCanBeSentAsTheyAre();
    void theFirstRequestTakesTheFirstKind();
    void environmentTokensAreDescribed();
    void userTokensAreMadeWithASessionToken();
    void tokenListsAreDescribed();
    void sandboxesExtendTheRealProviders();
    void customNeedsNothingButTheUsersOwn();
    void aKeyCanBeProvedByAnAnswerThatIsNo2xx();
    void bodiesKeepTheOrderOfTheDocumentation();

    void theSmallestFileWorks();
    void brokenFilesNameTheField_data();
    void brokenFilesNameTheField();
    void commentsAndSourcesMayStandAnywhere();
    void jsonErrorsNameLineAndColumn();
    void filesOverOneMegabyteAreRefused();
    void deepNestingIsRefused();

    void usersFilesAreReadAndReplaceBuiltInOnes();
    void aFileMayExtendOneThatComesLater();
    void aFileMayChangeTheBuiltInOneOfItsOwnId();
    void circlesAndUnknownBasesAreReported();
    void brokenFilesLeaveTheOthersAlone();
    void twoFilesWithOneIdAreReported();
    void aFolderThatIsNotThereIsNoProblem();

    void codeKnowsNoProvider();
};

void TestProviders::builtInFilesAreWholeAndInOrder()
{
    const ProviderCatalog catalog = builtIn();
    QStringList problems;
    for (const auto &problem : catalog.problems())
        problems.append(problem.file + u": "_s + problem.message);
    QCOMPARE(problems, QStringList());
    QCOMPARE(ids(catalog),
             (QStringList{u"sandbox-talkover"_s, u"talkover"_s, u"talkturo"_s, u"talkturo-api"_s,
                          u"aisoule"_s, u"aisoule-help"_s, u"sandbox-talkturo"_s, u"sandbox-talkturo-api"_s,
                          u"sandbox-aisoule"_s, u"custom"_s}));
    for (const Provider &provider : catalog.all()) {
        QVERIFY2(!provider.summary.isEmpty(), qPrintable(provider.id));
        QVERIFY2(provider.firstStorableKind(), qPrintable(provider.id));
        QVERIFY2(!provider.requests.isEmpty(), qPrintable(provider.id));
        QVERIFY2(environmentColours().contains(provider.defaultColour), qPrintable(provider.id));
        for (const TokenKind &kind : provider.kinds) {
            QVERIFY2(provider.isCustom || provider.checkRequest(kind.id), qPrintable(provider.id + kind.id));
            QVERIFY2(!kind.scope.isEmpty(), qPrintable(provider.id + kind.id));
            // Every kind can be got somehow: made here, or by steps.
            QVERIFY2(kind.createdByApi || !kind.dashboardSteps.isEmpty(), qPrintable(provider.id + kind.id));
        }
        for (const ErrorShape &shape : provider.errors) {
            const bool aboutKey =
                shape.id == u"unauthorized"_s || shape.id == u"token-expired"_s; // its kind has the steps
            QVERIFY2(aboutKey || !shape.fix.isEmpty(), qPrintable(provider.id + shape.title));
            QVERIFY2(shape.source.startsWith(u"https://"_s), qPrintable(provider.id + shape.title));
        }
    }
    QCOMPARE(catalog.find(u"nobody"_s), nullptr);
}

void TestProviders::builtInRequestsCanBeSentAsTheyAre()
{
    const ProviderCatalog catalog = builtIn();
    for (const Provider &provider : catalog.all()) {
        QVERIFY2(provider.requests.size() <= 14, qPrintable(provider.id));
        for (const ProviderRequest &request : provider.requests) {
            const QString where = provider.id + u" "_s + request.request.name;
            QVERIFY2(request.request.url.startsWith(u'/'), qPrintable(where));
            QVERIFY2(!request.request.url.contains(u'{'),
                     qPrintable(where)); // an unresolved variable would be refused
            QVERIFY2(!request.request.body.text.contains(u"{{"_s), qPrintable(where));
            QVERIFY2(provider.kind(request.request.key.kindId), qPrintable(where));
        }
    }
}

void TestProviders::theFirstRequestTakesTheFirstKind()
{
    const ProviderCatalog catalog = builtIn();
    for (const Provider &provider : catalog.all())
        QCOMPARE(provider.requests.constFirst().request.key.kindId, provider.firstStorableKind()->id);
}

void TestProviders::environmentTokensAreDescribed()
{
    const ProviderCatalog catalog = builtIn();
    const Provider *provider = catalog.find(u"talkover"_s);
    QVERIFY(provider);
    QCOMPARE(provider->baseUrl, u"https://app.talkover.ai"_s);
    const TokenKind *kind = provider->kind(u"environment"_s);
    QVERIFY(kind);
    QCOMPARE(kind->prefix, u"talq_"_s);
    QCOMPARE(kind->environmentVariable, u"TALKOVER_TOKEN"_s);
    QCOMPARE(kind->headerName, u"Authorization"_s);
    QCOMPARE(kind->headerPrefix, u"Bearer "_s);
    QVERIFY(!kind->shownOnce);
    QVERIFY(kind->pattern.match(u"talq_eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x-_"_s).hasMatch());
    QVERIFY(!kind->pattern.match(u"xtalq_abc"_s).hasMatch()); // the whole token, not a part
    QVERIFY(!kind->pattern.match(u"talq_a b"_s).hasMatch());
    QVERIFY(kind->dashboardPath.contains(u"Environments"_s));
    // The check must be one that is documented to refuse a bad token.
    QCOMPARE(provider->checkRequest(kind->id)->request.url, u"/api/v1/agents"_s);
}

void TestProviders::userTokensAreMadeWithASessionToken()
{
    const ProviderCatalog catalog = builtIn();
    for (const QString &id : {u"talkover"_s, u"sandbox-talkover"_s}) {
        const Provider *provider = catalog.find(id);
        const TokenApi *api = provider->tokenApi(u"user"_s);
        QVERIFY(api);
        QCOMPARE(api->sessionKindId, u"session"_s);
        QCOMPARE(api->createMethod, u"POST"_s);
        QCOMPARE(api->createPath, u"/api/v1/user/api-tokens"_s);
        QCOMPARE(api->revokeMethod, u"DELETE"_s);
        QCOMPARE(api->revokePath, u"/api/v1/user/api-tokens/{{id}}"_s);
        QCOMPARE(api->tokenPointer, u"/data/token"_s);
        QCOMPARE(api->createBody[u"name"].toString(), u"{{name}}"_s);
        const TokenKind *user = provider->kind(u"user"_s);
        QVERIFY(user->shownOnce && user->createdByApi && user->storable);
        QVERIFY(user->pattern.match(u"1|abc123def456"_s).hasMatch());
        QCOMPARE(provider->checkRequest(u"user"_s)->request.url, u"/api/user"_s);
        QVERIFY(!provider->kind(u"session"_s)->storable && provider->kind(u"session"_s)->keepable);
        QCOMPARE(provider->tokenApi(u"session"_s), nullptr);
    }
}

void TestProviders::tokenListsAreDescribed()
{
    const ProviderCatalog catalog = builtIn();
    const TokenList documented = catalog.find(u"talkover"_s)->tokenApi(u"user"_s)->list;
    QCOMPARE(documented.method, u"GET"_s);
    QCOMPARE(documented.path, u"/api/v1/user/api-tokens"_s);
    QCOMPARE(documented.itemsPointer, u"/data"_s);
    QCOMPARE(documented.lastUsedPointer, u"/last_used_at"_s);
    QVERIFY(documented.expiresPointer.isEmpty()); // the documentation's list has none
    QVERIFY(documented.pageParameter.isEmpty());
    QVERIFY(!catalog.find(u"aisoule"_s)->tokenApi(u"api-key"_s));
    QVERIFY(!catalog.find(u"talkturo"_s)->tokenApi(u"api-key"_s)); // the two sets are not mixed

    for (const QString &id : {u"talkturo-api"_s, u"sandbox-talkturo-api"_s}) {
        const Provider *provider = catalog.find(id);
        const TokenApi *api = provider->tokenApi(u"api-key"_s);
        QVERIFY(api && api->canList() && api->canRevoke());
        QCOMPARE(api->sessionKindId, u"login"_s);
        QVERIFY(!provider->kind(u"login"_s)->storable && !provider->kind(u"login"_s)->keepable);
        QCOMPARE(api->variables.size(), 1);
        QCOMPARE(api->variables[0].name, u"accountSlug"_s);
        QCOMPARE(api->list.path, u"/api/api-keys?accountSlug={{accountSlug}}"_s);
        QCOMPARE(api->list.abilitiesPointer, u"/permissions/scopes"_s);
        QCOMPARE(api->list.states.value(u"false"_s), u"paused"_s);
        QCOMPARE(api->tokenPointer, u"/apiKey/fullKey"_s);
        QCOMPARE(provider->checkRequest(u"api-key"_s)->request.url, u"/test-api-key"_s);
    }
    QCOMPARE(catalog.find(u"talkturo-api"_s)->baseUrl, u"https://api.talkturo.com/api"_s);
}

void TestProviders::sandboxesExtendTheRealProviders()
{
    const ProviderCatalog catalog = builtIn();
    for (const QString &service : {u"talkover"_s, u"talkturo"_s, u"aisoule"_s}) {
        const Provider *real = catalog.find(service);
        const Provider *sandbox = catalog.find(u"sandbox-"_s + service);
        QVERIFY(real && sandbox);
        QCOMPARE(sandbox->sandboxService, service);
        QCOMPARE(sandbox->badge, u"S"_s);
        QVERIFY(sandbox->baseUrl.isEmpty());
        QVERIFY(sandbox->baseUrlParts.isEmpty());
        QCOMPARE(sandbox->errors.size(), real->errors.size());
        QCOMPARE(sandbox->kinds.size(), real->kinds.size());
        QCOMPARE(QUrl(real->baseUrl.split(u'}').constLast()).path(), sandbox->basePath);
        const TokenKind &kind = sandbox->kinds.constFirst();
        QCOMPARE(kind.prefix, real->kinds.constFirst().prefix); // what is not named stays
        QCOMPARE(kind.dashboardUrl, u"{baseOrigin}/dashboard"_s);
        const TokenApi *api = sandbox->tokenApi(kind.id);
        QVERIFY(api);
        QVERIFY(api->sessionKindId.isEmpty());
        QCOMPARE(api->createPath, u"/dashboard/keys"_s);
        QCOMPARE(api->revokePath, u"/dashboard/keys/{{id}}"_s);
        QCOMPARE(api->createBody[u"kind"].toString(), kind.id);
        QVERIFY(real->tokenApi(kind.id) == nullptr);
        QCOMPARE(api->list.path, u"/dashboard/keys?kind="_s + kind.id);
        QCOMPARE(api->list.pageParameter, u"page"_s);
        QCOMPARE(api->list.states.value(u"revoked"_s), u"revoked"_s);
    }
}

void TestProviders::customNeedsNothingButTheUsersOwn()
{
    const ProviderCatalog catalog = builtIn();
    const Provider *custom = catalog.find(u"custom"_s);
    QVERIFY(custom->isCustom);
    QVERIFY(custom->baseUrl.isEmpty());
    QCOMPARE(custom->kinds.size(), 1);
    QCOMPARE(custom->kinds[0].headerName, u"Authorization"_s);
    QCOMPARE(custom->checkRequest(custom->kinds[0].id), nullptr);
}

void TestProviders::aKeyCanBeProvedByAnAnswerThatIsNo2xx()
{
    const ProviderCatalog catalog = builtIn();
    const TokenKind &kind = catalog.find(u"talkturo"_s)->kinds.constFirst();
    QVERIFY(kind.checkOkStatus.contains(404));
    QVERIFY(!kind.checkOkStatus.contains(401));
    QVERIFY(catalog.find(u"talkover"_s)->kinds.constFirst().checkOkStatus.isEmpty());
}

void TestProviders::bodiesKeepTheOrderOfTheDocumentation()
{
    const ProviderCatalog catalog = builtIn();
    const QString text = catalog.find(u"talkover"_s)->request(u"Make a call"_s)->request.body.text;
    QVERIFY(text.startsWith(u"{\n  \"to\": \"+1234567890\",\n  \"payload\": {"_s));
}

void TestProviders::theSmallestFileWorks()
{
    const Result<Provider> provider = parseProvider(file());
    QVERIFY2(provider, qPrintable(provider ? QString() : provider.error().message));
    QCOMPARE(provider->badge, u"A"_s);
    QCOMPARE(provider->defaultEnvironmentName, u"Acme"_s);
    QCOMPARE(provider->kinds[0].shortName, u"Key"_s);
    QCOMPARE(provider->requests[0].request.method, u"GET"_s);
    QCOMPARE(provider->request(u"Me"_s), &provider->requests[0]);
}

void TestProviders::brokenFilesNameTheField_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QString>("place");

    const auto row = [](const char *name, const QByteArray &change, const QString &place) {
        QTest::newRow(name) << change << place;
    };
    row("no id", R"({"id": null})", u"id: "_s);
    row("id with a space", R"({"id": "a b"})", u"id: "_s);
    row("id with a path", R"({"id": "../x"})", u"id: "_s);
    row("no name", R"({"name": null})", u"name: "_s);
    row("empty name", R"({"name": "  "})", u"name: "_s);
    row("name is a number", R"({"name": 5})", u"name: "_s);
    row("name with a control character", R"({"name": "a\nb"})", u"name: "_s);
    row("name with a bidi override", R"({"name": "a\u202eb"})", u"name: "_s);
    row("badge of two letters", R"({"badge": "AB"})", u"badge: "_s);
    row("order is a fraction", R"({"order": 1.5})", u"order: "_s);
    row("order is huge", R"({"order": 1e300})", u"order: "_s);
    row("unknown member", R"({"base_ulr": "https://x.example"})", u"base_ulr: "_s);
    row("no base URL", R"({"base_url": null})", u"base_url: "_s);
    row("base URL is http", R"({"base_url": "http://api.acme.example"})", u"base_url: "_s);
    row("base URL with a user", R"({"base_url": "https://a:b@api.acme.example"})", u"base_url: "_s);
    row("base URL is a file", R"({"base_url": "file:///etc/passwd"})", u"base_url: "_s);
    row("part without an entry", R"({"base_url": "https://{domain}/api"})", u"base_url: "_s);
    row("entry without a part", R"({"base_url_parts": [{"name": "domain", "label": "Domain"}]})",
        u"base_url_parts[0].name: "_s);
    row("base path without a sandbox", R"({"base_path": "/api"})", u"base_path: "_s);
    row("docs link runs a program", R"({"docs_url": "file:///usr/bin/true"})", u"docs_url: "_s);
    row("unknown colour", R"({"default_colour": "#ff0000"})", u"default_colour: "_s);
    row("kinds are no list", R"({"token_kinds": {}})", u"token_kinds: "_s);
    row("no kinds", R"({"token_kinds": [], "requests": []})", u"token_kinds: "_s);
    row("kind is a text", R"({"token_kinds": ["key"]})", u"token_kinds[0]: "_s);
    row("kind without a name", R"({"token_kinds": [{"id": "key"}]})", u"token_kinds[0].name: "_s);
    row("second kind, bad pattern",
        R"({"token_kinds": [{"id": "key", "name": "K"}, {"id": "b", "name": "B", "pattern": "("}]})",
        u"token_kinds[1].pattern: not a regular expression: "_s);
    row("pattern that closes what is around it",
        R"({"token_kinds": [{"id": "key", "name": "K", "pattern": "a)b(c"}]})",
        u"token_kinds[0].pattern: not a regular expression: "_s);
    row("kind twice", R"({"token_kinds": [{"id": "key", "name": "K"}, {"id": "key", "name": "K"}]})",
        u"token_kinds[1].id: "_s);
    row("unknown member of a kind", R"({"token_kinds": [{"id": "key", "name": "K", "prefixx": "a"}]})",
        u"token_kinds[0].prefixx: "_s);
    row("header name with a colon", R"({"token_kinds": [{"id": "key", "name": "K", "header_name": "X:Y"}]})",
        u"token_kinds[0].header_name: "_s);
    row("header prefix with a line break",
        R"({"token_kinds": [{"id": "key", "name": "K", "header_prefix": "a\r\nX: y"}]})",
        u"token_kinds[0].header_prefix: "_s);
    row("environment variable",
        R"({"token_kinds": [{"id": "key", "name": "K", "environment_variable": "A-B"}]})",
        u"token_kinds[0].environment_variable: "_s);
    row("dashboard runs a program",
        R"({"token_kinds": [{"id": "key", "name": "K", "dashboard_url": "javascript:alert"}]})",
        u"token_kinds[0].dashboard_url: "_s);
    row("steps hold a number",
        R"({"token_kinds": [{"id": "key", "name": "K", "dashboard_steps": ["a", 2]}]})",
        u"token_kinds[0].dashboard_steps[1]: "_s);
    row("shown once is a text", R"({"token_kinds": [{"id": "key", "name": "K", "shown_once": "yes"}]})",
        u"token_kinds[0].shown_once: "_s);
    row("check request is not there",
        R"({"token_kinds": [{"id": "key", "name": "K", "check_request": "Nobody"}]})",
        u"token_kinds[0].check_request: "_s);
    row("check status", R"({"token_kinds": [{"id": "key", "name": "K", "check_ok_status": [404, 1000]}]})",
        u"token_kinds[0].check_ok_status[1]: "_s);
    row("made by no API", R"({"token_kinds": [{"id": "key", "name": "K", "created_by_api": true}]})",
        u"token_kinds[0].created_by_api: "_s);
    row("API of an unknown kind",
        R"({"token_apis": [{"kind": "nobody", "create_path": "/k", "token_pointer": "/t"}]})",
        u"token_apis[0].kind: "_s);
    row("API with an unknown session",
        R"({"token_apis": [{"kind": "key", "session_kind": "s", "create_path": "/k", "token_pointer": "/t"}]})",
        u"token_apis[0].session_kind: "_s);
    row("API without a pointer", R"({"token_apis": [{"kind": "key", "create_path": "/k"}]})",
        u"token_apis[0].token_pointer: "_s);
    row("API with a bad pointer",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "data.token"}]})",
        u"token_apis[0].token_pointer: "_s);
    row("API revokes nowhere",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t", "revoke_method": "DELETE"}]})",
        u"token_apis[0].revoke_path: "_s);
    const auto list = [&row](const char *name, const QByteArray &members, const QString &place) {
        row(name,
            R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t", "list": {)" +
                members + "}}]}",
            u"token_apis[0].list."_s + place);
    };
    list("list without a path", R"("id_pointer": "/id")", u"path: "_s);
    list("list without ids", R"("path": "/k")", u"id_pointer: "_s);
    list("list of unknown members", R"("path": "/k", "id_pointer": "/id", "idpointer": "/id")",
         u"idpointer: "_s);
    list("list with a bad pointer", R"("path": "/k", "id_pointer": "/id", "name_pointer": "name")",
         u"name_pointer: "_s);
    list("list with a bad method", R"("path": "/k", "id_pointer": "/id", "method": "GET IT")", u"method: "_s);
    list("list with a bad parameter", R"("path": "/k", "id_pointer": "/id", "page_parameter": "a&b")",
         u"page_parameter: "_s);
    list("list with half a page size", R"("path": "/k", "id_pointer": "/id", "page_size": 5)",
         u"page_size: "_s);
    list("list with two ways on",
         R"("path": "/k", "id_pointer": "/id", "page_parameter": "page", "next_pointer": "/next")",
         u"next_pointer: "_s);
    list("list with a last page of nothing", R"("path": "/k", "id_pointer": "/id", "last_page_pointer": "/l")",
         u"last_page_pointer: "_s);
    list("list with states nowhere", R"("path": "/k", "id_pointer": "/id", "states": {"a": "active"})",
         u"states: "_s);
    list("list with an unknown state",
         R"("path": "/k", "id_pointer": "/id", "state_pointer": "/s", "states": {"a": "sleeping"})",
         u"states: "_s);
    row("list is no object",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t", "list": "/k"}]})",
        u"token_apis[0].list: "_s);
    row("list with an unknown placeholder",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t",)"
        R"( "list": {"path": "/k?a={{account}}", "id_pointer": "/id"}}]})",
        u"token_apis[0].list: "_s);
    row("path with an unknown placeholder",
        R"({"token_apis": [{"kind": "key", "create_path": "/{{account}}", "token_pointer": "/t"}]})",
        u"token_apis[0].create_path: "_s);
    row("variable that means something else",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t",)"
        R"( "variables": [{"name": "abilities", "label": "A"}]}]})",
        u"token_apis[0].variables[0].name: "_s);
    row("variable twice",
        R"({"token_apis": [{"kind": "key", "create_path": "/k", "token_pointer": "/t",)"
        R"( "variables": [{"name": "a", "label": "A"}, {"name": "a", "label": "A"}]}]})",
        u"token_apis[0].variables[1].name: "_s);
    row("error without a title", R"({"errors": [{"id": "x", "status": [401], "text": "t"}]})",
        u"errors[0].title: "_s);
    row("error of any answer", R"({"errors": [{"id": "x", "title": "t", "text": "t"}]})",
        u"errors[0].status: "_s);
    row("error with a bad status",
        R"({"errors": [{"id": "x", "status": ["401"], "title": "t", "text": "t"}]})",
        u"errors[0].status[0]: "_s);
    row("error equals nothing",
        R"({"errors": [{"id": "x", "status": [401], "equals": "E", "title": "t", "text": "t"}]})",
        u"errors[0].equals: "_s);
    row("request without a URL", R"({"requests": [{"group": "A", "name": "Me"}]})", u"requests[0].url: "_s);
    row("request with a bad method",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "method": "GET IT"}]})",
        u"requests[0].method: "_s);
    row("request of an unknown kind",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "kind": "nobody"}]})",
        u"requests[0].kind: "_s);
    row("request twice",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/"}, {"group": "A", "name": "Me", "url": "/"}]})",
        u"requests[1].name: "_s);
    row("body is not JSON",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "body": {"kind": "json", "lines": ["{", "x"]}}]})",
        u"requests[0].body.lines: "_s);
    row("body of an unknown kind",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "body": {"kind": "xml"}}]})",
        u"requests[0].body.kind: "_s);
    row("credential in a header",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "headers": [{"name": "Authorization", "value": "Bearer x"}]}]})",
        u"requests[0].headers: "_s);
    row("param without a name",
        R"({"requests": [{"group": "A", "name": "Me", "url": "/", "params": [{"value": "1"}]}]})",
        u"requests[0].params[0].name: "_s);
    row("extends a number", R"({"extends": 1})", u"extends: "_s);
    row("extends nobody", R"({"extends": "nobody"})", u"extends: "_s);
    row("extends itself", R"({"extends": "acme"})", u"extends: "_s);
}

void TestProviders::brokenFilesNameTheField()
{
    QFETCH(QByteArray, change);
    QFETCH(QString, place);
    const Result<Provider> provider = parseProvider(file(change));
    QVERIFY(!provider);
    QVERIFY2(provider.error().message.startsWith(place), qPrintable(provider.error().message));
    QVERIFY(provider.error().message.size() > place.size());
}

void TestProviders::commentsAndSourcesMayStandAnywhere()
{
    QVERIFY(parseProvider(file(R"({"$comment": ["a", "b"], "sources": ["c"],)"
                               R"("token_kinds": [{"id": "key", "name": "K", "$comment": "x"}]})")));
}

void TestProviders::jsonErrorsNameLineAndColumn()
{
    const Result<Provider> provider = parseProvider("{\n  \"id\": \"acme\",\n  \"name\": oops\n}");
    QVERIFY(!provider);
    QVERIFY2(provider.error().message.contains(u"line 3"_s), qPrintable(provider.error().message));
    QVERIFY(!parseProvider("[]"));
    QVERIFY(!parseProvider(""));
    QVERIFY(!parseProvider(QByteArray("\0\xff\xfe", 3)));
}

void TestProviders::filesOverOneMegabyteAreRefused()
{
    const QByteArray padding(providerFileLimit, ' ');
    const Result<Provider> provider = parseProvider(file() + padding);
    QVERIFY(!provider);
    QCOMPARE(provider.error().kind, Error::Kind::TooLarge);
}

void TestProviders::deepNestingIsRefused()
{
    QVERIFY(!parseProvider(R"({"id":)" + QByteArray(200'000, '[') + QByteArray(200'000, ']') + '}'));
}

void TestProviders::usersFilesAreReadAndReplaceBuiltInOnes()
{
    QTemporaryDir folder;
    write(folder.filePath(u"acme.json"_s), file());
    write(folder.filePath(u"mine.json"_s), file(R"({"id": "talkover", "name": "Mine", "order": 1})"));
    ProviderCatalog catalog = builtIn();
    const qsizetype before = catalog.all().size();
    catalog.loadFolder(folder.path());
    QVERIFY(catalog.problems().isEmpty());
    QCOMPARE(catalog.all().size(), before + 1);
    QCOMPARE(catalog.all().constFirst().name, u"Mine"_s); // by its order
    QCOMPARE(catalog.find(u"talkover"_s)->baseUrl, u"https://api.acme.example/v1"_s);
    QVERIFY(catalog.find(u"acme"_s));
    // The sandbox keeps what it was made from.
    QVERIFY(catalog.find(u"sandbox-talkover"_s)->kind(u"environment"_s));
}

void TestProviders::aFileMayExtendOneThatComesLater()
{
    QTemporaryDir folder;
    write(
        folder.filePath(u"a.json"_s),
        R"({"id": "acme-test", "extends": "acme", "name": "Acme test", "docs_url": null,)"
        R"("base_url": "https://test.acme.example", "token_kinds": [{"id": "key", "prefix": "t_"}, {"id": "new", "name": "New"}]})");
    write(folder.filePath(u"b.json"_s), file(R"({"docs_url": "https://acme.example/docs"})"));
    ProviderCatalog catalog;
    catalog.loadFolder(folder.path());
    QVERIFY2(catalog.problems().isEmpty(),
             qPrintable(catalog.problems().isEmpty() ? QString() : catalog.problems()[0].message));
    const Provider *test = catalog.find(u"acme-test"_s);
    QVERIFY(test);
    QCOMPARE(test->baseUrl, u"https://test.acme.example"_s);
    QCOMPARE(test->docsUrl, QString());
    QCOMPARE(test->kinds.size(), 2);
    QCOMPARE(test->kinds[0].name, u"Key"_s);
    QCOMPARE(test->kinds[0].prefix, u"t_"_s);
    QCOMPARE(test->requests.size(), 1);
    QVERIFY(catalog.find(u"acme"_s)->kinds[0].prefix.isEmpty());
}

void TestProviders::aFileMayChangeTheBuiltInOneOfItsOwnId()
{
    QTemporaryDir folder;
    write(folder.filePath(u"x.json"_s),
          R"({"id": "talkover", "extends": "talkover", "base_url": "https://staging.talkover.example"})");
    ProviderCatalog catalog = builtIn();
    catalog.loadFolder(folder.path());
    QVERIFY(catalog.problems().isEmpty());
    QCOMPARE(catalog.find(u"talkover"_s)->baseUrl, u"https://staging.talkover.example"_s);
    QCOMPARE(catalog.find(u"talkover"_s)->kinds.size(), 3);
}

void TestProviders::circlesAndUnknownBasesAreReported()
{
    QTemporaryDir folder;
    write(folder.filePath(u"a.json"_s), R"({"id": "a", "extends": "b"})");
    write(folder.filePath(u"b.json"_s), R"({"id": "b", "extends": "c"})");
    write(folder.filePath(u"c.json"_s), R"({"id": "c", "extends": "a"})");
    write(folder.filePath(u"d.json"_s), R"({"id": "d", "extends": "nobody"})");
    write(folder.filePath(u"e.json"_s), R"({"extends": "a"})");
    ProviderCatalog catalog;
    catalog.loadFolder(folder.path());
    QVERIFY(catalog.all().isEmpty());
    QCOMPARE(catalog.problems().size(), 5);
    QVERIFY(catalog.problems()[0].file.endsWith(u"a.json"_s));
    QVERIFY(catalog.problems()[0].message.contains(u"a → b → c → a"_s));
    QVERIFY(catalog.problems()[3].message.contains(u"nobody"_s));
    QVERIFY(catalog.problems()[4].message.startsWith(u"id: "_s));
}

void TestProviders::brokenFilesLeaveTheOthersAlone()
{
    QTemporaryDir folder;
    write(folder.filePath(u"a.json"_s), "not json");
    write(folder.filePath(u"b.json"_s), file());
    write(
        folder.filePath(u"c.json"_s),
        file(R"({"id": "cc", "token_kinds": [{"id": "key", "name": "K", "pattern": "["}], "requests": []})"));
    write(folder.filePath(u"notes.txt"_s), "not read");
    ProviderCatalog catalog;
    catalog.loadFolder(folder.path());
    QCOMPARE(ids(catalog), QStringList{u"acme"_s});
    QCOMPARE(catalog.problems().size(), 2);
    QCOMPARE(catalog.problems()[0].file, folder.filePath(u"a.json"_s));
    QVERIFY(catalog.problems()[1].message.startsWith(u"token_kinds[0].pattern: "_s));
}

void TestProviders::twoFilesWithOneIdAreReported()
{
    QTemporaryDir folder;
    write(folder.filePath(u"a.json"_s), file());
    write(folder.filePath(u"b.json"_s), file());
    ProviderCatalog catalog;
    catalog.loadFolder(folder.path());
    QCOMPARE(catalog.all().size(), 1);
    QCOMPARE(catalog.problems().size(), 1);
    QVERIFY(catalog.problems()[0].message.startsWith(u"id: "_s));
}

void TestProviders::aFolderThatIsNotThereIsNoProblem()
{
    ProviderCatalog catalog;
    catalog.loadFolder(u"/nowhere/at/all"_s);
    QVERIFY(catalog.all().isEmpty());
    QVERIFY(catalog.problems().isEmpty());
}

void TestProviders::codeKnowsNoProvider()
{
    QDirIterator files(QStringLiteral(KEYDESK_SOURCE_DIR) + u"/app"_s, {u"*.cpp"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (path.contains(u"/app/sandbox/"_s)) // it plays them
            continue;
        QFile source(path);
        QVERIFY(source.open(QIODevice::ReadOnly));
        for (const QByteArray &line : source.readAll().toLower().split('\n')) {
            const bool comment = line.trimmed().startsWith("//");
            QVERIFY2(comment || !(line.contains("talkover") || line.contains("talkturo") ||
                                  line.contains("aisoule")),
                     qPrintable(path + u": "_s + QString::fromUtf8(line)));
        }
    }
}

QTEST_GUILESS_MAIN(TestProviders)
#include "test_providers.moc"
