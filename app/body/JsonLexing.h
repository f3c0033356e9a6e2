#pragma once

#include "app/body/JsonLexer.h"

#include <QtEndian>

#include <cstring>

#ifdef __SSE2__
#include <immintrin.h>
#endif

// The lexer, for the instructions that the file which includes this is compiled for. All is local to that
// file: the linker must not take the one for the other. For the same reason nothing of the standard library
// is used that could become a function.
namespace keydesk {
namespace {

#if defined(__AVX512BW__)

struct Matches
{
    quint64 bits;

    Matches operator|(Matches other) const { return {bits | other.bits}; }
};

/// 64 bytes, and which of them are what is asked for.
class Lanes
{
public:
    explicit Lanes(const char *bytes)
        : m_lanes(_mm512_loadu_si512(bytes))
    {
    }

    [[nodiscard]] Matches equal(uchar byte) const { return {_mm512_cmpeq_epi8_mask(m_lanes, all(byte))}; }
    /// With the bit set in which the cases of letters, and both kinds of bracket, differ.
    [[nodiscard]] Matches folded(uchar byte) const
    {
        return {_mm512_cmpeq_epi8_mask(_mm512_or_si512(m_lanes, all(0x20)), all(byte))};
    }
    /// first ≤ byte ≤ last
    [[nodiscard]] Matches between(uchar first, uchar last) const
    {
        return {_mm512_cmple_epu8_mask(_mm512_sub_epi8(m_lanes, all(first)), all(uchar(last - first)))};
    }
    [[nodiscard]] Matches high() const { return {_mm512_movepi8_mask(m_lanes)}; }

private:
    static __m512i all(uchar byte) { return _mm512_set1_epi8(static_cast<char>(byte)); }

    __m512i m_lanes;
};

quint64 bitsOf(Matches matches)
{
    return matches.bits;
}

#else

constexpr int laneWidth = 16;
constexpr int laneCount = JsonLexed::width / laneWidth;

// GCC's and clang's vectors, which every processor has some instructions for.
using Lane = uchar __attribute__((vector_size(laneWidth)));

/// Those bytes have the highest bit.
struct Matches
{
    Lane lanes[laneCount];

    Matches operator|(const Matches &other) const
    {
        Matches both;
        for (int i = 0; i < laneCount; ++i)
            both.lanes[i] = lanes[i] | other.lanes[i];
        return both;
    }
};

/// 64 bytes, and which of them are what is asked for.
class Lanes
{
public:
    explicit Lanes(const char *bytes) { std::memcpy(m_bytes.lanes, bytes, sizeof m_bytes.lanes); }

    [[nodiscard]] Matches equal(uchar byte) const
    {
        Matches found;
        for (int i = 0; i < laneCount; ++i)
            found.lanes[i] = Lane(m_bytes.lanes[i] == byte);
        return found;
    }
    /// With the bit set in which the cases of letters, and both kinds of bracket, differ.
    [[nodiscard]] Matches folded(uchar byte) const
    {
        Matches found;
        for (int i = 0; i < laneCount; ++i)
            found.lanes[i] = Lane((m_bytes.lanes[i] | 0x20) == byte);
        return found;
    }
    /// first ≤ byte ≤ last
    [[nodiscard]] Matches between(uchar first, uchar last) const
    {
        Matches found;
        for (int i = 0; i < laneCount; ++i)
            found.lanes[i] = Lane(Lane(m_bytes.lanes[i] - first) <= uchar(last - first));
        return found;
    }
    [[nodiscard]] Matches high() const { return m_bytes; }

private:
    Matches m_bytes;
};

/// The highest bit of each byte.
quint64 highBits(const Lane &lane)
{
#ifdef __SSE2__
    __m128i whole;
    std::memcpy(&whole, &lane, sizeof whole);
    return static_cast<quint32>(_mm_movemask_epi8(whole));
#else
    quint64 halves[2];
    std::memcpy(halves, &lane, sizeof halves);
    const auto gathered = [](quint64 half) {
        // Bit 7 of byte i comes to be bit 56 + i.
        return ((half >> 7 & 0x0101010101010101U) * 0x0102040810204080U) >> 56;
    };
    return gathered(qFromLittleEndian(halves[0])) | gathered(qFromLittleEndian(halves[1])) << 8;
#endif
}

quint64 bitsOf(const Matches &matches)
{
    quint64 bits = 0;
    for (int i = 0; i < laneCount; ++i)
        bits |= highBits(matches.lanes[i]) << (laneWidth * i);
    return bits;
}

#endif

constexpr int last = JsonLexed::width - 1;

/// Each bit becomes whether the bits up to it are an odd number.
quint64 oddUpTo(quint64 bits)
{
#ifdef __PCLMUL__
    const __m128i ones = _mm_set1_epi8(static_cast<char>(0xFF));
    return quint64(_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, qint64(bits)), ones, 0)));
#else
    for (int shift = 1; shift < JsonLexed::width; shift *= 2)
        bits ^= bits << shift;
    return bits;
#endif
}

