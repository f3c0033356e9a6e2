#include "tests/support/Pictures.h"
#include "ui/keys/ImportKeysDialog.h"

#include "app/models/CandidatesModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"
#include "tests/support/Readable.h"
#include "tests/support/Widgets.h"
#include "ui/keys/CandidateTable.h"
#include "ui/keys/ImportStart.h"
#include "ui/setup/Card.h"
#include "ui/theme/Theme.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::placesThatTell;
using test::readFile;
using test::writeFile;

namespace {

const QByteArray first = "talq_Canary3dE6fG9hJ2kL5mN8pQ1rS4";
const QByteArray second = "18|Canary7aB3dE6fG9hJ2kL5mN8pQ1";
const QByteArray third = "Canaryf81d4fae7dec11d0a76500a0c9";

QByteArray envFile()
{
    return "# settings\nPORT=3000\nTALKOVER_TOKEN=\"" + first + "\"  # live\nTALKOVER_PAT=" + second +
           "\nAISOULE_API_KEY=" + third + "\nTALKOVER_TOKEN_AGAIN=" + first + "\n";
}

} // namespace

/// Getting keys in: Import Keys, from the file to the cleaned file.
class TestImportKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void showsWhatIsInAFile();
    void showsNoTokenAnywhere();
    void theModelIsAProperModel();
    void importsWhatIsTicked();
    void worksByKeyboard();
    void choosesKindAndEnvironment();
    void saysWhatTakesWhosePlace();
    void marksDuplicates();
    void readsAPastedText();
    void readsACopiedFile();
    void readsADroppedFile();
    void pastesNothingInWords();
    void saysWhenNothingIsFound();
    void saysWhatCouldNotBeRead();
    void canBeStopped();
    void cleansTheFileOnRequestOnly();
    void doesNotCleanAFileThatChanged();
    void offersNoCleaningForSessionKeys();
    void warnsOfATrackedFile();

private:
    void open();
    void openWith(const QByteArray &bytes, const QString &name = u".env.production"_s);
    [[nodiscard]] bool import();
    [[nodiscard]] CandidateTable *table() const { return m_dialog->findChild<CandidateTable *>(); }
    [[nodiscard]] QString cell(int row, int column) const
    {
        return table()->model()->index(row, column).data().toString();
    }
    [[nodiscard]] QString note(int row) const
    {
        return table()->model()->index(row, 0).data(CandidatesModel::NoteRole).toString();
    }
    [[nodiscard]] QString labels() const;
    [[nodiscard]] QString facts() const;
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] Core &core() const { return **m_core; }
    void shoot(const QString &name) const;

    std::unique_ptr<test::TempHome> m_lookHome;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ImportKeysDialog> m_dialog;
};

void TestImportKeys::initTestCase()
{
    // The real look, for the pictures; the tests hold with any.
    m_lookHome = std::make_unique<test::TempHome>();
    m_look = std::make_unique<Settings>(m_lookHome->path(u"look.ini"_s));
    m_look->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
}

void TestImportKeys::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_folder = std::make_unique<QTemporaryDir>();
    QGuiApplication::clipboard()->clear();
}

void TestImportKeys::cleanup()
{
    m_dialog.reset();
    m_core.reset();
}

void TestImportKeys::open()
{
    m_dialog = std::make_unique<ImportKeysDialog>(core().providers, *core().environments, *core().keys,
                                                  *core().keyService);
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
}

void TestImportKeys::openWith(const QByteArray &bytes, const QString &name)
{
    writeFile(path(name), bytes);
    open();
    m_dialog->readFiles({path(name)});
}

/// Presses Import and waits for the report.
bool TestImportKeys::import()
{
    QAbstractButton *button = nullptr;
    for (QAbstractButton *each : m_dialog->findChildren<QAbstractButton *>()) {
        if (each->isVisible() && each->text().startsWith(u"Import "_s))
            button = each;
    }
    if (!button || !button->isEnabled())
        return false;
    button->click();
    return test::waitFor([] { return find<QAbstractButton>(u"Done"_s) != nullptr; });
}

QString TestImportKeys::labels() const
{
    QStringList all;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
        if (label->isVisible())
            all << label->text();
    }
    return all.join(u'\n');
}

QString TestImportKeys::facts() const
{
    QStringList all;
    for (const FactsCard *card : m_dialog->findChildren<FactsCard *>()) {
        if (card->isVisible())
            all << card->texts();
    }
    return all.join(u'\n');
}

