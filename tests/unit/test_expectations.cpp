#include "app/base/Redactor.h"
#include "app/http/DynamicValues.h"
#include "app/http/ExpectationCheck.h"
#include "app/http/NamedAnswers.h"
#include "app/workspace/HttpEdit.h"
#include "app/workspace/HttpRequest.h"

#include <QTemporaryFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray sample = R"({"data":[{"id":7,"name":"Ann","score":1.5,"tags":["a","b"],"gone":null,"on":true}],"count":"12","nested":{"a.b":1}})";

HttpResponse answer()
{
    HttpResponse response;
    response.status = 200;
    response.reason = "OK";
    response.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"X-Left", "41"}, {"Vary", "Origin"}, {"Vary", "Accept"}, {"Set-Cookie", "sid=abcdef123456"}};
    response.body = sample;
    return response;
}

ExpectationOutcome checked(const QString &text, const HttpResponse &response = answer(), const VariableSources &sources = {})
{
    const Redactor redactor;
    return checkExpectations({{3, 11, text}}, {response, std::chrono::milliseconds(120)}, sources, redactor).constFirst();
}

HttpRequest read(const QByteArray &text, int index = 0)
{
    const auto file = HttpFile::parse(text, u"x.http"_s);
    if (!file)
        qFatal("%s", qPrintable(file.error().message));
    const auto request = readHttpRequest(*file, index);
    if (!request)
        qFatal("%s", qPrintable(request.error().message));
    return *request;
}

} // namespace

/// "# @expect …" in files with requests: what can be read, what is said about the rest, and how answers are judged.
class TestExpectations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isMet_data();
    void isMet();
    void isNotMet_data();
    void isNotMet();
    void cannotBeRead_data();
    void cannotBeRead();
    void variablesHaveTheirValues();
    void secretVariablesAreNotCompared();
    void whatIsFoundIsRedactedAndCut();
    void withoutAnAnswerNothingIsMet();
    void aCutBodyIsNotJudged();
    void aBodyOnDiskIsReadUpToABound();
    void hugeBodiesAreSearchedForTextOnly();
    void hostilePatternsEnd();
    void standWhereCommentsMayStand();
    void stayWhenTheRequestIsSaved();
    void areWrittenIntoTheFile_data();
    void areWrittenIntoTheFile();
    void cannotBeMoreThanALine();
};

void TestExpectations::isMet_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"status 200", "status = 200", "status=200", "status == 2xx", "status in 201, 200", "status in 3xx,2XX", "status != 404", "status < 300", "STATUS 200",
          "header content-type contains json", "header Content-Type = application/json; charset=utf-8", "header X-Left > 40", "header X-Left<=41",
          "header X-Other absent", "header Vary = Accept", "header vary exists", "header Vary not contains Cookie", "header X-Left matches /^\\d+$/",
          "header X-Left in 40, 41", "header X-Left != 5", "body $.data[0].id exists", "body $.data[0].id = 7", "body $.data[0].id=7.0", "body $.data[0].id > 6.5",
          "body $.data[0].name = Ann", "body $.data[0].name = \"Ann\"", "body $.data[0].name contains nn", "body $.data[0].name matches /^ANN$/i",
          "body $.data[0].tags contains b", "body $.data[0] contains score", "body $.data[0].tags = [\"a\", \"b\"]", "body $.data[0].gone = null", "body $.data[0].gone exists",
          "body $.data[0].gone is null", "body $.data[0].on = true", "body $.data[0].on is boolean", "body $.data is array", "body $.data[0].id is integer",
          "body $.data[0].id is number", "body $.data[0].score is number", "body $.nested is object", "body $['nested']['a.b'] = 1", "body $.data[-1].name in Bob, Ann",
          "body $.none absent", "body $.count = 12", "body $.count is string", "body $ is object", "body is json", "body contains \"\\\"score\\\":1.5\"", "body contains score\":1.5", "body not contains Bob",
          "body matches /\"id\":\\s*7/", "body exists", "time < 500 ms", "time<1s", "time <= 2 min", "size < 10 kB", "size > 1 B", "size <= 1 KiB", "size != 3 bytes"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TestExpectations::isMet()
{
    QFETCH(QString, text);
    const ExpectationOutcome outcome = checked(text);
    QCOMPARE(outcome.message, QString());
    QVERIFY(outcome.isMet());
    QCOMPARE(outcome.text, text.simplified());
    QCOMPARE(outcome.line, 3);
}

