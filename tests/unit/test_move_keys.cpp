#include "app/base/Redactor.h"
#include "app/keys/KeyRing.h"
#include "app/keys/MoveKeyJobs.h"
#include "app/keys/SessionStore.h"
#include "app/storage/Database.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::ScriptedSecretStore;
using Op = ScriptedSecretStore::Op;
using State = SecretStore::State;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";
constexpr SecretPlace Keychain = SecretPlace::SystemKeychain;
constexpr SecretPlace Session = SecretPlace::Session;
constexpr SecretPlace Sealed = SecretPlace::SealedFile;

} // namespace

/// KeyRing::move and what it leaves behind, between a scripted keychain, a scripted sealed file and the
/// session.
class TestMoveKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void movesThereAndBack_data();
    void movesThereAndBack();
    void staysWhereItIs();
    void leavesTheKeyWhenTheTargetFails_data();
    void leavesTheKeyWhenTheTargetFails();
    void leavesTheKeyWhenTheSourceFails();
    void leavesTheKeyWhenSomethingElseComesBack();
    void movesNoOtherToken();
    void isCancelledBeforeTheRowPointsElsewhere();
    void aKeyDeletedOnTheWayIsGoneEverywhere();
    void aSecondMoveWaitsForTheFirst();
    void movingBackWaitsUntilTheOldCopyIsGone();
    void oneThatWaitsCanBeCancelled();
    void whatWaitsGoesOnFromWhereTheKeyStayed();
    void triesLaterToRemoveTheOldOne();
    void keepsTheOnlyGoodCopyOfALeftover();
    void survivesACrashAfterEveryTurn_data();
    void survivesACrashAfterEveryTurn();

    void reportsAnEmptiedKeychainKeyByKey();
    void notesThousandsOfMissingKeysInTurns();
    void doesNotReportALockedKeychain();
    void findsKeysAgain();
    void putsAPastedTokenBack();
    void aShortPasswordCannotBeTried();
    void adoptsTokensThatBelongToNoKey();
    void letsHeldTokensGoWithTheirStore();
    void movesSeveralAndListsWhatStays();
    void stopsBetweenTwoKeys();
    void asksForThePassphraseOfALockedFile();

private:
    void start();
    void crash();
    void reconcileAll();
    ScriptedSecretStore &scripted(SecretPlace place) { return place == Keychain ? *m_keychain : *m_sealed; }
    ApiKey storeIn(SecretPlace place, std::string_view bytes = token, const QString &name = u"CI"_s);
    Result<ApiKey> moveNow(const QUuid &id, SecretPlace to);
    Result<Secret> readNow(const QUuid &id);
    int copies(const QUuid &id);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<ScriptedSecretStore::Vault> m_keychainVault;
    std::shared_ptr<ScriptedSecretStore::Vault> m_sealedVault;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<ScriptedSecretStore> m_keychain;
    std::unique_ptr<ScriptedSecretStore> m_sealed;
    std::unique_ptr<SessionStore> m_session;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<KeyRing> m_ring;
    std::unique_ptr<QObject> m_guard;
};

namespace {

template <typename T, typename Call>
Result<T> wait(Call call)
{
    std::optional<Result<T>> answer;
    call([&answer](Result<T> outcome) { answer.emplace(std::move(outcome)); });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
        qFatal("no answer");
    return std::move(*answer);
}

} // namespace

void TestMoveKeys::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_keychainVault = std::make_shared<ScriptedSecretStore::Vault>();
    m_sealedVault = std::make_shared<ScriptedSecretStore::Vault>();
    start();
}

void TestMoveKeys::cleanup()
{
    crash();
}

void TestMoveKeys::start()
{
    Result<std::unique_ptr<Database>> database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    m_database = std::move(*database);
    m_redactor = std::make_unique<Redactor>();
    m_keychain = std::make_unique<ScriptedSecretStore>(m_keychainVault);
    m_sealed = std::make_unique<ScriptedSecretStore>(m_sealedVault);
    m_session = std::make_unique<SessionStore>();
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    m_ring = std::make_unique<KeyRing>(*m_keys, *m_keychain, *m_session, *m_sealed, *m_redactor);
    m_guard = std::make_unique<QObject>();
}

