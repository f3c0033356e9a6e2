#include "tests/support/HttpTestServer.h"
#include "tests/support/TempHome.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

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
    void exitCodesTellWhatHappened_data();
    void exitCodesTellWhatHappened();
    void bodyIsByteForByte();
    void fileIsByteForByte();
    void oneTimeTokenGoesToItsOriginOnly();
    void tokenIsInNoArgumentAndInNoFile();
    void interruptCancelsTheCall();
    void jsonIsJson();

private:
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
    QTest::newRow("unset variable") << QStringList{u"call"_s, u"--key-env"_s, u"KEYDESK_NOT_SET"_s, u"URL/ok"_s} << 2;
    QTest::newRow("nobody there") << QStringList{u"call"_s, u"http://127.0.0.1:1/"_s} << 3;
}

void TestCli::exitCodesTellWhatHappened()
{
    HttpTestServer server;
    server.handle([](const ReceivedRequest &request) { return Answer{response(request.target == "/refused" ? 401 : 200, {}, "x")}; });
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
    const Ended ended = run({u"call"_s, u"--key-env"_s, u"KEYDESK_TEST_TOKEN"_s, server.url().toString()}, {}, u"KEYDESK_TEST_TOKEN"_s);
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

void TestCli::jsonIsJson()
{
    HttpTestServer server;
    server.answer(response(401, {}, "{}"));
    const auto object = [](const QByteArray &json) { return QJsonDocument::fromJson(json).object(); };
    QVERIFY(object(run({u"env"_s, u"list"_s, u"--json"_s}).out).contains("environments"_L1));
    const QJsonObject call = object(run({u"call"_s, u"--json"_s, server.url().toString()}).err).value("call"_L1).toObject();
    QCOMPARE(call.value("status"_L1).toInt(), 401);
    QVERIFY(!call.value("explanation"_L1).toObject().isEmpty());
    const QJsonObject error = object(run({u"--json"_s, u"call"_s}).err).value("error"_L1).toObject();
    QCOMPARE(error.value("kind"_L1).toString(), u"invalidInput"_s);
    QVERIFY(!error.value("message"_L1).toString().isEmpty());
}

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
