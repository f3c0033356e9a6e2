#include "app/models/KeysModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/KeysPageFixture.h"
#include "tests/support/SandboxFixture.h"
#include "tests/support/Widgets.h"

#include <QAction>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::press;

namespace {

const auto talkover = u"talkover"_s;
const auto chooseOne = u"Choose one key"_s;

} // namespace

/// What the keys page does when several rows are selected: it checks, moves and deletes all of them, says how
/// many, and does nothing to one of them that was not chosen alone.
class TestSeveralKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void saysHowManyAndWaitsForOne();
    void checksAllThatAreSelected();
    void stopsChecking();
    void asksBeforeItDeletesAll();
    void namesTheFirstOfMany();
    void goesByTheSelectionNotByTheCursor();

private:
    ApiKey add(const QString &name, const QByteArray &token, bool used = false);
    ApiKey addWorking(const QString &name, bool used = false);
    void select(const QStringList &names, bool on = true);
    QAction *action(const QString &text) const;
    QMessageBox *box(const QString &title) const;
    QTableView *table() const { return find<QTableView>(m_page, u"Keys"_s); }
    Core &core() { return **m_core; }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<test::KeysPageFixture> m_keysPage;
    KeysPage *m_page = nullptr; // in it
    Environment m_environment;
};

void TestSeveralKeys::init()
{
    m_sandbox = std::make_unique<test::SandboxFixture>();
    QVERIFY(m_sandbox->start());
    m_core = std::make_unique<test::CoreFixture>();
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_sandbox->origin(talkover).toString();
    environment.isProtected = true;
    const Result<Environment> added = core().environments->add(environment);
    QVERIFY(added);
    m_environment = *added;
    m_keysPage = std::make_unique<test::KeysPageFixture>(core());
    m_page = &m_keysPage->page;
}

void TestSeveralKeys::cleanup()
{
    m_keysPage.reset();
    m_core.reset();
    m_sandbox.reset();
}

/// Bound to the sandbox; `used`: by the environment too.
ApiKey TestSeveralKeys::add(const QString &name, const QByteArray &token, bool used)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"environment"_s;
    if (used)
        draft.environmentId = m_environment.id;
    draft.origins = {*Origin::fromUrl(m_sandbox->origin(talkover))};
    return m_core->addKey(draft, token.toStdString());
}

ApiKey TestSeveralKeys::addWorking(const QString &name, bool used)
{
    return add(name, m_sandbox->makeKey(talkover, {{u"name"_s, name}, {u"kind"_s, u"environment"_s}}).token, used);
}

void TestSeveralKeys::select(const QStringList &names, bool on)
{
    const QAbstractItemModel *model = table()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, KeysModel::Name);
        if (names.contains(index.data().toString()))
            table()->selectionModel()->setCurrentIndex(
                index, (on ? QItemSelectionModel::Select : QItemSelectionModel::Deselect) | QItemSelectionModel::Rows);
        else if (on)
            table()->selectionModel()->select(index, QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
    }
}

QAction *TestSeveralKeys::action(const QString &text) const
{
    for (QAction *each : m_page->keyActions()) {
        if (each->text() == text)
            return each;
    }
    return nullptr;
}

QMessageBox *TestSeveralKeys::box(const QString &title) const
{
    return qobject_cast<QMessageBox *>(test::window(title));
}

