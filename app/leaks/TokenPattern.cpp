#include "app/leaks/TokenPattern.h"

#include "app/providers/ProviderCatalog.h"

#include <algorithm>
#include <bitset>
#include <set>

namespace keydesk {

namespace {

constexpr qsizetype shortestPrefix = 2;
constexpr qsizetype shortestRest = 16;
constexpr std::size_t fewestDifferent = 6;

bool isLetterOrDigit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isOfToken(char c)
{
    return isLetterOrDigit(c) || (c != '\0' && QByteArrayView("._~|+/=-").contains(c));
}

} // namespace

QList<TokenPattern> tokenPatterns(const ProviderCatalog &providers)
{
    QList<TokenPattern> patterns;
    std::set<QByteArray> known;
    for (const Provider &provider : providers.all()) {
        if (!provider.sandboxService.isEmpty())
            continue;
        for (const TokenKind &kind : provider.kinds) {
            QStringList prefixes = kind.otherPrefixes;
            if (!kind.prefix.isEmpty())
                prefixes.prepend(kind.prefix);
            for (const QString &prefix : prefixes) {
                const QByteArray bytes = prefix.toUtf8();
                if (bytes.size() < shortestPrefix || !known.insert(bytes).second)
                    continue;
                patterns.append({provider.name, kind.name, bytes,
                                 prefix == kind.prefix ? kind.pattern : QRegularExpression()});
                patterns.last().whole.optimize();
            }
        }
    }
    return patterns;
}

qsizetype tokenLength(const TokenPattern &pattern, QByteArrayView text)
{
    qsizetype length = pattern.prefix.size();
    const qsizetype limit = std::min(text.size(), longestPatternToken);
    std::bitset<256> seen;
    while (length < limit && isOfToken(text[length])) {
        seen.set(static_cast<unsigned char>(text[length]));
        ++length;
    }
    // The end of a sentence, a path or a query is no part of it.
    while (length > pattern.prefix.size() && !isLetterOrDigit(text[length - 1]))
        --length;
    if (length - pattern.prefix.size() < shortestRest || seen.count() < fewestDifferent)
        return 0;
    if (!pattern.whole.pattern().isEmpty() &&
        !pattern.whole.match(QString::fromLatin1(text.first(length))).hasMatch())
        return 0;
    return length;
}

} // namespace keydesk
