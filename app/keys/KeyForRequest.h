#pragma once

#include "app/environments/Environment.h"
#include "app/keys/ApiKey.h"

namespace keydesk {

class KeyStore;
class ProviderCatalog;

/// The key that a request's choice comes out as in an environment.
struct KeyForRequest
{
    std::optional<ApiKey> key;
    QString wantedKindId; ///< what the request needs; empty: unknown
    QString missing;      ///< why there is no key although one is wanted, a sentence; empty otherwise
};

KeyForRequest keyForRequest(const KeyChoice &choice, const std::optional<Environment> &environment,
                            const ProviderCatalog &providers, const KeyStore &keys);

} // namespace keydesk
