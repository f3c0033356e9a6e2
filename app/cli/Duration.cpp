#include "app/cli/Duration.h"

#include <QCoreApplication>

namespace keydesk::cli {

namespace {

/// 0: there is no such unit.
qint64 minutesIn(QChar unit)
{
    switch (unit.toLatin1()) {
    case 'm':
        return 1;
    case 'h':
        return 60;
    case 'd':
        return 24 * 60;
    case 'w':
        return 7 * 24 * 60;
    default:
        return 0;
    }
}

} // namespace

Result<std::chrono::milliseconds> readDuration(const QString &text)
{
    constexpr qint64 mostMinutes = 366 * 24 * 60;
    bool isNumber = false;
    const qint64 number = text.isEmpty() ? 0 : QStringView(text).chopped(1).toInt(&isNumber);
    const qint64 minutes = isNumber ? number * minutesIn(text.back()) : 0;
    if (minutes < 1 || minutes > mostMinutes)
        return failure(Error::Kind::InvalidInput,
                       QCoreApplication::translate("Duration", "“%1” is no time from a minute to a year. Write it as 30m, 12h, 7d or 2w.").arg(text));
    return std::chrono::minutes(minutes);
}

} // namespace keydesk::cli
