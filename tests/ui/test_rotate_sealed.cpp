#include "tests/support/CoreFixture.h"
#include "tests/support/SandboxFixture.h"
#include "tests/support/Widgets.h"
#include "ui/keys/RotateDialog.h"
#include "ui/sealed/SealedFlow.h"
#include "ui/widgets/TokenField.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::press;
using State = RotateKeyJob::State;

namespace {

const auto talkover = u"talkover"_s;
constexpr std::string_view passphrase = "correct horse battery";

} // namespace

/// The rotation of a key that lies in the sealed file, against the sandbox: the new token goes there too, and a
/// file that is locked on the way costs nothing but its passphrase.
class TestRotateSealed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void putsTheNewTokenIntoTheSealedFile();
    void asksForThePassphraseBeforeAnythingIsMade();
    void goesOnWhenTheFileWasLockedOnTheWay();
    void keepsTheTokenInHandWhenTheFileWasLockedBeforeItWasWritten();
    void takesBackWhatALockedFileHas();
    void provesOnceMoreBeforeRevokingBehindTheLock();
    void revokesWhatIsDueWhenTheFileIsOpenAgain();
    void refusesADamagedFileBeforeAnythingIsMade();

private:
    void openDialog();
    bool answerPassphrase();
    bool says(const QString &text);
    QList<QUuid> entries();
    QByteArray tokenOf(const QUuid &id);
    int answerTo(const QByteArray &token);
    int activeThere();
    QUuid usedKey();
    QUuid rotateNow();
    void verifyThatTheOldKeyIsUsed();
    Core &core() { return **m_core; }
    SealedStore &sealed() { return *core().sealed; }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<QWidget> m_window;
    QPointer<RotateDialog> m_dialog;
    Environment m_environment;
    ApiKey m_key;
    QByteArray m_token;
};

void TestRotateSealed::init()
{
    m_sandbox = std::make_unique<test::SandboxFixture>();
    QVERIFY(m_sandbox->start());
    m_core = std::make_unique<test::CoreFixture>();
    m_window = std::make_unique<QWidget>();
    m_window->show();
    new SealedFlow(sealed(), m_window.get());
    QTRY_COMPARE(sealed().state(), SecretStore::State::Absent); // it was looked for
    bool isOpen = false;
    sealed().create(Secret(passphrase), this, [&isOpen](const Result<void> &outcome) { isOpen = outcome.has_value(); });
    QTRY_VERIFY(isOpen);
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_sandbox->origin(talkover).toString();
    const Result<Environment> added = core().environments->add(environment);
    QVERIFY(added);
    m_environment = *added;
    const auto made = m_sandbox->makeKey(talkover, {{u"name"_s, u"CI"_s}, {u"kind"_s, u"environment"_s}});
    m_token = made.token;
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"environment"_s;
    draft.environmentId = m_environment.id;
    draft.remoteId = made.id;
    draft.place = SecretPlace::SealedFile;
    m_key = m_core->addKey(draft, made.token.toStdString());
    QCOMPARE(m_key.place, SecretPlace::SealedFile);
    core().rotations->resume();
}

void TestRotateSealed::cleanup()
{
    delete m_dialog;
    m_window.reset();
    m_core.reset();
    m_sandbox.reset();
}

void TestRotateSealed::openDialog()
{
    m_dialog = new RotateDialog(*core().keys->find(m_key.id), *core().rotations, *core().keys, core().providers,
                                m_window.get());
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->open();
}

bool TestRotateSealed::answerPassphrase()
{
    const auto asked = [] { return test::window(u"Unlock the Sealed File"_s); };
    if (!test::waitFor([&asked] { return asked() != nullptr; }))
        return false;
    auto *field = find<TokenField>(asked(), u"Passphrase"_s);
    field->setSecret(Secret(passphrase));
    Q_EMIT field->secretEdited();
    auto *unlock = find<QAbstractButton>(asked(), u"Unlock"_s);
    if (!test::waitFor([unlock] { return unlock->isEnabled(); }))
        return false;
    unlock->click();
    return test::waitFor([&asked] { return asked() == nullptr; });
}

bool TestRotateSealed::says(const QString &text)
{
    return test::waitFor([this, &text] {
        if (!m_dialog)
            return false;
        for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
            if (label->isVisible() && (label->text().contains(text) || label->accessibleName().contains(text)))
                return true;
        }
        return false;
    });
}

/// What lies in the sealed file.
QList<QUuid> TestRotateSealed::entries()
{
    std::optional<Result<QList<QUuid>>> listed;
    sealed().list(this, [&listed](const Result<QList<QUuid>> &answer) { listed = answer; });
    if (!test::waitFor([&listed] { return listed.has_value(); }) || !*listed)
        return {};
    return **listed;
}

