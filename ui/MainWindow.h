#pragma once

#include "ui/setup/KeySetupDialog.h"

#include <QMainWindow>
#include <QPointer>

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
class IdentityButton;
class KeysPage;
class MessageBar;
class UndoHistory;
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
    void showMessage(const QString &text);
    void showError(const Error &error);

    [[nodiscard]] KeysPage &keysPage();
    [[nodiscard]] EnvironmentsPage &environmentsPage();
    [[nodiscard]] ConsolePage &consolePage();

protected:
    void closeEvent(QCloseEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeTopBar();
    void makeMenus();
    void makePage(int tab);
    void showKeychain();
    void unlockKeychain();
    void showEnvironment();
    void openPalette();
    void openAbout();
    void tellOfNewKey(const QUuid &id, const QUuid &environmentId);
    void offerUndo(const UndoStep &step);
    void restore();

    Core &m_core;
    Clipboard &m_clipboard;
    std::unique_ptr<EnvironmentsModel> m_environments;
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
};

} // namespace keydesk
