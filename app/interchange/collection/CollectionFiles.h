#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/workspace/RequestFiles.h"

namespace keydesk {

/// A collection as files: what will be written, and nothing of it is yet. Holds no secret if the collection does
/// not.
struct CollectionFiles
{
    struct File
    {
        QString path; ///< from the folder it goes into, with '/'
        QByteArray bytes;

        bool operator==(const File &) const = default;
    };

    QList<File> files;       ///< never empty; all below one folder, or just one
    int first = 0;           ///< of the files, the one to begin with: it has requests, unless none has
    QList<ImportNote> notes; ///< requests and variables that a file has no way to hold
};

/// One .http file for the requests of each folder, the folders as folders, and environments in
/// http-client.env.json, all in a folder of the collection's name; a collection without folders and environments
/// is a single file. Names are made ones that files can have; those that would meet get a number. Takes a while
/// for many requests: any thread. Cancelled if it is stopped.
Result<CollectionFiles> planFiles(const Collection &collection, const std::atomic_bool &cancelled);

/// Puts them into `folder`, all or none: they are written aside and then given their place at once. What is there
/// stays: the outermost name gets a number if it is taken. `place.file` is where `first` is; the step takes
/// them back unless somebody has changed one since (Conflict).
Result<FileChange> writeFiles(const CollectionFiles &files, const QString &folder);

} // namespace keydesk
