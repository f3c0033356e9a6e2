#include "ui/console/SidePanel.h"

#include "app/catalogue/CatalogueStore.h"
#include "app/history/HistoryStore.h"
#include "app/models/HistoryModel.h"
#include "app/models/RequestsModel.h"
#include "app/workspace/Workspace.h"
#include "ui/console/RequestFilter.h"
#include "ui/console/SavedRequests.h"
#include "ui/console/SideDelegates.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/FirstPaint.h"
#include "ui/widgets/PageStack.h"

#include <QAction>
#include <QBoxLayout>
#include <QCursor>
#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTreeView>

#include <utility>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

/// Keeps a distance from the window's edge; a selected row still reaches it.
class SideTree : public QTreeView
{
public:
    using QTreeView::QTreeView;

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                 const QModelIndex &index) const override
    {
        const bool selected = selectionModel()->isSelected(index);
        const bool hovered =
            indexAt(viewport()->mapFromGlobal(QCursor::pos())) == index && viewport()->underMouse();
        if (selected || hovered)
            painter->fillRect(
                QRect(0, option.rect.top(), edge, option.rect.height()),
                theme::colour(palette(), selected ? theme::Role::Selection : theme::Role::Hover));
        painter->save();
        painter->translate(edge, 0);
        QTreeView::drawRow(painter, option, index);
        painter->restore();
    }

private:
    static constexpr int edge = theme::gap;
};

/// The pane's colour shows through.
template <typename View>
View *quietView(const QString &accessibleName)
{
    auto *view = new View;
    view->setAccessibleName(accessibleName);
    view->setFrameShape(QFrame::NoFrame);
    view->viewport()->setAutoFillBackground(false);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setMouseTracking(true);
    return view;
}

} // namespace

SidePanel::SidePanel(const ProviderCatalog &providers, CatalogueStore &catalogues, const EnvironmentStore &environments, HistoryStore &history,
                     Workspace &workspace, Settings &settings, QWidget *parent)
    : Pane(parent)
    , m_catalogues(catalogues)
    , m_history(history)
    , m_saved(new SavedRequests(workspace, settings,
                                [this] {
                                    auto *tree = quietView<SideTree>(tr("Saved requests"));
                                    tree->viewport()->installEventFilter(this);
                                    return tree;
                                }))
    , m_tabs(new QTabBar)
    , m_pages(new PageStack)
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setAccessibleName(tr("Requests and history"));
    m_tabs->addTab(tr("Requests"));
    m_tabs->addTab(tr("History"));
    m_pages->addWidget(makeRequests(providers, workspace));
    m_pages->addWidget(makeHistory(environments));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *tabsRow = new QHBoxLayout;
    tabsRow->setContentsMargins(theme::panePadding, 0, 0, 0);
    tabsRow->addWidget(m_tabs);
    tabsRow->addStretch(1);
    layout->addLayout(tabsRow);
    layout->addWidget(new Hairline);
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);

    connect(&m_history, &HistoryStore::added, this, [this] {
        ++m_count;
        showCount();
    });
    connect(&m_history, &HistoryStore::cleared, this, [this] {
        m_count = 0;
        showCount();
    });
    connect(&m_history, &HistoryStore::removed, this, [this] {
        m_count = qMax<qint64>(0, m_count - 1);
        showCount();
    });
    connect(&m_history, &HistoryStore::purged, this, &SidePanel::count);
    count();
}

QWidget *SidePanel::makeRequests(const ProviderCatalog &providers, Workspace &workspace)
{
    m_requests = new RequestsModel(providers, m_catalogues, this);
    m_found = new RequestFilter(*m_requests, this);
    m_tree = quietView<SideTree>(tr("Requests"));
    m_tree->setModel(m_found);
    m_tree->setItemDelegate(new RequestDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(16);
    m_tree->setUniformRowHeights(true);
    m_tree->setExpandsOnDoubleClick(false);

    auto *search = makeSearch(tr("Search requests"));
    connect(search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_found->setSearch(text);
        m_saved->setSearch(text);
        if (m_found->isSearching()) {
            m_tree->expandAll();
            return;
        }
        m_tree->collapseAll();
        unfold(m_unfolded);
        m_tree->scrollTo(m_tree->currentIndex());
    });
    // The first look is soon enough, and the first frame does not wait for it.
    new FirstPaint(*m_tree->viewport(), [this] { m_saved->build(); });
    connect(&m_catalogues, &CatalogueStore::changed, this, [this] {
        if (m_found->isSearching())
            m_tree->expandAll();
        else
            unfold(m_unfolded);
    });
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &SidePanel::showRequestMenu);
    m_tree->setAcceptDrops(true);
    m_tree->viewport()->installEventFilter(this);
    connect(m_tree, &QTreeView::clicked, this, &SidePanel::openRequest);
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex &index) {
        // A click has opened it already; this is for Enter.
        if (m_tree->hasFocus() && index == m_tree->currentIndex())
            openRequest(index);
    });

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme::panePadding - 2, 0, 0);
    layout->setSpacing(theme::gap);
    auto *searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    searchRow->addWidget(search);
    layout->addLayout(searchRow);
    auto *halves = new QSplitter(Qt::Vertical);
    halves->setHandleWidth(1);
    halves->setChildrenCollapsible(false);
    halves->addWidget(m_saved);
    halves->addWidget(m_tree);
    halves->setStretchFactor(0, 0);
    halves->setStretchFactor(1, 1);
    const auto share = [halves, &workspace] { halves->setSizes(workspace.isOpen() ? QList<int>{280, 330} : QList<int>{110, 500}); };
    share();
    connect(&workspace, &Workspace::indexChanged, halves, [share, &workspace, wasOpen = workspace.isOpen()]() mutable {
        if (std::exchange(wasOpen, workspace.isOpen()) != workspace.isOpen())
            share();
    });
    layout->addWidget(halves, 1);
    return page;
}

