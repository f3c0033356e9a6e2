#include "app/base/Redactor.h"
#include "app/http/ExpectationSuggestions.h"
#include "app/workspace/WorkspaceModel.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "ui/EnglishPlurals.h"
#include "ui/console/ExpectationBar.h"
#include "ui/console/ExpectationsDialog.h"
#include "ui/console/RunDialog.h"
#include "ui/console/SaveRequestDialog.h"
#include "ui/console/SavedRequests.h"

#include <QCheckBox>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTreeView>
#include <QTreeWidget>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::readFile;
using test::wordsOf;
using test::writeFile;

/// What requests expect of their answers, in the console, and the requests of files and folders sent one after another.
class TestRunRequests : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void ticksAppearAfterASend();
    void largeAnswersAreCheckedToo();
    void noTicksWithoutExpectations();
    void expectationsAreEditedInTheFile();
    void expectationsGoIntoTheFileThatARequestIsSavedIn();
    void suggestionsNameNoValues();
    void whatAnAnswerHasCanBeExpected();
    void expectsWhatIsPointedAtAndTakesItBack();
    void expectsAHeaderOfARequestInNoFile();
    void runsAFolderAndShowsResults();
    void theMenuOfTheTreeRuns();
    void asksOnceBeforeAProtectedEnvironment();
    void asksForValues();
    void stopsAndTells();
    void savesReportsWithoutTheToken();
    void saysWhyThereIsNothingToRun();
    void tellsOfEditsThatAreNotRun();
    void fitsLargeType();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    /// In the menu that is open.
    static bool chooseExpectation(const QString &text)
    {
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        if (!menu)
            return false;
        for (QAction *action : menu->actions()) {
            if (!action->menu() || action->text() != u"Expect This"_s)
                continue;
            for (QAction *choice : action->menu()->actions()) {
                if (choice->text() == text) {
                    choice->trigger();
                    menu->close();
                    return true;
                }
            }
        }
        return false;
    }
    QTreeView *tree() { return find<QTreeView>(m_page.get(), u"Saved requests"_s); }
    QModelIndex row(const QString &name)
    {
        if (!tree())
            return {};
        tree()->expandAll();
        const QModelIndexList found = tree()->model()->match(tree()->model()->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly | Qt::MatchRecursive);
        return found.value(0);
    }
    void openSaved(const QString &name)
    {
        QTRY_VERIFY2(row(name).isValid(), qPrintable(name));
        tree()->setCurrentIndex(row(name));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_Return);
        QTRY_COMPARE(m_page->request().name, name);
    }
    RunDialog *run(const QString &what)
    {
        Q_EMIT m_page->findChild<SavedRequests *>()->runWanted(what);
        auto *dialog = m_page->findChild<RunDialog *>();
        return dialog && QTest::qWaitFor([dialog] { return find<QPushButton>(dialog, u"Run"_s) && find<QPushButton>(dialog, u"Run"_s)->isEnabled(); }) ? dialog : nullptr;
    }
    static void press(QWidget *root, const QString &name)
    {
        auto *button = find<QPushButton>(root, name);
        QVERIFY2(button && button->isEnabled(), qPrintable(name));
        button->click();
    }
    static bool hasRun(QWidget *dialog) { return QTest::qWaitFor([dialog] { return find<QPushButton>(dialog, u"Run Again"_s) != nullptr; }, 10'000); }
    static QString cells(const QTreeWidgetItem *item) { return u"%1 | %2 | %3"_s.arg(item->text(0), item->text(1), item->text(2)); }

    std::unique_ptr<QTemporaryDir> m_folder;
    EnglishPlurals m_plurals;
};

const QByteArray agents = "### List agents\n# @expect status 200\n# @expect body $.ok = true\n# @expect header content-type contains json\n# @expect time < 1 min\nGET /api/v1/agents\n\n"
                          "### Make a call\n# @expect status 201\n# @expect body $.id exists\n# @expect stat 5\nPOST /api/v1/agents/7/call\nContent-Type: application/json\n\n{\"to\": 1}\n";

void TestRunRequests::init()
{
    QCoreApplication::installTranslator(&m_plurals);
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(path(u"agents.http"_s), agents);
    startConsole();
    (*m_core)->settings->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    (*m_core)->workspace->open(m_folder->path());
}

void TestRunRequests::cleanup()
{
    endConsole();
    m_folder.reset();
    QCoreApplication::removeTranslator(&m_plurals);
}

void TestRunRequests::ticksAppearAfterASend()
{
    openSaved(u"List agents"_s);
    sendAndWait();
    auto *bar = m_page->findChild<ExpectationBar *>();
    QVERIFY(bar && bar->isVisible());
    QCOMPARE(bar->accessibleDescription(), u"4 of 4 expectations met"_s);
    shoot(u"expectations-met"_s);

    openSaved(u"Make a call"_s);
    QVERIFY(!bar->isVisible());
    sendAndWait();
    QVERIFY(bar->isVisible());
    QVERIFY2(bar->accessibleDescription().startsWith(u"0 of 3 expectations met\nNot met: status 201. Found: 200 OK"_s), qPrintable(bar->accessibleDescription()));
    QVERIFY2(bar->accessibleDescription().contains(u"Cannot be read: stat 5. Line 11, column 11: "_s), qPrintable(bar->accessibleDescription()));
    shoot(u"expectations-unmet"_s);
    // Each tab keeps its own.
    openSaved(u"List agents"_s);
    QCOMPARE(bar->isVisible(), true);
    QCOMPARE(bar->accessibleDescription(), u"4 of 4 expectations met"_s);
}

void TestRunRequests::largeAnswersAreCheckedToo()
{
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, R"({"ok":true,"text":")" + QByteArray(600'000, 'x') + R"("})"));
    openSaved(u"List agents"_s);
    sendAndWait();
    auto *bar = m_page->findChild<ExpectationBar *>();
    QTRY_VERIFY(bar->isVisible());
    QCOMPARE(bar->accessibleDescription(), u"4 of 4 expectations met"_s);
    press(bar, u"Expectations…"_s);
    auto *dialog = m_page->findChild<ExpectationsDialog *>();
    auto *list = find<QTreeWidget>(dialog, u"How they go with the last answer"_s);
    QTRY_COMPARE(list->topLevelItemCount(), 4);
    find<QPlainTextEdit>(dialog, u"Expectations, one a line"_s)->setPlainText(u"body $.text is string"_s);
    QTRY_COMPARE(list->topLevelItemCount(), 1);
    QCOMPARE(cells(list->topLevelItem(0)), u"Met | body $.text is string | "_s);
}

