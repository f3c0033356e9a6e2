#include "app/providers/AuthExplainer.h"
#include "app/providers/ProviderCatalog.h"

#include <QTest>

using namespace keydesk;
using namespace Qt::StringLiterals;

using Action = ExplanationAction::Kind;

Q_DECLARE_METATYPE(keydesk::Error::Kind)
Q_DECLARE_METATYPE(keydesk::ExplanationAction::Kind)

namespace {

const ProviderCatalog &catalog()
{
    static const ProviderCatalog loaded = [] {
        ProviderCatalog made;
        made.loadBuiltIn();
        return made;
    }();
    return loaded;
}

const QDateTime noon(QDate(2025, 11, 21), QTime(12, 0), Qt::UTC);

Environment environment(const QString &providerId, const QString &baseUrl,
                        const QString &name = u"Production"_s)
{
    Environment made;
    made.id = QUuid::createUuid();
    made.name = name;
    made.providerId = providerId;
    made.baseUrl = baseUrl;
    return made;
}

ApiKey key(const QString &providerId, const QString &kindId, const QString &hint)
{
    ApiKey made;
    made.id = QUuid::createUuid();
    made.name = u"Production dialer"_s;
    made.providerId = providerId;
    made.kindId = kindId;
    made.hint = hint;
    made.status = ApiKey::Status::Works;
    made.createdAt = noon.addDays(-30);
    made.lastUsedAt = noon.addDays(-3);
    return made;
}

SentRequest sentTo(const QString &url, bool keySent)
{
    SentRequest sent;
    sent.method = "GET";
    sent.url = QUrl(url);
    sent.keySent = keySent;
    if (keySent)
        sent.headers.emplaceBack("Authorization", "Bearer ••••");
    return sent;
}

HttpResponse answer(int status, const QByteArray &body, const QByteArray &type = "application/json")
{
    HttpResponse response;
    response.status = status;
    response.body = body;
    if (!type.isEmpty())
        response.headers.emplaceBack("Content-Type", type);
    return response;
}

// A call of Talkover with a good-looking environment token that went out, and its answer.
CallFacts talkover(int status, const QByteArray &body)
{
    CallFacts facts;
    facts.provider = catalog().find(u"talkover"_s);
    facts.environment = environment(u"talkover"_s, u"https://app.talkover.ai"_s);
    facts.key = key(u"talkover"_s, u"environment"_s, u"talq_••••3f9a"_s);
    facts.keyUsedBy = {*facts.environment};
    facts.wantedKindId = u"environment"_s;
    facts.hasKeyOfWantedKind = true;
    facts.trace.startedAt = noon;
    facts.trace.keyId = facts.key->id;
    facts.trace.sent = {sentTo(u"https://app.talkover.ai/api/v1/agents"_s, true)};
    facts.url = facts.trace.sent[0].url;
    facts.response = answer(status, body);
    facts.response->url = facts.url;
    return facts;
}

CallFacts other(const QString &providerId, const QString &baseUrl, int status, const QByteArray &body)
{
    CallFacts facts = talkover(status, body);
    facts.provider = catalog().find(providerId);
    facts.environment = environment(providerId, baseUrl);
    facts.key = key(providerId, u"api-key"_s, u"••••3f9a"_s);
    facts.keyUsedBy = {*facts.environment};
    facts.wantedKindId = u"api-key"_s;
    facts.trace.keyId = facts.key->id;
    facts.trace.sent = {sentTo(baseUrl + u"/thing"_s, true)};
    facts.url = facts.response->url = facts.trace.sent[0].url;
    return facts;
}

CallFacts failed(Error::Kind kind, const QString &message = u"It went wrong."_s)
{
    CallFacts facts = talkover(0, {});
    facts.response.reset();
    facts.trace.sent.clear();
    facts.error = Error{kind, message, {}};
    return facts;
}

CallFacts withoutKey(CallFacts facts)
{
    facts.key.reset();
    facts.keyUsedBy.clear();
    facts.trace.keyId.reset();
    facts.trace.sent = {sentTo(facts.url.toString(), false)};
    return facts;
}

bool offers(const Explanation &told, Action kind)
{
    return std::any_of(told.actions.begin(), told.actions.end(),
                       [&](const ExplanationAction &action) { return action.kind == kind; });
}

const ExplanationAction *offered(const Explanation &told, Action kind)
{
    const auto it = std::find_if(told.actions.begin(), told.actions.end(),
                                 [&](const ExplanationAction &action) { return action.kind == kind; });
    return it == told.actions.end() ? nullptr : &*it;
}

const QByteArray unauthorized =
    R"({"error":"UNAUTHORIZED","message":"Invalid or missing authentication token","status_code":401})";

} // namespace

class TestAuthExplainer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documentedBodies_data();
    void documentedBodies();
    void everyDocumentedShapeIsReached();
    void nothingToExplain_data();
    void nothingToExplain();

    void expiredSaysWhatIsKnown();
    void knownExpiryBeatsAPlainRefusal();
    void revokedHere();
    void noKeyInTheEnvironment();
    void noKeyChosen();
    void typedHeader();
    void doubledBearer();
    void wrongKind();
    void otherEnvironment();
    void wrongPrefix();
    void prefixIsNotJudgedWhereItCannotBe();
    void wrongHeader();
    void keyDroppedOnARedirect();
    void keyWithheld();
    void keySentButServerSaysNone();
    void missingAbility();
    void sandboxDashboardHasTheSandboxesAddress();
    void createdByApiIsCreatedHere();
    void unknownProvider();

    void rateLimitSaysHowLong();
    void retryAfter_data();
    void retryAfter();

    void doubledBasePath();
    void missingBasePath();
    void htmlInsteadOfJson();
    void serverErrors_data();
    void serverErrors();

    void failures_data();
    void failures();
    void pointsToWhereTheHostIsWritten();
    void leadsToTheConnection();
    void unboundOriginIsOfferedWithItsAddress();
    void http();

    void everyExplanationIsWhole();
    void answersAreNotRepeated();

    void answersOfOthersClaimNothingOfTheKey_data();
    void answersOfOthersClaimNothingOfTheKey();
    void answersOfOthersAreExplained_data();
    void answersOfOthersAreExplained();
    void knownOfOthers();
    void noEnvironmentIsNamedWhereThereIsNone();
    void evidenceIsOfTheAnswer();
};

