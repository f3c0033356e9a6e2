#include "app/keys/KeyStore.h"
#include "app/storage/Database.h"

#include <QFile>
#include <QSignalSpy>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace keydesk;

class TestKeyStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void startsEmpty();
    void readsRowsWhenTheyAreNeeded();
    void readsRowsAsideAndSaysWhenTheyAreThere();
    void findsOneKeyWithoutReadingAll();
    void takesAWriteBeforeTheRowsWereRead();
    void saysThatTheListIsDamagedAndWritesNothing();
    void keepsEveryFieldThroughARestart();
    void hidesPendingRowsUntilTheyAreConfirmed();
    void keepsPendingRowsThroughARestart();
    void ordersByCreation();
    void updatesWhatMayChangeOnly();
    void writesNothingWhenNothingChanged();
    void notesALeftoverWithEveryRowItDrops();
    void recognisesATokenWithoutStoringIt();
    void keepsItsFingerprintKey();
    void differsFromOtherInstallations();
    void listsEventsNewestFirst();
    void keepsEventsOfAKeyThatIsGone();
    void keepsTwoProcessesFromUndoingEachOther();
    void refusesAChangeThatSomebodyElseMadeMeanwhile();
    void takesOverWhatAnotherProcessDid();
    void saysWhatDoesNotExist();
    void leavesOutAnOriginThatCannotBeRead();
    void keepsTextThatIsNotThere();
    void refusesASecondRowWithTheSameId();

private:
    void restart();
    ApiKey sample(const QString &name = u"CI pipeline"_s) const;
    ApiKey stored(const ApiKey &key);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KeyStore> m_keys;
};

void TestKeyStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    restart();
}

void TestKeyStore::cleanup()
{
    m_keys.reset();
    m_database.reset();
}

void TestKeyStore::restart()
{
    m_keys.reset();
    m_database.reset();
    Result<std::unique_ptr<Database>> database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY2(database, qPrintable(database ? QString() : database.error().message));
    m_database = std::move(*database);
    m_keys = std::make_unique<KeyStore>(*m_database);
    QVERIFY(m_keys->load());
}

ApiKey TestKeyStore::sample(const QString &name) const
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.name = name;
    key.providerId = u"talkover"_s;
    key.kindId = u"environment"_s;
    key.hint = u"talq_••••3f9a"_s;
    key.fingerprint = m_keys->fingerprint(Secret("talq_" + name.toStdString()));
    key.headerName = u"X-API-Key"_s;
    key.headerPrefix = u""_s;
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s),
                   *Origin::fromString(u"http://127.0.0.1:8123"_s)};
    key.abilities = {u"agents:read"_s, u"calls \"quoted\""_s};
    key.remoteId = u"17"_s;
    key.createdAt = QDateTime::fromMSecsSinceEpoch(1'700'000'000'123, Qt::UTC);
    key.expiresAt = QDateTime::fromMSecsSinceEpoch(1'800'000'000'456, Qt::UTC);
    return key;
}

ApiKey TestKeyStore::stored(const ApiKey &key)
{
    if (!m_keys->insertPending(key) || !m_keys->confirm(key.id))
        qFatal("cannot store the sample key");
    return key;
}

void TestKeyStore::startsEmpty()
{
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(m_keys->pending().isEmpty());
    QVERIFY(m_keys->leftovers().isEmpty());
    QVERIFY(!m_keys->find(QUuid::createUuid()));
}

void TestKeyStore::readsRowsWhenTheyAreNeeded()
{
    const ApiKey key = stored(sample());
    restart();
    QVERIFY(!m_keys->isLoaded());
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    QVERIFY(m_keys->isLoaded());
    QCOMPARE(m_keys->indexOf(key.id), 0);
}

void TestKeyStore::readsRowsAsideAndSaysWhenTheyAreThere()
{
    const ApiKey key = stored(sample());
    restart();
    QSignalSpy reset(m_keys.get(), &KeyStore::reset);
    m_keys->fetch();
    m_keys->fetch();
    QVERIFY(reset.isEmpty());
    QVERIFY(reset.wait());
    QVERIFY(m_keys->isLoaded());
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    m_keys->fetch();

    // Somebody needs them while they are being read: told once all the same.
    restart();
    QSignalSpy again(m_keys.get(), &KeyStore::reset);
    m_keys->fetch();
    QCOMPARE(m_keys->all().size(), 1);
    QVERIFY(again.wait());
    QCoreApplication::processEvents(); // what is waiting
    QCOMPARE(again.size(), 1);
}

