#include "ui/console/SavedRequests.h"

#include "app/storage/Settings.h"
#include "app/workspace/Workspace.h"
#include "ui/console/SideDelegates.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TabOrder.h"

#include <QAction>
#include <QBoxLayout>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// Each word must stand in a row's name, method, URL or file; what is above a hit stays, too.
class SavedFilter : public QSortFilterProxyModel
{
public:
    explicit SavedFilter(QObject *parent)
        : QSortFilterProxyModel(parent)
    {
        setRecursiveFilteringEnabled(true);
        setAutoAcceptChildRows(true);
    }

    void setSearch(const QString &text)
    {
        m_words = text.toCaseFolded().split(u' ', Qt::SkipEmptyParts);
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override
    {
        if (m_words.isEmpty())
            return true;
        const QModelIndex index = sourceModel()->index(row, 0, parent);
        const QString text = index.data(WorkspaceModel::SearchRole).toString();
        return !text.isEmpty() &&
               std::all_of(m_words.begin(), m_words.end(), [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList m_words;
};

} // namespace

SavedRequests::SavedRequests(Workspace &workspace, Settings &settings, const std::function<QTreeView *()> &makeTree, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_settings(settings)
    , m_makeTree(makeTree)
{
    connect(&m_workspace, &Workspace::failed, this, &SavedRequests::failed);
}

void SavedRequests::makeTree()
{
    m_model = std::make_unique<WorkspaceModel>(m_workspace);
    m_found = new SavedFilter(this);
    m_tree = m_makeTree();
    m_found->setSourceModel(m_model.get());
    m_tree->setModel(m_found);
    m_tree->setItemDelegate(new SavedDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(16);
    m_tree->setUniformRowHeights(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setDragDropMode(QAbstractItemView::DragDrop);
    m_tree->setDefaultDropAction(Qt::MoveAction);
    m_tree->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &SavedRequests::showMenu);
    connect(m_tree, &QTreeView::clicked, this, &SavedRequests::open);
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex &index) {
        if (m_tree->hasFocus() && index == m_tree->currentIndex())
            open(index);
    });
    const auto shortcut = [this](const QKeySequence &keys, void (SavedRequests::*work)(const QModelIndex &)) {
        auto *action = new QAction(m_tree);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, [this, work] {
            if (m_tree->currentIndex().isValid())
                (this->*work)(m_tree->currentIndex());
        });
        m_tree->addAction(action);
    };
    shortcut(QKeySequence(Qt::Key_F2), &SavedRequests::rename);
    shortcut(QKeySequence(Qt::Key_Delete), &SavedRequests::remove);
    connect(m_model.get(), &WorkspaceModel::dropped, this, &SavedRequests::move);
}

void SavedRequests::build()
{
    makeTree();
    m_states = new QStackedWidget;
    auto *none = new QWidget;
    auto *noneLayout = new QVBoxLayout(none);
    noneLayout->setContentsMargins(theme::panePadding, 4, theme::panePadding, 4);
    auto *say = new QLabel(tr("Requests can be kept as .http files in a folder of yours."));
    say->setWordWrap(true);
    say->setForegroundRole(QPalette::PlaceholderText);
    auto *choose = new QPushButton(icon(u"folder"_s), tr("Open Folder…"));
    connect(choose, &QPushButton::clicked, this, &SavedRequests::chooseFolder);
    noneLayout->addWidget(say);
    noneLayout->addWidget(choose, 0, Qt::AlignLeft);
    noneLayout->addStretch(1);
    auto *empty = new QLabel(tr("Nothing is kept in this folder yet. Ctrl+S saves the request that is open."));
    empty->setWordWrap(true);
    empty->setContentsMargins(theme::panePadding, 4, theme::panePadding, 4);
    empty->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    empty->setForegroundRole(QPalette::PlaceholderText);
    m_states->addWidget(none);
    m_states->addWidget(empty);
    m_states->addWidget(m_tree);
    m_states->setMinimumHeight(1); // in a low window it gives way

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(m_states, 1);
    continueTabOrder(this);
    connect(&m_workspace, &Workspace::indexChanged, this, &SavedRequests::followIndex);
    followIndex();
}

SavedRequests::~SavedRequests()
{
    if (m_tree)
        m_tree->setModel(nullptr); // before the model goes
}

/// Another program may have changed files while the user was there.
bool SavedRequests::event(QEvent *event)
{
    if (event->type() == QEvent::WindowActivate && m_workspace.isOpen())
        m_workspace.refresh();
    return QWidget::event(event);
}

QWidget *SavedRequests::makeHead()
{
    m_name = new QLabel;
    m_menuButton = new QToolButton;
    m_name->setFont(theme::groupFont(font()));
    m_name->setTextFormat(Qt::PlainText);
    m_menuButton->setIcon(icon(u"dots"_s));
    m_menuButton->setAutoRaise(true);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);
    m_menuButton->setAccessibleName(tr("Saved requests menu"));
    m_menuButton->setToolTip(tr("Folder of saved requests"));
    auto *menu = new QMenu(m_menuButton);
    m_menuButton->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &SavedRequests::fillFolderMenu);
    auto *head = new QWidget;
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(theme::panePadding, 0, theme::gap, 0);
    row->setSpacing(theme::gap);
    row->addWidget(m_name, 1);
    row->addWidget(m_menuButton);
    return head;
}

