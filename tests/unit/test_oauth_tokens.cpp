#include "app/http/RedactedRequest.h"
#include "app/keys/KeyCheck.h"
#include "app/keys/OAuthTokens.h"
#include "app/providers/AuthExplainer.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace keydesk;
using test::Answer;
using test::CallWatcher;
using test::HttpTestServer;
using test::ReceivedRequest;
using test::ScriptedSecretStore;

namespace {

constexpr std::string_view clientSecret = "s3cret+of/the=client&0123456789";
const QByteArray secretBytes(clientSecret.data(), clientSecret.size());

QByteArray tokenNumber(int number)
{
    return "acc3ss-t0ken-" + QByteArray::number(number).rightJustified(8, '0');
}

QByteArray json(int status, const QByteArray &body)
{
    return test::response(status, {{"Content-Type", "application/json"}}, body);
}

} // namespace

/// Access tokens for keys that are OAuth clients' secrets (RFC 6749 section 4.4). `m_auth` is the token endpoint,
/// `m_api` is where the tokens go.
class TestOAuthTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theFirstCallFetchesAToken();
    void theClientIsNamedAsAsked_data();
    void theClientIsNamedAsAsked();
    void aHeldTokenIsUsedUntilShortlyBeforeItsEnd();
    void aShortLifeIsUsedByHalf();
    void aTokenWithoutAnEndIsKept();
    void callsAtOnceShareOneFetch();
    void aCallThatIsStoppedDoesNotStopTheOthers();
    void theFetchEndsWithItsLastCall();
    void whatTheServerSaysIsExplained_data();
    void whatTheServerSaysIsExplained();
    void aServerThatHangsIsGivenUp();
    void aServerThatIsNotThereIsNamed();
    void aFailureIsNotRepeatedByItself();
    void theSecretGoesToTheTokenUrlOnly_data();
    void theSecretGoesToTheTokenUrlOnly();
    void theTokenGoesWhereTheKeyIsBoundOnly();
    void plainHttpToAnotherMachineIsRefused();
    void nothingShowsTheSecretOrTheToken_data();
    void nothingShowsTheSecretOrTheToken();
    void renewingFetchesAnother();
    void aRefusedTokenIsExplained();
    void aLockedKeychainKeepsItsName();
    void lockingLetsGoOfTheToken();
    void removingTheKeyLetsGoOfTheToken();
    void anotherSecretGetsAnotherToken();
    void aSecretIsTriedBeforeItIsStored();
    void checkingAKeyWorks();
    void aClientIsKeptInTheDatabase();
    void itIsFetchedAsTheEnvironmentIsConnected();
    void aSecretInTheBodyIsNotShownToAProxy();

private:
    [[nodiscard]] ApiKey addKey(const OAuthClient &client, std::string_view secret = clientSecret);
    [[nodiscard]] OAuthClient client() const;
    [[nodiscard]] PreparedRequest request(const ApiKey &key) const;
    void grant(const QByteArray &rest = R"(,"expires_in":3600)");

    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<OAuthTokens> m_tokens; // with a clock of its own
    std::unique_ptr<HttpClient> m_client;
    std::unique_ptr<HttpTestServer> m_auth;
    std::unique_ptr<HttpTestServer> m_api;
    QDateTime m_now;
    int m_granted = 0;
};

void TestOAuthTokens::init()
{
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    m_now = QDateTime::currentDateTimeUtc();
    m_granted = 0;
    m_tokens = std::make_unique<OAuthTokens>(
        *(*m_core)->keys, *(*m_core)->ring, [this](const PreparedRequest &request) { return m_client->send(request); },
        [this] { return m_now; });
    m_client = std::make_unique<HttpClient>(*m_tokens, (*m_core)->redactor);
    m_client->setOptions({20s, 4'000'000, QNetworkProxy::NoProxy});
    m_auth = std::make_unique<HttpTestServer>();
    m_api = std::make_unique<HttpTestServer>();
    grant();
}

