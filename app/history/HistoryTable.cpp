#include "app/history/HistoryTable.h"

#include "app/history/HistoryIndex.h"
#include "app/history/HistoryWords.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// Ids that are looked through at first where texts, which may be a megabyte each, must be read beside the
// index. Then as many as take about so long, up to four times as many: the index begins anew for each part.
constexpr qint64 readIds = 100;
constexpr double partMilliseconds = 5;

const auto rowColumns =
    u"history.id, at, method, url, environment_id, environment_name, key_name, status, "
    u"error_text, microseconds, "
    "bytes, echoed_token, EXISTS (SELECT 1 FROM history_pins WHERE history_pins.id = history.id)"_s;
constexpr int rowColumnCount = 13;
// The bars keep a word from matching across two columns.
const auto shownText =
    u"method || '|' || url || '|' || status || '|' || environment_name || '|' || key_name || '|' || error_text"_s;

HistoryRow rowOf(const QSqlQuery &query)
{
    HistoryRow row;
    row.id = query.value(0).toLongLong();
    row.at = QDateTime::fromMSecsSinceEpoch(query.value(1).toLongLong(), Qt::UTC);
    row.method = query.value(2).toString();
    row.url = query.value(3).toString();
    row.environmentId = QUuid::fromString(query.value(4).toString());
    row.environmentName = query.value(5).toString();
    row.keyName = query.value(6).toString();
    row.status = query.value(7).toInt();
    row.errorText = query.value(8).toString();
    row.microseconds = query.value(9).toLongLong();
    row.bytes = query.value(10).toLongLong();
    row.echoedToken = query.value(11).toBool();
    row.isPinned = query.value(12).toBool();
    return row;
}

// LIKE's own signs are ordinary characters to who types them. It knows the two cases of ASCII's letters
// alone: any sign may stand for another letter, the words of the index being told apart already. SQLite
// refuses patterns of more than 50,000 bytes.
QString pattern(const QString &word)
{
    constexpr QChar either(u'\uFFFF'); // which no text has
    QString escaped = word;
    for (QChar &letter : escaped) {
        if (letter.unicode() > 127 && letter.toLower() != letter.toUpper())
            letter = either;
    }
    escaped.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s).replace(either, u'_');
    return u'%' + escaped + u'%';
}

/// The column of the request holds the times as well, under a name that no request has.
const auto timingsName = u"timings"_s;

QString requestJson(const HistoryEntry &entry)
{
    QJsonObject object = entry.request.toJson();
    if (!entry.timings.isEmpty())
        object.insert(timingsName, timingsToJson(entry.timings));
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

} // namespace

HistoryTable::HistoryTable(Database &database)
    : m_database(database)
{
}

Result<qint64> HistoryTable::insert(const HistoryEntry &entry)
{
    qint64 id = 0;
    const Result<void> stored = m_database.transaction([&] { return store(entry, id); });
    return stored.map([id] { return id; });
}

Result<void> HistoryTable::store(const HistoryEntry &entry, qint64 &id)
{
    const HistoryRow &row = entry.row;
    const auto head = m_database.run(
        u"INSERT INTO history (id, at, method, url, environment_id, environment_name, key_name, status, "
        u"error_text, microseconds, bytes, "
        "echoed_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
        {row.id > 0 ? QVariant(row.id) : QVariant(), row.at.toMSecsSinceEpoch(), row.method, row.url,
         row.environmentId.toString(QUuid::WithoutBraces), row.environmentName, row.keyName, row.status,
         row.errorText, row.microseconds, row.bytes, row.echoedToken});
    if (!head)
        return tl::unexpected(head.error());
    id = head->lastInsertId().toLongLong();
    const auto contents = m_database.run(
        u"INSERT INTO history_contents (id, request, sent, response_head, response_body, body_truncated) VALUES (?, ?, ?, ?, ?, ?)"_s,
        {id, requestJson(entry), entry.sent, entry.responseHead, entry.responseBody, entry.bodyTruncated});
    return contents ? Result<void>() : tl::unexpected(contents.error());
}

Result<QList<HistoryRow>> HistoryTable::rows(const QString &from, const QString &where,
                                             const QVariantList &values, const QString &order, int limit)
{
    QVariantList bound = values;
    bound.append(limit);
    auto query = m_database.run(
        u"SELECT %1 FROM %2 WHERE %3 ORDER BY %4 DESC LIMIT ?"_s.arg(rowColumns, from, where, order), bound);
    if (!query)
        return tl::unexpected(query.error());
    QList<HistoryRow> found;
    while (query->next())
        found.append(rowOf(*query));
    if (query->lastError().isValid())
        return tl::unexpected(m_database.noted(query->lastError()));
    return found;
}

