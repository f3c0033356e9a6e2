#include "app/interchange/DotEnv.h"

#include "app/interchange/EnvChars.h"

#include <array>
#include <optional>

namespace keydesk {

namespace {

using namespace envchars;
using Form = EnvSpan::Form;

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t longestName = 128;
constexpr std::size_t longestQuoted = 64 * 1024;
constexpr std::size_t shortestWord = 8;

/// Between the words of a line that is no assignment. No '|' and no '=': tokens have them.
constexpr std::string_view wordEnds = " \t\n\r\f\v\"'`,;()<>[]{}&?";

class Scanner
{
public:
    Scanner(std::string_view text, const EnvVisitor &visit)
        : m_text(text)
        , m_visit(visit)
    {
    }

    void run()
    {
        for (std::size_t at = 0; at < m_text.size() && !m_stopped;) {
            const std::size_t end = scanLine(at);
            at = end == m_text.size() ? end : end + 1;
        }
    }

private:
    /// Returns the end of the line, which a value of several lines may have moved on.
    std::size_t scanLine(std::size_t start)
    {
        std::size_t end = lineEnd(start);
        std::size_t at = skipBlanks(start, end);
        if (isComment(at, end)) {
            words(at, end, {}, true);
            return end;
        }
        while (at < end && !m_stopped) {
            at = skip(at, end, " \t,;{}[]&");
            if (at < end && m_text[at] == '#')
                break;
            const std::optional<std::size_t> next = statement(at, end);
            if (!next)
                break;
            at = *next;
            if (at > end) // the value went on below
                end = lineEnd(at);
        }
        words(at, end, {}, at < end && m_text[at] == '#');
        return end;
    }

    /// Reads one assignment, or several behind one keyword. Returns what follows; nothing if it is none.
    std::optional<std::size_t> statement(std::size_t at, std::size_t end)
    {
        if (at + 1 < end && m_text[at] == '-' && isBlank(m_text[at + 1])) // an entry of a YAML list
            at = skipBlanks(at + 1, end);
        if (at < end && m_text[at] == '$')
            return powerShell(at, end);
        const std::string_view word = nameAt(at, end);
        const std::size_t behind = at + word.size();
        if (!word.empty() && behind < end && isBlank(m_text[behind])) {
            const std::size_t next = skipBlanks(behind, end);
            if (equals(word, "set"))
                return setCommand(next, end);
            if (equals(word, "setx"))
                return named(skipOptions(next, end, '/'), end, Form::Cmd);
            if (equals(word, "setenv"))
                return named(next, end, Form::Shell);
            for (const std::string_view keyword :
                 {"export", "declare", "typeset", "readonly", "local", "env"}) {
                if (equals(word, keyword))
                    return shell(skipOptions(next, end, '-'), end);
            }
            for (const std::string_view keyword : {"const", "let", "var"}) {
                if (word == keyword)
                    return assignment(next, end);
            }
        }
        return assignment(at, end);
    }

    /// NAME=value NAME=value …, and Docker's ENV NAME value.
    std::optional<std::size_t> shell(std::size_t at, std::size_t end)
    {
        std::optional<std::size_t> next;
        while (at < end && !m_stopped) {
            const std::string_view name = nameAt(at, end);
            const std::size_t behind = at + name.size();
            if (name.empty() || behind == end)
                break;
            if (m_text[behind] == '=') {
                next = value(Form::Shell, name, behind + 1, end);
            } else if (!next && isBlank(m_text[behind])) {
                return value(Form::Shell, name, skipBlanks(behind, end), end);
            } else {
                break;
            }
            if (*next > end) // it went on below
                break;
            at = skipBlanks(*next, end);
        }
        return next;
    }

