#include "app/Core.h"
#include "app/keys/RevokeAdvice.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/TempHome.h"
#include "tests/support/TokenProvider.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace std::chrono_literals;
using test::ScriptedSecretStore;
using test::TokenProvider;
using Fault = TokenProvider::Fault;
using Op = TokenProvider::Op;
using Method = Rotation::Method;
using State = RotateKeyJob::State;
using Step = Rotation::Step;
using StoreOp = ScriptedSecretStore::Op;

namespace {

std::shared_ptr<const Secret> secret(const QByteArray &bytes)
{
    return std::make_shared<const Secret>(std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

/// Everything that a job says.
struct JobEnd
{
    explicit JobEnd(KeyJob *job)
    {
        QObject::connect(job, &KeyJob::finished, &guard, [this](const Result<ApiKey> &result) {
            ++times;
            outcome = result;
        });
        QObject::connect(job, &QObject::destroyed, &guard, [this] { gone = true; });
    }
    [[nodiscard]] bool wait() const
    {
        return QTest::qWaitFor([this] { return gone; }, 20'000) && times == 1;
    }
    [[nodiscard]] Error error() const { return outcome && !*outcome ? outcome->error() : Error{}; }

    QObject guard;
    std::optional<Result<ApiKey>> outcome;
    int times = 0;
    bool gone = false;
};

} // namespace

class TestRotation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void replacesThroughTheApi();
    void proofsAreCountedUnderTheirEnvironment();
    void replacesEveryIdentityEverywhereAtOnce();
    void switchesNothingBeforeTheUserSaysSo();
    void undoesUntilRevoked();
    void revokesWhenTheTimeHasCome();
    void doesNotRevokeWhileTheNewKeyIsNotProven();
    void survivesTroubleAtEveryStep_data();
    void survivesTroubleAtEveryStep();
    void waitsForALockedKeychainWithTheTokenInHand();
    void canBeCancelledAtEveryStep_data();
    void canBeCancelledAtEveryStep();
    void findsATokenWhoseAnswerWasLost();
    void tellsOfATokenThatItCannotTakeBack();
    void survivesACrashAtEveryTurn();
    void takesAPastedValue();
    void aPastedValueThatIsRefusedLeavesTheOldOne();
    void aValueThatEndedTheOldOneIsNeverThrownAway();
    void knowsTheOldValueAgain();
    void doesNotRevokeByANumberThatTheNewOneTookOver();
    void needsTheUserWhereASessionIsNeeded();
    void asksForNothingTwice();
    void anotherRotationOfTheSameKeyIsRefused();

    void clockSetForwardRevokesNothingEarly();
    void clockSetBackForgetsNothing();
    void timeGoesOnWhileKeydeskIsClosed();
    void aRestartOfTheComputerBelievesTheWallClock();
    void asksAfterMoreThanAYear();
    void aClockThatWasWrongForAWhileCountsNothingTwice();
    void timeZonesDoNotMatter();

private:
    void open();
    void crash();
    void restart();
    Core &core() { return *m_core; }
    RotationService &service() { return *m_core->rotations; }
    RotateKeyJob *begin(Method method = Method::Api, const QByteArray &pasted = {}, bool oldEnds = false);
    /// Up to the switch; the id of the rotation.
    QUuid rotateNow();
    bool settles();
    QUuid usedKey();
    QString faultOfWhatIsHeld();

    std::unique_ptr<test::TempHome> m_home;
    std::shared_ptr<ScriptedSecretStore::Vault> m_vault;
    std::unique_ptr<TokenProvider> m_provider;
    std::unique_ptr<Core> m_core;
    ScriptedSecretStore *m_keychain = nullptr;
    Environment m_environment;
    ApiKey m_old;
    QByteArray m_oldToken;
};

void TestRotation::init()
{
    m_home = std::make_unique<test::TempHome>();
    m_vault = std::make_shared<ScriptedSecretStore::Vault>();
    m_provider = std::make_unique<TokenProvider>();
    open();
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_provider->url().toString();
    environment.colour = u"orange"_s;
    const Result<Environment> added = core().environments->add(environment);
    QVERIFY(added);
    m_environment = *added;
    const TokenProvider::Token made = m_provider->make(u"CI"_s);
    m_oldToken = made.bytes;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = m_environment.id;
    JobEnd end(core().keyService->add(draft, secret(made.bytes)));
    QVERIFY(end.wait() && *end.outcome);
    m_old = **end.outcome;
    m_old.remoteId = made.id;
    m_old.rotateAfterDays = 90;
    QVERIFY(core().keys->update(m_old));
}

void TestRotation::cleanup()
{
    crash();
    m_provider.reset();
    m_home.reset();
}

void TestRotation::open()
{
    auto keychain = std::make_unique<ScriptedSecretStore>(m_vault);
    m_keychain = keychain.get();
    auto opened = Core::open(*Paths::under(m_home->path(u"keydesk"_s)), std::move(keychain));
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    m_core = std::move(*opened);
}

/// Nothing runs after this but destructors: what was under way never comes to its end. What is on the wire
/// arrives.
void TestRotation::crash()
{
    m_core.reset();
    for (int turn = 0; turn < 20; ++turn)
        QTest::qWait(0);
}

void TestRotation::restart()
{
    crash();
    open();
    core().ring->reconcile();
    service().resume();
}

RotateKeyJob *TestRotation::begin(Method method, const QByteArray &pasted, bool oldEnds)
{
    return service().rotate({m_old.id, method, pasted.isEmpty() ? nullptr : secret(pasted), oldEnds});
}

QUuid TestRotation::rotateNow()
{
    RotateKeyJob *job = begin();
    JobEnd end(job);
    if (!QTest::qWaitFor([&] { return end.gone || job->state() == State::Proved; }))
        qFatal("not proved");
    job->switchOver();
    if (!end.wait() || !*end.outcome)
        qFatal("not switched: %s", qPrintable(end.error().message));
    return service().rotations().all().first().id;
}

/// Until nothing is under way and nothing is left that could go on by itself.
bool TestRotation::settles()
{
    return QTest::qWaitFor(
        [this] {
            for (const Rotation &rotation : service().rotations().all()) {
                const bool rests = rotation.step == Step::Overlap ||
                                   (rotation.step == Step::TakingBack && !rotation.lastError.isEmpty());
                if (service().isBusy(rotation.id) || !rests)
                    return false;
            }
            return core().keys->pending().isEmpty() && core().keys->leftovers().isEmpty();
        },
        20'000);
}

QUuid TestRotation::usedKey()
{
    return core().environments->find(m_environment.id)->keys.value(u"environment"_s);
}

/// That the environment has exactly one key, whose token is held and works; and that each token at the
/// provider is held, or written down as one that has to be seen to. Empty if so.
QString TestRotation::faultOfWhatIsHeld()
{
    const std::optional<ApiKey> used = core().keys->find(usedKey());
    if (!used)
        return u"the environment has no key"_s;
    if (!m_vault->contains(used->id))
        return u"its token is not held"_s;
    if (!m_provider->accepts(m_vault->at(used->id)))
        return u"its token does not work"_s;
    for (const TokenProvider::Token &token : m_provider->active()) {
        bool known = false;
        for (const ApiKey &key : core().keys->all())
            known = known || (m_vault->contains(key.id) && m_vault->at(key.id) == token.bytes);
        for (const Rotation &rotation : service().rotations().all())
            known = known || rotation.remoteName == token.name || rotation.remoteId == token.id;
        if (!known)
            return u"nobody knows of the token "_s + token.name;
    }
    for (const auto &[id, bytes] : *m_vault) {
        if (!core().keys->find(id))
            return u"a secret is left without its key"_s;
    }
    return {};
}

// --- The flow
// ------------------------------------------------------------------------------------------------------------

void TestRotation::replacesThroughTheApi()
{
    RotateKeyJob *job = begin();
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Proved);
    QCOMPARE(job->proofs().size(), 1);
    QCOMPARE(job->proofs().first().environmentName, u"Staging"_s);
    QVERIFY(job->proofs().first().note.contains(u"200 OK"_s));
    QCOMPARE(usedKey(), m_old.id);
    job->switchOver();
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    const ApiKey key = **end.outcome;
    QCOMPARE(usedKey(), key.id);
    QCOMPARE(key.name, u"CI"_s);
    QCOMPARE(key.origins, m_old.origins);
    QCOMPARE(key.rotateAfterDays, std::optional(90));
    QCOMPARE(key.status, ApiKey::Status::Works);
    QCOMPARE(core().keys->find(m_old.id)->name, u"CI (old)"_s);
    QCOMPARE(faultOfWhatIsHeld(), QString());
    QCOMPARE(m_provider->active().size(), 2);
    QCOMPARE(core().keys->events(key.id, 1).first().action, KeyAction::Rotated);
    QCOMPARE(core().keys->events(m_old.id, 1).first().action, KeyAction::Rotated);

    const Rotation rotation = service().rotations().all().first();
    QVERIFY(!service().timeLeft(rotation)); // nothing is revoked that nobody chose
    JobEnd revoked(service().revokeOld(rotation.id, {}));
    QVERIFY(revoked.wait());
    QVERIFY2(*revoked.outcome, qPrintable(revoked.error().message));
    QCOMPARE(core().keys->find(m_old.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(m_provider->active().size(), 1);
    QVERIFY(service().rotations().all().isEmpty());
    QCOMPARE(faultOfWhatIsHeld(), QString());
    restart();
    QCOMPARE(usedKey(), key.id);
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::proofsAreCountedUnderTheirEnvironment()
{
    const QUuid key = service().rotations().find(rotateNow())->newKeyId;
    const auto uses = core().usage->of(key);
    QVERIFY(uses);
    QCOMPARE(uses->size(), 1);
    QCOMPARE(uses->first().environmentId, m_environment.id);
    const RevokeAdvice advice =
        revokeAdvice(*core().keys->find(key), *uses, core().environments->all(), {}, core().usage->now());
    QVERIFY2(advice.use.contains(u"today by Staging ("_s), qPrintable(advice.use));
}

void TestRotation::replacesEveryIdentityEverywhereAtOnce()
{
    Environment other = m_environment;
    other.id = QUuid();
    other.name = u"Elsewhere"_s;
    other.keys.clear();
    const auto added = core().environments->add(other);
    QVERIFY(added);
    QVERIFY(core().environments->addIdentity(added->id, u"read only"_s));
    QVERIFY(core().environments->setKey(added->id, u"environment"_s, m_old.id, u"read only"_s));
    const QUuid id = rotateNow();
    QCOMPARE(service().rotations().find(id)->switched.size(), 2);
    QCOMPARE(m_provider->calls(Op::Check), 2); // one in each
    const QUuid key = service().rotations().find(id)->newKeyId;
    QCOMPARE(usedKey(), key);
    QCOMPARE(core().environments->find(added->id)->identities.first().keys.value(u"environment"_s), key);
    QVERIFY(core().environments->usedBy(m_old.id).isEmpty());
    QVERIFY(service().undo(id));
    QCOMPARE(core().environments->usedBy(m_old.id).size(), 2);
    QVERIFY(core().environments->usedBy(key).isEmpty());
}

void TestRotation::switchesNothingBeforeTheUserSaysSo()
{
    RotateKeyJob *job = begin();
    JobEnd end(job);
    m_provider->fault(Op::Check, Fault::Limits);
    QTRY_COMPARE(job->state(), State::Unreachable);
    job->switchOver(); // not proven: no
    QCOMPARE(usedKey(), m_old.id);
    m_provider->fault(Op::Check, Fault::None);
    job->retry();
    QTRY_COMPARE(job->state(), State::Proved);
    // An environment that began to use the old key meanwhile is tried first.
    Environment other = m_environment;
    other.id = QUuid();
    other.name = u"Late"_s;
    other.keys = {{u"environment"_s, m_old.id}};
    QVERIFY(core().environments->add(other));
    job->switchOver();
    QCOMPARE(usedKey(), m_old.id);
    QTRY_COMPARE(job->state(), State::Proved);
    QCOMPARE(job->proofs().size(), 2);
    job->switchOver();
    QVERIFY(end.wait());
    QVERIFY(core().environments->usedBy(m_old.id).isEmpty());
}

void TestRotation::undoesUntilRevoked()
{
    const QUuid id = rotateNow();
    const QUuid key = usedKey();
    service().resume();
    QVERIFY(service().schedule(id, 1h));
    QCOMPARE(core().keys->events(m_old.id, 1).first().action, KeyAction::RevocationScheduled);
    QVERIFY(service().undo(id));
    QCOMPARE(usedKey(), m_old.id);
    QCOMPARE(core().keys->find(m_old.id)->name, u"CI"_s);
    QCOMPARE(core().keys->find(key)->name, u"CI (new)"_s);
    QCOMPARE(core().keys->events(m_old.id, 1).first().action, KeyAction::RevocationCancelled);
    QVERIFY(service().rotations().all().isEmpty());
    QVERIFY(!service().undo(id));
    QCOMPARE(m_provider->calls(Op::Revoke), 0);
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::revokesWhenTheTimeHasCome()
{
    const QUuid id = rotateNow();
    QSignalSpy notices(&service(), &RotationService::notice);
    service().resume();
    QVERIFY(service().schedule(id, 300ms));
    QVERIFY(m_provider->accepts(m_oldToken));
    QTRY_VERIFY(!m_provider->accepts(m_oldToken));
    QTRY_VERIFY(service().rotations().all().isEmpty());
    QTRY_COMPARE(notices.size(), 1);
    QCOMPARE(faultOfWhatIsHeld(), QString());

    // One that came due while Keydesk was closed runs at the next start.
    m_old = *core().keys->find(usedKey());
    const QUuid again = rotateNow();
    QVERIFY(service().schedule(again, 1ms));
    restart();
    QTRY_VERIFY(service().rotations().all().isEmpty());
    QCOMPARE(m_provider->active().size(), 1);
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::doesNotRevokeWhileTheNewKeyIsNotProven()
{
    const QUuid id = rotateNow();
    const QByteArray token = m_vault->at(usedKey());
    for (const Fault fault : {Fault::Refuses, Fault::LosesRequest, Fault::Fails}) {
        m_provider->fault(Op::Check, fault);
        JobEnd end(service().revokeOld(id, {}));
        QVERIFY(end.wait());
        QVERIFY(!*end.outcome);
        QCOMPARE(m_provider->calls(Op::Revoke), 0);
        QCOMPARE(service().rotations().find(id)->step, Step::Overlap);
        QVERIFY(service().rotations().find(id)->lastError.contains(u"Staging"_s));
    }
    m_provider->fault(Op::Check, Fault::None);
    m_provider->end(token); // somebody revoked the new one in the dashboard
    service().resume();
    QVERIFY(service().schedule(id, 0ms));
    QTRY_VERIFY(!service().isBusy(id) && !service().rotations().find(id)->lastError.isEmpty());
    QVERIFY(m_provider->accepts(m_oldToken));
    QVERIFY(service().undo(id));
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

// --- Trouble
// -------------------------------------------------------------------------------------------------------------

void TestRotation::survivesTroubleAtEveryStep_data()
{
    QTest::addColumn<int>("op"); // of the provider, or 10 + of the keychain
    QTest::addColumn<int>("fault");
    const char *faults[] = {"none", "refuses", "loses the request", "loses the answer", "fails", "limits"};
    for (const auto &[op, name] : {std::pair{Op::Create, "create"}, std::pair{Op::Check, "prove"}}) {
        for (int fault = 1; fault <= 5; ++fault)
            QTest::addRow("%s: provider %s", name, faults[fault]) << static_cast<int>(op) << fault;
    }
    for (const auto &[op, name] :
         {std::pair{StoreOp::Write, "write"}, std::pair{StoreOp::Read, "read back"}}) {
        for (const auto &[kind, trouble] : {std::pair{Error::Kind::KeychainLocked, "locked"},
                                            std::pair{Error::Kind::KeychainDenied, "denied"},
                                            std::pair{Error::Kind::KeychainFailed, "failing"},
                                            std::pair{Error::Kind::KeychainSlow, "slow"}})
            QTest::addRow("%s: keychain %s", name, trouble)
                << 10 + static_cast<int>(op) << static_cast<int>(kind);
    }
}

/// Whatever happens at whichever step: the old key is used and works, and no token is left over. With the
/// trouble gone it goes well.
void TestRotation::survivesTroubleAtEveryStep()
{
    QFETCH(const int, op);
    QFETCH(const int, fault);
    if (op >= 10)
        m_keychain->failWith(static_cast<StoreOp>(op - 10),
                             {static_cast<Error::Kind>(fault), u"The keychain says no."_s, {}});
    else
        m_provider->fault(static_cast<Op>(op), static_cast<Fault>(fault));
    RotateKeyJob *job = begin();
    JobEnd end(job);
    QTRY_VERIFY(end.gone || (job->state() != State::Working && job->state() != State::Proved));
    if (!end.gone) {
        QVERIFY(job->trouble());
        QVERIFY(!job->trouble()->message.isEmpty());
        m_keychain->succeedAgain(StoreOp::Read);
        job->cancel();
    }
    QVERIFY(end.wait());
    QVERIFY(!*end.outcome);
    QVERIFY(!end.error().message.isEmpty());
    QCOMPARE(usedKey(), m_old.id);
    m_keychain->succeedAgain(StoreOp::Read);
    QTRY_COMPARE(faultOfWhatIsHeld(), QString());
    QCOMPARE(m_provider->active().size(), 1);
    QVERIFY(service().rotations().all().isEmpty());

    m_keychain->succeedAgain(StoreOp::Write);
    m_provider->fault(Op::Create, Fault::None);
    m_provider->fault(Op::Check, Fault::None);
    rotateNow();
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::waitsForALockedKeychainWithTheTokenInHand()
{
    m_keychain->failWith(StoreOp::Write, {Error::Kind::KeychainLocked, u"Locked."_s, {}});
    RotateKeyJob *job = begin();
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::StoreFailed);
    m_keychain->become(SecretStore::State::Locked);
    m_keychain->failWith(StoreOp::Unlock, {Error::Kind::KeychainLocked, u"Still locked."_s, {}});
    job->retry();
    QTRY_COMPARE(job->state(), State::StoreFailed);
    QCOMPARE(m_provider->active().size(), 2); // the new one waits
    m_keychain->succeedAgain(StoreOp::Unlock);
    m_keychain->succeedAgain(StoreOp::Write);
    job->retry(); // unlocks, and goes on
    QTRY_COMPARE(job->state(), State::Proved);
    QCOMPARE(m_provider->calls(Op::Create), 1);
    job->switchOver();
    QVERIFY(end.wait());
    QVERIFY(settles());
    core().ring->reconcile();
    QVERIFY(settles());
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::canBeCancelledAtEveryStep_data()
{
    QTest::addColumn<QString>("when");
    for (const QString &when : {u"at once"_s, u"while creating"_s, u"while writing"_s,
                                u"while reading back"_s, u"while unlocking"_s, u"store failed"_s,
                                u"while proving"_s, u"proved"_s, u"unreachable"_s, u"refused"_s})
        QTest::newRow(qPrintable(when)) << when;
}

void TestRotation::canBeCancelledAtEveryStep()
{
    QFETCH(const QString, when);
    if (when == u"while unlocking"_s) {
        m_keychain->become(SecretStore::State::Locked);
        m_keychain->hang(StoreOp::Unlock);
    } else if (when == u"while writing"_s) {
        m_keychain->hang(StoreOp::Write, true);
    } else if (when == u"while reading back"_s) {
        m_keychain->hang(StoreOp::Read);
    } else if (when == u"store failed"_s) {
        m_keychain->failWith(StoreOp::Write, {Error::Kind::KeychainFailed, u"No."_s, {}});
    } else if (when == u"unreachable"_s) {
        m_provider->fault(Op::Check, Fault::Fails);
    } else if (when == u"refused"_s) {
        m_provider->fault(Op::Check, Fault::Refuses);
    }
    RotateKeyJob *job = begin();
    JobEnd end(job);
    if (when == u"while creating"_s)
        QTRY_VERIFY(!service().rotations().all().isEmpty());
    else if (when.startsWith(u"while unl"_s) || when.startsWith(u"while w"_s) ||
             when.startsWith(u"while r"_s))
        QTRY_COMPARE(m_keychain->waiting(), 1);
    else if (when == u"while proving"_s)
        QTRY_VERIFY(!job->proofs().isEmpty());
    else if (when != u"at once"_s)
        QTRY_VERIFY(job->state() != State::Working);
    job->cancel();
    QTest::qWait(0);
    m_keychain->release();
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
    QCOMPARE(usedKey(), m_old.id);
    m_keychain->become(SecretStore::State::Available);
    QVERIFY(settles());
    QTRY_COMPARE(faultOfWhatIsHeld(), QString());
    QCOMPARE(m_provider->active().size(), 1);
    QCOMPARE(core().keys->all().size(), 1);
    QVERIFY(service().rotations().all().isEmpty());
}

void TestRotation::findsATokenWhoseAnswerWasLost()
{
    m_provider->fault(Op::Create, Fault::LosesAnswer);
    JobEnd end(begin());
    QVERIFY(end.wait());
    QVERIFY(!*end.outcome);
    QCOMPARE(m_provider->tokens().size(), 2); // it was made, and found by its name
    QCOMPARE(m_provider->active().size(), 1);
    QVERIFY(service().rotations().all().isEmpty());
}

void TestRotation::tellsOfATokenThatItCannotTakeBack()
{
    m_provider->fault(Op::Check, Fault::Refuses);
    m_provider->fault(Op::Revoke, Fault::LosesRequest);
    RotateKeyJob *job = begin();
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Refused);
    job->cancel();
    QVERIFY(end.wait());
    const QString name = m_provider->active().last().name;
    QVERIFY(name.startsWith(u"CI "_s));
    QVERIFY2(end.error().message.contains(name), qPrintable(end.error().message));
    QVERIFY(end.error().kind != Error::Kind::Cancelled);
    QCOMPARE(service().rotations().all().size(), 1);
    m_provider->fault(Op::Check, Fault::None);
    QTRY_COMPARE(faultOfWhatIsHeld(), QString());

    m_provider->fault(Op::Revoke, Fault::None);
    restart(); // tries again
    QTRY_VERIFY(service().rotations().all().isEmpty());
    QCOMPARE(m_provider->active().size(), 1);
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

/// Keydesk ends after each number of turns of the event loop, with the whole rotation under way, and starts
/// again.
void TestRotation::survivesACrashAtEveryTurn()
{
    QSet<QString> seen;
    bool complete = false;
    int turns = 0;
    for (; !complete; ++turns) {
        cleanup();
        init();
        bool revoked = false;
        service().resume();
        RotateKeyJob *job = begin();
        connect(job, &RotateKeyJob::stateChanged, job, [job] {
            if (job->state() == State::Proved)
                job->switchOver();
        });
        connect(job, &KeyJob::finished, &service(), [&](const Result<ApiKey> &outcome) {
            QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().message));
            const auto rotation = service().rotations().ofKey(outcome->id);
            QVERIFY(rotation);
            QMetaObject::invokeMethod(
                &service(), [&, id = rotation->id] { QVERIFY(service().schedule(id, 0ms)); },
                Qt::QueuedConnection);
        });
        connect(&service(), &RotationService::notice, &service(), [&revoked] { revoked = true; });
        const RotationStore *store = &service().rotations(); // which changes while the core ends, too
        connect(store, &RotationStore::changed, store, [&seen, store] {
            for (const Rotation &rotation : store->all())
                seen.insert(QString::number(static_cast<int>(rotation.step)));
        });
        for (int turn = 0; turn < turns && !revoked; ++turn)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        complete = revoked;
        restart();
        QVERIFY(settles());
        const QString fault = faultOfWhatIsHeld();
        QVERIFY2(fault.isEmpty(), qPrintable(u"after %1 turns: %2"_s.arg(turns).arg(fault)));
        // Old and new while the overlap lasts, else one.
        const bool overlaps = !service().rotations().all().isEmpty();
        QCOMPARE(m_provider->active().size(), overlaps ? 2 : 1);
        if (QTest::currentTestFailed())
            return;
    }
    // How many steps one turn takes depends on the machine: rotation_kill ends at each of them.
    QVERIFY2(seen.size() >= 5, qPrintable(QStringList(seen.values()).join(u',')));
    QVERIFY(turns > 5);
}

// --- Guided
// --------------------------------------------------------------------------------------------------------------

void TestRotation::takesAPastedValue()
{
    const TokenProvider::Token made = m_provider->make(u"Made by hand"_s);
    RotateKeyJob *job = begin(Method::Guided, made.bytes);
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Proved);
    job->switchOver();
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    QCOMPARE(m_vault->at(usedKey()), made.bytes);
    QVERIFY(m_provider->accepts(m_oldToken));
    QCOMPARE(m_provider->calls(Op::Create), 0);
    const Rotation rotation = service().rotations().all().first();
    QVERIFY(service().noteRevoked(rotation.id)); // the user did it in the dashboard
    QCOMPARE(core().keys->find(m_old.id)->status, ApiKey::Status::Revoked);
    QVERIFY(service().rotations().all().isEmpty());
}

void TestRotation::aPastedValueThatIsRefusedLeavesTheOldOne()
{
    RotateKeyJob *job = begin(Method::Guided, "talq_this_is_no_token_of_theirs");
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Refused);
    QVERIFY(job->proofs().first().why.size() > 20); // the explanation
    job->cancel();
    QVERIFY(end.wait());
    QCOMPARE(usedKey(), m_old.id);
    QVERIFY(settles());
    QTRY_COMPARE(faultOfWhatIsHeld(), QString());
    QCOMPARE(core().keys->all().size(), 1);
}

void TestRotation::aValueThatEndedTheOldOneIsNeverThrownAway()
{
    // Refused: both stay.
    m_provider->end(m_oldToken);
    RotateKeyJob *job = begin(Method::Guided, "talq_mistyped_1234567890", true);
    JobEnd refused(job);
    QTRY_COMPARE(job->state(), State::Refused);
    job->cancel();
    QVERIFY(refused.wait());
    QVERIFY2(refused.error().message.contains(u"CI (new)"_s), qPrintable(refused.error().message));
    QCOMPARE(core().keys->all().size(), 2);
    QCOMPARE(usedKey(), m_old.id);
    QVERIFY(service().rotations().all().isEmpty());

    // Good: the old one is over, and its number is the new one's.
    const TokenProvider::Token made = m_provider->make(u"CI"_s);
    job = begin(Method::Guided, made.bytes, true);
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Proved);
    job->switchOver();
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    QCOMPARE((*end.outcome)->remoteId, m_old.remoteId);
    QCOMPARE(core().keys->find(m_old.id)->status, ApiKey::Status::Revoked);
    QVERIFY(core().keys->find(m_old.id)->remoteId.isEmpty());
    QVERIFY(service().rotations().all().isEmpty());
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::knowsTheOldValueAgain()
{
    JobEnd end(begin(Method::Guided, m_oldToken));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Duplicate);
    QVERIFY(end.error().message.contains(u"old value"_s));
    QVERIFY(service().rotations().all().isEmpty());
}

/// A dashboard gave the same key another value: its number is that of the new one.
void TestRotation::doesNotRevokeByANumberThatTheNewOneTookOver()
{
    const TokenProvider::Token made = m_provider->make(u"CI"_s);
    m_old.remoteId = made.id;
    QVERIFY(core().keys->update(m_old));
    m_provider->end(m_oldToken);
    RotateKeyJob *job = begin(Method::Guided, made.bytes);
    JobEnd end(job);
    QTRY_COMPARE(job->state(), State::Proved);
    job->switchOver();
    QVERIFY(end.wait());
    JobEnd revoked(service().revokeOld(service().rotations().all().first().id, {}));
    QVERIFY(revoked.wait());
    QVERIFY(*revoked.outcome);
    QCOMPARE(m_provider->calls(Op::Revoke), 0);
    QCOMPARE(core().keys->find(m_old.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(faultOfWhatIsHeld(), QString());
}

void TestRotation::needsTheUserWhereASessionIsNeeded()
{
    m_old.kindId = u"user"_s;
    QVERIFY(core().keys->update(m_old));
    JobEnd end(begin());
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::InvalidInput); // no session token, and nothing was asked
    QCOMPARE(m_provider->calls(Op::Create), 0);
    const RotationPlan plan = service().planFor(m_old);
    QVERIFY(plan.byApi && plan.session);

    // One that is due waits for the session token, and says so once.
    Rotation rotation;
    rotation.id = QUuid::createUuid();
    rotation.step = Step::Overlap;
    rotation.oldKeyId = m_old.id;
    rotation.newKeyId = QUuid::createUuid();
    rotation.providerId = m_old.providerId;
    rotation.kindId = m_old.kindId;
    rotation.name = u"CI"_s;
    QVERIFY(const_cast<RotationStore &>(service().rotations()).write(rotation));
    QSignalSpy attention(&service(), &RotationService::attention);
    service().resume();
    QVERIFY(service().schedule(rotation.id, 0ms));
    QTRY_COMPARE(attention.size(), 1);
    QVERIFY(attention.first().first().toString().contains(u"session token"_s));
    QCOMPARE(service().rotations().find(rotation.id)->step, Step::Overlap);
    QCOMPARE(m_provider->calls(Op::Revoke), 0);
}

void TestRotation::asksForNothingTwice()
{
    const QUuid id = rotateNow();
    JobEnd end(service().revokeOld(id, {}));
    QVERIFY(!service().revokeOld(id, {}));
    QVERIFY(!service().undo(id));
    QVERIFY(!service().schedule(id, 1h));
    QVERIFY(!service().noteRevoked(id));
    QVERIFY(end.wait());
    QCOMPARE(m_provider->calls(Op::Revoke), 1);
}

void TestRotation::anotherRotationOfTheSameKeyIsRefused()
{
    const QUuid id = rotateNow();
    for (const QUuid &key : {m_old.id, usedKey()}) {
        JobEnd end(service().rotate({key, Method::Api, {}, false}));
        QVERIFY(end.wait());
        QCOMPARE(end.error().kind, Error::Kind::Conflict);
    }
    QCOMPARE(m_provider->active().size(), 2);
    // A key that is deleted takes what was to happen to it with it.
    QVERIFY(core().keyService->remove(m_old.id));
    QVERIFY(!service().rotations().find(id));
}

// --- Clocks
// --------------------------------------------------------------------------------------------------------------

namespace {

const QDateTime noon = QDateTime(QDate(2026, 11, 26), QTime(12, 0), Qt::UTC);

ClockMark at(const QDateTime &wall, std::chrono::milliseconds sinceBoot, const QByteArray &boot = "one")
{
    return {wall, sinceBoot, boot};
}

} // namespace

void TestRotation::clockSetForwardRevokesNothingEarly()
{
    const QUuid id = rotateNow();
    ClockMark now = at(noon, 1h);
    RotationService other(*core().keys, *core().ring, *core().environments, core().providers, *core().http,
                          *core().database, [&now] { return now; });
    QVERIFY(other.load());
    other.resume();
    QVERIFY(other.schedule(id, 24h));
    now = at(noon.addYears(10), 1h + 1min);
    QTest::qWait(100);
    QCOMPARE(*other.timeLeft(*other.rotations().find(id)), 24h - 1min);
    now = at(noon.addYears(10), 25h - 1s);
    QVERIFY(*other.timeLeft(*other.rotations().find(id)) > 0ms);
    QVERIFY(m_provider->accepts(m_oldToken));
    now = at(noon.addYears(-10), 25h); // what the wall says does not matter
    other.tryAgain();
    QTRY_VERIFY(!m_provider->accepts(m_oldToken));
}

void TestRotation::clockSetBackForgetsNothing()
{
    const ClockMark before = at(noon, 1h);
    QCOMPARE(passedBetween(before, at(noon.addYears(-5), 3h)).time, 2h);
    // Over a restart of the computer nothing is known: nothing is counted, and the next start counts from
    // there.
    const ClockMark afterRestart = at(noon.addYears(-5), 1min, "two");
    QCOMPARE(passedBetween(before, afterRestart).time, 0ms);
    QVERIFY(!passedBetween(before, afterRestart).doubtful);
    const ClockMark kept = laterMark(before, afterRestart);
    QCOMPARE(kept.wall, noon);
    QCOMPARE(passedBetween(kept, at(noon.addYears(-5).addSecs(3600), 61min, "two")).time, 60min);
}

void TestRotation::timeGoesOnWhileKeydeskIsClosed()
{
    const QUuid id = rotateNow();
    ClockMark now = at(noon, 1h);
    const auto make = [&] {
        auto made = std::make_unique<RotationService>(*core().keys, *core().ring, *core().environments,
                                                      core().providers, *core().http, *core().database,
                                                      [&now] { return now; });
        if (!made->load())
            qFatal("not loaded");
        made->resume();
        return made;
    };
    auto other = make();
    QVERIFY(other->schedule(id, 24h));
    now = at(noon.addSecs(3600), 2h);
    other.reset(); // writes what has passed
    now = at(noon.addSecs(5 * 3600), 6h);
    other = make();
    QCOMPARE(*other->timeLeft(*other->rotations().find(id)), 19h);
}

void TestRotation::aRestartOfTheComputerBelievesTheWallClock()
{
    QCOMPARE(passedBetween(at(noon, 100h), at(noon.addDays(3), 1min, "two")).time, std::chrono::hours(72));
    QCOMPARE(passedBetween(at(noon, 100h, {}), at(noon.addDays(3), 1min, {})).time, std::chrono::hours(72));
    QCOMPARE(passedBetween({}, at(noon, 1min)).time, 0ms);
}

void TestRotation::asksAfterMoreThanAYear()
{
    const QUuid id = rotateNow();
    ClockMark now = at(noon, 1h);
    const auto make = [&] {
        auto made = std::make_unique<RotationService>(*core().keys, *core().ring, *core().environments,
                                                      core().providers, *core().http, *core().database,
                                                      [&now] { return now; });
        if (!made->load())
            qFatal("not loaded");
        return made;
    };
    auto other = make();
    QVERIFY(other->schedule(id, 24h));
    other.reset();
    now = at(noon.addYears(10), 1min, "two"); // set forward while the computer was off
    other = make();
    QSignalSpy attention(other.get(), &RotationService::attention);
    other->resume();
    QTRY_COMPARE(attention.size(), 1);
    QVERIFY(attention.first().first().toString().contains(u"clock"_s));
    QVERIFY(other->needsUser(*other->rotations().find(id)));
    QVERIFY(m_provider->accepts(m_oldToken));
    JobEnd end(other->revokeOld(id, {})); // the user says that it is right
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
}

void TestRotation::aClockThatWasWrongForAWhileCountsNothingTwice()
{
    // The battery was empty: 1970 at first, and right again after the next restart. An hour of it counts
    // once.
    const ClockMark before = at(noon, 100h);
    const ClockMark began = laterMark(before, at(QDateTime::fromSecsSinceEpoch(60, Qt::UTC), 1min, "two"));
    const ClockMark wrong = at(QDateTime::fromSecsSinceEpoch(3660, Qt::UTC), 61min, "two");
    QCOMPARE(passedBetween(began, wrong).time, 1h);
    const ClockMark ended = laterMark(began, wrong);
    QCOMPARE(ended.wall, noon.addSecs(3600));
    QCOMPARE(passedBetween(ended, at(noon.addSecs(2 * 3600), 1min, "three")).time, 1h);
}

void TestRotation::timeZonesDoNotMatter()
{
    const QUuid id = rotateNow();
    QVERIFY(service().schedule(id, 24h));
    const Rotation before = *service().rotations().find(id);
    QCOMPARE(before.seen.wall.timeSpec(), Qt::UTC);
    const QByteArray zone = qgetenv("TZ");
    qputenv("TZ", "Pacific/Kiritimati");
    ::tzset();
    const auto left = *service().timeLeft(before);
    const QDateTime due = service().dueAt(before);
    qputenv("TZ", "Pacific/Niue");
    ::tzset();
    QVERIFY(std::chrono::abs(*service().timeLeft(before) - left) < 10s);
    QVERIFY(std::abs(service().dueAt(before).secsTo(due)) < 10);
    restart();
    QVERIFY(std::chrono::abs(*service().timeLeft(*service().rotations().find(id)) - 24h) < 1min);
    zone.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", zone);
    ::tzset();
}

QTEST_GUILESS_MAIN(TestRotation)
#include "test_rotation.moc"
