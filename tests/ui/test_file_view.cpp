#include "tests/support/Pictures.h"
#include "tests/support/Widgets.h"
#include "ui/theme/Theme.h"
#include "ui/viewer/CsvTable.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/FindField.h"
#include "ui/viewer/HexPane.h"
#include "ui/viewer/ImageView.h"
#include "ui/viewer/JsonPane.h"
#include "ui/viewer/LargeCopy.h"
#include "ui/viewer/MarkupPane.h"
#include "ui/viewer/TextPane.h"
#include "ui/viewer/ViewerWindow.h"

#include <QAccessible>
#include <QBuffer>
#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

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

QByteArray picture(const char *format)
{
    QImage image(60, 40, QImage::Format_RGB32);
    image.fill(Qt::red);
    QBuffer bytes;
    image.save(&bytes, format);
    return bytes.data();
}

} // namespace

/// Files of any size in a window: seen at once, gone through by keyboard, searched, copied.
class TestFileView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aTextIsShown();
    void theKeyboardGoesThroughIt();
    void goingRightIsGoingLeftBackwards();
    void aGigabyteOnOneLineIsShownAtOnce();
    void theScrollBarGoesOverTheWholeFile();
    void aDragScrollsOutside_data();
    void aDragScrollsOutside();
    void whatIsSelectedIsCopied();
    void aLargeCopyIsAskedFor();
    void aLargeCopyIsCancelled();
    void matchesAreFoundAsOneTypes();
    void badExpressionsAreToldWhereTheyAreTyped();
    void bytesAreShown();
    void theCodingCanBeChosen();
    void aFileThatGrowsIsShown();
    void aFileThatShrinksIsShown();
    void aFileThatIsReplacedIsShown_data();
    void aFileThatIsReplacedIsShown();
    void theSearchFollowsTheFile();
    void theEndIsLaidOutOnce();
    void aLineIsGoneTo();
    void aScreenReaderReadsIt();
    void itLetsGoOfWhatItHasShown_data();
    void itLetsGoOfWhatItHasShown();
    void itSaysWhatItShows();
    void theWindowTellsWhatItCannotOpen();
    void picturesAreDrawn_data();
    void picturesAreDrawn();
    void aPictureThatIsNoneIsToldOf();
    void aChosenTextStaysText();
    void markupIsLaidOut_data();
    void markupIsLaidOut();
    void markupThatIsNotLaidOutIsToldOf();
    void markupThatGrowsKeepsItsPlace();
    void aPictureThatArrivesIsDrawnAtItsEnd();
    void itLooksGood();

private:
    QString write(const QByteArray &contents, const QString &name = {});
    std::unique_ptr<FileView> shown(const QString &path);

    QTemporaryDir m_folder;
    int m_count = 0;
};

void TestFileView::initTestCase()
{
    makeTextPanesReadable();
    makeCsvTablesReadable();
    makeHexPanesReadable();
    makeJsonPanesReadable();
    QApplication::setPalette(theme::palette(arePicturesDark()));
}

QString TestFileView::write(const QByteArray &contents, const QString &name)
{
    const QString path = m_folder.filePath(QString::number(m_count++) + name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    return path;
}

std::unique_ptr<FileView> TestFileView::shown(const QString &path)
{
    auto view = std::make_unique<FileView>();
    view->resize(800, 400);
    view->show();
    if (!view->open(path))
        qFatal("not opened");
    view->text().setFocus();
    return view;
}

void TestFileView::aTextIsShown()
{
    const auto view = shown(write("one\r\n\ttwo \x1B[31m\nthree \xFF\n\xE2\x80\xAE"));
    QCOMPARE(view->text().visibleText(), u"one\n\ttwo ⟨U+001B⟩[31m\nthree ⟨FF⟩\n⟨U+202E⟩"_s);
    const auto empty = shown(write(""));
    QCOMPARE(empty->text().visibleText(), QString());
    QTest::keyClick(&empty->text(), Qt::Key_Down);
    QTest::keyClick(&empty->text(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(empty->text().caret(), 0);
}

void TestFileView::theKeyboardGoesThroughIt()
{
    const auto view = shown(write("first line\nsecond\n\nfourth line"));
    TextPane &text = view->text();
    const auto press = [&text](int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(&text, Qt::Key(key), modifiers);
        return text.caret();
    };
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_End), 10);
    QCOMPARE(press(Qt::Key_Right), 11); // the next line
    QCOMPARE(press(Qt::Key_Left), 10);
    QCOMPARE(press(Qt::Key_Down), 17); // as far as that line goes
    QCOMPARE(press(Qt::Key_Down), 18);
    QCOMPARE(press(Qt::Key_Down), 29); // where it was before
    QCOMPARE(press(Qt::Key_Home), 19);
    QCOMPARE(press(Qt::Key_Right, Qt::ControlModifier), 26);
    QCOMPARE(press(Qt::Key_Left, Qt::ControlModifier), 19);
    QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier), 0);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(press(Qt::Key_End, Qt::ControlModifier | Qt::ShiftModifier), 30);
    QCOMPARE(text.selection(), (TextMatch{0, 30}));
    QCOMPARE(press(Qt::Key_Up), 18);
    QCOMPARE(text.selection(), (TextMatch{18, 18}));
    QCOMPARE(press(Qt::Key_PageUp), 10); // in the same column
}

