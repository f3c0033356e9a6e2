#include "app/base/Redactor.h"
#include "app/filter/FilterHistory.h"
#include "app/filter/FilterJob.h"
#include "app/http/HttpResponse.h"
#include "app/storage/Settings.h"
#include "tests/support/Pictures.h"
#include "tests/support/TempHome.h"
#include "tests/support/Widgets.h"
#include "ui/console/BodyView.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FilterField.h"
#include "ui/viewer/FilterResult.h"
#include "ui/viewer/TextPane.h"
#include "ui/viewer/ViewerWindow.h"

#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const QByteArray orders =
    R"({"orders":[{"id":9007199254740993,"name":"first","total":12.50},{"id":2,"name":"second","total":7}]})";

QList<QString> labels(const QWidget *root)
{
    QList<QString> texts;
    for (const QLabel *label : root->findChildren<QLabel *>()) {
        if (label->isVisible())
            texts << label->text();
    }
    return texts;
}

bool says(const QWidget *root, const QString &words)
{
    const QList<QString> texts = labels(root);
    return std::any_of(texts.cbegin(), texts.cend(),
                       [&words](const QString &text) { return text.contains(words); });
}

} // namespace

/// Filtering a body where it is shown: the field, and the result in a pane of its own.
class TestFilterField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void itIsOfferedForJson_data();
    void itIsOfferedForJson();
    void aSmallBodyIsFilteredAsOneTypes();
    void theLanguageIsGuessedAndCanBeChosen();
    void problemsAreToldAtTheField();
    void errorsStandUnderTheResults();
    void roundedNumbersAreTold();
    void nothingFoundIsSaid();
    void escapeStopsThenCloses();
    void itStopsWithTheView();
    void itAsksWhenItsTimeIsUp();
    void namesOfMembersAreOffered();
    void namesAreWrittenAsTheLanguageReadsThem_data();
    void namesAreWrittenAsTheLanguageReadsThem();
    void expressionsComeBack();
    void secretsAreNotKept();
    void theResultIsSaved();
    void whatIsShownIsSavedWhateverIsTyped();
    void examplesCanBeTried();
    void anotherFileIsFilteredAnew();
    void aFileThatIsReplacedIsFilteredAnew_data();
    void aFileThatIsReplacedIsFilteredAnew();
    void anAnswerIsFilteredAsItIsShown();
    void itLooksGood();

private:
    QString write(const QByteArray &contents, const QString &name = u"orders.json"_s);
    void open(const QByteArray &contents = orders);
    void type(const QString &expression);
    [[nodiscard]] QLineEdit *field() const { return find<QLineEdit>(m_window.get(), u"Filter"_s); }
    [[nodiscard]] FilterResult *result() const { return m_window->findChild<FilterResult *>(); }
    /// What the result shows; empty if it shows something else.
    [[nodiscard]] QByteArray shown() const;

    TempHome m_home;
    QTemporaryDir m_folder;
    std::unique_ptr<ViewerWindow> m_window;
};

void TestFilterField::initTestCase()
{
    makeTextPanesReadable();
    QApplication::setPalette(theme::palette(arePicturesDark()));
}

void TestFilterField::init()
{
    m_window = std::make_unique<ViewerWindow>();
    m_window->setAttribute(Qt::WA_DeleteOnClose, false);
    m_window->show();
}

void TestFilterField::cleanup()
{
    m_window.reset();
}

QString TestFilterField::write(const QByteArray &contents, const QString &name)
{
    const QString path = m_folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

void TestFilterField::open(const QByteArray &contents)
{
    m_window->open(write(contents));
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(field() && field()->hasFocus());
}

void TestFilterField::type(const QString &expression)
{
    field()->selectAll();
    QTest::keyClicks(field(), expression);
}

QByteArray TestFilterField::shown() const
{
    const FileView *view = result()->view();
    if (!view || !view->isVisible() || !result()->job() || !result()->job()->output())
        return {};
    return result()->job()->output()->read(0, 1'000'000);
}

void TestFilterField::itIsOfferedForJson_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isOffered");
    QTest::newRow("by content") << QByteArray("\n {\"a\":1}") << u"a"_s << true;
    QTest::newRow("array") << QByteArray("[1") << u"a.txt"_s << true;
    QTest::newRow("by name") << QByteArray("1\n2\n") << u"a.jsonl"_s << true;
    QTest::newRow("records") << QByteArray("\x1E{}\n") << u"a"_s << true;
    QTest::newRow("text") << QByteArray("a {}") << u"a.txt"_s << false;
    QTest::newRow("bytes") << QByteArray("[\0]", 3) << u"a"_s << false;
}