void TestOAuthTokens::cleanup()
{
    m_client.reset();
    m_tokens.reset();
    m_core.reset();
    m_auth.reset();
    m_api.reset();
}

OAuthClient TestOAuthTokens::client() const
{
    return {m_auth->url(u"/token"_s), u"the-client"_s, {}, {}, false};
}

ApiKey TestOAuthTokens::addKey(const OAuthClient &oauth, std::string_view secret)
{
    NewKey draft;
    draft.name = u"Machine"_s;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    draft.origins = {m_api->origin()};
    draft.oauth = oauth;
    return m_core->addKey(draft, secret);
}

PreparedRequest TestOAuthTokens::request(const ApiKey &key) const
{
    PreparedRequest request;
    request.url = m_api->url();
    request.keyId = key.id;
    return request;
}

/// Each time another token.
void TestOAuthTokens::grant(const QByteArray &rest)
{
    m_auth->handle([this, rest](const ReceivedRequest &) {
        return Answer{json(200, R"({"access_token":")" + tokenNumber(++m_granted) + R"(","token_type":"Bearer")" + rest + "}")};
    });
}

void TestOAuthTokens::theFirstCallFetchesAToken()
{
    OAuthClient with = client();
    with.scope = u"read write:all"_s;
    with.audience = u"https://api.example/?a=1"_s;
    const ApiKey key = addKey(with);
    QVERIFY(!key.id.isNull());
    QSignalSpy changed(m_tokens.get(), &OAuthTokens::changed);
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(m_auth->requests().size(), 1);
    const ReceivedRequest &asked = m_auth->requests().first();
    QCOMPARE(asked.method, "POST"_ba);
    QCOMPARE(asked.target, "/token"_ba);
    QCOMPARE(asked.header("Content-Type"), "application/x-www-form-urlencoded"_ba);
    QCOMPARE(asked.header("Accept"), "application/json"_ba);
    QCOMPARE(asked.body, "grant_type=client_credentials&scope=read%20write%3Aall&audience=https%3A%2F%2Fapi.example%2F%3Fa%3D1"_ba);
    QCOMPARE(m_api->requests().first().header("Authorization"), "Bearer " + tokenNumber(1));
    QVERIFY(changed.size() >= 2);
    const AccessTokenState state = m_tokens->state(key.id);
    QVERIFY(state.isHeld && !state.isFetching);
    QCOMPARE(m_now.secsTo(state.expiresAt), 3600);
}

void TestOAuthTokens::theClientIsNamedAsAsked_data()
{
    QTest::addColumn<bool>("inBody");
    QTest::newRow("in the header") << false;
    QTest::newRow("in the body") << true;
}

void TestOAuthTokens::theClientIsNamedAsAsked()
{
    QFETCH(bool, inBody);
    OAuthClient named = client();
    named.clientId = u"id:with&odd ä"_s;
    named.inBody = inBody;
    CallWatcher call(m_client->send(request(addKey(named))));
    QVERIFY(call.wait());
    const ReceivedRequest &asked = m_auth->requests().first();
    // RFC 6749 section 2.3.1: form-encoded, each by itself.
    const QByteArray id = "id%3Awith%26odd%20%C3%A4";
    const QByteArray secret = secretBytes.toPercentEncoding();
    QCOMPARE(asked.header("Authorization"), inBody ? QByteArray() : "Basic " + (id + ':' + secret).toBase64());
    QCOMPARE(asked.body, "grant_type=client_credentials"_ba + (inBody ? "&client_id=" + id + "&client_secret=" + secret : QByteArray()));
}

