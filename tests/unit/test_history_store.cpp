#include "app/history/HistoryIndex.h"
#include "app/history/HistoryPurge.h"
#include "app/history/HistoryStore.h"
#include "app/history/HistoryTable.h"
#include "app/storage/Database.h"
#include "tests/support/TempHome.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <cerrno>

#include <grp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

std::atomic<bool> diskIsFull = false; // for this process's pwrite64()
std::atomic<int> refusedWrites = 0;

/// Runs `work` in a child without root's power over permission bits, and returns what it returned.
int asNobody(const std::function<int()> &work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setresgid(nobody, nobody, nobody) != 0 ||
                                 ::setresuid(nobody, nobody, nobody) != 0))
            ::_exit(99);
        ::_exit(work());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

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

// The system's own, unless the disk is "full": what SQLite writes goes through here.
extern "C" ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset)
{
    if (diskIsFull) {
        ++refusedWrites;
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}

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
        diskIsFull = false;
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
        const auto first = list(QString(), 0, 10);
        QCOMPARE(first->size(), 10);
        QCOMPARE(first->first().id, ids.last());
        const auto second = list(QString(), first->last().id, 10);
        QCOMPARE(second->first().id, ids.at(14));
        const auto third = list(QString(), second->last().id, 10);
        QCOMPARE(third->size(), 5);
        QCOMPARE(third->last().id, ids.first());
        QVERIFY(list(QString(), ids.first(), 10)->isEmpty());
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
        QTest::newRow("many words") << u"zz "_s.repeated(5000) << QString();
        QTest::newRow("control") << u"a\u0000b\u0001"_s << QString();
        QTest::newRow("a part of a word of the address") << u".tes"_s << u"cba"_s;
        QTest::newRow("a part across signs") << u"t/100"_s << u"a"_s;
        QTest::newRow("words that stand in another order") << u"100/t"_s << QString();
        QTest::newRow("one letter") << u"g"_s << u"cba"_s;
        QTest::newRow("the beginning of a word of the body") << u"körp"_s << u"c"_s;
        QTest::newRow("the same, in capitals") << u"KÖRPER"_s << u"c"_s;
        QTest::newRow("not the middle of a word of the body") << u"örper"_s << QString();
        QTest::newRow("a long word of the body") << u"donaudampfschifffahrt"_s << u"c"_s;
        QTest::newRow("a long word in other cases") << u"ÜBERWEISUNGEN"_s << u"c"_s;
        QTest::newRow("words that a sign joins, in other cases") << u"KÖRPER-X"_s << u"c"_s;
        QTest::newRow("another letter of these") << u"KERPER-X"_s << QString();
        QTest::newRow("another long word that begins like it") << u"donaudampfschiffbau"_s << QString();
        QTest::newRow("a header that was sent") << u"x-trace: abc"_s << u"b"_s;
        QTest::newRow("a header of the answer") << u"no-store"_s << u"a"_s;
        QTest::newRow("words of head and body") << u"post körper"_s << u"c"_s;
        QTest::newRow("asterisk") << u"*"_s << QString();
        QTest::newRow("asterisk at the end") << u"GET*"_s << QString();
        QTest::newRow("minus") << u"-main"_s << QString();
        QTest::newRow("NEAR") << u"NEAR(get main)"_s << QString();
        QTest::newRow("AND") << u"get AND main"_s << QString();
        QTest::newRow("a column") << u"words:get"_s << QString();
        QTest::newRow("an unclosed quote") << u"\"get"_s << QString();
        QTest::newRow("parentheses") << u"(get"_s << QString();
        QTest::newRow("emoji of the body alone") << u"😀"_s << QString();
        QTest::newRow("emoji beside a word of the body") << u"lacht😀"_s << u"c"_s;
        QTest::newRow("half a pair of surrogates") << QString(QChar(0xd83d)) << QString();
        QTest::newRow("a fact that nobody can type") << u"§s2"_s << QString();
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
        c.sent = u"POST /x HTTP/1.1"_s;
        c.row.environmentName = u"Staging"_s;
        c.row.errorText = u"Connection refused"_s;
        a.responseHead += u"\nCache-Control: no-store"_s;
        b.sent += u"\nX-Trace: abc"_s;
        c.responseBody = "{\"t\": \"Ein K\u00f6rper der Donaudampfschifffahrt lacht\U0001f600 K\u00f6rper-X "
                         "\u00fcberweisungen\"}";
        QCOMPARE(add({a, b, c}).size(), 3);
        QString found;
        const auto rows = list(search);
        QVERIFY2(rows, qUtf8Printable(rows ? QString() : rows.error().detail));
        for (const HistoryRow &row : *rows)
            found += row.url == a.row.url ? u'a' : row.url == b.row.url ? u'b' : u'c';
        QCOMPARE(found, urls);
    }

    void removesOneCallWithItsContents()
    {
        const QList<qint64> ids = add({entry(u"https://a.test/1"_s), entry(u"https://a.test/2"_s)});
        QSignalSpy removed(m_store.get(), &HistoryStore::removed);
        QVERIFY(wait<Result<QList<HistoryEntry>>>(
            [&](auto done) { m_store->remove({ids.first()}, this, done); }));
        QCOMPARE(removed.size(), 1);
        QCOMPARE(list()->size(), 1);
        const auto gone = load(ids.first());
        QVERIFY(!gone);
        QCOMPARE(gone.error().kind, Error::Kind::NotFound);
        auto contents = m_database->run(u"SELECT count(*) FROM history_contents"_s);
        QVERIFY(contents && contents->next());
        QCOMPARE(contents->value(0).toInt(), 1);
        QVERIFY(wait<Result<QList<HistoryEntry>>>(
            [&](auto done) { m_store->remove({ids.first()}, this, done); }));
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

    void goesOnWithAClearThatWasInterrupted()
    {
        fill(100'000);
        QSignalSpy ended(m_store.get(), &HistoryStore::purgeEnded);
        QSignalSpy purging(m_store.get(), &HistoryStore::purging);
        m_store->clear(this, {});
        QTRY_VERIFY(!purging.isEmpty() && purging.last().at(0).toLongLong() > 0);
        QCOMPARE(purging.last().at(1).toLongLong(), 100'000);
        QVERIFY(ended.isEmpty());
        m_store.reset();
        QVERIFY(number(u"SELECT count(*) FROM history"_s) > 0);

        m_store = std::make_unique<HistoryStore>(m_path);
        HistoryEntry made = entry(u"https://h.test/since"_s);
        made.row.at = QDateTime::currentDateTimeUtc();
        QCOMPARE(add({made}).size(), 1);
        QVERIFY(m_database->run(u"INSERT INTO history_pins VALUES (100000)"_s));
        const auto purge = [&] {
            return wait<Result<qint64>>(
                [&](auto done) { m_store->purge({}, QDateTime::currentDateTimeUtc(), this, done); });
        };
        m_store->keepIndexed(); // takes nothing in that is to go
        QVERIFY(purge().value_or(0) > 0);
        QCOMPARE(names({}), u"since"_s);
        QCOMPARE(names({.text = u"since"_s}), u"since"_s);
        QCOMPARE(purge().value_or(-1), 0);
        QVERIFY(m_database->run(u"INSERT INTO history_search (history_search) VALUES ('integrity-check')"_s));
        QCOMPARE(number(u"SELECT sum(calls) FROM history_hours"_s), 1);
    }

    void stopsDeletingWhenAskedTo_data()
    {
        QTest::addColumn<bool>("isAll");
        QTest::newRow("purge") << false;
        QTest::newRow("clear") << true;
    }

    void stopsDeletingWhenAskedTo()
    {
        QFETCH(bool, isAll);
        constexpr int calls = 40'000;
        fill(calls);
        m_store->keepIndexed();
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        QSignalSpy cleared(m_store.get(), &HistoryStore::cleared);
        QSignalSpy purged(m_store.get(), &HistoryStore::purged);
        connect(m_store.get(), &HistoryStore::purging, this, [this](qint64 removed) {
            if (removed > 0)
                m_store->stopPurging();
        });
        std::optional<Error> error;
        const auto read = [&error](const auto &result) { error = result ? Error() : result.error(); };
        if (isAll)
            m_store->clear(this, read);
        else
            m_store->purge({}, QDateTime::currentDateTimeUtc(), this, read);
        QTRY_VERIFY_WITH_TIMEOUT(error.has_value(), 30'000);
        QCOMPARE(error->kind, Error::Kind::Cancelled);
        QVERIFY2(error->message.contains(u"stays"_s), qPrintable(error->message));
        QCOMPARE(failed.size(), 0);
        QCOMPARE(cleared.size(), 0);
        QCOMPARE(purged.size(), 1);
        const qint64 left = number(u"SELECT count(*) FROM history"_s);
        QVERIFY(left > 0);
        QCOMPARE(purged.first().first().toLongLong(), calls - left);
        // They can be searched, and are not taken by a purge that keeps them.
        QTRY_VERIFY(!list({.text = u"number"_s})->isEmpty());
        if (isAll) // the index has gone
            QVERIFY(number(u"PRAGMA freelist_count"_s) > 0);
        const QDateTime longAgo = QDateTime::fromMSecsSinceEpoch(0);
        QCOMPARE(
            wait<Result<qint64>>([&](auto done) { m_store->purge({}, longAgo, this, done); }).value_or(-1),
            0);
        // The space goes back with that, though it removed nothing itself.
        QCOMPARE(number(u"PRAGMA freelist_count"_s), 0);
    }

    void purgesWhatIsOlder()
    {
        HistoryEntry old = entry(u"https://a.test/old"_s);
        HistoryEntry recent = entry(u"https://a.test/new"_s);
        recent.row.at = old.row.at.addDays(10);
        QCOMPARE(add({old, recent, old}).size(), 3);
        QSignalSpy purged(m_store.get(), &HistoryStore::purged);
        const auto purge = [&] {
            return wait<Result<qint64>>(
                [&](auto done) { m_store->purge({}, old.row.at.addDays(31), this, done); });
        };
        QCOMPARE(purge().value_or(-1), 2);
        QCOMPARE(purged.size(), 1);
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 1);
        QCOMPARE(list()->first().url, u"https://a.test/new"_s);
        QCOMPARE(purge().value_or(-1), 0);
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 1);
        QCOMPARE(purged.size(), 1);
    }

    void tellsOfWhatAPurgeRemovedBeforeItFailed()
    {
        fill(250);
        QVERIFY(m_database->run(u"CREATE TRIGGER stop BEFORE DELETE ON history WHEN OLD.id = 150 "
                                "BEGIN SELECT RAISE(ABORT, 'no'); END"_s));
        QSignalSpy purged(m_store.get(), &HistoryStore::purged);
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        QVERIFY(!wait<Result<qint64>>(
            [&](auto done) { m_store->purge({}, QDateTime::currentDateTimeUtc(), this, done); }));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(purged.size(), 1);
        const auto count = [&] { return wait<qint64>([&](auto done) { m_store->count(this, done); }); };
        const qint64 left = count();
        QVERIFY(left >= 101 && left < 250);
        QCOMPARE(purged.first().first().toLongLong(), 250 - left);
        QSignalSpy cleared(m_store.get(), &HistoryStore::cleared);
        QVERIFY(m_database->run(u"INSERT INTO history SELECT id + 1000, at, method, url, environment_id, "
                                "environment_name, key_name, status, error_text, "
                                "microseconds, bytes, echoed_token FROM history"_s));
        QVERIFY(m_database->run(u"DROP TRIGGER stop"_s));
        QVERIFY(m_database->run(u"CREATE TRIGGER stop BEFORE DELETE ON history WHEN OLD.id = 1250 "
                                "BEGIN SELECT RAISE(ABORT, 'no'); END"_s));
        QVERIFY(!wait<Result<void>>([&](auto done) { m_store->clear(this, done); }));
        QCOMPARE(cleared.size(), 0);
        QCOMPARE(purged.size(), 2);
        QVERIFY(count() < 2 * left);
        QCOMPARE(count(), 2 * left - purged.last().first().toLongLong());
    }

    void filters()
    {
        HistoryEntry a = entry(u"https://h.test/a"_s);
        HistoryEntry b = entry(u"https://h.test/b"_s, 404);
        HistoryEntry c = entry(u"https://h.test/c"_s, 0);
        HistoryEntry d = entry(u"https://h.test/d"_s, 503);
        a.row.at = QDateTime({2026, 1, 1}, {10, 59, 59, 999}, Qt::UTC);
        b.row.at = a.row.at.addMSecs(1);
        c.row.at = a.row.at.addDays(1);
        d.row.at = a.row.at.addDays(-40); // the clock was set back
        b.row.environmentId = a.row.environmentId;
        c.row.environmentId = {};
        c.row.keyName.clear();
        d.row.keyName = u"main KEY"_s;
        const QList<qint64> ids = add({a, b, c, d});
        QCOMPARE(ids.size(), 4);

        QCOMPARE(names({.statusClass = 2}), u"a"_s);
        QCOMPARE(names({.statusClass = 4}), u"b"_s);
        QCOMPARE(names({.statusClass = 5}), u"d"_s);
        QCOMPARE(names({.statusClass = 0}), u"c"_s);
        QCOMPARE(names({.statusClass = 3}), QString());
        QCOMPARE(names({.environmentId = a.row.environmentId}), u"ba"_s);
        QCOMPARE(names({.environmentId = QUuid()}), u"c"_s);
        QCOMPARE(names({.keyName = u"Main key"_s}), u"ba"_s);
        QCOMPARE(names({.keyName = u"main KEY"_s}), u"d"_s);
        QCOMPARE(names({.keyName = QString()}), u"c"_s);
        QCOMPARE(names({.from = b.row.at}), u"cb"_s);
        QCOMPARE(names({.until = b.row.at}), u"da"_s);
        QCOMPARE(names({.from = a.row.at, .until = b.row.at}), u"a"_s);
        QCOMPARE(names({.from = a.row.at.addYears(1)}), QString());
        QCOMPARE(names({.text = u"h.test"_s, .statusClass = 4, .environmentId = a.row.environmentId}),
                 u"b"_s);
        QCOMPARE(names({.text = u"/a"_s, .statusClass = 4}), QString());
        QCOMPARE(wait<Result<QStringList>>([&](auto done) {
                     m_store->keyNames(this, done);
                 }).value_or(QStringList()),
                 QStringList({u"main KEY"_s, u"Main key"_s}));

        QVERIFY(wait<Result<void>>([&](auto done) {
            m_store->setPinned({ids.at(1), ids.at(3), 12345}, true, this, done);
        }));
        QCOMPARE(names({.pinned = true}), u"db"_s);
        QCOMPARE(names({.statusClass = 4, .pinned = true}), u"b"_s);
        QCOMPARE(names({.text = u"503"_s, .pinned = true}), u"d"_s);
        QVERIFY(list()->first().isPinned);
        QVERIFY(!list()->last().isPinned);
        QVERIFY(load(ids.at(1))->row.isPinned);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->setPinned({ids.at(1)}, false, this, done); }));
        QCOMPARE(names({.pinned = true}), u"d"_s);
    }

    void countsByTheHour()
    {
        HistoryEntry a = entry(u"https://h.test/a"_s);
        a.row.at = QDateTime({2026, 1, 1}, {10, 30}, Qt::UTC);
        HistoryEntry b = a;
        b.row.status = 404;
        HistoryEntry c = a;
        c.row.at = a.row.at.addSecs(3600);
        c.row.status = 0;
        c.row.environmentId = QUuid::createUuid();
        const QList<qint64> ids = add({a, b, c});
        const auto bars = [&](const HistoryQuery &query) {
            QStringList said;
            for (const HistoryBar &bar : wait<Result<QList<HistoryBar>>>([&](auto done) {
                                             m_store->hours(query, this, done);
                                         }).value_or(QList<HistoryBar>()))
                said.append(
                    u"%1:%2/%3"_s.arg(bar.from.toUTC().time().hour()).arg(bar.failures).arg(bar.calls));
            return said.join(u' ');
        };
        QCOMPARE(bars({}), u"10:1/2 11:1/1"_s);
        QCOMPARE(bars({.environmentId = a.row.environmentId}), u"10:1/2"_s);
        QCOMPARE(bars({.from = a.row.at.addSecs(1800)}), u"11:1/1"_s);
        QVERIFY(
            wait<Result<QList<HistoryEntry>>>([&](auto done) { m_store->remove({ids.at(1)}, this, done); }));
        QCOMPARE(bars({}), u"10:0/1 11:1/1"_s);
    }

    void putsBackWhatWasDeleted()
    {
        const QList<qint64> ids = add({entry(u"https://h.test/one"_s), entry(u"https://h.test/two"_s),
                                       entry(u"https://h.test/three"_s)});
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->setPinned({ids.at(1)}, true, this, done); }));
        QCOMPARE(names({.text = u"two"_s}), u"two"_s);
        const HistoryEntry before = *load(ids.at(1));
        const auto gone = wait<Result<QList<HistoryEntry>>>([&](auto done) {
            m_store->remove({ids.at(1), 999}, this, done);
        });
        QVERIFY(gone);
        QCOMPARE(gone->size(), 1);
        QCOMPARE(names({.text = u"two"_s}), QString());
        QSignalSpy returned(m_store.get(), &HistoryStore::returned);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->putBack(*gone, this, done); }));
        QCOMPARE(returned.size(), 1);
        QCOMPARE(names({.text = u"two"_s}), u"two"_s);
        QCOMPARE(names({.pinned = true}), u"two"_s);
        const HistoryEntry after = *load(ids.at(1));
        QCOMPARE(after.row.id, before.row.id);
        QCOMPARE(after.responseBody, before.responseBody);
        QVERIFY(after.request == before.request);
        QCOMPARE(names({}), u"threetwoone"_s);
    }

    void handsOutWhatItRemovedBeforeItFailed()
    {
        const QList<qint64> ids = add(QList<HistoryEntry>(35, entry(u"https://h.test/"_s)));
        QVERIFY(m_database->run(u"CREATE TRIGGER stop BEFORE DELETE ON history WHEN OLD.id = 25 "
                                "BEGIN SELECT RAISE(ABORT, 'no'); END"_s));
        QSignalSpy removed(m_store.get(), &HistoryStore::removed);
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        const auto gone =
            wait<Result<QList<HistoryEntry>>>([&](auto done) { m_store->remove(ids, this, done); });
        QVERIFY(gone);
        QCOMPARE(gone->size(), 20);
        QCOMPARE(removed.size(), 20);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(list()->size(), 15);
        QVERIFY(m_database->run(u"DROP TRIGGER stop"_s));
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->putBack(*gone, this, done); }));
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->removeForGood(ids, this, done); }));
        QCOMPARE(removed.size(), 55);
        QCOMPARE(list()->size(), 0);
    }

    void theIndexForgetsWhatIsDeleted()
    {
        HistoryEntry made = entry(u"https://h.test/forgotten"_s);
        made.responseBody = "rhabarber";
        // Many, so that one is not enough for the index to be brought together for its size.
        QList<HistoryEntry> entries{made};
        for (int i = 0; i < 20; ++i)
            entries.append(entry(u"https://h.test/other"_s)); // each of another environment
        entries.append(entry(u"https://h.test/kept"_s));
        const QList<qint64> ids = add(entries);
        QCOMPARE(names({.text = u"rhab"_s}), u"forgotten"_s);
        QVERIFY(wait<Result<QList<HistoryEntry>>>(
            [&](auto done) { m_store->remove({ids.first()}, this, done); }));
        QCOMPARE(number(u"SELECT count(*) FROM history_search WHERE history_search MATCH 'rhabarber'"_s), 0);
        const auto left = [this](const QByteArray &word) {
            auto query = m_database->run(
                u"SELECT count(*) FROM history_search_data WHERE instr(block, ?) > 0"_s, {word});
            return query && query->next() ? query->value(0).toInt() : -1;
        };
        QVERIFY(left("rhabarb") > 0);
        // The program may end meanwhile: then with the purge at the next start.
        m_store = std::make_unique<HistoryStore>(m_path);
        QCOMPARE(wait<Result<qint64>>([&](auto done) {
                     m_store->purge({}, made.row.at, this, done);
                 }).value_or(-1),
                 0);
        QCOMPARE(left("rhabarb"), 0);

        // And a while later by itself.
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->removeForGood({ids.last()}, this, done); }));
        QVERIFY(left("kept") > 0);
        auto *timer = m_store->findChild<QTimer *>(u"tidySoon"_s);
        QVERIFY(timer && timer->isActive());
        QSignalSpy ended(m_store.get(), &HistoryStore::purgeEnded);
        timer->start(0);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(left("kept"), 0);
        QCOMPARE(number(u"SELECT count(*) FROM installation WHERE name LIKE 'history-%'"_s), 0);
    }

    void keepsEachEnvironmentAsLongAsItIsTold()
    {
        const QUuid longer = QUuid::createUuid();
        const QUuid smaller = QUuid::createUuid();
        const QDateTime now = QDateTime({2026, 6, 1}, {12, 0}, Qt::UTC);
        QList<HistoryEntry> entries;
        const auto make = [&](const QString &name, const QUuid &environment, int daysAgo, int kilobytes) {
            HistoryEntry made = entry(u"https://h.test/"_s + name);
            made.row.environmentId = environment;
            made.row.at = now.addDays(-daysAgo);
            made.responseBody = QByteArray(kilobytes * 1024, 'x');
            entries.append(made);
        };
        make(u"a"_s, {}, 31, 1);
        make(u"b"_s, {}, 29, 1);
        make(u"c"_s, longer, 99, 1);
        make(u"d"_s, longer, 101, 1);
        make(u"e"_s, smaller, 3, 800);
        make(u"f"_s, smaller, 2, 800);
        make(u"g"_s, smaller, 1, 800);
        make(u"p"_s, {}, 50, 1);
        make(u"x"_s, QUuid::createUuid(), 40, 1); // of an environment that is gone
        const QList<qint64> ids = add(entries);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->setPinned({ids.at(7)}, true, this, done); }));
        QCOMPARE(names({.text = u"h.test"_s}).size(), 9);

        HistoryRules rules;
        rules.environments.insert(longer, {100, 0, true});
        rules.environments.insert(smaller, {30, 2, true});
        const auto planned =
            wait<Result<HistoryPurged>>([&](auto done) { m_store->planPurge(rules, now, this, done); });
        QVERIFY(planned);
        QCOMPARE(planned->calls, 4);
        QVERIFY2(planned->bytes > 800 * 1024 && planned->bytes < 1000 * 1024,
                 qPrintable(QString::number(planned->bytes)));
        QSignalSpy purging(m_store.get(), &HistoryStore::purging);
        QCOMPARE(
            wait<Result<qint64>>([&](auto done) { m_store->purge(rules, now, this, done); }).value_or(-1), 4);
        QCOMPARE(names({}), u"pgfcb"_s);
        QCOMPARE(names({.text = u"h.test"_s}), u"pgfcb"_s);
        QVERIFY(!purging.isEmpty());
        QCOMPARE(purging.last().at(0).toLongLong(), 4);
        QVERIFY(purging.last().at(2).toBool());
        QCOMPARE(number(u"SELECT sum(calls) FROM history_hours"_s), 5);

        QVERIFY(wait<Result<void>>([&](auto done) { m_store->clear(this, done); }));
        QCOMPARE(names({}), QString()); // the pinned one as well
        QCOMPARE(number(u"SELECT count(*) FROM history_pins"_s), 0);
    }

    void takesTheOldestCallsOfAnHourThatIsTooLarge()
    {
        const QDateTime now = QDateTime({2026, 6, 1}, {12, 59}, Qt::UTC);
        const QUuid environment = QUuid::createUuid();
        QList<HistoryEntry> entries;
        const auto make = [&](const QString &name, int minute, int kilobytes) {
            HistoryEntry made = entry(u"https://h.test/"_s + name);
            made.row.environmentId = environment;
            made.row.at = QDateTime({2026, 6, 1}, {12, minute}, Qt::UTC);
            made.responseBody = QByteArray(kilobytes * 1024, 'x');
            entries.append(made);
        };
        make(u"p"_s, 50, 1000);
        make(u"a"_s, 10, 400);
        make(u"d"_s, 40, 400);
        make(u"b"_s, 20, 400);
        make(u"c"_s, 20, 400); // at the very time of the one before
        make(u"f"_s, 0, 1);
        entries.last().row.at = now.addDays(1); // of a clock that was set back
        const QList<qint64> ids = add(entries);
        QVERIFY(wait<Result<void>>([&](auto done) { m_store->setPinned({ids.first()}, true, this, done); }));
        QCOMPARE(names({.text = u"h.test"_s}), u"fcbdap"_s);

        HistoryRules rules;
        rules.environments.insert(environment, {30, 1, true});
        const auto planned =
            wait<Result<HistoryPurged>>([&](auto done) { m_store->planPurge(rules, now, this, done); });
        QVERIFY(planned);
        QCOMPARE(planned->calls, 2);
        QVERIFY2(planned->bytes > 800 * 1024 && planned->bytes < 810 * 1024,
                 qPrintable(QString::number(planned->bytes)));
        const auto purge = [&] {
            return wait<Result<qint64>>([&](auto done) { m_store->purge(rules, now, this, done); });
        };
        QCOMPARE(purge().value_or(-1), 2);
        QCOMPARE(names({}), u"fcdp"_s);
        QCOMPARE(purge().value_or(-1), 0);
    }

    void takesAnOldHistoryInWhileItIsUsed()
    {
        QVERIFY(m_database->transaction([this]() -> Result<void> {
            for (int i = 1; i <= 2500; ++i) {
                if (!m_database->run(
                        u"INSERT INTO history VALUES (?, ?, 'GET', ?, '', 'Production', 'Key', 200, '', 1, 1, 0)"_s,
                        {i, 1'700'000'000'000 + i * 60'000LL, u"https://h.test/number/%1"_s.arg(i)}))
                    return failure(Error::Kind::StorageFailed, u"no"_s);
            }
            return m_database->run(u"UPDATE history_indexed SET first_id = 2501, last_id = 2500"_s)
                       ? Result<void>()
                       : failure(Error::Kind::StorageFailed, u"no"_s);
        }));
        QVERIFY(names({.text = u"number"_s}).isEmpty());
        QSignalSpy indexing(m_store.get(), &HistoryStore::indexing);
        m_store->keepIndexed();
        // The newest can be found first, and a call that is made meanwhile at once.
        QVERIFY(indexing.wait(20'000));
        const auto first = list(HistoryQuery{.text = u"number"_s}, 0, 1);
        QVERIFY(first && first->size() == 1);
        QCOMPARE(first->first().id, 2500);
        QCOMPARE(add({entry(u"https://h.test/meanwhile"_s)}).size(), 1);
        QCOMPARE(names({.text = u"meanwhile"_s}), u"meanwhile"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_store->progress().isComplete(), 20'000);
        QCOMPARE(m_store->progress().percent(), 100);
        QCOMPARE(number(u"SELECT count(*) FROM history_search WHERE history_search MATCH '\"number\"'"_s),
                 2500);
        QCOMPARE(number(u"SELECT sum(calls) FROM history_hours"_s), 2501);
        int shown = 0;
        for (const QVariantList &each : indexing)
            shown += each.first().value<HistoryProgress>().percent() < 99 ? 1 : 0;
        QVERIFY(shown > 0);
        // Another process stores one.
        QVERIFY(m_database->run(
            u"INSERT INTO history VALUES (NULL, 1, 'GET', 'https://h.test/other', '', '', '', 200, '', 1, 1, 0)"_s));
        m_store->lookForMore();
        QTRY_COMPARE(number(u"SELECT count(*) FROM history_search WHERE history_search MATCH '\"other\"'"_s),
                     1);
    }

    void triesAgainToTakeAnOldHistoryIn()
    {
        fill(2000);
        QVERIFY(m_database->run(u"UPDATE history_indexed SET first_id = 2001, last_id = 2000"_s));
        QVERIFY(m_database->run(u"ALTER TABLE history_hours RENAME TO history_lost"_s));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"calls were not put into the index"_s));
        m_store->keepIndexed();
        QCOMPARE(wait<qint64>([&](auto done) { m_store->count(this, done); }), 2000); // it failed before that
        QVERIFY(m_database->run(u"ALTER TABLE history_lost RENAME TO history_hours"_s));
        QSignalSpy indexing(m_store.get(), &HistoryStore::indexing);
        QTRY_VERIFY_WITH_TIMEOUT(!indexing.isEmpty() && m_store->progress().isComplete(), 30'000);
        QCOMPARE(number(u"SELECT sum(calls) FROM history_hours"_s), 2000);
    }

    void stopsASearchThatNobodyWaitsFor()
    {
        addEmptyCalls(200'000);
        std::optional<Error::Kind> ended;
        const auto search = [&] {
            ended.reset();
            return m_store->list({.text = u"%"_s}, 0, 10, this, [&](const Result<HistoryPage> &page) {
                ended = page ? Error::Kind::NotFound : page.error().kind;
            });
        };
        const auto stop = search();
        std::ignore = wait<qint64>([&](auto done) { m_store->count(this, done); });
        QVERIFY(!ended); // it is in the middle
        *stop = true;
        QTRY_VERIFY(ended);
        QCOMPARE(*ended, Error::Kind::Cancelled);
        std::ignore = search();
        std::ignore = wait<qint64>([&](auto done) { m_store->count(this, done); });
        m_store.reset(); // ends as well
        QVERIFY(!ended);
    }

    void othersComeToTheirTurnWhileASearchTakesLong()
    {
        addEmptyCalls(100'000);
        bool isFound = false;
        bool isCounted = false;
        m_store->list({.text = u"%"_s}, 0, 10, this, [&](const Result<HistoryPage> &page) {
            isFound = true;
            QVERIFY(isCounted);
            QVERIFY(page && page->rows.isEmpty() && page->next == 0);
        });
        m_store->count(this, [&](qint64) { isCounted = true; });
        QTRY_VERIFY_WITH_TIMEOUT(isFound, 60'000);
    }

    void findsTheSameInAMomentAsInFull()
    {
        addEmptyCalls(60'000);
        QVERIFY(m_database->run(u"UPDATE history SET url = 'https://h.test/%' WHERE id % 7919 = 0"_s));
        QList<qint64> found;
        int turns = 0;
        for (qint64 before = 0; turns == 0 || before > 0; ++turns) {
            const auto page = wait<Result<HistoryPage>>([&](auto done) {
                m_store->list({.text = u"%"_s}, before, 5, this, done, HistoryStore::Patience::Moment);
            });
            QVERIFY(page);
            QVERIFY(page->rows.size() <= 5);
            QVERIFY(page->next == 0 || before == 0 || page->next < before);
            before = page->next;
            for (const HistoryRow &row : page->rows)
                found.append(row.id);
        }
        QVERIFY(turns > 1);
        QList<qint64> expected;
        for (qint64 id = 60'000 / 7919 * 7919; id > 0; id -= 7919)
            expected.append(id);
        QCOMPARE(found, expected);
    }

    void countsMoreHoursThanATurnTakes()
    {
        QVERIFY(
            m_database->run(u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                            "INSERT INTO history_hours SELECT i, '', 'Key', 1, i % 2, 1, i, i FROM n"_s));
        const auto bars = [&](const HistoryQuery &query) {
            return wait<Result<QList<HistoryBar>>>([&](auto done) { m_store->hours(query, this, done); })
                .value_or(QList<HistoryBar>());
        };
        const QList<HistoryBar> all = bars({});
        QCOMPARE(all.size(), 3000);
        for (qsizetype i = 1; i < all.size(); ++i)
            QCOMPARE(all.at(i).from, all.at(i - 1).until);
        QCOMPARE(bars({.from = all.at(999).until, .until = all.at(2999).from}).size(), 1999);
        QCOMPARE(bars({.keyName = u"Other"_s}).size(), 0);
        std::optional<Error> error;
        const auto read = [&error](const auto &result) { error = result ? Error() : result.error(); };
        *m_store->hours({}, this, read) = true;
        QTRY_VERIFY(error.has_value());
        QCOMPARE(error->kind, Error::Kind::Cancelled);
    }

    void looksAgainForCallsThatItWasToldOfWhileTheIndexGrew()
    {
        QCOMPARE(add({entry(u"https://h.test/first"_s)}).size(), 1);
        m_store->keepIndexed();
        m_store->setPinned({1}, true, this, {}); // done once the index has grown, which is not heard here yet
        QDeadlineTimer deadline(20'000);
        while (number(u"SELECT count(*) FROM history_pins"_s) != 1 && !deadline.hasExpired())
            QThread::yieldCurrentThread();
        QVERIFY(m_database->run(
            u"INSERT INTO history VALUES (NULL, 1, 'GET', 'https://h.test/second', '', '', '', 200, '', 1, 1, 0)"_s));
        m_store->lookForMore();
        QTRY_COMPARE(number(u"SELECT last_id FROM history_indexed"_s), 2);
    }

    void bringsTheIndexTogetherWhenEnoughWasRemoved()
    {
        const QDateTime now({2026, 6, 1}, {12, 0}, Qt::UTC);
        QList<HistoryEntry> entries;
        for (int i = 0; i < 20; ++i) {
            entries.append(entry(u"https://h.test/%1"_s.arg(i)));
            entries.last().row.at = now.addDays(-20 + i);
        }
        QCOMPARE(add(entries).size(), 20);
        QCOMPARE(names({.text = u"h.test"_s, .statusClass = 2}).size(), 30); // all are in the index
        const auto keep = [&](int days) {
            HistoryRules rules;
            rules.general.days = days;
            return wait<Result<qint64>>([&](auto done) { m_store->purge(rules, now, this, done); })
                .value_or(-1);
        };
        const auto emptied = [this] {
            return number(u"SELECT count(*) FROM history_hours WHERE calls = 0"_s);
        };
        QCOMPARE(keep(19), 1);
        QCOMPARE(emptied(), 1);
        QCOMPARE(keep(15), 4);
        QCOMPARE(emptied(), 0);
        QCOMPARE(number(u"SELECT count(*) FROM history_hours"_s), 15);
    }

    void aFullDiskIsSaidAndLosesNothing()
    {
        QList<HistoryEntry> entries(30, entry(u"https://h.test/x"_s));
        for (HistoryEntry &each : entries)
            each.responseBody = QByteArray(20'000, 'b');
        const QList<qint64> ids = add(entries);
        QCOMPARE(ids.size(), 30);
        QSignalSpy failed(m_store.get(), &HistoryStore::failed);
        const auto isFull = [](const auto &result) {
            return !result && result.error().kind == Error::Kind::DiskFull &&
                   result.error().message.contains(u"full"_s);
        };
        diskIsFull = true;
        QVERIFY(isFull(wait<Result<void>>([&](auto done) { m_store->setPinned(ids, true, this, done); })));
        QVERIFY(
            isFull(wait<Result<QList<HistoryEntry>>>([&](auto done) { m_store->remove(ids, this, done); })));
        QVERIFY(isFull(wait<Result<void>>([&](auto done) { m_store->clear(this, done); })));
        QCOMPARE(failed.size(), 0); // who asked knows
        // The index: said once, and tried again ever later.
        m_store->keepIndexed();
        QTRY_COMPARE(failed.size(), 1);
        const int refused = refusedWrites;
        QVERIFY(!QSignalSpy(m_store.get(), &HistoryStore::indexing).wait(1000));
        QCOMPARE(refusedWrites, refused);
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().value<Error>().message.contains(u"The disk is full"_s));
        QVERIFY(isFull(wait<Result<qint64>>(
            [&](auto done) { m_store->purge({}, QDateTime::currentDateTimeUtc(), this, done); })));
        QCOMPARE(failed.size(), 1);

        diskIsFull = false;
        QCOMPARE(list(HistoryQuery())->size(), 30);
        QCOMPARE(number(u"SELECT count(*) FROM history_pins"_s), 0);
        QCOMPARE(add({entry(u"https://h.test/last"_s)}).size(), 1);
        QTRY_COMPARE(m_store->progress().searchable, 31);
        QCOMPARE(names({.text = u"h.test"_s, .statusClass = 2}), u"last"_s + u"x"_s.repeated(30));
        QCOMPARE(wait<Result<qint64>>([&](auto done) {
                     m_store->purge({}, QDateTime::currentDateTimeUtc(), this, done);
                 }).value_or(-1),
                 31);
        QVERIFY(m_database->checkWhole());
    }

    void aFolderThatMayNotBeWrittenIsSaid()
    {
        QCOMPARE(add({entry(u"https://h.test/x"_s)}).size(), 1);
        m_store.reset(); // and its thread, before there is a child
        const QString folder = QFileInfo(m_path).path();
        const auto allow = [&](unsigned ofFile, unsigned ofFolder) {
            bool isDone = ::chmod(qPrintable(folder), ofFolder) == 0;
            for (const QString &beside : {QString(), u"-wal"_s, u"-shm"_s})
                isDone = ::chmod(qPrintable(m_path + beside), ofFile) == 0 && isDone;
            return isDone;
        };
        QVERIFY(allow(0444, 0555));
        const auto restore = qScopeGuard([&] { std::ignore = allow(0600, 0700); });
        const int wrong = asNobody([this] {
            const auto database = Database::openConnection(m_path);
            if (!database)
                return 1;
            HistoryTable table(**database);
            HistoryPurge purge({}, QDateTime::currentDateTimeUtc());
            const auto isSaid = [](const auto &result) {
                return !result && result.error().kind == Error::Kind::StorageReadOnly;
            };
            const auto purged = [&purge, &database] {
                for (;;) {
                    const Result<bool> more = purge.step(**database);
                    if (!more || !*more)
                        return more;
                }
            };
            return !isSaid(table.insert(entry(u"https://h.test/y"_s)))               ? 2
                   : !isSaid(table.setPinned({1}, true))                             ? 3
                   : !isSaid(table.remove({1}))                                      ? 4
                   : !isSaid(HistoryIndex(**database).grow(std::chrono::seconds(1))) ? 5
                   : !isSaid(purged())                                               ? 6
                                                                                     : 0;
        });
        QCOMPARE(wrong, 0);
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
        const auto page = wait<Result<HistoryPage>>([&](auto done) { lost.list({}, 0, 1, this, done); });
        QVERIFY(!page);
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
        return list(HistoryQuery{.text = search}, beforeId, limit);
    }

    Result<QList<HistoryRow>> list(const HistoryQuery &query, qint64 beforeId = 0, int limit = 1000)
    {
        return wait<Result<HistoryPage>>(
                   [&](auto done) { m_store->list(query, beforeId, limit, this, done); })
            .map([](const HistoryPage &page) { return page.rows; });
    }

    /// The last parts of the addresses that are found.
    QString names(const HistoryQuery &query)
    {
        QString all;
        for (const HistoryRow &row : list(query).value_or(QList<HistoryRow>()))
            all += row.url.section(u'/', -1);
        return all;
    }

    /// Calls of long ago, without contents, with the ids from 1.
    void fill(int calls)
    {
        QVERIFY(m_database->run(
            u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) INSERT INTO "
            u"history "
            "SELECT i, 1000 * i, 'GET', 'https://h.test/number', '', '', '', 200, '', 1, 1, 0 FROM n"_s.arg(
                calls)));
    }

    qint64 number(const QString &sql)
    {
        auto query = m_database->run(sql);
        return query && query->next() ? query->value(0).toLongLong() : -1;
    }

    /// As if they were in the index.
    void addEmptyCalls(int calls)
    {
        fill(calls);
        QVERIFY(m_database->run(u"UPDATE history_indexed SET first_id = 1, last_id = ?"_s, {calls}));
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
