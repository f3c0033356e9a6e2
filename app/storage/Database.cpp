#include "app/storage/Database.h"

#include "app/storage/DatabaseFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int workerBusyMilliseconds = 2000;
// Copied in well under a second; the window waits for it.
constexpr qint64 wholeCopyLimit = 64 * 1024 * 1024;

// What is carried over from a file whose history alone is damaged, in the order of their references.
constexpr const char *carriedTables[] = {"installation", "environments",     "keys",
                                         "key_origins",  "environment_keys", "leftover_secrets",
                                         "rotations"};

// Small, and read at start anyway: what they hold is checked then. Keys are checked when they are read and
// history when it is, so that start-up grows with neither.
const QStringList checkedAtStart = {u"installation"_s, u"environments"_s, u"environment_keys"_s,
                                    u"leftover_secrets"_s, u"rotations"_s};

// Qt binds a null QString or QByteArray as NULL; to everybody else here it is an empty text.
QVariant bindable(const QVariant &value)
{
    if (value.typeId() == QMetaType::QString && value.toString().isNull())
        return u""_s;
    if (value.typeId() == QMetaType::QByteArray && value.toByteArray().isNull())
        return QByteArray("");
    return value;
}

struct DatabaseText
{
    Q_DECLARE_TR_FUNCTIONS(Database)
};

} // namespace

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

Result<void> withoutRows(const Result<QSqlQuery> &done)
{
    return done ? Result<void>() : tl::unexpected(done.error());
}

Database::Database(const QString &path)
    : m_path(path)
    , m_connectionName(u"keydesk-"_s + QUuid::createUuid().toString(QUuid::WithoutBraces))
{
}

Database::~Database()
{
    connection().close();
    QSqlDatabase::removeDatabase(m_connectionName);
}

QSqlDatabase Database::connection() const
{
    return QSqlDatabase::database(m_connectionName, false);
}

Result<std::unique_ptr<Database>> Database::connect(const QString &path, int busyMilliseconds)
{
    return connect(path, path, u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(busyMilliseconds));
}

Result<std::unique_ptr<Database>> Database::connect(const QString &path, const QString &name, const QString &options)
{
    std::unique_ptr<Database> made(new Database(path));
    QSqlDatabase connection = QSqlDatabase::addDatabase(u"QSQLITE"_s, made->m_connectionName);
    connection.setDatabaseName(name);
    connection.setConnectOptions(options);
    if (!connection.open())
        return tl::unexpected(errorOf(connection.lastError()));
    return made;
}

Result<std::unique_ptr<Database>> Database::openReadOnly(const QString &path)
{
    // SQLite makes the journal and its index where they are not, even for a connection that may only read; unless it is told that nobody
    // writes (https://www.sqlite.org/wal.html#read_only_databases).
    const bool isShared = QFileInfo::exists(path + u"-wal"_s) && QFileInfo::exists(path + u"-shm"_s);
    const QString name = QString::fromLatin1(QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath()).toEncoded()) +
                         (isShared ? u"?readonly_shm=1"_s : u"?immutable=1"_s);
    Result<std::unique_ptr<Database>> made =
        connect(path, name, u"QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI;QSQLITE_BUSY_TIMEOUT=%1"_s.arg(workerBusyMilliseconds));
    if (made)
        (*made)->m_notesDamage = false;
    return made;
}

Result<std::unique_ptr<Database>> Database::openConnection(const QString &path)
{
    return connect(path, workerBusyMilliseconds)
        .and_then([](std::unique_ptr<Database> made) -> Result<std::unique_ptr<Database>> {
            for (const QString &pragma : {u"PRAGMA foreign_keys = ON"_s, u"PRAGMA synchronous = NORMAL"_s}) {
                if (auto done = made->run(pragma); !done)
                    return tl::unexpected(done.error());
            }
            return made;
        });
}

Result<std::unique_ptr<Database>> Database::open(const QString &path, const QList<QStringList> &steps, const DatabaseUse &use)
{
    QString setAside;
    bool onlyHistory = false;
    for (;;) {
        Result<void> ready = prepareDatabaseFile(path);
        if (ready) {
            holdJournal(path);
            auto made = connect(path, use.patience);
            ready = made ? (*made)->start(steps) : Result<void>(tl::unexpected(made.error()));
            if (ready && setAside.isEmpty() && isDamageNoted(path)) {
                ready = (*made)->checkWhole();
                onlyHistory = !ready;
            }
            if (ready) {
                letJournalGo(path);
                forgetDamage(path);
                restrictDatabaseFiles(path);
                if (!setAside.isEmpty())
                    (*made)->tellOfDamage(setAside, onlyHistory && (*made)->carryOver(setAside));
                return std::move(*made);
            }
        }
        // Once: a new file that comes out corrupt as well is a failing disk.
        if (ready.error().kind != Error::Kind::StorageCorrupt || !setAside.isEmpty()) {
            letJournalGo(path);
            return tl::unexpected(ready.error());
        }
        if (!use.mendsDamage) {
            putJournalBack(path);
            return failure(
                Error::Kind::StorageCorrupt,
                DatabaseText::tr(
                    "%1 Open Keydesk's window: it keeps the damaged file beside a new one, and says where.")
                    .arg(ready.error().message),
                ready.error().detail);
        }
        auto moved = setDatabaseAside(path);
        if (!moved)
            return tl::unexpected(moved.error());
        setAside = *moved;
    }
}

