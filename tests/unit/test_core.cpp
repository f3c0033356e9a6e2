#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/TempHome.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QStringDecoder>
#include <QStringEncoder>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::ScriptedSecretStore;

class TestCore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void buildsTheWholeGraph();
    void doesNotWaitForTheKeychain();
    void keepsEverythingForTheNextStart();
    void seedsTheSandboxOnlyOnce();
    void followsTheNetworkSettings();
    void readsTheUsersProviders();
    void saysWhatIsWrongWithTheDatabase();
    void tellsOnceLargeBodiesAreInTheHistory();
    void keepsNoSecretInUtf16();
    void isOpenOnlyOnce();
    void putsTheSessionKeysInOrder();

private:
    std::unique_ptr<Core>
    opened(std::unique_ptr<SecretStore> keychain = std::make_unique<SessionStore>()) const;

    std::unique_ptr<test::TempHome> m_home;
    Paths m_paths;
};

void TestCore::init()
{
    m_home = std::make_unique<test::TempHome>();
    const Result<Paths> paths = Paths::under(m_home->path(u"keydesk"_s));
    QVERIFY(paths);
    m_paths = *paths;
}

std::unique_ptr<Core> TestCore::opened(std::unique_ptr<SecretStore> keychain) const
{
    Result<std::unique_ptr<Core>> core = Core::open(m_paths, std::move(keychain));
    if (!core)
        qFatal("%s", qPrintable(core.error().message));
    return std::move(*core);
}

void TestCore::buildsTheWholeGraph()
{
    const std::unique_ptr<Core> core = opened();
    QVERIFY(core->settings && core->database && core->keychain && core->session && core->keys &&
            core->environments && core->ring && core->http && core->keyService && core->history &&
            core->sandbox && core->sandboxEnvironments);
    QVERIFY(core->providers.find(u"talkover"_s));
    QVERIFY(core->providers.problems().isEmpty());
    QVERIFY(!core->environments->all().isEmpty()); // the sandbox's
    QVERIFY(!core->sandbox->isRunning());
    struct stat facts
    {
    };
    QCOMPARE(stat(qPrintable(m_paths.data + u"/keydesk.db"_s), &facts), 0);
    QCOMPARE(facts.st_mode & 0777, mode_t(0600));
}

void TestCore::doesNotWaitForTheKeychain()
{
    auto keychain = std::make_unique<ScriptedSecretStore>();
    ScriptedSecretStore *asked = keychain.get();
    keychain->become(SecretStore::State::Slow);
    const std::unique_ptr<Core> core = opened(std::move(keychain));
    QCOMPARE(asked->probes(), 0); // not even asked before the window is there
    core->startRest();
    QCOMPARE(asked->probes(), 1);
    QCOMPARE(asked->waiting(), 0);
}

void TestCore::keepsEverythingForTheNextStart()
{
    const auto vault = std::make_shared<ScriptedSecretStore::Vault>();
    QUuid id;
    {
        const std::unique_ptr<Core> core = opened(std::make_unique<ScriptedSecretStore>(vault));
        NewKey draft;
        draft.name = u"Kept"_s;
        draft.providerId = u"talkover"_s;
        draft.kindId = u"environment"_s;
        draft.environmentId = core->environments->all().first().id;
        QSignalSpy added(core->keys.get(), &KeyStore::added);
        core->keyService->add(draft, std::make_shared<const Secret>("talq_0123456789abcdef3f9a"));
        QVERIFY(added.wait());
        id = core->keys->all().first().id;
        QTRY_VERIFY(!core->environments->all().first().keys.isEmpty());
    }
    const std::unique_ptr<Core> core = opened(std::make_unique<ScriptedSecretStore>(vault));
    QCOMPARE(core->keys->all().size(), 1);
    QCOMPARE(core->environments->all().first().keys.value(u"environment"_s), id);
    QByteArray read;
    core->ring->readToken(id, this, [&read](const Result<Secret> &secret) {
        if (secret)
            read = QByteArray(secret->reveal().data(), secret->size());
    });
    QTRY_COMPARE(read, "talq_0123456789abcdef3f9a"_ba);
}

void TestCore::seedsTheSandboxOnlyOnce()
{
    qsizetype seeded = 0;
    {
        const std::unique_ptr<Core> core = opened();
        seeded = core->environments->all().size();
        QVERIFY(core->environments->remove(core->environments->all().first().id));
    }
    QCOMPARE(opened()->environments->all().size(), seeded - 1);
}

