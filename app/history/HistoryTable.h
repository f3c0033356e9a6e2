#pragma once

#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"

#include <chrono>

namespace keydesk {

/// History's SQL, for the thread that `database` belongs to.
class HistoryTable
{
public:
    explicit HistoryTable(Database &database);

    Result<qint64>
    insert(const HistoryEntry &entry); ///< the id: the entry's own if it has one, or else the next
    /// `limit` rows older than `beforeId` (0: from the newest), or fewer after about `time`.
    Result<HistoryPage> list(const HistoryQuery &query, qint64 beforeId, int limit,
                             std::chrono::milliseconds time);
    Result<HistoryEntry> load(qint64 id);
    Result<QList<HistoryEntry>> remove(const QList<qint64> &ids); ///< returns what was there
    Result<qint64> bytesOf(const QList<qint64> &ids);             ///< that these take in memory, about
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
