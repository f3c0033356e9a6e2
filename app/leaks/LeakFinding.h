#pragma once

#include "app/leaks/LeakEncoding.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QUuid>

namespace keydesk {

/// A place where a token stands. Never holds the token.
struct LeakFinding
{
    enum class Source {
        File,
        Commit,     ///< a file or a message in a git repository's history
        OwnHistory, ///< a call in Keydesk's history
        OwnData,    ///< anything else that Keydesk has written
    };

    Source source = Source::File;
    QString place; ///< a file's full path, its path in the repository, or words: "Call 12, response body"
    QString repository; ///< for Commit: its folder
    qint64 line = 0;    ///< from 1; 0: it has none
    qint64 column = 0;  ///< from 1, in bytes
    QString commit;     ///< the earliest one that is known to hold it; empty if none does
    QDateTime committedAt;
    QUuid key;        ///< of an own token; null if it was found by its pattern only
    QString provider; ///< by pattern only
    QString kind;     ///< by pattern only
    QString hint;     ///< by pattern only: "talq_••••3f9a"
    LeakEncoding encoding;

    bool operator==(const LeakFinding &) const = default;
};

/// How far a search is.
struct LeakProgress
{
    enum class Phase { Keys, Folder, GitHistory, OwnData };

    Phase phase = Phase::Keys;
    int keys = 0; ///< read
    int keysTotal = 0;
    qint64 files = 0;
    qint64 bytes = 0;
    qint64 objects = 0; ///< of git histories
    qint64 objectsTotal = 0;
    qint64 rows = 0; ///< of Keydesk's database
    qint64 findings = 0;
};

/// What a search did, beside its findings.
struct LeakReport
{
    LeakProgress searched;
    int keysSearched = 0;
    QList<QUuid> keysNotSearched; ///< their tokens could not be read
    bool storeIsLocked = false;   ///< unlocking would let some of them be searched
    QStringList notes;            ///< sentences: what was left out, and why
    QStringList unreadable;       ///< files and folders, the first hundred
    qint64 unreadableCount = 0;
    qint64 leftOut = 0; ///< findings beyond the limit
    bool cancelled = false;
};

} // namespace keydesk
