#include "tests/support/SandboxFixture.h"

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const auto service = u"talkturo"_s;
const auto keysPath = u"/api/api-keys"_s;
const auto listPath = u"/api/api-keys?accountSlug=my-team"_s;

} // namespace

/// The second set of Talkturo's documentation: signing in and the API keys of an account.
class TestSandboxTalkturoAccount : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void signingInGivesAPairOfTokens();
    void aWrongPasswordIsRefused();
    void aRefreshTokenWorksOnce();
    void signingOutEndsEverySession();
    void theDashboardSignsInToo();
    void aKeyIsMadeListedAndRevoked();
    void theListShowsWhatIsDocumented();
    void aKeyIsSwitchedOffAndOn();
    void anExpiredKeyIsNotSwitchedOn();
    void scopesAreKept();
    void onlyALoginTokenManagesKeys();
    void badBodiesAreRefused_data();
    void badBodiesAreRefused();
    void anotherAccountIsForbidden();
    void whatIsNotThereSaysSo();

private:
    QJsonObject signIn()
    {
        return m_sandbox
            ->post(service, u"/api/auth/sign-in"_s, {},
                   {{u"email"_s, u"jane.chen@acme.co"_s}, {u"password"_s, u"DeskPass_73A9"_s}})
            .json[u"data"_s]
            .toObject();
    }
    QJsonObject make(QJsonObject wish = {})
    {
        wish.insert(u"accountSlug"_s, u"my-team"_s);
        if (!wish.contains(u"name"))
            wish.insert(u"name"_s, u"Outbound automation"_s);
        return m_sandbox->post(service, keysPath, m_login, wish).json[u"apiKey"_s].toObject();
    }
    QJsonArray listed() { return m_sandbox->get(service, listPath, m_login).json[u"apiKeys"_s].toArray(); }
    int patch(const QString &id, const QByteArray &body)
    {
        return m_sandbox
            ->send({.method = "PATCH",
                    .service = service,
                    .path = keysPath + u'/' + id,
                    .token = m_login,
                    .body = body})
            .status;
    }
    int test(const QByteArray &token)
    {
        return m_sandbox->get(service, u"/api/test-api-key"_s, token).status;
    }

    std::unique_ptr<SandboxFixture> m_sandbox;
    QByteArray m_login;
};

void TestSandboxTalkturoAccount::init()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY(m_sandbox->start());
    m_login = signIn()[u"access_token"_s].toString().toLatin1();
    QVERIFY(!m_login.isEmpty());
}

void TestSandboxTalkturoAccount::signingInGivesAPairOfTokens()
{
    const QJsonObject data = signIn();
    QVERIFY(data[u"access_token"_s].toString().startsWith(u"eyJ"));
    QCOMPARE(data[u"access_token"_s].toString().count(u'.'), 2);
    QCOMPARE(data[u"expires_in"_s].toInt(), 3600);
    QVERIFY(qAbs(data[u"expires_at"_s].toInteger() - QDateTime::currentSecsSinceEpoch() - 3600) < 60);
    QCOMPARE(data[u"token_type"_s].toString(), u"bearer"_s);
    QCOMPARE(test(data[u"access_token"_s].toString().toLatin1()), 200);
    QCOMPARE(test(data[u"refresh_token"_s].toString().toLatin1()), 401);
}

void TestSandboxTalkturoAccount::aWrongPasswordIsRefused()
{
    for (const QJsonObject &body :
         {QJsonObject{}, QJsonObject{{u"email"_s, u"jane.chen@acme.co"_s}, {u"password"_s, u"guess"_s}}}) {
        const Answer answer = m_sandbox->post(service, u"/api/auth/sign-in"_s, {}, body);
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.json,
                 (QJsonObject{{u"success"_s, false}, {u"error"_s, u"Invalid login credentials"_s}}));
    }
}

