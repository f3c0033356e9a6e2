#pragma once

#include "app/cli/KeysCommand.h"
#include "app/keys/RevokeAdvice.h"

namespace keydesk {
struct Rotation;
}

namespace keydesk::cli {

/// keys revoke: ends a key at its provider, after it was said what stops working. The old key of a rotation is revoked as the rotation does it:
/// once the new one has proved itself again.
class KeysRevoke : public KeysCommand
{
    Q_OBJECT

public:
    KeysRevoke();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    [[nodiscard]] std::optional<Error> hindrance(const Core &core, const std::optional<Rotation> &rotation) const;
    void noteDoneInDashboard(Core &core, const std::optional<Rotation> &rotation);
    void advise(Core &core, const Result<QStringList> &sentRequests);
    void ask(Core &core);
    void revoke(Core &core, const SignIn &session);
    void finish(Core &core);

    QString m_name;
    bool m_yes = false;
    bool m_sessionFromInput = false;
    bool m_doneInDashboard = false;
    ApiKey m_key;
    QUuid m_rotation; // null: it is not the old key of one
    RevokeAdvice m_advice;
    QStringList m_requests; // that name it
};

} // namespace keydesk::cli
