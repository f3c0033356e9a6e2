#include "app/keys/RevokeAdvice.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/Readable.h"
#include "tests/support/Widgets.h"
#include "ui/keys/KeyFilter.h"
#include "ui/keys/KeysPage.h"
#include "ui/keys/RevokeDialog.h"
#include "ui/keys/TimedReveal.h"
#include "ui/widgets/Clipboard.h"

#include "app/models/KeysModel.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;

namespace {

constexpr std::string_view firstToken = "talq_firstfirstfirstfirst1111";
constexpr std::string_view secondToken = "talq_secondsecondsecond2222";

} // namespace

class TestKeysPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void isEmptyAtFirst();
    void hasItsAccessibleNames();
    void searchesAndFilters();
    void renamesInPlace();
    void copiesThePlaceholderFirst();
    void copiesTheTokenOnlyWhenAsked();
    void opensCopyAsAndSaveToEnvFile();
    void revealsInTheDetails();
    void takesDroppedFiles();
    void asksBeforeDeleting();
    void saysWhereARevocationIsDoneWhenItCannot();
    void takesNamesForPlainText();
    void showsNoTokenAnywhere();
    void cutsNoNameShortAt1180();
    void leavesColumnsOutOfANarrowWindow();
    void givesLeftOverRoomBack();
    void keepsTheWidthsThatWereSetByHand();
    void theFilterIsAProperModel();

private:
    NewKey draft(const QString &name) const;
    QAction *action(const QString &text) const;

    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<Clipboard> m_clipboard;
    std::unique_ptr<KeysPage> m_page;
};

void TestKeysPage::init()
{
    m_core = std::make_unique<test::CoreFixture>();
    test::CoreFixture &core = *m_core;
    m_clipboard = std::make_unique<Clipboard>(*QGuiApplication::clipboard(), *core->settings);
    m_page = std::make_unique<KeysPage>(*core->keys, *core->ring, *core->keyService, *core->environments, core->providers,
                                        *m_clipboard, *core->settings, *core->usage, *core->due, *core->history);
    m_page->resize(1180, 700);
    m_page->show();
}

void TestKeysPage::cleanup()
{
    m_page.reset();
    m_clipboard.reset();
    m_core.reset();
}

NewKey TestKeysPage::draft(const QString &name) const
{
    NewKey key;
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    return key;
}

QAction *TestKeysPage::action(const QString &text) const
{
    for (QAction *each : m_page->keyActions()) {
        if (each->text() == text)
            return each;
    }
    return nullptr;
}

void TestKeysPage::isEmptyAtFirst()
{
    QVERIFY(m_page->hasNoKeys());
    QVERIFY(!find<QTableView>(m_page.get(), u"Keys"_s));
    QSignalSpy wanted(m_page.get(), &KeysPage::newKeyRequested);
    QVERIFY(test::press(u"New Key…"_s));
    QTRY_COMPARE(wanted.size(), 1);
}

void TestKeysPage::hasItsAccessibleNames()
{
    QVERIFY(!(*m_core).addKey(draft(u"First"_s), firstToken).id.isNull());
    QVERIFY(find<QLineEdit>(m_page.get(), u"Search keys"_s));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"New Key"_s));
    QTRY_VERIFY(find<QTableView>(m_page.get(), u"Keys"_s));
}

void TestKeysPage::searchesAndFilters()
{
    QVERIFY(!(*m_core).addKey(draft(u"Production dialer"_s), firstToken).id.isNull());
    QVERIFY(!(*m_core).addKey(draft(u"CI pipeline"_s), secondToken).id.isNull());
    auto *table = find<QTableView>(m_page.get(), u"Keys"_s);
    auto *search = find<QLineEdit>(m_page.get(), u"Search keys"_s);
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTest::keyClicks(search, u"pipe TALK"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, KeysModel::Name).data().toString(), u"CI pipeline"_s);
    QTest::keyClicks(search, u" nonsense"_s);
    QCOMPARE(table->model()->rowCount(), 0);
    QVERIFY(!find<QTableView>(m_page.get(), u"Keys"_s)); // the empty state says so instead
    QVERIFY(test::press(u"Clear Filters"_s));
    QTRY_COMPARE(table->model()->rowCount(), 2);
    auto *status = find<QComboBox>(m_page.get(), u"Status filter"_s);
    status->setCurrentIndex(status->findText(keyStatusWord(static_cast<int>(ApiKey::Status::Works))));
    QCOMPARE(table->model()->rowCount(), 0);
}

