#include "app/history/FinishedCall.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/KeyCheck.h"
#include "app/keys/TokenApiCall.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::HttpTestServer;
using test::ReceivedRequest;
using test::ScriptedSecretStore;
using Op = ScriptedSecretStore::Op;
using State = SecretStore::State;

namespace {

constexpr std::string_view token = "talq_0123456789abcdef3f9a";
constexpr std::string_view session = "session-0123456789abcdef";
const QByteArray made = "17|abcdefghijklmnopqrstuvwxyz0123456789ABCD"_ba;

std::shared_ptr<const Secret> secret(std::string_view bytes)
{
    return std::make_shared<const Secret>(bytes);
}

/// Everything that a job says.
struct JobEnd
{
    explicit JobEnd(KeyJob *job)
        : guard(std::make_unique<QObject>())
    {
        QObject::connect(job, &KeyJob::finished, guard.get(), [this](const Result<ApiKey> &result) {
            ++times;
            outcome = result;
        });
        QObject::connect(job, &KeyJob::progress, guard.get(),
                         [this](const QString &what) { progress << what; });
        QObject::connect(job, &QObject::destroyed, guard.get(), [this] { gone = true; });
    }
    [[nodiscard]] bool wait() const
    {
        return QTest::qWaitFor([this] { return gone; }, 20'000) && times == 1;
    }
    [[nodiscard]] Error error() const { return outcome->has_value() ? Error{} : outcome->error(); }

    std::unique_ptr<QObject> guard;
    std::optional<Result<ApiKey>> outcome;
    QStringList progress;
    int times = 0;
    bool gone = false;
};

QByteArray jsonAnswer(int status, const QByteArray &body)
{
    return test::response(status, {{"Content-Type", "application/json"}}, body);
}

} // namespace

class TestKeyService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void addStoresBindsAndBelongsToItsEnvironment();
    void addLeavesTheKeyThatMayWork();
    void addRefusesWhatCannotBe_data();
    void addRefusesWhatCannotBe();
    void addNamesTheDuplicate();
    void addTakesAHeaderOfItsOwn();
    void addAsksToUnlockFirst();
    void addSaysThatItStayedLocked();
    void addHoldsForTheSessionWithoutAKeychain();
    void addCanBeCancelled_data();
    void addCanBeCancelled();

    void createAsksTheProviderAndStores();
    void createLeavesOutAbilitiesThatAreNotAskedFor();
    void createNeedsWhatItNeeds();
    void createTellsWhatTheProviderSaid();
    void whatTheProviderSaidHoldsNoToken();
    void createTellsOfAReplyWithoutToken_data();
    void createTellsOfAReplyWithoutToken();
    void createDoesNotFollowRedirects();
    void createRevokesWhatItCannotStore();
    void createSaysWhatIsLeftBehind();
    void createTakesBackWhatComesAfterCancel();
    void createTakesBackWhileStoring();

    void checkWritesWhatTheAnswerMeans_data();
    void checkWritesWhatTheAnswerMeans();
    void anAnswerDoesNotForgetHowAKeyEnded_data();
    void anAnswerDoesNotForgetHowAKeyEnded();
    void checkNotesThatNobodyAnswered();
    void checkTriesAnUnusedKeyWhereItIsBound();
    void checkChangesNothingWhileLocked();
    void checkCanBeCancelled();

    void revokeAsksTheProvider();
    void revokeSaysWhyItCannot();
    void revokeTakesGoneForRevoked();
    void revokeTellsWhatTheProviderSaid();
    void revokeThatWasStoppedMayHaveHappened();
    void revokeWithoutAClearAnswerMayHaveHappened_data();
    void revokeWithoutAClearAnswerMayHaveHappened();
    void revokeThatNobodyHeardChangesNothing();

    void triesATokenThatIsNotStored();
    void triesNothingAgainstABrokenAddress();
    void renames();
    void bindsOrigins();
    void setsTheExpiry();
    void removesEverything();
    void notesTheUse();
    void readsForTheUser();
    void knowsNamesThatCannotBe_data();
    void knowsNamesThatCannotBe();

    void fillsInBodies();
    void buildsAddresses();

private:
    Core &core() { return **m_core; }
    NewKey draft(const QString &kind = u"environment"_s) const;
    ApiKey added(const QString &name = u"CI"_s, std::string_view bytes = token);
    ApiKey created();
    QByteArray pathOf(int request) const;
    bool leftNoTrace();

    std::unique_ptr<HttpTestServer> m_server;
    ScriptedSecretStore *m_keychain = nullptr;
    std::unique_ptr<test::CoreFixture> m_core;
    Environment m_environment;
};

void TestKeyService::init()
{
    m_server = std::make_unique<HttpTestServer>();
    auto keychain = std::make_unique<ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    Environment environment;
    environment.name = u"Staging"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = m_server->url(u"/api"_s).toString();
    environment.colour = u"orange"_s;
    const Result<Environment> stored = core().environments->add(environment);
    QVERIFY2(stored, qPrintable(stored ? QString() : stored.error().message));
    m_environment = *stored;
}

void TestKeyService::cleanup()
{
    m_core.reset();
    m_server.reset();
}

NewKey TestKeyService::draft(const QString &kind) const
{
    NewKey key;
    key.name = u"  CI "_s;
    key.providerId = u"talkover"_s;
    key.kindId = kind;
    key.environmentId = m_environment.id;
    return key;
}

