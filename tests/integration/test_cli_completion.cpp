#include "app/Core.h"
#include "app/keys/SessionStore.h"
#include "tests/support/TempHome.h"
#include "tests/support/Terminal.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

/// Names as a file from a stranger may bring them along. Each would make a file if anything in it were run.
const QStringList hostile{u"Prod env"_s,         u"a:b=c d"_s,           u"$(touch PWNED)"_s,    u"q\"uo'te"_s, u"back`touch PWNED`tick"_s,
                          u"semi;touch PWNED"_s, u"bang!! !x"_s,         u"~tilde *?[x]{y,z}"_s, u"end\\"_s,    u"&touch PWNED"_s,
                          u"%F{red}%n"_s,        u"ünicode \u202eevil"_s};
const QString lines = u"new\ntouch PWNED\tend"_s;

} // namespace

/// What bash, zsh and fish offer behind keydesk-cli: the shells themselves, at a terminal, with the scripts that are installed.
class TestCliCompletion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void theScriptsAreThoseThatAreInstalled_data() { shells(); }
    void theScriptsAreThoseThatAreInstalled();
    void completesCommandsOptionsAndFiles_data() { shells(); }
    void completesCommandsOptionsAndFiles();
    void namesAreNeverRun_data() { shells(); }
    void namesAreNeverRun();
    void anotherProgramsLineIsItsOwn_data() { shells(); }
    void anotherProgramsLineIsItsOwn();
    void tellsWhatThereIs();
    void hiddenIsHidden();
    void namesOfKeysAndRequests();
    void withoutDataItIsSilentAndMakesNothing();
    void changesNothingOnTheDisk();
    void aTokenThatIsTypedIsInNoArgument();

private:
    static void shells();
    /// `programs`: a folder that programs are looked for in first.
    void startShell(const QString &programs = {});
    /// The words that the command gets once what is typed was completed and sent off.
    QStringList completed(const QString &typed);
    QByteArray asked(const QString &shell, const QByteArrayList &input, const QStringList &folders = {});
    void write(const QString &name, const QByteArray &text);

    std::unique_ptr<test::TempHome> m_home;
    std::unique_ptr<test::Terminal> m_terminal;
    std::unique_ptr<QProcess> m_shell;
};

void TestCliCompletion::shells()
{
    QTest::addColumn<QString>("shell");
    for (const QString &shell : {u"bash"_s, u"zsh"_s, u"fish"_s})
        QTest::newRow(shell.toLatin1().constData()) << shell;
}

void TestCliCompletion::initTestCase()
{
    const QByteArray folder = QFile::encodeName(QFileInfo(QStringLiteral(KEYDESK_CLI)).absolutePath());
    qputenv("PATH", folder + ':' + qgetenv("PATH"));
    qputenv("TERM", "dumb");
    qputenv("LC_ALL", "C.UTF-8");
}

void TestCliCompletion::init()
{
    m_home = std::make_unique<test::TempHome>();
    const Result<Paths> paths = Paths::standard();
    QVERIFY(paths);
    const auto core = Core::open(*paths, std::make_unique<SessionStore>());
    QVERIFY(core);
    for (const QString &name : hostile + QStringList{u"new"_s}) {
        Environment environment;
        environment.name = name;
        environment.providerId = u"sandbox-talkover"_s;
        environment.baseUrl = u"http://127.0.0.1:9"_s;
        const Result<Environment> added = (*core)->environments->add(environment);
        QVERIFY2(added || name.contains(QChar(0x202e)), qPrintable(name));
    }
    // What no window would take.
    QVERIFY((*core)->database->run(u"UPDATE environments SET name = ? WHERE name = 'new'"_s, {lines}));
}

void TestCliCompletion::cleanup()
{
    if (m_shell) {
        m_shell->kill();
        m_shell->waitForFinished();
    }
    m_shell.reset();
    m_terminal.reset();
    m_home.reset();
}

