#include "app/body/JsonRowNumbers.h"
#include "app/body/JsonRowText.h"
#include "app/http/JsonFormat.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

using Kind = JsonPlace::Kind;
using Look = JsonRows::Look;

namespace {

/// A text that has been read through.
class Indexed
{
public:
    explicit Indexed(const QByteArray &json)
    {
        QFile file(m_folder.filePath(u"json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size())
            qFatal("no file");
        file.close();
        pieces.emplace(FileBytes::open(file.fileName()).value(), TextCoding::Utf8);
        index = std::make_unique<JsonIndex>(pieces->sharedBytes(), pieces->begin());
        QSignalSpy grew(index.get(), &JsonIndex::grew);
        index->start();
        while (!index->isComplete()) {
            if (!grew.wait())
                qFatal("it does not end");
        }
    }

    [[nodiscard]] JsonRows rows(Look look = Look::Pretty) const { return {*index, *pieces, look}; }

    std::optional<TextPieces> pieces;
    std::unique_ptr<JsonIndex> index;

private:
    QTemporaryDir m_folder;
};

QList<JsonPlace> all(const JsonRows &rows)
{
    QList<JsonPlace> places;
    std::optional<JsonPlace> place = rows.first();
    while (place) {
        places << *place;
        if (!rows.toNext(*place))
            break;
    }
    return places;
}

QString line(const JsonRows &rows, const JsonPlace &place, const JsonTextStyle &style = {})
{
    return QString(2 * place.depth(), u' ') + jsonRowText(rows, place, style).text;
}

QString text(const JsonRows &rows)
{
    QStringList lines;
    for (const JsonPlace &place : all(rows))
        lines << line(rows, place);
    return lines.join(u'\n');
}

/// Where all rows of one value stand in one that holds them.
QByteArray randomValue(QRandomGenerator &random, int depth)
{
    const auto space = [&random] {
        return QByteArray(random.bounded(4) == 0 ? " \n" : random.bounded(3) == 0 ? "\t" : "");
    };
    const int kind = random.bounded(depth > 4 ? 4 : 7);
    switch (kind) {
    case 0:
        return QByteArrayList{"0", "-1.50e+07", "12345678901234567890123", "1E400"}.at(random.bounded(4));
    case 1:
        return QByteArrayList{"true", "false", "null"}.at(random.bounded(3));
    case 2:
    case 3:
        return QByteArrayList{"\"\"", "\"a, [b] {c}\"", "\"\\\"\\\\\\u00e9\"", "\"caf\xC3\xA9\""}.at(
            random.bounded(4));
    default:
        break;
    }
    const bool isObject = kind == 4;
    QByteArray text = (isObject ? "{" : "[") + space();
    const int count = random.bounded(5);
    for (int i = 0; i < count; ++i) {
        if (i > 0)
            text += space() + ',' + space();
        if (isObject)
            text += QByteArray(random.bounded(2) ? "\"same\"" : "\"n\\\"]\"") + space() + ':' + space();
        text += randomValue(random, depth + 1);
    }
    return text + space() + (isObject ? "}" : "]");
}

/// Opens and closes here and there.
void foldSome(JsonRows &rows, QRandomGenerator &random)
{
    for (const JsonPlace &place : all(rows)) {
        if (place.kind != Kind::Opening || random.bounded(3) > 0)
            continue;
        if (random.bounded(3) == 0)
            rows.folding().setOpenBelow(place.node(), random.bounded(2) == 0);
        else
            rows.folding().setOpen(place.node(), place.depth(), random.bounded(2) == 0);
    }
}

} // namespace

/// The rows of JSON: all of them in order, both ways, from anywhere.
class TestJsonRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePrettyTextIsTheSourceLaidOut();
    void theTreesLeavesAreTheIndexs();
    void goingBackIsGoingForwardBackwards();
    void everyByteIsInARow();
    void rowsAreNumbered();
    void whatIsFoldedIsSummedUp();
    void theTreeNamesItsElements();
    void severalDocumentsStandInARow();
    void whatIsNoJsonIsShownAsItIs();
    void aFaultEndsWhatIsOpen();
    void longValuesAreCut();
    void escapesStayOrAreDecoded();
    void controlsAreWrittenOut();
    void pathsAreWrittenAsOthersReadThem();
    void whatIsHiddenIsOpened();
    void aHundredThousandLevelsAreWalked();
};

void TestJsonRows::thePrettyTextIsTheSourceLaidOut()
{
    QRandomGenerator random(1);
    for (int round = 0; round < 300; ++round) {
        const QByteArray json = randomValue(random, 0);
        const Indexed indexed(json);
        QCOMPARE(text(indexed.rows()).toUtf8(), prettyJson(json).text);
        JsonRows tree = indexed.rows(Look::Pretty);
        QByteArray rows;
        for (const JsonPlace &place : all(tree))
            rows += jsonRowText(tree, place, {false, false}).text.toUtf8() + '\n';
        QCOMPARE(minifiedJson(rows).text, minifiedJson(json).text);
    }
}

void TestJsonRows::theTreesLeavesAreTheIndexs()
{
    QRandomGenerator random(2);
    for (int round = 0; round < 100; ++round) {
        const Indexed indexed(randomValue(random, 0));
        JsonRows rows = indexed.rows(Look::Tree);
        rows.folding().setLevels(JsonFolding::everything);
        QList<qint64> leaves;
        for (const JsonPlace &place : all(rows)) {
            QVERIFY(place.kind == Kind::Leaf || place.kind == Kind::Opening);
            if (!place.node().isContainer())
                leaves << place.node().begin;
        }
        QList<qint64> wanted;
        std::vector<JsonNode> open{indexed.index->firstDocument().value()};
        while (!open.empty()) {
            const JsonNode node = open.back();
            open.pop_back();
            if (!node.isContainer())
                wanted << node.begin;
            for (auto child = indexed.index->lastChild(node); child; child = indexed.index->previous(*child))
                open.push_back(*child);
        }
        QCOMPARE(leaves, wanted);
    }
}

void TestJsonRows::goingBackIsGoingForwardBackwards()
{
    QRandomGenerator random(3);
    for (int round = 0; round < 200; ++round) {
        QByteArray json = randomValue(random, 0);
        if (round % 3 == 1)
            json += '\n' + randomValue(random, 0) + '\n' + randomValue(random, 2);
        if (round % 2 == 0)
            json.truncate(1 + random.bounded(int(json.size())));
        if (round % 4 == 0)
            json += " oops";
        const Indexed indexed(json);
        for (const Look look : {Look::Pretty, Look::Tree}) {
            JsonRows rows = indexed.rows(look);
            rows.folding().setLevels(random.bounded(6));
            foldSome(rows, random);
            const QList<JsonPlace> places = all(rows);
            if (places.isEmpty())
                continue;
            JsonPlace place = rows.last().value();
            for (qsizetype i = places.size() - 1; i >= 0; --i) {
                QVERIFY2(place.key() == places.at(i).key() && place.kind == places.at(i).kind,
                         json.constData());
                QVERIFY2(place.path == places.at(i).path, json.constData());
                QVERIFY(i == 0 || places.at(i - 1).key() < place.key());
                QCOMPARE(rows.toPrevious(place), i > 0);
            }
        }
    }
}

void TestJsonRows::everyByteIsInARow()
{
    QRandomGenerator random(4);
    for (int round = 0; round < 100; ++round) {
        QByteArray json = " " + randomValue(random, 0) + "\n\n " + randomValue(random, 1) + ' ';
        if (round % 4 == 0)
            json.truncate(json.size() / 2);
        const Indexed indexed(json);
        for (const Look look : {Look::Pretty, Look::Tree}) {
            JsonRows rows = indexed.rows(look);
            rows.folding().setLevels(4);
            foldSome(rows, random);
            const QList<JsonPlace> places = all(rows);
            std::pair<qint64, Kind> before;
            for (qint64 offset = 0; offset < json.size(); ++offset) {
                const QByteArray where = json + " at " + QByteArray::number(offset);
                const JsonPlace place = rows.at(offset).value();
                const auto row =
                    std::find_if(places.cbegin(), places.cend(),
                                 [&place](const JsonPlace &each) { return each.key() == place.key(); });
                QVERIFY2(row != places.cend() && row->kind == place.kind && row->path == place.path,
                         where.constData());
                QVERIFY2(before <= place.key(), where.constData());
                before = place.key();
            }
            for (const JsonPlace &place : places) // the first of what is no JSON begins where the fault does
                QVERIFY(rows.at(place.offset())->key() == place.key() || place.kind == Kind::Raw);
        }
    }
}

void TestJsonRows::rowsAreNumbered()
{
    QRandomGenerator random(5);
    for (int round = 0; round < 300; ++round) {
        QByteArray json = randomValue(random, 0);
        if (round % 3 == 1)
            json = " 1 \n" + json + "\n\x1E" + randomValue(random, 1) + " \"a\" [ ]\n";
        const Indexed indexed(json);
        const QList<JsonPlace> places = all(indexed.rows());
        const JsonRowNumbers numbers(json);
        QCOMPARE(numbers.count(), places.size());
        for (qsizetype i = 0; i < places.size(); ++i)
            QVERIFY2(numbers.at(places.at(i).offset()) == i + 1, json.constData());
    }
    QCOMPARE(JsonRowNumbers("[1,\n2]", 3).at(7), 3);
    QCOMPARE(JsonRowNumbers("]]\"\\").count(), 1); // what has changed meanwhile does no harm
}

void TestJsonRows::whatIsFoldedIsSummedUp()
{
    const Indexed indexed(R"({"a":{"b":[1,2,3],"c":{}},"d":[[],[4]]})");
    JsonRows rows = indexed.rows();
    rows.folding().setLevels(1);
    QCOMPARE(text(rows), uR"({
  "a": { 2 },
  "d": [ 2 ]
})"_s);
    const JsonPlace a = rows.at(1).value();
    rows.folding().setOpen(a.node(), a.depth(), true);
    QCOMPARE(text(rows), uR"({
  "a": {
    "b": [ 3 ],
    "c": {}
  },
  "d": [ 2 ]
})"_s);
    rows.folding().setOpenBelow(a.node(), false);
    const JsonPlace document = rows.first().value();
    rows.folding().setOpenBelow(rows.at(27).value().node(), true);
    QCOMPARE(text(rows), uR"({
  "a": { 2 },
  "d": [
    [],
    [
      4
    ]
  ]
})"_s);
    rows.folding().setOpenBelow(document.node(), false);
    QCOMPARE(text(rows), u"{ 2 }"_s);
}