void TestAuthExplainer::documentedBodies_data()
{
    QTest::addColumn<QString>("providerId");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<Action>("primary");

    const auto row = [](const char *name, const QString &provider, int status, const QByteArray &body,
                        const char *cause, Action primary) {
        QTest::newRow(name) << provider << status << body << QString::fromLatin1(cause) << primary;
    };
    // docs.talkover.ai, as collected with their sources in the provider's file
    const QString t = u"talkover"_s;
    row("UNAUTHORIZED", t, 401, unauthorized, "unauthorized", Action::AddKey);
    row("TOKEN_EXPIRED", t, 401,
        R"({"error":"TOKEN_EXPIRED","message":"Authentication token has expired","status_code":401})",
        "token-expired", Action::AddKey);
    row("MISSING_TOKEN", t, 401,
        R"({"error":"MISSING_TOKEN","message":"Authorization header is required","status_code":401})",
        "missing-token", Action::ShowSent);
    row("INVALID_API_KEY 401", t, 401,
        R"({"success":false,"error":{"code":"INVALID_API_KEY","message":"The provided API key is invalid","details":{}}})",
        "unauthorized", Action::AddKey);
    row("INVALID_API_KEY 400", t, 400,
        R"({"success":false,"error":{"code":"INVALID_API_KEY","message":"The provided API key is invalid","details":{}}})",
        "unauthorized", Action::AddKey);
    row("401 without a body", t, 401, "", "unauthorized", Action::AddKey);
    row("Unauthenticated.", t, 401, R"({"success":false,"message":"Unauthenticated."})", "unauthorized",
        Action::AddKey);
    row("Unauthorized", t, 401, R"({"success":false,"message":"Unauthorized"})", "unauthorized",
        Action::AddKey);
    row("Missing Bearer Token 401", t, 401, R"({"message":"Missing Bearer Token"})", "missing-token",
        Action::ShowSent);
    row("Missing Bearer Token 400", t, 400, R"({"message":"Missing Bearer Token"})", "missing-token",
        Action::ShowSent);
    row("not authorized", t, 403,
        R"({"success":false,"message":"You are not authorized to perform this action."})", "forbidden",
        Action::AddKey);
    row("403 without a body", t, 403, "", "forbidden", Action::AddKey);
    row("active campaign", t, 403, R"({"success":false,"message":"Cannot delete active campaign"})",
        "state-forbids", Action::ShowSent);
    row("agent not found", t, 404, R"({"success":false,"message":"Agent not found"})", "not-found",
        Action::ShowSent);
    row("campaign not found", t, 404, R"({"success":false,"message":"Campaign not found"})", "not-found",
        Action::ShowSent);
    row("not in this environment", t, 404,
        R"({"success":false,"message":"Agent not found in this environment."})", "not-in-environment",
        Action::ShowSent);
    row("active calls", t, 409,
        R"({"success":false,"message":"Cannot delete agent while it has active calls."})", "conflict",
        Action::ShowSent);
    row("DID_ALREADY_EXISTS", t, 409,
        R"({"success":false,"message":"This number is already registered in your environment","code":"DID_ALREADY_EXISTS"})",
        "conflict", Action::ShowSent);
    row("DID_IN_USE", t, 409, R"({"success":false,"message":"In use","code":"DID_IN_USE"})", "conflict",
        Action::ShowSent);
    row("TRUNK_HAS_DIDS", t, 409, R"({"success":false,"message":"Has numbers","code":"TRUNK_HAS_DIDS"})",
        "conflict", Action::ShowSent);
    row("INVALID_AGENT_DIRECTION", t, 422,
        R"({"success":false,"message":"Agent must have direction=inbound to serve as a callback","code":"INVALID_AGENT_DIRECTION"})",
        "validation", Action::ShowSent);
    row("field errors", t, 422,
        R"({"message":"The given data was invalid.","errors":{"webhook_url":["The webhook url field is required."],"events":["The events field must contain at least 1 items."]}})",
        "validation", Action::ShowSent);
    row("internal server error", t, 500, R"({"success":false,"message":"Internal server error."})",
        "server-error", Action::SendAgain);
    row("voice demo", t, 500, R"({"error":"Failed to generate demo audio"})", "server-error",
        Action::SendAgain);
    row("429 without a body", t, 429, "", "rate-limited", Action::SendAgain);
    // docs.talkturo.ai, and the public documentation repository
    const QString u = u"talkturo"_s;
    row("talkturo 400", u, 400, "", "validation", Action::ShowSent);
    row("talkturo Unauthorized", u, 401, R"({"error":"Unauthorized"})", "unauthorized", Action::AddKey);
    row("talkturo Forbidden", u, 403, R"({"error":"Forbidden"})", "forbidden", Action::AddKey);
    row("talkturo 404", u, 404, "", "not-found", Action::ShowSent);
    row("talkturo 409", u, 409, "", "conflict", Action::ShowSent);
    row("talkturo 500", u, 500, "", "server-error", Action::SendAgain);
    row("talkturo Invalid API key", u, 401, R"({"success":false,"error":"Invalid API key"})", "unauthorized",
        Action::AddKey);
    row("talkturo second Unauthorized", u, 401, R"({"success":false,"error":"Unauthorized"})", "unauthorized",
        Action::AddKey);
    row("talkturo sign-in", u, 401, R"({"success":false,"error":"Invalid login credentials"})",
        "sign-in-refused", Action::ShowSent);
    row("talkturo credits", u, 402, "", "no-credits", Action::ShowSent);
    row("talkturo 400 with a text", u, 400, R"({"success":false,"error":"accountSlug is required"})",
        "validation", Action::ShowSent);
    row("talkturo 403 with a text", u, 403, R"({"success":false,"error":"Not your team"})", "forbidden",
        Action::AddKey);
    // aisoule.com/docs and its help centre
    const QString a = u"aisoule"_s;
    row("aisoule unauthorized", a, 401,
        R"({"success":false,"error":{"code":"unauthorized","message":"Invalid key"}})", "unauthorized",
        Action::AddKey);
    row("aisoule 401 without a body", a, 401, "", "unauthorized", Action::AddKey);
    row("aisoule forbidden", a, 403, R"({"success":false,"error":{"code":"forbidden","message":"Scope"}})",
        "missing-scope", Action::AddKey);
    row("aisoule 403 without a body", a, 403, "", "missing-scope", Action::AddKey);
    row("aisoule 429", a, 429,
        R"({"success":false,"error":{"code":"rate_limit_exceeded","message":"Too many requests. Please wait before retrying.","retry_after_seconds":15}})",
        "rate-limited", Action::SendAgain);
    row("aisoule help 429", a, 429,
        R"({"message":"Rate limit exceeded. Try again in 30 seconds.","status":"error"})", "rate-limited",
        Action::SendAgain);
    row("aisoule window", a, 400,
        R"({"message":"Outside 24-hour window. Use a template message.","status":"error"})", "outside-window",
        Action::ShowSent);
    row("aisoule general", a, 400, R"({"message":"Error description","status":"error"})", "request-refused",
        Action::ShowSent);
}

