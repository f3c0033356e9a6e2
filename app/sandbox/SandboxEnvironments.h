#pragma once

#include "app/base/Error.h"
#include "app/http/Origin.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace keydesk {

class EnvironmentStore;
class KeyStore;
class ProviderCatalog;
class Sandbox;
struct Provider;

/// Keeps the environments of the providers that the sandbox serves at the sandbox's addresses. Make it before
/// the sandbox starts. UI thread.
class SandboxEnvironments : public QObject
{
    Q_OBJECT

public:
    SandboxEnvironments(Sandbox &sandbox, EnvironmentStore &environments, KeyStore &keys,
                        const ProviderCatalog &providers, QObject *parent = nullptr);

    /// Adds one environment for each of those providers, if there is no environment at all yet.
    Result<void> seed();

Q_SIGNALS:
    /// The sandbox had to take other ports: environments and the bound origins of keys were changed. A
    /// sentence for the user.
    void moved(const QString &text);
    void failed(const keydesk::Error &error);

private:
    void follow();
    /// Moves what still points to another port; returns the names of the environments moved.
    Result<QStringList> follow(const Provider &provider, const Origin &now);
    Result<void> rebind(const QString &providerId, const QSet<Origin> &former, const Origin &now);

    Sandbox &m_sandbox;
    EnvironmentStore &m_environments;
    KeyStore &m_keys;
    const ProviderCatalog &m_providers;
    QHash<QString, QUrl> m_before; // service → its origin before the sandbox started
};

} // namespace keydesk
