#include "app/keys/RemoteTokens.h"

#include "app/base/JsonPointer.h"
#include "app/base/PlainText.h"
#include "app/http/Origin.h"
#include "app/keys/TokenApiCall.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct RemoteTokensText
{
    Q_DECLARE_TR_FUNCTIONS(RemoteTokens)
};

constexpr qsizetype longestId = 255;
constexpr qsizetype longestName = 255;
constexpr qsizetype mostAbilities = 200;
constexpr qsizetype longestAbility = 255;
constexpr qsizetype longestPrefix = 16; // of a token that may be given whole
constexpr double secondsBegin = 1e8;    // a smaller number is no time
constexpr double millisecondsBegin = 1e11;
constexpr double timesEnd = 1e14;

const std::array<std::pair<RemoteToken::State, QLatin1String>, 4> stateWords = {{
    {RemoteToken::State::Active, "active"_L1},
    {RemoteToken::State::Paused, "paused"_L1},
    {RemoteToken::State::Expired, "expired"_L1},
    {RemoteToken::State::Revoked, "revoked"_L1},
}};

bool isThere(const QJsonValue &value)
{
    return !value.isUndefined() && !value.isNull();
}

/// Reads the fields of one item, and notes if one is of another type.
class Item
{
public:
    Item(const QJsonValue &value, const TokenListReader::Clean &clean)
        : m_value(value)
        , m_clean(clean)
    {
    }

    [[nodiscard]] bool isReadable() const { return m_readable; }

    QString text(const QString &pointer, qsizetype longest)
    {
        const QJsonValue found = at(pointer);
        if (isThere(found) && !found.isString() && !found.isDouble())
            m_readable = false;
        return words(pointer.isEmpty() ? QString() : textAtPointer(m_value, pointer)).left(longest);
    }

    QStringList abilities(const QString &pointer)
    {
        const QJsonValue found = at(pointer);
        if (!isThere(found))
            return {};
        QStringList all;
        // Some write ["a","b"], some "a b" or "a,b".
        if (found.isString()) {
            const QString listed = words(found.toString().left(mostAbilities * longestAbility));
            all = QString(listed).replace(u',', u' ').split(u' ', Qt::SkipEmptyParts);
        } else if (found.isArray()) {
            for (const QJsonValue ability : found.toArray()) {
                const QString word = words(ability.toString().left(longestAbility));
                if (word.isEmpty())
                    m_readable = false;
                else
                    all << word;
            }
        } else {
            m_readable = false;
        }
        return all.mid(0, mostAbilities);
    }

    QDateTime time(const QString &pointer)
    {
        const QJsonValue found = at(pointer);
        if (!isThere(found) || found.toString(u"x"_s).isEmpty())
            return {};
        QDateTime time;
        if (found.isString()) {
            time = QDateTime::fromString(found.toString().left(64), Qt::ISODateWithMs);
            // Without a zone it is the server's word, which is UTC nearly everywhere; local time would not
            // be.
            if (time.isValid() && time.timeSpec() == Qt::LocalTime)
                time.setTimeSpec(Qt::UTC);
        } else if (found.isDouble()) {
            const double number = found.toDouble();
            if (number >= secondsBegin && number < timesEnd)
                time = QDateTime::fromMSecsSinceEpoch(
                    static_cast<qint64>(number < millisecondsBegin ? number * 1000 : number), Qt::UTC);
        }
        if (!time.isValid())
            m_readable = false;
        return time.toUTC();
    }

private:
    [[nodiscard]] QJsonValue at(const QString &pointer) const
    {
        return pointer.isEmpty() ? QJsonValue() : atPointer(m_value, pointer);
    }
    [[nodiscard]] QString words(const QString &text) const
    {
        const QString plain = plainText(text);
        return m_clean ? m_clean(plain) : plain;
    }

    const QJsonValue m_value;
    const TokenListReader::Clean &m_clean;
    bool m_readable = true;
};

bool looksLikePage(const QByteArray &body)
{
    return body.left(512).trimmed().startsWith('<');
}

} // namespace

QString stateWord(RemoteToken::State state)
{
    const auto found = std::find_if(stateWords.begin(), stateWords.end(),
                                    [state](const auto &word) { return word.first == state; });
    return found->second;
}

