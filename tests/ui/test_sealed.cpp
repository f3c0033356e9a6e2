#include "tests/support/CoreFixture.h"
#include "tests/support/Pictures.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/KeychainButton.h"
#include "ui/MainWindow.h"
#include "ui/keys/KeysPage.h"
#include "ui/keys/MissingKeysDialog.h"
#include "ui/sealed/PassphraseDialog.h"
#include "ui/sealed/StoresDialog.h"
#include "ui/setup/KeychainPanel.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QTableView>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::press;
using test::ScriptedSecretStore;
using State = SecretStore::State;

namespace {

const QString passphrase = u"correct horse battery"_s;

void type(QWidget *field, const QString &text)
{
    QTest::keyClicks(field, text);
}

} // namespace

/// The sealed file in the window: made, unlocked, locked, keys moved into it, and what is said of keys that
/// are missing.
class TestSealed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void isSetUpFromTheCorner();
    void saysWhatIsWrongWhileTyping();
    void givesNothingOfAPassphraseAway();
    void unlocksAndSaysThatAPassphraseIsWrong();
    void asksWhenAKeyNeedsIt();
    void changesThePassphrase();
    void movesAKeyFromTheMenu();
    void asksBeforeAKeyIsOnlyInMemory();
    void offersThePlaceOfANewKey();
    void tellsWhatIsMissingByName();
    void offersTokensThatBelongToNoKey();
    void offersTheVersionBefore();

private:
    ApiKey add(const QString &name, std::string_view token, SecretPlace place);
    void setUp();
    void shoot(QWidget *window, const QString &name);
    QAction *moveAction(const QString &text);
    SealedStore &sealed() { return *(*m_core)->sealed; }

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<test::CoreFixture> m_core;
    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<MainWindow> m_window;
};

void TestSealed::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_look = std::make_unique<Settings>(m_home->path(u"look.ini"_s));
    if (test::arePicturesDark())
        m_look->setTheme(Settings::Theme::Dark);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    m_window = std::make_unique<MainWindow>(**m_core, *m_clipboard);
    m_window->showTab(MainWindow::KeysTab);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTRY_COMPARE(sealed().state(), State::Absent);
}

void TestSealed::cleanup()
{
    m_window.reset();
    m_clipboard.reset();
    m_core.reset();
    m_theme.reset();
    m_look.reset();
    m_home.reset();
}

void TestSealed::shoot(QWidget *window, const QString &name)
{
    test::savePicture(*window, name);
}

ApiKey TestSealed::add(const QString &name, std::string_view token, SecretPlace place)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.place = place;
    return m_core->addKey(draft, token);
}

void TestSealed::setUp()
{
    bool done = false;
    const QByteArray bytes = passphrase.toUtf8();
    sealed().create(Secret(std::string_view(bytes.constData(), std::size_t(bytes.size()))), this,
                    [&done](const Result<void> &outcome) { done = outcome.has_value(); });
    QTRY_VERIFY(done);
}

QAction *TestSealed::moveAction(const QString &text)
{
    for (QAction *action : m_window->keysPage().keyActions()) {
        if (!action->menu())
            continue;
        for (QAction *each : action->menu()->actions()) {
            if (each->text() == text)
                return each;
        }
    }
    return nullptr;
}

void TestSealed::isSetUpFromTheCorner()
{
    QVERIFY(!find<KeychainButton>(m_window.get(), u"Sealed file"_s)); // there is nothing to say of it yet
    QVERIFY(press(u"Keychain"_s));
    QTRY_VERIFY(test::window(u"Where Keys Are Kept"_s));
    shoot(test::window(u"Where Keys Are Kept"_s), u"stores-absent"_s);
    QVERIFY(press(u"Set Up…"_s));
    QTRY_VERIFY(test::window(u"Set Up the Sealed File"_s));
    QWidget *dialog = test::window(u"Set Up the Sealed File"_s);
    type(find<TokenField>(dialog, u"Passphrase"_s), passphrase);
    type(find<TokenField>(dialog, u"The same again"_s), passphrase);
    QVERIFY(!find<QPushButton>(dialog, u"Set Up"_s)->isEnabled()); // not before this is understood
    find<QCheckBox>(dialog, u"I know that nobody can bring it back"_s)->click();
    shoot(dialog, u"passphrase-create"_s);
    QVERIFY(press(u"Set Up"_s));
    QTRY_COMPARE(sealed().state(), State::Available);
    QTRY_VERIFY(!test::window(u"Set Up the Sealed File"_s));
    auto *corner = find<KeychainButton>(m_window.get(), u"Sealed file"_s);
    QVERIFY(corner);
    QCOMPARE(corner->accessibleDescription(), u"Sealed file unlocked"_s);
    shoot(test::window(u"Where Keys Are Kept"_s), u"stores-unlocked"_s);
    QVERIFY(press(u"Lock Now"_s));
    QTRY_COMPARE(sealed().state(), State::Locked);
    QCOMPARE(corner->accessibleDescription(), u"Sealed file locked"_s);
    shoot(m_window.get(), u"corner-locked"_s);
}

