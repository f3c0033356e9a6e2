#pragma once

#include <string>

namespace keydesk::sandbox {

/// Has cpp-httplib read one request from `stream` and answer it, whichever of its two shapes this protected
/// function of its server has: up to 0.16 (Debian 12, Ubuntu 24.04) it asks the stream for the addresses,
/// later it wants to be told them.
template <typename Server, typename Stream, typename Setup>
bool processRequest(Server &server, Stream &stream, bool closeAfterwards, bool &closed, const Setup &setup)
{
    if constexpr (requires { server.process_request(stream, closeAfterwards, closed, setup); }) {
        return server.process_request(stream, closeAfterwards, closed, setup);
    } else {
        std::string remote;
        std::string local;
        int remotePort = 0;
        int localPort = 0;
        stream.get_remote_ip_and_port(remote, remotePort);
        stream.get_local_ip_and_port(local, localPort);
        return server.process_request(stream, remote, remotePort, local, localPort, closeAfterwards, closed,
                                      setup);
    }
}

} // namespace keydesk::sandbox
