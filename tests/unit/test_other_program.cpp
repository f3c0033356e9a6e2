#include "app/cli/OtherProgram.h"
#include "app/cli/Session.h"
#include "app/cli/commands/Exec.h"
#include "tests/support/TempHome.h"

#include <CLI/CLI.hpp>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::cli;

namespace {

QByteArray all(int descriptor)
{
    QByteArray read;
    char bytes[4096];
    for (ssize_t count = ::read(descriptor, bytes, sizeof bytes); count > 0;
         count = ::read(descriptor, bytes, sizeof bytes))
        read.append(bytes, count);
    ::close(descriptor);
    return read;
}

} // namespace

class TestOtherProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasVariablesThatThisProcessHasNot();
    void variablesTakeThePlaceOfThisProcesssOwn();
    void tellsWhyItCannotBeStarted_data();
    void tellsWhyItCannotBeStarted();
    void isNotStartedIfItIsNotToGoOn();
    void aSignalThatNobodyHasComeToEndsExec();
};

void TestOtherProgram::hasVariablesThatThisProcessHasNot()
{
    OtherProgram program(
        {"sh", "-c", "printf '%s' \"$KEYDESK_TEST_A\"; printf '%s' \"$KEYDESK_TEST_B\" >&2; exit 9"});
    program.addVariable("KEYDESK_TEST_A", Secret("a=b\n\xff"));
    program.addVariable("KEYDESK_TEST_B", Secret());
    const auto started = program.start();
    QVERIFY(started);
    QVERIFY(!::getenv("KEYDESK_TEST_A") && !::getenv("KEYDESK_TEST_B"));
    QCOMPARE(all(started->out), "a=b\n\xff");
    QCOMPARE(all(started->err), QByteArray());
    int status = 0;
    QCOMPARE(::waitpid(started->id, &status, 0), started->id);
    QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

void TestOtherProgram::variablesTakeThePlaceOfThisProcesssOwn()
{
    qputenv("KEYDESK_TEST_C", "old");
    qputenv("KEYDESK_TEST_CC", "kept");
    OtherProgram program({"sh", "-c", "env | grep ^KEYDESK_TEST_C | sort"});
    program.addVariable("KEYDESK_TEST_C", Secret("new"));
    const auto started = program.start();
    QVERIFY(started);
    QCOMPARE(all(started->out), "KEYDESK_TEST_C=new\nKEYDESK_TEST_CC=kept\n");
    ::close(started->err);
    ::waitpid(started->id, nullptr, 0);
    QCOMPARE(qgetenv("KEYDESK_TEST_C"), "old");
}

void TestOtherProgram::tellsWhyItCannotBeStarted_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("code");
    QTest::newRow("absent") << "no-such-program-here"_ba << ENOENT << 127;
    QTest::newRow("absent path") << "/nowhere/program"_ba << ENOENT << 127;
    QTest::newRow("below a file") << "/etc/passwd/program"_ba << ENOTDIR << 127;
    QTest::newRow("folder") << "/tmp"_ba << EACCES << 126;
    QTest::newRow("no program") << "/etc/passwd"_ba << EACCES << 126;
}

void TestOtherProgram::tellsWhyItCannotBeStarted()
{
    QFETCH(const QByteArray, name);
    const auto started = OtherProgram({name}).start();
    QVERIFY(!started);
    QTEST(started.error(), "error");
    QTEST(OtherProgram::exitCodeFor(started.error()), "code");
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1); // nothing is left of it
}

void TestOtherProgram::isNotStartedIfItIsNotToGoOn()
{
    const QTemporaryDir folder;
    const QByteArray file = QFile::encodeName(folder.filePath(u"made"_s));
    const auto started = OtherProgram({"touch", file}).start([] { return false; });
    QVERIFY(!started);
    QCOMPARE(started.error(), EINTR);
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1); // nothing is left of it
    QVERIFY(!QFile::exists(QFile::decodeName(file)));
}

/// Ctrl+C, which comes to this process alone while there is no other, in the instant before the event loop
/// would tell of it.
void TestOtherProgram::aSignalThatNobodyHasComeToEndsExec()
{
    std::signal(SIGINT, SIG_DFL); // where the test was started it may be ignored
    const test::TempHome home;
    const QByteArray file = QFile::encodeName(home.path(u"made"_s));
    SignalWatch signals;
    Output output;
    Session session(output, signals, {});
    Exec exec;
    CLI::App app;
    exec.declare(app);
    app.parse("--mask");
    connect(&signals, &SignalWatch::caught, &exec, &Command::interrupt);
    QSignalSpy ended(&exec, &Command::ended);
    exec.run(session, {"touch", file});
    QCOMPARE(ended.count(), 0);
    siginfo_t info = {};
    info.si_signo = SIGINT;
    info.si_code = SI_KERNEL; // as the terminal sends it
    QCOMPARE(::syscall(SYS_rt_sigqueueinfo, ::getpid(), SIGINT, &info), 0L);
    QTRY_COMPARE(ended.count(), 1);
    QCOMPARE(ended.first().first().toInt(), 128 + SIGINT);
    QVERIFY(!QFile::exists(QFile::decodeName(file)));
    signals.letGo();
}

QTEST_GUILESS_MAIN(TestOtherProgram)
#include "test_other_program.moc"
