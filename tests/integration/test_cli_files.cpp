#include "tests/support/HttpTestServer.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk::test;

namespace {

constexpr char canary[] = "canary-Zq81mWv7Lr4TbX";

struct Ended
{
    int status = -1;
    QByteArray out;
    QByteArray err;
};

} // namespace

/// keydesk-cli run, snippet and convert, as a shell runs them: with pipes, without a terminal, without a keychain.
class TestCliFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void aRunSucceedsWhenAllIsMet();
    void aRunFailsWhenOneIsNotMet();
    void aRunStopsAtTheFirstFailure();
    void whatNobodyAgreedToIsSkipped();
    void anInterruptedRunReportsWhatRan();
    void aRunNeedsSomethingToRun();
    void snippetsNeverHoldACredential();
    void convertsAPipeWithoutItsCredentials();
    void convertOverwritesOnlyWhenForced();
    void convertPutsFilesIntoAFolder();
    void convertPutsEnvironmentsBesideTheFile();
    void convertTurnsEnvironmentsIntoEachOther();
    void convertRefusesBadInput_data();
    void convertRefusesBadInput();

private:
    [[nodiscard]] std::unique_ptr<QProcess> started(const QStringList &arguments, const QByteArray &input = {}) const;
    [[nodiscard]] Ended ran(const QStringList &arguments, const QByteArray &input = {}) const;
    void file(const QString &name, QByteArray text) const;
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] QByteArray read(const QString &name) const;
    /// Anything that was written, but the files that the test itself made.
    [[nodiscard]] QStringList filesWithCanary(const QString &but) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HttpTestServer> m_server;
};

void TestCliFiles::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<HttpTestServer>();
    m_server->answer(response(200, {}, R"({"ok":true})"));
}

void TestCliFiles::cleanup()
{
    m_server.reset();
    m_folder.reset();
}

std::unique_ptr<QProcess> TestCliFiles::started(const QStringList &arguments, const QByteArray &input) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + path(u"no-bus"_s));
    process->setProcessEnvironment(environment);
    process->setWorkingDirectory(m_folder->path());
    process->start(QStringLiteral(KEYDESK_CLI), arguments + QStringList{u"--config"_s, path(u"config"_s), u"--data"_s, path(u"data"_s)});
    process->write(input);
    process->closeWriteChannel();
    return process;
}

