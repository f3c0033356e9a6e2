#include "app/keys/RevokeAdvice.h"
#include "tests/support/ConsoleFixture.h"
#include "ui/console/HeadersModel.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QAction>
#include <QBuffer>
#include <QComboBox>
#include <QFileDialog>
#include <QHelpEvent>
#include <QImage>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolTip>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;
using test::token;

/// Calls, what they show, and what keeps them from being sent.
class TestConsole : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void hasItsAccessibleNames();
    void showsAnAnswer();
    void aCallIsCountedUnderItsEnvironment();
    void speaksWithTheSandbox();
    void keepsNumbersAsTheyWereSent();
    void asksInAProtectedEnvironment();
    void saysWhatIsWrongAtItsField();
    void placesTheCursorAtTheJsonProblem();
    void cancels();
    void aDoubleClickSendsOnce();
    void tellsATimeoutFromACancel();
    void saysThatItWaitsForTheKeychain();
    void sendsOnlyOnceAtATime();
    void keepsTheEnvironmentOfACallOnItsWay();
    void worksByKeyboard();
    void showsOddBodies();
    void preparesLargeBodiesAside();
    void showsWhatWasSent();
    void savesABodyWithoutTheTokenInIt();
    void showsTheResolvedUrlOnHover();
    void holdsInSmallWindowsAndLargeType();
    void modelsAreProper();
};

void TestConsole::hasItsAccessibleNames()
{
    open(u"POST"_s, u"/agents"_s, {RequestBody::Kind::Json, u"{}"_s, {}});
    QVERIFY(find<QComboBox>(m_page.get(), u"Method"_s));
    QVERIFY(find<QLineEdit>(m_page.get(), u"URL"_s));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Send"_s));
    QVERIFY(find<CodeView>(m_page.get(), u"Request body"_s));
    QVERIFY(find<QTreeView>(m_page.get(), u"Requests"_s));
    QTabBar *parts = tabs(u"Request parts"_s);
    QVERIFY(parts);
    QStringList titles;
    for (int i = 0; i < parts->count(); ++i)
        titles << parts->tabText(i);
    QCOMPARE(titles, (QStringList{u"Params"_s, u"Headers"_s, u"Body"_s, u"Auth"_s}));
    parts->setCurrentIndex(1);
    QVERIFY(find<QTableView>(m_page.get(), u"Request headers"_s));
    parts->setCurrentIndex(3);
    QVERIFY(find<QComboBox>(m_page.get(), u"Key"_s));
    // Qt names a combo box by its label on Linux.
    for (const QString &name : {u"Method"_s, u"Key"_s}) {
        const auto *combo = find<QComboBox>(m_page.get(), name);
        const QAccessibleInterface *interface =
            QAccessible::queryAccessibleInterface(const_cast<QComboBox *>(combo));
        const auto labels = interface->relations(QAccessible::Label);
        QVERIFY(!labels.isEmpty());
        QCOMPARE(labels.first().first->text(QAccessible::Name), name);
    }
    tabs(u"Requests and history"_s)->setCurrentIndex(1);

    sendAndWait();
    QVERIFY(find<QListView>(m_page.get(), u"History"_s));
    QVERIFY(find<QWidget>(m_page.get(), u"Response status"_s));
    QVERIFY(find<QWidget>(m_page.get(), u"Response body"_s));
    showPart(u"Headers"_s);
    QVERIFY(find<QTableView>(m_page.get(), u"Response headers"_s));
    showPart(u"Explain"_s);
    QVERIFY(find<QWidget>(m_page.get(), u"Explanation"_s));
}

