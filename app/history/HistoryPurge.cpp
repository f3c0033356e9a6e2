#include "app/history/HistoryPurge.h"

#include "app/history/HistoryIndex.h"
#include "app/storage/Database.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QSqlError>

#include <algorithm>
#include <chrono>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct HistoryPurgeText
{
    Q_DECLARE_TR_FUNCTIONS(HistoryPurge)
};

// A transaction, for which others who write have to wait: twenty megabytes at most, and about so long.
constexpr auto stepTime = std::chrono::milliseconds(50);
constexpr int callsAtOnce = 100;
constexpr qint64 stepBytes = 20 * 1024 * 1024;
constexpr qint64 megabyte = 1024 * 1024;

// Up to which call all are being removed.
const auto clearingRow = u"history-clearing"_s;

const auto notPinned = u"NOT EXISTS (SELECT 1 FROM history_pins WHERE history_pins.id = history.id)"_s;

} // namespace

HistoryPurge::HistoryPurge(const HistoryRules &rules, const QDateTime &now)
    : m_rules(rules)
    , m_now(now)
{
}

QString HistoryPurge::Part::where() const
{
    return u"at >= ? AND (at, history.id) <= (?, ?) AND "_s + notPinned + ofEnvironments();
}

QVariantList HistoryPurge::Part::values() const
{
    return QVariantList{reached, before, lastId} + environments();
}

QString HistoryPurge::Part::ofEnvironments() const
{
    if (allBut.isEmpty())
        return environmentId.isNull() ? QString() : u" AND environment_id = ?"_s;
    const QStringList marks(allBut.size(), u"?"_s);
    return u" AND environment_id NOT IN (%1)"_s.arg(marks.join(u','));
}

QVariantList HistoryPurge::Part::environments() const
{
    QVariantList bound;
    if (!environmentId.isNull())
        bound.append(environmentId);
    for (const QString &id : allBut)
        bound.append(id);
    return bound;
}

Result<void> HistoryPurge::choose(Database &database)
{
    m_parts.clear();
    HistoryIndex index(database);
    QStringList own;
    // A size is that of each environment.
    if (m_rules->general.megabytes > 0) {
        const Result<QStringList> known = index.environmentIds();
        if (!known)
            return tl::unexpected(known.error());
        own = *known;
    }
    for (auto each = m_rules->environments.cbegin(); each != m_rules->environments.cend(); ++each)
        own.append(idText(each.key()));
    own.removeDuplicates();
    for (const QString &id : std::as_const(own)) {
        const Result<Part> part = partOf(database, id);
        if (!part)
            return tl::unexpected(part.error());
        m_parts.append(*part);
    }
    // All others, and calls that are not counted yet.
    m_parts.append({.before = beginOf(m_rules->general), .allBut = own});
    return {};
}

qint64 HistoryPurge::beginOf(const HistoryRetention &rule) const
{
    return m_now.addDays(-rule.days).toMSecsSinceEpoch();
}

/// What is too old; and if the rest holds too much, the oldest of it, to the very call.
Result<HistoryPurge::Part> HistoryPurge::partOf(Database &database, const QString &environmentId) const
{
    const HistoryRetention rule = m_rules->of(QUuid::fromString(environmentId));
    Part part{.before = beginOf(rule), .environmentId = environmentId};
    if (rule.megabytes == 0)
        return part;
    HistoryIndex index(database);
    const auto hours = index.bytesByHour(environmentId);
    if (!hours)
        return tl::unexpected(hours.error());
    qint64 room = rule.megabytes * megabyte;
    auto overflowing = hours->crbegin();
    for (; overflowing != hours->crend() && overflowing->second <= room; ++overflowing)
        room -= overflowing->second;
    if (overflowing == hours->crend())
        return part;
    const auto calls = index.keptInHour(environmentId, overflowing->first);
    if (!calls)
        return tl::unexpected(calls.error());
    std::pair last(overflowing->first, qint64(0)); // that goes: its time and id
    qint64 over = 0;
    for (auto older = std::next(overflowing); older != hours->crend(); ++older)
        over += older->second;
    bool isFull = false;
    for (const HistoryIndex::Kept &call : *calls) {
        if (!isFull && call.bytes <= room) {
            room -= call.bytes;
            continue;
        }
        if (!std::exchange(isFull, true))
            last = {call.at, call.id};
        over += call.bytes;
    }
    // A clock that was set back: calls that come while this goes on stay.
    last = std::min(last, {m_now.toMSecsSinceEpoch(), 0});
    if (last > std::pair(part.before, qint64(0))) {
        part.before = last.first;
        part.lastId = last.second;
        part.bytes = over;
    }
    return part;
}

