#include "app/models/KeysModel.h"
#include "app/models/UsageModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Widgets.h"
#include "tests/ui/ScreenReader.h"
#include "ui/MainWindow.h"
#include "ui/console/ConsolePage.h"
#include "ui/keys/AuditDialog.h"
#include "ui/keys/KeysPage.h"
#include "ui/keys/UsageChart.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Clipboard.h"

#include <QAccessible>
#include <QAction>
#include <QCalendarWidget>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QSpinBox>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

} // namespace

/// Reminders, use and trail in the window.
class TestKeyWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theTabTellsHowManyAreDue();
    void dueIsAFilter();
    void dueIsSaidInTableAndDetails();
    void snoozes();
    void setsExpiryAndRotationByHand();
    void aNotificationLeadsToTheKey();

    void theChartIsATableToScreenReaders();
    void theChartIsWalkedByKeyboard();
    void theChartIsDrawnFromThePalette();
    void thePeriodAndTheTableAreRemembered();
    void saysWhetherItIsSafeToRevoke();
    void asksWithTheAdviceBeforeDeleting();

    void whatHappenedIsShownAsItHappens();
    void theTrailOpensForAKeyAndForAll();
    void theTrailIsFilteredAndFollowsEvents();
    void theTrailSaysThatItWasEdited();
    void theTrailIsExported();

private:
    ApiKey addKey(const QString &name, std::string_view bytes, const QDateTime &expires = {});
    QAction *action(const QString &text) const;
    [[nodiscard]] bool isShown(const QString &text) const;
    void use(const ApiKey &key, int calls, int failures, int daysAgo);

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

void TestKeyWatch::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    m_theme = std::make_unique<ThemeController>(*qApp, *(*m_core)->settings);
    m_window = std::make_unique<MainWindow>(**m_core, *m_clipboard);
    m_window->show();
    m_window->showTab(MainWindow::KeysTab);
}

void TestKeyWatch::cleanup()
{
    m_window.reset();
    m_theme.reset();
    m_clipboard.reset();
    m_core.reset();
}

ApiKey TestKeyWatch::addKey(const QString &name, std::string_view bytes, const QDateTime &expires)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.expiresAt = expires;
    return m_core->addKey(draft, bytes);
}

QAction *TestKeyWatch::action(const QString &text) const
{
    for (QAction *each : m_window->keysPage().keyActions()) {
        if (each->text() == text)
            return each;
        for (QAction *inner : each->menu() ? each->menu()->actions() : QList<QAction *>()) {
            if (inner->text() == text)
                return inner;
        }
    }
    return nullptr;
}

bool TestKeyWatch::isShown(const QString &text) const
{
    for (const QWidget *window : QApplication::topLevelWidgets()) {
        for (const QLabel *label : window->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
    }
    return false;
}

/// As if the key had been used some days ago.
void TestKeyWatch::use(const ApiKey &key, int calls, int failures, int daysAgo)
{
    QDateTime then = QDateTime::currentDateTime().addDays(-daysAgo);
    UsageJournal journal(*(*m_core)->database, [&then] { return then; });
    for (int i = 0; i < calls; ++i)
        journal.count({key.id,
                       *Origin::fromString(u"https://app.talkover.ai"_s),
                       {},
                       i < failures ? 500 : 200,
                       i < failures,
                       then.toUTC()});
    QVERIFY(journal.write());
    Q_EMIT(*m_core)->usage->changed(key.id);
}

void TestKeyWatch::theTabTellsHowManyAreDue()
{
    auto *tabs = find<QTabBar>(m_window.get(), u"Sections"_s);
    QVERIFY(tabs);
    QCOMPARE(tabs->tabData(MainWindow::KeysTab).toString(), QString());
    const int before = tabs->tabRect(MainWindow::KeysTab).width();
    const ApiKey key = addKey(u"CI"_s, token, QDateTime::currentDateTimeUtc().addDays(3));
    QCOMPARE(tabs->tabData(MainWindow::KeysTab).toString(), u"1 due"_s);
    QVERIFY(tabs->tabRect(MainWindow::KeysTab).width() > before);
    QCOMPARE(tabs->tabText(MainWindow::KeysTab), u"API Keys"_s);
    QAccessibleInterface *bar = QAccessible::queryAccessibleInterface(tabs);
    QCOMPARE(bar->child(MainWindow::KeysTab)->text(QAccessible::Name), u"API Keys"_s);
    QVERIFY(tabs->tabToolTip(MainWindow::KeysTab).contains(u"1 key"));
    QVERIFY((*m_core)->keyService->remove(key.id));
    QCOMPARE(tabs->tabData(MainWindow::KeysTab).toString(), QString());
}

void TestKeyWatch::dueIsAFilter()
{
    QVERIFY(!addKey(u"Soon"_s, token, QDateTime::currentDateTimeUtc().addDays(3)).id.isNull());
    const ApiKey later =
        addKey(u"Later"_s, "talq_secondsecondsecond2222", QDateTime::currentDateTimeUtc().addDays(300));
    auto *table = find<QTableView>(m_window.get(), u"Keys"_s);
    auto *status = find<QComboBox>(m_window.get(), u"Status filter"_s);
    QVERIFY(table && status);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    status->setCurrentIndex(status->findText(u"Due"_s));
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, KeysModel::Name).data().toString(), u"Soon"_s);
    // One that becomes due comes in, whatever its status is otherwise.
    QVERIFY((*m_core)->keyService->setExpiry(later.id, QDateTime::currentDateTimeUtc().addDays(1)));
    (*m_core)->keyService->noteUse(later.id, 401);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QVERIFY((*m_core)->keyService->setExpiry(later.id, {}));
    QTRY_COMPARE(table->model()->rowCount(), 1);
}

