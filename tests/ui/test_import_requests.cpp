#include "app/keys/SecretVariables.h"
#include "ui/console/ImportApiDialog.h"
#include "ui/console/ImportRequestsDialog.h"
#include "ui/console/RequestsExport.h"

#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "tests/support/Pictures.h"
#include "tests/support/Readable.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/MainWindow.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/MessageBar.h"

#include <QClipboard>
#include <QComboBox>
#include <QDirIterator>
#include <QDropEvent>
#include <QFileDialog>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTreeView>
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
    void readsSeveralFilesAtOnce();
    void keepsMoreThanAHundredCredentials();
    void takesDroppedFiles_data();
    void takesDroppedFiles();
    void saysWhyADropIsRefused();
    void undoOffersToRemoveWhatWasStored();
    void saysWhatStaysOfAFailedImport();
    void remembersWhatAFailedImportStored();
    void aWarningGoesWithItsReason();
    void escapeWaitsForWhatIsKept();
    void routesASingleFile_data();
    void routesASingleFile();

private:
    void start(std::unique_ptr<SecretStore> keychain);
    void open(const QByteArray &bytes);
    void openWindow();
    void keepFirstIn(const QUuid &environment);
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
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<MainWindow> m_window;
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
    start(std::make_unique<SessionStore>());
}

void TestImportRequests::start(std::unique_ptr<SecretStore> keychain)
{
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
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
    m_window.reset();
    m_clipboard.reset();
    m_core.reset();
}

