#pragma once

#include "app/body/FileBytes.h"
#include "app/body/JsonBlocks.h"
#include "app/body/JsonNode.h"

#include <optional>
#include <vector>

namespace keydesk {

/// Finds values in text that a JsonScanner has passed: reads again, at most, the few blocks of it in which
/// something begins or ends. Whatever the file has become meanwhile, an answer may be none or wrong then, but
/// comes.
class JsonReader
{
public:
    /// `begin`, `end`: offsets of what was scanned. `openEnd`: where containers end that are not closed in
    /// it; -1: nobody knows yet.
    JsonReader(const FileBytes &bytes, const JsonBlocks &blocks, qint64 begin, qint64 end, qint64 openEnd);

    [[nodiscard]] std::optional<JsonNode> documentAt(qint64 place);
    [[nodiscard]] std::optional<JsonNode> document(qint64 index);
    [[nodiscard]] qint64 documentCount();
    [[nodiscard]] std::optional<qint64> childCount(const JsonNode &container);
    [[nodiscard]] std::optional<JsonNode> child(const JsonNode &container, qint64 index);
    [[nodiscard]] std::optional<JsonNode> next(const JsonNode &child);
    [[nodiscard]] std::optional<JsonNode> previous(const JsonNode &child);
    [[nodiscard]] qint64 documentIndex(const JsonNode &document);
    [[nodiscard]] std::vector<JsonPathStep> pathAt(qint64 offset);
    /// Of the block that holds the byte.
    [[nodiscard]] JsonTokens tokensAt(qint64 offset);

private:
    enum class Event { Open, Close, Comma, Colon, String, StringEnd, Scalar };

    /// A container that is open at a place.
    struct Level
    {
        qint64 open = -1; // its bracket; -1: before the block that was read
        qint64 separators = 0;
        qint64 nameBegin = -1;
        qint64 nameEnd = -1; // -1 also if the block that was read does not have the name's begin
        qint64 end = -1;
        bool isObject = false;
    };

    /// How much of what stands around a place is asked for.
    enum class Around {
        Innermost, ///< the container that it stands in
        All,       ///< all of them, and those that begin there
    };

    struct Surroundings
    {
        std::vector<Level> levels; // the innermost first
        qint64 documents = 0;      // that begin before the place
    };

    [[nodiscard]] qsizetype blockOf(qint64 place) const
    {
        return qsizetype((place - m_begin) / JsonBlock::size);
    }
    [[nodiscard]] qint64 beginOf(qsizetype block) const { return m_begin + block * JsonBlock::size; }
    [[nodiscard]] qint64 endOf(qsizetype block) const { return std::min(beginOf(block + 1), m_end); }
    [[nodiscard]] bool load(qsizetype block);
    [[nodiscard]] char byteAt(qint64 place);
    template <typename Visit>
    bool walk(qsizetype block, qint64 from, Visit visit);

    qint64 pastString(qint64 begin);
    qint64 pastScalarIn(qsizetype block, qint64 place);
    qint64 pastScalar(qint64 begin);
    qint64 pastContainer(qint64 begin);
    qint64 pastWhite(qint64 place);
    std::optional<JsonNode> value(qint64 place, qint64 nameBegin = -1, qint64 nameEnd = -1);
    std::optional<JsonNode> member(qint64 place, bool isObject);

    std::vector<Level> levelsIn(qsizetype block, qint64 until, Around around, qint32 &lowest);
    std::optional<Surroundings> surroundings(qint64 place, Around around);
    void findEnds(std::vector<Level> &levels, qint64 place);

    const FileBytes &m_bytes;
    const JsonBlocks &m_blocks;
    const qint64 m_begin;
    const qint64 m_end;
    const qint64 m_openEnd;
    QByteArray m_loaded; // of one block
    qsizetype m_loadedBlock = -1;
};

} // namespace keydesk
