#include "app/body/JsonReader.h"

#include <algorithm>
#include <cstring>

namespace keydesk {

namespace {

using Type = JsonNode::Type;

bool isWhite(char c)
{
    constexpr char recordSeparator = 0x1E;
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == recordSeparator;
}

/// Of a number or literal.
bool isScalar(char c)
{
    switch (c) {
    case '{':
    case '}':
    case '[':
    case ']':
    case ':':
    case ',':
    case '"':
        return false;
    default:
        return !isWhite(c);
    }
}

Type typeOf(char first)
{
    switch (first) {
    case '{':
        return Type::Object;
    case '[':
        return Type::Array;
    case '"':
        return Type::String;
    case 't':
    case 'f':
    case 'n':
        return Type::Literal;
    default:
        return Type::Number;
    }
}

bool holds(const JsonNode &node, qint64 offset)
{
    const qint64 begin = node.nameBegin >= 0 ? node.nameBegin : node.begin;
    return begin <= offset && (node.end < 0 || offset < node.end);
}

} // namespace

JsonReader::JsonReader(const FileBytes &bytes, const JsonBlocks &blocks, qint64 begin, qint64 end,
                       qint64 openEnd)
    : m_bytes(bytes)
    , m_blocks(blocks)
    , m_begin(begin)
    , m_end(end)
    , m_openEnd(openEnd)
{
}

bool JsonReader::load(qsizetype block)
{
    if (block == m_loadedBlock)
        return true;
    m_loadedBlock = -1;
    const qint64 wanted = endOf(block) - beginOf(block);
    if (block < 0 || block >= m_blocks.count() || wanted <= 0)
        return false;
    m_loaded.resize(JsonBlock::size);
    m_loaded.resize(m_bytes.readInto(m_loaded.data(), beginOf(block), wanted));
    m_loadedBlock = block;
    return true;
}

/// NUL, which is nowhere in the text, where there is none.
char JsonReader::byteAt(qint64 place)
{
    if (place < m_begin || place >= m_end || !load(blockOf(place)))
        return 0;
    const qint64 at = place - beginOf(m_loadedBlock);
    return at < m_loaded.size() ? m_loaded.at(at) : 0;
}

/// What begins or ends in a block from a place on, which is the block's begin or outside of strings, numbers
/// and literals: `visit(event, place)` returns true to end it, and is told the place behind a string at its
/// end. Whether it has ended it.
template <typename Visit>
bool JsonReader::walk(qsizetype block, qint64 from, Visit visit)
{
    if (!load(block))
        return false;
    const qint64 begin = beginOf(block);
    const char *bytes = m_loaded.constData();
    const qint64 size = m_loaded.size();
    const JsonBlock &known = m_blocks.at(block);
    bool inString = from == begin && known.inString;
    bool inScalar = from == begin && known.inScalar;
    bool escaped = from == begin && known.escaped;
    const auto find = [bytes](char c, qint64 at, qint64 end) {
        const void *found = std::memchr(bytes + at, c, size_t(end - at));
        return found ? static_cast<const char *>(found) - bytes : end;
    };
    qint64 quote = -1; // the first at or behind the place
    for (qint64 i = from - begin; i < size; ++i) {
        if (inString && !escaped) {
            // Not byte by byte through long texts.
            if (quote < i)
                quote = find('"', i, size);
            i = find('\\', i, quote);
            if (i == size)
                break;
        }
        const char c = bytes[i];
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                inString = false;
                if (visit(Event::StringEnd, begin + i + 1))
                    return true;
            }
            continue;
        }
        if (isScalar(c)) {
            if (!inScalar && visit(Event::Scalar, begin + i))
                return true;
            inScalar = true;
            continue;
        }
        inScalar = false;
        bool ended = false;
        switch (c) {
        case '{':
        case '[':
            ended = visit(Event::Open, begin + i);
            break;
        case '}':
        case ']':
            ended = visit(Event::Close, begin + i);
            break;
        case ',':
            ended = visit(Event::Comma, begin + i);
            break;
        case ':':
            ended = visit(Event::Colon, begin + i);
            break;
        case '"':
            inString = true;
            ended = visit(Event::String, begin + i);
            break;
        default:
            break;
        }
        if (ended)
            return true;
    }
    return false;
}

/// Behind the quote that ends the string; -1 if that is not known.
qint64 JsonReader::pastString(qint64 begin)
{
    qsizetype block = blockOf(begin);
    qint64 end = -1;
    const auto isEnd = [&end](Event event, qint64 place) {
        end = place;
        return event == Event::StringEnd;
    };
    if (walk(block, begin, isEnd))
        return end;
    const qsizetype inside = block;
    const auto goesOn = [this, begin](qsizetype i) {
        return m_blocks.at(i).inString && m_blocks.at(i).token == begin;
    };
    qsizetype behind = m_blocks.count(); // the first block that it does not go on in
    for (qsizetype low = inside + 1; low < behind;) {
        const qsizetype middle = low + (behind - low) / 2;
        if (goesOn(middle))
            low = middle + 1;
        else
            behind = middle;
    }
    block = behind - 1;
    return block > inside && walk(block, beginOf(block), isEnd) ? end : -1;
}

