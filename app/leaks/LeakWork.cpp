#include "app/leaks/LeakWork.h"

#include "app/leaks/FolderWalk.h"
#include "app/leaks/GitHistory.h"
#include "app/leaks/LeakStream.h"
#include "app/leaks/OwnData.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr int searchers = 2; // more would only wait for the disk

struct LeakWorkText
{
    Q_DECLARE_TR_FUNCTIONS(LeakScan)
};

QString shown(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

} // namespace

LeakScan::Work::Work(LeakSources sources, std::vector<LeakMatcher::Token> tokens,
                     QList<TokenPattern> patterns, std::function<void()> over)
    : m_sources(std::move(sources))
    , m_matcher(std::move(tokens), std::move(patterns))
    , m_thread([this, tell = std::move(over)] {
        run();
        m_over = true;
        tell();
    })
{
}

LeakScan::Work::~Work()
{
    m_cancelled = true;
    m_thread.join();
}

QList<LeakFinding> LeakScan::Work::takeFindings()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_findings, {});
}

void LeakScan::Work::show(LeakProgress &progress) const
{
    progress.phase = m_phase;
    progress.files = m_files;
    progress.bytes = m_bytes;
    progress.objects = m_objects;
    progress.objectsTotal = m_objectsTotal;
    progress.rows = m_rows;
    const std::lock_guard lock(m_mutex);
    progress.findings = m_found;
}

void LeakScan::Work::report(LeakReport &report) const
{
    const std::lock_guard lock(m_mutex);
    report.notes += m_report.notes;
    report.unreadable = m_report.unreadable;
    report.unreadableCount = m_report.unreadableCount;
    report.leftOut = m_report.leftOut;
    report.keysNotSearched += m_matcher.tooShort();
    if (const auto count = static_cast<int>(m_matcher.tooShort().size()); count > 0)
        report.notes.append(LeakWorkText::tr(
            "%n token(s) are shorter than 6 characters and were not searched for: they would "
            "be found in ordinary text.",
            nullptr, count));
}

void LeakScan::Work::add(const QList<LeakFinding> &findings, qint64 leftOut)
{
    const std::lock_guard lock(m_mutex);
    m_report.leftOut += leftOut;
    for (const LeakFinding &finding : findings) {
        if (m_found >= mostFindings) {
            ++m_report.leftOut;
            continue;
        }
        ++m_found;
        m_findings.append(finding);
    }
}

void LeakScan::Work::note(const QString &sentence)
{
    const std::lock_guard lock(m_mutex);
    if (!m_report.notes.contains(sentence) && m_report.notes.size() < 100)
        m_report.notes.append(m_matcher.masked(sentence));
}

void LeakScan::Work::run()
{
    const bool hasFolder = !m_sources.folder.isEmpty();
    if (hasFolder && (m_sources.files || m_sources.gitHistory)) {
        m_repositories.append(m_sources.folder);
        if (m_sources.files)
            searchFolder(m_sources.folder, LeakFinding::Source::File, {});
        if (m_sources.gitHistory && !m_cancelled)
            searchHistories();
    }
    if (!m_cancelled)
        searchOwn();
}

// --- Files
// ---------------------------------------------------------------------------------------------------------------

void LeakScan::Work::searchFolder(const QString &folder, LeakFinding::Source source,
                                  const QStringList &leaveOut)
{
    m_phase =
        source == LeakFinding::Source::File ? LeakProgress::Phase::Folder : LeakProgress::Phase::OwnData;
    FolderWalk walk(folder, leaveOut);
    {
        std::thread other([&] { searchFiles(walk, source); });
        static_assert(searchers == 2);
        searchFiles(walk, source);
        other.join();
    }
    const FolderWalk::Summary summary = walk.summary();
    if (source == LeakFinding::Source::File) {
        for (const QString &repository : summary.repositories) {
            if (!m_repositories.contains(repository))
                m_repositories.append(repository);
        }
        if (summary.repositories.size() >= FolderWalk::mostRepositories)
            note(LeakWorkText::tr(
                     "The folder holds more than %1 git repositories. Only the histories of the first "
                     "ones are "
                     "searched.")
                     .arg(FolderWalk::mostRepositories));
    }
    if (summary.rootIsGone)
        note(LeakWorkText::tr(
                 "The folder %1 could not be read to the end: %2. Choose it again, or another one.")
                 .arg(shown(folder), summary.rootError));
    for (const QString &path : summary.tooDeep)
        note(LeakWorkText::tr("%1 was left out: folders deeper than %2 levels are not searched.")
                 .arg(shown(path))
                 .arg(FolderWalk::deepest));
    if (summary.links > 0)
        note(LeakWorkText::tr("%n symbolic link(s) were not followed.", nullptr,
                              static_cast<int>(summary.links)));
    if (summary.special > 0)
        note(LeakWorkText::tr("%n device(s), pipe(s) or socket(s) were left out.", nullptr,
                              static_cast<int>(summary.special)));
    const std::lock_guard lock(m_mutex);
    for (const QString &line : summary.unreadable)
        m_report.unreadable.append(m_matcher.masked(line));
    m_report.unreadableCount += summary.unreadableCount;
}

