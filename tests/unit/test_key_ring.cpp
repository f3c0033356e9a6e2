#include "app/base/Redactor.h"
#include "app/keys/KeyRing.h"
#include "app/keys/SessionStore.h"
#include "app/storage/Database.h"
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

std::shared_ptr<const Secret> secret(std::string_view bytes = token)
{
    return std::make_shared<const Secret>(bytes);
}

/// The one answer of a call, or that there was none.
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
    [[nodiscard]] Error::Kind kind() const { return result->error().kind; }
};

} // namespace

class TestKeyRing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void storesReadsBackAndConfirms();
    void neverAnswersInsideTheCall();
    void refusesADuplicateByName();
    void refusesTheSameTokenWhileItIsOnItsWay();
    void refusesAnEmptyToken();
    void takesBackWhenWritingFails_data();
    void takesBackWhenWritingFails();
    void takesBackWhenReadBackLies();
    void takesBackWhenNothingWasKept();
    void takesBackWhenReadBackFails();
    void finishesEvenIfNobodyListensAnyMore();
    void canBeCancelledWhileWriting();
    void aCancelledKeyStaysGoneThroughACrash();

    void givesTokensAndCountsTheUse();
    void readingForTheUserIsNoUse();
    void writesUsesSeldomAndAtTheEnd();
    void holdsATokenAndLetsItGoWhenLocked();
    void holdsNothingOfARemovedKey();
    void makesTokensKnownToTheRedactor();
    void doesNotCallADeadGuard();
    void tellsMissingFromLocked();
    void findsAKeyAgainThatWasMissing();
    void aRevokedKeyIsMissedByNobody();
    void saysThatASessionIsOver();
    void knowsWhereAKeyMayGo();

    void removesRowThenSecret();
    void retriesALeftoverWhenTheKeychainIsBack();

    void finishesAPendingKeyAfterACrash();
    void takesAPendingKeyBackAfterACrash_data();
    void takesAPendingKeyBackAfterACrash();
    void leavesAPendingKeyAloneWhileLocked();
    void survivesACrashAtEveryStep();
    void takesTheSessionOnlyWithoutAKeychain();

private:
    void start();
    void crash();
    void restart();
    ApiKey draft(const QString &name = u"CI"_s) const;
    ApiKey storeNow(const QString &name = u"CI"_s, std::string_view bytes = token);
    Result<Secret> readNow(const QUuid &id);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::shared_ptr<ScriptedSecretStore::Vault> m_vault;
    std::shared_ptr<ScriptedSecretStore::Vault> m_sealedVault;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Redactor> m_redactor;
    std::unique_ptr<ScriptedSecretStore> m_keychain;
    std::unique_ptr<SessionStore> m_session;
    std::unique_ptr<ScriptedSecretStore> m_sealed;
    std::unique_ptr<KeyStore> m_keys;
    std::unique_ptr<KeyRing> m_ring;
    std::unique_ptr<QObject> m_guard;
};

void TestKeyRing::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_vault = std::make_shared<ScriptedSecretStore::Vault>();
    m_sealedVault = std::make_shared<ScriptedSecretStore::Vault>();
    start();
}

void TestKeyRing::cleanup()
{
    crash();
}

void TestKeyRing::start()
{
    Result<std::unique_ptr<Database>> database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    m_database = std::move(*database);
    m_redactor = std::make_unique<Redactor>();
    m_keychain = std::make_unique<ScriptedSecretStore>(m_vault);
    m_session = std::make_unique<SessionStore>();
    m_sealed = std::make_unique<ScriptedSecretStore>(m_sealedVault);
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
    m_ring = std::make_unique<KeyRing>(*m_keys, *m_keychain, *m_session, *m_sealed, *m_redactor);
    m_guard = std::make_unique<QObject>();
}

/// Nothing runs after this but destructors: what was under way never comes to its end.
void TestKeyRing::crash()
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

void TestKeyRing::restart()
{
    crash();
    start();
}

ApiKey TestKeyRing::draft(const QString &name) const
{
    ApiKey key;
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    return key;
}

