#include "app/models/ComparisonModel.h"
#include "app/models/HistoryModel.h"
#include "tests/support/ConsoleFixture.h"
#include "ui/console/CompareDialog.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// Two answers beside each other: of two times, two environments, two calls of the history.
class TestCompareAnswers : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void comparesWithThePreviousAnswer();
    void saysWhenThereIsNoPreviousAnswer();
    void comparesInAnotherEnvironment();
    void asksBeforeAProtectedEnvironment();
    void comparesTwoCallsOfTheHistory();
    void filtersAndSwaps();
    void saysThatTheyAreTheSame();
    void showsNoToken();

private:
    void answer(int status, const QByteArray &body)
    {
        m_server->answer(test::response(status, {{"Content-Type", "application/json"}}, body));
    }
    void call()
    {
        QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
        open(u"GET"_s, u"/api/v1/agents"_s);
        sendAndWait();
        QVERIFY(added.size() == 1 || added.wait(10'000));
    }
    void press(const QString &action)
    {
        const QList<QAction *> actions = m_page->requestActions();
        const auto found = std::ranges::find_if(actions, [&](const QAction *each) { return each->text() == action; });
        QVERIFY2(found != actions.end() && (*found)->isEnabled(), qPrintable(action));
        (*found)->trigger();
    }
    /// The dialog that opens, once it has compared.
    CompareDialog *dialog()
    {
        CompareDialog *open = nullptr;
        if (!QTest::qWaitFor(
                [&] {
                    open = m_page->findChild<CompareDialog *>();
                    const auto *table = open ? find<QTableView>(open, u"Differences"_s) : nullptr;
                    return table && !wordsOf(open).contains(u"Comparing…"_s);
                },
                10'000))
            return nullptr;
        return open;
    }
    static QStringList places(CompareDialog *dialog)
    {
        const auto *table = find<QTableView>(dialog, u"Differences"_s);
        QStringList found;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            found << table->model()->index(row, ComparisonModel::Place).data().toString();
        return found;
    }
};

void TestCompareAnswers::comparesWithThePreviousAnswer()
{
    answer(200, R"({"data":[{"id":1,"name":"Anna"},{"id":2,"name":"Ben"}],"total":2})");
    call();
    answer(200, R"({"total":3,"data":[{"id":0,"name":"Zoe"},{"id":1,"name":"Anna"},{"id":2,"name":"Benjamin"}]})");
    call();
    press(u"Compare With Previous Answer"_s);
    CompareDialog *open = dialog();
    QVERIFY(open);
    QStringList found = places(open);
    found.removeOne(u"Content-Length"_s);
    QCOMPARE(found, QStringList({u"$.data[0]"_s, u"$.data[2].name"_s, u"$.total"_s}));
    auto *table = find<QTableView>(open, u"Differences"_s);
    const QAbstractItemModelTester tester(table->model());
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(find<QPlainTextEdit>(open, u"Left value"_s)->toPlainText(), u"2"_s);
    QCOMPARE(find<QPlainTextEdit>(open, u"Right value"_s)->toPlainText(), u"3"_s);
    shoot(u"compare"_s, open);
    QTest::keyClick(open, Qt::Key_Escape);
    QTRY_VERIFY(!m_page->findChild<CompareDialog *>());
}

void TestCompareAnswers::saysWhenThereIsNoPreviousAnswer()
{
    for (QAction *action : m_page->requestActions()) {
        if (action->text().startsWith(u"Compare"_s))
            QVERIFY(!action->isEnabled()); // nothing is shown yet
    }
    call();
    QSignalSpy message(m_page.get(), &ConsolePage::message);
    press(u"Compare With Previous Answer"_s);
    QTRY_COMPARE(message.size(), 1);
    QVERIFY(!m_page->findChild<CompareDialog *>());
}

void TestCompareAnswers::comparesInAnotherEnvironment()
{
    test::HttpTestServer other;
    other.answer(test::response(404, {{"Content-Type", "application/json"}}, R"({"ok":false})"));
    addEnvironment(u"Staging"_s, other.url(QString()));
    (*m_core)->environments->setCurrent(m_environment.id);
    call();
    press(u"Compare in Another Environment…"_s);
    QMenu *menu = nullptr;
    QTRY_VERIFY(menu = find<QMenu>(m_page.get(), u"Compare in Another Environment"_s));
    const QList<QAction *> choices = menu->actions();
    const auto staging = std::ranges::find_if(choices, [](const QAction *each) { return each->text() == u"Staging"_s; });
    QVERIFY(staging != choices.end());
    QVERIFY(std::ranges::none_of(choices, [](const QAction *each) { return each->text() == u"Local"_s; }));
    (*staging)->trigger();
    CompareDialog *open = dialog();
    QVERIFY(open);
    QVERIFY2(places(open).contains(u"$.ok"_s), qPrintable(places(open).join(u' ')));
    QVERIFY(wordsOf(open).contains(u"Staging, "_s));
    QCOMPARE(other.requests().size(), 1);
    QCOMPARE((*m_core)->environments->current()->name, u"Local"_s);
    // The key of one environment does not go to the other.
    QVERIFY(!other.received().contains(QByteArray(test::token.data(), test::token.size())));
}

void TestCompareAnswers::asksBeforeAProtectedEnvironment()
{
    test::HttpTestServer other;
    other.answer(test::response(200, {}, "{}"));
    addEnvironment(u"Production"_s, other.url(QString()), true);
    (*m_core)->environments->setCurrent(m_environment.id);
    open(u"POST"_s, u"/api/v1/agents"_s);
    sendAndWait();
    press(u"Compare in Another Environment…"_s);
    QMenu *menu = nullptr;
    QTRY_VERIFY(menu = find<QMenu>(m_page.get(), u"Compare in Another Environment"_s));
    const QList<QAction *> choices = menu->actions();
    (*std::ranges::find_if(choices, [](const QAction *each) { return each->text() == u"Production"_s; }))->trigger();
    auto *question = m_page->findChild<QMessageBox *>(u"consent"_s);
    QVERIFY(question);
    QCOMPARE(other.requests().size(), 0);
    question->reject();
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>(u"consent"_s));
    QCOMPARE(other.requests().size(), 0);
}

void TestCompareAnswers::comparesTwoCallsOfTheHistory()
{
    answer(200, R"({"n":1})");
    call();
    answer(500, R"({"n":2})");
    call();
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    auto *list = find<QListView>(m_page.get(), u"History"_s);
    QTRY_COMPARE(list->model()->rowCount(), 2);
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
    QTest::keyClick(list, Qt::Key_Down, Qt::ShiftModifier);
    Q_EMIT list->customContextMenuRequested(list->visualRect(list->model()->index(0, 0)).center());
    QAction *compare = nullptr;
    for (QMenu *menu : m_page->findChildren<QMenu *>()) {
        for (QAction *each : menu->actions()) {
            if (each->text() == u"Compare These Two"_s)
                compare = each;
        }
    }
    QVERIFY(compare);
    compare->trigger();
    CompareDialog *open = dialog();
    QVERIFY(open);
    QVERIFY(places(open).contains(u"$.n"_s));
    // The earlier one stands at left.
    QCOMPARE(find<QTableView>(open, u"Differences"_s)->model()->index(0, ComparisonModel::Left).data().toString(), u"200 OK"_s);
}

void TestCompareAnswers::filtersAndSwaps()
{
    answer(200, R"({"alpha":1,"beta":1})");
    call();
    answer(200, R"({"alpha":2,"beta":2})");
    call();
    press(u"Compare With Previous Answer"_s);
    CompareDialog *open = dialog();
    QVERIFY(open);
    auto *search = find<QLineEdit>(open, u"Filter differences"_s);
    QTest::keyClicks(search, u"BETA"_s);
    QCOMPARE(places(open), QStringList(u"$.beta"_s));
    find<QTableView>(open, u"Differences"_s)->selectRow(0);
    const auto *left = find<QPlainTextEdit>(open, u"Left value"_s);
    QCOMPARE(left->toPlainText(), u"1"_s);
    for (QPushButton *button : open->findChildren<QPushButton *>()) {
        if (button->text() == u"Swap Sides"_s)
            button->click();
    }
    QTRY_COMPARE(left->toPlainText(), u"2"_s);
}

void TestCompareAnswers::saysThatTheyAreTheSame()
{
    const ShownCall shown = [] {
        ShownCall call;
        HttpResponse response;
        response.status = 200;
        response.body = "{}";
        call.response = response;
        return call;
    }();
    CompareDialog same({u"One"_s, shown}, {u"Two"_s, shown}, (*m_core)->redactor);
    QSignalSpy compared(&same, &CompareDialog::compared);
    same.show();
    QVERIFY(compared.wait(10'000));
    QVERIFY(wordsOf(&same).contains(u"Both answers are the same."_s));
}

void TestCompareAnswers::showsNoToken()
{
    const QByteArray secret(test::token.data(), test::token.size());
    answer(200, R"({"echo":")" + secret + R"("})");
    call();
    answer(200, R"({"echo":"x"})");
    call();
    press(u"Compare With Previous Answer"_s);
    CompareDialog *open = dialog();
    QVERIFY(open);
    const auto *table = find<QTableView>(open, u"Differences"_s);
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        for (const int role : {int(Qt::DisplayRole), int(ComparisonModel::WholeRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)}) {
            for (int column = 0; column < ComparisonModel::ColumnCount; ++column)
                QVERIFY(!table->model()->index(row, column).data(role).toString().contains(QString::fromLatin1(secret)));
        }
    }
    QVERIFY(!wordsOf(open).contains(QString::fromLatin1(secret)));
}

QTEST_MAIN(TestCompareAnswers)
#include "test_compare_answers.moc"
