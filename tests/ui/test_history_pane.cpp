#include "app/models/HistoryModel.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "ui/console/HistoryChart.h"
#include "ui/console/HistoryFilters.h"
#include "ui/console/HistoryPane.h"

#include <QDateEdit>
#include <QDialog>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

/// The list of calls as a person goes about it: looks for one, keeps one, throws one away.
class TestHistoryPane : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { endConsole(); }

    void findsCallsByWhatWasAnswered();
    void filtersByWhatTheMenuOffers();
    void filtersByDates();
    void saysWhatToLoosen();
    void pinsCalls();
    void bringsBackWhatWasDeleted();
    void asksBeforeItDeletesTooMuchToBringBack();
    void saysHowFarAClearIs();
    void stopsAClear();
    void exportsWhatWasFound();
    void showsCallsOverTime();
    void saysHowMuchCanBeSearched();
    void showsCallsOfOtherProcesses();
    void keepsNoTokenInItsIndex();
    void keepsNoBodiesWhereItIsToldSo();

private:
    void addMany();

    void add(const QString &path, int status, int daysAgo, const QByteArray &body = {})
    {
        HistoryEntry entry;
        entry.row.at = QDateTime::currentDateTimeUtc().addDays(-daysAgo);
        entry.row.method = path.startsWith(u"/new") ? u"POST"_s : u"GET"_s;
        entry.row.url = m_server->url(path).toString();
        entry.row.environmentId = m_environment.id;
        entry.row.environmentName = m_environment.name;
        entry.row.keyName = m_key.name;
        entry.row.status = status;
        if (status == 0)
            entry.row.errorText = u"The server cannot be reached."_s;
        entry.row.microseconds = 84'000;
        entry.request.method = entry.row.method;
        entry.request.url = entry.row.url;
        entry.sent = entry.row.method + u' ' + entry.row.url + u"\nAccept: */*\n"_s;
        entry.responseHead = u"HTTP/1.1 %1"_s.arg(status);
        entry.responseBody = body;
        (*m_core)->history->add(entry);
    }

    /// The last parts of the addresses that are shown.
    [[nodiscard]] QStringList shown() const
    {
        QStringList names;
        for (int row = 0; row < m_list->model()->rowCount(); ++row)
            names.append(
                m_list->model()->index(row, 0).data(HistoryModel::UrlRole).toString().section(u'/', -1));
        return names;
    }

    void search(const QString &text)
    {
        auto *field = find<QLineEdit>(m_page.get(), u"Search history"_s);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, text.isEmpty() ? u"\b"_s : text);
        if (text.isEmpty())
            field->clear();
    }

    /// From the menu of the filter's button.
    void choose(const QString &menuName, const QString &text)
    {
        auto *button = find<QToolButton>(m_page.get(), u"Filter history"_s);
        QVERIFY(button);
        Q_EMIT button->menu()->aboutToShow();
        QMenu *menu = button->menu();
        for (QAction *action : button->menu()->actions()) {
            if (action->menu() && action->text() == menuName)
                menu = action->menu();
        }
        const auto named = [&] {
            const QList<QAction *> actions = menu->actions();
            const auto found =
                std::ranges::find_if(actions, [&](const QAction *action) { return action->text() == text; });
            return found == actions.end() ? nullptr : *found;
        };
        QTRY_VERIFY2(named(), qPrintable(text)); // keys come a moment later
        named()->trigger();
    }

    [[nodiscard]] QString emptyWords() const
    {
        for (const QLabel *label : m_list->findChildren<QLabel *>()) {
            if (label->isVisible() && !label->text().isEmpty())
                return label->text();
        }
        return {};
    }

    QListView *m_list = nullptr;
};

