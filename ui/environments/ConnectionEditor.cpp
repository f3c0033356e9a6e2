#include "ui/environments/ConnectionEditor.h"

#include "app/base/Guarded.h"
#include "app/http/TlsFiles.h"
#include "ui/environments/FieldWords.h"
#include "ui/environments/PathField.h"
#include "ui/environments/StoredSecretField.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>

#include <algorithm>
#include <chrono>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

using Proxy = ConnectionSettings::Proxy;
using Family = ConnectionSettings::Family;
using Purpose = EnvironmentSecrets::Purpose;

constexpr int contentWidth = 760;
constexpr int httpPort = 8080;
constexpr int socksPort = 1080;

/// Names at left, fields at right. A QFormLayout miscounts the heights of words that wrap.
QGridLayout *makeForm()
{
    auto *form = new QGridLayout;
    form->setColumnStretch(1, 1);
    form->setHorizontalSpacing(theme::groupGap);
    form->setVerticalSpacing(theme::panePadding);
    return form;
}

QWidget *under(QWidget *field, QWidget *note)
{
    auto *box = new QWidget;
    auto *layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::gap / 2);
    layout->addWidget(field);
    layout->addWidget(note);
    return box;
}

} // namespace

ConnectionEditor::ConnectionEditor(EnvironmentSecrets &secrets, QWidget *parent)
    : QScrollArea(parent)
    , m_secrets(secrets)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus); // its fields have it
    auto *content = new QWidget;
    content->setMaximumWidth(contentWidth);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::groupGap);
    const auto group = [&](const QString &title, void (ConnectionEditor::*build)(QGridLayout *)) {
        if (!title.isEmpty()) {
            auto *label = new QLabel(title);
            label->setFont(theme::groupFont(font()));
            layout->addWidget(label);
        }
        QGridLayout *form = makeForm();
        (this->*build)(form);
        layout->addLayout(form);
    };
    group({}, &ConnectionEditor::buildGeneral);
    group(tr("Certificates"), &ConnectionEditor::buildCertificates);
    group(tr("Proxy"), &ConnectionEditor::buildProxy);
    layout->addStretch(1);
    setWidget(content);
    m_checkSoon.setSingleShot(true);
    m_checkSoon.setInterval(std::chrono::milliseconds(300));
    connect(&m_checkSoon, &QTimer::timeout, this, &ConnectionEditor::checkFiles);
}

void ConnectionEditor::addRow(QGridLayout *form, const QString &text, QWidget *field, QWidget *buddy)
{
    auto *label = new QLabel(text);
    label->setBuddy(buddy);
    label->setForegroundRole(QPalette::PlaceholderText);
    const QWidget *line = buddy->focusProxy() ? buddy->focusProxy() : buddy;
    label->setMinimumHeight(std::max(line->sizeHint().height(), label->fontMetrics().height()));
    label->setMinimumWidth(label->fontMetrics().horizontalAdvance(tr("Server's certificate")));
    const int row = form->rowCount();
    form->addWidget(label, row, 0, Qt::AlignTop);
    form->addWidget(field, row, 1);
}

void ConnectionEditor::buildGeneral(QGridLayout *form)
{
    m_family = new QComboBox;
    m_redirects = new QCheckBox(tr("Follow them"));
    m_redirects->setAccessibleName(tr("Follow redirects"));
    m_redirects->setProperty("switch", true);
    addRow(form, tr("Redirects"), m_redirects, m_redirects);
    m_family->addItem(tr("IPv4 or IPv6"), int(Family::Any));
    m_family->addItem(tr("IPv4 only"), int(Family::IPv4));
    m_family->addItem(tr("IPv6 only"), int(Family::IPv6));
    m_family->setAccessibleName(tr("Addresses"));
    addRow(form, tr("Addresses"), m_family, m_family);
    connect(m_redirects, &QCheckBox::toggled, this, &ConnectionEditor::apply);
    connect(m_family, &QComboBox::activated, this, &ConnectionEditor::apply);
}

