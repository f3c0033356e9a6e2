#include "app/Core.h"
#include "app/keys/KeychainStore.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/Keyring.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QByteArray token = "talq_S3cr3t/Tok+en|0123456789";
const QByteArray secretValue = "p4ss \"word\"\nwith two lines";
const QByteArray bullets = "••••";

struct Ran
{
    int code = -1;
    QProcess::ExitStatus status = QProcess::CrashExit;
    QByteArray out;
    QByteArray err;
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// One for a process, and what somebody sees and types there.
class Terminal
{
public:
    Terminal()
    {
        if (::openpty(&m_ours, &m_theirs, nullptr, nullptr, nullptr) != 0 || ::fcntl(m_ours, F_SETFL, O_NONBLOCK) != 0)
            qFatal("there is no terminal");
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;
    ~Terminal()
    {
        ::close(m_ours);
        ::close(m_theirs);
    }

    [[nodiscard]] int theirs() const { return m_theirs; }
    [[nodiscard]] const QByteArray &screen() const { return m_screen; }
    [[nodiscard]] bool shows(const QByteArray &words)
    {
        const auto isThere = [&] {
            char bytes[4096];
            m_screen += QByteArray(bytes, std::max<ssize_t>(::read(m_ours, bytes, sizeof bytes), 0));
            return m_screen.contains(words);
        };
        return QTest::qWaitFor(isThere, 30'000);
    }
    [[nodiscard]] bool type(const QByteArray &words) const { return ::write(m_ours, words.constData(), std::size_t(words.size())) == words.size(); }

private:
    int m_ours = -1;
    int m_theirs = -1;
    QByteArray m_screen;
};

} // namespace

/// keydesk-cli exec as a user runs it: processes with pipes and terminals and a real keychain.
class TestCliExec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();

    void passesVariablesAndTheKey_data() { withAndWithoutMask(); }
    void passesVariablesAndTheKey();
    void takesTheWindowsEnvironmentIfNoneIsNamed();
    void namesTheKeyAsItIsTold();
    void passesOnlyWhatIsNamed();
    void passesNothingThatSteersPrograms();
    void aProviderFileSteersNoProgramEither();
    void anOAuthClientsTokenIsPassedAndNotItsSecret();
    void thePasswordOfAPairIsMaskedByItself();
    void readsNoKeyThatAValueNames();
    void valuesMayNameSecrets();

    void theTokenIsInTheProgramsEnvironmentAlone();
    void masksEveryFormInBothStreams();
    void aPromptAppearsAtOnce();
    void masksALotInLittleMemory();
    void tellsTheProgramThatNobodyReads();

    void endsAsTheProgramEnds_data() { withAndWithoutMask(); }
    void endsAsTheProgramEnds();
    void theProgramIsAsItWouldBeWithoutIt_data() { withAndWithoutMask(); }
    void theProgramIsAsItWouldBeWithoutIt();
    void whatIsIgnoredIsIgnoredByTheProgramToo_data() { withAndWithoutMask(); }
    void whatIsIgnoredIsIgnoredByTheProgramToo();
    void closedStandardDescriptorsTakeNoOthersPlace_data() { withAndWithoutMask(); }
    void closedStandardDescriptorsTakeNoOthersPlace();
    void passesSignalsOn();
    void ctrlCComesFromTheTerminalAlone_data();
    void ctrlCComesFromTheTerminalAlone();
    void stopsAndGoesOn_data() { withAndWithoutMask(); }
    void stopsAndGoesOn();
    void waitsForWhatTheProgramLeavesBehindUntilItIsInterrupted();

    void protectedEnvironmentsWantConsent();
    void withoutAKeychainNothingIsRun();
    void withALockedKeychainNothingIsRun();
    void asksForThePassphraseOfTheSealedFile();
    void notesTheUse();
    void tellsJson();
    void wrongWordsRunNothing();

private:
    static void withAndWithoutMask();
    void openWindow();
    void removeKeys(bool alsoCommon);
    [[nodiscard]] QStringList words(const QStringList &options, const QStringList &command) const;
    void start(QProcess &process, const QStringList &options, const QStringList &command, bool withKeychain = true) const;
    Ran ended(QProcess &process) const;
    Ran run(const QStringList &options, const QStringList &command, const QByteArray &input = {}) const;
    Ran shell(const QStringList &options, const QString &script) const { return run(options, {u"sh"_s, u"-c"_s, script}); }
    QUuid store(const QByteArray &secret, const QString &name, SecretPlace place = SecretPlace::SystemKeychain);
    QUuid store(const QByteArray &secret, const ApiKey &key);
    void change(const std::function<void(Environment &)> &edit);

