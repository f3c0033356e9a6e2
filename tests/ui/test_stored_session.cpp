#include "app/models/RemoteTokensModel.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/KeysPageFixture.h"
#include "tests/support/Readable.h"
#include "tests/support/SandboxFixture.h"
#include "tests/support/Widgets.h"
#include "ui/keys/RemoteTokensDialog.h"
#include "ui/keys/RevokeDialog.h"
#include "ui/setup/KeySetupDialog.h"
#include "ui/widgets/TokenField.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QRadioButton>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::find;
using test::press;

namespace {

const auto talkover = u"talkover"_s;
const auto kindName = u"User session token"_s;
const auto choiceName = u"User session token: stored or typed"_s;

} // namespace

/// A session token that is stored as a key signs in where the provider's token API wants one: nobody types it
/// again, and it goes nowhere else than the key may go.
class TestStoredSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void rotatesWithoutTyping();
    void takesBackWithoutTyping();
    void listsAndRevokesWithoutTyping();
    void revokesOneWithoutTyping();
    void createsWithoutTyping();
    void isKeptWhereThatIsAskedFor();
    void canBeTypedAllTheSame();
    void isNotOfferedWhereItCannotSignIn_data();
    void isNotOfferedWhereItCannotSignIn();
    void goesOnlyWhereItIsBoundTo();
    void aRefusedOneIsNotOfferedAgain();
    void waitsForThePassphraseOfALockedFile();

private:
    QByteArray makeSession();
    ApiKey store(const QByteArray &token, const QString &name, const std::optional<SecretPlace> &place = {});
    Result<ApiKey> end(KeyJob *job);
    Result<RemoteTokens> fetch(const SignIn &signIn);
    int answerTo(const QByteArray &token);
    QByteArray tokenOf(const QUuid &id);
    [[nodiscard]] RemoteSource source() const { return {m_environment.id, u"user"_s}; }
    void openList();
    static bool says(QWidget *window, const QString &text);
    Core &core() { return **m_core; }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::CoreFixture> m_core;
    std::unique_ptr<test::KeysPageFixture> m_keysPage;
    KeysPage *m_page = nullptr; // in it
    std::unique_ptr<RemoteTokensDialog> m_list;
    Environment m_environment;
    QByteArray m_token; // of the session
    ApiKey m_session;
    ApiKey m_user; // what it manages
};

void TestStoredSession::init()
{
    m_sandbox = std::make_unique<test::SandboxFixture>();
    QVERIFY(m_sandbox->start());
    m_core = std::make_unique<test::CoreFixture>();
    Environment environment;
    environment.name = u"Account"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_sandbox->origin(talkover).toString();
    const Result<Environment> added = core().environments->add(environment);
    QVERIFY(added);
    m_environment = *added;
    m_token = makeSession();
    m_session = store(m_token, u"My sign-in"_s);
    QVERIFY(!m_session.id.isNull());
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"user"_s;
    draft.environmentId = m_environment.id;
    const Result<ApiKey> made = end(core().keyService->create(draft, SignIn(m_session.id)));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    m_user = *made;
    m_keysPage = std::make_unique<test::KeysPageFixture>(core());
    m_page = &m_keysPage->page;
}

void TestStoredSession::cleanup()
{
    m_list.reset();
    m_keysPage.reset();
    m_core.reset();
    m_sandbox.reset();
}

QByteArray TestStoredSession::makeSession()
{
    return m_sandbox->makeKey(talkover, {{u"name"_s, u"Me"_s}, {u"kind"_s, u"session"_s}}).token;
}

ApiKey TestStoredSession::store(const QByteArray &token, const QString &name, const std::optional<SecretPlace> &place)
{
    NewKey draft;
    draft.name = name;
    draft.providerId = u"sandbox-talkover"_s;
    draft.kindId = u"session"_s;
    draft.environmentId = m_environment.id;
    draft.place = place;
    return m_core->addKey(draft, token.toStdString());
}

Result<ApiKey> TestStoredSession::end(KeyJob *job)
{
    std::optional<Result<ApiKey>> outcome;
    connect(job, &KeyJob::finished, this, [&outcome](const Result<ApiKey> &told) { outcome = told; });
    if (!test::waitFor([&outcome] { return outcome.has_value(); }))
        return failure(Error::Kind::TimedOut, u"the job did not end"_s);
    return *outcome;
}

Result<RemoteTokens> TestStoredSession::fetch(const SignIn &signIn)
{
    std::optional<Result<RemoteTokens>> outcome;
    connect(core().remoteTokens->fetch(source(), signIn), &ListTokensJob::finished, this,
            [&outcome](const Result<RemoteTokens> &told) { outcome = told; });
    if (!test::waitFor([&outcome] { return outcome.has_value(); }))
        return failure(Error::Kind::TimedOut, u"the job did not end"_s);
    return *outcome;
}

