#include "app/history/HistoryBars.h"
#include "app/history/HistoryIndex.h"
#include "app/history/HistoryPurge.h"
#include "app/history/HistoryStore.h"
#include "app/history/HistoryTable.h"
#include "app/interchange/har/HistoryExport.h"
#include "app/storage/Database.h"
#include "tests/bench/Report.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QSqlQuery>
#include <QTemporaryDir>

#include <algorithm>
#include <functional>
#include <random>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

using bench::Measurement;

constexpr int page = 200;
constexpr int runs = 11;
constexpr int purgedCalls = 5'000;
constexpr int touchedCalls = 100;
constexpr qint64 firstCall = 1'600'000'000'000; // ms since 1970
constexpr qint64 callsEvery = 120'000;          // ms
const auto firstPage = u"ORDER BY rowid DESC LIMIT 200"_s;

QByteArrayList someWords()
{
    std::mt19937 random(1);
    QByteArrayList words;
    for (int i = 0; i < 4'000; ++i) {
        QByteArray word;
        for (unsigned length = 3 + random() % 8; length > 0; --length)
            word += char('a' + random() % 26);
        words.append(word);
    }
    return words;
}

template <typename T>
T orEnd(const Result<T> &result)
{
    if (!result)
        qFatal("%s %s", qPrintable(result.error().message), qPrintable(result.error().detail));
    if constexpr (!std::is_void_v<T>)
        return *result;
}

/// Calls with half a kilobyte of headers and half a kilobyte of body each.
void fill(Database &database, int calls)
{
    const QByteArrayList words = someWords();
    std::mt19937 random(2);
    const auto word = [&] { return words.at(qsizetype(random() % unsigned(words.size()))); };
    QSqlQuery head(database.connection());
    QSqlQuery contents(database.connection());
    if (!head.prepare(u"INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 84000, 1000, 0)"_s) ||
        !contents.prepare(u"INSERT INTO history_contents VALUES (?, '{}', ?, ?, ?, 0)"_s))
        qFatal("not prepared");
    constexpr int together = 10'000;
    for (int from = 1; from <= calls; from += together) {
        orEnd(database.transaction([&]() -> Result<void> {
            for (int i = from; i < from + together && i <= calls; ++i) {
                const int environment = i % 3;
                const int status = i % 50 == 0 ? 404 : i % 333 == 0 ? 500 : 200;
                const QByteArray path = "/api/v1/agents/" + QByteArray::number(i) +
                                        "?page=" + QByteArray::number(i % 97) + "&q=" + word();
                const QVariantList values{i,
                                          firstCall + i * callsEvery,
                                          i % 7 == 0 ? u"POST"_s : u"GET"_s,
                                          QString::fromLatin1("https://app.talkover.ai" + path),
                                          u"00000000-0000-0000-0000-00000000000%1"_s.arg(environment + 1),
                                          u"Production %1"_s.arg(environment),
                                          u"Key %1"_s.arg(i % 5),
                                          status};
                for (int at = 0; at < values.size(); ++at)
                    head.bindValue(at, values.at(at));
                QByteArray body = "{\"data\":[";
                for (int item = 0; item < 8; ++item)
                    body += "{\"id\":" + QByteArray::number(random() % 1'000'000) + ",\"name\":\"" + word() +
                            ' ' + word() + "\",\"note\":\"" + word() + ' ' + word() + ' ' + word() +
                            "\",\"active\":true},";
                contents.bindValue(0, i);
                contents.bindValue(1, QString::fromLatin1("GET " + path +
                                                          " HTTP/1.1\nHost: app.talkover.ai\nAccept: "
                                                          "*/*\nUser-Agent: Keydesk/1.0\n") +
                                          u"Authorization: Bearer ••••"_s);
                contents.bindValue(2,
                                   QString::fromLatin1("HTTP/1.1 " + QByteArray::number(status) +
                                                       " OK\nContent-Type: application/json\nServer: nginx\n"
                                                       "X-Request-Id: " +
                                                       QByteArray::number(random(), 16)));
                contents.bindValue(3, body);
                if (!head.exec() || !contents.exec())
                    return failure(Error::Kind::StorageFailed, u"not inserted"_s);
            }
            return {};
        }));
    }
}

