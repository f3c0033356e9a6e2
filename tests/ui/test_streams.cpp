#include "app/http/WebSocket.h"
#include "tests/support/ConsoleFixture.h"
#include "tests/support/SocketScript.h"
#include "ui/console/MessageComposer.h"
#include "ui/console/StreamView.h"

#include <QClipboard>
#include <QHeaderView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>

using namespace keydesk;
using namespace keydesk::test;

/// Answers that go on, as a person sees them: events, lines of JSON, and a WebSocket's messages.
class TestStreams : public QObject, private ConsoleFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startConsole(); }
    void cleanup() { endConsole(); }

    void eventsAreShownAsTheyCome();
    void pausingHoldsTheViewStill();
    void theFilterLeavesWhatFits();
    void aBurstIsBoundedAndSaid();
    void aStoppedStreamIsAnAnswer();
    void aTokenInAnEventIsNotShown();
    void foreignCharactersAreShownNotObeyed();
    void reconnectingSendsTheLastId();
    void anIdNamesNoVariable();
    void linesOfJsonAreShown();
    void eachTabHasItsStream();
    void messagesGoBothWays();
    void theRequestsMessagesAreOffered();
    void tabGoesInTheOrderOfReading();
    void aRefusedSocketIsExplained();
    void protectedEnvironmentsAskBeforeASocket();
    void itFitsInALowWindowAndLargeType();

private:
    void sendStream(const QByteArray &bytes, const QByteArray &type = "text/event-stream", const QByteArray &endless = {})
    {
        m_server->handle([=](const ReceivedRequest &) {
            return Answer{"HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n" + bytes, Answer::Then::KeepOpen, endless, false};
        });
        open(u"GET"_s, u"/stream"_s);
        sendAndWait();
    }

    void openSocket(const QByteArray &frames = {}, const RequestBody &body = {})
    {
        m_server->handle([frames](const ReceivedRequest &request) { return Answer{openedSocket(request, frames)}; });
        open(u"GET"_s, u"ws://127.0.0.1:%1/live"_s.arg(m_server->port()), body);
        sendAndWait();
    }

    [[nodiscard]] QTableView *table() const { return find<QTableView>(m_page.get(), u"Stream"_s); }
    [[nodiscard]] int rows() const { return table() ? table()->model()->rowCount() : -1; }
    [[nodiscard]] QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }
    [[nodiscard]] QString state() const
    {
        const auto *label = find<QWidget>(m_page.get(), u"Stream state"_s);
        return label ? label->accessibleDescription() : QString();
    }
    [[nodiscard]] QString details() const
    {
        return test::readText(find<QWidget>(m_page.get(), u"Chosen entry"_s));
    }
    void choose(const QString &action) const
    {
        for (QAction *each : control<QToolButton>(u"Connection actions"_s)->menu()->actions()) {
            if (each->text() == action)
                each->trigger();
        }
    }
    template <typename Widget>
    [[nodiscard]] Widget *control(const QString &name) const
    {
        return find<Widget>(m_page.get(), name);
    }
};

void TestStreams::eventsAreShownAsTheyCome()
{
    sendStream(": hello\nid: 41\nevent: call.started\ndata: {\"agent\": \"agent_1\", \"line\": 2}\n\ndata: first\ndata: second\n\n");
    QTRY_COMPARE(rows(), 2);
    QCOMPARE(cell(0, 1), u"call.started"_s);
    QCOMPARE(cell(0, 2), u"41"_s);
    QCOMPARE(cell(1, 1), u"message"_s);
    QCOMPARE(cell(1, 3), u"first⏎second"_s);
    QVERIFY(state().startsWith(u"Receiving…"_s));
    QVERIFY(status().startsWith(u"200 OK"_s));
    QVERIFY(control<QAbstractButton>(u"Stop"_s));
    QVERIFY(!control<QAbstractButton>(u"Cancel"_s));
    table()->setFocus();
    table()->selectRow(0);
    QVERIFY(details().contains(u"\"line\": 2\n"_s)); // laid out
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QApplication::clipboard()->text(), u"{\"agent\": \"agent_1\", \"line\": 2}"_s);
    shoot(u"events"_s);
    m_server->closeAll();
    QTRY_VERIFY(state().startsWith(u"The server ended it after"_s));
    QVERIFY(state().endsWith(u"2 event(s)"_s) || state().endsWith(u"2 events"_s));
    QVERIFY(control<QAbstractButton>(u"Send"_s));
    QVERIFY(table()->currentIndex().row() == 0); // what is looked at stays
    shoot(u"events-ended"_s);
}

