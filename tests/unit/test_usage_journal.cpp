#include "app/models/UsageModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::HttpTestServer;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

const QUuid ci = QUuid::fromString(u"11111111-1111-4111-8111-111111111111"_s);
const QUuid other = QUuid::fromString(u"22222222-2222-4222-8222-222222222222"_s);
const QUuid staging = QUuid::fromString(u"33333333-3333-4333-8333-333333333333"_s);

QDateTime at(const QString &text, const QByteArray &zone = "UTC")
{
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    time.setTimeZone(QTimeZone(zone));
    return time;
}

KeySent use(const QUuid &key, int status, const QString &origin = u"https://app.talkover.ai"_s)
{
    return {key,    *Origin::fromString(origin),  staging,
            status, status == 0 || status >= 400, at(u"2026-11-26T10:00:00"_s)};
}

} // namespace

class TestUsageJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void countsPerDayAndOrigin();
    void addsUpWithWhatAnotherProcessCounted();
    void writesAMomentLaterAndAtTheEnd();
    void keepsWhatCannotBeWrittenNow();
    void countsDaysAsTheCalendarSaysThere();
    void aClockThatJumpsDeletesNothing();
    void keepsTheLatestDays();
    void goesWithItsKey();

    void laysTheDaysOut();
    void whatWasCountedAheadIsTodays();
    void isAProperModel();
    void readsAsSentences();

    void countsWhatConsoleAndChecksSend();
    void countsEachHopAndOnlyWhereTheKeyWent();
    void countsWhatWasNotAnswered();
    void countsNothingThatDidNotLeave();
    void historyHasNoSayInIt();

private:
    void open();
    void addKey(const QUuid &id);
    ApiKey keyFor(test::CoreFixture &core, const HttpTestServer &server);
    static void send(test::CoreFixture &core, const PreparedRequest &request);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<UsageJournal> m_journal;
    QDateTime m_now;
};

void TestUsageJournal::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_now = at(u"2026-11-26T10:00:00"_s);
    open();
    addKey(ci);
    addKey(other);
}

void TestUsageJournal::cleanup()
{
    m_journal.reset();
    m_database.reset();
}

void TestUsageJournal::open()
{
    m_journal.reset();
    m_database.reset();
    auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    m_database = std::move(*database);
    m_journal = std::make_unique<UsageJournal>(*m_database, [this] { return m_now; });
}

void TestUsageJournal::addKey(const QUuid &id)
{
    QVERIFY(m_database->run(
        u"INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, header_prefix, "
        u"place, pending, "
        "status, created_at) VALUES (?, 'CI', 'p', 'k', 'h', X'00', 'A', 'B', 'keychain', 0, 'works', 1)"_s,
        {id.toString(QUuid::WithoutBraces)}));
}

void TestUsageJournal::countsPerDayAndOrigin()
{
    m_journal->count(use(ci, 200));
    m_journal->count(use(ci, 401));
    m_journal->count(use(ci, 200, u"https://other.test:8443"_s));
    m_journal->count(use(other, 0));
    m_now = m_now.addDays(1);
    m_journal->count(use(ci, 204));

    const auto rows = m_journal->of(ci);
    QVERIFY(rows);
    QCOMPARE(rows->size(), 3);
    QCOMPARE(rows->at(0), (UsageRow{QDate(2026, 11, 26), u"https://app.talkover.ai"_s, staging, 2, 1, 401,
                                    at(u"2026-11-26T10:00:00"_s).toUTC()}));
    QCOMPARE(rows->at(1).origin, u"https://other.test:8443"_s);
    QCOMPARE(rows->at(2).day, QDate(2026, 11, 27));
    QCOMPARE(rows->at(2).lastStatus, 204);
    QCOMPARE(m_journal->of(other)->first().failures, 1);
}

void TestUsageJournal::addsUpWithWhatAnotherProcessCounted()
{
    const auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    UsageJournal there(**database, [this] { return m_now; });
    there.count(use(ci, 200));
    m_journal->count(use(ci, 503));
    QVERIFY(there.write());
    QCOMPARE(m_journal->of(ci)->size(), 1);
    QCOMPARE(m_journal->of(ci)->first().calls, 2);
    QCOMPARE(m_journal->of(ci)->first().failures, 1);
    QCOMPARE(there.of(ci)->first().lastStatus, 503);
}

