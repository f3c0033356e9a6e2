#include "app/interchange/DotEnv.h"
#include "app/interchange/EnvText.h"

#include <QTest>

#include <ctime>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

struct Seen
{
    QByteArray name;
    QByteArray value;
    QByteArray raw; // as it stands between its quotes
    int line = 0;
    bool refers = false;
    EnvSpan::Form form = EnvSpan::Form::Assignment;
};

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QByteArray bytesOf(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QList<Seen> scan(std::string_view text, bool withWords = false)
{
    QList<Seen> all;
    std::size_t last = 0;
    scanEnv(text, [&](const EnvSpan &span) {
        if (span.begin > span.end || span.end > text.size() || span.outerBegin < last)
            qFatal("a span is out of order");
        last = span.outerBegin;
        if (withWords || span.form != EnvSpan::Form::Word)
            all.append({bytesOf(span.name), bytesOf(valueOf(text, span).reveal()),
                        bytesOf(text.substr(span.begin, span.end - span.begin)), span.line,
                        refersElsewhere(text, span), span.form});
        return true;
    });
    return all;
}

QByteArray utf16(const QByteArray &ascii, bool little, bool mark)
{
    QByteArray out = mark ? (little ? QByteArray("\xFF\xFE") : QByteArray("\xFE\xFF")) : QByteArray();
    for (const char c : ascii)
        out += little ? QByteArray(1, c) + '\0' : QByteArray(1, '\0') + c;
    return out;
}

EnvText read(const QByteArray &bytes)
{
    Result<EnvText> text = EnvText::read(Secret(view(bytes)));
    if (!text)
        qFatal("%s", qPrintable(text.error().message));
    return std::move(*text);
}

} // namespace

class TestDotEnv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOneLine_data();
    void readsOneLine();
    void readsSeveralOnALine();
    void valuesGoOverLines();
    void aQuoteThatIsNeverClosedTakesItsLineOnly();
    void commentsGiveWordsOnly();
    void countsLines();
    void wordsAreNamed_data();
    void wordsAreNamed();
    void knowsReferences_data();
    void knowsReferences();
    void readsEveryEncoding_data();
    void readsEveryEncoding();
    void changesOnlyWhatIsToChange_data();
    void changesOnlyWhatIsToChange();
    void refusesInWords_data();
    void refusesInWords();
    void timeGrowsWithTheLength_data();
    void timeGrowsWithTheLength();
};

void TestDotEnv::readsOneLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *what, const QByteArray &text, const QByteArray &value,
                        const QByteArray &name = "T") { QTest::newRow(what) << text << name << value; };
    row("plain", "T=abc", "abc");
    row("spaces around", "  T = abc  ", "abc");
    row("CRLF", "T=abc\r\n", "abc");
    row("old Mac", "T=abc\rU=x\r", "abc");
    row("empty", "T=", "");
    row("inline comment", "T=abc # that", "abc");
    row("no comment", "T=ab#c", "ab#c");
    row("equals signs inside", "T=YWJj==", "YWJj==");
    row("single quotes", "T='a b\\n#c'", "a b\\n#c");
    row("double quotes", R"(T="a \"b\" \\ \$x\n")", "a \"b\" \\ $x\n");
    row("backtick", "T=`a'b\"c`", "a'b\"c");
    row("quoted, then a comment", "T=\"abc\" # that", "abc");
    row("semicolon", "T=abc;", "abc");
    row("export", "export T=abc", "abc");
    row("export, quoted", "export T=\"abc\";", "abc");
    row("export, then a command", "export T=abc && run", "abc");
    row("pieces", R"(export T='it'\''s'"x")", "it'sx");
    row("escaped space", R"(export T=a\ b)", "a b");
    row("declare", "declare -x T='abc'", "abc");
    row("csh", "setenv T abc", "abc");
    row("Docker", "ENV T abc", "abc");
    row("fish", "set -gx T 'a\\'b'", "a'b");
    row("fish, options apart", "set -x -g T abc # x", "abc");
    row("fish, no options", "set T abc", "abc");
    row("PowerShell", "$env:T = \"a`\"b\"", "a\"b");
    row("PowerShell, single quotes", "$Env:T='it''s'", "it's");
    row("PowerShell, braces", "${env:T} = 'abc'", "abc");
    row("cmd", "set T=abc", "abc");
    row("cmd, quoted", "SET \"T=a&b c\"", "a&b c");
    row("cmd, carets", "set T=a^&b^%c&& echo", "a&b%c");
    row("setx", "setx T \"abc\"", "abc");
    row("YAML", "  T: abc # x", "abc");
    row("YAML, quoted", "T: 'abc'", "abc");
    row("YAML list", "  - T=abc", "abc");
    row("YAML list, quoted", "  - \"T=abc\"", "abc");
    row("JSON", R"(  "T": "a\u007cb\/c",)", "a|b/c");
    row("JSON, one line", R"({"U": 1, "V": {"T": "abc"}})", "abc");
    row("PHP", "'T' => 'abc',", "abc");
    row("JavaScript", "const T = \"abc\";", "abc");
    row("make", "T := abc", "abc");
    row("header", "Authorization: Bearer abc", "Bearer abc", "Authorization");
    row("a name with dashes", "X-Api-Key: abc", "abc", "X-Api-Key");
    row("never closed", "T=\"abc", "abc");
}

