#include "app/models/PartsModel.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/Files.h"
#include "ui/console/BodyEditor.h"
#include "ui/console/FieldNote.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PartsTable.h"

#include <QComboBox>
#include <QDropEvent>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace keydesk;
using namespace keydesk::test;
using Kind = RequestBody::Kind;

/// The Body tab, and rows from the editor over the wire into the history and back.
class TestBodyEditor : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void everyKindIsKeptAndShown_data();
    void everyKindIsKeptAndShown();
    void aKindIsChosenWithTheKeyboard();
    void xmlIsCheckedAndLaidOut();
    void graphQlChecksItsVariables();
    void partsAreTypedAndDropped();
    void aPartWithoutItsFileIsSaidAtItsRow();
    void aFileSaysHowLargeItIs();
    void aFileCanBeDropped();
    void aMissingFileIsSaidAtItsField();
    void rowsSurviveSendingAndHistory();
    void warningsStandAtTheirPlace();
    void multipartGoesOut();
    void holdsInSmallWindowsAndLargeType();

private:
    [[nodiscard]] BodyEditor *editor() const { return m_page->findChild<BodyEditor *>(); }
    void openBody(const RequestBody &body) { open(u"POST"_s, u"/x"_s, body); }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    static void drop(QWidget *target, const QPoint &place, const QStringList &files);

    QTemporaryDir m_folder;
};

void TestBodyEditor::drop(QWidget *target, const QPoint &place, const QStringList &files)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString &file : files)
        urls.append(QUrl::fromLocalFile(file));
    data.setUrls(urls);
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(target, &event);
}

void TestBodyEditor::everyKindIsKeptAndShown_data()
{
    QTest::addColumn<RequestBody>("body");
    const auto row = [](const char *name, Kind kind) {
        RequestBody body{kind, u"<a>\u00A0</a>"_s, {{u"a"_s, u"1"_s, true}, {u"a"_s, {}, false}}};
        body.graphQlVariables = u"{}"_s;
        body.graphQlOperation = u"A"_s;
        body.parts = {{u"p"_s, u"v"_s, {}, {}, u"a/b"_s, {{u"X"_s, u"1"_s, true}}, true},
                      {u"p"_s, {}, u"/no/such.png"_s, u"other.png"_s, {}, {}, false}};
        body.file = u"/no/such.bin"_s;
        QTest::newRow(name) << body;
    };
    row("none", Kind::None);
    row("json", Kind::Json);
    row("text", Kind::Text);
    row("xml", Kind::Xml);
    row("form", Kind::Form);
    row("multipart", Kind::Multipart);
    row("file", Kind::File);
    row("graphql", Kind::GraphQl);
}

void TestBodyEditor::everyKindIsKeptAndShown()
{
    QFETCH(RequestBody, body);
    openBody(body);
    tabs(u"Request parts"_s)->setCurrentIndex(2);
    QCOMPARE(editor()->body(), body); // what other kinds have is kept too
    shoot(u"body-"_s + QString::fromLatin1(QTest::currentDataTag()));
    RequestBody other = body;
    other.parts.clear();
    other.form.clear();
    other.file.clear();
    other.text = u"{}"_s;
    openBody(other);
    QCOMPARE(editor()->body(), other);
}

void TestBodyEditor::aKindIsChosenWithTheKeyboard()
{
    openBody({Kind::Json, u"{}"_s, {}});
    auto *kinds = find<QComboBox>(m_page.get(), u"Body type"_s);
    QVERIFY(kinds);
    kinds->setFocus();
    QTest::keyClicks(kinds, u"Multi"_s);
    QCOMPARE(editor()->body().kind, Kind::Multipart);
    QVERIFY(find<QTableView>(m_page.get(), u"Parts"_s));
    QVERIFY(find<QAbstractButton>(m_page.get(), u"Choose File…"_s));
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Format"_s));
    QCOMPARE(tabs(u"Request parts"_s)->tabData(2).toString(), u"multipart"_s);
}

