#pragma once

#include "app/environments/Environment.h"
#include "app/http/PreparedRequest.h"
#include "app/http/Variables.h"
#include "app/workspace/HttpRequest.h"

namespace keydesk {

/// What a call depends on beside its request.
struct CallContext
{
    std::optional<Environment> environment;
    VariableSources sources; ///< what {{…}} in the request may name
    QString baseFolder;      ///< of the request's file, for the files that it names; empty: it is in none
    HttpOptions options;     ///< what annotations in the file ask for
    std::shared_ptr<const OneTimeToken> oneTimeToken{}; ///< goes along instead of any stored key
};

} // namespace keydesk
