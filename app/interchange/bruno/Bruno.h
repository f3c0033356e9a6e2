#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// Reads one file of Bruno: a .bru file that holds a request or an environment, or the JSON of an exported collection.
///
/// Scripts, tests and assertions are told of and kept nowhere; nothing is run or resolved. Errors name the file and the line: not UTF-8, no
/// .bru file, a block that is not closed, another version, too large or too deep; cancelled.
Result<ImportedCollection> readBruno(const QByteArray &bytes, const CollectionSource &source);

/// Reads a collection's folder: bruno.json, collection.bru, folder.bru, environments/*.bru, and the requests in their folders. `path` is
/// absolute; `source.fileName` is not looked at. Links are not followed. One file that cannot be read ends it, so that nothing is missing
/// without being told of.
Result<ImportedCollection> readBrunoFolder(const QString &path, const CollectionSource &source);

} // namespace keydesk
