#include "ui/keys/KeysPage.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/DueWatch.h"
#include "app/keys/KeyService.h"
#include "app/keys/RemoteTokenService.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"
#include "ui/keys/ImportStart.h"
#include "ui/keys/KeyActions.h"
#include "ui/keys/KeyColumns.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/keys/KeyDetails.h"
#include "ui/keys/KeyFilter.h"
#include "ui/keys/KeyUsage.h"
#include "ui/keys/RotateDialog.h"
#include "ui/keys/RotationCard.h"
#include "ui/keys/TimedReveal.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FoldingBar.h"
#include "ui/widgets/PageStack.h"

#include <QComboBox>
#include <QDropEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
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

    KeyActions *actions = nullptr;
    RotationService *rotations = nullptr; // once it is shown

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
    [[nodiscard]] bool isSelected(int modelRow) const;
    void showState();
    void editName();
    void unbind(const QUuid &id, const QString &origin);
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
                                d->actions->forDetails(d->reveal));
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
    connect(d->model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) {
                d->showState();
                if (first.row() != last.row() || d->isSelected(first.row()))
                    d->showSelection();
            });
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

void KeysPage::Private::makeActions()
{
    actions = new KeyActions(keys, service, environments, providers, clipboard, settings, due,
                             [this] { return details->usage().advice(); }, q);
    QObject::connect(actions, &KeyActions::renameRequested, q, [this] { editName(); });
    QObject::connect(actions, &KeyActions::rotateRequested, q, &KeysPage::rotate);
    QObject::connect(actions, &KeyActions::openEnvironment, q, &KeysPage::openEnvironment);
    QObject::connect(actions, &KeyActions::auditRequested, q, [this] { Q_EMIT q->auditRequested({}); });
    QObject::connect(actions, &KeyActions::atProviderRequested, q, &KeysPage::atProviderRequested);
    QObject::connect(actions, &KeyActions::message, q, &KeysPage::message);
    QObject::connect(actions, &KeyActions::failed, q, &KeysPage::failed);
}

void KeysPage::showAccessTokens(OAuthTokens &tokens)
{
    d->details->showAccessTokens(tokens);
}

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
        menu->addActions(actions->all());
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
    actions->setSelection(key, allSelected());
    details->showKey(key ? std::optional(key->id) : std::nullopt);
}

bool KeysPage::Private::isSelected(int modelRow) const
{
    const QModelIndex shown = filter->mapFromSource(model->index(modelRow, 0));
    return shown.isValid() && (shown.row() == table->currentIndex().row() ||
                               table->selectionModel()->isRowSelected(shown.row(), {}));
}

QList<QUuid> KeysPage::Private::allSelected() const
{
    QList<QUuid> ids;
    for (const QModelIndex &row : table->selectionModel()->selectedRows())
        ids.append(row.data(KeysModel::IdRole).toUuid());
    return ids;
}

/// In its row, of the one that is chosen alone, or else of the current one.
void KeysPage::Private::editName()
{
    const QModelIndexList rows = table->selectionModel()->selectedRows(KeysModel::Name);
    const QModelIndex index = rows.size() == 1 ? rows.first() : table->currentIndex().siblingAtColumn(KeysModel::Name);
    table->setCurrentIndex(index);
    table->edit(index);
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
    d->actions->setRotations(service);
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

QList<QAction *> KeysPage::keyActions() const
{
    return d->actions->all();
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
