#include "ui/WatchedApplication.h"

#include <QAbstractEventDispatcher>
#include <QMetaEnum>
#include <QThread>

#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

std::chrono::nanoseconds read(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

QString wordsOf(const char *receiver, QEvent::Type type)
{
    const char *name = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
    return u"%1 to %2"_s.arg(name ? QString::fromLatin1(name) : QString::number(type),
                             QString::fromLatin1(receiver));
}

} // namespace

WatchedApplication::WatchedApplication(int &argc, char **argv, const Bounds &bounds, Told told)
    : QApplication(argc, argv)
    , m_bounds(bounds)
    , m_told(std::move(told))
    , m_schedule(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC))
{
    // A loop inside a delivery (a drag, a test that waits in a slot) delivers events of its own, and they are
    // what is measured then.
    const auto forget = [this] { m_piece = nullptr; };
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this, forget);
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this, forget);
}

WatchedApplication::~WatchedApplication()
{
    if (m_schedule >= 0)
        ::close(m_schedule);
}

bool WatchedApplication::notify(QObject *receiver, QEvent *event)
{
    if (m_piece || QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    // Neither need be there any more afterwards.
    const char *name = receiver->metaObject()->className();
    const QEvent::Type type = event->type();
    const Times before = now();
    m_piece = &before;
    const bool taken = QApplication::notify(receiver, event);
    if (m_piece == &before) {
        const Times after = now();
        const auto running =
            std::chrono::duration_cast<std::chrono::milliseconds>(after.running - before.running);
        const auto waiting =
            std::chrono::duration_cast<std::chrono::milliseconds>(after.waiting - before.waiting);
        if (running > m_bounds.running || waiting > m_bounds.waiting)
            m_told(u"The event loop was held for %1 ms of computing and %2 ms of waiting by %3."_s
                       .arg(running.count())
                       .arg(waiting.count())
                       .arg(wordsOf(name, type)));
    }
    m_piece = nullptr;
    return taken;
}

WatchedApplication::Times WatchedApplication::now() const
{
    Times times{read(CLOCK_THREAD_CPUTIME_ID), {}};
    // "RUNNING QUEUED SLICES", in nanoseconds: what is in neither was waited.
    char text[96] = {};
    if (m_schedule >= 0 && ::pread(m_schedule, text, sizeof text - 1, 0) > 0) {
        char *rest = nullptr;
        std::strtoull(text, &rest, 10);
        const std::chrono::nanoseconds queued(std::strtoull(rest, nullptr, 10));
        times.waiting = read(CLOCK_MONOTONIC) - times.running - queued;
    }
    return times;
}

} // namespace keydesk