Result<HistoryPage> HistoryTable::list(const HistoryQuery &query, qint64 beforeId, int limit,
                                       std::chrono::milliseconds time)
{
    limit = std::clamp(limit, 1, 10000);
    const qint64 last = beforeId > 0 ? beforeId - 1 : std::numeric_limits<qint64>::max();
    const auto page = [limit](const QList<HistoryRow> &found) {
        return HistoryPage{found, found.size() < limit ? 0 : found.last().id};
    };
    if (query.isAll())
        return rows(u"history"_s, u"history.id <= ?"_s, {last}, u"history.id"_s, limit).map(page);

    HistoryIndex index(m_database);
    std::ignore = index.takeNewest(); // somebody else writes just now: then they are found a moment later
    auto between = index.idsBetween(query.from, query.until);
    if (!between)
        return tl::unexpected(between.error());
    between->last = qMin(between->last, last);
    const historywords::Question question = historywords::question(query);
    QString from = u"history"_s;
    QString id = u"history.id"_s;
    QString where;
    QVariantList values;
    if (query.pinned) {
        from = u"history_pins CROSS JOIN history ON history.id = history_pins.id"_s;
        id = u"history_pins.id"_s;
        where =
            question.match.isEmpty()
                ? QString()
                : u" AND EXISTS (SELECT 1 FROM history_search WHERE history_search MATCH ? AND rowid = history.id)"_s;
    } else if (!question.match.isEmpty()) {
        from = u"history_search CROSS JOIN history ON history.id = history_search.rowid"_s;
        id = u"history_search.rowid"_s;
        where = u" AND history_search MATCH ?"_s;
    }
    if (!question.match.isEmpty())
        values.append(question.match);
    const auto must = [&](const QString &condition, const QVariantList &bound) {
        where += u" AND "_s + condition;
        values += bound;
    };
    if (query.from.isValid())
        must(u"at >= ?"_s, {query.from.toMSecsSinceEpoch()});
    if (query.until.isValid())
        must(u"at < ?"_s, {query.until.toMSecsSinceEpoch()});
    for (const QString &word : question.inTheList)
        must(shownText + u" LIKE ? ESCAPE '\\'"_s, {pattern(word)});
    for (const QString &word : question.anywhere)
        must(u"(%1 LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM history_contents c WHERE c.id = history.id "
             u"AND (sent LIKE ? ESCAPE '\\' OR "
             "response_head LIKE ? ESCAPE '\\' OR CAST(response_body AS TEXT) LIKE ? ESCAPE '\\')))"_s.arg(
                 shownText),
             {pattern(word), pattern(word), pattern(word), pattern(word)});

    // The index gives its answers one by one; what must be looked at beside it may be everything, and is
    // looked at in parts.
    const bool isQuick = question.inTheList.isEmpty() && question.anywhere.isEmpty();
    const QDeadlineTimer deadline(time);
    QElapsedTimer clock;
    QList<HistoryRow> found;
    qint64 width = readIds;
    for (qint64 to = between->last; to >= between->first && found.size() < limit;) {
        if (deadline.hasExpired())
            return HistoryPage{found, to + 1};
        clock.start();
        const qint64 begin = isQuick ? between->first : qMax(between->first, to - width + 1);
        const auto part = rows(from, u"%1 BETWEEN ? AND ?"_s.arg(id) + where,
                               QVariantList{begin, to} + values, id, limit - static_cast<int>(found.size()));
        if (!part)
            return tl::unexpected(part.error());
        found += *part;
        to = begin - 1;
        const double took = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        width = qMax<qint64>(
            1, static_cast<qint64>(static_cast<double>(width) * qMin(4.0, partMilliseconds / took)));
    }
    return page(found);
}