void TestCliCompletion::write(const QString &name, const QByteArray &text)
{
    QFile file(m_home->path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

/// In the shell keydesk-cli is a function that keeps its words: the scripts ask the program all the same.
void TestCliCompletion::startShell(const QString &programs)
{
    QFETCH(const QString, shell);
    const QString program = QStandardPaths::findExecutable(shell);
    if (program.isEmpty())
        QSKIP("This shell is missing; packaging/dependencies names its package.");
    const QByteArray script = QByteArray(KEYDESK_SOURCE_DIR) + "/resources/completion/keydesk-cli." + shell.toLatin1();
    const QByteArray keep = "printf '%s\\0' \"$@\" END >words.part; mv words.part words";
    QStringList arguments;
    if (shell == "bash"_L1) {
        write(u"start"_s, "source '" + script + "'\nkeydesk-cli() { " + keep + "; }\nPS1='READY> '\n");
        arguments = {u"--noprofile"_s, u"--rcfile"_s, m_home->path(u"start"_s), u"-i"_s};
    } else if (shell == "zsh"_L1) {
        write(u".zshrc"_s, "autoload -Uz compinit; compinit -u -D\nsource '" + script + "'\nkeydesk-cli() { " + keep + "; }\nPS1='READY> '\n");
        arguments = {u"-d"_s, u"-i"_s};
    } else {
        write(u"start"_s, "source '" + script +
                              "'\nfunction keydesk-cli; printf '%s\\0' $argv END >words.part; command mv words.part words; end\n"
                              "function fish_prompt; echo -n 'READY> '; end\n");
        arguments = {u"--no-config"_s, u"-i"_s, u"-C"_s, u"source "_s + m_home->path(u"start"_s)};
    }
    m_terminal = std::make_unique<test::Terminal>();
    m_shell = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"ZDOTDIR"_s, m_home->path());
    if (!programs.isEmpty())
        environment.insert(u"PATH"_s, programs + u':' + environment.value(u"PATH"_s));
    m_shell->setProcessEnvironment(environment);
    m_shell->setWorkingDirectory(m_home->path());
    m_terminal->own(*m_shell);
    m_shell->start(program, arguments);
    QVERIFY2(m_terminal->shows("READY> "), m_terminal->screen().constData());
}

QStringList TestCliCompletion::completed(const QString &typed)
{
    const QString words = m_home->path(u"words"_s);
    QFile::remove(words);
    const auto came = [this, &words] {
        std::ignore = m_terminal->screen(); // which has to be read, or else the shell waits
        return QFile::exists(words);
    };
    const bool isSent = m_terminal->type(typed.toUtf8() + "\t\r") && QTest::qWaitFor(came, 20'000);
    QFile file(words);
    if (!isSent || !file.open(QIODevice::ReadOnly)) {
        qWarning("%s", m_terminal->screen().constData());
        return {};
    }
    QStringList list = QString::fromUtf8(file.readAll()).split(QChar::Null);
    list.resize(std::max<qsizetype>(list.size() - 2, 0)); // END, and what is behind the last NUL
    return list;
}

void TestCliCompletion::theScriptsAreThoseThatAreInstalled()
{
    QFETCH(const QString, shell);
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), {u"completion"_s, shell});
    QVERIFY(process.waitForFinished());
    QFile script(QStringLiteral(KEYDESK_SOURCE_DIR) + u"/resources/completion/keydesk-cli."_s + shell);
    QVERIFY(script.open(QIODevice::ReadOnly));
    QCOMPARE(process.readAllStandardOutput(), script.readAll());
    QCOMPARE(process.exitCode(), 0);
}

void TestCliCompletion::completesCommandsOptionsAndFiles()
{
    startShell();
    if (QTest::currentTestFailed() || !m_shell)
        return;
    write(u"calls file.http"_s, "GET http://127.0.0.1:9/\n");
    QVERIFY(QDir(m_home->path()).mkdir(u"a folder"_s));
    QCOMPARE(completed(u"keydesk-cli conv"_s), QStringList{u"convert"_s});
    QCOMPARE(completed(u"keydesk-cli keys rot"_s), (QStringList{u"keys"_s, u"rotate"_s}));
    QCOMPARE(completed(u"keydesk-cli snippet --form"_s), (QStringList{u"snippet"_s, u"--format"_s}));
    QCOMPARE(completed(u"keydesk-cli snippet --format python"_s), (QStringList{u"snippet"_s, u"--format"_s, u"python-requests"_s}));
    QCOMPARE(completed(u"keydesk-cli snippet --format=python"_s), (QStringList{u"snippet"_s, u"--format=python-requests"_s}));
    QCOMPARE(completed(u"keydesk-cli run calls"_s), (QStringList{u"run"_s, u"calls file.http"_s}));
    QCOMPARE(completed(u"keydesk-cli call --body=calls"_s), (QStringList{u"call"_s, u"--body=calls file.http"_s}));
    QStringList folder = completed(u"keydesk-cli env list --data a"_s);
    QVERIFY2(folder.size() == 4 && QDir::cleanPath(folder.last()) == u"a folder"_s, qPrintable(folder.join(u'|')));
    QCOMPARE(completed(u"keydesk-cli env list --names zzz"_s), (QStringList{u"env"_s, u"list"_s, u"--names"_s, u"zzz"_s}));
}