ApiKey TestKeyService::added(const QString &name, std::string_view bytes)
{
    NewKey key = draft();
    key.name = name;
    JobEnd end(core().keyService->add(key, secret(bytes)));
    if (!end.wait() || !*end.outcome)
        qFatal("the key was not added");
    return **end.outcome;
}

/// A user token that the test server made, with the number 17.
ApiKey TestKeyService::created()
{
    m_server->answer(jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})"));
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    if (!end.wait() || !*end.outcome)
        qFatal("the key was not created");
    return **end.outcome;
}

QByteArray TestKeyService::pathOf(int request) const
{
    const ReceivedRequest &received = m_server->requests().at(request);
    return received.method + ' ' + received.target;
}

/// No row, no pending row, no secret, no note of one.
bool TestKeyService::leftNoTrace()
{
    return QTest::qWaitFor([this] {
        return core().keys->all().isEmpty() && core().keys->pending().isEmpty() &&
               core().keys->leftovers().isEmpty() && m_keychain->vault().empty();
    });
}

void TestKeyService::addStoresBindsAndBelongsToItsEnvironment()
{
    KeyJob *job = core().keyService->add(draft(), secret(token));
    JobEnd end(job);
    QCOMPARE(end.times, 0);
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    const ApiKey key = **end.outcome;
    QCOMPARE(key.name, u"CI"_s);
    QCOMPARE(key.headerName, u"Authorization"_s);
    QCOMPARE(key.headerPrefix, u"Bearer "_s);
    QCOMPARE(key.origins, QList<Origin>{m_server->origin()});
    QCOMPARE(key.place, SecretPlace::SystemKeychain);
    QCOMPARE(core().keys->find(key.id), key);
    QCOMPARE(core().environments->find(m_environment.id)->keys.value(u"environment"_s), key.id);
    QVERIFY(!end.progress.isEmpty());
    QVERIFY(m_server->requests().isEmpty()); // adding asks nobody
    QVERIFY(core().keyService->duplicateOf(*secret(token)));
    QVERIFY(!core().keyService->duplicateOf(*secret(session)));
}

void TestKeyService::addLeavesTheKeyThatMayWork()
{
    const auto current = [this] {
        return core().environments->find(m_environment.id)->keys.value(u"environment"_s);
    };
    const auto add = [this](const QString &name, std::string_view bytes, ApiKey::Status verdict) {
        NewKey key = draft();
        key.name = name;
        key.verdict = TokenVerdict{verdict, u"401 Unauthorized, 84 ms"_s, QDateTime::currentDateTimeUtc()};
        JobEnd end(core().keyService->add(key, secret(bytes)));
        return end.wait() && *end.outcome ? **end.outcome : ApiKey();
    };
    // Where there is none, even a refused one is better than nothing: it is seen and can be replaced.
    const ApiKey first = add(u"First"_s, "talq_0123456789abcdef0001", ApiKey::Status::Refused);
    QCOMPARE(first.status, ApiKey::Status::Refused);
    QCOMPARE(first.lastCheckNote, u"401 Unauthorized, 84 ms"_s);
    QCOMPARE(current(), first.id);
    const ApiKey second = add(u"Second"_s, "talq_0123456789abcdef0002", ApiKey::Status::Expired);
    QCOMPARE(current(), second.id);
    const ApiKey third = add(u"Third"_s, "talq_0123456789abcdef0003", ApiKey::Status::Works);
    QCOMPARE(current(), third.id);
    const ApiKey fourth = add(u"Fourth"_s, "talq_0123456789abcdef0004", ApiKey::Status::Refused);
    QVERIFY(!fourth.id.isNull());
    QCOMPARE(fourth.origins, QList<Origin>{m_server->origin()});
    QCOMPARE(current(), third.id);
    const auto kept = keptKey(fourth, m_environment.id, *core().environments, *core().keys);
    QVERIFY(kept);
    QCOMPARE(kept->id, third.id);
    QVERIFY(!keptKey(third, m_environment.id, *core().environments, *core().keys));
    // A good one takes over from a good one, as it always did.
    const ApiKey fifth = add(u"Fifth"_s, "talq_0123456789abcdef0005", ApiKey::Status::Unchecked);
    QCOMPARE(current(), fifth.id);
}

void TestKeyService::addRefusesWhatCannotBe_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray good(token.data(), token.size());
    QTest::newRow("no name") << u" "_s << u"talkover"_s << u"environment"_s << good;
    QTest::newRow("long name") << QString(256, u'x') << u"talkover"_s << u"environment"_s << good;
    QTest::newRow("no provider") << u"CI"_s << u"nobody"_s << u"environment"_s << good;
    QTest::newRow("no kind") << u"CI"_s << u"talkover"_s << u"nothing"_s << good;
    QTest::newRow("no token") << u"CI"_s << u"talkover"_s << u"environment"_s << QByteArray();
    QTest::newRow("a line break in the token")
        << u"CI"_s << u"talkover"_s << u"environment"_s << "talq_0123\r\nX-Evil: 1"_ba;
    QTest::newRow("binary token") << u"CI"_s << u"talkover"_s << u"environment"_s << "talq_\0\x01\xff"_ba;
    QTest::newRow("1 MB token") << u"CI"_s << u"talkover"_s << u"environment"_s
                                << QByteArray(1024 * 1024, 'x');
}

