#include "app/http/PreparedRequest.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

/// A request as written becomes a request as sent, or an error that names the place.
class TestPrepareRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void variablesAreReplaced_data();
    void variablesAreReplaced();
    void variablesWithoutAValueAreNamed_data();
    void variablesWithoutAValueAreNamed();
    void valuesThatGrowWithoutEndAreStopped();
    void urlsAreBuilt_data();
    void urlsAreBuilt();
    void badUrlsAreRefused_data();
    void badUrlsAreRefused();
    void paramsAreAppendedEncoded();
    void paramsAreAppendedAsWritten();
    void pathPartsAreFilledInEncoded();
    void pathPartsNeverLeadElsewhere_data();
    void pathPartsNeverLeadElsewhere();
    void aPathPartWithoutAValueIsNamed();
    void aVariableThatChangesTheHostShowsInTheUrl();
    void methods_data();
    void methods();
    void headersKeepTheirOrderAndCase();
    void repeatedHeadersAreJoined();
    void badHeadersAreRefused_data();
    void badHeadersAreRefused();
    void bodies_data();
    void bodies();
    void aContentTypeOfOnesOwnWins();
    void faultsOfJsonHaveTheirPlace();
    void jsonIsCheckedWithItsValuesIn();
    void everyMissingVariableIsNamedWithItsPlace();
    void theKeyIsNamedOnly();
};

namespace {

const QUrl base(u"https://app.talkover.ai/api/v1/"_s);

RequestSpec get(const QString &url)
{
    RequestSpec spec;
    spec.url = url;
    return spec;
}

Result<PreparedRequest> prepare(const RequestSpec &spec, const Variables &variables = {})
{
    return prepareRequest(spec, base, variables, {});
}

} // namespace

void TestPrepareRequest::variablesAreReplaced_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("none") << u"plain { text } }}"_s << u"plain { text } }}"_s;
    QTest::newRow("one") << u"a{{x}}b"_s << u"a1b"_s;
    QTest::newRow("spaces") << u"{{  x }}"_s << u"1"_s;
    QTest::newRow("two") << u"{{x}}{{y}}"_s << u"12"_s;
    QTest::newRow("nested value") << u"{{z}}"_s << u"[12]"_s;
    QTest::newRow("inside braces") << u"{{{x}}}"_s << u"{1}"_s;
    QTest::newRow("inside JSON") << u"{\"a\":{\"b\":{{x}}}}"_s << u"{\"a\":{\"b\":1}}"_s;
    QTest::newRow("not closed") << u"{{x"_s << u"{{x"_s;
    QTest::newRow("empty name") << u"{{}} {{ }}"_s << u"{{}} {{ }}"_s;
    QTest::newRow("first of a name wins") << u"{{twice}}"_s << u"first"_s;
    QTest::newRow("empty value") << u"<{{empty}}>"_s << u"<>"_s;
}

void TestPrepareRequest::variablesAreReplaced()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const Variables variables{{u"x"_s, u"1"_s, true},         {u"y"_s, u"off"_s, false},
                              {u"y"_s, u"2"_s, true},         {u"z"_s, u"[{{x}}{{y}}]"_s, true},
                              {u"twice"_s, u"first"_s, true}, {u"twice"_s, u"second"_s, true},
                              {u"empty"_s, QString(), true}};
    QStringList unresolved;
    QCOMPARE(resolveVariables(text, variables, &unresolved), expected);
    QCOMPARE(unresolved, QStringList());
}

void TestPrepareRequest::variablesWithoutAValueAreNamed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QString>("expected");
    QTest::newRow("unknown") << u"a{{no}}b"_s << QStringList{u"no"_s} << u"a{{no}}b"_s;
    QTest::newRow("once each") << u"{{no}}{{no}}{{none}}"_s << QStringList{u"no"_s, u"none"_s}
                               << u"{{no}}{{no}}{{none}}"_s;
    QTest::newRow("switched off") << u"{{off}}"_s << QStringList{u"off"_s} << u"{{off}}"_s;
    QTest::newRow("case") << u"{{X}}"_s << QStringList{u"X"_s} << u"{{X}}"_s;
    QTest::newRow("in a value") << u"{{half}}"_s << QStringList{u"no"_s} << u"1{{no}}"_s;
    QTest::newRow("itself") << u"{{self}}"_s << QStringList{u"self"_s} << u"{{self}}"_s;
    QTest::newRow("cycle") << u"{{a}}"_s << QStringList{u"a"_s} << u"{{a}}"_s;
}

