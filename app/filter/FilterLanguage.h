#pragma once

#include <QString>

namespace keydesk {

enum class FilterLanguage {
    Jq,
    Pointer, ///< JSON Pointer, RFC 6901
    Path,    ///< JSON Path, RFC 9535
};

/// By how it begins: "/" a pointer, "$" and then a step a path, anything else is jq.
FilterLanguage guessFilterLanguage(const QString &expression);

} // namespace keydesk