void TestFileView::goingRightIsGoingLeftBackwards()
{
    QByteArray contents = "a\xFF"
                          "b\xE2\x82\xAC\r\n\n";
    contents += QByteArray(9000, 'x') + "\xF0\x9F\x98\x80\n\x01z";
    const auto view = shown(write(contents));
    TextPane &text = view->text();
    QList<qint64> places{0};
    while (places.last() < contents.size()) {
        QTest::keyClick(&text, Qt::Key_Right);
        QVERIFY(text.caret() > places.last());
        places.append(text.caret());
        if (places.size() == 20) {
            text.select(8980, 8980);
            places.append(text.caret());
        }
    }
    QVERIFY(places.contains(1) && places.contains(2) && places.contains(3) && places.contains(6) &&
            places.contains(8));
    for (qsizetype i = places.size() - 2; i >= 0; --i) {
        if (places.at(i + 1) == 8980) {
            text.select(places.at(i), places.at(i));
            continue;
        }
        QTest::keyClick(&text, Qt::Key_Left);
        QCOMPARE(text.caret(), places.at(i));
    }
}

void TestFileView::aGigabyteOnOneLineIsShownAtOnce()
{
    QFile file(m_folder.filePath(u"gigabyte"_s));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write("[1,2,3,");
    constexpr qint64 size = 1024LL * 1024 * 1024;
    QVERIFY(file.resize(size - 10)); // a hole: it takes no space
    QVERIFY(file.seek(size - 10));
    file.write("\xC3\xA9, \"end\"]");
    file.flush();
    const auto view = shown(file.fileName());
    // NUL bytes: it is taken for no text.
    QVERIFY(view->bytes().isVisible());
    view->openFind();
    QVERIFY(view->text().isVisible());
    QVERIFY(view->text().visibleText().startsWith(u"[1,2,3,⟨U+0000⟩"_s));
    QTest::keyClick(&view->text(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view->text().caret(), size);
    QVERIFY(view->text().visibleText().endsWith(u"⟨U+0000⟩é, \"end\"]"_s));
    view->text().verticalScrollBar()->setValue(view->text().verticalScrollBar()->maximum() / 2);
    QVERIFY(view->text().visibleText().startsWith(u"⟨U+0000⟩"_s));
    QVERIFY(view->text().offsetInSight(0) > size / 3);
    view->text().setWraps(false);
    QVERIFY(view->text().horizontalScrollBar()->maximum() > 0);
}

void TestFileView::theScrollBarGoesOverTheWholeFile()
{
    QByteArray contents;
    for (int i = 0; i < 20'000; ++i)
        contents += "line " + QByteArray::number(i) + '\n';
    const auto view = shown(write(contents));
    TextPane &text = view->text();
    QScrollBar *bar = text.verticalScrollBar();
    QVERIFY(text.visibleText().startsWith(u"line 0\n"_s));
    bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    QVERIFY(text.visibleText().startsWith(u"line 1\n"_s));
    bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
    bar->triggerAction(QAbstractSlider::SliderPageStepSub);
    QVERIFY(text.visibleText().startsWith(u"line 1\n"_s));
    bar->setValue(bar->maximum());
    QVERIFY(text.visibleText().endsWith(u"line 19999\n"_s));
    const auto firstLine = [&text] { return text.visibleText().section(u'\n', 0, 0).mid(5).toInt(); };
    const int last = firstLine();
    bar->triggerAction(QAbstractSlider::SliderSingleStepSub);
    QCOMPARE(firstLine(), last - 1);
    bar->setValue(bar->maximum() / 2);
    const int middle = text.visibleText().section(u'\n', 1, 1).mid(5).toInt();
    QVERIFY2(middle > 9000 && middle < 11'500, qPrintable(QString::number(middle)));
    bar->setValue(0);
    QVERIFY(text.visibleText().startsWith(u"line 0\n"_s));
}

void TestFileView::aDragScrollsOutside_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("name");
    for (const QString &mode : {u"Text"_s, u"Hex"_s, u"Table"_s})
        QTest::newRow(qPrintable(mode)) << mode << u"rows.csv"_s;
    QTest::newRow("JSON") << u"JSON"_s << u"rows.json"_s;
}

/// In every view of rows, which all go by rows with the wheel as well.
void TestFileView::aDragScrollsOutside()
{
    QFETCH(QString, mode);
    QFETCH(QString, name);
    QByteArray contents = "[1";
    for (int i = 0; i < 60; ++i)
        contents += ",\n1234567890123456789012345678901234567890";
    const auto view = shown(write(contents + "]", name));
    press(mode);
    auto *area = qobject_cast<QAbstractScrollArea *>(view->pane());
    for (auto *each : view->pane()->findChildren<QAbstractScrollArea *>())
        area = area ? area : each;
    QVERIFY(area);
    QScrollBar *bar = area->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    QWidget *port = area->viewport();
    const auto drag = [port](const QPointF &place) {
        QMouseEvent event(QEvent::MouseMove, place, port->mapToGlobal(place), Qt::NoButton, Qt::LeftButton,
                          {});
        QApplication::sendEvent(port, &event);
    };
    QTest::mousePress(port, Qt::LeftButton, {}, {100, 100});
    drag({100, port->height() + 200.0});
    QTRY_COMPARE(bar->value(), bar->maximum());
    drag({100, -200});
    QTRY_COMPARE(bar->value(), 0);
    drag({100, port->height() + 5.0});
    QTRY_VERIFY(bar->value() > 0);
    QTest::mouseRelease(port, Qt::LeftButton, {}, {100, 100});
    bar->setValue(0);
    QWheelEvent wheel({50, 50}, port->mapToGlobal(QPointF(50, 50)), {}, {0, -120}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(port, &wheel);
    const int turned = bar->value();
    bar->setValue(0);
    for (int i = 0; i < QApplication::wheelScrollLines(); ++i)
        bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    QVERIFY(turned > 0);
    QCOMPARE(bar->value(), turned);
}

void TestFileView::whatIsSelectedIsCopied()
{
    const auto view = shown(write("one \x1B two\xE2\x82\xAC\nthree"));
    view->text().select(4, 12);
    view->text().copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"\x1B two€"_s); // the text itself, not how it is shown
    QTest::mouseDClick(view->text().viewport(), Qt::LeftButton, {}, view->text().rectOf(15).center());
    QCOMPARE(view->text().selection(), (TextMatch{13, 18}));
    QTest::mousePress(view->text().viewport(), Qt::LeftButton, {}, view->text().rectOf(1).center());
    QTest::mouseMove(view->text().viewport(), view->text().rectOf(14).center());
    QMouseEvent drag(QEvent::MouseMove, view->text().rectOf(14).center(), QCursor::pos(), Qt::NoButton,
                     Qt::LeftButton, {});
    QApplication::sendEvent(view->text().viewport(), &drag);
    QCOMPARE(view->text().selection(), (TextMatch{1, 14}));
}

void TestFileView::aLargeCopyIsAskedFor()
{
    const auto view = shown(write(QByteArray(17 * 1024 * 1024, 'x')));
    QGuiApplication::clipboard()->setText(u"before"_s);
    view->text().selectAll();
    view->text().copy();
    auto *box = view->findChild<QMessageBox *>();
    QVERIFY(box);
    QVERIFY2(box->text().contains(u"17.83 MB"_s), qPrintable(box->text()));
    QTest::keyClick(box, Qt::Key_Escape);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    view->text().copy();
    for (auto *each : view->findChildren<QMessageBox *>()) {
        if (each->isVisible())
            each->findChildren<QPushButton *>().constFirst()->text() == u"Copy"_s
                ? each->findChildren<QPushButton *>().constFirst()->click()
                : each->findChildren<QPushButton *>().constLast()->click();
    }
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s); // it is read in the background
    QVERIFY(view->findChild<LargeCopy *>());
    QTRY_COMPARE(QGuiApplication::clipboard()->text().size(), 17 * 1024 * 1024);
    QTRY_VERIFY(!view->findChild<LargeCopy *>());
    QGuiApplication::clipboard()->clear();
}

void TestFileView::aLargeCopyIsCancelled()
{
    const auto view = shown(write("\xC3\xA9"_ba.repeated(10'000'000)));
    QGuiApplication::clipboard()->setText(u"before"_s);
    const auto copy = [&view] {
        view->text().selectAll();
        view->text().copy();
        return press(u"Copy"_s) && waitFor([&view] { return view->findChild<LargeCopy *>(); });
    };
    QVERIFY(copy());
    view->findChild<LargeCopy *>()->cancel();
    QTRY_VERIFY(!view->findChild<LargeCopy *>());
    QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    QVERIFY(copy());
    QTRY_VERIFY(!view->findChild<LargeCopy *>());
    QCOMPARE(QGuiApplication::clipboard()->text().size(), 10'000'000); // no character is cut in two
    QGuiApplication::clipboard()->clear();
}

void TestFileView::matchesAreFoundAsOneTypes()
{
    QByteArray contents;
    for (int i = 0; i < 5000; ++i)
        contents += "line " + QByteArray::number(i) + (i % 100 == 7 ? " Needle\n" : "\n");
    const auto view = shown(write(contents));
    view->openFind();
    auto *field = view->findChild<QLineEdit *>();
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, u"needle"_s);
    const auto count = [&view] {
        for (const QLabel *label : view->findChild<FindField *>()->findChildren<QLabel *>())
            return label->text();
        return QString();
    };
    QTRY_COMPARE(count(), u"1 of 50"_s);
    QCOMPARE(view->text().selection().begin, contents.indexOf("Needle"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(count(), u"2 of 50"_s);
    QVERIFY(view->text().visibleText().contains(u"line 107 Needle"_s));
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(count(), u"50 of 50"_s);
    find<QToolButton>(view.get(), u"Match case"_s)->click();
    QTRY_COMPARE(count(), u"No match"_s);
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!view->findChild<FindField *>()->isVisible());
    QTRY_VERIFY(view->text().hasFocus());
}

void TestFileView::badExpressionsAreToldWhereTheyAreTyped()
{
    const auto view = shown(write("a(b"));
    view->openFind();
    find<QToolButton>(view.get(), u"Regular expression"_s)->click();
    QTest::keyClicks(view->findChild<QLineEdit *>(), u"a(b"_s);
    QTRY_VERIFY(view->findChild<FindField *>()->findChild<QLabel *>()->text().contains(u"parenthesis"_s));
}

void TestFileView::bytesAreShown()
{
    const auto view = shown(write(QByteArray("\x00\x01Hello, bytes!\x7F\xFF", 17)));
    QVERIFY(view->bytes().isVisible());
    QCOMPARE(view->bytes().row(0),
             u"00000000  00 01 48 65 6c 6c 6f 2c  20 62 79 74 65 73 21 7f  ··Hello, bytes!·"_s);
    QCOMPARE(view->bytes().row(16), u"00000010  ff"_s.leftJustified(60) + u"·"_s);
    QTest::keyClick(&view->bytes(), Qt::Key_Down);
    QCOMPARE(view->bytes().caret(), 16);
    QTest::keyClick(&view->bytes(), Qt::Key_Right);
    QCOMPARE(view->bytes().caret(), 16);
    QTest::keyClick(&view->bytes(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(view->bytes().caret(), 0);
}

void TestFileView::theCodingCanBeChosen()
{
    const auto view = shown(write("caf\xC3\xA9"));
    QCOMPARE(view->text().visibleText(), u"café"_s);
    auto *coding = view->findChild<QComboBox *>();
    QCOMPARE(coding->currentText(), u"UTF-8"_s);
    coding->setFocus();
    QTest::keyClicks(coding, u"Latin"_s);
    QTRY_COMPARE(view->text().visibleText(), u"cafÃ©"_s);
}

void TestFileView::aFileThatGrowsIsShown()
{
    const QString path = write("one\n");
    const auto view = shown(path);
    QSignalSpy changed(view.get(), &FileView::sizeChanged);
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("two\n");
    file.close();
    QVERIFY(changed.wait());
    QCOMPARE(view->text().visibleText(), u"one\ntwo\n"_s);
}

void TestFileView::aFileThatShrinksIsShown()
{
    const QString path = write(QByteArray("some line\n").repeated(10'000));
    const auto view = shown(path);
    QTest::keyClick(&view->text(), Qt::Key_End, Qt::ControlModifier);
    QSignalSpy changed(view.get(), &FileView::sizeChanged);
    QVERIFY(QFile(path).resize(4));
    QVERIFY(changed.wait());
    QCOMPARE(view->text().visibleText(), u"some"_s);
    QVERIFY(view->text().caret() <= 4);
}

void TestFileView::aFileThatIsReplacedIsShown_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("another file of that name") << u"rename"_s;
    QTest::newRow("deleted, then another") << u"delete"_s;
    QTest::newRow("written anew, of the same size") << u"same size"_s;
    QTest::newRow("written anew, longer") << u"longer"_s;
}

void TestFileView::aFileThatIsReplacedIsShown()
{
    QFETCH(QString, how);
    const QString path = write("one\ntwo\nthree\n");
    const auto view = shown(path);
    view->text().select(4, 4);
    QSignalSpy changed(view.get(), &FileView::sizeChanged);
    const auto put = [](const QString &target, const QByteArray &contents) {
        QFile file(target);
        QVERIFY(file.open(QFile::exists(target) ? QIODevice::ReadWrite : QIODevice::WriteOnly));
        QCOMPARE(file.write(contents), contents.size());
    };
    const auto isCounted = [&view](const QString &words) { return wordsOf(view.get()).contains(words); };
    QTRY_VERIFY(isCounted(u"4 lines"_s));
    const QByteArray contents = how == u"longer"_s ? "un\ndeux\ntrois\nquatre\n" : "un\ndeux\ntrois\n";
    if (how == u"rename"_s) {
        QSaveFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(contents);
        QVERIFY(file.commit());
    } else if (how == u"delete"_s) {
        QVERIFY(QFile::remove(path));
        QTRY_VERIFY(!view->findChild<QFileSystemWatcher *>()->directories().isEmpty()); // it is seen
        QCOMPARE(view->text().visibleText(), u"one\ntwo\nthree\n"_s);
        put(path, contents);
    } else {
        put(path, contents);
    }
    QVERIFY(changed.wait());
    QTRY_COMPARE(view->text().visibleText(), QString::fromUtf8(contents));
    QCOMPARE(view->text().caret(), 4);
    QTRY_VERIFY2(isCounted(how == u"longer"_s ? u"5 lines"_s : u"4 lines"_s),
                 qPrintable(wordsOf(view.get())));
    QVERIFY(isCounted(u"Line 2"_s));
    // And the one that is there now is watched.
    QFile file(path);
    QVERIFY(file.open(QIODevice::Append));
    file.write("more");
    file.close();
    QTRY_COMPARE(view->text().visibleText(), QString::fromUtf8(contents + "more"));
}

void TestFileView::theSearchFollowsTheFile()
{
    const QString path = write("needle\nneedle\n");
    const auto view = shown(path);
    view->openFind();
    QTest::keyClicks(view->findChild<QLineEdit *>(), u"needle"_s);
    const FindField *find = view->findChild<FindField *>();
    QTRY_COMPARE(find->search().count(), 2);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Append));
    file.write("a needle");
    file.flush();
    QTRY_COMPARE(find->search().count(), 3);
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1 of 3"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(QFile(path).resize(7));
    QTRY_COMPARE(find->search().count(), 1);
    file.close();
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write("Needles");
    file.close();
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1 of 1"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(view->findChild<QLineEdit *>()->hasFocus());
}

void TestFileView::theEndIsLaidOutOnce()
{
    QByteArray contents = QByteArray("line\n").repeated(100) + "last";
    const QString path = write(contents);
    TextPane pane;
    pane.resize(400, 200);
    pane.show();
    pane.setText({FileBytes::open(path).value(), TextCoding::Utf8}, nullptr);
    QTest::keyClick(&pane, Qt::Key_End, Qt::ControlModifier);
    QVERIFY(pane.visibleText().endsWith(u"last"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(contents.replace("last", "la\xC3\xA9"));
    file.close();
    QTest::keyClick(&pane, Qt::Key_Left);
    QCOMPARE(pane.caret(), contents.size() - 1); // nobody has told it
    pane.refresh();
    QTest::keyClick(&pane, Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&pane, Qt::Key_Left);
    QCOMPARE(pane.caret(), contents.size() - 2);
}

void TestFileView::aLineIsGoneTo()
{
    const auto view = shown(write(QByteArray("some line\n").repeated(1000)));
    const auto isCounted = [&view] {
        const QList<QLabel *> labels = view->findChildren<QLabel *>();
        return std::any_of(labels.cbegin(), labels.cend(),
                           [](const QLabel *label) { return label->text().endsWith(u"1,001 lines"_s); });
    };
    QTRY_VERIFY(isCounted());
    view->askForLine();
    auto *dialog = view->findChild<QInputDialog *>();
    QVERIFY(dialog);
    dialog->setIntValue(500);
    dialog->accept();
    QCOMPARE(view->text().caret(), 4990);
    QVERIFY(!view->text().rectOf(4990).isNull());
}

void TestFileView::itLetsGoOfWhatItHasShown_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("name");
    QTest::newRow("text") << "some text"_ba << u"a.txt"_s;
    QTest::newRow("bytes") << QByteArray("\0\1\2\3\4\5", 6) << u"a.bin"_s;
    QTest::newRow("JSON") << "[1,2]"_ba << u"a.json"_s;
    QTest::newRow("more JSON") << "[" + "1,"_ba.repeated(100'000) + "2]" << u"a.json"_s;
    QTest::newRow("table") << "a,b\n1,2\n"_ba << u"a.csv"_s;
    QTest::newRow("markup") << "<a><b/></a>"_ba << u"a.xml"_s;
    QTest::newRow("picture") << picture("png") << QString();
}

void TestFileView::itLetsGoOfWhatItHasShown()
{
    QFETCH(QByteArray, contents);
    QFETCH(QString, name);
    FileView view;
    view.resize(600, 400);
    view.show();
    const auto showsIt = [&] {
        auto bytes = FileBytes::inMemory(contents);
        const std::weak_ptr<const FileBytes> held = bytes;
        view.open(std::move(bytes), name, {});
        view.openFind();
        QTest::keyClicks(view.findChild<FindField *>()->findChild<QLineEdit *>(), u"1"_s);
        QTest::keyClick(view.findChild<FindField *>()->findChild<QLineEdit *>(), Qt::Key_Return);
        QTest::keyClick(view.findChild<FindField *>()->findChild<QLineEdit *>(), Qt::Key_Escape);
        return held;
    };
    const auto first = showsIt();
    view.open(FileBytes::inMemory(name.endsWith(u"txt"_s) ? "[]" : "another"), {}, {});
    QTRY_VERIFY(first.expired());
    const auto second = showsIt();
    QVERIFY(!second.expired());
    view.clear();
    QTRY_VERIFY(second.expired());
    const auto third = showsIt(); // it is as good as new
    QVERIFY(!third.expired());
}

void TestFileView::itSaysWhatItShows()
{
    FileView view;
    view.setContentName(u"Response body"_s);
    view.resize(600, 400);
    view.show();
    const auto read = [&view] { return readText(find<QWidget>(&view, u"Response body"_s)); };
    view.open(FileBytes::inMemory("{\"a\": [1]}"), {}, "application/json");
    QCOMPARE(read(), u"{\n  \"a\": [\n    1\n  ]\n}"_s);
    QCOMPARE(find<QWidget>(&view, u"Response body"_s)->accessibleDescription(), u"JSON"_s);
    // More than there is room for, and yet all of it.
    view.open(FileBytes::inMemory("[" + "1,"_ba.repeated(300) + "2]"), {}, {});
    QVERIFY2(read().endsWith(u"  1,\n  2\n]"_s), qPrintable(read().right(40)));
    view.open(FileBytes::inMemory("line\r\n"_ba.repeated(300) + "end \x1B"), {}, "text/css");
    QVERIFY2(read().startsWith(u"line\nline\n"_s) && read().endsWith(u"line\nend ⟨U+001B⟩"_s),
             qPrintable(read().right(40)));
    QVERIFY2(wordsOf(&view).contains(u"text/css"_s), qPrintable(wordsOf(&view)));
    view.open(FileBytes::inMemory(QByteArray("\0\1\2\xFF", 4)), {}, {});
    QCOMPARE(read().left(20), u"00000000  00 01 02 f"_s);
    view.open(FileBytes::inMemory("<a><b/></a>"), {}, "application/xml");
    QCOMPARE(read(), u"<a>\n  <b/>\n</a>\n"_s);
}

void TestFileView::aScreenReaderReadsIt()
{
    const auto view = shown(write("first\nsecond line\nthird"));
    QAccessibleInterface *reader = QAccessible::queryAccessibleInterface(&view->text());
    QVERIFY(reader && reader->textInterface());
    QVERIFY(reader->state().readOnly);
    QCOMPARE(reader->text(QAccessible::Name), u"Text"_s);
    QTest::keyClick(&view->text(), Qt::Key_Down);
    QAccessibleTextInterface *text = reader->textInterface();
    QCOMPARE(text->cursorPosition(), 6);
    int begin = 0;
    int end = 0;
    QCOMPARE(text->textAtOffset(text->cursorPosition(), QAccessible::LineBoundary, &begin, &end),
             u"second line\n"_s);
    text->setSelection(0, 6, 12);
    QCOMPARE(view->text().selection(), (TextMatch{6, 12}));
}

void TestFileView::theWindowTellsWhatItCannotOpen()
{
    QPointer<ViewerWindow> window = new ViewerWindow;
    window->show();
    window->open(m_folder.filePath(u"none"_s));
    bool told = false;
    for (const QLabel *label : window->findChildren<QLabel *>())
        told = told || label->text().contains(u"No such file"_s);
    QVERIFY(told);
    window->open(write("here"));
    QCOMPARE(window->view().text().visibleText(), u"here"_s);
    QVERIFY(QTest::qWaitForWindowActive(window));
    QTest::keyClick(window, Qt::Key_W, Qt::ControlModifier);
    QTRY_VERIFY(!window);
}

void TestFileView::picturesAreDrawn_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("contentType");
    QTest::newRow("by how it begins") << picture("png") << QString() << QByteArray();
    QTest::newRow("by its name") << picture("bmp") << u"a.bmp"_s << QByteArray();
    const QByteArray svg = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'>"
                           "<rect width='60' height='40' fill='red'/></svg>";
    QTest::newRow("a drawing by its name") << svg << u"a.svg"_s << QByteArray();
    QTest::newRow("a drawing by its type") << svg << QString() << "image/svg+xml"_ba;
    QTest::newRow("by its type") << picture("ppm") << QString() << "image/x-portable-pixmap"_ba;
}

void TestFileView::picturesAreDrawn()
{
    QFETCH(QByteArray, contents);
    QFETCH(QString, name);
    QFETCH(QByteArray, contentType);
    const auto view = shown(write("before"));
    QVERIFY(view->open(write(contents, name), contentType));
    QVERIFY(view->findChild<ImageView *>());
    QTRY_VERIFY(view->findChild<ImageView *>()->isVisible());
    QCOMPARE(view->findChild<ImageView *>()->accessibleName(), u"Image, 60 × 40 pixels"_s);
    QVERIFY(wordsOf(view.get()).contains(u"60 × 40 pixels"_s));
    const QImage drawn = view->pane()->grab().toImage();
    QCOMPARE(drawn.pixelColor(30, 30), QColor(Qt::red));
    QVERIFY(press(u"Hex"_s));
    QVERIFY(view->bytes().isVisible());
    QVERIFY(view->open(write("a text")));
    QVERIFY(view->text().isVisible());
}

void TestFileView::aPictureThatIsNoneIsToldOf()
{
    const auto view = shown(write(picture("png").first(60)));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"This picture cannot be drawn"_s),
                 qPrintable(wordsOf(view.get())));
    QVERIFY(!view->findChild<ImageView *>()->isVisible());
    QByteArray bomb = picture("png");
    bomb.replace(16, 8, QByteArray::fromHex("0000ffff0000ffff"));
    bomb.replace(29, 4, QByteArray::fromHex("39674e07")); // the checksum of that
    QVERIFY(view->open(write(bomb)));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"65,535 × 65,535 pixels, more than"_s),
                 qPrintable(wordsOf(view.get())));
    QVERIFY(view->open(
        write("<svg xmlns='http://www.w3.org/2000/svg'><image href='/dev/zero'/></svg>", u".svg"_s)));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"other pictures, which are not read"_s),
                 qPrintable(wordsOf(view.get())));
    QVERIFY(view->open(
        write("<svg xmlns='http://www.w3.org/2000/svg' width='1000000' height='500000'/>", u".svg"_s)));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1,000,000 × 500,000 pixels"_s),
                 qPrintable(wordsOf(view.get())));
    QCOMPARE(view->findChild<ImageView *>()->accessibleName(), u"Image, 4096 × 2048 pixels"_s);
}

