#pragma once

#include "app/cli/Command.h"

namespace keydesk::cli {

/// completion: the script that makes a shell complete command lines of keydesk-cli, which asks Complete.
class CompletionScript : public Command
{
    Q_OBJECT

public:
    CompletionScript();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    QString m_shell;
};

} // namespace keydesk::cli
