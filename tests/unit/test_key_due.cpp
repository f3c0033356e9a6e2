#include "app/keys/KeyDue.h"
#include "app/keys/RevokeAdvice.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace keydesk;
using Kind = KeyDue::Kind;
using Level = RevokeAdvice::Level;

namespace {

QDateTime at(const QString &text, const QByteArray &zone = "UTC")
{
    QDateTime time = QDateTime::fromString(text, Qt::ISODate);
    time.setTimeZone(QTimeZone(zone));
    return time;
}

ApiKey keyMade(const QString &created, const QString &expires = {})
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"CI pipeline"_s;
    key.status = ApiKey::Status::Works;
    key.createdAt = at(created).toUTC();
    if (!expires.isEmpty())
        key.expiresAt = at(expires).toUTC();
    return key;
}

} // namespace

/// When a key is due, and whether it is safe to revoke: as the calendar and the clock have it, whatever they
/// do.
class TestKeyDue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void expiry_data();
    void expiry();
    void rotation_data();
    void rotation();
    void expiryComesFirst();
    void gonesAreNotDue();
    void daysAreThoseOfTheZone();
    void aClockThatJumpsLeavesNoTrace();
    void aKeyMadeByAClockAheadIsAsOldAsItsFirstUse();
    void snoozes();
    void aSnoozeOfYearsIsNone();
    void reads();

    void watchFollowsKeysAndSettings();
    void aRevokedKeyIsNeverDue();
    void watchFollowsTheClock();
    void watchIsQuietWhileNothingHappens();
    void watchesThousandsForNothing();

    void adviceKnowsTheLastUse();
    void adviceNamesWhoNamesIt();
    void adviceTakesNoClockForGranted();
};

void TestKeyDue::expiry_data()
{
    QTest::addColumn<QString>("now");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<int>("days");
    QTest::newRow("long before") << u"2026-11-15T12:00:00"_s << Kind::Nothing << 0;
    QTest::newRow("the first day") << u"2026-11-16T00:00:00"_s << Kind::Expires << 14;
    QTest::newRow("soon") << u"2026-11-21T23:00:00"_s << Kind::Expires << 9;
    QTest::newRow("the last minute") << u"2026-11-30T11:59:00"_s << Kind::Expires << 0;
    QTest::newRow("now") << u"2026-11-30T12:00:00"_s << Kind::Expired << 0;
    QTest::newRow("after") << u"2026-12-02T00:00:00"_s << Kind::Expired << 2;
}

void TestKeyDue::expiry()
{
    QFETCH(QString, now);
    const KeyDue due = dueOf(keyMade(u"2026-09-02T10:00:00"_s, u"2026-11-30T12:00:00"_s), {14, 0}, at(now));
    QTEST(due.kind, "kind");
    QFETCH(int, days);
    QCOMPARE(due.days, days);
    QCOMPARE(due.isDue(), due.kind != Kind::Nothing);
}

void TestKeyDue::rotation_data()
{
    QTest::addColumn<int>("own"); // -1: says nothing itself
    QTest::addColumn<int>("provider");
    QTest::addColumn<bool>("due");
    QTest::newRow("nobody says") << -1 << 0 << false;
    QTest::newRow("the provider") << -1 << 90 << true;
    QTest::newRow("the provider, on the day") << -1 << 100 << true;
    QTest::newRow("the provider, a day later") << -1 << 101 << false;
    QTest::newRow("the key") << 30 << 0 << true;
    QTest::newRow("the key says never") << 0 << 90 << false;
    QTest::newRow("the key says later") << 365 << 90 << false;
}

void TestKeyDue::rotation()
{
    QFETCH(int, own);
    QFETCH(int, provider);
    ApiKey key = keyMade(u"2026-08-18T10:00:00"_s);
    if (own >= 0)
        key.rotateAfterDays = own;
    const KeyDue due = dueOf(key, {14, provider}, at(u"2026-11-26T00:30:00"_s));
    QTEST(due.isDue(), "due");
    if (due.isDue())
        QCOMPARE(due, (KeyDue{Kind::Rotate, 100, false}));
}

void TestKeyDue::expiryComesFirst()
{
    ApiKey key = keyMade(u"2026-01-01T00:00:00"_s, u"2026-11-30T12:00:00"_s);
    key.rotateAfterDays = 30;
    QCOMPARE(dueOf(key, {}, at(u"2026-11-26T10:00:00"_s)).kind, Kind::Expires);
    QCOMPARE(dueOf(key, {2, 0}, at(u"2026-11-26T10:00:00"_s)).kind, Kind::Rotate);
}

