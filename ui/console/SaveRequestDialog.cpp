#include "ui/console/SaveRequestDialog.h"

#include "app/workspace/FileNames.h"
#include "app/workspace/Workspace.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int mostListed = 500; // the completer knows no more of them; any can be typed

/// Relative, each part one that a file can have; an Error for what leads out of the folder.
Result<QString> relativeFile(const QString &typed)
{
    QStringList parts = QDir::fromNativeSeparators(typed.trimmed()).split(u'/', Qt::SkipEmptyParts);
    for (QString &part : parts) {
        if (part == "."_L1 || part == ".."_L1)
            return failure(Error::Kind::InvalidInput, SaveRequestDialog::tr("The file has to be in the folder of your requests."));
        const Result<QString> name = fileNameFor(part);
        if (!name)
            return name;
        part = *name;
    }
    if (parts.isEmpty())
        return failure(Error::Kind::InvalidInput, SaveRequestDialog::tr("Give the file a name."));
    if (!isRequestFile(parts.constLast()))
        parts.last() += u".http"_s;
    return parts.join(u'/');
}

} // namespace

SaveRequestDialog::SaveRequestDialog(const Workspace &workspace, const QString &name, QWidget *parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_name(new QLineEdit(name))
    , m_file(new QComboBox)
    , m_note(new QLabel)
{
    setWindowTitle(tr("Save Request"));
    m_name->setAccessibleName(tr("Request name"));
    m_name->selectAll();
    m_file->setEditable(true);
    m_file->setInsertPolicy(QComboBox::NoInsert);
    m_file->setMinimumWidth(fontMetrics().averageCharWidth() * 48);
    const auto index = workspace.index();
    for (qsizetype i = 0; i < std::min<qsizetype>(index->files.size(), mostListed); ++i)
        m_file->addItem(index->files.at(i).path);
    if (index->files.isEmpty())
        m_file->setEditText(u"requests.http"_s);
    m_file->completer()->setFilterMode(Qt::MatchContains);
    auto *fileLabel = new QLabel(tr("File"));
    fileLabel->setBuddy(m_file);
    m_file->lineEdit()->setAccessibleName(tr("File"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *form = new QFormLayout;
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::gap);
    form->addRow(tr("Name"), m_name);
    form->addRow(fileLabel, m_file);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false); // Return is for the other one
    m_save = new QPushButton(tr("Save"));
    m_save->setProperty("primary", true);
    m_save->setDefault(true);
    connect(m_save, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    connect(m_name, &QLineEdit::textChanged, this, &SaveRequestDialog::check);
    connect(m_file, &QComboBox::editTextChanged, this, &SaveRequestDialog::check);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addLayout(form);
    layout->addWidget(m_note);
    layout->addStretch(1);
    layout->addLayout(buttons);
    check();
}

QString SaveRequestDialog::name() const
{
    return m_name->text().trimmed();
}

QString SaveRequestDialog::file() const
{
    return m_workspace.index()->absolute(relativeFile(m_file->currentText()).value_or(QString()));
}

void SaveRequestDialog::check()
{
    const Result<QString> file = relativeFile(m_file->currentText());
    m_save->setEnabled(file && !name().isEmpty());
    if (!file)
        m_note->setText(file.error().message);
    else if (name().isEmpty())
        m_note->setText(tr("Give the request a name."));
    else if (m_workspace.index()->find(*file))
        m_note->setText(tr("It is added at the end of %1.").arg(*file));
    else
        m_note->setText(tr("%1 is made in %2.").arg(*file, QDir::toNativeSeparators(m_workspace.folder())));
}

} // namespace keydesk
