#pragma once

#include <QMainWindow>

#include <memory>

namespace keydesk {

struct Core;
class Clipboard;
class ConsolePage;
class EnvironmentsPage;
class KeysPage;

/// The window: three tabs, environment switcher, keychain state, message bar, menus. It connects the pages with each other and does nothing itself.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(Core &core, Clipboard &clipboard, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens the setup wizard (also from Help → Set Up Keydesk…).
    void openSetup();
    void openPreferences();

    [[nodiscard]] KeysPage &keysPage();
    [[nodiscard]] EnvironmentsPage &environmentsPage();
    [[nodiscard]] ConsolePage &consolePage();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk
