#include "app/models/RequestsModel.h"

#include "app/catalogue/CatalogueStore.h"
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
    const Catalogue *catalogue = nullptr; // on a top row, and where `endpoint` is
    const Endpoint *endpoint = nullptr;
    std::unique_ptr<ProviderRequest> request; // what no catalogue has
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

    Node *group(const QString &name)
    {
        const auto same = std::find_if(children.cbegin(), children.cend(),
                                       [&name](const auto &child) { return child->title == name; });
        return same == children.cend() ? add(name, providerId) : same->get();
    }

    void addAll(const Catalogue &all)
    {
        catalogue = &all;
        Node *into = nullptr;
        for (const Endpoint &each : all.endpoints) {
            if (!into || into->title != each.group)
                into = group(each.group);
            Node *node = into->add(each.name, providerId);
            node->catalogue = &all;
            node->endpoint = &each;
        }
    }

    [[nodiscard]] bool isLeaf() const { return endpoint || request; }

    [[nodiscard]] int requestCount() const
    {
        int count = isLeaf() ? 1 : 0;
        for (const auto &child : children)
            count += child->requestCount();
        return count;
    }

    [[nodiscard]] QString method() const
    {
        return endpoint ? endpoint->method : request ? request->request.method : QString();
    }

    [[nodiscard]] QString path() const
    {
        return endpoint ? endpoint->path : request ? request->request.url : QString();
    }

    [[nodiscard]] QString note() const
    {
        return endpoint ? endpoint->notes : request ? request->note : QString();
    }
};

RequestsModel::RequestsModel(const ProviderCatalog &providers, const CatalogueStore &catalogues,
                             QObject *parent)
    : QAbstractItemModel(parent)
    , m_providers(providers)
    , m_catalogues(catalogues)
{
    fill();
    connect(&catalogues, &CatalogueStore::changed, this, [this] {
        beginResetModel();
        fill();
        endResetModel();
    });
}

RequestsModel::~RequestsModel() = default;

void RequestsModel::fill()
{
    m_root = std::make_unique<Node>();
    m_shown = m_catalogues.all();
    QStringList named;
    for (const Provider &provider : m_providers.all()) {
        const CataloguePtr catalogue = m_catalogues.of(provider.id);
        if (provider.requests.isEmpty() && !catalogue)
            continue;
        Node *top = m_root->add(provider.name, provider.id);
        top->badge = provider.badge;
        if (catalogue) {
            top->addAll(*catalogue);
            named.append(catalogue->id);
        }
        for (const ProviderRequest &request : provider.requests) {
            const bool isThere =
                catalogue && std::ranges::any_of(catalogue->endpoints, [&request](const Endpoint &endpoint) {
                    return covers(endpoint, request.request.method, request.request.url);
                });
            if (!isThere)
                top->group(request.group)->add(request.request.name, provider.id)->request =
                    std::make_unique<ProviderRequest>(request);
        }
    }
    for (const CataloguePtr &catalogue : std::as_const(m_shown)) {
        if (!catalogue->isImported || named.contains(catalogue->id))
            continue;
        Node *top = m_root->add(catalogue->name, {});
        top->badge = catalogue->name.front().isSurrogate() ? u"A"_s : catalogue->name.left(1).toUpper();
        top->addAll(*catalogue);
    }
}

std::optional<RequestSpec> RequestsModel::request(const QModelIndex &index) const
{
    if (!index.isValid() || index.model() != this)
        return {};
    const auto *node = static_cast<const Node *>(index.constInternalPointer());
    if (node->request)
        return node->request->request;
    if (!node->endpoint || !node->endpoint->canBeCalled())
        return {};
    RequestSpec ready = readyRequest(*node->endpoint);
    if (node->providerId.isEmpty()) {
        // No environment is its own: it names its host itself, and no key goes there.
        ready.url.prepend(node->catalogue->baseUrl);
        ready.key = {KeyChoice::Mode::None, {}, {}};
    }
    return ready;
}

QString RequestsModel::requestId(const QModelIndex &index) const
{
    if (!index.isValid() || index.model() != this)
        return {};
    const auto *node = static_cast<const Node *>(index.constInternalPointer());
    if (!node->isLeaf())
        return {};
    const QString owner =
        node->providerId.isEmpty() ? u"catalogue:"_s + node->catalogue->id : node->providerId;
    return u"%1/%2/%3/%4 %5"_s.arg(owner, node->parent->title, node->title, node->method(), node->path());
}

bool RequestsModel::matches(const QModelIndex &index, const QStringList &words) const
{
    const auto *node = static_cast<const Node *>(index.constInternalPointer());
    const QString method = node->method();
    const QString path = node->path();
    const QString note = node->note();
    return std::ranges::all_of(words, [&](const QString &word) {
        return node->title.contains(word, Qt::CaseInsensitive) ||
               method.contains(word, Qt::CaseInsensitive) || path.contains(word, Qt::CaseInsensitive) ||
               note.contains(word, Qt::CaseInsensitive);
    });
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
    const bool canBeCalled = node->request || (node->endpoint && node->endpoint->canBeCalled());
    switch (role) {
    case Qt::DisplayRole:
        return node->endpoint && node->endpoint->isDeprecated ? tr("%1 (deprecated)").arg(node->title)
                                                              : node->title;
    case Qt::AccessibleTextRole: // the view paints the method and the count beside the title
        if (node->isLeaf() && !canBeCalled)
            return tr("%1, cannot be called: its path is not documented").arg(node->title);
        if (node->isLeaf())
            return u"%1 %2"_s.arg(node->method(), index.data().toString());
        return node->title;
    case Qt::ToolTipRole: {
        if (!node->isLeaf())
            return {};
        QStringList lines;
        if (canBeCalled)
            lines << node->method() + u' ' + node->path();
        else
            lines << tr("It cannot be called: the documentation announces it, and its path is not known.");
        if (const QString note = node->note(); !note.isEmpty())
            lines << note;
        return lines.join(u'\n').toHtmlEscaped().replace(u'\n', "<br>"_L1);
    }
    case NoteRole: {
        const QString note = node->note();
        return note.isEmpty() ? QVariant() : QVariant(note);
    }
    case MethodRole:
        return node->method();
    case BadgeRole:
        return node->badge;
    case ProviderIdRole:
        return node->providerId;
    case CatalogueIdRole:
        return node->parent == m_root.get() && node->catalogue && node->catalogue->isImported
                   ? QVariant(node->catalogue->id)
                   : QVariant();
    case CountRole:
        return node->isLeaf() ? QVariant() : QVariant(node->requestCount());
    case CanBeCalledRole:
        return node->isLeaf() ? QVariant(canBeCalled) : QVariant();
    default:
        return {};
    }
}

} // namespace keydesk
