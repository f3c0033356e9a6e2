#include "app/http/RepeatFigures.h"

#include "app/http/BodyText.h"
#include "app/http/HttpResponse.h"

#include <QCoreApplication>

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;
using std::chrono::microseconds;

namespace keydesk {

namespace {

struct RepeatFiguresText
{
    Q_DECLARE_TR_FUNCTIONS(RepeatFigures)
};

microseconds percentile(const QList<microseconds> &sorted, qsizetype percent)
{
    return sorted.at(std::max<qsizetype>(1, (percent * sorted.size() + 99) / 100) - 1);
}

QString quoted(QString text)
{
    return u'"' + text.replace(u'"', u"\"\""_s) + u'"';
}

QString milliseconds(microseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0, 'f', 3);
}

} // namespace

std::optional<Latency> latencyOf(const QList<RepeatCall> &calls)
{
    QList<microseconds> times;
    for (const RepeatCall &call : calls) {
        if (call.status > 0)
            times.append(call.elapsed);
    }
    if (times.isEmpty())
        return {};
    std::ranges::sort(times);
    const microseconds sum = std::accumulate(times.cbegin(), times.cend(), microseconds(0));
    return Latency{static_cast<int>(times.size()), times.first(),          percentile(times, 50), percentile(times, 90),
                   percentile(times, 95),          percentile(times, 99), times.last(),          sum / times.size()};
}

QList<RepeatOutcome> outcomesOf(const QList<RepeatCall> &calls)
{
    QList<RepeatOutcome> outcomes;
    for (const RepeatCall &call : calls) {
        const QString what = call.status > 0 ? (QString::number(call.status) + u' ' + QString::fromLatin1(reasonPhrase(call.status))).trimmed() : call.failure;
        auto known = std::ranges::find(outcomes, what, &RepeatOutcome::what);
        if (known == outcomes.end())
            known = outcomes.insert(outcomes.end(), {what, 0, call.status});
        ++known->count;
    }
    std::ranges::stable_sort(outcomes, std::ranges::greater(), &RepeatOutcome::count);
    return outcomes;
}

QString repeatCsv(const QList<RepeatCall> &calls)
{
    QString csv = u"call,begun_ms,elapsed_ms,status,failure\r\n"_s;
    for (const RepeatCall &call : calls)
        csv += u"%1,%2,%3,%4,%5\r\n"_s.arg(QString::number(call.number), milliseconds(call.begun), milliseconds(call.elapsed), QString::number(call.status), quoted(call.failure));
    return csv;
}

QString repeatText(const QString &what, const QList<RepeatCall> &calls, microseconds total)
{
    const auto failures = std::ranges::count_if(calls, &RepeatCall::isFailed);
    QStringList lines{
        what, RepeatFiguresText::tr("%1 calls, %2 failed, in %3")
                  .arg(QString::number(calls.size()), QString::number(failures), durationText(total))};
    const auto line = [&lines](const QString &name, const QString &value) { lines.append(u"  "_s + name.leftJustified(12) + value.rightJustified(10)); };
    if (const auto latency = latencyOf(calls)) {
        lines.append(QString());
        line(RepeatFiguresText::tr("Minimum"), spanText(latency->least));
        line(RepeatFiguresText::tr("p50"), spanText(latency->p50));
        line(RepeatFiguresText::tr("p90"), spanText(latency->p90));
        line(RepeatFiguresText::tr("p95"), spanText(latency->p95));
        line(RepeatFiguresText::tr("p99"), spanText(latency->p99));
        line(RepeatFiguresText::tr("Maximum"), spanText(latency->most));
        line(RepeatFiguresText::tr("Mean"), spanText(latency->mean));
    }
    lines.append(QString());
    const QList<RepeatOutcome> outcomes = outcomesOf(calls);
    for (const RepeatOutcome &outcome : outcomes)
        lines.append(
            u"  "_s + QString::number(outcome.count).rightJustified(5) + u" × "_s +
            (outcome.status > 0 ? outcome.what : RepeatFiguresText::tr("no answer: %1").arg(outcome.what)));
    return lines.join(u'\n') + u'\n';
}

} // namespace keydesk