void TestMoveKeys::crash()
{
    m_guard.reset();
    m_ring.reset();
    m_keys.reset();
    m_session.reset();
    m_sealed.reset();
    m_keychain.reset();
    m_redactor.reset();
    m_database.reset();
}

void TestMoveKeys::reconcileAll()
{
    m_ring->reconcile();
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
}

ApiKey TestMoveKeys::storeIn(SecretPlace place, std::string_view bytes, const QString &name)
{
    ApiKey key;
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    key.place = place;
    const Result<ApiKey> stored = wait<ApiKey>(
        [&](auto done) { m_ring->store(key, std::make_shared<const Secret>(bytes), m_guard.get(), done); });
    if (!stored)
        qFatal("the key was not stored");
    return *stored;
}

Result<ApiKey> TestMoveKeys::moveNow(const QUuid &id, SecretPlace to)
{
    return wait<ApiKey>([&](auto done) { m_ring->move(id, to, m_guard.get(), done); });
}

Result<Secret> TestMoveKeys::readNow(const QUuid &id)
{
    return wait<Secret>([&](auto done) { m_ring->readToken(id, m_guard.get(), done); });
}

/// In the stores that outlive Keydesk.
int TestMoveKeys::copies(const QUuid &id)
{
    return int(m_keychainVault->count(id) + m_sealedVault->count(id));
}

void TestMoveKeys::movesThereAndBack_data()
{
    QTest::addColumn<SecretPlace>("from");
    QTest::addColumn<SecretPlace>("to");
    for (const auto &[name, from, to] :
         {std::tuple("keychain, sealed", Keychain, Sealed), std::tuple("sealed, keychain", Sealed, Keychain),
          std::tuple("keychain, session", Keychain, Session), std::tuple("session, sealed", Session, Sealed)})
        QTest::newRow(name) << from << to;
}

void TestMoveKeys::movesThereAndBack()
{
    QFETCH(const SecretPlace, from);
    QFETCH(const SecretPlace, to);
    const ApiKey key = storeIn(from);
    const Result<ApiKey> moved = moveNow(key.id, to);
    QVERIFY(moved);
    QCOMPARE(moved->place, to);
    QCOMPARE(m_keys->find(key.id)->place, to);
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(copies(key.id), to == Session ? 0 : 1);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
    const QList<AuditEntry> events = m_keys->events(key.id);
    QCOMPARE(events.first().action, KeyAction::Moved);

    QVERIFY(moveNow(key.id, from));
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(m_keys->find(key.id)->place, from);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
    ApiKey same = *m_keys->find(key.id);
    same.lastUsedAt = key.lastUsedAt;
    QCOMPARE(same, key); // nothing else about it changed
}

void TestMoveKeys::staysWhereItIs()
{
    const ApiKey key = storeIn(Keychain);
    const int writes = m_keychain->count(Op::Write);
    QVERIFY(moveNow(key.id, Keychain));
    QCOMPARE(m_keychain->count(Op::Write), writes);
    QCOMPARE(moveNow(QUuid::createUuid(), Sealed).error().kind, Error::Kind::NotFound);
}

void TestMoveKeys::leavesTheKeyWhenTheTargetFails_data()
{
    QTest::addColumn<Error::Kind>("kind");
    QTest::newRow("locked") << Error::Kind::SealedLocked;
    QTest::newRow("absent") << Error::Kind::SealedAbsent;
    QTest::newRow("damaged") << Error::Kind::SealedDamaged;
    QTest::newRow("full disk") << Error::Kind::DiskFull;
}

void TestMoveKeys::leavesTheKeyWhenTheTargetFails()
{
    QFETCH(const Error::Kind, kind);
    const ApiKey key = storeIn(Keychain);
    m_sealed->failWith(Op::Write, {kind, u"Scripted."_s, {}});
    QCOMPARE(moveNow(key.id, Sealed).error().kind, kind);
    QCOMPARE(*m_keys->find(key.id), key);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    m_sealed->succeedAgain(Op::Write);
    QVERIFY(moveNow(key.id, Sealed));
}

