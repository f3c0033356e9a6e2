#pragma once

#include "app/cli/Output.h"
#include "app/keys/ApiKey.h"
#include "app/environments/Environment.h"
#include "app/storage/Paths.h"

#include <memory>
#include <optional>

namespace keydesk {
struct Core;
}

namespace keydesk::cli {

class PassphrasePrompt;
class SignalWatch;

/// What a command works with. Each part is opened when it is first asked for: a command that needs no database opens none.
class Session
{
public:
    /// The folders that --config and --data named; empty: those of the window.
    struct Folders
    {
        QString config;
        QString data;
    };

    Session(Output &output, SignalWatch &signals, const Folders &folders);
    ~Session();

    [[nodiscard]] Output &output() const { return m_output; }
    [[nodiscard]] SignalWatch &signalWatch() const { return m_signals; }
    Result<Paths> paths();
    /// Where those folders are or would be. Makes nothing.
    [[nodiscard]] Paths places() const { return Paths::places(m_folders.config, m_folders.data); }
    /// The same graph as the window's; none of its standing work has begun. The passphrase of the sealed file
    /// is asked for when a token is read from it, and what goes wrong with the history is said.
    Result<Core *> core();
    /// Closes the graph, if it is open, and writes what it has not written yet. Not from within what it calls back.
    void close();

private:
    Output &m_output;
    SignalWatch &m_signals;
    const Folders m_folders;
    std::optional<Paths> m_paths;
    std::unique_ptr<Core> m_core;
    std::unique_ptr<PassphrasePrompt> m_passphrase;
};

/// By its name (in any case, if that is one alone) or its id; an empty text: the one that is current in the window. An Error::NotFound
/// names those that there are.
Result<Environment> findEnvironment(const Core &core, const QString &text);
/// Likewise among the keys that calls are made with.
Result<ApiKey> findKey(const Core &core, const QString &text);

} // namespace keydesk::cli