    /// fish: set -gx NAME value, set NAME value. cmd: set NAME=value, set "NAME=value".
    std::optional<std::size_t> setCommand(std::size_t at, std::size_t end)
    {
        if (at < end && m_text[at] == '-')
            return named(skipOptions(at, end, '-'), end, Form::Fish);
        if (at < end && m_text[at] == '"') {
            const std::string_view name = nameAt(at + 1, end);
            const std::size_t equal = at + 1 + name.size();
            if (name.empty() || equal >= end || m_text[equal] != '=')
                return {};
            const std::size_t close = m_text.substr(0, end).rfind('"');
            const std::size_t last = close > equal ? close : end;
            emit({Form::Cmd, name, equal + 1, last, equal + 1, last, '"'});
            return last == end ? end : last + 1;
        }
        const std::string_view name = nameAt(at, end);
        const std::size_t behind = at + name.size();
        if (name.empty() || behind >= end)
            return {};
        if (m_text[behind] == '=')
            return value(Form::Cmd, name, behind + 1, end);
        return named(at, end, Form::Fish);
    }

    /// NAME value
    std::optional<std::size_t> named(std::size_t at, std::size_t end, Form form)
    {
        const std::string_view name = nameAt(at, end);
        const std::size_t behind = at + name.size();
        if (name.empty() || behind >= end || !isBlank(m_text[behind]))
            return {};
        return value(form, name, skipBlanks(behind, end), end);
    }

    /// $env:NAME = value, ${env:NAME} = value, $name = value
    std::optional<std::size_t> powerShell(std::size_t at, std::size_t end)
    {
        ++at;
        const bool braced = at < end && m_text[at] == '{';
        at += braced ? 1 : 0;
        if (startsWith(m_text.substr(at, end - at), "env:"))
            at += 4;
        const std::string_view name = nameAt(at, end);
        at += name.size();
        if (braced && at < end && m_text[at] == '}')
            ++at;
        at = skipBlanks(at, end);
        if (name.empty() || at >= end || m_text[at] != '=')
            return {};
        return value(Form::PowerShell, name, skipBlanks(at + 1, end), end);
    }

    /// NAME=value, NAME := value, NAME: value, "NAME": "value", "NAME=value", 'NAME' => 'value'
    std::optional<std::size_t> assignment(std::size_t at, std::size_t end)
    {
        const char quote = at < end && isAnyOf(m_text[at], "\"'") ? m_text[at] : '\0';
        const std::size_t start = at + (quote != '\0' ? 1 : 0);
        const std::string_view name = nameAt(start, end);
        std::size_t behind = start + name.size();
        if (name.empty() || behind >= end)
            return {};
        if (quote != '\0' && m_text[behind] == '=') {
            const std::size_t close = m_text.substr(0, end).find(quote, behind);
            const std::size_t last = close == npos ? end : close;
            emit({Form::Assignment, name, behind + 1, last, behind + 1, last, quote});
            return close == npos ? end : close + 1;
        }
        if (quote != '\0' && m_text[behind] != quote)
            return {};
        behind = skipBlanks(behind + (quote != '\0' ? 1 : 0), end);
        if (behind >= end)
            return {};
        const char next = behind + 1 < end ? m_text[behind + 1] : '\n';
        if (m_text[behind] == ':' && next == '=')
            ++behind;
        if (m_text[behind] == '=') {
            if (next == '=' && m_text[behind - 1] != ':') // a comparison, or the end of some Base64
                return {};
            if (next == '>')
                ++behind;
            return value(quote != '\0' ? Form::Json : Form::Assignment, name, skipBlanks(behind + 1, end),
                         end);
        }
        // "host:port" and "https://…" are no assignments.
        if (m_text[behind] != ':' || !(isBlank(next) || isBreak(next) || isAnyOf(next, "\"'")))
            return quote != '\0' && m_text[behind] == ':' ? std::optional(behind + 1) : std::nullopt;
        return value(quote != '\0' ? Form::Json : Form::Colon, name, skipBlanks(behind + 1, end), end);
    }

