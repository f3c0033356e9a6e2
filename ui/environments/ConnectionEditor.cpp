#include "ui/environments/ConnectionEditor.h"

#include "app/base/Guarded.h"
#include "app/http/TlsFiles.h"
#include "ui/environments/FieldWords.h"
#include "ui/environments/PathField.h"
#include "ui/environments/StoredSecretField.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Proxy = ConnectionSettings::Proxy;
using Purpose = EnvironmentSecrets::Purpose;

constexpr int httpPort = 8080;
constexpr int socksPort = 1080;

} // namespace

void ConnectionEditor::apply()
{
    if (m_setting)
        return;
    ConnectionSettings settings = m_shown.connection;
    settings.followRedirects = m_redirects->isChecked();
    settings.family = static_cast<ConnectionSettings::Family>(m_family->currentData().toInt());
    if (!m_shown.isProtected)
        settings.verifyTls = m_verify->isChecked();
    settings.caFile = m_authority->path();
    settings.certificateFile = m_certificate->path();
    settings.keyFile = m_key->path();
    applyProxy(settings);
    if (settings == m_shown.connection)
        return;
    m_shown.connection = settings;
    showVerification();
    m_checkSoon.start();
    Q_EMIT edited(settings);
}

void ConnectionEditor::chooseProxy()
{
    const Proxy kind = static_cast<Proxy>(m_proxy->currentData().toInt());
    const bool isUntouched = m_host->text().isEmpty();
    if (isUntouched && (kind == Proxy::Http || kind == Proxy::Socks5)) {
        m_setting = true;
        m_port->setValue(kind == Proxy::Http ? httpPort : socksPort);
        m_setting = false;
    }
    showProxy();
    apply(); // without a host it says so: until then calls go as they did before
    if (m_proxyFields->isVisibleTo(this))
        reveal(m_proxyFields);
}

/// A proxy that is not complete yet leaves the one before.
void ConnectionEditor::applyProxy(ConnectionSettings &settings)
{
    const Proxy kind = static_cast<Proxy>(m_proxy->currentData().toInt());
    m_hostProblem->say({});
    if (kind == Proxy::AsInPreferences || kind == Proxy::None) {
        settings.proxy = kind;
        return;
    }
    const Result<QString> host = checkProxyHost(m_host->text());
    if (!host) {
        m_hostProblem->say(host.error().message);
        m_host->setAccessibleDescription(host.error().message);
        return;
    }
    m_host->setAccessibleDescription({});
    settings.proxy = kind;
    settings.proxyHost = *host;
    settings.proxyPort = m_port->value();
    settings.proxyUser = m_user->text();
}

void ConnectionEditor::showEnvironment(const Environment &environment)
{
    const bool another = environment.id != m_shown.id;
    const bool sameProxy = !another && environment.connection.proxy == m_shown.connection.proxy;
    const bool sameFiles = !another && environment.connection == m_shown.connection;
    m_shown = environment;
    const ConnectionSettings &settings = environment.connection;
    m_setting = true;
    m_redirects->setChecked(settings.followRedirects);
    m_family->setCurrentIndex(m_family->findData(int(settings.family)));
    m_verify->setChecked(environment.connectionInUse().verifyTls);
    m_verify->setEnabled(!environment.isProtected);
    for (const auto &[field, path] : {std::pair(m_authority, settings.caFile), std::pair(m_certificate, settings.certificateFile),
                                      std::pair(m_key, settings.keyFile)}) {
        field->setPath(path);
        if (another)
            field->setProblem({});
    }
    if (!sameProxy)
        m_proxy->setCurrentIndex(m_proxy->findData(int(settings.proxy)));
    if (another || !m_host->hasFocus()) {
        m_hostProblem->say({});
        m_host->setText(settings.proxyHost);
    }
    m_port->setValue(settings.proxyPort > 0 ? settings.proxyPort : httpPort);
    if (another || !m_user->hasFocus())
        m_user->setText(settings.proxyUser);
    m_setting = false;
    if (another) {
        for (StoredSecretField *field : {m_passphrase, m_password}) {
            field->clearTyped();
            field->setBusy(false);
            field->setProblem({});
        }
    }
    showProxy();
    showVerification();
    showSecrets();
    if (!sameFiles)
        m_checkSoon.start();
}

