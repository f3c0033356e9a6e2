#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/openapi/SpecTree.h"

namespace keydesk {

/// Whether this is what Bruno writes with Share ▸ Export as Bruno Collection.
bool isBrunoExport(SpecNode root);
Result<ImportedCollection> readBrunoExport(SpecNode root, const CollectionSource &source);

} // namespace keydesk
