#pragma once

#include "app/base/Background.h"
#include "app/doctor/DatabaseCheck.h"
#include "app/doctor/Finding.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Paths.h"

#include <QObject>
#include <QPointer>

#include <chrono>

namespace keydesk {

class CatalogueStore;
class KeychainTrial;
class SecretStore;

/// Looks at everything that Keydesk needs and tells what is not as it should be, with its fix. Works without
/// a database, folder or keychain. Changes nothing, makes no file, reads no token, and sends nothing without
/// being asked to. One run for each object. UI thread.
class Doctor : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        bool online = false; ///< ask the environments' servers, without a key
        bool write = false;  ///< try the keychain with an entry of its own, which is removed
        std::chrono::milliseconds patience{10'000}; ///< for the keychain, and for each server
    };

    /// `keychain` is asked for its entries, and must outlive this.
    Doctor(const Paths &paths, SecretStore &keychain, const Options &options, QObject *parent = nullptr);
    ~Doctor() override;

    void start();
    /// `finished` follows, after what was written was removed.
    void cancel();

Q_SIGNALS:
    void found(const keydesk::Finding &finding);
    /// Once.
    void finished();

private:
    void tell(const Findings &findings);
    void finish();
    void checkFiles();
    void checkCatalogues();
    void checkKeychain();
    void tryKeychain();
    void checkOnline();
    [[nodiscard]] QString settingsFile() const;
    [[nodiscard]] QString dataFile(const QString &name) const;

    const Paths m_paths;
    SecretStore &m_keychain;
    const Options m_options;
    ProviderCatalog m_providers;
    std::optional<StoredRows> m_rows; // nothing: they could not be read
    std::unique_ptr<CatalogueStore> m_catalogues;
    QPointer<KeychainTrial> m_trial;
    bool m_isFinished = false;
    Background m_background; // last: what it still does needs the rest
};

} // namespace keydesk
