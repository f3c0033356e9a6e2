#include "ui/keys/KeysPage.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/DueWatch.h"
#include "app/keys/KeyService.h"
#include "app/keys/RemoteTokenService.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"
#include "ui/keys/CopyKeyDialog.h"
#include "ui/keys/ExpiryDialog.h"
#include "ui/keys/ImportStart.h"
#include "ui/keys/KeyColumns.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/keys/KeyDetails.h"
#include "ui/keys/KeyFilter.h"
#include "ui/keys/KeyUsage.h"
#include "ui/keys/MoveKeys.h"
#include "ui/keys/RevokeDialog.h"
#include "ui/keys/RotateDialog.h"
#include "ui/keys/RotationCard.h"
#include "ui/keys/RotationsDialog.h"
#include "ui/keys/SaveEnvDialog.h"
#include "ui/keys/SeveralKeys.h"
#include "ui/keys/TimedReveal.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/Clipboard.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FoldingBar.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/PlainText.h"

#include <QAction>
#include <QComboBox>
#include <QDesktopServices>
#include <QDropEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

class KeysPage::Private
{
public:
    KeysPage *q;
    KeyStore &keys;
    KeyRing &ring;
    KeyService &service;
    EnvironmentStore &environments;
    const ProviderCatalog &providers;
    Clipboard &clipboard;
    Settings &settings;
    UsageJournal &usage;
    const DueWatch &due;
    HistoryStore &history;

    KeysModel *model = nullptr;
    KeyFilter *filter = nullptr;
    QTableView *table = nullptr;
    QStackedWidget *states = nullptr; // table, no keys, nothing found
    KeyDetails *details = nullptr;
    TimedReveal *reveal = nullptr;
    QLineEdit *search = nullptr;
    QComboBox *providerFilter = nullptr;
    QComboBox *environmentFilter = nullptr;
    QComboBox *statusFilter = nullptr;

    bool isResetting = false;
    QUuid wanted{}; // while it is not in the list

    RotationService *rotations = nullptr; // once it is shown
    QAction *rotate = nullptr;
    QAction *scheduled = nullptr;
    QAction *check = nullptr;
    QAction *copyVariable = nullptr;
    QAction *copyHeader = nullptr;
    QAction *copyToken = nullptr;
    QAction *copyTokenHeader = nullptr;
    QAction *copyAs = nullptr;
    QAction *saveEnv = nullptr;
    QAction *revealToken = nullptr;
    QAction *rename = nullptr;
    QAction *revoke = nullptr;
    QAction *remove = nullptr;
    QAction *whereUsed = nullptr;
    QAction *atProvider = nullptr;
    MoveKeys *moveKeys = nullptr;
    SeveralKeys *several = nullptr;
    QAction *expiry = nullptr;
    QAction *snooze = nullptr; // its menu
    QList<QAction *> snoozes{};
    QAction *endSnooze = nullptr;
    QAction *audit = nullptr;

    /// The one that is chosen alone, or else the current one of several.
    [[nodiscard]] std::optional<ApiKey> selected() const
    {
        const QModelIndexList rows = table->selectionModel()->selectedRows();
        const QModelIndex index = rows.size() == 1 ? rows.first() : table->currentIndex();
        return index.isValid() ? keys.find(index.data(KeysModel::IdRole).toUuid()) : std::nullopt;
    }
    [[nodiscard]] QList<QUuid> allSelected() const;

    void makeActions();
    QWidget *makeFilters();
    QWidget *makeTable();
    void fillFilters();
    void showSelection();
    void enableActions(const std::optional<ApiKey> &key);
    void enableForSeveral(const QList<QUuid> &ids);
    void showState();

    void makeReminderActions();
    void enableReminders(const ApiKey &key);
    void setExpiryOfSelected();
    void snoozeSelected(const std::optional<int> &days);
    void checkSelected();
    void copyPlaceholder(const QString &prefix);
    void copySecret(bool asHeader);
    void openCopyAs();
    void openSaveEnv(const ApiKey &key, const QString &variable);
    void revokeSelected();
    void removeSelected();
    void unbind(const QUuid &id, const QString &origin);
    void openScheduled();
    [[nodiscard]] QStringList usersOf(const ApiKey &key) const;
};