void TestKeyDue::gonesAreNotDue()
{
    ApiKey key = keyMade(u"2026-01-01T00:00:00"_s, u"2026-11-20T12:00:00"_s);
    for (const auto status : {ApiKey::Status::Revoked, ApiKey::Status::Missing}) {
        key.status = status;
        QCOMPARE(dueOf(key, {14, 30}, at(u"2026-11-26T10:00:00"_s)), KeyDue());
    }
    key.status = ApiKey::Status::Refused;
    QVERIFY(dueOf(key, {14, 30}, at(u"2026-11-26T10:00:00"_s)).isDue());
    QCOMPARE(dueOf(ApiKey(), {14, 30}, at(u"2026-11-26T10:00:00"_s)), KeyDue());
}

void TestKeyDue::daysAreThoseOfTheZone()
{
    // 30 November 01:00 in Auckland, when it is still the 29th in New York.
    ApiKey key = keyMade(u"2026-09-02T10:00:00"_s);
    key.expiresAt = at(u"2026-11-30T01:00:00"_s, "Pacific/Auckland").toUTC();
    const QDateTime moment = at(u"2026-11-28T12:00:00"_s);
    QCOMPARE(dueOf(key, {}, moment.toTimeZone(QTimeZone("Pacific/Auckland"))), (KeyDue{Kind::Expires, 1}));
    QCOMPARE(dueOf(key, {}, moment.toTimeZone(QTimeZone("America/New_York"))), (KeyDue{Kind::Expires, 1}));
    QCOMPARE(dueOf(key, {}, at(u"2026-11-29T23:30:00"_s, "Pacific/Auckland")).days, 1);
    // Expired is a moment, the same everywhere.
    for (const char *zone : {"Pacific/Auckland", "America/New_York", "UTC"}) {
        QCOMPARE(dueOf(key, {}, key.expiresAt.toTimeZone(QTimeZone(zone))).kind, Kind::Expired);
        QCOMPARE(dueOf(key, {}, key.expiresAt.addSecs(-1).toTimeZone(QTimeZone(zone))),
                 (KeyDue{Kind::Expires, 0}));
    }
    // The day on which the clock is put forward has 23 hours, and counts as one.
    key.expiresAt = at(u"2026-03-30T00:10:00"_s, "Europe/Berlin").toUTC();
    QCOMPARE(dueOf(key, {}, at(u"2026-03-28T23:50:00"_s, "Europe/Berlin")).days, 2);
}

void TestKeyDue::aClockThatJumpsLeavesNoTrace()
{
    const ApiKey key = keyMade(u"2026-09-02T10:00:00"_s, u"2026-12-30T12:00:00"_s);
    const DueRules rules{14, 365};
    const QDateTime now = at(u"2026-11-26T10:00:00"_s);
    QCOMPARE(dueOf(key, rules, now), KeyDue());
    QCOMPARE(dueOf(key, rules, now.addYears(20)).kind, Kind::Expired);
    QCOMPARE(dueOf(key, rules, now.addYears(-20)), KeyDue());
    QCOMPARE(dueOf(key, rules, now), KeyDue());
}

void TestKeyDue::aKeyMadeByAClockAheadIsAsOldAsItsFirstUse()
{
    ApiKey key = keyMade(u"2046-09-02T10:00:00"_s);
    key.rotateAfterDays = 30;
    QCOMPARE(dueOf(key, {}, at(u"2026-11-26T10:00:00"_s)), KeyDue());
    key.lastUsedAt = at(u"2026-10-01T10:00:00"_s).toUTC();
    QCOMPARE(dueOf(key, {}, at(u"2026-11-26T10:00:00"_s)), (KeyDue{Kind::Rotate, 56}));
}

void TestKeyDue::snoozes()
{
    ApiKey key = keyMade(u"2026-09-02T10:00:00"_s, u"2026-11-30T12:00:00"_s);
    key.snoozedUntil = at(u"2026-11-27T10:00:00"_s).toUTC();
    const KeyDue snoozed = dueOf(key, {}, at(u"2026-11-26T10:00:00"_s));
    QCOMPARE(snoozed, (KeyDue{Kind::Expires, 4, true}));
    QVERIFY(!snoozed.isDue());
    QVERIFY(dueOf(key, {}, at(u"2026-11-27T10:00:00"_s)).isDue());
    QCOMPARE(nextDueChange(key, at(u"2026-11-26T10:00:00"_s)), key.snoozedUntil);
    QCOMPARE(nextDueChange(key, at(u"2026-11-28T10:00:00"_s)), key.expiresAt);
    QVERIFY(!nextDueChange(key, at(u"2026-12-28T10:00:00"_s)).isValid());
}

