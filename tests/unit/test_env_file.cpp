#include "app/interchange/EnvFile.h"

#include "app/interchange/AtomicFile.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::modeOf;
using test::namesIn;
using test::readFile;
using test::writeFile;

namespace {

constexpr std::string_view token = "talq_aB3dE6fG9hJ2kL5mN8pQ1rS4";
constexpr auto variable = "TALKOVER_TOKEN";

QByteArray utf16(const QByteArray &ascii)
{
    QByteArray out = "\xFF\xFE";
    for (const char c : ascii)
        out += QByteArray(1, c) + '\0';
    return out;
}

} // namespace

class TestEnvFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void makesAFileForItsOwnerOnly();
    void changesOneVariable_data();
    void changesOneVariable();
    void tellsWhichLineIsReplaced();
    void tightensAFileThatOthersMayRead();
    void saysWhereALinkLeads();
    void saysWhereALinkedFolderLeads();
    void refusesInWords_data();
    void refusesInWords();
    void refusesAFileThatChangedMeanwhile();
    void refusesAFileThatAppearedMeanwhile();
    void refusesAFileWithASecondName();
    void saysThatAFolderIsOpenToAll();
    void leavesNothingBehind();
    void killedBeforeItsPlaceIsTakenChangesNothing();

private:
    QString path(const QString &name = u".env"_s) const { return m_home->path(u"project/"_s + name); }
    Result<EnvFilePlan> plan(const QString &name = u".env"_s) const
    {
        return planEnvFile(path(name), QString::fromLatin1(variable));
    }

    std::unique_ptr<test::TempHome> m_home;
};

void TestEnvFile::init()
{
    m_home = std::make_unique<test::TempHome>();
    QVERIFY(QDir(m_home->path()).mkdir(u"project"_s));
}

void TestEnvFile::makesAFileForItsOwnerOnly()
{
    const Result<EnvFilePlan> planned = plan();
    QVERIFY(planned);
    QVERIFY(!planned->file);
    QCOMPARE(planned->replacedLine, 0);
    QCOMPARE(planned->linkPath, QString());
    QVERIFY(!QFile::exists(path()));
    QVERIFY(writeEnvFile(*planned, Secret(token)));
    QCOMPARE(readFile(path()), "TALKOVER_TOKEN=talq_aB3dE6fG9hJ2kL5mN8pQ1rS4\n");
    QCOMPARE(modeOf(path()), 0600U);
}

void TestEnvFile::changesOneVariable_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const QByteArray value(token.data(), static_cast<qsizetype>(token.size()));
    QTest::newRow("empty file") << QByteArray() << "TALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("added") << QByteArray("A=1\n\n# note\n")
                           << "A=1\n\n# note\nTALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("no line end at the end") << QByteArray("A=1") << "A=1\nTALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("CRLF") << QByteArray("A=1\r\nB=2\r\n") << "A=1\r\nB=2\r\nTALKOVER_TOKEN=" + value + "\r\n";
    QTest::newRow("export, as the others")
        << QByteArray("export A=1\nexport B='2'\n")
        << "export A=1\nexport B='2'\nexport TALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("replaced") << QByteArray("A=1\nTALKOVER_TOKEN = old  # that\nB=\"x\ny\"\n")
                              << "A=1\nTALKOVER_TOKEN = " + value + "  # that\nB=\"x\ny\"\n";
    QTest::newRow("replaced with its quotes") << QByteArray("export TALKOVER_TOKEN=\"old\";\r\nB=2")
                                              << "export TALKOVER_TOKEN=" + value + ";\r\nB=2";
    QTest::newRow("the last of several counts") << QByteArray("TALKOVER_TOKEN=a\nTALKOVER_TOKEN=b\n")
                                                << "TALKOVER_TOKEN=a\nTALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("empty value") << QByteArray("TALKOVER_TOKEN=\nA=1\n")
                                 << "TALKOVER_TOKEN=" + value + "\nA=1\n";
    QTest::newRow("a longer name is another one")
        << QByteArray("TALKOVER_TOKEN_OLD=x\n# TALKOVER_TOKEN=y\n")
        << "TALKOVER_TOKEN_OLD=x\n# TALKOVER_TOKEN=y\nTALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("Latin-1") << QByteArray("# \xFC\nA=\xE4\n")
                             << "# \xFC\nA=\xE4\nTALKOVER_TOKEN=" + value + "\n";
    QTest::newRow("UTF-16") << utf16("A=1\r\nTALKOVER_TOKEN=old\r\n")
                            << utf16("A=1\r\nTALKOVER_TOKEN=" + value + "\r\n");
}

