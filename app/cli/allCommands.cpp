#include "app/cli/allCommands.h"

#include "app/cli/commands/Call.h"
#include "app/cli/commands/EnvList.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

std::vector<std::unique_ptr<Command>> allCommands()
{
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<Call>());
    commands.push_back(std::make_unique<EnvList>());
    return commands;
}

QString groupSummary(const QString &word)
{
    if (word == "env"_L1)
        return QCoreApplication::translate("allCommands", "Environments: the places to call.");
    return {};
}

} // namespace keydesk::cli