RemoteToken::State stateFromWord(const QString &word)
{
    const auto found = std::find_if(stateWords.begin(), stateWords.end(),
                                    [&word](const auto &known) { return known.second == word; });
    return found == stateWords.end() ? RemoteToken::State::Active : found->first;
}

QString RemoteTokens::problems() const
{
    QStringList sentences;
    if (cut)
        sentences << RemoteTokensText::tr(
                         "There are more tokens than Keydesk reads (%1), so nothing is said about the "
                         "rest.")
                         .arg(TokenListReader::mostTokens);
    if (duplicates > 0)
        sentences << RemoteTokensText::tr("Left out because their id is there twice: %1.").arg(duplicates);
    if (unusable > 0)
        sentences
            << RemoteTokensText::tr("Left out because they have no id that can be used: %1.").arg(unusable);
    if (unreadable > 0)
        sentences << RemoteTokensText::tr("Partly unknown because something could not be read: %1.")
                         .arg(unreadable);
    return sentences.join(u' ');
}

QJsonObject toJson(const RemoteTokens &tokens)
{
    const auto time = [](const QDateTime &at) {
        return at.isValid() ? QJsonValue(at.toMSecsSinceEpoch()) : QJsonValue();
    };
    QJsonArray items;
    for (const RemoteToken &token : tokens.tokens)
        items.append(QJsonObject{{u"id"_s, token.id},
                                 {u"name"_s, token.name},
                                 {u"abilities"_s, QJsonArray::fromStringList(token.abilities)},
                                 {u"last_four"_s, token.lastFour},
                                 {u"prefix"_s, token.prefix},
                                 {u"created"_s, time(token.createdAt)},
                                 {u"used"_s, time(token.lastUsedAt)},
                                 {u"expires"_s, time(token.expiresAt)},
                                 {u"state"_s, stateWord(token.state)}});
    return {{u"tokens"_s, items},
            {u"duplicates"_s, tokens.duplicates},
            {u"unusable"_s, tokens.unusable},
            {u"unreadable"_s, tokens.unreadable},
            {u"cut"_s, tokens.cut}};
}

RemoteTokens remoteTokensFromJson(const QJsonObject &object)
{
    const auto time = [](const QJsonValue &at) {
        return at.isDouble() ? QDateTime::fromMSecsSinceEpoch(at.toInteger(), Qt::UTC) : QDateTime();
    };
    RemoteTokens tokens;
    for (const QJsonValue item : object.value(u"tokens").toArray()) {
        RemoteToken token;
        token.id = item[u"id"].toString();
        token.name = item[u"name"].toString();
        for (const QJsonValue ability : item[u"abilities"].toArray())
            token.abilities << ability.toString();
        token.lastFour = item[u"last_four"].toString();
        token.prefix = item[u"prefix"].toString();
        token.createdAt = time(item[u"created"]);
        token.lastUsedAt = time(item[u"used"]);
        token.expiresAt = time(item[u"expires"]);
        token.state = stateFromWord(item[u"state"].toString());
        if (!token.id.isEmpty())
            tokens.tokens.append(token);
    }
    tokens.duplicates = object.value(u"duplicates").toInt();
    tokens.unusable = object.value(u"unusable").toInt();
    tokens.unreadable = object.value(u"unreadable").toInt();
    tokens.cut = object.value(u"cut").toBool();
    return tokens;
}

TokenListReader::TokenListReader(const TokenList &list, const QUrl &baseUrl, Clean clean)
    : m_list(list)
    , m_baseUrl(baseUrl)
    , m_clean(std::move(clean))
    , m_next(pageUrl(1))
{
    m_seen << *m_next;
}

QUrl TokenListReader::pageUrl(int page) const
{
    QUrl url = tokenApiUrl(m_baseUrl, m_list.path);
    QUrlQuery query(url);
    if (!m_list.pageParameter.isEmpty())
        query.addQueryItem(m_list.pageParameter, QString::number(page));
    if (!m_list.pageSizeParameter.isEmpty())
        query.addQueryItem(m_list.pageSizeParameter, QString::number(m_list.pageSize));
    if (!query.isEmpty())
        url.setQuery(query);
    return url;
}