void TestSealed::saysWhatIsWrongWhileTyping()
{
    PassphraseDialog dialog(sealed(), PassphraseDialog::Purpose::Create);
    dialog.show();
    auto *first = find<TokenField>(&dialog, u"Passphrase"_s);
    auto *again = find<TokenField>(&dialog, u"The same again"_s);
    auto *apply = find<QPushButton>(&dialog, u"Set Up"_s);
    find<QCheckBox>(&dialog, u"I know that nobody can bring it back"_s)->click();
    QVERIFY(!apply->isEnabled());
    type(first, u"short"_s);
    QVERIFY(first->accessibleDescription().contains(u"at least 10"_s));
    shoot(&dialog, u"passphrase-short"_s);
    type(first, u" but longer"_s);
    QCOMPARE(first->accessibleDescription(), u"Type it a second time."_s);
    type(again, u"short but other"_s);
    QCOMPARE(first->accessibleDescription(), u"The two are not the same."_s);
    QVERIFY(!apply->isEnabled());
    again->clearSecret();
    type(again, u"short but longer"_s);
    QVERIFY(apply->isEnabled());
    QTest::keyClick(again, Qt::Key_Return);
    QTRY_VERIFY(!dialog.isVisible());
    QCOMPARE(sealed().state(), State::Available);
}

void TestSealed::givesNothingOfAPassphraseAway()
{
    PassphraseDialog dialog(sealed(), PassphraseDialog::Purpose::Unlock);
    dialog.show();
    auto *field = find<TokenField>(&dialog, u"Passphrase"_s);
    type(field, u"talq_secret words 3f9a"_s);
    QCOMPARE(field->text(), QString(22, QChar(0x2022))); // not even what a token's mask shows
    QAccessibleInterface *seen = QAccessible::queryAccessibleInterface(field);
    QVERIFY(seen);
    for (const QAccessible::Text each : {QAccessible::Name, QAccessible::Description, QAccessible::Value})
        QVERIFY(!seen->text(each).contains(u"3f9a"_s));
}

void TestSealed::unlocksAndSaysThatAPassphraseIsWrong()
{
    setUp();
    sealed().lock();
    QVERIFY(press(u"Sealed file"_s));
    QVERIFY(press(u"Unlock…"_s));
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    QWidget *dialog = test::window(u"Unlock the Sealed File"_s);
    auto *field = find<TokenField>(dialog, u"Passphrase"_s);
    type(field, u"something else"_s);
    QVERIFY(press(u"Unlock"_s));
    QTRY_VERIFY(field->accessibleDescription().contains(u"does not open"_s));
    shoot(dialog, u"passphrase-wrong"_s);
    QCOMPARE(sealed().state(), State::Locked);
    field->clearSecret();
    type(field, passphrase);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(sealed().state(), State::Available);
}

void TestSealed::asksWhenAKeyNeedsIt()
{
    setUp();
    const ApiKey key = add(u"CI"_s, "talq_0123456789abcdef3f9a", SecretPlace::SystemKeychain);
    sealed().lock();
    m_window->keysPage().selectKey(key.id);
    QVERIFY(moveAction(u"Move to the Sealed File"_s)->isEnabled());
    moveAction(u"Move to the Sealed File"_s)->trigger();
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    QVERIFY(press(u"Cancel"_s)); // nothing is moved then
    QTRY_VERIFY(!test::window(u"Unlock the Sealed File"_s));
    QCOMPARE((*m_core)->keys->find(key.id)->place, SecretPlace::SystemKeychain);
    moveAction(u"Move to the Sealed File"_s)->trigger();
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    type(find<TokenField>(test::window(u"Unlock the Sealed File"_s), u"Passphrase"_s), passphrase);
    QVERIFY(press(u"Unlock"_s));
    QTRY_COMPARE((*m_core)->keys->find(key.id)->place, SecretPlace::SealedFile);
    QTRY_VERIFY(m_keychain->vault().empty());
}

