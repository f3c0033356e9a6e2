#pragma once

#include "app/http/TokenSource.h"
#include "app/keys/KeyStore.h"
#include "app/keys/SecretStore.h"

#include <QObject>

namespace keydesk {

class Redactor;

/// Rows and secrets in step (SECURITY S7): stores a key so that a crash at any point loses nothing and leaves nothing unnoticed, and
/// hands tokens to HttpClient. Every token that passes is made known to the redactor.
class KeyRing : public QObject, public TokenSource
{
    Q_OBJECT

public:
    using StoreDone = std::function<void(Result<ApiKey>)>;

    KeyRing(KeyStore &keys, SecretStore &keychain, SecretStore &session, Redactor &redactor, QObject *parent = nullptr);

    [[nodiscard]] std::optional<KeyBinding> binding(const QUuid &keyId) const override;
    /// Also counts as a use (`lastUsedAt`); a secret that is gone from an available store turns the key's status to Missing.
    void readToken(const QUuid &keyId, QObject *guard, Done done) override;

    /// Pending row → write → read back → compare → confirmed. On any failure the pending row and the secret are taken back and the Error
    /// says why. Fills id (if null), hint, fingerprint and createdAt. A duplicate token is refused with Error::Duplicate naming the key.
    void store(ApiKey key, std::shared_ptr<const Secret> token, QObject *guard, StoreDone done);
    /// Row first, then secret; a secret that cannot be deleted now is left over and retried at the next start.
    Result<void> remove(const QUuid &keyId);
    /// At start, and again whenever the keychain becomes available: finishes or takes back pending rows (a pending row whose secret is there
    /// and matches is confirmed), retries leftovers.
    void reconcile();

    /// The store that new keys go to by default: the keychain unless it is absent.
    [[nodiscard]] SecretPlace defaultPlace() const;
    [[nodiscard]] SecretStore &store(SecretPlace place) const;
    [[nodiscard]] SecretStore &keychain() const { return m_keychain; }

Q_SIGNALS:
    /// A sentence for the message bar (a key that was finished or taken back after a crash).
    void notice(const QString &text);

private:
    KeyStore &m_keys;
    SecretStore &m_keychain;
    SecretStore &m_session;
    Redactor &m_redactor;
};

} // namespace keydesk