void TestKeyService::addRefusesWhatCannotBe()
{
    QFETCH(const QString, name);
    QFETCH(const QString, provider);
    QFETCH(const QString, kind);
    QFETCH(const QByteArray, bytes);
    NewKey key = draft(kind);
    key.name = name;
    key.providerId = provider;
    JobEnd end(
        core().keyService->add(key, secret(std::string_view(bytes.constData(), std::size_t(bytes.size())))));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::InvalidInput);
    QVERIFY(!end.error().message.isEmpty());
    QVERIFY(leftNoTrace());
    QCOMPARE(m_keychain->count(Op::Write), 0);
}

void TestKeyService::addNamesTheDuplicate()
{
    added(u"The first one"_s);
    JobEnd end(core().keyService->add(draft(), secret(token)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Duplicate);
    QVERIFY(end.error().message.contains(u"The first one"_s));
    QCOMPARE(core().keys->all().size(), 1);
}

void TestKeyService::addTakesAHeaderOfItsOwn()
{
    NewKey key = draft();
    key.form = KeyForm{KeyPlacement::Header, "X-API-Key", {}};
    JobEnd end(core().keyService->add(key, secret(token)));
    QVERIFY(end.wait());
    QCOMPARE((*end.outcome)->headerName, u"X-API-Key"_s);
    QCOMPARE((*end.outcome)->headerPrefix, QString());
}

void TestKeyService::addAsksToUnlockFirst()
{
    m_keychain->become(State::Locked);
    JobEnd end(core().keyService->add(draft(), secret(token)));
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    QCOMPARE(m_keychain->count(Op::Unlock), 1);
    QVERIFY(end.progress.first().contains(u"locked"_s));
}

void TestKeyService::addSaysThatItStayedLocked()
{
    m_keychain->become(State::Locked);
    m_keychain->failWith(Op::Unlock, {Error::Kind::KeychainLocked, u"Still locked."_s, {}});
    JobEnd end(core().keyService->add(draft(), secret(token)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::KeychainLocked);
    QVERIFY(leftNoTrace());
}

void TestKeyService::addHoldsForTheSessionWithoutAKeychain()
{
    m_keychain->become(State::Absent);
    JobEnd end(core().keyService->add(draft(), secret(token)));
    QVERIFY(end.wait());
    QCOMPARE((*end.outcome)->place, SecretPlace::Session);
    QVERIFY(m_keychain->vault().empty());
}

void TestKeyService::addCanBeCancelled_data()
{
    QTest::addColumn<QString>("when");
    for (const QString &when : {u"at once"_s, u"while unlocking"_s, u"while writing"_s})
        QTest::newRow(qPrintable(when)) << when;
}

void TestKeyService::addCanBeCancelled()
{
    QFETCH(const QString, when);
    if (when == u"while unlocking"_s) {
        m_keychain->become(State::Locked);
        m_keychain->hang(Op::Unlock);
    }
    m_keychain->hang(Op::Write, true);
    KeyJob *job = core().keyService->add(draft(), secret(token));
    JobEnd end(job);
    if (when != u"at once"_s)
        QTRY_COMPARE(m_keychain->waiting(), 1);
    job->cancel();
    job->cancel();
    QCOMPARE(end.times, 0);
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
    QVERIFY(core().keys->all().isEmpty());
    QVERIFY(core().keys->pending().isEmpty());
    m_keychain->become(State::Available);
    m_keychain->release();
    QVERIFY(leftNoTrace());
    QVERIFY(core().environments->find(m_environment.id)->keys.isEmpty());
}

void TestKeyService::createAsksTheProviderAndStores()
{
    NewKey key = draft(u"user"_s);
    key.abilities = {u"read"_s, u"*"_s};
    m_server->answer(jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})"));
    JobEnd end(core().keyService->create(key, secret(session)));
    QVERIFY(end.wait());
    QVERIFY2(*end.outcome, qPrintable(end.error().message));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(pathOf(0), "POST /api/v1/user/api-tokens"_ba);
    const ReceivedRequest asked = m_server->requests().first();
    QCOMPARE(asked.header("Authorization"), "Bearer session-0123456789abcdef"_ba);
    const QJsonObject body = QJsonDocument::fromJson(asked.body).object();
    QCOMPARE(body.value(u"name"_s).toString(), u"CI"_s);
    QCOMPARE(body.value(u"abilities"_s).toArray(), (QJsonArray{u"read"_s, u"*"_s}));

    const ApiKey stored = **end.outcome;
    QCOMPARE(stored.remoteId, u"17"_s);
    QCOMPARE(stored.abilities, key.abilities);
    QCOMPARE(stored.origins, QList<Origin>{m_server->origin()});
    QCOMPARE(stored.hint, u"17|••••ABCD"_s);
    QCOMPARE(m_keychain->vault().size(), std::size_t(1)); // the session is not kept
    QCOMPARE(m_keychain->vault().at(stored.id), made);
    QCOMPARE(core().redactor.redact(made).hits, 1);
    QCOMPARE(core().environments->find(m_environment.id)->keys.value(u"user"_s), stored.id);
}

void TestKeyService::createLeavesOutAbilitiesThatAreNotAskedFor()
{
    created();
    const QJsonObject body = QJsonDocument::fromJson(m_server->requests().first().body).object();
    QCOMPARE(body.keys(), QStringList{u"name"_s});
}

void TestKeyService::createNeedsWhatItNeeds()
{
    NewKey nowhere = draft(u"user"_s);
    nowhere.environmentId.reset();
    JobEnd withoutEnvironment(core().keyService->create(nowhere, secret(session)));
    JobEnd withoutSession(core().keyService->create(draft(u"user"_s), nullptr));
    JobEnd withoutApi(core().keyService->create(draft(u"environment"_s), secret(session)));
    QVERIFY(withoutEnvironment.wait());
    QVERIFY(withoutSession.wait());
    QVERIFY(withoutApi.wait());
    QCOMPARE(withoutEnvironment.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(withoutSession.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(withoutApi.error().kind, Error::Kind::Unsupported);
    NewKey kept = draft(u"user"_s);
    kept.place = SecretPlace::SystemKeychain;
    m_keychain->become(State::Denied);
    JobEnd withoutKeychain(core().keyService->create(kept, secret(session)));
    QVERIFY(withoutKeychain.wait());
    QCOMPARE(withoutKeychain.error().kind, Error::Kind::KeychainDenied);
    QVERIFY(m_server->requests().isEmpty()); // nothing was made that could not have been kept
}

void TestKeyService::createTellsWhatTheProviderSaid()
{
    m_server->answer(jsonAnswer(422, R"({"message":"The name has already been taken."})"));
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Refused);
    QVERIFY2(end.error().message.contains(u"The name has already been taken."_s),
             qPrintable(end.error().message));
    QVERIFY(end.error().message.contains(u"422"_s));
    QVERIFY(leftNoTrace());
}

void TestKeyService::whatTheProviderSaidHoldsNoToken()
{
    const QString known = QString::fromLatin1(session);
    m_server->answer(jsonAnswer(
        422, u"{\"message\":\"No \u202e%1 and %2\u200b%3.\"}"_s.arg(known, known.first(9), known.sliced(9))
                 .toUtf8()));
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    const QString message = end.error().message;
    QVERIFY2(message.contains(u"No •••• and ••••."_s), qPrintable(message));
}

void TestKeyService::createTellsOfAReplyWithoutToken_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("empty") << ""_ba;
    QTest::newRow("not JSON") << "<html>"_ba;
    QTest::newRow("elsewhere") << R"({"token":"x"})"_ba;
    QTest::newRow("null") << R"({"data":{"id":17,"token":null}})"_ba;
}

void TestKeyService::createTellsOfAReplyWithoutToken()
{
    QFETCH(const QByteArray, body);
    m_server->answer(jsonAnswer(201, body));
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::BadResponse);
    QVERIFY(end.error().message.contains(u"dashboard"_s));
    QVERIFY(leftNoTrace());
}

