#pragma once

#include "app/base/Error.h"
#include "app/providers/Provider.h"

#include <QDateTime>
#include <QJsonObject>
#include <QSet>
#include <QStringList>
#include <QUrl>

#include <functional>
#include <optional>

namespace keydesk {

/// A token as the provider's list tells of it. What the list does not tell is empty or null. Never the token.
struct RemoteToken
{
    enum class State { Active, Paused, Expired, Revoked };

    QString id;
    QString name;
    QStringList abilities;
    QString lastFour; ///< how the token ends
    QString prefix;   ///< how it begins, at most 16 characters
    QDateTime createdAt;
    QDateTime lastUsedAt;
    QDateTime expiresAt;
    State state = State::Active;

    bool operator==(const RemoteToken &) const = default;
};

/// "active", "paused", "expired", "revoked": as provider files and the database write it. Anything else is
/// Active.
QString stateWord(RemoteToken::State state);
RemoteToken::State stateFromWord(const QString &word);

/// A whole list, and what was wrong with it.
struct RemoteTokens
{
    QList<RemoteToken> tokens;
    int duplicates = 0; ///< left out: their id was there already
    int unusable = 0;   ///< left out: no object, or no id that can be used
    int unreadable = 0; ///< in the list, but a field was of another type than expected, and counts as unknown
    bool cut = false; ///< the provider has more than Keydesk reads: nothing can be said about those that are
                      ///< not here

    bool operator==(const RemoteTokens &) const = default;

    /// What was wrong, in sentences; empty if nothing was.
    [[nodiscard]] QString problems() const;
};

/// As the database has it.
QJsonObject toJson(const RemoteTokens &tokens);
RemoteTokens remoteTokensFromJson(const QJsonObject &object);

/// Puts the pages of a provider's list together. Pure: the caller fetches what `next` names. A page may be
/// anything: broken, HTML, of wrong types, endless. The Error says what it was instead of a list and never
/// quotes it.
class TokenListReader
{
public:
    static constexpr qsizetype mostTokens = 20'000;
    static constexpr int mostPages = 500;
    static constexpr qsizetype mostPageBytes = 32LL * 1024 * 1024;

    /// `clean` takes known secrets out of the provider's words.
    using Clean = std::function<QString(const QString &)>;

    /// `baseUrl` is that of the environment.
    TokenListReader(const TokenList &list, const QUrl &baseUrl, Clean clean = {});

    /// The page to fetch now; nothing when the list is whole.
    [[nodiscard]] std::optional<QUrl> next() const { return m_next; }
    [[nodiscard]] int page() const { return m_page; } ///< counted from 1: which one `next` is
    Result<void> add(const QByteArray &body);
    [[nodiscard]] const RemoteTokens &tokens() const { return m_tokens; }

private:
    [[nodiscard]] QUrl pageUrl(int page) const;
    [[nodiscard]] std::optional<RemoteToken> readItem(const QJsonValue &item);
    Result<void> goOn(const QJsonValue &root, qsizetype items, qsizetype added);

    const TokenList m_list;
    const QUrl m_baseUrl;
    const Clean m_clean;
    RemoteTokens m_tokens;
    QSet<QString> m_ids;
    QSet<QUrl> m_seen;
    std::optional<QUrl> m_next;
    int m_page = 1;
};

} // namespace keydesk
