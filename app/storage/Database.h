#pragma once

#include "app/base/Error.h"
#include "app/storage/Migrations.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QStringList>
#include <QUuid>
#include <QVariant>

#include <functional>
#include <memory>

class QSqlError;

namespace keydesk {

/// How a process uses the file.
struct DatabaseUse
{
    int patience = 200; ///< ms to wait for another process's lock: a window can wait no longer
    /// A corrupt file is set aside, and a new one is begun. Not by who shares the file with a process that may have it open.
    bool mendsDamage = true;
};

/// The SQLite file: WAL, foreign keys on, numbered migrations (the file of the version before is kept as
/// `<path>.before-v<N>`; a large one without the calls of its history, which no migration takes away), mode 0600. Belongs to the thread that opened it; another thread opens its own over
/// the same file (`openConnection`).
class Database
{
public:
    /// Opens and migrates `path`. A corrupt file is set aside as `<path>.corrupt-<time>` (nothing is deleted)
    /// and a new one is begun: `notice()` then says so. A newer, read-only or locked file is an Error and
    /// stays untouched.
    static Result<std::unique_ptr<Database>> open(const QString &path, const QList<QStringList> &steps = migrations(),
                                                  const DatabaseUse &use = {});
    /// A further connection for the calling thread; does not migrate. Not for the UI thread: it waits up to
    /// two seconds for a lock
    /// (`open` a fifth of one).
    static Result<std::unique_ptr<Database>> openConnection(const QString &path);
    /// A connection for looking only, with which nothing is changed: neither the file nor what lies beside it, of which nothing is made
    /// either. Does not migrate. A journal (-wal) without its index (-shm) is not read: what had been saved last is missing then.
    static Result<std::unique_ptr<Database>> openReadOnly(const QString &path);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    [[nodiscard]] QSqlDatabase connection() const;
    [[nodiscard]] QString path() const { return m_path; }
    /// What happened while opening that the user must know; empty if nothing.
    [[nodiscard]] QString notice() const { return m_notice; }

    /// Runs `work` in a transaction: committed if it returns a value, rolled back if it returns an Error. One
    /// inside another is a part of it that is rolled back alone.
    Result<void> transaction(const std::function<Result<void>()> &work);
    /// Differs from before if another connection, of this process or another one, has committed since. Costs a few microseconds.
    Result<qint64> commits();
    /// A prepared and executed query, or the Error in words (disk full, locked, read-only are told apart;
    /// Duplicate and NotFound for a unique and a foreign key that does not hold). Forward only. Let go of a
    /// SELECT when it has been read: it holds its snapshot open.
    Result<QSqlQuery> run(const QString &sql, const QVariantList &values = {});

    static Error errorOf(const QSqlError &error);
    /// The same; damage is also noted beside the file, so that the next `open` checks it whole. `run` does so
    /// itself: this is for errors that come while rows are read.
    Error noted(const QSqlError &error) const;

    /// StorageCorrupt if one of the tables is damaged; noted then, as `noted` does. Takes time in proportion to their size.
    Result<void> checkAndNote(const QStringList &tables);
    /// StorageCorrupt if any part of the file is damaged. Takes time in proportion to its size.
    Result<void> checkWhole();
    /// The migrations that it has seen; 0: it is empty. StorageCorrupt for a file that is no database of Keydesk.
    Result<int> version();

private:
    explicit Database(const QString &path);

    static Result<std::unique_ptr<Database>> connect(const QString &path, int busyMilliseconds);
    static Result<std::unique_ptr<Database>> connect(const QString &path, const QString &name, const QString &options);
    Result<void> start(const QList<QStringList> &steps);
    Result<void> migrate(const QList<QStringList> &steps);
    Result<void> backUp(int found, const QList<QStringList> &steps);
    /// What the first `steps` make, with all that is in this file but the calls of the history.
    Result<void> copyWithoutCalls(const QString &target, const QList<QStringList> &steps);
    Result<void> check(const QStringList &tables);
    bool carryOver(const QString &damaged);
    void tellOfDamage(const QString &setAside, bool carriedOver);

    QString m_path;
    QString m_connectionName;
    QString m_notice;
    int m_depth = 0; // of transactions
    bool m_notesDamage = true;
};

/// As it stands in the tables.
QString idText(const QUuid &id);
/// Of a statement that gives none.
Result<void> withoutRows(const Result<QSqlQuery> &done);

} // namespace keydesk
