#include "tests/support/CallWatcher.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/TestCertificates.h"

#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using Purpose = EnvironmentSecrets::Purpose;

/// How environments are connected: kept without secrets, which lie where keys do; certificates are checked wherever that is protected.
class TestConnectionSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void isWrittenAndReadBack();
    void takesDefaultsForWhatCannotBe();
    void checksAProxysHost_data();
    void checksAProxysHost();
    void knowsWhatGoesThroughItsProxy();
    void isKeptWithItsEnvironment();
    void protectingTurnsVerificationOn();
    void aProtectedEnvironmentChecksWhateverIsStored();
    void aRedirectIsNotFollowed();
    void aSecretLiesWithTheKeys();
    void aSecretGoesWithItsEnvironment();
    void aSecretIsShared();
    void aSecretThatCannotBeStoredChangesNothing();
    void aSecretThatNobodyNamesGoesAtTheStart();
    void aCallWithASecretAsItsKeyIsRefused();

private:
    Environment environment() const { return *(**m_core).environments->find(m_id); }
    Result<void> set(Purpose purpose, std::string_view secret);
    [[nodiscard]] QList<ApiKey> secrets() const;

    std::unique_ptr<CoreFixture> m_core;
    ScriptedSecretStore *m_keychain = nullptr;
    QUuid m_id;
};

namespace {

constexpr std::string_view canary = "proxy-canary-7f3a";

ConnectionSettings everything()
{
    ConnectionSettings settings;
    settings.followRedirects = false;
    settings.verifyTls = false;
    settings.caFile = u"/etc/ca.pem"_s;
    settings.certificateFile = u"/home/ada/client.p12"_s;
    settings.keyFile = u"/home/ada/client.key"_s;
    settings.passphraseId = QUuid::fromString(u"a3b1c2d4-0000-4000-8000-000000000001"_s);
    settings.proxy = ConnectionSettings::Proxy::Socks5;
    settings.proxyHost = u"proxy.example.com"_s;
    settings.proxyPort = 1080;
    settings.proxyUser = u"ada"_s;
    settings.proxyPasswordId = QUuid::fromString(u"a3b1c2d4-0000-4000-8000-000000000002"_s);
    settings.family = ConnectionSettings::Family::IPv6;
    return settings;
}

} // namespace

void TestConnectionSettings::init()
{
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<CoreFixture>(std::move(keychain));
    Environment draft;
    draft.name = u"Staging"_s;
    draft.providerId = u"talkover"_s;
    draft.baseUrl = u"https://staging.example.com"_s;
    const auto added = (**m_core).environments->add(draft);
    QVERIFY(added);
    m_id = added->id;
}

void TestConnectionSettings::cleanup()
{
    m_core.reset();
}

Result<void> TestConnectionSettings::set(Purpose purpose, std::string_view secret)
{
    std::optional<Result<void>> outcome;
    (**m_core).environmentSecrets->set(m_id, purpose, std::make_shared<const Secret>(secret), this,
                                       [&outcome](const Result<void> &stored) { outcome = stored; });
    return QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 10'000) ? *outcome
                                                                               : failure(Error::Kind::TimedOut, u"no answer"_s);
}

QList<ApiKey> TestConnectionSettings::secrets() const
{
    QList<ApiKey> found = (**m_core).keys->all();
    found.removeIf([](const ApiKey &key) { return !isEnvironmentSecret(key); });
    return found;
}

void TestConnectionSettings::isWrittenAndReadBack()
{
    QCOMPARE(ConnectionSettings::fromJson(everything().toJson()), everything());
    QVERIFY(ConnectionSettings().toJson().isEmpty());
    QCOMPARE(ConnectionSettings::fromJson({}), ConnectionSettings());
}

void TestConnectionSettings::takesDefaultsForWhatCannotBe()
{
    const QJsonObject nonsense{{u"verifyTls"_s, u"no"_s}, {u"proxy"_s, u"gopher"_s}, {u"proxyPort"_s, 70000},
                               {u"family"_s, 5},          {u"passphrase"_s, u"x"_s}, {u"caFile"_s, QJsonArray{1}}};
    QCOMPARE(ConnectionSettings::fromJson(nonsense), ConnectionSettings());
}