double milliseconds(const std::function<void()> &work)
{
    QElapsedTimer clock;
    clock.start();
    work();
    return double(clock.nsecsElapsed()) / 1e6;
}

double median(const std::function<void()> &work)
{
    QList<double> times;
    for (int run = 0; run < runs; ++run)
        times.append(milliseconds(work));
    std::sort(times.begin(), times.end());
    return times.at(times.size() / 2);
}

/// Waits for the answer of what is asked for in another thread.
template <typename T>
T answer(const std::function<void(std::function<void(T)>)> &ask)
{
    QEventLoop loop;
    std::optional<T> given;
    ask([&](T value) {
        given = std::move(value);
        loop.quit();
    });
    if (!given)
        loop.exec();
    return *given;
}

/// From now on the most memory is that of what comes.
void forgetPeak()
{
    QFile file(u"/proc/self/clear_refs"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write("5") != 1)
        qFatal("the peak of memory cannot be reset");
}

/// The history at one size.
class Bench
{
public:
    explicit Bench(int calls)
        : m_calls(calls)
    {
    }

    void run()
    {
        make();
        search();
        count();
        wait();
        change();
        exportAll();
        purge();
    }

private:
    void make();
    void search();
    void count();
    void wait();
    void change();
    void exportAll();
    void purge();

    [[nodiscard]] qint64 size() const
    {
        std::ignore = m_database->run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
        return QFileInfo(m_path).size();
    }
    void report(const QString &what, double value, const QString &unit, double most = 0,
                const QString &baseline = {}, double baselineValue = 0) const
    {
        bench::report({u"History: "_s + what, double(m_calls), u"calls"_s, value, unit, baseline,
                       baselineValue, most > 0 ? Measurement::Limit::AtMost : Measurement::Limit::None,
                       most});
    }

    const int m_calls;
    QTemporaryDir m_folder;
    QString m_path = m_folder.filePath(u"keydesk.db"_s);
    std::unique_ptr<Database> m_database;
};

/// KEYDESK_BENCH_HISTORY names a folder in which files that were made stay, for the next run.
void Bench::make()
{
    const QString folder = qEnvironmentVariable("KEYDESK_BENCH_HISTORY");
    const QString kept = folder.isEmpty() ? QString() : u"%1/%2.db"_s.arg(folder).arg(m_calls);
    if (!kept.isEmpty() && QFile::copy(kept, m_path)) {
        m_database = std::move(*Database::open(m_path));
        return;
    }
    auto opened = Database::open(m_path);
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    m_database = std::move(*opened);
    report(u"filling the file, per call"_s, milliseconds([this] { fill(*m_database, m_calls); }) / m_calls,
           u"ms"_s);
    const qint64 before = size();
    if (!m_database->run(u"UPDATE history_indexed SET first_id = ?, last_id = ?"_s, {m_calls + 1, m_calls}))
        qFatal("no index");
    HistoryIndex index(*m_database);
    const double indexed = milliseconds([&] {
        while (orEnd(index.grow(std::chrono::seconds(1)))) {
        }
    });
    report(u"taking a call into the index, aside"_s, indexed / m_calls, u"ms"_s);
    report(u"the file with its index"_s, double(size()) / 1e6, u"MB"_s, 0, u"the calls alone"_s,
           double(before) / 1e6);
    if (!kept.isEmpty() && !QFile::copy(m_path, kept))
        qFatal("%s cannot be written", qPrintable(kept));
}

