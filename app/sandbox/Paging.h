#pragma once

#include "app/sandbox/Fields.h"
#include "app/sandbox/Message.h"

#include <QJsonArray>

namespace keydesk::sandbox {

/// A whole number from the query, `fallback` if it is absent; a number out of range or no number is noted in
/// `errors`.
int queryNumber(const Request &request, const QString &name, int fallback, int least, int most,
                FieldErrors &errors);

/// The items from `offset` on, at most `limit` of them.
QJsonArray slice(const QJsonArray &items, qint64 offset, qint64 limit);

} // namespace keydesk::sandbox
