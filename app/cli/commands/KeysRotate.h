#pragma once

#include "app/cli/KeysCommand.h"
#include "app/keys/rotation/RotationService.h"

namespace keydesk::cli {

/// keys rotate: replaces a key by a new one that the provider's API makes or that is pasted, once the new one has proved itself. Whatever fails
/// before the switch leaves the old key in use. What it cannot finish the window goes on with.
class KeysRotate : public KeysCommand
{
    Q_OBJECT

public:
    KeysRotate();
    void declare(CLI::App &app) override;

protected:
    void start() override;

private:
    [[nodiscard]] std::optional<Error> readOptions();
    [[nodiscard]] std::optional<Error> hindrance(const Core &core) const;
    void readNewToken(Core &core);
    void rotate(Core &core, RotationStart start);
    void decide(RotateKeyJob &job);
    void switched(Core &core, const QUuid &rotationId, const ApiKey &key);
    void revokeOld(Core &core, const Rotation &rotation);
    void sayWhatIsLeft(Core &core, const KeyJob &job);
    void finish(Core &core, int status);

    QString m_name;
    QString m_old;
    QString m_after;
    bool m_paste = false;
    bool m_sessionFromInput = false;
    bool m_switchAnyway = false;
    std::chrono::milliseconds m_overlap = std::chrono::hours(24); // as the window proposes it
    ApiKey m_key;
    RotationPlan m_plan;
    SignIn m_session; // which revoking the old key needs, too
    QUuid m_used;     // the new key, once it is
    bool m_switching = false;
};

} // namespace keydesk::cli
