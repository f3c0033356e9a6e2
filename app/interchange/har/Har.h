#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryStore.h"
#include "app/interchange/collection/Collection.h"

#include <QByteArray>

namespace keydesk {

/// Reads an HTTP Archive (HAR 1.2, and 1.1 with a note): a request for each entry, in a folder for each page. What browsers add by
/// themselves is left out and counted in one note; members that begin with "_" are passed over; answers are not taken. Nothing is sent.
/// Errors name the file and the place: not UTF-8, not JSON, nested too deeply, another version, no log, too large. For any thread.
Result<ImportedCollection> readHar(const QByteArray &bytes, const CollectionSource &source);

/// The requests as a HAR 1.2 file. No call was made: status and times are 0. `collection` holds no credential: what is in it is written.
QByteArray writeHar(const Collection &collection);

/// A HAR 1.2 file, piece by piece: its head, its entries with a comma between two, its tail.
QByteArray harHead();
QByteArray harTail();
/// The entries of one call of the history, with commas between them: one for each hop, the answer at the last one. What the history holds
/// is redacted already, and nothing else is written. Empty if nothing went out.
QByteArray harEntries(const HistoryEntry &entry);
/// All of it at once.
QByteArray harOf(const QList<HistoryEntry> &entries);

} // namespace keydesk