void TestFileView::aChosenTextStaysText()
{
    const auto view = shown(write(picture("png")));
    QVERIFY(press(u"Text"_s));
    QVERIFY(view->text().isVisible());
    QVERIFY(view->open(write(picture("png"))));
    QVERIFY(!view->text().isVisible()); // no text: its bytes
    QVERIFY(view->bytes().isVisible());
    QVERIFY(press(u"Image"_s));
    QVERIFY(view->open(write(picture("png"))));
    QTRY_VERIFY(view->findChild<ImageView *>()->isVisible());
}

void TestFileView::markupIsLaidOut_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("contentType");
    const QByteArray xml = "<a><b>x</b><c/></a>";
    QTest::newRow("XML by its beginning") << "<?xml version=\"1.0\"?>" + xml << QString() << QByteArray();
    QTest::newRow("XML by its name") << xml << u"a.xml"_s << QByteArray();
    QTest::newRow("XML by its type") << xml << QString() << "application/vnd.api+xml; charset=utf-8"_ba;
    QTest::newRow("HTML") << "<html><br><a><div><b>x</b><c/></div></html>"_ba << QString() << "text/html"_ba;
}

void TestFileView::markupIsLaidOut()
{
    QFETCH(QByteArray, contents);
    QFETCH(QString, name);
    QFETCH(QByteArray, contentType);
    const auto view = shown(write("before"));
    QVERIFY(view->open(write(contents, name), contentType));
    auto *pane = qobject_cast<MarkupPane *>(view->pane());
    QVERIFY(pane);
    QTRY_VERIFY2(pane->text().visibleText().contains(u"\n  "_s), qPrintable(pane->text().visibleText()));
    QVERIFY(pane->text().visibleText().contains(u"<b>x</b>\n"_s));
    view->openFind();
    QVERIFY(pane->isVisible());
    QTest::keyClicks(view->findChild<FindField *>()->findChild<QLineEdit *>(),
                     u"  <c/>"_s); // as it is laid out
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1 of 1"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(press(u"Text"_s));
    QCOMPARE(view->text().visibleText(), QString::fromUtf8(contents));
}

