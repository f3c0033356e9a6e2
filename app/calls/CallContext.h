#pragma once

#include "app/environments/Environment.h"
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
};

} // namespace keydesk
