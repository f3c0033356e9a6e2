#include "app/leaks/LeakList.h"
#include "app/leaks/LeakStream.h"
#include "app/providers/ProviderCatalog.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include <cstring>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr std::string_view canary = "talq_c4nary/Kd8+ZpQ7rT2=vX9|s3fG6h";

QList<TokenPattern> builtIn()
{
    ProviderCatalog providers;
    providers.loadBuiltIn();
    return tokenPatterns(providers);
}

LeakMatcher matcherOf(const QList<QByteArray> &tokens, const QList<TokenPattern> &patterns = {})
{
    std::vector<LeakMatcher::Token> list;
    for (const QByteArray &token : tokens)
        list.push_back(
            {QUuid::createUuid(), Secret(std::string_view(token.constData(), std::size_t(token.size())))});
    return LeakMatcher(std::move(list), patterns);
}

QByteArray canaryBytes()
{
    return QByteArray(canary.data(), qsizetype(canary.size()));
}

QByteArray random(qsizetype size, quint32 seed)
{
    QRandomGenerator generator(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = char(generator.bounded(256));
    return bytes;
}

QByteArray escaped(const char *format, char byte)
{
    return QString::asprintf(format, uint(uchar(byte))).toLatin1();
}

QByteArray escapedAs(const char *format)
{
    QByteArray all;
    for (const char c : canaryBytes())
        all += escaped(format, c);
    return all;
}

/// The bytes with a sign before them that is escaped once more.
QByteArray nested(const QByteArray &outer)
{
    return QByteArray(outer).replace('%', "%25");
}

QByteArray utf16(const QByteArray &text, bool bigEndian)
{
    QByteArray wide;
    for (const char c : text) {
        if (bigEndian)
            wide += '\0';
        wide += c;
        if (!bigEndian)
            wide += '\0';
    }
    return wide;
}

/// As from a file that is read in pieces of `step` bytes.
std::vector<LeakStream::Hit> stream(const LeakMatcher &matcher, const QByteArray &text,
                                    qsizetype step = 1 << 30)
{
    LeakStream reader(matcher);
    reader.begin();
    for (qsizetype done = 0; done < text.size();) {
        const auto room = reader.room();
        const qsizetype now = std::min({qsizetype(room.size()), step, text.size() - done});
        std::memcpy(room.data(), text.constData() + done, std::size_t(now));
        reader.filled(now);
        done += now;
    }
    reader.end();
    return reader.hits();
}

} // namespace

class TestLeakMatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEveryEncoding_data();
    void findsEveryEncoding();
    void findsAtEveryPlaceInABuffer();
    void findsAcrossPieces();
    void findsShortAndLongTokens();
    void findsNothingInRandomData();
    void tellsEachPlaceOnce();
    void countsLinesAndColumns();
    void findsTokensByTheirPatterns_data();
    void findsTokensByTheirPatterns();
    void tellsAnOwnTokenOnceThoughItFitsAPattern();
    void findsOneOfAThousandInLinearTime();
    void staysLinearInHostileText();
    void countsWhatIsBeyondTheLimit();
    void masksTokensInNames();
    void saysWhichTokensAreTooShort();
    void writesListsWithoutSecrets();
};

void TestLeakMatcher::findsEveryEncoding_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("name");
    const QByteArray token = canaryBytes();
    QTest::newRow("plain") << token << u"Plain"_s;
    QTest::newRow("percent, capitals") << token.toPercentEncoding() << u"Percent-encoded"_s;
    QTest::newRow("percent, small") << token.toPercentEncoding().replace("%2F", "%2f").replace("%2B", "%2b")
                                    << u"Percent-encoded"_s;
    QTest::newRow("percent, every byte") << escapedAs("%%%02x") << u"Percent-encoded"_s;
    QTest::newRow("JSON slash") << QByteArray(token).replace("/", "\\/") << u"JSON-escaped"_s;
    QTest::newRow("JSON unicode") << QByteArray(token).replace("=", "\\u003d") << u"JSON-escaped"_s;
    QTest::newRow("JSON, every byte") << escapedAs("\\u%04X") << u"JSON-escaped"_s;
    QTest::newRow("percent twice") << nested(token.toPercentEncoding()) << u"Percent-encoded"_s;
    QTest::newRow("percent in JSON") << token.toPercentEncoding().replace("%", "\\u0025")
                                     << u"Percent-encoded, JSON-escaped"_s;
    QByteArray twice;
    for (const char c : escapedAs("%%%02x"))
        twice += escaped("\\u%04x", c);
    QTest::newRow("every byte, twice") << twice << u"Percent-encoded, JSON-escaped"_s;
    for (const QByteArray &lead : {QByteArray(), "u"_ba, "us"_ba, "user:"_ba}) {
        const QByteArray padded = lead + token + ":tail";
        QTest::addRow("Base64 after %d", int(lead.size())) << padded.toBase64() << u"Base64"_s;
    }
    const QByteArray signs = "x" + token;
    QTest::newRow("Base64 in JSON") << signs.toBase64().replace(20, 1,
                                                                escaped("\\u%04x", signs.toBase64().at(20)))
                                    << u"Base64, JSON-escaped"_s;
    QTest::newRow("Base64 in a query")
        << token.toBase64().replace(20, 1, escaped("%%%02x", token.toBase64().at(20)))
        << u"Base64, Percent-encoded"_s;
    QTest::newRow("hex") << token.toHex() << u"Hexadecimal"_s;
    QTest::newRow("hex, capitals") << token.toHex().toUpper() << u"Hexadecimal"_s;
    QTest::newRow("UTF-16LE") << utf16(token, false) << u"UTF-16"_s;
    QTest::newRow("UTF-16BE") << utf16(token, true) << u"UTF-16"_s;
}