/// Behind the rest of a number or literal in a block.
qint64 JsonReader::pastScalarIn(qsizetype block, qint64 place)
{
    while (place < endOf(block) && isScalar(byteAt(place)) && byteAt(place) != 0)
        ++place;
    return place;
}

/// Behind a number or literal; -1 if that is not known.
qint64 JsonReader::pastScalar(qint64 begin)
{
    qsizetype block = blockOf(begin);
    qint64 place = pastScalarIn(block, begin);
    if (place == beginOf(block + 1)) {
        qsizetype behind = m_blocks.count();
        for (qsizetype low = block + 1; low < behind;) {
            const qsizetype middle = low + (behind - low) / 2;
            if (m_blocks.at(middle).inScalar && m_blocks.at(middle).token == begin)
                low = middle + 1;
            else
                behind = middle;
        }
        if (behind - 1 > block) {
            block = behind - 1;
            place = pastScalarIn(block, beginOf(block));
        }
    }
    return place == m_end && m_openEnd < 0 ? -1 : place;
}

/// Behind the bracket that closes the container, or where it ends without one.
qint64 JsonReader::pastContainer(qint64 begin)
{
    qint32 depth = 0;
    qint64 end = -1;
    const auto isEnd = [&](Event event, qint64 place) {
        depth += event == Event::Open ? 1 : event == Event::Close ? -1 : 0;
        end = place + 1;
        return depth == 0;
    };
    const qsizetype block = blockOf(begin);
    if (walk(block, begin, isEnd))
        return end;
    if (block + 1 >= m_blocks.count())
        return m_openEnd;
    const qint32 level = m_blocks.at(block + 1).level - depth + 1; // in it
    const qsizetype last = m_blocks.firstBelow(block + 1, level);
    if (last == m_blocks.count())
        return m_openEnd;
    depth = m_blocks.at(last).level - level + 1;
    return walk(last, beginOf(last), isEnd) ? end : m_openEnd;
}

qint64 JsonReader::pastWhite(qint64 place)
{
    while (place < m_end) {
        const qsizetype block = blockOf(place);
        if (place == beginOf(block) && m_blocks.at(block).blank) {
            place = endOf(block);
            continue;
        }
        if (!isWhite(byteAt(place)))
            break;
        ++place;
    }
    return place;
}

std::optional<JsonNode> JsonReader::value(qint64 place, qint64 nameBegin, qint64 nameEnd)
{
    const char first = byteAt(place);
    if (first == 0)
        return {};
    JsonNode node{typeOf(first), place, -1, nameBegin, nameEnd};
    if (node.isContainer()) {
        node.end = pastContainer(place);
        return node;
    }
    if (node.type != Type::String && !isScalar(first))
        return {};
    node.end = node.type == Type::String ? pastString(place) : pastScalar(place);
    return node.end > place ? std::optional(node) : std::nullopt;
}

/// What begins behind a bracket or comma.
std::optional<JsonNode> JsonReader::member(qint64 place, bool isObject)
{
    place = pastWhite(place);
    if (!isObject)
        return value(place);
    if (byteAt(place) != '"')
        return {};
    const qint64 nameBegin = place;
    const qint64 nameEnd = pastString(nameBegin);
    if (nameEnd < 0)
        return {};
    place = pastWhite(nameEnd);
    if (byteAt(place) != ':')
        return {};
    return value(pastWhite(place + 1), nameBegin, nameEnd);
}

std::optional<JsonNode> JsonReader::documentAt(qint64 place)
{
    return value(pastWhite(place));
}

std::optional<JsonNode> JsonReader::document(qint64 index)
{
    if (index < 0)
        return {};
    const qsizetype block = m_blocks.separator(0, 0, index);
    if (block == m_blocks.count())
        return {};
    qint32 level = m_blocks.at(block).level;
    qint64 begin = -1;
    walk(block, beginOf(block), [&](Event event, qint64 place) {
        const bool begins = event == Event::Open || event == Event::String || event == Event::Scalar;
        if (level == 0 && begins && index-- == 0) {
            begin = place;
            return true;
        }
        level += event == Event::Open ? 1 : event == Event::Close ? -1 : 0;
        return false;
    });
    return begin >= 0 ? value(begin) : std::nullopt;
}

qint64 JsonReader::documentCount()
{
    const qint64 count = m_blocks.separators(0, m_blocks.count(), 0);
    // The last one may be a scalar that is not whole.
    return count > 0 && !document(count - 1) ? count - 1 : count;
}

