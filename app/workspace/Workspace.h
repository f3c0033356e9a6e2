#pragma once

#include "app/base/Background.h"
#include "app/workspace/RequestFiles.h"
#include "app/workspace/WorkspaceIndex.h"

#include <QFileSystemWatcher>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <QUuid>

#include <atomic>
#include <memory>

namespace keydesk {

class StoredTokens;

/// The folder with the user's requests: what is in it, and what other programs do to it. UI thread; the
/// reading is done on another.
class Workspace : public QObject
{
    Q_OBJECT

public:
    template <typename T>
    using Done = std::function<void(const Result<T> &)>;

    /// Both outlive this.
    Workspace(const Redactor &redactor, StoredTokens &tokens, QObject *parent = nullptr);
    ~Workspace() override;

    /// Reads the folder; `indexChanged` follows, or `failed`. Nothing is read before somebody opens one.
    void open(const QString &folder);
    void close();
    [[nodiscard]] bool isOpen() const { return !m_folder.isEmpty(); }
    [[nodiscard]] bool isReading() const { return m_isReading; }
    [[nodiscard]] const QString &folder() const { return m_folder; } ///< absolute; empty: none is open
    /// As last read; never null. Keep it for as long as needed: it does not change.
    [[nodiscard]] std::shared_ptr<const WorkspaceIndex> index() const { return m_index; }

    /// The requests that name this very key, as people call them: "List agents (agents.http)".
    [[nodiscard]] QStringList requestsNaming(const QUuid &keyId) const;

    /// Changes of files and folders: quick, on this thread. Call `refresh` after one, or wait for the watcher
    /// to see it.
    [[nodiscard]] const RequestFiles &files() const { return m_files; }

    /// On another thread; `done` comes on this one, never inside the call and not after `guard` died.
    void load(const QString &file, int request, QObject *guard, Done<RequestInFile> done);
    /// `RequestFiles::save`, after the tokens in the request have become known to the redactor.
    void save(const RequestPlace &place, const RequestSpec &spec, QObject *guard, Done<FileChange> done);
    void overwrite(const RequestPlace &place, const RequestSpec &spec, QObject *guard, Done<FileChange> done);
    void add(const QString &file, int before, const RequestSpec &spec, QObject *guard, Done<FileChange> done);

    /// The files of open tabs: a change in place is noticed in them, too. In others it is when the folder
    /// says so, or at `refresh`.
    void watch(const QStringList &files);
    /// Reads what has changed since: call it when the window becomes active.
    void refresh();

    static constexpr int mostWatches = 1'000; ///< folders and files; more are read again at `refresh` only

Q_SIGNALS:
    void indexChanged();
    void failed(const keydesk::Error &error);
    /// Of those given to `watch`, by another program or by ours: ask `RequestFiles::find` about the requests
    /// in them.
    void filesChanged(const QStringList &files);
    void readingChanged();

private:
    void scan();
    void take(const std::shared_ptr<const WorkspaceIndex> &index);
    void watchFolders();
    void learn(const RequestSpec &spec);
    template <typename T>
    void run(QObject *guard, std::function<Result<T>()> work, Done<T> done);

    StoredTokens &m_tokens;
    const RequestFiles m_files;
    QString m_folder;
    std::shared_ptr<const WorkspaceIndex> m_index;
    QFileSystemWatcher m_watcher;
    QStringList m_watched;            // the files of `watch`
    QHash<QString, FileStamp> m_seen; // as they were
    QSet<QString> m_touched;          // since the last reading began, says the watcher
    QTimer m_settling;
    std::atomic<bool> m_stop = false;
    bool m_isReading = false;
    bool m_isStale = false;  // something changed while it was read
    Background m_background; // last: its work refers to the others
};

} // namespace keydesk