void TestBodyEditor::xmlIsCheckedAndLaidOut()
{
    openBody({Kind::Xml, u"<a><b>1</b><c/></a>"_s, {}});
    auto *text = find<CodeView>(m_page.get(), u"Request body"_s);
    QVERIFY(text);
    QTRY_VERIFY(wordsOf(editor()).contains(u"Well-formed XML"_s));
    QVERIFY(test::press(u"Format"_s));
    QTRY_COMPARE(text->toPlainText(), u"<a>\n  <b>1</b>\n  <c/>\n</a>\n"_s);
    text->undo();
    QCOMPARE(text->toPlainText(), u"<a><b>1</b><c/></a>"_s);
    text->setPlainText(u"<a>\n <b></a>"_s);
    QTRY_VERIFY(wordsOf(editor()).contains(u"Line 2, column"_s));
    QVERIFY(!find<QAbstractButton>(m_page.get(), u"Format"_s)->isEnabled());
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    QVERIFY(text->hasFocus());
    QCOMPARE(text->textCursor().blockNumber(), 1);
    shoot(u"xml-problem"_s);
}

void TestBodyEditor::graphQlChecksItsVariables()
{
    RequestBody body{Kind::GraphQl,
                     u"query Agents($first: Int) {\n  agents(first: $first) {\n    id\n    name\n  }\n}"_s,
                     {}};
    body.graphQlVariables = u"{\n  \"first\": oops\n}"_s;
    body.graphQlOperation = u"Agents"_s;
    openBody(body);
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    auto *variables = find<CodeView>(m_page.get(), u"GraphQL variables"_s);
    QVERIFY(variables && variables->hasFocus());
    QCOMPARE(variables->textCursor().blockNumber(), 1);
    shoot(u"graphql-problem"_s);
    variables->setPlainText(u"{\"first\": 5}"_s);
    QTRY_VERIFY(wordsOf(editor()).contains(u"Valid variables"_s));
    QVERIFY(test::press(u"Format"_s));
    QTRY_COMPARE(variables->toPlainText(), u"{\n  \"first\": 5\n}"_s);
    sendAndWait();
    QVERIFY(m_server->requests().last().body.contains("\"operationName\":\"Agents\""));
}

void TestBodyEditor::partsAreTypedAndDropped()
{
    writeFile(path(u"a.png"_s), "png");
    writeFile(path(u"b.txt"_s), "text");
    RequestBody body;
    body.kind = Kind::Multipart;
    openBody(body);
    auto *table = m_page->findChild<PartsTable *>();
    QVERIFY(table && table->isVisible());
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, PartsModel::Name));
    QTest::keyClicks(table, u"n"_s);
    QTest::keyClicks(table->viewport()->findChild<QLineEdit *>(), u"ote"_s);
    QTest::keyClick(table->viewport()->findChild<QLineEdit *>(), Qt::Key_Tab);
    QTRY_COMPARE(editor()->body().parts.size(), 1);
    QCOMPARE(editor()->body().parts.first().name, u"note"_s);

    const QRect cell = table->visualRect(table->model()->index(0, PartsModel::Value));
    drop(table->viewport(), cell.center(), {path(u"a.png"_s)});
    QCOMPARE(editor()->body().parts.first().file, path(u"a.png"_s));
    QCOMPARE(editor()->body().parts.first().name, u"note"_s);
    drop(table->viewport(), table->viewport()->rect().bottomLeft() - QPoint(-5, 5),
         {path(u"a.png"_s), path(u"b.txt"_s)});
    QCOMPARE(editor()->body().parts.size(), 3);
    QCOMPARE(editor()->body().parts.last(), (RequestPart{u"file"_s, {}, path(u"b.txt"_s), {}, {}, {}, true}));
    shoot(u"parts"_s);
    // An emptied path makes it text again.
    table->model()->setData(table->model()->index(0, PartsModel::Value), QString(), Qt::EditRole);
    QVERIFY(editor()->body().parts.first().file.isEmpty());
    table->model()->setData(table->model()->index(1, PartsModel::Name), Qt::Unchecked, Qt::CheckStateRole);
    QVERIFY(!editor()->body().parts.at(1).enabled);
}

