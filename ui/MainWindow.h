#pragma once

#include "app/keys/ApiKey.h"
#include "ui/setup/KeySetupDialog.h"

#include <QMainWindow>
#include <QPointer>
#include <QSet>

#include <functional>
#include <memory>

class QAction;
class QStackedWidget;
class QTabBar;

namespace keydesk {

struct Core;
struct Error;
class Clipboard;
class ConsolePage;
class EnvironmentsModel;
class EnvironmentsPage;
class EnvironmentSwitcher;
class FilterHistory;
class IdentityButton;
class KeychainButton;
class KeysPage;
class LeakCheckDialog;
class MessageBar;
class SealedFlow;
class UndoHistory;
struct UndoRest;
struct UndoStep;

/// The window: three tabs, environment switcher, keychain state, message bar, menus. It connects the pages with each other and does none of
/// their work. A page is made when it is first looked at, so that the window is there at once.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    enum Tab { KeysTab, EnvironmentsTab, ConsoleTab };

    MainWindow(Core &core, Clipboard &clipboard, QWidget *parent = nullptr);
    ~MainWindow() override;

    void showTab(Tab tab);
    /// The setup wizard (also Help → Set Up Keydesk…).
    void openSetup();
    void openNewKey(const NewKeyHints &hints);
    void openRemoteTokens();
    /// Import Keys…, with files that were dropped already.
    void openImport(const QStringList &files = {});
    void openPreferences();
    void openMissingKeys();
    /// Its window, in front; there is one.
    void openLeakCheck();
    /// Brings the key to the front, or the due ones if there are several: where a notification leads.
    void showKeys(const QList<QUuid> &ids);
    void showMessage(const QString &text);
    void showError(const Error &error);

    [[nodiscard]] KeysPage &keysPage();
    [[nodiscard]] EnvironmentsPage &environmentsPage();
    [[nodiscard]] ConsolePage &consolePage();

protected:
    void closeEvent(QCloseEvent *event) override;
    /// Files that no page took for itself are imported as requests.
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeTopBar();
    void makeMenus();
    void makePage(int tab);
    void openStores();
    void reportMissing();
    void showSealedUse();
    void unlockStore(SecretPlace place);
    void showEnvironment();
    void showDue();
    void openPalette();
    void openAudit(const std::optional<QUuid> &keyId);
    void openAbout();
    void tellOfNewKey(const QUuid &id, const QUuid &environmentId);
    void offerUndo(const UndoStep &step);
    void showUndone(const QString &name, const std::optional<UndoRest> &rest);
    void restore();

    Core &m_core;
    const std::shared_ptr<FilterHistory> m_filterHistory; // the viewers' windows share it
    Clipboard &m_clipboard;
    std::unique_ptr<EnvironmentsModel> m_environments;
    SealedFlow *m_sealed = nullptr;
    KeychainButton *m_sealedButton = nullptr;
    QSet<QUuid> m_reported; // missing keys that the message bar has named
    QTabBar *m_tabs = nullptr;
    EnvironmentSwitcher *m_switcher = nullptr;
    IdentityButton *m_identity = nullptr;
    QWidget *m_protected = nullptr;
    QWidget *m_environmentLine = nullptr;
    MessageBar *m_messages = nullptr;
    UndoHistory *m_undo;
    QPointer<QAction> m_undoOffer; // in the message bar
    QStackedWidget *m_pages = nullptr;
    KeysPage *m_keys = nullptr;
    EnvironmentsPage *m_environmentsPage = nullptr;
    ConsolePage *m_console = nullptr;
    QPointer<LeakCheckDialog> m_leakCheck;
};

} // namespace keydesk
