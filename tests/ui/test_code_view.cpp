#include "ui/theme/Style.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/CodeView.h"

#include <QAccessible>
#include <QApplication>
#include <QBoxLayout>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const QString json = u"{\n  \"success\": true,\n  \"data\": { \"id\": \"call_1: x\" },\n  \"n\": -1.5e3\n}"_s;

/// The pieces of a line that have the colour of `role`.
QStringList coloured(const CodeView &view, int line, theme::Role role)
{
    const QTextBlock block = view.document()->findBlockByNumber(line);
    QStringList pieces;
    for (const QTextLayout::FormatRange &range : block.layout()->formats()) {
        if (range.format.foreground().color() == theme::colour(view.palette(), role))
            pieces << block.text().mid(range.start, range.length);
    }
    return pieces;
}

int colouredLines(const CodeView &view)
{
    int count = 0;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next())
        count += block.layout()->formats().isEmpty() ? 0 : 1;
    return count;
}

QLabel *countOf(CodeView &view)
{
    auto *field = view.findChild<QLineEdit *>();
    return field ? field->parentWidget()->findChild<QLabel *>() : nullptr;
}

} // namespace

class TestCodeView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void coloursJson();
    void coloursFollowAnEdit();
    void plainTextHasNoColours();
    void coloursFollowThePalette();
    void coloursOnlyWhatIsInSight();
    void aVeryLongLineStaysPlain();
    void showsInvisibleCharacters_data();
    void showsInvisibleCharacters();
    void tabLeaves();
    void enterKeepsTheIndent();
    void findsWithACount();
    void escapeClosesFindOnly();
    void canBeReadAloud();
    void numbersMakeRoomForThemselves();
    void foldsWithTheKeyboard();
    void foldsInTheGutter();
    void opensWhatIsFoundOrEdited();
    void plainTextDoesNotFold();
    void coloursXmlAndGraphQl();
    void keepsEveryCharacter();

private:
    QWidget *m_window = nullptr;
    CodeView *m_view = nullptr;
};

void TestCodeView::initTestCase()
{
    QApplication::setPalette(theme::palette(false));
    QApplication::setStyle(new Style);
}

void TestCodeView::init()
{
    QApplication::setPalette(theme::palette(false));
    m_window = new QWidget;
    m_view = new CodeView;
    m_view->setLanguage(CodeView::Language::Json);
    auto *layout = new QVBoxLayout(m_window);
    layout->addWidget(m_view);
    layout->addWidget(new QLineEdit);
    m_window->resize(600, 400);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    m_window->activateWindow();
    m_view->setFocus();
    QTRY_VERIFY(m_view->hasFocus());
}

void TestCodeView::cleanup()
{
    delete m_window;
}

void TestCodeView::coloursJson()
{
    m_view->setPlainText(json);
    m_view->grab();
    QCOMPARE(coloured(*m_view, 1, theme::Role::JsonName), QStringList{u"\"success\""_s});
    QCOMPARE(coloured(*m_view, 1, theme::Role::JsonNumber), QStringList{u"true"_s});
    QCOMPARE(coloured(*m_view, 2, theme::Role::JsonName), (QStringList{u"\"data\""_s, u"\"id\""_s}));
    QCOMPARE(coloured(*m_view, 2, theme::Role::JsonString), QStringList{u"\"call_1: x\""_s});
    QCOMPARE(coloured(*m_view, 3, theme::Role::JsonNumber), QStringList{u"-1.5e3"_s});
}

void TestCodeView::coloursFollowAnEdit()
{
    m_view->setPlainText(u"{}"_s);
    m_view->grab();
    QTextCursor cursor = m_view->textCursor();
    cursor.setPosition(1);
    cursor.insertText(u"\"a\": 12"_s);
    m_view->grab();
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonName), QStringList{u"\"a\""_s});
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonNumber), QStringList{u"12"_s});
    QVERIFY(m_view->document()->isUndoAvailable());
}

