#include "app/storage/CommitWatch.h"

#include "app/base/Log.h"
#include "app/storage/Database.h"

namespace keydesk {

CommitWatch::CommitWatch(Database &database, QObject *parent)
    : QObject(parent)
    , m_database(database)
{
    m_timer.setInterval(looksEvery);
    connect(&m_timer, &QTimer::timeout, this, &CommitWatch::look);
}

void CommitWatch::start()
{
    m_timer.start();
    look();
}

void CommitWatch::look()
{
    const Result<qint64> commits = m_database.commits();
    if (!commits) {
        qCWarning(lcStorage) << "whether others wrote is not known:" << commits.error().detail;
        return;
    }
    if (*commits == m_seen)
        return;
    m_seen = *commits;
    Q_EMIT committed();
}

} // namespace keydesk
