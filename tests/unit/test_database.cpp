#include "app/storage/Database.h"
#include "app/storage/Migrations.h"
#include "tests/support/TempHome.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>
#include <QThread>

#include <csignal>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

const QString addThing = u"CREATE TABLE thing (id INTEGER)"_s;

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

QVariant value(Database &database, const QString &sql)
{
    auto query = database.run(sql);
    return query && query->next() ? query->value(0) : QVariant();
}

Result<void> addInstallation(Database &database, const QString &name, const QByteArray &bytes = "x")
{
    auto done = database.run(u"INSERT INTO installation (name, value) VALUES (?, ?)"_s, {name, bytes});
    return done ? Result<void>() : tl::unexpected(done.error());
}

QStringList setAsideIn(const QString &folder)
{
    return QDir(folder).entryList({u"*.corrupt-*"_s}, QDir::AllEntries | QDir::NoDotAndDotDot);
}

/// Runs `work` in a child without root's power over permission bits, and returns what it returned.
int asNobody(const std::function<int()> &work)
{
    const pid_t child = fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 ||
                               setresuid(nobody, nobody, nobody) != 0))
            _exit(99);
        _exit(work());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

int kindOfOpening(const QString &path)
{
    const auto opened = Database::open(path);
    return opened ? 50 : static_cast<int>(opened.error().kind);
}

} // namespace

