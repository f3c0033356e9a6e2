#include "app/body/FileBytes.h"

#include <QCoreApplication>
#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct FileBytesText
{
    Q_DECLARE_TR_FUNCTIONS(FileBytes)
};

} // namespace

Result<std::shared_ptr<const FileBytes>> FileBytes::open(const QString &path)
{
    // Not blocking: a pipe that nobody writes to would hold the window.
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        const QString reason = QString::fromLocal8Bit(std::strerror(errno));
        return failure(errno == ENOENT ? Error::Kind::NotFound : Error::Kind::StorageFailed,
                       FileBytesText::tr("%1 cannot be opened: %2.").arg(path, reason));
    }
    std::shared_ptr<const FileBytes> bytes(new FileBytes(descriptor));
    struct stat status
    {
    };
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return failure(Error::Kind::InvalidInput,
                       S_ISDIR(status.st_mode) ? FileBytesText::tr("%1 is a folder.").arg(path)
                                               : FileBytesText::tr("%1 is not a regular file.").arg(path));
    return bytes;
}

std::shared_ptr<const FileBytes> FileBytes::inMemory(QByteArray bytes)
{
    return std::shared_ptr<const FileBytes>(new FileBytes(std::move(bytes)));
}

std::shared_ptr<const FileBytes> FileBytes::owning(int descriptor)
{
    return std::shared_ptr<const FileBytes>(new FileBytes(descriptor));
}

std::shared_ptr<const FileBytes> FileBytes::asFile() const
{
    const int descriptor = ::memfd_create("body", MFD_CLOEXEC);
    if (descriptor < 0)
        return {};
    auto file = owning(descriptor);
    for (qint64 done = 0; done < m_memory.size();) {
        const ssize_t now = ::write(descriptor, m_memory.constData() + done, size_t(m_memory.size() - done));
        if (now > 0)
            done += now;
        else if (now == 0 || errno != EINTR)
            return {};
    }
    return file;
}

FileBytes::~FileBytes()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

qint64 FileBytes::size() const
{
    if (m_descriptor < 0)
        return m_memory.size();
    struct stat status
    {
    };
    return ::fstat(m_descriptor, &status) == 0 ? status.st_size : 0;
}

FileIdentity FileBytes::identity() const
{
    if (m_descriptor < 0)
        return {0, 0, m_memory.size(), 0};
    struct stat status
    {
    };
    if (::fstat(m_descriptor, &status) != 0)
        return {};
    constexpr qint64 second = 1'000'000'000;
    return {quint64(status.st_dev), quint64(status.st_ino), status.st_size,
            qint64(status.st_mtim.tv_sec) * second + status.st_mtim.tv_nsec};
}

QByteArray FileBytes::samples(qint64 size) const
{
    constexpr qint64 count = 16;
    constexpr qint64 length = 4096;
    if (size <= count * length)
        return read(0, size);
    QByteArray samples;
    for (qint64 i = 0; i < count; ++i) {
        const qint64 offset = std::max<qint64>(0, size - length) / (count - 1) * i;
        samples += read(i < count - 1 ? offset : std::max<qint64>(0, size - length), std::min(length, size));
    }
    return samples;
}

QByteArray FileBytes::read(qint64 offset, qint64 length) const
{
    QByteArray bytes(std::max<qint64>(0, std::min(length, size() - offset)), Qt::Uninitialized);
    bytes.truncate(readInto(bytes.data(), offset, bytes.size()));
    return bytes;
}

qint64 FileBytes::readInto(char *target, qint64 offset, qint64 length) const
{
    if (m_descriptor < 0) {
        const qint64 there = std::clamp<qint64>(m_memory.size() - offset, 0, std::max<qint64>(0, length));
        if (there > 0)
            std::memcpy(target, m_memory.constData() + offset, static_cast<size_t>(there));
        return there;
    }
    qint64 done = 0;
    while (done < length) {
        const ssize_t now =
            ::pread(m_descriptor, target + done, static_cast<size_t>(length - done), offset + done);
        if (now < 0 && errno == EINTR)
            continue;
        if (now <= 0)
            break;
        done += now;
    }
    return done;
}

} // namespace keydesk
