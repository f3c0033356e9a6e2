#include "app/models/EnvironmentsModel.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Pictures.h"
#include "ui/console/UrlField.h"
#include "ui/environments/EnvironmentsPage.h"
#include "ui/widgets/NameValueTable.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

/// Names of variables while they are typed, in each field where they mean something.
class TestVariableCompletion : public QObject, private test::ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        startConsole();
        if (test::arePicturesDark())
            (*m_core)->settings->setTheme(Settings::Theme::Dark);
    }
    void cleanup() { endConsole(); }

    void offersNothingWithoutBraces();
    void completesInTheUrl();
    void theArrowsChoose();
    void escapeClosesTheList();
    void filtersAsItIsTyped();
    void replacesTheNameThatIsThere();
    void completesInACell();
    void completesInTheBody();
    void completesInTheEnvironment();
    void leadsThroughAnEarlierAnswer();
    void knowsTheEnvironmentsBesideTheFile();
    void secretsAreDots();
    void theMethodOffersNone();
    void isReadByAScreenReader();
    void looksRight();

private:
    QLineEdit *url()
    {
        auto *field = find<QLineEdit>(m_page.get(), u"URL"_s);
        field->setFocus();
        return field;
    }
    /// The list, if it is open.
    static QListView *list()
    {
        auto *popup = qobject_cast<QListView *>(QApplication::activePopupWidget());
        return popup && popup->accessibleName() == u"Variables"_s ? popup : nullptr;
    }
    static QStringList offered()
    {
        QStringList names;
        for (int row = 0; list() && row < list()->model()->rowCount(); ++row)
            names.append(list()->model()->index(row, 0).data().toString());
        return names;
    }
    /// As a person does: to whoever has the keyboard.
    static void type(QWidget *field, const QString &text)
    {
        for (const QChar c : text)
            QTest::keyClick(list() ? list() : field, c.toLatin1());
    }
    static void press(QWidget *field, Qt::Key key) { QTest::keyClick(list() ? list() : field, key); }
};

void TestVariableCompletion::offersNothingWithoutBraces()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"/v1/{agent}"_s);
    QVERIFY(!list());
    type(field, u"/{{agent}}/x"_s);
    QVERIFY(!list());
}

void TestVariableCompletion::completesInTheUrl()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"/v1/{{"_s);
    QTRY_VERIFY(list());
    QVERIFY(offered().contains(u"agent"_s));
    QVERIFY(offered().contains(u"baseUrl"_s));
    QVERIFY(offered().contains(u"$guid"_s));
    type(field, u"ag"_s);
    press(field, Qt::Key_Return);
    QVERIFY(!list());
    QCOMPARE(field->text(), u"/v1/{{agent}}"_s);
    QCOMPARE(m_page->request().url, u"/v1/{{agent}}"_s);
    QVERIFY(field->hasFocus());
    QCOMPARE(static_cast<UrlField *>(field)->resolved(), m_server->url(u"/v1/agent_123456"_s).toString());
    type(field, u"/{{$gu"_s);
    press(field, Qt::Key_Tab);
    QCOMPARE(field->text(), u"/v1/{{agent}}/{{$guid}}"_s);
    QVERIFY(field->hasFocus());
}

void TestVariableCompletion::theArrowsChoose()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{"_s);
    QTRY_VERIFY(list());
    const QString second = offered().at(1);
    press(field, Qt::Key_Down);
    press(field, Qt::Key_Return);
    QCOMPARE(field->text(), u"{{%1}}"_s.arg(second));
}

void TestVariableCompletion::escapeClosesTheList()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{a"_s);
    QTRY_VERIFY(list());
    press(field, Qt::Key_Escape);
    QVERIFY(!list());
    QCOMPARE(field->text(), u"{{a"_s);
}

void TestVariableCompletion::filtersAsItIsTyped()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{$random"_s);
    QTRY_VERIFY(list());
    for (const QString &name : offered())
        QVERIFY(name.startsWith(u"$random"_s));
    press(field, Qt::Key_Backspace);
    type(field, u"zzz"_s);
    QVERIFY(!list());
    type(field, u"}}"_s);
    QVERIFY(!list());
}

