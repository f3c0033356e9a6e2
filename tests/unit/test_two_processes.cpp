#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/TempHome.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::ScriptedSecretStore;
using Op = ScriptedSecretStore::Op;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";

std::shared_ptr<const Secret> secret(std::string_view bytes)
{
    return std::make_shared<const Secret>(bytes);
}

/// How a job ended.
struct JobEnd
{
    explicit JobEnd(KeyJob *job)
    {
        QObject::connect(job, &KeyJob::finished, &guard, [this](const Result<ApiKey> &result) { outcome = result; });
    }
    [[nodiscard]] bool wait() const
    {
        return QTest::qWaitFor([this] { return outcome.has_value(); }, 10'000);
    }

    QObject guard;
    std::optional<Result<ApiKey>> outcome;
};

} // namespace

/// The window and a command line on the same data: two graphs over one folder and one keychain, as two processes have them.
class TestTwoProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void oneWindowAndSeveralCommandLines();
    void aCommandLineLeavesADamagedFileWhereItIs();
    void beginsWithTheSameEnvironments();

    void theWindowSeesWhatACommandDid();
    void environmentsComeAndGoOneByOne();
    void ownHistoryIsNobodyElsesChange();

    void leavesAloneWhatACommandIsStoring();
    void finishesWhatACommandLeftHalfDone();
    void takesBackWhatACommandLeftHalfDone();
    void aCommandPutsNothingInOrder();
    void believesNoKeyThatWasTakenBack();
    void storesOneTokenOnce();
    void removesAKeyWhereItIsNow();
    void callsNoMovedKeyMissing();
    void callsNoNewKeyMissing();
    void holdsNoTokenOfAKeyThatACommandRemoved();
    void sessionKeysAreTheWindows();

    void leavesARotationAloneThatACommandIsAt();
    void rotatesAKeyOnce();
    void takesARotationFurtherOnce();

private:
    struct Process
    {
        std::unique_ptr<Core> core;
        ScriptedSecretStore *keychain = nullptr;
        Core *operator->() const { return core.get(); }
    };
    Process opened(Core::For whom) const;
    [[nodiscard]] NewKey draft(const QString &name = u"CI"_s) const;
    ApiKey add(const Process &process, const NewKey &draft, std::string_view bytes = token) const;
    /// A rotation of that key that waits for its new one to be proven.
    Rotation rotationOf(const QUuid &keyId) const;

    std::unique_ptr<test::TempHome> m_home;
    Paths m_paths;
    std::shared_ptr<ScriptedSecretStore::Vault> m_vault;
    Process m_window;
    Process m_command;
};

void TestTwoProcesses::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_paths = *Paths::under(m_home->path(u"keydesk"_s));
    m_vault = std::make_shared<ScriptedSecretStore::Vault>();
    m_window = opened(Core::For::Window);
    m_window->keys->fetch();
    QTRY_VERIFY(m_window->keys->isLoaded());
    m_command = opened(Core::For::CommandLine);
}

void TestTwoProcesses::cleanup()
{
    m_command = {};
    m_window = {};
    m_home.reset();
}

TestTwoProcesses::Process TestTwoProcesses::opened(Core::For whom) const
{
    auto keychain = std::make_unique<ScriptedSecretStore>(m_vault);
    ScriptedSecretStore *asked = keychain.get();
    auto core = Core::open(m_paths, std::move(keychain), {}, {}, whom);
    if (!core)
        qFatal("%s", qPrintable(core.error().message));
    return {std::move(*core), asked};
}

NewKey TestTwoProcesses::draft(const QString &name) const
{
    NewKey key;
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    key.place = SecretPlace::SystemKeychain;
    key.environmentId = m_window->environments->all().first().id;
    return key;
}

ApiKey TestTwoProcesses::add(const Process &process, const NewKey &draft, std::string_view bytes) const
{
    const JobEnd end(process->keyService->add(draft, secret(bytes)));
    return end.wait() && *end.outcome ? **end.outcome : ApiKey();
}