Ended TestCliFiles::ran(const QStringList &arguments, const QByteArray &input) const
{
    const auto process = started(arguments, input);
    // The server answers in this thread.
    if (!QTest::qWaitFor([&process] { return process->state() == QProcess::NotRunning; }, 30'000))
        return {};
    return {process->exitStatus() == QProcess::NormalExit ? process->exitCode() : -1, process->readAllStandardOutput(), process->readAllStandardError()};
}

void TestCliFiles::file(const QString &name, QByteArray text) const
{
    QFile written(path(name));
    if (!written.open(QIODevice::WriteOnly))
        qFatal("A file of the test cannot be written.");
    written.write(text.replace("HOST", m_server->url().toEncoded(QUrl::RemovePath)));
}

QByteArray TestCliFiles::read(const QString &name) const
{
    QFile written(path(name));
    return written.open(QIODevice::ReadOnly) ? written.readAll() : QByteArray();
}

QStringList TestCliFiles::filesWithCanary(const QString &but) const
{
    QStringList found;
    for (QDirIterator each(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); each.hasNext();) {
        QFile written(each.next());
        if (each.fileName() != but && written.open(QIODevice::ReadOnly) && written.readAll().contains(canary))
            found << each.fileName();
    }
    return found;
}

void TestCliFiles::aRunSucceedsWhenAllIsMet()
{
    file(u"a.http"_s, "### First\n# @expect status 200\n# @expect body $.ok = true\nGET HOST/one\n\n### Second\nGET HOST/two\n");
    const Ended text = ran({u"run"_s, u"a.http"_s, u"--junit"_s, u"-"_s, u"--html"_s, u"report.html"_s});
    QCOMPARE(text.status, 0);
    QVERIFY2(text.err.contains("First") && text.err.contains("status 200"), text.err.constData());
    QVERIFY(read(u"report.html"_s).contains("First"));
    file(u"report.xml"_s, text.out);
    QProcess check;
    const QString xmllint = QStandardPaths::findExecutable(u"xmllint"_s);
    QVERIFY2(!xmllint.isEmpty(), "xmllint is missing; packaging/dependencies names its package");
    check.start(xmllint, {u"--noout"_s, u"--schema"_s, QStringLiteral(KEYDESK_SOURCE_DIR) + u"/tests/support/junit.xsd"_s, path(u"report.xml"_s)});
    QVERIFY(check.waitForFinished());
    QVERIFY2(check.exitCode() == 0, check.readAllStandardError().constData());

    const Ended json = ran({u"--json"_s, u"run"_s, u"a.http"_s});
    QCOMPARE(json.status, 0);
    QCOMPARE(QJsonDocument::fromJson(json.out).object().value("passed"_L1).toInt(), 2);
    QCOMPARE(m_server->requests().size(), 4);
}

void TestCliFiles::aRunFailsWhenOneIsNotMet()
{
    file(u"a.http"_s, "### First\n# @expect status 201\nGET HOST/one\n\n### Second\nGET HOST/two\n");
    const Ended ended = ran({u"run"_s, u"a.http"_s});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.err.contains("line 2"), ended.err.constData());
    QCOMPARE(m_server->requests().size(), 2);
}

void TestCliFiles::aRunStopsAtTheFirstFailure()
{
    file(u"a.http"_s, "### First\n# @expect status 201\nGET HOST/one\n\n### Second\nGET HOST/two\n");
    QCOMPARE(ran({u"run"_s, u"--stop-on-failure"_s, u"a.http"_s}).status, 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestCliFiles::whatNobodyAgreedToIsSkipped()
{
    file(u"a.http"_s, "### First\n# @note\nGET HOST/one\n\n### Second\n# @prompt word\nGET HOST/two?q={{word}}\n");
    const Ended silent = ran({u"run"_s, u"a.http"_s});
    QCOMPARE(silent.status, 1);
    QVERIFY2(silent.err.contains("@note") && silent.err.contains("@prompt"), silent.err.constData());
    QCOMPARE(m_server->requests().size(), 0);
    QCOMPARE(ran({u"run"_s, u"a.http"_s, u"--yes"_s, u"--var"_s, u"word=hello"_s}).status, 0);
    QCOMPARE(m_server->requests().constLast().target, QByteArray("/two?q=hello"));
}

void TestCliFiles::anInterruptedRunReportsWhatRan()
{
    m_server->handle([](const ReceivedRequest &request) { return request.target == "/one" ? Answer{response(200)} : Answer{}; });
    file(u"a.http"_s, "### First\nGET HOST/one\n\n### Second\nGET HOST/two\n\n### Third\nGET HOST/three\n");
    const auto process = started({u"run"_s, u"a.http"_s, u"--junit"_s, u"report.xml"_s});
    QTRY_COMPARE(m_server->requests().size(), 2);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QTRY_COMPARE(process->state(), QProcess::NotRunning);
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 130);
    const QByteArray report = read(u"report.xml"_s);
    QVERIFY(report.contains("First") && report.contains("Third") && report.contains("skipped"));
    QCOMPARE(m_server->requests().size(), 2);
}

void TestCliFiles::aRunNeedsSomethingToRun()
{
    QCOMPARE(ran({u"run"_s}).status, 2);
    const Ended absent = ran({u"--json"_s, u"run"_s, u"absent.http"_s});
    QCOMPARE(absent.status, 2);
    QVERIFY(absent.err.contains("absent.http"));
    QCOMPARE(QJsonDocument::fromJson(absent.err).object().value("error"_L1).toObject().value("kind"_L1).toString(), u"notFound"_s);
}

void TestCliFiles::snippetsNeverHoldACredential()
{
    file(u"a.http"_s, "### First\nGET HOST/one\nX-Api-Key: "_ba + canary + "\n");
    const Ended list = ran({u"--json"_s, u"snippet"_s, u"--list"_s});
    const QJsonArray formats = QJsonDocument::fromJson(list.out).object().value("formats"_L1).toArray();
    QVERIFY(formats.size() > 10);
    for (const QString &format : {u"curl"_s, u"python-requests"_s, formats.last().toObject().value("id"_L1).toString()}) {
        const Ended ended = ran({u"snippet"_s, u"a.http#First"_s, u"--format"_s, format});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.out.contains("/one"), ended.out.constData());
        QVERIFY2(!(ended.out + ended.err).contains(canary), qPrintable(format));
    }
    QCOMPARE(ran({u"snippet"_s, u"a.http#First"_s, u"--format"_s, u"cobol"_s}).status, 2);
    QCOMPARE(ran({u"snippet"_s, u"a.http#Absent"_s}).status, 2);
    QCOMPARE(m_server->requests().size(), 0);
    QCOMPARE(filesWithCanary(u"a.http"_s), QStringList());
}

void TestCliFiles::convertsAPipeWithoutItsCredentials()
{
    const QByteArray input = "### First\nGET https://api.example.test/one\nX-Api-Key: "_ba + canary + "\n";
    const Ended ended = ran({u"--json"_s, u"convert"_s, u"--from"_s, u"http"_s, u"--to"_s, u"http"_s, u"-"_s}, input);
    QCOMPARE(ended.status, 0);
    QVERIFY2(ended.out.contains("GET https://api.example.test/one") && ended.out.contains("{{"), ended.out.constData());
    QVERIFY(!(ended.out + ended.err).contains(canary));
    const QJsonArray credentials = QJsonDocument::fromJson(ended.err).object().value("credentials"_L1).toArray();
    QCOMPARE(credentials.size(), 1);
    QVERIFY(ended.out.contains(credentials.first().toObject().value("variable"_L1).toString().toUtf8()));
    QCOMPARE(filesWithCanary({}), QStringList());
}

void TestCliFiles::convertOverwritesOnlyWhenForced()
{
    file(u"a.http"_s, "GET HOST/one\n");
    file(u"out.http"_s, "what was there");
    const QStringList convert{u"convert"_s, u"--to"_s, u"http"_s, u"a.http"_s, u"-o"_s, u"out.http"_s};
    const Ended refused = ran(convert);
    QCOMPARE(refused.status, 2);
    QVERIFY(refused.err.contains("out.http"));
    QCOMPARE(read(u"out.http"_s), QByteArray("what was there"));
    QCOMPARE(ran(convert + QStringList{u"--force"_s}).status, 0);
    QVERIFY(read(u"out.http"_s).contains("/one"));
    QCOMPARE(m_server->requests().size(), 0);
}

void TestCliFiles::convertPutsFilesIntoAFolder()
{
    file(u"a.http"_s, "GET HOST/one\nX-Api-Key: "_ba + canary + "\n");
    QVERIFY(QDir(m_folder->path()).mkdir(u"out"_s));
    const Ended ended = ran({u"--json"_s, u"convert"_s, u"--to"_s, u"http"_s, u"a.http"_s, u"-o"_s, u"out"_s});
    QCOMPARE(ended.status, 0);
    const QString written = QJsonDocument::fromJson(ended.out).object().value("written"_L1).toString();
    QVERIFY2(QFile::exists(QDir(m_folder->path()).filePath(written)), ended.out.constData());
    QCOMPARE(filesWithCanary(u"a.http"_s), QStringList());
}

void TestCliFiles::convertPutsEnvironmentsBesideTheFile()
{
    QVERIFY(QDir(m_folder->path()).mkpath(u"shop"_s));
    file(u"shop/a.http"_s, "### One\nGET {{host}}/a\n");
    file(u"shop/http-client.env.json"_s, "{\"Live\": {\"host\": \"https://live.test\"}}");
    const QStringList convert{u"convert"_s, u"--to"_s, u"postman"_s, u"shop"_s};
    const Ended piped = ran(convert);
    QCOMPARE(piped.status, 0);
    QVERIFY2(piped.err.contains("This environment is left out"), piped.err.constData());
    const QStringList written = convert + QStringList{u"-o"_s, u"out.json"_s};
    QCOMPARE(ran(written).status, 0);
    const QByteArray environment = read(u"Live.postman_environment.json"_s);
    QVERIFY2(environment.contains("https://live.test"), environment.constData());
    // One that is in the way keeps all of them from being written.
    QVERIFY(QFile::remove(path(u"out.json"_s)));
    QCOMPARE(ran(written).status, 2);
    QVERIFY(!QFile::exists(path(u"out.json"_s)));
    QCOMPARE(ran(written + QStringList{u"--force"_s}).status, 0);
}

void TestCliFiles::convertTurnsEnvironmentsIntoEachOther()
{
    file(u"live.env"_s, "SITE=live.test\nURL=https://${SITE}/a\nAPI_TOKEN="_ba + canary +
                            "\nDB=postgres://me:" + canary + "@db.test/\n");
    const Ended there =
        ran({u"convert"_s, u"--to"_s, u"postman-environment"_s, u"live.env"_s, u"-o"_s, u"live.json"_s});
    QVERIFY2(there.status == 0 && !there.err.contains(canary), there.err.constData());
    const QByteArray environment = read(u"live.json"_s);
    QVERIFY2(environment.contains("\"https://{{SITE}}/a\"") && environment.contains("API_TOKEN"),
             environment.constData());
    const Ended back =
        ran({u"convert"_s, u"--from"_s, u"postman-environment"_s, u"--to"_s, u"dotenv"_s, u"live.json"_s});
    QCOMPARE(back.status, 0);
    QVERIFY2(back.out.startsWith("SITE=live.test\nURL=\"https://${SITE}/a\"\n") &&
                 back.out.contains("\nAPI_TOKEN=\n"),
             back.out.constData());
    QCOMPARE(filesWithCanary(u"live.env"_s), QStringList());
}

void TestCliFiles::convertRefusesBadInput_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("NULs") << QByteArray(100, '\0');
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe\xfa\xc3\x28");
    QTest::newRow("another format") << QByteArray("<html><body>no</body></html>");
    QTest::newRow("truncated") << QByteArray(R"({"nothing": [1, 2, )");
    QTest::newRow("deep") << QByteArray(200'000, '[');
}

void TestCliFiles::convertRefusesBadInput()
{
    QFETCH(const QByteArray, bytes);
    file(u"bad.txt"_s, bytes);
    const Ended ended = ran({u"convert"_s, u"--to"_s, u"http"_s, u"bad.txt"_s, u"-o"_s, u"out.http"_s});
    QVERIFY2(ended.status == 2 || ended.status == 5, ended.err.constData());
    QVERIFY2(ended.err.contains("bad.txt"), ended.err.constData());
    QVERIFY(!QFile::exists(path(u"out.http"_s)));
    QCOMPARE(ended.out, QByteArray());
}

QTEST_GUILESS_MAIN(TestCliFiles)
#include "test_cli_files.moc"
