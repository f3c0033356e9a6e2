#include "app/body/JsonIndex.h"
#include "app/body/JsonParts.h"
#include "app/body/JsonTree.h"
#include "tests/support/JsonChecks.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <simdjson.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

class TestJsonIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatTheRfcAllows_data();
    void acceptsWhatTheRfcAllows();
    void refusesWhatItDoesNot_data();
    void refusesWhatItDoesNot();
    void takesSeveralDocuments_data();
    void takesSeveralDocuments();
    void whatIsBeforeAFaultCanBeUsed();
    void everyLexerSeesTheSame();
    void hasTheLeavesThatSimdjsonHas_data();
    void hasTheLeavesThatSimdjsonHas();
    void agreesWithTheTree_data();
    void agreesWithTheTree();
    void everyPlaceHasItsPath();
    void longTokensAreFound_data();
    void longTokensAreFound();
    void manyElements();
    void deepNesting();
    void nestingHasALimit();
    void answersWhileItScans();
    void goesOnWhenTheFileGrows();
    void theEndOfATextThatGrowsIsNoFault_data();
    void theEndOfATextThatGrowsIsNoFault();
    void endsWhenTheFileIsTruncated();
    void namesAndValuesAreToldApart();
    void partsWaitForTheIndex();
    void beginsBehindAByteOrderMark();

private:
    static bool isLarge() { return qEnvironmentVariableIsSet("KEYDESK_LARGE"); }

    QTemporaryDir m_folder;
};

