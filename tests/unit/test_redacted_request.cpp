#include "app/base/Redactor.h"
#include "app/http/RedactedRequest.h"

#include <QJsonDocument>
#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

class TestRedactedRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_redactor.add(Secret("talq_canarycanary3f9a")); }
    void leavesOutWhatWasTypedByHand();
    void redactsKnownTokensEverywhere();
    void masksCredentialsInUrls_data();
    void masksCredentialsInUrls();
    void writesNoCredentialOfAQueryOrAForm();
    void writesWhatWasSentHopByHop();
    void saysThatNothingWasSent();
    void writesTheHeadOfAResponse();

private:
    Redactor m_redactor;
};

void TestRedactedRequest::leavesOutWhatWasTypedByHand()
{
    RequestSpec spec;
    spec.headers = {{u"Authorization"_s, u"Basic abcdef"_s, true},
                    {u"X-Api-Key"_s, u"Key {{key}}"_s, true},
                    {u"Authorization"_s, u"Bearer abc{{x}}"_s, true},
                    {u"Accept"_s, u"*/*"_s, true}};
    spec.params = {
        {u"api_key"_s, u"abcdef"_s, true}, {u"token"_s, u"abcdef"_s, true}, {u"page"_s, u"2"_s, true}};
    spec.body.form = {{u"password"_s, u"abcdef"_s, true}, {u"name"_s, u"me"_s, true}};
    spec.body.parts = {
        {u"password"_s, u"abcdef"_s, {}, {}, {}, {{u"Authorization"_s, u"abcdef"_s, true}}, true}};
    const RequestSpec kept = redactedRequest(spec, m_redactor);
    QCOMPARE(kept.headers, (QList<NameValue>{{u"Authorization"_s, {}, false},
                                             {u"X-Api-Key"_s, u"Key {{key}}"_s, true},
                                             {u"Authorization"_s, {}, false},
                                             {u"Accept"_s, u"*/*"_s, true}}));
    QCOMPARE(
        kept.params,
        (QList<NameValue>{{u"api_key"_s, {}, false}, {u"token"_s, {}, false}, {u"page"_s, u"2"_s, true}}));
    QCOMPARE(kept.body.form, (QList<NameValue>{{u"password"_s, {}, false}, {u"name"_s, u"me"_s, true}}));
    QVERIFY(kept.body.parts.first().value.isEmpty() && !kept.body.parts.first().enabled);
    QCOMPARE(kept.body.parts.first().headers, (QList<NameValue>{{u"Authorization"_s, {}, false}}));
}

void TestRedactedRequest::redactsKnownTokensEverywhere()
{
    const QString secret = u"talq_canarycanary3f9a"_s;
    RequestSpec spec;
    spec.name = spec.method = secret;
    spec.url = u"/x?q="_s + secret;
    spec.pathParts = {{u"id"_s, secret, true}, {u"token"_s, u"abcdef"_s, true}, {u"page"_s, u"2"_s, true}};
    spec.params = {{u"q"_s, secret, true}};
    spec.headers = {{u"X-Trace"_s, secret, true}};
    spec.body = {RequestBody::Kind::Text, u"my "_s + secret, {{secret, secret, true}}};
    spec.body.graphQlVariables = spec.body.graphQlOperation = spec.body.file = secret;
    spec.body.parts = {{secret, secret, secret, secret, secret, {{secret, secret, true}}, true}};
    const RequestSpec kept = redactedRequest(spec, m_redactor);
    QVERIFY(!QString::fromUtf8(QJsonDocument(kept.toJson()).toJson()).contains(u"canary"_s));
    QCOMPARE(kept.body.text, u"my ••••"_s);
    QCOMPARE(kept.pathParts.at(1).value, QString());
    QCOMPARE(kept.pathParts.at(2).value, u"2"_s);
}

void TestRedactedRequest::masksCredentialsInUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("kept");
    QTest::newRow("nothing") << u"/x?page=2&q=token#top"_s << u"/x?page=2&q=token#top"_s;
    QTest::newRow("one") << u"/x?page=2&api_key=canary&y=1"_s << u"/x?page=2&api_key=••••&y=1"_s;
    QTest::newRow("more") << u"https://a.test/?TOKEN=canary;password=canary"_s
                          << u"https://a.test/?TOKEN=••••;password=••••"_s;
    QTest::newRow("a value with =") << u"?secret=can=ary=="_s << u"?secret=••••"_s;
    QTest::newRow("an encoded name") << u"/x?access%5Ftoken=canary"_s << u"/x?access%5Ftoken=••••"_s;
    QTest::newRow("in the fragment") << u"/x?a=1#access_token=canary"_s << u"/x?a=1#access_token=••••"_s;
    QTest::newRow("a variable") << u"/x?token={{key}}&token="_s << u"/x?token={{key}}&token="_s;
    QTest::newRow("no query") << u"/token=1/x"_s << u"/token=1/x"_s;
}

