#pragma once

#include "app/base/Error.h"
#include "app/leaks/LeakFinding.h"

#include <atomic>
#include <functional>
#include <optional>

namespace keydesk {

class LeakMatcher;

struct OwnDataSearch
{
    bool history = true; ///< the calls
    bool others = true;  ///< all other tables
};

struct OwnDataFindings
{
    QList<LeakFinding> findings;
    QStringList notSearched;       ///< tables: nothing found there says nothing
    std::optional<Error> trouble;  ///< why, of the first of them
};

/// Searches every row of Keydesk's own database, whatever its tables are: history, environments and their
/// variables, saved requests, the audit trail. Opens a connection of its own and reads in small steps.
/// Blocks; for a worker's thread. `rows` hears how many were searched since the last call.
Result<OwnDataFindings> searchOwnDatabase(const QString &path, OwnDataSearch what, const LeakMatcher &matcher,
                                          const std::atomic<bool> &cancelled, const std::function<void(qint64)> &rows);

} // namespace keydesk
