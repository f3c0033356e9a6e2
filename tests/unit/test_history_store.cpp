#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"
#include "tests/support/TempHome.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

HistoryEntry entry(const QString &url, int status = 200)
{
    HistoryEntry made;
    made.row.at = QDateTime::fromMSecsSinceEpoch(1700000000123, Qt::UTC);
    made.row.method = u"GET"_s;
    made.row.url = url;
    made.row.environmentId = QUuid::createUuid();
    made.row.environmentName = u"Production"_s;
    made.row.keyName = u"Main key"_s;
    made.row.status = status;
    made.row.microseconds = 1234567;
    made.row.bytes = 42;
    made.row.echoedToken = true;
    made.request.method = u"GET"_s;
    made.request.url = u"{{baseUrl}}/x"_s;
    made.request.headers = {{u"Accept"_s, u"*/*"_s, false}};
    made.request.key.mode = KeyChoice::Mode::Chosen;
    made.request.key.keyId = QUuid::createUuid();
    made.sent = u"GET /x HTTP/1.1\nAuthorization: Bearer ••••"_s;
    made.responseHead = u"HTTP/1.1 200 OK"_s;
    made.responseBody = QByteArray("\0{}\xff", 4);
    return made;
}

} // namespace

class TestHistoryStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        m_path = m_home->path(u"keydesk.db"_s);
        auto database = Database::open(m_path);
        QVERIFY(database);
        m_database = std::move(*database);
        m_store = std::make_unique<HistoryStore>(m_path);
    }

    void cleanup()
    {
        m_store.reset();
        m_database.reset();
        m_home.reset();
    }

    void keepsACallWhole()
    {
        const HistoryEntry made = entry(u"https://a.test/x"_s);
        QSignalSpy added(m_store.get(), &HistoryStore::added);
        m_store->add(made);
        QCOMPARE(added.size(), 0);
        QTRY_COMPARE(added.size(), 1);
        const auto row = added.first().first().value<HistoryRow>();
        QVERIFY(row.id > 0);
        const Result<HistoryEntry> loaded = load(row.id);
        QVERIFY(loaded);
        for (const HistoryRow &each : {row, loaded->row, list().value_or(QList<HistoryRow>{{}}).first()}) {
            QCOMPARE(each.id, row.id);
            QCOMPARE(each.at, made.row.at);
            QCOMPARE(each.at.timeSpec(), Qt::UTC);
            QCOMPARE(each.method, made.row.method);
            QCOMPARE(each.url, made.row.url);
            QCOMPARE(each.environmentId, made.row.environmentId);
            QCOMPARE(each.environmentName, made.row.environmentName);
            QCOMPARE(each.keyName, made.row.keyName);
            QCOMPARE(each.status, made.row.status);
            QCOMPARE(each.errorText, QString());
            QCOMPARE(each.microseconds, made.row.microseconds);
            QCOMPARE(each.bytes, made.row.bytes);
            QVERIFY(each.echoedToken);
        }
        QVERIFY(loaded->request == made.request);
        QCOMPARE(loaded->sent, made.sent);
        QCOMPARE(loaded->responseHead, made.responseHead);
        QCOMPARE(loaded->responseBody, made.responseBody);
        QVERIFY(!loaded->bodyTruncated);
    }

    void cutsALongBodyAndSaysSo()
    {
        HistoryEntry exact = entry(u"https://a.test/exact"_s);
        exact.responseBody = QByteArray(HistoryStore::bodyLimit, 'b');
        HistoryEntry longer = entry(u"https://a.test/longer"_s);
        longer.responseBody = QByteArray(HistoryStore::bodyLimit + 1, 'b');
        const QList<qint64> ids = add({exact, longer});
        QCOMPARE(ids.size(), 2);
        QVERIFY(!load(ids.at(0))->bodyTruncated);
        QCOMPARE(load(ids.at(0))->responseBody.size(), HistoryStore::bodyLimit);
        QVERIFY(load(ids.at(1))->bodyTruncated);
        QCOMPARE(load(ids.at(1))->responseBody.size(), HistoryStore::bodyLimit);
    }

    void keepsNothingAsEmptyText()
    {
        const QList<qint64> ids = add({HistoryEntry()});
        QCOMPARE(ids.size(), 1);
        QVERIFY(load(ids.first()));
    }

    void listsNewestFirstInPages()
    {
        QList<HistoryEntry> entries;
        for (int i = 0; i < 25; ++i)
            entries.append(entry(u"https://a.test/%1"_s.arg(i)));
        const QList<qint64> ids = add(entries);
        QCOMPARE(ids.size(), 25);
        const auto first = list({}, 0, 10);
        QCOMPARE(first->size(), 10);
        QCOMPARE(first->first().id, ids.last());
        const auto second = list({}, first->last().id, 10);
        QCOMPARE(second->first().id, ids.at(14));
        const auto third = list({}, second->last().id, 10);
        QCOMPARE(third->size(), 5);
        QCOMPARE(third->last().id, ids.first());
        QVERIFY(list({}, ids.first(), 10)->isEmpty());
    }

    void searches_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QString>("urls");
        QTest::newRow("nothing") << QString() << u"cba"_s;
        QTest::newRow("spaces") << u"  "_s << u"cba"_s;
        QTest::newRow("URL") << u"100%"_s << u"a"_s;
        QTest::newRow("percent is no wildcard") << u"%"_s << u"a"_s;
        QTest::newRow("underscore is no wildcard") << u"_"_s << u"b"_s;
        QTest::newRow("backslash") << u"\\"_s << u"c"_s;
        QTest::newRow("quote") << u"'"_s << QString();
        QTest::newRow("status") << u"404"_s << u"b"_s;
        QTest::newRow("method, any case") << u"post"_s << u"c"_s;
        QTest::newRow("environment") << u"stag"_s << u"c"_s;
        QTest::newRow("key") << u"second"_s << u"b"_s;
        QTest::newRow("error") << u"refused"_s << u"c"_s;
        QTest::newRow("all words") << u"get main"_s << u"a"_s;
        QTest::newRow("one word missing") << u"get refused"_s << QString();
        QTest::newRow("1 MB") << QString(1024 * 1024, u'x') << QString();
        QTest::newRow("many words") << u"x "_s.repeated(5000) << QString();
        QTest::newRow("control") << u"a\u0000b\u0001"_s << QString();
    }

    void searches()
    {
        QFETCH(QString, search);
        QFETCH(QString, urls);
        HistoryEntry a = entry(u"https://h.test/100%"_s);
        HistoryEntry b = entry(u"https://h.test/b_b"_s, 404);
        b.row.keyName = u"Second"_s;
        HistoryEntry c = entry(u"https://h.test/\\"_s, 0);
        c.row.method = u"POST"_s;
        c.row.environmentName = u"Staging"_s;
        c.row.errorText = u"Connection refused"_s;
        QCOMPARE(add({a, b, c}).size(), 3);
        QString found;
        const auto rows = list(search);
        QVERIFY2(rows, qUtf8Printable(rows ? QString() : rows.error().detail));
        for (const HistoryRow &row : *rows)
            found += row.url == a.row.url ? u'a' : row.url == b.row.url ? u'b' : u'c';
        QCOMPARE(found, urls);
        // The same in memory.
        QString matched;
        for (const auto &[row, name] :
             {std::pair(c.row, u'c'), std::pair(b.row, u'b'), std::pair(a.row, u'a')})
            matched += matches(row, search) ? QString(QChar(name)) : QString();
        QCOMPARE(matched, urls);
    }

    void removesOneCallWithItsContents()
    {
        const QList<qint64> ids = add({entry(u"https://a.test/1"_s), entry(u"https://a.test/2"_s)});
        QSignalSpy removed(m_store.get(), &HistoryStore::removed);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->remove(ids.first(), this, done); }));
        QCOMPARE(removed.size(), 1);
        QCOMPARE(list()->size(), 1);
        const auto gone = load(ids.first());
        QVERIFY(!gone);
        QCOMPARE(gone.error().kind, Error::Kind::NotFound);
        auto contents = m_database->run(u"SELECT count(*) FROM history_contents"_s);
        QVERIFY(contents && contents->next());
        QCOMPARE(contents->value(0).toInt(), 1);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->remove(ids.first(), this, done); }));
    }

    void clearsAllAndGivesTheSpaceBack()
    {
        QList<HistoryEntry> entries(50, entry(u"https://a.test/"_s));
        for (HistoryEntry &each : entries)
            each.responseBody = QByteArray(200 * 1024, 'b');
        QCOMPARE(add(entries).size(), 50);
        QVERIFY(m_database->run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s));
        QVERIFY(QFileInfo(m_path).size() > 9 * 1024 * 1024);
        QSignalSpy cleared(m_store.get(), &HistoryStore::cleared);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->clear(this, done); }));
        QCOMPARE(cleared.size(), 1);
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 0);
        QTRY_VERIFY(QFileInfo(m_path).size() < 1024 * 1024);
        QCOMPARE(QFileInfo(m_path + u"-wal"_s).size(), 0);
    }

    void purgesWhatIsOlder()
    {
        HistoryEntry old = entry(u"https://a.test/old"_s);
        HistoryEntry recent = entry(u"https://a.test/new"_s);
        recent.row.at = old.row.at.addDays(10);
        QCOMPARE(add({old, recent, old}).size(), 3);
        QSignalSpy purged(m_store.get(), &HistoryStore::purged);
        m_store->purgeOlderThan(old.row.at.addDays(1));
        QTRY_COMPARE(purged.size(), 1);
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 1);
        QCOMPARE(list()->first().url, u"https://a.test/new"_s);
        m_store->purgeOlderThan(old.row.at.addDays(1));
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 1);
        QCOMPARE(purged.size(), 1);
    }

    void neverCallsBackInsideTheCallAndAlwaysHere()
    {
        bool returned = false;
        bool called = false;
        m_store->count(this, [&](qint64) {
            called = true;
            QVERIFY(returned);
            QCOMPARE(QThread::currentThread(), thread());
        });
        returned = true;
        QTRY_VERIFY(called);
    }

    void doesNotCallBackToTheDead()
    {
        bool called = false;
        {
            QObject guard;
            m_store->count(&guard, [&](qint64) { called = true; });
            m_store->list({}, 0, 10, &guard, [&](const auto &) { called = true; });
            m_store->clear(&guard, [&](const auto &) { called = true; });
        }
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 0);
        QVERIFY(!called);
    }

    void writesWhatIsQueuedBeforeItEnds()
    {
        bool called = false;
        for (int i = 0; i < 100; ++i)
            m_store->add(entry(u"https://a.test/%1"_s.arg(i)));
        m_store->count(this, [&](qint64) { called = true; });
        m_store.reset();
        m_store = std::make_unique<HistoryStore>(m_path);
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 100);
        QVERIFY(!called);
    }

    void saysOnceThatEntriesCannotBeWritten()
    {
        QVERIFY(m_database->run(u"DROP TABLE history_contents"_s));
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        QSignalSpy added(m_store.get(), &HistoryStore::added);
        for (int i = 0; i < 5; ++i)
            m_store->add(entry(u"https://a.test/"_s));
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 0);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(added.size(), 0);
        QVERIFY(
            failed.first().first().value<Error>().message.startsWith(u"The history could not be written."_s));
    }

    void saysThatItIsLockedAndGoesOnAfterwards()
    {
        QVERIFY(m_database->run(u"BEGIN IMMEDIATE"_s));
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        QSignalSpy added(m_store.get(), &HistoryStore::added);
        m_store->add(entry(u"https://a.test/lost"_s));
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 20000);
        QCOMPARE(failed.first().first().value<Error>().kind, Error::Kind::StorageLocked);
        QVERIFY(m_database->run(u"ROLLBACK"_s));
        m_store->add(entry(u"https://a.test/kept"_s));
        QTRY_COMPARE_WITH_TIMEOUT(added.size(), 1, 20000);
        QCOMPARE(list()->size(), 1);
    }

    void endsSoonAlthoughTheFileIsLocked()
    {
        QVERIFY(m_database->run(u"BEGIN IMMEDIATE"_s));
        for (int i = 0; i < 50; ++i)
            m_store->add(entry(u"https://a.test/"_s));
        QElapsedTimer timer;
        timer.start();
        m_store.reset();
        QVERIFY2(timer.elapsed() < 15000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(m_database->run(u"ROLLBACK"_s));
    }

    void saysWhenThereIsNoDatabase()
    {
        HistoryStore lost(m_home->path(u"absent/keydesk.db"_s));
        QSignalSpy failed(&lost, &HistoryStore::failed);
        lost.add(entry(u"https://a.test/"_s));
        QTRY_COMPARE(failed.size(), 1);
        const auto rows =
            wait<Result<QList<HistoryRow>>>([&](auto done) { lost.list({}, 0, 1, this, done); });
        QVERIFY(!rows);
    }

private:
    template <typename T>
    T wait(const std::function<void(std::function<void(T)>)> &ask)
    {
        std::optional<T> answer;
        ask([&answer](T given) { answer = std::move(given); });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 20000))
            qFatal("no answer");
        return std::move(*answer);
    }

    Result<QList<HistoryRow>> list(const QString &search = {}, qint64 beforeId = 0, int limit = 1000)
    {
        return wait<Result<QList<HistoryRow>>>(
            [&](auto done) { m_store->list(search, beforeId, limit, this, done); });
    }

    Result<HistoryEntry> load(qint64 id)
    {
        return wait<Result<HistoryEntry>>([&](auto done) { m_store->load(id, this, done); });
    }

    QList<qint64> add(const QList<HistoryEntry> &entries)
    {
        QSignalSpy added(m_store.get(), &HistoryStore::added);
        for (const HistoryEntry &each : entries)
            m_store->add(each);
        std::ignore = QTest::qWaitFor([&] { return added.size() == entries.size(); }, 20000);
        QList<qint64> ids;
        for (const auto &arguments : added)
            ids.append(arguments.first().value<HistoryRow>().id);
        return ids;
    }

    std::unique_ptr<test::TempHome> m_home;
    QString m_path;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<HistoryStore> m_store;
};

QTEST_GUILESS_MAIN(TestHistoryStore)
#include "test_history_store.moc"
