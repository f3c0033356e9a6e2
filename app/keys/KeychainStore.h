#pragma once

#include "app/keys/SecretStore.h"

#include <chrono>
#include <memory>

namespace keydesk {

/// The system keychain through QtKeychain: libsecret or KWallet on Linux, Credential Manager, Keychain. Entries are named
/// `keydesk/<uuid>` (Windows ignores the service name). `insecureFallback` is never set. QtKeychain runs one job at a time and may
/// never answer: after `watchdog` without an answer the state becomes Slow, the waiting callback still stands, and Available returns with
/// the answer. Locked is found over D-Bus (org.freedesktop.Secret.Collection.Locked), and its change is watched, so that
/// unlocking elsewhere is noticed. A locked keychain is an Error at once: only `unlock` makes the system ask for a password.
class KeychainStore : public SecretStore
{
    Q_OBJECT

public:
    explicit KeychainStore(std::chrono::milliseconds watchdog = std::chrono::seconds(10), QObject *parent = nullptr);
    ~KeychainStore() override;

    void read(const QUuid &id, QObject *guard, ReadDone done) override;
    void write(const QUuid &id, const Secret &secret, QObject *guard, Done done) override;
    void remove(const QUuid &id, QObject *guard, Done done) override;
    /// Over D-Bus; Error::Unsupported for an older KWallet.
    void list(QObject *guard, ListDone done) override;
    void probe() override;
    void unlock(QObject *guard, Done done) override;
    [[nodiscard]] QString describe() const override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
