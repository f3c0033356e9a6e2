#include "tests/support/Pictures.h"
#include "ui/CommandPalette.h"
#include "ui/theme/Style.h"
#include "ui/theme/Theme.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestCommandPalette : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void listsWhatCanBeDone();
    void filtersAsYouType();
    void arrowsMoveInTheField();
    void enterRuns();
    void clickRuns();
    void escapeRunsNothing();
    void anActionMayGoAway();
    void saysThatNothingFits();

private:
    [[nodiscard]] QStringList shown() const;

    std::unique_ptr<QWidget> m_window;
    QList<QAction *> m_actions;
    std::unique_ptr<CommandPalette> m_palette;
    QLineEdit *m_field = nullptr;
    QListWidget *m_list = nullptr;
};

void TestCommandPalette::init()
{
    QApplication::setStyle(new Style);
    QApplication::setPalette(theme::palette(false));
    m_window = std::make_unique<QWidget>();
    m_window->resize(900, 600);
    m_actions.clear();
    const struct
    {
        QString text;
        QKeySequence keys;
    } entries[] = {{u"&New Key…"_s, QKeySequence(u"Ctrl+N"_s)},
                   {u"Check"_s, {}},
                   {u"&Send"_s, QKeySequence(u"Ctrl+Return"_s)},
                   {u"Save && Close"_s, {}},
                   {u"Disabled"_s, {}},
                   {u"Rename Key"_s, QKeySequence(u"F2"_s)}};
    for (const auto &entry : entries) {
        auto *action = new QAction(entry.text, m_window.get());
        action->setShortcut(entry.keys);
        m_actions << action;
    }
    m_actions.at(4)->setEnabled(false);
    auto *separator = new QAction(m_window.get());
    separator->setSeparator(true);
    m_actions << separator;
    m_window->show();
    m_palette = std::make_unique<CommandPalette>(m_actions, m_window.get());
    m_palette->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_palette.get()));
    m_palette->activateWindow();
    m_field = m_palette->findChild<QLineEdit *>();
    m_list = m_palette->findChild<QListWidget *>();
    QTRY_VERIFY(m_field->hasFocus());
}

void TestCommandPalette::cleanup()
{
    m_palette.reset();
    m_window.reset();
}

QStringList TestCommandPalette::shown() const
{
    QStringList texts;
    for (int i = 0; i < m_list->count(); ++i)
        texts << m_list->item(i)->text();
    return texts;
}

void TestCommandPalette::listsWhatCanBeDone()
{
    QCOMPARE(shown(),
             (QStringList{u"New Key…"_s, u"Check"_s, u"Send"_s, u"Save & Close"_s, u"Rename Key"_s}));
    QCOMPARE(m_list->currentRow(), 0);
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(m_list);
    QCOMPARE(list->text(QAccessible::Name), u"Commands"_s);
    QCOMPARE(list->child(0)->text(QAccessible::Name), u"New Key…"_s);
    QCOMPARE(list->child(0)->text(QAccessible::Description), u"Ctrl+N"_s);
    QCOMPARE(m_field->accessibleName(), u"Command"_s);
    test::savePicture(*m_palette, u"command-palette"_s);
}

void TestCommandPalette::filtersAsYouType()
{
    QTest::keyClicks(m_field, u"key"_s);
    QCOMPARE(shown(), (QStringList{u"New Key…"_s, u"Rename Key"_s}));
    QTest::keyClicks(m_field, u" re"_s);
    QCOMPARE(shown(), QStringList{u"Rename Key"_s});
    m_field->clear();
    QTest::keyClicks(m_field, u"s"_s);
    QCOMPARE(shown().first(2), (QStringList{u"Send"_s, u"Save & Close"_s}));
}

void TestCommandPalette::arrowsMoveInTheField()
{
    QTest::keyClick(m_field, Qt::Key_Down);
    QTest::keyClick(m_field, Qt::Key_Down);
    QCOMPARE(m_list->currentRow(), 2);
    QTest::keyClick(m_field, Qt::Key_Up);
    QCOMPARE(m_list->currentRow(), 1);
    QTest::keyClick(m_field, Qt::Key_PageDown);
    QCOMPARE(m_list->currentRow(), 4);
    QVERIFY(m_field->hasFocus());
}

void TestCommandPalette::enterRuns()
{
    QSignalSpy sent(m_actions.at(2), &QAction::triggered);
    QTest::keyClicks(m_field, u"send"_s);
    QTest::keyClick(m_field, Qt::Key_Return);
    QVERIFY(!m_palette->isVisible());
    QCOMPARE(sent.count(), 0); // not inside the dialog
    QTRY_COMPARE(sent.count(), 1);
}

void TestCommandPalette::clickRuns()
{
    QSignalSpy checked(m_actions.at(1), &QAction::triggered);
    QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {},
                      m_list->visualItemRect(m_list->item(1)).center());
    QTRY_COMPARE(checked.count(), 1);
    QVERIFY(!m_palette->isVisible());
}

void TestCommandPalette::escapeRunsNothing()
{
    QSignalSpy created(m_actions.at(0), &QAction::triggered);
    QTest::keyClick(m_field, Qt::Key_Escape);
    QVERIFY(!m_palette->isVisible());
    QCoreApplication::sendPostedEvents();
    QCOMPARE(created.count(), 0);
}

void TestCommandPalette::anActionMayGoAway()
{
    delete m_actions.takeAt(0);
    QTest::keyClick(m_field, Qt::Key_Return);
    QVERIFY(!m_palette->isVisible());
}

void TestCommandPalette::saysThatNothingFits()
{
    QTest::keyClicks(m_field, u"zzz"_s);
    QCOMPARE(m_list->count(), 0);
    QVERIFY(m_palette->findChild<QLabel *>()->isVisible());
    QTest::keyClick(m_field, Qt::Key_Return);
    QVERIFY(m_palette->isVisible());
}

QTEST_MAIN(TestCommandPalette)
#include "test_command_palette.moc"