Result<HistoryEntry> HistoryTable::load(qint64 id)
{
    auto query = m_database.run(
        u"SELECT %1, request, sent, response_head, response_body, body_truncated FROM history JOIN "
        "history_contents ON history_contents.id = history.id WHERE history.id = ?"_s.arg(rowColumns),
        {id});
    if (!query)
        return tl::unexpected(query.error());
    if (!query->next()) {
        if (query->lastError().isValid())
            return tl::unexpected(m_database.noted(query->lastError()));
        return failure(Error::Kind::NotFound,
                       QCoreApplication::translate("HistoryStore", "That call is no longer in the history."));
    }
    HistoryEntry entry;
    entry.row = rowOf(*query);
    const QJsonObject request =
        QJsonDocument::fromJson(query->value(rowColumnCount).toString().toUtf8()).object();
    entry.request = RequestSpec::fromJson(request);
    entry.timings = timingsFromJson(request[timingsName].toArray());
    entry.sent = query->value(rowColumnCount + 1).toString();
    entry.responseHead = query->value(rowColumnCount + 2).toString();
    entry.responseBody = query->value(rowColumnCount + 3).toByteArray();
    entry.bodyTruncated = query->value(rowColumnCount + 4).toBool();
    return entry;
}

Result<QList<HistoryEntry>> HistoryTable::remove(const QList<qint64> &ids)
{
    QList<HistoryEntry> gone;
    const Result<void> done = m_database.transaction([&]() -> Result<void> {
        HistoryIndex index(m_database);
        for (const qint64 id : ids) {
            const Result<HistoryEntry> entry = load(id);
            if (!entry && entry.error().kind == Error::Kind::NotFound)
                continue;
            if (!entry)
                return tl::unexpected(entry.error());
            if (const Result<void> out = index.remove(id); !out)
                return out;
            if (const auto row = m_database.run(u"DELETE FROM history WHERE id = ?"_s, {id}); !row)
                return tl::unexpected(row.error());
            gone.append(*entry);
        }
        return gone.isEmpty() ? Result<void>() : index.noteDeleted();
    });
    return done.map([&gone] { return gone; });
}

Result<qint64> HistoryTable::bytesOf(const QList<qint64> &ids)
{
    qint64 all = 0;
    for (const qint64 id : ids) {
        auto query = m_database.run(u"SELECT 2 * (length(request) + length(sent) + length(response_head)) + "
                                    "length(response_body) FROM history_contents WHERE id = ?"_s,
                                    {id});
        if (!query)
            return tl::unexpected(query.error());
        all += query->next() ? query->value(0).toLongLong() : 0;
    }
    return all;
}

Result<void> HistoryTable::putBack(const QList<HistoryEntry> &entries)
{
    return m_database.transaction([&]() -> Result<void> {
        HistoryIndex index(m_database);
        QList<qint64> pinned;
        for (const HistoryEntry &entry : entries) {
            qint64 id = 0;
            if (const Result<void> stored = store(entry, id); !stored)
                return stored;
            if (const Result<void> in = index.putBack(id); !in)
                return in;
            if (entry.row.isPinned)
                pinned.append(id);
        }
        return setPinned(pinned, true);
    });
}

Result<void> HistoryTable::setPinned(const QList<qint64> &ids, bool pinned)
{
    return m_database.transaction([&]() -> Result<void> {
        for (const qint64 id : ids) {
            const auto done = m_database.run(
                pinned ? u"INSERT OR IGNORE INTO history_pins SELECT id FROM history WHERE id = ?"_s
                       : u"DELETE FROM history_pins WHERE id = ?"_s,
                {id});
            if (!done)
                return tl::unexpected(done.error());
        }
        return {};
    });
}

/// Each request as it was last sent, as far back as can be looked through in a moment.
Result<QStringList> HistoryTable::requestsNaming(const QUuid &keyId)
{
    constexpr int latest = 5000;
    constexpr int most = 50;
    auto query = m_database.run(
        u"SELECT method, url, request FROM history JOIN history_contents ON history_contents.id = history.id "
        u"WHERE history.id IN "
        "(SELECT max(id) FROM history WHERE id > (SELECT max(id) FROM history) - ? GROUP BY method, url) "
        "AND request LIKE ? ORDER BY history.id DESC LIMIT ?"_s,
        {latest, pattern(keyId.toString(QUuid::WithoutBraces)), most});
    if (!query)
        return tl::unexpected(query.error());
    QStringList requests;
    while (query->next()) {
        const auto spec =
            RequestSpec::fromJson(QJsonDocument::fromJson(query->value(2).toString().toUtf8()).object());
        if (spec.key.mode == KeyChoice::Mode::Chosen && spec.key.keyId == keyId)
            requests.append(requestLabel(query->value(0).toString(), query->value(1).toString()));
    }
    if (query->lastError().isValid())
        return tl::unexpected(m_database.noted(query->lastError()));
    requests.removeDuplicates();
    return requests;
}

Result<qint64> HistoryTable::count()
{
    auto query = m_database.run(u"SELECT count(*) FROM history"_s);
    if (!query)
        return tl::unexpected(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

} // namespace keydesk