void TestOAuthTokens::aHeldTokenIsUsedUntilShortlyBeforeItsEnd()
{
    const ApiKey key = addKey(client());
    const auto sendAt = [&](qint64 seconds) {
        m_now = m_now.addSecs(seconds);
        CallWatcher call(m_client->send(request(key)));
        return call.wait() && call.isValue();
    };
    QVERIFY(sendAt(0));
    QVERIFY(sendAt(3600 - 31));
    QCOMPARE(m_granted, 1);
    QVERIFY(m_tokens->state(key.id).isHeld);
    QVERIFY(sendAt(1)); // 30 seconds are left
    QCOMPARE(m_granted, 2);
    QCOMPARE(m_api->requests().last().header("Authorization"), "Bearer " + tokenNumber(2));
    m_now = m_now.addSecs(7200);
    QVERIFY(!m_tokens->state(key.id).isHeld);
}

void TestOAuthTokens::aShortLifeIsUsedByHalf()
{
    grant(R"(,"expires_in":"20")"); // as text, as some write it
    const ApiKey key = addKey(client());
    for (const int seconds : {0, 9, 1}) {
        m_now = m_now.addSecs(seconds);
        CallWatcher call(m_client->send(request(key)));
        QVERIFY(call.wait());
    }
    QCOMPARE(m_granted, 2);
}

void TestOAuthTokens::aTokenWithoutAnEndIsKept()
{
    grant({});
    const ApiKey key = addKey(client());
    for (int i = 0; i < 2; ++i) {
        m_now = m_now.addDays(10);
        CallWatcher call(m_client->send(request(key)));
        QVERIFY(call.wait());
    }
    QCOMPARE(m_granted, 1);
    const AccessTokenState state = m_tokens->state(key.id);
    QVERIFY(state.isHeld && !state.expiresAt.isValid());
    QVERIFY(describe(state, m_now).contains(u"did not say when it expires"_s));
}

void TestOAuthTokens::callsAtOnceShareOneFetch()
{
    const ApiKey key = addKey(client());
    std::vector<std::unique_ptr<CallWatcher>> calls;
    for (int i = 0; i < 8; ++i)
        calls.push_back(std::make_unique<CallWatcher>(m_client->send(request(key))));
    for (const auto &call : calls)
        QVERIFY(call->wait() && call->isValue());
    QCOMPARE(m_auth->requests().size(), 1);
    QCOMPARE(m_api->requests().size(), 8);
}

void TestOAuthTokens::aCallThatIsStoppedDoesNotStopTheOthers()
{
    const ApiKey key = addKey(client());
    HttpCall *first = m_client->send(request(key));
    CallWatcher stopped(first);
    CallWatcher other(m_client->send(request(key)));
    m_auth->handle([this, first](const ReceivedRequest &) {
        first->cancel(); // while the token is on its way
        return Answer{json(200, R"({"access_token":")" + tokenNumber(++m_granted) + R"(","token_type":"Bearer"})")};
    });
    QVERIFY(stopped.wait());
    QVERIFY(stopped.failedWith(Error::Kind::Cancelled));
    QVERIFY(other.wait());
    QVERIFY(other.isValue());
    QCOMPARE(m_auth->requests().size(), 1);
}

void TestOAuthTokens::theFetchEndsWithItsLastCall()
{
    m_auth->hang();
    const ApiKey key = addKey(client());
    HttpCall *call = m_client->send(request(key));
    CallWatcher stopped(call);
    QTRY_COMPARE(m_auth->requests().size(), 1);
    QVERIFY(m_tokens->state(key.id).isFetching);
    call->cancel();
    QVERIFY(stopped.wait());
    QTRY_VERIFY(!m_tokens->state(key.id).isFetching);
    QVERIFY(m_tokens->state(key.id).problem.isEmpty());
    QTRY_COMPARE(m_client->findChildren<HttpCall *>().size(), 0);
    // And the next call begins anew.
    grant();
    CallWatcher next(m_client->send(request(key)));
    QVERIFY(next.wait());
    QVERIFY(next.isValue());
}

