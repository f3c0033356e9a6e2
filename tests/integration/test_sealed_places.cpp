#include "app/Core.h"
#include "app/keys/KeychainStore.h"
#include "app/keys/SessionWatch.h"
#include "tests/support/SealedTestFile.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusUnixFileDescriptor>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using State = SecretStore::State;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

/// What the window asks of logind, on a bus of its own.
class Login1 : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")

public:
    Login1()
        : m_bus(QDBusConnection::connectToBus(qEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS"), u"login1"_s))
    {
        m_bus.registerObject(u"/org/freedesktop/login1"_s, this, QDBusConnection::ExportAllSlots);
        m_bus.registerService(u"org.freedesktop.login1"_s);
    }
    ~Login1() override { QDBusConnection::disconnectFromBus(u"login1"_s); }

    void say(const QString &path, const QString &interface, const QString &name,
             const QVariantList &arguments)
    {
        QDBusMessage signal = QDBusMessage::createSignal(path, interface, name);
        signal.setArguments(arguments);
        m_bus.send(signal);
    }
    /// That the program still holds the delay of sleep: the other end of its pipe is open.
    [[nodiscard]] bool isDelayed() const
    {
        char byte = 0;
        return m_pipe >= 0 && ::read(m_pipe, &byte, 1) < 0 && errno == EAGAIN;
    }
    int inhibitions = 0;

public Q_SLOTS:
    QDBusUnixFileDescriptor Inhibit(const QString &what, const QString &, const QString &,
                                    const QString &mode)
    {
        ++inhibitions;
        int ends[2];
        if (what != u"sleep"_s || mode != u"delay"_s || ::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
            return {};
        if (m_pipe >= 0)
            ::close(m_pipe);
        m_pipe = ends[0];
        QDBusUnixFileDescriptor given(ends[1]);
        ::close(ends[1]);
        return given;
    }

private:
    QDBusConnection m_bus;
    int m_pipe = -1;
};

} // namespace

/// The sealed file beside the real keychain and a real bus.
class TestSealedPlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void movesThroughAllPlacesWithReadBack();
    void keychainListsItsEntries();
    void noticesAnEntryThatWasDeletedBehindItsBack();
    void adoptsWhatALostIndexLeft();
    void locksBeforeSleepAndWithTheSession();
    void toleratesThatThereIsNoLogind();

private:
    ApiKey add(const QString &name, std::string_view bytes);
    void move(const QUuid &id, SecretPlace to);
    [[nodiscard]] Result<Secret> readFrom(SecretStore &store, const QUuid &id);
    Core &core() { return *m_core; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Core> m_core;
};

void TestSealedPlaces::initTestCase()
{
    qputenv("DBUS_SYSTEM_BUS_ADDRESS", qgetenv("DBUS_SESSION_BUS_ADDRESS"));
}

void TestSealedPlaces::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto opened =
        Core::open(*Paths::under(m_folder->path()), std::make_unique<KeychainStore>(), test::cheapRules);
    QVERIFY(opened);
    m_core = std::move(*opened);
    core().keychain->probe();
    QTRY_COMPARE(core().keychain->state(), State::Available);
    bool made = false;
    core().sealed->create(Secret("correct horse battery"), this,
                          [&made](const Result<void> &outcome) { made = outcome.has_value(); });
    QTRY_VERIFY(made);
}

void TestSealedPlaces::cleanup()
{
    // The keyring is the same for every test.
    for (const ApiKey &key : QList<ApiKey>(core().keys->all())) {
        bool removed = false;
        core().keychain->remove(key.id, this, [&removed](const Result<void> &) { removed = true; });
        QTRY_VERIFY(removed);
    }
    m_core.reset();
    m_folder.reset();
}

ApiKey TestSealedPlaces::add(const QString &name, std::string_view bytes)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    draft.place = SecretPlace::SystemKeychain;
    KeyJob *job = core().keyService->add(draft, std::make_shared<const Secret>(bytes));
    std::optional<Result<ApiKey>> outcome;
    connect(job, &KeyJob::finished, this, [&outcome](const Result<ApiKey> &end) { outcome = end; });
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000) || !*outcome)
        qFatal("the key was not stored");
    return **outcome;
}

void TestSealedPlaces::move(const QUuid &id, SecretPlace to)
{
    KeyJob *job = core().keyService->move(id, to);
    std::optional<Result<ApiKey>> outcome;
    connect(job, &KeyJob::finished, this, [&outcome](const Result<ApiKey> &end) { outcome = end; });
    QTRY_VERIFY_WITH_TIMEOUT(outcome, 20'000);
    QVERIFY2(*outcome, qPrintable(*outcome ? QString() : outcome->error().message));
    QTRY_VERIFY(core().keys->leftovers().isEmpty()); // the old one is gone
}

Result<Secret> TestSealedPlaces::readFrom(SecretStore &store, const QUuid &id)
{
    std::optional<Result<Secret>> outcome;
    store.read(id, this, [&outcome](Result<Secret> secret) { outcome.emplace(std::move(secret)); });
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000))
        qFatal("no answer");
    return std::move(*outcome);
}

