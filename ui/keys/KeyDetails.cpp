#include "ui/keys/KeyDetails.h"

#include "app/keys/DueWatch.h"
#include "app/keys/KeyRing.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/keys/AccessTokenLine.h"
#include "ui/keys/DueBanner.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/keys/KeyEvents.h"
#include "ui/keys/KeyFacts.h"
#include "ui/keys/RotationCard.h"
#include "ui/keys/TimedReveal.h"
#include "ui/keys/KeyUsage.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"

#include <QAction>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QPushButton *buttonFor(QAction *action, const QString &iconName)
{
    auto *button = new QPushButton(action->iconText());
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName));
    const auto follow = [button, action] {
        // For several keys, or why not: "Check 2 Keys", "Choose one key".
        const bool sameText = action->text() == button->text();
        button->setAccessibleName(sameText ? QString() : action->text());
        button->setToolTip(action->toolTip() == button->text() ? QString() : action->toolTip());
        button->setEnabled(action->isEnabled());
    };
    follow();
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, follow);
    return button;
}

QHBoxLayout *row()
{
    auto *layout = new QHBoxLayout;
    layout->setSpacing(theme::gap);
    return layout;
}

} // namespace

KeyDetails::KeyDetails(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers,
                       const KeyRing &ring, const Watch &watch, const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_keys(keys)
    , m_providers(providers)
    , m_ring(ring)
    , m_due(watch.due)
    , m_title(new QLabel)
    , m_subtitle(new QLabel)
    , m_status(new Chip)
    , m_reveal(actions.reveal)
    , m_banner(new DueBanner(watch.due, actions.snoozes, actions.endSnooze))
    , m_facts(new KeyFacts(environments, providers, ring))
    , m_usage(new KeyUsage(watch.usage, environments, watch.history, watch.settings))
    , m_events(new KeyEvents(keys))
{
    setAccessibleName(tr("Key details"));
    setProperty("pane", true);
    connect(m_facts, &KeyFacts::openEnvironment, this, &KeyDetails::openEnvironment);
    connect(m_events, &KeyEvents::allRequested, this, &KeyDetails::auditRequested);
    connect(m_facts, &KeyFacts::unbindRequested, this, &KeyDetails::unbindRequested);

    m_content = makeContent(actions);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::groupGap, theme::groupGap, theme::groupGap, theme::groupGap);
    layout->setSpacing(theme::panePadding);
    layout->addWidget(makeHead());
    layout->addWidget(m_content, 1);
    setMinimumWidth(qMax(240, fontMetrics().averageCharWidth() * 24));
    showKey({});
}

QWidget *KeyDetails::makeHead()
{
    m_title->setTextFormat(Qt::PlainText);
    m_title->setFont(theme::titleFont(font()));
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subtitle->setTextFormat(Qt::PlainText);
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);
    m_subtitle->setWordWrap(true);

    auto *head = new QWidget;
    QHBoxLayout *first = row();
    first->addWidget(m_title, 1);
    first->addWidget(m_status, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(first);
    layout->addWidget(m_subtitle);
    return head;
}

QWidget *KeyDetails::makeContent(const Actions &actions)
{
    auto *copy = new QPushButton(tr("Copy"));
    auto *menu = new QMenu(copy);
    for (QAction *action : actions.copy)
        menu->addAction(action);
    copy->setMenu(menu);
    QHBoxLayout *first = row();
    auto *rotate = buttonFor(actions.rotate, {});
    rotate->setIcon(icon(u"refresh"_s, theme::Role::OnAccent));
    rotate->setProperty("primary", true);
    first->addWidget(rotate);
    first->addWidget(buttonFor(actions.check, {}));
    first->addWidget(copy);
    first->addStretch(1);

    QHBoxLayout *last = row();
    QPushButton *revoke = buttonFor(actions.revoke, {});
    revoke->setProperty("danger", true);
    QPushButton *remove = buttonFor(actions.remove, {});
    remove->setFlat(true);
    last->addWidget(revoke);
    last->addWidget(remove);
    last->addStretch(1);

    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::groupGap);
    layout->addLayout(first);
    layout->addWidget(makeParts(), 1);
    layout->addLayout(last);
    return content;
}

/// What may be longer than the window is high.
QWidget *KeyDetails::makeParts()
{
    auto *parts = new QWidget;
    auto *column = new QVBoxLayout(parts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::groupGap);
    m_parts = column;
    column->addWidget(m_banner);
    column->addWidget(m_reveal);
    column->addWidget(m_facts);
    column->addWidget(m_usage);
    column->addWidget(m_events);
    column->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(parts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    return scroll;
}

void KeyDetails::showRemoteTokens(const RemoteTokenService &service)
{
    m_facts->setRemoteTokens(service);
}

void KeyDetails::showAccessTokens(OAuthTokens &tokens)
{
    m_accessToken = new AccessTokenLine(tokens);
    m_parts->insertWidget(m_parts->indexOf(m_facts), m_accessToken);
}

void KeyDetails::showRotations(RotationCard *card)
{
    m_rotation = card;
    m_parts->insertWidget(0, card);
}

void KeyDetails::showKey(const std::optional<QUuid> &id)
{
    const auto key = id ? m_keys.find(*id) : std::nullopt;
    m_content->setVisible(key.has_value());
    m_status->setVisible(key.has_value());
    m_reveal->setKey(key);
    if (m_accessToken)
        m_accessToken->setKey(key);
    if (m_rotation)
        m_rotation->showKey(id);
    if (!key) {
        m_title->setText(tr("No key selected"));
        m_subtitle->setText(tr("Choose a key to see where it is stored, where it may be sent and what happened to it."));
        return;
    }
    showHead(*key);
    m_banner->show(*key);
    m_facts->show(*key);
    m_usage->show(*key);
    m_events->show(*key);
}

void KeyDetails::showHead(const ApiKey &key)
{
    const Provider *provider = m_providers.find(key.providerId);
    const TokenKind *kind = provider ? provider->kind(key.kindId) : nullptr;
    m_title->setText(key.name);
    QStringList subtitle{provider ? provider->name : key.providerId, kind ? kind->name : key.kindId};
    if (key.abilities == QStringList{u"*"_s})
        subtitle << tr("abilities: all");
    else if (!key.abilities.isEmpty())
        subtitle << tr("abilities: %1").arg(key.abilities.join(u", "_s));
    m_subtitle->setText(subtitle.join(u" · "_s));

    const StatusLook look = keyStatusLook(shownStatus(key, m_ring, m_due.of(key.id)));
    m_status->setContent(look.word, look.ink, look.fill, look.icon);
}

} // namespace keydesk
