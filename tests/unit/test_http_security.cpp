#include "app/base/Redactor.h"
#include "app/http/HeaderRules.h"
#include "app/http/HttpClient.h"
#include "app/http/Redirect.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/FakeTokens.h"
#include "tests/support/HttpTestServer.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using namespace keydesk::test;

/// SECURITY S2: a token goes only to an origin that its key is bound to, whatever the URL, the variables and
/// the servers say. `home` is where the key belongs, `stranger` is another origin; both keep every byte that
/// they are sent.
class TestHttpSecurity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theKeyGoesOutWhereItIsBound_data();
    void theKeyGoesOutWhereItIsBound();
    void redirectsToAStrangerLoseEveryCredential_data();
    void redirectsToAStrangerLoseEveryCredential();
    void redirectsAtHomeKeepThem_data();
    void redirectsAtHomeKeepThem();
    void aHopToAnotherBoundOriginLosesTheKeyToo();
    void aHopBackDoesNotBringItBack();
    void aChainIsWatchedHopByHop();
    void bodiesDoNotGoToStrangers_data();
    void bodiesDoNotGoToStrangers();
    void anOwnHostHeaderDoesNotTravel();
    void aSecretInAnyHeaderDoesNotTravel();
    void fromHttpsToHttpNothingTravels();
    void keysStayWhereTheyAreBound_data();
    void keysStayWhereTheyAreBound();
    void plainHttpIsRefusedBeforeTheTokenIsRead();
    void aTypedHostHeaderCountsAsATarget();
    void theBindingIsCheckedBeforeTheTokenIsRead();
    void aVariableThatChangesTheHostIsCaught();
    void oneTimeTokensHaveTheirOwnOrigins();
    void aTypedHeaderWinsOverTheKey();
    void tokensThatWouldSplitTheRequestAreRefused_data();
    void tokensThatWouldSplitTheRequestAreRefused();
    void doubledSchemesAreNoticed();
    void aKeyThatIsGoneIsSaid();
    void theTraceHoldsNoToken();
    void theServersWordsHoldNoToken();

private:
    PreparedRequest request(const HttpTestServer &server, const QString &path = u"/"_s,
                            const QByteArray &method = "GET") const;
    static HttpTestServer::Handler redirect(int status, const QUrl &target);

    std::unique_ptr<FakeTokens> m_tokens;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_home;
    std::unique_ptr<HttpTestServer> m_stranger;
};

namespace {

const QByteArray token = "talq_0123456789abcdef0123456789abcdef";

bool mentions(const CallTrace &trace, const QByteArray &secret)
{
    for (const SentRequest &sent : trace.sent) {
        if (sent.body.contains(secret) || sent.url.toEncoded().contains(secret))
            return true;
        for (const auto &[name, value] : sent.headers) {
            if (value.contains(secret))
                return true;
        }
    }
    for (const RedirectHop &hop : trace.hops) {
        if (hop.from.toEncoded().contains(secret) || hop.to.toEncoded().contains(secret))
            return true;
    }
    return trace.keyWithheld.contains(QString::fromLatin1(secret));
}

} // namespace

void TestHttpSecurity::init()
{
    m_tokens = std::make_unique<FakeTokens>();
    m_redactor = std::make_unique<Redactor>();
    m_client = std::make_unique<HttpClient>(*m_tokens, *m_redactor);
    m_client->setOptions({20s, 1'000'000, QNetworkProxy::NoProxy});
    m_home = std::make_unique<HttpTestServer>();
    m_stranger = std::make_unique<HttpTestServer>();
}

void TestHttpSecurity::cleanup()
{
    m_client.reset();
    m_home.reset();
    m_stranger.reset();
}

PreparedRequest TestHttpSecurity::request(const HttpTestServer &server, const QString &path,
                                          const QByteArray &method) const
{
    PreparedRequest request;
    request.method = method;
    request.url = server.url(path);
    return request;
}

HttpTestServer::Handler TestHttpSecurity::redirect(int status, const QUrl &target)
{
    return [status, target](const ReceivedRequest &) {
        return Answer{response(status, {{"Location", target.toEncoded()}})};
    };
}

void TestHttpSecurity::theKeyGoesOutWhereItIsBound_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("prefix");
    QTest::newRow("bearer") << "Authorization"_ba
                            << "Bearer "_ba;
    QTest::newRow("own header") << "X-API-Key"_ba
                                << ""_ba;
    QTest::newRow("name that tells nothing") << "X-Acme"_ba
                                             << "k="_ba;
}

