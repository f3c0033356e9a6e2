#include "app/history/HistoryStore.h"
#include "app/storage/Database.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/TempHome.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <memory>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk::test;

namespace {

const QByteArray canary = "canary_4f1b0c77e2a94d";

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

} // namespace

/// keydesk-cli as a shell runs it: a process, with pipes, without a terminal.
class TestCli : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linksNoWidgets();
    void plainHttpLoadsNoTls();
    void exitCodesTellWhatHappened_data();
    void exitCodesTellWhatHappened();
    void bodyIsByteForByte();
    void fileIsByteForByte();
    void oneTimeTokenGoesToItsOriginOnly();
    void tokenIsInNoArgumentAndInNoFile();
    void interruptCancelsTheCall();
    void whatIsIgnoredStaysIgnored();
    void jsonIsJson();
    void interruptEndsTheReadingOfInput_data();
    void interruptEndsTheReadingOfInput();

    void fileIsOpenedBeforeAnythingIsSent();
    void fileIsAsItWasWithoutAnAnswer();
    void fileKeepsWhatArrived();
    void deviceStaysADevice();
    void fifoIsWaitedForAndWritten();
    void interruptEndsTheWaitForAFifo();
    void aFifosReaderMayTakeItsTime();
    void interruptEndsTheWritingIntoAFifo();
    void aFifosReaderThatLeavesIsTold();
    void outputMayBeStandardOutput_data();
    void outputMayBeStandardOutput();

    void largeBodiesAreInTheHistory();
    void interruptEndsTheWaitForTheHistory();

private:
    /// A call of `server`, whose answer goes into `fifo`, which is full then. The descriptor of its reader,
    /// who has read nothing; -1: it went wrong.
    int fill(QProcess &process, const HttpTestServer &server, const QString &fifo) const;
    void put(const QString &name, const QByteArray &bytes) const;
    [[nodiscard]] QByteArray bytesOf(const QString &name) const;

    Ended run(const QStringList &arguments, const QByteArray &input = {}, const QString &variable = {}) const;

    TempHome m_home;
};

Ended TestCli::run(const QStringList &arguments, const QByteArray &input, const QString &variable) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!variable.isEmpty())
        environment.insert(variable, QString::fromLatin1(canary));
    process.setProcessEnvironment(environment);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(KEYDESK_CLI), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (finished.isEmpty() && !finished.wait(20'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void TestCli::linksNoWidgets()
{
    QProcess ldd;
    ldd.start(u"ldd"_s, {QStringLiteral(KEYDESK_CLI)});
    QVERIFY(ldd.waitForFinished());
    const QByteArray libraries = ldd.readAllStandardOutput();
    QVERIFY(libraries.contains("libQt6Core"));
    for (const char *library : {"libQt6Gui", "libQt6Widgets", "libQt6Svg"})
        QVERIFY2(!libraries.contains(library), library);
}

/// OpenSSL takes as long to load as all the rest of a call.
void TestCli::plainHttpLoadsNoTls()
{
    HttpTestServer server;
    server.answer(response(200, {}, "here"));
    qputenv("LD_DEBUG", "files"); // the loader tells on stderr what it loads
    const Ended ended = run({u"call"_s, server.url().toString(), u"--config"_s, m_home.path(u"tls-config"_s),
                             u"--data"_s, m_home.path(u"tls-data"_s)});
    qunsetenv("LD_DEBUG");
    QCOMPARE(ended.out, "here"_ba);
    QVERIFY(ended.err.contains("libQt6Network"));
    QVERIFY(!ended.err.contains("libqopensslbackend"));
    QVERIFY(!ended.err.contains("libssl.so"));
}

void TestCli::exitCodesTellWhatHappened_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::newRow("list") << QStringList{u"env"_s, u"list"_s} << 0;
    QTest::newRow("ok") << QStringList{u"call"_s, u"URL/ok"_s} << 0;
    QTest::newRow("refused") << QStringList{u"call"_s, u"URL/refused"_s} << 1;
    QTest::newRow("no command") << QStringList{} << 2;
    QTest::newRow("unknown option") << QStringList{u"call"_s, u"--nonsense"_s} << 2;
    QTest::newRow("unknown environment") << QStringList{u"call"_s, u"-e"_s, u"nowhere"_s, u"/x"_s} << 2;
    QTest::newRow("unset variable") << QStringList{u"call"_s, u"--key-env"_s, u"KEYDESK_NOT_SET"_s,
                                                   u"URL/ok"_s}
                                    << 2;
    QTest::newRow("nobody there") << QStringList{u"call"_s, u"http://127.0.0.1:1/"_s} << 3;
}

void TestCli::exitCodesTellWhatHappened()
{
    HttpTestServer server;
    server.handle([](const ReceivedRequest &request) {
        return Answer{response(request.target == "/refused" ? 401 : 200, {}, "x")};
    });
    QFETCH(QStringList, arguments);
    for (QString &argument : arguments)
        argument.replace("URL"_L1, server.url(QString()).toString());
    const Ended ended = run(arguments);
    QTEST(ended.code, "code");
    QCOMPARE(ended.err.isEmpty(), arguments.value(0) == "env"_L1);
}

void TestCli::bodyIsByteForByte()
{
    HttpTestServer server;
    const QByteArray body("a\0b\r\n\xff\x1b[31m\xe2\x80\xae end", 18);
    server.answer(response(200, {}, body));
    QCOMPARE(run({u"call"_s, server.url().toString()}).out, body);
}

void TestCli::fileIsByteForByte()
{
    HttpTestServer server;
    const QByteArray body = QByteArray(3'000'000, '\0') + "end";
    server.answer(response(200, {}, body));
    const QString path = m_home.path(u"answer.bin"_s);
    const Ended ended = run({u"call"_s, server.url().toString(), u"-o"_s, path});
    QCOMPARE(ended.code, 0);
    QCOMPARE(ended.out, QByteArray());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == body);
}

