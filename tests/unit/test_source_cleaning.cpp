#include "app/interchange/SourceCleaning.h"

#include "app/interchange/KeyCandidates.h"
#include "app/providers/ProviderCatalog.h"
#include "tests/support/Files.h"
#include "tests/support/TempHome.h"

#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::modeOf;
using test::namesIn;
using test::readFile;
using test::writeFile;

namespace {

const QByteArray token = "talq_aB3dE6fG9hJ2kL5mN8pQ1rS4";

struct Found
{
    FileStamp stamp;
    QList<CleaningPlace> places;
};

/// Reads the file as an import does: all the places of tokens in it.
Found readForImport(const QString &path)
{
    ProviderCatalog catalog;
    catalog.loadBuiltIn();
    Result<SourceFile> file = readSourceFile(path);
    if (!file)
        qFatal("%s", qPrintable(file.error().message));
    const Result<EnvText> text = EnvText::read(std::move(file->bytes));
    QList<KeyCandidate> candidates;
    findCandidates(*text, {}, 0,
                   {catalog.all(), {}, {}, [](const Secret &) { return std::optional<ApiKey>(); }},
                   candidates);
    Found found{file->stamp, {}};
    for (const KeyCandidate &each : std::as_const(candidates))
        found.places.append({each.line, each.variable, each.begin, each.end});
    return found;
}

QByteArray utf16(const QByteArray &ascii)
{
    QByteArray out = "\xFE\xFF";
    for (const char c : ascii)
        out += QByteArray(1, '\0') + c;
    return out;
}

} // namespace

/// Taking imported tokens out of the file that they came from.
class TestSourceCleaning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void takesOutTheValueOnly_data();
    void takesOutTheValueOnly();
    void keepsModeAndAttributes();
    void nothingHappensBeforeItIsCommitted();
    void refusesAFileThatChangedMeanwhile();
    void refusesAFileThatChangedAtTheLastMoment();
    void refusesAFileThatIsGone();
    void followsALink();
    void refusesAFileWithASecondName();
    void killedBeforeItsPlaceIsTakenChangesNothing();

private:
    QString path() const { return m_home->path(u"project/.env"_s); }

    std::unique_ptr<test::TempHome> m_home;
};

void TestSourceCleaning::init()
{
    m_home = std::make_unique<test::TempHome>();
    QVERIFY(QDir(m_home->path()).mkdir(u"project"_s));
}

void TestSourceCleaning::takesOutTheValueOnly_data()
{
    QTest::addColumn<QByteArray>("before"); // @ is the token
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *name, const QByteArray &before, const QByteArray &after) {
        QTest::newRow(name) << QByteArray(before).replace("@", token) << after;
    };
    row("plain", "A=1\nT=@\nB=2\n", "A=1\nT=\nB=2\n");
    row("quotes and a comment", "A=1\r\n  export T = \"@\"  # prod\r\n\r\n",
        "A=1\r\n  export T = \"\"  # prod\r\n\r\n");
    row("several", "T='@'\nU=`@x`\nV=@y", "T=''\nU=``\nV=");
    row("Bearer stays", "AUTH=\"Bearer @\"\n", "AUTH=\"Bearer \"\n");
    row("pieces", "export T='@'\\''x'\n", "export T=\n");
    row("fish", "set -gx T @\n", "set -gx T \n");
    row("JSON", "{\"T\": \"@\"}", "{\"T\": \"\"}");
    row("command", "curl -H \"Authorization: Bearer @\" https://x.test\n",
        "curl -H \"Authorization: Bearer \" https://x.test\n");
    row("no line end at the end", "# \xFC\xFF\nT=@", "# \xFC\xFF\nT=");
    QTest::newRow("UTF-16") << utf16("A=1\r\nT=\"" + token + "\"\r\n") << utf16("A=1\r\nT=\"\"\r\n");
}

