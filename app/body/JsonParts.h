#pragma once

#include "app/body/JsonIndex.h"
#include "app/body/TextSearch.h"

namespace keydesk {

enum class JsonPart { Names, Values };

/// Of matches in the indexed text, those that begin in names, or in strings, numbers and literals that are
/// values; none of those behind a fault. Waits for the index to come to them. For any thread, also when the
/// index is gone.
MatchFilter jsonPart(const JsonIndex &index, JsonPart part);

} // namespace keydesk
