#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace keydesk::sandbox {

/// The open sockets of the servers, so that stopping does not have to wait for a client. Thread-safe.
class Connections
{
public:
    /// False once `endAll` was called: the socket must not be served.
    bool add(int socket);
    /// To be called before the socket is closed.
    void remove(int socket);
    /// No more requests are read; replies under way may finish within `grace`, then the sockets are shut
    /// down.
    void endAll(std::chrono::milliseconds grace);

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::set<int> m_sockets;
    bool m_ending = false;
};

} // namespace keydesk::sandbox