void TestCli::oneTimeTokenGoesToItsOriginOnly()
{
    HttpTestServer other;
    other.answer(response(200, {}, "other"));
    HttpTestServer server;
    server.answer(response(302, {{"Location", other.url().toEncoded()}}));
    const Ended ended = run({u"call"_s, u"--key-stdin"_s, server.url().toString()}, canary + '\n');
    QCOMPARE(ended.out, "other");
    QCOMPARE(server.requests().first().header("Authorization"), "Bearer " + canary);
    QVERIFY(!other.received().contains(canary));
    QVERIFY2(ended.err.contains("the key"), ended.err.constData());
}

void TestCli::tokenIsInNoArgumentAndInNoFile()
{
    HttpTestServer server;
    QByteArray arguments;
    server.handle([&arguments](const ReceivedRequest &request) {
        QDirIterator processes(u"/proc"_s, QDir::Dirs | QDir::NoDotAndDotDot);
        while (processes.hasNext()) {
            QFile file(processes.next() + u"/cmdline"_s);
            if (file.open(QIODevice::ReadOnly))
                arguments += file.readAll();
        }
        return Answer{response(401, {}, request.header("Authorization"))};
    });
    const Ended ended = run({u"call"_s, u"--key-env"_s, u"KEYDESK_TEST_TOKEN"_s, server.url().toString()}, {},
                            u"KEYDESK_TEST_TOKEN"_s);
    QCOMPARE(ended.out, "Bearer " + canary); // the body is as it came
    QVERIFY(!ended.err.contains(canary));
    QVERIFY(arguments.contains("keydesk-cli"));
    QVERIFY(!arguments.contains(canary));
    QDirIterator files(m_home.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(canary), qPrintable(file.fileName()));
    }
}

void TestCli::interruptCancelsTheCall()
{
    HttpTestServer server;
    server.hang();
    QProcess process;
    QSignalSpy requested(&server, &HttpTestServer::requested);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(KEYDESK_CLI), {u"call"_s, server.url().toString()});
    QVERIFY(requested.count() > 0 || requested.wait(20'000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(finished.count() > 0 || finished.wait(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
}

/// nohup, trap '' INT, and the jobs of a shell script.
void TestCli::whatIsIgnoredStaysIgnored()
{
    HttpTestServer server;
    server.hang();
    QProcess process;
    QSignalSpy requested(&server, &HttpTestServer::requested);
    process.setChildProcessModifier([] { std::signal(SIGINT, SIG_IGN); });
    process.start(QStringLiteral(KEYDESK_CLI), {u"call"_s, server.url().toString()});
    QVERIFY(requested.count() > 0 || requested.wait(20'000));
    for (const int number : {SIGINT, SIGTERM}) // and the first one would have been heard first
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), number), 0);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + SIGTERM);
}