void TestConnectionSettings::checksAProxysHost_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("taken"); // empty: refused
    QTest::newRow("name") << u" Proxy.Example.com "_s << u"proxy.example.com"_s;
    QTest::newRow("IPv4") << u"10.0.0.1"_s << u"10.0.0.1"_s;
    QTest::newRow("IPv6") << u"::1"_s << u"::1"_s;
    QTest::newRow("empty") << u"  "_s << QString();
    QTest::newRow("a URL") << u"http://proxy"_s << QString();
    QTest::newRow("with a port") << u"proxy:8080"_s << QString();
    QTest::newRow("with a user") << u"ada@proxy"_s << QString();
    QTest::newRow("with a space") << u"pro xy"_s << QString();
}

void TestConnectionSettings::checksAProxysHost()
{
    QFETCH(QString, typed);
    QFETCH(QString, taken);
    const Result<QString> host = checkProxyHost(typed);
    QCOMPARE(host.value_or(QString()), taken);
    QVERIFY(host || !host.error().message.isEmpty());
}

void TestConnectionSettings::knowsWhatGoesThroughItsProxy()
{
    const Origin far = *Origin::fromString(u"https://api.example.com"_s);
    const Origin here = *Origin::fromString(u"http://127.0.0.1:8000"_s);
    ConnectionSettings settings;
    QVERIFY(!settings.usesOwnProxyFor(far));
    settings.proxy = ConnectionSettings::Proxy::Http;
    settings.proxyHost = u"proxy.example.com"_s;
    settings.proxyPort = 3128;
    QVERIFY(settings.usesOwnProxyFor(far));
    QVERIFY(!settings.usesOwnProxyFor(here));
    settings.proxyHost = u"localhost"_s;
    QVERIFY(settings.usesOwnProxyFor(here));
    QCOMPARE(settings.proxyText(), u"http://localhost:3128"_s);
    settings.proxyHost = u"::1"_s;
    QVERIFY(settings.usesOwnProxyFor(here));
    QCOMPARE(settings.proxyText(), u"http://[::1]:3128"_s);
}

void TestConnectionSettings::isKeptWithItsEnvironment()
{
    Environment changed = environment();
    changed.connection = everything();
    QVERIFY((**m_core).environments->update(changed));
    QVERIFY((**m_core).environments->load());
    QCOMPARE(environment().connection, everything());
    const auto copy = (**m_core).environments->duplicate(m_id);
    QVERIFY(copy);
    QCOMPARE(copy->connection, everything());
}

void TestConnectionSettings::protectingTurnsVerificationOn()
{
    Environment changed = environment();
    changed.connection.verifyTls = false;
    QVERIFY((**m_core).environments->update(changed));
    QVERIFY(!environment().connectionInUse().verifyTls);
    changed = environment();
    changed.isProtected = true;
    QVERIFY((**m_core).environments->update(changed));
    QVERIFY(environment().connection.verifyTls);
    changed = environment();
    changed.connection.verifyTls = false;
    QVERIFY((**m_core).environments->update(changed));
    QVERIFY(environment().connection.verifyTls);
}

/// SECURITY S11: whoever wrote it.
void TestConnectionSettings::aProtectedEnvironmentChecksWhateverIsStored()
{
    const TestCertificates certificates;
    HttpTestServer server(certificates.server(u"self-signed"_s));
    server.answer(response(200, {}, "posing"));
    Environment changed = environment();
    changed.baseUrl = server.url(QString()).toString();
    changed.connection.verifyTls = false;
    QVERIFY((**m_core).environments->update(changed));
    PreparedRequest request;
    request.url = server.url();
    request.environmentId = m_id;
    CallWatcher open((**m_core).http->send(request));
    QVERIFY(open.wait());
    QVERIFY2(open.isValue(), open.isValue() ? "" : qPrintable(open.error().message));

    QVERIFY((**m_core).database->run(u"UPDATE environments SET protected = 1 WHERE id = ?"_s, {m_id.toString(QUuid::WithoutBraces)}));
    QVERIFY((**m_core).environments->load());
    QVERIFY(environment().isProtected);
    QVERIFY(!environment().connection.verifyTls);
    const qsizetype before = server.requests().size();
    CallWatcher call((**m_core).http->send(request));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::TlsFailed));
    QCOMPARE(server.requests().size(), before);
}

void TestConnectionSettings::aRedirectIsNotFollowed()
{
    HttpTestServer server;
    server.handle("/away", [](const ReceivedRequest &) { return Answer{response(302, {{"Location", "/there"}})}; });
    Environment changed = environment();
    changed.baseUrl = server.url(QString()).toString();
    changed.connection.followRedirects = false;
    QVERIFY((**m_core).environments->update(changed));
    PreparedRequest request;
    request.url = server.url(u"/away"_s);
    request.environmentId = m_id;
    CallWatcher call((**m_core).http->send(request));
    QVERIFY(call.wait());
    QVERIFY(call.isValue());
    QCOMPARE(call.response().status, 302);
    QCOMPARE(call.trace.hops.size(), 1);
    QCOMPARE(call.trace.hops.first().to, server.url(u"/there"_s));
    QVERIFY(call.trace.hops.first().stopped.contains(u"connection settings"_s));
    QCOMPARE(server.requests().size(), 1);
}