void TestKeysPage::renamesInPlace()
{
    const ApiKey key = (*m_core).addKey(draft(u"Old name"_s), firstToken);
    m_page->selectKey(key.id);
    action(u"Rename"_s)->trigger();
    QTRY_VERIFY(find<QLineEdit>(m_page.get(), u"Key name"_s));
    auto *editor = find<QLineEdit>(m_page.get(), u"Key name"_s);
    editor->setText(u"New name"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE((**m_core).keys->find(key.id)->name, u"New name"_s);

    QSignalSpy failed(m_page.get(), &KeysPage::failed);
    action(u"Rename"_s)->trigger();
    QTRY_VERIFY(find<QLineEdit>(m_page.get(), u"Key name"_s));
    editor = find<QLineEdit>(m_page.get(), u"Key name"_s);
    editor->setText(u"   "_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE((**m_core).keys->find(key.id)->name, u"New name"_s);
}

void TestKeysPage::copiesThePlaceholderFirst()
{
    m_page->selectKey((*m_core).addKey(draft(u"First"_s), firstToken).id);
    QVERIFY(action(u"Copy $TALKOVER_TOKEN"_s));
    action(u"Copy $TALKOVER_TOKEN"_s)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"$TALKOVER_TOKEN"_s);
    action(u"Copy Header with $TALKOVER_TOKEN"_s)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Authorization: Bearer $TALKOVER_TOKEN"_s);
}

void TestKeysPage::copiesTheTokenOnlyWhenAsked()
{
    m_page->selectKey((*m_core).addKey(draft(u"First"_s), firstToken).id);
    action(u"Copy Header with the Token Itself"_s)->trigger();
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"Authorization: Bearer talq_firstfirstfirstfirst1111"_s);
    QVERIFY(QGuiApplication::clipboard()->mimeData()->hasFormat(u"x-kde-passwordManagerHint"_s));
    QVERIFY(m_clipboard->secondsLeft() > 0);
}

void TestKeysPage::opensCopyAsAndSaveToEnvFile()
{
    m_page->selectKey((*m_core).addKey(draft(u"First"_s), firstToken).id);
    QCOMPARE(action(u"Copy As…"_s)->shortcut(), QKeySequence(u"Ctrl+Shift+C"_s));
    action(u"Copy As…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Copy Key"_s));
    find<QLineEdit>(u"Variable name"_s)->setText(u"MY_TOKEN"_s);
    QVERIFY(test::press(u"Save to .env File…"_s));
    QTRY_VERIFY(test::window(u"Save to .env File"_s));
    QTRY_VERIFY(!test::window(u"Copy Key"_s));
    QCOMPARE(find<QLineEdit>(u"File"_s)->window(), test::window(u"Save to .env File"_s));
    QVERIFY(find<QLineEdit>(u"Variable name"_s));
    QVERIFY(test::press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Save to .env File"_s));
}

void TestKeysPage::revealsInTheDetails()
{
    const ApiKey key = (*m_core).addKey(draft(u"First"_s), firstToken);
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    m_page->selectKey(key.id);
    auto *reveal = m_page->findChild<TimedReveal *>();
    QVERIFY(reveal->isVisible());
    action(u"Reveal for 10 s"_s)->trigger();
    QTRY_VERIFY(reveal->isRevealed());
    QCOMPARE(test::placesThatTell(m_page.get(), QString::fromLatin1(firstToken.data(), static_cast<qsizetype>(firstToken.size()))), QStringList());
    const ApiKey other = (*m_core).addKey(draft(u"Second"_s), secondToken);
    m_page->selectKey(other.id);
    QVERIFY(!reveal->isRevealed());
}