void TestExpectations::isNotMet_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *text, const char *message) { QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(message); };
    row("status 404", "Found: 200 OK");
    row("status 4xx", "Found: 200 OK");
    row("status in 201, 3xx", "Found: 200 OK");
    row("status != 2xx", "Found: 200 OK");
    row("status > 200", "Found: 200 OK");
    row("header X-Missing exists", "The answer has no header X-Missing.");
    row("header X-Missing = 1", "The answer has no header X-Missing.");
    row("header Content-Type contains xml", "Found: application/json; charset=utf-8");
    row("header Vary = Cookie", "Found: Origin, Accept");
    row("header Vary != Accept", "Found: Origin, Accept");
    row("header Vary absent", "Found: Origin, Accept");
    row("header Vary > 3", "“Accept” is no number.");
    row("header X-Left < 41", "Found: 41");
    row("header X-Left matches /^a/", "Found: 41");
    row("body $.data[0].id = \"7\"", "Found integer: 7");
    row("body $.data[0].id = 8", "Found integer: 7");
    row("body $.data[0].name = ann", "Found string: Ann");
    row("body $.data[0].none exists", "Not found: the body has nothing at “$.data[0].none”.");
    row("body $.data[0].none = 3", "Not found: the body has nothing at “$.data[0].none”.");
    row("body $.data[0].id absent", "Found: 7");
    row("body $.count > 3", "It is of type string, and only numbers are smaller or larger than others.");
    row("body $.count is number", "Found string: 12");
    row("body $.data[0].score is integer", "Found number: 1.5");
    row("body $.data[0].tags contains c", "Found array: [\"a\",\"b\"]");
    row("body //a exists", "Not found: the body is not XML.");
    row("body is array", "The body is of type object.");
    row("body contains Bob", "The body does not have this text. Found: {\"data\":[{\"id\":7,");
    row("body not contains Ann", "The body has this text.");
    row("body absent", "Found: ");
    row("time < 100 ms", "Found: 120 ms");
    row("size > 1 MB", "Found: ");
    row("status {{nothing}}", "{{nothing}} has no value: ");
}

void TestExpectations::isNotMet()
{
    QFETCH(QString, text);
    QFETCH(QString, message);
    const ExpectationOutcome outcome = checked(text);
    QCOMPARE(outcome.state, ExpectationOutcome::State::Unmet);
    QVERIFY2(outcome.message.startsWith(message), qPrintable(outcome.message));
}

void TestExpectations::cannotBeRead_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    const auto row = [](const char *text, int offset) { QTest::newRow(*text ? text : "nothing") << QString::fromUtf8(text) << offset; };
    row("", 0);
    row("statsu 200", 0);
    row("status", 6);
    row("status 20", 7);
    row("status abc", 7);
    row("status < 2xx", 9);
    row("status contains 2", 7);
    row("status in 200, abc", 15);
    row("status in 200,", 14);
    row("header", 6);
    row("header X-Id", 11);
    row("header X-Id is string", 12);
    row("header X-Id matchs /a/", 12);
    row("header X-Id =", 13);
    row("header X-Id exists 3", 19);
    row("header X-Id < abc", 14);
    row("body $..a exists", 5);
    row("body $.a[?(@.b)] exists", 5);
    row("body $.a is text", 12);
    row("body //a is string", 12);
    row("body $.a matches a", 17);
    row("body $.a matches /(/", 19);
    row("body $.a matches /a/x", 20);
    row("body $.a = \"open", 11);
    row("body contains \"a\":1", 14);
    row("body says hello", 5);
    row("time < 500", 7);
    row("time 500 ms", 5);
    row("time < 5 kB", 7);
    row("size < 5 ms", 7);
    row("size < ten kB", 7);
}

