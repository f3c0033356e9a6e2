#include "app/models/KeysModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/KeysPageFixture.h"
#include "tests/support/TokenProvider.h"
#include "tests/support/Widgets.h"
#include "ui/widgets/TokenField.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::press;
using test::TokenProvider;
using Fault = TokenProvider::Fault;
using Op = TokenProvider::Op;

/// The rotation dialog as a person works it, from the keys page.
class TestRotate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void rotatesThroughTheApi();
    void rotatesByAPastedValue();
    void saysWhyAValueIsRefused();
    void takesBackWhenItIsClosed();
    void listsAndUndoes();
    void worksByKeyboard();

private:
    QWidget *openDialog();
    [[nodiscard]] QUuid usedKey() const;
    [[nodiscard]] QUuid selectedKey() const;
    static bool says(const QString &text);
    static void picture(QWidget *window, const QString &name);

    std::unique_ptr<TokenProvider> m_provider;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<test::KeysPageFixture> m_keysPage;
    KeysPage *m_page = nullptr; // in it
    Environment m_environment;
    ApiKey m_key;
    QByteArray m_token;
};

void TestRotate::init()
{
    m_provider = std::make_unique<TokenProvider>();
    m_core = std::make_unique<test::CoreFixture>();
    Core &core = **m_core;
    core.settings->setTheme(qEnvironmentVariableIsSet("KEYDESK_SHOTS_DARK") ? Settings::Theme::Dark
                                                                            : Settings::Theme::Light);
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_provider->url().toString();
    environment.colour = u"orange"_s;
    m_environment = *core.environments->add(environment);
    const TokenProvider::Token made = m_provider->make(u"CI"_s);
    m_token = made.bytes;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = m_environment.id;
    m_key = m_core->addKey(draft, std::string_view(made.bytes.constData(), std::size_t(made.bytes.size())));
    m_key.remoteId = made.id;
    QVERIFY(core.keys->update(m_key));
    m_keysPage = std::make_unique<test::KeysPageFixture>(core);
    m_page = &m_keysPage->page;
    core.rotations->resume();
}

void TestRotate::cleanup()
{
    m_keysPage.reset();
    m_core.reset();
    m_provider.reset();
}

QWidget *TestRotate::openDialog()
{
    m_page->rotate(m_key.id);
    return test::waitFor([] { return test::window(u"Rotate Key"_s) != nullptr; })
               ? test::window(u"Rotate Key"_s)
               : nullptr;
}

QUuid TestRotate::usedKey() const
{
    return (*m_core)->environments->find(m_environment.id)->keys.value(u"environment"_s);
}

QUuid TestRotate::selectedKey() const
{
    return test::find<QTableView>(m_page, u"Keys"_s)->currentIndex().data(KeysModel::IdRole).toUuid();
}

bool TestRotate::says(const QString &text)
{
    return test::waitFor([&text] {
        for (QWidget *window : QApplication::topLevelWidgets()) {
            for (const QLabel *label : window->findChildren<QLabel *>()) {
                if (label->isVisible() && label->accessibleName().contains(text))
                    return true;
                if (label->isVisible() && label->text().contains(text))
                    return true;
            }
        }
        return false;
    });
}

/// For whoever wants to look: KEYDESK_SHOTS names a folder.
void TestRotate::picture(QWidget *window, const QString &name)
{
    const QString folder = qEnvironmentVariable("KEYDESK_SHOTS");
    if (folder.isEmpty() || !window)
        return;
    QDir().mkpath(folder);
    QCoreApplication::sendPostedEvents(); // what was said last is laid out
    window->grab().save(folder + u'/' + name + u".png"_s);
}

void TestRotate::rotatesThroughTheApi()
{
    QWidget *dialog = openDialog();
    QVERIFY(dialog);
    picture(dialog, u"source"_s);
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"Staging: works, 200 OK"_s));
    QCOMPARE(usedKey(), m_key.id);
    picture(dialog, u"proof"_s);
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(usedKey() != m_key.id);
    auto *choice = test::find<QComboBox>(u"Revoke the old key"_s);
    QVERIFY(choice);
    picture(dialog, u"old"_s);
    choice->setCurrentIndex(choice->findText(u"Now"_s));
    QVERIFY(press(u"Finish"_s));
    QTRY_VERIFY(!m_provider->accepts(m_token));
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE(m_provider->active().size(), 1);
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(selectedKey(), usedKey()); // the one to go on with
}

