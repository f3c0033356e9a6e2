#include "ui/environments/PathField.h"

#include "ui/environments/FieldWords.h"

#include <QBoxLayout>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>

namespace keydesk {

PathField::PathField(const QString &accessibleName, const QString &placeholder, QWidget *parent)
    : QWidget(parent)
    , m_path(new QLineEdit)
    , m_problem(new FieldWords(theme::Role::Danger))
{
    setAcceptDrops(true);
    m_path->setAccessibleName(accessibleName);
    m_path->setPlaceholderText(placeholder);
    m_path->setFont(theme::fixedFont(m_path->font()));
    m_path->setAcceptDrops(false); // a dropped file would be typed in as a URL
    m_path->setClearButtonEnabled(true);
    auto *chooser = new QPushButton(tr("Choose…"));
    chooser->setAccessibleName(tr("Choose: %1").arg(accessibleName));
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_path, 1);
    row->addWidget(chooser);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addLayout(row);
    layout->addWidget(m_problem);
    setFocusProxy(m_path);
    connect(chooser, &QPushButton::clicked, this, &PathField::choose);
    connect(m_path, &QLineEdit::textEdited, this, &PathField::edited);
}

QString PathField::path() const
{
    return m_path->text().trimmed();
}

void PathField::setPath(const QString &path)
{
    if (path != this->path())
        m_path->setText(path);
}

void PathField::setProblem(const QString &problem)
{
    m_problem->say(problem);
    m_path->setAccessibleDescription(problem);
}

QString PathField::problem() const
{
    return m_problem->text();
}

void PathField::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile())
        event->acceptProposedAction();
}

void PathField::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    take(event->mimeData()->urls().first().toLocalFile());
}

void PathField::choose()
{
    auto *dialog = new QFileDialog(this, m_path->accessibleName(), QFileInfo(path()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &PathField::take);
    dialog->open();
}

void PathField::take(const QString &path)
{
    m_path->setText(path);
    Q_EMIT edited();
}

} // namespace keydesk