void TestFilterField::itIsOfferedForJson()
{
    QFETCH(QByteArray, contents);
    QFETCH(QString, name);
    QFETCH(bool, isOffered);
    m_window->open(write(contents, name));
    QCOMPARE(find<QToolButton>(m_window.get(), u"Filter"_s) != nullptr, isOffered);
}

void TestFilterField::aSmallBodyIsFilteredAsOneTypes()
{
    open();
    type(u".orders[].name"_s);
    QTRY_COMPARE(shown(), QByteArray("\"first\"\n\"second\"\n"));
    QTRY_VERIFY(says(result(), u"2 result"_s));
    QVERIFY(field()->hasFocus());
    auto *pane = find<TextPane>(result(), u"Filter result"_s);
    if (pane) // unless it is shown as a tree
        QCOMPARE(pane->visibleText(), u"\"first\"\n\"second\"\n"_s);
    type(u"/orders/0/id"_s);
    QTRY_COMPARE(shown(), QByteArray("9007199254740993\n"));
    type(u"$..total"_s);
    QTRY_COMPARE(shown(), QByteArray("12.50\n7\n"));
}

void TestFilterField::theLanguageIsGuessedAndCanBeChosen()
{
    open();
    auto *language = m_window->findChild<FilterField *>()->findChild<QComboBox *>();
    type(u"$.orders[0].name"_s);
    QCOMPARE(language->currentText(), u"JSON Path"_s);
    type(u"/orders"_s);
    QCOMPARE(language->currentText(), u"JSON Pointer"_s);
    type(u"$ENV"_s);
    QCOMPARE(language->currentText(), u"jq"_s);
    // "" as a pointer is the whole; as it is chosen it stays, until the field is empty.
    type(u"keys"_s);
    language->setFocus();
    QTest::keyClick(language, Qt::Key_Down);
    QTest::keyClick(language, Qt::Key_Down);
    QCOMPARE(language->currentText(), u"JSON Path"_s);
    QTRY_VERIFY(says(m_window->findChild<FilterField *>(), u"a JSON Path begins with $"_s));
    type(u"keys2"_s);
    QCOMPARE(language->currentText(), u"JSON Path"_s);
    field()->clear();
    type(u"keys"_s);
    QCOMPARE(language->currentText(), u"jq"_s);
}

void TestFilterField::problemsAreToldAtTheField()
{
    open();
    type(u".orders"_s);
    QTRY_VERIFY(!shown().isEmpty());
    type(u".orders | nam(.)"_s);
    auto *filter = m_window->findChild<FilterField *>();
    QTRY_VERIFY(says(filter, u"At character 11, “nam(.)”: nam/1 is not defined."_s));
    QVERIFY(field()->accessibleDescription().contains(u"not defined"_s));
    QVERIFY(result()->view()->isVisible()); // what was there stays
    type(u".orders["_s);
    QTRY_VERIFY(says(filter, u"At the end: syntax error"_s));
    type(u".orders[0].id"_s);
    QTRY_VERIFY(!says(filter, u"syntax error"_s));
}

void TestFilterField::errorsStandUnderTheResults()
{
    open("{\"a\":1}\n7\n{\"a\":3}\n");
    type(u".a"_s);
    QTRY_COMPARE(shown(), QByteArray("1\n3\n"));
    auto *messages = find<QListWidget>(result(), u"Filter messages"_s);
    QVERIFY(messages);
    QCOMPARE(messages->count(), 1);
    QCOMPARE(messages->item(0)->text(), u"Document 2: Cannot index number with string \"a\""_s);
    QVERIFY(says(result(), u"1 document"_s));
    type(u".b"_s);
    QTRY_COMPARE(messages->item(0)->text(), u"Document 2: Cannot index number with string \"b\""_s);
    QCOMPARE(messages->count(), 1);
    type(u".a?"_s);
    QTRY_VERIFY(!messages->isVisible());
}

void TestFilterField::roundedNumbersAreTold()
{
    open();
    type(u".orders[0].id"_s);
    QTRY_VERIFY(says(result(), u"jq has rounded numbers"_s));
    type(u".orders[1].id"_s);
    QTRY_VERIFY(shown() == "2\n" && !says(result(), u"jq has rounded numbers"_s));
}

