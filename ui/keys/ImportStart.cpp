#include "ui/keys/ImportStart.h"

#include "ui/setup/Card.h"
#include "ui/setup/RoleLabel.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QDir>
#include <QDropEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QPushButton>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

QStringList localFiles(const QMimeData &data)
{
    QStringList files;
    for (const QUrl &url : data.urls()) {
        if (url.isLocalFile())
            files << url.toLocalFile();
    }
    return files;
}

ImportStart::ImportStart(QWidget *parent)
    : QWidget(parent)
{
    setAcceptDrops(true);
    auto *mark = new IconView(u"download"_s, 28);
    auto *what = new RoleLabel;
    what->setAlignment(Qt::AlignCenter);
    what->setText(tr("Drop files here, or paste lines with Ctrl+V."));
    auto *kinds = new RoleLabel(theme::Role::SecondText, RoleLabel::Size::Second);
    kinds->setAlignment(Qt::AlignCenter);
    kinds->setText(tr("Read are .env files, export lines of shell profiles, lines for fish, PowerShell and "
                      "cmd, YAML, JSON, and "
                      "commands with an Authorization header. Nothing is sent, run or changed."));
    auto *files = new QPushButton(icon(u"folder"_s, theme::Role::OnAccent), tr("Choose Files…"));
    files->setProperty("primary", true);
    files->setDefault(true);
    auto *pasting = new QPushButton(icon(u"clipboard"_s), tr("Paste"));
    pasting->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(files);
    buttons->addWidget(pasting);
    buttons->addStretch(1);

    auto *card = new Card;
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                               theme::dialogPadding);
    inside->setSpacing(theme::panePadding);
    inside->addStretch(1);
    inside->addWidget(mark, 0, Qt::AlignHCenter);
    inside->addWidget(what);
    inside->addLayout(buttons);
    inside->addWidget(kinds);
    inside->addStretch(1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(card);
    setFocusProxy(files);
    connect(files, &QPushButton::clicked, this, &ImportStart::choose);
    connect(pasting, &QPushButton::clicked, this, &ImportStart::paste);
}

void ImportStart::choose()
{
    auto *dialog = new QFileDialog(this, tr("Import Keys"), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setFilter(dialog->filter() | QDir::Hidden); // as most .env files are
    connect(dialog, &QFileDialog::filesSelected, this, &ImportStart::filesChosen);
    dialog->open();
}

void ImportStart::paste()
{
    if (const QMimeData *mime = QGuiApplication::clipboard()->mimeData())
        take(*mime);
    else
        Q_EMIT nothingPasted();
}

void ImportStart::take(const QMimeData &mime)
{
    const QStringList files = localFiles(mime);
    if (!files.isEmpty()) {
        Q_EMIT filesChosen(files);
        return;
    }
    QString text = mime.text();
    if (text.trimmed().isEmpty()) {
        Q_EMIT nothingPasted();
        return;
    }
    const auto secret = std::make_shared<Secret>(Secret::take(text.toUtf8()));
    wipe(text);
    Q_EMIT textPasted(secret);
}

void ImportStart::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Paste))
        paste();
    else
        QWidget::keyPressEvent(event);
}

void ImportStart::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasText() || !localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ImportStart::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    take(*event->mimeData());
}

} // namespace keydesk