void TestKeyStore::findsOneKeyWithoutReadingAll()
{
    ApiKey key = sample();
    key.origins = {*Origin::fromString(u"https://app.talkover.ai"_s), *Origin::fromString(u"https://eu.talkover.ai"_s)};
    key = stored(key);
    const ApiKey pending = sample(u"Pending"_s);
    QVERIFY(m_keys->insertPending(pending));
    restart();
    QCOMPARE(m_keys->find(key.id), std::optional(key));
    QCOMPARE(m_keys->find(pending.id), std::nullopt);
    QCOMPARE(m_keys->find(QUuid::createUuid()), std::nullopt);
    QVERIFY(!m_keys->isLoaded());
}

void TestKeyStore::takesAWriteBeforeTheRowsWereRead()
{
    ApiKey key = stored(sample());
    restart();
    m_keys->fetch();
    key.name = u"Renamed at once"_s;
    QVERIFY(m_keys->update(key));
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    QCoreApplication::processEvents(); // what is waiting
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    restart();
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
}

void TestKeyStore::saysThatTheListIsDamagedAndWritesNothing()
{
    const QString path = m_folder->filePath(u"keydesk.db"_s);
    const ApiKey key = stored(sample());
    qint64 page = 0;
    {
        auto root = m_database->run(u"SELECT rootpage FROM sqlite_schema WHERE name = 'keys'"_s);
        QVERIFY(root && root->next());
        page = root->value(0).toLongLong();
    }
    cleanup();
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek((page - 1) * 4096));
        QCOMPARE(file.write(QByteArray(4096, '\x5a')), qint64(4096));
    }
    restart();
    QSignalSpy failed(m_keys.get(), &KeyStore::failed);
    m_keys->fetch();
    QVERIFY(failed.wait());
    const Error error = failed.first().first().value<Error>();
    QCOMPARE(error.kind, Error::Kind::StorageCorrupt);
    QVERIFY2(error.message.contains(u"start it again"_s), qPrintable(error.message));
    QVERIFY(m_keys->all().isEmpty());
    const Result<void> refused = m_keys->insertPending(sample());
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::StorageCorrupt);

    restart(); // as it says: now the file is set aside
    QVERIFY(!m_database->notice().isEmpty());
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(m_keys->insertPending(sample()));
}

void TestKeyStore::keepsEveryFieldThroughARestart()
{
    ApiKey key = stored(sample());
    key.name = u"Schlüssel 🔑"_s;
    key.lastUsedAt = QDateTime::fromMSecsSinceEpoch(1'700'000'001'000, Qt::UTC);
    key.lastCheckedAt = QDateTime::fromMSecsSinceEpoch(1'700'000'002'000, Qt::UTC);
    key.lastCheckNote = u"200 OK, 84 ms"_s;
    key.status = ApiKey::Status::Works;
    key.origins = {*Origin::fromString(u"https://two.test"_s), *Origin::fromString(u"https://one.test"_s)};
    QVERIFY(m_keys->update(key));
    ApiKey other = sample(u"session"_s);
    other.place = SecretPlace::Session;
    other.createdAt = key.createdAt.addSecs(1);
    stored(other);

    restart();
    QCOMPARE(m_keys->all().size(), 2);
    QCOMPARE(m_keys->all().at(0), key);
    QCOMPARE(m_keys->all().at(1), other);
    for (const auto status : {ApiKey::Status::Unchecked, ApiKey::Status::Refused, ApiKey::Status::Expired,
                              ApiKey::Status::Revoked, ApiKey::Status::Missing, ApiKey::Status::Works}) {
        key.status = status;
        QVERIFY(m_keys->update(key));
        restart();
        QCOMPARE(m_keys->find(key.id)->status, status);
    }
}

