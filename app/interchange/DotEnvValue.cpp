#include "app/interchange/DotEnv.h"
#include "app/interchange/EnvChars.h"

#include <QByteArray>

namespace keydesk {

namespace {

using namespace envchars;
using Form = EnvSpan::Form;

std::string_view rawOf(std::string_view text, const EnvSpan &span)
{
    return text.substr(span.begin, span.end - span.begin);
}

int hexDigit(char c)
{
    return isDigit(c) ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

/// An ASCII character as \u00XX, which some writers of JSON make of '|' and '/'.
int asciiEscape(std::string_view rest)
{
    if (rest.size() < 6 || rest.substr(0, 4) != "\\u00")
        return -1;
    const int high = hexDigit(rest[4]);
    const int low = hexDigit(rest[5]);
    return high < 0 || high > 7 || low < 0 ? -1 : high * 16 + low;
}

void doubleQuoted(std::string_view raw, Form form, QByteArray &out)
{
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
        if (raw[i] != '\\' || next == '\0') {
            out.append(raw[i]);
            continue;
        }
        if (const int c = form == Form::Json ? asciiEscape(raw.substr(i)) : -1; c >= 0) {
            out.append(static_cast<char>(c));
            i += 5;
            continue;
        }
        if (isAnyOf(next, "\\\"$`/")) {
            out.append(next);
        } else if (form != Form::Shell && form != Form::Fish && isAnyOf(next, "nrt")) {
            out.append(next == 'n' ? '\n' : next == 'r' ? '\r' : '\t');
        } else {
            out.append('\\').append(next);
        }
        ++i;
    }
}

/// A mark before a character stands for the character.
void unescaped(std::string_view raw, std::string_view marks, std::string_view which, QByteArray &out)
{
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool escape =
            isAnyOf(raw[i], marks) && i + 1 < raw.size() && (which.empty() || isAnyOf(raw[i + 1], which));
        i += escape ? 1 : 0;
        out.append(raw[i]);
    }
}

/// Pieces in quotes, pieces without, backslashes.
void pieced(std::string_view raw, QByteArray &out)
{
    char quote = '\0';
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        const char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
        if (c == '\\' && quote != '\'' && next != '\0' && (quote == '\0' || isAnyOf(next, "\\\"$`")))
            out.append(raw[++i]);
        else if (quote != '\0' && c == quote)
            quote = '\0';
        else if (quote == '\0' && (c == '\'' || c == '"'))
            quote = c;
        else
            out.append(c);
    }
}

} // namespace

Secret valueOf(std::string_view text, const EnvSpan &span)
{
    const std::string_view raw = rawOf(text, span);
    QByteArray out;
    out.reserve(static_cast<qsizetype>(raw.size())); // nothing gets longer
    if (span.isPieced)
        pieced(raw, out);
    else if (span.quote == '\'' && span.form == Form::Fish)
        unescaped(raw, "\\", "\\'", out);
    else if (span.quote == '\'' && span.form == Form::PowerShell)
        unescaped(raw, "'", "'", out);
    else if (span.quote == '"' && span.form == Form::PowerShell)
        unescaped(raw, "`", {}, out);
    else if (span.quote == '"' && span.form != Form::Cmd)
        doubleQuoted(raw, span.form, out);
    else if (span.quote == '\0' && span.form == Form::Cmd)
        unescaped(raw, "^", {}, out);
    else
        return Secret(raw);
    return Secret::take(std::move(out));
}

bool refersElsewhere(std::string_view text, const EnvSpan &span)
{
    const std::string_view raw = rawOf(text, span);
    if (raw.find("{{") != std::string_view::npos || raw.substr(0, 2) == "<%")
        return true;
    if (span.form == Form::Cmd)
        return raw.size() > 2 && raw.front() == '%' && raw.back() == '%';
    // A lone quoted value stands for itself; a word of a command in single quotes is a placeholder all the
    // same.
    if (span.quote == '\'' && span.form != Form::Word)
        return false;
    for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
        if (raw[i] == '$' && (isLetter(raw[i + 1]) || raw[i + 1] == '{' || raw[i + 1] == '(') &&
            (i == 0 || raw[i - 1] != '\\'))
            return true;
    }
    return span.form == Form::Shell && span.quote != '\'' && raw.find('`') != std::string_view::npos;
}

} // namespace keydesk
