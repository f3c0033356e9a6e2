#include "app/sandbox/RateWindow.h"

#include <algorithm>

namespace keydesk::sandbox {

namespace {

constexpr std::chrono::seconds window{60};

} // namespace

RateWindow::RateWindow(std::size_t limit)
    : m_limit(limit)
{
}

RateWindow::Standing RateWindow::look(Time now)
{
    while (!m_calls.empty() && m_calls.front() + window <= now)
        m_calls.pop_front();
    const Time reset = m_calls.empty() ? now : m_calls.front() + window;
    Standing standing{m_calls.size() < m_limit, m_limit, m_limit - m_calls.size(), reset, {}};
    if (!standing.allowed)
        standing.retryAfter =
            std::max(std::chrono::ceil<std::chrono::seconds>(reset - now), std::chrono::seconds{1});
    return standing;
}

RateWindow::Standing RateWindow::take(Time now)
{
    if (const Standing full = look(now); !full.allowed)
        return full;
    m_calls.push_back(now);
    Standing standing = look(now);
    standing.allowed = true; // the call that fills the window is still served
    standing.retryAfter = {};
    return standing;
}

void RateWindow::useUp(Time now, std::chrono::seconds wait)
{
    m_calls.assign(m_limit, now - window + wait);
}

} // namespace keydesk::sandbox
