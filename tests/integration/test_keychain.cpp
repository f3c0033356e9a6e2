#include "app/base/Guarded.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/Keyring.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>
#include <QMetaEnum>
#include <QProcess>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using State = SecretStore::State;

namespace {

constexpr std::chrono::seconds patience(20);

Secret secretOf(const QByteArray &bytes)
{
    return Secret(std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

template <typename T>
struct Answer
{
    std::optional<Result<T>> result;
    int times = 0;

    std::function<void(Result<T>)> taker()
    {
        return [this](Result<T> outcome) {
            ++times;
            result.emplace(std::move(outcome));
        };
    }
    [[nodiscard]] bool wait() const
    {
        return QTest::qWaitFor([this] { return times > 0; }, 60'000);
    }
};

/// Takes every call and answers none.
class Silence : public QDBusVirtualObject
{
public:
    using QDBusVirtualObject::QDBusVirtualObject;
    QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &) override
    {
        message.setDelayedReply(true);
        return true;
    }
};

QByteArray stateName(State state)
{
    return QMetaEnum::fromType<State>().valueToKey(int(state));
}

/// What a store says in this environment: on the second process of a test, which is where no bus or another
/// bus can be.
int childMain(const QString &mode)
{
    Silence silence;
    if (mode == u"silent"_s) {
        QDBusConnection fake = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"fake"_s);
        if (!fake.registerVirtualObject(u"/"_s, &silence, QDBusConnection::SubPath) ||
            !fake.registerService(u"org.freedesktop.secrets"_s))
            return 3;
    }
    KeychainStore store(mode == u"silent"_s ? std::chrono::milliseconds(300)
                                            : std::chrono::milliseconds(patience));
    store.probe();
    if (!QTest::qWaitFor([&store] { return store.state() != State::Unknown; }, 30'000))
        return 4;
    QObject guard;
    Answer<Secret> read;
    Answer<void> written;
    Answer<void> unlocked;
    store.read(QUuid::createUuid(), &guard, read.taker());
    store.write(QUuid::createUuid(), secretOf("talq_canary"), &guard, written.taker());
    store.unlock(&guard, unlocked.taker());
    const auto kind = [](const auto &answer) {
        return answer.times == 0            ? QByteArray("waiting")
               : answer.result->has_value() ? QByteArray("fine")
                                            : QByteArray::number(int(answer.result->error().kind));
    };
    // A silent service never answers the first two.
    if (!unlocked.wait() || (mode != u"silent"_s && !(read.wait() && written.wait())))
        return 6;
    std::printf("%s read %s write %s unlock %s\n", stateName(store.state()).constData(),
                kind(read).constData(), kind(written).constData(), kind(unlocked).constData());
    return store.describe().isEmpty() ? 5 : 0;
}

} // namespace

/// The real gnome-keyring, on the private bus of tests/support/with-keyring.
class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void findsTheKeychain();
    void writesReadsAndDeletes();
    void overwrites();
    void keepsAnyBytes_data();
    void keepsAnyBytes();
    void outlivesTheStore();
    void doesNotKnowWhatWasNeverWritten();
    void deletesWhatIsAbsent();
    void answersManyAtOnceInOrder();
    void doesNotCallADeadGuard();
    void survivesItsOwnEndWhileWaiting();
    void noticesLockingAndUnlocking();
    void refusesEverythingWhileLocked();
    void saysHowUnlockingEnded();

    void saysThatThereIsNoSessionBus();
    void saysThatThereIsNoService();
    void saysThatTheServiceIsSilent();

private:
    Result<Secret> readNow(const QUuid &id);
    Result<void> writeNow(const QUuid &id, const QByteArray &bytes);
    Result<void> removeNow(const QUuid &id);
    QByteArray childSays(const QString &mode, bool withBus);

    QTemporaryDir m_folder;
    std::unique_ptr<KeychainStore> m_store;
    std::unique_ptr<QObject> m_guard;
};

void TestKeychain::initTestCase()
{
    QVERIFY2(QDBusConnection::sessionBus().isConnected(), "run this under tests/support/with-keyring");
}

void TestKeychain::init()
{
    m_store = std::make_unique<KeychainStore>(patience);
    m_guard = std::make_unique<QObject>();
}

void TestKeychain::cleanup()
{
    m_guard.reset();
    m_store.reset();
}

Result<Secret> TestKeychain::readNow(const QUuid &id)
{
    Answer<Secret> answer;
    m_store->read(id, m_guard.get(), answer.taker());
    if (answer.times != 0 || !answer.wait())
        qFatal("no answer, or inside the call");
    return std::move(*answer.result);
}

Result<void> TestKeychain::writeNow(const QUuid &id, const QByteArray &bytes)
{
    Answer<void> answer;
    m_store->write(id, secretOf(bytes), m_guard.get(), answer.taker());
    if (answer.times != 0 || !answer.wait())
        qFatal("no answer, or inside the call");
    return *answer.result;
}

Result<void> TestKeychain::removeNow(const QUuid &id)
{
    Answer<void> answer;
    m_store->remove(id, m_guard.get(), answer.taker());
    if (answer.times != 0 || !answer.wait())
        qFatal("no answer, or inside the call");
    return *answer.result;
}

void TestKeychain::findsTheKeychain()
{
    QCOMPARE(m_store->state(), State::Unknown);
    QSignalSpy states(m_store.get(), &SecretStore::stateChanged);
    m_store->probe();
    QCOMPARE(states.size(), 0);
    QTRY_COMPARE(m_store->state(), State::Available);
    QCOMPARE(states.size(), 1);
    QVERIFY(!m_store->describe().isEmpty());
}

void TestKeychain::writesReadsAndDeletes()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "talq_0123456789abcdef"));
    QCOMPARE(m_store->state(), State::Available);
    const Result<Secret> read = readNow(id);
    QVERIFY(read);
    QVERIFY(read->reveal() == "talq_0123456789abcdef");
    QVERIFY(removeNow(id));
    QCOMPARE(readNow(id).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_store->state(), State::Available);
}

