#include "tests/support/CoreFixture.h"
#include "tests/support/Widgets.h"
#include "ui/environments/EnvironmentsPage.h"

#include "app/models/EnvironmentsModel.h"

#include "ui/UndoHistory.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

class TestEnvironmentsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void hasTheSandboxFromTheFirstStart();
    void hasItsAccessibleNames();
    void storesWhatIsValid();
    void keepsWhatIsNotValidAndSaysWhy();
    void choosesAKey();
    void duplicatesWithoutKeys();
    void deletesAndUndoes();
    void givesAnIdentityItsOwnKey();
    void showsAGridWithGaps();
    void checksAllFromTheGrid();

private:
    Environment shown() const;

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<EnvironmentsModel> m_model;
    std::unique_ptr<EnvironmentsPage> m_page;
};

void TestEnvironmentsPage::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    test::CoreFixture &core = *m_core;
    m_model = std::make_unique<EnvironmentsModel>(*core->environments, core->providers);
    m_page = std::make_unique<EnvironmentsPage>(*core->environments, *m_model, *core->keys, *core->keyService, core->providers,
                                                *core->ring, core->redactor, *core->settings);
    m_page->resize(1180, 700);
    m_page->show();
}

void TestEnvironmentsPage::cleanup()
{
    m_page.reset();
    m_model.reset();
    m_core.reset();
}

Environment TestEnvironmentsPage::shown() const
{
    const auto *list = find<QAbstractItemView>(m_page.get(), u"Environments list"_s);
    return (**m_core).environments->find(list->currentIndex().data(EnvironmentsModel::IdRole).toUuid()).value_or(Environment());
}

void TestEnvironmentsPage::hasTheSandboxFromTheFirstStart()
{
    QCOMPARE((**m_core).environments->all().size(), 3);
    for (const Environment &environment : (**m_core).environments->all())
        QVERIFY2(environment.baseUrl.startsWith(u"http://127.0.0.1:"), qPrintable(environment.baseUrl));
}

void TestEnvironmentsPage::hasItsAccessibleNames()
{
    QVERIFY(find<QAbstractItemView>(m_page.get(), u"Environments list"_s));
    QVERIFY(find<QLineEdit>(m_page.get(), u"Environment name"_s));
    QVERIFY(find<QLineEdit>(m_page.get(), u"Base URL"_s));
    QVERIFY(find<QCheckBox>(m_page.get(), u"Protected"_s));
}

void TestEnvironmentsPage::storesWhatIsValid()
{
    m_page->addEnvironment();
    const QUuid id = shown().id;
    auto *name = find<QLineEdit>(m_page.get(), u"Environment name"_s);
    auto *url = find<QLineEdit>(m_page.get(), u"Base URL"_s);
    name->selectAll();
    QTest::keyClicks(name, u"Production"_s);
    url->selectAll();
    QTest::keyClicks(url, u"https://app.talkover.ai/"_s);
    find<QCheckBox>(m_page.get(), u"Protected"_s)->click();
    const auto stored = (**m_core).environments->find(id);
    QVERIFY(stored);
    QCOMPARE(stored->name, u"Production"_s);
    QCOMPARE(stored->baseUrl, u"https://app.talkover.ai"_s);
    QVERIFY(stored->isProtected);
}

void TestEnvironmentsPage::keepsWhatIsNotValidAndSaysWhy()
{
    const Environment before = shown();
    auto *url = find<QLineEdit>(m_page.get(), u"Base URL"_s);
    for (const QString &bad : {u"http://app.talkover.ai"_s, u"https://user:pw@app.talkover.ai"_s, u"ftp://x"_s, u"nonsense"_s, QString()}) {
        url->selectAll();
        QTest::keyClick(url, Qt::Key_Delete);
        QTest::keyClicks(url, bad);
        QCOMPARE(url->text(), bad);
        bool said = false;
        for (const QLabel *label : url->parentWidget()->findChildren<QLabel *>())
            said = said || (label->isVisible() && !label->text().isEmpty());
        QVERIFY2(said, qPrintable(bad));
        QCOMPARE(checkBaseUrl(bad).has_value(), false);
    }
    QCOMPARE(shown().baseUrl.isEmpty(), false);
    QVERIFY(checkBaseUrl(shown().baseUrl).has_value());
    auto *name = find<QLineEdit>(m_page.get(), u"Environment name"_s);
    name->selectAll();
    QTest::keyClick(name, Qt::Key_Delete);
    QCOMPARE(shown().name, before.name);
}

void TestEnvironmentsPage::choosesAKey()
{
    const Environment environment = shown();
    NewKey draft;
    draft.name = u"A key"_s;
    draft.providerId = environment.providerId;
    draft.kindId = (**m_core).providers.find(environment.providerId)->firstStorableKind()->id;
    const ApiKey key = (*m_core).addKey(draft, "talq_0123456789abcdef0123");
    QVERIFY(!key.id.isNull());
    const QString kind = (**m_core).providers.find(environment.providerId)->firstStorableKind()->name;
    QTRY_VERIFY(find<QComboBox>(m_page.get(), u"Key for "_s + kind));
    auto *choice = find<QComboBox>(m_page.get(), u"Key for "_s + kind);
    choice->setFocus();
    choice->setCurrentIndex(choice->findData(key.id));
    Q_EMIT choice->activated(choice->currentIndex());
    QCOMPARE(shown().keys.value(draft.kindId), key.id);
    const AuditEntry noted = (**m_core).keys->events(key.id, 1).first();
    QCOMPARE(noted.action, KeyAction::Bound);
    QVERIFY2(noted.what.contains(environment.name), qPrintable(noted.what));
}

