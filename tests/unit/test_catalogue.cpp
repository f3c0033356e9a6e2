#include "app/catalogue/CatalogueFile.h"
#include "app/catalogue/CatalogueStore.h"
#include "app/http/PathParts.h"
#include "app/http/RequestCheck.h"
#include "app/models/RequestsModel.h"
#include "app/providers/ProviderCatalog.h"
#include "tests/support/Files.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

struct DocumentedCall
{
    QString provider;
    QString method; // empty with `path`: announced without one
    QString path;
    QString name;
};

QList<DocumentedCall> documentedCalls()
{
    QFile file(QStringLiteral(KEYDESK_SOURCE_DIR "/tests/unit/documented_calls.txt"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QList<DocumentedCall> calls;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        const QStringList parts = QString::fromUtf8(line).split(u'\t');
        if (parts.size() != 4)
            return {};
        calls.append({parts.at(0), parts.at(1) == u"-"_s ? QString() : parts.at(1),
                      parts.at(2) == u"-"_s ? QString() : parts.at(2), parts.at(3)});
    }
    return calls;
}

ProviderCatalog builtIn()
{
    ProviderCatalog providers;
    providers.loadBuiltIn();
    return providers;
}

/// Every leaf below, with its provider.
struct Leaf
{
    QModelIndex index;
    QString provider;
};

QList<Leaf> leavesOf(const RequestsModel &model, const QModelIndex &parent = {})
{
    QList<Leaf> leaves;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        if (model.rowCount(index) > 0)
            leaves += leavesOf(model, index);
        else
            leaves.append({index, index.data(RequestsModel::ProviderIdRole).toString()});
    }
    return leaves;
}

} // namespace

class TestCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyDocumentedCallIsInTheTree_data();
    void everyDocumentedCallIsInTheTree();
    void theTreeHasNoCallTwice();
    void everyReadyRequestCanBeSent();
    void everyReadyRequestFitsItsDocumentation();
    void keyKindsAreTheProviders();
    void whatHasNoPathSaysWhy();
    void examplesHoldNoTokens();
    void sandboxesShareTheCatalogue();
    void aRequestFindsItsEndpoint();
    void filesAreReadBackAsTheyWere();
    void brokenFilesNameTheField_data();
    void brokenFilesNameTheField();
    void importedOnesAreKeptAndRemoved();
    void aBrokenImportedFileIsReported();

private:
    std::unique_ptr<CatalogueStore> loaded(const ProviderCatalog &providers, const QString &folder = {})
    {
        auto store = std::make_unique<CatalogueStore>(providers, folder.isEmpty() ? m_empty.path() : folder);
        QSignalSpy changed(store.get(), &CatalogueStore::changed);
        store->load();
        if (!changed.wait(10'000))
            qFatal("the catalogues were not read");
        return store;
    }

    QTemporaryDir m_empty;
};

void TestCatalogue::everyDocumentedCallIsInTheTree_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<int>("calls");
    QTest::newRow("Talkover") << u"talkover"_s << 60;
    QTest::newRow("Talkturo") << u"talkturo"_s << 17;
    QTest::newRow("Talkturo, second set") << u"talkturo-api"_s << 125;
    QTest::newRow("AISoule") << u"aisoule"_s << 8;
    QTest::newRow("AISoule, second set") << u"aisoule-help"_s << 12;
}

void TestCatalogue::everyDocumentedCallIsInTheTree()
{
    QFETCH(QString, provider);
    QFETCH(int, calls);
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    const RequestsModel model(providers, *store);
    QStringList inTree;
    for (const Leaf &leaf : leavesOf(model)) {
        if (leaf.provider != provider)
            continue;
        const auto request = model.request(leaf.index);
        inTree << (request ? u"%1 %2"_s.arg(request->method, request->url) : leaf.index.data().toString());
        if (request)
            inTree << u"%1 %2 %3"_s.arg(request->method, request->url, leaf.index.data().toString());
    }
    int found = 0;
    for (const DocumentedCall &call : documentedCalls()) {
        if (call.provider != provider)
            continue;
        ++found;
        const QString wanted = call.path.isEmpty()   ? call.name
                               : call.name.isEmpty() ? u"%1 %2"_s.arg(call.method, call.path)
                                                     : u"%1 %2 %3"_s.arg(call.method, call.path, call.name);
        QVERIFY2(inTree.contains(wanted), qPrintable(wanted));
    }
    QCOMPARE(found, calls);
}

