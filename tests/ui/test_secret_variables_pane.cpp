#include "app/models/EnvironmentsModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Pictures.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/Widgets.h"
#include "ui/environments/EnvironmentsPage.h"
#include "ui/environments/SecretVariableDialog.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TokenField.h"

#include <QAbstractItemView>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// The secret variables of the environment page, used as a person would.
class TestSecretVariablesPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void addsOne();
    void saysWhatIsWrongAndLosesNothing();
    void changesAValue();
    void makesAPlainOneSecret();
    void makesItSecretByKeyboard();
    void renamesInPlace();
    void deletesOnlyWhenConfirmed();
    void anotherProviderKeepsThem();

private:
    [[nodiscard]] Environment environment() const { return *m_core->environments->find(m_id); }
    [[nodiscard]] QTableView *table() const { return find<QTableView>(m_page.get(), u"Secret variables"_s); }
    void click(const QString &text) const
    {
        for (QPushButton *button : m_page->findChildren<QPushButton *>()) {
            if (button->text() == text && button->isVisible()) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        }
        QFAIL(qPrintable(text));
    }
    void add(const QString &name, const QString &value);
    static void picture(QWidget &window, const QString &name);

    std::unique_ptr<TempHome> m_settingsHome;
    std::unique_ptr<Settings> m_look;
    std::unique_ptr<ThemeController> m_theme;
    ScriptedSecretStore *m_store = nullptr;
    std::unique_ptr<CoreFixture> m_fixture;
    Core *m_core = nullptr;
    std::unique_ptr<EnvironmentsModel> m_model;
    std::unique_ptr<EnvironmentsPage> m_page;
    QUuid m_id;
};

void TestSecretVariablesPane::initTestCase()
{
    // The real look, for the pictures; the tests hold with any.
    m_settingsHome = std::make_unique<TempHome>();
    m_look = std::make_unique<Settings>(m_settingsHome->path(u"look.ini"_s));
    m_look->setTheme(test::arePicturesDark() ? Settings::Theme::Dark : Settings::Theme::Light);
    m_theme = std::make_unique<ThemeController>(*qApp, *m_look);
}

void TestSecretVariablesPane::picture(QWidget &window, const QString &name)
{
    test::savePicture(window, name);
}

void TestSecretVariablesPane::init()
{
    auto store = std::make_unique<ScriptedSecretStore>();
    m_store = store.get();
    m_fixture = std::make_unique<CoreFixture>(std::move(store));
    m_core = &**m_fixture;
    Environment made;
    made.name = u"Production"_s;
    made.providerId = u"custom"_s;
    made.baseUrl = u"https://api.example.test"_s;
    made.variables = {{u"region"_s, u"eu-1"_s}, {u"password"_s, u"correct horse battery"_s}};
    m_id = m_core->environments->add(made)->id;
    m_model = std::make_unique<EnvironmentsModel>(*m_core->environments, m_core->providers);
    m_page = std::make_unique<EnvironmentsPage>(*m_core->environments, *m_model, *m_core->keys, *m_core->keyService, m_core->providers,
                                                *m_core->ring, *m_core->environmentSecrets, *m_core->secretVariables, *m_core->settings);
    m_page->resize(1000, 600);
    m_page->show();
    m_page->select(m_id);
    find<QTabBar>(m_page.get(), u"Environment sections"_s)->setCurrentIndex(1);
}

void TestSecretVariablesPane::cleanup()
{
    m_page.reset();
    m_model.reset();
    m_fixture.reset();
}

void TestSecretVariablesPane::add(const QString &name, const QString &value)
{
    click(u"Add Secret…"_s);
    auto *dialog = m_page->findChild<SecretVariableDialog *>();
    QVERIFY(dialog);
    QTRY_VERIFY(find<QLineEdit>(dialog, u"Variable name"_s)->hasFocus());
    QTest::keyClicks(find<QLineEdit>(dialog, u"Variable name"_s), name);
    QTest::keyClicks(find<TokenField>(dialog, u"Secret value"_s), value);
    picture(*dialog, u"secret-variable-dialog"_s);
    QTest::keyClick(find<TokenField>(dialog, u"Secret value"_s), Qt::Key_Return);
    QTRY_VERIFY(!m_page->findChild<SecretVariableDialog *>());
}

void TestSecretVariablesPane::addsOne()
{
    QVERIFY(!table());
    add(u"clientSecret"_s, u"a-secret-of-the-client-3f9a"_s);
    QVERIFY(environment().secretVariables().contains(u"clientSecret"_s));
    QTRY_VERIFY(table());
    const QAbstractItemModel &model = *table()->model();
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 0).data().toString(), u"clientSecret"_s);
    QCOMPARE(model.index(0, 3).data().toString(), u"https://api.example.test"_s);
    // S3: in no role of no cell.
    for (int column = 0; column < model.columnCount(); ++column) {
        for (int role = 0; role < Qt::UserRole + 10; ++role)
            QVERIFY(!model.index(0, column).data(role).toString().contains(u"secret-of"_s));
    }
    QCOMPARE(environment().variables.size(), 2);
    picture(*m_page, u"secret-variables"_s);
}