    std::unique_ptr<QTemporaryDir> m_begin;
    QSet<QUuid> m_common; // keys of all tests
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Core> m_window;
    QUuid m_environment;
    QUuid m_key;
};

/// What every test begins with is made once, and copied: the keychain's part of it takes longer than all
/// else.
void TestCliExec::initTestCase()
{
    m_folder = std::make_unique<QTemporaryDir>();
    openWindow();
    QVERIFY(m_window);
    Environment environment;
    environment.name = u"Here"_s;
    environment.providerId = u"talkover"_s;
    environment.baseUrl = u"https://api.example.test/v1"_s;
    environment.colour = u"grey"_s;
    environment.variables = {{u"REGION"_s, u"eu"_s}, {u"OFF"_s, u"off"_s, false}, {u"PLACE"_s, u"{{REGION}}-1"_s}, {u"not-a-name"_s, u"x"_s}};
    const Result<Environment> added = m_window->environments->add(environment);
    QVERIFY(added);
    m_environment = added->id;
    m_key = store(token, u"CI"_s);
    QVERIFY(!m_key.isNull());
    QVERIFY(m_window->environments->setKey(m_environment, u"environment"_s, m_key));
    std::optional<Result<void>> set;
    const std::shared_ptr<const Secret> value = std::make_shared<const Secret>(secretValue.toStdString());
    m_window->secretVariables->set(m_environment, u"PASSWORD"_s, value, this, [&set](const Result<void> &outcome) { set = outcome; });
    QTRY_VERIFY(set && *set);
    for (const ApiKey &key : m_window->keys->all())
        m_common.insert(key.id);
    m_window.reset();
    m_begin = std::move(m_folder);
}

void TestCliExec::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    for (QDirIterator files(m_begin->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
         files.hasNext();) {
        const QString copy = m_folder->filePath(QDir(m_begin->path()).relativeFilePath(files.next()));
        QVERIFY(QDir().mkpath(QFileInfo(copy).path()) && QFile::copy(files.filePath(), copy));
    }
    openWindow();
    QVERIFY(m_window);
}

void TestCliExec::openWindow()
{
    const Result<Paths> paths =
        Paths::standard(m_folder->filePath(u"config"_s), m_folder->filePath(u"data"_s));
    QVERIFY(paths);
    // As cheap as a file may be that the command line takes.
    const SealedRules sealing{.usual = SealedRules().least};
    auto opened = Core::open(*paths, std::make_unique<KeychainStore>(), sealing);
    QVERIFY(opened);
    m_window = std::move(*opened);
    m_window->keys->fetch();
    m_window->keychain->probe();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->keys->isLoaded(), 30'000);
}

void TestCliExec::removeKeys(bool alsoCommon)
{
    for (const ApiKey &key : m_window->keys->all()) {
        if (alsoCommon || !m_common.contains(key.id))
            QVERIFY(m_window->keyService->remove(key.id));
    }
    QTRY_VERIFY(m_window->keys->leftovers().isEmpty());
}

void TestCliExec::cleanup()
{
    if (m_window)
        removeKeys(false);
    m_window.reset();
    m_folder.reset();
}

void TestCliExec::cleanupTestCase()
{
    m_folder = std::move(m_begin);
    openWindow();
    if (m_window)
        removeKeys(true);
    m_window.reset();
}

void TestCliExec::withAndWithoutMask()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("plain") << QStringList();
    QTest::newRow("mask") << QStringList{u"--mask"_s};
}

QUuid TestCliExec::store(const QByteArray &secret, const QString &name, SecretPlace place)
{
    ApiKey key;
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    key.place = place;
    return store(secret, key);
}

QUuid TestCliExec::store(const QByteArray &secret, const ApiKey &key)
{
    if (!QTest::qWaitFor([this] { return m_window->keychain->state() == SecretStore::State::Available; },
                         30'000))
        return {};
    std::optional<Result<ApiKey>> stored;
    m_window->ring->store(key, std::make_shared<const Secret>(secret.toStdString()), this, [&stored](const Result<ApiKey> &outcome) { stored = outcome; });
    if (!QTest::qWaitFor([&stored] { return stored.has_value(); }, 30'000) || !*stored)
        return {};
    return (*stored)->id;
}

void TestCliExec::change(const std::function<void(Environment &)> &edit)
{
    Environment environment = *m_window->environments->find(m_environment);
    edit(environment);
    QVERIFY(m_window->environments->update(environment));
}

QStringList TestCliExec::words(const QStringList &options, const QStringList &command) const
{
    QStringList where = {u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s, m_folder->filePath(u"data"_s)};
    if (!options.contains(u"-e"_s) && !options.contains(u"-k"_s))
        where << u"-e"_s << u"Here"_s;
    return QStringList{u"exec"_s} + where + options + QStringList{u"--"_s} + command;
}

void TestCliExec::start(QProcess &process, const QStringList &options, const QStringList &command, bool withKeychain) const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!withKeychain)
        environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_folder->filePath(u"no-bus"_s));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(KEYDESK_CLI), words(options, command));
}

Ran TestCliExec::ended(QProcess &process) const
{
    if (!QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000))
        return {};
    return {process.exitCode(), process.exitStatus(), process.readAllStandardOutput(), process.readAllStandardError()};
}

