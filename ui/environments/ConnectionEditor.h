#pragma once

#include "app/base/Background.h"
#include "app/environments/EnvironmentSecrets.h"

#include <QScrollArea>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;

namespace keydesk {

class FieldWords;
class PathField;
class StoredSecretField;

/// How an environment's calls reach their server: redirects, certificates, proxy. Every valid change is handed on at once; what is wrong with a
/// file or a field stands beside it.
class ConnectionEditor : public QScrollArea
{
    Q_OBJECT

public:
    ConnectionEditor(EnvironmentSecrets &secrets, QWidget *parent = nullptr);

    void showEnvironment(const Environment &environment);
    /// "authority", "certificate", "proxy", "family", "verification": the field that an explanation leads to.
    void focusField(const QString &field);

Q_SIGNALS:
    void edited(const keydesk::ConnectionSettings &settings);

private:
    // The fields (ConnectionEditorParts.cpp).
    void buildGeneral(QGridLayout *form);
    void buildCertificates(QGridLayout *form);
    void buildProxy(QGridLayout *form);
    void addRow(QGridLayout *form, const QString &text, QWidget *field, QWidget *buddy);
    StoredSecretField *makeSecret(const QString &accessibleName, EnvironmentSecrets::Purpose purpose);

    void apply();
    void chooseProxy();
    void applyProxy(ConnectionSettings &settings);
    void showProxy();
    void reveal(QWidget *field);
    void showVerification();
    void showSecrets();
    void checkFiles();
    void storeSecret(StoredSecretField *field, EnvironmentSecrets::Purpose purpose, const std::shared_ptr<const Secret> &secret);
    void storePassphrase(const std::shared_ptr<const Secret> &secret);

    EnvironmentSecrets &m_secrets;
    Environment m_shown;
    bool m_setting = false;
    QTimer m_checkSoon;
    Background m_background;

    QCheckBox *m_redirects = nullptr;
    QComboBox *m_family = nullptr;
    QCheckBox *m_verify = nullptr;
    FieldWords *m_verifyNote = nullptr;
    PathField *m_authority = nullptr;
    PathField *m_certificate = nullptr;
    PathField *m_key = nullptr;
    StoredSecretField *m_passphrase = nullptr;
    QComboBox *m_proxy = nullptr;
    QWidget *m_proxyFields = nullptr;
    QLineEdit *m_host = nullptr;
    FieldWords *m_hostProblem = nullptr;
    QSpinBox *m_port = nullptr;
    QLineEdit *m_user = nullptr;
    StoredSecretField *m_password = nullptr;
};

} // namespace keydesk
