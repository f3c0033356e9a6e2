#pragma once

#include "app/keys/ApiKey.h"
#include "app/keys/SecretStore.h"

#include <QPushButton>

namespace keydesk {

/// The state of the keychain or of the sealed file as icon and word, in the corner of the tab bar. Its accessible name is "Keychain" or "Sealed
/// file"; the state is its description. The sealed file's is there only while there is one, or keys that say that there should be.
class KeychainButton : public QPushButton
{
    Q_OBJECT

public:
    KeychainButton(const SecretStore &store, SecretPlace place, QWidget *parent = nullptr);

    void setInUse(bool inUse); ///< keys lie there

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; ///< the icon alone, in a narrow window

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showState();

    const SecretStore &m_store;
    const SecretPlace m_place;
    bool m_inUse = false;
};

} // namespace keydesk