void TestAuthExplainer::documentedBodies()
{
    QFETCH(QString, providerId);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, cause);
    QFETCH(Action, primary);
    const QString base =
        providerId == u"talkturo"_s ? u"https://app.talkturo.com/api"_s : u"https://api.aisoule.com/v1"_s;
    const CallFacts facts =
        providerId == u"talkover"_s ? talkover(status, body) : other(providerId, base, status, body);
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, cause);
    QVERIFY(!told.title.isEmpty());
    QVERIFY(!told.steps.isEmpty());
    QVERIFY(!told.actions.isEmpty());
    QCOMPARE(told.actions.constFirst().kind, primary);
    QVERIFY2(told.text.contains(facts.provider->name), qPrintable(told.text));
    QVERIFY(told.text.contains(QString::number(status)));
}

void TestAuthExplainer::everyDocumentedShapeIsReached()
{
    // A shape behind a more general one would never be told. What each wants is answered, and it must be the
    // first that fits.
    for (const Provider &provider : catalog().all()) {
        for (const ErrorShape &shape : provider.errors) {
            const int status = shape.status.isEmpty() ? 418 : shape.status.constFirst();
            QByteArray body;
            if (!shape.pointer.isEmpty()) {
                const QByteArray value =
                    shape.equals.isEmpty() ? "\"something of its own\"" : '"' + shape.equals.toUtf8() + '"';
                body = value;
                const QStringList path = shape.pointer.split(u'/', Qt::SkipEmptyParts);
                for (auto it = path.rbegin(); it != path.rend(); ++it)
                    body = "{\"" + it->toUtf8() + "\":" + body + '}';
            }
            CallFacts facts = talkover(status, body);
            facts.provider = &provider;
            facts.environment.reset(); // a base URL that is not the provider's would be blamed first
            facts.key.reset();
            facts.keyUsedBy.clear();
            const Explanation told = explain(facts);
            QCOMPARE(told.cause, shape.id);
            if (shape.id != u"missing-token"_s)
                QCOMPARE(told.title, shape.title);
        }
    }
}

void TestAuthExplainer::nothingToExplain_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {200, 201, 204, 206, 301, 304})
        QTest::addRow("%d", status) << status;
}

void TestAuthExplainer::nothingToExplain()
{
    QFETCH(int, status);
    QVERIFY(explain(talkover(status, "{}")).isEmpty());
    QVERIFY(explain(CallFacts{}).isEmpty());
    QVERIFY(explain(failed(Error::Kind::Cancelled)).isEmpty());
    // The documented error bodies mean nothing under a good status.
    QVERIFY(explain(talkover(status, unauthorized)).isEmpty());
}

void TestAuthExplainer::expiredSaysWhatIsKnown()
{
    const Explanation told =
        explain(talkover(401, R"({"error":"TOKEN_EXPIRED","message":"x","status_code":401})"));
    QCOMPARE(told.title, u"The key was refused: it has expired"_s);
    QCOMPARE(told.severity, Explanation::Severity::Danger);
    QVERIFY2(told.text.startsWith(u"Talkover answered 401 with TOKEN_EXPIRED."_s), qPrintable(told.text));
    QVERIFY(told.text.contains(u"“Production dialer” (talq_••••3f9a) was sent to app.talkover.ai"_s));
    QVERIFY(told.text.contains(u"18 November"_s));
    QVERIFY(told.text.contains(u"prefix looks right"_s));
    QVERIFY2(told.steps.join(u' ').contains(u"Regenerate"_s), qPrintable(told.steps.join(u' ')));
    QCOMPARE(offered(told, Action::OpenUrl)->argument, u"https://app.talkover.ai"_s);
    QVERIFY(offers(told, Action::ShowSent));
}

void TestAuthExplainer::knownExpiryBeatsAPlainRefusal()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.key->expiresAt = noon.addDays(1);
    QCOMPARE(explain(facts).cause, u"unauthorized"_s);
    facts.key->expiresAt = noon.addDays(-1);
    QCOMPARE(explain(facts).cause, u"token-expired"_s);
    QVERIFY(explain(facts).text.contains(u"ran out"_s));
    facts.key->expiresAt = {};
    facts.key->status = ApiKey::Status::Expired;
    QCOMPARE(explain(facts).cause, u"token-expired"_s);
}

void TestAuthExplainer::revokedHere()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.key->status = ApiKey::Status::Revoked;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"token-revoked"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
    QVERIFY(!told.text.contains(u"last worked"_s));
}

void TestAuthExplainer::noKeyInTheEnvironment()
{
    CallFacts facts =
        withoutKey(talkover(401, R"({"error":"MISSING_TOKEN","message":"x","status_code":401})"));
    facts.hasKeyOfWantedKind = false;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"no-key"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
    QVERIFY2(told.text.contains(u"There is no environment token in “Production” yet."_s),
             qPrintable(told.text));
    QVERIFY(!offers(told, Action::ChooseKey));
    facts.otherKeys = {key(u"talkover"_s, u"environment"_s, u"talq_••••0000"_s)};
    QVERIFY(offers(explain(facts), Action::ChooseKey));
    // 403 without a key says the same.
    facts.response->status = 403;
    QCOMPARE(explain(facts).cause, u"no-key"_s);
}

void TestAuthExplainer::noKeyChosen()
{
    const Explanation told = explain(withoutKey(talkover(401, unauthorized)));
    QCOMPARE(told.cause, u"no-key"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::ChooseKey);
}

void TestAuthExplainer::typedHeader()
{
    CallFacts facts = withoutKey(talkover(401, unauthorized));
    facts.trace.sent[0].headers.emplaceBack("authorization", "••••");
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"typed-header"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::RemoveHeader);
    QCOMPARE(told.actions.constFirst().argument, u"Authorization"_s);
    facts.trace.doubledScheme = true;
    QCOMPARE(explain(facts).cause, u"doubled-bearer"_s);
    QCOMPARE(explain(facts).actions.constFirst().kind, Action::RemoveHeader);
}