void TestStreams::pausingHoldsTheViewStill()
{
    sendStream("data: 1\n\ndata: 2\n\n", "text/event-stream", "data: more\n\n");
    QTRY_VERIFY(rows() > 100);
    QVERIFY(press(u"Pause"_s));
    QTRY_VERIFY(control<QAbstractButton>(u"Resume"_s));
    const int before = rows();
    const QString first = cell(0, 3);
    const qint64 sent = m_server->bytesSent();
    QTRY_VERIFY(m_server->bytesSent() > sent + 200'000);
    QCOMPARE(rows(), before);
    QCOMPARE(cell(0, 3), first);
    QCOMPARE(cell(before - 1, 3), u"more"_s);
    QVERIFY(press(u"Resume"_s));
    QTRY_VERIFY(control<QAbstractButton>(u"Pause"_s));
    QTRY_VERIFY(rows() > before || rows() == int(StreamLog::mostEntries));
    QVERIFY(press(u"Stop"_s));
    QTRY_VERIFY(state().startsWith(u"Stopped after"_s));
}

void TestStreams::theFilterLeavesWhatFits()
{
    sendStream("event: a\ndata: one\n\nevent: b\ndata: Two\n\nevent: a\ndata: three\n\n");
    QTRY_COMPARE(rows(), 3);
    auto *filter = control<QLineEdit>(u"Filter stream"_s);
    QTest::keyClick(m_page.get(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, u"tWO"_s);
    QTRY_COMPARE(rows(), 1);
    QCOMPARE(cell(0, 3), u"Two"_s);
    // Escape empties it, and stops nothing.
    QTest::keyClick(filter, Qt::Key_Escape);
    QTRY_COMPARE(rows(), 3);
    QVERIFY(control<QAbstractButton>(u"Stop"_s));
    auto *type = m_page->findChild<StreamView *>()->findChild<QComboBox *>();
    QCOMPARE(type->count(), 3);
    type->setFocus();
    QTest::keyClick(type, Qt::Key_Down);
    QTRY_COMPARE(rows(), 2);
    QCOMPARE(type->currentText(), u"a"_s);
    // Escape from anywhere else ends it.
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_Escape);
    QTRY_VERIFY(state().startsWith(u"Stopped after"_s));
}

void TestStreams::aBurstIsBoundedAndSaid()
{
    sendStream(QByteArray("data: {\"n\": 1}\n\n").repeated(100'000));
    QTRY_VERIFY(m_page->findChild<StreamView *>()->findChildren<QLabel *>().size() > 0);
    const auto words = [this] {
        QStringList all;
        for (const QLabel *label : m_page->findChild<StreamView *>()->findChildren<QLabel *>())
            all.append(label->text());
        return all.join(u'\n');
    };
    QTRY_VERIFY_WITH_TIMEOUT(words().contains(u"Showing the last 10,000 of 100,000"_s), 30'000);
    QCOMPARE(rows(), 10'000);
    QVERIFY(table()->verticalScrollBar()->value() == table()->verticalScrollBar()->maximum());
    shoot(u"burst"_s);
}

void TestStreams::aStoppedStreamIsAnAnswer()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendStream("id: 7\ndata: kept\n\n");
    QTRY_COMPARE(rows(), 1);
    QVERIFY(press(u"Stop"_s));
    QTRY_VERIFY(state().startsWith(u"Stopped after"_s));
    QCOMPARE(frontTab(), u"Body"_s);
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.row.status, 200);
    QCOMPARE(entry.responseBody, "id: 7\ndata: kept\n\n"_ba);
    QVERIFY(entry.row.errorText.isEmpty());
}

void TestStreams::aTokenInAnEventIsNotShown()
{
    const QByteArray secret(token.data(), static_cast<qsizetype>(token.size()));
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    sendStream("event: " + secret + "\nid: " + secret + "\ndata: {\"you sent\": \"" + secret + "\"}\n\n" + "data: " + QByteArray(290, 'x') + secret + "\n\n");
    QTRY_COMPARE(rows(), 2);
    table()->setFocus();
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 4; ++column) {
            for (int role = 0; role < Qt::UserRole + 16; ++role)
                QVERIFY(!table()->model()->index(row, column).data(role).toString().contains(u"talq_can"_s));
        }
        table()->selectRow(row);
        QVERIFY(details().contains(u"••••"_s));
        QVERIFY(!details().contains(QString::fromLatin1(secret)));
        QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(!QApplication::clipboard()->text().contains(QString::fromLatin1(secret)));
    }
    QVERIFY(press(u"Copy All"_s));
    QTRY_VERIFY(QApplication::clipboard()->text().contains(u"event: ••••"_s));
    QVERIFY(!QApplication::clipboard()->text().contains(QString::fromLatin1(secret)));
    QVERIFY(!wordsOf(m_page.get()).contains(QString::fromLatin1(secret)));
    QVERIFY(press(u"Stop"_s));
    const HistoryEntry entry = kept(added);
    QVERIFY(entry.row.echoedToken);
    QVERIFY(!entry.responseBody.contains(secret));
}

void TestStreams::foreignCharactersAreShownNotObeyed()
{
    sendStream("data: a\xE2\x80\xAE" "b\x1b[31m\xff\n\n");
    QTRY_COMPARE(rows(), 1);
    QCOMPARE(cell(0, 3), u"a⟨U+202E⟩b⟨U+001B⟩[31m\uFFFD"_s);
    table()->selectRow(0);
    QVERIFY(!details().contains(QChar(0x202e)));
    QVERIFY(!details().contains(QChar(0x1b)));
}

void TestStreams::reconnectingSendsTheLastId()
{
    sendStream("retry: 3000\nid: 12\ndata: a\n\n");
    QTRY_COMPARE(rows(), 1);
    QVERIFY(!control<QAbstractButton>(u"Reconnect"_s));
    m_server->closeAll();
    QTRY_VERIFY(state().contains(u"The server asks to wait 3"_s));
    QCOMPARE(m_server->requests().size(), 1); // not by itself
    QVERIFY(press(u"Reconnect"_s));
    QTRY_COMPARE(m_server->requests().size(), 2);
    QVERIFY(!m_server->requests().first().has("Last-Event-ID"));
    QCOMPARE(m_server->requests().last().header("Last-Event-ID"), "12"_ba);
    QTRY_VERIFY(state().startsWith(u"Receiving…"_s));
    QVERIFY(m_page->request().headers.isEmpty()); // of this call alone
}

/// SECURITY S2: a server that names a variable does not get its value.
void TestStreams::anIdNamesNoVariable()
{
    sendStream("id: {{agent}}{{$processEnv HOME}}\ndata: a\n\n");
    QTRY_COMPARE(rows(), 1);
    m_server->closeAll();
    QTRY_VERIFY(control<QAbstractButton>(u"Reconnect"_s));
    QVERIFY(press(u"Reconnect"_s));
    QTRY_COMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_server->requests().last().header("Last-Event-ID"), "{{agent}}{{$processEnv HOME}}"_ba);
}

