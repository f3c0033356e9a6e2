#pragma once

#include <QString>

#include <optional>

namespace keydesk {

/// `json` with another value at a JSON Pointer: in place of what stands there, or as a new last member of the
/// object that the pointer leads into. All else stays as it was written, {{variables}} and white space too.
/// `value` is JSON text. Nothing if `json` is no JSON, or if there is no such object.
std::optional<QString> withJsonMember(const QString &json, const QString &pointer, const QString &value);

} // namespace keydesk
