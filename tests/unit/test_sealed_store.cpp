#include "app/keys/SealedDisk.h"
#include "app/keys/SealedStore.h"
#include "tests/support/SealedTestFile.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QLockFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace keydesk;
using test::cheapRules;
using State = SecretStore::State;

namespace {

constexpr std::string_view passphrase = "correct horse battery";
constexpr std::string_view other = "staple of another kind";
constexpr std::string_view token = "talq_0123456789abcdef3f9a";

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

class TestSealedStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void beginsWithoutAFile();
    void staysOpenWhenItWasLookedForBefore();
    void isMadeOnceAndUnlocked();
    void keepsReadsAndRemoves();
    void tellsNothingThereFromLocked();
    void neverAnswersInsideTheCallNorADeadGuard();
    void refusesAShortPassphrase();
    void aWrongPassphraseCostsNothing();
    void asksForThePassphraseAndWaits();
    void stopsAskingWhenNobodyAnswers();
    void lockingWhileThePassphraseIsTriedWins();
    void locksAfterIdling();
    void useKeepsItOpen();
    void isLockedAgainAfterARestart();

    void writesAtomicallyForTheOwnerAlone();
    void keepsTheVersionBefore();
    void keepsNoDeletedTokenInTheVersionBefore();
    void changesThePassphrase();
    void aChangeOfPassphraseElsewhereLocks();
    void twoInstancesLoseNoEntry();
    void waitsForAnotherWriterAndGivesUpInTheEnd();

    void refusesAndKeepsWhatIsBroken_data();
    void refusesAndKeepsWhatIsBroken();
    void goesBackToTheVersionBefore();
    void beginsANewWithoutTheBrokenOne();
    void noticesThatTheFileIsGone();
    void withoutWatchingItIsReadAllTheSame();
    void noticesTamperingWhileItIsOpen();
    void noticesAnOlderCopy();
    void noticesAnotherFile();
    void saysThatALinkLeadsNowhere();
    void followsALink();
    void saysThatTheDiskIsFull();
    void saysThatItMayNotWrite();

private:
    std::unique_ptr<SealedStore> makeStore();
    Result<void> createNow(std::string_view words = passphrase);
    Result<void> unlockNow(SealedStore &store, std::string_view words = passphrase);
    Result<void> writeNow(SealedStore &store, const QUuid &id, std::string_view bytes);
    Result<void> removeNow(SealedStore &store, const QUuid &id);
    Result<Secret> readNow(SealedStore &store, const QUuid &id);
    void restart();

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<SealedStore> m_store;
    QObject *m_guard = nullptr;
    const QUuid m_id = QUuid::createUuid();
};

namespace {

template <typename T, typename Call>
Result<T> wait(Call call)
{
    std::optional<Result<T>> answer;
    call([&answer](Result<T> outcome) { answer.emplace(std::move(outcome)); });
    if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 10'000))
        qFatal("no answer");
    return std::move(*answer);
}

} // namespace

void TestSealedStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(u"sealed.keydesk"_s);
    m_guard = new QObject(this);
    m_store = makeStore();
}

void TestSealedStore::cleanup()
{
    delete m_guard;
    m_store.reset();
    m_folder.reset();
}

std::unique_ptr<SealedStore> TestSealedStore::makeStore()
{
    return std::make_unique<SealedStore>(m_path, cheapRules);
}

void TestSealedStore::restart()
{
    m_store.reset();
    m_store = makeStore();
}

Result<void> TestSealedStore::createNow(std::string_view words)
{
    return wait<void>([&](auto done) { m_store->create(Secret(words), m_guard, done); });
}

Result<void> TestSealedStore::unlockNow(SealedStore &store, std::string_view words)
{
    return wait<void>([&](auto done) { store.unlockWith(Secret(words), m_guard, done); });
}

Result<void> TestSealedStore::writeNow(SealedStore &store, const QUuid &id, std::string_view bytes)
{
    return wait<void>([&](auto done) { store.write(id, Secret(bytes), m_guard, done); });
}

Result<void> TestSealedStore::removeNow(SealedStore &store, const QUuid &id)
{
    return wait<void>([&](auto done) { store.remove(id, m_guard, done); });
}

Result<Secret> TestSealedStore::readNow(SealedStore &store, const QUuid &id)
{
    return wait<Secret>([&](auto done) { store.read(id, m_guard, done); });
}

