#pragma once

#include "app/keys/SignIn.h"

#include <QVariant>
#include <QWidget>

class QComboBox;

namespace keydesk {

class TokenField;

/// Who is signed in for a call of a provider's token API: a stored session key, where there is one, or what is
/// typed. A stored one is chosen beforehand; its token is not read here.
class SessionField : public QWidget
{
    Q_OBJECT

public:
    explicit SessionField(QWidget *parent = nullptr);

    /// What it asks for: "User session token".
    void setKindName(const QString &name);
    void setPlaceholderText(const QString &text);
    /// The stored keys to choose from. The choice stays if it can; what is being typed stays.
    void setKeys(const QList<ApiKey> &keys);

    /// What was typed is cleaned; empty if nothing was.
    [[nodiscard]] SignIn signIn() const;
    [[nodiscard]] bool isTyped() const;
    [[nodiscard]] TokenField &field() const { return *m_field; }
    void clearSecret();

Q_SIGNALS:
    void edited();    ///< the choice, or what is typed
    void submitted(); ///< Return in the field

private:
    void showChoice();

    QComboBox *m_choice; // stored keys, then typing
    QList<std::pair<QVariant, QString>> m_offer; // what is in `m_choice`
    TokenField *m_field;
};

} // namespace keydesk
