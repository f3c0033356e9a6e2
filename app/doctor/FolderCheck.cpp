#include "app/doctor/FolderCheck.h"

#include "app/interchange/curl/BashQuote.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QStorageInfo>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

struct FolderCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                        QFile::WriteOther | QFile::ExeOther;
constexpr qint64 megabyte = 1024LL * 1024;

Finding checkFolder(const QString &id, const QString &what, const QString &path)
{
    const QFileInfo folder(path);
    const QString name = QDir::toNativeSeparators(path);
    if (!folder.exists() && folder.isSymLink())
        return {id, State::Problem,
                FolderCheckText::tr("%1, %2, is a link to a place that is not there.").arg(what, name),
                FolderCheckText::tr("Bring that disk or folder back, or remove the link: rm %1")
                    .arg(shellWord(path))};
    if (!folder.exists())
        return {id,
                State::Note,
                FolderCheckText::tr("%1, %2, is not there yet. Keydesk makes it when it first needs it.")
                    .arg(what, name),
                {}};
    if (!folder.isDir())
        return {id, State::Problem, FolderCheckText::tr("%1, %2, is a file.").arg(what, name),
                u"mv %1 %2"_s.arg(shellWord(path), shellWord(path + u".old"_s))};
    if (folder.ownerId() != ::geteuid())
        return {id, State::Problem, FolderCheckText::tr("%1, %2, belongs to somebody else.").arg(what, name),
                u"sudo chown -R \"$(id -u):$(id -g)\" "_s + shellWord(path)};
    if (folder.permissions() & others)
        return {id, State::Problem,
                FolderCheckText::tr("%1, %2, can be looked into by others on this computer.").arg(what, name),
                u"chmod 700 "_s + shellWord(path)};
    if (folder.isReadable() && folder.isWritable() && folder.isExecutable())
        return {id, State::Ok, FolderCheckText::tr("%1 is %2.").arg(what, name), {}};
    if (QStorageInfo(path).isReadOnly())
        return {id, State::Problem,
                FolderCheckText::tr("%1, %2, is on a disk that cannot be written.").arg(what, name),
                FolderCheckText::tr(
                    "Make that disk writable, or choose another folder with --data and --config.")};
    return {id, State::Problem, FolderCheckText::tr("%1, %2, may not be changed by you.").arg(what, name),
            u"chmod 700 "_s + shellWord(path)};
}

} // namespace

Findings checkFolders(const Paths &paths)
{
    Findings findings{
        checkFolder(u"configFolder"_s, FolderCheckText::tr("The folder of the settings"), paths.config),
        checkFolder(u"dataFolder"_s, FolderCheckText::tr("The folder of the data"), paths.data)};
    // Before it is made: the disk of the folder that it will be in.
    QDir there(paths.data);
    while (!there.exists() && !there.isRoot())
        there.setPath(QFileInfo(there.absolutePath()).absolutePath());
    std::error_code problem;
    const std::filesystem::space_info room =
        std::filesystem::space(QFile::encodeName(there.absolutePath()).toStdString(), problem);
    if (!problem)
        findings << checkRoom(static_cast<qint64>(room.available));
    const QStorageInfo disk(there.absolutePath()); // of what is mounted: nothing in some containers
    if (isNetworkFileSystem(disk.fileSystemType()))
        findings.append(
            {u"disk"_s, State::Note,
             FolderCheckText::tr("The folder of the data is on a network file system (%1), whose locks may "
                                 "not hold: use it from one computer "
                                 "at a time.")
                 .arg(QString::fromLatin1(disk.fileSystemType())),
             FolderCheckText::tr("Keep the data on a disk of this computer: --data FOLDER")});
    return findings;
}

Finding checkRoom(qint64 available)
{
    const QString room = QLocale().formattedDataSize(available);
    if (available < 16 * megabyte)
        return {u"disk"_s, State::Problem,
                FolderCheckText::tr("The disk of the data is full: %1 are left.").arg(room),
                FolderCheckText::tr("Make room on it. What cannot be saved is lost.")};
    if (available < 256 * megabyte)
        return {u"disk"_s,
                State::Note,
                FolderCheckText::tr("The disk of the data is nearly full: %1 are left.").arg(room),
                {}};
    return {u"disk"_s,
            State::Ok,
            FolderCheckText::tr("There is room on the disk of the data: %1.").arg(room),
            {}};
}

bool isNetworkFileSystem(const QByteArray &type)
{
    // As mount(8) and /proc/mounts call them.
    static constexpr std::array<QByteArrayView, 14> types = {
        "nfs",  "nfs4",      "cifs",       "smb3",        "smbfs",          "afs",  "ncpfs", "9p",
        "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "davfs"};
    return std::ranges::find(types, QByteArrayView(type)) != types.end();
}

Findings checkPrivate(const QString &id, const QString &path)
{
    if (!QFileInfo(path).isFile() || !(QFile::permissions(path) & others))
        return {};
    return {{id, State::Problem,
             FolderCheckText::tr("Others on this computer may read or change %1.")
                 .arg(QDir::toNativeSeparators(path)),
             u"chmod 600 "_s + shellWord(path)}};
}

QString shellWord(const QString &path)
{
    return BashQuote().word(path);
}

} // namespace keydesk
