#include "app/http/RepeatFigures.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// The numbers of many calls.
class TestRepeatFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsPercentilesByNearestRank();
    void leavesOutCallsWithoutAnAnswer();
    void countsWhatCameBack();
    void writesCsv();
    void writesText();
};

void TestRepeatFigures::countsPercentilesByNearestRank()
{
    QList<RepeatCall> calls;
    for (int i = 100; i >= 1; --i)
        calls.append({101 - i, {}, milliseconds(i), 200, {}});
    const auto latency = latencyOf(calls);
    QVERIFY(latency);
    QCOMPARE(latency->answers, 100);
    QCOMPARE(latency->least, milliseconds(1));
    QCOMPARE(latency->p50, milliseconds(50));
    QCOMPARE(latency->p90, milliseconds(90));
    QCOMPARE(latency->p95, milliseconds(95));
    QCOMPARE(latency->p99, milliseconds(99));
    QCOMPARE(latency->most, milliseconds(100));
    QCOMPARE(latency->mean, microseconds(50'500));

    // Of a few calls the percentiles are still times of calls that were made.
    const auto few = latencyOf({{1, {}, milliseconds(10), 200, {}}, {2, {}, milliseconds(30), 200, {}}, {3, {}, milliseconds(20), 200, {}}});
    QCOMPARE(few->p50, milliseconds(20));
    QCOMPARE(few->p90, milliseconds(30));
    QCOMPARE(few->p99, milliseconds(30));
    const auto one = latencyOf({{1, {}, milliseconds(7), 500, {}}});
    QCOMPARE(one->least, milliseconds(7));
    QCOMPARE(one->p50, milliseconds(7));
    QCOMPARE(one->p99, milliseconds(7));
}

void TestRepeatFigures::leavesOutCallsWithoutAnAnswer()
{
    QVERIFY(!latencyOf({}));
    QVERIFY(!latencyOf({{1, {}, milliseconds(30'000), 0, u"It did not answer."_s}}));
    const auto latency = latencyOf({{1, {}, milliseconds(30'000), 0, u"It did not answer."_s}, {2, {}, milliseconds(5), 429, {}}});
    QCOMPARE(latency->answers, 1);
    QCOMPARE(latency->most, milliseconds(5));
}

void TestRepeatFigures::countsWhatCameBack()
{
    QList<RepeatCall> calls(3, {1, {}, {}, 429, {}});
    calls += QList<RepeatCall>(5, {1, {}, {}, 200, {}});
    calls.append({9, {}, {}, 0, u"It did not answer."_s});
    const QList<RepeatOutcome> outcomes = outcomesOf(calls);
    QCOMPARE(outcomes.size(), 3);
    QCOMPARE(outcomes.at(0).what, u"200 OK"_s);
    QCOMPARE(outcomes.at(0).count, 5);
    QCOMPARE(outcomes.at(0).status, 200);
    QCOMPARE(outcomes.at(1).what, u"429 Too Many Requests"_s);
    QCOMPARE(outcomes.at(1).count, 3);
    QCOMPARE(outcomes.at(1).status, 429);
    QCOMPARE(outcomes.at(2).what, u"It did not answer."_s);
    QCOMPARE(outcomes.at(2).status, 0);
}

void TestRepeatFigures::writesCsv()
{
    const QString csv = repeatCsv({{1, {}, microseconds(1234), 200, {}}, {2, microseconds(2000), milliseconds(5), 0, u"“a”, \"b\"\nc"_s}});
    QCOMPARE(csv, u"call,begun_ms,elapsed_ms,status,failure\r\n1,0.000,1.234,200,\"\"\r\n2,2.000,5.000,0,\"“a”, \"\"b\"\"\nc\"\r\n"_s);
}

void TestRepeatFigures::writesText()
{
    const QString text = repeatText(u"GET https://api.example/"_s, {{1, {}, milliseconds(12), 200, {}}, {2, {}, milliseconds(14), 503, {}}}, milliseconds(26));
    QVERIFY2(text.startsWith(u"GET https://api.example/\n2 calls, 1 failed, in 26 ms\n"_s), qPrintable(text));
    QVERIFY(text.contains(u"p50"_s));
    QVERIFY(text.contains(u"1 × 503 Service Unavailable"_s));
}

QTEST_GUILESS_MAIN(TestRepeatFigures)
#include "test_repeat_figures.moc"