void TestSeveralKeys::saysHowManyAndWaitsForOne()
{
    add(u"One"_s, "talq_oneoneoneoneoneoneone1");
    add(u"Two"_s, "talq_twotwotwotwotwotwotwo2");
    add(u"Three"_s, "talq_threethreethreethree33");
    select({u"One"_s, u"Two"_s});
    QVERIFY(action(u"Check 2 Keys"_s) && action(u"Check 2 Keys"_s)->isEnabled());
    QVERIFY(action(u"Delete 2 Keys…"_s) && action(u"Delete 2 Keys…"_s)->isEnabled());
    const QStringList waiting{u"Rotate…"_s,  u"Copy As…"_s,   u"Save to .env File…"_s, u"Copy the Token Itself"_s,
                              u"Rename"_s,   u"Set Expiry…"_s, u"Snooze"_s,             u"Where Used"_s,
                              u"Revoke…"_s};
    for (const QString &text : waiting) {
        QVERIFY2(action(text), qPrintable(text));
        QVERIFY2(!action(text)->isEnabled(), qPrintable(text));
        QCOMPARE(action(text)->toolTip(), chooseOne);
    }
    for (const QString &text : {u"Scheduled Revocations…"_s, u"At the Provider…"_s, u"Audit Trail…"_s})
        QVERIFY2(action(text)->isEnabled(), qPrintable(text)); // they are about none of them
    // The buttons of the details say the same.
    QVERIFY(find<QAbstractButton>(m_page, u"Check 2 Keys"_s)->isEnabled());
    QCOMPARE(find<QAbstractButton>(m_page, u"Check 2 Keys"_s)->toolTip(), u"Check 2 Keys"_s);
    QCOMPARE(find<QAbstractButton>(m_page, u"Check 2 Keys"_s)->text(), u"Check"_s); // there is no room for more
    QVERIFY(find<QAbstractButton>(m_page, u"Delete 2 Keys…"_s)->isEnabled());
    QVERIFY(!find<QAbstractButton>(m_page, u"Rotate…"_s)->isEnabled());
    QCOMPARE(find<QAbstractButton>(m_page, u"Rotate…"_s)->toolTip(), chooseOne);
    table()->selectAll();
    QVERIFY(action(u"Check 3 Keys"_s));
    // One again: as ever.
    select({u"Two"_s});
    for (const QString &text : {u"Check"_s, u"Delete…"_s, u"Rotate…"_s, u"Copy As…"_s, u"Rename"_s, u"Set Expiry…"_s,
                                u"Revoke…"_s}) {
        QVERIFY2(action(text) && action(text)->isEnabled(), qPrintable(text));
        QCOMPARE(action(text)->toolTip(), text);
    }
    QVERIFY(find<QAbstractButton>(m_page, u"Rotate…"_s)->toolTip().isEmpty());
    QVERIFY(find<QAbstractButton>(m_page, u"Check"_s)->accessibleName().isEmpty());
}

void TestSeveralKeys::checksAllThatAreSelected()
{
    const ApiKey used = addWorking(u"Used"_s, true);
    const ApiKey unused = addWorking(u"Unused"_s); // tried where it is bound to
    const ApiKey wrong = add(u"Wrong"_s, "talq_nobodynobodynobodynobody");
    const ApiKey other = addWorking(u"Other"_s);
    select({u"Used"_s, u"Unused"_s, u"Wrong"_s});
    QSignalSpy told(m_page, &KeysPage::message);
    action(u"Check 3 Keys"_s)->trigger();
    QVERIFY(test::window(u"Checking Keys"_s));
    QTRY_COMPARE(told.size(), 1);
    const QString words = told.first().first().toString();
    QVERIFY2(words.contains(u"Checked: 2 key") && words.contains(u"1 refused"), qPrintable(words));
    QTRY_VERIFY(!test::window(u"Checking Keys"_s));
    QCOMPARE(core().keys->find(used.id)->status, ApiKey::Status::Works);
    QCOMPARE(core().keys->find(unused.id)->status, ApiKey::Status::Works);
    QCOMPARE(core().keys->find(wrong.id)->status, ApiKey::Status::Refused);
    QCOMPARE(core().keys->find(other.id)->status, other.status);
    QVERIFY(action(u"Check 3 Keys"_s)); // they are selected still
}

void TestSeveralKeys::stopsChecking()
{
    const ApiKey one = addWorking(u"One"_s);
    const ApiKey two = addWorking(u"Two"_s);
    table()->selectAll();
    QSignalSpy told(m_page, &KeysPage::message);
    action(u"Check 2 Keys"_s)->trigger();
    find<QAbstractButton>(test::window(u"Checking Keys"_s), u"Cancel"_s)->click(); // before the first call
    QTRY_COMPARE(told.size(), 1);
    QVERIFY2(told.first().first().toString().contains(u"2 not tried"), qPrintable(told.first().first().toString()));
    QCOMPARE(core().keys->find(one.id)->status, one.status);
    QCOMPARE(core().keys->find(two.id)->status, two.status);
    QTRY_VERIFY(!test::window(u"Checking Keys"_s));
}

