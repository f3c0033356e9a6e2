#pragma once

#include "app/interchange/collection/Collection.h"

namespace keydesk {

/// A .http file as a collection: its requests without a folder, its variables, and the comments above a request
/// as what it is about. What Keydesk does not send or run (gRPC, scripts, …) is told in the notes.
Result<ImportedCollection> readHttpCollection(const QByteArray &bytes, const CollectionSource &source);
/// A folder of them: a file is the folder of its requests ("Agents/Calls.http": Agents › Calls), one that is
/// named as the folder itself holds those at the top; environments are read from http-client.env.json, those of
/// its private sister too. Files that cannot be read are told in the notes.
Result<ImportedCollection> readHttpFolder(const QString &path, const CollectionSource &source);

/// All in one file; which folder a request is in is a part of its name then.
Result<QByteArray> writeHttpCollection(const Collection &collection);

/// A request as it stands in a file, separator and all, ending with a line break. The Error says what of it the
/// format has no way to say.
Result<QByteArray> httpSource(const CollectionRequest &request);
/// What stands above the first one: description and variables, those that are switched off left out.
QByteArray httpHead(const QString &about, const QList<NameValue> &variables);

} // namespace keydesk
