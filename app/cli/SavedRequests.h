#pragma once

#include "app/workspace/RequestFiles.h"

namespace keydesk {
struct Core;
}

namespace keydesk::cli {

/// "file.http", "file.http#name", or the name of one in the folder of requests that is open in the window.
Result<RequestInFile> savedRequest(const Core &core, const QString &text);
/// How those of a folder of requests are named on the command line.
QStringList savedRequestNames(const QString &folder);
/// Those of that folder that name this very key: "Get agents (calls.http)".
QStringList savedRequestsNaming(const Core &core, const QUuid &keyId);

} // namespace keydesk::cli
