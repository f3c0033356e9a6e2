#include "ui/console/HistoryPane.h"

#include "app/history/HistoryBars.h"
#include "app/history/HistoryStore.h"
#include "app/models/HistoryModel.h"
#include "app/storage/Settings.h"
#include "ui/console/HistoryChart.h"
#include "ui/console/HistoryFilters.h"
#include "ui/console/PaneParts.h"
#include "ui/console/SideDelegates.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/EmptyState.h"

#include <QBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

const auto chartKey = u"history/chart"_s;
constexpr auto sumSoon = std::chrono::milliseconds(250);
// While a large history is taken in, which changes it all the time.
constexpr auto sumWhileGrowing = std::chrono::seconds(3);
// What is deleted stays in memory, so that it can be brought back.
constexpr qsizetype mostUndoable = 500;
constexpr qint64 mostHeld = 64 * 1024 * 1024; // bytes

} // namespace

HistoryPane::HistoryPane(const EnvironmentStore &environments, HistoryStore &history, Settings &settings,
                         QWidget *parent)
    : QWidget(parent)
    , m_history(history)
    , m_settings(settings)
    , m_filters(new HistoryFilters(environments, history))
{
    m_calls = new HistoryModel(m_history, environments, this);
    makeList();
    QWidget *work = makeWorkRow();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::panePadding - 2, 0, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(makeSearchRow());
    layout->addWidget(m_filters);
    layout->addWidget(makeChart());
    layout->addWidget(work);
    layout->addWidget(m_list, 1);

    connect(m_filters, &HistoryFilters::changed, this, &HistoryPane::applyQuery);
    connect(m_filters, &HistoryFilters::changed, this, &HistoryPane::showBars); // words change nothing of it
    m_sumSoon.setSingleShot(true);
    connect(&m_sumSoon, &QTimer::timeout, this, &HistoryPane::showSum);
    const auto countAgain = [this] {
        countCalls();
        m_sumSoon.start(sumSoon);
    };
    connect(&m_history, &HistoryStore::added, this, [this] {
        setCount(m_count + 1);
        m_sumSoon.start(sumSoon);
    });
    connect(&m_history, &HistoryStore::removed, this, [this] {
        setCount(qMax<qint64>(0, m_count - 1));
        m_sumSoon.start(sumSoon);
    });
    connect(&m_history, &HistoryStore::cleared, this, countAgain);
    connect(&m_history, &HistoryStore::purged, this, countAgain);
    connect(&m_history, &HistoryStore::returned, this, countAgain);
    connect(&m_history, &HistoryStore::indexing, this, [this] {
        showState();
        if (!m_sumSoon.isActive())
            m_sumSoon.start(m_history.progress().isComplete() ? sumSoon : sumWhileGrowing);
    });
    connect(&m_history, &HistoryStore::purging, this, &HistoryPane::showPurge);
    connect(&m_history, &HistoryStore::purgeEnded, this, [this] { showPurge(0, 0, false); });
    countCalls();
    showBars();
    showState();
}