void TestExpectations::cannotBeRead()
{
    QFETCH(QString, text);
    QFETCH(int, offset);
    const auto parsed = Expectation::parse(text);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().offset, offset);
    QVERIFY2(parsed.error().message.endsWith(u'.'), qPrintable(parsed.error().message));
    // It is shown where it stands, and never as met.
    const ExpectationOutcome outcome = checked(text);
    QCOMPARE(outcome.state, ExpectationOutcome::State::Unreadable);
    QVERIFY2(outcome.message.startsWith(u"Line 3, column %1: "_s.arg(11 + offset)), qPrintable(outcome.message));
}

void TestExpectations::variablesHaveTheirValues()
{
    auto answers = std::make_shared<NamedAnswers>();
    answers->put(u"login"_s, {{}, {}, {}, R"({"user":{"id":7}})", false});
    const VariableSources sources({{u"who"_s, u"Ann"_s, true}, {u"limit"_s, u"200 ms"_s, true}}, std::make_shared<const DynamicValues>(), answers);
    QVERIFY(checked(u"body $.data[0].name = {{who}}"_s, answer(), sources).isMet());
    QVERIFY(checked(u"body $.data[0].id = {{login.response.body.$.user.id}}"_s, answer(), sources).isMet());
    QVERIFY(checked(u"time < {{limit}}"_s, answer(), sources).isMet());
    QVERIFY(!checked(u"size < {{limit}}"_s, answer(), sources).isMet());
    QVERIFY(!checked(u"body matches /{{who/"_s, answer(), sources).isMet());
    QVERIFY(checked(u"body $.data[0].name matches /^{{who}}$/"_s, answer(), sources).isMet());
}

/// An expectation that could be compared with a secret would tell of it, one guess after another.
void TestExpectations::secretVariablesAreNotCompared()
{
    VariableSources sources;
    sources.secrets.insert(u"password"_s, QUuid::createUuid());
    HttpResponse response = answer();
    response.body = "the-password-itself";
    const ExpectationOutcome outcome = checked(u"body contains {{password}}"_s, response, sources);
    QCOMPARE(outcome.state, ExpectationOutcome::State::Unmet);
    QCOMPARE(outcome.message, u"It names a secret variable, and secrets are not compared with answers."_s);
}

void TestExpectations::whatIsFoundIsRedactedAndCut()
{
    Redactor redactor;
    redactor.add(Secret("talq_canary_0123456789"));
    HttpResponse response = answer();
    response.headers.append(qMakePair(QByteArray("X-Echo"), QByteArray("talq_canary_0123456789")));
    response.body = R"({"token":"talq_canary_0123456789","long":")" + QByteArray(100'000, 'x') + R"("})";
    const QList<WrittenExpectation> written{{1, 1, u"body $.token = other"_s},  {2, 1, u"header X-Echo absent"_s}, {3, 1, u"header Set-Cookie = other"_s},
                                            {4, 1, u"body contains talq_canary_0123456789x"_s}, {5, 1, u"body $.long = x"_s}, {6, 1, u"talq_canary_0123456789 200"_s}};
    const auto outcomes = checkExpectations(written, {response, {}}, {}, redactor);
    for (const ExpectationOutcome &each : outcomes) {
        QVERIFY(!each.isMet());
        QVERIFY2(!each.message.contains("canary"_L1) && !each.text.contains("canary"_L1), qPrintable(each.text + each.message));
        QVERIFY2(!each.message.contains("abcdef123456"_L1), qPrintable(each.message));
        QVERIFY(each.message.size() < 400);
    }
    QVERIFY(outcomes.constFirst().message.contains(u"••••"_s));
}

void TestExpectations::withoutAnAnswerNothingIsMet()
{
    const Redactor redactor;
    for (const QString &text : {u"status 200"_s, u"header X absent"_s, u"body absent"_s, u"time < 9 min"_s}) {
        const ExpectationOutcome outcome = checkExpectations({{1, 1, text}}, {}, {}, redactor).constFirst();
        QCOMPARE(outcome.state, ExpectationOutcome::State::Unmet);
        QCOMPARE(outcome.message, u"There is no answer."_s);
    }
}