void TestKeyWatch::dueIsSaidInTableAndDetails()
{
    const ApiKey key = addKey(u"Soon"_s, token, QDateTime::currentDateTimeUtc().addDays(9));
    (*m_core)->keyService->noteUse(key.id, 200);
    m_window->keysPage().selectKey(key.id);
    auto *table = find<QTableView>(m_window.get(), u"Keys"_s);
    QTRY_COMPARE(table->model()->index(0, KeysModel::Status).data().toString(), u"Rotate"_s);
    QVERIFY(table->model()
                ->index(0, KeysModel::Status)
                .data(Qt::ToolTipRole)
                .toString()
                .contains(u"Rotate it now"));
    QTRY_VERIFY(isShown(u"Rotate it now: the old key keeps working"_s));
    bool chip = false;
    for (const Chip *each : m_window->findChildren<Chip *>())
        chip = chip || (each->isVisible() && each->text() == u"Rotate");
    QVERIFY(chip);
    // What is worse than being due is said instead.
    (*m_core)->keyService->noteUse(key.id, 401);
    QTRY_COMPARE(table->model()->index(0, KeysModel::Status).data().toString(), u"Refused"_s);
}

void TestKeyWatch::snoozes()
{
    const ApiKey key = addKey(u"Soon"_s, token, QDateTime::currentDateTimeUtc().addDays(3));
    m_window->keysPage().selectKey(key.id);
    auto *tabs = find<QTabBar>(m_window.get(), u"Sections"_s);
    QTRY_VERIFY(action(u"For 1 Week"_s)->isEnabled());
    QVERIFY(!action(u"Remind Again"_s)->isEnabled());
    action(u"For 1 Week"_s)->trigger();
    const QDateTime until = (*m_core)->keys->find(key.id)->snoozedUntil;
    QCOMPARE(QDateTime::currentDateTimeUtc().daysTo(until), 7);
    QCOMPARE(tabs->tabData(MainWindow::KeysTab).toString(), QString());
    QTRY_VERIFY(isShown(u"No reminder until"_s));
    QVERIFY(!action(u"For 1 Day"_s)->isEnabled());
    QVERIFY(test::press(u"Remind Again"_s));
    QTRY_VERIFY(!(*m_core)->keys->find(key.id)->snoozedUntil.isValid());
    QCOMPARE(tabs->tabData(MainWindow::KeysTab).toString(), u"1 due"_s);
    QCOMPARE((*m_core)->keys->events(key.id).first().action, KeyAction::Edited);
}