void TestConnectionSettings::aSecretLiesWithTheKeys()
{
    QVERIFY(set(Purpose::ProxyPassword, canary));
    const QUuid id = environment().connection.proxyPasswordId;
    QVERIFY(!id.isNull());
    QCOMPARE(m_keychain->vault().at(id), QByteArray(canary.data(), canary.size()));
    QCOMPARE(secrets().size(), 1);
    QVERIFY(secrets().first().origins.isEmpty());
    QCOMPARE((**m_core).environmentSecrets->find(environment(), Purpose::ProxyPassword)->id, id);
    QVERIFY(!(**m_core).environmentSecrets->find(environment(), Purpose::CertificatePassphrase));
    // Known, so that it is in no text.
    QVERIFY(!(**m_core).redactor.redactText(QString::fromLatin1(canary.data(), canary.size())).contains(u"canary"_s));
    // The next one takes its place.
    QVERIFY(set(Purpose::ProxyPassword, "another one"));
    QVERIFY(environment().connection.proxyPasswordId != id);
    QTRY_VERIFY(!m_keychain->vault().contains(id));
    QVERIFY((**m_core).environmentSecrets->clear(m_id, Purpose::ProxyPassword));
    QTRY_VERIFY(m_keychain->vault().empty());
    QVERIFY(secrets().isEmpty());
}

void TestConnectionSettings::aSecretGoesWithItsEnvironment()
{
    QVERIFY(set(Purpose::CertificatePassphrase, canary));
    const Environment gone = environment();
    QVERIFY((**m_core).environments->remove(m_id));
    QTRY_VERIFY(m_keychain->vault().empty());
    QVERIFY(secrets().isEmpty());
    QVERIFY((**m_core).environments->restore(gone, 0));
    QVERIFY(environment().connection.passphraseId.isNull());
}

void TestConnectionSettings::aSecretIsShared()
{
    QVERIFY(set(Purpose::ProxyPassword, canary));
    const auto copy = (**m_core).environments->duplicate(m_id);
    QVERIFY(copy);
    QVERIFY(set(Purpose::CertificatePassphrase, canary)); // the same words
    QCOMPARE(secrets().size(), 1);
    QVERIFY((**m_core).environments->remove(m_id));
    QCOMPARE(secrets().size(), 1); // the copy's
    QVERIFY((**m_core).environments->remove(copy->id));
    QTRY_VERIFY(m_keychain->vault().empty());
}

void TestConnectionSettings::aSecretThatCannotBeStoredChangesNothing()
{
    QVERIFY(set(Purpose::ProxyPassword, canary));
    const Environment before = environment();
    m_keychain->failWith(ScriptedSecretStore::Op::Write, {Error::Kind::KeychainLocked, u"The system keychain is locked."_s, {}});
    const Result<void> refused = set(Purpose::ProxyPassword, "another one");
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::KeychainLocked);
    QCOMPARE(environment(), before);
    QVERIFY(m_keychain->vault().contains(before.connection.proxyPasswordId));
}

/// As if Keydesk had ended between storing it and naming it.
void TestConnectionSettings::aSecretThatNobodyNamesGoesAtTheStart()
{
    QVERIFY(set(Purpose::ProxyPassword, canary));
    QVERIFY((**m_core).database->run(u"UPDATE environments SET connection = '{}'"_s));
    QVERIFY((**m_core).environments->load());
    QCOMPARE(secrets().size(), 1);
    Q_EMIT (**m_core).keys->reset();
    QTRY_VERIFY(m_keychain->vault().empty());
    QVERIFY(secrets().isEmpty());
}

void TestConnectionSettings::aCallWithASecretAsItsKeyIsRefused()
{
    QVERIFY(set(Purpose::ProxyPassword, canary));
    HttpTestServer server;
    PreparedRequest request;
    request.url = server.url();
    request.keyId = environment().connection.proxyPasswordId;
    CallWatcher call((**m_core).http->send(request));
    QVERIFY(call.wait());
    QVERIFY(call.failedWith(Error::Kind::OriginNotBound));
    QVERIFY(server.received().isEmpty());
}

QTEST_GUILESS_MAIN(TestConnectionSettings)
#include "test_connection_settings.moc"
