#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/leaks/TokenPattern.h"

namespace keydesk {

/// Takes every literal credential out of what came in (SECURITY S1, S10): by the names of headers, query items,
/// form fields, members of a body and variables; in a URL's user info; and, by `patterns`, whatever looks like a
/// provider's token, anywhere. In its place stands {{a variable}}, equal values have one, and the value is in
/// `imported.credentials` and nowhere else: it is also gone from names, descriptions and notes, in every
/// encoding of S8 (a value that is an ordinary word or shorter than six bytes: only where it stood). Values that
/// name variables stay. What is changed is told in `imported.notes`.
///
/// Of "Basic user password" the name becomes a plain variable of the collection, and the password the
/// credential. Linear in the size of the collection. Any thread.
void takeCredentials(ImportedCollection &imported, const QList<TokenPattern> &patterns);

} // namespace keydesk
