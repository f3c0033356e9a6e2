#include "app/models/RequestsModel.h"
#include "tests/support/ConsoleFixture.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDropEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::wordsOf;

/// The documented calls in the console: finding one, filling it in, what its documentation says; and
/// importing more of them.
class TestCatalogueConsole : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        startConsole();
        if (test::arePicturesDark())
            (*m_core)->settings->setTheme(Settings::Theme::Dark);
        QTRY_VERIFY((*m_core)->catalogues->isLoaded());
        m_tree = find<QTreeView>(m_page.get(), u"Requests"_s);
        QVERIFY(m_tree);
    }
    void cleanup() { endConsole(); }

    void searchesNamesMethodsPathsAndDescriptions();
    void opensACallWithItsExamples();
    void worksByKeyboard();
    void marksWhatIsRequired();
    void offersTheAllowedValues();
    void saysWhatDiffersAndSendsAllTheSame();
    void offersTheMembersOfABody();
    void aPathPartWithoutAValueIsNamedAtItsRow();
    void partsFollowTheUrl();
    void saysWhyAnAnnouncedCallCannotBeMade();
    void findsTheDocumentationAgain();
    void callsWithoutAKeySaySo();
    void importsAFileAndRemovesIt();
    void takesADroppedFile();
    void saysWhyAFileCannotBeImported();
    void holdsInSmallWindows();

private:
    [[nodiscard]] QList<QModelIndex> leaves(const QModelIndex &parent = {}) const
    {
        QList<QModelIndex> all;
        const QAbstractItemModel *model = m_tree->model();
        for (int row = 0; row < model->rowCount(parent); ++row) {
            const QModelIndex index = model->index(row, 0, parent);
            if (model->hasChildren(index))
                all += leaves(index);
            else
                all << index;
        }
        return all;
    }

    [[nodiscard]] QModelIndex leaf(const QString &provider, const QString &name) const
    {
        for (const QModelIndex &index : leaves()) {
            if (index.data().toString() == name &&
                index.data(RequestsModel::ProviderIdRole).toString() == provider)
                return index;
        }
        return {};
    }

    void openLeaf(const QString &provider, const QString &name)
    {
        const QModelIndex index = leaf(provider, name);
        QVERIFY2(index.isValid(), qPrintable(name));
        m_tree->scrollTo(index);
        QTest::mouseClick(m_tree->viewport(), Qt::LeftButton, {}, m_tree->visualRect(index).center());
        QCOMPARE(m_page->request().name, name);
    }

    void search(const QString &text) { find<QLineEdit>(m_page.get(), u"Search requests"_s)->setText(text); }

    [[nodiscard]] QTableView *table(const QString &name) const
    {
        return find<QTableView>(m_page.get(), name);
    }

    void showParams() { tabs(u"Request parts"_s)->setCurrentIndex(0); }

    QString writeFile(const QString &name, const QByteArray &text)
    {
        QFile file(m_files.filePath(name));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s", qPrintable(file.errorString()));
        file.write(text);
        return file.fileName();
    }

    void shootDialog(const QString &name)
    {
        if (QWidget *dialog = test::window(u"Import OpenAPI"_s))
            test::savePicture(*dialog, u"import-"_s + name);
    }

    QTreeView *m_tree = nullptr;
    QTemporaryDir m_files;
};

const QByteArray pets = R"(openapi: 3.0.3
info: {title: Pet Store, version: '1'}
servers: [{url: 'https://pets.example/v1'}, {url: 'http://plain.example'}]
security: [{key: []}]
paths:
  /pets/{id}:
    get: {tags: [Pets], summary: Get pet, parameters: [{name: id, in: path, required: true, schema: {type: integer}}]}
    delete: {tags: [Pets], summary: Remove pet, deprecated: true}
  /owners:
    get: {tags: [Owners], summary: List owners, parameters: [{name: sort, in: query, schema: {type: string, enum: [name, age]}}]}
components: {securitySchemes: {key: {type: http, scheme: bearer}, basic: {type: http, scheme: digest}}}
)";

