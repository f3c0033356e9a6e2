#include "app/history/HistoryIndex.h"
#include "app/history/HistoryPurge.h"
#include "app/history/HistoryTable.h"
#include "app/storage/Database.h"
#include "app/storage/Migrations.h"
#include "tests/support/TempHome.h"

#include <QFile>
#include <QTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr int calls = 3000;

qint64 number(Database &database, const QString &sql)
{
    auto query = database.run(sql);
    return query && query->next() ? query->value(0).toLongLong() : -1;
}

/// Runs `work` in a process of its own, which says each step by `said`, and kills it with SIGKILL once it has
/// said so many. True: it had come to its end before.
bool endsBeforeItIsKilled(int steps, const std::function<bool(const std::function<void()> &said)> &work)
{
    int ends[2];
    if (::pipe(ends) != 0)
        qFatal("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        const bool done = work([&ends] {
            const char step = '.';
            [[maybe_unused]] const auto written = ::write(ends[1], &step, 1);
        });
        ::_exit(done ? 0 : 1);
    }
    ::close(ends[1]);
    char step = 0;
    for (int heard = 0; heard < steps && ::read(ends[0], &step, 1) == 1;)
        ++heard;
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        qFatal("the work failed");
    return WIFEXITED(status);
}

} // namespace

/// A large history of an earlier version is taken in by a program that is killed again and again.
class TestHistoryKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesInAHistoryOfTheVersionBefore();
    void removesWhatIsTooOld();
    void keepsTheCallsOfALargeFileOutOfItsCopy();

private:
    /// Version 4, with calls of a minute each.
    void fill(const QString &path)
    {
        const auto made = Database::open(path, migrations().mid(0, 4));
        QVERIFY(made);
        QVERIFY((*made)->run(u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "
                             u"INSERT INTO history SELECT i, "
                             "1700000000000 + i * 60000, 'GET', 'https://h.test/number/' || i, '', "
                             "'Production', 'Key', 200 + (i % 5) * 60, '', "
                             "1, 1, 0 FROM n"_s.arg(calls)));
        QVERIFY((*made)->run(u"INSERT INTO history_contents SELECT id, '{}', 'GET /', 'HTTP/1.1 200 OK', "
                             u"'{\"common\": \"word' || id || '\"}', 0 "
                             "FROM history"_s));
    }

    void isWhole(Database &database, qint64 expected)
    {
        QVERIFY(database.checkWhole());
        QVERIFY(database.run(u"INSERT INTO history_search (history_search) VALUES ('integrity-check')"_s));
        QCOMPARE(number(database, u"SELECT count(*) FROM history"_s), expected);
        QCOMPARE(number(database, u"SELECT count(*) FROM history_contents"_s), expected);
        QCOMPARE(number(database,
                        u"SELECT count(*) FROM history_search WHERE history_search MATCH '\"common\"*'"_s),
                 expected);
        QCOMPARE(number(database, u"SELECT sum(calls) FROM history_hours"_s), expected);
        QCOMPARE(number(database, u"SELECT sum(failures) FROM history_hours"_s),
                 number(database, u"SELECT count(*) FROM history WHERE status >= 400"_s));
    }
};