void TestKeychain::overwrites()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "first"));
    QVERIFY(writeNow(id, "second"));
    QVERIFY(readNow(id)->reveal() == "second");
    QVERIFY(removeNow(id));
    QCOMPARE(readNow(id).error().kind, Error::Kind::NotFound);
}

void TestKeychain::keepsAnyBytes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a zero byte in the middle") << "before\0after"_ba;
    QTest::newRow("zero bytes at both ends") << "\0\0x\0\0"_ba;
    QByteArray all;
    for (int c = 0; c < 256; ++c)
        all += char(c);
    QTest::newRow("every byte") << all;
    QTest::newRow("not UTF-8") << "\xff\xfe\xc3\x28"_ba;
    QTest::newRow("a line break at the end") << "talq_token\n"_ba;
    QTest::newRow("UTF-8") << "schlüssel-🔑"_ba;
    QByteArray megabyte(1024 * 1024, Qt::Uninitialized);
    QRandomGenerator random(3);
    for (char &c : megabyte)
        c = char(random.bounded(256));
    QTest::newRow("1 MB") << megabyte;
}

void TestKeychain::keepsAnyBytes()
{
    QFETCH(const QByteArray, bytes);
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, bytes));
    const Result<Secret> read = readNow(id);
    QVERIFY(read);
    QVERIFY(read->equals(secretOf(bytes)));
    QVERIFY(removeNow(id));
}

void TestKeychain::outlivesTheStore()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "talq_kept"));
    cleanup();
    init();
    QVERIFY(readNow(id)->reveal() == "talq_kept");
    QVERIFY(removeNow(id));
}

void TestKeychain::doesNotKnowWhatWasNeverWritten()
{
    const Result<Secret> read = readNow(QUuid::createUuid());
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::NotFound);
    QCOMPARE(m_store->state(), State::Available);
}

void TestKeychain::deletesWhatIsAbsent()
{
    QVERIFY(removeNow(QUuid::createUuid()));
}

void TestKeychain::answersManyAtOnceInOrder()
{
    QList<QUuid> ids;
    int written = 0;
    for (int i = 0; i < 20; ++i) {
        ids << QUuid::createUuid();
        m_store->write(ids.last(), secretOf("token " + QByteArray::number(i)), m_guard.get(),
                       [&](const Result<void> &outcome) {
                           if (outcome)
                               ++written;
                       });
    }
    QTRY_COMPARE_WITH_TIMEOUT(written, 20, 60'000);
    QStringList read;
    for (const QUuid &id : ids) {
        m_store->read(id, m_guard.get(), [&](const Result<Secret> &secret) {
            const std::string_view bytes = secret ? secret->reveal() : std::string_view();
            read << QString::fromLatin1(bytes.data(), qsizetype(bytes.size()));
        });
    }
    QTRY_COMPARE_WITH_TIMEOUT(read.size(), 20, 60'000);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(read.at(i), u"token %1"_s.arg(i));
}

void TestKeychain::doesNotCallADeadGuard()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "talq_guarded"));
    int calls = 0;
    auto shortLived = std::make_unique<QObject>();
    m_store->read(id, shortLived.get(), [&](const Result<Secret> &) { ++calls; });
    m_store->write(id, secretOf("talq_again"), shortLived.get(), [&](const Result<void> &) { ++calls; });
    m_store->unlock(shortLived.get(), [&](const Result<void> &) { ++calls; });
    shortLived.reset();
    QVERIFY(writeNow(id, "talq_last")); // behind the others in the queue
    QVERIFY(removeNow(id));
    QCOMPARE(calls, 0);
}