void TestMoveKeys::leavesTheKeyWhenTheSourceFails()
{
    const ApiKey key = storeIn(Keychain);
    m_keychain->become(State::Locked);
    QCOMPARE(moveNow(key.id, Sealed).error().kind, Error::Kind::KeychainLocked);
    QVERIFY(m_sealedVault->empty());
    QCOMPARE(m_keys->find(key.id)->status, key.status);
    m_keychain->become(State::Available);
    m_keychainVault->clear();
    QCOMPARE(moveNow(key.id, Sealed).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Missing);
}

void TestMoveKeys::leavesTheKeyWhenSomethingElseComesBack()
{
    const ApiKey key = storeIn(Keychain);
    m_sealed->answerReadsWith("something else"_ba);
    QCOMPARE(moveNow(key.id, Sealed).error().kind, Error::Kind::KeychainFailed);
    QCOMPARE(m_keys->find(key.id)->place, Keychain);
    QTRY_VERIFY(m_sealedVault->empty());
    m_sealed->readHonestly();
    m_sealed->forgetWrites(true);
    QCOMPARE(moveNow(key.id, Sealed).error().kind, Error::Kind::KeychainFailed);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

void TestMoveKeys::movesNoOtherToken()
{
    const ApiKey key = storeIn(Keychain);
    (*m_keychainVault)[key.id] = "an older token of the same key";
    QCOMPARE(moveNow(key.id, Sealed).error().kind, Error::Kind::Conflict);
    QVERIFY(m_sealedVault->empty());
}

void TestMoveKeys::isCancelledBeforeTheRowPointsElsewhere()
{
    const ApiKey key = storeIn(Keychain);
    m_sealed->hang(Op::Write, true);
    std::optional<Result<ApiKey>> outcome;
    m_ring->move(key.id, Sealed, m_guard.get(),
                 [&outcome](const Result<ApiKey> &answer) { outcome = answer; });
    QTRY_COMPARE(m_sealed->waiting(), 1);
    m_ring->cancelMove(key.id, m_guard.get());
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->error().kind, Error::Kind::Cancelled);
    m_sealed->release();
    QTRY_VERIFY(m_sealedVault->empty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(m_keys->find(key.id)->place, Keychain);
    QVERIFY(moveNow(key.id, Sealed)); // it can be moved again
}

void TestMoveKeys::aKeyDeletedOnTheWayIsGoneEverywhere()
{
    const ApiKey key = storeIn(Keychain);
    m_sealed->hang(Op::Write, true);
    std::optional<Result<ApiKey>> outcome;
    m_ring->move(key.id, Sealed, m_guard.get(),
                 [&outcome](const Result<ApiKey> &answer) { outcome = answer; });
    QTRY_COMPARE(m_sealed->waiting(), 1);
    QVERIFY(m_ring->remove(key.id));
    m_sealed->release();
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->error().kind, Error::Kind::NotFound);
    QTRY_COMPARE(copies(key.id), 0);
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
}

