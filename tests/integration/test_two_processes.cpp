#include "app/Core.h"
#include "app/keys/KeychainStore.h"

#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

QByteArray tokenOf(int number)
{
    return "talq_two-processes-" + QByteArray::number(100'000'000'000 + number);
}

} // namespace

/// What the window has open in this process, while keydesk-cli changes it from others; the keychain is a real one.
class TestTwoProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void manyCommandsAtOnceLoseNothing();
    void aKilledCommandLeavesNothingHalfDone();
    void aCommandWithoutAKeychainStoresNothing();
    void aTokenIsCleanedAndNeverSaid();

private:
    std::unique_ptr<QProcess> adding(int number, bool withKeychain = true) const;
    /// Each key has its token, no entry is left over.
    void verifyInStep();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Core> m_window;
};

void TestTwoProcesses::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const Result<Paths> paths = Paths::standard(m_folder->filePath(u"config"_s), m_folder->filePath(u"data"_s));
    QVERIFY(paths);
    auto opened = Core::open(*paths, std::make_unique<KeychainStore>());
    QVERIFY(opened);
    m_window = std::move(*opened);
    m_window->keys->fetch();
    m_window->keychain->probe();
    QTRY_COMPARE(m_window->keychain->state(), SecretStore::State::Available);
    QTRY_VERIFY(m_window->keys->isLoaded());
}

void TestTwoProcesses::cleanup()
{
    m_window.reset();
    m_folder.reset();
}

std::unique_ptr<QProcess> TestTwoProcesses::adding(int number, bool withKeychain) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!withKeychain)
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_folder->filePath(u"no-bus"_s));
    process->setProcessEnvironment(environment);
    process->start(QStringLiteral(KEYDESK_CLI),
                   {u"keys"_s, u"add"_s, u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s, m_folder->filePath(u"data"_s), u"--name"_s,
                    u"Key %1"_s.arg(number), u"-e"_s, m_window->environments->all().first().id.toString(QUuid::WithoutBraces), u"--kind"_s,
                    u"environment"_s});
    process->write("export TALKOVER_TOKEN=" + tokenOf(number) + '\n');
    process->closeWriteChannel();
    return process;
}

void TestTwoProcesses::verifyInStep()
{
    for (const ApiKey &key : m_window->keys->all()) {
        std::optional<QByteArray> read;
        m_window->ring->readForUser(key.id, this, [&read](const Result<Secret> &secret) {
            read = secret ? QByteArray(secret->reveal().data(), secret->size()) : QByteArray();
        });
        QTRY_VERIFY(read);
        QCOMPARE(*read, tokenOf(key.name.section(u' ', 1).toInt()));
    }
    QTRY_VERIFY(m_window->keys->leftovers().isEmpty());
    std::optional<QList<QUuid>> entries;
    m_window->keychain->list(this, [&entries](const Result<QList<QUuid>> &listed) { entries = listed.value_or(QList<QUuid>()); });
    QTRY_VERIFY(entries);
    for (const ApiKey &key : m_window->keys->all())
        QVERIFY(entries->contains(key.id));
    for (const ApiKey &key : m_window->keys->all())
        QVERIFY(m_window->keyService->remove(key.id));
    QTRY_VERIFY(m_window->keys->leftovers().isEmpty());
    entries.reset();
    m_window->keychain->list(this, [&entries](const Result<QList<QUuid>> &listed) { entries = listed.value_or(QList<QUuid>{QUuid::createUuid()}); });
    QTRY_VERIFY(entries);
    QVERIFY(entries->isEmpty());
}

void TestTwoProcesses::manyCommandsAtOnceLoseNothing()
{
    constexpr int count = 8;
    std::vector<std::unique_ptr<QProcess>> processes;
    for (int number = 0; number < count; ++number)
        processes.push_back(adding(number));
    for (const auto &process : processes) {
        QVERIFY(QTest::qWaitFor([&process] { return process->state() == QProcess::NotRunning; }, 60'000));
        const QByteArray said = process->readAllStandardError();
        QVERIFY2(process->exitStatus() == QProcess::NormalExit && process->exitCode() == 0, said.constData());
    }
    QTRY_COMPARE(m_window->keys->all().size(), count); // by itself
    verifyInStep();
}

void TestTwoProcesses::aKilledCommandLeavesNothingHalfDone()
{
    // As soon as it has begun, has read the token, waits for the keychain, and has stored the key.
    const QByteArrayList moments{"", "was removed", "Waiting for", "Stored in"};
    for (int number = 0; number < 2 * moments.size(); ++number) {
        const std::unique_ptr<QProcess> process = adding(number);
        QVERIFY(process->waitForStarted());
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] {
            said += process->readAllStandardError();
            return said.contains(moments.at(number % moments.size())) || process->state() == QProcess::NotRunning;
        }, 10'000));
        process->kill();
        QVERIFY(QTest::qWaitFor([&process] { return process->state() == QProcess::NotRunning; }, 10'000));
    }
    QVERIFY(m_window->keys->refresh());
    m_window->ring->reconcile();
    QTRY_VERIFY(m_window->keys->pending().isEmpty());
    verifyInStep();
}

void TestTwoProcesses::aCommandWithoutAKeychainStoresNothing()
{
    const std::unique_ptr<QProcess> process = adding(1, false);
    QVERIFY(QTest::qWaitFor([&process] { return process->state() == QProcess::NotRunning; }, 60'000));
    QCOMPARE(process->exitCode(), 4);
    QVERIFY(!process->readAllStandardError().isEmpty());
    QVERIFY(m_window->keys->refresh());
    QVERIFY(m_window->keys->all().isEmpty());
    QVERIFY(m_window->keys->pending().isEmpty());
}

void TestTwoProcesses::aTokenIsCleanedAndNeverSaid()
{
    const std::unique_ptr<QProcess> process = adding(7);
    QVERIFY(QTest::qWaitFor([&process] { return process->state() == QProcess::NotRunning; }, 60'000));
    const QByteArray said = process->readAllStandardError() + process->readAllStandardOutput();
    QCOMPARE(process->exitCode(), 0);
    QVERIFY(said.contains("TALKOVER_TOKEN") || said.contains("removed")); // what was taken off
    QVERIFY(!said.contains(tokenOf(7)));
    QTRY_COMPARE(m_window->keys->all().size(), 1);
    verifyInStep();
}

QTEST_GUILESS_MAIN(TestTwoProcesses)
#include "test_two_processes.moc"
