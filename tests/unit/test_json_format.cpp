#include "app/http/JsonFormat.h"

#include <QRandomGenerator>
#include <QTest>

#include <functional>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestJsonFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatTheRfcAllows_data();
    void acceptsWhatTheRfcAllows();
    void refusesWhatItDoesNot_data();
    void refusesWhatItDoesNot();
    void indentsOneValueALine();
    void changesNothingButWhiteSpace_data();
    void changesNothingButWhiteSpace();
    void staysTheSameForAnyDocument();
    void namesLineAndColumnInCharacters();
    void goesAsDeepAsItMust();
    void stopsAtTheLimit();
    void letsVariablesStandForValues();
};

void TestJsonFormat::acceptsWhatTheRfcAllows_data()
{
    QTest::addColumn<QByteArray>("json");
    int number = 0;
    for (const char *json : {"{}",
                             "[]",
                             "null",
                             "true",
                             "false",
                             "0",
                             "-0",
                             "-1.5e-10",
                             "1E400",
                             "\"\"",
                             " [ ] ",
                             "[[]]",
                             "{\"a\":{}}",
                             "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83D\\uDE00\"",
                             "\"\\uD800\"",
                             "{\"a\":1,\"a\":2}",
                             "[1,\r\n\t2]",
                             "\"\x7F\"",
                             "\"\xC3\xA9\"",
                             "{\"\":0}",
                             "\xEF\xBB\xBF[1]",
                             "\"\xE2\x80\xA8\""})
        QTest::addRow("%02d", number++) << QByteArray(json);
}

void TestJsonFormat::acceptsWhatTheRfcAllows()
{
    QFETCH(QByteArray, json);
    QVERIFY2(!checkJson(json), qPrintable(checkJson(json).value_or(JsonProblem{}).sentence()));
}

void TestJsonFormat::refusesWhatItDoesNot_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<qsizetype>("offset");
    const auto row = [](const char *json, qsizetype offset) {
        QTest::newRow(json) << QByteArray(json) << offset;
    };
    row("", 0);
    row("  ", 2);
    row("{", 1);
    row("[1", 2);
    row("[1,]", 3);
    row("{\"a\":1,}", 7);
    row("[,1]", 1);
    row("[1 2]", 3);
    row("{\"a\" 1}", 5);
    row("{\"a\":}", 5);
    row("{a:1}", 1);
    row("{'a':1}", 1);
    row("[1}", 2);
    row("{\"a\":1]", 6);
    row("]", 0);
    row("01", 0);
    row("-", 0);
    row("+1", 0);
    row("1.", 2);
    row(".5", 0);
    row("1e", 2);
    row("0x10", 1);
    row("NaN", 0);
    row("Infinity", 0);
    row("tru", 0);
    row("truex", 4);
    row("True", 0);
    row("\"abc", 0);
    row("\"a\nb\"", 2);
    row("\"a\tb\"", 2);
    row("\"\\x\"", 1);
    row("\"\\u12G4\"", 1);
    row("\"\\", 1);
    row("1 2", 2);
    row("{} {}", 3);
    row("// no", 0);
    row("{{a}}", 1);
    QTest::newRow("a zero byte") << QByteArray("[1,\0]", 5) << qsizetype{3};
    QTest::newRow("a zero byte after a backslash") << QByteArray("\"\\\0\"", 4) << qsizetype{1};
}

void TestJsonFormat::refusesWhatItDoesNot()
{
    QFETCH(QByteArray, json);
    QFETCH(qsizetype, offset);
    const auto problem = checkJson(json);
    QVERIFY(problem);
    QVERIFY(!problem->message.isEmpty());
    QCOMPARE(problem->offset, offset);
}

void TestJsonFormat::indentsOneValueALine()
{
    const JsonText pretty =
        prettyJson(R"({"success":true,"data":{"id":"call_1","list":[1,2],"none":[],"empty":{}}})");
    QVERIFY(pretty.isWhole());
    QCOMPARE(pretty.text, QByteArray("{\n"
                                     "  \"success\": true,\n"
                                     "  \"data\": {\n"
                                     "    \"id\": \"call_1\",\n"
                                     "    \"list\": [\n"
                                     "      1,\n"
                                     "      2\n"
                                     "    ],\n"
                                     "    \"none\": [],\n"
                                     "    \"empty\": {}\n"
                                     "  }\n"
                                     "}"));
    QCOMPARE(prettyJson(pretty.text).text, pretty.text);
}