void TestRunRequests::noTicksWithoutExpectations()
{
    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QVERIFY(!m_page->findChild<ExpectationBar *>()->isVisible());
}

void TestRunRequests::expectationsAreEditedInTheFile()
{
    openSaved(u"Make a call"_s);
    sendAndWait();
    press(m_page->findChild<ExpectationBar *>(), u"Expectations…"_s);
    auto *dialog = m_page->findChild<ExpectationsDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    auto *text = find<QPlainTextEdit>(dialog, u"Expectations, one a line"_s);
    auto *list = find<QTreeWidget>(dialog, u"How they go with the last answer"_s);
    QCOMPARE(text->toPlainText(), u"status 201\nbody $.id exists\nstat 5"_s);
    QCOMPARE(list->topLevelItemCount(), 3);
    QCOMPARE(cells(list->topLevelItem(0)), u"Not met | status 201 | Found: 200 OK"_s);
    shoot(u"expectations-dialog"_s, dialog);

    text->setPlainText(u"status 200\n\n  body $.ok is boolean  "_s);
    QTRY_COMPARE(list->topLevelItemCount(), 2);
    QCOMPARE(cells(list->topLevelItem(1)), u"Met | body $.ok is boolean | "_s);
    auto *menu = find<QPushButton>(dialog, u"Add From Answer"_s)->menu();
    QVERIFY(menu && !menu->isEmpty());
    const auto suggestions = menu->actions();
    const auto timed = std::ranges::find_if(suggestions, [](const QAction *action) { return action->text().startsWith(u"time < "_s); });
    QVERIFY(timed != suggestions.end());
    (*timed)->trigger();
    press(dialog, u"Save"_s);
    QTRY_VERIFY(!dialog->isVisible());
    const QByteArray saved = readFile(path(u"agents.http"_s));
    QVERIFY2(saved.contains("### Make a call\n# @expect status 200\n# @expect body $.ok is boolean\n# @expect time < "), saved.constData());
    QVERIFY(!saved.contains("stat 5"));
    QVERIFY(saved.startsWith(agents.left(agents.indexOf("### Make"))));
    QTRY_COMPARE(m_page->findChild<ExpectationBar *>()->accessibleDescription(), u"3 of 3 expectations met"_s);
    QVERIFY(QTest::qWaitFor([this] { return !(*m_core)->workspace->isReading(); }));
    QVERIFY(!wordsOf(m_page.get()).contains(u"another program"_s));
}

