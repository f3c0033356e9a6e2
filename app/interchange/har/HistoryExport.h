#pragma once

#include "app/base/Error.h"
#include "app/history/HistoryStore.h"

#include <QObject>
#include <QSaveFile>

namespace keydesk {

/// Writes calls of the history as a HAR 1.2 file (0600), one after the other: no more than one is in memory. The file is there whole or
/// not at all. What the history holds is redacted already.
class HistoryExport : public QObject
{
    Q_OBJECT

public:
    HistoryExport(HistoryStore &history, const QString &path, QObject *parent = nullptr);

    /// All calls that a query asks for, the newest first, or these. `finished` follows, never inside this call.
    void start(const HistoryQuery &query = {});
    void start(const QList<qint64> &ids);
    /// `finished` with Error::Cancelled follows; an older file of that name stays.
    void cancel();

Q_SIGNALS:
    void progress(qint64 done, qint64 total); ///< total: 0 if it is not known
    /// Once, with the number of calls that were written.
    void finished(const keydesk::Result<qint64> &written);

private:
    void open();
    void nextPage();
    void nextCall();
    void write(const HistoryEntry &entry);
    void put(const QByteArray &bytes);
    void fail();
    void end();
    void finish(const Result<qint64> &written);

    HistoryStore &m_history;
    QSaveFile m_file;
    QList<qint64> m_ids; // still to be written
    qint64 m_before = 0; // where the next page begins; 0: at the newest
    HistoryQuery m_query;
    bool m_goesOn = false; // there may be another page
    qint64 m_done = 0;
    qint64 m_written = 0;
    qint64 m_total = 0;
    bool m_isFinished = false;
};

} // namespace keydesk
