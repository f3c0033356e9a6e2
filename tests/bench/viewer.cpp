#include "app/body/LineIndex.h"
#include "app/body/TextSearch.h"
#include "tests/bench/Report.h"
#include "ui/viewer/FileView.h"
#include "ui/viewer/TextPane.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;
using namespace keydesk;
using bench::Measurement;

namespace {

constexpr qint64 megabyte = 1000 * 1000;
constexpr int rounds = 5;

/// JSON, with line ends or without.
QString makeFile(const QString &path, qint64 size, bool hasLines)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("%s", qPrintable(file.errorString()));
    file.write("[");
    for (qint64 number = 0, written = 0; written < size; ++number) {
        const QByteArray item = (number > 0 ? "," : "") + QByteArray(hasLines ? "\n" : "") + R"({"id":)" +
                                QByteArray::number(number) + R"(,"name":"caf\u00e9 )" +
                                QByteArray::number(number * 7919 % 10007) +
                                R"(","tags":["one","two"],"price":48578.910})";
        written += file.write(item);
    }
    file.write("]");
    return path;
}

template <typename Work>
double median(Work work)
{
    QList<double> times;
    for (int round = 0; round < rounds; ++round) {
        QElapsedTimer clock;
        clock.start();
        work();
        times << double(clock.nsecsElapsed()) / 1e6;
    }
    std::sort(times.begin(), times.end());
    return times.at(times.size() / 2);
}

double memmemTime(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no file");
    const uchar *bytes = file.map(0, file.size());
    constexpr char needle[] = "nowhere in it";
    return median([&] {
        if (::memmem(bytes, size_t(file.size()), needle, sizeof needle - 1))
            qFatal("found");
    });
}

double searchTime(const TextPieces &pieces, const TextQuery &query)
{
    return median([&] {
        TextSearch search;
        QSignalSpy grew(&search, &TextSearch::grew);
        search.start(pieces, query, 0);
        while (search.isRunning())
            grew.wait();
    });
}

double countTime(const TextPieces &pieces)
{
    return median([&] {
        LineIndex lines(pieces);
        QSignalSpy grew(&lines, &LineIndex::grew);
        lines.start();
        while (!lines.isComplete())
            grew.wait();
    });
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

struct Frames
{
    double first = 0; // open to painted, milliseconds
    double worst = 0;
    qint64 kilobytes = 0;
};

Frames show(const QString &path)
{
    FileView view;
    view.resize(900, 640);
    view.show();
    view.grab();
    Frames frames;
    const qint64 before = residentKilobytes();
    QElapsedTimer clock;
    clock.start();
    if (!view.open(path))
        qFatal("not opened");
    view.grab();
    frames.first = double(clock.nsecsElapsed()) / 1e6;
    QScrollBar *bar = view.text().verticalScrollBar();
    constexpr int jumps = 200;
    for (int i = 0; i < jumps; ++i) {
        clock.restart();
        bar->setValue(int(qint64(bar->maximum()) * (i * 7919 % jumps) / (jumps - 1)));
        view.grab();
        frames.worst = std::max(frames.worst, double(clock.nsecsElapsed()) / 1e6);
    }
    frames.kilobytes = residentKilobytes() - before;
    return frames;
}

double jqTime(const QString &path)
{
    QElapsedTimer clock;
    clock.start();
    QProcess jq;
    jq.setStandardOutputFile(QProcess::nullDevice());
    jq.start(u"jq"_s, {u"."_s, path});
    jq.waitForFinished(-1);
    return double(clock.nsecsElapsed()) / 1e6;
}

} // namespace

/// viewer [MEGABYTES]: a file of up to that size (1000 by default), with lines and on one line, at three
/// sizes.
int main(int argc, char **argv)
{
    const QApplication application(argc, argv);
    const qint64 most = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1000;
    QTemporaryDir folder;
    for (const qint64 size : {most / 100, most / 10, most}) {
        for (const bool hasLines : {true, false}) {
            const QString path = makeFile(folder.filePath(u"body.json"_s), size * megabyte, hasLines);
            const TextPieces pieces(FileBytes::open(path).value(), TextCoding::Utf8);
            const double memmem = memmemTime(path);
            const double exact = searchTime(pieces, {u"nowhere in it"_s, true});
            const double anyCase = searchTime(pieces, {u"nowhere in it"_s});
            const double count = countTime(pieces);
            const Frames frames = show(path);
            const QString kind = hasLines ? u"in lines"_s : u"on one line"_s;
            const auto speed = [&](const QString &what, double milliseconds, Measurement::Limit limit) {
                bench::report({what + kind, double(size), u"MB"_s, double(size) * 1000 / milliseconds,
                               u"MB/s"_s, u"memmem"_s, double(size) * 1000 / memmem, limit, 0.5});
            };
            speed(u"Search in a file "_s, exact, Measurement::Limit::AtLeast);
            speed(u"Search in any case in a file "_s, anyCase, Measurement::Limit::AtLeast);
            speed(u"Count the lines of a file "_s, count, Measurement::Limit::None);
            const bool besideJq = size <= 100 && hasLines;
            bench::report({u"Open a file %1 until it is painted"_s.arg(kind), double(size), u"MB"_s,
                           frames.first, u"ms"_s, besideJq ? u"jq ."_s : QString(),
                           besideJq ? jqTime(path) : 0,
                           besideJq ? Measurement::Limit::AtMost : Measurement::Limit::None, 0.5});
            bench::report({u"Worst frame of 200 jumps in a file %1"_s.arg(kind),
                           double(size),
                           u"MB"_s,
                           frames.worst,
                           u"ms"_s,
                           {},
                           0,
                           Measurement::Limit::AtMost,
                           16});
            bench::report({u"Memory of an open file %1"_s.arg(kind),
                           double(size),
                           u"MB"_s,
                           double(frames.kilobytes) / 1000,
                           u"MB"_s,
                           {},
                           0,
                           Measurement::Limit::AtMost,
                           64 + 0.02 * double(size)});
        }
    }
    return 0;
}