void TestImportRequests::open(const QByteArray &bytes)
{
    writeFile(path(u"shop.http"_s), bytes);
    m_dialog = std::make_unique<ImportRequestsDialog>(**m_core);
    m_dialog->open();
    QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    test::savePicture(*m_dialog, u"import-requests-start"_s);
    m_dialog->readPaths({path(u"shop.http"_s)});
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
    QCOMPARE(credentials->topLevelItem(0)->text(2), u"Secret variable of Shop"_s); // whose origin its request has
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
    m_dialog->readPaths({path(u"shop.http"_s)}); // and goes on from there
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

/// A collection and the file of its environment, as Postman exports them.
void TestImportRequests::readsSeveralFilesAtOnce()
{
    writeFile(path(u"shop.postman_collection.json"_s),
              R"({"info": {"name": "Shop", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
                  "item": [{"name": "Orders", "request": "{{baseUrl}}/orders"}]})");
    writeFile(
        path(u"stage.postman_environment.json"_s),
        R"({"name": "Stage", "_postman_variable_scope": "environment", "values": [{"key": "baseUrl", "value": "https://stage.shop.test", "enabled": true}]})");
    open(requests());
    m_dialog->readPaths({path(u"stage.postman_environment.json"_s), path(u"shop.postman_collection.json"_s)});
    QTRY_VERIFY(test::wordsOf(m_dialog.get()).contains(u"Postman"_s));
    QCOMPARE(requestCount(), 1);
    QVERIFY2(test::wordsOf(m_dialog.get()).contains(u"2 file"_s), qPrintable(test::wordsOf(m_dialog.get())));
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE(imported.size(), 1);
    QVERIFY(readFile(path(u"requests/Shop/Shop.http"_s)).contains("GET {{baseUrl}}/orders"));
    QVERIFY(readFile(path(u"requests/Shop/http-client.env.json"_s)).contains("https://stage.shop.test"));
}

void TestImportRequests::keepsMoreThanAHundredCredentials()
{
    constexpr int many = 130;
    QByteArray all;
    for (int i = 0; i < many; ++i)
        all += "### R" + QByteArray::number(i) + "\nGET https://other.test/" + QByteArray::number(i) + "\nX-Api-Key: Zq7-" +
               QByteArray::number(1000 + i) + "-mN8pQ1rS4vW\n\n";
    open(all);
    QTRY_COMPARE(requestCount(), many);
    QTreeWidget *credentials = tree(u"Credentials"_s);
    QCOMPARE(credentials->topLevelItemCount(), many);
    QCOMPARE(credentials->topLevelItem(0)->text(2), u"Leave out"_s); // another origin
    test::savePicture(*m_dialog, u"import-requests-many"_s);

    // One by keyboard, then all at once.
    credentials->setFocus();
    credentials->setCurrentItem(credentials->topLevelItem(1));
    QTest::keyClick(credentials, Qt::Key_Space);
    auto *box = credentials->findChild<QComboBox *>();
    QVERIFY(box);
    QVERIFY(box->accessibleName().startsWith(u"Keep "_s));
    box->setCurrentIndex(box->findData(m_environment));
    Q_EMIT box->activated(box->currentIndex());
    QTRY_COMPARE(credentials->topLevelItem(1)->text(2), u"Secret variable of Shop"_s);
    for (QComboBox *each : m_dialog->findChildren<QComboBox *>()) {
        if (each->placeholderText() == u"As chosen below"_s) {
            each->setCurrentIndex(each->findData(m_environment));
            Q_EMIT each->activated(each->currentIndex());
        }
    }
    QCOMPARE(credentials->topLevelItem(many - 1)->text(2), u"Secret variable of Shop"_s);
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(imported.size(), 1, 30'000);
    QCOMPARE((*m_core)->environments->find(m_environment)->secretVariables().size(), many);
}

void TestImportRequests::openWindow()
{
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *(*m_core)->settings);
    m_window = std::make_unique<MainWindow>(**m_core, *m_clipboard);
    m_window->show();
    m_window->showTab(MainWindow::ConsoleTab);
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    (*m_core)->workspace->open(path(u"requests"_s));
}

namespace {

/// As if the window system brought it; whether the place takes it.
bool drop(QWidget &place, const QList<QUrl> &urls)
{
    QMimeData mime;
    mime.setUrls(urls);
    QDragEnterEvent enter(place.rect().center(), Qt::CopyAction, &mime, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&place, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event(place.rect().center(), Qt::CopyAction, &mime, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&place, &event);
    return event.isAccepted();
}

} // namespace

void TestImportRequests::takesDroppedFiles_data()
{
    QTest::addColumn<QString>("place");
    QTest::newRow("the window") << QString();
    QTest::newRow("the saved requests") << u"Saved requests"_s;
    QTest::newRow("the providers' requests") << u"Requests"_s;
}

void TestImportRequests::takesDroppedFiles()
{
    QFETCH(QString, place);
    writeFile(path(u"requests/there.http"_s), "### There\nGET https://api.shop.test/there\n");
    QDir(m_folder->path()).mkdir(u"bruno"_s);
    writeFile(path(u"bruno/bruno.json"_s), R"({"version": "1", "name": "Barn", "type": "collection"})");
    writeFile(path(u"bruno/cows.bru"_s), "meta {\n  name: Cows\n  type: http\n}\n\nget {\n  url: https://barn.test/cows\n}\n");
    writeFile(path(u"shop.http"_s), requests());
    openWindow();
    QWidget *target = m_window.get();
    if (!place.isEmpty()) {
        QTRY_VERIFY(test::find<QTreeView>(m_window.get(), place));
        target = test::find<QTreeView>(m_window.get(), place)->viewport();
    }
    QVERIFY(drop(*target, {QUrl::fromLocalFile(path(u"shop.http"_s)), QUrl::fromLocalFile(path(u"bruno"_s))}));
    ImportRequestsDialog *dialog = nullptr;
    QTRY_VERIFY((dialog = m_window->findChild<ImportRequestsDialog *>()));
    QTRY_VERIFY(test::find<QTreeWidget>(dialog, u"Requests to import"_s));
    const auto *shown = test::find<QTreeWidget>(dialog, u"Requests to import"_s);
    QCOMPARE(shown->topLevelItemCount(), 2); // a folder for each
    QCOMPARE(shown->topLevelItem(1)->text(0), u"Barn"_s);
    QCOMPARE(shown->topLevelItem(1)->child(0)->text(0), u"Cows"_s);
    if (place.isEmpty())
        test::savePicture(*dialog, u"import-requests-several"_s);
    // Another drop, on the dialog, takes the place of what it shows.
    QVERIFY(drop(*dialog, {QUrl::fromLocalFile(path(u"bruno"_s))}));
    QTRY_VERIFY((shown = test::find<QTreeWidget>(dialog, u"Requests to import"_s)) && shown->topLevelItemCount() == 1);
}

void TestImportRequests::saysWhyADropIsRefused()
{
    openWindow();
    QVERIFY(drop(*m_window, {QUrl(u"https://shop.test/collection.json"_s)}));
    QTRY_VERIFY(test::wordsOf(m_window.get()).contains(u"Only files and folders of this computer"_s));
    QVERIFY(!m_window->findChild<ImportRequestsDialog *>());
    QVERIFY(drop(*m_window, {QUrl::fromLocalFile(path(u"requests"_s))})); // nothing is in it
    ImportRequestsDialog *dialog = nullptr;
    QTRY_VERIFY((dialog = m_window->findChild<ImportRequestsDialog *>()));
    QTRY_VERIFY(test::wordsOf(dialog).contains(u"holds no files of requests"_s));
}

void TestImportRequests::undoOffersToRemoveWhatWasStored()
{
    writeFile(path(u"shop.http"_s), requests());
    openWindow();
    m_window->consolePage().importRequests();
    auto *dialog = m_window->findChild<ImportRequestsDialog *>();
    dialog->readPaths({path(u"shop.http"_s)});
    QTRY_VERIFY(test::find<QTreeWidget>(dialog, u"Requests to import"_s));
    QVERIFY(test::press(u"Import"_s));
    const auto secrets = [this] { return (*m_core)->environments->find(m_environment)->secretVariables(); };
    QTRY_VERIFY(!allFiles(path(u"requests"_s)).isEmpty());
    QCOMPARE(secrets().size(), 1);
    const QString name = secrets().keys().first();
    QVERIFY(test::press(u"Undo"_s));
    QTRY_VERIFY(allFiles(path(u"requests"_s)).isEmpty());
    const auto *messages = m_window->findChild<MessageBar *>();
    QTRY_VERIFY2(messages->text().contains(u"“%1” of “Shop”"_s.arg(name)), qPrintable(messages->text()));
    QCOMPARE(secrets().size(), 1); // it is lost only when it is wanted
    test::savePicture(*m_window, u"import-requests-undone"_s);
    QVERIFY(test::press(u"Remove Them"_s));
    QTRY_VERIFY(secrets().isEmpty());
    QTRY_VERIFY(messages->text().contains(u"are removed"_s));
}

void TestImportRequests::saysWhatStaysOfAFailedImport()
{
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    QVERIFY(QDir(path(u"requests"_s)).removeRecursively());
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    const auto *messages = m_dialog->findChild<MessageBar *>();
    QTRY_VERIFY2(messages->text().contains(u"stay for the next try: “token” of “Shop”"_s), qPrintable(messages->text()));

    QVERIFY(QDir(m_folder->path()).mkdir(u"requests"_s));
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE(imported.size(), 1);
    QCOMPARE((*m_core)->environments->find(m_environment)->secretVariables().size(), 1);
}

/// The first credential; null: nowhere.
void TestImportRequests::keepFirstIn(const QUuid &environment)
{
    QTRY_VERIFY(tree(u"Credentials"_s));
    QTreeWidget *credentials = tree(u"Credentials"_s);
    credentials->setFocus();
    credentials->setCurrentItem(credentials->topLevelItem(0));
    QTest::keyClick(credentials, Qt::Key_Space);
    auto *box = credentials->findChild<QComboBox *>();
    QVERIFY(box);
    box->setCurrentIndex(box->findData(environment));
    Q_EMIT box->activated(box->currentIndex());
    QTRY_VERIFY(!credentials->findChild<QComboBox *>());
}

void TestImportRequests::remembersWhatAFailedImportStored()
{
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    QVERIFY(QDir(path(u"requests"_s)).removeRecursively());
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    const auto *messages = m_dialog->findChild<MessageBar *>();
    QTRY_VERIFY(messages->text().contains(u"stay for the next try"_s));
    QVERIFY(QDir(m_folder->path()).mkdir(u"requests"_s));

    // Another value of that name does not take its place.
    writeFile(path(u"other.http"_s), requests().replace("Canary3d", "Other4e5"));
    m_dialog->readPaths({path(u"other.http"_s)});
    keepFirstIn(m_environment);
    QTRY_VERIFY2(messages->text().contains(u"Choose another environment"_s), qPrintable(messages->text()));
    QVERIFY(!button(u"Import"_s)->isEnabled());
    // The same one is not stored again.
    m_dialog->readPaths({path(u"shop.http"_s)});
    QTRY_VERIFY(messages->text().isEmpty());
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    keepFirstIn(m_environment);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE(imported.size(), 1);
    const auto secrets = (*m_core)->environments->find(m_environment)->secretVariables();
    QCOMPARE(secrets.size(), 1);
    const auto stored = imported.first().at(1).value<QList<StoredCredential>>();
    QCOMPARE(stored, (QList<StoredCredential>{{m_environment, u"token"_s, secrets.value(u"token"_s)}})); // so that Undo offers to remove it
}

void TestImportRequests::aWarningGoesWithItsReason()
{
    bool isThere = false;
    (*m_core)->secretVariables->set(m_environment, u"token"_s, std::make_shared<const Secret>("before"), this,
                                    [&isThere](const Result<void> &stored) { isThere = stored.has_value(); });
    QTRY_VERIFY(isThere);
    open(requests());
    const auto *messages = m_dialog->findChild<MessageBar *>();
    keepFirstIn(m_environment);
    QTRY_VERIFY2(messages->text().contains(u"Choose another environment"_s), qPrintable(messages->text()));
    QVERIFY(!button(u"Import"_s)->isEnabled());
    keepFirstIn({});
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QCOMPARE(messages->text(), QString());
}

/// Half of an import would be left, and no Undo.
void TestImportRequests::escapeWaitsForWhatIsKept()
{
    auto keychain = std::make_unique<test::ScriptedSecretStore>();
    test::ScriptedSecretStore &scripted = *keychain;
    cleanup();
    start(std::move(keychain));
    scripted.hang(test::ScriptedSecretStore::Op::Write);
    open(requests());
    QTRY_COMPARE(requestCount(), 2);
    QTRY_VERIFY(button(u"Import"_s)->isEnabled());
    QSignalSpy imported(m_dialog.get(), &ImportRequestsDialog::imported);
    QTest::mouseClick(button(u"Import"_s), Qt::LeftButton);
    QTRY_COMPARE(scripted.waiting(), 1);
    QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
    QVERIFY(m_dialog->isVisible());
    scripted.release();
    QTRY_COMPARE(imported.size(), 1);
    QVERIFY(!m_dialog->isVisible());
    QVERIFY(!allFiles(path(u"requests"_s)).isEmpty());
}

void TestImportRequests::routesASingleFile_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<bool>("isApi");
    QTest::newRow("an API") << R"({"openapi": "3.0.0", "info": {"title": "Farm", "version": "1"}, "servers": [{"url": "https://farm.test"}],
                                   "paths": {"/cows": {"get": {"responses": {"200": {"description": "Cows"}}}}}})"_ba << true;
    QTest::newRow("requests") << requests() << false;
}

/// That is dropped on the providers' requests.
void TestImportRequests::routesASingleFile()
{
    QFETCH(QByteArray, contents);
    QFETCH(bool, isApi);
    writeFile(path(u"dropped"_s), contents);
    openWindow();
    QTRY_VERIFY(test::find<QTreeView>(m_window.get(), u"Requests"_s));
    QVERIFY(drop(*test::find<QTreeView>(m_window.get(), u"Requests"_s)->viewport(), {QUrl::fromLocalFile(path(u"dropped"_s))}));
    QTRY_VERIFY(isApi ? bool(m_window->findChild<ImportApiDialog *>()) : bool(m_window->findChild<ImportRequestsDialog *>()));
    QCOMPARE(bool(m_window->findChild<ImportApiDialog *>()), isApi);
    QCOMPARE(bool(m_window->findChild<ImportRequestsDialog *>()), !isApi);
}

QTEST_MAIN(TestImportRequests)
#include "test_import_requests.moc"
