#include "ui/MainWindow.h"

#include "app/filter/FilterHistory.h"
#include "app/Core.h"
#include "app/keys/KeyForRequest.h"
#include "app/models/EnvironmentsModel.h"
#include "ui/EnvironmentSwitcher.h"
#include "ui/IdentityButton.h"
#include "ui/KeychainButton.h"
#include "ui/PreferencesDialog.h"
#include "ui/UndoHistory.h"
#include "ui/console/CodeDialog.h"
#include "ui/console/ConsolePage.h"
#include "ui/environments/EnvironmentsPage.h"
#include "ui/keys/AuditDialog.h"
#include "ui/keys/ImportKeysDialog.h"
#include "ui/keys/KeysPage.h"
#include "ui/keys/RemoteTokensDialog.h"
#include "ui/keys/MissingKeysDialog.h"
#include "ui/sealed/SealedFlow.h"
#include "ui/sealed/StoresDialog.h"
#include "ui/leaks/LeakCheckDialog.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/PageStack.h"

#include <QCloseEvent>
#include <QCoreApplication>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// The line under the tabs, in the current environment's colour.
class EnvironmentLine : public QWidget
{
public:
    explicit EnvironmentLine(const EnvironmentStore &environments)
        : m_environments(environments)
    {
        setFixedHeight(3);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const auto current = m_environments.current();
        QPainter(this).fillRect(rect(), current ? theme::environmentColour(palette(), current->colour)
                                                : theme::colour(palette(), theme::Role::Hairline));
    }

private:
    const EnvironmentStore &m_environments;
};

} // namespace

MainWindow::MainWindow(Core &core, Clipboard &clipboard, QWidget *parent)
    : QMainWindow(parent)
    , m_core(core)
    , m_filterHistory(std::make_shared<FilterHistory>(*core.settings, core.redactor))
    , m_clipboard(clipboard)
    , m_environments(std::make_unique<EnvironmentsModel>(*core.environments, core.providers))
    , m_undo(new UndoHistory(this))
{
    setWindowTitle(tr("Keydesk"));
    setMinimumSize(720, 480);
    setAcceptDrops(true);

    m_environmentLine = new EnvironmentLine(*core.environments);
    m_messages = new MessageBar;
    m_pages = new PageStack;
    for (int tab = KeysTab; tab <= ConsoleTab; ++tab)
        m_pages->addWidget(new QWidget);

    auto *central = new QWidget;
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTopBar());
    layout->addWidget(m_environmentLine);
    layout->addWidget(m_messages);
    layout->addWidget(m_pages, 1);
    setCentralWidget(central);
    makeMenus();

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        makePage(tab);
        m_pages->setCurrentIndex(tab);
    });
    connect(core.environments.get(), &EnvironmentStore::currentChanged, this, &MainWindow::showEnvironment);
    connect(core.environments.get(), &EnvironmentStore::changed, this, &MainWindow::showEnvironment);
    connect(core.settings.get(), &Settings::writeFailed, this, &MainWindow::showError);
    connect(m_environments.get(), &EnvironmentsModel::failed, this, &MainWindow::showError);
    connect(m_undo, &UndoHistory::failed, this, &MainWindow::showError);
    connect(m_undo, &UndoHistory::undone, this, &MainWindow::showUndone);
    connect(m_undo, &UndoHistory::redone, this, [this](const QString &name) { showMessage(tr("Done again: %1").arg(name)); });
    // The button in the message bar takes back what the message beside it says, and nothing else.
    connect(m_undo, &UndoHistory::changed, this, [this] { delete m_undoOffer; });
    connect(core.keys.get(), &KeyStore::failed, this, &MainWindow::showError);
    connect(core.due.get(), &DueWatch::changed, this, &MainWindow::showDue);
    connect(core.ring.get(), &KeyRing::notice, this, &MainWindow::showMessage);
    connect(core.rotations.get(), &RotationService::notice, this, &MainWindow::showMessage);
    connect(core.rotations.get(), &RotationService::attention, this,
            [this](const QString &text) { m_messages->show(MessageBar::Level::Caution, text); });
    m_sealed = new SealedFlow(*core.sealed, this);
    connect(core.sealed.get(), &SealedStore::notice, this,
            [this](const QString &text) { m_messages->show(MessageBar::Level::Caution, text); });
    connect(core.ring.get(), &KeyRing::stockTaken, this, &MainWindow::reportMissing);
    for (const auto changed : {&KeyStore::added, &KeyStore::removed, &KeyStore::changed})
        connect(core.keys.get(), changed, this, &MainWindow::showSealedUse);
    connect(core.keys.get(), &KeyStore::reset, this, &MainWindow::showSealedUse);
    showSealedUse();
    connect(core.history.get(), &HistoryStore::failed, this, &MainWindow::showError);
    connect(core.sandbox.get(), &Sandbox::failed, this, &MainWindow::showError);
    connect(core.sandboxEnvironments.get(), &SandboxEnvironments::moved, this, &MainWindow::showMessage);
    connect(core.sandboxEnvironments.get(), &SandboxEnvironments::failed, this, &MainWindow::showError);

    QCoreApplication::instance()->installEventFilter(this);
    showEnvironment();
    showDue();
    restore();
    if (!core.database->notice().isEmpty())
        m_messages->show(MessageBar::Level::Caution, core.database->notice());
    else if (!core.providers.problems().isEmpty()) {
        const auto &problem = core.providers.problems().first();
        m_messages->show(MessageBar::Level::Caution,
                         tr("A provider file was left out. %1: %2").arg(problem.file, problem.message));
    }
}

