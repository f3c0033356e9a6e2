#pragma once

#include "app/body/JsonFolding.h"
#include "app/body/TextPieces.h"

#include <vector>

namespace keydesk {

/// A row of JSON that is laid out, and how to go on from there.
struct JsonPlace
{
    enum class Kind : quint8 {
        Leaf,    ///< a scalar, or a container with nothing in it
        Opening, ///< of a container whose contents follow
        Folded,  ///< a container whose contents are hidden
        Closing, ///< its last bracket
        Fault,   ///< says why the text is no JSON from here on
        Raw,     ///< what stands behind the fault, as it is
    };

    Kind kind = Kind::Leaf;
    std::vector<JsonIndex::PathStep> path; ///< from the document to the row's value; empty: Fault and Raw
    qint64 rawBegin = 0;                   ///< of Fault and Raw, in bytes
    qint64 rawEnd = 0;

    [[nodiscard]] bool hasNode() const { return !path.empty(); }
    [[nodiscard]] const JsonNode &node() const { return path.back().node; }
    [[nodiscard]] int depth() const { return hasNode() ? int(path.size()) - 1 : 0; }
    /// Rows stand in the order of these; the fault comes before what is behind it.
    [[nodiscard]] std::pair<qint64, Kind> key() const;
    /// The byte that the row begins with.
    [[nodiscard]] qint64 offset() const { return key().first; }
};

/// The rows of a JSON text of any size, one value each, found from wherever one is: no row is made before it
/// is asked for. Pretty rows are the lines of the text as it would be indented, with the closing brackets; in
/// the tree there are values alone. What the index has not come to yet is not there yet. On the index's
/// thread.
class JsonRows
{
public:
    enum class Look { Pretty, Tree };

    /// Bytes of a row of what is no JSON.
    static constexpr qint64 rawLength = 512;

    /// `pieces`: of the bytes that are indexed. Both outlive this.
    JsonRows(const JsonIndex &index, const TextPieces &pieces, Look look);

    [[nodiscard]] Look look() const { return m_look; }
    [[nodiscard]] JsonFolding &folding() { return m_folding; }
    [[nodiscard]] const JsonFolding &folding() const { return m_folding; }
    [[nodiscard]] const JsonIndex &index() const { return m_index; }
    [[nodiscard]] const TextPieces &pieces() const { return m_pieces; }

    [[nodiscard]] std::optional<JsonPlace> first() const;
    /// Of those that are known.
    [[nodiscard]] std::optional<JsonPlace> last() const;
    /// The one that the byte is in, or what hides it; between two, one of them.
    [[nodiscard]] std::optional<JsonPlace> at(qint64 offset) const;
    /// False, and nothing changes, if there is none (yet).
    [[nodiscard]] bool toNext(JsonPlace &place) const;
    [[nodiscard]] bool toPrevious(JsonPlace &place) const;
    /// A value is written behind this one in the same container.
    [[nodiscard]] bool hasNext(const JsonPlace &place) const;
    /// Opens what hides the byte.
    void reveal(qint64 offset);

private:
    struct Mark
    {
        qint64 offset;
        char byte;
    };

    [[nodiscard]] bool hasClosing(const JsonNode &container) const;
    [[nodiscard]] bool isEmpty(const JsonNode &container) const;
    void enterFirst(JsonPlace &place) const;
    void enterLast(JsonPlace &place) const;
    [[nodiscard]] bool toBehind(JsonPlace &place) const;
    [[nodiscard]] bool toFault(JsonPlace &place) const;
    void settle(JsonPlace &place, size_t level) const;
    [[nodiscard]] std::optional<Mark> markBehind(qint64 offset) const;
    template <typename Passed>
    [[nodiscard]] qint64 markBefore(qint64 offset, qint64 begin, Passed isPassed) const;
    [[nodiscard]] std::optional<JsonIndex::PathStep> documentBefore(qint64 offset) const;
    [[nodiscard]] std::optional<JsonPlace> faultPlace() const;
    [[nodiscard]] std::optional<JsonPlace> rawAt(qint64 offset) const;

    const JsonIndex &m_index;
    const TextPieces &m_pieces;
    Look m_look;
    JsonFolding m_folding;
};

} // namespace keydesk
