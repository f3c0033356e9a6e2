#pragma once

#include "app/keys/ApiKey.h"
#include "ui/keys/KeyDetails.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

class QAction;

namespace keydesk {

class Clipboard;
class DueWatch;
class EnvironmentStore;
class KeyService;
class KeyStore;
class ProviderCatalog;
class RotationService;
class Settings;
struct Error;
struct RevokeAdvice;

/// The actions on keys: enabled by the selection, carried out with their dialogs and messages. What only the page can do, because it has
/// the table and the window, is asked for by a signal.
///
/// The actions, menus and dialogs are children of the page, which the shortcuts belong to; a dialog deletes itself when it is closed.
/// A key is looked up anew when an action is triggered, so that one that was deleted meanwhile is left alone.
class KeyActions : public QObject
{
    Q_OBJECT

public:
    /// `advice`: about the selected key, asked for when it is to be revoked or deleted. All that is given here outlives the actions.
    KeyActions(const KeyStore &keys, KeyService &service, const EnvironmentStore &environments, const ProviderCatalog &providers,
               Clipboard &clipboard, Settings &settings, const DueWatch &due, const std::function<RevokeAdvice()> &advice, QWidget *page);
    ~KeyActions() override;

    /// For the Key menu, the context menu and the command palette.
    [[nodiscard]] QList<QAction *> all() const;
    /// For the details, which take `reveal`; the action that reveals the token is about it from now on.
    [[nodiscard]] KeyDetails::Actions forDetails(TimedReveal *reveal);
    /// `key`: the one that is chosen alone, or else the current one of several; `all`: whatever is chosen. To be told again when something
    /// about the key changed.
    void setSelection(const std::optional<ApiKey> &key, const QList<QUuid> &all);
    /// From now on keys can be rotated; the actions show it once they are told of the selection again.
    void setRotations(RotationService &service);

Q_SIGNALS:
    void renameRequested(); ///< in the table
    void rotateRequested(const QUuid &id);
    void openEnvironment(const QUuid &id);
    void auditRequested();      ///< the trail of all keys
    void atProviderRequested(); ///< the provider's list of tokens
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
