#include "app/http/DynamicValues.h"
#include "app/http/NamedAnswers.h"
#include "app/http/PreparedRequest.h"
#include "tests/support/Files.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QDateTime now(QDate(2024, 1, 31), QTime(13, 5, 9, 7), Qt::UTC);

DynamicContext fixedContext()
{
    DynamicContext context;
    context.now = [] { return now; };
    context.processEnv = [](const QString &name) {
        return name == "HOME_TOWN"_L1 ? std::optional(u"Bern"_s) : std::nullopt;
    };
    return context;
}

VariableSources sources(const Variables &variables = {}, DynamicContext context = fixedContext(),
                        const NamedAnswers &answers = {})
{
    return {variables, std::make_shared<DynamicValues>(std::move(context)),
            std::make_shared<NamedAnswers>(answers)};
}

QString resolved(const QString &text, const VariableSources &from = sources())
{
    QList<UnresolvedName> unresolved;
    const QString result = resolveVariables(text, from, &unresolved);
    return unresolved.isEmpty() ? result : u"not resolved: "_s + unresolved.first().why;
}

QString why(const QString &text, const VariableSources &from = sources())
{
    QList<UnresolvedName> unresolved;
    const QString result = resolveVariables(text, from, &unresolved);
    return unresolved.size() == 1 && result == text ? unresolved.first().why : u"resolved: "_s + result;
}

NamedAnswers loggedIn()
{
    NamedAnswers answers;
    answers.put(
        u"login"_s,
        {{{"X-Asked", "a"}},
         R"({"user":"ann"})",
         {{"X-AuthToken", "abc"}},
         R"({"token":"t","n":12345678901,"half":0.5,"ok":true,"none":null,"list":[{"id":1},{"id":2}],"a b":{"c.d":"x"},"evil":"{{user}}{{$guid}}"})",
         false});
    answers.put(u"page"_s,
                {{}, {}, {}, R"(<r><a id="1">one</a><b><a id="2">two <i>2</i></a></b></r>)", false});
    return answers;
}

} // namespace

class TestVariables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dynamicValuesAreMade_data();
    void dynamicValuesAreMade();
    void eachOccurrenceIsAnotherValue();
    void datesAreWritten_data();
    void datesAreWritten();
    void theProcessEnvironmentIsRead();
    void dotEnvIsReadAndItsValueIsASecret();
    void answersAreReferredTo_data();
    void answersAreReferredTo();
    void whatAnAnswerSaysNamesNothing();
    void answersAreBounded();
    void reasonsAreForPeople_data();
    void reasonsAreForPeople();
    void aCycleIsShownWhole();
    void percentEncodesOnDemand();
    void aRequestIsFilledFromAllOfThem();
};

void TestVariables::dynamicValuesAreMade_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pattern");
    const QString uuid = u"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"_s;
    QTest::newRow("guid") << u"{{$guid}}"_s << uuid;
    QTest::newRow("uuid") << u"{{$uuid}}"_s << uuid;
    QTest::newRow("random.uuid") << u"{{ $random.uuid }}"_s << uuid;
    QTest::newRow("randomInt") << u"{{$randomInt 5 7}}"_s << u"[56]"_s;
    QTest::newRow("negative") << u"{{$randomInt -2 -1}}"_s << u"-2"_s;
    QTest::newRow("randomInt alone") << u"{{$randomInt}}"_s << u"\\d{1,4}"_s;
    QTest::newRow("timestamp") << u"{{$timestamp}}"_s << u"1706706309"_s;
    QTest::newRow("timestamp later") << u"{{$timestamp 2 s}}"_s << u"1706706311"_s;
    QTest::newRow("integer") << u"{{$random.integer(1,3)}}"_s << u"[12]"_s;
    QTest::newRow("float") << u"{{$random.float(1.5, 1.6)}}"_s << u"1\\.[56]\\d*"_s;
    QTest::newRow("alphabetic") << u"{{$random.alphabetic(12)}}"_s << u"[A-Za-z]{12}"_s;
    QTest::newRow("alphanumeric") << u"{{$random.alphanumeric(12)}}"_s << u"[A-Za-z0-9_]{12}"_s;
    QTest::newRow("hexadecimal") << u"{{$random.hexadecimal(8)}}"_s << u"[0-9a-f]{8}"_s;
    QTest::newRow("email") << u"{{$random.email}}"_s << u"[a-z]+@example\\.com"_s;
    QTest::newRow("isoTimestamp") << u"{{$isoTimestamp}}"_s << u"2024-01-31T13:05:09\\.007Z"_s;
    QTest::newRow("env") << u"{{$env.HOME_TOWN}}"_s << u"Bern"_s;
}