KeysPage::KeysPage(KeyStore &keys, KeyRing &ring, KeyService &service, EnvironmentStore &environments,
                   const ProviderCatalog &providers, Clipboard &clipboard, Settings &settings, UsageJournal &usage,
                   const DueWatch &due, HistoryStore &history, QWidget *parent)
    : QWidget(parent)
    , d(new Private{this, keys, ring, service, environments, providers, clipboard, settings, usage, due, history})
{
    setAcceptDrops(true);
    d->makeActions();
    auto *left = new QWidget;
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(d->makeFilters());
    column->addWidget(d->makeTable(), 1);

    d->reveal = new TimedReveal(service);
    connect(d->reveal, &TimedReveal::failed, this, &KeysPage::failed);
    d->details = new KeyDetails(keys, environments, providers, ring, {due, usage, history, settings},
                                {d->rotate,
                                 d->check,
                                 {d->copyVariable, d->copyHeader, d->copyAs, d->saveEnv, d->copyToken, d->copyTokenHeader},
                                 d->revoke,
                                 d->remove,
                                 d->reveal,
                                 d->snoozes,
                                 d->endSnooze});
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(d->details);
    splitter->setStretchFactor(0, 1);
    if (!splitter->restoreState(settings.remembered(u"keys/splitter"_s).toByteArray()))
        splitter->setSizes({908, 268});
    connect(splitter, &QSplitter::splitterMoved, this,
            [&settings, splitter] { settings.remember(u"keys/splitter"_s, splitter->saveState()); });
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    connect(d->details, &KeyDetails::openEnvironment, this, &KeysPage::openEnvironment);
    connect(d->details, &KeyDetails::auditRequested, this, [this](const QUuid &id) { Q_EMIT auditRequested(id); });
    connect(d->details, &KeyDetails::unbindRequested, this,
            [this](const QUuid &id, const QString &origin) { d->unbind(id, origin); });
    connect(d->filter, &KeyFilter::renamed, this, [this](const QUuid &id, const QString &name) {
        if (const auto outcome = d->service.rename(id, name); !outcome)
            Q_EMIT failed(outcome.error());
    });
    const auto refresh = [this] {
        d->showState();
        d->showSelection();
    };
    const auto selectionChanged = [this] {
        if (!d->isResetting) // it is shown once, at the end
            d->showSelection();
    };
    connect(d->table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, selectionChanged);
    connect(d->table->selectionModel(), &QItemSelectionModel::selectionChanged, this, selectionChanged);
    connect(d->model, &QAbstractItemModel::dataChanged, this, refresh);
    // Whoever is chosen stays so when other keys are shown, and when the keys come.
    connect(d->filter, &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        if (const auto key = d->table->currentIndex().data(KeysModel::IdRole).toUuid(); !key.isNull())
            d->wanted = key;
    });
    connect(d->filter, &QAbstractItemModel::modelReset, this, [this, refresh] {
        if (const QModelIndex index = d->filter->mapFromSource(d->model->indexOf(d->wanted)); index.isValid()) {
            const QScopedValueRollback<bool> resetting(d->isResetting, true);
            d->table->setCurrentIndex(index);
            d->wanted = {};
        }
        refresh();
    });
    connect(d->filter, &QAbstractItemModel::rowsInserted, this, refresh);
    connect(d->filter, &QAbstractItemModel::rowsRemoved, this, refresh);
    connect(&ring, &KeyRing::placeChanged, this, refresh);
    connect(&environments, &EnvironmentStore::added, this, [this] { d->fillFilters(); });
    connect(&environments, &EnvironmentStore::removed, this, [this] { d->fillFilters(); });
    connect(&environments, &EnvironmentStore::changed, this, [this] { d->fillFilters(); });
    d->fillFilters();
    keys.fetch();
    refresh();
}