void TestAuthExplainer::doubledBearer()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.trace.doubledScheme = true;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"doubled-bearer"_s);
    QVERIFY(told.text.contains(u"Bearer Bearer"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
}

void TestAuthExplainer::wrongKind()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.key = key(u"talkover"_s, u"user"_s, u"1|••••3f9a"_s);
    facts.keyUsedBy = {*facts.environment};
    Explanation told = explain(facts);
    QCOMPARE(told.cause, u"wrong-kind"_s);
    QVERIFY(told.text.contains(u"User API token"_s) && told.text.contains(u"Environment token"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::ChooseKey); // the environment has the right one
    facts.hasKeyOfWantedKind = false;
    told = explain(facts);
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
    QVERIFY(offers(told, Action::OpenUrl));
    facts.response->status = 403;
    QCOMPARE(explain(facts).cause, u"wrong-kind"_s);
    // An environment token where the Account API wants a user's.
    facts = talkover(401, R"({"success":false,"message":"Unauthenticated."})");
    facts.wantedKindId = u"user"_s;
    QCOMPARE(explain(facts).cause, u"wrong-kind"_s);
    // The server's own word that it has expired is believed first.
    facts.response->body = R"({"error":"TOKEN_EXPIRED"})";
    QCOMPARE(explain(facts).cause, u"token-expired"_s);
}

void TestAuthExplainer::otherEnvironment()
{
    CallFacts facts = talkover(401, unauthorized);
    const Environment staging = environment(u"talkover"_s, u"https://app.talkover.ai"_s, u"Staging"_s);
    facts.keyUsedBy = {staging};
    Explanation told = explain(facts);
    QCOMPARE(told.cause, u"other-environment"_s);
    QVERIFY(told.text.contains(u"“Staging”"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::ChooseKey);
    QCOMPARE(offered(told, Action::SwitchEnvironment)->argument, staging.id.toString(QUuid::WithoutBraces));
    facts.hasKeyOfWantedKind = false;
    QCOMPARE(explain(facts).actions.constFirst().kind, Action::SwitchEnvironment);
    facts.keyUsedBy = {staging, *facts.environment};
    QCOMPARE(explain(facts).cause, u"unauthorized"_s);
    facts.keyUsedBy.clear(); // used nowhere
    QCOMPARE(explain(facts).cause, u"unauthorized"_s);
}

void TestAuthExplainer::wrongPrefix()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.key->hint = u"1|••••3f9a"_s;
    Explanation told = explain(facts);
    QCOMPARE(told.cause, u"wrong-prefix"_s);
    QVERIFY(told.title.contains(u"talq_"_s));
    QVERIFY2(told.text.contains(u"User API token"_s), qPrintable(told.text));
    facts.key->hint = u"••••3f9a"_s;
    told = explain(facts);
    QCOMPARE(told.cause, u"wrong-prefix"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
}

void TestAuthExplainer::prefixIsNotJudgedWhereItCannotBe()
{
    CallFacts facts = talkover(401, unauthorized);
    for (const QString &hint : {u"••••"_s, QString()}) { // too short to show any
        facts.key->hint = hint;
        const Explanation told = explain(facts);
        QCOMPARE(told.cause, u"unauthorized"_s);
        QVERIFY(!told.text.contains(u"prefix"_s));
    }
    const Explanation told = explain(other(u"aisoule"_s, u"https://api.aisoule.com/v1"_s, 401, {}));
    QVERIFY(!told.text.contains(u"prefix"_s)); // the provider names none
}

void TestAuthExplainer::wrongHeader()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.key->headerName = u"X-API-Key"_s;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"wrong-header"_s);
    QVERIFY(told.text.contains(u"X-API-Key"_s));
}

void TestAuthExplainer::keyDroppedOnARedirect()
{
    CallFacts facts = talkover(401, unauthorized);
    RedirectHop hop;
    hop.status = 302;
    hop.from = QUrl(u"https://app.talkover.ai/api/v1/agents"_s);
    hop.to = QUrl(u"https://eu.talkover.ai/api/v1/agents"_s);
    hop.keyDropped = true;
    facts.trace.hops = {hop};
    facts.trace.sent.append(sentTo(hop.to.toString(), false));
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"key-dropped-on-redirect"_s);
    QVERIFY(told.text.contains(u"eu.talkover.ai"_s) && told.text.contains(u"302"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::EditEnvironment);
    QCOMPARE(offered(told, Action::BindOrigin)->argument, u"https://eu.talkover.ai"_s);
    facts.trace.hops[0].to = QUrl(u"http://eu.talkover.ai/"_s); // never bound to plain http
    QVERIFY(!offers(explain(facts), Action::BindOrigin));
    // A redirect that kept the key is not the cause.
    facts.trace.hops[0].keyDropped = false;
    facts.trace.sent[1].keySent = true;
    QCOMPARE(explain(facts).cause, u"unauthorized"_s);
}

void TestAuthExplainer::keyWithheld()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.trace.sent = {sentTo(facts.url.toString(), false)};
    facts.trace.keyWithheld = u"The key is not bound to this host."_s;
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"key-withheld"_s);
    QVERIFY(told.text.contains(facts.trace.keyWithheld));
}

void TestAuthExplainer::keySentButServerSaysNone()
{
    const Explanation told =
        explain(talkover(401, R"({"error":"MISSING_TOKEN","message":"x","status_code":401})"));
    QCOMPARE(told.cause, u"missing-token"_s);
    QVERIFY(told.title.contains(u"was sent"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::ShowSent);
}

void TestAuthExplainer::missingAbility()
{
    CallFacts facts = talkover(403, "{}");
    facts.provider = catalog().find(u"custom"_s);
    facts.key->abilities = {u"read"_s};
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"missing-scope"_s);
    QVERIFY(told.text.contains(u"read"_s));
    facts.key->abilities = {u"*"_s};
    QCOMPARE(explain(facts).cause, u"forbidden"_s);
}

void TestAuthExplainer::sandboxDashboardHasTheSandboxesAddress()
{
    CallFacts facts = talkover(401, R"({"error":"TOKEN_EXPIRED"})");
    facts.provider = catalog().find(u"sandbox-talkover"_s);
    facts.environment->baseUrl = u"http://127.0.0.1:48123"_s;
    facts.key->providerId = facts.provider->id;
    const Explanation told = explain(facts);
    QCOMPARE(offered(told, Action::OpenUrl)->argument, u"http://127.0.0.1:48123/dashboard"_s);
    facts.environment.reset();
    QVERIFY(!offers(explain(facts), Action::OpenUrl));
}

void TestAuthExplainer::createdByApiIsCreatedHere()
{
    CallFacts facts = talkover(401, R"({"success":false,"message":"Unauthenticated."})");
    facts.key = key(u"talkover"_s, u"user"_s, u"1|••••3f9a"_s);
    facts.wantedKindId = u"user"_s;
    const Explanation told = explain(facts);
    QCOMPARE(told.actions.constFirst().kind, Action::AddKey);
    QVERIFY(told.actions.constFirst().label.contains(u"Create"_s));
    QVERIFY(told.steps[0].contains(u"Create"_s)); // the steps are this kind's, not the environment token's
    QVERIFY(!told.steps.join(u' ').contains(u"talq_"_s));
}

