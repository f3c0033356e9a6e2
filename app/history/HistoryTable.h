#pragma once

#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"

#include <optional>

namespace keydesk {

/// History's SQL, for the thread that `database` belongs to.
class HistoryTable
{
public:
    explicit HistoryTable(Database &database);

    Result<qint64> insert(const HistoryEntry &entry); ///< the id
    Result<QList<HistoryRow>> list(const QString &search, qint64 beforeId, int limit);
    Result<HistoryEntry> load(qint64 id);
    Result<void> remove(qint64 id);
    /// Removes all, or all older than `before`, and gives the space back to the disk; returns how many went.
    /// In steps, so that others who write to the file wait for a few of them at most.
    Result<qint64> removeAll(const std::optional<QDateTime> &before);
    Result<qint64> count();
    Result<QStringList> requestsNaming(const QUuid &keyId);

private:
    Result<void> giveSpaceBack();

    Database &m_database;
};

} // namespace keydesk