QByteArray TestRotateSealed::tokenOf(const QUuid &id)
{
    QByteArray bytes;
    bool done = false;
    core().ring->readForUser(id, this, [&](const Result<Secret> &secret) {
        if (secret)
            bytes = QByteArray(secret->reveal().data(), qsizetype(secret->reveal().size()));
        done = true;
    });
    test::waitFor([&done] { return done; });
    return bytes;
}

int TestRotateSealed::answerTo(const QByteArray &token)
{
    return m_sandbox->get(talkover, u"/api/v1/agents"_s, token).status;
}

int TestRotateSealed::activeThere()
{
    int active = 0;
    const QJsonArray all = m_sandbox->get(talkover, u"/dashboard/keys?kind=environment"_s).json[u"data"_s].toArray();
    for (const QJsonValue each : all)
        active += each[u"status"_s].toString() == u"active" ? 1 : 0;
    return active;
}

QUuid TestRotateSealed::usedKey()
{
    return core().environments->find(m_environment.id)->keys.value(u"environment"_s);
}

/// Up to the overlap; returns the rotation.
QUuid TestRotateSealed::rotateNow()
{
    RotateKeyJob *job = core().rotations->rotate({m_key.id, Rotation::Method::Api, {}, false, {}});
    if (!test::waitFor([job] { return job->state() == State::Proved; }))
        qFatal("not proved");
    const QUuid id = job->rotation().id;
    job->switchOver();
    if (!core().rotations->rotations().find(id)->isSwitched())
        qFatal("not switched");
    return id;
}

void TestRotateSealed::verifyThatTheOldKeyIsUsed()
{
    QCOMPARE(usedKey(), m_key.id);
    QCOMPARE(answerTo(m_token), 200);
    QVERIFY(core().keys->find(m_key.id)->status != ApiKey::Status::Revoked);
}

void TestRotateSealed::putsTheNewTokenIntoTheSealedFile()
{
    QCOMPARE(entries(), QList<QUuid>{m_key.id});
    openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"Staging: works, 200 OK"_s));
    verifyThatTheOldKeyIsUsed();
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(usedKey() != m_key.id);
    const QUuid now = usedKey();
    QCOMPARE(core().keys->find(now)->place, SecretPlace::SealedFile);
    QCOMPARE(core().keys->find(now)->name, u"CI"_s);
    QVERIFY(entries().contains(now));
    auto *when = find<QComboBox>(m_dialog, u"Revoke the old key"_s);
    when->setCurrentIndex(when->findText(u"Now"_s));
    QVERIFY(press(u"Finish"_s));
    QTRY_VERIFY(!m_dialog);
    QCOMPARE(answerTo(m_token), 401);
    QCOMPARE(core().keys->find(m_key.id)->status, ApiKey::Status::Revoked);
    // From the file, not from memory.
    sealed().lock();
    QVERIFY(tokenOf(now).isEmpty());
    sealed().unlock(this, [](const Result<void> &) {});
    QVERIFY(answerPassphrase());
    const QByteArray token = tokenOf(now);
    QCOMPARE(answerTo(token), 200);
    QFile file(sealed().path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(token));
    // The revoked one stays until it is deleted, as everywhere; then it is gone from the file.
    QVERIFY(core().keyService->remove(m_key.id));
    QTRY_VERIFY(core().keys->leftovers().isEmpty());
    QCOMPARE(entries(), QList<QUuid>{now});
}

void TestRotateSealed::asksForThePassphraseBeforeAnythingIsMade()
{
    sealed().lock();
    openDialog();
    QVERIFY(press(u"Next"_s));
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    QVERIFY(says(u"The sealed file is locked. Waiting for its passphrase…"_s));
    QCOMPARE(activeThere(), 1);
    find<QAbstractButton>(test::window(u"Unlock the Sealed File"_s), u"Cancel"_s)->click();
    QVERIFY(says(u"The sealed file was not unlocked."_s));
    QCOMPARE(activeThere(), 1);
    QVERIFY(core().rotations->rotations().all().isEmpty());
    verifyThatTheOldKeyIsUsed();
    QVERIFY(press(u"Next"_s));
    QVERIFY(answerPassphrase());
    QVERIFY(says(u"It works everywhere"_s));
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(usedKey() != m_key.id);
    QVERIFY(entries().contains(usedKey()));
}

void TestRotateSealed::goesOnWhenTheFileWasLockedOnTheWay()
{
    const auto stored = connect(core().keys.get(), &KeyStore::added, this, [this] { sealed().lock(); });
    openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"There was no answer about the key"_s));
    QVERIFY(says(u"The sealed file is locked"_s));
    disconnect(stored);
    verifyThatTheOldKeyIsUsed();
    QVERIFY(press(u"Unlock and Try Again"_s));
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    find<QAbstractButton>(test::window(u"Unlock the Sealed File"_s), u"Cancel"_s)->click();
    QVERIFY(says(u"The sealed file was not unlocked."_s));
    QVERIFY(press(u"Try Again"_s));
    QVERIFY(answerPassphrase());
    QVERIFY(says(u"It works everywhere"_s));
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(usedKey() != m_key.id);
}