KeysPage::~KeysPage() = default;

void KeysPage::showRemoteTokens(const RemoteTokenService &service)
{
    d->details->showRemoteTokens(service);
    connect(&service, &RemoteTokenService::changed, this, [this] { d->showSelection(); });
    d->showSelection();
}

void KeysPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void KeysPage::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    Q_EMIT importRequested(localFiles(*event->mimeData()));
}

void KeysPage::Private::makeActions()
{
    const auto make = [this](const QString &text, const QKeySequence &shortcut, auto slot) {
        auto *action = new QAction(text, q);
        action->setIconText(text); // what stands on a button, where there is no room to say for how many keys
        action->setShortcut(shortcut);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        QObject::connect(action, &QAction::triggered, q, slot);
        q->addAction(action);
        return action;
    };
    rotate = make(tr("Rotate…"), tr("Ctrl+R"), [this] {
        if (const auto key = selected())
            q->rotate(key->id);
    });
    scheduled = make(tr("Scheduled Revocations…"), {}, [this] { openScheduled(); });
    check = make(tr("Check"), Qt::Key_F5, [this] {
        if (const QList<QUuid> ids = allSelected(); ids.size() > 1)
            several->check(ids);
        else
            checkSelected();
    });
    copyVariable = make(tr("Copy Variable"), {}, [this] { copyPlaceholder({}); });
    copyHeader = make(tr("Copy Header with Variable"), {}, [this] {
        if (const auto key = selected())
            copyPlaceholder(key->headerName + u": "_s + key->headerPrefix);
    });
    copyToken = make(tr("Copy the Token Itself"), {}, [this] { copySecret(false); });
    copyAs = make(tr("Copy As…"), tr("Ctrl+Shift+C"), [this] { openCopyAs(); });
    saveEnv = make(tr("Save to .env File…"), {}, [this] {
        if (const auto key = selected())
            openSaveEnv(*key, variableName(providers.find(key->providerId), key->kindId));
    });
    revealToken = make(tr("Reveal for %1 s").arg(TimedReveal::seconds), {}, [this] { reveal->reveal(); });
    copyTokenHeader = make(tr("Copy Header with the Token Itself"), {}, [this] { copySecret(true); });
    rename = make(tr("Rename"), Qt::Key_F2, [this] {
        const QModelIndexList rows = table->selectionModel()->selectedRows(KeysModel::Name);
        const QModelIndex index =
            rows.size() == 1 ? rows.first() : table->currentIndex().siblingAtColumn(KeysModel::Name);
        table->setCurrentIndex(index);
        table->edit(index);
    });
    revoke = make(tr("Revoke…"), {}, [this] { revokeSelected(); });
    remove = make(tr("Delete…"), QKeySequence::Delete, [this] {
        if (const QList<QUuid> ids = allSelected(); ids.size() > 1)
            several->remove(ids, rotations ? &rotations->rotations() : nullptr);
        else
            removeSelected();
    });
    atProvider = make(tr("At the Provider…"), {}, [this] { Q_EMIT q->atProviderRequested(); });
    moveKeys = new MoveKeys(keys, service, q);
    QObject::connect(moveKeys, &MoveKeys::message, q, &KeysPage::message);
    QObject::connect(moveKeys, &MoveKeys::failed, q, &KeysPage::failed);
    several = new SeveralKeys(keys, service, environments, q);
    QObject::connect(several, &SeveralKeys::message, q, &KeysPage::message);
    QObject::connect(several, &SeveralKeys::failed, q, &KeysPage::failed);
    whereUsed = make(tr("Where Used"), {}, [this] {
        const auto key = selected();
        const auto users = key ? environments.usedBy(key->id) : QList<Environment>();
        if (!users.isEmpty())
            Q_EMIT q->openEnvironment(users.first().id);
        else if (key)
            Q_EMIT q->message(tr("No environment uses “%1”.").arg(key->name));
    });
    makeReminderActions();
}

