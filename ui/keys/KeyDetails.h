#pragma once

#include <QUuid>
#include <QWidget>

#include <optional>

class QAction;
class QLabel;
class QVBoxLayout;

namespace keydesk {

class AccessTokenLine;
class Chip;
class DueBanner;
class DueWatch;
class EnvironmentStore;
class HistoryStore;
class KeyEvents;
class KeyFacts;
class KeyStore;
class KeyUsage;
class OAuthTokens;
class ProviderCatalog;
class KeyRing;
class RemoteTokenService;
class RotationCard;
class TimedReveal;
class Settings;
class UsageJournal;
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
        QList<QAction *> snoozes;
        QAction *endSnooze;
    };
    /// What is watched over about keys.
    struct Watch
    {
        const DueWatch &due;
        UsageJournal &usage;
        HistoryStore &history;
        Settings &settings; ///< remembers how use is shown
    };

    KeyDetails(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers, const KeyRing &ring,
               const Watch &watch, const Actions &actions, QWidget *parent = nullptr);

    /// Nothing: says that no key is selected.
    void showKey(const std::optional<QUuid> &id);
    /// From now on tells what the provider's list says about the key.
    void showRemoteTokens(const RemoteTokenService &service);
    /// From now on tells how long the key's access token lives, if it has one.
    void showAccessTokens(OAuthTokens &tokens);
    /// From now on tells how a rotation of the key stands. Takes the card.
    void showRotations(RotationCard *card);
    [[nodiscard]] KeyUsage &usage() const { return *m_usage; }

Q_SIGNALS:
    void openEnvironment(const QUuid &id);
    void auditRequested(const QUuid &keyId);
    void unbindRequested(const QUuid &keyId, const QString &origin);

private:
    QWidget *makeHead();
    QWidget *makeParts();
    QWidget *makeContent(const Actions &actions);
    void showHead(const ApiKey &key);

    const KeyStore &m_keys;
    const ProviderCatalog &m_providers;
    const KeyRing &m_ring;
    const DueWatch &m_due;
    QLabel *m_title;
    QLabel *m_subtitle;
    Chip *m_status;
    QWidget *m_content;
    QVBoxLayout *m_parts = nullptr;
    AccessTokenLine *m_accessToken = nullptr;
    RotationCard *m_rotation = nullptr;
    TimedReveal *m_reveal;
    DueBanner *m_banner;
    KeyFacts *m_facts;
    KeyUsage *m_usage;
    KeyEvents *m_events;
};

} // namespace keydesk
