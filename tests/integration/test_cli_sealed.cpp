#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/support/SandboxFixture.h"
#include "tests/support/Terminal.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

const QString service = u"talkover"_s;
constexpr std::string_view passphrase = "correct horse battery";
// As cheap as the program believes.
const SealedRules rules{{2, 64 * 1024}, {2, 64 * 1024}, {16, 1024 * 1024}};

struct Ran
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

} // namespace

/// keydesk-cli with a key in the sealed file, which is locked: whoever sits at a terminal is asked for its passphrase, and without one it is said.
class TestCliSealed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void withoutATerminalItIsSaid_data();
    void withoutATerminalItIsSaid();
    void callAsksAtATerminal();
    void runAsksOnce();
    void noPassphraseIsNoSecret();
    void interruptedWhileItAsks();

private:
    void start(const QStringList &arguments, const QByteArray &input = {}, bool atTerminal = false);
    Ran ended();
    void storeKey();

    test::SandboxFixture m_sandbox;
    std::unique_ptr<QTemporaryDir> m_folder;
    test::SandboxFixture::Key m_made;
    std::unique_ptr<test::Terminal> m_terminal;
    std::unique_ptr<QProcess> m_process;
};

void TestCliSealed::initTestCase()
{
    QVERIFY(m_sandbox.start());
    m_made = m_sandbox.makeKey(service);
    QVERIFY(!m_made.token.isEmpty());
}

void TestCliSealed::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_terminal = std::make_unique<test::Terminal>();
    storeKey();
}

void TestCliSealed::cleanup()
{
    const QByteArray screen = m_terminal->screen();
    QVERIFY(!screen.contains(m_made.token) && !screen.contains(QByteArray(passphrase.data(), passphrase.size())));
    m_process.reset();
    m_terminal.reset();
    m_folder.reset();
}

/// As a window does, which then is closed.
void TestCliSealed::storeKey()
{
    const Result<Paths> paths = Paths::standard(m_folder->filePath(u"config"_s), m_folder->filePath(u"data"_s));
    QVERIFY(paths);
    const auto core = Core::open(*paths, std::make_unique<SessionStore>(), rules);
    QVERIFY(core);
    std::optional<bool> isMade;
    (*core)->sealed->create(Secret(passphrase), this, [&isMade](const Result<void> &outcome) { isMade = outcome.has_value(); });
    QTRY_VERIFY(isMade);
    QVERIFY(*isMade);
    Environment environment;
    environment.name = u"Here"_s;
    environment.providerId = u"sandbox-talkover"_s;
    environment.baseUrl = m_sandbox.origin(service).toString();
    const Result<Environment> added = (*core)->environments->add(environment);
    QVERIFY(added);
    NewKey draft;
    draft.name = u"CI"_s;
    draft.providerId = environment.providerId;
    draft.kindId = u"environment"_s;
    draft.environmentId = added->id;
    draft.place = SecretPlace::SealedFile;
    std::optional<Result<ApiKey>> key;
    KeyJob *job = (*core)->keyService->add(draft, std::make_shared<const Secret>(m_made.token.toStdString()));
    connect(job, &KeyJob::finished, this, [&key](const Result<ApiKey> &outcome) { key = outcome; });
    QTRY_VERIFY(key);
    QVERIFY(*key && (*key)->place == SecretPlace::SealedFile);
}

void TestCliSealed::start(const QStringList &arguments, const QByteArray &input, bool atTerminal)
{
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_folder->filePath(u"no-bus"_s));
    m_process->setProcessEnvironment(environment);
    m_process->setWorkingDirectory(m_folder->path());
    if (atTerminal)
        m_terminal->attach(*m_process);
    m_process->start(QStringLiteral(KEYDESK_CLI),
                     arguments + QStringList{u"--config"_s, m_folder->filePath(u"config"_s), u"--data"_s, m_folder->filePath(u"data"_s)});
    m_process->write(input);
    m_process->closeWriteChannel();
}

