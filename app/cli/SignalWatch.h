#pragma once

#include <QObject>

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
    /// SIGINT, SIGTERM and SIGHUP are watched from the start.
    void watch(int number);

Q_SIGNALS:
    void caught(const keydesk::cli::CaughtSignal &signal);

private:
    void read(int descriptor);
};

} // namespace keydesk::cli
