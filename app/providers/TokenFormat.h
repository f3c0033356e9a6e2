#pragma once

#include "app/base/Secret.h"
#include "app/providers/Provider.h"

#include <QStringList>

namespace keydesk {

/// What was cut from a pasted token, for showing it.
struct CleanedToken
{
    Secret token;
    QStringList removed; ///< sentences: "A line break at the end was removed", "The word Bearer was removed"
};

/// Takes off what does not belong to a token: newlines, spaces, quotes, zero-width and BOM characters, `Bearer `, `Authorization: Bearer …`,
/// `X-API-Key: …`, `export NAME=…`, `NAME=…`, `$env:NAME = …`, `set NAME=…`. Characters inside the token are never changed, except line breaks,
/// spaces and zero-width characters that a wrapped copy put there. Input over 64 KiB gives an empty token and says so.
/// A pair for Basic is taken as it is: a password may hold anything.
CleanedToken cleanToken(const Secret &pasted, KeyPlacement placement = KeyPlacement::Header);

struct TokenFinding
{
    enum class Level { Good, Warning };

    Level level = Level::Good;
    QString text; ///< never holds the token
};

/// What can be said about a (clean) token for a kind of a provider: prefix, pattern, length, characters HTTP cannot carry (binary), another kind
/// or another provider's prefix. Warnings only, never a refusal. An empty token gives no findings.
QList<TokenFinding> checkToken(const Secret &token, const Provider &provider, const QString &kindId, const QList<Provider> &others);

/// True if the token can be sent at all: visible ASCII (RFC 9110 field value), or for Basic a pair without control characters; ≤ 16 KiB.
bool canBeSent(const Secret &token, KeyPlacement placement = KeyPlacement::Header);

} // namespace keydesk
