#pragma once

#include <QUuid>
#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QVBoxLayout;

namespace keydesk {

class Chip;
class EnvironmentStore;
class KeyEvents;
class KeyFacts;
class KeyStore;
class ProviderCatalog;
class KeyRing;
class RemoteTokenService;
class RotationCard;
class TimedReveal;
struct ApiKey;

/// The pane beside the table: what is known about the selected key, in parts (KeyFacts, KeyEvents …) one below the other. Holds no token.
class KeyDetails : public QWidget
{
    Q_OBJECT

public:
    struct Actions
    {
        QAction *rotate;
        QAction *check;
        QList<QAction *> copy;
        QAction *revoke;
        QAction *remove;
        TimedReveal *reveal; ///< which the details take
    };

    KeyDetails(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring,
               const Actions &actions, QWidget *parent = nullptr);

    /// Nothing: says that no key is selected.
    void showKey(const std::optional<QUuid> &id);
    /// From now on tells what the provider's list says about the key.
    void showRemoteTokens(const RemoteTokenService &service);
    /// From now on tells how a rotation of the key stands. Takes the card.
    void showRotations(RotationCard *card);

Q_SIGNALS:
    void openEnvironment(const QUuid &id);
    void unbindRequested(const QUuid &keyId, const QString &origin);

private:
    QWidget *makeHead();
    QWidget *makeParts();
    QWidget *makeContent(const Actions &actions);
    void showHead(const ApiKey &key);

    const KeyStore &m_keys;
    const ProviderCatalog &m_providers;
    const KeyRing &m_ring;
    QLabel *m_title;
    QLabel *m_subtitle;
    Chip *m_status;
    QWidget *m_content;
    QVBoxLayout *m_parts = nullptr;
    RotationCard *m_rotation = nullptr;
    TimedReveal *m_reveal;
    KeyFacts *m_facts;
    KeyEvents *m_events;
};

} // namespace keydesk
