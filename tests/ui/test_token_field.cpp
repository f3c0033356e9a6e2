#include "ui/theme/Theme.h"
#include "ui/widgets/TokenField.h"

#include <QAccessible>
#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace keydesk;
using namespace Qt::StringLiterals;

namespace {

const QString token = u"talq_Zx81mQpW77LkVt20BnRs3f9a"_s;

QByteArray bytesOf(const TokenField &field)
{
    const Secret secret = field.secret();
    return {secret.reveal().data(), qsizetype(secret.reveal().size())};
}

QString fromField(const TokenField &field)
{
    return QString::fromUtf8(bytesOf(field));
}

Secret secretOf(const QString &text)
{
    return Secret::take(text.toUtf8());
}

void copyToClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

/// A long enough piece of the token's middle, which no mask shows.
bool holdsToken(const QString &text)
{
    return text.contains(token.mid(6, 8));
}

/// QApplication delivers a drop only within a drag of its own.
struct Droppable : TokenField
{
    using TokenField::dropEvent;
};

} // namespace

class TestTokenField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void masksWhatItHolds();
    void theLineEditNeverHoldsTheToken();
    void assistiveTechnologyNeverReadsTheToken();
    void assistiveTechnologyCanSetTheToken();
    void takesTyping();
    void editsInTheMiddle();
    void pasteKeepsNewlines();
    void pasteReplacesTheSelection();
    void neverCopiesOut();
    void dropIsAPaste();
    void aMegabyteIsKeptAndMasked();
    void revealShowsAndHidesAgain();
    void revealEndsWhenTheWindowIsLeft();
    void readOnlyTakesNothing();
    void showsInvisibleCharactersAsOne();
    void aNarrowFieldStillShowsTheEnd();

private:
    QWidget *m_window = nullptr;
    TokenField *m_field = nullptr;
};

void TestTokenField::init()
{
    m_window = new QWidget;
    m_field = new TokenField;
    m_field->setAccessibleName(u"Token"_s);
    auto *layout = new QVBoxLayout(m_window);
    layout->addWidget(m_field);
    layout->addWidget(new QLineEdit);
    m_window->resize(500, 100);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    m_window->activateWindow();
    m_field->setFocus();
    QTRY_VERIFY(m_field->hasFocus());
}

void TestTokenField::cleanup()
{
    delete m_window;
    QGuiApplication::clipboard()->clear();
}

void TestTokenField::masksWhatItHolds()
{
    m_field->setSecret(secretOf(token));
    QCOMPARE(m_field->text().size(), token.size());
    QVERIFY(m_field->text().startsWith("talq_"_L1));
    QVERIFY(m_field->text().endsWith("3f9a"_L1));
    QCOMPARE(m_field->text().count(QChar(0x2022)), token.size() - 9);
    QCOMPARE(fromField(*m_field), token);
    m_field->clearSecret();
    QVERIFY(m_field->text().isEmpty());
    QVERIFY(m_field->secret().isEmpty());
}

void TestTokenField::theLineEditNeverHoldsTheToken()
{
    QStringList texts;
    connect(m_field, &QLineEdit::textChanged, m_field, [&texts](const QString &text) { texts << text; });
    copyToClipboard(token);
    QTest::keySequence(m_field, QKeySequence::Paste);
    QCOMPARE(fromField(*m_field), token);
    m_field->setRevealed(true);
    QVERIFY(m_field->isRevealed());
    m_field->selectAll();
    texts << m_field->text() << m_field->displayText() << m_field->selectedText()
          << m_field->inputMethodQuery(Qt::ImSurroundingText).toString() << m_field->toolTip()
          << m_field->property("text").toString();
    for (const QString &text : texts)
        QVERIFY2(!holdsToken(text), "the token came out of the line edit");
}

void TestTokenField::assistiveTechnologyNeverReadsTheToken()
{
    m_field->setSecret(secretOf(token));
    for (const bool revealed : {false, true}) {
        m_field->setRevealed(revealed);
        QAccessibleInterface *field = QAccessible::queryAccessibleInterface(m_field);
        QVERIFY(field);
        for (const QAccessible::Text kind : {QAccessible::Name, QAccessible::Description, QAccessible::Value,
                                             QAccessible::Help, QAccessible::Accelerator})
            QVERIFY(!holdsToken(field->text(kind)));
        QCOMPARE(field->text(QAccessible::Name), u"Token"_s);
        QAccessibleTextInterface *text = field->textInterface();
        QVERIFY(text);
        QVERIFY(!holdsToken(text->text(0, text->characterCount())));
        int start = 0;
        int end = 0;
        QVERIFY(!holdsToken(text->textAtOffset(0, QAccessible::LineBoundary, &start, &end)));
    }
}