void TestAuthExplainer::unknownProvider()
{
    CallFacts facts = talkover(401, unauthorized);
    facts.provider = nullptr;
    Explanation told = explain(facts);
    QCOMPARE(told.cause, u"unauthorized"_s);
    QVERIFY(told.text.startsWith(u"app.talkover.ai answered 401."_s));
    facts.response->status = 403;
    QCOMPARE(explain(facts).cause, u"forbidden"_s);
    facts.response->status = 404;
    QCOMPARE(explain(facts).cause, u"not-found"_s);
    facts.response->status = 405;
    facts.response->headers.emplaceBack("Allow", "GET, POST, x<script>");
    told = explain(facts);
    QCOMPARE(told.cause, u"method-not-allowed"_s);
    QVERIFY(told.text.contains(u"GET, POST"_s) && !told.text.contains(u"script"_s, Qt::CaseInsensitive));
    for (const int status : {400, 402, 409, 413, 415, 422, 451, 499}) {
        facts.response->status = status;
        QCOMPARE(explain(facts).cause, u"request-refused"_s);
    }
    facts.response->status = 407;
    QCOMPARE(explain(facts).cause, u"proxy"_s);
    facts.response->status = 408;
    QCOMPARE(explain(facts).cause, u"timeout"_s);
}

void TestAuthExplainer::rateLimitSaysHowLong()
{
    CallFacts facts = other(
        u"aisoule"_s, u"https://api.aisoule.com/v1"_s, 429,
        R"({"success":false,"error":{"code":"rate_limit_exceeded","message":"x","retry_after_seconds":15}})");
    Explanation told = explain(facts);
    QVERIFY2(told.text.contains(u"15 seconds"_s), qPrintable(told.text));
    QCOMPARE(told.actions.constFirst().argument, u"15"_s);
    facts.response->body = "{}";
    told = explain(facts);
    QVERIFY(told.text.contains(u"does not say"_s));
    QCOMPARE(told.actions.constFirst().argument, QString());
    facts.response->headers.append(
        {"X-RateLimit-Reset", QByteArray::number(noon.addSecs(600).toSecsSinceEpoch())});
    told = explain(facts);
    QVERIFY2(told.text.contains(u"10 minutes"_s), qPrintable(told.text));
    QCOMPARE(told.actions.constFirst().argument, u"600"_s);
}

void TestAuthExplainer::retryAfter_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("expected");

    const auto row = [](const char *title, const QByteArray &name, const QByteArray &value,
                        const QByteArray &body,
                        qint64 expected) { QTest::newRow(title) << name << value << body << expected; };
    row("nothing", "X-Other", "1", "", -1);
    row("seconds", "Retry-After", "120", "", 120);
    row("seconds with spaces", "retry-after", " 7 ", "", 7);
    row("zero", "Retry-After", "0", "", 0);
    row("negative", "Retry-After", "-5", "", -1);
    row("not a number", "Retry-After", "soon", "", -1);
    row("huge", "Retry-After", "99999999999", "", 7 * 24 * 3600);
    row("over the range", "Retry-After", "99999999999999999999999999", "", -1);
    row("date", "Retry-After", "Fri, 21 Nov 2025 12:01:30 GMT", "", 90);
    row("date in the past", "Retry-After", "Fri, 21 Nov 2025 11:00:00 GMT", "", 0);
    row("obsolete date", "Retry-After", "Friday, 21-Nov-25 12:01:30 GMT", "", 90);
    row("asctime date", "Retry-After", "Fri Nov 21 12:01:30 2025", "", 90);
    row("body", "X-Other", "", R"({"error":{"retry_after_seconds":15}})", 15);
    row("body at the top", "X-Other", "", R"({"retry_after_seconds":"3"})", 3);
    row("body, a fraction", "X-Other", "", R"({"retry_after":0.2})", 1);
    row("body, nonsense", "X-Other", "", R"({"retry_after":{"a":1}})", -1);
    row("body, a text", "X-Other", "", R"({"retry_after":"soon"})", -1);
    row("body, huge", "X-Other", "", R"({"retry_after":1e300})", -1);
    row("header before body", "Retry-After", "5", R"({"retry_after":60})", 5);
    row("reset as Unix time", "X-RateLimit-Reset", QByteArray::number(noon.toSecsSinceEpoch() + 42), "", 42);
    row("reset in the past", "X-RateLimit-Reset", QByteArray::number(noon.toSecsSinceEpoch() - 42), "", 0);
    row("reset as seconds", "X-RateLimit-Reset", "42", "", 42);
    row("body before reset", "X-RateLimit-Reset", "42", R"({"error":{"retry_after_seconds":15}})", 15);
}

void TestAuthExplainer::retryAfter()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, body);
    QFETCH(qint64, expected);
    HttpResponse response = answer(429, body);
    response.headers.emplaceBack(name, value);
    QCOMPARE(retryAfterSeconds(response, noon), expected);
}

void TestAuthExplainer::doubledBasePath()
{
    CallFacts facts = talkover(404, "not found");
    facts.environment->baseUrl = u"https://app.talkover.ai/api/v1"_s;
    facts.response->url = QUrl(u"https://app.talkover.ai/api/v1/api/v1/agents"_s);
    Explanation told = explain(facts);
    QCOMPARE(told.cause, u"base-url"_s);
    QVERIFY(told.title.contains(u"/api/v1"_s));
    QCOMPARE(told.actions.constFirst().kind, Action::EditEnvironment);

    facts = other(u"aisoule"_s, u"https://api.aisoule.com/v1"_s, 404, "{}");
    facts.response->url = QUrl(u"https://api.aisoule.com/v1/v1/profile"_s);
    QCOMPARE(explain(facts).cause, u"base-url"_s);
}

void TestAuthExplainer::missingBasePath()
{
    CallFacts facts = other(u"aisoule"_s, u"https://api.aisoule.com"_s, 404, "{}");
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"base-url"_s);
    QVERIFY(told.text.contains(u"/v1"_s));
    // The sandbox has its own base path, and a right one is not blamed.
    facts.provider = catalog().find(u"sandbox-aisoule"_s);
    facts.environment->baseUrl = u"http://127.0.0.1:4000/v1"_s;
    facts.response->url = QUrl(u"http://127.0.0.1:4000/v1/nothing"_s);
    QCOMPARE(explain(facts).cause, u"not-found"_s);
}