void TestKeyWatch::setsExpiryAndRotationByHand()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    action(u"Set Expiry…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Expiry and Rotation"_s));
    QWidget *dialog = test::window(u"Expiry and Rotation"_s);
    auto *calendar = find<QCalendarWidget>(dialog, u"Last day"_s);
    auto *days = dialog->findChild<QSpinBox *>();
    const auto combos = dialog->findChildren<QComboBox *>();
    QVERIFY(calendar && days);
    QVERIFY(!calendar->isEnabled());
    QComboBox *ends = nullptr;
    QComboBox *rotates = nullptr;
    for (const QLabel *label : dialog->findChildren<QLabel *>()) {
        if (label->text() == u"&Expires")
            ends = qobject_cast<QComboBox *>(label->buddy());
        if (label->text() == u"&Remind me to rotate it")
            rotates = qobject_cast<QComboBox *>(label->buddy());
    }
    QVERIFY(ends && rotates);
    ends->setCurrentIndex(1);
    QVERIFY(calendar->isEnabled());
    const QDate last = QDate::currentDate().addDays(5);
    calendar->setSelectedDate(last);
    rotates->setCurrentIndex(2);
    QVERIFY(days->isVisible());
    days->setValue(45);
    QVERIFY(test::press(u"Save"_s));
    QTRY_VERIFY(!test::window(u"Expiry and Rotation"_s));
    ApiKey now = *(*m_core)->keys->find(key.id);
    QCOMPARE(now.expiresAt.toLocalTime().date(), last);
    QCOMPARE(now.rotateAfterDays.value_or(0), 45);
    QCOMPARE((*m_core)->due->count(), 1);

    // And away with both.
    QTRY_VERIFY(action(u"Set Expiry…"_s)->isEnabled());
    action(u"Set Expiry…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Expiry and Rotation"_s));
    dialog = test::window(u"Expiry and Rotation"_s);
    for (const QLabel *label : dialog->findChildren<QLabel *>()) {
        if (auto *box = qobject_cast<QComboBox *>(label->buddy()))
            box->setCurrentIndex(0);
    }
    QVERIFY(test::press(u"Save"_s));
    QTRY_VERIFY(!test::window(u"Expiry and Rotation"_s));
    now = *(*m_core)->keys->find(key.id);
    QVERIFY(!now.expiresAt.isValid());
    QVERIFY(!now.rotateAfterDays);
    QCOMPARE((*m_core)->due->count(), 0);
}

void TestKeyWatch::aNotificationLeadsToTheKey()
{
    const ApiKey first = addKey(u"First"_s, token, QDateTime::currentDateTimeUtc().addDays(3));
    const ApiKey second =
        addKey(u"Second"_s, "talq_secondsecondsecond2222", QDateTime::currentDateTimeUtc().addDays(3));
    QVERIFY(!addKey(u"Third"_s, "talq_thirdthirdthirdthird33").id.isNull());
    auto *table = find<QTableView>(m_window.get(), u"Keys"_s);
    QTRY_COMPARE(table->model()->rowCount(), 3);
    m_window->showTab(MainWindow::ConsoleTab);
    m_window->showKeys({second.id});
    QTRY_VERIFY(m_window->keysPage().isVisible());
    QCOMPARE(table->currentIndex().data(KeysModel::IdRole).toUuid(), second.id);
    QCOMPARE(table->model()->rowCount(), 3);
    m_window->showKeys({first.id, second.id});
    QCOMPARE(table->model()->rowCount(), 2);
}

// --- Use
// ----------------------------------------------------------------------------------------------------------------

