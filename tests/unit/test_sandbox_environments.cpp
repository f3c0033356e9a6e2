#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"
#include "app/providers/ProviderCatalog.h"
#include "app/sandbox/SandboxEnvironments.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/SandboxFixture.h"

using namespace Qt::StringLiterals;
using namespace keydesk;

/// What happens to environments and keys when the sandbox has to take other ports.
class TestSandboxEnvironments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void thereIsOneForEachServiceFromTheFirstStart();
    void nothingIsAddedToWhatTheUserHas();
    void nothingMovesWhileThePortsStay();
    void environmentsAndKeysFollowANewPort();
    void whatPointsElsewhereStays();
    void aMoveMissedByACrashIsMadeUpFor();

private:
    Environment environmentOf(const QString &service) const;
    Origin originOf(const QString &service) const;
    QUuid addKey(const QString &providerId, const QList<Origin> &origins);
    QList<Origin> originsOf(const QUuid &key) const { return m_keys->find(key)->origins; }
    /// The sandbox of the next start, whose Talkover port somebody else holds. Not started yet.
    void takeTalkoverPort();
    bool start();

    std::unique_ptr<test::SandboxFixture> m_fixture;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<EnvironmentStore> m_environments;
    std::unique_ptr<KeyStore> m_keys;
    ProviderCatalog m_providers;
    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<SandboxEnvironments> m_follower;
    std::unique_ptr<QTcpServer> m_thief;
};

void TestSandboxEnvironments::init()
{
    m_providers = {};
    m_providers.loadBuiltIn();
    m_fixture = std::make_unique<test::SandboxFixture>();
    auto database = Database::open(m_fixture->stateFile() + u".db"_s);
    QVERIFY(database);
    m_database = std::move(*database);
    m_settings = std::make_unique<Settings>(m_fixture->stateFile() + u".ini"_s);
    m_environments = std::make_unique<EnvironmentStore>(*m_database, *m_settings);
    QVERIFY(m_environments->load());
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    m_sandbox = std::make_unique<Sandbox>(m_fixture->stateFile());
    m_follower = std::make_unique<SandboxEnvironments>(*m_sandbox, *m_environments, *m_keys, m_providers);
    QVERIFY(m_follower->seed());
}

void TestSandboxEnvironments::cleanup()
{
    m_follower.reset();
    m_sandbox.reset();
    m_thief.reset();
    m_keys.reset();
    m_environments.reset();
    m_settings.reset();
    m_database.reset();
}

Environment TestSandboxEnvironments::environmentOf(const QString &service) const
{
    for (const Environment &environment : m_environments->all()) {
        if (environment.providerId == u"sandbox-"_s + service)
            return environment;
    }
    return {};
}

Origin TestSandboxEnvironments::originOf(const QString &service) const
{
    return Origin::fromUrl(m_sandbox->origins().value(service)).value_or(Origin());
}

QUuid TestSandboxEnvironments::addKey(const QString &providerId, const QList<Origin> &origins)
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = u"Key"_s;
    key.providerId = providerId;
    key.kindId = u"environment"_s;
    key.fingerprint = key.id.toByteArray();
    key.origins = origins;
    key.createdAt = QDateTime::currentDateTimeUtc();
    return m_keys->insertPending(key) && m_keys->confirm(key.id) ? key.id : QUuid();
}

void TestSandboxEnvironments::takeTalkoverPort()
{
    const auto port = static_cast<quint16>(originOf(u"talkover"_s).port());
    m_follower.reset();
    m_sandbox.reset();
    m_thief = std::make_unique<QTcpServer>();
    QVERIFY(m_thief->listen(QHostAddress::LocalHost, port));
    m_sandbox = std::make_unique<Sandbox>(m_fixture->stateFile());
    m_follower = std::make_unique<SandboxEnvironments>(*m_sandbox, *m_environments, *m_keys, m_providers);
}

