#include "app/leaks/GitHistory.h"
#include "app/leaks/LeakMatcher.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include "tests/support/TempHome.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr std::string_view token = "talq_gitcanary0123456789abXY3f9a";

QByteArray bytes()
{
    return QByteArray(token.data(), qsizetype(token.size()));
}

} // namespace

class TestGitHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsATokenThatWasCommittedAndRemoved();
    void namesTheEarliestCommit();
    void findsInMergesBranchesAndStashes();
    void findsWhatWasAmendedAndDropped();
    void findsWhatIsOnlyStaged();
    void findsInMessages();
    void findsInPackedBinariesAndOddNames();
    void findsInBareRepositoriesAndWorktrees();
    void searchesAStoreOnce();
    void startsNothingThatTheRepositoryNames();
    void changesNothing();
    void saysThatThereIsNoRepository();
    void saysThatItBelongsToAnother();
    void saysThatItIsDamaged();
    void saysThatGitIsNotThere();
    void stopsWhenTold();
    void tellsHowFarItIs();

private:
    QString path(const QString &name = {}) const { return m_home->path(u"work/"_s + name); }
    void write(const QString &name, const QByteArray &text) const;
    QByteArray git(const QStringList &arguments, const QString &folder = {}) const;
    void commit(const QString &name, const QByteArray &text, const QString &message) const;
    QList<LeakFinding> search(const QString &folder = {});

    std::unique_ptr<test::TempHome> m_home;
    LeakMatcher m_matcher{[] {
                              std::vector<LeakMatcher::Token> tokens;
                              tokens.push_back({QUuid::createUuid(), Secret(token)});
                              return tokens;
                          }(),
                          {}};
    std::atomic<bool> m_cancelled = false;
    QStringList m_notes;
    Error m_error;
};

void TestGitHistory::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_cancelled = false;
    m_notes.clear();
    m_error = {};
    QVERIFY(QDir().mkpath(path()));
    git({u"init"_s, u"-q"_s, u"-b"_s, u"main"_s});
    git({u"config"_s, u"user.email"_s, u"me@example.test"_s});
    git({u"config"_s, u"user.name"_s, u"Me"_s});
    commit(u"README"_s, "hello\n", u"Begin"_s);
}

void TestGitHistory::write(const QString &name, const QByteArray &text) const
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QByteArray TestGitHistory::git(const QStringList &arguments, const QString &folder) const
{
    QProcess process;
    process.start(u"git"_s, QStringList{u"-C"_s, folder.isEmpty() ? path() : folder} + arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(60'000) || process.exitCode() != 0)
        qWarning("git %s: %s", qPrintable(arguments.join(u' ')), process.readAllStandardError().constData());
    return process.readAllStandardOutput().trimmed();
}

void TestGitHistory::commit(const QString &name, const QByteArray &text, const QString &message) const
{
    write(name, text);
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, message});
}

QList<LeakFinding> TestGitHistory::search(const QString &folder)
{
    GitHistory history(m_matcher, m_cancelled, [](qint64, qint64) {});
    const auto found = history.search(folder.isEmpty() ? path() : folder);
    m_notes = history.notes();
    if (!found)
        m_error = found.error();
    return found.value_or(QList<LeakFinding>());
}

void TestGitHistory::findsATokenThatWasCommittedAndRemoved()
{
    commit(u"conf/app.ini"_s, "[a]\nb=1\nkey=" + bytes() + "\n", u"Add settings"_s);
    const QByteArray with = git({u"rev-parse"_s, u"HEAD"_s});
    commit(u"conf/app.ini"_s, "[a]\nb=1\n", u"Remove the key"_s);
    const auto findings = search();
    QCOMPARE(findings.size(), 1);
    const LeakFinding &finding = findings.first();
    QCOMPARE(finding.source, LeakFinding::Source::Commit);
    QCOMPARE(finding.place, u"conf/app.ini"_s);
    QCOMPARE(finding.commit.toLatin1(), with);
    QCOMPARE(finding.line, qint64(3));
    QCOMPARE(finding.column, qint64(5));
    QCOMPARE(finding.repository, path());
    QVERIFY(finding.committedAt.secsTo(QDateTime::currentDateTimeUtc()) < 600);
    QCOMPARE(finding.key, m_matcher.key(0));
    QVERIFY(m_notes.isEmpty());
}