void KeysPage::Private::makeReminderActions()
{
    const auto make = [this](const QString &text, auto slot) {
        auto *action = new QAction(text, q);
        QObject::connect(action, &QAction::triggered, q, slot);
        return action;
    };
    expiry = make(tr("Set Expiry…"), [this] { setExpiryOfSelected(); });
    snoozes = {make(tr("For 1 Day"), [this] { snoozeSelected(1); }), make(tr("For 1 Week"), [this] { snoozeSelected(7); }),
               make(tr("For 1 Month"), [this] { snoozeSelected(30); })};
    endSnooze = make(tr("Remind Again"), [this] { snoozeSelected({}); });
    auto *menu = new QMenu(q);
    menu->addActions(snoozes);
    menu->addSeparator();
    menu->addAction(endSnooze);
    audit = make(tr("Audit Trail…"), [this] { Q_EMIT q->auditRequested({}); });
    snooze = new QAction(tr("Snooze"), q);
    snooze->setMenu(menu);
}

/// What is not due cannot be put off.
void KeysPage::Private::enableReminders(const ApiKey &key)
{
    const KeyDue state = due.of(key.id);
    for (QAction *each : snoozes)
        each->setEnabled(state.isDue());
    endSnooze->setEnabled(state.snoozed);
    snooze->setEnabled(state.kind != KeyDue::Kind::Nothing);
}

void KeysPage::Private::setExpiryOfSelected()
{
    const auto key = selected();
    if (!key)
        return;
    const Provider *provider = providers.find(key->providerId);
    auto *dialog = new ExpiryDialog(*key, provider ? provider->name : key->providerId, service, settings, q);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

/// Nothing: ends it.
void KeysPage::Private::snoozeSelected(const std::optional<int> &days)
{
    const auto key = selected();
    if (!key)
        return;
    const QDateTime until = days ? due.now().addDays(*days) : QDateTime();
    if (const Result<void> outcome = service.snooze(key->id, until); !outcome)
        Q_EMIT q->failed(outcome.error());
    else if (days)
        Q_EMIT q->message(tr("No reminder about “%1” until %2.").arg(key->name, QLocale().toString(until.date(), tr("d MMMM"))));
    else
        Q_EMIT q->message(tr("You are reminded about “%1” again.").arg(key->name));
}

QWidget *KeysPage::Private::makeFilters()
{
    search = new QLineEdit;
    search->setPlaceholderText(tr("Search keys"));
    search->setAccessibleName(tr("Search keys"));
    search->setClearButtonEnabled(true);
    search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    search->setMinimumWidth(120);
    search->setMaximumWidth(320);
    auto *filters = new QWidget;
    auto *layout = new QHBoxLayout(filters);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap);
    const auto combo = [filters, layout](const QString &name) {
        auto *box = new QComboBox;
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMinimumContentsLength(3); // in a narrow window they give way, not the button
        box->setAccessibleName(name);
        auto *label = new QLabel(name, filters); // the combo box itself reports its value as its name
        label->setBuddy(box);
        label->hide();
        layout->addWidget(box);
        return box;
    };
    providerFilter = combo(tr("Provider filter"));
    environmentFilter = combo(tr("Environment filter"));
    statusFilter = combo(tr("Status filter"));

    auto *add = new QPushButton(icon(u"plus"_s, theme::Role::OnAccent), tr("New Key"));
    add->setProperty("primary", true);
    auto *bar = new FoldingBar(search, filters, add);

    QObject::connect(add, &QPushButton::clicked, q, [this] { Q_EMIT q->newKeyRequested({}); });
    QObject::connect(search, &QLineEdit::textChanged, q, [this](const QString &text) {
        filter->setSearch(text);
        showState();
    });
    QObject::connect(providerFilter, &QComboBox::currentIndexChanged, q, [this] {
        filter->setProvider(providerFilter->currentData().toString());
        showState();
    });
    QObject::connect(environmentFilter, &QComboBox::currentIndexChanged, q, [this] {
        const QUuid id = environmentFilter->currentData().toUuid();
        filter->setEnvironment(id.isNull() ? std::nullopt : std::optional(id));
        showState();
    });
    QObject::connect(statusFilter, &QComboBox::currentIndexChanged, q, [this] {
        const QVariant value = statusFilter->currentData();
        filter->setStatus(value.isValid() ? std::optional(value.toInt()) : std::nullopt);
        showState();
    });
    return bar;
}

