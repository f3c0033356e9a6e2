#pragma once

#include "app/cli/Command.h"

namespace keydesk::cli {

/// env list: the environments with their base URLs and the names of their keys.
class EnvList : public Command
{
    Q_OBJECT

public:
    EnvList();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    bool m_namesOnly = false;
};

} // namespace keydesk::cli