void TestHistoryPane::init()
{
    startConsole();
    if (test::arePicturesDark())
        (*m_core)->settings->setTheme(Settings::Theme::Dark);
    (*m_core)->history->keepIndexed();
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    add(u"/old"_s, 200, 20, "{\"name\": \"rhabarber\"}");
    add(u"/missing"_s, 404, 3);
    add(u"/silent"_s, 0, 0);
    add(u"/broken"_s, 503, 0, "{\"name\": \"rhubarb\"}");
    add(u"/new"_s, 201, 0);
    QTRY_COMPARE(added.size(), 5);
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    m_list = find<QListView>(m_page.get(), u"History"_s);
    QVERIFY(m_list);
    QTRY_COMPARE(shown().size(), 5);
}

void TestHistoryPane::findsCallsByWhatWasAnswered()
{
    search(u"rhab"_s);
    QTRY_COMPARE(shown(), QStringList{u"old"_s});
    search(u"404 dialer"_s); // status and key
    QTRY_COMPARE(shown(), QStringList{u"missing"_s});
    search({});
    QTRY_COMPARE(shown().size(), 5);
}

void TestHistoryPane::filtersByWhatTheMenuOffers()
{
    choose(u"Status"_s, u"5xx"_s);
    QTRY_COMPARE(shown(), QStringList{u"broken"_s});
    choose(u"Status"_s, u"No answer"_s);
    QTRY_COMPARE(shown(), QStringList{u"silent"_s});
    choose(u"Environment"_s, m_environment.name);
    choose(u"Key"_s, m_key.name);
    QTRY_COMPARE(shown(), QStringList{u"silent"_s});
    shoot(u"history-filters"_s);
    // Each chip takes its own filter away.
    const auto chip = [this](const QString &name) {
        return find<QToolButton>(m_page.get(), u"Remove filter: "_s + name);
    };
    QTRY_VERIFY(chip(u"No answer"_s));
    chip(u"No answer"_s)->click();
    QTRY_COMPARE(shown().size(), 5);
    QTRY_VERIFY(chip(m_key.name));
    QVERIFY(!chip(u"No answer"_s));
    choose(u"Key"_s, u"No key"_s);
    QTRY_COMPARE(shown().size(), 0);
    choose({}, u"Remove All Filters"_s);
    QTRY_COMPARE(shown().size(), 5);
    QVERIFY(!m_page->findChild<HistoryFilters *>()->isVisible());
    // It does not keep what it has offered before.
    const QMenu *menu = find<QToolButton>(m_page.get(), u"Filter history"_s)->menu();
    QCOMPARE(menu->findChildren<QMenu *>().size(), 4);
}

void TestHistoryPane::filtersByDates()
{
    choose(u"Date"_s, u"Today"_s);
    QTRY_COMPARE(shown(), QStringList({u"new"_s, u"broken"_s, u"silent"_s}));
    choose(u"Date"_s, u"Last 7 days"_s);
    QTRY_COMPARE(shown().size(), 4);
    choose(u"Date"_s, u"Other Dates…"_s);
    auto *dialog = m_page->findChild<QDialog *>();
    QVERIFY(dialog);
    const auto edits = dialog->findChildren<QDateEdit *>();
    QCOMPARE(edits.size(), 2);
    edits.at(0)->setDate(QDate::currentDate().addDays(-30));
    edits.at(1)->setDate(QDate::currentDate().addDays(-10));
    auto *show = find<QPushButton>(dialog, u"Show Calls"_s);
    QVERIFY(show);
    show->click();
    QTRY_COMPARE(shown(), QStringList{u"old"_s});
}

void TestHistoryPane::saysWhatToLoosen()
{
    search(u"nowhere"_s);
    QTRY_COMPARE(emptyWords(), u"No call matches the search."_s);
    choose(u"Status"_s, u"4xx"_s);
    choose(u"Date"_s, u"Today"_s);
    QTRY_COMPARE(emptyWords(),
                 u"No call matches the search and Today · 4xx. Take a filter away, or search for less."_s);
    shoot(u"history-nothing"_s);
    search({});
    QTRY_COMPARE(emptyWords(), u"No call matches Today · 4xx. Take a filter away to see more."_s);
}