void TestLeakMatcher::findsEveryEncoding()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, name);
    const LeakMatcher matcher = matcherOf({canaryBytes()});
    for (int before = 0; before < 20; ++before) {
        const auto hits = stream(matcher, QByteArray(before, '.') + text + ".");
        QCOMPARE(hits.size(), std::size_t(1));
        QCOMPARE(hits.front().match.token, 0);
        QCOMPARE(hits.front().match.encoding.name(), name);
    }
}

void TestLeakMatcher::findsAtEveryPlaceInABuffer()
{
    // Bytes that Base64 writes with + and /, which its two alphabets write differently.
    const QByteArray token = "\xfb\xef\xbe\xff\xff~~~?>?>?>key0123456789"_ba;
    const LeakMatcher matcher = matcherOf({token});
    for (const QByteArray &form :
         {token, token.toBase64(), token.toBase64(QByteArray::Base64UrlEncoding), token.toHex()}) {
        for (int before = 0; before < 64; ++before)
            QCOMPARE(stream(matcher, QByteArray(before, ' ') + form).size(), std::size_t(1));
    }
}

void TestLeakMatcher::findsAcrossPieces()
{
    const LeakMatcher matcher = matcherOf({canaryBytes()}, builtIn());
    // The first buffer ends behind 256 KiB and twice the overlap.
    const qsizetype edge = 256 * 1024 + 2 * matcher.overlap() + 16;
    const QByteArray other = "talq_another0123456789token";
    for (const QByteArray &form : {canaryBytes(), canaryBytes().toPercentEncoding(), canaryBytes().toBase64(),
                                   escapedAs("\\u%04x"), other}) {
        for (qsizetype shift = -matcher.overlap() - form.size() - 20; shift <= 20; shift += 41) {
            QByteArray text(edge + 100'000, ' ');
            text.replace(edge + shift, form.size(), form);
            QCOMPARE(stream(matcher, text).size(), std::size_t(1));
        }
    }
    QByteArray twice(edge, ' ');
    twice += canaryBytes() + QByteArray(100, '\n') + canaryBytes();
    const auto hits = stream(matcher, twice, 1000);
    QCOMPARE(hits.size(), std::size_t(2));
    QCOMPARE(hits.front().line, qint64(1));
    QCOMPARE(hits.front().column, edge + 1);
    QCOMPARE(hits.back().line, qint64(101));
    QCOMPARE(hits.back().column, qint64(1));
}

void TestLeakMatcher::findsShortAndLongTokens()
{
    for (const int size : {6, 7, 8, 11, 14, 15, 16, 23, 100, 4096, 16384}) {
        QByteArray token;
        QRandomGenerator generator(static_cast<quint32>(size));
        while (token.size() < size)
            token += char('!' + generator.bounded(90));
        const LeakMatcher matcher = matcherOf({token});
        for (const QByteArray &form : {token, token.toBase64(), token.toHex(), utf16(token, false)}) {
            for (const qsizetype before : {0, 1, 5, 262'000})
                QVERIFY2(stream(matcher, QByteArray(before, '\n') + form + '\n').size() == 1,
                         qPrintable(u"%1 bytes, after %2"_s.arg(size).arg(before)));
        }
    }
}

void TestLeakMatcher::findsNothingInRandomData()
{
    QList<QByteArray> tokens;
    for (quint32 i = 0; i < 200; ++i)
        tokens.append("talq_" + random(24, 1000 + i).toBase64(QByteArray::Base64UrlEncoding));
    const LeakMatcher matcher = matcherOf(tokens, builtIn());
    const QByteArray noise = random(2 * 1024 * 1024, 7);
    QCOMPARE(stream(matcher, noise).size(), std::size_t(0));
    QCOMPARE(stream(matcher, noise.toBase64()).size(), std::size_t(0));
    QCOMPARE(stream(matcher, noise.toHex()).size(), std::size_t(0));
    QByteArray almost = tokens.first();
    almost[almost.size() / 2] = '!';
    QCOMPARE(stream(matcherOf(tokens), almost.repeated(1000)).size(), std::size_t(0));
}

void TestLeakMatcher::tellsEachPlaceOnce()
{
    const LeakMatcher matcher = matcherOf({canaryBytes()});
    const QByteArray mixed =
        canaryBytes() + " %41 \\u0041 \\/ " + canaryBytes().toPercentEncoding() + " %2525 " + canaryBytes();
    QCOMPARE(stream(matcher, mixed).size(), std::size_t(3));
}

void TestLeakMatcher::countsLinesAndColumns()
{
    const LeakMatcher matcher = matcherOf({canaryBytes()});
    const auto hits =
        stream(matcher, "one\ntwo\n  a=" + canaryBytes() + " b=" + canaryBytes() + "\n\n" + canaryBytes());
    QCOMPARE(hits.size(), std::size_t(3));
    QCOMPARE(hits.at(0).line, qint64(3));
    QCOMPARE(hits.at(0).column, qint64(5));
    QCOMPARE(hits.at(1).line, qint64(3));
    QCOMPARE(hits.at(1).column, qint64(8 + canary.size()));
    QCOMPARE(hits.at(2).line, qint64(5));
    QCOMPARE(hits.at(2).column, qint64(1));
}

void TestLeakMatcher::findsTokensByTheirPatterns_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("kind"); // empty: nothing is found
    QTest::newRow("Talkover") << "TOKEN=talq_Zk39vQ81mN4xR7tB2c"_ba << u"Environment token"_s;
    QTest::newRow("Talkturo") << "key: 'tk_live_51H8xKq20mnBvCx9Lz'"_ba << u"API key"_s;
    QTest::newRow("Talkturo test") << "tk_test_51H8xKq20mnBvCx9Lz"_ba << u"API key"_s;
    QTest::newRow("in UTF-16") << utf16("T=talq_Zk39vQ81mN4xR7tB2c\n"_ba, false) << u"Environment token"_s;
    QTest::newRow("in UTF-16, big endian")
        << utf16("T=talq_Zk39vQ81mN4xR7tB2c\n"_ba, true) << u"Environment token"_s;
    QTest::newRow("at the end of a sentence")
        << "It is talq_Zk39vQ81mN4xR7tB2c."_ba << u"Environment token"_s;
    QTest::newRow("too short") << "talq_abc"_ba << QString();
    QTest::newRow("placeholder") << "talq_xxxxxxxxxxxxxxxxxxxxxxxx"_ba << QString();
    QTest::newRow("masked") << "talq_\u2022\u2022\u2022\u20223f9a"_ba << QString();
    QTest::newRow("in a word") << "metalq_Zk39vQ81mN4xR7tB2c"_ba << QString();
    QTest::newRow("no prefix") << "1|Zk39vQ81mN4xR7tB2cZk39vQ81mN4xR7tB2c"_ba << QString();
}

void TestLeakMatcher::findsTokensByTheirPatterns()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, kind);
    const LeakMatcher matcher = matcherOf({}, builtIn());
    const auto hits = stream(matcher, text);
    QCOMPARE(hits.size(), std::size_t(kind.isEmpty() ? 0 : 1));
    if (kind.isEmpty())
        return;
    QCOMPARE(hits.front().match.token, -1);
    QCOMPARE(matcher.pattern(hits.front().match.pattern).kind, kind);
    QVERIFY(hits.front().hint.contains(u"••••"_s));
    QVERIFY(hits.front().hint.size() < 14);
}

