#include "app/filter/program/JsonReader.h"

#include "app/filter/program/Words.h"

#include <cstring>

namespace keydesk::filter {

namespace {

constexpr int none = -1;
constexpr char recordSeparator = '\x1E'; // before each document of RFC 7464

bool isDigit(int c)
{
    return c >= '0' && c <= '9';
}

bool isHex(int c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

} // namespace

JsonReader::JsonReader(Input &input, std::function<void()> moved)
    : m_input(input)
    , m_moved(std::move(moved))
    , m_base(input.place())
{
    constexpr std::string_view mark = "\xEF\xBB\xBF"; // RFC 8259 section 8.1 lets a parser ignore it
    if (m_base == 0 && fill() && m_piece.starts_with(mark))
        m_at = mark.size();
}

void JsonReader::restart(std::int64_t begin)
{
    m_input.restart(begin);
    m_piece = {};
    m_at = 0;
    m_base = begin;
    m_open.clear();
    m_expect = Expect::Value;
    m_reason = nullptr;
}

bool JsonReader::fill()
{
    m_base = m_input.place();
    m_piece = m_input.next();
    m_at = 0;
    if (m_moved)
        m_moved();
    return !m_piece.empty();
}

int JsonReader::peek()
{
    return m_at < m_piece.size() || fill() ? static_cast<unsigned char>(m_piece[m_at]) : none;
}

std::optional<std::string_view> JsonReader::atHand(std::int64_t begin, std::int64_t end) const
{
    if (begin < m_base || end > m_base + static_cast<std::int64_t>(m_piece.size()))
        return {};
    return m_piece.substr(static_cast<std::size_t>(begin - m_base), static_cast<std::size_t>(end - begin));
}

void JsonReader::skipSpace()
{
    for (int c = peek();
         c == ' ' || c == '\n' || c == '\t' || c == '\r' || (c == recordSeparator && m_open.empty());
         c = peek())
        ++m_at;
}

JsonReader::Part JsonReader::fault(const char *reason)
{
    m_reason = reason;
    m_begin = place();
    return Part::Fault;
}

JsonReader::Part JsonReader::next()
{
    for (;;) {
        if (m_reason)
            return Part::Fault;
        skipSpace();
        m_begin = place();
        const int c = peek();
        if (c == none) {
            if (m_open.empty())
                return Part::End;
            return fault(m_open.back() == '{'
                             ? QT_TRANSLATE_NOOP("FilterProgram", "the text ends before its } is there")
                             : QT_TRANSLATE_NOOP("FilterProgram", "the text ends before its ] is there"));
        }
        switch (m_expect) {
        case Expect::NameOrClose:
            if (c == '}')
                return close(c);
            return name();
        case Expect::Name:
            return name();
        case Expect::Colon:
            if (c != ':')
                return fault(QT_TRANSLATE_NOOP("FilterProgram", "a colon is missing after the name"));
            ++m_at;
            m_expect = Expect::Value;
            break;
        case Expect::CommaOrClose:
            if (c == '}' || c == ']')
                return close(c);
            if (c != ',')
                return fault(m_open.back() == '{'
                                 ? QT_TRANSLATE_NOOP("FilterProgram", "a comma or } is missing")
                                 : QT_TRANSLATE_NOOP("FilterProgram", "a comma or ] is missing"));
            ++m_at;
            m_expect = m_open.back() == '{' ? Expect::Name : Expect::Value;
            break;
        case Expect::ValueOrClose:
            if (c == ']')
                return close(c);
            return value(c);
        case Expect::Value:
            return value(c);
        }
    }
}

JsonReader::Part JsonReader::name()
{
    if (peek() != '"')
        return fault(QT_TRANSLATE_NOOP("FilterProgram", "a name in double quotes is missing"));
    if (const char *wrong = text())
        return fault(wrong);
    m_expect = Expect::Colon;
    return Part::Name;
}

JsonReader::Part JsonReader::close(int bracket)
{
    if ((bracket == '}') != (m_open.back() == '{'))
        return fault(bracket == '}' ? QT_TRANSLATE_NOOP("FilterProgram", "a [ is closed by }")
                                    : QT_TRANSLATE_NOOP("FilterProgram", "a { is closed by ]"));
    m_open.pop_back();
    ++m_at;
    afterValue();
    return Part::Close;
}

void JsonReader::afterValue()
{
    m_expect = m_open.empty() ? Expect::Value : Expect::CommaOrClose;
}

JsonReader::Part JsonReader::value(int first)
{
    const char *wrong = nullptr;
    switch (first) {
    case '{':
    case '[':
        if (m_open.size() >= deepest)
            return fault(QT_TRANSLATE_NOOP("FilterProgram", "it is nested too deeply"));
        m_open += static_cast<char>(first);
        m_arrays += first == '[';
        ++m_at;
        m_expect = first == '{' ? Expect::NameOrClose : Expect::ValueOrClose;
        return Part::Open;
    case '"':
        wrong = text();
        break;
    case 't':
        wrong = word("true");
        break;
    case 'f':
        wrong = word("false");
        break;
    case 'n':
        wrong = word("null");
        break;
    default:
        wrong = number();
    }
    if (wrong)
        return fault(wrong);
    afterValue();
    return Part::Value;
}

const char *JsonReader::text()
{
    ++m_at;
    for (;;) {
        const int c = peek();
        if (c == none)
            return QT_TRANSLATE_NOOP("FilterProgram", "the text in quotes does not end");
        if (c == '"') {
            ++m_at;
            return nullptr;
        }
        if (c == '\\') {
            if (const char *wrong = escape())
                return wrong;
            continue;
        }
        if (c < 0x20)
            return QT_TRANSLATE_NOOP("FilterProgram", "a control character stands in the text");
        // On to the next of these within the piece.
        const char *at = m_piece.data() + m_at;
        const char *end = m_piece.data() + m_piece.size();
        while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20)
            ++at;
        m_at = static_cast<std::size_t>(at - m_piece.data());
    }
}

const char *JsonReader::escape()
{
    constexpr const char *wrong =
        QT_TRANSLATE_NOOP("FilterProgram", "JSON does not know this escape; a backslash is written as \\\\");
    ++m_at;
    const int c = peek();
    if (c == 'u') {
        ++m_at;
        for (int i = 0; i < 4; ++i, ++m_at) {
            if (!isHex(peek()))
                return QT_TRANSLATE_NOOP("FilterProgram", "four hexadecimal digits must follow \\u");
        }
        return nullptr;
    }
    if (c <= 0 || !std::strchr("\"\\/bfnrt", c))
        return wrong;
    ++m_at;
    return nullptr;
}

const char *JsonReader::word(const char *expected)
{
    for (const char *c = expected; *c; ++c, ++m_at) {
        if (peek() != *c)
            return QT_TRANSLATE_NOOP("FilterProgram", "only true, false and null may stand without quotes");
    }
    return nullptr;
}

bool JsonReader::digits()
{
    if (!isDigit(peek()))
        return false;
    while (isDigit(peek()))
        ++m_at;
    return true;
}

const char *JsonReader::number()
{
    if (peek() == '-') {
        ++m_at;
        if (!isDigit(peek()))
            return QT_TRANSLATE_NOOP("FilterProgram", "digits are missing after -");
    } else if (!isDigit(peek())) {
        return QT_TRANSLATE_NOOP("FilterProgram", "a value is missing here");
    }
    const bool isZero = peek() == '0';
    ++m_at;
    if (isZero && isDigit(peek()))
        return QT_TRANSLATE_NOOP("FilterProgram", "a number may not begin with 0");
    while (isDigit(peek()))
        ++m_at;
    if (peek() == '.') {
        ++m_at;
        if (!digits())
            return QT_TRANSLATE_NOOP("FilterProgram", "digits are missing after the decimal point");
    }
    if (peek() == 'e' || peek() == 'E') {
        ++m_at;
        if (peek() == '+' || peek() == '-')
            ++m_at;
        if (!digits())
            return QT_TRANSLATE_NOOP("FilterProgram", "digits are missing in the exponent");
    }
    return nullptr;
}

} // namespace keydesk::filter
