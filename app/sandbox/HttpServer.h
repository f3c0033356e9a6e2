#pragma once

#include <functional>
#include <memory>

namespace keydesk::sandbox {

class Connections;
class Service;
class TaskPool;

/// One service on one port of 127.0.0.1, on cpp-httplib. Refuses what no route should ever see: foreign Host
/// and Origin headers (DNS rebinding, cross-site requests), broken framing, bodies over 1 MiB.
class HttpServer
{
public:
    HttpServer(Service &service, TaskPool &pool, Connections &connections);
    ~HttpServer(); ///< as `stop`
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    /// Takes the port; 0 for any free one. The port taken, or 0.
    int bind(int port);
    /// Begins to answer, on a thread of its own.
    void listen();
    /// Takes no new connections. Those that are open are ended by `Connections`.
    void stop();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace keydesk::sandbox