void TestTokenField::assistiveTechnologyCanSetTheToken()
{
    QSignalSpy edited(m_field, &TokenField::secretEdited);
    QAccessibleInterface *field = QAccessible::queryAccessibleInterface(m_field);
    QVERIFY(field->editableTextInterface());
    field->setText(QAccessible::Value, token);
    QCOMPARE(edited.count(), 1);
    QCOMPARE(fromField(*m_field), token);
    QVERIFY(!holdsToken(m_field->text()));
    // Another one over it, that begins and ends alike.
    const QString other = u"talq_000000000000000000003f9a"_s;
    field->setText(QAccessible::Value, other);
    QCOMPARE(fromField(*m_field), other);
    field->editableTextInterface()->insertText(0, u"x"_s);
    QCOMPARE(fromField(*m_field), u"x"_s + other);
    field->editableTextInterface()->deleteText(0, 1);
    QCOMPARE(fromField(*m_field), other);
}

void TestTokenField::takesTyping()
{
    QSignalSpy edited(m_field, &TokenField::secretEdited);
    QTest::keyClicks(m_field, token);
    QCOMPARE(fromField(*m_field), token);
    QCOMPARE(edited.count(), token.size());
    QVERIFY(!holdsToken(m_field->text()));
    QTest::keyClick(m_field, Qt::Key_Backspace);
    QCOMPARE(fromField(*m_field), token.chopped(1));
    QTest::keySequence(m_field, QKeySequence::Undo);
    QCOMPARE(fromField(*m_field), token.chopped(1));
}

void TestTokenField::editsInTheMiddle()
{
    m_field->setSecret(secretOf(token));
    m_field->setCursorPosition(10);
    QTest::keyClick(m_field, Qt::Key_Delete);
    QString wanted = token;
    wanted.remove(10, 1);
    QCOMPARE(fromField(*m_field), wanted);
    QTest::keyClick(m_field, Qt::Key_Backspace);
    wanted.remove(9, 1);
    QCOMPARE(fromField(*m_field), wanted);
    QCOMPARE(m_field->cursorPosition(), 9);
    QTest::keyClicks(m_field, u"AB"_s);
    wanted.insert(9, u"AB"_s);
    QCOMPARE(fromField(*m_field), wanted);
    QCOMPARE(m_field->cursorPosition(), 11);
    m_field->setSelection(5, 4);
    QTest::keyClicks(m_field, u"z"_s);
    wanted.replace(5, 4, u"z"_s);
    QCOMPARE(fromField(*m_field), wanted);
}

void TestTokenField::pasteKeepsNewlines()
{
    const QString pasted = u"Bearer "_s + token + u"\n"_s;
    copyToClipboard(pasted);
    QTest::keySequence(m_field, QKeySequence::Paste);
    QCOMPARE(fromField(*m_field), pasted);
    QVERIFY(!m_field->text().contains(u'\n'));
    QVERIFY(!holdsToken(m_field->text()));
}

void TestTokenField::pasteReplacesTheSelection()
{
    m_field->setSecret(secretOf(u"old token that goes away"_s));
    QSignalSpy edited(m_field, &TokenField::secretEdited);
    copyToClipboard(token);
    m_field->selectAll();
    QTest::keySequence(m_field, QKeySequence::Paste);
    QCOMPARE(fromField(*m_field), token);
    QCOMPARE(edited.count(), 1);
}

void TestTokenField::neverCopiesOut()
{
    m_field->setSecret(secretOf(token));
    copyToClipboard(u"something else"_s);
    for (const bool revealed : {false, true}) {
        m_field->setRevealed(revealed);
        m_field->selectAll();
        QTest::keySequence(m_field, QKeySequence::Copy);
        QTest::keySequence(m_field, QKeySequence::Cut);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"something else"_s);
        QCOMPARE(fromField(*m_field), token);
        // A selection by mouse is what goes to the X11 primary selection.
        const int middle = m_field->height() / 2;
        QTest::mouseClick(m_field, Qt::LeftButton, {}, QPoint(20, middle));
        QTest::mousePress(m_field, Qt::LeftButton, {}, QPoint(20, middle));
        QTest::mouseMove(m_field, QPoint(200, middle));
        QTest::mouseRelease(m_field, Qt::LeftButton, {}, QPoint(200, middle));
        QVERIFY(!holdsToken(QGuiApplication::clipboard()->text(QClipboard::Selection)));
        QVERIFY(!m_field->dragEnabled());
    }
}

