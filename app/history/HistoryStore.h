#pragma once

#include "app/base/Error.h"
#include "app/http/RequestSpec.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QUuid>

#include <functional>
#include <memory>

namespace keydesk {

/// A line of the history list. Everything in history is redacted before it comes here.
struct HistoryRow
{
    qint64 id = 0;
    QDateTime at; ///< UTC
    QString method;
    QString url;
    QUuid environmentId;
    QString environmentName;
    QString keyName;
    int status = 0;      ///< 0: no answer
    QString errorText;   ///< why there was no answer
    qint64 microseconds = 0;
    qint64 bytes = 0;
    bool echoedToken = false; ///< the response held the token; it was redacted
};

struct HistoryEntry
{
    HistoryRow row;
    RequestSpec request;        ///< to open and send again
    QString sent;               ///< what went out, as text
    QString responseHead;       ///< status line and headers, as text
    QByteArray responseBody;    ///< at most `bodyLimit` bytes
    bool bodyTruncated = false;
};

/// Every call, in SQLite, on a thread of its own. Callbacks come on the thread of `guard`, never inside the call, not after it died.
class HistoryStore : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 bodyLimit = 1024 * 1024;

    template <typename T>
    using Done = std::function<void(T)>;

    explicit HistoryStore(const QString &databasePath, QObject *parent = nullptr);
    ~HistoryStore() override; ///< writes what is queued, then ends the thread

    /// `added` follows with the id set, or `failed`.
    void add(HistoryEntry entry);
    /// Newest first, `limit` rows older than `beforeId` (0: from the newest). `search` matches method, URL, status, environment and key.
    void list(const QString &search, qint64 beforeId, int limit, QObject *guard, Done<Result<QList<HistoryRow>>> done);
    void load(qint64 id, QObject *guard, Done<Result<HistoryEntry>> done);
    void remove(qint64 id, QObject *guard, Done<Result<void>> done);
    void clear(QObject *guard, Done<Result<void>> done);
    void purgeOlderThan(const QDateTime &time);
    void count(QObject *guard, Done<qint64> done);

Q_SIGNALS:
    void added(const keydesk::HistoryRow &row);
    void cleared();
    void failed(const keydesk::Error &error);

private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

} // namespace keydesk
