#include "tests/bench/Report.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QProcessEnvironment>

#include <algorithm>

namespace {

struct Sample
{
    double milliseconds = 0;
    double megabytes = 0;
};

/// Runs one of the start programs: the time from its launch to its "ready", and the memory it says it has a
/// second later.
Sample measure(const QString &program,
               const QProcessEnvironment &home = QProcessEnvironment::systemEnvironment())
{
    Sample sample;
    QProcess process;
    process.setProcessEnvironment(home);
    QElapsedTimer clock;
    clock.start();
    process.start(program, QStringList());
    const auto take = [&] {
        while (process.canReadLine()) {
            const QByteArray line = process.readLine().trimmed();
            if (line == "ready")
                sample.milliseconds = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            else if (line.startsWith("pss "))
                sample.megabytes = line.mid(4).toDouble() / 1024;
        }
    };
    while (process.waitForReadyRead(30'000))
        take();
    process.waitForFinished(30'000);
    take(); // what came with the end
    if (sample.milliseconds == 0 || sample.megabytes == 0)
        qFatal("%s did not say that it was ready", qPrintable(program));
    return sample;
}

double median(QList<Sample> samples, double Sample::*value)
{
    std::sort(samples.begin(), samples.end(),
              [value](const Sample &a, const Sample &b) { return a.*value < b.*value; });
    return samples.at(samples.size() / 2).*value;
}

/// A place for the data of its own, with so many keys in it.
QProcessEnvironment filled(const QString &program, int keys)
{
    QProcessEnvironment home = QProcessEnvironment::systemEnvironment();
    const QString folder = QStringLiteral("%1/%2").arg(home.value(QStringLiteral("XDG_DATA_HOME"))).arg(keys);
    home.insert(QStringLiteral("XDG_DATA_HOME"), folder);
    QProcess process;
    process.setProcessEnvironment(home);
    process.start(program, {QStringLiteral("--fill"), QString::number(keys)});
    if (!process.waitForFinished(120'000) || process.exitCode() != 0)
        qFatal("the database could not be filled");
    return home;
}

} // namespace

/// compare RUNS BASELINE PROGRAM: alternates the baseline and the program with more and more keys, so that
/// all meet the same machine.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int runs = arguments.at(1).toInt();
    const QString baseline = arguments.at(2);
    const QString program = arguments.at(3);

    constexpr int sizes[] = {1'000, 10'000, 100'000};
    QList<QProcessEnvironment> homes;
    for (const int keys : sizes) {
        homes << filled(program, keys);
        measure(program, homes.last()); // warm
    }
    measure(baseline);
    QList<Sample> empty;
    QList<QList<Sample>> keydesk(homes.size());
    for (int run = 0; run < runs; ++run) {
        empty << measure(baseline);
        for (int size = 0; size < homes.size(); ++size)
            keydesk[size] << measure(program, homes.at(size));
    }
    using keydesk::bench::Measurement;
    for (int size = 0; size < homes.size(); ++size) {
        const auto limit = [&](int largest) {
            return sizes[size] <= largest ? Measurement::Limit::AtMost : Measurement::Limit::None;
        };
        const QString window = QStringLiteral("an empty Qt window");
        keydesk::bench::report({QStringLiteral("Start to first usable window, with 100,000 calls"),
                                double(sizes[size]), QStringLiteral("keys"),
                                median(keydesk.at(size), &Sample::milliseconds), QStringLiteral("ms"), window,
                                median(empty, &Sample::milliseconds), limit(10'000), 2});
        keydesk::bench::report({QStringLiteral("Memory (PSS), idle, with 100,000 calls"), double(sizes[size]),
                                QStringLiteral("keys"), median(keydesk.at(size), &Sample::megabytes),
                                QStringLiteral("MB"), window, median(empty, &Sample::megabytes), limit(1'000),
                                2});
    }
    return 0;
}
