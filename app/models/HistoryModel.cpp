#include "app/models/HistoryModel.h"

#include "app/environments/EnvironmentStore.h"
#include "app/http/Origin.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int pageRows = 200;

QString statusText(const HistoryRow &row)
{
    return row.status > 0 ? QString::number(row.status) : HistoryModel::tr("no answer");
}

} // namespace

QString historyTime(const QDateTime &at, const QDateTime &now)
{
    const QDateTime then = at.toLocalTime();
    const QDateTime today = now.toLocalTime();
    const qint64 seconds = then.secsTo(today);
    // A clock that was set back makes a call seem to come from the future.
    if (seconds < 60 && seconds > -60)
        return HistoryModel::tr("just now");
    if (seconds > 0 && seconds < 3600)
        return HistoryModel::tr("%n min ago", nullptr, static_cast<int>(seconds / 60));
    const QLocale locale;
    const QString time = locale.toString(then.time(), QLocale::ShortFormat);
    const qint64 days = then.date().daysTo(today.date());
    if (days == 0)
        return time;
    if (days == 1)
        return HistoryModel::tr("Yesterday, %1").arg(time);
    return locale.toString(then.date(), QLocale::ShortFormat);
}

HistoryModel::HistoryModel(HistoryStore &history, const EnvironmentStore &environments, QObject *parent)
    : QAbstractListModel(parent)
    , m_history(history)
    , m_environments(environments)
{
    for (const auto change :
         {&EnvironmentStore::added, &EnvironmentStore::removed, &EnvironmentStore::changed})
        connect(&environments, change, this, &HistoryModel::hostsChanged);
    connect(&environments, &EnvironmentStore::reset, this, &HistoryModel::hostsChanged);
    connect(&history, &HistoryStore::added, this, &HistoryModel::takeAdded);
    connect(&history, &HistoryStore::removed, this, &HistoryModel::drop);
    connect(&history, &HistoryStore::cleared, this, &HistoryModel::empty);
    connect(&history, &HistoryStore::purged, this, &HistoryModel::reload);
    connect(&history, &HistoryStore::returned, this, &HistoryModel::reload);
    connect(&history, &HistoryStore::pinned, this, &HistoryModel::showPinned);
    connect(&history, &HistoryStore::indexing, this, &HistoryModel::takeProgress);
    reload();
}

void HistoryModel::setQuery(const HistoryQuery &query)
{
    if (query == m_query)
        return;
    m_query = query;
    reload();
}

void HistoryModel::reload()
{
    ++m_generation;
    m_firstPagePending = true;
    m_isFirstPage = true;
    m_complete = false;
    m_next = 0;
    m_missing = pageRows;
    m_newest = m_history.progress().newest;
    m_arrived.clear();
    if (m_stop)
        *m_stop = true;
    fetch();
}

bool HistoryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_complete && !m_fetching && !m_firstPagePending;
}

void HistoryModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_missing = pageRows;
    fetch();
}

void HistoryModel::fetch()
{
    if (m_fetching)
        return;
    m_fetching = true;
    m_stop = m_history.list(
        m_query, m_next, m_missing, this,
        [this, generation = m_generation](const Result<HistoryPage> &page) {
            m_stop.reset();
            if (generation == m_generation) {
                take(page);
                return;
            }
            m_fetching = false;
            if (m_firstPagePending)
                fetch();
        },
        HistoryStore::Patience::Moment);
}

/// What is found is shown at once; the rest of the page follows.
void HistoryModel::take(const Result<HistoryPage> &page)
{
    const QList<HistoryRow> rows = page ? page->rows : QList<HistoryRow>();
    m_next = page ? page->next : 0;
    m_missing -= static_cast<int>(rows.size());
    const bool isReset = page && m_firstPagePending;
    const bool goesOn = m_missing > 0 && m_next > 0;
    const bool isLoaded = m_isFirstPage && !goesOn;
    // A failed page is not asked for again by scrolling; a new search does. Views ask for more while they
    // hear of rows: not before these are in, nor in the middle of a page.
    const auto finish = [this, goesOn] {
        m_complete = m_next == 0;
        m_firstPagePending = false;
        m_isFirstPage = m_isFirstPage && goesOn;
        m_fetching = goesOn;
    };
    if (isReset) {
        beginResetModel();
        const qint64 newest = rows.isEmpty() ? 0 : rows.first().id;
        m_rows = m_arrived;
        m_rows.removeIf([newest](const HistoryRow &row) { return row.id <= newest; });
        m_rows.append(rows);
        m_arrived.clear();
        finish();
        endResetModel();
    } else if (!rows.isEmpty()) {
        const int first = rowCount();
        beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
        m_rows.append(rows);
        finish();
        endInsertRows();
    } else {
        finish();
    }
    if (!page)
        Q_EMIT failed(page.error());
    if (isLoaded)
        Q_EMIT loaded();
    if (goesOn) {
        m_fetching = false;
        fetch();
    }
}