void TestCatalogue::theTreeHasNoCallTwice()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    const RequestsModel model(providers, *store);
    QStringList seen;
    for (const Leaf &leaf : leavesOf(model)) {
        const QString id = model.requestId(leaf.index);
        QVERIFY2(!seen.contains(id), qPrintable(id));
        seen << id;
        if (leaf.provider == u"talkover"_s)
            QVERIFY2(leaf.index.data().toString() != u"Check the token"_s, "List agents is the same call");
    }
    // Nothing is lost: the check requests are the catalogue's calls, with other parameters.
    QCOMPARE(leavesOf(model).size(), 2 * (60 + 17 + 125 + 8) + 12 + 1);
}

void TestCatalogue::everyReadyRequestCanBeSent()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    const RequestsModel model(providers, *store);
    for (const Leaf &leaf : leavesOf(model)) {
        auto request = model.request(leaf.index);
        if (!request)
            continue;
        if (request->body.kind == RequestBody::Kind::Multipart) {
            QCOMPARE(request->body.parts.constFirst().name, u"file"_s); // which one is the user's to say
            request->body = {};
        }
        const auto prepared = prepareRequest(*request, QUrl(u"https://api.example.com/base"_s), {}, {});
        const QString where = model.requestId(leaf.index);
        QVERIFY2(prepared, qPrintable(where + u": "_s + (prepared ? QString() : prepared.error().message)));
        QVERIFY2(!prepared->url.toEncoded().contains("%7B"), qPrintable(where));
        QVERIFY2(checkRequest(*request, QUrl(u"https://api.example.com/base"_s), {}).isEmpty(),
                 qPrintable(where));
    }
}

void TestCatalogue::everyReadyRequestFitsItsDocumentation()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    for (const CataloguePtr &catalogue : store->all()) {
        for (const Endpoint &endpoint : catalogue->endpoints) {
            QVERIFY2(!endpoint.source.isEmpty(), qPrintable(endpoint.name));
            QVERIFY2(endpoint.source.startsWith(u"https://"_s), qPrintable(endpoint.name));
            if (!endpoint.canBeCalled())
                continue;
            QStringList parts;
            for (const DocumentedField &part : endpoint.parts) {
                QCOMPARE(part.need, DocumentedField::Need::Required);
                parts << part.name;
            }
            QCOMPARE(parts, pathPartNames(endpoint.path));
            const RequestSpec ready = readyRequest(endpoint);
            for (const NameValue &part : ready.pathParts)
                QVERIFY2(!part.value.isEmpty(), qPrintable(endpoint.path));
            for (qsizetype i = 0; i < endpoint.query.size(); ++i) {
                if (endpoint.query.at(i).need == DocumentedField::Need::Required)
                    QVERIFY2(ready.params.at(i).enabled, qPrintable(endpoint.path));
            }
        }
    }
    const CataloguePtr talkover = store->find(u"talkover"_s);
    const Endpoint &create = talkover->endpoints.at(2);
    QCOMPARE(create.name, u"Create agent"_s);
    QVERIFY(create.bodyText.contains(u"\"SupportBot\""_s));
    const auto language = std::ranges::find(create.body, u"/language"_s, &DocumentedField::name);
    QVERIFY(language != create.body.cend() && language->values.contains(u"pt-BR"_s));
    const auto label = std::ranges::find(create.body, u"/label"_s, &DocumentedField::name);
    QCOMPARE(label->maxLength, 255);
    const RequestSpec list = readyRequest(talkover->endpoints.constFirst());
    QVERIFY(list.params.contains(NameValue{u"per_page"_s, u"20"_s, true}));
    QVERIFY(list.params.contains(NameValue{u"status"_s, u"draft"_s, false}));
}

void TestCatalogue::keyKindsAreTheProviders()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    int without = 0;
    for (const Provider &provider : providers.all()) {
        const CataloguePtr catalogue = store->of(provider.id);
        if (!catalogue)
            continue;
        for (const Endpoint &endpoint : catalogue->endpoints) {
            if (!endpoint.takesKey) {
                QVERIFY2(!endpoint.auth.isEmpty(), qPrintable(endpoint.name));
                ++without;
            } else {
                QVERIFY2(provider.kind(endpoint.kindId), qPrintable(provider.id + endpoint.name));
            }
        }
    }
    QVERIFY(without > 0);
    RequestSpec tokens;
    tokens.method = u"POST"_s;
    tokens.url = u"/api/v1/user/api-tokens"_s;
    const Endpoint *create = store->of(u"talkover"_s)->find(tokens);
    QVERIFY(create);
    QCOMPARE(readyRequest(*create).key.kindId, u"session"_s);
    tokens.method = u"GET"_s;
    tokens.url = u"/crm/contacts"_s;
    const Endpoint *contacts = store->of(u"talkturo-api"_s)->find(tokens);
    QVERIFY(contacts);
    QCOMPARE(readyRequest(*contacts).key.mode, KeyChoice::Mode::None);
}