    /// Emits the value that begins at `at`. Returns where it ends, behind its quote.
    std::size_t value(Form form, std::string_view name, std::size_t at, std::size_t end)
    {
        const char first = at < end ? m_text[at] : '\0';
        const bool mayQuote = first == '"' || (first == '\'' && form != Form::Cmd) ||
                              (first == '`' && (form == Form::Assignment || form == Form::Json));
        if (mayQuote) {
            if (const std::size_t close = closing(form, at, end); close != npos) {
                emit({form, name, at + 1, close, at, close + 1, first});
                return close + 1;
            }
        }
        if (form == Form::Json) // a number, an object …
            return std::min(m_text.substr(0, end).find_first_of(",{[}]", at), end);
        const bool isWord = form == Form::Shell || form == Form::Fish || (mayQuote && isPieced(at, end));
        std::size_t last = isWord              ? shellWordEnd(at, end)
                           : form == Form::Cmd ? commandEnd(at, end)
                                               : plainEnd(at, end);
        const std::size_t consumed = last;
        while (last > at &&
               (isBlank(m_text[last - 1]) || (isAnyOf(m_text[last - 1], ";,") && form != Form::Cmd)))
            --last;
        EnvSpan span{form, name, at, last, at, last};
        span.isPieced = isWord && m_text.substr(at, last - at).find_first_of("'\"\\") != npos;
        if (mayQuote && !span.isPieced && last > at) // a quote that is never closed
            span.begin = at + 1;
        emit(span);
        return consumed;
    }

    /// The quote that ends the value which begins with one; npos if there is none that can be meant.
    std::size_t closing(Form form, std::size_t at, std::size_t end) const
    {
        const char quote = m_text[at];
        const bool escapes = quote == '"' ? form != Form::PowerShell && form != Form::Cmd
                                          : quote == '\'' && form == Form::Fish;
        const bool linesToo = form != Form::Json && form != Form::Colon && form != Form::Cmd;
        const std::size_t limit = linesToo ? std::min(m_text.size(), at + longestQuoted) : end;
        for (std::size_t i = at + 1; i < limit; ++i) {
            const char c = m_text[i];
            if ((c == '\\' && escapes) || (c == '`' && form == Form::PowerShell && quote == '"')) {
                ++i;
            } else if (c == quote) {
                if (form == Form::PowerShell && i + 1 < limit && m_text[i + 1] == quote) {
                    ++i;
                    continue;
                }
                const char next = i + 1 < m_text.size() ? m_text[i + 1] : '\n';
                return isBlank(next) || isBreak(next) || isAnyOf(next, "#;,)}]&") ? i : npos;
            }
        }
        return npos;
    }

    /// A word like 'it'\''s', which only a shell reads.
    bool isPieced(std::size_t at, std::size_t end) const
    {
        const std::size_t close = m_text.substr(0, end).find(m_text[at], at + 1);
        return close != npos;
    }

    std::size_t shellWordEnd(std::size_t at, std::size_t end) const
    {
        char quote = '\0';
        for (; at < end; ++at) {
            const char c = m_text[at];
            if (c == '\\' && quote != '\'')
                ++at;
            else if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c == '\'' || c == '"')
                quote = c;
            else if (isBlank(c) || c == ';')
                break;
        }
        return std::min(at, end);
    }

    std::size_t commandEnd(std::size_t at, std::size_t end) const
    {
        for (; at < end && m_text[at] != '&'; ++at)
            at += m_text[at] == '^' ? 1 : 0;
        return std::min(at, end);
    }

    /// Up to a comment.
    std::size_t plainEnd(std::size_t at, std::size_t end) const
    {
        for (std::size_t i = at; i < end; ++i) {
            if (m_text[i] == '#' && (i == at || isBlank(m_text[i - 1])))
                return i;
        }
        return end;
    }

