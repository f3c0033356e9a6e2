#include "ui/keys/SaveEnvDialog.h"

#include "app/interchange/GitIgnore.h"
#include "app/interchange/SecretSnippet.h"
#include "app/keys/KeyService.h"
#include "app/storage/Settings.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/GrowToFit.h"

#include <QBoxLayout>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int typingPause = 250; // ms

} // namespace

SaveEnvDialog::SaveEnvDialog(const ApiKey &key, const QString &variable, KeyService &service,
                             Settings &settings, QWidget *parent)
    : QDialog(parent)
    , m_key(key)
    , m_service(service)
    , m_settings(settings)
    , m_file(new QLineEdit)
    , m_variable(new QLineEdit(variable))
    , m_facts(new FactsCard(tr("What will happen")))
    , m_write(new QPushButton(tr("Write the Token")))
    , m_close(new QPushButton(tr("Cancel")))
{
    setWindowTitle(tr("Save to .env File"));
    auto *title = new RoleLabel(theme::Role::Text, RoleLabel::Size::Title);
    title->setText(tr("Save “%1” to an .env file").arg(key.name));
    auto *words = new RoleLabel(theme::Role::SecondText);
    words->setText(tr("The file will hold the token itself, readable by every program that you run."));
    auto *whole = new QVBoxLayout(this);
    m_size = new GrowToFit(*this);
    whole->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding,
                              theme::dialogPadding);
    whole->setSpacing(theme::groupGap);
    whole->addWidget(title);
    whole->addWidget(words);
    whole->addWidget(makeFile());
    whole->addWidget(m_facts);
    whole->addStretch(1);
    whole->addWidget(makeButtons());
    setMinimumWidth(qBound(540, fontMetrics().averageCharWidth() * 74, 800));

    m_typing.setSingleShot(true);
    m_typing.setInterval(typingPause);
    connect(&m_typing, &QTimer::timeout, this, &SaveEnvDialog::look);
    connect(m_file, &QLineEdit::textChanged, this, &SaveEnvDialog::lookLater);
    connect(m_variable, &QLineEdit::textChanged, this, &SaveEnvDialog::lookLater);
    const QString folder = m_settings.remembered(u"keys/envFolder"_s).toString();
    m_file->setText(folder.isEmpty() || !QFileInfo(folder).isDir() ? QString()
                                                                   : QDir(folder).filePath(u".env"_s));
    m_file->setFocus(Qt::OtherFocusReason);
    look();
}

SaveEnvDialog::~SaveEnvDialog() = default;

QWidget *SaveEnvDialog::makeFile()
{
    const auto label = [](const QString &text, QWidget *buddy) {
        auto *made = new RoleLabel;
        made->setText(text);
        made->setTextInteractionFlags(Qt::NoTextInteraction);
        made->setBuddy(buddy);
        buddy->setAccessibleName(text);
        return made;
    };
    m_file->setPlaceholderText(u"/home/me/project/.env"_s);
    m_variable->setFont(theme::fixedFont(font()));
    m_variable->setMaxLength(128);
    auto *choose = new QPushButton(tr("Choose…"));
    choose->setAutoDefault(false);
    connect(choose, &QPushButton::clicked, this, &SaveEnvDialog::choose);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_file, 1);
    row->addWidget(choose);
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::gap);
    column->addWidget(label(tr("File"), m_file));
    column->addLayout(row);
    column->addWidget(label(tr("Variable name"), m_variable));
    column->addWidget(m_variable);
    return part;
}

QWidget *SaveEnvDialog::makeButtons()
{
    auto *part = new QWidget;
    m_write->setProperty("primary", true);
    m_write->setAutoDefault(false);
    m_close->setDefault(true); // a token should not reach a file by a key pressed once too often
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::gap);
    row->addStretch(1);
    row->addWidget(m_close);
    row->addWidget(m_write);
    connect(m_write, &QPushButton::clicked, this, &SaveEnvDialog::write);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    return part;
}