void TestFileView::markupThatIsNotLaidOutIsToldOf()
{
    const auto view = shown(write("<a>\n<b></a>", u".xml"_s));
    const auto *pane = qobject_cast<MarkupPane *>(view->pane());
    QVERIFY(pane);
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"not well-formed XML, and shown as it is. Line 2"_s),
                 qPrintable(wordsOf(view.get())));
    QCOMPARE(pane->text().visibleText(), u"<a>\n<b></a>"_s);
    const QByteArray large = "<a>" + QByteArray("<b/>").repeated(MarkupPane::largest / 4) + "</a>";
    const QString path = write(large, u".xml"_s);
    QVERIFY(view->open(path));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"Only up to 8.39 MB are laid out"_s),
                 qPrintable(wordsOf(view.get())));
    QVERIFY(pane->text().visibleText().startsWith(u"<a><b/>"_s));
    QVERIFY(QFile(path).resize(4)); // it is laid out anew
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"not well-formed"_s), qPrintable(wordsOf(view.get())));
    QVERIFY(view->open(write("<a><b/></a>", u".xml"_s)));
    QTRY_COMPARE(pane->text().visibleText(), u"<a>\n  <b/>\n</a>\n"_s);
    QVERIFY(!wordsOf(view.get()).contains(u"as it is"_s));
}

