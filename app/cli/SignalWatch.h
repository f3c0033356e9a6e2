#pragma once

#include <QList>
#include <QObject>

#include <chrono>

namespace keydesk::cli {

struct CaughtSignal
{
    int number = 0;
    bool fromTerminal = false; ///< the terminal sent it (Ctrl+C), and then to children of the same process group, too
};

/// Tells of signals in the event loop. One at a time in a process: handlers have no context. A second SIGINT, SIGTERM or SIGHUP while
/// nobody has come to the first ends the process at once.
class SignalWatch : public QObject
{
    Q_OBJECT

public:
    explicit SignalWatch(QObject *parent = nullptr);
    /// SIGINT, SIGTERM and SIGHUP are watched from the start, but for those that were ignored then (nohup,
    /// trap '' INT): they stay so.
    void watch(int number);
    enum class Until { Readable, Writable };
    /// Outside the event loop: waits until `descriptor` can be read or written, or for `patience` (negative:
    /// for ever). False if a signal came, which then was told.
    bool waitFor(int descriptor, Until until = Until::Readable,
                 std::chrono::milliseconds patience = std::chrono::milliseconds(-1));
    /// False if one came that the event loop has not come to yet, which then was told.
    bool isQuiet() { return waitFor(-1, Until::Readable, std::chrono::milliseconds(0)); }
    /// Nobody listens any more: from now on they end the process as if it had never watched.
    void letGo();

Q_SIGNALS:
    void caught(const keydesk::cli::CaughtSignal &signal);

private:
    void read(int descriptor);

    QList<int> m_watched;
};

} // namespace keydesk::cli