void TestKeyStore::hidesPendingRowsUntilTheyAreConfirmed()
{
    const ApiKey key = sample();
    QSignalSpy added(m_keys.get(), &KeyStore::added);
    QVERIFY(m_keys->insertPending(key));
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(!m_keys->find(key.id));
    QVERIFY(!m_keys->findByFingerprint(key.fingerprint));
    QCOMPARE(m_keys->pending(), QList<ApiKey>{key});
    QCOMPARE(added.size(), 0);

    QVERIFY(m_keys->confirm(key.id));
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
    QVERIFY(m_keys->pending().isEmpty());
    QCOMPARE(added.size(), 1);
    QCOMPARE(added.first().first().toInt(), 0);
}

void TestKeyStore::keepsPendingRowsThroughARestart()
{
    const ApiKey key = sample();
    QVERIFY(m_keys->insertPending(key));
    restart();
    QCOMPARE(m_keys->pending(), QList<ApiKey>{key});
    QVERIFY(m_keys->confirm(key.id));
    restart();
    QCOMPARE(m_keys->all(), QList<ApiKey>{key});
}

void TestKeyStore::ordersByCreation()
{
    ApiKey first = sample(u"first"_s);
    ApiKey second = sample(u"second"_s);
    second.createdAt = first.createdAt.addSecs(10);
    ApiKey third = sample(u"third"_s);
    third.createdAt = first.createdAt.addSecs(20);
    stored(third);
    stored(first);
    QSignalSpy added(m_keys.get(), &KeyStore::added);
    stored(second);
    QCOMPARE(added.first().first().toInt(), 1);
    const QList<ApiKey> expected = {first, second, third};
    QCOMPARE(m_keys->all(), expected);
    restart();
    QCOMPARE(m_keys->all(), expected);
}

void TestKeyStore::updatesWhatMayChangeOnly()
{
    const ApiKey key = stored(sample());
    QSignalSpy changed(m_keys.get(), &KeyStore::changed);
    ApiKey edited = key;
    edited.name = u"New name"_s;
    edited.fingerprint = "other"_ba;
    edited.hint = u"other"_s;
    edited.createdAt = QDateTime::currentDateTimeUtc();
    QVERIFY(m_keys->update(edited));
    QCOMPARE(changed.size(), 1);
    ApiKey expected = key;
    expected.name = u"New name"_s;
    QCOMPARE(m_keys->find(key.id), expected);
    restart();
    QCOMPARE(m_keys->find(key.id), expected);
}

void TestKeyStore::writesNothingWhenNothingChanged()
{
    const ApiKey key = stored(sample());
    QSignalSpy changed(m_keys.get(), &KeyStore::changed);
    QVERIFY(m_keys->update(key));
    QCOMPARE(changed.size(), 0);
}

void TestKeyStore::notesALeftoverWithEveryRowItDrops()
{
    const ApiKey key = stored(sample());
    ApiKey pending = sample(u"pending"_s);
    pending.place = SecretPlace::Session;
    QVERIFY(m_keys->insertPending(pending));

    QStringList order;
    connect(m_keys.get(), &KeyStore::aboutToRemove, this,
            [&] { order << u"about to, with %1 keys"_s.arg(m_keys->all().size()); });
    connect(m_keys.get(), &KeyStore::removed, this,
            [&] { order << u"removed, with %1 keys"_s.arg(m_keys->all().size()); });
    QVERIFY(m_keys->remove(key.id));
    QCOMPARE(order, (QStringList{u"about to, with 1 keys"_s, u"removed, with 0 keys"_s}));
    QVERIFY(m_keys->discardPending(pending.id));
    QVERIFY(m_keys->pending().isEmpty());

    restart();
    QVERIFY(m_keys->all().isEmpty());
    QVERIFY(m_keys->pending().isEmpty());
    const QList<KeyStore::Leftover> leftovers = m_keys->leftovers();
    QCOMPARE(leftovers.size(), 2);
    QCOMPARE(leftovers.at(0).id, key.id);
    QCOMPARE(leftovers.at(0).place, SecretPlace::SystemKeychain);
    QCOMPARE(leftovers.at(1).id, pending.id);
    QCOMPARE(leftovers.at(1).place, SecretPlace::Session);
    QVERIFY(m_keys->forgetLeftover(key.id, key.place));
    QCOMPARE(m_keys->leftovers().size(), 1);
    QVERIFY(m_keys->forgetLeftover(key.id, key.place));
}

