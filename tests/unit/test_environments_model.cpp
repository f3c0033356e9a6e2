#include "app/environments/EnvironmentStore.h"
#include "app/models/EnvironmentsModel.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestEnvironmentsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        auto database = Database::open(m_home->path(u"keydesk.db"_s));
        QVERIFY(database);
        m_database = std::move(*database);
        m_settings = std::make_unique<Settings>(m_home->path(u"settings.ini"_s));
        m_store = std::make_unique<EnvironmentStore>(*m_database, *m_settings);
        QVERIFY(m_store->load());
        m_model = std::make_unique<EnvironmentsModel>(*m_store, m_providers);
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_store.reset();
        m_settings.reset();
        m_database.reset();
        m_home.reset();
    }

    void followsEveryEdit()
    {
        const Environment a = add(u"A"_s);
        const Environment b = add(u"B"_s);
        QCOMPARE(names(), u"AB"_s);
        const auto copy = m_store->duplicate(a.id);
        QVERIFY(copy);
        QCOMPARE(m_model->index(1).data().toString(), u"A copy"_s);
        QVERIFY(m_store->remove(copy->id));
        QCOMPARE(names(), u"AB"_s);
        Environment edited = b;
        edited.name = u"C"_s;
        QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
        QVERIFY(m_store->update(edited));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(names(), u"AC"_s);
        QVERIFY(m_store->remove(a.id));
        QVERIFY(m_store->restore(a, 0));
        QCOMPARE(names(), u"AC"_s);
        QVERIFY(m_store->load());
        QCOMPARE(names(), u"AC"_s);
    }

    void movesRowsAndKeepsPersistentIndexes()
    {
        for (const QString &name : {u"A"_s, u"B"_s, u"C"_s, u"D"_s})
            add(name);
        const QPersistentModelIndex a = m_model->index(0);
        QVERIFY(m_model->moveRow({}, 0, {}, 3));
        QCOMPARE(names(), u"BCAD"_s);
        QCOMPARE(a.row(), 2);
        QVERIFY(m_model->moveRow({}, 3, {}, 0));
        QCOMPARE(names(), u"DBCA"_s);
        QCOMPARE(a.row(), 3);
        QVERIFY(!m_model->moveRow({}, 1, {}, 1));
        QVERIFY(!m_model->moveRow({}, 1, {}, 2));
        QVERIFY(!m_model->moveRows({}, 0, 2, {}, 4));
        QVERIFY(m_model->flags(m_model->index(0)) & Qt::ItemIsDragEnabled);
        QVERIFY(!(m_model->flags(m_model->index(0)) & Qt::ItemIsDropEnabled));
        QVERIFY(m_model->flags({}) & Qt::ItemIsDropEnabled);
        QCOMPARE(m_model->supportedDropActions(), Qt::MoveAction);
    }

    void saysWhenANewOrderCannotBeStored()
    {
        add(u"A"_s);
        add(u"B"_s);
        auto other = Database::openConnection(m_database->path());
        QVERIFY(other && (*other)->run(u"BEGIN IMMEDIATE"_s));
        QSignalSpy failed(m_model.get(), &EnvironmentsModel::failed);
        QVERIFY(!m_model->moveRow({}, 0, {}, 2));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(names(), u"AB"_s);
    }

    void namesTheProvider()
    {
        const Environment a = add(u"A"_s);
        const QModelIndex index = m_model->index(0);
        QCOMPARE(index.data(EnvironmentsModel::IdRole).toUuid(), a.id);
        QCOMPARE(index.data(EnvironmentsModel::ProviderNameRole).toString(), u"nowhere"_s);
        QCOMPARE(index.data(EnvironmentsModel::BadgeRole).toString(), u"N"_s);
        QCOMPARE(index.data(EnvironmentsModel::FullNameRole).toString(), u"A · nowhere"_s);
        QCOMPARE(index.data(EnvironmentsModel::ColourRole).toString(), u"teal"_s);
        QCOMPARE(index.data(EnvironmentsModel::ProtectedRole).toBool(), true);
        QCOMPARE(index.data(Qt::AccessibleTextRole).toString(), u"A · nowhere, protected"_s);
    }

private:
    Environment add(const QString &name)
    {
        Environment environment;
        environment.name = name;
        environment.providerId = u"nowhere"_s;
        environment.baseUrl = u"https://a.test"_s;
        environment.colour = u"teal"_s;
        environment.isProtected = true;
        return m_store->add(environment).value_or(Environment());
    }

    QString names() const
    {
        QString all;
        for (int row = 0; row < m_model->rowCount(); ++row)
            all += m_model->index(row).data().toString();
        return all;
    }

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Settings> m_settings;
    ProviderCatalog m_providers;
    std::unique_ptr<EnvironmentStore> m_store;
    std::unique_ptr<EnvironmentsModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestEnvironmentsModel)
#include "test_environments_model.moc"
