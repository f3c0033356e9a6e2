#pragma once

#include "app/cli/Command.h"

#include <memory>
#include <vector>

namespace keydesk::cli {

/// Every command, in the order in which help tells of them.
std::vector<std::unique_ptr<Command>> allCommands();
/// What the words have in common that two or more commands begin with: "env".
QString groupSummary(const QString &word);

} // namespace keydesk::cli
