#pragma once

#include "app/environments/Environment.h"

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace keydesk {

class KeyRing;
class RoleLabel;
class SecretVariables;
class TokenField;

/// Asks for a secret variable's name and value, and stores it; what goes wrong is said here, and can be tried again.
class SecretVariableDialog : public QDialog
{
    Q_OBJECT

public:
    /// `name`: whose value is changed, or the one that is proposed if there is no such secret variable yet.
    SecretVariableDialog(const Environment &environment, const QString &name, SecretVariables &secrets, const KeyRing &ring,
                         QWidget *parent = nullptr);

Q_SIGNALS:
    void stored(const QString &name);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void edited();
    void apply();
    void say(const QString &text, bool trouble);

    const Environment m_environment;
    SecretVariables &m_secrets;
    const bool m_isNew;
    QLineEdit *m_name;
    TokenField *m_value;
    RoleLabel *m_words;
    QPushButton *m_apply;
    bool m_working = false;
};

} // namespace keydesk
