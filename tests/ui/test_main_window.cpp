#include "tests/support/CoreFixture.h"
#include "tests/support/Widgets.h"
#include "ui/KeychainButton.h"
#include "ui/MainWindow.h"
#include "ui/SingleInstance.h"
#include "ui/console/ConsolePage.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/MessageBar.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QClipboard>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTabBar>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheThreeTabsInOrder();
    void changesTabsByKeyboard();
    void switchesTheEnvironment();
    void opensTheSwitcherFromATextField();
    void saysThatAnEnvironmentIsProtected();
    void namesTheKeychainState();
    void remembersTheTab();
    void opensTheSetupWizard();
    void importsKeysByShortcut();
    void sendsByKeyRightAfterTheSetup();
    void sendsByKeyOnlyWhatIsShown();
    void asksBeforeARefusedKeyTakesTheOthersPlace();
    void isThereOnlyOnce();
};

void TestMainWindow::hasTheThreeTabsInOrder()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    auto *tabs = window.findChild<QTabBar *>();
    QCOMPARE(tabs->count(), 3);
    QCOMPARE(tabs->tabText(0), u"API Keys"_s);
    QCOMPARE(tabs->tabText(1), u"Environments"_s);
    QCOMPARE(tabs->tabText(2), u"Console"_s);
}

void TestMainWindow::changesTabsByKeyboard()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto *tabs = window.findChild<QTabBar *>();
    QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
    QTRY_COMPARE(tabs->currentIndex(), 0);
    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(tabs->currentIndex(), 1);
    QTest::keyClick(&window, Qt::Key_3, Qt::ControlModifier);
    QTRY_COMPARE(tabs->currentIndex(), 2);
}

void TestMainWindow::switchesTheEnvironment()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    auto *switcher = find<QComboBox>(&window, u"Environment"_s);
    QVERIFY(switcher);
    QCOMPARE(switcher->count(), 3);
    core->environments->setCurrent(core->environments->all().at(1).id);
    QCOMPARE(switcher->currentIndex(), 1);
    switcher->setFocus();
    QTest::keyClick(switcher, Qt::Key_Down);
    QTRY_COMPARE(core->environments->current()->id, core->environments->all().at(2).id);

    // On this platform a combo box reports its value as its name: the label beside it carries the name.
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(switcher);
    QStringList labels;
    for (const auto &[related, relation] : interface->relations(QAccessible::Label))
        labels << related->text(QAccessible::Name);
    QVERIFY2(labels.contains(u"Environment"_s), qPrintable(labels.join(u' ')));
}

void TestMainWindow::opensTheSwitcherFromATextField()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    window.showTab(MainWindow::ConsoleTab);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto *url = find<QLineEdit>(&window, u"URL"_s);
    QVERIFY(url);
    url->setFocus();
    // Which keys a text field claims differs by platform: what must hold is that it may not claim this one.
    QKeyEvent claim(QEvent::ShortcutOverride, Qt::Key_E, Qt::ControlModifier);
    claim.accept();
    QCoreApplication::sendEvent(url, &claim);
    QVERIFY(!claim.isAccepted());
    QTest::keyClick(url, Qt::Key_E, Qt::ControlModifier);
    QTRY_VERIFY(find<QComboBox>(&window, u"Environment"_s)->view()->isVisible());
}

void TestMainWindow::saysThatAnEnvironmentIsProtected()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    const auto said = [&window] {
        for (const QWidget *widget : window.findChildren<QWidget *>()) {
            if (widget->isVisible() && widget->property("text").toString() == u"Protected")
                return true;
            if (const auto *chip = qobject_cast<const Chip *>(widget);
                chip && chip->isVisible() && chip->text() == u"Protected")
                return true;
        }
        return false;
    };
    QVERIFY(!said());
    Environment environment = *core->environments->current();
    environment.isProtected = true;
    QVERIFY(core->environments->update(environment));
    QVERIFY(said());
}

void TestMainWindow::namesTheKeychainState()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    auto *keychain = find<KeychainButton>(&window, u"Keychain"_s);
    QVERIFY(keychain);
    QVERIFY(!keychain->accessibleDescription().isEmpty());
}

void TestMainWindow::remembersTheTab()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    {
        MainWindow window(*core, clipboard);
        window.show();
        window.showTab(MainWindow::EnvironmentsTab);
        window.close();
    }
    const MainWindow again(*core, clipboard);
    QCOMPARE(again.findChild<QTabBar *>()->currentIndex(), static_cast<int>(MainWindow::EnvironmentsTab));
}

void TestMainWindow::opensTheSetupWizard()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    window.openSetup();
    QTRY_VERIFY(test::window(u"Set Up Keydesk"_s));
    QVERIFY(test::press(u"Skip for now"_s));
    QTRY_VERIFY(!test::window(u"Set Up Keydesk"_s));
}