std::optional<qint64> JsonReader::childCount(const JsonNode &container)
{
    if (!container.isContainer() || (container.end < 0 && pastContainer(container.begin) < 0))
        return container.isContainer() ? std::nullopt : std::optional<qint64>(0);
    qint64 commas = 0;
    qint32 depth = 0;
    const auto count = [&](Event event, qint64) {
        depth += event == Event::Open ? 1 : event == Event::Close ? -1 : 0;
        commas += event == Event::Comma && depth == 1 ? 1 : 0;
        return depth == 0;
    };
    const qsizetype block = blockOf(container.begin);
    if (!walk(block, container.begin, count) && block + 1 < m_blocks.count()) {
        const qint32 level = m_blocks.at(block + 1).level - depth + 1;
        const qsizetype last = m_blocks.firstBelow(block + 1, level);
        commas += m_blocks.separators(block + 1, last, level);
        if (last < m_blocks.count()) {
            depth = m_blocks.at(last).level - level + 1;
            walk(last, beginOf(last), count);
        }
    }
    // Behind the last comma there is no value if the container is empty, or is cut by a fault.
    return child(container, commas) ? commas + 1 : commas;
}

std::optional<JsonNode> JsonReader::child(const JsonNode &container, qint64 index)
{
    if (!container.isContainer() || index < 0)
        return {};
    const bool isObject = container.type == Type::Object;
    if (index == 0)
        return member(container.begin + 1, isObject);
    qint64 number = index - 1; // of the comma before it
    qint64 comma = -1;
    qint32 depth = 0;
    const auto find = [&](Event event, qint64 place) {
        if (event == Event::Comma && depth == 1 && number-- == 0) {
            comma = place;
            return true;
        }
        depth += event == Event::Open ? 1 : event == Event::Close ? -1 : 0;
        return depth == 0;
    };
    const qsizetype block = blockOf(container.begin);
    if (!walk(block, container.begin, find) && block + 1 < m_blocks.count()) {
        const qint32 level = m_blocks.at(block + 1).level - depth + 1;
        const qsizetype there = m_blocks.separator(block + 1, level, number);
        if (there < m_blocks.count()) {
            depth = m_blocks.at(there).level - level + 1;
            walk(there, beginOf(there), find);
        }
    }
    return comma >= 0 ? member(comma + 1, isObject) : std::nullopt;
}

std::optional<JsonNode> JsonReader::next(const JsonNode &child)
{
    if (child.end < 0)
        return {};
    const qint64 place = pastWhite(child.end);
    return byteAt(place) == ',' ? member(place + 1, child.nameBegin >= 0) : std::nullopt;
}

std::optional<JsonNode> JsonReader::previous(const JsonNode &child)
{
    const auto around = surroundings(child.nameBegin >= 0 ? child.nameBegin : child.begin, Around::Innermost);
    if (!around || around->levels.empty())
        return {};
    const Level &level = around->levels.front();
    const JsonNode container{level.isObject ? Type::Object : Type::Array, level.open};
    return this->child(container, level.separators - 1);
}

qint64 JsonReader::documentIndex(const JsonNode &document)
{
    const auto around = surroundings(document.begin, Around::All);
    return around ? around->documents - 1 : -1;
}

/// The containers that are open at a place of a block, the innermost last, behind one that stands for all
/// that was open before at the level `lowest`.
std::vector<JsonReader::Level> JsonReader::levelsIn(qsizetype block, qint64 until, Around around,
                                                    qint32 &lowest)
{
    const JsonBlock &known = m_blocks.at(block);
    std::vector<Level> levels(1);
    lowest = known.level;
    const bool isName = known.expect == JsonExpect::ObjectColon;
    qint64 stringBegin = isName ? known.name : -1;
    qint64 stringEnd = -1;
    qint64 nameBegin = known.expect == JsonExpect::ObjectValue ? known.name : -1;
    qint64 nameEnd = -1;
    walk(block, beginOf(block), [&](Event event, qint64 place) {
        const bool begins = event == Event::Open || event == Event::String || event == Event::Scalar;
        const bool isBefore = place < until || (event == Event::StringEnd && place == until);
        if (!isBefore && !(place == until && begins && around == Around::All))
            return true;
        if (begins && lowest == 0 && levels.size() == 1)
            ++levels.front().separators;
        switch (event) {
        case Event::Open:
            levels.push_back({place, 0, nameBegin, nameEnd, -1, byteAt(place) == '{'});
            nameBegin = nameEnd = -1;
            break;
        case Event::Close:
            if (levels.size() > 1) {
                levels.pop_back();
            } else {
                --lowest;
                levels.front().separators = 0;
            }
            nameBegin = nameEnd = -1;
            break;
        case Event::Comma:
            ++levels.back().separators;
            nameBegin = nameEnd = -1;
            break;
        case Event::Colon:
            nameBegin = stringBegin;
            nameEnd = stringEnd;
            break;
        case Event::String:
            stringBegin = place;
            stringEnd = -1;
            break;
        case Event::StringEnd:
            stringEnd = place;
            break;
        case Event::Scalar:
            break;
        }
        return false;
    });
    return levels;
}

