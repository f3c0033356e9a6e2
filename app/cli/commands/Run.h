#pragma once

#include "app/calls/RequestRun.h"
#include "app/cli/Command.h"

#include <memory>

namespace keydesk {
struct Core;
}

namespace keydesk::cli {

/// keydesk-cli run: sends the requests of files one after another and checks their expectations. A line for each on standard error; reports
/// where they are wanted. Nothing is asked meanwhile: what nobody agreed to (--yes, --var) is skipped, and the run did not succeed. SIGINT
/// stops it, with reports of what ran.
class Run : public Command
{
    Q_OBJECT

public:
    Run();
    void declare(CLI::App &app) override;
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    /// --var and what goes to standard output, before anything is opened.
    Result<void> readOptions();
    Result<RunPlan> plan(const Core &core) const;
    void tell(int file, int request);
    void finish();
    Result<void> writeReports(const RunReport &report);
    Result<void> writeReport(const QString &path, const QByteArray &bytes);

    QStringList m_paths;
    QString m_environment;
    QString m_key;
    QString m_junit;
    QString m_html;
    QStringList m_variables;
    bool m_stopsAtFailure = false;
    bool m_yes = false;

    RunChoices m_choices;
    Core *m_core = nullptr;
    std::unique_ptr<RequestRun> m_run; // gone before the session is
    bool m_isKeeping = false;          // it is over, and its calls are being written down
    std::optional<int> m_signal;
};

} // namespace keydesk::cli
