#include "app/workspace/WorkspaceIndex.h"

#include "app/interchange/SourceFile.h"
#include "app/leaks/FolderWalk.h"

#include <QCoreApplication>
#include <QDir>
#include <QHash>

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct WorkspaceIndexText
{
    Q_DECLARE_TR_FUNCTIONS(WorkspaceIndex)
};

QString keyOf(const HttpFile &file, int request)
{
    const HttpBlock &block = file.request(request);
    for (int line = block.firstLine; line < block.headersEnd; ++line) {
        const HttpLine &at = file.lines().at(static_cast<std::size_t>(line));
        if (at.kind != HttpLine::Kind::Annotation)
            continue;
        if (const HttpAnnotation annotation = httpAnnotation(file.bytes(at)); annotation.name == "key")
            return QString::fromUtf8(annotation.value.toByteArray());
    }
    return {};
}

void describe(WorkspaceFile &file, const HttpFile &parsed)
{
    file.requests.reserve(parsed.requestCount());
    file.searchTexts.reserve(parsed.requestCount());
    for (int i = 0; i < parsed.requestCount(); ++i) {
        const auto protocol = parsed.request(i).protocol;
        const bool isSupported = protocol == HttpBlock::Protocol::Http || protocol == HttpBlock::Protocol::WebSocket;
        file.requests.append(
            {parsed.name(i), parsed.method(i), parsed.url(i).left(4096), parsed.lineNumber(i), isSupported, keyOf(parsed, i)});
        const WorkspaceRequest &request = file.requests.last();
        file.searchTexts.append(
            QString(request.name + u'\n' + request.method + u'\n' + request.url + u'\n' + file.path)
                .toCaseFolded());
    }
}

class Scan
{
public:
    Scan(const QString &root, const WorkspaceIndex &before)
        : m_root(QFile::encodeName(root))
        , m_before(before)
    {
        m_index.root = root;
    }

    WorkspaceIndex run(const std::atomic<bool> &stop)
    {
        QHash<QString, qsizetype> known;
        known.reserve(m_before.files.size());
        for (qsizetype i = 0; i < m_before.files.size(); ++i)
            known.insert(m_before.files.at(i).path, i);
        FolderWalk walk(m_index.root, {},
                        [this](const QByteArray &path, bool isFolder) { return isWanted(path, isFolder); });
        while (!stop) {
            auto file = walk.next();
            if (!file)
                break;
            if (m_index.files.size() >= WorkspaceIndex::mostFiles) {
                m_index.problems.append(
                    WorkspaceIndexText::tr("Only the first %1 files with requests are shown.")
                        .arg(WorkspaceIndex::mostFiles));
                break;
            }
            add(*file, known);
        }
        const FolderWalk::Summary summary = walk.summary();
        m_index.isGone = summary.rootIsGone;
        m_index.problems += summary.unreadable;
        for (const QString &folder : summary.tooDeep)
            m_index.problems.append(
                WorkspaceIndexText::tr("%1 is nested too deeply to be read.").arg(folder));
        if (m_isCut)
            m_index.problems.append(WorkspaceIndexText::tr("Only the first %1 folders are shown.")
                                        .arg(WorkspaceIndex::mostFolders));
        std::ranges::sort(m_index.files, {}, &WorkspaceFile::path);
        m_index.folders.sort();
        return std::move(m_index);
    }

private:
    bool isWanted(const QByteArray &path, bool isFolder)
    {
        const QByteArrayView name = QByteArrayView(path).sliced(path.lastIndexOf('/') + 1);
        if (!isFolder)
            return name.endsWith(".http") || name.endsWith(".rest") ||
                   isRequestFile(QFile::decodeName(name.toByteArray()));
        if (name.startsWith('.') || name == "node_modules")
            return false;
        if (m_index.folders.size() >= WorkspaceIndex::mostFolders) {
            m_isCut = true;
            return false;
        }
        m_index.folders.append(relative(path));
        return true;
    }

    [[nodiscard]] QString relative(const QByteArray &path) const
    {
        return QFile::decodeName(path.sliced(m_root.endsWith('/') ? m_root.size() : m_root.size() + 1));
    }

    void add(const FolderWalk::File &opened, const QHash<QString, qsizetype> &known)
    {
        WorkspaceFile file;
        file.path = relative(opened.path());
        struct stat status = {};
        ::fstat(opened.descriptor(), &status);
        file.stamp = stampOf(status);
        const qsizetype old = known.value(file.path, -1);
        if (old >= 0 && m_before.files.at(old).stamp.looksLike(file.stamp)) {
            m_index.files.append(m_before.files.at(old));
            return;
        }
        const QString path = m_index.absolute(file.path);
        const auto parsed =
            readOpenFile(opened.descriptor(), std::min<qint64>(file.stamp.size, HttpFile::limit + 1), path)
                .and_then([&path](const QByteArray &bytes) { return HttpFile::parse(bytes, path); });
        if (parsed)
            describe(file, *parsed);
        else
            file.problem = parsed.error().message;
        m_index.files.append(file);
    }

    const QByteArray m_root;
    const WorkspaceIndex &m_before;
    WorkspaceIndex m_index;
    bool m_isCut = false;
};

} // namespace

bool isRequestFile(const QString &name)
{
    return name.endsWith(".http"_L1, Qt::CaseInsensitive) || name.endsWith(".rest"_L1, Qt::CaseInsensitive);
}

const WorkspaceFile *WorkspaceIndex::find(const QString &path) const
{
    const auto found = std::ranges::lower_bound(files, path, {}, &WorkspaceFile::path);
    return found != files.end() && found->path == path ? &*found : nullptr;
}

int WorkspaceIndex::requestCount() const
{
    qsizetype count = 0;
    for (const WorkspaceFile &file : files)
        count += file.requests.size();
    return static_cast<int>(count);
}

QStringList WorkspaceIndex::requestsNaming(const QUuid &keyId) const
{
    QStringList found;
    const QString wanted = u"id:"_s + keyId.toString(QUuid::WithoutBraces);
    for (const WorkspaceFile &file : files) {
        for (const WorkspaceRequest &request : file.requests) {
            if (request.key.compare(wanted, Qt::CaseInsensitive) == 0)
                found << WorkspaceIndexText::tr("%1 (%2)", "request, file")
                             .arg(request.name.isEmpty() ? request.method + u' ' + request.url : request.name,
                                  file.path);
        }
    }
    return found;
}

QString WorkspaceIndex::relative(const QString &absolutePath) const
{
    const QString path = QDir::cleanPath(absolutePath);
    if (path == root)
        return u""_s;
    const QString start = root.endsWith(u'/') ? root : root + u'/';
    return path.startsWith(start) ? path.sliced(start.size()) : QString();
}

WorkspaceIndex scanWorkspace(const QString &root, const WorkspaceIndex &before, const std::atomic<bool> &stop)
{
    return Scan(QDir::cleanPath(QDir(root).absolutePath()), before).run(stop);
}

} // namespace keydesk