void TestKeyService::createDoesNotFollowRedirects()
{
    HttpTestServer elsewhere;
    m_server->answer(test::response(307, {{"Location", elsewhere.url().toEncoded()}}));
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    QVERIFY(!*end.outcome);
    QVERIFY(elsewhere.requests().isEmpty());
}

void TestKeyService::createRevokesWhatItCannotStore()
{
    m_server->handle([](const ReceivedRequest &request) {
        return test::Answer{request.method == "POST"
                                ? jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})")
                                : test::response(204)};
    });
    m_keychain->forgetWrites(true);
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::KeychainFailed);
    QVERIFY2(end.error().message.contains(u"revoked again"_s), qPrintable(end.error().message));
    QVERIFY(!end.error().message.contains(QString::fromLatin1(made)));
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(pathOf(1), "DELETE /api/v1/user/api-tokens/17"_ba);
    QCOMPARE(m_server->requests().at(1).header("Authorization"), "Bearer session-0123456789abcdef"_ba);
    QVERIFY(leftNoTrace());
}

void TestKeyService::createSaysWhatIsLeftBehind()
{
    m_server->handle([](const ReceivedRequest &request) {
        return test::Answer{request.method == "POST"
                                ? jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})")
                                : jsonAnswer(500, R"({"message":"Out of order"})")};
    });
    m_keychain->failWith(Op::Write, {Error::Kind::KeychainFailed, u"The disk is full."_s, {}});
    JobEnd end(core().keyService->create(draft(u"user"_s), secret(session)));
    QVERIFY(end.wait());
    const QString message = end.error().message;
    for (const QString &part : {u"The disk is full."_s, u"Out of order"_s, u"still exists"_s, u"CI"_s})
        QVERIFY2(message.contains(part), qPrintable(message));
    QVERIFY(leftNoTrace());
}

void TestKeyService::createTakesBackWhatComesAfterCancel()
{
    m_server->handle([](const ReceivedRequest &request) {
        return test::Answer{request.method == "POST"
                                ? jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})")
                                : test::response(204)};
    });
    KeyJob *job = core().keyService->create(draft(u"user"_s), secret(session));
    JobEnd end(job);
    QSignalSpy asked(m_server.get(), &HttpTestServer::requested);
    connect(m_server.get(), &HttpTestServer::requested, job, &KeyJob::cancel);
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_server->requests().at(1).method, "DELETE"_ba);
    QVERIFY(leftNoTrace());
}

void TestKeyService::createTakesBackWhileStoring()
{
    m_server->handle([](const ReceivedRequest &request) {
        return test::Answer{request.method == "POST"
                                ? jsonAnswer(201, R"({"data":{"id":17,"token":")" + made + R"("}})")
                                : test::response(204)};
    });
    m_keychain->hang(Op::Write, true);
    KeyJob *job = core().keyService->create(draft(u"user"_s), secret(session));
    JobEnd end(job);
    QTRY_COMPARE(m_keychain->waiting(), 1);
    job->cancel();
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
    QCOMPARE(m_server->requests().size(), 2);
    m_keychain->release();
    QVERIFY(leftNoTrace());
}