void TestExpectations::aCutBodyIsNotJudged()
{
    HttpResponse response = answer();
    response.truncated = true;
    QVERIFY(checked(u"body contains Ann"_s, response).isMet());
    QVERIFY(checked(u"body contains Bob"_s, response).message.startsWith(u"Only the first "_s));
    QVERIFY(checked(u"body not contains Bob"_s, response).message.startsWith(u"Only the first "_s));
    QVERIFY(checked(u"body $.none absent"_s, response).message.startsWith(u"Only the first "_s));
    QVERIFY(checked(u"status 200"_s, response).isMet());
}

void TestExpectations::aBodyOnDiskIsReadUpToABound()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(sample + QByteArray(4 * 1024 * 1024, ' '));
    file.flush();
    HttpResponse response = answer();
    response.body = QByteArray("{");
    response.spool = *FileBytes::open(file.fileName());
    QVERIFY(checked(u"body $.data[0].name = Ann"_s, response).isMet());
    QVERIFY(checked(u"body contains nested"_s, response).isMet());
    QVERIFY(checked(u"body not contains Bob"_s, response).isMet());
    QVERIFY(checked(u"size > 4 MB"_s, response).isMet());
    response.brokenOff = u"It was broken off."_s; // then it is not all of it
    QVERIFY(checked(u"body not contains Bob"_s, response).message.startsWith(u"Only the first "_s));
    response.brokenOff.clear();
    QVERIFY(file.resize(65LL * 1024 * 1024));
    QVERIFY(checked(u"body contains {"_s, response).isMet());
    QCOMPARE(checked(u"body contains nested"_s, response).message.section(u',', 0, 0), u"Only the first 1 B of the body's 68.16 MB were looked at"_s);
}

