#include "tests/support/CoreFixture.h"
#include "ui/DueNotifier.h"

#include <QDBusConnection>
#include <QVariantMap>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";
const auto service = u"org.freedesktop.Notifications"_s;

} // namespace

/// A notification service as desktops have one, in this process, on the test's own bus.
class Service : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    struct Shown
    {
        QString application;
        uint replaces;
        QString summary;
        QString body;
        QStringList actions;
    };

    Service()
        : m_bus(QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"service"_s))
    {
    }
    ~Service() override { leave(); }

    bool come()
    {
        return m_bus.registerObject(u"/org/freedesktop/Notifications"_s, this,
                                    QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals) &&
               m_bus.registerService(service);
    }
    void leave()
    {
        m_bus.unregisterService(service);
        m_bus.unregisterObject(u"/org/freedesktop/Notifications"_s);
    }

    QList<Shown> shown;
    QStringList capabilities{u"actions"_s, u"body"_s};

public Q_SLOTS:
    QStringList GetCapabilities() { return capabilities; }
    uint Notify(const QString &application, uint replaces, const QString &, const QString &summary,
                const QString &body, const QStringList &actions, const QVariantMap &, int)
    {
        shown.append({application, replaces, summary, body, actions});
        return 7;
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);

private:
    QDBusConnection m_bus;
};

class TestReminders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void tellsOnceADay();
    void namesSeveralAndLeavesOutTheRest();
    void aClickOpensTheKey();
    void holdsNoSecret();
    void escapesForAServiceThatReadsMarkup();
    void isQuietWhenSnoozedOrSwitchedOff();
    void tellsWhenTheServiceComesLater();

private:
    ApiKey addKey(const QString &name, std::string_view bytes, int days);
    void notifier();
    /// Waits until what is due was looked at once more.
    void settle();

    std::unique_ptr<test::CoreFixture> m_core;
    QDateTime m_now;
    std::unique_ptr<DueWatch> m_due;
    std::unique_ptr<Service> m_service;
    std::unique_ptr<DueNotifier> m_notifier;
    std::unique_ptr<QSignalSpy> m_settled;
    qsizetype m_seen = 0;
};

void TestReminders::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_now = QDateTime::currentDateTime();
    m_due = std::make_unique<DueWatch>(*(*m_core)->keys, *(*m_core)->settings, [this] { return m_now; });
    m_service = std::make_unique<Service>();
    QVERIFY(m_service->come());
}

void TestReminders::cleanup()
{
    m_notifier.reset();
    m_service.reset();
    m_due.reset();
    m_core.reset();
}

ApiKey TestReminders::addKey(const QString &name, std::string_view bytes, int days)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.expiresAt = m_now.addDays(days).toUTC();
    return m_core->addKey(draft, bytes);
}

void TestReminders::notifier()
{
    m_notifier =
        std::make_unique<DueNotifier>(*m_due, *(*m_core)->keys, *(*m_core)->settings, *(*m_core)->database,
                                      (*m_core)->redactor, QDBusConnection::sessionBus());
    m_settled = std::make_unique<QSignalSpy>(m_notifier.get(), &DueNotifier::settled);
    m_seen = 0;
}

