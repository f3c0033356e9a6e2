#pragma once

#include "app/interchange/KeyCandidates.h"
#include "app/interchange/NameWords.h"

namespace keydesk {

/// An address that a source names, and the name that it has there.
struct NamedAddress
{
    QStringList words;
    QUrl url;
};

struct KindGuess
{
    const Provider *provider = nullptr;
    const TokenKind *kind = nullptr;
    bool isSure = false; ///< by the token's form or the provider's name; otherwise the custom provider
};

/// By the form of the token, then by the name of the variable.
KindGuess guessKind(const Secret &token, const QStringList &words, const QString &variable,
                    const QList<Provider> &providers);
/// True if the token begins as the tokens of a kind that can be kept do.
bool hasKnownPrefix(std::string_view token, const QList<Provider> &providers);
/// "changeme", "your-token-here", "xxxxxxxx": stands there to be replaced.
bool isPlaceholder(std::string_view value);
/// An address, a path, a number, a mail address, a word: what settings hold that are no keys.
bool isOrdinaryValue(std::string_view value);

/// Which environment the key belongs to, by addresses in the same source, else by what the names say.
EnvironmentChoice guessEnvironment(const Provider &provider, const QStringList &words,
                                   const QString &fileName, const QList<NamedAddress> &addresses,
                                   const QList<Environment> &environments);
/// The environment at the address that a source names for a provider, whatever provider it is of (the sandbox
/// plays real ones).
std::optional<Environment> environmentAt(const Provider &provider, const QList<NamedAddress> &addresses,
                                         const QList<Environment> &environments);

} // namespace keydesk