void TestExpectations::hugeBodiesAreSearchedForTextOnly()
{
    HttpResponse response = answer();
    response.body = QByteArray(largestExpectedBody + 1, ' ') + "Ann";
    QVERIFY(checked(u"body contains Ann"_s, response).isMet());
    for (const QString &text : {u"body $.a absent"_s, u"body matches /Ann/"_s, u"body = Ann"_s, u"body is json"_s})
        QVERIFY(!checked(text, response).isMet());
    // Deeper than what is read, and no JSON at all.
    response.body = QByteArray(100'000, '[');
    QVERIFY(checked(u"body $.a absent"_s, response).message.startsWith(u"Not found: the body is not JSON"_s));
}

void TestExpectations::hostilePatternsEnd()
{
    HttpResponse response = answer();
    response.body = QByteArray(250'000, 'a') + "c";
    for (const QString &pattern : {u"/^(a+)+$/"_s, u"/.*.*.*=.*z/"_s})
        QCOMPARE(checked(u"body matches "_s + pattern, response).message, u"The pattern takes too much time on this text. Make it simpler."_s);
}

void TestExpectations::standWhereCommentsMayStand()
{
    const HttpRequest request = read("\xEF\xBB\xBF# @expect status 200\r\n"
                                     "//  @expect = header X exists\r\n"
                                     "# @timeout 3 s\r\n"
                                     "POST https://a.example/\r\n"
                                     "# @expect size < 1 MB\r\n"
                                     "Content-Type: application/json\r\n"
                                     "\r\n"
                                     "{\r\n"
                                     "# @expect time < 1 s\r\n"
                                     "}\r\n"
                                     "\r\n"
                                     "# @expect nonsense\r\n"
                                     "> {% client.log('x') %}\r\n"
                                     "# @expect body exists\r\n");
    const QList<WrittenExpectation> expected{{1, 11, u"status 200"_s}, {2, 15, u"header X exists"_s}, {5, 11, u"size < 1 MB"_s},
                                             {9, 11, u"time < 1 s"_s}, {12, 11, u"nonsense"_s},       {14, 11, u"body exists"_s}};
    QCOMPARE(request.expectations, expected);
    QCOMPARE(request.options.timeoutMs, 3000);
    QVERIFY(!request.spec.body.text.contains("@expect"_L1));
    // What is sent as it stands is no comment.
    QVERIFY(read("# @body exact\nPOST https://a.example/\n\n# @expect status 200\n").expectations.isEmpty());
    QVERIFY(read("GET https://a.example/\n\n###\n# @expect status 200\nGET https://b.example/\n").expectations.isEmpty());
}

void TestExpectations::stayWhenTheRequestIsSaved()
{
    const QByteArray text = "# @name one\n# @expect status 201\n# @expect what is this\nPOST https://a.example/x\nContent-Type: application/json\n\n{\"a\": 1}\n\n"
                            "# @expect body $.a = 1\n\n###\nGET https://b.example/\n";
    const auto file = HttpFile::parse(text, u"x.http"_s);
    QVERIFY(file);
    HttpRequest request = read(text);
    request.spec.method = u"PUT"_s;
    request.spec.headers.append({u"X-New"_s, u"1"_s, true});
    request.spec.body.text = u"{\"a\": 2}"_s;
    const auto changed = withRequest(*file, 0, request.spec);
    QVERIFY2(changed, changed ? "" : qPrintable(changed.error().message));
    QVERIFY(changed->text().contains("# @expect status 201\n# @expect what is this\nPUT "));
    QVERIFY(changed->text().contains("# @expect body $.a = 1\n"));
    const auto again = readHttpRequest(*changed, 0);
    QVERIFY(again);
    QCOMPARE(again->expectations.size(), 3);
    QCOMPARE(again->spec.body.text, u"{\"a\": 2}"_s);
}

void TestExpectations::areWrittenIntoTheFile_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QStringList>("expectations");
    QTest::addColumn<QByteArray>("after");
    const QStringList two{u"status 200"_s, u"time < 1 s"_s};
    QTest::newRow("first ones") << QByteArray("### A\n# why\nGET https://a.example/\n") << two
                                << QByteArray("### A\n# why\n# @expect status 200\n# @expect time < 1 s\nGET https://a.example/\n");
    QTest::newRow("a mark and carriage returns") << QByteArray("\xEF\xBB\xBFGET https://a.example/\r\n") << QStringList{u"status 200"_s}
                                                 << QByteArray("\xEF\xBB\xBF# @expect status 200\r\nGET https://a.example/\r\n");
    QTest::newRow("one more, behind the last") << QByteArray("GET https://a.example/\n\n//   @expect   status 200") << two
                                               << QByteArray("GET https://a.example/\n\n//   @expect   status 200\n# @expect time < 1 s");
    QTest::newRow("one changes, one goes") << QByteArray("# @expect status 200\n# @expect status 2xx\n# @expect body exists\nGET https://a.example/\n") << two
                                           << QByteArray("# @expect status 200\n# @expect time < 1 s\nGET https://a.example/\n");
    QTest::newRow("none stays") << QByteArray("# @expect status 200\n# note\nGET https://a.example/\n\n###\n# @expect status 201\nGET https://b.example/\n") << QStringList()
                                << QByteArray("# note\nGET https://a.example/\n\n###\n# @expect status 201\nGET https://b.example/\n");
}

void TestExpectations::areWrittenIntoTheFile()
{
    QFETCH(QByteArray, before);
    QFETCH(QStringList, expectations);
    QFETCH(QByteArray, after);
    const auto changed = withExpectations(HttpFile::parse(before, u"x.http"_s).value(), 0, expectations);
    QVERIFY2(changed, changed ? "" : qPrintable(changed.error().message));
    QCOMPARE(changed->text(), after);
}

void TestExpectations::cannotBeMoreThanALine()
{
    const HttpFile file = HttpFile::parse("GET https://a.example/\n", u"x.http"_s).value();
    for (const QString &text : {u"status 200\nGET https://evil.example/"_s, u"status 200\r"_s + u"x"_s, u""_s, u" "_s})
        QVERIFY(!withExpectations(file, 0, {text}));
}

QTEST_GUILESS_MAIN(TestExpectations)
#include "test_expectations.moc"
