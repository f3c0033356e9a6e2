#include "app/workspace/WorkspaceModel.h"
#include "tests/support/ConsoleFixture.h"
#include "ui/console/ConflictDialog.h"
#include "ui/console/PromptDialog.h"
#include "ui/console/SaveRequestDialog.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTextBlock>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// Requests in .http files of a folder: seen, opened, sent, saved, and not overwritten when somebody else was there first.
class TestSavedRequests : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void opensARequestOfAFile();
    void findsRequestsByTheirWords();
    void savesOnlyWhatWasEdited();
    void savesANewRequest();
    void asksForAFolderFirst();
    void overwritesNothing_data();
    void overwritesNothing();
    void showsWhatAnotherProgramChanged();
    void keepsUnsavedEditsForTheNextStart();
    void renamesAndDeletesWithUndo();
    void savesNoToken();
    void tellsOfCredentialsInAFile();
    void usesTheFilesVariablesAndEarlierAnswers();
    void asksForPrompts();
    void namesTheKeysOfRequests();
    void savesTheTabThatWasSaved();
    void readsAChangedFileOfAnotherTab();
    void readsAndWritesEnvironmentsBesideTheRequests();

private:
    void write(const QString &name, const QByteArray &text)
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    QByteArray read(const QString &name)
    {
        QFile file(m_folder->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTreeView *tree() { return find<QTreeView>(m_page.get(), u"Saved requests"_s); }
    QModelIndex row(const QString &name)
    {
        QModelIndex found;
        const std::function<void(const QModelIndex &)> walk = [&](const QModelIndex &parent) {
            for (int i = 0; i < tree()->model()->rowCount(parent) && !found.isValid(); ++i) {
                const QModelIndex index = tree()->model()->index(i, 0, parent);
                if (index.data().toString() == name)
                    found = index;
                else
                    walk(index);
            }
        };
        if (tree())
            walk({});
        return found;
    }
    void openSaved(const QString &name)
    {
        QTRY_VERIFY2(row(name).isValid(), qPrintable(name));
        tree()->expandAll();
        tree()->setCurrentIndex(row(name));
        tree()->setFocus();
        QTest::keyClick(tree(), Qt::Key_Return);
        QTRY_COMPARE(m_page->request().name, name);
    }
    void typeUrl(const QString &text)
    {
        auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
        url->setFocus();
        QTest::keyClick(url, Qt::Key_End);
        QTest::keyClicks(url, text);
    }
    bool says(const QString &text)
    {
        return QTest::qWaitFor([&] { return wordsOf(m_page.get()).contains(text); }, 10'000);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

const QByteArray agents = "# Keep me\n@version = v1\n\n### List agents\n# a comment\nGET /api/{{version}}/agents?page=1\nAccept: application/json\n\n"
                          "### Make a call\nPOST /api/v1/agents/7/call\nContent-Type: application/json\n\n{\"to\": \"+49301234567\"}\n";

void TestSavedRequests::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    write(u"agents.http"_s, agents);
    startConsole();
    (*m_core)->workspace->open(m_folder->path());
}

void TestSavedRequests::cleanup()
{
    endConsole();
    m_folder.reset();
}

void TestSavedRequests::opensARequestOfAFile()
{
    openSaved(u"Make a call"_s);
    const RequestSpec request = m_page->request();
    QCOMPARE(request.method, u"POST"_s);
    QCOMPARE(request.body.kind, RequestBody::Kind::Json);
    QVERIFY(request.body.text.contains(u"+49301234567"_s));
    openSaved(u"List agents"_s);
    QCOMPARE(m_page->request().params, (QList<NameValue>{{u"page"_s, u"1"_s, true}}));
    shoot(u"saved"_s);
    // Opening and looking has changed nothing.
    QCOMPARE(read(u"agents.http"_s), agents);
}

void TestSavedRequests::findsRequestsByTheirWords()
{
    QTRY_VERIFY(row(u"List agents"_s).isValid());
    auto *search = find<QLineEdit>(m_page.get(), u"Search requests"_s);
    QTest::keyClicks(search, u"call post"_s);
    QVERIFY(row(u"Make a call"_s).isValid());
    QVERIFY(!row(u"List agents"_s).isValid());
    search->clear();
    QVERIFY(row(u"List agents"_s).isValid());
}

void TestSavedRequests::savesOnlyWhatWasEdited()
{
    openSaved(u"Make a call"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    url->selectAll();
    QTest::keyClicks(url, u"/api/v1/agents/8/call"_s);
    trigger(u"Save"_s);
    QTRY_COMPARE(read(u"agents.http"_s), QByteArray(agents).replace("agents/7", "agents/8"));
    // Saved again without an edit: the same bytes.
    trigger(u"Save"_s);
    QTRY_COMPARE(read(u"agents.http"_s), QByteArray(agents).replace("agents/7", "agents/8"));
}

void TestSavedRequests::savesANewRequest()
{
    QTRY_VERIFY(row(u"List agents"_s).isValid());
    open(u"PUT"_s, u"/api/v1/thing"_s, {RequestBody::Kind::Json, u"{\"a\": 1}"_s, {}});
    trigger(u"Save"_s);
    auto *dialog = m_page->findChild<SaveRequestDialog *>();
    QVERIFY(dialog);
    shoot(u"save-request"_s, dialog);
    auto *name = find<QLineEdit>(dialog, u"Request name"_s);
    name->selectAll();
    QTest::keyClicks(name, u"Put a thing"_s);
    dialog->findChild<QComboBox *>()->setEditText(u"things/new"_s);
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(!m_page->findChild<SaveRequestDialog *>());
    QTRY_VERIFY2(read(u"things/new.http"_s).contains("PUT /api/v1/thing"), qPrintable(wordsOf(m_page.get())));
    QTRY_COMPARE(tree()->currentIndex().data().toString(), u"Put a thing"_s); // it is shown where it is
    QCOMPARE(m_page->request().name, u"Put a thing"_s);
    QCOMPARE(m_page->request().body.text, u"{\"a\": 1}"_s);
}

void TestSavedRequests::asksForAFolderFirst()
{
    (*m_core)->workspace->close();
    QVERIFY(says(u"Requests can be kept as .http files"_s));
    shoot(u"no-folder"_s);
    open(u"GET"_s, u"/x"_s);
    trigger(u"Save"_s);
    QVERIFY(!m_page->findChild<SaveRequestDialog *>());
    QTRY_VERIFY(!m_page->findChildren<QDialog *>().isEmpty()); // for the folder
}

void TestSavedRequests::overwritesNothing_data()
{
    QTest::addColumn<bool>("keepsMine");
    QTest::newRow("mine") << true;
    QTest::newRow("theirs") << false;
}

void TestSavedRequests::overwritesNothing()
{
    QFETCH(bool, keepsMine);
    openSaved(u"Make a call"_s);
    typeUrl(u"/mine"_s);
    const QByteArray theirs = QByteArray(agents).replace("agents/7/call", "agents/theirs");
    write(u"agents.http"_s, theirs);
    trigger(u"Save"_s);
    QVERIFY(says(u"Another program has changed this request"_s));
    QCOMPARE(read(u"agents.http"_s), theirs);
    shoot(u"conflict"_s);
    QVERIFY(test::press(u"Show Both…"_s));
    auto *dialog = m_page->findChild<ConflictDialog *>();
    QVERIFY(dialog);
    QVERIFY(wordsOf(dialog).contains(u"agents/7/call/mine"_s) && wordsOf(dialog).contains(u"agents/theirs"_s));
    for (const CodeView *view : dialog->findChildren<CodeView *>()) {
        QCOMPARE(view->extraSelections().size(), 1);
        QVERIFY(view->extraSelections().constFirst().cursor.block().text().contains(u"agents/"_s));
        QVERIFY(view->accessibleDescription().contains(u"the first is line"_s));
    }
    shoot(u"conflict-both"_s, dialog);
    for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
        if (button->text() == (keepsMine ? u"Keep Mine"_s : u"Take Theirs"_s))
            button->click();
    }
    if (keepsMine)
        QTRY_COMPARE(read(u"agents.http"_s), QByteArray(agents).replace("agents/7/call", "agents/7/call/mine"));
    else
        QTRY_COMPARE(m_page->request().url, u"/api/v1/agents/theirs"_s);
    if (!keepsMine)
        QCOMPARE(read(u"agents.http"_s), theirs);
}

void TestSavedRequests::showsWhatAnotherProgramChanged()
{
    openSaved(u"Make a call"_s);
    write(u"agents.http"_s, QByteArray(agents).replace("agents/7/call", "agents/pulled"));
    QTRY_COMPARE(m_page->request().url, u"/api/v1/agents/pulled"_s);
}

void TestSavedRequests::keepsUnsavedEditsForTheNextStart()
{
    openSaved(u"Make a call"_s);
    typeUrl(u"/unsaved"_s);
    m_page.reset();
    makePage();
    QTRY_COMPARE(m_page->request().url, u"/api/v1/agents/7/call/unsaved"_s);
    trigger(u"Discard Changes"_s);
    QCOMPARE(m_page->request().url, u"/api/v1/agents/7/call"_s);
    QCOMPARE(read(u"agents.http"_s), agents);
}

void TestSavedRequests::renamesAndDeletesWithUndo()
{
    std::optional<UndoStep> step;
    connect(m_page.get(), &ConsolePage::undoable, this, [&step](const UndoStep &made) { step = made; });
    QTRY_VERIFY(row(u"List agents"_s).isValid());
    tree()->expandAll();
    tree()->setCurrentIndex(row(u"List agents"_s));
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_F2);
    QInputDialog *dialog = nullptr;
    QTRY_VERIFY(dialog = m_page->findChild<QInputDialog *>());
    dialog->setTextValue(u"All agents"_s);
    dialog->accept();
    QTRY_COMPARE(read(u"agents.http"_s), QByteArray(agents).replace("### List agents", "### All agents"));
    QVERIFY(step && step->undo());
    QTRY_COMPARE(read(u"agents.http"_s), agents);

    step.reset();
    QTRY_VERIFY(row(u"Make a call"_s).isValid());
    tree()->setCurrentIndex(row(u"Make a call"_s));
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Delete);
    QTRY_VERIFY(!read(u"agents.http"_s).contains("Make a call"));
    QTRY_VERIFY(step.has_value());
    QVERIFY(step->undo());
    QTRY_COMPARE(read(u"agents.http"_s), agents);
}

void TestSavedRequests::savesNoToken()
{
    openSaved(u"Make a call"_s);
    typeUrl(u"?t="_s + QString::fromLatin1(test::token.data(), test::token.size()));
    trigger(u"Save"_s);
    QVERIFY(says(u"token"_s));
    shoot(u"no-token"_s);
    QCOMPARE(read(u"agents.http"_s), agents);
    QVERIFY(!read(u"agents.http"_s).contains("canary"));
}

void TestSavedRequests::tellsOfCredentialsInAFile()
{
    write(u"old.http"_s, "### With a token\nGET /x\nAuthorization: Bearer abcdefghijklmnop123456\n");
    (*m_core)->workspace->refresh();
    openSaved(u"With a token"_s);
    QVERIFY(says(u"holds a credential in plain text: “Authorization” in line 3"_s));
    QSignalSpy asked(m_page.get(), &ConsolePage::newKeyRequested);
    QVERIFY(test::press(u"Keep It as a Key…"_s));
    QCOMPARE(asked.size(), 1);
}

void TestSavedRequests::usesTheFilesVariablesAndEarlierAnswers()
{
    write(u"chain.http"_s, "@path = made\n\n### Log in\n# @name login\nPOST /login\n\n### Use it\nGET /{{path}}/{{login.response.body.$.data.id}}\nX-Id: {{$guid}}\n");
    (*m_core)->workspace->refresh();
    openSaved(u"Use it"_s);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QVERIFY(says(u"login"_s)); // there is no answer of it yet
    QCOMPARE(m_server->requests().size(), 0);
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, R"({"data":{"id":"a42"}})"));
    openSaved(u"Log in"_s);
    sendAndWait();
    openSaved(u"Use it"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_server->requests().last().target, "/made/a42"_ba);
    QVERIFY(QUuid::fromString(QString::fromLatin1(m_server->requests().last().header("X-Id"))) != QUuid());
}