void TestAuthExplainer::htmlInsteadOfJson()
{
    const QByteArray page = "\n<!DOCTYPE html><html><body>Sign in</body></html>";
    for (const int status : {200, 400, 401, 403, 404}) {
        CallFacts facts = talkover(status, page);
        facts.response->headers = {{"Content-Type", "text/html; charset=utf-8"}};
        const Explanation told = explain(facts);
        QCOMPARE(told.cause, u"html-not-json"_s);
        QCOMPARE(told.actions.constFirst().kind, Action::EditEnvironment);
        facts.response->headers.clear(); // told by its beginning
        QCOMPARE(explain(facts).cause, u"html-not-json"_s);
        // What the app knows goes first.
        if (status == 401)
            QCOMPARE(explain(withoutKey(facts)).cause, u"no-key"_s);
    }
    // A page of an API that Keydesk does not know may be meant.
    CallFacts facts = talkover(200, page);
    facts.provider = catalog().find(u"custom"_s);
    QVERIFY(explain(facts).isEmpty());
}

void TestAuthExplainer::serverErrors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("500") << 500 << QByteArray("{}");
    QTest::newRow("502 page") << 502 << QByteArray("<html>Bad gateway</html>");
    QTest::newRow("503") << 503 << QByteArray();
    QTest::newRow("504") << 504 << QByteArray();
    QTest::newRow("599") << 599 << QByteArray("\xff\xfe");
}

void TestAuthExplainer::serverErrors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    CallFacts facts = talkover(status, body);
    facts.response->headers.emplaceBack("Retry-After", "30");
    const Explanation told = explain(facts);
    QCOMPARE(told.cause, u"server-error"_s);
    QCOMPARE(told.actions.constFirst().kind, Action::SendAgain);
    QCOMPARE(told.actions.constFirst().argument, u"30"_s);
}

void TestAuthExplainer::failures_data()
{
    QTest::addColumn<Error::Kind>("kind");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<Action>("primary");
    const auto row = [](const char *cause, Error::Kind kind, Action primary) {
        QTest::newRow(cause) << kind << QString::fromLatin1(cause) << primary;
    };
    row("timeout", Error::Kind::TimedOut, Action::SendAgain);
    row("dns", Error::Kind::NameNotResolved, Action::EditEnvironment);
    row("connection-refused", Error::Kind::ConnectionRefused, Action::EditEnvironment);
    row("connection-lost", Error::Kind::ConnectionLost, Action::SendAgain);
    row("tls", Error::Kind::TlsFailed, Action::EditEnvironment);
    row("proxy", Error::Kind::ProxyFailed, Action::OpenPreferences);
    row("too-large", Error::Kind::TooLarge, Action::ShowSent);
    row("too-many-redirects", Error::Kind::TooManyRedirects, Action::EditEnvironment);
    row("bad-response", Error::Kind::BadResponse, Action::EditEnvironment);
    row("origin-not-bound", Error::Kind::OriginNotBound, Action::BindOrigin);
    row("insecure-transport", Error::Kind::InsecureTransport, Action::UseHttps);
    row("keychain-locked", Error::Kind::KeychainLocked, Action::UnlockKeychain);
    row("keychain-denied", Error::Kind::KeychainDenied, Action::SendAgain);
    row("keychain-absent", Error::Kind::KeychainAbsent, Action::UnlockKeychain);
    row("keychain-slow", Error::Kind::KeychainSlow, Action::SendAgain);
    row("keychain-failed", Error::Kind::KeychainFailed, Action::SendAgain);
    row("sealed-locked", Error::Kind::SealedLocked, Action::UnlockKeychain);
    row("sealed-absent", Error::Kind::SealedAbsent, Action::SendAgain);
    row("sealed-damaged", Error::Kind::SealedDamaged, Action::UnlockKeychain);
    row("token-missing", Error::Kind::NotFound, Action::AddKey);
    row("failed", Error::Kind::DiskFull, Action::SendAgain);
}

void TestAuthExplainer::failures()
{
    QFETCH(Error::Kind, kind);
    QFETCH(QString, cause);
    QFETCH(Action, primary);
    const Explanation told = explain(failed(kind));
    QCOMPARE(told.cause, cause);
    QVERIFY(!told.title.isEmpty() && !told.text.isEmpty());
    QCOMPARE(told.actions.constFirst().kind, primary);
}

void TestAuthExplainer::leadsToTheConnection()
{
    using Trouble = ConnectionFacts::Trouble;
    const auto leads = [](const CallFacts &facts) {
        const ExplanationAction action = explain(facts).actions.constFirst();
        return action.kind == Action::EditConnection ? action.argument : QString();
    };
    const auto untrusted = [](Trouble trouble) {
        CallFacts facts = failed(Error::Kind::TlsFailed);
        ConnectionFacts connection;
        connection.troubles = {trouble};
        facts.trace.connections = {connection};
        return facts;
    };
    QCOMPARE(leads(untrusted(Trouble::UnknownAuthority)), u"authority"_s);
    QCOMPARE(leads(untrusted(Trouble::SelfSigned)), u"authority"_s);
    QCOMPARE(leads(untrusted(Trouble::ClientCertificate)), u"certificate"_s);
    QCOMPARE(leads(untrusted(Trouble::Validity)), QString());
    QVERIFY(explain(untrusted(Trouble::Revoked)).title.contains(u"revoked"_s));
    CallFacts nowhere = untrusted(Trouble::UnknownAuthority);
    nowhere.environment.reset();
    QCOMPARE(leads(nowhere), QString());

    CallFacts proxied = failed(Error::Kind::ProxyFailed);
    QCOMPARE(explain(proxied).actions.constFirst().kind, Action::OpenPreferences);
    proxied.environment->connection.proxy = ConnectionSettings::Proxy::Http;
    QCOMPARE(leads(proxied), u"proxy"_s);
    CallFacts alone = failed(Error::Kind::NameNotResolved);
    alone.environment->connection.family = ConnectionSettings::Family::IPv6;
    QCOMPARE(leads(alone), u"family"_s);

    CallFacts asked = failed(Error::Kind::TlsFailed);
    asked.error.reset();
    asked.response = HttpResponse();
    asked.response->status = 400;
    asked.response->body = "<html><center>No required SSL certificate was sent</center></html>";
    QCOMPARE(explain(asked).cause, u"client-certificate"_s);
    QCOMPARE(leads(asked), u"certificate"_s);

    // One was chosen, but for another host: choosing again would not help.
    asked.environment->connection.certificateFile = u"client.pem"_s;
    asked.environment->baseUrl = u"https://elsewhere.example"_s;
    QVERIFY2(explain(asked).text.contains(u"elsewhere.example"_s), qPrintable(explain(asked).text));
    QCOMPARE(explain(asked).actions.constFirst().kind, Action::EditUrl);
    CallFacts refused = untrusted(Trouble::ClientCertificate);
    refused.environment = asked.environment;
    QVERIFY(explain(refused).text.contains(u"elsewhere.example"_s));
}

