#pragma once

#include "app/cli/Command.h"
#include "app/cli/Input.h"
#include "app/keys/KeyService.h"

#include <QJsonObject>
#include <QPointer>

#include <functional>

namespace keydesk {
struct Core;
}

namespace keydesk::cli {

/// What the commands have in common that work with keys' tokens: the stores are asked for their state first, and jobs are watched and stopped by
/// a signal. A command that changes keys says so to the window (KeysLock) until it ends.
class KeysCommand : public Command
{
    Q_OBJECT

public:
    using Command::Command;
    void interrupt(const CaughtSignal &signal) override;

protected:
    using Ended = std::function<void(const Result<ApiKey> &outcome)>;

    /// The graph; null after it could not be opened, which then was said.
    Core *open();
    /// Goes on once it is known how the keychain and the sealed file are. `changes`: from now on this command changes keys.
    void whenReady(Core &core, bool changes, std::function<void()> goOn);
    /// What it says is told, `ended` hears how it ended. A signal that came meanwhile ends the command instead, with what the job said.
    void watch(KeyJob *job, Ended ended);
    /// Reads a token from standard input, cleans it as the window does and says what was taken off.
    void readToken(const QString &prompt, KeyPlacement placement, std::function<void(std::shared_ptr<const Secret>)> goOn);
    /// Who signs in where a provider makes and revokes keys only for somebody who is: the newest of the stored keys that can, unless another
    /// token is wanted from standard input. Without a `kind` nobody is needed.
    void signIn(Core &core, const TokenKind *kind, const QList<ApiKey> &stored, bool fromInput, std::function<void(const SignIn &)> goOn);
    [[nodiscard]] Input &input() { return m_input; }
    /// The signal that is to end the command once its job has ended; 0: none came.
    [[nodiscard]] int stoppedBy() const { return m_signal; }

private:
    Input m_input;
    QPointer<KeyJob> m_job;
    int m_signal = 0; // that stops the job
};

/// A key without its token, as --json tells it.
QJsonObject toJson(const Core &core, const ApiKey &key);
/// "works", "refused"; with --json the same.
QString statusWord(ApiKey::Status status);
/// The names of the environments that use a key.
QStringList placesOfUse(const Core &core, const QUuid &keyId);

} // namespace keydesk::cli