ApiKey TestKeyRing::storeNow(const QString &name, std::string_view bytes)
{
    Answer<ApiKey> answer;
    m_ring->store(draft(name), secret(bytes), m_guard.get(), answer.taker());
    if (!QTest::qWaitFor([&] { return answer.times > 0; }) || !*answer.result)
        qFatal("the key was not stored");
    return **answer.result;
}

Result<Secret> TestKeyRing::readNow(const QUuid &id)
{
    Answer<Secret> answer;
    m_ring->readToken(id, m_guard.get(), answer.taker());
    if (!QTest::qWaitFor([&] { return answer.times > 0; }))
        qFatal("no answer");
    return std::move(*answer.result);
}

void TestKeyRing::storesReadsBackAndConfirms()
{
    QSignalSpy added(m_keys.get(), &KeyStore::added);
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QCOMPARE(m_keys->pending().size(), 1); // before anything can go wrong with the secret
    QTRY_COMPARE(answer.times, 1);
    QVERIFY(*answer.result);
    const ApiKey key = **answer.result;
    QVERIFY(!key.id.isNull());
    QCOMPARE(key.hint, u"talq_••••3f9a"_s);
    QCOMPARE(key.fingerprint, m_keys->fingerprint(*secret()));
    QVERIFY(key.createdAt.isValid());
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    QCOMPARE(added.size(), 1);
    QCOMPARE(m_vault->at(key.id), QByteArray(token.data(), token.size()));
    QCOMPARE(m_keychain->count(Op::Read), 1);
    QCOMPARE(m_keys->events(key.id).size(), 1);
    QVERIFY(m_keys->leftovers().isEmpty());
}

void TestKeyRing::neverAnswersInsideTheCall()
{
    const ApiKey key = storeNow();
    Answer<Secret> fromMemory;
    Answer<Secret> ofNobody;
    Answer<ApiKey> refused;
    m_ring->readToken(key.id, m_guard.get(), fromMemory.taker());
    m_ring->readToken(QUuid::createUuid(), m_guard.get(), ofNobody.taker());
    m_ring->store(draft(), secret(), m_guard.get(), refused.taker());
    QCOMPARE(fromMemory.times + ofNobody.times + refused.times, 0);
    QTRY_COMPARE(fromMemory.times + ofNobody.times + refused.times, 3);
    QVERIFY(*fromMemory.result);
    QCOMPARE(ofNobody.kind(), Error::Kind::NotFound);
    QCOMPARE(refused.kind(), Error::Kind::Duplicate);
}

void TestKeyRing::refusesADuplicateByName()
{
    storeNow(u"First name"_s);
    Answer<ApiKey> answer;
    m_ring->store(draft(u"Other"_s), secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), Error::Kind::Duplicate);
    QVERIFY(answer.result->error().message.contains(u"First name"_s));
    QCOMPARE(m_keys->all().size(), 1);
    QCOMPARE(m_vault->size(), std::size_t(1));
}

void TestKeyRing::refusesTheSameTokenWhileItIsOnItsWay()
{
    Answer<ApiKey> first;
    Answer<ApiKey> second;
    m_ring->store(draft(u"one"_s), secret(), m_guard.get(), first.taker());
    m_ring->store(draft(u"two"_s), secret(), m_guard.get(), second.taker());
    QTRY_COMPARE(first.times + second.times, 2);
    QVERIFY(*first.result);
    QCOMPARE(second.kind(), Error::Kind::Duplicate);
    QCOMPARE(m_keys->all().size(), 1);
}

void TestKeyRing::refusesAnEmptyToken()
{
    Answer<ApiKey> empty;
    Answer<ApiKey> none;
    m_ring->store(draft(), secret(""), m_guard.get(), empty.taker());
    m_ring->store(draft(), nullptr, m_guard.get(), none.taker());
    QTRY_COMPARE(empty.times + none.times, 2);
    QCOMPARE(empty.kind(), Error::Kind::InvalidInput);
    QCOMPARE(none.kind(), Error::Kind::InvalidInput);
    QVERIFY(m_keys->pending().isEmpty());
}

