#pragma once

#include "app/interchange/EnvText.h"
#include "app/interchange/SourceFile.h"

#include <optional>

namespace keydesk {

/// What writing one variable into an .env file would do, to be told before it is done.
struct EnvFilePlan
{
    QString path;     ///< where the bytes go, links resolved
    QString linkPath; ///< what was named, if a link leads from there to `path`; else empty
    QString variable;
    std::optional<SourceFile> file; ///< as it is now; nothing: it is made
    std::optional<EnvText> text;    ///< of the file
    int replacedLine = 0;           ///< where the variable stands already; 0: it is added at the end
    bool isOpenToOthers = false;    ///< others may read or write the file now; it becomes 0600
    bool isFolderOpen = false;      ///< others may put files into its folder
};

/// Looks only. Refused are: a path that is not absolute, a folder that does not exist or cannot be written
/// to, a file that is not text, not an ordinary file, read-only or another user's, a link to nothing.
Result<EnvFilePlan> planEnvFile(const QString &path, const QString &variable);

/// Writes the variable, whole or not at all, with mode 0600; every other byte stays as it is. Refuses
/// (Conflict) if the file is not any more what the plan saw. Who calls it has made sure that git does not
/// track the file (GitCheck).
Result<void> writeEnvFile(const EnvFilePlan &plan, const Secret &token);

} // namespace keydesk
