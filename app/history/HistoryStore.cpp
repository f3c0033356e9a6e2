#include "app/history/HistoryStore.h"

#include "app/history/HistoryTable.h"
#include "app/storage/Database.h"

#include <QJsonDocument>
#include <QPointer>
#include <QThread>
#include <QUrl>

#include <algorithm>
#include <atomic>

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

namespace {

template <typename T>
std::function<void(T)> guarded(QObject *guard, std::function<void(T)> done)
{
    return [guard = QPointer<QObject>(guard), done = std::move(done)](T result) {
        if (guard && done)
            done(std::move(result));
    };
}

} // namespace

bool matches(const HistoryRow &row, const QString &search)
{
    const QStringList columns{row.method,          row.url,     QString::number(row.status),
                              row.environmentName, row.keyName, row.errorText};
    const QString text = columns.join(u'|');
    const QStringList words = searchWords(search);
    return std::ranges::all_of(
        words, [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

QString requestLabel(const QString &method, const QString &url)
{
    const QUrl parsed(url);
    const QString path = parsed.scheme().isEmpty() ? url.section(u'?', 0, 0) : parsed.path(QUrl::FullyEncoded);
    return method.trimmed() + u' ' + (path.isEmpty() ? u"/"_s : path);
}

bool HistoryEntry::lacksSecrets() const
{
    return QJsonDocument(request.toJson()).toJson().contains("••••");
}

QStringList searchWords(const QString &search)
{
    QStringList words = search.simplified().split(u' ', Qt::SkipEmptyParts).mid(0, 16);
    for (QString &word : words)
        word.truncate(1000); // SQLite refuses patterns of more than 50,000 bytes
    return words;
}

HistoryStore::HistoryStore(const QString &databasePath, QObject *parent)
    : QObject(parent)
    , m_worker(std::make_unique<Worker>(databasePath))
{
}

HistoryStore::~HistoryStore() = default;

template <typename T>
void HistoryStore::run(Purpose purpose, std::function<Result<T>(HistoryTable &)> work,
                       std::function<void(Result<T>)> done)
{
    m_worker->post(
        purpose, [this, work = std::move(work), done = std::move(done)](Result<Database *> database) mutable {
            const Result<T> result = database.and_then([&work](Database *open) {
                HistoryTable table(*open);
                return work(table);
            });
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
        Purpose::Write, [entry = std::move(entry)](HistoryTable &table) { return table.insert(entry); },
        [this, row](const Result<qint64> &id) {
            if (!id) {
                fail(id.error());
                return;
            }
            m_told.clear();
            row->id = *id;
            Q_EMIT added(*row);
        });
}

void HistoryStore::whenWritten(QObject *guard, std::function<void()> done)
{
    // What is asked for is done in order.
    run<void>(
        Purpose::Read, [](HistoryTable &) { return Result<void>(); },
        guarded<Result<void>>(guard, [done = std::move(done)](const Result<void> &) { done(); }));
}

void HistoryStore::list(const QString &search, qint64 beforeId, int limit, QObject *guard,
                        Done<Result<QList<HistoryRow>>> done)
{
    run<QList<HistoryRow>>(
        Purpose::Read,
        [search, beforeId, limit](HistoryTable &table) { return table.list(search, beforeId, limit); },
        guarded(guard, std::move(done)));
}

void HistoryStore::load(qint64 id, QObject *guard, Done<Result<HistoryEntry>> done)
{
    run<HistoryEntry>(
        Purpose::Read, [id](HistoryTable &table) { return table.load(id); }, guarded(guard, std::move(done)));
}

void HistoryStore::remove(qint64 id, QObject *guard, Done<Result<void>> done)
{
    run<void>(
        Purpose::Write, [id](HistoryTable &table) { return table.remove(id); },
        [this, id, tell = guarded(guard, std::move(done))](const Result<void> &result) {
            if (result)
                Q_EMIT removed(id);
            tell(result);
        });
}

void HistoryStore::clear(QObject *guard, Done<Result<void>> done)
{
    run<void>(
        Purpose::Write, [](HistoryTable &table) { return table.removeAll(std::nullopt).map([](qint64) {}); },
        [this, tell = guarded(guard, std::move(done))](const Result<void> &result) {
            if (result)
                Q_EMIT cleared();
            tell(result);
        });
}

void HistoryStore::purgeOlderThan(const QDateTime &time)
{
    run<qint64>(
        Purpose::Write, [time](HistoryTable &table) { return table.removeAll(time); },
        [this, time](const Result<qint64> &gone) {
            if (!gone)
                fail(gone.error());
            else if (*gone > 0)
                Q_EMIT purged(time);
        });
}

void HistoryStore::count(QObject *guard, Done<qint64> done)
{
    run<qint64>(
        Purpose::Read, [](HistoryTable &table) { return table.count(); },
        [tell = guarded(guard, std::move(done))](const Result<qint64> &count) { tell(count.value_or(0)); });
}

void HistoryStore::requestsNaming(const QUuid &keyId, QObject *guard, Done<Result<QStringList>> done)
{
    run<QStringList>(
        Purpose::Read, [keyId](HistoryTable &table) { return table.requestsNaming(keyId); }, guarded(guard, std::move(done)));
}

void HistoryStore::fail(const Error &error)
{
    if (m_told.contains(error.kind))
        return;
    m_told.insert(error.kind);
    Q_EMIT failed({error.kind, tr("The history could not be written. %1").arg(error.message), error.detail});
}

} // namespace keydesk