Result<void> Database::start(const QList<QStringList> &steps)
{
    const auto inOrder = [this](std::initializer_list<QString> statements) -> Result<void> {
        for (const QString &statement : statements) {
            if (auto done = run(statement); !done)
                return tl::unexpected(done.error());
        }
        return {};
    };

    const Result<int> found = version();
    if (!found)
        return tl::unexpected(found.error());
    const int latest = static_cast<int>(steps.size());
    if (*found > latest)
        return failure(
            Error::Kind::StorageNewer,
            DatabaseText::tr("%1 was written by a later version of Keydesk, and this version leaves it as it "
                             "is. Start the "
                             "later version, or move the file away to begin a new one.")
                .arg(QDir::toNativeSeparators(m_path)),
            u"version %1, newest known %2"_s.arg(*found).arg(latest));

    // auto_vacuum only takes before the first table. Setting WAL writes the header, so it waits until the
    // version was found good.
    if (*found == 0) {
        if (Result<void> done = inOrder({u"PRAGMA auto_vacuum = INCREMENTAL"_s}); !done)
            return done;
    }
    if (Result<void> done = inOrder({u"PRAGMA journal_mode = WAL"_s, u"PRAGMA synchronous = NORMAL"_s,
                                     u"PRAGMA foreign_keys = ON"_s, u"PRAGMA secure_delete = ON"_s});
        !done)
        return done;

    if (*found > 0 && *found < latest) {
        if (Result<void> kept = backUp(*found, steps); !kept)
            return kept;
    }
    // The write lock is taken even if there is nothing to migrate: a file that cannot be written is found
    // now, not at the first edit.
    if (Result<void> migrated = transaction([this, &steps] { return migrate(steps); }); !migrated)
        return migrated;
    return check(checkedAtStart);
}

Result<int> Database::version()
{
    auto query =
        run(u"SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)"_s);
    if (!query)
        return tl::unexpected(query.error());
    if (!query->next())
        return tl::unexpected(errorOf(query->lastError()));
    const int version = query->value(0).toInt();
    const bool isEmpty = query->value(1).toInt() == 0;
    // Tables without our version, or our version without tables: not a file that Keydesk wrote whole.
    if (version < 0 || (version == 0) != isEmpty)
        return failure(
            Error::Kind::StorageCorrupt,
            DatabaseText::tr("%1 is not a Keydesk database.").arg(QDir::toNativeSeparators(m_path)));
    return version;
}

Result<void> Database::migrate(const QList<QStringList> &steps)
{
    const int latest = static_cast<int>(steps.size());
    // Again, inside the transaction: another process may have migrated since.
    const Result<int> from = version();
    if (!from)
        return tl::unexpected(from.error());
    for (int next = *from; next < latest; ++next) {
        for (const QString &statement : steps.at(next)) {
            if (auto done = run(statement); !done)
                return tl::unexpected(done.error());
        }
    }
    if (*from < latest) {
        if (auto done = run(u"PRAGMA user_version = %1"_s.arg(latest)); !done)
            return tl::unexpected(done.error());
    }
    return {};
}

Result<void> Database::backUp(int found, const QList<QStringList> &steps)
{
    const QString target = m_path + u".before-v%1"_s.arg(steps.size());
    const QString part = target + u".part"_s;
    // SQLite accepts an empty file, which is how it comes to be 0600.
    if (Result<void> made = makeEmptyFile(part); !made)
        return made;
    const Result<void> copied = QFileInfo(m_path).size() <= wholeCopyLimit ? withoutRows(run(u"VACUUM INTO ?"_s, {part}))
                                                                           : copyWithoutCalls(part, steps.mid(0, found));
    if (!copied) {
        QFile::remove(part);
        return copied;
    }
    return replaceFile(part, target);
}

Result<void> Database::copyWithoutCalls(const QString &target, const QList<QStringList> &steps)
{
    auto made = connect(target, workerBusyMilliseconds);
    if (!made)
        return tl::unexpected(made.error());
    Database &copy = **made;
    for (const auto &[statement, values] :
         {std::pair(u"PRAGMA auto_vacuum = INCREMENTAL"_s, QVariantList()), std::pair(u"ATTACH DATABASE ? AS source"_s, QVariantList{m_path})}) {
        if (auto done = copy.run(statement, values); !done)
            return tl::unexpected(done.error());
    }
    return copy.transaction([&copy, &steps]() -> Result<void> {
        if (Result<void> built = copy.migrate(steps); !built)
            return built;
        QStringList tables;
        {
            // sqlite_sequence is one of them: no id is given twice.
            auto query = copy.run(u"SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'history%'"_s);
            if (!query)
                return tl::unexpected(query.error());
            while (query->next())
                tables.append(query->value(0).toString());
        }
        for (const QString &table : std::as_const(tables)) {
            for (const QString &statement : {u"DELETE FROM main.%1"_s, u"INSERT INTO main.%1 SELECT * FROM source.%1"_s}) {
                if (auto done = copy.run(statement.arg(table)); !done)
                    return tl::unexpected(done.error());
            }
        }
        return {};
    });
}