void TestKeyStore::recognisesATokenWithoutStoringIt()
{
    const QByteArray print = m_keys->fingerprint(Secret("talq_CI pipeline"));
    QCOMPARE(print.size(), 16);
    QVERIFY(print != m_keys->fingerprint(Secret("talq_CI pipelinf")));
    QVERIFY(print != m_keys->fingerprint(Secret()));
    const ApiKey key = stored(sample());
    QCOMPARE(m_keys->findByFingerprint(print), key);

    // Nothing in the file gives the token away, not under SQLite's own copies either.
    for (const QString &name : {u"keydesk.db"_s, u"keydesk.db-wal"_s}) {
        QFile file(m_folder->filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        QVERIFY(!file.readAll().contains("talq_CI"));
    }
}

void TestKeyStore::keepsItsFingerprintKey()
{
    const QByteArray print = m_keys->fingerprint(Secret("talq_token"));
    restart();
    QCOMPARE(m_keys->fingerprint(Secret("talq_token")), print);
}

void TestKeyStore::differsFromOtherInstallations()
{
    const QByteArray print = m_keys->fingerprint(Secret("talq_token"));
    cleanup();
    init();
    QVERIFY(m_keys->fingerprint(Secret("talq_token")) != print);
}

void TestKeyStore::listsEventsNewestFirst()
{
    const ApiKey key = stored(sample());
    QSignalSpy noted(m_keys.get(), &KeyStore::eventAdded);
    for (const QString &what : {u"one"_s, u"two"_s, u"three"_s})
        QVERIFY(m_keys->addEvent(key.id, KeyAction::Noted, what));
    QCOMPARE(noted.size(), 3);
    const QList<AuditEntry> events = m_keys->events(key.id);
    QCOMPARE(events.size(), 3);
    QCOMPARE(events.at(0).what, u"three"_s);
    QCOMPARE(events.at(2).what, u"one"_s);
    QVERIFY(events.at(0).at.isValid());
    QCOMPARE(m_keys->events(key.id, 1).size(), 1);
    QVERIFY(m_keys->events(QUuid::createUuid()).isEmpty());
}

void TestKeyStore::keepsEventsOfAKeyThatIsGone()
{
    const ApiKey key = stored(sample());
    QVERIFY(m_keys->addEvent(key.id, KeyAction::Noted, u"one"_s));
    QVERIFY(m_keys->remove(key.id));
    const QList<AuditEntry> events = m_keys->events(key.id);
    QCOMPARE(events.size(), 2);
    QCOMPARE(events.at(0).action, KeyAction::Deleted);
    QCOMPARE(events.at(0).keyName, key.name);
    Result<QSqlQuery> origins = m_database->run(u"SELECT count(*) FROM key_origins"_s);
    QVERIFY(origins && origins->next());
    QCOMPARE(origins->value(0).toInt(), 0);
}

void TestKeyStore::keepsTwoProcessesFromUndoingEachOther()
{
    const ApiKey key = stored(sample());
    auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    KeyStore other(**database);
    QVERIFY(other.load());
    std::ignore = other.all(); // as they are now

    ApiKey renamed = key;
    renamed.name = u"Renamed here"_s;
    renamed.origins.append(*Origin::fromString(u"https://one.example"_s));
    QVERIFY(m_keys->update(renamed));
    ApiKey used = *other.find(key.id);
    used.expiresAt = QDateTime::fromMSecsSinceEpoch(1'900'000'000'000, Qt::UTC);
    used.status = ApiKey::Status::Works;
    used.origins.append(*Origin::fromString(u"https://two.example"_s));
    QSignalSpy changed(&other, &KeyStore::changed);
    QVERIFY(other.update(used));
    QTRY_COMPARE(changed.size(), 2); // its own, then the other's, which it noticed while it wrote

    QVERIFY(m_keys->refresh());
    for (const KeyStore *store : std::initializer_list<const KeyStore *>{m_keys.get(), &other}) {
        const ApiKey now = *store->find(key.id);
        QCOMPARE(now.name, renamed.name);
        QCOMPARE(now.expiresAt, used.expiresAt);
        QCOMPARE(now.status, ApiKey::Status::Works);
        QCOMPARE(now.origins.size(), key.origins.size() + 2);
    }
}

void TestKeyStore::refusesAChangeThatSomebodyElseMadeMeanwhile()
{
    const ApiKey key = stored(sample());
    auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    KeyStore other(**database);
    QVERIFY(other.load());
    std::ignore = other.all(); // as they are now

    ApiKey mine = key;
    mine.name = u"Mine"_s;
    QVERIFY(m_keys->update(mine));
    ApiKey theirs = *other.find(key.id);
    theirs.name = u"Theirs"_s;
    QCOMPARE(other.update(theirs).error().kind, Error::Kind::Conflict);
    QCOMPARE(other.find(key.id)->name, u"Mine"_s);
    theirs.name = u"Theirs"_s;
    QVERIFY(other.update(theirs)); // now that it was seen
    QVERIFY(m_keys->refresh());
    QCOMPARE(m_keys->find(key.id)->name, u"Theirs"_s);
}

void TestKeyStore::takesOverWhatAnotherProcessDid()
{
    const ApiKey gone = stored(sample(u"gone"_s));
    const ApiKey stays = stored(sample(u"stays"_s));
    auto database = Database::open(m_folder->filePath(u"keydesk.db"_s));
    QVERIFY(database);
    KeyStore other(**database);
    QVERIFY(other.load());
    std::ignore = other.all(); // as they are now
    ApiKey made = sample(u"made"_s);
    QVERIFY(other.insertPending(made));
    QVERIFY(other.confirm(made.id));
    QVERIFY(other.remove(gone.id));

    QSignalSpy added(m_keys.get(), &KeyStore::added);
    QSignalSpy removed(m_keys.get(), &KeyStore::removed);
    QSignalSpy changed(m_keys.get(), &KeyStore::changed);
    QVERIFY(m_keys->refresh());
    QCOMPARE(added.size(), 1);
    QCOMPARE(removed.size(), 1);
    QCOMPARE(changed.size(), 0);
    QCOMPARE(m_keys->all().size(), 2);
    QVERIFY(m_keys->find(made.id) && m_keys->find(stays.id) && !m_keys->find(gone.id));
    QVERIFY(m_keys->refresh());
    QCOMPARE(added.size() + removed.size() + changed.size(), 2); // nothing new
}

void TestKeyStore::saysWhatDoesNotExist()
{
    const QUuid nobody = QUuid::createUuid();
    QCOMPARE(m_keys->confirm(nobody).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_keys->discardPending(nobody).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_keys->remove(nobody).error().kind, Error::Kind::NotFound);
    QCOMPARE(m_keys->update(sample()).error().kind, Error::Kind::NotFound);
    QVERIFY(!m_keys->addEvent(nobody, KeyAction::Noted, u"x"_s));
}

void TestKeyStore::leavesOutAnOriginThatCannotBeRead()
{
    const ApiKey key = stored(sample());
    QVERIFY(m_database->run(u"INSERT INTO key_origins (key_id, origin) VALUES (?, 'ftp://elsewhere')"_s,
                            {key.id.toString(QUuid::WithoutBraces)}));
    restart();
    QCOMPARE(m_keys->find(key.id)->origins, key.origins);
}

void TestKeyStore::keepsTextThatIsNotThere()
{
    ApiKey key;
    key.id = QUuid::createUuid();
    key.createdAt = QDateTime::currentDateTimeUtc();
    QVERIFY(m_keys->insertPending(key));
    QVERIFY(m_keys->confirm(key.id));
    restart();
    QCOMPARE(m_keys->find(key.id), key);
}

void TestKeyStore::refusesASecondRowWithTheSameId()
{
    const ApiKey key = stored(sample());
    QVERIFY(!m_keys->insertPending(key));
    QCOMPARE(m_keys->all().size(), 1);
    QVERIFY(m_keys->pending().isEmpty());
}

QTEST_GUILESS_MAIN(TestKeyStore)
#include "test_key_store.moc"