void TestStreams::linesOfJsonAreShown()
{
    sendStream("{\"id\": 0}\n{\"id\": 1}\n", "application/x-ndjson");
    QTRY_COMPARE(rows(), 2);
    QCOMPARE(cell(1, 1), u"2"_s);
    QCOMPARE(cell(1, 3), u"{\"id\": 1}"_s);
    QVERIFY(!control<QComboBox>(u"Type"_s));
    shoot(u"lines"_s);
    m_server->closeAll();
    QTRY_VERIFY(state().startsWith(u"The server ended it"_s));
    QVERIFY(!control<QAbstractButton>(u"Reconnect"_s));
}

void TestStreams::eachTabHasItsStream()
{
    sendStream("data: one\n\n");
    QTRY_COMPARE(rows(), 1);
    open(u"GET"_s, u"/other"_s);
    m_server->answer(response(200, {{"Content-Type", "application/json"}}, R"({"ok":true})"));
    sendAndWait();
    QVERIFY(!table());
    QVERIFY(control<QAbstractButton>(u"Send"_s));
    QTabBar *requests = tabs(u"Open requests"_s);
    QVERIFY(requests);
    requests->setCurrentIndex(requests->currentIndex() - 1);
    QTRY_COMPARE(rows(), 1);
    QVERIFY(state().startsWith(u"Receiving…"_s));
    QVERIFY(press(u"Stop"_s));
    QTRY_VERIFY(state().startsWith(u"Stopped after"_s));
}