void TestCatalogue::whatHasNoPathSaysWhy()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    const RequestsModel model(providers, *store);
    int announced = 0;
    for (const Leaf &leaf : leavesOf(model)) {
        if (leaf.index.data(RequestsModel::CanBeCalledRole).toBool())
            continue;
        ++announced;
        QVERIFY(!model.request(leaf.index));
        QVERIFY(!leaf.index.data(RequestsModel::NoteRole).toString().isEmpty());
        QVERIFY(leaf.index.data(Qt::AccessibleTextRole).toString().contains(u"cannot be called"_s));
        QVERIFY(leaf.index.data(Qt::ToolTipRole).toString().startsWith(u"It cannot be called"_s));
    }
    QCOMPARE(announced, 2 * 6);
}

void TestCatalogue::examplesHoldNoTokens()
{
    const ProviderCatalog providers = builtIn();
    const QDir folder(u":/providers/catalogues"_s);
    QVERIFY(!folder.entryList().isEmpty());
    for (const QString &name : folder.entryList()) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        static const QRegularExpression token(
            u"(talq_|tk_live_|tk_test_|ak_live_)[A-Za-z0-9]{16,}|eyJ[A-Za-z0-9_-]{20,}"_s);
        const auto found = token.match(QString::fromUtf8(file.readAll()));
        QVERIFY2(!found.hasMatch(), qPrintable(name + u": "_s + found.captured()));
    }
}

void TestCatalogue::sandboxesShareTheCatalogue()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    QVERIFY(store->of(u"talkover"_s));
    QCOMPARE(store->of(u"sandbox-talkover"_s), store->of(u"talkover"_s));
    QCOMPARE(store->of(u"sandbox-aisoule"_s), store->of(u"aisoule"_s));
    QCOMPARE(store->of(u"custom"_s), nullptr);
    QCOMPARE(store->of(u"nobody"_s), nullptr);
}

void TestCatalogue::aRequestFindsItsEndpoint()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    CataloguePtr keep;
    RequestSpec request;
    request.method = u"post"_s;
    request.url = u"/api/v1/agents/{agent_id}/call?x=1"_s;
    const Endpoint *endpoint = store->endpointOf(request, u"talkover"_s, keep);
    QVERIFY(endpoint);
    QCOMPARE(endpoint->name, u"Make a call"_s);
    QVERIFY(!store->endpointOf(request, u"aisoule"_s, keep));
    QCOMPARE(keep, nullptr);
    // Four bodies share one path.
    request.url = u"/messages"_s;
    request.name = u"Send media message"_s;
    QCOMPARE(store->endpointOf(request, u"aisoule"_s, keep)->name, request.name);
    request.name = u"Mine"_s;
    QCOMPARE(store->endpointOf(request, u"aisoule"_s, keep)->name, u"Send text message"_s);
    QVERIFY(covers(*endpoint, u"POST"_s, u"/api/v1/agents/agent_1/call"_s));
    QVERIFY(!covers(*endpoint, u"POST"_s, u"/api/v1/agents/agent_1"_s));
    QVERIFY(!covers(*endpoint, u"GET"_s, u"/api/v1/agents/agent_1/call"_s));
}

void TestCatalogue::filesAreReadBackAsTheyWere()
{
    const ProviderCatalog providers = builtIn();
    const auto store = loaded(providers);
    QCOMPARE(store->all().size(), 5);
    QVERIFY(store->problems().isEmpty());
    for (const CataloguePtr &catalogue : store->all()) {
        const Result<Catalogue> again = readCatalogue(writeCatalogue(*catalogue));
        QVERIFY2(again, again ? "" : qPrintable(again.error().message));
        QCOMPARE(again->name, catalogue->name);
        QCOMPARE(again->endpoints.size(), catalogue->endpoints.size());
        for (qsizetype i = 0; i < again->endpoints.size(); ++i)
            QVERIFY2(again->endpoints.at(i) == catalogue->endpoints.at(i),
                     qPrintable(catalogue->endpoints.at(i).name));
    }
}

