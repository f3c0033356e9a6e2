#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryQuery.h"
#include "app/history/HistoryRetention.h"
#include "app/http/HopTiming.h"
#include "app/http/RequestSpec.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QUuid>

#include <atomic>
#include <functional>
#include <memory>

namespace keydesk {

class Database;
class HistoryPurge;

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
    QString errorText; ///< why there was no answer, or not all of it
    qint64 microseconds = 0;
    qint64 bytes = 0;
    bool echoedToken = false; ///< the response held the token; it was redacted
    bool isPinned = false;    ///< stays when older calls go
};

/// "GET /api/v1/agents": a request in a list of names.
QString requestLabel(const QString &method, const QString &url);

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

/// A part of the list.
struct HistoryPage
{
    QList<HistoryRow> rows; ///< newest first
    qint64 next = 0;        ///< older ones come after this id, if any do; 0: there are none
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

    /// How long calls are looked for.
    enum class Patience {
        Full,   ///< until there are as many as were asked for, or no more
        Moment, ///< what is found in a moment, which may be nothing
    };

    explicit HistoryStore(const QString &databasePath, QObject *parent = nullptr);
    ~HistoryStore() override; ///< writes what is queued, then ends the thread

    /// `added` follows with the id set, or `failed`. With an id it is one that was removed, which is put back
    /// under that (`failed` if another has it). A longer body, and text of `sent` or `responseHead` beyond
    /// `bodyLimit`, is cut.
    void add(HistoryEntry entry);
    /// `done` once everything that was added before is written, or could not be (`failed` came then).
    void whenWritten(QObject *guard, std::function<void()> done);
    /// `limit` rows older than `beforeId` (0: from the newest). What is set to true when nobody waits for the
    /// answer any more: then it is an Error::Cancelled, and comes sooner. Others come to their turn
    /// meanwhile.
    std::shared_ptr<std::atomic<bool>> list(const HistoryQuery &query, qint64 beforeId, int limit,
                                            QObject *guard, Done<Result<HistoryPage>> done,
                                            Patience patience = Patience::Full);
    void load(qint64 id, QObject *guard, Done<Result<HistoryEntry>> done);
    /// `removed` follows for each; a minute after the last one, or with the next `purge`, their words leave
    /// the index as well. What was there, for `putBack`; if some could not be removed, those that could, and
    /// `failed` says why.
    void remove(const QList<qint64> &ids, QObject *guard, Done<Result<QList<HistoryEntry>>> done);
    /// The same, but nothing is held in memory.
    void removeForGood(const QList<qint64> &ids, QObject *guard, Done<Result<void>> done);
    /// What calls take in memory, about: `remove` holds as much.
    void bytesOf(const QList<qint64> &ids, QObject *guard, Done<Result<qint64>> done);
    /// Calls that were removed, as they were; `returned` follows.
    void putBack(const QList<HistoryEntry> &entries, QObject *guard, Done<Result<void>> done);
    /// Pinned calls stay until they are deleted one by one, or with all others.
    void setPinned(const QList<qint64> &ids, bool pinned, QObject *guard, Done<Result<void>> done);
    /// Everything, in small steps, of which `purging` tells. If the program ends meanwhile, the next `purge`
    /// goes on with it. `failed` if `guard` died.
    void clear(QObject *guard, Done<Result<void>> done);
    /// What these rules would take at this time.
    void planPurge(const HistoryRules &rules, const QDateTime &now, QObject *guard,
                   Done<Result<HistoryPurged>> done);
    /// Takes it, and gives the space back to the disk: in small steps, between which others come to their
    /// turn. `purging` tells how far it is.
    void purge(const HistoryRules &rules, const QDateTime &now, QObject *guard = nullptr,
               Done<Result<qint64>> done = {});
    /// What is being purged or cleared ends after its step with an Error::Cancelled; what is left stays.
    void stopPurging();
    void count(QObject *guard, Done<qint64> done);
    /// The latest requests that name this very key, as `requestLabel`s: none that named it once and names
    /// another one since.
    void requestsNaming(const QUuid &keyId, QObject *guard, Done<Result<QStringList>> done);
    /// Calls by the hour, oldest first: of the environment, key and times of `query`. Stopped as `list` is.
    std::shared_ptr<std::atomic<bool>> hours(const HistoryQuery &query, QObject *guard,
                                             Done<Result<QList<HistoryBar>>> done);
    /// Names of keys that calls were made with.
    void keyNames(QObject *guard, Done<Result<QStringList>> done);

    /// From now on what is not in the index yet is put there in the background; `indexing` tells of it. For
    /// the one window: calls that other processes store are found as soon as it has come to them.
    void keepIndexed();
    /// Looks for calls that other processes have stored.
    void lookForMore();
    [[nodiscard]] HistoryProgress progress() const { return m_progress; }

Q_SIGNALS:
    void added(const keydesk::HistoryRow &row);
    void removed(qint64 id);
    void cleared();
    void returned(); ///< calls that were removed are there again
    void pinned(const QList<qint64> &ids, bool pinned);
    void purged(qint64 calls); ///< so many were, by `purge` or `clear`, which may have failed then
    void purging(qint64 removed, qint64 planned, bool isShrinking); ///< at the end the file becomes smaller
    void purgeEnded();                                              ///< or failed
    void indexing(const keydesk::HistoryProgress &progress);
    void failed(const keydesk::Error &error); ///< an entry could not be stored; once for each kind of Error,
                                              ///< until one could again

private:
    class Worker;
    struct Search;
    struct Counting;
    struct Removal;
    enum class Purpose { Read, Write };

    /// `work` runs in the worker's thread, then `done` with what it returned in this one.
    template <typename T>
    void run(Purpose purpose, std::function<Result<T>(Database &)> work, std::function<void(Result<T>)> done);
    void goOnListing(const std::shared_ptr<Search> &search);
    void goOnCounting(const std::shared_ptr<Counting> &counting);
    void goOnRemoving(const std::shared_ptr<Removal> &removal);
    void beginPurging(std::shared_ptr<HistoryPurge> purge, const std::function<void(Result<qint64>)> &done);
    void goOnPurging(const std::shared_ptr<HistoryPurge> &purge,
                     const std::function<void(Result<qint64>)> &done);
    void grow();
    void tidy();
    void fail(const Error &error);

    std::unique_ptr<Worker> m_worker;
    QSet<Error::Kind> m_told;
    HistoryProgress m_progress;
    QTimer m_growSoon;
    QTimer m_tidySoon{this};
    bool m_keepsIndexed = false;
    bool m_isGrowing = false;
    bool m_hasMore = false; // was told while it grew
    int m_growFailures = 0; // one after the other
    QList<std::shared_ptr<HistoryPurge>> m_purges; // that are on their way
};

} // namespace keydesk
