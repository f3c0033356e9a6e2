#pragma once

#include "app/calls/CallContext.h"

namespace keydesk {

/// The method is none of those that only look.
bool changesThings(const RequestSpec &request);
/// The environment is protected and the request can change things there: it is sent only after a person said yes.
bool needsConsent(const RequestSpec &request, const CallContext &context);

} // namespace keydesk
