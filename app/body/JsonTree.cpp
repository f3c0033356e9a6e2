#include "app/body/JsonTree.h"

#include "app/http/JsonWalker.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace keydesk {

namespace {

/// So that nobody can send two documents that differ and look the same.
size_t seed()
{
    static const size_t value = QRandomGenerator::system()->generate64();
    return value;
}

/// A text of JSON, given without its quotes, as it reads.
QByteArray unescaped(QByteArrayView written)
{
    if (!written.contains('\\'))
        return written.toByteArray();
    return QJsonDocument::fromJson("[\"" + written.toByteArray() + "\"]").array().first().toString().toUtf8();
}

size_t scalarHash(QByteArrayView written)
{
    if (!written.startsWith('"'))
        return qHash(written, seed());
    return qHash(unescaped(written.sliced(1, written.size() - 2)), ~seed());
}

size_t mixed(size_t value)
{
    return ::qHash(value, seed());
}

class TreeBuilder
{
public:
    TreeBuilder(const char *begin, QList<JsonTree::Node> &nodes)
        : m_begin(begin)
        , m_nodes(nodes)
    {
    }

    bool operator()(json::Part part, const char *from, const char *to)
    {
        switch (part) {
        case json::Part::Open:
            m_open.append(m_nodes.size());
            add(*from == '{' ? JsonTree::Type::Object : JsonTree::Type::Array, from, to);
            m_nodes.last().hash = *from == '{' ? 1 : 2;
            break;
        case json::Part::Close: {
            const qsizetype index = m_open.takeLast();
            m_nodes[index].end = to - m_begin;
            m_nodes[index].next = m_nodes.size();
            m_nodes[index].hash = mixed(m_nodes.at(index).hash);
            tellParent(index);
            break;
        }
        case json::Part::Name:
            m_nameBegin = from + 1 - m_begin;
            m_nameEnd = to - 1 - m_begin;
            break;
        case json::Part::Value:
            add(JsonTree::Type::Scalar, from, to);
            m_nodes.last().hash = scalarHash({from, to});
            tellParent(m_nodes.size() - 1);
            break;
        case json::Part::Comma:
        case json::Part::Colon:
            break;
        }
        return m_nodes.size() <= JsonTree::mostNodes;
    }

private:
    void add(JsonTree::Type type, const char *from, const char *to)
    {
        m_nodes.append({type, from - m_begin, to - m_begin, m_nameBegin, m_nameEnd, m_nodes.size() + 1, 0});
        m_nameBegin = m_nameEnd = 0;
    }

    void tellParent(qsizetype index)
    {
        if (m_open.isEmpty())
            return;
        const JsonTree::Node &child = m_nodes.at(index);
        JsonTree::Node &parent = m_nodes[m_open.last()];
        if (parent.type == JsonTree::Type::Array) {
            parent.hash = mixed(parent.hash) + child.hash;
        } else {
            const QByteArrayView name(m_begin + child.nameBegin, m_begin + child.nameEnd);
            parent.hash += mixed(qHash(unescaped(name), seed()) + mixed(child.hash));
        }
    }

    const char *m_begin;
    QList<JsonTree::Node> &m_nodes;
    QList<qsizetype> m_open;
    qsizetype m_nameBegin = 0;
    qsizetype m_nameEnd = 0;
};

} // namespace

Result<JsonTree> JsonTree::read(const QByteArray &json)
{
    JsonTree tree;
    tree.m_json = json;
    TreeBuilder builder(tree.m_json.constData(), tree.m_nodes);
    const auto problem = json::Walker(tree.m_json, JsonDialect::Strict, builder).walk();
    if (problem)
        return failure(Error::Kind::InvalidInput, problem->sentence());
    if (tree.m_nodes.size() > mostNodes)
        return failure(Error::Kind::TooLarge, json::tr("It has more than %L1 values.").arg(mostNodes));
    return tree;
}

QList<qsizetype> JsonTree::children(qsizetype index) const
{
    QList<qsizetype> found;
    for (qsizetype at = index + 1; at < m_nodes.at(index).next; at = m_nodes.at(at).next)
        found.append(at);
    return found;
}

QByteArray JsonTree::text(qsizetype index) const
{
    const Node &node = m_nodes.at(index);
    return m_json.sliced(node.begin, node.end - node.begin);
}

QByteArray JsonTree::name(qsizetype index) const
{
    const Node &node = m_nodes.at(index);
    return unescaped(QByteArrayView(m_json).sliced(node.nameBegin, node.nameEnd - node.nameBegin));
}

} // namespace keydesk
