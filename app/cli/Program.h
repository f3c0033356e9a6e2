#pragma once

#include "app/cli/Command.h"
#include "app/cli/Output.h"
#include "app/cli/Session.h"

#include <memory>
#include <vector>

namespace keydesk::cli {

/// From the command line to the exit code: finds the command that is meant, runs it in an event loop, ends once.
class Program
{
public:
    Program();
    ~Program();

    /// `argv` as main has it.
    int run(int argc, char **argv);
    /// The tree of commands and their options, for completion and the manual.
    [[nodiscard]] const CLI::App &app() const { return *m_app; }
    /// The command of these words: {"env", "list"}; null: there is none.
    [[nodiscard]] const Command *command(const QStringList &words) const;

private:
    void declare(Command &command);
    void addGlobalOptions(CLI::App &app);
    /// The exit code if there is nothing to run: help was asked for, or the command line is wrong.
    std::optional<int> parse(const QStringList &arguments);
    int usageError(const QString &message);
    int runCommand(Command &command, const QByteArrayList &tail, int argc, char **argv);

    std::vector<std::unique_ptr<Command>> m_commands;
    std::unique_ptr<CLI::App> m_app;
    Command *m_chosen = nullptr;
    Output m_output;
    Session::Folders m_folders;
    bool m_json = false;
};

} // namespace keydesk::cli
