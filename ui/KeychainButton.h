#pragma once

#include "app/keys/SecretStore.h"

#include <QPushButton>

namespace keydesk {

/// The keychain's state as icon and word, in the corner of the tab bar. Its accessible name is "Keychain"; the state is its description.
class KeychainButton : public QPushButton
{
    Q_OBJECT

public:
    explicit KeychainButton(const SecretStore &keychain, QWidget *parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; ///< the icon alone, in a narrow window

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showState();

    const SecretStore &m_keychain;
};

} // namespace keydesk