void TestHttpSecurity::theKeyGoesOutWhereItIsBound()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, prefix);
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add(token, {m_home->origin()}, header, prefix);
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().first().header(header), prefix + token);
    QCOMPARE(call.trace.sent.size(), 1);
    QVERIFY(call.trace.sent.first().keySent);
    QVERIFY(call.trace.keyWithheld.isEmpty());
    QCOMPARE(call.trace.keyId, sent.keyId);
    QVERIFY(!mentions(call.trace, token));
    bool shown = false;
    for (const auto &[name, value] : call.trace.sent.first().headers)
        shown =
            shown || (name == header && value == prefix + "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2");
    QVERIFY(shown);
}

void TestHttpSecurity::redirectsToAStrangerLoseEveryCredential_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("keyHeader");
    QTest::addColumn<Headers>("typed");
    for (const int status : {301, 302, 303, 307, 308}) {
        QTest::addRow("%d key", status) << status << "Authorization"_ba << Headers();
        QTest::addRow("%d key in X-API-Key", status) << status << "X-API-Key"_ba << Headers();
        QTest::addRow("%d key in X-Acme", status) << status << "X-Acme"_ba << Headers();
        QTest::addRow("%d typed Authorization", status)
            << status << ""_ba << Headers{{"Authorization", "Bearer " + token}};
        QTest::addRow("%d typed, lower case", status)
            << status << ""_ba << Headers{{"authorization", "Bearer " + token}};
        QTest::addRow("%d Proxy-Authorization", status)
            << status << ""_ba << Headers{{"Proxy-Authorization", "Basic " + token}};
        QTest::addRow("%d Cookie", status) << status << ""_ba << Headers{{"Cookie", "session=" + token}};
        QTest::addRow("%d X-Auth-Token", status) << status << ""_ba << Headers{{"X-Auth-Token", token}};
        QTest::addRow("%d everything", status)
            << status << "X-API-Key"_ba
            << Headers{{"Authorization", "Bearer " + token}, {"Cookie", "session=" + token}};
    }
}

void TestHttpSecurity::redirectsToAStrangerLoseEveryCredential()
{
    QFETCH(int, status);
    QFETCH(QByteArray, keyHeader);
    QFETCH(Headers, typed);
    m_home->handle(redirect(status, m_stranger->url(u"/landing"_s)));
    PreparedRequest sent = request(*m_home);
    sent.headers = typed + Headers{{"X-Trace", "kept"}};
    if (!keyHeader.isEmpty())
        sent.keyId = m_tokens->add(token, {m_home->origin()}, keyHeader, "");
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());

    // Home got it, or this test would prove nothing.
    QVERIFY(m_home->received().contains(token));
    QCOMPARE(m_stranger->requests().size(), 1);
    QVERIFY2(!m_stranger->received().contains(token), m_stranger->received().constData());
    const auto &got = m_stranger->requests().first();
    QCOMPARE(got.header("X-Trace"), "kept"_ba);
    QCOMPARE(call.trace.hops.size(), 1);
    const RedirectHop &hop = call.trace.hops.first();
    for (const auto &[name, value] : std::as_const(typed)) {
        QVERIFY(!got.has(name));
        QVERIFY(hop.droppedHeaders.contains(name));
    }
    QCOMPARE(hop.keyDropped, !keyHeader.isEmpty());
    if (!keyHeader.isEmpty()) {
        QVERIFY(!got.has(keyHeader));
        QVERIFY(hop.droppedHeaders.contains(keyHeader));
        QVERIFY(call.trace.sent.at(0).keySent);
    }
    QVERIFY(!call.trace.sent.at(1).keySent);
    QVERIFY(!mentions(call.trace, token));
}

void TestHttpSecurity::redirectsAtHomeKeepThem_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {301, 302, 303, 307, 308})
        QTest::addRow("%d", status) << status;
}

void TestHttpSecurity::redirectsAtHomeKeepThem()
{
    QFETCH(int, status);
    m_home->handle("/from", redirect(status, m_home->url(u"/to"_s)));
    PreparedRequest sent = request(*m_home, u"/from"_s);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    sent.headers = {{"Cookie", "a=1"}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 2);
    QCOMPARE(m_home->requests().last().header("Authorization"), "Bearer " + token);
    QCOMPARE(m_home->requests().last().header("Cookie"), "a=1"_ba);
    QVERIFY(!call.trace.hops.first().keyDropped);
    QVERIFY(call.trace.sent.last().keySent);
    QCOMPARE(m_tokens->reads, 1);
}

