#pragma once

#include "app/interchange/snippets/SnippetRequest.h"
#include "app/keys/ApiKey.h"
#include "app/calls/CallContext.h"

namespace keydesk {

struct Core;

/// A body with more text than this is not written as code (bytes); files of any size are named in it.
inline constexpr qsizetype codeBodyLimit = 1024 * 1024;

/// What stands in the console, for CodeDialog.
struct RequestAsCode
{
    SnippetRequest request;
    QString label;             ///< "GET https://…", without a credential
    std::optional<ApiKey> key; ///< the one that the request names
};

/// As it would be sent now. Sends nothing, and reads no secret. The Error says what is wrong with the request.
Result<RequestAsCode> requestAsCode(const Core &core, const RequestSpec &spec, const CallContext &context);

} // namespace keydesk