void TestRunRequests::expectationsGoIntoTheFileThatARequestIsSavedIn()
{
    open(u"GET"_s, u"/api/v1/new"_s);
    trigger(u"Expectations…"_s);
    auto *dialog = m_page->findChild<ExpectationsDialog *>();
    QVERIFY(dialog);
    find<QPlainTextEdit>(dialog, u"Expectations, one a line"_s)->setPlainText(u"status 2xx"_s);
    press(dialog, u"Keep"_s);
    sendAndWait();
    QCOMPARE(m_page->findChild<ExpectationBar *>()->accessibleDescription(), u"1 of 1 expectation met"_s);

    trigger(u"Save As…"_s);
    auto *save = m_page->findChild<SaveRequestDialog *>();
    QVERIFY(save);
    find<QLineEdit>(save, u"Request name"_s)->setText(u"New one"_s);
    press(save, u"Save"_s);
    const auto written = [this] {
        for (const QString &name : test::namesIn(m_folder->path())) {
            if (readFile(path(name)).contains("# @expect status 2xx\nGET /api/v1/new"))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(written());
}

void TestRunRequests::whatAnAnswerHasCanBeExpected()
{
    const QByteArray json =
        R"({"id":7,"a b":"it's \"so\"","list":[{"x":1.5}],"none":null,"token":"canary-0123456789","tokens":["canary"],"odd":"{{id}}"})";
    QCOMPARE(expectationsOfMember(json, u"$.id"_s), (QStringList{u"body $.id = 7"_s, u"body $.id is integer"_s, u"body $.id exists"_s}));
    QCOMPARE(expectationsOfMember(json, u"$[\"a b\"]"_s).first(), uR"(body $["a b"] = "it's \"so\"")"_s);
    QCOMPARE(expectationsOfMember(json, u"$.none"_s).first(), u"body $.none = null"_s);
    QCOMPARE(expectationsOfMember(json, u"$.list"_s), (QStringList{u"body $.list is array"_s, u"body $.list exists"_s}));
    for (const QString &path : {u"$.token"_s, u"$.tokens[0]"_s}) // their values had better not stand in a file
        QCOMPARE(expectationsOfMember(json, path), (QStringList{u"body %1 is string"_s.arg(path), u"body %1 exists"_s.arg(path)}));
    QCOMPARE(expectationsOfMember(json, u"$.odd"_s).first(), u"body $.odd is string"_s); // it would name a variable
    QCOMPARE(expectationsOfMember(json, u"$.nowhere"_s), QStringList());
    QCOMPARE(expectationsOfHeader(u"X-Version"_s, u"2, beta"_s), (QStringList{u"header X-Version = \"2, beta\""_s, u"header X-Version exists"_s}));
    QCOMPARE(expectationsOfHeader(u"Set-Cookie"_s, u"sid=canary"_s), QStringList(u"header Set-Cookie exists"_s));

    HttpResponse response;
    response.headers = {{"X-Version", "2, beta"}};
    response.body = json;
    QList<WrittenExpectation> written;
    for (const QString &path : {u"$.id"_s, u"$[\"a b\"]"_s, u"$.none"_s, u"$.list[0].x"_s, u"$.list"_s}) {
        for (const QString &each : expectationsOfMember(json, path))
            written.append({0, 1, each});
    }
    for (const QString &each : expectationsOfHeader(u"X-Version"_s, u"2, beta"_s))
        written.append({0, 1, each});
    for (const ExpectationOutcome &each : checkExpectations(written, {response, {}}, {}, Redactor()))
        QVERIFY2(each.isMet(), qPrintable(each.text + u": "_s + each.message));
}

void TestRunRequests::expectsWhatIsPointedAtAndTakesItBack()
{
    openSaved(u"Make a call"_s);
    const QByteArray before = readFile(path(u"agents.http"_s));
    sendAndWait();
    auto *view = find<JsonPane>(m_page.get(), u"Response body"_s);
    QVERIFY(view);
    const auto row = std::ranges::find_if(
        view->shownRows(), [](const JsonPane::Shown &each) { return each.text.text.contains(u"true"_s); });
    QVERIFY(row != view->shownRows().end());
    QSignalSpy undoable(m_page.get(), &ConsolePage::undoable);
    const QPoint place = view->rowRect(size_t(std::distance(view->shownRows().begin(), row))).center();
    QContextMenuEvent asked(QContextMenuEvent::Mouse, place, view->viewport()->mapToGlobal(place));
    QCoreApplication::sendEvent(view->viewport(), &asked);
    QVERIFY(chooseExpectation(u"body $.ok = true"_s));
    QTRY_COMPARE(undoable.size(), 1);
    QVERIFY(readFile(path(u"agents.http"_s)).contains("# @expect body $.ok = true\n"));
    QTRY_VERIFY(m_page->findChild<ExpectationBar *>()->accessibleDescription().startsWith(u"1 of 4 expectations met"_s));
    const auto step = undoable.first().first().value<UndoStep>();
    QVERIFY(step.undo());
    QCOMPARE(readFile(path(u"agents.http"_s)), before);
    QTRY_VERIFY(m_page->findChild<ExpectationBar *>()->accessibleDescription().startsWith(u"0 of 3 expectations met"_s));
    QVERIFY(step.redo());
    QTRY_VERIFY(m_page->findChild<ExpectationBar *>()->accessibleDescription().startsWith(u"1 of 4 expectations met"_s));
    QVERIFY(QTest::qWaitFor([this] { return !(*m_core)->workspace->isReading(); }));
    QVERIFY(!wordsOf(m_page.get()).contains(u"another program"_s));
}

void TestRunRequests::expectsAHeaderOfARequestInNoFile()
{
    open(u"GET"_s, u"/api/v1/new"_s);
    sendAndWait();
    showPart(u"Headers"_s);
    auto *table = find<QTableView>(m_page.get(), u"Response headers"_s);
    QVERIFY(table);
    QSignalSpy undoable(m_page.get(), &ConsolePage::undoable);
    const auto choose = [&] {
        Q_EMIT table->customContextMenuRequested(table->visualRect(table->model()->index(0, 0)).center());
        return chooseExpectation(u"header Content-Type = \"application/json\""_s);
    };
    QVERIFY(choose());
    QTRY_COMPARE(undoable.size(), 1);
    QCOMPARE(m_page->findChild<ExpectationBar *>()->accessibleDescription(), u"1 of 1 expectation met"_s);
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    QVERIFY(choose());
    QTRY_COMPARE(said.size(), 1); // once is enough
    QCOMPARE(undoable.size(), 1);
    QVERIFY(undoable.first().first().value<UndoStep>().undo());
    QVERIFY(!m_page->findChild<ExpectationBar *>()->isVisible());
}

void TestRunRequests::suggestionsNameNoValues()
{
    HttpResponse response;
    response.status = 201;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = R"({"id":7,"a b":"it's a secret","list":[{"x":1.5}],"none":null})";
    const QStringList suggested = suggestedExpectations({response, std::chrono::milliseconds(120)});
    QCOMPARE(suggested, (QStringList{u"status 201"_s, u"header content-type contains application/json"_s, u"time < 1000 ms"_s, u"body $ is object"_s, u"body $['a b'] is string"_s,
                                     u"body $.id is integer"_s, u"body $.list is array"_s, u"body $.none is null"_s, u"body $.list[0].x is number"_s}));
    QList<WrittenExpectation> written;
    for (const QString &each : suggested)
        written.append({0, 1, each});
    for (const ExpectationOutcome &each : checkExpectations(written, {response, std::chrono::milliseconds(120)}, {}, Redactor()))
        QVERIFY2(each.isMet(), qPrintable(each.text + u": "_s + each.message));
    QVERIFY(suggestedExpectations({}).isEmpty());
}

void TestRunRequests::runsAFolderAndShowsResults()
{
    QDir(m_folder->path()).mkdir(u"more"_s);
    writeFile(path(u"more/other.http"_s), "### Look\nGET /look\n\n### Ask\n# @expect body contains ok\nGET /ask\n");
    RunDialog *dialog = run(m_folder->path());
    QVERIFY(dialog);
    auto *results = find<QTreeWidget>(dialog, u"Results"_s);
    QCOMPARE(results->topLevelItemCount(), 2);
    QVERIFY2(wordsOf(dialog).contains(u"4 requests will be sent, one after another."_s), qPrintable(wordsOf(dialog)));
    QVERIFY(m_server->requests().isEmpty());
    shoot(u"run-before"_s, dialog);
    press(dialog, u"Run"_s);
    QVERIFY(hasRun(dialog));
    QCOMPARE(m_server->requests().size(), 4);
    QVERIFY(m_server->requests().constFirst().header("Authorization").startsWith("Bearer "));
    QVERIFY2(wordsOf(dialog).contains(u"3 passed · 1 failed"_s), qPrintable(wordsOf(dialog)));
    const QTreeWidgetItem *file = results->topLevelItem(0);
    QCOMPARE(file->text(0), u"agents.http"_s);
    QVERIFY2(cells(file->child(0)).startsWith(u"List agents | Passed | 200 OK · "_s), qPrintable(cells(file->child(0))));
    QVERIFY(cells(file->child(0)).endsWith(u"4 of 4 expectations met"_s));
    QVERIFY(cells(file->child(1)).startsWith(u"Make a call | Failed | 200 OK · "_s));
    QVERIFY(file->child(1)->isExpanded());
    QCOMPARE(cells(file->child(1)->child(0)), u"status 201 | Not met | Found: 200 OK"_s);
    results->setCurrentItem(file->child(1)->child(2)); // there is no room for all that is said about it
    QVERIFY2(wordsOf(dialog).contains(u"Line 11, column 11: An expectation begins with status, header, body, time or size."_s), qPrintable(wordsOf(dialog)));
    shoot(u"run-after"_s, dialog);
    // The second run forgets the first.
    press(dialog, u"Run Again"_s);
    QVERIFY(hasRun(dialog));
    QTRY_COMPARE(m_server->requests().size(), 8);
    QCOMPARE(results->topLevelItemCount(), 2);
}

void TestRunRequests::theMenuOfTheTreeRuns()
{
    QTRY_VERIFY(row(u"List agents"_s).isValid());
    QSignalSpy wanted(m_page->findChild<SavedRequests *>(), &SavedRequests::runWanted);
    const QModelIndex file = row(u"List agents"_s).parent();
    Q_EMIT tree()->customContextMenuRequested(tree()->visualRect(file).center());
    QMenu *menu = nullptr;
    for (auto *each : m_page->findChildren<QMenu *>()) {
        if (each->isVisible())
            menu = each;
    }
    QVERIFY(menu);
    const auto actions = menu->actions();
    const auto found = std::ranges::find_if(actions, [](const QAction *action) { return action->text() == u"Run File…"_s; });
    QVERIFY(found != actions.end());
    (*found)->trigger();
    menu->close();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.constFirst().constFirst().toString(), path(u"agents.http"_s));
    QVERIFY(m_page->findChild<RunDialog *>());
}

void TestRunRequests::asksOnceBeforeAProtectedEnvironment()
{
    addEnvironment(u"Production"_s, m_server->url(QString()), true);
    RunDialog *dialog = run(path(u"agents.http"_s));
    QVERIFY(dialog);
    press(dialog, u"Run"_s);
    auto *box = dialog->findChild<QMessageBox *>(u"consent"_s);
    QVERIFY(box);
    QVERIFY2(box->informativeText().contains(u"1 of the requests can change things"_s), qPrintable(box->informativeText()));
    QVERIFY(box->text().contains(u"Production"_s));
    shoot(u"run-consent"_s, box);
    box->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!dialog->findChild<QMessageBox *>(u"consent"_s));
    QVERIFY(m_server->requests().isEmpty());
    press(dialog, u"Run"_s);
    press(dialog->findChild<QMessageBox *>(u"consent"_s), u"Run All"_s);
    QVERIFY(hasRun(dialog));
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_server->requests().constLast().method, "POST");
}

