#pragma once

#include "app/base/Error.h"

#include <QByteArray>
#include <QString>

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

namespace keydesk {

class SpecNode;

/// A JSON or YAML document as it was read: members in their order, each value with its line. Values only;
/// what YAML aliases name is shared, and counted as often as it is named, so that walking all of it stays
/// within `mostNodes`.
class SpecTree
{
public:
    enum class Kind : quint8 { Null, Boolean, Number, Text, List, Map };

    static constexpr int deepest = 100;
    static constexpr quint32 mostNodes = 4'000'000;
    static constexpr quint32 charactersOfValue = 64; ///< a longer text counts as several values

    [[nodiscard]] SpecNode root() const;

private:
    friend class SpecNode;
    friend class SpecBuilder;
    static constexpr quint32 none = 0xFFFFFFFF;

    struct Node
    {
        Kind kind = Kind::Null;
        quint32 line = 0;
        quint32 keyAt = 0;
        quint32 keySize = 0;
        quint32 textAt = 0;
        quint32 textSize = 0;
        quint32 first = none;
        quint32 next = none;
        quint32 alias = none; // what stands here instead
    };

    std::vector<Node> m_nodes;
    std::string m_texts;
};

/// A value in a SpecTree, or nothing. Good as long as the tree is.
class SpecNode
{
public:
    SpecNode() = default;

    [[nodiscard]] bool isThere() const { return m_tree != nullptr; }
    [[nodiscard]] bool isMap() const { return is(SpecTree::Kind::Map); }
    [[nodiscard]] bool isList() const { return is(SpecTree::Kind::List); }
    [[nodiscard]] bool isText() const { return is(SpecTree::Kind::Text); }
    [[nodiscard]] bool isNumber() const { return is(SpecTree::Kind::Number); }
    [[nodiscard]] bool isNull() const { return is(SpecTree::Kind::Null); }
    [[nodiscard]] bool isTrue() const { return is(SpecTree::Kind::Boolean) && bytes() == "true"; }
    [[nodiscard]] bool isScalar() const { return isThere() && !isMap() && !isList() && !isNull(); }
    [[nodiscard]] SpecTree::Kind kind() const; ///< Null if nothing is there

    /// A map's member; nothing if there is none, or this is no map.
    [[nodiscard]] SpecNode operator[](std::string_view key) const;
    [[nodiscard]] SpecNode first() const; ///< of a list or a map
    [[nodiscard]] SpecNode next() const;
    [[nodiscard]] std::string_view key() const;   ///< as a member of a map
    [[nodiscard]] std::string_view bytes() const; ///< of a scalar, as written in it; empty for anything else
    [[nodiscard]] QString text() const
    {
        return QString::fromUtf8(bytes().data(), static_cast<qsizetype>(bytes().size()));
    }
    [[nodiscard]] QString keyText() const
    {
        return QString::fromUtf8(key().data(), static_cast<qsizetype>(key().size()));
    }
    [[nodiscard]] int line() const; ///< from 1; 0 if nothing is there
    /// The same place in the same tree.
    bool operator==(const SpecNode &) const = default;

private:
    friend class SpecTree;
    SpecNode(const SpecTree *tree, quint32 at)
        : m_tree(at == SpecTree::none ? nullptr : tree)
        , m_at(at == SpecTree::none ? 0 : at)
    {
    }
    [[nodiscard]] bool is(SpecTree::Kind wanted) const { return isThere() && kind() == wanted; }
    [[nodiscard]] const SpecTree::Node &own() const { return m_tree->m_nodes[m_at]; }
    [[nodiscard]] const SpecTree::Node &node() const;

    const SpecTree *m_tree = nullptr;
    quint32 m_at = 0;
};

/// Puts a SpecTree together from what a parser tells, part by part. Each call returns false once a limit is
/// passed; `problem` says which.
class SpecBuilder
{
public:
    explicit SpecBuilder(const std::atomic_bool &cancelled)
        : m_cancelled(cancelled)
    {
    }

    bool open(SpecTree::Kind kind, quint32 line);
    bool close();
    bool name(std::string_view key);
    bool scalar(SpecTree::Kind kind, std::string_view text, quint32 line);
    bool alias(quint32 target, quint32 line);

    [[nodiscard]] bool expectsName() const { return !m_open.empty() && m_open.back().expectsName; }
    /// The value that was begun last, for `alias`.
    [[nodiscard]] quint32 last() const { return m_last; }
    [[nodiscard]] const QString &problem() const { return m_problem; }
    [[nodiscard]] bool isEmpty() const { return m_tree.m_nodes.empty(); }
    SpecTree take() { return std::move(m_tree); }

private:
    struct Level
    {
        quint32 node;
        quint32 lastChild;
        quint32 before; // m_counted when it was opened
        bool isMap;
        bool expectsName;
    };

    bool add(SpecTree::Node node);
    bool fail(const QString &problem);

    const std::atomic_bool &m_cancelled;
    SpecTree m_tree;
    std::vector<Level> m_open;
    std::vector<quint32> m_sizes; // of each node, with all below; 0 while it is open
    std::string_view m_name;
    quint32 m_nameAt = 0;
    quint32 m_nameSize = 0;
    quint32 m_counted = 0;
    quint32 m_last = 0;
    QString m_problem;
};

/// Reads JSON, or YAML where it is not JSON. `fileName` only tells which of the two is meant. Errors: not
/// UTF-8, not JSON or YAML (with line and column), nested too deeply, too large once aliases are counted,
/// cancelled.
Result<SpecTree> readSpecTree(const QByteArray &bytes, const QString &fileName,
                              const std::atomic_bool &cancelled);

namespace openapi {

Result<SpecTree> readJsonTree(const QByteArray &bytes, const std::atomic_bool &cancelled);
Result<SpecTree> readYamlTree(const QByteArray &bytes, const std::atomic_bool &cancelled);
tl::unexpected<Error> cancelledError();

} // namespace openapi

} // namespace keydesk