void TestCatalogueConsole::searchesNamesMethodsPathsAndDescriptions()
{
    const auto found = [this](const QString &text) {
        search(text);
        QStringList names;
        for (const QModelIndex &index : leaves())
            names << index.data(RequestsModel::ProviderIdRole).toString() + u' ' + index.data().toString();
        return names;
    };
    QCOMPARE(found(u"Voice DEMO"_s),
             (QStringList{u"sandbox-talkover Generate voice demo"_s, u"talkover Generate voice demo"_s}));
    QCOMPARE(found(u"  patch advanced-settings "_s),
             (QStringList{u"sandbox-talkover Update advanced settings"_s,
                          u"talkover Update advanced settings"_s}));
    QCOMPARE(found(u"allow_custom_sip_trunks"_s),
             (QStringList{u"sandbox-talkover Create SIP trunk"_s,
                          u"talkover Create SIP trunk"_s})); // its description
    QCOMPARE(found(u"no such call anywhere"_s), QStringList());
    QVERIFY(m_tree->isExpanded(m_tree->model()->index(0, 0)) || m_tree->model()->rowCount() == 0);
    search(u"campaign webhook"_s);
    shoot(u"catalogue-search"_s);
    search({});
    QCOMPARE(leaves().size(), 2 * (60 + 17 + 125 + 8) + 12 + 1);
}

void TestCatalogueConsole::opensACallWithItsExamples()
{
    openLeaf(u"talkover"_s, u"Make a call"_s);
    QCOMPARE(find<QLineEdit>(m_page.get(), u"URL"_s)->text(), u"/api/v1/agents/{agent_id}/call"_s);
    QVERIFY(m_page->request().body.text.contains(u"\"to\""_s));
    QCOMPARE(m_page->request().key.kindId, u"environment"_s);
    shoot(u"catalogue-body"_s);
    showParams();
    QTableView *parts = table(u"Path parts"_s);
    QVERIFY(parts);
    QCOMPARE(parts->model()->rowCount(), 1);
    QCOMPARE(parts->model()->index(0, 0).data().toString(), u"agent_id"_s);
    QCOMPARE(parts->model()->index(0, 1).data().toString(), u"agent_123456"_s);
    // The name is the URL's to say.
    QVERIFY(!(parts->model()->index(0, 0).flags() & Qt::ItemIsEditable));
    QVERIFY(parts->model()->setData(parts->model()->index(0, 1), u"{{agent}}/x"_s, Qt::EditRole));
    shoot(u"catalogue-parts"_s);
    sendAndWait();
    QCOMPARE(m_server->requests().first().method, QByteArray("POST"));
    QCOMPARE(m_server->requests().first().target, QByteArray("/api/v1/agents/agent_123456%2Fx/call"));
    const auto *link = find<QAbstractButton>(m_page.get(), u"Documentation of this call"_s);
    QVERIFY(link);
    QVERIFY(link->toolTip().contains(u"https://docs.talkover.ai/"_s));
}

void TestCatalogueConsole::worksByKeyboard()
{
    search(u"get agent calls"_s);
    m_tree->setFocus();
    m_tree->setCurrentIndex(leaf(u"talkover"_s, u"Get agent calls"_s));
    QTest::keyClick(m_tree, Qt::Key_Return);
    QCOMPARE(m_page->request().url, u"/api/v1/agents/{agent_id}/calls"_s);
    QTableView *parts = table(u"Path parts"_s);
    QVERIFY(parts);
    parts->setFocus();
    parts->setCurrentIndex(parts->model()->index(0, 1));
    QTest::keyClick(parts, Qt::Key_F2);
    auto *editor = qobject_cast<QLineEdit *>(QApplication::focusWidget());
    QVERIFY(editor);
    editor->selectAll();
    QTest::keyClicks(editor, u"agent_7"_s);
    // What is being typed goes along.
    sendAndWait();
    QVERIFY2(m_server->requests().first().target.startsWith("/api/v1/agents/agent_7/calls"),
             m_server->requests().first().target.constData());
    // Delete has nothing to remove there, and Tab leaves.
    parts->setFocus();
    QTest::keyClick(parts, Qt::Key_Delete);
    QCOMPARE(parts->model()->rowCount(), 1);
    parts->setCurrentIndex(parts->model()->index(0, 1));
    QTest::keyClick(parts, Qt::Key_Tab);
    QVERIFY(!parts->hasFocus());
}

