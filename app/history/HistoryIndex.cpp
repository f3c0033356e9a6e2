#include "app/history/HistoryIndex.h"

#include "app/history/HistoryStore.h"
#include "app/history/HistoryWords.h"
#include "app/storage/Database.h"

#include <QDeadlineTimer>
#include <QSqlError>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// In one transaction, for which others who write have to wait: some ten milliseconds.
constexpr int stepCalls = 25;
// As many are taken in before a search, so that it finds what was made a moment ago.
constexpr int fewCalls = 100;
constexpr int tidiedPages = 100;
constexpr int tidiedHours = 1000;
// One in so many.
constexpr int untidyShare = 10;

const auto keptBytes = u"length(CAST(request AS BLOB)) + length(CAST(sent AS BLOB)) + "
                       "length(CAST(response_head AS BLOB)) + length(response_body)"_s;

// That words of deleted calls are in the index; that they are being taken out of it. Apart: a call that is
// deleted meanwhile waits for the next time.
const auto deletedRow = u"history-deleted"_s;
const auto tidyingRow = u"history-tidying"_s;

} // namespace

struct HistoryIndex::Call
{
    HistoryRow row;
    QString environmentId;
    QString words;
    qint64 bytes = 0; // that are kept
};

HistoryIndex::HistoryIndex(Database &database)
    : m_database(database)
{
}

Result<HistoryIndex::Range> HistoryIndex::range()
{
    auto query = m_database.run(u"SELECT first_id, last_id FROM history_indexed"_s);
    if (!query)
        return tl::unexpected(query.error());
    if (!query->next())
        return Range();
    return Range{query->value(0).toLongLong(), query->value(1).toLongLong()};
}

Result<void> HistoryIndex::setRange(const Range &range)
{
    return withoutRows(
        m_database.run(u"UPDATE history_indexed SET first_id = ?, last_id = ?"_s, {range.first, range.last}));
}

Result<QList<HistoryIndex::Call>> HistoryIndex::calls(const QString &where, const QVariantList &values)
{
    auto query = m_database.run(u"SELECT history.id, at, method, url, environment_id, environment_name, "
                                u"key_name, status, error_text, substr(sent, 1, %1), "
                                "substr(response_head, 1, %1), substr(response_body, 1, %1), %2 FROM history "
                                "LEFT JOIN history_contents ON history_contents.id = history.id "
                                "WHERE %3"_s.arg(historywords::textLimit)
                                    .arg(keptBytes, where),
                                values);
    if (!query)
        return tl::unexpected(query.error());
    QList<Call> found;
    while (query->next()) {
        Call call;
        call.row.id = query->value(0).toLongLong();
        call.row.at = QDateTime::fromMSecsSinceEpoch(query->value(1).toLongLong(), Qt::UTC);
        call.row.method = query->value(2).toString();
        call.row.url = query->value(3).toString();
        call.environmentId = query->value(4).toString();
        call.row.environmentId = QUuid::fromString(call.environmentId);
        call.row.environmentName = query->value(5).toString();
        call.row.keyName = query->value(6).toString();
        call.row.status = query->value(7).toInt();
        call.row.errorText = query->value(8).toString();
        call.words = historywords::ofCall(call.row, query->value(9).toString(), query->value(10).toString(),
                                          query->value(11).toByteArray());
        call.bytes = query->value(12).toLongLong();
        found.append(call);
    }
    if (query->lastError().isValid())
        return tl::unexpected(m_database.noted(query->lastError()));
    return found;
}

Result<void> HistoryIndex::count(const Call &call, int sign)
{
    const bool failed = call.row.status == 0 || call.row.status >= 400;
    return withoutRows(m_database.run(
        u"INSERT INTO history_hours (hour, environment_id, key_name, calls, failures, bytes, first_id, "
        u"last_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (hour, environment_id, key_name) DO UPDATE SET calls = calls + excluded.calls, failures "
        "= failures + excluded.failures, "
        "bytes = bytes + excluded.bytes, first_id = min(first_id, excluded.first_id), last_id = max(last_id, excluded.last_id)"_s,
        {call.row.at.toMSecsSinceEpoch() / historyHour, call.environmentId, call.row.keyName, sign,
         failed ? sign : 0, sign * call.bytes, call.row.id, call.row.id}));
}

