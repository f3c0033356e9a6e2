#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace keydesk {

/// Which file it is, and when it was written last, to see whether it is still the same.
struct FileIdentity
{
    quint64 device = 0;
    quint64 number = 0;  ///< of the file on its device
    qint64 size = 0;     ///< bytes
    qint64 modified = 0; ///< nanoseconds since 1970

    bool operator==(const FileIdentity &) const = default;
    [[nodiscard]] bool isSameFile(const FileIdentity &other) const
    {
        return device == other.device && number == other.number;
    }
};

/// The bytes of a file, read where they are wanted. It is never mapped: reading a mapped file that somebody
/// shortens ends the process. May grow or shrink at any time. Thread-safe.
class FileBytes
{
public:
    /// A regular file only: a pipe or a device has no bytes to go back to.
    static Result<std::shared_ptr<const FileBytes>> open(const QString &path);
    /// Of no file: what was made of one.
    static std::shared_ptr<const FileBytes> inMemory(QByteArray bytes);
    /// Of an open regular file, which is this one's from now on: it is closed when nobody reads it any more.
    static std::shared_ptr<const FileBytes> owning(int descriptor);
    ~FileBytes();
    FileBytes(const FileBytes &) = delete;
    FileBytes &operator=(const FileBytes &) = delete;

    /// As it is now.
    [[nodiscard]] qint64 size() const;
    [[nodiscard]] FileIdentity identity() const;
    /// Shorter where the file ends, or cannot be read (any more).
    [[nodiscard]] QByteArray read(qint64 offset, qint64 length) const;
    /// A few kilobytes from all over the first `size` bytes, which tell whether those are likely to be the
    /// same.
    [[nodiscard]] QByteArray samples(qint64 size) const;
    /// Into `target`; how many bytes there were.
    qint64 readInto(char *target, qint64 offset, qint64 length) const;
    /// For another program to read from; stays this one's. -1 of one that is `inMemory`.
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    /// Of one that is `inMemory`, a copy that has a descriptor and is never on a disk. Null: errno says why
    /// there is none.
    [[nodiscard]] std::shared_ptr<const FileBytes> asFile() const;

private:
    explicit FileBytes(int descriptor)
        : m_descriptor(descriptor)
    {
    }

    explicit FileBytes(QByteArray bytes)
        : m_descriptor(-1)
        , m_memory(std::move(bytes))
    {
    }

    const int m_descriptor; // -1: in memory
    const QByteArray m_memory;
};

} // namespace keydesk