void TestConsole::showsAnAnswer()
{
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}, {"X-Trace", "abc"}},
                                    R"({"success":true,"data":{"id":"call_789012","status":"initiated"}})"));
    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/api/v1/agents/{{agent}}/call"_s;
    request.params = {{u"page"_s, u"1"_s, true}};
    request.headers = {{u"X-Mine"_s, u"yes"_s, true}, {u"X-Off"_s, u"no"_s, false}};
    request.body = {
        RequestBody::Kind::Json, u"{\n  \"to\": \"+1234567890\",\n  \"customer\": \"{{agent}}\"\n}"_s, {}};
    m_page->open(request);
    QCOMPARE(tabs(u"Request parts"_s)->tabData(1).toString(), u"1"_s);
    QCOMPARE(tabs(u"Request parts"_s)->tabData(2).toString(), u"JSON"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"200 OK"_s), qPrintable(status()));
    QVERIFY(body().contains(u"  \"success\": true,\n"_s));
    QCOMPARE(frontTab(), u"Body"_s);

    QCOMPARE(m_server->requests().size(), 1);
    const auto &received = m_server->requests().first();
    QCOMPARE(received.method, QByteArray("POST"));
    QCOMPARE(received.target, QByteArray("/api/v1/agents/agent_123456/call?page=1"));
    QCOMPARE(received.header("Authorization"), "Bearer " + QByteArray(token.data(), token.size()));
    QCOMPARE(received.header("X-Mine"), QByteArray("yes"));
    QVERIFY(!received.has("X-Off"));
    QVERIFY(received.body.contains("agent_123456"));

    showPart(u"Headers"_s);
    auto *headers = find<QTableView>(m_page.get(), u"Response headers"_s);
    bool found = false;
    for (int row = 0; row < headers->model()->rowCount(); ++row)
        found = found || headers->model()->index(row, 1).data().toString() == u"abc"_s;
    QVERIFY(found);
    tabs(u"Response parts"_s)->setCurrentIndex(0);
    shoot(u"answer"_s);
    // The key's journal knows of it.
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Works);
}

void TestConsole::aCallIsCountedUnderItsEnvironment()
{
    const auto environments = [this] {
        QList<QUuid> ids;
        for (const UsageRow &row : (*m_core)->usage->of(m_key.id).value_or(QList<UsageRow>()))
            ids << row.environmentId;
        return ids;
    };
    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QCOMPARE(environments(), QList<QUuid>{m_environment.id});

    // The same key, named by a request in an environment that has it not.
    const Environment other = addEnvironment(u"Nightly"_s, m_server->url(QString()));
    RequestSpec request;
    request.url = u"/api/v1/agents"_s;
    request.key.mode = KeyChoice::Mode::Chosen;
    request.key.keyId = m_key.id;
    m_page->open(request);
    sendAndWait();
    QCOMPARE(environments().size(), 2);
    QVERIFY(environments().contains(other.id));
    const RevokeAdvice advice = revokeAdvice(m_key, *(*m_core)->usage->of(m_key.id), (*m_core)->environments->all(), {},
                                             (*m_core)->usage->now());
    QCOMPARE(advice.level, RevokeAdvice::Level::InUse);
    for (const QString &name : {m_environment.name, other.name})
        QVERIFY2(advice.use.contains(u"%1 (%2)"_s.arg(name, m_server->origin().toString())), qPrintable(advice.use));
}

void TestConsole::speaksWithTheSandbox()
{
    test::CoreFixture &core = *m_core;
    QVERIFY(core.startSandbox());
    std::optional<Environment> sandbox;
    for (const Environment &each : core->environments->all()) {
        if (each.providerId == u"sandbox-talkover"_s)
            sandbox = each;
    }
    QVERIFY2(sandbox, "the sandbox has an environment from the first start");
    core->environments->setCurrent(sandbox->id);
    NewKey draft;
    draft.name = u"Sandbox key"_s;
    draft.providerId = sandbox->providerId;
    draft.kindId = u"environment"_s;
    draft.environmentId = sandbox->id;
    KeyJob *job = core->keyService->create(draft, nullptr);
    std::optional<Result<ApiKey>> made;
    connect(job, &KeyJob::finished, this, [&made](const Result<ApiKey> &outcome) { made = outcome; });
    QTRY_VERIFY_WITH_TIMEOUT(made, 10'000);
    QVERIFY2(*made, qPrintable(*made ? QString() : made->error().message));

    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"200"_s), qPrintable(status()));
    QVERIFY(!body().isEmpty());

    RequestSpec expire;
    expire.method = u"POST"_s;
    expire.url = u"/dashboard/keys/%1/expire"_s.arg((*made)->remoteId);
    expire.body = {RequestBody::Kind::Json, u"{}"_s, {}};
    expire.key.mode = KeyChoice::Mode::None;
    m_page->open(expire);
    sendAndWait();
    QVERIFY2(status().startsWith(u"200"_s), qPrintable(status() + body()));

    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"401"_s), qPrintable(status()));
    QVERIFY2(wordsOf(find<QWidget>(m_page.get(), u"Explanation"_s)).contains(u"expired"_s),
             "the refusal is not explained");
}

