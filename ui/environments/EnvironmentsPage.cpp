#include "ui/environments/EnvironmentsPage.h"

#include "app/environments/EnvironmentStore.h"
#include "app/http/DynamicValues.h"
#include "app/keys/KeyService.h"
#include "app/models/EnvironmentsModel.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "app/storage/Settings.h"
#include "ui/console/PaneParts.h"
#include "ui/environments/ConnectionEditor.h"
#include "ui/environments/EnvironmentDelegate.h"
#include "ui/environments/EnvironmentEditor.h"
#include "ui/environments/KeyGrid.h"
#include "ui/environments/VariablesPane.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/NameValueTable.h"
#include "ui/widgets/PageStack.h"
#include "ui/widgets/PlainText.h"
#include "ui/widgets/VariableCompleter.h"

#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

enum View { ListView, GridView };
enum Section { SettingsSection, VariablesSection, ConnectionSection };

const auto rememberedView = u"environments/grid"_s;

/// A background in the pane's colour.
class ListPane : public QWidget
{
protected:
    void paintEvent(QPaintEvent *) override { QPainter(this).fillRect(rect(), theme::colour(palette(), theme::Role::Pane)); }
};

} // namespace

class EnvironmentsPage::Private
{
public:
    EnvironmentsPage *q;
    EnvironmentStore &environments;
    KeyStore &keys;
    KeyService &service;
    const ProviderCatalog &providers;
    const KeyRing &ring;
    EnvironmentSecrets &secrets;
    SecretVariables &secretVariables;
    Settings &settings;

    QStackedWidget *views = nullptr; // list and editor, grid
    KeyGrid *grid = nullptr;         // made when it is first looked at
    QList<ModeSwitch *> viewSwitches = {}; // one in each view
    QSortFilterProxyModel *filter = nullptr;
    QListView *list = nullptr;
    QStackedWidget *states = nullptr; // editor, nothing selected
    EnvironmentEditor *editor = nullptr;
    VariablesPane *variables = nullptr;
    ConnectionEditor *connection = nullptr; // made when it is first looked at
    QTabBar *tabs = nullptr;
    QStackedWidget *sections = nullptr;

    [[nodiscard]] std::optional<Environment> selected() const
    {
        const QModelIndex index = list->currentIndex();
        return index.isValid() ? environments.find(index.data(EnvironmentsModel::IdRole).toUuid()) : std::nullopt;
    }

    QWidget *makeList(EnvironmentsModel &model);
    QWidget *makeEditor();
    void showSection(int section);
    ModeSwitch *makeViewSwitch();
    KeyGrid *makeGrid();
    void report(const Result<void> &outcome);
    void showSelection();
    void selectInList(const QUuid &id) const;
    void countVariables() const;
    void store(const Environment &environment);
    void check();
    void removeIdentity(const QString &name);
    void duplicate();
    void remove();
};

