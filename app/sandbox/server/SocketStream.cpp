#include "app/sandbox/server/SocketStream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace keydesk::sandbox {

namespace {

using namespace std::chrono_literals;

constexpr auto requestTime = 10s;
constexpr auto writeTime = 20s;
constexpr auto politeTime = 250ms; // a silent client keeps its thread this long when others wait
constexpr auto lingerTime = 500ms;
constexpr std::size_t requestBudget = std::size_t{2} * 1024 * 1024;
constexpr std::size_t lingerBudget = std::size_t{8} * 1024 * 1024;

bool canBeginMethod(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

} // namespace

SocketStream::SocketStream(int socket)
    : m_socket(socket)
{
}

bool SocketStream::waitForBytes(Clock::time_point until, const std::function<bool()> &othersWait) const
{
    while (Clock::now() < until) {
        if (waitFor(POLLIN, std::min(until, Clock::now() + politeTime)))
            return true;
        if (othersWait())
            return false;
    }
    return false;
}

bool SocketStream::waitForRequest(std::chrono::milliseconds patience, const std::function<bool()> &othersWait)
{
    m_replying = false;
    m_saidClose = false;
    m_refused = false;
    m_budget = requestBudget;
    const Clock::time_point until = Clock::now() + patience;
    while (true) {
        if (m_next == m_end && (!waitForBytes(until, othersWait) || !fill(until)))
            return false;
        if (m_buffer[m_next] != '\r' && m_buffer[m_next] != '\n')
            break;
        ++m_next; // empty lines before a request are ignored (RFC 9112, 2.2)
    }
    m_deadline = Clock::now() + requestTime;
    if (!canBeginMethod(m_buffer[m_next])) {
        constexpr std::string_view emptyRequest = "\r\n\r\n";
        std::copy(emptyRequest.begin(), emptyRequest.end(), m_buffer.begin());
        m_next = 0;
        m_end = emptyRequest.size();
        m_budget = 0;
    }
    return true;
}

bool SocketStream::waitFor(short events, Clock::time_point until) const
{
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd waiting{m_socket, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<decltype(left)>(left, 0)));
        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
}

bool SocketStream::fill(Clock::time_point until)
{
    const std::size_t room = std::min(m_buffer.size(), m_budget);
    if (room == 0)
        return false;
    while (waitFor(POLLIN, until)) {
        const ssize_t got = ::recv(m_socket, m_buffer.data(), room, MSG_DONTWAIT);
        if (got > 0) {
            m_next = 0;
            m_end = static_cast<std::size_t>(got);
            m_budget -= m_end;
            return true;
        }
        if (got == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
            return false;
    }
    return false;
}

bool SocketStream::is_readable() const
{
    return m_next < m_end || waitFor(POLLIN, m_deadline);
}

bool SocketStream::is_writable() const
{
    return waitFor(POLLOUT, Clock::now() + writeTime);
}

ssize_t SocketStream::read(char *bytes, size_t size)
{
    if (m_next == m_end && !fill(m_deadline))
        return 0;
    const std::size_t count = std::min(size, m_end - m_next);
    std::copy_n(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_next), count, bytes);
    m_next += count;
    return static_cast<ssize_t>(count);
}

ssize_t SocketStream::write(const char *bytes, size_t size)
{
    // cpp-httplib writes the head of a reply in one piece; an interim 100 Continue is none.
    const std::string_view head(bytes, size);
    if (!m_replying && head.substr(0, 12) != "HTTP/1.1 100") {
        m_replying = true;
        m_refused = head.substr(0, 10) == "HTTP/1.1 4";
        m_saidClose = head.find("\r\nConnection: close\r\n") != std::string_view::npos;
        if (head.find(std::string("\r\n") + dropHeader + ": ") != std::string_view::npos) {
            m_saidClose = true;
            return -1;
        }
    }
    std::size_t sent = 0;
    const Clock::time_point until = Clock::now() + writeTime;
    while (sent < size) {
        if (!waitFor(POLLOUT, until))
            return -1;
        const ssize_t count = ::send(m_socket, bytes + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count >= 0)
            sent += static_cast<std::size_t>(count);
        else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
            return -1;
    }
    return static_cast<ssize_t>(size);
}

void SocketStream::linger()
{
    ::shutdown(m_socket, SHUT_WR);
    m_budget = lingerBudget;
    const Clock::time_point until = Clock::now() + lingerTime;
    while (fill(until)) {
    }
}

// The servers listen on 127.0.0.1 alone, and nothing here depends on the port of the other side.
void SocketStream::get_remote_ip_and_port(std::string &ip, int &port) const
{
    ip = "127.0.0.1";
    port = 0;
}

void SocketStream::get_local_ip_and_port(std::string &ip, int &port) const
{
    get_remote_ip_and_port(ip, port);
}

} // namespace keydesk::sandbox