void TestJsonFormat::changesNothingButWhiteSpace_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("numbers") << QByteArray(
        "[48578.91,1.0,1.10,1e2,1E+2,-0,12345678901234567890,0.1000000000000000055511151231257827]");
    QTest::newRow("order and doubles") << QByteArray(R"({"b":1,"a":2,"b":3})");
    QTest::newRow("escapes") << QByteArray(R"(["\/","\u00e9","é","\ud83d\ude00","a  b"])");
}

void TestJsonFormat::changesNothingButWhiteSpace()
{
    QFETCH(QByteArray, json);
    QCOMPARE(minifiedJson(json).text, json);
    QCOMPARE(minifiedJson(prettyJson(json).text).text, json);
}

void TestJsonFormat::staysTheSameForAnyDocument()
{
    QRandomGenerator random(20240611);
    const std::function<QByteArray(int)> document = [&](int depth) -> QByteArray {
        const QByteArray space = QByteArray(" \n\t\r").mid(random.bounded(5), random.bounded(2));
        switch (random.bounded(depth > 0 ? 6 : 4)) {
        case 0:
            return space + QByteArray::number(random.bounded(100000)) + ".50";
        case 1:
            return space + "\"x \\\" " + QByteArray::number(random.bounded(9)) + "\"";
        case 2:
            return space + "true" + space;
        case 3:
            return space + "{ }";
        default:
            break;
        }
        const bool object = random.bounded(2) != 0;
        QByteArray text(1, object ? '{' : '[');
        const int count = random.bounded(4);
        for (int i = 0; i < count; ++i)
            text += (i ? "," : "") + space +
                    (object ? "\"n" + QByteArray::number(i) + "\"" + space + ":" : QByteArray()) +
                    document(depth - 1);
        return text + space + (object ? '}' : ']');
    };
    for (int i = 0; i < 500; ++i) {
        const QByteArray json = document(6);
        const JsonText small = minifiedJson(json);
        QVERIFY2(small.isWhole(), json.constData());
        QCOMPARE(minifiedJson(prettyJson(json).text).text, small.text);
        QCOMPARE(prettyJson(small.text).text, prettyJson(json).text);
    }
}

void TestJsonFormat::namesLineAndColumnInCharacters()
{
    const auto problem = checkJson("{\n  \"é\": \"ü\"\n  \"b\": 1\n}");
    QVERIFY(problem);
    QCOMPARE(problem->line, 3);
    QCOMPARE(problem->column, 3);
    const auto sameLine = checkJson("[\"éé\" 1]");
    QVERIFY(sameLine);
    QCOMPARE(sameLine->column, 7);
    QCOMPARE(sameLine->sentence(), u"Line 1, column 7: a comma or ] is missing."_s);
}

void TestJsonFormat::goesAsDeepAsItMust()
{
    const int depth = 200'000;
    const QByteArray json = QByteArray(depth, '[') + QByteArray(depth, ']');
    QVERIFY(!checkJson(json));
    QCOMPARE(minifiedJson(json).text, json);
    // The indentation is bounded, or this would be gigabytes.
    const JsonText pretty = prettyJson(json);
    QVERIFY(pretty.isWhole());
    QVERIFY(pretty.text.size() < depth * 2 * 100);
    QVERIFY(checkJson(QByteArray(depth, '[')));
    QVERIFY(checkJson(QByteArray(3'000'000, '[')));
}

void TestJsonFormat::stopsAtTheLimit()
{
    const QByteArray json = "[" + QByteArray("1,").repeated(100'000) + "1]";
    const JsonText pretty = prettyJson(json, JsonDialect::Strict, 1000);
    QVERIFY(pretty.cut);
    QVERIFY(!pretty.problem);
    QCOMPARE(pretty.text.size(), 1000);
    QVERIFY(prettyJson(json).text.startsWith(pretty.text));
    // What comes before a problem is still laid out.
    const JsonText broken = prettyJson("{\"a\":[1,");
    QVERIFY(broken.problem);
    QCOMPARE(broken.text, QByteArray("{\n  \"a\": [\n    1,"));
}

void TestJsonFormat::letsVariablesStandForValues()
{
    const QByteArray json = R"({"count":{{count}},"name":"{{name}}","list":[{{a b}},1]})";
    QVERIFY(checkJson(json));
    QVERIFY(!checkJson(json, JsonDialect::WithVariables));
    QCOMPARE(minifiedJson(prettyJson(json, JsonDialect::WithVariables).text, JsonDialect::WithVariables).text,
             json);
    QVERIFY(checkJson("{\"a\":{{count}", JsonDialect::WithVariables));
    QVERIFY(checkJson("{{{a}}:1}", JsonDialect::WithVariables));
}

QTEST_GUILESS_MAIN(TestJsonFormat)
#include "test_json_format.moc"
