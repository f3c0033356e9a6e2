#include "app/models/HistoryModel.h"
#include "tests/support/ConsoleFixture.h"
#include "ui/console/HeadersModel.h"
#include "ui/console/SidePanel.h"

#include <QAction>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;
using test::token;

/// What the console remembers of calls and requests, and what it must not.
class TestConsoleHistory : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void listsCallsAndOpensAndSendsThemAgain();
    void sendsAgainOnlyWhereItWasSent();
    void keepsNoHistoryWhenToldNotTo();
    void redactsATokenThatComesBack();
    void redactsATokenThatACallMakes();
    void keepsNoCredentialOfAUrl();
    void keepsNoStoredTokenThatWasTypedAfterARestart();
    void keepsWhatWasEditedWhenAnotherRequestIsOpened();
    void opensRequestsOfTheTree();
    void remembersTheLastRequestWithoutCredentials();
    void deletesAndClearsHistory();
    void keepsRequestsOpenWithTheirAnswers();
    void opensClosedRequestsAgain();
    void looksAtRequestsInOnePlace();
    void opensWhatWasOpenAtTheNextStart();
    void sendsFromSeveralTabsAtOnce();

private:
    /// What the database keeps of the open requests.
    QByteArray storedTabs()
    {
        QByteArray all;
        auto rows = (*m_core)->database->run(u"SELECT tab FROM session_tabs"_s);
        while (rows && rows->next())
            all += rows->value(0).toByteArray();
        return all;
    }
};

void TestConsoleHistory::listsCallsAndOpensAndSendsThemAgain()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"PATCH"_s, u"/api/v1/agents"_s, {RequestBody::Kind::Json, u"{\"n\": 1}"_s, {}});
    sendAndWait();
    QVERIFY(added.size() == 1 || added.wait(10'000));
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    auto *list = find<QListView>(m_page.get(), u"History"_s);
    QVERIFY(list);
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QCOMPARE(list->model()->index(0, 0).data(HistoryModel::MethodRole).toString(), u"PATCH"_s);
    QCOMPARE(tabs(u"Requests and history"_s)->tabData(1).toString(), u"1"_s);
    shoot(u"history"_s);

    // A click opens the request and the answer as they were.
    m_server->answer(test::response(500, {}, "changed"));
    open(u"GET"_s, u"/elsewhere"_s);
    sendAndWait();
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(1, 0)).center());
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_page->request().method, u"PATCH"_s);
    QCOMPARE(m_page->request().body.text, u"{\"n\": 1}"_s);
    QVERIFY(status().startsWith(u"200 OK"_s));
    QVERIFY(body().contains(u"\"ok\": true"_s));
    QCOMPARE(m_server->requests().size(), 2); // opening sends nothing

    // Enter opens as well.
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
    QTest::keyClick(list, Qt::Key_Return);
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_page->request().url, u"/elsewhere"_s);

    // The opened request can be sent again.
    sendAndWait();
    QCOMPARE(m_server->requests().size(), 3);
    QTRY_COMPARE(list->model()->rowCount(), 3);
}