Rotation TestTwoProcesses::rotationOf(const QUuid &keyId) const
{
    Rotation rotation;
    rotation.id = QUuid::createUuid();
    rotation.method = Rotation::Method::Guided;
    rotation.step = Rotation::Step::Proving;
    rotation.oldKeyId = keyId;
    rotation.newKeyId = QUuid::createUuid();
    rotation.providerId = u"talkover"_s;
    rotation.kindId = u"environment"_s;
    rotation.name = u"CI"_s;
    rotation.startedAt = QDateTime::currentDateTimeUtc();
    return rotation;
}

void TestTwoProcesses::oneWindowAndSeveralCommandLines()
{
    QVERIFY(opened(Core::For::CommandLine).core);
    const auto second = Core::open(m_paths, std::make_unique<SessionStore>());
    QVERIFY(!second);
    QCOMPARE(second.error().kind, Error::Kind::StorageLocked);
    m_window = {};
    m_window = opened(Core::For::Window); // beside the command line that is still there
}

void TestTwoProcesses::aCommandLineLeavesADamagedFileWhereItIs()
{
    cleanup();
    m_home = std::make_unique<test::TempHome>();
    m_paths = *Paths::under(m_home->path(u"keydesk"_s));
    QFile file(m_paths.data + u"/keydesk.db"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    const auto core = Core::open(m_paths, std::make_unique<SessionStore>(), {}, {}, Core::For::CommandLine);
    QVERIFY(!core);
    QCOMPARE(core.error().kind, Error::Kind::StorageCorrupt);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(8192, 'x'));
    QVERIFY(QDir(m_paths.data).entryList({u"*.corrupt-*"_s}).isEmpty());
}

void TestTwoProcesses::beginsWithTheSameEnvironments()
{
    QVERIFY(!m_window->environments->all().isEmpty());
    QCOMPARE(m_command->environments->all(), m_window->environments->all());
}

void TestTwoProcesses::theWindowSeesWhatACommandDid()
{
    QSignalSpy added(m_window->keys.get(), &KeyStore::added);
    QVERIFY(m_command->changing->holdWhileChanging()); // as every command does that changes keys
    const ApiKey key = add(m_command, draft());
    QVERIFY(!key.id.isNull());
    QVERIFY(added.wait(3000));
    QCOMPARE(m_window->keys->find(key.id)->name, u"CI"_s);
    QCOMPARE(m_window->environments->all().first().keys.value(u"environment"_s), key.id);

    QSignalSpy rotations(m_window->rotations.get(), &RotationService::changed);
    QVERIFY(const_cast<RotationStore &>(m_command->rotations->rotations()).write(rotationOf(key.id)));
    QVERIFY(m_window->rotations->refresh()); // as it does by itself
    QCOMPARE(rotations.size(), 1);
    QVERIFY(m_window->rotations->rotations().ofKey(key.id));

    QSignalSpy removed(m_window->keys.get(), &KeyStore::removed);
    QVERIFY(m_command->keyService->remove(key.id));
    QVERIFY(m_window->keys->refresh());
    QVERIFY(m_window->environments->refresh());
    QCOMPARE(removed.size(), 1);
    QVERIFY(m_window->environments->all().first().keys.isEmpty());
}

void TestTwoProcesses::environmentsComeAndGoOneByOne()
{
    EnvironmentStore &here = *m_window->environments;
    EnvironmentStore &there = *m_command->environments;
    const QUuid first = here.all().first().id;
    const QUuid second = here.all().at(1).id;
    here.setCurrent(second);
    Environment mine = here.all().first();
    mine.id = {};
    mine.name = u"Mine"_s;
    const Result<Environment> made = there.add(mine);
    QVERIFY(made);
    QVERIFY(there.move(static_cast<int>(there.all().size()) - 1, 0));
    QVERIFY(there.remove(first));

    QSignalSpy reset(&here, &EnvironmentStore::reset);
    QSignalSpy added(&here, &EnvironmentStore::added);
    QSignalSpy removed(&here, &EnvironmentStore::removed);
    QVERIFY(here.refresh());
    QCOMPARE(here.all(), there.all());
    QCOMPARE(reset.size(), 0); // which would take the selection away
    QCOMPARE(added.size(), 1);
    QCOMPARE(removed.size(), 1);
    QCOMPARE(here.current()->id, second);

    QVERIFY(there.remove(second));
    QVERIFY(here.refresh());
    QVERIFY(here.current()); // there is always one
    QCOMPARE(here.all(), there.all());
}

