#pragma once

#include "app/base/Error.h"

namespace keydesk {

/// The line of a .gitignore in `workTree` that covers just this file: "/config/.env", special characters
/// escaped.
QString gitIgnoreLine(const QString &workTree, const QString &path);
/// Adds that line at the end of the work tree's .gitignore, whole or not at all; makes the file if there is
/// none.
Result<void> addToGitIgnore(const QString &workTree, const QString &path);

} // namespace keydesk
