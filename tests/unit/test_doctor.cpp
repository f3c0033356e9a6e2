#include "app/doctor/ConnectionCheck.h"
#include "app/doctor/DatabaseCheck.h"
#include "app/doctor/Doctor.h"
#include "app/doctor/FileCheck.h"
#include "app/doctor/FolderCheck.h"
#include "app/doctor/KeychainTrial.h"
#include "app/doctor/OnlineCheck.h"
#include "app/doctor/SystemCheck.h"
#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeysLock.h"
#include "app/keys/SealedFile.h"
#include "app/storage/Database.h"
#include "app/storage/Settings.h"
#include "tests/support/Files.h"
#include "tests/support/HttpTestServer.h"
#include "tests/support/ScriptedSecretStore.h"
#include "tests/support/TempHome.h"

#include <QDirIterator>
#include <QLockFile>
#include <QSignalSpy>
#include <QTest>

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using namespace keydesk::test;
using State = Finding::State;
using Op = ScriptedSecretStore::Op;

namespace {

const QString canary = u"canary4f1b0c77"_s;

/// The worst of them.
State worst(const Findings &findings)
{
    State state = State::Ok;
    for (const Finding &finding : findings)
        state = std::max(state, finding.state);
    return state;
}

QString words(const Findings &findings)
{
    QString all;
    for (const Finding &finding : findings)
        all += u"%1 %2 %3 %4\n"_s.arg(finding.id)
                   .arg(static_cast<int>(finding.state))
                   .arg(finding.message, finding.fix);
    return all;
}

bool holds(const Findings &findings, State state, const QString &text)
{
    return std::ranges::any_of(findings, [&](const Finding &finding) {
        return finding.state == state && finding.message.contains(text);
    });
}

/// Each problem has its fix.
bool haveFixes(const Findings &findings)
{
    return std::ranges::none_of(findings, [](const Finding &finding) {
        return finding.state == State::Problem && finding.fix.isEmpty();
    });
}

/// Every file of a folder with all its bytes and its mode.
QMap<QString, QByteArray> contentsOf(const QString &folder)
{
    QMap<QString, QByteArray> contents;
    QDirIterator files(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        contents.insert(path, QByteArray::number(modeOf(path), 8) +
                                  (files.fileInfo().isFile() ? readFile(path) : QByteArray()));
    }
    return contents;
}

/// Whether `look` says yes in a child without root's power over permission bits.
bool asNobody(const std::function<bool()> &look)
{
    constexpr uid_t nobody = 65534;
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 ||
                               setresuid(nobody, nobody, nobody) != 0))
            _exit(99);
        _exit(look() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

class TestDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void foldersOfANewUserAreANote();
    void foldersThatOthersMayEnterAreAProblem();
    void foldersThatCannotBeUsedAreAProblem();
    void roomAndKindOfDiskAreJudged();

    void databaseIsCountedAndLeftAlone();
    void databaseOfAWindowIsLeftAlone();
    void journalThatWasLeftBehindIsLeftAlone();
    void damageIsFoundAndNotNoted();
    void databaseOfAnotherVersionIsSaid();
    void databaseThatWasEmptiedIsSaid();
    void databaseThatOthersMayReadIsAProblem();

    void settingsAreReadWithTheirDoubts();
    void brokenSettingsNameTheLine();
    void providerFilesNameFileAndLine();
    void sealedFileIsJudgedWithoutItsPassphrase();
    void otherProgramsAreSeen();

    void tlsIsJudged();
    void clockIsJudged();
    void proxiesAreJudgedWithoutTheirPasswords_data();
    void proxiesAreJudgedWithoutTheirPasswords();
    void proxiesThatDifferAreANote();
    void environmentsAreJudged();

    void trialLeavesNothing();
    void trialSaysWhatFailed();
    void trialThatIsStoppedLeavesNothing();

    void serversAreAskedWithoutAKey();
    void serversThatAreNotThereAreAProblem();

    void wholeRunMakesNothing();

private:
    Findings online(const Environment &environment, const ProviderCatalog &providers = {});

    std::unique_ptr<TempHome> m_home;
    QString m_folder; // of the data
    QString m_database;
};