void TestSealedStore::beginsWithoutAFile()
{
    QCOMPARE(m_store->state(), State::Unknown);
    QVERIFY(!m_store->describe().isEmpty());
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Absent);
    QCOMPARE(readNow(*m_store, m_id).error().kind, Error::Kind::SealedAbsent);
    QCOMPARE(writeNow(*m_store, m_id, token).error().kind, Error::Kind::SealedAbsent);
    QCOMPARE(unlockNow(*m_store).error().kind, Error::Kind::SealedAbsent);
    QVERIFY(!QFileInfo::exists(m_path)); // nothing is made unasked
}

void TestSealedStore::staysOpenWhenItWasLookedForBefore()
{
    m_store->probe(); // finds none, and says so while the file is being made
    QVERIFY(createNow("a passphrase of some length"));
    QCOMPARE(m_store->state(), SecretStore::State::Available);
}

void TestSealedStore::isMadeOnceAndUnlocked()
{
    QSignalSpy states(m_store.get(), &SecretStore::stateChanged);
    QVERIFY(createNow());
    QCOMPARE(m_store->state(), State::Available);
    QCOMPARE(states.size(), 1);
    const QByteArray before = contents(m_path);
    QVERIFY(!before.isEmpty());
    QCOMPARE(createNow(other).error().kind, Error::Kind::Duplicate);
    QCOMPARE(contents(m_path), before);
}

void TestSealedStore::keepsReadsAndRemoves()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    const Result<Secret> back = readNow(*m_store, m_id);
    QVERIFY(back && back->equals(Secret(token)));
    QVERIFY(writeNow(*m_store, m_id, "another"));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret("another")));
    QVERIFY(!contents(m_path).contains("another"));
    QVERIFY(removeNow(*m_store, m_id));
    QVERIFY(removeNow(*m_store, m_id)); // what is not there is gone
    QCOMPARE(readNow(*m_store, m_id).error().kind, Error::Kind::NotFound);
}

void TestSealedStore::tellsNothingThereFromLocked()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    m_store->lock();
    QCOMPARE(m_store->state(), State::Locked);
    QCOMPARE(readNow(*m_store, m_id).error().kind, Error::Kind::SealedLocked);
    QCOMPARE(writeNow(*m_store, m_id, "x").error().kind, Error::Kind::SealedLocked);
    QCOMPARE(removeNow(*m_store, m_id).error().kind, Error::Kind::SealedLocked);
    QVERIFY(unlockNow(*m_store));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
    QCOMPARE(readNow(*m_store, QUuid::createUuid()).error().kind, Error::Kind::NotFound);
}

void TestSealedStore::neverAnswersInsideTheCallNorADeadGuard()
{
    QVERIFY(createNow());
    int answers = 0;
    QObject guard;
    const auto count = [&answers](const auto &) { ++answers; };
    m_store->read(m_id, &guard, count);
    m_store->write(m_id, Secret(token), &guard, count);
    m_store->remove(m_id, &guard, count);
    m_store->unlock(&guard, count);
    m_store->unlockWith(Secret(passphrase), &guard, count);
    m_store->create(Secret("short"), &guard, count);
    QCOMPARE(answers, 0);
    QTRY_COMPARE(answers, 6);

    auto dead = std::make_unique<QObject>();
    m_store->read(m_id, dead.get(), count);
    m_store->write(m_id, Secret(token), dead.get(), count);
    m_store->unlock(dead.get(), count);
    m_store->lock();
    m_store->unlock(dead.get(), count);
    dead.reset();
    QVERIFY(unlockNow(*m_store)); // comes after all of them
    QCOMPARE(answers, 6);
    QVERIFY(readNow(*m_store, m_id)); // it was written all the same
}

void TestSealedStore::refusesAShortPassphrase()
{
    QCOMPARE(createNow("short").error().kind, Error::Kind::InvalidInput);
    QVERIFY(!QFileInfo::exists(m_path));
}

void TestSealedStore::aWrongPassphraseCostsNothing()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    m_store->lock();
    const QByteArray before = contents(m_path);
    for (int attempt = 0; attempt < 3; ++attempt)
        QCOMPARE(unlockNow(*m_store, "wrong horse battery").error().kind, Error::Kind::WrongPassphrase);
    QCOMPARE(m_store->state(), State::Locked);
    QCOMPARE(contents(m_path), before);
    QVERIFY(unlockNow(*m_store));
    QVERIFY(readNow(*m_store, m_id));
}

