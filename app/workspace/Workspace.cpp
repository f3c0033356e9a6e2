#include "app/workspace/Workspace.h"

#include "app/base/Guarded.h"
#include "app/interchange/FileErrors.h"
#include "app/keys/StoredTokens.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>
#include <cerrno>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

// A pull changes many files at once.
constexpr int settleMilliseconds = 150;

/// Without reading it: what it holds is looked at when somebody asks whether a request has changed.
FileStamp currentStamp(const QString &path)
{
    return stampOf(path).value_or(FileStamp());
}

} // namespace

Workspace::Workspace(const Redactor &redactor, StoredTokens &tokens, QObject *parent)
    : QObject(parent)
    , m_tokens(tokens)
    , m_files(redactor)
    , m_index(std::make_shared<WorkspaceIndex>())
{
    m_settling.setSingleShot(true);
    m_settling.setInterval(settleMilliseconds);
    connect(&m_settling, &QTimer::timeout, this, &Workspace::refresh);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] { m_settling.start(); });
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, [this](const QString &file) {
        m_touched.insert(file);
        m_settling.start();
    });
}

Workspace::~Workspace()
{
    m_stop = true;
}

void Workspace::open(const QString &folder)
{
    close();
    const QFileInfo about(folder);
    if (!about.isDir()) {
        later(this, [this, folder, isThere = about.exists()] {
            Q_EMIT failed(fileError(isThere ? ENOTDIR : ENOENT, folder));
        });
        return;
    }
    m_folder = QDir::cleanPath(about.absoluteFilePath());
    refresh();
}

void Workspace::close()
{
    if (!isOpen())
        return;
    m_folder.clear();
    watch({});
    if (const QStringList folders = m_watcher.directories(); !folders.isEmpty())
        m_watcher.removePaths(folders);
    m_index = std::make_shared<WorkspaceIndex>();
    m_stop = true; // what is being read is of no use
    Q_EMIT indexChanged();
}

QStringList Workspace::requestsNaming(const QUuid &keyId) const
{
    return m_index->requestsNaming(keyId);
}

void Workspace::refresh()
{
    if (!isOpen())
        return;
    if (m_isReading) {
        m_isStale = true;
        return;
    }
    scan();
}

void Workspace::scan()
{
    m_isReading = true;
    m_isStale = false;
    m_stop = false;
    Q_EMIT readingChanged();
    struct Found
    {
        std::shared_ptr<const WorkspaceIndex> index;
        QHash<QString, FileStamp> stamps;
    };
    const auto work = [this, folder = m_folder, before = m_index, watched = m_watched] {
        Found found{std::make_shared<const WorkspaceIndex>(scanWorkspace(folder, *before, m_stop)), {}};
        for (const QString &path : watched)
            found.stamps.insert(path, currentStamp(path));
        return found;
    };
    const auto touched = std::exchange(m_touched, {});
    m_background.run(this, work, [this, touched, folder = m_folder](const Found &found) {
        m_isReading = false;
        Q_EMIT readingChanged();
        if (folder != m_folder || m_stop) {
            if (isOpen())
                scan(); // closed, or another one opened meanwhile
            return;
        }
        QStringList changed;
        for (auto each = found.stamps.begin(); each != found.stamps.end(); ++each) {
            const bool isOther =
                touched.contains(each.key()) ||
                (m_seen.contains(each.key()) && !m_seen.value(each.key()).looksLike(each.value()));
            if (m_watched.contains(each.key()) && isOther)
                changed.append(each.key());
            m_seen.insert(each.key(), each.value());
        }
        take(found.index);
        changed.sort();
        if (!changed.isEmpty())
            Q_EMIT filesChanged(changed);
        if (m_isStale)
            scan();
    });
}

void Workspace::take(const std::shared_ptr<const WorkspaceIndex> &index)
{
    const bool isSame = index->root == m_index->root && index->files == m_index->files &&
                        index->folders == m_index->folders && index->problems == m_index->problems &&
                        index->isGone == m_index->isGone;
    const bool wasGone = m_index->isGone;
    m_index = index;
    watchFolders();
    if (index->isGone && !wasGone)
        Q_EMIT failed(fileError(ENOENT, m_folder));
    if (!isSame)
        Q_EMIT indexChanged();
}

/// The folders nearest to the root first; a file that was replaced has to be watched anew.
void Workspace::watchFolders()
{
    QStringList wanted{m_folder};
    QStringList folders = m_index->folders;
    std::ranges::stable_sort(folders, {}, [](const QString &path) { return path.count(u'/'); });
    for (const QString &folder : std::as_const(folders))
        wanted.append(m_index->absolute(folder));
    wanted = wanted.first(std::min<qsizetype>(
        wanted.size(), mostWatches - std::min<qsizetype>(m_watched.size(), mostWatches / 2)));
    const QStringList known = m_watcher.directories();
    const QSet<QString> now(wanted.begin(), wanted.end());
    const QSet<QString> before(known.begin(), known.end());
    const QStringList gone = (before - now).values();
    const QStringList fresh = (now - before).values();
    if (!gone.isEmpty())
        m_watcher.removePaths(gone);
    if (!fresh.isEmpty())
        m_watcher.addPaths(fresh);
    const QStringList files = m_watcher.files();
    for (const QString &file : std::as_const(m_watched)) {
        if (!files.contains(file) && QFileInfo::exists(file))
            m_watcher.addPath(file);
    }
}

void Workspace::watch(const QStringList &files)
{
    const QStringList wanted = files.first(std::min<qsizetype>(files.size(), mostWatches / 2));
    const QStringList known = m_watcher.files();
    QStringList gone;
    for (const QString &file : known) {
        if (!wanted.contains(file))
            gone.append(file);
    }
    if (!gone.isEmpty())
        m_watcher.removePaths(gone);
    m_watched = wanted;
    m_seen.removeIf(
        [&wanted](const QHash<QString, FileStamp>::iterator &each) { return !wanted.contains(each.key()); });
    for (const QString &file : wanted) {
        if (!known.contains(file) && QFileInfo::exists(file))
            m_watcher.addPath(file);
        if (!m_seen.contains(file))
            m_seen.insert(file, currentStamp(file));
    }
}

template <typename T>
void Workspace::run(QObject *guard, std::function<Result<T>()> work, Done<T> done)
{
    m_background.run(guard, std::move(work), std::move(done));
}

void Workspace::load(const QString &file, int request, QObject *guard, Done<RequestInFile> done)
{
    run<RequestInFile>(
        guard, [this, file, request] { return m_files.open(file, request); }, std::move(done));
}

void Workspace::learn(const RequestSpec &spec)
{
    m_tokens.learn(QJsonDocument(spec.toJson()).toJson(QJsonDocument::Compact));
}

void Workspace::save(const RequestPlace &place, const RequestSpec &spec, QObject *guard,
                     Done<FileChange> done)
{
    learn(spec);
    run<FileChange>(
        guard, [this, place, spec] { return m_files.save(place, spec); }, std::move(done));
}

void Workspace::overwrite(const RequestPlace &place, const RequestSpec &spec, QObject *guard,
                          Done<FileChange> done)
{
    learn(spec);
    run<FileChange>(
        guard, [this, place, spec] { return m_files.overwrite(place, spec); }, std::move(done));
}

void Workspace::add(const QString &file, int before, const RequestSpec &spec, QObject *guard,
                    Done<FileChange> done)
{
    learn(spec);
    run<FileChange>(
        guard, [this, file, before, spec] { return m_files.add(file, before, spec); }, std::move(done));
}

} // namespace keydesk