void TestVariables::dynamicValuesAreMade()
{
    QFETCH(QString, text);
    QFETCH(QString, pattern);
    const QRegularExpression form(QRegularExpression::anchoredPattern(pattern));
    for (int i = 0; i < 20; ++i)
        QVERIFY2(form.match(resolved(text)).hasMatch(), qPrintable(resolved(text)));
}

void TestVariables::eachOccurrenceIsAnotherValue()
{
    const QStringList both = resolved(u"{{$guid}} {{$guid}}"_s).split(u' ');
    QVERIFY(both.at(0) != both.at(1));
    const QStringList through =
        resolved(u"{{id}} {{id}}"_s, sources({{u"id"_s, u"{{$guid}}"_s, true}})).split(u' ');
    QVERIFY(through.at(0) != through.at(1));
}

void TestVariables::datesAreWritten_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("iso") << u"{{$datetime iso8601}}"_s << u"2024-01-31T13:05:09.007Z"_s;
    QTest::newRow("rfc") << u"{{$datetime rfc1123}}"_s << u"Wed, 31 Jan 2024 13:05:09 GMT"_s;
    QTest::newRow("pattern") << u"{{$datetime \"YYYY-MM-DD H:m:s\"}}"_s << u"2024-01-31 13:5:9"_s;
    QTest::newRow("single quotes") << u"{{$datetime 'DD/MM/YY hh A [at] dddd MMMM'}}"_s
                                   << u"31/01/24 01 PM at Wednesday January"_s;
    QTest::newRow("day later") << u"{{$datetime iso8601 1 d}}"_s << u"2024-02-01T13:05:09.007Z"_s;
    QTest::newRow("month later") << u"{{$datetime 'YYYY-MM-DD' 1 M}}"_s << u"2024-02-29"_s;
    QTest::newRow("year before") << u"{{$datetime 'YYYY-MM-DD' -1 y}}"_s << u"2023-01-31"_s;
    QTest::newRow("milliseconds") << u"{{$datetime iso8601 -8 ms}}"_s << u"2024-01-31T13:05:08.999Z"_s;
    QTest::newRow("wrong unit")
        << u"{{$datetime iso8601 1 x}}"_s
        << u"not resolved: “1 x” is no offset; write a number and one of y, M, w, d, h, m, s, ms"_s;
    QTest::newRow("too far")
        << u"{{$datetime iso8601 999999999999999 y}}"_s
        << u"not resolved: “999999999999999 y” is no offset; write a number and one of y, M, w, d, h, m, s, ms"_s;
    QTest::newRow("wrong format")
        << u"{{$datetime tomorrow}}"_s
        << u"not resolved: “tomorrow” is no format; write rfc1123, iso8601 or a pattern in quotes"_s;
    const QDateTime local = now.toLocalTime();
    QTest::newRow("local") << u"{{$localDatetime 'YYYY-MM-DD HH:mm'}}"_s
                           << local.toString(u"yyyy-MM-dd HH:mm"_s);
    QTest::newRow("local iso") << u"{{$localDatetime iso8601}}"_s
                               << local.toOffsetFromUtc(local.offsetFromUtc())
                                      .toString(Qt::ISODateWithMs)
                                      .replace(u"Z"_s, u"+00:00"_s);
}

void TestVariables::datesAreWritten()
{
    QFETCH(QString, text);
    QTEST(resolved(text), "expected");
}

void TestVariables::theProcessEnvironmentIsRead()
{
    QCOMPARE(resolved(u"{{$processEnv HOME_TOWN}}"_s), u"Bern"_s);
    QCOMPARE(resolved(u"{{$processEnv %where}}"_s, sources({{u"where"_s, u"HOME_TOWN"_s, true}})), u"Bern"_s);
    QCOMPARE(why(u"{{$processEnv NOWHERE}}"_s), u"the environment variable NOWHERE is not set"_s);
    QVERIFY(why(u"{{$processEnv %nothing}}"_s).contains(u"nothing"_s));
}

