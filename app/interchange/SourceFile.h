#pragma once

#include "app/base/Error.h"
#include "app/base/Secret.h"
#include "app/interchange/EnvText.h"

#include <QByteArray>
#include <QString>

struct stat;

namespace keydesk {

/// What a file was when it was read, to tell whether it is still that.
struct FileStamp
{
    quint64 device = 0;
    quint64 inode = 0;
    qint64 size = 0;
    qint64 modified = 0; ///< nanoseconds
    QByteArray hash;     ///< of its bytes; kept in memory only

    /// All but the hash: without reading it again.
    [[nodiscard]] bool looksLike(const FileStamp &other) const;
    bool operator==(const FileStamp &) const = default;
};

/// A regular file, read whole.
struct SourceFile
{
    QString path; ///< links resolved
    Secret bytes;
    FileStamp stamp;
    unsigned mode = 0; ///< permission bits
    unsigned owner = 0;
    unsigned links = 1; ///< its names
};

/// Folders, devices and pipes are refused without waiting for them; files of more than `limit` bytes without being read.
Result<SourceFile> readSourceFile(const QString &path, qint64 limit = EnvText::limit);
/// The stamp of what is there now, without the hash.
Result<FileStamp> stampOf(const QString &path);
FileStamp stampOf(const struct stat &status);
/// What an open file has from where it stands, up to `most` bytes. `path` is for the Error.
Result<QByteArray> readOpenFile(int descriptor, qint64 most, const QString &path);

} // namespace keydesk
