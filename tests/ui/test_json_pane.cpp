#include "tests/support/Pictures.h"
#include "tests/support/Widgets.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FindField.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/JsonView.h"
#include "ui/viewer/TextPane.h"
#include "ui/viewer/ViewerWindow.h"

#include <QAccessible>
#include <QClipboard>
#include <QLineEdit>
#include <QMessageBox>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// JSON of any size in a window: laid out or as a tree, gone through by keyboard and mouse, copied, searched.
class TestJsonPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void jsonIsLaidOut();
    void rowsAreNumberedWhileTheyAreFew();
    void otherTextIsNot();
    void theTreeIsWalkedByKeyboard();
    void theMouseFoldsAndSelects();
    void levelsAreOpenedAndClosed();
    void whatIsCopied();
    void theWholeIsCopiedBehindAMark();
    void aLargeCopyIsAskedFor();
    void rowsAreCopiedAsTheyAreLaidOut();
    void manyRowsAreAskedForAndCopied();
    void theMenuDoesWhatTheKeysDo();
    void thePathIsClickedOn();
    void matchesAreShownWhereTheyAreHidden();
    void millionsOfHiddenMatchesAreMarkedAsOne();
    void namesOrValuesAloneAreSearched();
    void longValuesAreShownAsText();
    void faultsAreGoneTo();
    void aFileThatGrowsIsShown();
    void whatHasNotArrivedIsNoFault();
    void linesOfJsonAreTheFirstLevel();
    void ofALargeFileOnlyWhatIsInSightIsMade();
    void theScrollBarGoesOverTheWholeFile();
    void theCaretStaysFromTextToJson();
    void aScreenReaderWalksTheRows();
    void itLooksGood();

private:
    QString write(const QByteArray &contents, const QString &ending = u".json"_s);
    std::unique_ptr<FileView> shown(const QString &path);
    static JsonView &json(FileView &view);
    static JsonPane &pane(FileView &view) { return json(view).pane(); }

    QTemporaryDir m_folder;
    int m_count = 0;
};

namespace {

QStringList rows(const JsonPane &pane)
{
    QStringList lines;
    for (const JsonPane::Shown &row : pane.shownRows())
        lines << QString(2 * row.depth, u' ') + row.text.text;
    return lines;
}

QString caretRow(const JsonPane &pane)
{
    for (const JsonPane::Shown &row : pane.shownRows()) {
        if (pane.caret() && row.key == pane.caret()->key())
            return row.text.text;
    }
    return u"(out of sight)"_s;
}

QString copied(JsonPane &pane, Qt::KeyboardModifiers modifiers)
{
    QGuiApplication::clipboard()->setText(u"nothing"_s);
    QTest::keyClick(&pane, Qt::Key_C, modifiers);
    if (!waitFor([] { return QGuiApplication::clipboard()->text() != u"nothing"_s; }, 5000))
        return u"nothing"_s;
    return QGuiApplication::clipboard()->text();
}

} // namespace

void TestJsonPane::initTestCase()
{
    makeTextPanesReadable();
    makeJsonPanesReadable();
    QApplication::setPalette(theme::palette(arePicturesDark()));
}

QString TestJsonPane::write(const QByteArray &contents, const QString &ending)
{
    const QString path = m_folder.filePath(QString::number(m_count++) + ending);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

std::unique_ptr<FileView> TestJsonPane::shown(const QString &path)
{
    auto view = std::make_unique<FileView>();
    view->resize(800, 500);
    view->show();
    if (!view->open(path))
        qFatal("not opened");
    if (auto *found = view->findChild<JsonView *>()) {
        if (!waitFor([found] { return found->index().isComplete(); }))
            qFatal("not read");
        found->pane().setFocus();
    }
    if (!QTest::qWaitForWindowActive(view.get()))
        qFatal("not active");
    return view;
}

JsonView &TestJsonPane::json(FileView &view)
{
    return *view.findChild<JsonView *>();
}

void TestJsonPane::jsonIsLaidOut()
{
    const auto view = shown(write(R"({"id":12345678901234567890,"price":48578.910,"tags":["a",{}]})"));
    QCOMPARE(rows(pane(*view)).join(u'\n'), uR"({
  "id": 12345678901234567890,
  "price": 48578.910,
  "tags": [
    "a",
    {}
  ]
})"_s);
    press(u"Tree"_s);
    QTRY_COMPARE(rows(pane(*view)).join(u'\n'),
                 u"{ 3 }\n  id: 12345678901234567890\n  price: 48578.910\n  tags: [ 2 ]"_s);
    press(u"Text"_s);
    QTRY_VERIFY(view->text().isVisible());
    press(u"JSON"_s);
    QTRY_VERIFY(json(*view).isVisible());
    const auto empty = shown(write(""));
    QTest::keyClick(&pane(*empty), Qt::Key_Down);
}

