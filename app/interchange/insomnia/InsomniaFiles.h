#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/openapi/SpecTree.h"
#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// The whole of an export of version 4: a flat list of resources that name their parents.
Result<ImportedCollection> readInsomniaV4(SpecNode root, const CollectionSource &source);
/// The whole of a file of version 5: a tree.
Result<ImportedCollection> readInsomniaV5(SpecNode root, const CollectionSource &source);

/// An environment of either version. Those that only Insomnia can decrypt are kept disabled, and told of.
void addInsomniaEnvironment(ToolCollection &made, const QString &name, SpecNode data, SpecNode keyValuePairs);
/// The same as variables of the whole collection.
void addInsomniaVariables(ToolCollection &made, SpecNode data, SpecNode keyValuePairs);

} // namespace keydesk
