#include "app/leaks/GitHistory.h"

#include "app/leaks/LeakStream.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr qsizetype mostFindings = 10'000;
constexpr qsizetype mostNames = 1000; // of objects, on one command line
constexpr qsizetype longestHeader = 256;

struct GitHistoryText
{
    Q_DECLARE_TR_FUNCTIONS(GitHistory)
};

/// "committer Name <mail> 1700000000 +0100" of a commit, "tagger …" of a tag.
QDateTime timeOf(const QByteArray &head)
{
    for (const QByteArray &line : head.split('\n')) {
        if (line.isEmpty())
            break;
        if (!line.startsWith("committer ") && !line.startsWith("tagger "))
            continue;
        const QList<QByteArray> words = line.split(' ');
        if (words.size() > 2)
            return QDateTime::fromSecsSinceEpoch(words.at(words.size() - 2).toLongLong(), Qt::UTC);
    }
    return {};
}

} // namespace

/// Reads what `git cat-file --batch` writes: "<name> <type> <size>\n", that many bytes, "\n".
class GitHistory::Objects
{
public:
    struct Found
    {
        QByteArray object;
        QByteArray type;
        QByteArray head; ///< of a commit or a tag: its first bytes
        LeakFinding finding;
    };

    Objects(const LeakMatcher &matcher, const Progress &progress)
        : m_stream(matcher)
        , m_progress(progress)
    {
    }

    void take(QByteArrayView piece)
    {
        qint64 ended = 0;
        while (!piece.isEmpty()) {
            if (m_left < 0)
                piece = piece.sliced(takeHeader(piece));
            else
                piece = piece.sliced(takeContents(piece));
            if (m_left == 0) {
                m_left = endMark;
                endObject();
                ++ended;
            }
        }
        m_progress(ended, 0);
    }

    QList<Found> found;
    qint64 leftOut = 0;

private:
    static constexpr qint64 endMark = -1; // what comes next is the line break of an object or a header

    qsizetype takeHeader(QByteArrayView piece)
    {
        const qsizetype end = piece.indexOf('\n');
        const qsizetype size = end < 0 ? piece.size() : end;
        if (m_header.size() + size <= longestHeader)
            m_header.append(piece.first(size));
        if (end < 0)
            return piece.size();
        const QList<QByteArray> words = m_header.split(' ');
        m_header.clear();
        if (words.size() == 3) { // not the line break after an object, and not "<name> missing"
            m_object = words.at(0);
            m_type = words.at(1);
            m_isSearched = m_type != "tree"; // names of files only
            m_left = words.at(2).toLongLong();
            m_head.clear();
            m_stream.begin();
        }
        return end + 1;
    }

    qsizetype takeContents(QByteArrayView piece)
    {
        const auto size = static_cast<qsizetype>(std::min<qint64>(m_left, piece.size()));
        m_left -= size;
        if (!m_isSearched)
            return size;
        if (m_type != "blob" && m_head.size() < 4096)
            m_head.append(piece.first(std::min<qsizetype>(size, 4096)));
        for (qsizetype done = 0; done < size;) {
            const std::span<char> room = m_stream.room();
            const qsizetype now = std::min(size - done, static_cast<qsizetype>(room.size()));
            std::memcpy(room.data(), piece.data() + done, static_cast<std::size_t>(now));
            m_stream.filled(now);
            done += now;
        }
        return size;
    }

    void endObject()
    {
        if (!m_isSearched)
            return;
        m_stream.end();
        leftOut += m_stream.hitsLeftOut();
        for (const LeakStream::Hit &hit : m_stream.hits()) {
            if (found.size() >= mostFindings)
                ++leftOut;
            else
                found.append({m_object, m_type, m_head, m_stream.finding(hit)});
        }
    }

    LeakStream m_stream;
    const Progress &m_progress;
    QByteArray m_header;
    QByteArray m_object;
    QByteArray m_type;
    QByteArray m_head;
    qint64 m_left = endMark;
    bool m_isSearched = false;
};

GitHistory::GitHistory(const LeakMatcher &matcher, const std::atomic<bool> &cancelled, Progress progress)
    : m_matcher(matcher)
    , m_git(cancelled)
    , m_progress(std::move(progress))
{
}