QWidget *KeysPage::Private::makeTable()
{
    model = new KeysModel(keys, environments, providers, ring, due, q);
    filter = new KeyFilter(q);
    filter->setSourceModel(model);
    table = new QTableView;
    table->setModel(filter);
    table->setItemDelegate(new KeyDelegate(table));
    table->setAccessibleName(tr("Keys"));
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection); // several can be checked, moved or deleted at once
    table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    table->setSortingEnabled(true);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(std::max(theme::rowHeight, table->fontMetrics().height() + 10));
    new KeyColumns(*table, settings);
    QObject::connect(table, &QWidget::customContextMenuRequested, q, [this](const QPoint &place) {
        if (!selected())
            return;
        auto *menu = new QMenu(q);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->setToolTipsVisible(true);
        menu->addActions(q->keyActions());
        menu->popup(table->viewport()->mapToGlobal(place));
    });

    auto *none = new EmptyState(u"key"_s, tr("There are no keys yet. A key you add is stored in the system keychain."), tr("New Key…"));
    QObject::connect(none, &EmptyState::buttonClicked, q, [this] { Q_EMIT q->newKeyRequested({}); });
    auto *unmatched = new EmptyState(u"search"_s, tr("No key matches the search and the filters."), tr("Clear Filters"));
    QObject::connect(unmatched, &EmptyState::buttonClicked, q, [this] {
        search->clear();
        for (QComboBox *box : {providerFilter, environmentFilter, statusFilter})
            box->setCurrentIndex(0);
        filter->clear();
        showState();
    });
    states = new PageStack;
    states->addWidget(table);
    states->addWidget(none);
    states->addWidget(unmatched);
    return states;
}

void KeysPage::Private::fillFilters()
{
    const auto refill = [](QComboBox *box, const QString &any, const QList<QPair<QString, QVariant>> &items) {
        const QVariant chosen = box->currentData();
        box->clear();
        box->addItem(any);
        for (const auto &[text, value] : items)
            box->addItem(text, value);
        box->setCurrentIndex(chosen.isValid() ? std::max(0, box->findData(chosen)) : 0);
    };
    QList<QPair<QString, QVariant>> items;
    for (const Provider &each : providers.all())
        items.append({each.name, each.id});
    refill(providerFilter, tr("All providers"), items);
    items.clear();
    for (const Environment &each : environments.all())
        items.append({each.name, each.id});
    refill(environmentFilter, tr("All environments"), items);
    items.clear();
    items.append({tr("Due"), KeysModel::DueStatus});
    for (int each = 0; each <= static_cast<int>(ApiKey::Status::Missing); ++each)
        items.append({keyStatusWord(each), each});
    items.append({keyStatusWord(KeysModel::LockedStatus), KeysModel::LockedStatus});
    refill(statusFilter, tr("Any status"), items);
}

void KeysPage::Private::showState()
{
    const bool isEmpty = keys.isLoaded() && model->rowCount() == 0;
    states->setCurrentIndex(isEmpty ? 1 : model->rowCount() > 0 && filter->rowCount() == 0 ? 2 : 0);
    if (filter->rowCount() > 0 && !table->currentIndex().isValid())
        table->selectRow(0);
}

void KeysPage::Private::showSelection()
{
    const auto key = selected();
    enableActions(key);
    details->showKey(key ? std::optional(key->id) : std::nullopt);
}

