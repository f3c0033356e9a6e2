#include "ui/console/SidePanel.h"

#include "app/catalogue/CatalogueStore.h"
#include "app/models/RequestsModel.h"
#include "app/workspace/Workspace.h"
#include "ui/console/HistoryPane.h"
#include "ui/console/RequestFilter.h"
#include "ui/console/SavedRequests.h"
#include "ui/console/SideDelegates.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/FirstPaint.h"
#include "ui/widgets/PageStack.h"

#include <QAction>
#include <QBoxLayout>
#include <QCursor>
#include <QDropEvent>
#include <QLineEdit>
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
    m_pages->addWidget(makeHistory(environments, history, settings));

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

QWidget *SidePanel::makeHistory(const EnvironmentStore &environments, HistoryStore &history, Settings &settings)
{
    m_calls = new HistoryPane(environments, history, settings);
    connect(m_calls, &HistoryPane::callOpened, this, &SidePanel::callOpened);
    connect(m_calls, &HistoryPane::codeRequested, this, &SidePanel::codeRequested);
    connect(m_calls, &HistoryPane::exportRequested, this, &SidePanel::exportRequested);
    connect(m_calls, &HistoryPane::exportFoundRequested, this, &SidePanel::exportFoundRequested);
    connect(m_calls, &HistoryPane::compareRequested, this, &SidePanel::compareRequested);
    connect(m_calls, &HistoryPane::compareWithShownRequested, this, &SidePanel::compareWithShownRequested);
    connect(m_calls, &HistoryPane::undoable, this, &SidePanel::undoable);
    connect(m_calls, &HistoryPane::failed, this, &SidePanel::failed);
    connect(m_calls, &HistoryPane::countChanged, this, [this](qint64 calls) {
        m_tabs->setTabData(HistoryTab, calls > 0 ? QLocale().toString(calls) : QString());
        m_tabs->setTabText(HistoryTab, m_tabs->tabText(HistoryTab)); // data alone does not lay the bar out again
    });
    return m_calls;
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
        m_calls->focusInside();
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

} // namespace keydesk
