#pragma once

#include "app/http/JsonFormat.h"

#include <QCoreApplication>

#include <algorithm>
#include <bit>
#include <cstring>

// How JSON text is walked, for those that read it part by part.
namespace keydesk::json {

// Deeper than any real document; bounds the memory of the stack on hostile ones.
inline constexpr qsizetype deepest = 1'000'000;

inline QString tr(const char *text)
{
    return QCoreApplication::translate("JsonFormat", text);
}

enum class Part { Open, Close, Comma, Colon, Name, Value };

/// Walks JSON text and hands every part of it to `sink(part, begin, end)`, which returns false to stop. No
/// recursion.
template <typename Sink>
class Walker
{
public:
    Walker(const QByteArray &json, JsonDialect dialect, Sink &sink)
        : m_begin(json.constData())
        , m_at(json.constData())
        , m_end(json.constData() + json.size())
        , m_variables(dialect == JsonDialect::WithVariables)
        , m_sink(sink)
    {
    }

    std::optional<JsonProblem> walk()
    {
        // RFC 8259 section 8.1 lets a parser ignore a byte order mark.
        if (m_end - m_at >= 3 && std::memcmp(m_at, "\xEF\xBB\xBF", 3) == 0)
            m_at += 3;
        Expect expect = Expect::Value;
        while (!m_stopped) {
            skipSpace();
            if (expect == Expect::Nothing) {
                if (m_at != m_end)
                    return problem(tr("nothing may follow the end of the value"));
                return std::nullopt;
            }
            if (m_at == m_end)
                return problem(ending(expect));
            const char *wrong = step(expect);
            if (wrong)
                return problem(tr(wrong));
        }
        return std::nullopt;
    }

private:
    enum class Expect { Value, ValueOrClose, NameOrClose, Name, Colon, CommaOrClose, Nothing };

    static constexpr std::size_t wordSize = sizeof(quint64);
    static constexpr quint64 eachByte = 0x0101010101010101;

    [[nodiscard]] bool hasWord() const { return m_end - m_at >= std::ptrdiff_t(wordSize); }
    [[nodiscard]] quint64 wordHere() const
    {
        quint64 word = 0;
        std::memcpy(&word, m_at, wordSize);
        return word;
    }

    void skipSpace()
    {
        while (hasWord() && wordHere() == eachByte * ' ') // lines are indented
            m_at += wordSize;
        while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\t' || *m_at == '\r'))
            ++m_at;
    }

    QString ending(Expect expect) const
    {
        if (m_at == m_begin || (m_stack.isEmpty() && expect == Expect::Value))
            return tr("there is no value");
        return inObject() ? tr("the text ends before its } is there")
                          : tr("the text ends before its ] is there");
    }

    bool inObject() const { return !m_stack.isEmpty() && m_stack.back() == '{'; }

    void emitPart(Part part, const char *from) { m_stopped = !m_sink(part, from, m_at); }

    /// One part; returns what is wrong, or nullptr. `expect` becomes what must follow.
    const char *step(Expect &expect)
    {
        const char c = *m_at;
        switch (expect) {
        case Expect::NameOrClose:
            if (c == '}')
                return close(expect);
            [[fallthrough]];
        case Expect::Name: {
            if (c == '}')
                return QT_TRANSLATE_NOOP("JsonFormat", "there is a comma before }");
            if (c != '"')
                return QT_TRANSLATE_NOOP("JsonFormat", "a name in double quotes is missing");
            const char *from = m_at;
            if (const char *wrong = string())
                return wrong;
            emitPart(Part::Name, from);
            expect = Expect::Colon;
            return nullptr;
        }
        case Expect::Colon:
            if (c != ':')
                return QT_TRANSLATE_NOOP("JsonFormat", "a colon is missing after the name");
            ++m_at;
            emitPart(Part::Colon, m_at - 1);
            expect = Expect::Value;
            return nullptr;
        case Expect::CommaOrClose:
            if (c == ',') {
                ++m_at;
                emitPart(Part::Comma, m_at - 1);
                expect = inObject() ? Expect::Name : Expect::Value;
                return nullptr;
            }
            if (c == '}' || c == ']')
                return close(expect);
            return inObject() ? QT_TRANSLATE_NOOP("JsonFormat", "a comma or } is missing")
                              : QT_TRANSLATE_NOOP("JsonFormat", "a comma or ] is missing");
        case Expect::ValueOrClose:
            if (c == ']')
                return close(expect);
            [[fallthrough]];
        case Expect::Value:
            return value(expect);
        case Expect::Nothing:
            break;
        }
        return nullptr;
    }

