#pragma once

#include "app/base/Error.h"
#include "app/http/HopTiming.h"
#include "app/http/RequestSpec.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QSet>
#include <QUuid>

#include <functional>
#include <memory>

namespace keydesk {

class HistoryTable;

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
    int status = 0;    ///< 0: no answer
    QString errorText; ///< why there was no answer
    qint64 microseconds = 0;
    qint64 bytes = 0;
    bool echoedToken = false; ///< the response held the token; it was redacted
};

/// "GET /api/v1/agents": a request in a list of names.
QString requestLabel(const QString &method, const QString &url);

/// The words that a search asks for, and whether a row has them all: what `HistoryStore::list` does in SQL.
QStringList searchWords(const QString &search);
bool matches(const HistoryRow &row, const QString &search);

struct HistoryEntry
{
    HistoryRow row;
    RequestSpec request;     ///< to open and send again
    QString sent;            ///< what went out, as text
    QString responseHead;    ///< status line and headers, as text
    QByteArray responseBody; ///< at most `bodyLimit` bytes
    bool bodyTruncated = false;
    QList<HopTiming> timings; ///< none of a call of an older version

    /// The request held something that history does not keep: it cannot be sent as it is.
    [[nodiscard]] bool lacksSecrets() const;
};

/// Every call, in SQLite, on a thread of its own. Callbacks never come inside the call, and not after
/// `guard`, which belongs to the thread of this object, or this object died.
class HistoryStore : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 bodyLimit = 1024 * 1024;

    template <typename T>
    using Done = std::function<void(T)>;

    explicit HistoryStore(const QString &databasePath, QObject *parent = nullptr);
    ~HistoryStore() override; ///< writes what is queued, then ends the thread

    /// `added` follows with the id set, or `failed`. A longer body, and text of `sent` or `responseHead`
    /// beyond `bodyLimit`, is cut.
    void add(HistoryEntry entry);
    /// `done` once everything that was added before is written, or could not be (`failed` came then).
    void whenWritten(QObject *guard, std::function<void()> done);
    /// Newest first, `limit` rows older than `beforeId` (0: from the newest). Each word of `search` must
    /// stand in method, URL, status, environment, key or error.
    void list(const QString &search, qint64 beforeId, int limit, QObject *guard,
              Done<Result<QList<HistoryRow>>> done);
    void load(qint64 id, QObject *guard, Done<Result<HistoryEntry>> done);
    void remove(qint64 id, QObject *guard, Done<Result<void>> done);
    void clear(QObject *guard, Done<Result<void>> done);
    void purgeOlderThan(const QDateTime &time);
    void count(QObject *guard, Done<qint64> done);
    /// The latest requests that name this very key, as `requestLabel`s: none that named it once and names another one since.
    void requestsNaming(const QUuid &keyId, QObject *guard, Done<Result<QStringList>> done);

Q_SIGNALS:
    void added(const keydesk::HistoryRow &row);
    void removed(qint64 id);
    void cleared();
    void purged(const QDateTime &before);     ///< something was
    void failed(const keydesk::Error &error); ///< an entry could not be stored; once for each kind of Error,
                                              ///< until one could again

private:
    class Worker;
    enum class Purpose { Read, Write };

    /// `work` runs in the worker's thread, then `done` with what it returned in this one.
    template <typename T>
    void run(Purpose purpose, std::function<Result<T>(HistoryTable &)> work,
             std::function<void(Result<T>)> done);
    void fail(const Error &error);

    std::unique_ptr<Worker> m_worker;
    QSet<Error::Kind> m_told;
};

} // namespace keydesk
