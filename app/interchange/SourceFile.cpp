#include "app/interchange/SourceFile.h"

#include "app/interchange/FileErrors.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keydesk {

namespace {

struct SourceFileText
{
    Q_DECLARE_TR_FUNCTIONS(SourceFile)
};

} // namespace

bool FileStamp::looksLike(const FileStamp &other) const
{
    return device == other.device && inode == other.inode && size == other.size && modified == other.modified;
}

FileStamp stampOf(const struct stat &status)
{
    return {static_cast<quint64>(status.st_dev),
            static_cast<quint64>(status.st_ino),
            static_cast<qint64>(status.st_size),
            static_cast<qint64>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec,
            {}};
}

Result<FileStamp> stampOf(const QString &path)
{
    struct stat status
    {
    };
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return tl::unexpected(fileError(errno, path));
    return stampOf(status);
}

Result<QByteArray> readOpenFile(int descriptor, qint64 most, const QString &path)
{
    QByteArray bytes(most, Qt::Uninitialized);
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t got =
            ::read(descriptor, bytes.data() + done, static_cast<std::size_t>(bytes.size() - done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int code = errno;
            wipe(bytes);
            return tl::unexpected(fileError(code, path));
        }
        if (got == 0)
            break;
        done += got;
    }
    bytes.truncate(done);
    return bytes;
}

Result<SourceFile> readSourceFile(const QString &path, qint64 limit)
{
    SourceFile file;
    file.path = QFileInfo(path).canonicalFilePath();
    if (file.path.isEmpty())
        return tl::unexpected(fileError(ENOENT, path));
    // Not blocking: opening a pipe would wait for somebody to write into it.
    const int handle =
        ::open(QFile::encodeName(file.path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (handle < 0)
        return tl::unexpected(fileError(errno, path));
    const auto closing = qScopeGuard([handle] { ::close(handle); });
    struct stat status
    {
    };
    if (::fstat(handle, &status) != 0)
        return tl::unexpected(fileError(errno, path));
    if (!S_ISREG(status.st_mode))
        return failure(Error::Kind::InvalidInput,
                       S_ISDIR(status.st_mode)
                           ? SourceFileText::tr("%1 is a folder. Choose a file in it.").arg(path)
                           : SourceFileText::tr("%1 is not an ordinary file.").arg(path));
    if (status.st_size > limit)
        return tl::unexpected(EnvText::tooLarge(status.st_size));

    // One more than it says, to notice a file that grows.
    auto read = readOpenFile(handle, status.st_size + 1, path);
    if (!read)
        return tl::unexpected(read.error());
    QByteArray &bytes = *read;
    if (bytes.size() != status.st_size) {
        wipe(bytes);
        return failure(Error::Kind::Conflict,
                       SourceFileText::tr("%1 is being written just now. Try again.").arg(path));
    }
    file.stamp = stampOf(status);
    file.bytes = Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    wipe(bytes);
    const std::string_view content = file.bytes.reveal();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(content.data(), static_cast<qsizetype>(content.size())));
    file.stamp.hash = hash.result();
    file.mode = status.st_mode & 07777;
    file.owner = status.st_uid;
    file.links = static_cast<unsigned>(status.st_nlink);
    return file;
}

} // namespace keydesk
