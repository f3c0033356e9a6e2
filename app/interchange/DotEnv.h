#pragma once

#include "app/base/Secret.h"

#include <functional>
#include <string_view>

namespace keydesk {

/// A value that a text gives a name to, or a word that could be a token, and where it stands. Places are
/// counted in the text that was scanned, whose bytes the views look into.
struct EnvSpan
{
    enum class Form {
        Assignment, ///< NAME=value, as in .env files
        Shell,      ///< export NAME=value, declare -x NAME=value, setenv NAME value
        Fish,       ///< set -gx NAME value
        PowerShell, ///< $env:NAME = "value"
        Cmd,        ///< set NAME=value, set "NAME=value", setx NAME value
        Colon,      ///< NAME: value, as in YAML and in headers
        Json,       ///< "NAME": "value"
        Word, ///< a word of any other line, of a comment, or inside a value with spaces; named if something
              ///< before it names it
    };

    Form form = Form::Assignment;
    std::string_view name;
    std::size_t begin = 0; ///< the value without its quotes
    std::size_t end = 0;
    std::size_t outerBegin = 0; ///< with them
    std::size_t outerEnd = 0;
    char quote = 0;        ///< ' " ` or none
    bool isPieced = false; ///< a shell word of several quoted pieces or with escapes: 'it'\''s'
    bool inComment = false;
    int line = 1; ///< counted from 1
};

/// Looks into it while the text lives; false stops the scan.
using EnvVisitor = std::function<bool(const EnvSpan &)>;

/// Reads a text the way a person skims it: .env files, shell profiles, fish, PowerShell and cmd lines, YAML,
/// JSON with one member a line, pasted commands. Nothing is an error, nothing is executed or looked up
/// (SECURITY S10): a line that means nothing gives its words. Linear in the length of the text but for quotes
/// that are never closed, which are looked for 64 KiB far. Spans come in order; a value with spaces comes
/// whole, and then its words.
void scanEnv(std::string_view text, const EnvVisitor &visit);

/// The value as its own reader would take it: escapes and quotes resolved.
Secret valueOf(std::string_view text, const EnvSpan &span);
/// The value names another one ($OTHER, ${OTHER}, $(command), %OTHER%, {{other}}) instead of being one.
bool refersElsewhere(std::string_view text, const EnvSpan &span);

} // namespace keydesk