void TestJsonRows::theTreeNamesItsElements()
{
    const Indexed indexed(R"({"list":["x",{"a b":null}],"empty":[],"n":1.0})");
    JsonRows rows = indexed.rows(Look::Tree);
    QCOMPARE(text(rows), u"{ 3 }\n  list: [ 2 ]\n  empty: []\n  n: 1.0"_s);
    rows.folding().setLevels(3);
    QCOMPARE(text(rows),
             u"{ 3 }\n  list: [ 2 ]\n    0: \"x\"\n    1: { 1 }\n      a b: null\n  empty: []\n  n: 1.0"_s);
}

void TestJsonRows::severalDocumentsStandInARow()
{
    const Indexed lines("{\"a\":1}\n[2]\n\n\"x\"\n");
    QCOMPARE(text(lines.rows()), u"{\n  \"a\": 1\n}\n[\n  2\n]\n\"x\""_s);
    const Indexed sequence("\x1E{\"a\":1}\n\x1E[2]\n");
    QCOMPARE(text(sequence.rows()), u"{\n  \"a\": 1\n}\n[\n  2\n]"_s);
}

void TestJsonRows::whatIsNoJsonIsShownAsItIs()
{
    const QByteArray rest = "oops caf\xC3\xA9 " + QByteArray("\xE2\x82\xAC").repeated(500) + "\n\nlast line";
    const Indexed indexed("[1, " + rest);
    const JsonRows rows = indexed.rows();
    const QList<JsonPlace> places = all(rows);
    QCOMPARE(places.at(0).kind, Kind::Opening);
    QCOMPARE(places.at(1).kind, Kind::Leaf);
    QCOMPARE(places.at(2).kind, Kind::Fault);
    QVERIFY(line(rows, places.at(2)).startsWith(u"No JSON at byte 4: "_s));
    QByteArray joined;
    for (qsizetype i = 3; i < places.size(); ++i) {
        QCOMPARE(places.at(i).kind, Kind::Raw);
        QVERIFY(places.at(i).rawEnd - places.at(i).rawBegin <= JsonRows::rawLength);
        QVERIFY(!line(rows, places.at(i)).contains(u'⟨')); // no character is cut
        joined += line(rows, places.at(i)).toUtf8();
        if (places.at(i).rawEnd < indexed.pieces->bytes().size() &&
            indexed.pieces->bytes().read(places.at(i).rawEnd, 1) == "\n")
            joined += '\n';
    }
    QCOMPARE(joined, rest);
}