void TestMainWindow::importsKeysByShortcut()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_I, Qt::ControlModifier);
    QTRY_VERIFY(test::window(u"Import Keys"_s));
    QGuiApplication::clipboard()->setText(u"TALKOVER_TOKEN=talq_aB3dE6fG9hJ2kL5mN8pQ1rS4"_s);
    QVERIFY(test::press(u"Paste"_s));
    QVERIFY(test::press(u"Import One Key"_s));
    QVERIFY(test::press(u"Done"_s));
    QTRY_VERIFY(!test::window(u"Import Keys"_s));
    QCOMPARE(core->keys->all().size(), 1);
    QVERIFY(core->settings->setupFinished());
    QTRY_VERIFY(window.findChild<MessageBar *>()->text().contains(u"One key is imported"_s));
}

void TestMainWindow::sendsByKeyRightAfterTheSetup()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    window.openSetup(); // as at the first start: nothing in the window has had the focus yet
    auto *setup = window.findChild<KeySetupDialog *>();
    QVERIFY(setup);
    QVERIFY(QTest::qWaitForWindowActive(setup));
    RequestSpec request;
    request.url = u"/api/v1/health"_s;
    request.key.mode = KeyChoice::Mode::None;
    Q_EMIT setup->firstRequestReady(core->environments->current()->id, request);
    setup->accept();
    window.activateWindow(); // offscreen, no window manager does it
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(QApplication::focusWidget());
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"URL"_s);
    QSignalSpy kept(core->history.get(), &HistoryStore::added);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(kept.size(), 1);
}

void TestMainWindow::sendsByKeyOnlyWhatIsShown()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    RequestSpec request;
    request.url = u"/api/v1/health"_s;
    request.key.mode = KeyChoice::Mode::None;
    window.consolePage().open(request);
    QAction *send = window.consolePage().requestActions().constFirst();
    for (QAction *menu : window.menuBar()->actions())
        Q_EMIT menu->menu()->aboutToShow(); // from then on the menu has the key too
    QSignalSpy kept(core->history.get(), &HistoryStore::added);
    auto *tabs = find<QTabBar>(&window, u"Sections"_s);
    window.showTab(MainWindow::KeysTab);
    tabs->setFocus();
    QVERIFY(!send->isEnabled());
    QTest::keyClick(tabs, Qt::Key_Return, Qt::ControlModifier);
    window.showTab(MainWindow::ConsoleTab);
    QVERIFY(send->isEnabled());
    QCOMPARE(kept.size(), 0);
    QTest::keyClick(tabs, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(kept.size(), 1);
}

void TestMainWindow::asksBeforeARefusedKeyTakesTheOthersPlace()
{
    test::CoreFixture core;
    Clipboard clipboard(*QGuiApplication::clipboard(), *core->settings);
    MainWindow window(*core, clipboard);
    window.show();
    const Environment environment = *core->environments->current();
    NewKey draft;
    draft.name = u"Old"_s;
    draft.providerId = environment.providerId;
    draft.kindId = core->providers.find(environment.providerId)->firstStorableKind()->id;
    draft.environmentId = environment.id;
    const ApiKey old = core.addKey(draft, "talq_0123456789abcdef0001");
    draft.name = u"New"_s;
    draft.verdict = TokenVerdict{ApiKey::Status::Refused, u"401 Unauthorized, 84 ms"_s, QDateTime::currentDateTimeUtc()};
    const ApiKey refused = core.addKey(draft, "talq_0123456789abcdef0002");
    window.openNewKey({});
    auto *dialog = window.findChild<KeySetupDialog *>();
    QVERIFY(dialog);
    Q_EMIT dialog->keyReady(refused.id, environment.id);
    dialog->reject();
    const QString said = window.findChild<MessageBar *>()->text();
    QVERIFY2(said.contains(u"the provider refused it, so “Old” stays the key"_s), qPrintable(said));
    const auto current = [&core, &draft] { return core->environments->current()->keys.value(draft.kindId); };
    QCOMPARE(current(), old.id);
    QVERIFY(test::press(u"Use It Here Anyway"_s));
    QTRY_COMPARE(current(), refused.id);
}

void TestMainWindow::isThereOnlyOnce()
{
    const test::TempHome home;
    SingleInstance first(home.path(u"window"_s));
    QVERIFY(first.isFirst());
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    const SingleInstance second(home.path(u"window"_s));
    QVERIFY(!second.isFirst());
    QTRY_COMPARE(raised.size(), 1);
}

QTEST_MAIN(TestMainWindow)
#include "test_main_window.moc"