void TestUsageJournal::writesAMomentLaterAndAtTheEnd()
{
    QSignalSpy changed(m_journal.get(), &UsageJournal::changed);
    for (int i = 0; i < 100; ++i)
        m_journal->count(use(ci, 200));
    QCOMPARE(changed.size(), 0);
    QVERIFY(changed.wait());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().first().toUuid(), ci);
    m_journal->count(use(ci, 200));
    open();
    QCOMPARE(m_journal->of(ci)->first().calls, 101);
}

void TestUsageJournal::keepsWhatCannotBeWrittenNow()
{
    const auto blocker = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(blocker);
    m_journal->count(use(ci, 200));
    QVERIFY((*blocker)->run(u"BEGIN IMMEDIATE"_s));
    QVERIFY(!m_journal->write());
    m_journal->count(use(ci, 200));
    QVERIFY((*blocker)->run(u"COMMIT"_s));
    QVERIFY(m_journal->write());
    QCOMPARE(m_journal->of(ci)->first().calls, 2);
}

void TestUsageJournal::countsDaysAsTheCalendarSaysThere()
{
    // The same moment is Friday in Auckland and Thursday in New York.
    m_now = at(u"2026-11-27T09:00:00"_s, "Pacific/Auckland");
    m_journal->count(use(ci, 200));
    m_now = m_now.toTimeZone(QTimeZone("America/New_York"));
    m_journal->count(use(ci, 200));
    const auto rows = m_journal->of(ci);
    QCOMPARE(rows->size(), 2);
    QCOMPARE(rows->at(0).day, QDate(2026, 11, 26));
    QCOMPARE(rows->at(1).day, QDate(2026, 11, 27));
    // Whoever travelled west sees both today, and none in the future.
    const auto days = usageByDay(*rows, m_now.date(), 30);
    QCOMPARE(days.last(), (UsageDay{QDate(2026, 11, 26), 2, 0}));
}

void TestUsageJournal::aClockThatJumpsDeletesNothing()
{
    m_journal->count(use(ci, 200));
    for (const int years : {+30, -30}) {
        QVERIFY(m_journal->write());
        m_now = m_now.addYears(years);
        m_journal->count(use(ci, 200));
    }
    QVERIFY(m_journal->write());
    const auto rows = m_journal->of(ci);
    QCOMPARE(rows->size(), 2);
    QCOMPARE(rows->at(0).calls, 2);
    QCOMPARE(usageTotal(usageByDay(*rows, m_now.date(), 30)).calls, 3);
}

void TestUsageJournal::keepsTheLatestDays()
{
    for (int i = 0; i < UsageJournal::keptDays + 10; ++i) {
        m_journal->count(use(ci, 200));
        m_now = m_now.addDays(3);
    }
    m_journal->count(use(other, 200));
    const auto rows = m_journal->of(ci);
    QVERIFY(rows);
    QCOMPARE(rows->size(), UsageJournal::keptDays);
    QCOMPARE(rows->last().day, m_now.date().addDays(-3));
    QCOMPARE(m_journal->of(other)->size(), 1);
}

void TestUsageJournal::goesWithItsKey()
{
    m_journal->count(use(ci, 200));
    QVERIFY(m_journal->write());
    m_journal->count(use(ci, 200)); // on its way when the key is deleted
    QVERIFY(m_database->run(u"DELETE FROM keys WHERE id = ?"_s, {ci.toString(QUuid::WithoutBraces)}));
    QVERIFY(m_journal->write());
    QVERIFY(m_journal->of(ci)->isEmpty());
}

