#include "app/filter/program/JsonPath.h"

#include "app/filter/program/Words.h"

#include <algorithm>
#include <charconv>

namespace keydesk::filter {

namespace {

constexpr std::int64_t largestIndex = (1LL << 53) - 1; // RFC 9535 section 2.1

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool beginsName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

void append(std::string &text, std::uint32_t character)
{
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) {
        add(character);
    } else if (character < 0x800) {
        add(0xC0 | character >> 6);
        add(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        add(0xE0 | character >> 12);
        add(0x80 | (character >> 6 & 0x3F));
        add(0x80 | (character & 0x3F));
    } else {
        add(0xF0 | character >> 18);
        add(0x80 | (character >> 12 & 0x3F));
        add(0x80 | (character >> 6 & 0x3F));
        add(0x80 | (character & 0x3F));
    }
}

std::optional<std::uint32_t> hexAt(std::string_view text, std::size_t at)
{
    std::uint32_t value = 0;
    if (text.size() < at + 4)
        return {};
    const char *end = text.data() + at + 4;
    const auto read = std::from_chars(text.data() + at, end, value, 16);
    if (read.ec != std::errc() || read.ptr != end)
        return {};
    return value;
}

/// The escape at `at`, a backslash, in a text in these quotes; `at` goes behind it. False: JSON does not know
/// it.
bool takeEscape(std::string_view text, std::size_t &at, char quote, std::string &into)
{
    if (at + 1 >= text.size())
        return false;
    const char c = text[at + 1];
    constexpr std::string_view letters = "bfnrt\\/";
    constexpr std::string_view meanings = "\b\f\n\r\t\\/";
    if (c == quote || letters.find(c) != std::string_view::npos) {
        into += c == quote ? c : meanings[letters.find(c)];
        at += 2;
        return true;
    }
    const auto first = c == 'u' ? hexAt(text, at + 2) : std::nullopt;
    if (!first)
        return false;
    at += 6;
    std::uint32_t character = *first;
    const bool isHigh = character >= 0xD800 && character < 0xDC00;
    if (isHigh && text.substr(at).starts_with("\\u")) {
        const auto second = hexAt(text, at + 2);
        if (second && *second >= 0xDC00 && *second < 0xE000) {
            character = 0x10000 + ((character - 0xD800) << 10) + (*second - 0xDC00);
            at += 6;
        }
    }
    append(into, character);
    return true;
}

class PathParser
{
public:
    explicit PathParser(std::string_view text)
        : m_text(text)
    {
    }

    tl::expected<JsonPath, PathProblem> parse()
    {
        JsonPath path;
        skipSpace();
        if (!take('$'))
            return wrong(QT_TRANSLATE_NOOP("FilterProgram", "a JSON Path begins with $"));
        for (skipSpace(); m_at < m_text.size(); skipSpace()) {
            if (!segment(path.emplace_back()))
                return tl::unexpected(m_problem);
        }
        return path;
    }

private:
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            ++m_at;
    }
    tl::unexpected<PathProblem> wrong(const char *reason)
    {
        return tl::unexpected(PathProblem{m_at, reason});
    }
    bool fail(const char *reason)
    {
        m_problem = {m_at, reason};
        return false;
    }

    bool segment(PathSegment &segment)
    {
        if (take('.')) {
            segment.descends = take('.');
            if (segment.descends && peek() == '[')
                return bracket(segment);
            if (take('*')) {
                segment.selectors.emplace_back();
                return true;
            }
            return shortName(segment.selectors.emplace_back());
        }
        if (peek() == '[')
            return bracket(segment);
        return fail(QT_TRANSLATE_NOOP("FilterProgram", "a step begins with . or ["));
    }

    bool shortName(PathSelector &selector)
    {
        const std::size_t begin = m_at;
        if (!beginsName(peek()))
            return fail(m_at == m_text.size()
                            ? QT_TRANSLATE_NOOP("FilterProgram", "a name or * is missing")
                            : QT_TRANSLATE_NOOP("FilterProgram", "such a name stands in quotes: ['…']"));
        while (beginsName(peek()) || isDigit(peek()))
            ++m_at;
        selector.kind = PathSelector::Kind::Name;
        selector.name = m_text.substr(begin, m_at - begin);
        if (peek() == '-')
            return fail(QT_TRANSLATE_NOOP("FilterProgram", "such a name stands in quotes: ['…']"));
        return true;
    }

    bool bracket(PathSegment &segment)
    {
        take('[');
        for (;;) {
            skipSpace();
            if (!selector(segment.selectors.emplace_back()))
                return false;
            skipSpace();
            if (take(']'))
                return true;
            if (!take(','))
                return fail(QT_TRANSLATE_NOOP("FilterProgram", "a , or ] is missing"));
        }
    }

    bool selector(PathSelector &selector)
    {
        if (take('*'))
            return true;
        if (peek() == '\'' || peek() == '"') {
            selector.kind = PathSelector::Kind::Name;
            return quoted(selector.name);
        }
        if (peek() == '?')
            return fail(QT_TRANSLATE_NOOP("FilterProgram", "conditions are jq's: select(…)"));
        if (peek() != ':') {
            if (!isDigit(peek()) && peek() != '-')
                return fail(QT_TRANSLATE_NOOP("FilterProgram",
                                              "a name in quotes, an index, a slice or * is missing"));
            selector.kind = PathSelector::Kind::Index;
            if (!integer(selector.index))
                return false;
            skipSpace();
            if (peek() != ':')
                return true;
            selector.begin = selector.index;
            selector.index = -1;
        }
        return slice(selector);
    }