Result<QList<LeakFinding>> GitHistory::search(const QString &folder)
{
    const auto store =
        m_git.output(folder, {u"rev-parse"_s, u"--path-format=absolute"_s, u"--git-common-dir"_s});
    if (!store)
        return tl::unexpected(store.error());
    if (m_searched.contains(*store))
        return QList<LeakFinding>();
    m_searched.insert(*store);
    expect(folder);

    Objects objects(m_matcher, m_progress);
    const Result<void> read = m_git.run(
        folder, {u"cat-file"_s, u"--batch"_s, u"--batch-all-objects"_s, u"--unordered"_s, u"--buffer"_s},
        [&objects](QByteArrayView piece) { objects.take(piece); });
    if (!read && (read.error().kind == Error::Kind::Cancelled || objects.found.isEmpty()))
        return tl::unexpected(read.error());
    if (!read)
        m_notes.append(read.error().message);
    if (objects.leftOut > 0)
        m_notes.append(GitHistoryText::tr("%n more finding(s) in the history of %1 are not listed.", nullptr,
                                          static_cast<int>(std::min<qint64>(objects.leftOut, 1'000'000'000)))
                           .arg(QDir::toNativeSeparators(folder)));

    QSet<QByteArray> files;
    for (const Objects::Found &each : std::as_const(objects.found)) {
        if (each.type == "blob")
            files.insert(each.object);
    }
    m_holders.clear();
    findHolders(folder, {u"--all"_s, u"--reflog"_s}, {}, files);
    findStaged(folder, withoutHolder(files));
    findUnreachable(folder, withoutHolder(files));

    QList<LeakFinding> findings;
    for (Objects::Found &each : objects.found) {
        LeakFinding &finding = each.finding;
        finding.source = LeakFinding::Source::Commit;
        finding.repository = m_matcher.masked(folder);
        if (each.type == "commit") {
            finding.place = GitHistoryText::tr("Commit message");
            finding.commit = QString::fromLatin1(each.object);
            finding.committedAt = timeOf(each.head);
        } else if (each.type == "tag") {
            finding.place = GitHistoryText::tr("Tag message");
            finding.committedAt = timeOf(each.head);
        } else {
            place(finding, each.object);
        }
        findings.append(finding);
    }
    return findings;
}

/// How many objects there are, for showing how far the search is.
void GitHistory::expect(const QString &folder)
{
    const auto counts = m_git.output(folder, {u"count-objects"_s, u"-v"_s});
    qint64 total = 0;
    for (const QByteArray &line : counts.value_or(QByteArray()).split('\n')) {
        if (line.startsWith("count: ") || line.startsWith("in-pack: "))
            total += line.mid(line.indexOf(' ') + 1).toLongLong();
    }
    m_progress(0, total);
}

void GitHistory::place(LeakFinding &finding, const QByteArray &object) const
{
    const auto holder = m_holders.constFind(object);
    if (holder == m_holders.cend()) {
        finding.place = GitHistoryText::tr("Object %1, which no commit holds any more")
                            .arg(QString::fromLatin1(object.first(10)));
        return;
    }
    finding.place = m_matcher.masked(holder->path);
    if (holder->commit.isEmpty())
        finding.place = GitHistoryText::tr("%1, staged and not committed").arg(finding.place);
    finding.commit = holder->commit;
    finding.committedAt = holder->at;
}

QSet<QByteArray> GitHistory::withoutHolder(const QSet<QByteArray> &objects) const
{
    QSet<QByteArray> left;
    for (const QByteArray &object : objects) {
        if (!m_holders.contains(object))
            left.insert(object);
    }
    return left;
}

/// Of the commits that brought an object the earliest is kept: the log goes back in time.
void GitHistory::findHolders(const QString &folder, const QStringList &from, const QByteArray &input,
                             const QSet<QByteArray> &objects)
{
    const QList<QByteArray> names = objects.values();
    for (qsizetype first = 0; first < names.size(); first += mostNames) {
        // -m: what a merge alone brought counts too. Its own format: NUL, 0x01, commit, blank, time; then as
        // the log has it.
        QStringList arguments{u"log"_s,
                              u"--format=%x01%H %ct"_s,
                              u"--raw"_s,
                              u"-z"_s,
                              u"-m"_s,
                              u"--no-abbrev"_s,
                              u"--no-renames"_s,
                              u"--no-color"_s,
                              u"--no-notes"_s,
                              u"--no-ext-diff"_s,
                              u"--no-textconv"_s,
                              u"--no-show-signature"_s,
                              u"-O/dev/null"_s,
                              u"--no-mailmap"_s,
                              u"--ignore-submodules=all"_s};
        for (const QByteArray &name : names.mid(first, mostNames))
            arguments.append(u"--find-object="_s + QString::fromLatin1(name));
        arguments += from;
        const auto log = m_git.output(folder, arguments, input);
        if (!log) {
            if (log.error().kind != Error::Kind::Cancelled)
                m_notes.append(log.error().message);
            return;
        }
        Holder holder;
        QByteArray object;
        for (QByteArray field : log->split('\0')) {
            if (!object.isEmpty()) {
                holder.path = QFile::decodeName(field);
                if (objects.contains(object))
                    m_holders.insert(object, holder);
                object.clear();
                continue;
            }
            while (field.startsWith('\n'))
                field.remove(0, 1);
            if (field.startsWith(':')) {
                object = field.split(' ').value(3); // ":100644 100644 <before> <after> M"
            } else if (field.startsWith('\x01')) {
                const qsizetype blank = field.indexOf(' ');
                holder.commit = QString::fromLatin1(field.mid(1, blank - 1));
                holder.at = QDateTime::fromSecsSinceEpoch(field.mid(blank + 1).toLongLong(), Qt::UTC);
            }
        }
    }
}

void GitHistory::findStaged(const QString &folder, const QSet<QByteArray> &objects)
{
    if (objects.isEmpty())
        return;
    // In a bare repository there is no index, and git says so.
    const auto staged =
        m_git.output(folder, {u"ls-files"_s, u"--stage"_s, u"-z"_s, u"--full-name"_s, u":/"_s});
    for (const QByteArray &line : staged.value_or(QByteArray()).split('\0')) {
        const qsizetype tab = line.indexOf('\t');
        const QByteArray object = line.left(tab).split(' ').value(1); // "<mode> <object> <stage>\t<path>"
        if (tab > 0 && objects.contains(object))
            m_holders.insert(object, {{}, {}, QFile::decodeName(line.mid(tab + 1))});
    }
}

/// A dropped stash or an amended commit: git keeps it until it tidies up.
void GitHistory::findUnreachable(const QString &folder, const QSet<QByteArray> &objects)
{
    if (objects.isEmpty())
        return;
    const auto lost =
        m_git.output(folder, {u"fsck"_s, u"--unreachable"_s, u"--no-reflogs"_s, u"--connectivity-only"_s,
                              u"--no-progress"_s, u"--no-dangling"_s});
    QByteArray commits;
    for (const QByteArray &line : lost.value_or(QByteArray()).split('\n')) {
        if (line.startsWith("unreachable commit "))
            commits += line.mid(19) + '\n';
    }
    if (!commits.isEmpty())
        findHolders(folder, {u"--stdin"_s}, commits, objects);
}

} // namespace keydesk
