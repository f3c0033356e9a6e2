#include "app/history/HistoryStore.h"

#include "app/base/Log.h"
#include "app/history/HistoryIndex.h"
#include "app/history/HistoryPurge.h"
#include "app/history/HistoryTable.h"
#include "app/storage/Database.h"

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QPointer>
#include <QThread>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace keydesk {

/// The thread, its event loop as the queue, and its connection, which is opened by the first job.
class HistoryStore::Worker
{
public:
    /// Runs in the thread; says whether the database was locked.
    using Job = std::function<bool(Result<Database *>)>;

    explicit Worker(const QString &path)
        : m_path(path)
        , m_inThread(std::make_unique<QObject>())
    {
        m_thread.setObjectName(u"history"_s);
        m_inThread->moveToThread(&m_thread);
        m_thread.start();
    }

    ~Worker()
    {
        m_closing = true;
        const auto end = [this] {
            m_database.reset();
            m_thread.quit();
        };
        QMetaObject::invokeMethod(m_inThread.get(), end, Qt::QueuedConnection);
        m_thread.wait();
    }

    void post(Purpose purpose, Job job)
    {
        const auto turn = [this, purpose, run = std::move(job)] {
            // Nobody waits for answers any more, and a file that is locked now would hold up the exit for
            // each entry.
            if (m_closing && (purpose == Purpose::Read || m_locked))
                return;
            m_locked = run(database());
        };
        QMetaObject::invokeMethod(m_inThread.get(), turn, Qt::QueuedConnection);
    }

private:
    Result<Database *> database()
    {
        if (!m_database) {
            auto opened = Database::openConnection(m_path);
            if (!opened)
                return tl::unexpected(opened.error());
            m_database = std::move(*opened);
        }
        return m_database.get();
    }

    const QString m_path;
    std::atomic<bool> m_closing = false;
    std::unique_ptr<Database> m_database; // the thread's
    bool m_locked = false;                // the thread's
    std::unique_ptr<QObject> m_inThread;
    QThread m_thread;
};

/// Its page belongs to the thread of the store; the worker takes what it needs with each turn.
struct HistoryStore::Search
{
    HistoryQuery query;
    int limit = 0;
    Patience patience = Patience::Full;
    QPointer<QObject> guard;
    Done<Result<HistoryPage>> done;
    HistoryPage page{};
    std::atomic<bool> isStopped = false;
};

/// As with `Search`.
struct HistoryStore::Counting
{
    HistoryQuery query; ///< of the hours that are not counted yet
    QPointer<QObject> guard;
    Done<Result<QList<HistoryBar>>> done;
    QList<HistoryBar> bars{};
    std::atomic<bool> isStopped = false;
};

/// Belongs to the thread of the store, but for a turn of the worker.
struct HistoryStore::Removal
{
    QList<qint64> ids{};
    bool keeps = true; ///< what was there
    Done<Result<QList<HistoryEntry>>> done{};
    qsizetype reached = 0;
    QList<HistoryEntry> gone{};
};

namespace {

// How long one turn of work in the background keeps those that wait: a search is not to be felt.
constexpr auto turn = std::chrono::milliseconds(15);
// Each with its environments and keys.
constexpr int hoursATurn = 1000;
// In one transaction, for which others who write have to wait: calls hold some megabytes at most.
constexpr qsizetype removedTogether = 10;
// Calls that come one after the other are put into the index together.
constexpr auto growSoon = std::chrono::milliseconds(500);
// After calls were deleted: it is as much work as the index is large.
constexpr auto tidySoon = std::chrono::minutes(1);
// After a failure, and twice as long after each that follows; so often at most, until something else is
// stored.
constexpr auto growAgain = std::chrono::seconds(2);
constexpr int mostGrowFailures = 10;
// The same of a purge. It is as long as a step takes, and the pause after it so long that whoever asks for
// the lock as SQLite does, ever later but each 25 ms at first, gets it within two turns.
constexpr auto purgeTurn = std::chrono::milliseconds(50);
constexpr auto purgePause = std::chrono::milliseconds(25);
// Between two turns, so that other processes, which ask for the lock again and again, come to theirs as well.
constexpr auto pause = std::chrono::milliseconds(20);

template <typename T>
std::function<void(T)> guarded(QObject *guard, std::function<void(T)> done)
{
    return [guard = QPointer<QObject>(guard), done = std::move(done)](T result) {
        if (guard && done)
            done(std::move(result));
    };
}

} // namespace

QString requestLabel(const QString &method, const QString &url)
{
    const QUrl parsed(url);
    const QString path =
        parsed.scheme().isEmpty() ? url.section(u'?', 0, 0) : parsed.path(QUrl::FullyEncoded);
    return method.trimmed() + u' ' + (path.isEmpty() ? u"/"_s : path);
}