void TestKeyDue::aSnoozeOfYearsIsNone()
{
    ApiKey key = keyMade(u"2026-09-02T10:00:00"_s, u"2026-11-30T12:00:00"_s);
    key.snoozedUntil = at(u"2036-11-27T10:00:00"_s).toUTC();
    QVERIFY(dueOf(key, {}, at(u"2026-11-26T10:00:00"_s)).isDue());
    key.snoozedUntil = at(u"2026-12-26T10:00:00"_s).toUTC();
    QVERIFY(!dueOf(key, {}, at(u"2026-11-26T10:00:00"_s)).isDue());
}

void TestKeyDue::reads()
{
    const ApiKey key = keyMade(u"2026-09-02T10:00:00"_s, u"2026-11-30T12:00:00"_s);
    const QDateTime now = at(u"2026-11-21T10:00:00"_s);
    QCOMPARE(dueWords({Kind::Expires, 9}), u"expires in 9 days"_s);
    QCOMPARE(dueWords({Kind::Expires, 0}), u"expires today"_s);
    QCOMPARE(dueWords({Kind::Expired, 1}), u"expired yesterday"_s);
    QCOMPARE(dueWords({Kind::Rotate, 100}), u"is 100 days old"_s);
    QVERIFY(dueWords({}).isEmpty() && dueAdvice(key, {}, now).isEmpty());
    QCOMPARE(
        dueAdvice(key, {Kind::Expires, 9}, now),
        u"Expires 30 November. Rotate it now: the old key keeps working until the new one has proved itself."_s);
    QVERIFY(dueAdvice(key, {Kind::Expired, 9}, now.addYears(1)).contains(u"30 November 2026"_s));
}

// --- The watch
// --------------------------------------------------------------------------------------------------------

