#include "app/calls/CallConsent.h"

#include "app/http/StreamKind.h"

using namespace Qt::StringLiterals;

namespace keydesk {

bool changesThings(const RequestSpec &request)
{
    const QString method = request.method.trimmed().toUpper();
    return method != "GET"_L1 && method != "HEAD"_L1 && method != "OPTIONS"_L1;
}

bool needsConsent(const RequestSpec &request, const CallContext &context)
{
    if (!context.environment || !context.environment->isProtected)
        return false;
    // What goes through a WebSocket later may be anything.
    return changesThings(request) || opensWebSocket(request.method.trimmed().toUpper(), resolveVariables(request.url, context.sources, nullptr));
}

} // namespace keydesk
