#pragma once

#include "app/doctor/Finding.h"
#include "app/storage/Paths.h"

namespace keydesk {

// Each of these looks, and changes nothing.

/// The folders of settings and of data: there, the user's own, closed to others (0700), writable; what disk
/// they are on and the room there. That there are none yet is a note.
Findings checkFolders(const Paths &paths);

/// The room on the disk of the data, in bytes.
Finding checkRoom(qint64 available);
/// By the name that the system gives it ("nfs4"): another computer's disk, on which SQLite's locks may not
/// hold.
bool isNetworkFileSystem(const QByteArray &type);

/// A file that others may read or change, which no file of Keydesk's should be; nothing for one that is not
/// there or is as it should be.
Findings checkPrivate(const QString &id, const QString &path);
/// A path as an argument in a shell.
QString shellWord(const QString &path);

} // namespace keydesk
