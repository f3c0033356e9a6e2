#pragma once

#include "app/base/Error.h"

namespace keydesk {

/// What the system said about a file outside Keydesk's folders, in words that name it. `code` is an errno.
Error fileError(int code, const QString &path);

} // namespace keydesk