void TestKeyService::checkWritesWhatTheAnswerMeans_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ApiKey::Status>("verdict");
    QTest::newRow("works") << 200 << R"({"status":"ok"})"_ba << ApiKey::Status::Works;
    QTest::newRow("refused") << 401
                             << R"({"error":"UNAUTHORIZED","message":"Invalid token","status_code":401})"_ba
                             << ApiKey::Status::Refused;
    QTest::newRow("refused without a body") << 401 << ""_ba << ApiKey::Status::Refused;
    QTest::newRow("expired") << 401
                             << R"({"error":"TOKEN_EXPIRED","message":"Token expired","status_code":401})"_ba
                             << ApiKey::Status::Expired;
    QTest::newRow("forbidden proves nothing") << 403 << R"({"message":"No"})"_ba << ApiKey::Status::Unchecked;
    QTest::newRow("rate limited proves nothing") << 429 << ""_ba << ApiKey::Status::Unchecked;
    QTest::newRow("their trouble proves nothing") << 500 << ""_ba << ApiKey::Status::Unchecked;
}

void TestKeyService::checkWritesWhatTheAnswerMeans()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const ApiKey::Status, verdict);
    const ApiKey key = added();
    m_server->answer(jsonAnswer(status, body));
    JobEnd end(core().keyService->check(key.id));
    QVERIFY(end.wait());
    QVERIFY2(*end.outcome, qPrintable(end.error().message));
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(m_server->requests().first().header("Authorization"), "Bearer talq_0123456789abcdef3f9a"_ba);
    const ApiKey checked = *core().keys->find(key.id);
    QCOMPARE(**end.outcome, checked);
    QCOMPARE(checked.status, verdict);
    QVERIFY(checked.lastCheckedAt.isValid());
    QVERIFY2(checked.lastCheckNote.startsWith(QString::number(status)), qPrintable(checked.lastCheckNote));
    QVERIFY(core().keys->events(key.id, 1).first().what.contains(u"Staging"_s));
}

void TestKeyService::anAnswerDoesNotForgetHowAKeyEnded_data()
{
    using Status = ApiKey::Status;
    QTest::addColumn<ApiKey::Status>("known");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ApiKey::Status>("after");
    const QByteArray expired = R"({"error":"TOKEN_EXPIRED","message":"Token expired","status_code":401})";
    QTest::newRow("revoked, refused") << Status::Revoked << 401 << ""_ba << Status::Revoked;
    QTest::newRow("revoked, expired too") << Status::Revoked << 401 << expired << Status::Revoked;
    QTest::newRow("revoked, no answer to that") << Status::Revoked << 500 << ""_ba << Status::Revoked;
    QTest::newRow("not revoked after all") << Status::Revoked << 200 << "{}"_ba << Status::Works;
    QTest::newRow("expired, refused") << Status::Expired << 401 << ""_ba << Status::Expired;
    QTest::newRow("not expired after all") << Status::Expired << 200 << "{}"_ba << Status::Works;
    QTest::newRow("refused, expired") << Status::Refused << 401 << expired << Status::Expired;
}

void TestKeyService::anAnswerDoesNotForgetHowAKeyEnded()
{
    QFETCH(const ApiKey::Status, known);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const ApiKey::Status, after);
    ApiKey key = added();
    key.status = known;
    QVERIFY(core().keys->update(key));
    m_server->answer(jsonAnswer(status, body));
    JobEnd end(core().keyService->check(key.id));
    QVERIFY(end.wait());
    QVERIFY2(*end.outcome, qPrintable(end.error().message));
    QCOMPARE(core().keys->find(key.id)->status, after);
}

void TestKeyService::checkNotesThatNobodyAnswered()
{
    const ApiKey key = added();
    m_server.reset();
    JobEnd end(core().keyService->check(key.id));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::ConnectionRefused);
    const ApiKey checked = *core().keys->find(key.id);
    QCOMPARE(checked.status, ApiKey::Status::Unchecked);
    QCOMPARE(checked.lastCheckNote, end.error().message);
}

void TestKeyService::checkTriesAnUnusedKeyWhereItIsBound()
{
    const ApiKey key = added();
    QVERIFY(core().environments->setKey(m_environment.id, u"environment"_s, {}));
    m_server->answer(test::response(200));
    JobEnd somewhere(core().keyService->check(key.id, m_environment.id));
    QVERIFY(somewhere.wait());
    QVERIFY(*somewhere.outcome);
    const QByteArray path = pathOf(0);
    QVERIFY2(path.startsWith("GET /api/"), path.constData());

    // An environment of its provider that stands there says how the address goes on.
    JobEnd unused(core().keyService->check(key.id));
    QVERIFY(unused.wait());
    QVERIFY(*unused.outcome);
    QCOMPARE(pathOf(1), path);

    // Without one it is the provider's own base URL that does, at that origin.
    QVERIFY(core().environments->remove(m_environment.id));
    KeyJob *job = core().keyService->check(key.id);
    std::optional<FinishedCall> call;
    connect(job, &KeyJob::called, this, [&call](const FinishedCall &finished) { call = finished; });
    JobEnd bare(job);
    QVERIFY(bare.wait());
    QVERIFY2(*bare.outcome, qPrintable(bare.error().message));
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Works);
    QCOMPARE(pathOf(2), "GET /api/v1/agents?per_page=1"_ba);
    QVERIFY(m_server->requests().at(2).has("Authorization"));
    QVERIFY(core().keys->events(key.id, 1).first().what.contains(m_server->origin().toString()));
    QVERIFY(call && !call->environment && call->response && call->key->id == key.id);

    QVERIFY(core().keyService->unbindOrigin(key.id, m_server->origin()));
    JobEnd nowhere(core().keyService->check(key.id));
    QVERIFY(nowhere.wait());
    QCOMPARE(nowhere.error().kind, Error::Kind::InvalidInput);
    JobEnd nobody(core().keyService->check(QUuid::createUuid()));
    QVERIFY(nobody.wait());
    QCOMPARE(nobody.error().kind, Error::Kind::NotFound);
    QCOMPARE(int(m_server->requests().size()), 3);
}