void TestKeysPage::takesDroppedFiles()
{
    QSignalSpy wanted(m_page.get(), &KeysPage::importRequested);
    QMimeData data;
    data.setUrls({QUrl(u"https://example.test/.env"_s)});
    QDragEnterEvent fromTheWeb(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    fromTheWeb.ignore();
    QCoreApplication::sendEvent(m_page.get(), &fromTheWeb);
    QVERIFY(!fromTheWeb.isAccepted());
    data.setUrls({QUrl::fromLocalFile(u"/home/me/.env"_s)});
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_page.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_page.get(), &drop);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().toStringList(), QStringList{u"/home/me/.env"_s});
}

void TestKeysPage::asksBeforeDeleting()
{
    const ApiKey key = (*m_core).addKey(draft(u"Precious"_s), firstToken);
    m_page->selectKey(key.id);
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Delete Key"_s));
    QVERIFY(test::press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Delete Key"_s));
    QVERIFY((**m_core).keys->find(key.id));
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Delete Key"_s));
    QVERIFY(test::press(u"Delete"_s));
    QTRY_VERIFY(!(**m_core).keys->find(key.id));
    QVERIFY(m_page->hasNoKeys());
}

void TestKeysPage::saysWhereARevocationIsDoneWhenItCannot()
{
    m_page->selectKey((*m_core).addKey(draft(u"Pasted"_s), firstToken).id);
    action(u"Revoke…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Revoke Key"_s));
    QVERIFY(find<QAbstractButton>(u"Open Dashboard"_s));
    QVERIFY(test::press(u"Close"_s));
}

void TestKeysPage::takesNamesForPlainText()
{
    const QString name = u"<b>bold</b><img src=x>"_s;
    const ApiKey key = (*m_core).addKey(draft(name), firstToken);
    const auto isPlain = [&name](QWidget *root) {
        int shown = 0;
        for (const QLabel *label : root->findChildren<QLabel *>()) {
            if (!label->text().contains(name))
                continue;
            ++shown;
            if (label->textFormat() != Qt::PlainText)
                return false;
        }
        return shown > 0;
    };
    m_page->selectKey(key.id);
    QTRY_VERIFY(isPlain(m_page.get()));
    action(u"Delete…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Delete Key"_s));
    QVERIFY(isPlain(test::window(u"Delete Key"_s)));
    for (const QLabel *label : test::window(u"Delete Key"_s)->findChildren<QLabel *>())
        QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
    QVERIFY(test::press(u"Cancel"_s));
    action(u"Revoke…"_s)->trigger();
    QTRY_VERIFY(test::window(u"Revoke Key"_s));
    QVERIFY(isPlain(test::window(u"Revoke Key"_s)));
    QVERIFY(test::press(u"Close"_s));

    RevokeAdvice advice;
    advice.named = name;
    RevokeDialog dialog(key, *(**m_core).providers.find(u"talkover"_s), advice, *(**m_core).keyService);
    for (const QLabel *label : dialog.findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestKeysPage::showsNoTokenAnywhere()
{
    m_page->selectKey((*m_core).addKey(draft(u"First"_s), firstToken).id);
    const QString token = QString::fromLatin1(firstToken.data(), static_cast<qsizetype>(firstToken.size()));
    for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
        for (const char *property : {"text", "toolTip", "accessibleName", "accessibleDescription", "windowTitle", "whatsThis", "statusTip"})
            QVERIFY2(!widget->property(property).toString().contains(token), property);
    }
    const QAbstractItemModel *model = find<QTableView>(m_page.get(), u"Keys"_s)->model();
    for (int column = 0; column < model->columnCount(); ++column) {
        for (int role = 0; role < Qt::UserRole + 32; ++role)
            QVERIFY(!model->index(0, column).data(role).toString().contains(token));
    }
}

