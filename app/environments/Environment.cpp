#include "app/environments/Environment.h"

#include "app/http/Origin.h"
#include "app/keys/ApiKey.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype longestName = 255;
constexpr qsizetype longestUrl = 2000;

struct EnvironmentText
{
    Q_DECLARE_TR_FUNCTIONS(Environment)
};

tl::unexpected<Error> refuse(const QString &why)
{
    return failure(Error::Kind::InvalidInput, why);
}

// Controls, line separators and the bidi overrides (U+202A–U+202E, U+2066–U+2069) that make a text read as
// another one.
bool isDeceptive(QChar c)
{
    const char16_t code = c.unicode();
    return c.category() == QChar::Other_Control || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

QString withoutTrailingSlashes(QString path)
{
    while (path.endsWith(u'/'))
        path.chop(1);
    return path;
}

} // namespace

QString secretVariablePlace(const QString &name)
{
    return secretVariableKind + u':' + name;
}

Variables Environment::allVariables() const
{
    return Variables{{u"baseUrl"_s, baseUrl, true}} + variables;
}

QHash<QString, QUuid> Environment::secretVariables() const
{
    const QString begin = secretVariablePlace({});
    QHash<QString, QUuid> found;
    for (auto key = keys.begin(); key != keys.end(); ++key) {
        if (key.key().startsWith(begin))
            found.insert(key.key().sliced(begin.size()), keyOf(key.key()).value_or(QUuid()));
    }
    return found;
}

VariableSources Environment::sources() const
{
    VariableSources all(allVariables());
    all.secrets = secretVariables();
    return all;
}

ConnectionSettings Environment::connectionInUse() const
{
    ConnectionSettings used = connection;
    used.verifyTls = used.verifyTls || isProtected;
    return used;
}

std::optional<QUuid> Environment::keyOf(const QString &kindId) const
{
    return keyOf(kindId, identity);
}

std::optional<QUuid> Environment::keyOf(const QString &kindId, const QString &identityName) const
{
    const auto chosen = std::ranges::find(identities, identityName, &Identity::name);
    QUuid key;
    if (chosen != identities.end())
        key = chosen->keys.value(kindId);
    if (key.isNull())
        key = keys.value(kindId);
    return key.isNull() ? std::nullopt : std::optional(key);
}

QList<QUuid> Environment::allKeys() const
{
    QList<QUuid> all;
    const auto add = [&all](const QHash<QString, QUuid> &some) {
        for (const QUuid &key : some) {
            if (!all.contains(key))
                all.append(key);
        }
    };
    add(keys);
    for (const Identity &each : identities)
        add(each.keys);
    return all;
}

QList<QUuid> Environment::callKeys() const
{
    const auto isSecret = [](const auto &place) { return place.key().startsWith(secretVariablePlace({})); };
    Environment calls = *this;
    calls.keys.removeIf(isSecret);
    for (Identity &each : calls.identities)
        each.keys.removeIf(isSecret);
    return calls.allKeys();
}

Result<QString> checkName(const QString &name)
{
    const QString trimmed = name.trimmed();
    if (trimmed.isEmpty())
        return refuse(EnvironmentText::tr("Give it a name."));
    if (trimmed.size() > longestName)
        return refuse(
            EnvironmentText::tr("The name is too long: it may have %1 characters.").arg(longestName));
    if (!trimmed.isValidUtf16() || std::ranges::any_of(trimmed, isDeceptive))
        return refuse(EnvironmentText::tr(
            "The name has characters that cannot be shown. Type it instead of pasting it."));
    return trimmed;
}

Result<QUrl> checkBaseUrl(const QString &input)
{
    const QString trimmed = input.trimmed();
    if (trimmed.isEmpty())
        return refuse(EnvironmentText::tr("Enter the base URL, such as https://api.example.com/v1."));
    if (trimmed.size() > longestUrl)
        return refuse(
            EnvironmentText::tr("The base URL is too long: it may have %1 characters.").arg(longestUrl));
    if (std::ranges::any_of(trimmed, [](QChar c) { return c.isSpace() || isDeceptive(c); }))
        return refuse(EnvironmentText::tr("The base URL has spaces or line breaks in it. Remove them."));
    static const QRegularExpression part(u"\\{([^{}]*)\\}"_s);
    if (const auto left = part.match(trimmed); left.hasMatch())
        return refuse(EnvironmentText::tr("Fill in %1 in the base URL.").arg(left.captured(0)));
    static const QRegularExpression scheme(u"^([A-Za-z][A-Za-z0-9+.-]*)://"_s);
    const auto found = scheme.match(trimmed);
    if (!found.hasMatch())
        return refuse(
            EnvironmentText::tr("The base URL begins with https://, such as https://api.example.com/v1."));
    const QString name = found.captured(1).toLower();
    if (name != "https"_L1 && name != "http"_L1)
        return refuse(EnvironmentText::tr("The base URL begins with https://, not with %1://.").arg(name));

    QUrl url(trimmed, QUrl::StrictMode);
    const Result<Origin> origin = Origin::fromUrl(url);
    if (!origin)
        return refuse(origin.error().message);
    if (url.hasQuery())
        return refuse(EnvironmentText::tr(
            "The base URL has a query (the part from ?). Remove it: queries belong to the requests."));
    if (url.hasFragment())
        return refuse(EnvironmentText::tr("The base URL has a fragment (the part from #). Remove it."));
    if (!origin->isSecure())
        return refuse(EnvironmentText::tr(
            "Plain http is only for this computer, because anybody on the way could read the keys. Begin "
            "with https://."));
    url = url.adjusted(QUrl::NormalizePathSegments);
    url.setPath(withoutTrailingSlashes(url.path(QUrl::FullyEncoded)), QUrl::StrictMode);
    return url;
}

QStringList environmentColours()
{
    return {u"red"_s, u"orange"_s, u"amber"_s, u"green"_s, u"teal"_s, u"blue"_s, u"violet"_s, u"grey"_s};
}

} // namespace keydesk