void TestSealed::changesThePassphrase()
{
    setUp();
    PassphraseDialog dialog(sealed(), PassphraseDialog::Purpose::Change);
    dialog.show();
    type(find<TokenField>(&dialog, u"Passphrase until now"_s), passphrase);
    type(find<TokenField>(&dialog, u"New passphrase"_s), u"quite another one"_s);
    type(find<TokenField>(&dialog, u"The same again"_s), u"quite another one"_s);
    find<QCheckBox>(&dialog, u"I know that nobody can bring it back"_s)->click();
    shoot(&dialog, u"passphrase-change"_s);
    find<QPushButton>(&dialog, u"Change"_s)->click();
    QTRY_VERIFY(!dialog.isVisible());
    sealed().lock();
    bool refused = false;
    sealed().unlockWith(Secret("correct horse battery"), this,
                        [&refused](const Result<void> &outcome) { refused = !outcome; });
    QTRY_VERIFY(refused);
}

void TestSealed::movesAKeyFromTheMenu()
{
    setUp();
    const ApiKey one = add(u"one"_s, "talq_0000000000000000one1", SecretPlace::SystemKeychain);
    const ApiKey two = add(u"two"_s, "talq_0000000000000000two2", SecretPlace::SystemKeychain);
    m_window->keysPage().selectKey(one.id);
    auto *table = find<QTableView>(m_window.get(), u"Keys"_s);
    table->selectAll();
    QVERIFY(!moveAction(u"Move to the System Keychain"_s)->isEnabled());
    moveAction(u"Move to the Sealed File"_s)->trigger();
    QTRY_COMPARE((*m_core)->keys->find(two.id)->place, SecretPlace::SealedFile);
    QTRY_COMPARE((*m_core)->keys->find(one.id)->place, SecretPlace::SealedFile);
    auto *bar = m_window->findChild<MessageBar *>();
    QTRY_VERIFY2(bar->text().contains(u"the sealed file"_s), qPrintable(bar->text()));
    // The details say where it is, and how it is there.
    m_window->keysPage().selectKey(two.id);
    QTRY_VERIFY(find<QLabel>(m_window.get(), u"Stored in: Sealed file, unlocked"_s));
    sealed().lock();
    QTRY_VERIFY(find<QLabel>(m_window.get(), u"Stored in: Sealed file, locked"_s));
    shoot(m_window.get(), u"keys-locked"_s);
}

void TestSealed::asksBeforeAKeyIsOnlyInMemory()
{
    const ApiKey key = add(u"CI"_s, "talq_0123456789abcdef3f9a", SecretPlace::SystemKeychain);
    m_window->keysPage().selectKey(key.id);
    moveAction(u"Hold for This Session Only…"_s)->trigger();
    QVERIFY(press(u"Cancel"_s));
    QCOMPARE((*m_core)->keys->find(key.id)->place, SecretPlace::SystemKeychain);
    moveAction(u"Hold for This Session Only…"_s)->trigger();
    QVERIFY(press(u"Hold in Memory"_s));
    QTRY_COMPARE((*m_core)->keys->find(key.id)->place, SecretPlace::Session);
    QTRY_VERIFY(m_keychain->vault().empty());
}

void TestSealed::offersThePlaceOfANewKey()
{
    KeychainPanel panel(*(*m_core)->ring, sealed());
    panel.refresh();
    panel.setVisible(true);
    QCOMPARE(panel.place(), SecretPlace::SystemKeychain);
    auto *place = find<QComboBox>(&panel, u"Keep it in"_s);
    QVERIFY(place);
    place->setCurrentIndex(place->findText(u"Sealed file"_s));
    Q_EMIT place->activated(place->currentIndex());
    QCOMPARE(panel.place(), SecretPlace::SealedFile);
    QVERIFY(find<QPushButton>(&panel, u"Set Up…"_s));
    shoot(&panel, u"panel-absent"_s);
    setUp();
    QTRY_VERIFY(!find<QPushButton>(&panel, u"Set Up…"_s));
    sealed().lock();
    QTRY_VERIFY(find<QPushButton>(&panel, u"Unlock"_s));
    place->setCurrentIndex(place->findText(u"This session only"_s));
    Q_EMIT place->activated(place->currentIndex());
    QCOMPARE(panel.place(), SecretPlace::Session);
    // A keychain that goes away does not change what was chosen.
    m_keychain->become(State::Absent);
    QCOMPARE(panel.place(), SecretPlace::Session);
}