void TestHistoryPane::pinsCalls()
{
    QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(4, 0), u"Pin"_s));
    QTRY_VERIFY(m_list->model()->index(4, 0).data(HistoryModel::PinnedRole).toBool());
    shoot(u"history-pinned"_s);
    choose({}, u"Pinned"_s);
    QTRY_COMPARE(shown(), QStringList{u"old"_s});
    // It outlives what is too old.
    (*m_core)->history->purge({}, QDateTime::currentDateTimeUtc().addDays(365));
    choose({}, u"Remove All Filters"_s);
    QTRY_COMPARE(shown(), QStringList{u"old"_s});
    QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(0, 0), u"Unpin"_s));
    QTRY_VERIFY(!m_list->model()->index(0, 0).data(HistoryModel::PinnedRole).toBool());
}

void TestHistoryPane::bringsBackWhatWasDeleted()
{
    QSignalSpy undoable(m_page.get(), &ConsolePage::undoable);
    m_list->selectionModel()->select({m_list->model()->index(1, 0), m_list->model()->index(2, 0)},
                                     QItemSelectionModel::ClearAndSelect);
    m_list->setFocus();
    QTest::keyClick(m_list, Qt::Key_Delete);
    QTRY_COMPARE(undoable.size(), 1);
    QTRY_COMPARE(shown(), QStringList({u"new"_s, u"missing"_s, u"old"_s}));
    QCOMPARE(tabs(u"Requests and history"_s)->tabData(1).toString(), u"3"_s);
    const auto step = undoable.first().first().value<UndoStep>();
    QCOMPARE(step.message, u"2 calls are deleted."_s);
    QVERIFY(step.undo());
    QTRY_COMPARE(shown(), QStringList({u"new"_s, u"broken"_s, u"silent"_s, u"missing"_s, u"old"_s}));
    search(u"rhubarb"_s);
    QTRY_COMPARE(shown(), QStringList{u"broken"_s});
    QVERIFY(step.redo());
    QTRY_COMPARE(shown().size(), 0);
}

void TestHistoryPane::asksBeforeItDeletesTooMuchToBringBack()
{
    QVERIFY((*m_core)->database->run(
        u"UPDATE history_contents SET response_body = zeroblob(40000000) WHERE id IN "
        "(SELECT id FROM history WHERE url LIKE '%/new' OR url LIKE '%/broken' OR url LIKE '%/silent')"_s));
    QSignalSpy undoable(m_page.get(), &ConsolePage::undoable);
    const auto remove = [this] {
        QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(0, 0), u"Delete"_s));
    };
    remove();
    QTRY_COMPARE(undoable.size(), 1);
    QTRY_COMPARE(shown(), QStringList({u"broken"_s, u"silent"_s, u"missing"_s, u"old"_s}));
    // Both are too much.
    remove();
    QMessageBox *question = nullptr;
    QTRY_VERIFY((question = m_page->findChild<QMessageBox *>(u"deleteForGood"_s)));
    QCOMPARE(question->text(), u"Delete the call for good?"_s);
    QCOMPARE(shown().size(), 4);
    find<QPushButton>(question, u"Delete"_s)->click();
    QTRY_COMPARE(shown(), QStringList({u"silent"_s, u"missing"_s, u"old"_s}));
    QCOMPARE(undoable.size(), 1);
    // What cannot be brought back any more holds nothing.
    undoable.clear();
    remove();
    QTRY_COMPARE(undoable.size(), 1);
}

/// A hundred thousand calls.
void TestHistoryPane::addMany()
{
    QVERIFY((*m_core)->database->run(
        u"WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 101000) "
        "INSERT INTO history SELECT i, 1700000000000, 'GET', 'http://h.test/rhea', '', '', '', 200, '', 1, 1, 0 FROM n"_s));
}

void TestHistoryPane::saysHowFarAClearIs()
{
    addMany();
    auto *pane = m_page->findChild<HistoryPane *>();
    QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(0, 0), u"Clear History…"_s));
    auto *question = m_page->findChild<QMessageBox *>();
    QVERIFY(question);
    find<QPushButton>(question, u"Clear History"_s)->click();
    QTRY_VERIFY2(test::wordsOf(pane).contains(u" of 100"_s), qPrintable(test::wordsOf(pane)));
    QTRY_VERIFY_WITH_TIMEOUT(!test::wordsOf(pane).contains(u" of 100"_s), 20'000);
    QTRY_COMPARE(shown().size(), 0);
    QTRY_VERIFY(!test::wordsOf(pane).contains(u"Giving the space"_s));
}

