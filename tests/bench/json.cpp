#include "app/body/JsonIndex.h"
#include "tests/bench/Report.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>

#include <simdjson.h>

#include <algorithm>

#include <time.h>

using namespace Qt::StringLiterals;
using namespace keydesk;

namespace {

constexpr qint64 megabyte = 1000 * 1000;
constexpr double frame = 16; // milliseconds

using Limit = bench::Measurement::Limit;

enum class Shape { Records, PrettyRecords, Numbers, Texts, Tiny, Nested };

struct ShapeName
{
    Shape shape;
    const char *name;
};

constexpr ShapeName shapes[] = {
    {Shape::Records, "records on one line"}, {Shape::PrettyRecords, "records, indented"},
    {Shape::Numbers, "coordinates"},         {Shape::Texts, "long texts"},
    {Shape::Tiny, "an array of digits"},     {Shape::Nested, "small objects in objects"},
};

QByteArray item(Shape shape, qint64 number)
{
    const QByteArray id = QByteArray::number(number);
    switch (shape) {
    case Shape::Records:
        return R"({"id":)" + id + R"(,"name":"caf\u00e9 )" + QByteArray::number(number * 7919 % 10007) +
               R"(","tags":["one","two"],"active":true,"price":48578.910})";
    case Shape::PrettyRecords:
        return "\n    {\n        \"id\": " + id + ",\n        \"name\": \"caf\xC3\xA9 " +
               QByteArray::number(number * 7919 % 10007) +
               "\",\n        \"tags\": [\n            \"one\",\n            \"two\"\n        ],\n        "
               "\"price\": 48578.910\n    }";
    case Shape::Numbers:
        return "[" + QByteArray::number(-180 + double(number * 7919 % 3'600'000) / 1e4, 'f', 14) + "," +
               QByteArray::number(double(number * 104729 % 1'800'000) / 1e4, 'f', 14) + "]";
    case Shape::Texts:
        return R"({"text":")" +
               QByteArray("The quick brown fox – „über den Zaun“ – \\\"jumps\\\" over the lazy dog. ")
                   .repeated(20) +
               R"("})";
    case Shape::Tiny:
        return QByteArray::number(number % 10);
    case Shape::Nested:
        return R"({"a":{"b":{"c":[[],{},[{"d":1}]]}}})";
    }
    return {};
}

QString makeFile(const QString &path, Shape shape, qint64 size)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("%s", qPrintable(file.errorString()));
    file.write("[");
    for (qint64 number = 0, written = 0; written < size; ++number)
        written += file.write((number > 0 ? "," : "") + item(shape, number));
    file.write("]");
    return path;
}

/// Milliseconds that processors have worked for this program: what else runs on the machine does not count.
double processorTime()
{
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

template <typename Work>
double median(int rounds, Work work)
{
    QList<double> times;
    for (int round = 0; round < rounds; ++round) {
        const double before = processorTime();
        work();
        times << processorTime() - before;
    }
    std::sort(times.begin(), times.end());
    return times.at(times.size() / 2);
}

qint64 residentKilobytes()
{
    QFile status(u"/proc/self/status"_s);
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                return line.simplified().split(' ').value(1).toLongLong();
        }
    }
    return 0;
}

void scan(JsonIndex &index)
{
    QEventLoop loop;
    QObject::connect(&index, &JsonIndex::grew, &loop, [&] {
        if (index.isComplete())
            loop.quit();
    });
    index.start();
    loop.exec();
    if (index.fault())
        qFatal("%s", qPrintable(index.fault()->reason));
}

/// The longest that one of many queries of each kind takes, in milliseconds.
struct Worst
{
    double path = 0;
    double child = 0;
    double step = 0;
    double count = 0;
};

Worst ask(const JsonIndex &index, qint64 size)
{
    Worst worst;
    const auto time = [](double &longest, const auto &query) {
        const double before = processorTime();
        query();
        longest = std::max(longest, processorTime() - before);
    };
    const JsonNode document = index.firstDocument().value();
    qint64 count = 0;
    for (int i = 0; i < 20; ++i)
        time(worst.count, [&] { count = index.childCount(document).value(); });
    QRandomGenerator random(1);
    for (int i = 0; i < 500; ++i) {
        time(worst.path, [&] {
            if (index.pathAt(qint64(random.bounded(double(size)))).empty())
                qFatal("no path");
        });
        std::optional<JsonNode> child;
        time(worst.child, [&] { child = index.child(document, qint64(random.bounded(double(count)))); });
        time(worst.step, [&] {
            if (!child || (count > 1 && !index.next(*child) && !index.previous(*child)))
                qFatal("no child");
        });
    }
    return worst;
}

} // namespace

