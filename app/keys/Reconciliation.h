#pragma once

#include "app/base/Secret.h"
#include "app/keys/ApiKey.h"
#include "app/keys/RemoteTokens.h"

namespace keydesk {

/// One line of the provider's list and ours, side by side.
struct Reconciled
{
    enum class Standing {
        Matched,   ///< here and there, known by the provider's id
        OnlyThere, ///< nobody here holds it
        Unlinked,  ///< here; which one of the provider's it is, if any, is not known
        Gone,      ///< here; the provider does not list it any more
    };

    Standing standing = Standing::OnlyThere;
    std::optional<RemoteToken> remote;
    std::optional<ApiKey> key;
    /// OnlyThere: the key that it may be. Unlinked: the id of the token that it may be. A guess from the last
    /// characters, or from name and creation: for a person to confirm.
    std::optional<QUuid> likelyKey;
    QString likelyRemoteId;

    bool operator==(const Reconciled &) const = default;
};

/// `keys` are the local ones that belong to the list's provider, kind and origin; nothing else about them is
/// looked at. In the order of the provider's list, then those that are here only. Linear.
QList<Reconciled> reconcile(const QList<ApiKey> &keys, const RemoteTokens &tokens);

/// What a matched key learns from the provider; nothing if it knows all of it already. An expiry that the
/// provider does not tell of leaves one that was set by hand.
std::optional<ApiKey> learnt(const ApiKey &key, const RemoteToken &token);

/// Whether a token can be the one that the list tells of, as far as its end and its beginning are known.
bool canBe(const Secret &secret, const RemoteToken &token);

} // namespace keydesk