void TestConsoleHistory::sendsAgainOnlyWhereItWasSent()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/here"_s);
    sendAndWait();
    QVERIFY(added.size() == 1 || added.wait(10'000));
    const qint64 call = added.first().first().value<HistoryRow>().id;
    auto *side = m_page->findChild<SidePanel *>();
    QVERIFY(side);

    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    Q_EMIT side->callOpened(call, true);
    QVERIFY(shown.wait(10'000));
    QTRY_COMPARE(m_server->requests().size(), 2);

    // The same request would now go to another environment: it is opened, and not sent.
    const QUuid before = (*m_core)->environments->current()->id;
    for (const Environment &environment : (*m_core)->environments->all()) {
        if (environment.id != before)
            (*m_core)->environments->setCurrent(environment.id);
    }
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    open(u"GET"_s, u"/elsewhere"_s);
    Q_EMIT side->callOpened(call, true);
    QTRY_VERIFY(!said.isEmpty());
    QCOMPARE(m_page->request().url, u"/here"_s);
    QCOMPARE(m_server->requests().size(), 2);
}

void TestConsoleHistory::keepsNoHistoryWhenToldNotTo()
{
    (*m_core)->settings->setHistoryEnabled(false);
    open(u"GET"_s, u"/secretly"_s);
    sendAndWait();
    (*m_core)->settings->setHistoryEnabled(true);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/openly"_s);
    sendAndWait();
    QVERIFY(added.size() == 1 || added.wait(10'000));
    qint64 count = -1;
    (*m_core)->history->count(this, [&count](qint64 found) { count = found; });
    QTRY_COMPARE(count, qint64{1});
}

void TestConsoleHistory::redactsATokenThatComesBack()
{
    const QByteArray secret(token.data(), token.size());
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}, {"X-Echo", secret}},
                                    "{\"you sent\":\"" + secret + "\"}"));
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/echo"_s);
    sendAndWait();
    QVERIFY(!body().contains(QString::fromUtf8(secret)));
    QVERIFY(body().contains(u"••••"_s));
    QVERIFY2(wordsOf(m_page.get()).contains(u"holds a token"_s), "nothing says that the token came back");
    for (int tab = 0; tab < tabs(u"Response parts"_s)->count(); ++tab) {
        tabs(u"Response parts"_s)->setCurrentIndex(tab);
        QVERIFY(!wordsOf(m_page.get()).contains(QString::fromUtf8(secret)));
    }
    auto *headers = m_page->findChild<HeadersModel *>();
    for (int row = 0; row < headers->rowCount(); ++row)
        QVERIFY(!headers->index(row, 1).data().toString().contains(QString::fromUtf8(secret)));

    QVERIFY(added.size() == 1 || added.wait(10'000));
    const auto row = added.first().first().value<HistoryRow>();
    QVERIFY(row.echoedToken);
    std::optional<HistoryEntry> entry;
    (*m_core)->history->load(row.id, this, [&entry](const Result<HistoryEntry> &loaded) {
        if (loaded)
            entry = *loaded;
    });
    QTRY_VERIFY(entry);
    QVERIFY(!entry->responseBody.contains(secret));
    QVERIFY(!entry->responseHead.contains(QString::fromUtf8(secret)));
    QVERIFY(!entry->sent.contains(QString::fromUtf8(secret)));
}

void TestConsoleHistory::redactsATokenThatACallMakes()
{
    m_server->answer(test::response(201, {{"Content-Type", "application/json"}},
                                    R"({"data":{"id":17,"token":"17|freshlymadecanary0123456789"}})"));
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"POST"_s, u"/api/v1/user/api-tokens/?x=1"_s);
    sendAndWait();
    QVERIFY2(!body().contains(u"canary"_s) && body().contains(u"••••"_s), qPrintable(body()));
    QVERIFY(!wordsOf(m_page.get()).contains(u"freshlymadecanary"_s));
    const HistoryEntry entry = kept(added);
    QVERIFY(entry.row.echoedToken);
    QVERIFY(entry.responseBody.contains("\"id\":17"));
    QVERIFY2(!entry.responseBody.contains("canary"), entry.responseBody.constData());
}

void TestConsoleHistory::keepsNoCredentialOfAUrl()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/list?api_key=typedcanary&page=2"_s);
    sendAndWait();
    const HistoryEntry entry = kept(added);
    QVERIFY2(entry.row.url.endsWith(u"/list?api_key=••••&page=2"_s), qPrintable(entry.row.url));
    QVERIFY2(!(entry.request.url + entry.sent).contains(u"canary"_s), qPrintable(entry.sent));
}

void TestConsoleHistory::keepsNoStoredTokenThatWasTypedAfterARestart()
{
    addSleepingKey("talq_sleepingcanary0123456789");
    open(u"GET"_s, u"/note?q=talq_sleepingcanary0123456789"_s);
    m_page.reset();
    const QByteArray stored = storedTabs();
    QVERIFY2(stored.contains("/note") && !stored.contains("canary"), stored.constData());

    addSleepingKey("talq_otherslumbercanary987654");
    m_server->answer(test::response(200, {}, "it is talq_otherslumbercanary987654."));
    makePage();
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"POST"_s, u"/note?q=talq_otherslumbercanary987654"_s,
         {RequestBody::Kind::Text, u"a talq_otherslumbercanary987654"_s, {}});
    sendAndWait();
    const HistoryEntry entry = kept(added);
    const QString all = entry.row.url + entry.sent + QString::fromUtf8(entry.responseBody) +
                        QString::fromUtf8(QJsonDocument(entry.request.toJson()).toJson());
    QVERIFY2(all.contains(u"it is ••••."_s) && !all.contains(u"canary"_s), qPrintable(all));
}

