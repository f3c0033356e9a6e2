#pragma once

#include "app/interchange/AtomicFile.h"

#include <QList>

namespace keydesk {

/// A value that is to be taken out of a file.
struct CleaningPlace
{
    int line = 1;
    QString variable;    ///< empty: a bare token
    qsizetype begin = 0; ///< in EnvText::text
    qsizetype end = 0;

    bool operator==(const CleaningPlace &) const = default;
};

/// The file with these values emptied and every other byte as it was: names, quotes, comments, line ends,
/// encoding, mode, owner. Nothing has happened until the result is committed. Refuses (Conflict) a file that
/// is not any more what it was when `stamp` was taken.
Result<AtomicFile> prepareCleaning(const QString &path, const FileStamp &stamp,
                                   const QList<CleaningPlace> &places);

} // namespace keydesk