void TestGitHistory::namesTheEarliestCommit()
{
    commit(u"a"_s, bytes(), u"One"_s);
    const QByteArray first = git({u"rev-parse"_s, u"HEAD"_s});
    commit(u"b"_s, "x", u"Two"_s);
    git({u"rm"_s, u"-q"_s, u"a"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"Three"_s});
    commit(u"c"_s, bytes(), u"Again, as another file"_s);
    const auto findings = search();
    QCOMPARE(findings.size(), 1); // one content
    QCOMPARE(findings.first().commit.toLatin1(), first);
    QCOMPARE(findings.first().place, u"a"_s);
}

void TestGitHistory::findsInMergesBranchesAndStashes()
{
    git({u"checkout"_s, u"-q"_s, u"-b"_s, u"side"_s});
    commit(u"side.txt"_s, "on a branch " + bytes(), u"Side"_s);
    git({u"checkout"_s, u"-q"_s, u"main"_s});
    commit(u"main.txt"_s, "x", u"Main"_s);
    git({u"merge"_s, u"-q"_s, u"--no-commit"_s, u"--no-ff"_s, u"side"_s});
    write(u"merged.txt"_s, "only in the merge " + bytes());
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"Merge"_s});
    const QByteArray merge = git({u"rev-parse"_s, u"HEAD"_s});
    for (int i = 0; i < 2; ++i) {
        write(u"main.txt"_s, "stashed " + QByteArray::number(i) + bytes());
        git({u"stash"_s, u"-q"_s});
    }
    const auto findings = search();
    QCOMPARE(findings.size(), 4);
    QStringList places;
    for (const LeakFinding &finding : findings) {
        places.append(finding.place);
        QVERIFY2(!finding.commit.isEmpty(), qPrintable(finding.place));
        if (finding.place == u"merged.txt"_s)
            QCOMPARE(finding.commit.toLatin1(), merge);
    }
    places.sort();
    QCOMPARE(places, QStringList({u"main.txt"_s, u"main.txt"_s, u"merged.txt"_s, u"side.txt"_s}));
}

void TestGitHistory::findsWhatWasAmendedAndDropped()
{
    commit(u"a"_s, bytes(), u"With it"_s);
    const QByteArray with = git({u"rev-parse"_s, u"HEAD"_s});
    write(u"a"_s, "clean");
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"--amend"_s, u"-m"_s, u"Without it"_s});
    auto findings = search();
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().commit.toLatin1(), with); // by the reflog
    git({u"reflog"_s, u"expire"_s, u"--expire=now"_s, u"--all"_s});
    findings = search();
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().commit.toLatin1(), with); // though nothing leads there
    git({u"prune"_s, u"--expire=now"_s});
    QVERIFY(search().isEmpty());
}

void TestGitHistory::findsWhatIsOnlyStaged()
{
    write(u"new.txt"_s, bytes());
    git({u"add"_s, u"-A"_s});
    auto findings = search();
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().place, u"new.txt, staged and not committed"_s);
    QVERIFY(findings.first().commit.isEmpty());
    git({u"rm"_s, u"-q"_s, u"--cached"_s, u"new.txt"_s});
    findings = search();
    QCOMPARE(findings.size(), 1);
    QVERIFY(findings.first().place.startsWith(u"Object "_s));
}