Result<void> TokenListReader::add(const QByteArray &body)
{
    m_next.reset();
    const auto none = [](const QString &message, const QString &detail) {
        return failure(Error::Kind::BadResponse, message, detail);
    };
    if (body.size() > mostPageBytes)
        return failure(Error::Kind::TooLarge,
                       RemoteTokensText::tr("The answer is larger than 32 MB, which is no list of tokens."));
    if (looksLikePage(body))
        return none(RemoteTokensText::tr(
                        "The answer is a web page where a list of tokens was expected. The base URL may "
                        "be wrong, or somebody has to sign in first."),
                    u"HTML"_s);
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    if (problem.error != QJsonParseError::NoError)
        return none(RemoteTokensText::tr("The answer is not the JSON that a list of tokens was expected in."),
                    problem.errorString());
    const QJsonValue root = document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    const QJsonValue items = atPointer(root, m_list.itemsPointer);
    if (!items.isArray())
        return none(RemoteTokensText::tr("The answer holds no list of tokens where one is expected."),
                    u"no array at "_s + m_list.itemsPointer);
    const QJsonArray array = items.toArray();
    const qsizetype before = m_tokens.tokens.size();
    for (const QJsonValue item : array) {
        if (m_tokens.tokens.size() >= mostTokens) {
            m_tokens.cut = true;
            return {};
        }
        if (std::optional<RemoteToken> token = readItem(item))
            m_tokens.tokens.append(std::move(*token));
    }
    return goOn(root, array.size(), m_tokens.tokens.size() - before);
}

std::optional<RemoteToken> TokenListReader::readItem(const QJsonValue &item)
{
    RemoteToken token;
    const QJsonValue id = item.isObject() ? atPointer(item, m_list.idPointer) : QJsonValue();
    if (id.isString() || (id.isDouble() && id.toDouble() == std::floor(id.toDouble())))
        token.id = textAtPointer(item, m_list.idPointer);
    // It goes back into a path, as it is: what would have to be changed for showing is no id.
    const bool asShown = plainText(token.id) == token.id && (!m_clean || m_clean(token.id) == token.id);
    if (token.id.isEmpty() || token.id.size() > longestId || !asShown || token.id == u"." ||
        token.id == u"..") {
        ++m_tokens.unusable;
        return {};
    }
    if (m_ids.contains(token.id)) {
        ++m_tokens.duplicates;
        return {};
    }
    m_ids << token.id;
    Item fields(item, m_clean);
    token.name = fields.text(m_list.namePointer, longestName);
    token.abilities = fields.abilities(m_list.abilitiesPointer);
    token.createdAt = fields.time(m_list.createdPointer);
    token.lastUsedAt = fields.time(m_list.lastUsedPointer);
    token.expiresAt = fields.time(m_list.expiresPointer);
    token.lastFour = fields.text(m_list.hintPointer, longestName).right(4);
    token.prefix = fields.text(m_list.prefixPointer, longestPrefix);
    if (!m_list.statePointer.isEmpty())
        token.state = stateFromWord(m_list.states.value(textAtPointer(item, m_list.statePointer)));
    if (!fields.isReadable())
        ++m_tokens.unreadable;
    return token;
}

Result<void> TokenListReader::goOn(const QJsonValue &root, qsizetype items, qsizetype added)
{
    std::optional<QUrl> following;
    if (!m_list.nextPointer.isEmpty()) {
        const QString text = textAtPointer(root, m_list.nextPointer);
        const QUrl first = pageUrl(1);
        const QUrl url = text.isEmpty() ? QUrl() : first.resolved(QUrl(text, QUrl::StrictMode));
        if (!text.isEmpty() && (!url.isValid() || Origin::fromUrl(url) != Origin::fromUrl(first)))
            return failure(Error::Kind::BadResponse,
                           RemoteTokensText::tr(
                               "The list says that it goes on at another server, where the sign-in does "
                               "not belong. Nothing was sent there."));
        if (!text.isEmpty())
            following = url;
    } else if (!m_list.pageParameter.isEmpty() && added > 0) {
        // A server that does not know about pages sends the same one again, which adds nothing.
        const QJsonValue last = atPointer(root, m_list.lastPagePointer);
        const bool isLast = !m_list.lastPagePointer.isEmpty() && last.isDouble()
                                ? m_page >= last.toDouble()
                                : m_list.pageSize > 0 && items < m_list.pageSize;
        if (!isLast)
            following = pageUrl(m_page + 1);
    }
    if (!following || m_seen.contains(*following))
        return {};
    if (m_page >= mostPages) {
        m_tokens.cut = true;
        return {};
    }
    m_seen << *following;
    m_next = following;
    ++m_page;
    return {};
}

} // namespace keydesk
