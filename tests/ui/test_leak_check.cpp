#include "tests/support/CoreFixture.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/keys/RotateDialog.h"
#include "ui/leaks/LeakCheckDialog.h"
#include "ui/widgets/Clipboard.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

namespace {

constexpr std::string_view token = "talq_dialogcanary0123456789abXY3f9a";

QByteArray bytes()
{
    return QByteArray(token.data(), qsizetype(token.size()));
}

} // namespace

class TestLeakCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void saysWhatItDoesBeforeItBegins();
    void showsWhatItFinds();
    void offersWhatCanBeDone();
    void copiesThePlaceAndNotTheToken();
    void saysThatNothingWasFound();
    void saysWhatItCannotSearch();
    void saysWhichKeysAreLocked();
    void stopsAndStartsAgain();
    void closingStopsIt();
    void savesTheReportWithoutSecrets();
    void remembersTheChoice();
    void worksByKeyboard();
    void theModelIsAProperOne();
    void opensFromTheMenuAndGoesToTheKey();

private:
    void write(const QString &name, const QByteArray &text) const;
    bool searchToTheEnd();
    [[nodiscard]] QString shownText() const;
    QTableView *table() const { return find<QTableView>(m_dialog.get(), u"Findings"_s); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::CoreFixture> m_core;
    test::ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<LeakCheckDialog> m_dialog;
    ApiKey m_key;
};

void TestLeakCheck::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto keychain = std::make_unique<test::ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    test::CoreFixture &core = *m_core;
    NewKey draft;
    draft.name = u"Production <b>main</b>"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    m_key = core.addKey(draft, token);
    QVERIFY(!m_key.id.isNull());
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *core->settings);
    m_dialog = std::make_unique<LeakCheckDialog>(*core, *m_clipboard);
    m_dialog->setFolder(m_folder->path());
    m_dialog->show();
}

void TestLeakCheck::cleanup()
{
    m_dialog.reset();
    m_clipboard.reset();
    m_core.reset();
    m_folder.reset();
}

void TestLeakCheck::write(const QString &name, const QByteArray &text) const
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

bool TestLeakCheck::searchToTheEnd()
{
    const auto *save = find<QPushButton>(m_dialog.get(), u"Save Report…"_s);
    return test::press(u"Start"_s) && test::waitFor([&] {
               return find<QPushButton>(m_dialog.get(), u"Stop"_s) != nullptr || save->isEnabled();
           }) &&
           test::waitFor([&] { return save->isEnabled() && find<QPushButton>(m_dialog.get(), u"Start"_s); });
}

/// Everything that can be read in the window.
QString TestLeakCheck::shownText() const
{
    QStringList all;
    for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
        if (label->isVisible())
            all << label->text() << label->accessibleName() << label->toolTip();
    }
    if (const auto *view = table()) {
        for (int row = 0; row < view->model()->rowCount(); ++row) {
            for (int column = 0; column < view->model()->columnCount(); ++column) {
                for (int role = 0; role < Qt::UserRole + 20; ++role)
                    all << view->model()->index(row, column).data(role).toString();
            }
        }
    }
    return all.join(u'\n');
}

void TestLeakCheck::saysWhatItDoesBeforeItBegins()
{
    QVERIFY(shownText().contains(u"Nothing is sent"_s));
    QVERIFY(find<QLineEdit>(m_dialog.get(), u"Folder"_s));
    QVERIFY(find<QPushButton>(m_dialog.get(), u"Choose folder"_s));
    for (const QString &name : {u"Files in the folder"_s, u"Git history"_s, u"Keydesk's history"_s,
                                u"Saved requests and settings"_s})
        QVERIFY2(find<QCheckBox>(m_dialog.get(), name), qPrintable(name));
    QVERIFY(!find<QPushButton>(m_dialog.get(), u"Save Report…"_s)->isEnabled());
    QVERIFY(find<QPushButton>(m_dialog.get(), u"Start"_s)->isDefault());
}

void TestLeakCheck::showsWhatItFinds()
{
    write(u"config.py"_s, "\n\nT='" + bytes() + "'\n");
    write(u"other"_s, "talq_somebodyelses0123456789");
    QVERIFY(searchToTheEnd());
    QVERIFY(table());
    const QAbstractItemModel *model = table()->model();
    QCOMPARE(model->rowCount(), 2);
    const int own = model->index(0, LeaksModel::Key).data(LeaksModel::OwnRole).toBool() ? 0 : 1;
    QCOMPARE(model->index(own, LeaksModel::Key).data().toString(), m_key.name);
    QCOMPARE(model->index(own, LeaksModel::Where).data().toString(), m_folder->filePath(u"config.py"_s));
    QCOMPARE(model->index(own, LeaksModel::Line).data().toString(), u"3"_s);
    QCOMPARE(model->index(own, LeaksModel::Encoding).data().toString(), u"Plain"_s);
    QCOMPARE(model->index(1 - own, LeaksModel::Key).data().toString(),
             u"Talkover: Environment token, talq_••••6789"_s);
    const QString shown = shownText();
    QVERIFY(shown.contains(u"2 finding"_s));
    QVERIFY(shown.contains(u"is not in a git repository"_s));
    QVERIFY(!shown.contains(QString::fromLatin1(bytes())));
    QVERIFY(!shown.contains(u"talq_somebodyelses"_s));
}