bool TestSandboxEnvironments::start()
{
    QSignalSpy started(m_sandbox.get(), &Sandbox::started);
    m_sandbox->start();
    return started.wait(10'000);
}

void TestSandboxEnvironments::thereIsOneForEachServiceFromTheFirstStart()
{
    QCOMPARE(m_environments->all().size(), 3);
    for (const QString &service : {u"talkover"_s, u"talkturo"_s, u"aisoule"_s}) {
        const Environment environment = environmentOf(service);
        const Provider &provider = *m_providers.find(environment.providerId);
        QCOMPARE(environment.name, provider.defaultEnvironmentName);
        QCOMPARE(environment.colour, provider.defaultColour);
        QCOMPARE(environment.baseUrl, m_sandbox->origins().value(service).toString() + provider.basePath);
    }
}

void TestSandboxEnvironments::nothingIsAddedToWhatTheUserHas()
{
    QVERIFY(m_environments->remove(environmentOf(u"talkturo"_s).id));
    QVERIFY(m_follower->seed());
    QCOMPARE(m_environments->all().size(), 2);
}

void TestSandboxEnvironments::nothingMovesWhileThePortsStay()
{
    const QList<Environment> before = m_environments->all();
    QSignalSpy moved(m_follower.get(), &SandboxEnvironments::moved);
    QVERIFY(start());
    QCOMPARE(m_environments->all(), before);
    QCOMPARE(moved.size(), 0);
}

void TestSandboxEnvironments::environmentsAndKeysFollowANewPort()
{
    const Origin old = originOf(u"talkover"_s);
    const Origin elsewhere = *Origin::fromUrl(QUrl(u"https://app.talkover.ai"_s));
    const QUuid key = addKey(u"sandbox-talkover"_s, {elsewhere, old});
    const QUuid foreign = addKey(u"talkover"_s, {old});
    const Environment talkturo = environmentOf(u"talkturo"_s);
    takeTalkoverPort();
    QSignalSpy moved(m_follower.get(), &SandboxEnvironments::moved);
    QVERIFY(start());
    const Origin now = originOf(u"talkover"_s);
    QVERIFY(now != old);
    QCOMPARE(environmentOf(u"talkover"_s).baseUrl, now.toString());
    QCOMPARE(environmentOf(u"talkturo"_s), talkturo);
    QCOMPARE(originsOf(key), (QList<Origin>{elsewhere, now}));
    QCOMPARE(originsOf(foreign),
             QList<Origin>{old}); // of another provider: it is bound where the user bound it
    QCOMPARE(moved.size(), 1);
    const QString text = moved[0][0].toString();
    QVERIFY(text.contains(environmentOf(u"talkover"_s).name));
    QVERIFY(text.contains(now.toString()));
    QVERIFY(!text.contains(talkturo.name));
}

void TestSandboxEnvironments::whatPointsElsewhereStays()
{
    const auto edited = [this](const QString &baseUrl) {
        Environment environment = environmentOf(u"talkover"_s);
        environment.baseUrl = baseUrl;
        QVERIFY(m_environments->update(environment));
    };
    for (const QString &url :
         {u"https://staging.example.com"_s, u"http://localhost:8080"_s, u"http://127.0.0.1:8080/mock"_s}) {
        edited(url);
        takeTalkoverPort();
        QVERIFY(start());
        QCOMPARE(environmentOf(u"talkover"_s).baseUrl, url);
    }
}

void TestSandboxEnvironments::aMoveMissedByACrashIsMadeUpFor()
{
    const Origin old = originOf(u"talkover"_s);
    const QUuid key = addKey(u"sandbox-talkover"_s, {old});
    takeTalkoverPort();
    m_follower.reset(); // nobody listens: as if Keydesk had ended right after the sandbox took another port
    QVERIFY(start());
    QCOMPARE(environmentOf(u"talkover"_s).baseUrl, old.toString());
    m_sandbox = std::make_unique<Sandbox>(m_fixture->stateFile());
    m_follower = std::make_unique<SandboxEnvironments>(*m_sandbox, *m_environments, *m_keys, m_providers);
    QVERIFY(start());
    QCOMPARE(environmentOf(u"talkover"_s).baseUrl, originOf(u"talkover"_s).toString());
    QCOMPARE(originsOf(key), QList<Origin>{originOf(u"talkover"_s)});
}

QTEST_GUILESS_MAIN(TestSandboxEnvironments)
#include "test_sandbox_environments.moc"
