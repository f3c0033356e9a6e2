#include "app/filter/program/JsonPath.h"
#include "app/filter/program/PathFilter.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk::filter;
using keydesk::FilterProgress;

Q_DECLARE_METATYPE(std::string)

namespace {

using Parsed = tl::expected<JsonPath, PathProblem>;

QByteArray fileContents(QTemporaryFile &file)
{
    file.seek(0);
    return file.readAll();
}

/// The results of a path in a body, one a line.
QByteArray results(const Parsed &path, const QByteArray &body, const char **fault = nullptr)
{
    if (!path)
        return path.error().reason;
    QTemporaryFile in;
    QTemporaryFile out;
    if (!in.open() || !out.open() || in.write(body) != body.size() || !in.flush())
        qFatal("no files");
    FilterProgress progress;
    Input input(in.handle(), 0);
    Output output(out.handle(), progress);
    PathFilter filter(*path, input, output, progress);
    const PathFilter::End end = filter.run();
    if (fault)
        *fault = end.reason;
    const QByteArray written = fileContents(out);
    if (!fault && end.reason)
        return end.reason;
    return written;
}

QByteArray atPath(const char *path, const QByteArray &body)
{
    return results(parseJsonPath(path), body);
}

QByteArray atPointer(const char *pointer, const QByteArray &body)
{
    return results(parseJsonPointer(pointer), body);
}

} // namespace

/// Where JSON Pointers and JSON Paths lead to.
class TestJsonPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pointersOfTheRfc_data();
    void pointersOfTheRfc();
    void pointersLeadNowhere_data();
    void pointersLeadNowhere();
    void paths_data();
    void paths();
    void badExpressions_data();
    void badExpressions();
    void namesAreComparedAsTheyRead_data();
    void namesAreComparedAsTheyRead();
    void membersOfOneNameAreAllGiven();
    void valuesAreTheBytesOfTheBody_data();
    void valuesAreTheBytesOfTheBody();
    void bodiesAreChecked_data();
    void bodiesAreChecked();
    void bodiesAreReadAcrossPieces();
    void depthCostsNoStack();
};

void TestJsonPath::pointersOfTheRfc_data()
{
    QTest::addColumn<QByteArray>("pointer");
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *pointer, const char *value) {
        QTest::newRow(pointer) << QByteArray(pointer) << QByteArray(value);
    };
    // RFC 6901 section 5
    row("/foo", "[\"bar\", \"baz\"]");
    row("/foo/0", "\"bar\"");
    row("/", "0");
    row("/a~1b", "1");
    row("/c%d", "2");
    row("/e^f", "3");
    row("/g|h", "4");
    row("/i\\j", "5");
    row("/k\"l", "6");
    row("/ ", "7");
    row("/m~0n", "8");
}

void TestJsonPath::pointersOfTheRfc()
{
    QFETCH(QByteArray, pointer);
    QFETCH(QByteArray, value);
    const QByteArray body =
        "{\"foo\": [\"bar\", \"baz\"],\"\": 0,\"a/b\": 1,\"c%d\": 2,\"e^f\": 3,\"g|h\": 4,"
        "\"i\\\\j\": 5,\"k\\\"l\": 6,\" \": 7,\"m~n\": 8}";
    QCOMPARE(atPointer(pointer.constData(), body), value + '\n');
    QCOMPARE(atPointer("", body), body + '\n');
}

void TestJsonPath::pointersLeadNowhere_data()
{
    QTest::addColumn<QByteArray>("pointer");
    for (const char *pointer : {"/a/2", "/a/-", "/a/-1", "/a/00", "/a/01", "/a/1e0", "/a/ 1",
                                "/a/99999999999999999999", "/a/", "/b", "/a/0/x", "/~01", "/A", "/o/0/0"})
        QTest::newRow(pointer) << QByteArray(pointer);
}

void TestJsonPath::pointersLeadNowhere()
{
    QFETCH(QByteArray, pointer);
    QCOMPARE(atPointer(pointer.constData(), "{\"a\":[1,2],\"~\":3,\"/\":4,\"o\":{\"0\":5}}"), QByteArray());
}