/// What is said is whole: nothing is pressed together to make room for it.
void TestImportKeys::shoot(const QString &name) const
{
    QTRY_VERIFY2(m_dialog->height() >= m_dialog->layout()->totalHeightForWidth(m_dialog->width()), qPrintable(name));
    test::savePicture(*m_dialog, name);
}

void TestImportKeys::showsWhatIsInAFile()
{
    open();
    shoot(u"import-start"_s);
    openWith(envFile());
    shoot(u"import-found"_s);
    QVERIFY(labels().contains(u"4 keys were found in .env.production"_s));
    QCOMPARE(table()->model()->rowCount(), 4);
    QCOMPARE(cell(0, CandidatesModel::Variable), u"TALKOVER_TOKEN"_s);
    QCOMPARE(cell(0, CandidatesModel::Token), u"talq_••••1rS4"_s);
    QCOMPARE(cell(0, CandidatesModel::Kind), u"Talkover · Environment"_s);
    QCOMPARE(cell(0, CandidatesModel::Environment), u"New: Production"_s);
    QCOMPARE(cell(0, CandidatesModel::State), u"New"_s);
    QCOMPARE(cell(1, CandidatesModel::Kind), u"Talkover · User"_s);
    QCOMPARE(cell(2, CandidatesModel::Kind), u"AISoule · API key"_s);
    QCOMPARE(cell(3, CandidatesModel::State), u"Repeated"_s);
    QVERIFY(!table()->model()->index(3, 0).data(Qt::CheckStateRole).isValid());
    QVERIFY(find<QAbstractButton>(m_dialog.get(), u"Import 3 Keys"_s));
    QVERIFY(core().keys->all().isEmpty());
    QCOMPARE(readFile(path(u".env.production"_s)), envFile());
}

void TestImportKeys::showsNoTokenAnywhere()
{
    openWith(envFile());
    QCOMPARE(placesThatTell(m_dialog.get(), u"Canary"_s), QStringList());
    QVERIFY(import());
    QCOMPARE(placesThatTell(m_dialog.get(), u"Canary"_s), QStringList());
}

void TestImportKeys::theModelIsAProperModel()
{
    CandidatesModel model(core().providers, *core().environments, *core().keys, *core().keyService);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const Result<EnvText> text = EnvText::read(
        Secret(std::string_view(envFile().constData(), static_cast<std::size_t>(envFile().size()))));
    QList<KeyCandidate> candidates;
    findCandidates(*text, u".env"_s, 0, model.context(), candidates);
    model.setCandidates(candidates);
    QCOMPARE(model.rowCount(), 4);
    QVERIFY(model.setData(model.index(0, CandidatesModel::Name), u"Renamed"_s, Qt::EditRole));
    QVERIFY(!model.setData(model.index(0, CandidatesModel::Name), u" "_s, Qt::EditRole));
    QVERIFY(!model.setData(model.index(0, CandidatesModel::Kind), 999, Qt::EditRole));
    QVERIFY(!model.setData(model.index(3, CandidatesModel::Name), Qt::Checked, Qt::CheckStateRole));
    model.setAllChosen(false);
    QVERIFY(model.chosen().isEmpty());
    model.setAllChosen(true);
    QCOMPARE(model.chosen(), (QList<int>{0, 1, 2}));
    model.setCandidates({});
    QCOMPARE(model.rowCount(), 0);
}

void TestImportKeys::importsWhatIsTicked()
{
    openWith(envFile());
    QSignalSpy imported(m_dialog.get(), &ImportKeysDialog::imported);
    QVERIFY(import());
    shoot(u"import-report"_s);
    QVERIFY(labels().contains(u"3 keys were imported"_s));
    QCOMPARE(core().keys->all().size(), 3);
    QCOMPARE(imported.size(), 1);
    QCOMPARE(imported.first().first().toInt(), 3);
    const ApiKey key = core().keys->all().first();
    QCOMPARE(key.name, u"TALKOVER_TOKEN, Production"_s);
    QCOMPARE(key.origins.first().toString(), u"https://app.talkover.ai"_s);
    QCOMPARE(core().environments->usedBy(key.id).first().name, u"Production"_s);
    QVERIFY(core().environments->usedBy(key.id).first().isProtected);
    QByteArray stored;
    core().keyService->readForUser(
        key.id, KeyAction::Revealed, u"test"_s, this, [&stored](const Result<Secret> &token) {
            stored = token ? QByteArray(token->reveal().data(), token->size()) : QByteArray("none");
        });
    QTRY_COMPARE(stored, first);
    QVERIFY(test::press(u"Done"_s));
    QTRY_VERIFY(!m_dialog->isVisible());
}