void TestFilterField::nothingFoundIsSaid()
{
    open();
    type(u"/orders/7"_s);
    QTRY_VERIFY(says(result(), u"finds nothing in this body"_s));
    QCOMPARE(result()->job()->results(), 0);
}

void TestFilterField::escapeStopsThenCloses()
{
    open();
    type(u"1, last(repeat(1))"_s);
    QTest::keyClick(field(), Qt::Key_Return);
    QTRY_COMPARE(shown(), QByteArray("1\n")); // at once
    QVERIFY(result()->isRunning());
    QVERIFY(find<QToolButton>(m_window.get(), u"Stop filter"_s));
    QTest::keyClick(field(), Qt::Key_Escape);
    QTRY_VERIFY(!result()->isRunning());
    QTRY_VERIFY(says(result(), u"Stopped."_s));
    QVERIFY(find<QToolButton>(m_window.get(), u"Run filter"_s));
    QVERIFY(m_window->findChild<FilterField *>()->isVisible());
    QTest::keyClick(field(), Qt::Key_Escape);
    QVERIFY(!m_window->findChild<FilterField *>()->isVisible() && !result()->isVisible());
    QTRY_VERIFY(m_window->view().pane()->hasFocus());
}

void TestFilterField::itStopsWithTheView()
{
    open();
    type(u"last(repeat(1))"_s);
    QTest::keyClick(field(), Qt::Key_Return);
    QVERIFY(result()->isRunning());
    QTRY_VERIFY(says(result(), u"read"_s));
    m_window.reset(); // and nothing is left to tell about
}

void TestFilterField::itAsksWhenItsTimeIsUp()
{
    open();
    result()->setTimeLimit(std::chrono::milliseconds(50));
    type(u"last(repeat(1))"_s);
    QTest::keyClick(field(), Qt::Key_Return);
    QTRY_VERIFY(find<QToolButton>(result(), u"Keep Going"_s));
    QVERIFY(result()->job()->isWaiting());
    QVERIFY(says(result(), u"It has taken 50 ms so far and waits."_s));
    find<QToolButton>(result(), u"Keep Going"_s)->click();
    QVERIFY(!result()->job()->isWaiting() && !find<QToolButton>(result(), u"Keep Going"_s));
    QTRY_VERIFY(find<QToolButton>(result(), u"Keep Going"_s));
    find<QToolButton>(m_window.get(), u"Stop filter"_s)->click();
    QTRY_VERIFY(!result()->isRunning());
    QVERIFY(says(result(), u"There is no result."_s) && !find<QToolButton>(result(), u"Keep Going"_s));
}

void TestFilterField::namesOfMembersAreOffered()
{
    open();
    type(u".orders[0].n"_s);
    auto *completer = m_window->findChild<QCompleter *>();
    QVERIFY(completer->popup()->isVisible());
    QCOMPARE(completer->completionCount(), 1);
    QTest::keyClick(completer->popup(), Qt::Key_Down);
    QTest::keyClick(completer->popup(), Qt::Key_Return);
    QCOMPARE(field()->text(), u".orders[0].name"_s);
    QTRY_COMPARE(shown(), QByteArray("\"first\"\n"));
    type(u"1.5"_s);
    QVERIFY(!completer->popup()->isVisible());
}

void TestFilterField::namesAreWrittenAsTheLanguageReadsThem_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("taken");
    QTest::addColumn<QByteArray>("found");
    QTest::newRow("jq") << u".pl"_s << u".plain"_s << QByteArray("1\n");
    QTest::newRow("jq, a minus") << u".a-l"_s << u".\"a-length\""_s << QByteArray("2\n");
    QTest::newRow("jq, a space") << u".deep | .fi"_s << u".deep | .\"first name\""_s << QByteArray("3\n");
    QTest::newRow("jq, a digit") << u".4"_s << u".\"4th\""_s << QByteArray("4\n");
    QTest::newRow("jq, in quotes") << u".\"fi"_s << u".\"first name"_s << QByteArray();
    QTest::newRow("path") << u"$.pl"_s << u"$.plain"_s << QByteArray("1\n");
    QTest::newRow("path, a minus") << u"$.a-l"_s << u"$[\"a-length\"]"_s << QByteArray("2\n");
    QTest::newRow("path, at any depth") << u"$..fi"_s << u"$..[\"first name\"]"_s << QByteArray("3\n");
    QTest::newRow("path, in quotes") << u"$['it"_s << u"$['it\\'s"_s << QByteArray();
    QTest::newRow("pointer") << u"/de"_s << u"/deep"_s << QByteArray();
    QTest::newRow("pointer, its signs") << u"/b"_s << u"/b~1c~0"_s << QByteArray("5\n");
    QTest::newRow("pointer, a minus") << u"/a-l"_s << u"/a-length"_s << QByteArray("2\n");
}

