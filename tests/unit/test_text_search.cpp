#include "app/body/TextSearch.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

Q_DECLARE_METATYPE(TextCoding)
Q_DECLARE_METATYPE(TextQuery)

class TestTextSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPlaceIsFound_data();
    void everyPlaceIsFound();
    void linesEndBeforeTheirLineEnd_data();
    void linesEndBeforeTheirLineEnd();
    void whatStandsBeforeAChunkCounts_data();
    void whatStandsBeforeAChunkCounts();
    void moreMatchesThanAreKept_data();
    void moreMatchesThanAreKept();
    void whatIsAppendedIsFound_data();
    void whatIsAppendedIsFound();
    void whatIsAppendedToTheBeginIsFound_data();
    void whatIsAppendedToTheBeginIsFound();
    void noMatchOverlapsAnother_data();
    void noMatchOverlapsAnother();
    void stepsGoRound();
    void aLongLineIsSearched_data();
    void aLongLineIsSearched();
    void whatIsFoundGrows();
    void aNewSearchEndsTheOne();
    void badExpressionsAreTold();
    void anExpressionThatNeverEndsIsStopped();

private:
    TextPieces piecesOf(const QByteArray &contents, TextCoding coding = TextCoding::Utf8);

    QTemporaryDir m_folder;
    int m_count = 0;
};

TextPieces TestTextSearch::piecesOf(const QByteArray &contents, TextCoding coding)
{
    const QString path = m_folder.filePath(QString::number(m_count++));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        qFatal("no file");
    file.close();
    return {FileBytes::open(path).value(), coding};
}

void TestTextSearch::everyPlaceIsFound_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::addColumn<TextCoding>("coding");
    QTest::addColumn<QString>("same"); // as an expression
    const auto row = [](const char *name, const TextQuery &query, const QString &same,
                        TextCoding coding = TextCoding::Utf8) {
        QTest::newRow(name) << query << coding << same;
    };
    row("exact", {u"needle"_s, true}, u"needle"_s);
    row("any case", {u"NEEDLE"_s}, u"(?i)needle"_s);
    row("whole words", {u"needle"_s, true, true}, u"\\bneedle\\b"_s);
    row("expression", {u"n[e]+dle(s|x)?"_s, true, false, true}, u"n[e]+dle(s|x)?"_s);
    row("beyond ASCII", {u"éß€"_s, true}, u"éß€"_s);
    row("beyond ASCII, any case", {u"É"_s}, u"é"_s);
    row("UTF-16 LE", {u"needle"_s, true}, u"needle"_s, TextCoding::Utf16LittleEndian);
    row("UTF-16 BE, any case", {u"Needle"_s}, u"(?i)needle"_s, TextCoding::Utf16BigEndian);
    row("signs of expressions", {u"a.b*"_s, true}, u"a\\.b\\*"_s);
    row("overlapping itself", {u"aa"_s, true}, u"aa"_s);
}

