#pragma once

#include "app/base/Error.h"

#include <QString>

#include <functional>

namespace keydesk {

/// Tells what another process is doing at this moment from what one left half done. A pending row, a leftover secret or an unfinished
/// rotation is either: whoever puts such things in order (the window) must not touch what belongs to a living command line.
///
/// A command that changes keys holds the lock, shared with other such commands, for as long as it works. The window looks in a moment in which
/// nobody holds it: what is half done then was left behind, and nobody who begins later takes it up. So nobody waits for anybody's work; and
/// the system lets go of the lock of a process that ends, however it ends, so that it cannot be stale.
///
/// What two processes may change at once is settled by the database, row by row (KeyStore, EnvironmentStore, RotationStore).
class KeysLock
{
public:
    /// `path`: a file that is made, 0600, and stays.
    explicit KeysLock(const QString &path);
    ~KeysLock();
    KeysLock(const KeysLock &) = delete;
    KeysLock &operator=(const KeysLock &) = delete;

    /// From now on until this object's end this process changes keys. Waits for a `look` that is going on, which is over at once.
    Result<void> holdWhileChanging();
    /// Calls `look` and returns true if no process is changing keys; none begins meanwhile, so `look` must be short. Without a lock file
    /// there can be no other process either.
    bool ifNobodyChanges(const std::function<void()> &look);

private:
    int file();

    const QString m_path;
    int m_file = -1;
};

} // namespace keydesk
