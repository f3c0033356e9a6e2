#pragma once

#include "app/cli/KeysCommand.h"

namespace keydesk::cli {

/// keys list: the keys, without their tokens; no store is asked.
class KeysList : public KeysCommand
{
    Q_OBJECT

public:
    KeysList();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    QString m_environment;
    QString m_provider;
    QString m_status;
    bool m_namesOnly = false;
};

} // namespace keydesk::cli
