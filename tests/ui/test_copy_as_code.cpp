#include "app/http/SecretMarkers.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "tests/support/Readable.h"
#include "ui/console/CodeDialog.h"
#include "ui/console/PromptDialog.h"
#include "ui/keys/TimedReveal.h"
#include "ui/setup/Card.h"
#include "ui/widgets/Clipboard.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QListView>
#include <QListWidget>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTreeView>

using namespace keydesk;
using namespace keydesk::test;

/// Request, Copy as Code…: what is shown, copied and saved, with and without the token.
class TestCopyAsCode : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void copiesCodeThatNamesTheVariable();
    void copiesTheTokenOnTheSecondChoice();
    void asksAnewEachTime();
    void anotherLanguageIsRemembered();
    void saysWhatTheLanguageCannotDo();
    void savesWhatIsShownAndNeverTheToken();
    void noKeyNoChoice();
    void secretVariablesAreReadToo();
    void saysWhenTheTokenCannotBeRead();
    void aRequestThatCannotBeSentIsSaidAtItsField();
    void aLongBodyIsNoCode();
    void nothingIsSent();
    void worksByKeyboard();
    void copiesASavedRequest();
    void copiesASavedRequestAsItIsEdited();
    void asksForWhatASavedRequestAsksFor();
    void saysWhyASavedRequestIsNoCode();
    void namesATokenThatAFileHolds();
    void copiesACallWhereItWasSent();
    void saysWhatACallOfTheHistoryLacks();