/// None if the file is no longer what was scanned.
std::optional<JsonReader::Surroundings> JsonReader::surroundings(qint64 place, Around around)
{
    if (place < m_begin || place >= m_end)
        return {};
    Surroundings found;
    qsizetype block = blockOf(place);
    qint32 level = 0;
    std::vector<Level> levels = levelsIn(block, place, around, level);
    found.levels.assign(levels.rbegin(), levels.rend() - 1);
    qint64 separators = levels.front().separators;
    while (level > 0) {
        if (around == Around::Innermost && !found.levels.empty())
            return found;
        const qsizetype outer = m_blocks.lastBelow(block, level);
        if (outer < 0)
            return {};
        qint32 lowest = 0;
        levels = levelsIn(outer, endOf(outer), around, lowest);
        const auto here = qsizetype(level - lowest);
        if (here <= 0 || here >= qsizetype(levels.size()))
            return {};
        levels.resize(size_t(here + 1));
        levels.back().separators += separators + m_blocks.separators(outer + 1, block, level);
        found.levels.insert(found.levels.end(), levels.rbegin(), levels.rend() - 1);
        separators = levels.front().separators;
        level = lowest;
        block = outer;
    }
    found.documents = separators + m_blocks.separators(0, block, 0);
    return found;
}

void JsonReader::findEnds(std::vector<Level> &levels, qint64 place)
{
    auto depth = qint32(levels.size()); // of those whose end is not found
    const auto level = levels.begin();
    const auto all = depth;
    qsizetype block = blockOf(place);
    while (depth > 0 && block < m_blocks.count()) {
        qint32 now = m_blocks.at(block).level;
        walk(block, beginOf(block), [&](Event event, qint64 at) {
            now += event == Event::Open ? 1 : event == Event::Close ? -1 : 0;
            if (event == Event::Close && at >= place && now < depth) {
                level[all - depth].end = at + 1;
                --depth;
            }
            return depth == 0;
        });
        block = m_blocks.firstBelow(block + 1, depth);
    }
    for (; depth > 0; --depth)
        level[all - depth].end = m_openEnd;
}

std::vector<JsonPathStep> JsonReader::pathAt(qint64 offset)
{
    std::optional<Surroundings> around = surroundings(offset, Around::All);
    if (!around)
        return {};
    std::vector<Level> &levels = around->levels;
    findEnds(levels, offset);
    std::vector<JsonPathStep> path;
    path.reserve(levels.size() + 1);
    qint64 index = around->documents - 1;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        JsonNode node{level->isObject ? Type::Object : Type::Array, level->open, level->end, level->nameBegin,
                      level->nameEnd};
        if (node.nameBegin >= 0 && node.nameEnd < 0)
            node.nameEnd = pastString(node.nameBegin);
        path.push_back({node, index});
        index = level->separators;
    }
    const auto innermost = path.empty() ? document(index) : child(path.back().node, index);
    if (innermost && holds(*innermost, offset))
        path.push_back({*innermost, index});
    return path;
}

JsonTokens JsonReader::tokensAt(qint64 offset)
{
    if (offset < m_begin || offset >= m_end)
        return {{}, std::max(offset + 1, m_begin)};
    const qsizetype block = blockOf(offset);
    const JsonBlock &known = m_blocks.at(block);
    JsonTokens found{{}, endOf(block)};
    std::vector<JsonToken> &tokens = found.tokens;
    if (known.inString)
        tokens.push_back({beginOf(block), found.end, false});
    else if (known.inScalar)
        tokens.push_back({beginOf(block), pastScalarIn(block, beginOf(block)), false});
    walk(block, beginOf(block), [&](Event event, qint64 place) {
        switch (event) {
        case Event::String:
            tokens.push_back({place, found.end, false});
            break;
        case Event::StringEnd:
            tokens.back().end = place;
            break;
        case Event::Scalar:
            tokens.push_back({place, pastScalarIn(block, place), false});
            break;
        case Event::Colon:
            if (!tokens.empty()) // else it stands before the block
                tokens.back().isName = true;
            break;
        case Event::Open:
        case Event::Close:
        case Event::Comma:
            break;
        }
        return false;
    });
    const bool isColonNext =
        block + 1 < m_blocks.count() && m_blocks.at(block + 1).expect == JsonExpect::ObjectColon;
    if (isColonNext && !tokens.empty())
        tokens.back().isName = true;
    return found;
}

} // namespace keydesk