void TestKeyRing::takesBackWhenWritingFails_data()
{
    QTest::addColumn<Error::Kind>("kind");
    QTest::newRow("locked") << Error::Kind::KeychainLocked;
    QTest::newRow("denied") << Error::Kind::KeychainDenied;
    QTest::newRow("absent") << Error::Kind::KeychainAbsent;
    QTest::newRow("failing") << Error::Kind::KeychainFailed;
}

void TestKeyRing::takesBackWhenWritingFails()
{
    QFETCH(const Error::Kind, kind);
    m_keychain->failWith(Op::Write, {kind, u"Scripted."_s, {}});
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), kind);
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(m_keys->pending().isEmpty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QVERIFY(m_vault->empty());
}

void TestKeyRing::takesBackWhenReadBackLies()
{
    m_keychain->answerReadsWith("something else"_ba);
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), Error::Kind::KeychainFailed);
    QVERIFY(m_keys->all().isEmpty());
    QTRY_VERIFY(m_vault->empty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
}

void TestKeyRing::takesBackWhenNothingWasKept()
{
    m_keychain->forgetWrites(true); // as KWallet does when it cannot write
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), Error::Kind::KeychainFailed);
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(m_keys->pending().isEmpty());
}

void TestKeyRing::takesBackWhenReadBackFails()
{
    m_keychain->failWith(Op::Read, {Error::Kind::KeychainLocked, u"Locked meanwhile."_s, {}});
    m_keychain->failWith(Op::Remove, {Error::Kind::KeychainLocked, u"Locked meanwhile."_s, {}});
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), Error::Kind::KeychainLocked);
    QVERIFY(m_keys->pending().isEmpty());
    // The secret could not be taken back now: it is noted, and gone at the next start.
    QTRY_COMPARE(m_keychain->count(Op::Remove), 1);
    QCOMPARE(m_keys->leftovers().size(), 1);
    QCOMPARE(m_vault->size(), std::size_t(1));
    restart();
    m_ring->reconcile();
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QVERIFY(m_vault->empty());
}

void TestKeyRing::finishesEvenIfNobodyListensAnyMore()
{
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    m_guard.reset();
    QTRY_COMPARE(m_keys->all().size(), 1);
    QCOMPARE(answer.times, 0);
}

