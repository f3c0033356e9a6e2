#include "tests/support/Pictures.h"
#include "ui/keys/CopyKeyDialog.h"

#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"
#include "tests/support/Readable.h"
#include "tests/support/Widgets.h"
#include "ui/keys/SaveEnvDialog.h"
#include "ui/keys/TimedReveal.h"
#include "ui/setup/Card.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"

#include <QCheckBox>
#include <QClipboard>
#include <QFileInfo>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::git;
using test::placesThatTell;
using test::readFile;
using test::writeFile;

namespace {

constexpr std::string_view token = "talq_CanaryCanaryCanaryCanary3f9a";

QString tokenText()
{
    return QString::fromLatin1(token.data(), static_cast<qsizetype>(token.size()));
}

} // namespace

/// Getting a key out: Copy As…, Save to .env File…, the timed reveal.
class TestCopyKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void copiesThePlaceholderFirst_data();
    void copiesThePlaceholderFirst();
    void copiesTheTokenOnTheSecondChoice_data();
    void copiesTheTokenOnTheSecondChoice();
    void asksAnewEachTime();
    void showsTheHintOnly();
    void countsTheClipboardDown();
    void notesWhatWasCopied();
    void takesAnotherVariable();
    void worksByKeyboard();
    void saysWhenTheTokenCannotBeRead();
    void saysWhatToKnowOfTheLine();

    void revealsForTenSeconds();
    void revealsToTheEyeOnly();
    void hidesWhenTheKeyChanges();
    void notesTheReveal();

    void savesToANewFile();
    void refusesATrackedFile();
    void refusesAFileThatIsTrackedMeanwhile();
    void warnsOfAFileThatIsNotIgnored();
    void saysWhatItChanges();
    void enterDoesNotWrite();
    void saysWhatIsWrongWithThePath();

private:
    void openCopy();
    void openSave(const QString &path);
    [[nodiscard]] bool choose(const QString &format);
    [[nodiscard]] QString facts() const;
    [[nodiscard]] QStringList history(KeyAction action) const;
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    void shoot(const QString &name) const;

    std::unique_ptr<test::TempHome> m_lookHome;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QWidget> m_window;
    ApiKey m_key;
};

void TestCopyKey::initTestCase()
{
    // The real look, for the pictures; the tests hold with any.
    m_lookHome = std::make_unique<test::TempHome>();
    m_look = std::make_unique<Settings>(m_lookHome->path(u"look.ini"_s));
    m_look->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
}

void TestCopyKey::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    QGuiApplication::clipboard()->clear();
    m_folder = std::make_unique<QTemporaryDir>();
    NewKey draft;
    draft.name = u"CI pipeline"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    m_key = m_core->addKey(draft, token);
    QVERIFY(!m_key.id.isNull());
}

void TestCopyKey::cleanup()
{
    m_window.reset();
    m_clipboard.reset();
    m_core.reset();
}