void TestSealedPlaces::movesThroughAllPlacesWithReadBack()
{
    const ApiKey key = add(u"CI"_s, token);
    const QList<SecretPlace> way{SecretPlace::SealedFile, SecretPlace::Session, SecretPlace::SystemKeychain,
                                 SecretPlace::SealedFile, SecretPlace::SystemKeychain};
    for (const SecretPlace to : way) {
        move(key.id, to);
        for (const SecretPlace place :
             {SecretPlace::SystemKeychain, SecretPlace::SealedFile, SecretPlace::Session}) {
            const Result<Secret> there = readFrom(core().ring->store(place), key.id);
            QCOMPARE(bool(there), place == to);
            if (there)
                QVERIFY(there->equals(Secret(token)));
        }
    }
    QFile file(core().sealed->path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("0123456789abcdef"));
}

void TestSealedPlaces::keychainListsItsEntries()
{
    const ApiKey one = add(u"one"_s, "talq_0000000000000000one1");
    const ApiKey two = add(u"two"_s, "talq_0000000000000000two2");
    std::optional<Result<QList<QUuid>>> listed;
    core().keychain->list(this, [&listed](const Result<QList<QUuid>> &ids) { listed = ids; });
    QTRY_VERIFY(listed && *listed);
    QCOMPARE((*listed)->size(), 2);
    QVERIFY((*listed)->contains(one.id) && (*listed)->contains(two.id));
}

void TestSealedPlaces::noticesAnEntryThatWasDeletedBehindItsBack()
{
    const ApiKey one = add(u"one"_s, "talq_0000000000000000one1");
    const ApiKey two = add(u"two"_s, "talq_0000000000000000two2");
    KeychainStore another; // as the keychain's own window would
    bool removed = false;
    another.remove(one.id, this, [&removed](const Result<void> &outcome) { removed = outcome.has_value(); });
    QTRY_VERIFY(removed);
    core().ring->takeStock(SecretPlace::SystemKeychain);
    QTRY_COMPARE(core().keys->find(one.id)->status, ApiKey::Status::Missing);
    QCOMPARE(core().keys->find(two.id)->status, two.status);
}

void TestSealedPlaces::adoptsWhatALostIndexLeft()
{
    const ApiKey key = add(u"CI"_s, token);
    // A new index beside the old keyring.
    QTemporaryDir other;
    const auto fresh =
        Core::open(*Paths::under(other.path()), std::make_unique<KeychainStore>(), test::cheapRules);
    QVERIFY(fresh);
    Core &graph = **fresh;
    graph.keychain->probe();
    QTRY_COMPARE(graph.ring->orphans(SecretPlace::SystemKeychain), QList<QUuid>{key.id});
    std::optional<Result<ApiKey>> adopted;
    graph.keyService->adopt(key.id, SecretPlace::SystemKeychain, this,
                            [&adopted](const Result<ApiKey> &outcome) { adopted = outcome; });
    QTRY_VERIFY(adopted && *adopted);
    QCOMPARE((*adopted)->hint, key.hint);
    QVERIFY(graph.ring->orphans(SecretPlace::SystemKeychain).isEmpty());
}

void TestSealedPlaces::locksBeforeSleepAndWithTheSession()
{
    Login1 login;
    SessionWatch watch;
    connect(&watch, &SessionWatch::leaving, core().sealed.get(), &SealedStore::lock);
    QSignalSpy leaving(&watch, &SessionWatch::leaving);
    watch.start();
    QTRY_COMPARE(login.inhibitions, 1);
    QTRY_VERIFY(login.isDelayed());
    const auto unlock = [this] {
        bool open = false;
        core().sealed->unlockWith(Secret("correct horse battery"), this,
                                  [&open](const Result<void> &outcome) { open = outcome.has_value(); });
        QTRY_VERIFY(open);
        QCOMPARE(core().sealed->state(), State::Available);
    };
    const QString manager = u"org.freedesktop.login1.Manager"_s;
    const QString session = u"org.freedesktop.login1.Session"_s;
    unlock();
    login.say(u"/org/freedesktop/login1"_s, manager, u"PrepareForSleep"_s, {true});
    QTRY_COMPARE(core().sealed->state(), State::Locked);
    QTRY_VERIFY(!login.isDelayed()); // now it may sleep
    login.say(u"/org/freedesktop/login1"_s, manager, u"PrepareForSleep"_s, {false});
    QTRY_VERIFY(login.inhibitions >= 2); // the graph has a watch of its own

    unlock();
    login.say(u"/org/freedesktop/login1/session/_31"_s, session, u"Lock"_s, {});
    QTRY_COMPARE(core().sealed->state(), State::Locked);
    unlock();
    login.say(u"/org/freedesktop/login1/session/_31"_s, u"org.freedesktop.DBus.Properties"_s,
              u"PropertiesChanged"_s, {session, QVariantMap{{u"LockedHint"_s, true}}, QStringList()});
    QTRY_COMPARE(core().sealed->state(), State::Locked);
    unlock();
    login.say(u"/org/freedesktop/ScreenSaver"_s, u"org.freedesktop.ScreenSaver"_s, u"ActiveChanged"_s,
              {true});
    QTRY_COMPARE(core().sealed->state(), State::Locked);
    QCOMPARE(leaving.size(), 4);
}

void TestSealedPlaces::toleratesThatThereIsNoLogind()
{
    SessionWatch watch;
    QSignalSpy watching(&watch, &SessionWatch::watching);
    watch.start();
    QTRY_COMPARE(watching.size(), 1);
    QVERIFY(watch.isWatching());
    QCOMPARE(core().sealed->state(), State::Available);
}

QTEST_GUILESS_MAIN(TestSealedPlaces)
#include "test_sealed_places.moc"
