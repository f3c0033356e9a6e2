#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/leaks/TokenPattern.h"

namespace keydesk {

class Redactor;

struct RedactedCollection
{
    Collection collection;
    QList<ImportNote> notes; ///< what was taken out, place by place
};

/// A collection as it may leave the process (SECURITY S8): literal credentials are {{variables}} without a value,
/// named in `secrets`, and what `redactor` knows is dots, in every encoding. Any thread.
RedactedCollection redactedCollection(const Collection &collection, const Redactor &redactor,
                                      const QList<TokenPattern> &patterns);

} // namespace keydesk