    /// From its first colon on.
    bool slice(PathSelector &selector)
    {
        selector.kind = PathSelector::Kind::Slice;
        take(':');
        skipSpace();
        std::int64_t number = 0;
        if (isDigit(peek()) || peek() == '-') {
            if (!integer(number))
                return false;
            selector.end = number;
            skipSpace();
        }
        if (!take(':'))
            return true;
        skipSpace();
        if (!isDigit(peek()) && peek() != '-')
            return true;
        const std::size_t begin = m_at;
        if (!integer(selector.step))
            return false;
        if (selector.step < 0) {
            m_at = begin;
            return fail(QT_TRANSLATE_NOOP(
                "FilterProgram", "results come in the order of the text, so a step is not negative"));
        }
        return true;
    }

    bool integer(std::int64_t &number)
    {
        const std::size_t begin = m_at;
        const bool isNegative = take('-');
        const std::size_t digits = m_at;
        while (isDigit(peek()))
            ++m_at;
        const std::string_view written = m_text.substr(digits, m_at - digits);
        const bool isPlain =
            !written.empty() && (written.size() == 1 || written[0] != '0') && !(isNegative && written == "0");
        const auto read = std::from_chars(written.data(), written.data() + written.size(), number);
        if (!isPlain || read.ec != std::errc() || number > largestIndex) {
            m_at = begin;
            return fail(QT_TRANSLATE_NOOP("FilterProgram", "this is no index"));
        }
        number = isNegative ? -number : number;
        return true;
    }

    bool quoted(std::string &name)
    {
        const std::size_t begin = m_at;
        const char quote = m_text[m_at++];
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (take(quote))
                return true;
            if (c == '\\') {
                if (!takeEscape(m_text, m_at, quote, name))
                    return fail(QT_TRANSLATE_NOOP(
                        "FilterProgram", "JSON does not know this escape; a backslash is written as \\\\"));
            } else {
                name += c;
                ++m_at;
            }
        }
        m_at = begin;
        return fail(QT_TRANSLATE_NOOP("FilterProgram", "the name in quotes does not end"));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    PathProblem m_problem;
};

/// RFC 6901 section 4: digits only, and no leading zero.
std::int64_t indexIn(std::string_view token)
{
    std::int64_t index = -1;
    if (token.empty() || !std::all_of(token.begin(), token.end(), isDigit) ||
        (token.size() > 1 && token[0] == '0'))
        return -1;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
    return read.ec == std::errc() ? index : -1;
}

} // namespace

bool PathSelector::needsLength() const
{
    return (kind == Kind::Index && index < 0) ||
           (kind == Kind::Slice && (begin.value_or(0) < 0 || end.value_or(0) < 0));
}

bool PathSelector::selectsName(std::string_view of) const
{
    return kind == Kind::All || ((kind == Kind::Name || kind == Kind::Token) && name == of);
}

bool PathSelector::selectsIndex(std::int64_t of, std::int64_t length) const
{
    switch (kind) {
    case Kind::All:
        return true;
    case Kind::Name:
        return false;
    case Kind::Token:
        return index == of;
    case Kind::Index:
        return of == (index < 0 ? length + index : index);
    case Kind::Slice: {
        const auto placed = [length](std::int64_t place) {
            return place < 0 ? std::max<std::int64_t>(0, length + place) : place;
        };
        const std::int64_t from = placed(begin.value_or(0));
        return step > 0 && of >= from && (!end || of < placed(*end)) && (of - from) % step == 0;
    }
    }
    return false;
}

tl::expected<JsonPath, PathProblem> parseJsonPath(std::string_view text)
{
    return PathParser(text).parse();
}

tl::expected<JsonPath, PathProblem> parseJsonPointer(std::string_view text)
{
    JsonPath path;
    if (!text.empty() && text[0] != '/')
        return tl::unexpected(
            PathProblem{0, QT_TRANSLATE_NOOP("FilterProgram", "a JSON Pointer begins with /")});
    for (std::size_t at = 0; at < text.size();) {
        PathSelector selector;
        selector.kind = PathSelector::Kind::Token;
        for (++at; at < text.size() && text[at] != '/'; ++at) {
            if (text[at] != '~') {
                selector.name += text[at];
                continue;
            }
            const char next = at + 1 < text.size() ? text[at + 1] : '\0';
            if (next != '0' && next != '1')
                return tl::unexpected(PathProblem{
                    at, QT_TRANSLATE_NOOP("FilterProgram", "~ is written as ~0, and / in a name as ~1")});
            selector.name += next == '0' ? '~' : '/';
            ++at;
        }
        selector.index = indexIn(selector.name);
        path.push_back({{selector}, false});
    }
    return path;
}

std::string unescaped(std::string_view written)
{
    std::string text;
    for (std::size_t at = 0; at < written.size();) {
        if (written[at] == '\\' && takeEscape(written, at, '"', text))
            continue;
        text += written[at++];
    }
    return text;
}

} // namespace keydesk::filter
