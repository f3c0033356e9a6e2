#pragma once

#include "app/history/HistoryStore.h"

#include <QAbstractListModel>

namespace keydesk {

class EnvironmentStore;

/// "just now", "5 min ago", then the time of today, "Yesterday", and the date; in the user's locale and time
/// zone.
QString historyTime(const QDateTime &at, const QDateTime &now);

/// The history list, fetched a page at a time, newest first.
class HistoryModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole,
        MethodRole,
        StatusRole, ///< int; 0 for no answer
        UrlRole,
        TimeRole, ///< relative, as text
        EnvironmentRole,
        PinnedRole, ///< bool
        HostRole,   ///< where the call went, if that is not the host of its environment as it is now; else
                    ///< empty
    };

    HistoryModel(HistoryStore &history, const EnvironmentStore &environments, QObject *parent = nullptr);

    /// The rows of the last query stay until those of this one are there.
    void setQuery(const HistoryQuery &query);
    [[nodiscard]] const HistoryQuery &query() const { return m_query; }
    /// The first page of a search is on its way, or not full yet.
    [[nodiscard]] bool isLoading() const { return m_isFirstPage; }

    /// Somebody sees the list: calls that other processes have stored and will store appear in it.
    void setSeen(bool seen);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    [[nodiscard]] QList<qint64> ids(const QModelIndexList &indexes) const;

Q_SIGNALS:
    void loaded(); ///< the first page of a search is there as a whole, or failed
    void failed(const keydesk::Error &error);

private:
    void reload();
    void fetch();
    void take(const Result<HistoryPage> &page);
    void takeAdded(const HistoryRow &row);
    void takeNewer();
    void insert(const HistoryRow &row);
    void showPinned(const QList<qint64> &ids, bool pinned);
    void takeProgress(const HistoryProgress &progress);
    void drop(qint64 id);
    void empty();
    void hostsChanged();
    [[nodiscard]] QString foreignHost(const HistoryRow &row) const;

    HistoryStore &m_history;
    const EnvironmentStore &m_environments;
    HistoryQuery m_query;
    QList<HistoryRow> m_rows;
    QList<HistoryRow> m_arrived; // added while the first page was on its way, newest first
    bool m_firstPagePending = false; // the rows are still those of the search before
    bool m_isFirstPage = false;
    bool m_complete = false;
    qint64 m_next = 0;                         // where the next page begins
    int m_missing = 0;                         // rows of the page that is on its way
    bool m_isPartial = false;                  // older calls cannot be searched yet
    bool m_fetching = false;                   // one question at a time: typing does not pile up searches
    int m_generation = 0;                      // answers to an older search are dropped
    std::shared_ptr<std::atomic<bool>> m_stop; // for the question that is on its way
    bool m_isSeen = false;
    qint64 m_newest = 0; // calls up to this id were asked for
};

} // namespace keydesk
