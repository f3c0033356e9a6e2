#include "ui/keys/RevokeDialog.h"

#include "app/keys/KeyService.h"
#include "app/providers/Provider.h"
#include "app/providers/TokenFormat.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/TokenField.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

RevokeDialog::RevokeDialog(const ApiKey &key, const Provider &provider, const QStringList &usedBy, KeyService &service, QWidget *parent)
    : QDialog(parent)
    , m_service(service)
    , m_key(key.id)
    , m_state(new QLabel)
    , m_revoke(new QPushButton(tr("Revoke")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setWindowTitle(tr("Revoke Key"));
    auto *title = new QLabel(tr("Revoke “%1”?").arg(key.name));
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    const QString users = usedBy.isEmpty() ? tr("No environment uses it.")
                                           : tr("Calls in %1 will be refused until another key is chosen there.").arg(usedBy.join(tr(", ")));
    auto *text = new QLabel(tr("%1 will refuse the token %2 at once and for good. %3").arg(provider.name, key.hint, users));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_state->setTextFormat(Qt::PlainText); // a server's own words may be in it
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::dialogPadding, theme::dialogPadding, theme::dialogPadding, theme::dialogPadding);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(title);
    layout->addWidget(text);
    const TokenApi *api = provider.tokenApi(key.kindId);
    if (api && !api->sessionKindId.isEmpty()) {
        const TokenKind *kind = provider.kind(api->sessionKindId);
        const QString name = kind ? kind->name : api->sessionKindId;
        m_session = new TokenField;
        m_session->setAccessibleName(name);
        auto *label = new QLabel(tr("%1, used once and not kept").arg(name));
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(m_session);
        layout->addWidget(label);
        layout->addWidget(m_session);
        connect(m_session, &TokenField::secretEdited, this, [this] { m_revoke->setEnabled(!m_session->secret().isEmpty()); });
        m_revoke->setEnabled(false);
    }
    layout->addWidget(m_state);

    m_revoke->setProperty("danger", true);
    m_cancel->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_revoke);
    layout->addLayout(buttons);
    connect(m_cancel, &QPushButton::clicked, this, &RevokeDialog::reject);
    connect(m_revoke, &QPushButton::clicked, this, &RevokeDialog::revoke);
    setMinimumWidth(440);
}

void RevokeDialog::revoke()
{
    std::shared_ptr<const Secret> session;
    if (m_session)
        session = std::make_shared<const Secret>(cleanToken(m_session->secret()).token);
    m_state->setText(tr("Revoking…"));
    m_job = m_service.revoke(m_key, session);
    setRunning(true);
    connect(m_job, &KeyJob::progress, m_state, &QLabel::setText);
    connect(m_job, &KeyJob::finished, this, [this](const Result<ApiKey> &outcome) {
        m_job.clear();
        setRunning(false);
        if (outcome) {
            accept();
            return;
        }
        m_state->setText(outcome.error().message);
        m_cancel->setText(tr("Close"));
        m_cancel->setFocus(Qt::OtherFocusReason);
    });
}

void RevokeDialog::setRunning(bool running)
{
    m_revoke->setEnabled(!running);
    m_cancel->setEnabled(true);
    if (m_session)
        m_session->setEnabled(!running);
}

void RevokeDialog::reject()
{
    if (!m_job) {
        QDialog::reject();
        return;
    }
    // What became of the key is said here: it may be revoked already.
    m_cancel->setEnabled(false);
    m_state->setText(tr("Stopping…"));
    m_job->cancel();
}

} // namespace keydesk
