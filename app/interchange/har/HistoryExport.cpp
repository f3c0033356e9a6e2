#include "app/interchange/har/HistoryExport.h"

#include "app/interchange/har/Har.h"

#include <QFile>
#include <QTimer>

namespace keydesk {

namespace {

constexpr int pageSize = 200;

} // namespace

HistoryExport::HistoryExport(HistoryStore &history, const QString &path, QObject *parent)
    : QObject(parent)
    , m_history(history)
    , m_file(path)
{
    m_file.setDirectWriteFallback(false); // half a file in the place of a whole one
}

void HistoryExport::start(const HistoryQuery &query)
{
    m_query = query;
    m_goesOn = true;
    if (!query.isAll()) {
        QTimer::singleShot(0, this, &HistoryExport::open);
        return;
    }
    m_history.count(this, [this](qint64 count) {
        m_total = count;
        open();
    });
}

void HistoryExport::start(const QList<qint64> &ids)
{
    m_ids = ids;
    m_total = ids.size();
    QTimer::singleShot(0, this, &HistoryExport::open);
}

void HistoryExport::cancel()
{
    QTimer::singleShot(0, this, [this] { finish(failure(Error::Kind::Cancelled, tr("Exporting the history was stopped. Nothing was written."))); });
}

void HistoryExport::open()
{
    if (m_isFinished)
        return;
    if (!m_file.open(QIODevice::WriteOnly) || !m_file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
        fail();
        return;
    }
    put(harHead());
    nextCall();
}

void HistoryExport::nextPage()
{
    m_history.list(m_query, m_before, pageSize, this, [this](const Result<HistoryPage> &page) {
        if (m_isFinished)
            return;
        if (!page) {
            finish(tl::unexpected(page.error()));
            return;
        }
        m_before = page->next;
        m_goesOn = m_before > 0;
        for (const HistoryRow &row : page->rows)
            m_ids.append(row.id);
        nextCall();
    });
}

void HistoryExport::nextCall()
{
    if (m_isFinished)
        return;
    if (m_ids.isEmpty()) {
        if (m_goesOn)
            nextPage();
        else
            end();
        return;
    }
    m_history.load(m_ids.takeFirst(), this, [this](const Result<HistoryEntry> &entry) {
        if (m_isFinished)
            return;
        if (entry)
            write(*entry);
        else if (entry.error().kind != Error::Kind::NotFound) { // deleted meanwhile
            finish(tl::unexpected(entry.error()));
            return;
        }
        ++m_done;
        Q_EMIT progress(m_done, m_total > 0 ? qMax(m_done, m_total) : 0);
        nextCall();
    });
}

void HistoryExport::write(const HistoryEntry &entry)
{
    const QByteArray entries = harEntries(entry);
    if (entries.isEmpty())
        return;
    put((m_written > 0 ? ",\n" : "") + entries);
    ++m_written;
}

/// Ends at once where no more can be written: what else there is would be read for nothing.
void HistoryExport::put(const QByteArray &bytes)
{
    if (m_file.write(bytes) < 0)
        fail();
}

void HistoryExport::end()
{
    put(harTail());
    if (m_isFinished)
        return;
    if (m_file.commit())
        finish(m_written);
    else
        fail();
}

void HistoryExport::fail()
{
    const bool isFull = m_file.error() == QFileDevice::ResourceError; // what Qt makes of a full disk
    finish(failure(isFull ? Error::Kind::DiskFull : Error::Kind::StorageFailed,
                   isFull ? tr("There is no room left for %1. Nothing was written.").arg(m_file.fileName())
                          : tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString())));
}

void HistoryExport::finish(const Result<qint64> &written)
{
    if (m_isFinished)
        return;
    m_isFinished = true;
    if (!written)
        m_file.cancelWriting();
    Q_EMIT finished(written);
}

} // namespace keydesk