void TestAuthExplainer::pointsToWhereTheHostIsWritten()
{
    for (const Error::Kind kind : {Error::Kind::NameNotResolved, Error::Kind::ConnectionRefused}) {
        CallFacts facts = failed(kind);
        const auto step = [&facts] { return explain(facts).steps.constFirst(); };
        const auto primary = [&facts] { return explain(facts).actions.constFirst().kind; };
        QCOMPARE(primary(), Action::EditEnvironment);
        QVERIFY2(step().contains(facts.environment->name), qPrintable(step()));

        facts.urlNamesHost = true;
        QCOMPARE(primary(), Action::EditUrl);
        QVERIFY2(step().contains(u"URL of the request"_s) && !step().contains(facts.environment->name),
                 qPrintable(step()));

        // A variable of the path's place that holds another host.
        facts.urlNamesHost = false;
        facts.url = QUrl(u"https://elsewhere.example/x"_s);
        QCOMPARE(primary(), Action::EditUrl);
    }
}

void TestAuthExplainer::unboundOriginIsOfferedWithItsAddress()
{
    CallFacts facts = failed(Error::Kind::OriginNotBound);
    facts.key->origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    facts.url = QUrl(u"https://app.talkover.ai.evil.test/api/v1/agents"_s);
    const Explanation told = explain(facts);
    QVERIFY(told.text.contains(u"https://app.talkover.ai and goes nowhere else"_s));
    QVERIFY(told.text.contains(u"Nothing was sent."_s));
    QCOMPARE(offered(told, Action::BindOrigin)->argument, u"https://app.talkover.ai.evil.test"_s);
    QVERIFY(offers(told, Action::EditUrl) && !offers(told, Action::EditEnvironment)); // which does not say evil.test
}

void TestAuthExplainer::http()
{
    CallFacts facts = failed(Error::Kind::InsecureTransport);
    facts.url = QUrl(u"http://app.talkover.ai/api/v1/agents"_s);
    const Explanation told = explain(facts);
    QCOMPARE(told.actions.constFirst().kind, Action::UseHttps);
    QVERIFY(!offers(told, Action::BindOrigin));
}

void TestAuthExplainer::everyExplanationIsWhole()
{
    // Every status with every provider, with and without a key: a title, a text without gaps, and never an
    // empty button.
    for (const Provider &provider : catalog().all()) {
        for (int status = 400; status < 600; ++status) {
            for (const bool named : {true, false}) {
                CallFacts facts = talkover(status, "{\"message\":\"x\"}");
                facts.provider = &provider;
                if (!named)
                    facts = withoutKey(facts);
                const Explanation told = explain(facts);
                QVERIFY(!told.cause.isEmpty() && !told.title.isEmpty() && !told.text.isEmpty() &&
                        !told.actions.isEmpty());
                QVERIFY(told.severity != Explanation::Severity::None);
                QVERIFY2(!told.text.contains(u'%') && !told.title.contains(u'%'), qPrintable(told.text));
                for (const ExplanationAction &action : told.actions)
                    QVERIFY(!action.label.isEmpty());
            }
        }
    }
    QVERIFY(!explain(failed(Error::Kind::InvalidInput)).isEmpty());
    CallFacts facts = failed(Error::Kind::NotFound);
    facts.key.reset();
    QCOMPARE(explain(facts).cause, u"key-gone"_s);
    QCOMPARE(explain(facts).actions.constFirst().kind, Action::ChooseKey);
}

void TestAuthExplainer::answersAreNotRepeated()
{
    // A server that echoes the token must not get it onto the screen through the explanation.
    const QByteArray canary = "talq_CANARY0123456789abcdef";
    for (const int status : {400, 401, 403, 404, 409, 422, 429, 500}) {
        CallFacts facts =
            talkover(status, "{\"success\":false,\"error\":\"bad " + canary + "\",\"message\":\"" + canary +
                                 "\",\"code\":\"" + canary + "\"}");
        const Explanation told = explain(facts);
        QVERIFY(!(told.title + told.text + told.steps.join(u' ')).contains(QString::fromLatin1(canary)));
    }
}

namespace {

// An answer that another program got.
CallFacts others(int status, const QByteArray &body, const Provider *provider = nullptr)
{
    CallFacts facts;
    facts.sent = CallFacts::Sent::NotKnown;
    facts.provider = provider;
    facts.urlNamesHost = true;
    facts.response = answer(status, body);
    return facts;
}

QString allOf(const Explanation &told)
{
    return told.title + u'\n' + told.text + u'\n' + told.steps.join(u'\n');
}

} // namespace

void TestAuthExplainer::answersOfOthersClaimNothingOfTheKey_data()
{
    QTest::addColumn<QString>("providerId");
    QTest::newRow("unknown") << QString();
    for (const Provider &provider : catalog().all())
        QTest::newRow(qPrintable(provider.id)) << provider.id;
}

void TestAuthExplainer::answersOfOthersClaimNothingOfTheKey()
{
    QFETCH(QString, providerId);
    for (int status = 400; status < 600; ++status) {
        const Explanation told = explain(others(status, "{\"x\":\"y\"}", catalog().find(providerId)));
        QVERIFY(!told.cause.isEmpty() && !told.title.isEmpty() && !told.text.isEmpty() &&
                !told.steps.isEmpty());
        QVERIFY(told.cause != "no-key"_L1 && told.cause != "missing-token"_L1);
        for (const QString &claim :
             {u"carried no key"_s, u"No key went along"_s, u"key was refused"_s, u"key is valid"_s,
              u"was sent"_s, u"key is fine"_s, u"this environment"_s, u"Body tab"_s, u"Preferences"_s,
              u"Keydesk kept"_s}) {
            // What to read there is the provider file's own step.
            if (claim == "Body tab"_L1 && !providerId.isEmpty())
                continue;
            QVERIFY2(!allOf(told).contains(claim),
                     qPrintable(QString::number(status) + u": "_s + allOf(told)));
        }
        QVERIFY2(!told.text.contains(u'%') && !told.title.contains(u'%'), qPrintable(told.text));
    }
}

