#include "app/base/Redactor.h"
#include "app/http/HttpClient.h"
#include "app/http/RedactedRequest.h"
#include "app/http/Redirect.h"
#include "app/providers/TokenFormat.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// Keys that go out otherwise than as a bearer token: in the query and by HTTP Basic. SECURITY S2 and S8 hold for
/// them as for a header; `home` is where the key belongs, `stranger` is another origin.
class TestKeyForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theQueryTakesTheKey_data();
    void theQueryTakesTheKey();
    void everyCharacterArrivesInTheQuery();
    void nothingShowsTheKeyOfTheQuery();
    void aTypedParameterWinsOverTheKey_data();
    void aTypedParameterWinsOverTheKey();
    void aParameterWithoutANameIsRefused();
    void redirectsAtHomeDoNotDoubleIt();
    void redirectsToAStrangerDoNotCarryIt_data();
    void redirectsToAStrangerDoNotCarryIt();
    void aHopBackDoesNotBringItBack();
    void theQueryIsForBoundOriginsOnly();
    void basicIsThePairInBase64_data();
    void basicIsThePairInBase64();
    void basicIsKnownInEveryPart_data();
    void basicIsKnownInEveryPart();
    void aStrangerDoesNotGetThePair();
    void aTokenThatIsNoPairIsRefused();
    void hintsGiveNothingAway_data();
    void hintsGiveNothingAway();
    void pairsThatCanBeSent_data();
    void pairsThatCanBeSent();
    void formsAreShownAsTheyStandInARequest();

private:
    QUuid queryKey(const QByteArray &name = "api_key");
    QUuid basicKey(const QByteArray &pair);
    PreparedRequest request(const QString &target, const QUuid &key) const;

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_home;
    std::unique_ptr<HttpTestServer> m_stranger;
};

namespace {

const QByteArray token = "k3y+/with=odd&signs#0123456789";

Secret secretOf(const QByteArray &bytes)
{
    return Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

/// Everything that a trace shows, as one text.
QByteArray allOf(const CallTrace &trace)
{
    QByteArray all = sentText(trace).toUtf8() + trace.keyWithheld.toUtf8();
    for (const SentRequest &sent : trace.sent) {
        all += sent.url.toEncoded() + '\n' + sent.body + '\n';
        for (const auto &[name, value] : sent.headers)
            all += name + ": " + value + '\n';
    }
    for (const RedirectHop &hop : trace.hops)
        all += hop.from.toEncoded() + '\n' + hop.to.toEncoded() + '\n' + hop.stopped.toUtf8() + '\n';
    return all;
}

bool gives(const QByteArray &text, const QByteArray &secret)
{
    return text.contains(secret) || QByteArray::fromPercentEncoding(text).contains(secret) ||
           text.contains(secret.toBase64(QByteArray::OmitTrailingEquals));
}

} // namespace

void TestKeyForms::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
    m_home = std::make_unique<HttpTestServer>();
    m_stranger = std::make_unique<HttpTestServer>();
}

void TestKeyForms::cleanup()
{
    m_client.reset();
    m_home.reset();
    m_stranger.reset();
}

QUuid TestKeyForms::queryKey(const QByteArray &name)
{
    return m_tokens->add(token, {m_home->origin()}, name, {}, KeyPlacement::Query);
}

QUuid TestKeyForms::basicKey(const QByteArray &pair)
{
    return m_tokens->add(pair, {m_home->origin()}, "Authorization", "Basic ", KeyPlacement::Basic);
}

PreparedRequest TestKeyForms::request(const QString &target, const QUuid &key) const
{
    PreparedRequest request;
    request.url = m_home->url(target);
    request.keyId = key;
    return request;
}

void TestKeyForms::theQueryTakesTheKey_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("arrives");
    const QByteArray encoded = token.toPercentEncoding();
    QTest::newRow("no query") << u"/a"_s << "api_key"_ba << "/a?api_key=" + encoded;
    QTest::newRow("an empty query") << u"/a?"_s << "api_key"_ba << "/a?api_key=" + encoded;
    QTest::newRow("behind what is there") << u"/a?b=1&c=%20+%2B"_s << "api_key"_ba << "/a?b=1&c=%20+%2B&api_key=" + encoded;
    QTest::newRow("a name to be encoded") << u"/a"_s << "my key&"_ba << "/a?my%20key%26=" + encoded;
    QTest::newRow("part of another name") << u"/a?xapi_key=1&api_keys=2"_s << "api_key"_ba
                                          << "/a?xapi_key=1&api_keys=2&api_key=" + encoded;
}

