#include "ui/theme/Style.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestMessageBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isHiddenUntilItHasSomethingToSay();
    void saysItsLevelInWords();
    void textCanBeSelected();
    void actionsBecomeButtons();
    void aDeadActionLosesItsButton();
    void aLaterMessageReplacesTheEarlier();
    void closeGivesTheFocusBack();
    void emptyStateOffersItsAction();
    void chipSaysItsWord();
};

void TestMessageBar::isHiddenUntilItHasSomethingToSay()
{
    QWidget window;
    auto *bar = new MessageBar(&window);
    window.show();
    QVERIFY(!bar->isVisible());
    bar->show(MessageBar::Level::Info, u"Stored."_s);
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->text(), u"Stored."_s);
    bar->clear();
    QVERIFY(!bar->isVisible());
    QVERIFY(bar->text().isEmpty());
}

void TestMessageBar::saysItsLevelInWords()
{
    MessageBar bar;
    bar.show(MessageBar::Level::Danger, u"The database cannot be read."_s);
    QCOMPARE(QAccessible::queryAccessibleInterface(&bar)->text(QAccessible::Name),
             u"Error: The database cannot be read."_s);
    bar.show(MessageBar::Level::Caution, u"The keychain is locked."_s);
    QCOMPARE(QAccessible::queryAccessibleInterface(&bar)->text(QAccessible::Name),
             u"Caution: The keychain is locked."_s);
}

void TestMessageBar::textCanBeSelected()
{
    MessageBar bar;
    bar.show(MessageBar::Level::Info, u"<b>not markup</b>"_s);
    auto *label = bar.findChild<QLabel *>();
    QVERIFY(label->textInteractionFlags() & Qt::TextSelectableByMouse);
    QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestMessageBar::actionsBecomeButtons()
{
    MessageBar bar;
    QAction unlock(u"Unlock…"_s);
    QSignalSpy triggered(&unlock, &QAction::triggered);
    bar.show(MessageBar::Level::Caution, u"The keychain is locked."_s, {&unlock});
    auto *button = bar.findChild<QPushButton *>();
    QCOMPARE(button->text(), u"Unlock…"_s);
    button->click();
    QCOMPARE(triggered.count(), 1);
    unlock.setEnabled(false);
    QVERIFY(!button->isEnabled());
}

void TestMessageBar::aDeadActionLosesItsButton()
{
    MessageBar bar;
    auto unlock = std::make_unique<QAction>(u"Unlock…"_s);
    bar.show(MessageBar::Level::Caution, u"Locked."_s, {unlock.get()});
    unlock.reset();
    QTRY_VERIFY(!bar.findChild<QPushButton *>());
    bar.show(MessageBar::Level::Info, u"Unlocked."_s);
    QCOMPARE(bar.text(), u"Unlocked."_s);
}

void TestMessageBar::aLaterMessageReplacesTheEarlier()
{
    MessageBar bar;
    QAction undo(u"Undo"_s);
    bar.show(MessageBar::Level::Info, u"Deleted."_s, {&undo});
    bar.show(MessageBar::Level::Success, u"Saved."_s);
    QCOMPARE(bar.text(), u"Saved."_s);
    QTRY_VERIFY(!bar.findChild<QPushButton *>());
}

void TestMessageBar::closeGivesTheFocusBack()
{
    QWidget window;
    auto *bar = new MessageBar(&window);
    window.setFocusPolicy(Qt::StrongFocus);
    window.show();
    window.activateWindow();
    bar->show(MessageBar::Level::Info, u"Stored."_s);
    auto *close = bar->findChild<QToolButton *>();
    QCOMPARE(close->accessibleName(), u"Close message"_s);
    close->setFocus();
    close->click();
    QVERIFY(!bar->isVisible());
    QTRY_COMPARE(QApplication::focusWidget(), &window);
}

void TestMessageBar::emptyStateOffersItsAction()
{
    EmptyState empty(u"key"_s, u"No keys yet."_s, u"New Key"_s);
    QSignalSpy clicked(&empty, &EmptyState::buttonClicked);
    empty.findChild<QPushButton *>()->click();
    QCOMPARE(clicked.count(), 1);
    empty.setSentence(u"No key has these letters."_s);
    QCOMPARE(empty.findChild<QLabel *>()->text(), u"No key has these letters."_s);
    EmptyState silent(u"key"_s, u"Nothing here."_s, {});
    silent.show();
    QVERIFY(!silent.findChild<QPushButton *>()->isVisible());
}

void TestMessageBar::chipSaysItsWord()
{
    Chip chip;
    chip.setContent(u"200 OK"_s, theme::Role::Success, theme::Role::SuccessFill);
    QCOMPARE(QAccessible::queryAccessibleInterface(&chip)->text(QAccessible::Name), u"200 OK"_s);
    chip.setContent(u"404 Not Found"_s, theme::Role::Danger, theme::Role::DangerFill, u"warning"_s);
    QCOMPARE(chip.accessibleName(), u"404 Not Found"_s);
    chip.setAccessibleName(u"Response status"_s);
    const int wide = chip.sizeHint().width();
    chip.setContent(u"200 OK"_s, theme::Role::Success, theme::Role::SuccessFill);
    QCOMPARE(chip.accessibleName(), u"Response status"_s);
    QCOMPARE(chip.accessibleDescription(), u"200 OK"_s);
    QVERIFY(chip.sizeHint().width() < wide);
}

QTEST_MAIN(TestMessageBar)
#include "test_message_bar.moc"