void TestUsageJournal::laysTheDaysOut()
{
    const QDate today(2026, 3, 1);
    const QList<UsageRow> rows{{QDate(2026, 2, 28), u"a"_s, {}, 3, 1, 200, {}},
                               {QDate(2026, 2, 28), u"b"_s, {}, 2, 2, 500, {}},
                               {QDate(2026, 3, 1), u"a"_s, {}, 1, 0, 200, {}},
                               {QDate(2026, 1, 1), u"a"_s, {}, 9, 9, 200, {}},
                               {QDate(), u"a"_s, {}, 9, 9, 200, {}}};
    const auto days = usageByDay(rows, today, 30);
    QCOMPARE(days.size(), 30);
    QCOMPARE(days.first().day, QDate(2026, 1, 31));
    QCOMPARE(days.at(28), (UsageDay{QDate(2026, 2, 28), 5, 3}));
    QCOMPARE(days.last(), (UsageDay{today, 1, 0}));
    QCOMPARE(usageTotal(days), (UsageDay{today, 6, 3}));
    QCOMPARE(usageTotal(usageByDay(rows, today, 90)).calls, 15);
}

void TestUsageJournal::whatWasCountedAheadIsTodays()
{
    const QDate today(2026, 3, 1);
    const auto days = usageByDay({{QDate(2036, 3, 1), u"a"_s, {}, 3, 1, 200, {}}}, today, 30);
    QCOMPARE(days.last(), (UsageDay{today, 3, 1}));
}

void TestUsageJournal::isAProperModel()
{
    UsageModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QDate today(2026, 3, 1);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setDays(usageByDay({}, today, 30));
    QCOMPARE(model.rowCount(), 30);
    model.setDays(usageByDay({{today, u"a"_s, {}, 1204, 2, 200, {}}}, today, 30));
    QCOMPARE(resets.size(), 1);
    QCOMPARE(changes.size(), 1);
    QCOMPARE(model.index(29, UsageModel::Calls).data().toString(), QLocale().toString(1204));
    QCOMPARE(model.index(29, UsageModel::Failed).data().toString(), u"2"_s);
    QCOMPARE(model.headerData(UsageModel::Day, Qt::Horizontal, Qt::DisplayRole).toString(), u"Day"_s);
    model.setDays(usageByDay({}, today, 90));
    QCOMPARE(model.rowCount(), 90);
    model.setDays({});
    QCOMPARE(model.rowCount(), 0);
}

void TestUsageJournal::readsAsSentences()
{
    UsageModel model;
    model.setDays({{QDate(2026, 11, 26), 12, 1}, {QDate(2026, 11, 27), 1, 0}});
    QCOMPARE(model.sentence(0), u"Thursday 26 November: 12 calls, 1 failed"_s);
    QCOMPARE(model.sentence(1), u"Friday 27 November: 1 call"_s);
    QCOMPARE(usageWords({{}, 0, 0}), u"no calls"_s);
    QCOMPARE(usageWords({{}, 1204, 2}), u"%1 calls · 2 failed"_s.arg(QLocale().toString(1204)));
}

// --- Through the real client
// ---------------------------------------------------------------------------------------------

ApiKey TestUsageJournal::keyFor(test::CoreFixture &core, const HttpTestServer &server)
{
    Environment environment;
    environment.name = u"Here"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = server.url(QString()).toString();
    environment.colour = u"green"_s;
    const auto added = core->environments->add(environment);
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = added ? added->id : QUuid();
    return core.addKey(draft, token);
}

