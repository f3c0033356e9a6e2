#pragma once

#include <QUuid>
#include <QWidget>

#include <optional>

class QAction;
class QFormLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace keydesk {

class Chip;
class EnvironmentStore;
class KeyStore;
class ProviderCatalog;
class SecretStore;

/// The pane beside the table: what is known about the selected key. Holds no token.
class KeyDetails : public QWidget
{
    Q_OBJECT

public:
    struct Actions
    {
        QAction *check;
        QList<QAction *> copy;
        QAction *revoke;
        QAction *remove;
    };

    KeyDetails(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const SecretStore &keychain,
               const Actions &actions, QWidget *parent = nullptr);

    /// Nothing: says that no key is selected.
    void showKey(const std::optional<QUuid> &id);

Q_SIGNALS:
    void openEnvironment(const QUuid &id);
    void unbindRequested(const QUuid &keyId, const QString &origin);

private:
    void addFact(const QString &label, const QString &value, bool fixedPitch = false);
    void addLink(const QString &label, const QString &html);
    void followLink(const QString &link);

    const KeyStore &m_keys;
    const EnvironmentStore &m_environments;
    const ProviderCatalog &m_providers;
    const SecretStore &m_keychain;
    std::optional<QUuid> m_key;
    QLabel *m_title;
    QLabel *m_subtitle;
    Chip *m_status;
    QWidget *m_content;
    QFormLayout *m_facts;
    QVBoxLayout *m_events;
};

} // namespace keydesk
