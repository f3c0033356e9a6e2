#pragma once

#include "app/cli/Command.h"
#include "app/doctor/Finding.h"

#include <QJsonArray>

#include <memory>

namespace keydesk {
class Doctor;
class SecretStore;
} // namespace keydesk

namespace keydesk::cli {

/// doctor: whether everything that Keydesk needs is as it should be, with a fix for what is not. Changes
/// nothing, and opens nothing as the other commands do: it works where they do not.
class DoctorCommand : public Command
{
    Q_OBJECT

public:
    DoctorCommand();
    ~DoctorCommand() override;
    void declare(CLI::App &app) override;
    void interrupt(const CaughtSignal &signal) override;

protected:
    void start() override;

private:
    void tell(const Finding &finding);
    void finish();

    bool m_online = false;
    bool m_write = false;
    std::unique_ptr<SecretStore> m_keychain;
    std::unique_ptr<Doctor> m_doctor;
    QJsonArray m_told;
    int m_problems = 0;
    int m_notes = 0;
    int m_signal = 0;
};

} // namespace keydesk::cli
