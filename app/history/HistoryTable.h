#pragma once

#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"

#include <functional>

namespace keydesk {

/// Whether somebody no longer waits for an answer; asked in another thread than it is said in.
using IsStopped = std::function<bool()>;

/// History's SQL, for the thread that `database` belongs to.
class HistoryTable
{
public:
    explicit HistoryTable(Database &database);

    Result<qint64>
    insert(const HistoryEntry &entry); ///< the id: the entry's own if it has one, or else the next
    Result<QList<HistoryRow>> list(const HistoryQuery &query, qint64 beforeId, int limit,
                                   const IsStopped &isStopped);
    Result<HistoryEntry> load(qint64 id);
    Result<QList<HistoryEntry>> remove(const QList<qint64> &ids); ///< returns what was there
    Result<void> putBack(const QList<HistoryEntry> &entries);
    Result<void> setPinned(const QList<qint64> &ids, bool pinned);
    Result<qint64> count();
    Result<QStringList> requestsNaming(const QUuid &keyId);

private:
    Result<QList<HistoryRow>> rows(const QString &from, const QString &where, const QVariantList &values,
                                   const QString &order, int limit);
    Result<void> store(const HistoryEntry &entry, qint64 &id);

    Database &m_database;
};

} // namespace keydesk