QWidget *HistoryPane::makeSearchRow()
{
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Search history"));
    m_search->setAccessibleName(tr("Search history"));
    m_search->setToolTip(
        tr("Words of the address, the headers, or what was sent and answered (the first 64 KB of each); "
           "up to 16, which must all occur"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(u"search"_s, theme::Role::SecondText), QLineEdit::LeadingPosition);
    m_searchSoon.setSingleShot(true);
    m_searchSoon.setInterval(60);
    connect(m_search, &QLineEdit::textChanged, this, [this] { m_searchSoon.start(); });
    connect(&m_searchSoon, &QTimer::timeout, this, &HistoryPane::applyQuery);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(theme::panePadding, 0, theme::panePadding - 4, 0);
    layout->setSpacing(4);
    layout->addWidget(m_search, 1);
    layout->addWidget(m_filters->button());
    return row;
}

QWidget *HistoryPane::makeWorkRow()
{
    m_work = secondLabel();
    m_work->setWordWrap(true);
    m_stop = new QToolButton;
    m_stop->setAutoRaise(true);
    m_stop->setText(tr("Stop"));
    m_stop->setAccessibleName(tr("Stop deleting calls"));
    m_stop->setToolTip(tr("What was not deleted yet stays."));
    connect(m_stop, &QToolButton::clicked, &m_history, &HistoryStore::stopPurging);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(theme::panePadding, 0, theme::panePadding - 4, 0);
    layout->setSpacing(theme::gap);
    layout->addWidget(m_work, 1);
    layout->addWidget(m_stop);
    row->hide();
    return row;
}

QWidget *HistoryPane::makeChart()
{
    m_chart = new HistoryChart;
    auto *fold = new QToolButton;
    fold->setAutoRaise(true);
    fold->setText(tr("Calls over time"));
    fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold->setIconSize({14, 14});
    m_barWords = new ElidedLabel;
    m_barWords->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *title = new QHBoxLayout;
    title->setContentsMargins(-theme::panePadding, 0, 0, 0); // the button's own padding
    title->setSpacing(theme::gap);
    title->addWidget(fold);
    title->addWidget(m_barWords, 1);
    auto *whole = new QWidget;
    auto *layout = new QVBoxLayout(whole);
    layout->setContentsMargins(theme::panePadding, 0, theme::panePadding, 0);
    layout->setSpacing(2);
    layout->addLayout(title);
    layout->addWidget(m_chart);
    const auto unfold = [this, fold](bool isOpen) {
        fold->setIcon(icon(isOpen ? u"chevron-down"_s : u"chevron-right"_s, theme::Role::SecondText));
        fold->setAccessibleDescription(isOpen ? tr("Shown") : tr("Hidden"));
        m_chart->setVisible(isOpen);
        showBarWords();
    };
    unfold(m_settings.remembered(chartKey, true).toBool());
    connect(fold, &QToolButton::clicked, this, [this, unfold] {
        const bool isOpen = m_chart->isHidden();
        m_settings.remember(chartKey, isOpen);
        unfold(isOpen);
        showBars();
    });
    connect(m_chart, &HistoryChart::barChosen, this, &HistoryPane::showBarWords);
    connect(m_chart, &HistoryChart::barTaken, this,
            [this](const HistoryBar &bar) { m_filters->setDates(bar.from, bar.until, barName(bar)); });
    return whole;
}

void HistoryPane::makeList()
{
    m_list = new QListView;
    m_list->setAccessibleName(tr("History"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->viewport()->setAutoFillBackground(false); // the pane's colour shows through
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setMouseTracking(true);
    m_list->setModel(m_calls);
    m_list->setItemDelegate(new HistoryDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection); // two can be compared
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_none = new EmptyState(u"history"_s, {}, {});
    // On the list, which stays there for screen readers.
    m_none->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *overlay = new QVBoxLayout(m_list->viewport());
    overlay->setContentsMargins(0, 0, 0, 0);
    overlay->addWidget(m_none);
    connect(m_calls, &HistoryModel::modelReset, this, &HistoryPane::showState);
    connect(m_calls, &HistoryModel::rowsInserted, this, &HistoryPane::showState);
    connect(m_calls, &HistoryModel::rowsRemoved, this, &HistoryPane::showState);
    connect(m_calls, &HistoryModel::loaded, this, &HistoryPane::showState);
    connect(m_calls, &HistoryModel::failed, this, &HistoryPane::failed);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) {
        if (m_list->selectionModel()->selectedIndexes().size() < 2) // else it is one more of them
            openCall(index, false);
    });
    connect(m_list, &QListView::activated, this,
            [this](const QModelIndex &index) { openCall(index, false); });
    connect(m_list, &QListView::customContextMenuRequested, this, &HistoryPane::showCallMenu);
    auto *removeAction = new QAction(m_list);
    removeAction->setShortcut(QKeySequence::Delete);
    removeAction->setShortcutContext(Qt::WidgetShortcut);
    connect(removeAction, &QAction::triggered, this,
            [this] { remove(m_calls->ids(m_list->selectionModel()->selectedIndexes())); });
    m_list->addAction(removeAction);
}

void HistoryPane::focusInside()
{
    m_list->setFocus(Qt::ShortcutFocusReason);
}

void HistoryPane::applyQuery()
{
    HistoryQuery query = m_filters->query();
    query.text = m_search->text().trimmed();
    m_calls->setQuery(query);
    showState();
}

/// The empty list says what could be asked less of.
void HistoryPane::showState()
{
    const HistoryProgress progress = m_history.progress();
    const bool isPartial = !m_calls->query().isAll() && !progress.isComplete();
    const QString searchable =
        isPartial ? tr("%1 % of the history can be searched yet.").arg(progress.percent()) : QString();
    m_work->setText(m_purge.isEmpty() ? searchable : m_purge);
    m_stop->setVisible(!m_purge.isEmpty());
    m_work->parentWidget()->setVisible(!m_work->text().isEmpty());

    const bool hasWords = !m_search->text().trimmed().isEmpty();
    const QStringList filters = m_filters->words();
    if (m_calls->isLoading())
        m_none->setSentence(tr("Searching…"));
    else if (!hasWords && filters.isEmpty())
        m_none->setSentence(tr("Calls that you send are listed here."));
    else if (filters.isEmpty())
        m_none->setSentence(tr("No call matches the search."));
    else if (!hasWords)
        m_none->setSentence(
            tr("No call matches %1. Take a filter away to see more.").arg(filters.join(u" · "_s)));
    else
        m_none->setSentence(tr("No call matches the search and %1. Take a filter away, or search for less.")
                                .arg(filters.join(u" · "_s)));
    m_none->setVisible(m_calls->rowCount() == 0);
}

void HistoryPane::showPurge(qint64 removed, qint64 planned, bool isShrinking)
{
    const QLocale locale;
    m_purge = planned == 0 ? QString()
              : isShrinking
                  ? tr("Giving the space back to the disk…")
                  : tr("Deleting: %1 of %2 calls").arg(locale.toString(removed), locale.toString(planned));
    showState();
}

void HistoryPane::showBars()
{
    if (m_chart->isHidden())
        return;
    if (m_stopBars)
        *m_stopBars = true;
    const HistoryQuery query = m_filters->query();
    m_stopBars = m_history.hours(query, this, [this, query](const Result<QList<HistoryBar>> &hours) {
        if (hours && m_filters->query() == query)
            m_chart->setBars(historyBars(*hours, query.from, query.until, QDateTime::currentDateTime()));
    });
}

/// Bars and number, of calls of other processes as well.
void HistoryPane::showSum()
{
    m_isSumOld = !m_isSeen;
    if (m_isSumOld)
        return;
    showBars();
    countCalls();
}

void HistoryPane::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_isSeen = true;
    m_calls->setSeen(true);
    if (m_isSumOld)
        showSum();
}