void TestAuthExplainer::answersOfOthersAreExplained_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("providerId");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<QString>("words"); // what the title or the text says
    const auto row = [](const char *name, int status, const QByteArray &body, const QString &provider,
                        const QString &cause, const QString &words) {
        QTest::newRow(name) << status << body << provider << cause << words;
    };
    const QString talkover = u"talkover"_s;
    row("expired", 401, R"({"error":"TOKEN_EXPIRED"})", talkover, u"token-expired"_s, u"it has expired"_s);
    row("missing", 401, R"({"error":"MISSING_TOKEN"})", talkover, u"missing-token"_s,
        u"it carried no key"_s); // the answer says so
    row("refused, as documented", 401, R"({"message":"Unauthenticated."})", talkover, u"unauthorized"_s,
        u"or none arrived"_s);
    row("refused, by the status alone", 401, "{}", talkover, u"unauthorized"_s, u"or it had none"_s);
    row("refused", 401, "", {}, u"unauthorized"_s, u"or it had none"_s);
    row("forbidden, as documented", 403, R"({"message":"You are not authorized to perform this action."})",
        talkover, u"forbidden"_s, u"knows the key"_s);
    row("forbidden, by the status alone", 403, "{}", talkover, u"forbidden"_s, u"does not allow this call"_s);
    row("forbidden", 403, "", {}, u"forbidden"_s, u"does not allow this call"_s);
    row("scope", 403, R"({"error":{"code":"forbidden"}})", u"aisoule"_s, u"missing-scope"_s,
        u"lacks a permission"_s);
    row("not found", 404, "", {}, u"not-found"_s, u"nothing at this address"_s);
    row("method", 405, "", {}, u"method-not-allowed"_s, u"method"_s);
    row("proxy", 407, "", {}, u"proxy"_s, u"proxy wants"_s);
    row("data", 422, R"({"errors":{}})", talkover, u"validation"_s, u"fields"_s);
    row("limit", 429, "", {}, u"rate-limited"_s, u"only so many calls"_s);
    row("server", 500, "", {}, u"server-error"_s, u"Something went wrong on the server"_s);
    row("page", 200, "<!doctype html><html>", talkover, u"html-not-json"_s, u"web page"_s);
    row("certificate", 400, "<center>No required SSL certificate was sent</center>", {},
        u"client-certificate"_s, u"none was shown"_s);
    row("other certificate", 400, "<center>The SSL certificate error</center>", {}, u"client-certificate"_s,
        u"that was shown"_s);
}

void TestAuthExplainer::answersOfOthersAreExplained()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, providerId);
    QFETCH(QString, words);
    const Explanation told = explain(others(status, body, catalog().find(providerId)));
    QTEST(told.cause, "cause");
    QVERIFY2(allOf(told).contains(words), qPrintable(allOf(told)));
}

void TestAuthExplainer::knownOfOthers()
{
    using Sent = CallFacts::Sent;
    // A token did arrive, the server says.
    CallFacts facts = others(401, "");
    facts.response->headers = {{"WWW-Authenticate", R"(Basic realm="a")"},
                               {"www-authenticate", R"(Bearer realm="a", error="invalid_token")"}};
    QCOMPARE(explain(facts).title, u"The key was refused"_s);
    facts.response->headers = {{"WWW-Authenticate", R"(Bearer error="insufficient_scope")"}};
    facts.response->status = 403;
    QCOMPARE(explain(facts).title, u"The key is valid but may not do this"_s);

    const Provider *talkover = catalog().find(u"talkover"_s);
    for (const int status : {401, 403}) {
        facts = others(status, "{}", talkover);
        facts.sent = Sent::WithKey;
        QCOMPARE(explain(facts).cause, status == 401 ? u"unauthorized"_s : u"forbidden"_s);
        QVERIFY(!explain(facts).title.contains(u"none"_s));
        facts.sent = Sent::WithoutKey;
        QCOMPARE(explain(facts).cause, u"no-key"_s);
        QVERIFY2(explain(facts).text.contains(u"No key went along"_s), qPrintable(explain(facts).text));
    }
    facts = others(401, R"({"error":"MISSING_TOKEN"})", talkover);
    facts.sent = Sent::WithKey;
    QVERIFY(explain(facts).title.contains(u"says that none arrived"_s));
    // What another program did has no tab and no button to mend it; its steps are words.
    facts = others(401, R"({"error":"TOKEN_EXPIRED"})");
    QVERIFY(!explain(facts).steps.join(u' ').contains(u"paste it here"_s));
}

void TestAuthExplainer::noEnvironmentIsNamedWhereThereIsNone()
{
    for (const int status : {401, 403, 404}) {
        CallFacts facts = withoutKey(talkover(status, "{}"));
        facts.provider = nullptr;
        facts.hasKeyOfWantedKind = false;
        facts.environment.reset();
        const Explanation told = explain(facts);
        QVERIFY2(!allOf(told).contains(u"environment"_s), qPrintable(allOf(told)));
        QVERIFY(!offers(told, Action::EditEnvironment));
    }
}

void TestAuthExplainer::evidenceIsOfTheAnswer()
{
    const auto idsOf = [](const CallFacts &facts) {
        QStringList ids;
        for (const Evidence &each : evidence(facts))
            ids << each.id;
        return ids;
    };
    QVERIFY(evidence(failed(Error::Kind::TimedOut)).isEmpty());
    CallFacts facts = others(401, R"({"error":"TOKEN_EXPIRED"})", catalog().find(u"talkover"_s));
    QCOMPARE(idsOf(facts), (QStringList{u"status"_s, u"body"_s}));
    QVERIFY(evidence(facts).last().text.contains(u"TOKEN_EXPIRED"_s));
    facts.response->headers = {{"WWW-Authenticate", "bearer"}};
    QCOMPARE(evidence(facts).last().text, u"The server asks for Bearer."_s);
    facts.response->headers = {{"WWW-Authenticate", R"(Bearer error="invalid_token")"}};
    facts.response->status = 429;
    facts.response->headers.emplaceBack("Retry-After", "30");
    facts.response->body = "<html>";
    QCOMPARE(idsOf(facts),
             (QStringList{u"status"_s, u"challenge"_s, u"challenge"_s, u"retry-after"_s, u"html"_s}));

    // Whatever the server says: its own words are not in it.
    const QByteArray canary = "talq_CANARY0123456789abcdef";
    facts = others(401, "{\"error\":\"" + canary + "\"}", catalog().find(u"talkover"_s));
    facts.response->reason = canary;
    for (const char *name : {"WWW-Authenticate", "Retry-After", "Allow", "Content-Type"})
        facts.response->headers.emplaceBack(name, canary + " error=\"" + canary + '"');
    for (const Evidence &each : evidence(facts))
        QVERIFY2(!each.text.contains(QString::fromLatin1(canary)), qPrintable(each.text));
}

QTEST_GUILESS_MAIN(TestAuthExplainer)
#include "test_auth_explainer.moc"