void SaveEnvDialog::choose()
{
    auto *dialog = new QFileDialog(this, tr("Save to .env File"), QFileInfo(m_file->text()).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // nothing else in the file is lost
    dialog->setFilter(dialog->filter() | QDir::Hidden);
    dialog->selectFile(u".env"_s);
    connect(dialog, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    dialog->open();
}

void SaveEnvDialog::lookLater()
{
    m_plan.reset();
    m_git.reset();
    m_check.reset();
    m_reading.reset();
    m_problem.clear();
    m_done.clear();
    m_typing.start();
    showFacts();
}

void SaveEnvDialog::look()
{
    m_typing.stop();
    m_plan.reset();
    m_git.reset();
    m_check.reset();
    m_problem.clear();
    if (!m_file->text().trimmed().isEmpty()) {
        Result<EnvFilePlan> plan = planEnvFile(m_file->text().trimmed(), m_variable->text());
        if (plan) {
            m_plan = std::move(*plan);
            m_check = std::make_unique<GitCheck>(m_plan->path, GitCheck::program());
            connect(m_check.get(), &GitCheck::finished, this, [this](const GitState &state) {
                m_git = state;
                showFacts();
            });
        } else {
            m_problem = plan.error().message;
        }
    }
    showFacts();
}

bool SaveEnvDialog::isWritable() const
{
    return m_plan && m_git && m_git->verdict != GitState::Verdict::Tracked && !m_reading && m_done.isEmpty();
}

void SaveEnvDialog::add(const QString &icon, theme::Role ink, const QString &text, const QString &button,
                        const std::function<void()> &pressed)
{
    m_list << Fact{icon, ink, text, theme::Role::Text, {}, button, pressed};
}

void SaveEnvDialog::showFacts()
{
    using theme::Role;
    m_list.clear();
    if (!m_done.isEmpty()) {
        add(u"check"_s, Role::Success, m_done);
    } else if (!m_problem.isEmpty()) {
        add(u"warning"_s, Role::Danger, m_problem);
    } else if (m_plan) {
        if (!m_plan->file)
            add(u"plus"_s, Role::SecondText, tr("The file is made, for you alone (0600)."));
        else if (m_plan->replacedLine > 0)
            add(u"pencil"_s, Role::SecondText,
                tr("%1 stands in line %2 already and gets this value. Every other byte stays.")
                    .arg(m_plan->variable)
                    .arg(m_plan->replacedLine));
        else
            add(u"pencil"_s, Role::SecondText, tr("A line is added at the end. Every other byte stays."));
        if (!m_plan->linkPath.isEmpty())
            add(u"link"_s, Role::Caution,
                tr("%1 is a link. What is written is %2.").arg(m_plan->linkPath, m_plan->path));
        if (m_plan->isOpenToOthers)
            add(u"lock"_s, Role::Caution,
                tr("Others on this computer may read this file now. Keydesk closes it to them (0600)."));
        if (m_plan->isFolderOpen)
            add(u"warning"_s, Role::Caution,
                tr("Everybody on this computer may put files into this folder, and take yours away. Choose a "
                   "folder of your own."));
        addGitFacts();
    }
    if (m_reading)
        add(u"clock"_s, Role::SecondText, tr("Waiting for the token…"));
    m_facts->setFacts(m_list);
    m_write->setEnabled(isWritable());
    m_close->setText(m_done.isEmpty() ? tr("Cancel") : tr("Done"));
    m_size->fit();
}

void SaveEnvDialog::addGitFacts()
{
    using theme::Role;
    using Verdict = GitState::Verdict;
    if (!m_git) {
        add(u"clock"_s, Role::SecondText, tr("Asking git about the file…"));
        return;
    }
    switch (m_git->verdict) {
    case Verdict::Outside:
        add(u"check"_s, Role::Success, tr("The file is in no git work tree."));
        break;
    case Verdict::Ignored:
        add(u"check"_s, Role::Success, tr("git ignores the file."));
        break;
    case Verdict::Tracked:
        add(u"refused"_s, Role::Danger,
            tr("git tracks this file: the token would be in the next commit, and in every copy of it. "
               "Keydesk does not write it there. "
               "Choose another file, or take this one out of git first (git rm --cached)."));
        break;
    case Verdict::NotIgnored:
        add(u"warning"_s, Role::Caution,
            tr("No .gitignore covers the file: git add would take it, with the token."),
            tr("Add to .gitignore"), [this] { coverByGitIgnore(); });
        break;
    case Verdict::Unknown:
        add(u"warning"_s, Role::Caution,
            tr("The folder %1 belongs to git. %2 See to it yourself that the file is not committed.")
                .arg(m_git->workTree, m_git->reason));
        break;
    }
}

void SaveEnvDialog::coverByGitIgnore()
{
    const Result<void> added = addToGitIgnore(m_git->workTree, m_plan->path);
    look();
    if (!added) {
        m_problem = added.error().message;
        m_plan.reset();
        showFacts();
    }
}

/// Asks git once more: the window may have been open for long.
void SaveEnvDialog::write()
{
    if (!isWritable())
        return;
    m_reading = std::make_unique<QObject>();
    m_check = std::make_unique<GitCheck>(m_plan->path, GitCheck::program());
    connect(m_check.get(), &GitCheck::finished, this, [this](const GitState &state) {
        m_git = state;
        if (state.verdict == GitState::Verdict::Tracked)
            m_reading.reset();
        else
            readToken();
        showFacts();
    });
    showFacts();
}

void SaveEnvDialog::readToken()
{
    m_service.readForUser(m_key.id, KeyAction::Exported,
                          tr("Written to %1 as %2").arg(m_plan->path, m_plan->variable), m_reading.get(),
                          [this](const Result<Secret> &token) {
                              m_reading.release()->deleteLater();
                              if (token)
                                  writeToken(*token);
                              else
                                  m_problem = token.error().message;
                              showFacts();
                          });
}

void SaveEnvDialog::writeToken(const Secret &token)
{
    const Result<void> written = writeEnvFile(*m_plan, token);
    if (!written) {
        m_problem = written.error().message;
        m_plan.reset();
        return;
    }
    m_done = tr("%1 is written to %2, for you alone (0600).").arg(m_plan->variable, m_plan->path);
    for (const QString &note : snippetNotes(SnippetFormat::DotEnv, token))
        m_done += u' ' + note;
    m_settings.remember(u"keys/envFolder"_s, QFileInfo(m_plan->path).path());
    m_close->setFocus(Qt::OtherFocusReason);
    Q_EMIT saved(m_plan->path);
}

} // namespace keydesk
