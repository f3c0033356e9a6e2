#pragma once

#include "app/http/RequestSpec.h"

namespace keydesk {

/// Puts the values of path parts beside `spec.url`: each of its segments ":name" of which there is a row becomes "{name}". Returns the rows
/// whose names are in no segment.
QStringList takePathParts(RequestSpec &spec, const QList<NameValue> &rows);

/// What the query of a URL is to another tool.
enum class ToolQuery {
    Shown, ///< the rows are the URL's own query once more, and those of it that are disabled (Bruno)
    Added, ///< the rows are added to it (Insomnia)
};

/// Puts the rows of a query into `spec.params`. `isEscaped`: they may hold percent-escapes that are sent as they are.
void takeQuery(RequestSpec &spec, const QList<NameValue> &rows, ToolQuery query, bool isEscaped);

} // namespace keydesk