void Bench::search()
{
    struct Asked
    {
        QString what;
        HistoryQuery query;
        QString plain; ///< for MATCH
    };
    const QString rare = QString::fromLatin1(someWords().at(77));
    const QUuid environment(u"00000000-0000-0000-0000-000000000002"_s);
    const QDateTime middle = QDateTime::fromMSecsSinceEpoch(firstCall + m_calls / 2 * callsEvery, Qt::UTC);
    const QString number = QString::number(m_calls / 2);
    const QList<Asked> all{
        {u"everything"_s, {}, u"\"http\""_s},
        {u"“a”"_s, {.text = u"a"_s}, u"\"a\"*"_s},
        {u"“agen”, in every call"_s, {.text = u"agen"_s}, u"\"agen\"*"_s},
        {u"“gents”, inside a word of the address"_s, {.text = u"gents"_s}, u"\"gents\"*"_s},
        {u"a rare word of bodies"_s, {.text = rare}, u"\"%1\"*"_s.arg(rare.left(12))},
        {u"three words"_s, {.text = u"post agents 404"_s}, u"\"post\"* AND \"agents\"* AND \"404\"*"_s},
        {u"a word that is nowhere"_s, {.text = u"qqqqqq"_s}, u"\"qqqqqq\"*"_s},
        {u"a rare and a frequent word"_s,
         {.text = rare + u" active"_s},
         u"\"%1\"* AND \"active\"*"_s.arg(rare.left(12))},
        {u"a word across signs, in one call"_s,
         {.text = u"agents/"_s + number},
         u"\"agents\"* AND \"%1\"*"_s.arg(number)},
        {u"a word across signs, in none"_s, {.text = u"agents.active"_s}, u"\"agents\"* AND \"active\"*"_s},
        {u"signs alone, in none"_s, {.text = u"%%"_s}, u"\"http\""_s},
        {u"5xx of an environment"_s,
         {.statusClass = 5, .environmentId = environment},
         u"\"500\"* AND \"production\"*"_s},
        {u"4xx of a key that has none"_s,
         {.statusClass = 4, .keyName = u"Key 1"_s},
         u"\"404\"* AND \"qqqqqq\"*"_s},
        {u"a day in the middle"_s, {.from = middle, .until = middle.addDays(1)}, u"\"http\"*"_s},
        {u"since the middle"_s, {.from = middle}, u"\"http\"*"_s},
        {u"until the middle"_s, {.until = middle}, u"\"http\"*"_s},
        {u"a word on a day in the middle"_s,
         {.text = u"active"_s, .from = middle, .until = middle.addDays(1)},
         u"\"active\"*"_s},
    };
    HistoryTable table(*m_database);
    double slowest = 0;
    for (const Asked &asked : all) {
        const double ours =
            median([&] { orEnd(table.list(asked.query, 0, page, std::chrono::milliseconds(15))); });
        const QString sql =
            u"SELECT rowid FROM history_search WHERE history_search MATCH '%1' "_s.arg(asked.plain) +
            firstPage;
        const double plain = median([&] {
            auto query = m_database->run(sql);
            if (!query)
                qFatal("%s", qPrintable(query.error().detail));
            while (query->next()) {
            }
        });
        report(u"first page, "_s + asked.what, ours, u"ms"_s, 0, u"FTS5"_s, plain);
        slowest = std::max(slowest, ours);
    }
    report(u"first page, the slowest of these"_s, slowest, u"ms"_s, 50);
}

void Bench::count()
{
    HistoryIndex index(*m_database);
    QList<HistoryBar> hours;
    report(u"calls by the hour, aside"_s,
           median([&] { hours = orEnd(index.hours({}, std::numeric_limits<int>::max())); }), u"ms"_s);
    report(u"bars of the chart"_s,
           median([&] { std::ignore = historyBars(hours, {}, {}, QDateTime::currentDateTime()); }), u"ms"_s,
           50);
    report(u"names of keys, aside"_s, median([&] { std::ignore = orEnd(index.keyNames()); }), u"ms"_s);
    report(u"number of calls, aside"_s,
           median([&] { std::ignore = orEnd(HistoryTable(*m_database).count()); }), u"ms"_s);
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(firstCall + m_calls * callsEvery, Qt::UTC);
    report(u"plan of a purge of nine calls in ten, aside"_s, median([&] {
               const qint64 seconds = m_calls / 10 * callsEvery / 1000;
               std::ignore = orEnd(HistoryPurge({}, end.addDays(30).addSecs(-seconds)).plan(*m_database));
           }),
           u"ms"_s);
    report(u"opening the file"_s, median([this] {
               m_database.reset();
               m_database = std::move(*Database::open(m_path));
           }),
           u"ms"_s);
}