void TestConsole::keepsNumbersAsTheyWereSent()
{
    const QByteArray json = R"({"z":48578.910,"a":12345678901234567890,"n":1.0e+2})";
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, json));
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    QCOMPARE(body(), u"{\n  \"z\": 48578.910,\n  \"a\": 12345678901234567890,\n  \"n\": 1.0e+2\n}"_s);
    QVERIFY(test::press(u"Text"_s));
    QTRY_COMPARE(body(), QString::fromUtf8(json));
    sendAndWait();
    QCOMPARE(body(), QString::fromUtf8(json)); // as it was chosen
    QVERIFY(test::press(u"JSON"_s));
    QTRY_VERIFY(body().startsWith(u"{\n  \"z\": 48578.910,"_s));
}

void TestConsole::asksInAProtectedEnvironment()
{
    Environment changed = *(*m_core)->environments->find(m_environment.id);
    changed.isProtected = true;
    QVERIFY((*m_core)->environments->update(changed));
    QVERIFY2(wordsOf(m_page.get()).contains(u"is protected"_s),
             "the page does not say in words that it is protected");

    open(u"DELETE"_s, u"/api/v1/agents/{{agent}}"_s);
    m_page->send();
    auto *box = m_page->findChild<QMessageBox *>();
    QVERIFY(box && box->isVisible());
    const QString words = wordsOf(box);
    for (const QString &part : {u"DELETE"_s, u"/api/v1/agents/agent_123456"_s, u"Local"_s})
        QVERIFY2(words.contains(part), qPrintable(words));
    QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
    shoot(u"protected"_s);
    m_page->send(); // a second question is not asked
    QCOMPARE(m_page->findChildren<QMessageBox *>().size(), 1);
    box->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
    QVERIFY(m_server->requests().isEmpty());

    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QVERIFY(test::press(u"Send DELETE"_s));
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_server->requests().size(), 1);

    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().size(), 2);
}