void TestVariables::dotEnvIsReadAndItsValueIsASecret()
{
    QTemporaryDir folder;
    const QString below = folder.filePath(u"a/b"_s);
    QVERIFY(QDir().mkpath(below));
    test::writeFile(folder.filePath(u".env"_s), "# OTHER=1\nTOKEN=\"first\"\nexport TOKEN='a secret'\n");
    DynamicContext context = fixedContext();
    context.folder = below;
    context.projectRoot = folder.path();
    QStringList secrets;
    context.secretFound = [&secrets](const Secret &secret) {
        secrets << QString::fromStdString(std::string(secret.reveal()));
    };
    const VariableSources from = sources({{u"name"_s, u"TOKEN"_s, true}}, context);
    QCOMPARE(resolved(u"{{$dotenv TOKEN}}"_s, from), u"a secret"_s);
    QCOMPARE(resolved(u"{{$dotenv %name}}"_s, from), u"a secret"_s);
    QCOMPARE(secrets, (QStringList{u"a secret"_s, u"a secret"_s}));
    QVERIFY(why(u"{{$dotenv OTHER}}"_s, from).contains(u"OTHER"_s));
    QCOMPARE(resolved(u"{{$projectRoot}}"_s, from), folder.path());
    // Not above the workspace.
    context.projectRoot = below;
    QCOMPARE(why(u"{{$dotenv TOKEN}}"_s, sources({}, context)),
             u"there is no .env file beside the request's file"_s);
}

void TestVariables::answersAreReferredTo_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("member") << u"{{login.response.body.$.token}}"_s << u"t"_s;
    QTest::newRow("whole number") << u"{{login.response.body.$.n}}"_s << u"12345678901"_s;
    QTest::newRow("fraction") << u"{{login.response.body.$.half}}"_s << u"0.5"_s;
    QTest::newRow("true") << u"{{login.response.body.$.ok}}"_s << u"true"_s;
    QTest::newRow("null") << u"{{login.response.body.$.none}}"_s << u"null"_s;
    QTest::newRow("index") << u"{{login.response.body.$.list[1].id}}"_s << u"2"_s;
    QTest::newRow("from the end") << u"{{login.response.body.$.list[-1].id}}"_s << u"2"_s;
    QTest::newRow("any") << u"{{login.response.body.$.list[*].id}}"_s << u"1"_s;
    QTest::newRow("object") << u"{{login.response.body.$.list[0]}}"_s << u"{\"id\":1}"_s;
    QTest::newRow("quoted") << u"{{login.response.body.$['a b'][\"c.d\"]}}"_s << u"x"_s;
    QTest::newRow("header") << u"{{login.response.headers.x-authtoken}}"_s << u"abc"_s;
    QTest::newRow("request body") << u"{{login.request.body.$.user}}"_s << u"ann"_s;
    QTest::newRow("request header") << u"{{login.request.headers.X-Asked}}"_s << u"a"_s;
    QTest::newRow("whole body") << u"{{login.request.body.*}}"_s << u"{\"user\":\"ann\"}"_s;
    QTest::newRow("xpath") << u"{{page.response.body./r/a}}"_s << u"one"_s;
    QTest::newRow("xpath anywhere") << u"{{page.response.body.//b/a}}"_s << u"two 2"_s;
    QTest::newRow("attribute") << u"{{page.response.body.//b/a/@id}}"_s << u"2"_s;
    QTest::newRow("text") << u"{{page.response.body.//a[1]/text()}}"_s << u"one"_s;
}

void TestVariables::answersAreReferredTo()
{
    QFETCH(QString, text);
    QTEST(resolved(text, sources({}, fixedContext(), loggedIn())), "expected");
}

/// Else a server could ask for a variable of the environment, or of the process.
void TestVariables::whatAnAnswerSaysNamesNothing()
{
    const VariableSources from =
        sources({{u"user"_s, u"secret"_s, true}, {u"v"_s, u"{{login.response.body.$.evil}}"_s, true}},
                fixedContext(), loggedIn());
    QCOMPARE(resolved(u"{{login.response.body.$.evil}}"_s, from), u"{{user}}{{$guid}}"_s);
    QCOMPARE(resolved(u"{{v}}"_s, from), u"{{user}}{{$guid}}"_s);
}

