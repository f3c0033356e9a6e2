#pragma once

#include "app/cli/KeysCommand.h"

namespace keydesk {
class CheckAllJob;
struct KeyPlace;
}

namespace keydesk::cli {

/// keys check: the cheapest call of each key that is named, or of all; says for each whether it works.
class KeysCheck : public KeysCommand
{
    Q_OBJECT

public:
    KeysCheck();
    void declare(CLI::App &app) override;
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    void check(Core &core, const QList<KeyPlace> &places);

    QStringList m_keys;
    QPointer<CheckAllJob> m_all;
    int m_stoppedBy = 0; // the signal
};

} // namespace keydesk::cli