    const char *close(Expect &expect)
    {
        if ((*m_at == '}') != inObject())
            return inObject() ? QT_TRANSLATE_NOOP("JsonFormat", "a { is closed by ]")
                              : QT_TRANSLATE_NOOP("JsonFormat", "a [ is closed by }");
        m_stack.chop(1);
        ++m_at;
        emitPart(Part::Close, m_at - 1);
        afterValue(expect);
        return nullptr;
    }

    void afterValue(Expect &expect) { expect = m_stack.isEmpty() ? Expect::Nothing : Expect::CommaOrClose; }

    const char *value(Expect &expect)
    {
        const char *from = m_at;
        const char *wrong = nullptr;
        switch (*m_at) {
        case '{':
            if (m_variables && m_end - m_at > 1 && m_at[1] == '{') {
                wrong = variable();
                break;
            }
            [[fallthrough]];
        case '[':
            if (m_stack.size() >= deepest)
                return QT_TRANSLATE_NOOP("JsonFormat", "it is nested too deeply");
            m_stack.append(*m_at++);
            emitPart(Part::Open, from);
            expect = inObject() ? Expect::NameOrClose : Expect::ValueOrClose;
            return nullptr;
        case '"':
            wrong = string();
            break;
        case ']':
        case '}':
            return m_stack.isEmpty() ? QT_TRANSLATE_NOOP("JsonFormat", "a value is missing here")
                   : inObject()      ? QT_TRANSLATE_NOOP("JsonFormat", "a value is missing after the colon")
                                     : QT_TRANSLATE_NOOP("JsonFormat", "there is a comma before ]");
        case 't':
            wrong = word("true");
            break;
        case 'f':
            wrong = word("false");
            break;
        case 'n':
            wrong = word("null");
            break;
        case '\'':
            return QT_TRANSLATE_NOOP("JsonFormat",
                                     "text stands in double quotes in JSON, not in single ones");
        default:
            wrong = number();
        }
        if (wrong)
            return wrong;
        emitPart(Part::Value, from);
        afterValue(expect);
        return nullptr;
    }

    const char *variable()
    {
        for (const char *c = m_at + 2; c + 1 < m_end && *c != '\n' && *c != '"' && *c != '{'; ++c) {
            if (c[0] == '}' && c[1] == '}') {
                m_at = c + 2;
                return nullptr;
            }
        }
        return QT_TRANSLATE_NOOP("JsonFormat", "a variable is not closed by }}");
    }

    const char *word(const char *expected)
    {
        const auto length = static_cast<qsizetype>(std::strlen(expected));
        if (m_end - m_at < length || std::memcmp(m_at, expected, static_cast<std::size_t>(length)) != 0)
            return QT_TRANSLATE_NOOP("JsonFormat", "only true, false and null may stand without quotes");
        m_at += length;
        return nullptr;
    }

    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    static bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

    bool digits()
    {
        const char *from = m_at;
        while (m_at != m_end && isDigit(*m_at))
            ++m_at;
        return m_at != from;
    }

