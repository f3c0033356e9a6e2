#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <functional>

namespace keydesk::sandbox {

/// The bytes of one connection for cpp-httplib, with limits that its own stream does not have: a deadline and
/// a size for each request as a whole (so that neither a trickle nor an endless header line holds a thread),
/// and no polling while a kept-alive connection waits. A reply with `dropHeader` is not sent: the connection
/// ends.
class SocketStream : public httplib::Stream
{
public:
    static constexpr const char *dropHeader = "Keydesk-Sandbox-Drop";

    explicit SocketStream(int socket);

    /// Waits for the first byte of a request. False when the client is gone, has been silent for `patience`,
    /// or is silent while others wait for a thread. What cannot be the beginning of an HTTP request (a TLS
    /// handshake) is read as an empty request line, which is refused at once.
    bool waitForRequest(std::chrono::milliseconds patience, const std::function<bool()> &othersWait);
    /// True if the reply that went out last said "Connection: close".
    [[nodiscard]] bool saidClose() const { return m_saidClose; }
    /// True if its status was 4xx.
    [[nodiscard]] bool refused() const { return m_refused; }
    /// Closes gently: lets the client read the reply before its unread bytes reset the connection.
    void linger();

    bool is_readable() const override;
    // Which of these the library's stream has differs: up to 0.16 only `is_writable`, later only the others.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
    virtual bool is_writable() const;
    virtual bool wait_readable() const { return is_readable(); }
    virtual bool wait_writable() const { return is_writable(); }
    virtual time_t duration() const { return 0; } // of the request so far, for a limit that is not used
#ifdef __clang__
#pragma clang diagnostic pop
#endif
    ssize_t read(char *bytes, size_t size) override;
    ssize_t write(const char *bytes, size_t size) override;
    void get_remote_ip_and_port(std::string &ip, int &port) const override;
    void get_local_ip_and_port(std::string &ip, int &port) const override;
    socket_t socket() const override { return m_socket; }

private:
    using Clock = std::chrono::steady_clock;

    bool waitForBytes(Clock::time_point until, const std::function<bool()> &othersWait) const;
    bool fill(Clock::time_point until);
    [[nodiscard]] bool waitFor(short events, Clock::time_point until) const;

    const int m_socket;
    std::array<char, 4096> m_buffer;
    std::size_t m_next = 0;
    std::size_t m_end = 0;
    std::size_t m_budget = 0; ///< bytes that this request may still have
    Clock::time_point m_deadline;
    bool m_replying = false;
    bool m_saidClose = false;
    bool m_refused = false;
};

} // namespace keydesk::sandbox
