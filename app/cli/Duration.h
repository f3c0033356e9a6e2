#pragma once

#include "app/base/Error.h"

#include <QString>

#include <chrono>

namespace keydesk::cli {

/// "30m", "12h", "7d", "2w": from a minute to a year, as the window takes it.
Result<std::chrono::milliseconds> readDuration(const QString &text);

} // namespace keydesk::cli
