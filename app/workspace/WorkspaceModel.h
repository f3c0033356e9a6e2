#pragma once

#include "app/workspace/WorkspaceIndex.h"

#include <QAbstractItemModel>

#include <memory>

namespace keydesk {

class Workspace;

/// A workspace as a tree: folder → file → request. Follows its index; what stays keeps its place, so that
/// selection and expansion do. A drop changes nothing here: `dropped` asks whoever can move files.
class WorkspaceModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum class Kind { Folder, File, Request };
    Q_ENUM(Kind)

    enum Role {
        KindRole = Qt::UserRole, ///< a Kind
        PathRole,                ///< absolute, of the folder or file (a request's file)
        RequestRole,             ///< a request's number in its file, from 0; else -1
        MethodRole,              ///< of a request; else empty
        UrlRole,
        ProblemRole, ///< why a file could not be read; else empty
        CountRole,   ///< requests below
        SearchRole,  ///< name, method, URL and file in one, for a filter
        SupportedRole,
    };

    explicit WorkspaceModel(const Workspace &workspace, QObject *parent = nullptr);
    ~WorkspaceModel() override;

    /// Of a file or folder (`request` -1) or a request of it; invalid if it is not there. `path` is absolute.
    [[nodiscard]] QModelIndex indexOf(const QString &path, int request = -1) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QStringList mimeTypes() const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;

    struct Dragged
    {
        QString path; ///< absolute
        int request = -1;
        bool operator==(const Dragged &) const = default;
    };
    static QList<Dragged> dragged(const QMimeData *data);

Q_SIGNALS:
    /// What was dragged goes into a folder, or into a file in front of the request `before` (-1: at the end).
    void dropped(const QList<keydesk::WorkspaceModel::Dragged> &what, const QString &path, int before);

private:
    struct Node;

    void follow();
    void update(Node &node, const QModelIndex &at, std::unique_ptr<Node> wanted);
    [[nodiscard]] std::unique_ptr<Node> tree() const;
    [[nodiscard]] Node *nodeAt(const QModelIndex &index) const;
    [[nodiscard]] QString absolutePath(const Node &node) const;

    const Workspace &m_workspace;
    std::unique_ptr<Node> m_root;
};

} // namespace keydesk
