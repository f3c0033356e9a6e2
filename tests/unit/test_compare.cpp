#include "app/base/Redactor.h"
#include "app/body/Alignment.h"
#include "app/body/AnswerComparison.h"
#include "app/body/JsonDiff.h"

#include <QRandomGenerator>
#include <QTemporaryFile>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;
using Kind = JsonDifference::Kind;

namespace {

QList<JsonDifference> diff(const QByteArray &left, const QByteArray &right)
{
    const auto l = JsonTree::read(left);
    const auto r = JsonTree::read(right);
    if (!l || !r)
        qFatal("not JSON");
    return diffJson(*l, *r).differences;
}

Answer answer(int status, const QByteArray &body, const Headers &headers = {{"Content-Type", "application/json"}})
{
    HttpResponse response;
    response.status = status;
    response.headers = headers;
    response.body = body;
    return {response, QString::number(status)};
}

} // namespace

class TestCompare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheLongestCommonSequence();
    void givesUpBeyondItsBound();
    void namesEachDifferenceByItsPath();
    void takesNoNoticeOfHowItIsWritten_data();
    void takesNoNoticeOfHowItIsWritten();
    void keepsNumbersAsTheyWereSent();
    void followsElementsByTheirId();
    void alignsElementsWithoutId();
    void comparesNamesThatAreThereTwice();
    void copesWithDepthAndLength();
    void refusesWhatIsNotJson();
    void comparesStatusAndHeaders();
    void comparesTextByLines();
    void comparesBytes();
    void bodiesOnDiskAreComparedUpToABound();
    void showsNoToken();
    void saysWhenThereIsNoAnswer();
};

void TestCompare::findsTheLongestCommonSequence()
{
    QRandomGenerator random(7);
    for (int round = 0; round < 500; ++round) {
        QByteArray left(random.bounded(12), 'a');
        QByteArray right(random.bounded(12), 'a');
        for (QByteArray *text : {&left, &right}) {
            for (char &c : *text)
                c = static_cast<char>('a' + random.bounded(3));
        }
        const auto found = alignment(left.size(), right.size(), 100, [&](qsizetype l, qsizetype r) { return left.at(l) == right.at(r); });
        QVERIFY(found);
        std::pair<qsizetype, qsizetype> last{-1, -1};
        for (const auto &[l, r] : *found) {
            QVERIFY(l > last.first && r > last.second && l < left.size() && r < right.size());
            QCOMPARE(left.at(l), right.at(r));
            last = {l, r};
        }
        QList<QList<qsizetype>> length(left.size() + 1, QList<qsizetype>(right.size() + 1, 0));
        for (qsizetype l = 1; l <= left.size(); ++l) {
            for (qsizetype r = 1; r <= right.size(); ++r)
                length[l][r] = left.at(l - 1) == right.at(r - 1) ? length[l - 1][r - 1] + 1 : std::max(length[l - 1][r], length[l][r - 1]);
        }
        QCOMPARE(found->size(), length.last().last());
    }
}

void TestCompare::givesUpBeyondItsBound()
{
    const auto never = [](qsizetype, qsizetype) { return false; };
    QVERIFY(!alignment(1'000'000, 1'000'000, 50, never));
    QVERIFY(alignment(25, 25, 50, never));
    QCOMPARE(alignment(0, 0, 0, never)->size(), 0);
}

void TestCompare::namesEachDifferenceByItsPath()
{
    const QList<JsonDifference> expected{{Kind::Changed, u"$.a.b[1]"_s, u"2"_s, u"3"_s},
                                         {Kind::Removed, u"$[\"first name\"]"_s, u"{\"x\":[1]}"_s, {}},
                                         {Kind::Changed, u"$.list"_s, u"[]"_s, u"{}"_s},
                                         {Kind::Added, u"$.new"_s, {}, u"\"n\""_s}};
    QCOMPARE(diff(R"({"a":{"b":[1,2]},"first name":{ "x" : [ 1 ] },"list":[]})", R"({"list":{},"a":{"b":[1,3]},"new":"n"})"), expected);
    QCOMPARE(diff("1", "\"1\""), (QList<JsonDifference>{{Kind::Changed, u"$"_s, u"1"_s, u"\"1\""_s}}));
}