Result<HistoryPurged> HistoryPurge::plan(Database &database)
{
    m_planned = {};
    auto all = database.run(m_rules ? u"SELECT CAST(value AS INTEGER) FROM installation WHERE name = ?"_s
                                    : u"SELECT coalesce(max(id), 0) FROM history"_s,
                            m_rules ? QVariantList{clearingRow} : QVariantList());
    if (!all)
        return tl::unexpected(all.error());
    m_lastId = all->next() ? all->value(0).toLongLong() : 0;
    all->finish();
    if (m_lastId > 0) {
        auto count =
            database.run(u"SELECT (SELECT count(*) FROM history) - (SELECT count(*) FROM history WHERE "
                         u"id > ?), (SELECT coalesce(sum(bytes), 0) FROM history_hours)"_s,
                         {m_lastId});
        if (!count)
            return tl::unexpected(count.error());
        if (count->next())
            m_planned = {count->value(0).toLongLong(), count->value(1).toLongLong()};
        return m_planned;
    }
    if (m_rules) {
        if (const Result<void> chosen = choose(database); !chosen)
            return tl::unexpected(chosen.error());
    }
    for (const Part &part : std::as_const(m_parts)) {
        auto count = database.run(u"SELECT count(*) FROM history WHERE "_s + part.where(), part.values());
        if (!count)
            return tl::unexpected(count.error());
        m_planned.calls += count->next() ? count->value(0).toLongLong() : 0;
        if (part.bytes) {
            m_planned.bytes += *part.bytes;
            continue;
        }
        auto bytes = database.run(
            u"SELECT coalesce(sum(bytes), 0) FROM history_hours WHERE calls > 0 AND hour <= ?"_s +
                part.ofEnvironments(),
            QVariantList{(part.before - 1) / historyHour} + part.environments());
        if (!bytes)
            return tl::unexpected(bytes.error());
        m_planned.bytes += bytes->next() ? bytes->value(0).toLongLong() : 0;
    }
    return m_planned;
}

Result<bool> HistoryPurge::step(Database &database)
{
    Result<void> done;
    if (m_isStopped && m_stage != Stage::Done)
        return tl::unexpected(stopHere(database));
    switch (m_stage) {
    case Stage::Planning:
        done = plan(database).map([](const HistoryPurged &) {});
        if (done && !m_rules && m_lastId > 0)
            done = database.transaction([&] { return beginWithAll(database); });
        m_stage = Stage::Removing;
        break;
    case Stage::Removing:
        done = m_lastId > 0 ? removeAny(database) : removeSome(database);
        break;
    case Stage::Tidying:
        done = tidySome(database);
        break;
    case Stage::Shrinking:
        done = shrinkSome(database);
        break;
    case Stage::Done:
        break;
    }
    if (!done)
        return tl::unexpected(done.error());
    return m_stage != Stage::Done;
}

Result<void> HistoryPurge::removeSome(Database &database)
{
    if (m_parts.isEmpty()) {
        m_stage = Stage::Tidying;
        return {};
    }
    Part &part = m_parts.first();
    auto query = database.run(u"SELECT history.id, at, length(response_body) FROM history LEFT JOIN "
                              u"history_contents ON history_contents.id = "
                              "history.id WHERE %1 ORDER BY at, history.id LIMIT %2"_s.arg(part.where())
                                  .arg(callsAtOnce),
                              part.values());
    if (!query)
        return tl::unexpected(query.error());
    QList<qint64> ids;
    QList<qint64> times;
    for (qint64 bytes = 0; bytes < stepBytes && query->next();) {
        ids.append(query->value(0).toLongLong());
        times.append(query->value(1).toLongLong());
        bytes += query->value(2).toLongLong();
    }
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));
    query->finish();
    if (ids.isEmpty()) {
        m_parts.removeFirst();
        return {};
    }
    return removeCalls(database, ids).map([&part, &times](qsizetype looked) {
        part.reached = times.at(looked - 1);
    });
}

/// The index goes at once, the calls after it; whatever ends the program, another purge goes on with them.
Result<void> HistoryPurge::beginWithAll(Database &database)
{
    const auto noted = database.run(u"INSERT OR REPLACE INTO installation (name, value) VALUES (?, ?)"_s,
                                    {clearingRow, m_lastId});
    return noted ? HistoryIndex(database).removeAll() : tl::unexpected(noted.error());
}

Result<void> HistoryPurge::endWithAll(Database &database)
{
    m_stage = Stage::Tidying;
    const auto forgotten = database.run(u"DELETE FROM installation WHERE name = ?"_s, {clearingRow});
    return forgotten ? Result<void>() : tl::unexpected(forgotten.error());
}