void ConnectionEditor::showProxy()
{
    const Proxy kind = static_cast<Proxy>(m_proxy->currentData().toInt());
    m_proxyFields->setVisible(kind == Proxy::Http || kind == Proxy::Socks5);
}

void ConnectionEditor::showVerification()
{
    const bool isOff = !m_shown.connectionInUse().verifyTls;
    m_verifyNote->setInk(isOff ? theme::Role::Caution : theme::Role::SecondText);
    m_verifyNote->say(isOff ? tr("Anybody on the way can pose as the server, and read and change what is sent, keys too. The "
                                     "console says so beside Send.")
                          : m_shown.isProtected ? tr("“%1” is protected: its certificates are always checked.").arg(m_shown.name)
                                                : QString());
}

void ConnectionEditor::showSecrets()
{
    const auto placeOf = [this](Purpose purpose) {
        const std::optional<ApiKey> stored = m_secrets.find(m_shown, purpose);
        return stored ? std::optional(stored->place) : std::nullopt;
    };
    m_passphrase->setStored(placeOf(Purpose::CertificatePassphrase));
    m_password->setStored(placeOf(Purpose::ProxyPassword));
}

void ConnectionEditor::checkFiles()
{
    struct Found
    {
        std::optional<TlsFileProblem> authority;
        std::optional<TlsFileProblem> client;
    };
    const ConnectionSettings settings = m_shown.connection;
    const auto read = [settings] {
        Found found;
        if (!settings.caFile.isEmpty()) {
            if (const auto authorities = readAuthorities(settings.caFile); !authorities)
                found.authority = authorities.error();
        }
        ConnectionSettings client = settings;
        client.caFile.clear();
        if (const auto files = readTlsFiles(client, nullptr); !files)
            found.client = files.error();
        return found;
    };
    m_background.run(this, read, [this, settings](const Found &found) {
        if (settings != m_shown.connection)
            return;
        const auto at = [&found](TlsFileProblem::Field field) {
            return found.client && found.client->field == field ? found.client->error.message : QString();
        };
        m_authority->setProblem(found.authority ? found.authority->error.message : QString());
        m_certificate->setProblem(at(TlsFileProblem::Field::Certificate));
        m_key->setProblem(at(TlsFileProblem::Field::Key));
        // Whether the stored one fits was seen when it was stored; reading it here could ask for the keychain's password.
        m_passphrase->setProblem(settings.passphraseId.isNull() ? at(TlsFileProblem::Field::Passphrase) : QString());
    });
}

/// Not one that does not open the file.
void ConnectionEditor::storePassphrase(const std::shared_ptr<const Secret> &secret)
{
    ConnectionSettings client = m_shown.connection;
    client.caFile.clear();
    m_passphrase->setBusy(true);
    const auto read = [client, secret] {
        const auto files = readTlsFiles(client, secret.get());
        return files || files.error().field != TlsFileProblem::Field::Passphrase ? QString() : files.error().error.message;
    };
    m_background.run(this, read, [this, secret, id = m_shown.id](const QString &problem) {
        if (id != m_shown.id)
            return;
        if (problem.isEmpty()) {
            storeSecret(m_passphrase, Purpose::CertificatePassphrase, secret);
            return;
        }
        m_passphrase->setBusy(false);
        m_passphrase->setProblem(problem);
    });
}

void ConnectionEditor::storeSecret(StoredSecretField *field, Purpose purpose, const std::shared_ptr<const Secret> &secret)
{
    field->setBusy(true);
    field->setProblem({});
    m_secrets.set(m_shown.id, purpose, secret, this, [this, field, id = m_shown.id](const Result<void> &stored) {
        if (id != m_shown.id)
            return;
        field->setBusy(false);
        if (stored)
            field->clearTyped();
        field->setProblem(stored ? QString() : stored.error().message);
    });
}

void ConnectionEditor::focusField(const QString &field)
{
    QWidget *target = field == "authority"_L1      ? m_authority
                      : field == "certificate"_L1  ? m_certificate
                      : field == "proxy"_L1        ? static_cast<QWidget *>(m_proxy)
                      : field == "verification"_L1 ? static_cast<QWidget *>(m_verify)
                                                   : m_family;
    target->setFocus(Qt::OtherFocusReason);
    reveal(target);
}

void ConnectionEditor::reveal(QWidget *field)
{
    later(this, [this, field] { // it may have been laid out just now, or not yet
        widget()->layout()->activate();
        ensureWidgetVisible(field);
    });
}

} // namespace keydesk