void TestImportKeys::worksByKeyboard()
{
    openWith(envFile());
    QCOMPARE(m_dialog->focusWidget(), table());
    QTest::keyClick(table(), Qt::Key_Space);
    QVERIFY(find<QAbstractButton>(m_dialog.get(), u"Import 2 Keys"_s));
    QTest::keyClick(table(), Qt::Key_Down);
    QTest::keyClick(table(), Qt::Key_Space);
    QVERIFY(find<QAbstractButton>(m_dialog.get(), u"Import One Key"_s));
    QTest::keyClick(table(), Qt::Key_F2);
    QTRY_VERIFY(find<QLineEdit>(m_dialog.get(), u"Name"_s));
    auto *editor = find<QLineEdit>(m_dialog.get(), u"Name"_s);
    editor->selectAll();
    QTest::keyClicks(editor, u"Mine"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(cell(1, CandidatesModel::Name), u"Mine"_s);
    QTest::keyClick(table(), Qt::Key_Space);
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_VERIFY(find<QAbstractButton>(u"Done"_s));
    QCOMPARE(core().keys->all().size(), 2);
    QCOMPARE(core().keys->all().first().name, u"Mine"_s);
}

void TestImportKeys::choosesKindAndEnvironment()
{
    openWith("STRIPE_SECRET_KEY=" + third + "\n", u".env"_s);
    QCOMPARE(cell(0, CandidatesModel::Kind), u"Custom · API key"_s);
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Import One Key"_s)); // nothing is ticked
    const auto choose = [this](int column, const QString &wanted) {
        const QModelIndex index = table()->model()->index(0, column);
        table()->setCurrentIndex(index);
        QTest::keyClick(table(), Qt::Key_F2);
        const QString header = table()->model()->headerData(column, Qt::Horizontal).toString();
        auto *box = find<QComboBox>(m_dialog.get(), header);
        if (!box || box->findText(wanted) < 0)
            return false;
        box->setCurrentIndex(box->findText(wanted));
        Q_EMIT box->activated(box->currentIndex());
        return true;
    };
    QVERIFY(choose(CandidatesModel::Kind, u"AISoule · API key"_s));
    QTRY_COMPARE(cell(0, CandidatesModel::Kind), u"AISoule · API key"_s);
    QVERIFY(cell(0, CandidatesModel::Environment).startsWith(u"New: "_s));
    QVERIFY(note(0).contains(u"https://api.aisoule.com"_s));
    QVERIFY(choose(CandidatesModel::Environment, u"None"_s));
    QTRY_COMPARE(cell(0, CandidatesModel::Environment), u"None"_s);
    QVERIFY(note(0).contains(u"no call is made with it"_s));
    QTest::keyClick(table(), Qt::Key_Space);
    QVERIFY(import());
    QCOMPARE(core().keys->all().first().providerId, u"aisoule"_s);
    QVERIFY(core().keys->all().first().origins.isEmpty());
}

void TestImportKeys::saysWhatTakesWhosePlace()
{
    Environment live;
    live.name = u"Production"_s;
    live.providerId = u"talkover"_s;
    live.baseUrl = u"https://app.talkover.ai"_s;
    const auto added = core().environments->add(live);
    NewKey draft;
    draft.name = u"Old one"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = added->id;
    QVERIFY(!m_core->addKey(draft, "talq_oldoldoldoldoldoldold1").id.isNull());
    openWith("TALKOVER_TOKEN=" + first + "\n");
    QCOMPARE(cell(0, CandidatesModel::Environment), u"None"_s);
    QVERIFY(note(0).contains(u"“Production” has a key of this kind already"_s));
    const QModelIndex place = table()->model()->index(0, CandidatesModel::Environment);
    QVERIFY(table()->model()->setData(
        place, place.data(CandidatesModel::ChoicesRole).toStringList().indexOf(u"Production"_s),
        Qt::EditRole));
    QVERIFY2(note(0).contains(u"it takes the place of “Old one”"_s), qPrintable(note(0)));
    QTRY_VERIFY(labels().contains(u"it takes the place of “Old one”"_s));
}

void TestImportKeys::marksDuplicates()
{
    NewKey draft;
    draft.name = u"Dialer"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    QVERIFY(
        !m_core->addKey(draft, std::string_view(first.constData(), static_cast<std::size_t>(first.size())))
             .id.isNull());
    openWith("TALKOVER_TOKEN=" + first + "\n");
    QCOMPARE(cell(0, CandidatesModel::State), u"Already here"_s);
    QVERIFY(note(0).contains(u"“Dialer”"_s));
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Import 0 Keys"_s)->isEnabled());
}

void TestImportKeys::readsAPastedText()
{
    open();
    QGuiApplication::clipboard()->setText(
        u"curl -H 'Authorization: Bearer %1' https://app.talkover.ai/api"_s.arg(QString::fromLatin1(first)));
    QTest::keyClick(m_dialog->focusWidget(), Qt::Key_V, Qt::ControlModifier);
    QTRY_VERIFY(labels().contains(u"One key was found in the pasted text"_s));
    QCOMPARE(placesThatTell(m_dialog.get(), u"Canary"_s), QStringList());
    QVERIFY(import());
    QCOMPARE(core().keys->all().size(), 1);
    QVERIFY(!labels().contains(u"The files still hold"_s));
}

void TestImportKeys::readsACopiedFile()
{
    writeFile(path(u".env"_s), envFile());
    open();
    auto *copied = new QMimeData;
    copied->setUrls({QUrl::fromLocalFile(path(u".env"_s))});
    QGuiApplication::clipboard()->setMimeData(copied);
    QVERIFY(test::press(u"Paste"_s));
    QTRY_VERIFY(labels().contains(u"4 keys were found in .env"_s));
}

void TestImportKeys::readsADroppedFile()
{
    writeFile(path(u"a.env"_s), "TALKOVER_TOKEN=" + first + "\n");
    writeFile(path(u"b.env"_s), "TALKOVER_TOKEN=" + second + "\nA_TOKEN=" + first + "\n");
    open();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path(u"a.env"_s)), QUrl::fromLocalFile(path(u"b.env"_s))});
    auto *target = m_dialog->findChild<ImportStart *>();
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &drop);
    QVERIFY2(labels().contains(u"3 keys were found in 2 files"_s), qPrintable(labels()));
    QCOMPARE(cell(2, CandidatesModel::State), u"Repeated"_s);
}

void TestImportKeys::pastesNothingInWords()
{
    open();
    QVERIFY(test::press(u"Paste"_s));
    QTRY_VERIFY(facts().contains(u"The clipboard holds no text and no files."_s));
}

void TestImportKeys::saysWhenNothingIsFound()
{
    openWith("PORT=3000\nTALKOVER_TOKEN=${SECRET}\n", u".env"_s);
    QVERIFY(labels().contains(u"No keys were found in .env"_s));
    QVERIFY(labels().contains(u"placeholders"_s));
    QVERIFY(!table()->isVisible());
    QVERIFY(test::press(u"Back"_s));
    QTRY_VERIFY(find<QAbstractButton>(m_dialog.get(), u"Choose Files…"_s));
    shoot(u"import-none"_s);
}

void TestImportKeys::saysWhatCouldNotBeRead()
{
    writeFile(path(u"program"_s), QByteArray("\x7f"
                                             "ELF\0\0\0",
                                             7));
    writeFile(path(u"huge"_s), {});
    QVERIFY(QFile::resize(path(u"huge"_s), 100 * 1024 * 1024)); // sparse
    writeFile(path(u".env"_s), envFile());
    open();
    m_dialog->readFiles(
        {path(u"program"_s), path(u"huge"_s), path(u".env"_s), path(u"gone"_s), m_folder->path()});
    QVERIFY2(facts().contains(u"program: This is not a text file"_s), qPrintable(facts()));
    QVERIFY(facts().contains(u"huge: This is 100.00 MiB"_s));
    QVERIFY(facts().contains(u"does not exist"_s));
    QVERIFY(facts().contains(u"is a folder"_s));
    QCOMPARE(table()->model()->rowCount(), 4);
    QVERIFY(table()->viewport()->height() >= 4 * table()->rowHeight(0));
    shoot(u"import-problems"_s);

    // Many of them leave room for the keys.
    QStringList files{path(u".env"_s)};
    for (int i = 0; i < 30; ++i)
        files << path(u"gone-%1"_s.arg(i));
    QVERIFY(test::press(u"Back"_s));
    m_dialog->readFiles(files);
    QTRY_VERIFY2(facts().contains(u"26 more could not be read: gone-4, gone-5"_s), qPrintable(facts()));
    QVERIFY(table()->viewport()->height() >= 4 * table()->rowHeight(0));
    shoot(u"import-many-problems"_s);
}

