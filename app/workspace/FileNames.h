#pragma once

#include "app/base/Error.h"

namespace keydesk {

/// A name for people as one that a file or a folder can have here and on other systems that share the folder:
/// characters that Windows forbids become '-', names that it reserves get a '_', and no more than 200 bytes
/// are left. InvalidInput if nothing is.
Result<QString> fileNameFor(const QString &name);

} // namespace keydesk