void TestConsoleHistory::keepsWhatWasEditedWhenAnotherRequestIsOpened()
{
    open(u"GET"_s, u"/first"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClick(url, Qt::Key_End);
    QTest::keyClicks(url, u"-edited"_s);
    open(u"POST"_s, u"/second"_s);
    QCOMPARE(m_page->request().url, u"/second"_s);
    QTabBar *requests = tabs(u"Open requests"_s);
    QVERIFY(requests);
    const int edited = requests->currentIndex() - 1;
    QCOMPARE(requests->tabData(edited).toString(), u"•"_s);
    QVERIFY2(requests->tabText(edited).contains(u"-edited"_s), qPrintable(requests->tabText(edited)));
    requests->setCurrentIndex(edited);
    QCOMPARE(m_page->request().url, u"/first-edited"_s);
    QCOMPARE(m_page->request().method, u"GET"_s);
    // The version before the edit is not lost either, also by the next start.
    m_page.reset();
    makePage();
    requests = tabs(u"Open requests"_s);
    QCOMPARE(m_page->request().url, u"/first-edited"_s);
    trigger(u"Discard Changes"_s);
    QCOMPARE(m_page->request().url, u"/first"_s);
    QCOMPARE(requests->tabData(edited).toString(), QString());
}

void TestConsoleHistory::opensRequestsOfTheTree()
{
    auto *tree = find<QTreeView>(m_page.get(), u"Requests"_s);
    QVERIFY(tree);
    auto *search = find<QLineEdit>(m_page.get(), u"Search requests"_s);
    QTest::keyClicks(search, u"health"_s);
    QModelIndex found;
    const std::function<void(const QModelIndex &)> walk = [&](const QModelIndex &parent) {
        for (int row = 0; row < tree->model()->rowCount(parent); ++row) {
            const QModelIndex index = tree->model()->index(row, 0, parent);
            if (tree->model()->rowCount(index) == 0)
                found = index;
            else
                walk(index);
        }
    };
    walk({});
    QVERIFY(found.isValid());
    tree->scrollTo(found);
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->visualRect(found).center());
    QVERIFY2(m_page->request().url.contains(u"health"_s), qPrintable(m_page->request().url));
    search->clear();
    shoot(u"tree"_s);
}

void TestConsoleHistory::remembersTheLastRequestWithoutCredentials()
{
    RequestSpec request;
    request.method = u"PUT"_s;
    request.url = u"/kept"_s;
    request.headers = {{u"Authorization"_s, u"Bearer typed-by-hand-123456"_s, true},
                       {u"X-API-Key"_s, u"{{agent}}"_s, true},
                       {u"Accept"_s, u"text/plain"_s, true}};
    m_page->open(request);
    m_page.reset();
    const QByteArray stored = storedTabs();
    QVERIFY(stored.contains("/kept") && !stored.contains("typed-by-hand"));
    makePage();
    const RequestSpec back = m_page->request();
    QCOMPARE(back.url, u"/kept"_s);
    QCOMPARE(back.method, u"PUT"_s);
    QCOMPARE(back.headers.size(), 3);
    QCOMPARE(back.headers.at(0).value, QString());
    QVERIFY(!back.headers.at(0).enabled);
    QCOMPARE(back.headers.at(1).value, u"{{agent}}"_s);
    QCOMPARE(back.headers.at(2).value, u"text/plain"_s);
}

void TestConsoleHistory::deletesAndClearsHistory()
{
    for (const QString &path : {u"/one"_s, u"/two"_s, u"/three"_s}) {
        open(u"GET"_s, path);
        sendAndWait();
    }
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    auto *list = find<QListView>(m_page.get(), u"History"_s);
    QTRY_COMPARE(list->model()->rowCount(), 3);
    const auto choose = [this, list](int row, const QString &text) {
        Q_EMIT list->customContextMenuRequested(list->visualRect(list->model()->index(row, 0)).center());
        for (QMenu *menu : m_page->findChildren<QMenu *>()) {
            for (QAction *action : menu->actions()) {
                if (menu->isVisible() && action->text() == text) {
                    action->trigger();
                    menu->close();
                    return true;
                }
            }
        }
        return false;
    };
    QVERIFY(choose(0, u"Delete"_s));
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QTRY_COMPARE(tabs(u"Requests and history"_s)->tabData(1).toString(), u"2"_s);

    const auto before = m_server->requests().size();
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    QVERIFY(choose(1, u"Send Again"_s));
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_server->requests().size(), before + 1);
    QCOMPARE(m_server->requests().last().target, QByteArray("/one"));
    QTRY_COMPARE(list->model()->rowCount(), 3);

    QVERIFY(choose(0, u"Clear History…"_s));
    auto *box = m_page->findChild<QMessageBox *>();
    QVERIFY(box && box->defaultButton() == box->button(QMessageBox::Cancel));
    QVERIFY(test::press(u"Clear History"_s));
    QTRY_COMPARE(list->model()->rowCount(), 0);
    QTRY_COMPARE(tabs(u"Requests and history"_s)->tabData(1).toString(), QString());
    QVERIFY(wordsOf(m_page.get()).contains(u"Calls that you send are listed here."_s));
}

