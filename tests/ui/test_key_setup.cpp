#include "tests/support/Pictures.h"
#include "ui/setup/KeySetupDialog.h"

#include "tests/support/CoreFixture.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/keys/CopyOnceDialog.h"
#include "ui/setup/Card.h"
#include "ui/setup/SetupDraft.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace Qt::StringLiterals;
using keydesk::test::CoreFixture;
using keydesk::test::find;
using keydesk::test::ScriptedSecretStore;

namespace keydesk {

namespace {

constexpr auto goodToken = "talq_abcdefghijklmnopqrstuvwxyz0123456789";

/// Records the addresses that would have opened in a browser.
class Browser : public QObject
{
    Q_OBJECT

public:
    QList<QUrl> opened;

public Q_SLOTS:
    void open(const QUrl &url) { opened << url; }
};

} // namespace

class TestKeySetup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void sandboxKeyTakesAFewPresses();
    void newKeyShowsTheTokenOnceAndEnds();
    void pastedTokenIsCleanedAndSaysSo();
    void pastedTokenIsTriedAtOnce();
    void leavesForTheImportWindow();
    void tokenOfAnotherKindIsWarnedAboutAndNotForbidden();
    void tokenOfAnotherProviderIsNotSentUnasked();
    void tokenTypedForAnotherPlaceIsForgotten();
    void sessionTokenTypedForAnotherPlaceIsForgotten();
    void refusedTokenIsExplainedAndNotForbidden();
    void refusedTokenLeavesTheKeyThatWorks();
    void trialThatHangsCanBeStopped();
    void duplicateIsRecognised();
    void tokensThatCannotBe_data();
    void tokensThatCannotBe();
    void namesThatCannotBe_data();
    void namesThatCannotBe();
    void withoutAKeychainItSaysSessionOnly();
    void lockedKeychainCanBeUnlockedHere();
    void hangingKeychainIsCancelledAndLeavesNothing();
    void closingWhileStoringLeavesNothing();
    void failureToStoreIsSaidAndCanBeTriedAgain();
    void skippedSetupResumesWithoutTheToken();
    void skippedSetupRemembersNoPassword();
    void finishedSetupForgetsWhatWasRemembered();
    void skippingDoesNotFinishSetup();
    void customAddressIsChecked_data();
    void customAddressIsChecked();
    void customHeaderTakesTheBareToken();
    void partsOfAnAddressAreAskedFor();
    void brokenProviderFilesAreNamed();
    void hintsLeadStraightToTheKey();
    void keyTakesThePlaceOfTheOneBefore();
    void sessionTokenIsAskedForUsedOnceAndNotKept();
    void dashboardOpensInTheBrowser();
    void accessibleNamesAreTheFixedOnes();
    void worksByKeyboardAlone();
    void escapeClosesAndWipes();
    void pagesFitASmallWindowAndLargeType();

private:
    void open(KeySetupDialog::Mode mode, const NewKeyHints &hints = {});
    [[nodiscard]] QPushButton *button(const QString &text) const;
    void press(const QString &text);
    void choose(const QString &provider);
    void chooseSource(const QString &text);
    void paste(const QByteArray &token);
    [[nodiscard]] QString facts() const; // every card of the visible page, as read aloud
    [[nodiscard]] QString words() const; // every visible label
    void toTokenPage(const QString &provider = u"Talkover sandbox"_s);
    [[nodiscard]] QByteArray makeSandboxToken();
    void shoot(QWidget *window, const QString &name) const;
    [[nodiscard]] Core &core() { return **m_core; }

    std::unique_ptr<test::TempHome> m_settingsHome;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<CoreFixture> m_core;
    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<KeySetupDialog> m_dialog;
};

void TestKeySetup::initTestCase()
{
    // The real look, for the pictures; the tests hold with any.
    m_settingsHome = std::make_unique<test::TempHome>();
    m_look = std::make_unique<Settings>(m_settingsHome->path(u"look.ini"_s));
    m_look->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
    qRegisterMetaType<QUuid>();
    qRegisterMetaType<RequestSpec>();
    qRegisterMetaType<HistoryRow>();
}

void TestKeySetup::init()
{
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<CoreFixture>(std::move(keychain));
    QVERIFY(m_core->startSandbox());
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *core().settings);
}

void TestKeySetup::cleanup()
{
    m_dialog.reset();
    for (QWidget *window : QApplication::topLevelWidgets())
        if (qobject_cast<CopyOnceDialog *>(window))
            delete window;
    m_clipboard.reset();
    m_core.reset();
}

