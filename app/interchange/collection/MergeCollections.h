#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// The files of one import as one collection. If more than one has requests, those of each are in a folder of its name. A variable that means
/// something else in an earlier file gets another name, with all that names it; of a file without requests it is left out. Both are told in
/// the notes. For what still holds its credentials: equal ones are then taken out as one. `several` is not empty. Linear in its size.
ImportedCollection mergeCollections(QList<ImportedCollection> several);

} // namespace keydesk
