#pragma once

#include "ui/sealed/PassphraseDialog.h"

#include <QPointer>

namespace keydesk {

class SealedStore;

/// Opens the passphrase's window over whichever window is in front, one at a time; also when something waits
/// for the sealed file to be unlocked. Closing it lets what waits know that it will not be.
class SealedFlow : public QObject
{
    Q_OBJECT

public:
    SealedFlow(SealedStore &store, QWidget *window);

    void open(PassphraseDialog::Purpose purpose);

private:
    SealedStore &m_store;
    QWidget *m_window;
    QPointer<PassphraseDialog> m_dialog;
};

} // namespace keydesk