void TestCopyKey::openCopy()
{
    Core &core = **m_core;
    m_window = std::make_unique<CopyKeyDialog>(m_key, core.providers.find(m_key.providerId), *core.keyService,
                                               *m_clipboard);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestCopyKey::openSave(const QString &path)
{
    Core &core = **m_core;
    m_window = std::make_unique<SaveEnvDialog>(m_key, u"TALKOVER_TOKEN"_s, *core.keyService, *core.settings);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    find<QLineEdit>(m_window.get(), u"File"_s)->setText(path);
}

bool TestCopyKey::choose(const QString &format)
{
    auto *list = find<QListWidget>(m_window.get(), u"Format"_s);
    const QList<QListWidgetItem *> items =
        list ? list->findItems(format, Qt::MatchExactly) : QList<QListWidgetItem *>();
    if (items.size() == 1)
        list->setCurrentItem(items.first());
    return items.size() == 1;
}

QString TestCopyKey::facts() const
{
    const auto *card = m_window->findChild<FactsCard *>();
    return card->isVisible() ? card->texts().join(u'\n') : QString();
}

QStringList TestCopyKey::history(KeyAction action) const
{
    QStringList all;
    for (const AuditEntry &entry : (**m_core).keys->events(m_key.id)) {
        if (entry.action == action)
            all << entry.what;
    }
    return all;
}

/// What is said is whole: nothing is pressed together to make room for it.
void TestCopyKey::shoot(const QString &name) const
{
    QTRY_VERIFY2(m_window->height() >= m_window->layout()->totalHeightForWidth(m_window->width()), qPrintable(name));
    test::savePicture(*m_window, name);
}

void TestCopyKey::copiesThePlaceholderFirst_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("text");
    QTest::newRow("bash") << u"bash, zsh"_s << u"$TALKOVER_TOKEN"_s;
    QTest::newRow("fish") << u"fish"_s << u"$TALKOVER_TOKEN"_s;
    QTest::newRow("PowerShell") << u"PowerShell"_s << u"$env:TALKOVER_TOKEN"_s;
    QTest::newRow("cmd") << u"Windows cmd"_s << u"%TALKOVER_TOKEN%"_s;
    QTest::newRow("header") << u"HTTP header"_s << u"Authorization: Bearer $TALKOVER_TOKEN"_s;
    QTest::newRow(".env") << u".env line"_s << u"TALKOVER_TOKEN="_s;
}

void TestCopyKey::copiesThePlaceholderFirst()
{
    QFETCH(QString, format);
    openCopy();
    QVERIFY(choose(format));
    QVERIFY(test::press(u"Copy"_s));
    QTRY_VERIFY(!QGuiApplication::clipboard()->text().isEmpty());
    QTEST(QGuiApplication::clipboard()->text(), "text");
    QVERIFY(!QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QVERIFY(facts().contains(u"It holds no token."_s));
    QVERIFY(history(KeyAction::Copied).isEmpty());
    shoot(u"copy-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

void TestCopyKey::copiesTheTokenOnTheSecondChoice_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("text");
    QTest::newRow("bash") << u"bash, zsh"_s << u"export TALKOVER_TOKEN='%1'"_s;
    QTest::newRow("fish") << u"fish"_s << u"set -gx TALKOVER_TOKEN '%1'"_s;
    QTest::newRow("PowerShell") << u"PowerShell"_s << u"$env:TALKOVER_TOKEN = '%1'"_s;
    QTest::newRow("cmd") << u"Windows cmd"_s << u"set \"TALKOVER_TOKEN=%1\""_s;
    QTest::newRow("header") << u"HTTP header"_s << u"Authorization: Bearer %1"_s;
    QTest::newRow(".env") << u".env line"_s << u"TALKOVER_TOKEN=%1"_s;
}

void TestCopyKey::copiesTheTokenOnTheSecondChoice()
{
    QFETCH(QString, format);
    QFETCH(QString, text);
    openCopy();
    QVERIFY(choose(format));
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QCOMPARE(placesThatTell(m_window.get(), u"Canary"_s), QStringList());
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Copy"_s));
    QVERIFY(test::press(u"Copy with the Token"_s));
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), text.arg(tokenText()));
    QVERIFY(QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QVERIFY(QGuiApplication::clipboard()->text(QClipboard::Selection).isEmpty());
    QVERIFY(m_clipboard->secondsLeft() > 0);
    QTRY_VERIFY(facts().contains(u"The clipboard is cleared in"_s));
    QCOMPARE(placesThatTell(m_window.get(), u"Canary"_s), QStringList());
    shoot(u"copy-real-"_s + QString::fromLatin1(QTest::currentDataTag()));
}

void TestCopyKey::asksAnewEachTime()
{
    openCopy();
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    m_window.reset();
    openCopy();
    QVERIFY(!find<QCheckBox>(m_window.get(), u"Include the real value"_s)->isChecked());
    QVERIFY(find<QAbstractButton>(m_window.get(), u"Copy"_s));
}

void TestCopyKey::showsTheHintOnly()
{
    openCopy();
    QVERIFY(find<QLabel>(m_window.get(), u"Line: $TALKOVER_TOKEN"_s));
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QVERIFY(find<QLabel>(m_window.get(), u"Line: export TALKOVER_TOKEN='talq_••••3f9a'"_s));
    QVERIFY(facts().contains(u"will hold the token itself"_s));
    QVERIFY(history(KeyAction::Copied).isEmpty()); // nothing was read for that
    QVERIFY(history(KeyAction::Revealed).isEmpty());
}

void TestCopyKey::countsTheClipboardDown()
{
    (**m_core).settings->setClipboardSeconds(5);
    openCopy();
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QVERIFY(test::press(u"Copy with the Token"_s));
    QTRY_VERIFY(facts().contains(u"cleared in 5 s"_s));
    QTRY_VERIFY_WITH_TIMEOUT(facts().contains(u"does not hold the token any more"_s), 10'000);
    QVERIFY(QGuiApplication::clipboard()->text().isEmpty());
}

void TestCopyKey::notesWhatWasCopied()
{
    openCopy();
    QVERIFY(choose(u"fish"_s));
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QVERIFY(test::press(u"Copy with the Token"_s));
    QTRY_COMPARE(history(KeyAction::Copied), QStringList{u"Copied for fish, as TALKOVER_TOKEN"_s});
}

void TestCopyKey::takesAnotherVariable()
{
    openCopy();
    auto *variable = find<QLineEdit>(m_window.get(), u"Variable name"_s);
    variable->selectAll();
    QTest::keyClicks(variable, u"MY_KEY"_s);
    QVERIFY(find<QLabel>(m_window.get(), u"Line: $MY_KEY"_s));
    QTest::keyClicks(variable, u"-x"_s);
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Copy"_s)->isEnabled());
    QVERIFY(variable->accessibleDescription().contains(u"letters, digits and _"_s));
    QTest::keyClick(variable, Qt::Key_Backspace);
    QTest::keyClick(variable, Qt::Key_Backspace);
    QVERIFY(find<QAbstractButton>(m_window.get(), u"Copy"_s)->isEnabled());
}

void TestCopyKey::worksByKeyboard()
{
    openCopy();
    QCOMPARE(m_window->focusWidget(), find<QListWidget>(m_window.get(), u"Format"_s));
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Down);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Down);
    QTest::keyClick(m_window->focusWidget(), Qt::Key_Return);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"$env:TALKOVER_TOKEN"_s);
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->isVisible());
}

