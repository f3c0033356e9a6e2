#pragma once

#include "app/cli/Input.h"

namespace keydesk {
class SealedStore;
}

namespace keydesk::cli {

class Output;

/// Asks for the passphrase of the sealed file at the terminal whenever a token of the locked file is wanted,
/// and again after a wrong one. Where nobody can be asked, or no passphrase is given, whatever wants a token
/// hears Error::SealedLocked from then on. UI thread.
class PassphrasePrompt : public QObject
{
    Q_OBJECT

public:
    PassphrasePrompt(SealedStore &sealed, Output &output, QObject *parent = nullptr);

private:
    void want();
    void ask();
    void giveUp(const QString &why);

    SealedStore &m_sealed;
    Output &m_output;
    Input m_input;
    bool m_isAsking = false;
    QString m_refusal; // why it is not asked for any more
};

} // namespace keydesk::cli