/// Where the runs of `all` end that begin in `starts`: the place behind each. `goesOn`: whether one has
/// reached the end.
quint64 behindRuns(quint64 starts, quint64 all, quint64 &goesOn)
{
    quint64 sum = 0;
    goesOn = __builtin_add_overflow(starts & all, all, &sum) ? 1 : 0;
    return (sum | starts) & ~all;
}

/// The bits one byte on; what leaves at the end is carried.
quint64 behind(quint64 bits, quint64 &carry)
{
    const quint64 places = bits << 1 | carry;
    carry = bits >> last;
    return places;
}

bool endsScalar(char c)
{
    switch (c) {
    case ' ':
    case '\n':
    case '\r':
    case '\t':
    case ',':
    case ':':
    case '"':
    case '[':
    case ']':
    case '{':
    case '}':
    case 0x1E:
        return true;
    default:
        return false;
    }
}

/// The bytes of those that are literals.
quint64 literals(const char *bytes, quint64 starts, JsonCarries &carries)
{
    quint64 found = carries.literal;
    carries.literal = 0;
    for (; starts != 0; starts &= starts - 1) {
        const int at = __builtin_ctzll(starts);
        const char *text = bytes + at;
        int length = 4;
        if (std::memcmp(text, "false", 5) == 0)
            length = 5;
        else if (std::memcmp(text, "true", 4) != 0 && std::memcmp(text, "null", 4) != 0)
            continue;
        if (!endsScalar(text[length]))
            continue;
        const quint64 all = (quint64(1) << length) - 1;
        found |= all << at;
        if (at + length > JsonLexed::width)
            carries.literal = all >> (JsonLexed::width - at);
    }
    return found;
}

/// `digit`: digits outside of strings.
quint64 badNumbers(const char *bytes, const Lanes &lanes, quint64 scalar, quint64 starts,
                   JsonCarries &carries)
{
    const quint64 anyDigit = bitsOf(lanes.between('0', '9')) & scalar;
    const quint64 zero = bitsOf(lanes.equal('0'));
    const quint64 pending = carries.exponent | carries.needsDigit | carries.numberMinus |
                            carries.exponentSign | carries.inFraction | carries.inExponent | carries.literal;
    if (anyDigit == scalar && pending == 0) {
        carries.digit = scalar >> last;
        return behind(starts & zero, carries.zero) & scalar;
    }

    const quint64 anyMinus = bitsOf(lanes.equal('-')) & scalar;
    const quint64 literal = literals(bytes, starts & ~anyDigit & ~anyMinus, carries);
    const quint64 number = scalar & ~literal;
    const quint64 first = starts & number;
    const quint64 digit = anyDigit & number;
    const quint64 minus = anyMinus & number;
    const quint64 plus = bitsOf(lanes.equal('+')) & number;
    const quint64 point = bitsOf(lanes.equal('.')) & number;
    const quint64 exponent = bitsOf(lanes.folded('e')) & number;
    const quint64 sign = minus | plus;

    const quint64 afterExponent = behind(exponent, carries.exponent);
    const quint64 numberMinus = minus & first;
    const quint64 firstDigit = digit & (first | behind(numberMinus, carries.numberMinus));

    quint64 bad = number & ~(digit | sign | point | exponent);
    bad |= minus & ~(first | afterExponent);
    bad |= plus & ~afterExponent;
    bad |= first & ~(digit | minus);
    bad |= behind(sign | point, carries.needsDigit) & ~digit;
    bad |= (point | exponent) & ~behind(digit, carries.digit);
    bad |= afterExponent & ~(digit | sign);
    bad |= behind(firstDigit & zero, carries.zero) & digit;

    quint64 goesOn = 0;
    bad |= behindRuns(point << 1 | carries.inFraction, digit, goesOn) & point;
    carries.inFraction = goesOn | point >> last;
    const quint64 exponentDigits =
        (afterExponent & digit) | behind(sign & afterExponent, carries.exponentSign);
    bad |= behindRuns(exponentDigits | carries.inExponent, digit, goesOn) & (point | exponent);
    carries.inExponent = goesOn;
    return bad;
}

quint64 badEscapesIn(const Lanes &lanes, quint64 escaped, JsonCarries &carries)
{
    const quint64 unicode = escaped & bitsOf(lanes.equal('u'));
    const quint64 known = bitsOf(lanes.equal('"') | lanes.equal('\\') | lanes.equal('/') | lanes.equal('b') |
                                 lanes.equal('f') | lanes.equal('n') | lanes.equal('r') | lanes.equal('t'));
    quint64 bad = escaped & ~(known | unicode);
    if ((unicode | carries.needsHex) != 0) {
        const quint64 hex =
            bitsOf(lanes.between('0', '9') | lanes.between('a', 'f') | lanes.between('A', 'F'));
        bad |= (unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | carries.needsHex) & ~hex;
        carries.needsHex =
            unicode >> last | unicode >> (last - 1) | unicode >> (last - 2) | unicode >> (last - 3);
    }
    return bad;
}

