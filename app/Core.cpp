#include "app/Core.h"

#include "app/base/Log.h"
#include "app/base/Process.h"
#include "app/body/BodySpool.h"
#include "app/calls/NetworkOptions.h"
#include "app/keys/SessionStore.h"

#include <QCoreApplication>
#include <QDir>
#include <QLockFile>
#include <QTimer>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// A command has the time to wait for its turn, and must not take a file away that the window may have open.
constexpr DatabaseUse commandLineUse{10'000, false};

} // namespace

std::future<ProviderCatalog> Core::readProviders(const Paths &paths)
{
    return ProviderCatalog::read(QDir(paths.config).filePath(u"providers"_s));
}

Result<std::unique_ptr<Core>> Core::open(const Paths &paths, std::unique_ptr<SecretStore> keychain,
                                         const SealedRules &sealing, std::future<ProviderCatalog> providers,
                                         For whom)
{
    if (!providers.valid())
        providers = readProviders(paths);
    std::unique_ptr<Core> core(new Core);
    core->paths = paths;
    if (whom == For::Window) {
        if (const Result<void> locked = core->lockForWindow(); !locked)
            return tl::unexpected(locked.error());
    }
    core->changing = std::make_unique<KeysLock>(QDir(paths.data).filePath(u"keys.lock"_s));
    core->settings = std::make_unique<Settings>(QDir(paths.config).filePath(u"settings.ini"_s));
    const QString databaseFile = QDir(paths.data).filePath(u"keydesk.db"_s);
    Result<std::unique_ptr<Database>> database =
        Database::open(databaseFile, migrations(), whom == For::Window ? DatabaseUse() : commandLineUse);
    if (!database)
        return tl::unexpected(database.error());
    core->database = std::move(*database);
    core->commits = std::make_unique<CommitWatch>(*core->database);
    core->providers = providers.get();
    core->catalogues =
        std::make_unique<CatalogueStore>(core->providers, QDir(paths.data).filePath(u"catalogues"_s));

    core->keychain = std::move(keychain);
    core->session = std::make_unique<SessionStore>();
    core->sealed = std::make_unique<SealedStore>(QDir(paths.data).filePath(u"sealed.keydesk"_s), sealing);
    core->sessionWatch = std::make_unique<SessionWatch>();
    core->keys = std::make_unique<KeyStore>(*core->database);
    core->environments = std::make_unique<EnvironmentStore>(*core->database, *core->settings);
    core->environmentTrail = std::make_unique<EnvironmentTrail>(*core->environments, *core->keys);
    core->ring = std::make_unique<KeyRing>(*core->keys, *core->keychain, *core->session, *core->sealed,
                                           core->redactor);
    core->secretVariables = std::make_unique<SecretVariables>(*core->environments, *core->keys, *core->ring);
    core->environmentSecrets =
        std::make_unique<EnvironmentSecrets>(*core->environments, *core->keys, *core->ring);
    core->usage = std::make_unique<UsageJournal>(*core->database);
    core->oauth = std::make_unique<OAuthTokens>(
        *core->keys, *core->ring,
        [whole = core.get()](const PreparedRequest &request) { return whole->http->send(request); });
    core->http = std::make_unique<HttpClient>(*core->oauth, core->redactor);
    core->http->setConnections([&environments = *core->environments](const QUuid &id) {
        const std::optional<Environment> environment = environments.find(id);
        HttpClient::Connection connection;
        if (environment)
            connection.settings = environment->connectionInUse();
        if (environment && !connection.settings.certificateFile.isEmpty())
            connection.home = Origin::fromUrl(QUrl(environment->baseUrl)).value_or(Origin());
        return connection;
    });
    core->keyService = std::make_unique<KeyService>(*core->keys, *core->ring, *core->environments,
                                                    core->providers, *core->http);
    core->remoteLists = std::make_unique<RemoteTokenStore>(*core->database);
    core->remoteTokens =
        std::make_unique<RemoteTokenService>(*core->keys, *core->ring, *core->environments, core->providers,
                                             *core->http, *core->keyService, *core->remoteLists);
    core->rotations = std::make_unique<RotationService>(*core->keys, *core->ring, *core->environments,
                                                        core->providers, *core->http, *core->database);
    core->audit = std::make_unique<AuditLog>(databaseFile, core->redactor);
    core->due = std::make_unique<DueWatch>(*core->keys, *core->settings);
    core->history = std::make_unique<HistoryStore>(databaseFile);
    core->storedTokens = std::make_unique<StoredTokens>(*core->keys, core->redactor);
    core->allTokens = std::make_unique<AllTokens>(*core->keys, *core->ring, core->redactor);
    core->http->setMakeTokensKnown([&all = *core->allTokens, &stored = *core->storedTokens](
                                       QObject *guard, HttpClient::TokensKnown done) {
        all.makeKnown(guard, [&stored, done = std::move(done)](int unread) {
            done(unread, unread > 0 ? stored.reader() : BodySpool::Learn());
        });
    });
    core->recorder = std::make_unique<CallRecorder>(*core->storedTokens, core->providers, *core->settings,
                                                    core->redactor, *core->history);
    core->workspace = std::make_unique<Workspace>(core->redactor, *core->storedTokens);
    core->sandbox = std::make_unique<Sandbox>(QDir(paths.data).filePath(u"sandbox.json"_s));
    core->sandboxEnvironments = std::make_unique<SandboxEnvironments>(*core->sandbox, *core->environments,
                                                                      *core->keys, core->providers);
    core->shareKeys(whom);
    if (const Result<void> loaded = core->load(); !loaded)
        return tl::unexpected(loaded.error());
    return core;
}

