#pragma once

#include "app/keys/ApiKey.h"

#include <QTimer>
#include <QWidget>

class QPushButton;

namespace keydesk {

class IconView;
class OAuthTokens;
class RoleLabel;

/// How the access token of a key stands ("Token expires in 42 minutes"), and the button that fetches another.
/// Hidden for a key that needs none.
class AccessTokenLine : public QWidget
{
    Q_OBJECT

public:
    explicit AccessTokenLine(OAuthTokens &tokens, QWidget *parent = nullptr);

    void setKey(const std::optional<ApiKey> &key);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void refresh();
    void fetch();

    OAuthTokens &m_tokens;
    IconView *m_icon;
    RoleLabel *m_words;
    QPushButton *m_fetch;
    QUuid m_key; // null: it needs no access token
    QString m_failure; // of the last fetch from here, where the state does not tell it
    QTimer m_clock; // the words say how much time is left
};

} // namespace keydesk