bool HistoryEntry::lacksSecrets() const
{
    return QJsonDocument(request.toJson()).toJson().contains("••••");
}

HistoryStore::HistoryStore(const QString &databasePath, QObject *parent)
    : QObject(parent)
    , m_worker(std::make_unique<Worker>(databasePath))
{
    m_growSoon.setSingleShot(true);
    connect(&m_growSoon, &QTimer::timeout, this, &HistoryStore::grow);
    m_tidySoon.setObjectName(u"tidySoon"_s);
    m_tidySoon.setSingleShot(true);
    connect(&m_tidySoon, &QTimer::timeout, this, &HistoryStore::tidy);
}

HistoryStore::~HistoryStore() = default;

template <typename T>
void HistoryStore::run(Purpose purpose, std::function<Result<T>(Database &)> work,
                       std::function<void(Result<T>)> done)
{
    m_worker->post(
        purpose, [this, work = std::move(work), done = std::move(done)](Result<Database *> database) mutable {
            const Result<T> result = database.and_then([&work](Database *open) { return work(*open); });
            // The worker ends before this object does.
            QMetaObject::invokeMethod(
                this, [done, result] { done(result); }, Qt::QueuedConnection);
            return !result && result.error().kind == Error::Kind::StorageLocked;
        });
}

void HistoryStore::add(HistoryEntry entry)
{
    if (entry.responseBody.size() > bodyLimit) {
        entry.responseBody = entry.responseBody.left(bodyLimit);
        entry.bodyTruncated = true;
    }
    entry.sent.truncate(bodyLimit);
    entry.responseHead.truncate(bodyLimit);
    const auto row = std::make_shared<HistoryRow>(entry.row);
    run<qint64>(
        Purpose::Write,
        [entry = std::move(entry)](Database &database) { return HistoryTable(database).insert(entry); },
        [this, row](const Result<qint64> &id) {
            if (!id) {
                fail(id.error());
                return;
            }
            m_told.clear();
            row->id = *id;
            lookForMore();
            Q_EMIT added(*row);
        });
}

void HistoryStore::whenWritten(QObject *guard, std::function<void()> done)
{
    // What is asked for is done in order.
    run<void>(
        Purpose::Read, [](Database &) { return Result<void>(); },
        guarded<Result<void>>(guard, [done = std::move(done)](const Result<void> &) { done(); }));
}

std::shared_ptr<std::atomic<bool>> HistoryStore::list(const HistoryQuery &query, qint64 beforeId, int limit,
                                                      QObject *guard, Done<Result<HistoryPage>> done,
                                                      Patience patience)
{
    const std::shared_ptr<Search> search(new Search{query, limit, patience, guard, std::move(done)});
    search->page.next = beforeId;
    goOnListing(search);
    return {search, &search->isStopped};
}

/// A turn, then whoever has waited meanwhile, then the next one.
void HistoryStore::goOnListing(const std::shared_ptr<Search> &search)
{
    run<HistoryPage>(
        Purpose::Read,
        [query = search->query, before = search->page.next,
         missing = search->limit - static_cast<int>(search->page.rows.size()),
         search](Database &database) -> Result<HistoryPage> {
            if (search->isStopped)
                return failure(Error::Kind::Cancelled, tr("The search was stopped."));
            return HistoryTable(database).list(query, before, missing, turn);
        },
        [this, search](const Result<HistoryPage> &part) {
            if (!search->guard)
                return;
            if (!part) {
                search->done(part);
                return;
            }
            HistoryPage &page = search->page;
            page.rows += part->rows;
            page.next = part->next;
            if (page.next == 0 || page.rows.size() >= search->limit || search->patience == Patience::Moment)
                search->done(page);
            else
                goOnListing(search);
        });
}

void HistoryStore::load(qint64 id, QObject *guard, Done<Result<HistoryEntry>> done)
{
    run<HistoryEntry>(
        Purpose::Read, [id](Database &database) { return HistoryTable(database).load(id); },
        guarded(guard, std::move(done)));
}

void HistoryStore::remove(const QList<qint64> &ids, QObject *guard, Done<Result<QList<HistoryEntry>>> done)
{
    goOnRemoving(std::make_shared<Removal>(Removal{.ids = ids, .done = guarded(guard, std::move(done))}));
}

void HistoryStore::removeForGood(const QList<qint64> &ids, QObject *guard, Done<Result<void>> done)
{
    const auto tell = [tell = guarded(guard, std::move(done))](const Result<QList<HistoryEntry>> &gone) {
        tell(gone.map([](const QList<HistoryEntry> &) {}));
    };
    goOnRemoving(std::make_shared<Removal>(Removal{.ids = ids, .keeps = false, .done = tell}));
}

