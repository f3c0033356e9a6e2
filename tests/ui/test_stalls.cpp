#include <QElapsedTimer>
#include <QProcess>
#include <QThread>
#include <QTimer>

using namespace Qt::StringLiterals;
using keydesk::test::TestApplication;

/// Fails, and is run by TestStalls in a process of its own.
class Blocked : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void computes()
    {
        later([] {
            QElapsedTimer clock; // of the wall, so that it ends on any machine
            clock.start();
            while (clock.elapsed() < 40 * TestApplication::bound.count() &&
                   computed() < 2 * TestApplication::bound)
                continue;
        });
    }

    void waits()
    {
        later(
            [] { QThread::msleep(static_cast<unsigned long>(2 * TestApplication::bounds.waiting.count())); });
    }

    void waitsInALoop()
    {
        later([] { QTest::qWait(static_cast<int>(2 * TestApplication::bounds.waiting.count())); });
    }

    void isQuick()
    {
        later([] {});
    }

private:
    static std::chrono::nanoseconds computed()
    {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        static const auto begin = std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec) - begin;
    }

    void later(const std::function<void()> &work)
    {
        bool done = false;
        QTimer::singleShot(0, this, [&] {
            work();
            done = true;
        });
        QTRY_VERIFY_WITH_TIMEOUT(done, 60'000);
    }
};

/// The bound on what may hold the event loop, which all tests of this folder keep.
class TestStalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stallFailsATest();
};

void TestStalls::stallFailsATest()
{
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {u"--blocked"_s});
    QVERIFY(process.waitForFinished(120'000));
    const QByteArray said = process.readAllStandardOutput();
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QVERIFY2(process.exitCode() == 2, said.constData());
    QVERIFY2(said.contains("FAIL!  : Blocked::computes() The event loop was held for"), said.constData());
    QVERIFY2(said.contains("FAIL!  : Blocked::waits() The event loop was held for"), said.constData());
    QVERIFY2(said.contains("by MetaCall to Blocked"), said.constData());
    QVERIFY2(said.contains("PASS   : Blocked::waitsInALoop()"), said.constData());
    QVERIFY2(said.contains("PASS   : Blocked::isQuick()"), said.constData());
}

int main(int argc, char **argv)
{
    QTEST_MAIN_SETUP()
    if (app.arguments().value(1) == u"--blocked"_s) {
        Blocked blocked;
        return QTest::qExec(&blocked, QStringList{app.arguments().first()});
    }
    TestStalls tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "test_stalls.moc"
