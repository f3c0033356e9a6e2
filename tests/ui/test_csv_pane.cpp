#include "tests/support/Pictures.h"
#include "tests/support/Widgets.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/CsvPane.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FindField.h"
#include "ui/viewer/TextPane.h"
#include "ui/viewer/ViewerWindow.h"

#include <QAccessible>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

/// Comma-separated values of any size in a window, as a table.
class TestCsvPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void valuesAreShown();
    void headerAndDelimiterAreGuessedAndCanBeChosen();
    void theKeyboardGoesThroughIt();
    void whatIsSelectedIsCopied();
    void matchesAreGoneTo();
    void aGigabyteIsShownAtOnce();
    void aFileThatGrowsIsShown();
    void aWideTableIsScrolled();
    void columnsAreDragged();
    void whatIsEmptyIsGoneOver();
    void aScreenReaderReadsIt();
    void itLooksGood();

private:
    QString write(const QByteArray &contents, const QString &suffix = u".csv"_s);
    std::unique_ptr<FileView> shown(const QString &path);
    static CsvTable &tableOf(const FileView &view) { return view.findChild<CsvPane *>()->table(); }

    QTemporaryDir m_folder;
    int m_count = 0;
};

namespace {

QString wordsOf(const QWidget *widget)
{
    QStringList words;
    for (const QLabel *label : widget->findChildren<QLabel *>()) {
        if (label->isVisible())
            words << label->text();
    }
    return words.join(u'\n');
}

} // namespace

void TestCsvPane::initTestCase()
{
    makeTextPanesReadable();
    makeCsvTablesReadable();
    QApplication::setPalette(theme::palette(arePicturesDark()));
}