void TestSourceCleaning::takesOutTheValueOnly()
{
    QFETCH(QByteArray, before);
    writeFile(path(), before);
    const Found found = readForImport(path());
    QVERIFY(!found.places.isEmpty());
    Result<AtomicFile> cleaned = prepareCleaning(path(), found.stamp, found.places);
    QVERIFY2(cleaned, cleaned ? "" : qPrintable(cleaned.error().message));
    QVERIFY(cleaned->commit());
    QTEST(readFile(path()), "after");
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

void TestSourceCleaning::keepsModeAndAttributes()
{
    writeFile(path(), "T=" + token + "\n", 0644);
    const QByteArray name = QFile::encodeName(path());
    const bool hasAttributes = ::setxattr(name.constData(), "user.note", "kept", 4, 0) == 0;
    const Found found = readForImport(path());
    QVERIFY(prepareCleaning(path(), found.stamp, found.places)->commit());
    QCOMPARE(modeOf(path()), 0644U);
    char value[8] = {};
    // Where the file system has attributes at all.
    QCOMPARE(::getxattr(name.constData(), "user.note", value, sizeof value) == 4, hasAttributes);
}

void TestSourceCleaning::nothingHappensBeforeItIsCommitted()
{
    const QByteArray before = "T=" + token + "\n";
    writeFile(path(), before);
    const Found found = readForImport(path());
    {
        const Result<AtomicFile> prepared = prepareCleaning(path(), found.stamp, found.places);
        QVERIFY(prepared);
        QCOMPARE(readFile(path()), before);
    }
    QCOMPARE(readFile(path()), before);
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

void TestSourceCleaning::refusesAFileThatChangedMeanwhile()
{
    writeFile(path(), "T=" + token + "\n");
    const Found found = readForImport(path());
    // Of the same length, and with the old time.
    struct stat status
    {
    };
    QCOMPARE(::stat(QFile::encodeName(path()).constData(), &status), 0);
    const QByteArray other = "U=" + token + "\n";
    writeFile(path(), other);
    const timespec times[] = {status.st_atim, status.st_mtim};
    QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path()).constData(), times, 0), 0);
    const Result<AtomicFile> cleaned = prepareCleaning(path(), found.stamp, found.places);
    QVERIFY(!cleaned);
    QCOMPARE(cleaned.error().kind, Error::Kind::Conflict);
    QCOMPARE(readFile(path()), other);
}

void TestSourceCleaning::refusesAFileThatChangedAtTheLastMoment()
{
    writeFile(path(), "T=" + token + "\n");
    const Found found = readForImport(path());
    Result<AtomicFile> cleaned = prepareCleaning(path(), found.stamp, found.places);
    QVERIFY(cleaned);
    writeFile(path(), "T=somebody else was here\n");
    const Result<void> committed = cleaned->commit();
    QVERIFY(!committed);
    QCOMPARE(committed.error().kind, Error::Kind::Conflict);
    QCOMPARE(readFile(path()), "T=somebody else was here\n");
}

void TestSourceCleaning::refusesAFileThatIsGone()
{
    writeFile(path(), "T=" + token + "\n");
    const Found found = readForImport(path());
    QVERIFY(QFile::remove(path()));
    QVERIFY(!prepareCleaning(path(), found.stamp, found.places));
    QVERIFY(!QFile::exists(path()));
}

void TestSourceCleaning::followsALink()
{
    writeFile(m_home->path(u"real"_s), "T=" + token + "\n");
    QVERIFY(QFile::link(m_home->path(u"real"_s), path()));
    const Found found = readForImport(path());
    QVERIFY(prepareCleaning(path(), found.stamp, found.places)->commit());
    QVERIFY(QFileInfo(path()).isSymLink());
    QCOMPARE(readFile(m_home->path(u"real"_s)), "T=\n");
}

void TestSourceCleaning::refusesAFileWithASecondName()
{
    writeFile(path(), "T=" + token + "\n");
    QCOMPARE(::link(QFile::encodeName(path()).constData(),
                    QFile::encodeName(m_home->path(u"second"_s)).constData()),
             0);
    const Found found = readForImport(path());
    const Result<AtomicFile> cleaned = prepareCleaning(path(), found.stamp, found.places);
    QVERIFY(!cleaned);
    QVERIFY(cleaned.error().message.contains(u"hard link"_s));
}

void TestSourceCleaning::killedBeforeItsPlaceIsTakenChangesNothing()
{
    const QByteArray before = "A=1\nT=" + token + "\n";
    writeFile(path(), before, 0640);
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {u"--clean-and-die"_s, path()});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    QCOMPARE(readFile(path()), before);
    QCOMPARE(modeOf(path()), 0640U);
    QCOMPARE(namesIn(m_home->path(u"project"_s)), QStringList{u".env"_s});
}

/// With --clean-and-die FILE: prepares the cleaned file and kills itself before it takes the place of the old
/// one.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"--clean-and-die"_s) {
        const Found found = readForImport(arguments.value(2));
        const Result<AtomicFile> prepared = prepareCleaning(arguments.value(2), found.stamp, found.places);
        return prepared ? std::raise(SIGKILL) : 1;
    }
    TestSourceCleaning test;
    return QTest::qExec(&test, argc, argv);
}

#include "test_source_cleaning.moc"