void TestRotate::rotatesByAPastedValue()
{
    QWidget *dialog = openDialog();
    QVERIFY(dialog);
    auto *guided = test::find<QRadioButton>(u"Make it in the dashboard and paste it here"_s);
    QVERIFY(guided);
    guided->click();
    QVERIFY(says(u"ends the old token at once"_s)); // before anything was done
    auto *next = test::find<QAbstractButton>(u"Next"_s);
    QVERIFY(!next->isEnabled());
    m_provider->end(m_token);
    const TokenProvider::Token made = m_provider->make(u"CI"_s);
    auto *field = test::find<TokenField>(u"New value"_s);
    QVERIFY(field);
    const QByteArray pasted = "Bearer " + made.bytes + "\n";
    field->setSecret(Secret(std::string_view(pasted.constData(), std::size_t(pasted.size()))));
    Q_EMIT field->secretEdited();
    QVERIFY(says(u"line break"_s)); // what was cleaned is shown
    picture(dialog, u"guided"_s);
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"Staging: works"_s));
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(!test::window(u"Rotate Key"_s)); // nothing is left to be decided
    QVERIFY(usedKey() != m_key.id);
    QCOMPARE((*m_core)->keys->find(m_key.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(selectedKey(), usedKey());
}

void TestRotate::saysWhyAValueIsRefused()
{
    m_provider->fault(Op::Check, Fault::Refuses);
    QWidget *dialog = openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"The new key was refused"_s));
    picture(dialog, u"refused"_s);
    QVERIFY(!test::find<QAbstractButton>(u"Switch"_s)->isEnabled());
    m_provider->fault(Op::Check, Fault::None);
    QVERIFY(press(u"Try Again"_s));
    QVERIFY(says(u"It works everywhere"_s));
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE(usedKey(), m_key.id);
    QCOMPARE(m_provider->active().size(), 1);
}

void TestRotate::takesBackWhenItIsClosed()
{
    QWidget *dialog = openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"It works everywhere"_s));
    QSignalSpy told(m_page, &KeysPage::message);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE(usedKey(), m_key.id);
    QCOMPARE(m_provider->active().size(), 1);
    QCOMPARE(told.size(), 1);
    QTRY_COMPARE((*m_core)->keys->all().size(), 1);
}

void TestRotate::listsAndUndoes()
{
    openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(press(u"Switch"_s));
    QVERIFY(press(u"Finish"_s)); // in a day
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    const QUuid key = usedKey();
    m_page->selectKey(key);
    QVERIFY(says(u"will be revoked in 24 hour"_s)); // in the details
    picture(m_page, u"page"_s);
    for (QAction *action : m_page->keyActions()) {
        if (action->text() == u"Scheduled Revocations…")
            action->trigger();
    }
    QTRY_VERIFY(test::window(u"Scheduled Revocations"_s));
    QWidget *list = test::window(u"Scheduled Revocations"_s);
    picture(list, u"list"_s);
    auto *undo = test::find<QAbstractButton>(list, u"Undo the rotation of “CI”"_s);
    QVERIFY(undo);
    undo->click();
    QCOMPARE(usedKey(), m_key.id);
    QVERIFY(says(u"No key is being rotated"_s));
    QVERIFY(m_provider->accepts(m_token));
}

void TestRotate::worksByKeyboard()
{
    QAction *rotate = m_page->keyActions().first();
    QCOMPARE(rotate->shortcut(), QKeySequence(u"Ctrl+R"_s));
    m_page->selectKey(m_key.id);
    rotate->trigger();
    QTRY_VERIFY(test::window(u"Rotate Key"_s));
    QWidget *dialog = test::window(u"Rotate Key"_s);
    QTest::keyClick(dialog, Qt::Key_Return);
    QVERIFY(says(u"It works everywhere"_s));
    QTest::keyClick(dialog, Qt::Key_Return);
    QTRY_VERIFY(usedKey() != m_key.id);
    for (QWidget *widget : dialog->findChildren<QWidget *>()) {
        if (widget->isVisible() && widget->focusPolicy() != Qt::NoFocus &&
            qobject_cast<QAbstractButton *>(widget))
            QVERIFY(!qobject_cast<QAbstractButton *>(widget)->text().isEmpty() ||
                    !widget->accessibleName().isEmpty());
    }
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE((*m_core)->rotations->rotations().all().size(), 1); // it works until somebody says so
}

QTEST_MAIN(TestRotate)
#include "test_rotate.moc"
