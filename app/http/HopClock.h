#pragma once

#include "app/http/HopTiming.h"

#include <utility>

namespace keydesk {

/// Takes the times of one hop after another. A steady clock; the phases of a hop come in their order, and one that was passed does not come
/// back.
class HopClock
{
public:
    using Phase = HopTiming::Phase;

    /// Ends the phase before. Does nothing if that or a later one has begun already.
    void enter(Phase phase)
    {
        m_connected = m_connected || phase == Phase::Connect || phase == Phase::ConnectAndTls;
        const auto now = std::chrono::steady_clock::now();
        if (m_isRunning && phase <= m_phase)
            return;
        if (m_phase == Phase::Lookup && phase >= Phase::Send && !m_connected)
            m_phase = Phase::Queue; // it was for a connection that was open already
        if (m_isRunning)
            close(now);
        m_phase = phase;
        m_since = now;
        m_isRunning = true;
    }

    [[nodiscard]] bool isRunning() const { return m_isRunning; }

    /// Ends the hop; the next `enter` begins another. Method, URL and status are the caller's.
    HopTiming take(bool isWhole)
    {
        if (m_isRunning)
            close(std::chrono::steady_clock::now());
        HopTiming timing;
        timing.spans = std::exchange(m_spans, {});
        timing.isWhole = isWhole;
        timing.isReused = !m_connected && !timing.spans.isEmpty() && timing.spans.last().phase >= Phase::Send;
        m_isRunning = false;
        m_connected = false;
        return timing;
    }

private:
    void close(std::chrono::steady_clock::time_point now)
    {
        // From one rounded moment to the next, so that the spans add up to the whole.
        using std::chrono::microseconds;
        m_spans.append({m_phase, std::chrono::floor<microseconds>(now.time_since_epoch()) - std::chrono::floor<microseconds>(m_since.time_since_epoch())});
    }

    QList<HopTiming::Span> m_spans;
    std::chrono::steady_clock::time_point m_since;
    Phase m_phase = Phase::Keychain;
    bool m_isRunning = false;
    bool m_connected = false;
};

} // namespace keydesk
