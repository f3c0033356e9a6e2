#include "app/body/JsonIndex.h"

#include "app/body/JsonChunk.h"
#include "app/body/JsonReader.h"

#include <QElapsedTimer>

#include <atomic>
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
    std::atomic<bool> stop = false;

    std::mutex mutex; // guards what follows
    JsonBlocks blocks;
    qint64 scanned;
    std::optional<JsonFault> fault;
    bool ended = false;

    void scan(const FileBytes &bytes, const std::function<void()> &tell);

    /// To be used while the mutex is held.
    [[nodiscard]] JsonReader reader(const FileBytes &bytes) const
    {
        const qint64 end = fault ? fault->begin : scanned;
        return {bytes, blocks, begin, end, ended || fault ? end : -1};
    }
};

void JsonIndex::State::scan(const FileBytes &bytes, const std::function<void()> &tell)
{
    constexpr qint64 often = 50; // milliseconds
    QElapsedTimer told;
    told.start();
    QByteArray buffer;
    while (!stop) {
        const JsonChunk chunk = scanChunk(scanner, bytes, buffer);
        {
            const std::lock_guard lock(mutex);
            blocks.replace(qsizetype((chunk.begin - begin) / JsonBlock::size), chunk.blocks);
            scanned = chunk.end;
            fault = chunk.fault;
        }
        if (chunk.isLast)
            return;
        if (told.elapsed() >= often) {
            tell();
            told.restart();
        }
    }
}

JsonIndex::JsonIndex(std::shared_ptr<const FileBytes> bytes, qint64 begin, QObject *parent)
    : QObject(parent)
    , m_bytes(std::move(bytes))
    , m_state(std::make_shared<State>(begin))
{
}

JsonIndex::~JsonIndex()
{
    m_state->stop = true;
}

void JsonIndex::start()
{
    if (m_running)
        return;
    m_running = true;
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->ended = false;
    }
    m_background.run(
        this,
        [bytes = m_bytes, state = m_state, this] {
            state->scan(*bytes,
                        [this] { QMetaObject::invokeMethod(this, &JsonIndex::grew, Qt::QueuedConnection); });
            return true;
        },
        [this](bool) {
            m_running = false;
            {
                const std::lock_guard lock(m_state->mutex);
                m_state->ended = true;
            }
            Q_EMIT grew();
        });
}

void JsonIndex::startNow()
{
    if (m_running)
        return;
    m_state->scan(*m_bytes, [] {});
    const std::lock_guard lock(m_state->mutex);
    m_state->ended = true;
}

qint64 JsonIndex::scanned() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->scanned;
}

bool JsonIndex::isComplete() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->ended;
}

std::optional<JsonFault> JsonIndex::fault() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->fault;
}

std::optional<JsonNode> JsonIndex::firstDocument() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).documentAt(m_state->begin);
}

std::optional<JsonNode> JsonIndex::nextDocument(const JsonNode &document) const
{
    const std::lock_guard lock(m_state->mutex);
    return document.end < 0 ? std::nullopt : m_state->reader(*m_bytes).documentAt(document.end);
}

std::optional<JsonNode> JsonIndex::previousDocument(const JsonNode &document) const
{
    const std::lock_guard lock(m_state->mutex);
    JsonReader reader = m_state->reader(*m_bytes);
    return reader.document(reader.documentIndex(document) - 1);
}

qint64 JsonIndex::documentCount() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).documentCount();
}

std::optional<JsonNode> JsonIndex::document(qint64 index) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).document(index);
}

std::optional<qint64> JsonIndex::childCount(const JsonNode &container) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).childCount(container);
}

std::optional<JsonNode> JsonIndex::child(const JsonNode &container, qint64 index) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).child(container, index);
}

std::optional<JsonNode> JsonIndex::firstChild(const JsonNode &container) const
{
    return child(container, 0);
}

std::optional<JsonNode> JsonIndex::lastChild(const JsonNode &container) const
{
    const std::lock_guard lock(m_state->mutex);
    JsonReader reader = m_state->reader(*m_bytes);
    const auto count = reader.childCount(container);
    return count ? reader.child(container, *count - 1) : std::nullopt;
}

std::optional<JsonNode> JsonIndex::next(const JsonNode &child) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).next(child);
}

std::optional<JsonNode> JsonIndex::previous(const JsonNode &child) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).previous(child);
}

std::vector<JsonIndex::PathStep> JsonIndex::pathAt(qint64 offset) const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->reader(*m_bytes).pathAt(offset);
}

} // namespace keydesk
