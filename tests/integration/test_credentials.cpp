#include "app/http/RedactedRequest.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/CallWatcher.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ServerProcess.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::CallWatcher;
using test::ServerProcess;

/// Credentials of every kind against servers that nobody here wrote: httpbin, and an authorization server of
/// python3-oauthlib. The keys lie in a real keychain.
class TestCredentials : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void httpbinAcceptsThePair_data();
    void httpbinAcceptsThePair();
    void httpbinRefusesAnotherPair();
    void httpbinSeesTheBearerToken();
    void httpbinSeesTheKeyInTheQuery();
    void httpbinRedirectsDoNotCarryTheKey();
    void theAuthorizationServerGivesATokenThatItsApiTakes_data();
    void theAuthorizationServerGivesATokenThatItsApiTakes();
    void theAuthorizationServerRefuses_data();
    void theAuthorizationServerRefuses();
    void aTokenThatWasEndedIsFetchedAnewOnRequest();

private:
    [[nodiscard]] ApiKey addKey(const KeyForm &form, std::string_view token, quint16 port,
                                const std::optional<OAuthClient> &client = {});
    /// The whole call, and what httpbin answered.
    [[nodiscard]] QJsonObject call(const QString &path, const ApiKey &key, quint16 port);
    [[nodiscard]] OAuthClient client() const;
    [[nodiscard]] bool isKept(const QByteArray &secret);

    ServerProcess m_httpbin;
    ServerProcess m_oauth;
    quint16 m_httpbinPort = 0;
    quint16 m_oauthPort = 0;
    std::unique_ptr<test::CoreFixture> m_core;
    int m_status = 0;
    std::optional<Error> m_error;
    CallTrace m_trace;
    QByteArray m_body;
};

namespace {

const KeyForm basic{KeyPlacement::Basic, "Authorization", "Basic "};
const QByteArray clientSecret = "s3cret:of+the&machine%";

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

} // namespace

void TestCredentials::initTestCase()
{
    m_httpbinPort = ServerProcess::freePort();
    QVERIFY2(m_httpbin.startHttpbin(m_httpbinPort), m_httpbin.output().constData());
    qputenv("CLIENT_SECRET", clientSecret);
    m_oauthPort = ServerProcess::freePort();
    QVERIFY2(m_oauth.startPython(QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/integration/oauth_server.py"_s, m_oauthPort),
             m_oauth.output().constData());
}

void TestCredentials::init()
{
    m_core = std::make_unique<test::CoreFixture>(std::make_unique<KeychainStore>());
}

ApiKey TestCredentials::addKey(const KeyForm &form, std::string_view token, quint16 port, const std::optional<OAuthClient> &oauth)
{
    NewKey draft;
    draft.name = u"Mine"_s;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    draft.form = form;
    draft.oauth = oauth;
    draft.origins = {*Origin::fromString(u"http://127.0.0.1:%1"_s.arg(port))};
    return m_core->addKey(draft, token);
}

QJsonObject TestCredentials::call(const QString &path, const ApiKey &key, quint16 port)
{
    PreparedRequest request;
    request.url = QUrl(u"http://127.0.0.1:%1%2"_s.arg(port).arg(path));
    request.keyId = key.id;
    CallWatcher watcher((*m_core)->http->send(request));
    m_error.reset();
    if (!watcher.wait())
        return {};
    m_trace = watcher.trace;
    if (!watcher.isValue()) {
        m_error = watcher.error();
        return {};
    }
    m_status = watcher.response().status;
    m_body = watcher.response().body;
    return QJsonDocument::fromJson(m_body).object();
}

OAuthClient TestCredentials::client() const
{
    return {QUrl(u"http://127.0.0.1:%1/token"_s.arg(m_oauthPort)), u"machine:1"_s, {}, {}, false};
}

/// Whether it would be written with the history: the call as sent, or its answer.
bool TestCredentials::isKept(const QByteArray &secret)
{
    const QByteArray body = (*m_core)->redactor.redact(m_body).bytes;
    for (const QByteArray &form : {secret, secret.toPercentEncoding(), secret.toBase64()}) {
        if (body.contains(form) || sentText(m_trace).toUtf8().contains(form))
            return true;
    }
    return false;
}

void TestCredentials::httpbinAcceptsThePair_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("pair");
    QTest::newRow("asked for") << u"/basic-auth/alice/wonderland"_s << "alice:wonderland"_ba;
    QTest::newRow("hidden") << u"/hidden-basic-auth/alice/wonderland"_s << "alice:wonderland"_ba;
    QTest::newRow("colons and blanks") << u"/basic-auth/alice/a:b%20c"_s << "alice:a:b c"_ba;
}

void TestCredentials::httpbinAcceptsThePair()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, pair);
    const ApiKey key = addKey(basic, viewOf(pair), m_httpbinPort);
    QVERIFY(!key.id.isNull());
    const QJsonObject answer = call(path, key, m_httpbinPort);
    QCOMPARE(m_status, 200);
    QCOMPARE(answer.value(u"authenticated"_s).toBool(), true);
    std::ignore = call(u"/headers"_s, key, m_httpbinPort); // which echoes it
    QVERIFY(m_body.contains(pair.toBase64()));
    QVERIFY(!isKept(pair));
}

void TestCredentials::httpbinRefusesAnotherPair()
{
    std::ignore = call(u"/basic-auth/alice/wonderland"_s, addKey(basic, "alice:looking-glass", m_httpbinPort), m_httpbinPort);
    QCOMPARE(m_status, 401);
}

