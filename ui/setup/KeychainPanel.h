#pragma once

#include "app/keys/SecretPlaces.h"
#include "app/keys/SecretStore.h"
#include "ui/setup/Card.h"

class QComboBox;
class QPushButton;

namespace keydesk {

class IconView;
class KeyRing;
class RoleLabel;
class SealedStore;

/// Where the key will be kept: the system keychain, the sealed file, or this session only, with the state of
/// that place in words and what can be done about it (SECURITY S5, S6). Until the user chooses it is where
/// new keys go by default.
class KeychainPanel : public Card
{
    Q_OBJECT

public:
    KeychainPanel(KeyRing &ring, SealedStore &sealed, QWidget *parent = nullptr);

    /// Asks the keychain and the sealed file how they are.
    void refresh();
    [[nodiscard]] SecretPlace place() const;

private:
    void show(const QString &trouble = {});
    [[nodiscard]] QStringList words(SecretStore::State state) const;
    void unlock();

    KeyRing &m_ring;
    SealedStore &m_sealed;
    IconView *m_icon;
    RoleLabel *m_words;
    QComboBox *m_place;
    QPushButton *m_unlock;
    QPushButton *m_setUp;
    QPushButton *m_retry;
    bool m_userChose = false;
};

} // namespace keydesk