void TestPrepareRequest::variablesWithoutAValueAreNamed()
{
    QFETCH(QString, text);
    QFETCH(QStringList, names);
    QFETCH(QString, expected);
    const Variables variables{
        {u"x"_s, u"1"_s, true},           {u"off"_s, u"1"_s, false},  {u"half"_s, u"{{x}}{{no}}"_s, true},
        {u"self"_s, u"{{self}}"_s, true}, {u"a"_s, u"{{b}}"_s, true}, {u"b"_s, u"{{a}}"_s, true}};
    QStringList unresolved;
    QCOMPARE(resolveVariables(text, variables, &unresolved), expected);
    QCOMPARE(unresolved, names);
    QCOMPARE(resolveVariables(text, variables, nullptr), expected);
}

void TestPrepareRequest::valuesThatGrowWithoutEndAreStopped()
{
    Variables deep;
    for (int i = 0; i < 16; ++i)
        deep.append({QString::number(i), u"{{%1}}"_s.arg(i + 1), true});
    deep.append({u"16"_s, u"end"_s, true});
    QStringList unresolved;
    QCOMPARE(resolveVariables(u"{{1}}"_s, deep, &unresolved), u"end"_s);
    QCOMPARE(unresolved, QStringList());
    resolveVariables(u"{{0}}"_s, deep, &unresolved); // 17 deep
    QCOMPARE(unresolved, QStringList{u"16"_s});

    Variables laughs;
    for (int i = 0; i < 15; ++i)
        laughs.append({QString::number(i), u"{{%1}}"_s.arg(i + 1).repeated(10), true});
    laughs.append({u"15"_s, QString(1000, u'x'), true});
    unresolved.clear();
    QVERIFY(resolveVariables(u"{{0}}"_s, laughs, &unresolved).size() < 128 * 1024 * 1024);
    QVERIFY(!unresolved.isEmpty());
}

void TestPrepareRequest::urlsAreBuilt_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected");
    QTest::newRow("path") << u"/agents"_s << u"https://app.talkover.ai/api/v1/agents"_s;
    QTest::newRow("path without slash") << u"agents/1"_s << u"https://app.talkover.ai/api/v1/agents/1"_s;
    QTest::newRow("query") << u"?q=1"_s << u"https://app.talkover.ai/api/v1?q=1"_s;
    QTest::newRow("slash") << u"/"_s << u"https://app.talkover.ai/api/v1/"_s;
    QTest::newRow("base variable") << u"{{baseUrl}}/x"_s << u"https://app.talkover.ai/api/v1/x"_s;
    QTest::newRow("whole") << u"https://other.test/x?y=1#z"_s << u"https://other.test/x?y=1"_s;
    QTest::newRow("whole, surrounded") << u"  HTTPS://Other.Test/x \n"_s << u"https://other.test/x"_s;
    QTest::newRow("default port") << u"https://other.test:443/"_s << u"https://other.test/"_s;
    QTest::newRow("other port") << u"http://127.0.0.1:8080"_s << u"http://127.0.0.1:8080"_s;
    QTest::newRow("trailing dot") << u"https://other.test./x"_s << u"https://other.test/x"_s;
    QTest::newRow("space") << u"/a b?c d=e f"_s << u"https://app.talkover.ai/api/v1/a%20b?c%20d=e%20f"_s;
    QTest::newRow("encoded stays") << u"/a%2Fb?c=%26%20"_s
                                   << u"https://app.talkover.ai/api/v1/a%2Fb?c=%26%20"_s;
    QTest::newRow("lone percent") << u"/100%"_s << u"https://app.talkover.ai/api/v1/100%25"_s;
    QTest::newRow("not ASCII") << u"/\u00FC"_s << u"https://app.talkover.ai/api/v1/%C3%BC"_s;
    QTest::newRow("IDN") << u"https://b\u00FCcher.example/"_s << u"https://xn--bcher-kva.example/"_s;
    QTest::newRow("IPv6") << u"http://[::1]:99/x"_s << u"http://[::1]:99/x"_s;
    QTest::newRow("colon in a later segment")
        << u"/agents/1:run"_s << u"https://app.talkover.ai/api/v1/agents/1:run"_s;
    QTest::newRow("URL in a path") << u"/proxy/https://x.test"_s
                                   << u"https://app.talkover.ai/api/v1/proxy/https://x.test"_s;
}