void TestHistoryPane::stopsAClear()
{
    addMany();
    auto *pane = m_page->findChild<HistoryPane *>();
    const auto stop = [pane] { return find<QToolButton>(pane, u"Stop deleting calls"_s); };
    QVERIFY(!stop());
    QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(0, 0), u"Clear History…"_s));
    auto *question = m_page->findChild<QMessageBox *>();
    QVERIFY(question);
    QSignalSpy ended((*m_core)->history.get(), &HistoryStore::purgeEnded);
    find<QPushButton>(question, u"Clear History"_s)->click();
    QTRY_VERIFY(stop());
    test::savePicture(*m_page, u"history-clearing"_s);
    stop()->click();
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(!stop());
    QVERIFY(!test::wordsOf(pane).contains(u"Deleting"_s));
    QTRY_VERIFY(!shown().isEmpty());
}

void TestHistoryPane::exportsWhatWasFound()
{
    search(u"rh"_s);
    QTRY_COMPARE(shown().size(), 2);
    QVERIFY(test::chooseInMenu(*m_list, m_list->model()->index(0, 0), u"Export All Found as HAR…"_s));
    auto *dialog = m_page->findChild<QFileDialog *>();
    QVERIFY(dialog);
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"found.har"_s);
    QSignalSpy told(m_page.get(), &ConsolePage::message);
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(!told.isEmpty());
    const QJsonArray entries =
        QJsonDocument::fromJson(test::readFile(path))[u"log"_s][u"entries"_s].toArray();
    QCOMPARE(entries.size(), 2);
    QVERIFY(entries.first()[u"request"_s][u"url"_s].toString().endsWith(u"/broken"_s));
}

void TestHistoryPane::showsCallsOverTime()
{
    auto *chart = find<HistoryChart>(m_page.get(), u"Calls over time"_s);
    QVERIFY(chart);
    const auto total = [chart] {
        qint64 calls = 0;
        for (const HistoryBar &bar : chart->bars())
            calls += bar.calls;
        return calls;
    };
    QTRY_COMPARE(total(), 5);
    QCOMPARE(chart->bars().size(), 21); // days
    QCOMPARE(chart->bars().last().failures, 2);
    QVERIFY2(chart->accessibleDescription().contains(u"3 calls, 2 failed"_s),
             qPrintable(chart->accessibleDescription()));
    // A click narrows the dates, and then shows hours.
    QTest::mouseClick(chart, Qt::LeftButton, {}, chart->barRect(20).center());
    QTRY_COMPARE(shown(), QStringList({u"new"_s, u"broken"_s, u"silent"_s}));
    QTRY_VERIFY(chart->bars().size() >= 23 && chart->bars().size() <= 25);
    choose({}, u"Remove All Filters"_s);
    QTRY_COMPARE(chart->bars().size(), 21);
    // By the keyboard as well.
    chart->setFocus();
    QTest::keyClick(chart, Qt::Key_Home);
    QVERIFY(chart->accessibleDescription().section(u". "_s, 0, 0).contains(u"1 call"_s));
    QTest::keyClick(chart, Qt::Key_Return);
    QTRY_COMPARE(shown(), QStringList{u"old"_s});
    // It can be folded away, and stays so.
    auto *fold = find<QToolButton>(m_page.get(), u"Calls over time"_s);
    QVERIFY(fold);
    fold->click();
    QVERIFY(!chart->isVisible());
    m_page.reset();
    makePage();
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    QVERIFY(!find<HistoryChart>(m_page.get(), u"Calls over time"_s));
}

