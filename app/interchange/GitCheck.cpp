#include "app/interchange/GitCheck.h"

#include "app/base/Guarded.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QProcessEnvironment>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int watchdogMilliseconds = 10'000;

/// The file's own work tree counts, whatever the terminal that Keydesk was started from has set.
QProcessEnvironment cleanEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith("GIT_"_L1))
            environment.remove(name);
    }
    environment.insert(u"GIT_OPTIONAL_LOCKS"_s, u"0"_s);
    environment.insert(u"GIT_TERMINAL_PROMPT"_s, u"0"_s);
    environment.insert(u"GIT_NO_LAZY_FETCH"_s, u"1"_s);
    return environment;
}

} // namespace

QString GitCheck::program()
{
    return QStandardPaths::findExecutable(u"git"_s);
}

QString GitCheck::workTreeOf(const QString &path)
{
    for (QString folder = QFileInfo(path).path();; folder = QFileInfo(folder).path()) {
        const QString prefix = folder.endsWith(u'/') ? folder : folder + u'/';
        if (QFileInfo::exists(prefix + u".git"_s)) // a folder; a file in submodules and linked work trees
            return folder;
        if (QFileInfo(folder).isRoot() || QFileInfo(folder).path() == folder)
            return {};
    }
}

GitCheck::GitCheck(const QString &path, const QString &program, QObject *parent)
    : QObject(parent)
    , m_path(path)
    , m_program(program)
    , m_process(new QProcess(this))
{
    m_state.workTree = workTreeOf(path);
    if (m_state.workTree.isEmpty()) {
        later(this, [this] { end(GitState::Verdict::Outside); });
        return;
    }
    if (program.isEmpty()) {
        later(this, [this] {
            end(GitState::Verdict::Unknown, tr("git is not installed, so it cannot be asked."));
        });
        return;
    }
    m_process->setProcessEnvironment(cleanEnvironment());
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process, &QProcess::finished, this, [this](int exitCode, QProcess::ExitStatus status) {
        if (!m_ended)
            (this->*m_answered)(status == QProcess::NormalExit ? exitCode : -1);
    });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            later(this, [this] { end(GitState::Verdict::Unknown, tr("git could not be started.")); });
    });
    m_watchdog.setSingleShot(true);
    connect(&m_watchdog, &QTimer::timeout, this, [this] {
        end(GitState::Verdict::Unknown, tr("git did not answer in time."));
        m_process->kill();
    });
    m_watchdog.start(watchdogMilliseconds);
    // Literally: a file may be called *.env. (check-ignore takes all paths so, and refuses the option.)
    ask({u"--literal-pathspecs"_s, u"ls-files"_s, u"--error-unmatch"_s, u"--"_s, QFileInfo(path).fileName()},
        &GitCheck::listed);
}

GitCheck::~GitCheck()
{
    m_process->disconnect();
    if (m_process->state() == QProcess::NotRunning)
        return; // it goes as a child does
    // Not waited for: a git that hangs on a file system that is gone ends when the system lets it.
    m_process->setParent(QCoreApplication::instance());
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    m_process->kill();
}

void GitCheck::ask(const QStringList &arguments, void (GitCheck::*answered)(int exitCode))
{
    m_answered = answered;
    // The repository's own monitor would be a program that it chose.
    const QStringList always{u"-c"_s, u"core.fsmonitor=false"_s, u"-c"_s, u"core.hooksPath=/dev/null"_s,
                             u"-C"_s, QFileInfo(m_path).path()};
    m_process->start(m_program, always + arguments);
}

void GitCheck::listed(int exitCode)
{
    if (exitCode == 0)
        end(GitState::Verdict::Tracked);
    else if (exitCode == 1)
        ask({u"check-ignore"_s, u"--quiet"_s, u"--"_s, u"./"_s + QFileInfo(m_path).fileName()},
            &GitCheck::ignored);
    else // a repository of another user, a broken one
        end(GitState::Verdict::Unknown, tr("git does not say what it does with this file."));
}

void GitCheck::ignored(int exitCode)
{
    if (exitCode == 0 || exitCode == 1)
        end(exitCode == 0 ? GitState::Verdict::Ignored : GitState::Verdict::NotIgnored);
    else
        end(GitState::Verdict::Unknown, tr("git does not say what it does with this file."));
}

void GitCheck::end(GitState::Verdict verdict, const QString &reason)
{
    if (std::exchange(m_ended, true))
        return;
    m_watchdog.stop();
    m_state.verdict = verdict;
    m_state.reason = reason;
    Q_EMIT finished(m_state);
}

} // namespace keydesk
