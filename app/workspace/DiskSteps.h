#pragma once

#include "app/interchange/SourceFile.h"
#include "app/workspace/HttpFile.h"

namespace keydesk {

/// A file with requests; the Error for one that is too large is in its words.
Result<SourceFile> readRequestFile(const QString &path);
QByteArray bytesOf(const SourceFile &file);

/// Replaces the file if it is still `before`; whole or not at all.
Result<void> replaceBytes(const QString &path, const QByteArray &before, const QByteArray &after);
Result<void> replaceBytes(const SourceFile &file, const QByteArray &after);
/// A new file, with its folder's permissions; Duplicate if there is one.
Result<void> createBytes(const QString &path, const QByteArray &bytes);
/// Deletes the file if it is still `before`.
Result<void> deleteBytes(const QString &path, const QByteArray &before);
/// Gives a file or folder another place; Duplicate if something stands there.
Result<void> renameOnDisk(const QString &from, const QString &to);
/// With its parent's permissions.
Result<void> createFolderOnDisk(const QString &path);

/// Where it is in the trash then. Unsupported if the desktop has none for it.
Result<QString> trash(const QString &path);
Result<void> backFromTrash(const QString &inTrash, const QString &path);

} // namespace keydesk