void TestDotEnv::readsOneLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, name);
    const QList<Seen> all = scan(view(text));
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Seen &each) { return each.name == name; });
    QVERIFY2(found != all.end(), text.constData());
    QTEST(found->value, "value");
}

void TestDotEnv::readsSeveralOnALine()
{
    const QByteArray text = "export A=1 B='two' C=three; D=4\nA1=x curl -H \"X: y\"\n";
    const QList<Seen> all = scan(view(text));
    QCOMPARE(all.size(), 5);
    QCOMPARE(all.at(1).value, "two");
    QCOMPARE(all.at(2).value, "three");
    QCOMPARE(all.at(3).name, "D");
    QCOMPARE(all.at(4).line, 2);
}

void TestDotEnv::valuesGoOverLines()
{
    const QByteArray text = "A=\"-----BEGIN\r\nline two\r\n-----END\"\r\nB='x\ny'\nC=last\n";
    const QList<Seen> all = scan(view(text));
    QCOMPARE(all.size(), 3);
    QCOMPARE(all.at(0).value, "-----BEGIN\r\nline two\r\n-----END");
    QCOMPARE(all.at(1).value, "x\ny");
    QCOMPARE(all.at(1).line, 4);
    QCOMPARE(all.at(2).value, "last");
    QCOMPARE(all.at(2).line, 6);
}

void TestDotEnv::aQuoteThatIsNeverClosedTakesItsLineOnly()
{
    const QList<Seen> all = scan("A='tis the season\nTOKEN=\"abc\nB=\"def\"\n");
    QCOMPARE(all.size(), 3);
    QCOMPARE(all.at(1).name, "TOKEN");
    QCOMPARE(all.at(1).value, "abc");
    QCOMPARE(all.at(2).value, "def");
}

void TestDotEnv::commentsGiveWordsOnly()
{
    for (const QByteArray comment : {"# ", "; ", "// ", "REM ", ":: ", "<!-- "}) {
        const QByteArray text = comment + "T=abcdefgh12345678\n";
        QVERIFY2(scan(view(text)).isEmpty(), text.constData());
        const QList<Seen> words = scan(view(text), true);
        QCOMPARE(words.size(), 1);
        QCOMPARE(words.first().name, "T");
        QCOMPARE(words.first().value, "abcdefgh12345678");
    }
}