void TestGitHistory::findsInMessages()
{
    commit(u"a"_s, "x", u"Use %1"_s.arg(QString::fromLatin1(bytes())));
    const QByteArray with = git({u"rev-parse"_s, u"HEAD"_s});
    git({u"tag"_s, u"-a"_s, u"v1"_s, u"-m"_s, u"Tag %1"_s.arg(QString::fromLatin1(bytes()))});
    const auto findings = search();
    QCOMPARE(findings.size(), 2);
    QStringList places;
    for (const LeakFinding &finding : findings) {
        places.append(finding.place);
        QVERIFY(finding.committedAt.isValid());
        if (finding.place == u"Commit message"_s)
            QCOMPARE(finding.commit.toLatin1(), with);
    }
    places.sort();
    QCOMPARE(places, QStringList({u"Commit message"_s, u"Tag message"_s}));
}

void TestGitHistory::findsInPackedBinariesAndOddNames()
{
    QByteArray binary(700'000, '\0');
    binary.replace(600'000, bytes().size(), bytes());
    for (int i = 0; i < 30; ++i)
        commit(u"file"_s, QByteArray(1000, char('a' + i % 26)) + QByteArray::number(i), QString::number(i));
    commit(u"naïve – name\twith\nall\"sorts'.bin"_s, binary, u"Binary"_s);
    write(QString::fromLatin1(bytes()), "2" + bytes());
    git({u"add"_s, u"-A"_s});
    git({u"commit"_s, u"-q"_s, u"-m"_s, u"A file named by it"_s});
    git({u"gc"_s, u"-q"_s});
    const auto findings = search();
    QCOMPARE(findings.size(), 2);
    QStringList places{findings.first().place, findings.last().place};
    places.sort();
    QCOMPARE(places, QStringList({u"naïve – name\twith\nall\"sorts'.bin"_s, u"••••"_s}));
}

void TestGitHistory::findsInBareRepositoriesAndWorktrees()
{
    commit(u"a"_s, bytes(), u"One"_s);
    const QString bare = m_home->path(u"bare.git"_s);
    git({u"clone"_s, u"-q"_s, u"--bare"_s, path(), bare});
    QCOMPARE(search(bare).size(), 1);
    const QString tree = m_home->path(u"tree"_s);
    git({u"worktree"_s, u"add"_s, u"-q"_s, tree, u"-b"_s, u"other"_s});
    QVERIFY(QFileInfo(tree + u"/.git"_s).isFile());
    QCOMPARE(search(tree).size(), 1);
    QVERIFY(QDir().mkpath(path(u"sub/folder"_s)));
    QCOMPARE(search(path(u"sub/folder"_s)).size(), 1);
    // A submodule's history is its own.
    git({u"-c"_s, u"protocol.file.allow=always"_s, u"submodule"_s, u"add"_s, u"-q"_s, bare, u"module"_s});
    QVERIFY(QFileInfo(path(u"module/.git"_s)).isFile());
    QCOMPARE(search(path(u"module"_s)).size(), 1);
}

void TestGitHistory::searchesAStoreOnce()
{
    commit(u"a"_s, bytes(), u"One"_s);
    const QString tree = m_home->path(u"tree"_s);
    git({u"worktree"_s, u"add"_s, u"-q"_s, tree, u"-b"_s, u"other"_s});
    GitHistory history(m_matcher, m_cancelled, [](qint64, qint64) {});
    QCOMPARE(history.search(path())->size(), 1);
    QCOMPARE(history.search(tree)->size(), 0);
}

/// Every way that a repository's own files can name a program, each with a program that leaves a mark.
void TestGitHistory::startsNothingThatTheRepositoryNames()
{
    const QString mark = m_home->path(u"mark"_s);
    const QString evil = m_home->path(u"evil"_s);
    QFile script(evil);
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write("#!/bin/sh\necho \"$0 $*\" >>'" + QFile::encodeName(mark) +
                 "'\ncat >/dev/null 2>&1\nexit 1\n");
    script.close();
    QVERIFY(script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));

    commit(u"a.txt"_s, bytes(), u"One"_s);
    const QByteArray base = git({u"rev-parse"_s, u"HEAD"_s});
    // A commit with a signature, which `log` may be asked to check.
    const QByteArray plain = git({u"cat-file"_s, u"commit"_s, u"HEAD"_s});
    QByteArray with = plain;
    with.insert(with.indexOf("\n\n"),
                "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----");
    write(u".git/signed"_s, with + "\n");
    const QByteArray signedCommit =
        git({u"hash-object"_s, u"-t"_s, u"commit"_s, u"-w"_s, path(u".git/signed"_s)});
    git({u"update-ref"_s, u"refs/heads/signed"_s, QString::fromLatin1(signedCommit)});
    write(u".git/info/attributes"_s, "* diff=evil filter=evil merge=evil\n");
    write(u".gitattributes"_s, "* diff=evil filter=evil\n");
    for (const QString &hook : {u"post-checkout"_s, u"pre-commit"_s, u"reference-transaction"_s,
                                u"post-index-change"_s, u"fsmonitor-watchman"_s, u"pre-auto-gc"_s}) {
        QFile::remove(path(u".git/hooks/"_s + hook));
        QVERIFY(script.copy(path(u".git/hooks/"_s + hook)));
    }
    QFile config(path(u".git/config"_s));
    QVERIFY(config.open(QIODevice::Append));
    const QByteArray e = QFile::encodeName(evil);
    config.write("[core]\n fsmonitor = " + e + "\n pager = " + e + "\n sshCommand = " + e +
                 "\n askPass = " + e + "\n editor = " + e + "\n alternateRefsCommand = " + e +
                 "\n gitProxy = " + e + "\n[pager]\n log = " + e + "\n cat-file = " + e +
                 "\n[alias]\n log = !" + e + "\n cat-file = !" + e + "\n rev-parse = !" + e +
                 "\n[diff]\n external = " + e + "\n[diff \"evil\"]\n textconv = " + e + "\n command = " + e +
                 "\n[filter \"evil\"]\n clean = " + e + "\n smudge = " + e + "\n process = " + e +
                 "\n[log]\n showSignature = true\n[gpg]\n program = " + e +
                 "\n[gpg \"openpgp\"]\n program = " + e + "\n[credential]\n helper = " + e +
                 "\n[trace2]\n eventTarget = " + QFile::encodeName(mark) +
                 // A partial clone fetches what it lacks from where its configuration says.
                 "\n[protocol]\n allow = always\n[protocol \"ext\"]\n allow = always"
                 "\n[remote \"evil\"]\n url = ext::" +
                 e + " %S\n promisor = true\n partialclonefilter = blob:none\n uploadpack = " + e +
                 "\n[extensions]\n partialClone = evil\n");
    config.close();
    // The marks work: without protection this one is made.
    QProcess::execute(u"git"_s,
                      {u"-C"_s, path(), u"update-ref"_s, u"refs/heads/keep"_s, QString::fromLatin1(base)});
    QVERIFY(QFile::remove(mark));

    const auto findings = search();
    QVERIFY(!findings.isEmpty());
    QVERIFY(!findings.first().commit.isEmpty());
    QFile left(mark);
    QVERIFY2(!left.exists(), left.open(QIODevice::ReadOnly) ? left.readAll().constData() : "");

    // A tree that is missing would have to be fetched.
    const QByteArray tree = plain.mid(5, 40);
    QVERIFY(QFile::remove(path(
        u".git/objects/%1/%2"_s.arg(QString::fromLatin1(tree.left(2)), QString::fromLatin1(tree.mid(2))))));
    search();
    QVERIFY2(!left.exists(), left.open(QIODevice::ReadOnly) ? left.readAll().constData() : "");
}

void TestGitHistory::changesNothing()
{
    commit(u"a"_s, bytes(), u"One"_s);
    write(u"b"_s, bytes() + "2");
    git({u"add"_s, u"-A"_s});
    const auto state = [this] {
        QStringList all;
        QDirIterator files(path(), QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            files.next();
            all.append(files.filePath() + files.fileInfo().lastModified().toString(Qt::ISODateWithMs) +
                       QString::number(files.fileInfo().size()));
        }
        all.sort();
        return all;
    };
    const QStringList before = state();
    QCOMPARE(search().size(), 2);
    QCOMPARE(state(), before);
}

void TestGitHistory::saysThatThereIsNoRepository()
{
    const QString folder = m_home->path(u"plain"_s);
    QVERIFY(QDir().mkpath(folder));
    search(folder);
    QCOMPARE(m_error.kind, Error::Kind::NotFound);
    QVERIFY(m_error.message.contains(folder));
}

void TestGitHistory::saysThatItBelongsToAnother()
{
    commit(u"a"_s, bytes(), u"One"_s);
    if (geteuid() == 0) { // only root can give files away
        QVERIFY(chown(QFile::encodeName(path()).constData(), 65534, 65534) == 0);
        QVERIFY(chown(QFile::encodeName(path(u".git"_s)).constData(), 65534, 65534) == 0);
    } else { // git's own words, from another program
        QFile words(m_home->path(u"git"_s));
        QVERIFY(words.open(QIODevice::WriteOnly));
        words.write(
            "#!/bin/sh\necho \"fatal: detected dubious ownership in repository at '$2'\" >&2\nexit 128\n");
        words.close();
        QVERIFY(words.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("PATH", QFile::encodeName(m_home->path()) + ':' + qgetenv("PATH"));
    }
    search();
    QCOMPARE(m_error.kind, Error::Kind::Unsupported);
    QVERIFY(m_error.message.contains(u"safe.directory"_s));
    QVERIFY(m_error.message.contains(path().chopped(1)));
    QFile::remove(m_home->path(u"git"_s));
    // What the user has said in their own settings counts.
    git({u"config"_s, u"--global"_s, u"--add"_s, u"safe.directory"_s, u"*"_s});
    QCOMPARE(search().size(), 1);
}

void TestGitHistory::saysThatItIsDamaged()
{
    commit(u"a"_s, bytes(), u"One"_s);
    QDirIterator objects(path(u".git/objects"_s), QDir::Files, QDirIterator::Subdirectories);
    while (objects.hasNext()) {
        QFile file(objects.next());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.resize(file.size() / 2));
    }
    QVERIFY(search().isEmpty());
    QCOMPARE(m_error.kind, Error::Kind::StorageCorrupt);
    QVERIFY(m_error.message.contains(u"Git could not read"_s));
}

void TestGitHistory::saysThatGitIsNotThere()
{
    const QByteArray before = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(m_home->path()));
    search();
    qputenv("PATH", before);
    QCOMPARE(m_error.kind, Error::Kind::Unsupported);
    QVERIFY(m_error.message.contains(u"not installed"_s));
}

void TestGitHistory::stopsWhenTold()
{
    commit(u"a"_s, bytes(), u"One"_s);
    m_cancelled = true;
    QVERIFY(search().isEmpty());
    QCOMPARE(m_error.kind, Error::Kind::Cancelled);
}

void TestGitHistory::tellsHowFarItIs()
{
    commit(u"a"_s, "x", u"One"_s);
    commit(u"a"_s, "y", u"Two"_s);
    qint64 searched = 0;
    qint64 expected = 0;
    GitHistory history(m_matcher, m_cancelled, [&](qint64 objects, qint64 total) {
        searched += objects;
        expected += total;
    });
    QVERIFY(history.search(path()));
    QCOMPARE(searched, qint64(9)); // three commits, trees and files
    QCOMPARE(expected, qint64(9));
}

QTEST_GUILESS_MAIN(TestGitHistory)
#include "test_git_history.moc"
