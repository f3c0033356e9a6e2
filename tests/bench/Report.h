#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

#include <cstdio>

namespace keydesk::bench {

/// One thing measured at one size, beside its baseline if it has one. A budget is for the ratio to the
/// baseline, or for the value itself where there is none. Where more is better (`AtLeast`), value and
/// baseline are speeds.
struct Measurement
{
    enum class Limit { None, AtMost, AtLeast };

    QString what;             ///< the same at every size, for example "Search in a body"
    double size = 0;          ///< of what is measured, in `sizeUnit`
    QString sizeUnit;         ///< "MB", "keys", "calls" …
    double value = 0;         ///< a median, in `unit`
    QString unit;             ///< "ms", "MB", "MB/s" …
    QString baseline;         ///< what it stands beside: "curl", "jq", "memmem" …; empty without
    double baselineValue = 0; ///< of the same run, in `unit`
    Limit limit = Limit::None;
    double budget = 0;
};

/// The most memory that this process has ever held, in kB (VmHWM); 0 if it cannot be read.
inline long peakKilobytes()
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toLong();
    }
    return 0;
}

/// Prints a row for people, and appends it as a line of JSON to the file that KEYDESK_BENCH_ROWS names, of
/// which report.py makes the report. Ends the program if that cannot be written.
inline void report(const Measurement &row)
{
    const bool beside = row.baselineValue > 0;
    const double judged = beside ? row.value / row.baselineValue : row.value;
    QString text = QStringLiteral("%1, %2 %3: ").arg(row.what).arg(row.size, 0, 'g', 7).arg(row.sizeUnit);
    if (beside)
        text += QStringLiteral("%1 × %2").arg(judged, 0, 'f', 2).arg(row.baseline);
    else
        text += QStringLiteral("%1 %2").arg(judged, 0, 'g', 4).arg(row.unit);
    if (row.limit != Measurement::Limit::None)
        text += QStringLiteral(" (budget %1 %2 %3)")
                    .arg(row.limit == Measurement::Limit::AtMost ? QStringLiteral("≤") : QStringLiteral("≥"))
                    .arg(row.budget)
                    .arg(beside ? QStringLiteral("×") : row.unit);
    if (beside)
        text += QStringLiteral("   [%1 %3 against %2 %3]")
                    .arg(row.value, 0, 'g', 4)
                    .arg(row.baselineValue, 0, 'g', 4)
                    .arg(row.unit);
    std::puts(text.toUtf8().constData());
    std::fflush(stdout);

    const QString rows = qEnvironmentVariable("KEYDESK_BENCH_ROWS");
    if (rows.isEmpty())
        return;
    QJsonObject json{{QStringLiteral("what"), row.what},
                     {QStringLiteral("size"), row.size},
                     {QStringLiteral("sizeUnit"), row.sizeUnit},
                     {QStringLiteral("value"), row.value},
                     {QStringLiteral("unit"), row.unit},
                     {QStringLiteral("peakKilobytes"), static_cast<double>(peakKilobytes())}};
    if (beside) {
        json.insert(QStringLiteral("baseline"), row.baseline);
        json.insert(QStringLiteral("baselineValue"), row.baselineValue);
    }
    if (row.limit != Measurement::Limit::None)
        json.insert(row.limit == Measurement::Limit::AtMost ? QStringLiteral("atMost")
                                                            : QStringLiteral("atLeast"),
                    row.budget);
    QFile file(rows);
    if (!file.open(QIODevice::Append) ||
        file.write(QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n') < 0)
        qFatal("%s: %s", qPrintable(rows), qPrintable(file.errorString()));
}

} // namespace keydesk::bench