void TestSandboxTalkturoAccount::aRefreshTokenWorksOnce()
{
    const QJsonObject data = signIn();
    const QJsonObject wish{{u"refresh_token"_s, data[u"refresh_token"_s]}};
    const Answer renewed = m_sandbox->post(service, u"/api/auth/refresh"_s, {}, wish);
    QCOMPARE(renewed.status, 200);
    const QByteArray token = renewed.json[u"data"_s][u"access_token"_s].toString().toLatin1();
    QVERIFY(token != data[u"access_token"_s].toString().toLatin1());
    QCOMPARE(m_sandbox->get(service, listPath, token).status, 200);
    QCOMPARE(m_sandbox->post(service, u"/api/auth/refresh"_s, {}, wish).status, 401);
    // An access token renews nothing.
    QCOMPARE(
        m_sandbox
            ->post(service, u"/api/auth/refresh"_s, {}, {{u"refresh_token"_s, QString::fromLatin1(m_login)}})
            .status,
        401);
}

void TestSandboxTalkturoAccount::signingOutEndsEverySession()
{
    const QJsonObject other = signIn();
    const QByteArray key = make()[u"fullKey"_s].toString().toLatin1();
    const Answer out = m_sandbox->post(service, u"/api/auth/sign-out"_s, m_login, {});
    QCOMPARE(out.status, 200);
    QCOMPARE(out.json[u"data"_s][u"ok"_s], QJsonValue(true));
    QCOMPARE(m_sandbox->get(service, listPath, m_login).status, 401);
    QCOMPARE(m_sandbox->get(service, listPath, other[u"access_token"_s].toString().toLatin1()).status, 401);
    QCOMPARE(
        m_sandbox
            ->post(service, u"/api/auth/refresh"_s, {}, {{u"refresh_token"_s, other[u"refresh_token"_s]}})
            .status,
        401);
    QCOMPARE(test(key), 200); // keys outlive sessions
}

void TestSandboxTalkturoAccount::theDashboardSignsInToo()
{
    const auto session = m_sandbox->makeKey(service, {{u"kind"_s, u"session"_s}});
    QVERIFY(session.token.startsWith("eyJ"));
    QCOMPARE(m_sandbox->get(service, listPath, session.token).status, 200);
    const QJsonObject key =
        m_sandbox->get(service, u"/dashboard/keys?kind=session"_s).json[u"data"_s][1].toObject();
    QCOMPARE(key[u"id"_s].toString(), session.id);
    QVERIFY(QDateTime::fromString(key[u"expires_at"_s].toString(), Qt::ISODate) >
            QDateTime::currentDateTimeUtc());
    // A refresh token comes with a session alone.
    QCOMPARE(
        m_sandbox->post(service, u"/dashboard/keys"_s, {}, {{u"name"_s, u"n"_s}, {u"kind"_s, u"refresh"_s}})
            .status,
        400);
    QVERIFY(!m_sandbox->get(service, u"/"_s).body.contains("value=\"refresh\""));
}

void TestSandboxTalkturoAccount::aKeyIsMadeListedAndRevoked()
{
    const QJsonObject made = make({{u"environment"_s, u"test"_s}});
    const QByteArray token = made[u"fullKey"_s].toString().toLatin1();
    const QString id = made[u"id"_s].toString();
    QVERIFY(token.startsWith("tk_test_"));
    QCOMPARE(token.size(), 8 + 8 + 48);
    QCOMPARE(made[u"key_prefix"_s].toString().toLatin1(), token.left(16));
    QVERIFY(make()[u"fullKey"_s].toString().startsWith(u"tk_live_"));
    QCOMPARE(test(token), 200);
    QCOMPARE(listed().size(), 2);
    QVERIFY(!m_sandbox->get(service, listPath, m_login).body.contains(token));

    const Ask revoke{.method = "DELETE", .service = service, .path = keysPath + u'/' + id, .token = m_login};
    const Answer revoked = m_sandbox->send(revoke);
    QCOMPARE(revoked.status, 200);
    QCOMPARE(revoked.json,
             (QJsonObject{{u"success"_s, true}, {u"message"_s, u"API key revoked successfully"_s}}));
    QCOMPARE(test(token), 401);
    QCOMPARE(listed().size(), 1);
    QCOMPARE(m_sandbox->send(revoke).status, 404);
    QCOMPARE(m_sandbox->send(revoke).json[u"success"_s], QJsonValue(false));
}

