#include "app/interchange/openapi/SpecTree.h"

#include <QCoreApplication>

#include <cstring>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

// Further ones are not found: a made-up file must not make each look last for seconds.
constexpr int mostLookedAt = 100'000;

struct SpecTreeText
{
    Q_DECLARE_TR_FUNCTIONS(SpecTree)
};

} // namespace

SpecNode SpecTree::root() const
{
    return m_nodes.empty() ? SpecNode() : SpecNode(this, 0);
}

const SpecTree::Node &SpecNode::node() const
{
    const SpecTree::Node &here = own();
    return here.alias == SpecTree::none ? here : m_tree->m_nodes[here.alias];
}

SpecTree::Kind SpecNode::kind() const
{
    return isThere() ? node().kind : SpecTree::Kind::Null;
}

SpecNode SpecNode::operator[](std::string_view wanted) const
{
    if (!isMap())
        return {};
    const std::vector<SpecTree::Node> &nodes = m_tree->m_nodes;
    const char *texts = m_tree->m_texts.data();
    int looked = 0;
    for (quint32 at = node().first; at != SpecTree::none && looked < mostLookedAt;
         at = nodes[at].next, ++looked) {
        const SpecTree::Node &member = nodes[at];
        if (member.keySize == wanted.size() &&
            std::memcmp(texts + member.keyAt, wanted.data(), wanted.size()) == 0)
            return {m_tree, at};
    }
    return {};
}

SpecNode SpecNode::first() const
{
    return isThere() ? SpecNode(m_tree, node().first) : SpecNode();
}

SpecNode SpecNode::next() const
{
    return isThere() ? SpecNode(m_tree, own().next) : SpecNode();
}

std::string_view SpecNode::key() const
{
    return isThere() ? std::string_view(m_tree->m_texts).substr(own().keyAt, own().keySize)
                     : std::string_view();
}

std::string_view SpecNode::bytes() const
{
    return isThere() ? std::string_view(m_tree->m_texts).substr(node().textAt, node().textSize)
                     : std::string_view();
}

int SpecNode::line() const
{
    return isThere() ? static_cast<int>(own().line) : 0;
}

bool SpecBuilder::fail(const QString &problem)
{
    if (m_problem.isEmpty())
        m_problem = problem;
    return false;
}

bool SpecBuilder::add(SpecTree::Node node)
{
    // Asked now and then: a file has millions of values.
    if ((m_tree.m_nodes.size() & 0xFFF) == 0 && m_cancelled)
        return fail(SpecTreeText::tr("Cancelled."));
    if (++m_counted > SpecTree::mostNodes)
        return fail(
            SpecTreeText::tr("Line %1: the file holds more than %2 values, counting what aliases repeat.")
                .arg(node.line)
                .arg(SpecTree::mostNodes));
    const auto at = static_cast<quint32>(m_tree.m_nodes.size());
    if (!m_open.empty()) {
        Level &level = m_open.back();
        if (level.isMap) {
            node.keyAt = m_nameAt;
            node.keySize = m_nameSize;
            level.expectsName = true;
        }
        if (level.lastChild == SpecTree::none)
            m_tree.m_nodes[level.node].first = at;
        else
            m_tree.m_nodes[level.lastChild].next = at;
        level.lastChild = at;
    } else if (at != 0) {
        return fail(SpecTreeText::tr("Line %1: a second value stands beside the first.").arg(node.line));
    }
    m_tree.m_nodes.push_back(node);
    m_sizes.push_back(node.kind == SpecTree::Kind::List || node.kind == SpecTree::Kind::Map ? 0 : 1);
    m_last = at;
    return true;
}

