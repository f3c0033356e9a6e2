#pragma once

#include "app/environments/Environment.h"
#include "app/http/HttpClient.h"
#include "app/keys/ApiKey.h"

namespace keydesk {

/// A call that ended, whoever made it.
struct FinishedCall
{
    RequestSpec request;
    std::optional<Environment> environment; ///< as it was when the call began
    std::optional<ApiKey> key;
    QUrl url; ///< where it was to go, variables resolved
    CallTrace trace;
    std::optional<Error> error;           ///< either this
    std::optional<HttpResponse> response; ///< or this
};

} // namespace keydesk
