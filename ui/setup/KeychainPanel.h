#pragma once

#include "app/keys/ApiKey.h"
#include "ui/setup/Card.h"

class QCheckBox;
class QPushButton;

namespace keydesk {

class IconView;
class KeyRing;
class RoleLabel;

/// Where the key will be kept: the keychain's state in words, with what can be done about it. Without a
/// keychain a key is kept for this session only, and that is said (SECURITY S5, S6).
class KeychainPanel : public Card
{
    Q_OBJECT

public:
    explicit KeychainPanel(KeyRing &ring, QWidget *parent = nullptr);

    /// Asks the keychain how it is.
    void refresh();
    [[nodiscard]] SecretPlace place() const;

private:
    void show(const QString &trouble = {});
    void unlock();

    KeyRing &m_ring;
    IconView *m_icon;
    RoleLabel *m_words;
    QCheckBox *m_session;
    QPushButton *m_unlock;
    QPushButton *m_retry;
    bool m_userChose = false;
};

} // namespace keydesk