void KeysPage::Private::enableActions(const std::optional<ApiKey> &key)
{
    for (QAction *action : q->keyActions())
        action->setEnabled(key.has_value() || action == atProvider || action == audit);
    if (key) {
        const Provider *provider = providers.find(key->providerId);
        const QString variable = variableName(provider, key->kindId);
        copyVariable->setText(tr("Copy $%1").arg(variable));
        copyHeader->setText(tr("Copy Header with $%1").arg(variable));
        const bool readable = key->status != ApiKey::Status::Missing;
        for (QAction *action : {copyToken, saveEnv, revealToken})
            action->setEnabled(readable);
        copyTokenHeader->setEnabled(readable);
        revoke->setEnabled(key->status != ApiKey::Status::Revoked);
        rotate->setEnabled(rotations && (key->status != ApiKey::Status::Revoked || rotations->rotations().ofKey(key->id)));
        enableReminders(*key);
    }
    scheduled->setEnabled(rotations != nullptr); // whatever is selected
    const QList<QUuid> ids = allSelected();
    moveKeys->setKeys(ids);
    enableForSeveral(ids);
}

/// Where several are chosen, what would be done to one of them only waits until one is.
void KeysPage::Private::enableForSeveral(const QList<QUuid> &ids)
{
    const int count = static_cast<int>(ids.size());
    const bool one = count <= 1;
    check->setText(one ? tr("Check") : tr("Check %n Keys", nullptr, count));
    remove->setText(one ? tr("Delete…") : tr("Delete %n Keys…", nullptr, count));
    QList<QAction *> forOne{rotate,          copyVariable, copyHeader, copyAs, saveEnv, copyToken,
                            copyTokenHeader, revealToken,  rename,     expiry, snooze,  whereUsed,
                            revoke,          endSnooze};
    forOne += snoozes;
    for (QAction *action : std::as_const(forOne)) {
        action->setToolTip(one ? QString() : tr("Choose one key"));
        if (!one)
            action->setEnabled(false);
    }
}

QList<QUuid> KeysPage::Private::allSelected() const
{
    QList<QUuid> ids;
    for (const QModelIndex &row : table->selectionModel()->selectedRows())
        ids.append(row.data(KeysModel::IdRole).toUuid());
    return ids;
}

QStringList KeysPage::Private::usersOf(const ApiKey &key) const
{
    QStringList names;
    for (const Environment &each : environments.usedBy(key.id))
        names << u"“%1”"_s.arg(each.name);
    return names;
}

void KeysPage::Private::checkSelected()
{
    const auto key = selected();
    if (!key)
        return;
    Q_EMIT q->message(tr("Checking “%1”…").arg(key->name));
    KeyJob *job = service.check(key->id);
    QObject::connect(job, &KeyJob::progress, q, &KeysPage::message);
    QObject::connect(job, &KeyJob::finished, q, [this](const Result<ApiKey> &outcome) {
        if (outcome)
            Q_EMIT q->message(tr("“%1”: %2. %3").arg(outcome->name, keyStatusWord(static_cast<int>(outcome->status)), outcome->lastCheckNote));
        else
            Q_EMIT q->failed(outcome.error());
    });
}

void KeysPage::Private::copyPlaceholder(const QString &prefix)
{
    const auto key = selected();
    if (!key)
        return;
    const Provider *provider = providers.find(key->providerId);
    const QString variable = variableName(provider, key->kindId);
    clipboard.copyText(prefix + u'$' + variable);
    Q_EMIT q->message(tr("%1 is on the clipboard. It holds no token.").arg(prefix + u'$' + variable));
}

void KeysPage::Private::copySecret(bool asHeader)
{
    const auto key = selected();
    if (!key)
        return;
    const QByteArray prefix = asHeader ? (key->headerName + u": "_s + key->headerPrefix).toUtf8() : QByteArray();
    service.readForUser(key->id, KeyAction::Copied, asHeader ? tr("Copied as a header") : tr("Copied"), q,
                        [this, prefix, name = key->name](const Result<Secret> &token) {
                            if (!token) {
                                Q_EMIT q->failed(token.error());
                                return;
                            }
                            clipboard.copySecret(*token, prefix);
                            Q_EMIT q->message(tr("The token of “%1” is on the clipboard. It is cleared in %n second(s).", nullptr,
                                                 clipboard.secondsLeft())
                                                  .arg(name));
                        });
}

