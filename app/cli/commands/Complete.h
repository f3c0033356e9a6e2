#pragma once

#include "app/cli/Command.h"
#include "app/cli/Completion.h"

namespace keydesk::cli {

/// complete, which the scripts of CompletionScript call: what may stand at the end of the command line that
/// stands on standard input, each part of it with a NUL behind it. Silent where anything is wrong: who is
/// typing has other worries. Reads names from the database and the folder of requests, and makes and changes
/// nothing on the disk.
///
///   shell   standard input                                    standard output
///   bash    the line up to the cursor, the part that is       the rest, then the words, quoted for where
///   they go; a line each
///           replaced of it
///   zsh     the words up to the cursor                        the rest, then each word and how it is shown;
///   a NUL behind each fish    the words up to the cursor                        the rest, then each word, a
///   tab and its description; a NUL behind each
///
/// The rest is none, files, folders or command (Completion::Rest).
class Complete : public Command
{
    Q_OBJECT

public:
    Complete();
    [[nodiscard]] bool isHidden() const override { return true; }
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    QString m_shell;
};

} // namespace keydesk::cli
