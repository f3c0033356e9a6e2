#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>

#include <memory>

namespace keydesk {

/// What git does with a file that need not exist yet.
struct GitState
{
    enum class Verdict {
        Outside,    ///< in no work tree
        Tracked,    ///< in the index: the next commit holds it
        Ignored,    ///< covered by .gitignore or the like
        NotIgnored, ///< `git add .` would take it
        Unknown,    ///< in a work tree, but git is not installed or does not say
    };

    Verdict verdict = Verdict::Outside;
    QString workTree; ///< its folder; empty if outside
    QString reason;   ///< for Unknown: a sentence

    bool operator==(const GitState &) const = default;
};

/// Asks git about one path: no shell, none of the user's GIT_ variables, no hooks or monitors of the
/// repository, ten seconds at most. `finished` comes once, never inside the constructor; deleting the object
/// stops it.
class GitCheck : public QObject
{
    Q_OBJECT

public:
    /// `path`: absolute, links resolved. `program`: git's; empty: not installed.
    explicit GitCheck(const QString &path, const QString &program, QObject *parent = nullptr);
    ~GitCheck() override;

    /// The program on this system, empty if there is none.
    static QString program();
    /// The folder at or above which a work tree begins; empty if the path is in none.
    static QString workTreeOf(const QString &path);

Q_SIGNALS:
    void finished(const keydesk::GitState &state);

private:
    void ask(const QStringList &arguments, void (GitCheck::*answered)(int exitCode));
    void listed(int exitCode);
    void ignored(int exitCode);
    void end(GitState::Verdict verdict, const QString &reason = {});

    const QString m_path;
    const QString m_program;
    GitState m_state;
    QProcess *m_process; // outlives this until it has ended
    QTimer m_watchdog;
    void (GitCheck::*m_answered)(int exitCode) = nullptr;
    bool m_ended = false;
};

} // namespace keydesk