void TestDoctor::init()
{
    m_home = std::make_unique<TempHome>();
    m_folder = m_home->path(u"store"_s);
    QVERIFY(QDir().mkpath(m_folder));
    QVERIFY(QFile::setPermissions(m_folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    m_database = m_folder + u"/keydesk.db"_s;
}

void TestDoctor::cleanup()
{
    m_home.reset();
}

// --- Folders

void TestDoctor::foldersOfANewUserAreANote()
{
    const QString nowhere = m_home->path(u"not/there"_s);
    const Findings findings = checkFolders({nowhere, nowhere, {}, {}});
    QCOMPARE(worst(findings), State::Note);
    QVERIFY(holds(findings, State::Note, nowhere));
    QVERIFY(!QFileInfo::exists(m_home->path(u"not"_s)));
}

void TestDoctor::foldersThatOthersMayEnterAreAProblem()
{
    QVERIFY(worst(checkFolders({m_folder, m_folder, {}, {}})) != State::Problem);
    for (const unsigned mode : {0750U, 0705U}) {
        ::chmod(QFile::encodeName(m_folder).constData(), mode);
        const Findings findings = checkFolders({m_folder, m_folder, {}, {}});
        QCOMPARE(findings.first().state, State::Problem);
        QCOMPARE(findings.first().fix, u"chmod 700 "_s + m_folder);
        QCOMPARE(modeOf(m_folder), mode);
    }
}

void TestDoctor::foldersThatCannotBeUsedAreAProblem()
{
    const QString file = m_home->path(u"it's a file"_s);
    writeFile(file, "x");
    QCOMPARE(checkFolders({file, m_folder, {}, {}}).first().state, State::Problem);
    QVERIFY(checkFolders({file, m_folder, {}, {}}).first().fix.contains(uR"('it'\''s a file')"_s) ||
            checkFolders({file, m_folder, {}, {}}).first().fix.contains(uR"(it'\''s a file')"_s));
    const QString link = m_home->path(u"link"_s);
    QVERIFY(QFile::link(m_home->path(u"gone"_s), link));
    QCOMPARE(checkFolders({m_folder, link, {}, {}}).at(1).state, State::Problem);

    // Somebody else's, and one that may not be written.
    const Paths paths{m_folder, m_folder, {}, {}};
    const bool isRoot = geteuid() == 0;
    ::chmod(QFile::encodeName(m_home->path()).constData(), 0755);
    if (isRoot) {
        QVERIFY(
            asNobody([&paths] { return holds(checkFolders(paths), State::Problem, u"somebody else"_s); }));
        QCOMPARE(::chown(QFile::encodeName(m_folder).constData(), 65534, 65534), 0);
    }
    ::chmod(QFile::encodeName(m_folder).constData(), 0500);
    QVERIFY(
        asNobody([&paths] { return holds(checkFolders(paths), State::Problem, u"may not be changed"_s); }));
    ::chmod(QFile::encodeName(m_folder).constData(), 0300);
    QVERIFY(asNobody([this] { return !checkDatabase(m_database).rows; }));
}

void TestDoctor::roomAndKindOfDiskAreJudged()
{
    constexpr qint64 megabyte = 1024LL * 1024;
    QCOMPARE(checkRoom(1024 * megabyte).state, State::Ok);
    QCOMPARE(checkRoom(100 * megabyte).state, State::Note);
    QCOMPARE(checkRoom(megabyte).state, State::Problem);
    QVERIFY(!checkRoom(megabyte).fix.isEmpty());
    QVERIFY(isNetworkFileSystem("nfs4"));
    QVERIFY(isNetworkFileSystem("fuse.sshfs"));
    QVERIFY(!isNetworkFileSystem("ext4"));
}

// --- Database

void TestDoctor::databaseIsCountedAndLeftAlone()
{
    QCOMPARE(worst(checkDatabase(m_database).findings), State::Note);
    QVERIFY(checkDatabase(m_database).rows);
    QVERIFY(namesIn(m_folder).isEmpty());
    {
        auto database = Database::open(m_database);
        QVERIFY(database);
        Settings settings(m_home->path(u"settings.ini"_s));
        EnvironmentStore environments(**database, settings);
        QVERIFY(environments.load());
        QVERIFY(environments.add({.id = {},
                                  .name = u"One"_s,
                                  .providerId = u"custom"_s,
                                  .baseUrl = u"https://one.test"_s,
                                  .colour = {},
                                  .variables = {},
                                  .keys = {},
                                  .identities = {},
                                  .identity = {}}));
    }
    const auto before = contentsOf(m_folder);
    const DatabaseCheck check = checkDatabase(m_database);
    QVERIFY2(worst(check.findings) == State::Ok, qPrintable(words(check.findings)));
    QVERIFY(check.rows);
    QCOMPARE(check.rows->environments.size(), 1);
    QCOMPARE(contentsOf(m_folder), before);
}

void TestDoctor::databaseOfAWindowIsLeftAlone()
{
    auto database = Database::open(m_database);
    QVERIFY(database);
    QVERIFY((*database)->run(u"INSERT INTO installation (name, value) VALUES ('x', 'y')"_s));
    const QString index =
        m_database +
        u"-shm"_s; // which the connections of one process share, and where they note what they read
    auto before = contentsOf(m_folder);
    QVERIFY(before.contains(m_database + u"-wal"_s) && before.remove(index) == 1);
    const DatabaseCheck check = checkDatabase(m_database);
    QVERIFY2(worst(check.findings) == State::Ok, qPrintable(words(check.findings)));
    auto after = contentsOf(m_folder);
    QCOMPARE(after.remove(index), 1);
    QCOMPARE(after, before);
    QVERIFY(
        (*database)->run(u"INSERT INTO installation (name, value) VALUES ('z', 'y')"_s)); // nothing is locked
}

void TestDoctor::journalThatWasLeftBehindIsLeftAlone()
{
    const QString crashed = m_home->path(u"crashed"_s);
    QVERIFY(QDir().mkpath(crashed));
    {
        auto database = Database::open(m_database);
        QVERIFY(database);
        QVERIFY((*database)->run(u"INSERT INTO installation (name, value) VALUES ('x', 'y')"_s));
        for (const QString &suffix : {u""_s, u"-wal"_s})
            writeFile(crashed + u"/keydesk.db"_s + suffix, readFile(m_database + suffix));
    }
    const auto before = contentsOf(crashed);
    const DatabaseCheck check = checkDatabase(crashed + u"/keydesk.db"_s);
    QVERIFY2(holds(check.findings, State::Note, u"keydesk.db-wal"_s), qPrintable(words(check.findings)));
    QCOMPARE(contentsOf(crashed), before);
}

void TestDoctor::damageIsFoundAndNotNoted()
{
    QVERIFY(Database::open(m_database));
    const QByteArray whole = readFile(m_database);
    QByteArray inside = whole;
    for (qsizetype i = 8192; i < inside.size(); ++i)
        inside[i] = '\x5a';
    for (const QByteArray &bytes :
         {inside, whole.first(whole.size() / 2),
          QByteArray("not a database at all, but long enough to be read\n").repeated(100)}) {
        writeFile(m_database, bytes);
        const auto before = contentsOf(m_folder);
        const DatabaseCheck check = checkDatabase(m_database);
        QVERIFY2(worst(check.findings) == State::Problem, qPrintable(words(check.findings)));
        QVERIFY(haveFixes(check.findings));
        QVERIFY(!check.rows);
        QCOMPARE(contentsOf(m_folder), before);
    }
    writeFile(m_database, whole);
    writeFile(m_database + u".damaged"_s, {});
    QVERIFY(holds(checkDatabase(m_database).findings, State::Problem, u"damage"_s));
}

void TestDoctor::databaseOfAnotherVersionIsSaid()
{
    const auto setVersion = [this](int version) {
        auto database = Database::open(m_database);
        return database && (*database)->run(u"PRAGMA user_version = %1"_s.arg(version));
    };
    const auto latest = static_cast<int>(migrations().size());
    QVERIFY(setVersion(latest - 1));
    DatabaseCheck check = checkDatabase(m_database);
    QCOMPARE(worst(check.findings), State::Note);
    QVERIFY(!check.rows);
    QVERIFY(QFile::remove(m_database));
    QVERIFY(setVersion(latest + 1));
    check = checkDatabase(m_database);
    QVERIFY(holds(check.findings, State::Problem, u"later version"_s));
    QVERIFY(haveFixes(check.findings));
}

void TestDoctor::databaseThatWasEmptiedIsSaid()
{
    writeFile(m_database + u"-wal"_s, "something");
    const DatabaseCheck check = checkDatabase(m_database);
    QCOMPARE(worst(check.findings), State::Problem);
    QVERIFY(haveFixes(check.findings));
    QVERIFY(!check.rows);
    QVERIFY(QDir().mkpath(m_folder + u"/folder.db"_s));
    QCOMPARE(worst(checkDatabase(m_folder + u"/folder.db"_s).findings), State::Problem);
}

void TestDoctor::databaseThatOthersMayReadIsAProblem()
{
    QVERIFY(Database::open(m_database));
    ::chmod(QFile::encodeName(m_database).constData(), 0644);
    const Findings findings = checkDatabase(m_database).findings;
    QVERIFY(std::ranges::any_of(
        findings, [this](const Finding &finding) { return finding.fix == u"chmod 600 "_s + m_database; }));
    QCOMPARE(modeOf(m_database), 0644U);
}

// --- Files

void TestDoctor::settingsAreReadWithTheirDoubts()
{
    const QString file = m_home->path(u"settings.ini"_s);
    QCOMPARE(worst(checkSettings(file)), State::Ok);
    QVERIFY(!QFileInfo::exists(file));
    writeFile(file, "[network]\ntimeoutSeconds=12\nproxy=none\n[appearance]\ntheme=dark\n[history]\nenabled="
                    "false\n[rotation]\ntalkover=90\n");
    QVERIFY2(worst(checkSettings(file)) == State::Ok, qPrintable(words(checkSettings(file))));
    writeFile(
        file,
        "[network]\ntimeoutSeconds=0\nproxy=perhaps\nproxyUrl=http://"
        "u:canary4f1b0c77@proxy.test:3128\n[appearance]\ntheme=pink\n"
        "[history]\nenabled=maybe\ndays=many\n[rotation]\ntalkover=-1\n[workspace]\nfolder=/not/there\n");
    const auto before = contentsOf(m_home->path());
    const Findings findings = checkSettings(file);
    for (const char *name :
         {"network/timeoutSeconds", "network/proxy", "network/proxyUrl", "appearance/theme",
          "history/enabled", "history/days", "rotation/talkover", "/not/there"})
        QVERIFY2(holds(findings, State::Problem, QString::fromLatin1(name)), name);
    QVERIFY(haveFixes(findings));
    QVERIFY(!words(findings).contains(canary));
    QCOMPARE(contentsOf(m_home->path()), before);
}

void TestDoctor::brokenSettingsNameTheLine()
{
    const QString file = m_home->path(u"settings.ini"_s);
    writeFile(file, "[network]\ntimeoutSeconds=12\nno setting\n", 0644);
    const auto before = contentsOf(m_home->path());
    const Findings findings = checkSettings(file);
    QVERIFY2(holds(findings, State::Problem, u"Line 3"_s), qPrintable(words(findings)));
    QVERIFY(holds(findings, State::Problem, u"Others"_s));
    QCOMPARE(contentsOf(m_home->path()), before);
}

void TestDoctor::providerFilesNameFileAndLine()
{
    const QString folder = m_home->path(u"providers"_s);
    QVERIFY(QDir().mkpath(folder));
    const auto check = [&folder] {
        ProviderCatalog providers;
        providers.loadBuiltIn();
        providers.loadFolder(folder);
        return checkProviders(providers, folder);
    };
    QCOMPARE(worst(check()), State::Ok);
    writeFile(folder + u"/good.json"_s, R"({"id": "mine", "extends": "custom", "name": "Mine"})");
    QVERIFY2(worst(check()) == State::Ok, qPrintable(words(check())));
    QVERIFY(holds(check(), State::Ok, u"1 of them"_s));
    writeFile(folder + u"/broken.json"_s, "{\n  \"id\": \"broken\",\n  oops\n}");
    writeFile(folder + u"/twice.json"_s, R"({"id": "mine", "extends": "custom", "name": "Mine"})");
    const Findings findings = check();
    QVERIFY2(holds(findings, State::Problem, u"broken.json: The file is not JSON: line 3"_s),
             qPrintable(words(findings)));
    QVERIFY2(holds(findings, State::Problem, u"twice.json"_s), qPrintable(words(findings)));
    QVERIFY(haveFixes(findings));
}

void TestDoctor::sealedFileIsJudgedWithoutItsPassphrase()
{
    const QString file = m_folder + u"/sealed.keydesk"_s;
    QVERIFY(checkSealedFile(file, StoredRows()).isEmpty());
    StoredRows rows;
    ApiKey key;
    key.name = u"Sealed one"_s;
    key.place = SecretPlace::SealedFile;
    rows.keys = {key};
    QCOMPARE(worst(checkSealedFile(file, rows)), State::Problem); // it is gone

    const SealedRules rules{{2, 64 * 1024}, {2, 64 * 1024}, {16, 1024 * 1024}};
    const auto sealing =
        SealedKey::derive(Secret("correct horse battery"), rules.usual, randomSealedBytes(sealedSaltSize));
    QVERIFY(sealing);
    const QByteArray whole = seal({}, *sealing, randomSealedBytes(sealedIdSize), 1);
    writeFile(file, whole);
    QVERIFY2(worst(checkSealedFile(file, rows)) == State::Ok, qPrintable(words(checkSealedFile(file, rows))));
    ::chmod(QFile::encodeName(file).constData(), 0644);
    QCOMPARE(worst(checkSealedFile(file, rows)), State::Problem);
    QCOMPARE(modeOf(file), 0644U); // not mended
    QByteArray changed = whole;
    changed[200] = static_cast<char>(changed[200] ^ 1);
    for (const QByteArray &bytes : {whole.first(100), changed, QByteArray("text"), QByteArray()}) {
        writeFile(file, bytes);
        QCOMPARE(worst(checkSealedFile(file, rows)), State::Problem);
        QVERIFY(haveFixes(checkSealedFile(file, rows)));
    }
}

void TestDoctor::otherProgramsAreSeen()
{
    const Paths paths{m_folder, m_folder, {}, {}};
    QVERIFY(checkOthers(paths).isEmpty());
    QVERIFY(namesIn(m_folder).isEmpty());
    QLockFile window(m_folder + u"/keydesk.lock"_s);
    QVERIFY(window.tryLock());
    KeysLock changing(m_folder + u"/keys.lock"_s);
    QVERIFY(changing.holdWhileChanging());
    const Findings findings = checkOthers(paths);
    QVERIFY2(holds(findings, State::Note, QString::number(QCoreApplication::applicationPid())),
             qPrintable(words(findings)));
    QVERIFY(holds(findings, State::Note, u"changing keys"_s));
}

// --- This computer

void TestDoctor::tlsIsJudged()
{
    const QString one = u"OpenSSL 3.0.11 19 Sep 2023"_s;
    const QString other = u"OpenSSL 3.0.19 27 Jan 2026"_s;
    const QString old = u"OpenSSL 1.1.1w  11 Sep 2023"_s;
    QCOMPARE(worst(checkTls({true, other, one, 140})), State::Ok);
    QCOMPARE(worst(checkTls({true, old, one, 140})), State::Problem);
    QCOMPARE(worst(checkTls({false, {}, one, 0})), State::Problem);
    QVERIFY(holds(checkTls({true, one, one, 0}), State::Problem, u"authority"_s));
    QVERIFY(haveFixes(checkTls({true, one, one, 0})) && haveFixes(checkTls({false, {}, one, 0})));
    QVERIFY(TlsState::now().isSupported);
}

void TestDoctor::clockIsJudged()
{
    const QDateTime made = QDateTime::fromString(u"2026-03-01T12:00:00Z"_s, Qt::ISODate);
    QCOMPARE(checkClock(made.addDays(400), made).state, State::Ok);
    QCOMPARE(checkClock(made.addSecs(-3600), made).state, State::Ok);
    QCOMPARE(checkClock(made.addDays(-3), made).state, State::Problem);
    QCOMPARE(checkClock(made, {}).state, State::Ok);
    QVERIFY(checkOffset(u"a.test"_s, 20).isEmpty());
    QCOMPARE(worst(checkOffset(u"a.test"_s, -100)), State::Note);
    QCOMPARE(worst(checkOffset(u"a.test"_s, 3600)), State::Problem);
    QVERIFY(holds(checkOffset(u"a.test"_s, -3600), State::Problem, u"behind"_s));
}

void TestDoctor::proxiesAreJudgedWithoutTheirPasswords_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<State>("state");
    QTest::newRow("none") << u""_s << State::Ok;
    QTest::newRow("http") << u"http://proxy.test:3128"_s << State::Ok;
    QTest::newRow("slash") << u"http://proxy.test:3128/"_s << State::Ok;
    QTest::newRow("socks") << u"socks5h://[::1]:1080"_s << State::Ok;
    QTest::newRow("no port") << u"http://proxy.test"_s << State::Note;
    QTest::newRow("password") << u"http://me:canary4f1b0c77@proxy.test:3128"_s << State::Note;
    QTest::newRow("no scheme") << u"proxy.test:3128"_s << State::Problem;
    QTest::newRow("no scheme, password") << u"me:canary4f1b0c77@proxy.test:3128"_s << State::Problem;
    QTest::newRow("path") << u"http://proxy.test:3128/canary4f1b0c77"_s << State::Problem;
    QTest::newRow("torn by /") << u"http://me:12/canary4f1b0c77@proxy.test:3128"_s << State::Problem;
    QTest::newRow("torn by #") << u"http://me:12#canary4f1b0c77@proxy.test:3128"_s << State::Problem;
    QTest::newRow("torn by ?") << u"http://canary4f1b0c77:12?x@proxy.test:3128"_s << State::Problem;
    QTest::newRow("bad percent") << u"http://me:%zcanary4f1b0c77@proxy.test:3128"_s << State::Problem;
    QTest::newRow("port") << u"http://proxy.test:canary4f1b0c77"_s << State::Problem;
    QTest::newRow("scheme") << u"ftp://proxy.test:21"_s << State::Problem;
    QTest::newRow("nothing") << u"http://"_s << State::Problem;
}

void TestDoctor::proxiesAreJudgedWithoutTheirPasswords()
{
    QFETCH(QString, value);
    for (const QString &name : {u"http_proxy"_s, u"https_proxy"_s, u"all_proxy"_s, u"HTTPS_PROXY"_s}) {
        QProcessEnvironment variables;
        variables.insert(name, value);
        const Findings findings = checkProxies(variables);
        QTEST(worst(findings), "state");
        QVERIFY2(!words(findings).contains(canary), qPrintable(words(findings)));
        QVERIFY(haveFixes(findings));
        QCOMPARE(words(findings).contains(name), !value.isEmpty());
        if (QByteArrayView(QTest::currentDataTag())
                .startsWith("torn")) // what is wrong is not the path that it seems to have
            QVERIFY2(words(findings).contains(u"percent-encoded"_s), qPrintable(words(findings)));
    }
}

void TestDoctor::proxiesThatDifferAreANote()
{
    QProcessEnvironment variables;
    variables.insert(u"http_proxy"_s, u"http://one.test:1"_s);
    variables.insert(u"HTTP_PROXY"_s, u"http://one.test:1"_s);
    QCOMPARE(worst(checkProxies(variables)), State::Ok);
    variables.insert(u"HTTP_PROXY"_s, u"http://two.test:1"_s);
    QCOMPARE(worst(checkProxies(variables)), State::Note);
    variables.insert(u"no_proxy"_s, u"http://localhost"_s);
    QVERIFY(holds(checkProxies(variables), State::Problem, u"no_proxy"_s));
}

void TestDoctor::environmentsAreJudged()
{
    Environment good;
    good.name = u"Good"_s;
    good.baseUrl = u"https://good.test"_s;
    QCOMPARE(worst(checkEnvironments({good})), State::Ok);
    Environment bad = good;
    bad.name = u"Bad"_s;
    bad.baseUrl = u"http://bad.test"_s;
    bad.connection.caFile = m_folder + u"/no-ca.pem"_s;
    bad.connection.certificateFile = m_folder + u"/no-cert.pem"_s;
    bad.connection.proxy = ConnectionSettings::Proxy::Http;
    bad.connection.verifyTls = false;
    const Findings findings = checkEnvironments({good, bad});
    QVERIFY(haveFixes(findings));
    for (const QString &text : {u"https"_s, u"no-ca.pem"_s, u"no-cert.pem"_s, u"proxy"_s})
        QVERIFY2(holds(findings, State::Problem, text), qPrintable(text + u'\n' + words(findings)));
    QVERIFY(holds(findings, State::Note, u"not checked"_s));
    QVERIFY(!words(findings).contains(u"Good"_s));
}

// --- Keychain

void TestDoctor::trialLeavesNothing()
{
    ScriptedSecretStore keychain;
    KeychainTrial trial(keychain);
    QSignalSpy finished(&trial, &KeychainTrial::finished);
    trial.start();
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().first().value<Finding>().state, State::Ok);
    QCOMPARE(keychain.count(Op::Write), 1);
    QVERIFY(keychain.vault().empty());
}