void SavedRequests::fillFolderMenu()
{
    QMenu *menu = m_menuButton->menu();
    menu->clear();
    if (m_workspace.isOpen()) {
        const QString folder = m_workspace.folder();
        menu->addAction(tr("New File…"), this, [this, folder] { newFile(folder); });
        menu->addAction(tr("New Folder…"), this, [this, folder] { newFolder(folder); });
        menu->addAction(tr("Run All…"), this, [this, folder] { Q_EMIT runWanted(folder); });
        menu->addAction(tr("Export All…"), this, [this, folder] { Q_EMIT exportWanted(folder); });
        menu->addAction(tr("Write Environment to Folder"), this, &SavedRequests::environmentWanted);
        menu->addAction(tr("Show in File Manager"), this, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
        menu->addAction(tr("Read Again"), &m_workspace, &Workspace::refresh);
        menu->addSeparator();
    }
    menu->addAction(tr("Open Folder…"), this, &SavedRequests::chooseFolder);
    if (m_workspace.isOpen())
        menu->addAction(tr("Close Folder"), this, &SavedRequests::closeFolder);
}

void SavedRequests::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Choose the Folder of Your Requests"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &SavedRequests::openFolder);
    dialog->open();
}

void SavedRequests::openFolder(const QString &folder)
{
    m_settings.setWorkspaceFolder(folder);
    m_workspace.open(folder);
}

void SavedRequests::closeFolder()
{
    m_settings.setWorkspaceFolder({});
    m_workspace.close();
}

void SavedRequests::followIndex()
{
    const auto index = m_workspace.index();
    const bool isOpen = m_workspace.isOpen();
    m_name->setText(isOpen ? QFileInfo(m_workspace.folder()).fileName() : tr("Saved"));
    m_name->setToolTip(m_workspace.folder());
    m_states->setCurrentIndex(!isOpen                                                  ? NoFolder
                              : index->files.isEmpty() && index->folders.isEmpty() ? Empty
                                                                                       : Tree);
    m_tree->viewport()->update(); // the counts of what is folded
    if (m_wanted)
        select(QString(m_wanted->path), m_wanted->request);
    if (index->isGone)
        Q_EMIT message(tr("The folder %1 is not there any more.").arg(QDir::toNativeSeparators(m_workspace.folder())));
    else if (!index->problems.isEmpty())
        Q_EMIT message(index->problems.constFirst());
}

void SavedRequests::setSearch(const QString &text)
{
    if (!m_tree)
        return;
    static_cast<SavedFilter *>(m_found)->setSearch(text);
    if (!text.trimmed().isEmpty())
        m_tree->expandAll();
    else
        m_tree->collapseAll();
}

void SavedRequests::select(const QString &file, int request)
{
    if (!m_tree)
        return;
    const QModelIndex index = m_found->mapFromSource(m_model->indexOf(file, request));
    if (!index.isValid()) {
        m_wanted = {file, request};
        return;
    }
    m_wanted.reset();
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
}

void SavedRequests::open(const QModelIndex &index)
{
    if (const QString problem = index.data(WorkspaceModel::ProblemRole).toString(); !problem.isEmpty()) {
        Q_EMIT message(problem);
        return;
    }
    const int request = index.data(WorkspaceModel::RequestRole).toInt();
    if (request < 0) {
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
        return;
    }
    load(index, &SavedRequests::opened);
}

void SavedRequests::copyAsCode(const QModelIndex &index)
{
    load(index, &SavedRequests::codeWanted);
}

void SavedRequests::load(const QModelIndex &index, void (SavedRequests::*tell)(const RequestInFile &))
{
    m_workspace.load(index.data(WorkspaceModel::PathRole).toString(), index.data(WorkspaceModel::RequestRole).toInt(), this,
                     [this, tell](const Result<RequestInFile> &loaded) {
                         if (loaded)
                             Q_EMIT(this->*tell)(*loaded);
                         else
                             Q_EMIT failed(loaded.error());
                     });
}

QString SavedRequests::folderAt(const QModelIndex &index) const
{
    const QString path = index.data(WorkspaceModel::PathRole).toString();
    if (!index.isValid())
        return m_workspace.folder();
    return index.data(WorkspaceModel::KindRole).value<WorkspaceModel::Kind>() == WorkspaceModel::Kind::Folder ? path : QFileInfo(path).path();
}

