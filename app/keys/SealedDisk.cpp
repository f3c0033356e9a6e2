#include "app/keys/SealedDisk.h"

#include "app/keys/SealedFile.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

struct SealedDiskText
{
    Q_DECLARE_TR_FUNCTIONS(SealedFile)
};

Error cannotWrite(const QFileDevice &device, int code)
{
    const QString path = QDir::toNativeSeparators(device.fileName());
    if (code == ENOSPC || code == EDQUOT)
        return {
            Error::Kind::DiskFull,
            SealedDiskText::tr(
                "The disk is full, so %1 could not be written. It is as it was. Make room, then try again.")
                .arg(path),
            device.errorString()};
    if (code == EROFS || code == EACCES || code == EPERM || device.error() == QFile::PermissionsError)
        return {
            Error::Kind::StorageReadOnly,
            SealedDiskText::tr(
                "%1 could not be written. It is as it was. Make its folder writable for you, then try again.")
                .arg(path),
            device.errorString()};
    return {Error::Kind::StorageFailed,
            SealedDiskText::tr(
                "%1 could not be written. It is as it was. Check its folder and its disk, then try again.")
                .arg(path),
            device.errorString()};
}

/// Without this the new name may be lost with the power, though not the file.
void flushFolder(const QString &path)
{
    const int folder = ::open(QFile::encodeName(QFileInfo(path).absolutePath()).constData(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return;
    ::fsync(folder);
    ::close(folder);
}

} // namespace

Result<std::optional<QByteArray>> readSealedFile(const QString &path)
{
    Result<std::optional<QByteArray>> bytes = lookAtSealedFile(path);
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                            QFile::WriteOther | QFile::ExeOther;
    if (bytes && *bytes && QFile::permissions(path) & others)
        QFile::setPermissions(path, ownerOnly); // somebody copied it here
    return bytes;
}

Result<std::optional<QByteArray>> lookAtSealedFile(const QString &path)
{
    const QFileInfo info(path);
    const QString name = QDir::toNativeSeparators(path);
    if (!info.exists()) {
        if (info.isSymLink())
            return failure(Error::Kind::StorageFailed,
                           SealedDiskText::tr(
                               "%1 is a link to %2, which is not there now. Bring that disk or folder back, "
                               "then try again.")
                               .arg(name, QDir::toNativeSeparators(info.symLinkTarget())));
        return std::optional<QByteArray>();
    }
    if (!info.isFile())
        return failure(
            Error::Kind::SealedDamaged,
            SealedDiskText::tr("%1 is not a file, so there can be no sealed file. Move it away.").arg(name));
    if (info.size() > largestSealedFile)
        return failure(Error::Kind::SealedDamaged,
                       SealedDiskText::tr(
                           "The sealed file is far larger than Keydesk writes it. It was left as it is."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            Error::Kind::StorageFailed,
            SealedDiskText::tr("%1 cannot be read. Make it readable for you, then try again.").arg(name),
            file.errorString());
    QByteArray bytes = file.read(largestSealedFile + 1);
    if (file.error() != QFile::NoError)
        return failure(Error::Kind::StorageFailed,
                       SealedDiskText::tr(
                           "%1 cannot be read: the disk reported an error. Check the disk, then try again.")
                           .arg(name),
                       file.errorString());
    return std::optional(std::move(bytes));
}

Result<void> writeAll(QFileDevice &device, const QByteArray &bytes)
{
    errno = 0;
    const bool written = device.write(bytes) == bytes.size() && device.flush();
    const int code = errno;
    if (written)
        return {};
    return tl::unexpected(cannotWrite(device, code));
}

Result<void> replaceSealedFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    errno = 0;
    if (!file.open(QIODevice::WriteOnly))
        return tl::unexpected(cannotWrite(file, errno));
    file.setPermissions(ownerOnly);
    if (const Result<void> written = writeAll(file, bytes); !written) {
        file.cancelWriting();
        return written;
    }
    errno = 0;
    if (!file.commit()) // flushes to the disk before it renames
        return tl::unexpected(cannotWrite(file, errno));
    flushFolder(path);
    const Result<std::optional<QByteArray>> back = readSealedFile(path);
    if (!back)
        return tl::unexpected(back.error());
    if (!*back || **back != bytes)
        return failure(Error::Kind::StorageFailed,
                       SealedDiskText::tr(
                           "The disk said that it wrote the sealed file, but gave back something else. The "
                           "version before is kept as %1.")
                           .arg(QDir::toNativeSeparators(previousSealedFile(path))));
    return {};
}

QString previousSealedFile(const QString &path)
{
    return path + u".bak"_s;
}

Result<QString> setSealedFileAside(const QString &path)
{
    const QString wanted =
        path + u".damaged-"_s + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s);
    QString target = wanted;
    for (int copy = 2; QFileInfo::exists(target); ++copy)
        target = wanted + u"-%1"_s.arg(copy);
    if (!QFile::rename(path, target))
        return failure(Error::Kind::StorageFailed,
                       SealedDiskText::tr("%1 could not be renamed. Move it away by hand, then try again.")
                           .arg(QDir::toNativeSeparators(path)));
    return target;
}

} // namespace keydesk