void TestFileView::markupThatGrowsKeepsItsPlace()
{
    const QString path = write("<a>\n" + QByteArray("<b>x</b>\n").repeated(2000), u".xml"_s);
    const auto append = [&path](const QByteArray &more) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        QCOMPARE(file.write(more), more.size());
    };
    auto view = std::make_unique<FileView>();
    view->resize(600, 400);
    view->show();
    view->open(FileBytes::open(path).value(), u"a.xml"_s, {});
    auto *pane = qobject_cast<MarkupPane *>(view->pane());
    QVERIFY(pane);
    view->setGrowing(true);
    QVERIFY(wordsOf(view.get()).contains(u"More of this document is on its way"_s));
    QVERIFY(pane->text().visibleText().startsWith(u"<a>\n<b>x</b>\n"_s));
    view->openFind();
    QTest::keyClicks(view->findChild<FindField *>()->findChild<QLineEdit *>(), u"<b>"_s);
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"1 of 2,000"_s), qPrintable(wordsOf(view.get())));
    constexpr qint64 place = 4 + 9 * 1000;
    pane->text().select(place, place + 3);
    const QString seen = pane->text().visibleText();
    QSignalSpy changed(view.get(), &FileView::sizeChanged);
    QSignalSpy searched(pane, &MarkupPane::searchedTextChanged);
    for (int i = 1; i <= 3; ++i) {
        append("<b>y</b>\n");
        view->grew();
        QVERIFY(changed.wait());
        QCOMPARE(pane->text().selection(), (TextMatch{place, place + 3}));
        QCOMPARE(pane->text().visibleText(), seen);
        QTRY_VERIFY2(wordsOf(view.get()).contains(u"of 2,00%1"_s.arg(i)), qPrintable(wordsOf(view.get())));
        QTRY_VERIFY(wordsOf(view.get()).contains(u"%1 lines"_s.arg(view->locale().toString(2002 + i))));
    }
    QVERIFY(wordsOf(view.get()).contains(u"More of this document is on its way"_s));
    QCOMPARE(searched.count(), 0); // and the search went on
    append("</a>");
    view->grew();
    view->setGrowing(false);
    QTRY_COMPARE(searched.count(), 1);
    QVERIFY(!wordsOf(view.get()).contains(u"on its way"_s));
    QCOMPARE(pane->text().caret(), place + 3);
    QVERIFY(pane->text().visibleText().contains(u"  <b>x</b>\n  <b>x</b>\n"_s));
    // So does one that is too large for that.
    const QByteArray large = "<a>" + QByteArray("<b/>\n").repeated(MarkupPane::largest / 5 + 1);
    QFile file(write(large, u".xml"_s));
    QVERIFY(file.open(QIODevice::Append));
    view->open(FileBytes::open(file.fileName()).value(), u"b.xml"_s, {});
    QTRY_VERIFY(wordsOf(view.get()).contains(u"Only up to 8.39 MB are laid out"_s));
    pane->text().select(place, place);
    changed.clear();
    QCOMPARE(file.write("</a>"), 4);
    QVERIFY(file.flush());
    view->grew();
    QVERIFY(changed.wait());
    QVERIFY(wordsOf(view.get()).contains(u"Only up to"_s));
    QCOMPARE(pane->text().caret(), place);
}

