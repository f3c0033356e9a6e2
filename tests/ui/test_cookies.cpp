#include "app/calls/CallController.h"
#include "app/models/CookiesModel.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Pictures.h"
#include "ui/EnglishPlurals.h"
#include "ui/console/CookieDialog.h"
#include "ui/console/CookiesDialog.h"
#include "ui/keys/TimedReveal.h"
#include "ui/widgets/MessageBar.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// The cookies of an environment in the window: kept by calls, seen, searched, changed by hand, and never shown unasked.
class TestCookiesWindow : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void init()
    {
        startConsole();
        if (test::arePicturesDark())
            (*m_core)->settings->setTheme(Settings::Theme::Dark);
    }
    void cleanup() { endConsole(); }

    void callsKeepCookies();
    void saysThatATypedHeaderGoesInstead();
    void anotherEnvironmentHasItsOwn();
    void filesCanSwitchThemOff();
    void showsNoValueUnasked();
    void addsOneByHand();
    void saysWhatIsWrongWithAField();
    void editsWithoutShowingTheValue();
    void deletesAndUndoes();
    void searches();
    void followsCalls();
    void goesWithItsEnvironment();
    void historyHoldsNoValue();
    void looksRight();

private:
    using test::ConsoleFixture::kept;
    void login(const QByteArray &cookie = "sid=s3ss10nCanary0123456789; Path=/; HttpOnly")
    {
        m_server->handle("/login", [cookie](const test::ReceivedRequest &) {
            return test::Answer{test::response(200, {{"Set-Cookie", cookie}}, "s3ss10nCanary0123456789")};
        });
        open(u"GET"_s, u"/login"_s);
        sendAndWait();
    }
    QTableView *openCookies()
    {
        for (QAction *action : m_page->requestActions()) {
            if (action->text() == u"Cookies…"_s)
                action->trigger();
        }
        return QTest::qWaitFor([this] { return dialog() && dialog()->isActiveWindow(); }) ? dialog()->findChild<QTableView *>() : nullptr;
    }
    CookiesDialog *dialog() const { return m_page->findChild<CookiesDialog *>(); }
    CookieJars &jars() { return (*m_core)->http->cookies(); }
    QList<Cookie> kept() { return jars().cookies(m_environment.id); }
    void addCookie(const char *name, const char *value)
    {
        CookieDraft draft;
        draft.origin = m_server->origin().toString();
        draft.name = QString::fromLatin1(name);
        draft.value = value;
        jars().put(m_environment.id, *draft.make());
    }

    EnglishPlurals m_plurals;
};

void TestCookiesWindow::callsKeepCookies()
{
    login();
    QCOMPARE(kept().size(), 1);
    open(u"GET"_s, u"/me"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().last().header("Cookie"), "sid=s3ss10nCanary0123456789"_ba);
    auto *button = find<QAbstractButton>(m_page.get(), u"1 Cookie"_s);
    QVERIFY(button);
    button->click();
    QTRY_VERIFY(dialog());
    QCOMPARE(dialog()->windowTitle(), u"Cookies of “Local”"_s);
    shoot(u"cookies-button"_s);
}

void TestCookiesWindow::saysThatATypedHeaderGoesInstead()
{
    RequestSpec request;
    request.url = u"/me"_s;
    request.headers = {{u"Cookie"_s, u"mine=1"_s, true}};
    m_page->open(request);
    addCookie("sid", "1");
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"This Cookie goes out instead of the cookies"_s));
    shoot(u"cookie-typed"_s);
    jars().clear(m_environment.id);
    QTRY_VERIFY(!wordsOf(m_page.get()).contains(u"This Cookie goes out instead of the cookies"_s));
}

void TestCookiesWindow::anotherEnvironmentHasItsOwn()
{
    login();
    addEnvironment(u"Other"_s, m_server->url(QString()));
    open(u"GET"_s, u"/me"_s);
    sendAndWait();
    QVERIFY(!m_server->requests().last().has("Cookie"));
    openCookies();
    QVERIFY(wordsOf(dialog()).contains(u"No cookies yet. Answers to calls in “Other” leave theirs here."_s));
    shoot(u"cookies-empty"_s, dialog());
}

void TestCookiesWindow::filesCanSwitchThemOff()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"a.http"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("### Quiet\n# @no-cookie-jar\nGET {{baseUrl}}/login\n");
    file.close();
    login();
    const auto opened = (*m_core)->workspace->files().open(file.fileName(), 0);
    QVERIFY(opened);
    QVERIFY(!opened->request.options.keepCookies);
    CallController calls(**m_core);
    CallContext context;
    context.environment = m_environment;
    context.sources = m_environment.allVariables();
    context.options = opened->request.options;
    QSignalSpy finished(&calls, &CallController::finished);
    QCOMPARE(calls.send(opened->request.spec, context).size(), 0);
    QVERIFY(finished.wait());
    QVERIFY(!m_server->requests().last().has("Cookie"));
}