void TestCatalogueConsole::marksWhatIsRequired()
{
    addEnvironment(u"Workspace"_s, m_server->url(QString()));
    auto environment = *(*m_core)->environments->current();
    environment.providerId = u"talkturo-api"_s;
    QVERIFY((*m_core)->environments->update(environment));
    openLeaf(u"talkturo-api"_s, u"List API keys"_s);
    QTableView *params = table(u"Request parameters"_s);
    const QModelIndex name = params->model()->index(0, 0);
    QCOMPARE(name.data().toString(), u"accountSlug"_s);
    QCOMPARE(name.data(Qt::AccessibleTextRole).toString(), u"accountSlug, required"_s);
    QVERIFY(name.data(Qt::AccessibleDescriptionRole).toString().startsWith(u"Required: text."_s));
    QVERIFY(name.data(Qt::ToolTipRole).toString().contains(u"Required"_s));
    QCOMPARE(name.data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
    shoot(u"catalogue-required"_s);
    QVERIFY(wordsOf(m_page.get()).contains(u"accountSlug is required, and is empty."_s));
}

void TestCatalogueConsole::offersTheAllowedValues()
{
    openLeaf(u"talkover"_s, u"List agents"_s);
    QTableView *params = table(u"Request parameters"_s);
    const QModelIndex value = params->model()->index(0, 1);
    QCOMPARE(value.siblingAtColumn(0).data().toString(), u"status"_s);
    params->setFocus();
    params->setCurrentIndex(value);
    QTest::keyClick(params, Qt::Key_F2);
    auto *choice = params->findChild<QComboBox *>();
    QVERIFY(choice);
    QCOMPARE(choice->count(), 2);
    QCOMPARE(choice->itemText(1), u"published"_s);
    QVERIFY(choice->isEditable());
    QCOMPARE(choice->currentText(), u"draft"_s);
    shoot(u"catalogue-allowed"_s);
    choice->setCurrentIndex(1);
    m_page->send(); // takes over what is being edited
    QCOMPARE(value.data().toString(), u"published"_s);
    QTRY_COMPARE(m_server->requests().size(), 1);
    QVERIFY(m_server->requests().first().target.contains("per_page=20"));
    QVERIFY(!m_server->requests().first().target.contains("status=")); // it is optional, and was not enabled
}

void TestCatalogueConsole::saysWhatDiffersAndSendsAllTheSame()
{
    openLeaf(u"talkover"_s, u"List agents"_s);
    QVERIFY(!wordsOf(m_page.get()).contains(u"Unlike the documentation"_s));
    QAbstractItemModel *params = table(u"Request parameters"_s)->model();
    params->setData(params->index(3, 1), u"many"_s, Qt::EditRole);
    QTRY_VERIFY(
        wordsOf(m_page.get()).contains(u"Unlike the documentation: per_page is not a whole number."_s));
    shoot(u"catalogue-differs"_s);
    sendAndWait();
    QVERIFY(m_server->requests().first().target.contains("per_page=many"));
    params->setData(params->index(3, 1), u"5"_s, Qt::EditRole);
    QTRY_VERIFY(!wordsOf(m_page.get()).contains(u"Unlike the documentation"_s));

    openLeaf(u"talkover"_s, u"Create agent"_s);
    auto request = m_page->request();
    request.body.text = uR"({"name": 7, "language": "xx-XX"})"_s;
    m_page->open(request);
    QTRY_VERIFY(wordsOf(m_page.get()).contains(u"/label is required, and is missing."_s));
    QVERIFY(wordsOf(m_page.get()).contains(u"more."_s)); // the rest is in the tool tip
    QSignalSpy shown(m_page.get(), &ConsolePage::responseShown);
    m_page->send();
    QVERIFY(shown.wait(10'000));
    QCOMPARE(m_server->requests().size(), 2);
}

void TestCatalogueConsole::offersTheMembersOfABody()
{
    openLeaf(u"talkover"_s, u"Create agent"_s);
    auto *members = find<QTableWidget>(m_page.get(), u"Documented members"_s);
    QVERIFY(members);
    QCOMPARE(members->item(0, 0)->text(), u"/label"_s);
    QCOMPARE(members->item(0, 0)->data(Qt::AccessibleTextRole).toString(), u"/label, required"_s);
    QVERIFY(members->item(0, 1)->text().startsWith(u"Required: text."_s));
    int language = 0;
    while (language < members->rowCount() - 1 && members->item(language, 0)->text() != u"/language"_s)
        ++language;
    shoot(u"catalogue-members"_s);
    members->setFocus();
    members->setCurrentCell(language, 0);
    QTest::keyClick(members, Qt::Key_Return);
    auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QCOMPARE(menu->actions().constFirst()->text(), u"pt-BR"_s);
    menu->actions().constFirst()->trigger();
    menu->close();
    QVERIFY(m_page->request().body.text.contains(u"\"language\": \"pt-BR\",\n"_s));
    open(u"GET"_s, u"/nothing"_s);
    QVERIFY(!find<QTableWidget>(m_page.get(), u"Documented members"_s));
}

void TestCatalogueConsole::aPathPartWithoutAValueIsNamedAtItsRow()
{
    openLeaf(u"talkover"_s, u"Get campaign webhook"_s);
    QTableView *parts = table(u"Path parts"_s);
    QCOMPARE(parts->model()->rowCount(), 2);
    parts->model()->setData(parts->model()->index(1, 1), QString(), Qt::EditRole);
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    QVERIFY(wordsOf(m_page.get()).contains(u"The path part {webhook_id} has no value."_s));
    QCOMPARE(parts->currentIndex(), parts->model()->index(1, 1));
    shoot(u"catalogue-empty-part"_s);
    parts->model()->setData(parts->model()->index(1, 1), u"w1"_s, Qt::EditRole);
    QVERIFY(!wordsOf(m_page.get()).contains(u"has no value."_s));
    sendAndWait();
    QCOMPARE(m_server->requests().first().target,
             QByteArray("/api/v1/campaigns/campaign-uuid-1/webhooks/w1"));
}

void TestCatalogueConsole::partsFollowTheUrl()
{
    open(u"GET"_s, u"/plain"_s);
    QVERIFY(!table(u"Path parts"_s));
    auto *url = find<QLineEdit>(m_page.get(), u"URL"_s);
    url->setText(u"/a/{one}/{two}?x={no}"_s);
    QTableView *parts = table(u"Path parts"_s);
    QVERIFY(parts);
    QCOMPARE(parts->model()->rowCount(), 2);
    parts->model()->setData(parts->model()->index(1, 1), u"2"_s, Qt::EditRole);
    url->setText(u"/a/{two}/{{agent}}"_s);
    QCOMPARE(m_page->request().pathParts, (QList<NameValue>{{u"two"_s, u"2"_s, true}}));
    url->setText(u"/a"_s);
    QVERIFY(!parts->isVisible());
}

void TestCatalogueConsole::saysWhyAnAnnouncedCallCannotBeMade()
{
    const RequestSpec before = m_page->request();
    QSignalSpy messages(m_page.get(), &ConsolePage::message);
    const QModelIndex index = leaf(u"talkturo"_s, u"Start campaign"_s);
    QVERIFY(index.isValid());
    m_tree->scrollTo(index);
    QTest::mouseClick(m_tree->viewport(), Qt::LeftButton, {}, m_tree->visualRect(index).center());
    QCOMPARE(messages.count(), 1);
    QVERIFY(messages.first().first().toString().startsWith(
        u"“Start campaign” cannot be called: the documentation announces it"_s));
    QCOMPARE(m_page->request(), before);
    shoot(u"catalogue-announced"_s);
}

void TestCatalogueConsole::findsTheDocumentationAgain()
{
    openLeaf(u"talkover"_s, u"Make a call"_s);
    const RequestSpec request = m_page->request();
    m_page.reset();
    makePage(); // as after a restart
    QCOMPARE(m_page->request(), request);
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Documentation of this call"_s));
    open(u"GET"_s, u"/nothing/of/the/kind"_s);
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Documentation of this call"_s));
}

void TestCatalogueConsole::callsWithoutAKeySaySo()
{
    auto environment = *(*m_core)->environments->current();
    environment.providerId = u"talkturo-api"_s;
    QVERIFY((*m_core)->environments->update(environment));
    search(u"GET /crm/contacts"_s);
    const QModelIndex first = leaves().constFirst();
    m_tree->scrollTo(first);
    QTest::mouseClick(m_tree->viewport(), Qt::LeftButton, {}, m_tree->visualRect(first).center());
    QCOMPARE(m_page->request().key.mode, KeyChoice::Mode::None);
    QVERIFY(wordsOf(m_page.get())
                .contains(u"It wants the session cookie of the web app; an API key does not work here."_s));
}

void TestCatalogueConsole::importsAFileAndRemovesIt()
{
    const qsizetype before = leaves().size();
    QSignalSpy messages(m_page.get(), &ConsolePage::message);
    m_page->importApi(writeFile(u"pets.yaml"_s, pets));
    QTRY_VERIFY(find<QPushButton>(u"Import"_s) && find<QPushButton>(u"Import"_s)->isEnabled());
    const QWidget *dialog = test::window(u"Import OpenAPI"_s);
    QVERIFY(dialog);
    QVERIFY2(wordsOf(dialog).contains(u"OpenAPI 3.0.3: 3 call"_s), qPrintable(wordsOf(dialog)));
    QCOMPARE(find<QLineEdit>(u"Name of the API"_s)->text(), u"Pet Store"_s);
    const auto *report = find<QPlainTextEdit>(u"Report"_s);
    QVERIFY(report->toPlainText().contains(u"Security scheme basic: “digest” cannot be expressed"_s));
    QVERIFY(report->toPlainText().contains(u"“http://plain.example” cannot be used"_s));
    QCOMPARE(leaves().size(), before); // nothing is kept yet
    shootDialog(u"facts"_s);
    // A base URL that no other place would take is not taken here.
    auto *url = find<QLineEdit>(u"Base URL"_s);
    url->setText(u"http://pets.example"_s);
    QVERIFY(!find<QPushButton>(u"Import"_s)->isEnabled());
    QVERIFY(wordsOf(dialog).contains(u"Plain http is only for this computer"_s));
    shootDialog(u"problem"_s);
    url->setText(u"https://pets.example/v1"_s);
    QVERIFY(test::press(u"Import"_s));
    QTRY_COMPARE(messages.count(), 1);
    QVERIFY(messages.first().first().toString().contains(
        u"Its provider is there after the next start of Keydesk."_s));
    QCOMPARE(leaves().size(), before + 3);
    QVERIFY(QFile::exists((*m_core)->paths.config + u"/providers/pet-store.json"_s));

    search(u"pets"_s);
    shoot(u"catalogue-imported"_s);
    const QModelIndex get = leaves().constFirst();
    QCOMPARE(get.data().toString(), u"Get pet"_s);
    QCOMPARE(leaves().at(1).data().toString(), u"Remove pet (deprecated)"_s);
    QTest::mouseClick(m_tree->viewport(), Qt::LeftButton, {}, m_tree->visualRect(get).center());
    QCOMPARE(m_page->request().url, u"https://pets.example/v1/pets/{id}"_s);
    QCOMPARE(m_page->request().pathParts, (QList<NameValue>{{u"id"_s, u"1"_s, true}}));
    QCOMPARE(m_page->request().key.mode, KeyChoice::Mode::None);

    const QModelIndex top = get.parent().parent();
    Q_EMIT m_tree->customContextMenuRequested(m_tree->visualRect(top).center());
    QMenu *menu = nullptr;
    QTRY_VERIFY((menu = qobject_cast<QMenu *>(QApplication::activePopupWidget())));
    const QList<QAction *> actions = menu->actions();
    QAction *chosen = nullptr;
    for (QAction *action : actions) {
        if (action->text() == u"Remove “Pet Store”…"_s)
            chosen = action;
    }
    QVERIFY(chosen);
    chosen->trigger();
    menu->close();
    QMessageBox *question = nullptr;
    QTRY_VERIFY((question = m_page->findChild<QMessageBox *>(u"removeCatalogue"_s)));
    QCOMPARE(question->defaultButton(), question->button(QMessageBox::Cancel));
    QVERIFY(test::press(u"Remove"_s));
    search({});
    QTRY_COMPARE(leaves().size(), before);
    QVERIFY(QFile::exists((*m_core)->paths.config + u"/providers/pet-store.json"_s));
}

void TestCatalogueConsole::takesADroppedFile()
{
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(writeFile(u"pets.yaml"_s, pets))});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_tree->viewport(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_tree->viewport(), &drop);
    QVERIFY(drop.isAccepted());
    QTRY_VERIFY(test::window(u"Import OpenAPI"_s));
    QTRY_COMPARE(find<QLineEdit>(u"Name of the API"_s) ? find<QLineEdit>(u"Name of the API"_s)->text()
                                                       : QString(),
                 u"Pet Store"_s);
    QVERIFY(test::press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Import OpenAPI"_s));
    QVERIFY(!QFile::exists((*m_core)->paths.config + u"/providers/pet-store.json"_s));
}

void TestCatalogueConsole::saysWhyAFileCannotBeImported()
{
    m_page->importApi(writeFile(u"new.yaml"_s, "openapi: 4.0.0\npaths: {}\n"));
    QWidget *dialog = nullptr;
    QTRY_VERIFY((dialog = test::window(u"Import OpenAPI"_s)));
    QTRY_VERIFY(
        wordsOf(dialog).contains(u"new.yaml: Line 1: version “4.0.0” is not one that Keydesk reads."_s));
    QVERIFY(!find<QPushButton>(u"Import"_s)->isEnabled());
    QVERIFY(find<QPushButton>(u"Choose File…"_s)->isEnabled());
    shootDialog(u"failed"_s);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!test::window(u"Import OpenAPI"_s));
}

void TestCatalogueConsole::holdsInSmallWindows()
{
    openLeaf(u"talkover"_s, u"Get campaign webhook"_s);
    m_page->resize(900, 520);
    shoot(u"catalogue-small"_s);
    QTableView *parts = table(u"Path parts"_s);
    QVERIFY(parts);
    QVERIFY(parts->height() >= parts->verticalHeader()->defaultSectionSize());
    QVERIFY(m_page->width() <= 900);
}

QTEST_MAIN(TestCatalogueConsole)
#include "test_catalogue_console.moc"
#include "tests/support/Pictures.h"
