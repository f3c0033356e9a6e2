#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryRetention.h"

#include <QDateTime>
#include <QList>
#include <QStringList>

#include <atomic>
#include <optional>

namespace keydesk {

class Database;

/// Takes calls out of the history in small steps, so that others who write to the file wait for a few calls
/// at most, then gives the space back to the disk. For the thread that `database` belongs to, which may be
/// given at each step.
class HistoryPurge
{
public:
    /// What the rules no longer keep at this time. Pinned calls stay. If all were to be removed and that did
    /// not come to its end, it goes on with that instead.
    HistoryPurge(const HistoryRules &rules, const QDateTime &now);
    /// All calls there are, pinned ones too.
    HistoryPurge() = default;
    /// No more calls, only what is left of those that were deleted.
    struct Leftovers
    {
    };
    explicit HistoryPurge(Leftovers)
        : m_stage(Stage::Tidying)
    {
    }

    /// What it would take; nothing is changed.
    Result<HistoryPurged> plan(Database &database);
    /// Goes on a little; false: it is done. Begins with a plan if none was made. Error::Cancelled after
    /// `stop`.
    Result<bool> step(Database &database);
    /// The next step is the last one: what is left stays, even of all calls. From any thread.
    void stop() { m_isStopped = true; }

    [[nodiscard]] HistoryPurged planned() const { return m_planned; }
    [[nodiscard]] qint64 removed() const { return m_removed; }
    /// The calls are gone; the space that they took is given back.
    [[nodiscard]] bool isShrinking() const { return m_stage > Stage::Removing; }

private:
    /// Calls before a time, and up to a call of that time: of one environment, or of all but some.
    struct Part
    {
        qint64 before = 0;             ///< ms since 1970
        qint64 lastId = 0;             ///< of that very time; 0: none of that time
        std::optional<qint64> bytes{}; ///< that these calls hold, about; none: not counted
        QString environmentId{};
        QStringList allBut{};
        qint64 reached = 0; ///< where the next step goes on

        [[nodiscard]] QString where() const;
        [[nodiscard]] QVariantList values() const;
        [[nodiscard]] QString ofEnvironments() const;
        [[nodiscard]] QVariantList environments() const;
    };
    enum class Stage { Planning, Removing, Tidying, Shrinking, Done };

    Result<void> choose(Database &database);
    [[nodiscard]] qint64 beginOf(const HistoryRetention &rule) const; ///< ms since 1970
    Result<Part> partOf(Database &database, const QString &environmentId) const;
    Result<void> removeSome(Database &database);
    Result<void> removeAny(Database &database);
    Result<void> beginWithAll(Database &database);
    Result<void> endWithAll(Database &database);
    Error stopHere(Database &database);
    Result<qsizetype> removeCalls(Database &database, const QList<qint64> &ids);
    Result<void> tidySome(Database &database);
    Result<void> shrinkSome(Database &database);

    std::optional<HistoryRules> m_rules; // none: everything goes
    QDateTime m_now;
    Stage m_stage = Stage::Planning;
    std::atomic<bool> m_isStopped = false;
    QList<Part> m_parts;
    HistoryPurged m_planned;
    qint64 m_lastId = 0; // of everything: calls that come meanwhile stay; 0: by the rules
    qint64 m_removed = 0;
    bool m_isTidying = false;
    qint64 m_free = -1; // pages, before the last step
};

} // namespace keydesk