void TestTwoProcesses::ownHistoryIsNobodyElsesChange()
{
    QSignalSpy committed(m_window->commits.get(), &CommitWatch::committed);
    QSignalSpy taken(m_window->keys.get(), &KeyStore::takenOver);
    QSignalSpy environments(m_window->environments.get(), &EnvironmentStore::changed);
    HistoryEntry entry;
    entry.row.at = QDateTime::currentDateTimeUtc();
    entry.row.method = u"GET"_s;
    entry.row.url = u"https://api.example/"_s;
    m_window->history->add(entry);
    QVERIFY(committed.wait(3000)); // of its own thread's connection
    QCOMPARE(taken.size(), 0);
    QCOMPARE(environments.size(), 0);
}

void TestTwoProcesses::leavesAloneWhatACommandIsStoring()
{
    QVERIFY(m_command->changing->holdWhileChanging());
    m_command.keychain->hang(Op::Write); // the row is there, the token is not
    const JobEnd end(m_command->keyService->add(draft(), secret(token)));
    QTRY_COMPARE(m_command->keys->pending().size(), 1);
    QVERIFY(m_window->keys->refresh());
    QCOMPARE(m_window->keys->pending().size(), 1);

    QSignalSpy notices(m_window->ring.get(), &KeyRing::notice);
    m_window->ring->reconcile();
    QTest::qWait(0);
    QCOMPARE(m_window.keychain->count(Op::Read), 0);
    m_command.keychain->release();
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    m_command->changing = std::make_unique<KeysLock>(m_paths.data + u"/keys.lock"_s); // the command has ended
    QTRY_VERIFY(m_window->keys->find((*end.outcome)->id));
    QTRY_VERIFY(m_window->keys->pending().isEmpty());
    QCOMPARE(notices.size(), 0);
    QCOMPARE(m_vault->size(), std::size_t(1));
}

void TestTwoProcesses::finishesWhatACommandLeftHalfDone()
{
    QVERIFY(m_command->changing->holdWhileChanging());
    m_command.keychain->hang(Op::Write, true); // the token is there, and the command does not hear of it
    m_command->keyService->add(draft(), secret(token));
    QTRY_COMPARE(m_vault->size(), std::size_t(1));
    QSignalSpy notices(m_window->ring.get(), &KeyRing::notice);
    m_command = {}; // killed
    QVERIFY(notices.wait(5000));
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(m_vault->size(), std::size_t(1));
}

void TestTwoProcesses::takesBackWhatACommandLeftHalfDone()
{
    QVERIFY(m_command->changing->holdWhileChanging());
    m_command.keychain->hang(Op::Write);
    m_command->keyService->add(draft(), secret(token));
    QTRY_COMPARE(m_command->keys->pending().size(), 1);
    QSignalSpy notices(m_window->ring.get(), &KeyRing::notice);
    m_command = {}; // killed
    QVERIFY(notices.wait(5000));
    QVERIFY(m_window->keys->all().isEmpty());
    QVERIFY(m_window->keys->pending().isEmpty());
    QVERIFY(m_vault->empty());
}

void TestTwoProcesses::aCommandPutsNothingInOrder()
{
    m_window.keychain->hang(Op::Write); // the window is storing a key, for which it needs no lock
    const JobEnd end(m_window->keyService->add(draft(), secret(token)));
    QTRY_COMPARE(m_window->keys->pending().size(), 1);
    m_command->keys->fetch();
    QTRY_VERIFY(m_command->keys->isLoaded());
    m_command->ring->reconcile();
    m_command->ring->takeStock(SecretPlace::SystemKeychain);
    QTest::qWait(0);
    QCOMPARE(m_command.keychain->count(Op::Read), 0);
    QCOMPARE(m_command->keys->pending().size(), 1);
    m_window.keychain->release();
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
}

