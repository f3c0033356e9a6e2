#pragma once

#include "app/environments/Environment.h"
#include "app/keys/ApiKey.h"

namespace keydesk {

class EnvironmentStore;
class KeyStore;
class ProviderCatalog;

/// The key that a request's choice comes out as in an environment.
struct KeyForRequest
{
    std::optional<ApiKey> key;
    QString wantedKindId; ///< what the request needs; empty: unknown
    QString missing;      ///< why there is no key although one is wanted, a sentence; empty otherwise
};

/// A kind that the environment's provider does not have counts as none: the provider's first kind is meant.
KeyForRequest keyForRequest(const KeyChoice &choice, const std::optional<Environment> &environment,
                            const ProviderCatalog &providers, const KeyStore &keys);

/// A call with such a key is refused, as far as is known.
bool isRefused(ApiKey::Status status);

/// The key that stayed the environment's although `key`, of the same kind, was stored for it: see NewKey. Nothing
/// if the environment uses `key`.
std::optional<ApiKey> keptKey(const ApiKey &key, const QUuid &environmentId,
                              const EnvironmentStore &environments, const KeyStore &keys);

} // namespace keydesk
