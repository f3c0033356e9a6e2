#pragma once

#include "app/http/PreparedRequest.h"
#include "app/keys/ApiKey.h"
#include "app/providers/Provider.h"

namespace keydesk {

class KeyStore;

/// Who is signed in, where a provider's token API wants to know: a session token that was typed for it, or a
/// stored key that is one. Never written down.
struct SignIn
{
    std::shared_ptr<const Secret> typed; ///< cleaned
    std::optional<QUuid> keyId;          ///< instead: read from its store for each call

    SignIn() = default;
    SignIn(std::nullptr_t) {}
    SignIn(std::shared_ptr<const Secret> token)
        : typed(std::move(token))
    {
    }
    explicit SignIn(const QUuid &key)
        : keyId(key)
    {
    }

    [[nodiscard]] bool isEmpty() const { return !keyId && (!typed || typed->isEmpty()); }
};

/// The same as a call carries it. A stored key goes where it is bound to and in its own header, as in every
/// request that names a key; a typed token goes to one origin.
struct Authorisation
{
    std::shared_ptr<const OneTimeToken> once;
    std::optional<QUuid> keyId;
    std::optional<QUuid> environmentId; ///< on whose behalf: how it is connected, and where the key's use is counted

    void giveTo(PreparedRequest &request) const;
};

/// For calls in an environment at `origin`. `kind` says how a typed token is written.
Authorisation authorisationOf(const SignIn &signIn, const TokenKind *kind, const Origin &origin,
                              const QUuid &environmentId);

/// The kind of the session token that the token API for keys of this kind wants; null if it wants none.
const TokenKind *sessionKind(const Provider &provider, const QString &kindId);

/// The stored keys that can be one: of that kind, bound to `origin`, and not known to be refused, expired,
/// revoked or missing. The newest first.
QList<ApiKey> sessionKeys(const KeyStore &keys, const Provider &provider, const TokenKind *kind,
                          const Origin &origin);

/// A call with a key ended with this status: 2xx means that it works, 401 that it is refused.
void noteKeyUse(KeyStore &keys, const QUuid &keyId, int status);

} // namespace keydesk