void TestFilterField::namesAreWrittenAsTheLanguageReadsThem()
{
    QFETCH(QString, typed);
    QFETCH(QString, taken);
    QFETCH(QByteArray, found);
    open(R"({"plain":1,"a-length":2,"deep":{"first name":3},"4th":4,"b/c~":5,"it's":6})");
    type(typed);
    auto *completer = m_window->findChild<QCompleter *>();
    QVERIFY(completer->popup()->isVisible());
    QTest::keyClick(completer->popup(), Qt::Key_Down);
    QTest::keyClick(completer->popup(), Qt::Key_Return);
    QCOMPARE(field()->text(), taken);
    if (!found.isEmpty())
        QTRY_COMPARE(shown(), found);
}

void TestFilterField::expressionsComeBack()
{
    Settings settings(m_folder.filePath(u"settings.ini"_s));
    const Redactor redactor;
    m_window = std::make_unique<ViewerWindow>(std::make_shared<FilterHistory>(settings, redactor));
    m_window->setAttribute(Qt::WA_DeleteOnClose, false);
    m_window->show();
    open();
    for (const QString &expression : {u".orders"_s, u"/orders/0"_s, u".orders"_s}) {
        type(expression);
        QTest::keyClick(field(), Qt::Key_Return);
    }
    QCOMPARE(FilterHistory(settings, redactor).expressions(), QStringList({u".orders"_s, u"/orders/0"_s}));
    type(u"."_s);
    m_window->findChild<QCompleter *>()->popup()->hide();
    QTest::keyClick(field(), Qt::Key_Down);
    auto *list = m_window->findChild<QCompleter *>()->popup();
    QVERIFY(list->isVisible());
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(field()->text(), u"/orders/0"_s);
    QTRY_VERIFY(shown().startsWith("{\"id\":9007199254740993"));
}

void TestFilterField::secretsAreNotKept()
{
    const QString file = m_folder.filePath(u"secret.ini"_s);
    Settings settings(file);
    Redactor redactor;
    FilterHistory history(settings, redactor);
    const QString secret = u".[] | select(.token == \"talq_canary-1f4e\")"_s;
    history.add(secret);
    redactor.add(Secret::take("talq_canary-1f4e"));
    history.add(u".a"_s);
    QCOMPARE(history.expressions().size(), 2);
    QVERIFY(settings.save());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray contents = written.readAll();
    QVERIFY(contents.contains(".a") && !contents.contains("canary"));
}

void TestFilterField::theResultIsSaved()
{
    open();
    type(u"$..name"_s);
    QTRY_VERIFY(find<QToolButton>(result(), u"Save Result…"_s) && !result()->isRunning());
    QTRY_VERIFY(find<QToolButton>(result(), u"Save Result…"_s)->isEnabled());
    find<QToolButton>(result(), u"Save Result…"_s)->click();
    auto *dialog = result()->findChild<QFileDialog *>();
    QVERIFY(dialog);
    const QString path = m_folder.filePath(u"saved.json"_s);
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QTRY_VERIFY(says(result(), u"saved.json"_s));
    QFile saved(path);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll(), QByteArray("\"first\"\n\"second\"\n"));
}

void TestFilterField::whatIsShownIsSavedWhateverIsTyped()
{
    open();
    type(u"keys"_s);
    QTRY_VERIFY(shown().contains("orders") && !result()->isRunning());
    const FilterJob *before = result()->job();
    type(u"keys["_s); // as one goes on
    QTRY_VERIFY(result()->job() != before && !result()->isRunning());
    QVERIFY(result()->job()->problem() && result()->view()->isVisible());
    find<QToolButton>(result(), u"Save Result…"_s)->click();
    auto *dialog = result()->findChild<QFileDialog *>();
    const QString path = m_folder.filePath(u"meanwhile.json"_s);
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QTRY_VERIFY(says(result(), u"meanwhile.json"_s));
    QFile saved(path);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QVERIFY(saved.readAll().contains("orders"));
}