void TestUsageJournal::send(test::CoreFixture &core, const PreparedRequest &request)
{
    HttpCall *call = core->http->send(request);
    bool done = false;
    QObject::connect(call, &HttpCall::finished, core->http.get(), [&done] { done = true; });
    QVERIFY(QTest::qWaitFor([&done] { return done; }, 20'000));
}

void TestUsageJournal::countsWhatConsoleAndChecksSend()
{
    HttpTestServer server;
    server.answer(test::response(200, {{"Content-Type", "application/json"}}, "{}"));
    test::CoreFixture core;
    const ApiKey key = keyFor(core, server);
    QVERIFY(!key.id.isNull());
    PreparedRequest request;
    request.url = server.url();
    request.keyId = key.id;
    send(core, request);

    KeyJob *job = core->keyService->check(key.id);
    bool checked = false;
    connect(job, &KeyJob::finished, this, [&checked] { checked = true; });
    QTRY_VERIFY_WITH_TIMEOUT(checked, 20'000);

    const auto rows = core->usage->of(key.id);
    QVERIFY(rows);
    QCOMPARE(rows->size(), 2); // the first names no environment
    QCOMPARE(rows->at(0).environmentId, QUuid());
    QCOMPARE(rows->at(1).environmentId, core->environments->usedBy(key.id).first().id);
    for (const UsageRow &row : *rows) {
        QCOMPARE(row.day, QDate::currentDate());
        QCOMPARE(row.origin, server.origin().toString());
        QCOMPARE(row.calls, 1);
        QCOMPARE(row.failures, 0);
        QCOMPARE(row.lastStatus, 200);
    }
}

void TestUsageJournal::countsEachHopAndOnlyWhereTheKeyWent()
{
    HttpTestServer server;
    HttpTestServer elsewhere;
    elsewhere.answer(test::response(200, {}, "hello"));
    server.handle("/first", [](const test::ReceivedRequest &) {
        return test::Answer{test::response(302, {{"Location", "/second"}})};
    });
    server.handle("/second", [&elsewhere](const test::ReceivedRequest &) {
        return test::Answer{test::response(302, {{"Location", elsewhere.url().toEncoded()}})};
    });
    test::CoreFixture core;
    const ApiKey key = keyFor(core, server);
    PreparedRequest request;
    request.url = server.url(u"/first"_s);
    request.keyId = key.id;
    send(core, request);
    QCOMPARE(elsewhere.requests().size(), 1);

    const auto rows = core->usage->of(key.id);
    QCOMPARE(rows->size(), 1);
    QCOMPARE(rows->first().origin, server.origin().toString());
    QCOMPARE(rows->first().calls, 2);
    QCOMPARE(rows->first().failures, 0);
    QCOMPARE(rows->first().lastStatus, 302);
}

void TestUsageJournal::countsWhatWasNotAnswered()
{
    HttpTestServer server;
    server.hang();
    test::CoreFixture core;
    const ApiKey key = keyFor(core, server);
    PreparedRequest request;
    request.url = server.url();
    request.keyId = key.id;

    HttpClient::Options options = core->http->options();
    options.timeout = std::chrono::milliseconds(300);
    core->http->setOptions(options);
    send(core, request);
    QCOMPARE(core->usage->of(key.id)->first().calls, 1);
    QCOMPARE(core->usage->of(key.id)->first().failures, 1);
    QCOMPARE(core->usage->of(key.id)->first().lastStatus, 0);

    // One that somebody stopped went out too, but nothing failed.
    options.timeout = std::chrono::seconds(30);
    core->http->setOptions(options);
    HttpCall *call = core->http->send(request);
    connect(&server, &HttpTestServer::requested, call, &HttpCall::cancel);
    bool done = false;
    connect(call, &HttpCall::finished, this, [&done] { done = true; });
    QTRY_VERIFY_WITH_TIMEOUT(done, 20'000);
    QCOMPARE(core->usage->of(key.id)->first().calls, 2);
    QCOMPARE(core->usage->of(key.id)->first().failures, 1);
}

void TestUsageJournal::countsNothingThatDidNotLeave()
{
    HttpTestServer server;
    HttpTestServer elsewhere;
    test::CoreFixture core;
    const ApiKey key = keyFor(core, server);
    PreparedRequest request;
    request.url = elsewhere.url(); // not bound to it
    request.keyId = key.id;
    send(core, request);
    request.url = server.url();
    request.headers = {{"Authorization", "Bearer typed"}}; // goes instead of the key
    send(core, request);
    QCOMPARE(server.requests().size(), 1);
    QVERIFY(elsewhere.requests().isEmpty());
    QVERIFY(core->usage->of(key.id)->isEmpty());
}

void TestUsageJournal::historyHasNoSayInIt()
{
    HttpTestServer server;
    server.answer(test::response(200));
    test::CoreFixture core;
    const ApiKey key = keyFor(core, server);
    core->settings->setHistoryEnabled(false);
    core->settings->setHistoryDays(1);
    PreparedRequest request;
    request.url = server.url();
    request.keyId = key.id;
    send(core, request);
    core->history->purge({}, QDateTime::currentDateTimeUtc().addDays(31));
    bool cleared = false;
    core->history->clear(this, [&cleared](const Result<void> &) { cleared = true; });
    QTRY_VERIFY(cleared);
    QCOMPARE(core->usage->of(key.id)->first().calls, 1);
}

QTEST_GUILESS_MAIN(TestUsageJournal)
#include "test_usage_journal.moc"