void TestSealedStore::asksForThePassphraseAndWaits()
{
    QVERIFY(createNow());
    restart();
    QSignalSpy wanted(m_store.get(), &SealedStore::passphraseWanted);
    std::optional<Result<void>> outcome;
    m_store->unlock(m_guard, [&outcome](const Result<void> &answer) { outcome = answer; });
    QTRY_COMPARE(wanted.size(), 1); // it looked at the file first
    QVERIFY(!outcome);
    QVERIFY(!unlockNow(*m_store, "wrong horse battery"));
    QVERIFY(!outcome); // it can be tried again
    QVERIFY(unlockNow(*m_store));
    QTRY_VERIFY(outcome && *outcome);
    // An open one asks nobody.
    QVERIFY(wait<void>([&](auto done) { m_store->unlock(m_guard, done); }));
    QCOMPARE(wanted.size(), 1);
}

void TestSealedStore::stopsAskingWhenNobodyAnswers()
{
    QVERIFY(createNow());
    m_store->lock();
    connect(m_store.get(), &SealedStore::passphraseWanted, m_guard, [this] { m_store->stopAsking(); });
    const Result<void> outcome = wait<void>([&](auto done) { m_store->unlock(m_guard, done); });
    QCOMPARE(outcome.error().kind, Error::Kind::Cancelled);
    QCOMPARE(m_store->state(), State::Locked);
}

void TestSealedStore::lockingWhileThePassphraseIsTriedWins()
{
    QVERIFY(createNow());
    m_store->lock();
    std::optional<Result<void>> outcome;
    m_store->unlockWith(Secret(passphrase), m_guard,
                        [&outcome](const Result<void> &answer) { outcome = answer; });
    m_store->lock(); // the computer goes to sleep
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->error().kind, Error::Kind::SealedLocked);
    QCOMPARE(m_store->state(), State::Locked);
}

void TestSealedStore::locksAfterIdling()
{
    QVERIFY(createNow());
    QSignalSpy states(m_store.get(), &SecretStore::stateChanged);
    m_store->setLockAfter(std::chrono::milliseconds(30));
    QTRY_COMPARE(m_store->state(), State::Locked);
    QCOMPARE(states.size(), 1);
    // Zero: never. The timer that ran is stopped.
    QVERIFY(unlockNow(*m_store));
    m_store->setLockAfter(std::chrono::milliseconds(0));
    QVERIFY(readNow(*m_store, m_id).error().kind == Error::Kind::NotFound);
    QCOMPARE(m_store->state(), State::Available);
}

void TestSealedStore::useKeepsItOpen()
{
    QVERIFY(createNow());
    QElapsedTimer clock;
    clock.start();
    m_store->setLockAfter(std::chrono::milliseconds(1500));
    QVERIFY(!QTest::qWaitFor([this] { return m_store->state() != State::Available; }, 400));
    m_store->noteActivity();
    QTRY_COMPARE(m_store->state(), State::Locked);
    QVERIFY2(clock.elapsed() >= 1800, qPrintable(QString::number(clock.elapsed()))); // from the last use on
}

void TestSealedStore::isLockedAgainAfterARestart()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    restart();
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Locked);
    QVERIFY(unlockNow(*m_store));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
}

void TestSealedStore::writesAtomicallyForTheOwnerAlone()
{
    const mode_t before = umask(0);
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    umask(before);
    for (const QString &name : {m_path, previousSealedFile(m_path)}) {
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                                QFile::WriteOther | QFile::ExeOther;
        QVERIFY2(QFileInfo::exists(name), qPrintable(name));
        QVERIFY2(!(QFile::permissions(name) & others), qPrintable(name));
    }
    // No half-written file is left beside it.
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 2);
}

void TestSealedStore::keepsTheVersionBefore()
{
    QVERIFY(createNow());
    const QByteArray before = contents(m_path);
    QVERIFY(writeNow(*m_store, m_id, token));
    QCOMPARE(contents(previousSealedFile(m_path)), before);
    QVERIFY(contents(m_path) != before);
}

void TestSealedStore::keepsNoDeletedTokenInTheVersionBefore()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    QVERIFY(removeNow(*m_store, m_id));
    QCOMPARE(contents(previousSealedFile(m_path)), contents(m_path));
}