void TestEnvFile::changesOneVariable()
{
    QFETCH(QByteArray, before);
    writeFile(path(), before);
    const Result<EnvFilePlan> planned = plan();
    QVERIFY2(planned, planned ? "" : qPrintable(planned.error().message));
    QCOMPARE(readFile(path()), before);
    const Result<void> written = writeEnvFile(*planned, Secret(token));
    QVERIFY2(written, written ? "" : qPrintable(written.error().message));
    QTEST(readFile(path()), "after");
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

void TestEnvFile::tellsWhichLineIsReplaced()
{
    writeFile(path(), "A=1\nTALKOVER_TOKEN=x\nTALKOVER_TOKEN=y\n");
    QCOMPARE(plan()->replacedLine, 3);
}

void TestEnvFile::tightensAFileThatOthersMayRead()
{
    writeFile(path(), "A=1\n", 0644);
    const Result<EnvFilePlan> planned = plan();
    QVERIFY(planned->isOpenToOthers);
    QCOMPARE(modeOf(path()), 0644U); // looking changes nothing
    QVERIFY(writeEnvFile(*planned, Secret(token)));
    QCOMPARE(modeOf(path()), 0600U);
    QVERIFY(!plan()->isOpenToOthers);
}

void TestEnvFile::saysWhereALinkLeads()
{
    writeFile(m_home->path(u"elsewhere"_s), "A=1\n");
    QVERIFY(QFile::link(m_home->path(u"elsewhere"_s), path()));
    const Result<EnvFilePlan> planned = plan();
    QCOMPARE(planned->path, m_home->path(u"elsewhere"_s));
    QCOMPARE(planned->linkPath, path());
    QVERIFY(writeEnvFile(*planned, Secret(token)));
    QVERIFY(QFileInfo(path()).isSymLink());
    QVERIFY(readFile(m_home->path(u"elsewhere"_s)).startsWith("A=1\nTALKOVER_TOKEN=talq_"));
}

void TestEnvFile::saysWhereALinkedFolderLeads()
{
    QVERIFY(QFile::link(m_home->path(u"project"_s), m_home->path(u"shortcut"_s)));
    const Result<EnvFilePlan> planned =
        planEnvFile(m_home->path(u"shortcut/.env"_s), QString::fromLatin1(variable));
    QCOMPARE(planned->path, path());
    QCOMPARE(planned->linkPath, m_home->path(u"shortcut/.env"_s));
}

void TestEnvFile::refusesInWords_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("relative") << u"relative"_s << u"the whole path"_s;
    QTest::newRow("folder") << u"folder"_s << u"is a folder"_s;
    QTest::newRow("no folder") << u"no folder"_s << u"does not exist"_s;
    QTest::newRow("read-only folder") << u"read-only folder"_s << u"may not write"_s;
    QTest::newRow("read-only file") << u"read-only file"_s << u"read-only"_s;
    QTest::newRow("link to nothing") << u"link to nothing"_s << u"link to a file that does not exist"_s;
    QTest::newRow("binary") << u"binary"_s << u"not a text file"_s;
    QTest::newRow("pipe") << u"pipe"_s << u"not an ordinary file"_s;
    QTest::newRow("variable") << u"variable"_s << u"does not begin with a digit"_s;
}

