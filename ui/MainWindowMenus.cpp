#include "app/Core.h"
#include "ui/CommandPalette.h"
#include "ui/EnvironmentSwitcher.h"
#include "ui/IdentityButton.h"
#include "ui/MainWindow.h"
#include "ui/UndoHistory.h"
#include "ui/console/ConsolePage.h"
#include "ui/environments/EnvironmentsPage.h"
#include "ui/keys/KeysPage.h"
#include "ui/theme/Icon.h"
#include "ui/viewer/ViewerWindow.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>

using namespace Qt::StringLiterals;

namespace keydesk {

void MainWindow::makeMenus()
{
    const auto add = [this](QMenu *menu, const QString &text, const QKeySequence &shortcut, auto slot) {
        QAction *action = menu->addAction(text);
        action->setShortcut(shortcut);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };

    QMenu *file = menuBar()->addMenu(tr("&File"));
    add(file, tr("&New Key…"), QKeySequence::New, [this] { openNewKey({}); });
    add(file, tr("&Import Keys…"), tr("Ctrl+I"), [this] { openImport(); });
    add(file, tr("Import &OpenAPI…"), tr("Ctrl+Shift+O"), [this] {
        showTab(ConsoleTab);
        consolePage().importApi();
    });
    add(file, tr("Import &Requests…"), tr("Ctrl+Alt+I"), [this] {
        showTab(ConsoleTab);
        consolePage().importRequests();
    });
    add(file, tr("&Export Requests…"), {}, [this] {
        showTab(ConsoleTab);
        consolePage().exportRequests();
    });
    add(file, tr("Export &History as HAR…"), {}, [this] {
        showTab(ConsoleTab);
        consolePage().exportHistory();
    });
    add(file, tr("Open &Response…"), {}, [this] {
        auto *dialog = new QFileDialog(this, tr("Open Response"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
            auto *window = new ViewerWindow(m_filterHistory);
            window->open(path);
            window->show();
        });
        dialog->open();
    });
    add(file, tr("New &Environment…"), tr("Ctrl+Shift+N"), [this] {
        showTab(EnvironmentsTab);
        m_environmentsPage->addEnvironment();
    });
    file->addSeparator();
    add(file, tr("&Preferences…"), tr("Ctrl+,"), &MainWindow::openPreferences)
        ->setMenuRole(QAction::PreferencesRole);
    file->addSeparator();
    add(file, tr("&Quit"), tr("Ctrl+Q"), &QWidget::close)->setMenuRole(QAction::QuitRole);

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({m_undo->undoAction(), m_undo->redoAction()});
    edit->addSeparator();
    add(edit, tr("&Search Keys"), tr("Ctrl+Shift+F"), [this] {
        showTab(KeysTab);
        m_keys->focusSearch();
    });
    add(edit, tr("Command &Palette…"), tr("Ctrl+K"), &MainWindow::openPalette);

    QMenu *view = menuBar()->addMenu(tr("&View"));
    add(view, tr("&API Keys"), tr("Ctrl+1"), [this] { showTab(KeysTab); });
    add(view, tr("&Environments"), tr("Ctrl+2"), [this] { showTab(EnvironmentsTab); });
    add(view, tr("&Console"), tr("Ctrl+3"), [this] { showTab(ConsoleTab); });
    view->addSeparator();
    add(view, tr("&Switch Environment"), tr("Ctrl+E"), [this] {
        m_switcher->setFocus(Qt::ShortcutFocusReason);
        m_switcher->showPopup();
    });
    add(view, tr("&Next Identity"), tr("F8"), [this] { m_identity->switchToNext(); });
    add(view, tr("&Grid of Keys"), tr("Ctrl+G"), [this] {
        showTab(EnvironmentsTab);
        m_environmentsPage->showGrid(true);
    });
    add(view, tr("Check &All Keys"), tr("Ctrl+F5"), [this] {
        showTab(EnvironmentsTab);
        m_environmentsPage->checkAllKeys();
    });
    add(view, tr("&Where Keys Are Kept…"), {}, &MainWindow::openStores);
    add(view, tr("&Missing Keys…"), {}, &MainWindow::openMissingKeys);
    QAction *lock = add(view, tr("&Lock the Sealed File"), tr("Ctrl+Shift+K"), [this] { m_core.sealed->lock(); });
    const auto offer = [this, lock] { lock->setEnabled(m_core.sealed->state() == SecretStore::State::Available); };
    connect(m_core.sealed.get(), &SecretStore::stateChanged, lock, offer);
    offer();

    // These two belong to pages that may not exist yet.
    QMenu *key = menuBar()->addMenu(tr("&Key"));
    key->setToolTipsVisible(true); // why something cannot be done
    QAction *leaks = add(key, tr("&Leak Check…"), tr("Ctrl+Shift+L"), &MainWindow::openLeakCheck);
    connect(key, &QMenu::aboutToShow, this, [this, key, leaks] {
        if (key->actions().constFirst() != leaks)
            return;
        key->insertActions(leaks, keysPage().keyActions());
        key->insertSeparator(leaks);
    });
    QMenu *request = menuBar()->addMenu(tr("&Request"));
    connect(request, &QMenu::aboutToShow, this, [this, request] {
        if (request->isEmpty())
            request->addActions(consolePage().requestActions());
    });

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    add(help, tr("&Set Up Keydesk…"), {}, &MainWindow::openSetup);
    QMenu *dashboards = help->addMenu(tr("Sandbox &Dashboards"));
    QStringList services;
    for (const Provider &provider : m_core.providers.all()) {
        if (provider.sandboxService.isEmpty() || services.contains(provider.sandboxService))
            continue; // two may be served by one
        services << provider.sandboxService;
        add(dashboards, provider.name, {}, [this, service = provider.sandboxService] {
            QDesktopServices::openUrl(m_core.sandbox->origins().value(service));
        });
    }
    help->addSeparator();
    add(help, tr("&About Keydesk"), {}, &MainWindow::openAbout)->setMenuRole(QAction::AboutRole);
}

void MainWindow::openPalette()
{
    QList<QAction *> actions;
    for (QAction *menu : menuBar()->actions()) {
        Q_EMIT menu->menu()->aboutToShow();
        for (QAction *action : menu->menu()->actions()) {
            if (action->menu())
                actions += action->menu()->actions();
            else if (!action->isSeparator())
                actions << action;
        }
    }
    auto *palette = new CommandPalette(actions, this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->open();
}

void MainWindow::openAbout()
{
    auto *about = new QMessageBox(this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->setWindowTitle(tr("About Keydesk"));
    about->setIconPixmap(icon(u"keydesk"_s).pixmap(64));
    about->setText(tr("Keydesk %1").arg(QStringLiteral(KEYDESK_VERSION)));
    about->setInformativeText(
        tr("Manages API keys and tests calls with them. Tokens lie in the system keychain and go only to the "
           "origins that their keys are bound to.\n\nApache License 2.0. Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    about->open();
}

} // namespace keydesk