void TestSandboxTalkturoAccount::theListShowsWhatIsDocumented()
{
    const QJsonObject made =
        make({{u"description"_s, u"For the runner"_s},
              {u"expiresInDays"_s, 90},
              {u"permissions"_s, QJsonObject{{u"scopes"_s, QJsonArray{u"assistants:read"_s}},
                                             {u"rate_limit_per_hour"_s, 500}}}});
    QJsonObject key = listed()[0].toObject();
    QCOMPARE(key.keys(),
             (QStringList{u"created_at"_s, u"created_by"_s, u"description"_s, u"expires_at"_s, u"id"_s,
                          u"is_active"_s, u"key_prefix"_s, u"last_used_at"_s, u"name"_s, u"permissions"_s}));
    QCOMPARE(key[u"description"_s].toString(), u"For the runner"_s);
    QCOMPARE(key[u"permissions"_s].toObject(),
             (QJsonObject{{u"scopes"_s, QJsonArray{u"assistants:read"_s}}, {u"rate_limit_per_hour"_s, 500}}));
    QCOMPARE(key[u"last_used_at"_s], QJsonValue());
    QCOMPARE(key[u"is_active"_s], QJsonValue(true));
    const QDateTime expires = QDateTime::fromString(key[u"expires_at"_s].toString(), Qt::ISODateWithMs);
    QVERIFY(qAbs(QDateTime::currentDateTimeUtc().daysTo(expires) - 90) <= 1);

    test(made[u"fullKey"_s].toString().toLatin1());
    key = listed()[0].toObject();
    QVERIFY(QDateTime::fromString(key[u"last_used_at"_s].toString(), Qt::ISODateWithMs).isValid());
}

void TestSandboxTalkturoAccount::aKeyIsSwitchedOffAndOn()
{
    const QJsonObject made = make();
    const QString id = made[u"id"_s].toString();
    const QByteArray token = made[u"fullKey"_s].toString().toLatin1();
    QCOMPARE(patch(id, R"({"isActive":false,"name":"Off","description":"for now"})"), 200);
    QCOMPARE(test(token), 401);
    QCOMPARE(listed()[0][u"is_active"_s], QJsonValue(false));
    QCOMPARE(listed()[0][u"name"_s].toString(), u"Off"_s);
    QCOMPARE(listed()[0][u"description"_s].toString(), u"for now"_s);
    QCOMPARE(patch(id, R"({"isActive":true})"), 200);
    QCOMPARE(test(token), 200);
    QCOMPARE(listed()[0][u"name"_s].toString(), u"Off"_s);
    QCOMPARE(patch(id, R"({"name":" "})"), 400);
    QCOMPARE(patch(id, R"({"isActive":"no"})"), 400);
}

void TestSandboxTalkturoAccount::anExpiredKeyIsNotSwitchedOn()
{
    const QJsonObject made = make();
    const QString id = made[u"id"_s].toString();
    QCOMPARE(m_sandbox->act(service, id, u"expire"_s), 200);
    QCOMPARE(patch(id, R"({"isActive":false})"), 200);
    QCOMPARE(patch(id, R"({"isActive":true})"), 200);
    QCOMPARE(test(made[u"fullKey"_s].toString().toLatin1()), 401);
}

void TestSandboxTalkturoAccount::scopesAreKept()
{
    const auto tokenWith = [&](const QJsonArray &scopes) {
        return make({{u"permissions"_s, QJsonObject{{u"scopes"_s, scopes}}}})[u"fullKey"_s]
            .toString()
            .toLatin1();
    };
    const auto path = u"/api/assistants/asst_01j..."_s;
    const auto change = [&](const QByteArray &token) {
        return m_sandbox
            ->send({.method = "PATCH",
                    .service = service,
                    .path = path,
                    .token = token,
                    .body = R"({"temperature":0.1})"})
            .status;
    };
    for (const QByteArray &all : {tokenWith({u"*"_s}), tokenWith({u"assistants:*"_s}), tokenWith({})}) {
        QCOMPARE(m_sandbox->get(service, path, all).status, 200);
        QCOMPARE(change(all), 200);
    }
    const QByteArray reads = tokenWith({u"assistants:read"_s});
    QCOMPARE(m_sandbox->get(service, path, reads).status, 200);
    QCOMPARE(change(reads), 403);
    const QByteArray other = tokenWith({u"kb:*"_s});
    QCOMPARE(m_sandbox->get(service, path, other).json, (QJsonObject{{u"error"_s, u"Forbidden"_s}}));
}

void TestSandboxTalkturoAccount::onlyALoginTokenManagesKeys()
{
    const QByteArray key = make()[u"fullKey"_s].toString().toLatin1();
    const QByteArray old = m_sandbox->makeKey(service, {{u"kind"_s, u"session"_s}}).token;
    const QString oldId =
        m_sandbox->get(service, u"/dashboard/keys?kind=session"_s).json[u"data"_s][1][u"id"_s].toString();
    QCOMPARE(m_sandbox->act(service, oldId, u"expire"_s), 200);
    for (const QByteArray &token : {QByteArray(), key, old, QByteArray("eyJ.unknown")}) {
        for (const Ask &ask : {Ask{.path = listPath}, Ask{.method = "POST", .path = keysPath, .body = "{}"},
                               Ask{.method = "DELETE", .path = keysPath + u"/x"_s}}) {
            Ask made = ask;
            made.service = service;
            made.token = token;
            const Answer answer = m_sandbox->send(made);
            QCOMPARE(answer.status, 401);
            QCOMPARE(answer.json, (QJsonObject{{u"success"_s, false}, {u"error"_s, u"Unauthorized"_s}}));
        }
    }
    QCOMPARE(test("tk_live_unknown"), 401);
    // And a login token is no key of the first set's API.
    QCOMPARE(m_sandbox->get(service, u"/api/crm/companies?teamId=t"_s, m_login).status, 401);
}

void TestSandboxTalkturoAccount::badBodiesAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("broken") << QByteArray("{");
    QTest::newRow("no slug") << QByteArray(R"({"name":"n"})");
    QTest::newRow("no name") << QByteArray(R"({"accountSlug":"my-team"})");
    QTest::newRow("environment") << QByteArray(R"({"accountSlug":"s","name":"n","environment":"moon"})");
    QTest::newRow("no days") << QByteArray(R"({"accountSlug":"s","name":"n","expiresInDays":0})");
    QTest::newRow("days in words") << QByteArray(R"({"accountSlug":"s","name":"n","expiresInDays":"9"})");
    QTest::newRow("permissions") << QByteArray(R"({"accountSlug":"s","name":"n","permissions":[]})");
    QTest::newRow("scopes") << QByteArray(R"({"accountSlug":"s","name":"n","permissions":{"scopes":"*"}})");
}

void TestSandboxTalkturoAccount::badBodiesAreRefused()
{
    QFETCH(QByteArray, body);
    const Answer answer = m_sandbox->send(
        {.method = "POST", .service = service, .path = keysPath, .token = m_login, .body = body});
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.json[u"success"_s], QJsonValue(false));
    QVERIFY(!answer.json[u"error"_s].toString().isEmpty());
    QCOMPARE(listed().size(), 0);
}

void TestSandboxTalkturoAccount::anotherAccountIsForbidden()
{
    QCOMPARE(m_sandbox->get(service, keysPath, m_login).status, 400);
    QCOMPARE(m_sandbox->get(service, keysPath + u"?accountSlug=other-team"_s, m_login).status, 403);
    QCOMPARE(
        m_sandbox
            ->post(service, keysPath, m_login, {{u"accountSlug"_s, u"other-team"_s}, {u"name"_s, u"n"_s}})
            .status,
        403);
}

void TestSandboxTalkturoAccount::whatIsNotThereSaysSo()
{
    QCOMPARE(patch(u"nobody"_s, "{}"), 404);
    QCOMPARE(m_sandbox->get(service, u"/api/auth/nothing"_s, m_login).status, 404);
    const Answer method = m_sandbox->send({.method = "PUT", .service = service, .path = keysPath});
    QCOMPARE(method.status, 405);
    QCOMPARE(method.json[u"success"_s], QJsonValue(false));
}

QTEST_GUILESS_MAIN(TestSandboxTalkturoAccount)
#include "test_sandbox_talkturo_account.moc"