void TestKeyService::checkChangesNothingWhileLocked()
{
    const ApiKey key = added();
    m_keychain->become(State::Locked);
    JobEnd end(core().keyService->check(key.id));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::KeychainLocked);
    QVERIFY(m_server->requests().isEmpty());
    QCOMPARE(*core().keys->find(key.id), key);
}

void TestKeyService::checkCanBeCancelled()
{
    const ApiKey key = added();
    m_server->hang();
    KeyJob *job = core().keyService->check(key.id);
    JobEnd end(job);
    QTRY_COMPARE(m_server->requests().size(), 1);
    job->cancel();
    QCOMPARE(end.times, 0);
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
}

void TestKeyService::revokeAsksTheProvider()
{
    const ApiKey key = created();
    m_server->answer(test::response(204));
    JobEnd end(core().keyService->revoke(key.id, secret(session)));
    QVERIFY(end.wait());
    QVERIFY2(*end.outcome, qPrintable(end.error().message));
    QCOMPARE(pathOf(1), "DELETE /api/v1/user/api-tokens/17"_ba);
    QCOMPARE(m_server->requests().at(1).header("Authorization"), "Bearer session-0123456789abcdef"_ba);
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Revoked);
    QVERIFY(core().keys->events(key.id, 1).first().what.contains(u"Revoked"_s));
}

void TestKeyService::revokeSaysWhyItCannot()
{
    const ApiKey pasted = added();
    NewKey user = draft(u"user"_s);
    JobEnd addedUser(core().keyService->add(user, secret("3|0123456789abcdef0123456789abcdef01234567")));
    QVERIFY(addedUser.wait());
    const ApiKey userKey = created();
    const int before = int(m_server->requests().size());
    JobEnd noApi(core().keyService->revoke(pasted.id, secret(session)));
    JobEnd noNumber(core().keyService->revoke((*addedUser.outcome)->id, secret(session)));
    JobEnd noSession(core().keyService->revoke(userKey.id, nullptr));
    QVERIFY(noApi.wait() && noNumber.wait() && noSession.wait());
    QCOMPARE(noApi.error().kind, Error::Kind::Unsupported);
    QCOMPARE(noNumber.error().kind, Error::Kind::Unsupported);
    QCOMPARE(noSession.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(int(m_server->requests().size()), before);
}

void TestKeyService::revokeTakesGoneForRevoked()
{
    const ApiKey key = created();
    m_server->answer(test::response(404));
    JobEnd end(core().keyService->revoke(key.id, secret(session)));
    QVERIFY(end.wait());
    QVERIFY(*end.outcome);
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Revoked);
}

void TestKeyService::revokeTellsWhatTheProviderSaid()
{
    const ApiKey key = created();
    m_server->answer(jsonAnswer(401, R"({"message":"Unauthenticated."})"));
    JobEnd end(core().keyService->revoke(key.id, secret(session)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Refused);
    QVERIFY(end.error().message.contains(u"Unauthenticated."_s));
    QVERIFY(core().keys->find(key.id)->status != ApiKey::Status::Revoked);
}

void TestKeyService::revokeThatWasStoppedMayHaveHappened()
{
    ApiKey key = created();
    key.status = ApiKey::Status::Works;
    QVERIFY(core().keys->update(key));
    const int before = int(m_server->requests().size());
    KeyJob *early = core().keyService->revoke(key.id, secret(session));
    JobEnd nothing(early);
    early->cancel(); // nothing was asked yet
    QVERIFY(nothing.wait());
    QVERIFY(nothing.error().message.contains(u"Nothing was changed"_s));
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Works);

    m_server->hang();
    KeyJob *job = core().keyService->revoke(key.id, secret(session));
    JobEnd end(job);
    QTRY_COMPARE(int(m_server->requests().size()), before + 1);
    job->cancel();
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::Cancelled);
    QVERIFY2(end.error().message.contains(u"may have revoked"_s), qPrintable(end.error().message));
    QVERIFY(!end.error().message.contains(u"Nothing was changed"_s));
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Unchecked);
}

void TestKeyService::revokeWithoutAClearAnswerMayHaveHappened_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("doubt");
    QTest::newRow("none in time") << QByteArray() << true;
    QTest::newRow("half of one") << "HTTP/1.1 204 No"_ba << true;
    QTest::newRow("of a gateway") << jsonAnswer(504, "{}") << true;
    QTest::newRow("no") << jsonAnswer(403, "{}") << false;
}

void TestKeyService::revokeWithoutAClearAnswerMayHaveHappened()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, doubt);
    ApiKey key = created();
    key.status = ApiKey::Status::Works;
    QVERIFY(core().keys->update(key));
    HttpClient::Options options = core().http->options();
    options.timeout = std::chrono::milliseconds(300);
    core().http->setOptions(options);
    if (answer.isEmpty())
        m_server->hang();
    else
        m_server->answer(answer, test::Answer::Then::Close);
    JobEnd end(core().keyService->revoke(key.id, secret(session)));
    QVERIFY(end.wait());
    QVERIFY(!*end.outcome);
    QCOMPARE(end.error().message.contains(u"may have revoked"_s), doubt);
    QCOMPARE(core().keys->find(key.id)->status, doubt ? ApiKey::Status::Unchecked : ApiKey::Status::Works);
    QCOMPARE(core().keys->events(key.id, 1).first().what.contains(u"may be revoked already"_s), doubt);
}

