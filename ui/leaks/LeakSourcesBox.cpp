#include "ui/leaks/LeakSourcesBox.h"

#include "app/storage/Paths.h"
#include "app/storage/Settings.h"
#include "ui/theme/Theme.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QString expanded(const QString &typed)
{
    const QString text = typed.trimmed();
    if (text == u"~"_s || text.startsWith(u"~/"_s))
        return QDir::homePath() + text.sliced(1);
    return QDir::fromNativeSeparators(text);
}

} // namespace

LeakSourcesBox::LeakSourcesBox(const Paths &paths, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_paths(paths)
    , m_settings(settings)
    , m_folder(new QLineEdit)
    , m_choose(new QPushButton(tr("Choose…")))
    , m_files(makeTick(tr("Files in the folder"), u"leaks/files"_s,
                       tr("Every file, ignored ones too. Symbolic links are not followed.")))
    , m_gitHistory(
          makeTick(tr("Git history"), u"leaks/git"_s,
                   tr("Every branch, tag and stash of the repositories that the folder is in and holds.")))
    , m_ownHistory(makeTick(tr("Keydesk's history"), u"leaks/history"_s,
                            tr("Every call: what was sent and answered.")))
    , m_ownData(makeTick(
          tr("Saved requests and settings"), u"leaks/data"_s,
          tr("Environments and their variables, saved requests, settings, and other files of Keydesk's.")))
{
    m_folder->setText(QDir::toNativeSeparators(settings.remembered(u"leaks/folder"_s).toString()));
    m_folder->selectAll(); // typing replaces the folder of last time
    m_folder->setAccessibleName(tr("Folder"));
    m_folder->setPlaceholderText(tr("A folder, such as a git work tree"));
    m_folder->setClearButtonEnabled(true);
    m_choose->setAccessibleName(tr("Choose folder"));
    auto *label = new QLabel(tr("F&older"));
    label->setBuddy(m_folder);

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(label);
    row->addWidget(m_folder, 1);
    row->addWidget(m_choose);
    auto *ticks = new QGridLayout;
    ticks->setHorizontalSpacing(theme::groupGap);
    ticks->setVerticalSpacing(theme::gap);
    ticks->addWidget(m_files, 0, 0);
    ticks->addWidget(m_gitHistory, 0, 1);
    ticks->addWidget(m_ownHistory, 1, 0);
    ticks->addWidget(m_ownData, 1, 1);
    ticks->setColumnStretch(2, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::panePadding);
    layout->addLayout(row);
    layout->addLayout(ticks);
    setTabOrder(m_folder, m_choose);
    setTabOrder(m_choose, m_files);

    connect(m_choose, &QPushButton::clicked, this, &LeakSourcesBox::chooseFolder);
    connect(m_folder, &QLineEdit::textChanged, this, &LeakSourcesBox::remember);
}

QCheckBox *LeakSourcesBox::makeTick(const QString &text, const QString &name, const QString &explanation)
{
    auto *tick = new QCheckBox(text);
    tick->setToolTip(explanation);
    tick->setAccessibleDescription(explanation);
    tick->setChecked(m_settings.remembered(name, true).toBool());
    connect(tick, &QCheckBox::toggled, this, [this, name](bool on) {
        m_settings.remember(name, on);
        Q_EMIT changed();
    });
    return tick;
}

void LeakSourcesBox::remember()
{
    m_settings.remember(u"leaks/folder"_s, expanded(m_folder->text()));
    Q_EMIT changed();
}

void LeakSourcesBox::setFolder(const QString &folder)
{
    m_folder->setText(QDir::toNativeSeparators(folder));
}

void LeakSourcesBox::chooseFolder()
{
    const QString before = expanded(m_folder->text());
    auto *dialog =
        new QFileDialog(this, tr("Choose a Folder to Search"), before.isEmpty() ? QDir::homePath() : before);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &LeakSourcesBox::setFolder);
    dialog->open();
}

LeakSources LeakSourcesBox::sources() const
{
    LeakSources sources;
    sources.folder = expanded(m_folder->text());
    sources.files = m_files->isChecked();
    sources.gitHistory = m_gitHistory->isChecked();
    sources.ownHistory = m_ownHistory->isChecked();
    sources.ownData = m_ownData->isChecked();
    sources.database = QDir(m_paths.data).filePath(u"keydesk.db"_s);
    sources.ownFolders = {m_paths.config, m_paths.data, m_paths.cache};
    return sources;
}

QString LeakSourcesBox::problem() const
{
    const LeakSources chosen = sources();
    const bool ofFolder = chosen.files || chosen.gitHistory;
    if (!ofFolder && !chosen.ownHistory && !chosen.ownData)
        return tr("Tick what to search.");
    if (ofFolder && chosen.folder.isEmpty())
        return chosen.ownHistory || chosen.ownData ? QString() : tr("Choose a folder to search.");
    if (ofFolder && !QFileInfo(chosen.folder).isAbsolute())
        return tr("Type the folder's full path, from the root or from ~.");
    if (ofFolder && !QFileInfo(chosen.folder).isDir())
        return tr("There is no such folder.");
    return {};
}

} // namespace keydesk
