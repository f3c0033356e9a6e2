#include "app/keys/KeychainStore.h"
#include "app/storage/Database.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/Keyring.h"
#include "tests/support/TempHome.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;

namespace {

const QByteArray token = "talq_doctor-canary-4f1b0c77e2a94d";

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

/// What keydesk-cli doctor --json told.
QList<QJsonObject> findings(const Ended &ended)
{
    QList<QJsonObject> all;
    for (const QJsonValue finding : QJsonDocument::fromJson(ended.out).object()[u"findings"_s].toArray())
        all << finding.toObject();
    return all;
}

/// The messages of one check in that state, each on a line.
QString told(const Ended &ended, const QString &id, const QString &state)
{
    QString text;
    for (const QJsonObject &finding : findings(ended)) {
        if (finding[u"id"_s] == id && finding[u"state"_s] == state)
            text += finding[u"message"_s].toString() + u'\n';
    }
    return text;
}

QStringList everythingIn(const QString &folder)
{
    QStringList paths;
    QDirIterator files(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (files.hasNext())
        paths << files.next();
    paths.sort();
    return paths;
}

} // namespace

/// keydesk-cli doctor as a shell runs it, with a real keychain, without one, and where things are broken.
class TestCliDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void freshHomeStaysEmpty();
    void withoutABusItSaysSo();
    void lockedKeychainIsSaid();
    void tokensAreComparedWithKeys();
    void trialLeavesNothingInTheKeychain();
    void brokenDatabaseIsSaidAndLeftAlone();
    void badProviderNamesFileAndLine();
    void passwordOfAProxyIsNotPrinted();
    void interruptEndsIt();

private:
    Ended run(const QStringList &arguments, const QByteArray &input = {}) const;
    Ended doctor(const QStringList &options = {}) const
    {
        return run(QStringList{u"doctor"_s, u"--json"_s} + options);
    }
    /// A database with its first environments and a key in the keychain.
    void addKey();
    void setVariable(const char *name, const QByteArray &value)
    {
        m_variables.insert(QString::fromLatin1(name), QString::fromUtf8(value));
    }
    [[nodiscard]] QString data(const QString &name) const { return m_home->path(u"data/keydesk/"_s + name); }
    QList<QUuid> entries();

    std::unique_ptr<TempHome> m_home;
    QProcessEnvironment m_variables;
};

void TestCliDoctor::init()
{
    m_home = std::make_unique<TempHome>();
    m_variables = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY",
                             "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
        m_variables.remove(QString::fromLatin1(name));
}

void TestCliDoctor::cleanup()
{
    KeychainStore keychain;
    for (const QUuid &id : entries()) {
        std::optional<bool> removed;
        keychain.remove(id, this, [&removed](const Result<void> &outcome) { removed = outcome.has_value(); });
        QTRY_VERIFY(removed);
    }
    m_home.reset();
}

