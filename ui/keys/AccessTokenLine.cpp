#include "ui/keys/AccessTokenLine.h"

#include "app/keys/OAuthTokens.h"
#include "ui/setup/RoleLabel.h"
#include "ui/widgets/IconView.h"

#include <QBoxLayout>
#include <QPushButton>

#include <chrono>

using namespace Qt::StringLiterals;

namespace keydesk {

AccessTokenLine::AccessTokenLine(OAuthTokens &tokens, QWidget *parent)
    : QWidget(parent)
    , m_tokens(tokens)
    , m_icon(new IconView(u"clock"_s))
    , m_words(new RoleLabel(theme::Role::SecondText))
    , m_fetch(new QPushButton(tr("Fetch New Token")))
{
    auto *line = new QHBoxLayout;
    line->setSpacing(theme::gap);
    line->addWidget(m_icon, 0, Qt::AlignTop);
    line->addWidget(m_words, 1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(theme::gap);
    whole->addLayout(line);
    whole->addWidget(m_fetch, 0, Qt::AlignLeft);
    m_fetch->setAutoDefault(false);
    m_clock.setInterval(std::chrono::seconds(1));
    connect(&m_clock, &QTimer::timeout, this, &AccessTokenLine::refresh);
    connect(m_fetch, &QPushButton::clicked, this, &AccessTokenLine::fetch);
    connect(&m_tokens, &OAuthTokens::changed, this, [this](const QUuid &id) {
        if (id == m_key)
            refresh();
    });
    hide();
}

void AccessTokenLine::setKey(const std::optional<ApiKey> &key)
{
    const QUuid id = key && key->oauth ? key->id : QUuid();
    if (m_key != id)
        m_failure.clear();
    m_key = id;
    setVisible(!m_key.isNull());
    refresh();
}

void AccessTokenLine::refresh()
{
    if (m_key.isNull())
        return;
    const AccessTokenState state = m_tokens.state(m_key);
    if (state.isFetching || state.isHeld)
        m_failure.clear();
    const bool failed = !state.isFetching && (!state.problem.isEmpty() || !m_failure.isEmpty());
    const theme::Role ink = failed ? theme::Role::Danger : state.isHeld ? theme::Role::Success : theme::Role::SecondText;
    m_icon->setIcon(failed ? u"refused"_s : state.isHeld ? u"check"_s : u"clock"_s, ink);
    m_words->setInk(failed ? theme::Role::Danger : theme::Role::SecondText);
    m_words->setText(m_failure.isEmpty() ? describe(state, QDateTime::currentDateTimeUtc()) : m_failure);
    m_fetch->setEnabled(!state.isFetching);
}

void AccessTokenLine::fetch()
{
    m_failure.clear();
    m_tokens.renew(m_key, this, [this, id = m_key](const Result<AccessTokenState> &fetched) {
        // A locked keychain, say: nothing that belongs to the token's state.
        if (!fetched && id == m_key)
            m_failure = fetched.error().message;
        refresh();
    });
}

void AccessTokenLine::showEvent(QShowEvent *event)
{
    refresh();
    m_clock.start();
    QWidget::showEvent(event);
}

void AccessTokenLine::hideEvent(QHideEvent *event)
{
    m_clock.stop();
    QWidget::hideEvent(event);
}

} // namespace keydesk