QWidget *SidePanel::makeHistory(const EnvironmentStore &environments)
{
    m_calls = new HistoryModel(m_history, environments, this);
    m_list = quietView<QListView>(tr("History"));
    m_list->setModel(m_calls);
    m_list->setItemDelegate(new HistoryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection); // two can be compared
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    auto *none = new EmptyState(u"history"_s, tr("Calls that you send are listed here."), {});
    // On the list, which stays there for screen readers.
    none->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *overlay = new QVBoxLayout(m_list->viewport());
    overlay->setContentsMargins(0, 0, 0, 0);
    overlay->addWidget(none);

    auto *search = makeSearch(tr("Search history"));
    m_searchSoon.setSingleShot(true);
    m_searchSoon.setInterval(120);
    connect(search, &QLineEdit::textChanged, this, [this] { m_searchSoon.start(); });
    const auto update = [this, none, search] {
        const bool empty = m_calls->rowCount() == 0;
        none->setSentence(search->text().trimmed().isEmpty() ? tr("Calls that you send are listed here.")
                                                             : tr("No call matches the search."));
        none->setVisible(empty);
    };
    connect(&m_searchSoon, &QTimer::timeout, this,
            [this, search] { m_calls->setQuery({.text = search->text().trimmed()}); });
    connect(m_calls, &HistoryModel::modelReset, this, update);
    connect(m_calls, &HistoryModel::rowsInserted, this, update);
    connect(m_calls, &HistoryModel::rowsRemoved, this, update);
    connect(m_calls, &HistoryModel::failed, this, &SidePanel::failed);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        if (m_list->selectionModel()->selectedIndexes().size() < 2) // else it is one more of them
            openCall(index, false);
    });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex &index) { openCall(index, false); });
    connect(m_list, &QListView::customContextMenuRequested, this, &SidePanel::showCallMenu);
    update();

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme::panePadding - 2, 0, 0);
    layout->setSpacing(theme::gap);
    auto *searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    searchRow->addWidget(search);
    layout->addLayout(searchRow);
    layout->addWidget(m_list, 1);
    return page;
}

QLineEdit *SidePanel::makeSearch(const QString &hint)
{
    auto *search = new QLineEdit;
    search->setPlaceholderText(hint);
    search->setAccessibleName(hint);
    search->setClearButtonEnabled(true);
    search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    return search;
}

void SidePanel::unfold(const QString &providerId)
{
    m_unfolded = providerId;
    for (int row = 0; row < m_found->rowCount(); ++row) {
        const QModelIndex provider = m_found->index(row, 0);
        if (provider.data(RequestsModel::ProviderIdRole).toString() != providerId)
            continue;
        if (!m_tree->isExpanded(provider)) {
            m_tree->expand(provider);
            m_tree->expand(m_found->index(0, 0, provider));
        }
        m_tree->scrollTo(provider, QAbstractItemView::PositionAtTop);
    }
}

void SidePanel::focusInside()
{
    if (m_tabs->currentIndex() == RequestsTab)
        m_tree->setFocus(Qt::ShortcutFocusReason);
    else
        m_list->setFocus(Qt::ShortcutFocusReason);
}

void SidePanel::openRequest(const QModelIndex &index)
{
    const QModelIndex source = m_found->mapToSource(index);
    if (const auto request = m_requests->request(source)) {
        Q_EMIT requestOpened(m_requests->requestId(source),
                             index.data(RequestsModel::ProviderIdRole).toString(), *request);
        return;
    }
    if (!m_found->hasChildren(index)) {
        Q_EMIT explained(
            tr("“%1” cannot be called: the documentation announces it, and its path is not known. %2")
                .arg(index.data().toString(), index.data(RequestsModel::NoteRole).toString()));
        return;
    }
    m_tree->setExpanded(index, !m_tree->isExpanded(index));
}

void SidePanel::showRequestMenu(const QPoint &position)
{
    const QModelIndex index = m_tree->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString catalogueId = index.data(RequestsModel::CatalogueIdRole).toString();
    if (index.isValid() && !m_found->hasChildren(index)) {
        QAction *open =
            menu->addAction(tr("Open"), this, [this, at = QPersistentModelIndex(index)] { openRequest(at); });
        open->setEnabled(index.data(RequestsModel::CanBeCalledRole).toBool());
        menu->addSeparator();
    }
    menu->addAction(tr("Import OpenAPI…"), this, &SidePanel::importRequested);
    if (!catalogueId.isEmpty())
        menu->addAction(
            tr("Remove “%1”…").arg(index.data().toString()), this,
            [this, catalogueId, name = index.data().toString()] { askToRemove(catalogueId, name); });
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}