void TestJsonPath::paths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("values");
    const auto row = [](const char *path, const char *values) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(values);
    };
    row("$.o.j", "1");
    row("$['o']['j']", "1");
    row("$[\"o\"]['k']", "2");
    row(" $ .o [ 'j' ] ", "1");
    row("$.a[0]", "5");
    row("$.a[-1]", "[{\"j\":4},{\"k\":6}]");
    row("$.a[-2]", "3");
    row("$.a[-4]", "");
    row("$.a[9]", "");
    row("$.o[0]", "");
    row("$.a.j", "");
    row("$.o.*", "1 2");
    row("$.a[*]", "5 3 [{\"j\":4},{\"k\":6}]");
    row("$..j", "1 4");
    row("$..[0]", "5 {\"j\":4}");
    row("$..[-1]", "[{\"j\":4},{\"k\":6}] {\"k\":6}");
    row("$.a..*", "5 3 [{\"j\":4},{\"k\":6}] {\"j\":4} 4 {\"k\":6} 6");
    row("$.o..[*, *]", "1 2");
    row("$.a[0:2, 5]", "5 3");
    row("$.a[1:]", "3 [{\"j\":4},{\"k\":6}]");
    row("$.a[:1]", "5");
    row("$.a[-2:]", "3 [{\"j\":4},{\"k\":6}]");
    row("$.a[:-1]", "5 3");
    row("$.a[-9:-2]", "5");
    row("$.a[::2]", "5 [{\"j\":4},{\"k\":6}]");
    row("$.a[1::2]", "3");
    row("$.a[ 0 : 3 : 2 ]", "5 [{\"j\":4},{\"k\":6}]");
    row("$.a[::0]", "");
    row("$.a[2:1]", "");
    row("$.a[2][0, 1].k", "6");
    row("$..a..k", "6");
    row("$..a[2]..j", "4");
    row("$.a[2:][0].j", "4");
    row("$..['j','k']", "1 2 4 6");
}

void TestJsonPath::paths()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, values);
    const QByteArray body = "{\"o\":{\"j\":1,\"k\":2},\"a\":[5,3,[{\"j\":4},{\"k\":6}]]}";
    QCOMPARE(atPath(path.constData(), body).replace('\n', ' ').trimmed(), values);
    // Of each document.
    QCOMPARE(atPath(path.constData(), body + body + '\n' + body).replace('\n', ' ').trimmed(),
             (values + ' ').repeated(values.isEmpty() ? 0 : 3).trimmed());
}

void TestJsonPath::badExpressions_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *path, int offset) { QTest::newRow(path) << QByteArray(path) << offset; };
    row("", 0);
    row("a", 0);
    row("$a", 1);
    row("$.", 2);
    row("$..", 3);
    row("$...a", 3);
    row("$.1", 2);
    row("$.a-b", 3);
    row("$.[0]", 2);
    row("$[", 2);
    row("$[]", 2);
    row("$[0", 3);
    row("$[0 1]", 4);
    row("$[01]", 2);
    row("$[-0]", 2);
    row("$[-]", 2);
    row("$[9007199254740992]", 2);
    row("$[99999999999999999999]", 2);
    row("$[a]", 2);
    row("$[?(@.a)]", 2);
    row("$['a]", 2);
    row("$['\\x']", 3);
    row("$['\\u12']", 3);
    row("$['a\\", 4);
    row("$[\"'\\'\"]", 4);
    row("$[::-1]", 4);
    row("$[0:1:2:3]", 7);
    row("$[(1)]", 2);
    row("$.a[0", 5);
    row("$.a]", 3);
}

void TestJsonPath::badExpressions()
{
    QFETCH(QByteArray, path);
    QFETCH(int, offset);
    const Parsed parsed = parseJsonPath(path.toStdString());
    QVERIFY(!parsed);
    QVERIFY(parsed.error().reason);
    QCOMPARE(int(parsed.error().offset), offset);
    QCOMPARE(parseJsonPointer("a/b").error().offset, size_t(0));
    QCOMPARE(parseJsonPointer("/a/~").error().offset, size_t(3));
    QCOMPARE(parseJsonPointer("/a~2").error().offset, size_t(2));
    QVERIFY(parseJsonPointer(""));
}

void TestJsonPath::namesAreComparedAsTheyRead_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("name");
    const auto row = [](const char *path, const char *name) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(name);
    };
    row("$.a", "\\u0061");
    row("$['\\u0061']", "a");
    row("$.é", "\\u00e9");
    row("$.é", "\xC3\xA9");
    row("$['\\ud83d\\ude00']", "\xF0\x9F\x98\x80");
    row("$.😀", "\\uD83D\\uDE00");
    row("$['\\'']", "'");
    row("$[\"\\\"\"]", "\\\"");
    row("$['\\\\']", "\\\\");
    row("$['/']", "\\/");
    row("$['\\b\\f\\n\\r\\t']", "\\b\\f\\n\\r\\t");
    row("$['\\u0000']", "\\u0000");
    row("$['']", "");
    row("$['\\ud800']", "\\uD800");
}

void TestJsonPath::namesAreComparedAsTheyRead()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, name);
    QCOMPARE(atPath(path.constData(), "{\"x\":0,\"" + name + "\":1,\"" + name + "y\":2}"), QByteArray("1\n"));
}

void TestJsonPath::membersOfOneNameAreAllGiven()
{
    const QByteArray body = "{\"a\":1,\"b\":{\"a\":2},\"a\":{\"a\":3},\"\\u0061\":4}";
    QCOMPARE(atPointer("/a", body), QByteArray("1\n{\"a\":3}\n4\n"));
    QCOMPARE(atPath("$.a", body), QByteArray("1\n{\"a\":3}\n4\n"));
    QCOMPARE(atPath("$.a.a", body), QByteArray("3\n"));
    QCOMPARE(atPath("$..a", body), QByteArray("1\n2\n{\"a\":3}\n3\n4\n"));
}