void TestEnvironmentsPage::duplicatesWithoutKeys()
{
    const auto before = (**m_core).environments->all().size();
    QVERIFY(test::press(u"Duplicate"_s));
    QTRY_COMPARE((**m_core).environments->all().size(), before + 1);
    QVERIFY(shown().keys.isEmpty());
}

void TestEnvironmentsPage::deletesAndUndoes()
{
    const Environment gone = shown();
    const auto before = (**m_core).environments->all();
    UndoStep step;
    connect(m_page.get(), &EnvironmentsPage::undoable, this, [&step](const UndoStep &done) { step = done; });
    QVERIFY(test::press(u"Delete…"_s));
    QTRY_VERIFY(test::window(u"Delete Environment"_s));
    for (const QLabel *label : test::window(u"Delete Environment"_s)->findChildren<QLabel *>())
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    QVERIFY(test::press(u"Delete"_s));
    QTRY_VERIFY(!(**m_core).environments->find(gone.id));
    QVERIFY(step.undo && step.redo);
    QVERIFY(step.undo());
    QCOMPARE((**m_core).environments->all(), before);
    QVERIFY(step.redo());
    QVERIFY(!(**m_core).environments->find(gone.id));
}

void TestEnvironmentsPage::givesAnIdentityItsOwnKey()
{
    test::CoreFixture &core = *m_core;
    const Environment environment = shown();
    QVERIFY(test::press(u"Add Identity…"_s));
    QVERIFY(test::waitFor([] { return test::window(u"Add Identity"_s); }));
    auto *dialog = qobject_cast<QInputDialog *>(test::window(u"Add Identity"_s));
    QVERIFY(dialog);
    dialog->setTextValue(u"read only"_s);
    dialog->accept();
    QCOMPARE(shown().identities.size(), 1);

    NewKey draft;
    draft.name = u"Reader"_s;
    draft.providerId = environment.providerId;
    draft.kindId = core->providers.find(environment.providerId)->firstStorableKind()->id;
    const ApiKey key = core.addKey(draft, "talq_token-for-the-reader");
    const TokenKind *kind = core->providers.find(environment.providerId)->kind(draft.kindId);
    const QString name = u"Key for %1 as read only"_s.arg(kind->name);
    QVERIFY(test::waitFor([&] { return find<QComboBox>(m_page.get(), name) != nullptr; }));
    auto *choice = find<QComboBox>(m_page.get(), name);
    choice->setCurrentIndex(choice->findData(key.id));
    Q_EMIT choice->activated(choice->currentIndex());
    QCOMPARE(shown().keyOf(draft.kindId), std::nullopt);
    QCOMPARE(shown().keyOf(draft.kindId, u"read only"_s), key.id);

    QSignalSpy undoable(m_page.get(), &EnvironmentsPage::undoable);
    QAbstractButton *more = nullptr;
    QVERIFY(test::waitFor([&] { return (more = find<QAbstractButton>(m_page.get(), u"Change the identity read only"_s)) != nullptr; }));
    more->findChild<QMenu *>()->actions().last()->trigger();
    QVERIFY(shown().identities.isEmpty());
    QCOMPARE(undoable.size(), 1);
    QCOMPARE(core->keys->events(key.id, 1).first().action, KeyAction::Unbound);
    QVERIFY(undoable.at(0).at(0).value<UndoStep>().undo());
    QCOMPARE(shown().keyOf(draft.kindId, u"read only"_s), key.id);
    const AuditEntry noted = core->keys->events(key.id, 1).first();
    QCOMPARE(noted.action, KeyAction::Bound);
    QVERIFY2(noted.what.contains(u"as “read only”"_s), qPrintable(noted.what));
}

void TestEnvironmentsPage::showsAGridWithGaps()
{
    QVERIFY(test::press(u"Grid"_s));
    QVERIFY(test::waitFor([this] { return find<QTableView>(m_page.get(), u"Environments and keys"_s) != nullptr; }));
    const auto *table = find<QTableView>(m_page.get(), u"Environments and keys"_s);
    QCOMPARE(table->model()->rowCount(), 3);
    QSignalSpy asked(m_page.get(), &EnvironmentsPage::newKeyRequested);
    Q_EMIT const_cast<QTableView *>(table)->activated(table->model()->index(0, 0));
    QCOMPARE(asked.size(), 1);
    const auto hints = asked.at(0).at(0).value<NewKeyHints>();
    QCOMPARE(hints.environmentId, (**m_core).environments->all().first().id);
    QVERIFY(!hints.kindId.isEmpty());
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Check All"_s)->isEnabled()); // nothing to check yet
    QVERIFY(test::press(u"List"_s));
    QVERIFY(test::waitFor([this] { return find<QLineEdit>(m_page.get(), u"Environment name"_s) != nullptr; }));
}

void TestEnvironmentsPage::checksAllFromTheGrid()
{
    test::CoreFixture &core = *m_core;
    QVERIFY(core.startSandbox());
    const Environment environment = core->environments->all().first();
    NewKey draft;
    draft.name = u"Dialer"_s;
    draft.providerId = environment.providerId;
    draft.kindId = core->providers.find(environment.providerId)->firstStorableKind()->id;
    draft.environmentId = environment.id;
    const ApiKey key = core.addKey(draft, "talq_that-nobody-knows");
    QSignalSpy said(m_page.get(), &EnvironmentsPage::message);
    m_page->checkAllKeys();
    QVERIFY(test::waitFor([&said] { return said.size() == 1; }));
    QCOMPARE(said.at(0).at(0).toString(), u"Checked: 1 refused."_s);
    QCOMPARE(core->keys->find(key.id)->status, ApiKey::Status::Refused);
}

QTEST_MAIN(TestEnvironmentsPage)
#include "test_environments_page.moc"