void TestKeyForms::theQueryTakesTheKey()
{
    QFETCH(QString, target);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, arrives);
    CallWatcher call(m_client->send(request(target, queryKey(name))));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 1);
    QCOMPARE(m_home->requests().first().target, arrives);
    QVERIFY(!m_home->requests().first().has("Authorization"));
    QVERIFY(call.trace.sent.first().keySent);
    QVERIFY(call.trace.keyWithheld.isEmpty());
}

void TestKeyForms::everyCharacterArrivesInTheQuery()
{
    QByteArray all;
    for (int c = 1; c < 256; ++c)
        all.append(static_cast<char>(c));
    PreparedRequest sent = request(u"/?a=b"_s, m_tokens->add(all, {m_home->origin()}, "k", {}, KeyPlacement::Query));
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(QByteArray::fromPercentEncoding(m_home->requests().first().target.mid(8)), all);
}

void TestKeyForms::nothingShowsTheKeyOfTheQuery()
{
    m_home->handle([](const ReceivedRequest &received) {
        return Answer{response(200, {{"X-Echo", received.target}}, received.target)};
    });
    CallWatcher call(m_client->send(request(u"/a?b=1"_s, queryKey("q"))));
    QVERIFY(call.wait());
    QVERIFY(!gives(allOf(call.trace), token));
    QVERIFY2(sentText(call.trace).contains(u"/a?b=1&q=••••"_s), qPrintable(sentText(call.trace)));
    QVERIFY(!gives(call.response().url.toEncoded(), token));
    // An answer that repeats the address is redacted wherever it is kept.
    QVERIFY(!gives(m_redactor->redact(call.response().body).bytes, token));
    QVERIFY(!gives(responseHeadText(call.response(), *m_redactor).toUtf8(), token));

    // A key too short to be known to the redactor is hidden all the same.
    const QUuid shortKey = m_tokens->add("abc", {m_home->origin()}, "q", {}, KeyPlacement::Query);
    CallWatcher brief(m_client->send(request(u"/"_s, shortKey)));
    QVERIFY(brief.wait());
    QCOMPARE(m_home->requests().last().target, "/?q=abc"_ba);
    QVERIFY(!allOf(brief.trace).contains("abc"));
}

void TestKeyForms::aTypedParameterWinsOverTheKey_data()
{
    QTest::addColumn<QString>("target");
    QTest::newRow("plain") << u"/?api_key=typed"_s;
    QTest::newRow("encoded") << u"/?a=1&%61pi_key=typed"_s;
    QTest::newRow("without a value") << u"/?api_key"_s;
}

void TestKeyForms::aTypedParameterWinsOverTheKey()
{
    QFETCH(QString, target);
    CallWatcher call(m_client->send(request(target, queryKey())));
    QVERIFY(call.wait());
    QVERIFY(!gives(m_home->received(), token));
    QCOMPARE(m_tokens->reads, 0);
    QVERIFY(!call.trace.sent.first().keySent);
    QVERIFY(call.trace.keyWithheld.contains(u"parameter api_key"_s));
}

void TestKeyForms::aParameterWithoutANameIsRefused()
{
    CallWatcher call(m_client->send(request(u"/"_s, queryKey({}))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InvalidInput));
    QCOMPARE(m_home->connections(), 0);
}

void TestKeyForms::redirectsAtHomeDoNotDoubleIt()
{
    // As most servers do, the whole query is carried over.
    m_home->handle("/old", [](const ReceivedRequest &received) {
        return Answer{response(302, {{"Location", "/new" + received.target.mid(4)}})};
    });
    CallWatcher call(m_client->send(request(u"/old?a=1"_s, queryKey())));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 2);
    QCOMPARE(m_home->requests().last().target, "/new?a=1&api_key=" + token.toPercentEncoding());
    QVERIFY(call.trace.sent.last().keySent);
    QVERIFY(!gives(allOf(call.trace), token));
}