void TestFileView::aPictureThatArrivesIsDrawnAtItsEnd()
{
    const QByteArray contents = picture("png");
    QFile file(write(contents.first(contents.size() / 3), u".png"_s));
    QVERIFY(file.open(QIODevice::Append));
    auto view = std::make_unique<FileView>();
    view->show();
    QSignalSpy changed(view.get(), &FileView::sizeChanged);
    const auto isOnItsWay = [&view] { return wordsOf(view.get()).contains(u"More of this picture"_s); };
    view->open(FileBytes::open(file.fileName()).value(), u"a.png"_s, {});
    view->setGrowing(true);
    QVERIFY2(isOnItsWay(), qPrintable(wordsOf(view.get())));
    for (const QByteArray &part :
         {contents.mid(contents.size() / 3, contents.size() / 3), contents.mid(contents.size() / 3 * 2)}) {
        file.write(part);
        QVERIFY(file.flush());
        view->grew();
        QVERIFY(changed.wait());
        QVERIFY2(isOnItsWay(), qPrintable(wordsOf(view.get())));
    }
    view->setGrowing(false);
    QTRY_VERIFY(view->findChild<ImageView *>()->isVisible());
    QVERIFY(wordsOf(view.get()).contains(u"PNG"_s));
    // One that is cut off is told of, and read anew when the rest is there.
    const QString cut = write(contents.first(contents.size() / 2), u".png"_s);
    QVERIFY(view->open(cut));
    QTRY_VERIFY2(wordsOf(view.get()).contains(u"cannot be drawn"_s), qPrintable(wordsOf(view.get())));
    QFile rest(cut);
    QVERIFY(rest.open(QIODevice::Append));
    rest.write(contents.mid(contents.size() / 2));
    rest.close();
    QTRY_VERIFY(view->findChild<ImageView *>()->isVisible());
}

