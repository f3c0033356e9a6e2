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
        finish(failure(Error::Kind::StorageFailed, tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString())));
        return;
    }
    m_file.write(harHead());
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
    m_file.write((m_written > 0 ? ",\n" : "") + entries);
    ++m_written;
}

void HistoryExport::end()
{
    m_file.write(harTail());
    if (!m_file.commit()) {
        finish(failure(Error::Kind::StorageFailed, tr("%1 cannot be written: %2.").arg(m_file.fileName(), m_file.errorString())));
        return;
    }
    finish(m_written);
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
