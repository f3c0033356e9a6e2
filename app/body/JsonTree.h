#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QList>

namespace keydesk {

/// JSON text as a tree whose nodes point into the text: numbers and names stay as they were sent. Nodes stand in the order of the text, each
/// before what it contains. Reading is not recursive.
class JsonTree
{
public:
    enum class Type : quint8 { Object, Array, Scalar };

    struct Node
    {
        Type type = Type::Scalar;
        qsizetype begin = 0; ///< in the text, in bytes
        qsizetype end = 0;
        qsizetype nameBegin = 0; ///< of an object's member, without the quotes; equal: it has no name
        qsizetype nameEnd = 0;
        qsizetype next = 0; ///< the node after everything that this one contains
        size_t hash = 0;    ///< equal for equal contents: the order of members, spaces and the way to write a text do not count
    };

    static constexpr qsizetype mostNodes = 1'000'000;

    /// InvalidInput with line and column if it is not JSON (RFC 8259), TooLarge beyond `mostNodes`.
    static Result<JsonTree> read(const QByteArray &json);

    [[nodiscard]] const Node &node(qsizetype index) const { return m_nodes.at(index); } ///< 0 is the root
    /// The nodes that stand directly in this one.
    [[nodiscard]] QList<qsizetype> children(qsizetype index) const;
    [[nodiscard]] QByteArray text(qsizetype index) const; ///< as it was sent
    [[nodiscard]] QByteArray name(qsizetype index) const; ///< without escapes, UTF-8

private:
    QByteArray m_json;
    QList<Node> m_nodes;
};

} // namespace keydesk
