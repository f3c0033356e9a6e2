#pragma once

#include "app/leaks/LeakFinding.h"
#include "app/leaks/LeakMatcher.h"
#include "app/leaks/LeakScan.h"

#include <atomic>
#include <mutex>
#include <thread>

namespace keydesk {

class FolderWalk;
class LeakStream;

/// The part of a leak check that runs in threads: one that goes from source to source, and for files two that
/// search. Made and asked by LeakScan in its thread.
class LeakScan::Work
{
public:
    /// `over` is called in the thread, as its last act.
    Work(LeakSources sources, std::vector<LeakMatcher::Token> tokens, QList<TokenPattern> patterns,
         std::function<void()> over);
    ~Work(); ///< stops it, and waits

    void cancel() { m_cancelled = true; }
    [[nodiscard]] bool isOver() const { return m_over; }
    /// What was found since it was asked last.
    QList<LeakFinding> takeFindings();
    void show(LeakProgress &progress) const;
    /// Once it is over: everything that is not about reading keys.
    void report(LeakReport &report) const;

private:
    void run();
    void searchFolder(const QString &folder, LeakFinding::Source source, const QStringList &leaveOut);
    void searchFiles(FolderWalk &walk, LeakFinding::Source source);
    void searchFile(FolderWalk &walk, LeakStream &stream, int descriptor, const QByteArray &path,
                    LeakFinding::Source source);
    void searchHistories();
    void searchOwn();
    void searchDatabaseFiles(bool rowsHaveFindings);
    void add(const QList<LeakFinding> &findings, qint64 leftOut = 0);
    void note(const QString &sentence);

    const LeakSources m_sources;
    const LeakMatcher m_matcher;
    std::atomic<bool> m_cancelled = false;
    std::atomic<bool> m_over = false;
    std::atomic<LeakProgress::Phase> m_phase = LeakProgress::Phase::Folder;
    std::atomic<qint64> m_files = 0;
    std::atomic<qint64> m_bytes = 0;
    std::atomic<qint64> m_objects = 0;
    std::atomic<qint64> m_objectsTotal = 0;
    std::atomic<qint64> m_rows = 0;

    mutable std::mutex m_mutex;    // guards what follows
    QList<LeakFinding> m_findings; // not taken yet
    qint64 m_found = 0;
    LeakReport m_report;
    QStringList m_repositories; // the coordinating thread's

    std::thread m_thread; // the last: it uses all the others
};

} // namespace keydesk
