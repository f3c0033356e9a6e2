#include "app/catalogue/CatalogueStore.h"
#include "app/models/RequestsModel.h"
#include "app/providers/ProviderCatalog.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestRequestsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isAWellBehavedModel();
    void showsProvidersGroupsAndRequests();
    void groupsCountTheirRequests();
    void onlyARequestIsARequest();
    void outlivesTheCatalogsNextLoad();
};

void TestRequestsModel::isAWellBehavedModel()
{
    ProviderCatalog catalog;
    {
        const CatalogueStore store(catalog, {});
        const RequestsModel empty(catalog, store);
        QCOMPARE(empty.rowCount(), 0);
    }
    catalog.loadBuiltIn();
    const CatalogueStore store(catalog, {});
    RequestsModel model(catalog, store);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), static_cast<int>(catalog.all().size()));
}

void TestRequestsModel::showsProvidersGroupsAndRequests()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    const CatalogueStore store(catalog, {});
    const RequestsModel model(catalog, store);
    const QModelIndex provider = model.index(1, 0);
    QCOMPARE(provider.data().toString(), u"Talkover"_s);
    QCOMPARE(provider.data(RequestsModel::BadgeRole).toString(), u"T"_s);
    QCOMPARE(provider.data(RequestsModel::ProviderIdRole).toString(), u"talkover"_s);
    QVERIFY(provider.data(RequestsModel::MethodRole).toString().isEmpty());

    const QModelIndex group = model.index(1, 0, provider);
    QCOMPARE(group.data().toString(), u"Agents"_s);
    QCOMPARE(group.parent(), provider);
    const QModelIndex request = model.index(0, 0, group);
    QCOMPARE(request.data().toString(), u"List agents"_s);
    QCOMPARE(request.data(RequestsModel::MethodRole).toString(), u"GET"_s);
    QCOMPARE(request.data(RequestsModel::ProviderIdRole).toString(), u"talkover"_s);
    QCOMPARE(request.data(Qt::AccessibleTextRole).toString(), u"GET List agents"_s);
    QCOMPARE(model.rowCount(request), 0);
    QVERIFY(!model.index(99, 0, group).isValid());
}

void TestRequestsModel::groupsCountTheirRequests()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    const CatalogueStore store(catalog, {});
    const RequestsModel model(catalog, store);
    const QModelIndex provider = model.index(1, 0);
    int sum = 0;
    for (int row = 0; row < model.rowCount(provider); ++row) {
        const QModelIndex group = model.index(row, 0, provider);
        QCOMPARE(group.data(RequestsModel::CountRole).toInt(), model.rowCount(group));
        sum += model.rowCount(group);
    }
    QCOMPARE(sum, static_cast<int>(catalog.find(u"talkover"_s)->requests.size()));
    QCOMPARE(provider.data(RequestsModel::CountRole).toInt(), sum);
}

void TestRequestsModel::onlyARequestIsARequest()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    const CatalogueStore store(catalog, {});
    const RequestsModel model(catalog, store);
    const QModelIndex provider = model.index(1, 0);
    const QModelIndex group = model.index(0, 0, provider);
    QVERIFY(!model.request({}));
    QVERIFY(!model.request(provider));
    QVERIFY(!model.request(group));
    const auto request = model.request(model.index(0, 0, group));
    QVERIFY(request);
    QCOMPARE(request->url, u"/api/v1/health"_s);
    QVERIFY(!model.index(0, 0, group).data(RequestsModel::NoteRole).toString().isEmpty());
    QVERIFY(model.requestId(group).isEmpty());
    QVERIFY(!model.requestId(model.index(0, 0, group)).isEmpty());
}

void TestRequestsModel::outlivesTheCatalogsNextLoad()
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    const CatalogueStore store(catalog, {});
    const RequestsModel model(catalog, store);
    catalog = {};
    const QModelIndex group = model.index(0, 0, model.index(0, 0));
    QVERIFY(!model.request(model.index(0, 0, group))->name.isEmpty());
}

QTEST_GUILESS_MAIN(TestRequestsModel)
#include "test_requests_model.moc"