void LeakScan::Work::searchFiles(FolderWalk &walk, LeakFinding::Source source)
{
    LeakStream stream(m_matcher);
    while (!m_cancelled) {
        const std::optional<FolderWalk::File> file = walk.next();
        if (!file)
            return;
        searchFile(walk, stream, file->descriptor(), file->path(), source);
    }
}

void LeakScan::Work::searchFile(FolderWalk &walk, LeakStream &stream, int descriptor, const QByteArray &path,
                                LeakFinding::Source source)
{
    stream.begin();
    while (!m_cancelled) {
        const std::span<char> room = stream.room();
        const ssize_t count = read(descriptor, room.data(), room.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            walk.couldNotRead(path, errno);
        if (count <= 0)
            break;
        m_bytes += count;
        stream.filled(count);
    }
    stream.end();
    ++m_files;
    if (stream.hits().empty())
        return;
    QList<LeakFinding> findings;
    const QString place = m_matcher.masked(QFile::decodeName(path));
    for (const LeakStream::Hit &hit : stream.hits()) {
        findings.append(stream.finding(hit));
        findings.last().source = source;
        findings.last().place = place;
    }
    add(findings, stream.hitsLeftOut());
}

// --- Git
// -----------------------------------------------------------------------------------------------------------------

void LeakScan::Work::searchHistories()
{
    m_phase = LeakProgress::Phase::GitHistory;
    if (!GitTool(m_cancelled).isThere()) {
        note(LeakWorkText::tr(
            "Git is not installed, so no history was searched. Install git and search again."));
        return;
    }
    GitHistory history(m_matcher, m_cancelled, [this](qint64 objects, qint64 expected) {
        m_objects += objects;
        m_objectsTotal += expected;
    });
    bool anyRepository = false;
    for (const QString &repository : std::as_const(m_repositories)) {
        if (m_cancelled)
            return;
        const Result<QList<LeakFinding>> findings = history.search(repository);
        if (findings) {
            anyRepository = true;
            add(*findings);
        } else if (findings.error().kind != Error::Kind::Cancelled &&
                   findings.error().kind != Error::Kind::NotFound) {
            anyRepository = true;
            note(findings.error().message);
        }
    }
    for (const QString &sentence : history.notes())
        note(sentence);
    if (!anyRepository)
        note(LeakWorkText::tr("%1 is not in a git repository, so there was no history to search.")
                 .arg(shown(m_sources.folder)));
}

// --- Keydesk's own
// ----------------------------------------------------------------------------------------------------------

void LeakScan::Work::searchOwn()
{
    if (!m_sources.ownHistory && !m_sources.ownData)
        return;
    m_phase = LeakProgress::Phase::OwnData;
    bool rowsHaveFindings = false;
    if (!m_sources.database.isEmpty()) {
        const Result<OwnDataFindings> found =
            searchOwnDatabase(m_sources.database, {m_sources.ownHistory, m_sources.ownData}, m_matcher,
                              m_cancelled, [this](qint64 rows) { m_rows += rows; });
        if (!found) {
            note(LeakWorkText::tr("Keydesk's own database could not be searched. %1")
                     .arg(found.error().message));
        } else {
            rowsHaveFindings = !found->findings.isEmpty();
            add(found->findings);
            if (found->trouble)
                note(LeakWorkText::tr("A part of Keydesk's own database could not be searched (%1). %2")
                         .arg(found->notSearched.join(LeakWorkText::tr(", ")), found->trouble->message));
        }
    }
    if (!m_sources.ownData)
        return;
    const QStringList files{m_sources.database, m_sources.database + u"-wal"_s,
                            m_sources.database + u"-shm"_s};
    for (const QString &folder : m_sources.ownFolders) {
        if (!m_cancelled && QFileInfo::exists(folder))
            searchFolder(folder, LeakFinding::Source::OwnData, files);
    }
    if (!m_cancelled && !m_sources.database.isEmpty())
        searchDatabaseFiles(rowsHaveFindings);
}

/// The rows have been searched one by one; here it is about what rows that were deleted may have left in the
/// files.
void LeakScan::Work::searchDatabaseFiles(bool rowsHaveFindings)
{
    if (rowsHaveFindings || !m_sources.ownHistory)
        return; // the same tokens again, or some that were not asked for
    LeakStream stream(m_matcher);
    FolderWalk nowhere{QString()};
    for (const QString &name : {m_sources.database, m_sources.database + u"-wal"_s}) {
        const QByteArray path = QFile::encodeName(name);
        const int descriptor = open(path.constData(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (descriptor < 0)
            continue; // there is no journal
        const FolderWalk::File file(descriptor, path);
        searchFile(nowhere, stream, file.descriptor(), file.path(), LeakFinding::Source::OwnData);
    }
}

} // namespace keydesk
