#include "app/history/HistoryTable.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// A step of `removeAll`: twenty megabytes at most.
constexpr int stepRows = 20;
constexpr int stepPages = 1000;

const auto rowColumns = u"history.id, at, method, url, environment_id, environment_name, key_name, status, "
                        u"error_text, microseconds, "
                        "bytes, echoed_token"_s;
constexpr int rowColumnCount = 12;

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
    return row;
}

// LIKE's own signs are ordinary characters to who types them. SQLite refuses patterns of more than 50,000
// bytes.
QString pattern(const QString &word)
{
    QString escaped = word;
    escaped.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
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
    const HistoryRow &row = entry.row;
    const auto stored = m_database.transaction([&]() -> Result<void> {
        const auto head = m_database.run(
            u"INSERT INTO history (at, method, url, environment_id, environment_name, key_name, status, "
            u"error_text, microseconds, bytes, "
            "echoed_token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
            {row.at.toMSecsSinceEpoch(), row.method, row.url,
             row.environmentId.toString(QUuid::WithoutBraces), row.environmentName, row.keyName, row.status,
             row.errorText, row.microseconds, row.bytes, row.echoedToken});
        if (!head)
            return tl::unexpected(head.error());
        id = head->lastInsertId().toLongLong();
        const auto contents = m_database.run(
            u"INSERT INTO history_contents (id, request, sent, response_head, response_body, body_truncated) VALUES (?, ?, ?, ?, ?, ?)"_s,
            {id, requestJson(entry), entry.sent, entry.responseHead, entry.responseBody, entry.bodyTruncated});
        return contents ? Result<void>() : tl::unexpected(contents.error());
    });
    return stored.map([id] { return id; });
}

Result<QList<HistoryRow>> HistoryTable::list(const QString &search, qint64 beforeId, int limit)
{
    QString where = u"1"_s;
    QVariantList values;
    if (beforeId > 0) {
        where += u" AND id < ?"_s;
        values.append(beforeId);
    }
    for (const QString &word : searchWords(search)) {
        // The bar keeps a word from matching across two columns.
        where += u" AND method || '|' || url || '|' || status || '|' || environment_name || '|' || key_name "
                 u"|| '|' || error_text "
                 "LIKE ? ESCAPE '\\'"_s;
        values.append(pattern(word));
    }
    values.append(std::clamp(limit, 1, 10000));
    auto query = m_database.run(
        u"SELECT %1 FROM history WHERE %2 ORDER BY id DESC LIMIT ?"_s.arg(rowColumns, where), values);
    if (!query)
        return tl::unexpected(query.error());
    QList<HistoryRow> rows;
    while (query->next())
        rows.append(rowOf(*query));
    if (query->lastError().isValid())
        return tl::unexpected(m_database.noted(query->lastError()));
    return rows;
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
    const QJsonObject request = QJsonDocument::fromJson(query->value(rowColumnCount).toString().toUtf8()).object();
    entry.request = RequestSpec::fromJson(request);
    entry.timings = timingsFromJson(request[timingsName].toArray());
    entry.sent = query->value(rowColumnCount + 1).toString();
    entry.responseHead = query->value(rowColumnCount + 2).toString();
    entry.responseBody = query->value(rowColumnCount + 3).toByteArray();
    entry.bodyTruncated = query->value(rowColumnCount + 4).toBool();
    return entry;
}

Result<void> HistoryTable::remove(qint64 id)
{
    const auto done = m_database.run(u"DELETE FROM history WHERE id = ?"_s, {id});
    return done ? Result<void>() : tl::unexpected(done.error());
}

Result<qint64> HistoryTable::removeAll(const std::optional<QDateTime> &before)
{
    const QString where = before ? u"WHERE at < ?"_s : u""_s;
    QVariantList values;
    if (before)
        values.append(before->toMSecsSinceEpoch());
    values.append(stepRows);
    qint64 gone = 0;
    for (;;) {
        const auto step = m_database.run(
            u"DELETE FROM history WHERE id IN (SELECT id FROM history %1 ORDER BY at LIMIT ?)"_s.arg(where),
            values);
        if (!step)
            return tl::unexpected(step.error());
        if (step->numRowsAffected() <= 0)
            break;
        gone += step->numRowsAffected();
    }
    if (gone > 0) {
        if (const Result<void> done = giveSpaceBack(); !done)
            return tl::unexpected(done.error());
    }
    return gone;
}

Result<void> HistoryTable::giveSpaceBack()
{
    qint64 left = -1;
    for (;;) {
        {
            auto free = m_database.run(u"PRAGMA freelist_count"_s);
            if (!free)
                return tl::unexpected(free.error());
            const qint64 now = free->next() ? free->value(0).toLongLong() : 0;
            if (now == 0 || now == left)
                break;
            left = now;
        }
        auto step = m_database.run(u"PRAGMA incremental_vacuum(%1)"_s.arg(stepPages));
        if (!step)
            return tl::unexpected(step.error());
        while (step->next()) { // each step of the statement frees one page
        }
    }
    // The journal still holds what was removed. It stays if somebody reads just now, until the next
    // checkpoint.
    std::ignore = m_database.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
    return {};
}

/// Each request as it was last sent, as far back as can be looked through in a moment.
Result<QStringList> HistoryTable::requestsNaming(const QUuid &keyId)
{
    constexpr int latest = 5000;
    constexpr int most = 50;
    auto query = m_database.run(
        u"SELECT method, url, request FROM history JOIN history_contents ON history_contents.id = history.id WHERE history.id IN "
        "(SELECT max(id) FROM history WHERE id > (SELECT max(id) FROM history) - ? GROUP BY method, url) "
        "AND request LIKE ? ORDER BY history.id DESC LIMIT ?"_s,
        {latest, pattern(keyId.toString(QUuid::WithoutBraces)), most});
    if (!query)
        return tl::unexpected(query.error());
    QStringList requests;
    while (query->next()) {
        const auto spec = RequestSpec::fromJson(QJsonDocument::fromJson(query->value(2).toString().toUtf8()).object());
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
