#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace keydesk::sandbox {

/// Tells every thread of the servers that it is time to end, and wakes those that wait.
class StopSignal
{
public:
    void raise()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_raised = true;
        }
        m_changed.notify_all();
    }

    [[nodiscard]] bool isRaised() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_raised;
    }

    /// Waits for `time`; false as soon as the signal is raised.
    [[nodiscard]] bool sleepFor(std::chrono::milliseconds time) const
    {
        std::unique_lock lock(m_mutex);
        return !m_changed.wait_for(lock, time, [this] { return m_raised; });
    }

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    bool m_raised = false;
};

} // namespace keydesk::sandbox