Ran TestCliExec::run(const QStringList &options, const QStringList &command, const QByteArray &input) const
{
    QProcess process;
    start(process, options, command);
    process.write(input);
    process.closeWriteChannel();
    return ended(process);
}

void TestCliExec::passesVariablesAndTheKey()
{
    QFETCH(const QStringList, options);
    const QString script = u"printf '%s' \"$REGION,$PLACE,$OFF,$baseUrl,${#TALKOVER_TOKEN},${#PASSWORD}\"; env | grep -c not-a-name"_s;
    const QByteArray expected = "eu,eu-1,,https://api.example.test/v1," + QByteArray::number(token.size()) + ',' +
                                QByteArray::number(secretValue.size()) + "0\n";
    const Ran ran = shell(options, script);
    QCOMPARE(ran.out, expected);
    QVERIFY2(ran.err.contains("“not-a-name” is not passed"), ran.err.constData());
    QCOMPARE(ran.code, 1); // grep's
    const Ran alone = shell(options + QStringList{u"-k"_s, u"CI"_s}, u"printf '%s' \"$REGION$TALKOVER_TOKEN\" | wc -c"_s);
    QCOMPARE(alone.out.trimmed(), QByteArray::number(token.size()));
    QCOMPARE(alone.err, QByteArray());
    QCOMPARE(shell(options, u"printf '%s' \"$TALKOVER_TOKEN\""_s).out, options.isEmpty() ? token : bullets);
    QCOMPARE(shell(options, u"printf '%s' \"$PASSWORD\""_s).out, options.isEmpty() ? secretValue : bullets);
}

void TestCliExec::takesTheWindowsEnvironmentIfNoneIsNamed()
{
    m_window->environments->setCurrent(m_environment);
    const auto isWritten = [this] { // which is done a moment later
        QDirIterator files(m_folder->filePath(u"config"_s), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            if (contentOf(files.next()).contains(m_environment.toByteArray(QUuid::WithoutBraces)))
                return true;
        }
        return false;
    };
    QTRY_VERIFY(isWritten());
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), {u"exec"_s, u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s, m_folder->filePath(u"data"_s),
                                                u"--"_s, u"sh"_s, u"-c"_s, u"printf '%s' \"$REGION\""_s});
    QCOMPARE(ended(process).out, "eu");
}

void TestCliExec::namesTheKeyAsItIsTold()
{
    QCOMPARE(shell({u"--as"_s, u"T"_s}, u"printf '%s' \"$T$TALKOVER_TOKEN\""_s).out, token);
    const Ran taken = shell({u"--as"_s, u"REGION"_s}, u"printf '%s' \"$REGION\""_s);
    QCOMPARE(taken.out, token);
    QVERIFY2(taken.err.contains("“REGION” is not passed"), taken.err.constData());
    QCOMPARE(shell({u"--as"_s, u"1T"_s}, u"echo ran"_s).code, 2);
    QVERIFY(!shell({u"--as"_s, QString::fromLatin1(token)}, u"echo ran"_s).err.contains(token));
}

void TestCliExec::passesOnlyWhatIsNamed()
{
    const QString script = u"printf '%s' \"$REGION,$PLACE,$TALKOVER_TOKEN,$PASSWORD\""_s;
    QCOMPARE(shell({u"--only"_s, u"REGION"_s}, script).out, "eu,,,");
    QCOMPARE(shell({u"--only"_s, u"REGION"_s, u"--only"_s, u"TALKOVER_TOKEN"_s}, script).out, "eu,," + token + ',');
    const Ran wrong = shell({u"--only"_s, u"NOWHERE"_s}, script);
    QCOMPARE(wrong.code, 2);
    QCOMPARE(wrong.out, QByteArray());
    QVERIFY2(wrong.err.contains("REGION"), wrong.err.constData());
}

void TestCliExec::passesNothingThatSteersPrograms()
{
    change([](Environment &environment) {
        environment.variables += {{u"PATH"_s, u"/nowhere"_s},           {u"LD_PRELOAD"_s, u"/nowhere/evil.so"_s}, {u"BASH_ENV"_s, u"/nowhere/evil"_s},
                                  {u"GIT_SSH_COMMAND"_s, u"evil"_s}, {u"IFS"_s, u"x"_s}};
    });
    const Ran ran = shell({}, u"printf '%s' \"$LD_PRELOAD$BASH_ENV$GIT_SSH_COMMAND\"; test \"$PATH\" != /nowhere && echo good"_s);
    QCOMPARE(ran.out, "good\n");
    for (const char *name : {"PATH", "LD_PRELOAD", "BASH_ENV", "GIT_SSH_COMMAND", "IFS"})
        QVERIFY2(ran.err.contains("“" + QByteArray(name) + "” is not passed"), ran.err.constData());
    QCOMPARE(shell({u"--only"_s, u"BASH_ENV"_s}, u"printf '%s' \"$BASH_ENV\""_s).out, "/nowhere/evil");
}