void TestRunRequests::asksForValues()
{
    writeFile(path(u"asks.http"_s), "### Asks\n# @prompt who Whose\nGET /of/{{who}}\n");
    RunDialog *dialog = run(path(u"asks.http"_s));
    QVERIFY(dialog);
    press(dialog, u"Run"_s);
    auto *field = find<QLineEdit>(u"who"_s);
    QVERIFY(field && m_server->requests().isEmpty());
    field->setText(u"ann"_s);
    press(field->window(), u"Send"_s);
    QVERIFY(hasRun(dialog));
    QCOMPARE(m_server->requests().constFirst().target, "/of/ann");
}

void TestRunRequests::stopsAndTells()
{
    m_server->hang();
    RunDialog *dialog = run(path(u"agents.http"_s));
    QVERIFY(dialog);
    press(dialog, u"Run"_s);
    QTRY_COMPARE(m_server->requests().size(), 1);
    QTRY_VERIFY(find<QPushButton>(dialog, u"Stop"_s));
    shoot(u"run-running"_s, dialog);
    press(dialog, u"Stop"_s);
    QVERIFY(hasRun(dialog));
    QVERIFY2(wordsOf(dialog).contains(u"2 skipped"_s) && wordsOf(dialog).contains(u"The run was stopped."_s), qPrintable(wordsOf(dialog)));
    // Closing stops as well.
    press(dialog, u"Run Again"_s);
    QTRY_COMPARE(m_server->requests().size(), 2);
    dialog->reject();
    QTRY_VERIFY(!m_page->findChild<RunDialog *>());
    QCOMPARE(m_server->requests().size(), 2);
}

