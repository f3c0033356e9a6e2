#include "ui/keys/RevokeDialog.h"

#include "app/keys/KeyService.h"
#include "app/providers/Provider.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/SessionField.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

RevokeDialog::RevokeDialog(const ApiKey &key, const Provider &provider, const RevokeAdvice &advice, KeyService &service, QWidget *parent)
    : QDialog(parent)
    , m_service(service)
    , m_key(key)
    , m_state(new QLabel)
    , m_revoke(new QPushButton(tr("Revoke")))
    , m_cancel(new QPushButton(tr("Cancel")))
{
    setWindowTitle(tr("Revoke Key"));
    auto *title = new QLabel(tr("Revoke “%1”?").arg(key.name));
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    title->setWordWrap(true);
    QString words = tr("%1 will refuse the token %2 at once and for good.").arg(provider.name, key.hint);
    if (advice.level != RevokeAdvice::Level::Safe)
        words += u' ' + tr("Calls with it will be refused until another key takes its place.");
    auto *text = new QLabel(words + u"\n\n"_s + advice.text());
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
        const QList<ApiKey> stored = service.sessionKeysFor(key);
        m_session = new SessionField;
        m_session->setKindName(name);
        m_session->setKeys(stored);
        auto *label = new QLabel(stored.isEmpty() ? tr("%1, used once and not kept").arg(name) : name);
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(m_session);
        layout->addWidget(label);
        layout->addWidget(m_session);
        const auto ready = [this] { m_revoke->setEnabled(!m_session->signIn().isEmpty()); };
        connect(m_session, &SessionField::edited, this, ready);
        ready();
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
    m_state->setText(tr("Revoking…"));
    m_job = m_service.revoke(m_key.id, m_session ? m_session->signIn() : SignIn());
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
        if (m_session)
            m_session->setKeys(m_service.sessionKeysFor(m_key)); // one may be refused now
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
