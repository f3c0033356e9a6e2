#include "app/Core.h"

#include "app/base/Log.h"
#include "app/keys/SessionStore.h"

#include <QCoreApplication>
#include <QDir>
#include <QLockFile>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QNetworkProxy proxyOf(const Settings &settings)
{
    switch (settings.proxy()) {
    case Settings::Proxy::System:
        return QNetworkProxy(QNetworkProxy::DefaultProxy);
    case Settings::Proxy::None:
        return QNetworkProxy(QNetworkProxy::NoProxy);
    case Settings::Proxy::Manual:
        break;
    }
    const QUrl url(settings.proxyUrl());
    const bool socks = url.scheme().startsWith("socks"_L1);
    if (url.host().isEmpty())
        return QNetworkProxy(QNetworkProxy::DefaultProxy);
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(),
                         static_cast<quint16>(url.port(socks ? 1080 : 8080)));
}

} // namespace

Result<std::unique_ptr<Core>> Core::open(const Paths &paths, std::unique_ptr<SecretStore> keychain)
{
    std::unique_ptr<Core> core(new Core);
    core->paths = paths;
    // Two that keep the same rows and secrets in step would undo each other's work. Only a holder that has
    // ended makes the lock stale.
    core->lock = std::make_unique<QLockFile>(QDir(paths.data).filePath(u"keydesk.lock"_s));
    core->lock->setStaleLockTime(0);
    if (!core->lock->tryLock() && core->lock->error() == QLockFile::LockFailedError)
        return failure(
            Error::Kind::StorageLocked,
            QCoreApplication::translate(
                "Core", "Keydesk is open already, in another session of yours, with the same data. Close it "
                        "there, then start it here."),
            core->lock->fileName());
    core->settings = std::make_unique<Settings>(QDir(paths.config).filePath(u"settings.ini"_s));
    // Reading the files takes as long as reading the keys: both at once.
    std::future<ProviderCatalog> providers = std::async(std::launch::async, [&paths] {
        ProviderCatalog read;
        read.loadBuiltIn();
        read.loadFolder(QDir(paths.config).filePath(u"providers"_s));
        return read;
    });
    const QString databaseFile = QDir(paths.data).filePath(u"keydesk.db"_s);
    Result<std::unique_ptr<Database>> database = Database::open(databaseFile);
    if (!database)
        return tl::unexpected(database.error());
    core->database = std::move(*database);

    core->keychain = std::move(keychain);
    core->session = std::make_unique<SessionStore>();
    core->keys = std::make_unique<KeyStore>(*core->database);
    core->environments = std::make_unique<EnvironmentStore>(*core->database, *core->settings);
    core->ring = std::make_unique<KeyRing>(*core->keys, *core->keychain, *core->session, core->redactor);
    core->http = std::make_unique<HttpClient>(*core->ring, core->redactor);
    core->keyService = std::make_unique<KeyService>(*core->keys, *core->ring, *core->environments,
                                                    core->providers, *core->http);
    core->remoteLists = std::make_unique<RemoteTokenStore>(*core->database);
    core->remoteTokens =
        std::make_unique<RemoteTokenService>(*core->keys, *core->ring, *core->environments, core->providers,
                                             *core->http, *core->keyService, *core->remoteLists);
    core->rotations = std::make_unique<RotationService>(*core->keys, *core->ring, *core->environments, core->providers,
                                                        *core->http, *core->database);
    core->history = std::make_unique<HistoryStore>(databaseFile);
    core->recorder = std::make_unique<CallRecorder>(*core->keys, core->providers, *core->settings,
                                                    core->redactor, *core->history);
    core->sandbox = std::make_unique<Sandbox>(QDir(paths.data).filePath(u"sandbox.json"_s));
    core->sandboxEnvironments = std::make_unique<SandboxEnvironments>(*core->sandbox, *core->environments,
                                                                      *core->keys, core->providers);
    if (const Result<void> loaded = core->load(std::move(providers)); !loaded)
        return tl::unexpected(loaded.error());
    return core;
}

Result<void> Core::load(std::future<ProviderCatalog> catalog)
{
    if (const Result<void> loaded = keys->load(); !loaded)
        return loaded;
    providers = catalog.get();
    if (const Result<void> loaded = environments->load(); !loaded)
        return loaded;
    if (const Result<void> loaded = rotations->load(); !loaded)
        return loaded;
    if (const Result<void> seeded = sandboxEnvironments->seed(); !seeded)
        return seeded;

    applyNetworkSettings();
    QObject::connect(settings.get(), &Settings::networkChanged, http.get(),
                     [this] { applyNetworkSettings(); });
    const auto purge = [this] {
        history->purgeOlderThan(QDateTime::currentDateTimeUtc().addDays(-settings->historyDays()));
    };
    purge();
    QObject::connect(settings.get(), &Settings::historyChanged, history.get(), purge);

    // A rotation that was interrupted there found nobody to talk to.
    QObject::connect(sandbox.get(), &Sandbox::started, rotations.get(), &RotationService::tryAgain);

    // What is in the session store can be put in order at once; the keychain's part follows when it answers.
    ring->reconcile();
    keychain->probe();
    return {};
}

void Core::applyNetworkSettings()
{
    HttpClient::Options options;
    options.timeout = std::chrono::seconds(settings->timeoutSeconds());
    options.responseLimit = qint64(settings->responseLimitMegabytes()) * 1024 * 1024;
    options.proxy = proxyOf(*settings);
    http->setOptions(options);
}

Core::~Core() = default;

} // namespace keydesk
