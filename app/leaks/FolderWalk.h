#pragma once

#include <QByteArray>
#include <QStringList>

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

struct stat;

namespace keydesk {

/// Opens the files of a folder, one after another. Follows no symbolic link (so there are no loops, whoever
/// moves things about meanwhile), opens neither devices nor pipes nor sockets, stays out of /proc and its
/// like, and of git's compressed objects. Thread-safe. Holds one open folder a level.
class FolderWalk
{
public:
    class File
    {
    public:
        File(int descriptor, QByteArray path);
        File(File &&other) noexcept;
        File &operator=(File &&other) = delete;
        ~File();

        [[nodiscard]] int descriptor() const { return m_descriptor; }
        [[nodiscard]] const QByteArray &path() const { return m_path; } ///< in the file system's encoding

    private:
        int m_descriptor;
        QByteArray m_path;
    };

    struct Summary
    {
        QStringList unreadable; ///< "path: why", the first hundred
        qint64 unreadableCount = 0;
        qint64 links = 0;
        qint64 special = 0;  ///< devices, pipes, sockets
        QStringList tooDeep; ///< folders that were left out, the first few
        QStringList
            repositories; ///< folders with a .git, or that are bare repositories; at most `mostRepositories`
        bool rootIsGone = false; ///< it could not be opened, or was removed meanwhile
        QString rootError;
    };
    static constexpr int deepest = 200;
    static constexpr int mostRepositories = 200;
    static constexpr int mostNamed = 100;

    /// Asked of each file and folder by its path before it is opened; what is not wanted is not looked into.
    using Wanted = std::function<bool(const QByteArray &path, bool isFolder)>;

    /// `leaveOut`: full paths of files that are not opened.
    explicit FolderWalk(const QString &root, QStringList leaveOut = {}, Wanted wanted = {});
    ~FolderWalk();

    /// Nothing when there are no more.
    std::optional<File> next();
    /// That a file which was opened could not be read to its end.
    void couldNotRead(const QByteArray &path, int error);
    /// To be asked when there are no more.
    [[nodiscard]] Summary summary();

private:
    struct Level;

    std::optional<File> visit(const char *name, unsigned char type);
    void enter(int descriptor, const QByteArray &path, quint64 device);
    void noteUnreadable(const QByteArray &path, int error);
    [[nodiscard]] bool isGitObjects(const char *name) const;

    std::mutex m_mutex;
    const QByteArray m_root;
    const QStringList m_leaveOut;
    const Wanted m_wanted;
    std::vector<Level> m_levels;
    Summary m_summary;
};

} // namespace keydesk