void HistoryModel::takeAdded(const HistoryRow &row)
{
    if (m_query.isAll()) {
        insert(row);
        return;
    }
    // Only the store knows its texts. It begins with this call.
    m_history.list(
        m_query, row.id + 1, 1, this,
        [this, id = row.id, generation = m_generation](const Result<HistoryPage> &newest) {
            if (newest && !newest->rows.isEmpty() && newest->rows.first().id == id &&
                generation == m_generation)
                insert(newest->rows.first());
        },
        HistoryStore::Patience::Moment);
}

void HistoryModel::setSeen(bool seen)
{
    m_isSeen = seen;
    takeNewer();
}

/// Calls that nobody told of: other processes stored them.
void HistoryModel::takeNewer()
{
    const qint64 newest = m_history.progress().newest;
    if (!m_isSeen || newest <= m_newest)
        return;
    m_history.list(
        m_query, 0, pageRows, this,
        [this, known = std::exchange(m_newest, newest),
         generation = m_generation](const Result<HistoryPage> &page) {
            if (!page || generation != m_generation)
                return;
            if (page->next > known + 1) { // there are more than these
                reload();
                return;
            }
            for (const HistoryRow &row : page->rows) {
                if (row.id > known)
                    insert(row);
            }
        },
        HistoryStore::Patience::Moment);
}

void HistoryModel::insert(const HistoryRow &row)
{
    // Whether the page that is on its way has it already is known when it is there.
    if (m_firstPagePending) {
        m_arrived.prepend(row);
        return;
    }
    const auto place =
        std::ranges::find_if(m_rows, [&row](const HistoryRow &each) { return each.id <= row.id; });
    if (place != m_rows.end() && place->id == row.id)
        return;
    const int at = static_cast<int>(place - m_rows.begin());
    beginInsertRows({}, at, at);
    m_rows.insert(at, row);
    endInsertRows();
}

void HistoryModel::showPinned(const QList<qint64> &ids, bool pinned)
{
    if (m_query.pinned) {
        reload();
        return;
    }
    for (int at = 0; at < rowCount(); ++at) {
        if (!ids.contains(m_rows.at(at).id))
            continue;
        m_rows[at].isPinned = pinned;
        Q_EMIT dataChanged(index(at), index(at), {PinnedRole, Qt::AccessibleTextRole});
    }
}

void HistoryModel::takeProgress(const HistoryProgress &progress)
{
    // What is found more by then is older, and below.
    const bool wasPartial = std::exchange(m_isPartial, !progress.isComplete());
    if (wasPartial && progress.isComplete() && !m_query.isAll())
        reload();
    else
        takeNewer();
}

void HistoryModel::drop(qint64 id)
{
    m_arrived.removeIf([id](const HistoryRow &row) { return row.id == id; });
    const auto found = std::ranges::find(m_rows, id, &HistoryRow::id);
    if (found == m_rows.end())
        return;
    const int row = static_cast<int>(found - m_rows.begin());
    beginRemoveRows({}, row, row);
    m_rows.removeAt(row);
    endRemoveRows();
}

void HistoryModel::empty()
{
    beginResetModel();
    m_rows.clear();
    m_arrived.clear();
    endResetModel();
    // What was asked before may still come back with rows that are gone.
    reload();
}

void HistoryModel::hostsChanged()
{
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {HostRole, Qt::AccessibleTextRole});
}

QString HistoryModel::foreignHost(const HistoryRow &row) const
{
    const Result<Origin> called = Origin::fromUrl(QUrl(row.url));
    if (!called)
        return {};
    if (const auto environment = m_environments.find(row.environmentId)) {
        const Result<Origin> own = Origin::fromUrl(QUrl(environment->baseUrl));
        if (own && *own == *called)
            return {};
    }
    QString host = called->toString();
    if (host.startsWith("https://"_L1))
        host.remove(0, 8);
    return host;
}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const HistoryRow &row = m_rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return tr("%1 %2", "a method and a URL").arg(row.method, row.url);
    case Qt::ToolTipRole:
        return row.errorText.isEmpty() ? row.url : row.url + u'\n' + row.errorText;
    case Qt::AccessibleTextRole:
        return tr("%1 %2, %3, %4, %5", "method, URL, status, environment, time")
                   .arg(row.method, row.url, statusText(row), row.environmentName,
                        historyTime(row.at, QDateTime::currentDateTimeUtc())) +
               (row.isPinned ? tr(", pinned") : QString());
    case HostRole:
        return foreignHost(row);
    case PinnedRole:
        return row.isPinned;
    case IdRole:
        return row.id;
    case MethodRole:
        return row.method;
    case StatusRole:
        return row.status;
    case UrlRole:
        return row.url;
    case TimeRole:
        return historyTime(row.at, QDateTime::currentDateTimeUtc());
    case EnvironmentRole:
        return row.environmentName;
    default:
        return {};
    }
}

QList<qint64> HistoryModel::ids(const QModelIndexList &indexes) const
{
    QList<qint64> found;
    for (const QModelIndex &each : indexes)
        found.append(each.data(IdRole).toLongLong());
    return found;
}

} // namespace keydesk
