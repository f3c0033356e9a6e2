#include "app/cli/SavedRequests.h"

#include "app/Core.h"
#include "app/calls/SavedCall.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

struct SavedRequestsText
{
    Q_DECLARE_TR_FUNCTIONS(SavedRequests)
};

WorkspaceIndex requestsOf(const QString &folder)
{
    const std::atomic<bool> goOn = false;
    return scanWorkspace(folder, {}, goOn);
}

} // namespace

Result<RequestInFile> savedRequest(const Core &core, const QString &text)
{
    const RequestFiles files(core.redactor);
    const QString folder = core.settings->workspaceFolder();
    const QString path = text.section(u'#', 0, 0);
    const QString which = text.section(u'#', 1);
    if (isRequestFile(path)) {
        const bool isHere = QFile::exists(path) || folder.isEmpty();
        return findSavedRequest(files, isHere ? path : QDir(folder).filePath(path), which);
    }
    const QString notFound =
        SavedRequestsText::tr("There is no saved request “%1”. A URL begins with https://, a path of the "
                              "environment with /, and a request of a file is written "
                              "file.http#name.")
            .arg(text);
    if (folder.isEmpty())
        return failure(Error::Kind::NotFound, notFound);
    QList<std::pair<QString, int>> found; // file, number
    const WorkspaceIndex index = requestsOf(folder);
    for (const WorkspaceFile &file : index.files) {
        for (int i = 0; i < file.requests.size(); ++i) {
            if (file.requests.at(i).name.compare(text, Qt::CaseInsensitive) == 0)
                found.append({index.absolute(file.path), i});
        }
    }
    if (found.isEmpty())
        return failure(Error::Kind::NotFound, notFound);
    if (found.size() > 1)
        return failure(
            Error::Kind::InvalidInput,
            SavedRequestsText::tr("Several saved requests are called “%1”. Name the file, too: %2#%1")
                .arg(text, index.relative(found.first().first)));
    return files.open(found.first().first, found.first().second);
}

QStringList savedRequestNames(const QString &folder)
{
    QStringList names;
    if (folder.isEmpty())
        return names;
    for (const WorkspaceFile &file : requestsOf(folder).files) {
        for (const WorkspaceRequest &request : file.requests) {
            if (!request.name.isEmpty())
                names << request.name;
        }
    }
    names.removeDuplicates();
    return names;
}

QStringList savedRequestsNaming(const Core &core, const QUuid &keyId)
{
    const QString folder = core.settings->workspaceFolder();
    return folder.isEmpty() ? QStringList() : requestsOf(folder).requestsNaming(keyId);
}

} // namespace keydesk::cli