void TestCli::jsonIsJson()
{
    HttpTestServer server;
    server.answer(response(401, {}, "{}"));
    const auto object = [](const QByteArray &json) { return QJsonDocument::fromJson(json).object(); };
    QVERIFY(object(run({u"env"_s, u"list"_s, u"--json"_s}).out).contains("environments"_L1));
    const QJsonObject call =
        object(run({u"call"_s, u"--json"_s, server.url().toString()}).err).value("call"_L1).toObject();
    QCOMPARE(call.value("status"_L1).toInt(), 401);
    QVERIFY(!call.value("explanation"_L1).toObject().isEmpty());
    const QJsonObject error = object(run({u"--json"_s, u"call"_s}).err).value("error"_L1).toObject();
    QCOMPARE(error.value("kind"_L1).toString(), u"invalidInput"_s);
    QVERIFY(!error.value("message"_L1).toString().isEmpty());
}

void TestCli::put(const QString &name, const QByteArray &bytes) const
{
    QFile file(m_home.path(name));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("a file of the test cannot be written");
    file.write(bytes);
}

QByteArray TestCli::bytesOf(const QString &name) const
{
    QFile file(m_home.path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("absent");
}

void TestCli::interruptEndsTheReadingOfInput_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("signal");
    for (const int signal : {SIGINT, SIGTERM}) {
        QTest::addRow("body, %d", signal)
            << QStringList{u"call"_s, u"--body"_s, u"-"_s, u"http://127.0.0.1:1/"_s} << signal;
        QTest::addRow("key, %d", signal)
            << QStringList{u"call"_s, u"--key-stdin"_s, u"http://127.0.0.1:1/"_s} << signal;
        QTest::addRow("convert, %d", signal)
            << QStringList{u"convert"_s, u"--to"_s, u"http"_s, u"-"_s} << signal;
    }
}

void TestCli::interruptEndsTheReadingOfInput()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const int, signal);
    int ends[2];
    QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
    QProcess process;
    process.setChildProcessModifier([from = ends[0]] { ::dup2(from, STDIN_FILENO); });
    process.start(QStringLiteral(KEYDESK_CLI), arguments);
    QCOMPARE(::write(ends[1], "x", 1), 1);
    const auto isRead = [&ends] {
        int left = 1;
        return ::ioctl(ends[0], FIONREAD, &left) == 0 && left == 0;
    };
    QTRY_VERIFY(isRead()); // and there is no end
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal), 0);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + signal);
    ::close(ends[0]);
    ::close(ends[1]);
}

void TestCli::fileIsOpenedBeforeAnythingIsSent()
{
    HttpTestServer server;
    server.answer(response(200, {}, "x"));
    for (const QString &path : {m_home.path(u"no folder/answer"_s), m_home.path(), u"/dev/full/x"_s}) {
        const Ended ended = run({u"call"_s, server.url().toString(), u"-o"_s, path});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.err.contains(path.toUtf8()), ended.err.constData());
    }
    QCOMPARE(server.requests().size(), 0);
    QVERIFY(run({u"call"_s, server.url().toString(), u"-o"_s, u"/dev/full"_s}).code !=
            0); // which tells only when it is written
}

void TestCli::fileIsAsItWasWithoutAnAnswer()
{
    put(u"old"_s, "what was there");
    QCOMPARE(run({u"call"_s, u"http://127.0.0.1:1/"_s, u"-o"_s, m_home.path(u"old"_s)}).code, 3);
    QCOMPARE(bytesOf(u"old"_s), "what was there");
    QCOMPARE(run({u"call"_s, u"http://127.0.0.1:1/"_s, u"-o"_s, m_home.path(u"new"_s)}).code, 3);
    QVERIFY(!QFile::exists(m_home.path(u"new"_s)));
    HttpTestServer server;
    server.answer(response(200, {}, "short"));
    QCOMPARE(run({u"call"_s, server.url().toString(), u"-o"_s, m_home.path(u"old"_s)}).code, 0);
    QCOMPARE(bytesOf(u"old"_s), "short");
}

