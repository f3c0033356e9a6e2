#pragma once

#include "app/base/Error.h"
#include "app/http/Variables.h"

namespace keydesk {

/// What a request of a .http file means when it is sent: give both to `prepareRequest`, with the file's
/// folder as its base folder.
struct HttpSendable
{
    RequestSpec spec;
    VariableSources sources;
};

/// Puts in the files that "< path" lines of a text body name ("<@ path": with their variables), makes the URL
/// whole from a Host header
/// ("GET /path", "Host: example.com") or a host without a scheme (http is meant), and encodes "Basic user
/// password" as RFC 7617 has it. Reads files, up to `HttpFile::limit` altogether. Errors name file and line
/// of the body.
Result<HttpSendable> sendableRequest(const RequestSpec &spec, const QString &folder,
                                     const VariableSources &sources);

} // namespace keydesk
