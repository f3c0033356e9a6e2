#pragma once

#include "app/workspace/RequestFiles.h"
#include "app/workspace/WorkspaceModel.h"
#include "ui/UndoHistory.h"

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace keydesk {

class Settings;
class Workspace;

/// The requests that are kept as .http files in a folder of the user's: opened, searched, made, renamed, moved by drag and drop, deleted.
class SavedRequests : public QWidget
{
    Q_OBJECT

public:
    /// `makeTree` gives the view, when it is needed.
    SavedRequests(Workspace &workspace, Settings &settings, const std::function<QTreeView *()> &makeTree, QWidget *parent = nullptr);
    ~SavedRequests() override;

    /// Makes what is in it, which the first frame does not wait for. Once.
    void build();
    void chooseFolder();
    void setSearch(const QString &text);
    /// At once, or when it is there: it may have been saved just now.
    void select(const QString &file, int request);
    /// Files that were put there: shown, and taken back by Undo, which leaves `rest`. `folder` is opened if none is; the first request of theirs is.
    void take(const FileChange &change, const QString &folder, const std::function<std::optional<UndoRest>()> &rest);

Q_SIGNALS:
    void opened(const keydesk::RequestInFile &request);
    void codeWanted(const keydesk::RequestInFile &request); ///< it is to be copied as code
    /// A file or folder has another path.
    void pathChanged(const QString &from, const QString &to);
    void undoable(const keydesk::UndoStep &step);
    void runWanted(const QString &path); ///< the requests of a file, or of all files in a folder
    void exportWanted(const QString &path); ///< likewise, in another format
    void environmentWanted(); ///< the current one is to be written beside the requests
    void message(const QString &text);
    void failed(const keydesk::Error &error);

protected:
    bool event(QEvent *event) override;

private:
    enum State { NoFolder, Empty, Tree };

    void makeTree();
    QWidget *makeHead();
    void openFolder(const QString &folder);
    void closeFolder();
    void followIndex();
    void open(const QModelIndex &index);
    void copyAsCode(const QModelIndex &index);
    void load(const QModelIndex &index, void (SavedRequests::*tell)(const RequestInFile &));
    void showMenu(const QPoint &position);
    void fillFolderMenu();
    void ask(const QString &title, const QString &label, const QString &text, const std::function<void(const QString &)> &done);
    void newFile(const QString &folder);
    void newFolder(const QString &folder);
    void rename(const QModelIndex &index);
    void remove(const QModelIndex &index);
    void move(const QList<WorkspaceModel::Dragged> &what, const QString &path, int before);
    /// Tells of a change that was made, or why it was not.
    bool done(const Result<FileChange> &change, const std::function<std::optional<UndoRest>()> &rest = {});
    [[nodiscard]] QString folderAt(const QModelIndex &index) const;

    Workspace &m_workspace;
    Settings &m_settings;
    const std::function<QTreeView *()> m_makeTree;
    // All made by `build`.
    QStackedWidget *m_states = nullptr;
    QLabel *m_name = nullptr;
    QToolButton *m_menuButton = nullptr;
    QTreeView *m_tree = nullptr;
    std::unique_ptr<WorkspaceModel> m_model;
    QSortFilterProxyModel *m_found = nullptr;
    std::optional<WorkspaceModel::Dragged> m_wanted; // to be selected when it is there
};

} // namespace keydesk