void TestReminders::settle()
{
    QTRY_VERIFY_WITH_TIMEOUT(m_settled->count() > m_seen, 20'000);
    m_seen = m_settled->count();
}

void TestReminders::tellsOnceADay()
{
    const ApiKey key = addKey(u"CI pipeline"_s, token, 9);
    notifier();
    settle();
    QCOMPARE(m_service->shown.size(), 1);
    QCOMPARE(m_service->shown.first().application, u"Keydesk"_s);
    QCOMPARE(m_service->shown.first().summary, u"A key is due"_s);
    QCOMPARE(m_service->shown.first().body, u"“CI pipeline” expires in 9 days"_s);
    // Not again today: not after a change, and not after a restart.
    QVERIFY((*m_core)->keyService->setExpiry(key.id, m_now.addDays(8)));
    notifier();
    settle();
    QCOMPARE(m_service->shown.size(), 1);
    // Another one today is told alone.
    QVERIFY(!addKey(u"Dialer"_s, "talq_secondsecondsecond2222", 2).id.isNull());
    settle();
    QCOMPARE(m_service->shown.size(), 2);
    QCOMPARE(m_service->shown.last().body, u"“Dialer” expires in 2 days"_s);
    // Tomorrow both.
    m_now = m_now.addDays(1);
    m_due->lookAtClock();
    settle();
    QCOMPARE(m_service->shown.size(), 3);
    QCOMPARE(m_service->shown.last().summary, u"2 keys are due"_s);
    // The clock goes back by a year: they are not due there; and back again.
    m_now = m_now.addYears(-1);
    m_due->lookAtClock();
    m_now = m_now.addYears(1);
    m_due->lookAtClock();
    settle();
    QCOMPARE(m_service->shown.size(), 3);
}

void TestReminders::namesSeveralAndLeavesOutTheRest()
{
    for (int i = 0; i < 8; ++i)
        QVERIFY(!addKey(u"Key %1"_s.arg(i), "talq_0123456789abcdef000" + std::to_string(i), 3).id.isNull());
    notifier();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QCOMPARE(m_service->shown.first().summary, u"8 keys are due"_s);
    QVERIFY(m_service->shown.first().body.contains(u"“Key 4”"));
    QVERIFY(!m_service->shown.first().body.contains(u"“Key 5”"));
    QVERIFY(m_service->shown.first().body.endsWith(u"and 3 more"));
}

void TestReminders::aClickOpensTheKey()
{
    const ApiKey key = addKey(u"CI"_s, token, 3);
    notifier();
    QSignalSpy opened(m_notifier.get(), &DueNotifier::openRequested);
    settle();
    QCOMPARE(m_service->shown.size(), 1);
    QCOMPARE(m_service->shown.first().actions.first(), u"default"_s);
    Q_EMIT m_service->ActionInvoked(99, u"default"_s); // of another application
    Q_EMIT m_service->ActionInvoked(7, u"default"_s);
    QTRY_COMPARE(opened.size(), 1);
    QCOMPARE(opened.first().first().value<QList<QUuid>>(), QList<QUuid>{key.id});
}

void TestReminders::holdsNoSecret()
{
    const QString text = QString::fromLatin1(token.data(), qsizetype(token.size()));
    const ApiKey key = addKey(u"my "_s + text, token, 3); // somebody pastes it into the wrong field
    notifier();
    QTRY_COMPARE(m_service->shown.size(), 1);
    const Service::Shown &shown = m_service->shown.first();
    for (const QString &each : QStringList{shown.summary, shown.body} + shown.actions) {
        QVERIFY(!each.contains(text));
        QVERIFY(!each.contains(key.hint));
    }
    QVERIFY(shown.body.contains(u"“my ••••”"));
}

void TestReminders::escapesForAServiceThatReadsMarkup()
{
    m_service->capabilities = {u"body-markup"_s};
    QVERIFY(!addKey(u"<b>A & B</b>"_s, token, 3).id.isNull());
    notifier();
    QTRY_COMPARE(m_service->shown.size(), 1);
    QVERIFY(m_service->shown.first().body.contains(u"&lt;b&gt;A &amp; B&lt;/b&gt;"));
    QVERIFY(m_service->shown.first().actions.isEmpty());
}

void TestReminders::isQuietWhenSnoozedOrSwitchedOff()
{
    const ApiKey key = addKey(u"CI"_s, token, 3);
    QVERIFY((*m_core)->keyService->snooze(key.id, m_now.addDays(1)));
    notifier();
    settle();
    QVERIFY(m_service->shown.isEmpty());
    (*m_core)->settings->setDesktopReminders(false);
    QVERIFY((*m_core)->keyService->snooze(key.id, {}));
    settle();
    QVERIFY(m_service->shown.isEmpty());
    (*m_core)->settings->setDesktopReminders(true);
    QTRY_COMPARE(m_service->shown.size(), 1);
}

void TestReminders::tellsWhenTheServiceComesLater()
{
    m_service->leave();
    QVERIFY(!addKey(u"CI"_s, token, 3).id.isNull());
    notifier();
    settle();
    QVERIFY(m_service->shown.isEmpty());
    QVERIFY(m_service->come());
    QTRY_COMPARE(m_service->shown.size(), 1);
}

QTEST_GUILESS_MAIN(TestReminders)
#include "test_reminders.moc"
