#include "app/interchange/GitCheck.h"

#include "app/interchange/GitIgnore.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::git;
using test::readFile;
using test::writeFile;
using Verdict = GitState::Verdict;

/// Against the real git.
class TestGitCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void saysThatAFileIsOutside();
    void knowsTrackedFiles();
    void knowsTrackedFilesThatAreGone();
    void knowsIgnoredFiles();
    void takesNamesLiterally();
    void asksTheWorkTreeOfTheFile();
    void runsNothingOfTheRepository();
    void saysWhenGitIsMissing();
    void saysWhenGitDoesNot();
    void addsALineToGitIgnore();
    void escapesTheLine_data();
    void escapesTheLine();

private:
    QString path(const QString &name) const { return m_home->path(u"work/"_s + name); }
    static GitState stateOf(const QString &path, const QString &program = GitCheck::program());

    std::unique_ptr<test::TempHome> m_home;
};

void TestGitCheck::init()
{
    m_home = std::make_unique<test::TempHome>();
    QVERIFY(QDir(m_home->path()).mkpath(u"work/sub"_s));
    QVERIFY2(git(path(QString()), {u"init"_s, u"--quiet"_s}), "git is needed here");
}

GitState TestGitCheck::stateOf(const QString &path, const QString &program)
{
    GitCheck check(path, program);
    QSignalSpy finished(&check, &GitCheck::finished);
    if (!finished.isEmpty() || !finished.wait(20'000) || finished.size() != 1)
        return {Verdict::Unknown, {}, u"no answer, or more than one"_s};
    return finished.first().first().value<GitState>();
}

void TestGitCheck::saysThatAFileIsOutside()
{
    QCOMPARE(stateOf(m_home->path(u".env"_s)), (GitState{Verdict::Outside, {}, {}}));
}

void TestGitCheck::knowsTrackedFiles()
{
    writeFile(path(u"sub/.env"_s), "A=1\n");
    QCOMPARE(stateOf(path(u"sub/.env"_s)).verdict, Verdict::NotIgnored);
    QVERIFY(git(path(QString()), {u"add"_s, u"sub/.env"_s}));
    const GitState state = stateOf(path(u"sub/.env"_s));
    QCOMPARE(state.verdict, Verdict::Tracked);
    QCOMPARE(state.workTree, m_home->path(u"work"_s));
    // Tracked although ignored: that is what git does.
    writeFile(path(u".gitignore"_s), ".env\n");
    QCOMPARE(stateOf(path(u"sub/.env"_s)).verdict, Verdict::Tracked);
}

void TestGitCheck::knowsTrackedFilesThatAreGone()
{
    writeFile(path(u".env"_s), "A=1\n");
    QVERIFY(git(path(QString()), {u"add"_s, u".env"_s}));
    QVERIFY(git(path(QString()), {u"commit"_s, u"--quiet"_s, u"-m"_s, u"x"_s}));
    QVERIFY(QFile::remove(path(u".env"_s)));
    QCOMPARE(stateOf(path(u".env"_s)).verdict, Verdict::Tracked);
}

void TestGitCheck::knowsIgnoredFiles()
{
    QCOMPARE(stateOf(path(u".env"_s)).verdict, Verdict::NotIgnored);
    writeFile(path(u".gitignore"_s), "*.local\n/.env\n");
    QCOMPARE(stateOf(path(u".env"_s)).verdict, Verdict::Ignored);
    QCOMPARE(stateOf(path(u"sub/.env.local"_s)).verdict, Verdict::Ignored);
    QCOMPARE(stateOf(path(u"sub/.env"_s)).verdict, Verdict::NotIgnored);
}

void TestGitCheck::takesNamesLiterally()
{
    writeFile(path(u"a.env"_s), "A=1\n");
    QVERIFY(git(path(QString()), {u"add"_s, u"a.env"_s}));
    QCOMPARE(stateOf(path(u"*.env"_s)).verdict, Verdict::NotIgnored);
    QCOMPARE(stateOf(path(u"--others"_s)).verdict, Verdict::NotIgnored);
    QCOMPARE(stateOf(path(u":(top)a.env"_s)).verdict, Verdict::NotIgnored);
}

void TestGitCheck::asksTheWorkTreeOfTheFile()
{
    // A repository inside another one, and a terminal that points elsewhere.
    QVERIFY(git(path(u"sub"_s), {u"init"_s, u"--quiet"_s}));
    writeFile(path(u"sub/.env"_s), "A=1\n");
    QVERIFY(git(path(u"sub"_s), {u"add"_s, u".env"_s}));
    qputenv("GIT_DIR", QFile::encodeName(path(u".git"_s)));
    qputenv("GIT_INDEX_FILE", "/nowhere");
    const GitState state = stateOf(path(u"sub/.env"_s));
    qunsetenv("GIT_DIR");
    qunsetenv("GIT_INDEX_FILE");
    QCOMPARE(state.verdict, Verdict::Tracked);
    QCOMPARE(state.workTree, path(u"sub"_s));
}

void TestGitCheck::runsNothingOfTheRepository()
{
    writeFile(path(u"monitor"_s), "#!/bin/sh\ntouch \"" + QFile::encodeName(path(u"ran"_s)) + "\"\n", 0700);
    QVERIFY(git(path(QString()), {u"config"_s, u"core.fsmonitor"_s, path(u"monitor"_s)}));
    writeFile(path(u"a"_s), "A=1\n");
    QCOMPARE(stateOf(path(u"a"_s)).verdict, Verdict::NotIgnored);
    QVERIFY(!QFile::exists(path(u"ran"_s)));
}

void TestGitCheck::saysWhenGitIsMissing()
{
    const GitState missing = stateOf(path(u".env"_s), QString());
    QCOMPARE(missing.verdict, Verdict::Unknown);
    QVERIFY(missing.reason.contains(u"not installed"_s));
    QCOMPARE(missing.workTree, m_home->path(u"work"_s));
    const GitState broken = stateOf(path(u".env"_s), m_home->path(u"no such program"_s));
    QCOMPARE(broken.verdict, Verdict::Unknown);
    QVERIFY(broken.reason.contains(u"could not be started"_s));
    QCOMPARE(stateOf(m_home->path(u".env"_s), QString()).verdict, Verdict::Outside);
}

void TestGitCheck::saysWhenGitDoesNot()
{
    writeFile(path(u".git/HEAD"_s), "nonsense");
    const GitState state = stateOf(path(u".env"_s));
    QCOMPARE(state.verdict, Verdict::Unknown);
    QVERIFY(!state.reason.isEmpty());
}

void TestGitCheck::addsALineToGitIgnore()
{
    const QString file = path(u".gitignore"_s);
    QVERIFY(addToGitIgnore(m_home->path(u"work"_s), path(u"sub/.env"_s)));
    QCOMPARE(readFile(file), "/sub/.env\n");
    QCOMPARE(stateOf(path(u"sub/.env"_s)).verdict, Verdict::Ignored);
    QCOMPARE(stateOf(path(u".env"_s)).verdict, Verdict::NotIgnored);

    writeFile(file, "*.o\r\nbuild", 0640);
    QVERIFY(addToGitIgnore(m_home->path(u"work"_s), path(u".env"_s)));
    QCOMPARE(readFile(file), "*.o\r\nbuild\r\n/.env\r\n");
    QCOMPARE(test::modeOf(file), 0640U);

    QVERIFY(QFile::remove(file));
    QVERIFY(QFile::link(path(u"sub"_s), file));
    QVERIFY(!addToGitIgnore(m_home->path(u"work"_s), path(u".env"_s)));
}

void TestGitCheck::escapesTheLine_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &name :
         {u"*.env"_s, u"a[1]?.env"_s, u"#!x"_s, u"with space "_s, u"back\\slash"_s, u"ümlaut"_s})
        QTest::newRow(qPrintable(name)) << name;
}

void TestGitCheck::escapesTheLine()
{
    QFETCH(QString, name);
    QVERIFY(addToGitIgnore(m_home->path(u"work"_s), path(name)));
    QCOMPARE(stateOf(path(name)).verdict, Verdict::Ignored);
    QCOMPARE(stateOf(path(u"x.env"_s)).verdict, Verdict::NotIgnored);
}

QTEST_GUILESS_MAIN(TestGitCheck)
#include "test_git_check.moc"