void TestCopyKey::saysWhenTheTokenCannotBeRead()
{
    m_clipboard->copyText(u"before"_s);
    m_key.id = QUuid::createUuid(); // it was deleted meanwhile
    openCopy();
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QVERIFY(test::press(u"Copy with the Token"_s));
    QTRY_VERIFY(!facts().contains(u"will hold the token"_s) && !facts().contains(u"Waiting"_s));
    QVERIFY(!facts().contains(u"Copied"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    QVERIFY(find<QAbstractButton>(m_window.get(), u"Copy with the Token"_s)->isEnabled());
}

void TestCopyKey::saysWhatToKnowOfTheLine()
{
    NewKey draft;
    draft.name = u"User"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"user"_s;
    m_key = m_core->addKey(draft, "18|CanaryCanaryCanaryCanaryc4e1");
    openCopy();
    QVERIFY(choose(u".env line"_s));
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    QVERIFY(test::press(u"Copy with the Token"_s));
    QTRY_VERIFY(facts().contains(u"--env-file"_s));
}

void TestCopyKey::revealsForTenSeconds()
{
    openCopy();
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    auto *reveal = m_window->findChild<TimedReveal *>();
    QVERIFY(!reveal->isRevealed());
    find<QAbstractButton>(m_window.get(), u"Reveal token"_s)->click();
    QTRY_VERIFY(reveal->isRevealed());
    const auto words = [reveal] {
        QStringList all;
        for (const QLabel *label : reveal->findChildren<QLabel *>())
            all << (label->isVisible() ? label->text() : QString());
        return all.join(u'\n');
    };
    QVERIFY2(words().contains(u"Hidden again in 10 s"_s), qPrintable(words()));
    shoot(u"copy-revealed"_s);
    QTRY_VERIFY_WITH_TIMEOUT(words().contains(u"in 8 s"_s), 5'000);
    QTRY_VERIFY_WITH_TIMEOUT(!reveal->isRevealed(), 15'000);
    QVERIFY(!words().contains(u"Hidden again"_s));
}

void TestCopyKey::revealsToTheEyeOnly()
{
    openCopy();
    find<QCheckBox>(m_window.get(), u"Include the real value"_s)->click();
    auto *reveal = m_window->findChild<TimedReveal *>();
    const QImage before = reveal->grab().toImage();
    find<QAbstractButton>(m_window.get(), u"Reveal token"_s)->click();
    QTRY_VERIFY(reveal->isRevealed());
    QCOMPARE(placesThatTell(m_window.get(), u"Canary"_s), QStringList());
    QVERIFY(reveal->grab().toImage() != before);
    find<QAbstractButton>(m_window.get(), u"Reveal token"_s)->click();
    QVERIFY(!reveal->isRevealed());
    // Leaving the window hides it too.
    find<QAbstractButton>(m_window.get(), u"Reveal token"_s)->click();
    QTRY_VERIFY(reveal->isRevealed());
    QWidget other;
    other.show();
    other.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&other));
    QTRY_VERIFY(!reveal->isRevealed());
}

void TestCopyKey::hidesWhenTheKeyChanges()
{
    m_window = std::make_unique<TimedReveal>(*(**m_core).keyService);
    auto *reveal = static_cast<TimedReveal *>(m_window.get());
    reveal->setKey(m_key);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    reveal->reveal();
    QTRY_VERIFY(reveal->isRevealed());
    reveal->setKey((**m_core).keys->find(m_key.id)); // the same, used meanwhile
    QVERIFY(reveal->isRevealed());
    reveal->setKey({});
    QVERIFY(!reveal->isRevealed());
    // A read that is under way must not show the token of the key before.
    reveal->setKey(m_key);
    reveal->reveal();
    reveal->setKey({});
    // Reads are answered in the order they were asked for: once this one is, that one was.
    bool answered = false;
    (**m_core).ring->readForUser(m_key.id, this, [&answered](const Result<Secret> &) { answered = true; });
    QTRY_VERIFY(answered);
    QVERIFY(!reveal->isRevealed());
}

void TestCopyKey::notesTheReveal()
{
    m_window = std::make_unique<TimedReveal>(*(**m_core).keyService);
    auto *reveal = static_cast<TimedReveal *>(m_window.get());
    reveal->setKey(m_key);
    m_window->show();
    reveal->reveal();
    QTRY_COMPARE(history(KeyAction::Revealed), QStringList{u"Shown for 10 s"_s});
}

void TestCopyKey::savesToANewFile()
{
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"in no git work tree"_s));
    QVERIFY(facts().contains(u"for you alone (0600)"_s));
    QVERIFY(!QFileInfo::exists(path(u".env"_s)));
    shoot(u"save-new"_s);
    QVERIFY(test::press(u"Write the Token"_s));
    QTRY_VERIFY(facts().contains(u"is written to"_s));
    QCOMPARE(readFile(path(u".env"_s)), "TALKOVER_TOKEN=" + tokenText().toLatin1() + '\n');
    QCOMPARE(test::modeOf(path(u".env"_s)), 0600U);
    QCOMPARE(history(KeyAction::Exported), QStringList{u"Written to %1 as TALKOVER_TOKEN"_s.arg(
                                               QFileInfo(path(u".env"_s)).canonicalFilePath())});
    QVERIFY(find<QAbstractButton>(m_window.get(), u"Done"_s));
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled());
    QCOMPARE(placesThatTell(m_window.get(), u"Canary"_s), QStringList());
    // It opens there the next time.
    openSave({});
    m_window.reset();
    Core &core = **m_core;
    SaveEnvDialog again(m_key, u"TALKOVER_TOKEN"_s, *core.keyService, *core.settings);
    QCOMPARE(again.findChild<QLineEdit *>()->text(), QFileInfo(path(u".env"_s)).canonicalFilePath());
}