void TestTwoProcesses::believesNoKeyThatWasTakenBack()
{
    m_command.keychain->hang(Op::Write);
    const JobEnd end(m_command->keyService->add(draft(), secret(token)));
    QTRY_COMPARE(m_command->keys->pending().size(), 1);
    // A process that knows nothing of the lock.
    QVERIFY(m_window->database->run(u"DELETE FROM keys"_s));
    m_command.keychain->release();
    QVERIFY(end.wait());
    QVERIFY(!*end.outcome);
    QVERIFY(m_command->keys->all().isEmpty());
    QTRY_VERIFY(m_vault->empty());
}

void TestTwoProcesses::storesOneTokenOnce()
{
    QVERIFY(m_command->changing->holdWhileChanging());
    std::ignore = m_command->keys->all(); // it knows of no key, and asks no more
    m_command.keychain->hang(Op::Write);
    const JobEnd second(m_command->keyService->add(draft(u"Second"_s), secret(token)));
    QTRY_COMPARE(m_command->keys->pending().size(), 1);
    const ApiKey first = add(m_window, draft(u"First"_s));
    QVERIFY(!first.id.isNull());
    m_command.keychain->release();
    QVERIFY(second.wait());
    QVERIFY(!*second.outcome);
    QCOMPARE(second.outcome->error().kind, Error::Kind::Duplicate);
    QVERIFY(second.outcome->error().message.contains(u"First"_s));
    QTRY_COMPARE(m_vault->size(), std::size_t(1));
    QVERIFY(m_vault->contains(first.id));
}

void TestTwoProcesses::removesAKeyWhereItIsNow()
{
    const ApiKey key = add(m_window, draft());
    std::ignore = m_command->keys->all(); // as it is now
    QVERIFY(m_window->keys->setPlace(key.id, SecretPlace::SystemKeychain, SecretPlace::SealedFile));
    QVERIFY(m_window->keys->forgetLeftover(key.id, SecretPlace::SystemKeychain));
    QVERIFY(m_command->keys->remove(key.id));
    const QList<KeyStore::Leftover> leftovers = m_window->keys->leftovers();
    QVERIFY(std::ranges::any_of(leftovers, [](const auto &leftover) { return leftover.place == SecretPlace::SealedFile; }));
}

void TestTwoProcesses::callsNoMovedKeyMissing()
{
    const ApiKey key = add(m_window, draft());
    std::ignore = m_command->keys->all(); // as it is now
    QVERIFY(m_window->keys->setPlace(key.id, SecretPlace::SystemKeychain, SecretPlace::SealedFile));
    m_vault->clear();
    std::optional<Error> error;
    m_command->ring->readForUser(key.id, this, [&error](const Result<Secret> &read) {
        if (!read)
            error = read.error();
    });
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, Error::Kind::Conflict);
    QVERIFY(m_window->keys->refresh());
    QCOMPARE(m_window->keys->find(key.id)->status, ApiKey::Status::Unchecked);
}

void TestTwoProcesses::callsNoNewKeyMissing()
{
    m_window.keychain->delay(std::chrono::milliseconds(300)); // the list comes after the key was added, without it
    QSignalSpy taken(m_window->ring.get(), &KeyRing::stockTaken);
    m_window->ring->takeStock(SecretPlace::SystemKeychain);
    QVERIFY(m_command->changing->holdWhileChanging());
    const ApiKey key = add(m_command, draft());
    m_vault->clear();
    QVERIFY(taken.wait(5000));
    QCOMPARE(m_window->keys->find(key.id)->status, ApiKey::Status::Unchecked);
    m_window.keychain->delay({});
    m_window->ring->takeStock(SecretPlace::SystemKeychain); // and now it is
    QTRY_COMPARE(m_window->keys->find(key.id)->status, ApiKey::Status::Missing);
}

