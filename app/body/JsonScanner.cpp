#include "app/body/JsonScanner.h"

#include <array>
#include <bit>
#include <cstring>

namespace keydesk {

namespace {

constexpr int width = 64; // bytes at once

enum Kind : quint8 {
    Scalar,
    Quote,
    OpenObject,
    OpenArray,
    CloseObject,
    CloseArray,
    Colon,
    Comma,
    RecordSeparator,
    kinds
};

constexpr std::array<quint8, 256> kindsOfBytes = [] {
    std::array<quint8, 256> all{};
    all['"'] = Quote;
    all['{'] = OpenObject;
    all['['] = OpenArray;
    all['}'] = CloseObject;
    all[']'] = CloseArray;
    all[':'] = Colon;
    all[','] = Comma;
    all[0x1E] = RecordSeparator;
    return all;
}();

// What a token does: the lowest four bits are what may come next.
constexpr quint8 separates = 0x10;
constexpr quint8 opens = 0x20;
constexpr quint8 closes = 0x40;
constexpr quint8 wrong = 0x80;
constexpr quint8 special = opens | closes | wrong;

constexpr auto rules = [] {
    using enum JsonExpect;
    std::array<std::array<quint8, 16>, 16> all{};
    for (auto &row : all)
        row.fill(wrong);
    const auto set = [&all](JsonExpect expect, Kind kind, JsonExpect next, quint8 does = 0) {
        all[size_t(expect)][kind] = quint8(quint8(next) | does);
    };
    const auto setValue = [&set](JsonExpect expect, JsonExpect next, quint8 does = 0) {
        set(expect, Scalar, next, does);
        set(expect, Quote, next, does);
        set(expect, OpenObject, ObjectFirst, opens | does);
        set(expect, OpenArray, ArrayFirst, opens | does);
    };
    setValue(Document, Document, separates);
    set(Document, RecordSeparator, Document);
    set(ObjectFirst, Quote, ObjectColon);
    set(ObjectFirst, CloseObject, Document, closes);
    set(ObjectName, Quote, ObjectColon);
    set(ObjectColon, Colon, ObjectValue);
    setValue(ObjectValue, ObjectNext);
    set(ObjectNext, Comma, ObjectName, separates);
    set(ObjectNext, CloseObject, Document, closes);
    setValue(ArrayFirst, ArrayNext);
    set(ArrayFirst, CloseArray, Document, closes);
    setValue(ArrayValue, ArrayNext);
    set(ArrayNext, Comma, ArrayValue, separates);
    set(ArrayNext, CloseArray, Document, closes);
    return all;
}();

/// Each bit becomes whether the bits up to it are an odd number.
quint64 oddUpTo(quint64 bits)
{
    for (int shift = 1; shift < width; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/// Where the runs of `all` end that begin in `starts`: the place behind each. `goesOn`: whether one has
/// reached the end.
quint64 behindRuns(quint64 starts, quint64 all, quint64 &goesOn)
{
    quint64 sum = 0;
    goesOn = __builtin_add_overflow(starts & all, all, &sum) ? 1 : 0;
    return (sum | starts) & ~all;
}

constexpr quint64 lowest(int count)
{
    return count >= width ? ~quint64(0) : (quint64(1) << count) - 1;
}

} // namespace

std::optional<JsonScanner::Stop> JsonScanner::scan(const char *bytes, qint64 length, bool isLast,
                                                   std::vector<JsonBlock> &blocks)
{
    for (qint64 done = 0; done < length; done += JsonBlock::size) {
        blocks.push_back(blockHere());
        m_least = m_level;
        m_separators = 0;
        m_blank = true;
        const auto found = scanBlock(bytes + done, std::min(JsonBlock::size, length - done));
        JsonBlock &block = blocks.back();
        block.least = m_least;
        block.separators = quint16(m_separators);
        block.blank = m_blank;
        if (found)
            return found;
    }
    if (!isLast)
        return {};
    // What may not end here tells it at the spaces.
    if (length % width == 0) {
        const qint64 end = m_at;
        if (const auto found = scanBlock(bytes + length, width))
            return found;
        m_at = end;
    }
    if (m_carries.inString)
        return stop(Stop::Kind::OpenString, m_string);
    if (m_level > 0 || !m_any)
        return stop(Stop::Kind::End, m_at);
    return {};
}

/// Up to 64 bytes more than `length`, which are spaces then.
std::optional<JsonScanner::Stop> JsonScanner::scanBlock(const char *bytes, qint64 length)
{
    const qint64 begin = m_at;
    for (qint64 done = 0; done < length; done += width) {
        m_at = begin + done;
        const qint64 scalarBefore = m_scalar;
        const qint64 stringBefore = m_string;
        const Lexed lexed = lex(bytes + done);
        const quint64 bad = lexed.badString | lexed.badEscapes | lexed.badScalar;
        if (bad == 0) {
            if (const auto found = take(bytes + done, lexed.tokens))
                return found;
            continue;
        }
        const int first = std::countr_zero(bad);
        if ((lexed.badScalar >> first & 1) == 0) {
            if (const auto found = take(bytes + done, lexed.tokens & lowest(first)))
                return found;
            const bool isEscape = (lexed.badEscapes >> first & 1) != 0;
            Stop found = stop(isEscape ? Stop::Kind::Escape : Stop::Kind::String, m_at + first);
            const quint64 strings = lexed.strings & lowest(first);
            found.string = strings != 0 ? m_at + width - 1 - std::countl_zero(strings) : stringBefore;
            return found;
        }
        const quint64 starts = lexed.scalars & lowest(first + 1);
        if (starts == 0) {
            // It has been taken already.
            Stop found = stop(Stop::Kind::Token, scalarBefore);
            if (m_expect == JsonExpect::ObjectNext)
                found.expect = JsonExpect::ObjectValue;
            else if (m_expect == JsonExpect::ArrayNext)
                found.expect = JsonExpect::ArrayValue;
            return found;
        }
        const int start = width - 1 - std::countl_zero(starts);
        if (const auto found = take(bytes + done, lexed.tokens & lowest(start)))
            return found;
        return stop(Stop::Kind::Token, m_at + start);
    }
    m_at = begin + length;
    return {};
}

JsonBlock JsonScanner::blockHere() const
{
    JsonBlock block;
    block.level = m_level;
    block.expect = m_expect;
    block.inString = m_carries.inString != 0;
    block.inScalar = m_carries.scalar != 0;
    block.escaped = m_carries.escaped != 0;
    const bool isName = m_expect == JsonExpect::ObjectColon;
    if (block.inString)
        block.token = m_string;
    else if (block.inScalar)
        block.token = m_scalar;
    if (isName || m_expect == JsonExpect::ObjectValue)
        block.name = m_string;
    else if (m_expect == JsonExpect::ObjectNext && block.token >= 0)
        block.name = block.inString ? m_stringBefore : m_string;
    return block;
}

JsonScanner::Stop JsonScanner::stop(Stop::Kind kind, qint64 offset) const
{
    return {kind, offset, m_string, m_expect, m_any};
}

JsonScanner::Lexed JsonScanner::lex(const char *bytes)
{
    const ByteLanes lanes(bytes);

    // As simdjson does it: a byte is escaped if a run of backslashes of odd length ends before it.
    quint64 escaped = m_carries.escaped;
    quint64 backslash = lanes.equal('\\');
    if (backslash != 0) {
        constexpr quint64 even = 0x5555555555555555U;
        backslash &= ~m_carries.escaped;
        const quint64 follows = backslash << 1 | m_carries.escaped;
        quint64 fromEven = 0;
        m_carries.escaped =
            __builtin_add_overflow(backslash & ~even & ~follows, backslash, &fromEven) ? 1 : 0;
        escaped = (even ^ fromEven << 1) & follows;
    } else {
        m_carries.escaped = 0;
    }

    const quint64 quotes = lanes.equal('"') & ~escaped;
    const quint64 inside = oddUpTo(quotes) ^ m_carries.inString; // with the quote that opens
    m_carries.inString = quint64(qint64(inside) >> (width - 1));
    const quint64 opening = quotes & inside;
    const quint64 outside = ~(inside | quotes);

    quint64 structure = lanes.bits([](ByteLanes::Lane lane) {
        const ByteLanes::Lane folded = lane | 0x20;
        return (folded == '{') | (folded == '}') | (lane == ':') | (lane == ',');
    });
    quint64 white = lanes.equal(' ');
    quint64 records = 0;
    const quint64 controls = lanes.between(0, 0x1F);
    if (controls != 0) {
        white |=
            lanes.bits([](ByteLanes::Lane lane) { return (lane == '\n') | (lane == '\r') | (lane == '\t'); });
        records = lanes.equal(0x1E) & outside;
    }
    white &= outside;
    structure = (structure & outside) | records;
    const quint64 scalar = outside & ~structure & ~white;
    const quint64 starts = scalar & ~(scalar << 1 | m_carries.scalar);

    Lexed lexed;
    lexed.tokens = structure | opening | starts;
    lexed.scalars = starts;
    lexed.strings = opening;
    if (scalar != 0 || m_carries.scalar != 0)
        lexed.badScalar = badNumbers(bytes, lanes, scalar, starts);
    m_carries.scalar = scalar >> (width - 1);
    lexed.badString = controls & inside;
    if (escaped != 0 || m_carries.needsHex != 0)
        lexed.badEscapes = badEscapes(lanes, escaped);
    if (lanes.high() != 0 || m_carries.second != 0 || m_carries.third != 0 || m_carries.fourth != 0)
        lexed.badString |= badUtf8(lanes);

    m_blank &= (white | records) == ~quint64(0);
    if (opening != 0) {
        const int last = width - 1 - std::countl_zero(opening);
        const quint64 others = opening & lowest(last);
        m_stringBefore = others != 0 ? m_at + width - 1 - std::countl_zero(others) : m_string;
        m_string = m_at + last;
    }
    if (starts != 0)
        m_scalar = m_at + width - 1 - std::countl_zero(starts);
    return lexed;
}

/// The places at which numbers are none, and letters that are no literal.
quint64 JsonScanner::badNumbers(const char *bytes, const ByteLanes &lanes, quint64 scalar, quint64 starts)
{
    const quint64 anyDigit = lanes.between('0', '9') & scalar;
    const quint64 zero = lanes.equal('0');
    Carries &carries = m_carries;
    const quint64 pending = carries.exponent | carries.needsDigit | carries.numberMinus |
                            carries.exponentSign | carries.inFraction | carries.inExponent | carries.literal;
    if (anyDigit == scalar && pending == 0) {
        const quint64 firstZero = starts & zero;
        const quint64 bad = (firstZero << 1 | carries.zero) & scalar;
        carries.zero = firstZero >> (width - 1);
        carries.digit = scalar >> (width - 1);
        return bad;
    }

    const quint64 anyMinus = lanes.equal('-') & scalar;
    const quint64 literal = literals(bytes, starts & ~anyDigit & ~anyMinus);
    const quint64 number = scalar & ~literal;
    const quint64 first = starts & number;
    const quint64 digit = anyDigit & number;
    const quint64 minus = anyMinus & number;
    const quint64 plus = lanes.equal('+') & number;
    const quint64 point = lanes.equal('.') & number;
    const quint64 exponent = (lanes.equal('e') | lanes.equal('E')) & number;
    const quint64 sign = minus | plus;

    const quint64 afterExponent = exponent << 1 | carries.exponent;
    const quint64 numberMinus = minus & first;
    const quint64 exponentSign = sign & afterExponent;
    const quint64 firstDigit = digit & (first | numberMinus << 1 | carries.numberMinus);
    const quint64 firstZero = firstDigit & zero;

    quint64 bad = number & ~(digit | sign | point | exponent);
    bad |= minus & ~(first | afterExponent);
    bad |= plus & ~afterExponent;
    bad |= first & ~(digit | minus);
    bad |= ((sign | point) << 1 | carries.needsDigit) & ~digit;
    bad |= (point | exponent) & ~(digit << 1 | carries.digit);
    bad |= afterExponent & ~(digit | sign);
    bad |= (firstZero << 1 | carries.zero) & digit;

    quint64 fractionGoesOn = 0;
    bad |= behindRuns(point << 1 | carries.inFraction, digit, fractionGoesOn) & point;
    quint64 exponentGoesOn = 0;
    const quint64 exponentDigits =
        (afterExponent & digit) | exponentSign << 1 | carries.exponentSign | carries.inExponent;
    bad |= behindRuns(exponentDigits, digit, exponentGoesOn) & (point | exponent);

    constexpr int last = width - 1;
    carries.exponent = exponent >> last;
    carries.needsDigit = (sign | point) >> last;
    carries.digit = digit >> last;
    carries.zero = firstZero >> last;
    carries.numberMinus = numberMinus >> last;
    carries.exponentSign = exponentSign >> last;
    carries.inFraction = fractionGoesOn | point >> last;
    carries.inExponent = exponentGoesOn;
    return bad;
}

/// The bytes of those that are literals.
quint64 JsonScanner::literals(const char *bytes, quint64 starts)
{
    quint64 found = m_carries.literal;
    m_carries.literal = 0;
    for (; starts != 0; starts &= starts - 1) {
        const int at = std::countr_zero(starts);
        const char *text = bytes + at;
        int length = 4;
        if (std::memcmp(text, "false", 5) == 0)
            length = 5;
        else if (std::memcmp(text, "true", 4) != 0 && std::memcmp(text, "null", 4) != 0)
            continue;
        const char behind = text[length];
        if (kindsOfBytes[uchar(behind)] == Scalar && behind != ' ' && behind != '\n' && behind != '\r' &&
            behind != '\t')
            continue;
        found |= lowest(length) << at;
        if (at + length > width)
            m_carries.literal = lowest(at + length - width);
    }
    return found;
}

quint64 JsonScanner::badEscapes(const ByteLanes &lanes, quint64 escaped)
{
    const quint64 known = lanes.bits([](ByteLanes::Lane lane) {
        return (lane == '"') | (lane == '\\') | (lane == '/') | (lane == 'b') | (lane == 'f') |
               (lane == 'n') | (lane == 'r') | (lane == 't') | (lane == 'u');
    });
    const quint64 hex = lanes.between('0', '9') | lanes.between('a', 'f') | lanes.between('A', 'F');
    const quint64 unicode = escaped & lanes.equal('u');
    const quint64 needsHex = unicode << 1 | unicode << 2 | unicode << 3 | unicode << 4 | m_carries.needsHex;
    m_carries.needsHex = unicode >> 63 | unicode >> 62 | unicode >> 61 | unicode >> 60;
    return (escaped & ~known) | (needsHex & ~hex);
}

/// As the table 3-7 of the Unicode standard has it.
quint64 JsonScanner::badUtf8(const ByteLanes &lanes)
{
    const quint64 two = lanes.between(0xC2, 0xDF);
    const quint64 three = lanes.between(0xE0, 0xEF);
    const quint64 four = lanes.between(0xF0, 0xF4);
    const quint64 following = lanes.between(0x80, 0xBF);
    const quint64 below90 = lanes.between(0x80, 0x8F);
    const quint64 belowA0 = lanes.between(0x80, 0x9F);
    Carries &carries = m_carries;
    const auto behind = [](quint64 lead, quint64 &carry) {
        const quint64 places = lead << 1 | carry;
        carry = lead >> 63;
        return places;
    };
    quint64 bad = lanes.high() & ~(two | three | four | following);
    bad |= behind(lanes.equal(0xE0), carries.afterE0) & belowA0;
    bad |= behind(lanes.equal(0xED), carries.afterED) & following & ~belowA0;
    bad |= behind(lanes.equal(0xF0), carries.afterF0) & below90;
    bad |= behind(lanes.equal(0xF4), carries.afterF4) & following & ~below90;
    const quint64 needed = ((two | three | four) << 1 | carries.second) |
                           ((three | four) << 2 | carries.third) | (four << 3 | carries.fourth);
    carries.second = (two | three | four) >> 63;
    carries.third = (three | four) >> 62;
    carries.fourth = four >> 61;
    return bad | (needed ^ following);
}

/// The tokens of 64 bytes, in order.
std::optional<JsonScanner::Stop> JsonScanner::take(const char *bytes, quint64 tokens)
{
    auto expect = size_t(m_expect);
    qint32 level = m_level;
    qint32 least = m_least;
    qint32 separators = m_separators;
    quint8 seen = m_any ? separates : 0;
    std::optional<Stop> found;
    for (; tokens != 0; tokens &= tokens - 1) {
        const int at = std::countr_zero(tokens);
        const quint8 kind = kindsOfBytes[uchar(bytes[at])];
        const quint8 rule = rules[expect][kind];
        seen |= rule;
        separators += (rule & separates) != 0 && level == least ? 1 : 0;
        if ((rule & special) == 0) {
            expect = rule & 0x0F;
            continue;
        }
        if ((rule & opens) != 0 && (rule & wrong) == 0 && level < deepest) {
            const auto word = size_t(level / 64);
            if (word == m_objects.size())
                m_objects.push_back(0);
            const quint64 bit = quint64(1) << (level % 64);
            m_objects[word] = kind == OpenObject ? m_objects[word] | bit : m_objects[word] & ~bit;
            ++level;
            expect = rule & 0x0F;
        } else if (rule & closes && (rule & wrong) == 0) {
            --level;
            if (level < least) {
                least = level;
                separators = 0;
            }
            const qint32 outer = level - 1;
            expect = level == 0 ? size_t(JsonExpect::Document)
                     : (m_objects[size_t(outer / 64)] >> (outer % 64) & 1) != 0
                         ? size_t(JsonExpect::ObjectNext)
                         : size_t(JsonExpect::ArrayNext);
        } else {
            found = Stop{(rule & wrong) != 0 ? Stop::Kind::Token : Stop::Kind::TooDeep, m_at + at, m_string,
                         JsonExpect(expect), (seen & separates) != 0};
            break;
        }
    }
    m_expect = JsonExpect(expect);
    m_level = level;
    m_least = least;
    m_separators = separators;
    m_any = (seen & separates) != 0;
    return found;
}

} // namespace keydesk