void TestLeakCheck::offersWhatCanBeDone()
{
    write(u"a.txt"_s, bytes());
    QVERIFY(searchToTheEnd());
    // The first finding is selected already.
    QSignalSpy rotate(m_dialog.get(), &LeakCheckDialog::rotateRequested);
    QSignalSpy key(m_dialog.get(), &LeakCheckDialog::keyRequested);
    QVERIFY(test::press(u"Rotate Now…"_s));
    QTRY_COMPARE(rotate.count(), 1);
    QCOMPARE(rotate.first().first().toUuid(), m_key.id);
    QVERIFY(test::press(u"Go to Key"_s));
    QTRY_COMPARE(key.count(), 1);
    QVERIFY(find<QPushButton>(m_dialog.get(), u"Open File"_s)->isEnabled());
    QVERIFY(find<QPushButton>(m_dialog.get(), u"Open Folder"_s)->isEnabled());
    for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
        if (label->text().contains(m_key.name))
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    // A key that is gone cannot be rotated any more.
    test::CoreFixture &core = *m_core;
    QVERIFY(core->keyService->remove(m_key.id));
    QTRY_VERIFY(!find<QPushButton>(m_dialog.get(), u"Rotate Now…"_s)->isEnabled());
    QVERIFY(shownText().contains(u"A key that was deleted"_s));
}

void TestLeakCheck::copiesThePlaceAndNotTheToken()
{
    write(u"a.txt"_s, "\n" + bytes());
    QVERIFY(searchToTheEnd());
    QVERIFY(test::press(u"Copy Place"_s));
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), m_folder->filePath(u"a.txt"_s) + u", line 2"_s);
}

void TestLeakCheck::saysThatNothingWasFound()
{
    write(u"a.txt"_s, "nothing");
    QVERIFY(searchToTheEnd());
    QVERIFY(!table());
    const QString shown = shownText();
    QVERIFY(shown.contains(u"Nothing was found."_s));
    QVERIFY(shown.contains(u"file(s) ("_s));
    QVERIFY(shown.contains(u"1 key"_s));
}

void TestLeakCheck::saysWhatItCannotSearch()
{
    auto *folder = find<QLineEdit>(m_dialog.get(), u"Folder"_s);
    folder->setText(u"/no/such/folder"_s);
    QVERIFY(shownText().contains(u"There is no such folder."_s));
    QVERIFY(!find<QPushButton>(m_dialog.get(), u"Start"_s)->isEnabled());
    folder->setText(u"src"_s);
    QVERIFY(shownText().contains(u"full path"_s));
    for (const QString &name : {u"Keydesk's history"_s, u"Saved requests and settings"_s})
        find<QCheckBox>(m_dialog.get(), name)->setChecked(false);
    folder->clear();
    QVERIFY(shownText().contains(u"Choose a folder"_s));
    for (const QString &name : {u"Files in the folder"_s, u"Git history"_s})
        find<QCheckBox>(m_dialog.get(), name)->setChecked(false);
    QVERIFY(shownText().contains(u"Tick what to search"_s));
}

void TestLeakCheck::saysWhichKeysAreLocked()
{
    m_keychain->become(SecretStore::State::Locked);
    QVERIFY(searchToTheEnd());
    QVERIFY(shownText().contains(u"could not be read: “Production <b>main</b>”"_s));
    QSignalSpy unlock(m_dialog.get(), &LeakCheckDialog::unlockRequested);
    QVERIFY(test::press(u"Unlock…"_s));
    QTRY_COMPARE(unlock.count(), 1);
}

void TestLeakCheck::stopsAndStartsAgain()
{
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    QVERIFY(test::press(u"Start"_s));
    QTRY_VERIFY(m_keychain->waiting() > 0);
    QVERIFY(find<QProgressBar>(m_dialog.get(), u"Progress"_s));
    QVERIFY(!find<QLineEdit>(m_dialog.get(), u"Folder"_s)->isEnabled());
    QVERIFY(test::press(u"Stop"_s));
    QTRY_VERIFY(shownText().contains(u"Stopped."_s));
    m_keychain->release();
    QVERIFY(searchToTheEnd());
    QVERIFY(shownText().contains(u"Nothing was found."_s));
}

void TestLeakCheck::closingStopsIt()
{
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    QVERIFY(test::press(u"Start"_s));
    QTRY_VERIFY(m_keychain->waiting() > 0);
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    QVERIFY(!m_dialog->isVisible());
    m_keychain->release();
    QCoreApplication::sendPostedEvents();
    QVERIFY(m_dialog->findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly).size() > 0);
    m_dialog->show();
    QVERIFY(searchToTheEnd());
}