namespace {

void scan(JsonIndex &index)
{
    QSignalSpy grew(&index, &JsonIndex::grew);
    index.start();
    while (!index.isComplete())
        QVERIFY(grew.wait(60'000));
}

/// JSON as nobody would write it: in all kinds of white space, with texts and gaps that reach over blocks.
class Generator
{
public:
    explicit Generator(quint32 seed)
        : m_random(seed)
    {
    }

    QByteArray document(qsizetype atLeast)
    {
        m_json.clear();
        space();
        m_json += '[';
        space();
        for (bool isFirst = true; isFirst || m_json.size() < atLeast; isFirst = false) {
            if (!isFirst)
                m_json += ',';
            value(1);
        }
        m_json += ']';
        space();
        return m_json;
    }

private:
    int upTo(int most) { return m_random.bounded(most); }

    void space()
    {
        const int kind = upTo(60);
        const qsizetype length = kind == 0 ? upTo(20'000) : kind < 20 ? upTo(4) : 0;
        m_json += QByteArray(length, " \n\t\r"[upTo(4)]);
    }

    void text()
    {
        static const char *const pieces[] = {
            "a",       "[",     "{", "}", "]", ",", ":",    " ",         R"(\")",          R"(\\)",
            R"(\\\")", R"(\n)", "é", "€", "😀", "0", "true", R"(\u00e9)", R"(\uD83D\uDE00)"};
        m_json += '"';
        const int length = upTo(200) == 0 ? upTo(20'000) : upTo(6);
        for (int i = 0; i < length; ++i)
            m_json += pieces[upTo(int(std::size(pieces)))];
        m_json += '"';
    }

    void value(int depth)
    {
        space();
        switch (upTo(depth > 60 ? 5 : 8)) {
        case 0:
            m_json += QByteArray::number(m_random.generate64() >> upTo(64));
            break;
        case 1:
            m_json += "-" + QByteArray::number(upTo(1000)) + "." + QByteArray::number(upTo(1000)) + "E-1";
            break;
        case 2:
            m_json += upTo(2) == 0 ? "true" : upTo(2) == 0 ? "false" : "null";
            break;
        case 3:
        case 4:
            text();
            break;
        default: {
            const bool isObject = upTo(2) == 0;
            m_json += isObject ? '{' : '[';
            space();
            const int count = upTo(5);
            for (int i = 0; i < count; ++i) {
                if (isObject) {
                    space();
                    text();
                    space();
                    m_json += ':';
                }
                value(depth + 1);
                if (i + 1 < count)
                    m_json += ',';
            }
            m_json += isObject ? '}' : ']';
        }
        }
        space();
    }

    QRandomGenerator m_random;
    QByteArray m_json;
};

QByteArray unescaped(const QByteArray &text)
{
    return QJsonDocument::fromJson("[" + text + "]").array().first().toString().toUtf8();
}

} // namespace

void TestJsonIndex::acceptsWhatTheRfcAllows_data()
{
    QTest::addColumn<QByteArray>("json");
    int number = 0;
    for (const char *json :
         {// Section 2: any value is a text, white space stands around the six structural characters
          "{}", "[]", "null", "true", "false", "\"\"", "0", " [ ] ", "\t\n\r {\t\n\r }\t\n\r ", "[1,\r\n\t2]",
          "[[]]", "[[],{}]", "{\"a\":{}}", " { \"a\" : [ 1 , 2 ] , \"b\" : null } ",
          // Section 4: names need not differ, and may be empty; numbers of members
          "{\"a\":1,\"a\":2}", "{\"\":0}", "{\"\":{\"\":[]}}", "{\"a\\u0000\":1}",
          // Section 6: numbers
          "-0", "1", "10", "-1", "0.0", "0.5", "-0.50", "1.5", "1e5", "1E5", "1e+5", "1e-5", "0e0", "0E+00",
          "-1.5e-10", "1E400", "123456789012345678901234567890", "0.1234567890123456789012345678901234567890",
          "[0]", "[-0]", "[1.0e00]", "[1,2.3,4E5]",
          // Section 7: texts
          "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\uabcd\\uABCD\\u0000\"", "\"\\uD83D\\uDE00\"",
          "\"\\\\\"", "\"\\\\\\\"\"", "\"/\"", "\"\x7F\"", "\"'\"", "\"[{]},:\"", "[\"\\\\\",\"\\\\\\\\\"]",
          // Section 8.2: lone surrogates as escapes are left to the reader
          "\"\\uD800\"", "\"\\uDC00\\uD800\"",
          // Section 8.1: UTF-8, to the ends of each length
          "\"\xC2\x80\"", "\"\xDF\xBF\"", "\"\xE0\xA0\x80\"", "\"\xED\x9F\xBF\"", "\"\xEE\x80\x80\"",
          "\"\xEF\xBF\xBF\"", "\"\xF0\x90\x80\x80\"", "\"\xF4\x8F\xBF\xBF\"", "\"\xE2\x80\xA8\xE2\x80\xA9\"",
          "{\"\xC3\xA9\":\"\xF0\x9F\x98\x80\"}", "\"\xEF\xBB\xBF\""})
        QTest::addRow("%02d", number++) << QByteArray(json);
}

/// Wherever it stands: the 64 bytes that are looked at together, and the blocks, end at each of its bytes.
void TestJsonIndex::acceptsWhatTheRfcAllows()
{
    QFETCH(QByteArray, json);
    const auto tree = JsonTree::read(json);
    QVERIFY(tree);
    for (const qsizetype boundary : {qsizetype(64), qsizetype(JsonBlock::size)}) {
        for (qsizetype before = std::max<qsizetype>(0, boundary - json.size() - 8); before <= boundary;
             ++before) {
            const auto file = inMemory(QByteArray(before, ' ') + json);
            const ScannedJson scanned(*file);
            if (scanned.fault)
                QFAIL(
                    qPrintable(u"%1 at %2"_s.arg(scanned.fault->reason).arg(scanned.fault->offset - before)));
            JsonReader reader = scanned.reader();
            QCOMPARE(reader.documentCount(), 1);
            const auto document = reader.document(0);
            QVERIFY(document);
            QCOMPARE(document->begin - before, tree->node(0).begin);
            QCOMPARE(document->end - before, tree->node(0).end);
            QCOMPARE(reader.childCount(*document), tree->children(0).size());
        }
    }
}

void TestJsonIndex::refusesWhatItDoesNot_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("offset");
    QTest::addColumn<QString>("reason"); // a part of it
    const auto add = [](const char *json, int offset, const QString &reason) {
        QTest::addRow("%s", QByteArray(json).toPercentEncoding("[]{},:\" ").constData())
            << QByteArray(json) << offset << reason;
    };
    add("", 0, u"no value"_s);
    add(" \n", 2, u"no value"_s);
    add("[", 1, u"] is there"_s);
    add("{", 1, u"} is there"_s);
    add("[1", 2, u"] is there"_s);
    add("[1,", 3, u"] is there"_s);
    add("{\"a\"", 4, u"} is there"_s);
    add("{\"a\":", 5, u"} is there"_s);
    add("{\"a\":1", 6, u"} is there"_s);
    add("{\"a\":1,", 7, u"} is there"_s);
    add("[[]", 3, u"] is there"_s);
    add("]", 0, u"value is missing"_s);
    add("[]]", 2, u"nothing may follow"_s);
    add("{}}", 2, u"nothing may follow"_s);
    add("1,", 1, u"nothing may follow"_s);
    add("[1,]", 3, u"comma before ]"_s);
    add("[,1]", 1, u"not a value"_s);
    add("[,]", 1, u"not a value"_s);
    add("[1,,2]", 3, u"not a value"_s);
    add("[1 2]", 3, u"comma or ]"_s);
    add("[\"a\" \"b\"]", 5, u"comma or ]"_s);
    add("[1}", 2, u"closed by }"_s);
    add("{\"a\":1]", 6, u"closed by ]"_s);
    add("{\"a\":1,}", 7, u"comma before }"_s);
    add("{,}", 1, u"name"_s);
    add("{1:2}", 1, u"name"_s);
    add("{a:2}", 1, u"name"_s);
    add("{\"a\"}", 4, u"colon"_s);
    add("{\"a\",1}", 4, u"colon"_s);
    add("{\"a\" 1}", 5, u"colon"_s);
    add("{\"a\"::1}", 5, u"not a value"_s);
    add("{\"a\":}", 5, u"missing after the colon"_s);
    add("{\"a\":1 \"b\":2}", 7, u"comma or }"_s);
    add("{\"a\":1:2}", 6, u"comma or }"_s);
    add("[\"a\":1]", 4, u"comma or ]"_s);
    add("[1:2]", 2, u"comma or ]"_s);
    add("{[]:1}", 1, u"name"_s);
    add("'a'", 0, u"single"_s);
    add("tru", 0, u"true, false and null"_s);
    add("nul", 0, u"true, false and null"_s);
    add("[True]", 1, u"not a value"_s);
    add("[NULL]", 1, u"not a value"_s);
    add("[truex]", 5, u"comma or ]"_s);
    add("[true1]", 5, u"comma or ]"_s);
    add("[nullnull]", 5, u"comma or ]"_s);
    add("[fals]", 1, u"true, false and null"_s);
    add("NaN", 0, u"not a value"_s);
    add("[Infinity]", 1, u"not a value"_s);
    add("[-Infinity]", 1, u"after -"_s);
    add("[undefined]", 1, u"not a value"_s);
    add("[01]", 1, u"begin with 0"_s);
    add("[-01]", 2, u"begin with 0"_s);
    add("[00]", 1, u"begin with 0"_s);
    add("[+1]", 1, u"not a value"_s);
    add("[-]", 1, u"after -"_s);
    add("[--1]", 1, u"after -"_s);
    add("[.5]", 1, u"not a value"_s);
    add("[-.5]", 1, u"after -"_s);
    add("[1.]", 3, u"decimal point"_s);
    add("[1.e5]", 3, u"decimal point"_s);
    add("[1..2]", 3, u"decimal point"_s);
    add("[1.2.3]", 4, u"comma or ]"_s);
    add("[1e]", 3, u"exponent"_s);
    add("[1e+]", 4, u"exponent"_s);
    add("[1e5.2]", 4, u"comma or ]"_s);
    add("[1e5e2]", 4, u"comma or ]"_s);
    add("[1e5+2]", 4, u"comma or ]"_s);
    add("[1e+-2]", 4, u"exponent"_s);
    add("[1-2]", 2, u"comma or ]"_s);
    add("[1+2]", 2, u"comma or ]"_s);
    add("[0x10]", 2, u"comma or ]"_s);
    add("[1_000]", 2, u"comma or ]"_s);
    add("[1f]", 2, u"comma or ]"_s);
    add("1.", 2, u"decimal point"_s);
    add("-", 0, u"after -"_s);
    add("1e", 2, u"exponent"_s);
    add("[\"a]", 1, u"not closed"_s);
    add("\"", 0, u"not closed"_s);
    add("\"\\\"", 0, u"not closed"_s);
    add("\"\\", 1, u"inside an escape"_s);
    add("\"a\\x\"", 2, u"escape"_s);
    add("\"\\a\"", 1, u"escape"_s);
    add("\"\\'\"", 1, u"escape"_s);
    add("\"\\0\"", 1, u"escape"_s);
    add("\"\\\\\\x\"", 3, u"escape"_s);
    add("\"\\u\"", 1, u"four"_s);
    add("\"\\u12\"", 1, u"four"_s);
    add("\"\\u123\"", 1, u"four"_s);
    add("\"\\u123g\"", 1, u"four"_s);
    add("\"\\uu0041\"", 1, u"four"_s);
    add("\"\\U0041\"", 1, u"escape"_s);
    add("\"\\u00", 1, u"four"_s);
    add("[\"\\u0041\\u00zz\"]", 8, u"four"_s);
    add("\"a\nb\"", 2, u"not closed on its line"_s);
    add("\"a\tb\"", 2, u"control"_s);
    add("\"\x01\"", 1, u"control"_s);
    add("\"\x1F\"", 1, u"control"_s);
    add("\"\x1E\"", 1, u"control"_s);
    add("[\x0C]", 1, u"not a value"_s);
    add("[\x1E]", 1, u"not a value"_s);
    add("[1\xC2\xA0]", 2, u"comma or ]"_s);
    add("\xEF\xBB\xBF[]", 0, u"not a value"_s); // that is passed over before
    add("[]/**/", 2, u"not a value"_s);
    add("[1//\n]", 2, u"comma or ]"_s);
    // UTF-8: overlong, surrogates, beyond Unicode, cut, out of place
    add("\"\x80\"", 1, u"UTF-8"_s);
    add("\"\xC3\"", 2, u"UTF-8"_s);
    add("\"\xC0\xAF\"", 1, u"UTF-8"_s);
    add("\"\xC1\xBF\"", 1, u"UTF-8"_s);
    add("\"\xE0\x9F\xBF\"", 2, u"UTF-8"_s);
    add("\"\xE2\x82\"", 3, u"UTF-8"_s);
    add("\"\xE2\x28\xA1\"", 2, u"UTF-8"_s);
    add("\"\xED\xA0\x80\"", 2, u"UTF-8"_s);
    add("\"\xF0\x8F\xBF\xBF\"", 2, u"UTF-8"_s);
    add("\"\xF0\x9F\x98\"", 4, u"UTF-8"_s);
    add("\"\xF4\x90\x80\x80\"", 2, u"UTF-8"_s);
    add("\"\xF5\x80\x80\x80\"", 1, u"UTF-8"_s);
    add("\"\xFF\"", 1, u"UTF-8"_s);
    add("\"\xC3\xA9\xA9\"", 3, u"UTF-8"_s);
    add("{\"\xFE\":1}", 2, u"UTF-8"_s);
    QTest::newRow("NUL") << QByteArray("[1,\0]", 5) << 3 << u"not a value"_s;
    QTest::newRow("NUL in a text") << QByteArray("[\"a\0b\"]", 7) << 3 << u"control"_s;
    QTest::newRow("NUL behind") << QByteArray("[]\0", 3) << 2 << u"not a value"_s;
    QTest::newRow("UTF-16") << QByteArray("[\0]\0", 4) << 1 << u"not a value"_s;
}

void TestJsonIndex::refusesWhatItDoesNot()
{
    QFETCH(QByteArray, json);
    QFETCH(int, offset);
    QFETCH(QString, reason);
    for (const qsizetype boundary : {qsizetype(64), qsizetype(JsonBlock::size)}) {
        for (qsizetype before = std::max<qsizetype>(0, boundary - json.size() - 8); before <= boundary;
             ++before) {
            const auto file = inMemory(QByteArray(before, ' ') + json);
            const ScannedJson scanned(*file);
            QVERIFY(scanned.fault);
            QVERIFY2(scanned.fault->reason.contains(reason), qPrintable(scanned.fault->reason));
            QCOMPARE(scanned.fault->offset - before, offset);
            QVERIFY(scanned.fault->begin <= scanned.fault->offset);
        }
    }
}

void TestJsonIndex::takesSeveralDocuments_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArrayList>("documents");
    QTest::newRow("JSON Lines") << QByteArray("{\"a\":1}\n[2]\n\n\"x\"\r\n3\nnull\n")
                                << QByteArrayList{"{\"a\":1}", "[2]", "\"x\"", "3", "null"};
    QTest::newRow("concatenated") << QByteArray("{}[]{\"a\":[]}[1]\"a\"\"b\"1\"c\"true[2]3")
                                  << QByteArrayList{"{}", "[]",    "{\"a\":[]}", "[1]", "\"a\"", "\"b\"",
                                                    "1",  "\"c\"", "true",       "[2]", "3"};
    QTest::newRow("sequence") << QByteArray("\x1E{\"a\":1}\n\x1E\x1E"
                                            "12\n\x1Etrue\n")
                              << QByteArrayList{"{\"a\":1}", "12", "true"};
    QTest::newRow("with a fault") << QByteArray("[1]\n{\"a\":tru}\n[3]") << QByteArrayList{"[1]", "{\"a\":"};
    QTest::newRow("with a cut number") << QByteArray("1\n2.\n3") << QByteArrayList{"1"};
    QTest::newRow("with an open text") << QByteArray("1\n\"abc\n3") << QByteArrayList{"1"};
    QByteArrayList many;
    for (int i = 0; i < 20'000; ++i)
        many << "{\"n\":" + QByteArray::number(i) + "}" << QByteArray::number(i);
    QTest::newRow("many") << many.join('\n') << many;
}

void TestJsonIndex::takesSeveralDocuments()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArrayList, documents);
    const auto file = inMemory(json);
    JsonIndex index(file);
    scan(index);
    QCOMPARE(index.documentCount(), documents.size());
    QVERIFY(!index.document(documents.size()));
    std::optional<JsonNode> before;
    auto document = index.firstDocument();
    for (qsizetype i = 0; i < documents.size(); ++i) {
        QVERIFY(document);
        QCOMPARE(file->read(document->begin, document->end - document->begin), documents.at(i));
        if (i % 97 == 0 || documents.size() < 100) {
            QVERIFY(index.document(i) == document);
            QVERIFY(index.previousDocument(*document) == before);
            const auto path = index.pathAt(document->begin);
            QCOMPARE(path.size(), size_t(1));
            QVERIFY((path.front() == JsonIndex::PathStep{*document, i}));
        }
        before = document;
        document = index.nextDocument(*document);
    }
    QVERIFY(!document);
}

void TestJsonIndex::whatIsBeforeAFaultCanBeUsed()
{
    const QByteArray json = R"({"a":[1,2,{"b":"x"}],"c":[3,{"d":[4,5.)";
    JsonIndex index(inMemory(json));
    scan(index);
    QVERIFY(index.fault());
    QCOMPARE(index.fault()->offset, json.size());
    QCOMPARE(index.fault()->begin, json.size() - 2);
    const auto document = index.firstDocument();
    QVERIFY(document);
    QCOMPARE(document->end, index.fault()->begin);
    QCOMPARE(index.childCount(*document), 2);
    const auto list = index.lastChild(*document);
    QVERIFY(list);
    QCOMPARE(index.childCount(*list), 2);
    const auto inner = index.firstChild(*index.lastChild(*list));
    QVERIFY(inner);
    QCOMPARE(index.childCount(*inner), 1); // the number is cut
    QCOMPARE(json.mid(inner->nameBegin, inner->nameEnd - inner->nameBegin), "\"d\"");
    QCOMPARE(index.pathAt(index.firstChild(*inner)->begin).size(), size_t(5));
    QVERIFY(index.pathAt(json.size() - 1).empty());
}

/// Whatever the processor: in JSON that was spoilt here and there.
void TestJsonIndex::everyLexerSeesTheSame()
{
    QRandomGenerator random(11);
    for (quint32 seed = 1; seed <= 40; ++seed) {
        QByteArray json = Generator(seed).document(3'000);
        for (int i = 0; i < 40; ++i)
            json[random.bounded(json.size())] = R"("\u0019.eE+-{}[]:,tfn)"[random.bounded(22)];
        for (int i = 0; i < 5; ++i)
            json[random.bounded(json.size())] = char(random.bounded(256));
        const qsizetype count = json.size() / JsonLexed::width;
        json += QByteArray(JsonLexed::width, ' ');
        std::vector<std::vector<JsonLexed>> all;
        std::vector<std::vector<quint16>> allTokens;
        for (const JsonLexer lexer : jsonLexers()) {
            for (qsizetype from = 0; from < count;) {
                JsonCarries carries;
                const qsizetype some = std::min<qsizetype>(count - from, JsonBlock::size / JsonLexed::width);
                std::vector<JsonLexed> &lexed = all.emplace_back(size_t(some));
                std::vector<quint16> &tokens = allTokens.emplace_back(JsonBlock::size + JsonLexed::width);
                tokens.resize(size_t(lexer(json.constData() + from * JsonLexed::width, some, carries,
                                           lexed.data(), tokens.data())));
                from += some;
            }
        }
        const size_t chunks = all.size() / jsonLexers().size();
        for (size_t i = chunks; i < all.size(); ++i) {
            QVERIFY(all[i] == all[i % chunks]);
            QVERIFY(allTokens[i] == allTokens[i % chunks]);
        }
    }
}

void TestJsonIndex::hasTheLeavesThatSimdjsonHas_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 12; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestJsonIndex::hasTheLeavesThatSimdjsonHas()
{
    QFETCH(quint32, seed);
    const QByteArray json = Generator(seed).document(seed * 20'000);
    simdjson::dom::parser parser;
    const simdjson::padded_string padded(json.constData(), size_t(json.size()));
    simdjson::dom::element root;
    QVERIFY(parser.parse(padded).get(root) == simdjson::SUCCESS);
    JsonIndex index(inMemory(json));
    scan(index);
    QVERIFY(!index.fault());
    const auto textOf = [&json](const JsonNode &node) {
        return json.sliced(node.begin, node.end - node.begin);
    };
    qint64 leaves = 0;
    const auto compare = [&](const auto &self, const JsonNode &node, simdjson::dom::element element) -> bool {
        auto child = index.firstChild(node);
        switch (element.type()) {
        case simdjson::dom::element_type::ARRAY: {
            if (node.type != JsonNode::Type::Array)
                return false;
            for (const simdjson::dom::element inner : simdjson::dom::array(element)) {
                if (!child || !self(self, *child, inner))
                    return false;
                child = index.next(*child);
            }
            return !child;
        }
        case simdjson::dom::element_type::OBJECT: {
            if (node.type != JsonNode::Type::Object)
                return false;
            for (const simdjson::dom::key_value_pair inner : simdjson::dom::object(element)) {
                if (!child || unescaped(json.sliced(child->nameBegin, child->nameEnd - child->nameBegin)) !=
                                  QByteArrayView(inner.key.data(), qsizetype(inner.key.size())))
                    return false;
                if (!self(self, *child, inner.value))
                    return false;
                child = index.next(*child);
            }
            return !child;
        }
        case simdjson::dom::element_type::STRING: {
            const std::string_view text(element);
            ++leaves;
            return node.type == JsonNode::Type::String &&
                   unescaped(textOf(node)) == QByteArrayView(text.data(), qsizetype(text.size()));
        }
        case simdjson::dom::element_type::INT64:
            ++leaves;
            return node.type == JsonNode::Type::Number &&
                   textOf(node) == QByteArray::number(qint64(int64_t(element)));
        case simdjson::dom::element_type::UINT64:
            ++leaves;
            return node.type == JsonNode::Type::Number &&
                   textOf(node) == QByteArray::number(quint64(uint64_t(element)));
        case simdjson::dom::element_type::DOUBLE:
            ++leaves;
            return node.type == JsonNode::Type::Number && textOf(node).toDouble() == double(element);
        case simdjson::dom::element_type::BOOL:
            ++leaves;
            return node.type == JsonNode::Type::Literal && textOf(node) == (bool(element) ? "true" : "false");
        case simdjson::dom::element_type::NULL_VALUE:
            ++leaves;
            return node.type == JsonNode::Type::Literal && textOf(node) == "null";
        }
        return false;
    };
    const auto document = index.firstDocument();
    QVERIFY(document);
    QVERIFY(compare(compare, *document, root));
    QVERIFY(leaves > 50);
}

void TestJsonIndex::agreesWithTheTree_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 101; seed <= 112; ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestJsonIndex::agreesWithTheTree()
{
    QFETCH(quint32, seed);
    const QByteArray json = Generator(seed).document((seed - 100) * 8'000);
    const auto file = inMemory(json);
    const ScannedJson scanned(*file);
    QVERIFY(!scanned.fault);
    JsonReader reader = scanned.reader();
    const auto tree = JsonTree::read(json);
    QVERIFY(tree);
    const auto document = reader.document(0);
    QVERIFY(document);
    QCOMPARE(difference(reader, *tree, *document, 0, 40), nullptr);
}

/// By the tree: the values that hold a byte, each in the one before.
void TestJsonIndex::everyPlaceHasItsPath()
{
    const QByteArray json = Generator(7).document(60'000);
    const auto tree = JsonTree::read(json);
    QVERIFY(tree);
    const auto file = inMemory(json);
    const ScannedJson scanned(*file);
    JsonReader reader = scanned.reader();
    QRandomGenerator random(1);
    for (int i = 0; i < 300; ++i) {
        const qint64 place = random.bounded(json.size());
        QList<std::pair<qint64, qint64>> expected; // begin, index
        qsizetype node = 0;
        const auto begin = [&](qsizetype one) {
            const JsonTree::Node &it = tree->node(one);
            return it.nameBegin > 0 ? it.nameBegin - 1 : it.begin;
        };
        if (place >= begin(0) && place < tree->node(0).end) {
            expected.append({tree->node(0).begin, 0});
            for (bool isDeeper = true; isDeeper;) {
                isDeeper = false;
                const QList<qsizetype> children = tree->children(node);
                for (qsizetype c = 0; c < children.size(); ++c) {
                    if (place >= begin(children.at(c)) && place < tree->node(children.at(c)).end) {
                        node = children.at(c);
                        expected.append({tree->node(node).begin, c});
                        isDeeper = true;
                        break;
                    }
                }
            }
        }
        QList<std::pair<qint64, qint64>> found;
        for (const JsonPathStep &step : reader.pathAt(place))
            found.append({step.node.begin, step.index});
        QCOMPARE(found, expected);
    }
}

void TestJsonIndex::longTokensAreFound_data()
{
    QTest::addColumn<QByteArray>("before"); // of what is repeated
    QTest::addColumn<QByteArray>("repeated");
    QTest::addColumn<QByteArray>("behind");
    QTest::newRow("text") << QByteArray(R"({"a":")") << QByteArray(R"(x\"[{,é)") << QByteArray(R"(","b":1})");
    QTest::newRow("backslashes") << QByteArray(R"({"a":")") << QByteArray(R"(\\)")
                                 << QByteArray(R"(","b":1})");
    QTest::newRow("name") << QByteArray(R"({")") << QByteArray(R"(\u00e9)") << QByteArray(R"(":"a","b":1})");
    QTest::newRow("number") << QByteArray(R"({"a":1)") << QByteArray("0") << QByteArray(R"(,"b":1})");
    QTest::newRow("fraction") << QByteArray(R"({"a":1.)") << QByteArray("123") << QByteArray(R"(e5,"b":1})");
    QTest::newRow("exponent") << QByteArray(R"({"a":1e)") << QByteArray("7") << QByteArray(R"(,"b":1})");
    QTest::newRow("space before a value")
        << QByteArray(R"({"a":)") << QByteArray(" \n") << QByteArray(R"(1,"b":1})");
    QTest::newRow("space before a colon")
        << QByteArray(R"({"a")") << QByteArray(" \n") << QByteArray(R"(:1,"b":1})");
    QTest::newRow("space before a comma")
        << QByteArray(R"({"a":1)") << QByteArray("\t") << QByteArray(R"(,"b":1})");
    QTest::newRow("space before a name")
        << QByteArray(R"({"a":1,)") << QByteArray("\r\n") << QByteArray(R"("b":1})");
    QTest::newRow("children") << QByteArray(R"({"a":[{})") << QByteArray(R"(,{"a":[1,[2]]},"]",3)")
                              << QByteArray(R"(],"b":1})");
}

void TestJsonIndex::longTokensAreFound()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, repeated);
    QFETCH(QByteArray, behind);
    const qint64 size = isLarge() && repeated.size() < 8 ? 1'000'000'000 : 3'000'000;
    const QByteArray json = before + repeated.repeated(size / repeated.size()) + behind;
    JsonIndex index(inMemory(json));
    scan(index);
    QVERIFY2(!index.fault(), index.fault() ? qPrintable(index.fault()->reason) : "");
    const auto document = index.firstDocument();
    QVERIFY(document);
    QCOMPARE(document->end, json.size());
    QCOMPARE(index.childCount(*document), 2);
    const auto a = index.firstChild(*document);
    const auto b = index.lastChild(*document);
    QVERIFY(a);
    QVERIFY(b);
    QVERIFY(index.next(*a) == b);
    QVERIFY(index.previous(*b) == a);
    QCOMPARE(b->end, json.size() - 1);
    QCOMPARE(b->begin, json.size() - 2);
    const qint64 middle = json.size() / 2;
    const auto path = index.pathAt(middle);
    QVERIFY(!path.empty());
    QVERIFY((path.front() == JsonIndex::PathStep{*document, 0}));
    if (middle >= a->nameBegin && middle < a->end)
        QVERIFY((path.size() >= 2 && path[1] == JsonIndex::PathStep{*a, 0}));
    else if (middle >= b->nameBegin)
        QVERIFY((path.size() == 2 && path[1] == JsonIndex::PathStep{*b, 1}));
    else
        QCOMPARE(path.size(), size_t(1));
}

