#pragma once

#include "app/body/ByteLanes.h"
#include "app/body/JsonBlocks.h"

#include <optional>
#include <vector>

namespace keydesk {

/// Checks JSON text by all rules of RFC 8259, 64 bytes at once, and notes what a JsonBlock tells. Several
/// documents may follow each other, with record separators (RFC 7464) between. A value: a copy goes on from
/// where the original was.
class JsonScanner
{
public:
    static constexpr qint32 deepest = 1'000'000;

    /// Where the text is no longer JSON.
    struct Stop
    {
        enum class Kind {
            Token,      ///< something that may not stand here, or a number or literal that is none
            String,     ///< in a string: a control character, or a byte that is not UTF-8
            Escape,     ///< in a string: the first byte that is not as an escape has it
            OpenString, ///< the text ends in the string that begins here
            TooDeep,
            End, ///< the text ends too early
        };

        Kind kind = Kind::Token;
        qint64 offset = 0;
        qint64 string = -1;                       ///< begin of the string that it is in
        JsonExpect expect = JsonExpect::Document; ///< before it
        bool any = false;                         ///< something stands before it
    };

    /// `begin`: offset of the text's first byte.
    explicit JsonScanner(qint64 begin)
        : m_at(begin)
    {
    }

    /// Offset of what comes next.
    [[nodiscard]] qint64 at() const { return m_at; }
    /// The next `length` bytes: a multiple of JsonBlock::size, or the last ones of the text. `ahead` bytes
    /// and more must be readable behind them: the text that follows, or spaces.
    std::optional<Stop> scan(const char *bytes, qint64 length, bool isLast, std::vector<JsonBlock> &blocks);

    static constexpr qint64 ahead = 128;

private:
    struct Lexed
    {
        quint64 tokens = 0;
        quint64 scalars = 0; // where they begin
        quint64 strings = 0;
        quint64 badString = 0;
        quint64 badEscapes = 0;
        quint64 badScalar = 0;
    };

    /// What the 64 bytes before have left.
    struct Carries
    {
        quint64 inString = 0; // all bits or none
        quint64 escaped = 0;  // the lowest bit, as in what follows
        quint64 scalar = 0;
        quint64 literal = 0; // bits of a literal that goes on
        quint64 digit = 0;
        quint64 zero = 0; // a number's first digit
        quint64 exponent = 0;
        quint64 needsDigit = 0;
        quint64 numberMinus = 0;
        quint64 exponentSign = 0;
        quint64 inFraction = 0;
        quint64 inExponent = 0;
        quint64 needsHex = 0;
        quint64 second = 0, third = 0, fourth = 0; // continuation bytes that must follow
        quint64 afterE0 = 0, afterED = 0, afterF0 = 0, afterF4 = 0;
    };

    Lexed lex(const char *bytes);
    quint64 badNumbers(const char *bytes, const ByteLanes &lanes, quint64 scalar, quint64 starts);
    quint64 literals(const char *bytes, quint64 starts);
    quint64 badEscapes(const ByteLanes &lanes, quint64 escaped);
    quint64 badUtf8(const ByteLanes &lanes);
    std::optional<Stop> take(const char *bytes, quint64 tokens);
    std::optional<Stop> scanBlock(const char *bytes, qint64 length);
    [[nodiscard]] JsonBlock blockHere() const;
    [[nodiscard]] Stop stop(Stop::Kind kind, qint64 offset) const;

    qint64 m_at;
    JsonExpect m_expect = JsonExpect::Document;
    qint32 m_level = 0;
    qint32 m_least = 0; // since the block's begin
    qint32 m_separators = 0;
    bool m_blank = true;
    bool m_any = false;             // a value has begun
    std::vector<quint64> m_objects; // a bit a level: 1, an object
    qint64 m_string = -1;           // begin of the last string
    qint64 m_stringBefore = -1;
    qint64 m_scalar = -1; // begin of the last number or literal
    Carries m_carries;
};

} // namespace keydesk