void TestKeyForms::redirectsToAStrangerDoNotCarryIt_data()
{
    QTest::addColumn<QByteArray>("query"); // TOKEN: encoded as it came
    QTest::addColumn<bool>("followed");
    QTest::newRow("without it") << "?a=1"_ba << true;
    QTest::newRow("carried over") << "?a=1&api_key=TOKEN"_ba << true;
    QTest::newRow("its name encoded") << "?%61pi_key=TOKEN&a=1"_ba << true;
    QTest::newRow("under another name") << "?a=1&x=TOKEN"_ba << false;
    QTest::newRow("in the path") << "TOKEN?a=1"_ba << false;
    QTest::newRow("in Base64") << "?a=1&x=" + token.toBase64() << false;
}

void TestKeyForms::redirectsToAStrangerDoNotCarryIt()
{
    QFETCH(QByteArray, query);
    QFETCH(bool, followed);
    query.replace("TOKEN", token.toPercentEncoding());
    m_home->handle([this, query](const ReceivedRequest &) {
        return Answer{response(307, {{"Location", m_stranger->url().toEncoded() + query}})};
    });
    CallWatcher call(m_client->send(request(u"/"_s, queryKey())));
    QVERIFY(call.wait());
    QVERIFY(!gives(m_stranger->received(), token));
    QCOMPARE(m_stranger->requests().size(), followed ? 1 : 0);
    QVERIFY(!gives(allOf(call.trace), token));
    QCOMPARE(call.trace.hops.size(), 1);
    if (followed) {
        QCOMPARE(m_stranger->requests().first().target, "/?a=1"_ba);
        QVERIFY(call.trace.hops.first().keyDropped);
        QVERIFY(!call.trace.sent.last().keySent);
    } else {
        QVERIFY(!call.trace.hops.first().stopped.isEmpty());
        QCOMPARE(call.response().status, 307);
    }
}

void TestKeyForms::aHopBackDoesNotBringItBack()
{
    m_home->handle("/a", [this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_stranger->url().toEncoded()}})};
    });
    m_stranger->handle([this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_home->url(u"/b"_s).toEncoded()}})};
    });
    CallWatcher call(m_client->send(request(u"/a"_s, queryKey())));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().last().target, "/b"_ba);
}

void TestKeyForms::theQueryIsForBoundOriginsOnly()
{
    PreparedRequest sent = request(u"/"_s, queryKey());
    sent.url = m_stranger->url();
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::OriginNotBound));
    QCOMPARE(m_stranger->connections(), 0);
    QCOMPARE(m_tokens->reads, 0);
}

void TestKeyForms::basicIsThePairInBase64_data()
{
    QTest::addColumn<QByteArray>("pair");
    QTest::newRow("plain") << "alice:wonderland"_ba;
    QTest::newRow("colons in the password") << "alice:a:b:c"_ba;
    QTest::newRow("without a password") << "sk_live_1234567890:"_ba;
    QTest::newRow("without a name") << ":personal-access-token"_ba;
    QTest::newRow("UTF-8") << "ä@example.com:pässwörd €"_ba;
}

void TestKeyForms::basicIsThePairInBase64()
{
    QFETCH(QByteArray, pair);
    CallWatcher call(m_client->send(request(u"/"_s, basicKey(pair))));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().first().header("Authorization"), "Basic " + pair.toBase64());
    QVERIFY(!gives(allOf(call.trace), pair));
    QVERIFY(sentText(call.trace).contains(u"Authorization: Basic ••••"_s));
}

void TestKeyForms::basicIsKnownInEveryPart_data()
{
    QTest::addColumn<QByteArray>("pair");
    QTest::addColumn<QByteArray>("echo");
    QTest::addColumn<bool>("secret");
    const QByteArray pair = "alice:wonderland"_ba;
    QTest::newRow("the header's value") << pair << pair.toBase64() << true;
    QTest::newRow("inside other Base64") << pair << ("x" + pair + "y").toBase64() << true;
    QTest::newRow("the pair") << pair << pair << true;
    QTest::newRow("the password") << pair << "wonderland"_ba << true;
    QTest::newRow("the password, encoded") << pair << QByteArray("wonderland").toBase64() << true;
    QTest::newRow("the name is none") << pair << "alice-alice"_ba << false;
    QTest::newRow("a name without a password") << "sk_live_1234567890:"_ba << "sk_live_1234567890"_ba << true;
    QTest::newRow("a short pair in Base64") << "me:x"_ba << QByteArray("me:x").toBase64() << true;
}