void TestMoveKeys::aSecondMoveWaitsForTheFirst()
{
    const ApiKey key = storeIn(Keychain);
    m_sealed->hang(Op::Write);
    std::optional<Result<ApiKey>> first;
    std::optional<Result<ApiKey>> second;
    m_ring->move(key.id, Sealed, m_guard.get(), [&first](const Result<ApiKey> &answer) { first = answer; });
    m_ring->move(key.id, Session, m_guard.get(), [&](const Result<ApiKey> &answer) {
        QVERIFY(first); // it came before
        second = answer;
    });
    QTRY_COMPARE(m_sealed->waiting(), 1);
    QVERIFY(m_ring->isUnderWay(key.id));
    QVERIFY(!first && !second);
    m_sealed->release();
    QTRY_VERIFY(second);
    QVERIFY(*first && *second);
    QCOMPARE((*first)->place, Sealed);
    QCOMPARE((*second)->place, Session);
    QTRY_VERIFY(!m_ring->isUnderWay(key.id));
    QCOMPARE(copies(key.id), 0); // nothing is left on the way
    QVERIFY(m_keys->leftovers().isEmpty());
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

void TestMoveKeys::movingBackWaitsUntilTheOldCopyIsGone()
{
    const ApiKey key = storeIn(Keychain);
    m_keychain->hang(Op::Remove);
    QVERIFY(moveNow(key.id, Sealed));
    QTRY_COMPARE(m_keychain->waiting(), 1); // it is being removed there
    const int writes = m_keychain->count(Op::Write);
    std::optional<Result<ApiKey>> back;
    m_ring->move(key.id, Keychain, m_guard.get(), [&back](const Result<ApiKey> &answer) { back = answer; });
    for (int turn = 0; turn < 20; ++turn)
        QCoreApplication::processEvents();
    QVERIFY(!back);
    QCOMPARE(m_keychain->count(Op::Write), writes); // or the removal would take it
    m_keychain->release();
    QTRY_VERIFY(back);
    QVERIFY(*back);
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(m_keys->find(key.id)->place, Keychain);
    QCOMPARE(copies(key.id), 1);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

void TestMoveKeys::oneThatWaitsCanBeCancelled()
{
    const ApiKey key = storeIn(Keychain);
    test::CoreFixture core;
    const KeyWork work{*m_keys, *m_ring, *core->environments, core->providers, *core->http};
    m_sealed->hang(Op::Write);
    const auto move = [&](SecretPlace to) { return new MoveKeyJob(work, key.id, to, m_guard.get()); };
    std::optional<Result<ApiKey>> first;
    std::optional<Result<ApiKey>> second;
    std::optional<Result<ApiKey>> third;
    const auto into = [this](KeyJob *job, std::optional<Result<ApiKey>> &outcome) {
        connect(job, &KeyJob::finished, m_guard.get(), [&outcome](const Result<ApiKey> &answer) { outcome = answer; });
        return job;
    };
    into(move(Sealed), first);
    QTRY_COMPARE(m_sealed->waiting(), 1);
    KeyJob *waiting = into(move(Session), second);
    QSignalSpy told(waiting, &KeyJob::progress);
    into(move(Sealed), third);
    QTRY_VERIFY(!told.isEmpty() && told.last().first().toString().contains(u"Waiting until the key has arrived"));
    waiting->cancel();
    QTRY_VERIFY(second);
    QCOMPARE(second->error().kind, Error::Kind::Cancelled);
    QVERIFY(!first); // which goes on
    m_sealed->release();
    QTRY_VERIFY(third);
    QVERIFY(*first && *third);
    QCOMPARE(m_keys->find(key.id)->place, Sealed);
}

void TestMoveKeys::whatWaitsGoesOnFromWhereTheKeyStayed()
{
    const ApiKey key = storeIn(Keychain);
    m_sealed->hang(Op::Write);
    m_sealed->failWith(Op::Write, {Error::Kind::DiskFull, u"Scripted."_s, {}});
    std::optional<Result<ApiKey>> first;
    m_ring->move(key.id, Sealed, m_guard.get(), [&first](const Result<ApiKey> &answer) { first = answer; });
    std::optional<Result<ApiKey>> second;
    m_ring->move(key.id, Session, m_guard.get(), [&second](const Result<ApiKey> &answer) { second = answer; });
    m_sealed->release();
    QTRY_VERIFY(second);
    QVERIFY(!*first && *second);
    QCOMPARE(m_keys->find(key.id)->place, Session);
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    // A key that was deleted meanwhile is nowhere.
    m_sealed->succeedAgain(Op::Write);
    m_sealed->hang(Op::Write);
    first.reset();
    second.reset();
    m_ring->move(key.id, Sealed, m_guard.get(), [&first](const Result<ApiKey> &answer) { first = answer; });
    m_ring->move(key.id, Keychain, m_guard.get(), [&second](const Result<ApiKey> &answer) { second = answer; });
    QTRY_COMPARE(m_sealed->waiting(), 1);
    QVERIFY(m_ring->remove(key.id));
    m_sealed->release();
    QTRY_VERIFY(second);
    QCOMPARE(second->error().kind, Error::Kind::NotFound);
    QTRY_COMPARE(copies(key.id), 0);
}

void TestMoveKeys::triesLaterToRemoveTheOldOne()
{
    const ApiKey key = storeIn(Keychain);
    m_keychain->failWith(Op::Remove, {Error::Kind::KeychainLocked, u"Locked meanwhile."_s, {}});
    QVERIFY(moveNow(key.id, Sealed));
    QTRY_COMPARE(m_keychain->count(Op::Remove), 1);
    QCOMPARE(copies(key.id), 2);
    QCOMPARE(m_keys->leftovers().size(), 1);
    // On to a third place: both old ones are remembered.
    m_sealed->failWith(Op::Remove, {Error::Kind::SealedLocked, u"Locked meanwhile."_s, {}});
    QVERIFY(moveNow(key.id, Session));
    QTRY_COMPARE(m_keys->leftovers().size(), 2);
    // Back: what it points to is no leftover.
    m_keychain->succeedAgain(Op::Remove);
    m_sealed->succeedAgain(Op::Remove);
    QVERIFY(moveNow(key.id, Keychain));
    reconcileAll();
    QCOMPARE(copies(key.id), 1);
    QVERIFY(m_keychainVault->count(key.id) == 1);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

void TestMoveKeys::keepsTheOnlyGoodCopyOfALeftover()
{
    const ApiKey key = storeIn(Keychain);
    m_keychain->failWith(Op::Remove, {Error::Kind::KeychainLocked, u"Locked meanwhile."_s, {}});
    QVERIFY(moveNow(key.id, Sealed));
    QTRY_COMPARE(m_keychain->count(Op::Remove), 1);
    m_sealedVault->clear(); // somebody emptied it
    crash();
    start();
    QSignalSpy notices(m_ring.get(), &KeyRing::notice);
    reconcileAll();
    QCOMPARE(m_keys->find(key.id)->place, Keychain);
    QCOMPARE(notices.size(), 1);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

void TestMoveKeys::survivesACrashAfterEveryTurn_data()
{
    movesThereAndBack_data();
    QTest::newRow("sealed, session") << Sealed << Session;
    QTest::newRow("session, keychain") << Session << Keychain;
}

void TestMoveKeys::survivesACrashAfterEveryTurn()
{
    QFETCH(const SecretPlace, from);
    QFETCH(const SecretPlace, to);
    QSet<int> endedIn;
    for (int turns = 0; turns < 16; ++turns) {
        cleanup();
        init();
        const ApiKey key = storeIn(from);
        std::optional<Result<ApiKey>> outcome;
        m_ring->move(key.id, to, m_guard.get(),
                     [&outcome](const Result<ApiKey> &answer) { outcome = answer; });
        for (int turn = 0; turn < turns; ++turn)
            QCoreApplication::sendPostedEvents(), QTest::qWait(0);
        const bool toldMoved = outcome && *outcome;
        const bool anyCopy = copies(key.id) > 0;
        crash();
        start();
        reconcileAll();
        const SecretPlace place = m_keys->find(key.id)->place;
        endedIn.insert(static_cast<int>(place));
        if (toldMoved && to != Session)
            QCOMPARE(place, to); // what was told is true
        // What was only in memory when it crashed is gone, and nothing else ever is.
        QCOMPARE(copies(key.id), anyCopy ? 1 : 0);
        const Result<Secret> back = readNow(key.id);
        QCOMPARE(bool(back), anyCopy);
        if (anyCopy) {
            QVERIFY(back->equals(Secret(token)));
            QCOMPARE(scripted(place).vault().count(key.id), std::size_t(1));
        }
    }
    QVERIFY(endedIn.contains(static_cast<int>(to)));
    QVERIFY(endedIn.contains(static_cast<int>(from)));
}

void TestMoveKeys::reportsAnEmptiedKeychainKeyByKey()
{
    const ApiKey one = storeIn(Keychain, "talq_0000000000000000one1", u"one"_s);
    const ApiKey two = storeIn(Keychain, "talq_0000000000000000two2", u"two"_s);
    const ApiKey sealed = storeIn(Sealed, "talq_0000000000000000sea3", u"sealed"_s);
    m_keychainVault->erase(one.id);
    QSignalSpy taken(m_ring.get(), &KeyRing::stockTaken);
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(taken.size(), 1);
    QCOMPARE(m_keys->find(one.id)->status, ApiKey::Status::Missing);
    QCOMPARE(m_keys->events(one.id).first().action, KeyAction::Missing);
    QCOMPARE(m_keys->find(two.id)->status, two.status);
    QCOMPARE(m_keys->find(sealed.id)->status, sealed.status);
    QCOMPARE(m_keychain->count(Op::Read), 2); // those of storing: no token was read for it
    // It is looked at without being asked when the keychain comes back.
    m_keychainVault->clear();
    m_keychain->become(State::Locked);
    m_keychain->become(State::Available);
    QTRY_COMPARE(m_keys->find(two.id)->status, ApiKey::Status::Missing);
    // And when it says that it changed.
    m_sealedVault->clear();
    Q_EMIT m_sealed->entriesChanged();
    QTRY_COMPARE(m_keys->find(sealed.id)->status, ApiKey::Status::Missing);
}

/// A keychain that was made anew: whoever waits in the same thread comes to their turn.
void TestMoveKeys::notesThousandsOfMissingKeysInTurns()
{
    constexpr int count = 2000;
    QVERIFY(m_database->transaction([this]() -> Result<void> {
        for (int i = 0; i < count; ++i) {
            ApiKey key;
            key.id = QUuid::createUuid();
            key.place = Keychain;
            key.createdAt = QDateTime::currentDateTimeUtc();
            const Result<void> row =
                m_keys->insertPending(key).and_then([&] { return m_keys->confirm(key.id); });
            if (!row)
                return row;
        }
        return {};
    }));
    int turns = 0;
    QTimer others;
    connect(&others, &QTimer::timeout, this, [&turns] { ++turns; });
    QSignalSpy taken(m_ring.get(), &KeyRing::stockTaken);
    m_ring->takeStock(Keychain);
    others.start(0);
    QTRY_COMPARE_WITH_TIMEOUT(taken.size(), 1, 60'000);
    QVERIFY2(turns > 4, qPrintable(QString::number(turns)));
    const QList<ApiKey> &keys = m_keys->all();
    QCOMPARE(std::count_if(keys.cbegin(), keys.cend(),
                           [](const ApiKey &key) { return key.status == ApiKey::Status::Missing; }),
             count);
}

void TestMoveKeys::doesNotReportALockedKeychain()
{
    const ApiKey key = storeIn(Keychain);
    for (const State state : {State::Locked, State::Denied, State::Absent, State::Failing}) {
        m_keychain->become(state);
        m_ring->takeStock(Keychain);
        QTest::qWait(0);
        QCOMPARE(m_keys->find(key.id)->status, key.status);
    }
}

void TestMoveKeys::findsKeysAgain()
{
    const ApiKey key = storeIn(Keychain);
    const QByteArray kept = m_keychainVault->at(key.id);
    m_keychainVault->clear();
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(m_keys->find(key.id)->status, ApiKey::Status::Missing);
    m_keychainVault->insert_or_assign(key.id, kept); // the right keyring is back
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(m_keys->find(key.id)->status, ApiKey::Status::Unchecked);
    QCOMPARE(m_keys->events(key.id).first().action, KeyAction::Found);
}

void TestMoveKeys::putsAPastedTokenBack()
{
    const ApiKey key = storeIn(Keychain);
    m_keychainVault->clear();
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(m_keys->find(key.id)->status, ApiKey::Status::Missing);
    const auto restore = [this, &key](std::string_view bytes) {
        return wait<ApiKey>([&](auto done) {
            m_ring->restore(key.id, std::make_shared<const Secret>(bytes), m_guard.get(), done);
        });
    };
    QCOMPARE(restore("another token altogether").error().kind, Error::Kind::InvalidInput);
    QVERIFY(m_keychainVault->empty());
    QVERIFY(restore(token));
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Unchecked);
    QVERIFY(readNow(key.id)->equals(Secret(token)));
}

/// SECURITY S1: the hash's key lies beside the hashes.
void TestMoveKeys::aShortPasswordCannotBeTried()
{
    const auto store = [this](std::string_view pair) {
        ApiKey key;
        key.name = u"Basic"_s;
        key.providerId = u"custom"_s;
        key.kindId = u"basic"_s;
        key.placement = KeyPlacement::Basic;
        key.place = Keychain;
        return wait<ApiKey>([&](auto done) { m_ring->store(key, std::make_shared<const Secret>(pair), m_guard.get(), done); });
    };
    const Result<ApiKey> nameAlone = store("hunter2:");
    QVERIFY(nameAlone);
    QCOMPARE(nameAlone->hint, u"••••:"_s);
    QVERIFY(nameAlone->fingerprint.isEmpty());
    QVERIFY(!store("alice:a password that is long").value().fingerprint.isEmpty());
    const Result<ApiKey> key = store("alice:hunter2");
    QVERIFY(key);
    QCOMPARE(key->hint, u"alice:••••"_s);
    QVERIFY(key->fingerprint.isEmpty());
    QVERIFY(!m_keys->findByFingerprint(m_keys->fingerprint(Secret("alice:hunter2"))));

    QVERIFY(moveNow(key->id, Sealed));
    QVERIFY(moveNow(key->id, Keychain));
    QVERIFY(readNow(key->id)->equals(Secret("alice:hunter2")));

    m_keychainVault->erase(key->id);
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(m_keys->find(key->id)->status, ApiKey::Status::Missing);
    const auto restore = [this, &key](std::string_view pair) {
        return wait<ApiKey>([&](auto done) { m_ring->restore(key->id, std::make_shared<const Secret>(pair), m_guard.get(), done); });
    };
    QCOMPARE(restore("bob:hunter2").error().kind, Error::Kind::InvalidInput);
    QCOMPARE(restore("alice:a password that is long").error().kind, Error::Kind::InvalidInput);
    QVERIFY(restore("alice:hunter3"));
    QCOMPARE(m_keys->find(key->id)->status, ApiKey::Status::Unchecked);
}

void TestMoveKeys::adoptsTokensThatBelongToNoKey()
{
    const ApiKey known = storeIn(Keychain, "talq_0000000000000000one1", u"one"_s);
    const QUuid orphan = QUuid::createUuid();
    m_keychainVault->insert_or_assign(orphan, QByteArray(token.data(), token.size()));
    m_ring->takeStock(Keychain);
    QTRY_COMPARE(m_ring->orphans(Keychain), QList<QUuid>{orphan});
    ApiKey draft;
    draft.name = u"Found"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    const Result<ApiKey> adopted =
        wait<ApiKey>([&](auto done) { m_ring->adopt(orphan, draft, m_guard.get(), done); });
    QVERIFY(adopted);
    QCOMPARE(adopted->id, orphan);
    QCOMPARE(adopted->hint, u"talq_••••3f9a"_s);
    QVERIFY(m_ring->orphans(Keychain).isEmpty());
    QCOMPARE(m_keys->all().size(), 2);
    QCOMPARE(m_keys->events(orphan).first().action, KeyAction::Adopted);
    QVERIFY(readNow(orphan)->equals(Secret(token)));
    // The same token twice is refused by name.
    const QUuid twin = QUuid::createUuid();
    m_keychainVault->insert_or_assign(twin, QByteArray(token.data(), token.size()));
    QCOMPARE(wait<ApiKey>([&](auto done) { m_ring->adopt(twin, draft, m_guard.get(), done); }).error().kind,
             Error::Kind::Duplicate);
    Q_UNUSED(known)
}

void TestMoveKeys::letsHeldTokensGoWithTheirStore()
{
    const ApiKey inKeychain = storeIn(Keychain, "talq_0000000000000000one1", u"one"_s);
    const ApiKey inFile = storeIn(Sealed);
    const int reads = m_sealed->count(Op::Read);
    QVERIFY(readNow(inFile.id));
    QCOMPARE(m_sealed->count(Op::Read), reads); // it was held
    m_sealed->become(State::Locked);
    QVERIFY(!readNow(inFile.id));
    QCOMPARE(m_keys->find(inFile.id)->status, inFile.status); // locked is not missing
    const int others = m_keychain->count(Op::Read);
    QVERIFY(readNow(inKeychain.id)); // the other store's stay
    QCOMPARE(m_keychain->count(Op::Read), others);
}

void TestMoveKeys::movesSeveralAndListsWhatStays()
{
    const ApiKey one = storeIn(Keychain, "talq_0000000000000000one1", u"one"_s);
    const ApiKey two = storeIn(Keychain, "talq_0000000000000000two2", u"two"_s);
    const ApiKey three = storeIn(Session, "talq_0000000000000000thr3", u"three"_s);
    m_keychainVault->erase(two.id);
    test::CoreFixture core; // for the jobs' other parts
    const KeyWork work{*m_keys, *m_ring, *core->environments, core->providers, *core->http};
    auto *job = new MoveKeysJob(
        *m_keys, {one.id, two.id, three.id},
        [&](const QUuid &id) { return new MoveKeyJob(work, id, Sealed, m_guard.get()); }, m_guard.get());
    QSignalSpy progress(job, &MoveKeysJob::progress);
    std::optional<MoveKeysJob::Outcome> outcome;
    connect(job, &MoveKeysJob::finished, m_guard.get(),
            [&outcome](const MoveKeysJob::Outcome &end) { outcome = end; });
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->moved, 2);
    QVERIFY(!outcome->cancelled);
    QCOMPARE(outcome->failed.size(), 1);
    QCOMPARE(outcome->failed.first().name, u"two"_s);
    QCOMPARE(outcome->failed.first().error.kind, Error::Kind::NotFound);
    QCOMPARE(progress.size(), 3);
    QCOMPARE(m_keys->find(three.id)->place, Sealed);
}

void TestMoveKeys::stopsBetweenTwoKeys()
{
    const ApiKey one = storeIn(Keychain, "talq_0000000000000000one1", u"one"_s);
    const ApiKey two = storeIn(Keychain, "talq_0000000000000000two2", u"two"_s);
    test::CoreFixture core;
    const KeyWork work{*m_keys, *m_ring, *core->environments, core->providers, *core->http};
    m_sealed->hang(Op::Write, true);
    auto *job = new MoveKeysJob(
        *m_keys, {one.id, two.id},
        [&](const QUuid &id) { return new MoveKeyJob(work, id, Sealed, m_guard.get()); }, m_guard.get());
    std::optional<MoveKeysJob::Outcome> outcome;
    connect(job, &MoveKeysJob::finished, m_guard.get(),
            [&outcome](const MoveKeysJob::Outcome &end) { outcome = end; });
    QTRY_COMPARE(m_sealed->waiting(), 1);
    job->cancel();
    QTRY_VERIFY(outcome);
    QVERIFY(outcome->cancelled);
    QCOMPARE(outcome->moved, 0);
    m_sealed->release();
    QTRY_VERIFY(m_sealedVault->empty());
    QCOMPARE(m_keys->find(one.id)->place, Keychain);
    QCOMPARE(m_keys->find(two.id)->place, Keychain);
}

void TestMoveKeys::asksForThePassphraseOfALockedFile()
{
    const ApiKey key = storeIn(Keychain);
    test::CoreFixture core;
    const KeyWork work{*m_keys, *m_ring, *core->environments, core->providers, *core->http};
    m_sealed->become(State::Locked);
    const Result<ApiKey> moved = wait<ApiKey>([&](auto done) {
        connect(new MoveKeyJob(work, key.id, Sealed, m_guard.get()), &KeyJob::finished, m_guard.get(), done);
    });
    QVERIFY(moved);
    QCOMPARE(m_sealed->count(Op::Unlock), 1);
    m_sealed->become(State::Locked);
    m_sealed->failWith(Op::Unlock, {Error::Kind::Cancelled, u"The window was closed."_s, {}});
    const Result<ApiKey> stayed = wait<ApiKey>([&](auto done) {
        connect(new MoveKeyJob(work, key.id, Keychain, m_guard.get()), &KeyJob::finished, m_guard.get(),
                done);
    });
    QCOMPARE(stayed.error().kind, Error::Kind::Cancelled);
    QCOMPARE(m_keys->find(key.id)->place, Sealed);
}

QTEST_GUILESS_MAIN(TestMoveKeys)
#include "test_move_keys.moc"
