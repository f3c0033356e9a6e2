#include "app/doctor/DatabaseCheck.h"

#include "app/doctor/FolderCheck.h"
#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyRows.h"
#include "app/storage/Database.h"
#include "app/storage/DatabaseFile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using State = Finding::State;

struct DatabaseCheckText
{
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

constexpr qint64 largeJournal = 64LL * 1024 * 1024;

const QString checkId = u"database"_s;

QString openTheWindow()
{
    return DatabaseCheckText::tr(
        "Open Keydesk's window: it keeps the damaged file beside a new one, saves what it can of "
        "the old one, and says so.");
}

QString fixOf(const Error &error, const QString &path)
{
    switch (error.kind) {
    case Error::Kind::StorageCorrupt:
        return openTheWindow();
    case Error::Kind::StorageNewer:
        // The journal belongs to it.
        return DatabaseCheckText::tr("Use the later version of Keydesk, or close every Keydesk and begin a "
                                     "new database: mkdir %1 && mv %2* %1")
            .arg(shellWord(QFileInfo(path).path() + u"/later"_s), shellWord(path));
    case Error::Kind::StorageLocked:
        return DatabaseCheckText::tr("Close the program that uses it, then run this again.");
    default:
        return u"chmod 600 "_s + shellWord(path);
    }
}

Finding problem(const Error &error, const QString &path)
{
    return {checkId, State::Problem, error.message, fixOf(error, path)};
}

/// What stands beside the file.
Findings checkJournal(const QString &path)
{
    Findings findings;
    const QFileInfo journal(path + u"-wal"_s);
    if (journal.size() > 0 && !QFileInfo::exists(path + u"-shm"_s))
        findings.append(
            {u"journal"_s,
             State::Note,
             DatabaseCheckText::tr("%1 holds what was saved last and is not in the database yet: it was left "
                                   "behind. It was not looked at; the "
                                   "next start of Keydesk takes it up. Do not delete it.")
                 .arg(QDir::toNativeSeparators(journal.filePath())),
             {}});
    else if (journal.size() > largeJournal)
        findings.append(
            {u"journal"_s,
             State::Note,
             DatabaseCheckText::tr("%1 has grown to %2. It shrinks when every Keydesk has been closed.")
                 .arg(QDir::toNativeSeparators(journal.filePath()),
                      QLocale().formattedDataSize(journal.size())),
             {}});
    if (isDamageNoted(path))
        findings.append(
            {u"journal"_s, State::Problem,
             DatabaseCheckText::tr("SQLite has met damage in the database since Keydesk was started last."),
             openTheWindow()});
    for (const QString &suffix : {u""_s, u"-wal"_s, u"-shm"_s})
        findings += checkPrivate(checkId, path + suffix);
    return findings;
}

Result<StoredRows> readRows(Database &database)
{
    const Result<KeyRows> keys = readKeyRows(database);
    if (!keys)
        return tl::unexpected(keys.error());
    const Result<QList<Environment>> environments = EnvironmentStore::read(database);
    if (!environments)
        return tl::unexpected(environments.error());
    return StoredRows{keys->keys, keys->pending, KeyStore(database).leftovers(), *environments};
}

Result<DatabaseCheck> checkContents(Database &database)
{
    const auto latest = static_cast<int>(migrations().size());
    const Result<int> version = database.version();
    if (!version)
        return tl::unexpected(version.error());
    if (*version > latest)
        return failure(Error::Kind::StorageNewer,
                       DatabaseCheckText::tr(
                           "The database was written by a later version of Keydesk (%1; this one knows %2).")
                           .arg(*version)
                           .arg(latest));
    if (const Result<void> whole = database.checkWhole(); !whole)
        return tl::unexpected(whole.error());
    if (*version < latest)
        return DatabaseCheck{
            {{checkId,
              State::Note,
              DatabaseCheckText::tr(
                  "The database is whole, but of an earlier version (%1; this one is %2). The next "
                  "start of Keydesk "
                  "brings it up to date and keeps the old one beside it; its keys were not looked at.")
                  .arg(*version)
                  .arg(latest),
              {}}},
            {}};
    return readRows(database).map([](const StoredRows &rows) {
        const QString counts =
            DatabaseCheckText::tr("%n key(s)", nullptr, static_cast<int>(rows.keys.size())) + u", "_s +
            DatabaseCheckText::tr("%n environment(s)", nullptr, static_cast<int>(rows.environments.size()));
        return DatabaseCheck{
            {{checkId, State::Ok, DatabaseCheckText::tr("The database is whole: %1.").arg(counts), {}}},
            rows};
    });
}

} // namespace

DatabaseCheck checkDatabase(const QString &path)
{
    const QFileInfo file(path);
    const QString name = QDir::toNativeSeparators(path);
    const QFileInfo folder(file.absolutePath());
    if (folder.exists() && !(folder.isReadable() && folder.isExecutable()))
        return {{{checkId, State::Problem,
                  DatabaseCheckText::tr(
                      "Whether there is a database cannot be told: its folder may not be read by you."),
                  u"chmod 700 "_s + shellWord(folder.filePath())}},
                {}};
    if ((file.exists() || file.isSymLink()) && !file.isFile())
        return {{{checkId, State::Problem, DatabaseCheckText::tr("%1 is not a file.").arg(name),
                  u"mv %1 %2"_s.arg(shellWord(path), shellWord(path + u".old"_s))}},
                {}};
    if (file.size() == 0 && QFileInfo(path + u"-wal"_s).size() > 0)
        return {
            {{checkId, State::Problem,
              DatabaseCheckText::tr("%1 is gone or was emptied, but not the journal beside it.").arg(name),
              openTheWindow()}},
            {}};
    if (file.size() == 0)
        return {{{checkId,
                  State::Note,
                  DatabaseCheckText::tr("There is no database yet: no key and no environment has been made."),
                  {}}},
                StoredRows()};

    DatabaseCheck check{checkJournal(path), {}};
    if (!file.isReadable() || !file.isWritable())
        check.findings.append({checkId, State::Problem,
                               DatabaseCheckText::tr("%1 may not be changed by you.").arg(name),
                               u"chmod 600 "_s + shellWord(path)});
    Result<std::unique_ptr<Database>> database = Database::openReadOnly(path);
    const Result<DatabaseCheck> contents =
        database ? checkContents(**database) : Result<DatabaseCheck>(tl::unexpected(database.error()));
    if (!contents) {
        check.findings.append(problem(contents.error(), path));
        return check;
    }
    check.findings += contents->findings;
    check.rows = contents->rows;
    return check;
}

} // namespace keydesk
