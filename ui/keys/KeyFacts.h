#pragma once

#include <QUuid>
#include <QWidget>

class QFormLayout;

namespace keydesk {

class EnvironmentStore;
class KeyRing;
class ProviderCatalog;
class RemoteTokenService;
struct ApiKey;

/// What is known about a key, one line each: where its token lies, where it may go, who uses it, when what was. Part of KeyDetails; a
/// further fact is a further line of `show`.
class KeyFacts : public QWidget
{
    Q_OBJECT

public:
    KeyFacts(const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring, QWidget *parent = nullptr);

    /// From now on a line tells what the provider's list says about the key.
    void setRemoteTokens(const RemoteTokenService &service) { m_remoteTokens = &service; }
    void show(const ApiKey &key);
    void clear();

Q_SIGNALS:
    void openEnvironment(const QUuid &id);
    void unbindRequested(const QUuid &keyId, const QString &origin);

private:
    void addFact(const QString &label, const QString &value, bool fixedPitch = false);
    void addLink(const QString &label, const QString &html);
    void followLink(const QString &link);

    const EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    const RemoteTokenService *m_remoteTokens = nullptr;
    const KeyRing &m_ring;
    QUuid m_key;
    QFormLayout *m_rows;
};

} // namespace keydesk