/// Why it does not go on: somebody stopped it, or not even that could be noted.
Error HistoryPurge::stopHere(Database &database)
{
    const bool wasRemoving = m_stage <= Stage::Removing;
    if (m_lastId > 0 && m_stage == Stage::Removing) {
        if (const Result<void> ended = endWithAll(database); !ended)
            return ended.error();
    }
    m_stage = Stage::Done;
    return {Error::Kind::Cancelled,
            wasRemoving
                ? HistoryPurgeText::tr("Stopped: what was not deleted yet stays.")
                : HistoryPurgeText::tr("Stopped: all were deleted, their space goes back to the disk later."),
            {}};
}

Result<void> HistoryPurge::removeAny(Database &database)
{
    auto query = database.run(u"SELECT history.id, length(response_body) FROM history LEFT JOIN "
                              u"history_contents ON history_contents.id = history.id "
                              "WHERE history.id <= ? ORDER BY history.id LIMIT %1"_s.arg(callsAtOnce),
                              {m_lastId});
    if (!query)
        return tl::unexpected(query.error());
    QList<qint64> ids;
    for (qint64 bytes = 0; bytes < stepBytes && query->next(); bytes += query->value(1).toLongLong())
        ids.append(query->value(0).toLongLong());
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));
    query->finish();
    if (ids.isEmpty())
        return endWithAll(database);
    const Result<HistoryIndex::Range> covered = HistoryIndex(database).range();
    if (!covered)
        return tl::unexpected(covered.error());
    if (covered->first <= ids.last()) // taken in again before it went on
        return removeCalls(database, ids).map([](qsizetype) {});
    const auto gone =
        database.run(u"DELETE FROM history WHERE id BETWEEN ? AND ?"_s, {ids.first(), ids.last()});
    if (!gone)
        return tl::unexpected(gone.error());
    m_removed += gone->numRowsAffected();
    return {};
}

/// The first of these calls, at least one; returns how many.
Result<qsizetype> HistoryPurge::removeCalls(Database &database, const QList<qint64> &ids)
{
    qsizetype looked = 0;
    qint64 gone = 0;
    const QDeadlineTimer deadline(stepTime);
    const Result<void> done = database.transaction([&]() -> Result<void> {
        HistoryIndex index(database);
        for (const qint64 id : ids) {
            if (looked > 0 && deadline.hasExpired())
                break;
            ++looked;
            if (const Result<void> out = index.remove(id); !out)
                return out;
            const auto row = database.run(u"DELETE FROM history WHERE id = ?"_s, {id});
            if (!row)
                return tl::unexpected(row.error());
            gone += row->numRowsAffected();
        }
        return {};
    });
    return done.map([&] {
        m_removed += gone;
        return looked;
    });
}

Result<void> HistoryPurge::tidySome(Database &database)
{
    HistoryIndex index(database);
    if (!m_isTidying) {
        const Result<bool> isUntidy = index.isUntidy();
        if (!isUntidy)
            return tl::unexpected(isUntidy.error());
        if (!*isUntidy) {
            m_stage = Stage::Shrinking; // perhaps of another purge that was stopped
            return {};
        }
    }
    const Result<bool> more = index.tidy(!std::exchange(m_isTidying, true));
    if (!more)
        return tl::unexpected(more.error());
    if (!*more)
        m_stage = Stage::Shrinking;
    return {};
}

Result<void> HistoryPurge::shrinkSome(Database &database)
{
    qint64 free = 0;
    {
        auto pages = database.run(u"PRAGMA freelist_count"_s);
        if (!pages)
            return tl::unexpected(pages.error());
        free = pages->next() ? pages->value(0).toLongLong() : 0;
    }
    if (free == 0 || free == m_free) {
        // The journal still holds what was removed. It stays if somebody reads just now, until the next
        // checkpoint.
        std::ignore = database.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
        m_stage = Stage::Done;
        return {};
    }
    m_free = free;
    return database.transaction([&]() -> Result<void> {
        QSqlQuery step(database.connection());
        // Qt takes one step of the statement, which frees one page, whatever it is told.
        if (!step.prepare(u"PRAGMA incremental_vacuum(1)"_s))
            return tl::unexpected(database.noted(step.lastError()));
        const QDeadlineTimer deadline(stepTime);
        for (qint64 page = 0; page < free && !deadline.hasExpired(); ++page) {
            if (!step.exec())
                return tl::unexpected(database.noted(step.lastError()));
        }
        return {};
    });
}

} // namespace keydesk