/// SECURITY S1, S8: the server says the token back.
void TestRunRequests::savesReportsWithoutTheToken()
{
    m_server->handle([](const test::ReceivedRequest &request) { return test::Answer{test::response(200, {{"X-Echo", request.header("Authorization")}}, request.header("Authorization"))}; });
    writeFile(path(u"echo.http"_s), "### Echo\n# @expect header X-Echo = nothing\n# @expect body = nothing\nGET /echo\n");
    RunDialog *dialog = run(path(u"echo.http"_s));
    QVERIFY(dialog);
    press(dialog, u"Run"_s);
    QVERIFY(hasRun(dialog));
    const QString canary = QString::fromUtf8(test::token.data(), static_cast<qsizetype>(test::token.size()));
    const auto *results = find<QTreeWidget>(dialog, u"Results"_s);
    for (int index = 0; index < 2; ++index) {
        const QString shown = cells(results->topLevelItem(0)->child(0)->child(index));
        QVERIFY2(shown.contains(u"••••"_s) && !shown.contains(u"canary"_s), qPrintable(shown));
    }
    for (const QString &name : {u"report.xml"_s, u"report.html"_s}) {
        press(dialog, u"Save Report…"_s);
        auto *files = dialog->findChild<QFileDialog *>();
        QVERIFY(files);
        Q_EMIT files->fileSelected(path(name));
        files->close();
        QTRY_VERIFY(!dialog->findChild<QFileDialog *>());
        const QByteArray saved = readFile(path(name));
        QVERIFY2(saved.contains("X-Echo") && saved.contains("••••"), saved.constData());
        QVERIFY(!saved.contains(canary.toUtf8()) && !saved.contains("canarycanary"));
    }
    QVERIFY(wordsOf(dialog).contains(u"It holds no token."_s));
    // Nowhere to write to.
    press(dialog, u"Save Report…"_s);
    Q_EMIT dialog->findChild<QFileDialog *>()->fileSelected(path(u"no/such/folder.xml"_s));
    QVERIFY2(wordsOf(dialog).contains(u"could not be saved"_s), qPrintable(wordsOf(dialog)));
}

