#pragma once

#include <QString>

namespace keydesk {

/// How a token was written where it was found: its form, and the escapes around that form.
struct LeakEncoding
{
    enum class Form {
        Plain,
        Base64,
        Base64Url, ///< with - and _ (RFC 4648 section 5)
        Hex,
        Utf16, ///< in either byte order
    };

    Form form = Form::Plain;
    bool percent = false; ///< %XX in it
    bool json = false;    ///< \/ or \uXXXX in it

    /// "Plain", "Base64", "Percent-encoded", "Base64, JSON-escaped".
    [[nodiscard]] QString name() const;

    bool operator==(const LeakEncoding &) const = default;
};

} // namespace keydesk