void TestPrepareRequest::urlsAreBuilt()
{
    QFETCH(QString, url);
    QFETCH(QString, expected);
    const auto request = prepare(get(url), {{u"baseUrl"_s, u"https://app.talkover.ai/api/v1"_s, true}});
    QVERIFY2(request.has_value(), request ? "" : qPrintable(request.error().message));
    QCOMPARE(QString::fromLatin1(request->url.toEncoded()), expected);
}

void TestPrepareRequest::badUrlsAreRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << u"  "_s << u"empty"_s;
    QTest::newRow("user") << u"https://app.talkover.ai@evil.test/"_s << u"@"_s;
    QTest::newRow("empty user info") << u"https://@app.talkover.ai/"_s << u"@"_s;
    QTest::newRow("scheme-relative") << u"//evil.test/"_s << u"//"_s;
    QTest::newRow("backslashes") << u"\\\\evil.test\\x"_s << u"begins"_s;
    QTest::newRow("backslash in host") << u"https://app.talkover.ai\\evil.test/"_s << u"host"_s;
    QTest::newRow("file") << u"file:///etc/passwd"_s << u"file"_s;
    QTest::newRow("javascript") << u"javascript:alert(1)"_s << u"javascript"_s;
    QTest::newRow("host and port") << u"localhost:8080/x"_s << u"scheme"_s;
    QTest::newRow("newline") << u"https://a.test/\r\nX: y"_s << u"line break"_s;
    QTest::newRow("tab") << u"/a\tb"_s << u"tab"_s;
    QTest::newRow("nothing behind the scheme") << u"https://"_s << u"URL"_s;
    QTest::newRow("port too high") << u"https://a.test:70000/"_s << u"port"_s;
}

void TestPrepareRequest::badUrlsAreRefused()
{
    QFETCH(QString, url);
    QFETCH(QString, says);
    const auto request = prepare(get(url));
    QVERIFY2(!request.has_value(), request ? request->url.toEncoded().constData() : "");
    QCOMPARE(request.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(request.error().message.contains(says), qPrintable(request.error().message));
    const auto withoutBase = prepareRequest(get(u"/x"_s), QUrl(), {}, {});
    QVERIFY(!withoutBase);
    QVERIFY(withoutBase.error().message.contains(u"base URL"_s));
}

void TestPrepareRequest::paramsAreAppendedAsWritten()
{
    RequestSpec spec = get(u"/x"_s);
    spec.params = {{u"a b"_s, u"1+2/?:@,%2F%"_s, true}, {u"more"_s, u"{{v}}"_s, true}};
    const auto request = prepareRequest(spec, base, VariableSources{{u"v"_s, u"1&c=2#x\u00FC"_s, true}}, {}, {}, QueryEncoding::AsWritten);
    QVERIFY(request.has_value());
    QCOMPARE(request->url.toEncoded(), "https://app.talkover.ai/api/v1/x?a%20b=1+2/?:@,%2F%25&more=1&c=2%23x%C3%BC"_ba);
}

void TestPrepareRequest::paramsAreAppendedEncoded()
{
    RequestSpec spec = get(u"/x?kept=%26"_s);
    spec.params = {{u"a b"_s, u"&=+/?#%\u00FC"_s, true},
                   {u"off"_s, u"1"_s, false},
                   {u"empty"_s, QString(), true},
                   {QString(), QString(), true},
                   {u"{{n}}"_s, u"{{v}}"_s, true}};
    const auto request = prepare(spec, {{u"n"_s, u"name"_s, true}, {u"v"_s, u"a&b"_s, true}});
    QVERIFY(request.has_value());
    QCOMPARE(
        request->url.toEncoded(),
        "https://app.talkover.ai/api/v1/x?kept=%26&a%20b=%26%3D%2B%2F%3F%23%25%C3%BC&empty=&name=a%26b"_ba);
    spec.url = u"/x"_s;
    spec.params = {{u"q"_s, u"1"_s, true}};
    QCOMPARE(prepare(spec)->url.toEncoded(), "https://app.talkover.ai/api/v1/x?q=1"_ba);
}

void TestPrepareRequest::pathPartsAreFilledInEncoded()
{
    RequestSpec spec = get(u"agents/{agent_id}/{{kind}}/{x y}?kept={agent_id}"_s);
    spec.pathParts = {{u"x y"_s, u"a/b?c#d%e ü"_s, false},
                      {u"agent_id"_s, u"{{agent}}"_s, true},
                      {u"unused"_s, u"z"_s, true}};
    const auto request = prepare(spec, {{u"agent"_s, u"agent_1"_s, true}, {u"kind"_s, u"calls"_s, true}});
    QVERIFY2(request, request ? "" : qPrintable(request.error().message));
    QCOMPARE(request->url.toEncoded(QUrl::RemoveQuery),
             "https://app.talkover.ai/api/v1/agents/agent_1/calls/a%2Fb%3Fc%23d%25e%20%C3%BC"_ba);
    // What a value looks like is never looked into again.
    spec.url = u"/{a}"_s;
    spec.pathParts = {{u"a"_s, u"{{v}}"_s, true}};
    QCOMPARE(prepare(spec, {{u"v"_s, u"{a}"_s, true}})->url.toEncoded(),
             "https://app.talkover.ai/api/v1/%7Ba%7D"_ba);
}

void TestPrepareRequest::pathPartsNeverLeadElsewhere_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("value");
    QTest::newRow("up") << u"/agents/{a}"_s << u".."_s;
    QTest::newRow("here") << u"/agents/{a}"_s << u"."_s;
    QTest::newRow("up and down") << u"/agents/{a}"_s << u"../../admin"_s;
    QTest::newRow("another host") << u"{a}"_s << u"//evil.test"_s;
    QTest::newRow("a whole URL") << u"{a}"_s << u"https://evil.test/"_s;
    QTest::newRow("user info") << u"https://app.talkover.ai/{a}"_s << u"@evil.test"_s;
    QTest::newRow("in the host") << u"https://app.talkover.ai{a}/x"_s << u".evil.test"_s;
    QTest::newRow("a backslash") << u"{a}"_s << u"\\\\evil.test"_s;
}

