#include "app/Core.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/SandboxFixture.h"
#include "tests/support/Terminal.h"

#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QString service = u"talkover"_s;
const QString account = u"/api/user"_s;
const QString agents = u"/api/v1/agents?per_page=1"_s;

struct Ran
{
    int code = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

} // namespace

/// keydesk-cli keys … as a user runs it: processes with pipes and a real keychain, beside a window that has the same data open. The provider is
/// a sandbox.
class TestCliKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void addsAndListsAKey();
    void aKeyBringsTheProtectionOfItsEnvironmentAlong();
    void storesNoRefusedToken();
    void checksKeys();

    void rotatesAndRevokesTheOldAtOnce();
    void rotatesAndRevokesTheOldLater();
    void rotatesWithAPastedToken();
    void aRefusedTokenReplacesNothing();
    void aRefusedSessionChangesNothing();
    void aLostProviderLeavesTheOldKey();
    void interruptedItLeavesTheOldKey();
    void interruptedWhileRevokingItLeavesTheNewKey();
    void withoutAKeychainNothingIsRotated();
    void rotatesNothingThatItCannot();

    void revokesWhatItIsTold();
    void asksAtATerminal();
    void saysWhatStopsWorking();
    void sendsToTheDashboardWhereThereIsNoInterface();

private:
    std::unique_ptr<QProcess> started(const QStringList &arguments, const QByteArray &input = {}, bool withKeychain = true) const;
    Ran ended(QProcess &process);
    Ran run(const QStringList &arguments, const QByteArray &input = {}) { return ended(*started(arguments, input)); }
    /// A personal token that the provider's API made for the window.
    ApiKey personal();
    QByteArray tokenOf(const QUuid &keyId);
    [[nodiscard]] int statusOf(const QByteArray &token, const QString &path = account) { return m_sandbox.get(service, path, token).status; }
    void delay(int milliseconds);
    void takeOver() const;
    /// How many personal tokens the provider knows that are not revoked.
    int personalTokens();

    test::SandboxFixture m_sandbox;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Core> m_window;
    Environment m_environment;
    QByteArray m_session;
    QByteArrayList m_secrets;
    QByteArray m_said; // by all processes of a test
};

void TestCliKeys::initTestCase()
{
    QVERIFY(m_sandbox.start());
    m_session = m_sandbox.makeKey(service, {{u"kind"_s, u"session"_s}}).token;
    QVERIFY(!m_session.isEmpty());
}

void TestCliKeys::init()
{
    m_said.clear();
    m_secrets = {m_session};
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
    m_environment = {};
    m_environment.name = u"Here"_s;
    m_environment.providerId = u"sandbox-talkover"_s;
    m_environment.baseUrl = m_sandbox.origin(service).toString();
    m_environment.colour = u"grey"_s;
    const Result<Environment> added = m_window->environments->add(m_environment);
    QVERIFY(added);
    m_environment = *added;
}

void TestCliKeys::cleanup()
{
    delay(0);
    for (const QByteArray &secret : std::as_const(m_secrets)) {
        QVERIFY(!secret.isEmpty());
        QVERIFY2(!m_said.contains(secret) && !m_said.contains(secret.toBase64()) && !m_said.contains(secret.toPercentEncoding()), m_said.constData());
    }
    if (m_window) {
        for (const ApiKey &key : m_window->keys->all())
            QVERIFY(m_window->keyService->remove(key.id));
        QTRY_VERIFY(m_window->keys->leftovers().isEmpty());
    }
    m_window.reset();
    m_folder.reset();
}

std::unique_ptr<QProcess> TestCliKeys::started(const QStringList &arguments, const QByteArray &input, bool withKeychain) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!withKeychain)
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_folder->filePath(u"no-bus"_s));
    process->setProcessEnvironment(environment);
    process->start(QStringLiteral(KEYDESK_CLI),
                   arguments + QStringList{u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s, m_folder->filePath(u"data"_s)});
    process->write(input);
    process->closeWriteChannel();
    return process;
}