void TestCredentials::httpbinSeesTheBearerToken()
{
    const QJsonObject answer = call(u"/bearer"_s, addKey({}, "my-bearer-token-for-it", m_httpbinPort), m_httpbinPort);
    QCOMPARE(m_status, 200);
    QCOMPARE(answer.value(u"token"_s).toString(), u"my-bearer-token-for-it"_s);
    QVERIFY(!isKept("my-bearer-token-for-it"));
}

void TestCredentials::httpbinSeesTheKeyInTheQuery()
{
    const QByteArray token = "k3y+/=&#%20\"<>{}|\\^`~";
    const ApiKey key = addKey({KeyPlacement::Query, "api key", {}}, viewOf(token), m_httpbinPort);
    QVERIFY(!key.id.isNull());
    const QJsonObject answer = call(u"/get?a=1"_s, key, m_httpbinPort);
    const QJsonObject arguments = answer.value(u"args"_s).toObject();
    QCOMPARE(arguments.value(u"api key"_s).toString().toLatin1(), token);
    QCOMPARE(arguments.value(u"a"_s).toString(), u"1"_s);
    QVERIFY(!isKept(token));
}

void TestCredentials::httpbinRedirectsDoNotCarryTheKey()
{
    const QByteArray token = "a-key-that-stays-at-home";
    const ApiKey key = addKey({KeyPlacement::Query, "api_key", {}}, viewOf(token), m_httpbinPort);
    // Within httpbin, once.
    const QJsonObject home = call(u"/redirect-to?url=/get%3Fapi_key=old"_s, key, m_httpbinPort);
    QCOMPARE(home.value(u"args"_s).toObject().value(u"api_key"_s).toString().toLatin1(), token);
    // To another origin, which is httpbin by another name.
    const QJsonObject away = call(u"/redirect-to?url=http://localhost:%1/get"_s.arg(m_httpbinPort), key, m_httpbinPort);
    QCOMPARE(m_status, 200);
    QVERIFY(away.value(u"args"_s).toObject().isEmpty());
    QVERIFY(m_trace.hops.last().keyDropped);
}

void TestCredentials::theAuthorizationServerGivesATokenThatItsApiTakes_data()
{
    QTest::addColumn<bool>("inBody");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("in the header") << false << u""_s << u"/read"_s << 200;
    QTest::newRow("in the body") << true << u""_s << u"/read"_s << 200;
    QTest::newRow("the default scope is not enough") << false << u""_s << u"/write"_s << 401;
    QTest::newRow("the scope that was asked for is") << false << u"read write"_s << u"/write"_s << 200;
}

void TestCredentials::theAuthorizationServerGivesATokenThatItsApiTakes()
{
    QFETCH(bool, inBody);
    QFETCH(QString, scope);
    QFETCH(QString, path);
    QFETCH(int, status);
    OAuthClient asked = client();
    asked.inBody = inBody;
    asked.scope = scope;
    const ApiKey key = addKey({}, viewOf(clientSecret), m_oauthPort, asked);
    QVERIFY(!key.id.isNull());
    std::ignore = call(path, key, m_oauthPort);
    QVERIFY2(!m_error, m_error ? qPrintable(m_error->message) : "");
    QCOMPARE(m_status, status);
    const AccessTokenState state = (*m_core)->oauth->state(key.id);
    QVERIFY(state.isHeld);
    QVERIFY(QDateTime::currentDateTimeUtc().secsTo(state.expiresAt) > 800);
    QVERIFY(!isKept(clientSecret));
}

void TestCredentials::theAuthorizationServerRefuses_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<QString>("words");
    QTest::newRow("another secret") << u"machine:1"_s << "not-the-secret"_ba << QString() << u"invalid_client"_s;
    QTest::newRow("another client") << u"machine:2"_s << clientSecret << QString() << u"invalid_client"_s;
    QTest::newRow("another scope") << u"machine:1"_s << clientSecret << u"everything"_s << u"the scope “everything”"_s;
}

void TestCredentials::theAuthorizationServerRefuses()
{
    QFETCH(QString, id);
    QFETCH(QByteArray, secret);
    QFETCH(QString, scope);
    QFETCH(QString, words);
    OAuthClient asked = client();
    asked.clientId = id;
    asked.scope = scope;
    const ApiKey key = addKey({}, viewOf(secret), m_oauthPort, asked);
    std::ignore = call(u"/read"_s, key, m_oauthPort);
    QVERIFY(m_error);
    QCOMPARE(m_error->kind, Error::Kind::NoAccessToken);
    QVERIFY2(m_error->message.contains(words), qPrintable(m_error->message));
}

void TestCredentials::aTokenThatWasEndedIsFetchedAnewOnRequest()
{
    const ApiKey key = addKey({}, viewOf(clientSecret), m_oauthPort, client());
    std::ignore = call(u"/read"_s, key, m_oauthPort);
    QCOMPARE(m_status, 200);
    std::ignore = call(u"/forget"_s, key, m_oauthPort);
    std::ignore = call(u"/read"_s, key, m_oauthPort);
    QCOMPARE(m_status, 401);
    bool renewed = false;
    (*m_core)->oauth->renew(key.id, this, [&](const Result<AccessTokenState> &outcome) { renewed = outcome.has_value(); });
    QTRY_VERIFY(renewed);
    std::ignore = call(u"/read"_s, key, m_oauthPort);
    QCOMPARE(m_status, 200);
}

QTEST_GUILESS_MAIN(TestCredentials)
#include "test_credentials.moc"