void KeysPage::Private::openCopyAs()
{
    const auto key = selected();
    if (!key)
        return;
    auto *dialog = new CopyKeyDialog(*key, providers.find(key->providerId), service, clipboard, q);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &CopyKeyDialog::saveRequested, q,
                     [this, key = *key](const QString &variable) { openSaveEnv(key, variable); });
    dialog->open();
}

void KeysPage::Private::openSaveEnv(const ApiKey &key, const QString &variable)
{
    auto *dialog = new SaveEnvDialog(key, variable, service, settings, q);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &SaveEnvDialog::saved, q, [this, name = key.name](const QString &path) {
        Q_EMIT q->message(tr("The token of “%1” is written to %2.").arg(name, path));
    });
    dialog->open();
}

void KeysPage::Private::revokeSelected()
{
    const auto key = selected();
    const Provider *provider = key ? providers.find(key->providerId) : nullptr;
    if (!provider)
        return;
    const TokenApi *api = provider->tokenApi(key->kindId);
    if (api && !api->revokePath.isEmpty() && !key->remoteId.isEmpty()) {
        auto *dialog = new RevokeDialog(*key, *provider, details->usage().advice(), service, q);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        QObject::connect(dialog, &QDialog::accepted, q, [this, name = key->name] {
            Q_EMIT q->message(tr("“%1” is revoked. Its row stays here until you delete it.").arg(name));
        });
        dialog->open();
        return;
    }
    const TokenKind *kind = provider->kind(key->kindId);
    auto *box = new QMessageBox(QMessageBox::Information, tr("Revoke Key"),
                                tr("“%1” can be revoked only where it was made.").arg(key->name), QMessageBox::Close, q);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QString where = tr("Keydesk did not create this token, or %1 has no interface for revoking it.").arg(provider->name);
    if (kind && !kind->dashboardPath.isEmpty())
        where += u"\n\n"_s + tr("In the dashboard: %1").arg(kind->dashboardPath);
    box->setInformativeText(where);
    if (kind && !kind->dashboardUrl.isEmpty()) {
        QUrl url(kind->dashboardUrl);
        if (kind->dashboardUrl.contains(u"{baseOrigin}"_s) && !key->origins.isEmpty())
            url = QUrl(QString(kind->dashboardUrl).replace(u"{baseOrigin}"_s, key->origins.first().toString()));
        QPushButton *open = box->addButton(tr("Open Dashboard"), QMessageBox::ActionRole);
        QObject::connect(open, &QPushButton::clicked, box, [url] { QDesktopServices::openUrl(url); });
    }
    showPlainText(*box);
    box->open();
}

void KeysPage::Private::removeSelected()
{
    const auto key = selected();
    if (!key)
        return;
    const QStringList users = usersOf(*key);
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Key"), tr("Delete “%1” (%2)?").arg(key->name, key->hint), QMessageBox::NoButton, q);
    box->setAttribute(Qt::WA_DeleteOnClose);
    const auto rotation = rotations ? rotations->rotations().ofKey(key->id) : std::nullopt;
    const QString rotating = rotation ? u"\n\n"_s + tr("It is part of a rotation: what was planned for the old key will not happen.") : QString();
    box->setInformativeText((users.isEmpty() ? tr("No environment uses it.") : tr("Calls in %1 will have no key.").arg(users.join(tr(", "))))
                            + u' ' + details->usage().advice().use + u"\n\n"_s
                            + tr("Its token is deleted from this computer and cannot be shown again. The provider goes on accepting it "
                                 "until it is revoked there.")
                            + rotating);
    QPushButton *yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    QObject::connect(yes, &QPushButton::clicked, q, [this, id = key->id, name = key->name] {
        if (const auto outcome = service.remove(id); !outcome)
            Q_EMIT q->failed(outcome.error());
        else
            Q_EMIT q->message(tr("“%1” is deleted.").arg(name));
    });
    showPlainText(*box);
    box->open();
}

