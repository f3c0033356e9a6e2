#pragma once

#include "app/sandbox/Message.h"

#include <QString>

namespace keydesk::sandbox {

class Connections;
class TaskPool;

/// What answers the requests that a server has read. Called from any thread.
class RequestHandler
{
public:
    virtual ~RequestHandler() = default;

    virtual Reply handle(const Request &request) = 0;
    /// An error in the shape that the service documents, or the nearest to it.
    [[nodiscard]] virtual Reply error(int status, const QString &message) const = 0;
    /// A request was answered, also one that was refused without asking `handle`. `status`: `noReply` if the connection is closed instead.
    virtual void answered(const QByteArray & /*method*/, const QString & /*path*/, int /*status*/) {}
};

/// One service on one port of 127.0.0.1, on cpp-httplib. Refuses what no route should ever see: foreign Host
/// and Origin headers (DNS rebinding, cross-site requests), broken framing, bodies over 1 MiB. Made by
/// `ServerModule`.
class HttpServer
{
public:
    HttpServer() = default;
    virtual ~HttpServer() = default; ///< as `stop`
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    /// Takes the port; 0 for any free one. The port taken, or 0.
    virtual int bind(int port) = 0;
    /// Begins to answer, on a thread of its own.
    virtual void listen() = 0;
    /// Takes no new connections. Those that are open are ended by `Connections`.
    virtual void stop() = 0;
};

} // namespace keydesk::sandbox
