#include "app/leaks/FolderWalk.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// File systems that show the kernel's own state: endless, changing, and full of what acts when it is read.
/// From <linux/magic.h>.
bool isKernels(int descriptor)
{
    static constexpr std::array<unsigned long, 12> kernels{
        0x9fa0 /* proc */,         0x62656572 /* sysfs */,    0x1cd1 /* devpts */,
        0x27e0eb /* cgroup */,     0x63677270 /* cgroup2 */,  0x64626720 /* debugfs */,
        0x74726163 /* tracefs */,  0x73636673 /* security */, 0xcafe4a11 /* bpf */,
        0xde5e81e4 /* efivarfs */, 0x62656570 /* configfs */, 0x6165676c /* pstore */};
    struct statfs about = {};
    if (fstatfs(descriptor, &about) != 0)
        return false;
    const auto type = static_cast<unsigned long>(about.f_type) & 0xffffffffUL;
    return std::find(kernels.begin(), kernels.end(), type) != kernels.end();
}

} // namespace

struct FolderWalk::Level
{
    Level(DIR *opened, QByteArray where, quint64 on)
        : folder(opened)
        , path(std::move(where))
        , device(on)
    {
    }
    Level(Level &&other) noexcept
        : folder(std::exchange(other.folder, nullptr))
        , path(std::move(other.path))
        , device(other.device)
    {
    }
    Level &operator=(Level &&) = delete;
    ~Level()
    {
        if (folder)
            closedir(folder);
    }

    DIR *folder;
    QByteArray path;
    quint64 device;
};

FolderWalk::File::File(int descriptor, QByteArray path)
    : m_descriptor(descriptor)
    , m_path(std::move(path))
{
}

FolderWalk::File::File(File &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_path(std::move(other.m_path))
{
}

FolderWalk::File::~File()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

FolderWalk::FolderWalk(const QString &root, QStringList leaveOut, Wanted wanted)
    : m_root(QFile::encodeName(QDir::cleanPath(root)))
    , m_leaveOut(std::move(leaveOut))
    , m_wanted(std::move(wanted))
{
    m_levels.reserve(deepest);
    // The folder itself may be a link: it was chosen.
    const int descriptor = open(m_root.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        m_summary.rootIsGone = true;
        m_summary.rootError = QString::fromLocal8Bit(strerror(errno));
        return;
    }
    struct stat about = {};
    fstat(descriptor, &about);
    enter(descriptor, m_root, about.st_dev);
}

FolderWalk::~FolderWalk() = default;

std::optional<FolderWalk::File> FolderWalk::next()
{
    const std::lock_guard lock(m_mutex);
    while (!m_levels.empty()) {
        errno = 0;
        const dirent *entry = readdir(m_levels.back().folder);
        if (!entry) {
            if (errno != 0)
                noteUnreadable(m_levels.back().path, errno);
            m_levels.pop_back();
            continue;
        }
        const std::string_view name(entry->d_name);
        if (name == "." || name == "..")
            continue;
        if (std::optional<File> file = visit(entry->d_name, entry->d_type))
            return file;
    }
    return {};
}

std::optional<FolderWalk::File> FolderWalk::visit(const char *name, unsigned char type)
{
    const Level &level = m_levels.back();
    const int parent = dirfd(level.folder);
    struct stat about = {};
    if (type == DT_UNKNOWN) {
        if (fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
            return {};
        type = IFTODT(about.st_mode);
    }
    const QByteArray path = level.path + (level.path.endsWith('/') ? "" : "/") + name;
    if (type == DT_LNK) {
        ++m_summary.links;
        return {};
    }
    if (type != DT_REG && type != DT_DIR) {
        ++m_summary.special;
        return {};
    }
    if (qstrcmp(name, ".git") == 0 && m_summary.repositories.size() < mostRepositories)
        m_summary.repositories.append(QFile::decodeName(level.path));
    if (type == DT_DIR && isGitObjects(name))
        return {};
    if (m_wanted && !m_wanted(path, type == DT_DIR))
        return {};
    if (type == DT_REG && !m_leaveOut.isEmpty() && m_leaveOut.contains(QFile::decodeName(path)))
        return {};

    // What it was when it was listed, it need not be any more: no link is followed, and no pipe waited for.
    const int kind = type == DT_DIR ? O_DIRECTORY : 0;
    const int descriptor =
        openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | kind);
    if (descriptor < 0) {
        if (errno != ENOENT && errno != ELOOP) // gone, or a link now
            noteUnreadable(path, errno);
        return {};
    }
    File file(descriptor, path);
    if (fstat(descriptor, &about) != 0 || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))) {
        ++m_summary.special;
        return {};
    }
    if (S_ISREG(about.st_mode))
        return file;
    if (m_levels.size() >= deepest) {
        if (m_summary.tooDeep.size() < 3)
            m_summary.tooDeep.append(QFile::decodeName(path));
        return {};
    }
    const int folder = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (folder < 0)
        noteUnreadable(path, errno);
    else
        enter(folder, path, about.st_dev);
    return {};
}

/// Takes the descriptor.
void FolderWalk::enter(int descriptor, const QByteArray &path, quint64 device)
{
    const bool isOther = m_levels.empty() || m_levels.back().device != device;
    if (isOther && isKernels(descriptor)) {
        ++m_summary.special;
        close(descriptor);
        return;
    }
    DIR *folder = fdopendir(descriptor);
    if (!folder) {
        noteUnreadable(path, errno);
        close(descriptor);
        return;
    }
    const bool isBare = faccessat(descriptor, "HEAD", F_OK, 0) == 0 &&
                        faccessat(descriptor, "refs", F_OK, 0) == 0 &&
                        faccessat(descriptor, "objects", F_OK, 0) == 0;
    // A .git folder's repository is known by the folder around it, a submodule's by the work tree that names
    // it.
    if (isBare && !path.contains("/.git") && m_summary.repositories.size() < mostRepositories)
        m_summary.repositories.append(QFile::decodeName(path));
    m_levels.emplace_back(folder, path, device);
}

bool FolderWalk::isGitObjects(const char *name) const
{
    if (qstrcmp(name, "objects") != 0)
        return false;
    const int parent = dirfd(m_levels.back().folder);
    return faccessat(parent, "HEAD", F_OK, 0) == 0 && faccessat(parent, "refs", F_OK, 0) == 0;
}

void FolderWalk::noteUnreadable(const QByteArray &path, int error)
{
    ++m_summary.unreadableCount;
    if (m_summary.unreadable.size() < mostNamed)
        m_summary.unreadable.append(QFile::decodeName(path) + u": "_s +
                                    QString::fromLocal8Bit(strerror(error)));
}

void FolderWalk::couldNotRead(const QByteArray &path, int error)
{
    const std::lock_guard lock(m_mutex);
    noteUnreadable(path, error);
}

FolderWalk::Summary FolderWalk::summary()
{
    const std::lock_guard lock(m_mutex);
    struct stat about = {};
    if (!m_summary.rootIsGone && stat(m_root.constData(), &about) != 0) {
        m_summary.rootIsGone = true;
        m_summary.rootError = QString::fromLocal8Bit(strerror(errno));
    }
    return m_summary;
}

} // namespace keydesk