/// What the provider says to a user API token.
int TestStoredSession::answerTo(const QByteArray &token)
{
    return m_sandbox->get(talkover, u"/api/user"_s, token).status;
}

QByteArray TestStoredSession::tokenOf(const QUuid &id)
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

void TestStoredSession::openList()
{
    m_list = std::make_unique<RemoteTokensDialog>(*core().remoteTokens, *core().keys, *core().environments,
                                                  *core().settings);
    m_list->select(source());
    m_page->hide(); // it has buttons of the same names
    m_list->show();
}

bool TestStoredSession::says(QWidget *window, const QString &text)
{
    return test::waitFor([window, &text] {
        for (const QLabel *label : window->findChildren<QLabel *>()) {
            if (label->isVisible() && (label->text().contains(text) || label->accessibleName().contains(text)))
                return true;
        }
        return false;
    });
}

void TestStoredSession::rotatesWithoutTyping()
{
    const QByteArray old = tokenOf(m_user.id);
    QCOMPARE(answerTo(old), 200);
    m_page->rotate(m_user.id);
    QTRY_VERIFY(test::window(u"Rotate Key"_s));
    QWidget *dialog = test::window(u"Rotate Key"_s);
    auto *choice = find<QComboBox>(dialog, choiceName);
    QVERIFY(choice);
    QVERIFY2(choice->currentText().contains(u"Use the stored key “My sign-in”"), qPrintable(choice->currentText()));
    QVERIFY(!find<TokenField>(dialog, kindName)); // nothing is to be typed
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(dialog, u"Account: works, 200 OK"_s));
    QVERIFY(press(u"Switch"_s));
    QTRY_VERIFY(core().environments->find(m_environment.id)->keys.value(u"user"_s) != m_user.id);
    auto *when = find<QComboBox>(dialog, u"Revoke the old key"_s);
    QVERIFY(when);
    when->setCurrentIndex(when->findText(u"Now"_s));
    QVERIFY(find<QComboBox>(dialog, choiceName));
    QVERIFY(test::placesThatTell(dialog, QString::fromLatin1(m_token)).isEmpty());
    QVERIFY(press(u"Finish"_s));
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE(answerTo(old), 401);
    const QUuid now = core().environments->find(m_environment.id)->keys.value(u"user"_s);
    QCOMPARE(answerTo(tokenOf(now)), 200);
    QCOMPARE(core().keys->find(m_user.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(core().keys->find(m_session.id)->status, ApiKey::Status::Works); // as its use showed
    QTRY_VERIFY(core().keys->find(m_session.id)->lastUsedAt.isValid());
}

void TestStoredSession::takesBackWithoutTyping()
{
    const QString list = u"/api/v1/user/api-tokens"_s;
    m_page->rotate(m_user.id);
    QVERIFY(press(u"Next"_s));
    QWidget *dialog = test::window(u"Rotate Key"_s);
    QVERIFY(says(dialog, u"It works everywhere"_s));
    QCOMPARE(m_sandbox->get(talkover, list, m_token).json[u"data"_s].toArray().size(), 2);
    QVERIFY(press(u"Cancel"_s));
    QTRY_VERIFY(!test::window(u"Rotate Key"_s));
    QCOMPARE(m_sandbox->get(talkover, list, m_token).json[u"data"_s].toArray().size(), 1);
    QVERIFY(core().rotations->rotations().all().isEmpty());
}

void TestStoredSession::listsAndRevokesWithoutTyping()
{
    openList();
    QVERIFY(find<QComboBox>(m_list.get(), choiceName));
    QVERIFY(!find<TokenField>(m_list.get(), kindName));
    QVERIFY(press(u"Refresh"_s));
    const QAbstractItemModel *model = m_list->findChild<QTableView *>()->model();
    QTRY_VERIFY(core().remoteTokens->list(source()).wasFetched());
    QTRY_COMPARE(model->index(0, RemoteTokensModel::State).data().toString(), u"Active"_s);
    QCOMPARE(model->rowCount(), 1);
    QVERIFY(test::placesThatTell(m_list.get(), QString::fromLatin1(m_token)).isEmpty());
    m_list->findChild<QTableView *>()->selectRow(0);
    QVERIFY(press(u"Revoke…"_s));
    QVERIFY(press(u"Revoke Token"_s));
    QTRY_COMPARE(core().keys->find(m_user.id)->status, ApiKey::Status::Revoked);
    QCOMPARE(answerTo(tokenOf(m_user.id)), 401);
}

void TestStoredSession::revokesOneWithoutTyping()
{
    RevokeDialog dialog(m_user, *core().providers.find(u"sandbox-talkover"_s), {}, *core().keyService);
    dialog.show();
    QVERIFY(find<QComboBox>(&dialog, choiceName));
    QVERIFY(press(u"Revoke"_s));
    QTRY_VERIFY(!dialog.isVisible());
    QCOMPARE(answerTo(tokenOf(m_user.id)), 401);
}

void TestStoredSession::createsWithoutTyping()
{
    NewKeyHints hints;
    hints.providerId = u"sandbox-talkover"_s;
    hints.kindId = u"user"_s;
    hints.environmentId = m_environment.id;
    KeySetupDialog dialog(KeySetupDialog::Mode::NewKey, core(), m_keysPage->clipboard, hints);
    dialog.open();
    QVERIFY(test::waitFor([&dialog] { return find<QRadioButton>(&dialog, u"Create it here"_s) != nullptr; }));
    find<QRadioButton>(&dialog, u"Create it here"_s)->click();
    QVERIFY(find<QComboBox>(&dialog, u"Session token: stored or typed"_s));
    QVERIFY(!find<TokenField>(&dialog, u"Session token"_s));
    QVERIFY(press(u"Next"_s));
    QVERIFY(test::waitFor([] { return find<QAbstractButton>(u"Finish"_s) != nullptr; }));
    QVERIFY(press(u"Finish"_s));
    QTRY_COMPARE(core().keys->all().size(), 3);
    QCOMPARE(answerTo(tokenOf(core().keys->all().last().id)), 200);
    QVERIFY(press(u"Done"_s)); // it was shown once
    QTRY_VERIFY(!dialog.isVisible());
}

void TestStoredSession::isKeptWhereThatIsAskedFor()
{
    QVERIFY(core().keyService->remove(m_session.id));
    NewKeyHints hints;
    hints.providerId = u"sandbox-talkover"_s;
    hints.kindId = u"user"_s;
    hints.environmentId = m_environment.id;
    KeySetupDialog dialog(KeySetupDialog::Mode::NewKey, core(), m_keysPage->clipboard, hints);
    dialog.open();
    QVERIFY(test::waitFor([&dialog] { return find<QRadioButton>(&dialog, u"Create it here"_s) != nullptr; }));
    find<QRadioButton>(&dialog, u"Create it here"_s)->click();
    auto *field = find<TokenField>(&dialog, u"Session token"_s);
    QVERIFY(field);
    field->setSecret(Secret(m_token.toStdString()));
    Q_EMIT field->secretEdited();
    find<QCheckBox>(&dialog, u"Keep the session token as a key too"_s)->click();
    QVERIFY(press(u"Next"_s));
    QVERIFY(press(u"Finish"_s));
    QVERIFY(press(u"Done"_s));
    QTRY_COMPARE(core().rotations->planFor(m_user).sessionKeys.size(), 1);
    const ApiKey kept = core().rotations->planFor(m_user).sessionKeys.first();
    QCOMPARE(kept.origins, QList<Origin>{*Origin::fromUrl(m_sandbox->origin(talkover))});
    QVERIFY(fetch(SignIn(kept.id)));
}

void TestStoredSession::canBeTypedAllTheSame()
{
    const QByteArray other = makeSession();
    openList();
    auto *choice = find<QComboBox>(m_list.get(), choiceName);
    choice->setCurrentIndex(choice->count() - 1);
    auto *field = find<TokenField>(m_list.get(), kindName);
    QVERIFY(field);
    QVERIFY(!find<QAbstractButton>(m_list.get(), u"Refresh"_s)->isEnabled());
    field->setSecret(Secret("Bearer " + other.toStdString() + "\n"));
    Q_EMIT field->secretEdited();
    const QDateTime used = core().keys->find(m_session.id)->lastUsedAt;
    QVERIFY(press(u"Refresh"_s));
    QTRY_VERIFY(core().remoteTokens->list(source()).wasFetched());
    QCOMPARE(core().keys->find(m_session.id)->lastUsedAt, used);
    QCOMPARE(core().keys->all().size(), 2); // what was typed is not kept
}

void TestStoredSession::isNotOfferedWhereItCannotSignIn_data()
{
    QTest::addColumn<QString>("why");
    for (const char *why : {"revoked", "expired", "out of date", "refused", "missing", "bound elsewhere", "of another kind",
                            "of another provider"})
        QTest::newRow(why) << QString::fromLatin1(why);
}

void TestStoredSession::isNotOfferedWhereItCannotSignIn()
{
    QFETCH(const QString, why);
    ApiKey key = *core().keys->find(m_session.id);
    if (why == u"revoked")
        key.status = ApiKey::Status::Revoked;
    else if (why == u"expired")
        key.status = ApiKey::Status::Expired;
    else if (why == u"out of date")
        key.expiresAt = QDateTime::currentDateTimeUtc().addSecs(-60);
    else if (why == u"refused")
        key.status = ApiKey::Status::Refused;
    else if (why == u"missing")
        key.status = ApiKey::Status::Missing;
    else if (why == u"bound elsewhere")
        key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    else if (why == u"of another kind")
        key.kindId = u"user"_s;
    else
        key.providerId = u"talkover"_s;
    QVERIFY(core().keys->update(key));
    QVERIFY(core().remoteTokens->sessionKeys(source()).isEmpty());
    QVERIFY(core().keyService->sessionKeysFor(m_user).isEmpty());
    QVERIFY(core().rotations->planFor(m_user).sessionKeys.isEmpty());
    m_page->rotate(m_user.id);
    QTRY_VERIFY(test::window(u"Rotate Key"_s));
    QWidget *dialog = test::window(u"Rotate Key"_s);
    QVERIFY(!find<QComboBox>(dialog, choiceName));
    QVERIFY(find<TokenField>(dialog, kindName));
    QVERIFY(!find<QAbstractButton>(dialog, u"Next"_s)->isEnabled());
}

void TestStoredSession::goesOnlyWhereItIsBoundTo()
{
    // Chosen while it was bound there, or by code that did not ask.
    ApiKey key = *core().keys->find(m_session.id);
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s)};
    QVERIFY(core().keys->update(key));
    const Result<RemoteTokens> listed = fetch(SignIn(m_session.id));
    QVERIFY(!listed);
    QCOMPARE(listed.error().kind, Error::Kind::OriginNotBound);
    const Result<ApiKey> revoked = end(core().keyService->revoke(m_user.id, SignIn(m_session.id)));
    QVERIFY(!revoked);
    QCOMPARE(revoked.error().kind, Error::Kind::OriginNotBound);
    RotationStart start{m_user.id, Rotation::Method::Api, {}, false, SignIn(m_session.id)};
    const Result<ApiKey> rotated = end(core().rotations->rotate(start));
    QVERIFY(!rotated);
    QCOMPARE(rotated.error().kind, Error::Kind::OriginNotBound);
    QVERIFY(core().rotations->rotations().all().isEmpty()); // nothing was begun
    QCOMPARE(answerTo(tokenOf(m_user.id)), 200);
}