void TestLeakMatcher::tellsAnOwnTokenOnceThoughItFitsAPattern()
{
    const LeakMatcher matcher = matcherOf({"talq_Zk39vQ81mN4xR7tB2c"_ba}, builtIn());
    const auto hits = stream(matcher, "talq_Zk39vQ81mN4xR7tB2c talq_Yk39vQ81mN4xR7tB2c");
    QCOMPARE(hits.size(), std::size_t(2));
    QCOMPARE(hits.front().match.token, 0);
    QCOMPARE(hits.back().match.token, -1);
}

void TestLeakMatcher::findsOneOfAThousandInLinearTime()
{
    QList<QByteArray> tokens;
    for (quint32 i = 0; i < 1000; ++i)
        tokens.append("talq_" + random(30, i).toBase64(QByteArray::Base64UrlEncoding));
    QByteArray text = random(4 * 1024 * 1024, 99).toBase64();
    for (int at = 0; at < 50; ++at)
        text.replace(qsizetype(at) * 100'000 + 50'000, tokens.at(at * 20).size(), tokens.at(at * 20));
    const auto timeOf = [&text](const LeakMatcher &matcher, std::size_t expected) {
        QElapsedTimer clock;
        clock.start();
        const auto hits = stream(matcher, text);
        return hits.size() == expected ? clock.nsecsElapsed() : -1;
    };
    const LeakMatcher few = matcherOf({tokens.first()});
    const LeakMatcher many = matcherOf(tokens);
    QVERIFY(timeOf(few, 1) > 0); // warm
    const qint64 one = timeOf(few, 1);
    const qint64 thousand = timeOf(many, 50);
    QVERIFY(one > 0 && thousand > 0);
    // A thousand searches would cost a thousand times as much.
    QVERIFY2(thousand < 20 * one, qPrintable(u"%1 against %2"_s.arg(thousand).arg(one)));
}