Ran TestCliKeys::ended(QProcess &process)
{
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    const Ran ran{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    m_said += ran.out + ran.err;
    takeOver();
    return ran;
}

void TestCliKeys::takeOver() const
{
    for (const Result<void> &taken : {m_window->keys->refresh(), m_window->environments->refresh(), m_window->rotations->refresh()}) {
        if (!taken)
            qFatal("%s", qPrintable(taken.error().message));
    }
}

ApiKey TestCliKeys::personal()
{
    NewKey draft;
    draft.name = u"Mine"_s;
    draft.providerId = m_environment.providerId;
    draft.kindId = u"user"_s;
    draft.environmentId = m_environment.id;
    draft.place = SecretPlace::SystemKeychain;
    draft.abilities = {u"*"_s};
    std::optional<Result<ApiKey>> made;
    KeyJob *job = m_window->keyService->create(draft, SignIn(std::make_shared<const Secret>(m_session.toStdString())));
    connect(job, &KeyJob::finished, this, [&made](const Result<ApiKey> &key) { made = key; });
    if (!QTest::qWaitFor([&made] { return made.has_value(); }, 30'000) || !*made)
        qFatal("the provider made no token");
    return **made;
}

QByteArray TestCliKeys::tokenOf(const QUuid &keyId)
{
    std::optional<QByteArray> read;
    m_window->ring->readForUser(keyId, this, [&read](const Result<Secret> &secret) {
        read = secret ? QByteArray(secret->reveal().data(), secret->size()) : QByteArray();
    });
    if (!QTest::qWaitFor([&read] { return read.has_value(); }, 30'000))
        qFatal("the keychain did not answer");
    m_secrets << *read;
    return *read;
}

void TestCliKeys::delay(int milliseconds)
{
    m_sandbox.post(service, u"/dashboard/modes"_s, {}, {{u"delay_ms"_s, milliseconds}});
}

int TestCliKeys::personalTokens()
{
    return static_cast<int>(m_sandbox.get(service, u"/api/v1/user/api-tokens"_s, m_session).json.value(u"data"_s).toArray().size());
}

void TestCliKeys::addsAndListsAKey()
{
    const auto made = m_sandbox.makeKey(service);
    m_secrets << made.token;
    const Ran added = run({u"keys"_s, u"add"_s, u"-e"_s, u"here"_s, u"--name"_s, u"CI"_s, u"--check"_s}, made.token + '\n'); // its kind is told by its form
    QVERIFY2(added.code == 0, added.err.constData());
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(m_window->keys->all().first().status, ApiKey::Status::Works);

    const Ran listed = run({u"keys"_s, u"list"_s, u"--json"_s});
    QCOMPARE(listed.code, 0);
    QVERIFY(listed.err.isEmpty());
    const QJsonArray keys = listed.json().value(u"keys"_s).toArray();
    QCOMPARE(keys.size(), 1);
    const QJsonObject key = keys.first().toObject();
    QCOMPARE(key.value(u"name"_s), u"CI"_s);
    QCOMPARE(key.value(u"provider"_s), u"sandbox-talkover"_s);
    QCOMPARE(key.value(u"kind"_s), u"environment"_s);
    QCOMPARE(key.value(u"status"_s), u"works"_s);
    QCOMPARE(key.value(u"place"_s), u"keychain"_s);
    QCOMPARE(key.value(u"environments"_s), QJsonArray{u"Here"_s});
    QCOMPARE(run({u"keys"_s, u"list"_s, u"--names"_s}).out, "CI\n");
    QCOMPARE(run({u"keys"_s, u"list"_s, u"--status"_s, u"refused"_s}).out, QByteArray());
}

void TestCliKeys::aKeyBringsTheProtectionOfItsEnvironmentAlong()
{
    const auto made = m_sandbox.makeKey(service);
    m_secrets << made.token;
    QCOMPARE(run({u"keys"_s, u"add"_s, u"-e"_s, u"here"_s, u"--name"_s, u"CI"_s}, made.token + '\n').code, 0);
    takeOver();
    Environment environment = *m_window->environments->find(m_environment.id);
    environment.isProtected = true;
    QVERIFY(m_window->environments->update(environment));
    const QString url = environment.baseUrl + u"/v1/agents"_s;
    const Ran refused = run({u"call"_s, u"DELETE"_s, url, u"-k"_s, u"CI"_s});
    QCOMPARE(refused.code, 2);
    QVERIFY2(refused.err.contains("--yes"), refused.err.constData());
    QVERIFY(run({u"call"_s, u"DELETE"_s, url, u"-k"_s, u"CI"_s, u"--yes"_s}).code != 2);
    QCOMPARE(run({u"call"_s, u"GET"_s, environment.baseUrl + u"/api/v1/agents"_s, u"-k"_s, u"CI"_s}).err.contains("--yes"), false);
}

void TestCliKeys::storesNoRefusedToken()
{
    m_secrets << "talq_never-issued-0123456789";
    const Ran added = run({u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"CI"_s, u"--check"_s}, m_secrets.last());
    QCOMPARE(added.code, 1);
    QVERIFY(added.err.contains("not stored"));
    QVERIFY(m_window->keys->all().isEmpty());
}

void TestCliKeys::checksKeys()
{
    const auto made = m_sandbox.makeKey(service);
    m_secrets << made.token;
    QCOMPARE(run({u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"CI"_s}, made.token).code, 0);
    const Ran good = run({u"keys"_s, u"check"_s, u"--json"_s});
    QCOMPARE(good.code, 0);
    QCOMPARE(good.json().value(u"keys"_s).toArray().first().toObject().value(u"status"_s), u"works"_s);
    QCOMPARE(m_sandbox.act(service, made.id, u"revoke"_s), 200);
    const Ran bad = run({u"keys"_s, u"check"_s, u"CI"_s});
    QCOMPARE(bad.code, 1);
    QVERIFY(bad.out.startsWith("CI\trefused\t"));
    QCOMPARE(run({u"keys"_s, u"check"_s, u"nobody"_s}).code, 2);
}

void TestCliKeys::rotatesAndRevokesTheOldAtOnce()
{
    const ApiKey old = personal();
    const QByteArray before = tokenOf(old.id);
    const Ran ran = run({u"keys"_s, u"rotate"_s, u"mine"_s, u"--old"_s, u"revoke-now"_s, u"--json"_s}, m_session);
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QUuid newId = QUuid::fromString(ran.json().value(u"key"_s).toObject().value(u"id"_s).toString());
    QVERIFY(!newId.isNull() && newId != old.id);
    QCOMPARE(ran.json().value(u"old"_s).toObject().value(u"status"_s), u"revoked"_s);
    QVERIFY(ran.json().value(u"overlap"_s).isNull());
    QCOMPARE(m_window->environments->find(m_environment.id)->keys.value(u"user"_s), newId);
    QCOMPARE(m_window->keys->find(newId)->name, u"Mine"_s);
    QCOMPARE(statusOf(tokenOf(newId)), 200);
    QCOMPARE(statusOf(before), 401);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::rotatesAndRevokesTheOldLater()
{
    const ApiKey old = personal();
    const QByteArray before = tokenOf(old.id);
    const Ran ran = run({u"keys"_s, u"rotate"_s, old.id.toString(QUuid::WithoutBraces)}, m_session);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(statusOf(before), 200);
    const std::optional<Rotation> rotation = m_window->rotations->rotations().ofKey(old.id);
    QVERIFY(rotation && rotation->step == Rotation::Step::Overlap && rotation->left);
    QVERIFY(*rotation->left > std::chrono::hours(23) && *rotation->left <= std::chrono::hours(24));
    QCOMPARE(statusOf(tokenOf(rotation->newKeyId)), 200);

    QCOMPARE(run({u"keys"_s, u"rotate"_s, u"Mine"_s}, m_session).code, 2); // is being rotated
    const QString oldName = m_window->keys->find(old.id)->name;
    QCOMPARE(run({u"keys"_s, u"revoke"_s, oldName}, m_session).code, 2); // nobody said yes
    QCOMPARE(statusOf(before), 200);
    const Ran revoked = run({u"keys"_s, u"revoke"_s, oldName, u"--yes"_s}, m_session);
    QVERIFY2(revoked.code == 0, revoked.err.constData());
    QVERIFY(revoked.err.contains("Trying the new key once more"));
    QCOMPARE(statusOf(before), 401);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::rotatesWithAPastedToken()
{
    const auto made = m_sandbox.makeKey(service);
    m_secrets << made.token;
    QCOMPARE(run({u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"CI"_s}, made.token).code, 0);
    const QUuid old = m_window->keys->all().first().id;
    const QByteArray renewed = m_sandbox.post(service, u"/dashboard/keys/%1/regenerate"_s.arg(made.id), {}, {{u"name"_s, u"CI"_s}})
                                   .json.value(u"data"_s)
                                   .toObject()
                                   .value(u"token"_s)
                                   .toString()
                                   .toLatin1();
    m_secrets << renewed;
    const Ran ran = run({u"keys"_s, u"rotate"_s, u"CI"_s, u"--paste"_s}, "Bearer " + renewed + '\n');
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QUuid used = m_window->environments->find(m_environment.id)->keys.value(u"environment"_s);
    QVERIFY(used != old);
    QCOMPARE(tokenOf(used), renewed);
    QCOMPARE(statusOf(renewed, agents), 200);
    QCOMPARE(m_window->keys->find(old)->status, ApiKey::Status::Revoked);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::aRefusedTokenReplacesNothing()
{
    const ApiKey old = personal();
    m_secrets << "987654|neverissuedneverissuedneverissuedneverissued1";
    const Ran ran = run({u"keys"_s, u"rotate"_s, u"Mine"_s, u"--paste"_s, u"--old"_s, u"keep"_s}, m_secrets.last());
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.contains("refused") && ran.err.contains("used as before"), ran.err.constData());
    QVERIFY(ran.out.isEmpty());
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(m_window->environments->find(m_environment.id)->keys.value(u"user"_s), old.id);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::aRefusedSessionChangesNothing()
{
    const ApiKey old = personal();
    const int count = personalTokens();
    m_secrets << "session_neverissuedneverissuedneverissued";
    const Ran ran = run({u"keys"_s, u"rotate"_s, u"Mine"_s, u"--json"_s}, m_secrets.last());
    QCOMPARE(ran.code, 1);
    QCOMPARE(QJsonDocument::fromJson(ran.err).object().value(u"error"_s).toObject().value(u"kind"_s), u"refused"_s);
    QCOMPARE(personalTokens(), count);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::aLostProviderLeavesTheOldKey()
{
    const ApiKey old = personal();
    m_secrets << "987655|neverissuedneverissuedneverissuedneverissued2";
    m_sandbox.post(service, u"/dashboard/modes"_s, {}, {{u"failing"_s, u"drop"_s}});
    const Ran ran = run({u"keys"_s, u"rotate"_s, u"Mine"_s, u"--paste"_s}, m_secrets.last());
    delay(0);
    QCOMPARE(ran.code, 3);
    QVERIFY2(ran.err.contains("used as before"), ran.err.constData());
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
}

void TestCliKeys::interruptedItLeavesTheOldKey()
{
    const ApiKey old = personal();
    const int count = personalTokens();
    delay(400);
    const auto process = started({u"keys"_s, u"rotate"_s, u"Mine"_s}, m_session);
    QByteArray heard;
    QVERIFY(QTest::qWaitFor([&] { return (heard += process->readAllStandardError()).contains("Trying the new key"); }, 30'000));
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    delay(0);
    const Ran ran = ended(*process);
    m_said += heard;
    QCOMPARE(ran.code, 130);
    QVERIFY2(ran.err.contains("used as before"), ran.err.constData());
    QCOMPARE(m_window->environments->find(m_environment.id)->keys.value(u"user"_s), old.id);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(personalTokens(), count); // the new one was taken back
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::interruptedWhileRevokingItLeavesTheNewKey()
{
    const ApiKey old = personal();
    delay(400);
    const auto process = started({u"keys"_s, u"rotate"_s, u"Mine"_s, u"--old"_s, u"revoke-now"_s}, m_session);
    QByteArray heard;
    QVERIFY(QTest::qWaitFor([&] { return (heard += process->readAllStandardError()).contains("once more"); }, 30'000));
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    delay(0);
    const Ran ran = ended(*process);
    m_said += heard;
    QCOMPARE(ran.code, 130);
    QVERIFY2(ran.err.contains("was not revoked") && ran.err.contains("the window of Keydesk goes on with"), ran.err.constData());
    const std::optional<Rotation> rotation = m_window->rotations->rotations().ofKey(old.id);
    QVERIFY(rotation && rotation->step == Rotation::Step::Overlap); // which the window shows
    QCOMPARE(m_window->environments->find(m_environment.id)->keys.value(u"user"_s), rotation->newKeyId);
    QCOMPARE(statusOf(tokenOf(rotation->newKeyId)), 200);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
}

void TestCliKeys::withoutAKeychainNothingIsRotated()
{
    const ApiKey old = personal();
    const int count = personalTokens();
    const Ran ran = ended(*started({u"keys"_s, u"rotate"_s, u"Mine"_s}, m_session, false));
    QCOMPARE(ran.code, 4);
    QVERIFY(!ran.err.isEmpty());
    QCOMPARE(personalTokens(), count);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::rotatesNothingThatItCannot()
{
    const ApiKey old = personal();
    for (const QStringList &words : {
             QStringList{},
             {u"nobody"_s},
             {u"Mine"_s, u"--old"_s, u"burn"_s},
             {u"Mine"_s, u"--after"_s, u"7"_s},
             {u"Mine"_s, u"--after"_s, u"d"_s},
             {u"Mine"_s, u"--after"_s, u"0m"_s},
             {u"Mine"_s, u"--after"_s, u"2147483647w"_s},
             {u"Mine"_s, u"--old"_s, u"revoke-now"_s, u"--after"_s, u"1d"_s},
             {u"Mine"_s, u"--paste"_s, u"--session-stdin"_s},                // two tokens from one input
             {u"Mine"_s, u"--paste"_s, u"--old"_s, u"revoke-now"_s},         // which needs a session, too
         }) {
        const Ran ran = run(QStringList{u"keys"_s, u"rotate"_s} + words, m_session);
        QVERIFY2(ran.code == 2 && !ran.err.isEmpty() && ran.out.isEmpty(), qPrintable(words.join(u' ')));
    }
    QCOMPARE(m_window->keys->all().size(), 1);
    QCOMPARE(statusOf(tokenOf(old.id)), 200);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
}

void TestCliKeys::revokesWhatItIsTold()
{
    const ApiKey key = personal();
    const QByteArray token = tokenOf(key.id);
    QCOMPARE(run({u"keys"_s, u"revoke"_s, u"Mine"_s}, "y\n" + m_session).code, 2); // a pipe says no yes
    QCOMPARE(statusOf(token), 200);
    m_secrets << "session_neverissuedneverissuedneverissued";
    QCOMPARE(run({u"keys"_s, u"revoke"_s, u"Mine"_s, u"--yes"_s}, m_secrets.last()).code, 1);
    QCOMPARE(statusOf(token), 200);
    const Ran ran = run({u"keys"_s, u"revoke"_s, u"Mine"_s, u"--yes"_s, u"--json"_s}, m_session);
    QVERIFY2(ran.code == 0, ran.err.constData());
    QCOMPARE(ran.json().value(u"key"_s).toObject().value(u"status"_s), u"revoked"_s);
    QCOMPARE(ran.json().value(u"usedBy"_s), QJsonArray{u"Here"_s});
    QCOMPARE(statusOf(token), 401);
    const Ran again = run({u"keys"_s, u"revoke"_s, u"Mine"_s, u"--yes"_s});
    QCOMPARE(again.code, 0);
    QVERIFY(again.err.contains("revoked already"));
}

void TestCliKeys::asksAtATerminal()
{
    const ApiKey key = personal();
    const QByteArray token = tokenOf(key.id);
    for (const bool yes : {false, true}) {
        test::Terminal terminal;
        QProcess process;
        terminal.attach(process);
        process.start(QStringLiteral(KEYDESK_CLI), {u"keys"_s, u"revoke"_s, u"Mine"_s, u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s,
                                                    m_folder->filePath(u"data"_s)});
        QVERIFY2(terminal.shows("[y/N]"), terminal.screen().constData());
        QVERIFY(terminal.type(yes ? "y\n" : "\n"));
        if (yes) {
            QVERIFY2(terminal.shows("used once and not kept:"), terminal.screen().constData());
            QVERIFY(terminal.type(m_session + '\n')); // which cleanup looks for on the screen
        }
        QVERIFY2(terminal.shows(yes ? "is revoked." : "Nothing was revoked."), terminal.screen().constData());
        QCOMPARE(ended(process).code, yes ? 0 : 130);
        m_said += terminal.screen();
        QCOMPARE(statusOf(token), yes ? 401 : 200);
    }
}

void TestCliKeys::saysWhatStopsWorking()
{
    const ApiKey key = personal();
    Environment environment = *m_window->environments->find(m_environment.id);
    environment.identities = {{u"Auditor"_s, {{u"user"_s, key.id}}}};
    QVERIFY(m_window->environments->update(environment));
    QTemporaryDir requests(QDir::temp().filePath(u"keydesk-requests-XXXXXX"_s));
    QFile file(requests.filePath(u"calls.http"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("### Who am I\n# @key id:" + key.id.toByteArray(QUuid::WithoutBraces) + "\nGET {{baseUrl}}/api/user\n");
    file.close();
    m_window->settings->setWorkspaceFolder(requests.path());
    const auto isWritten = [this] { // which is done a moment later
        QDirIterator files(m_folder->filePath(u"config"_s), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile settings(files.next());
            if (settings.open(QIODevice::ReadOnly) && settings.readAll().contains("keydesk-requests-"))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(isWritten());
    const Ran ran = run({u"keys"_s, u"revoke"_s, u"Mine"_s}, m_session);
    QCOMPARE(ran.code, 2);
    for (const char *words : {"environment Here\n", "environment Here (as Auditor)", "request Who am I (calls.http)", "Perhaps in use"})
        QVERIFY2(ran.err.contains(words), ran.err.constData());
    QCOMPARE(statusOf(tokenOf(key.id)), 200);
}

void TestCliKeys::sendsToTheDashboardWhereThereIsNoInterface()
{
    const auto made = m_sandbox.makeKey(service);
    m_secrets << made.token;
    QCOMPARE(run({u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"CI"_s}, made.token).code, 0);
    const Ran ran = run({u"keys"_s, u"revoke"_s, u"CI"_s, u"--yes"_s});
    QCOMPARE(ran.code, 2);
    QVERIFY2(ran.err.contains(m_environment.baseUrl.toUtf8() + "/dashboard"), ran.err.constData());
    QCOMPARE(statusOf(made.token, agents), 200);

    // Its rotation is ended by hand.
    QCOMPARE(run({u"keys"_s, u"revoke"_s, u"CI"_s, u"--done-in-dashboard"_s}).code, 2);
    QCOMPARE(run({u"keys"_s, u"rotate"_s, u"CI"_s, u"--old"_s, u"revoke-now"_s}).code, 2);
    const Ran rotated = run({u"keys"_s, u"rotate"_s, u"CI"_s, u"--old"_s, u"keep"_s});
    QVERIFY2(rotated.code == 0, rotated.err.constData());
    QCOMPARE(run({u"keys"_s, u"revoke"_s, u"CI (old)"_s, u"--done-in-dashboard"_s}).code, 0);
    QVERIFY(m_window->rotations->rotations().all().isEmpty());
    QCOMPARE(run({u"keys"_s, u"check"_s, u"CI"_s}).code, 0);
}

QTEST_GUILESS_MAIN(TestCliKeys)
#include "test_cli_keys.moc"
