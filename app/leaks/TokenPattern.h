#pragma once

#include <QByteArray>
#include <QList>
#include <QRegularExpression>
#include <QString>

namespace keydesk {

class ProviderCatalog;

/// What a provider's tokens look like, for finding some that are nobody's here: a beginning, and a rest that
/// fits.
struct TokenPattern
{
    QString provider; ///< its name
    QString kind;     ///< the token kind's name
    QByteArray prefix;
    QRegularExpression whole; ///< empty: any rest
};

/// Those of all kinds that begin with something (two characters or more); a kind without a prefix cannot be
/// told from ordinary text. The sandbox's are left out: it plays the real ones.
QList<TokenPattern> tokenPatterns(const ProviderCatalog &providers);

/// How long `text`'s token is, which begins with the pattern's prefix: 0 if what follows is no token but a
/// placeholder or a word (fewer than 16 characters, or fewer than 6 different ones).
qsizetype tokenLength(const TokenPattern &pattern, QByteArrayView text);

/// Longer ones are cut.
inline constexpr qsizetype longestPatternToken = 512;

} // namespace keydesk
