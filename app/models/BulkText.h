#pragma once

#include "app/http/RequestSpec.h"

namespace keydesk {

/// Rows as text that is edited as a whole: `Name: value` a line, `//` in front of a disabled one. Nothing is
/// lost on the way there and back: a value is everything after the colon and one blank; further lines of a
/// value begin with a tab; in a name a backslash stands before a colon, a backslash, a slash at its start,
/// white space at its ends, and `\n` for a line break.
QString bulkText(const QList<NameValue> &rows);
/// Empty lines are left out; a line without a colon is a name.
QList<NameValue> rowsFromBulkText(const QString &text);

} // namespace keydesk
