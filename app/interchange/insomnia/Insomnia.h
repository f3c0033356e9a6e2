#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// Reads what Insomnia exports: version 4 (JSON, "__export_format": 4; version 3 is the same) and version 5 (YAML or JSON, "type:
/// collection.insomnia.rest/5.0", also spec and environment files). Folders give their variables, headers and authentication to what is in
/// them; the base environment becomes the collection's variables, sub-environments its environments.
///
/// Scripts, tests and cookies are told of and kept nowhere; nothing is run or resolved. Errors name the file and the line: not UTF-8, not
/// JSON or YAML, no export of Insomnia, another version, too large, too deep, too much once aliases are counted; cancelled.
Result<ImportedCollection> readInsomnia(const QByteArray &bytes, const CollectionSource &source);

} // namespace keydesk
