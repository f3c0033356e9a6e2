#pragma once

#include <QString>

namespace keydesk {

/// A new file in the folder for reading and writing, of mode 0600, that has no name: its disk is free again
/// when it is closed, also by a crash. Where the file system needs a name for a moment, it is "body-??????".
/// -1: errno says why there is none.
int namelessFile(const QString &folder);

} // namespace keydesk