void TestLeakMatcher::staysLinearInHostileText()
{
    const LeakMatcher matcher = matcherOf({canaryBytes()}, builtIn());
    const QList<QByteArray> texts{
        "%25", "\\/", "\\u0025", "%2", "\\\\/", "q", "talq_", "talq_aaaaaaaaaaaa", canaryBytes().left(30)};
    for (const QByteArray &each : texts) {
        const QByteArray text = each.repeated(1024 * 1024 / each.size());
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(stream(matcher, text).size(), std::size_t(0));
        QVERIFY2(clock.elapsed() < 15'000, each.constData());
    }
}

void TestLeakMatcher::countsWhatIsBeyondTheLimit()
{
    const LeakMatcher matcher = matcherOf({canaryBytes()});
    LeakStream reader(matcher);
    reader.begin();
    for (int i = 0; i < 250; ++i) {
        std::memcpy(reader.room().data(), canary.data(), canary.size());
        reader.filled(qsizetype(canary.size()));
    }
    reader.end();
    QCOMPARE(reader.hits().size(), LeakStream::mostHits);
    QCOMPARE(reader.hitsLeftOut(), qint64(250 - LeakStream::mostHits));
}

void TestLeakMatcher::masksTokensInNames()
{
    const LeakMatcher matcher = matcherOf({canaryBytes(), "second0123456789"_ba}, builtIn());
    QCOMPARE(matcher.masked(u"/home/me/ä/%1.txt"_s.arg(QString::fromLatin1(canaryBytes()))),
             u"/home/me/ä/••••.txt"_s);
    QCOMPARE(matcher.masked(u"second0123456789second0123456789"_s), u"••••••••"_s);
    QCOMPARE(matcher.masked(u"/tmp/talq_Zk39vQ81mN4xR7tB2c"_s), u"/tmp/••••"_s);
    QCOMPARE(matcher.masked(u"/home/me"_s), u"/home/me"_s);
}

void TestLeakMatcher::saysWhichTokensAreTooShort()
{
    const LeakMatcher matcher = matcherOf({"12345"_ba, "123456"_ba});
    QCOMPARE(matcher.tooShort(), QList<QUuid>{matcher.key(0)});
    QCOMPARE(stream(matcher, "12345 123456").size(), std::size_t(1));
}

void TestLeakMatcher::writesListsWithoutSecrets()
{
    LeakFinding own;
    own.place = u"=cmd, \"x\""_s;
    own.line = 3;
    own.column = 7;
    own.key = QUuid::createUuid();
    LeakFinding other;
    other.source = LeakFinding::Source::Commit;
    other.place = u"src/a.py"_s;
    other.repository = u"/r"_s;
    other.commit = u"1234567890"_s;
    other.committedAt = QDateTime::fromSecsSinceEpoch(1'700'000'000, Qt::UTC);
    other.provider = u"Talkover"_s;
    other.kind = u"Environment token"_s;
    other.hint = u"talq_••••3f9a"_s;
    const auto names = [](const QUuid &) { return LeakKeyName{u"Production"_s, u"talq_••••1111"_s}; };
    QCOMPARE(
        QString::fromUtf8(leaksAsCsv({own, other}, names)),
        u"source,place,line,column,commit,committed_at,repository,key,provider,kind,hint,encoding\r\n"
        "file,\"'=cmd, \"\"x\"\"\",3,7,,,,Production,,,talq_••••1111,Plain\r\n"
        "git-history,src/a.py,0,0,1234567890,2023-11-14T22:13:20Z,/r,,Talkover,Environment token,talq_••••3f9a,Plain\r\n"_s);
    LeakReport report;
    report.keysSearched = 2;
    const QByteArray json = leaksAsJson({own, other}, report, names);
    QVERIFY(json.contains("\"commit\": \"1234567890\""));
    QVERIFY(json.contains("\"keys_searched\": 2"));
    QVERIFY(json.contains("\"key\": \"Production\""));
}

QTEST_GUILESS_MAIN(TestLeakMatcher)
#include "test_leak_matcher.moc"
