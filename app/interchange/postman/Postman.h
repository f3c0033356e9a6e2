#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// Reads a file of Postman: a collection of the format 2.0 or 2.1 (schema.postman.com/collection/json/v2.1.0/draft-07/docs) or of the old
/// format 1, alone or as the member "collection" of what Postman's API answers; an environment or the globals, which are a Collection of
/// one environment and no requests; or a dump of all data, whose collections become folders. Credentials stand in the requests as Postman
/// would send them, as an Authorization header ("Basic user password" is not encoded) or a query item; what a variable of the type "secret"
/// holds is taken out into `credentials`. Scripts, examples and files are not run, kept or opened; each is in the notes. For any thread.
/// Errors name the file and the place ("item[3].request.url", or line and column): not UTF-8, not JSON, another format or version, too
/// deep, too large, cancelled.
Result<ImportedCollection> readPostman(const QByteArray &bytes, const CollectionSource &source);

/// The same, of an environment or the globals alone: anything else is refused.
Result<ImportedCollection> readPostmanEnvironment(const QByteArray &bytes, const CollectionSource &source);

/// The variable that stands for the environment's key in what is written for Postman, without braces. Reading takes it for that key
/// again.
inline constexpr char postmanKeyVariable[] = "keydesk_key";

/// A collection of the format 2.1, without the environments. Requests that take a key inherit a bearer token {{keydesk_key}}: which key
/// that is, and how it is sent, is not known here. Left out, because Postman has no word for it: timeouts, prompts, and the further
/// headers of a part. The same collection gives the same bytes.
Result<QByteArray> writePostman(const Collection &collection);
/// For Postman's "Import", too: it keeps environments in files of their own.
Result<QByteArray> writePostmanEnvironment(const CollectionEnvironment &environment);

} // namespace keydesk
