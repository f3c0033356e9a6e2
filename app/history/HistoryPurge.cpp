#include "app/history/HistoryPurge.h"

#include "app/history/HistoryIndex.h"
#include "app/storage/Database.h"

#include <QDeadlineTimer>
#include <QSqlError>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// A transaction, for which others who write have to wait: twenty megabytes at most, and about so long.
constexpr auto stepTime = std::chrono::milliseconds(50);
constexpr int stepCalls = 100;
constexpr qint64 stepBytes = 20 * 1024 * 1024;
constexpr qint64 hour = 3'600'000; // ms
constexpr qint64 megabyte = 1024 * 1024;

const auto notPinned = u"NOT EXISTS (SELECT 1 FROM history_pins WHERE history_pins.id = history.id)"_s;

QString idText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

/// The time before which an environment's oldest calls must go so that the rest takes no more than `most`
/// bytes.
Result<qint64> beginOfWhatFits(HistoryIndex &index, const QString &environmentId, qint64 most)
{
    return index.bytesByHour(environmentId)
        .map([most](const QList<std::pair<qint64, qint64>> &hours) -> qint64 {
            qint64 held = 0;
            for (auto each = hours.crbegin(); each != hours.crend(); ++each) {
                held += each->second;
                if (held > most)
                    return each->first + hour;
            }
            return 0;
        });
}

} // namespace

HistoryPurge::HistoryPurge(const HistoryRules &rules, const QDateTime &now)
    : m_rules(rules)
    , m_now(now)
{
}

QString HistoryPurge::Part::where() const
{
    return u"at >= ? AND at < ? AND "_s + notPinned + ofEnvironments();
}

QVariantList HistoryPurge::Part::values() const
{
    return QVariantList{reached, before} + environments();
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
    const auto daysAgo = [this](int days) { return m_now.addDays(-days).toMSecsSinceEpoch(); };
    for (const QString &id : std::as_const(own)) {
        const HistoryRetention rule = m_rules->of(QUuid::fromString(id));
        qint64 before = daysAgo(rule.days);
        if (rule.megabytes > 0) {
            const Result<qint64> fits = beginOfWhatFits(index, id, rule.megabytes * megabyte);
            if (!fits)
                return tl::unexpected(fits.error());
            before = qMax(before, *fits);
        }
        m_parts.append({before, id});
    }
    // All others, and calls that are not counted yet.
    m_parts.append({daysAgo(m_rules->general.days), {}, own});
    return {};
}

Result<HistoryPurged> HistoryPurge::plan(Database &database)
{
    m_planned = {};
    if (m_rules) {
        if (const Result<void> chosen = choose(database); !chosen)
            return tl::unexpected(chosen.error());
    }
    for (const Part &part : std::as_const(m_parts)) {
        auto count = database.run(u"SELECT count(*) FROM history WHERE "_s + part.where(), part.values());
        if (!count)
            return tl::unexpected(count.error());
        m_planned.calls += count->next() ? count->value(0).toLongLong() : 0;
        auto bytes = database.run(
            u"SELECT coalesce(sum(bytes), 0) FROM history_hours WHERE calls > 0 AND hour <= ?"_s +
                part.ofEnvironments(),
            QVariantList{(part.before - 1) / hour} + part.environments());
        if (!bytes)
            return tl::unexpected(bytes.error());
        m_planned.bytes += bytes->next() ? bytes->value(0).toLongLong() : 0;
    }
    if (!m_rules) {
        auto all = database.run(
            u"SELECT (SELECT count(*) FROM history), (SELECT coalesce(sum(bytes), 0) FROM history_hours), (SELECT max(id) FROM history)"_s);
        if (!all)
            return tl::unexpected(all.error());
        if (all->next()) {
            m_planned = {all->value(0).toLongLong(), all->value(1).toLongLong()};
            m_lastId = all->value(2).toLongLong();
        }
    }
    return m_planned;
}

Result<bool> HistoryPurge::step(Database &database)
{
    Result<void> done;
    switch (m_stage) {
    case Stage::Planning:
        done = plan(database).map([](const HistoryPurged &) {});
        // Everything: the index goes at once, the calls after it.
        if (done && !m_rules)
            done = database.transaction([&database] { return HistoryIndex(database).removeAll(); });
        m_stage = Stage::Removing;
        break;
    case Stage::Removing:
        done = m_rules ? removeSome(database) : removeAny(database);
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
        m_stage = m_removed > 0 ? Stage::Tidying : Stage::Done;
        return {};
    }
    Part &part = m_parts.first();
    auto query = database.run(u"SELECT history.id, at, length(response_body) FROM history LEFT JOIN "
                              u"history_contents ON history_contents.id = "
                              "history.id WHERE %1 ORDER BY at LIMIT %2"_s.arg(part.where())
                                  .arg(stepCalls),
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

Result<void> HistoryPurge::removeAny(Database &database)
{
    auto query = database.run(u"SELECT history.id, length(response_body) FROM history LEFT JOIN "
                              u"history_contents ON history_contents.id = history.id "
                              "WHERE history.id <= ? ORDER BY history.id LIMIT %1"_s.arg(stepCalls),
                              {m_lastId});
    if (!query)
        return tl::unexpected(query.error());
    QList<qint64> ids;
    for (qint64 bytes = 0; bytes < stepBytes && query->next(); bytes += query->value(1).toLongLong())
        ids.append(query->value(0).toLongLong());
    if (query->lastError().isValid())
        return tl::unexpected(database.noted(query->lastError()));
    query->finish();
    if (ids.isEmpty()) {
        m_stage = m_removed > 0 ? Stage::Tidying : Stage::Done;
        return {};
    }
    return removeCalls(database, ids).map([](qsizetype) {});
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
    const Result<bool> more =
        m_isTidying ? index.tidy(false) : index.isUntidy().and_then([&](bool isUntidy) -> Result<bool> {
            m_isTidying = true;
            return isUntidy ? index.tidy(true) : false;
        });
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
