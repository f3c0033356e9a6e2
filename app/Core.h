#pragma once

#include "app/base/Redactor.h"
#include "app/catalogue/CatalogueStore.h"
#include "app/environments/EnvironmentSecrets.h"
#include "app/environments/EnvironmentStore.h"
#include "app/history/CallRecorder.h"
#include "app/history/HistoryStore.h"
#include "app/history/UsageJournal.h"
#include "app/http/HttpClient.h"
#include "app/keys/AllTokens.h"
#include "app/keys/AuditLog.h"
#include "app/keys/DueWatch.h"
#include "app/keys/EnvironmentTrail.h"
#include "app/keys/KeyRing.h"
#include "app/keys/KeyService.h"
#include "app/keys/KeyStore.h"
#include "app/keys/KeysLock.h"
#include "app/keys/OAuthTokens.h"
#include "app/keys/RemoteTokenService.h"
#include "app/keys/SealedStore.h"
#include "app/keys/SecretStore.h"
#include "app/keys/SecretVariables.h"
#include "app/keys/SessionWatch.h"
#include "app/keys/StoredTokens.h"
#include "app/keys/rotation/RotationService.h"
#include "app/providers/ProviderCatalog.h"
#include "app/sandbox/Sandbox.h"
#include "app/sandbox/SandboxEnvironments.h"
#include "app/storage/CommitWatch.h"
#include "app/storage/Database.h"
#include "app/storage/Paths.h"
#include "app/storage/Settings.h"
#include "app/workspace/Workspace.h"

#include <future>
#include <memory>

class QLockFile;

namespace keydesk {

/// The objects without widgets, in the order they are built, owned in one place: the window, the tour and the
/// tests start from the same graph. It is only handed whole to the main window; everything else takes the
/// parts that it needs.
struct Core
{
    /// Who opens it. There is one window at a time, which also keeps the data in order: it goes on with rotations, finishes or takes back what
    /// was left half done, purges, starts the sandbox, and takes over what others wrote. Command lines may run beside it and beside each other:
    /// they do none of that, and one that changes keys holds `changing` meanwhile.
    enum class For { Window, CommandLine };

    /// `keychain` is the system keychain, or a scripted one in tests. The Error says what is wrong with the
    /// database.
    /// `sealing` is what the sealed file's passphrase costs; tests make it cheap. `providers`: what `readProviders` gave
    /// a while before, or else they are read now.
    static Result<std::unique_ptr<Core>> open(const Paths &paths, std::unique_ptr<SecretStore> keychain, const SealedRules &sealing = {},
                                              std::future<ProviderCatalog> providers = {}, For whom = For::Window);
    /// On another thread, for whoever has something to do meanwhile.
    static std::future<ProviderCatalog> readProviders(const Paths &paths);
    ~Core();

    /// What nobody waits for before the window is on screen (and no command line does): asks for the keychain's state, reads the keys and the
    /// folder of saved requests, starts the sandbox, goes on with rotations.
    void startRest();

    Paths paths;
    std::unique_ptr<QLockFile> lock; ///< the window's, on the data folder, for as long as this lives
    std::unique_ptr<KeysLock> changing; ///< who is changing keys at this moment
    std::unique_ptr<Settings> settings;
    Redactor redactor;
    std::unique_ptr<Database> database;
    std::unique_ptr<CommitWatch> commits; ///< not started yet
    ProviderCatalog providers;
    std::unique_ptr<CatalogueStore> catalogues; ///< not read yet: `load()` is called at the first look
    std::unique_ptr<SecretStore> keychain;
    std::unique_ptr<SecretStore> session;
    std::unique_ptr<SealedStore> sealed;
    std::unique_ptr<SessionWatch> sessionWatch; ///< nobody sits there: `sealed` is locked
    std::unique_ptr<KeyStore> keys;
    std::unique_ptr<EnvironmentStore> environments;
    std::unique_ptr<EnvironmentTrail> environmentTrail;
    std::unique_ptr<KeyRing> ring;
    std::unique_ptr<SecretVariables> secretVariables;
    std::unique_ptr<EnvironmentSecrets> environmentSecrets;
    std::unique_ptr<OAuthTokens> oauth; ///< what `http` asks for tokens, and which asks `http` for access tokens
    std::unique_ptr<UsageJournal> usage; ///< before `http`, whose end may still tell of uses
    std::unique_ptr<HttpClient> http;
    std::unique_ptr<KeyService> keyService;
    std::unique_ptr<RemoteTokenStore> remoteLists;
    std::unique_ptr<RemoteTokenService> remoteTokens;
    std::unique_ptr<RotationService> rotations; ///< `resume()` begins its work
    std::unique_ptr<DueWatch> due;
    std::unique_ptr<AuditLog> audit;
    std::unique_ptr<HistoryStore> history;
    std::unique_ptr<StoredTokens> storedTokens;
    std::unique_ptr<AllTokens> allTokens;
    std::unique_ptr<CallRecorder> recorder;
    std::unique_ptr<Workspace> workspace; ///< no folder is open in it yet
    std::unique_ptr<Sandbox> sandbox; ///< not started yet
    std::unique_ptr<SandboxEnvironments> sandboxEnvironments;

private:
    Core() = default;
    Result<void> lockForWindow();
    Result<void> load();
    void shareKeys(For whom);
    void takeOver();
    void applyNetworkSettings();
    void purgeHistory();
    void lockSealedInTime();
};

} // namespace keydesk