void TestHistoryPane::saysHowMuchCanBeSearched()
{
    QTRY_VERIFY((*m_core)->history->progress().isComplete());
    auto *pane = m_page->findChild<HistoryPane *>();
    QVERIFY(!test::wordsOf(pane).contains(u"can be searched yet"_s));
    search(u"rh"_s);
    QTRY_COMPARE(shown().size(), 2);
    QVERIFY(!test::wordsOf(pane).contains(u"can be searched yet"_s));
    // Many calls of an earlier version are still to be taken in.
    QVERIFY((*m_core)->database->run(u"UPDATE history_indexed SET first_id = 1000001, last_id = 1000000"_s));
    QVERIFY((*m_core)->database->run(
        u"WITH RECURSIVE n(i) AS (SELECT 999001 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
        "INSERT INTO history SELECT i, 1700000000000, 'GET', 'http://h.test/rhea', '', '', '', 200, '', 1, 1, 0 FROM n"_s));
    (*m_core)->history->lookForMore();
    QTRY_VERIFY(test::wordsOf(pane).contains(u"% of the history can be searched yet."_s));
}

void TestHistoryPane::showsCallsOfOtherProcesses()
{
    QTRY_VERIFY((*m_core)->history->progress().isComplete());
    const auto numberOnTab = [this] { return tabs(u"Requests and history"_s)->tabData(1).toString(); };
    const auto store = [this](const QString &name) {
        // Of a connection that is not the history's.
        QVERIFY((*m_core)->database->run(
            u"INSERT INTO history VALUES (NULL, ?, 'GET', ?, '', '', '', 200, '', 1, 1, 0)"_s,
            {QDateTime::currentMSecsSinceEpoch(), u"https://h.test/"_s + name}));
        (*m_core)->history->lookForMore(); // as it is told of commits
    };
    store(u"foreign"_s);
    QTRY_COMPARE(shown().value(0), u"foreign"_s);
    QTRY_COMPARE(numberOnTab(), u"6"_s);
    tabs(u"Requests and history"_s)->setCurrentIndex(0);
    store(u"unseen"_s);
    QTRY_COMPARE((*m_core)->history->progress().searchable, 7);
    QCOMPARE(m_list->model()->rowCount(), 6);
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    QTRY_COMPARE(shown().value(0), u"unseen"_s);
    QTRY_COMPARE(numberOnTab(), u"7"_s);
}

void TestHistoryPane::keepsNoTokenInItsIndex()
{
    const QByteArray secret(test::token.data(), static_cast<qsizetype>(test::token.size()));
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}, {"X-Echo", secret}},
                                    "{\"marker\": \"rutabaga\", \"you sent\": \"" + secret + "\"}"));
    open(u"GET"_s, u"/echo"_s);
    sendAndWait();
    QVERIFY(m_server->received().contains(secret));
    search(u"rutabaga"_s);
    QTRY_COMPARE(shown(), QStringList{u"echo"_s});
    const auto found = [this](const QString &word) {
        auto query = (*m_core)->database->run(
            u"SELECT count(*) FROM history_search WHERE history_search MATCH ?"_s, {u'"' + word + u"\"*"_s});
        return query && query->next() ? query->value(0).toInt() : -1;
    };
    QCOMPARE(found(u"rutabaga"_s), 1);
    QCOMPARE(found(u"canary"_s), 0);
    QCOMPARE(found(u"canarycanary"_s), 0);
}

void TestHistoryPane::keepsNoBodiesWhereItIsToldSo()
{
    (*m_core)->settings->setHistoryRetention(m_environment.id, HistoryRetention{30, 0, false});
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    m_server->answer(
        test::response(200, {{"Content-Type", "application/json"}}, R"({"marker": "rutabaga"})"));
    open(u"GET"_s, u"/kept"_s);
    sendAndWait();
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.row.status, 200);
    QCOMPARE(entry.row.bytes, 22);
    QVERIFY(entry.responseBody.isEmpty());
    QVERIFY(entry.bodyTruncated);
    QVERIFY(!entry.responseHead.isEmpty());
    search(u"rutabaga"_s);
    QTRY_COMPARE(emptyWords(), u"No call matches the search."_s);
}

QTEST_MAIN(TestHistoryPane)
#include "test_history_pane.moc"