void TestKeychain::survivesItsOwnEndWhileWaiting()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "talq_before"));
    int calls = 0;
    m_store->read(id, m_guard.get(), [&](const Result<Secret> &) { ++calls; });
    m_store->write(id, secretOf("talq_after"), m_guard.get(), [&](const Result<void> &) { ++calls; });
    m_store = std::make_unique<KeychainStore>(patience);
    QVERIFY(readNow(id));
    QCOMPARE(calls, 0);
    QVERIFY(removeNow(id));
}

void TestKeychain::noticesLockingAndUnlocking()
{
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Available);
    lockKeyring();
    QTRY_COMPARE(m_store->state(), State::Locked); // nobody asked
    unlockKeyring();
    QTRY_COMPARE(m_store->state(), State::Available);
}

void TestKeychain::refusesEverythingWhileLocked()
{
    const QUuid id = QUuid::createUuid();
    QVERIFY(writeNow(id, "talq_locked_in"));
    lockKeyring();
    // A store that has not been asked yet finds it out with the first call, and one that knows says so too.
    for (int round = 0; round < 2; ++round) {
        if (round == 1)
            m_store = std::make_unique<KeychainStore>(patience);
        QTRY_VERIFY(m_store->state() == State::Locked || m_store->state() == State::Unknown);
        QCOMPARE(readNow(id).error().kind, Error::Kind::KeychainLocked);
        QCOMPARE(readNow(QUuid::createUuid()).error().kind, Error::Kind::KeychainLocked);
        QCOMPARE(writeNow(id, "talq_other").error().kind, Error::Kind::KeychainLocked);
        QCOMPARE(removeNow(id).error().kind, Error::Kind::KeychainLocked);
        QCOMPARE(m_store->state(), State::Locked);
    }
    unlockKeyring();
    QTRY_COMPARE(m_store->state(), State::Available);
    QVERIFY(readNow(id)->reveal() == "talq_locked_in"); // nothing was lost or overwritten
    QVERIFY(removeNow(id));
}

void TestKeychain::saysHowUnlockingEnded()
{
    Answer<void> open;
    m_store->unlock(m_guard.get(), open.taker());
    QVERIFY(open.wait());
    QVERIFY(*open.result); // it was not locked
    lockKeyring();
    QTRY_COMPARE(m_store->state(), State::Locked);
    // There is no display for the system's password window here: gnome-keyring gives up, and it stays locked.
    Answer<void> closed;
    m_store->unlock(m_guard.get(), closed.taker());
    QVERIFY(closed.wait());
    QVERIFY(!*closed.result);
    QCOMPARE(closed.result->error().kind, Error::Kind::KeychainLocked);
    QCOMPARE(m_store->state(), State::Locked);
    unlockKeyring();
    QTRY_COMPARE(m_store->state(), State::Available);
}

QByteArray TestKeychain::childSays(const QString &mode, bool withBus)
{
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QStringList command = {QCoreApplication::applicationFilePath(), u"--child"_s, mode};
    if (withBus) {
        // A bus that starts nothing by itself: with the usual one gnome-keyring comes up when it is asked
        // for.
        QFile config(m_folder.filePath(u"bus.conf"_s));
        if (!config.open(QIODevice::WriteOnly))
            qFatal("cannot write the configuration of the bus");
        config.write("<busconfig><type>session</type><listen>unix:dir=" + m_folder.path().toUtf8() +
                     "</listen><policy context='default'><allow send_destination='*' "
                     "eavesdrop='true'/><allow eavesdrop='true'/>"
                     "<allow own='*'/></policy></busconfig>");
        config.close();
        command =
            QStringList{u"dbus-run-session"_s, u"--config-file="_s + config.fileName(), u"--"_s} + command;
    } else {
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_folder.filePath(u"nowhere"_s));
    }
    child.setProcessEnvironment(environment);
    child.start(command.takeFirst(), command);
    if (!child.waitForFinished(120'000) || child.exitCode() != 0)
        qWarning("the child ended with %d: %s", child.exitCode(), child.readAllStandardError().constData());
    return child.readAllStandardOutput().trimmed();
}

void TestKeychain::saysThatThereIsNoSessionBus()
{
    const QByteArray absent = QByteArray::number(int(Error::Kind::KeychainAbsent));
    QCOMPARE(childSays(u"absent"_s, false),
             "Absent read " + absent + " write " + absent + " unlock " + absent);
}

void TestKeychain::saysThatThereIsNoService()
{
    const QByteArray absent = QByteArray::number(int(Error::Kind::KeychainAbsent));
    QCOMPARE(childSays(u"absent"_s, true),
             "Absent read " + absent + " write " + absent + " unlock " + absent);
}

void TestKeychain::saysThatTheServiceIsSilent()
{
    const QByteArray slow = QByteArray::number(int(Error::Kind::KeychainSlow));
    QCOMPARE(childSays(u"silent"_s, true), "Slow read waiting write waiting unlock " + slow);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc > 2 && qstrcmp(argv[1], "--child") == 0)
        return childMain(QString::fromLocal8Bit(argv[2]));
    TestKeychain test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_keychain.moc"
