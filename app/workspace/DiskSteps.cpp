#include "app/workspace/DiskSteps.h"

#include "app/interchange/AtomicFile.h"
#include "app/interchange/FileErrors.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include <cerrno>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct DiskStepsText
{
    Q_DECLARE_TR_FUNCTIONS(RequestFiles)
};

Secret secretOf(const QByteArray &bytes)
{
    return Secret(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

Error changedMeanwhile(const QString &path)
{
    return {
        Error::Kind::Conflict,
        DiskStepsText::tr("%1 was changed by another program meanwhile, so it was left as it is.").arg(path),
        {}};
}

Error existsAlready(const QString &path)
{
    return {
        Error::Kind::Duplicate, DiskStepsText::tr("%1 exists already. Choose another name.").arg(path), {}};
}

/// Who may look into the folder may read what is in it, and nobody else; others never write.
unsigned modeIn(const QString &path, unsigned most)
{
    struct stat status = {};
    const QByteArray folder = QFile::encodeName(QFileInfo(path).path());
    return ::stat(folder.constData(), &status) == 0 ? (status.st_mode & most) | (most & 0700) : most & 0700;
}

} // namespace

Result<SourceFile> readRequestFile(const QString &path)
{
    auto file = readSourceFile(path, HttpFile::limit);
    if (file || file.error().kind != Error::Kind::TooLarge)
        return file;
    return failure(
        Error::Kind::TooLarge,
        DiskStepsText::tr("%1 is too large: Keydesk reads files with requests of up to %2. Split it.")
            .arg(path, QLocale().formattedDataSize(HttpFile::limit)));
}

QByteArray bytesOf(const SourceFile &file)
{
    const std::string_view bytes = file.bytes.reveal();
    return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}

Result<void> replaceBytes(const SourceFile &file, const QByteArray &after)
{
    return AtomicFile::replace(file, secretOf(after), file.mode).and_then([](AtomicFile written) {
        return written.commit();
    });
}

Result<void> replaceBytes(const QString &path, const QByteArray &before, const QByteArray &after)
{
    const auto file = readRequestFile(path);
    if (!file)
        return tl::unexpected(file.error());
    if (bytesOf(*file) != before)
        return tl::unexpected(changedMeanwhile(path));
    return replaceBytes(*file, after);
}

Result<void> createBytes(const QString &path, const QByteArray &bytes)
{
    if (QFileInfo::exists(path) || QFileInfo(path).isSymLink())
        return tl::unexpected(existsAlready(path));
    return AtomicFile::create(path, secretOf(bytes), modeIn(path, 0664)).and_then([](AtomicFile file) {
        return file.commit();
    });
}

Result<void> deleteBytes(const QString &path, const QByteArray &before)
{
    const auto file = readRequestFile(path);
    if (!file)
        return tl::unexpected(file.error());
    if (bytesOf(*file) != before)
        return tl::unexpected(changedMeanwhile(path));
    if (::unlink(QFile::encodeName(path).constData()) != 0)
        return tl::unexpected(fileError(errno, path));
    return {};
}

Result<void> renameOnDisk(const QString &from, const QString &to)
{
    const QByteArray old = QFile::encodeName(from);
    const QByteArray wanted = QFile::encodeName(to);
    if (::renameat2(AT_FDCWD, old.constData(), AT_FDCWD, wanted.constData(), RENAME_NOREPLACE) == 0)
        return {};
    if (errno == EEXIST)
        return tl::unexpected(existsAlready(to));
    if (errno == EINVAL && to.startsWith(from + u'/'))
        return failure(Error::Kind::InvalidInput,
                       DiskStepsText::tr("%1 cannot be moved into itself.").arg(from));
    if (errno != EINVAL && errno != ENOSYS)
        return tl::unexpected(fileError(errno, from));
    // A file system without that: link() refuses what exists, too, and folders are looked for.
    if (QFileInfo::exists(to))
        return tl::unexpected(existsAlready(to));
    if (::rename(old.constData(), wanted.constData()) != 0)
        return tl::unexpected(fileError(errno, from));
    return {};
}

Result<void> createFolderOnDisk(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    if (::mkdir(name.constData(), 0700) != 0)
        return tl::unexpected(errno == EEXIST ? existsAlready(path) : fileError(errno, path));
    (void)::chmod(name.constData(), modeIn(path, 0775));
    return {};
}

Result<QString> trash(const QString &path)
{
    QFile file(path);
    QString inTrash;
    if (!QFileInfo::exists(path))
        return tl::unexpected(fileError(ENOENT, path));
    if (::access(QFile::encodeName(QFileInfo(path).path()).constData(), W_OK) != 0)
        return tl::unexpected(fileError(errno, path));
    if (!QFile::moveToTrash(path, &inTrash) || inTrash.isEmpty())
        return failure(Error::Kind::Unsupported,
                       DiskStepsText::tr("%1 cannot be moved to the trash.").arg(path), file.errorString());
    return inTrash;
}

Result<void> backFromTrash(const QString &inTrash, const QString &path)
{
    if (const auto renamed = renameOnDisk(inTrash, path); !renamed)
        return renamed;
    // The note that the trash keeps of where it came from (freedesktop.org's trash specification).
    const QFileInfo where(inTrash);
    QFile::remove(where.dir().absoluteFilePath(u"../info/"_s + where.fileName() + u".trashinfo"_s));
    return {};
}

} // namespace keydesk
