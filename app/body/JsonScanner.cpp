#include "app/body/JsonScanner.h"

#include <algorithm>
#include <array>
#include <bit>

namespace keydesk {

namespace {

constexpr int width = JsonLexed::width;

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

// What a token does in what may come: in which row the rules for the next one are, and more.
constexpr quint32 rowSize = 16;
constexpr quint16 nextRow = 0xF0;
constexpr quint16 separates = 0x100;
constexpr quint16 opens = 0x200;
constexpr quint16 closes = 0x400;
constexpr quint16 wrong = 0x800;
constexpr quint16 special = opens | closes | wrong;

constexpr auto rules = [] {
    using enum JsonExpect;
    std::array<quint16, 16 * rowSize> all{};
    all.fill(wrong);
    const auto set = [&all](JsonExpect expect, Kind kind, JsonExpect next, int does = 0) {
        all[size_t(expect) * rowSize + kind] = quint16(int(next) * int(rowSize) | does);
    };
    const auto setValue = [&set](JsonExpect expect, JsonExpect next, int does = 0) {
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

constexpr quint64 lowest(int count)
{
    return count >= width ? ~quint64(0) : (quint64(1) << count) - 1;
}

int highest(quint64 bits)
{
    return width - 1 - std::countl_zero(bits);
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
    std::array<JsonLexed, JsonBlock::size / width> lexed;
    std::array<quint16, JsonBlock::size + width> tokens;
    const qsizetype count = (length + width - 1) / width;
    qsizetype tokenCount = m_lexer(bytes, count, m_carries, lexed.data(), tokens.data());
    quint64 all = 0;
    quint64 notWhite = 0;
    qsizetype bad = 0; // the first with something bad
    for (; bad < count && lexed[size_t(bad)].bad() == 0; ++bad) {
        all |= lexed[size_t(bad)].tokens & ~lexed[size_t(bad)].white;
        notWhite |= ~lexed[size_t(bad)].white;
    }
    m_blank = m_blank && notWhite == 0 && bad == count;
    noteTokens(lexed.data(), bad);
    const qint64 begin = m_at;
    int first = 0;
    if (bad < count) {
        const JsonLexed &here = lexed[size_t(bad)];
        first = std::countr_zero(here.bad());
        const bool isScalar = (here.badScalar >> first & 1) != 0;
        // What comes before may be wrong as well; a number that is none is no token.
        const quint64 scalars = isScalar ? here.scalars & lowest(first + 1) : 0;
        const auto limit = quint16(bad * width + (scalars != 0 ? highest(scalars) : first));
        tokenCount = std::lower_bound(tokens.data(), tokens.data() + tokenCount, limit) - tokens.data();
    }
    if (const auto found = take(bytes, tokens.data(), tokenCount))
        return found;
    m_any |= all != 0 || (bad < count && tokenCount > 0);
    m_at = begin + (bad < count ? bad * width : length);
    return bad < count ? std::optional(badToken(lexed[size_t(bad)], first)) : std::nullopt;
}

/// Where the last strings and numbers of these begin.
void JsonScanner::noteTokens(const JsonLexed *lexed, qsizetype count)
{
    qint64 string = -1;
    qint64 stringBefore = -1;
    qint64 scalar = -1;
    for (qsizetype i = count - 1; i >= 0 && (stringBefore < 0 || scalar < 0); --i) {
        const qint64 at = m_at + i * width;
        quint64 strings = lexed[i].strings;
        if (strings != 0 && string < 0) {
            string = at + highest(strings);
            strings &= lowest(highest(strings));
        }
        if (strings != 0 && stringBefore < 0)
            stringBefore = at + highest(strings);
        if (lexed[i].scalars != 0 && scalar < 0)
            scalar = at + highest(lexed[i].scalars);
    }
    if (string >= 0) {
        m_stringBefore = stringBefore >= 0 ? stringBefore : m_string;
        m_string = string;
    }
    if (scalar >= 0)
        m_scalar = scalar;
}

/// What is wrong at a place of the 64 bytes, where all tokens before are taken.
JsonScanner::Stop JsonScanner::badToken(const JsonLexed &lexed, int first)
{
    const quint64 strings = lexed.strings & lowest(first);
    if (strings != 0)
        m_string = m_at + highest(strings);
    if ((lexed.badScalar >> first & 1) == 0) {
        const bool isEscape = (lexed.badEscapes >> first & 1) != 0;
        return stop(isEscape ? Stop::Kind::Escape : Stop::Kind::String, m_at + first);
    }
    const quint64 scalars = lexed.scalars & lowest(first + 1);
    Stop found = stop(Stop::Kind::Token, scalars != 0 ? m_at + highest(scalars) : m_scalar);
    found.bad = m_at + first;
    // One that begins in the 64 bytes before has been taken already.
    if (scalars == 0 && m_expect == JsonExpect::ObjectNext)
        found.expect = JsonExpect::ObjectValue;
    else if (scalars == 0 && m_expect == JsonExpect::ArrayNext)
        found.expect = JsonExpect::ArrayValue;
    return found;
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
    return {kind, offset, offset, m_string, m_expect, m_any};
}

/// In order; the places are told from m_at on.
std::optional<JsonScanner::Stop> JsonScanner::take(const char *bytes, const quint16 *tokens, qsizetype count)
{
    constexpr qint32 bits = 64;
    quint32 row = quint32(m_expect) * rowSize;
    qint32 level = m_level;
    qint32 least = m_least;
    qint32 separators = m_separators;
    const auto wordOf = [](qint32 inLevel) { return size_t((inLevel - 1) / bits); };
    quint64 objects = level > 0 ? m_objects[wordOf(level)] : 0; // the word that has the bit of this level
    const auto putBack = [&] {
        m_expect = JsonExpect(row / rowSize);
        m_level = level;
        m_least = least;
        m_separators = separators;
        if (level > 0)
            m_objects[wordOf(level)] = objects;
    };
    for (qsizetype i = 0; i < count; ++i) {
        const quint16 at = tokens[i];
        const quint8 kind = kindsOfBytes[uchar(bytes[at])];
        const quint16 rule = rules[row + kind];
        separators += (rule & separates) != 0 && level == least ? 1 : 0;
        if ((rule & special) == 0) {
            row = rule & nextRow;
        } else if ((rule & closes) != 0) {
            --level;
            if (level < least) {
                least = level;
                separators = 0;
            }
            if (level % bits == 0)
                objects = level > 0 ? m_objects[wordOf(level)] : 0;
            const bool inObject = (objects >> ((level - 1) % bits & (bits - 1)) & 1) != 0;
            row = rowSize * quint32(level == 0 ? JsonExpect::Document
                                    : inObject ? JsonExpect::ObjectNext
                                               : JsonExpect::ArrayNext);
        } else if ((rule & opens) != 0 && level < deepest) {
            if (level % bits == 0) {
                if (level > 0)
                    m_objects[wordOf(level)] = objects;
                if (m_objects.size() == size_t(level / bits))
                    m_objects.push_back(0);
                objects = 0;
            }
            const int bit = level % bits;
            objects = (objects & ~(quint64(1) << bit)) | quint64(kind == OpenObject) << bit;
            ++level;
            row = rule & nextRow;
        } else {
            putBack();
            m_any |= i > 0;
            return stop((rule & opens) != 0 ? Stop::Kind::TooDeep : Stop::Kind::Token, m_at + at);
        }
    }
    putBack();
    return {};
}

} // namespace keydesk
