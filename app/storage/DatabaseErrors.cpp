#include "app/storage/Database.h"

#include <QCoreApplication>
#include <QSqlError>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct DatabaseErrorsText
{
    Q_DECLARE_TR_FUNCTIONS(Database)
};

} // namespace

// The codes are those of https://www.sqlite.org/rescode.html; Qt gives the extended ones.
Error Database::errorOf(const QSqlError &error)
{
    constexpr int shmSize = 4874; // SQLITE_IOERR_SHMSIZE: no room for the -shm file
    constexpr int foreignKey = 787;
    constexpr int primaryKey = 1555;
    constexpr int unique = 2067;

    using Kind = Error::Kind;
    const int code = error.nativeErrorCode().toInt();
    const auto make = [&error, code](Kind kind, const char *words) {
        return Error{kind, DatabaseErrorsText::tr(words),
                     u"SQLite %1: %2"_s.arg(code).arg(error.databaseText())};
    };
    switch (code) {
    case shmSize:
        return make(Kind::DiskFull,
                    "The disk is full, so nothing could be saved. Make room on it, then try again.");
    case foreignKey:
        return make(Kind::NotFound, "It could not be saved: something that it refers to is no longer there.");
    case primaryKey:
    case unique:
        return make(Kind::Duplicate, "It could not be saved: the same is there already.");
    default:
        break;
    }
    switch (code & 0xff) {
    case 13: // FULL
        return make(Kind::DiskFull,
                    "The disk is full, so nothing could be saved. Make room on it, then try again.");
    case 5: // BUSY
    case 6: // LOCKED
        return make(Kind::StorageLocked, "Another program is using Keydesk's database. Close the other "
                                         "Keydesk window or that program, then "
                                         "try again.");
    case 3: // PERM
    case 8: // READONLY
        return make(
            Kind::StorageReadOnly,
            "Keydesk's database may not be changed. Make the file and its folder writable for you, then try "
            "again.");
    case 11: // CORRUPT
    case 26: // NOTADB
        return make(Kind::StorageCorrupt,
                    "Keydesk's database is damaged. Restart Keydesk: it keeps the damaged file "
                    "and begins a new one.");
    case 10: // IOERR
        return make(Kind::StorageFailed,
                    "The disk reported an error, so nothing could be saved. Check the disk, then "
                    "try again.");
    case 14: // CANTOPEN
        return make(Kind::StorageFailed,
                    "Keydesk's database cannot be opened. Check that its folder is there and is "
                    "yours, then try again.");
    default:
        return make(Kind::StorageFailed,
                    "Keydesk's database refused to work. Restart Keydesk; if it happens again, "
                    "report it with the detail.");
    }
}

} // namespace keydesk