QString TestCsvPane::write(const QByteArray &contents, const QString &suffix)
{
    const QString path = m_folder.filePath(QString::number(m_count++) + suffix);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

std::unique_ptr<FileView> TestCsvPane::shown(const QString &path)
{
    auto view = std::make_unique<FileView>();
    view->resize(800, 400);
    view->show();
    if (!QTest::qWaitForWindowActive(view.get()))
        qFatal("not shown");
    if (!view->open(path) || !view->findChild<CsvPane *>())
        qFatal("not opened as a table");
    tableOf(*view).setFocus();
    return view;
}

void TestCsvPane::valuesAreShown()
{
    const auto view = shown(write("id,name\n1,\"Doe, \"\"J\"\"\nJohn\"\n2,\xE2\x80\xAE\n3,x,y\n"));
    CsvTable &table = tableOf(*view);
    QCOMPARE(table.rowCount(), 4);
    QCOMPARE(table.columnCount(), 3);
    QCOMPARE(table.columnName(1), u"name"_s);
    QCOMPARE(table.shownValue({1, 1}), u"Doe, \"J\"↵John"_s);
    QCOMPARE(table.shownValue({2, 1}), u"⟨U+202E⟩"_s);
    QCOMPARE(table.shownValue({2, 2}), QString());
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"3 rows"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(view->open(write("", u".csv"_s)));
    QCOMPARE(table.rowCount(), 0);
    QTest::keyClick(&table, Qt::Key_Down);
    table.selectAll();
    table.copy();
    // By its type; and as text if that is wanted.
    QVERIFY(view->open(write("a;b\n1;2\n", {}), "text/csv; charset=utf-8"));
    QCOMPARE(table.shownValue({1, 1}), u"2"_s);
    QVERIFY(press(u"Text"_s));
    QCOMPARE(view->text().visibleText(), u"a;b\n1;2\n"_s);
    QVERIFY(view->open(write("a,b\n")));
    QVERIFY(view->text().isVisible());
    QVERIFY(press(u"Table"_s));
    QVERIFY(table.isVisible());
}

void TestCsvPane::headerAndDelimiterAreGuessedAndCanBeChosen()
{
    const auto view = shown(write("name;value\nx;1,5\ny;2,5\n"));
    CsvTable &table = tableOf(*view);
    QVERIFY(table.hasHeader());
    QCOMPARE(table.columnCount(), 2);
    auto *delimiter = view->findChild<CsvPane *>()->findChild<QComboBox *>();
    QCOMPARE(delimiter->currentText(), u"Semicolon"_s);
    delimiter->setCurrentIndex(0);
    Q_EMIT delimiter->activated(0);
    QCOMPARE(table.shownValue({1, 0}), u"x;1"_s);
    find<QToolButton>(view.get(), u"The first row names the columns"_s)->click();
    QVERIFY(!table.hasHeader());
    QCOMPARE(table.columnName(0), u"1"_s);
    QTest::keyClick(&table, Qt::Key_Down);
    QTest::keyClick(&table, Qt::Key_Up);
    QCOMPARE(table.current(), (CsvTable::Place{0, 0}));
}

void TestCsvPane::theKeyboardGoesThroughIt()
{
    QByteArray contents = "id,name\n";
    for (int i = 1; i <= 5000; ++i)
        contents += QByteArray::number(i) + ",name " + QByteArray::number(i) + '\n';
    const auto view = shown(write(contents));
    CsvTable &table = tableOf(*view);
    QTRY_COMPARE(table.rowCount(), 5001);
    const auto press = [&table](int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&table, Qt::Key(key), modifiers);
        return table.current();
    };
    QCOMPARE(table.current(), (CsvTable::Place{1, 0}));
    QCOMPARE(press(Qt::Key_Up), (CsvTable::Place{1, 0}));
    QCOMPARE(press(Qt::Key_Down), (CsvTable::Place{2, 0}));
    QCOMPARE(press(Qt::Key_Right), (CsvTable::Place{2, 1}));
    QCOMPARE(press(Qt::Key_Right), (CsvTable::Place{2, 1}));
    QCOMPARE(press(Qt::Key_End, Qt::ControlModifier), (CsvTable::Place{5000, 1}));
    QVERIFY(!table.rectOf({5000, 1}).isNull());
    QVERIFY(table.rectOf({2, 1}).isNull());
    QCOMPARE(table.shownValue(table.current()), u"name 5000"_s);
    QVERIFY2(wordsOf(view.get()).contains(u"Row 5,000  ·  name"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(press(Qt::Key_PageUp).row < 4999);
    QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier), (CsvTable::Place{1, 0}));
    press(Qt::Key_Down, Qt::ShiftModifier);
    press(Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(table.isSelected({1, 0}) && table.isSelected({2, 1}) && !table.isSelected({3, 0}));
    QVERIFY(wordsOf(view.get()).contains(u"2 × 2 selected"_s));
    // The text goes to the same place.
    QVERIFY(test::press(u"Text"_s));
    QCOMPARE(view->text().caret(), contents.indexOf("name 2"));
    view->text().select(contents.indexOf("4000,"), contents.indexOf("4000,"));
    QVERIFY(test::press(u"Table"_s));
    QTRY_COMPARE(table.current(), (CsvTable::Place{4000, 0}));
    QVERIFY(!table.rectOf(table.current()).isNull());
}

void TestCsvPane::whatIsSelectedIsCopied()
{
    const auto view = shown(write("id,name,more\n1,\"a\tb\",x\n2,\"c \"\"d\"\"\",y\n3,e,z"));
    CsvTable &table = tableOf(*view);
    table.setCurrent({2, 1});
    QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"c \"d\""_s);
    table.setCurrent({1, 0});
    table.setCurrent({3, 1}, true);
    table.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"1\t\"a\tb\"\n2\tc \"d\"\n3\te"_s);
    // A row, by its number.
    const QRect second = table.rectOf({2, 0});
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, {5, second.center().y()});
    table.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"2\tc \"d\"\ty"_s);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.rectOf({1, 2}).center());
    QCOMPARE(table.current(), (CsvTable::Place{1, 2}));
    QTest::keyClick(&table, Qt::Key_A, Qt::ControlModifier);
    table.copy();
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 2);
}