void TestCookiesWindow::showsNoValueUnasked()
{
    login();
    CookiesModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setCookies(kept());
    for (int column = 0; column < CookiesModel::ColumnCount; ++column) {
        for (int role = 0; role < Qt::UserRole + 20; ++role)
            QVERIFY(!model.data(model.index(0, column), role).toString().contains(u"Canary"_s));
    }
    QVERIFY(openCookies());
    auto *reveal = dialog()->findChild<TimedReveal *>();
    QVERIFY(!wordsOf(dialog()).contains(u"Canary"_s));
    const QImage before = reveal->grab().toImage();
    find<QAbstractButton>(dialog(), u"Reveal value"_s)->click();
    QTRY_VERIFY(reveal->isRevealed());
    QVERIFY(reveal->grab().toImage() != before);
    QVERIFY(!wordsOf(dialog()).contains(u"Canary"_s)); // painted alone
    shoot(u"cookies-revealed"_s, dialog());
    addCookie("zweiter", "2");
    QTRY_COMPARE(dialog()->findChild<QTableView *>()->model()->rowCount(), 2);
    dialog()->findChild<QTableView *>()->selectRow(1);
    QVERIFY(!reveal->isRevealed());
}

void TestCookiesWindow::addsOneByHand()
{
    QTableView *table = openCookies();
    QVERIFY(test::press(u"Add Cookie…"_s));
    QTRY_VERIFY(test::window(u"Add Cookie"_s));
    QWidget *editor = test::window(u"Add Cookie"_s);
    QVERIFY(QTest::qWaitForWindowActive(editor));
    QCOMPARE(find<QLineEdit>(editor, u"Goes to"_s)->text(), m_server->origin().toString());
    QTRY_VERIFY(find<QLineEdit>(editor, u"Name"_s)->hasFocus());
    QTest::keyClicks(find<QLineEdit>(editor, u"Name"_s), u"theme"_s);
    QTest::keyClicks(find<QLineEdit>(editor, u"Value"_s), u"dark"_s);
    QCOMPARE(find<QLineEdit>(editor, u"Value"_s)->echoMode(), QLineEdit::Password);
    shoot(u"cookie-add"_s, editor);
    QTest::keyClick(find<QLineEdit>(editor, u"Value"_s), Qt::Key_Return);
    QTRY_COMPARE(kept().size(), 1);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"theme"_s);
    dialog()->close();
    open(u"GET"_s, u"/me"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().last().header("Cookie"), "theme=dark"_ba);
}

void TestCookiesWindow::saysWhatIsWrongWithAField()
{
    CookieDialog editor({}, u"https://api.example.com"_s);
    QSignalSpy made(&editor, &CookieDialog::made);
    editor.show();
    QVERIFY(QTest::qWaitForWindowActive(&editor));
    find<QLineEdit>(&editor, u"Name"_s)->setText(u"a b"_s);
    find<QLineEdit>(&editor, u"Value"_s)->setText(u"1;2"_s);
    find<QLineEdit>(&editor, u"Value"_s)->setModified(true);
    find<QLineEdit>(&editor, u"Path"_s)->setText(u"v1"_s);
    auto *limited = editor.findChild<QCheckBox *>();
    for (QCheckBox *box : editor.findChildren<QCheckBox *>())
        limited = box->text() == u"Expires at"_s ? box : limited;
    limited->setChecked(true);
    editor.findChild<QDateTimeEdit *>()->setDateTime(QDateTime::currentDateTime().addDays(-1));
    find<QPushButton>(&editor, u"Add"_s)->click();
    QCOMPARE(made.size(), 0);
    const QString words = wordsOf(&editor);
    QVERIFY2(words.contains(u"A cookie's name is one word"_s), qPrintable(words));
    QVERIFY(words.contains(u"would end the value"_s));
    QVERIFY(words.contains(u"A path begins with a slash"_s));
    QVERIFY(words.contains(u"That is past"_s));
    QVERIFY(find<QLineEdit>(&editor, u"Name"_s)->hasFocus());
    shoot(u"cookie-problems"_s, &editor);
}