void TestSealedStore::changesThePassphrase()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    const auto change = [this](std::string_view from, std::string_view to) {
        return wait<void>(
            [&](auto done) { m_store->changePassphrase(Secret(from), Secret(to), m_guard, done); });
    };
    QCOMPARE(change("wrong horse battery", other).error().kind, Error::Kind::WrongPassphrase);
    QCOMPARE(change(passphrase, "short").error().kind, Error::Kind::InvalidInput);
    QCOMPARE(m_store->state(), State::Available);
    QVERIFY(change(passphrase, other));
    QCOMPARE(m_store->state(), State::Available);
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
    // What the old one opens is gone.
    QCOMPARE(contents(previousSealedFile(m_path)), contents(m_path));
    restart();
    QCOMPARE(unlockNow(*m_store, passphrase).error().kind, Error::Kind::WrongPassphrase);
    QVERIFY(unlockNow(*m_store, other));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
}

void TestSealedStore::aChangeOfPassphraseElsewhereLocks()
{
    QVERIFY(createNow());
    const std::unique_ptr<SealedStore> elsewhere = makeStore();
    QVERIFY(wait<void>(
        [&](auto done) { elsewhere->changePassphrase(Secret(passphrase), Secret(other), m_guard, done); }));
    // Noticed by the watched file or by the read, whichever comes first.
    const Error::Kind kind = readNow(*m_store, m_id).error().kind;
    QCOMPARE(kind, Error::Kind::SealedLocked);
    QTRY_COMPARE(m_store->state(), State::Locked);
    QVERIFY(unlockNow(*m_store, other));
}

void TestSealedStore::twoInstancesLoseNoEntry()
{
    QVERIFY(createNow());
    const std::unique_ptr<SealedStore> elsewhere = makeStore();
    QVERIFY(unlockNow(*elsewhere));
    QList<QUuid> ids;
    int written = 0;
    for (int i = 0; i < 20; ++i) {
        ids << QUuid::createUuid();
        (i % 2 ? *m_store : *elsewhere)
            .write(ids.last(), Secret(ids.last().toByteArray().toStdString()), m_guard,
                   [&written](const Result<void> &done) { written += done.has_value(); });
    }
    QTRY_COMPARE_WITH_TIMEOUT(written, 20, 20'000);
    for (const QUuid &id : std::as_const(ids)) {
        const Result<Secret> back = readNow(*m_store, id);
        QVERIFY(back && back->equals(Secret(id.toByteArray().toStdString())));
        QVERIFY(readNow(*elsewhere, id));
    }
}

void TestSealedStore::waitsForAnotherWriterAndGivesUpInTheEnd()
{
    QVERIFY(createNow());
    QLockFile held(m_path + u".lock"_s);
    QVERIFY(held.lock());
    std::optional<Result<void>> outcome;
    m_store->write(m_id, Secret(token), m_guard,
                   [&outcome](const Result<void> &answer) { outcome = answer; });
    QVERIFY(!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 300)); // it waits
    held.unlock();
    QTRY_VERIFY(outcome && *outcome);
    QVERIFY(held.lock());
    const Result<void> refused = writeNow(*m_store, QUuid::createUuid(), token);
    QCOMPARE(refused.error().kind, Error::Kind::StorageLocked);
    QCOMPARE(m_store->state(), State::Available);
}