    const char *number()
    {
        const char *from = m_at;
        if (*m_at == '-')
            ++m_at;
        if (m_at == m_end || !isDigit(*m_at)) {
            m_at = from;
            return *from == '-'
                       ? QT_TRANSLATE_NOOP("JsonFormat", "digits are missing after -")
                       : QT_TRANSLATE_NOOP("JsonFormat", "this is not a value; text stands in double quotes");
        }
        if (*m_at == '0' && m_end - m_at > 1 && isDigit(m_at[1]))
            return QT_TRANSLATE_NOOP("JsonFormat", "a number may not begin with 0");
        digits();
        if (m_at != m_end && *m_at == '.') {
            ++m_at;
            if (!digits())
                return QT_TRANSLATE_NOOP("JsonFormat", "digits are missing after the decimal point");
        }
        if (m_at != m_end && (*m_at == 'e' || *m_at == 'E')) {
            ++m_at;
            if (m_at != m_end && (*m_at == '+' || *m_at == '-'))
                ++m_at;
            if (!digits())
                return QT_TRANSLATE_NOOP("JsonFormat", "digits are missing in the exponent");
        }
        return nullptr;
    }

    /// Past what means itself in a text, eight bytes at a time.
    void skipPlain()
    {
        const auto zeroIn = [](quint64 word) { return (word - eachByte) & ~word; };
        while (hasWord()) {
            const quint64 word = wordHere();
            const quint64 marks = (zeroIn(word ^ (eachByte * '"')) | zeroIn(word ^ (eachByte * '\\')) |
                                   ((word - eachByte * ' ') & ~word)) &
                                  (eachByte * 0x80);
            if (marks != 0) {
                if constexpr (std::endian::native == std::endian::little) // the first is right in any case
                    m_at += std::countr_zero(marks) / 8;
                return;
            }
            m_at += wordSize;
        }
    }

    const char *string()
    {
        const char *from = m_at++;
        for (skipPlain(); m_at != m_end; skipPlain()) {
            const char c = *m_at;
            if (c == '"') {
                ++m_at;
                return nullptr;
            }
            if (c == '\\') {
                if (const char *wrong = escape())
                    return wrong;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                return c == '\n' || c == '\r'
                           ? QT_TRANSLATE_NOOP("JsonFormat", "the text in quotes is not closed on its line")
                           : QT_TRANSLATE_NOOP("JsonFormat",
                                               "a control character stands in the text; write it as \\u00XX");
            } else {
                ++m_at;
            }
        }
        m_at = from;
        return QT_TRANSLATE_NOOP("JsonFormat", "the text that begins here is not closed by a quote");
    }

    const char *escape()
    {
        if (m_end - m_at < 2)
            return QT_TRANSLATE_NOOP("JsonFormat", "the text ends inside an escape");
        if (m_at[1] == 'u') {
            if (m_end - m_at < 6 || !isHex(m_at[2]) || !isHex(m_at[3]) || !isHex(m_at[4]) || !isHex(m_at[5]))
                return QT_TRANSLATE_NOOP("JsonFormat", "four hexadecimal digits must follow \\u");
            m_at += 6;
            return nullptr;
        }
        if (m_at[1] == '\0' || !std::strchr("\"\\/bfnrt", m_at[1]))
            return QT_TRANSLATE_NOOP("JsonFormat",
                                     "JSON does not know this escape; a backslash is written as \\\\");
        m_at += 2;
        return nullptr;
    }

    JsonProblem problem(const QString &message) const
    {
        JsonProblem found{m_at - m_begin, 1, 1, message};
        const char *lineStart = m_begin;
        for (const char *c = m_begin; c != m_at; ++c) {
            if (*c == '\n') {
                ++found.line;
                lineStart = c + 1;
            }
        }
        for (const char *c = lineStart; c != m_at; ++c)
            found.column += (static_cast<unsigned char>(*c) & 0xC0U) != 0x80U; // bytes that begin a character
        return found;
    }

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    bool m_variables;
    bool m_stopped = false;
    Sink &m_sink;
    QByteArray m_stack; // '{' or '[' a level
};

} // namespace keydesk::json