void TestHttpSecurity::aHopToAnotherBoundOriginLosesTheKeyToo()
{
    m_home->handle(redirect(302, m_stranger->url()));
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add(token, {m_home->origin(), m_stranger->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(!m_stranger->received().contains(token));
    QVERIFY(call.trace.hops.first().keyDropped);
}

void TestHttpSecurity::aHopBackDoesNotBringItBack()
{
    m_home->handle("/out", redirect(302, m_stranger->url()));
    m_stranger->handle(redirect(302, m_home->url(u"/back"_s)));
    PreparedRequest sent = request(*m_home, u"/out"_s);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    sent.headers = {{"Cookie", "a=1"}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().size(), 2);
    QVERIFY(m_home->requests().first().has("Authorization"));
    const auto &back = m_home->requests().last();
    QCOMPARE(back.target, "/back"_ba);
    QVERIFY(!back.has("Authorization"));
    QVERIFY(!back.has("Cookie"));
    QCOMPARE(call.trace.hops.size(), 2);
    QVERIFY(call.trace.hops.at(0).keyDropped);
    QVERIFY(!call.trace.hops.at(1).keyDropped);
}

void TestHttpSecurity::aChainIsWatchedHopByHop()
{
    m_home->handle("/1", redirect(301, m_home->url(u"/2"_s)));
    m_home->handle("/2", redirect(307, m_home->url(u"/3"_s)));
    m_home->handle("/3", redirect(302, m_stranger->url(u"/4"_s)));
    m_stranger->handle("/4", redirect(308, m_stranger->url(u"/5"_s)));
    PreparedRequest sent = request(*m_home, u"/1"_s);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QList<bool> keySent;
    for (const SentRequest &hop : std::as_const(call.trace.sent))
        keySent << hop.keySent;
    QCOMPARE(keySent, (QList<bool>{true, true, true, false, false}));
    QCOMPARE(call.trace.hops.size(), 4);
    QVERIFY(!m_stranger->received().contains(token));
}

void TestHttpSecurity::bodiesDoNotGoToStrangers_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<bool>("follows");
    QTest::newRow("307") << 307 << "POST"_ba << false;
    QTest::newRow("308") << 308 << "POST"_ba << false;
    QTest::newRow("308 PUT") << 308 << "PUT"_ba << false;
    QTest::newRow("301 PUT") << 301 << "PUT"_ba << false;
    QTest::newRow("302 GET with a body") << 302 << "GET"_ba << false;
    QTest::newRow("301") << 301 << "POST"_ba << true; // becomes a GET without a body
    QTest::newRow("302") << 302 << "POST"_ba << true;
    QTest::newRow("303") << 303 << "POST"_ba << true;
    QTest::newRow("303 PUT") << 303 << "PUT"_ba << true;
}

void TestHttpSecurity::bodiesDoNotGoToStrangers()
{
    QFETCH(int, status);
    QFETCH(QByteArray, method);
    QFETCH(bool, follows);
    m_home->handle(redirect(status, m_stranger->url()));
    PreparedRequest sent = request(*m_home, u"/"_s, method);
    sent.headers = {{"Content-Type", "text/plain"}};
    sent.body = "password=hunter2";
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY2(call.isValue(), call.isValue() ? "" : qPrintable(call.error().message));
    QVERIFY(!m_stranger->received().contains("hunter2"));
    QCOMPARE(call.response().status, follows ? 200 : status);
    QCOMPARE(m_stranger->connections(), follows ? 1 : 0);
    QCOMPARE(call.trace.hops.size(), 1);
    const RedirectHop &hop = call.trace.hops.first();
    QCOMPARE(hop.stopped.isEmpty(), follows);
    QCOMPARE(hop.bodyDropped, follows);
    QCOMPARE(hop.to, m_stranger->url());
    if (follows)
        QVERIFY(!m_stranger->requests().first().has("Content-Type"));
}

void TestHttpSecurity::anOwnHostHeaderDoesNotTravel()
{
    m_home->handle(redirect(302, m_stranger->url()));
    PreparedRequest sent = request(*m_home);
    sent.headers = {{"Host", "virtual.test"}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().first().header("Host"), "virtual.test"_ba);
    QCOMPARE(m_stranger->requests().first().header("Host"),
             "127.0.0.1:" + QByteArray::number(m_stranger->port()));
}

void TestHttpSecurity::aSecretInAnyHeaderDoesNotTravel()
{
    m_redactor->add(Secret(std::string_view(token.constData(), static_cast<std::size_t>(token.size()))));
    m_home->handle(redirect(302, m_stranger->url()));
    PreparedRequest sent = request(*m_home);
    sent.headers = {{"X-Plain", token}, {"X-Coded", token.toBase64()}, {"X-Other", "stays"}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(m_home->received().contains(token));
    QVERIFY(!m_stranger->received().contains(token));
    QVERIFY(!m_stranger->received().contains(token.toBase64()));
    QCOMPARE(m_stranger->requests().first().header("X-Other"), "stays"_ba);
    QVERIFY(!mentions(call.trace, token));
}

void TestHttpSecurity::fromHttpsToHttpNothingTravels()
{
    PreparedRequest sent;
    const KeyForm bearer;
    sent.url = QUrl(u"https://a.test/x"_s);
    sent.headers = {
        {"X-Acme-Account", "private"}, {"Accept", "a/b"}, {"Cookie", "a=1"}, {"User-Agent", "me"}};
    const Redirect down = planRedirect(sent, &bearer, 302, "http://a.test/x", *m_redactor);
    QVERIFY(!down.sameOrigin);
    QVERIFY(down.hop.keyDropped);
    QCOMPARE(down.next.headers, (Headers{{"Accept", "a/b"}, {"User-Agent", "me"}}));
    QCOMPARE(down.hop.droppedHeaders, (QList<QByteArray>{"X-Acme-Account", "Cookie", "Authorization"}));
    const Redirect across = planRedirect(sent, &bearer, 302, "https://b.test/x", *m_redactor);
    QVERIFY(findHeader(across.next.headers, "X-Acme-Account"));
    QVERIFY(!findHeader(across.next.headers, "Cookie"));
}

void TestHttpSecurity::keysStayWhereTheyAreBound_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<Error::Kind>("kind");
    const auto row = [](const char *name, const QString &url,
                        Error::Kind kind = Error::Kind::OriginNotBound) {
        QTest::newRow(name) << url << kind;
    };
    row("host in front of another", u"https://app.talkover.ai.evil.invalid/"_s);
    row("host behind another", u"https://evil.invalid/app.talkover.ai"_s);
    row("suffix", u"https://talkover.ai/"_s);
    row("subdomain", u"https://x.app.talkover.ai/"_s);
    row("cyrillic a", u"https://\u0430pp.talkover.ai/"_s);
    row("punycode", u"https://xn--pp-6kc.talkover.ai/"_s);
    row("other port", u"https://app.talkover.ai:8443/"_s);
    row("another loopback port", u"http://127.0.0.1:1/"_s);
    row("loopback by name", u"http://localhost:1/"_s);
    row("plain http", u"http://app.talkover.ai/"_s, Error::Kind::InsecureTransport);
    row("plain http on 443", u"http://app.talkover.ai:443/"_s, Error::Kind::InsecureTransport);
    row("user info", u"https://app.talkover.ai@evil.invalid/"_s, Error::Kind::InvalidInput);
    row("password", u"https://app.talkover.ai:443@evil.invalid/"_s, Error::Kind::InvalidInput);
    row("backslash", u"https://app.talkover.ai\\@evil.invalid/"_s, Error::Kind::InvalidInput);
    row("tab", u"https://app.talkover.ai\t.evil.invalid/"_s, Error::Kind::InvalidInput);
}

void TestHttpSecurity::keysStayWhereTheyAreBound()
{
    QFETCH(QString, url);
    QFETCH(Error::Kind, kind);
    PreparedRequest sent;
    sent.url = QUrl(url);
    sent.keyId = m_tokens->add(token, {*Origin::fromString(u"https://app.talkover.ai"_s)});
    CallWatcher call(m_client->send(sent));
    QCOMPARE(call.finishedCount, 0);
    QVERIFY(call.wait());
    QVERIFY(call.outcome && !*call.outcome);
    QCOMPARE(call.error().kind, kind);
    QCOMPARE(m_tokens->reads, 0);
    QVERIFY(call.trace.sent.isEmpty());
    if (kind == Error::Kind::OriginNotBound) {
        const QString message = call.error().message;
        QVERIFY2(message.contains(u"My key"_s) && message.contains(u"https://app.talkover.ai"_s) &&
                     message.contains(Origin::fromUrl(sent.url)->toString()),
                 qPrintable(message));
        QCOMPARE(call.trace.keyWithheld, message);
    }
}

void TestHttpSecurity::plainHttpIsRefusedBeforeTheTokenIsRead()
{
    PreparedRequest sent;
    sent.url = QUrl(u"http://far.invalid/"_s);
    sent.keyId = m_tokens->add(token, {*Origin::fromUrl(sent.url)}); // even if somebody bound it there
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InsecureTransport));
    QCOMPARE(m_tokens->reads, 0);
}

