#include "app/interchange/CandidateGuess.h"

#include "app/http/Origin.h"
#include "app/interchange/EnvChars.h"

#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using envchars::isAnyOf;
using envchars::isDigit;
using envchars::lower;

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

bool isReal(const Provider &provider)
{
    return provider.sandboxService.isEmpty() && !provider.isCustom;
}

bool matches(const TokenKind &kind, std::string_view token)
{
    if (kind.pattern.pattern().isEmpty())
        return false;
    QString text = QString::fromLatin1(token.data(), static_cast<qsizetype>(token.size()));
    const bool fits = kind.pattern.match(QStringView(text)).hasMatch();
    wipe(text);
    return fits;
}

/// "my-api" is in the words of MY_API_TOKEN.
bool speakOf(const QStringList &words, const QString &name)
{
    const QString wanted = nameWords(name).join(QString());
    return wanted.size() >= 3 && words.join(QString()).contains(wanted);
}

const Provider *providerNamed(const QStringList &words, const QList<Provider> &providers)
{
    const auto found = std::find_if(providers.begin(), providers.end(), [&](const Provider &each) {
        return isReal(each) && (speakOf(words, each.id) || speakOf(words, each.name));
    });
    return found == providers.end() ? nullptr : &*found;
}

/// The kind whose prefix the token has: of the provider that is named, else of any real one.
KindGuess byPrefix(std::string_view token, const Provider *named, const QList<Provider> &providers)
{
    KindGuess best;
    qsizetype longest = 0;
    for (const Provider &provider : providers) {
        if (!isReal(provider))
            continue;
        for (const TokenKind &kind : provider.kinds) {
            const QByteArray prefix = kind.prefix.toUtf8();
            const qsizetype weight = prefix.size() * 2 + (&provider == named ? 1 : 0);
            if (kind.storable && !prefix.isEmpty() && token.substr(0, view(prefix).size()) == view(prefix) &&
                weight > longest) {
                best = {&provider, &kind, true};
                longest = weight;
            }
        }
    }
    return best;
}

const TokenKind *kindOf(const Provider &provider, std::string_view token, const QStringList &words,
                        const QString &variable)
{
    const auto first = [&](auto fits) -> const TokenKind * {
        const auto found = std::find_if(provider.kinds.begin(), provider.kinds.end(),
                                        [&](const TokenKind &kind) { return kind.storable && fits(kind); });
        return found == provider.kinds.end() ? nullptr : &*found;
    };
    if (const auto *kind = first([&](const TokenKind &each) { return matches(each, token); }))
        return kind;
    const auto isNamed = [&](const TokenKind &each) {
        return !each.environmentVariable.isEmpty() &&
               variable.contains(each.environmentVariable, Qt::CaseInsensitive);
    };
    if (const auto *kind = first(isNamed))
        return kind;
    if (const auto *kind = first([&](const TokenKind &each) { return words.contains(each.id); }))
        return kind;
    return provider.firstStorableKind();
}

EnvironmentChoice newEnvironment(const QString &name, const QString &baseUrl)
{
    const Result<QUrl> checked = checkBaseUrl(baseUrl);
    return checked && !baseUrl.contains(u'{')
               ? EnvironmentChoice{{}, name, checked->toString(QUrl::FullyEncoded)}
               : EnvironmentChoice();
}

/// The address that the source gives for a provider: one named after it, one at its host, or the only one
/// that is not named after anything else.
std::optional<QUrl> addressFor(const Provider &provider, const QList<NamedAddress> &addresses)
{
    for (const NamedAddress &each : addresses) {
        if (speakOf(each.words, provider.id) || speakOf(each.words, provider.name))
            return each.url;
    }
    const QString host = provider.baseUrl.contains(u'{') ? QString() : QUrl(provider.baseUrl).host();
    for (const NamedAddress &each : addresses) {
        if (!host.isEmpty() && each.url.host() == host)
            return each.url;
    }
    static const QStringList general{u"api"_s,    u"base"_s,     u"url"_s,    u"uri"_s,     u"host"_s,
                                     u"server"_s, u"endpoint"_s, u"origin"_s, u"baseurl"_s, u"rest"_s};
    const auto isGeneral = [](const NamedAddress &each) {
        return each.words.contains("api"_L1) || each.words.contains("base"_L1) ||
                       each.words.contains("baseurl"_L1)
                   ? std::all_of(each.words.begin(), each.words.end(),
                                 [](const QString &word) { return general.contains(word); })
                   : false;
    };
    const auto only = std::find_if(addresses.begin(), addresses.end(), isGeneral);
    return only == addresses.end() ? std::nullopt : std::optional(only->url);
}

} // namespace

