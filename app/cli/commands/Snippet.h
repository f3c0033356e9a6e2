#pragma once

#include "app/cli/Command.h"

namespace keydesk::cli {

/// keydesk-cli snippet: a saved request as code, on standard output. Sends nothing, and reads no secret: where one belongs the name of a
/// variable stands.
class Snippet : public Command
{
    Q_OBJECT

public:
    Snippet();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    void list();
    Result<void> write();

    QString m_request;
    QString m_environment;
    QString m_key;
    QString m_format;
    QStringList m_variables;
    bool m_list = false;
};

} // namespace keydesk::cli
