#pragma once

#include "app/base/Secret.h"
#include "app/environments/Environment.h"
#include "app/keys/ApiKey.h"

#include <QObject>

#include <functional>
#include <memory>

namespace keydesk {

class EnvironmentStore;
class KeyRing;
class KeyStore;

/// Secrets of environments that are no API keys: they lie where keys do (SECURITY S1), as rows of a provider of their own, bound to no origin, so
/// that no call can send one as its key. The environment names its secret by id. One that no environment names any more is removed: when it is
/// replaced, when its environment goes, and at the start. UI thread.
class EnvironmentSecrets : public QObject
{
    Q_OBJECT

public:
    enum class Purpose { ProxyPassword, CertificatePassphrase };

    using Done = std::function<void(Result<void>)>;

    EnvironmentSecrets(EnvironmentStore &environments, KeyStore &keys, KeyRing &ring, QObject *parent = nullptr);

    /// Stores it, reads it back, and only then has the environment name it; the one before is removed. Nothing changes if that fails. Environments
    /// with the same secret share one row. Goes on if `guard` dies, which then is not told.
    void set(const QUuid &environmentId, Purpose purpose, std::shared_ptr<const Secret> secret, QObject *guard, Done done);
    Result<void> clear(const QUuid &environmentId, Purpose purpose);
    /// The row of it, if it is stored.
    [[nodiscard]] std::optional<ApiKey> find(const Environment &environment, Purpose purpose) const;

private:
    Result<void> name(const QUuid &environmentId, Purpose purpose, const QUuid &secretId);
    void removeUnused();

    EnvironmentStore &m_environments;
    KeyStore &m_keys;
    KeyRing &m_ring;
};

} // namespace keydesk
