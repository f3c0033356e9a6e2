#pragma once

#include "app/interchange/SourceFile.h"

#include <optional>

namespace keydesk {

/// A file's new contents, written and on the disk, but not yet in its place: until `commit` the old file is
/// what it was, and whoever kills the process leaves nothing behind (the new bytes have no name before, where
/// the file system can do that; else they are removed when this ends).
class AtomicFile
{
public:
    /// A new file: `commit` refuses if one has appeared meanwhile.
    static Result<AtomicFile> create(const QString &path, const Secret &bytes, unsigned mode);
    /// In place of `file`, with its owner, group and extended attributes; `commit` refuses if it has changed
    /// meanwhile.
    static Result<AtomicFile> replace(const SourceFile &file, const Secret &bytes, unsigned mode);

    AtomicFile(AtomicFile &&other) noexcept;
    AtomicFile &operator=(AtomicFile &&other) = delete;
    ~AtomicFile();

    /// Puts it in its place, then reads it back.
    Result<void> commit();

private:
    AtomicFile(const QString &path, const Secret &bytes);
    Result<void> write(unsigned mode, const SourceFile *before);
    Result<void> name();
    [[nodiscard]] QByteArray freeName() const;

    QString m_path;
    Secret m_bytes;
    std::optional<FileStamp> m_before; // what is replaced
    int m_handle = -1;
    QByteArray m_temporary; // its name, if it has one
};

} // namespace keydesk