MainWindow::~MainWindow() = default;

QWidget *MainWindow::makeTopBar()
{
    m_tabs = new QTabBar;
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    // In a narrow window the others give way, not the tabs.
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    m_tabs->setAccessibleName(tr("Sections"));
    m_tabs->addTab(icon(u"key"_s), tr("API Keys"));
    m_tabs->addTab(icon(u"environments"_s), tr("Environments"));
    m_tabs->addTab(icon(u"console"_s), tr("Console"));

    m_switcher = new EnvironmentSwitcher(*m_core.environments, *m_environments);
    auto *label = new QLabel(tr("Environment"));
    label->setBuddy(m_switcher); // the combo box itself reports its value as its name
    label->hide();

    auto *chip = new Chip;
    chip->setContent(tr("Protected"), theme::Role::Danger, theme::Role::DangerFill, u"shield"_s);
    chip->setToolTip(tr("Keydesk asks before it sends anything but GET, HEAD and OPTIONS here."));
    chip->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_protected = chip;

    auto *identity = new IdentityButton(*m_core.environments);
    connect(identity, &IdentityButton::switched, this, &MainWindow::showMessage);
    connect(identity, &IdentityButton::failed, this, &MainWindow::showError);
    m_identity = identity;

    auto *keychain = new KeychainButton(*m_core.keychain, SecretPlace::SystemKeychain, this);
    m_sealedButton = new KeychainButton(*m_core.sealed, SecretPlace::SealedFile, this);
    for (KeychainButton *button : {keychain, m_sealedButton})
        connect(button, &QPushButton::clicked, this, &MainWindow::openStores);

    auto *bar = new QWidget;
    bar->setProperty("pane", true);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_tabs, 0, Qt::AlignBottom);
    layout->addStretch(1);
    layout->addWidget(m_protected);
    layout->addWidget(label);
    layout->addWidget(m_switcher);
    layout->addWidget(identity);
    layout->addWidget(keychain);
    layout->addWidget(m_sealedButton);
    bar->setMinimumHeight(theme::controlHeight + theme::gap + 2);
    return bar;
}

