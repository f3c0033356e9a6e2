#include "app/keys/RemoteTokenStore.h"

#include "app/base/Log.h"
#include "app/keys/KeyRows.h"
#include "app/storage/Database.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QDateTime timeFrom(const QVariant &value)
{
    return value.isNull() ? QDateTime() : QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

} // namespace

RemoteTokenStore::RemoteTokenStore(Database &database, QObject *parent)
    : QObject(parent)
    , m_database(database)
{
}

const RemoteTokenStore::Known &RemoteTokenStore::read(const RemoteSource &source) const
{
    if (const auto known = m_known.find(source); known != m_known.end())
        return known->second;
    Known &known = m_known[source];
    Result<QSqlQuery> query = m_database.run(
        u"SELECT base_url, fetched_at, tried_at, error, tokens FROM remote_lists WHERE environment_id = ? AND kind_id = ?"_s,
        {idText(source.environmentId), source.kindId});
    if (!query) {
        qCWarning(lcKeys) << "cannot read a list of tokens:" << query.error().detail;
        return known;
    }
    if (query->next()) {
        known.baseUrl = query->value(0).toString();
        known.list.fetchedAt = timeFrom(query->value(1));
        known.list.triedAt = timeFrom(query->value(2));
        known.list.error = query->value(3).toString();
        known.list.tokens =
            remoteTokensFromJson(QJsonDocument::fromJson(query->value(4).toByteArray()).object());
    }
    return known;
}

RemoteList RemoteTokenStore::find(const RemoteSource &source, const QString &baseUrl) const
{
    const Known &known = read(source);
    return known.baseUrl == baseUrl ? known.list : RemoteList();
}

Result<void> RemoteTokenStore::write(const RemoteSource &source, const Known &known)
{
    const QByteArray tokens = QJsonDocument(toJson(known.list.tokens)).toJson(QJsonDocument::Compact);
    const Result<QSqlQuery> written =
        m_database.run(u"INSERT OR REPLACE INTO remote_lists (environment_id, kind_id, base_url, fetched_at, "
                       u"tried_at, error, tokens) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
                       {idText(source.environmentId), source.kindId, textValue(known.baseUrl),
                        timeValue(known.list.fetchedAt), timeValue(known.list.triedAt),
                        textValue(known.list.error), tokens});
    if (!written)
        return tl::unexpected(written.error());
    m_known[source] = known;
    Q_EMIT changed(source);
    return {};
}

Result<void> RemoteTokenStore::setFetched(const RemoteSource &source, const QString &baseUrl,
                                          const RemoteTokens &tokens, const QDateTime &at)
{
    return write(source, {baseUrl, {tokens, at, at, {}}});
}

Result<void> RemoteTokenStore::setFailed(const RemoteSource &source, const QString &baseUrl,
                                         const QString &error, const QDateTime &at)
{
    Known known{baseUrl, find(source, baseUrl)};
    known.list.triedAt = at;
    known.list.error = error;
    return write(source, known);
}

Result<void> RemoteTokenStore::setRevoked(const RemoteSource &source, const QString &baseUrl,
                                          const QStringList &remoteIds)
{
    Known known{baseUrl, find(source, baseUrl)};
    const QSet<QString> gone(remoteIds.begin(), remoteIds.end());
    for (RemoteToken &token : known.list.tokens.tokens) {
        if (gone.contains(token.id))
            token.state = RemoteToken::State::Revoked;
    }
    return known.list.wasFetched() ? write(source, known) : Result<void>();
}

} // namespace keydesk