void TestKeyWatch::theChartIsATableToScreenReaders()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    use(key, 12, 2, 0);
    use(key, 3, 0, 5);
    auto *chart = find<UsageChart>(m_window.get(), u"Usage by day"_s);
    QVERIFY(chart);
    QAccessibleInterface *read = QAccessible::queryAccessibleInterface(chart);
    QVERIFY(read);
    QCOMPARE(read->role(), QAccessible::Table);
    QCOMPARE(read->text(QAccessible::Name), u"Usage by day"_s);
    QAccessibleTableInterface *table = read->tableInterface();
    QVERIFY(table);
    QCOMPARE(table->rowCount(), 30);
    QCOMPARE(table->columnCount(), 3);
    QCOMPARE(table->columnDescription(0), u"Day"_s);
    QCOMPARE(table->columnDescription(1), u"Calls"_s);
    QCOMPARE(table->columnDescription(2), u"Failed"_s);
    const auto cell = [&](int row, int column) {
        return table->cellAt(row, column)->text(QAccessible::Name);
    };
    QCOMPARE(cell(29, 0), QLocale().toString(QDate::currentDate(), QLocale::LongFormat));
    QCOMPARE(cell(29, 1), u"12"_s);
    QCOMPARE(cell(29, 2), u"2"_s);
    QCOMPARE(cell(24, 1), u"3"_s);
    QCOMPARE(cell(24, 2), u"0"_s);
    QCOMPARE(cell(0, 1), u"0"_s);
    QVERIFY(!table->cellAt(30, 0) && !table->cellAt(0, 3) && !table->cellAt(-1, 0));
    QCOMPARE(read->childCount(), 90);
    QAccessibleInterface *last = read->child(29 * 3 + 1);
    QVERIFY(last->isValid());
    QCOMPARE(last->role(), QAccessible::Cell);
    QCOMPARE(last->parent(), read);
    QCOMPARE(read->indexOfChild(last), 29 * 3 + 1);
    QCOMPARE(last->tableCellInterface()->rowIndex(), 29);
    QCOMPARE(last->tableCellInterface()->rowHeaderCells().first()->text(QAccessible::Name), cell(29, 0));
    QVERIFY(chart->rect().translated(chart->mapToGlobal(QPoint())).contains(last->rect()));
    // The numbers that follow are read from the same cells.
    use(key, 1, 0, 0);
    QCOMPARE(cell(29, 1), u"13"_s);
}

void TestKeyWatch::theChartIsWalkedByKeyboard()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    use(key, 12, 1, 0);
    use(key, 1, 0, 1);
    auto *chart = find<UsageChart>(m_window.get(), u"Usage by day"_s);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    const test::ScreenReader reader;
    chart->setFocus(Qt::TabFocusReason);
    QTRY_VERIFY(chart->hasFocus());
    QCOMPARE(chart->chosenDay().value_or(-1), 29);
    QTRY_VERIFY(isShown(u": 12 calls, 1 failed"_s));
    QTest::keyClick(chart, Qt::Key_Left);
    QCOMPARE(chart->chosenDay().value_or(-1), 28);
    QVERIFY(isShown(u": 1 call"_s));
    QVERIFY(!reader.heard().isEmpty());
    QVERIFY2(reader.heard().last().endsWith(u": 1 call"), qPrintable(reader.heard().last()));
    QCOMPARE(QAccessible::queryAccessibleInterface(chart)->focusChild()->text(QAccessible::Name),
             QLocale().toString(QDate::currentDate().addDays(-1), QLocale::LongFormat));
    QTest::keyClick(chart, Qt::Key_Home);
    QCOMPARE(chart->chosenDay().value_or(-1), 0);
    QTest::keyClick(chart, Qt::Key_Left);
    QCOMPARE(chart->chosenDay().value_or(-1), 0);
    QTest::keyClick(chart, Qt::Key_PageDown);
    QCOMPARE(chart->chosenDay().value_or(-1), 7);
    QTest::keyClick(chart, Qt::Key_End);
    QCOMPARE(chart->chosenDay().value_or(-1), 29);
    // The pointer goes before the keyboard.
    QVERIFY(chart->hasMouseTracking());
    const QPointF place = chart->dayRect(3).center();
    QMouseEvent moved(QEvent::MouseMove, place, chart->mapToGlobal(place), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(chart, &moved);
    QTRY_COMPARE(chart->chosenDay().value_or(-1), 3);
}

void TestKeyWatch::theChartIsDrawnFromThePalette()
{
    UsageModel model;
    UsageChart chart(model);
    chart.resize(240, 48);
    model.setDays({{QDate(2026, 11, 25), 0, 0}, {QDate(2026, 11, 26), 10, 5}});
    for (const bool dark : {false, true}) {
        const QPalette palette = theme::palette(dark);
        chart.setPalette(palette);
        const QImage image = chart.grab().toImage();
        const auto at = [&](int row, int y) { return image.pixelColor(chart.dayRect(row).center().x(), y); };
        QCOMPARE(at(1, 40), theme::colour(palette, theme::Role::Accent));
        QCOMPARE(at(1, 4), theme::colour(palette, theme::Role::Danger));
        QVERIFY(at(0, 40) != theme::colour(palette, theme::Role::Accent));
        QCOMPARE(at(0, 47), theme::colour(palette, theme::Role::Hairline));
    }
}