void TestKeyService::revokeThatNobodyHeardChangesNothing()
{
    ApiKey key = created();
    key.status = ApiKey::Status::Works;
    QVERIFY(core().keys->update(key));
    m_server.reset();
    JobEnd end(core().keyService->revoke(key.id, secret(session)));
    QVERIFY(end.wait());
    QCOMPARE(end.error().kind, Error::Kind::ConnectionRefused);
    QCOMPARE(core().keys->find(key.id)->status, ApiKey::Status::Works);
}

void TestKeyService::triesATokenThatIsNotStored()
{
    OneTimeToken once;
    once.token = secret(token);
    once.origins = {m_server->origin()};
    m_server->answer(test::response(200));
    std::optional<TokenCheck> check;
    HttpCall *call = core().keyService->tryToken(once, *core().providers.find(u"talkover"_s),
                                                 u"environment"_s, QUrl(m_environment.baseUrl), this,
                                                 [&](const TokenCheck &said) { check = said; });
    QVERIFY(call);
    QVERIFY(!check);
    QTRY_VERIFY(check);
    QCOMPARE(check->status, 200);
    QCOMPARE(check->verdict, ApiKey::Status::Works);
    QVERIFY2(check->note.contains(u"answered 200 in"_s), qPrintable(check->note));
    QCOMPARE(m_server->requests().first().header("Authorization"), "Bearer talq_0123456789abcdef3f9a"_ba);
    QVERIFY(leftNoTrace());

    // A guard that dies hears nothing.
    auto guard = std::make_unique<QObject>();
    int calls = 0;
    HttpCall *second = core().keyService->tryToken(once, *core().providers.find(u"talkover"_s),
                                                   u"environment"_s, QUrl(m_environment.baseUrl), guard.get(),
                                                   [&](const TokenCheck &) { ++calls; });
    QSignalSpy ended(second, &HttpCall::finished);
    guard.reset();
    QVERIFY(ended.wait());
    QCOMPARE(calls, 0);
}

void TestKeyService::triesNothingAgainstABrokenAddress()
{
    OneTimeToken once;
    once.token = secret(token);
    std::optional<TokenCheck> check;
    HttpCall *call =
        core().keyService->tryToken(once, *core().providers.find(u"talkover"_s), u"environment"_s, QUrl(),
                                    this, [&](const TokenCheck &said) { check = said; });
    QVERIFY(!call);
    QVERIFY(!check);
    QTRY_VERIFY(check);
    QVERIFY(check->error);
    QCOMPARE(check->status, 0);
}

void TestKeyService::renames()
{
    const ApiKey key = added();
    QVERIFY(core().keyService->rename(key.id, u" Nightly "_s));
    QCOMPARE(core().keys->find(key.id)->name, u"Nightly"_s);
    QVERIFY(core().keys->events(key.id, 1).first().what.contains(u"CI"_s));
    QCOMPARE(core().keyService->rename(key.id, u""_s).error().kind, Error::Kind::InvalidInput);
    QCOMPARE(core().keyService->rename(QUuid::createUuid(), u"x"_s).error().kind, Error::Kind::NotFound);
    const qsizetype events = core().keys->events(key.id).size();
    QVERIFY(core().keyService->rename(key.id, u"Nightly"_s)); // nothing happened
    QCOMPARE(core().keys->events(key.id).size(), events);
}

void TestKeyService::bindsOrigins()
{
    const ApiKey key = added();
    const Origin other = *Origin::fromString(u"https://other.test"_s);
    QVERIFY(core().keyService->bindOrigin(key.id, other));
    QVERIFY(core().keyService->bindOrigin(key.id, other));
    QCOMPARE(core().keys->find(key.id)->origins, (QList<Origin>{m_server->origin(), other}));
    QCOMPARE(core().keyService->bindOrigin(key.id, *Origin::fromString(u"http://other.test"_s)).error().kind,
             Error::Kind::InsecureTransport);
    QCOMPARE(core().keyService->bindOrigin(key.id, Origin()).error().kind, Error::Kind::InvalidInput);
    QVERIFY(core().keyService->unbindOrigin(key.id, m_server->origin()));
    QCOMPARE(core().keys->find(key.id)->origins, QList<Origin>{other});
}

void TestKeyService::setsTheExpiry()
{
    const ApiKey key = added();
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(1'900'000'000'000, Qt::UTC);
    QVERIFY(core().keyService->setExpiry(key.id, end.toLocalTime()));
    QCOMPARE(core().keys->find(key.id)->expiresAt, end);
    QVERIFY(core().keyService->setExpiry(key.id, {}));
    QVERIFY(!core().keys->find(key.id)->expiresAt.isValid());
}

void TestKeyService::removesEverything()
{
    const ApiKey key = added();
    QVERIFY(core().keyService->remove(key.id));
    QVERIFY(core().environments->find(m_environment.id)->keys.isEmpty());
    QVERIFY(leftNoTrace());
    QCOMPARE(core().keyService->remove(key.id).error().kind, Error::Kind::NotFound);
}