void KeysPage::Private::unbind(const QUuid &id, const QString &origin)
{
    const auto bound = Origin::fromString(origin);
    const auto outcome = bound ? service.unbindOrigin(id, *bound) : Result<void>(tl::unexpected(bound.error()));
    if (!outcome)
        Q_EMIT q->failed(outcome.error());
    else
        Q_EMIT q->message(tr("The key is no longer sent to %1.").arg(origin));
}

void KeysPage::showRotations(RotationService &service)
{
    d->rotations = &service;
    auto *card = new RotationCard(service);
    connect(card, &RotationCard::rotateRequested, this, &KeysPage::rotate);
    connect(card, &RotationCard::message, this, &KeysPage::message);
    connect(card, &RotationCard::failed, this, &KeysPage::failed);
    d->details->showRotations(card);
    connect(&service.rotations(), &RotationStore::changed, this, [this] { d->showSelection(); });
    d->showSelection();
}

void KeysPage::rotate(const QUuid &id)
{
    const auto key = d->keys.find(id);
    if (!key || !d->rotations)
        return;
    selectKey(id);
    auto *dialog = new RotateDialog(*key, *d->rotations, d->keys, d->providers, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RotateDialog::message, this, &KeysPage::message);
    connect(dialog, &QDialog::finished, this, [this, dialog] {
        if (const QUuid used = dialog->usedKey(); d->keys.find(used))
            selectKey(used);
    });
    dialog->open();
}

void KeysPage::Private::openScheduled()
{
    auto *dialog = new RotationsDialog(*rotations, q);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &RotationsDialog::rotateRequested, q, &KeysPage::rotate);
    QObject::connect(dialog, &RotationsDialog::message, q, &KeysPage::message);
    QObject::connect(dialog, &RotationsDialog::failed, q, &KeysPage::failed);
    dialog->open();
}

QList<QAction *> KeysPage::keyActions() const
{
    return {d->rotate,      d->check,  d->copyVariable, d->copyHeader, d->copyAs,    d->saveEnv,                d->copyToken, d->copyTokenHeader,
            d->revealToken, d->rename, d->expiry,       d->snooze,     d->whereUsed, d->moveKeys->menuAction(), d->revoke,    d->remove,
            d->scheduled,   d->atProvider, d->audit};
}

void KeysPage::selectKey(const QUuid &id)
{
    d->wanted = id; // the list may not have it yet
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (const QModelIndex index = d->filter->mapFromSource(d->model->indexOf(id)); index.isValid()) {
            d->table->setCurrentIndex(index);
            d->table->scrollTo(index);
            d->wanted = {};
            return;
        }
        d->search->clear(); // it is hidden by the search or a filter
        for (QComboBox *box : {d->providerFilter, d->environmentFilter, d->statusFilter})
            box->setCurrentIndex(0);
    }
}

void KeysPage::showDue()
{
    d->search->clear();
    for (QComboBox *box : {d->providerFilter, d->environmentFilter})
        box->setCurrentIndex(0);
    d->statusFilter->setCurrentIndex(d->statusFilter->findData(KeysModel::DueStatus));
    d->table->setFocus(Qt::OtherFocusReason);
}

void KeysPage::setDrafts(const std::function<QStringList(const QUuid &keyId)> &drafts)
{
    d->details->usage().setDrafts(drafts);
}

void KeysPage::focusSearch()
{
    d->search->setFocus(Qt::ShortcutFocusReason);
    d->search->selectAll();
}

bool KeysPage::hasNoKeys() const
{
    return d->keys.isLoaded() && d->model->rowCount() == 0;
}

} // namespace keydesk
