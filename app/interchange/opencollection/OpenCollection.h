#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// Reads one file of OpenCollection, the YAML (or JSON) format that Bruno keeps collections in since version 3 (spec.opencollection.com):
/// a bundled collection, one request, or one environment.
///
/// Scripts, tests, assertions and actions are told of and kept nowhere; nothing is run or resolved. Errors name the file and the line: not
/// UTF-8, not YAML, no OpenCollection, another version, too large, too deep, too much once aliases are counted; cancelled.
Result<ImportedCollection> readOpenCollection(const QByteArray &bytes, const CollectionSource &source);

/// Reads a collection's folder: opencollection.yml, folder.yml, environments/*.yml, and the requests in their folders. `path` is absolute;
/// `source.fileName` is not looked at. Links are not followed. One file that cannot be read ends it.
Result<ImportedCollection> readOpenCollectionFolder(const QString &path, const CollectionSource &source);

} // namespace keydesk
