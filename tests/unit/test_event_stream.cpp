#include "app/body/EventStream.h"
#include "app/body/JsonLines.h"
#include "app/body/SocketDrafts.h"
#include "app/body/StreamLog.h"
#include "app/http/StreamKind.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

Q_DECLARE_METATYPE(QList<keydesk::ServerEvent>)

/// Server-sent events by the HTML standard, JSON lines, and what is kept of both.
class TestEventStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsAreReadByTheStandard_data();
    void eventsAreReadByTheStandard();
    void anyCutGivesTheSame();
    void endlessLinesAreBounded_data();
    void endlessLinesAreBounded();
    void retryIsANumber();
    void linesAreRead();
    void aSequenceHasLineEndsInItsValues();
    void kindsAreTold_data();
    void kindsAreTold();
    void linesOfJsonAreFound_data();
    void linesOfJsonAreFound();
    void theNewestAreKept();
    void bytesAreBoundedToo();
    void whatIsKeptReadsAsItCame();
    void anEndedStreamTakesNoMore();
    void draftsArePartedAsInHttpFiles();
};

namespace {

QByteArray asIs(const QByteArray &bytes)
{
    return bytes;
}

} // namespace

void TestEventStream::eventsAreReadByTheStandard_data()
{
    using Events = QList<ServerEvent>;
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<ServerEvent>>("events");
    // The examples of the HTML standard, section 9.2.6.
    QTest::newRow("several lines") << "data: YHOO\ndata: +2\ndata: 10\n\n"_ba << Events{{"message", "", "YHOO\n+2\n10", 10}};
    QTest::newRow("comment, ids") << ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"_ba
                                  << Events{{"message", "1", "first event", 11}, {"message", "", "second event", 12}, {"message", "", " third event", 12}};
    QTest::newRow("empty data") << "data\n\ndata\ndata\n\ndata:"_ba << Events{{"message", "", "", 0}, {"message", "", "\n", 1}};
    QTest::newRow("one blank is dropped") << "data:test\n\ndata: test\n\n"_ba << Events{{"message", "", "test", 4}, {"message", "", "test", 4}};
    QTest::newRow("byte order mark") << "\xEF\xBB\xBF" "data: a\n\n"_ba << Events{{"message", "", "a", 1}};
    QTest::newRow("a second mark is text") << "data: a\n\n\xEF\xBB\xBF" "data: b\n\n"_ba << Events{{"message", "", "a", 1}};
    QTest::newRow("cr") << "event: x\rdata: a\r\rdata: b\r\r"_ba << Events{{"x", "", "a", 1}, {"message", "", "b", 1}};
    QTest::newRow("crlf") << "data: a\r\ndata: b\r\n\r\n"_ba << Events{{"message", "", "a\nb", 3}};
    QTest::newRow("an id stays") << "id: 7\ndata: a\n\ndata: b\n\n"_ba << Events{{"message", "7", "a", 1}, {"message", "7", "b", 1}};
    QTest::newRow("NUL in an id") << "id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n"_ba << Events{{"message", "7", "a", 1}, {"message", "7", "b", 1}};
    QTest::newRow("a type without data") << "event: x\n\ndata: a\n\n"_ba << Events{{"message", "", "a", 1}};
    QTest::newRow("unknown fields") << "date: x\nDATA: y\n data: z\ndata: a\n\n"_ba << Events{{"message", "", "a", 1}};
    QTest::newRow("unfinished") << "data: a\n\ndata: b\n"_ba << Events{{"message", "", "a", 1}};
    QTest::newRow("no UTF-8") << "data: \xff\xfe\n\n"_ba << Events{{"message", "", "\xff\xfe", 2}};
    QTest::newRow("nothing") << ""_ba << Events{};
}

void TestEventStream::eventsAreReadByTheStandard()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QList<ServerEvent>, events);
    EventStream whole;
    QCOMPARE(whole.feed(bytes), events);
    EventStream single;
    QList<ServerEvent> oneByOne;
    for (const char c : bytes)
        oneByOne += single.feed(QByteArray(1, c));
    QCOMPARE(oneByOne, events);
    QCOMPARE(single.lastEventId(), whole.lastEventId());
}