void TestCatalogue::brokenFilesNameTheField_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("message");
    const QByteArray head = R"({"id":"a","name":"A","groups":[{"name":"G","endpoints":[)";
    QTest::newRow("not JSON") << QByteArray("{\n  \"id\": }") << u"line 2, column 10"_s;
    QTest::newRow("no object") << QByteArray("[]") << u"one JSON object"_s;
    QTest::newRow("no name") << QByteArray(R"({"id":"a"})") << u"name: is missing"_s;
    QTest::newRow("unknown member") << QByteArray(R"({"id":"a","name":"A","colour":1})") << u"colour: "_s;
    QTest::newRow("no path, no reason")
        << head + R"({"name":"E"}]}]})" << u"groups[0].endpoints[0].path: is missing"_s;
    QTest::newRow("type") << head + R"({"name":"E","path":"/","query":[{"name":"q","type":"text"}]}]}]})"
                          << u"groups[0].endpoints[0].query[0].type: "_s;
    QTest::newRow("body") << head + R"({"name":"E","path":"/","body":{"kind":"soup"}}]}]})"
                          << u"body.kind: "_s;
    QTest::newRow("limit") << head + R"({"name":"E","path":"/","query":[{"name":"q","minimum":"1"}]}]}]})"
                           << u"minimum: "_s;
}

void TestCatalogue::brokenFilesNameTheField()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, message);
    const Result<Catalogue> read = readCatalogue(json);
    QVERIFY(!read);
    QVERIFY2(read.error().message.contains(message), qPrintable(read.error().message));
}

void TestCatalogue::importedOnesAreKeptAndRemoved()
{
    const ProviderCatalog providers = builtIn();
    QTemporaryDir home;
    const QString folder = home.filePath(u"catalogues"_s);
    const auto store = loaded(providers, folder);
    RequestsModel model(providers, *store);
    const int before = model.rowCount();

    Catalogue catalogue;
    catalogue.id = store->freeId(u"Pet Store!"_s);
    QCOMPARE(catalogue.id, u"pet-store"_s);
    QCOMPARE(store->freeId(u"Talkover"_s), u"talkover-2"_s);
    QCOMPARE(store->freeId(u"日本"_s), u"api"_s);
    catalogue.name = u"Pet Store"_s;
    catalogue.baseUrl = u"https://pets.example/v1"_s;
    Endpoint endpoint;
    endpoint.group = u"Pets"_s;
    endpoint.name = u"List pets"_s;
    endpoint.method = u"GET"_s;
    endpoint.path = u"/pets/{id}"_s;
    endpoint.kindId = u"api-key"_s;
    DocumentedField id;
    id.name = u"id"_s;
    id.example = u"7"_s;
    endpoint.parts = {id};
    catalogue.endpoints = {endpoint};
    bool added = false;
    store->add(catalogue, this, [&added](const Result<void> &result) { added = result.has_value(); });
    QTRY_VERIFY(added);
    QCOMPARE(model.rowCount(), before + 1);
    const QString path = folder + u"/pet-store.json"_s;
    QCOMPARE(QFile::permissions(path) &
                 (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
    QCOMPARE(QFile::permissions(folder) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QCOMPARE(store->freeId(u"Pet Store"_s), u"pet-store-2"_s);

    // No environment is its own: it names its host, and takes no key there.
    const Leaf leaf = leavesOf(model).constLast();
    const auto request = model.request(leaf.index);
    QVERIFY(request);
    QCOMPARE(request->url, u"https://pets.example/v1/pets/{id}"_s);
    QCOMPARE(request->key.mode, KeyChoice::Mode::None);
    CataloguePtr keep;
    QVERIFY(store->endpointOf(*request, u"talkover"_s, keep));
    QCOMPARE(model.index(before, 0).data(RequestsModel::CatalogueIdRole).toString(), u"pet-store"_s);

    // It is there after a start, too.
    const auto next = loaded(providers, folder);
    QVERIFY(next->find(u"pet-store"_s));
    QVERIFY(next->find(u"pet-store"_s)->isImported);

    QVERIFY(!store->remove(u"talkover"_s));
    QVERIFY(store->remove(u"pet-store"_s));
    QVERIFY(!QFile::exists(path));
    QCOMPARE(model.rowCount(), before);
    QVERIFY(!store->remove(u"pet-store"_s));
}

void TestCatalogue::aBrokenImportedFileIsReported()
{
    const ProviderCatalog providers = builtIn();
    QTemporaryDir folder;
    QFile file(folder.filePath(u"odd.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"id":"other","name":"A"})");
    file.close();
    const auto store = loaded(providers, folder.path());
    QCOMPARE(store->problems().size(), 1);
    QCOMPARE(store->problems().constFirst().file, file.fileName());
    QVERIFY(!store->find(u"other"_s));
}

QTEST_GUILESS_MAIN(TestCatalogue)
#include "test_catalogue.moc"