void TestJsonIndex::manyElements()
{
    const qint64 count = isLarge() ? 1'000'000'000 : 2'000'000;
    const QString path = m_folder.filePath(u"elements"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[7");
    const QByteArray part = QByteArray(",7").repeated(1'000'000);
    for (qint64 done = 1; done < count; done += 1'000'000)
        file.write(part.first(2 * std::min<qint64>(1'000'000, count - done)));
    file.write("]");
    file.close();
    JsonIndex index(FileBytes::open(path).value());
    scan(index);
    QVERIFY(!index.fault());
    const auto document = index.firstDocument();
    QVERIFY(document);
    QCOMPARE(index.childCount(*document), count);
    for (const qint64 i : {qint64(0), qint64(1), count / 3, count / 2, count - 2, count - 1}) {
        const auto child = index.child(*document, i);
        QVERIFY(child);
        QCOMPARE(child->begin, 1 + 2 * i);
        const auto steps = index.pathAt(child->begin);
        QCOMPARE(steps.size(), size_t(2));
        QCOMPARE(steps.back().index, i);
    }
    QVERIFY(!index.child(*document, count));
    QFile::remove(path);
}

void TestJsonIndex::deepNesting()
{
    constexpr int depth = 100'000;
    const QByteArray open = R"({"a":[)"; // two levels
    const QByteArray json = open.repeated(depth / 2) + "1" + QByteArray("]}").repeated(depth / 2);
    JsonIndex index(inMemory(json));
    scan(index);
    QVERIFY(!index.fault());
    const qint64 middle = open.size() * (depth / 2);
    const auto path = index.pathAt(middle);
    QCOMPARE(path.size(), size_t(depth + 1));
    for (int level = 0; level < depth; level += 997) {
        const JsonNode &node = path[size_t(level)].node;
        const JsonNode &inner = path[size_t(level + 1)].node;
        QCOMPARE(node.begin, (level / 2) * open.size() + (level % 2 == 0 ? 0 : 5));
        QCOMPARE(node.end, json.size() - level);
        QVERIFY(index.firstChild(node) == inner);
        QCOMPARE(index.childCount(node), 1);
        QVERIFY(!index.next(inner));
        QVERIFY(!index.previous(inner));
    }
}

void TestJsonIndex::nestingHasALimit()
{
    JsonIndex index(inMemory(QByteArray(JsonScanner::deepest + 10, '[')));
    scan(index);
    QVERIFY(index.fault());
    QCOMPARE(index.fault()->offset, JsonScanner::deepest);
    QVERIFY(index.fault()->reason.contains(u"deep"_s));
    QCOMPARE(index.pathAt(JsonScanner::deepest - 1).size(), size_t(JsonScanner::deepest));
}

/// What it says while it scans is right, if it is not everything.
void TestJsonIndex::answersWhileItScans()
{
    QByteArray json = "{\"list\":[";
    for (int i = 0; i < 400'000; ++i)
        json += (i > 0 ? ",{\"id\":" : "{\"id\":") + QByteArray::number(i).rightJustified(6, '1') + "}";
    json += "],\"last\":0}";
    JsonIndex index(inMemory(json));
    QVERIFY(!index.firstDocument());
    index.start();
    while (!index.isComplete()) {
        const auto document = index.firstDocument();
        if (document) {
            const auto list = index.firstChild(*document);
            if (list && list->end < 0) {
                QCOMPARE(list->begin, 8);
                // It may have come to the end since.
                QCOMPARE(index.childCount(*list).value_or(400'000), 400'000);
            }
            const qint64 known = (index.scanned() - 9) / 14 - 1;
            if (list && known > 0) {
                const auto child = index.child(*list, known - 1);
                QVERIFY(child);
                QCOMPARE(child->begin, 9 + 14 * (known - 1));
            }
        }
        QCoreApplication::processEvents();
    }
    QCOMPARE(index.childCount(*index.firstChild(*index.firstDocument())), 400'000);
}

void TestJsonIndex::goesOnWhenTheFileGrows()
{
    const QByteArray json = Generator(42).document(900'000);
    const QString path = m_folder.filePath(u"growing"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    JsonIndex index(FileBytes::open(path).value());
    QRandomGenerator random(3);
    qint64 written = 0;
    while (written < json.size()) {
        scan(index);
        QVERIFY(index.fault()); // that it ends too early
        QVERIFY(index.fault()->offset <= written);
        const qint64 more = std::min<qint64>(json.size() - written, random.bounded(100'000));
        file.write(json.sliced(written, more));
        written += more;
    }
    scan(index);
    QVERIFY2(!index.fault(), index.fault() ? qPrintable(index.fault()->reason) : "");
    QCOMPARE(index.scanned(), json.size());
    const auto tree = JsonTree::read(json);
    QCOMPARE(index.childCount(*index.firstDocument()), tree->children(0).size());
    QCOMPARE(index.lastChild(*index.firstDocument())->end, tree->node(tree->children(0).constLast()).end);
}

void TestJsonIndex::theEndOfATextThatGrowsIsNoFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isCut");
    const auto row = [](const char *text, bool isCut) { QTest::newRow(text) << QByteArray(text) << isCut; };
    for (const char *cut : {"", "[1,", "{\"a\"", "{\"a\": ", "[\"te", "[\"\\", "[\"\\u00", "[\"caf\xC3",
                            "[tru", "[-", "[1.", "[1e+", "[12", "{\"a\":1,\"b"})
        row(cut, true);
    for (const char *wrong :
         {"[1,]", "{1,", "[\"\\x\",", "[\"\xFF\", 1", "[tru, 1", "[-]", "[1]]", "{\"a\" 1, ", "[\"\n"})
        row(wrong, false);
}

/// While there may be more, and where no more could mend it.
void TestJsonIndex::theEndOfATextThatGrowsIsNoFault()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isCut);
    JsonIndex index(inMemory("[0]\n" + text));
    index.setGrowing(true);
    index.start();
    QTRY_VERIFY(index.BackgroundScan::isComplete());
    QCOMPARE(!index.fault(), isCut);
    QCOMPARE(index.isComplete(), !isCut);
    QCOMPARE(index.firstDocument()->end, 3);
    if (const auto second = index.nextDocument(*index.firstDocument())) {
        QCOMPARE(second->begin, 4);
        QCOMPARE(second->end, isCut ? -1 : second->end);
    }
    QSignalSpy grew(&index, &JsonIndex::grew);
    index.setGrowing(false);
    QCOMPARE(grew.count(), 1);
    QVERIFY(index.isComplete());
    QCOMPARE(index.fault().has_value(), !text.isEmpty());
}

void TestJsonIndex::endsWhenTheFileIsTruncated()
{
    const QByteArray json = Generator(43).document(2'000'000);
    const QString path = m_folder.filePath(u"shrinking"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    file.write(json);
    JsonIndex index(FileBytes::open(path).value());
    QSignalSpy grew(&index, &JsonIndex::grew);
    index.start();
    QVERIFY(file.resize(50'000));
    while (!index.isComplete())
        QVERIFY(grew.wait(60'000));
    // Answers come, whatever they are.
    for (qint64 place = 0; place < json.size(); place += 49'999) {
        for (const JsonIndex::PathStep &step : index.pathAt(place)) {
            const auto last = index.lastChild(step.node);
            if (last && index.child(step.node, 1) && index.next(*last) == step.node)
                qWarning("never");
            if (index.previous(step.node) == step.node)
                qWarning("never");
        }
    }
    QVERIFY(file.resize(0));
    index.start();
    while (!index.isComplete())
        QVERIFY(grew.wait(60'000));
    QVERIFY(!index.firstDocument());
}

/// By their tokens as by the paths to them, over all bounds of blocks.
void TestJsonIndex::namesAndValuesAreToldApart()
{
    for (const quint32 seed : {1U, 2U, 3U}) {
        const QByteArray json = Generator(seed).document(60'000) + "{\"" + QByteArray(20'000, 'n') + "\"" +
                                QByteArray(9'000, ' ') + ": \"" + QByteArray(20'000, 'v') +
                                "\", \"number\": 1" + QByteArray(20'000, '0') + "}";
        JsonIndex index(inMemory(json));
        scan(index);
        QVERIFY(!index.fault());
        std::vector<TextMatch> names;
        std::vector<TextMatch> values;
        std::vector<TextMatch> all;
        for (qint64 place = 0; place < json.size(); place += 31) {
            all.push_back({place, place + 1});
            const auto path = index.pathAt(place);
            if (path.empty())
                continue;
            const JsonNode &node = path.back().node;
            if (place < node.begin && place < node.nameEnd)
                names.push_back(all.back());
            else if (place >= node.begin && !node.isContainer())
                values.push_back(all.back());
        }
        std::vector<TextMatch> found = all;
        jsonPart(index, JsonPart::Names)(found, false);
        QVERIFY(found == names);
        found = all;
        jsonPart(index, JsonPart::Values)(found, false);
        QVERIFY(found == values);
    }
}

void TestJsonIndex::partsWaitForTheIndex()
{
    const QByteArray json = "[" + QByteArray("{\"name\":\"name\"},").repeated(100'000) + "0]";
    auto index = std::make_unique<JsonIndex>(inMemory(json));
    const TextPieces pieces(inMemory(json), TextCoding::Utf8);
    TextSearch names;
    names.start(pieces, {u"name"_s}, 0, jsonPart(*index, JsonPart::Names));
    QSignalSpy grew(&names, &TextSearch::grew);
    QVERIFY(!grew.wait(20)); // nothing was scanned
    index->start();
    while (names.isRunning())
        QVERIFY(grew.wait(60'000));
    QCOMPARE(names.count(), 100'000);
    // The index may be gone, or never come.
    index = std::make_unique<JsonIndex>(inMemory(json));
    TextSearch values;
    values.start(pieces, {u"name"_s}, 0, jsonPart(*index, JsonPart::Values));
    index.reset();
    values.stop();
}

void TestJsonIndex::beginsBehindAByteOrderMark()
{
    JsonIndex index(inMemory("\xEF\xBB\xBF[1]"), 3);
    scan(index);
    QVERIFY(!index.fault());
    QCOMPARE(index.firstDocument()->begin, 3);
    QCOMPARE(index.pathAt(4).size(), size_t(2));
    QVERIFY(index.pathAt(1).empty());
}

QTEST_GUILESS_MAIN(TestJsonIndex)
#include "test_json_index.moc"