/// What somebody waits who searches while the chart is made.
void Bench::wait()
{
    HistoryStore store(m_path);
    QObject guard;
    double longest = 0;
    for (int run = 0; run < runs; ++run) {
        bool isMade = false;
        QEventLoop loop;
        store.hours({}, &guard, [&](const Result<QList<HistoryBar>> &) {
            isMade = true;
            loop.quit();
        });
        longest = std::max(longest, milliseconds([&] {
                               std::ignore = answer<Result<HistoryPage>>([&](auto done) {
                                   store.list({.text = u"agen"_s}, 0, page, &guard, done);
                               });
                           }));
        if (!isMade)
            loop.exec();
    }
    report(u"first page while the chart is made, the slowest"_s, longest, u"ms"_s, 50);
}

void Bench::change()
{
    HistoryTable table(*m_database);
    QList<qint64> ids;
    for (int i = 1; i <= touchedCalls; ++i)
        ids.append(qint64(m_calls) / (touchedCalls + 1) * i);
    report(u"pinning 100 calls, aside"_s, median([&] {
               orEnd(table.setPinned(ids, true));
               orEnd(table.setPinned(ids, false));
           }),
           u"ms"_s);
    report(u"deleting 100 calls and bringing them back, aside"_s,
           median([&] { orEnd(table.putBack(orEnd(table.remove(ids)))); }), u"ms"_s);
}

void Bench::exportAll()
{
    HistoryStore store(m_path);
    HistoryExport job(store, m_folder.filePath(u"history.har"_s));
    forgetPeak();
    const long before = bench::peakKilobytes();
    const double took = milliseconds([&] {
        orEnd(answer<Result<qint64>>([&](auto done) {
            QObject::connect(&job, &HistoryExport::finished, &job, done);
            job.start();
        }));
    });
    report(u"export as HAR, per call, aside"_s, took / m_calls, u"ms"_s);
    report(u"export as HAR, memory more than before"_s,
           std::max(0.1, double(bench::peakKilobytes() - before) / 1024), u"MB"_s, 50);
    QFile::remove(m_folder.filePath(u"history.har"_s));
}

void Bench::purge()
{
    const QDateTime now =
        QDateTime::fromMSecsSinceEpoch(firstCall + purgedCalls * callsEvery, Qt::UTC).addDays(30);
    HistoryPurge job({}, now);
    report(u"purge, its plan, aside"_s, milliseconds([&] { orEnd(job.step(*m_database)); }), u"ms"_s);
    double longest = 0;
    const double took = milliseconds([&] {
        for (bool goesOn = true; goesOn;)
            longest = std::max(longest, milliseconds([&] { goesOn = orEnd(job.step(*m_database)); }));
    });
    report(u"purge of the 5,000 oldest, with its space, per call, aside"_s, took / purgedCalls, u"ms"_s);
    report(u"purge, its longest transaction, aside"_s, longest, u"ms"_s);
}

} // namespace

/// history CALLS…: the history at these sizes; what is looked for stands beside a plain select of the same
/// words in the same FTS5 table. “Aside” is what does not happen on the thread of the window.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QStringList sizes = QCoreApplication::arguments().mid(1);
    if (sizes.isEmpty())
        sizes = {u"10000"_s, u"100000"_s, u"1000000"_s};
    for (const QString &size : std::as_const(sizes))
        Bench(size.toInt()).run();
    return 0;
}
