#pragma once

#include "app/base/Error.h"

#include <QDateTime>
#include <QStringList>

namespace keydesk {

/// "-1 d" later than `time`. Units as in the REST Client: y, Q, M, w, d, h, m, s, ms.
std::optional<QDateTime> shifted(const QDateTime &time, const QString &number, const QString &unit);

/// A time in a pattern of Day.js: YYYY-MM-DD HH:mm:ss.SSS Z, dddd, MMMM, [text] …; names are English, as in
/// HTTP.
QString formattedTime(const QDateTime &time, const QString &pattern);

/// "$datetime" and "$localDatetime": `arguments` are "rfc1123", "iso8601" or a quoted pattern, then an
/// offset. `time` has the zone that is wanted. The Error's message is a part of a sentence.
Result<QString> dateText(const QDateTime &time, const QString &arguments);

/// "$timestamp": seconds since 1970, with an offset.
Result<QString> timestampText(const QDateTime &time, const QString &arguments);

} // namespace keydesk