void TestHttpSecurity::aTypedHostHeaderCountsAsATarget()
{
    for (const QByteArray &host : {"evil.test"_ba, "127.0.0.1:1"_ba, "a@b"_ba, "a/b"_ba}) {
        PreparedRequest sent = request(*m_home);
        sent.keyId = m_tokens->add(token, {m_home->origin()});
        sent.headers = {{"Host", host}};
        CallWatcher call(m_client->send(sent));
        QVERIFY(call.wait());
        QVERIFY(call.outcome && !*call.outcome);
    }
    QCOMPARE(m_home->connections(), 0);
    PreparedRequest same = request(*m_home);
    same.keyId = m_tokens->add(token, {m_home->origin()});
    same.headers = {{"Host", "127.0.0.1:" + QByteArray::number(m_home->port())}};
    CallWatcher call(m_client->send(same));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
}

void TestHttpSecurity::theBindingIsCheckedBeforeTheTokenIsRead()
{
    PreparedRequest sent = request(*m_stranger);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::OriginNotBound));
    QCOMPARE(m_tokens->reads, 0);
    QCOMPARE(m_stranger->connections(), 0);
    sent.keyId = m_tokens->add(token, {});
    CallWatcher unbound(m_client->send(sent));
    QVERIFY(unbound.wait());
    QVERIFY(unbound.failedWith(Error::Kind::OriginNotBound));
}

