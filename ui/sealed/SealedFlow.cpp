#include "ui/sealed/SealedFlow.h"

#include "app/keys/SealedStore.h"

#include <QApplication>

namespace keydesk {

SealedFlow::SealedFlow(SealedStore &store, QWidget *window)
    : QObject(window)
    , m_store(store)
    , m_window(window)
{
    connect(&store, &SealedStore::passphraseWanted, this,
            [this] { open(PassphraseDialog::Purpose::Unlock); });
}

void SealedFlow::open(PassphraseDialog::Purpose purpose)
{
    if (m_dialog) {
        m_dialog->raise();
        return;
    }
    QWidget *front = QApplication::activeModalWidget();
    m_dialog = new PassphraseDialog(m_store, purpose, front ? front : m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    // Unlocked some other way meanwhile.
    connect(&m_store, &SecretStore::stateChanged, m_dialog,
            [dialog = m_dialog, purpose](SecretStore::State state) {
                if (purpose == PassphraseDialog::Purpose::Unlock && state == SecretStore::State::Available)
                    dialog->accept();
            });
    connect(m_dialog, &QDialog::rejected, &m_store, &SealedStore::stopAsking);
    m_dialog->open();
}

} // namespace keydesk
