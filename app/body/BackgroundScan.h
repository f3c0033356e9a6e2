#pragma once

#include "app/base/Background.h"

#include <QElapsedTimer>
#include <QObject>

#include <atomic>
#include <functional>

namespace keydesk {

/// Reads a file through once, on a thread of its own, and what it grows by later. What it finds belongs to
/// whom it works for.
class BackgroundScan : public QObject
{
    Q_OBJECT

public:
    /// Of one scan, which asks it again and again.
    class Pulse
    {
    public:
        Pulse(const std::atomic<bool> &stop, std::function<void()> tell)
            : m_stop(stop)
            , m_tell(std::move(tell))
        {
            m_told.start();
        }
        [[nodiscard]] const std::atomic<bool> &stop() const { return m_stop; }
        /// There is more to be told of.
        void beat()
        {
            constexpr qint64 often = 50; // milliseconds
            if (m_told.elapsed() < often)
                return;
            m_tell();
            m_told.restart();
        }

    private:
        const std::atomic<bool> &m_stop;
        std::function<void()> m_tell;
        QElapsedTimer m_told;
    };

    ~BackgroundScan() override;

    /// Reads what the file has grown by since; while it reads, once more behind that.
    void start();
    /// The same before it returns, without `grew`: of a short text, which takes less than a frame.
    void startNow();
    /// It has come to the end of the file, as that was when it was started last.
    [[nodiscard]] bool isComplete() const { return m_isComplete; }

Q_SIGNALS:
    void grew(); ///< again and again while it reads, and at its end

protected:
    /// Goes on from where it ended before. It outlives what a derived class adds, so that it owns what it
    /// uses.
    using Work = std::function<void(Pulse &)>;

    BackgroundScan(Work work, QObject *parent);

private:
    void run();

    const Work m_work;
    bool m_isRunning = false;
    bool m_isWantedAgain = false;
    std::atomic<bool> m_isComplete = false;
    std::atomic<bool> m_stop = false;
    Background m_background; // ends first
};

} // namespace keydesk