void TestRunRequests::saysWhyThereIsNothingToRun()
{
    QDir(m_folder->path()).mkdir(u"empty"_s);
    Q_EMIT m_page->findChild<SavedRequests *>()->runWanted(path(u"empty"_s));
    auto *dialog = m_page->findChild<RunDialog *>();
    QVERIFY(dialog);
    QTRY_VERIFY2(wordsOf(dialog).contains(u"has no .http or .rest files."_s), qPrintable(wordsOf(dialog)));
    QVERIFY(!find<QPushButton>(dialog, u"Run"_s)->isEnabled());
}

void TestRunRequests::tellsOfEditsThatAreNotRun()
{
    openSaved(u"List agents"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClicks(url, u"/edited"_s);
    trigger(u"Run File…"_s);
    auto *dialog = m_page->findChild<RunDialog *>();
    QVERIFY(dialog);
    QVERIFY2(wordsOf(dialog).contains(u"Your edits of “List agents” are not saved."_s), qPrintable(wordsOf(dialog)));
}

void TestRunRequests::fitsLargeType()
{
    const QFont usual = QApplication::font();
    QFont large = usual;
    large.setPixelSize(QFontInfo(usual).pixelSize() * 2);
    QApplication::setFont(large);
    openSaved(u"Make a call"_s);
    sendAndWait();
    shoot(u"expectations-large"_s);
    trigger(u"Expectations…"_s);
    auto *expectations = m_page->findChild<ExpectationsDialog *>();
    expectations->resize(900, 600);
    shoot(u"expectations-dialog-large"_s, expectations);
    const QSize first = expectations->minimumSizeHint();
    expectations->reject();
    RunDialog *dialog = run(path(u"agents.http"_s));
    QVERIFY(dialog);
    press(dialog, u"Run"_s);
    QVERIFY(hasRun(dialog));
    dialog->resize(900, 600);
    shoot(u"run-large"_s, dialog);
    const QSize second = dialog->minimumSizeHint();
    QApplication::setFont(usual);
    for (const QSize &least : {first, second})
        QVERIFY2(least.width() <= 900 && least.height() <= 600, qPrintable(u"%1 × %2"_s.arg(least.width()).arg(least.height())));
}

QTEST_MAIN(TestRunRequests)
#include "test_run_requests.moc"
