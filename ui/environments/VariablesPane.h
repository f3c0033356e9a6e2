#pragma once

#include "app/environments/Environment.h"

#include <QWidget>

class QPushButton;
class QTableView;

namespace keydesk {

class KeyRing;
class KeyStore;
class NameValueModel;
class NameValueTable;
class RoleLabel;
class SecretVariables;
class SecretVariablesModel;
struct Error;

/// The variables of one environment: plain ones to type into, and below them those whose values are kept in the keychain.
class VariablesPane : public QWidget
{
    Q_OBJECT

public:
    VariablesPane(SecretVariables &secrets, const KeyStore &keys, const KeyRing &ring, QWidget *parent = nullptr);

    void showEnvironment(const Environment &environment);
    /// How many it has, of both kinds.
    [[nodiscard]] int count() const;
    [[nodiscard]] NameValueTable &table() const { return *m_table; }

Q_SIGNALS:
    /// The plain ones, as they are now.
    void edited(const keydesk::Variables &variables);
    void message(const QString &text);
    void failed(const keydesk::Error &error);

private:
    QWidget *makeSecrets();
    void ask(const QString &name);
    void makeSecret();
    void change();
    void remove();
    void showSecretsState();
    [[nodiscard]] QString chosenSecret() const;

    SecretVariables &m_secrets;
    const KeyRing &m_ring;
    NameValueModel *m_plain;
    SecretVariablesModel *m_model;
    NameValueTable *m_table;
    QTableView *m_secretTable = nullptr;
    RoleLabel *m_none = nullptr;
    QPushButton *m_make = nullptr;
    QPushButton *m_change = nullptr;
    QPushButton *m_remove = nullptr;
};

} // namespace keydesk
