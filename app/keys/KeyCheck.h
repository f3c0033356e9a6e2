#pragma once

#include "app/http/HttpResponse.h"
#include "app/keys/ApiKey.h"
#include "app/providers/Provider.h"

namespace keydesk {

/// Checking a key: the call, and what its answer means. Pure.

/// The provider's cheapest request for keys of this kind; a GET of the base URL if its file names none.
RequestSpec checkRequest(const Provider &provider, const QString &kindId);

/// That request, ready to go out. `variables` are the environment's.
Result<PreparedRequest> checkCall(const Provider &provider, const QString &kindId, const QUrl &baseUrl,
                                  const VariableSources &variables, const std::optional<QUuid> &keyId);

/// 2xx and the kind's own good answers → Works; a documented "expired" or "revoked" → that; 401 → Refused;
/// anything else proves nothing and is Unchecked.
ApiKey::Status verdictOf(const Provider &provider, const QString &kindId, const HttpResponse &response);

/// What a key is after an answer with this verdict. That it was refused says less than how it ended: a key that is known to be revoked or
/// expired stays so until an answer shows that it works.
ApiKey::Status statusAfter(ApiKey::Status known, ApiKey::Status verdict);

/// "GET /api/v1/health answered 200 in 84 ms"
QString checkNote(const PreparedRequest &request, int status, std::chrono::microseconds elapsed);
/// "200 OK, 84 ms"
QString shortCheckNote(int status, std::chrono::microseconds elapsed);

} // namespace keydesk
