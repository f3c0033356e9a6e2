#include "app/history/HistoryIndex.h"
#include "app/history/HistoryTable.h"
#include "app/storage/Database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLocale>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTextStream>

#include <algorithm>
#include <random>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr int page = 200;
constexpr int runs = 15;

QStringList someWords()
{
    std::mt19937 random(1);
    QStringList words;
    for (int i = 0; i < 4'000; ++i) {
        QString word;
        for (unsigned length = 3 + random() % 8; length > 0; --length)
            word += QChar(char16_t(u'a' + random() % 26));
        words.append(word);
    }
    return words;
}

/// Calls with half a kilobyte of headers and a kilobyte of body each, in one transaction.
void fill(Database &database, int calls)
{
    const QStringList words = someWords();
    std::mt19937 random(2);
    const auto word = [&] { return words.at(qsizetype(random() % unsigned(words.size()))); };
    const auto done = database.transaction([&]() -> Result<void> {
        QSqlQuery head(database.connection());
        QSqlQuery contents(database.connection());
        if (!head.prepare(u"INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 84000, 1000, 0)"_s) ||
            !contents.prepare(u"INSERT INTO history_contents VALUES (?, '{}', ?, ?, ?, 0)"_s))
            return failure(Error::Kind::StorageFailed, u"not prepared"_s);
        for (int i = 1; i <= calls; ++i) {
            const int environment = i % 3;
            const int status = i % 50 == 0 ? 404 : i % 333 == 0 ? 500 : 200;
            const QString path = u"/api/v1/agents/%1?page=%2&q=%3"_s.arg(i).arg(i % 97).arg(word());
            const QVariantList values{i,
                                      1'600'000'000'000 + i * 120'000LL,
                                      i % 7 == 0 ? u"POST"_s : u"GET"_s,
                                      u"https://app.talkover.ai"_s + path,
                                      u"00000000-0000-0000-0000-00000000000%1"_s.arg(environment + 1),
                                      u"Production %1"_s.arg(environment),
                                      u"Key %1"_s.arg(i % 5),
                                      status};
            for (int at = 0; at < values.size(); ++at)
                head.bindValue(at, values.at(at));
            QString body = u"{\"data\":["_s;
            for (int item = 0; item < 8; ++item)
                body += u"{\"id\":%1,\"name\":\"%2 %3\",\"note\":\"%4 %5 %6\",\"active\":true},"_s
                            .arg(random() % 1'000'000)
                            .arg(word(), word(), word(), word(), word());
            contents.bindValue(0, i);
            contents.bindValue(
                1,
                u"GET "_s + path +
                    u" HTTP/1.1\nHost: app.talkover.ai\nAccept: */*\nUser-Agent: Keydesk/1.0\nAuthorization: Bearer ••••"_s);
            contents.bindValue(
                2, u"HTTP/1.1 %1 OK\nContent-Type: application/json\nServer: nginx\nX-Request-Id: %2"_s
                       .arg(status)
                       .arg(random(), 16, 16));
            contents.bindValue(3, body.toUtf8());
            if (!head.exec() || !contents.exec())
                return failure(Error::Kind::StorageFailed, u"not inserted"_s);
        }
        return {};
    });
    if (!done)
        qFatal("%s %s", qPrintable(done.error().message), qPrintable(done.error().detail));
}