void TestCore::followsTheNetworkSettings()
{
    const std::unique_ptr<Core> core = opened();
    QCOMPARE(core->http->options().timeout, std::chrono::milliseconds(30'000));
    core->settings->setTimeoutSeconds(7);
    core->settings->setResponseLimitMegabytes(3);
    QCOMPARE(core->http->options().timeout, std::chrono::milliseconds(7'000));
    QCOMPARE(core->http->options().responseLimit, qint64(3 * 1024 * 1024));
    QCOMPARE(core->http->options().spoolLimit, qint64(3 * 1024 * 1024));
    core->settings->setResponseLimitMegabytes(5000);
    QCOMPARE(core->http->options().responseLimit, qint64(64 * 1024 * 1024)); // of what has to fit into memory
    QCOMPARE(core->http->options().spoolLimit, qint64(5000) * 1024 * 1024);
    QCOMPARE(core->http->options().spoolFolder, core->paths.cache);
    core->settings->setProxy(Settings::Proxy::None);
    QCOMPARE(core->http->options().proxy.type(), QNetworkProxy::NoProxy);
    core->settings->setProxyUrl(u"socks5://127.0.0.1:1081"_s);
    core->settings->setProxy(Settings::Proxy::Manual);
    QCOMPARE(core->http->options().proxy.type(), QNetworkProxy::Socks5Proxy);
    QCOMPARE(core->http->options().proxy.port(), quint16(1081));
    core->settings->setProxyUrl(u"http://proxy.test:3128"_s);
    QCOMPARE(core->http->options().proxy.type(), QNetworkProxy::HttpProxy);
    QCOMPARE(core->http->options().proxy.hostName(), u"proxy.test"_s);
}

void TestCore::readsTheUsersProviders()
{
    QVERIFY(QDir().mkpath(m_paths.config + u"/providers"_s));
    QFile mine(m_paths.config + u"/providers/mine.json"_s);
    QVERIFY(mine.open(QIODevice::WriteOnly));
    mine.write("{ broken");
    mine.close();
    const std::unique_ptr<Core> core = opened();
    QCOMPARE(core->providers.problems().size(), 1);
    QVERIFY(core->providers.find(u"talkover"_s)); // one broken file takes nothing else along
}

void TestCore::saysWhatIsWrongWithTheDatabase()
{
    QVERIFY(opened()->database->run(u"PRAGMA user_version = 999"_s)); // written by a later Keydesk
    const Result<std::unique_ptr<Core>> core = Core::open(m_paths, std::make_unique<SessionStore>());
    QVERIFY(!core);
    QCOMPARE(core.error().kind, Error::Kind::StorageNewer);
}

/// They are redacted aside, and a command waits for them before it ends.
void TestCore::tellsOnceLargeBodiesAreInTheHistory()
{
    const std::unique_ptr<Core> core = opened();
    QSignalSpy added(core->history.get(), &HistoryStore::added);
    FinishedCall call;
    call.request.url = u"http://127.0.0.1:9/"_s;
    call.url = QUrl(call.request.url);
    call.response.emplace();
    call.response->status = 200;
    call.response->body = QByteArray("%5c").repeated(200'000); // which takes a while
    constexpr int many = 8;
    for (int i = 0; i < many; ++i)
        core->recorder->keep(call);
    std::optional<qsizetype> addedThen;
    core->recorder->whenKept(this, [&] { addedThen = added.count(); });
    QVERIFY(!addedThen);
    QTRY_VERIFY(addedThen);
    QCOMPARE(*addedThen, many);
}

void TestCore::keepsNoSecretInUtf16()
{
    const std::unique_ptr<Core> core = opened();
    const QString secret = u"talq_canary0123456789"_s;
    core->redactor.add(Secret(secret.toStdString()));
    QSignalSpy added(core->history.get(), &HistoryStore::added);
    FinishedCall call;
    call.request.url = u"http://127.0.0.1:9/"_s;
    call.url = QUrl(call.request.url);
    call.response.emplace();
    call.response->status = 200;
    call.response->headers = {{"Content-Type", "text/plain; charset=utf-16le"}};
    call.response->body = QStringEncoder(QStringConverter::Utf16LE).encode(u"you sent “%1”"_s.arg(secret));
    core->recorder->keep(call);
    QTRY_COMPARE(added.size(), 1);
    const auto row = added.constFirst().constFirst().value<HistoryRow>();
    QVERIFY(row.echoedToken);
    std::optional<HistoryEntry> entry;
    core->history->load(row.id, this, [&entry](const Result<HistoryEntry> &loaded) {
        entry = loaded.value_or(HistoryEntry());
    });
    QTRY_VERIFY(entry);
    QCOMPARE(QString(QStringDecoder(QStringConverter::Utf16LE).decode(entry->responseBody)),
             u"you sent “····”"_s);
}

void TestCore::isOpenOnlyOnce()
{
    std::unique_ptr<Core> first = opened();
    const Result<std::unique_ptr<Core>> second = Core::open(m_paths, std::make_unique<SessionStore>());
    QVERIFY(!second);
    QCOMPARE(second.error().kind, Error::Kind::StorageLocked);
    first.reset();
    QVERIFY(Core::open(m_paths, std::make_unique<SessionStore>()));
}

void TestCore::putsTheSessionKeysInOrder()
{
    {
        const std::unique_ptr<Core> core = opened();
        NewKey draft;
        draft.name = u"Held"_s;
        draft.providerId = u"talkover"_s;
        draft.kindId = u"environment"_s;
        draft.place = SecretPlace::Session;
        QSignalSpy added(core->keys.get(), &KeyStore::added);
        core->keyService->add(draft, std::make_shared<const Secret>("talq_0123456789abcdef3f9a"));
        QVERIFY(added.wait());
    }
    const std::unique_ptr<Core> core = opened();
    core->keys->fetch(); // as when the window is there
    QTRY_COMPARE(core->keys->all().first().status, ApiKey::Status::Missing);
}

QTEST_GUILESS_MAIN(TestCore)
#include "test_core.moc"
