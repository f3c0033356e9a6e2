#pragma once

#include "app/interchange/KeyCandidates.h"
#include "app/interchange/SourceCleaning.h"

namespace keydesk {

/// A file that keys were looked for in, or a pasted text. Its contents are not kept: only the candidates are,
/// and what tells whether the file is still the same.
struct ImportSource
{
    QString path; ///< links resolved; empty: a pasted text
    QString name; ///< ".env.production"
    FileStamp stamp;
    QString problem; ///< why nothing could be read; empty: it was
};

/// Reads a file and appends what is found to `candidates`; their `source` is `index`.
ImportSource readImportFile(const QString &path, int index, const CandidateContext &context,
                            QList<KeyCandidate> &candidates);
ImportSource readImportText(Secret text, int index, const CandidateContext &context,
                            QList<KeyCandidate> &candidates);

/// Where in that source tokens stand that Keydesk has now, in a place that outlives the session: what may be
/// cleaned. `keyOf` finds the key of a token.
QList<CleaningPlace> cleaningPlaces(int index, const QList<KeyCandidate> &candidates,
                                    const std::function<std::optional<ApiKey>(const Secret &token)> &keyOf);

} // namespace keydesk