void TestVariableCompletion::replacesTheNameThatIsThere()
{
    open(u"GET"_s, u"/x/{{old}}/y"_s);
    QLineEdit *field = url();
    field->setCursorPosition(5);
    type(field, u"a"_s);
    QTRY_VERIFY(list());
    press(field, Qt::Key_Backspace);
    type(field, u"agen"_s);
    press(field, Qt::Key_Return);
    QCOMPARE(field->text(), u"/x/{{agent}}/y"_s);
}

void TestVariableCompletion::completesInACell()
{
    open(u"GET"_s, u"/"_s);
    auto *table = find<QTableView>(m_page.get(), u"Request parameters"_s);
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 0));
    table->edit(table->currentIndex());
    type(QApplication::focusWidget(), u"id"_s);
    press(QApplication::focusWidget(), Qt::Key_Tab);
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QLineEdit *cell = qobject_cast<QLineEdit *>(QApplication::focusWidget());
    type(cell, u"{{ag"_s);
    QTRY_VERIFY(list());
    press(cell, Qt::Key_Return);
    QCOMPARE(cell->text(), u"{{agent}}"_s);
    QVERIFY(cell->hasFocus()); // it is still being edited
    press(cell, Qt::Key_Return);
    QTRY_COMPARE(m_page->request().params, (QList<NameValue>{{u"id"_s, u"{{agent}}"_s, true}}));
}

void TestVariableCompletion::completesInTheBody()
{
    RequestBody body;
    body.kind = RequestBody::Kind::Json;
    body.text = u"{\n  \"id\": \"\"\n}"_s;
    open(u"POST"_s, u"/"_s, body);
    auto *view = find<QPlainTextEdit>(m_page.get(), u"Request body"_s);
    view->setFocus();
    QTextCursor cursor = view->textCursor();
    cursor.setPosition(11);
    view->setTextCursor(cursor);
    type(view, u"{{"_s);
    QTRY_VERIFY(list());
    type(view, u"age"_s);
    QTRY_COMPARE(offered(), QStringList{u"agent"_s});
    press(view, Qt::Key_Tab);
    QCOMPARE(view->toPlainText(), u"{\n  \"id\": \"{{agent}}\"\n}"_s);
    QVERIFY(view->hasFocus());
    view->undo();
    QVERIFY(!view->toPlainText().contains(u"}}\""_s));
}

void TestVariableCompletion::completesInTheEnvironment()
{
    EnvironmentsModel model(*(*m_core)->environments, (*m_core)->providers);
    EnvironmentsPage page(*(*m_core)->environments, model, *(*m_core)->keys, *(*m_core)->keyService, (*m_core)->providers, *(*m_core)->ring,
                          *(*m_core)->environmentSecrets, *(*m_core)->secretVariables, *(*m_core)->settings);
    page.resize(1000, 600);
    page.show();
    page.select(m_environment.id);
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    find<QTabBar>(&page, u"Environment sections"_s)->setCurrentIndex(1);
    auto *table = find<QTableView>(&page, u"Variables"_s);
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 1));
    table->edit(table->currentIndex());
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QWidget *cell = QApplication::focusWidget();
    type(cell, u"{{bas"_s);
    QTRY_COMPARE(offered(), QStringList{u"baseUrl"_s});
    press(cell, Qt::Key_Return);
    press(cell, Qt::Key_Return);
    QTRY_COMPARE((*m_core)->environments->find(m_environment.id)->variables.first().value, u"{{baseUrl}}"_s);
}

