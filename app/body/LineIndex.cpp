#include "app/body/LineIndex.h"

#include "app/body/ReadBuffer.h"

#include <algorithm>
#include <cstring>

namespace keydesk {

namespace {

constexpr qint64 stride = 256 * 1024;

/// The first line feed of `bytes` at or behind `from`, a unit's begin; -1: none.
qsizetype nextFeed(QByteArrayView bytes, qsizetype from, TextCoding coding)
{
    const int unit = unitSize(coding);
    const int place = coding == TextCoding::Utf16BigEndian ? 1 : 0; // of the byte that is not zero
    while (from < bytes.size()) {
        const auto *found = static_cast<const char *>(
            std::memchr(bytes.data() + from, '\n', static_cast<size_t>(bytes.size() - from)));
        if (!found)
            return -1;
        const qsizetype at = found - bytes.data();
        if (unit == 1)
            return at;
        if (at % 2 == place && at - place + 1 < bytes.size() && bytes[at - place + 1 - place] == 0)
            return at - place;
        from = at + 1;
    }
    return -1;
}

qint64 feedsIn(QByteArrayView bytes, TextCoding coding)
{
    if (unitSize(coding) == 1)
        return std::count(bytes.begin(), bytes.end(), '\n');
    qint64 feeds = 0;
    for (qsizetype at = nextFeed(bytes, 0, coding); at >= 0; at = nextFeed(bytes, at + 2, coding))
        ++feeds;
    return feeds;
}

} // namespace

LineIndex::LineIndex(const TextPieces &pieces, QObject *parent)
    : LineIndex(pieces, std::make_shared<State>(), parent)
{
}

LineIndex::LineIndex(const TextPieces &pieces, const std::shared_ptr<State> &state, QObject *parent)
    : BackgroundScan([pieces, state](Pulse &pulse) { count(pieces, *state, pulse); }, parent)
    , m_pieces(pieces)
    , m_state(state)
{
}

void LineIndex::count(const TextPieces &pieces, State &state, Pulse &pulse)
{
    ReadBuffer room;
    qint64 counted = 0;
    qint64 total = 0;
    {
        const std::lock_guard lock(state.mutex);
        // What is behind the last multiple may have been half a unit, or less than there is now.
        counted = state.counted / stride * stride;
        total = state.feeds.back();
    }
    while (!pulse.stop()) {
        const std::span<const char> chunk = room.read(pieces.bytes(), pieces.begin() + counted, stride);
        total += feedsIn(chunk, pieces.coding());
        counted += qint64(chunk.size());
        const bool isWhole = qint64(chunk.size()) == stride;
        {
            const std::lock_guard lock(state.mutex);
            state.counted = counted;
            state.total = total;
            if (isWhole)
                state.feeds.push_back(total);
        }
        if (!isWhole)
            return;
        pulse.beat();
    }
}

qint64 LineIndex::counted() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_pieces.begin() + m_state->counted;
}

qint64 LineIndex::lines() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->total + 1;
}

std::optional<qint64> LineIndex::lineAt(qint64 offset) const
{
    const qint64 place = std::max<qint64>(0, offset - m_pieces.begin());
    qint64 feeds = 0;
    const qint64 known = place / stride;
    {
        const std::lock_guard lock(m_state->mutex);
        if (place > m_state->counted || known >= qint64(m_state->feeds.size()))
            return {};
        feeds = m_state->feeds[static_cast<size_t>(known)];
    }
    return feeds + feedsIn(m_pieces.bytes().read(m_pieces.begin() + known * stride, place - known * stride),
                           m_pieces.coding());
}

std::optional<qint64> LineIndex::offsetOf(qint64 line) const
{
    if (line <= 0)
        return line == 0 ? std::optional(m_pieces.begin()) : std::nullopt;
    qint64 known = 0;
    qint64 feeds = 0;
    {
        const std::lock_guard lock(m_state->mutex);
        if (line > m_state->total)
            return {};
        const auto behind = std::lower_bound(m_state->feeds.cbegin(), m_state->feeds.cend(),
                                             line); // has the line's end before it
        known = behind - m_state->feeds.cbegin() - 1;
        feeds = m_state->feeds[static_cast<size_t>(known)];
    }
    const QByteArray bytes = m_pieces.bytes().read(m_pieces.begin() + known * stride, stride);
    for (qsizetype at = nextFeed(bytes, 0, m_pieces.coding()); at >= 0;
         at = nextFeed(bytes, at + unitSize(m_pieces.coding()), m_pieces.coding())) {
        if (++feeds == line)
            return m_pieces.begin() + known * stride + at + unitSize(m_pieces.coding());
    }
    return {}; // the file has changed
}

} // namespace keydesk