void TestConsole::saysWhatIsWrongAtItsField()
{
    const auto refused = [this](const RequestSpec &request, const QString &inMessage,
                                const QString &focused) {
        m_page->open(request);
        m_page->send();
        const QString words = wordsOf(m_page.get());
        QVERIFY2(words.contains(inMessage), qPrintable(words));
        QWidget *focus = QApplication::focusWidget();
        while (focus && focus->accessibleName() != focused)
            focus = focus->parentWidget();
        QVERIFY2(focus, qPrintable(u"the focus is not in “%1”"_s.arg(focused)));
        QVERIFY(m_server->requests().isEmpty());
        QCOMPARE(m_page->request(), request); // nothing is lost
        QVERIFY(find<QAbstractButton>(m_page.get(), u"Send"_s));
    };
    RequestSpec request;
    request.url = u"/agents/{{nobody}}"_s;
    refused(request, u"{{nobody}}"_s, u"URL"_s);
    request.url = QString();
    refused(request, u"The URL is empty"_s, u"URL"_s);
    request.url = u"/fine"_s;
    request.method = u"NOT A METHOD"_s;
    refused(request, u"cannot be a method"_s, u"Method"_s);
    request.method = u"GET"_s;
    request.headers = {{u"Fine"_s, u"1"_s, true}, {u"Not fine"_s, u"2"_s, true}};
    refused(request, u"Not fine"_s, u"Request headers"_s);
    QCOMPARE(find<QTableView>(m_page.get(), u"Request headers"_s)->currentIndex().row(), 1);
    request.headers.clear();
    request.params = {{u"p"_s, u"{{gone}}"_s, true}};
    refused(request, u"{{gone}}"_s, u"Request parameters"_s);
    shoot(u"problem"_s);
    request.params.clear();

    // Mending it takes the message away.
    request.url = u"/agents/{{nobody}}"_s;
    refused(request, u"{{nobody}}"_s, u"URL"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClick(url, Qt::Key_End);
    QTest::keyClicks(url, u"x"_s);
    QVERIFY(!wordsOf(m_page.get()).contains(u"have no value"_s));
}

void TestConsole::placesTheCursorAtTheJsonProblem()
{
    open(u"POST"_s, u"/x"_s, {RequestBody::Kind::Json, u"{\n  \"a\": {{agent}},\n  \"b\": oops\n}"_s, {}});
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    auto *text = find<CodeView>(m_page.get(), u"Request body"_s);
    QVERIFY(text);
    QVERIFY(text->hasFocus());
    QCOMPARE(text->textCursor().blockNumber(), 2);
    QCOMPARE(text->textCursor().positionInBlock(), 7);
    QVERIFY(wordsOf(m_page.get()).contains(u"Line 3, column 8"_s));
    shoot(u"json-problem"_s);

    // Format lays out what is valid, and one Undo takes it back.
    const QString before = u"{\"a\":[1,2.50]}"_s;
    open(u"POST"_s, u"/x"_s, {RequestBody::Kind::Json, before, {}});
    QVERIFY(test::press(u"Format"_s));
    QTRY_COMPARE(text->toPlainText(), u"{\n  \"a\": [\n    1,\n    2.50\n  ]\n}"_s);
    text->undo();
    QCOMPARE(text->toPlainText(), before);
}

void TestConsole::cancels()
{
    m_server->hang();
    open(u"GET"_s, u"/slow"_s);
    QSignalSpy requested(m_server.get(), &test::HttpTestServer::requested);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QVERIFY(requested.wait(10'000));
    QAbstractButton *cancel = nullptr;
    QTRY_VERIFY((cancel = find<QAbstractButton>(m_page.get(), u"Cancel"_s)));
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Send"_s));
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"Sending…"_s));
    shoot(u"sending"_s);
    cancel->click();
    QVERIFY(shown.size() == 1 || shown.wait(10'000));
    QVERIFY2(status().startsWith(u"Cancelled"_s), qPrintable(status()));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Send"_s));

    // Escape does the same.
    m_page->focusUrl();
    m_page->send();
    QVERIFY(requested.wait(10'000));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(shown.wait(10'000));
    QVERIFY(status().startsWith(u"Cancelled"_s));
}

/// The button says Send until it says Cancel, and does what it says.
void TestConsole::aDoubleClickSendsOnce()
{
    m_server->hang();
    open(u"GET"_s, u"/slow"_s);
    QSignalSpy requested(m_server.get(), &test::HttpTestServer::requested);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    auto *send = find<QAbstractButton>(m_page.get(), u"Send"_s);
    send->click();
    send->click();
    QVERIFY(requested.wait(10'000));
    QTRY_COMPARE(send->text(), u"Cancel"_s);
    QVERIFY(shown.isEmpty());
    send->click();
    QVERIFY(shown.wait(10'000));
    QVERIFY2(status().startsWith(u"Cancelled"_s), qPrintable(status()));
    QCOMPARE(send->text(), u"Send"_s);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestConsole::tellsATimeoutFromACancel()
{
    HttpClient::Options options = (*m_core)->http->options();
    options.timeout = std::chrono::milliseconds(200);
    (*m_core)->http->setOptions(options);
    m_server->hang();
    open(u"GET"_s, u"/slow"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"Timed out"_s), qPrintable(status()));
    QCOMPARE(frontTab(), u"Explain"_s);
}

void TestConsole::saysThatItWaitsForTheKeychain()
{
    // A lock makes the app let go of the tokens that it holds for a while.
    m_keychain->become(SecretStore::State::Locked);
    m_keychain->become(SecretStore::State::Available);
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    open(u"GET"_s, u"/"_s);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"Waiting for the keychain…"_s));
    QVERIFY(m_server->requests().isEmpty());
    m_keychain->release();
    QVERIFY(shown.wait(10'000));
    QVERIFY(status().startsWith(u"200"_s));

    m_keychain->become(SecretStore::State::Locked);
    sendAndWait();
    QVERIFY2(status().startsWith(u"Not sent"_s), qPrintable(status()));
    QCOMPARE(frontTab(), u"Explain"_s);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestConsole::sendsOnlyOnceAtATime()
{
    m_server->hang();
    open(u"GET"_s, u"/slow"_s);
    QSignalSpy requested(m_server.get(), &test::HttpTestServer::requested);
    m_page->send();
    m_page->send();
    QVERIFY(requested.wait(10'000));
    m_page->send();
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    QTRY_VERIFY(find<QAbstractButton>(m_page.get(), u"Cancel"_s));
    find<QAbstractButton>(m_page.get(), u"Cancel"_s)->click();
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(shown.size(), 1);
}

void TestConsole::keepsTheEnvironmentOfACallOnItsWay()
{
    m_keychain->become(SecretStore::State::Locked);
    m_keychain->become(SecretStore::State::Available);
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    open(u"GET"_s, u"/{{agent}}"_s);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    m_page->send();
    test::HttpTestServer other;
    addEnvironment(u"Other"_s, other.url(QString()));
    m_keychain->release();
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_server->requests().size(), 1);
    QVERIFY(other.requests().isEmpty());
    QVERIFY(added.size() == 1 || added.wait(10'000));
    QCOMPARE(added.first().first().value<HistoryRow>().environmentName, u"Local"_s);
}

void TestConsole::worksByKeyboard()
{
    open(u"GET"_s, u"/keys"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    auto *tree = find<QTreeView>(m_page.get(), u"Requests"_s);
    tree->setFocus();
    QTest::keyClick(tree, Qt::Key_L, Qt::ControlModifier);
    QVERIFY(url->hasFocus());
    QCOMPARE(url->selectedText(), u"/keys"_s);

    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    QTest::keyClick(url, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(shown.wait(10'000));
    QVERIFY(status().startsWith(u"200"_s));

    // Ctrl+Enter from a text that takes Enter itself, and from a cell that is being edited: its text counts.
    auto *parts = tabs(u"Request parts"_s);
    parts->setCurrentIndex(1);
    auto *headers = find<QTableView>(m_page.get(), u"Request headers"_s);
    headers->setFocus();
    headers->setCurrentIndex(headers->model()->index(0, 0));
    headers->edit(headers->currentIndex());
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QTest::keyClicks(QApplication::focusWidget(), u"X-Typed"_s);
    // The offscreen platform makes a list of completions the active window, and nothing after it.
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(m_server->requests().size(), 2);
    QVERIFY(m_server->requests().last().has("X-Typed"));
    QTRY_COMPARE(shown.size(), 2);

    const auto paneOfFocus = [&] {
        QWidget *focus = QApplication::focusWidget();
        return focus == tree ? 0 : focus == url ? 1 : focus == tabs(u"Response parts"_s) ? 2 : -1;
    };
    url->setFocus();
    for (const int pane : {2, 0, 1}) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        QCOMPARE(paneOfFocus(), pane);
    }
    for (const int pane : {0, 2, 1}) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
        QCOMPARE(paneOfFocus(), pane);
    }
    QTest::keyClick(url, Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(QApplication::focusWidget() != url);
}

void TestConsole::showsOddBodies()
{
    const auto shows = [this](const QByteArray &type, const QByteArray &bytes) {
        m_server->answer(test::response(200, {{"Content-Type", type}}, bytes));
        open(u"GET"_s, u"/odd"_s);
        sendAndWait();
    };
    shows("application/json", "{\"a\": nope}");
    QVERIFY2(body().contains(u"No JSON at byte 6: only true, false and null"_s), qPrintable(body()));
    QVERIFY2(body().contains(u"nope}"_s), qPrintable(body()));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Go to the Fault"_s));

    shows("text/plain; charset=iso-8859-1", "caf\xE9");
    QCOMPARE(body(), u"café"_s);
    shows("text/plain", "caf\xE9 \xE2\x80\xAE right to left");
    QCOMPARE(body(), u"caf⟨E9⟩ ⟨U+202E⟩ right to left"_s); // made visible, not obeyed
    shows("text/plain; charset=klingon", "nuqneH");
    QCOMPARE(body(), u"nuqneH"_s);
    QVERIFY(wordsOf(m_page.get()).contains(u"“klingon”, which Keydesk does not know"_s));

    shows("application/octet-stream", QByteArray("\0\1\2\xFF", 4));
    QVERIFY2(body().startsWith(u"00000000  00 01 02 ff"_s), qPrintable(body()));

    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    QImage picture(40, 30, QImage::Format_RGB32);
    picture.fill(Qt::red);
    picture.save(&buffer, "PNG");
    shows("image/png", png);
    QTRY_VERIFY(find<QWidget>(m_page.get(), u"Image, 40 × 30 pixels"_s));
    QVERIFY(test::press(u"Hex"_s));
    QTRY_VERIFY(body().contains(u"89 50 4e 47"_s));
    shows("image/png", "not a picture");
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"cannot be drawn"_s));

    shows("text/plain", {});
    QVERIFY(wordsOf(m_page.get()).contains(u"The response has no body."_s));
    QCOMPARE(body(), QString());
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Save Body…"_s)->isEnabled());
}

void TestConsole::preparesLargeBodiesAside()
{
    QByteArray json = "[";
    while (json.size() < 3 * 1024 * 1024)
        json += "{\"id\":" + QByteArray::number(json.size()) + ",\"name\":\"somebody\"},";
    json += "0]";
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, json));
    open(u"GET"_s, u"/large"_s);
    sendAndWait();
    QTRY_VERIFY2(body().startsWith(u"[\n  {\n    \"id\": 1,"_s), qPrintable(body()));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Save Body…"_s)->isEnabled());
    auto *shownBody = find<QWidget>(m_page.get(), u"Response body"_s);
    // All of it is there, once its end has been counted.
    QTRY_VERIFY2((QTest::keyClick(shownBody, Qt::Key_End), body().endsWith(u"  0\n]"_s)), qPrintable(body()));

    HttpClient::Options options = (*m_core)->http->options();
    options.responseLimit = options.spoolLimit = 1024 * 1024;
    (*m_core)->http->setOptions(options);
    sendAndWait();
    QCOMPARE(frontTab(), u"Explain"_s);
    tabs(u"Response parts"_s)->setCurrentIndex(0);
    QVERIFY2(wordsOf(m_page.get()).contains(u"stopped after"_s),
             "nothing says that the transfer was stopped");
}

void TestConsole::showsWhatWasSent()
{
    test::HttpTestServer other;
    other.answer(test::response(200, {}, "arrived"));
    const QByteArray target = other.url(u"/next"_s).toEncoded();
    m_server->answer(test::response(302, {{"Location", target}}));
    open(u"GET"_s, u"/start"_s);
    sendAndWait();
    showPart(u"Sent"_s);
    auto *sent = find<CodeView>(m_page.get(), u"Sent request"_s);
    QVERIFY(sent);
    const QString text = sent->toPlainText();
    QVERIFY2(text.contains(u"GET "_s + m_server->url(u"/start"_s).toString()), qPrintable(text));
    QVERIFY2(text.contains(u"Authorization: Bearer"_s), qPrintable(text));
    QVERIFY(!text.contains(QString::fromUtf8(QByteArray(token.data(), token.size()))));
    QVERIFY2(text.contains(u"302"_s) && text.contains(u"The key was not sent on"_s), qPrintable(text));
    QVERIFY(text.contains(other.url(u"/next"_s).toString()));
    QVERIFY(!other.requests().first().has("Authorization"));
    shoot(u"sent"_s);
}

void TestConsole::savesABodyWithoutTheTokenInIt()
{
    const QByteArray secret(token.data(), token.size());
    m_server->answer(test::response(200, {{"Content-Type", "text/plain"}}, "before " + secret + " after"));
    open(u"GET"_s, u"/echo"_s);
    sendAndWait();
    find<QAbstractButton>(m_page.get(), u"Save Body…"_s)->click();
    auto *dialog = m_page->findChild<QFileDialog *>();
    QVERIFY(dialog);
    QTemporaryDir folder;
    const QString path = folder.filePath(u"body.txt"_s);
    QSignalSpy told(m_page.get(), &ConsolePage::message);
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QVERIFY(told.wait(10'000));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("before •••• after"));

    QSignalSpy failed(m_page.get(), &ConsolePage::failed);
    find<QAbstractButton>(m_page.get(), u"Save Body…"_s)->click();
    QTRY_VERIFY((dialog = m_page->findChild<QFileDialog *>()));
    Q_EMIT dialog->fileSelected(folder.filePath(u"no/such/folder"_s));
    dialog->close();
    QVERIFY(failed.wait(10'000));
}

void TestConsole::showsTheResolvedUrlOnHover()
{
    open(u"GET"_s, u"/agents/{{agent}}"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    QHelpEvent hover(QEvent::ToolTip, QPoint(5, 5), url->mapToGlobal(QPoint(5, 5)));
    QCoreApplication::sendEvent(url, &hover);
    QVERIFY2(QToolTip::text().contains(u"/agents/agent_123456"_s), qPrintable(QToolTip::text()));
    url->setText(u"/agents/{{nobody}}"_s);
    QCoreApplication::sendEvent(url, &hover);
    QVERIFY2(QToolTip::text().contains(u"{{nobody}}"_s), qPrintable(QToolTip::text()));
    QToolTip::hideText();
}

void TestConsole::holdsInSmallWindowsAndLargeType()
{
    const QFont before = QApplication::font();
    for (const int percent : {100, 200}) {
        for (const auto theme : {Settings::Theme::Light, Settings::Theme::Dark}) {
            QFont font = before;
            font.setPixelSize(QFontInfo(before).pixelSize() * percent / 100);
            QApplication::setFont(font);
            (*m_core)->settings->setTheme(theme);
            m_page.reset();
            makePage();
            // What is left of a window of 900 × 600 under the menu and the tabs.
            m_page->resize(900, 490);
            m_server->answer(
                test::response(401, {{"Content-Type", "application/json"}},
                               R"({"error":"TOKEN_EXPIRED","message":"Token expired","status_code":401})"));
            open(u"OPTIONS"_s, u"/api/v1/agents/{{agent}}/call"_s,
                 {RequestBody::Kind::Json, u"{\n  \"to\": \"+1\"\n}"_s, {}});
            sendAndWait();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            QVERIFY2(m_page->width() == 900 && m_page->height() == 490,
                     qPrintable(u"needs %1 × %2"_s.arg(m_page->width()).arg(m_page->height())));
            for (const QString &name :
                 {u"Send"_s, u"URL"_s, u"Method"_s, u"Response status"_s, u"Requests"_s, u"Explanation"_s}) {
                const auto *widget = find<QWidget>(m_page.get(), name);
                QVERIFY2(widget, qPrintable(name));
                const QRect place(widget->mapTo(m_page.get(), QPoint()), widget->size());
                QVERIFY2(m_page->rect().contains(place), qPrintable(name + u" is cut off"_s));
                QVERIFY2(widget->width() >= widget->minimumSizeHint().width(),
                         qPrintable(name + u" is squeezed"_s));
            }
            const QString name =
                u"%1-%2"_s.arg(theme == Settings::Theme::Dark ? u"dark"_s : u"light"_s).arg(percent);
            shoot(u"small-explain-"_s + name);
            tabs(u"Request parts"_s)->setCurrentIndex(3);
            tabs(u"Response parts"_s)->setCurrentIndex(0);
            shoot(u"small-auth-"_s + name);
        }
    }
    QApplication::setFont(before);
    (*m_core)->settings->setTheme(Settings::Theme::Light);
}

void TestConsole::modelsAreProper()
{
    HeadersModel model((*m_core)->redactor);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setHeaders({{"A", "1"}, {"Set-Cookie", "session=abcdefgh"}, {"B", "2"}});
    QCOMPARE(model.rowCount(), 3);
    QVERIFY(!model.index(1, 1).data().toString().contains(u"abcdefgh"_s));
    model.setHeaders({});
    QCOMPARE(model.rowCount(), 0);
}

QTEST_MAIN(TestConsole)
#include "test_console.moc"
