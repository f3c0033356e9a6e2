#include "app/keys/rotation/ClockMark.h"

#include <QFile>
#include <QUuid>

#include <algorithm>

#ifdef Q_OS_LINUX
#include <ctime>
#endif

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr std::chrono::milliseconds aYear = std::chrono::hours(24) * 366;

#ifdef Q_OS_LINUX
std::chrono::milliseconds sinceBoot()
{
    timespec time{};
    if (::clock_gettime(CLOCK_BOOTTIME, &time) != 0) // counts sleep, which CLOCK_MONOTONIC does not
        ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::milliseconds(qint64(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000);
}

QByteArray readBoot()
{
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}
#else
std::chrono::milliseconds sinceBoot()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

QByteArray readBoot()
{
    return {};
}
#endif

} // namespace

ClockMark systemClock()
{
    // Where the system does not say which start this is, each start of Keydesk counts as one.
    static const QByteArray boot = [] {
        const QByteArray read = readBoot();
        return read.isEmpty() ? QUuid::createUuid().toByteArray(QUuid::WithoutBraces) : read;
    }();
    return {QDateTime::currentDateTimeUtc(), sinceBoot(), boot};
}

Passed passedBetween(const ClockMark &before, const ClockMark &now)
{
    if (!before.boot.isEmpty() && before.boot == now.boot)
        return {std::max(std::chrono::milliseconds(0), now.sinceBoot - before.sinceBoot), false};
    if (!before.wall.isValid() || !now.wall.isValid())
        return {};
    const std::chrono::milliseconds time(before.wall.msecsTo(now.wall));
    return {std::max(std::chrono::milliseconds(0), time), time > aYear};
}

ClockMark laterMark(const ClockMark &before, const ClockMark &now)
{
    ClockMark mark = now;
    if (before.wall.isValid())
        mark.wall = std::max(now.wall, before.wall.addMSecs(passedBetween(before, now).time.count()));
    return mark;
}

} // namespace keydesk
