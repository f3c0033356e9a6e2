#include "ui/keys/KeyDetails.h"

#include "app/environments/EnvironmentStore.h"
#include "app/keys/KeyStore.h"
#include "app/keys/SecretStore.h"
#include "app/models/KeysModel.h"
#include "app/providers/ProviderCatalog.h"
#include "ui/keys/KeyDelegate.h"
#include "ui/theme/Icon.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/WrapLabel.h"

#include <QAction>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

QPushButton *buttonFor(QAction *action, const QString &iconName)
{
    auto *button = new QPushButton(action->text());
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName));
    button->setEnabled(action->isEnabled());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    return button;
}

QString exactDate(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime().date(), KeyDetails::tr("d MMM yyyy"));
}

QString exactTime(const QDateTime &time)
{
    return QLocale().toString(time.toLocalTime(), QLocale::LongFormat);
}

} // namespace

KeyDetails::KeyDetails(const KeyStore &keys, const EnvironmentStore &environments, const ProviderCatalog &providers,
                       const SecretStore &keychain, const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_keys(keys)
    , m_environments(environments)
    , m_providers(providers)
    , m_keychain(keychain)
    , m_title(new QLabel)
    , m_subtitle(new QLabel)
    , m_status(new Chip)
    , m_content(new QWidget)
    , m_facts(new QFormLayout)
    , m_events(new QVBoxLayout)
{
    setAccessibleName(tr("Key details"));
    setProperty("pane", true);
    m_title->setTextFormat(Qt::PlainText);
    m_subtitle->setTextFormat(Qt::PlainText);
    m_title->setFont(theme::titleFont(font()));
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_subtitle->setForegroundRole(QPalette::PlaceholderText);
    m_subtitle->setWordWrap(true);

    auto *copy = new QPushButton(icon(u"copy"_s), tr("Copy"));
    auto *menu = new QMenu(copy);
    for (QAction *action : actions.copy)
        menu->addAction(action);
    copy->setMenu(menu);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(theme::gap);
    buttons->addWidget(buttonFor(actions.check, u"check"_s));
    buttons->addWidget(copy);
    buttons->addStretch(1);

    m_facts->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_facts->setFormAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_facts->setHorizontalSpacing(theme::groupGap);
    m_facts->setVerticalSpacing(theme::gap);
    m_facts->setRowWrapPolicy(QFormLayout::DontWrapRows);
    m_facts->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    auto *happened = new QLabel(tr("What happened"));
    happened->setFont(theme::groupFont(font()));
    m_events->setSpacing(theme::gap);

    auto *scrolled = new QWidget;
    auto *column = new QVBoxLayout(scrolled);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::groupGap);
    column->addLayout(m_facts);
    column->addWidget(happened);
    column->addLayout(m_events);
    column->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(scrolled);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);

    auto *last = new QHBoxLayout;
    QPushButton *revoke = buttonFor(actions.revoke, {});
    revoke->setProperty("danger", true);
    QPushButton *remove = buttonFor(actions.remove, {});
    remove->setFlat(true);
    last->addWidget(revoke);
    last->addWidget(remove);
    last->addStretch(1);

    auto *content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(theme::groupGap);
    content->addLayout(buttons);
    content->addWidget(scroll, 1);
    content->addLayout(last);

    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_status, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::groupGap, theme::groupGap, theme::groupGap, theme::groupGap);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(m_subtitle);
    layout->addSpacing(theme::gap);
    layout->addWidget(m_content, 1);
    setMinimumWidth(qMax(240, fontMetrics().averageCharWidth() * 24));
    showKey({});
}

