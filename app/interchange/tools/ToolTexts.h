#pragma once

#include "app/interchange/collection/Collection.h"
#include "app/interchange/tools/ToolText.h"

namespace keydesk {

/// Translates each text of a request. `written` is told the term and where it stands, for people ("header X-Trace"), and gives the text
/// that takes its place.
void translateRequest(RequestSpec &spec, const ToolSyntax &syntax,
                      const std::function<QString(const ToolTerm &, const QString &where)> &written);

/// Makes what HTTP cannot have into what it can: line breaks in the URL and in headers, names that no header has, a method that is none.
/// `changed` is told each, in a sentence.
void mendRequest(RequestSpec &spec, const std::function<void(ImportNote::What, const QString &)> &changed);

} // namespace keydesk