void TestFilterField::examplesCanBeTried()
{
    open("[{\"name\":\"x\"},{\"name\":1}]");
    QVERIFY(find<QToolButton>(result(), u"Example: keys"_s));
    find<QToolButton>(result(), u"Example: $..name"_s)->click();
    QTRY_COMPARE(shown(), QByteArray("\"x\"\n1\n"));
    QVERIFY(field()->hasFocus());
    field()->clear();
    QTRY_VERIFY(find<QToolButton>(result(), u"Example: keys"_s));
}

void TestFilterField::anotherFileIsFilteredAnew()
{
    open();
    type(u"keys"_s);
    QTRY_VERIFY(shown().contains("orders"));
    m_window->open(write("{\"other\":1}", u"other.json"_s));
    QTRY_VERIFY(shown().contains("other"));
    // A large one when it is asked for.
    m_window->open(write("{\"large\":\"" + QByteArray(2 * 1024 * 1024, 'x') + "\"}", u"large.json"_s));
    QVERIFY(find<QToolButton>(result(), u"Example: keys"_s));
    QTest::keyClick(field(), Qt::Key_Return);
    QTRY_VERIFY(shown().contains("large"));
}

void TestFilterField::aFileThatIsReplacedIsFilteredAnew_data()
{
    QTest::addColumn<bool>("isAnother");
    QTest::newRow("another file of that name") << true;
    QTest::newRow("written anew") << false;
}

void TestFilterField::aFileThatIsReplacedIsFilteredAnew()
{
    QFETCH(bool, isAnother);
    open();
    type(u"keys"_s);
    QTRY_VERIFY(shown().contains("orders"));
    const auto put = [&](const QByteArray &contents) {
        if (!isAnother) {
            write(contents);
            return;
        }
        QSaveFile file(m_folder.filePath(u"orders.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(contents);
        QVERIFY(file.commit());
    };
    put(R"({"other":1})");
    QTRY_VERIFY2(shown().contains("other"), shown().constData());
    QVERIFY(!shown().contains("orders"));
}

void TestFilterField::anAnswerIsFilteredAsItIsShown()
{
    Redactor redactor;
    redactor.add(Secret::take("talq_canary-77aa"));
    BodyView view(redactor);
    view.resize(700, 500);
    view.setVisible(true);
    HttpResponse response;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = "{\"token\":\"talq_canary-77aa\",\"n\":1.10}";
    view.setResponse(response, {});
    QTRY_VERIFY(find<QToolButton>(&view, u"Filter"_s));
    find<QToolButton>(&view, u"Filter"_s)->click();
    auto *typed = find<QLineEdit>(&view, u"Filter"_s);
    QVERIFY(typed);
    QTest::keyClicks(typed, u"$.*"_s);
    auto *filtered = view.findChild<FilterResult *>();
    QTRY_VERIFY(filtered->job() && filtered->job()->results() == 2);
    QCOMPARE(filtered->job()->output()->read(0, 1000),
             QByteArray("\"\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\"\n1.10\n"));
    view.setSentence(u"No answer."_s, {});
    QVERIFY(!filtered->job());
}

void TestFilterField::itLooksGood()
{
    QByteArray body = "[";
    for (int i = 0; i < 400; ++i)
        body += (i > 0 ? ",\n" : "") + QByteArray("{\"id\": ") + QByteArray::number(i) +
                ", \"name\": \"caf\xC3\xA9 " + QByteArray::number(i * 7) +
                "\", \"total\": " + QByteArray::number(i) + ".50}";
    m_window->resize(900, 640);
    open(body + "]");
    savePicture(*m_window, u"filter-examples"_s);
    type(u".[] | select(.id % 3 == 0) | {name, total}"_s);
    QTRY_VERIFY(says(result(), u"134 result"_s) && !result()->isRunning());
    savePicture(*m_window, u"filter-result"_s);
    type(u".[] | select(.id % 3 == 0 | {name]"_s);
    QTRY_VERIFY(says(m_window->findChild<FilterField *>(), u"syntax error"_s));
    savePicture(*m_window, u"filter-problem"_s);
    m_window->open(write("{\"a\":12345678901234567890}\n[]\n3\n{\"a\":1}\n{\"a\"", u"lines.json"_s));
    type(u".a"_s);
    QTRY_VERIFY(says(result(), u"rounded"_s) && !result()->isRunning());
    savePicture(*m_window, u"filter-messages"_s);
}

QTEST_MAIN(TestFilterField)
#include "test_filter_field.moc"
