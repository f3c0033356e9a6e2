#pragma once

namespace keydesk {

class CallRecorder;
class EnvironmentStore;
class HttpClient;
class KeyService;
class KeyStore;
class OAuthTokens;
class ProviderCatalog;
class Redactor;
class StoredTokens;
struct Core;

/// What making a call takes of the objects of the program. All of them outlive who holds this.
struct CallParts
{
    // NOLINTNEXTLINE(google-explicit-constructor): a call is made from all of them, and this says which it takes.
    CallParts(Core &core);

    const ProviderCatalog &providers;
    const KeyStore &keys;
    const EnvironmentStore &environments;
    const OAuthTokens &oauth;
    HttpClient &http;
    KeyService &keyService;
    CallRecorder &recorder;
    StoredTokens &storedTokens;
    Redactor &redactor;
};

} // namespace keydesk