bool SpecBuilder::open(SpecTree::Kind kind, quint32 line)
{
    if (m_open.size() >= SpecTree::deepest)
        return fail(SpecTreeText::tr("Line %1: it is nested more than %2 levels deep.")
                        .arg(line)
                        .arg(SpecTree::deepest));
    const quint32 before = m_counted;
    SpecTree::Node node;
    node.kind = kind;
    node.line = line;
    if (!add(node))
        return false;
    const bool isMap = kind == SpecTree::Kind::Map;
    m_open.push_back({m_last, SpecTree::none, before, isMap, isMap});
    return true;
}

bool SpecBuilder::close()
{
    const Level level = m_open.back();
    m_open.pop_back();
    m_sizes[level.node] = m_counted - level.before;
    return true;
}

bool SpecBuilder::name(std::string_view key)
{
    m_nameAt = static_cast<quint32>(m_tree.m_texts.size());
    m_nameSize = static_cast<quint32>(key.size());
    m_tree.m_texts += key;
    m_open.back().expectsName = false;
    return true;
}

bool SpecBuilder::scalar(SpecTree::Kind kind, std::string_view text, quint32 line)
{
    SpecTree::Node node;
    node.kind = kind;
    node.line = line;
    node.textAt = static_cast<quint32>(m_tree.m_texts.size());
    node.textSize = static_cast<quint32>(text.size());
    m_tree.m_texts += text;
    if (!add(node))
        return false;
    // Each alias of a long text is read as often as it is named.
    const auto parts = node.textSize / SpecTree::charactersOfValue;
    m_counted += parts;
    m_sizes.back() += parts;
    return true;
}

bool SpecBuilder::alias(quint32 target, quint32 line)
{
    const quint32 size = target < m_sizes.size() ? m_sizes[target] : 0;
    if (size == 0)
        return fail(SpecTreeText::tr("Line %1: an alias names what it stands in itself.").arg(line));
    if (size > SpecTree::mostNodes - m_counted)
        m_counted = SpecTree::mostNodes;
    else
        m_counted += size - 1;
    SpecTree::Node node;
    node.kind = m_tree.m_nodes[target].kind;
    node.line = line;
    node.alias = target;
    if (!add(node))
        return false;
    m_sizes.back() = size;
    return true;
}

namespace openapi {

tl::unexpected<Error> cancelledError()
{
    return failure(Error::Kind::Cancelled, SpecTreeText::tr("Cancelled."));
}

} // namespace openapi

Result<SpecTree> readSpecTree(const QByteArray &bytes, const QString &fileName,
                              const std::atomic_bool &cancelled)
{
    if (!bytes.isValidUtf8()) {
        int line = 1;
        for (qsizetype from = 0; from < bytes.size(); ++line) {
            qsizetype to = bytes.indexOf('\n', from);
            to = to < 0 ? bytes.size() : to + 1;
            if (!QByteArrayView(bytes).sliced(from, to - from).isValidUtf8())
                break;
            from = to;
        }
        return failure(Error::Kind::InvalidInput,
                       SpecTreeText::tr("Line %1: the text is not UTF-8. Save the file as UTF-8.").arg(line));
    }
    qsizetype at = bytes.startsWith("\xEF\xBB\xBF") ? 3 : 0;
    while (at < bytes.size() &&
           (bytes.at(at) == ' ' || bytes.at(at) == '\n' || bytes.at(at) == '\r' || bytes.at(at) == '\t'))
        ++at;
    if (at == bytes.size())
        return failure(Error::Kind::InvalidInput, SpecTreeText::tr("The file is empty."));
    if (bytes.at(at) != '{' && bytes.at(at) != '[')
        return openapi::readYamlTree(bytes, cancelled);
    Result<SpecTree> tree = openapi::readJsonTree(bytes, cancelled);
    const bool isYaml = fileName.endsWith(".yaml"_L1, Qt::CaseInsensitive) ||
                        fileName.endsWith(".yml"_L1, Qt::CaseInsensitive);
    if (!tree && isYaml && tree.error().kind != Error::Kind::Cancelled)
        return openapi::readYamlTree(bytes, cancelled); // braces begin YAML too
    return tree;
}

} // namespace keydesk
