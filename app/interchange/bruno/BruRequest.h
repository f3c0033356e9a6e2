#pragma once

#include "app/interchange/bruno/BruFile.h"
#include "app/interchange/tools/ToolCollection.h"

namespace keydesk {

/// What a .bru file is by its blocks.
enum class BruContent { HttpRequest, OtherRequest, Folder, Environment };
BruContent contentOf(const BruFile &file);

/// Puts what the file holds into the request. `name` is used if it has none of its own. Bodies that are not sent, scripts and the like are
/// told of.
ToolRequest requestOf(const BruFile &file, const QString &name);
/// A folder.bru or collection.bru.
ToolFolder folderOf(const BruFile &file, const QString &name);

/// Of an environment: its variables, and the secret ones, whose values the file does not hold, disabled.
QList<NameValue> environmentOf(const BruFile &file);
QStringList secretsOf(const BruFile &file);

/// For the order that people put things into; 0 if the file does not say.
double placeInOrder(const BruFile &file);

} // namespace keydesk