void TestRotateSealed::keepsTheTokenInHandWhenTheFileWasLockedBeforeItWasWritten()
{
    RotateKeyJob *job = core().rotations->rotate({m_key.id, Rotation::Method::Api, {}, false, {}});
    connect(job, &KeyJob::progress, this, [this](const QString &what) {
        if (what.startsWith(u"Asking"))
            sealed().lock();
    });
    QTRY_COMPARE(job->state(), State::StoreFailed);
    QVERIFY(job->trouble());
    QCOMPARE(job->trouble()->kind, Error::Kind::SealedLocked);
    QCOMPARE(activeThere(), 2);
    verifyThatTheOldKeyIsUsed();
    QSignalSpy told(job, &KeyJob::progress);
    job->retry();
    QVERIFY(answerPassphrase());
    QTRY_COMPARE(job->state(), State::Proved);
    QVERIFY(told.first().first().toString().contains(u"sealed file")); // not the keychain
    QCOMPARE(activeThere(), 2); // none was made anew
    job->switchOver();
    QVERIFY(usedKey() != m_key.id);
    QVERIFY(entries().contains(usedKey()));
}

void TestRotateSealed::takesBackWhatALockedFileHas()
{
    const auto stored = connect(core().keys.get(), &KeyStore::added, this, [this] { sealed().lock(); });
    openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(u"There was no answer about the key"_s));
    disconnect(stored);
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!m_dialog);
    QCOMPARE(activeThere(), 1);
    QCOMPARE(core().keys->all().size(), 1);
    verifyThatTheOldKeyIsUsed();
    QCOMPARE(core().keys->leftovers().size(), 1); // until the file is open again
    sealed().unlock(this, [](const Result<void> &) {});
    QVERIFY(answerPassphrase());
    QTRY_VERIFY(core().keys->leftovers().isEmpty());
    QCOMPARE(entries(), QList<QUuid>{m_key.id});
}

void TestRotateSealed::provesOnceMoreBeforeRevokingBehindTheLock()
{
    const QUuid rotation = rotateNow();
    QVERIFY(core().rotations->schedule(rotation, {}));
    sealed().lock();
    openDialog();
    auto *when = find<QComboBox>(m_dialog, u"Revoke the old key"_s);
    QVERIFY(when);
    when->setCurrentIndex(when->findText(u"Now"_s));
    QVERIFY(press(u"Finish"_s));
    QTRY_VERIFY(test::window(u"Unlock the Sealed File"_s));
    find<QAbstractButton>(test::window(u"Unlock the Sealed File"_s), u"Cancel"_s)->click();
    QVERIFY(says(u"was not revoked. The sealed file was not unlocked."_s));
    QCOMPARE(answerTo(m_token), 200);
    QCOMPARE(core().rotations->rotations().find(rotation)->step, Rotation::Step::Overlap);
    QVERIFY(press(u"Finish"_s));
    QVERIFY(answerPassphrase());
    QTRY_VERIFY(!m_dialog);
    QCOMPARE(answerTo(m_token), 401);
    QVERIFY(core().rotations->rotations().all().isEmpty());
}

void TestRotateSealed::revokesWhatIsDueWhenTheFileIsOpenAgain()
{
    const QUuid rotation = rotateNow();
    sealed().lock();
    QSignalSpy attention(core().rotations.get(), &RotationService::attention);
    QVERIFY(core().rotations->schedule(rotation, std::chrono::milliseconds(0)));
    QTRY_COMPARE(attention.size(), 1);
    QVERIFY2(attention.first().first().toString().contains(u"waits until the sealed file is unlocked"),
             qPrintable(attention.first().first().toString()));
    QVERIFY(!test::window(u"Unlock the Sealed File"_s)); // nobody asked for it now
    QCOMPARE(answerTo(m_token), 200);
    sealed().unlock(this, [](const Result<void> &) {});
    QVERIFY(answerPassphrase());
    QTRY_COMPARE(answerTo(m_token), 401);
    QTRY_VERIFY(core().rotations->rotations().all().isEmpty());
}

void TestRotateSealed::refusesADamagedFileBeforeAnythingIsMade()
{
    sealed().lock();
    QFile file(sealed().path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("not a sealed file");
    file.close();
    sealed().probe();
    QTRY_COMPARE(sealed().state(), SecretStore::State::Failing);
    openDialog();
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(sealed().describe()));
    QCOMPARE(activeThere(), 1);
    QVERIFY(core().rotations->rotations().all().isEmpty());
    verifyThatTheOldKeyIsUsed();
}

QTEST_MAIN(TestRotateSealed)
#include "test_rotate_sealed.moc"