void ConnectionEditor::buildCertificates(QGridLayout *form)
{
    m_verify = new QCheckBox(tr("Check it"));
    m_verify->setAccessibleName(tr("Check certificates"));
    m_verify->setProperty("switch", true);
    m_verifyNote = new FieldWords(theme::Role::Caution);
    addRow(form, tr("Server's certificate"), under(m_verify, m_verifyNote), m_verify);
    m_authority = new PathField(tr("Authority file"), tr("None: only what this computer trusts"));
    addRow(form, tr("Own authority"), m_authority, m_authority);
    m_certificate = new PathField(tr("Client certificate file"), tr("None. PEM or PKCS#12"));
    addRow(form, tr("Client certificate"), m_certificate, m_certificate);
    m_key = new PathField(tr("Client key file"), tr("In the same file"));
    addRow(form, tr("Its key"), m_key, m_key);
    m_passphrase = makeSecret(tr("Certificate passphrase"), Purpose::CertificatePassphrase);
    addRow(form, tr("Its passphrase"), m_passphrase, m_passphrase);
    connect(m_verify, &QCheckBox::toggled, this, &ConnectionEditor::apply);
    for (PathField *field : {m_authority, m_certificate, m_key})
        connect(field, &PathField::edited, this, &ConnectionEditor::apply);
}

void ConnectionEditor::buildProxy(QGridLayout *form)
{
    m_proxy = new QComboBox;
    m_proxy->addItem(tr("As in Preferences"), int(Proxy::AsInPreferences));
    m_proxy->addItem(tr("None"), int(Proxy::None));
    m_proxy->addItem(tr("HTTP proxy"), int(Proxy::Http));
    m_proxy->addItem(tr("SOCKS5 proxy"), int(Proxy::Socks5));
    m_proxy->setAccessibleName(tr("Environment proxy"));
    addRow(form, tr("Proxy"), m_proxy, m_proxy);

    m_proxyFields = new QWidget;
    QGridLayout *fields = makeForm();
    fields->setContentsMargins(0, 0, 0, 0);
    m_proxyFields->setLayout(fields);
    m_host = new QLineEdit;
    m_host->setAccessibleName(tr("Proxy host"));
    m_host->setPlaceholderText(u"proxy.example.com"_s);
    m_hostProblem = new FieldWords(theme::Role::Danger);
    m_port = new QSpinBox;
    m_port->setRange(1, 65535);
    m_port->setAccessibleName(tr("Proxy port"));
    m_port->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_user = new QLineEdit;
    m_user->setAccessibleName(tr("Proxy user"));
    m_user->setPlaceholderText(tr("None"));
    m_password = makeSecret(tr("Proxy password"), Purpose::ProxyPassword);
    addRow(fields, tr("Host"), under(m_host, m_hostProblem), m_host);
    addRow(fields, tr("Port"), m_port, m_port);
    addRow(fields, tr("User"), m_user, m_user);
    addRow(fields, tr("Password"), m_password, m_password);
    form->addWidget(m_proxyFields, form->rowCount(), 0, 1, 2);

    connect(m_proxy, &QComboBox::activated, this, [this] {
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
    });
    connect(m_host, &QLineEdit::textEdited, this, &ConnectionEditor::apply);
    connect(m_user, &QLineEdit::textEdited, this, &ConnectionEditor::apply);
    connect(m_port, &QSpinBox::valueChanged, this, &ConnectionEditor::apply);
}

StoredSecretField *ConnectionEditor::makeSecret(const QString &accessibleName, Purpose purpose)
{
    auto *field = new StoredSecretField(accessibleName);
    connect(field, &StoredSecretField::storeRequested, this,
            [this, field, purpose](const std::shared_ptr<const Secret> &secret) {
                if (purpose == Purpose::CertificatePassphrase)
                    storePassphrase(secret);
                else
                    storeSecret(field, purpose, secret);
            });
    connect(field, &StoredSecretField::removeRequested, this, [this, field, purpose] {
        const Result<void> removed = m_secrets.clear(m_shown.id, purpose);
        field->setProblem(removed ? QString() : removed.error().message);
    });
    return field;
}

void ConnectionEditor::apply()
{
    if (m_setting)
        return;
    ConnectionSettings settings = m_shown.connection;
    settings.followRedirects = m_redirects->isChecked();
    settings.family = static_cast<Family>(m_family->currentData().toInt());
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