void TestPrepareRequest::pathPartsNeverLeadElsewhere()
{
    QFETCH(QString, url);
    QFETCH(QString, value);
    RequestSpec spec = get(url);
    spec.pathParts = {{u"a"_s, value, true}};
    const auto request = prepare(spec);
    if (!request)
        return;
    QCOMPARE(Origin::fromUrl(request->url)->host(), u"app.talkover.ai"_s);
    QCOMPARE(request->url.path(QUrl::FullyEncoded),
             QUrl(request->url.toString()).adjusted(QUrl::NormalizePathSegments).path(QUrl::FullyEncoded));
    QVERIFY(value != u".."_s && value != u"."_s);
}

void TestPrepareRequest::aPathPartWithoutAValueIsNamed()
{
    RequestSpec spec = get(u"/agents/{agent_id}/call"_s);
    for (const QList<NameValue> &rows :
         {QList<NameValue>(), {{u"agent_id"_s, QString(), true}}, {{u"agent_id"_s, u"  "_s, true}}}) {
        spec.pathParts = rows;
        const auto request = prepare(spec);
        QVERIFY(!request);
        QCOMPARE(request.error().message,
                 u"The path part {agent_id} has no value. Write one beside its name."_s);
    }
    spec.pathParts = {{u"agent_id"_s, u"{{gone}}"_s, true}};
    QVERIFY(prepare(spec).error().message.contains(u"{{gone}} (path part agent_id)"_s));
}

void TestPrepareRequest::aVariableThatChangesTheHostShowsInTheUrl()
{
    const auto request =
        prepare(get(u"https://app.talkover.ai{{x}}/api"_s), {{u"x"_s, u".evil.test"_s, true}});
    QVERIFY(request.has_value());
    QCOMPARE(Origin::fromUrl(request->url)->host(), u"app.talkover.ai.evil.test"_s);
    QVERIFY(!prepare(get(u"https://app.talkover.ai{{x}}/api"_s), {{u"x"_s, u"@evil.test"_s, true}}));
    QVERIFY(!prepare(get(u"{{x}}/api"_s), {{u"x"_s, u"//evil.test"_s, true}}));
}