void SidePanel::askToRemove(const QString &catalogueId, const QString &name)
{
    auto *box = new QMessageBox(QMessageBox::Question, tr("Remove Catalogue"),
                                tr("Remove the calls of “%1”?").arg(name), QMessageBox::Cancel, this);
    box->setObjectName(u"removeCatalogue"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(
        tr("They go from this list and can be imported again from their file. Keys, environments and the "
           "provider that was made with them stay."));
    auto *remove = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    remove->setProperty("danger", true);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [this, remove, catalogueId](QAbstractButton *pressed) {
        if (pressed != remove)
            return;
        if (const Result<void> removed = m_catalogues.remove(catalogueId); !removed)
            Q_EMIT failed(removed.error());
    });
    box->open();
}

bool SidePanel::eventFilter(QObject *watched, QEvent *event)
{
    const bool isDrop = event->type() == QEvent::Drop;
    if (!isDrop && event->type() != QEvent::DragEnter && event->type() != QEvent::DragMove)
        return Pane::eventFilter(watched, event);
    auto *drop = static_cast<QDropEvent *>(event);
    if (!drop->mimeData()->hasUrls()) // rows of a tree
        return Pane::eventFilter(watched, event);
    drop->setDropAction(Qt::CopyAction);
    drop->accept();
    if (isDrop)
        Q_EMIT dropped(*drop->mimeData(), watched == m_tree->viewport());
    return true;
}

void SidePanel::openCall(const QModelIndex &index, bool sendAgain)
{
    if (index.isValid())
        Q_EMIT callOpened(index.data(HistoryModel::IdRole).toLongLong(), sendAgain);
}

void SidePanel::showCallMenu(const QPoint &position)
{
    const QPersistentModelIndex index = m_list->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QModelIndexList selected = m_list->selectionModel()->selectedIndexes();
    const auto idOf = [](const QModelIndex &call) { return call.data(HistoryModel::IdRole).toLongLong(); };
    if (selected.size() == 2) {
        menu->addAction(tr("Compare These Two"), this,
                        [this, one = idOf(selected.first()), other = idOf(selected.last())] { Q_EMIT compareRequested(one, other); });
        menu->addSeparator();
    }
    if (index.isValid()) {
        menu->addAction(tr("Open"), this, [this, index] { openCall(index, false); });
        menu->addAction(tr("Send Again"), this, [this, index] { openCall(index, true); });
        menu->addAction(tr("Copy as Code…"), this, [this, id = idOf(index)] { Q_EMIT codeRequested(id); });
        menu->addAction(tr("Compare With Shown Answer"), this, [this, id = idOf(index)] { Q_EMIT compareWithShownRequested(id); });
        menu->addSeparator();
        menu->addAction(tr("Delete"), this, [this, index] {
            if (index.isValid())
                m_history.remove(m_calls->ids({index}), this, [this](const Result<QList<HistoryEntry>> &gone) {
                    if (!gone)
                        Q_EMIT failed(gone.error());
                });
        });
    }
    QList<qint64> ids;
    for (const QModelIndex &call : selected)
        ids.append(idOf(call));
    if (!ids.isEmpty())
        menu->addAction(ids.size() == 1 ? tr("Export as HAR…") : tr("Export These as HAR…"), this, [this, ids] { Q_EMIT exportRequested(ids); });
    QAction *all = menu->addAction(tr("Export History as HAR…"), this, [this] { Q_EMIT exportRequested({}); });
    all->setEnabled(m_count > 0);
    QAction *clear = menu->addAction(tr("Clear History…"), this, &SidePanel::clearHistory);
    clear->setEnabled(m_count > 0);
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void SidePanel::clearHistory()
{
    auto *box =
        new QMessageBox(QMessageBox::Question, tr("Clear History"),
                        tr("Delete all %n calls from the history?", nullptr, static_cast<int>(m_count)),
                        QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("They cannot be brought back. Keys and requests stay as they are."));
    auto *clear = box->addButton(tr("Clear History"), QMessageBox::DestructiveRole);
    clear->setProperty("danger", true);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [this, clear](QAbstractButton *pressed) {
        if (pressed != clear)
            return;
        m_history.clear(this, [this](const Result<void> &result) {
            if (!result)
                Q_EMIT failed(result.error());
        });
    });
    box->open();
}

void SidePanel::count()
{
    m_history.count(this, [this](qint64 count) {
        m_count = count;
        showCount();
    });
}

void SidePanel::showCount()
{
    m_tabs->setTabData(HistoryTab, m_count > 0 ? QLocale().toString(m_count) : QString());
    m_tabs->setTabText(HistoryTab, m_tabs->tabText(HistoryTab)); // data alone does not lay the bar out again
}

} // namespace keydesk