void TestDotEnv::countsLines()
{
    const QList<Seen> all = scan("\n# x\nA=1\r\n\r\nB=2\rC=3\n");
    QCOMPARE(all.size(), 3);
    QCOMPARE(all.at(0).line, 3);
    QCOMPARE(all.at(1).line, 5);
    QCOMPARE(all.at(2).line, 6);
}

void TestDotEnv::wordsAreNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("header in a command")
        << QByteArray("curl -H 'Authorization: Bearer abcdefgh12' https://x") << QByteArray("Authorization");
    QTest::newRow("own header") << QByteArray("curl -H \"X-API-Key: abcdefgh12\"") << QByteArray("X-API-Key");
    QTest::newRow("option") << QByteArray("tool --token=abcdefgh12 run") << QByteArray("token");
    QTest::newRow("docker") << QByteArray("docker run -e T=abcdefgh12 image") << QByteArray("T");
    QTest::newRow("query") << QByteArray("GET /x?token=abcdefgh12&y=1") << QByteArray("token");
    QTest::newRow("value with Bearer") << QByteArray("AUTH=\"Bearer abcdefgh12\"") << QByteArray("AUTH");
    QTest::newRow("alone") << QByteArray("abcdefgh12") << QByteArray("");
    QTest::newRow("in a sentence") << QByteArray("my token is (abcdefgh12).") << QByteArray("");
}

void TestDotEnv::wordsAreNamed()
{
    QFETCH(QByteArray, text);
    QByteArray name = "nothing found";
    for (const Seen &each : scan(view(text), true)) {
        if (each.value == "abcdefgh12")
            name = each.name;
    }
    QTEST(name, "name");
}

void TestDotEnv::knowsReferences_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("refers");
    QTest::newRow("variable") << QByteArray("T=$OTHER") << true;
    QTest::newRow("braces") << QByteArray("T=${OTHER}") << true;
    QTest::newRow("default") << QByteArray("T=\"${OTHER:-x}\"") << true;
    QTest::newRow("command") << QByteArray("export T=$(pass show x)") << true;
    QTest::newRow("backticks") << QByteArray("export T=\"`pass x`\"") << true;
    QTest::newRow("PowerShell") << QByteArray("$env:T = $env:OTHER") << true;
    QTest::newRow("cmd") << QByteArray("set T=%OTHER%") << true;
    QTest::newRow("template") << QByteArray("T={{ vault.t }}") << true;
    QTest::newRow("single quotes") << QByteArray("T='$OTHER'") << false;
    QTest::newRow("escaped") << QByteArray("T=\"\\$OTHER\"") << false;
    QTest::newRow("price") << QByteArray("T=5$") << false;
}

void TestDotEnv::knowsReferences()
{
    QFETCH(QByteArray, text);
    const QList<Seen> all = scan(view(text));
    QVERIFY(!all.isEmpty());
    QTEST(all.first().refers, "refers");
}

void TestDotEnv::readsEveryEncoding_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray plain = "# note\r\nTOKEN=\"abc\"\r\nB=2\r\n";
    QTest::newRow("UTF-8") << plain;
    QTest::newRow("UTF-8 with a mark") << "\xEF\xBB\xBF" + plain;
    QTest::newRow("UTF-16 LE") << utf16(plain, true, true);
    QTest::newRow("UTF-16 BE") << utf16(plain, false, true);
    QTest::newRow("UTF-16 LE, no mark") << utf16(plain, true, false);
    QTest::newRow("UTF-16 BE, no mark") << utf16(plain, false, false);
    QTest::newRow("Latin-1") << QByteArray("# \xFC\xE4\r\nTOKEN=\"abc\"\r\nB=2\r\n");
    QTest::newRow("UTF-16 cut in half") << utf16(plain, true, true) + 'x';
}

void TestDotEnv::readsEveryEncoding()
{
    QFETCH(QByteArray, bytes);
    const EnvText text = read(bytes);
    const QList<Seen> all = scan(text.text());
    QCOMPARE(all.size(), 2);
    QCOMPARE(all.at(0).name, "TOKEN");
    QCOMPARE(all.at(0).value, "abc");
    QCOMPARE(all.at(0).line, 2);
    QCOMPARE(bytesOf(text.lineEnd()), "\r\n");
}