void TestCliCompletion::namesAreNeverRun()
{
    startShell();
    if (QTest::currentTestFailed() || !m_shell)
        return;
    QFETCH(const QString, shell);
    const auto call = [](const QString &name) { return QStringList{u"call"_s, u"-e"_s, name}; };
    QCOMPARE(completed(u"keydesk-cli call -e Pr"_s), call(hostile.at(0)));
    QCOMPARE(completed(u"keydesk-cli call -e a:"_s), call(hostile.at(1)));
    QCOMPARE(completed(u"keydesk-cli call -e a:b="_s), call(hostile.at(1)));
    QCOMPARE(completed(u"keydesk-cli call -e \\$"_s), call(hostile.at(2)));
    QCOMPARE(completed(u"keydesk-cli call -e '$"_s), call(hostile.at(2)));
    QCOMPARE(completed(u"keydesk-cli call -e q"_s), call(hostile.at(3)));
    QCOMPARE(completed(u"keydesk-cli call -e \"q"_s), call(hostile.at(3)));
    QCOMPARE(completed(u"keydesk-cli call -e 'q"_s), call(hostile.at(3)));
    QCOMPARE(completed(u"keydesk-cli call -e back"_s), call(hostile.at(4)));
    QCOMPARE(completed(u"keydesk-cli call -e \"back"_s), call(hostile.at(4)));
    QCOMPARE(completed(u"keydesk-cli call -e semi"_s), call(hostile.at(5)));
    QCOMPARE(completed(u"keydesk-cli call --environment=bang"_s), (QStringList{u"call"_s, u"--environment="_s + hostile.at(6)}));
    QCOMPARE(completed(u"keydesk-cli call -e 'bang"_s), call(hostile.at(6)));
    QCOMPARE(completed(u"keydesk-cli call -e \"bang"_s), call(hostile.at(6)));
    QCOMPARE(completed(u"keydesk-cli call -e \\~"_s), call(hostile.at(7)));
    QCOMPARE(completed(u"keydesk-cli call -e end"_s), call(hostile.at(8)));
    QCOMPARE(completed(u"keydesk-cli call -e \\&"_s), call(hostile.at(9)));
    QCOMPARE(completed(u"keydesk-cli call -e %"_s), call(hostile.at(10)));
    if (shell != "fish"_L1) // which is told nothing of it
        QCOMPARE(completed(u"keydesk-cli call -e new"_s), call(lines));
    // All of them are shown.
    QVERIFY(m_terminal->type("keydesk-cli call -e \t\t\t"));
    QVERIFY2(m_terminal->shows("semi"), m_terminal->screen().constData());
    QVERIFY(!QFile::exists(m_home->path(u"PWNED"_s)));
}