Ended TestCliDoctor::run(const QStringList &arguments, const QByteArray &input) const
{
    QProcess process;
    process.setProcessEnvironment(m_variables);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(KEYDESK_CLI), arguments);
    process.write(input);
    process.closeWriteChannel();
    if (finished.isEmpty() && !finished.wait(20'000))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void TestCliDoctor::addKey()
{
    const Ended added = run({u"keys"_s, u"add"_s, u"--name"_s, u"My key"_s, u"-e"_s, u"Talkover sandbox"_s,
                             u"--kind"_s, u"environment"_s},
                            token + '\n');
    QVERIFY2(added.code == 0, added.err.constData());
}

QList<QUuid> TestCliDoctor::entries()
{
    KeychainStore keychain;
    std::optional<QList<QUuid>> ids;
    keychain.list(this,
                  [&ids](const Result<QList<QUuid>> &listed) { ids = listed.value_or(QList<QUuid>()); });
    return QTest::qWaitFor([&ids] { return ids.has_value(); }, 20'000) ? *ids : QList<QUuid>();
}

void TestCliDoctor::freshHomeStaysEmpty()
{
    const QStringList before =
        everythingIn(m_home->path()) + everythingIn(m_variables.value(u"XDG_RUNTIME_DIR"_s));
    const Ended ended = run({u"doctor"_s});
    QVERIFY2(ended.code == 0, ended.out.constData());
    QVERIFY(ended.out.contains("ok       Keydesk "));
    QVERIFY(ended.out.contains("note     There is no database yet"));
    QVERIFY2(ended.out.contains("gnome-keyring-daemon) answers and is unlocked"), ended.out.constData());
    QVERIFY(ended.err.contains("No problem was found"));
    QCOMPARE(everythingIn(m_home->path()) + everythingIn(m_variables.value(u"XDG_RUNTIME_DIR"_s)), before);
}

void TestCliDoctor::withoutABusItSaysSo()
{
    setVariable("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + m_home->path(u"no-bus"_s).toUtf8());
    const QStringList before = everythingIn(m_home->path());
    const Ended ended = run({u"doctor"_s, u"--write"_s});
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.out.contains("problem  There is no session bus"), ended.out.constData());
    QVERIFY(ended.out.contains("Fix: "));
    QVERIFY2(ended.out.contains("problem  The keychain did not keep a trial entry"), ended.out.constData());
    QVERIFY(ended.err.contains("2 problem(s)"));
    QCOMPARE(everythingIn(m_home->path()), before);
}

void TestCliDoctor::lockedKeychainIsSaid()
{
    addKey();
    lockKeyring();
    const Ended ended = doctor();
    unlockKeyring();
    QCOMPARE(ended.code, 1);
    QVERIFY2(told(ended, u"keychain"_s, u"problem"_s).contains(u"locked"_s), ended.out.constData());
    QVERIFY2(!told(ended, u"tokens"_s, u"ok"_s).isEmpty(),
             ended.out.constData()); // its names are told while it is locked
    for (const QJsonObject &finding : findings(ended))
        QVERIFY(finding[u"state"_s] != u"problem"_s || !finding[u"fix"_s].toString().isEmpty());
}

void TestCliDoctor::tokensAreComparedWithKeys()
{
    addKey();
    Ended ended = doctor();
    QVERIFY2(ended.code == 0, ended.out.constData());
    QVERIFY(told(ended, u"database"_s, u"ok"_s).contains(u"1 key(s)"_s));
    QVERIFY(!told(ended, u"tokens"_s, u"ok"_s).isEmpty());
    QVERIFY(!ended.out.contains(token.last(12)) && !ended.err.contains(token.last(12)));

    const QList<QUuid> ids = entries();
    QCOMPARE(ids.size(), 1);
    KeychainStore keychain;
    int done = 0;
    keychain.remove(ids.first(), this, [&done](const Result<void> &outcome) { done += outcome ? 1 : 0; });
    keychain.write(QUuid::createUuid(), Secret("of nobody"), this,
                   [&done](const Result<void> &outcome) { done += outcome ? 1 : 0; });
    QTRY_COMPARE(done, 2);
    ended = doctor();
    QCOMPARE(ended.code, 1);
    QVERIFY2(told(ended, u"tokens"_s, u"problem"_s).contains(u"“My key”"_s), ended.out.constData());
    QVERIFY2(told(ended, u"tokens"_s, u"note"_s).contains(u"1 token(s)"_s), ended.out.constData());
    QCOMPARE(entries().size(), 1); // nothing was taken up or away
}

void TestCliDoctor::trialLeavesNothingInTheKeychain()
{
    const Ended ended = doctor({u"--write"_s});
    QCOMPARE(ended.code, 0);
    QVERIFY2(!told(ended, u"keychainTrial"_s, u"ok"_s).isEmpty(), ended.out.constData());
    QVERIFY(entries().isEmpty());
    QVERIFY(told(doctor(), u"keychainTrial"_s, u"ok"_s).isEmpty()); // only where it is asked for
}

void TestCliDoctor::brokenDatabaseIsSaidAndLeftAlone()
{
    QCOMPARE(run({u"env"_s, u"list"_s}).code, 0);
    const QByteArray whole = readFile(data(u"keydesk.db"_s));
    QByteArray broken = whole;
    for (qsizetype i = 4096; i < broken.size(); ++i)
        broken[i] = '\x5a';
    writeFile(data(u"keydesk.db"_s), broken);
    const QStringList before = everythingIn(m_home->path());
    const Ended ended = doctor({u"--online"_s});
    QCOMPARE(ended.code, 1);
    QVERIFY2(!told(ended, u"database"_s, u"problem"_s).isEmpty(), ended.out.constData());
    QVERIFY(!told(ended, u"keychain"_s, u"ok"_s).isEmpty()); // it went on
    QCOMPARE(readFile(data(u"keydesk.db"_s)), broken);
    QCOMPARE(everythingIn(m_home->path()), before);
}

void TestCliDoctor::badProviderNamesFileAndLine()
{
    const QString folder = m_home->path(u"config/keydesk/providers"_s);
    QVERIFY(QDir().mkpath(folder));
    QVERIFY(QFile::setPermissions(m_home->path(u"config/keydesk"_s),
                                  QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    writeFile(folder + u"/mine.json"_s, "{\n  \"id\": \"mine\",\n  oops\n}");
    const Ended ended = run({u"doctor"_s});
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.out.contains("/mine.json: The file is not JSON: line 3"), ended.out.constData());
    QVERIFY(ended.err.contains("1 problem(s)"));
}

void TestCliDoctor::passwordOfAProxyIsNotPrinted()
{
    for (const QByteArray &value :
         QByteArrayList{"http://me:canary4f1b0c77@proxy.test:3128", "me:canary4f1b0c77@proxy.test:3128",
                        "http://me:1/canary4f1b0c77@proxy.test"}) {
        setVariable("https_proxy", value);
        for (const QStringList &options : {QStringList(), QStringList{u"--json"_s}}) {
            const Ended ended = run(QStringList{u"doctor"_s} + options);
            QVERIFY2(ended.out.contains("https_proxy"), ended.out.constData());
            QVERIFY2(!ended.out.contains("canary4f1b0c77") && !ended.err.contains("canary4f1b0c77"),
                     ended.out.constData());
        }
    }
}

void TestCliDoctor::interruptEndsIt()
{
    HttpTestServer server;
    server.hang();
    QCOMPARE(run({u"env"_s, u"list"_s}).code, 0);
    {
        const auto database = Database::openConnection(data(u"keydesk.db"_s));
        QVERIFY(database);
        QVERIFY(
            (*database)->run(u"UPDATE environments SET base_url = ?"_s, {server.url(u"/here"_s).toString()}));
    }
    QProcess process;
    process.setProcessEnvironment(m_variables);
    QSignalSpy requested(&server, &HttpTestServer::requested);
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral(KEYDESK_CLI), {u"doctor"_s, u"--online"_s});
    QVERIFY(requested.count() > 0 || requested.wait(20'000));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(finished.count() > 0 || finished.wait(20'000));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(server.requests().first().method, "HEAD");
    QVERIFY(!server.received().toLower().contains("authorization"));
    QVERIFY(process.readAllStandardOutput().contains("ok       The database is whole"));
}

QTEST_GUILESS_MAIN(TestCliDoctor)
#include "test_cli_doctor.moc"