void TestHttpSecurity::aVariableThatChangesTheHostIsCaught()
{
    RequestSpec spec;
    spec.url = u"{{baseUrl}}/agents"_s;
    const QUuid key = m_tokens->add(token, {m_home->origin()});
    const auto prepared = prepareRequest(spec, m_home->url(),
                                         {{u"baseUrl"_s, m_stranger->url(QString()).toString(), true}}, key);
    QVERIFY(prepared);
    CallWatcher call(m_client->send(*prepared));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::OriginNotBound));
    QCOMPARE(m_stranger->connections(), 0);
}

void TestHttpSecurity::oneTimeTokensHaveTheirOwnOrigins()
{
    const auto oneTime = std::make_shared<OneTimeToken>();
    oneTime->token = std::make_shared<const Secret>(
        std::string_view(token.constData(), static_cast<std::size_t>(token.size())));
    oneTime->origins = {m_home->origin()};
    PreparedRequest sent = request(*m_home);
    sent.oneTimeToken = oneTime;
    m_home->handle(redirect(302, m_stranger->url()));
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().first().header("Authorization"), "Bearer " + token);
    QVERIFY(!m_stranger->received().contains(token));
    QVERIFY(!mentions(call.trace, token));
    QVERIFY(!call.trace.keyId);
    QVERIFY(m_redactor->redact(token).hits > 0); // from now on it is known as a secret
    const auto elsewhere = m_stranger->requests().size();
    sent.url = m_stranger->url();
    CallWatcher refused(m_client->send(sent));
    QVERIFY(refused.wait());
    QVERIFY(refused.failedWith(Error::Kind::OriginNotBound));
    QCOMPARE(m_stranger->requests().size(), elsewhere);
}

void TestHttpSecurity::aTypedHeaderWinsOverTheKey()
{
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    sent.headers = {{"authorization", "Bearer typed-by-hand"}};
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().first().header("Authorization"), "Bearer typed-by-hand"_ba);
    QVERIFY(!m_home->received().contains(token));
    QCOMPARE(m_tokens->reads, 0);
    QVERIFY(!call.trace.sent.first().keySent);
    QVERIFY(call.trace.keyWithheld.contains(u"Authorization"_s));
    QVERIFY(!mentions(call.trace, "typed-by-hand"));
}

void TestHttpSecurity::tokensThatWouldSplitTheRequestAreRefused_data()
{
    QTest::addColumn<QByteArray>("bad");
    QTest::newRow("line feed") << token + "\n"_ba;
    QTest::newRow("new header") << token + "\r\nX-Evil: 1"_ba;
    QTest::newRow("null") << token + QByteArray(1, '\0');
    QTest::newRow("escape") << "\x1B"_ba + token;
    QTest::newRow("empty") << ""_ba;
}

