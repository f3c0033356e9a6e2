#include "app/keys/KeysLock.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestKeysLock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void letsLookWhenNobodyChanges();
    void doesNotLetLookWhileSomebodyChanges();
    void letsSeveralChangeAtOnce();
    void isLetGoOfByWhoIsKilled();
    void saysWhereItCannotBeMade();

private:
    [[nodiscard]] QString path() const { return m_folder.filePath(u"keys.lock"_s); }
    QTemporaryDir m_folder;
};

void TestKeysLock::letsLookWhenNobodyChanges()
{
    KeysLock lock(path());
    int looks = 0;
    for (int time = 0; time < 2; ++time)
        QVERIFY(lock.ifNobodyChanges([&looks] { ++looks; }));
    QCOMPARE(looks, 2);
    struct stat facts
    {
    };
    QCOMPARE(stat(qPrintable(path()), &facts), 0);
    QCOMPARE(facts.st_mode & 0777, mode_t(0600));
}

void TestKeysLock::doesNotLetLookWhileSomebodyChanges()
{
    KeysLock window(path());
    int looks = 0;
    {
        KeysLock command(path());
        QVERIFY(command.holdWhileChanging());
        QVERIFY(!window.ifNobodyChanges([&looks] { ++looks; }));
        QCOMPARE(looks, 0);
    }
    QVERIFY(window.ifNobodyChanges([&looks] { ++looks; }));
    QCOMPARE(looks, 1);
}

void TestKeysLock::letsSeveralChangeAtOnce()
{
    KeysLock window(path());
    KeysLock one(path());
    auto other = std::make_unique<KeysLock>(path());
    QVERIFY(one.holdWhileChanging());
    QVERIFY(other->holdWhileChanging());
    other.reset();
    QVERIFY(!window.ifNobodyChanges([] {})); // the other one is still at it
}

void TestKeysLock::isLetGoOfByWhoIsKilled()
{
    int ready[2];
    QCOMPARE(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        KeysLock command(path());
        const char held = command.holdWhileChanging() ? 'y' : 'n';
        std::ignore = ::write(ready[1], &held, 1);
        for (;;)
            ::pause();
    }
    char held = 0;
    QCOMPARE(::read(ready[0], &held, 1), 1);
    QCOMPARE(held, 'y');
    KeysLock window(path());
    const bool seen = !window.ifNobodyChanges([] {});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    QVERIFY(seen);
    QVERIFY(window.ifNobodyChanges([] {}));
}

void TestKeysLock::saysWhereItCannotBeMade()
{
    const QString nowhere = m_folder.filePath(u"gone/keys.lock"_s);
    KeysLock lock(nowhere);
    const Result<void> held = lock.holdWhileChanging();
    QVERIFY(!held);
    QCOMPARE(held.error().kind, Error::Kind::StorageReadOnly);
    QVERIFY(held.error().message.contains(nowhere));
    bool looked = false;
    QVERIFY(lock.ifNobodyChanges([&looked] { looked = true; }));
    QVERIFY(looked);
}

QTEST_GUILESS_MAIN(TestKeysLock)
#include "test_keys_lock.moc"