void TestJsonPane::rowsAreNumberedWhileTheyAreFew()
{
    // What is painted of a row before its fold mark.
    const auto isNumbered = [](JsonPane &pane, size_t row) {
        const QRect rect = pane.rowRect(row);
        const QImage picture = pane.viewport()->grab({0, rect.top() + 3, 24, rect.height() - 6}).toImage();
        const QColor paper = pane.palette().color(QPalette::Base);
        for (int x = 0; x < picture.width(); ++x) {
            for (int y = 0; y < picture.height(); ++y) {
                if (picture.pixelColor(x, y) != paper)
                    return true;
            }
        }
        return false;
    };
    const QByteArray json = "[" + QByteArray("1,").repeated(20) + "[2]]";
    const auto view = shown(write(json));
    QTest::keyClick(&pane(*view), Qt::Key_Down);
    QVERIFY(isNumbered(pane(*view), 0) && isNumbered(pane(*view), 2));
    pane(*view).setLook(JsonPane::Look::Tree);
    QVERIFY(!isNumbered(pane(*view), 2));
    const auto faulty = shown(write(json.chopped(1) + "x"));
    QVERIFY(!isNumbered(pane(*faulty), 2));
    const auto large = shown(write("[1," + QByteArray(JsonRowNumbers::longest, ' ') + "2,3]"));
    QVERIFY(!isNumbered(pane(*large), 2));
}

