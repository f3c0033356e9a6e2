#include "app/leaks/LeakScan.h"
#include "tests/support/CoreFixture.h"
#include "tests/support/ScriptedSecretStore.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr std::string_view token = "talq_leakcanary0123456789abXY3f9a";

QByteArray bytes()
{
    return QByteArray(token.data(), qsizetype(token.size()));
}

struct Outcome
{
    QList<LeakFinding> findings;
    LeakReport report;
    int finished = 0;

    [[nodiscard]] QStringList places() const
    {
        QStringList list;
        for (const LeakFinding &finding : findings)
            list.append(finding.place);
        list.sort();
        return list;
    }
    [[nodiscard]] bool notes(const QString &words) const { return !report.notes.filter(words).isEmpty(); }
};

} // namespace

class TestLeakScan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void findsFilesWithLineAndKey();
    void findsThePasswordOfAPair();
    void leavesOutWhatIsNoFile();
    void staysOutOfLoopsAndDepths();
    void saysWhatItCouldNotRead();
    void survivesFilesThatChangeMeanwhile();
    void survivesAFolderThatGoesAway();
    void saysThatThereIsNoSuchFolder();
    void findsInUtf16AndBinaryFiles();
    void masksATokenInAFileName();
    void findsWhatTheDatabaseHolds();
    void findsExportsAndSettings();
    void findsNothingThatWasRedacted();
    void saysWhichKeysItCouldNotRead();
    void goesOnWhenTheKeychainLocksMeanwhile();
    void stopsWhenTold();
    void stopsWhenItIsDestroyed();
    void writesNothing();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &text) const;
    void writeWithoutEnd() const;
    Outcome search(LeakSources sources);
    Outcome searchFolder();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<test::CoreFixture> m_core;
    test::ScriptedSecretStore *m_keychain = nullptr;
    ApiKey m_key;
};

void TestLeakScan::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto keychain = std::make_unique<test::ScriptedSecretStore>();
    m_keychain = keychain.get();
    m_core = std::make_unique<test::CoreFixture>(std::move(keychain));
    NewKey draft;
    draft.name = u"Production"_s;
    draft.providerId = u"talkover"_s;
    draft.kindId = u"environment"_s;
    m_key = m_core->addKey(draft, token);
    QVERIFY(!m_key.id.isNull());
}

void TestLeakScan::cleanup()
{
    m_core.reset();
    m_folder.reset();
}

void TestLeakScan::write(const QString &name, const QByteArray &text) const
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

