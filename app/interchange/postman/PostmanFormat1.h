#pragma once

#include "app/interchange/openapi/SpecTree.h"

namespace keydesk::postman {

/// Whether a collection is of the format 1, which dumps of all data are still written in
/// (schema.postman.com/collection/json/v1.0.0/draft-07/docs).
bool isFormat1(SpecNode collection);

/// The same collection in the format 2.1, with the lines of the old one. Requests and folders, which format 1 lists beside each other, stand in
/// one another in their order; those whose folder is missing stand at the top. The Error says what is too deep or too large.
Result<SpecTree> inFormat2(SpecNode collection, const std::atomic_bool &cancelled);

} // namespace keydesk::postman