template <typename Work>
double median(Work work)
{
    QList<double> times;
    for (int run = 0; run < runs; ++run) {
        QElapsedTimer clock;
        clock.start();
        work();
        times.append(double(clock.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    return times.at(times.size() / 2);
}

double seconds(const std::function<void()> &work)
{
    QElapsedTimer clock;
    clock.start();
    work();
    return double(clock.elapsed()) / 1000;
}

} // namespace

/// history CALLS…: the first page of searches in so many calls, beside a plain select of the same words in
/// the same FTS5 table.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    const QLocale english(QLocale::English);
    for (const QString &argument : QCoreApplication::arguments().mid(1)) {
        const int calls = argument.toInt();
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"keydesk.db"_s);
        auto opened = Database::open(path);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        Database &database = **opened;
        const double filled = seconds([&] { fill(database, calls); });
        std::ignore = database.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
        const qint64 before = QFileInfo(path).size();
        if (!database.run(u"UPDATE history_indexed SET first_id = ?, last_id = ?"_s, {calls + 1, calls}))
            qFatal("no index");
        HistoryIndex index(database);
        const double indexed = seconds([&] {
            while (index.grow(std::chrono::seconds(1)).value_or(false)) {
            }
        });
        std::ignore = database.run(u"PRAGMA wal_checkpoint(TRUNCATE)"_s);
        const qint64 after = QFileInfo(path).size();
        out << english.toString(calls) << " calls: " << before / 1'000'000 << " MB, filled in " << filled
            << " s; with the index " << after / 1'000'000 << " MB (x " << double(after) / double(before)
            << "), made in " << indexed << " s in the background" << Qt::endl;

        HistoryTable table(database);
        const auto first = [&](const HistoryQuery &query) {
            return median([&] {
                if (!table.list(query, 0, page, [] { return false; }))
                    qFatal("not found");
            });
        };
        const QString rare = someWords().at(77);
        struct Asked
        {
            QString what;
            HistoryQuery query;
            QString plain;
        };
        const QUuid environment(u"00000000-0000-0000-0000-000000000002"_s);
        const QDateTime middle =
            QDateTime::fromMSecsSinceEpoch(1'600'000'000'000 + calls / 2 * 120'000LL, Qt::UTC);
        const QList<Asked> all{
            {u"everything"_s,
             {},
             u"SELECT rowid FROM history_search WHERE history_search MATCH '\"http\"' ORDER BY rowid DESC LIMIT 200"_s},
            {u"“a”"_s, {.text = u"a"_s}, u"\"a\"*"_s},
            {u"“agen”, in every call"_s, {.text = u"agen"_s}, u"\"agen\"*"_s},
            {u"“gents”, inside a word of the address"_s, {.text = u"gents"_s}, u"\"gents\"*"_s},
            {u"a rare word of bodies"_s, {.text = rare}, u"\"%1\"*"_s.arg(rare.left(12))},
            {u"three words"_s, {.text = u"post agents 404"_s}, u"\"post\"* AND \"agents\"* AND \"404\"*"_s},
            {u"a word that is nowhere"_s, {.text = u"qqqqqq"_s}, u"\"qqqqqq\"*"_s},
            {u"a rare and a frequent word"_s,
             {.text = rare + u" active"_s},
             u"\"%1\"* AND \"active\"*"_s.arg(rare.left(12))},
            {u"across signs: “agents/%1”"_s.arg(calls / 2),
             {.text = u"agents/%1"_s.arg(calls / 2)},
             u"\"agents\"* AND \"%1\"*"_s.arg(calls / 2)},
            {u"5xx of an environment"_s,
             {.statusClass = 5, .environmentId = environment},
             u"\"500\"* AND \"production\"*"_s},
            {u"a day in the middle"_s, {.from = middle, .until = middle.addDays(1)}, u"\"http\"*"_s},
            {u"a word on that day"_s,
             {.text = u"active"_s, .from = middle, .until = middle.addDays(1)},
             u"\"active\"*"_s},
        };
        for (const Asked &asked : all) {
            const double ours = first(asked.query);
            const QString sql =
                asked.plain.startsWith(u"SELECT"_s)
                    ? asked.plain
                    : u"SELECT rowid FROM history_search WHERE history_search MATCH '%1' ORDER BY rowid DESC LIMIT 200"_s
                          .arg(asked.plain);
            const double plain = median([&] {
                auto query = database.run(sql);
                if (!query)
                    qFatal("%s", qPrintable(query.error().detail));
                while (query->next()) {
                }
            });
            out << u"  First page, %1: %2 ms (budget 50 ms), %3 × FTS5 alone (%4 ms)"_s.arg(asked.what)
                       .arg(ours, 0, 'f', 1)
                       .arg(ours / plain, 0, 'f', 2)
                       .arg(plain, 0, 'f', 1)
                << Qt::endl;
        }
        out << u"  Histogram of everything: %1 ms"_s.arg(median([&] {
                                                             if (!index.hours({}))
                                                                 qFatal("no hours");
                                                         }),
                                                         0, 'f', 1)
            << Qt::endl;
        const double start = median([&] {
            opened->reset();
            opened = Database::open(path);
        });
        out << u"  Opening the file: %1 ms"_s.arg(start, 0, 'f', 0) << Qt::endl;
    }
    return 0;
}
