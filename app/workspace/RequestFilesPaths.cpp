#include "app/workspace/DiskSteps.h"
#include "app/workspace/FileNames.h"
#include "app/workspace/RequestFiles.h"
#include "app/workspace/WorkspaceIndex.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <memory>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct RequestFilesPathsText
{
    Q_DECLARE_TR_FUNCTIONS(RequestFiles)
};

QString shownName(const QString &path)
{
    return u'“' + QFileInfo(path).fileName() + u'”';
}

/// A folder that is empty, or not removed at all.
Result<void> removeEmptyFolder(const QString &path)
{
    if (QDir().rmdir(path))
        return {};
    return failure(Error::Kind::Conflict,
                   RequestFilesPathsText::tr("%1 is not empty any more, so it was left as it is.").arg(path));
}

} // namespace

Result<FileChange> RequestFiles::createFile(const QString &folder, const QString &name) const
{
    const auto safe = fileNameFor(name);
    if (!safe)
        return tl::unexpected(safe.error());
    const QString path = QDir(folder).filePath(isRequestFile(*safe) ? *safe : *safe + u".http"_s);
    if (const auto created = createBytes(path, {}); !created)
        return tl::unexpected(created.error());
    return FileChange{{path, -1, {}, {}},
                      {RequestFilesPathsText::tr("Create %1").arg(shownName(path)),
                       RequestFilesPathsText::tr("%1 is created.").arg(shownName(path)),
                       [path] { return deleteBytes(path, {}); }, [path] { return createBytes(path, {}); }}};
}

Result<FileChange> RequestFiles::createFolder(const QString &folder, const QString &name) const
{
    const auto safe = fileNameFor(name);
    if (!safe)
        return tl::unexpected(safe.error());
    const QString path = QDir(folder).filePath(*safe);
    if (const auto created = createFolderOnDisk(path); !created)
        return tl::unexpected(created.error());
    return FileChange{{path, -1, {}, {}},
                      {RequestFilesPathsText::tr("Create %1").arg(shownName(path)),
                       RequestFilesPathsText::tr("%1 is created.").arg(shownName(path)),
                       [path] { return removeEmptyFolder(path); },
                       [path] { return createFolderOnDisk(path); }}};
}

Result<FileChange> RequestFiles::movedPath(const QString &from, const QString &to, const QString &name,
                                           const QString &message) const
{
    if (const auto renamed = renameOnDisk(from, to); !renamed)
        return tl::unexpected(renamed.error());
    return FileChange{{to, -1, {}, {}},
                      {name, message, [from, to] { return renameOnDisk(to, from); },
                       [from, to] { return renameOnDisk(from, to); }}};
}

Result<FileChange> RequestFiles::renamePath(const QString &path, const QString &name) const
{
    const auto safe = fileNameFor(name);
    if (!safe)
        return tl::unexpected(safe.error());
    const bool needsEnd = !QFileInfo(path).isDir() && !isRequestFile(*safe);
    const QString end = needsEnd ? u'.' + QFileInfo(path).suffix() : QString();
    const QString to = QDir(QFileInfo(path).path()).filePath(*safe + end);
    if (to == path)
        return FileChange{{path, -1, {}, {}},
                          {RequestFilesPathsText::tr("Rename"),
                           {},
                           [] { return Result<void>(); },
                           [] { return Result<void>(); }}};
    return movedPath(path, to, RequestFilesPathsText::tr("Rename %1").arg(shownName(path)),
                     RequestFilesPathsText::tr("%1 is now %2.").arg(shownName(path), shownName(to)));
}

Result<FileChange> RequestFiles::movePath(const QString &path, const QString &toFolder) const
{
    const QString to = QDir(toFolder).filePath(QFileInfo(path).fileName());
    return movedPath(
        path, to, RequestFilesPathsText::tr("Move %1").arg(shownName(path)),
        RequestFilesPathsText::tr("%1 is moved to %2.").arg(shownName(path), shownName(toFolder)));
}

Result<FileChange> RequestFiles::removePath(const QString &path) const
{
    const QString name = RequestFilesPathsText::tr("Delete %1").arg(shownName(path));
    const auto trashed = trash(path);
    if (trashed) {
        const auto where = std::make_shared<QString>(*trashed);
        return FileChange{
            {path, -1, {}, {}},
            {name, RequestFilesPathsText::tr("%1 is in the trash.").arg(shownName(path)),
             [path, where] { return backFromTrash(*where, path); },
             [path, where] { return trash(path).map([&where](const QString &now) { *where = now; }); }}};
    }
    if (trashed.error().kind != Error::Kind::Unsupported || QFileInfo(path).isDir())
        return tl::unexpected(trashed.error());
    const auto source = readRequestFile(path);
    if (!source)
        return tl::unexpected(source.error());
    const QByteArray bytes = bytesOf(*source);
    if (const auto gone = deleteBytes(path, bytes); !gone)
        return tl::unexpected(gone.error());
    return FileChange{
        {path, -1, {}, {}},
        {name,
         RequestFilesPathsText::tr("%1 is deleted: it could not be moved to the trash.").arg(shownName(path)),
         [path, bytes] { return createBytes(path, bytes); },
         [path, bytes] { return deleteBytes(path, bytes); }}};
}

} // namespace keydesk
