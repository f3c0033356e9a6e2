#pragma once

#include "app/keys/RemoteTokens.h"

#include <QObject>
#include <QUuid>

#include <map>

namespace keydesk {

class Database;

/// Where a provider's list of tokens is asked for: an environment of its, and the kind that the list is of.
struct RemoteSource
{
    QUuid environmentId;
    QString kindId;

    bool operator==(const RemoteSource &) const = default;
    auto operator<=>(const RemoteSource &other) const
    {
        return std::pair(environmentId, kindId) <=> std::pair(other.environmentId, other.kindId);
    }
};

/// What was last known of a list.
struct RemoteList
{
    RemoteTokens tokens;
    QDateTime fetchedAt; ///< UTC; null: never
    QDateTime triedAt;   ///< UTC; the last attempt, whatever came of it
    QString error;       ///< why the last attempt failed, a sentence; empty if it did not

    [[nodiscard]] bool wasFetched() const { return fetchedAt.isValid(); }
};

/// The providers' lists as they were last seen, in SQLite, so that they are there offline. Holds no token.
/// Gone with their environment; one that was fetched under another base URL is not shown. UI thread.
class RemoteTokenStore : public QObject
{
    Q_OBJECT

public:
    explicit RemoteTokenStore(Database &database, QObject *parent = nullptr);

    /// Never tried: a list that was never fetched. `baseUrl` is the environment's now.
    [[nodiscard]] RemoteList find(const RemoteSource &source, const QString &baseUrl) const;
    Result<void> setFetched(const RemoteSource &source, const QString &baseUrl, const RemoteTokens &tokens,
                            const QDateTime &at);
    /// Keeps what was known before.
    Result<void> setFailed(const RemoteSource &source, const QString &baseUrl, const QString &error,
                           const QDateTime &at);
    /// After these were revoked: they are not among what is there any more.
    Result<void> setRevoked(const RemoteSource &source, const QString &baseUrl, const QStringList &remoteIds);

Q_SIGNALS:
    void changed(const keydesk::RemoteSource &source);

private:
    struct Known
    {
        QString baseUrl;
        RemoteList list;
    };

    const Known &read(const RemoteSource &source) const;
    Result<void> write(const RemoteSource &source, const Known &known);

    Database &m_database;
    mutable std::map<RemoteSource, Known> m_known; // what was read or written once
};

} // namespace keydesk