/// Behind the -- of a command that takes another program's words. Which commands do is the program's to say, whose part is played here.
void TestCliCompletion::anotherProgramsLineIsItsOwn()
{
    QFETCH(const QString, shell);
    QVERIFY(QDir(m_home->path()).mkdir(u"programs"_s));
    write(u"programs/keydesk-cli"_s, shell == "bash"_L1 ? "#!/bin/sh\necho command\n" : "#!/bin/sh\nprintf 'command\\0'\n");
    write(u"programs/qqtool"_s, "#!/bin/sh\n");
    for (const QString &name : {u"programs/keydesk-cli"_s, u"programs/qqtool"_s})
        QVERIFY(QFile::setPermissions(m_home->path(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    write(u"calls file.http"_s, "");
    startShell(m_home->path(u"programs"_s));
    if (QTest::currentTestFailed() || !m_shell)
        return;
    QCOMPARE(completed(u"keydesk-cli exec -e X -- qqt"_s), (QStringList{u"exec"_s, u"-e"_s, u"X"_s, u"--"_s, u"qqtool"_s}));
    QCOMPARE(completed(u"keydesk-cli exec -- qqtool calls"_s), (QStringList{u"exec"_s, u"--"_s, u"qqtool"_s, u"calls file.http"_s}));
    QCOMPARE(completed(u"keydesk-cli exec -e 'a -- b' -- qqt"_s),
             (QStringList{u"exec"_s, u"-e"_s, u"a -- b"_s, u"--"_s, u"qqtool"_s}));
    QCOMPARE(completed(u"keydesk-cli exec -- qqtool 'a -- b' calls"_s),
             (QStringList{u"exec"_s, u"--"_s, u"qqtool"_s, u"a -- b"_s, u"calls file.http"_s}));
    if (shell == "fish"_L1) { // the others complete the last line alone
        QCOMPARE(completed(u"keydesk-cli exec -- \\\rqqt"_s), (QStringList{u"exec"_s, u"--"_s, u"qqtool"_s}));
        QCOMPARE(completed(u"keydesk-cli exec -e 'a\r-- b' -- qqtool 'c\rd' calls"_s),
                 (QStringList{u"exec"_s, u"-e"_s, u"a\n-- b"_s, u"--"_s, u"qqtool"_s, u"c\nd"_s,
                              u"calls file.http"_s}));
    }
}

QByteArray TestCliCompletion::asked(const QString &shell, const QByteArrayList &input, const QStringList &folders)
{
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), QStringList{u"complete"_s, shell} + folders);
    process.write(input.join('\0') + '\0');
    process.closeWriteChannel();
    if (!process.waitForFinished() || process.exitCode() != 0 || !process.readAllStandardError().isEmpty())
        return "failed";
    return process.readAllStandardOutput();
}

void TestCliCompletion::tellsWhatThereIs()
{
    const QByteArray commands = asked(u"zsh"_s, {""});
    for (const char *command : {"call", "env", "keys", "run", "snippet", "convert", "completion"})
        QVERIFY2(commands.contains('\0' + QByteArray(command) + '\0'), command);
    QVERIFY(commands.contains(" -- Sends a request"));
    QVERIFY(asked(u"fish"_s, {"call", "-"}).contains("--key-stdin\tReads a token"));
    QCOMPARE(asked(u"fish"_s, {"keys", "rotate", "--old", ""}), QByteArray("none\0keep\t\0revoke-now\t\0revoke-after\t\0", 37));
    QVERIFY(asked(u"fish"_s, {"run", "-eX", "--yes", ""}).startsWith("files"));
    QVERIFY(asked(u"fish"_s, {"call", "--", "--"}).startsWith("files")); // words of the command, not options
    QVERIFY(asked(u"fish"_s, {"call", "--data", ""}).startsWith("folders"));
    QCOMPARE(asked(u"bash"_s, {"keydesk-cli keys rotate --old=ke", "ke"}), "none\nkeep\n");
    QCOMPARE(asked(u"bash"_s, {"keydesk-cli keys rotate --old=ke", "--old=ke"}), "none\n--old=keep\n"); // = breaks no words
}

void TestCliCompletion::hiddenIsHidden()
{
    QVERIFY(!asked(u"fish"_s, {"comp"}).contains("complete\t"));
    QProcess process;
    process.start(QStringLiteral(KEYDESK_CLI), {u"--help"_s});
    QVERIFY(process.waitForFinished());
    QVERIFY(!process.readAllStandardOutput().contains("complete "));
}

void TestCliCompletion::namesOfKeysAndRequests()
{
    QVERIFY(QDir(m_home->path()).mkdir(u"requests"_s));
    write(u"requests/a.http"_s, "### List $(touch PWNED)\nGET http://127.0.0.1:9/\n");
    {
        const auto core = Core::open(*Paths::standard(), std::make_unique<SessionStore>());
        QVERIFY(core);
        (*core)->settings->setWorkspaceFolder(m_home->path(u"requests"_s));
        NewKey draft;
        draft.name = u"CI key"_s;
        draft.providerId = u"sandbox-talkover"_s;
        draft.kindId = u"environment"_s;
        draft.environmentId = (*core)->environments->all().first().id;
        bool stored = false;
        KeyJob *job = (*core)->keyService->add(draft, std::make_shared<const Secret>("talq_0123456789abcdefghij"));
        connect(job, &KeyJob::finished, this, [&stored](const Result<ApiKey> &key) { stored = key.has_value(); });
        QTRY_VERIFY(stored);
    }
    QVERIFY(asked(u"fish"_s, {"call", "-k", ""}).contains('\0' + QByteArray("CI key\t\0", 8)));
    QVERIFY(asked(u"fish"_s, {"snippet", ""}).contains("List $(touch PWNED)\t"));
    // Of the folder that the line names.
    QVERIFY(!asked(u"fish"_s, {"call", "--data", QFile::encodeName(m_home->path(u"requests"_s)), "-k", ""}).contains("CI key"));
}

void TestCliCompletion::withoutDataItIsSilentAndMakesNothing()
{
    const test::TempHome fresh;
    QCOMPARE(asked(u"fish"_s, {"call", "-e", ""}), QByteArray("none\0", 5));
    QCOMPARE(asked(u"fish"_s, {"snippet", ""}), QByteArray("files\0", 6));
    for (const QString &folder : {u"config"_s, u"data"_s, u"cache"_s, u"home"_s})
        QVERIFY2(QDir(fresh.path(folder)).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), qPrintable(folder));
    QVERIFY(QDir(fresh.path()).mkpath(u"data/keydesk"_s));
    QFile broken(fresh.path(u"data/keydesk/keydesk.db"_s));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(QByteArray(5000, 'x'));
    broken.close();
    QCOMPARE(asked(u"fish"_s, {"call", "-e", ""}), QByteArray("none\0", 5));
}