Result<void> HistoryIndex::takeIn(const QList<Call> &calls)
{
    QSqlQuery insert(m_database.connection());
    if (!insert.prepare(u"INSERT INTO history_search (rowid, words) VALUES (?, ?)"_s))
        return tl::unexpected(m_database.noted(insert.lastError()));
    for (const Call &call : calls) {
        insert.bindValue(0, call.row.id);
        insert.bindValue(1, call.words);
        if (!insert.exec())
            return tl::unexpected(m_database.noted(insert.lastError()));
        if (const Result<void> counted = count(call, 1); !counted)
            return counted;
    }
    return {};
}

Result<bool> HistoryIndex::growOnce()
{
    bool more = true;
    const Result<void> done = m_database.transaction([&]() -> Result<void> {
        Result<Range> covered = range();
        if (!covered)
            return tl::unexpected(covered.error());
        auto found = calls(u"history.id > ? ORDER BY history.id LIMIT ?"_s, {covered->last, stepCalls});
        if (found && !found->isEmpty()) {
            covered->last = found->last().row.id;
        } else if (found) {
            found = calls(u"history.id < ? ORDER BY history.id DESC LIMIT ?"_s, {covered->first, stepCalls});
            if (found && !found->isEmpty())
                covered->first = found->last().row.id;
            else
                more = false;
        }
        if (!found)
            return tl::unexpected(found.error());
        if (!more)
            return {};
        return takeIn(*found).and_then([&] { return setRange(*covered); });
    });
    return done.map([&more] { return more; });
}

Result<bool> HistoryIndex::grow(std::chrono::milliseconds time)
{
    const QDeadlineTimer deadline(time);
    for (;;) {
        const Result<bool> more = growOnce();
        if (!more || !*more || deadline.hasExpired())
            return more;
    }
}

Result<void> HistoryIndex::takeNewest()
{
    const Result<Range> covered = range();
    if (!covered)
        return tl::unexpected(covered.error());
    auto query = m_database.run(u"SELECT count(*) FROM (SELECT 1 FROM history WHERE id > ? LIMIT ?)"_s,
                                {covered->last, fewCalls + 1});
    if (!query)
        return tl::unexpected(query.error());
    const int waiting = query->next() ? query->value(0).toInt() : 0;
    query->finish();
    if (waiting == 0 || waiting > fewCalls)
        return {};
    for (int taken = 0; taken < waiting; taken += stepCalls) {
        if (const Result<bool> more = growOnce(); !more)
            return tl::unexpected(more.error());
    }
    return {};
}

Result<HistoryProgress> HistoryIndex::progress()
{
    const Result<Range> covered = range();
    if (!covered)
        return tl::unexpected(covered.error());
    auto ends = m_database.run(u"SELECT (SELECT min(id) FROM history), (SELECT max(id) FROM history)"_s);
    if (!ends)
        return tl::unexpected(ends.error());
    if (!ends->next() || ends->value(0).isNull())
        return HistoryProgress();
    // By ids, which few are missing of: counting takes time.
    const qint64 first = ends->value(0).toLongLong();
    const qint64 last = ends->value(1).toLongLong();
    const qint64 from = qMax(first, covered->first);
    const qint64 to = qMin(last, covered->last);
    return HistoryProgress{qMax<qint64>(0, to - from + 1), last - first + 1, last};
}

Result<void> HistoryIndex::remove(qint64 id)
{
    const Result<Range> covered = range();
    if (!covered)
        return tl::unexpected(covered.error());
    if (!covered->holds(id))
        return {};
    const auto found = calls(u"history.id = ?"_s, {id});
    if (!found)
        return tl::unexpected(found.error());
    if (found->isEmpty())
        return {};
    const Result<void> removed = withoutRows(
        m_database.run(u"INSERT INTO history_search (history_search, rowid, words) VALUES ('delete', ?, ?)"_s,
                       {id, found->first().words}));
    return removed.and_then([&] { return count(found->first(), -1); });
}

