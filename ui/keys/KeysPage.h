#pragma once

#include "ui/setup/KeySetupDialog.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QAction;

namespace keydesk {

class Clipboard;
class DueWatch;
class EnvironmentStore;
class HistoryStore;
class KeyRing;
class KeyService;
class KeyStore;
class OAuthTokens;
class ProviderCatalog;
class RotationService;
class RemoteTokenService;
class Settings;
class UsageJournal;
struct Error;

/// The API Keys tab: search and filters, table, details of the selection, the actions on it.
class KeysPage : public QWidget
{
    Q_OBJECT

public:
    KeysPage(KeyStore &keys, KeyRing &ring, KeyService &service, EnvironmentStore &environments, const ProviderCatalog &providers,
             Clipboard &clipboard, Settings &settings, UsageJournal &usage, const DueWatch &due, HistoryStore &history,
             QWidget *parent = nullptr);
    ~KeysPage() override;

    /// The actions of the Key menu and the command palette, enabled by the selection: check, copy, rename, revoke, delete …
    [[nodiscard]] QList<QAction *> keyActions() const;
    void selectKey(const QUuid &id);
    void focusSearch();
    /// Only the keys that something should be done about.
    void showDue();
    /// Who else knows requests that name a key: the console. For "Safe to revoke?".
    void setDrafts(const std::function<QStringList(const QUuid &keyId)> &drafts);
    [[nodiscard]] bool hasNoKeys() const;
    /// From now on the details tell what the provider's list says about a key.
    void showRemoteTokens(const RemoteTokenService &service);
    void showAccessTokens(OAuthTokens &tokens);
    /// From now on keys can be rotated, and the details tell how a rotation stands.
    void showRotations(RotationService &service);
    /// Opens the dialog that rotates a key, where its rotation is. Others that found a reason to do so call it.
    void rotate(const QUuid &id);

Q_SIGNALS:
    void atProviderRequested(); ///< the provider's list of tokens
    void newKeyRequested(const keydesk::NewKeyHints &hints);
    void importRequested(const QStringList &files); ///< they were dropped here
    void openEnvironment(const QUuid &id);
    void auditRequested(const std::optional<QUuid> &keyId); ///< the trail of one key, or of all
    void message(const QString &text);        ///< for the window's message bar
    void failed(const keydesk::Error &error); ///< likewise

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