KindGuess guessKind(const Secret &token, const QStringList &words, const QString &variable,
                    const QList<Provider> &providers)
{
    const std::string_view bytes = token.reveal();
    const Provider *named = providerNamed(words, providers);
    if (const KindGuess guess = byPrefix(bytes, named, providers); guess.kind)
        return guess;
    if (!named) {
        for (const Provider &provider : providers) {
            for (const TokenKind &kind : provider.kinds) {
                if (isReal(provider) && !kind.environmentVariable.isEmpty() &&
                    kind.environmentVariable == variable)
                    named = &provider;
            }
        }
    }
    if (named)
        return {named, kindOf(*named, bytes, words, variable), true};
    for (const Provider &provider : providers) {
        for (const TokenKind &kind : provider.kinds) {
            if (isReal(provider) && kind.storable && kind.prefix.isEmpty() && matches(kind, bytes))
                return {&provider, &kind, true};
        }
    }
    const auto custom =
        std::find_if(providers.begin(), providers.end(), [](const Provider &each) { return each.isCustom; });
    return custom == providers.end() ? KindGuess() : KindGuess{&*custom, custom->firstStorableKind(), false};
}

bool hasKnownPrefix(std::string_view token, const QList<Provider> &providers)
{
    return byPrefix(token, nullptr, providers).kind != nullptr;
}

bool isPlaceholder(std::string_view value)
{
    std::string text;
    text.reserve(value.size());
    std::transform(value.begin(), value.end(), std::back_inserter(text), lower);
    bool found = value.find_first_not_of(value.front()) == std::string_view::npos;
    for (const std::string_view word :
         {"your",     "changeme", "change_me", "change-me", "replace",  "example",    "placeholder",
          "insert",   "todo",     "fixme",     "dummy",     "xxxx",     "token_here", "token-here",
          "key_here", "key-here", "goes_here", "goes-here", "redacted", "not-a-real", "lorem"})
        found = found || text.find(word) != std::string::npos;
    std::fill(text.begin(), text.end(), '\0');
    return found;
}

bool isOrdinaryValue(std::string_view value)
{
    if (value.find("://") != std::string_view::npos || isAnyOf(value.front(), "/~") ||
        value.substr(0, 2) == "./")
        return true;
    const bool hasAt = value.find('@') != std::string_view::npos && value.find('.') != std::string_view::npos;
    const bool isNumber =
        std::all_of(value.begin(), value.end(), [](char c) { return isDigit(c) || c == '.' || c == '-'; });
    // A word, or words joined by dots and dashes, is a name of something: tokens have digits or both cases.
    const bool hasDigit = std::any_of(value.begin(), value.end(), isDigit);
    const bool hasUpper =
        std::any_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool hasLower =
        std::any_of(value.begin(), value.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    const bool isWord = value.size() < 24 && !hasDigit && !(hasUpper && hasLower);
    return hasAt || isNumber || isWord;
}

std::optional<Environment> environmentAt(const Provider &provider, const QList<NamedAddress> &addresses,
                                         const QList<Environment> &environments)
{
    const std::optional<QUrl> address = addressFor(provider, addresses);
    const Result<Origin> origin =
        address ? Origin::fromUrl(*address) : Result<Origin>(tl::unexpected(Error()));
    if (!origin)
        return {};
    for (const bool samePath : {true, false}) {
        for (const Environment &each : environments) {
            const QUrl url(each.baseUrl);
            const Result<Origin> theirs = Origin::fromUrl(url);
            if (theirs && *theirs == *origin && (!samePath || url.path() == address->path()))
                return each;
        }
    }
    return {};
}

EnvironmentChoice guessEnvironment(const Provider &provider, const QStringList &words,
                                   const QString &fileName, const QList<NamedAddress> &addresses,
                                   const QList<Environment> &environments)
{
    if (const auto found = environmentAt(provider, addresses, environments))
        return {found->id, {}, {}};
    Stage stage = stageOf(words);
    if (stage == Stage::None)
        stage = stageOf(nameWords(fileName));
    const QString name = stage == Stage::None ? provider.defaultEnvironmentName : stageName(stage);
    if (const std::optional<QUrl> address = addressFor(provider, addresses))
        return newEnvironment(name.isEmpty() ? address->host() : name, address->toString(QUrl::FullyEncoded));

    QList<Environment> own;
    std::copy_if(environments.begin(), environments.end(), std::back_inserter(own),
                 [&](const Environment &each) { return each.providerId == provider.id; });
    if (stage != Stage::None) {
        const auto fitting = std::find_if(own.begin(), own.end(), [&](const Environment &each) {
            return stageOf(nameWords(each.name)) == stage;
        });
        if (fitting != own.end())
            return {fitting->id, {}, {}};
        return newEnvironment(name, provider.baseUrl);
    }
    if (own.size() == 1)
        return {own.first().id, {}, {}};
    return own.isEmpty() && !provider.isCustom ? newEnvironment(name, provider.baseUrl) : EnvironmentChoice();
}

} // namespace keydesk