void TestEnvFile::refusesInWords()
{
    QFETCH(QString, what);
    QFETCH(QString, says);
    QString named = path();
    QString name = QString::fromLatin1(variable);
    bool needsUser = false;
    if (what == u"relative"_s) {
        named = u".env"_s;
    } else if (what == u"folder"_s) {
        named = m_home->path(u"project"_s);
    } else if (what == u"no folder"_s) {
        named = m_home->path(u"nowhere/.env"_s);
    } else if (what == u"read-only folder"_s) {
        QVERIFY(::chmod(QFile::encodeName(m_home->path(u"project"_s)).constData(), 0500) == 0);
        needsUser = true;
    } else if (what == u"read-only file"_s) {
        writeFile(named, "A=1\n", 0400);
        needsUser = true;
    } else if (what == u"link to nothing"_s) {
        QVERIFY(QFile::link(m_home->path(u"gone"_s), named));
    } else if (what == u"binary"_s) {
        writeFile(named, QByteArray("\x7f"
                                    "ELF\0\0\0",
                                    7));
    } else if (what == u"pipe"_s) {
        QVERIFY(::mkfifo(QFile::encodeName(named).constData(), 0600) == 0);
    } else {
        name = u"9 LIVES"_s;
    }
    const Result<EnvFilePlan> planned = planEnvFile(named, name);
    ::chmod(QFile::encodeName(m_home->path(u"project"_s)).constData(), 0700);
    if (needsUser && ::geteuid() == 0) { // whom no permission stops
        QVERIFY(planned);
        return;
    }
    QVERIFY(!planned);
    QVERIFY2(planned.error().message.contains(says), qPrintable(planned.error().message));
}

void TestEnvFile::refusesAFileThatChangedMeanwhile()
{
    writeFile(path(), "A=1\n");
    const Result<EnvFilePlan> planned = plan();
    writeFile(path(), "A=2\nB=3\n");
    const Result<void> written = writeEnvFile(*planned, Secret(token));
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::Conflict);
    QCOMPARE(readFile(path()), "A=2\nB=3\n");
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

void TestEnvFile::refusesAFileThatAppearedMeanwhile()
{
    const Result<EnvFilePlan> planned = plan();
    writeFile(path(), "A=1\n");
    const Result<void> written = writeEnvFile(*planned, Secret(token));
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::Conflict);
    QCOMPARE(readFile(path()), "A=1\n");
}

void TestEnvFile::refusesAFileWithASecondName()
{
    writeFile(path(), "A=1\n");
    QVERIFY(::link(QFile::encodeName(path()).constData(), QFile::encodeName(path(u"other"_s)).constData()) ==
            0);
    const Result<void> written = writeEnvFile(*plan(), Secret(token));
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(u"hard link"_s));
    QCOMPARE(readFile(path()), "A=1\n");
}

void TestEnvFile::saysThatAFolderIsOpenToAll()
{
    QVERIFY(!plan()->isFolderOpen);
    QVERIFY(::chmod(QFile::encodeName(m_home->path(u"project"_s)).constData(), 01777) == 0);
    QVERIFY(plan()->isFolderOpen);
}

void TestEnvFile::leavesNothingBehind()
{
    writeFile(path(), "A=1\n");
    const Result<SourceFile> file = readSourceFile(path());
    {
        const Result<AtomicFile> prepared = AtomicFile::replace(*file, Secret("A=2\n"), 0600);
        QVERIFY(prepared);
    }
    QCOMPARE(readFile(path()), "A=1\n");
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

void TestEnvFile::killedBeforeItsPlaceIsTakenChangesNothing()
{
    writeFile(path(), "A=1\n", 0640);
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {u"--prepare-and-die"_s, path()});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    QCOMPARE(readFile(path()), "A=1\n");
    QCOMPARE(modeOf(path()), 0640U);
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

/// With --prepare-and-die FILE: writes other contents for the file and kills itself before they take its
/// place.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--prepare-and-die"_s) {
        const Result<SourceFile> file = readSourceFile(arguments.value(2));
        const Result<AtomicFile> prepared = AtomicFile::replace(*file, Secret("TALKOVER_TOKEN=new\n"), 0600);
        return prepared ? std::raise(SIGKILL) : 1;
    }
    TestEnvFile test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_env_file.moc"