void TestKeyService::notesTheUse()
{
    const ApiKey key = added();
    const auto status = [&] { return core().keys->find(key.id)->status; };
    core().keyService->noteUse(key.id, 500);
    QCOMPARE(status(), ApiKey::Status::Unchecked);
    core().keyService->noteUse(key.id, 204);
    QCOMPARE(status(), ApiKey::Status::Works);
    core().keyService->noteUse(key.id, 404);
    QCOMPARE(status(), ApiKey::Status::Works);
    core().keyService->noteUse(key.id, 401);
    QCOMPARE(status(), ApiKey::Status::Refused);
    ApiKey revoked = *core().keys->find(key.id);
    revoked.status = ApiKey::Status::Revoked;
    QVERIFY(core().keys->update(revoked));
    core().keyService->noteUse(key.id, 401);
    QCOMPARE(status(), ApiKey::Status::Revoked); // which says more
    core().keyService->noteUse(QUuid::createUuid(), 200);
}

void TestKeyService::readsForTheUser()
{
    const ApiKey key = added();
    std::optional<Result<Secret>> read;
    core().keyService->readForUser(key.id, KeyAction::Copied, u"copied as TALKOVER_TOKEN"_s, this,
                                   [&](Result<Secret> outcome) { read.emplace(std::move(outcome)); });
    QTRY_VERIFY(read);
    QVERIFY((*read)->reveal() == token);
    QCOMPARE(core().keys->events(key.id, 1).first().what, u"copied as TALKOVER_TOKEN"_s);

    m_keychain->become(State::Locked);
    read.reset();
    core().keyService->readForUser(key.id, KeyAction::Copied, u"copied again"_s, this,
                                   [&](Result<Secret> outcome) { read.emplace(std::move(outcome)); });
    QTRY_VERIFY(read);
    QCOMPARE(read->error().kind, Error::Kind::KeychainLocked);
    QCOMPARE(core().keys->events(key.id, 1).first().what, u"copied as TALKOVER_TOKEN"_s);
}

void TestKeyService::knowsNamesThatCannotBe_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    QTest::newRow("plain") << u"CI pipeline"_s << true;
    QTest::newRow("one") << u"x"_s << true;
    QTest::newRow("other scripts") << u"Schlüssel 鍵 مفتاح"_s << true;
    QTest::newRow("255") << QString(255, u'x') << true;
    QTest::newRow("255 characters of two units each") << QString(u"🔑"_s).repeated(255) << true;
    QTest::newRow("256") << QString(256, u'x') << false;
    QTest::newRow("1 MB") << QString(1024 * 1024, u'x') << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("blank") << u" \t "_s << false;
    QTest::newRow("line break") << u"one\ntwo"_s << false;
    QTest::newRow("zero byte") << u"one"_s + QChar(u'\0') + u"two"_s << false;
    QTest::newRow("turned around") << u"one"_s + QChar(0x202e) + u"eno"_s << false;
    QTest::newRow("half a character") << u"one"_s + QChar(0xd83d) << false;
}

void TestKeyService::knowsNamesThatCannotBe()
{
    QFETCH(const QString, name);
    QFETCH(const bool, good);
    QCOMPARE(!keyNameProblem(name), good);
}

void TestKeyService::fillsInBodies()
{
    const auto fill = [](const char *body, const QString &name, const QStringList &abilities) {
        return QJsonDocument(filledIn(QJsonDocument::fromJson(body).object(), name, abilities).toObject())
            .toJson(QJsonDocument::Compact);
    };
    const char *body =
        R"({"abilities":"{{abilities}}","n":1,"name":"{{name}}","options":{"list":["{{name}}!",true],"text":"may {{abilities}}"}})";
    QCOMPARE(
        fill(body, u"a\"b"_s, {u"x"_s, u"y"_s}),
        R"({"abilities":["x","y"],"n":1,"name":"a\"b","options":{"list":["a\"b!",true],"text":"may x,y"}})"_ba);
    QCOMPARE(fill(body, u"n"_s, {}), R"({"n":1,"name":"n","options":{"list":["n!",true],"text":"may "}})"_ba);
    // A name is text, whatever it says.
    QCOMPARE(fill(R"({"name":"{{name}}"})", u"{{abilities}}"_s, {u"x"_s}), R"({"name":"{{abilities}}"})"_ba);
}

void TestKeyService::buildsAddresses()
{
    const QUrl base(u"https://app.test:8443/api/"_s);
    QCOMPARE(tokenApiUrl(base, u"/dashboard/keys"_s).toString(), u"https://app.test:8443/dashboard/keys"_s);
    QCOMPARE(tokenApiUrl(base, u"v1/keys?all=1"_s).toString(), u"https://app.test:8443/api/v1/keys?all=1"_s);
    QCOMPARE(tokenApiUrl(QUrl(u"https://app.test"_s), u"v1/keys"_s).toString(),
             u"https://app.test/v1/keys"_s);
    TokenApi api;
    api.revokeMethod = u"DELETE"_s;
    api.revokePath = u"keys/{{id}}"_s;
    // An id from a reply cannot lead elsewhere.
    QCOMPARE(revokeTokenRequest(api, base, u"../../x?y"_s, {})->url.toString(QUrl::FullyEncoded),
             u"https://app.test:8443/api/keys/..%2F..%2Fx%3Fy"_s);
    QVERIFY(!revokeTokenRequest(api, base, {}, {}));
}

QTEST_GUILESS_MAIN(TestKeyService)
#include "test_key_service.moc"