void TestRedactedRequest::masksCredentialsInUrls()
{
    QFETCH(QString, url);
    QFETCH(QString, kept);
    QCOMPARE(withoutCredentialItems(url), kept);
    RequestSpec spec;
    spec.url = url;
    QCOMPARE(redactedRequest(spec, m_redactor).url, kept);
}

void TestRedactedRequest::writesNoCredentialOfAQueryOrAForm()
{
    CallTrace trace;
    trace.sent = {{"POST",
                   QUrl(u"https://a.example/x?api_key=typed&y=1"_s),
                   {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
                   "password=typed&name=me",
                   false}};
    RedirectHop hop;
    hop.status = 302;
    hop.to = QUrl(u"https://b.example/?token=typed"_s);
    trace.hops = {hop};
    const QString text = sentText(trace);
    QVERIFY2(text.contains(u"api_key=••••&y=1"_s) && text.contains(u"password=••••&name=me"_s),
             qPrintable(text));
    QVERIFY2(!text.contains(u"typed"_s), qPrintable(text));

    RequestSpec spec;
    spec.headers = {{u"Content-Type"_s, u"application/x-www-form-urlencoded"_s, true}};
    spec.body = {RequestBody::Kind::Text, u"a=1&client_secret=typed"_s, {}};
    QCOMPARE(redactedRequest(spec, m_redactor).body.text, u"a=1&client_secret=••••"_s);
    HttpResponse response;
    response.headers = {{"Location", "/next?token=typed"}};
    QVERIFY(responseHeadText(response, m_redactor).contains(u"/next?token=••••"_s));
}

void TestRedactedRequest::writesWhatWasSentHopByHop()
{
    CallTrace trace;
    trace.sent = {{"POST",
                   QUrl(u"https://a.example/x?y=%20z#f"_s),
                   {{"Host", "a.example"}, {"Authorization", "Bearer ••••"}},
                   "{}",
                   true},
                  {"GET", QUrl(u"https://b.example/"_s), {{"Host", "b.example"}}, {}, false}};
    RedirectHop hop;
    hop.status = 302;
    hop.from = trace.sent.first().url;
    hop.to = trace.sent.last().url;
    hop.methodBefore = "POST";
    hop.methodAfter = "GET";
    hop.droppedHeaders = {"Cookie"};
    hop.keyDropped = true;
    hop.bodyDropped = true;
    trace.hops = {hop};
    const QString text = sentText(trace);
    QVERIFY2(text.startsWith(
                 u"POST https://a.example/x?y=%20z\nHost: a.example\nAuthorization: Bearer ••••\n\n{}\n"_s),
             qPrintable(text));
    for (const QString &part :
         {u"302 Found"_s, u"https://b.example/"_s, u"POST became GET"_s, u"The body was not sent on"_s,
          u"The key was not sent on"_s, u"Cookie"_s, u"GET https://b.example/\nHost: b.example"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
}

void TestRedactedRequest::saysThatNothingWasSent()
{
    CallTrace trace;
    trace.keyWithheld = u"it is not bound to evil.test"_s;
    const QString text = sentText(trace);
    QVERIFY(text.startsWith(u"No request went out."_s));
    QVERIFY(text.contains(u"it is not bound to evil.test"_s));
}

void TestRedactedRequest::writesTheHeadOfAResponse()
{
    HttpResponse response;
    response.status = 200;
    response.protocol = "HTTP/1.1";
    response.reason = "OK";
    response.headers = {{"Content-Type", "text/plain"},
                        {"Set-Cookie", "session=abcdef"},
                        {"X-Echo", "talq_canarycanary3f9a"}};
    const QString text = responseHeadText(response, m_redactor);
    QVERIFY(text.startsWith(u"HTTP/1.1 200 OK\nContent-Type: text/plain\n"_s));
    QVERIFY(!text.contains(u"abcdef"_s));
    QVERIFY(!text.contains(u"canary"_s));
}

QTEST_GUILESS_MAIN(TestRedactedRequest)
#include "test_redacted_request.moc"