/// Small files, and one with a hole that no machine reads before somebody tells it to stop.
void TestLeakScan::writeWithoutEnd() const
{
    for (int i = 0; i < 10; ++i)
        write(u"a%1"_s.arg(i), QByteArray(1000, 'x'));
    QFile file(path(u"z"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(256LL * 1024 * 1024 * 1024));
}

Outcome TestLeakScan::search(LeakSources sources)
{
    test::CoreFixture &core = *m_core;
    Outcome outcome;
    LeakScan scan(*core->keys, *core->ring, core->providers, std::move(sources));
    connect(&scan, &LeakScan::found, this,
            [&](const QList<LeakFinding> &found) { outcome.findings += found; });
    connect(&scan, &LeakScan::finished, this, [&](const LeakReport &report) {
        outcome.report = report;
        ++outcome.finished;
    });
    scan.start();
    if (!QTest::qWaitFor([&] { return outcome.finished > 0; }, 60'000))
        qWarning("the search did not end");
    return outcome;
}

Outcome TestLeakScan::searchFolder()
{
    LeakSources sources;
    sources.folder = m_folder->path();
    sources.gitHistory = sources.ownHistory = sources.ownData = false;
    return search(sources);
}

void TestLeakScan::findsFilesWithLineAndKey()
{
    write(u"src/config.py"_s, "import os\n\nTOKEN = '" + bytes() + "'\n");
    write(u".hidden/.env"_s, "T=" + bytes().toBase64());
    write(u"other.txt"_s, "talq_somebodyelses0123456789");
    write(u"clean.txt"_s, "nothing here");
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(),
             QStringList({path(u".hidden/.env"_s), path(u"other.txt"_s), path(u"src/config.py"_s)}));
    for (const LeakFinding &finding : outcome.findings) {
        QCOMPARE(finding.source, LeakFinding::Source::File);
        if (finding.place == path(u"src/config.py"_s)) {
            QCOMPARE(finding.key, m_key.id);
            QCOMPARE(finding.line, qint64(3));
            QCOMPARE(finding.column, qint64(10));
        } else if (finding.place == path(u"other.txt"_s)) {
            QVERIFY(finding.key.isNull());
            QCOMPARE(finding.provider, u"Talkover"_s);
            QCOMPARE(finding.hint, u"talq_••••6789"_s);
        } else {
            QCOMPARE(finding.encoding.name(), u"Base64"_s);
        }
    }
    QCOMPARE(outcome.report.searched.files, qint64(4));
    QCOMPARE(outcome.report.keysSearched, 1);
    QVERIFY(outcome.report.keysNotSearched.isEmpty());
    QCOMPARE(outcome.report.searched.findings, qint64(3));
}

void TestLeakScan::findsThePasswordOfAPair()
{
    NewKey draft;
    draft.name = u"Basic"_s;
    draft.providerId = u"custom"_s;
    draft.kindId = u"api-key"_s;
    draft.form = KeyForm{KeyPlacement::Basic, "Authorization", "Basic "};
    const ApiKey pair = m_core->addKey(draft, "alice:wonderland-and-more");
    write(u"password"_s, "PASSWORD=wonderland-and-more\n");
    write(u"header"_s, "Authorization: Basic " + QByteArray("alice:wonderland-and-more").toBase64());
    write(u"user"_s, "USER=alice\n");
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(), QStringList({path(u"header"_s), path(u"password"_s)}));
    for (const LeakFinding &finding : outcome.findings)
        QCOMPARE(finding.key, pair.id);
    QCOMPARE(outcome.report.keysSearched, 2);
}

void TestLeakScan::leavesOutWhatIsNoFile()
{
    QCOMPARE(mkfifo(QFile::encodeName(path(u"pipe"_s)).constData(), 0600),
             0); // opening it would wait for a writer
    write(u"a.txt"_s, bytes());
    QVERIFY(QFile::link(u"/dev/zero"_s, path(u"endless"_s)));
    QVERIFY(QFile::link(path(u"a.txt"_s), path(u"again"_s)));
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(), QStringList{path(u"a.txt"_s)});
    QVERIFY(outcome.notes(u"2 symbolic"_s));
    QVERIFY(outcome.notes(u"1 device"_s));

    LeakSources sources;
    sources.folder = u"/proc/self"_s; // chosen by mistake: it holds the process's own memory
    sources.gitHistory = sources.ownHistory = sources.ownData = false;
    QCOMPARE(search(sources).report.searched.files, qint64(0));
}

void TestLeakScan::staysOutOfLoopsAndDepths()
{
    QVERIFY(QDir().mkpath(path(u"a/b"_s)));
    QVERIFY(QFile::link(m_folder->path(), path(u"a/b/loop"_s)));
    QVERIFY(QDir().mkpath(path(u"d/"_s.repeated(250))));
    write(u"a/b/c.txt"_s, bytes());
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(), QStringList{path(u"a/b/c.txt"_s)});
    QVERIFY(outcome.notes(u"deeper than"_s));
}

