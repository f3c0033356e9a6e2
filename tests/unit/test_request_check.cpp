#include "app/http/RequestCheck.h"

#include <QTest>

#include <functional>

using namespace keydesk;
using namespace Qt::StringLiterals;
using Field = RequestProblem::Field;

class TestRequestCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasNothingToSayAboutAGoodRequest();
    void namesTheFieldAndTheRow_data();
    void namesTheFieldAndTheRow();
    void namesEveryProblemAtOnce();
    void placesJsonProblemsWhereTheyWereTyped();
    void judgesWhatVariablesMakeOfTheBody();

private:
    static RequestSpec good();
    static QList<RequestProblem> check(const RequestSpec &spec);
};

RequestSpec TestRequestCheck::good()
{
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = u"/agents/{{agent}}"_s;
    spec.params = {{u"page"_s, u"1"_s, true}};
    spec.headers = {{u"Accept"_s, u"*/*"_s, true}};
    spec.body = {RequestBody::Kind::Json, u"{\"n\": {{count}}}"_s, {}};
    return spec;
}

QList<RequestProblem> TestRequestCheck::check(const RequestSpec &spec)
{
    return checkRequest(
        spec, QUrl(u"https://api.example.com"_s),
        {{u"agent"_s, u"a1"_s, true}, {u"count"_s, u"3"_s, true}, {u"word"_s, u"x y"_s, true}});
}

void TestRequestCheck::hasNothingToSayAboutAGoodRequest()
{
    QCOMPARE(check(good()).size(), 0);
    RequestSpec off = good();
    off.headers.append({u"Not a name"_s, u"{{gone}}"_s, false}); // switched off
    QCOMPARE(check(off).size(), 0);
}

void TestRequestCheck::namesTheFieldAndTheRow_data()
{
    QTest::addColumn<RequestSpec>("spec");
    QTest::addColumn<int>("field");
    QTest::addColumn<int>("row");
    const auto row = [](const char *name, Field field, int at,
                        const std::function<void(RequestSpec &)> &spoil) {
        RequestSpec spec = good();
        spoil(spec);
        QTest::newRow(name) << spec << static_cast<int>(field) << at;
    };
    row("method", Field::Method, -1, [](RequestSpec &spec) { spec.method = u"P O S T"_s; });
    row("empty URL", Field::Url, -1, [](RequestSpec &spec) { spec.url.clear(); });
    row("variable in the URL", Field::Url, -1, [](RequestSpec &spec) { spec.url += u"{{gone}}"_s; });
    row("user info", Field::Url, -1, [](RequestSpec &spec) { spec.url = u"https://me:pw@example.com/"_s; });
    row("path part", Field::PathPart, 1, [](RequestSpec &spec) {
        spec.url = u"/{a}/{b}?c={d}"_s;
        spec.pathParts = {{u"b"_s, u"{{gone}}"_s, true}, {u"a"_s, u"1"_s, true}};
    });
    row("path part without a row", Field::PathPart, 0,
        [](RequestSpec &spec) { spec.url = u"/agents/{agent_id}"_s; });
    row("parameter", Field::Param, 1, [](RequestSpec &spec) {
        spec.params.append({u"q"_s, u"{{gone}}"_s, true});
    });
    row("header name", Field::Header, 1, [](RequestSpec &spec) {
        spec.headers.append({u"No name"_s, u"1"_s, true});
    });
    row("header value", Field::Header, 1, [](RequestSpec &spec) {
        spec.headers.append({u"X"_s, u"a\nEvil: 1"_s, true});
    });
    row("JSON", Field::Body, -1, [](RequestSpec &spec) { spec.body.text = u"{"_s; });
    row("empty JSON", Field::Body, -1, [](RequestSpec &spec) { spec.body.text.clear(); });
    row("form field", Field::Body, 1, [](RequestSpec &spec) {
        spec.body = {RequestBody::Kind::Form, {}, {{u"a"_s, u"1"_s, true}, {u"b"_s, u"{{gone}}"_s, true}}};
    });
}

void TestRequestCheck::namesTheFieldAndTheRow()
{
    QFETCH(RequestSpec, spec);
    QFETCH(int, field);
    QFETCH(int, row);
    const auto problems = check(spec);
    QCOMPARE(problems.size(), 1);
    QCOMPARE(static_cast<int>(problems.first().field), field);
    QCOMPARE(problems.first().row, row);
    QVERIFY(!problems.first().message.isEmpty());
}

void TestRequestCheck::namesEveryProblemAtOnce()
{
    RequestSpec spec = good();
    spec.method = u"?? ?"_s;
    spec.url.clear();
    spec.body.text = u"nope"_s;
    const auto problems = check(spec);
    QCOMPARE(problems.size(), 3);
    QCOMPARE(problems.at(0).field, Field::Method);
    QCOMPARE(problems.at(1).field, Field::Url);
    QCOMPARE(problems.at(2).field, Field::Body);
}

void TestRequestCheck::placesJsonProblemsWhereTheyWereTyped()
{
    const auto problem = checkBodyText({RequestBody::Kind::Json, u"{\n \"ü\": {{a long name}}, x\n}"_s, {}});
    QVERIFY(problem);
    QCOMPARE(problem->line, 2);
    QCOMPARE(problem->column, 24);
    QVERIFY(!checkBodyText({RequestBody::Kind::Text, u"{"_s, {}}));
}

void TestRequestCheck::judgesWhatVariablesMakeOfTheBody()
{
    RequestSpec spec = good();
    spec.body.text = u"{\"n\": {{word}}}"_s; // x y is no value
    const auto problems = check(spec);
    QCOMPARE(problems.size(), 1);
    QCOMPARE(problems.first().field, Field::Body);
}

QTEST_GUILESS_MAIN(TestRequestCheck)
#include "test_request_check.moc"