/// As table 3-7 of the Unicode standard has it.
quint64 badUtf8(const Lanes &lanes, quint64 high, JsonCarries &carries)
{
    const quint64 following = bitsOf(lanes.between(0x80, 0xBF));
    const quint64 three = bitsOf(lanes.between(0xE0, 0xEF));
    const quint64 four = bitsOf(lanes.between(0xF0, 0xF4));
    const quint64 lead = bitsOf(lanes.between(0xC2, 0xDF)) | three | four;
    quint64 bad = high & ~(lead | following);
    if ((three | four | carries.afterE0 | carries.afterED | carries.afterF0 | carries.afterF4) != 0) {
        const quint64 below90 = bitsOf(lanes.between(0x80, 0x8F));
        const quint64 belowA0 = bitsOf(lanes.between(0x80, 0x9F));
        bad |= behind(bitsOf(lanes.equal(0xE0)), carries.afterE0) & belowA0;
        bad |= behind(bitsOf(lanes.equal(0xED)), carries.afterED) & following & ~belowA0;
        bad |= behind(bitsOf(lanes.equal(0xF0)), carries.afterF0) & below90;
        bad |= behind(bitsOf(lanes.equal(0xF4)), carries.afterF4) & following & ~below90;
    }
    const quint64 needed =
        (lead << 1 | carries.second) | ((three | four) << 2 | carries.third) | (four << 3 | carries.fourth);
    carries.second = lead >> last;
    carries.third = (three | four) >> (last - 1);
    carries.fourth = four >> (last - 2);
    return bad | (needed ^ following);
}

/// As simdjson does it: a byte is escaped if a run of backslashes of odd length ends before it.
quint64 escapedBytes(quint64 backslash, JsonCarries &carries)
{
    constexpr quint64 even = 0x5555555555555555U;
    backslash &= ~carries.escaped;
    const quint64 follows = backslash << 1 | carries.escaped;
    quint64 fromEven = 0;
    carries.escaped = __builtin_add_overflow(backslash & ~even & ~follows, backslash, &fromEven) ? 1 : 0;
    return (even ^ fromEven << 1) & follows;
}

JsonLexed lexOne(const char *bytes, JsonCarries &carries)
{
    const Lanes lanes(bytes);
    const quint64 backslash = bitsOf(lanes.equal('\\'));
    const quint64 escaped = (backslash | carries.escaped) != 0 ? escapedBytes(backslash, carries) : 0;
    const quint64 quotes = bitsOf(lanes.equal('"')) & ~escaped;
    const quint64 controls = bitsOf(lanes.between(0, 0x1F));
    const quint64 high = bitsOf(lanes.high());
    JsonLexed lexed;
    if ((escaped | carries.needsHex) != 0)
        lexed.badEscapes = badEscapesIn(lanes, escaped, carries);
    if ((high | carries.second | carries.third | carries.fourth) != 0)
        lexed.badString = badUtf8(lanes, high, carries);
    if (quotes == 0 && carries.inString != 0) {
        lexed.badString |= controls; // nothing but a part of a string, as most of long texts is
        return lexed;
    }
    const quint64 inside = oddUpTo(quotes) ^ carries.inString; // with the quote that opens
    carries.inString = quint64(qint64(inside) >> last);
    const quint64 outside = ~(inside | quotes);

    quint64 structure =
        bitsOf(lanes.folded('{') | lanes.folded('}') | lanes.equal(':') | lanes.equal(',')) & outside;
    quint64 white = bitsOf(lanes.equal(' '));
    quint64 records = 0;
    if (controls != 0) {
        white |= bitsOf(lanes.equal('\n') | lanes.equal('\r') | lanes.equal('\t'));
        records = bitsOf(lanes.equal(0x1E)) & outside;
        structure |= records;
    }
    white &= outside;
    const quint64 scalar = outside & ~structure & ~white;
    const quint64 begun = carries.scalar;
    const quint64 starts = scalar & ~behind(scalar, carries.scalar);

    lexed.strings = quotes & inside;
    lexed.scalars = starts;
    lexed.tokens = structure | lexed.strings | starts;
    lexed.white = white | records;
    if ((scalar | begun) != 0)
        lexed.badScalar = badNumbers(bytes, lanes, scalar, starts, carries);
    lexed.badString |= controls & inside;
    return lexed;
}

/// Eight at a time, some for nothing: how often a loop is run through is what a processor cannot foresee.
quint16 *writePlaces(quint64 bits, int base, quint16 *places)
{
    quint16 *const end = places + __builtin_popcountll(bits);
    do {
        for (int i = 0; i < 8; ++i) {
            places[i] = quint16(base + (bits != 0 ? __builtin_ctzll(bits) : 0));
            bits &= bits - 1;
        }
        places += 8;
    } while (bits != 0);
    return end;
}

qsizetype lexAll(const char *bytes, qsizetype count, JsonCarries &carries, JsonLexed *lexed, quint16 *tokens)
{
    JsonCarries local = carries;
    quint16 *end = tokens;
    for (qsizetype i = 0; i < count; ++i) {
        lexed[i] = lexOne(bytes + i * JsonLexed::width, local);
        if (lexed[i].tokens != 0)
            end = writePlaces(lexed[i].tokens, int(i) * JsonLexed::width, end);
    }
    carries = local;
    return end - tokens;
}

} // namespace
} // namespace keydesk