void TestConsoleHistory::keepsRequestsOpenWithTheirAnswers()
{
    QVERIFY(!tabs(u"Open requests"_s)); // one alone needs no tab
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, R"({"n":1})"));
    open(u"GET"_s, u"/one"_s);
    sendAndWait();
    m_server->answer(test::response(404, {{"Content-Type", "application/json"}}, R"({"n":2})"));
    open(u"GET"_s, u"/two"_s);
    QVERIFY(!status().contains(u"200"_s));
    sendAndWait();
    QVERIFY2(status().contains(u"404"_s), qPrintable(status()));
    QTabBar *requests = tabs(u"Open requests"_s);
    QVERIFY(requests);
    shoot(u"tabs"_s);
    requests->setFocus();
    QTest::keyClick(requests, Qt::Key_Left);
    QCOMPARE(m_page->request().url, u"/one"_s);
    QTRY_VERIFY2(status().contains(u"200"_s), qPrintable(status()));
    QTRY_VERIFY(body().contains(u"1"_s));
}

void TestConsoleHistory::opensClosedRequestsAgain()
{
    open(u"GET"_s, u"/one"_s);
    open(u"POST"_s, u"/two"_s, {RequestBody::Kind::Text, u"kept"_s, {}});
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClicks(url, u"-edited"_s);
    const int count = tabs(u"Open requests"_s)->count();
    trigger(u"Close Request"_s);
    QCOMPARE(m_page->request().url, u"/one"_s);
    QVERIFY(test::press(u"Reopen"_s)); // nothing is lost, and it says so
    QTRY_COMPARE(m_page->request().method, u"POST"_s);
    QCOMPARE(m_page->request().body.text, u"kept"_s);
    QCOMPARE(tabs(u"Open requests"_s)->count(), count);
    // The last one that is closed leaves an empty one.
    for (int i = 0; i <= count; ++i)
        trigger(u"Close Request"_s);
    QCOMPARE(m_page->request().url, QString());
    trigger(u"Reopen Closed Request"_s);
}

void TestConsoleHistory::looksAtRequestsInOnePlace()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    for (const QString &path : {u"/one"_s, u"/two"_s, u"/three"_s}) {
        open(u"GET"_s, path);
        sendAndWait();
    }
    QTRY_COMPARE(added.size(), 3);
    const int before = tabs(u"Open requests"_s)->count();
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    auto *list = find<QListView>(m_page.get(), u"History"_s);
    QTRY_COMPARE(list->model()->rowCount(), 3);
    for (int row = 0; row < 3; ++row) {
        const QString path = QUrl(list->model()->index(row, 0).data(HistoryModel::UrlRole).toString()).path();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(row, 0)).center());
        QTRY_VERIFY(m_page->request().url.endsWith(path));
    }
    QCOMPARE(tabs(u"Open requests"_s)->count(), before + 1);
}

void TestConsoleHistory::opensWhatWasOpenAtTheNextStart()
{
    open(u"GET"_s, u"/one"_s);
    open(u"GET"_s, u"/two"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClick(url, Qt::Key_End);
    QTest::keyClicks(url, u"-edited"_s);
    const int count = tabs(u"Open requests"_s)->count();
    m_page.reset();
    makePage();
    QCOMPARE(m_page->request().url, u"/two-edited"_s);
    QTabBar *requests = tabs(u"Open requests"_s);
    QCOMPARE(requests->count(), count);
    QCOMPARE(requests->tabData(requests->currentIndex()).toString(), u"•"_s);
}

void TestConsoleHistory::sendsFromSeveralTabsAtOnce()
{
    m_server->hang();
    open(u"GET"_s, u"/slow"_s);
    m_page->send();
    QTRY_COMPARE(m_server->requests().size(), 1);
    m_server->answer(test::response(200, {}, "quick"));
    open(u"GET"_s, u"/quick"_s);
    sendAndWait();
    QTRY_VERIFY(body().contains(u"quick"_s));
    QTabBar *requests = tabs(u"Open requests"_s);
    requests->setCurrentIndex(requests->currentIndex() - 1);
    QTRY_VERIFY(find<QPushButton>(m_page.get(), u"Cancel"_s));
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    trigger(u"Cancel Call"_s);
    QVERIFY(shown.size() == 1 || shown.wait(10'000));
    QVERIFY2(status().contains(u"Cancelled"_s), qPrintable(status()));

    // Closing a tab ends its call, which the history keeps.
    m_server->hang();
    open(u"GET"_s, u"/closed"_s);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    m_page->send();
    QTRY_COMPARE(m_server->requests().size(), 3);
    trigger(u"Close Request"_s);
    const auto isKept = [&added] {
        return std::ranges::any_of(added, [](const QVariantList &row) { return row.first().value<HistoryRow>().url.endsWith(u"/closed"_s); });
    };
    QTRY_VERIFY(isKept());
}

QTEST_MAIN(TestConsoleHistory)
#include "test_console_history.moc"