Result<void> Database::check(const QStringList &tables)
{
    for (const QString &table : tables) {
        auto query = run(u"PRAGMA quick_check('%1')"_s.arg(table));
        if (query && query->next() && query->value(0).toString() == "ok"_L1)
            continue;
        return failure(Error::Kind::StorageCorrupt,
                       query ? DatabaseText::tr("%1 is damaged.").arg(QDir::toNativeSeparators(m_path))
                             : query.error().message,
                       query ? query->value(0).toString() : query.error().detail);
    }
    return {};
}

Result<void> Database::checkAndNote(const QStringList &tables)
{
    const Result<void> checked = check(tables);
    if (!checked)
        noteDamage(m_path);
    return checked;
}

Result<void> Database::checkWhole()
{
    auto query = run(u"PRAGMA quick_check(1)"_s);
    if (!query)
        return failure(Error::Kind::StorageCorrupt, query.error().message, query.error().detail);
    if (query->next() && query->value(0).toString() == "ok"_L1)
        return {};
    return failure(Error::Kind::StorageCorrupt,
                   DatabaseText::tr("%1 is damaged.").arg(QDir::toNativeSeparators(m_path)),
                   query->value(0).toString());
}

bool Database::carryOver(const QString &damaged)
{
    if (!run(u"ATTACH DATABASE ? AS damaged"_s, {damaged}))
        return false;
    const Result<void> copied = transaction([this]() -> Result<void> {
        for (const char *table : carriedTables) {
            const auto done =
                run(u"INSERT INTO main.%1 SELECT * FROM damaged.%1"_s.arg(QLatin1StringView(table)));
            if (!done)
                return tl::unexpected(done.error());
        }
        // The calls that were being removed are not these.
        if (const auto done = run(u"DELETE FROM main.installation WHERE name LIKE 'history-%'"_s); !done)
            return tl::unexpected(done.error());
        // Not checked, and nothing stops without it: then the trail begins anew.
        if (!transaction([this] { return withoutRows(run(u"INSERT INTO main.audit SELECT * FROM damaged.audit"_s)); }))
            return withoutRows(run(u"DELETE FROM main.installation WHERE name = 'audit-head'"_s));
        std::ignore = transaction([this] { return withoutRows(run(u"INSERT INTO main.key_usage SELECT * FROM damaged.key_usage"_s)); });
        return {};
    });
    std::ignore = run(u"DETACH DATABASE damaged"_s);
    forgetDamage(m_path);
    return copied.has_value();
}

void Database::tellOfDamage(const QString &setAside, bool carriedOver)
{
    m_notice =
        (carriedOver
             ? DatabaseText::tr("The history was damaged and begins anew. Keys and environments are as "
                                "they were. The damaged file is "
                                "kept as %1.")
             : DatabaseText::tr("The file with the keys' names, environments and history was damaged. It "
                                "is kept as %1, and a new one "
                                "was begun. Tokens are still in the keychain."))
            .arg(QDir::toNativeSeparators(setAside));
}

Result<void> Database::transaction(const std::function<Result<void>()> &work)
{
    // IMMEDIATE: a transaction that begins by reading cannot be refused its lock half way.
    const bool outer = m_depth == 0;
    const QString name = u"nested%1"_s.arg(m_depth);
    if (auto begun = run(outer ? u"BEGIN IMMEDIATE"_s : u"SAVEPOINT "_s + name); !begun)
        return tl::unexpected(begun.error());
    ++m_depth;
    Result<void> result = work();
    if (result) {
        if (auto committed = run(outer ? u"COMMIT"_s : u"RELEASE "_s + name); !committed)
            result = tl::unexpected(committed.error());
    }
    if (!result) {
        // SQLite may have rolled back by itself (disk full): then this fails, and rightly so.
        std::ignore = run(outer ? u"ROLLBACK"_s : u"ROLLBACK TO "_s + name);
        if (!outer)
            std::ignore = run(u"RELEASE "_s + name);
    }
    --m_depth;
    return result;
}

Result<qint64> Database::commits()
{
    auto query = run(u"PRAGMA data_version"_s);
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<QSqlQuery> Database::run(const QString &sql, const QVariantList &values)
{
    QSqlQuery query(connection());
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return tl::unexpected(noted(query.lastError()));
    for (const QVariant &value : values)
        query.addBindValue(bindable(value));
    if (!query.exec())
        return tl::unexpected(noted(query.lastError()));
    return query;
}

Error Database::noted(const QSqlError &error) const
{
    const Error made = errorOf(error);
    if (made.kind == Error::Kind::StorageCorrupt && m_notesDamage)
        noteDamage(m_path);
    return made;
}

} // namespace keydesk