void TestJsonRows::aFaultEndsWhatIsOpen()
{
    const auto kinds = [](const QByteArray &json) {
        const Indexed indexed(json);
        QString marks;
        for (const JsonPlace &place : all(indexed.rows()))
            marks += QStringView(u"l(f)!r").at(int(place.kind));
        return marks;
    };
    QCOMPARE(kinds("[[1]"), u"((l)!"_s);
    QCOMPARE(kinds("[1]x"), u"(l)!r"_s);
    QCOMPARE(kinds("["), u"(!"_s);
    QCOMPARE(kinds("[[]]]"), u"(l)!r"_s);
    QCOMPARE(kinds("{\"a\":{\"b\":2,"), u"((l!"_s);
    QCOMPARE(kinds("{\"a\":1, \"name\": oops"), u"(l!r"_s);
    const Indexed lost("{\"a\":1, \"name\": oops");
    QCOMPARE(text(lost.rows()).section(u'\n', -1), u"\"name\": oops"_s); // a name is not lost with its value
    QCOMPARE(kinds("x"), u"!r"_s);
    QCOMPARE(kinds("1 2 x"), u"ll!r"_s);
}

void TestJsonRows::longValuesAreCut()
{
    const QByteArray value = "\"" + QByteArray("\xE2\x82\xAC").repeated(400) + "\"";
    const Indexed indexed("{\"" + QByteArray(3000, 'n') + "\":" + value + ",\"a\":\"" +
                          QByteArray("\\u00e9").repeated(1000) + "\"}");
    const JsonRows rows = indexed.rows();
    JsonPlace place = rows.first().value();
    QVERIFY(rows.toNext(place));
    const JsonRowText cut = jsonRowText(rows, place, {});
    QVERIFY(cut.isCut);
    QCOMPARE(cut.text,
             u"\""_s + QString(999, u'n') + u"… (3.0 kB): \""_s + QString(333, u'€') + u"… (1.2 kB),"_s);
    QVERIFY(rows.toNext(place));
    QVERIFY(jsonRowText(rows, place, {true}).text.startsWith(u"\"a\": \""_s + QString(166, u'é') + u'…'));
}

