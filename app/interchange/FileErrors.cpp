#include "app/interchange/FileErrors.h"

#include <QCoreApplication>

#include <cerrno>
#include <cstring>

namespace keydesk {

namespace {

struct FileErrorsText
{
    Q_DECLARE_TR_FUNCTIONS(FileErrors)
};

} // namespace

Error fileError(int code, const QString &path)
{
    const QString detail = QString::fromLocal8Bit(std::strerror(code));
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        return {Error::Kind::NotFound, FileErrorsText::tr("%1 does not exist.").arg(path), detail};
    case EACCES:
    case EPERM:
        return {Error::Kind::StorageReadOnly,
                FileErrorsText::tr("You may not do this with %1: its permissions forbid it.").arg(path),
                detail};
    case EROFS:
        return {Error::Kind::StorageReadOnly,
                FileErrorsText::tr("%1 lies on a disk that cannot be written to.").arg(path), detail};
    case ENOSPC:
    case EDQUOT:
        return {Error::Kind::DiskFull, FileErrorsText::tr("There is no room left for %1.").arg(path), detail};
    case ELOOP:
        return {Error::Kind::InvalidInput,
                FileErrorsText::tr("%1 is a link that leads back to itself.").arg(path), detail};
    case ENAMETOOLONG:
        return {Error::Kind::InvalidInput, FileErrorsText::tr("The name %1 is too long.").arg(path.right(60)),
                detail};
    default:
        return {Error::Kind::StorageFailed, FileErrorsText::tr("%1 could not be used: %2.").arg(path, detail),
                detail};
    }
}

} // namespace keydesk
