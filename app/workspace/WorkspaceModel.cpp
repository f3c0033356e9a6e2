#include "app/workspace/WorkspaceModel.h"

#include "app/history/HistoryStore.h"
#include "app/workspace/Workspace.h"

#include <QDataStream>
#include <QFileInfo>
#include <QIODevice>
#include <QMimeData>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

const QString mimeType = u"application/x-keydesk-requests"_s;

}

struct WorkspaceModel::Node
{
    Kind kind = Kind::Folder;
    QString path; // from the root; of a request: its file's
    QString name; // of a folder or file
    int request = -1;
    WorkspaceRequest about;
    QString problem;
    QString search;
    Node *parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;

    void add(std::unique_ptr<Node> child)
    {
        child->parent = this;
        child->row = static_cast<int>(children.size());
        children.push_back(std::move(child));
    }

    void renumber()
    {
        for (std::size_t i = 0; i < children.size(); ++i)
            children.at(i)->row = static_cast<int>(i);
    }

    /// Folders before files, each by name, as people sort; a request by its number.
    [[nodiscard]] bool isBefore(const Node &other) const
    {
        if (kind != other.kind)
            return kind < other.kind;
        if (kind == Kind::Request)
            return request < other.request;
        const int byName = QString::compare(name, other.name, Qt::CaseInsensitive);
        return byName != 0 ? byName < 0 : name < other.name;
    }

    [[nodiscard]] bool saysTheSame(const Node &other) const
    {
        return about == other.about && problem == other.problem;
    }

    [[nodiscard]] int requests() const
    {
        int count = kind == Kind::Request ? 1 : 0;
        for (const auto &child : children)
            count += child->requests();
        return count;
    }
};

WorkspaceModel::WorkspaceModel(const Workspace &workspace, QObject *parent)
    : QAbstractItemModel(parent)
    , m_workspace(workspace)
    , m_root(tree())
{
    connect(&workspace, &Workspace::indexChanged, this, &WorkspaceModel::follow);
}

WorkspaceModel::~WorkspaceModel() = default;

std::unique_ptr<WorkspaceModel::Node> WorkspaceModel::tree() const
{
    auto root = std::make_unique<Node>();
    const auto index = m_workspace.index();
    QHash<QString, Node *> folders{{QString(), root.get()}};
    const auto parentOf = [&folders, &root](const QString &path) {
        const qsizetype slash = path.lastIndexOf(u'/');
        return folders.value(slash < 0 ? QString() : path.first(slash), root.get());
    };
    for (const QString &path : index->folders) { // a parent sorts before what is in it
        auto node = std::make_unique<Node>();
        node->path = path;
        node->name = path.section(u'/', -1);
        folders.insert(path, node.get());
        parentOf(path)->add(std::move(node));
    }
    for (const WorkspaceFile &file : index->files) {
        auto node = std::make_unique<Node>();
        node->kind = Kind::File;
        node->path = file.path;
        node->name = file.path.section(u'/', -1);
        node->problem = file.problem;
        node->search = file.path;
        for (qsizetype i = 0; i < file.requests.size(); ++i) {
            auto request = std::make_unique<Node>();
            request->kind = Kind::Request;
            request->path = file.path;
            request->request = static_cast<int>(i);
            request->about = file.requests.at(i);
            request->search = file.searchTexts.at(i);
            node->add(std::move(request));
        }
        parentOf(file.path)->add(std::move(node));
    }
    for (Node *folder : std::as_const(folders)) {
        std::ranges::sort(folder->children,
                          [](const auto &one, const auto &other) { return one->isBefore(*other); });
        folder->renumber();
    }
    return root;
}

void WorkspaceModel::follow()
{
    update(*m_root, {}, tree());
}

/// Makes a node's children those of `wanted`; both are sorted.
void WorkspaceModel::update(Node &node, const QModelIndex &at, std::unique_ptr<Node> wanted)
{
    std::size_t row = 0;
    for (auto &fresh : wanted->children) {
        // Those that are not wanted any more.
        std::size_t gone = row;
        while (gone < node.children.size() && node.children.at(gone)->isBefore(*fresh))
            ++gone;
        if (gone > row) {
            beginRemoveRows(at, static_cast<int>(row), static_cast<int>(gone) - 1);
            node.children.erase(node.children.begin() + static_cast<std::ptrdiff_t>(row),
                                node.children.begin() + static_cast<std::ptrdiff_t>(gone));
            node.renumber();
            endRemoveRows();
        }
        const bool isThere = row < node.children.size() && !fresh->isBefore(*node.children.at(row));
        if (!isThere) {
            beginInsertRows(at, static_cast<int>(row), static_cast<int>(row));
            fresh->parent = &node;
            node.children.insert(node.children.begin() + static_cast<std::ptrdiff_t>(row), std::move(fresh));
            node.renumber();
            endInsertRows();
        } else {
            Node &known = *node.children.at(row);
            const QModelIndex where = createIndex(static_cast<int>(row), 0, &known);
            if (!known.saysTheSame(*fresh)) {
                known.about = fresh->about;
                known.problem = fresh->problem;
                known.search = fresh->search;
                Q_EMIT dataChanged(where, where);
            }
            if (known.kind != Kind::Request)
                update(known, where, std::move(fresh));
        }
        ++row;
    }
    if (row < node.children.size()) {
        beginRemoveRows(at, static_cast<int>(row), static_cast<int>(node.children.size()) - 1);
        node.children.resize(row);
        endRemoveRows();
    }
}