void TestSecretVariablesPane::saysWhatIsWrongAndLosesNothing()
{
    m_store->failWith(ScriptedSecretStore::Op::Write, {Error::Kind::KeychainFailed, u"The keychain is full."_s, {}});
    click(u"Add Secret…"_s);
    auto *dialog = m_page->findChild<SecretVariableDialog *>();
    auto *name = find<QLineEdit>(dialog, u"Variable name"_s);
    auto *value = find<TokenField>(dialog, u"Secret value"_s);
    QPushButton *apply = nullptr;
    for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
        if (button->isDefault())
            apply = button;
    }
    QVERIFY(apply && !apply->isEnabled());
    QTest::keyClicks(value, u"a value"_s);
    QTest::keyClicks(name, u"a}b"_s);
    QVERIFY(!apply->isEnabled());
    QVERIFY(value->accessibleDescription().contains(u"braces"_s));
    name->selectAll();
    QTest::keyClicks(name, u"code"_s);
    QVERIFY(apply->isEnabled());
    apply->click();
    QTRY_COMPARE(value->accessibleDescription(), u"The keychain is full."_s);
    QVERIFY(value->secret().equals(Secret("a value")));
    QVERIFY(environment().secretVariables().isEmpty());
    m_store->succeedAgain(ScriptedSecretStore::Op::Write);
    apply->click();
    QTRY_VERIFY(environment().secretVariables().contains(u"code"_s));
}

void TestSecretVariablesPane::changesAValue()
{
    add(u"code"_s, u"first value of it"_s);
    const QUuid before = environment().secretVariables().value(u"code"_s);
    table()->setCurrentIndex(table()->model()->index(0, 0));
    m_page->activateWindow();
    table()->setFocus();
    QTRY_VERIFY(table()->hasFocus());
    QTest::keyClick(table(), Qt::Key_Return);
    auto *dialog = m_page->findChild<SecretVariableDialog *>();
    QVERIFY(dialog);
    QVERIFY(find<QLineEdit>(dialog, u"Variable name"_s)->isReadOnly());
    QTRY_VERIFY(find<TokenField>(dialog, u"Secret value"_s)->hasFocus());
    QTest::keyClicks(find<TokenField>(dialog, u"Secret value"_s), u"second value of it"_s);
    QTest::keyClick(find<TokenField>(dialog, u"Secret value"_s), Qt::Key_Return);
    QTRY_VERIFY(environment().secretVariables().value(u"code"_s) != before);
    QTRY_COMPARE(m_store->vault().size(), 1U);
    QCOMPARE(m_store->vault().begin()->second, "second value of it");
}

void TestSecretVariablesPane::makesAPlainOneSecret()
{
    auto *plain = find<QTableView>(m_page.get(), u"Variables"_s);
    plain->setCurrentIndex(plain->model()->index(1, 0));
    click(u"Make Secret"_s);
    QTRY_VERIFY(environment().secretVariables().contains(u"password"_s));
    QCOMPARE(environment().variables, (Variables{{u"region"_s, u"eu-1"_s}}));
    QTRY_COMPARE(plain->model()->rowCount(), 2); // and the empty one
}

void TestSecretVariablesPane::makesItSecretByKeyboard()
{
    auto *plain = find<QTableView>(m_page.get(), u"Variables"_s);
    plain->setCurrentIndex(plain->model()->index(1, 0));
    m_page->activateWindow();
    plain->setFocus();
    QTRY_VERIFY(plain->hasFocus());
    QTest::keyClick(plain, Qt::Key_M, Qt::ControlModifier);
    QTRY_VERIFY(environment().secretVariables().contains(u"password"_s));
    // On the row to type into there is nothing to move.
    plain->setCurrentIndex(plain->model()->index(1, 0));
    QTest::keyClick(plain, Qt::Key_M, Qt::ControlModifier);
    QCOMPARE(environment().variables, (Variables{{u"region"_s, u"eu-1"_s}}));
}

void TestSecretVariablesPane::renamesInPlace()
{
    add(u"code"_s, u"a value of it"_s);
    QVERIFY(table()->model()->setData(table()->model()->index(0, 0), u"pin"_s));
    QCOMPARE(environment().secretVariables().keys(), QStringList{u"pin"_s});
    QSignalSpy failed(m_page.get(), &EnvironmentsPage::failed);
    QVERIFY(!table()->model()->setData(table()->model()->index(0, 0), u"$pin"_s));
    QCOMPARE(failed.size(), 1);
}

void TestSecretVariablesPane::deletesOnlyWhenConfirmed()
{
    add(u"code"_s, u"a value of it"_s);
    table()->setCurrentIndex(table()->model()->index(0, 0));
    m_page->activateWindow();
    table()->setFocus();
    QTRY_VERIFY(table()->hasFocus());
    for (const bool confirmed : {false, true}) {
        m_page->activateWindow();
        QTRY_VERIFY(table()->hasFocus());
        QTest::keyClick(table(), Qt::Key_Delete);
        auto *box = m_page->findChild<QMessageBox *>();
        QVERIFY(box);
        for (QAbstractButton *button : box->buttons()) {
            if ((box->buttonRole(button) == QMessageBox::DestructiveRole) == confirmed) {
                button->click();
                break;
            }
        }
        QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
        QCOMPARE(environment().secretVariables().isEmpty(), confirmed);
    }
    QTRY_VERIFY(m_store->vault().empty());
    QTRY_VERIFY(!table());
}

void TestSecretVariablesPane::anotherProviderKeepsThem()
{
    add(u"code"_s, u"a value of it"_s);
    Environment changed = environment();
    changed.keys.insert(u"api-key"_s, environment().secretVariables().value(u"code"_s));
    QCOMPARE(changed.callKeys().size(), 1);
    QCOMPARE(environment().callKeys().size(), 0);
    QCOMPARE(environment().allKeys().size(), 1);
}

QTEST_MAIN(TestSecretVariablesPane)
#include "test_secret_variables_pane.moc"
