#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// An OpenAPI 3.0, 3.1 or Swagger 2.0 file as a collection: a request, ready to be filled in, for each operation that can be called, in a
/// folder for its tag. The URL of its first server is the variable {{baseUrl}}; several servers are environments. Errors as of
/// `readOpenApi`. For any thread.
Result<ImportedCollection> readOpenApiCollection(const QByteArray &bytes, const CollectionSource &source);

} // namespace keydesk