void TestSealed::tellsWhatIsMissingByName()
{
    const ApiKey one = add(u"Production dialer"_s, "talq_0000000000000000one1", SecretPlace::SystemKeychain);
    const ApiKey two = add(u"Staging dialer"_s, "talq_0000000000000000two2", SecretPlace::SystemKeychain);
    const ApiKey stays = add(u"Stays"_s, "talq_0000000000000000sta3", SecretPlace::SystemKeychain);
    m_keychain->vault().erase(one.id);
    m_keychain->vault().erase(two.id);
    (*m_core)->ring->takeStock(SecretPlace::SystemKeychain);
    auto *bar = m_window->findChild<MessageBar *>();
    QTRY_VERIFY2(bar->text().contains(u"“Production dialer”"_s) &&
                     bar->text().contains(u"“Staging dialer”"_s),
                 qPrintable(bar->text()));
    QVERIFY(!bar->text().contains(u"“Stays”"_s));
    shoot(m_window.get(), u"missing-bar"_s);
    QVERIFY(press(u"Show…"_s));
    QTRY_VERIFY(test::window(u"Missing Keys"_s));
    auto *dialog = static_cast<MissingKeysDialog *>(test::window(u"Missing Keys"_s));
    auto *list = find<QTreeWidget>(dialog, u"Missing keys"_s);
    QCOMPARE(list->topLevelItemCount(), 2);
    shoot(dialog, u"missing"_s);

    // Paste it again.
    QCOMPARE(list->selectedItems().size(), 1);
    QVERIFY(press(u"Paste the Token Again…"_s));
    QTRY_VERIFY(test::window(u"Paste the Token Again"_s));
    type(find<TokenField>(test::window(u"Paste the Token Again"_s), u"Token"_s),
         u"talq_0000000000000000one1"_s);
    QVERIFY(press(u"Put Back"_s));
    QTRY_COMPARE(list->topLevelItemCount(), 1);
    QCOMPARE((*m_core)->keys->find(one.id)->status, ApiKey::Status::Unchecked);

    // The right keyring is back.
    m_keychain->vault()[two.id] = "talq_0000000000000000two2";
    QVERIFY(press(u"Look Again"_s));
    QTRY_COMPARE(list->topLevelItemCount(), 0);

    // Not again about what is to be forgotten; and deleted.
    m_keychain->vault().erase(two.id);
    QVERIFY(press(u"Look Again"_s));
    QTRY_COMPARE(list->topLevelItemCount(), 1);
    QVERIFY(press(u"Stop Reminding"_s));
    QTRY_COMPARE(MissingKeysDialog::forgotten(*(*m_core)->settings),
                 QStringList{two.id.toString(QUuid::WithoutBraces)});
    QVERIFY(press(u"Delete…"_s));
    QVERIFY(press(u"Delete"_s));
    QTRY_VERIFY(!(*m_core)->keys->find(two.id));
    QSignalSpy wanted(dialog, &MissingKeysDialog::newKeyRequested);
    m_keychain->vault().erase(stays.id);
    QVERIFY(press(u"Look Again"_s));
    QTRY_COMPARE(list->topLevelItemCount(), 1);
    QVERIFY(press(u"Make or Paste a New One…"_s));
    QTRY_COMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().value<NewKeyHints>().providerId, u"talkover"_s);
}

void TestSealed::offersTokensThatBelongToNoKey()
{
    const QUuid orphan = QUuid::createUuid();
    m_keychain->vault()[orphan] = "talq_0123456789abcdef3f9a";
    (*m_core)->ring->takeStock(SecretPlace::SystemKeychain);
    QTRY_COMPARE((*m_core)->ring->orphans(SecretPlace::SystemKeychain).size(), 1);
    m_window->openMissingKeys();
    shoot(test::window(u"Missing Keys"_s), u"orphans"_s);
    QVERIFY(press(u"Add Them as Keys"_s));
    QTRY_VERIFY((*m_core)->keys->find(orphan));
    const ApiKey key = *(*m_core)->keys->find(orphan);
    QCOMPARE(key.hint, u"talq_••••3f9a"_s);
    QVERIFY(key.name.contains(key.hint));
    QVERIFY(key.origins.isEmpty()); // it goes nowhere before somebody says so
}

void TestSealed::offersTheVersionBefore()
{
    setUp();
    QVERIFY(!add(u"CI"_s, "talq_0123456789abcdef3f9a", SecretPlace::SealedFile).id.isNull());
    QFile file(sealed().path());
    QVERIFY(file.open(QIODevice::WriteOnly)); // which empties it
    file.close();
    QTRY_COMPARE(sealed().state(), State::Failing);
    QVERIFY(press(u"Sealed file"_s));
    QTRY_VERIFY(find<QPushButton>(u"Use the Version Before"_s));
    shoot(test::window(u"Where Keys Are Kept"_s), u"stores-failing"_s);
    QVERIFY(press(u"Use the Version Before"_s));
    QTRY_COMPARE(sealed().state(), State::Locked);
}

QTEST_MAIN(TestSealed)
#include "test_sealed.moc"