void TestSavedRequests::asksForPrompts()
{
    write(u"ask.http"_s, "### Ask\n# @prompt who Whose things\nGET /things/{{who}}\n");
    (*m_core)->workspace->refresh();
    openSaved(u"Ask"_s);
    m_page->send();
    auto *dialog = m_page->findChild<PromptDialog *>();
    QVERIFY(dialog);
    shoot(u"prompt"_s, dialog);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    auto *who = find<QLineEdit>(dialog, u"who"_s);
    QTest::keyClicks(who, u"anna"_s);
    QTest::keyClick(who, Qt::Key_Return);
    QTRY_VERIFY(!m_page->findChild<PromptDialog *>());
    QVERIFY2(shown.size() == 1 || shown.wait(10'000), qPrintable(wordsOf(m_page.get())));
    QCOMPARE(m_server->requests().last().target, "/things/anna"_ba);
}

void TestSavedRequests::namesTheKeysOfRequests()
{
    write(u"named.http"_s, "### With that key\n# @key id:" + m_key.id.toString(QUuid::WithoutBraces).toUtf8() + "\nGET /x\n");
    (*m_core)->workspace->refresh();
    QTRY_COMPARE((*m_core)->workspace->requestsNaming(m_key.id), QStringList(u"With that key (named.http)"_s));
    QVERIFY((*m_core)->workspace->requestsNaming(QUuid::createUuid()).isEmpty());
}

void TestSavedRequests::readsAndWritesEnvironmentsBesideTheRequests()
{
    write(u"env.http"_s, "### In a room\nGET /rooms/{{room}}\n");
    write(u"http-client.env.json"_s, R"({"Local": {"room": "blue"}, "Other": {"room": "red"}})");
    (*m_core)->workspace->refresh();
    openSaved(u"In a room"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().last().target, "/rooms/blue"_ba);

    Environment environment = *(*m_core)->environments->current();
    environment.variables = {{u"floor"_s, u"2"_s, true}, {u"api_token"_s, u"abcdef0123456789"_s, true}};
    QVERIFY((*m_core)->environments->update(environment));
    auto *button = find<QToolButton>(m_page.get(), u"Saved requests menu"_s);
    QVERIFY(button);
    Q_EMIT button->menu()->aboutToShow();
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    for (QAction *action : button->menu()->actions()) {
        if (action->text() == u"Write Environment to Folder"_s)
            action->trigger();
    }
    QTRY_COMPARE(said.size(), 1);
    QVERIFY2(said.first().first().toString().contains(u"without api_token"_s), qPrintable(said.first().first().toString()));
    const QByteArray text = read(u"http-client.env.json"_s);
    QVERIFY2(text.contains("\"floor\": \"2\"") && text.contains("\"red\"") && !text.contains("abcdef"), text.constData());
}

void TestSavedRequests::savesTheTabThatWasSaved()
{
    openSaved(u"Make a call"_s);
    typeUrl(u"/mine"_s);
    open(u"PUT"_s, u"/other"_s);
    QTabBar *requests = tabs(u"Open requests"_s);
    const int saved = requests->currentIndex() - 1;
    requests->setCurrentIndex(saved);
    trigger(u"Save"_s); // which ends when another request is the current one
    requests->setCurrentIndex(saved + 1);
    QTRY_VERIFY(read(u"agents.http"_s).contains("agents/7/call/mine"));
    QTRY_COMPARE(requests->tabData(saved).toString(), QString());
    QCOMPARE(m_page->request().url, u"/other"_s);
    trigger(u"Save"_s); // this one is in no file
    auto *dialog = m_page->findChild<SaveRequestDialog *>();
    QVERIFY(dialog);
    dialog->reject();
    QVERIFY(!read(u"agents.http"_s).contains("/other"));

    // What is typed while it is being saved is not saved.
    requests->setCurrentIndex(saved);
    typeUrl(u"/a"_s);
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    trigger(u"Save"_s);
    typeUrl(u"/b"_s);
    QTRY_VERIFY(read(u"agents.http"_s).contains("agents/7/call/mine/a\n"));
    QVERIFY(said.size() > 0 || said.wait(10'000));
    QCOMPARE(requests->tabData(saved).toString(), u"•"_s);
}

void TestSavedRequests::readsAChangedFileOfAnotherTab()
{
    openSaved(u"Make a call"_s);
    typeUrl(u"x"_s);
    trigger(u"Discard Changes"_s);
    open(u"PUT"_s, u"/other"_s);
    QTabBar *requests = tabs(u"Open requests"_s);
    QSignalSpy changed((*m_core)->workspace.get(), &Workspace::filesChanged);
    write(u"agents.http"_s, QByteArray(agents).replace("agents/7/call", "agents/pulled"));
    QTRY_VERIFY(changed.size() > 0);
    requests->setCurrentIndex(requests->currentIndex() - 1);
    QCOMPARE(m_page->request().url, u"/api/v1/agents/pulled"_s);
}

QTEST_MAIN(TestSavedRequests)
#include "test_saved_requests.moc"