void TestPrepareRequest::methods_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<bool>("good");
    QTest::newRow("GET") << u"GET"_s << true;
    QTest::newRow("lower case") << u"get"_s << true;
    QTest::newRow("own") << u"PURGE"_s << true;
    QTest::newRow("odd token") << u"M-SEARCH!#$%&'*+.^_`|~9"_s << true;
    QTest::newRow("surrounded") << u" POST "_s << true;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("space") << u"GET /x"_s << false;
    QTest::newRow("newline") << u"GET\r\nHost: evil"_s << false;
    QTest::newRow("not ASCII") << u"G\u00C9T"_s << false;
    QTest::newRow("tunnel") << u"CONNECT"_s << false;
}

void TestPrepareRequest::methods()
{
    QFETCH(QString, method);
    QFETCH(bool, good);
    RequestSpec spec = get(u"/x"_s);
    spec.method = method;
    const auto request = prepare(spec);
    QCOMPARE(request.has_value(), good);
    if (good)
        QCOMPARE(QString::fromLatin1(request->method), method.trimmed());
    else
        QVERIFY(!request.error().message.isEmpty());
}

void TestPrepareRequest::headersKeepTheirOrderAndCase()
{
    RequestSpec spec = get(u"/x"_s);
    spec.headers = {{u"x-Trace"_s, u" {{t}} "_s, true},
                    {u"Off"_s, u"1"_s, false},
                    {QString(), QString(), true},
                    {u"X-Empty"_s, QString(), true},
                    {u"X-Umlaut"_s, u"\u00FC"_s, true}};
    const auto request = prepare(spec, {{u"t"_s, u"7"_s, true}});
    QVERIFY(request.has_value());
    QCOMPARE(request->headers, (Headers{{"x-Trace", "7"}, {"X-Empty", ""}, {"X-Umlaut", "\xC3\xBC"}}));
}

void TestPrepareRequest::repeatedHeadersAreJoined()
{
    RequestSpec spec = get(u"/x"_s);
    spec.headers = {{u"Accept"_s, u"a/b"_s, true},
                    {u"Cookie"_s, u"a=1"_s, true},
                    {u"accept"_s, u"c/d"_s, true},
                    {u"cookie"_s, u"b=2"_s, true}};
    QCOMPARE(prepare(spec)->headers, (Headers{{"Accept", "a/b, c/d"}, {"Cookie", "a=1; b=2"}}));
    spec.headers = {{u"Authorization"_s, u"Bearer a"_s, true}, {u"authorization"_s, u"Bearer b"_s, true}};
    const auto refused = prepare(spec);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains(u"authorization"_s));
}

void TestPrepareRequest::badHeadersAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("line feed") << u"X-A"_s << u"a\nX-B: b"_s;
    QTest::newRow("carriage return") << u"X-A"_s << u"a\rb"_s;
    QTest::newRow("null") << u"X-A"_s << u"a"_s + QChar(u'\0') + u"b"_s;
    QTest::newRow("delete") << u"X-A"_s << u"a\u007Fb"_s;
    QTest::newRow("name with a space") << u"X A"_s << u"1"_s;
    QTest::newRow("name with a colon") << u"X-A:"_s << u"1"_s;
    QTest::newRow("name with a line break") << u"X-A\r\nX-B"_s << u"1"_s;
    QTest::newRow("no name") << u" "_s << u"1"_s;
    QTest::newRow("wrong length") << u"Content-Length"_s << u"5"_s;
    QTest::newRow("chunked") << u"Transfer-Encoding"_s << u"chunked"_s;
}

void TestPrepareRequest::badHeadersAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    RequestSpec spec = get(u"/x"_s);
    spec.headers = {{name, value, true}};
    const auto request = prepare(spec);
    QVERIFY(!request.has_value());
    QCOMPARE(request.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(request.error().message.contains(name.simplified()), qPrintable(request.error().message));
}

void TestPrepareRequest::bodies_data()
{
    QTest::addColumn<RequestBody>("body");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("type");
    QTest::newRow("none") << RequestBody{RequestBody::Kind::None, u"left over"_s, {}} << ""_ba
                          << ""_ba;
    QTest::newRow("JSON") << RequestBody{RequestBody::Kind::Json, u" {\"a\": {{n}}} "_s, {}}
                          << " {\"a\": 1.50} "_ba
                          << "application/json"_ba;
    QTest::newRow("JSON scalar") << RequestBody{RequestBody::Kind::Json, u"\"\u00FC\""_s, {}}
                                 << "\"\xC3\xBC\""_ba
                                 << "application/json"_ba;
    QTest::newRow("text") << RequestBody{RequestBody::Kind::Text, u"n={{n}}\n"_s, {}} << "n=1.50\n"_ba
                          << "text/plain; charset=utf-8"_ba;
    const QList<NameValue> fields{
        {u"a b"_s, u"x&y=z+\u00FC~*-._"_s, true}, {u"off"_s, u"1"_s, false}, {u"n"_s, u"{{n}}"_s, true}};
    QTest::newRow("form") << RequestBody{RequestBody::Kind::Form, {}, fields}
                          << "a+b=x%26y%3Dz%2B%C3%BC%7E*-._&n=1.50"_ba
                          << "application/x-www-form-urlencoded"_ba;
}

