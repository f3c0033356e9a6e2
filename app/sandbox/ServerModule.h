#pragma once

#include "app/base/Error.h"
#include "app/sandbox/HttpServer.h"

#include <memory>

namespace keydesk::sandbox {

/// The part of the sandbox that needs cpp-httplib, in a library of its own that is loaded when the sandbox
/// starts: cpp-httplib brings OpenSSL along, and linking those two takes a tenth of the time until the window
/// is there. Stays loaded until the process ends.
class ServerModule
{
public:
    /// Looks beside the program and where it is installed. Takes a few milliseconds; from any thread.
    static Result<ServerModule> load();

    [[nodiscard]] std::unique_ptr<HttpServer> makeServer(RequestHandler &handler, TaskPool &pool,
                                                         Connections &connections) const;

    /// What the library exports, by the name `functionName`.
    using Make = HttpServer *(*)(RequestHandler &, TaskPool &, Connections &);
    static constexpr auto functionName = "keydesk_make_http_server";

private:
    explicit ServerModule(Make make)
        : m_make(make)
    {
    }

    Make m_make;
};

} // namespace keydesk::sandbox