/// Neither while the window has the database open nor afterwards, and wherever nothing may be written.
void TestCliCompletion::changesNothingOnTheDisk()
{
    const Result<Paths> paths = Paths::standard();
    QVERIFY(paths);
    const auto files = [&] {
        QStringList all;
        for (const QString &folder : {paths->config, paths->data}) {
            for (const QFileInfo &file :
                 QDir(folder).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotDot, QDir::Name))
                all << u"%1 %2 %3"_s.arg(file.filePath())
                           .arg(file.size())
                           .arg(file.lastModified().toMSecsSinceEpoch());
        }
        return all;
    };
    const auto offers = [this] {
        return asked(u"fish"_s, {"call", "-e", ""}).contains("Prod env\t") &&
               asked(u"fish"_s, {"call", "-k", ""}).startsWith("none");
    };
    {
        const auto core = Core::open(*paths, std::make_unique<SessionStore>());
        QVERIFY(core);
        const QStringList before = files();
        QVERIFY(before.join(u' ').contains("keydesk.db-wal"_L1));
        QVERIFY(offers());
        QCOMPARE(files(), before);
    }
    QFile::remove(QDir(paths->config).filePath(u"settings.ini"_s));
    for (const QString &folder : {paths->config, paths->data})
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner));
    const QStringList before = files();
    QVERIFY(offers());
    QCOMPARE(files(), before);
    for (const QString &folder : {paths->config, paths->data})
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

/// What is typed may hold one, and `ps` shows arguments.
void TestCliCompletion::aTokenThatIsTypedIsInNoArgument()
{
    for (const QString &shell : {u"bash"_s, u"zsh"_s, u"fish"_s}) {
        QFile script(QStringLiteral(KEYDESK_SOURCE_DIR) + u"/resources/completion/keydesk-cli."_s + shell);
        QVERIFY(script.open(QIODevice::ReadOnly));
        const QByteArray text = script.readAll();
        // Exactly one call of the program, with these words alone; printf is built into each of the shells.
        QCOMPARE(text.count("command keydesk-cli"), 1);
        QVERIFY2(text.contains("| command keydesk-cli complete " + shell.toLatin1() + " 2>/dev/null"), qPrintable(shell));
        QVERIFY2(!text.contains("eval "), qPrintable(shell));
    }
}

QTEST_GUILESS_MAIN(TestCliCompletion)
#include "test_cli_completion.moc"