void TestOAuthTokens::whatTheServerSaysIsExplained_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const QByteArray &answer, const QString &words) {
        QTest::newRow(name) << answer << words;
    };
    row("invalid_client", json(401, R"({"error":"invalid_client","error_description":"Bad\u0007 secret"})"),
        u"invalid_client): one of them is wrong, or it wants them in the body and not in the header. It says: “Bad secret”"_s);
    row("invalid_scope", json(400, R"({"error":"invalid_scope"})"), u"does not give this client the scope “read”"_s);
    row("unauthorized_client", json(400, R"({"error":"unauthorized_client"})"), u"does not let this client"_s);
    row("unsupported_grant_type", json(400, R"({"error":"unsupported_grant_type"})"), u"does not offer client credentials"_s);
    row("invalid_request", json(400, R"({"error":"invalid_request"})"), u"(invalid_request)"_s);
    row("invalid_target", json(400, R"({"error":"invalid_target"})"), u"does not know the audience"_s);
    row("an error of its own", json(400, R"({"error":"slow_down"})"), u"It answered 400 Bad Request: “slow_down”"_s);
    row("an error with 200", json(200, R"({"error":"invalid_scope"})"), u"(invalid_scope)"_s);
    row("401 without words", test::response(401), u"does not accept the client ID and the client secret (401 Unauthorized)"_s);
    row("404", test::response(404, {}, "<html>"), u"404 Not Found. Check the token URL."_s);
    row("500", test::response(500), u"It answered 500"_s);
    row("not JSON", test::response(200, {}, "<html>Sign in</html>"), u"is not the JSON object"_s);
    row("a list", json(200, "[1]"), u"is not the JSON object"_s);
    row("nothing", test::response(200), u"is not the JSON object"_s);
    row("too much", test::response(200, {}, "{\"access_token\":\"" + QByteArray(2'000'000, 'a') + "\"}"), u"is not the JSON object"_s);
    row("no token", json(200, R"({"token":"x"})"), u"has no “access_token”"_s);
    row("an empty token", json(200, R"({"access_token":""})"), u"has no “access_token”"_s);
    row("a number for a token", json(200, R"({"access_token":17})"), u"has no “access_token”"_s);
    row("a token that splits the header", json(200, R"({"access_token":"a\r\nX-Evil: 1"})"), u"cannot carry"_s);
    row("another type", json(200, R"({"access_token":"abcdefgh","token_type":"mac"})"), u"type “mac”"_s);
    row("a redirect", test::response(307, {{"Location", "https://elsewhere.example/"}}), u"It redirects (307"_s);
    row("broken off", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", u"No access token could be fetched"_s);
}

void TestOAuthTokens::whatTheServerSaysIsExplained()
{
    QFETCH(QByteArray, answer);
    QFETCH(QString, words);
    m_auth->answer(answer, Answer::Then::Close);
    OAuthClient asked = client();
    asked.scope = u"read"_s;
    const ApiKey key = addKey(asked);
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QVERIFY2(call.error().message.contains(words), qPrintable(call.error().message));
    QCOMPARE(call.trace.keyWithheld, call.error().message);
    QCOMPARE(m_api->connections(), 0);
    QCOMPARE(m_auth->requests().size(), 1);
    QCOMPARE(m_tokens->state(key.id).problem, call.error().message);

    CallFacts facts;
    facts.key = key;
    facts.error = call.error();
    facts.trace = call.trace;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"no-access-token"_s);
    QVERIFY(told.text.contains(words));
    QCOMPARE(told.actions.first().kind, ExplanationAction::Kind::FetchToken);
}