void TestTextSearch::everyPlaceIsFound()
{
    QFETCH(TextQuery, query);
    QFETCH(TextCoding, coding);
    QFETCH(QString, same);
    QString text;
    for (int i = 0; i < 60'000; ++i)
        text += i % 97 == 0 ? u"some needle, Needles NEEDLE aaaaa éß€ a.b* axb\n"_s
                            : QString(i % 41, u'.') + u"needl\n"_s;
    QList<qint64> expected; // in bytes
    const QRegularExpression expression(same, QRegularExpression::UseUnicodePropertiesOption);
    qint64 bytesBefore = 0;
    qsizetype unitsBefore = 0;
    for (auto matches = expression.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        bytesBefore += encoded(text.mid(unitsBefore, match.capturedStart() - unitsBefore), coding).size();
        unitsBefore = match.capturedStart();
        expected.append(bytesBefore);
    }
    QVERIFY(expected.size() > 100);
    const TextPieces pieces = piecesOf(encoded(text, coding), coding);
    for (const qint64 from : {qint64(0), qint64(1'000'001) / 2 * 2}) {
        TextSearch search;
        QVERIFY(!problemWith(query));
        search.start(pieces, query, from);
        QTRY_VERIFY(!search.isRunning());
        QCOMPARE(search.count(), expected.size());
        QList<qint64> found;
        for (const TextMatch &match : search.within(0, pieces.bytes().size()))
            found.append(match.begin);
        QCOMPARE(found, expected);
    }
}

void TestTextSearch::linesEndBeforeTheirLineEnd_data()
{
    QTest::addColumn<QString>("lineEnd");
    QTest::addColumn<TextCoding>("coding");
    QTest::newRow("LF") << u"\n"_s << TextCoding::Utf8;
    QTest::newRow("CR LF") << u"\r\n"_s << TextCoding::Utf8;
    QTest::newRow("CR LF, UTF-16 LE") << u"\r\n"_s << TextCoding::Utf16LittleEndian;
    QTest::newRow("CR LF, UTF-16 BE") << u"\r\n"_s << TextCoding::Utf16BigEndian;
}

void TestTextSearch::linesEndBeforeTheirLineEnd()
{
    QFETCH(QString, lineEnd);
    QFETCH(TextCoding, coding);
    TextSearch search;
    const auto sizeOf = [coding](const QString &text) { return encoded(text, coding).size(); };
    search.start(
        piecesOf(encoded(u"one"_s + lineEnd + u"one two"_s + lineEnd + lineEnd + u"one"_s, coding), coding),
        {u"one$"_s, true, false, true}, 0);
    QTRY_VERIFY(!search.isRunning());
    const qint64 last = sizeOf(u"one"_s + lineEnd + u"one two"_s + lineEnd + lineEnd);
    QCOMPARE(search.within(0, last + 100),
             (std::vector<TextMatch>{{0, sizeOf(u"one"_s)}, {last, last + sizeOf(u"one"_s)}}));
}

void TestTextSearch::whatStandsBeforeAChunkCounts_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::newRow("line's begin") << TextQuery{u"^x+"_s, true, false, true};
    QTest::newRow("word") << TextQuery{u"x+y"_s, true, true, true};
    QTest::newRow("lookbehind") << TextQuery{u"(?<!x)x+y"_s, true, false, true};
}

/// On one line of several chunks, searched from anywhere.
void TestTextSearch::whatStandsBeforeAChunkCounts()
{
    QFETCH(TextQuery, query);
    const QByteArray line = QByteArray(3'000'000, 'x') + "y";
    const TextPieces pieces = piecesOf("-" + line);
    for (const qint64 from : {0, 5000, 2'000'000}) {
        TextSearch search;
        search.start(pieces, query, from);
        QTRY_VERIFY(!search.isRunning());
        QCOMPARE(search.count(), 0);
    }
}

void TestTextSearch::moreMatchesThanAreKept_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::addColumn<qint64>("from");
    for (const qint64 from : {qint64(0), 2'000'001LL, 4'800'000LL})
        QTest::addRow("exact, from %lld", from) << TextQuery{u"xy"_s, true} << from;
    QTest::newRow("expression") << TextQuery{u"\\bxy\\b"_s, true, false, true} << 2'000'001LL;
}

