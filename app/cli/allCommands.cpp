#include "app/cli/allCommands.h"

#include "app/cli/commands/Call.h"
#include "app/cli/commands/Complete.h"
#include "app/cli/commands/CompletionScript.h"
#include "app/cli/commands/Convert.h"
#include "app/cli/commands/DoctorCommand.h"
#include "app/cli/commands/EnvList.h"
#include "app/cli/commands/Explain.h"
#include "app/cli/commands/Exec.h"
#include "app/cli/commands/KeysAdd.h"
#include "app/cli/commands/KeysCheck.h"
#include "app/cli/commands/KeysList.h"
#include "app/cli/commands/KeysRevoke.h"
#include "app/cli/commands/KeysRotate.h"
#include "app/cli/commands/Run.h"
#include "app/cli/commands/SandboxCommand.h"
#include "app/cli/commands/Snippet.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

std::vector<std::unique_ptr<Command>> allCommands()
{
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<Call>());
    commands.push_back(std::make_unique<Exec>());
    commands.push_back(std::make_unique<EnvList>());
    commands.push_back(std::make_unique<KeysList>());
    commands.push_back(std::make_unique<KeysAdd>());
    commands.push_back(std::make_unique<KeysCheck>());
    commands.push_back(std::make_unique<KeysRotate>());
    commands.push_back(std::make_unique<KeysRevoke>());
    commands.push_back(std::make_unique<Run>());
    commands.push_back(std::make_unique<Snippet>());
    commands.push_back(std::make_unique<Convert>());
    commands.push_back(std::make_unique<Explain>());
    commands.push_back(std::make_unique<CompletionScript>());
    commands.push_back(std::make_unique<Complete>());
    commands.push_back(std::make_unique<SandboxCommand>());
    commands.push_back(std::make_unique<DoctorCommand>());
    return commands;
}

QString groupSummary(const QString &word)
{
    if (word == "env"_L1)
        return QCoreApplication::translate("allCommands", "Environments: the places to call.");
    if (word == "keys"_L1)
        return QCoreApplication::translate("allCommands", "Keys: what calls are made with.");
    return {};
}

} // namespace keydesk::cli
