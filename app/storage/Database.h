#pragma once

#include "app/base/Error.h"

#include <QSqlDatabase>
#include <QString>

#include <functional>
#include <memory>

class QSqlError;
class QSqlQuery;

namespace keydesk {

/// The SQLite file: WAL, foreign keys on, numbered migrations, mode 0600. Belongs to the thread that opened it; another thread
/// opens its own over the same file (`openConnection`).
class Database
{
public:
    /// Opens and migrates `path`. A corrupt file is set aside as `<path>.corrupt-<time>` (nothing is deleted) and a new one
    /// is begun: `notice()` then says so. A newer, read-only or locked file is an Error and stays untouched.
    static Result<std::unique_ptr<Database>> open(const QString &path);
    /// A further connection for the calling thread; does not migrate.
    static Result<std::unique_ptr<Database>> openConnection(const QString &path);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    [[nodiscard]] QSqlDatabase connection() const;
    [[nodiscard]] QString path() const { return m_path; }
    /// What happened while opening that the user must know; empty if nothing.
    [[nodiscard]] QString notice() const { return m_notice; }

    /// Runs `work` in a transaction: committed if it returns a value, rolled back if it returns an Error.
    Result<void> transaction(const std::function<Result<void>()> &work);
    /// A prepared and executed query, or the Error in words (disk full, locked, read-only are told apart).
    Result<QSqlQuery> run(const QString &sql, const QVariantList &values = {});

    static Error errorOf(const QSqlError &error);

private:
    explicit Database(const QString &path, const QString &connectionName);

    QString m_path;
    QString m_connectionName;
    QString m_notice;
};

} // namespace keydesk
