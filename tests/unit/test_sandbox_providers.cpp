#include "app/base/JsonPointer.h"
#include "app/keys/TokenApiCall.h"
#include "app/providers/AuthExplainer.h"
#include "app/providers/ProviderCatalog.h"
#include "app/sandbox/Sandbox.h"
#include "tests/support/TempHome.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

#include <algorithm>

using namespace keydesk;
using namespace Qt::StringLiterals;

/// The provider files against the sandbox: what they promise works there, over a real socket.
class TestSandboxProviders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void aKeyIsMadeAndCalls_data();
    void aKeyIsMadeAndCalls();
    void everyRequestIsServed_data() { aKeyIsMadeAndCalls_data(); }
    void everyRequestIsServed();
    void badKeysAreRefusedByTheCheck_data() { aKeyIsMadeAndCalls_data(); }
    void badKeysAreRefusedByTheCheck();
    void aUserTokenIsMadeWithASession();

private:
    struct Answer
    {
        int status = 0;
        QByteArray body;
        [[nodiscard]] QString at(const QString &pointer) const
        {
            return textAtPointer(QJsonDocument::fromJson(body).object(), pointer);
        }
    };

    Answer send(const QString &method, const QUrl &url, const TokenKind *kind, const QString &token,
                const QByteArray &body);
    Answer call(const Provider &provider, const ProviderRequest &request, const QString &token);
    Answer make(const Provider &provider, const TokenApi &api, const QString &session);
    /// A session of the sandbox's dashboard, if the API wants one.
    QString session(const Provider &provider, const TokenApi &api);
    QUrl origin(const Provider &provider) const
    {
        return m_sandbox->origins().value(provider.sandboxService);
    }

    test::TempHome m_home;
    ProviderCatalog m_catalog;
    std::unique_ptr<Sandbox> m_sandbox;
    QNetworkAccessManager m_network;
};

void TestSandboxProviders::initTestCase()
{
    m_catalog.loadBuiltIn();
    m_sandbox = std::make_unique<Sandbox>(m_home.path(u"sandbox.json"_s));
    QSignalSpy started(m_sandbox.get(), &Sandbox::started);
    QSignalSpy failed(m_sandbox.get(), &Sandbox::failed);
    m_sandbox->start();
    QTRY_VERIFY(started.size() == 1 || failed.size() == 1);
    QCOMPARE(failed.size(), 0);
}