void TestTokenField::dropIsAPaste()
{
    QMimeData data;
    data.setText(token + u"\r\n"_s);
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    Droppable field;
    field.dropEvent(&drop);
    QVERIFY(drop.isAccepted());
    QCOMPARE(fromField(field), token + u"\r\n"_s);
}

void TestTokenField::aMegabyteIsKeptAndMasked()
{
    const QString large(1024 * 1024, u'x');
    copyToClipboard(large);
    QTest::keySequence(m_field, QKeySequence::Paste);
    QCOMPARE(m_field->secret().size(), large.size());
    QVERIFY(m_field->text().size() < 100);
    // Part of it cannot be edited: the next input replaces it.
    QTest::keyClicks(m_field, u"a"_s);
    QCOMPARE(fromField(*m_field), u"a"_s);
}

void TestTokenField::revealShowsAndHidesAgain()
{
    m_field->setFont(theme::fixedFont(m_field->font()));
    m_field->setSecret(secretOf(token));
    const QImage masked = m_field->grab().toImage();
    QSignalSpy changed(m_field, &TokenField::revealedChanged);
    m_field->setRevealed(true);
    QCOMPARE(changed.count(), 1);
    QVERIFY(changed.constFirst().constFirst().toBool());
    const QImage revealed = m_field->grab().toImage();
    QVERIFY(masked != revealed);
    m_field->setRevealed(true);
    QCOMPARE(changed.count(), 1);
    m_field->setRevealed(false);
    QCOMPARE(changed.count(), 2);
    QCOMPARE(m_field->grab().toImage(), masked);
    // A new token is not shown because the last one was.
    m_field->setRevealed(true);
    m_field->setSecret(secretOf(token));
    QVERIFY(!m_field->isRevealed());
    // It has a clock of its own.
    m_field->setRevealed(true);
    auto *clock = m_field->findChild<QTimer *>(u"hideTimer"_s);
    QVERIFY(clock && clock->isActive() && clock->isSingleShot());
    QCOMPARE(clock->interval(), 20'000);
    clock->start(0);
    QTRY_VERIFY(!m_field->isRevealed());
}

void TestTokenField::revealEndsWhenTheWindowIsLeft()
{
    m_field->setSecret(secretOf(token));
    m_field->setRevealed(true);
    QWidget other;
    other.show();
    other.activateWindow();
    QTRY_VERIFY(!m_window->isActiveWindow());
    QVERIFY(!m_field->isRevealed());
    m_window->activateWindow();
    m_field->setRevealed(true);
    m_window->hide();
    QVERIFY(!m_field->isRevealed());
}

void TestTokenField::readOnlyTakesNothing()
{
    m_field->setReadOnly(true);
    m_field->setSecret(secretOf(token));
    copyToClipboard(u"other"_s);
    QTest::keySequence(m_field, QKeySequence::Paste);
    QTest::keyClicks(m_field, u"abc"_s);
    QCOMPARE(fromField(*m_field), token);
}

void TestTokenField::showsInvisibleCharactersAsOne()
{
    const QString strange = u"\u202etalq_\u200b"_s + token + u'\t';
    m_field->setSecret(secretOf(strange));
    QCOMPARE(fromField(*m_field), strange);
    QCOMPARE(m_field->text().size(), strange.size());
    for (const QChar c : m_field->text())
        QVERIFY(c.isPrint());
    m_field->setRevealed(true);
    QVERIFY(!m_field->grab().isNull());
}

void TestTokenField::aNarrowFieldStillShowsTheEnd()
{
    m_field->setReadOnly(true);
    m_field->setFixedWidth(180);
    const QString other = token.chopped(4) + u"0000"_s;
    m_field->setSecret(secretOf(token));
    const QImage one = m_field->grab().toImage();
    m_field->setSecret(secretOf(other));
    QVERIFY(m_field->fontMetrics().horizontalAdvance(m_field->text()) > m_field->width());
    QVERIFY(m_field->grab().toImage() != one);
}

QTEST_MAIN(TestTokenField)
#include "test_token_field.moc"