void TestDotEnv::changesOnlyWhatIsToChange_data()
{
    readsEveryEncoding_data();
}

void TestDotEnv::changesOnlyWhatIsToChange()
{
    QFETCH(QByteArray, bytes);
    const EnvText text = read(bytes);
    std::vector<EnvText::Change> changes;
    scanEnv(text.text(), [&](const EnvSpan &span) {
        if (span.name == "TOKEN")
            changes.push_back({static_cast<qsizetype>(span.begin), static_cast<qsizetype>(span.end), "xyz!"});
        return true;
    });
    QCOMPARE(changes.size(), 1U);
    const QByteArray changed = bytesOf(text.with(changes).reveal());
    const bool wide = text.encoding() != EnvText::Encoding::Bytes;
    const bool little = text.encoding() == EnvText::Encoding::Utf16LittleEndian;
    QByteArray expected = bytes;
    expected.replace(wide ? utf16("abc", little, false) : QByteArray("abc"),
                     wide ? utf16("xyz!", little, false) : QByteArray("xyz!"));
    QVERIFY(expected != bytes);
    QCOMPARE(changed, expected);
    QCOMPARE(bytesOf(text.with({}).reveal()), bytes);
}

void TestDotEnv::refusesInWords_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0TOKEN=abc\0",
                                          16)
                            << u"not a text file"_s;
    QTest::newRow("control characters") << QByteArray("\x01\x02\x03\x04TOKEN=abc") << u"not a text file"_s;
    QTest::newRow("UTF-32") << QByteArray("\xFF\xFE\0\0T\0\0\0", 8) << u"UTF-32"_s;
    QTest::newRow("100 MB") << QByteArray(100 * 1024 * 1024, 'a') << u"100.00 MiB"_s;
}

void TestDotEnv::refusesInWords()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const Result<EnvText> text = EnvText::read(Secret(view(bytes)));
    QVERIFY(!text);
    QVERIFY2(text.error().message.contains(says), qPrintable(text.error().message));
}

void TestDotEnv::timeGrowsWithTheLength_data()
{
    // Also what could make a scanner look at everything again and again: one long line, quotes that are never
    // closed.
    QTest::addColumn<QByteArray>("piece");
    QTest::newRow("lines") << QByteArray("NAME_OF_A_VARIABLE=value of it\n");
    QTest::newRow("open quotes") << QByteArray("A='b\n");
    QTest::newRow("quotes") << QByteArray("\"");
    QTest::newRow("JSON on one line") << QByteArray("\"NAME\": {\"OTHER\": 1}, \"A\": \"x\", ");
    QTest::newRow("numbers") << QByteArray("\"NAME\": 1\n");
    QTest::newRow("commands on one line") << QByteArray("export A=1; B=2; ");
    QTest::newRow("escapes") << QByteArray("A=\"\\\"");
}

void TestDotEnv::timeGrowsWithTheLength()
{
    QFETCH(QByteArray, piece);
    const auto measure = [&piece](qsizetype size) {
        const QByteArray text = piece.repeated(size / piece.size());
        const std::clock_t begin = std::clock(); // of the processor, whatever else runs
        int spans = 0;
        scanEnv(view(text), [&](const EnvSpan &) { return ++spans > 0; });
        return qint64(std::clock() - begin);
    };
    (void)measure(64 * 1024);
    const qint64 small = measure(128 * 1024);
    const qint64 large = measure(2048 * 1024);
    // 16 times as much; an effort that grew with the square would take 256 times as long.
    QVERIFY2(large < small * 100, qPrintable(u"%1 us, %2 us"_s.arg(small).arg(large)));
}

QTEST_GUILESS_MAIN(TestDotEnv)
#include "test_dot_env.moc"