void TestCookiesWindow::editsWithoutShowingTheValue()
{
    login();
    openCookies();
    QVERIFY(test::press(u"Edit…"_s));
    QTRY_VERIFY(test::window(u"Edit Cookie"_s));
    QWidget *editor = test::window(u"Edit Cookie"_s);
    QVERIFY(!wordsOf(editor).contains(u"Canary"_s));
    QCOMPARE(find<QLineEdit>(editor, u"Value"_s)->text(), QString());
    find<QLineEdit>(editor, u"Path"_s)->setText(u"/v1"_s);
    QVERIFY(test::press(u"Save"_s));
    QTRY_COMPARE(kept().size(), 1);
    QTRY_COMPARE(kept().first().data.path(), u"/v1"_s);
    QCOMPARE(kept().first().data.value(), "s3ss10nCanary0123456789"_ba);
    QVERIFY(kept().first().data.isHttpOnly());
    QTRY_VERIFY(!test::window(u"Edit Cookie"_s));
    QVERIFY(test::press(u"Edit…"_s));
    QTRY_VERIFY(test::window(u"Edit Cookie"_s));
    QTest::keyClicks(find<QLineEdit>(test::window(u"Edit Cookie"_s), u"Value"_s), u"new"_s);
    QVERIFY(test::press(u"Save"_s));
    QTRY_COMPARE(kept().first().data.value(), "new"_ba);
}

void TestCookiesWindow::deletesAndUndoes()
{
    addCookie("one", "1");
    addCookie("two", "2");
    addCookie("three", "3");
    QTableView *table = openCookies();
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(kept().size(), 2);
    QVERIFY(dialog()->findChild<MessageBar *>()->text().contains(u"“one” is deleted."_s));
    QVERIFY(test::press(u"Delete All"_s));
    QTRY_COMPARE(kept().size(), 0);
    QTRY_COMPARE(dialog()->findChild<MessageBar *>()->text(), u"Deleted 2 cookies."_s);
    addCookie("two", "newer");
    QVERIFY(test::press(u"Undo"_s));
    QTRY_COMPARE(kept().size(), 2);
    QCOMPARE(kept().first().data.value(), "newer"_ba);
    QCOMPARE(table->model()->rowCount(), 2);
}

void TestCookiesWindow::searches()
{
    addCookie("alpha", "1");
    addCookie("beta", "2");
    QTableView *table = openCookies();
    auto *search = find<QLineEdit>(dialog(), u"Search cookies"_s);
    search->setText(u"BET"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    search->setText(u"nothing"_s);
    QVERIFY(wordsOf(dialog()).contains(u"No cookie matches the search."_s));
    QVERIFY(!find<QPushButton>(dialog(), u"Delete"_s)->isEnabled());
}

void TestCookiesWindow::followsCalls()
{
    QTableView *table = openCookies();
    jars().take(m_environment.id, m_server->url(), {{"Set-Cookie", "late=1"}});
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->selectionModel()->selectedRows().size(), 1);
    jars().take(QUuid::createUuid(), m_server->url(), {{"Set-Cookie", "other=1"}});
    QCOMPARE(table->model()->rowCount(), 1);
}

void TestCookiesWindow::goesWithItsEnvironment()
{
    login();
    QVERIFY((*m_core)->environments->remove(m_environment.id));
    QCOMPARE(kept().size(), 0);
}

void TestCookiesWindow::historyHoldsNoValue()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    login();
    QTRY_COMPARE(added.size(), 1);
    added.clear();
    open(u"GET"_s, u"/login"_s);
    sendAndWait();
    const HistoryEntry entry = kept(added);
    QVERIFY(entry.sent.contains(u"Cookie: ••••"_s));
    QVERIFY(!entry.sent.contains(u"Canary"_s));
    QVERIFY(!entry.responseHead.contains(u"Canary"_s));
    QVERIFY(!entry.responseBody.contains("Canary")); // the server said it again
    QVERIFY(entry.row.echoedToken);
}

void TestCookiesWindow::looksRight()
{
    jars().take(m_environment.id, m_server->url(),
                {{"Set-Cookie", "sid=s3ss10nCanary0123456789; Path=/; HttpOnly; SameSite=Lax"},
                 {"Set-Cookie", "theme=dark; Path=/; Max-Age=86400"},
                 {"Set-Cookie", "__Host-csrf=1; Path=/; Secure; SameSite=Strict"}});
    openCookies();
    shoot(u"cookies"_s, dialog());
    dialog()->resize(dialog()->minimumSizeHint());
    shoot(u"cookies-small"_s, dialog());
}

QTEST_MAIN(TestCookiesWindow)

#include "test_cookies.moc"