void TestCompare::takesNoNoticeOfHowItIsWritten_data()
{
    QTest::addColumn<QByteArray>("left");
    QTest::addColumn<QByteArray>("right");
    QTest::newRow("order of members") << R"({"a":1,"b":[{"c":2,"d":3}]})"_ba << R"({"b":[{"d":3,"c":2}],"a":1})"_ba;
    QTest::newRow("white space") << "[1,2]"_ba << " [ 1 ,\n2 ]\n"_ba;
    QTest::newRow("escapes") << R"({"\u00e9":"\/é"})"_ba << "{\"é\":\"/\\u00E9\"}"_ba;
    QTest::newRow("mark in front") << "\xEF\xBB\xBF{}"_ba << "{}"_ba;
}

void TestCompare::takesNoNoticeOfHowItIsWritten()
{
    QFETCH(QByteArray, left);
    QFETCH(QByteArray, right);
    QCOMPARE(diff(left, right), QList<JsonDifference>());
}

void TestCompare::keepsNumbersAsTheyWereSent()
{
    QCOMPARE(diff("[12345678901234567890]", "[12345678901234567891]"),
             (QList<JsonDifference>{{Kind::Changed, u"$[0]"_s, u"12345678901234567890"_s, u"12345678901234567891"_s}}));
    QCOMPARE(diff("[1.0,\"1\"]", "[1,\"1\"]"), (QList<JsonDifference>{{Kind::Changed, u"$[0]"_s, u"1.0"_s, u"1"_s}}));
}

void TestCompare::followsElementsByTheirId()
{
    const QByteArray left = R"([{"id":1,"n":"a"},{"id":2,"n":"b"},{"id":3,"n":"c"}])";
    QCOMPARE(diff(left, R"([{"id":0,"n":"z"},{"id":1,"n":"a"},{"id":3,"n":"C"}])"),
             (QList<JsonDifference>{{Kind::Removed, u"$[1]"_s, u"{\"id\":2,\"n\":\"b\"}"_s, {}},
                                    {Kind::Added, u"$[0]"_s, {}, u"{\"id\":0,\"n\":\"z\"}"_s},
                                    {Kind::Changed, u"$[2].n"_s, u"\"c\""_s, u"\"C\""_s}}));
    QCOMPARE(diff(left, R"([{"id":3,"n":"c"},{"id":1,"n":"a"},{"id":2,"n":"b"}])"),
             (QList<JsonDifference>{{Kind::Moved, u"$[0]"_s, u"$[2]"_s, u"$[0]"_s}}));
}

void TestCompare::alignsElementsWithoutId()
{
    QCOMPARE(diff("[1,2,3,4]", "[0,1,2,3,4]"), (QList<JsonDifference>{{Kind::Added, u"$[0]"_s, {}, u"0"_s}}));
    QCOMPARE(diff("[[1],[2],[3]]", "[[1],[9],[3]]"), (QList<JsonDifference>{{Kind::Changed, u"$[1][0]"_s, u"2"_s, u"9"_s}}));
    QCOMPARE(diff("[1,2,3]", "[1]").size(), 2);
}

void TestCompare::comparesNamesThatAreThereTwice()
{
    QCOMPARE(diff(R"({"a":1,"a":2})", R"({"a":1,"a":3})"), (QList<JsonDifference>{{Kind::Changed, u"$.a"_s, u"2"_s, u"3"_s}}));
    QCOMPARE(diff(R"({"a":1})", R"({"a":1,"a":2})"), (QList<JsonDifference>{{Kind::Added, u"$.a"_s, {}, u"2"_s}}));
}