void TestCsvPane::matchesAreGoneTo()
{
    QByteArray contents = "id,name\n";
    for (int i = 1; i <= 60'000; ++i)
        contents += QByteArray::number(i) + (i % 20'000 == 7 ? ",\"the needle\"\n" : ",nothing here\n");
    const auto view = shown(write(contents));
    CsvTable &table = tableOf(*view);
    view->openFind();
    QVERIFY(table.isVisible()); // it is searched itself
    auto *field = view->findChild<FindField *>()->findChild<QLineEdit *>();
    QTest::keyClicks(field, u"needle"_s);
    QTRY_VERIFY(field->hasFocus());
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1 of 3"_s), qPrintable(wordsOf(view.get())));
    QCOMPARE(table.current(), (CsvTable::Place{7, 1}));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(table.current(), (CsvTable::Place{20'007, 1}));
    QVERIFY(!table.rectOf({20'007, 1}).isNull());
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"2 of 3"_s), qPrintable(wordsOf(view.get())));
    QTest::keyClick(field, Qt::Key_Return);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(table.current(), (CsvTable::Place{7, 1}));
    QTest::keyClick(field, Qt::Key_Escape);
    QTRY_VERIFY(table.hasFocus());
}

void TestCsvPane::aGigabyteIsShownAtOnce()
{
    const auto path = [this](const QString &name, qint64 size) {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::ReadWrite))
            qFatal("no file");
        const QByteArray end = "\n2,\"last, one\"\n";
        file.write("id,name\n" + QByteArray("1,first\n").repeated(40'000)); // more than is looked at
        file.resize(size - end.size());                                     // a hole: it takes no space
        file.seek(size - end.size());
        file.write(end);
        return file.fileName();
    };
    const auto view = shown(path(u"gigabyte.csv"_s, 1024LL * 1024 * 1024));
    CsvTable &table = tableOf(*view);
    QCOMPARE(table.shownValue({1, 1}), u"first"_s);
    QVERIFY(table.rowCount() > 30'000 && table.rowCount() < 40'003); // the rest is being counted
    table.grab();
    QVERIFY(view->open(path(u"smaller.csv"_s, 64LL * 1024 * 1024)));
    QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 40'003, 30'000);
    QTest::keyClick(&table, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(table.shownValue({40'002, 1}), u"last, one"_s);
    QVERIFY(!table.rectOf({40'002, 1}).isNull());
    QVERIFY(table.shownValue({40'001, 0}).endsWith(u'…')); // the hole
}

void TestCsvPane::aFileThatGrowsIsShown()
{
    const QString path = write("id,name\n1,one\n");
    const auto view = shown(path);
    CsvTable &table = tableOf(*view);
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("2,two,more\n");
    file.close();
    QTRY_COMPARE(table.rowCount(), 3);
    QTRY_COMPARE(table.shownValue({2, 2}), u"more"_s);
    QVERIFY(QFile(path).resize(8));
    QTRY_COMPARE(table.rowCount(), 1);
}

void TestCsvPane::aWideTableIsScrolled()
{
    QByteArray contents;
    for (int i = 0; i < 5000; ++i)
        contents += "column" + QByteArray::number(i) + (i < 4999 ? "," : "\n");
    contents += contents;
    const auto view = shown(write(contents));
    CsvTable &table = tableOf(*view);
    QCOMPARE(table.columnCount(), 5000);
    QTest::keyClick(&table, Qt::Key_End);
    QCOMPARE(table.current().column, 4999);
    const QRect last = table.rectOf({1, 4999});
    QVERIFY(last.left() >= 0 && last.left() < table.viewport()->width());
}

void TestCsvPane::columnsAreDragged()
{
    const auto view = shown(write("id,name\n1,one\n"));
    CsvTable &table = tableOf(*view);
    const QRect cell = table.rectOf({1, 0});
    QTest::mousePress(table.viewport(), Qt::LeftButton, {}, {cell.right(), 5});
    QMouseEvent drag(QEvent::MouseMove, QPointF(cell.right() + 70, 5), QCursor::pos(), Qt::NoButton,
                     Qt::LeftButton, {});
    QApplication::sendEvent(table.viewport(), &drag);
    QTest::mouseRelease(table.viewport(), Qt::LeftButton, {}, {cell.right() + 70, 5});
    QVERIFY(std::abs(table.rectOf({1, 0}).width() - cell.width() - 70) < 4);
    QCOMPARE(table.current(), (CsvTable::Place{1, 0}));
}

void TestCsvPane::whatIsEmptyIsGoneOver()
{
    const auto moveOver = [](CsvTable &table) {
        for (const QPoint &place : {QPoint(100, 5), QPoint(100, 100), QPoint(2, 5)}) {
            QMouseEvent move(QEvent::MouseMove, place, table.viewport()->mapToGlobal(place), Qt::NoButton,
                             Qt::NoButton, Qt::NoModifier);
            QApplication::sendEvent(table.viewport(), &move);
            QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, place);
        }
    };
    for (const char *contents : {"", "\xEF\xBB\xBF"}) {
        const auto view = shown(write(contents));
        moveOver(tableOf(*view));
        QCOMPARE(tableOf(*view).columnCount(), 0);
        QCOMPARE(tableOf(*view).viewport()->cursor().shape(), Qt::ArrowCursor);
    }
    // One that is cut off while it is shown, and before that is noticed.
    const QString path = write("a,b\n1,2\n3,4\n");
    const auto view = shown(path);
    CsvTable &table = tableOf(*view);
    QTRY_COMPARE(table.rowCount(), 3);
    table.setCurrent({2, 0});
    QVERIFY(QFile(path).resize(8));
    table.copy();
    QVERIFY(QFile(path).resize(0));
    QTRY_COMPARE(table.rowCount(), 0);
    moveOver(table);
}

void TestCsvPane::aScreenReaderReadsIt()
{
    const auto view = shown(write("id,name\n1,one\n2,\"two, too\"\n"));
    CsvTable &table = tableOf(*view);
    QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(&table);
    QVERIFY(reader && reader->tableInterface());
    QCOMPARE(reader->text(QAccessible::Name), u"Table"_s);
    QCOMPARE(reader->role(), QAccessible::Table);
    QCOMPARE(reader->tableInterface()->rowCount(), 3);
    QCOMPARE(reader->tableInterface()->columnCount(), 2);
    QCOMPARE(reader->tableInterface()->columnDescription(1), u"name"_s);
    QTest::keyClick(&table, Qt::Key_Down);
    QTest::keyClick(&table, Qt::Key_Right);
    QAccessibleInterface *cell = reader->focusChild();
    QVERIFY(cell && cell->isValid());
    QCOMPARE(cell->text(QAccessible::Name), u"two, too"_s);
    QVERIFY(cell->state().focused && cell->state().selected);
    QCOMPARE(cell->tableCellInterface()->rowIndex(), 2);
    QCOMPARE(cell->tableCellInterface()->columnHeaderCells().constFirst()->text(QAccessible::Name),
             u"name"_s);
    QCOMPARE(reader->indexOfChild(cell), 5);
    QCOMPARE(reader->child(5), cell);
    QVERIFY(!cell->rect().isEmpty());
    QCOMPARE(reader->childAt(cell->rect().center().x(), cell->rect().center().y()), cell);
}

void TestCsvPane::itLooksGood()
{
    QByteArray contents = "id,name,country,amount,note\n";
    for (int i = 0; i < 3000; ++i)
        contents += QByteArray::number(i) + ",\"Doe, Jane\",caf\xC3\xA9," + QByteArray::number(i * 1.5) +
                    ',' + QByteArray(i % 50, 'x') + '\n';
    ViewerWindow window;
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.show();
    window.open(write(contents));
    QVERIFY(window.findChild<CsvTable *>());
    QTRY_VERIFY(wordsOf(&window).contains(u"3,000 rows"_s));
    auto &table = *window.findChild<CsvTable *>();
    table.setCurrent({3, 1});
    table.setCurrent({5, 3}, true);
    savePicture(window, u"viewer-table"_s);
}

QTEST_MAIN(TestCsvPane)
#include "test_csv_pane.moc"