/// json [MEGABYTES]: files of up to that size (1000 by default) at three sizes, beside simdjson's dom::parser
/// on the same bytes, which are in memory for it.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const qint64 most = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1000;
    QTemporaryDir folder;
    for (const auto &[shape, name] : shapes) {
        const QList<qint64> sizes =
            shape == Shape::Records ? QList<qint64>{most / 100, most / 10, most} : QList<qint64>{most / 10};
        for (const qint64 size : sizes) {
            const int rounds = size > 300 ? 3 : 7;
            const QString path = makeFile(folder.filePath(u"body.json"_s), shape, size * megabyte);
            const auto bytes = FileBytes::open(path).value();
            const qint64 before = residentKilobytes();
            const double ours = median(rounds, [&] {
                JsonIndex index(bytes);
                scan(index);
            });
            JsonIndex index(bytes);
            scan(index);
            const Worst worst = ask(index, bytes->size());
            const double grown = double(residentKilobytes() - before) / 1000;
            double theirs = 0;
            {
                const auto padded = simdjson::padded_string::load(path.toStdString()).take_value();
                simdjson::dom::parser parser;
                theirs = median(rounds, [&] {
                    if (parser.parse(padded).error() != simdjson::SUCCESS)
                        qFatal("simdjson");
                });
            }
            const double read = median(rounds, [&] {
                QByteArray chunk(256 * 1024, Qt::Uninitialized);
                for (qint64 at = 0; at < bytes->size(); at += chunk.size())
                    bytes->readInto(chunk.data(), at, chunk.size());
            });
            const QString what = u" of JSON, %1"_s.arg(QString::fromUtf8(name));
            const auto megabytes = double(size);
            const auto speed = [&bytes](double milliseconds) {
                return double(bytes->size()) / 1e3 / milliseconds;
            };
            bench::report({u"Structure index"_s + what, megabytes, u"MB"_s, speed(ours), u"MB/s"_s,
                           u"simdjson"_s, speed(theirs), Limit::AtLeast, 0.5});
            bench::report({u"Reading alone"_s + what,
                           megabytes,
                           u"MB"_s,
                           speed(read),
                           u"MB/s"_s,
                           {},
                           0,
                           Limit::None,
                           0});
            bench::report({u"Memory of the structure index"_s + what,
                           megabytes,
                           u"MB"_s,
                           grown,
                           u"MB"_s,
                           {},
                           0,
                           Limit::AtMost,
                           64 + 0.02 * megabytes});
            bench::report({u"Slowest answer about the structure"_s + what,
                           megabytes,
                           u"MB"_s,
                           std::max({worst.path, worst.child, worst.step, worst.count}),
                           u"ms"_s,
                           {},
                           0,
                           Limit::AtMost,
                           frame});
        }
    }
    const qint64 size = most / 10 * megabyte;
    const QByteArray part(8'200, 'x');
    const std::pair<const char *, QByteArray> hostile[] = {
        {"one text", "[\"" + QByteArray(size, 'x') + "\",1]"},
        {"white space", "[0," + QByteArray(size, ' ') + "1]"},
        {"one number", "[1" + QByteArray(size, '0') + ",1]"},
        {"100,000 arrays in each other", QByteArray(100'000, '[') + "1" + QByteArray(100'000, ']')},
        {"objects in each other, 8 kB apart",
         QByteArray(R"({"a":")" + part + R"(","b":)").repeated(size / 8'220) + "1" +
             QByteArray(size / 8'220, '}')},
    };
    for (const auto &[name, json] : hostile) {
        const QString path = folder.filePath(u"hostile.json"_s);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size())
            qFatal("no file");
        file.close();
        JsonIndex index(FileBytes::open(path).value());
        const double before = processorTime();
        scan(index);
        const double scanned = processorTime() - before;
        const Worst worst = ask(index, json.size());
        const QString what = QString::fromUtf8(name);
        const double megabytes = double(json.size()) / 1e6;
        bench::report({u"Structure index of hostile JSON, "_s + what,
                       megabytes,
                       u"MB"_s,
                       megabytes * 1e3 / scanned,
                       u"MB/s"_s,
                       {},
                       0,
                       Limit::None,
                       0});
        bench::report({u"Slowest answer about hostile JSON, "_s + what,
                       megabytes,
                       u"MB"_s,
                       std::max({worst.path, worst.child, worst.step, worst.count}),
                       u"ms"_s,
                       {},
                       0,
                       Limit::AtMost,
                       frame});
    }
    return 0;
}