void TestVariableCompletion::leadsThroughAnEarlierAnswer()
{
    RequestSpec login;
    login.name = u"login"_s;
    login.url = u"/login"_s;
    m_page->open(login);
    sendAndWait();
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{login.response.b"_s);
    QTRY_VERIFY(list());
    QCOMPARE(offered().first(), u"login.response.body.$."_s);
    press(field, Qt::Key_Return); // goes on
    QCOMPARE(field->text(), u"{{login.response.body.$."_s);
    QTRY_COMPARE(offered(), QStringList{u"login.response.body.$.ok"_s});
    press(field, Qt::Key_Return);
    QCOMPARE(field->text(), u"{{login.response.body.$.ok}}"_s);
    // Marked and shown on hover by the same sources.
    field->setText(u"/{{login.response.body.$.ok}}"_s);
    QVERIFY(static_cast<UrlField *>(field)->resolved().endsWith(u"/true"_s));
}

void TestVariableCompletion::knowsTheEnvironmentsBesideTheFile()
{
    QTemporaryDir folder;
    const auto write = [&](const QString &name, const QByteArray &text) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    };
    write(u"a.http"_s, "@part = beside\n\n### One\nGET /x/{{fromEnv}}\n");
    write(u"http-client.env.json"_s, R"({"Local":{"fromEnv":"theirs"}})");
    (*m_core)->workspace->open(folder.path());
    const auto tree = [this] { return find<QTreeView>(m_page.get(), u"Saved requests"_s); };
    const auto request = [&] {
        QModelIndex index;
        while (tree() && tree()->model()->rowCount(index) > 0)
            index = tree()->model()->index(0, 0, index);
        return index;
    };
    QTRY_COMPARE(request().data().toString(), u"One"_s);
    tree()->expandAll();
    tree()->setCurrentIndex(request());
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_Return);
    QTRY_COMPARE(m_page->request().url, u"/x/{{fromEnv}}"_s);
    auto *field = static_cast<UrlField *>(url());
    QVERIFY2(field->resolved().endsWith(u"/x/theirs"_s), qPrintable(field->resolved()));
    field->end(false);
    type(field, u"/{{fro"_s);
    QTRY_COMPARE(offered(), QStringList{u"fromEnv"_s});
    press(field, Qt::Key_Escape);
    press(field, Qt::Key_Backspace);
    press(field, Qt::Key_Backspace);
    press(field, Qt::Key_Backspace);
    type(field, u"par"_s);
    QTRY_COMPARE(offered().value(0), u"part"_s);
}

void TestVariableCompletion::secretsAreDots()
{
    Environment changed = m_environment;
    const QString secret = QString::fromLatin1(test::token.data());
    changed.variables.append({u"leaked"_s, secret, true});
    changed.variables.append({u"leaked2"_s, u"x"_s.repeated(185) + secret, true}); // over the end of what is shown
    QVERIFY((*m_core)->environments->update(changed));
    (*m_core)->redactor.add(Secret(test::token));
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{leak"_s);
    QTRY_VERIFY(list());
    QCOMPARE(list()->model()->rowCount(), 2);
    const QModelIndex row = list()->model()->index(0, 0);
    for (int role = 0; role < Qt::UserRole + 10; ++role) {
        QVERIFY(!row.data(role).toString().contains(u"canary"_s));
        QVERIFY(!row.siblingAtRow(1).data(role).toString().contains(u"canary"_s));
    }
    QVERIFY(row.data(Qt::AccessibleTextRole).toString().contains(u"••••"_s));
}

void TestVariableCompletion::theMethodOffersNone()
{
    open(u"GET"_s, {});
    auto *method = m_page->findChild<QComboBox *>();
    for (QComboBox *each : m_page->findChildren<QComboBox *>()) {
        if (each->isEditable() && each->lineEdit()->accessibleName() == u"Method"_s)
            method = each;
    }
    method->setFocus();
    method->lineEdit()->clear();
    type(method, u"{{"_s);
    QVERIFY(!list());
}

void TestVariableCompletion::isReadByAScreenReader()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"{{agent"_s);
    press(field, Qt::Key_Backspace);
    QTRY_VERIFY(list());
    QCOMPARE(list()->model()->index(0, 0).data(Qt::AccessibleTextRole).toString(), u"agent, agent_123456"_s);
    QCOMPARE(list()->currentIndex().row(), 0);
}

void TestVariableCompletion::looksRight()
{
    open(u"GET"_s, {});
    QLineEdit *field = url();
    type(field, u"/v1/{{"_s);
    QTRY_VERIFY(list());
    shoot(u"variables-list"_s, list());
    shoot(u"variables-page"_s);
}

QTEST_MAIN(TestVariableCompletion)

#include "test_variable_completion.moc"
