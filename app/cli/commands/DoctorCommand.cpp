#include "app/cli/commands/DoctorCommand.h"

#include "app/cli/Options.h"
#include "app/cli/Session.h"
#include "app/doctor/Doctor.h"
#include "app/keys/KeychainStore.h"

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

using State = Finding::State;

/// As --json tells it. It never changes.
QString stateWord(State state)
{
    switch (state) {
    case State::Ok:
        return u"ok"_s;
    case State::Note:
        return u"note"_s;
    case State::Problem:
        break;
    }
    return u"problem"_s;
}

} // namespace

DoctorCommand::DoctorCommand()
    : Command(u"doctor"_s, tr("Looks whether everything that Keydesk needs is as it should be, and says how "
                              "to mend what is not."))
{
}

DoctorCommand::~DoctorCommand() = default;

void DoctorCommand::declare(CLI::App &app)
{
    addFlag(app, "--online", m_online,
            tr("Also asks each environment's server whether it is there, without a key."));
    addFlag(app, "--write", m_write,
            tr("Also tries the keychain with an entry of its own, which is removed again."));
}

void DoctorCommand::start()
{
    Doctor::Options options;
    options.online = m_online;
    options.write = m_write;
    m_keychain = std::make_unique<KeychainStore>(options.patience);
    m_doctor = std::make_unique<Doctor>(session().places(), *m_keychain, options);
    connect(m_doctor.get(), &Doctor::found, this, &DoctorCommand::tell);
    connect(m_doctor.get(), &Doctor::finished, this, &DoctorCommand::finish);
    m_doctor->start();
}

void DoctorCommand::interrupt(const CaughtSignal &signal)
{
    if (m_signal != 0)
        return end(128 + signal.number); // what it waits for may never come
    m_signal = signal.number;
    m_doctor->cancel();
}

void DoctorCommand::tell(const Finding &finding)
{
    m_problems += finding.state == State::Problem ? 1 : 0;
    m_notes += finding.state == State::Note ? 1 : 0;
    const QString state = stateWord(finding.state);
    Output &output = session().output();
    if (output.isJson()) {
        m_told.append(QJsonObject{{u"id"_s, finding.id},
                                  {u"state"_s, state},
                                  {u"message"_s, finding.message},
                                  {u"fix"_s, finding.fix}});
        return;
    }
    const QString margin(9, u' ');
    output.line(state.leftJustified(margin.size()) + finding.message);
    if (!finding.fix.isEmpty())
        output.line(margin + tr("Fix: %1").arg(finding.fix));
    if (output.isBroken())
        m_doctor->cancel();
}

void DoctorCommand::finish()
{
    Output &output = session().output();
    if (output.isJson())
        output.document({{u"findings"_s, m_told}});
    if (m_signal != 0)
        return end(128 + m_signal);
    const QString notes = tr("%n note(s)", nullptr, m_notes);
    output.fact(m_problems == 0 ? tr("No problem was found; %1.").arg(notes)
                                : tr("%1 and %2.").arg(tr("%n problem(s)", nullptr, m_problems), notes));
    end(m_problems == 0 ? ExitCode::Ok : ExitCode::Refused);
}

} // namespace keydesk::cli