void TestJsonRows::escapesStayOrAreDecoded()
{
    const Indexed indexed(R"(["caf\u00e9 \ud83d\ude00 \n\"\\\/ \u202e \ud800"])");
    const JsonRows rows = indexed.rows();
    const JsonPlace place = rows.at(2).value();
    QCOMPARE(jsonRowText(rows, place, {}).text, uR"("caf\u00e9 \ud83d\ude00 \n\"\\\/ \u202e \ud800")"_s);
    const JsonRowText decoded = jsonRowText(rows, place, {true});
    QCOMPARE(decoded.text, u"\"café 😀 ⟨U+000A⟩\"\\/ ⟨U+202E⟩ \\ud800\""_s);
    QCOMPARE(decoded.positionOf(5), 4);  // é
    QCOMPARE(decoded.positionOf(12), 6); // 😀
    QCOMPARE(decoded.positionOf(24), 8);
    QCOMPARE(decodedJson(R"(a\tb\u00e9\ud83d\ude00\/)"), u"a\tbé😀/"_s);
    const QByteArray large = 'x' + QByteArray("\xC3\xA9").repeated(1'500'000);
    QCOMPARE(decodedJson(large), QString::fromUtf8(large));
    QCOMPARE(decodedJson(large, true), QString());
    QCOMPARE(decodedJson("\\n\xEF\xBB\xBF"), u"\n\uFEFF"_s);
}

