#include "app/history/HistoryBars.h"

#include <QCoreApplication>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qint64 mostHours = 48;
constexpr qint64 mostDays = 62;
constexpr qint64 mostWeeks = 62;

struct HistoryBarsText
{
    Q_DECLARE_TR_FUNCTIONS(HistoryBars)
};

enum class Step { Hour, Day, Week, Month };

QDateTime beginOf(const QDateTime &time, Step step)
{
    const QDateTime local = time.toLocalTime();
    const QDate day = local.date();
    switch (step) {
    case Step::Hour:
        return local.addMSecs(-(local.time().msecsSinceStartOfDay() % 3'600'000));
    case Step::Day:
        return day.startOfDay();
    case Step::Week:
        return day.addDays(1 - day.dayOfWeek()).startOfDay();
    case Step::Month:
        return QDate(day.year(), day.month(), 1).startOfDay();
    }
    return local;
}

QDateTime next(const QDateTime &begin, Step step)
{
    switch (step) {
    case Step::Hour:
        return begin.addSecs(3600);
    case Step::Day:
        return begin.date().addDays(1).startOfDay();
    case Step::Week:
        return begin.date().addDays(7).startOfDay();
    case Step::Month:
        return begin.date().addMonths(1).startOfDay();
    }
    return begin;
}

} // namespace

QList<HistoryBar> historyBars(const QList<HistoryBar> &hours, const QDateTime &from, const QDateTime &until,
                              const QDateTime &now)
{
    if (hours.isEmpty() && !from.isValid())
        return {};
    const QDateTime first = from.isValid() ? from : hours.first().from;
    QDateTime last = until.isValid() ? until : now;
    if (!until.isValid() && !hours.isEmpty()) // a clock that was set back
        last = qMax(last, hours.last().until);
    const qint64 seconds = first.secsTo(last);
    const Step step = seconds <= mostHours * 3600      ? Step::Hour
                      : seconds <= mostDays * 86'400   ? Step::Day
                      : seconds <= mostWeeks * 604'800 ? Step::Week
                                                       : Step::Month;
    QList<HistoryBar> bars;
    auto hour = hours.cbegin();
    constexpr qsizetype most = 1200; // months of a century: a clock that was set to anything draws no more
    for (QDateTime begin = beginOf(first, step); begin < last && bars.size() < most;
         begin = bars.last().until) {
        HistoryBar bar{begin, next(begin, step)};
        for (; hour != hours.cend() && hour->from < bar.until; ++hour) {
            bar.calls += hour->calls;
            bar.failures += hour->failures;
        }
        bars.append(bar);
    }
    return bars;
}

QString barName(const HistoryBar &bar)
{
    const QLocale locale;
    const qint64 seconds = bar.from.secsTo(bar.until);
    const QDate day = bar.from.date();
    if (seconds <= 2 * 3600)
        return HistoryBarsText::tr("%1, %2", "date, time")
            .arg(locale.toString(day, u"d MMMM"_s), locale.toString(bar.from.time(), QLocale::ShortFormat));
    if (seconds <= 2 * 86'400)
        return locale.toString(day, u"d MMMM"_s);
    if (seconds <= 8 * 86'400)
        return HistoryBarsText::tr("Week of %1").arg(locale.toString(day, u"d MMMM yyyy"_s));
    return locale.toString(day, u"MMMM yyyy"_s);
}

QString barSentence(const HistoryBar &bar)
{
    const QLocale locale;
    const auto words = [&locale](qint64 count, const char *one, const char *many) {
        return count == 1 ? HistoryBarsText::tr(one) : HistoryBarsText::tr(many).arg(locale.toString(count));
    };
    const QString calls =
        bar.calls == 0 ? HistoryBarsText::tr("no calls") : words(bar.calls, "1 call", "%1 calls");
    if (bar.failures == 0)
        return HistoryBarsText::tr("%1: %2").arg(barName(bar), calls);
    return HistoryBarsText::tr("%1: %2, %3 failed").arg(barName(bar), calls, locale.toString(bar.failures));
}

} // namespace keydesk