/// Two windows would both go on with what is interrupted. Only a holder that has ended makes the lock stale.
Result<void> Core::lockForWindow()
{
    lock = std::make_unique<QLockFile>(QDir(paths.data).filePath(u"keydesk.lock"_s));
    lock->setStaleLockTime(0);
    if (lock->tryLock() || lock->error() != QLockFile::LockFailedError)
        return {};
    return failure(Error::Kind::StorageLocked,
                   QCoreApplication::translate(
                       "Core",
                       "Keydesk is open already, in another session of yours, with the same data. Close it "
                       "there, then start it here."),
                   lock->fileName());
}

void Core::shareKeys(For whom)
{
    if (whom == For::CommandLine) {
        ring->leaveOrderToOthers();
        sealed->stopWatching();
        return;
    }
    ring->shareWith(*changing);
    rotations->shareWith(*changing);
    QObject::connect(commits.get(), &CommitWatch::committed, keys.get(), [this] { takeOver(); });
    // What was written while the rows were being read.
    QObject::connect(keys.get(), &KeyStore::reset, commits.get(), &CommitWatch::start);
}

/// Keys first: environments and rotations name them.
void Core::takeOver()
{
    for (const Result<void> &taken : {keys->refresh(), environments->refresh(), rotations->refresh()}) {
        if (!taken)
            qCWarning(lcStorage) << "what others wrote was not taken over:" << taken.error().detail;
    }
}

Result<void> Core::load()
{
    if (const Result<void> loaded = keys->load(); !loaded)
        return loaded;
    if (const Result<void> loaded = environments->load(); !loaded)
        return loaded;
    if (const Result<void> loaded = rotations->load(); !loaded)
        return loaded;
    if (environments->all().isEmpty()) {
        // Another process may be at its first start as well.
        const Result<void> seeded = database->transaction([this] {
            return environments->refresh().and_then([this] { return sandboxEnvironments->seed(); });
        });
        if (!seeded)
            return seeded;
    }

    QObject::connect(http.get(), &HttpClient::keyUsed, usage.get(), &UsageJournal::count);
    QObject::connect(environments.get(), &EnvironmentStore::aboutToRemove, http.get(),
                     [this](int position) { http->cookies().clear(environments->all().at(position).id); });
    applyNetworkSettings();
    QObject::connect(settings.get(), &Settings::networkChanged, http.get(),
                     [this] { applyNetworkSettings(); });

    // A rotation that was interrupted there found nobody to talk to.
    QObject::connect(sandbox.get(), &Sandbox::started, rotations.get(), &RotationService::tryAgain);

    lockSealedInTime();
    sealed->probe();
    return {};
}

void Core::startRest()
{
    keychain->probe();
    sessionWatch->start();
    purgeHistory();
    BodySpool::removeLeftovers(paths.cache);
    auto *daily = new QTimer(history.get());
    QObject::connect(daily, &QTimer::timeout, history.get(), [this] { purgeHistory(); });
    daily->start(std::chrono::hours(24));
    history->keepIndexed();
    QObject::connect(commits.get(), &CommitWatch::committed, history.get(), &HistoryStore::lookForMore);
    // Not before the keys are there: it would take them for gone.
    QObject::connect(keys.get(), &KeyStore::reset, rotations.get(), &RotationService::resume);
    if (keys->isLoaded())
        rotations->resume();
    keys->fetch();
    if (const QString folder = settings->workspaceFolder(); !folder.isEmpty())
        workspace->open(folder);
    sandbox->start();
    // What was read to get here is freed by then, and would stay with the allocator.
    QTimer::singleShot(std::chrono::milliseconds(500), keys.get(), &returnFreedHeap);
}

void Core::purgeHistory()
{
    history->purge(settings->historyRules(), QDateTime::currentDateTimeUtc());
}

void Core::lockSealedInTime()
{
    sealed->setLastSeen(settings->sealedSeen());
    QObject::connect(sealed.get(), &SealedStore::seen, settings.get(), &Settings::setSealedSeen);
    QObject::connect(sessionWatch.get(), &SessionWatch::leaving, sealed.get(), &SealedStore::lock);
    const auto apply = [this] { sealed->setLockAfter(std::chrono::minutes(settings->sealedMinutes())); };
    apply();
    QObject::connect(settings.get(), &Settings::sealedChanged, sealed.get(), apply);
}

void Core::applyNetworkSettings()
{
    HttpClient::Options options = networkOptions(*settings);
    options.spoolFolder = paths.cache;
    http->setOptions(options);
}

Core::~Core() = default;

} // namespace keydesk