void TestStreams::messagesGoBothWays()
{
    QSignalSpy added((*m_core)->history.get(), &HistoryStore::added);
    open(u"GET"_s, u"ws://127.0.0.1:%1/live"_s.arg(m_server->port()));
    QTRY_VERIFY(control<QAbstractButton>(u"Connect"_s));
    openSocket(socketFrame(0x81, "{\"hello\": 1}") + socketFrame(0x82, QByteArray("\x00\xff\x10", 3)));
    QTRY_COMPARE(rows(), 2);
    QVERIFY(m_server->requests().first().has("Authorization"));
    QCOMPARE(cell(0, 1), u"Received text"_s);
    QCOMPARE(cell(1, 1), u"Received binary"_s);
    QCOMPARE(cell(1, 3), u"00 ff 10"_s);
    auto *message = control<QPlainTextEdit>(u"Message"_s);
    message->setFocus();
    message->setPlainText(u"hi"_s);
    QTest::keyClick(message, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(rows(), 3);
    QCOMPARE(cell(2, 1), u"Sent text"_s);
    // Escape while writing does not close the connection.
    QTest::keyClick(message, Qt::Key_Escape);
    auto *kind = m_page->findChild<MessageComposer *>()->findChild<QComboBox *>();
    kind->setCurrentIndex(1);
    message->setPlainText(u"{\"a\":"_s);
    QVERIFY(press(u"Send Message"_s));
    QTRY_VERIFY(message->accessibleDescription().contains(u"Line 1"_s));
    QCOMPARE(rows(), 3);
    kind->setCurrentIndex(2);
    message->setPlainText(u"48 65 6C"_s);
    QVERIFY(press(u"Send Message"_s));
    QTRY_COMPARE(rows(), 4);
    QCOMPARE(cell(3, 3), u"48 65 6c"_s);
    choose(u"Send Ping"_s);
    QTRY_COMPARE(rows(), 5);
    shoot(u"socket"_s);
    choose(u"Close With Code…"_s);
    QTRY_VERIFY(find<QLineEdit>(u"Closing code"_s));
    find<QLineEdit>(u"Closing code"_s)->setText(u"1006"_s);
    QVERIFY(press(u"Close Connection"_s));
    QTRY_VERIFY(find<QLineEdit>(u"Closing code"_s)->accessibleDescription().contains(u"3000 to 4999"_s));
    find<QLineEdit>(u"Closing code"_s)->setText(u"4000"_s);
    shoot(u"socket-close"_s, find<QLineEdit>(u"Closing code"_s)->window());
    QVERIFY(press(u"Close Connection"_s));
    QTRY_VERIFY(state().contains(u"4000, a code of the application"_s));
    QVERIFY(!control<QAbstractButton>(u"Send Message"_s));
    QVERIFY(status().startsWith(u"101 "_s));
    const HistoryEntry entry = kept(added);
    QCOMPARE(entry.row.status, 101);
    QVERIFY(entry.row.url.startsWith(u"ws://"_s));
    QVERIFY(entry.responseBody.contains("3 message"));
    QVERIFY(!entry.responseBody.contains("hello"));
    shoot(u"socket-closed"_s);
}

void TestStreams::theRequestsMessagesAreOffered()
{
    RequestBody body;
    body.kind = RequestBody::Kind::Text;
    body.text = u"===\n{\"agent\": \"{{agent}}\"}\n===\nbye"_s;
    openSocket({}, body);
    auto *message = control<QPlainTextEdit>(u"Message"_s);
    QVERIFY(message);
    QCOMPARE(message->toPlainText(), u"{\"agent\": \"agent_123456\"}"_s);
    QVERIFY(press(u"Send Message"_s));
    QTRY_COMPARE(rows(), 1);
    QCOMPARE(message->toPlainText(), u"bye"_s);
    QVERIFY(press(u"Stop"_s));
    QTRY_VERIFY(state().startsWith(u"Closed here after"_s));
}

void TestStreams::tabGoesInTheOrderOfReading()
{
    openSocket(socketFrame(0x81, "hi"));
    QTRY_COMPARE(rows(), 1);
    tabs(u"Response parts"_s)->setFocus();
    const QStringList expected{
        u"Response parts"_s,     u"Filter stream"_s, u"Type"_s,    u"Pause"_s,        u"Stream"_s,
        u"Chosen entry"_s,       u"Save Body…"_s,    u"Message"_s, u"Message kind"_s, u"Send Message"_s,
        u"Connection actions"_s, u"Copy All"_s};
    QStringList names;
    for (int i = 0; i < 20 && !names.contains(expected.last()); ++i) {
        const QWidget *focus = QApplication::focusWidget();
        const auto *button = qobject_cast<const QAbstractButton *>(focus);
        const QString name =
            focus->accessibleName().isEmpty() && button ? button->text() : focus->accessibleName();
        if (!name.isEmpty() && !QStringList{u"Coding"_s, u"Wrap long lines"_s, u"Text"_s, u"Hex"_s}.contains(
                                   name)) // how the chosen one is shown
            names.append(name);
        QTest::keyClick(m_page->window(), Qt::Key_Tab);
    }
    QCOMPARE(names, expected);
}

void TestStreams::aRefusedSocketIsExplained()
{
    m_server->answer(response(401, {{"WWW-Authenticate", "Bearer"}}));
    open(u"GET"_s, u"ws://127.0.0.1:%1/live"_s.arg(m_server->port()));
    sendAndWait();
    QVERIFY(status().startsWith(u"401 Unauthorized"_s));
    QCOMPARE(frontTab(), u"Explain"_s);
    tabs(u"Response parts"_s)->setCurrentIndex(0);
    QVERIFY(wordsOf(m_page.get()).contains(u"only the status is known"_s));
    shoot(u"socket-refused"_s);
}

void TestStreams::protectedEnvironmentsAskBeforeASocket()
{
    addEnvironment(u"Live"_s, m_server->url(QString()), true);
    open(u"GET"_s, u"ws://127.0.0.1:%1/live"_s.arg(m_server->port()));
    m_page->send();
    QTRY_VERIFY(find<QAbstractButton>(u"Cancel"_s));
    QVERIFY(QApplication::activeModalWidget());
    QVERIFY(m_server->requests().isEmpty());
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!QApplication::activeModalWidget());
    QVERIFY(m_server->requests().isEmpty());
}