void TestKeySetup::open(KeySetupDialog::Mode mode, const NewKeyHints &hints)
{
    m_dialog = std::make_unique<KeySetupDialog>(mode, core(), *m_clipboard, hints);
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

QPushButton *TestKeySetup::button(const QString &text) const
{
    return find<QPushButton>(m_dialog.get(), text);
}

void TestKeySetup::press(const QString &text)
{
    QTRY_VERIFY2(button(text) && button(text)->isEnabled(), qPrintable(u"no button "_s + text));
    QTest::mouseClick(button(text), Qt::LeftButton);
}

void TestKeySetup::choose(const QString &provider)
{
    auto *list = find<QListWidget>(m_dialog.get(), u"Provider"_s);
    QVERIFY(list);
    const auto items = list->findItems(provider, Qt::MatchExactly);
    QCOMPARE(items.size(), 1);
    list->setCurrentItem(items.first());
}

void TestKeySetup::chooseSource(const QString &text)
{
    auto *option = find<QRadioButton>(m_dialog.get(), text);
    QVERIFY2(option, qPrintable(text));
    option->click();
}

void TestKeySetup::paste(const QByteArray &token)
{
    auto *field = find<TokenField>(m_dialog.get(), u"Token"_s);
    QVERIFY(field);
    field->selectAll();
    QGuiApplication::clipboard()->setText(QString::fromUtf8(token));
    field->setFocus();
    QTest::keySequence(field, QKeySequence::Paste);
}

QString TestKeySetup::facts() const
{
    QStringList lines;
    for (const FactsCard *card : m_dialog->findChildren<FactsCard *>())
        if (card->isVisible())
            lines << card->texts();
    return lines.join(u'\n');
}

QString TestKeySetup::words() const
{
    QStringList lines;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>())
        if (label->isVisible())
            lines << label->text();
    return lines.join(u'\n');
}

void TestKeySetup::toTokenPage(const QString &provider)
{
    choose(provider);
    press(u"Next"_s);
    chooseSource(u"Paste a key I have"_s);
    press(u"Next"_s);
    QVERIFY(find<TokenField>(m_dialog.get(), u"Token"_s));
}