void TestCopyKey::refusesATrackedFile()
{
    QVERIFY(git(m_folder->path(), {u"init"_s, u"--quiet"_s}));
    writeFile(path(u".env"_s), "A=1\n");
    QVERIFY(git(m_folder->path(), {u"add"_s, u".env"_s}));
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"git tracks this file"_s));
    shoot(u"save-tracked"_s);
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled());
    QCOMPARE(readFile(path(u".env"_s)), "A=1\n");
}

void TestCopyKey::refusesAFileThatIsTrackedMeanwhile()
{
    QVERIFY(git(m_folder->path(), {u"init"_s, u"--quiet"_s}));
    writeFile(path(u".env"_s), "A=1\n");
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"No .gitignore covers"_s));
    QVERIFY(git(m_folder->path(), {u"add"_s, u".env"_s}));
    QVERIFY(test::press(u"Write the Token"_s));
    QTRY_VERIFY(facts().contains(u"git tracks this file"_s));
    QCOMPARE(readFile(path(u".env"_s)), "A=1\n");
    QVERIFY(history(KeyAction::Exported).isEmpty());
}

void TestCopyKey::warnsOfAFileThatIsNotIgnored()
{
    QVERIFY(git(m_folder->path(), {u"init"_s, u"--quiet"_s}));
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"No .gitignore covers the file"_s));
    QVERIFY(find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled()); // warned, not refused
    shoot(u"save-not-ignored"_s);
    QVERIFY(test::press(u"Add to .gitignore"_s));
    QTRY_VERIFY(facts().contains(u"git ignores the file."_s));
    QCOMPARE(readFile(path(u".gitignore"_s)), "/.env\n");
    QVERIFY(!QFileInfo::exists(path(u".env"_s)));
}

