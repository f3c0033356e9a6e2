#include "app/interchange/openapi/OpenApiCollection.h"

#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const std::atomic_bool goOn = false;

Result<ImportedCollection> read(const QByteArray &yaml)
{
    return readOpenApiCollection(yaml, {u"shop.yaml"_s, goOn});
}

QByteArray withServers(const QByteArray &servers)
{
    return "openapi: 3.0.3\ninfo:\n  title: Shop\n  version: '1'\n" + servers +
           "paths:\n  /orders/{id}:\n    get:\n      tags: [Orders]\n      summary: One order\n      parameters:\n"
           "        - {name: id, in: path, required: true, schema: {type: string}, example: o7}\n"
           "        - {name: deep, in: query, schema: {type: boolean}}\n      responses: {}\n";
}

} // namespace

class TestOpenApiCollection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOperationIsARequestInTheFolderOfItsTag()
    {
        const auto made = read(withServers("servers:\n  - url: https://shop.test/v1\n"));
        QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
        QCOMPARE(made->format, u"OpenAPI 3.0.3"_s);
        QCOMPARE(made->collection.name, u"Shop"_s);
        QCOMPARE(made->collection.requests.size(), 1);
        const CollectionRequest &request = made->collection.requests.first();
        QCOMPARE(request.folder, QStringList{u"Orders"_s});
        QCOMPARE(request.spec.name, u"One order"_s);
        QCOMPARE(request.spec.method, u"GET"_s);
        QCOMPARE(request.spec.url, u"{{baseUrl}}/orders/{id}"_s);
        QCOMPARE(request.spec.pathParts.size(), 1);
        QCOMPARE(request.spec.pathParts.first().value, u"o7"_s);
        QCOMPARE(request.spec.params.size(), 1);
        QVERIFY(!request.spec.params.first().enabled);
        QCOMPARE(made->collection.variables, (QList<NameValue>{{u"baseUrl"_s, u"https://shop.test/v1"_s}}));
        QVERIFY(made->collection.environments.isEmpty());
    }

    void severalServersAreEnvironments()
    {
        const auto made = read(withServers("servers:\n  - url: https://shop.test\n  - url: https://staging.shop.test\n"));
        QVERIFY(made);
        QCOMPARE(made->collection.environments.size(), 2);
        QCOMPARE(made->collection.environments.at(1).variables.first().value, u"https://staging.shop.test"_s);
    }

    void aMissingServerIsSaid()
    {
        const auto made = read(withServers({}));
        QVERIFY(made);
        QCOMPARE(made->collection.variables.first().value, QString());
        QVERIFY(!made->notes.isEmpty());
        for (const ImportNote &note : made->notes)
            QVERIFY(!note.place.isEmpty() && !note.text.isEmpty());
    }

    void whatIsNoneIsRefused()
    {
        QVERIFY(!read("openapi: 9.0.0\npaths: {}\n"));
        QVERIFY(!read("{\"openapi\": \"3.0.0\","));
        QVERIFY(!read(QByteArray("openapi: '3.0.0'\ninfo: \xE9\n")));
    }
};

QTEST_GUILESS_MAIN(TestOpenApiCollection)
#include "test_openapi_collection.moc"
