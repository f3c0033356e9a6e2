#include "app/models/HistoryModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/console/ConsolePage.h"
#include "ui/console/SidePanel.h"
#include "ui/console/ExplainPanel.h"
#include "ui/console/HeadersModel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/CodeView.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QAction>
#include <QBuffer>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QHelpEvent>
#include <QImage>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolTip>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

namespace {

constexpr std::string_view token = "talq_canarycanarycanary3f9a";

/// All that a person reads in a widget.
QString wordsOf(const QWidget *widget)
{
    QStringList words{widget->accessibleName(), widget->accessibleDescription()};
    for (const char *property : {"text", "plainText", "placeholderText"})
        words << widget->property(property).toString();
    for (const QWidget *child : widget->findChildren<QWidget *>()) {
        if (child->isVisibleTo(widget)) {
            for (const char *property : {"text", "plainText", "accessibleDescription"})
                words << child->property(property).toString();
        }
    }
    words.removeAll(QString());
    return words.join(u'\n');
}

} // namespace

class TestConsole : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void hasItsAccessibleNames();
    void showsAnAnswer();
    void speaksWithTheSandbox();
    void keepsNumbersAsTheyWereSent();
    void explainsARefusedCallAndItsButtonsWork();
    void countsDownToTheNextTry();
    void bindsOneMoreOriginOnlyWhenToldTo();
    void asksInAProtectedEnvironment();
    void saysWhatIsWrongAtItsField();
    void placesTheCursorAtTheJsonProblem();
    void cancels();
    void tellsATimeoutFromACancel();
    void saysThatItWaitsForTheKeychain();
    void sendsOnlyOnceAtATime();
    void keepsTheEnvironmentOfACallOnItsWay();
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
    void worksByKeyboard();
    void showsOddBodies();
    void preparesLargeBodiesAside();
    void saysWhatToDoWithoutAKey();
    void showsWhatWasSent();
    void choosesTheKey();
    void doesWhatEveryButtonOfAnExplanationSays();
    void deletesAndClearsHistory();
    void savesABodyWithoutTheTokenInIt();
    void showsTheResolvedUrlOnHover();
    void holdsInSmallWindowsAndLargeType();
    void modelsAreProper();

private:
    Environment addEnvironment(const QString &name, const QUrl &baseUrl, bool isProtected = false);
    ApiKey addKey(const Environment &environment, std::string_view secret = token);
    void makePage();
    void open(const QString &method, const QString &url, const RequestBody &body = {});
    /// Sends and waits for the answer.
    void sendAndWait();
    /// What the first call heard of by `added` left in the history.
    [[nodiscard]] HistoryEntry kept(QSignalSpy &added);
    [[nodiscard]] QString status() const;
    [[nodiscard]] QString body() const;
    [[nodiscard]] QTabBar *tabs(const QString &name) const { return find<QTabBar>(m_page.get(), name); }
    [[nodiscard]] QString frontTab() const;
    void shoot(const QString &name);

    std::unique_ptr<test::CoreFixture> m_core;
    test::ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<test::HttpTestServer> m_server;
    Environment m_environment;
    ApiKey m_key;
    std::unique_ptr<ConsolePage> m_page;
    std::unique_ptr<ThemeController> m_theme;
};

void TestConsole::init()
{
    auto keychain = std::make_unique<test::ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    m_theme = std::make_unique<ThemeController>(*qobject_cast<QApplication *>(QCoreApplication::instance()),
                                                *(*m_core)->settings);
    m_server = std::make_unique<test::HttpTestServer>();
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, R"({"ok":true})"));
    m_environment = addEnvironment(u"Local"_s, m_server->url(QString()));
    m_key = addKey(m_environment);
    makePage();
}

void TestConsole::cleanup()
{
    m_page.reset();
    m_theme.reset();
    m_server.reset();
    m_core.reset();
}

