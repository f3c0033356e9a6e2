#include "ui/console/FileBody.h"

#include "app/http/BodyText.h"
#include "app/http/UploadBody.h"
#include "ui/console/PaneParts.h"
#include "ui/widgets/PartsTable.h"

#include <QBoxLayout>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>

namespace keydesk {

using namespace Qt::StringLiterals;

FileBody::FileBody(QWidget *parent)
    : QWidget(parent)
    , m_path(new QLineEdit)
    , m_size(secondLabel())
{
    setAcceptDrops(true);
    m_path->setAccessibleName(tr("File to send"));
    m_path->setPlaceholderText(tr("Path of a file, or drop it here"));
    m_path->setFont(theme::fixedFont(m_path->font()));
    m_path->setAcceptDrops(false); // a dropped file would be typed in as a URL
    m_size->setWordWrap(true);
    auto *chooser = new QPushButton(tr("Choose…"));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_path, 1);
    row->addWidget(chooser);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding,
                               theme::panePadding);
    layout->setSpacing(theme::gap);
    layout->addLayout(row);
    layout->addWidget(m_size);
    layout->addStretch(1);
    setFocusProxy(m_path);
    connect(chooser, &QPushButton::clicked, this, &FileBody::choose);
    connect(m_path, &QLineEdit::textChanged, this, &FileBody::describe);
    connect(m_path, &QLineEdit::textEdited, this, &FileBody::edited);
    describe();
}

QString FileBody::path() const
{
    return m_path->text();
}

void FileBody::setPath(const QString &path)
{
    if (path != m_path->text())
        m_path->setText(path);
}

void FileBody::dragEnterEvent(QDragEnterEvent *event)
{
    if (droppedFiles(event->mimeData()).size() == 1)
        event->acceptProposedAction();
}

void FileBody::dropEvent(QDropEvent *event)
{
    const QStringList files = droppedFiles(event->mimeData());
    if (files.size() != 1)
        return;
    event->acceptProposedAction();
    setPath(files.first());
    Q_EMIT edited();
}

void FileBody::choose()
{
    auto *dialog = new QFileDialog(this, tr("Choose a File to Send"), path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &chosen) {
        setPath(chosen);
        Q_EMIT edited();
    });
    dialog->open();
}

void FileBody::describe()
{
    const QString text = path();
    if (text.isEmpty() || text.contains("{{"_L1) || QDir::isRelativePath(text)) {
        m_size->setText(tr("The content of the file is read while it is sent; nothing of it is kept here."));
        return;
    }
    const auto size = uploadFileSize(text);
    m_size->setText(
        size
            ? tr("%1. The content is read while it is sent; nothing of it is kept here.").arg(sizeText(*size))
            : size.error().message);
}

} // namespace keydesk