void TestCodeView::plainTextHasNoColours()
{
    m_view->setPlainText(json);
    m_view->grab();
    QVERIFY(colouredLines(*m_view) > 0);
    m_view->setLanguage(CodeView::Language::Plain);
    m_view->grab();
    QCOMPARE(colouredLines(*m_view), 0);
}

void TestCodeView::coloursFollowThePalette()
{
    m_view->setPlainText(json);
    m_view->grab();
    m_view->setPalette(theme::palette(true));
    m_view->grab();
    QCOMPARE(coloured(*m_view, 1, theme::Role::JsonName), QStringList{u"\"success\""_s});
}

void TestCodeView::coloursOnlyWhatIsInSight()
{
    QString large;
    for (int i = 0; large.size() < 1024 * 1024; ++i)
        large += u"{\"line\": %1, \"text\": \"some words to fill the line with\"}\n"_s.arg(i);
    m_view->setPlainText(large);
    m_view->grab();
    QVERIFY(colouredLines(*m_view) > 5);
    QVERIFY(colouredLines(*m_view) < 200);
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
    m_view->grab();
    const int last = m_view->blockCount() - 2;
    QCOMPARE(coloured(*m_view, last, theme::Role::JsonName), (QStringList{u"\"line\""_s, u"\"text\""_s}));
}

void TestCodeView::aVeryLongLineStaysPlain()
{
    m_view->setPlainText(u"[\"short\"]\n[\""_s + QString(20'000, u'x') + u"\"]"_s);
    m_view->grab();
    QVERIFY(!m_view->document()->findBlockByNumber(0).layout()->formats().isEmpty());
    QVERIFY(m_view->document()->findBlockByNumber(1).layout()->formats().isEmpty());
}

void TestCodeView::showsInvisibleCharacters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << u"a\tb\nä €"_s << u"a\tb\nä €"_s;
    QTest::newRow("bidi override") << u"user\u202enimda"_s << u"user⟨U+202E⟩nimda"_s;
    QTest::newRow("isolates") << u"\u2066x\u2069"_s << u"⟨U+2066⟩x⟨U+2069⟩"_s;
    QTest::newRow("zero width") << u"a\u200bb\ufeff"_s << u"a⟨U+200B⟩b⟨U+FEFF⟩"_s;
    QTest::newRow("controls") << u"\x1b[31mred\u0007"_s << u"⟨U+001B⟩[31mred⟨U+0007⟩"_s;
    QTest::newRow("c1") << u"a\u0085b"_s << u"a⟨U+0085⟩b"_s;
    QTest::newRow("nul") << u"a"_s + QChar(u'\0') + u"b"_s << u"a⟨U+0000⟩b"_s;
    QTest::newRow("windows line end") << u"a\r\nb\rc"_s << u"a\nb⟨U+000D⟩c"_s;
    QTest::newRow("beyond the basic plane") << u"😀"_s << u"😀"_s;
    QTest::newRow("empty") << QString() << QString();
}

void TestCodeView::showsInvisibleCharacters()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(CodeView::withVisibleControls(text), shown);
}

void TestCodeView::tabLeaves()
{
    m_view->setPlainText(u"a"_s);
    QTest::keyClick(m_view, Qt::Key_Tab);
    QVERIFY(!m_view->hasFocus());
    QCOMPARE(m_view->toPlainText(), u"a"_s);
}

void TestCodeView::enterKeepsTheIndent()
{
    m_view->setPlainText(u"  \"a\": {"_s);
    m_view->moveCursor(QTextCursor::End);
    QTest::keyClick(m_view, Qt::Key_Return);
    QTest::keyClicks(m_view, u"x"_s);
    QTest::keyClick(m_view, Qt::Key_Return);
    QTest::keyClicks(m_view, u"y"_s);
    QCOMPARE(m_view->toPlainText(), u"  \"a\": {\n    x\n    y"_s);
    m_view->setReadOnly(true);
    QTest::keyClick(m_view, Qt::Key_Return);
    QCOMPARE(m_view->blockCount(), 3);
}

