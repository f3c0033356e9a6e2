#pragma once

#include "app/base/Error.h"

#include <QString>

namespace keydesk {

/// What happens to the database as a file, before and beside SQLite. "Its files" are the database and its
/// -wal and -shm.

/// Makes an empty file (0600) if there is none. StorageReadOnly if it or its folder may not be changed,
/// StorageCorrupt if something else stands in its place or only its -wal is left.
Result<void> prepareDatabaseFile(const QString &path);
/// SQLite deletes the -wal of a database that it finds damaged, and with it what had been saved last: gives
/// it a second name until `letJournalGo`, where the file system has such names. `setDatabaseAside` brings it
/// back.
void holdJournal(const QString &path);
void letJournalGo(const QString &path);
/// The same, after SQLite deleted the journal of a file that could not be opened: it is where it was.
void putJournalBack(const QString &path);
/// Renames its files to `<path>.corrupt-<time>` and so on; returns that name. Nothing is deleted or
/// overwritten.
Result<QString> setDatabaseAside(const QString &path);
/// 0600 for its files.
void restrictDatabaseFiles(const QString &path);

/// That SQLite found damage in it after it was opened: `<path>.damaged` stands beside it, so that the next
/// start looks closer.
void noteDamage(const QString &path);
bool isDamageNoted(const QString &path);
void forgetDamage(const QString &path);

/// An empty file with mode 0600, in place of one that is there.
Result<void> makeEmptyFile(const QString &path);
/// Renames `from` to `to`, in place of one that is there.
Result<void> replaceFile(const QString &from, const QString &to);

} // namespace keydesk
