#pragma once

#include "app/interchange/SourceFile.h"
#include "app/workspace/HttpFile.h"

#include <QStringList>
#include <QUuid>

#include <atomic>

namespace keydesk {

struct WorkspaceRequest
{
    QString name; ///< may be empty
    QString method;
    QString url;
    int line = 1;            ///< of the request line
    bool isSupported = true; ///< else gRPC, cURL …: kept, not sent
    QString key{};           ///< what "@key" says: "id:<uuid>", "kind:<id>", "none"; may be empty

    bool operator==(const WorkspaceRequest &) const = default;
};

struct WorkspaceFile
{
    QString path;    ///< from the workspace's folder, with '/'
    FileStamp stamp; ///< without the hash
    QList<WorkspaceRequest> requests;
    QString problem;         ///< why it could not be read, in words that name it; empty: it was
    QStringList searchTexts; ///< one a request, case folded

    bool operator==(const WorkspaceFile &) const = default;
};

/// What stands in a workspace: names only, no contents. A value, made on another thread.
struct WorkspaceIndex
{
    static constexpr int mostFiles = 50'000;
    static constexpr int mostFolders = 10'000;

    QString root;               ///< absolute
    QList<WorkspaceFile> files; ///< by path
    QStringList folders;        ///< from the root, by path; the empty ones too
    QStringList problems;       ///< folders and files that could not be read, limits that were reached
    bool isGone = false;        ///< the folder is not there any more

    [[nodiscard]] const WorkspaceFile *find(const QString &path) const;
    [[nodiscard]] int requestCount() const;
    /// The requests that name this very key, with their files: "Get agents (calls.http)".
    [[nodiscard]] QStringList requestsNaming(const QUuid &keyId) const;
    [[nodiscard]] QString absolute(const QString &path) const
    {
        return path.isEmpty() ? root : root + u'/' + path;
    }
    /// Empty for the root itself; null for what is outside.
    [[nodiscard]] QString relative(const QString &absolutePath) const;
};

/// Whether a name is one of a file with requests: .http, .rest.
bool isRequestFile(const QString &name);

/// Reads all .http and .rest files below `root`; those that look as in `before` are taken from there. Leaves
/// out hidden folders, node_modules and symbolic links. `stop` ends it early; what comes then is of no use.
WorkspaceIndex scanWorkspace(const QString &root, const WorkspaceIndex &before,
                             const std::atomic<bool> &stop);

} // namespace keydesk
