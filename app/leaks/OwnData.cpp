#include "app/leaks/OwnData.h"

#include "app/leaks/LeakStream.h"
#include "app/storage/Database.h"

#include <QCoreApplication>
#include <QSqlError>
#include <QSqlRecord>

#include <cstring>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int rowsAStep = 50; // a long read would keep the journal from being folded in
constexpr qsizetype mostFindings = 10'000;

struct OwnDataText
{
    Q_DECLARE_TR_FUNCTIONS(OwnData)
};

bool isHistory(const QString &table)
{
    return table.startsWith(u"history"_s);
}

/// A column of the history in words.
QString part(const QString &column)
{
    if (column == u"url"_s)
        return OwnDataText::tr("address");
    if (column == u"request"_s)
        return OwnDataText::tr("request");
    if (column == u"sent"_s)
        return OwnDataText::tr("what was sent");
    if (column == u"response_head"_s)
        return OwnDataText::tr("response headers");
    if (column == u"response_body"_s)
        return OwnDataText::tr("response body");
    return column;
}

QString quoted(const QString &name)
{
    return u'"' + QString(name).replace(u'"', u"\"\""_s) + u'"';
}

class DataSearch
{
public:
    DataSearch(Database &database, const LeakMatcher &matcher, const std::atomic<bool> &cancelled,
               const std::function<void(qint64)> &rows)
        : m_database(database)
        , m_matcher(matcher)
        , m_stream(matcher)
        , m_cancelled(cancelled)
        , m_rows(rows)
    {
    }

    Result<void> table(const QString &name)
    {
        auto kind = m_database.run(u"SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?"_s, {name});
        if (!kind)
            return tl::unexpected(kind.error());
        const bool hasRowid = !kind->next() || kind->value(0).toInt() == 0;
        for (qint64 after = -1; !m_cancelled;) {
            // In steps, so that others can write meanwhile. A table WITHOUT ROWID has no number to go on from: those are small.
            auto query = hasRowid
                             ? m_database.run(u"SELECT rowid AS keydesk_row, * FROM %1 WHERE rowid > ? ORDER BY rowid LIMIT %2"_s
                                                  .arg(quoted(name))
                                                  .arg(rowsAStep),
                                              {after})
                             : m_database.run(u"SELECT 0 AS keydesk_row, * FROM %1"_s.arg(quoted(name)));
            if (!query)
                return tl::unexpected(query.error());
            qint64 count = 0;
            while (query->next() && !m_cancelled) {
                after = query->value(0).toLongLong();
                row(name, after, *query);
                ++count;
            }
            if (query->lastError().isValid())
                return tl::unexpected(m_database.noted(query->lastError()));
            m_rows(count);
            if (!hasRowid || count < rowsAStep)
                break;
        }
        return {};
    }

    QList<LeakFinding> findings;

private:
    void row(const QString &tableName, qint64 id, const QSqlQuery &query)
    {
        const QSqlRecord record = query.record();
        for (int column = 1; column < record.count(); ++column) {
            const QVariant value = query.value(column);
            const bool isText = value.typeId() == QMetaType::QString;
            if (!isText && value.typeId() != QMetaType::QByteArray)
                continue;
            search(isText ? value.toString().toUtf8() : value.toByteArray());
            for (const LeakStream::Hit &hit : m_stream.hits()) {
                if (findings.size() >= mostFindings)
                    return;
                LeakFinding finding = m_stream.finding(hit);
                const QString name = record.fieldName(column);
                if (isHistory(tableName)) {
                    finding.source = LeakFinding::Source::OwnHistory;
                    finding.place = OwnDataText::tr("Call %1, %2").arg(id).arg(part(name));
                } else {
                    finding.source = LeakFinding::Source::OwnData;
                    const int title = record.indexOf(u"name"_s);
                    const QString which =
                        title < 0 ? QString::number(id) : u'“' + query.value(title).toString() + u'”';
                    finding.place = OwnDataText::tr("Keydesk's database: %1 %2, %3")
                                        .arg(tableName, m_matcher.masked(which), name);
                }
                findings.append(finding);
            }
        }
    }

    void search(const QByteArray &bytes)
    {
        m_stream.begin();
        for (qsizetype done = 0; done < bytes.size();) {
            const std::span<char> room = m_stream.room();
            const qsizetype now = std::min(bytes.size() - done, static_cast<qsizetype>(room.size()));
            std::memcpy(room.data(), bytes.constData() + done, static_cast<std::size_t>(now));
            m_stream.filled(now);
            done += now;
        }
        m_stream.end();
    }

    Database &m_database;
    const LeakMatcher &m_matcher;
    LeakStream m_stream;
    const std::atomic<bool> &m_cancelled;
    const std::function<void(qint64)> &m_rows;
};

} // namespace

Result<OwnDataFindings> searchOwnDatabase(const QString &path, OwnDataSearch what, const LeakMatcher &matcher,
                                          const std::atomic<bool> &cancelled, const std::function<void(qint64)> &rows)
{
    const auto database = Database::openConnection(path);
    if (!database)
        return tl::unexpected(database.error());
    QStringList tables;
    {
        auto query = (*database)->run(
            // Not the full-text index: it holds parts of words of what is searched here itself.
            u"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'history_search%' ORDER BY name"_s);
        if (!query)
            return tl::unexpected(query.error());
        while (query->next())
            tables.append(query->value(0).toString());
    }
    DataSearch search(**database, matcher, cancelled, rows);
    OwnDataFindings found;
    for (const QString &table : std::as_const(tables)) {
        if (!(isHistory(table) ? what.history : what.others))
            continue;
        if (const Result<void> done = search.table(table); !done) {
            found.notSearched.append(table);
            if (!found.trouble)
                found.trouble = done.error();
        }
    }
    found.findings = search.findings;
    return found;
}

} // namespace keydesk