void TestEventStream::anyCutGivesTheSame()
{
    const QList<QByteArray> words{"data", "id", "event", "retry", ":", ": ", "\n", "\r", "\r\n", "\n\n", "a", "\xEF\xBB\xBF", "7", QByteArray(1, '\0'), "\xff"};
    QRandomGenerator random(20261126); // always the same texts
    for (int round = 0; round < 2000; ++round) {
        QByteArray bytes;
        for (int i = random.bounded(40); i > 0; --i)
            bytes += words.at(random.bounded(static_cast<int>(words.size())));
        EventStream whole;
        EventStream cut;
        JsonLines wholeLines;
        JsonLines cutLines;
        const QList<ServerEvent> events = whole.feed(bytes);
        QList<JsonLine> lines = wholeLines.feed(bytes);
        lines += wholeLines.finish();
        QList<ServerEvent> eventsOfPieces;
        QList<JsonLine> linesOfPieces;
        for (qsizetype at = 0; at < bytes.size();) {
            const qsizetype length = 1 + random.bounded(7);
            eventsOfPieces += cut.feed(bytes.mid(at, length));
            linesOfPieces += cutLines.feed(bytes.mid(at, length));
            at += length;
        }
        linesOfPieces += cutLines.finish();
        QVERIFY2(events == eventsOfPieces && lines == linesOfPieces, bytes.toPercentEncoding().constData());
        QCOMPARE(cut.retry(), whole.retry());
    }
}

