#include "ui/widgets/PartsTable.h"

#include "app/http/HeaderNames.h"
#include "app/models/PartsModel.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QMimeData>

namespace keydesk {

PartsTable::PartsTable(PartsModel *model, const QString &accessibleName, QWidget *parent)
    : NameValueTable(model, accessibleName, parent)
    , m_parts(model)
{
    setAcceptDrops(true);
    setDropIndicatorShown(true);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setSectionResizeMode(PartsModel::Value, QHeaderView::Stretch);
    horizontalHeader()->resizeSection(PartsModel::Name, 160);
    horizontalHeader()->resizeSection(PartsModel::ContentType, 160);
    setCompletions([](const QModelIndex &cell) {
        return cell.column() == PartsModel::ContentType ? commonHeaderValues(QStringLiteral("Content-Type"))
                                                        : QStringList();
    });
}

void PartsTable::chooseFile()
{
    const int row = currentIndex().isValid() ? currentIndex().row() : m_parts->rowCount() - 1;
    const QString before = m_parts->index(row, PartsModel::Value).data(PartsModel::FileRole).toString();
    auto *dialog = new QFileDialog(this, tr("Choose a File to Send"), before);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    const QPersistentModelIndex cell(m_parts->index(row, PartsModel::Value));
    connect(dialog, &QFileDialog::fileSelected, this, [this, cell](const QString &path) {
        if (cell.isValid())
            m_parts->setFile(cell.row(), path);
    });
    dialog->open();
}

void PartsTable::dragEnterEvent(QDragEnterEvent *event)
{
    if (!droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void PartsTable::dragMoveEvent(QDragMoveEvent *event)
{
    if (!droppedFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void PartsTable::dropEvent(QDropEvent *event)
{
    const QStringList files = droppedFiles(event->mimeData());
    if (files.isEmpty())
        return;
    const QModelIndex target = indexAt(event->position().toPoint());
    int row = target.isValid() ? target.row() : m_parts->rowCount() - 1;
    for (const QString &file : files) {
        m_parts->setFile(row, file);
        setCurrentIndex(m_parts->index(row, PartsModel::Value));
        row = m_parts->rowCount() - 1;
    }
    event->acceptProposedAction();
}

QStringList droppedFiles(const QMimeData *data)
{
    QStringList files;
    for (const QUrl &url : data->urls()) {
        if (url.isLocalFile())
            files.append(url.toLocalFile());
    }
    return files;
}

} // namespace keydesk