void HistoryStore::bytesOf(const QList<qint64> &ids, QObject *guard, Done<Result<qint64>> done)
{
    run<qint64>(
        Purpose::Read, [ids](Database &database) { return HistoryTable(database).bytesOf(ids); },
        guarded(guard, std::move(done)));
}

/// A few calls, then whoever has waited meanwhile, then the next ones.
void HistoryStore::goOnRemoving(const std::shared_ptr<Removal> &removal)
{
    run<QList<HistoryEntry>>(
        Purpose::Write,
        [ids = removal->ids.mid(removal->reached, removedTogether)](Database &database) {
            return HistoryTable(database).remove(ids);
        },
        [this, removal](const Result<QList<HistoryEntry>> &part) {
            for (const HistoryEntry &entry : part.value_or(QList<HistoryEntry>()))
                Q_EMIT removed(entry.row.id);
            m_tidySoon.start(tidySoon);
            if (!part && removal->gone.isEmpty()) {
                removal->done(part);
                return;
            }
            if (!part)
                fail(part.error());
            else if (removal->keeps)
                removal->gone += *part;
            removal->reached += removedTogether;
            if (part && removal->reached < removal->ids.size())
                goOnRemoving(removal);
            else
                removal->done(removal->gone);
        });
}

void HistoryStore::putBack(const QList<HistoryEntry> &entries, QObject *guard, Done<Result<void>> done)
{
    run<void>(
        Purpose::Write, [entries](Database &database) { return HistoryTable(database).putBack(entries); },
        [this, tell = guarded(guard, std::move(done))](const Result<void> &result) {
            if (result)
                Q_EMIT returned();
            tell(result);
        });
}

void HistoryStore::setPinned(const QList<qint64> &ids, bool pin, QObject *guard, Done<Result<void>> done)
{
    run<void>(
        Purpose::Write, [ids, pin](Database &database) { return HistoryTable(database).setPinned(ids, pin); },
        [this, ids, pin, tell = guarded(guard, std::move(done))](const Result<void> &result) {
            if (result)
                Q_EMIT pinned(ids, pin);
            tell(result);
        });
}

void HistoryStore::clear(QObject *guard, Done<Result<void>> done)
{
    beginPurging(std::make_shared<HistoryPurge>(),
                 [this, asked = QPointer<QObject>(guard),
                  tell = guarded(guard, std::move(done))](const Result<qint64> &gone) {
                     if (gone)
                         Q_EMIT cleared();
                     else if (!asked && gone.error().kind != Error::Kind::Cancelled)
                         fail(gone.error());
                     tell(gone.map([](qint64) {}));
                 });
}

void HistoryStore::planPurge(const HistoryRules &rules, const QDateTime &now, QObject *guard,
                             Done<Result<HistoryPurged>> done)
{
    run<HistoryPurged>(
        Purpose::Read, [rules, now](Database &database) { return HistoryPurge(rules, now).plan(database); },
        guarded(guard, std::move(done)));
}

void HistoryStore::purge(const HistoryRules &rules, const QDateTime &now, QObject *guard,
                         Done<Result<qint64>> done)
{
    beginPurging(std::make_shared<HistoryPurge>(rules, now),
                 [this, tell = guarded(guard, std::move(done))](const Result<qint64> &gone) {
                     if (!gone && gone.error().kind != Error::Kind::Cancelled)
                         fail(gone.error());
                     tell(gone);
                 });
}

void HistoryStore::stopPurging()
{
    for (const std::shared_ptr<HistoryPurge> &purge : std::as_const(m_purges))
        purge->stop();
}

void HistoryStore::beginPurging(std::shared_ptr<HistoryPurge> purge,
                                const std::function<void(Result<qint64>)> &done)
{
    m_purges.append(purge);
    goOnPurging(purge, done);
}

/// Some steps, then whoever has waited meanwhile, then the next ones.
void HistoryStore::goOnPurging(const std::shared_ptr<HistoryPurge> &purge,
                               const std::function<void(Result<qint64>)> &done)
{
    run<bool>(
        Purpose::Write,
        [purge](Database &database) {
            const QDeadlineTimer deadline(purgeTurn);
            for (;;) {
                const Result<bool> more = purge->step(database);
                if (!more || !*more || deadline.hasExpired())
                    return more;
            }
        },
        [this, purge, done](const Result<bool> &more) {
            Q_EMIT purging(purge->removed(), purge->planned().calls, purge->isShrinking());
            if (more && *more) {
                QTimer::singleShot(purgePause, this, [this, purge, done] { goOnPurging(purge, done); });
                return;
            }
            m_purges.removeOne(purge);
            lookForMore();
            // Also of one that failed half way.
            if (purge->removed() > 0)
                Q_EMIT purged(purge->removed());
            Q_EMIT purgeEnded();
            done(more.map([purge](bool) { return purge->removed(); }));
        });
}

