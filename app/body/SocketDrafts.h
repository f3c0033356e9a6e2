#pragma once

#include "app/http/RequestSpec.h"
#include "app/http/Variables.h"

namespace keydesk {

/// The messages that a request for a WebSocket brings along in its body, as .http files of JetBrains write them: parted by lines that
/// begin with "===". Variables are filled in; what has no value, and
/// secret ones, stay as they are written.
QStringList socketDrafts(const RequestBody &body, const VariableSources &variables);

} // namespace keydesk
