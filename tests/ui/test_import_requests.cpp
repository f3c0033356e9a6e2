#include "ui/console/ImportRequestsDialog.h"
#include "ui/console/RequestsExport.h"

#include "tests/support/CoreFixture.h"
#include "tests/support/Files.h"
#include "tests/support/Pictures.h"
#include "tests/support/Readable.h"
#include "tests/support/Widgets.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/MessageBar.h"

#include <QClipboard>
#include <QComboBox>
#include <QDirIterator>
#include <QFileDialog>
#include <QListWidget>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::readFile;
using test::writeFile;

namespace {

const QByteArray token = "talq_Canary3dE6fG9hJ2kL5mN8pQ1rS4";
const QString host = u"https://api.shop.test"_s;

QByteArray requests()
{
    return "### List orders\nGET https://api.shop.test/orders?limit=5\nAuthorization: Bearer " + token +
           "\nAccept: application/json\n\n### New order\nPOST https://api.shop.test/orders\nContent-Type: application/json\n\n{\"item\": 7}\n";
}

} // namespace

/// Requests of other tools, from a file or the clipboard to the folder of requests, and out again.
class TestImportRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void showsWhatCameInAndNoToken();
    void importsWhatIsTickedAndKeepsTheCredential();
    void saysWhatCannotBeRead();
    void pastesNothingInWords();
    void exportsWithoutSecrets();

private:
    void open(const QByteArray &bytes);
    [[nodiscard]] QTreeWidget *tree(const QString &name) const { return test::find<QTreeWidget>(m_dialog.get(), name); }
    [[nodiscard]] int requestCount() const
    {
        const QTreeWidget *requests = tree(u"Requests to import"_s); // null until there are some
        return requests ? requests->topLevelItemCount() : 0;
    }
    [[nodiscard]] QPushButton *button(const QString &text) const
    {
        for (QPushButton *each : m_dialog->findChildren<QPushButton *>()) {
            if (each->text() == text)
                return each;
        }
        return nullptr;
    }
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] QByteArray allFiles(const QString &folder) const;

    std::unique_ptr<test::TempHome> m_lookHome;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ImportRequestsDialog> m_dialog;
    QUuid m_environment;
};

void TestImportRequests::initTestCase()
{
    // The real look, for the pictures; the tests hold with any.
    m_lookHome = std::make_unique<test::TempHome>();
    m_look = std::make_unique<Settings>(m_lookHome->path(u"look.ini"_s));
    m_look->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
}

void TestImportRequests::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkdir(u"requests"_s));
    Environment shop;
    shop.name = u"Shop"_s;
    shop.providerId = u"custom"_s;
    shop.baseUrl = host;
    shop.colour = u"green"_s;
    const auto added = (*m_core)->environments->add(shop);
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    m_environment = added->id;
    (*m_core)->workspace->open(path(u"requests"_s));
    QGuiApplication::clipboard()->clear();
}

void TestImportRequests::cleanup()
{
    m_dialog.reset();
    m_core.reset();
}

void TestImportRequests::open(const QByteArray &bytes)
{
    writeFile(path(u"shop.http"_s), bytes);
    m_dialog = std::make_unique<ImportRequestsDialog>(**m_core);
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    test::savePicture(*m_dialog, u"import-requests-start"_s);
    m_dialog->readPath(path(u"shop.http"_s));
}

QByteArray TestImportRequests::allFiles(const QString &folder) const
{
    QByteArray all;
    for (QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); each.hasNext();)
        all += readFile(each.next());
    return all;
}

void TestImportRequests::showsWhatCameInAndNoToken()
{
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    QCOMPARE(tree(u"Requests to import"_s)->topLevelItem(0)->text(0), u"List orders"_s);
    QTreeWidget *credentials = tree(u"Credentials"_s);
    QCOMPARE(credentials->topLevelItemCount(), 1);
    const auto *where = qobject_cast<QComboBox *>(credentials->itemWidget(credentials->topLevelItem(0), 2));
    QCOMPARE(where->currentData().toUuid(), m_environment); // whose origin its request has
    auto *report = test::find<QListWidget>(m_dialog.get(), u"Report"_s);
    QVERIFY(report->count() > 0);
    QVERIFY(report->item(0)->text().startsWith(u"Credential: "_s));
    QCOMPARE(test::placesThatTell(m_dialog.get(), QString::fromLatin1(token)), QStringList());
    test::savePicture(*m_dialog, u"import-requests"_s);
}

void TestImportRequests::importsWhatIsTickedAndKeepsTheCredential()
{
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    tree(u"Requests to import"_s)->topLevelItem(1)->setCheckState(0, Qt::Unchecked);
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE(imported.size(), 1);
    const QByteArray written = allFiles(path(u"requests"_s));
    QVERIFY(written.contains("GET https://api.shop.test/orders"));
    QVERIFY(!written.contains("POST"));
    QVERIFY(!written.contains(token));
    const auto secrets = (*m_core)->environments->find(m_environment)->secretVariables();
    QCOMPARE(secrets.size(), 1);
    QVERIFY(written.contains("{{" + secrets.keys().first().toUtf8() + "}}"));

    const auto change = imported.first().first().value<FileChange>();
    QVERIFY(change.step.undo());
    QCOMPARE(allFiles(path(u"requests"_s)), QByteArray());
}

void TestImportRequests::saysWhatCannotBeRead()
{
    open("no requests\0here"_ba);
    const auto *messages = m_dialog->findChild<MessageBar *>();
    QTRY_VERIFY(messages->text().contains(u"shop.http"_s));
    QVERIFY(!button(u"Import"_s)->isEnabled());
    test::savePicture(*m_dialog, u"import-requests-failed"_s);
    writeFile(path(u"shop.http"_s), requests());
    m_dialog->readPath(path(u"shop.http"_s)); // and goes on from there
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QVERIFY(messages->text().isEmpty());
}

void TestImportRequests::pastesNothingInWords()
{
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    QTest::mouseClick(button(u"Paste"_s), Qt::LeftButton);
    QVERIFY(m_dialog->findChild<MessageBar *>()->text().contains(u"clipboard"_s));
    QGuiApplication::clipboard()->setText(u"### One\nGET https://api.shop.test/one\n"_s);
    QTest::mouseClick(button(u"Paste"_s), Qt::LeftButton);
    QTRY_COMPARE(requestCount(), 1);
}

void TestImportRequests::exportsWithoutSecrets()
{
    writeFile(path(u"requests/shop.http"_s), requests());
    QWidget window;
    RequestsExport exporting(**m_core, window);
    QSignalSpy told(&exporting, &RequestsExport::message);
    QSignalSpy failed(&exporting, &RequestsExport::failed);
    exporting.ask({});
    QVERIFY(told.takeFirst().first().toString().contains(u"nothing to export"_s));
    exporting.ask(path(u"requests/shop.http"_s));
    auto *dialog = window.findChild<QFileDialog *>();
    QVERIFY(dialog);
    const QString target = path(u"out.http"_s);
    dialog->selectFile(target);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(!told.isEmpty() || !failed.isEmpty());
    QVERIFY(failed.isEmpty());
    QVERIFY2(told.first().first().toString().startsWith(u"2 request"_s), qPrintable(told.first().first().toString()));
    QVERIFY(told.first().first().toString().contains(u"List orders"_s)); // where something was taken out
    const QByteArray written = readFile(target);
    QVERIFY(written.contains("POST https://api.shop.test/orders"));
    QVERIFY(!written.contains(token));
    QCOMPARE(test::modeOf(target), 0600U);
}

QTEST_MAIN(TestImportRequests)
#include "test_import_requests.moc"