Environment TestConsole::addEnvironment(const QString &name, const QUrl &baseUrl, bool isProtected)
{
    Environment draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.baseUrl = baseUrl.toString(QUrl::RemovePath);
    draft.colour = isProtected ? u"red"_s : u"green"_s;
    draft.isProtected = isProtected;
    draft.variables = {{u"agent"_s, u"agent_123456"_s, true}};
    const auto added = (*m_core)->environments->add(draft);
    if (!added)
        qFatal("%s", qPrintable(added.error().message));
    (*m_core)->environments->setCurrent(added->id);
    return *added;
}

ApiKey TestConsole::addKey(const Environment &environment, std::string_view secret)
{
    NewKey draft;
    draft.name = u"Production dialer"_s;
    draft.providerId = environment.providerId;
    draft.kindId = u"environment"_s;
    draft.environmentId = environment.id;
    return m_core->addKey(draft, secret);
}

void TestConsole::makePage()
{
    m_page = std::make_unique<ConsolePage>(**m_core);
    m_page->resize(1180, 690);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestConsole::open(const QString &method, const QString &url, const RequestBody &body)
{
    RequestSpec request;
    request.method = method;
    request.url = url;
    request.body = body;
    m_page->open(request);
}

void TestConsole::sendAndWait()
{
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QVERIFY(shown.wait(10'000));
}

HistoryEntry TestConsole::kept(QSignalSpy &added)
{
    if (added.isEmpty() && !added.wait(10'000))
        return {};
    std::optional<HistoryEntry> entry;
    (*m_core)->history->load(
        added.first().first().value<HistoryRow>().id, this,
        [&entry](const Result<HistoryEntry> &loaded) { entry = loaded ? *loaded : HistoryEntry(); });
    return QTest::qWaitFor([&entry] { return entry.has_value(); }, 10'000) ? *entry : HistoryEntry();
}

QString TestConsole::status() const
{
    const auto *chip = find<QWidget>(m_page.get(), u"Response status"_s);
    return chip ? chip->accessibleDescription() : QString();
}

QString TestConsole::body() const
{
    const auto views = m_page->findChildren<CodeView *>();
    for (const CodeView *view : views) {
        if (view->accessibleName() == u"Response body"_s)
            return view->toPlainText();
    }
    return {};
}

QString TestConsole::frontTab() const
{
    QTabBar *bar = tabs(u"Response parts"_s);
    return bar ? bar->tabText(bar->currentIndex()) : QString();
}

/// A picture for people to look at, when a folder for it is named.
void TestConsole::shoot(const QString &name)
{
    const QString folder = qEnvironmentVariable("KEYDESK_SCREENSHOTS");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    QCoreApplication::processEvents();
    m_page->grab().save(folder + u"/console-"_s + name + u".png"_s);
}

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
    QVERIFY(find<CodeView>(m_page.get(), u"Response body"_s));
    tabs(u"Response parts"_s)->setCurrentIndex(1);
    QVERIFY(find<QTableView>(m_page.get(), u"Response headers"_s));
    tabs(u"Response parts"_s)->setCurrentIndex(3);
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

    tabs(u"Response parts"_s)->setCurrentIndex(1);
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
    QVERIFY(test::press(u"Raw"_s));
    QTRY_COMPARE(body(), QString::fromUtf8(json));
}

void TestConsole::explainsARefusedCallAndItsButtonsWork()
{
    m_server->answer(
        test::response(401, {{"Content-Type", "application/json"}},
                       R"({"error":"TOKEN_EXPIRED","message":"Token expired","status_code":401})"));
    open(u"GET"_s, u"/api/v1/agents"_s);
    sendAndWait();
    QVERIFY2(status().startsWith(u"401"_s), qPrintable(status()));
    QCOMPARE(frontTab(), u"Explain"_s);
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QVERIFY(explanation);
    QVERIFY2(wordsOf(explanation).contains(u"expired"_s), qPrintable(wordsOf(explanation)));
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Refused);
    shoot(u"explain"_s);

    // The first button is the primary one; each does what its words say.
    QPushButton *primary = nullptr;
    for (auto *button : explanation->findChildren<QPushButton *>()) {
        if (button->property("primary").toBool())
            primary = button;
    }
    QVERIFY(primary);
    QSignalSpy newKey(m_page.get(), &ConsolePage::newKeyRequested);
    primary->click();
    QCOMPARE(newKey.size(), 1);
    const auto hints = newKey.first().first().value<NewKeyHints>();
    QCOMPARE(hints.providerId, u"talkover"_s);
    QCOMPARE(hints.kindId, u"environment"_s);
    QCOMPARE(hints.environmentId, std::optional(m_environment.id));

    // The next answer is fine: its body comes to the front again.
    m_server->answer(test::response(200, {}, "fine"));
    sendAndWait();
    QCOMPARE(frontTab(), u"Body"_s);
}

void TestConsole::countsDownToTheNextTry()
{
    m_server->answer(test::response(429, {{"Content-Type", "application/json"}, {"Retry-After", "2"}},
                                    R"({"error":"slow down"})"));
    open(u"GET"_s, u"/"_s);
    sendAndWait();
    QCOMPARE(frontTab(), u"Explain"_s);
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QPushButton *again = nullptr;
    for (auto *button : explanation->findChildren<QPushButton *>()) {
        if (button->property("primary").toBool())
            again = button;
    }
    QVERIFY(again);
    QVERIFY(!again->isEnabled());
    QVERIFY2(again->text().contains(u" s)"_s), qPrintable(again->text()));
    m_server->answer(test::response(200, {}, "fine"));
    QTRY_VERIFY_WITH_TIMEOUT(again->isEnabled(), 10'000);
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    again->click();
    QVERIFY(shown.wait(10'000));
    QVERIFY(status().startsWith(u"200"_s));
}

void TestConsole::bindsOneMoreOriginOnlyWhenToldTo()
{
    test::HttpTestServer other;
    other.answer(test::response(200, {}, "here"));
    open(u"GET"_s, other.url(u"/x"_s).toString());
    sendAndWait();
    QVERIFY(other.requests().isEmpty());
    QCOMPARE(frontTab(), u"Explain"_s);
    const auto *explanation = find<QWidget>(m_page.get(), u"Explanation"_s);
    QVERIFY2(wordsOf(explanation).contains(other.origin().toString()), qPrintable(wordsOf(explanation)));
    const auto button = [explanation]() -> QPushButton * {
        for (auto *each : explanation->findChildren<QPushButton *>()) {
            if (each->property("primary").toBool())
                return each;
        }
        return nullptr;
    };
    QVERIFY(button());

    // Cancel is the default and binds nothing.
    button()->click();
    auto *box = m_page->findChild<QMessageBox *>();
    QVERIFY(box && box->isVisible());
    QVERIFY(wordsOf(box).contains(other.origin().toString()));
    QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
    box->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
    QVERIFY(!(*m_core)->keys->find(m_key.id)->origins.contains(other.origin()));

    button()->click();
    box = m_page->findChild<QMessageBox *>();
    for (QAbstractButton *each : box->buttons()) {
        if (box->buttonRole(each) == QMessageBox::AcceptRole)
            each->click();
    }
    QVERIFY((*m_core)->keys->find(m_key.id)->origins.contains(other.origin()));
    QVERIFY(other.requests().isEmpty()); // the user sends again
    sendAndWait();
    QCOMPARE(other.requests().size(), 1);
    QVERIFY(other.requests().first().has("Authorization"));
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
    auto *cancel = find<QAbstractButton>(m_page.get(), u"Cancel"_s);
    QVERIFY(cancel);
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

void TestConsole::listsCallsAndOpensAndSendsThemAgain()
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

void TestConsole::sendsAgainOnlyWhereItWasSent()
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

void TestConsole::keepsNoHistoryWhenToldNotTo()
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

void TestConsole::redactsATokenThatComesBack()
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
    for (int tab = 0; tab < 4; ++tab) {
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

void TestConsole::redactsATokenThatACallMakes()
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

void TestConsole::keepsNoCredentialOfAUrl()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"/list?api_key=typedcanary&page=2"_s);
    sendAndWait();
    const HistoryEntry entry = kept(added);
    QVERIFY2(entry.row.url.endsWith(u"/list?api_key=••••&page=2"_s), qPrintable(entry.row.url));
    QVERIFY2(!(entry.request.url + entry.sent).contains(u"canary"_s), qPrintable(entry.sent));
}

void TestConsole::keepsNoStoredTokenThatWasTypedAfterARestart()
{
    // As after a restart: the row is there, and nothing has read the secret yet.
    const Secret secret("talq_sleepingcanary0123456789");
    ApiKey sleeping = m_key;
    sleeping.id = QUuid::createUuid();
    sleeping.name = u"Sleeping"_s;
    sleeping.hint = tokenHint(secret);
    sleeping.fingerprint = (*m_core)->keys->fingerprint(secret);
    QVERIFY((*m_core)->keys->insertPending(sleeping));
    QVERIFY((*m_core)->keys->confirm(sleeping.id));
    QCOMPARE((*m_core)->redactor.redact("talq_sleepingcanary0123456789").hits, 0);

    open(u"GET"_s, u"/note?q=talq_sleepingcanary0123456789"_s);
    m_page.reset();
    const QByteArray stored = (*m_core)->settings->remembered(u"console/request"_s).toByteArray();
    QVERIFY2(stored.contains("/note") && !stored.contains("canary"), stored.constData());

    const Secret other("talq_otherslumbercanary987654");
    sleeping.id = QUuid::createUuid();
    sleeping.hint = tokenHint(other);
    sleeping.fingerprint = (*m_core)->keys->fingerprint(other);
    QVERIFY((*m_core)->keys->insertPending(sleeping));
    QVERIFY((*m_core)->keys->confirm(sleeping.id));
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

void TestConsole::keepsWhatWasEditedWhenAnotherRequestIsOpened()
{
    open(u"GET"_s, u"/first"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClick(url, Qt::Key_End);
    QTest::keyClicks(url, u"-edited"_s);
    open(u"POST"_s, u"/second"_s);
    QCOMPARE(m_page->request().url, u"/second"_s);
    QVERIFY(test::press(u"Back to It"_s));
    QTRY_COMPARE(m_page->request().url, u"/first-edited"_s);
    QCOMPARE(m_page->request().method, u"GET"_s);
    // The version before the edit is not lost either.
    QVERIFY(test::press(u"Discard Changes"_s));
    QTRY_COMPARE(m_page->request().url, u"/first"_s);
}

void TestConsole::opensRequestsOfTheTree()
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

void TestConsole::remembersTheLastRequestWithoutCredentials()
{
    RequestSpec request;
    request.method = u"PUT"_s;
    request.url = u"/kept"_s;
    request.headers = {{u"Authorization"_s, u"Bearer typed-by-hand-123456"_s, true},
                       {u"X-API-Key"_s, u"{{agent}}"_s, true},
                       {u"Accept"_s, u"text/plain"_s, true}};
    m_page->open(request);
    m_page.reset();
    const QByteArray stored = (*m_core)->settings->remembered(u"console/request"_s).toByteArray();
    QVERIFY(!stored.contains("typed-by-hand"));
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
    QVERIFY(wordsOf(m_page.get()).contains(u"not valid"_s));
    QCOMPARE(body(), u"{\"a\": nope}"_s);

    shows("text/plain; charset=iso-8859-1", "caf\xE9");
    QCOMPARE(body(), u"café"_s);
    shows("text/plain", "caf\xE9 \xE2\x80\xAE right to left");
    QVERIFY(body().contains(QChar::ReplacementCharacter));
    QVERIFY(!body().contains(QChar(0x202E))); // made visible, not obeyed
    QVERIFY(wordsOf(m_page.get()).contains(u"not valid UTF-8"_s));

    shows("application/octet-stream", QByteArray("\0\1\2\xFF", 4));
    QVERIFY2(body().startsWith(u"00000000  00 01 02 ff"_s), qPrintable(body()));

    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    QImage picture(40, 30, QImage::Format_RGB32);
    picture.fill(Qt::red);
    picture.save(&buffer, "PNG");
    shows("image/png", png);
    QVERIFY(find<QWidget>(m_page.get(), u"Image, 40 × 30 pixels"_s));
    QVERIFY(test::press(u"Raw"_s));
    QTRY_VERIFY(body().contains(u"89 50 4e 47"_s));
    shows("image/png", "not a picture");
    QVERIFY(wordsOf(m_page.get()).contains(u"cannot be drawn"_s));

    shows("text/plain", {});
    QVERIFY(wordsOf(m_page.get()).contains(u"The response has no body."_s));
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
    QVERIFY(body().startsWith(u"[\n  {\n    \"id\": 1,"_s));
    QVERIFY(body().size() <= 2 * 1024 * 1024);
    QVERIFY2(wordsOf(m_page.get()).contains(u"Shown are the first"_s), "nothing says that the text is cut");
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Save Body…"_s));

    HttpClient::Options options = (*m_core)->http->options();
    options.responseLimit = 1024 * 1024;
    (*m_core)->http->setOptions(options);
    sendAndWait();
    QCOMPARE(frontTab(), u"Explain"_s);
    tabs(u"Response parts"_s)->setCurrentIndex(0);
    QVERIFY2(wordsOf(m_page.get()).contains(u"stopped after"_s),
             "nothing says that the transfer was stopped");
}

void TestConsole::saysWhatToDoWithoutAKey()
{
    m_page.reset();
    addEnvironment(u"Bare"_s, QUrl(u"https://api.example.com"_s));
    makePage();
    QVERIFY(wordsOf(m_page.get()).contains(u"“Bare” has no key yet"_s));
    shoot(u"no-key"_s);
    QSignalSpy asked(m_page.get(), &ConsolePage::newKeyRequested);
    QVERIFY(test::press(u"New Key"_s));
    QTRY_COMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().value<NewKeyHints>().providerId, u"talkover"_s);
    (*m_core)->environments->setCurrent(m_environment.id);
    QVERIFY(!wordsOf(m_page.get()).contains(u"has no key yet"_s));
}

void TestConsole::showsWhatWasSent()
{
    test::HttpTestServer other;
    other.answer(test::response(200, {}, "arrived"));
    const QByteArray target = other.url(u"/next"_s).toEncoded();
    m_server->answer(test::response(302, {{"Location", target}}));
    open(u"GET"_s, u"/start"_s);
    sendAndWait();
    tabs(u"Response parts"_s)->setCurrentIndex(2);
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

void TestConsole::choosesTheKey()
{
    open(u"GET"_s, u"/x"_s);
    tabs(u"Request parts"_s)->setCurrentIndex(3);
    auto *chooser = find<QComboBox>(m_page.get(), u"Key"_s);
    QVERIFY(chooser->currentText().startsWith(u"Automatic"_s));
    QVERIFY(chooser->currentText().contains(m_key.name));
    QVERIFY2(wordsOf(m_page.get()).contains(m_server->origin().toString()), "where the key goes is not said");
    const auto choose = [chooser](int row) {
        chooser->setCurrentIndex(row);
        Q_EMIT chooser->activated(row);
    };
    choose(chooser->findText(u"None"_s));
    QCOMPARE(m_page->request().key.mode, KeyChoice::Mode::None);
    sendAndWait();
    QVERIFY(!m_server->requests().last().has("Authorization"));

    choose(chooser->findData(m_key.id));
    QCOMPARE(m_page->request().key, (KeyChoice{KeyChoice::Mode::Chosen, m_key.id, {}}));
    sendAndWait();
    QVERIFY(m_server->requests().last().has("Authorization"));

    // A URL elsewhere: said before it is sent.
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setText(u"https://elsewhere.example/x"_s);
    QVERIFY(wordsOf(m_page.get()).contains(u"not bound to https://elsewhere.example"_s));
    url->setText(u"/x"_s);

    // A key that is deleted: the request says so and is not sent with another one.
    QVERIFY((*m_core)->keyService->remove(m_key.id));
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"no longer there"_s));
    choose(0);
    QVERIFY(wordsOf(m_page.get()).contains(u"has no key of the kind"_s));
    QSignalSpy asked(m_page.get(), &ConsolePage::newKeyRequested);
    QVERIFY(test::press(u"New Key…"_s));
    QTRY_COMPARE(asked.size(), 1);
}

void TestConsole::doesWhatEveryButtonOfAnExplanationSays()
{
    using Kind = ExplanationAction::Kind;
    RequestSpec request;
    request.url = u"http://example.com/x"_s;
    request.headers = {{u"authorization"_s, u"Bearer Bearer x"_s, true}, {u"Accept"_s, u"*/*"_s, true}};
    request.key.mode = KeyChoice::Mode::None;
    open(u"GET"_s, u"/x"_s);
    sendAndWait();
    m_page->open(request);
    auto *panel = m_page->findChild<ExplainPanel *>();
    QVERIFY(panel);
    const auto press = [panel](Kind kind, const QString &argument = {}) {
        Q_EMIT panel->actionChosen({kind, {}, argument});
    };

    press(Kind::RemoveHeader, u"Authorization"_s);
    QCOMPARE(m_page->request().headers, (QList<NameValue>{{u"Accept"_s, u"*/*"_s, true}}));
    press(Kind::UseHttps);
    QCOMPARE(m_page->request().url, u"https://example.com/x"_s);
    press(Kind::ChooseKey);
    QCOMPARE(tabs(u"Request parts"_s)->currentIndex(), 3);
    auto *chooser = qobject_cast<QComboBox *>(QApplication::focusWidget());
    QVERIFY(chooser);
    QTRY_VERIFY(chooser->view()->isVisible());
    chooser->hidePopup();
    press(Kind::EditUrl);
    QVERIFY(find<QLineEdit>(m_page.get(), u"URL"_s)->hasFocus());
    press(Kind::ShowSent);
    QCOMPARE(frontTab(), u"Sent"_s);

    QSignalSpy unlock(m_page.get(), &ConsolePage::unlockRequested);
    press(Kind::UnlockKeychain);
    QCOMPARE(unlock.size(), 1);
    QSignalSpy preferences(m_page.get(), &ConsolePage::preferencesRequested);
    press(Kind::OpenPreferences);
    QCOMPARE(preferences.size(), 1);
    QSignalSpy edit(m_page.get(), &ConsolePage::openEnvironment);
    press(Kind::EditEnvironment);
    QCOMPARE(edit.size(), 1);
    QCOMPARE(edit.first().first().toUuid(), m_environment.id);

    const Environment other = addEnvironment(u"Other"_s, QUrl(u"https://other.example"_s));
    press(Kind::SwitchEnvironment, m_environment.id.toString());
    QCOMPARE((*m_core)->environments->current()->id, m_environment.id);

    // The check says how it went where it was asked for.
    open(u"GET"_s, u"/x"_s);
    m_server->answer(test::response(401, {}, "{}"));
    sendAndWait();
    m_server->answer(test::response(200, {{"Content-Type", "application/json"}}, "{}"));
    press(Kind::CheckKey);
    QTRY_VERIFY2(wordsOf(panel).contains(u"was checked"_s), qPrintable(wordsOf(panel)));
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Works);
}

void TestConsole::deletesAndClearsHistory()
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
