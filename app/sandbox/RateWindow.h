#pragma once

#include <chrono>
#include <deque>

namespace keydesk::sandbox {

/// A rolling window: at most `limit` calls in any 60 seconds.
class RateWindow
{
public:
    using Time = std::chrono::system_clock::time_point;

    explicit RateWindow(std::size_t limit);

    struct Standing
    {
        bool allowed = true;
        std::size_t limit = 0;
        std::size_t remaining = 0;
        Time reset; ///< when the oldest call leaves the window (now, if there is none)
        std::chrono::seconds retryAfter{0}; ///< rounded up; at least 1 if not allowed
    };

    /// Counts a call at `now`, unless the window is full.
    Standing take(Time now);
    [[nodiscard]] Standing look(Time now);
    /// As if the window had been used up, so that it opens again after `wait`.
    void useUp(Time now, std::chrono::seconds wait);

private:
    std::size_t m_limit;
    std::deque<Time> m_calls;
};

} // namespace keydesk::sandbox
