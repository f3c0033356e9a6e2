#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QString>

#include <optional>

class QFileDevice;

namespace keydesk {

/// The sealed file's way to and from the disk. For a worker thread: everything here may wait for the disk.

/// Nothing if there is no file. The Error names what stands in its place or keeps it from being read. A file that others may read is made
/// private.
Result<std::optional<QByteArray>> readSealedFile(const QString &path);
/// The same, and leaves the file's permissions as they are.
Result<std::optional<QByteArray>> lookAtSealedFile(const QString &path);

/// Whole or not at all (a new file is written, flushed to the disk and renamed over the old one), mode 0600,
/// and compared with what the disk gives back. A link is followed.
Result<void> replaceSealedFile(const QString &path, const QByteArray &file);

/// The version before the last change.
QString previousSealedFile(const QString &path);

/// Renames what stands at `path` to `<path>.damaged-<time>` and returns that name. Nothing is deleted.
Result<QString> setSealedFileAside(const QString &path);

/// Writes and flushes all of it; a full disk is told from other trouble.
Result<void> writeAll(QFileDevice &device, const QByteArray &bytes);

} // namespace keydesk
