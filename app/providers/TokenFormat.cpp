#include "app/providers/TokenFormat.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype headerLimit = 16 * 1024;
constexpr qsizetype commonHeaderLimit = 8 * 1024; // the default of nginx and Apache for one header line
constexpr qsizetype shortToken = 16;

struct TokenFormatText
{
    Q_DECLARE_TR_FUNCTIONS(TokenFormat)
};

// A text that holds a token for a moment.
struct WipedText
{
    explicit WipedText(const Secret &secret)
        : text(QString::fromUtf8(secret.reveal().data(), secret.size()))
    {
    }
    WipedText(const WipedText &) = delete;
    WipedText &operator=(const WipedText &) = delete;
    ~WipedText() { wipe(text); }

    QString text;
};

// Looks without copying: the match of a QString shares the token's buffer, which could then not be wiped.
bool fits(const TokenKind &kind, QStringView token)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return kind.pattern.matchView(token).hasMatch();
#else
    return kind.pattern.match(token).hasMatch();
#endif
}

bool hasPattern(const TokenKind &kind)
{
    return !kind.pattern.pattern().isEmpty();
}

// The kind of `provider` that the token is written like, as far as that can be told.
const TokenKind *kindLike(QStringView token, const Provider &provider)
{
    const TokenKind *found = nullptr;
    for (const TokenKind &kind : provider.kinds) {
        if (!kind.prefix.isEmpty() && token.startsWith(kind.prefix) &&
            (!found || kind.prefix.size() > found->prefix.size()))
            found = &kind;
    }
    if (found)
        return found;
    const auto byPattern =
        std::find_if(provider.kinds.cbegin(), provider.kinds.cend(), [&](const TokenKind &kind) {
            return kind.prefix.isEmpty() && hasPattern(kind) && fits(kind, token);
        });
    return byPattern == provider.kinds.cend() ? nullptr : &*byPattern;
}

bool looksShortened(QStringView token)
{
    return token.endsWith(u"..."_s) || token.contains(u'…') || token.contains(u"•••"_s) ||
           token.contains(u"***"_s);
}

class Findings
{
public:
    void good(const QString &text) { list.append({TokenFinding::Level::Good, text}); }
    void warn(const QString &text) { list.append({TokenFinding::Level::Warning, text}); }

    QList<TokenFinding> list;
};

// What another kind, or another provider, says about a token that does not fit.
QString otherHome(QStringView token, const Provider &provider, const TokenKind &kind,
                  const QList<Provider> &others)
{
    const TokenKind *own = kindLike(token, provider);
    if (own && own->id != kind.id)
        return TokenFormatText::tr("This looks like another kind of token: %1 (%2)")
            .arg(own->name, provider.name);
    for (const Provider &other : others) {
        // The sandbox plays the real ones, which are meant.
        const bool real = other.id != provider.id && other.sandboxService.isEmpty();
        const TokenKind *theirs = real ? kindLike(token, other) : nullptr;
        if (theirs && !theirs->prefix.isEmpty())
            return TokenFormatText::tr(
                       "It starts with %1, so it looks like a token of another provider: %2 (%3)")
                .arg(theirs->prefix, theirs->name, other.name);
    }
    return {};
}

void checkShape(Findings &findings, QStringView token, const Provider &provider, const TokenKind &kind,
                const QList<Provider> &others, const QString &length)
{
    const bool prefixFits = !kind.prefix.isEmpty() && token.startsWith(kind.prefix);
    const bool patternFits = hasPattern(kind) && fits(kind, token);
    const QString elsewhere =
        prefixFits || patternFits ? QString() : otherHome(token, provider, kind, others);
    if (prefixFits)
        findings.good(TokenFormatText::tr("Starts with %1, %2").arg(kind.prefix, length));
    else if (patternFits)
        findings.good(TokenFormatText::tr("Has the right form, %1").arg(length));
    else if (!elsewhere.isEmpty())
        findings.warn(elsewhere);
    else if (!kind.prefix.isEmpty())
        findings.warn(TokenFormatText::tr("It does not start with %1").arg(kind.prefix));
    else if (!hasPattern(kind))
        findings.good(length);

    if (hasPattern(kind) && !patternFits && (prefixFits || (elsewhere.isEmpty() && kind.prefix.isEmpty())))
        findings.warn(
            kind.patternHint.isEmpty()
                ? TokenFormatText::tr("It does not have the expected form")
                : TokenFormatText::tr("It does not have the expected form: %1").arg(kind.patternHint));
}

} // namespace

QList<TokenFinding> checkToken(const Secret &token, const Provider &provider, const QString &kindId,
                               const QList<Provider> &others)
{
    const TokenKind *kind = provider.kind(kindId);
    if (token.isEmpty())
        return {};
    Findings findings;
    if (token.size() > headerLimit) {
        findings.warn(
            TokenFormatText::tr("This is longer than 16 KiB, which is too long for an HTTP header"));
        return findings.list;
    }
    const WipedText text(token);
    const QString length = TokenFormatText::tr("%n characters", nullptr, static_cast<int>(text.text.size()));
    if (kind)
        checkShape(findings, text.text, provider, *kind, others, length);
    else
        findings.good(length);
    const bool shortened = looksShortened(text.text);
    if (shortened)
        findings.warn(
            TokenFormatText::tr("This looks like a shortened or masked copy; the whole token is needed"));
    else if (!canBeSent(token))
        findings.warn(TokenFormatText::tr(
            "It holds characters that an HTTP header cannot carry, so it cannot be sent"));
    if (token.size() < shortToken && !shortened)
        findings.warn(TokenFormatText::tr("That is short for a token; part of it may be missing"));
    if (token.size() > commonHeaderLimit)
        findings.warn(
            TokenFormatText::tr("This is longer than 8 KiB, which many servers refuse in a header"));
    return findings.list;
}

bool canBeSent(const Secret &token, KeyPlacement placement)
{
    const std::string_view bytes = token.reveal();
    if (placement == KeyPlacement::Basic) // RFC 7617: no control characters; everything else is encoded
        return bytes.size() > 1 && token.size() <= headerLimit && bytes.find(':') != std::string_view::npos &&
               std::none_of(bytes.begin(), bytes.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
    return !token.isEmpty() && token.size() <= headerLimit &&
           std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace keydesk