void TestJsonRows::controlsAreWrittenOut()
{
    const Indexed indexed("[\"a\xE2\x80\xAE\"]");
    const JsonRows rows = indexed.rows();
    QCOMPARE(jsonRowText(rows, rows.at(1).value(), {}).text, u"\"a⟨U+202E⟩\""_s);
    JsonTextStyle plain;
    plain.marksControls = false;
    QCOMPARE(jsonRowText(rows, rows.at(1).value(), plain).text, u"\"a\u202E\""_s);
}

void TestJsonRows::pathsAreWrittenAsOthersReadThem()
{
    const Indexed indexed(R"({"data":[0,{"a b":{"\"~/x":{"1st":7}}}]})");
    const auto path = indexed.index->pathAt(indexed.pieces->bytes().size() - 6);
    const FileBytes &bytes = indexed.pieces->bytes();
    QCOMPARE(jsonPath(bytes, path), uR"($.data[1]["a b"]["\"~/x"]["1st"])"_s);
    QCOMPARE(jsonPointer(bytes, path), uR"(/data/1/a b/"~0~1x/1st)"_s);
    QCOMPARE(jsonPath(bytes, indexed.index->pathAt(0)), u"$"_s);
    QCOMPARE(jsonPointer(bytes, indexed.index->pathAt(0)), QString());
}

void TestJsonRows::whatIsHiddenIsOpened()
{
    const QByteArray json = R"({"a":{"b":[1,{"needle":2}]},"c":[3]})";
    const Indexed indexed(json);
    JsonRows rows = indexed.rows(Look::Tree);
    rows.folding().setLevels(0);
    const qint64 offset = json.indexOf("needle");
    rows.reveal(offset);
    QCOMPARE(line(rows, rows.at(offset).value()).trimmed(), u"needle: 2"_s);
    QVERIFY(text(rows).endsWith(u"c: [ 1 ]"_s)); // nothing else
}

void TestJsonRows::aHundredThousandLevelsAreWalked()
{
    constexpr int depth = 100'000;
    const Indexed indexed(QByteArray(depth, '[') + QByteArray(depth, ']'));
    for (const Look look : {Look::Pretty, Look::Tree}) {
        JsonRows rows = indexed.rows(look);
        rows.folding().setLevels(JsonFolding::everything);
        JsonPlace place = rows.at(depth / 2).value();
        QCOMPARE(place.depth(), depth / 2);
        for (int i = 0; i < 100; ++i)
            QVERIFY(rows.toNext(place));
        for (int i = 0; i < 100; ++i)
            QVERIFY(rows.toPrevious(place));
        QCOMPARE(place.depth(), depth / 2);
        QCOMPARE(rows.last()->depth(), look == Look::Pretty ? 0 : depth - 1);
    }
}

QTEST_GUILESS_MAIN(TestJsonRows)
#include "test_json_rows.moc"
