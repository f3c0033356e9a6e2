#include "app/leaks/GitTool.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int checkEvery = 100; // milliseconds
constexpr qsizetype mostOutput = 64 * 1024 * 1024;
constexpr qsizetype mostWords = 4096;

struct GitToolText
{
    Q_DECLARE_TR_FUNCTIONS(GitTool)
};

/// What git hears of this process's environment: where programs, the user's own settings (safe.directory is
/// among them) and temporary files are.
QProcessEnvironment environment()
{
    const QProcessEnvironment own = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment clean;
    for (const QString &name : {u"PATH"_s, u"HOME"_s, u"XDG_CONFIG_HOME"_s, u"TMPDIR"_s}) {
        if (own.contains(name))
            clean.insert(name, own.value(name));
    }
    clean.insert(u"LC_ALL"_s, u"C"_s); // its words are read below
    clean.insert(u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s);
    clean.insert(u"GIT_OPTIONAL_LOCKS"_s, u"0"_s);
    clean.insert(u"GIT_TERMINAL_PROMPT"_s, u"0"_s);
    clean.insert(u"GIT_NO_REPLACE_OBJECTS"_s, u"1"_s);
    // A partial clone fetches what it lacks, by a command that its configuration names. This list of
    // transports that may be used goes before any `protocol.<name>.allow` of the repository's.
    clean.insert(u"GIT_ALLOW_PROTOCOL"_s, u"none"_s);
    clean.insert(u"GIT_NO_LAZY_FETCH"_s, u"1"_s);
    return clean;
}

QStringList hardened(const QString &folder, const QStringList &arguments)
{
    QStringList all{u"-C"_s, folder, u"--no-pager"_s};
    for (const QString &setting :
         {u"core.fsmonitor=false"_s, u"core.hooksPath=/dev/null"_s, u"core.untrackedCache=false"_s,
          u"core.alternateRefsCommand="_s, u"core.pager=cat"_s, u"core.sshCommand=false"_s,
          u"core.askPass="_s, u"credential.helper="_s, u"protocol.allow=never"_s,
          u"log.showSignature=false"_s, u"log.showRoot=true"_s, u"log.mailmap=false"_s,
          u"gpg.program=false"_s, u"gpg.ssh.program=false"_s, u"gpg.x509.program=false"_s,
          u"diff.external="_s, u"diff.submodule=short"_s, u"color.ui=false"_s, u"gc.auto=0"_s,
          u"maintenance.auto=false"_s, u"submodule.recurse=false"_s,
          // Larger objects are read piece by piece instead of whole.
          u"core.bigFileThreshold=16m"_s})
        all << u"-c"_s << setting;
    return all + arguments;
}

Error refusal(const QString &folder, const QString &words)
{
    const QString shown = QDir::toNativeSeparators(folder);
    if (words.contains(u"dubious ownership"_s))
        return {Error::Kind::Unsupported,
                GitToolText::tr(
                    "The history of %1 was not searched: the repository belongs to another user, so git "
                    "refuses to "
                    "read it. If you trust it, run: git config --global --add safe.directory \"%1\"")
                    .arg(shown),
                words};
    if (words.contains(u"not a git repository"_s))
        return {Error::Kind::NotFound, GitToolText::tr("%1 is not in a git repository.").arg(shown), words};
    return {Error::Kind::StorageCorrupt,
            GitToolText::tr("Git could not read the whole history of %1. It says: %2").arg(shown, words),
            words};
}

} // namespace

GitTool::GitTool(const std::atomic<bool> &cancelled)
    : m_cancelled(cancelled)
    , m_program(QStandardPaths::findExecutable(u"git"_s))
{
}

Result<void> GitTool::run(const QString &folder, const QStringList &arguments, const Sink &sink,
                          const QByteArray &input) const
{
    if (!isThere())
        return failure(Error::Kind::Unsupported,
                       GitToolText::tr("Git is not installed, so no history was searched."));
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(m_program, hardened(folder, arguments));
    if (!process.waitForStarted())
        return failure(Error::Kind::Unsupported,
                       GitToolText::tr("Git could not be started, so no history was searched. %1")
                           .arg(process.errorString()));
    process.write(input);
    process.closeWriteChannel();
    QByteArray words;
    const auto takeIn = [&] {
        // Asked for first, because reading stops notifying: what git says must not fill its pipe.
        const QByteArray said = process.readAllStandardError();
        words += said.left(mostWords - words.size());
        if (const QByteArray piece = process.readAllStandardOutput(); !piece.isEmpty())
            sink(piece);
    };
    while (process.state() != QProcess::NotRunning) {
        if (m_cancelled) {
            process.kill();
            process.waitForFinished();
            return failure(Error::Kind::Cancelled, GitToolText::tr("The search was stopped."));
        }
        process.waitForReadyRead(checkEvery);
        takeIn();
    }
    takeIn();
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    return tl::unexpected(refusal(folder, QString::fromUtf8(words).simplified()));
}

Result<QByteArray> GitTool::output(const QString &folder, const QStringList &arguments,
                                   const QByteArray &input) const
{
    QByteArray all;
    return run(
               folder, arguments,
               [&all](QByteArrayView piece) {
                   if (all.size() < mostOutput)
                       all += piece;
               },
               input)
        .map([&all] { return all; });
}

} // namespace keydesk