void TestHistoryKill::takesInAHistoryOfTheVersionBefore()
{
    const test::TempHome home;
    const QString path = home.path(u"keydesk.db"_s);
    fill(path);
    const auto takeIn = [&path](const std::function<void()> &said) {
        said();
        const auto database = Database::open(path);
        if (!database)
            return false;
        said();
        for (HistoryIndex index(**database);;) {
            const Result<bool> more = index.grow(std::chrono::milliseconds(0));
            if (!more)
                return false;
            if (!*more)
                return true;
            said();
        }
    };
    int kills = 0;
    for (const int steps : {1, 1, 2, 3, 4, 5, 6}) // while it migrates, then ever later while it goes on
        kills += endsBeforeItIsKilled(steps, takeIn) ? 0 : 1;
    QVERIFY(kills > 4);
    {
        // What is in is the newest, without a gap.
        const auto database = Database::open(path);
        QVERIFY(database);
        HistoryIndex index(**database);
        const auto range = index.range();
        QVERIFY(range);
        QCOMPARE(range->last, calls);
        QVERIFY(range->first > 1 && range->first < calls);
        QCOMPARE(number(**database, u"SELECT sum(calls) FROM history_hours"_s), calls - range->first + 1);
        const auto found =
            HistoryTable(**database).list({.text = u"word"_s}, 0, calls, std::chrono::minutes(1));
        QVERIFY(found);
        QCOMPARE(found->rows.size(), calls - range->first + 1);
        QCOMPARE(found->rows.first().id, calls);
    }
    QVERIFY(endsBeforeItIsKilled(calls, takeIn));
    const auto database = Database::open(path);
    QVERIFY(database);
    isWhole(**database, calls);
    // An older program leaves it as it is.
    const auto older = Database::open(path, migrations().mid(0, 4));
    QVERIFY(!older);
    QCOMPARE(older.error().kind, Error::Kind::StorageNewer);
}

void TestHistoryKill::removesWhatIsTooOld()
{
    const test::TempHome home;
    const QString path = home.path(u"keydesk.db"_s);
    fill(path);
    {
        const auto database = Database::open(path);
        QVERIFY(database);
        while (HistoryIndex(**database).grow(std::chrono::seconds(1)).value_or(false)) {
        }
        isWhole(**database, calls);
    }
    // All but the newest thousand minutes.
    const QDateTime now =
        QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 + (calls - 999) * 60'000LL, Qt::UTC).addDays(30);
    const auto purge = [&](const std::function<void()> &said) {
        const auto database = Database::open(path);
        if (!database)
            return false;
        for (HistoryPurge work({}, now);;) {
            const Result<bool> more = work.step(**database);
            if (!more)
                return false;
            if (!*more)
                return true;
            said();
        }
    };
    int kills = 0;
    for (const int steps : {1, 2, 3, 5, 8})
        kills += endsBeforeItIsKilled(steps, purge) ? 0 : 1;
    QVERIFY(kills > 2);
    {
        const auto database = Database::open(path);
        QVERIFY(database);
        const qint64 left = number(**database, u"SELECT count(*) FROM history"_s);
        QVERIFY(left > 1000 && left < calls);
        isWhole(**database, left);
    }
    QVERIFY(endsBeforeItIsKilled(calls, purge));
    const auto database = Database::open(path);
    QVERIFY(database);
    isWhole(**database, 1000);
    QVERIFY(number(**database, u"PRAGMA freelist_count"_s) <= 1);
}

void TestHistoryKill::keepsTheCallsOfALargeFileOutOfItsCopy()
{
    const test::TempHome home;
    const QString path = home.path(u"keydesk.db"_s);
    fill(path);
    {
        const auto database = Database::open(path, migrations().mid(0, 4));
        QVERIFY(database);
        QVERIFY((*database)->run(u"INSERT INTO installation VALUES ('made-here', x'01')"_s));
        for (int i = 1; i <= 70; ++i)
            QVERIFY((*database)->run(
                u"UPDATE history_contents SET response_body = zeroblob(1048576) WHERE id = ?"_s, {i}));
    }
    QVERIFY(Database::open(path));
    const QString kept = path + u".before-v5"_s;
    QVERIFY(QFile::exists(kept));
    QVERIFY(QFile(kept).size() < 1024 * 1024);
    const auto copy = Database::open(kept, migrations().mid(0, 4));
    QVERIFY(copy);
    QCOMPARE(number(**copy, u"SELECT count(*) FROM installation WHERE name = 'made-here'"_s), 1);
    QCOMPARE(number(**copy, u"SELECT count(*) FROM history"_s), 0);
    // No id is given a second time.
    QVERIFY((*copy)->run(u"INSERT INTO history VALUES (NULL, 1, '', '', '', '', '', 200, '', 1, 1, 0)"_s));
    QCOMPARE(number(**copy, u"SELECT max(id) FROM history"_s), calls + 1);
}

QTEST_GUILESS_MAIN(TestHistoryKill)
#include "test_history_kill.moc"
