#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "app/http/SendWarnings.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using Field = RequestProblem::Field;

/// What is warned about happens on the wire, and what happens otherwise on the wire is warned about.
class TestSendWarnings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headersAsTheyGoOut_data();
    void headersAsTheyGoOut();
    void nothingIsSaidOfAnOrdinaryRequest();
    void typesThatDoNotFitTheBody();
    void theBodyDoesNotWaitForContinue();
    void theDeclaredEncodingOfXml();
    void aTraceWithABody();
    void methodsGoOutAsTheyAre_data();
    void methodsGoOutAsTheyAre();

private:
    ReceivedRequest send(const RequestSpec &spec);

    HttpTestServer m_server;
    FakeTokens m_tokens;
    Redactor m_redactor;
    HttpClient m_client{m_tokens, m_redactor};
};

ReceivedRequest TestSendWarnings::send(const RequestSpec &spec)
{
    const auto prepared = prepareRequest(spec, {}, {{u"v"_s, u"1"_s, true}}, {});
    if (!prepared) {
        QTest::qFail(qPrintable(prepared.error().message), __FILE__, __LINE__);
        return {};
    }
    CallWatcher call(m_client.send(*prepared));
    if (!call.wait() || !call.isValue()) {
        QTest::qFail("the request did not arrive", __FILE__, __LINE__);
        return {};
    }
    return m_server.requests().last();
}

void TestSendWarnings::headersAsTheyGoOut_data()
{
    QTest::addColumn<QList<NameValue>>("headers");
    QTest::addColumn<Headers>("lines"); // among those that go out
    QTest::addColumn<int>("row");       // of the warning; -1: none
    const auto row = [](const char *name, const QList<NameValue> &headers, const Headers &lines, int at) {
        QTest::newRow(name) << headers << lines << at;
    };
    row("one of each", {{u"X-A"_s, u"1"_s, true}, {u"x-b"_s, {}, true}}, {{"X-A", "1"}, {"x-b", ""}}, -1);
    row("repeated", {{u"X-A"_s, u"1"_s, true}, {u"Y"_s, u"-"_s, true}, {u"x-a"_s, u"{{v}}2"_s, true}},
        {{"X-A", "1, 12"}, {"Y", "-"}}, 2);
    row("repeated, one of them off", {{u"X-A"_s, u"1"_s, true}, {u"x-a"_s, u"2"_s, false}}, {{"X-A", "1"}},
        -1);
    row("cookies", {{u"Cookie"_s, u"a=1"_s, true}, {u"Cookie"_s, u"b=2"_s, true}}, {{"Cookie", "a=1; b=2"}},
        1);
    row("empty Accept", {{u"Accept"_s, {}, true}}, {{"Accept", ""}}, -1);
    row("empty User-Agent", {{u"user-agent"_s, {}, true}}, {{"User-Agent", "Keydesk/" KEYDESK_VERSION}}, 0);
    row("empty Connection", {{u"Connection"_s, u" "_s, true}}, {{"Connection", "Keep-Alive"}}, 0);
    row("empty Accept-Language", {{u"Accept-Language"_s, {}, true}}, {{"Accept-Language", "*"}}, 0);
    row("Connection", {{u"Connection"_s, u"close"_s, true}}, {{"Connection", "close"}}, -1);
    row("Host", {{u"Host"_s, u"other.test:81"_s, true}}, {{"Host", "other.test:81"}}, -1);
    row("hop by hop", {{u"TE"_s, u"trailers"_s, true}, {u"Keep-Alive"_s, u"timeout=5"_s, true}},
        {{"TE", "trailers"}, {"Keep-Alive", "timeout=5"}}, -1);
    row("Expect", {{u"Expect"_s, u"100-continue"_s, true}}, {{"Expect", "100-continue"}}, 0);
    row("Upgrade", {{u"Upgrade"_s, u"h2c"_s, true}}, {{"Upgrade", "h2c"}}, 0);
    row("letters outside ASCII", {{u"X-Name"_s, u"Zoë"_s, true}}, {{"X-Name", "Zo\xC3\xAB"}}, 0);
    row("own types", {{u"Content-Type"_s, u"a/b"_s, true}}, {{"Content-Type", "a/b"}}, -1);
}

