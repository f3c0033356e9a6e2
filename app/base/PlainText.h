#pragma once

#include <QString>

namespace keydesk {

/// Somebody else's words on one line, without what would change how they read without being seen: control,
/// zero-width and bidi characters, halves of surrogate pairs.
QString plainText(const QString &words);

} // namespace keydesk