void TestCompare::copesWithDepthAndLength()
{
    const QByteArray deep = QByteArray(100'000, '[') + "1" + QByteArray(100'000, ']');
    QByteArray other = deep;
    other[100'000] = '2';
    QCOMPARE(diff(deep, other).size(), 1);
    QVERIFY(diff(deep, other).first().left.size() <= JsonDiff::mostShown + 1);

    QByteArray many = "[";
    QByteArray others = "[";
    for (int i = 0; i < 30'000; ++i) {
        many += QByteArray::number(i) + ',';
        others += QByteArray::number(i + 1'000'000) + ',';
    }
    many += "0]";
    others += "0]";
    const auto left = JsonTree::read(many);
    const auto right = JsonTree::read(others);
    QVERIFY(left && right);
    const JsonDiff all = diffJson(*left, *right);
    QCOMPARE(all.count, 30'000);
    QCOMPARE(all.differences.size(), JsonDiff::mostListed);
}

void TestCompare::refusesWhatIsNotJson()
{
    const auto broken = JsonTree::read("{\"a\":\n  }");
    QVERIFY(!broken);
    QCOMPARE(broken.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(broken.error().message.contains(u"Line 2, column 3"_s), qPrintable(broken.error().message));
    const auto large = JsonTree::read('[' + QByteArray("1,").repeated(JsonTree::mostNodes) + "1]");
    QVERIFY(!large);
    QCOMPARE(large.error().kind, Error::Kind::TooLarge);
}

void TestCompare::comparesStatusAndHeaders()
{
    const Redactor redactor;
    const auto found = compareAnswers(answer(200, "{}", {{"Date", "1"}, {"X-Old", "o"}, {"Vary", "a"}, {"vary", "b"}, {"Same", "s"}}),
                                      answer(404, "{}", {{"vary", "a"}, {"same", "s"}, {"date", "2"}, {"X-New", "n"}}), redactor);
    using Difference = AnswerDifference;
    const QList<Difference> expected{{Difference::Part::Status, Difference::Kind::Changed, {}, u"200"_s, u"404"_s},
                                     {Difference::Part::Header, Difference::Kind::Changed, u"Date"_s, u"1"_s, u"2"_s},
                                     {Difference::Part::Header, Difference::Kind::Removed, u"X-Old"_s, u"o"_s, {}},
                                     {Difference::Part::Header, Difference::Kind::Changed, u"Vary"_s, u"a\nb"_s, u"a"_s},
                                     {Difference::Part::Header, Difference::Kind::Added, u"X-New"_s, {}, u"n"_s}};
    QCOMPARE(found.differences, expected);
    QCOMPARE(found.count, 5);
}

void TestCompare::comparesTextByLines()
{
    const Redactor redactor;
    const Headers text{{"Content-Type", "text/plain"}};
    const auto found = compareAnswers(answer(200, "one\ntwo\nthree\nfour", text), answer(200, "one\n2\nthree\nthree and a half\nfour", text), redactor);
    QCOMPARE(found.differences.size(), 2);
    QCOMPARE(found.differences.at(0), (AnswerDifference{AnswerDifference::Part::Body, AnswerDifference::Kind::Changed, u"line 2"_s, u"two"_s, u"2"_s}));
    QCOMPARE(found.differences.at(1),
             (AnswerDifference{AnswerDifference::Part::Body, AnswerDifference::Kind::Added, u"line 4"_s, {}, u"three and a half"_s}));
    QVERIFY(compareAnswers(answer(200, "same", text), answer(200, "same", text), redactor).differences.isEmpty());
}

void TestCompare::comparesBytes()
{
    const Redactor redactor;
    const Headers binary{{"Content-Type", "application/octet-stream"}};
    const auto found = compareAnswers(answer(200, QByteArray("\0\1\2\3", 4), binary), answer(200, QByteArray("\0\1\7\3\4", 5), binary), redactor);
    QCOMPARE(found.differences.size(), 1);
    QVERIFY2(found.notes.join(u' ').contains(u"from byte 2"_s), qPrintable(found.notes.join(u' ')));
}

void TestCompare::bodiesOnDiskAreComparedUpToABound()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("{\"a\": 1, \"b\": 2}");
    file.flush();
    Answer left = answer(200, "{");
    left.response->spool = *FileBytes::open(file.fileName());
    const AnswerComparison whole = compareAnswers(left, answer(200, R"({"a": 1, "b": 3})"), Redactor());
    QCOMPARE(whole.differences, (QList<AnswerDifference>{{AnswerDifference::Part::Body, AnswerDifference::Kind::Changed, u"$.b"_s, u"2"_s, u"3"_s}}));
    QVERIFY(whole.notes.isEmpty());
    QVERIFY(file.resize(65LL * 1024 * 1024));
    const AnswerComparison cut = compareAnswers(left, answer(200, "{"), Redactor());
    QVERIFY(cut.notes.contains(u"Of the left body only the beginning is there."_s));
}

void TestCompare::showsNoToken()
{
    Redactor redactor;
    redactor.add(Secret("talq_canary_canary_1"));
    const auto found = compareAnswers(answer(200, R"({"token":"talq_canary_canary_1","n":1})", {{"Content-Type", "application/json"}, {"X-Echo", "talq_canary_canary_1"}}),
                                      answer(401, R"({"n":2})"), redactor);
    QVERIFY(found.count >= 3);
    for (const AnswerDifference &each : found.differences)
        QVERIFY2(!(each.left + each.right).contains(u"canary"_s), qPrintable(each.place));
}

void TestCompare::saysWhenThereIsNoAnswer()
{
    const Redactor redactor;
    const auto found = compareAnswers(answer(200, "{}"), {std::nullopt, u"No answer"_s}, redactor);
    QCOMPARE(found.differences.size(), 1);
    QCOMPARE(found.notes.size(), 1);
}

QTEST_GUILESS_MAIN(TestCompare)
#include "test_compare.moc"
