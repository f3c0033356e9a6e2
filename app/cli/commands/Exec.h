#pragma once

#include "app/cli/KeysCommand.h"
#include "app/cli/MaskedPipe.h"
#include "app/cli/OtherProgram.h"
#include "app/cli/ProgramVariables.h"
#include "app/http/SecretMarkers.h"

#include <memory>
#include <optional>

namespace keydesk::cli {

/// exec: runs a program with an environment's variables and key in its environment, and in no other place.
/// Everything that is stored is closed before it begins; then this process becomes the program, or, with
/// --mask, passes on what it writes.
class Exec : public KeysCommand
{
    Q_OBJECT

public:
    Exec();
    ~Exec() override;
    [[nodiscard]] bool takesTail() const override { return true; }
    void declare(CLI::App &app) override;
    /// Passes it on to the program, unless the terminal did so.
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    Result<void> find(const Core &core);
    Result<void> planVariables(const Core &core);
    void askForConsent(const Core &core, std::function<void()> goOn);
    void tellPlan();
    void readSecrets(Core &core, QList<QUuid> left);
    void unlockSealed(Core &core, const Error &error, const QList<QUuid> &left);
    void noteExport(Core &core) const;
    Result<void> giveVariables();
    void becomeProgram();
    void startProgram();
    void cannotStart(int error);
    [[nodiscard]] std::vector<Secret> masked() const;
    void passOn(int from, int to, const std::vector<Secret> &secrets);
    void reap();
    void endOnceAllIsThere();

    QString m_environmentName;
    QString m_keyName;
    QString m_as;
    QStringList m_only;
    bool m_masks = false;
    bool m_yes = false;

    std::optional<Environment> m_environment;
    std::optional<ApiKey> m_key;
    ProgramVariables m_variables;
    SecretValues m_secrets;
    std::unique_ptr<OtherProgram> m_program;

    // With --mask, once it was started.
    pid_t m_child = 0;
    std::optional<int> m_childStatus;
    std::vector<std::unique_ptr<MaskedPipe>> m_pipes;
};

} // namespace keydesk::cli
