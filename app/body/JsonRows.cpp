#include "app/body/JsonRows.h"

#include <algorithm>

namespace keydesk {

using Kind = JsonPlace::Kind;
using PathStep = JsonIndex::PathStep;

namespace {

constexpr qint64 farthest = 64LL * 1024;          // bytes that are read at once
constexpr qint64 mostPassed = 16LL * 1024 * 1024; // of white space and closing brackets

bool isJsonSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool isClosing(char c)
{
    return c == ']' || c == '}';
}

} // namespace

std::pair<qint64, Kind> JsonPlace::key() const
{
    if (!hasNode())
        return {rawBegin, kind};
    if (kind == Kind::Closing)
        return {node().end - 1, kind};
    return {node().nameBegin >= 0 ? node().nameBegin : node().begin, Kind::Leaf};
}

JsonRows::JsonRows(const JsonIndex &index, const TextPieces &pieces, Look look)
    : m_index(index)
    , m_pieces(pieces)
    , m_look(look)
    , m_folding(look == Look::Pretty ? JsonFolding::everything : 1)
{
}

/// A container that the fault cuts has none.
bool JsonRows::hasClosing(const JsonNode &container) const
{
    if (container.end < 0)
        return false;
    const std::optional<JsonFault> fault = m_index.fault();
    if (!fault || container.end < fault->begin)
        return true;
    const QByteArray last = m_pieces.bytes().read(container.end - 1, 1);
    if (container.end - container.begin < 2 || last != (container.type == JsonNode::Type::Object ? "}" : "]"))
        return false;
    const std::optional<JsonNode> child = m_index.lastChild(container);
    return !child || child->end < container.end;
}

/// The first byte at or behind `offset` that is no white space; far behind: none.
std::optional<JsonRows::Mark> JsonRows::markBehind(qint64 offset) const
{
    for (const qint64 length : {64LL, farthest}) {
        const QByteArray bytes = m_pieces.bytes().read(offset, length);
        const auto mark = std::find_if_not(bytes.cbegin(), bytes.cend(), isJsonSpace);
        if (mark != bytes.cend())
            return Mark{offset + std::distance(bytes.cbegin(), mark), *mark};
        if (bytes.size() < length)
            break;
    }
    return {};
}

/// The last byte before `offset` for which `isPassed` is false; `begin` where there is none.
template <typename Passed>
qint64 JsonRows::markBefore(qint64 offset, qint64 begin, Passed isPassed) const
{
    for (qint64 end = offset; end > begin;) {
        const qint64 from = std::max(begin, end - farthest);
        const QByteArray bytes = m_pieces.bytes().read(from, end - from);
        const auto mark = std::find_if_not(bytes.crbegin(), bytes.crend(), isPassed);
        if (mark != bytes.crend())
            return from + std::distance(mark, bytes.crend()) - 1;
        if (offset - from > mostPassed)
            break;
        end = from;
    }
    return begin;
}

bool JsonRows::isEmpty(const JsonNode &container) const
{
    if (container.end < 0)
        return false;
    if (const std::optional<Mark> mark = markBehind(container.begin + 1))
        return isClosing(mark->byte) && mark->offset == container.end - 1;
    return !m_index.firstChild(container) && hasClosing(container);
}

/// What the row of the path's last value is, coming from before it.
void JsonRows::enterFirst(JsonPlace &place) const
{
    const JsonNode &node = place.node();
    if (!node.isContainer() || isEmpty(node))
        place.kind = Kind::Leaf;
    else
        place.kind = m_folding.isOpen(node, place.depth()) ? Kind::Opening : Kind::Folded;
}

/// The last row of the path's last value.
void JsonRows::enterLast(JsonPlace &place) const
{
    enterFirst(place);
    const JsonNode node = place.node();
    if (place.kind != Kind::Opening || node.end < 0)
        return;
    if (m_look == Look::Pretty && hasClosing(node)) {
        place.kind = Kind::Closing;
        return;
    }
    // Whatever number of levels it lies deep, the last of them all stands before the closing brackets.
    const qint64 mark =
        markBefore(node.end, node.begin, [](char c) { return isJsonSpace(c) || isClosing(c) || c == ','; });
    std::vector<PathStep> path = m_index.pathAt(mark);
    if (path.size() < place.path.size())
        return;
    // A name without a value: what is before it.
    const JsonNode innermost = path.back().node;
    const std::optional<JsonNode> before =
        innermost.isContainer() && innermost.begin < mark ? m_index.lastChild(innermost) : std::nullopt;
    if (before)
        path.push_back({*before, m_index.childCount(innermost).value_or(0) - 1});
    const size_t outside = place.path.size();
    place.path = std::move(path);
    if (m_look == Look::Pretty)
        dropEnded(place, outside);
    const size_t levels = place.path.size();
    settle(place, outside);
    if (place.path.size() == levels && place.kind == Kind::Opening && hasClosing(place.node())) {
        if (m_look == Look::Pretty)
            place.kind = Kind::Closing;
        else if (before)
            enterLast(place);
    }
}

/// Of a path to before the fault, what ends before it but for the outermost of that: its closing bracket
/// comes last.
void JsonRows::dropEnded(JsonPlace &place, size_t level) const
{
    const qint64 cut = m_index.fault() ? m_index.fault()->begin : std::numeric_limits<qint64>::max();
    while (level + 1 < place.path.size() && place.path[level].node.end >= cut &&
           place.path[level + 1].node.end >= cut)
        ++level;
    if (level + 1 < place.path.size() && !hasClosing(place.path[level].node))
        ++level;
    if (level < place.path.size())
        place.path.resize(level + 1);
}

/// The outermost from `level` on that is closed takes the place of what is in it.
void JsonRows::settle(JsonPlace &place, size_t level) const
{
    for (; level < place.path.size(); ++level) {
        const JsonNode &node = place.path[level].node;
        if (node.isContainer() && !m_folding.isOpen(node, int(level))) {
            place.path.resize(level + 1);
            break;
        }
    }
    enterFirst(place);
}

/// The row behind all that belongs to the path's last value.
bool JsonRows::toBehind(JsonPlace &place) const
{
    qint64 end = place.node().end;
    constexpr qint64 aheadSize = 4096;
    QByteArray ahead; // of many closing brackets in a row
    qint64 aheadBegin = 0;
    const auto nextMark = [&]() -> std::optional<Mark> {
        const auto first = std::clamp<qsizetype>(end - aheadBegin, 0, ahead.size());
        const auto mark = std::find_if_not(ahead.cbegin() + first, ahead.cend(), isJsonSpace);
        return mark != ahead.cend() ? Mark{aheadBegin + std::distance(ahead.cbegin(), mark), *mark}
                                    : markBehind(end);
    };
    for (size_t level = place.path.size(); level > 1; --level) {
        const std::optional<Mark> mark = end >= 0 ? nextMark() : std::nullopt;
        const JsonNode &container = place.path[level - 2].node;
        if (mark && isClosing(mark->byte) && container.end == mark->offset + 1) {
            if (m_look == Look::Pretty) {
                place.path.resize(level - 1);
                place.kind = Kind::Closing;
                return true;
            }
            end = container.end;
            if (end >= aheadBegin + ahead.size()) {
                aheadBegin = end;
                ahead = m_pieces.bytes().read(end, aheadSize);
            }
            continue;
        }
        if (const std::optional<JsonNode> next = m_index.next(place.path[level - 1].node)) {
            const qint64 index = place.path[level - 1].index + 1;
            place.path.resize(level - 1);
            place.path.push_back({*next, index});
            enterFirst(place);
            return true;
        }
        return toFault(place);
    }
    const PathStep &document = place.path.front();
    if (document.node.end < 0)
        return false;
    if (const std::optional<JsonNode> next = m_index.nextDocument(document.node)) {
        place.path = {{*next, document.index + 1}};
        enterFirst(place);
        return true;
    }
    return toFault(place);
}

bool JsonRows::toFault(JsonPlace &place) const
{
    std::optional<JsonPlace> fault = faultPlace();
    if (fault)
        place = std::move(*fault);
    return fault.has_value();
}

bool JsonRows::toNext(JsonPlace &place) const
{
    switch (place.kind) {
    case Kind::Opening:
        if (const std::optional<JsonNode> child = m_index.firstChild(place.node())) {
            place.path.push_back({*child, 0});
            enterFirst(place);
            return true;
        }
        return toBehind(place);
    case Kind::Leaf:
    case Kind::Folded:
    case Kind::Closing:
        return toBehind(place);
    case Kind::Fault:
    case Kind::Raw:
        break;
    }
    std::optional<JsonPlace> raw;
    if (place.kind == Kind::Fault) {
        raw = rawAt(place.rawBegin);
    } else {
        const TextPiece piece = m_pieces.at(place.rawBegin);
        raw = rawAt(place.rawEnd < piece.end - piece.endSize ? place.rawEnd : piece.end);
    }
    if (!raw || raw->rawBegin < place.rawBegin ||
        (place.kind == Kind::Raw && raw->rawBegin == place.rawBegin))
        return false;
    place = std::move(*raw);
    return true;
}

bool JsonRows::toPrevious(JsonPlace &place) const
{
    std::optional<PathStep> before;
    switch (place.kind) {
    case Kind::Raw: {
        const std::optional<JsonPlace> fault = faultPlace();
        if (!fault)
            return false;
        std::optional<JsonPlace> raw =
            place.rawBegin > fault->rawBegin ? rawAt(place.rawBegin - 1) : std::nullopt;
        place = raw ? std::move(*raw) : *fault;
        return true;
    }
    case Kind::Fault:
        before = documentBefore(place.rawBegin);
        if (!before)
            return false;
        place.path = {*before};
        enterLast(place);
        return true;
    case Kind::Closing:
        if (const std::optional<JsonNode> child = m_index.lastChild(place.node())) {
            place.path.push_back({*child, m_index.childCount(place.node()).value_or(0) - 1});
            enterLast(place);
            return true;
        }
        place.kind = Kind::Opening;
        return true;
    case Kind::Leaf:
    case Kind::Opening:
    case Kind::Folded:
        break;
    }
    const PathStep here = place.path.back();
    if (place.path.size() == 1) {
        const std::optional<JsonNode> document = m_index.previousDocument(here.node);
        if (!document)
            return false;
        place.path.back() = {*document, here.index - 1};
        enterLast(place);
    } else if (const std::optional<JsonNode> previous = m_index.previous(here.node)) {
        place.path.back() = {*previous, here.index - 1};
        enterLast(place);
    } else {
        place.path.pop_back();
        place.kind = Kind::Opening;
    }
    return true;
}

bool JsonRows::hasNext(const JsonPlace &place) const
{
    if (place.path.size() < 2 || place.node().end < 0)
        return false;
    const std::optional<Mark> mark = markBehind(place.node().end);
    return mark ? mark->byte == ',' : m_index.next(place.node()).has_value();
}

std::optional<JsonPlace> JsonRows::first() const
{
    const std::optional<JsonNode> document = m_index.firstDocument();
    if (!document)
        return faultPlace();
    JsonPlace place;
    place.path.push_back({*document, 0});
    enterFirst(place);
    return place;
}

std::optional<JsonPlace> JsonRows::last() const
{
    if (m_index.isComplete() && m_index.fault()) {
        std::optional<JsonPlace> raw = rawAt(std::max<qint64>(*faultBegin(), m_pieces.bytes().size() - 1));
        return raw ? raw : faultPlace();
    }
    constexpr int most = 100; // and not as many as it scans meanwhile
    std::optional<JsonPlace> place = at(m_index.scanned() - 1);
    for (int i = 0; i < most && place && !m_index.isComplete() && toNext(*place); ++i) {
    }
    return place;
}

std::optional<PathStep> JsonRows::documentBefore(qint64 offset) const
{
    qint64 first = 0;
    qint64 behind = m_index.documentCount();
    while (first < behind) {
        const qint64 middle = first + (behind - first) / 2;
        const std::optional<JsonNode> document = m_index.document(middle);
        if (document && document->begin <= offset)
            first = middle + 1;
        else
            behind = middle;
    }
    if (first == 0)
        return {};
    const std::optional<JsonNode> document = m_index.document(first - 1);
    return document ? std::optional(PathStep{*document, first - 1}) : std::nullopt;
}

std::optional<JsonPlace> JsonRows::at(qint64 offset) const
{
    if (const std::optional<JsonPlace> fault = faultPlace(); fault && offset >= fault->rawBegin)
        return offset == fault->rawBegin ? fault : rawAt(offset);
    JsonPlace place;
    place.path = m_index.pathAt(offset);
    if (place.path.empty()) {
        const std::optional<PathStep> document = documentBefore(offset);
        if (!document)
            return first();
        place.path = {*document};
        enterLast(place);
        return place;
    }
    const JsonNode innermost = place.node();
    if (innermost.isContainer() && offset > innermost.begin &&
        !(offset == innermost.end - 1 && hasClosing(innermost))) {
        // White space or a comma: the row of what is before.
        offset = markBefore(offset, innermost.begin, [](char c) { return isJsonSpace(c) || c == ','; });
        if (offset > innermost.begin)
            place.path = m_index.pathAt(offset);
        if (place.path.empty())
            return first();
        const std::optional<JsonNode> last = m_index.lastChild(innermost);
        if (place.node() == innermost && offset > innermost.begin && last) {
            // A name whose value the fault has cut: the row of the value before.
            place.path.push_back({*last, m_index.childCount(innermost).value_or(0) - 1});
            offset = last->end - 1;
        }
    }
    settle(place, 0);
    if (place.kind == Kind::Opening && offset > place.node().begin && offset == place.node().end - 1)
        enterLast(place);
    return place;
}

void JsonRows::reveal(qint64 offset)
{
    const std::vector<PathStep> path = m_index.pathAt(offset);
    for (size_t level = 0; level < path.size(); ++level) {
        const JsonNode &node = path[level].node;
        if (node.isContainer() && offset > node.begin)
            m_folding.setOpen(node, int(level), true);
    }
}

/// Where what is shown as it is begins: at a name that has lost its value, or else at the fault's token.
std::optional<qint64> JsonRows::faultBegin() const
{
    const std::optional<JsonFault> fault = m_index.fault();
    if (!fault)
        return {};
    if (m_faultBegin.first == fault->begin)
        return m_faultBegin.second;
    m_faultBegin = {fault->begin, fault->begin};
    const std::vector<PathStep> path = m_index.pathAt(fault->begin - 1);
    const bool isCut = !path.empty() && path.back().node.type == JsonNode::Type::Object &&
                       path.back().node.end >= fault->begin;
    if (isCut) {
        const JsonNode object = path.back().node;
        const std::optional<JsonNode> last = m_index.lastChild(object);
        const qint64 from = last ? last->end : object.begin + 1;
        const QByteArray between = m_pieces.bytes().read(from, std::min(fault->begin - from, farthest));
        if (const qsizetype name = between.indexOf('"'); name >= 0)
            m_faultBegin.second = from + name;
    }
    return m_faultBegin.second;
}

std::optional<JsonPlace> JsonRows::faultPlace() const
{
    const std::optional<qint64> begin = faultBegin();
    if (!begin)
        return {};
    JsonPlace place;
    place.kind = Kind::Fault;
    place.rawBegin = place.rawEnd = *begin;
    return place;
}

/// None at the end.
std::optional<JsonPlace> JsonRows::rawAt(qint64 offset) const
{
    const std::optional<qint64> rest = faultBegin();
    if (!rest || offset >= m_pieces.bytes().size())
        return {};
    const TextPiece piece = m_pieces.at(std::max(offset, *rest));
    const qint64 begin = std::max(piece.begin, *rest);
    const qint64 end = std::max(begin, piece.end - piece.endSize);
    const QByteArray bytes = m_pieces.bytes().read(begin, end - begin);
    const auto cut = [&bytes](qint64 at) { // not within a character
        at = std::min(at, qint64(bytes.size()));
        while (at > 0 && at < bytes.size() && (uchar(bytes.at(at)) & 0xC0U) == 0x80U)
            --at;
        return at;
    };
    // Counted from the piece's begin, so that they are cut alike from wherever one comes.
    const qint64 inside = std::clamp<qint64>(offset - begin, 0, std::max<qint64>(0, bytes.size() - 1));
    qint64 part = inside / rawLength;
    if (cut((part + 1) * rawLength) <= inside)
        ++part;
    JsonPlace place;
    place.kind = Kind::Raw;
    place.rawBegin = begin + cut(part * rawLength);
    place.rawEnd = begin + cut((part + 1) * rawLength);
    return place;
}

} // namespace keydesk
