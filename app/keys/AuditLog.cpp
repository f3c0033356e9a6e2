#include "app/keys/AuditLog.h"

#include "app/keys/AuditExport.h"
#include "app/storage/Database.h"

#include <QPointer>

namespace keydesk {

AuditLog::AuditLog(const QString &databasePath, const Redactor &redactor, QObject *parent)
    : QObject(parent)
    , m_path(databasePath)
    , m_redactor(redactor)
{
    m_pool.setMaxThreadCount(1);
}

AuditLog::~AuditLog()
{
    m_closing = true;
    m_pool.clear();
    m_pool.waitForDone();
}

template <typename T>
void AuditLog::run(QObject *guard, std::function<Result<T>(Database &)> work, Done<T> done)
{
    m_pool.start([this, guard = QPointer<QObject>(guard), work = std::move(work), done = std::move(done)] {
        // A connection for each job: one belongs to the thread that opened it, and the pool lets its threads
        // go.
        const auto database = Database::openConnection(m_path);
        Result<T> result = database ? work(**database) : Result<T>(tl::unexpected(database.error()));
        QMetaObject::invokeMethod(
            this,
            [guard, done, result = std::move(result)] {
                if (guard)
                    done(result);
            },
            Qt::QueuedConnection);
    });
}

void AuditLog::list(const AuditFilter &filter, qint64 beforeId, int limit, QObject *guard,
                    Done<QList<AuditEntry>> done)
{
    run<QList<AuditEntry>>(
        guard,
        [filter, beforeId, limit](Database &database) {
            return AuditTrail(database).before(filter, beforeId, limit);
        },
        std::move(done));
}

void AuditLog::verify(QObject *guard, Done<Verdict> done)
{
    run<Verdict>(
        guard,
        [this](Database &database) -> Result<Verdict> {
            AuditTrail trail(database);
            const auto damage = trail.verify([this] { return !m_closing; });
            if (!damage)
                return tl::unexpected(damage.error());
            return trail.count().map([&damage](qint64 entries) { return Verdict{entries, *damage}; });
        },
        std::move(done));
}

void AuditLog::exportTo(const QString &file, Format format, QObject *guard, Done<qint64> done)
{
    run<qint64>(
        guard,
        [this, file, format](Database &database) {
            const AuditTrail trail(database);
            return exportAudit(trail, file, format == Format::Csv, m_redactor, [this] { return !m_closing; });
        },
        std::move(done));
}

} // namespace keydesk
