#pragma once

#include "app/interchange/SourceFile.h"
#include "app/workspace/HttpCredentials.h"
#include "app/workspace/HttpRequest.h"

#include <functional>

namespace keydesk {

/// Which request of which file, and what it was when it was opened or saved last: by its hash a change by
/// another program is noticed, whatever the file's time says. Holds nothing of the contents: it may be
/// stored.
struct RequestPlace
{
    QString file; ///< absolute
    int index = -1;
    QByteArray hash; ///< SHA-256 of its source
    QString name;

    bool operator==(const RequestPlace &) const = default;
};

/// A change that was made on the disk and can be taken back. The functions write: a small file, or a new
/// name. They refuse (Conflict) if somebody else has changed the same thing meanwhile.
struct FileStep
{
    using Work = std::function<Result<void>()>;

    QString name;    ///< as it follows "Undo": "Delete “List agents”"
    QString message; ///< "“List agents” is deleted."
    Work undo;
    Work redo;
};

struct FileChange
{
    RequestPlace place; ///< of what was saved, added or moved; of a file or folder: `file` alone
    FileStep step;
};

struct RequestInFile
{
    RequestPlace place;
    HttpRequest request;
    QList<NameValue> variables;        ///< of the file
    QList<HttpCredential> credentials; ///< of the whole file; to be offered to the keychain
};

/// A request that was changed here and by somebody else.
struct RequestConflict
{
    QString ours;                              ///< as it would be written
    QString theirs;                            ///< as it stands in the file; empty: it is not there any more
    std::optional<RequestInFile> theirRequest; ///< nothing if it is gone or cannot be read
};

/// The files of a workspace on the disk. Each change is written whole or not at all, keeps the file's
/// permissions, and returns how to take it back; Errors name the file and, where there is one, the line.
/// Nothing here is kept between calls, so it may be used on any thread. New files have the permissions that
/// their folder has (0600 in a folder that is closed to others, as those are that Keydesk makes; 0644 in one
/// that is open, as git's users expect): they hold no secrets, and who may not look into the folder sees
/// none.
class RequestFiles
{
public:
    explicit RequestFiles(const Redactor &redactor)
        : m_redactor(redactor)
    {
    }

    Result<HttpFile> read(const QString &path) const;
    Result<RequestInFile> open(const QString &path, int index) const;
    /// Where a request stands now. Conflict: it was changed; NotFound: it, or its file, is gone.
    Result<RequestPlace> find(const RequestPlace &place) const;

    /// Writes an edited request into its file, beside whatever else was changed there. Refuses: Conflict if
    /// the request itself was changed by somebody else, InvalidInput if it would put a token or a credential
    /// into the file (SECURITY S1).
    Result<FileChange> save(const RequestPlace &place, const RequestSpec &spec) const;
    /// Both versions, to choose from: `overwrite` or `open` theirs.
    Result<RequestConflict> conflict(const RequestPlace &place, const RequestSpec &ours) const;
    /// The same in place of theirs, or at the end of the file if it is gone.
    Result<FileChange> overwrite(const RequestPlace &place, const RequestSpec &spec) const;

    /// In front of the request `before`; -1: at the end. A file that is not there is made.
    Result<FileChange> add(const QString &path, int before, const RequestSpec &spec) const;
    Result<FileChange> rename(const RequestPlace &place, const QString &name) const;
    /// What is expected of the answer (`HttpRequest::expectations`), one line each; else as `save`.
    Result<FileChange> setExpectations(const RequestPlace &place, const QStringList &expectations) const;
    Result<FileChange> remove(const RequestPlace &place) const;
    /// Within its file, `before` is counted before it is moved. Into another file only without a literal
    /// credential.
    Result<FileChange> move(const RequestPlace &place, const QString &toPath, int before) const;

    /// The name is made one that a file can have; ".http" is added if it has no such end.
    Result<FileChange> createFile(const QString &folder, const QString &name) const;
    Result<FileChange> createFolder(const QString &folder, const QString &name) const;
    Result<FileChange> renamePath(const QString &path, const QString &name) const;
    Result<FileChange> movePath(const QString &path, const QString &toFolder) const;
    /// To the desktop's trash. A file that cannot go there is deleted and kept in memory for its return; a
    /// folder stays.
    Result<FileChange> removePath(const QString &path) const;

private:
    using Edit = std::function<Result<HttpFile>(const HttpFile &)>;

    Result<FileChange> change(const QString &path, const Edit &edit, int index, const QString &name,
                              const QString &message) const;
    Result<HttpFile> checked(const HttpFile &changed, int index, const RequestSpec &was,
                             const RequestSpec &spec) const;
    Result<FileChange> movedPath(const QString &from, const QString &to, const QString &name,
                                 const QString &message) const;

    const Redactor &m_redactor;
};

} // namespace keydesk