TestSandboxProviders::Answer TestSandboxProviders::send(const QString &method, const QUrl &url,
                                                        const TokenKind *kind, const QString &token,
                                                        const QByteArray &body)
{
    QNetworkRequest request(url);
    if (kind)
        request.setRawHeader(kind->headerName.toLatin1(), (kind->headerPrefix + token).toLatin1());
    if (!body.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> reply(m_network.sendCustomRequest(request, method.toLatin1(), body));
    QSignalSpy finished(reply.get(), &QNetworkReply::finished);
    if (!reply->isFinished())
        finished.wait(10'000);
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

TestSandboxProviders::Answer TestSandboxProviders::call(const Provider &provider,
                                                        const ProviderRequest &request, const QString &token)
{
    QUrl url(origin(provider).toString() + provider.basePath + request.request.url);
    QUrlQuery query;
    for (const NameValue &param : request.request.params) {
        if (param.enabled)
            query.addQueryItem(param.name, param.value);
    }
    url.setQuery(query);
    return send(request.request.method, url, provider.kind(request.request.key.kindId), token,
                request.request.body.text.toUtf8());
}

TestSandboxProviders::Answer TestSandboxProviders::make(const Provider &provider, const TokenApi &api,
                                                        const QString &session)
{
    QJsonObject body = filledIn(api.createBody, u"A key"_s, {u"*"_s}).toObject();
    for (const TokenApiVariable &variable : api.variables)
        body.insert(variable.name, u"my-team"_s);
    QUrl url = origin(provider);
    url.setPath(api.createPath);
    return send(api.createMethod, url, provider.kind(api.sessionKindId), session,
                QJsonDocument(body).toJson());
}

QString TestSandboxProviders::session(const Provider &provider, const TokenApi &api)
{
    if (api.sessionKindId.isEmpty())
        return {};
    QUrl dashboard = origin(provider);
    dashboard.setPath(u"/dashboard/keys"_s);
    return send(u"POST"_s, dashboard, nullptr, {}, R"({"name": "Me", "kind": "session"})")
        .at(u"/data/token"_s);
}

void TestSandboxProviders::aKeyIsMadeAndCalls_data()
{
    QTest::addColumn<QString>("providerId");
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    for (const Provider &provider : catalog.all()) {
        if (!provider.sandboxService.isEmpty())
            QTest::newRow(qPrintable(provider.id)) << provider.id;
    }
}

void TestSandboxProviders::aKeyIsMadeAndCalls()
{
    QFETCH(QString, providerId);
    const Provider &provider = *m_catalog.find(providerId);
    const TokenKind &kind = *provider.firstStorableKind();
    const TokenApi &api = *provider.tokenApi(kind.id);
    const QString signedIn = session(provider, api);
    const Answer made = make(provider, api, signedIn);
    QCOMPARE(made.status / 100, 2);
    const QString token = made.at(api.tokenPointer);
    const QString id = made.at(api.idPointer);
    QVERIFY(!token.isEmpty() && !id.isEmpty());
    QVERIFY(token.startsWith(kind.prefix));
    if (!kind.pattern.pattern().isEmpty())
        QVERIFY(kind.pattern.match(token).hasMatch());

    // The best first call: 200 with a fresh key.
    const Answer first = call(provider, provider.requests.constFirst(), token);
    QVERIFY2(first.status == 200, first.body.constData());
    const Answer check = call(provider, *provider.checkRequest(kind.id), token);
    QVERIFY(check.status == 200 || kind.checkOkStatus.contains(check.status));

    QUrl revoke = origin(provider);
    revoke.setPath(QString(api.revokePath).replace(u"{{id}}"_s, id));
    const TokenKind *sessionKind = provider.kind(api.sessionKindId);
    QCOMPARE(send(api.revokeMethod, revoke, sessionKind, signedIn, {}).status / 100, 2);
    QCOMPARE(call(provider, provider.requests.constFirst(), token).status, 401);
}

void TestSandboxProviders::everyRequestIsServed()
{
    QFETCH(QString, providerId);
    const Provider &provider = *m_catalog.find(providerId);
    const TokenKind &kind = *provider.firstStorableKind();
    const TokenApi &api = *provider.tokenApi(kind.id);
    const QString token = make(provider, api, session(provider, api)).at(api.tokenPointer);
    QList<ProviderRequest> requests = provider.requests;
    std::stable_partition(requests.begin(), requests.end(), [](const ProviderRequest &request) {
        return request.request.method != u"DELETE"_s;
    });
    for (const ProviderRequest &request : std::as_const(requests)) {
        if (request.request.key.kindId != kind.id)
            continue;
        const Answer answer = call(provider, request, token);
        const bool isCheck =
            kind.checkRequest == request.request.name && kind.checkOkStatus.contains(answer.status);
        const bool isBusy = answer.status == 409; // the agent that was just called cannot be deleted
        QVERIFY2(answer.status / 100 == 2 || isCheck || isBusy,
                 qPrintable(u"%1: %2 %3"_s.arg(request.request.name, QString::number(answer.status),
                                               QString::fromUtf8(answer.body))));
    }
}

void TestSandboxProviders::badKeysAreRefusedByTheCheck()
{
    QFETCH(QString, providerId);
    const Provider &provider = *m_catalog.find(providerId);
    const TokenKind &kind = *provider.firstStorableKind();
    for (const QString &bad : {kind.prefix + u"nobodyknowsthis0123456789"_s, QString(u"x"_s)}) {
        const Answer answer = call(provider, *provider.checkRequest(kind.id), bad);
        QCOMPARE(answer.status, 401);
        QVERIFY(!kind.checkOkStatus.contains(answer.status));
        CallFacts facts;
        facts.provider = &provider;
        facts.response.emplace();
        facts.response->status = answer.status;
        facts.response->body = answer.body;
        facts.trace.keyId = QUuid::createUuid();
        QCOMPARE(explain(facts).cause, u"unauthorized"_s);
    }
}

void TestSandboxProviders::aUserTokenIsMadeWithASession()
{
    const Provider &provider = *m_catalog.find(u"sandbox-talkover"_s);
    const TokenApi &api = *provider.tokenApi(u"user"_s);
    QCOMPARE(make(provider, api, u"nobody"_s).status, 401);
    QUrl dashboard = origin(provider);
    dashboard.setPath(u"/dashboard/keys"_s);
    const Answer session = send(u"POST"_s, dashboard, nullptr, {}, R"({"name": "Me", "kind": "session"})");
    QCOMPARE(session.status, 201);
    const Answer made = make(provider, api, session.at(u"/data/token"_s));
    QCOMPARE(made.status / 100, 2);
    const QString token = made.at(api.tokenPointer);
    QVERIFY(provider.kind(u"user"_s)->pattern.match(token).hasMatch());
    QCOMPARE(call(provider, *provider.checkRequest(u"user"_s), token).status, 200);
    // The wrong kind is refused on both sides.
    QCOMPARE(call(provider, *provider.checkRequest(u"environment"_s), token).status, 401);
    QUrl revoke = origin(provider);
    revoke.setPath(QString(api.revokePath).replace(u"{{id}}"_s, made.at(api.idPointer)));
    QCOMPARE(
        send(api.revokeMethod, revoke, provider.kind(u"session"_s), session.at(u"/data/token"_s), {}).status /
            100,
        2);
    QCOMPARE(call(provider, *provider.checkRequest(u"user"_s), token).status, 401);
}

QTEST_GUILESS_MAIN(TestSandboxProviders)
#include "test_sandbox_providers.moc"