void TestHttpSecurity::tokensThatWouldSplitTheRequestAreRefused()
{
    QFETCH(QByteArray, bad);
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add(bad, {m_home->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::InvalidInput));
    QVERIFY(!call.error().message.contains(QString::fromLatin1(token)));
    QCOMPARE(m_home->connections(), 0);
    sent.keyId = m_tokens->add(token, {m_home->origin()}, "X-Key: 1\r\nY", "");
    CallWatcher header(m_client->send(sent));
    QVERIFY(header.wait());
    QVERIFY(header.failedWith(Error::Kind::InvalidInput));
    QCOMPARE(m_home->connections(), 0);
}

void TestHttpSecurity::doubledSchemesAreNoticed()
{
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add("Bearer " + token, {m_home->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.trace.doubledScheme);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    CallWatcher single(m_client->send(sent));
    QVERIFY(single.wait());
    QVERIFY(!single.trace.doubledScheme);
    sent.keyId.reset();
    sent.headers = {{"Authorization", "bearer Bearer x"}};
    CallWatcher typed(m_client->send(sent));
    QVERIFY(typed.wait());
    QVERIFY(typed.trace.doubledScheme);
}

void TestHttpSecurity::aKeyThatIsGoneIsSaid()
{
    PreparedRequest sent = request(*m_home);
    sent.keyId = QUuid::createUuid();
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NotFound));
    QVERIFY(!call.trace.keyWithheld.isEmpty());
    QCOMPARE(m_home->connections(), 0);
}

void TestHttpSecurity::theTraceHoldsNoToken()
{
    // A server that knows the token can put it anywhere, and so can the user.
    m_home->handle("/from", redirect(302, m_home->url(u"/to?echo="_s + QString::fromLatin1(token))));
    PreparedRequest sent = request(*m_home, u"/from?token="_s + QString::fromLatin1(token));
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    CallWatcher call(m_client->send(sent));
    QVERIFY(call.wait());
    QCOMPARE(m_home->requests().last().target, "/to?echo=" + token);
    QVERIFY(!mentions(call.trace, token));
    QVERIFY(!call.response().url.toEncoded().contains(token));

    PreparedRequest post = request(*m_home, u"/"_s, "POST");
    post.keyId = sent.keyId;
    post.body = "{\"token\":\"" + token + "\"}";
    CallWatcher body(m_client->send(post));
    QVERIFY(body.wait());
    QCOMPARE(m_home->requests().last().body, post.body);
    QVERIFY(!mentions(body.trace, token));
}

void TestHttpSecurity::theServersWordsHoldNoToken()
{
    PreparedRequest sent = request(*m_home);
    sent.keyId = m_tokens->add(token, {m_home->origin()});
    m_home->answer("HTTP/1.1 403 No " + token + "\r\nContent-Length: 0\r\n\r\n");
    CallWatcher reason(m_client->send(sent));
    QVERIFY(reason.wait());
    QVERIFY(reason.isValue());
    QCOMPARE(reason.response().reason, "No ••••"_ba);

    const QString word = u"canaryabcdef0123456789"_s;
    m_redactor->add(Secret("canaryabcdef0123456789"));
    m_home->answer(response(302, {{"Location", word.toLatin1() + "://somewhere/"}}));
    CallWatcher stopped(m_client->send(request(*m_home)));
    QVERIFY(stopped.wait());
    QCOMPARE(stopped.trace.hops.size(), 1);
    const QString why = stopped.trace.hops.first().stopped;
    QVERIFY2(why.contains(u"••••"_s) && !why.contains(word), qPrintable(why));

    // A redirect there would ask a name server for the secret.
    const QUrl host(u"http://"_s + word + u".invalid/"_s);
    m_home->answer(response(302, {{"Location", host.toEncoded()}}));
    CallWatcher asked(m_client->send(request(*m_home)));
    QVERIFY(asked.wait());
    QVERIFY(!asked.trace.hops.first().stopped.isEmpty());

    PreparedRequest typed;
    typed.url = host;
    CallWatcher failed(m_client->send(typed));
    QVERIFY(failed.wait());
    QVERIFY(!failed.isValue());
    const QString problem = failed.error().message + failed.error().detail;
    QVERIFY2(problem.contains(u"••••"_s) && !problem.contains(word), qPrintable(problem));
}

QTEST_GUILESS_MAIN(TestHttpSecurity)
#include "test_http_security.moc"
