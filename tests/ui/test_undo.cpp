#include "tests/support/CoreFixture.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/UndoHistory.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QClipboard>
#include <QLineEdit>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

class TestUndo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void bringsBackADeletedEnvironmentByKey();
    void leavesCtrlZToATextField();
    void undoesFromTheMessageBarOnlyWhatItNames();
    void dropsAStepThatFails();
    void showsAnAmpersandInAName();

private:
    Environment deleteShownEnvironment();

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<MainWindow> m_window;
};

void TestUndo::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    m_window = std::make_unique<MainWindow>(**m_core, *m_clipboard);
    m_window->show();
    m_window->showTab(MainWindow::EnvironmentsTab);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestUndo::cleanup()
{
    m_window.reset();
    m_clipboard.reset();
    m_core.reset();
}

Environment TestUndo::deleteShownEnvironment()
{
    const QString name = find<QLineEdit>(m_window.get(), u"Environment name"_s)->text();
    Environment gone;
    for (const Environment &each : (*m_core)->environments->all()) {
        if (each.name == name)
            gone = each;
    }
    const auto isGone = [this, &gone] { return !(*m_core)->environments->find(gone.id); };
    if (!test::press(u"Delete…"_s) || !test::press(u"Delete"_s) || !test::waitFor(isGone))
        return {};
    return gone;
}

void TestUndo::bringsBackADeletedEnvironmentByKey()
{
    const auto before = (*m_core)->environments->all();
    const Environment gone = deleteShownEnvironment();
    QVERIFY(!gone.id.isNull());
    m_window->activateWindow(); // offscreen, no window manager does it
    QTRY_VERIFY(m_window->isActiveWindow());
    find<QWidget>(m_window.get(), u"Environments list"_s)->setFocus();
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE((*m_core)->environments->all(), before);
    // The message no longer offers what is done.
    QTRY_VERIFY(!find<QAbstractButton>(m_window.get(), u"Undo"_s));
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(!(*m_core)->environments->find(gone.id));
}

void TestUndo::leavesCtrlZToATextField()
{
    const Environment gone = deleteShownEnvironment();
    QVERIFY(!gone.id.isNull());
    m_window->activateWindow(); // offscreen, no window manager does it
    QTRY_VERIFY(m_window->isActiveWindow());
    auto *search = find<QLineEdit>(m_window.get(), u"Search environments"_s);
    search->setFocus();
    QTest::keyClicks(search, u"abc"_s);
    QTest::keyClick(search, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(search->text(), QString());
    QVERIFY(!(*m_core)->environments->find(gone.id));
}

void TestUndo::undoesFromTheMessageBarOnlyWhatItNames()
{
    const auto before = (*m_core)->environments->all();
    QVERIFY(!deleteShownEnvironment().id.isNull());
    QVERIFY(!deleteShownEnvironment().id.isNull());
    QCOMPARE((*m_core)->environments->all().size(), before.size() - 2);
    QVERIFY(test::press(u"Undo"_s));
    QTRY_COMPARE((*m_core)->environments->all().size(), before.size() - 1);
    QTRY_VERIFY(!find<QAbstractButton>(m_window.get(), u"Undo"_s));
    m_window->activateWindow(); // offscreen, no window manager does it
    QTRY_VERIFY(m_window->isActiveWindow());
    find<QWidget>(m_window.get(), u"Environments list"_s)->setFocus();
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE((*m_core)->environments->all(), before);
}

void TestUndo::dropsAStepThatFails()
{
    UndoHistory history;
    QSignalSpy failed(&history, &UndoHistory::failed);
    QSignalSpy undone(&history, &UndoHistory::undone);
    int made = 0;
    history.add({u"First"_s, {}, [&made]() -> Result<void> { return --made, Result<void>(); }, {}});
    history.add({u"Second"_s,
                 {},
                 []() -> Result<void> { return failure(Error::Kind::NotFound, u"It is gone."_s); },
                 {}});
    QCOMPARE(history.undoAction()->text(), u"&Undo Second"_s);
    history.undoAction()->trigger();
    QCOMPARE(failed.size(), 1);
    QCOMPARE(undone.size(), 0);
    QCOMPARE(history.undoAction()->text(), u"&Undo First"_s);
    QVERIFY(!history.redoAction()->isEnabled());
    history.undoAction()->trigger();
    QCOMPARE(made, -1);
    QVERIFY(!history.undoAction()->isEnabled());
    QVERIFY(history.redoAction()->isEnabled());
}

void TestUndo::showsAnAmpersandInAName()
{
    UndoHistory history;
    history.add({u"Delete “R&D”"_s, {}, [] { return Result<void>(); }, {}});
    QCOMPARE(history.undoAction()->text(), u"&Undo Delete “R&&D”"_s);
}

QTEST_MAIN(TestUndo)
#include "test_undo.moc"