void TestLeakScan::saysWhatItCouldNotRead()
{
    write(u"a.txt"_s, bytes());
    write(u"closed/b.txt"_s, bytes());
    QVERIFY(QFile::setPermissions(m_folder->path(), QFile::Permissions(0x5755)));
    QVERIFY(QFile::setPermissions(path(u"closed"_s), {}));
    QVERIFY(QFile::setPermissions(path(u"a.txt"_s), {}));
    // Root may read all; as nobody, which the threads inherit, it may not. For anybody else this changes
    // nothing.
    setfsuid(65534);
    const Outcome outcome = searchFolder();
    setfsuid(geteuid());
    QVERIFY(QFile::setPermissions(path(u"closed"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(outcome.findings.isEmpty());
    QCOMPARE(outcome.report.unreadableCount, qint64(2));
    QVERIFY(outcome.report.unreadable.join(u'\n').contains(path(u"closed"_s)));
}

void TestLeakScan::survivesFilesThatChangeMeanwhile()
{
    write(u"z.txt"_s, bytes());
    for (int i = 0; i < 20; ++i)
        write(u"big%1"_s.arg(i), QByteArray(2 * 1024 * 1024, 'x') + bytes());
    std::atomic<bool> ended = false;
    std::thread changer([&] {
        while (!ended) {
            for (int i = 0; i < 20; ++i)
                std::ignore =
                    truncate(QFile::encodeName(path(u"big%1"_s.arg(i))).constData(), (i % 3) * 500'000);
        }
    });
    const Outcome outcome = searchFolder();
    ended = true;
    changer.join();
    QCOMPARE(outcome.finished, 1);
    QVERIFY(outcome.places().contains(path(u"z.txt"_s)));
    QCOMPARE(outcome.report.unreadableCount, qint64(0));
}

void TestLeakScan::survivesAFolderThatGoesAway()
{
    for (int i = 0; i < 500; ++i)
        write(u"%1/file"_s.arg(i), QByteArray(100'000, 'x'));
    std::thread remover([this] { QDir(m_folder->path()).removeRecursively(); });
    const Outcome outcome = searchFolder();
    remover.join();
    QCOMPARE(outcome.finished, 1);
    // Whoever was faster: the next search says it.
    QVERIFY(searchFolder().notes(u"could not be read"_s));
}

void TestLeakScan::saysThatThereIsNoSuchFolder()
{
    LeakSources sources;
    sources.folder = path(u"nowhere"_s);
    sources.ownHistory = sources.ownData = false;
    const Outcome outcome = search(sources);
    QVERIFY(outcome.notes(u"No such file"_s));
    QCOMPARE(outcome.finished, 1);
}

void TestLeakScan::findsInUtf16AndBinaryFiles()
{
    const QString text = u"\uFEFFkey\t"_s + QString::fromLatin1(bytes()) + u"\n"_s;
    write(u"little.txt"_s, QByteArray(reinterpret_cast<const char *>(text.utf16()), text.size() * 2));
    QByteArray binary(3'000'000, '\0');
    binary.replace(2'999'000, bytes().size(), bytes());
    write(u"core"_s, binary);
    write(u"line"_s, QByteArray(5'000'000, 'x') + ' ' + bytes());
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(), QStringList({path(u"core"_s), path(u"line"_s), path(u"little.txt"_s)}));
    for (const LeakFinding &finding : outcome.findings) {
        if (finding.place == path(u"line"_s))
            QCOMPARE(finding.column, qint64(5'000'002));
    }
}

void TestLeakScan::masksATokenInAFileName()
{
    write(QString::fromLatin1(bytes()) + u".txt"_s, bytes());
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.places(), QStringList{path(u"••••.txt"_s)});
}

void TestLeakScan::findsWhatTheDatabaseHolds()
{
    test::CoreFixture &core = *m_core;
    HistoryEntry entry;
    entry.row.method = u"GET"_s;
    entry.row.url = u"https://app.talkover.ai/"_s;
    entry.row.at = QDateTime::currentDateTimeUtc();
    entry.responseBody = "first line\n{\"echo\":\"" + bytes() + "\"}";
    bool added = false;
    qint64 call = 0;
    connect(core->history.get(), &HistoryStore::added, this, [&](const HistoryRow &row) {
        added = true;
        call = row.id;
    });
    core->history->add(entry);
    QVERIFY(QTest::qWaitFor([&] { return added; }, 10'000));
    Environment environment = core->environments->all().first();
    environment.variables.append({u"token"_s, QString::fromLatin1(bytes()), false});
    QVERIFY(core->environments->update(environment));
    QVERIFY(core->database->run(u"CREATE TABLE apart (word TEXT PRIMARY KEY) WITHOUT ROWID"_s));
    QVERIFY(core->database->run(u"INSERT INTO apart VALUES (?)"_s, {QString::fromLatin1(bytes())}));

    LeakSources sources;
    sources.database = core->database->path();
    Outcome outcome = search(sources);
    QCOMPARE(outcome.findings.size(), 3);
    QCOMPARE(outcome.findings.first().key, m_key.id);
    const QString places = outcome.places().join(u'\n');
    QVERIFY2(places.contains(u"Call %1, response body"_s.arg(call)), qPrintable(places));
    QVERIFY2(places.contains(u"environments “%1”, variables"_s.arg(environment.name)), qPrintable(places));
    QVERIFY(outcome.report.searched.rows > 2);

    QCOMPARE(outcome.report.notes, QStringList());

    // A table that cannot be read, as of an extension that is not there: told, and the others are searched all the same.
    QVERIFY(core->database->run(u"PRAGMA writable_schema = ON"_s));
    QVERIFY(core->database->run(u"INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES "
                                "('table', 'beyond', 'beyond', 0, 'CREATE VIRTUAL TABLE beyond USING nosuch')"_s));
    QVERIFY(core->database->run(u"PRAGMA writable_schema = OFF"_s));
    outcome = search(sources);
    QCOMPARE(outcome.findings.size(), 3);
    QCOMPARE(outcome.report.notes.size(), 1);
    QVERIFY2(outcome.report.notes.first().contains(u"(beyond)"_s), qPrintable(outcome.report.notes.first()));

    sources.ownData = false;
    outcome = search(sources);
    QCOMPARE(outcome.findings.size(), 1);
    QCOMPARE(outcome.findings.first().source, LeakFinding::Source::OwnHistory);
    QCOMPARE(outcome.findings.first().line, qint64(2));
}

void TestLeakScan::findsExportsAndSettings()
{
    test::CoreFixture &core = *m_core;
    QFile file(QDir(core->paths.config).filePath(u"export.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes());
    file.close();
    LeakSources sources;
    sources.database = core->database->path();
    sources.ownFolders = {core->paths.config, core->paths.data};
    const Outcome outcome = search(sources);
    QCOMPARE(outcome.places(), QStringList{file.fileName()});
    QCOMPARE(outcome.findings.first().source, LeakFinding::Source::OwnData);
}

void TestLeakScan::findsNothingThatWasRedacted()
{
    test::CoreFixture &core = *m_core;
    LeakSources sources;
    sources.database = core->database->path();
    sources.ownFolders = {core->paths.config, core->paths.data, core->paths.cache};
    const Outcome outcome = search(sources);
    QVERIFY2(outcome.findings.isEmpty(), qPrintable(outcome.places().join(u'\n')));
}

void TestLeakScan::saysWhichKeysItCouldNotRead()
{
    write(u"a.txt"_s, bytes() + "\ntalq_somebodyelses0123456789");
    m_keychain->become(SecretStore::State::Locked);
    const Outcome outcome = searchFolder();
    // What looks like a token is still found.
    QCOMPARE(outcome.findings.size(), 2);
    QVERIFY(outcome.findings.first().key.isNull());
    QCOMPARE(outcome.report.keysNotSearched, QList<QUuid>{m_key.id});
    QCOMPARE(outcome.report.keysSearched, 0);
    QVERIFY(outcome.report.storeIsLocked);
    QCOMPARE(m_keychain->count(test::ScriptedSecretStore::Op::Unlock), 0);
}

void TestLeakScan::goesOnWhenTheKeychainLocksMeanwhile()
{
    write(u"a.txt"_s, bytes());
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    QMetaObject::invokeMethod(
        this,
        [this] {
            QVERIFY(QTest::qWaitFor([this] { return m_keychain->waiting() > 0; }));
            m_keychain->become(SecretStore::State::Locked);
        },
        Qt::QueuedConnection);
    const Outcome outcome = searchFolder();
    QCOMPARE(outcome.finished, 1);
    QCOMPARE(outcome.report.keysNotSearched, QList<QUuid>{m_key.id});
}

void TestLeakScan::stopsWhenTold()
{
    test::CoreFixture &core = *m_core;
    writeWithoutEnd();
    LeakSources sources;
    sources.folder = m_folder->path();
    LeakScan scan(*core->keys, *core->ring, core->providers, sources);
    QSignalSpy finished(&scan, &LeakScan::finished);
    QSignalSpy progress(&scan, &LeakScan::progress);
    scan.start();
    QVERIFY(progress.wait());
    scan.cancel();
    QVERIFY(finished.isEmpty());
    QVERIFY(finished.count() == 1 || finished.wait());
    QVERIFY(finished.first().first().value<LeakReport>().cancelled);
    scan.cancel();
    QCOMPARE(finished.count(), 1);

    // While a keychain keeps it waiting.
    m_keychain->hang(test::ScriptedSecretStore::Op::Read);
    LeakScan waiting(*core->keys, *core->ring, core->providers, sources);
    QSignalSpy ended(&waiting, &LeakScan::finished);
    waiting.start();
    QTRY_VERIFY(m_keychain->waiting() > 0);
    waiting.cancel();
    QVERIFY(ended.wait());
    m_keychain->release();
    QCoreApplication::sendPostedEvents();
    QCOMPARE(ended.count(), 1);
}

void TestLeakScan::stopsWhenItIsDestroyed()
{
    test::CoreFixture &core = *m_core;
    writeWithoutEnd();
    LeakSources sources;
    sources.folder = m_folder->path();
    auto scan = std::make_unique<LeakScan>(*core->keys, *core->ring, core->providers, sources);
    QSignalSpy progress(scan.get(), &LeakScan::progress);
    scan->start();
    QTRY_VERIFY(!progress.isEmpty() && progress.last().first().value<LeakProgress>().files > 0);
    QElapsedTimer clock;
    clock.start();
    scan.reset();
    QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
}

/// S1: what a search leaves on disk holds no token. It leaves nothing.
void TestLeakScan::writesNothing()
{
    test::CoreFixture &core = *m_core;
    write(u"a.txt"_s, bytes());
    const auto all = [&] {
        QStringList names;
        QDir root(core->paths.data);
        root.cdUp();
        QDirIterator files(root.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(bytes()))
                names.append(file.fileName() + u" holds the token"_s);
            names.append(file.fileName());
        }
        names.sort();
        return names;
    };
    const QStringList before = all();
    LeakSources sources;
    sources.folder = m_folder->path();
    sources.database = core->database->path();
    sources.ownFolders = {core->paths.config, core->paths.data};
    QCOMPARE(search(sources).findings.size(), 1);
    QStringList after = all();
    after.removeIf([](const QString &name) { return name.endsWith(u"-wal"_s) || name.endsWith(u"-shm"_s); });
    for (const QString &name : after)
        QVERIFY2(before.contains(name), qPrintable(name));
    QVERIFY(after.filter(u"holds the token"_s).isEmpty());
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{u"a.txt"_s});
}

QTEST_GUILESS_MAIN(TestLeakScan)
#include "test_leak_scan.moc"
