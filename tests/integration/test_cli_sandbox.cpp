#include "tests/support/TempHome.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>
#include <QUrl>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk::test;

namespace {

/// keydesk-cli sandbox, running.
class Running
{
public:
    explicit Running(const QStringList &options = {})
    {
        m_process.setProcessEnvironment(QProcessEnvironment::systemEnvironment());
        QObject::connect(&m_process, &QProcess::readyReadStandardOutput, &m_process,
                         [this] { m_output += m_process.readAllStandardOutput(); });
        m_process.start(QStringLiteral(KEYDESK_CLI), QStringList{u"sandbox"_s} + options);
    }
    ~Running()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

    QProcess &process() { return m_process; }
    [[nodiscard]] const QByteArray &output() const { return m_output; }
    bool waitFor(const QByteArray &text)
    {
        return QTest::qWaitFor(
                   [&] { return m_output.contains(text) || m_process.state() == QProcess::NotRunning; },
                   20'000) &&
               m_output.contains(text);
    }
    /// The exit code; -1 if it does not end.
    int end(int signal)
    {
        if (signal != 0)
            ::kill(static_cast<pid_t>(m_process.processId()), signal);
        const bool ended =
            QTest::qWaitFor([this] { return m_process.state() == QProcess::NotRunning; }, 20'000);
        return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

private:
    QProcess m_process;
    QByteArray m_output;
};

/// The standard output of a command, or what went wrong with it.
QByteArray outputOf(const QString &program, const QStringList &arguments, const QString &variable = {},
                    const QString &value = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!variable.isEmpty())
        environment.insert(variable, value);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.closeWriteChannel();
    if (!process.waitForFinished(20'000) || process.exitCode() != 0)
        return "failed: " + process.readAllStandardError() + process.readAllStandardOutput();
    return process.readAllStandardOutput();
}

} // namespace

/// keydesk-cli sandbox as a script uses it.
class TestCliSandbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_home = std::make_unique<TempHome>(); }
    void cleanup() { m_home.reset(); }

    void tellsWhereItIsAndIsCalled();
    void tokensInPathsAreRedacted();
    void signalsEndIt_data();
    void signalsEndIt();
    void takesThePortsItWasTold();
    void portThatIsTakenIsSaid();
    void endsWhenNobodyReads();
    void leavesNothing();

private:
    std::unique_ptr<TempHome> m_home;
};

void TestCliSandbox::tellsWhereItIsAndIsCalled()
{
    Running sandbox({u"--json"_s});
    QVERIFY2(sandbox.waitFor("\n"), sandbox.process().readAllStandardError().constData());
    const QJsonObject first = QJsonDocument::fromJson(sandbox.output().split('\n').first()).object();
    const QUrl url(first[u"url"_s].toString());
    QCOMPARE(url.host(), u"127.0.0.1"_s);
    QCOMPARE(url.port(), first[u"port"_s].toInt());
    const QJsonArray services = first[u"services"_s].toArray();
    QCOMPARE(services.size(), 3);
    const QJsonObject talkover = services.first().toObject();
    const QString variable = talkover[u"variable"_s].toString();
    const QString token = talkover[u"token"_s].toString();
    QCOMPARE(variable, u"TALKOVER_TOKEN"_s);
    const QString agents = url.toString() + u"/api/v1/agents"_s;

    const QByteArray called =
        outputOf(QStringLiteral(KEYDESK_CLI), {u"call"_s, u"--key-env"_s, variable, agents}, variable, token);
    QVERIFY2(called.contains("\"data\""), called.constData());
    QVERIFY(sandbox.waitFor(
        R"({"request":{"method":"GET","path":"/api/v1/agents","service":"talkover","status":200}})"));
    const QByteArray curled = outputOf(
        u"curl"_s, {u"-sS"_s, u"--noproxy"_s, u"*"_s, u"-X"_s, u"DELETE"_s, agents + u"?secret=1"_s});
    QVERIFY2(curled.contains("MISSING_TOKEN") || curled.contains("error"), curled.constData());
    QVERIFY(sandbox.waitFor(R"("method":"DELETE")"));
    QVERIFY(!sandbox.output().contains("secret"));
    // Refused before any route sees it, and told all the same.
    outputOf(u"curl"_s, {u"-sS"_s, u"--noproxy"_s, u"*"_s, u"-H"_s, u"Host: evil.test"_s,
                         url.toString() + u"/rebound"_s});
    QVERIFY(sandbox.waitFor("/rebound"));
    QCOMPARE(sandbox.end(SIGINT), 0);
}

void TestCliSandbox::tokensInPathsAreRedacted()
{
    Running sandbox({u"--json"_s});
    QVERIFY(sandbox.waitFor("\n"));
    const QJsonObject first = QJsonDocument::fromJson(sandbox.output().split('\n').first()).object();
    const QByteArray token =
        first[u"services"_s].toArray().first().toObject()[u"token"_s].toString().toLatin1();
    const qsizetype before = sandbox.output().size();
    outputOf(u"curl"_s, {u"-sS"_s, u"--noproxy"_s, u"*"_s,
                         first[u"url"_s].toString() + u"/x/"_s + QString::fromLatin1(token) + u"/y"_s});
    QVERIFY(sandbox.waitFor("/y"));
    QVERIFY2(sandbox.output().contains("/x/••••/y"), sandbox.output().constData());
    QVERIFY(!sandbox.output().sliced(before).contains(token));
}

void TestCliSandbox::signalsEndIt_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("code");
    QTest::newRow("Ctrl+C") << SIGINT << 0;
    QTest::newRow("TERM") << SIGTERM << 0;
    QTest::newRow("HUP") << SIGHUP << 128 + SIGHUP;
}

void TestCliSandbox::signalsEndIt()
{
    QFETCH(int, signal);
    Running sandbox;
    sandbox.process().closeWriteChannel();
    QVERIFY(sandbox.waitFor("curl -H \"Authorization: Bearer $TALKOVER_TOKEN\""));
    QTEST(sandbox.end(signal), "code");
}

void TestCliSandbox::takesThePortsItWasTold()
{
    // Three in a row that are free at this moment: another program may take one, then others are tried.
    for (int attempt = 0; attempt < 20; ++attempt) {
        QTcpServer any;
        QVERIFY(any.listen(QHostAddress::LocalHost));
        const int port = any.serverPort();
        any.close();
        if (port + 2 > 65'535)
            continue;
        Running sandbox({u"--port"_s, QString::number(port), u"--json"_s});
        if (!sandbox.waitFor("\n"))
            continue;
        const QJsonObject first = QJsonDocument::fromJson(sandbox.output().split('\n').first()).object();
        QCOMPARE(first[u"port"_s].toInt(), port);
        QSet<int> ports;
        for (const QJsonValue service : first[u"services"_s].toArray())
            ports.insert(service[u"port"_s].toInt());
        QCOMPARE(ports, (QSet<int>{port, port + 1, port + 2}));
        return;
    }
    QFAIL("no three free ports");
}

void TestCliSandbox::portThatIsTakenIsSaid()
{
    QTcpServer tooHigh; // the sandbox takes the two ports behind as well
    QTcpServer lower;
    QVERIFY(tooHigh.listen(QHostAddress::LocalHost));
    const bool isTooHigh = tooHigh.serverPort() > 65'533;
    for (quint16 port = 65'533; isTooHigh && !lower.isListening() && port > 60'000; --port)
        lower.listen(QHostAddress::LocalHost, port);
    const QTcpServer &other = isTooHigh ? lower : tooHigh;
    QVERIFY(other.isListening());
    Running sandbox({u"--port"_s, QString::number(other.serverPort())});
    QCOMPARE(sandbox.end(0), 2);
    const QByteArray said = sandbox.process().readAllStandardError();
    QVERIFY2(said.contains("Port " + QByteArray::number(other.serverPort())), said.constData());
    Running wrong({u"--port"_s, u"70000"_s});
    QCOMPARE(wrong.end(0), 2);
}

void TestCliSandbox::endsWhenNobodyReads()
{
    // head goes after the first line; bash would wait for a sandbox that stays, without a request that it
    // could tell.
    QProcess shell;
    shell.start(u"bash"_s,
                {u"-c"_s, u"\"$0\" sandbox --json 2>/dev/null | head -n 1; echo ${PIPESTATUS[0]}"_s,
                 QStringLiteral(KEYDESK_CLI)});
    QVERIFY(shell.waitForFinished(20'000));
    const QByteArrayList lines = shell.readAllStandardOutput().trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines.first().contains("\"url\""));
    QCOMPARE(lines.last(), "0");
}

void TestCliSandbox::leavesNothing()
{
    const QString folder = m_home->path(u"tmp"_s);
    QVERIFY(QDir().mkpath(folder));
    qputenv("TMPDIR", folder.toLocal8Bit());
    {
        Running sandbox;
        QVERIFY(sandbox.waitFor("export"));
        QVERIFY(!QDir(folder).isEmpty());
        QCOMPARE(sandbox.end(SIGTERM), 0);
    }
    qunsetenv("TMPDIR");
    QDirIterator files(m_home->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    QVERIFY2(!files.hasNext(), qPrintable(files.hasNext() ? files.next() : QString()));
}

QTEST_GUILESS_MAIN(TestCliSandbox)
#include "test_cli_sandbox.moc"
