#include "app/models/NameValueModel.h"
#include "ui/widgets/CodeView.h"
#include "ui/widgets/NameValueEditor.h"
#include "ui/widgets/NameValueTable.h"

#include <QApplication>
#include <QBoxLayout>
#include <QCompleter>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestNameValueTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void hasItsName();
    void typingStartsEditing();
    void tabWalksCellsAndLeaves();
    void deleteRemovesRows();
    void deleteInACellIsAnEdit();
    void completesNamesAndValues();
    void editsInBulk();
    void bulkTextFollowsAnotherRequest();

private:
    std::unique_ptr<QWidget> m_window;
    NameValueModel *m_model = nullptr;
    NameValueTable *m_table = nullptr;
    QLineEdit *m_after = nullptr;
};

void TestNameValueTable::init()
{
    m_window = std::make_unique<QWidget>();
    m_model = new NameValueModel(m_window.get());
    m_model->setRows({{u"Accept"_s, u"application/json"_s, true}, {u"X-Trace"_s, u"1"_s, true}});
    m_table = new NameValueTable(m_model, u"Request headers"_s);
    m_after = new QLineEdit;
    auto *layout = new QVBoxLayout(m_window.get());
    layout->addWidget(m_table);
    layout->addWidget(m_after);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->activateWindow();
    m_table->setFocus();
    QTRY_VERIFY(m_table->hasFocus());
}

void TestNameValueTable::cleanup()
{
    m_window.reset();
}

void TestNameValueTable::hasItsName()
{
    QCOMPARE(m_table->accessibleName(), u"Request headers"_s);
    QCOMPARE(m_model->rowCount(), 3);
}

void TestNameValueTable::typingStartsEditing()
{
    m_table->setCurrentIndex(m_model->index(2, 0));
    QTest::keyClicks(m_table, u"N"_s);
    auto *editor = m_table->viewport()->findChild<QLineEdit *>();
    QVERIFY(editor);
    QTest::keyClicks(editor, u"ew"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_model->rows().size(), 3);
    QCOMPARE(m_model->rows().at(2).name, u"New"_s);
    QCOMPARE(m_model->rowCount(), 4);
}

void TestNameValueTable::tabWalksCellsAndLeaves()
{
    m_table->setCurrentIndex(m_model->index(0, 0));
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(m_table, Qt::Key_Tab);
    QCOMPARE(m_table->currentIndex(), m_model->index(2, 1));
    QVERIFY(m_table->hasFocus());
    QTest::keyClick(m_table, Qt::Key_Tab);
    QTRY_VERIFY(m_after->hasFocus());
    m_table->setFocus();
    m_table->setCurrentIndex(m_model->index(0, 0));
    QTest::keyClick(m_table, Qt::Key_Backtab);
    QTRY_VERIFY(!m_table->hasFocus());
}

void TestNameValueTable::deleteRemovesRows()
{
    m_table->setCurrentIndex(m_model->index(0, 1));
    QTest::keyClick(m_table, Qt::Key_Delete);
    QCOMPARE(m_model->rows().size(), 1);
    QCOMPARE(m_model->rows().constFirst().name, u"X-Trace"_s);
    // The row to type into stays.
    m_table->setCurrentIndex(m_model->index(1, 0));
    QTest::keyClick(m_table, Qt::Key_Delete);
    QCOMPARE(m_model->rowCount(), 2);
}

void TestNameValueTable::deleteInACellIsAnEdit()
{
    m_table->setCurrentIndex(m_model->index(0, 1));
    QTest::keyClick(m_table, Qt::Key_F2);
    auto *editor = m_table->viewport()->findChild<QLineEdit *>();
    QVERIFY(editor);
    editor->setCursorPosition(0);
    QTest::keyClick(editor, Qt::Key_Delete);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_model->rows().constFirst().value, u"pplication/json"_s);
    QCOMPARE(m_model->rows().size(), 2);
}

void TestNameValueTable::completesNamesAndValues()
{
    m_table->setCompletions(&NameValueTable::headerCompletions);
    const auto typeInto = [this](int column, const QString &text) {
        m_window->activateWindow(); // the popup had been the active one
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_table->setFocus();
        m_table->setCurrentIndex(m_model->index(2, column));
        QTest::keyClicks(m_table, text.left(1));
        auto *editor =
            qobject_cast<QLineEdit *>(QApplication::focusWidget()); // an older one may not be gone yet
        QVERIFY(editor && editor->completer());
        QTest::keyClicks(editor, text.mid(1));
        QWidget *popup = editor->completer()->popup();
        QTRY_VERIFY(popup->isVisible());
        QVERIFY(popup->width() >= popup->fontMetrics().horizontalAdvance(u"application/merge-patch+json"_s) ||
                column == 0);
        QTest::keyClick(popup, Qt::Key_Down);
        QTest::keyClick(popup, Qt::Key_Return);
        QTRY_VERIFY(!popup->isVisible());
        QTest::keyClick(editor, Qt::Key_Return);
    };
    typeInto(0, u"content-ty"_s);
    QTRY_COMPARE(m_model->rows().size(), 3);
    QCOMPARE(m_model->rows().at(2).name, u"Content-Type"_s);
    typeInto(1, u"merge"_s);
    QTRY_COMPARE(m_model->rows().at(2).value, u"application/merge-patch+json"_s);
    // What is not in any list can be typed all the same.
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_table->setFocus();
    m_table->setCurrentIndex(m_model->index(3, 0));
    QTest::keyClick(m_table, Qt::Key_F2);
    auto *editor = qobject_cast<QLineEdit *>(QApplication::focusWidget());
    QVERIFY(editor);
    QTest::keyClicks(editor, u"X-Own"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_model->rows().last().name, u"X-Own"_s);
}

void TestNameValueTable::editsInBulk()
{
    NameValueEditor editor(m_model, u"Request headers"_s);
    editor.show();
    QVERIFY(QTest::qWaitForWindowExposed(&editor));
    QSignalSpy edited(m_model, &NameValueModel::edited);
    editor.bulkButton().click();
    auto *text = editor.findChild<CodeView *>();
    QVERIFY(text && text->isVisible() && !editor.table().isVisible());
    QCOMPARE(text->accessibleName(), u"Request headers as text"_s);
    QCOMPARE(text->toPlainText(), u"Accept: application/json\nX-Trace: 1"_s);
    QCOMPARE(edited.size(), 0); // looking is not editing
    text->moveCursor(QTextCursor::End);
    QTest::keyClick(text, Qt::Key_Return);
    QTest::keyClicks(text, u"// X: a:b"_s);
    QCOMPARE(m_model->rows().last(), (NameValue{u"X"_s, u"a:b"_s, false}));
    QVERIFY(!edited.isEmpty());
    editor.showRow(2);
    QCOMPARE(text->textCursor().blockNumber(), 2);
    text->undo();
    text->undo();
    QCOMPARE(m_model->rows().size(), 2);
    editor.bulkButton().click();
    QVERIFY(editor.table().isVisible());
}

void TestNameValueTable::bulkTextFollowsAnotherRequest()
{
    NameValueEditor editor(m_model, u"Request headers"_s);
    editor.setBulk(true);
    m_model->setRows({{u"Other"_s, u"1"_s, true}});
    QCOMPARE(editor.findChild<CodeView *>()->toPlainText(), u"Other: 1"_s);
    QCOMPARE(m_model->rows().size(), 1);
}

QTEST_MAIN(TestNameValueTable)
#include "test_name_value_table.moc"