void TestSendWarnings::headersAsTheyGoOut()
{
    QFETCH(QList<NameValue>, headers);
    QFETCH(Headers, lines);
    QFETCH(int, row);
    RequestSpec spec;
    spec.url = m_server.url().toString();
    spec.headers = headers;
    const ReceivedRequest got = send(spec);
    for (const auto &line : lines) {
        QVERIFY2(got.headers.contains(line), line.first.constData());
        QCOMPARE(std::ranges::count_if(got.headers,
                                       [&line](const auto &header) {
                                           return header.first.compare(line.first, Qt::CaseInsensitive) == 0;
                                       }),
                 1);
    }
    const auto warnings = sendWarnings(spec, {{u"v"_s, u"1"_s, true}});
    QCOMPARE(warnings.size(), row < 0 ? 0 : 1);
    if (row >= 0) {
        QCOMPARE(warnings.first().row, row);
        QCOMPARE(warnings.first().field, Field::Header);
        QVERIFY(warnings.first().isWarning && !warnings.first().message.isEmpty());
        QVERIFY(checkRequest(spec, {}, {{u"v"_s, u"1"_s, true}}).isEmpty()); // it stops nothing
    }
}

void TestSendWarnings::nothingIsSaidOfAnOrdinaryRequest()
{
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = u"https://a.test/"_s;
    spec.headers = {{u"Accept"_s, u"*/*"_s, true},
                    {{}, u"no name"_s, true},
                    {u"Authorization"_s, u"a"_s, true},
                    {u"authorization"_s, u"b"_s, true}};
    spec.body = {RequestBody::Kind::Json, u"{}"_s, {}};
    QVERIFY(sendWarnings(spec, {}).isEmpty()); // what stops it is not said twice
}

void TestSendWarnings::typesThatDoNotFitTheBody()
{
    RequestSpec spec;
    spec.headers = {{u"Content-Type"_s, u"application/json"_s, true}};
    spec.body.kind = RequestBody::Kind::Multipart;
    QCOMPARE(sendWarnings(spec, {}).size(), 1);
    spec.headers = {{u"Content-Type"_s, u"Multipart/mixed"_s, true}};
    QVERIFY(sendWarnings(spec, {}).isEmpty());
    spec.body.kind = RequestBody::Kind::Form;
    QCOMPARE(sendWarnings(spec, {}).size(), 1);
    spec.headers = {{u"Content-Encoding"_s, u"gzip"_s, true}};
    QCOMPARE(sendWarnings(spec, {}).size(), 1);
    spec.body.kind = RequestBody::Kind::File; // may well be compressed
    QVERIFY(sendWarnings(spec, {}).isEmpty());
}

void TestSendWarnings::theBodyDoesNotWaitForContinue()
{
    RequestSpec spec;
    spec.method = u"POST"_s;
    spec.url = m_server.url().toString();
    spec.headers = {{u"Expect"_s, u"100-continue"_s, true}};
    spec.body = {RequestBody::Kind::Text, u"at once"_s, {}};
    QCOMPARE(send(spec).body, "at once"_ba); // this server never says "100 Continue"
}

void TestSendWarnings::theDeclaredEncodingOfXml()
{
    RequestSpec spec;
    spec.body.kind = RequestBody::Kind::Xml;
    for (const auto &[declaration, count] :
         {std::pair(QString(), 0), std::pair(u"<?xml version=\"1.0\"?>"_s, 0),
          std::pair(u"<?xml version=\"1.0\" encoding=\"utf-8\"?>"_s, 0),
          std::pair(u"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"_s, 1)}) {
        spec.body.text = declaration + u"<a/>"_s;
        QCOMPARE(sendWarnings(spec, {}).size(), count);
    }
}

void TestSendWarnings::aTraceWithABody()
{
    RequestSpec spec;
    spec.method = u"TRACE"_s;
    QVERIFY(sendWarnings(spec, {}).isEmpty());
    spec.body = {RequestBody::Kind::Text, u"x"_s, {}};
    QCOMPARE(sendWarnings(spec, {}).size(), 1);
}

void TestSendWarnings::methodsGoOutAsTheyAre_data()
{
    QTest::addColumn<QString>("method");
    for (const auto &method :
         {u"GET"_s, u"get"_s, u"DELETE"_s, u"Post"_s, u"TRACE"_s, u"M-SEARCH!#$%&'*+.^_`|~"_s})
        QTest::newRow(qPrintable(method)) << method;
}

void TestSendWarnings::methodsGoOutAsTheyAre()
{
    QFETCH(QString, method);
    RequestSpec spec;
    spec.method = method;
    spec.url = m_server.url().toString();
    spec.body = {RequestBody::Kind::Text, u"x"_s, {}};
    const ReceivedRequest got = send(spec);
    QCOMPARE(got.method, method.toUtf8());
    QCOMPARE(got.body, "x"_ba);
}

QTEST_GUILESS_MAIN(TestSendWarnings)
#include "test_send_warnings.moc"