void TestKeyRing::canBeCancelledWhileWriting()
{
    m_keychain->hang(Op::Write, true);
    ApiKey key = draft();
    key.id = QUuid::createUuid();
    Answer<ApiKey> answer;
    m_ring->store(key, secret(), m_guard.get(), answer.taker());
    QCOMPARE(m_vault->size(), std::size_t(1));
    m_ring->cancelStore(key.id);
    QCOMPARE(answer.times, 0);
    QTRY_COMPARE(answer.times, 1);
    QCOMPARE(answer.kind(), Error::Kind::Cancelled);
    QVERIFY(m_keys->pending().isEmpty());

    m_keychain->release();
    QTRY_VERIFY(m_vault->empty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(answer.times, 1);
    QVERIFY(m_keys->all().isEmpty());
    m_ring->cancelStore(key.id); // nothing left to cancel
}

void TestKeyRing::aCancelledKeyStaysGoneThroughACrash()
{
    m_keychain->hang(Op::Write, true);
    ApiKey key = draft();
    key.id = QUuid::createUuid();
    Answer<ApiKey> answer;
    m_ring->store(key, secret(), m_guard.get(), answer.taker());
    m_ring->cancelStore(key.id);
    restart();
    QCOMPARE(m_vault->size(), std::size_t(1));
    m_ring->reconcile();
    QTRY_VERIFY(m_vault->empty());
    QVERIFY(m_keys->all().isEmpty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
}

void TestKeyRing::givesTokensAndCountsTheUse()
{
    const ApiKey key = storeNow();
    restart();
    const Result<Secret> read = readNow(key.id);
    QVERIFY(read);
    QVERIFY(read->reveal() == token);
    QTRY_VERIFY_WITH_TIMEOUT(m_keys->find(key.id)->lastUsedAt.isValid(), 10'000);
}

void TestKeyRing::readingForTheUserIsNoUse()
{
    const ApiKey key = storeNow();
    Answer<Secret> answer;
    m_ring->readForUser(key.id, m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QVERIFY(*answer.result);
    restart(); // which writes uses
    QVERIFY(!m_keys->find(key.id)->lastUsedAt.isValid());
}

void TestKeyRing::writesUsesSeldomAndAtTheEnd()
{
    const ApiKey key = storeNow();
    QSignalSpy changed(m_keys.get(), &KeyStore::changed);
    for (int i = 0; i < 50; ++i)
        QVERIFY(readNow(key.id));
    QVERIFY(changed.size() <= 1);
    restart();
    QVERIFY(m_keys->find(key.id)->lastUsedAt.isValid());
}

void TestKeyRing::holdsATokenAndLetsItGoWhenLocked()
{
    const ApiKey key = storeNow();
    restart();
    for (int i = 0; i < 5; ++i)
        QVERIFY(readNow(key.id));
    QCOMPARE(m_keychain->count(Op::Read), 1);

    m_keychain->become(State::Locked);
    const Result<Secret> locked = readNow(key.id);
    QVERIFY(!locked);
    QCOMPARE(locked.error().kind, Error::Kind::KeychainLocked);
    m_keychain->become(State::Available);
    QVERIFY(readNow(key.id)); // works again without a restart
    QCOMPARE(m_keychain->count(Op::Read), 3);
}

void TestKeyRing::holdsNothingOfARemovedKey()
{
    const ApiKey key = storeNow();
    QVERIFY(readNow(key.id));
    QVERIFY(m_ring->remove(key.id));
    const Result<Secret> read = readNow(key.id);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::NotFound);
}

void TestKeyRing::makesTokensKnownToTheRedactor()
{
    const QByteArray text = "Bearer "_ba + QByteArray(token.data(), token.size());
    QCOMPARE(m_redactor->redact(text).hits, 0);
    m_keychain->failWith(Op::Write, {Error::Kind::KeychainFailed, u"Scripted."_s, {}});
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    QCOMPARE(m_redactor->redact(text).hits, 1); // at once: an error could already name it
    QTRY_COMPARE(answer.times, 1);

    m_keychain->succeedAgain(Op::Write);
    const ApiKey key = storeNow();
    restart();
    QCOMPARE(m_redactor->redact(text).hits, 0);
    QVERIFY(readNow(key.id));
    QCOMPARE(m_redactor->redact(text).hits, 1);
}

void TestKeyRing::doesNotCallADeadGuard()
{
    const ApiKey key = storeNow();
    restart();
    m_keychain->hang(Op::Read);
    Answer<Secret> answer;
    m_ring->readToken(key.id, m_guard.get(), answer.taker());
    m_guard.reset();
    m_keychain->release();
    QTRY_COMPARE(m_keychain->waiting(), 0);
    m_guard = std::make_unique<QObject>();
    QVERIFY(readNow(key.id)); // a whole round after the first answer
    QCOMPARE(answer.times, 0);
}

void TestKeyRing::tellsMissingFromLocked()
{
    const ApiKey key = storeNow();
    restart();
    m_keychain->become(State::Locked);
    QCOMPARE(readNow(key.id).error().kind, Error::Kind::KeychainLocked);
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Unchecked);

    m_vault->clear();
    m_keychain->become(State::Available);
    const Result<Secret> read = readNow(key.id);
    QCOMPARE(read.error().kind, Error::Kind::NotFound);
    QVERIFY(read.error().message.contains(u"keychain"_s));
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Missing);
    QCOMPARE(m_keys->all().size(), 1);
}

void TestKeyRing::findsAKeyAgainThatWasMissing()
{
    const ApiKey key = storeNow();
    restart();
    const QByteArray value = m_vault->at(key.id);
    m_vault->clear();
    QVERIFY(!readNow(key.id));
    (*m_vault)[key.id] = value;
    QVERIFY(readNow(key.id));
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Unchecked);
}