void TestFileView::itLooksGood()
{
    QByteArray contents;
    for (int i = 0; i < 3000; ++i)
        contents += "{\"id\": " + QByteArray::number(i) +
                    ", \"name\": \"caf\xC3\xA9 \xE2\x80\xAE\", \"long\": \"" +
                    QByteArray(i % 7 == 0 ? 300 : 5, 'x') + "\"}\n";
    ViewerWindow window;
    window.setAttribute(Qt::WA_DeleteOnClose, false);
    window.show();
    window.open(write(contents));
    window.view().openFind();
    QTest::keyClicks(window.findChild<QLineEdit *>(), u"name"_s);
    QTRY_VERIFY(window.findChild<FindField *>()->search().count() == 3000 &&
                !window.findChild<FindField *>()->search().isRunning());
    savePicture(window, u"viewer-text"_s);
    QTest::keyClick(&window, Qt::Key_Escape);
    QVERIFY(window.view().open(write(QByteArray("\x00\x01\x02 binary", 10) + contents.left(2000))));
    window.view().bytes().setCaret(33);
    savePicture(window, u"viewer-hex"_s);
    window.open(write("<a><b>x</b></a> <c>", u".xml"_s));
    QTRY_VERIFY(wordsOf(&window).contains(u"not well-formed"_s));
    savePicture(window, u"viewer-markup"_s);
}

QTEST_MAIN(TestFileView)
#include "test_file_view.moc"