void SavedRequests::showMenu(const QPoint &position)
{
    const QPersistentModelIndex index = m_tree->indexAt(position);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto onIndex = [&](const QString &text, void (SavedRequests::*work)(const QModelIndex &)) {
        menu->addAction(text, this, [this, index, work] {
            if (index.isValid())
                (this->*work)(index);
        });
    };
    if (index.isValid() && index.data(WorkspaceModel::RequestRole).toInt() >= 0) {
        onIndex(tr("Open"), &SavedRequests::open);
        onIndex(tr("Copy as Code…"), &SavedRequests::copyAsCode);
    }
    const QString folder = folderAt(index);
    const QString path = index.isValid() ? index.data(WorkspaceModel::PathRole).toString() : folder;
    menu->addAction(QFileInfo(path).isDir() ? tr("Run Folder…") : tr("Run File…"), this, [this, path] { Q_EMIT runWanted(path); });
    menu->addAction(QFileInfo(path).isDir() ? tr("Export Folder…") : tr("Export File…"), this, [this, path] { Q_EMIT exportWanted(path); });
    menu->addSeparator();
    menu->addAction(tr("New File…"), this, [this, folder] { newFile(folder); });
    menu->addAction(tr("New Folder…"), this, [this, folder] { newFolder(folder); });
    if (index.isValid()) {
        menu->addSeparator();
        onIndex(tr("Rename…"), &SavedRequests::rename);
        onIndex(tr("Delete"), &SavedRequests::remove);
    }
    menu->popup(m_tree->viewport()->mapToGlobal(position));
}

void SavedRequests::ask(const QString &title, const QString &label, const QString &text, const std::function<void(const QString &)> &work)
{
    auto *dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    dialog->setTextValue(text);
    connect(dialog, &QInputDialog::textValueSelected, this, [work](const QString &name) {
        if (!name.trimmed().isEmpty())
            work(name.trimmed());
    });
    dialog->open();
}

void SavedRequests::newFile(const QString &folder)
{
    ask(tr("New File"), tr("Name of the file (it holds any number of requests):"), {},
        [this, folder](const QString &name) { done(m_workspace.files().createFile(folder, name)); });
}

void SavedRequests::newFolder(const QString &folder)
{
    ask(tr("New Folder"), tr("Name of the folder:"), {},
        [this, folder](const QString &name) { done(m_workspace.files().createFolder(folder, name)); });
}

void SavedRequests::rename(const QModelIndex &index)
{
    const QString path = index.data(WorkspaceModel::PathRole).toString();
    const int request = index.data(WorkspaceModel::RequestRole).toInt();
    const QString name = index.data(Qt::EditRole).toString();
    if (request < 0) {
        ask(tr("Rename"), tr("New name of “%1”:").arg(name), name, [this, path](const QString &wanted) {
            const Result<FileChange> change = m_workspace.files().renamePath(path, wanted);
            if (done(change))
                Q_EMIT pathChanged(path, change->place.file);
        });
        return;
    }
    const Result<RequestInFile> found = m_workspace.files().open(path, request);
    if (!found) {
        Q_EMIT failed(found.error());
        return;
    }
    ask(tr("Rename"), tr("New name of the request:"), name,
        [this, place = found->place](const QString &wanted) { done(m_workspace.files().rename(place, wanted)); });
}

void SavedRequests::remove(const QModelIndex &index)
{
    const QString path = index.data(WorkspaceModel::PathRole).toString();
    const int request = index.data(WorkspaceModel::RequestRole).toInt();
    if (request < 0) {
        done(m_workspace.files().removePath(path)); // can be taken back
        return;
    }
    done(m_workspace.files().open(path, request).and_then([this](const RequestInFile &found) { return m_workspace.files().remove(found.place); }));
}

void SavedRequests::move(const QList<WorkspaceModel::Dragged> &what, const QString &path, int before)
{
    for (const WorkspaceModel::Dragged &each : what) {
        if (each.request >= 0) {
            done(m_workspace.files().open(each.path, each.request).and_then([&](const RequestInFile &found) {
                return m_workspace.files().move(found.place, path, before);
            }));
            continue;
        }
        const Result<FileChange> change = m_workspace.files().movePath(each.path, path);
        if (done(change))
            Q_EMIT pathChanged(each.path, change->place.file);
    }
}

void SavedRequests::take(const FileChange &change, const QString &folder, const std::function<std::optional<UndoRest>()> &rest)
{
    if (!m_workspace.isOpen())
        openFolder(folder);
    done(change, rest);
    select(change.place.file, 0);
    m_workspace.load(change.place.file, 0, this, [this](const Result<RequestInFile> &loaded) {
        if (loaded)
            Q_EMIT opened(*loaded);
    });
}

bool SavedRequests::done(const Result<FileChange> &change, const std::function<std::optional<UndoRest>()> &rest)
{
    if (!change) {
        Q_EMIT failed(change.error());
        return false;
    }
    m_workspace.refresh();
    const auto andRead = [workspace = &m_workspace](const FileStep::Work &work) {
        return [workspace, work] {
            const Result<void> outcome = work();
            workspace->refresh();
            return outcome;
        };
    };
    Q_EMIT undoable({change->step.name, change->step.message, andRead(change->step.undo), andRead(change->step.redo), rest});
    return true;
}

} // namespace keydesk
