#pragma once

#include "app/body/JsonNode.h"
#include "app/body/JsonScanner.h"
#include "app/body/ReadBuffer.h"

#include <optional>
#include <vector>

namespace keydesk {

/// Some hundred kilobytes of a file, scanned as JSON.
struct JsonChunk
{
    qint64 begin = 0;
    qint64 end = 0;
    std::vector<JsonBlock> blocks;
    std::optional<JsonFault> fault;
    bool isLast = false; ///< the file ends here, for now, or the text is no JSON
};

/// The chunk that comes next. The scanner goes behind it unless it is the last: that one is to be scanned
/// again when the file has grown. `room` saves making one for each.
JsonChunk scanChunk(JsonScanner &scanner, const FileBytes &bytes, ReadBuffer &room);

} // namespace keydesk