void TestKeyRing::aRevokedKeyIsMissedByNobody()
{
    ApiKey key = storeNow();
    key.status = ApiKey::Status::Revoked;
    QVERIFY(m_keys->update(key));
    restart();
    const QByteArray value = m_vault->at(key.id);
    m_vault->clear();
    QCOMPARE(readNow(key.id).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Revoked);
    (*m_vault)[key.id] = value;
    QVERIFY(readNow(key.id));
    QCOMPARE(m_keys->find(key.id)->status, ApiKey::Status::Revoked); // not to be thought of as one in use again
}

void TestKeyRing::saysThatASessionIsOver()
{
    ApiKey session = draft();
    session.place = SecretPlace::Session;
    Answer<ApiKey> answer;
    m_ring->store(session, secret(), m_guard.get(), answer.taker());
    QTRY_COMPARE(answer.times, 1);
    QVERIFY(*answer.result);
    QVERIFY(m_vault->empty());
    const QUuid id = (*answer.result)->id;
    QVERIFY(readNow(id));
    m_ring->reconcile();
    m_keychain->become(State::Locked); // is nothing to a session key
    QVERIFY(readNow(id));
    QCOMPARE(m_keys->find(id)->status, ApiKey::Status::Unchecked);

    restart();
    m_ring->reconcile();
    QTRY_COMPARE(m_keys->find(id)->status, ApiKey::Status::Missing);
    const Result<Secret> read = readNow(id);
    QCOMPARE(read.error().kind, Error::Kind::NotFound);
    QVERIFY2(read.error().message.contains(u"last session only"_s), qPrintable(read.error().message));
}

void TestKeyRing::knowsWhereAKeyMayGo()
{
    ApiKey key = storeNow();
    key.origins = {*Origin::fromString(u"https://one.test"_s)};
    key.headerName = u"X-API-Key"_s;
    key.headerPrefix = QString();
    QVERIFY(m_keys->update(key));
    const std::optional<KeyBinding> binding = m_ring->binding(key.id);
    QVERIFY(binding);
    QCOMPARE(binding->keyName, u"CI"_s);
    QCOMPARE(binding->form.name, "X-API-Key"_ba);
    QCOMPARE(binding->form.prefix, QByteArray());
    QCOMPARE(binding->origins, key.origins);
    QVERIFY(!m_ring->binding(QUuid::createUuid()));
}

void TestKeyRing::removesRowThenSecret()
{
    const ApiKey key = storeNow();
    m_keychain->hang(Op::Remove);
    QVERIFY(m_ring->remove(key.id));
    QVERIFY(m_keys->all().isEmpty());
    QCOMPARE(m_keys->leftovers().size(), 1);
    QCOMPARE(m_vault->size(), std::size_t(1));
    m_keychain->release();
    QTRY_VERIFY(m_vault->empty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(m_ring->remove(key.id).error().kind, Error::Kind::NotFound);
}

void TestKeyRing::retriesALeftoverWhenTheKeychainIsBack()
{
    const ApiKey key = storeNow();
    m_keychain->become(State::Locked);
    QVERIFY(m_ring->remove(key.id));
    QTRY_COMPARE(m_keychain->count(Op::Remove), 1);
    QCOMPARE(m_keys->leftovers().size(), 1);
    m_keychain->become(State::Available);
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QVERIFY(m_vault->empty());
}

void TestKeyRing::finishesAPendingKeyAfterACrash()
{
    m_keychain->hang(Op::Write, true);
    Answer<ApiKey> answer;
    m_ring->store(draft(u"Half"_s), secret(), m_guard.get(), answer.taker());
    restart();
    QCOMPARE(m_keys->pending().size(), 1);
    QSignalSpy notices(m_ring.get(), &KeyRing::notice);
    m_ring->reconcile();
    m_ring->reconcile(); // twice does no harm
    QTRY_COMPARE(m_keys->all().size(), 1);
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices.first().first().toString().contains(u"Half"_s));
    QVERIFY(readNow(m_keys->all().first().id)->reveal() == token);
    QVERIFY(m_keys->leftovers().isEmpty());
}

void TestKeyRing::takesAPendingKeyBackAfterACrash_data()
{
    QTest::addColumn<QByteArray>("inVault");
    QTest::newRow("the secret was never written") << QByteArray();
    QTest::newRow("half of it was written") << "talq_0123"_ba;
}