void TestStreams::itFitsInALowWindowAndLargeType()
{
    const QFont before = QApplication::font();
    for (const int percent : {100, 200}) {
        for (const auto theme : {Settings::Theme::Light, Settings::Theme::Dark}) {
            QFont font = before;
            font.setPixelSize(QFontInfo(before).pixelSize() * percent / 100);
            QApplication::setFont(font);
            (*m_core)->settings->setTheme(theme);
            m_page.reset();
            makePage();
            m_page->resize(900, percent == 100 ? 490 : 700);
            openSocket(socketFrame(0x81, "{\"hello\": 1}"));
            QTRY_COMPARE(rows(), 1);
            table()->selectRow(0);
            for (const QString &name : {u"Send Message"_s, u"Connection actions"_s, u"Pause"_s, u"Stop"_s, u"Stream state"_s, u"Filter stream"_s}) {
                auto *widget = control<QWidget>(name);
                QVERIFY2(widget, qPrintable(name));
                const QRect place(widget->mapTo(m_page.get(), QPoint()), widget->size());
                QVERIFY2(m_page->rect().contains(place), qPrintable(name + u" is cut off"_s));
                QVERIFY2(widget->width() >= widget->minimumSizeHint().width(), qPrintable(name + u" is squeezed"_s));
            }
            QVERIFY(table()->viewport()->height() >= table()->verticalHeader()->defaultSectionSize());
            shoot(u"socket-%1-%2"_s.arg(theme == Settings::Theme::Dark ? u"dark"_s : u"light"_s).arg(percent));
        }
    }
    QApplication::setFont(before);
    (*m_core)->settings->setTheme(Settings::Theme::Light);
}

QTEST_MAIN(TestStreams)
#include "test_streams.moc"
