#include "app/sandbox/Connections.h"

#include <sys/socket.h>

namespace keydesk::sandbox {

bool Connections::add(int socket)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_ending)
        m_sockets.insert(socket);
    return !m_ending;
}

void Connections::remove(int socket)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_sockets.erase(socket);
    }
    m_changed.notify_all();
}

void Connections::endAll(std::chrono::milliseconds grace)
{
    std::unique_lock lock(m_mutex);
    m_ending = true;
    for (const int socket : m_sockets)
        ::shutdown(socket, SHUT_RD);
    m_changed.wait_for(lock, grace, [this] { return m_sockets.empty(); });
    for (const int socket : m_sockets)
        ::shutdown(socket, SHUT_RDWR);
}

} // namespace keydesk::sandbox