void TestKeysPage::cutsNoNameShortAt1180()
{
    Core &core = **m_core;
    const QList<QPair<QString, QString>> keys{{u"Production dialer"_s, u"talkover"_s},
                                              {u"production-integration"_s, u"talkturo"_s},
                                              {u"Local development"_s, u"sandbox-talkover"_s}};
    int number = 0;
    for (const auto &[name, providerId] : keys) {
        NewKey key;
        key.name = name;
        key.providerId = providerId;
        key.kindId = core.providers.find(providerId)->firstStorableKind()->id;
        for (const Environment &environment : core.environments->all()) {
            if (environment.providerId == providerId)
                key.environmentId = environment.id;
        }
        QVERIFY(!m_core->addKey(key, "talq_0123456789abcdef000" + std::to_string(++number)).id.isNull());
    }
    auto *table = find<QTableView>(m_page.get(), u"Keys"_s);
    QTRY_COMPARE(table->model()->rowCount(), 3);
    const auto cut = [table] {
        QStringList found;
        const QAbstractItemView *view = table; // protected in the table, public in what it is
        for (const int column : {KeysModel::Name, KeysModel::Provider, KeysModel::Environment, KeysModel::Key}) {
            if (table->columnWidth(column) < view->sizeHintForColumn(column))
                found << u"%1: %2 of %3"_s.arg(table->model()->headerData(column, Qt::Horizontal).toString())
                             .arg(table->columnWidth(column))
                             .arg(view->sizeHintForColumn(column));
        }
        return found.join(u' ');
    };
    QTRY_COMPARE(cut(), QString());
    QCOMPARE(table->horizontalHeader()->length(), table->viewport()->width());

    // With a long name the others give way first.
    NewKey key = draft(u"Talkover sandbox environment token"_s);
    QVERIFY(!m_core->addKey(key, "talq_0123456789abcdef0009").id.isNull());
    QTRY_COMPARE(table->model()->rowCount(), 4);
    QTRY_VERIFY2(!cut().contains(u"Name"_s), qPrintable(cut()));
    QCOMPARE(table->horizontalHeader()->length(), table->viewport()->width());
}

void TestKeysPage::leavesColumnsOutOfANarrowWindow()
{
    test::CoreFixture &core = *m_core;
    QVERIFY(!core.addKey(draft(u"Talkover sandbox environment token"_s), firstToken).id.isNull());
    auto *table = find<QTableView>(m_page.get(), u"Keys"_s);
    QHeaderView *header = table->horizontalHeader();
    QTRY_COMPARE(header->length(), table->viewport()->width());
    QVERIFY(!header->isSectionHidden(KeysModel::Kind));
    auto *search = find<QLineEdit>(m_page.get(), u"Search keys"_s);
    const auto yOf = [this](const QWidget *widget) { return widget->mapTo(m_page.get(), QPoint()).y(); };
    const QList<QComboBox *> filters{find<QComboBox>(m_page.get(), u"Provider filter"_s), find<QComboBox>(m_page.get(), u"Environment filter"_s),
                                     find<QComboBox>(m_page.get(), u"Status filter"_s)};
    for (const QComboBox *filter : filters)
        QCOMPARE(yOf(filter), yOf(search));

    m_page->resize(900, 500);
    QTRY_VERIFY(header->isSectionHidden(KeysModel::Kind));
    QTRY_COMPARE(header->length(), table->viewport()->width());
    QVERIFY2(header->sectionSize(KeysModel::Name) >= 150, qPrintable(QString::number(header->sectionSize(KeysModel::Name))));
    for (const QComboBox *filter : filters) {
        QTRY_VERIFY(yOf(filter) > yOf(search));
        QVERIFY2(filter->width() >= filter->sizeHint().width(), qPrintable(filter->currentText()));
    }
    // Nobody hid it: sorting, which is remembered with the columns, must not make it so.
    header->setSortIndicator(KeysModel::Status, Qt::DescendingOrder);
    KeysPage again(*core->keys, *core->ring, *core->keyService, *core->environments, core->providers, *m_clipboard, *core->settings,
                   *core->usage, *core->due, *core->history);
    again.resize(1180, 700);
    again.show();
    auto *other = find<QTableView>(&again, u"Keys"_s);
    QTRY_COMPARE(other->horizontalHeader()->length(), other->viewport()->width());
    QVERIFY(!other->horizontalHeader()->isSectionHidden(KeysModel::Kind));

    m_page->resize(1180, 700);
    QTRY_VERIFY(!header->isSectionHidden(KeysModel::Kind));
    for (const QComboBox *filter : filters)
        QTRY_COMPARE(yOf(filter), yOf(search));
}