void TestTextSearch::moreMatchesThanAreKept()
{
    QFETCH(TextQuery, query);
    QFETCH(qint64, from);
    constexpr qint64 count = 1'600'000;
    static_assert(count > TextSearch::mostMatches);
    const TextPieces pieces = piecesOf(QByteArray("xy\n").repeated(count));
    TextSearch search;
    search.start(pieces, query, from);
    QTRY_VERIFY_WITH_TIMEOUT(!search.isRunning(), 30'000);
    QCOMPARE(search.count(), count);
    for (const qint64 number : {qint64(0), 700'000LL, 1'000'000LL, 1'300'000LL, count - 1}) {
        const TextMatch match{number * 3, number * 3 + 2};
        QCOMPARE(search.next(number * 3 - 1), std::pair(match, number));
        QCOMPARE(search.next(number * 3), std::pair(match, number));
        QCOMPARE(search.previous(number * 3 + 1), std::pair(match, number));
        QCOMPARE(search.previous(number * 3 + 3), std::pair(match, number));
        QCOMPARE(search.within(number * 3 + 1, number * 3 + 2), std::vector{match});
    }
    QCOMPARE(search.next(count * 3)->second, 0);
    QCOMPARE(search.previous(0)->second, count - 1);

    // Over the borders of stretches that are searched again, as often as it is painted.
    QElapsedTimer time;
    time.start();
    constexpr qint64 begin = 300'000;
    constexpr qint64 further = 1'200'000;
    const std::vector<TextMatch> many = search.within(begin, begin + 600'000);
    QCOMPARE(many.size(), std::size_t(200'000));
    for (std::size_t i = 0; i < many.size(); ++i)
        QCOMPARE(many[i].begin, begin + qint64(i) * 3);
    for (int i = 0; i < 2000; ++i) {
        const qint64 place = begin + i % 2 * further;
        QCOMPARE(search.within(place, place + 3), (std::vector<TextMatch>{{place, place + 2}}));
    }
    QVERIFY2(time.elapsed() < 3000, qPrintable(QString::number(time.elapsed())));
}

void TestTextSearch::whatIsAppendedIsFound_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::newRow("exact") << TextQuery{u"xy"_s, true};
    QTest::newRow("expression") << TextQuery{u"\\bxy$"_s, true, false, true};
}

/// Also what was half there, and what is a match no longer.
void TestTextSearch::whatIsAppendedIsFound()
{
    QFETCH(TextQuery, query);
    const TextPieces pieces = piecesOf("xy\nx");
    TextSearch search;
    search.start(pieces, query, 2);
    QTRY_VERIFY(!search.isRunning());
    QCOMPARE(search.count(), 1);
    QFile file(m_folder.filePath(QString::number(m_count - 1)));
    QVERIFY(file.open(QIODevice::Append));
    QByteArray more = "y";
    for (const qint64 expected : {2, 3, 4}) {
        file.write(more);
        file.flush();
        search.extend();
        QTRY_VERIFY(!search.isRunning());
        QCOMPARE(search.count(), expected);
        more = "\n" + QByteArray("..\n").repeated(400'000) + "xy";
    }
    QCOMPARE(search.next(4)->second, 2);
}

void TestTextSearch::whatIsAppendedToTheBeginIsFound_data()
{
    whatIsAppendedIsFound_data();
}

/// Where the search began at the end, or close to it.
void TestTextSearch::whatIsAppendedToTheBeginIsFound()
{
    QFETCH(TextQuery, query);
    for (const qint64 from : {2, 3, 4}) {
        const TextPieces pieces = piecesOf("-\nxy"_ba.first(from));
        TextSearch search;
        search.start(pieces, query, from);
        QTRY_VERIFY(!search.isRunning());
        QFile file(m_folder.filePath(QString::number(m_count - 1)));
        QVERIFY(file.open(QIODevice::Append));
        QByteArray more = "-\nxy"_ba.sliced(from) + "\n";
        for (const qint64 expected : {1, 2}) {
            file.write(more);
            file.flush();
            search.extend();
            QTRY_VERIFY(!search.isRunning());
            QCOMPARE(search.count(), expected);
            more = "xy\n";
        }
        QCOMPARE(search.within(0, 100), (std::vector<TextMatch>{{2, 4}, {5, 7}}));
    }
}

void TestTextSearch::noMatchOverlapsAnother_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::newRow("exact") << TextQuery{u"aa"_s, true};
    QTest::newRow("expression") << TextQuery{u"aa"_s, true, false, true};
}

/// Wherever the search began.
void TestTextSearch::noMatchOverlapsAnother()
{
    QFETCH(TextQuery, query);
    for (const QByteArray &text : {"aaaa"_ba, "-aaaaa-aaa"_ba}) {
        TextSearch whole;
        whole.start(piecesOf(text), query, 0);
        QTRY_VERIFY(!whole.isRunning());
        for (qint64 from = 1; from <= text.size(); ++from) {
            TextSearch search;
            search.start(piecesOf(text), query, from);
            QTRY_VERIFY(!search.isRunning());
            QCOMPARE(search.count(), whole.count());
            QCOMPARE(search.within(0, 100), whole.within(0, 100));
        }
    }
    // What was left out comes back once nothing overlaps it any more.
    const TextPieces pieces = piecesOf("aaa"_ba);
    TextSearch search;
    search.start(pieces, {u"aa$|a"_s, true, false, true}, 2);
    QTRY_VERIFY(!search.isRunning());
    QCOMPARE(search.within(0, 100), (std::vector<TextMatch>{{0, 1}, {1, 3}}));
    QFile file(m_folder.filePath(QString::number(m_count - 1)));
    QVERIFY(file.open(QIODevice::Append) && file.write("b") == 1 && file.flush());
    search.extend();
    QTRY_VERIFY(!search.isRunning());
    QCOMPARE(search.within(0, 100), (std::vector<TextMatch>{{0, 1}, {1, 2}, {2, 3}}));
}

void TestTextSearch::stepsGoRound()
{
    const TextPieces pieces = piecesOf("x..x..x..x");
    TextSearch search;
    search.start(pieces, {u"x"_s, true}, 5);
    QTRY_VERIFY(!search.isRunning());
    QCOMPARE(search.next(0)->first.begin, 0);
    QCOMPARE(search.next(1)->first.begin, 3);
    QCOMPARE(search.next(1)->second, 1);
    QCOMPARE(search.next(5)->first.begin, 6);
    QCOMPARE(search.next(7)->second, 3);
    QCOMPARE(search.next(10)->first.begin, 0);
    QCOMPARE(search.previous(9)->first.begin, 6);
    QCOMPARE(search.previous(6)->first.begin, 3);
    QCOMPARE(search.previous(6)->second, 1);
    QCOMPARE(search.previous(0)->first.begin, 9);
    QCOMPARE(search.previous(0)->second, 3);
    QCOMPARE(search.within(1, 4).size(), 1);
    TextSearch none;
    QVERIFY(!none.next(0));
    none.start(pieces, {u"y"_s, true}, 0);
    QTRY_VERIFY(!none.isRunning());
    QVERIFY(!none.next(0));
    QVERIFY(!none.previous(0));
}

void TestTextSearch::aLongLineIsSearched_data()
{
    QTest::addColumn<TextQuery>("query");
    QTest::newRow("exact") << TextQuery{u"needle"_s, true};
    QTest::newRow("any case") << TextQuery{u"needle"_s};
}

/// Also where chunks meet.
void TestTextSearch::aLongLineIsSearched()
{
    QFETCH(TextQuery, query);
    QByteArray line(5'000'000, '.');
    QList<qint64> places;
    for (qint64 at = 1'048'500; at + 200 < line.size(); at += 1'048'576) {
        for (qint64 shift = 0; shift < 150; shift += 7) {
            line.replace(at + shift, 6, "needle");
            places.append(at + shift);
        }
    }
    TextSearch search;
    search.start(piecesOf(line), query, 0);
    QTRY_VERIFY(!search.isRunning());
    QList<qint64> found;
    for (const TextMatch &match : search.within(0, line.size()))
        found.append(match.begin);
    QCOMPARE(found, places);
}

void TestTextSearch::whatIsFoundGrows()
{
    QFile file(m_folder.filePath(u"large"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("needle");
    QVERIFY(file.resize(4LL * 1024 * 1024 * 1024)); // a hole
    TextSearch search;
    QSignalSpy grew(&search, &TextSearch::grew);
    search.start({FileBytes::open(file.fileName()).value(), TextCoding::Utf8}, {u"needle"_s, true}, 0);
    QVERIFY(grew.wait());
    QCOMPARE(search.count(), 1); // the first is there long before the end
    QVERIFY(search.isRunning());
    search.stop();
    QVERIFY(!search.isRunning());
}

void TestTextSearch::aNewSearchEndsTheOne()
{
    QFile file(m_folder.filePath(u"endless"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(256LL * 1024 * 1024 * 1024)); // a hole, which takes minutes
    auto bytes = FileBytes::open(file.fileName()).value();
    const std::weak_ptr<const FileBytes> searched = bytes;
    TextSearch search;
    search.start({std::move(bytes), TextCoding::Utf8}, {u"x"_s}, 0);
    search.start(piecesOf(QByteArray(1'000'000, 'x') + "y"), {u"y"_s}, 0);
    QTRY_VERIFY(!search.isRunning());
    QCOMPARE(search.count(), 1);
    QTRY_VERIFY(searched.expired());
}

void TestTextSearch::badExpressionsAreTold()
{
    const auto problem = problemWith({u"(a"_s, false, false, true});
    QVERIFY(problem);
    QVERIFY2(problem->message.contains(u"closing parenthesis"_s), qPrintable(problem->message));
    QVERIFY(!problemWith({u"(a"_s}));
}

void TestTextSearch::anExpressionThatNeverEndsIsStopped()
{
    TextSearch search;
    search.start(piecesOf(QByteArray(100'000, 'a') + "!"), {u"(a+)+[bc]"_s, true, false, true}, 0);
    QTRY_VERIFY_WITH_TIMEOUT(!search.isRunning(), 30'000);
    QCOMPARE(search.problem(), u"The expression takes too long for this text."_s);
}

QTEST_GUILESS_MAIN(TestTextSearch)
#include "test_text_search.moc"
