#pragma once

#include "app/base/Error.h"
#include "app/keys/AuditTrail.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <functional>

namespace keydesk {

class Redactor;

/// The audit trail for those who read, check and export it: on a thread and connections of its own, however
/// long the trail is. Callbacks never come inside the call, and not after `guard`, which belongs to the
/// thread of this object.
class AuditLog : public QObject
{
    Q_OBJECT

public:
    enum class Format { Json, Csv };

    struct Verdict
    {
        qint64 entries = 0;
        std::optional<AuditTrail::Break> damage; ///< nothing: the trail is whole
    };

    template <typename T>
    using Done = std::function<void(Result<T>)>;

    AuditLog(const QString &databasePath, const Redactor &redactor, QObject *parent = nullptr);
    ~AuditLog() override; ///< what runs is stopped and waited for

    /// Newest first, `limit` entries older than `beforeId` (0: from the newest).
    void list(const AuditFilter &filter, qint64 beforeId, int limit, QObject *guard,
              Done<QList<AuditEntry>> done);
    void verify(QObject *guard, Done<Verdict> done);
    /// The whole trail, hashes included, oldest first, into a file that only its owner may read, in place of
    /// one that is there. Every text is redacted once more. Returns how many entries that were. What stops
    /// half way leaves the old file.
    void exportTo(const QString &file, Format format, QObject *guard, Done<qint64> done);

private:
    template <typename T>
    void run(QObject *guard, std::function<Result<T>(Database &)> work, Done<T> done);

    const QString m_path;
    const Redactor &m_redactor;
    std::atomic<bool> m_closing = false;
    QThreadPool m_pool;
};

} // namespace keydesk