EnvironmentsPage::EnvironmentsPage(EnvironmentStore &environments, EnvironmentsModel &model, KeyStore &keys, KeyService &service,
                                   const ProviderCatalog &providers, const KeyRing &ring, EnvironmentSecrets &secrets,
                                   SecretVariables &secretVariables, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , d(new Private{this, environments, keys, service, providers, ring, secrets, secretVariables, settings})
{
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(d->makeList(model));
    splitter->addWidget(d->makeEditor());
    splitter->setStretchFactor(1, 1);
    if (!splitter->restoreState(settings.remembered(u"environments/splitter"_s).toByteArray()))
        splitter->setSizes({260, 900});
    connect(splitter, &QSplitter::splitterMoved, this,
            [&settings, splitter] { settings.remember(u"environments/splitter"_s, splitter->saveState()); });
    d->views = new PageStack;
    d->views->addWidget(splitter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(d->views, 1);
    showGrid(settings.remembered(rememberedView).toBool());

    connect(d->list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { d->showSelection(); });
    connect(&environments, &EnvironmentStore::changed, this, [this] { d->showSelection(); });
    connect(&environments, &EnvironmentStore::removed, this, [this] { d->showSelection(); });
    connect(&keys, &KeyStore::added, this, [this] { d->showSelection(); });
    connect(&keys, &KeyStore::changed, this, [this] { d->showSelection(); });
    connect(&keys, &KeyStore::removed, this, [this] { d->showSelection(); });
    if (const auto current = environments.current())
        d->selectInList(current->id);
    d->showSelection();
}

EnvironmentsPage::~EnvironmentsPage() = default;

ModeSwitch *EnvironmentsPage::Private::makeViewSwitch()
{
    auto *made = new ModeSwitch(tr("View"));
    made->addMode(ListView, tr("List"));
    made->addMode(GridView, tr("Grid"));
    QObject::connect(made, &ModeSwitch::modeChosen, q, [this](int view) { q->showGrid(view == GridView); });
    viewSwitches.append(made);
    return made;
}

KeyGrid *EnvironmentsPage::Private::makeGrid()
{
    auto *made = new KeyGrid(keys, environments, service, providers, ring);
    made->addToTop(makeViewSwitch());
    QObject::connect(made, &KeyGrid::openKey, q, &EnvironmentsPage::openKey);
    QObject::connect(made, &KeyGrid::newKeyRequested, q, &EnvironmentsPage::newKeyRequested);
    QObject::connect(made, &KeyGrid::message, q, &EnvironmentsPage::message);
    QObject::connect(made, &KeyGrid::failed, q, &EnvironmentsPage::failed);
    QObject::connect(made, &KeyGrid::openEnvironment, q, [this](const QUuid &id) { q->select(id); });
    return made;
}

void EnvironmentsPage::showGrid(bool grid)
{
    if (grid && !d->grid) {
        d->grid = d->makeGrid();
        d->views->addWidget(d->grid);
    }
    d->views->setCurrentIndex(grid ? 1 : 0);
    for (ModeSwitch *each : std::as_const(d->viewSwitches))
        each->setMode(grid ? GridView : ListView);
    d->settings.remember(rememberedView, grid);
}

void EnvironmentsPage::checkAllKeys()
{
    showGrid(true);
    d->grid->checkAll();
}

void EnvironmentsPage::Private::report(const Result<void> &outcome)
{
    if (!outcome)
        Q_EMIT q->failed(outcome.error());
}

QWidget *EnvironmentsPage::Private::makeList(EnvironmentsModel &model)
{
    filter = new QSortFilterProxyModel(q);
    filter->setSourceModel(&model);
    filter->setFilterRole(EnvironmentsModel::FullNameRole);
    filter->setFilterCaseSensitivity(Qt::CaseInsensitive);

    auto *search = new QLineEdit;
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search environments"));
    search->setClearButtonEnabled(true);
    search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    QObject::connect(search, &QLineEdit::textChanged, filter, &QSortFilterProxyModel::setFilterFixedString);
    auto *add = new QPushButton(icon(u"plus"_s), {});
    add->setFlat(true);
    add->setAccessibleName(tr("New environment"));
    add->setToolTip(tr("New environment"));
    QObject::connect(add, &QPushButton::clicked, q, [this] { q->addEnvironment(); });

    list = new QListView;
    list->setModel(filter);
    list->setItemDelegate(new EnvironmentDelegate(list));
    list->setAccessibleName(tr("Environments list"));
    list->setFrameShape(QFrame::NoFrame);
    list->setDragDropMode(QAbstractItemView::InternalMove);
    list->viewport()->setAutoFillBackground(false);

    auto *pane = new ListPane;
    auto *top = new QHBoxLayout;
    top->setContentsMargins(theme::panePadding, theme::panePadding, theme::gap, theme::panePadding);
    top->addWidget(search, 1);
    top->addWidget(add);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(list, 1);
    pane->setMinimumWidth(180);
    return pane;
}

QWidget *EnvironmentsPage::Private::makeEditor()
{
    tabs = new QTabBar;
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    tabs->setUsesScrollButtons(false);
    tabs->setAccessibleName(tr("Environment sections"));
    tabs->addTab(tr("Settings"));
    tabs->addTab(tr("Variables"));
    tabs->addTab(tr("Connection"));

    editor = new EnvironmentEditor(keys, providers);
    auto *scroll = new QScrollArea;
    scroll->setWidget(editor);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus); // its fields have it
    variables = new VariablesPane(secretVariables, keys, ring);
    sections = new PageStack;
    sections->addWidget(scroll);
    sections->addWidget(variables);
    new VariableCompleter(variables->table(), ring.redactor(), [this] {
        const auto environment = selected();
        VariableSources sources = environment ? environment->sources() : VariableSources();
        sources.dynamic = std::make_shared<const DynamicValues>();
        return sources;
    });
    QObject::connect(tabs, &QTabBar::currentChanged, q, [this](int section) { showSection(section); });

    auto *checkButton = new QPushButton(icon(u"check"_s), tr("Check"));
    auto *duplicateButton = new QPushButton(tr("Duplicate"));
    duplicateButton->setFlat(true);
    auto *removeButton = new QPushButton(tr("Delete…"));
    removeButton->setProperty("danger", true);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(theme::dialogPadding, theme::panePadding, theme::dialogPadding, theme::panePadding);
    foot->addWidget(checkButton);
    foot->addWidget(duplicateButton);
    foot->addStretch(1);
    foot->addWidget(removeButton);
    QObject::connect(checkButton, &QPushButton::clicked, q, [this] { check(); });
    QObject::connect(duplicateButton, &QPushButton::clicked, q, [this] { duplicate(); });
    QObject::connect(removeButton, &QPushButton::clicked, q, [this] { remove(); });

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(theme::dialogPadding, 0, theme::dialogPadding, 0);
    top->addWidget(tabs);
    top->addStretch(1);
    top->addWidget(makeViewSwitch());
    layout->addLayout(top);
    const auto line = [page, layout] {
        auto *rule = new QFrame(page);
        rule->setFrameShape(QFrame::HLine);
        rule->setFixedHeight(1);
        layout->addWidget(rule);
    };
    line();
    layout->addWidget(sections, 1);
    line();
    layout->addLayout(foot);

    auto *none = new EmptyState(u"environments"_s, tr("An environment is a base URL with the keys and variables to use there."),
                                tr("New Environment"));
    QObject::connect(none, &EmptyState::buttonClicked, q, [this] { q->addEnvironment(); });
    states = new PageStack;
    states->addWidget(page);
    states->addWidget(none);

    QObject::connect(editor, &EnvironmentEditor::edited, q, [this](const Environment &environment) { store(environment); });
    QObject::connect(editor, &EnvironmentEditor::keyChosen, q,
                     [this](const QString &kind, const std::optional<QUuid> &key, const QString &identity) {
                         if (const auto environment = selected())
                             report(environments.setKey(environment->id, kind, key, identity));
                     });
    QObject::connect(editor, &EnvironmentEditor::newKeyRequested, q, [this](const QString &kind, const QString &identity) {
        if (const auto environment = selected())
            Q_EMIT q->newKeyRequested({environment->providerId, kind, environment->id, identity});
    });
    QObject::connect(editor, &EnvironmentEditor::identityAdded, q, [this](const QString &name) {
        if (const auto environment = selected())
            report(environments.addIdentity(environment->id, name));
    });
    QObject::connect(editor, &EnvironmentEditor::identityRenamed, q, [this](const QString &name, const QString &newName) {
        if (const auto environment = selected())
            report(environments.renameIdentity(environment->id, name, newName));
    });
    QObject::connect(editor, &EnvironmentEditor::identityRemoved, q, [this](const QString &name) { removeIdentity(name); });
    QObject::connect(variables, &VariablesPane::edited, q, [this](const Variables &rows) {
        auto environment = selected();
        if (!environment)
            return;
        environment->variables = rows;
        store(*environment);
        countVariables();
    });
    QObject::connect(variables, &VariablesPane::message, q, &EnvironmentsPage::message);
    QObject::connect(variables, &VariablesPane::failed, q, &EnvironmentsPage::failed);
    return states;
}

void EnvironmentsPage::Private::showSelection()
{
    const auto environment = selected();
    states->setCurrentIndex(environment ? 0 : 1);
    if (!environment)
        return;
    editor->showEnvironment(*environment);
    variables->showEnvironment(*environment);
    countVariables();
    if (connection)
        connection->showEnvironment(*environment);
}

void EnvironmentsPage::Private::countVariables() const
{
    const QString count = variables->count() > 0 ? QString::number(variables->count()) : QString();
    if (tabs->tabData(VariablesSection).toString() == count)
        return;
    tabs->setTabData(VariablesSection, count);
    tabs->setTabText(VariablesSection, tabs->tabText(VariablesSection)); // data alone does not lay the bar out again
}

void EnvironmentsPage::Private::showSection(int section)
{
    if (section == ConnectionSection && !connection) {
        connection = new ConnectionEditor(secrets);
        sections->addWidget(connection);
        QObject::connect(connection, &ConnectionEditor::edited, q, [this](const ConnectionSettings &changed) {
            auto environment = selected();
            if (!environment)
                return;
            environment->connection = changed;
            store(*environment);
        });
        if (const auto environment = selected())
            connection->showEnvironment(*environment);
    }
    sections->setCurrentIndex(section);
}

void EnvironmentsPage::Private::store(const Environment &environment)
{
    const auto before = environments.find(environment.id);
    if (const auto outcome = environments.update(environment); !outcome)
        Q_EMIT q->failed(outcome.error());
    else if (environment.isProtected && before && !before->connectionInUse().verifyTls)
        Q_EMIT q->message(tr("“%1” is protected now, so its certificates are checked again.").arg(environment.name));
}

void EnvironmentsPage::Private::check()
{
    const auto environment = selected();
    if (!environment)
        return;
    if (environment->callKeys().isEmpty()) {
        Q_EMIT q->message(tr("“%1” has no key to check. Add one first.").arg(environment->name));
        return;
    }
    for (const QUuid &id : environment->callKeys()) {
        KeyJob *job = service.check(id, environment->id);
        QObject::connect(job, &KeyJob::finished, q, [this](const Result<ApiKey> &outcome) {
            if (outcome)
                Q_EMIT q->message(tr("“%1”: %2. %3").arg(outcome->name, keyStatusWord(static_cast<int>(outcome->status)), outcome->lastCheckNote));
            else
                Q_EMIT q->failed(outcome.error());
        });
    }
}

void EnvironmentsPage::Private::removeIdentity(const QString &name)
{
    const auto before = selected();
    if (!before)
        return;
    const auto removed = environments.removeIdentity(before->id, name);
    if (!removed) {
        Q_EMIT q->failed(removed.error());
        return;
    }
    UndoStep step;
    step.name = tr("Remove the Identity “%1”").arg(name);
    step.message = tr("The identity “%1” is removed. Its keys stay in your list.").arg(name);
    step.undo = [this, before = *before] { return environments.update(before); };
    step.redo = [this, id = before->id, name] { return environments.removeIdentity(id, name); };
    Q_EMIT q->undoable(step);
}

void EnvironmentsPage::Private::duplicate()
{
    const auto environment = selected();
    if (!environment)
        return;
    const auto copy = environments.duplicate(environment->id);
    if (!copy) {
        Q_EMIT q->failed(copy.error());
        return;
    }
    q->select(copy->id);
    Q_EMIT q->message(tr("“%1” has no keys yet: choose them below.").arg(copy->name));
}

void EnvironmentsPage::Private::remove()
{
    const auto environment = selected();
    if (!environment)
        return;
    QStringList used;
    for (const QUuid &id : environment->allKeys()) {
        if (const auto key = keys.find(id))
            used << u"“%1”"_s.arg(key->name);
    }
    auto *box = new QMessageBox(QMessageBox::Warning, tr("Delete Environment"), tr("Delete “%1”?").arg(environment->name),
                                QMessageBox::NoButton, q);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(used.isEmpty() ? tr("No key is used in it.")
                                           : tr("It uses %1. Keys and history stay; its variables and passwords go.").arg(used.join(tr(", "))));
    QPushButton *yes = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    yes->setProperty("danger", true);
    QPushButton *no = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(no);
    box->setEscapeButton(no);
    QObject::connect(yes, &QPushButton::clicked, q, [this, gone = *environment] {
        int position = 0;
        while (position < environments.all().size() && environments.all().at(position).id != gone.id)
            ++position;
        if (const auto outcome = environments.remove(gone.id); !outcome) {
            Q_EMIT q->failed(outcome.error());
            return;
        }
        UndoStep step;
        step.name = tr("Delete “%1”").arg(gone.name);
        step.message = tr("“%1” is deleted.").arg(gone.name);
        step.undo = [this, gone, position] {
            return environments.restore(gone, position).map([this, gone] { q->select(gone.id); });
        };
        step.redo = [this, gone] { return environments.remove(gone.id); };
        Q_EMIT q->undoable(step);
    });
    showPlainText(*box);
    box->open();
}

void EnvironmentsPage::select(const QUuid &id)
{
    showGrid(false);
    d->selectInList(id);
}

void EnvironmentsPage::showConnection(const QUuid &id, const QString &field)
{
    select(id);
    d->tabs->setCurrentIndex(ConnectionSection);
    d->connection->focusField(field);
}

void EnvironmentsPage::Private::selectInList(const QUuid &id) const
{
    for (int row = 0; row < filter->rowCount(); ++row) {
        const QModelIndex index = filter->index(row, 0);
        if (index.data(EnvironmentsModel::IdRole).toUuid() == id) {
            list->setCurrentIndex(index);
            return;
        }
    }
}

void EnvironmentsPage::addEnvironment()
{
    Environment environment;
    const auto current = d->environments.current();
    const Provider *provider = current ? d->providers.find(current->providerId) : nullptr;
    if (!provider && !d->providers.all().isEmpty())
        provider = &d->providers.all().first();
    environment.name = tr("New environment");
    environment.providerId = provider ? provider->id : QString();
    environment.baseUrl = provider && checkBaseUrl(provider->baseUrl) ? provider->baseUrl
                          : current                                   ? current->baseUrl
                                                                      : u"https://api.example.com"_s;
    environment.colour = environmentColours().value(static_cast<int>(d->environments.all().size()) % environmentColours().size());
    const auto added = d->environments.add(environment);
    if (!added) {
        Q_EMIT failed(added.error());
        return;
    }
    select(added->id);
    d->tabs->setCurrentIndex(0);
    d->editor->focusName();
}

} // namespace keydesk