void TestCli::fileKeepsWhatArrived()
{
    HttpTestServer server;
    server.answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe first bytes", Answer::Then::Close);
    const Ended ended = run({u"call"_s, server.url().toString(), u"-o"_s, m_home.path(u"part"_s)});
    QCOMPARE(ended.code, 3);
    QCOMPARE(bytesOf(u"part"_s), "the first bytes");
    QVERIFY2(ended.err.contains("which is not all of it"), ended.err.constData());
}

void TestCli::deviceStaysADevice()
{
    HttpTestServer server;
    server.answer(response(200, {}, "x"));
    QCOMPARE(run({u"call"_s, server.url().toString(), u"-o"_s, u"/dev/null"_s}).code, 0);
    struct stat facts = {};
    QCOMPARE(::stat("/dev/null", &facts), 0);
    QVERIFY(S_ISCHR(facts.st_mode));
}

void TestCli::fifoIsWaitedForAndWritten()
{
    HttpTestServer server;
    server.answer(response(200, {}, "through the pipe"));
    const QByteArray fifo = QFile::encodeName(m_home.path(u"fifo"_s));
    QCOMPARE(::mkfifo(fifo.constData(), 0600), 0);
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI),
                  {u"call"_s, server.url().toString(), u"-o"_s, m_home.path(u"fifo"_s)});
    const int reader = ::open(fifo.constData(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);
    QByteArray got;
    const auto all = [&] {
        char bytes[100];
        for (ssize_t count = 0; (count = ::read(reader, bytes, sizeof bytes)) > 0;)
            got.append(bytes, count);
        return got == "through the pipe";
    };
    QTRY_VERIFY(all());
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitCode(), 0);
    ::close(reader);
}

void TestCli::interruptEndsTheWaitForAFifo()
{
    HttpTestServer server;
    server.answer(response(200, {}, "x"));
    const QString fifo = m_home.path(u"lonely"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(fifo).constData(), 0600), 0);
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), {u"call"_s, server.url().toString(), u"-o"_s, fifo});
    // From the moment that signals are watched: the kernel tells which are. Before the program is this one it
    // is a copy of the test, which watches SIGQUIT, too.
    const auto isWatching = [&process] {
        QFile status(u"/proc/%1/status"_s.arg(process.processId()));
        if (!status.open(QIODevice::ReadOnly))
            return false;
        const QByteArray text = status.readAll();
        const qsizetype at = text.indexOf("SigCgt:\t");
        const quint64 caught = at < 0 ? 0 : text.mid(at + 8, 16).toULongLong(nullptr, 16);
        return (caught & (1ULL << (SIGTERM - 1))) != 0 && (caught & (1ULL << (SIGQUIT - 1))) == 0;
    };
    QTRY_VERIFY(isWatching());
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGTERM), 0);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + SIGTERM);
    QCOMPARE(server.requests().size(), 0);
}