void TestJsonPath::valuesAreTheBytesOfTheBody_data()
{
    QTest::addColumn<QByteArray>("value");
    for (const char *value :
         {"0", "-0", "1.50", "1E+400", "-1e-5", "12345678901234567890123",
          "0.1000000000000000055511151231257827", "true", "false", "null", "\"\"", "\"\\u00e9\\/\"",
          "\"\xFF\"", "[ ]", "{ }", "[ 1 ,\n 2 ]", "{ \"a\" : [ { } ] }"})
        QTest::newRow(value) << QByteArray(value);
}

void TestJsonPath::valuesAreTheBytesOfTheBody()
{
    QFETCH(QByteArray, value);
    QCOMPARE(atPath("$.v", "{\"v\":" + value + "}"), value + '\n');
    QCOMPARE(atPath("$[*]", "[ " + value + " ,\t" + value + " ]"), value + '\n' + value + '\n');
    QCOMPARE(atPointer("", value), value + '\n');
    QCOMPARE(atPath("$", "\xEF\xBB\xBF " + value + " \n"), value + '\n');
}

void TestJsonPath::bodiesAreChecked_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char *body, const char *reason) {
        QTest::newRow(body) << QByteArray(body) << QByteArray(reason);
    };
    row("[1,]", "a value is missing");
    row("[1 2]", "a comma or ]");
    row("{\"a\" 1}", "a colon");
    row("{\"a\":1,}", "a name");
    row("{\"a\":1 \"b\"}", "a comma or }");
    row("{a:1}", "a name");
    row("[1}", "a [ is closed by }");
    row("{]", "a name");
    row("{\"a\":1]", "a { is closed by ]");
    row("]", "a value is missing");
    row("[", "ends before its ]");
    row("{", "ends before its }");
    row("\"a", "does not end");
    row("\"a\nb\"", "a control character");
    row("\"\\x\"", "escape");
    row("\"\\u12g4\"", "hexadecimal");
    row("01", "begin with 0");
    row("-", "digits are missing");
    row("1.", "decimal point");
    row("1e", "exponent");
    row("+1", "a value is missing");
    row("tru", "only true");
    row("nul1", "only true");
    row("'a'", "a value is missing");
    row("NaN", "a value is missing");
    row("[1]x", "a value is missing");
}

void TestJsonPath::bodiesAreChecked()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, reason);
    const char *fault = nullptr;
    results(parseJsonPath("$.none"), body, &fault);
    QVERIFY(fault);
    QVERIFY2(QByteArray(fault).contains(reason), fault);
    // Where lengths are counted first, and where values are passed over.
    fault = nullptr;
    results(parseJsonPath("$..[-1]"), body, &fault);
    QVERIFY(fault);
    fault = nullptr;
    results(parseJsonPath("$"), body, &fault);
    QVERIFY(fault);
}

/// Whatever lies where one piece ends and the next begins.
void TestJsonPath::bodiesAreReadAcrossPieces()
{
    constexpr qsizetype piece = 256 * 1024;
    const QByteArray part = "{\"n\\u0061me\" : [ -1.5e+3 , true , \"t\\u00e9\\\"xt\" ] }";
    for (qsizetype before = piece - part.size() - 2; before <= piece + 2; ++before) {
        const QByteArray body = '[' + QByteArray(before, ' ') + part + ']';
        QCOMPARE(atPath("$[0]", body), part + '\n');
        QCOMPARE(atPath("$..name[*]", body), QByteArray("-1.5e+3\ntrue\n\"t\\u00e9\\\"xt\"\n"));
        QCOMPARE(atPath("$..*", body).count('\n'), 5);
    }
    const QByteArray text = '"' + QByteArray(3 * piece, 'x') + '"';
    QCOMPARE(atPath("$[*]", '[' + text + ',' + text + ']'), text + '\n' + text + '\n');
    QCOMPARE(atPath("$.x", '{' + text + ":1,\"x\":2}"), QByteArray("2\n"));
    QCOMPARE(atPath("$.*", '{' + text + ":1,\"x\":2}"), QByteArray("1\n2\n"));
}

void TestJsonPath::depthCostsNoStack()
{
    constexpr qsizetype deep = 1'000'000;
    const QByteArray body = QByteArray(deep, '[') + QByteArray(deep, ']');
    QCOMPARE(atPath("$", body), body + '\n');
    QCOMPARE(atPath("$..a", body), QByteArray());
    QCOMPARE(atPath("$..[-2]", body), QByteArray());
    const char *fault = nullptr;
    results(parseJsonPath("$"), '[' + body + ']', &fault);
    QVERIFY(fault && QByteArray(fault).contains("nested"));
}

QTEST_GUILESS_MAIN(TestJsonPath)
#include "test_json_path.moc"