    /// The words of a stretch. `name` names the first; a header's name or the word Bearer names the next.
    void words(std::size_t at, std::size_t end, std::string_view name, bool inComment)
    {
        static constexpr std::string_view authorization = "Authorization";
        while (at < end && !m_stopped) {
            at = skip(at, end, wordEnds);
            std::size_t last = std::min(m_text.find_first_of(wordEnds, at), end);
            const std::size_t next = last;
            const std::string_view word = m_text.substr(at, last - at);
            const std::string_view own = nameAt(at, last);
            if (equals(word, "bearer") || equals(word, "bearer:")) {
                name = name.empty() ? authorization : name;
            } else if (equals(word, "basic")) {
                name = {};
            } else if (!own.empty() && own.size() + 1 == word.size() && word.back() == ':') {
                name = own;
            } else {
                // NAME=value and --name=value
                const std::size_t start = at + std::min(word.find_first_not_of('-'), word.size());
                const std::string_view named = nameAt(start, last);
                const std::size_t equal = start + named.size();
                if (!named.empty() && equal + 1 < last && m_text[equal] == '=' && m_text[equal + 1] != '=') {
                    name = named;
                    at = equal + 1;
                }
                while (last > at && isAnyOf(m_text[last - 1], ".:"))
                    --last;
                if (last - at >= shortestWord) {
                    EnvSpan span{Form::Word, name, at, last, at, last};
                    span.inComment = inComment;
                    emit(span);
                }
                name = {};
            }
            at = next;
        }
    }

    void emit(EnvSpan span)
    {
        if (m_stopped)
            return;
        for (; m_counted < span.outerBegin; ++m_counted) {
            const char c = m_text[m_counted];
            m_line += c == '\n' || (c == '\r' && m_text.substr(m_counted + 1, 1) != "\n") ? 1 : 0;
        }
        span.line = m_line;
        m_stopped = !m_visit(span);
        if (span.form != Form::Word &&
            m_text.substr(span.begin, span.end - span.begin).find_first_of(" \t\n") != npos)
            words(span.begin, span.end, span.name, false);
    }

    std::size_t lineEnd(std::size_t at) const
    {
        return std::min(m_text.find_first_of("\r\n", at), m_text.size());
    }

    std::size_t skip(std::size_t at, std::size_t end, std::string_view set) const
    {
        while (at < end && isAnyOf(m_text[at], set))
            ++at;
        return at;
    }

    std::size_t skipBlanks(std::size_t at, std::size_t end) const { return skip(at, end, " \t"); }

    /// Words that begin with `mark`, and the blanks behind them.
    std::size_t skipOptions(std::size_t at, std::size_t end, char mark) const
    {
        while (at < end && m_text[at] == mark) {
            while (at < end && !isBlank(m_text[at]))
                ++at;
            at = skipBlanks(at, end);
        }
        return at;
    }

    std::string_view nameAt(std::size_t at, std::size_t end) const
    {
        if (at >= end || !isLetter(m_text[at]))
            return {};
        std::size_t last = at;
        while (last < end && last - at <= longestName && isNameChar(m_text[last]))
            ++last;
        return last - at > longestName ? std::string_view() : m_text.substr(at, last - at);
    }

    bool isComment(std::size_t at, std::size_t end) const
    {
        const std::string_view rest = m_text.substr(at, end - at);
        return rest.substr(0, 1) == "#" || rest.substr(0, 1) == ";" || rest.substr(0, 2) == "//" ||
               rest.substr(0, 2) == "::" || startsWith(rest, "rem ") || startsWith(rest, "<!--");
    }

    const std::string_view m_text;
    const EnvVisitor &m_visit;
    std::size_t m_counted = 0; // up to where line ends are counted
    int m_line = 1;
    bool m_stopped = false;
};

} // namespace

void scanEnv(std::string_view text, const EnvVisitor &visit)
{
    Scanner(text, visit).run();
}

} // namespace keydesk