/// A token that the sandbox accepts and Keydesk does not know: made and then deleted here.
QByteArray TestKeySetup::makeSandboxToken()
{
    const Provider *provider = core().providers.find(u"sandbox-talkover"_s);
    Environment environment;
    environment.name = u"For making tokens"_s;
    environment.providerId = provider->id;
    environment.baseUrl = core().sandbox->origins().value(provider->sandboxService).toString();
    environment.colour = u"grey"_s;
    const auto added = core().environments->add(environment);
    if (!added)
        return {};
    NewKey scratch;
    scratch.name = u"Scratch"_s;
    scratch.providerId = provider->id;
    scratch.kindId = u"environment"_s;
    scratch.environmentId = added->id;
    KeyJob *job = core().keyService->create(scratch, nullptr);
    QByteArray token;
    bool done = false;
    connect(job, &KeyJob::finished, this, [&](const Result<ApiKey> &outcome) {
        done = !outcome;
        if (!outcome)
            return;
        core().keyService->readForUser(outcome->id, KeyAction::Revealed, u"for a test"_s, this,
                                       [&, id = outcome->id](const Result<Secret> &secret) {
                                           if (secret)
                                               token = QByteArray(secret->reveal().data(), secret->size());
                                           (void)core().keyService->remove(id);
                                           done = true;
                                       });
    });
    const bool ended = QTest::qWaitFor([&] { return done; }, 15'000);
    (void)core().environments->remove(added->id);
    return ended ? token : QByteArray();
}

void TestKeySetup::shoot(QWidget *window, const QString &name) const
{
    test::savePicture(*window, name);
}

void TestKeySetup::sandboxKeyTakesAFewPresses()
{
    open(KeySetupDialog::Mode::Setup);
    QCOMPARE(m_dialog->windowTitle(), u"Set Up Keydesk"_s);
    QSignalSpy ready(m_dialog.get(), &KeySetupDialog::keyReady);
    QSignalSpy first(m_dialog.get(), &KeySetupDialog::firstRequestReady);
    shoot(m_dialog.get(), u"setup-1-provider"_s);

    QTest::keyClick(m_dialog.get(), Qt::Key_Return); // the sandbox is chosen already
    shoot(m_dialog.get(), u"setup-2-source"_s);
    QTest::keyClick(m_dialog.get(), Qt::Key_Return); // Create it here is, too
    shoot(m_dialog.get(), u"setup-4-place"_s);
    QSignalSpy kept(core().history.get(), &HistoryStore::added);
    QTest::keyClick(m_dialog.get(), Qt::Key_Return); // and a name stands there
    QTRY_VERIFY_WITH_TIMEOUT(m_dialog->findChild<CopyOnceDialog *>(), 15'000);
    auto *once = m_dialog->findChild<CopyOnceDialog *>();
    shoot(once, u"setup-copy-once"_s);
    QTest::keyClick(once, Qt::Key_Return);

    QTRY_VERIFY2(facts().contains(u"answered 200"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-5-first-call"_s);
    QVERIFY(facts().contains(u"Stored in the system keychain"_s));
    QTRY_COMPARE(kept.size(), 1); // the first call is one of the history
    QCOMPARE(kept.first().first().value<HistoryRow>().status, 200);
    QCOMPARE(ready.size(), 1);
    const auto key = core().keys->find(ready.first().first().toUuid());
    QVERIFY(key);
    QCOMPARE(key->name, u"Talkover sandbox environment token"_s);
    QCOMPARE(key->status, ApiKey::Status::Works);
    QCOMPARE(m_keychain->vault().count(key->id), std::size_t(1));

    QTest::keyClick(m_dialog.get(), Qt::Key_Return);
    QCOMPARE(first.size(), 1);
    QVERIFY(!first.first().at(1).value<RequestSpec>().url.isEmpty());
    const auto environment = core().environments->find(first.first().first().toUuid());
    QVERIFY(environment);
    QCOMPARE(environment->keys.value(u"environment"_s), key->id);
    QVERIFY(core().settings->setupFinished());
    QVERIFY(!m_dialog->isVisible());
}

void TestKeySetup::newKeyShowsTheTokenOnceAndEnds()
{
    open(KeySetupDialog::Mode::NewKey);
    QCOMPARE(m_dialog->windowTitle(), u"New Key"_s);
    QSignalSpy ready(m_dialog.get(), &KeySetupDialog::keyReady);
    press(u"Next"_s);
    press(u"Next"_s);
    QVERIFY(!button(u"Next"_s));
    press(u"Finish"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isVisible(), 15'000);
    QCOMPARE(ready.size(), 1);
    auto *field = find<TokenField>(u"New token"_s);
    QVERIFY(field);
    QVERIFY(!field->secret().isEmpty());
    QVERIFY(!core().settings->setupFinished());
}

void TestKeySetup::pastedTokenIsCleanedAndSaysSo()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste("export TALKOVER_TOKEN=\"" + QByteArray(goodToken) + "\"\n");
    QVERIFY2(facts().contains(u"name of the variable in front was removed"_s), qPrintable(facts()));
    QVERIFY2(facts().contains(u"line break"_s), qPrintable(facts()));
    QVERIFY2(facts().contains(u"Starts with talq_"_s), qPrintable(facts()));
    QVERIFY2(facts().contains(u"Will be sent to http://127.0.0.1"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-3-cleaned"_s);
    QVERIFY(!facts().contains(QString::fromLatin1(goodToken)));

    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(m_keychain->vault().size(), std::size_t(1));
    QCOMPARE(m_keychain->vault().begin()->second, QByteArray(goodToken));
}

void TestKeySetup::leavesForTheImportWindow()
{
    open(KeySetupDialog::Mode::NewKey, {u"sandbox-talkover"_s, {}, {}, {}});
    QSignalSpy wanted(m_dialog.get(), &KeySetupDialog::importRequested);
    auto *option = find<QAbstractButton>(m_dialog.get(), u"Import from a .env file"_s);
    QVERIFY(option);
    option->click();
    press(u"Next"_s);
    QCOMPARE(wanted.size(), 1);
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(core().keys->all().isEmpty());
}

void TestKeySetup::pastedTokenIsTriedAtOnce()
{
    const QByteArray token = makeSandboxToken();
    QVERIFY(!token.isEmpty());
    open(KeySetupDialog::Mode::Setup);
    toTokenPage();
    paste(token);
    QTRY_VERIFY2(facts().contains(u"Works: GET"_s), qPrintable(facts()));
    QVERIFY(facts().contains(u"answered 200"_s));
    shoot(m_dialog.get(), u"setup-3-works"_s);
    press(u"Next"_s);
    press(u"Next"_s);
    QTRY_VERIFY2(button(u"Finish"_s), qPrintable(facts()));
    QTRY_VERIFY2(facts().contains(u"Works: GET"_s), qPrintable(facts()));
    QVERIFY(!find<TokenField>(u"New token"_s)); // it is not new: it was pasted
}

void TestKeySetup::tokenOfAnotherKindIsWarnedAboutAndNotForbidden()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste("12|abcdefghijklmnopqrstuvwxyz0123456789abcdef");
    QVERIFY2(facts().contains(u"another kind of token"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-3-other-kind"_s);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(core().keys->all().size(), 1);
}

void TestKeySetup::tokenOfAnotherProviderIsNotSentUnasked()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage(u"Talkturo sandbox"_s);
    paste(goodToken);
    QVERIFY2(facts().contains(u"It was not tried."_s), qPrintable(facts()));
    press(u"Try it"_s);
    QTRY_VERIFY2(facts().contains(u"Refused"_s), qPrintable(facts()));
}

void TestKeySetup::tokenTypedForAnotherPlaceIsForgotten()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage(u"AISoule"_s);
    auto *field = find<TokenField>(m_dialog.get(), u"Token"_s);
    paste("12|abcdefghijklmnopqrstuvwxyz0123456789abcdef");
    QVERIFY(!field->secret().isEmpty());
    press(u"Back"_s);
    press(u"Next"_s);
    QVERIFY(!field->secret().isEmpty()); // the same place: nothing is lost

    press(u"Back"_s);
    press(u"Back"_s);
    toTokenPage(u"Talkturo sandbox"_s);
    QCOMPARE(find<TokenField>(m_dialog.get(), u"Token"_s), field);
    QVERIFY(field->secret().isEmpty());
    QVERIFY2(!facts().contains(u"ried"_s) && !facts().contains(u"Trying"_s), qPrintable(facts()));
    press(u"Next"_s); // and nothing of it is left to be stored
    QVERIFY2(words().contains(u"Paste or type the token first."_s), qPrintable(words()));

    // The same provider at another address is another place.
    press(u"Back"_s);
    press(u"Back"_s);
    for (const QString &address : {u"https://one.example"_s, u"https://two.example"_s}) {
        choose(u"Custom"_s);
        find<QLineEdit>(m_dialog.get(), u"Base URL"_s)->setText(address);
        toTokenPage(u"Custom"_s);
        QVERIFY(field->secret().isEmpty());
        paste("some-opaque-key-of-mine");
        press(u"Back"_s);
        press(u"Back"_s);
    }
}

void TestKeySetup::sessionTokenTypedForAnotherPlaceIsForgotten()
{
    open(KeySetupDialog::Mode::NewKey);
    press(u"Next"_s);
    const auto chooseUserToken = [this] {
        QTest::keyClicks(find<QComboBox>(m_dialog.get(), u"Kind of key"_s), u"User"_s);
        chooseSource(u"Create it here"_s);
    };
    chooseUserToken();
    auto *session = find<TokenField>(m_dialog.get(), u"Session token"_s);
    QVERIFY(session);
    QGuiApplication::clipboard()->setText(u"a-session-of-the-sandbox"_s);
    QTest::keySequence(session, QKeySequence::Paste);
    press(u"Back"_s);
    press(u"Next"_s);
    QVERIFY(!session->secret().isEmpty()); // the same place: nothing is lost
    press(u"Back"_s);
    choose(u"AISoule"_s);
    press(u"Next"_s);
    QVERIFY(session->secret().isEmpty());
}

void TestKeySetup::refusedTokenIsExplainedAndNotForbidden()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    QTRY_VERIFY2(facts().contains(u"Refused"_s), qPrintable(facts()));
    QVERIFY(facts().contains(u"401"_s));
    shoot(m_dialog.get(), u"setup-3-refused"_s);
    press(u"Next"_s);
    QVERIFY(find<QLineEdit>(m_dialog.get(), u"Key name"_s));
}

void TestKeySetup::refusedTokenLeavesTheKeyThatWorks()
{
    // A key that works, made in the sandbox.
    open(KeySetupDialog::Mode::NewKey);
    press(u"Next"_s);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isVisible(), 15'000);
    QTRY_COMPARE(core().keys->all().size(), 1);
    const ApiKey works = core().keys->all().first();
    delete find<CopyOnceDialog>(u"New Key"_s);

    open(KeySetupDialog::Mode::Setup);
    QSignalSpy first(m_dialog.get(), &KeySetupDialog::firstRequestReady);
    toTokenPage();
    paste(goodToken);
    QTRY_VERIFY2(facts().contains(u"Refused"_s), qPrintable(facts()));
    press(u"Next"_s);
    QVERIFY2(facts().contains(u"keeps it: the provider refused the new one"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-4-refused"_s);
    QSignalSpy kept(core().history.get(), &HistoryStore::added);
    press(u"Next"_s);
    QTRY_VERIFY2(facts().contains(u"stays the key of its environment"_s), qPrintable(facts()));
    QTRY_VERIFY2(facts().contains(u"Refused: GET"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-5-refused"_s);
    QCOMPARE(core().keys->all().size(), 2);
    const QUuid stored = core().keys->all().last().id;
    const auto current = [this] { return core().environments->current()->keys.value(u"environment"_s); };
    QCOMPARE(current(), works.id);

    // The first call is one of the history.
    QTRY_COMPARE(kept.size(), 1);
    const auto row = kept.first().first().value<HistoryRow>();
    QCOMPARE(row.status, 401);
    QCOMPARE(row.environmentId, core().environments->current()->id);
    QCOMPARE(row.keyName, core().keys->all().last().name);

    press(u"Use this one anyway"_s);
    QTRY_VERIFY2(!facts().contains(u"stays the key"_s), qPrintable(facts()));
    QCOMPARE(current(), stored);
}

void TestKeySetup::trialThatHangsCanBeStopped()
{
    QTcpServer silent; // takes the call and never answers
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    Environment environment;
    environment.name = u"Silent"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"http://127.0.0.1:%1"_s.arg(silent.serverPort());
    environment.colour = u"grey"_s;
    const auto added = core().environments->add(environment);
    QVERIFY(added);
    open(KeySetupDialog::Mode::NewKey, {u"talkover"_s, u"environment"_s, added->id, {}});
    chooseSource(u"Paste a key I have"_s);
    press(u"Next"_s);
    paste(goodToken);
    QTRY_VERIFY2(facts().contains(u"Trying it: GET"_s), qPrintable(facts()));
    QTRY_VERIFY(silent.hasPendingConnections());
    shoot(m_dialog.get(), u"setup-3-trying"_s);
    press(u"Stop"_s);
    QVERIFY2(facts().contains(u"It was not tried."_s), qPrintable(facts()));
    press(u"Try it"_s);
    QTRY_VERIFY(facts().contains(u"Trying it: GET"_s));
    m_dialog.reset(); // and the window may go while it is tried
}

void TestKeySetup::duplicateIsRecognised()
{
    NewKey draft;
    draft.name = u"The first"_s;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"environment"_s;
    QVERIFY(!m_core->addKey(draft, goodToken).id.isNull());
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste("Bearer " + QByteArray(goodToken));
    QVERIFY2(facts().contains(u"You already have this key as “The first”."_s), qPrintable(facts()));
    press(u"Next"_s);
    QVERIFY(find<TokenField>(m_dialog.get(), u"Token"_s));
    QVERIFY(words().contains(u"Paste another one"_s));
    QCOMPARE(core().keys->all().size(), 1);
}

void TestKeySetup::tokensThatCannotBe_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only spaces") << QByteArray("  \n\t ");
    QTest::newRow("1 MB") << QByteArray(1'000'000, 'a');
    QTest::newRow("binary") << QByteArray("talq_\x01\x02\x03\x7f\x1b[31m abc");
    QTest::newRow("not ASCII") << QByteArray("talq_schlüssel");
}

void TestKeySetup::tokensThatCannotBe()
{
    QFETCH(QByteArray, token);
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(token);
    press(u"Next"_s);
    QVERIFY(find<TokenField>(m_dialog.get(), u"Token"_s));
    QVERIFY(words().contains(u"Paste or type the token first."_s) ||
            words().contains(u"This cannot be a token"_s));
    QVERIFY(core().keys->all().isEmpty());
}

void TestKeySetup::namesThatCannotBe_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("empty") << QString();
    QTest::newRow("spaces") << u"   "_s;
    QTest::newRow("256 characters") << QString(256, u'n');
    QTest::newRow("1 MB") << QString(1'000'000, u'n');
    QTest::newRow("control characters") << u"a\u0007b"_s;
}

void TestKeySetup::namesThatCannotBe()
{
    QFETCH(QString, name);
    open(KeySetupDialog::Mode::NewKey);
    press(u"Next"_s);
    press(u"Next"_s);
    auto *field = find<QLineEdit>(m_dialog.get(), u"Key name"_s);
    QVERIFY(field);
    field->setText(name);
    press(u"Finish"_s);
    QVERIFY(m_dialog->isVisible());
    QVERIFY(!field->accessibleDescription().isEmpty());
    QCOMPARE(QApplication::focusWidget(), field);
    QVERIFY(core().keys->all().isEmpty());

    field->setText(QString(255, u'n'));
    press(u"Finish"_s);
    QTRY_COMPARE_WITH_TIMEOUT(core().keys->all().size(), 1, 15'000);
}

void TestKeySetup::withoutAKeychainItSaysSessionOnly()
{
    m_keychain->become(SecretStore::State::Absent);
    open(KeySetupDialog::Mode::Setup);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    QVERIFY2(words().contains(u"for this session only"_s), qPrintable(words()));
    shoot(m_dialog.get(), u"setup-4-no-keychain"_s);
    press(u"Next"_s);
    QTRY_COMPARE(core().keys->all().size(), 1);
    QCOMPARE(core().keys->all().first().place, SecretPlace::Session);
    QVERIFY(m_keychain->vault().empty());
    QTRY_VERIFY2(facts().contains(u"for this session only"_s), qPrintable(facts()));
}

void TestKeySetup::lockedKeychainCanBeUnlockedHere()
{
    m_keychain->become(SecretStore::State::Locked);
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    shoot(m_dialog.get(), u"setup-4-locked"_s);
    QVERIFY(find<QComboBox>(m_dialog.get(), u"Keep it in"_s));
    press(u"Unlock"_s);
    QTRY_COMPARE(m_keychain->state(), SecretStore::State::Available);
    QTRY_VERIFY(words().contains(u"Kept in the system keychain"_s));
    press(u"Finish"_s);
    QTRY_COMPARE(m_keychain->vault().size(), std::size_t(1));
}

void TestKeySetup::hangingKeychainIsCancelledAndLeavesNothing()
{
    const auto environments = core().environments->all().size();
    m_keychain->hang(ScriptedSecretStore::Op::Write, true);
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_VERIFY2(words().contains(u"keychain…"_s), qPrintable(words()));
    shoot(m_dialog.get(), u"setup-4-waiting"_s);
    QVERIFY(!button(u"Finish"_s)->isEnabled());
    press(u"Cancel"_s);
    QTRY_VERIFY2(facts().contains(u"Nothing was stored."_s), qPrintable(facts()));
    QVERIFY(m_dialog->isVisible());
    m_keychain->release();
    QTRY_VERIFY(m_keychain->vault().empty());
    QVERIFY(core().keys->all().isEmpty());
    QVERIFY(core().keys->pending().isEmpty());
    QCOMPARE(core().environments->all().size(), environments);

    press(u"Finish"_s); // and it can be tried again
    QTRY_COMPARE(core().keys->all().size(), 1);
}

void TestKeySetup::closingWhileStoringLeavesNothing()
{
    const auto environments = core().environments->all().size();
    m_keychain->hang(ScriptedSecretStore::Op::Write, true);
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(m_keychain->waiting(), 1);
    m_dialog.reset();
    m_keychain->release();
    QTRY_VERIFY(m_keychain->vault().empty());
    QTRY_VERIFY(core().keys->pending().isEmpty());
    QVERIFY(core().keys->all().isEmpty());
    QTRY_COMPARE(core().environments->all().size(), environments);
}

void TestKeySetup::failureToStoreIsSaidAndCanBeTriedAgain()
{
    m_keychain->failWith(ScriptedSecretStore::Op::Write,
                         {Error::Kind::KeychainDenied, u"The keychain said no."_s, {}});
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_VERIFY2(facts().contains(u"The keychain said no."_s), qPrintable(facts()));
    QVERIFY(core().keys->all().isEmpty());
    m_keychain->succeedAgain(ScriptedSecretStore::Op::Write);
    press(u"Finish"_s);
    QTRY_COMPARE(core().keys->all().size(), 1);
}

void TestKeySetup::skippedSetupResumesWithoutTheToken()
{
    open(KeySetupDialog::Mode::Setup);
    toTokenPage(u"AISoule sandbox"_s);
    paste(goodToken);
    press(u"Skip for now"_s);
    QVERIFY(!m_dialog->isVisible());

    open(KeySetupDialog::Mode::Setup);
    auto *field = find<TokenField>(m_dialog.get(), u"Token"_s);
    QVERIFY(field);
    QVERIFY(field->secret().isEmpty());
    QVERIFY2(words().contains(u"AISoule sandbox"_s), qPrintable(words()));
    press(u"Back"_s);
    QVERIFY(find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s)->isChecked());
}

void TestKeySetup::skippedSetupRemembersNoPassword()
{
    const auto remembered = [this](const QString &name) {
        return core().settings->remembered(u"setup/"_s + name).toString();
    };
    for (const auto &[address, kept] : {std::pair(u"https://api.example.com/v1"_s, true),
                                        std::pair(u"https://me:hunter2@api.example.com"_s, false)}) {
        open(KeySetupDialog::Mode::Setup);
        choose(u"Custom"_s);
        auto *base = find<QLineEdit>(m_dialog.get(), u"Base URL"_s);
        QVERIFY(base);
        base->setText(address);
        press(u"Skip for now"_s);
        QCOMPARE(remembered(u"provider"_s), u"custom"_s);
        QCOMPARE(remembered(u"baseUrl"_s), kept ? address : QString());
        m_dialog.reset();
        core().settings->remember(u"setup/page"_s, QString()); // begin anew
    }

    // A part of an address, the same: "acme.example" is filled into the provider's URL.
    open(KeySetupDialog::Mode::Setup);
    choose(u"Talkturo"_s);
    for (QLineEdit *edit : m_dialog->findChildren<QLineEdit *>())
        if (edit->isVisible())
            edit->setText(u"me:hunter2@app.acme.example"_s);
    press(u"Skip for now"_s);
    QVERIFY(core().settings->remembered(u"setup/parts"_s).toMap().isEmpty());
    m_dialog.reset();

    // A token that Keydesk knows is redacted wherever it was put.
    SetupDraft draft;
    const Secret known{std::string_view(goodToken)};
    core().redactor.add(known);
    draft.keyName = QString::fromLatin1(goodToken);
    draft.newEnvironmentName = draft.customHeaderName = draft.keyName;
    rememberDraft(draft, u"place"_s, core());
    for (const QString &name : {u"name"_s, u"newEnvironment"_s, u"header"_s})
        QVERIFY2(!remembered(name).contains(QString::fromLatin1(goodToken)), qPrintable(name));
}

void TestKeySetup::finishedSetupForgetsWhatWasRemembered()
{
    SetupDraft draft;
    draft.providerId = u"custom"_s;
    draft.customBaseUrl = u"https://api.example.com/v1"_s;
    draft.customHeaderName = u"X-API-Key"_s;
    draft.kindId = u"api-key"_s;
    draft.keyName = u"Mine"_s;
    draft.newEnvironmentName = u"Main"_s;
    draft.source = SetupDraft::Source::Paste;
    draft.environmentId = QUuid::createUuid();
    draft.environmentChosen = draft.newEnvironmentProtected = true;
    rememberDraft(draft, u"place"_s, core());
    QCOMPARE(core().settings->remembered(u"setup/name"_s).toString(), u"Mine"_s);
    forgetRemembered(*core().settings);
    for (const QString &name :
         {u"page"_s, u"provider"_s, u"parts"_s, u"baseUrl"_s, u"header"_s, u"kind"_s, u"source"_s, u"name"_s,
          u"environment"_s, u"environmentChosen"_s, u"newEnvironment"_s, u"protected"_s})
        QCOMPARE(core().settings->remembered(u"setup/"_s + name).toString(), QString());
}

void TestKeySetup::skippingDoesNotFinishSetup()
{
    open(KeySetupDialog::Mode::Setup);
    press(u"Skip for now"_s);
    QVERIFY(!core().settings->setupFinished());
    QVERIFY(core().keys->all().isEmpty());
}

void TestKeySetup::customAddressIsChecked_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("header");
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("no scheme") << u"api.example.com"_s << QString();
    QTest::newRow("plain http") << u"http://api.example.com"_s << QString();
    QTest::newRow("user info") << u"https://me:secret@api.example.com"_s << QString();
    QTest::newRow("ftp") << u"ftp://api.example.com"_s << QString();
    QTest::newRow("no header") << u"https://api.example.com"_s << QString();
    QTest::newRow("header with a line break") << u"https://api.example.com"_s << u"X-Key: a"_s;
}

void TestKeySetup::customAddressIsChecked()
{
    QFETCH(QString, address);
    QFETCH(QString, header);
    open(KeySetupDialog::Mode::NewKey);
    choose(u"Custom"_s);
    auto *base = find<QLineEdit>(m_dialog.get(), u"Base URL"_s);
    auto *form = find<QComboBox>(m_dialog.get(), u"How the key is sent"_s);
    QVERIFY(base && form);
    form->setCurrentText(u"API key in a header"_s);
    auto *name = find<QLineEdit>(m_dialog.get(), u"Header name"_s);
    QVERIFY(name);
    shoot(m_dialog.get(), u"setup-1-custom"_s);
    base->setText(address);
    name->setText(header);
    press(u"Next"_s);
    QVERIFY(find<QListWidget>(m_dialog.get(), u"Provider"_s));
    QVERIFY(!base->accessibleDescription().isEmpty() || !name->accessibleDescription().isEmpty());
    base->setText(u"https://api.example.com/v1/"_s);
    name->setText(u"X-API-Key"_s);
    press(u"Next"_s);
    QVERIFY(!find<QListWidget>(m_dialog.get(), u"Provider"_s));
}

void TestKeySetup::customHeaderTakesTheBareToken()
{
    open(KeySetupDialog::Mode::NewKey);
    choose(u"Custom"_s);
    find<QLineEdit>(m_dialog.get(), u"Base URL"_s)
        ->setText(core().sandbox->origins().value(u"talkover"_s).toString());
    find<QComboBox>(m_dialog.get(), u"How the key is sent"_s)->setCurrentText(u"API key in a header"_s);
    find<QLineEdit>(m_dialog.get(), u"Header name"_s)->setText(u"X-API-Key"_s);
    press(u"Next"_s);
    chooseSource(u"Paste a key I have"_s);
    press(u"Next"_s);
    paste("some-opaque-key-of-mine");
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(core().keys->all().size(), 1);
    const ApiKey key = core().keys->all().first();
    QCOMPARE(key.headerName, u"X-API-Key"_s);
    QCOMPARE(key.headerPrefix, QString());
    QCOMPARE(key.origins.size(), 1);
}

void TestKeySetup::partsOfAnAddressAreAskedFor()
{
    open(KeySetupDialog::Mode::NewKey);
    choose(u"Talkturo"_s);
    const auto edits = m_dialog->findChildren<QLineEdit *>();
    QLineEdit *domain = nullptr;
    for (QLineEdit *edit : edits)
        if (edit->isVisible())
            domain = edit;
    QVERIFY(domain);
    press(u"Next"_s);
    QVERIFY(!domain->accessibleDescription().isEmpty());
    shoot(m_dialog.get(), u"setup-1-parts"_s);
    domain->setText(u"https://app.acme.example/"_s);
    press(u"Next"_s);
    chooseSource(u"Paste a key I have"_s);
    press(u"Next"_s);
    QVERIFY2(facts().contains(u"https://app.acme.example only"_s), qPrintable(facts()));
}

void TestKeySetup::brokenProviderFilesAreNamed()
{
    const QString folder = m_settingsHome->path(u"providers"_s);
    QVERIFY(QDir().mkpath(folder));
    QFile file(folder + u"/broken.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"id\": 7}");
    file.close();
    core().providers.loadFolder(folder);
    open(KeySetupDialog::Mode::NewKey);
    QVERIFY2(facts().contains(u"broken.json"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"setup-1-broken-file"_s);
}

void TestKeySetup::hintsLeadStraightToTheKey()
{
    const Provider *provider = core().providers.find(u"talkover"_s);
    QVERIFY(provider);
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = provider->id;
    environment.baseUrl = u"https://staging.talkover.example"_s;
    environment.colour = u"amber"_s;
    const auto added = core().environments->add(environment);
    QVERIFY(added);
    open(KeySetupDialog::Mode::NewKey, {provider->id, u"environment"_s, added->id, {}});
    QVERIFY(find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s));
    shoot(m_dialog.get(), u"new-key-2-dashboard"_s);
    chooseSource(u"Paste a key I have"_s);
    press(u"Next"_s);
    QVERIFY2(facts().contains(u"https://staging.talkover.example only"_s), qPrintable(facts()));
}

void TestKeySetup::keyTakesThePlaceOfTheOneBefore()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    press(u"Next"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(core().keys->all().size(), 1);
    QTRY_VERIFY(!m_dialog->isVisible());

    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste("talq_anotheroneanotheroneanotherone");
    press(u"Next"_s);
    QVERIFY2(facts().contains(u"takes its place"_s), qPrintable(facts()));
    shoot(m_dialog.get(), u"new-key-4-replaces"_s);
    press(u"Finish"_s);
    QTRY_COMPARE(core().keys->all().size(), 2);
}

void TestKeySetup::sessionTokenIsAskedForUsedOnceAndNotKept()
{
    open(KeySetupDialog::Mode::NewKey);
    press(u"Next"_s);
    auto *kind = find<QComboBox>(m_dialog.get(), u"Kind of key"_s);
    QVERIFY(kind);
    QTest::keyClicks(kind, u"User"_s);
    QCOMPARE(kind->currentText(), u"User API token"_s);
    chooseSource(u"Create it here"_s);
    auto *session = find<TokenField>(m_dialog.get(), u"Session token"_s);
    QVERIFY(session);
    shoot(m_dialog.get(), u"new-key-2-session"_s);
    press(u"Next"_s);
    QVERIFY2(words().contains(u"Paste the session token first."_s), qPrintable(words()));
    auto *keep = find<QCheckBox>(m_dialog.get(), u"Keep the session token as a key too"_s);
    QVERIFY(keep && !keep->isChecked());

    QGuiApplication::clipboard()->setText(u"a-session-that-the-sandbox-does-not-know"_s);
    QTest::keySequence(session, QKeySequence::Paste);
    press(u"Next"_s);
    auto *all = find<QCheckBox>(m_dialog.get(), u"Everything that you may do"_s);
    QVERIFY(all && all->isChecked());
    find<QCheckBox>(m_dialog.get(), u"read"_s)->click();
    QVERIFY(!all->isChecked());
    shoot(m_dialog.get(), u"new-key-4-abilities"_s);
    press(u"Finish"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!facts().isEmpty() && button(u"Finish"_s)->isEnabled(), 15'000);
    QVERIFY(m_dialog->isVisible()); // refused, and said so
    QVERIFY(core().keys->all().isEmpty());
    QVERIFY(m_keychain->vault().empty());
}

void TestKeySetup::dashboardOpensInTheBrowser()
{
    Browser browser;
    for (const QString &scheme : {u"http"_s, u"https"_s})
        QDesktopServices::setUrlHandler(scheme, &browser, "open");
    open(KeySetupDialog::Mode::NewKey);
    press(u"Next"_s);
    chooseSource(u"Follow the dashboard steps"_s);
    shoot(m_dialog.get(), u"setup-2-dashboard"_s);
    press(u"Open dashboard"_s);
    QCOMPARE(browser.opened.size(), 1);
    QCOMPARE(browser.opened.first().host(), u"127.0.0.1"_s);
    for (const QString &scheme : {u"http"_s, u"https"_s})
        QDesktopServices::unsetUrlHandler(scheme);
}

void TestKeySetup::accessibleNamesAreTheFixedOnes()
{
    open(KeySetupDialog::Mode::Setup);
    const auto name = [](QWidget *widget) {
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        return face ? face->text(QAccessible::Name) : QString();
    };
    QCOMPARE(name(m_dialog.get()), u"Set Up Keydesk"_s);
    QVERIFY(find<QListWidget>(m_dialog.get(), u"Provider"_s));
    QCOMPARE(name(button(u"Next"_s)), u"Next"_s);
    auto *steps = find<QListWidget>(m_dialog.get(), u"Steps"_s);
    QVERIFY(steps);
    QVERIFY(steps->item(0)->data(Qt::AccessibleTextRole).toString().contains(u"current step"_s));
    toTokenPage();
    QCOMPARE(name(find<TokenField>(m_dialog.get(), u"Token"_s)), u"Token"_s);
    paste(goodToken);
    press(u"Next"_s);
    QCOMPARE(name(find<QLineEdit>(m_dialog.get(), u"Key name"_s)), u"Key name"_s);
    auto *environment = find<QComboBox>(m_dialog.get(), u"Key environment"_s);
    QVERIFY(environment);
    // Qt on Linux gives a combo box's value as its name: the label's relation carries the name.
    QAccessibleInterface *face = QAccessible::queryAccessibleInterface(environment);
    QStringList labels;
    for (const auto &[other, relation] : face->relations(QAccessible::Label))
        labels << other->text(QAccessible::Name);
    QVERIFY2(labels.contains(u"Key environment"_s), qPrintable(labels.join(u',')));
}

void TestKeySetup::worksByKeyboardAlone()
{
    open(KeySetupDialog::Mode::NewKey);
    const auto key = [](Qt::Key code) { QTest::keyClick(QApplication::focusWidget(), code); };
    const auto tabTo = [&key](const QString &name) {
        for (int i = 0; i < 30; ++i) {
            const QWidget *at = QApplication::focusWidget();
            const auto *asButton = qobject_cast<const QAbstractButton *>(at);
            if (at && (at->accessibleName() == name || (asButton && asButton->text() == name)))
                return true;
            key(Qt::Key_Tab);
        }
        return false;
    };
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"Provider"_s);
    key(Qt::Key_Down); // Talkover
    key(Qt::Key_Up);   // and back
    key(Qt::Key_Return);
    QVERIFY(qobject_cast<QRadioButton *>(QApplication::focusWidget()));
    key(Qt::Key_Down);
    key(Qt::Key_Down);
    QVERIFY(find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s)->isChecked());
    key(Qt::Key_Return);
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"Token"_s);
    QTest::keyClicks(QApplication::focusWidget(), QString::fromLatin1(goodToken));
    QVERIFY(tabTo(u"Reveal"_s));
    QVERIFY(tabTo(u"Back"_s));
    key(Qt::Key_Space);
    QVERIFY(find<QRadioButton>(m_dialog.get(), u"Paste a key I have"_s));
    key(Qt::Key_Return);
    QVERIFY(tabTo(u"Next"_s));
    key(Qt::Key_Space);
    QCOMPARE(QApplication::focusWidget()->accessibleName(), u"Key name"_s);
    key(Qt::Key_Return);
    QTRY_COMPARE(core().keys->all().size(), 1);
}

void TestKeySetup::escapeClosesAndWipes()
{
    open(KeySetupDialog::Mode::NewKey);
    toTokenPage();
    paste(goodToken);
    auto *field = find<TokenField>(m_dialog.get(), u"Token"_s);
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(field->secret().isEmpty());
    QVERIFY(core().keys->all().isEmpty());
}

void TestKeySetup::pagesFitASmallWindowAndLargeType()
{
    const QFont before = QApplication::font();
    QFont large = before;
    large.setPixelSize(QFontInfo(before).pixelSize() * 2);
    QApplication::setFont(large);
    open(KeySetupDialog::Mode::Setup);
    QVERIFY2(m_dialog->width() <= 900 && m_dialog->height() <= 600,
             qPrintable(u"%1 x %2"_s.arg(m_dialog->width()).arg(m_dialog->height())));
    shoot(m_dialog.get(), u"large-1"_s);
    press(u"Next"_s);
    shoot(m_dialog.get(), u"large-2"_s);
    press(u"Next"_s);
    shoot(m_dialog.get(), u"large-4"_s);
    QVERIFY(m_dialog->width() <= 900 && m_dialog->height() <= 600);
    for (const QString &text : {u"Skip for now"_s, u"Back"_s, u"Next"_s}) {
        QPushButton *each = button(text);
        QVERIFY(each);
        QVERIFY(m_dialog->rect().contains(QRect(each->mapTo(m_dialog.get(), QPoint()), each->size())));
        QVERIFY(each->width() >= each->sizeHint().width());
    }
    QApplication::setFont(before);
}

} // namespace keydesk

QTEST_MAIN(keydesk::TestKeySetup)
#include "test_key_setup.moc"