void MainWindow::makePage(int tab)
{
    const auto place = [this, tab](QWidget *page) {
        QWidget *empty = m_pages->widget(tab);
        m_pages->removeWidget(empty);
        delete empty;
        m_pages->insertWidget(tab, page);
    };
    if (tab == KeysTab && !m_keys) {
        m_keys = new KeysPage(*m_core.keys, *m_core.ring, *m_core.keyService, *m_core.environments,
                              m_core.providers, m_clipboard, *m_core.settings, *m_core.usage, *m_core.due,
                              *m_core.history);
        place(m_keys);
        m_keys->showRemoteTokens(*m_core.remoteTokens);
        m_keys->showAccessTokens(*m_core.oauth);
        m_keys->showRotations(*m_core.rotations);
        connect(m_keys, &KeysPage::atProviderRequested, this, &MainWindow::openRemoteTokens);
        m_keys->setDrafts([this](const QUuid &id) {
            return m_core.workspace->requestsNaming(id) + (m_console ? m_console->requestsNaming(id) : QStringList());
        });
        connect(m_keys, &KeysPage::newKeyRequested, this, &MainWindow::openNewKey);
        connect(m_keys, &KeysPage::importRequested, this, &MainWindow::openImport);
        connect(m_keys, &KeysPage::message, this, &MainWindow::showMessage);
        connect(m_keys, &KeysPage::failed, this, &MainWindow::showError);
        connect(m_keys, &KeysPage::auditRequested, this, &MainWindow::openAudit);
        connect(m_keys, &KeysPage::openEnvironment, this, [this](const QUuid &id) {
            showTab(EnvironmentsTab);
            m_environmentsPage->select(id);
        });
    } else if (tab == EnvironmentsTab && !m_environmentsPage) {
        m_environmentsPage = new EnvironmentsPage(*m_core.environments, *m_environments, *m_core.keys,
                                                  *m_core.keyService, m_core.providers, *m_core.ring, *m_core.environmentSecrets,
                                                  *m_core.secretVariables, *m_core.settings);
        place(m_environmentsPage);
        connect(m_environmentsPage, &EnvironmentsPage::newKeyRequested, this, &MainWindow::openNewKey);
        connect(m_environmentsPage, &EnvironmentsPage::message, this, &MainWindow::showMessage);
        connect(m_environmentsPage, &EnvironmentsPage::failed, this, &MainWindow::showError);
        connect(m_environmentsPage, &EnvironmentsPage::openKey, this, [this](const QUuid &id) {
            showTab(KeysTab);
            m_keys->selectKey(id);
        });
        connect(m_environmentsPage, &EnvironmentsPage::undoable, this, &MainWindow::offerUndo);
    } else if (tab == ConsoleTab && !m_console) {
        m_console = new ConsolePage(m_core);
        m_console->setFilterHistory(m_filterHistory);
        place(m_console);
        connect(m_console, &ConsolePage::newKeyRequested, this, &MainWindow::openNewKey);
        connect(m_console, &ConsolePage::undoable, this, &MainWindow::offerUndo);
        connect(m_console, &ConsolePage::message, this, &MainWindow::showMessage);
        connect(m_console, &ConsolePage::failed, this, &MainWindow::showError);
        connect(m_console, &ConsolePage::codeRequested, this, [this](const RequestAsCode &code) {
            auto *dialog = new CodeDialog(code, *m_core.keyService, m_clipboard, *m_core.settings, this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        });
        connect(m_console, &ConsolePage::preferencesRequested, this, &MainWindow::openPreferences);
        connect(m_console, &ConsolePage::unlockRequested, this, &MainWindow::unlockStore);
        connect(m_console, &ConsolePage::openEnvironment, this, [this](const QUuid &id) {
            showTab(EnvironmentsTab);
            m_environmentsPage->select(id);
        });
        connect(m_console, &ConsolePage::openConnection, this, [this](const QUuid &id, const QString &field) {
            showTab(EnvironmentsTab);
            m_environmentsPage->showConnection(id, field);
        });
        connect(m_console, &ConsolePage::openKey, this, [this](const QUuid &id) {
            showTab(KeysTab);
            m_keys->selectKey(id);
        });
    }
}

void MainWindow::showTab(Tab tab)
{
    makePage(tab);
    m_tabs->setCurrentIndex(tab);
    m_pages->setCurrentIndex(tab);
}

void MainWindow::openSetup()
{
    auto *setup = new KeySetupDialog(KeySetupDialog::Mode::Setup, m_core, m_clipboard, {}, this);
    setup->setAttribute(Qt::WA_DeleteOnClose);
    connect(setup, &KeySetupDialog::importRequested, this, [this] { openImport(); });
    connect(setup, &KeySetupDialog::firstRequestReady, this,
            [this](const QUuid &environment, const RequestSpec &request) {
                m_core.environments->setCurrent(environment);
                showTab(ConsoleTab);
                m_console->open(request);
                m_console->focusUrl();
            });
    setup->open();
}

void MainWindow::openNewKey(const NewKeyHints &hints)
{
    auto *dialog = new KeySetupDialog(KeySetupDialog::Mode::NewKey, m_core, m_clipboard, hints, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &KeySetupDialog::importRequested, this, [this] { openImport(); });
    connect(dialog, &KeySetupDialog::keyReady, this, &MainWindow::tellOfNewKey);
    dialog->open();
}

void MainWindow::openRemoteTokens()
{
    auto *dialog = new RemoteTokensDialog(*m_core.remoteTokens, *m_core.keys, *m_core.environments, *m_core.settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (const auto current = m_core.environments->current()) {
        for (const RemoteSource &source : m_core.remoteTokens->sources()) {
            if (source.environmentId == current->id) {
                dialog->select(source);
                break;
            }
        }
    }
    dialog->open();
}

void MainWindow::openImport(const QStringList &files)
{
    auto *dialog = new ImportKeysDialog(m_core.providers, *m_core.environments, *m_core.keys, *m_core.keyService, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportKeysDialog::imported, this, [this](int count, const QUuid &last) {
        m_core.settings->setSetupFinished(true);
        showMessage(count == 1 ? tr("One key is imported and ready to use.") : tr("%1 keys are imported and ready to use.").arg(count));
        if (m_keys)
            m_keys->selectKey(last);
    });
    if (!files.isEmpty())
        dialog->readFiles(files);
    dialog->open();
}

void MainWindow::tellOfNewKey(const QUuid &id, const QUuid &environmentId)
{
    const auto key = m_core.keys->find(id);
    if (!key)
        return;
    if (m_keys)
        m_keys->selectKey(id);
    if (const auto kept = keptKey(*key, environmentId, *m_core.environments, *m_core.keys)) {
        const QString environment = m_core.environments->find(environmentId)->name;
        auto *use = new QAction(tr("Use It Here Anyway"), m_messages);
        connect(use, &QAction::triggered, this, [this, key, environmentId, environment] {
            if (const auto set = m_core.environments->setKey(environmentId, key->kindId, key->id); !set)
                showError(set.error());
            else
                showMessage(tr("“%1” is the key of “%2” now.").arg(key->name, environment));
        });
        m_messages->show(MessageBar::Level::Caution,
                         tr("“%1” is stored, but the provider refused it, so “%2” stays the key of “%3”.")
                             .arg(key->name, kept->name, environment),
                         {use});
        return;
    }
    if (!isRefused(key->status))
        showMessage(tr("“%1” is stored and ready to use.").arg(key->name));
    else
        m_messages->show(MessageBar::Level::Caution,
                         tr("“%1” is stored, but the provider refused it.").arg(key->name));
}

void MainWindow::openPreferences()
{
    auto *preferences = new PreferencesDialog(*m_core.settings, *m_core.history, m_core.providers, m_core.environments->all(), this);
    preferences->setAttribute(Qt::WA_DeleteOnClose);
    preferences->open();
}

void MainWindow::openAudit(const std::optional<QUuid> &keyId)
{
    auto *audit = new AuditDialog(*m_core.audit, *m_core.keys, keyId, this);
    audit->setAttribute(Qt::WA_DeleteOnClose);
    audit->open();
}

void MainWindow::showKeys(const QList<QUuid> &ids)
{
    showTab(KeysTab);
    if (ids.size() == 1)
        m_keys->selectKey(ids.first());
    else
        m_keys->showDue();
}

void MainWindow::openLeakCheck()
{
    if (!m_leakCheck) {
        m_leakCheck = new LeakCheckDialog(m_core, m_clipboard, this);
        m_leakCheck->setAttribute(Qt::WA_DeleteOnClose);
        const auto showKey = [this](const QUuid &id) {
            showTab(KeysTab);
            m_keys->selectKey(id);
            activateWindow();
        };
        connect(m_leakCheck, &LeakCheckDialog::keyRequested, this, showKey);
        connect(m_leakCheck, &LeakCheckDialog::rotateRequested, this, [this, showKey](const QUuid &id) {
            showKey(id);
            m_keys->rotate(id);
        });
        connect(m_leakCheck, &LeakCheckDialog::unlockRequested, this, [this] { unlockStore(SecretPlace::SystemKeychain); });
    }
    m_leakCheck->show();
    m_leakCheck->raise();
    m_leakCheck->activateWindow();
}

void MainWindow::offerUndo(const UndoStep &step)
{
    m_undo->add(step);
    m_undoOffer = new QAction(tr("Undo"), m_messages);
    connect(m_undoOffer, &QAction::triggered, m_undo, &UndoHistory::undo, Qt::QueuedConnection); // which deletes it
    m_messages->show(MessageBar::Level::Info, step.message, {m_undoOffer});
}

void MainWindow::showUndone(const QString &name, const std::optional<UndoRest> &rest)
{
    const QString text = tr("Undone: %1").arg(name);
    if (!rest) {
        showMessage(text);
        return;
    }
    auto *remove = new QAction(rest->action, m_messages);
    connect(remove, &QAction::triggered, this, [this, rest = *rest] {
        if (const Result<void> removed = rest.work())
            showMessage(rest.done);
        else
            showError(removed.error());
    });
    m_messages->show(MessageBar::Level::Info, tr("%1. %2", "what was undone; what stays").arg(text, rest->text), {remove});
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    event->setDropAction(Qt::CopyAction);
    event->accept();
    showTab(ConsoleTab);
    m_console->importDropped(*event->mimeData());
}

void MainWindow::showMessage(const QString &text)
{
    m_messages->show(MessageBar::Level::Info, text);
}

void MainWindow::showError(const Error &error)
{
    m_messages->show(MessageBar::Level::Danger, error.message);
}

void MainWindow::openStores()
{
    auto *stores = new StoresDialog(*m_core.keys, *m_core.ring, *m_core.sealed, *m_sealed, this);
    stores->setAttribute(Qt::WA_DeleteOnClose);
    connect(stores, &StoresDialog::missingRequested, this, &MainWindow::openMissingKeys);
    stores->open();
}

void MainWindow::openMissingKeys()
{
    auto *missing = new MissingKeysDialog(m_core, this);
    missing->setAttribute(Qt::WA_DeleteOnClose);
    connect(missing, &MissingKeysDialog::newKeyRequested, this, &MainWindow::openNewKey);
    missing->open();
}

/// Names what is missing since the last time, once.
void MainWindow::reportMissing()
{
    const QStringList forgotten = MissingKeysDialog::forgotten(*m_core.settings);
    QStringList names;
    for (const ApiKey &key : m_core.keys->all()) {
        if (key.status != ApiKey::Status::Missing || key.place == SecretPlace::Session || m_reported.contains(key.id) ||
            forgotten.contains(key.id.toString(QUuid::WithoutBraces)))
            continue;
        m_reported.insert(key.id);
        names << u"“%1”"_s.arg(key.name);
    }
    if (names.isEmpty())
        return;
    constexpr qsizetype most = 5;
    const int more = static_cast<int>(names.size() - most);
    const QString listed = names.first(std::min(most, names.size())).join(tr(", "));
    auto *show = new QAction(tr("Show…"), m_messages);
    connect(show, &QAction::triggered, this, &MainWindow::openMissingKeys);
    m_messages->show(MessageBar::Level::Caution,
                     more > 0            ? tr("The tokens of %1 and %n more key(s) are not where they were put.", nullptr, more).arg(listed)
                     : names.size() == 1 ? tr("The token of %1 is not where it was put.").arg(listed)
                                         : tr("The tokens of %1 are not where they were put.").arg(listed),
                     {show});
}

void MainWindow::showSealedUse()
{
    if (!m_core.keys->isLoaded()) // the first frame does not wait for them; `reset` tells
        return;
    m_sealedButton->setInUse(std::any_of(m_core.keys->all().begin(), m_core.keys->all().end(),
                                         [](const ApiKey &key) { return key.place == SecretPlace::SealedFile; }));
}

void MainWindow::unlockStore(SecretPlace place)
{
    SecretStore &store = m_core.ring->store(place);
    const bool sealed = place == SecretPlace::SealedFile;
    if (sealed && store.state() != SecretStore::State::Locked) { // there is more to choose from
        openStores();
        return;
    }
    if (!sealed)
        showMessage(tr("Waiting for the system's password window…"));
    store.unlock(this, [this, sealed](const Result<void> &outcome) {
        if (outcome)
            m_messages->show(MessageBar::Level::Success, sealed ? tr("The sealed file is unlocked. Keys work again.")
                                                                : tr("The keychain is unlocked. Keys work again."));
        else if (outcome.error().kind != Error::Kind::Cancelled)
            showError(outcome.error());
    });
}

void MainWindow::showEnvironment()
{
    const auto current = m_core.environments->current();
    m_protected->setVisible(current && current->isProtected);
    m_environmentLine->update();
    setWindowTitle(current ? tr("%1 – Keydesk").arg(current->name) : tr("Keydesk"));
}

/// A badge on the tab, whose name stays what it is.
void MainWindow::showDue()
{
    const int count = m_core.due->count();
    m_tabs->setTabData(KeysTab, count > 0 ? tr("%n due", nullptr, count) : QString());
    m_tabs->setTabToolTip(KeysTab, count == 0   ? QString()
                                   : count == 1 ? tr("1 key expires soon or should be rotated.")
                                                : tr("%1 keys expire soon or should be rotated.").arg(count));
    m_tabs->setTabText(KeysTab, m_tabs->tabText(KeysTab)); // data alone does not lay the bar out again
}

void MainWindow::restore()
{
    if (!restoreGeometry(m_core.settings->remembered(u"window/geometry"_s).toByteArray()))
        resize(1180, 760);
    const int tab = m_core.settings->remembered(u"window/tab"_s, ConsoleTab).toInt();
    showTab(static_cast<Tab>(qBound<int>(KeysTab, tab, ConsoleTab)));
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    // On X11 text fields take Ctrl+E for themselves (end of line): here it is the environment's, from
    // everywhere.
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::MouseButtonPress)
        m_core.sealed->noteActivity(); // somebody is there
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<const QKeyEvent *>(event);
        if (isActiveWindow() && key->key() == Qt::Key_E && key->modifiers() == Qt::ControlModifier) {
            event->ignore();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_core.settings->remember(u"window/geometry"_s, saveGeometry());
    m_core.settings->remember(u"window/tab"_s, m_tabs->currentIndex());
    QMainWindow::closeEvent(event);
}

KeysPage &MainWindow::keysPage()
{
    makePage(KeysTab);
    return *m_keys;
}

EnvironmentsPage &MainWindow::environmentsPage()
{
    makePage(EnvironmentsTab);
    return *m_environmentsPage;
}

ConsolePage &MainWindow::consolePage()
{
    makePage(ConsoleTab);
    return *m_console;
}

} // namespace keydesk