void TestLeakCheck::savesTheReportWithoutSecrets()
{
    write(u"a.txt"_s, bytes() + "\ntalq_somebodyelses0123456789");
    QVERIFY(searchToTheEnd());
    for (const QString &name : {u"report.json"_s, u"report.csv"_s}) {
        const QString path = m_folder->filePath(name);
        QVERIFY(test::press(u"Save Report…"_s));
        QFileDialog *chooser = nullptr;
        QTRY_VERIFY((chooser = m_dialog->findChild<QFileDialog *>()) != nullptr);
        chooser->selectFile(path);
        chooser->fileSelected(path);
        chooser->close();
        QTRY_VERIFY(!m_dialog->findChild<QFileDialog *>());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("a.txt"));
        QVERIFY(text.contains("Production"));
        QVERIFY(text.contains(m_key.hint.toUtf8()));
        QVERIFY(!text.contains(bytes()));
        QVERIFY(!text.contains("somebodyelses"));
        QVERIFY(!text.contains(bytes().toBase64().left(30)));
    }
    QVERIFY(shownText().contains(u"It holds no token."_s));
}

void TestLeakCheck::remembersTheChoice()
{
    find<QCheckBox>(m_dialog.get(), u"Git history"_s)->setChecked(false);
    test::CoreFixture &core = *m_core;
    m_dialog = std::make_unique<LeakCheckDialog>(*core, *m_clipboard);
    m_dialog->show();
    QCOMPARE(find<QLineEdit>(m_dialog.get(), u"Folder"_s)->text(), m_folder->path());
    QVERIFY(!find<QCheckBox>(m_dialog.get(), u"Git history"_s)->isChecked());
    QVERIFY(find<QCheckBox>(m_dialog.get(), u"Files in the folder"_s)->isChecked());
}

void TestLeakCheck::worksByKeyboard()
{
    write(u"a.txt"_s, bytes());
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    find<QLineEdit>(m_dialog.get(), u"Folder"_s)->setFocus();
    QStringList order;
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        order.append(qobject_cast<QAbstractButton *>(QApplication::focusWidget())->text());
    }
    QCOMPARE(order, QStringList({u"Choose…"_s, u"Files in the folder"_s, u"Git history"_s,
                                 u"Keydesk's history"_s, u"Saved requests and settings"_s, u"Start"_s}));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QTRY_VERIFY(table() && find<QPushButton>(m_dialog.get(), u"Save Report…"_s)->isEnabled());
    QSignalSpy key(m_dialog.get(), &LeakCheckDialog::keyRequested);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Return);
    QTRY_COMPARE(key.count(), 1);
}

void TestLeakCheck::theModelIsAProperOne()
{
    test::CoreFixture &core = *m_core;
    LeaksModel model(*core->keys);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    LeakFinding finding;
    finding.key = m_key.id;
    finding.commit = u"1234567890abcdef"_s;
    finding.committedAt = QDateTime::fromSecsSinceEpoch(1'700'000'000, Qt::UTC);
    model.append({finding, LeakFinding()});
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.index(0, LeaksModel::Commit).data().toString().startsWith(u"12345678, "_s));
    QCOMPARE(model.index(1, LeaksModel::Line).data().toString(), u"–"_s);
    QVERIFY(core->keyService->rename(m_key.id, u"Renamed"_s));
    QCOMPARE(model.index(0, LeaksModel::Key).data().toString(), u"Renamed"_s);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void TestLeakCheck::opensFromTheMenuAndGoesToTheKey()
{
    m_dialog.reset();
    test::CoreFixture &core = *m_core;
    write(u"a.txt"_s, bytes());
    MainWindow window(*core, *m_clipboard);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.showTab(MainWindow::ConsoleTab);
    QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(test::window(u"Leak Check"_s));
    auto *dialog = window.findChild<LeakCheckDialog *>();
    QVERIFY(dialog);
    QVERIFY(!dialog->isModal());
    dialog->start();
    QTRY_VERIFY(find<QTableView>(dialog, u"Findings"_s));
    QTRY_VERIFY(find<QPushButton>(dialog, u"Save Report…"_s)->isEnabled());
    Q_EMIT dialog->keyRequested(m_key.id);
    QTRY_VERIFY(find<QTableView>(&window, u"Keys"_s));
    QCOMPARE(find<QTableView>(&window, u"Keys"_s)->currentIndex().data().toString(), m_key.name);
    Q_EMIT dialog->rotateRequested(m_key.id);
    QTRY_VERIFY(window.findChild<RotateDialog *>());
    window.findChild<RotateDialog *>()->done(QDialog::Rejected);
    window.openLeakCheck();
    QCOMPARE(window.findChildren<LeakCheckDialog *>().size(), 1);
    dialog->close();
    QTRY_VERIFY(!window.findChild<LeakCheckDialog *>());
}

QTEST_MAIN(TestLeakCheck)
#include "test_leak_check.moc"
