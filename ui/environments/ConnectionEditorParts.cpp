// The fields of ConnectionEditor; what they do is in ConnectionEditor.cpp.

#include "ui/environments/ConnectionEditor.h"

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

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

using Proxy = ConnectionSettings::Proxy;
using Family = ConnectionSettings::Family;
using Purpose = EnvironmentSecrets::Purpose;

constexpr int contentWidth = 760;

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

    connect(m_proxy, &QComboBox::activated, this, &ConnectionEditor::chooseProxy);
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

} // namespace keydesk
