#include "app/http/RateLimits.h"
#include "app/providers/AuthExplainer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QDateTime noon(QDate(2025, 11, 21), QTime(12, 0), Qt::UTC);

QByteArray unixTime(qint64 seconds)
{
    return QByteArray::number(noon.toSecsSinceEpoch() + seconds);
}

} // namespace

/// What servers say about how many calls they take, in the forms that they say it in.
class TestRateLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void takesTheOneThatRunsOutFirst();
    void isNotConfusedByHostileValues_data();
    void isNotConfusedByHostileValues();
    void says_data();
    void says();
    void waitsOnlyForALimitThatIsUsedUp();
    void writesTimes();
};

void TestRateLimits::reads_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<qint64>("limit");
    QTest::addColumn<qint64>("remaining");
    QTest::addColumn<qint64>("reset");
    QTest::addColumn<qint64>("window");
    const auto row = [](const char *title, const Headers &headers, qint64 limit, qint64 remaining, qint64 reset, qint64 window = -1) {
        QTest::newRow(title) << headers << limit << remaining << reset << window;
    };
    row("GitHub, AISoule: Unix time", {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "58"}, {"X-RateLimit-Reset", unixTime(12)}}, 60, 58, 12);
    row("seconds left", {{"x-ratelimit-limit", "60"}, {"x-ratelimit-remaining", "58"}, {"x-ratelimit-reset", "12"}}, 60, 58, 12);
    row("Laravel: no reset", {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}}, 60, 0, -1);
    row("Twitter", {{"x-rate-limit-limit", "900"}, {"x-rate-limit-remaining", "899"}, {"x-rate-limit-reset", unixTime(900)}}, 900, 899, 900);
    row("Discord: a fraction", {{"X-RateLimit-Limit", "5"}, {"X-RateLimit-Remaining", "1"}, {"X-RateLimit-Reset", unixTime(2) + ".250"}}, 5, 1, 3);
    row("milliseconds", {{"X-RateLimit-Remaining", "1"}, {"X-RateLimit-Reset", unixTime(7) + "000"}}, -1, 1, 7);
    row("a date", {{"X-RateLimit-Remaining", "1"}, {"X-RateLimit-Reset", "2025-11-21T12:00:30Z"}}, -1, 1, 30);
    row("in the past", {{"X-RateLimit-Remaining", "1"}, {"X-RateLimit-Reset", unixTime(-30)}}, -1, 1, -30);
    row("draft 3, with a policy", {{"RateLimit-Limit", "100, 100;w=60;comment=\"a, b\""}, {"RateLimit-Remaining", "50"}, {"RateLimit-Reset", "50"}}, 100, 50, 50, 60);
    row("draft 7, one header", {{"RateLimit", "limit=100, remaining=50, reset=5"}, {"RateLimit-Policy", "100;w=10"}}, 100, 50, 5);
    row("draft 9", {{"RateLimit", R"("default";r=50;t=30)"}, {"RateLimit-Policy", R"("default";q=100;w=60)"}}, 100, 50, 30, 60);
    row("draft 9 without its policy", {{"RateLimit", R"("default";r=50;t=30)"}}, -1, 50, 30);
    row("no number", {{"X-RateLimit-Limit", "many"}, {"X-RateLimit-Remaining", "3"}}, -1, 3, -1);
}

void TestRateLimits::reads()
{
    QFETCH(Headers, headers);
    const QList<RateLimit> limits = rateLimits(headers, noon);
    QCOMPARE(limits.size(), 1);
    const RateLimit &limit = limits.first();
    QTEST(limit.limit.value_or(-1), "limit");
    QTEST(limit.remaining.value_or(-1), "remaining");
    QTEST(limit.resetsAt.isValid() ? noon.secsTo(limit.resetsAt) : -1, "reset");
    QTEST(limit.windowSeconds.value_or(-1), "window");
}

void TestRateLimits::takesTheOneThatRunsOutFirst()
{
    QList<RateLimit> limits = rateLimits({{"RateLimit", R"("day; all";r=900;t=3600, "burst";r=1;t=2)"}, {"RateLimit-Policy", R"("burst";q=10;w=5,"day; all";q=1000;w=86400)"}}, noon);
    QCOMPARE(limits.size(), 2);
    QCOMPARE(limits.first().name, u"day; all"_s);
    QCOMPARE(limits.first().limit, std::optional<qint64>(1000));
    QCOMPARE(tightest(limits)->name, u"burst"_s);
    limits = rateLimits({{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "6"}, {"RateLimit-Limit", "60"}, {"RateLimit-Remaining", "6"}}, noon);
    QCOMPARE(limits.size(), 1); // the same thing twice
    QCOMPARE(tightest({}), nullptr);
    QCOMPARE(rateLimits({{"Content-Type", "text/plain"}, {"RateLimit-Policy", "\"a\";q=1"}}, noon), QList<RateLimit>());
}