void TestKeyWatch::thePeriodAndTheTableAreRemembered()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    use(key, 4, 1, 60);
    QVERIFY(isShown(u"no calls"_s));
    const auto choose = [this](const QString &text) {
        for (QAction *each : m_window->findChildren<QAction *>()) {
            if (each->text() == text)
                each->trigger();
        }
    };
    choose(u"Last 90 days"_s);
    QVERIFY(isShown(u"4 calls · 1 failed"_s));
    choose(u"Show as Table"_s);
    auto *table = find<QTableView>(m_window.get(), u"Usage table"_s);
    QVERIFY(table);
    QCOMPARE(table->model()->rowCount(), 90);
    QCOMPARE(table->model()->index(29, UsageModel::Failed).data().toString(), u"1"_s);

    m_window.reset();
    m_window = std::make_unique<MainWindow>(**m_core, *m_clipboard);
    m_window->show();
    m_window->showTab(MainWindow::KeysTab);
    m_window->keysPage().selectKey(key.id);
    table = find<QTableView>(m_window.get(), u"Usage table"_s);
    QVERIFY(table);
    QCOMPARE(table->model()->rowCount(), 90);
}

void TestKeyWatch::saysWhetherItIsSafeToRevoke()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    QTRY_VERIFY(isShown(u"Keydesk has never sent it anywhere. No environment and no request names it."_s));
    // A request that was sent and names it, one that another key was chosen for since, and one that is only
    // being written.
    HistoryEntry entry;
    entry.row.at = QDateTime::currentDateTimeUtc();
    entry.row.method = u"GET"_s;
    entry.row.url = u"https://app.talkover.ai/api/v1/agents?x=1"_s;
    entry.request.key = {KeyChoice::Mode::Chosen, key.id, {}};
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    (*m_core)->history->add(entry);
    entry.row.url = u"https://app.talkover.ai/api/v1/other"_s;
    (*m_core)->history->add(entry);
    entry.request.key.keyId = QUuid::createUuid();
    (*m_core)->history->add(entry);
    QTRY_COMPARE(added.size(), 3);
    RequestSpec draft;
    draft.method = u"POST"_s;
    draft.url = u"/api/v1/calls"_s;
    draft.key = {KeyChoice::Mode::Chosen, key.id, {}};
    m_window->consolePage().open(draft);

    const ApiKey other = addKey(u"Other"_s, "talq_secondsecondsecond2222");
    m_window->keysPage().selectKey(other.id);
    m_window->keysPage().selectKey(key.id);
    QTRY_VERIFY(isShown(u"Requests name it: POST /api/v1/calls"_s));
    QTRY_VERIFY(isShown(u"GET /api/v1/agents"_s));
    QVERIFY(!isShown(u"/api/v1/other"_s));
    use(key, 1, 0, 0);
    QTRY_VERIFY(isShown(u"Last used today by https://app.talkover.ai."_s));
    bool chip = false;
    for (const Chip *each : m_window->findChildren<Chip *>())
        chip = chip || (each->isVisible() && each->text() == u"In use");
    QVERIFY(chip);
}

void TestKeyWatch::asksWithTheAdviceBeforeDeleting()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    use(key, 1, 0, 0);
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Delete Key"_s));
    bool said = false;
    for (const QLabel *label : test::window(u"Delete Key"_s)->findChildren<QLabel *>())
        said = said || label->text().contains(u"Last used today by https://app.talkover.ai");
    QVERIFY(said);
    QVERIFY(test::press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Delete Key"_s));
}

// --- The trail
// -----------------------------------------------------------------------------------------------------------

