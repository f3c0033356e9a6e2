#include "app/calls/CallParts.h"

#include "app/Core.h"

namespace keydesk {

CallParts::CallParts(Core &core)
    : providers(core.providers)
    , keys(*core.keys)
    , environments(*core.environments)
    , oauth(*core.oauth)
    , http(*core.http)
    , keyService(*core.keyService)
    , recorder(*core.recorder)
    , storedTokens(*core.storedTokens)
    , redactor(core.redactor)
{
}

} // namespace keydesk
