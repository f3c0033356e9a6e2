#pragma once

#include "app/interchange/collection/Formats.h"

namespace keydesk {

struct ExportedRequests
{
    int requests = 0;
    QList<ImportNote> notes; ///< what could not be expressed, and what was taken out
};

/// Reads the .http file, or all of a folder, at `path`, and writes its requests as one file of `format` to `target` (0600): whole or not at all.
/// Environments that the format keeps in files of their own stand beside it, under names that were free.
/// Never a secret (`writeCollection`). Any thread. Cancelled soon after that is wanted: an older file of that name stays.
Result<ExportedRequests> exportRequests(const QString &path, CollectionFormat format, const QString &target, const Redactor &redactor,
                                        const QList<TokenPattern> &patterns, const std::atomic_bool &cancelled);

} // namespace keydesk