void TestSealedStore::refusesAndKeepsWhatIsBroken_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"empty", "truncated", "flipped", "tampered", "trailing", "downgraded", "bomb",
                            "newer", "text", "folder"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void TestSealedStore::refusesAndKeepsWhatIsBroken()
{
    QFETCH(const QString, how);
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    m_store.reset();
    QByteArray file = contents(m_path);
    if (how == u"empty"_s)
        file.clear();
    else if (how == u"truncated"_s)
        file.chop(100);
    else if (how == u"flipped"_s)
        file[300] = char(file.at(300) ^ 1);
    else if (how == u"tampered"_s) {
        file[300] = char(file.at(300) ^ 1);
        file = test::withChecksum(file);
    } else if (how == u"trailing"_s)
        file += "more";
    else if (how == u"downgraded"_s) {
        file[16] = 1;
        file = test::withChecksum(file);
    } else if (how == u"bomb"_s) {
        file[19] = 0x7f;
        file = test::withChecksum(file);
    } else if (how == u"newer"_s) {
        file[8] = 9;
        file = test::withChecksum(file);
    } else if (how == u"text"_s)
        file = "TALKOVER_TOKEN=x\n";
    if (how == u"folder"_s) {
        QVERIFY(QFile::remove(m_path));
        QVERIFY(QDir().mkdir(m_path));
    } else {
        put(m_path, file);
    }

    m_store = makeStore();
    m_store->probe();
    if (how == u"tampered"_s) { // only the passphrase shows it
        QTRY_COMPARE(m_store->state(), State::Locked);
        QCOMPARE(unlockNow(*m_store).error().kind, Error::Kind::SealedDamaged);
    }
    QTRY_COMPARE(m_store->state(), State::Failing);
    const QString told = m_store->describe();
    QVERIFY(!told.isEmpty());
    const Error::Kind kind = how == u"newer"_s ? Error::Kind::StorageNewer : Error::Kind::SealedDamaged;
    QCOMPARE(readNow(*m_store, m_id).error().kind, kind); // never NotFound: the key is not missing
    QCOMPARE(writeNow(*m_store, m_id, token).error().kind, kind);
    QCOMPARE(unlockNow(*m_store).error().kind, kind);
    QVERIFY(!createNow());
    if (how == u"folder"_s)
        QVERIFY(QFileInfo(m_path).isDir());
    else
        QCOMPARE(contents(m_path), file); // kept as it was
    static QHash<QString, QString> sentences;
    if (how != u"truncated"_s && how != u"flipped"_s) {
        QVERIFY2(!sentences.contains(told), qPrintable(how + u" is told as "_s + sentences.value(told)));
        sentences.insert(told, how);
    }
}

void TestSealedStore::goesBackToTheVersionBefore()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    QVERIFY(writeNow(*m_store, QUuid::createUuid(), "more"));
    m_store.reset();
    put(m_path, "broken");
    m_store = makeStore();
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Failing);
    QTRY_VERIFY(m_store->hasPrevious());
    QVERIFY(wait<void>([&](auto done) { m_store->setAside(true, m_guard, done); }));
    QTRY_COMPARE(m_store->state(), State::Locked);
    QVERIFY(unlockNow(*m_store));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
    const QStringList aside = QDir(m_folder->path()).entryList({u"*.damaged-*"_s});
    QCOMPARE(aside.size(), 1);
    QCOMPARE(contents(m_folder->filePath(aside.first())), QByteArray("broken"));
}

void TestSealedStore::beginsANewWithoutTheBrokenOne()
{
    put(m_path, "broken");
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Failing);
    QVERIFY(!m_store->hasPrevious());
    QCOMPARE(wait<void>([&](auto done) { m_store->setAside(true, m_guard, done); }).error().kind,
             Error::Kind::NotFound);
    QCOMPARE(contents(m_path), QByteArray("broken"));
    QVERIFY(wait<void>([&](auto done) { m_store->setAside(false, m_guard, done); }));
    QTRY_COMPARE(m_store->state(), State::Absent);
    QVERIFY(createNow());
    QCOMPARE(QDir(m_folder->path()).entryList({u"*.damaged-*"_s}).size(), 1);
}

void TestSealedStore::noticesThatTheFileIsGone()
{
    QVERIFY(createNow());
    m_store->probe(); // watches the folder from now on
    QVERIFY(QFile::rename(m_path, m_path + u".away"_s));
    QTRY_COMPARE(m_store->state(), State::Absent);
    QVERIFY(m_store->describe().contains(u"moved or deleted"_s));
    QVERIFY(QFile::rename(m_path + u".away"_s, m_path));
    QTRY_COMPARE(m_store->state(), State::Locked);
}

/// As a command uses it.
void TestSealedStore::withoutWatchingItIsReadAllTheSame()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    m_store->stopWatching();
    m_store->stopWatching();
    QVERIFY(!m_store->findChild<QFileSystemWatcher *>());
    m_store->probe();
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
    const std::unique_ptr<SealedStore> elsewhere = makeStore();
    QVERIFY(unlockNow(*elsewhere));
    QVERIFY(writeNow(*elsewhere, m_id, "another token"));
    QVERIFY(readNow(*m_store, m_id)->equals(Secret("another token")));
    QSignalSpy changed(m_store.get(), &SecretStore::stateChanged);
    QVERIFY(QFile::rename(m_path, m_path + u".away"_s));
    std::ignore = readNow(*m_store, m_id); // notices it
    QTRY_COMPARE(m_store->state(), State::Absent);
    QCOMPARE(changed.count(), 1);
}

