#include "app/body/JsonIndex.h"

#include "app/body/JsonReader.h"
#include "app/body/JsonScanner.h"
#include "app/http/JsonWalker.h"

#include <QElapsedTimer>

#include <atomic>
#include <mutex>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 chunkSize = 32 * JsonBlock::size;

QString tr(const char *text)
{
    return QCoreApplication::translate("JsonIndex", text);
}

/// The shortest text behind which the same may come.
QByteArray textBefore(JsonExpect expect, bool any)
{
    switch (expect) {
    case JsonExpect::Document:
        return any ? "0 " : "";
    case JsonExpect::ObjectFirst:
        return "{";
    case JsonExpect::ObjectName:
        return R"({"":0,)";
    case JsonExpect::ObjectColon:
        return R"({"")";
    case JsonExpect::ObjectValue:
        return R"({"":)";
    case JsonExpect::ObjectNext:
        return R"({"":0 )";
    case JsonExpect::ArrayFirst:
        return "[";
    case JsonExpect::ArrayValue:
        return "[0,";
    case JsonExpect::ArrayNext:
        return "[0 ";
    }
    return {};
}

/// In the words that short texts are refused with: those find the reason again.
JsonFault faultAt(const JsonScanner::Stop &stop, const FileBytes &bytes)
{
    constexpr qint64 enough = 4096;
    using Kind = JsonScanner::Stop::Kind;
    const auto refused = [](const QByteArray &before, const QByteArray &text, qint64 begin, qint64 offset) {
        const auto problem = checkJson(before + text);
        if (!problem)
            return JsonFault{offset, begin, tr("this is not JSON")}; // it has changed meanwhile
        return JsonFault{std::max(begin, offset + problem->offset - before.size()), begin, problem->message};
    };
    switch (stop.kind) {
    case Kind::Token: {
        const QByteArray text = bytes.read(stop.offset, enough);
        const bool begins = stop.expect == JsonExpect::Document && !text.isEmpty() &&
                            !QByteArrayView("}],:").contains(text.front());
        return refused(textBefore(stop.expect, stop.any && !begins), text, stop.offset, stop.offset);
    }
    case Kind::Escape: {
        const qint64 from = std::max(stop.string + 1, stop.offset - 5); // it is at most that long
        const QByteArray text = bytes.read(from, 12);
        const qint64 backslash = text.lastIndexOf('\\', stop.offset - from - 1);
        return refused("\"", text.mid(std::max<qint64>(0, backslash)), stop.string,
                       from + std::max<qint64>(0, backslash));
    }
    case Kind::String: {
        const QByteArray text = bytes.read(stop.offset, 1);
        if (!text.isEmpty() && uchar(text.front()) < 0x20)
            return refused("\"", text, stop.string, stop.offset);
        if (!text.isEmpty())
            return {stop.offset, stop.string, tr("these bytes are not UTF-8")};
        return refused({}, "\"", stop.string, stop.string);
    }
    case Kind::OpenString:
        return refused({}, "\"", stop.string, stop.string);
    case Kind::TooDeep:
        return {stop.offset, stop.offset, json::tr("it is nested too deeply")};
    case Kind::End:
        break;
    }
    return refused(textBefore(stop.expect, false), {}, stop.offset, stop.offset);
}

} // namespace

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
    QByteArray chunk(chunkSize + JsonScanner::ahead, Qt::Uninitialized);
    std::vector<JsonBlock> found;
    while (!stop) {
        const qint64 at = scanner.at();
        const qint64 read = bytes.readInto(chunk.data(), at, chunk.size());
        std::fill(chunk.begin() + read, chunk.end(), ' ');
        const qint64 length = std::min(read, chunkSize);
        const bool isLast = length < chunkSize;
        JsonScanner next = scanner;
        found.clear();
        const auto stopped = next.scan(chunk.constData(), length, isLast, found);
        const std::optional<JsonFault> newFault =
            stopped ? std::optional(faultAt(*stopped, bytes)) : std::nullopt;
        {
            const std::lock_guard lock(mutex);
            blocks.replace(qsizetype((at - begin) / JsonBlock::size), found);
            scanned = at + length;
            fault = newFault;
        }
        if (isLast || stopped)
            return;
        scanner = std::move(next);
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