void TestKeyDue::watchFollowsKeysAndSettings()
{
    test::CoreFixture core;
    DueWatch &watch = *core->due;
    QSignalSpy changed(&watch, &DueWatch::changed);
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    const ApiKey key = core.addKey(draft, "talq_0123456789abcdef3f9a");
    QCOMPARE(watch.count(), 0);

    QVERIFY(core->keyService->setExpiry(key.id, QDateTime::currentDateTime().addDays(20)));
    QCOMPARE(watch.count(), 0);
    core->settings->setExpiryReminderDays(30);
    QCOMPARE(watch.count(), 1);
    QCOMPARE(watch.due(), QList<QUuid>{key.id});
    QCOMPARE(watch.of(key.id).kind, Kind::Expires);
    QCOMPARE(changed.size(), 1);

    QVERIFY(core->keyService->snooze(key.id, QDateTime::currentDateTime().addDays(7)));
    QCOMPARE(watch.count(), 0);
    QVERIFY(watch.of(key.id).snoozed);
    QVERIFY(core->keyService->snooze(key.id, {}));
    QCOMPARE(watch.count(), 1);

    QVERIFY(core->keyService->setExpiry(key.id, {}));
    QCOMPARE(watch.count(), 0);
    QVERIFY(core->keyService->setRotation(key.id, 1));
    QVERIFY(!core->keyService->setRotation(key.id, 99'999));
    QCOMPARE(watch.count(), 0);
    QVERIFY(core->keyService->setExpiry(key.id, QDateTime::currentDateTime().addDays(1)));
    QCOMPARE(watch.count(), 1);
    QVERIFY(core->keyService->remove(key.id));
    QCOMPARE(watch.count(), 0);
    QVERIFY(watch.due().isEmpty());
}

void TestKeyDue::aRevokedKeyIsNeverDue()
{
    test::HttpTestServer server;
    server.answer(test::response(401));
    test::CoreFixture core;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.expiresAt = QDateTime::currentDateTimeUtc().addDays(-400);
    draft.origins = {server.origin()};
    ApiKey key = core.addKey(draft, "talq_0123456789abcdef3f9a");
    QCOMPARE(core->due->of(key.id).kind, Kind::Expired);
    QVERIFY(core->due->of(key.id).isDue());
    key.status = ApiKey::Status::Revoked;
    QVERIFY(core->keys->update(key));
    QCOMPARE(core->due->count(), 0);

    // Nor again once it was tried, or refused in a call.
    KeyJob *job = core->keyService->check(key.id);
    std::optional<Result<ApiKey>> checked;
    connect(job, &KeyJob::finished, this, [&checked](const Result<ApiKey> &outcome) { checked = outcome; });
    QTRY_VERIFY_WITH_TIMEOUT(checked, 20'000);
    QVERIFY2(*checked, qPrintable(*checked ? QString() : checked->error().message));
    QCOMPARE(server.requests().size(), 1);
    core->keyService->noteUse(key.id, 401);
    QCOMPARE(core->due->of(key.id), KeyDue());
    QVERIFY(core->due->due().isEmpty());
}

void TestKeyDue::watchFollowsTheClock()
{
    test::CoreFixture core;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.expiresAt = at(u"2026-12-10T12:00:00"_s).toUTC();
    const ApiKey key = core.addKey(draft, "talq_0123456789abcdef3f9a");
    QDateTime now = at(u"2026-11-25T23:59:50"_s, "Europe/Berlin");
    DueWatch watch(*core->keys, *core->settings, [&now] { return now; });
    QSignalSpy changed(&watch, &DueWatch::changed);
    const auto pass = [&](const QDateTime &to) {
        now = to;
        watch.lookAtClock();
    };
    QCOMPARE(watch.count(), 0);
    pass(now.addSecs(5));
    QCOMPARE(changed.size(), 0);
    pass(now.addSecs(5)); // midnight
    QCOMPARE(watch.of(key.id), (KeyDue{Kind::Expires, 14}));
    pass(at(u"2026-12-10T13:00:00"_s, "Europe/Berlin")); // after a long sleep; exactly when it expires
    QCOMPARE(watch.of(key.id).kind, Kind::Expired);
    pass(now.addYears(-1));
    QCOMPARE(watch.count(), 0);
    pass(now.addYears(5));
    QCOMPARE(watch.of(key.id).kind, Kind::Expired);
    pass(at(u"2026-11-26T00:30:00"_s, "Europe/Berlin"));
    QCOMPARE(watch.count(), 1);
    pass(now.addSecs(1).toTimeZone(QTimeZone("America/New_York"))); // where it is the 25th
    QCOMPARE(watch.of(key.id), KeyDue());
}

void TestKeyDue::watchIsQuietWhileNothingHappens()
{
    test::CoreFixture core;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.expiresAt = QDateTime::currentDateTimeUtc().addDays(3);
    const ApiKey key = core.addKey(draft, "talq_0123456789abcdef3f9a");
    QSignalSpy changed(core->due.get(), &DueWatch::changed);
    core->due->lookAtClock();
    QVERIFY(core->keyService->rename(key.id, u"Other"_s));
    core->keyService->noteUse(key.id, 200);
    QCOMPARE(changed.size(), 0);
}

void TestKeyDue::watchesThousandsForNothing()
{
    test::CoreFixture core;
    QVERIFY(core->database->transaction([&core]() -> Result<void> {
        for (int i = 0; i < 2'000; ++i) {
            const auto row = core->database->run(
                u"INSERT INTO keys (id, name, provider_id, kind_id, hint, fingerprint, header_name, "
                u"header_prefix, place, pending, status, created_at, "
                "expires_at) VALUES (?, 'K', 'talkover', 'environment', 'h', X'00', 'A', 'B', 'session', 0, 'works', ?, ?)"_s,
                {QUuid::createUuid().toString(QUuid::WithoutBraces), i,
                 at(u"2026-12-10T12:00:00"_s).addDays(i).toMSecsSinceEpoch()});
            if (!row)
                return tl::unexpected(row.error());
        }
        return {};
    }));
    QDateTime now = at(u"2026-12-09T12:00:00"_s);
    int asked = 0;
    DueWatch watch(*core->keys, *core->settings, [&] {
        ++asked;
        return now;
    });
    QVERIFY(core->keys->refresh());
    QCOMPARE(core->keys->all().size(), 2'000);
    QCOMPARE(watch.count(), 14);
    // Half a minute's look asks the clock and nothing else: ten thousand of them are over at once.
    QSignalSpy changed(&watch, &DueWatch::changed);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 10'000; ++i)
        watch.lookAtClock();
    const qint64 looks = timer.nsecsElapsed() / 10'000;
    timer.start();
    now = now.addDays(1);
    watch.lookAtClock();
    QVERIFY2(looks * 20 < timer.nsecsElapsed(), qPrintable(u"%1 ns"_s.arg(looks)));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(watch.count(), 15);
}

// --- Safe to revoke?
// --------------------------------------------------------------------------------------------------

void TestKeyDue::adviceKnowsTheLastUse()
{
    const QDateTime now = at(u"2026-11-26T10:00:00"_s);
    Environment production;
    production.id = QUuid::createUuid();
    production.name = u"Production"_s;
    Environment staging = production;
    staging.id = QUuid::createUuid();
    staging.name = u"Staging"_s;
    const QList<Environment> all{production, staging};
    const ApiKey key = keyMade(u"2026-01-01T00:00:00"_s);
    const auto row = [&now](int days, const QUuid &environment) {
        return UsageRow{now.date().addDays(-days), u"https://app.talkover.ai"_s, environment, 3, 0, 200,
                        now.addDays(-days).toUTC()};
    };

    RevokeAdvice advice = revokeAdvice(key, {}, all, {}, now);
    QCOMPARE(advice.level, Level::Safe);
    QCOMPARE(advice.text(), u"Keydesk has never sent it anywhere. No environment and no request names it."_s);
    advice = revokeAdvice(key, {row(40, staging.id), row(0, production.id)}, all, {}, now);
    QCOMPARE(advice.level, Level::InUse);
    QCOMPARE(advice.use,
             u"Last used today by Production (https://app.talkover.ai). In the last 90 days also by Staging "
             "(https://app.talkover.ai)."_s);
    advice = revokeAdvice(key, {row(40, staging.id)}, all, {}, now);
    QCOMPARE(advice.level, Level::Careful);
    QCOMPARE(advice.use, u"Last used 40 days ago by Staging (https://app.talkover.ai)."_s);
    advice = revokeAdvice(key, {row(104, QUuid::createUuid())}, all, {}, now);
    QCOMPARE(advice.level, Level::Safe);
    QCOMPARE(advice.use, u"Last used 104 days ago by https://app.talkover.ai."_s);
}

void TestKeyDue::adviceNamesWhoNamesIt()
{
    const QDateTime now = at(u"2026-11-26T10:00:00"_s);
    const ApiKey key = keyMade(u"2026-01-01T00:00:00"_s);
    Environment production;
    production.id = QUuid::createUuid();
    production.name = u"Production"_s;
    production.keys = {{u"environment"_s, key.id}};
    Environment staging;
    staging.id = QUuid::createUuid();
    staging.name = u"Staging"_s;
    staging.keys = {{u"environment"_s, QUuid::createUuid()}};
    staging.identities = {{u"read only"_s, {{u"environment"_s, key.id}}}};

    RevokeAdvice advice = revokeAdvice(key, {}, {production, staging}, {}, now);
    QCOMPARE(advice.level, Level::Careful);
    QCOMPARE(advice.named, u"It is a key of Production and Staging (as read only)."_s);
    advice = revokeAdvice(key, {}, {}, {u"GET /a"_s}, now);
    QCOMPARE(advice.level, Level::Careful);
    QCOMPARE(advice.named, u"A request names it: GET /a."_s);
    advice = revokeAdvice(key, {}, {production},
                          {u"GET /a"_s, u"GET /b"_s, u"GET /c"_s, u"GET /d"_s, u"GET /e"_s}, now);
    QCOMPARE(advice.named,
             u"It is the key of Production. Requests name it: GET /a, GET /b, GET /c, and 2 more."_s);
}

void TestKeyDue::adviceTakesNoClockForGranted()
{
    const QDateTime now = at(u"2026-11-26T10:00:00"_s);
    ApiKey key = keyMade(u"2026-01-01T00:00:00"_s);
    // Counted while the clock was ten years ahead: as good as now.
    const UsageRow ahead{QDate(2036, 1, 1), u"https://a.test"_s, {}, 1, 0, 200, at(u"2036-01-01T00:00:00"_s)};
    QCOMPARE(revokeAdvice(key, {ahead}, {}, {}, now).use, u"Last used today by https://a.test."_s);
    // Used before there was a journal.
    key.lastUsedAt = at(u"2026-11-25T10:00:00"_s);
    RevokeAdvice advice = revokeAdvice(key, {}, {}, {}, now);
    QCOMPARE(advice.level, Level::InUse);
    QCOMPARE(advice.use, u"Last used yesterday."_s);
}

QTEST_GUILESS_MAIN(TestKeyDue)
#include "test_key_due.moc"