void TestKeyForms::basicIsKnownInEveryPart()
{
    QFETCH(QByteArray, pair);
    QFETCH(QByteArray, echo);
    QFETCH(bool, secret);
    CallWatcher call(m_client->send(request(u"/"_s, basicKey(pair))));
    QVERIFY(call.wait());
    const auto redacted = m_redactor->redact("{\"echo\":\"" + echo + "\"}");
    QCOMPARE(redacted.hits > 0, secret);
    QCOMPARE(redacted.bytes.contains(echo), !secret);
}

void TestKeyForms::aStrangerDoesNotGetThePair()
{
    const QByteArray pair = "alice:wonderland";
    m_home->handle([this](const ReceivedRequest &) {
        return Answer{response(302, {{"Location", m_stranger->url().toEncoded()}})};
    });
    CallWatcher call(m_client->send(request(u"/"_s, basicKey(pair))));
    QVERIFY(call.wait());
    QCOMPARE(m_stranger->requests().size(), 1);
    QVERIFY(!m_stranger->requests().first().has("Authorization"));
    QCOMPARE(call.trace.hops.first().droppedHeaders, QList<QByteArray>{"Authorization"});
}

void TestKeyForms::aTokenThatIsNoPairIsRefused()
{
    CallWatcher call(m_client->send(request(u"/"_s, basicKey("no-colon-in-here"))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InvalidInput));
    QCOMPARE(m_home->connections(), 0);
}

void TestKeyForms::hintsGiveNothingAway_data()
{
    QTest::addColumn<QByteArray>("pair");
    QTest::addColumn<QString>("hint");
    QTest::newRow("name and password") << "alice:wonderland-and-more"_ba << u"alice:••••"_s;
    QTest::newRow("without a password, the name is the key") << "sk_live_0123456789abcdef:"_ba << u"sk_••••cdef:"_s;
    QTest::newRow("without a name") << ":wonderland-and-more"_ba << u":••••"_s;
}

void TestKeyForms::hintsGiveNothingAway()
{
    QFETCH(QByteArray, pair);
    QFETCH(QString, hint);
    QCOMPARE(hintOf(KeyPlacement::Basic, secretOf(pair)), hint);
}

void TestKeyForms::pairsThatCanBeSent_data()
{
    QTest::addColumn<QByteArray>("pair");
    QTest::addColumn<bool>("good");
    QTest::newRow("both") << "a:b"_ba << true;
    QTest::newRow("blanks") << "a b: c "_ba << true;
    QTest::newRow("no password") << "a:"_ba << true;
    QTest::newRow("nothing") << ":"_ba << false;
    QTest::newRow("no colon") << "ab"_ba << false;
    QTest::newRow("line break") << "a:b\n"_ba << false;
    QTest::newRow("escape") << "a:\x1b"_ba << false;
}

void TestKeyForms::pairsThatCanBeSent()
{
    QFETCH(QByteArray, pair);
    QFETCH(bool, good);
    QCOMPARE(canBeSent(secretOf(pair), KeyPlacement::Basic), good);
}

void TestKeyForms::formsAreShownAsTheyStandInARequest()
{
    QCOMPARE(shownAs({}, u"$KEY"_s), u"Authorization: Bearer $KEY"_s);
    QCOMPARE(shownAs({KeyPlacement::Header, "X-API-Key", {}}, u"••••"_s), u"X-API-Key: ••••"_s);
    QCOMPARE(shownAs({KeyPlacement::Query, "api_key", {}}, u"••••"_s), u"api_key=••••"_s);
    QCOMPARE(shownAs({KeyPlacement::Basic, "Authorization", "Basic "}, u"me:••••"_s),
             u"Authorization: Basic base64(me:••••)"_s);
}

QTEST_GUILESS_MAIN(TestKeyForms)
#include "test_key_forms.moc"