void TestPrepareRequest::bodies()
{
    QFETCH(RequestBody, body);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, type);
    RequestSpec spec = get(u"/x"_s);
    spec.method = u"POST"_s;
    spec.body = body;
    const auto request = prepare(spec, {{u"n"_s, u"1.50"_s, true}});
    QVERIFY2(request.has_value(), request ? "" : qPrintable(request.error().message));
    QCOMPARE(request->body, bytes);
    QCOMPARE(request->headers, type.isEmpty() ? Headers() : (Headers{{"Content-Type", type}}));
    spec.method = u"HEAD"_s;
    QCOMPARE(prepare(spec, {{u"n"_s, u"1"_s, true}}).has_value(), bytes.isEmpty());
}

void TestPrepareRequest::aContentTypeOfOnesOwnWins()
{
    RequestSpec spec = get(u"/x"_s);
    spec.method = u"POST"_s;
    spec.body = {RequestBody::Kind::Json, u"{}"_s, {}};
    spec.headers = {{u"content-type"_s, u"application/vnd.api+json"_s, true}};
    QCOMPARE(prepare(spec)->headers, (Headers{{"content-type", "application/vnd.api+json"}}));
}

void TestPrepareRequest::faultsOfJsonHaveTheirPlace()
{
    RequestSpec spec = get(u"/x"_s);
    spec.method = u"POST"_s;
    spec.body = {RequestBody::Kind::Json, u"{\n  \"\u00FC\": 1,\n  \"b\" 2\n}"_s, {}};
    const auto request = prepare(spec);
    QVERIFY(!request);
    QCOMPARE(request.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(request.error().message.contains(u"ine 3, column 7"_s), qPrintable(request.error().message));
    spec.body.text = u" \n"_s;
    QVERIFY(prepare(spec).error().message.contains(u"empty"_s));
}

void TestPrepareRequest::jsonIsCheckedWithItsValuesIn()
{
    RequestSpec spec = get(u"/x"_s);
    spec.method = u"POST"_s;
    spec.body = {RequestBody::Kind::Json, u"{\"a\": \"{{v}}\"}"_s, {}};
    QVERIFY(prepare(spec, {{u"v"_s, u"plain"_s, true}}));
    QVERIFY(!prepare(spec, {{u"v"_s, u"with \" quote"_s, true}}));
}

void TestPrepareRequest::everyMissingVariableIsNamedWithItsPlace()
{
    RequestSpec spec = get(u"/{{path}}"_s);
    spec.method = u"POST"_s;
    spec.params = {{u"page"_s, u"{{page}}"_s, true}};
    spec.headers = {{u"X-Trace"_s, u"{{trace}}"_s, true}, {u"X-Off"_s, u"{{unused}}"_s, false}};
    spec.body = {RequestBody::Kind::Json, u"{{json}}"_s, {{u"f"_s, u"{{unusedForm}}"_s, true}}};
    const auto request = prepare(spec);
    QVERIFY(!request);
    const QString message = request.error().message;
    for (const auto &part : {u"{{path}} (URL)"_s, u"{{page}} (parameter page)"_s,
                             u"{{trace}} (header X-Trace)"_s, u"{{json}} (body)"_s})
        QVERIFY2(message.contains(part), qPrintable(message));
    QVERIFY(!message.contains(u"unused"_s));
}

void TestPrepareRequest::theKeyIsNamedOnly()
{
    const QUuid key = QUuid::createUuid();
    const auto request = prepareRequest(get(u"/x"_s), base, {}, key);
    QVERIFY(request);
    QCOMPARE(request->keyId, key);
    QVERIFY(request->headers.isEmpty());
    QVERIFY(request->followRedirects);
}

QTEST_GUILESS_MAIN(TestPrepareRequest)
#include "test_prepare_request.moc"