void HistoryStore::tidy()
{
    beginPurging(std::make_shared<HistoryPurge>(HistoryPurge::Leftovers()), [](const Result<qint64> &done) {
        // The next purge does it.
        if (!done)
            qCWarning(lcStorage) << "the history's index was not tidied:" << done.error().detail;
    });
}

void HistoryStore::count(QObject *guard, Done<qint64> done)
{
    run<qint64>(
        Purpose::Read, [](Database &database) { return HistoryTable(database).count(); },
        [tell = guarded(guard, std::move(done))](const Result<qint64> &count) { tell(count.value_or(0)); });
}

void HistoryStore::requestsNaming(const QUuid &keyId, QObject *guard, Done<Result<QStringList>> done)
{
    run<QStringList>(
        Purpose::Read, [keyId](Database &database) { return HistoryTable(database).requestsNaming(keyId); },
        guarded(guard, std::move(done)));
}

std::shared_ptr<std::atomic<bool>> HistoryStore::hours(const HistoryQuery &query, QObject *guard,
                                                       Done<Result<QList<HistoryBar>>> done)
{
    const std::shared_ptr<Counting> counting(new Counting{query, guard, std::move(done)});
    goOnCounting(counting);
    return {counting, &counting->isStopped};
}

/// Some hours, then whoever has waited meanwhile, then the next ones.
void HistoryStore::goOnCounting(const std::shared_ptr<Counting> &counting)
{
    run<QList<HistoryBar>>(
        Purpose::Read,
        [query = counting->query, counting](Database &database) -> Result<QList<HistoryBar>> {
            if (counting->isStopped)
                return failure(Error::Kind::Cancelled, tr("The search was stopped."));
            HistoryIndex index(database);
            std::ignore = index.takeNewest();
            return index.hours(query, hoursATurn);
        },
        [this, counting](const Result<QList<HistoryBar>> &part) {
            if (!counting->guard)
                return;
            if (!part) {
                counting->done(part);
                return;
            }
            counting->bars += *part;
            if (part->size() < hoursATurn) {
                counting->done(counting->bars);
                return;
            }
            counting->query.from = counting->bars.last().until;
            goOnCounting(counting);
        });
}

void HistoryStore::keyNames(QObject *guard, Done<Result<QStringList>> done)
{
    run<QStringList>(
        Purpose::Read, [](Database &database) { return HistoryIndex(database).keyNames(); },
        guarded(guard, std::move(done)));
}

void HistoryStore::keepIndexed()
{
    m_keepsIndexed = true;
    grow();
}

void HistoryStore::lookForMore()
{
    m_hasMore = m_isGrowing; // which may have looked already
    const bool isSoon = m_growSoon.isActive() && m_growSoon.remainingTimeAsDuration() <= growSoon;
    if (m_keepsIndexed && !m_isGrowing && !isSoon)
        m_growSoon.start(growSoon);
}

/// A turn, then whoever has waited meanwhile, then the next one. Not while calls are removed, which it would
/// take in again.
void HistoryStore::grow()
{
    if (m_isGrowing || !m_purges.isEmpty())
        return;
    m_isGrowing = true;
    struct Grown
    {
        bool more;
        HistoryProgress progress;
    };
    run<Grown>(
        Purpose::Read,
        [](Database &database) -> Result<Grown> {
            HistoryIndex index(database);
            const Result<bool> more = index.grow(turn);
            if (!more)
                return tl::unexpected(more.error());
            return index.progress().map([&more](const HistoryProgress &progress) {
                return Grown{*more, progress};
            });
        },
        [this](const Result<Grown> &grown) {
            m_isGrowing = false;
            if (!grown) {
                // Calls are stored or not without this.
                qCWarning(lcStorage) << "calls were not put into the index of the history:"
                                     << grown.error().detail;
                if (grown.error().kind != Error::Kind::StorageLocked) // another one writes just now
                    fail(grown.error());
                if (m_growFailures < mostGrowFailures)
                    m_growSoon.start(growAgain * (1 << m_growFailures++));
                return;
            }
            m_growFailures = 0;
            if (m_progress != grown->progress) {
                m_progress = grown->progress;
                Q_EMIT indexing(m_progress);
            }
            if (grown->more)
                m_growSoon.start(pause);
            else if (std::exchange(m_hasMore, false))
                lookForMore();
        });
}

void HistoryStore::fail(const Error &error)
{
    if (m_told.contains(error.kind))
        return;
    m_told.insert(error.kind);
    Q_EMIT failed({error.kind, tr("The history could not be written. %1").arg(error.message), error.detail});
}

} // namespace keydesk
