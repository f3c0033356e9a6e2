#include "ui/console/IdentityAnswer.h"

#include "app/Core.h"
#include "app/base/Guarded.h"
#include "app/keys/StoredTokens.h"
#include "ui/console/BodyView.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace keydesk {

IdentityAnswer::IdentityAnswer(Core &core, const QString &identity, QWidget *parent)
    : QFrame(parent)
    , m_core(core)
    , m_identity(identity)
    , m_call(new CallController(core, this))
    , m_key(new QLabel)
    , m_status(new Chip)
    , m_facts(new QLabel)
    , m_difference(new QLabel)
    , m_compare(new QPushButton(tr("Compare…")))
    , m_body(new BodyView(core.redactor))
{
    m_body->setTokenReader([&tokens = *core.storedTokens] { return tokens.reader(); });
    auto *title = new QLabel(name());
    title->setTextFormat(Qt::PlainText);
    title->setFont(theme::titleFont(font()));
    for (QLabel *label : {m_key, m_facts, m_difference}) {
        label->setTextFormat(Qt::PlainText);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setWordWrap(true);
    }
    m_key->setText(tr("Waiting…"));
    m_status->hide();
    m_body->hide();
    m_body->setBodyName(tr("Response body as %1").arg(name()));

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::gap);
    row->addWidget(m_status);
    row->addWidget(m_facts, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::panePadding, theme::panePadding, theme::panePadding, 0);
    layout->setSpacing(4);
    layout->addWidget(title);
    layout->addWidget(m_key);
    layout->addLayout(row);
    m_compare->hide();
    m_compare->setAccessibleName(tr("Compare %1 with default").arg(name()));
    connect(m_compare, &QPushButton::clicked, this, &IdentityAnswer::compareRequested);
    auto *difference = new QHBoxLayout;
    difference->setSpacing(theme::gap);
    difference->addWidget(m_difference, 1);
    difference->addWidget(m_compare);
    layout->addLayout(difference);
    layout->addWidget(m_body, 1);
    layout->addStretch(0);
    setMinimumWidth(fontMetrics().averageCharWidth() * 40);

    connect(m_call, &CallController::finished, this, &IdentityAnswer::show);
}

QString IdentityAnswer::name() const
{
    return m_identity.isEmpty() ? tr("default", "identity") : m_identity;
}

void IdentityAnswer::send(const RequestSpec &request, CallContext context)
{
    context.environment->identity = m_identity;
    context.sources.secrets = context.environment->secretVariables(); // this one's
    m_key->setText(tr("Sending…"));
    const QList<RequestProblem> problems = m_call->send(request, context);
    if (problems.isEmpty())
        return;
    later(this, [this, text = problems.first().message] {
        m_key->setText(text);
        Q_EMIT finished();
    });
}

void IdentityAnswer::cancel()
{
    m_call->cancel();
}

void IdentityAnswer::show(const CallOutcome &outcome)
{
    m_outcome = outcome;
    m_key->setText(outcome.key ? tr("%1  %2", "name and hint of a key").arg(outcome.key->name, outcome.key->hint) : tr("without a key"));
    m_status->show();
    m_body->setVisible(true);
    const qint64 milliseconds = outcome.trace.elapsed.count() / 1000;
    if (outcome.response) {
        const int status = outcome.response->status;
        const QString phrase = QString::fromLatin1(reasonPhrase(status));
        m_status->setContent(QStringLiteral("%1 %2").arg(status).arg(phrase).trimmed(), theme::statusRole(status), theme::statusFillRole(status));
        m_facts->setText(tr("%1 ms · %2").arg(milliseconds).arg(QLocale().formattedDataSize(outcome.response->body.size())));
        m_body->setResponse(*outcome.response, {});
    } else {
        m_status->setContent(tr("No answer"), theme::Role::Danger, theme::Role::DangerFill);
        m_facts->setText(tr("%1 ms").arg(milliseconds));
        m_body->setSentence(outcome.error ? m_core.redactor.redactText(outcome.error->message) : QString(), {});
    }
    m_status->setAccessibleName(tr("Response status as %1: %2").arg(name(), m_status->text()));
    Q_EMIT finished();
}

void IdentityAnswer::compareWith(const CallOutcome &other)
{
    if (!m_outcome)
        return;
    QStringList parts;
    const bool answered = m_outcome->response && other.response;
    if (!answered) {
        if (m_outcome->response || other.response)
            parts << tr("status");
    } else {
        if (m_outcome->response->status != other.response->status)
            parts << tr("status");
        if (m_outcome->response->body != other.response->body)
            parts << tr("body");
    }
    m_compare->setVisible(!parts.isEmpty());
    m_difference->setText(parts.isEmpty() ? tr("The same answer as default's") : tr("Differs from default's: %1").arg(parts.join(tr(", "))));
}

} // namespace keydesk
