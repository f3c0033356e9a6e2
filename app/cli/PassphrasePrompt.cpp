#include "app/cli/PassphrasePrompt.h"

#include "app/cli/Output.h"
#include "app/keys/SealedStore.h"

namespace keydesk::cli {

PassphrasePrompt::PassphrasePrompt(SealedStore &sealed, Output &output, QObject *parent)
    : QObject(parent)
    , m_sealed(sealed)
    , m_output(output)
{
    m_sealed.askWhenRead();
    connect(&m_sealed, &SealedStore::passphraseWanted, this, &PassphrasePrompt::want);
}

void PassphrasePrompt::want()
{
    if (m_isAsking)
        return; // for several tokens once
    if (!m_refusal.isEmpty())
        giveUp(m_refusal);
    else if (!Input::isTerminal())
        giveUp(tr("The sealed file is locked, and there is no terminal to ask for its passphrase at."));
    else
        ask();
}

void PassphrasePrompt::ask()
{
    m_isAsking = true;
    m_input.secret(tr("Passphrase of the sealed file:"), [this](const Result<Secret> &passphrase) {
        if (!passphrase)
            return giveUp(tr("The sealed file is locked, and no passphrase was given."));
        m_sealed.unlockWith(*passphrase, this, [this](const Result<void> &outcome) {
            m_isAsking = false;
            if (outcome)
                return;
            if (outcome.error().kind != Error::Kind::WrongPassphrase)
                return giveUp(outcome.error().message);
            m_output.fact(outcome.error().message);
            ask();
        });
    });
}

void PassphrasePrompt::giveUp(const QString &why)
{
    m_isAsking = false;
    m_refusal = why;
    m_sealed.giveUpAsking({Error::Kind::SealedLocked, why, {}});
}

} // namespace keydesk::cli
