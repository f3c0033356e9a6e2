#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/openapi/SpecTree.h"

#include <vector>

namespace keydesk {

/// InvalidInput, with the file's name before the message.
tl::unexpected<Error> toolFailure(const QString &fileName, const QString &message);
/// The same for another kind.
tl::unexpected<Error> toolFailure(const QString &fileName, const QString &message, Error::Kind kind);

/// A JSON or YAML file as a tree, within the limits of a collection. Errors name the file, line and column.
Result<SpecTree> readToolTree(const QByteArray &bytes, const CollectionSource &source);
/// A text file: UTF-8 without its byte order mark, with "\n" at the ends of its lines.
Result<QString> readToolText(const QByteArray &bytes, const CollectionSource &source);
/// "agents" of "work/agents.yml".
QString nameFromFile(const QString &fileName);

struct ToolDiskFile
{
    QString name; ///< within its folder
    QByteArray bytes;
};

/// A folder of text files that make up a collection.
struct ToolDiskFolder
{
    QString name;
    QString path; ///< within the collection, for messages: "agents/list"; empty: the collection's own folder
    std::vector<ToolDiskFile> files;
    std::vector<ToolDiskFolder> folders;

    [[nodiscard]] const ToolDiskFile *file(const QString &wanted) const; ///< null: there is none
    [[nodiscard]] QString pathOf(const QString &fileName) const { return path.isEmpty() ? fileName : path + u'/' + fileName; }
};

/// The files of a folder and of those in it that end in one of `suffixes` (".bru"). Links are not followed; hidden folders and
/// "node_modules" are left out. In the order of their names. Errors: no such folder, a file that cannot be read, more than a collection may
/// have in bytes, files or depth; cancelled.
Result<ToolDiskFolder> readToolFolder(const QString &path, const QStringList &suffixes, const std::atomic_bool &cancelled);

} // namespace keydesk