void TestStoredSession::aRefusedOneIsNotOfferedAgain()
{
    const auto there = m_sandbox->makeKey(talkover, {{u"name"_s, u"Ends"_s}, {u"kind"_s, u"session"_s}});
    const ApiKey newest = store(there.token, u"Ends soon"_s);
    QCOMPARE(m_sandbox->act(talkover, there.id, u"revoke"_s), 200);
    m_page->rotate(m_user.id);
    QTRY_VERIFY(test::window(u"Rotate Key"_s));
    QWidget *dialog = test::window(u"Rotate Key"_s);
    auto *choice = find<QComboBox>(dialog, choiceName);
    QVERIFY(choice->currentText().contains(u"Ends soon"));
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(dialog, u"401"_s));
    QCOMPARE(core().keys->find(newest.id)->status, ApiKey::Status::Refused);
    QVERIFY(choice->currentText().contains(u"My sign-in")); // the next one is
    QVERIFY(press(u"Next"_s));
    QVERIFY(says(dialog, u"It works everywhere"_s));
}

void TestStoredSession::waitsForThePassphraseOfALockedFile()
{
    bool isOpen = false;
    core().sealed->create(Secret("correct horse battery"), this,
                          [&isOpen](const Result<void> &outcome) { isOpen = outcome.has_value(); });
    QTRY_VERIFY(isOpen);
    const ApiKey sealed = store(makeSession(), u"Sealed sign-in"_s, SecretPlace::SealedFile);
    QCOMPARE(sealed.place, SecretPlace::SealedFile);
    core().sealed->lock();
    const auto passphrase = connect(core().sealed.get(), &SealedStore::passphraseWanted, this,
                                    [this] { core().sealed->stopAsking(); });
    const Result<RemoteTokens> refused = fetch(SignIn(sealed.id));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Cancelled);
    const Result<ApiKey> kept = end(core().keyService->revoke(m_user.id, SignIn(sealed.id)));
    QVERIFY(!kept);
    QCOMPARE(core().keys->find(m_user.id)->status, m_user.status);
    disconnect(passphrase);
    connect(core().sealed.get(), &SealedStore::passphraseWanted, this, [this] {
        core().sealed->unlockWith(Secret("correct horse battery"), this, [](const Result<void> &) {});
    });
    QVERIFY(fetch(SignIn(sealed.id)));
    core().sealed->lock();
    QVERIFY(end(core().keyService->revoke(m_user.id, SignIn(sealed.id))));
}

QTEST_MAIN(TestStoredSession)
#include "test_stored_session.moc"
