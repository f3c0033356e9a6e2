#pragma once

#include "app/interchange/postman/PostmanText.h"

namespace keydesk::postman {

/// The JSON of a file. The Error names the file, and the line and column.
Result<SpecTree> readDocument(const QByteArray &bytes, const CollectionSource &source);
/// What a document holds that is a collection, or a list of variables.
Result<ImportedCollection> collectionOf(SpecNode root, const CollectionSource &source);
Result<ImportedCollection> environmentOf(SpecNode root, const CollectionSource &source);
/// A message with the file's name before it.
tl::unexpected<Error> refused(const CollectionSource &source, Error::Kind kind, const QString &message);
/// A value that is not what the format says: "api.json: item[3].request, line 12: it should be an object."
tl::unexpected<Error> misplaced(const CollectionSource &source, const QString &path, SpecNode value, const QString &message);

/// Rows of variables ("key", or "id"), without those that have no name. One that is `type: secret` is named in
/// `secrets` instead, and its value is moved into `credentials`, with a note.
QList<NameValue> readVariables(SpecNode rows, const QString &place, QStringList &secrets, QList<FoundCredential> &credentials, Notes &notes);

} // namespace keydesk::postman