void TestKeysPage::givesLeftOverRoomBack()
{
    NewKey key = draft(u"CI"_s);
    key.providerId = u"sandbox-talkover"_s;
    key.kindId = (*m_core)->providers.find(key.providerId)->firstStorableKind()->id;
    QVERIFY(!m_core->addKey(key, firstToken).id.isNull());
    auto *table = find<QTableView>(m_page.get(), u"Keys"_s);
    QHeaderView *header = table->horizontalHeader();
    m_page->resize(900, 500);
    QTRY_VERIFY(header->isSectionHidden(KeysModel::Kind));
    QTRY_COMPARE(header->length(), table->viewport()->width());
    const QAbstractItemView *view = table;
    // At each width: either nothing is cut, or names have no more than they need (with the arrow beside their title).
    for (int wide = 720; wide <= 1200; wide += 20) {
        m_page->resize(wide, 500);
        for (int turn = 0; turn < 3; ++turn) // the columns follow a turn later
            QCoreApplication::processEvents();
        QCOMPARE(header->length(), table->viewport()->width());
        const int spare = table->columnWidth(KeysModel::Name) - std::max(view->sizeHintForColumn(KeysModel::Name), 90);
        const bool cut = !header->isSectionHidden(KeysModel::Provider) && table->columnWidth(KeysModel::Provider) < view->sizeHintForColumn(KeysModel::Provider);
        QVERIFY2(!cut || spare <= 0, qPrintable(u"%1 pixels are left over at %2"_s.arg(spare).arg(wide)));
    }
}

void TestKeysPage::keepsTheWidthsThatWereSetByHand()
{
    QVERIFY(!m_core->addKey(draft(u"First"_s), firstToken).id.isNull());
    auto *table = find<QTableView>(m_page.get(), u"Keys"_s);
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QHeaderView *header = table->horizontalHeader();
    const QPoint edge(header->sectionViewportPosition(KeysModel::Kind) + header->sectionSize(KeysModel::Kind) - 1,
                      header->height() / 2);
    QTest::mousePress(header->viewport(), Qt::LeftButton, {}, edge);
    QTest::mouseMove(header->viewport(), edge + QPoint(30, 0));
    QTest::mouseRelease(header->viewport(), Qt::LeftButton, {}, edge + QPoint(30, 0));
    const int width = header->sectionSize(KeysModel::Kind);
    QVERIFY(!m_core->addKey(draft(u"A second one with quite a long name"_s), secondToken).id.isNull());
    QTRY_COMPARE(table->model()->rowCount(), 2);
    m_page->resize(1300, 700);
    QTRY_COMPARE(table->horizontalHeader()->length(), table->viewport()->width());
    QCOMPARE(header->sectionSize(KeysModel::Kind), width);

    // They are there again after a restart.
    test::CoreFixture &core = *m_core;
    KeysPage again(*core->keys, *core->ring, *core->keyService, *core->environments, core->providers, *m_clipboard,
                   *core->settings, *core->usage, *core->due, *core->history);
    again.resize(1180, 700);
    again.show();
    auto *other = find<QTableView>(&again, u"Keys"_s);
    QTRY_COMPARE(other->horizontalHeader()->length(), other->viewport()->width());
    QCOMPARE(find<QTableView>(&again, u"Keys"_s)->columnWidth(KeysModel::Kind), width);
}

void TestKeysPage::theFilterIsAProperModel()
{
    const auto tables = m_page->findChildren<QTableView *>(); // it is hidden while there is no key
    auto *table = *std::ranges::find(tables, u"Keys"_s, &QWidget::accessibleName);
    const QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const ApiKey key = (*m_core).addKey(draft(u"First"_s), firstToken);
    QVERIFY(!(*m_core).addKey(draft(u"Second"_s), secondToken).id.isNull());
    qobject_cast<KeyFilter *>(table->model())->setSearch(u"second"_s);
    QVERIFY((**m_core).keyService->remove(key.id));
    qobject_cast<KeyFilter *>(table->model())->clear();
    QCOMPARE(table->model()->rowCount(), 1);
}

QTEST_MAIN(TestKeysPage)
#include "test_keys_page.moc"