void TestOAuthTokens::aServerThatHangsIsGivenUp()
{
    m_auth->hang();
    m_client->setOptions({150ms, 4'000'000, QNetworkProxy::NoProxy});
    CallWatcher call(m_client->send(request(addKey(client()))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QVERIFY2(call.error().message.contains(u"did not answer within"_s), qPrintable(call.error().message));
    QCOMPARE(m_api->connections(), 0);
}

void TestOAuthTokens::aServerThatIsNotThereIsNamed()
{
    OAuthClient nowhere = client();
    const QString place = m_auth->origin().toString();
    m_auth.reset();
    CallWatcher call(m_client->send(request(addKey(nowhere))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QVERIFY2(call.error().message.contains(place.mid(7)), qPrintable(call.error().message));
}

void TestOAuthTokens::aFailureIsNotRepeatedByItself()
{
    m_auth->answer(json(401, R"({"error":"invalid_client"})"));
    const ApiKey key = addKey(client());
    CallWatcher one(m_client->send(request(key)));
    CallWatcher other(m_client->send(request(key)));
    QVERIFY(one.wait());
    QVERIFY(other.wait());
    QCOMPARE(m_auth->requests().size(), 1);
    // A call that somebody makes asks again.
    grant();
    CallWatcher again(m_client->send(request(key)));
    QVERIFY(again.wait());
    QVERIFY(again.isValue());
    QVERIFY(m_tokens->state(key.id).problem.isEmpty());
    // And a 401 of the API fetches nothing by itself.
    m_api->answer(test::response(401));
    CallWatcher refused(m_client->send(request(key)));
    QVERIFY(refused.wait());
    QCOMPARE(refused.response().status, 401);
    QCOMPARE(m_granted, 1);
}

void TestOAuthTokens::theSecretGoesToTheTokenUrlOnly_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("inBody");
    for (const int status : {301, 302, 303, 307, 308}) {
        QTest::addRow("%d in the header", status) << status << false;
        QTest::addRow("%d in the body", status) << status << true;
    }
}

void TestOAuthTokens::theSecretGoesToTheTokenUrlOnly()
{
    QFETCH(int, status);
    QFETCH(bool, inBody);
    HttpTestServer stranger;
    m_auth->answer(test::response(status, {{"Location", stranger.url().toEncoded()}}));
    OAuthClient asked = client();
    asked.inBody = inBody;
    CallWatcher call(m_client->send(request(addKey(asked))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QCOMPARE(stranger.connections(), 0);
    QVERIFY(!m_api->received().contains(secretBytes));
    // At the same origin it is not followed either.
    m_auth->handle("/token", [](const ReceivedRequest &) { return Answer{test::response(307, {{"Location", "/other"}})}; });
    const auto before = m_auth->requests().size();
    CallWatcher home(m_client->send(request(addKey(asked, "another-secret-of-it"))));
    QVERIFY(home.wait());
    QCOMPARE(m_auth->requests().size(), before + 1);
}

void TestOAuthTokens::theTokenGoesWhereTheKeyIsBoundOnly()
{
    HttpTestServer stranger;
    const ApiKey key = addKey(client());
    PreparedRequest elsewhere = request(key);
    elsewhere.url = stranger.url();
    CallWatcher refused(m_client->send(elsewhere));
    QVERIFY(refused.wait());
    QVERIFY(refused.failedWith(Error::Kind::OriginNotBound));
    QCOMPARE(m_auth->connections(), 0); // not even fetched

    m_api->answer(test::response(302, {{"Location", stranger.url().toEncoded()}}));
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QCOMPARE(stranger.requests().size(), 1);
    QVERIFY(!stranger.received().contains(tokenNumber(1)));
    QVERIFY(!stranger.requests().first().has("Authorization"));

    // The token endpoint is no place for the token itself, unless the key is bound to it.
    PreparedRequest home = request(key);
    home.url = m_auth->url(u"/api"_s);
    CallWatcher auth(m_client->send(home));
    QVERIFY(auth.wait());
    QVERIFY(auth.failedWith(Error::Kind::OriginNotBound));
}

void TestOAuthTokens::plainHttpToAnotherMachineIsRefused()
{
    OAuthClient open = client();
    open.tokenUrl = QUrl(u"http://auth.example.test/token"_s);
    open.inBody = true; // where no credential header would stop it
    CallWatcher call(m_client->send(request(addKey(open))));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QVERIFY(call.error().message.contains(u"plain http"_s));
}

void TestOAuthTokens::nothingShowsTheSecretOrTheToken_data()
{
    QTest::addColumn<bool>("inBody");
    QTest::newRow("in the header") << false;
    QTest::newRow("in the body") << true;
}

void TestOAuthTokens::nothingShowsTheSecretOrTheToken()
{
    QFETCH(bool, inBody);
    OAuthClient asked = client();
    asked.inBody = inBody;
    const ApiKey key = addKey(asked);
    const QByteArray access = tokenNumber(1);
    m_api->handle([](const ReceivedRequest &received) {
        return Answer{test::response(200, {{"X-Echo", received.header("Authorization")}}, received.header("Authorization").mid(7).toBase64())};
    });
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY(!sentText(call.trace).toUtf8().contains(access));
    const Redactor &redactor = (*m_core)->redactor;
    QVERIFY(redactor.redact(call.response().body).hits > 0);
    QVERIFY(!responseHeadText(call.response(), redactor).toUtf8().contains(access));
    for (const QByteArray &known : {secretBytes, access, secretBytes.toPercentEncoding(), secretBytes.toBase64()})
        QVERIFY2(redactor.redact("x " + known + " y").hits > 0, known.constData());
    QVERIFY(!key.hint.toUtf8().contains(secretBytes));

    // A server that puts the secret into its error.
    m_auth->answer(json(400, R"({"error":")" + secretBytes + R"(","error_description":"no )" + secretBytes + R"("})"));
    m_now = m_now.addDays(1);
    CallWatcher failed(m_client->send(request(key)));
    QVERIFY(failed.wait());
    QVERIFY(!failed.error().message.toUtf8().contains(secretBytes));
    QVERIFY(!m_tokens->state(key.id).problem.toUtf8().contains(secretBytes));
}

void TestOAuthTokens::renewingFetchesAnother()
{
    const ApiKey key = addKey(client());
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    std::optional<Result<AccessTokenState>> renewed;
    m_tokens->renew(key.id, this, [&](const Result<AccessTokenState> &outcome) { renewed = outcome; });
    QVERIFY(!renewed);
    QVERIFY(m_tokens->state(key.id).isFetching);
    QTRY_VERIFY(renewed);
    QVERIFY(*renewed && (*renewed)->isHeld);
    CallWatcher next(m_client->send(request(key)));
    QVERIFY(next.wait());
    QCOMPARE(m_api->requests().last().header("Authorization"), "Bearer " + tokenNumber(2));
    QCOMPARE(m_granted, 2);

    renewed.reset();
    m_tokens->renew(QUuid::createUuid(), this, [&](const Result<AccessTokenState> &outcome) { renewed = outcome; });
    QTRY_VERIFY(renewed);
    QVERIFY(!*renewed);
}

void TestOAuthTokens::aRefusedTokenIsExplained()
{
    m_api->answer(test::response(401));
    const ApiKey key = addKey(client());
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    CallFacts facts;
    facts.provider = (*m_core)->providers.find(u"custom"_s);
    facts.key = key;
    facts.trace = call.trace;
    facts.response = call.response();
    facts.wantedKindId = key.kindId;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"access-token-refused"_s);
    QCOMPARE(told.actions.first().kind, ExplanationAction::Kind::FetchToken);
    QCOMPARE(told.actions.first().label, u"Fetch New Token"_s);
    QVERIFY2(told.text.contains(u"“Machine”"_s), qPrintable(told.text));
}

void TestOAuthTokens::aLockedKeychainKeepsItsName()
{
    const ApiKey key = addKey(client());
    m_keychain->become(SecretStore::State::Locked);
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY2(call.failedWith(Error::Kind::KeychainLocked), qPrintable(call.error().message));
    QCOMPARE(m_auth->connections(), 0);
    QVERIFY(m_tokens->state(key.id).problem.isEmpty()); // the keychain's, not the token's
}

void TestOAuthTokens::lockingLetsGoOfTheToken()
{
    const ApiKey key = addKey(client());
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY(m_tokens->state(key.id).isHeld);
    m_keychain->become(SecretStore::State::Locked);
    QVERIFY(!m_tokens->state(key.id).isHeld);
}

void TestOAuthTokens::removingTheKeyLetsGoOfTheToken()
{
    const ApiKey key = addKey(client());
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    QVERIFY((*m_core)->keyService->remove(key.id));
    QVERIFY(!m_tokens->state(key.id).isHeld);
    CallWatcher gone(m_client->send(request(key)));
    QVERIFY(gone.wait());
    QVERIFY(gone.failedWith(Error::Kind::NotFound));
}

void TestOAuthTokens::anotherSecretGetsAnotherToken()
{
    const ApiKey key = addKey(client());
    CallWatcher call(m_client->send(request(key)));
    QVERIFY(call.wait());
    ApiKey edited = *(*m_core)->keys->find(key.id);
    edited.oauth->scope = u"more"_s;
    QVERIFY((*m_core)->keys->update(edited));
    QVERIFY(!m_tokens->state(key.id).isHeld);
    CallWatcher next(m_client->send(request(key)));
    QVERIFY(next.wait());
    QCOMPARE(m_granted, 2);
    QVERIFY(m_auth->requests().last().body.contains("scope=more"));
}

void TestOAuthTokens::aSecretIsTriedBeforeItIsStored()
{
    std::optional<Result<AccessTokenState>> outcome;
    const auto tryOut = [&](QObject *guard) {
        m_tokens->tryOut(client(), Secret(clientSecret), {}, guard, [&](const Result<AccessTokenState> &told) { outcome = told; });
    };
    tryOut(this);
    QVERIFY(!outcome);
    QTRY_VERIFY(outcome);
    QVERIFY(*outcome);
    QCOMPARE(m_now.secsTo((*outcome)->expiresAt), 3600);
    QVERIFY((*m_core)->redactor.redact(tokenNumber(1)).hits > 0);
    m_auth->answer(json(401, R"({"error":"invalid_client"})"));
    outcome.reset();
    tryOut(this);
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->error().kind, Error::Kind::NoAccessToken);
    // Who goes hears nothing, and the call is stopped.
    m_auth->hang();
    outcome.reset();
    auto guard = std::make_unique<QObject>();
    const auto before = m_auth->requests().size();
    tryOut(guard.get());
    QTRY_COMPARE(m_auth->requests().size(), before + 1);
    guard.reset();
    QTRY_COMPARE(m_client->findChildren<HttpCall *>().size(), 0);
    QVERIFY(!outcome);
}

void TestOAuthTokens::checkingAKeyWorks()
{
    const ApiKey key = addKey(client());
    std::optional<Result<ApiKey>> checked;
    KeyJob *job = (*m_core)->keyService->check(key.id); // with the whole graph: Core's own tokens
    connect(job, &KeyJob::finished, this, [&](const Result<ApiKey> &outcome) { checked = outcome; });
    QTRY_VERIFY(checked);
    QVERIFY2(*checked, qPrintable(checked->error().message));
    QCOMPARE((*checked)->status, ApiKey::Status::Works);
    QCOMPARE(m_api->requests().first().header("Authorization"), "Bearer " + tokenNumber(1));
    QVERIFY((*m_core)->oauth->state(key.id).isHeld);
}

void TestOAuthTokens::aClientIsKeptInTheDatabase()
{
    OAuthClient full = client();
    full.scope = u"a b"_s;
    full.audience = u"ü"_s;
    full.inBody = true;
    const ApiKey key = addKey(full);
    KeyStore again(*(*m_core)->database);
    QVERIFY(again.load());
    const std::optional<ApiKey> read = again.find(key.id);
    QVERIFY(read);
    QCOMPARE(*read->oauth, full);
    QCOMPARE(read->placement, KeyPlacement::Header);
    ApiKey plain = *read;
    plain.oauth.reset();
    plain.setForm({KeyPlacement::Query, "api_key", {}});
    QVERIFY(again.update(plain));
    KeyStore third(*(*m_core)->database);
    QVERIFY(third.load());
    QCOMPARE(third.find(key.id)->placement, KeyPlacement::Query);
    QCOMPARE(third.find(key.id)->headerName, u"api_key"_s);
    QVERIFY(!third.find(key.id)->oauth);
}

void TestOAuthTokens::itIsFetchedAsTheEnvironmentIsConnected()
{
    HttpTestServer proxy;
    proxy.answer(test::response(502), Answer::Then::Close);
    ConnectionSettings settings;
    settings.proxy = ConnectionSettings::Proxy::Http;
    settings.proxyHost = u"127.0.0.1"_s;
    settings.proxyPort = proxy.port();
    const QUuid through = QUuid::createUuid();
    m_client->setConnections([&](const QUuid &id) { return id == through ? HttpClient::Connection{settings, {}} : HttpClient::Connection(); });
    OAuthClient far = client();
    far.tokenUrl = QUrl(u"https://auth.talkover.test/token"_s);
    PreparedRequest asked = request(addKey(far));
    asked.url = QUrl(u"https://api.talkover.test/"_s);
    asked.environmentId = through;
    std::optional<ApiKey> key = (*m_core)->keys->find(*asked.keyId);
    key->origins = {*Origin::fromUrl(asked.url)};
    QVERIFY((*m_core)->keys->update(*key));
    CallWatcher call(m_client->send(asked));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
    QCOMPARE(proxy.requests().size(), 1);
    QCOMPARE(proxy.requests().first().target, "auth.talkover.test:443"_ba);

    // What one environment holds, another one does not take: it may trust more.
    const ApiKey near = addKey(client(), "another-s3cret-0123456789");
    const QUuid direct = QUuid::createUuid();
    for (const std::optional<QUuid> &environment : {std::optional<QUuid>(), std::optional(direct), std::optional(direct)}) {
        PreparedRequest each = request(near);
        each.environmentId = environment;
        CallWatcher answered(m_client->send(each));
        QVERIFY(answered.wait());
        QVERIFY(answered.isValue());
        QVERIFY(m_tokens->state(near.id).isHeld);
    }
    QCOMPARE(m_auth->requests().size(), 2);
}

/// SECURITY S11.
void TestOAuthTokens::aSecretInTheBodyIsNotShownToAProxy()
{
    HttpTestServer proxy;
    proxy.answer(test::response(502), Answer::Then::Close);
    ConnectionSettings settings;
    settings.proxy = ConnectionSettings::Proxy::Http;
    settings.proxyHost = u"127.0.0.1"_s;
    settings.proxyPort = proxy.port();
    m_client->setConnections([&](const QUuid &) { return HttpClient::Connection{settings, {}}; });
    for (const bool inBody : {false, true}) {
        OAuthClient plain = client();
        plain.inBody = inBody;
        PreparedRequest asked = request(addKey(plain, inBody ? "another-s3cret-0123456789" : clientSecret));
        asked.url = QUrl(u"https://api.talkover.test/"_s);
        asked.environmentId = QUuid::createUuid();
        std::optional<ApiKey> key = (*m_core)->keys->find(*asked.keyId);
        key->origins = {*Origin::fromUrl(asked.url)};
        QVERIFY((*m_core)->keys->update(*key));
        CallWatcher call(m_client->send(asked));
        QVERIFY(call.wait());
        QVERIFY(call.failedWith(Error::Kind::NoAccessToken));
        QVERIFY(call.error().message.contains(u"is plain http"_s));
    }
    QVERIFY(proxy.received().isEmpty());
    QVERIFY(m_auth->received().isEmpty());
}

QTEST_GUILESS_MAIN(TestOAuthTokens)
#include "test_oauth_tokens.moc"