void TestTwoProcesses::holdsNoTokenOfAKeyThatACommandRemoved()
{
    const ApiKey key = add(m_window, draft());
    QVERIFY(m_command->keyService->remove(key.id));
    QVERIFY(m_window->keys->refresh());
    m_window.keychain->hang(Op::Read);
    QVERIFY(!m_window->ring->canReach(key.id));
    bool answered = false;
    m_window->ring->readForUser(key.id, this, [&answered](const Result<Secret> &read) { answered = !read; });
    QTRY_VERIFY(answered);
}

void TestTwoProcesses::sessionKeysAreTheWindows()
{
    NewKey held = draft(u"Held"_s);
    held.place = SecretPlace::Session;
    const ApiKey key = add(m_window, held);
    m_command->keys->fetch();
    QTRY_VERIFY(m_command->keys->isLoaded());
    m_command->ring->reconcile();
    std::optional<Error> error;
    m_command->ring->readToken(key.id, this, [&error](const Result<Secret> &read) {
        if (!read)
            error = read.error();
    });
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, Error::Kind::KeychainAbsent);
    QVERIFY(error->message.contains(u"“Held”"_s));
    QVERIFY(m_window->keys->refresh());
    QCOMPARE(m_window->keys->find(key.id)->status, ApiKey::Status::Unchecked);
    bool read = false;
    m_window->ring->readToken(key.id, this, [&read](const Result<Secret> &secret) { read = secret.has_value(); });
    QTRY_VERIFY(read);
}

void TestTwoProcesses::leavesARotationAloneThatACommandIsAt()
{
    const ApiKey key = add(m_window, draft());
    m_window->rotations->resume();
    QVERIFY(m_command->changing->holdWhileChanging());
    QVERIFY(const_cast<RotationStore &>(m_command->rotations->rotations()).write(rotationOf(key.id)));
    QSignalSpy notices(m_window->rotations.get(), &RotationService::notice);
    QVERIFY(m_window->rotations->refresh());
    m_window->rotations->tryAgain();
    QSignalSpy ticks(m_window->rotations.get(), &RotationService::changed);
    for (int tick = 0; tick < 2; ++tick)
        QVERIFY(ticks.wait(3000));
    QCOMPARE(notices.size(), 0);
    QVERIFY(!m_window->rotations->rotations().all().isEmpty());
    m_command = {}; // killed: the key that it was to be replaced with is nowhere
    QVERIFY(notices.wait(5000));
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestTwoProcesses::rotatesAKeyOnce()
{
    const ApiKey key = add(m_window, draft());
    auto &here = const_cast<RotationStore &>(m_window->rotations->rotations());
    auto &there = const_cast<RotationStore &>(m_command->rotations->rotations());
    QVERIFY(there.write(rotationOf(key.id)));
    const Result<void> second = here.write(rotationOf(key.id));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, Error::Kind::Conflict);
    QCOMPARE(here.all(), there.all());
}

void TestTwoProcesses::takesARotationFurtherOnce()
{
    const ApiKey key = add(m_window, draft());
    auto &here = const_cast<RotationStore &>(m_window->rotations->rotations());
    auto &there = const_cast<RotationStore &>(m_command->rotations->rotations());
    Rotation rotation = rotationOf(key.id);
    QVERIFY(there.write(rotation));
    QVERIFY(here.refresh());
    rotation.step = Rotation::Step::Overlap;
    QVERIFY(there.write(rotation));
    rotation.step = Rotation::Step::TakingBack;
    QCOMPARE(here.write(rotation).error().kind, Error::Kind::Conflict);
    QCOMPARE(here.all().first().step, Rotation::Step::Overlap);
    QVERIFY(there.remove(rotation.id));
    rotation.step = Rotation::Step::Revoking;
    QCOMPARE(here.write(rotation).error().kind, Error::Kind::Conflict); // it does not come back
    QVERIFY(here.all().isEmpty());
}

QTEST_GUILESS_MAIN(TestTwoProcesses)
#include "test_two_processes.moc"
