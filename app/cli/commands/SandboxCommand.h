#pragma once

#include "app/cli/Command.h"
#include "app/providers/ProviderCatalog.h"

#include <QJsonObject>

#include <memory>
#include <optional>

class QSocketNotifier;
class QTemporaryDir;

namespace keydesk {
class Sandbox;
}

namespace keydesk::cli {

/// sandbox: serves the embedded sandbox until a signal ends it, and tells each request. It is one of its own,
/// beside the window's: it begins with nothing but a new key for each service, and nothing of it is left.
class SandboxCommand : public Command
{
    Q_OBJECT

public:
    SandboxCommand();
    ~SandboxCommand() override;
    void declare(CLI::App &app) override;
    /// Ctrl+C and SIGTERM are how it is meant to end.
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    void started();
    void answered(const QString &service, const QByteArray &method, const QString &path, int status);
    void watchReader();
    void say(const QJsonObject &object, const QString &text);

    std::optional<double> m_port;
    std::unique_ptr<QTemporaryDir> m_folder; // of hashes of its keys
    ProviderCatalog m_providers;
    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<QSocketNotifier> m_reader;
};

} // namespace keydesk::cli
