#include "app/cli/SignalWatch.h"

#include <QSocketNotifier>

#include <cerrno>
#include <csignal>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace keydesk::cli {

namespace {

int sockets[2] = {-1, -1};
volatile std::sig_atomic_t waiting = 0; // ends that nobody has come to

bool isEnd(int number)
{
    return number == SIGINT || number == SIGTERM || number == SIGHUP;
}

void handle(int number, siginfo_t *info, void *)
{
    const int before = errno;
    if (isEnd(number)) {
        if (waiting != 0)
            _exit(128 + number);
        waiting = 1;
    }
    const CaughtSignal signal{number, info->si_code == SI_KERNEL};
    [[maybe_unused]] const ssize_t written = ::write(sockets[0], &signal, sizeof signal);
    errno = before;
}

} // namespace

SignalWatch::SignalWatch(QObject *parent)
    : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) != 0)
        return;
    auto *notifier = new QSocketNotifier(sockets[1], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] { read(sockets[1]); });
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        watch(number);
}

void SignalWatch::watch(int number)
{
    if (sockets[0] < 0)
        return;
    struct sigaction before = {};
    if (isEnd(number) && ::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN)
        return;
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
    m_watched.append(number);
}

bool SignalWatch::waitFor(int descriptor, Until until, std::chrono::milliseconds patience)
{
    const short event = until == Until::Readable ? POLLIN : POLLOUT;
    pollfd both[] = {{descriptor, event, 0}, {sockets[1], POLLIN, 0}};
    while (::poll(both, std::size(both), static_cast<int>(patience.count())) < 0 && errno == EINTR) {
    }
    if (both[1].revents == 0)
        return true;
    read(sockets[1]);
    return false;
}

void SignalWatch::letGo()
{
    for (const int number : std::exchange(m_watched, {}))
        std::signal(number, SIG_DFL);
}

void SignalWatch::read(int descriptor)
{
    CaughtSignal signal;
    while (::read(descriptor, &signal, sizeof signal) == sizeof signal) {
        if (isEnd(signal.number))
            waiting = 0;
        Q_EMIT caught(signal);
    }
}

} // namespace keydesk::cli