WorkspaceModel::Node *WorkspaceModel::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_root.get();
}

QString WorkspaceModel::absolutePath(const Node &node) const
{
    return m_workspace.index()->absolute(node.path);
}

QModelIndex WorkspaceModel::indexOf(const QString &path, int request) const
{
    const QString relative = m_workspace.index()->relative(path);
    if (relative.isEmpty())
        return {};
    const Node *node = m_root.get();
    for (const QString &name : relative.split(u'/')) {
        const auto child = std::ranges::find_if(node->children, [&name](const auto &each) {
            return each->kind != Kind::Request && each->name == name;
        });
        if (child == node->children.end())
            return {};
        node = child->get();
    }
    if (request >= 0) {
        if (node->kind != Kind::File || static_cast<std::size_t>(request) >= node->children.size())
            return {};
        node = node->children.at(static_cast<std::size_t>(request)).get();
    }
    return createIndex(node->row, 0, node);
}

QModelIndex WorkspaceModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node *node = nodeAt(parent);
    if (column != 0 || parent.column() > 0 || row < 0 ||
        static_cast<std::size_t>(row) >= node->children.size())
        return {};
    return createIndex(row, 0, node->children.at(static_cast<std::size_t>(row)).get());
}

QModelIndex WorkspaceModel::parent(const QModelIndex &child) const
{
    const Node *above = child.isValid() ? nodeAt(child)->parent : nullptr;
    return above && above != m_root.get() ? createIndex(above->row, 0, above) : QModelIndex();
}

int WorkspaceModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeAt(parent)->children.size());
}

int WorkspaceModel::columnCount(const QModelIndex & /*parent*/) const
{
    return 1;
}

QVariant WorkspaceModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node &node = *nodeAt(index);
    const bool isRequest = node.kind == Kind::Request;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        if (!isRequest)
            return node.name;
        if (role == Qt::EditRole || !node.about.name.isEmpty())
            return node.about.name;
        return requestLabel(node.about.method, node.about.url);
    case Qt::ToolTipRole:
        return !node.problem.isEmpty() ? node.problem : isRequest ? node.about.url : absolutePath(node);
    case KindRole:
        return QVariant::fromValue(node.kind);
    case PathRole:
        return absolutePath(node);
    case RequestRole:
        return node.request;
    case MethodRole:
        return node.about.method;
    case UrlRole:
        return node.about.url;
    case ProblemRole:
        return node.problem;
    case CountRole:
        return node.requests();
    case SearchRole:
        return node.search;
    case SupportedRole:
        return node.about.isSupported;
    default:
        return {};
    }
}

Qt::ItemFlags WorkspaceModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::ItemIsDropEnabled; // the workspace's folder
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
    if (nodeAt(index)->kind == Kind::Request)
        flags |= Qt::ItemNeverHasChildren;
    else
        flags |= Qt::ItemIsDropEnabled;
    return flags;
}

QStringList WorkspaceModel::mimeTypes() const
{
    return {mimeType};
}

QMimeData *WorkspaceModel::mimeData(const QModelIndexList &indexes) const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    for (const QModelIndex &index : indexes)
        stream << absolutePath(*nodeAt(index)) << nodeAt(index)->request;
    auto *data = new QMimeData;
    data->setData(mimeType, bytes);
    return data;
}

QList<WorkspaceModel::Dragged> WorkspaceModel::dragged(const QMimeData *data)
{
    QList<Dragged> found;
    QDataStream stream(data->data(mimeType));
    while (!stream.atEnd() && found.size() < 10'000) {
        Dragged each;
        stream >> each.path >> each.request;
        if (stream.status() != QDataStream::Ok)
            break;
        found.append(each);
    }
    return found;
}

bool WorkspaceModel::canDropMimeData(const QMimeData *data, Qt::DropAction action, int /*row*/,
                                     int /*column*/, const QModelIndex &parent) const
{
    if (!data->hasFormat(mimeType) || action != Qt::MoveAction)
        return false;
    const Node &target = *nodeAt(parent);
    const QString path = absolutePath(target);
    return std::ranges::all_of(dragged(data), [&](const Dragged &each) {
        // Requests go into files, files and folders into folders, and none into itself.
        if (each.request >= 0)
            return target.kind == Kind::File;
        return target.kind == Kind::Folder && path != each.path && !path.startsWith(each.path + u'/') &&
               QFileInfo(each.path).path() != path;
    });
}

bool WorkspaceModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                                  const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    Q_EMIT dropped(dragged(data), absolutePath(*nodeAt(parent)), row);
    return false; // whoever moves it does so in files, and the rows follow
}

} // namespace keydesk