void TestKeyWatch::whatHappenedIsShownAsItHappens()
{
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    QTRY_VERIFY(isShown(u"Added, stored in"_s));
    QVERIFY((*m_core)->keyService->bindOrigin(key.id, *Origin::fromString(u"https://app.talkover.ai"_s)));
    QTRY_VERIFY(isShown(u"Bound to https://app.talkover.ai"_s));
    const Environment sandbox = (*m_core)->environments->all().first();
    QVERIFY((*m_core)->environments->setKey(sandbox.id, key.kindId, key.id));
    QTRY_VERIFY(isShown(u" · Used by the environment “%1”"_s.arg(sandbox.name)));
}

void TestKeyWatch::theTrailOpensForAKeyAndForAll()
{
    QVERIFY(!addKey(u"Other"_s, "talq_secondsecondsecond2222").id.isNull());
    const ApiKey key = addKey(u"CI"_s, token);
    m_window->keysPage().selectKey(key.id);
    QVERIFY(test::press(u"All that happened"_s));
    QTRY_VERIFY(find<QTableView>(u"Audit trail"_s));
    auto *table = find<QTableView>(u"Audit trail"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, 1).data().toString(), u"CI"_s);
    QVERIFY(test::press(u"Close"_s));
    QTRY_VERIFY(!test::window(u"Audit Trail"_s));
    action(u"Audit Trail…"_s)->trigger();
    QTRY_VERIFY(find<QTableView>(u"Audit trail"_s));
    QCOMPARE(find<QTableView>(u"Audit trail"_s)->model()->rowCount(), 2);
    QTRY_VERIFY(isShown(u"Whole: 2 entries checked"_s));
}

void TestKeyWatch::theTrailIsFilteredAndFollowsEvents()
{
    const ApiKey key = addKey(u"CI"_s, token);
    QVERIFY((*m_core)->keyService->rename(key.id, u"CI pipeline"_s));
    AuditDialog dialog(*(*m_core)->audit, *(*m_core)->keys);
    dialog.show();
    const auto rows = [&dialog] {
        auto *table = find<QTableView>(&dialog, u"Audit trail"_s);
        return table ? table->model()->rowCount() : 0;
    };
    QTRY_COMPARE(rows(), 2);
    find<QLineEdit>(&dialog, u"Search the audit trail"_s)->setText(u"renamed"_s);
    QTRY_COMPARE(rows(), 1);
    find<QLineEdit>(&dialog, u"Search the audit trail"_s)->setText(u"nothing like it"_s);
    QTRY_VERIFY(isShown(u"Nothing that matches has happened."_s));
    find<QLineEdit>(&dialog, u"Search the audit trail"_s)->clear();
    auto *actions = find<QComboBox>(&dialog, u"Action filter"_s);
    actions->setCurrentIndex(actions->findText(u"Renamed"_s));
    QTRY_COMPARE(rows(), 1);
    QVERIFY((*m_core)->keyService->rename(key.id, u"CI again"_s));
    QTRY_COMPARE(rows(), 2);
}

void TestKeyWatch::theTrailSaysThatItWasEdited()
{
    QVERIFY(!addKey(u"CI"_s, token).id.isNull());
    QVERIFY((*m_core)->database->run(u"UPDATE audit SET what = 'never mind'"_s));
    AuditDialog dialog(*(*m_core)->audit, *(*m_core)->keys);
    dialog.show();
    QTRY_VERIFY(isShown(u"The audit trail was changed outside Keydesk"_s));
}

void TestKeyWatch::theTrailIsExported()
{
    QVERIFY(!addKey(u"CI"_s, token).id.isNull());
    const QTemporaryDir folder;
    AuditDialog dialog(*(*m_core)->audit, *(*m_core)->keys);
    dialog.show();
    const QString path = folder.filePath(u"trail.csv"_s);
    dialog.exportTo(path, AuditLog::Format::Csv);
    QTRY_VERIFY(isShown(u"1 entries were written to"_s) || isShown(u"1 entry was written to"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QVERIFY(content.contains("\"CI\",added,"));
    QVERIFY(!content.contains(QByteArray(token.data(), qsizetype(token.size()))));
    dialog.exportTo(folder.filePath(u"no/such/folder.csv"_s), AuditLog::Format::Csv);
    QTRY_VERIFY(isShown(u"could not be written"_s));
}

QTEST_MAIN(TestKeyWatch)
#include "test_key_watch.moc"