void HistoryPane::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_isSeen = false;
    m_calls->setSeen(false);
}

void HistoryPane::showBarWords()
{
    const std::optional<int> bar = m_chart->chosen();
    m_barWords->setText(bar && *bar < m_chart->bars().size() ? barSentence(m_chart->bars().at(*bar))
                                                             : QString());
}

void HistoryPane::countCalls()
{
    m_history.count(this, [this](qint64 calls) { setCount(calls); });
}

void HistoryPane::setCount(qint64 calls)
{
    m_count = calls;
    Q_EMIT countChanged(calls);
}

void HistoryPane::openCall(const QModelIndex &index, bool sendAgain)
{
    if (index.isValid())
        Q_EMIT callOpened(index.data(HistoryModel::IdRole).toLongLong(), sendAgain);
}

void HistoryPane::showCallMenu(const QPoint &position)
{
    const QPersistentModelIndex index = m_list->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QModelIndexList selected = m_list->selectionModel()->selectedIndexes();
    if (index.isValid() && !selected.contains(index))
        selected = {index};
    const QList<qint64> ids = m_calls->ids(selected);
    if (ids.size() == 2) {
        menu->addAction(tr("Compare These Two"), this,
                        [this, ids] { Q_EMIT compareRequested(ids.first(), ids.last()); });
        menu->addSeparator();
    }
    if (index.isValid()) {
        const qint64 id = index.data(HistoryModel::IdRole).toLongLong();
        menu->addAction(tr("Open"), this, [this, index] { openCall(index, false); });
        menu->addAction(tr("Send Again"), this, [this, index] { openCall(index, true); });
        menu->addAction(tr("Copy as Code…"), this, [this, id] { Q_EMIT codeRequested(id); });
        menu->addAction(tr("Compare With Shown Answer"), this,
                        [this, id] { Q_EMIT compareWithShownRequested(id); });
        menu->addSeparator();
        const bool isPinned = index.data(HistoryModel::PinnedRole).toBool();
        menu->addAction(isPinned ? tr("Unpin") : tr("Pin"), this, [this, ids, isPinned] {
            m_history.setPinned(ids, !isPinned, this, [this](const Result<void> &done) {
                if (!done)
                    Q_EMIT failed(done.error());
            });
        });
        menu->addAction(tr("Delete"), this, [this, ids] { remove(ids); });
    }
    if (!ids.isEmpty())
        menu->addAction(ids.size() == 1 ? tr("Export as HAR…") : tr("Export These as HAR…"), this,
                        [this, ids] { Q_EMIT exportRequested(ids); });
    if (const HistoryQuery query = m_calls->query(); !query.isAll()) {
        QAction *found = menu->addAction(tr("Export All Found as HAR…"), this,
                                         [this, query] { Q_EMIT exportFoundRequested(query); });
        found->setEnabled(m_calls->rowCount() > 0);
    }
    QAction *all =
        menu->addAction(tr("Export History as HAR…"), this, [this] { Q_EMIT exportRequested({}); });
    all->setEnabled(m_count > 0);
    QAction *clear = menu->addAction(tr("Clear History…"), this, &HistoryPane::clearHistory);
    clear->setEnabled(m_count > 0);
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

void HistoryPane::remove(const QList<qint64> &ids)
{
    if (ids.isEmpty())
        return;
    if (ids.size() > mostUndoable) {
        askToRemoveForGood(ids);
        return;
    }
    m_history.bytesOf(ids, this, [this, ids](const Result<qint64> &bytes) {
        if (!bytes) {
            Q_EMIT failed(bytes.error());
            return;
        }
        m_held.removeIf([](const Held &each) { return each.calls.expired(); });
        qint64 held = *bytes;
        for (const Held &each : std::as_const(m_held))
            held += each.bytes;
        if (held > mostHeld)
            askToRemoveForGood(ids);
        else
            removeUndoably(ids, *bytes);
    });
}

void HistoryPane::askToRemoveForGood(const QList<qint64> &ids)
{
    auto *box =
        new QMessageBox(QMessageBox::Question, tr("Delete Calls"),
                        ids.size() == 1 ? tr("Delete the call for good?")
                                        : tr("Delete %1 calls for good?").arg(QLocale().toString(ids.size())),
                        QMessageBox::Cancel, this);
    box->setObjectName(u"deleteForGood"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("They hold too much for Undo: they cannot be brought back."));
    auto *go = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    go->setProperty("danger", true);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(go, &QPushButton::clicked, this, [this, ids] {
        m_history.removeForGood(ids, this, [this](const Result<void> &done) {
            if (!done)
                Q_EMIT failed(done.error());
        });
    });
    box->open();
}

void HistoryPane::removeUndoably(const QList<qint64> &ids, qint64 bytes)
{
    m_history.remove(ids, this, [this, bytes](const Result<QList<HistoryEntry>> &gone) {
        if (!gone) {
            Q_EMIT failed(gone.error());
            return;
        }
        if (gone->isEmpty())
            return;
        const auto calls = std::make_shared<const QList<HistoryEntry>>(*gone);
        m_held.append({calls, bytes});
        const int count = static_cast<int>(calls->size());
        const auto tell = [this](const auto &done) {
            if (!done)
                Q_EMIT failed(done.error());
        };
        UndoStep step;
        step.name = count == 1 ? tr("Delete Call") : tr("Delete %1 Calls").arg(count);
        step.message = count == 1 ? tr("The call is deleted.") : tr("%1 calls are deleted.").arg(count);
        step.undo = [this, tell, calls]() -> Result<void> {
            m_history.putBack(*calls, this, tell);
            return {};
        };
        step.redo = [this, tell, calls]() -> Result<void> {
            QList<qint64> again;
            for (const HistoryEntry &entry : *calls)
                again.append(entry.row.id);
            m_history.remove(again, this, tell);
            return {};
        };
        Q_EMIT undoable(step);
    });
}

void HistoryPane::clearHistory()
{
    auto *box =
        new QMessageBox(QMessageBox::Question, tr("Clear History"),
                        tr("Delete all %n calls from the history?", nullptr, static_cast<int>(m_count)),
                        QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        tr("Pinned ones too. They cannot be brought back. Keys and requests stay as they are."));
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

} // namespace keydesk
