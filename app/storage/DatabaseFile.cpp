#include "app/storage/DatabaseFile.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <filesystem>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
constexpr QLatin1StringView companions[] = {"-wal"_L1, "-shm"_L1};

struct DatabaseFileText
{
    Q_DECLARE_TR_FUNCTIONS(Database)
};

Error errorOfFile(const QFile &file, int code)
{
    const QString path = QDir::toNativeSeparators(file.fileName());
    if (code == ENOSPC || code == EDQUOT)
        return {
            Error::Kind::DiskFull,
            DatabaseFileText::tr("The disk is full, so %1 cannot be made. Make room on it, then try again.")
                .arg(path),
            file.errorString()};
    if (code == EROFS || code == EACCES || code == EPERM || file.error() == QFile::PermissionsError)
        return {Error::Kind::StorageReadOnly,
                DatabaseFileText::tr("%1 cannot be made. Make its folder writable for you, then try again.")
                    .arg(path),
                file.errorString()};
    return {Error::Kind::StorageFailed,
            DatabaseFileText::tr(
                "%1 cannot be made. Check that its folder is there and is yours, then try again.")
                .arg(path),
            file.errorString()};
}

QString heldJournal(const QString &path)
{
    return path + u"-wal.held"_s;
}

QString damageNote(const QString &path)
{
    return path + u".damaged"_s;
}

bool exists(const QString &path)
{
    const QFileInfo info(path);
    return info.exists() || info.isSymLink();
}

} // namespace

Result<void> prepareDatabaseFile(const QString &path)
{
    const QFileInfo file(path);
    const QString name = QDir::toNativeSeparators(path);
    if (exists(path) && !file.isFile())
        return failure(Error::Kind::StorageCorrupt, DatabaseFileText::tr("%1 is not a file.").arg(name));
    // SQLite would delete a -wal whose database is empty, and with it what had been saved.
    if (file.size() == 0 && QFileInfo(path + companions[0]).size() > 0)
        return failure(Error::Kind::StorageCorrupt, DatabaseFileText::tr("%1 was emptied.").arg(name));
    if (!file.exists()) {
        // No other connection can have it yet: closing a file drops this process's SQLite locks on it.
        QFile made(path);
        errno = 0;
        if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
            return tl::unexpected(errorOfFile(made, errno));
        return {};
    }
    const QFileInfo folder(file.absolutePath());
    for (const QFileInfo &each : {file, folder}) {
        if (!each.isWritable() || !each.isReadable())
            return failure(Error::Kind::StorageReadOnly,
                           DatabaseFileText::tr(
                               "Keydesk may not change %1, and left everything as it was. Make it writable "
                               "for you, then start "
                               "Keydesk again.")
                               .arg(QDir::toNativeSeparators(each.filePath())));
    }
    restrictDatabaseFiles(path);
    return {};
}

void restrictDatabaseFiles(const QString &path)
{
    for (const QString &name : {path, path + companions[0], path + companions[1]}) {
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                                QFile::WriteOther | QFile::ExeOther;
        if (QFile::permissions(name) & others)
            QFile::setPermissions(name, ownerOnly);
    }
}

void holdJournal(const QString &path)
{
    letJournalGo(path);
    const QString journal = path + companions[0];
    std::error_code ignored;
    if (QFileInfo(journal).size() > 0)
        std::filesystem::create_hard_link(journal.toStdU16String(), heldJournal(path).toStdU16String(),
                                          ignored);
}

void letJournalGo(const QString &path)
{
    QFile::remove(heldJournal(path));
}

void putJournalBack(const QString &path)
{
    if (exists(heldJournal(path)) && !exists(path + companions[0]))
        QFile::rename(heldJournal(path), path + companions[0]);
    letJournalGo(path);
}

Result<QString> setDatabaseAside(const QString &path)
{
    const QString wanted =
        path + u".corrupt-"_s + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s);
    QString target = wanted;
    for (int copy = 2; exists(target) || exists(target + companions[0]); ++copy)
        target = wanted + u"-%1"_s.arg(copy);
    putJournalBack(path);
    // The database last: if this stops half way, what is left in place is still recognised as damaged.
    for (const QString &suffix : {QString(companions[0]), QString(companions[1]), QString()}) {
        if (exists(path + suffix) && !QFile::rename(path + suffix, target + suffix))
            return failure(
                Error::Kind::StorageCorrupt,
                DatabaseFileText::tr(
                    "%1 is damaged and cannot be renamed. Move it away by hand, then start Keydesk again.")
                    .arg(QDir::toNativeSeparators(path + suffix)));
    }
    return target;
}

void noteDamage(const QString &path)
{
    std::ignore = makeEmptyFile(damageNote(path));
}

bool isDamageNoted(const QString &path)
{
    return exists(damageNote(path));
}

void forgetDamage(const QString &path)
{
    QFile::remove(damageNote(path));
}

Result<void> makeEmptyFile(const QString &path)
{
    QFile::remove(path);
    QFile file(path);
    errno = 0;
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        return tl::unexpected(errorOfFile(file, errno));
    return {};
}

Result<void> replaceFile(const QString &from, const QString &to)
{
    // QFile::rename does not overwrite.
    std::error_code code;
    std::filesystem::rename(from.toStdU16String(), to.toStdU16String(), code);
    if (code)
        return failure(
            Error::Kind::StorageFailed,
            DatabaseFileText::tr(
                "%1 cannot be made. Check that its folder is yours and its disk has room, then try again.")
                .arg(QDir::toNativeSeparators(to)),
            QString::fromStdString(code.message()));
    return {};
}

} // namespace keydesk
