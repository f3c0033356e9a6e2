#include "app/models/HistoryModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/history/HistoryBars.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/TempHome.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

HistoryEntry entry(const QString &url, int status = 200)
{
    HistoryEntry made;
    made.row.at = QDateTime::currentDateTimeUtc();
    made.row.method = u"GET"_s;
    made.row.url = url;
    made.row.environmentName = u"Production"_s;
    made.row.keyName = u"Main"_s;
    made.row.status = status;
    return made;
}

} // namespace

class TestHistoryModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QLocale::setDefault(QLocale::c());
        m_home = std::make_unique<test::TempHome>();
        const QString path = m_home->path(u"keydesk.db"_s);
        auto database = Database::open(path);
        QVERIFY(database);
        m_database = std::move(*database);
        m_store = std::make_unique<HistoryStore>(path);
        m_store->keepIndexed();
        m_settings = std::make_unique<Settings>(m_home->path(u"settings.ini"_s));
        m_environments = std::make_unique<EnvironmentStore>(*m_database, *m_settings);
        QVERIFY(m_environments->load());
    }

    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_store.reset();
        m_environments.reset();
        m_settings.reset();
        m_database.reset();
        m_home.reset();
    }

    void showsTheNewestFirstAPageAtATime()
    {
        fill(450);
        // Without the tester, which fetches more by itself.
        m_model = std::make_unique<HistoryModel>(*m_store, *m_environments);
        QTRY_VERIFY(!m_model->isLoading());
        QCOMPARE(m_model->rowCount(), 200);
        QCOMPARE(url(0), u"u449"_s);
        QVERIFY(m_model->canFetchMore({}));
        m_model->fetchMore({});
        QVERIFY(!m_model->canFetchMore({}));
        m_model->fetchMore({});
        QTRY_COMPARE(m_model->rowCount(), 400);
        m_model->fetchMore({});
        QTRY_COMPARE(m_model->rowCount(), 450);
        QCOMPARE(url(449), u"u0"_s);
        QVERIFY(!m_model->canFetchMore({}));
    }

    void showsNoCallTwiceWhenAViewAsksForMoreAllTheTime()
    {
        fill(650);
        m_model = std::make_unique<HistoryModel>(*m_store, *m_environments);
        QTRY_VERIFY(!m_model->isLoading());
        const auto askForMore = [this] { m_model->fetchMore({}); };
        connect(m_model.get(), &HistoryModel::rowsAboutToBeInserted, this, askForMore);
        connect(m_model.get(), &HistoryModel::rowsInserted, this, askForMore);
        askForMore();
        QTRY_VERIFY(m_model->rowCount() >= 650 && !m_model->canFetchMore({}));
        QCOMPARE(m_model->rowCount(), 650);
        QCOMPARE(url(649), u"u0"_s);
    }

    void isCompleteWhenThereIsNothing()
    {
        start();
        QCOMPARE(m_model->rowCount(), 0);
        QVERIFY(!m_model->canFetchMore({}));
    }

    void putsANewCallOnTop()
    {
        fill(3);
        start();
        const QPersistentModelIndex old = m_model->index(0);
        m_store->add(entry(u"new"_s, 404));
        QTRY_COMPARE(m_model->rowCount(), 4);
        QCOMPARE(url(0), u"new"_s);
        QCOMPARE(m_model->index(0).data(HistoryModel::StatusRole).toInt(), 404);
        QCOMPARE(old.row(), 1);
    }

    void losesNoCallThatComesWhileTheFirstPageIsOnItsWay()
    {
        m_store->add(entry(u"before"_s));
        m_model = std::make_unique<HistoryModel>(*m_store, *m_environments);
        m_store->add(entry(u"after"_s));
        m_store->add(entry(u"last"_s));
        QTRY_COMPARE(m_model->rowCount(), 3);
        QCOMPARE(url(0) + url(1) + url(2), u"lastafterbefore"_s);
    }

    void searches()
    {
        fill(10);
        m_store->add(entry(u"needle"_s));
        start();
        QCOMPARE(m_model->rowCount(), 11);
        search(u"needle"_s);
        QCOMPARE(m_model->rowCount(), 1);
        QCOMPARE(m_model->query().text, u"needle"_s);
        m_store->add(entry(u"hay"_s));
        m_store->add(entry(u"needle two"_s));
        QTRY_COMPARE(m_model->rowCount(), 2);
        QCOMPARE(url(0), u"needle two"_s);
        search(u"no such thing"_s);
        QCOMPARE(m_model->rowCount(), 0);
        search({});
        QCOMPARE(m_model->rowCount(), 13);
    }

    void answersOnlyTheLastOfManySearches()
    {
        fill(20);
        start();
        QSignalSpy loaded(m_model.get(), &HistoryModel::loaded);
        for (const QString &text : {u"u"_s, u"u1"_s, u"u17"_s})
            m_model->setQuery({.text = text});
        QVERIFY(m_model->isLoading());
        QCOMPARE(m_model->rowCount(), 20);
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(m_model->rowCount(), 1);
        QCOMPARE(url(0), u"u17"_s);
        QVERIFY(!m_model->isLoading());
    }

    void dropsAnOldPageWhenTheSearchChanges()
    {
        fill(450);
        start();
        m_model->fetchMore({});
        search(u"u44"_s);
        QCOMPARE(m_model->rowCount(), 11); // u44 and u440 to u449
    }

    void showsWhatIsPinned()
    {
        fill(3);
        start();
        const QList<qint64> ids = m_model->ids({m_model->index(1)});
        QCOMPARE(ids.size(), 1);
        m_store->setPinned(ids, true, this, {});
        QTRY_VERIFY(m_model->index(1).data(HistoryModel::PinnedRole).toBool());
        QVERIFY(m_model->index(1).data(Qt::AccessibleTextRole).toString().endsWith(u", pinned"_s));
        m_model->setQuery({.pinned = true});
        QTRY_COMPARE(m_model->rowCount(), 1);
        m_store->setPinned(ids, false, this, {});
        QTRY_COMPARE(m_model->rowCount(), 0);
    }

    void takesANewCallThatTheSearchFindsByItsBody()
    {
        fill(3);
        start();
        search(u"rhabarber"_s);
        QCOMPARE(m_model->rowCount(), 0);
        m_store->add(entry(u"another"_s));
        HistoryEntry made = entry(u"found"_s);
        made.responseBody = "{\"pie\": \"rhabarber\"}";
        m_store->add(made);
        QTRY_COMPARE(m_model->rowCount(), 1);
        QCOMPARE(url(0), u"found"_s);
    }

    void showsWhatOtherProcessesStoreOnceItIsSeen()
    {
        fill(3);
        start();
        HistoryStore other(m_home->path(u"keydesk.db"_s));
        const auto store = [&](const QString &url) {
            QSignalSpy stored(&other, &HistoryStore::added);
            other.add(entry(url));
            QTRY_COMPARE(stored.size(), 1);
            m_store->lookForMore(); // as it is told of commits
            QTRY_COMPARE(m_store->progress().newest, stored.first().first().value<HistoryRow>().id);
        };
        store(u"unseen"_s);
        QCOMPARE(m_model->rowCount(), 3);
        m_model->setSeen(true);
        QTRY_COMPARE(m_model->rowCount(), 4);
        QCOMPARE(url(0), u"unseen"_s);
        store(u"seen"_s);
        QTRY_COMPARE(m_model->rowCount(), 5);
        QCOMPARE(url(0), u"seen"_s);
        search(u"needle"_s);
        store(u"hay"_s);
        store(u"needle"_s);
        QTRY_COMPARE(m_model->rowCount(), 1);
        QCOMPARE(url(0), u"needle"_s);
        // More than a page at once.
        search({});
        QCOMPARE(m_model->rowCount(), 7);
        m_model->setSeen(false);
        QSignalSpy stored(&other, &HistoryStore::added);
        for (int i = 0; i < 250; ++i)
            other.add(entry(u"many%1"_s.arg(i)));
        QTRY_COMPARE(stored.size(), 250);
        m_store->lookForMore();
        QTRY_COMPARE(m_store->progress().newest, stored.last().first().value<HistoryRow>().id);
        m_model->setSeen(true);
        QTRY_COMPARE(url(0), u"many249"_s);
        QTRY_VERIFY(!m_model->isLoading());
        m_model->fetchMore({});
        QTRY_COMPARE(m_model->rowCount(), 257);
    }

    void showsTheFirstHitsWhileItSearchesOn()
    {
        QVERIFY(m_database->run(
            u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
            "INSERT INTO history SELECT i, i, 'GET', iif(i > 99997, 'a%', 'a'), '', '', '', 200, '', 1, 1, 0 "
            "FROM n"_s));
        QVERIFY(m_database->run(u"UPDATE history_indexed SET first_id = 1, last_id = 100000"_s));
        start();
        QSignalSpy loaded(m_model.get(), &HistoryModel::loaded);
        int atFirst = -1;
        connect(m_model.get(), &HistoryModel::modelReset, this, [&] {
            if (m_model->isLoading() && !m_model->canFetchMore({}))
                atFirst = m_model->rowCount();
        });
        m_model->setQuery({.text = u"%"_s});
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, 60'000);
        QCOMPARE(atFirst, 3);
        QCOMPARE(m_model->rowCount(), 3);
        QVERIFY(!m_model->canFetchMore({}));
    }

    void showsAgainWhatIsPutBack()
    {
        fill(3);
        start();
        QList<HistoryEntry> gone;
        m_store->remove(
            m_model->ids({m_model->index(1)}), this,
            [&gone](const Result<QList<HistoryEntry>> &entries) { gone = entries.value_or(gone); });
        QTRY_COMPARE(gone.size(), 1);
        QCOMPARE(m_model->rowCount(), 2);
        m_store->putBack(gone, this, {});
        QTRY_COMPARE(m_model->rowCount(), 3);
        QCOMPARE(url(0) + url(1) + url(2), u"u2u1u0"_s);
    }

    void followsTheStore()
    {
        fill(3);
        start();
        m_store->remove(m_model->ids({m_model->index(1)}), this, {});
        QTRY_COMPARE(m_model->rowCount(), 2);
        m_store->purge({}, QDateTime::currentDateTimeUtc().addDays(31));
        QTRY_COMPARE(m_model->rowCount(), 0);
        fill(2);
        QTRY_COMPARE(m_model->rowCount(), 2);
        m_store->clear(this, [](const auto &) {});
        QTRY_COMPARE(m_model->rowCount(), 0);
        m_store->add(entry(u"again"_s));
        QTRY_COMPARE(m_model->rowCount(), 1);
    }

    void putsHoursTogether_data()
    {
        QTest::addColumn<int>("daysBefore");
        QTest::addColumn<int>("bars");
        QTest::addColumn<QString>("last");
        QTest::newRow("hours") << 1 << 25 << u"27 March, 14:00:00: 3 calls, 1 failed"_s;
        QTest::newRow("days") << 30 << 31 << u"27 March: 3 calls, 1 failed"_s;
        QTest::newRow("weeks") << 200 << 29 << u"Week of 23 March 2026: 3 calls, 1 failed"_s;
        QTest::newRow("months") << 1000 << 33 << u"March 2026: 3 calls, 1 failed"_s;
    }

    void putsHoursTogether()
    {
        QFETCH(int, daysBefore);
        QFETCH(int, bars);
        QFETCH(QString, last);
        const QDateTime now({2026, 3, 27}, {14, 30});
        const QDateTime hour({2026, 3, 27}, {14, 0});
        const QDateTime first = hour.addDays(-daysBefore);
        const QList<HistoryBar> made =
            historyBars({{first, first.addSecs(3600), 5, 0}, {hour, hour.addSecs(3600), 3, 1}}, {}, {}, now);
        QCOMPARE(made.size(), bars);
        QCOMPARE(made.first().calls, 5);
        QCOMPARE(barSentence(made.last()), last);
        for (qsizetype i = 1; i < made.size(); ++i)
            QCOMPARE(made.at(i).from, made.at(i - 1).until);
        QVERIFY(historyBars({}, {}, {}, now).isEmpty());
    }

    void saysWhenItCannotRead()
    {
        QVERIFY(m_database->run(u"ALTER TABLE history RENAME TO elsewhere"_s));
        m_model = std::make_unique<HistoryModel>(*m_store, *m_environments);
        QSignalSpy failed(m_model.get(), &HistoryModel::failed);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!m_model->canFetchMore({}));
        QVERIFY(!m_model->isLoading());
    }

    void describesARow()
    {
        HistoryEntry refused = entry(u"https://a.test/%1%2"_s, 0);
        refused.row.errorText = u"Nobody answers"_s;
        m_store->add(refused);
        start();
        const QModelIndex index = m_model->index(0);
        QVERIFY(index.data(HistoryModel::IdRole).toLongLong() > 0);
        QCOMPARE(index.data().toString(), u"GET https://a.test/%1%2"_s);
        QCOMPARE(index.data(HistoryModel::MethodRole).toString(), u"GET"_s);
        QCOMPARE(index.data(HistoryModel::UrlRole).toString(), refused.row.url);
        QCOMPARE(index.data(HistoryModel::StatusRole).toInt(), 0);
        QCOMPARE(index.data(HistoryModel::EnvironmentRole).toString(), u"Production"_s);
        QCOMPARE(index.data(HistoryModel::TimeRole).toString(), u"just now"_s);
        QCOMPARE(index.data(Qt::AccessibleTextRole).toString(),
                 u"GET https://a.test/%1%2, no answer, Production, just now"_s);
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains(u"Nobody answers"_s));
    }

    void namesTheHostThatIsNotTheEnvironmentsOwn()
    {
        Environment environment;
        environment.name = u"Production"_s;
        environment.providerId = u"talkover"_s;
        environment.baseUrl = u"https://app.talkover.ai/api"_s;
        const auto added = m_environments->add(environment);
        QVERIFY(added);
        for (const QString &where :
             {u"https://APP.talkover.ai:443/api/x"_s, u"https://app.talkover.ai.evil.test:8443/x"_s,
              u"http://app.talkover.ai/x"_s}) {
            HistoryEntry made = entry(where);
            made.row.environmentId = added->id;
            m_store->add(made);
        }
        HistoryEntry nowhere = entry(u"https://app.talkover.ai/x"_s);
        m_store->add(nowhere); // its environment is gone
        start();
        QTRY_COMPARE(m_model->rowCount(), 4);
        const auto host = [this](int row) {
            return m_model->index(row).data(HistoryModel::HostRole).toString();
        };
        QCOMPARE(host(3), QString());
        QCOMPARE(host(2), u"app.talkover.ai.evil.test:8443"_s);
        QCOMPARE(host(1), u"http://app.talkover.ai"_s);
        QCOMPARE(host(0), u"app.talkover.ai"_s);
        // The environment moves: what was called before was not where it is now.
        QSignalSpy changed(m_model.get(), &HistoryModel::dataChanged);
        Environment moved = *added;
        moved.baseUrl = u"https://eu.talkover.ai"_s;
        QVERIFY(m_environments->update(moved));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(host(3), u"app.talkover.ai"_s);
    }

    void namesTimes_data()
    {
        QTest::addColumn<QDateTime>("at");
        QTest::addColumn<QString>("text");
        const QDate day(2026, 7, 15);
        QTest::newRow("now") << QDateTime(day, QTime(14, 0, 0)) << u"just now"_s;
        QTest::newRow("clock set back") << QDateTime(day, QTime(14, 0, 30)) << u"just now"_s;
        QTest::newRow("minute") << QDateTime(day, QTime(13, 59, 0)) << u"1 min ago"_s;
        QTest::newRow("59 minutes") << QDateTime(day, QTime(13, 0, 1)) << u"59 min ago"_s;
        QTest::newRow("today") << QDateTime(day, QTime(9, 5)) << u"09:05:00"_s;
        QTest::newRow("yesterday") << QDateTime(day.addDays(-1), QTime(23, 59)) << u"Yesterday, 23:59:00"_s;
        QTest::newRow("before") << QDateTime(day.addDays(-2), QTime(1, 1)) << u"13 Jul 2026"_s;
        QTest::newRow("tomorrow") << QDateTime(day.addDays(1), QTime(1, 1)) << u"16 Jul 2026"_s;
    }

    void namesTimes()
    {
        QFETCH(QDateTime, at);
        QFETCH(QString, text);
        const QDateTime now(QDate(2026, 7, 15), QTime(14, 0, 0));
        QCOMPARE(historyTime(at.toUTC(), now.toUTC()), text);
    }

private:
    void fill(int count)
    {
        for (int i = 0; i < count; ++i)
            m_store->add(entry(u"u%1"_s.arg(i)));
    }

    void start()
    {
        m_model = std::make_unique<HistoryModel>(*m_store, *m_environments);
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_VERIFY(!m_model->isLoading());
    }

    void search(const QString &text)
    {
        QTRY_VERIFY(m_store->progress().searchable >= count());
        m_model->setQuery({.text = text});
        QTRY_VERIFY(!m_model->isLoading());
    }

    QString url(int row) const { return m_model->index(row).data(HistoryModel::UrlRole).toString(); }

    int count()
    {
        auto query = m_database->run(u"SELECT count(*) FROM history"_s);
        return query && query->next() ? query->value(0).toInt() : -1;
    }

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<HistoryStore> m_store;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<EnvironmentStore> m_environments;
    std::unique_ptr<HistoryModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

QTEST_GUILESS_MAIN(TestHistoryModel)
#include "test_history_model.moc"