Result<void> HistoryIndex::putBack(qint64 id)
{
    const Result<Range> covered = range();
    if (!covered)
        return tl::unexpected(covered.error());
    if (!covered->holds(id)) // else it is taken in with its neighbours
        return {};
    return calls(u"history.id = ?"_s, {id}).and_then([this](const QList<Call> &found) {
        return takeIn(found);
    });
}

Result<void> HistoryIndex::removeAll()
{
    for (const QString &statement :
         {u"INSERT INTO history_search (history_search) VALUES ('delete-all')"_s,
          u"DELETE FROM history_hours"_s,
          u"UPDATE history_indexed SET last_id = (SELECT coalesce(max(id), last_id) FROM history)"_s,
          u"UPDATE history_indexed SET first_id = last_id + 1"_s}) {
        if (auto done = m_database.run(statement); !done)
            return tl::unexpected(done.error());
    }
    return {};
}

Result<HistoryIndex::Range> HistoryIndex::idsBetween(const QDateTime &from, const QDateTime &until)
{
    const Result<Range> covered = range();
    if (!covered || (!from.isValid() && !until.isValid()))
        return covered;
    auto query = m_database.run(
        u"SELECT min(first_id), max(last_id) FROM history_hours WHERE calls > 0 AND hour BETWEEN ? AND ?"_s,
        {from.isValid() ? from.toMSecsSinceEpoch() / historyHour : 0,
         until.isValid() ? until.toMSecsSinceEpoch() / historyHour : std::numeric_limits<qint64>::max()});
    if (!query)
        return tl::unexpected(query.error());
    if (!query->next() || query->value(0).isNull())
        return Range();
    return Range{qMax(covered->first, query->value(0).toLongLong()),
                 qMin(covered->last, query->value(1).toLongLong())};
}

Result<QStringList> HistoryIndex::keyNames()
{
    auto query = m_database.run(
        u"SELECT DISTINCT key_name FROM history_hours WHERE calls > 0 AND key_name <> '' ORDER BY key_name COLLATE NOCASE"_s);
    if (!query)
        return tl::unexpected(query.error());
    QStringList names;
    while (query->next())
        names.append(query->value(0).toString());
    return names;
}

Result<QStringList> HistoryIndex::environmentIds()
{
    auto query = m_database.run(u"SELECT DISTINCT environment_id FROM history_hours WHERE calls > 0"_s);
    if (!query)
        return tl::unexpected(query.error());
    QStringList ids;
    while (query->next())
        ids.append(query->value(0).toString());
    return ids;
}

Result<QList<HistoryBar>> HistoryIndex::hours(const HistoryQuery &query, int limit)
{
    QString where = u"calls > 0"_s;
    QVariantList values;
    const auto must = [&](const QString &condition, const QVariant &value) {
        where += u" AND "_s + condition;
        values.append(value);
    };
    if (query.from.isValid())
        must(u"hour >= ?"_s, query.from.toMSecsSinceEpoch() / historyHour);
    if (query.until.isValid())
        must(u"hour < ?"_s, (query.until.toMSecsSinceEpoch() + historyHour - 1) / historyHour);
    if (query.environmentId)
        must(u"environment_id = ?"_s, query.environmentId->toString(QUuid::WithoutBraces));
    if (query.keyName)
        must(u"key_name = ?"_s, *query.keyName);
    values.append(limit);
    auto rows = m_database.run(u"SELECT hour, sum(calls), sum(failures) FROM history_hours WHERE %1 "
                               u"GROUP BY hour ORDER BY hour LIMIT ?"_s.arg(where),
                               values);
    if (!rows)
        return tl::unexpected(rows.error());
    QList<HistoryBar> bars;
    while (rows->next()) {
        const QDateTime from = QDateTime::fromMSecsSinceEpoch(rows->value(0).toLongLong() * historyHour);
        bars.append(
            {from, from.addMSecs(historyHour), rows->value(1).toLongLong(), rows->value(2).toLongLong()});
    }
    return bars;
}

