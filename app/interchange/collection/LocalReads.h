#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// What a request that came in would read of this computer when it is sent. Whoever wrote it may be a stranger (SECURITY S10).

/// In a .http file a line "< path" of a body is the content of that file; in any other format it is text, and must not become more than that.
/// A space stands before each such line afterwards; true: there was one.
bool keepFromIncluding(QString &text);
/// The same of every body, each told in a note. For what did not come from a .http file.
void keepBodiesAsText(ImportedCollection &imported);
/// Tells of each file, and each value of this computer, that a request reads.
void tellOfReads(ImportedCollection &imported);

} // namespace keydesk