void TestDoctor::trialSaysWhatFailed()
{
    const auto stateWith = [](const std::function<void(ScriptedSecretStore &)> &spoil) {
        ScriptedSecretStore keychain;
        spoil(keychain);
        KeychainTrial trial(keychain);
        QSignalSpy finished(&trial, &KeychainTrial::finished);
        trial.start();
        if (!finished.wait() || !keychain.vault().empty())
            return State::Ok;
        const auto finding = finished.first().first().value<Finding>();
        return finding.fix.isEmpty() ? State::Ok : finding.state;
    };
    QCOMPARE(stateWith([](ScriptedSecretStore &keychain) { keychain.become(SecretStore::State::Locked); }),
             State::Problem);
    QCOMPARE(stateWith([](ScriptedSecretStore &keychain) { keychain.forgetWrites(true); }), State::Problem);
    QCOMPARE(stateWith([](ScriptedSecretStore &keychain) { keychain.answerReadsWith("lie"); }),
             State::Problem);
    QCOMPARE(stateWith([](ScriptedSecretStore &keychain) {
                 keychain.failWith(Op::Write, {Error::Kind::KeychainFailed, u"no"_s, {}});
             }),
             State::Problem);
}

void TestDoctor::trialThatIsStoppedLeavesNothing()
{
    ScriptedSecretStore keychain;
    keychain.hang(Op::Read);
    KeychainTrial trial(keychain);
    QSignalSpy finished(&trial, &KeychainTrial::finished);
    trial.start();
    QTRY_VERIFY(!keychain.vault().empty());
    trial.cancel();
    QVERIFY(finished.wait());
    QVERIFY(keychain.vault().empty());
    keychain.release();
    QTest::qWait(0);
    QCOMPARE(finished.count(), 1);
}