Result<QList<std::pair<qint64, qint64>>> HistoryIndex::bytesByHour(const QString &environmentId)
{
    auto rows = m_database.run(
        u"SELECT hour, sum(bytes) FROM (SELECT hour, bytes FROM history_hours WHERE calls > 0 AND "
        u"environment_id = ? UNION ALL SELECT at / %1, -(%2) FROM history_pins "
        "CROSS JOIN history ON history.id = history_pins.id "
        "JOIN history_contents ON history_contents.id = history.id "
        "JOIN history_indexed ON history.id BETWEEN first_id AND last_id WHERE environment_id = ?) "
        "GROUP BY hour ORDER BY hour"_s.arg(historyHour)
            .arg(keptBytes),
        {environmentId, environmentId});
    if (!rows)
        return tl::unexpected(rows.error());
    QList<std::pair<qint64, qint64>> bytes;
    while (rows->next())
        bytes.append({rows->value(0).toLongLong() * historyHour, rows->value(1).toLongLong()});
    if (rows->lastError().isValid())
        return tl::unexpected(m_database.noted(rows->lastError()));
    return bytes;
}

Result<QList<HistoryIndex::Kept>> HistoryIndex::keptInHour(const QString &environmentId, qint64 begin)
{
    auto rows = m_database.run(u"SELECT at, history.id, %1 FROM history "
                               u"JOIN history_contents ON history_contents.id = history.id "
                               "WHERE at >= ? AND at < ? AND environment_id = ? AND NOT EXISTS "
                               "(SELECT 1 FROM history_pins WHERE history_pins.id = history.id) "
                               "ORDER BY at DESC, history.id DESC"_s.arg(keptBytes),
                               {begin, begin + historyHour, environmentId});
    if (!rows)
        return tl::unexpected(rows.error());
    QList<Kept> kept;
    while (rows->next())
        kept.append({rows->value(0).toLongLong(), rows->value(1).toLongLong(), rows->value(2).toLongLong()});
    if (rows->lastError().isValid())
        return tl::unexpected(m_database.noted(rows->lastError()));
    return kept;
}

Result<void> HistoryIndex::noteDeleted()
{
    return withoutRows(
        m_database.run(u"INSERT OR IGNORE INTO installation (name, value) VALUES (?, 1)"_s, {deletedRow}));
}

/// Hours of which all calls were removed stand as empty ones until it is tidied.
Result<bool> HistoryIndex::isUntidy()
{
    auto query = m_database.run(u"SELECT EXISTS (SELECT 1 FROM installation WHERE name IN (?, ?)) OR "
                                "(SELECT sum(calls <= 0) * ? >= count(*) FROM history_hours)"_s,
                                {deletedRow, tidyingRow, untidyShare});
    if (!query)
        return tl::unexpected(query.error());
    return query->next() && query->value(0).toBool();
}

Result<bool> HistoryIndex::tidy(bool first)
{
    if (first) {
        const auto begun = m_database.run(u"UPDATE OR REPLACE installation SET name = ? WHERE name = ?"_s,
                                          {tidyingRow, deletedRow});
        if (!begun)
            return tl::unexpected(begun.error());
    }
    const auto emptied =
        m_database.run(u"DELETE FROM history_hours WHERE calls <= 0 AND hour <= (SELECT max(hour) FROM "
                       u"(SELECT hour FROM history_hours WHERE calls <= 0 ORDER BY hour LIMIT ?))"_s,
                       {tidiedHours});
    if (!emptied)
        return tl::unexpected(emptied.error());
    const auto changes = [this]() -> qint64 {
        auto query = m_database.run(u"SELECT total_changes()"_s);
        return query && query->next() ? query->value(0).toLongLong() : 0;
    };
    const qint64 before = changes();
    // https://www.sqlite.org/fts5.html#the_merge_command: negative begins anew, and fewer than two changes
    // mean that there was nothing to do.
    const auto done =
        m_database.run(u"INSERT INTO history_search (history_search, rank) VALUES ('merge', ?)"_s,
                       {first ? -tidiedPages : tidiedPages});
    if (!done)
        return tl::unexpected(done.error());
    if (changes() - before >= 2 || emptied->numRowsAffected() >= tidiedHours)
        return true;
    return withoutRows(m_database.run(u"DELETE FROM installation WHERE name = ?"_s, {tidyingRow})).map([] {
        return false;
    });
}

} // namespace keydesk
