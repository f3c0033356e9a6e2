#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// An OpenAPI 3.0, 3.1 or Swagger 2.0 file as a collection: a request, ready to be filled in, for each operation that can be called, in a
/// folder for its tag. The URL of its first server is the variable {{baseUrl}}; several servers are environments. Errors as of
/// `readOpenApi`. For any thread.
Result<ImportedCollection> readOpenApiCollection(const QByteArray &bytes, const CollectionSource &source);

/// The requests as a skeleton of an OpenAPI 3.0 file in YAML, to be filled in: paths, parameters and bodies with examples, servers, tags of
/// folders, and how keys are sent, without any. A value that says {{name}} is given what the collection has for that variable. What cannot
/// be described, and requests that share their method and path, go to `notes`. InvalidInput if nothing can be described.
Result<QByteArray> writeOpenApi(const Collection &collection, QList<ImportNote> &notes);

} // namespace keydesk