void TestBodyEditor::aPartWithoutItsFileIsSaidAtItsRow()
{
    RequestBody body;
    body.kind = Kind::Multipart;
    body.parts = {{u"a"_s, u"1"_s, {}, {}, {}, {}, true}, {u"b"_s, {}, path(u"missing"_s), {}, {}, {}, true}};
    openBody(body);
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    auto *table = m_page->findChild<PartsTable *>();
    QCOMPARE(table->currentIndex().row(), 1);
    QVERIFY(table->hasFocus());
    QVERIFY(wordsOf(editor()).contains(u"does not exist"_s));
    shoot(u"parts-problem"_s);
}

void TestBodyEditor::aFileSaysHowLargeItIs()
{
    writeFile(path(u"a.bin"_s), QByteArray(12'345, 'x'));
    RequestBody body;
    body.kind = Kind::File;
    openBody(body);
    auto *field = find<QLineEdit>(m_page.get(), u"File to send"_s);
    QVERIFY(field);
    QTest::keyClicks(field, path(u"a.bin"_s));
    QVERIFY2(wordsOf(editor()).contains(u"12.3 kB"_s), qPrintable(wordsOf(editor())));
    sendAndWait();
    QCOMPARE(m_server->requests().last().body.size(), 12'345);
    shoot(u"file"_s);
}

void TestBodyEditor::aFileCanBeDropped()
{
    writeFile(path(u"a.bin"_s), "x");
    RequestBody body;
    body.kind = Kind::File;
    openBody(body);
    auto *field = find<QLineEdit>(m_page.get(), u"File to send"_s);
    drop(field->parentWidget(), {5, 5}, {path(u"a.bin"_s)});
    QCOMPARE(editor()->body().file, path(u"a.bin"_s));
}

void TestBodyEditor::aMissingFileIsSaidAtItsField()
{
    RequestBody body;
    body.kind = Kind::File;
    body.file = path(u"missing"_s);
    openBody(body);
    m_page->send();
    QVERIFY(m_server->requests().isEmpty());
    QVERIFY(find<QLineEdit>(m_page.get(), u"File to send"_s)->hasFocus());
    QVERIFY(wordsOf(editor()).contains(u"does not exist"_s));
}

void TestBodyEditor::rowsSurviveSendingAndHistory()
{
    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/x"_s;
    request.params = {
        {u"p"_s, u"1"_s, true}, {u"p"_s, u"2"_s, true}, {u"p"_s, {}, true}, {u"off"_s, u"3"_s, false}};
    request.headers = {{u"X-A"_s, u"1"_s, true},
                       {u"X-A"_s, u"2"_s, true},
                       {u"X-Empty"_s, {}, true},
                       {u"X-Off"_s, u"3"_s, false}};
    request.body = {Kind::Form, {}, {{u"f"_s, u"1"_s, true}, {u"f"_s, {}, true}, {u"f"_s, u"off"_s, false}}};
    m_page->open(request);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendAndWait();
    const ReceivedRequest got = m_server->requests().last();
    QCOMPARE(got.target, "/x?p=1&p=2&p="_ba);
    QCOMPARE(got.header("X-A"), "1, 2"_ba);
    QVERIFY(got.has("X-Empty") && got.header("X-Empty").isEmpty());
    QVERIFY(!got.has("X-Off"));
    QCOMPARE(got.body, "f=1&f="_ba);
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.request.params, request.params);
    QCOMPARE(entry.request.headers, request.headers);
    QCOMPARE(entry.request.body, request.body);
    QCOMPARE(RequestSpec::fromJson(entry.request.toJson()).headers,
             request.headers); // as a draft is restored
}

void TestBodyEditor::warningsStandAtTheirPlace()
{
    RequestSpec request;
    request.method = u"POST"_s;
    request.url = u"/x"_s;
    request.headers = {
        {u"Expect"_s, u"100-continue"_s, true}, {u"X-A"_s, u"1"_s, true}, {u"X-A"_s, u"2"_s, true}};
    request.body = {Kind::Xml, u"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a/>"_s, {}};
    m_page->open(request);
    QTabBar *bar = tabs(u"Request parts"_s);
    QTRY_COMPARE(bar->tabData(1).toString(), u"3 !"_s);
    QCOMPARE(bar->tabData(2).toString(), u"XML !"_s);
    QVERIFY(bar->accessibleTabName(1).contains(u"otherwise"_s));
    const auto note = [this] {
        for (const FieldNote *each : m_page->findChildren<FieldNote *>()) {
            if (each->isVisible())
                return each->text();
        }
        return QString();
    };
    QVERIFY(note().contains(u"ISO-8859-1"_s));
    shoot(u"warning-body"_s);
    bar->setCurrentIndex(1);
    QVERIFY(note().contains(u"100 Continue"_s) && note().contains(u"X-A"_s));
    shoot(u"warning-headers"_s);
    QVERIFY(test::press(u"Bulk Edit"_s));
    QTRY_VERIFY(find<CodeView>(m_page.get(), u"Request headers as text"_s));
    shoot(u"bulk"_s);
    sendAndWait(); // nothing is in the way
    QCOMPARE(m_server->requests().size(), 1);
    request.headers.clear();
    m_page->open(request);
    QTRY_COMPARE(bar->tabData(1).toString(), QString());
}

void TestBodyEditor::multipartGoesOut()
{
    writeFile(path(u"a.txt"_s), "canary in the file");
    RequestBody body;
    body.kind = Kind::Multipart;
    body.parts = {{u"note"_s, u"{{agent}}"_s, {}, {}, {}, {}, true},
                  {u"f"_s, {}, path(u"a.txt"_s), {}, {}, {}, true}};
    openBody(body);
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendAndWait();
    const ReceivedRequest got = m_server->requests().last();
    QVERIFY(got.body.contains("agent_123456") && got.body.contains("canary in the file"));
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.request.body, body);
    QVERIFY(entry.sent.contains(u"“a.txt”, 18 B"_s));
    QVERIFY(!QJsonDocument(entry.request.toJson()).toJson().contains("canary") &&
            !entry.sent.contains(u"canary"_s));
    showPart(u"Sent"_s);
    shoot(u"multipart-sent"_s);
}

void TestBodyEditor::holdsInSmallWindowsAndLargeType()
{
    const QFont before = QApplication::font();
    for (const int percent : {100, 200}) {
        const auto theme = percent == 100 ? Settings::Theme::Dark : Settings::Theme::Light;
        QFont font = before;
        font.setPixelSize(QFontInfo(before).pixelSize() * percent / 100);
        QApplication::setFont(font);
        (*m_core)->settings->setTheme(theme);
        m_page.reset();
        makePage();
        m_page->resize(900, 490); // what is left of 900 × 600 under the menu and the tabs
        for (const Kind kind : {Kind::GraphQl, Kind::Xml, Kind::Form, Kind::Multipart, Kind::File}) {
            RequestBody body{kind, u"<a>"_s, {{u"a"_s, u"1"_s, true}}};
            body.parts = {
                {u"p"_s, {}, u"/a/long/path/to/some/where/in/a/folder/picture.png"_s, {}, {}, {}, true}};
            body.file = u"/a/long/path/to/some/where/in/a/folder/picture.png"_s;
            openBody(body);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            QVERIFY2(
                m_page->width() == 900 && m_page->height() == 490,
                qPrintable(u"%1 needs %2 × %3"_s.arg(int(kind)).arg(m_page->width()).arg(m_page->height())));
            for (const QString &name :
                 {u"Body type"_s, u"Send"_s, u"Format"_s, u"Choose File…"_s, u"Bulk Edit"_s}) {
                const auto *widget = find<QWidget>(m_page.get(), name);
                if (!widget)
                    continue; // not of this kind
                const QRect place(widget->mapTo(m_page.get(), QPoint()), widget->size());
                QVERIFY2(m_page->rect().contains(place), qPrintable(name + u" is cut off"_s));
                QVERIFY2(widget->width() >= widget->minimumSizeHint().width(),
                         qPrintable(name + u" is squeezed"_s));
            }
            shoot(u"small-%1-%2"_s.arg(percent).arg(int(kind)));
        }
    }
    QApplication::setFont(before);
    (*m_core)->settings->setTheme(Settings::Theme::Light);
}

QTEST_MAIN(TestBodyEditor)
#include "test_body_editor.moc"
