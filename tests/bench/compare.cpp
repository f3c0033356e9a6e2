#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTextStream>

#include <algorithm>

namespace {

struct Sample
{
    double milliseconds = 0;
    double megabytes = 0;
};

/// Runs one of the start programs: the time from its launch to its "ready", and the memory it says it has a second later.
Sample measure(const QString &program)
{
    Sample sample;
    QProcess process;
    QElapsedTimer clock;
    clock.start();
    process.start(program, QStringList());
    while (process.state() != QProcess::NotRunning && process.waitForReadyRead(30'000)) {
        while (process.canReadLine()) {
            const QByteArray line = process.readLine().trimmed();
            if (line == "ready")
                sample.milliseconds = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            else if (line.startsWith("pss "))
                sample.megabytes = line.mid(4).toDouble() / 1024;
        }
    }
    process.waitForFinished(30'000);
    if (sample.milliseconds == 0 || sample.megabytes == 0)
        qFatal("%s did not say that it was ready", qPrintable(program));
    return sample;
}

double median(QList<Sample> samples, double Sample::*value)
{
    std::sort(samples.begin(), samples.end(), [value](const Sample &a, const Sample &b) { return a.*value < b.*value; });
    return samples.at(samples.size() / 2).*value;
}

} // namespace

/// compare RUNS BASELINE PROGRAM: alternates the two, so that both meet the same machine.
int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int runs = arguments.at(1).toInt();
    QTextStream out(stdout);

    if (QProcess::execute(arguments.at(3), {QStringLiteral("--fill")}) != 0)
        qFatal("the database could not be filled");
    measure(arguments.at(2)); // warm
    measure(arguments.at(3));
    QList<Sample> baseline;
    QList<Sample> keydesk;
    for (int run = 0; run < runs; ++run) {
        baseline << measure(arguments.at(2));
        keydesk << measure(arguments.at(3));
    }
    const auto print = [&](const QString &what, double Sample::*value, const QString &unit, double budget) {
        const double base = median(baseline, value);
        const double ours = median(keydesk, value);
        out << QStringLiteral("%1: %2 × an empty Qt window (budget %3 ×)   [%4 %6 against %5 %6]")
                   .arg(what)
                   .arg(ours / base, 0, 'f', 2)
                   .arg(budget, 0, 'f', 1)
                   .arg(ours, 0, 'f', 1)
                   .arg(base, 0, 'f', 1)
                   .arg(unit)
            << Qt::endl;
    };
    out << "With 1,000 keys and 100,000 calls in history, medians of " << runs << " runs:" << Qt::endl;
    print(QStringLiteral("Start to first usable window"), &Sample::milliseconds, QStringLiteral("ms"), 2.0);
    print(QStringLiteral("Memory (PSS), idle"), &Sample::megabytes, QStringLiteral("MB"), 2.0);
    return 0;
}