/// One of the user's, which somebody else may have written.
void TestCliExec::aProviderFileSteersNoProgramEither()
{
    QVERIFY(QDir().mkpath(m_folder->filePath(u"config/providers"_s)));
    QFile file(m_folder->filePath(u"config/providers/evil.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"id": "evil", "extends": "talkover", "token_kinds": [{"id": "environment", "environment_variable": "LD_PRELOAD"}]})");
    file.close();
    QVERIFY(m_window->database->run(u"UPDATE keys SET provider_id = 'evil'"_s));
    const Ran refused = shell({u"-k"_s, u"CI"_s}, u"echo ran"_s);
    QCOMPARE(refused.code, 2);
    QCOMPARE(refused.out, QByteArray());
    QVERIFY2(refused.err.contains("“LD_PRELOAD”") && refused.err.contains("--as"), refused.err.constData());
    QCOMPARE(shell({u"-k"_s, u"CI"_s, u"--as"_s, u"T"_s}, u"printf '%s' \"$T$LD_PRELOAD\""_s).out, token);
}

void TestCliExec::anOAuthClientsTokenIsPassedAndNotItsSecret()
{
    test::HttpTestServer server;
    server.answer(test::response(
        200, {{"Content-Type", "application/json"}},
        R"({"access_token": "acc3ss-t0ken-0123456789", "token_type": "Bearer", "expires_in": 3600})"));
    ApiKey key;
    key.name = u"Machine"_s;
    key.providerId = u"custom"_s;
    key.kindId = u"api-key"_s;
    key.oauth = OAuthClient{server.url(), u"machine"_s, {}, {}, false};
    QVERIFY(!store("cl13nt-secret-0123456789", key).isNull());
    const Ran plain = run({u"-k"_s, u"Machine"_s}, {u"env"_s});
    QVERIFY2(plain.out.contains("\nACCESS_TOKEN=acc3ss-t0ken-0123456789\n"), plain.err.constData());
    QVERIFY(!plain.out.contains("cl13nt"));
    QCOMPARE(server.requests().size(), 1);
    QCOMPARE(shell({u"--mask"_s, u"-k"_s, u"Machine"_s}, u"printf '%s' \"$ACCESS_TOKEN\""_s).out, bullets);
}

void TestCliExec::thePasswordOfAPairIsMaskedByItself()
{
    ApiKey key;
    key.name = u"Pair"_s;
    key.providerId = u"custom"_s;
    key.kindId = u"api-key"_s;
    key.placement = KeyPlacement::Basic;
    QVERIFY(!store("alice:w0nder-land", key).isNull());
    const QString script =
        u"printf '%s' \"$API_KEY,${API_KEY#*:},${API_KEY%%:*},\"; printf '%s' \"$API_KEY\" | base64"_s;
    QCOMPARE(shell({u"-k"_s, u"Pair"_s}, script).out,
             "alice:w0nder-land,w0nder-land,alice," + "alice:w0nder-land"_ba.toBase64() + '\n');
    const QByteArray masked = shell({u"--mask"_s, u"-k"_s, u"Pair"_s}, script).out;
    QVERIFY2(masked.startsWith(bullets + ',' + bullets + ",alice," + bullets), masked.constData());
}

/// The ids of keys stand in files of requests, and a stranger may know how they are marked.
void TestCliExec::readsNoKeyThatAValueNames()
{
    const QUuid other = store("talq_0ther-t0ken-0123456789", u"Other"_s);
    change([&](Environment &environment) {
        environment.variables += {{u"STOLEN"_s, u"keydesksecret"_s + QString::fromLatin1(other.toByteArray(QUuid::Id128)) + u'v'}};
    });
    QCOMPARE(shell({}, u"printf '%s' \"$STOLEN\""_s).out, bullets);
}

void TestCliExec::valuesMayNameSecrets()
{
    change([](Environment &environment) {
        environment.variables += {{u"DSN"_s, u"pg://me:{{PASSWORD}}@{{REGION}}"_s}, {u"ODD"_s, u"{{nothing}}"_s}};
    });
    const Ran ran = shell({u"--only"_s, u"DSN"_s, u"--only"_s, u"ODD"_s}, u"printf '%s,%s,%s' \"$DSN\" \"$ODD\" \"$PASSWORD\""_s);
    QCOMPARE(ran.out, "pg://me:" + secretValue + "@eu,{{nothing}},");
    QVERIFY2(ran.err.contains("“ODD”"), ran.err.constData());
}

void TestCliExec::theTokenIsInTheProgramsEnvironmentAlone()
{
    QProcess process;
    start(process, {u"--mask"_s}, {u"sh"_s, u"-c"_s, u"echo $$; read x"_s});
    QVERIFY(QTest::qWaitFor([&process] { return process.canReadLine(); }, 30'000));
    const QByteArray child = process.readLine().trimmed();
    QVERIFY(contentOf(u"/proc/%1/environ"_s.arg(QString::fromLatin1(child))).contains(token)); // what is looked for is found
    QVERIFY(!contentOf(u"/proc/%1/environ"_s.arg(process.processId())).contains(token));
    QDirIterator processes(u"/proc"_s, QDir::Dirs | QDir::NoDotAndDotDot);
    while (processes.hasNext())
        QVERIFY(!contentOf(processes.next() + u"/cmdline"_s).contains(token));
    process.write("\n");
    QCOMPARE(ended(process).code, 0);
    QDirIterator files(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext())
        QVERIFY2(!contentOf(files.next()).contains(token), qPrintable(files.filePath()));
}

void TestCliExec::masksEveryFormInBothStreams()
{
    const QString script = u"t=$TALKOVER_TOKEN; echo \"<$t>\"; printf %s \"$t\" | base64; printf %s \"user:$t\" | base64 >&2; printf %s \"$t\" | od -An -v -tx1 | "
                           "tr -d ' \\n'; echo; echo \"$t\" | sed 's,/,\\\\/,;s,+,%2B,;s,|,%7c,'; set -x; : \"$t\""_s;
    const Ran ran = shell({u"--mask"_s}, script);
    const QList<QByteArray> lines = ran.out.split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.at(0), "<" + bullets + ">");
    QVERIFY2(lines.at(1).startsWith(bullets) && lines.at(1).size() <= bullets.size() + 2, lines.at(1).constData()); // "=="
    QCOMPARE(lines.at(2), bullets);
    QCOMPARE(lines.at(3), bullets);
    QVERIFY2(ran.err.startsWith("“") || ran.err.contains("dXNlcj"), ran.err.constData());
    QCOMPARE(ran.err.count(bullets), 2); // of the pair, and of what sh -x says
    QVERIFY(!ran.err.contains(token) && !ran.err.contains(token.toBase64().sliced(4, 20)));
}

void TestCliExec::aPromptAppearsAtOnce()
{
    QProcess process;
    start(process, {u"--mask"_s}, {u"sh"_s, u"-c"_s, u"printf 'Password: '; read x; printf '<%s>' \"$x\"; printf 'Sure? ' >&2; read x"_s});
    QByteArray heard;
    QVERIFY(QTest::qWaitFor([&] { return (heard += process.readAllStandardOutput()) == "Password: "; }, 30'000));
    process.write("abc\n");
    QByteArray said;
    QVERIFY(QTest::qWaitFor([&] { return (said += process.readAllStandardError()).endsWith("Sure? "); }, 30'000));
    QVERIFY(QTest::qWaitFor([&] { return (heard += process.readAllStandardOutput()) == "Password: <abc>"; }, 30'000));
    process.write("\n");
    QCOMPARE(ended(process).code, 0);
}

void TestCliExec::masksALotInLittleMemory()
{
    constexpr qint64 size = 100'000'000;
    QProcess process;
    process.setStandardOutputFile(m_folder->filePath(u"large"_s));
    start(process, {u"--mask"_s}, {u"sh"_s, u"-c"_s, u"yes '{\"talk\": \"50%\\n\", \"items\": [1, 2, 3]}' | head -c %1; echo \"$TALKOVER_TOKEN\"; echo done >&2; read x"_s.arg(size)});
    QByteArray said;
    QVERIFY(QTest::qWaitFor([&] { return (said += process.readAllStandardError()).endsWith("done\n"); }, 120'000));
    QTRY_COMPARE(QFileInfo(m_folder->filePath(u"large"_s)).size(), size + bullets.size() + 1);
#ifndef KEYDESK_SANITIZED // whose allocator keeps what was freed
    for (const QByteArray &line : contentOf(u"/proc/%1/status"_s.arg(process.processId())).split('\n')) {
        if (line.startsWith("VmHWM:"))
            QVERIFY2(line.sliced(6).trimmed().split(' ').first().toInt() < 150'000, line.constData()); // kB
    }
#endif
    process.write("\n");
    QCOMPARE(ended(process).code, 0);
    QVERIFY(contentOf(m_folder->filePath(u"large"_s)).endsWith(bullets + '\n'));
}

void TestCliExec::tellsTheProgramThatNobodyReads()
{
    QProcess process;
    process.setProcessEnvironment(QProcessEnvironment::systemEnvironment());
    process.start(u"bash"_s, QStringList{u"-c"_s, u"\"$@\" | head -c 5; echo ,${PIPESTATUS[0]}"_s, u"bash"_s, QStringLiteral(KEYDESK_CLI)} +
                                 words({u"--mask"_s}, {u"yes"_s}));
    QCOMPARE(ended(process).out, "y\ny\ny,141\n");
}

void TestCliExec::endsAsTheProgramEnds()
{
    QFETCH(const QStringList, options);
    QCOMPARE(shell(options, u"exit 7"_s).code, 7);
    QCOMPARE(run(options, {u"true"_s}).code, 0);
    const Ran killed = shell(options, u"kill -9 $$"_s);
    if (options.isEmpty())
        QVERIFY(killed.status == QProcess::CrashExit && killed.code == 9); // as shells see it: 137
    else
        QCOMPARE(killed.code, 128 + 9);
    const Ran absent = run(options, {u"no-such-program-here"_s});
    QCOMPARE(absent.code, 127);
    QVERIFY2(absent.err.contains("“no-such-program-here” was not found"), absent.err.constData());
    const Ran folder = run(options, {m_folder->path()});
    QCOMPARE(folder.code, 126);
    QVERIFY2(folder.err.contains("cannot be run"), folder.err.constData());
}

void TestCliExec::theProgramIsAsItWouldBeWithoutIt()
{
    QFETCH(const QStringList, options);
    const QStringList command = {u"bash"_s, u"-c"_s,
                                 u"umask; grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status; ls /proc/self/fd | wc -l; printf '%s|' \"$@\"; cat"_s, u"bash"_s,
                                 u"two words"_s, u"--"_s, u"\"'$"_s, {}};
    QProcess bare;
    bare.start(command.first(), command.sliced(1));
    bare.write("in\0\xff", 4);
    bare.closeWriteChannel();
    const Ran expected = ended(bare);
    QVERIFY(expected.out.endsWith(QByteArray("two words|--|\"'$||in\0\xff", 22)));
    QCOMPARE(run(options + QStringList{u"-k"_s, u"CI"_s}, command, QByteArray("in\0\xff", 4)).out, expected.out);

    QProcess process; // an argument that is no text
    process.start(u"bash"_s, QStringList{u"-c"_s, u"\"$@\" $'\\xff\\xfe'"_s, u"bash"_s, QStringLiteral(KEYDESK_CLI)} +
                                 words(options, {u"printf"_s, u"%s"_s}));
    QCOMPARE(ended(process).out, "\xff\xfe");
}

void TestCliExec::whatIsIgnoredIsIgnoredByTheProgramToo()
{
    QFETCH(const QStringList, options);
    const QStringList command = {u"grep"_s, u"SigIgn"_s, u"/proc/self/status"_s};
    const auto ignore = [](QProcess &process) {
        process.setChildProcessModifier([] {
            for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
                std::signal(number, SIG_IGN);
        });
    };
    QProcess bare;
    ignore(bare);
    bare.start(command.first(), command.sliced(1));
    const Ran expected = ended(bare);
    QVERIFY(expected.out.toUpper().trimmed().endsWith("5003"));
    QProcess process;
    ignore(process);
    start(process, options + QStringList{u"-k"_s, u"CI"_s}, command);
    QCOMPARE(ended(process).out, expected.out);
}

/// What is opened first would take their place: the database, or what signals are told through.
void TestCliExec::closedStandardDescriptorsTakeNoOthersPlace()
{
    QFETCH(const QStringList, options);
    const auto startClosed = [&](QProcess &process, const QStringList &command) {
        process.setChildProcessModifier([] {
            for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
                ::close(descriptor);
        });
        start(process, options, command);
    };
    const QString seen = m_folder->filePath(u"seen"_s);
    QProcess looking;
    startClosed(looking, {u"python3"_s, u"-c"_s,
                          u"import os, sys\n"
                          "def kind(n):\n"
                          "  try: return os.readlink(f'/proc/self/fd/{n}').split(':')[0]\n"
                          "  except OSError: return 'closed'\n"
                          "kinds = ' '.join(map(kind, range(3)))\n"
                          "open(sys.argv[1], 'w').write(kinds)\n"_s,
                          seen});
    QCOMPARE(ended(looking).code, 0);
    QCOMPARE(contentOf(seen), options.isEmpty() ? "closed closed closed"_ba : "closed pipe pipe"_ba);
    QProcess writing; // what would be a signal there
    startClosed(writing, {u"sh"_s, u"-c"_s, u"while printf '\\002\\0\\0\\0\\0\\0\\0\\0'; do :; done"_s});
    QCOMPARE(ended(writing).code, options.isEmpty() ? 0 : 128 + SIGPIPE);
    QVERIFY(m_window->database->checkWhole());
}

void TestCliExec::passesSignalsOn()
{
    for (const int number : {SIGTERM, SIGHUP, SIGINT}) {
        for (const QStringList &options : {QStringList{}, {u"--mask"_s}}) {
            QProcess process;
            start(process, options, {u"sh"_s, u"-c"_s, u"trap 'echo got; exit 3' TERM HUP INT; echo ready; while :; do sleep 0.01; done"_s});
            QVERIFY(QTest::qWaitFor([&process] { return process.canReadLine(); }, 30'000));
            QCOMPARE(::kill(static_cast<pid_t>(process.processId()), number), 0);
            const Ran ran = ended(process);
            QCOMPARE(ran.out, "ready\ngot\n");
            QCOMPARE(ran.code, 3);
        }
    }
}

void TestCliExec::ctrlCComesFromTheTerminalAlone_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<int>("count");
    QTest::newRow("of the same group") << QStringList() << 1;
    QTest::newRow("out of its reach") << QStringList{u"setsid"_s} << 0; // which would hear it only if it were passed on
}

void TestCliExec::ctrlCComesFromTheTerminalAlone()
{
    QFETCH(const QStringList, before);
    Terminal terminal;
    QProcess process;
    process.setChildProcessModifier([theirs = terminal.theirs()] {
        ::setsid();
        ::ioctl(theirs, TIOCSCTTY, 0);
        for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(theirs, descriptor);
    });
    const QString script = u"trap 'echo got' INT; echo ready; while read x; do echo \"<$x>\"; [ \"$x\" = bye ] && break; done; exit 5"_s;
    start(process, {u"--mask"_s}, before + QStringList{u"bash"_s, u"-c"_s, script});
    QVERIFY2(terminal.shows("ready"), terminal.screen().constData());
    QVERIFY(terminal.type("\x03"));
    for (const QByteArray &word : {"one"_ba, "bye"_ba}) {
        QVERIFY(terminal.type(word + '\n'));
        QVERIFY2(terminal.shows('<' + word + '>'), terminal.screen().constData());
    }
    QCOMPARE(ended(process).code, 5);
    QTEST(int(terminal.screen().count("got")), "count");
}

void TestCliExec::stopsAndGoesOn()
{
    QFETCH(const QStringList, options);
    QProcess process;
    process.setChildProcessModifier([] { ::setpgid(0, 0); }); // a job of its own, as shells make it
    start(process, options, {u"bash"_s, u"-c"_s, u"echo $$; read x; echo \"<$x>\"; exit 4"_s});
    QVERIFY(QTest::qWaitFor([&process] { return process.canReadLine(); }, 30'000));
    const auto state = [](const QByteArray &id) { return contentOf(u"/proc/%1/stat"_s.arg(QString::fromLatin1(id))).split(')').last().trimmed().first(1); };
    const QByteArray ids[] = {process.readLine().trimmed(), QByteArray::number(process.processId())};
    QCOMPARE(::kill(-static_cast<pid_t>(process.processId()), SIGTSTP), 0);
    for (const QByteArray &id : ids)
        QTRY_COMPARE(state(id), "T");
    process.write("in\n");
    QCOMPARE(::kill(-static_cast<pid_t>(process.processId()), SIGCONT), 0);
    const Ran ran = ended(process);
    QCOMPARE(ran.out, "<in>\n");
    QCOMPARE(ran.code, 4);
}

void TestCliExec::waitsForWhatTheProgramLeavesBehindUntilItIsInterrupted()
{
    QProcess process;
    start(process, {u"--mask"_s}, {u"sh"_s, u"-c"_s, u"(trap '' INT; exec sleep 600) & printf '%s' $$,$!,talq_"_s});
    QByteArray heard;
    QVERIFY(QTest::qWaitFor([&] { return (heard += process.readAllStandardOutput()).count(',') == 2; }, 30'000));
    const int program = heard.split(',').first().toInt();
    const int left = heard.split(',').at(1).toInt();
    QVERIFY(program > 0 && left > 0);
    QTRY_VERIFY(!QFile::exists(u"/proc/%1"_s.arg(program))); // it has ended, and that was noticed
    QCOMPARE(process.state(), QProcess::Running);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    const Ran ran = ended(process);
    ::kill(left, SIGKILL);
    QCOMPARE(ran.code, 130);
    QVERIFY((heard + ran.out).contains("talq_")); // what was held back
}

void TestCliExec::protectedEnvironmentsWantConsent()
{
    change([](Environment &environment) { environment.isProtected = true; });
    for (const QStringList &options : {QStringList{}, {u"-k"_s, u"CI"_s}}) {
        const Ran refused = shell(options, u"echo ran"_s);
        QCOMPARE(refused.code, 2);
        QCOMPARE(refused.out, QByteArray());
        QVERIFY2(refused.err.contains("--yes"), refused.err.constData());
        QCOMPARE(shell(options + QStringList{u"--yes"_s}, u"echo ran"_s).out, "ran\n");
    }
    for (const bool yes : {false, true}) {
        Terminal terminal;
        QProcess process;
        process.setChildProcessModifier([theirs = terminal.theirs()] {
            ::dup2(theirs, STDIN_FILENO);
            ::dup2(theirs, STDERR_FILENO);
        });
        start(process, {}, {u"echo"_s, u"ran"_s});
        QVERIFY2(terminal.shows("[y/N]"), terminal.screen().constData());
        QVERIFY(terminal.type(yes ? "y\n" : "\n"));
        const Ran ran = ended(process);
        QCOMPARE(ran.code, yes ? 0 : 130);
        QCOMPARE(ran.out, yes ? "ran\n" : "");
    }
}

void TestCliExec::withoutAKeychainNothingIsRun()
{
    QProcess process;
    start(process, {}, {u"echo"_s, u"ran"_s}, false);
    const Ran ran = ended(process);
    QCOMPARE(ran.code, 4);
    QCOMPARE(ran.out, QByteArray());
    QVERIFY(!ran.err.isEmpty());
    QProcess plain; // which needs none
    start(plain, {u"--only"_s, u"REGION"_s}, {u"echo"_s, u"ran"_s}, false);
    QCOMPARE(ended(plain).out, "ran\n");
}

void TestCliExec::withALockedKeychainNothingIsRun()
{
    test::lockKeyring();
    const Ran ran = run({}, {u"echo"_s, u"ran"_s});
    test::unlockKeyring();
    QTRY_COMPARE(m_window->keychain->state(), SecretStore::State::Available);
    QCOMPARE(ran.code, 4);
    QCOMPARE(ran.out, QByteArray());
    QVERIFY2(ran.err.contains("locked"), ran.err.constData());
}

void TestCliExec::asksForThePassphraseOfTheSealedFile()
{
    std::optional<Result<void>> created;
    m_window->sealed->create(Secret("correct horse battery"), this, [&created](const Result<void> &outcome) { created = outcome; });
    QVERIFY(QTest::qWaitFor([&created] { return created.has_value(); }, 60'000) && *created);
    QVERIFY(!store("talq_in-the-sealed-file-0123", u"Sealed"_s, SecretPlace::SealedFile).isNull());

    const Ran refused = run({u"-k"_s, u"Sealed"_s}, {u"echo"_s, u"ran"_s});
    QCOMPARE(refused.code, 4);
    QCOMPARE(refused.out, QByteArray());
    QVERIFY2(refused.err.contains("no terminal"), refused.err.constData());

    Terminal terminal;
    QProcess process;
    process.setChildProcessModifier([theirs = terminal.theirs()] {
        ::dup2(theirs, STDIN_FILENO);
        ::dup2(theirs, STDERR_FILENO);
    });
    start(process, {u"-k"_s, u"Sealed"_s}, {u"sh"_s, u"-c"_s, u"printf '%s,' \"$TALKOVER_TOKEN\"; read x; echo \"$x\""_s});
    QVERIFY2(terminal.shows("Passphrase"), terminal.screen().constData());
    QVERIFY(terminal.type("correct horse battery\n"));
    QByteArray heard;
    QVERIFY(QTest::qWaitFor([&] { return (heard += process.readAllStandardOutput()).endsWith(','); }, 30'000));
    QVERIFY(terminal.type("for the program\n"));
    QCOMPARE(ended(process).code, 0);
    heard += process.readAllStandardOutput();
    QVERIFY(!terminal.screen().contains("horse"));
}

void TestCliExec::notesTheUse()
{
    QVERIFY(!m_window->keys->find(m_key)->lastUsedAt.isValid());
    QCOMPARE(run({u"--as"_s, u"T"_s}, {u"true"_s}).code, 0);
    QVERIFY(m_window->keys->refresh());
    QVERIFY(m_window->keys->find(m_key)->lastUsedAt.isValid());
    const QList<AuditEntry> events = m_window->keys->events(m_key);
    QCOMPARE(events.first().action, KeyAction::Exported);
    QVERIFY2(events.first().what.contains(u" as T,"_s), qPrintable(events.first().what));
    QCOMPARE(run({u"--only"_s, u"REGION"_s}, {u"true"_s}).code, 0); // which needs no key
    QCOMPARE(m_window->keys->events(m_key).size(), events.size());
}

void TestCliExec::tellsJson()
{
    const Ran ran = run({u"--json"_s}, {u"echo"_s, u"ran"_s});
    QCOMPARE(ran.out, "ran\n");
    const QJsonObject exec = QJsonDocument::fromJson(ran.err).object().value(u"exec"_s).toObject();
    QCOMPARE(exec.value(u"environment"_s), u"Here"_s);
    QCOMPARE(exec.value(u"key"_s), u"CI"_s);
    QVERIFY(exec.value(u"passed"_s).toArray().contains(u"TALKOVER_TOKEN"_s));
    QCOMPARE(exec.value(u"notPassed"_s).toArray().first().toObject().value(u"name"_s), u"not-a-name"_s);
    const Ran absent = run({u"--json"_s, u"-k"_s, u"CI"_s}, {u"no-such-program-here"_s});
    QCOMPARE(QJsonDocument::fromJson(absent.err.split('\n').at(1)).object().value(u"error"_s).toObject().value(u"kind"_s), u"notFound"_s);
}

void TestCliExec::wrongWordsRunNothing()
{
    for (const QStringList &options : {QStringList{u"-e"_s, u"nowhere"_s}, {u"-k"_s, u"nobody"_s}, {u"--nonsense"_s}}) {
        const Ran ran = run(options, {u"echo"_s, u"ran"_s});
        QVERIFY2(ran.code == 2 && ran.out.isEmpty() && !ran.err.isEmpty(), qPrintable(options.join(u' ')));
    }
    const Ran nothing = run({}, {});
    QCOMPARE(nothing.code, 2);
    QVERIFY2(nothing.err.contains("-- COMMAND"), nothing.err.constData());
}

QTEST_GUILESS_MAIN(TestCliExec)
#include "test_cli_exec.moc"