// --- Servers

Findings TestDoctor::online(const Environment &environment, const ProviderCatalog &providers)
{
    HttpClient::Options options;
    options.timeout = std::chrono::seconds(20);
    OnlineCheck check({environment}, providers, options);
    Findings findings;
    connect(&check, &OnlineCheck::found, this,
            [&findings](const Finding &finding) { findings.append(finding); });
    QSignalSpy finished(&check, &OnlineCheck::finished);
    check.start();
    return finished.wait(30'000) ? findings : Findings();
}

void TestDoctor::serversAreAskedWithoutAKey()
{
    HttpTestServer server;
    server.answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    Environment environment;
    environment.id = QUuid::createUuid();
    environment.name = u"Here"_s;
    environment.baseUrl = server.url(u"/api"_s).toString();
    environment.keys.insert(u"api-key"_s, QUuid::createUuid());
    environment.connection.certificateFile = u"/not/read.p12"_s;
    environment.connection.passphraseId = QUuid::createUuid();
    QVERIFY2(holds(online(environment), State::Ok, u"Here"_s), qPrintable(words(online(environment))));
    const ReceivedRequest request = server.requests().first();
    QCOMPARE(request.method, "HEAD");
    QCOMPARE(request.target, "/api");
    QVERIFY(!request.has("Authorization"));

    server.answer("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
    QVERIFY(holds(online(environment), State::Problem, u"ahead"_s));
    server.answer(
        "HTTP/1.1 200 OK\r\nAge: 7\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
    QCOMPARE(worst(online(environment)), State::Ok); // a cache's
}

void TestDoctor::serversThatAreNotThereAreAProblem()
{
    Environment environment;
    environment.id = QUuid::createUuid();
    environment.name = u"Gone"_s;
    environment.baseUrl = u"http://127.0.0.1:1"_s;
    const Findings findings = online(environment);
    QVERIFY(holds(findings, State::Problem, u"Gone"_s));
    QVERIFY(haveFixes(findings));
    ProviderCatalog providers;
    providers.loadBuiltIn();
    environment.providerId = u"sandbox-talkover"_s;
    QCOMPARE(worst(online(environment, providers)), State::Note);
    environment.providerId.clear();
    environment.connection.proxy = ConnectionSettings::Proxy::Http;
    environment.connection.proxyHost = u"127.0.0.1"_s;
    environment.connection.proxyPort = 1;
    environment.connection.proxyPasswordId = QUuid::createUuid();
    QVERIFY(holds(online(environment), State::Note, u"no secret is read"_s));
}

// --- All of it

void TestDoctor::wholeRunMakesNothing()
{
    const Paths paths = Paths::places(m_home->path(u"new/config"_s), m_home->path(u"new/data"_s));
    const auto before = contentsOf(m_home->path());
    ScriptedSecretStore keychain;
    Doctor doctor(paths, keychain, {});
    Findings findings;
    connect(&doctor, &Doctor::found, this, [&findings](const Finding &finding) { findings.append(finding); });
    QSignalSpy finished(&doctor, &Doctor::finished);
    doctor.start();
    QVERIFY(finished.wait(20'000));
    QCOMPARE(contentsOf(m_home->path()), before);
    for (const QString &id : {u"version"_s, u"configFolder"_s, u"dataFolder"_s, u"disk"_s, u"settings"_s,
                              u"providers"_s, u"clock"_s, u"tls"_s, u"proxy"_s, u"database"_s, u"keychain"_s})
        QVERIFY2(std::ranges::any_of(findings, [&id](const Finding &finding) { return finding.id == id; }),
                 qPrintable(id));
    QVERIFY(haveFixes(findings));
    QCOMPARE(keychain.count(Op::Read) + keychain.count(Op::Write), 0);
    QCOMPARE(finished.count(), 1);
}

QTEST_GUILESS_MAIN(TestDoctor)
#include "test_doctor.moc"