void TestSealedStore::noticesTamperingWhileItIsOpen()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    QByteArray file = contents(m_path);
    file[500] = char(file.at(500) ^ 4);
    put(m_path, test::withChecksum(file));
    QCOMPARE(readNow(*m_store, m_id).error().kind, Error::Kind::SealedDamaged);
    QTRY_COMPARE(m_store->state(), State::Failing);
}

void TestSealedStore::noticesAnOlderCopy()
{
    QSignalSpy seen(m_store.get(), &SealedStore::seen);
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, "the old token"));
    const QByteArray old = contents(m_path);
    QVERIFY(writeNow(*m_store, m_id, token));
    QVERIFY(seen.size() >= 3);
    const auto last = seen.last().first().value<SealedSeen>();
    m_store.reset();

    put(m_path, old);
    m_store = makeStore();
    m_store->setLastSeen(last);
    QSignalSpy notices(m_store.get(), &SealedStore::notice);
    QVERIFY(unlockNow(*m_store)); // said, not refused: nothing is destroyed
    QCOMPARE(notices.size(), 1);
    QVERIFY(m_store->warning().contains(u"older"_s));
    QCOMPARE(m_store->describe(), m_store->warning());
    QVERIFY(readNow(*m_store, m_id)->equals(Secret("the old token")));
    // The next change goes on from where it was.
    QVERIFY(writeNow(*m_store, m_id, token));
    QVERIFY(sealedHeader(contents(m_path), cheapRules)->generation > last.generation);
    QCOMPARE(notices.size(), 1);
}

void TestSealedStore::noticesAnotherFile()
{
    QVERIFY(createNow());
    m_store.reset();
    m_store = makeStore();
    m_store->setLastSeen({randomSealedBytes(sealedIdSize), 4});
    QSignalSpy notices(m_store.get(), &SealedStore::notice);
    QVERIFY(unlockNow(*m_store));
    QCOMPARE(notices.size(), 1);
    QVERIFY(m_store->warning().contains(u"another sealed file"_s));
}

void TestSealedStore::saysThatALinkLeadsNowhere()
{
    QVERIFY(QFile::link(m_folder->filePath(u"stick/sealed"_s), m_path));
    m_store->probe();
    QTRY_COMPARE(m_store->state(), State::Failing);
    QVERIFY(m_store->describe().contains(u"link"_s));
    QVERIFY(!createNow()); // which would be made where the link leads
}

void TestSealedStore::followsALink()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"stick"_s));
    QVERIFY(createNow());
    const QString target = m_folder->filePath(u"stick/sealed"_s);
    m_store.reset();
    QVERIFY(QFile::rename(m_path, target));
    QVERIFY(QFile::link(target, m_path));
    m_store = makeStore();
    QVERIFY(unlockNow(*m_store));
    QVERIFY(writeNow(*m_store, m_id, token));
    QVERIFY(QFileInfo(m_path).isSymLink());
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
}

void TestSealedStore::saysThatTheDiskIsFull()
{
    QFile full(u"/dev/full"_s);
    QVERIFY(full.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    const Result<void> written = writeAll(full, QByteArray(8192, 'x'));
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::DiskFull);
    QFile buffered(u"/dev/full"_s);
    QVERIFY(buffered.open(QIODevice::WriteOnly));
    QCOMPARE(writeAll(buffered, "x").error().kind, Error::Kind::DiskFull);
}

void TestSealedStore::saysThatItMayNotWrite()
{
    QVERIFY(createNow());
    QVERIFY(writeNow(*m_store, m_id, token));
    const QByteArray before = contents(m_path);
    // Nobody, root neither, can make a file in a folder that is gone from under the store, or replace a
    // folder.
    QVERIFY(QFile::remove(previousSealedFile(m_path)));
    QVERIFY(QDir().mkpath(previousSealedFile(m_path) + u"/inside"_s));
    const Result<void> refused = writeNow(*m_store, m_id, "new");
    QVERIFY(!refused);
    QVERIFY(!refused.error().message.isEmpty());
    QCOMPARE(contents(m_path), before);
    QCOMPARE(m_store->state(), State::Available);
    QVERIFY(readNow(*m_store, m_id)->equals(Secret(token)));
}

QTEST_GUILESS_MAIN(TestSealedStore)
#include "test_sealed_store.moc"