private:
    void showDialog(RequestAsCode made);
    void openDialog();
    /// Of a file in the folder of requests.
    void openSaved(const QByteArray &file);
    /// Of the only call in the history.
    void openCall();
    [[nodiscard]] QString code() const { return find<CodeView>(m_dialog.get(), u"Code"_s)->exactText(); }
    [[nodiscard]] QString facts() const { return m_dialog->findChild<FactsCard *>()->texts().join(u'\n'); }
    [[nodiscard]] QCheckBox *real() const { return find<QCheckBox>(m_dialog.get(), u"With the real token"_s); }
    void choose(const QString &language) const
    {
        auto *list = find<QListWidget>(m_dialog.get(), u"Language"_s);
        const auto items = list->findItems(language, Qt::MatchExactly);
        QCOMPARE(items.size(), 1);
        list->setCurrentItem(items.first());
    }
    static QString clipboardText() { return QGuiApplication::clipboard()->text(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<CodeDialog> m_dialog;
    bool m_isKeyGone = false;
};

namespace {

QString tokenText()
{
    return QString::fromLatin1(token.data(), static_cast<qsizetype>(token.size()));
}

} // namespace

void TestCopyAsCode::init()
{
    startConsole();
    if (arePicturesDark())
        (*m_core)->settings->setTheme(Settings::Theme::Dark);
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    QGuiApplication::clipboard()->clear();
    connect(m_page.get(), &ConsolePage::codeRequested, this, &TestCopyAsCode::showDialog);
    open(u"POST"_s, u"/api/v1/agents?page=2"_s, {RequestBody::Kind::Json, u"{\n  \"name\": \"It's me\"\n}"_s, {}});
}

void TestCopyAsCode::cleanup()
{
    m_dialog.reset();
    m_clipboard.reset();
    endConsole();
    m_folder.reset();
}

void TestCopyAsCode::showDialog(RequestAsCode made)
{
    if (m_isKeyGone)
        made.request.secrets.first().keyId = QUuid::createUuid(); // it was deleted meanwhile
    m_dialog = std::make_unique<CodeDialog>(made, *(*m_core)->keyService, *m_clipboard, *(*m_core)->settings);
    m_dialog->show();
}

void TestCopyAsCode::openDialog()
{
    m_dialog.reset();
    trigger(u"Copy as Code…"_s);
    if (m_dialog)
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

void TestCopyAsCode::copiesCodeThatNamesTheVariable()
{
    openDialog();
    QVERIFY(m_dialog);
    QVERIFY(code().contains(u"-H \"Authorization: Bearer $TALKOVER_TOKEN\""_s));
    QVERIFY(code().contains(m_server->url(u"/api/v1/agents?page=2"_s).toString()));
    QVERIFY(facts().contains(u"This code holds no token"_s));
    savePicture(*m_dialog, u"code-curl"_s);
    QVERIFY(press(u"Copy"_s));
    QTRY_VERIFY(clipboardText().startsWith(u"curl "_s));
    QVERIFY(!clipboardText().contains(tokenText()));
    QVERIFY(!QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QVERIFY(facts().contains(u"It holds no token."_s));
    QCOMPARE(m_clipboard->secondsLeft(), 0);
    QCOMPARE(placesThatTell(m_dialog.get(), tokenText()), QStringList());
}

void TestCopyAsCode::copiesTheTokenOnTheSecondChoice()
{
    openDialog();
    choose(u"Python requests"_s);
    real()->click();
    QVERIFY(facts().contains(u"Whoever sees it can use the key."_s));
    QVERIFY(code().contains(m_key.hint));
    QCOMPARE(placesThatTell(m_dialog.get(), tokenText()), QStringList());
    QVERIFY(find<QWidget>(m_dialog.get(), u"Copy with the Token"_s));
    savePicture(*m_dialog, u"code-real"_s);
    QVERIFY(press(u"Copy with the Token"_s));
    QTRY_VERIFY(clipboardText().contains(u"\"Authorization\": \"Bearer "_s + tokenText() + u'"'));
    QVERIFY(QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QVERIFY(m_clipboard->secondsLeft() > 0);
    QVERIFY(facts().contains(u"The clipboard is cleared in"_s));
    QCOMPARE(placesThatTell(m_dialog.get(), tokenText()), QStringList());
    QStringList noted;
    for (const AuditEntry &entry : (*m_core)->keys->events(m_key.id)) {
        if (entry.action == KeyAction::Copied)
            noted << entry.what;
    }
    QCOMPARE(noted, QStringList(u"Copied as code for Python requests"_s));
}

void TestCopyAsCode::asksAnewEachTime()
{
    openDialog();
    real()->click();
    openDialog();
    QVERIFY(!real()->isChecked());
    QVERIFY(code().contains(u"$TALKOVER_TOKEN"_s));
}

void TestCopyAsCode::anotherLanguageIsRemembered()
{
    openDialog();
    choose(u"Go net/http"_s);
    QVERIFY(code().contains(u"os.Getenv(\"TALKOVER_TOKEN\")"_s));
    savePicture(*m_dialog, u"code-go"_s);
    openDialog();
    QVERIFY(code().contains(u"package main"_s));
}

void TestCopyAsCode::saysWhatTheLanguageCannotDo()
{
    RequestSpec request = m_page->request();
    request.headers = {{u"Expect"_s, u"100-continue"_s, true}};
    m_page->open(request);
    openDialog();
    choose(u"Java HttpClient"_s);
    QVERIFY(facts().contains(u"Expect"_s));
    QVERIFY(code().contains(u"// Java's HttpClient does not let a program set the header Expect"_s));
    savePicture(*m_dialog, u"code-notes"_s);
}

void TestCopyAsCode::savesWhatIsShownAndNeverTheToken()
{
    const QTemporaryDir folder;
    openDialog();
    m_dialog->saveTo(folder.filePath(u"request.sh"_s));
    QVERIFY(facts().contains(u"Saved as"_s));
    QCOMPARE(QString::fromUtf8(readFile(folder.filePath(u"request.sh"_s))), code() + u'\n');
    real()->click();
    QVERIFY(!find<QWidget>(m_dialog.get(), u"Save…"_s)->isEnabled());
    m_dialog->saveTo(folder.filePath(u"other.sh"_s));
    QCOMPARE(namesIn(folder.path()), QStringList(u"request.sh"_s));
    QVERIFY(facts().contains(u"is not written to a file"_s));
}

void TestCopyAsCode::noKeyNoChoice()
{
    RequestSpec request = m_page->request();
    request.key.mode = KeyChoice::Mode::None;
    m_page->open(request);
    openDialog();
    QVERIFY(!real());
    QVERIFY(!code().contains(u"Authorization"_s));
    QVERIFY(press(u"Copy"_s));
    QTRY_VERIFY(facts().contains(u"Copied."_s));
}

void TestCopyAsCode::secretVariablesAreReadToo()
{
    Core &core = **m_core;
    bool isStored = false;
    core.secretVariables->set(m_environment.id, u"password"_s, std::make_shared<const Secret>("canary-of-a-variable-0123456789"), this,
                              [&isStored](const Result<void> &result) { isStored = result.has_value(); });
    QTRY_VERIFY(isStored);
    RequestSpec request = m_page->request();
    request.headers = {{u"X-Pass"_s, u"{{password}}"_s, true}};
    m_page->open(request);
    openDialog();
    QVERIFY(code().contains(u"\"X-Pass: $password\""_s));
    real()->click();
    QVERIFY(!code().contains(u"canary-of-a-variable"_s));
    QVERIFY(press(u"Copy with the Token"_s));
    QTRY_VERIFY(clipboardText().contains(u"'X-Pass: canary-of-a-variable-0123456789'"_s));
    QVERIFY(clipboardText().contains(tokenText()));
}

void TestCopyAsCode::saysWhenTheTokenCannotBeRead()
{
    m_isKeyGone = true;
    openDialog();
    m_isKeyGone = false;
    real()->click();
    QVERIFY(press(u"Copy with the Token"_s));
    QTRY_VERIFY(!facts().contains(u"will hold the token"_s) && !facts().contains(u"Waiting"_s));
    QVERIFY(!facts().contains(u"Copied"_s));
    QVERIFY(clipboardText().isEmpty());
    QVERIFY(find<QWidget>(m_dialog.get(), u"Copy with the Token"_s)->isEnabled());
}

void TestCopyAsCode::aRequestThatCannotBeSentIsSaidAtItsField()
{
    open(u"GET"_s, u"/{{nothing}}"_s);
    openDialog();
    QVERIFY(!m_dialog);
    QVERIFY(wordsOf(m_page.get()).contains(u"nothing"_s));
}

void TestCopyAsCode::aLongBodyIsNoCode()
{
    open(u"POST"_s, u"/"_s, {RequestBody::Kind::Text, QString(99, u'x').append(u'\n').repeated(codeBodyLimit / 100 + 1), {}});
    openDialog();
    QVERIFY(!m_dialog);
    QVERIFY(wordsOf(m_page.get()).contains(u"too long for code"_s));
}

/// SECURITY S10 in spirit: code is made, nothing runs.
void TestCopyAsCode::nothingIsSent()
{
    openDialog();
    real()->click();
    QVERIFY(press(u"Copy with the Token"_s));
    QTRY_VERIFY(clipboardText().contains(tokenText()));
    QCOMPARE(m_server->connections(), 0);
}

void TestCopyAsCode::worksByKeyboard()
{
    openDialog();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QVERIFY(code().startsWith(u"& {"_s) || code().startsWith(u"curl.exe"_s));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QTRY_VERIFY(clipboardText().contains(u"curl.exe"_s));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTRY_VERIFY(!m_dialog->isVisible());
}

void TestCopyAsCode::openSaved(const QByteArray &file)
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(m_folder->filePath(u"a.http"_s), file);
    (*m_core)->workspace->open(m_folder->path());
    QTreeView *tree = nullptr;
    QTRY_VERIFY((tree = find<QTreeView>(m_page.get(), u"Saved requests"_s)) && tree->model()->rowCount() == 1);
    tree->expandAll();
    QVERIFY(chooseInMenu(*tree, tree->model()->index(0, 0, tree->model()->index(0, 0)), u"Copy as Code…"_s));
}

void TestCopyAsCode::openCall()
{
    tabs(u"Requests and history"_s)->setCurrentIndex(1);
    auto *list = find<QListView>(m_page.get(), u"History"_s);
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QVERIFY(chooseInMenu(*list, list->model()->index(0, 0), u"Copy as Code…"_s));
}

void TestCopyAsCode::copiesASavedRequest()
{
    openSaved("@version = v7\n### Calls\nGET /api/{{version}}/calls?page=3\nAccept: text/plain\n");
    QTRY_VERIFY(m_dialog);
    QVERIFY2(code().contains(m_server->url(u"/api/v7/calls?page=3"_s).toString()), qPrintable(code()));
    QVERIFY(code().contains(u"Bearer $TALKOVER_TOKEN"_s));
    QVERIFY(!real()->isChecked());
    QCOMPARE(placesThatTell(m_dialog.get(), tokenText()), QStringList());
    QCOMPARE(m_page->request().method, u"POST"_s); // what was open stays so
    QCOMPARE(m_server->connections(), 0);
}

void TestCopyAsCode::copiesASavedRequestAsItIsEdited()
{
    openSaved("### Calls\nGET /calls\n");
    QTRY_VERIFY(m_dialog);
    m_dialog.reset();
    auto *tree = find<QTreeView>(m_page.get(), u"Saved requests"_s);
    const QModelIndex row = tree->model()->index(0, 0, tree->model()->index(0, 0));
    QVERIFY(chooseInMenu(*tree, row, u"Open"_s));
    QTRY_COMPARE(m_page->request().name, u"Calls"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setFocus();
    QTest::keyClick(url, Qt::Key_End);
    QTest::keyClicks(url, u"/edited"_s);
    open(u"GET"_s, u"/other"_s);
    QVERIFY(chooseInMenu(*tree, row, u"Copy as Code…"_s));
    QTRY_VERIFY(m_dialog);
    QVERIFY2(code().contains(m_server->url(u"/calls/edited"_s).toString()), qPrintable(code()));
}

void TestCopyAsCode::asksForWhatASavedRequestAsksFor()
{
    openSaved("### Calls\n# @prompt who whom to call\nGET /calls/{{who}}\n");
    PromptDialog *prompt = nullptr;
    QTRY_VERIFY((prompt = m_page->findChild<PromptDialog *>()));
    QVERIFY(!wordsOf(prompt).contains(u"used for this call"_s)); // nothing is called
    find<QLineEdit>(prompt, u"who"_s)->setText(u"anna"_s);
    QVERIFY(press(u"Continue"_s));
    QTRY_VERIFY(m_dialog);
    QVERIFY(code().contains(m_server->url(u"/calls/anna"_s).toString()));
}

void TestCopyAsCode::saysWhyASavedRequestIsNoCode()
{
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    openSaved("### Calls\nGET /{{nothing}}\n");
    QTRY_COMPARE(said.size(), 1);
    const QString text = said.first().first().toString();
    QVERIFY2(text.contains(u"“Calls”"_s) && text.contains(u"nothing"_s), qPrintable(text));
    QVERIFY(!m_dialog);
}

void TestCopyAsCode::namesATokenThatAFileHolds()
{
    addSleepingKey("talq_sleepingcanary0123456789");
    openSaved("### Note\nPOST /note\nContent-Type: text/plain\n\nit is talq_sleepingcanary0123456789\n");
    QTRY_VERIFY(m_dialog);
    QVERIFY2(code().contains(u"it is"_s) && !code().contains(u"sleepingcanary"_s), qPrintable(code()));
}

void TestCopyAsCode::copiesACallWhereItWasSent()
{
    sendAndWait();
    addEnvironment(u"Elsewhere"_s, QUrl(u"https://elsewhere.test"_s));
    openCall();
    QTRY_VERIFY(m_dialog);
    QVERIFY2(code().contains(m_server->url(u"/api/v1/agents?page=2"_s).toString()), qPrintable(code()));
    QVERIFY(code().contains(u"Bearer $TALKOVER_TOKEN"_s));
    QCOMPARE(m_server->requests().size(), 1);
    m_dialog.reset();

    (*m_core)->environments->remove(m_environment.id);
    QSignalSpy said(m_page.get(), &ConsolePage::message);
    openCall();
    QTRY_COMPARE(said.size(), 1);
    QVERIFY2(said.first().first().toString().contains(u"“Local”"_s), qPrintable(said.first().first().toString()));
    QVERIFY(!m_dialog);
}

void TestCopyAsCode::saysWhatACallOfTheHistoryLacks()
{
    open(u"POST"_s, u"/note"_s, {RequestBody::Kind::Text, u"it is "_s + tokenText(), {}});
    sendAndWait();
    openCall();
    QTRY_VERIFY(m_dialog);
    QVERIFY2(facts().contains(u"Fill in what shows as ••••"_s), qPrintable(facts()));
    savePicture(*m_dialog, u"code-history"_s);
}

QTEST_MAIN(TestCopyAsCode)
#include "test_copy_as_code.moc"