void TestCopyKey::saysWhatItChanges()
{
    writeFile(path(u"real.env"_s), "A=1\nTALKOVER_TOKEN=old\n", 0644);
    QVERIFY(QFile::link(path(u"real.env"_s), path(u".env"_s)));
    QVERIFY(QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7777)));
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"in no git work tree"_s));
    QVERIFY(facts().contains(u"stands in line 2 already"_s));
    QVERIFY(facts().contains(u"is a link. What is written is"_s));
    QVERIFY(facts().contains(u"may read this file now"_s));
    QVERIFY(facts().contains(u"may put files into this folder"_s));
    shoot(u"save-warned"_s);
    QVERIFY(test::press(u"Write the Token"_s));
    QTRY_VERIFY(facts().contains(u"is written to"_s));
    QCOMPARE(readFile(path(u"real.env"_s)), "A=1\nTALKOVER_TOKEN=" + tokenText().toLatin1() + '\n');
    QCOMPARE(test::modeOf(path(u"real.env"_s)), 0600U);
}

void TestCopyKey::enterDoesNotWrite()
{
    openSave(path(u".env"_s));
    QTRY_VERIFY(facts().contains(u"in no git work tree"_s));
    QTest::keyClick(find<QLineEdit>(m_window.get(), u"File"_s), Qt::Key_Return);
    QTRY_VERIFY(!m_window->isVisible());
    QVERIFY(!QFileInfo::exists(path(u".env"_s)));
}

void TestCopyKey::saysWhatIsWrongWithThePath()
{
    openSave(path(u"nowhere/.env"_s));
    QTRY_VERIFY(facts().contains(u"does not exist"_s));
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled());
    find<QLineEdit>(m_window.get(), u"File"_s)->setText(path(u".env"_s));
    QTRY_VERIFY(find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled());
    find<QLineEdit>(m_window.get(), u"Variable name"_s)->setText(u"1X"_s);
    QTRY_VERIFY(facts().contains(u"letters, digits"_s));
    QVERIFY(!find<QAbstractButton>(m_window.get(), u"Write the Token"_s)->isEnabled());
}

QTEST_MAIN(TestCopyKey)
#include "test_copy_key.moc"