class TestDatabase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<test::TempHome>();
        m_folder = m_home->path(u"store"_s);
        QDir().mkpath(m_folder);
        m_path = m_folder + u"/keydesk.db"_s;
    }

    void cleanup() { m_home.reset(); }

    void beginsAFileWithTheNewestVersion()
    {
        auto database = Database::open(m_path);
        QVERIFY2(database, qUtf8Printable(database ? QString() : database.error().detail));
        QCOMPARE(value(**database, u"PRAGMA user_version"_s).toInt(), migrations().size());
        QCOMPARE(value(**database, u"PRAGMA journal_mode"_s).toString(), u"wal"_s);
        QCOMPARE(value(**database, u"PRAGMA foreign_keys"_s).toInt(), 1);
        QCOMPARE(value(**database, u"PRAGMA synchronous"_s).toInt(), 1);
        QCOMPARE(value(**database, u"PRAGMA auto_vacuum"_s).toInt(), 2);
        QVERIFY(value(**database, u"PRAGMA busy_timeout"_s).toInt() <= 250);
        QCOMPARE((*database)->notice(), QString());
        QCOMPARE((*database)->path(), m_path);
    }

    void keepsAllItsFilesForTheOwnerAlone()
    {
        const mode_t before = umask(0);
        auto database = Database::open(m_path);
        QVERIFY(database);
        QVERIFY(addInstallation(**database, u"a"_s));
        umask(before);
        for (const char *suffix : {"", "-wal", "-shm"}) {
            const QString name = m_path + QLatin1StringView(suffix);
            QVERIFY2(QFile::exists(name), qUtf8Printable(name));
            QCOMPARE(QFile::permissions(name), ownerOnly);
        }
    }

    void tightensAFileThatOthersCouldRead()
    {
        QVERIFY(Database::open(m_path));
        QVERIFY(QFile::setPermissions(m_path, ownerOnly | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(Database::open(m_path));
        QCOMPARE(QFile::permissions(m_path), ownerOnly);
    }

    void keepsWhatWasWritten()
    {
        {
            auto database = Database::open(m_path);
            QVERIFY(database);
            QVERIFY(addInstallation(**database, u"salt"_s, QByteArray("\0\xff", 2)));
        }
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(value(**database, u"SELECT value FROM installation WHERE name = 'salt'"_s).toByteArray(),
                 QByteArray("\0\xff", 2));
    }

    void keepsWhatWasWrittenBeforeAKill()
    {
        int pipes[2];
        QCOMPARE(pipe(pipes), 0);
        const pid_t child = fork();
        if (child == 0) {
            auto database = Database::open(m_path);
            const bool done = database && addInstallation(**database, u"committed"_s) &&
                              (*database)->run(u"BEGIN IMMEDIATE"_s) &&
                              addInstallation(**database, u"half"_s);
            const char answer = done ? 'y' : 'n';
            std::ignore = ::write(pipes[1], &answer, 1);
            pause();
            _exit(0);
        }
        char answer = 0;
        QCOMPARE(::read(pipes[0], &answer, 1), 1);
        QCOMPARE(answer, 'y');
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        close(pipes[0]);
        close(pipes[1]);

        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE((*database)->notice(), QString());
        QCOMPARE(value(**database,
                       u"SELECT group_concat(name) FROM (SELECT name FROM installation ORDER BY rowid)"_s)
                     .toString(),
                 u"committed"_s);
    }

    void setsACorruptFileAside_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("garbage") << QByteArray(8192, 'g');
        QTest::newRow("short garbage") << QByteArray("not a database");
        QTest::newRow("binary") << QByteArray::fromHex("00ff00ff80").repeated(2000);
        QTest::newRow("header alone") << QByteArray("SQLite format 3\0", 16) + QByteArray(84, '\xff');
    }

    void setsACorruptFileAside()
    {
        QFETCH(QByteArray, bytes);
        write(m_path, bytes);
        write(m_path + u"-wal"_s, "left over");
        auto database = Database::open(m_path);
        QVERIFY2(database, qUtf8Printable(database ? QString() : database.error().detail));
        const QStringList aside = setAsideIn(m_folder);
        QVERIFY2(!aside.isEmpty(), qUtf8Printable(aside.join(u' ')));
        QVERIFY2(
            QRegularExpression(u"^keydesk\\.db\\.corrupt-\\d{8}-\\d{6}$"_s).match(aside.first()).hasMatch(),
            qUtf8Printable(aside.first()));
        QCOMPARE(contents(m_folder + u'/' + aside.first()), bytes);
        QCOMPARE(contents(m_folder + u'/' + aside.first() + u"-wal"_s), QByteArray("left over"));
        QVERIFY2((*database)->notice().contains(aside.first()), qUtf8Printable((*database)->notice()));
        QVERIFY(addInstallation(**database, u"works"_s));
    }

    void setsATruncatedFileAside_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::newRow("half") << qint64(-1);
        QTest::newRow("one page") << qint64(4096);
        QTest::newRow("in the header") << qint64(60);
        QTest::newRow("not a whole page") << qint64(5000);
    }

    void setsATruncatedFileAside()
    {
        QFETCH(qint64, size);
        fillAndClose();
        QFile file(m_path);
        QVERIFY(file.resize(size < 0 ? file.size() / 2 : size));
        const QByteArray left = contents(m_path);
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(setAsideIn(m_folder).size(), 1);
        QCOMPARE(contents(m_folder + u'/' + setAsideIn(m_folder).first()), left);
        QVERIFY(!(*database)->notice().isEmpty());
    }

    void setsAFileWithADamagedPageAside()
    {
        fillAndClose();
        QByteArray bytes = contents(m_path);
        // All but the first page, which holds the schema.
        std::fill(bytes.begin() + 4096, bytes.end(), '\x5a');
        write(m_path, bytes);
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(setAsideIn(m_folder).size(), 1);
        QCOMPARE(value(**database, u"SELECT count(*) FROM installation"_s).toInt(), 0);
    }

    void carriesTheRestOverIfOnlyHistoryIsDamaged()
    {
        fillAndClose();
        {
            auto database = Database::open(m_path);
            QVERIFY(database);
            QVERIFY((*database)->run(
                u"INSERT INTO environments VALUES ('e', 0, 'Production', 'p', 'https://a.test', 'red', 1, '[]', '[]', '', '{}')"_s));
            for (int i = 0; i < 500; ++i)
                QVERIFY((*database)->run(
                    u"INSERT INTO history VALUES (NULL, 0, 'GET', ?, '', '', '', 200, '', 0, 0, 0)"_s,
                    {QString(1000, u'u')}));
            // Its history was being cleared, which the new one is not.
            QVERIFY((*database)->run(u"INSERT INTO installation VALUES ('history-clearing', 500)"_s));
        }
        QByteArray bytes = contents(m_path);
        // What was written last stands at the end: pages of history alone.
        std::fill(bytes.end() - 50 * 4096, bytes.end(), '\x5a');
        write(m_path, bytes);
        {
            // Start-up does not read history: it is found when history is.
            auto database = Database::open(m_path);
            QVERIFY(database);
            QCOMPARE((*database)->notice(), QString());
            auto query = (*database)->run(u"SELECT url FROM history ORDER BY id"_s);
            while (query && query->next()) {
            }
            if (query)
                QCOMPARE((*database)->noted(query->lastError()).kind, Error::Kind::StorageCorrupt);
        }
        {
            auto database = Database::open(m_path);
            QVERIFY(database);
            QCOMPARE(setAsideIn(m_folder).size(), 1);
            QVERIFY((*database)->notice().contains(setAsideIn(m_folder).first()));
            QVERIFY((*database)->notice().contains(u"Keys and environments are as they were"_s));
            QCOMPARE(value(**database, u"SELECT count(*) FROM installation"_s).toInt(), 40);
            QCOMPARE(value(**database, u"SELECT name FROM environments"_s).toString(), u"Production"_s);
            QCOMPARE(value(**database, u"SELECT count(*) FROM history"_s).toInt(), 0);
        }
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE((*database)->notice(), QString());
    }

    void forgetsDamageThatIsNotThere()
    {
        fillAndClose();
        write(m_path + u".damaged"_s, {});
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE((*database)->notice(), QString());
        QVERIFY(!QFile::exists(m_path + u".damaged"_s));
        QVERIFY(setAsideIn(m_folder).isEmpty());
    }

    void setsAnEmptiedFileWithItsJournalAside()
    {
        write(m_path, {});
        write(m_path + u"-wal"_s, "all that was saved");
        auto database = Database::open(m_path);
        QVERIFY(database);
        const QStringList aside = setAsideIn(m_folder).filter(u"-wal"_s);
        QCOMPARE(aside.size(), 1);
        QCOMPARE(contents(m_folder + u'/' + aside.first()), QByteArray("all that was saved"));
    }

    void setsAFolderInItsPlaceAside()
    {
        QVERIFY(QDir().mkpath(m_path + u"/inside"_s));
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(setAsideIn(m_folder).size(), 1);
        QVERIFY(QFile::exists(m_folder + u'/' + setAsideIn(m_folder).first() + u"/inside"_s));
        QVERIFY((*database)->notice().contains(setAsideIn(m_folder).first()));
    }

    void setsAnotherProgramsDatabaseAside()
    {
        {
            QSqlDatabase other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other"_s);
            other.setDatabaseName(m_path);
            QVERIFY(other.open());
            QVERIFY(QSqlQuery(other).exec(u"CREATE TABLE keys (something TEXT)"_s));
            other.close();
        }
        QSqlDatabase::removeDatabase(u"other"_s);
        QVERIFY(Database::open(m_path));
        QCOMPARE(setAsideIn(m_folder).size(), 1);
    }

    void keepsTwoCorruptFilesOfTheSameSecond()
    {
        for (int i = 0; i < 3; ++i) {
            write(m_path, QByteArray(100, static_cast<char>('a' + i)));
            QFile::remove(m_path + u"-wal"_s);
            QVERIFY(Database::open(m_path));
        }
        QCOMPARE(setAsideIn(m_folder).size(), 3);
    }

    void beginsInAnEmptyFile()
    {
        write(m_path, {});
        auto database = Database::open(m_path);
        QVERIFY(database);
        QVERIFY(setAsideIn(m_folder).isEmpty());
        QCOMPARE((*database)->notice(), QString());
    }

    void leavesANewerVersionAsItIs()
    {
        {
            auto database = Database::open(m_path);
            QVERIFY(database);
            QVERIFY((*database)->run(u"PRAGMA user_version = 9999"_s));
        }
        const QByteArray before = contents(m_path);
        const auto database = Database::open(m_path);
        QVERIFY(!database);
        QCOMPARE(database.error().kind, Error::Kind::StorageNewer);
        QVERIFY(database.error().message.contains(u"later version"_s));
        QVERIFY(contents(m_path) == before);
        QVERIFY(setAsideIn(m_folder).isEmpty());
    }

    void leavesAReadOnlyFileAsItIs()
    {
        fillAndClose();
        const QByteArray before = contents(m_path);
        letAnybodyIn();
        QCOMPARE(chmod(qPrintable(m_folder), 0777), 0);
        QCOMPARE(chmod(qPrintable(m_path), 0444), 0);
        QCOMPARE(asNobody([this] { return kindOfOpening(m_path); }),
                 static_cast<int>(Error::Kind::StorageReadOnly));
        QVERIFY(contents(m_path) == before);
        QCOMPARE(QDir(m_folder).entryList(QDir::Files), QStringList{u"keydesk.db"_s});
    }

    void leavesAReadOnlyFolderAsItIs()
    {
        fillAndClose();
        const QByteArray before = contents(m_path);
        letAnybodyIn();
        QCOMPARE(chmod(qPrintable(m_folder), 0555), 0);
        QCOMPARE(chmod(qPrintable(m_path), 0666), 0);
        QCOMPARE(asNobody([this] { return kindOfOpening(m_path); }),
                 static_cast<int>(Error::Kind::StorageReadOnly));
        QVERIFY(contents(m_path) == before);
    }

    void saysThatANewFileCannotBeMadeInAReadOnlyFolder()
    {
        letAnybodyIn();
        QCOMPARE(chmod(qPrintable(m_folder), 0555), 0);
        QCOMPARE(asNobody([this] { return kindOfOpening(m_path); }),
                 static_cast<int>(Error::Kind::StorageReadOnly));
    }

    void leavesADamagedFileThatCannotBeRenamed()
    {
        write(m_path, "garbage garbage garbage");
        letAnybodyIn();
        // Sticky: nobody may write to the file but not rename root's.
        QCOMPARE(chmod(qPrintable(m_folder), 0555), 0);
        QCOMPARE(chmod(qPrintable(m_path), 0666), 0);
        QCOMPARE(asNobody([this] { return kindOfOpening(m_path); }),
                 static_cast<int>(Error::Kind::StorageReadOnly));
        QCOMPARE(contents(m_path), QByteArray("garbage garbage garbage"));
    }

    void leavesALockedFileAsItIsAndDoesNotWaitLong()
    {
        fillAndClose();
        int go[2];
        int done[2];
        QCOMPARE(pipe(go), 0);
        QCOMPARE(pipe(done), 0);
        const pid_t child = fork();
        if (child == 0) {
            auto database = Database::openConnection(m_path);
            const bool locked = database && (*database)->run(u"PRAGMA locking_mode = EXCLUSIVE"_s) &&
                                (*database)->run(u"BEGIN EXCLUSIVE"_s);
            char byte = locked ? 'y' : 'n';
            std::ignore = ::write(done[1], &byte, 1);
            std::ignore = ::read(go[0], &byte, 1);
            database = failure(Error::Kind::Cancelled, {});
            _exit(0);
        }
        char byte = 0;
        QCOMPARE(::read(done[0], &byte, 1), 1);
        QCOMPARE(byte, 'y');
        QElapsedTimer timer;
        timer.start();
        const auto refused = Database::open(m_path);
        QVERIFY(timer.elapsed() < 2000);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::StorageLocked);
        QVERIFY(setAsideIn(m_folder).isEmpty());
        QCOMPARE(::write(go[1], "g", 1), 1);
        waitpid(child, nullptr, 0);
        for (int end : {go[0], go[1], done[0], done[1]})
            close(end);
        auto opened = Database::open(m_path);
        QVERIFY(opened);
        QVERIFY(value(**opened, u"SELECT count(*) FROM installation"_s).toInt() > 0);
    }

    void saysLockedWhenAnotherConnectionWrites()
    {
        auto database = Database::open(m_path);
        auto other = Database::openConnection(m_path);
        QVERIFY(database && other);
        QVERIFY((*other)->run(u"BEGIN IMMEDIATE"_s));
        const Result<void> refused = addInstallation(**database, u"a"_s);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::StorageLocked);
        QVERIFY((*other)->run(u"ROLLBACK"_s));
        QVERIFY(addInstallation(**database, u"a"_s));
    }

    void saysThatTheDiskIsFullAndKeepsWhatWasThere()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        QVERIFY(addInstallation(**database, u"before"_s));
        const int pages = value(**database, u"PRAGMA page_count"_s).toInt();
        QVERIFY((*database)->run(u"PRAGMA max_page_count = %1"_s.arg(pages)));
        const Result<void> refused = (*database)->transaction(
            [&] { return addInstallation(**database, u"big"_s, QByteArray(1024 * 1024, 'x')); });
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::DiskFull);
        QVERIFY(refused.error().message.contains(u"full"_s));
        QVERIFY((*database)->run(u"PRAGMA max_page_count = %1"_s.arg(pages + 10000)));
        QVERIFY(addInstallation(**database, u"after"_s));
        QCOMPARE(value(**database,
                       u"SELECT group_concat(name) FROM (SELECT name FROM installation ORDER BY rowid)"_s)
                     .toString(),
                 u"before,after"_s);
    }

    void rollsBackAFailedTransaction()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        const Result<void> failed = (*database)->transaction([&]() -> Result<void> {
            if (Result<void> done = addInstallation(**database, u"a"_s); !done)
                return done;
            return failure(Error::Kind::Cancelled, u"no"_s);
        });
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, Error::Kind::Cancelled);
        QCOMPARE(value(**database, u"SELECT count(*) FROM installation"_s).toInt(), 0);
        QVERIFY((*database)->transaction([&] { return addInstallation(**database, u"a"_s); }));
        QCOMPARE(value(**database, u"SELECT count(*) FROM installation"_s).toInt(), 1);
    }

    void rollsBackAnInnerTransactionAlone()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        const Result<void> done = (*database)->transaction([&]() -> Result<void> {
            std::ignore = (*database)->transaction([&]() -> Result<void> {
                std::ignore = addInstallation(**database, u"inner"_s);
                return failure(Error::Kind::Cancelled, u"no"_s);
            });
            std::ignore = (*database)->transaction([&] { return addInstallation(**database, u"second"_s); });
            return addInstallation(**database, u"outer"_s);
        });
        QVERIFY(done);
        QCOMPARE(value(**database,
                       u"SELECT group_concat(name) FROM (SELECT name FROM installation ORDER BY rowid)"_s)
                     .toString(),
                 u"second,outer"_s);
    }

    void tellsConstraintsApart()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        QVERIFY(addInstallation(**database, u"a"_s));
        QCOMPARE(addInstallation(**database, u"a"_s).error().kind, Error::Kind::Duplicate);
        const auto orphan =
            (*database)->run(u"INSERT INTO key_origins VALUES ('nobody', 'https://a.test')"_s);
        QVERIFY(!orphan);
        QCOMPARE(orphan.error().kind, Error::Kind::NotFound);
        const auto nonsense = (*database)->run(u"SELECT nothing FROM nowhere"_s);
        QVERIFY(!nonsense);
        QCOMPARE(nonsense.error().kind, Error::Kind::StorageFailed);
    }

    void storesANullStringAsAnEmptyOne()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        auto query = (*database)->run(u"SELECT typeof(?), typeof(?), typeof(?)"_s,
                                      {QString(), QByteArray(), QVariant()});
        QVERIFY(query && query->next());
        QCOMPARE(query->value(0).toString(), u"text"_s);
        QCOMPARE(query->value(1).toString(), u"blob"_s);
        QCOMPARE(query->value(2).toString(), u"null"_s);
    }

    void keepsTheFileOfTheVersionBefore()
    {
        fillAndClose();
        const int latest = static_cast<int>(migrations().size());
        const QString kept = m_path + u".before-v%1"_s.arg(latest + 1);
        write(kept + u".part"_s, "left by a kill");
        {
            auto database = Database::open(m_path, migrations() + QList<QStringList>{{addThing}});
            QVERIFY2(database, qUtf8Printable(database ? QString() : database.error().detail));
            QCOMPARE(value(**database, u"PRAGMA user_version"_s).toInt(), latest + 1);
            QCOMPARE(value(**database, u"SELECT count(*) FROM thing"_s).toInt(), 0);
            QCOMPARE(value(**database, u"SELECT count(*) FROM installation"_s).toInt(), 40);
        }
        QCOMPARE(QFile::permissions(kept), ownerOnly);
        QVERIFY(!QFile::exists(kept + u".part"_s));
        auto copy = Database::open(kept);
        QVERIFY(copy);
        QCOMPARE(value(**copy, u"SELECT count(*) FROM installation"_s).toInt(), 40);
    }

    void undoesAMigrationThatFailsHalfWay()
    {
        fillAndClose();
        const auto failed =
            Database::open(m_path, migrations() + QList<QStringList>{{addThing, u"nonsense"_s}});
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, Error::Kind::StorageFailed);
        auto database = Database::open(m_path);
        QVERIFY(database);
        QCOMPARE(value(**database, u"PRAGMA user_version"_s).toInt(), migrations().size());
        QCOMPARE(value(**database, u"SELECT count(*) FROM sqlite_schema WHERE name = 'thing'"_s).toInt(), 0);
        QVERIFY((*database)->run(u"SELECT 1"_s));
    }

    void opensFurtherConnectionsOnOtherThreads()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        bool written = false;
        std::unique_ptr<QThread> thread(QThread::create([&] {
            auto other = Database::openConnection(m_path);
            written = other && addInstallation(**other, u"from the thread"_s);
        }));
        thread->start();
        QVERIFY(thread->wait(10000));
        QVERIFY(written);
        QCOMPARE(value(**database, u"SELECT name FROM installation"_s).toString(), u"from the thread"_s);
    }

    void leavesNoConnectionBehind()
    {
        const QStringList before = QSqlDatabase::connectionNames();
        {
            auto a = Database::open(m_path);
            auto b = Database::openConnection(m_path);
            QVERIFY(a && b);
            QCOMPARE(QSqlDatabase::connectionNames().size(), before.size() + 2);
        }
        QCOMPARE(QSqlDatabase::connectionNames(), before);
    }

private:
    void fillAndClose()
    {
        auto database = Database::open(m_path);
        QVERIFY(database);
        for (int i = 0; i < 40; ++i)
            QVERIFY(addInstallation(**database, QString::number(i), QByteArray(1000, 'x')));
    }

    // The temporary folder is 0700: let the unprivileged child reach what is in it.
    void letAnybodyIn() { QCOMPARE(chmod(qPrintable(m_home->path()), 0755), 0); }

    std::unique_ptr<test::TempHome> m_home;
    QString m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestDatabase)
#include "test_database.moc"