void TestSeveralKeys::asksBeforeItDeletesAll()
{
    const ApiKey used = add(u"Used"_s, "talq_usedusedusedusedused11", true);
    const ApiKey unused = add(u"<b>Un&used</b>"_s, "talq_unusedunusedunused222");
    const ApiKey stays = add(u"Stays"_s, "talq_staysstaysstaysstays3");
    select({u"Used"_s, u"<b>Un&used</b>"_s});
    QSignalSpy told(m_page, &KeysPage::message);
    action(u"Delete 2 Keys…"_s)->trigger();
    QTRY_VERIFY(box(u"Delete Keys"_s));
    QCOMPARE(box(u"Delete Keys"_s)->text(), u"Delete these 2 keys?"_s);
    const QString words = box(u"Delete Keys"_s)->informativeText();
    for (const QString &part : {u"Used (talq_"_s, u"used by “Staging” (protected)"_s,
                                u"Calls in “Staging” (protected) will have no key."_s, u"cannot be shown again"_s})
        QVERIFY2(words.contains(part), qPrintable(words));
    QVERIFY(!words.contains(u"Stays"));
    QVERIFY(!words.contains(u"usedusedused")); // no token
    QCOMPARE(box(u"Delete Keys"_s)->defaultButton()->text().remove(u'&'), u"Cancel"_s);
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!box(u"Delete Keys"_s));
    QCOMPARE(core().keys->all().size(), 3);
    action(u"Delete 2 Keys…"_s)->trigger();
    QVERIFY(press(u"Delete 2 Keys"_s));
    QTRY_COMPARE(core().keys->all().size(), 1);
    QCOMPARE(core().keys->all().first().id, stays.id);
    QVERIFY(core().environments->usedBy(used.id).isEmpty());
    QTRY_VERIFY(core().keys->leftovers().isEmpty()); // and so are their tokens
    QCOMPARE(told.size(), 1);
    QCOMPARE(told.first().first().toString(), u"2 keys are deleted."_s);
    Q_UNUSED(unused)
}

void TestSeveralKeys::namesTheFirstOfMany()
{
    for (int i = 0; i < 11; ++i)
        add(u"Key %1"_s.arg(i), "talq_manymanymanymany" + QByteArray::number(1000 + i));
    QTRY_COMPARE(table()->model()->rowCount(), 11);
    table()->selectAll();
    action(u"Delete 11 Keys…"_s)->trigger();
    QTRY_VERIFY(box(u"Delete Keys"_s));
    const QString words = box(u"Delete Keys"_s)->informativeText();
    QCOMPARE(words.count(u"• Key"_s), 8);
    QVERIFY2(words.contains(u"and 3 more"), qPrintable(words));
    QVERIFY(box(u"Delete Keys"_s)->height() < 600);
    QVERIFY(press(u"Cancel"_s));
}

void TestSeveralKeys::goesByTheSelectionNotByTheCursor()
{
    const ApiKey one = add(u"One"_s, "talq_oneoneoneoneoneoneone1");
    const ApiKey two = add(u"Two"_s, "talq_twotwotwotwotwotwotwo2");
    select({u"One"_s, u"Two"_s});
    select({u"Two"_s}, false); // as with Ctrl and a click: the cursor stays there
    QVERIFY(action(u"Delete…"_s));
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(box(u"Delete Key"_s));
    QVERIFY2(box(u"Delete Key"_s)->text().contains(u"“One”"), qPrintable(box(u"Delete Key"_s)->text()));
    QVERIFY(press(u"Delete"_s));
    QTRY_COMPARE(core().keys->all().size(), 1);
    QCOMPARE(core().keys->all().first().id, two.id);
    Q_UNUSED(one)
}

QTEST_MAIN(TestSeveralKeys)
#include "test_several_keys.moc"
