#pragma once

#include <QtGlobal>

#include <vector>

namespace keydesk {

/// What 64 bytes of JSON text are: a bit for each byte, the lowest for the first.
struct JsonLexed
{
    static constexpr int width = 64;

    quint64 tokens = 0;     ///< brackets, colons, commas, record separators, and where the two below begin
    quint64 strings = 0;    ///< quotes that open
    quint64 scalars = 0;    ///< where numbers and literals begin
    quint64 white = 0;      ///< outside of strings, record separators too
    quint64 badString = 0;  ///< control characters in strings, and what is not UTF-8
    quint64 badEscapes = 0; ///< the first byte that is not as an escape has it
    quint64 badScalar = 0;  ///< where a number is none, or does not go on as it must; the first byte of
                            ///< letters that are no literal

    bool operator==(const JsonLexed &) const = default;
    [[nodiscard]] quint64 bad() const { return badString | badEscapes | badScalar; }
};

/// What the bytes before have left for those that follow.
struct JsonCarries
{
    quint64 inString = 0; // all bits or none
    quint64 escaped = 0;  // the lowest bits, as all that follow
    quint64 scalar = 0;
    quint64 literal = 0;
    quint64 digit = 0;
    quint64 zero = 0; // a number's first digit
    quint64 exponent = 0;
    quint64 needsDigit = 0;
    quint64 numberMinus = 0;
    quint64 exponentSign = 0;
    quint64 inFraction = 0;
    quint64 inExponent = 0;
    quint64 needsHex = 0;
    quint64 second = 0; // bytes of a character that must follow
    quint64 third = 0;
    quint64 fourth = 0;
    quint64 afterE0 = 0;
    quint64 afterED = 0;
    quint64 afterF0 = 0;
    quint64 afterF4 = 0;
};

/// Looks at `count` times 64 bytes, 8 kB at most; eight more must be readable behind them. Writes the places
/// of all tokens to `tokens`, which has room for 64 more than there are bytes, and returns how many there
/// are.
using JsonLexer = qsizetype (*)(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed,
                                quint16 *tokens);

/// Those that this processor can run, which differ in speed alone: the fastest first.
const std::vector<JsonLexer> &jsonLexers();

} // namespace keydesk