void TestJsonPane::otherTextIsNot()
{
    const auto isJson = [this](const QByteArray &contents, const QByteArray &type = {}) {
        FileView view;
        view.show();
        if (!view.open(write(contents, u".txt"_s), type))
            qFatal("not opened");
        return qobject_cast<JsonView *>(view.pane()) != nullptr;
    };
    QVERIFY(isJson(" {\"a\": [1]}"));
    QVERIFY(isJson("{\"a\": 1}\n{\"a\": 2}\n"));
    QVERIFY(isJson("[" + QByteArray("1234,").repeated(20'000)));
    QVERIFY(isJson("12", "application/problem+json; charset=utf-8"));
    QVERIFY(!isJson("[section]\nkey=1\n"));
    QVERIFY(!isJson("[12.5] usb 1-1: new device\n[12.6] usb\n"));
    QVERIFY(!isJson("12"));
    QVERIFY(!isJson(""));
}

void TestJsonPane::theTreeIsWalkedByKeyboard()
{
    const auto view = shown(write(R"({"a":{"b":[1,2],"c":3},"d":4})"));
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    const auto press = [&tree](int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&tree, Qt::Key(key), modifiers);
        return caretRow(tree);
    };
    QCOMPARE(press(Qt::Key_Right), u"a: { 2 }"_s);
    QCOMPARE(rows(tree).size(), 3);
    QCOMPARE(press(Qt::Key_Right), u"a: { 2 }"_s); // opens it
    QCOMPARE(rows(tree).size(), 5);
    QCOMPARE(press(Qt::Key_Right), u"b: [ 2 ]"_s);
    QCOMPARE(press(Qt::Key_Plus), u"b: [ 2 ]"_s);
    QCOMPARE(press(Qt::Key_Down), u"0: 1"_s);
    QCOMPARE(press(Qt::Key_Left), u"b: [ 2 ]"_s);
    QCOMPARE(press(Qt::Key_Minus), u"b: [ 2 ]"_s);
    QCOMPARE(press(Qt::Key_Down), u"c: 3"_s);
    QCOMPARE(press(Qt::Key_End), u"d: 4"_s);
    QCOMPARE(press(Qt::Key_Home), u"{ 2 }"_s);
    QCOMPARE(press(Qt::Key_Slash), u"{ 2 }"_s);
    QCOMPARE(rows(tree).size(), 1);
    QCOMPARE(press(Qt::Key_Asterisk), u"{ 2 }"_s);
    QCOMPARE(rows(tree).size(), 7);
    QCOMPARE(press(Qt::Key_PageDown), u"d: 4"_s);
    QCOMPARE(press(Qt::Key_Up, Qt::ShiftModifier), u"c: 3"_s);
    QVERIFY(tree.isSelected(tree.shownRows().at(6).key));
    QCOMPARE(press(Qt::Key_Left), u"a: { 2 }"_s);
    QVERIFY(!tree.isSelected(tree.shownRows().at(6).key));
    QCOMPARE(press(Qt::Key_Return), u"a: { 2 }"_s);
    QCOMPARE(rows(tree).size(), 3);
}

void TestJsonPane::theMouseFoldsAndSelects()
{
    const auto view = shown(write(R"({"a":{"b":1},"c":[2]})"));
    JsonPane &text = pane(*view);
    const auto click = [&text](size_t row, int x, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(text.viewport(), Qt::LeftButton, modifiers, {x, text.rowRect(row).center().y()});
    };
    constexpr int mark = 34; // in the gutter, behind the numbers
    click(1, mark);
    QCOMPARE(rows(text),
             QStringList({u"{"_s, u"  \"a\": { 1 },"_s, u"  \"c\": ["_s, u"    2"_s, u"  ]"_s, u"}"_s}));
    click(1, mark);
    QCOMPARE(rows(text).size(), 8);
    click(2, mark); // there is none
    QCOMPARE(rows(text).size(), 8);
    QCOMPARE(caretRow(text), u"\"b\": 1"_s);
    click(5, 300, Qt::ShiftModifier);
    QVERIFY(text.isSelected(text.shownRows().at(3).key));
    QVERIFY(!text.isSelected(text.shownRows().at(1).key));
    QTest::mouseDClick(text.viewport(), Qt::LeftButton, {}, {300, text.rowRect(4).center().y()});
    QTest::mouseClick(text.viewport(), Qt::LeftButton, {}, {300, text.rowRect(4).center().y()});
    QCOMPARE(caretRow(text), u"\"c\": ["_s);
}

void TestJsonPane::levelsAreOpenedAndClosed()
{
    const auto view = shown(write(R"([[[[1]]],[[[2]]]])"));
    JsonPane &text = pane(*view);
    QCOMPARE(rows(text).size(), 16);
    QTest::keyClick(&text, Qt::Key_2);
    QCOMPARE(rows(text), QStringList({u"["_s, u"  ["_s, u"    [ 1 ]"_s, u"  ],"_s, u"  ["_s, u"    [ 1 ]"_s,
                                      u"  ]"_s, u"]"_s}));
    QTest::keyClick(&text, Qt::Key_0);
    QCOMPARE(rows(text).size(), 16);
    // What hides the caret's row takes it.
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(&text, Qt::Key_Down);
    QTest::keyClick(&text, Qt::Key_1);
    QCOMPARE(caretRow(text), u"[ 1 ],"_s);
}

void TestJsonPane::whatIsCopied()
{
    const auto view = shown(write(R"({"a b":{"list":[{"x":"caf\u00e9\n"}, 1.50]}})"));
    JsonPane &text = pane(*view);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&text, Qt::Key_Down);
    QCOMPARE(copied(text, Qt::ControlModifier), uR"({"x":"caf\u00e9\n"})"_s); // as it was sent
    QTest::keyClick(&text, Qt::Key_Down);
    QCOMPARE(copied(text, Qt::ControlModifier), u"café\n"_s); // a string is what it means
    QCOMPARE(copied(text, Qt::ControlModifier | Qt::ShiftModifier), uR"($["a b"].list[0].x)"_s);
    QCOMPARE(copied(text, Qt::ControlModifier | Qt::AltModifier), u"/a b/list/0/x"_s);
    QCOMPARE(copied(text, Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier), u"x"_s);
    QTest::keyClick(&text, Qt::Key_Down);
    QTest::keyClick(&text, Qt::Key_Down);
    QCOMPARE(copied(text, Qt::ControlModifier), u"1.50"_s);
}

void TestJsonPane::theWholeIsCopiedBehindAMark()
{
    const auto view = shown(write("\xEF\xBB\xBF\n {\"a\":[1]}\n"));
    QCOMPARE(copied(pane(*view), Qt::ControlModifier), u"{\"a\":[1]}"_s);
}

void TestJsonPane::aLargeCopyIsAskedFor()
{
    const auto view = shown(write("[\"" + QByteArray(17 * 1024 * 1024, 'x') + "\"]"));
    JsonPane &text = pane(*view);
    QTest::keyClick(&text, Qt::Key_Down);
    QGuiApplication::clipboard()->setText(u"before"_s);
    QTest::keyClick(&text, Qt::Key_C, Qt::ControlModifier);
    auto *box = text.findChild<QMessageBox *>();
    QVERIFY(box);
    QVERIFY2(box->text().contains(u"17.83 MB"_s), qPrintable(box->text()));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    QVERIFY(press(u"Copy"_s));
    QTRY_COMPARE(QGuiApplication::clipboard()->text().size(), 17 * 1024 * 1024);
    QGuiApplication::clipboard()->clear();
}

void TestJsonPane::rowsAreCopiedAsTheyAreLaidOut()
{
    QByteArray json = "[";
    for (int i = 0; i < 5000; ++i)
        json += (i > 0 ? ",{\"n\":" : "{\"n\":") + QByteArray::number(i) + '}';
    const auto view = shown(write(json + ']'));
    JsonPane &text = pane(*view);
    QTest::keyClick(&text, Qt::Key_A, Qt::ControlModifier);
    const QString all = copied(text, Qt::ControlModifier);
    QVERIFY(all.startsWith(u"[\n  {\n    \"n\": 0\n  },\n  {\n    \"n\": 1\n  },"_s));
    QVERIFY(all.endsWith(u"\n    \"n\": 4999\n  }\n]"_s));
    QCOMPARE(all.count(u'\n'), 15'001);
}

void TestJsonPane::manyRowsAreAskedForAndCopied()
{
    constexpr int count = 2'000;
    const QByteArray value(9'000, 'x');
    const auto view = shown(write("[" + ("\"" + value + "\",").repeated(count) + "1]"));
    JsonPane &text = pane(*view);
    QGuiApplication::clipboard()->setText(u"before"_s);
    const auto copyAll = [&text] {
        QTest::keyClick(&text, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&text, Qt::Key_C, Qt::ControlModifier);
        return text.findChild<QMessageBox *>();
    };
    auto *box = copyAll();
    QVERIFY(box);
    QVERIFY2(box->text().contains(u"18.01 MB"_s), qPrintable(box->text()));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    QVERIFY(press(u"Copy"_s));
    QTRY_VERIFY_WITH_TIMEOUT(QGuiApplication::clipboard()->text() != u"before"_s, 60'000);
    const QString copied = QGuiApplication::clipboard()->text();
    QCOMPARE(copied.count(u'\n'), count + 2);
    QCOMPARE(copied.size(), 2 + count * (2 + 1 + value.size() + 1 + 1 + 1) + 3 + 1 + 1); // nothing is cut
    QVERIFY(copied.endsWith(u"x\",\n  1\n]"_s));

    // What was asked about is gone with the file.
    const QPointer<QMessageBox> other = copyAll();
    QVERIFY(other);
    QVERIFY(view->open(write("[1]")));
    QVERIFY(!other);
}

void TestJsonPane::theMenuDoesWhatTheKeysDo()
{
    const auto view = shown(write(R"({"a":{"caf\u00e9":[1]}})"));
    JsonPane &text = pane(*view);
    const auto choose = [&text](const QString &name) {
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {}, {});
        QApplication::sendEvent(&text, &event);
        auto *menu = text.findChildren<QMenu *>(Qt::FindDirectChildrenOnly).constLast();
        for (QAction *action : menu->actions()) {
            if (action->text().remove(u'&') == name && action->isEnabled()) {
                action->trigger();
                menu->close();
                return true;
            }
        }
        menu->close();
        return false;
    };
    QTest::keyClick(&text, Qt::Key_Down);
    QVERIFY(choose(u"Collapse"_s));
    QCOMPARE(caretRow(text), u"\"a\": { 1 }"_s);
    QVERIFY(choose(u"Expand"_s));
    QTest::keyClick(&text, Qt::Key_Down);
    QCOMPARE(caretRow(text), uR"("caf\u00e9": [)"_s);
    QVERIFY(choose(u"Decode Escapes"_s));
    QCOMPARE(caretRow(text), u"\"café\": ["_s);
    QVERIFY(choose(u"Copy Name"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), u"café"_s);
    QVERIFY(choose(u"Copy Path"_s));
    QCOMPARE(QGuiApplication::clipboard()->text(), uR"($.a["caf\u00e9"])"_s);
    QVERIFY(!choose(u"Go to the Fault"_s)); // there is none
    QVERIFY(choose(u"Collapse All"_s));
    QCOMPARE(rows(text).size(), 1);
    QVERIFY(choose(u"Show in Text"_s));
    QVERIFY(view->text().isVisible());
    // The file may go while it is open.
    press(u"JSON"_s);
    QTRY_VERIFY(text.isVisible());
    QContextMenuEvent event(QContextMenuEvent::Keyboard, {}, {});
    QApplication::sendEvent(&text, &event);
    const QPointer<QMenu> menu = text.findChildren<QMenu *>(Qt::FindDirectChildrenOnly).constLast();
    text.setJson(nullptr, nullptr);
    for (int i = 0; menu && i < menu->actions().size(); ++i)
        menu->actions().at(i)->trigger();
    QVERIFY(text.isVisible());
}

void TestJsonPane::thePathIsClickedOn()
{
    const auto view = shown(write(R"({"data":[{"name":"<b>"},{"name":"y"}]})"));
    JsonPane &text = pane(*view);
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(&text, Qt::Key_Down);
    QCOMPARE(caretRow(text), u"\"name\": \"y\""_s);
    auto *path = find<QLabel>(view.get(), u"Path"_s);
    QVERIFY(path);
    QString plain = path->text();
    plain.remove(QRegularExpression(u"<[^>]*>"_s));
    QCOMPARE(plain, u"$ › data › [1] › name"_s);
    QCOMPARE(json(*view).place(), QStringList({u"Member 1 of 1"_s, u"String"_s, u"3 B"_s, u"Byte 25"_s}));
    Q_EMIT path->linkActivated(u"2"_s);
    QCOMPARE(caretRow(text), u"{"_s);
    QCOMPARE(json(*view).place(),
             QStringList({u"Element 2 of 2"_s, u"Object"_s, u"1 members"_s, u"12 B"_s, u"Byte 24"_s}));
    Q_EMIT path->linkActivated(u"1"_s);
    QCOMPARE(caretRow(text), u"\"data\": ["_s);
    QCOMPARE(json(*view).place().mid(1, 3), QStringList({u"Array"_s, u"2 elements"_s, u"29 B"_s}));
    QVERIFY(text.hasFocus());

    const auto deep = shown(
        write(QByteArray("{\"" + QByteArray(30, 'n') + "\":").repeated(20) + "1" + QByteArray(20, '}')));
    QTest::keyClick(&pane(*deep), Qt::Key_PageDown);
    auto *cut = find<QLabel>(deep.get(), u"Path"_s);
    QVERIFY(cut->text().contains(u">…</a> › <a"_s) || cut->text().contains(u"</a> › … › <a"_s));
    QVERIFY(cut->text().endsWith(u'>' + QString(23, u'n') + u"…</a>"_s));
    QVERIFY(cut->sizeHint().width() <= cut->width());
}

void TestJsonPane::matchesAreShownWhereTheyAreHidden()
{
    QByteArray contents = "[";
    for (int i = 0; i < 2000; ++i)
        contents += QByteArray(i > 0 ? "," : "") + "{\"id\":" + QByteArray::number(i) +
                    ",\"deep\":{\"word\":\"" + (i % 1000 == 700 ? "needle" : "hay") + "\"}}";
    const auto view = shown(write(contents + ']'));
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    view->openFind();
    auto *field = view->findChild<QLineEdit *>();
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, u"needle"_s);
    QTRY_COMPARE(caretRow(tree), u"word: \"needle\""_s);
    QCOMPARE(tree.caret()->path.at(1).index, 700);
    QCOMPARE(tree.selection().begin, contents.indexOf("needle"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(tree.caret()->path.at(1).index, 1700);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(tree.caret()->path.at(1).index, 700);
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_VERIFY(tree.hasFocus());
}

void TestJsonPane::millionsOfHiddenMatchesAreMarkedAsOne()
{
    const QByteArray many = QByteArray("1,").repeated(4'000'000) + '1';
    const auto view = shown(write("{\"many\":[" + many + "],\"none\":[2,3],\"cut\":\"" +
                                  QByteArray(3000, 'x') + many + "\",\"uncut\":\"xx\"}"));
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    view->openFind();
    const TextSearch &search = view->findChild<FindField *>()->search();
    QTest::keyClicks(view->findChild<QLineEdit *>(), u"1"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!search.isRunning() && search.count() == 8'000'002, 60'000);
    tree.setLevels(1);
    QCOMPARE(rows(tree).size(), 5);
    const auto marked = [&tree](size_t row) {
        const QImage picture = tree.viewport()->grab(tree.rowRect(row)).toImage(); // paints it
        const QRgb colour = theme::colour(tree.palette(), theme::Role::CautionFill).rgb();
        int columns = 0;
        for (int x = 0; x < picture.width(); ++x)
            columns += picture.pixel(x, 1) == colour ? 1 : 0;
        return columns;
    };
    const int width = tree.fontMetrics().horizontalAdvance(u'0');
    QVERIFY(marked(1) > 3 * width && marked(1) < 20 * width); // what is said of the container
    QCOMPARE(marked(2), 0);
    QCOMPARE(marked(4), 0);
    tree.horizontalScrollBar()->setValue(tree.horizontalScrollBar()->maximum());
    QVERIFY(marked(3) > 3 * width && marked(3) < 20 * width); // what is said of the rest of the value
}

void TestJsonPane::namesOrValuesAloneAreSearched()
{
    QByteArray contents = "{\"list\":[\"word\"";
    for (int i = 0; i < 5000; ++i)
        contents += ",{\"x\":\"a word, \\\"word\\\": \"}";
    const auto view = shown(write(contents + "],\"a word\":\"word\",\"word\":[1]}"));
    JsonPane &text = pane(*view);
    view->openFind();
    auto *field = view->findChild<QLineEdit *>();
    const QPointer<QToolButton> part = find<QToolButton>(view.get(), u"Names and values"_s);
    QVERIFY(part);
    const auto choose = [part](int row) { part->menu()->actions().at(row)->trigger(); };
    const auto count = [&view] {
        return view->findChild<FindField *>()->findChildren<QLabel *>().constLast()->text();
    };
    QTest::keyClicks(field, u"word"_s);
    QTRY_COMPARE(count(), u"1 of 10,004"_s);
    QCOMPARE(caretRow(text), u"\"word\","_s);
    choose(1);
    QTRY_COMPARE(count(), u"1 of 2"_s);
    QCOMPARE(caretRow(text), u"\"a word\": \"word\","_s);
    QCOMPARE(text.selection().begin, contents.size() + 5);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(caretRow(text), u"\"word\": ["_s);
    QCOMPARE(count(), u"2 of 2"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(caretRow(text), u"\"a word\": \"word\","_s);
    choose(2);
    QTRY_COMPARE(count(), u"10,002 of 10,002"_s);
    QCOMPARE(text.selection().begin, contents.size() + 12);
    choose(1);
    QTest::keyClicks(field, u", "_s); // in values alone
    QTRY_COMPARE(count(), u"No match"_s);
    press(u"Text"_s);
    QTRY_VERIFY(!part->isVisible());
}

void TestJsonPane::longValuesAreShownAsText()
{
    const auto view = shown(write("{\"long\": \"" + QByteArray(5000, 'x') + "\"}"));
    JsonPane &text = pane(*view);
    QTest::keyClick(&text, Qt::Key_Down);
    QVERIFY(caretRow(text).endsWith(u"… (5.0 kB)"_s));
    QTest::keyClick(&text, Qt::Key_Return);
    QVERIFY(view->text().isVisible());
    QCOMPARE(view->text().caret(), 9);
}

void TestJsonPane::faultsAreGoneTo()
{
    QByteArray contents = "[";
    for (int i = 0; i < 500; ++i)
        contents += QByteArray::number(i) + ',';
    const auto view = shown(write(contents + "oops,\n\"rest\"]"));
    QVERIFY(rows(pane(*view)).at(1) == u"  0,"_s);
    QVERIFY(press(u"Go to the Fault"_s));
    JsonPane &text = pane(*view);
    QTRY_VERIFY(caretRow(text).startsWith(u"No JSON at byte "_s));
    QCOMPARE(rows(text).mid(rows(text).size() - 2), QStringList({u"oops,"_s, u"\"rest\"]"_s}));
}

void TestJsonPane::aFileThatGrowsIsShown()
{
    const QString path = write("{\"a\":1}\n");
    const auto view = shown(path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("{\"b\":2}\n");
    file.close();
    QTRY_COMPARE(rows(pane(*view)).size(), 6);
    QCOMPARE(rows(pane(*view)).at(4), u"  \"b\": 2"_s);
}

/// Of an answer that arrives, and of a file that somebody writes.
void TestJsonPane::whatHasNotArrivedIsNoFault()
{
    const QString path = write("[1,\n2");
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append | QIODevice::Unbuffered));
    const auto view = shown(path);
    JsonPane &text = pane(*view);
    const auto hasFault = [&text] { return !rows(text).filter(u"No JSON"_s).isEmpty(); };
    QVERIFY(hasFault()); // nobody can know that there will be more
    file.write("3,\n4");
    QTRY_COMPARE(rows(text).mid(0, 3), QStringList({u"["_s, u"  1,"_s, u"  23,"_s}));
    QVERIFY(!hasFault());
    QTRY_VERIFY(hasFault()); // nobody writes any more

    FileView arriving;
    arriving.resize(800, 500);
    arriving.show();
    arriving.open(FileBytes::open(path).value(), u"a.json"_s, "application/json");
    arriving.setGrowing(true);
    JsonPane &arrived = pane(arriving);
    QTRY_VERIFY(json(arriving).index().BackgroundScan::isComplete());
    QTRY_COMPARE(rows(arrived), QStringList({u"["_s, u"  1,"_s, u"  23,"_s}));
    file.write("5");
    arriving.grew();
    file.write("6, 7");
    arriving.setGrowing(false);
    QTRY_COMPARE(rows(arrived).mid(0, 4), QStringList({u"["_s, u"  1,"_s, u"  23,"_s, u"  456,"_s}));
    QTRY_VERIFY(!rows(arrived).filter(u"No JSON"_s).isEmpty());
}

void TestJsonPane::linesOfJsonAreTheFirstLevel()
{
    const auto view = shown(write("{\"a\":1}\n{\"b\":{}}\n[3]\n", u".jsonl"_s));
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    QCOMPARE(rows(tree), QStringList({u"{ 1 }"_s, u"{ 1 }"_s, u"[ 1 ]"_s}));
    QTest::keyClick(&tree, Qt::Key_End);
    QCOMPARE(json(*view).place().constFirst(), u"Document 3 of 3"_s);
}

void TestJsonPane::ofALargeFileOnlyWhatIsInSightIsMade()
{
    QFile file(m_folder.filePath(u"large.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const qint64 megabytes = qEnvironmentVariableIsSet("KEYDESK_LARGE") ? 1000 : 200;
    QByteArray item;
    file.write("[");
    qint64 number = 0;
    for (qint64 written = 0; written < megabytes * 1'000'000;) {
        item.clear();
        for (int i = 0; i < 10'000; ++i, ++number)
            item += (number > 0 ? ",{\"id\":" : "{\"id\":") + QByteArray::number(number) +
                    R"(,"name":"some name","tags":["one",{"two":2}]})";
        written += file.write(item);
    }
    file.write("]");
    file.close();
    auto view = std::make_unique<FileView>();
    view->resize(800, 500);
    view->show();
    QVERIFY(view->open(file.fileName()));
    JsonPane &text = pane(*view);
    QTRY_VERIFY_WITH_TIMEOUT(rows(text).size() > 10, 5000); // long before it is read
    QTRY_VERIFY_WITH_TIMEOUT(json(*view).index().isComplete(), 120'000);
    auto made = [&text, before = text.rowsMade()]() mutable {
        (void)rows(text);
        return text.rowsMade() - std::exchange(before, text.rowsMade());
    };
    const auto inSight = qint64(text.shownRows().size());
    made();
    QTest::keyClick(&text, Qt::Key_End);
    QCOMPARE(caretRow(text), u"]"_s);
    QVERIFY(made() <= 2 * inSight);
    for (int i = 0; i < 2; ++i)
        QTest::keyClick(&text, Qt::Key_Up);
    QTest::keyClick(&text, Qt::Key_Left);
    QTest::keyClick(&text, Qt::Key_Minus);
    QVERIFY(caretRow(text).startsWith(u"\"tags\": [ 2 ]"_s));
    QVERIFY(made() <= 6 * inSight);
    QTest::keyClick(&text, Qt::Key_Home);
    QTest::keyClick(&text, Qt::Key_1);
    QCOMPARE(rows(text).at(1), u"  { 3 },"_s);
    QTest::keyClick(&text, Qt::Key_End);
    QTest::keyClick(&text, Qt::Key_Up);
    QCOMPARE(text.caret()->path.back().index, number - 1);
    QTest::keyClick(&text, Qt::Key_Asterisk);
    QTest::keyClick(&text, Qt::Key_End);
    QVERIFY(made() <= 10 * inSight);
    QVERIFY(rows(text).join(u'\n').contains(u"\"two\": 2"_s));
    text.verticalScrollBar()->setValue(text.verticalScrollBar()->maximum() / 2);
    const double middle = double(text.shownRows().front().index) / double(number);
    QVERIFY2(middle > 0.45 && middle < 0.55, qPrintable(QString::number(middle)));
    QVERIFY(made() <= 2 * inSight);
}

void TestJsonPane::theScrollBarGoesOverTheWholeFile()
{
    QByteArray contents = "[0";
    for (int i = 1; i < 20'000; ++i)
        contents += ',' + QByteArray::number(i);
    const auto view = shown(write(contents + ']'));
    JsonPane &text = pane(*view);
    QScrollBar *bar = text.verticalScrollBar();
    const auto first = [&text] { return rows(text).constFirst().trimmed(); };
    bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    QCOMPARE(first(), u"0,"_s);
    bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
    bar->triggerAction(QAbstractSlider::SliderPageStepSub);
    QCOMPARE(first(), u"0,"_s);
    bar->setValue(bar->maximum());
    QCOMPARE(rows(text).constLast(), u"]"_s);
    const QString last = first();
    bar->triggerAction(QAbstractSlider::SliderSingleStepSub);
    QVERIFY(first() != last);
    bar->setValue(0);
    QCOMPARE(first(), u"["_s);
    QWheelEvent wheel({50, 50}, text.mapToGlobal(QPointF(50, 50)), {}, {0, -120}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(text.viewport(), &wheel);
    QCOMPARE(first(), QString::number(QApplication::wheelScrollLines() - 1) + u',');
}

void TestJsonPane::theCaretStaysFromTextToJson()
{
    QByteArray contents = "[0";
    for (int i = 1; i < 200'000; ++i)
        contents += ',' + QByteArray::number(i);
    const QString path = write(contents + ']');
    auto view = shown(path);
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    tree.setLevels(0);
    press(u"Text"_s);
    QTRY_VERIFY(view->text().isVisible());
    const auto place = contents.indexOf(",150000,") + 3;
    view->text().select(place, place);
    press(u"JSON"_s);
    QTRY_COMPARE(caretRow(tree), u"150000: 150000"_s);
    press(u"Text"_s);
    QCOMPARE(view->text().caret(), place - 2);

    // Also where the index has not come to yet.
    view = std::make_unique<FileView>();
    view->resize(800, 500);
    view->show();
    QVERIFY(view->open(path));
    press(u"Text"_s);
    view->text().select(place, place);
    press(u"JSON"_s);
    QTRY_COMPARE(caretRow(pane(*view)), u"150000,"_s);
}

void TestJsonPane::aScreenReaderWalksTheRows()
{
    const auto view = shown(write(R"({"a":{"b":1},"c":"x"})"));
    JsonPane &tree = pane(*view);
    tree.setLook(JsonPane::Look::Tree);
    QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(&tree);
    QVERIFY(reader);
    QCOMPARE(reader->text(QAccessible::Name), u"JSON"_s);
    QCOMPARE(reader->role(), QAccessible::Tree);
    QCOMPARE(reader->childCount(), 3);
    QAccessibleInterface *row = reader->child(1);
    QCOMPARE(row->role(), QAccessible::TreeItem);
    QCOMPARE(row->text(QAccessible::Name), u"a: { 1 }"_s);
    QCOMPARE(row->text(QAccessible::Description), u"Level 2"_s);
    QVERIFY(row->state().expandable && row->state().collapsed && !row->state().expanded);
    row->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    QCOMPARE(reader->childCount(), 4);
    QVERIFY(row->state().expanded && row->state().focused);
    QCOMPARE(reader->child(2)->text(QAccessible::Name), u"b: 1"_s);
    QCOMPARE(reader->indexOfChild(reader->child(3)), 3);
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(reader->focusChild()->text(QAccessible::Name), u"b: 1"_s);
    QVERIFY(!row->state().focused);
}

void TestJsonPane::itLooksGood()
{
    QByteArray contents = R"({"object":"list","total":3000,"next":null,"ok":true,"data":[)";
    for (int i = 0; i < 3000; ++i)
        contents +=
            QByteArray(i > 0 ? "," : "") + R"({"id":)" + QByteArray::number(i) +
            ",\"name\":\"caf\xC3\xA9 \xE2\x80\xAE\",\"escaped\":\"a\\u00e9\\n\",\"tags\":[\"one\",\"two\"],"
            "\"owner\":{\"first name\":\"Ada\",\"price\":48578.910},\"long\":\"" +
            QByteArray(i % 7 == 2 ? 4000 : 5, 'x') + "\",\"none\":{},\"empty\":[]}";
    ViewerWindow window;
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.show();
    window.open(write(contents + "]}"));
    JsonPane &text = pane(window.view());
    QTRY_VERIFY(json(window.view()).index().isComplete());
    text.setFocus();
    for (int i = 0; i < 10; ++i)
        QTest::keyClick(&text, Qt::Key_Down);
    QTest::keyClick(&text, Qt::Key_Minus);
    savePicture(window, u"json-pretty"_s);
    window.view().openFind();
    QTest::keyClicks(window.findChild<QLineEdit *>(), u"name"_s);
    QTRY_VERIFY(window.findChild<FindField *>()->search().count() > 0 &&
                !window.findChild<FindField *>()->search().isRunning());
    savePicture(window, u"json-find"_s);
    QTest::keyClick(window.findChild<QLineEdit *>(), Qt::Key_Escape);
    press(u"Tree"_s);
    QTRY_VERIFY(text.look() == JsonPane::Look::Tree);
    QTest::keyClick(&text, Qt::Key_3);
    savePicture(window, u"json-tree"_s);
    window.open(write(contents.left(5000) + "oops,\n \"and\": \"so on\"]}"));
    QTRY_VERIFY(json(window.view()).index().isComplete());
    QTest::keyClick(&text, Qt::Key_0);
    QVERIFY(press(u"Go to the Fault"_s));
    QTRY_VERIFY(caretRow(text).startsWith(u"No JSON"_s));
    savePicture(window, u"json-fault"_s);
}

QTEST_MAIN(TestJsonPane)
#include "test_json_pane.moc"