Ran TestCliSealed::ended()
{
    if (!QTest::qWaitFor([this] { return m_process->state() == QProcess::NotRunning; }, 60'000) || m_process->exitStatus() != QProcess::NormalExit)
        return {};
    return {m_process->exitCode(), m_process->readAllStandardOutput(), m_process->readAllStandardError()};
}

void TestCliSealed::withoutATerminalItIsSaid_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::newRow("call") << QStringList{u"call"_s, u"-e"_s, u"Here"_s, u"/api/v1/agents"_s} << 4;
    QTest::newRow("check") << QStringList{u"keys"_s, u"check"_s, u"CI"_s} << 4;
    QTest::newRow("rotate") << QStringList{u"keys"_s, u"rotate"_s, u"CI"_s, u"--paste"_s} << 4;
    QTest::newRow("add") << QStringList{u"keys"_s, u"add"_s, u"-e"_s, u"Here"_s, u"--name"_s, u"Other"_s} << 4;
}

void TestCliSealed::withoutATerminalItIsSaid()
{
    QFETCH(const QStringList, arguments);
    start(arguments, arguments.first() == "keys"_L1 ? m_sandbox.makeKey(service).token : QByteArray());
    const Ran ran = ended();
    QTEST(ran.code, "code");
    QVERIFY2(ran.err.contains("no terminal") && ran.err.contains("sealed file"), ran.err.constData());
}

void TestCliSealed::callAsksAtATerminal()
{
    start({u"call"_s, u"-e"_s, u"Here"_s, u"/api/v1/agents"_s}, {}, true);
    QVERIFY2(m_terminal->shows("Passphrase of the sealed file:"), m_terminal->screen().constData());
    QVERIFY(m_terminal->type("wrong passphrase\n"));
    QVERIFY2(m_terminal->shows("Passphrase of the sealed file:"), m_terminal->screen().constData()); // again
    QVERIFY(m_terminal->type(QByteArray(passphrase.data(), passphrase.size()) + '\n'));
    QVERIFY2(m_terminal->shows("200"), m_terminal->screen().constData());
    const Ran ran = ended();
    QCOMPARE(ran.code, 0);
    QVERIFY(ran.out.startsWith('{'));
}

void TestCliSealed::runAsksOnce()
{
    QFile file(m_folder->filePath(u"a.http"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("### One\nGET {{baseUrl}}/api/v1/agents\n\n### Two\nGET {{baseUrl}}/api/v1/agents\n");
    file.close();
    start({u"run"_s, u"-e"_s, u"Here"_s, u"a.http"_s}, {}, true);
    QVERIFY2(m_terminal->shows("Passphrase of the sealed file:"), m_terminal->screen().constData());
    QVERIFY(m_terminal->type(QByteArray(passphrase.data(), passphrase.size()) + '\n'));
    QCOMPARE(ended().code, 0);
    QCOMPARE(m_terminal->screen().count("Passphrase"), 1);
}

void TestCliSealed::noPassphraseIsNoSecret()
{
    start({u"call"_s, u"-e"_s, u"Here"_s, u"/api/v1/agents"_s}, {}, true);
    QVERIFY2(m_terminal->shows("Passphrase of the sealed file:"), m_terminal->screen().constData());
    QVERIFY(m_terminal->type("\n"));
    QCOMPARE(ended().code, 4);
    QVERIFY2(m_terminal->screen().contains("no passphrase was given"), m_terminal->screen().constData());
}

void TestCliSealed::interruptedWhileItAsks()
{
    start({u"call"_s, u"-e"_s, u"Here"_s, u"/api/v1/agents"_s}, {}, true);
    QVERIFY2(m_terminal->shows("Passphrase of the sealed file:"), m_terminal->screen().constData());
    QCOMPARE(::kill(static_cast<pid_t>(m_process->processId()), SIGINT), 0);
    QCOMPARE(ended().code, 130);
}

QTEST_GUILESS_MAIN(TestCliSealed)
#include "test_cli_sealed.moc"
