#include "app/keys/KeyForRequest.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"
#include "app/providers/ProviderCatalog.h"

#include <QCoreApplication>

namespace keydesk {

namespace {

struct KeyForRequestText
{
    Q_DECLARE_TR_FUNCTIONS(KeyForRequest)
};

} // namespace

KeyForRequest keyForRequest(const KeyChoice &choice, const std::optional<Environment> &environment,
                            const ProviderCatalog &providers, const KeyStore &keys)
{
    const Provider *provider = environment ? providers.find(environment->providerId) : nullptr;
    const TokenKind *kind = provider ? provider->kind(choice.kindId) : nullptr;
    if (provider && !kind) // none was named, or one of another provider, whose request this was
        kind = provider->firstStorableKind();

    KeyForRequest result;
    result.wantedKindId = kind ? kind->id : choice.kindId;
    switch (choice.mode) {
    case KeyChoice::Mode::None:
        break;
    case KeyChoice::Mode::Chosen:
        result.key = keys.find(choice.keyId);
        if (!result.key)
            result.missing = KeyForRequestText::tr(
                "The key that this request names is no longer there. Choose another one.");
        break;
    case KeyChoice::Mode::Automatic:
        if (!environment) {
            result.missing =
                KeyForRequestText::tr("There is no environment, so there is no key to choose from.");
            break;
        }
        if (const auto found = environment->keyOf(result.wantedKindId))
            result.key = keys.find(*found);
        if (!result.key)
            result.missing = kind ? KeyForRequestText::tr("The environment “%1” has no key of the kind “%2”.")
                                        .arg(environment->name, kind->name)
                                  : KeyForRequestText::tr("The environment “%1” has no key for this request.")
                                        .arg(environment->name);
        break;
    }
    return result;
}

bool isRefused(ApiKey::Status status)
{
    switch (status) {
    case ApiKey::Status::Refused:
    case ApiKey::Status::Expired:
    case ApiKey::Status::Revoked:
    case ApiKey::Status::Missing:
        return true;
    case ApiKey::Status::Unchecked:
    case ApiKey::Status::Works:
        break;
    }
    return false;
}

std::optional<ApiKey> keptKey(const ApiKey &key, const QUuid &environmentId,
                              const EnvironmentStore &environments, const KeyStore &keys)
{
    const std::optional<Environment> environment = environments.find(environmentId);
    if (!environment || environment->allKeys().contains(key.id))
        return {};
    const std::optional<QUuid> id = environment->keyOf(key.kindId, {});
    return id ? keys.find(*id) : std::nullopt;
}

} // namespace keydesk
