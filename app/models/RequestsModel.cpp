#include "app/models/RequestsModel.h"

#include "app/providers/ProviderCatalog.h"

#include <algorithm>
#include <vector>

namespace keydesk {

using namespace Qt::StringLiterals;

// One row. The model's rows never move, so a pointer to a node is a good internal pointer.
struct RequestsModel::Node
{
    Node *parent = nullptr;
    int row = 0;
    QString title;
    QString badge;
    QString providerId;
    std::optional<ProviderRequest> request;
    std::vector<std::unique_ptr<Node>> children;

    Node *add(const QString &childTitle, const QString &childProvider)
    {
        auto child = std::make_unique<Node>();
        child->parent = this;
        child->row = static_cast<int>(children.size());
        child->title = childTitle;
        child->providerId = childProvider;
        children.push_back(std::move(child));
        return children.back().get();
    }

    [[nodiscard]] int requestCount() const
    {
        int count = request ? 1 : 0;
        for (const auto &child : children)
            count += child->requestCount();
        return count;
    }
};

RequestsModel::RequestsModel(const ProviderCatalog &providers, QObject *parent)
    : QAbstractItemModel(parent)
    , m_root(std::make_unique<Node>())
{
    for (const Provider &provider : providers.all()) {
        if (provider.requests.isEmpty())
            continue;
        Node *top = m_root->add(provider.name, provider.id);
        top->badge = provider.badge;
        for (const ProviderRequest &request : provider.requests) {
            const auto same = std::find_if(top->children.cbegin(), top->children.cend(),
                                           [&](const auto &group) { return group->title == request.group; });
            Node *group = same == top->children.cend() ? top->add(request.group, provider.id) : same->get();
            group->add(request.request.name, provider.id)->request = request;
        }
    }
}

RequestsModel::~RequestsModel() = default;

const ProviderRequest *RequestsModel::request(const QModelIndex &index) const
{
    if (!index.isValid() || index.model() != this)
        return nullptr;
    const auto *node = static_cast<const Node *>(index.constInternalPointer());
    return node->request ? &*node->request : nullptr;
}

QModelIndex RequestsModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node *above =
        parent.isValid() ? static_cast<const Node *>(parent.constInternalPointer()) : m_root.get();
    return createIndex(row, column, above->children[static_cast<std::size_t>(row)].get());
}

QModelIndex RequestsModel::parent(const QModelIndex &child) const
{
    if (!child.isValid())
        return {};
    const Node *above = static_cast<const Node *>(child.constInternalPointer())->parent;
    return above == m_root.get() ? QModelIndex() : createIndex(above->row, 0, above);
}

int RequestsModel::rowCount(const QModelIndex &parent) const
{
    if (parent.isValid() && parent.column() != 0)
        return 0;
    const Node *above =
        parent.isValid() ? static_cast<const Node *>(parent.constInternalPointer()) : m_root.get();
    return static_cast<int>(above->children.size());
}

int RequestsModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant RequestsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto *node = static_cast<const Node *>(index.constInternalPointer());
    switch (role) {
    case Qt::DisplayRole:
        return node->title;
    case Qt::AccessibleTextRole: // the view paints the method and the count beside the title
        if (node->request)
            return u"%1 %2"_s.arg(node->request->request.method, node->title);
        return node->title;
    case Qt::ToolTipRole:
    case NoteRole:
        return node->request && !node->request->note.isEmpty() ? QVariant(node->request->note) : QVariant();
    case MethodRole:
        return node->request ? node->request->request.method : QString();
    case BadgeRole:
        return node->badge;
    case ProviderIdRole:
        return node->providerId;
    case CountRole:
        return node->request ? QVariant() : QVariant(node->requestCount());
    default:
        return {};
    }
}

} // namespace keydesk
