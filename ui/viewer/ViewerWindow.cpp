#include "ui/viewer/ViewerWindow.h"

#include "ui/viewer/FileView.h"
#include "ui/viewer/TextPane.h"
#include "ui/widgets/MessageBar.h"

#include <QAction>
#include <QBoxLayout>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr QSize firstSize(900, 640);

} // namespace

ViewerWindow::ViewerWindow(const std::shared_ptr<FilterHistory> &history)
    : m_view(new FileView)
    , m_message(new MessageBar)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Keydesk"));
    setAcceptDrops(true);
    resize(firstSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_message);
    column->addWidget(m_view, 1);
    addShortcut(QKeySequence::Find, tr("Find"), [this] { m_view->openFind(); });
    addShortcut(QKeySequence::FindNext, tr("Next match"), [this] { m_view->findNext(true); });
    addShortcut(QKeySequence::FindPrevious, tr("Previous match"), [this] { m_view->findNext(false); });
    addShortcut(tr("Ctrl+Shift+F"), tr("Filter"), [this] { m_view->openFilter(); });
    addShortcut(tr("Ctrl+G"), tr("Go to line"), [this] { m_view->askForLine(); });
    addShortcut(QKeySequence::Open, tr("Open"), [this] { askForFile(); });
    addShortcut(tr("Ctrl+W"), tr("Close"), [this] { close(); });
    m_view->setFilterHistory(history);
    m_view->setEnabled(false);
}

void ViewerWindow::addShortcut(const QKeySequence &keys, const QString &text,
                               const std::function<void()> &does)
{
    auto *action = new QAction(text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, does);
    addAction(action);
}

void ViewerWindow::open(const QString &path)
{
    if (const Result<void> opened = m_view->open(path); !opened) {
        m_message->show(MessageBar::Level::Danger, opened.error().message);
        return;
    }
    m_message->clear();
    m_view->setEnabled(true);
    setWindowTitle(tr("%1 – Keydesk").arg(QFileInfo(path).fileName()));
    setWindowFilePath(path);
    m_view->setFocus();
}

void ViewerWindow::askForFile()
{
    auto *dialog = new QFileDialog(this, tr("Open Response"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &ViewerWindow::open);
    dialog->open();
}

void ViewerWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.constFirst().isLocalFile())
        event->acceptProposedAction();
}

void ViewerWindow::dropEvent(QDropEvent *event)
{
    open(event->mimeData()->urls().constFirst().toLocalFile());
}

} // namespace keydesk
