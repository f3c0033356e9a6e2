#include "app/keys/SignIn.h"

#include "app/base/Log.h"
#include "app/keys/KeyCheck.h"
#include "app/keys/KeyForRequest.h"
#include "app/keys/KeyStore.h"

#include <algorithm>

namespace keydesk {

void Authorisation::giveTo(PreparedRequest &request) const
{
    request.oneTimeToken = once;
    request.keyId = keyId;
    request.environmentId = environmentId;
}

Authorisation authorisationOf(const SignIn &signIn, const TokenKind *kind, const Origin &origin,
                              const QUuid &environmentId)
{
    if (signIn.keyId)
        return {{}, signIn.keyId, environmentId};
    if (signIn.isEmpty())
        return {{}, {}, environmentId};
    auto once = std::make_shared<OneTimeToken>();
    once->token = signIn.typed;
    if (kind)
        once->form = kind->form();
    once->origins = {origin};
    return {once, {}, environmentId};
}

const TokenKind *sessionKind(const Provider &provider, const QString &kindId)
{
    const TokenApi *api = provider.tokenApi(kindId);
    return api && !api->sessionKindId.isEmpty() ? provider.kind(api->sessionKindId) : nullptr;
}

QList<ApiKey> sessionKeys(const KeyStore &keys, const Provider &provider, const TokenKind *kind,
                          const Origin &origin)
{
    QList<ApiKey> found;
    if (!kind)
        return found;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const ApiKey &key : keys.all()) {
        const bool ended = isRefused(key.status) || (key.expiresAt.isValid() && key.expiresAt <= now);
        if (key.providerId == provider.id && key.kindId == kind->id && key.origins.contains(origin) && !ended)
            found.prepend(key);
    }
    std::ranges::stable_sort(found, std::ranges::greater(), &ApiKey::createdAt);
    return found;
}

void noteKeyUse(KeyStore &keys, const QUuid &keyId, int status)
{
    std::optional<ApiKey> key = keys.find(keyId);
    if (!key)
        return;
    key->status = statusAfter(key->status, status >= 200 && status < 300 ? ApiKey::Status::Works
                                           : status == 401               ? ApiKey::Status::Refused
                                                                         : ApiKey::Status::Unchecked);
    if (const Result<void> written = keys.update(*key); !written)
        qCWarning(lcKeys) << "a use was not noted:" << written.error().detail;
}

} // namespace keydesk