void TestVariables::answersAreBounded()
{
    NamedAnswers answers;
    for (int i = 0; i < NamedAnswers::mostAnswers + 5; ++i)
        answers.put(QString::number(i), {{}, {}, {}, "x", false});
    QCOMPARE(answers.count(), NamedAnswers::mostAnswers);
    QVERIFY(!answers.contains(u"4"_s) && answers.contains(u"5"_s));
    answers.put(u"big"_s, {{}, {}, {}, QByteArray(NamedAnswers::largestBody + 1, 'x'), false});
    QVERIFY(why(u"{{big.response.body.*}}"_s, sources({}, {}, answers)).contains(u"too large"_s));
    answers.clear();
    for (int i = 0; i < 40; ++i)
        answers.put(QString::number(i), {{}, {}, {}, QByteArray(NamedAnswers::largestBody, 'x'), false});
    QCOMPARE(answers.count(), 16);
}

void TestVariables::reasonsAreForPeople_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("unknown") << u"{{nothing}}"_s << u"there is no variable of this name"_s;
    QTest::newRow("unknown dynamic") << u"{{$nothing}}"_s << u"there is no such value"_s;
    QTest::newRow("history") << u"{{$historyFolder}}"_s << u"Keydesk keeps no folder of answers"_s;
    QTest::newRow("no answer") << u"{{other.response.body.$.a}}"_s
                               << u"there is no answer of “other” yet; send that request first"_s;
    QTest::newRow("not there") << u"{{login.response.body.$.nothing}}"_s
                               << u"the body has nothing at “$.nothing”"_s;
    QTest::newRow("no header") << u"{{login.response.headers.X-No}}"_s << u"“login” has no header X-No"_s;
    QTest::newRow("not JSON") << u"{{page.response.body.$.a}}"_s << u"the body is not JSON"_s;
    QTest::newRow("not XML") << u"{{login.response.body.//a}}"_s << u"the body is not XML"_s;
    QTest::newRow("filter") << u"{{login.response.body.$..a}}"_s
                            << u"“$..a” is no path that Keydesk follows; it knows members, indices and [*]"_s;
    QTest::newRow("empty range") << u"{{$randomInt 5 5}}"_s
                                 << u"there is no whole number from 5 up to, but without, 5"_s;
    QTest::newRow("too long") << u"{{$random.alphabetic(99999)}}"_s
                              << u"it can be up to 10000 characters long"_s;
}

void TestVariables::reasonsAreForPeople()
{
    QFETCH(QString, text);
    QTEST(why(text, sources({}, fixedContext(), loggedIn())), "expected");
}

void TestVariables::aCycleIsShownWhole()
{
    const VariableSources from =
        sources({{u"a"_s, u"{{b}}"_s, true}, {u"b"_s, u"{{c}}"_s, true}, {u"c"_s, u"{{b}}"_s, true}});
    QList<UnresolvedName> unresolved;
    resolveVariables(u"{{a}}"_s, from, &unresolved);
    QCOMPARE(unresolved, (QList<UnresolvedName>{{u"b"_s, u"it leads back to itself: b → c → b"_s}}));
}

void TestVariables::percentEncodesOnDemand()
{
    const VariableSources from = sources({{u"a"_s, u"{{b}}&c"_s, true}, {u"b"_s, u"x y"_s, true}});
    QCOMPARE(resolved(u"?q={{%a}}!"_s, from), u"?q=x%20y%26c!"_s);
    QCOMPARE(why(u"{{%nothing}}"_s, from), u"there is no variable of this name"_s);
}

void TestVariables::aRequestIsFilledFromAllOfThem()
{
    RequestSpec spec;
    spec.url = u"https://{{host}}/{{login.response.body.$.list[0].id}}"_s;
    spec.headers = {{u"X-When"_s, u"{{$timestamp}}"_s, true}, {u"X-Auth"_s, u"{{auth}}"_s, true}};
    const Variables variables{{u"host"_s, u"example.com"_s, true},
                              {u"auth"_s, u"{{login.response.headers.X-AuthToken}}"_s, true}};
    const auto request = prepareRequest(spec, {}, sources(variables, fixedContext(), loggedIn()), {});
    QVERIFY2(request, request ? "" : qPrintable(request.error().message));
    QCOMPARE(request->url, QUrl(u"https://example.com/1"_s));
    QCOMPARE(request->headers, (Headers{{"X-When", "1706706309"}, {"X-Auth", "abc"}}));

    const auto refused = prepareRequest(spec, {}, sources(variables), {});
    QVERIFY(!refused);
    const QString message = refused.error().message;
    QVERIFY2(message.contains(u"(URL): there is no answer of “login” yet"_s), qPrintable(message));
    QVERIFY2(message.contains(u"(header X-Auth)"_s), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestVariables)
#include "test_variables.moc"
