#include "app/interchange/AtomicFile.h"

#include "app/interchange/FileErrors.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace keydesk {

namespace {

struct AtomicFileText
{
    Q_DECLARE_TR_FUNCTIONS(AtomicFile)
};

Error changed(const QString &path)
{
    return {Error::Kind::Conflict,
            AtomicFileText::tr(
                "%1 has been changed by somebody else meanwhile, so nothing was written. Look at it again.")
                .arg(path),
            {}};
}

QByteArray folderOf(const QString &path)
{
    return QFile::encodeName(QFileInfo(path).path());
}

/// Access lists and labels. What the file system or the user may not set is left out.
void copyAttributes(const QString &from, int to)
{
    const QByteArray path = QFile::encodeName(from);
    QByteArray names(64 * 1024, '\0');
    const ssize_t size = ::listxattr(path.constData(), names.data(), static_cast<std::size_t>(names.size()));
    for (qsizetype at = 0; at < size;) {
        const QByteArray name(names.constData() + at);
        at += name.size() + 1;
        QByteArray value(64 * 1024, '\0');
        const ssize_t length = ::getxattr(path.constData(), name.constData(), value.data(),
                                          static_cast<std::size_t>(value.size()));
        if (length >= 0)
            (void)::fsetxattr(to, name.constData(), value.constData(), static_cast<std::size_t>(length), 0);
    }
}

} // namespace

AtomicFile::AtomicFile(const QString &path, const Secret &bytes)
    : m_path(path)
    , m_bytes(bytes.copy())
{
}

AtomicFile::AtomicFile(AtomicFile &&other) noexcept
    : m_path(std::move(other.m_path))
    , m_bytes(std::move(other.m_bytes))
    , m_before(std::move(other.m_before))
    , m_handle(std::exchange(other.m_handle, -1))
    , m_temporary(std::exchange(other.m_temporary, {}))
{
}

AtomicFile::~AtomicFile()
{
    if (m_handle >= 0)
        ::close(m_handle);
    if (!m_temporary.isEmpty())
        ::unlink(m_temporary.constData());
}

Result<AtomicFile> AtomicFile::create(const QString &path, const Secret &bytes, unsigned mode)
{
    AtomicFile file(path, bytes);
    if (const Result<void> written = file.write(mode, nullptr); !written)
        return tl::unexpected(written.error());
    return file;
}

Result<AtomicFile> AtomicFile::replace(const SourceFile &before, const Secret &bytes, unsigned mode)
{
    if (before.links > 1)
        return failure(
            Error::Kind::Unsupported,
            AtomicFileText::tr("%1 has a second name (a hard link), under which the old contents would "
                               "stay. Change it in an editor.")
                .arg(before.path));
    if (before.owner != ::geteuid())
        return failure(Error::Kind::StorageReadOnly,
                       AtomicFileText::tr("%1 belongs to another user. Keydesk changes only your own files.")
                           .arg(before.path));
    if (::access(QFile::encodeName(before.path).constData(), W_OK) != 0)
        return tl::unexpected(fileError(errno, before.path));
    AtomicFile file(before.path, bytes);
    file.m_before = before.stamp;
    if (const Result<void> written = file.write(mode, &before); !written)
        return tl::unexpected(written.error());
    return file;
}

QByteArray AtomicFile::freeName() const
{
    return folderOf(m_path) + "/." + QFile::encodeName(QFileInfo(m_path).fileName()) + '.' +
           QUuid::createUuid().toByteArray(QUuid::Id128).first(12);
}

Result<void> AtomicFile::write(unsigned mode, const SourceFile *before)
{
    m_handle = ::open(folderOf(m_path).constData(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (m_handle < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        m_temporary = freeName();
        m_handle =
            ::open(m_temporary.constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (m_handle < 0)
        return tl::unexpected(fileError(errno, QFileInfo(m_path).path()));
    std::string_view rest = m_bytes.reveal();
    while (!rest.empty()) {
        const ssize_t done = ::write(m_handle, rest.data(), rest.size());
        if (done < 0 && errno != EINTR)
            return tl::unexpected(fileError(errno, m_path));
        rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(0, done)));
    }
    if (before) {
        struct stat status
        {
        };
        if (::stat(QFile::encodeName(m_path).constData(), &status) == 0 && status.st_gid != ::getegid() &&
            ::fchown(m_handle, static_cast<uid_t>(-1), status.st_gid) != 0)
            return tl::unexpected(fileError(errno, m_path));
        copyAttributes(m_path, m_handle);
    }
    if (::fchmod(m_handle, mode) != 0 || ::fsync(m_handle) != 0)
        return tl::unexpected(fileError(errno, m_path));
    return {};
}

/// Gives the bytes a name beside the file, for the moment until they take its own.
Result<void> AtomicFile::name()
{
    if (!m_temporary.isEmpty())
        return {};
    const QByteArray bytes = "/proc/self/fd/" + QByteArray::number(m_handle);
    const QByteArray wanted = m_before ? freeName() : QFile::encodeName(m_path);
    if (::linkat(AT_FDCWD, bytes.constData(), AT_FDCWD, wanted.constData(), AT_SYMLINK_FOLLOW) != 0)
        return tl::unexpected(errno == EEXIST ? changed(m_path) : fileError(errno, m_path));
    if (m_before)
        m_temporary = wanted;
    return {};
}

Result<void> AtomicFile::commit()
{
    if (m_before) {
        const Result<FileStamp> now = stampOf(m_path);
        if (!now || !now->looksLike(*m_before))
            return tl::unexpected(changed(m_path));
    }
    if (const Result<void> named = name(); !named)
        return named;
    const QByteArray path = QFile::encodeName(m_path);
    if (!m_temporary.isEmpty()) {
        // A new file must not take the place of one that has appeared; link() refuses, rename() would not.
        if (!m_before && ::link(m_temporary.constData(), path.constData()) != 0)
            return tl::unexpected(errno == EEXIST ? changed(m_path) : fileError(errno, m_path));
        if (m_before) {
            if (::rename(m_temporary.constData(), path.constData()) != 0)
                return tl::unexpected(fileError(errno, m_path));
            m_temporary.clear();
        }
    }
    if (const int folder = ::open(folderOf(m_path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        folder >= 0) {
        (void)::fsync(folder); // some file systems cannot, and have written it all the same
        ::close(folder);
    }
    const Result<SourceFile> written = readSourceFile(m_path, std::max<qint64>(EnvText::limit, m_bytes.size()));
    if (!written)
        return tl::unexpected(written.error());
    if (!written->bytes.equals(m_bytes))
        return failure(
            Error::Kind::StorageFailed,
            AtomicFileText::tr("%1 does not read back as it was written. Look at it.").arg(m_path));
    return {};
}

} // namespace keydesk
