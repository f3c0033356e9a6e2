#pragma once

#include <QApplication>

#include <chrono>
#include <functional>

namespace keydesk {

/// An application that tells of each piece of work that held its event loop: of one event whose delivery took
/// the main thread longer than its bounds, be it in processor time or waiting in the system (a file, a lock,
/// a sleep). Time in which other processes had the processor is in neither, so that a busy machine is no
/// stall. For Debug builds and tests.
class WatchedApplication : public QApplication
{
public:
    /// Told on the main thread, after the fact, with how long it took and what ran; texts for developers.
    using Told = std::function<void(const QString &stall)>;

    /// How long a piece of work may take.
    struct Bounds
    {
        std::chrono::milliseconds running;
        std::chrono::milliseconds waiting;
    };

    WatchedApplication(int &argc, char **argv, const Bounds &bounds, Told told);
    ~WatchedApplication() override;

    bool notify(QObject *receiver, QEvent *event) override;

private:
    struct Times
    {
        std::chrono::nanoseconds running{};
        std::chrono::nanoseconds
            waiting{}; ///< since any point in the past, so that only differences mean something
    };
    [[nodiscard]] Times now() const;

    const Bounds m_bounds;
    Told m_told;
    int m_schedule = -1;           ///< what the kernel counts of the main thread, -1 where it does not
    const void *m_piece = nullptr; ///< the delivery that is measured; none once an event loop runs inside it
};

} // namespace keydesk