int TestCli::fill(QProcess &process, const HttpTestServer &server, const QString &fifo) const
{
    const QByteArray path = QFile::encodeName(m_home.path(fifo));
    if (::mkfifo(path.constData(), 0600) != 0)
        return -1;
    const int reader = ::open(path.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    process.start(QStringLiteral(KEYDESK_CLI),
                  {u"call"_s, server.url().toString(), u"-o"_s, m_home.path(fifo)});
    const auto isFull = [reader] {
        int bytes = 0;
        return ::ioctl(reader, FIONREAD, &bytes) == 0 && bytes == ::fcntl(reader, F_GETPIPE_SZ);
    };
    return QTest::qWaitFor(isFull, 20'000) ? reader : -1;
}

void TestCli::aFifosReaderMayTakeItsTime()
{
    HttpTestServer server;
    const QByteArray body = QByteArray(1'000'000, 'x') + "end";
    server.answer(response(200, {}, body));
    QProcess process;
    const int reader = fill(process, server, u"slow"_s);
    QVERIFY(reader >= 0);
    QByteArray got;
    const auto all = [&] {
        QByteArray piece(10'000, '\0');
        const ssize_t count = ::read(reader, piece.data(), static_cast<std::size_t>(piece.size()));
        got += piece.first(std::max<ssize_t>(count, 0));
        return count == 0;
    };
    QTRY_VERIFY(all());
    QVERIFY(got == body);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitCode(), 0);
    ::close(reader);
}

void TestCli::interruptEndsTheWritingIntoAFifo()
{
    HttpTestServer server;
    server.answer(response(200, {}, QByteArray(1'000'000, 'x')));
    QProcess process;
    const int reader = fill(process, server, u"unread"_s);
    QVERIFY(reader >= 0);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 128 + SIGINT);
    QVERIFY(!process.readAllStandardError().contains(
        "holds what arrived")); // it holds nothing once nobody has it open
    ::close(reader);
}

void TestCli::aFifosReaderThatLeavesIsTold()
{
    HttpTestServer server;
    server.answer(response(200, {}, QByteArray(1'000'000, 'x')));
    QProcess process;
    const int reader = fill(process, server, u"left"_s);
    QVERIFY(reader >= 0);
    ::close(reader);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 2);
    QCOMPARE(process.readAllStandardError(), "Whoever read from " + m_home.path(u"left"_s).toUtf8() +
                                                 " is gone, and did not get all of the answer.\n");
}

void TestCli::outputMayBeStandardOutput_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("dash") << u"-"_s;
    QTest::newRow("device") << u"/dev/stdout"_s;
}

void TestCli::outputMayBeStandardOutput()
{
    QFETCH(const QString, path);
    HttpTestServer server;
    server.answer(response(200, {}, "the body"));
    const Ended ended = run({u"call"_s, server.url().toString(), u"-o"_s, path});
    QCOMPARE(ended.code, 0);
    QCOMPARE(ended.out, "the body");
    QVERIFY(!QFile::exists(u"-"_s));
}

/// They are redacted aside, which takes a while where there is a secret to look for, the longer the more
/// escapes there are.
void TestCli::largeBodiesAreInTheHistory()
{
    HttpTestServer server;
    server.answer(response(200, {{"Set-Cookie", "session=c00kie-0123456789"}},
                           QByteArray("%5c").repeated(300'000) + "the end"));
    put(u"a.http"_s,
        "GET " + server.url().toEncoded() + "one\n\n###\nGET " + server.url().toEncoded() + "two\n");
    QCOMPARE(run({u"run"_s, m_home.path(u"a.http"_s)}).code, 0);
    QCOMPARE(
        run({u"call"_s, u"-e"_s, u"Talkover sandbox"_s, u"--no-key"_s, server.url().toString() + u"three"_s})
            .code,
        0);
    keydesk::HistoryStore history(m_home.path(u"data/keydesk/keydesk.db"_s));
    std::optional<QList<keydesk::HistoryRow>> rows;
    history.list({}, 0, 10, this,
                 [&rows](const auto &read) { rows = read ? read->rows : QList<keydesk::HistoryRow>(); });
    QTRY_VERIFY(rows);
    QStringList paths;
    for (const keydesk::HistoryRow &row : *rows) {
        if (row.bytes == 900'007)
            paths << QUrl(row.url).path();
    }
    paths.sort();
    QCOMPARE(paths, (QStringList{u"/one"_s, u"/three"_s, u"/two"_s}));
}

void TestCli::interruptEndsTheWaitForTheHistory()
{
    QCOMPARE(run({u"env"_s, u"list"_s}).code, 0); // the database is there
    const auto other = keydesk::Database::openConnection(m_home.path(u"data/keydesk/keydesk.db"_s));
    QVERIFY(other);
    HttpTestServer server;
    server.handle([&other](const ReceivedRequest &) {
        std::ignore = (*other)->run(u"BEGIN IMMEDIATE"_s); // and nobody else can write
        return Answer{response(200, {}, "the body")};
    });
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI),
                  {u"call"_s, u"-e"_s, u"Talkover sandbox"_s, u"--no-key"_s, server.url().toString()});
    QByteArray said;
    QTRY_VERIFY((said += process.readAllStandardError()).contains("200"));
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
    QTRY_COMPARE(process.state(), QProcess::NotRunning);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QVERIFY((*other)->run(u"ROLLBACK"_s));
}

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