void TestCodeView::findsWithACount()
{
    m_view->setPlainText(u"one two\nONE two\none"_s);
    QTest::keySequence(m_view, QKeySequence::Find);
    auto *field = m_view->findChild<QLineEdit *>();
    QVERIFY(field && field->isVisible());
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, u"one"_s);
    QCOMPARE(countOf(*m_view)->text(), u"1 / 3"_s);
    QCOMPARE(m_view->textCursor().selectionStart(), 0);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(countOf(*m_view)->text(), u"2 / 3"_s);
    QCOMPARE(m_view->textCursor().selectedText(), u"ONE"_s);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(countOf(*m_view)->text(), u"3 / 3"_s);
    QCOMPARE(m_view->extraSelections().size(), 3);
    QTest::keyClicks(field, u"x"_s);
    QCOMPARE(countOf(*m_view)->text(), u"No match"_s);
    // A new text is searched too.
    m_view->setPlainText(u"onex"_s);
    QCOMPARE(countOf(*m_view)->text(), u"1 / 1"_s);
}

void TestCodeView::escapeClosesFindOnly()
{
    m_view->setPlainText(u"one"_s);
    m_view->openFind();
    auto *field = m_view->findChild<QLineEdit *>();
    QTest::keyClicks(field, u"o"_s);
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
    QVERIFY(m_window->isVisible());
    QTRY_VERIFY(m_view->hasFocus());
    QVERIFY(m_view->extraSelections().isEmpty());
}

void TestCodeView::canBeReadAloud()
{
    m_view->setReadOnly(true);
    m_view->setAccessibleName(u"Sent request"_s);
    m_view->setPlainText(json);
    QAccessibleInterface *view = QAccessible::queryAccessibleInterface(m_view);
    QCOMPARE(view->text(QAccessible::Name), u"Sent request"_s);
    QVERIFY(view->textInterface());
    QCOMPARE(view->textInterface()->text(0, json.size()), json);
    QVERIFY(m_view->textInteractionFlags() & Qt::TextSelectableByKeyboard);
}

void TestCodeView::numbersMakeRoomForThemselves()
{
    m_view->setPlainText(u"one"_s);
    const int narrow = m_view->viewport()->x();
    m_view->setPlainText(QString(12'000, u'\n'));
    QVERIFY(m_view->viewport()->x() > narrow);
}

namespace {

/// The numbers of the lines that are there to see, from 1.
QList<int> shownLines(const CodeView &view)
{
    QList<int> lines;
    for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
        if (block.isVisible())
            lines << block.blockNumber() + 1;
    }
    return lines;
}

const QString nested =
    u"{\n  \"a\": [\n    \"}\",\n    { \"x\": 1 }\n  ],\n  \"b\": {\n    \"c\": 2\n  }\n}"_s;

void goToLine(CodeView &view, int line)
{
    view.setTextCursor(QTextCursor(view.document()->findBlockByNumber(line - 1)));
}

} // namespace

void TestCodeView::foldsWithTheKeyboard()
{
    m_view->setPlainText(nested);
    goToLine(*m_view, 3);
    QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shownLines(*m_view), (QList<int>{1, 2, 5, 6, 7, 8, 9}));
    QCOMPARE(m_view->textCursor().blockNumber(), 1); // not where nobody sees it
    // Again, and what is around it is folded.
    QTest::keyClick(m_view, Qt::Key_BraceLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shownLines(*m_view), (QList<int>{1, 9}));
    QTest::keyClick(m_view, Qt::Key_BracketRight, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shownLines(*m_view).size(), 9);
    QCOMPARE(m_view->toPlainText(), nested);
    // On the closing line too.
    goToLine(*m_view, 8);
    QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shownLines(*m_view), (QList<int>{1, 2, 3, 4, 5, 6, 8, 9}));
    m_view->grab();
    goToLine(*m_view, 6);
    QTest::keyClick(m_view, Qt::Key_BracketRight, Qt::ControlModifier | Qt::ShiftModifier);
    m_view->grab();
    QCOMPARE(coloured(*m_view, 6, theme::Role::JsonName), QStringList{u"\"c\""_s});
}