void TestEventStream::endlessLinesAreBounded_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("piece");
    QTest::newRow("one line") << "data: "_ba << QByteArray(1'000'000, 'x');
    QTest::newRow("lines without end") << "data: x\n"_ba << QByteArray("data: x\n").repeated(100'000);
    QTest::newRow("empty data lines") << "data\n"_ba << QByteArray("data\n").repeated(200'000);
    QTest::newRow("a type") << "event: "_ba << QByteArray(1'000'000, 'x');
}

void TestEventStream::endlessLinesAreBounded()
{
    QFETCH(QByteArray, begin);
    QFETCH(QByteArray, piece);
    EventStream stream;
    stream.feed(begin);
    for (int i = 0; i < 20; ++i)
        QVERIFY(stream.feed(piece).isEmpty());
    const QList<ServerEvent> events = stream.feed((piece.endsWith('\n') ? ""_ba : "\n"_ba) + "data: end\n\ndata: next\n\n");
    QCOMPARE(events.size(), 2);
    QVERIFY(events.first().data.size() <= EventStream::largestData);
    QVERIFY(events.first().type.size() <= EventStream::longestName);
    if (begin.startsWith("data"))
        QVERIFY(events.first().size > events.first().data.size());
    QCOMPARE(events.last().data, "next"_ba);
}

void TestEventStream::retryIsANumber()
{
    EventStream stream;
    stream.feed("retry: soon\nretry: -1\nretry: 99999999999999999999\nretry\n");
    QCOMPARE(stream.retry(), std::nullopt);
    stream.feed("retry: 2500\nretry: 1s\n");
    QCOMPARE(stream.retry(), 2500);
}

void TestEventStream::linesAreRead()
{
    JsonLines lines;
    QCOMPARE(lines.feed("{\"a\":1}\r\n\n  [2]\n{\"b\""), (QList<JsonLine>{{"{\"a\":1}", 7}, {"[2]", 3}}));
    QCOMPARE(lines.finish(), (QList<JsonLine>{{"{\"b\"", 4}}));
    QCOMPARE(lines.finish(), QList<JsonLine>());
    JsonLines endless;
    for (int i = 0; i < 30; ++i)
        QVERIFY(endless.feed(QByteArray(100'000, 'x')).isEmpty());
    const QList<JsonLine> cut = endless.feed("\n");
    QCOMPARE(cut.size(), 1);
    QCOMPARE(cut.first().text.size(), JsonLines::longestLine);
    QCOMPARE(cut.first().size, 3'000'000);
}

void TestEventStream::aSequenceHasLineEndsInItsValues()
{
    JsonLines sequence(JsonLines::recordSeparator);
    QList<JsonLine> values = sequence.feed("\x1e{\"a\":\n 1}\n\x1e[2]\n");
    values += sequence.finish();
    QCOMPARE(values, (QList<JsonLine>{{"{\"a\":\n 1}", 9}, {"[2]", 3}}));
}

void TestEventStream::kindsAreTold_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("kind");
    QTest::newRow("events") << "text/event-stream"_ba << int(StreamKind::Events);
    QTest::newRow("parameters and case") << "Text/Event-Stream; charset=utf-8"_ba << int(StreamKind::Events);
    for (const char *type : {"application/x-ndjson", "application/jsonl", "application/stream+json", "application/json-seq"})
        QTest::newRow(type) << QByteArray(type) << int(StreamKind::Lines);
    QTest::newRow("JSON") << "application/json"_ba << int(StreamKind::None);
    QTest::newRow("none") << ""_ba << int(StreamKind::None);
}

void TestEventStream::kindsAreTold()
{
    QFETCH(QByteArray, type);
    QTEST(int(streamKind(type)), "kind");
}

void TestEventStream::linesOfJsonAreFound_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<int>("answer"); // -1: not yet
    QTest::newRow("two lines") << "{\"a\": 1}\n{\"a\": 2}\n"_ba << 1;
    QTest::newRow("the second begins") << "{\"a\": 1}\n["_ba << 1;
    QTest::newRow("one line") << "{\"a\": 1}\n"_ba << -1;
    QTest::newRow("not a whole line") << "{\"a\": 1"_ba << -1;
    QTest::newRow("nothing") << " \n"_ba << -1;
    QTest::newRow("laid out") << "{\n  \"a\": 1\n}\n"_ba << 0;
    QTest::newRow("laid out with a list") << "[\n  {\"a\": 1}\n]\n"_ba << 0;
    QTest::newRow("a list over lines") << "[{\"a\": 1},\n{\"a\": 2}]\n"_ba << 0;
    QTest::newRow("no JSON") << "hello\nworld\n"_ba << 0;
    QTest::newRow("a long first line") << "{\"a\": \"" + QByteArray(100'000, 'x') << 0;
}

void TestEventStream::linesOfJsonAreFound()
{
    QFETCH(QByteArray, begin);
    const auto found = isLinesOfJson(begin);
    QTEST(found ? int(*found) : -1, "answer");
}

void TestEventStream::theNewestAreKept()
{
    StreamLog log(StreamKind::Events, {}, asIs);
    QSignalSpy grew(&log, &StreamLog::grew);
    for (int i = 1; i <= 52'113; ++i)
        log.feed("data: " + QByteArray::number(i) + "\n\n");
    QCOMPARE(log.count(), 52'113U);
    QCOMPARE(grew.count(), 52'113);
    QCOMPARE(log.entries().size(), StreamLog::mostEntries);
    QCOMPARE(log.entries().back().data, "52113"_ba);
    QCOMPARE(log.entries().front().number, 52'113U - 10'000U + 1);
    QVERIFY(!log.isWhole());
}

void TestEventStream::bytesAreBoundedToo()
{
    StreamLog log(StreamKind::Lines, "application/x-ndjson", asIs);
    for (int i = 0; i < 100; ++i)
        log.feed(QByteArray(1'000'000, 'x') + '\n');
    qint64 bytes = 0;
    for (const StreamEntry &entry : log.entries())
        bytes += entry.data.size();
    QVERIFY(bytes <= StreamLog::mostBytes);
    QCOMPARE(log.count(), 100U);
    QVERIFY(log.entries().size() >= 8);
}

void TestEventStream::whatIsKeptReadsAsItCame()
{
    const QByteArray bytes = "event: add\nid: 4\ndata: one\ndata: two\n\ndata: three\n\n"_ba;
    StreamLog events(StreamKind::Events, {}, asIs);
    events.feed(bytes);
    QCOMPARE(events.text(1000), "event: add\nid: 4\ndata: one\ndata: two\n\nid: 4\ndata: three\n\n"_ba);
    QCOMPARE(EventStream().feed(events.text(1000)), EventStream().feed(bytes));
    QCOMPARE(events.text(20), "id: 4\ndata: three\n\n"_ba);
    QVERIFY(events.isWhole());
    StreamLog messages(StreamKind::Messages, {}, asIs);
    messages.add({SocketMessage::Kind::Text, true, "hi"});
    messages.add({SocketMessage::Kind::Binary, false, "\x01"});
    messages.end(u"Closed."_s);
    QCOMPARE(messages.sentCount(), 1U);
    QVERIFY(messages.text(1000).endsWith("Closed."));
    QVERIFY(!messages.text(1000).contains("hi"));
}

void TestEventStream::anEndedStreamTakesNoMore()
{
    StreamLog log(StreamKind::Lines, "application/jsonl", asIs);
    QSignalSpy ended(&log, &StreamLog::ended);
    log.feed("{\"a\":1}\n{\"b\":2}");
    log.end(u"The server ended it."_s);
    log.end(u"Again."_s);
    QCOMPARE(ended.count(), 1);
    QCOMPARE(log.count(), 2U); // the last line has no line end
    QCOMPARE(log.how(), u"The server ended it."_s);
}

void TestEventStream::draftsArePartedAsInHttpFiles()
{
    RequestBody body;
    body.kind = RequestBody::Kind::Text;
    body.text = u"===\n{\"subscribe\": \"{{topic}}\"}\n===\nping\n\n=== wait-for-server\n{{unknown}}\n"_s;
    const VariableSources sources{{u"topic"_s, u"calls"_s, true}};
    QCOMPARE(socketDrafts(body, sources), (QStringList{u"{\"subscribe\": \"calls\"}"_s, u"ping"_s, u"{{unknown}}"_s}));
    QCOMPARE(socketDrafts({}, sources), QStringList());
}

QTEST_GUILESS_MAIN(TestEventStream)
#include "test_event_stream.moc"