void TestRateLimits::isNotConfusedByHostileValues_data()
{
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *title, const QByteArray &value) { QTest::newRow(title) << value; };
    row("negative", "-1");
    row("huge", "99999999999999999999999999");
    row("very large", QByteArray(100'000, '9'));
    row("exponent", "1e308");
    row("not a number", "nan");
    row("endless", "inf");
    row("words", "soon");
    row("NUL", QByteArray("1\0" "2", 3));
    row("only NUL", QByteArray(1, '\0'));
    row("quotes that do not end", "\"\"\"\"\\");
    row("commas", QByteArray(100'000, ','));
    row("semicolons", QByteArray(100'000, ';'));
    row("equals", QByteArray(100'000, '='));
    row("empty", "");
    row("other digits", "١٢");
    row("a dot", ".");
    row("year 300000", "9999999999999");
}

void TestRateLimits::isNotConfusedByHostileValues()
{
    QFETCH(QByteArray, value);
    for (const char *prefix : {"X-RateLimit-", "RateLimit-", "X-Rate-Limit-"}) {
        const QByteArray name(prefix);
        for (const RateLimit &limit : rateLimits({{name + "Limit", value}, {name + "Remaining", value}, {name + "Reset", value}}, noon)) {
            QVERIFY2(!limit.limit || (*limit.limit >= 0 && *limit.limit < 1'000'000'000'000'000), value.left(40).constData());
            QVERIFY(!limit.resetsAt.isValid() || noon.secsTo(limit.resetsAt) < 400LL * 24 * 3600);
            QVERIFY(rateLimitText(limit, noon).size() < 200);
        }
    }
    for (const QByteArray &combined : {value, "limit=" + value + ", remaining=" + value + ", reset=" + value, "\"" + value + "\";r=" + value + ";t=" + value}) {
        const QList<RateLimit> limits = rateLimits({{"RateLimit", combined}, {"RateLimit-Policy", combined}}, noon);
        QVERIFY(limits.size() <= 8);
        for (const RateLimit &limit : limits)
            QVERIFY(rateLimitText(limit, noon).size() < 200);
    }
}

void TestRateLimits::says_data()
{
    QTest::addColumn<RateLimit>("limit");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *title, const RateLimit &limit, const QString &text) { QTest::newRow(title) << limit << text; };
    row("all", {{}, 60, 58, noon.addSecs(12), {}}, u"58 of 60 calls left, resets in 12 s"_s);
    row("begun anew", {{}, 60, 58, noon, {}}, u"58 of 60 calls were left; the limit has begun anew"_s);
    row("no reset", {{}, 60, 0, {}, {}}, u"0 of 60 calls left"_s);
    row("remaining", {{}, {}, 5, {}, {}}, u"5 calls left"_s);
    row("limit", {{}, 60, {}, {}, 60}, u"60 calls allowed in 1 min"_s);
    row("reset", {{}, {}, {}, noon.addSecs(3700), {}}, u"The limit resets in 1 h 1 min"_s);
    row("name", {u"burst"_s, 10, 1, {}, 5}, u"burst: 1 of 10 calls left in 5 s"_s);
}

void TestRateLimits::says()
{
    QFETCH(RateLimit, limit);
    QTEST(rateLimitText(limit, noon), "text");
}

void TestRateLimits::waitsOnlyForALimitThatIsUsedUp()
{
    HttpResponse response;
    response.headers = {{"X-RateLimit-Limit", "60"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "30"}};
    QCOMPARE(retryAfterSeconds(response, noon), 30);
    response.headers[1].second = "12";
    QCOMPARE(retryAfterSeconds(response, noon), -1);
    response.headers.emplaceBack("Retry-After", "5");
    QCOMPARE(retryAfterSeconds(response, noon), 5);
}

void TestRateLimits::writesTimes()
{
    QCOMPARE(waitText(0), u"0 s"_s);
    QCOMPARE(waitText(59), u"59 s"_s);
    QCOMPARE(waitText(60), u"1 min"_s);
    QCOMPARE(waitText(185), u"3 min 5 s"_s);
    QCOMPARE(waitText(3600), u"1 h"_s);
    QCOMPARE(waitText(7800), u"2 h 10 min"_s);
    QCOMPARE(waitText(3 * 86400), u"3 days"_s);
}

QTEST_GUILESS_MAIN(TestRateLimits)
#include "test_rate_limits.moc"
