#include "app/base/Process.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

/// SECURITY S9.
class TestProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void leavesNoCoreDump();
    void cannotBeReadByOtherProcesses();
    void makesFilesAndFoldersForTheUserAlone();
    void outlivesABrokenPipe();
};

void TestProcess::initTestCase()
{
    // What a careless parent may hand down.
    umask(0);
    prctl(PR_SET_DUMPABLE, 1);
    keydesk::hardenProcess();
}

void TestProcess::cleanupTestCase()
{
    prctl(PR_SET_DUMPABLE, 1); // the leak checker looks into the process when it ends
}

void TestProcess::leavesNoCoreDump()
{
    rlimit limit{1, 1};
    QCOMPARE(getrlimit(RLIMIT_CORE, &limit), 0);
    QCOMPARE(limit.rlim_cur, rlim_t(0));
    QCOMPARE(limit.rlim_max, rlim_t(0));
}

void TestProcess::cannotBeReadByOtherProcesses()
{
    QCOMPARE(prctl(PR_GET_DUMPABLE), 0);
}

void TestProcess::makesFilesAndFoldersForTheUserAlone()
{
    QTemporaryDir home;
    QFile file(home.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(QDir(home.path()).mkdir(u"folder"_s));
    struct stat facts
    {
    };
    QCOMPARE(stat(qPrintable(home.filePath(u"file"_s)), &facts), 0);
    QCOMPARE(facts.st_mode & 07777, mode_t(0600));
    QCOMPARE(stat(qPrintable(home.filePath(u"folder"_s)), &facts), 0);
    QCOMPARE(facts.st_mode & 07777, mode_t(0700));
}

void TestProcess::outlivesABrokenPipe()
{
    struct sigaction action
    {
    };
    QCOMPARE(sigaction(SIGPIPE, nullptr, &action), 0);
    QVERIFY(action.sa_handler == SIG_IGN);
}

QTEST_GUILESS_MAIN(TestProcess)
#include "test_process.moc"
