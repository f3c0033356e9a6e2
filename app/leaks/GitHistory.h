#pragma once

#include "app/base/Error.h"
#include "app/leaks/GitTool.h"
#include "app/leaks/LeakFinding.h"

#include <QHash>
#include <QSet>

#include <functional>

namespace keydesk {

class LeakMatcher;

/// Searches everything that a repository's object store holds, each object once: files of every commit, stash
/// and branch, packed or not, messages of commits and tags, and what no branch reaches any more. Then finds
/// out which commit brought what was found. Blocks; for a worker's thread.
class GitHistory
{
public:
    /// Of objects, since the last call.
    using Progress = std::function<void(qint64 objects, qint64 expected)>;

    GitHistory(const LeakMatcher &matcher, const std::atomic<bool> &cancelled, Progress progress);

    /// `folder`: anywhere in a repository's work tree, or a bare repository. Not in one is Error::NotFound. A
    /// repository that was searched already (another of its work trees) gives nothing.
    Result<QList<LeakFinding>> search(const QString &folder);
    /// What could not be found out, in sentences.
    [[nodiscard]] const QStringList &notes() const { return m_notes; }

private:
    /// A commit that holds an object, and the name it has there.
    struct Holder
    {
        QString commit;
        QDateTime at;
        QString path;
    };
    class Objects;

    void expect(const QString &folder);
    void findHolders(const QString &folder, const QStringList &from, const QByteArray &input,
                     const QSet<QByteArray> &objects);
    void findStaged(const QString &folder, const QSet<QByteArray> &objects);
    void findUnreachable(const QString &folder, const QSet<QByteArray> &objects);
    void place(LeakFinding &finding, const QByteArray &object) const;
    [[nodiscard]] QSet<QByteArray> withoutHolder(const QSet<QByteArray> &objects) const;

    const LeakMatcher &m_matcher;
    const GitTool m_git;
    Progress m_progress;
    QSet<QByteArray> m_searched; // object stores
    QHash<QByteArray, Holder> m_holders;
    QStringList m_notes;
};

} // namespace keydesk