void KeyDetails::addFact(const QString &label, const QString &value, bool fixedPitch)
{
    auto *text = new WrapLabel(value);
    text->setTextFormat(Qt::PlainText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(u"%1: %2"_s.arg(label, value));
    if (fixedPitch)
        text->setFont(theme::fixedFont(font()));
    auto *name = new QLabel(label);
    name->setForegroundRole(QPalette::PlaceholderText);
    m_facts->addRow(name, text);
}

void KeyDetails::addLink(const QString &label, const QString &html)
{
    auto *text = new WrapLabel(html);
    text->setTextFormat(Qt::RichText);
    text->setTextInteractionFlags(Qt::TextBrowserInteraction);
    connect(text, &QLabel::linkActivated, this, &KeyDetails::followLink);
    auto *name = new QLabel(label);
    name->setForegroundRole(QPalette::PlaceholderText);
    m_facts->addRow(name, text);
}

void KeyDetails::followLink(const QString &link)
{
    if (link.startsWith(u"environment:"))
        Q_EMIT openEnvironment(QUuid::fromString(link.mid(12)));
    else if (m_key && link.startsWith(u"unbind:"))
        Q_EMIT unbindRequested(*m_key, link.mid(7));
}

void KeyDetails::showKey(const std::optional<QUuid> &id)
{
    m_key = id;
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    while (QLayoutItem *item = m_events->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto key = id ? m_keys.find(*id) : std::nullopt;
    m_content->setVisible(key.has_value());
    m_status->setVisible(key.has_value());
    if (!key) {
        m_title->setText(tr("No key selected"));
        m_subtitle->setText(tr("Choose a key to see where it is stored, where it may be sent and what happened to it."));
        return;
    }

    const Provider *provider = m_providers.find(key->providerId);
    const TokenKind *kind = provider ? provider->kind(key->kindId) : nullptr;
    m_title->setText(key->name);
    const QString kindName = kind ? kind->name : key->kindId;
    const QString abilities = key->abilities.isEmpty() ? QString()
                              : key->abilities == QStringList{u"*"_s}
                                  ? tr("abilities: all")
                                  : tr("abilities: %1").arg(key->abilities.join(u", "_s));
    QStringList subtitle{provider ? provider->name : key->providerId, kindName};
    if (!abilities.isEmpty())
        subtitle << abilities;
    m_subtitle->setText(subtitle.join(u" · "_s));

    const bool locked = key->place == SecretPlace::SystemKeychain && m_keychain.state() == SecretStore::State::Locked;
    const StatusLook look = keyStatusLook(locked ? KeysModel::LockedStatus : static_cast<int>(key->status));
    m_status->setContent(look.word, look.ink, look.fill, look.icon);

    addFact(tr("Key"), key->hint, true);
    addFact(tr("Stored in"), key->place == SecretPlace::SystemKeychain ? tr("System keychain") : tr("This session only"));
    QStringList origins;
    for (const Origin &origin : key->origins) {
        const QString text = origin.toString().toHtmlEscaped();
        origins << (key->origins.size() > 1 ? u"%1 <a href=\"unbind:%1\">%2</a>"_s.arg(text, tr("Unbind")) : text);
    }
    addLink(tr("Bound to"), origins.isEmpty() ? tr("nowhere") : origins.join(u"<br>"_s));
    QStringList users;
    for (const Environment &environment : m_environments.usedBy(key->id))
        users << u"<a href=\"environment:%1\">%2</a>"_s.arg(environment.id.toString(QUuid::WithoutBraces),
                                                            environment.name.toHtmlEscaped());
    addLink(tr("Used by"), users.isEmpty() ? tr("no environment") : users.join(u", "_s));
    addFact(tr("Created"), exactDate(key->createdAt));
    if (key->expiresAt.isValid())
        addFact(tr("Expires"), exactDate(key->expiresAt));
    addFact(tr("Last used"), relativeTime(key->lastUsedAt, QDateTime::currentDateTimeUtc()));
    addFact(tr("Last check"),
            key->lastCheckedAt.isValid()
                ? tr("%1, %2").arg(relativeTime(key->lastCheckedAt, QDateTime::currentDateTimeUtc()), key->lastCheckNote)
                : tr("not checked yet"));

    for (const AuditEntry &event : m_keys.events(key->id, 20)) {
        auto *line = new WrapLabel(tr("%1 · %2").arg(relativeTime(event.at, QDateTime::currentDateTimeUtc()), event.what));
        line->setTextFormat(Qt::PlainText);
        line->setForegroundRole(QPalette::PlaceholderText);
        line->setToolTip(exactTime(event.at));
        m_events->addWidget(line);
    }
}

} // namespace keydesk