void TestCodeView::foldsInTheGutter()
{
    m_view->setPlainText(nested);
    m_view->grab();
    const auto click = [this](int line) {
        const QRect place = m_view->cursorRect(QTextCursor(m_view->document()->findBlockByNumber(line - 1)));
        QWidget *gutter =
            m_view->childAt(m_view->viewport()->x() - 4, place.center().y() + m_view->viewport()->y());
        QTest::mouseClick(gutter, Qt::LeftButton, {}, {gutter->width() - 5, place.center().y()});
    };
    click(6);
    QCOMPARE(shownLines(*m_view), (QList<int>{1, 2, 3, 4, 5, 6, 8, 9}));
    click(6);
    QCOMPARE(shownLines(*m_view).size(), 9);
    click(4); // opens and closes on one line
    QCOMPARE(shownLines(*m_view).size(), 9);
}

void TestCodeView::opensWhatIsFoundOrEdited()
{
    m_view->setPlainText(nested);
    const auto foldAll = [this] {
        goToLine(*m_view, 1);
        QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(shownLines(*m_view), (QList<int>{1, 9}));
    };
    foldAll();
    QVERIFY(m_view->find(u"\"c\""_s));
    QCOMPARE(shownLines(*m_view).size(), 9);
    foldAll();
    m_view->moveCursor(QTextCursor::EndOfBlock);
    QTest::keyClicks(m_view, u" "_s);
    QCOMPARE(shownLines(*m_view).size(), 9);
    foldAll();
    m_view->setPlainText(u"[]"_s);
    QCOMPARE(shownLines(*m_view), QList<int>{1});
    // Nothing is hidden for good when the line that it was folded into goes.
    m_view->setPlainText(nested);
    goToLine(*m_view, 6);
    QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QTextCursor cursor(m_view->document()->findBlockByNumber(5));
    cursor.select(QTextCursor::BlockUnderCursor);
    cursor.removeSelectedText();
    QCOMPARE(shownLines(*m_view).size(), 8);
}

void TestCodeView::plainTextDoesNotFold()
{
    m_view->setPlainText(nested);
    goToLine(*m_view, 1);
    QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(shownLines(*m_view).size() < 9);
    m_view->setLanguage(CodeView::Language::Plain);
    QCOMPARE(shownLines(*m_view).size(), 9);
    QTest::keyClick(m_view, Qt::Key_BracketLeft, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(shownLines(*m_view).size(), 9);
}

void TestCodeView::coloursXmlAndGraphQl()
{
    m_view->setLanguage(CodeView::Language::Xml);
    m_view->setPlainText(u"<a:b c=\"d\">\"text\"</a:b>"_s);
    m_view->grab();
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonName),
             (QStringList{u"<a:b"_s, u">"_s, u"</a:b"_s, u">"_s}));
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonString), QStringList{u"\"d\""_s});
    m_view->setLanguage(CodeView::Language::GraphQl);
    m_view->setPlainText(u"query A($n: Int) { a(s: \"x\", n: 2) } # \"no\" $no"_s);
    m_view->grab();
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonName), QStringList{u"$n"_s});
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonString), QStringList{u"\"x\""_s});
    QCOMPARE(coloured(*m_view, 0, theme::Role::JsonNumber), (QStringList{u"query"_s, u"2"_s}));
}

void TestCodeView::keepsEveryCharacter()
{
    const QString text = u"a\u00A0b\n\n  c\td\n"_s;
    m_view->setPlainText(text);
    QCOMPARE(m_view->exactText(), text);
}

QTEST_MAIN(TestCodeView)
#include "test_code_view.moc"