void TestImportKeys::canBeStopped()
{
    QByteArray many;
    for (int i = 0; i < 60; ++i)
        many += "T" + QByteArray::number(i) + "_TOKEN=talq_Canary3dE6fG9hJ2kL5" +
                QByteArray::number(100 + i) + "\n";
    openWith(many, u".env"_s);
    auto *button = find<QAbstractButton>(m_dialog.get(), u"Import 60 Keys"_s);
    QVERIFY(button);
    QMetaObject::Connection stopping = connect(core().keys.get(), &KeyStore::added, m_dialog.get(),
                                               [this] { QTest::keyClick(m_dialog.get(), Qt::Key_Escape); });
    button->click();
    QTRY_VERIFY_WITH_TIMEOUT(find<QAbstractButton>(u"Done"_s), 15'000);
    disconnect(stopping);
    QVERIFY(m_dialog->isVisible());
    QVERIFY(core().keys->all().size() < 60);
    QVERIFY(!core().keys->all().isEmpty());
    QVERIFY(facts().contains(u"the import was stopped"_s));
}

void TestImportKeys::cleansTheFileOnRequestOnly()
{
    const QByteArray before = envFile();
    openWith(before);
    table()->model()->setData(table()->model()->index(1, 0), Qt::Unchecked,
                              Qt::CheckStateRole); // the user token stays out
    QVERIFY(import());
    QCOMPARE(readFile(path(u".env.production"_s)), before);
    QVERIFY2(facts().contains(u".env.production, line 3: TALKOVER_TOKEN\n"_s), qPrintable(facts()));
    QVERIFY(!facts().contains(u"TALKOVER_PAT"_s));
    QVERIFY(facts().contains(u".env.production, line 6: TALKOVER_TOKEN_AGAIN"_s)); // the same token again
    QVERIFY(test::press(u"Empty These Values in .env.production"_s));
    QTRY_VERIFY(facts().contains(u"3 values in"_s));
    QByteArray expected = before;
    expected.replace(first, "").replace(third, "");
    QCOMPARE(readFile(path(u".env.production"_s)), expected);
    QVERIFY(!find<QAbstractButton>(m_dialog.get(), u"Empty These Values in .env.production"_s));
    shoot(u"import-cleaned"_s);
}

void TestImportKeys::doesNotCleanAFileThatChanged()
{
    openWith(envFile());
    QVERIFY(import());
    writeFile(path(u".env.production"_s), envFile() + "MORE=1\n");
    QVERIFY(test::press(u"Empty These Values in .env.production"_s));
    QTRY_VERIFY(facts().contains(u"has been changed since Keydesk read it"_s));
    QCOMPARE(readFile(path(u".env.production"_s)), envFile() + "MORE=1\n");
}

void TestImportKeys::offersNoCleaningForSessionKeys()
{
    NewKey draft;
    draft.name = u"Held"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.place = SecretPlace::Session;
    QVERIFY(
        !m_core->addKey(draft, std::string_view(first.constData(), static_cast<std::size_t>(first.size())))
             .id.isNull());
    openWith("TALKOVER_TOKEN=" + first + "\nTALKOVER_PAT=" + second + "\n");
    QVERIFY(import());
    QVERIFY(!facts().contains(u"line 1"_s)); // cleaned, its token would be gone with the session
    QVERIFY(facts().contains(u"line 2: TALKOVER_PAT"_s));
}

void TestImportKeys::warnsOfATrackedFile()
{
    QVERIFY(test::git(m_folder->path(), {u"init"_s, u"--quiet"_s}));
    writeFile(path(u".env.production"_s), envFile());
    QVERIFY(test::git(m_folder->path(), {u"add"_s, u".env.production"_s}));
    openWith(envFile());
    QVERIFY(import());
    QTRY_VERIFY(facts().contains(u"the tokens stay in its history"_s));
}

QTEST_MAIN(TestImportKeys)
#include "test_import_keys.moc"
