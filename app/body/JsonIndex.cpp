#include "app/body/JsonIndex.h"

#include "app/body/JsonChunk.h"
#include "app/body/JsonReader.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace keydesk {

struct JsonIndex::State
{
    explicit State(qint64 textBegin)
        : begin(textBegin)
        , scanner(textBegin)
        , scanned(textBegin)
    {
    }

    const qint64 begin;
    JsonScanner scanner; // up to where more text changes nothing; of the thread that scans

    std::mutex mutex; // guards what follows
    std::condition_variable hasMore;
    JsonBlocks blocks;
    qint64 scanned;
    std::optional<JsonFault> fault; // or what is one if no more text comes
    bool isLast = false;            // nothing was behind what is scanned

    void scan(const FileBytes &bytes, Pulse &pulse);
    [[nodiscard]] JsonTokens tokensAt(const FileBytes &bytes, qint64 offset, const std::atomic<bool> &stop);
    [[nodiscard]] qint64 end() const { return fault ? fault->begin : scanned; }
};

void JsonIndex::State::scan(const FileBytes &bytes, Pulse &pulse)
{
    ReadBuffer room;
    while (!pulse.stop()) {
        const JsonChunk chunk = scanChunk(scanner, bytes, room);
        {
            const std::lock_guard lock(mutex);
            blocks.replace(qsizetype((chunk.begin - begin) / JsonBlock::size), chunk.blocks);
            scanned = chunk.end;
            fault = chunk.fault;
            isLast = chunk.isLast;
        }
        hasMore.notify_all();
        if (chunk.isLast)
            return;
        pulse.beat();
    }
}

JsonTokens JsonIndex::State::tokensAt(const FileBytes &bytes, qint64 offset, const std::atomic<bool> &stop)
{
    constexpr std::chrono::milliseconds patience(50); // until `stop` is looked at again
    std::unique_lock lock(mutex);
    const auto isKnown = [&] {
        if (offset + JsonBlock::size < end()) // so that the block behind it is known as well
            return true;
        const bool hasGrown = bytes.size() > scanned && !(fault && !fault->isAtEnd);
        return isLast && !(hasGrown && offset >= end());
    };
    while (!stop && !isKnown())
        hasMore.wait_for(lock, patience);
    return JsonReader(bytes, blocks, begin, end(), -1).tokensAt(offset);
}

JsonIndex::JsonIndex(const std::shared_ptr<const FileBytes> &bytes, qint64 begin, QObject *parent)
    : JsonIndex(bytes, std::make_shared<State>(begin), parent)
{
}

JsonIndex::JsonIndex(const std::shared_ptr<const FileBytes> &bytes, const std::shared_ptr<State> &state,
                     QObject *parent)
    : BackgroundScan([bytes, state](Pulse &pulse) { state->scan(*bytes, pulse); }, parent)
    , m_bytes(bytes)
    , m_state(state)
{
}

/// To be used while the mutex is held.
bool JsonIndex::isEnded() const
{
    const bool hasFault = m_state->fault && !m_state->fault->isAtEnd;
    return hasFault || (BackgroundScan::isComplete() && !m_isGrowing);
}

/// To be used while the mutex is held.
JsonReader JsonIndex::reader() const
{
    const qint64 end = m_state->end();
    return {*m_bytes, m_state->blocks, m_state->begin, end, isEnded() ? end : -1};
}

void JsonIndex::setGrowing(bool isGrowing)
{
    if (m_isGrowing == isGrowing)
        return;
    m_isGrowing = isGrowing;
    Q_EMIT grew();
}

qint64 JsonIndex::scanned() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->end();
}

bool JsonIndex::isComplete() const
{
    const std::lock_guard lock(m_state->mutex);
    return BackgroundScan::isComplete() && isEnded();
}

std::optional<JsonFault> JsonIndex::fault() const
{
    const std::lock_guard lock(m_state->mutex);
    return isEnded() ? m_state->fault : std::nullopt;
}

JsonIndex::TokenSource JsonIndex::tokenSource() const
{
    return [bytes = m_bytes, state = m_state](qint64 offset, const std::atomic<bool> &stop) {
        return state->tokensAt(*bytes, offset, stop);
    };
}

std::optional<JsonNode> JsonIndex::firstDocument() const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().documentAt(m_state->begin);
}

std::optional<JsonNode> JsonIndex::nextDocument(const JsonNode &document) const
{
    const std::lock_guard lock(m_state->mutex);
    return document.end < 0 ? std::nullopt : reader().documentAt(document.end);
}

std::optional<JsonNode> JsonIndex::previousDocument(const JsonNode &document) const
{
    const std::lock_guard lock(m_state->mutex);
    JsonReader text = reader();
    return text.document(text.documentIndex(document) - 1);
}

qint64 JsonIndex::documentCount() const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().documentCount();
}

std::optional<JsonNode> JsonIndex::document(qint64 index) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().document(index);
}

std::optional<qint64> JsonIndex::childCount(const JsonNode &container) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().childCount(container);
}

std::optional<JsonNode> JsonIndex::child(const JsonNode &container, qint64 index) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().child(container, index);
}

std::optional<JsonNode> JsonIndex::firstChild(const JsonNode &container) const
{
    return child(container, 0);
}

std::optional<JsonNode> JsonIndex::lastChild(const JsonNode &container) const
{
    const std::lock_guard lock(m_state->mutex);
    JsonReader text = reader();
    const auto count = text.childCount(container);
    return count ? text.child(container, *count - 1) : std::nullopt;
}

std::optional<JsonNode> JsonIndex::next(const JsonNode &child) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().next(child);
}

std::optional<JsonNode> JsonIndex::previous(const JsonNode &child) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().previous(child);
}

std::vector<JsonIndex::PathStep> JsonIndex::pathAt(qint64 offset) const
{
    const std::lock_guard lock(m_state->mutex);
    return reader().pathAt(offset);
}

} // namespace keydesk