void TestKeyRing::takesAPendingKeyBackAfterACrash()
{
    QFETCH(const QByteArray, inVault);
    m_keychain->hang(Op::Write);
    Answer<ApiKey> answer;
    m_ring->store(draft(u"Half"_s), secret(), m_guard.get(), answer.taker());
    const QUuid id = m_keys->pending().first().id;
    if (!inVault.isEmpty())
        (*m_vault)[id] = inVault;
    restart();
    QSignalSpy notices(m_ring.get(), &KeyRing::notice);
    m_ring->reconcile();
    QTRY_VERIFY(m_keys->pending().isEmpty());
    QVERIFY(m_keys->all().isEmpty());
    QTRY_VERIFY(m_vault->empty());
    QTRY_VERIFY(m_keys->leftovers().isEmpty());
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices.first().first().toString().contains(u"Half"_s));
    storeNow(u"Again"_s); // the token is free to be added again
}

void TestKeyRing::leavesAPendingKeyAloneWhileLocked()
{
    m_keychain->hang(Op::Write, true);
    Answer<ApiKey> answer;
    m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
    restart();
    m_keychain->become(State::Locked);
    m_ring->reconcile();
    QCOMPARE(m_keychain->count(Op::Read), 0);
    QCOMPARE(m_keys->pending().size(), 1);
    m_keychain->become(State::Available);
    QTRY_COMPARE(m_keys->all().size(), 1);
}

/// The process ends after each number of turns of the event loop: afterwards the key is there whole or not at
/// all, the secrets are exactly those of the rows, and nothing is left over.
void TestKeyRing::survivesACrashAtEveryStep()
{
    bool sawNothing = false;
    bool sawTheKey = false;
    for (int turns = 0; turns < 12; ++turns) {
        for (const bool removing : {false, true}) {
            cleanup();
            init();
            Answer<ApiKey> answer;
            if (removing) {
                const ApiKey key = storeNow();
                QVERIFY(m_ring->remove(key.id));
            } else {
                m_ring->store(draft(), secret(), m_guard.get(), answer.taker());
            }
            for (int turn = 0; turn < turns; ++turn)
                QCoreApplication::sendPostedEvents(), QCoreApplication::processEvents();
            restart();
            m_ring->reconcile();
            QTRY_VERIFY(m_keys->pending().isEmpty());
            QTRY_VERIFY(m_keys->leftovers().isEmpty());
            QTRY_COMPARE(std::size_t(m_keys->all().size()), m_vault->size());
            if (removing)
                QVERIFY(m_keys->all().isEmpty());
            if (!removing && answer.times == 1)
                QCOMPARE(m_keys->all().size(), 1); // what was told is true
            (m_keys->all().isEmpty() ? sawNothing : sawTheKey) = true;
            for (const ApiKey &key : m_keys->all())
                QVERIFY(readNow(key.id)->reveal() == token);
        }
    }
    QVERIFY(sawNothing);
    QVERIFY(sawTheKey);
}

void TestKeyRing::takesTheSessionOnlyWithoutAKeychain()
{
    for (const State state :
         {State::Unknown, State::Available, State::Locked, State::Denied, State::Slow, State::Failing}) {
        m_keychain->become(state);
        QCOMPARE(m_ring->defaultPlace(), SecretPlace::SystemKeychain);
    }
    m_keychain->become(State::Absent);
    for (const State state : {State::Unknown, State::Absent, State::Failing}) {
        m_sealed->become(state);
        QCOMPARE(m_ring->defaultPlace(), SecretPlace::Session);
    }
    for (const State state : {State::Available, State::Locked}) { // it can take a key
        m_sealed->become(state);
        QCOMPARE(m_ring->defaultPlace(), SecretPlace::SealedFile);
    }
    QCOMPARE(&m_ring->store(SecretPlace::SealedFile), m_sealed.get());
    QCOMPARE(&m_ring->store(SecretPlace::Session), m_session.get());
    QCOMPARE(&m_ring->store(SecretPlace::SystemKeychain), m_keychain.get());
}

QTEST_GUILESS_MAIN(TestKeyRing)
#include "test_key_ring.moc"
