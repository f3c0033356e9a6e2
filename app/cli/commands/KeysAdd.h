#pragma once

#include "app/cli/KeysCommand.h"
#include "app/environments/Environment.h"

namespace keydesk::cli {

/// keys add: stores a token from standard input as a key of an environment; read back before it is believed.
class KeysAdd : public KeysCommand
{
    Q_OBJECT

public:
    KeysAdd();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    void tokenRead(Core &core, std::shared_ptr<const Secret> token);
    void tryFirst(Core &core, NewKey draft, std::shared_ptr<const Secret> token);
    void store(Core &core, const NewKey &draft, const std::shared_ptr<const Secret> &token);

    QString m_environmentName;
    QString m_kind;
    QString m_name;
    bool m_check = false;
    Environment m_environment;
};

} // namespace keydesk::cli
